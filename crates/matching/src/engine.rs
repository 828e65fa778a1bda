//! Lines against the roll: search by keys, comparison, and the probability of each candidate against the others and
//! against nobody on the roll.

use std::{
    num::NonZeroUsize,
    sync::atomic::{AtomicBool, Ordering},
};

use jiff::civil::Date;
use rayon::prelude::*;
use roll::{
    Snapshot,
    keys::KeyKind,
    normal::{AddressAgreement, VoterAddress, compare_address},
};
use serde::Serialize;

use crate::{
    bits::shares_ppm,
    compare::Comparer,
    evidence::Evidence,
    frequency::Frequencies,
    line::{LineText, PreparedLine},
    model::Model,
    proposal::{Proposal, propose},
};

/// The most candidates kept for a line.
pub const MOST_CANDIDATES: usize = 5;
/// A candidate this far below "nobody on the roll" is not worth a look, in hundredths of a bit.
const LEAST_WEIGHT: i32 = -2000;
/// Lines between two reports of progress.
const REPORT_EVERY: usize = 256;

/// What the lines are matched for.
#[derive(Debug, Clone, Copy, Default)]
pub struct MatchContext {
    /// Day the petition was filed: who registered later is proposed as registered late.
    pub filed_on: Option<Date>,
    /// First day of circulation: a previous address stands if the voter moved on or after it.
    pub circulation_from: Option<Date>,
    /// Threads to use; all cores if not given. The result is the same.
    pub threads: Option<NonZeroUsize>,
}

/// What came of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineMatch {
    /// The best candidates, best first; equal ones by row.
    pub candidates: Vec<Candidate>,
    /// What was searched.
    pub search: SearchRecord,
    /// What the machine proposes; people decide.
    pub proposal: Proposal,
}

/// A voter who may have signed the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Row in the snapshot.
    pub row: u32,
    /// log2 of the odds that this voter and not somebody off the roll signed, in hundredths of a bit.
    pub weight_centibits: i32,
    /// Probability that this voter signed, over all candidates and nobody, in parts per million.
    pub probability_ppm: u32,
    /// What the weight is made of.
    pub evidence: Evidence,
    /// How the residence compares, with the tolerances of the law.
    pub address: AddressAgreement,
}

/// The search behind a line, stored with the finding that a signer is not registered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SearchRecord {
    /// Kinds of keys that were asked, see [`KeyKind::name`].
    pub asked: Vec<&'static str>,
    /// Different voters who were looked at.
    pub rows_looked_at: u32,
    /// Keys that so many voters share that they were not looked at one by one.
    pub too_common: u32,
    /// Probability that nobody on the roll signed the line, in parts per million.
    pub nobody_ppm: u32,
}

/// Why matching ended without a result.
#[derive(Debug, thiserror::Error)]
pub enum MatchError {
    /// Somebody stopped it.
    #[error("matching was stopped before its end; nothing was kept")]
    Cancelled,
    /// The system gives no threads.
    #[error("the threads for matching could not be started: {0}; try fewer threads")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Matches lines with a roll. The result has one entry a line, in the same order, and is the same for any number of
/// threads. `progress` is called now and then with the number of lines done since the last call.
pub fn match_lines(
    snapshot: &Snapshot,
    lines: &[LineText<'_>],
    model: &Model,
    context: &MatchContext,
    progress: &(dyn Fn(u64) + Sync),
    cancelled: &AtomicBool,
) -> Result<Vec<LineMatch>, MatchError> {
    let run = || {
        let frequencies = Frequencies::count(snapshot);
        let comparer = Comparer { figures: &model.figures, frequencies: &frequencies };
        let matched: Option<Vec<Vec<LineMatch>>> = lines
            .par_chunks(REPORT_EVERY)
            .map(|chunk| {
                if cancelled.load(Ordering::Relaxed) {
                    return None;
                }
                let matched = chunk.iter().map(|line| match_line(snapshot, line, &comparer, context)).collect();
                progress(chunk.len() as u64);
                Some(matched)
            })
            .collect();
        matched.map(|chunks| chunks.into_iter().flatten().collect()).ok_or(MatchError::Cancelled)
    };
    match context.threads {
        Some(threads) => rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build()?.install(run),
        None => run(),
    }
}

fn match_line(snapshot: &Snapshot, text: &LineText<'_>, comparer: &Comparer<'_>, context: &MatchContext) -> LineMatch {
    let line = PreparedLine::new(text, snapshot);
    let mut search = Search {
        snapshot,
        line: &line,
        comparer,
        seen: Vec::new(),
        found: Vec::new(),
        record: SearchRecord::default(),
    };
    // From the narrowest search to the broadest, until one leads to a clear candidate: first those of the same name who
    // live there, then all who live there and those of the same name nearby, then those of the same name anywhere.
    let common = &comparer.figures.too_common;
    search.record.asked.extend(line.address.has_street().then_some(KeyKind::HouseStreet.name()));
    let mut nearby = search.rows_under(&line.keys_with_place(), common.place);
    search.look_at(nearby.iter().copied().filter(|row| line.residents.binary_search(row).is_ok()).collect());
    if !search.is_clear() {
        nearby.extend_from_slice(line.residents);
        search.look_at(nearby);
    }
    if !search.is_clear() {
        let mut namesakes = search.rows_under(&line.keys_of_name(), common.name);
        namesakes.extend(search.rows_under(&line.keys_of_similar_names(comparer.frequencies), common.similar_name));
        search.look_at(namesakes);
    }
    let Search { mut found, mut record, .. } = search;
    found.sort_unstable_by_key(|found| (std::cmp::Reverse(found.weight), found.row));
    // Nobody on the roll has weight 0: the weights of voters are against it.
    let weights: Vec<i32> = std::iter::once(0).chain(found.iter().map(|found| found.weight)).collect();
    let shares = shares_ppm(&weights);
    let candidates: Vec<Candidate> = found
        .iter()
        .zip(&shares[1..])
        .take(MOST_CANDIDATES)
        .filter(|(found, _)| found.weight >= LEAST_WEIGHT)
        .map(|(found, share)| Candidate {
            row: found.row,
            weight_centibits: found.weight,
            probability_ppm: *share,
            evidence: found.evidence,
            address: compare_address(&line.address, &VoterAddress::of(&snapshot.voter(found.row))),
        })
        .collect();
    record.nobody_ppm = shares[0];
    let voter = candidates.first().map(|candidate| snapshot.voter(candidate.row));
    let proposal = propose(&line, candidates.first().zip(voter.as_ref()), record.nobody_ppm, comparer, context);
    LineMatch { candidates, search: record, proposal }
}

/// A voter who has something of the line.
struct Found {
    weight: i32,
    row: u32,
    evidence: Evidence,
}

/// One line's search under way.
struct Search<'a> {
    snapshot: &'a Snapshot,
    line: &'a PreparedLine<'a>,
    comparer: &'a Comparer<'a>,
    /// Rows looked at, ascending.
    seen: Vec<u32>,
    found: Vec<Found>,
    record: SearchRecord,
}

impl Search<'_> {
    /// The voters under these keys, in no order; a key that more than `most` share is left out.
    fn rows_under(&mut self, keys: &[(KeyKind, u64)], most: usize) -> Vec<u32> {
        let mut rows = Vec::new();
        for (kind, key) in keys {
            if self.record.asked.last() != Some(&kind.name()) {
                self.record.asked.push(kind.name());
            }
            let under_key = self.snapshot.candidates(*key);
            if under_key.len() <= most {
                rows.extend_from_slice(under_key);
            } else {
                self.record.too_common += 1;
            }
        }
        rows
    }

    /// Looks at those voters who have not been looked at yet.
    fn look_at(&mut self, mut rows: Vec<u32>) {
        rows.sort_unstable();
        rows.dedup();
        rows.retain(|row| self.seen.binary_search(row).is_err());
        for row in &rows {
            if let Some(evidence) = self.comparer.compare(self.line, &self.snapshot.voter(*row)) {
                self.found.push(Found { weight: evidence.total(), row: *row, evidence });
            }
        }
        self.record.rows_looked_at += u32::try_from(rows.len()).unwrap_or(u32::MAX);
        self.seen.append(&mut rows);
        self.seen.sort_unstable();
    }

    /// Whether one candidate is so good that nobody better can be expected elsewhere.
    fn is_clear(&self) -> bool {
        let enough = self.comparer.figures.proposal.broaden_below.0;
        self.found.iter().any(|found| found.weight >= enough)
    }
}
