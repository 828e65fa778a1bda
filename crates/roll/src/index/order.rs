//! Orders: the voters sorted by two of the things that a line tells (given name, surname, house number, street), so that
//! those who share both are found together whatever happened to the rest.

use rayon::prelude::*;

use super::fetch;
use super::vocabulary::{lower, upper};

/// Voters by a first and a second number.
#[derive(Debug, Clone, Copy, Default)]
pub struct Order<'a> {
    /// Where the entries of each first number begin; one more at the end.
    starts: &'a [u32],
    /// Second number in the upper half, row in the lower; ascending under each first number.
    entries: &'a [u64],
    /// For each second number how many voters on the whole roll, or about, have a lower one.
    below: &'a [u32],
}

impl<'a> Order<'a> {
    pub(crate) fn new(starts: &'a [u32], entries: &'a [u64], below: &'a [u32]) -> Self {
        Self { starts, entries, below }
    }

    /// The rows under both numbers, ascending.
    pub fn rows(&self, first: u32, second: u32) -> Rows<'a> {
        self.rows_between(first, &(second..second.saturating_add(1)))
    }

    /// The rows under a first number and a range of second ones.
    pub fn rows_between(&self, first: u32, second: &std::ops::Range<u32>) -> Rows<'a> {
        let under = self.under(first);
        let from = place_of(under, second.start, self.below);
        let rest = &under[from..];
        // What is asked for is short nearly always.
        let mut reach = 1;
        while rest.get(reach).is_some_and(|entry| upper(*entry) < second.end) {
            reach *= 2;
        }
        let near = &rest[..rest.len().min(reach + 1)];
        Rows(&near[..near.partition_point(|entry| upper(*entry) < second.end)])
    }

    /// All rows under a first number.
    pub fn all(&self, first: u32) -> Rows<'a> {
        Rows(self.under(first))
    }

    /// Brings what answers these questions, each of an order and two numbers, near the processor.
    pub fn fetch_ahead(questions: impl Iterator<Item = (Self, u32, u32)> + Clone) {
        fetch(questions.clone().map(|(order, first, _)| order.starts.get(first as usize).copied().map(u64::from)));
        fetch(questions.clone().map(|(order, first, _)| order.under(first).first().copied()));
        fetch(questions.clone().map(|(order, first, _)| order.under(first).last().copied()));
        fetch(questions.map(|(order, first, second)| {
            let under = order.under(first);
            under.get(guess(under, second, order.below)).copied()
        }));
    }

    fn under(&self, first: u32) -> &'a [u64] {
        let start = |at: usize| self.starts.get(at).map(|start| *start as usize);
        let range = start(first as usize).zip(start(first as usize + 1));
        range.and_then(|(from, to)| self.entries.get(from..to)).unwrap_or(&[])
    }
}

/// About where the entries with a second number begin. Second numbers are spread under a first one about as over the
/// whole roll.
fn guess(entries: &[u64], second: u32, below: &[u32]) -> usize {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return 0 };
    let voters = |from: u32, to: u32| {
        let below = |second: u32| below.get(second as usize).copied().unwrap_or(0);
        u64::from(below(to).saturating_sub(below(from)))
    };
    let share = voters(upper(*first), second) * entries.len() as u64 / (voters(upper(*first), upper(*last)) + 1);
    usize::try_from(share).unwrap_or(0).min(entries.len() - 1)
}

/// How many of the ascending entries have a lower second number. Only the neighbourhood of the guessed place is searched:
/// that touches less memory than halving. A wrong `below` makes it slower and not wrong.
fn place_of(entries: &[u64], second: u32, below: &[u32]) -> usize {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return 0 };
    if second <= upper(*first) {
        return 0;
    }
    if second > upper(*last) {
        return entries.len();
    }
    let guess = guess(entries, second, below);
    let is_before = |at: usize| entries.get(at).is_some_and(|entry| upper(*entry) < second);
    let (mut from, mut to, mut step) = (guess, guess, 8);
    if is_before(guess) {
        while is_before(to) {
            from = to;
            to = (to + step).min(entries.len());
            step *= 4;
        }
    } else {
        while from > 0 && !is_before(from) {
            to = from;
            from = from.saturating_sub(step);
            step *= 4;
        }
    }
    from + entries[from..to].partition_point(|entry| upper(*entry) < second)
}

/// Rows that stand together in an order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rows<'a>(&'a [u64]);

impl<'a> Rows<'a> {
    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each row; a voter who is there under two names or addresses may come twice.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(|entry| lower(*entry))
    }

    /// Those under each second number together.
    pub fn by_second(&self) -> impl Iterator<Item = (u32, Rows<'a>)> + use<'a> {
        self.0.chunk_by(|one, next| upper(*one) == upper(*next)).map(|rows| (upper(rows[0]), Rows(rows)))
    }

    /// Each with its second number.
    pub fn with_second(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().map(|entry| (upper(*entry), lower(*entry)))
    }
}

/// An order as it is written.
#[derive(Debug)]
pub(crate) struct Sorted {
    pub(crate) starts: Vec<u32>,
    pub(crate) entries: Vec<u64>,
}

/// More entries than an order can number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooManyEntries;

/// Sorts the rows: `entries` tells for each row the pairs of numbers under which it stands, first numbers below `firsts`.
pub(crate) fn sorted(
    rows: u32,
    firsts: usize,
    entries: impl Fn(u32, &mut dyn FnMut(u32, u32)),
) -> Result<Sorted, TooManyEntries> {
    let mut starts = vec![0_u32; firsts + 1];
    let mut total: u32 = 0;
    for row in 0..rows {
        entries(row, &mut |first, _| {
            starts[first as usize + 1] += 1;
            total = total.saturating_add(1);
        });
    }
    if total == u32::MAX {
        return Err(TooManyEntries);
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut next = starts.clone();
    let mut all = vec![0_u64; total as usize];
    for row in 0..rows {
        entries(row, &mut |first, second| {
            let place = &mut next[first as usize];
            all[*place as usize] = u64::from(second) << 32 | u64::from(row);
            *place += 1;
        });
    }
    drop(next);
    let mut rest = all.as_mut_slice();
    let mut groups = Vec::with_capacity(firsts);
    for pair in starts.windows(2) {
        let (group, after) = rest.split_at_mut((pair[1] - pair[0]) as usize);
        if group.len() > 1 {
            groups.push(group);
        }
        rest = after;
    }
    groups.par_iter_mut().with_min_len(256).for_each(|group| group.sort_unstable());
    Ok(Sorted { starts, entries: all })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_place_is_found_as_by_counting(
            mut seconds in prop::collection::vec(prop_oneof![0_u32..9, 0_u32..3000], 0..300),
            asked in 0_u32..3100,
            mut below in prop::collection::vec(0_u32..9000, 0..3100),
        ) {
            below.sort_unstable();
            seconds.sort_unstable();
            let entries: Vec<u64> = seconds.iter().map(|second| u64::from(*second) << 32).collect();
            prop_assert_eq!(place_of(&entries, asked, &below), seconds.iter().filter(|second| **second < asked).count());
        }

        #[test]
        fn rows_are_found_under_both_numbers(pairs in prop::collection::vec((0_u32..5, 0_u32..4), 1..80)) {
            let rows = u32::try_from(pairs.len()).expect("few");
            let sorted = sorted(rows, 5, |row, found| {
                let (first, second) = pairs[row as usize];
                found(first, second);
            });
            let sorted = sorted.expect("fits");
            let order = Order { starts: &sorted.starts, entries: &sorted.entries, below: &[0, 7, 20, 40] };
            for first in 0..6 {
                let rows_of = |wanted: &dyn Fn(u32) -> bool| -> Vec<u32> {
                    (0..rows).filter(|row| pairs[*row as usize].0 == first && wanted(pairs[*row as usize].1)).collect()
                };
                for second in 0..5 {
                    prop_assert_eq!(order.rows(first, second).iter().collect::<Vec<_>>(), rows_of(&|found| found == second));
                }
                let mut between: Vec<u32> = order.rows_between(first, &(1..3)).iter().collect();
                between.sort_unstable();
                prop_assert_eq!(between, rows_of(&|found| (1..3).contains(&found)));
                prop_assert_eq!(order.all(first).len(), rows_of(&|_| true).len());
                for (second, rows) in order.all(first).by_second() {
                    prop_assert_eq!(rows.iter().collect::<Vec<_>>(), rows_of(&|found| found == second));
                }
                let seconds: Vec<u32> = order.all(first).by_second().map(|(second, _)| second).collect();
                prop_assert!(seconds.is_sorted_by(|one, next| one < next));
            }
        }
    }
}
