//! `xtask score`: how well matches find the right voter. The only reader of a synthetic county's truth, so that nothing
//! that is judged can look.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

/// Marks of an unregistered signer who lives with voters.
const HOUSEMATES: [&str; 2] = ["relative", "roommate"];
/// Buckets of the calibration table, lower ends in parts per million.
const BUCKETS: [u32; 9] = [0, 100_000, 300_000, 500_000, 700_000, 900_000, 950_000, 990_000, 999_000];

/// Arguments of `xtask score`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Truth: `line_id,kind,voter_id,flags` or `section,line,kind,voter_id,noise`.
    #[arg(long)]
    truth: PathBuf,
    /// Matches: `section,line,rank,voter_id,weight,probability,...`, as `countersign match` writes them.
    #[arg(long)]
    matches: PathBuf,
    /// Probability from which the first candidate is taken; the one of the best F1 if not given.
    #[arg(long)]
    threshold: Option<f64>,
    /// Print tables in Markdown.
    #[arg(long)]
    markdown: bool,
}

/// What a line really is.
#[derive(Debug)]
struct Truth {
    kind: String,
    /// The voter who signed, if registered.
    voter: Option<String>,
    /// What was done to the line; empty for a clean one.
    noise: Vec<String>,
}

/// A candidate named for a line.
#[derive(Debug, Clone)]
struct Named {
    rank: u32,
    voter: String,
    probability_ppm: u32,
}

type Key = (u32, u32);

/// A line with its truth and its candidates, best first.
struct Scored {
    truth: Truth,
    named: Vec<Named>,
}

/// The accepted share of lines at one threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    threshold_ppm: u32,
    accepted: usize,
    right: usize,
    registered: usize,
}

/// Reads truth and matches and prints the score.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let truth = read_truth(open(&arguments.truth)?).with_context(|| in_file(&arguments.truth))?;
    let mut matches = read_matches(open(&arguments.matches)?).with_context(|| in_file(&arguments.matches))?;
    let lines: Vec<Scored> = truth
        .into_iter()
        .map(|(key, truth)| Scored { truth, named: matches.remove(&key).unwrap_or_default() })
        .collect();
    if let Some((section, line)) = matches.keys().min() {
        bail!("the matches hold line {section}:{line}, which the truth does not; do the two files belong together?");
    }
    let threshold = arguments.threshold.map(|threshold| ppm(&threshold.to_string())).transpose()?;
    print!("{}", report(&lines, threshold, arguments.markdown));
    Ok(())
}

fn open(path: &Path) -> Result<std::fs::File> {
    std::fs::File::open(path).with_context(|| in_file(path))
}

fn in_file(path: &Path) -> String {
    path.display().to_string()
}

/// Positions of columns by name; the first of several names that the header has.
fn columns<const N: usize>(header: &csv::StringRecord, names: [&[&str]; N]) -> Result<[usize; N]> {
    let mut found = [0; N];
    for (at, aliases) in names.iter().enumerate() {
        let position = header.iter().position(|field| aliases.contains(&field));
        found[at] = position.with_context(|| format!("no column {}", aliases.join(" or ")))?;
    }
    Ok(found)
}

/// Section and line of a record; a file with one running number has section 1.
fn key(record: &csv::StringRecord, section: Option<usize>, line: usize) -> Result<Key> {
    let number = |column: usize| {
        let text = record.get(column).unwrap_or_default();
        let row = record.position().map_or(0, csv::Position::line);
        text.parse().with_context(|| format!("line {row}: {text:?} is not a number"))
    };
    Ok((section.map_or(Ok(1), number)?, number(line)?))
}

fn read_truth(file: impl Read) -> Result<BTreeMap<Key, Truth>> {
    let mut reader = csv::Reader::from_reader(file);
    let header = reader.headers()?.clone();
    let [line, kind, voter, noise] =
        columns(&header, [&["line", "line_id"], &["kind"], &["voter_id"], &["noise", "flags"]])?;
    let section = header.iter().position(|field| field == "section");
    let mut truth = BTreeMap::new();
    for record in reader.records() {
        let record = record?;
        let text = |column: usize| record.get(column).unwrap_or_default();
        let entry = Truth {
            kind: text(kind).to_owned(),
            voter: Some(text(voter).to_owned()).filter(|voter| !voter.is_empty()),
            noise: text(noise).split('|').filter(|mark| !mark.is_empty()).map(str::to_owned).collect(),
        };
        let key = key(&record, section, line)?;
        if truth.insert(key, entry).is_some() {
            bail!("line {}:{} stands twice", key.0, key.1);
        }
    }
    Ok(truth)
}

fn read_matches(file: impl Read) -> Result<HashMap<Key, Vec<Named>>> {
    let mut reader = csv::Reader::from_reader(file);
    let header = reader.headers()?.clone();
    let [section, line, rank, voter, probability] =
        columns(&header, [&["section"], &["line"], &["rank"], &["voter_id"], &["probability"]])?;
    let mut matches: HashMap<Key, Vec<Named>> = HashMap::new();
    for record in reader.records() {
        let record = record?;
        let named = matches.entry(key(&record, Some(section), line)?).or_default();
        let text = |column: usize| record.get(column).unwrap_or_default();
        if !text(voter).is_empty() {
            named.push(Named {
                rank: text(rank).parse().with_context(|| format!("{:?} is not a rank", text(rank)))?,
                voter: text(voter).to_owned(),
                probability_ppm: ppm(text(probability))?,
            });
        }
    }
    for named in matches.values_mut() {
        named.sort_by_key(|named| named.rank);
    }
    Ok(matches)
}

/// A probability as written, in parts per million.
fn ppm(text: &str) -> Result<u32> {
    let probability: f64 = text.parse().with_context(|| format!("{text:?} is not a probability"))?;
    if !(0.0..=1.0).contains(&probability) {
        bail!("{text} is not a probability between 0 and 1");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and a million")]
    Ok((probability * 1e6).round() as u32)
}

impl Scored {
    /// The voter taken for the signer at a threshold.
    fn taken(&self, threshold_ppm: u32) -> Option<&Named> {
        self.named.first().filter(|named| named.probability_ppm >= threshold_ppm)
    }

    fn is_right(&self, named: &Named) -> bool {
        self.truth.voter.as_ref() == Some(&named.voter)
    }
}

impl Point {
    fn precision(self) -> f64 {
        ratio(self.right, self.accepted)
    }

    fn recall(self) -> f64 {
        ratio(self.right, self.registered)
    }

    fn f1(self) -> f64 {
        ratio(2 * self.right, self.accepted + self.registered)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of lines, for print")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A point for each probability at which something is accepted, highest first.
fn curve(lines: &[Scored]) -> Vec<Point> {
    let registered = lines.iter().filter(|line| line.truth.voter.is_some()).count();
    let mut first: Vec<(u32, bool)> = lines
        .iter()
        .filter_map(|line| line.named.first().map(|named| (named.probability_ppm, line.is_right(named))))
        .collect();
    first.sort_unstable_by_key(|(probability, _)| std::cmp::Reverse(*probability));
    let (mut accepted, mut right) = (0, 0);
    first
        .chunk_by(|left, next| left.0 == next.0)
        .map(|same| {
            accepted += same.len();
            right += same.iter().filter(|(_, is_right)| *is_right).count();
            Point { threshold_ppm: same[0].0, accepted, right, registered }
        })
        .collect()
}

fn report(lines: &[Scored], threshold: Option<u32>, markdown: bool) -> String {
    let curve = curve(lines);
    let best = curve.iter().copied().max_by(|left, right| left.f1().total_cmp(&right.f1()));
    let registered = lines.iter().filter(|line| line.truth.voter.is_some()).count();
    let threshold = threshold.or(best.map(|best| best.threshold_ppm)).unwrap_or_default();
    let chosen = curve.iter().rfind(|point| point.threshold_ppm >= threshold).copied();
    let at_precision =
        |wanted: f64| curve.iter().filter(|point| point.precision() >= wanted).copied().max_by_key(|point| point.right);
    let in_five = lines.iter().filter(|line| line.named.iter().take(5).any(|named| line.is_right(named))).count();
    let mut out = String::new();
    _ = writeln!(out, "{} lines, {registered} by registered voters", lines.len());
    let mut table = Table::new(["right voter", "threshold", "precision", "recall", "F1"]);
    for (title, point) in [
        ("at the threshold", chosen),
        ("best F1", best),
        ("precision at least 0.99", at_precision(0.99)),
        ("precision at least 0.98", at_precision(0.98)),
    ] {
        let figures = point.map_or_else(
            || ["-".to_owned(), "-".to_owned(), "-".to_owned(), "-".to_owned()],
            |point| {
                [f64::from(point.threshold_ppm) / 1e6, point.precision(), point.recall(), point.f1()]
                    .map(|figure| format!("{figure:.4}"))
            },
        );
        table.row(title, figures);
    }
    table.row(
        "among the first five",
        ["-".into(), "-".into(), format!("{:.4}", ratio(in_five, registered)), "-".into()],
    );
    table.print(&mut out, markdown);
    by_group("kind", lines, threshold, |line| vec![line.truth.kind.as_str()]).print(&mut out, markdown);
    let registered_noise = |line: &Scored| line.truth.voter.is_some();
    by_group("noise, registered", lines, threshold, |line| {
        if !registered_noise(line) {
            Vec::new()
        } else if line.truth.noise.is_empty() {
            vec!["none"]
        } else {
            line.truth.noise.iter().map(String::as_str).collect()
        }
    })
    .print(&mut out, markdown);
    by_group("unregistered", lines, threshold, |line| {
        let noise = &line.truth.noise;
        let housemate = HOUSEMATES.into_iter().find(|mark| noise.iter().any(|noise| noise == mark));
        if line.truth.voter.is_some() { Vec::new() } else { vec![housemate.unwrap_or("others")] }
    })
    .print(&mut out, markdown);
    calibration(lines).print(&mut out, markdown);
    out
}

/// Recall and wrong voters by group, largest group first.
fn by_group<'a>(
    title: &'static str,
    lines: &'a [Scored],
    threshold: u32,
    groups_of: impl Fn(&'a Scored) -> Vec<&'a str>,
) -> Table<4> {
    let mut groups: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for line in lines {
        for group in groups_of(line) {
            let counts = groups.entry(group).or_default();
            counts[0] += 1;
            if let Some(named) = line.taken(threshold) {
                counts[if line.is_right(named) { 1 } else { 2 }] += 1;
            }
        }
    }
    let mut sorted: Vec<_> = groups.into_iter().collect();
    sorted.sort_by_key(|(_, counts)| std::cmp::Reverse(counts[0]));
    let mut table = Table::new([title, "lines", "right", "wrong voter"]);
    for (group, [count, right, wrong]) in sorted {
        table.row(
            group,
            [count.to_string(), format!("{:.4}", ratio(right, count)), format!("{:.4}", ratio(wrong, count))],
        );
    }
    table
}

/// How often the first candidate is right, by the probability it was given.
fn calibration(lines: &[Scored]) -> Table<4> {
    let mut buckets = [(0_usize, 0_usize, 0_u64); BUCKETS.len()];
    for line in lines {
        if let Some(named) = line.named.first() {
            let bucket = BUCKETS.partition_point(|lower| *lower <= named.probability_ppm).saturating_sub(1);
            let (count, right, sum) = &mut buckets[bucket];
            *count += 1;
            *right += usize::from(line.is_right(named));
            *sum += u64::from(named.probability_ppm);
        }
    }
    let mut table = Table::new(["probability from", "lines", "mean probability", "right"]);
    for (lower, (count, right, sum)) in BUCKETS.into_iter().zip(buckets) {
        let mean = ratio(usize::try_from(sum).unwrap_or(usize::MAX), count * 1_000_000);
        table.row(
            &format!("{:.3}", f64::from(lower) / 1e6),
            [count.to_string(), format!("{mean:.4}"), format!("{:.4}", ratio(right, count))],
        );
    }
    table
}

/// A table of texts for print.
struct Table<const N: usize> {
    rows: Vec<Vec<String>>,
}

impl<const N: usize> Table<N> {
    fn new(header: [&str; N]) -> Self {
        Self { rows: vec![header.map(str::to_owned).to_vec()] }
    }

    fn row<const M: usize>(&mut self, title: &str, figures: [String; M]) {
        self.rows.push(std::iter::once(title.to_owned()).chain(figures).collect());
    }

    fn print(&self, out: &mut String, markdown: bool) {
        let width = |column: usize| self.rows.iter().filter_map(|row| row.get(column)).map(String::len).max();
        let widths: Vec<usize> = (0..N).filter_map(width).collect();
        out.push('\n');
        for (at, row) in self.rows.iter().enumerate() {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(
                    |(column, (cell, width))| {
                        if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
                    },
                )
                .collect();
            if markdown {
                _ = writeln!(out, "| {} |", cells.join(" | "));
                if at == 0 {
                    _ = writeln!(out, "|---{}|", "|---:".repeat(N - 1));
                }
            } else {
                _ = writeln!(out, "{}", cells.join("  ").trim_end());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(truth: &str, matches: &str) -> Vec<Scored> {
        let mut matches = read_matches(matches.as_bytes()).unwrap();
        let truth = read_truth(truth.as_bytes()).unwrap();
        truth
            .into_iter()
            .map(|(key, truth)| Scored { truth, named: matches.remove(&key).unwrap_or_default() })
            .collect()
    }

    const TRUTH: &str =
        "line_id,kind,voter_id,flags\n1,valid,A,\n2,valid,B,ltypo|nozip\n3,notreg,,relative\n4,notreg,,\n";
    const MATCHES: &str = "section,line,rank,voter_id,weight,probability,proposal,reason\n\
        1,1,1,A,9,0.99,likely_valid,\n1,2,2,B,1,0.2,unsure,\n1,2,1,X,3,0.6,unsure,\n1,3,1,A,5,0.9,likely_valid,\n\
        1,4,1,,,,not_found,not_registered\n";

    #[test]
    fn precision_and_recall_of_the_right_voter() {
        let curve = curve(&lines(TRUTH, MATCHES));
        let figures: Vec<_> = curve.iter().map(|point| (point.threshold_ppm, point.accepted, point.right)).collect();
        assert_eq!(figures, [(990_000, 1, 1), (900_000, 2, 1), (600_000, 3, 1)]);
        assert!((curve[0].precision() - 1.0).abs() < 1e-9 && (curve[0].recall() - 0.5).abs() < 1e-9);
        assert!((curve[2].f1() - 2.0 / 5.0).abs() < 1e-9);
    }

    #[test]
    fn the_report_counts_by_kind_noise_and_housemates() {
        let text = report(&lines(TRUTH, MATCHES), Some(500_000), true);
        let has = |cells: &[&str]| {
            text.lines()
                .any(|line| line.split('|').map(str::trim).filter(|cell| !cell.is_empty()).eq(cells.iter().copied()))
        };
        assert!(has(&["at the threshold", "0.6000", "0.3333", "0.5000", "0.4000"]), "{text}");
        assert!(has(&["among the first five", "-", "-", "1.0000", "-"]), "{text}");
        assert!(has(&["notreg", "2", "0.0000", "0.5000"]), "{text}");
        assert!(has(&["ltypo", "1", "0.0000", "1.0000"]), "{text}");
        assert!(has(&["relative", "1", "0.0000", "1.0000"]), "{text}");
        assert!(has(&["others", "1", "0.0000", "0.0000"]), "{text}");
    }

    #[test]
    fn both_forms_of_truth_are_read() {
        let truth = read_truth("section,line,kind,voter_id,noise\n2,3,valid,A,initial\n".as_bytes()).unwrap();
        assert_eq!(truth[&(2, 3)].noise, ["initial"]);
        let error = read_truth("section,line,kind,voter_id,noise\n2,x,valid,A,\n".as_bytes()).unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
        assert!(read_truth("a,b\n".as_bytes()).unwrap_err().to_string().contains("no column line or line_id"));
        assert!(ppm("1.5").is_err());
    }
}
