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
    normal::{AddressAgreement, compare_address},
};
use serde::Serialize;

use crate::{
    bits::shares_ppm,
    compare::{Compared, Comparer},
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchRecord {
    /// Kinds of keys that were asked, see [`KeyKind::name`].
    pub asked: Vec<&'static str>,
    /// Different voters who were looked at.
    pub rows_looked_at: u32,
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
    let mut search = Search { snapshot, line: &line, comparer, seen: Vec::new(), found: Vec::new(), asked: Vec::new() };
    search.ask(&line.keys_with_address());
    let best = search.found.iter().map(|(_, compared)| compared.evidence.total()).max();
    if best.is_none_or(|best| best < comparer.figures.proposal.broaden_below.0) {
        // Names alone return many voters: they are asked only if no address leads to a clear candidate.
        search.ask(&line.keys_of_name(comparer.frequencies));
    }
    let Search { seen, mut found, asked, .. } = search;
    found.sort_by_key(|(row, compared)| (std::cmp::Reverse(compared.evidence.total()), *row));
    // Nobody on the roll has weight 0: the weights of voters are against it.
    let weights: Vec<i32> = std::iter::once(0).chain(found.iter().map(|(_, found)| found.evidence.total())).collect();
    let shares = shares_ppm(&weights);
    let candidates: Vec<Candidate> = found
        .iter()
        .zip(&shares[1..])
        .take(MOST_CANDIDATES)
        .map(|((row, compared), share)| Candidate {
            row: *row,
            weight_centibits: compared.evidence.total(),
            probability_ppm: *share,
            evidence: compared.evidence,
            address: compare_address(&line.address, &compared.address),
        })
        .filter(|candidate| candidate.weight_centibits >= LEAST_WEIGHT)
        .collect();
    let nobody_ppm = shares[0];
    let best = candidates.first().map(|candidate| (candidate, snapshot.voter(candidate.row)));
    let proposal = propose(&line, best, nobody_ppm, comparer, context);
    let rows_looked_at = u32::try_from(seen.len()).unwrap_or(u32::MAX);
    LineMatch { candidates, search: SearchRecord { asked, rows_looked_at, nobody_ppm }, proposal }
}

/// One line's search under way.
struct Search<'a> {
    snapshot: &'a Snapshot,
    line: &'a PreparedLine,
    comparer: &'a Comparer<'a>,
    /// Rows looked at, ascending.
    seen: Vec<u32>,
    found: Vec<(u32, Compared)>,
    asked: Vec<&'static str>,
}

impl Search<'_> {
    /// Looks at the voters under these keys who have not been looked at yet.
    fn ask(&mut self, keys: &[(KeyKind, u64)]) {
        let mut rows = Vec::new();
        for (kind, key) in keys {
            if self.asked.last() != Some(&kind.name()) {
                self.asked.push(kind.name());
            }
            rows.extend_from_slice(self.snapshot.candidates(*key));
        }
        rows.sort_unstable();
        rows.dedup();
        rows.retain(|row| self.seen.binary_search(row).is_err());
        for row in &rows {
            if let Some(compared) = self.comparer.compare(self.line, &self.snapshot.voter(*row)) {
                self.found.push((*row, compared));
            }
        }
        self.seen.extend(rows);
        self.seen.sort_unstable();
    }
}
