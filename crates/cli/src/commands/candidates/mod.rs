//! The file of candidates that `countersign match` writes: CSV and Parquet with a row for each line and candidate, JSON
//! Lines with an object for each line and all that speaks for and against its candidates.

#[cfg(feature = "parquet")]
mod parquet;

use std::{
    io::{self, BufWriter, Write},
    path::Path,
};

use casework::files::LineRow;
use clap::ValueEnum;
use matching::{Asked, Candidate, LineMatch};
use rayon::prelude::*;
use roll::{Snapshot, normal::AddressAgreement};
use serde::Serialize;

use crate::failure::Failure;

/// Lines whose text is held in memory at once.
const LINES_AT_ONCE: usize = 1 << 16;
/// Lines whose text is made on one core.
const LINES_TOGETHER: usize = 1 << 10;

/// How candidates are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A row for each line and candidate.
    Csv,
    /// JSON Lines: an object for each line, with the evidence.
    Jsonl,
    /// The rows of CSV, with types.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Format {
    /// The format that a file's ending stands for; CSV for any ending that stands for none.
    #[cfg_attr(feature = "parquet", expect(clippy::unnecessary_wraps, reason = "fails only without Parquet"))]
    pub(crate) fn of(out: &Path) -> Result<Self, Failure> {
        match out.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("jsonl" | "ndjson") => Ok(Self::Jsonl),
            #[cfg(feature = "parquet")]
            Some("parquet") => Ok(Self::Parquet),
            #[cfg(not(feature = "parquet"))]
            Some("parquet") => {
                Err(Failure::input("this program was built without Parquet: choose a file that ends in .csv or .jsonl"))
            }
            _ => Ok(Self::Csv),
        }
    }
}

/// What was found for the lines of a petition, each at the place of its line.
pub(crate) struct Found<'a> {
    pub(crate) lines: &'a [LineRow],
    pub(crate) matches: &'a [LineMatch],
    pub(crate) snapshot: &'a Snapshot,
}

impl Found<'_> {
    /// Writes the whole file.
    pub(crate) fn write<W: Write + Send>(&self, format: Format, file: &mut BufWriter<W>) -> io::Result<()> {
        match format {
            Format::Csv => {
                writeln!(file, "section,line,rank,voter_id,weight,probability,proposal,reason")?;
                self.write_text(file, |out, lines, matches| self.csv_rows(out, lines, matches))
            }
            Format::Jsonl => self.write_text(file, |out, lines, matches| self.json_objects(out, lines, matches)),
            #[cfg(feature = "parquet")]
            Format::Parquet => parquet::write(self, file),
        }
    }

    fn voter_id(&self, candidate: &Candidate) -> &str {
        self.snapshot.voter_id(candidate.row)
    }

    /// Writes all lines in their order; the text of those that are written next is made on all cores.
    fn write_text(
        &self,
        file: &mut impl Write,
        text: impl Fn(&mut Vec<u8>, &[LineRow], &[LineMatch]) -> io::Result<()> + Sync,
    ) -> io::Result<()> {
        for (lines, matches) in self.lines.chunks(LINES_AT_ONCE).zip(self.matches.chunks(LINES_AT_ONCE)) {
            let few = lines.par_chunks(LINES_TOGETHER).zip(matches.par_chunks(LINES_TOGETHER));
            let texts = few.map(|(lines, matches)| {
                let mut out = Vec::new();
                text(&mut out, lines, matches).map(|()| out)
            });
            for text in texts.collect::<Vec<_>>() {
                file.write_all(&text?)?;
            }
        }
        Ok(())
    }

    fn csv_rows(&self, out: &mut Vec<u8>, lines: &[LineRow], matches: &[LineMatch]) -> io::Result<()> {
        let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(out);
        for (row, found) in lines.iter().zip(matches) {
            let (section, line) = (row.line.section.to_string(), row.line.line.to_string());
            let (proposal, reason) = (found.proposal.name(), reason(found).unwrap_or(""));
            if found.candidates.is_empty() {
                csv.write_record([&section, &line, "", "", "", "", proposal, reason])?;
            }
            for (candidate, rank) in found.candidates.iter().zip(1..) {
                csv.write_record([
                    &section,
                    &line,
                    &format!("{rank}"),
                    self.voter_id(candidate),
                    &hundredths(candidate.weight_centibits),
                    &millionths(candidate.probability_ppm),
                    proposal,
                    reason,
                ])?;
            }
        }
        csv.flush()
    }

    fn json_objects(&self, out: &mut Vec<u8>, lines: &[LineRow], matches: &[LineMatch]) -> io::Result<()> {
        for (row, found) in lines.iter().zip(matches) {
            let object = LineObject {
                section: row.line.section.get(),
                line: row.line.line.get(),
                proposal: found.proposal.name(),
                reason: reason(found),
                search: SearchObject {
                    asked: found.search.asked,
                    rows_looked_at: found.search.rows_looked_at,
                    too_common: found.search.too_common,
                    nobody_probability: probability(found.search.nobody_ppm),
                },
                candidates: found
                    .candidates
                    .iter()
                    .zip(1..)
                    .map(|(candidate, rank)| self.candidate_object(candidate, rank))
                    .collect(),
            };
            serde_json::to_writer(&mut *out, &object)?;
            out.push(b'\n');
        }
        Ok(())
    }

    fn candidate_object<'a>(&'a self, candidate: &'a Candidate, rank: u32) -> CandidateObject<'a> {
        let evidence = &candidate.evidence;
        let fields = evidence.fields().into_iter().map(|(field, item)| FieldObject {
            field,
            level: item.level.name(),
            bits: bits(item.centibits),
        });
        CandidateObject {
            rank,
            voter_id: self.voter_id(candidate),
            weight: bits(candidate.weight_centibits),
            probability: probability(candidate.probability_ppm),
            address: candidate.address,
            evidence: EvidenceObject {
                prior: bits(evidence.prior_centibits),
                fields: fields.collect(),
                previous_address: evidence.previous_address,
            },
        }
    }
}

/// A line of JSON Lines.
#[derive(Serialize)]
struct LineObject<'a> {
    section: u32,
    line: u32,
    proposal: &'a str,
    reason: Option<&'a str>,
    search: SearchObject,
    candidates: Vec<CandidateObject<'a>>,
}

#[derive(Serialize)]
struct SearchObject {
    asked: Asked,
    rows_looked_at: u32,
    too_common: u32,
    nobody_probability: f64,
}

#[derive(Serialize)]
struct CandidateObject<'a> {
    rank: u32,
    voter_id: &'a str,
    weight: f64,
    probability: f64,
    #[serde(flatten)]
    address: AddressAgreement,
    evidence: EvidenceObject<'a>,
}

/// What the weight is made of: the prior and all fields add up to it.
#[derive(Serialize)]
struct EvidenceObject<'a> {
    prior: f64,
    fields: Vec<FieldObject<'a>>,
    previous_address: bool,
}

#[derive(Serialize)]
struct FieldObject<'a> {
    field: &'a str,
    level: &'a str,
    bits: f64,
}

fn reason(found: &LineMatch) -> Option<&'static str> {
    found.proposal.reason().map(domain::Reason::name)
}

/// Bits, exact to the hundredth that they are counted in.
fn bits(centibits: i32) -> f64 {
    f64::from(centibits) / 100.0
}

/// A probability, exact to the millionth that it is counted in.
fn probability(ppm: u32) -> f64 {
    f64::from(ppm) / 1_000_000.0
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
mod tests;
