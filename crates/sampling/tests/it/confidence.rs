//! The confidence sequence against exact counts, on every small petition, and its promise by simulation.

use num_bigint::BigInt;
use num_traits::{One, Zero};
use proptest::prelude::*;
use sampling::{
    MAX_LINES,
    confidence::{ConfidenceError, ConfidenceSequence},
    decimal::Risk,
};

use crate::common::{Dice, most_explained, risk};

fn choose(n: u64, k: u64) -> BigInt {
    if k > n {
        return BigInt::zero();
    }
    let falling = |from: u64, to: u64| product(from + 1, to);
    falling(n - k, n) / falling(0, k)
}

/// The product of the whole numbers of a range, halves first so that large factors meet.
fn product(from: u64, to: u64) -> BigInt {
    match to + 1 - from {
        0 => BigInt::one(),
        1 => BigInt::from(from),
        count => product(from, from + count / 2 - 1) * product(from + count / 2, to),
    }
}

/// The definition: C(K,S)·C(N−K,t−S)·(N+1)/C(N+1,t+1) is not below the risk.
fn is_kept(population: u64, risk: Risk, decided: u64, valid: u64, total: u64) -> bool {
    let ways = choose(total, valid) * choose(population - total, decided - valid) * BigInt::from(population + 1);
    let (over, under) = risk.ratio();
    ways * BigInt::from(under.get()) >= choose(population + 1, decided + 1) * BigInt::from(over.get())
}

#[test]
fn on_every_small_petition_exactly_the_totals_of_the_definition_are_kept() {
    let mut held = 0;
    for population in 0..=13_u64 {
        for allowed in ["0.001", "0.05", "0.1", "0.25", "0.5", "0.9", "0.999999"].map(risk) {
            let sequence = ConfidenceSequence::new(population, allowed).unwrap();
            for decided in 0..=population {
                for valid in 0..=decided {
                    let kept: Vec<u64> =
                        (0..=population).filter(|&total| is_kept(population, allowed, decided, valid, total)).collect();
                    let (low, high) = sequence.interval(decided, valid).unwrap();
                    assert_eq!(
                        kept,
                        (low..=high).collect::<Vec<_>>(),
                        "{valid} of {decided} of {population}, {allowed}"
                    );
                    held += 1;
                }
            }
        }
    }
    assert_eq!(held, 7 * 560);
}

proptest! {
    #[test]
    fn the_ends_are_those_of_the_definition(population in 1..400_u64, chance in any::<u64>(), allowed in prop::sample::select(vec!["0.05", "0.01", "0.3"])) {
        let mut dice = Dice(chance);
        let decided = dice.below(population + 1);
        let valid = dice.below(decided + 1);
        let allowed = risk(allowed);
        let (low, high) = ConfidenceSequence::new(population, allowed).unwrap().interval(decided, valid).unwrap();
        let kept = |total| is_kept(population, allowed, decided, valid, total);
        prop_assert!(kept(low) && kept(high));
        prop_assert!(low == 0 || !kept(low - 1));
        prop_assert!(high == population || !kept(high + 1));
    }
}

/// The sample of the petition of 2022 as if it had been decided in the order of a draw.
#[test]
fn the_sample_of_2022_has_an_exact_interval() {
    let (population, decided, valid) = (715_833, 35_793, 27_983);
    let sequence = ConfidenceSequence::new(population, risk("0.05")).unwrap();
    let (low, high) = sequence.interval(decided, valid).unwrap();
    // The ratio times N!-free factors: C(K,S)·C(N−K,t−S)·(t+1) against C(N,t).
    let all = choose(population, decided);
    let kept = |total| {
        let ways = choose(total, valid) * choose(population - total, decided - valid) * BigInt::from(decided + 1);
        ways * BigInt::from(20) >= all
    };
    assert!(kept(low) && kept(high));
    assert!(!kept(low - 1) && !kept(high + 1));
    assert_eq!((low, high), (553_401, 565_757));
    assert_eq!(sequence.interval(0, 0), Ok((0, population)));
    assert_eq!(sequence.interval(population, 520_050), Ok((520_050, 520_050)));
}

#[test]
fn counts_that_cannot_be_are_refused() {
    let population = MAX_LINES + 1;
    let too_large = ConfidenceSequence::new(population, risk("0.05")).unwrap_err();
    assert_eq!(too_large, ConfidenceError::PopulationTooLarge { population });
    let sequence = ConfidenceSequence::new(10, risk("0.05")).unwrap();
    let more = sequence.interval(11, 3).unwrap_err();
    assert_eq!(more, ConfidenceError::MoreThanAll { decided: 11, population: 10 });
    let valid = sequence.interval(3, 4).unwrap_err();
    assert_eq!(valid, ConfidenceError::MoreValidThanDecided { valid: 4, decided: 3 });
    assert!(sequence.interval(10, 10).is_ok());
    insta::assert_snapshot!(too_large, @"67108865 lines are more than the 67108864 that intervals are made for; check the count");
    insta::assert_snapshot!(more, @"11 lines decided of 10; check both counts");
    insta::assert_snapshot!(valid, @"4 valid lines among 3 decided; check both counts");
}

/// Looked at after every line of a whole run, the interval ever leaves the truth out in no more runs than the risk
/// explains.
#[test]
fn looked_at_every_day_the_promise_holds() {
    const RUNS: u32 = 10_000;
    const POPULATION: u64 = 200;
    for allowed in ["0.05", "0.2"] {
        let sequence = ConfidenceSequence::new(POPULATION, risk(allowed)).unwrap();
        let intervals: Vec<Vec<(u64, u64)>> = (0..=POPULATION)
            .map(|decided| (0..=decided).map(|valid| sequence.interval(decided, valid).unwrap()).collect())
            .collect();
        let most = most_explained(RUNS, risk(allowed));
        for truth in [1, 20, 100, 156, 190] {
            let mut dice = Dice(truth);
            let mut lines: Vec<bool> = (0..POPULATION).map(|line| line < truth).collect();
            let leaves_out = |_: &u32| {
                dice.shuffle(&mut lines);
                let mut valid = 0;
                lines.iter().zip(&intervals[1..]).any(|(&line, intervals)| {
                    valid += usize::from(line);
                    let (low, high) = intervals[valid];
                    truth < low || high < truth
                })
            };
            let wrong = (0..RUNS).filter(leaves_out).count() as u32;
            println!("{truth} of {POPULATION}, risk {allowed}: left out in {wrong} of {RUNS}, at most {most}");
            assert!(wrong <= most);
            assert!(wrong > 0, "an interval that never fails would prove nothing");
        }
    }
}
