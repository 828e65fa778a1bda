//! `countersign match`: lines against a roll, as a file of candidates or as the stored searches of a case.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use casework::{
    CaseFile, SearchReport,
    files::{LineRow, read_lines},
};
use clap::Args;
use law::grouped;
use matching::{LineText, MatchContext, MatchError, Model, match_lines};
use roll::Snapshot;
use serde::Serialize;

use super::{
    By, FileArgs,
    candidates::{Format, Found},
    open_roll,
};
use crate::{
    failure::Failure,
    output::{bar, report, stop_flag, write_whole},
};

#[derive(Args)]
pub(crate) struct Matches {
    /// The roll.
    #[arg(long)]
    roll: PathBuf,
    /// Lines as a file; the candidates go to --out.
    #[arg(long, requires = "out", required_unless_present = "case")]
    lines: Option<PathBuf>,
    /// The file of candidates to write; its ending says the format: .csv, .jsonl or .ndjson, .parquet.
    #[arg(long)]
    out: Option<PathBuf>,
    /// The format, where the file's ending does not say it.
    #[arg(long, value_enum, requires = "out")]
    format: Option<Format>,
    /// A case whose lines are searched; the searches are stored with it.
    #[arg(long, conflicts_with_all = ["lines", "out", "format"])]
    case: Option<PathBuf>,
    #[command(flatten)]
    files: FileArgs,
    #[command(flatten)]
    by: By,
}

/// What a matching of a file did.
#[derive(Serialize)]
struct Matched {
    lines: u64,
    with_candidates: u64,
    likely_valid: u64,
}

impl Matches {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        let snapshot = open_roll(&self.roll)?;
        let stop = stop_flag()?;
        if let Some(path) = &self.case {
            let mut case = CaseFile::open(path).await?;
            let done = search_case(&mut case, &snapshot, &self.by, stop, json).await;
            case.close().await;
            return report(json, &done?, searched);
        }
        let (Some(lines), Some(out)) = (&self.lines, &self.out) else {
            return Err(Failure::input(
                "name the lines with --lines and the file to write with --out, or a case with --case",
            ));
        };
        let format = self.format.map_or_else(|| Format::of(out), Ok)?;
        let lines = read_lines(lines, &self.files.options()).map_err(Failure::input)?;
        let texts: Vec<_> = lines.iter().map(line_text).collect();
        let model = Model::built_in();
        let bar = bar("Matching", json);
        bar.set_length(lines.len() as u64);
        let found = match_lines(&snapshot, &texts, &model, &MatchContext::default(), &|more| bar.inc(more), &stop);
        bar.finish_and_clear();
        let found = found.map_err(|error| match error {
            MatchError::Cancelled => Failure::Stopped,
            error @ MatchError::Threads(_) => Failure::input(error),
        })?;
        let candidates = Found { lines: &lines, matches: &found, snapshot: &snapshot };
        write_whole(out, |file| candidates.write(format, file))?;
        let done = Matched {
            lines: lines.len() as u64,
            with_candidates: found.iter().filter(|found| !found.candidates.is_empty()).count() as u64,
            likely_valid: found.iter().filter(|found| found.proposal == matching::Proposal::LikelyValid).count() as u64,
        };
        report(json, &done, |done| {
            format!(
                "{} lines matched: {} have candidates, {} are likely valid. Candidates are in {}.",
                grouped(done.lines),
                grouped(done.with_candidates),
                grouped(done.likely_valid),
                out.display()
            )
        })
    }
}

/// Searches the roll for a case's lines with a progress bar.
pub(super) async fn search_case(
    case: &mut CaseFile,
    snapshot: &Snapshot,
    by: &By,
    stop: Arc<AtomicBool>,
    quiet: bool,
) -> Result<SearchReport, Failure> {
    let bar = bar("Looking signers up", quiet);
    let tick = |done, of| {
        bar.set_length(of);
        bar.set_position(done);
    };
    let done = case.search(snapshot, &Model::built_in(), &by.act(), &tick, &stop).await;
    bar.finish_and_clear();
    Ok(done?)
}

fn searched(done: &SearchReport) -> String {
    let before =
        if done.before == 0 { String::new() } else { format!(" ({} were searched before)", grouped(done.before)) };
    format!(
        "{} lines of {} sections searched{before}; {} have candidates.",
        grouped(done.lines),
        grouped(done.sections),
        grouped(done.with_candidates)
    )
}

fn line_text(row: &LineRow) -> LineText<'_> {
    let text = &row.text;
    LineText { printed_name: &text.printed_name, address: &text.address, city: &text.city, zip: &text.zip }
}
