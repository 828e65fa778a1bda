//! `xtask bench`: the whole path on a synthetic county, a figure per unit of work for each step, and beside them, in the
//! same run, what the same machine needs merely to read the file.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::measure::read_once;

/// What to measure.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The program to measure.
    #[arg(long, default_value = "target/release/countersign")]
    program: PathBuf,
    /// The folder to work in; emptied first.
    #[arg(long, default_value = "bench")]
    dir: PathBuf,
    /// The size of the county.
    #[arg(long, default_value = "1:20")]
    scale: String,
}

/// Runs the steps and prints the table.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let dir = &arguments.dir;
    if dir.exists() {
        std::fs::remove_dir_all(dir).with_context(|| format!("emptying {}", dir.display()))?;
    }
    let county = dir.join("county");
    let text = |path: &Path| path.display().to_string();
    let program = |step: &[&str]| timed(&arguments.program, step);

    let synth = program(&["synth", "--scale", &arguments.scale, "--dir", &text(&county)])?;
    let drawn = dir.join("drawn");
    let drawn = program(&["synth", "--scale", &arguments.scale, "--images", "700", "--dir", &text(&drawn)])?;
    let (roll_csv, lines_csv) = (county.join("roll.csv"), county.join("petition.csv"));
    let (reading, voters) = read_once(&roll_csv)?;
    let (_, lines) = read_once(&lines_csv)?;
    let (_, decisions) = read_once(&county.join("decisions.csv"))?;

    let roll = text(&dir.join("roll"));
    let case = text(&dir.join("case"));
    let import = program(&["roll", "import", &text(&roll_csv), "--out", &roll])?;
    let matching = program(&[
        "match",
        "--roll",
        &roll,
        "--lines",
        &text(&lines_csv),
        "--out",
        &text(&dir.join("candidates.csv")),
    ])?;
    program(&["case", "new", &case, "--facts", &text(&county.join("case.json"))])?;
    let receive = program(&[
        "intake",
        "receive",
        &case,
        "--lines",
        &text(&lines_csv),
        "--sections",
        &text(&county.join("sections.csv")),
    ])?;
    program(&["intake", "count", &case])?;
    program(&["intake", "withdraw", &case, &text(&county.join("withdrawals.csv")), "--roll", &roll])?;
    program(&["intake", "void", &case, &text(&county.join("section_decisions.csv"))])?;
    let search = program(&["match", "--roll", &roll, "--case", &case])?;
    let decide = program(&["decide", &case, &text(&county.join("decisions.csv")), "--roll", &roll])?;
    let certify = program(&["certify", &case, "--roll", &roll, "--on", "2022-08-15", "--out", &text(dir)])?;

    println!("scale {}: {voters} voters, {lines} lines, {decisions} decisions\n", arguments.scale);
    println!("| step | wall, s | per unit |");
    println!("|---|---|---|");
    row("synthetic county", synth, voters, "voter");
    row("pictures of 700 lines, their pages and their households' hands", drawn.saturating_sub(synth), 700, "line");
    row("reading the roll once with the csv crate, one thread", reading, voters, "voter");
    row("roll import", import, voters, "voter");
    row("match, lines to CSV", matching, lines, "line");
    row("intake", receive, lines, "line");
    row("match, stored with the case", search, lines, "line");
    row("decide", decide, decisions, "decision");
    row("certify, with PDF", certify, lines, "line");
    println!("\nroll import: {:.1} times the reading", import.as_secs_f64() / reading.as_secs_f64());
    Ok(())
}

fn timed(program: &Path, arguments: &[&str]) -> Result<Duration> {
    let began = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("{}; build it first: cargo build --release --workspace", program.display()))?;
    ensure!(status.success(), "countersign {} failed", arguments.join(" "));
    Ok(began.elapsed())
}

fn row(step: &str, took: Duration, units: u64, unit: &str) {
    let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX) / units.max(1);
    println!(
        "| {step} | {:.2} | {}.{:02} µs a {unit} |",
        took.as_secs_f64(),
        nanoseconds / 1000,
        nanoseconds % 1000 / 10
    );
}
