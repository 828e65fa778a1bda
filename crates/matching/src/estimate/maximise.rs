//! Expectation and maximisation over candidates' levels: which shares of levels among signers make the lines likeliest.

use rayon::prelude::*;

use super::{
    Round,
    fields::{FIELD_COUNT, NOT_SEEN, Seen},
};
use crate::bits::{Shares, centibits};

/// Shares are kept in parts per billion.
pub(crate) const WHOLE: u64 = 1_000_000_000;

/// What is estimated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parameters {
    /// How many signers are on the roll.
    pub(crate) registered: u64,
    /// For each field the share of each level among signers on whom the field bears.
    pub(crate) shares: [Vec<u64>; FIELD_COUNT],
}

/// When to stop, and how much the prior counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) rounds: u32,
    /// The end is reached when no figure moves by more.
    pub(crate) centibits: i32,
    /// The prior counts as much as so many signers, for each field.
    pub(crate) prior_signers: u64,
}

/// What one pass over the lines adds up to.
#[derive(Default)]
struct Expected {
    /// Signers on the roll, in billionths.
    registered: u128,
    counts: [Vec<u128>; FIELD_COUNT],
    /// Sum over lines of log2 of how many times likelier the line is with the roll than without it.
    centibits: i64,
}

impl Expected {
    fn empty(like: &Parameters) -> Self {
        Self { counts: like.shares.each_ref().map(|shares| vec![0; shares.len()]), ..Self::default() }
    }

    fn and(mut self, other: &Self) -> Self {
        self.registered += other.registered;
        self.centibits += other.centibits;
        let counts = self.counts.iter_mut().flatten();
        counts.zip(other.counts.iter().flatten()).for_each(|(count, more)| *count += more);
        self
    }
}

/// Rounds until little moves. The candidates' weights hold for `start`; `prior` is what is believed without the lines.
/// All sums are of integers, so neither the order of lines nor the number of threads matters.
pub(crate) fn maximise(
    lines: &[Vec<Seen>],
    start: &Parameters,
    prior: &Parameters,
    limits: Limits,
) -> (Parameters, Vec<Round>) {
    let mut now = start.clone();
    let mut rounds = Vec::new();
    for _ in 0..limits.rounds {
        let moved = Moves::between(start, &now);
        let expected = lines
            .par_chunks(256)
            .map(|lines| lines.iter().fold(Expected::empty(start), |sum, line| expect(sum, line, &moved)))
            .reduce(|| Expected::empty(start), |one, other| one.and(&other));
        let next = maximum(&expected, lines.len(), prior, limits.prior_signers);
        let largest = Moves::between(&now, &next).largest();
        rounds.push(Round {
            objective_centibits: expected.centibits + belief(&now, prior, limits.prior_signers),
            registered_permille: u32::try_from(next.registered / 1_000_000).unwrap_or_default(),
            largest_move_centibits: largest,
        });
        now = next;
        if largest <= limits.centibits {
            break;
        }
    }
    (now, rounds)
}

/// By how much the weights of one set of parameters differ from those of another.
struct Moves {
    prior: i32,
    levels: [Vec<i32>; FIELD_COUNT],
}

impl Moves {
    fn between(from: &Parameters, to: &Parameters) -> Self {
        let odds = |registered: u64| {
            let registered = registered.clamp(1, WHOLE - 1);
            centibits(registered) - centibits(WHOLE - registered)
        };
        let levels = |field: usize| {
            let pairs = from.shares[field].iter().zip(&to.shares[field]);
            // What never happens stays so: its figure has nothing to move by.
            pairs.map(|(from, to)| if *from == 0 { 0 } else { centibits((*to).max(1)) - centibits(*from) }).collect()
        };
        Self { prior: odds(to.registered) - odds(from.registered), levels: std::array::from_fn(levels) }
    }

    fn largest(&self) -> i32 {
        self.levels.iter().flatten().copied().chain([self.prior]).map(i32::abs).max().unwrap_or_default()
    }
}

fn places(seen: &Seen) -> impl Iterator<Item = (usize, usize)> {
    seen.levels.iter().enumerate().filter(|(_, level)| **level != NOT_SEEN).map(|(field, level)| (field, (*level).into()))
}

/// Adds one line: each candidate's levels as often as the candidate is the signer.
fn expect(mut sum: Expected, line: &[Seen], moves: &Moves) -> Expected {
    let weight = |seen: &Seen| {
        seen.weight + moves.prior + places(seen).map(|(field, level)| moves.levels[field][level]).sum::<i32>()
    };
    // Nobody on the roll has weight 0.
    let weights: Vec<i32> = std::iter::once(0).chain(line.iter().map(weight)).collect();
    let all = Shares::of(&weights);
    for (seen, weight) in line.iter().zip(&weights[1..]) {
        let share = u128::from(all.of_whole(*weight, WHOLE));
        sum.registered += share;
        for (field, level) in places(seen) {
            sum.counts[field][level] += share;
        }
    }
    sum.centibits += i64::from(all.total_centibits());
    sum
}

/// The likeliest shares given what is expected, the prior counted as so many more signers.
fn maximum(expected: &Expected, lines: usize, prior: &Parameters, prior_signers: u64) -> Parameters {
    let share = |count: u128, of: u128, prior: u64| {
        let (count, of) = (count + u128::from(prior_signers) * u128::from(prior), of + pseudo(prior_signers));
        u64::try_from((count * u128::from(WHOLE) + of / 2) / of.max(1)).unwrap_or(WHOLE)
    };
    let shares = |field: usize| {
        let counts = &expected.counts[field];
        let all: u128 = counts.iter().sum();
        if all + pseudo(prior_signers) == 0 {
            return prior.shares[field].clone();
        }
        counts.iter().zip(&prior.shares[field]).map(|(count, prior)| share(*count, all, *prior)).collect()
    };
    // The nobody of a line is not among the shares that are rounded down.
    let all_lines = lines as u128 * u128::from(WHOLE);
    let registered = share(expected.registered, all_lines, prior.registered);
    // Every level stays possible.
    let shares = std::array::from_fn(shares).map(|shares: Vec<u64>| shares);
    Parameters { registered: registered.clamp(1, WHOLE - 1), shares }
}

fn pseudo(signers: u64) -> u128 {
    u128::from(signers) * u128::from(WHOLE)
}

/// log2 of the prior's own likelihood under the shares: the lines that it counts for.
fn belief(now: &Parameters, prior: &Parameters, prior_signers: u64) -> i64 {
    let log = |share: u64| i64::from(centibits(share.max(1))) - i64::from(centibits(WHOLE));
    let part = |(now, prior): (&u64, &u64)| i128::from(*prior) * i128::from(log(*now));
    let registered = [(now.registered, prior.registered), (WHOLE - now.registered, WHOLE - prior.registered)];
    let sum: i128 = now.shares.iter().flatten().zip(prior.shares.iter().flatten()).map(part).sum::<i128>()
        + registered.iter().map(|(now, prior)| part((now, prior))).sum::<i128>();
    i64::try_from(sum * i128::from(prior_signers) / i128::from(WHOLE)).unwrap_or(i64::MIN)
}
