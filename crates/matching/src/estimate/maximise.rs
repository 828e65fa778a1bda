//! Expectation and maximisation over candidates' levels: which shares of levels among signers make the lines likeliest.

use rayon::prelude::*;

use super::{
    Round,
    fields::{FIELD_COUNT, NOT_SEEN, Seen},
};
use crate::bits::{centibits, two_to_the};

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
    /// Sum over lines of log2 of how many times likelier the line is than if nobody on the roll signed, under the share
    /// of those that the pass began with.
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
        let ratios = Ratios::between(start, &now);
        let expected = lines
            .par_chunks(256)
            .map(|lines| lines.iter().fold(Expected::empty(start), |sum, line| expect(sum, line, &ratios)))
            .reduce(|| Expected::empty(start), |one, other| one.and(&other));
        let nobody = i64::from(centibits(WHOLE - start.registered) - centibits(WHOLE))
            * i64::try_from(lines.len()).unwrap_or_default();
        let next = maximum(&expected, lines.len(), prior, limits.prior_signers);
        let largest = largest_move(&now, &next);
        rounds.push(Round {
            objective_centibits: nobody + expected.centibits + belief(&now, prior, limits.prior_signers),
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

/// Fractional bits of a ratio, and the largest one: within one pass a share grows 32,768-fold at most.
const RATIO_BITS: u32 = 32;
const LARGEST_RATIO: u128 = 1 << 47;
/// The largest likelihood of a candidate. With a ratio it still fits into 128 bits.
const LARGEST_LIKELIHOOD: u128 = 1 << 80;

/// How many times likelier levels are under one set of parameters than under another.
struct Ratios {
    registered: u128,
    unregistered: u128,
    levels: [Vec<u128>; FIELD_COUNT],
}

impl Ratios {
    fn between(from: &Parameters, to: &Parameters) -> Self {
        let ratio = |to: u128, from: u128| ((to << RATIO_BITS) / from).min(LARGEST_RATIO);
        let levels = |field: usize| {
            let pairs = from.shares[field].iter().zip(&to.shares[field]);
            // What never happens stays so: its figure has nothing to move by.
            let of_pair = |(from, to): (&u64, &u64)| match *from {
                0 => 1 << RATIO_BITS,
                from => ratio((*to).max(1).into(), from.into()),
            };
            pairs.map(of_pair).collect()
        };
        let registered = |parameters: &Parameters| u128::from(parameters.registered.clamp(1, WHOLE - 1));
        Self {
            registered: ratio(registered(to), registered(from)),
            unregistered: ratio(u128::from(WHOLE) - registered(to), u128::from(WHOLE) - registered(from)),
            levels: std::array::from_fn(levels),
        }
    }
}

/// The largest move of a figure, in hundredths of a bit.
fn largest_move(from: &Parameters, to: &Parameters) -> i32 {
    let odds = |registered: u64| centibits(registered) - centibits(WHOLE.saturating_sub(registered));
    let pairs = from.shares.iter().flatten().zip(to.shares.iter().flatten()).filter(|(from, _)| **from > 0);
    pairs
        .map(|(from, to)| centibits((*to).max(1)) - centibits(*from))
        .chain([odds(to.registered) - odds(from.registered)])
        .map(i32::abs)
        .max()
        .unwrap_or_default()
}

fn places(seen: &Seen) -> impl Iterator<Item = (usize, usize)> {
    let levels = seen.levels.iter().enumerate().filter(|(_, level)| **level != NOT_SEEN);
    levels.map(|(field, level)| (field, (*level).into()))
}

/// Adds one line: each candidate's levels as often as the candidate is the signer.
fn expect(mut sum: Expected, line: &[Seen], ratios: &Ratios) -> Expected {
    // Nobody on the roll has weight 0.
    let most = line.iter().map(|seen| seen.weight).max().unwrap_or_default().max(0);
    let times = |likelihood: u128, ratio: u128| ((likelihood * ratio) >> RATIO_BITS).min(LARGEST_LIKELIHOOD);
    let likelihood = |seen: &Seen| {
        let start = times(two_to_the(seen.weight - most).into(), ratios.registered);
        places(seen).fold(start, |likelihood, (field, level)| times(likelihood, ratios.levels[field][level]))
    };
    let likelihoods: Vec<u128> = line.iter().map(likelihood).collect();
    let nobody = times(two_to_the(-most).into(), ratios.unregistered);
    let all = (nobody + likelihoods.iter().sum::<u128>()).max(1);
    for (seen, likelihood) in line.iter().zip(likelihoods) {
        let share = likelihood * u128::from(WHOLE) / all;
        sum.registered += share;
        for (field, level) in places(seen) {
            sum.counts[field][level] += share;
        }
    }
    let surplus = all.ilog2().saturating_sub(63);
    let log = centibits(u64::try_from(all >> surplus).unwrap_or(u64::MAX)) - 6200;
    sum.centibits += i64::from(log + most) + i64::from(surplus) * 100;
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
    let all_lines = lines as u128 * u128::from(WHOLE);
    let registered = share(expected.registered, all_lines, prior.registered);
    Parameters { registered: registered.clamp(1, WHOLE - 1), shares: std::array::from_fn(shares) }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Candidates of each simulated line.
    const CANDIDATES: usize = 4;

    /// A small generator of its own (SplitMix64), so that the lines are the same for ever.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, end: u64) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed ^ (mixed >> 31)) % end
        }

        fn level(&mut self, shares: &[u64]) -> u8 {
            let mut left = self.below(WHOLE);
            let at = shares.iter().position(|share| {
                let here = left < *share;
                left = left.saturating_sub(*share);
                here
            });
            u8::try_from(at.unwrap_or_default()).unwrap()
        }
    }

    fn permille(registered: u64, shares: &[&[u64]]) -> Parameters {
        let shares = std::array::from_fn(|field| {
            shares.get(field).map_or(Vec::new(), |shares| shares.iter().map(|share| share * 1_000_000).collect())
        });
        Parameters { registered: registered * 1_000_000, shares }
    }

    const OTHERS: [&[u64]; 4] = [&[20, 30, 50, 900], &[30, 970], &[5, 15, 980], &[250, 750]];

    fn truth() -> Parameters {
        permille(820, &[&[850, 60, 80, 10], &[930, 70], &[700, 200, 100], &[600, 400]])
    }

    fn wrong() -> Parameters {
        permille(500, &[&[600, 100, 100, 200], &[700, 300], &[400, 300, 300], &[500, 500]])
    }

    /// Lines of `truth`, with the weights that candidates have under `start`.
    fn simulated(lines: usize, truth: &Parameters, start: &Parameters) -> Vec<Vec<Seen>> {
        let others = permille(0, &OTHERS);
        let mut dice = Dice(1788);
        let candidates = u64::try_from(CANDIDATES).unwrap();
        let odds = centibits(start.registered) - centibits((WHOLE - start.registered) * candidates);
        (0..lines)
            .map(|_| {
                let signer = (dice.below(WHOLE) < truth.registered).then(|| dice.below(candidates));
                (0..candidates)
                    .map(|candidate| {
                        let from = if signer == Some(candidate) { truth } else { &others };
                        let mut seen = Seen { weight: odds, levels: [NOT_SEEN; FIELD_COUNT] };
                        for field in 0..OTHERS.len() {
                            let level = dice.level(&from.shares[field]);
                            seen.levels[field] = level;
                            seen.weight += centibits(start.shares[field][usize::from(level)])
                                - centibits(others.shares[field][usize::from(level)]);
                        }
                        seen
                    })
                    .collect()
            })
            .collect()
    }

    fn limits(prior_signers: u64) -> Limits {
        Limits { rounds: 200, centibits: 0, prior_signers }
    }

    #[test]
    fn known_shares_are_recovered_from_a_wrong_start() {
        let lines = simulated(20_000, &truth(), &wrong());
        let (found, rounds) = maximise(&lines, &wrong(), &wrong(), limits(0));
        assert!(rounds.len() > 3);
        // Three standard errors of 16,400 signers, and as much again for not knowing who they are.
        let near = |found: u64, truth: u64| {
            #[expect(clippy::cast_precision_loss, reason = "the test compares to a thousandth")]
            let (found, truth) = (found as f64 / WHOLE as f64, truth as f64 / WHOLE as f64);
            (found - truth).abs() < 6.0 * (truth * (1.0 - truth) / 16_400.0).sqrt()
        };
        assert!(near(found.registered, truth().registered), "{found:?}");
        for (found, truth) in found.shares.iter().flatten().zip(truth().shares.iter().flatten()) {
            assert!(near(*found, *truth), "{found} {truth}");
        }
    }

    #[test]
    fn the_likelihood_never_falls() {
        for prior_signers in [0, 500] {
            let lines = simulated(3000, &truth(), &wrong());
            let (_, rounds) = maximise(&lines, &wrong(), &wrong(), limits(prior_signers));
            for two in rounds.windows(2) {
                // Each line's logarithm is rounded to a hundredth of a bit, and lines are much alike; so is the prior's.
                let change = two[1].objective_centibits - two[0].objective_centibits;
                assert!(change >= -600, "{change}");
            }
            assert!(rounds[1].objective_centibits > rounds[0].objective_centibits + 10_000);
        }
    }

    #[test]
    fn order_and_threads_change_nothing() {
        let mut lines = simulated(3000, &truth(), &wrong());
        let run = |lines: &[Vec<Seen>], threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| maximise(lines, &wrong(), &wrong(), limits(100)))
        };
        let alone = run(&lines, 1);
        assert_eq!(alone, run(&lines, 4));
        lines.reverse();
        for line in &mut lines {
            line.reverse();
        }
        assert_eq!(alone, run(&lines, 3));
    }

    #[test]
    fn without_lines_the_prior_stays_and_an_unseen_field_keeps_its_own() {
        let (found, _) = maximise(&[], &truth(), &truth(), limits(0));
        assert_eq!(found.shares, truth().shares);
        let (found, _) = maximise(&[], &truth(), &truth(), limits(100));
        assert_eq!(found, truth());
        let mut lines = simulated(1000, &truth(), &wrong());
        lines.iter_mut().flatten().for_each(|seen| seen.levels[1] = NOT_SEEN);
        let (found, _) = maximise(&lines, &wrong(), &wrong(), limits(100));
        assert_eq!(found.shares[1], wrong().shares[1]);
        assert_ne!(found.shares[0], wrong().shares[0]);
    }
}
