//! `xtask bench-signatures`: how well the same hand is told from others, and what that costs. It reads the truth of a synthetic county, and sets of signatures whose
//! writers are known; no model is trained on either.

use std::{
    collections::BTreeMap,
    hint::black_box,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use signatures::Signature;

use crate::{curve::ratio, table::Table};

/// Arguments of `xtask bench-signatures`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A synthetic county with pictures, as `countersign synth --images all` writes it.
    #[arg(long)]
    county: Option<PathBuf>,
    /// A folder with one folder a writer, in which `genuine` has signatures of the writer's own, and `forged` or `forgery` imitations by others. May be given
    /// several times.
    #[arg(long)]
    writers: Vec<PathBuf>,
    /// Reference signatures a writer, of the genuine ones the first.
    #[arg(long, default_value_t = 1)]
    references: usize,
    /// Print tables in Markdown.
    #[arg(long)]
    markdown: bool,
}

/// Signatures of other writers that are held against each one's references.
const OTHERS: usize = 5;
/// Images for which unpacking and reading are timed.
const TIMED: usize = 1000;

/// How alike signatures looked with the references that they were held against, in thousandths.
#[derive(Default)]
struct Held {
    genuine: Vec<u16>,
    others: Vec<u16>,
    imitated: Vec<u16>,
    unread: usize,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut table = Table::new(["set", "genuine", "others", "AUC", "equal error, %", "imitated", "AUC", "unread"]);
    let mut images = Vec::new();
    for folder in &arguments.writers {
        let held = writers(folder, arguments.references, &mut images)?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        table.row(&format!("{name}, {} on file", arguments.references), figures(&held));
    }
    if let Some(county) = &arguments.county {
        table.row("synthetic county", figures(&of_county(county, &mut images)?));
    }
    ensure!(!images.is_empty(), "nothing to measure: name a county with --county, or writers with --writers");
    let mut out = String::new();
    table.print(&mut out, arguments.markdown);
    speed(&images).print(&mut out, arguments.markdown);
    println!("{out}");
    Ok(())
}

fn figures(held: &Held) -> [String; 7] {
    let auc = |of: &[u16]| if of.is_empty() { String::new() } else { format!("{:.4}", area(&held.genuine, of)) };
    [
        held.genuine.len().to_string(),
        held.others.len().to_string(),
        auc(&held.others),
        format!("{:.1}", 100.0 * equal_error(&held.genuine, &held.others)),
        held.imitated.len().to_string(),
        auc(&held.imitated),
        held.unread.to_string(),
    ]
}

/// Each writer's signatures, and those of others, against the writer's references: the best of them counts.
fn writers(folder: &Path, references: usize, images: &mut Vec<Vec<u8>>) -> Result<Held> {
    let mut held = Held::default();
    let mut all = Vec::new();
    for writer in sorted(folder)? {
        let mut read = |kind: &str| -> Result<Vec<Signature>> {
            let folder = writer.join(kind);
            let files = if folder.is_dir() { sorted(&folder)? } else { Vec::new() };
            let mut read = Vec::new();
            for file in files {
                let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
                Signature::read(&bytes).map_or_else(|_| held.unread += 1, |signature| read.push(signature));
                images.push(bytes);
            }
            Ok(read)
        };
        let (genuine, mut imitated) = (read("genuine")?, read("forged")?);
        imitated.extend(read("forgery")?);
        if genuine.len() > references {
            all.push((genuine, imitated));
        }
    }
    for (nth, (genuine, imitated)) in all.iter().enumerate() {
        let (on_file, rest) = genuine.split_at(references);
        let best = |signature: &Signature| best(signature, on_file);
        held.genuine.extend(rest.iter().filter_map(best));
        held.imitated.extend(imitated.iter().filter_map(best));
        let others = all.iter().enumerate().filter(|(other, _)| *other != nth);
        held.others.extend(others.flat_map(|(_, (genuine, _))| genuine.iter().take(OTHERS)).filter_map(best));
    }
    Ok(held)
}

fn best(signature: &Signature, on_file: &[Signature]) -> Option<u16> {
    on_file.iter().map(|reference| signature.similarity(reference).permille()).max()
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// The signatures of valid lines, and of those of which the truth is that the signature does not compare (the hand of somebody else, one in five an imitation),
/// against those that are on file of the voter.
fn of_county(county: &Path, images: &mut Vec<Vec<u8>>) -> Result<Held> {
    let mut held = Held::default();
    let mut truth = csv::Reader::from_path(county.join("truth.csv"))?;
    let pictures = county.join("images");
    for row in truth.deserialize() {
        let row: BTreeMap<String, String> = row?;
        let field = |name: &str| row.get(name).map(String::as_str).unwrap_or_default();
        let [section, line, kind, voter] = ["section", "line", "kind", "voter_id"].map(field);
        if !matches!(kind, "valid" | "signature_mismatch") {
            continue;
        }
        let Ok(bytes) = std::fs::read(pictures.join(format!("signatures/s{section}-{line}.png"))) else { continue };
        let on_file =
            (1..).map_while(|nth| std::fs::read(pictures.join(format!("references/v{voter}-{nth}.png"))).ok());
        let on_file: Vec<_> = on_file.filter_map(|bytes| Signature::read(&bytes).ok()).collect();
        match Signature::read(&bytes).ok().and_then(|signature| best(&signature, &on_file)) {
            None => held.unread += 1,
            Some(alike) if kind == "valid" => held.genuine.push(alike),
            Some(alike) => held.others.push(alike),
        }
        images.push(bytes);
    }
    Ok(held)
}

/// The share of pairs, one genuine and one not, of which the genuine looks more alike; where both look equally alike, half.
fn area(genuine: &[u16], others: &[u16]) -> f64 {
    let (counts, mut below, mut sum) = (tally(others), 0, 0);
    for (count, others) in tally(genuine).into_iter().zip(counts) {
        sum += count * (2 * below + others);
        below += others;
    }
    ratio(sum, 2 * genuine.len() * others.len())
}

/// Where as many of the genuine are called others as of the others genuine: the larger of the two at the limit where it is smallest.
fn equal_error(genuine: &[u16], others: &[u16]) -> f64 {
    let (mut missed, mut taken) = (0, others.len());
    let limits = tally(genuine).into_iter().zip(tally(others)).map(|(genuine_here, others_here)| {
        let error = ratio(missed, genuine.len()).max(ratio(taken, others.len()));
        missed += genuine_here;
        taken -= others_here;
        error
    });
    limits.fold(1.0, f64::min)
}

/// How many there are of each number of thousandths.
fn tally(all: &[u16]) -> Vec<usize> {
    let mut counts = vec![0; 1001];
    for &permille in all {
        counts[usize::from(permille)] += 1;
    }
    counts
}

/// What one image and one comparison cost on one core, beside what unpacking the image alone costs.
fn speed(images: &[Vec<u8>]) -> Table<3> {
    let images: Vec<_> = images.iter().step_by(images.len().div_ceil(TIMED).max(1)).collect();
    let mut table = Table::new(["what", "number", "µs each"]);
    let mut timed = |what: &str, number: usize, work: &mut dyn FnMut()| {
        let since = Instant::now();
        work();
        let micros = since.elapsed().as_micros() / number.max(1) as u128;
        table.row(what, [number.to_string(), micros.to_string()]);
    };
    timed("unpacking an image", images.len(), &mut || {
        for bytes in &images {
            drop(black_box(image::load_from_memory(bytes)));
        }
    });
    let mut read = Vec::new();
    timed("reading a signature, unpacking among it", images.len(), &mut || {
        read = images.iter().filter_map(|bytes| Signature::read(bytes).ok()).collect();
    });
    let few = &read[..read.len().min(100)];
    timed("comparing two", few.len() * read.len(), &mut || {
        for one in few {
            for other in &read {
                _ = black_box(one.similarity(other));
            }
        }
    });
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn area_and_equal_error() {
        assert!((area(&[900, 800], &[700, 100]) - 1.0).abs() < 1e-9);
        assert!((area(&[900, 500], &[700, 500]) - 0.625).abs() < 1e-9);
        assert!((area(&[1000], &[1000]) - 0.5).abs() < 1e-9);
        assert!(equal_error(&[900, 800], &[700, 100]).abs() < 1e-9);
        assert!((equal_error(&[900, 800, 600, 500], &[700, 100, 50, 0]) - 0.25).abs() < 1e-9);
    }
}
