//! The edges of a sample's verdict, in lines: from which number of valid or of duplicate lines on it would have been another.

use std::num::NonZeroU32;

use domain::Verdict;
use serde::{Deserialize, Serialize};

use super::{Band, SampleResult};
use crate::formula::{FINE, Formula, Notes, Outcome, Pairs, SampleFigures};

/// A number of lines at which the verdict becomes another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// The number of lines.
    pub at: u64,
    /// The verdict from it on.
    pub verdict: Verdict,
    /// The verdict of one line fewer.
    pub before: Verdict,
    /// How many more lines than were found; negative for fewer.
    pub away: i64,
}

/// Where the verdict changes, everything else being as found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edges {
    /// In valid lines of the sample, as the formula rounds.
    pub valid: Vec<Edge>,
    /// In duplicate lines of the sample, as the formula rounds.
    pub duplicates: Vec<Edge>,
    /// In valid lines by the plain proportion, unrounded and without duplicates, as offices publish them.
    pub valid_by_plain_proportion: Vec<Edge>,
}

/// The edges around what was found.
pub(super) fn of(
    result: &SampleResult,
    formula: Formula,
    found: SampleFigures,
    required: u64,
    stage: NonZeroU32,
) -> Edges {
    let band = |figures: SampleFigures| {
        formula
            .compute(figures, required, Notes::none())
            .map_or(Band::Between, |outcome| result.band(&outcome, required))
    };
    let valid = |valid: u64| band(SampleFigures { valid, ..found });
    let duplicates = |duplicates: u64| band(SampleFigures { duplicates, ..found });
    let plain = |valid: u64| {
        let all = i128::from(found.raw) * i128::from(valid);
        result.band_of(all, i128::from(found.sample), required)
    };
    let (valid_from, valid_to, duplicates_to) = if formula.duplicates_are_valid() {
        (found.duplicates, found.sample, found.valid)
    } else {
        (0, found.sample - found.duplicates, found.sample - found.valid)
    };
    let duplicates_to = duplicates_to.min(found.sample - 1);
    // Where the verdict is another than before, in the order of the bands that are met on the way.
    let changes = |start: Band, places: [(Option<u64>, Band); 2], now: u64| -> Vec<Edge> {
        let mut verdict = result.verdict(start, stage);
        let edges = places.into_iter().filter_map(|(at, band)| {
            let (at, next) = (at?, result.verdict(band, stage));
            let before = std::mem::replace(&mut verdict, next);
            let away = super::small(i128::from(at) - i128::from(now));
            (before != next).then_some(Edge { at, verdict: next, before, away })
        });
        edges.collect()
    };
    let rising = |from: u64, to: u64, band: &dyn Fn(u64) -> Band| -> Vec<Edge> {
        let place =
            |wanted: Band| (first(from, to, |lines| band(lines) >= wanted).filter(|&at| band(at) == wanted), wanted);
        changes(band(from), [place(Band::Between), place(Band::Sufficient)], found.valid)
    };
    let falling = |wanted: Band| {
        let at = first(0, duplicates_to, |lines| duplicates(lines) <= wanted);
        (at.filter(|&at| duplicates(at) == wanted), wanted)
    };
    let (pairs, places) = match formula {
        Formula::PairsLimit { .. } => {
            let at = first_pair_beyond(formula, found, required, duplicates_to);
            (true, [(at, Band::Between), (None, Band::Insufficient)])
        }
        _ => (false, [falling(Band::Between), falling(Band::Insufficient)]),
    };
    Edges {
        valid: rising(valid_from, valid_to, &valid),
        duplicates: changes(duplicates(0), places, found.duplicates),
        valid_by_plain_proportion: if pairs { Vec::new() } else { rising(0, found.sample, &plain) },
    }
}

/// The first number of duplicate pairs beyond the limit. One more pair among the lines that do not count leaves fewer
/// invalid ones, so that the limit grows with the pairs wherever it can be met: what is within it at one number is so up to that limit.
fn first_pair_beyond(formula: Formula, found: SampleFigures, required: u64, to: u64) -> Option<u64> {
    let mut pairs = 0;
    while pairs <= to {
        let outcome = formula.compute(SampleFigures { duplicates: pairs, ..found }, required, Notes::none());
        let Ok(Outcome::Pairs(Pairs { limit, .. })) = outcome else { return None };
        let within = u64::try_from(limit.div_euclid(FINE)).ok().filter(|&within| within >= pairs);
        let Some(within) = within else { return Some(pairs) };
        pairs = within + 1;
    }
    None
}

/// The first number of a range that holds, where all after it hold too.
fn first(from: u64, to: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    if !holds(to) {
        return None;
    }
    let (mut low, mut high) = (from, to);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}
