//! How often a postal code is one slip from a voter's by chance: lines of the sample against voters from all over the
//! roll, none of whom need have anything to do with them (as Splink estimates its `u`).

use rayon::prelude::*;

use super::maximise::WHOLE;
use crate::{
    compare::Comparer,
    evidence::Level,
    line::{LineText, PreparedLine},
    search::LINES_TOGETHER,
};

/// Lines and voters that are compared, each with each.
const LINES: usize = 2000;
const VOTERS: u32 = 1000;

/// Of the voters who live elsewhere, and of whom a postal code or city can be compared, how many have a postal code one
/// slip from the line's, in parts per billion. At least one in ten thousand, so that a slip never proves anything.
///
/// All the codes of a city may be one slip apart, or none: nothing but the roll can tell.
pub(crate) fn zip_slips_by_chance(sample: &[LineText<'_>], comparer: &Comparer<'_>) -> u64 {
    let ground = comparer.ground;
    let rows = ground.snapshot.len();
    let step = usize::try_from((rows / VOTERS).max(1)).unwrap_or(1);
    let voters: Vec<_> = (0..rows).step_by(step).map(|row| ground.index.form(row)).collect();
    let count = |line: PreparedLine<'_>| {
        let places = voters.iter().map(|voter| comparer.place_items(&line, &voter.place));
        places.fold((0_u64, 0_u64), |(slips, all), (place, _, locality)| match locality.level {
            Level::Unsaid => (slips, all),
            _ if place.level.is_at_home() => (slips, all),
            Level::OneSlip => (slips + 1, all + 1),
            _ => (slips, all + 1),
        })
    };
    let first = sample.get(..LINES).unwrap_or(sample);
    let add = |one: (u64, u64), other: (u64, u64)| (one.0 + other.0, one.1 + other.1);
    let lines = first.par_chunks(LINES_TOGETHER).flat_map_iter(|texts| PreparedLine::all(texts, ground));
    let (slips, all) = lines.map(count).reduce(|| (0, 0), add);
    // At most two million pairs: the product has room.
    (slips * WHOLE / all.max(1)).max(WHOLE / 10_000)
}
