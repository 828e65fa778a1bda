//! Random draws that come out the same on any machine and with any number of threads: every block of work has its
//! own ChaCha stream, and all draws are of integers.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream of random numbers is for; blocks of different purposes never share a stream.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stream {
    /// The voters of one block.
    Voters = 1,
    /// The signers from one block and what they wrote.
    Signers = 2,
    /// How the lines are bound into sections.
    Binding = 3,
    /// One section: its circulator, dates and reviewers.
    Section = 4,
    /// One circulator.
    Circulator = 5,
    /// What the reviewers of one section found.
    Review = 6,
    /// How one voter signs.
    Hand = 7,
    /// How one voter prints.
    Print = 8,
    /// How somebody who is not on the roll, or who signs for another, signs and prints.
    OtherHand = 9,
    OtherPrint = 10,
    /// How one circulator signs and prints.
    CirculatorHand = 11,
    CirculatorPrint = 12,
    /// How many reference signatures one voter has.
    References = 13,
    /// One reference signature.
    Reference = 14,
    /// How one page was scanned.
    Page = 15,
    /// The pen that a circulator lends.
    Pen = 16,
    /// How one line was filled in.
    Line = 17,
    /// How one declaration was filled in.
    Declaration = 18,
    /// The grain of all pictures.
    Grain = 19,
}

/// A source of random integers.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The source that belongs to one block of one purpose.
    pub(crate) fn new(seed: u64, stream: Stream, index: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(((stream as u64) << 48) | index);
        Self(rng)
    }

    /// A whole number from 0 up to, not including, `n`; 0 when `n` is 0.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(n)) >> 32) as u32
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// A place in a list of `len` entries; lists here are far shorter than 2^32.
    #[expect(clippy::cast_possible_truncation, reason = "lists here are far shorter than 2^32")]
    pub(crate) fn index(&mut self, len: usize) -> usize {
        self.below(len as u32) as usize
    }

    /// Yes, in so many cases of a thousand.
    pub(crate) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// One entry of a list that is not empty.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.index(items.len())]
    }

    /// One entry of a list, each as often as its weight says.
    pub(crate) fn weighted<T: Copy>(&mut self, choices: &Weighted<T>) -> T {
        let drawn = self.below(choices.sums.last().copied().unwrap_or(0));
        choices.items[choices.sums.partition_point(|&sum| sum <= drawn)]
    }

    /// One of a few entries, each as often as its weight says.
    pub(crate) fn drawn<T: Copy, const N: usize>(&mut self, choices: &[(T, u32); N]) -> T {
        let mut left = self.below(choices.iter().map(|&(_, weight)| weight).sum());
        for &(item, weight) in choices {
            match left.checked_sub(weight) {
                Some(less) => left = less,
                None => return item,
            }
        }
        choices[0].0
    }

    /// A number from `low` up to `high`, for drawing: nothing that is counted rests on it.
    #[expect(clippy::cast_precision_loss, reason = "24 bits fit exactly")]
    pub(crate) fn within(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.below(1 << 24) as f32 / 16_777_216.0)
    }

    /// A number about 0, mostly between -1 and 1, for drawing.
    pub(crate) fn about(&mut self) -> f32 {
        self.within(-1.0, 1.0) + self.within(-0.7, 0.7)
    }

    /// Puts a list in random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.index(last + 1));
        }
    }
}

/// A list whose entries are drawn by weight.
pub(crate) struct Weighted<T> {
    items: Vec<T>,
    sums: Vec<u32>,
}

impl<T> FromIterator<(T, u32)> for Weighted<T> {
    /// Entries of weight 0 are left out, so that they are never drawn.
    fn from_iter<I: IntoIterator<Item = (T, u32)>>(entries: I) -> Self {
        let mut total = 0;
        let (items, sums) = entries
            .into_iter()
            .filter(|&(_, weight)| weight > 0)
            .map(|(item, weight)| {
                total += weight;
                (item, total)
            })
            .unzip();
        Self { items, sums }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A change of the generator would change every county: these draws are written down.
    #[test]
    fn draws_are_as_written_down() {
        let mut dice = Dice::new(1, Stream::Voters, 7);
        let drawn: Vec<u32> = (0..8).map(|_| dice.below(1000)).collect();
        assert_eq!(drawn, GOLDEN);
    }

    const GOLDEN: [u32; 8] = [903, 203, 593, 375, 344, 484, 972, 777];

    #[test]
    fn weights_are_respected_and_zero_is_never_drawn() {
        let choices: Weighted<char> = [('a', 1), ('b', 0), ('c', 3)].into_iter().collect();
        let mut dice = Dice::new(5, Stream::Voters, 0);
        let drawn: Vec<char> = (0..4000).map(|_| dice.weighted(&choices)).collect();
        let a = drawn.iter().filter(|&&c| c == 'a').count();
        assert!(!drawn.contains(&'b'));
        assert!((850..1150).contains(&a), "{a}");
    }

    #[test]
    fn a_shuffle_keeps_every_entry() {
        let mut items: Vec<u32> = (0..100).collect();
        Dice::new(5, Stream::Voters, 0).shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
