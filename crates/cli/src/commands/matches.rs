//! `countersign match`: lines against a roll, as a file of candidates or as the stored searches of a case.

use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use casework::{
    CaseFile, SearchReport,
    files::{LineRow, read_lines},
};
use clap::Args;
use law::grouped;
use matching::{LineMatch, LineText, MatchContext, MatchError, Model, match_lines};
use roll::Snapshot;
use serde::Serialize;

use super::{By, FileArgs, open_roll};
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
    /// The CSV file to write: section,line,rank,voter_id,weight,probability,proposal,reason.
    #[arg(long)]
    out: Option<PathBuf>,
    /// A case whose lines are searched; the searches are stored with it.
    #[arg(long, conflicts_with_all = ["lines", "out"])]
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
        write_csv(out, &lines, &found, &snapshot)?;
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

fn write_csv(out: &Path, lines: &[LineRow], found: &[LineMatch], snapshot: &Snapshot) -> Result<(), Failure> {
    write_whole(out, |file| {
        writeln!(file, "section,line,rank,voter_id,weight,probability,proposal,reason")?;
        let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(file);
        for (row, found) in lines.iter().zip(found) {
            let (section, line) = (row.line.section.to_string(), row.line.line.to_string());
            let (proposal, reason) = (found.proposal.name(), found.proposal.reason().map_or("", domain::Reason::name));
            if found.candidates.is_empty() {
                csv.write_record([&section, &line, "", "", "", "", proposal, reason])?;
            }
            for (candidate, rank) in found.candidates.iter().zip(1..) {
                csv.write_record([
                    &section,
                    &line,
                    &format!("{rank}"),
                    snapshot.voter(candidate.row).voter_id,
                    &hundredths(candidate.weight_centibits),
                    &millionths(candidate.probability_ppm),
                    proposal,
                    reason,
                ])?;
            }
        }
        csv.flush()
    })
}

/// Centibits as bits with two decimals.
fn hundredths(centibits: i32) -> String {
    let sign = if centibits < 0 { "-" } else { "" };
    let size = centibits.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

/// Parts per million as a probability with six decimals.
fn millionths(ppm: u32) -> String {
    format!("{}.{:06}", ppm / 1_000_000, ppm % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_full() {
        assert_eq!(hundredths(-5), "-0.05");
        assert_eq!(hundredths(1234), "12.34");
        assert_eq!(millionths(1_000_000), "1.000000");
        assert_eq!(millionths(42), "0.000042");
    }
}
