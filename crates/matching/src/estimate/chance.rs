//! How often the address of a line agrees with a voter's by chance: lines of the sample against voters from all over the
//! roll, none of whom need have anything to do with them (as Splink estimates its `u`).

use rayon::prelude::*;

use super::{
    fields::{FIELDS, LOCALITY_ELSEWHERE, PLACE},
    maximise::WHOLE,
};
use crate::{
    compare::Comparer,
    evidence::Level,
    line::{LineText, PreparedLine},
};

/// Lines and voters that are compared, each with each.
const LINES: usize = 2000;
const VOTERS: u32 = 1000;
/// A level that was seen less often among them is left alone.
const LEAST_SEEN: u64 = 100;

/// For the levels of two fields, how often they agree by chance, in parts per billion; nothing where too few agree.
pub(crate) struct ByChance {
    place: Vec<Option<u64>>,
    elsewhere: Vec<Option<u64>>,
}

impl ByChance {
    pub(crate) fn of(sample: &[LineText<'_>], comparer: &Comparer<'_>) -> Self {
        let ground = comparer.ground;
        let rows = u32::try_from(ground.snapshot.len()).unwrap_or(u32::MAX);
        let step = usize::try_from((rows / VOTERS).max(1)).unwrap_or(1);
        let voters: Vec<_> = (0..rows).step_by(step).map(|row| ground.index.form(row)).collect();
        let empty = || [vec![0_u64; FIELDS[PLACE].levels.len()], vec![0_u64; FIELDS[LOCALITY_ELSEWHERE].levels.len()]];
        let count = |mut counts: [Vec<u64>; 2], text: &LineText<'_>| {
            let line = PreparedLine::new(text, ground);
            for voter in &voters {
                let (place, _, locality) = comparer.place_items(&line, &voter.place);
                let levels = [(PLACE, place.level), (LOCALITY_ELSEWHERE, locality.level)];
                let away = if place.level.is_at_home() { 1 } else { 2 };
                for (counts, (field, level)) in counts.iter_mut().zip(levels).take(away) {
                    if let Some(at) = FIELDS[field].levels.iter().position(|(_, of_field)| *of_field == level) {
                        counts[at] += 1;
                    }
                }
            }
            counts
        };
        let add = |mut sum: [Vec<u64>; 2], more: [Vec<u64>; 2]| {
            sum.iter_mut().flatten().zip(more.iter().flatten()).for_each(|(sum, more)| *sum += more);
            sum
        };
        let first = sample.get(..LINES).unwrap_or(sample);
        let [place, elsewhere] = first.par_iter().fold(empty, count).reduce(empty, add);
        let share = |counts: &[u64]| -> Vec<Option<u64>> {
            let all = u128::from(counts.iter().sum::<u64>()).max(1);
            let share = |count: u64| u64::try_from(u128::from(count) * u128::from(WHOLE) / all).ok();
            counts.iter().map(|count| share(*count).filter(|_| *count >= LEAST_SEEN)).collect()
        };
        Self { place: share(&place), elsewhere: share(&elsewhere) }
    }

    /// How often a level agrees by chance, in parts per billion, where the model's figure is the plain ratio.
    pub(crate) fn of_level(&self, field: usize, level: usize) -> Option<u64> {
        match (field, FIELDS[field].levels[level].1) {
            (PLACE, Level::SameStreet | Level::SameNumber | Level::Elsewhere) => self.place[level],
            // The figure of the postal code comes on top of how many voters have it.
            (LOCALITY_ELSEWHERE, Level::Same) => Some(WHOLE),
            (LOCALITY_ELSEWHERE, _) => self.elsewhere[level],
            _ => None,
        }
    }
}
