//! `xtask bench-matching`: our matching beside the tools that a user would otherwise pick, in one run, on one machine,
//! over the same files.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use crate::{
    curve::Point,
    measure::{self, Cost, read_once},
    peer_county,
    peers::{PEERS, Peer, Scripts},
    score::{self, Quality},
    table::Table,
};

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The program to measure.
    #[arg(long, default_value = "target/release/countersign")]
    program: PathBuf,
    /// The folder to work in; emptied first. At 1:1 it takes some 5 GB.
    #[arg(long, default_value = "target/bench-matching")]
    dir: PathBuf,
    /// The size of the synthetic county.
    #[arg(long, default_value = "1:1")]
    scale: String,
    /// The seed of the synthetic county.
    #[arg(long, default_value = "1")]
    seed: String,
    /// In place of a synthetic county of ours: a folder with roll.csv, petition.csv and truth.csv in the columns of the
    /// scripts.
    #[arg(long, conflicts_with_all = ["scale", "seed"])]
    county: Option<PathBuf>,
    /// The scripts of the peers.
    #[arg(long)]
    peers: PathBuf,
    /// The Python environment of the peers; made if it is not there.
    #[arg(long, default_value = "target/bench-peers-venv")]
    venv: PathBuf,
    /// Only these peers: exact, cascade, trained, splink-tuned, splink; or none.
    #[arg(long, value_delimiter = ',')]
    only: Option<Vec<String>>,
}

/// A tool with what it needed and how well it did.
struct Tool {
    title: &'static str,
    cost: Cost,
    lines: usize,
    quality: Quality,
}

/// Runs all and prints the tables.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    measure::ready()?;
    let peers = chosen(arguments.only.as_deref())?;
    let county = county(arguments)?;
    let [roll_csv, petition, truth] = ["roll.csv", "petition.csv", "truth.csv"].map(|name| county.join(name));
    let [roll, matches] = ["roll", "matches.csv"].map(|name| arguments.dir.join(name));

    // Read twice: the first time brings the file into memory, for the import as well.
    read_once(&roll_csv)?;
    let (reading, voters) = read_once(&roll_csv)?;
    let program = |log: &str, step: &[&str]| measure::run(&arguments.program, step, &arguments.dir.join(log));
    let [roll_text, matches_text] = [&roll, &matches].map(|path| path.display().to_string());
    eprintln!("importing the roll");
    let columns = peer_county::roll_columns();
    let import = ["roll", "import", &roll_csv.display().to_string(), "--out", &roll_text, "--columns", &columns];
    let import = program("import.log", &import)?;
    eprintln!("matching");
    let (columns, lines_text) = (peer_county::line_columns(), petition.display().to_string());
    let matching =
        ["match", "--roll", &roll_text, "--lines", &lines_text, "--out", &matches_text, "--columns", &columns];
    let cost = program("match.log", &matching)?;
    let lines = score::read(&truth, &matches, |_| true)?;
    let ours = Tool { title: "countersign match", cost, lines: lines.len(), quality: score::quality(&lines) };

    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut out = format!("{voters} voters, {} lines; {cores} processors\n", lines.len());
    let (results, notes) = others(arguments, &peers, &county, &truth, ours)?;
    comparison(&results).print(&mut out, true);
    for note in notes {
        _ = write!(out, "\n{note}\n");
    }
    _ = writeln!(
        out,
        "\nroll import: {:.2} s wall, {:.2} s processor, {:.0} MB; reading the same file once with the csv crate on one thread: {:.2} s; ratio {:.1}",
        import.wall,
        import.cpu,
        import.memory_mb,
        reading.as_secs_f64(),
        import.wall / reading.as_secs_f64()
    );
    _ = writeln!(out, "\nProbabilities of our first candidates, held against what came true:");
    score::calibration(&lines).print(&mut out, true);
    print!("{out}");
    Ok(())
}

/// The peers asked for.
fn chosen(only: Option<&[String]>) -> Result<Vec<Peer>> {
    let Some(only) = only else { return Ok(PEERS.to_vec()) };
    for name in only {
        ensure!(
            name == "none" || PEERS.iter().any(|peer| peer.name == name),
            "no peer is called {name:?}; there are: {}",
            PEERS.map(|peer| peer.name).join(", ")
        );
    }
    Ok(PEERS.into_iter().filter(|peer| only.iter().any(|name| name == peer.name)).collect())
}

/// Makes or copies the county; gives its folder.
fn county(arguments: &Arguments) -> Result<PathBuf> {
    let dir = &arguments.dir;
    if dir.exists() {
        std::fs::remove_dir_all(dir).with_context(|| format!("emptying {}", dir.display()))?;
    }
    let county = dir.join("county");
    std::fs::create_dir_all(&county).with_context(|| county.display().to_string())?;
    if let Some(given) = &arguments.county {
        for name in ["roll.csv", "petition.csv", "truth.csv"] {
            let from = given.join(name);
            std::fs::copy(&from, county.join(name)).with_context(|| format!("copying {}", from.display()))?;
        }
        return Ok(county);
    }
    eprintln!("making a synthetic county, {}", arguments.scale);
    let synth = dir.join("synth");
    let step = ["synth", "--scale", &arguments.scale, "--seed", &arguments.seed, "--dir", &synth.display().to_string()];
    measure::run(&arguments.program, &step, &dir.join("synth.log"))?;
    peer_county::convert(&synth, &county)?;
    std::fs::remove_dir_all(&synth).with_context(|| format!("removing {}", synth.display()))?;
    Ok(county)
}

/// Runs the peers after ours; also gives what is to be said of those that did not run, and of their preparation.
fn others(
    arguments: &Arguments,
    peers: &[Peer],
    county: &Path,
    truth: &Path,
    ours: Tool,
) -> Result<(Vec<Tool>, Vec<String>)> {
    let mut results = vec![ours];
    if peers.is_empty() {
        return Ok((results, Vec::new()));
    }
    if !arguments.peers.join("prep.py").exists() {
        let note = format!("The peers were not run: there are no scripts in {}.", arguments.peers.display());
        return Ok((results, vec![note]));
    }
    let scripts = Scripts::ready(&arguments.peers, &arguments.venv)?;
    let prepared = scripts.prepare(county)?;
    let mut notes = vec![format!(
        "Before each peer, and not in its figures: the common normalisation of roll and lines (prep.py), {:.2} s wall, {:.2} s processor, {:.0} MB.",
        prepared.wall, prepared.cpu, prepared.memory_mb
    )];
    for peer in peers {
        eprintln!("running {}", peer.title);
        match scripts.run(peer, county) {
            Ok((cost, answers)) => {
                let scored = score::read(truth, &answers, |(_, line)| line > peer.learned_from)?;
                let quality = score::quality(&scored);
                results.push(Tool { title: peer.title, cost, lines: results[0].lines, quality });
            }
            Err(error) => notes.push(format!("{}: no figures, {error:#}.", peer.title)),
        }
    }
    Ok((results, notes))
}

/// One row a tool, ours first.
fn comparison(results: &[Tool]) -> Table<12> {
    let mut table = Table::new([
        "tool",
        "precision",
        "recall",
        "F1",
        "recall at precision 0.99",
        "relatives taken",
        "roommates taken",
        "wall, s",
        "processor, s",
        "memory, MB",
        "lines/s",
        "our wall / its wall",
    ]);
    let share = |share: Option<f64>| share.map_or_else(|| "-".to_owned(), |share| format!("{share:.4}"));
    for result in results {
        let Quality { best, recall_at_99, housemates_taken: [relatives, roommates], .. } = result.quality;
        let Cost { wall, cpu, memory_mb } = result.cost;
        #[expect(clippy::cast_precision_loss, reason = "a count of lines, for print")]
        let speed = result.lines as f64 / wall;
        table.row(
            result.title,
            [
                share(best.map(Point::precision)),
                share(best.map(Point::recall)),
                share(best.map(Point::f1)),
                share(recall_at_99),
                share(relatives),
                share(roommates),
                format!("{wall:.2}"),
                format!("{cpu:.2}"),
                format!("{memory_mb:.0}"),
                format!("{speed:.0}"),
                format!("{:.3}", results[0].cost.wall / wall),
            ],
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_are_chosen_by_name() {
        assert_eq!(chosen(None).unwrap().len(), PEERS.len());
        let only = ["splink".to_owned(), "exact".to_owned()];
        let names: Vec<_> = chosen(Some(&only)).unwrap().iter().map(|peer| peer.name).collect();
        assert_eq!(names, ["exact", "splink"]);
        assert!(chosen(Some(&["none".to_owned()])).unwrap().is_empty());
        assert!(chosen(Some(&["dedupe".to_owned()])).unwrap_err().to_string().contains("splink-tuned"));
    }

    #[test]
    fn the_table_sets_our_time_against_each_peers() {
        let result = |title, wall| Tool {
            title,
            cost: Cost { wall, cpu: 3.0, memory_mb: 100.0 },
            lines: 1000,
            quality: score::quality(&[]),
        };
        let mut text = String::new();
        comparison(&[result("ours", 2.0), result("theirs", 8.0)]).print(&mut text, true);
        let last = text.lines().last().unwrap();
        let cells: Vec<_> = last.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
        assert_eq!(cells, ["theirs", "-", "-", "-", "-", "-", "-", "8.00", "3.00", "100", "125", "0.250"]);
    }
}
