//! `countersign match`: lines against a roll, as a file of candidates or as the stored searches of a case.

use std::{
    io::Write,
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use casework::{
    CaseFile, Place, SearchReport,
    files::{LineRow, read_lines},
};
use clap::Args;
use jiff::civil::Date;
use law::{counted, grouped};
use matching::{
    Estimate, EstimateError, EstimateOptions, LineMatch, LineText, MatchContext, MatchError, Model, Proposal, estimate,
    mark_duplicates, match_lines,
};
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
    /// A matching model in place of the built-in one.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Fit the model to these lines first, without knowing who signed, and write it to this file.
    #[arg(long, requires = "lines", value_name = "MODEL")]
    estimate: Option<PathBuf>,
    /// The day the petition was filed: who registered later is proposed as registered late.
    #[arg(long, requires = "lines")]
    filed_on: Option<Date>,
    /// The first day of circulation: a previous address stands if the voter moved on it or later.
    #[arg(long, requires = "lines")]
    circulation_from: Option<Date>,
    /// The petition's district, as KIND=NAME with a kind that `roll info` lists: who is registered outside is proposed as
    /// out of jurisdiction.
    #[arg(long, requires = "lines")]
    district: Option<String>,
    /// A case whose lines are searched; the searches are stored with it.
    #[arg(long, conflicts_with_all = ["lines", "out", "format"])]
    case: Option<Place>,
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
    /// Voters who are likely to have signed more than once.
    likely_duplicates: u64,
    /// Voters looked at, over all lines.
    rows_looked_at: u64,
    model: String,
    model_digest: String,
}

impl Matches {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        let snapshot = open_roll(&self.roll)?;
        let stop = stop_flag()?;
        if let Some(place) = &self.case {
            let mut case = CaseFile::open(place).await?;
            let done = search_case(&mut case, &snapshot, &self.model()?, &self.by, stop, json).await;
            case.close().await;
            return report(json, &done?, searched);
        }
        let (Some(lines), Some(out)) = (&self.lines, &self.out) else {
            return Err(Failure::input(
                "name the lines with --lines and the file to write with --out, or a case with --case",
            ));
        };
        let format = self.format.map_or_else(|| Format::of(out), Ok)?;
        let mut model = self.model()?;
        let context = MatchContext {
            filed_on: self.filed_on,
            circulation_from: self.circulation_from,
            district: self.district_of(&snapshot)?,
            threads: None,
        };
        // A roll that was damaged after its sealing could hide voters: it is read whole while the lines are read.
        let (whole, lines) = rayon::join(|| snapshot.verify(), || read_lines(lines, &self.files.options()));
        whole.map_err(Failure::input)?;
        let lines = lines.map_err(Failure::input)?;
        let texts: Vec<_> = lines.iter().map(line_text).collect();
        if let Some(path) = &self.estimate {
            let estimated = fitted(&snapshot, &texts, &model, &stop, json)?;
            write_whole(path, |file| file.write_all(estimated.text.as_bytes()))?;
            model = estimated.model;
        }
        let bar = bar("Matching", json);
        bar.set_length(lines.len() as u64);
        let found = match_lines(&snapshot, &texts, &model, &context, &|more| bar.inc(more), &stop);
        bar.finish_and_clear();
        let mut found = found.map_err(|error| match error {
            MatchError::Cancelled => Failure::Stopped,
            error @ MatchError::Threads(_) => Failure::input(error),
        })?;
        let likely_duplicates = mark_duplicates(&mut found);
        let candidates = Found { lines: &lines, matches: &found, snapshot: &snapshot };
        write_whole(out, |file| candidates.write(format, file))?;
        let count = |is: fn(&LineMatch) -> bool| found.iter().filter(|found| is(found)).count() as u64;
        let done = Matched {
            lines: lines.len() as u64,
            with_candidates: count(|found| !found.candidates.is_empty()),
            likely_valid: count(|found| matches!(found.proposal, Proposal::LikelyValid | Proposal::DuplicateGroup)),
            likely_duplicates,
            rows_looked_at: found.iter().map(|found| u64::from(found.search.rows_looked_at)).sum(),
            model: model.id().to_owned(),
            model_digest: model.digest().to_owned(),
        };
        // The program is at its end, which gives all memory back at once; list by list it would take a while.
        std::mem::forget((found, lines));
        report(json, &done, |done| {
            format!(
                "{} matched: {} with candidates, {} likely valid; voters who seem to have signed more than once: {}. \
                 Candidates are in {}.",
                counted(done.lines, "line", "lines"),
                grouped(done.with_candidates),
                grouped(done.likely_valid),
                grouped(done.likely_duplicates),
                out.display()
            )
        })
    }

    fn model(&self) -> Result<Model, Failure> {
        let Some(path) = &self.model else { return Ok(Model::built_in()) };
        let fail = |error: &dyn std::fmt::Display| Failure::input(format!("{}: {error}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| fail(&error))?;
        Model::from_toml(&text).map_err(|error| fail(&error))
    }

    /// The district as kind and name; the roll has to know the kind, and somebody has to live there.
    fn district_of(&self, snapshot: &Snapshot) -> Result<Option<(&str, &str)>, Failure> {
        let Some(district) = &self.district else { return Ok(None) };
        let (kind, name) = district
            .split_once('=')
            .ok_or_else(|| Failure::input(format!("--district {district}: write KIND=NAME, such as assembly=41")))?;
        let kinds = snapshot.info().districts;
        if !kinds.iter().any(|known| known == kind) {
            return Err(Failure::input(format!(
                "--district {district}: the roll has no districts of the kind {kind}; it has {}",
                kinds.join(", ")
            )));
        }
        if snapshot.registered_in(kind, name) == 0 {
            return Err(Failure::input(format!("--district {district}: no active voter of the roll is in it")));
        }
        Ok(Some((kind, name)))
    }
}

/// Fits the model to the lines with a progress bar.
fn fitted(
    snapshot: &Snapshot,
    lines: &[LineText<'_>],
    model: &Model,
    stop: &AtomicBool,
    quiet: bool,
) -> Result<Estimate, Failure> {
    let options = EstimateOptions::default();
    let bar = bar("Fitting the model", quiet);
    bar.set_length(u64::from(options.passes) * options.lines.min(lines.len()) as u64);
    let estimated = estimate(snapshot, lines, model, &options, &|more| bar.inc(more), stop);
    bar.finish_and_clear();
    estimated.map_err(|error| match error {
        EstimateError::Cancelled => Failure::Stopped,
        error => Failure::input(format!("--estimate: {error}")),
    })
}

/// Searches the roll for a case's lines with a progress bar.
pub(super) async fn search_case(
    case: &mut CaseFile,
    snapshot: &Snapshot,
    model: &Model,
    by: &By,
    stop: Arc<AtomicBool>,
    quiet: bool,
) -> Result<SearchReport, Failure> {
    let bar = bar("Looking signers up", quiet);
    let tick = |done, of| {
        bar.set_length(of);
        bar.set_position(done);
    };
    let done = case.search(snapshot, model, &by.act(), &tick, &stop).await;
    bar.finish_and_clear();
    Ok(done?)
}

fn searched(done: &SearchReport) -> String {
    let before = if done.before == 0 { String::new() } else { format!(" ({} searched before)", grouped(done.before)) };
    format!(
        "{} of {} searched{before}; {} candidates.",
        counted(done.lines, "line", "lines"),
        counted(done.sections, "section", "sections"),
        counted(done.with_candidates, "has", "have")
    )
}

fn line_text(row: &LineRow) -> LineText<'_> {
    let text = &row.text;
    LineText { printed_name: &text.printed_name, address: &text.address, city: &text.city, zip: &text.zip }
}
