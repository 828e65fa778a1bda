//! `xtask scaling`: what a line costs as the roll grows.

use std::{
    num::NonZeroU64,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    measure::{self, Cost, read_once},
    score,
    table::Table,
};

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The program to measure.
    #[arg(long, default_value = "target/release/countersign")]
    program: PathBuf,
    /// The folder to work in; emptied first, and after each county. At 4:1 it takes some 8 GB.
    #[arg(long, default_value = "target/bench-scaling")]
    dir: PathBuf,
    /// The sizes of the counties, small ones first.
    #[arg(long, value_delimiter = ',', default_value = "1:100,1:10,1:1,4:1")]
    scales: Vec<String>,
    /// At most so many lines at each size; by default those of the full-size petition.
    #[arg(long, default_value = "715833")]
    lines: NonZeroU64,
}

/// What was found at one size.
struct Size {
    scale: String,
    voters: u64,
    lines: u64,
    cost: Cost,
    /// Rows of the roll that were looked at for all lines, where the program tells.
    looked_at: Option<u64>,
    /// The share of registered signers among the candidates that are given out.
    found: f64,
}

/// Measures each size and prints the table.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    measure::ready()?;
    let sizes = arguments.scales.iter().map(|scale| size(arguments, scale)).collect::<Result<Vec<_>>>()?;
    let mut out = String::new();
    table(&sizes).print(&mut out, true);
    print!("{out}");
    Ok(())
}

fn size(arguments: &Arguments, scale: &str) -> Result<Size> {
    let dir = &arguments.dir;
    empty(dir)?;
    eprintln!("{scale}: making the county");
    let county = dir.join("county");
    let [county_text, roll] = [&county, &dir.join("roll")].map(|path| path.display().to_string());
    let program = |log: &str, step: &[&str]| measure::run(&arguments.program, step, &dir.join(log));
    let at_most = arguments.lines.to_string();
    program("synth.log", &["synth", "--scale", scale, "--lines", &at_most, "--dir", &county_text])?;
    let [roll_csv, petition] = ["roll.csv", "petition.csv"].map(|name| county.join(name));
    let (_, voters) = read_once(&roll_csv)?;
    let (_, lines) = read_once(&petition)?;
    eprintln!("{scale}: importing {voters} voters");
    program("import.log", &["roll", "import", &roll_csv.display().to_string(), "--out", &roll])?;
    std::fs::remove_file(&roll_csv).with_context(|| roll_csv.display().to_string())?;
    eprintln!("{scale}: matching {lines} lines");
    let matches = dir.join("matches.csv");
    let [lines_text, matches_text] = [&petition, &matches].map(|path| path.display().to_string());
    let log = dir.join("match.json");
    let step = ["match", "--json", "--roll", &roll, "--lines", &lines_text, "--out", &matches_text];
    let cost = measure::run(&arguments.program, &step, &log)?;
    let report = std::fs::read_to_string(&log).with_context(|| log.display().to_string())?;
    let scored = score::read(&county.join("truth.csv"), &matches, |_| true)?;
    let found = score::quality(&scored).among_candidates;
    empty(dir)?;
    Ok(Size { scale: scale.to_owned(), voters, lines, cost, looked_at: looked_at(&report), found })
}

fn empty(dir: &Path) -> Result<()> {
    if dir.exists() {
        std::fs::remove_dir_all(dir).with_context(|| format!("emptying {}", dir.display()))?;
    }
    std::fs::create_dir_all(dir).with_context(|| dir.display().to_string())
}

/// `rows_looked_at` of the report of `countersign match --json`.
fn looked_at(report: &str) -> Option<u64> {
    serde_json::from_str::<serde_json::Value>(report).ok()?.get("rows_looked_at")?.as_u64()
}

/// One row a size. Growth: by what a figure grows while the roll grows tenfold, between this size and the one before.
fn table(sizes: &[Size]) -> Table<10> {
    let mut table = Table::new([
        "scale",
        "voters",
        "lines",
        "wall, µs a line",
        "processor, µs a line",
        "memory, MB",
        "rows looked at a line",
        "signer among the candidates",
        "growth of the processor time per tenfold roll",
        "growth of the rows looked at per tenfold roll",
    ]);
    let dash = || "-".to_owned();
    for (at, size) in sizes.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| sizes.get(at));
        let growth = |figure: &dyn Fn(&Size) -> Option<f64>| {
            let before = before?;
            Some(per_tenfold(figure(before)?, figure(size)?, before.voters, size.voters))
        };
        let print = |growth: Option<f64>| growth.map_or_else(dash, |growth| format!("{growth:.2}"));
        table.row(
            &size.scale,
            [
                size.voters.to_string(),
                size.lines.to_string(),
                format!("{:.1}", 1e6 * size.wall_a_line()),
                format!("{:.1}", 1e6 * size.cpu_a_line()),
                format!("{:.0}", size.cost.memory_mb),
                size.rows_a_line().map_or_else(dash, |rows| format!("{rows:.1}")),
                format!("{:.4}", size.found),
                print(growth(&|size| Some(size.cpu_a_line()))),
                print(growth(&Size::rows_a_line)),
            ],
        );
    }
    table
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows and lines, for print")]
impl Size {
    fn wall_a_line(&self) -> f64 {
        self.cost.wall / self.lines as f64
    }

    fn cpu_a_line(&self) -> f64 {
        self.cost.cpu / self.lines as f64
    }

    fn rows_a_line(&self) -> Option<f64> {
        self.looked_at.map(|rows| rows as f64 / self.lines as f64)
    }
}

/// The factor by which a figure grows while the roll grows tenfold, if it grows as a power of the roll.
#[expect(clippy::cast_precision_loss, reason = "counts of rows, for print")]
fn per_tenfold(before: f64, after: f64, voters_before: u64, voters_after: u64) -> f64 {
    (after / before).powf(1.0 / (voters_after as f64 / voters_before as f64).log10())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(scale: &str, voters: u64, cpu: f64, looked_at: Option<u64>) -> Size {
        let cost = Cost { wall: cpu / 2.0, cpu, memory_mb: 10.0 };
        Size { scale: scale.to_owned(), voters, lines: 1000, cost, looked_at, found: 0.99 }
    }

    #[test]
    fn growth_is_brought_to_a_tenfold_roll() {
        assert!((per_tenfold(2.0, 8.0, 100, 10_000) - 2.0).abs() < 1e-9);
        assert!((per_tenfold(3.0, 6.0, 1, 10) - 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_row_tells_what_a_line_costs() {
        let sizes = [size("1:100", 1000, 0.05, None), size("1:1", 100_000, 0.2, Some(48_000))];
        let mut text = String::new();
        table(&sizes).print(&mut text, true);
        let row = |at: usize| {
            let line = text.lines().nth(at).unwrap();
            line.split('|').map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(row(3), ["1:100", "1000", "1000", "25.0", "50.0", "10", "-", "0.9900", "-", "-"]);
        assert_eq!(row(4), ["1:1", "100000", "1000", "100.0", "200.0", "10", "48.0", "0.9900", "2.00", "-"]);
    }

    #[test]
    fn the_rows_looked_at_come_from_the_report_if_it_has_them() {
        assert_eq!(looked_at(r#"{"lines": 3, "rows_looked_at": 120}"#), Some(120));
        assert_eq!(looked_at(r#"{"lines": 3}"#), None);
        assert_eq!(looked_at("no report"), None);
    }
}
