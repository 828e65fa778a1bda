//! Estimates against exact fractions, against published figures, and against every sample of a small petition.

use std::num::NonZeroU64;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::prelude::*;
use sampling::{
    MAX_LINES,
    decimal::Decimal,
    estimate::{Credit, Estimate, EstimateError, SampledLine},
};

use crate::common::{Dice, fraction, value};

fn valid(lines_of_voter: u64, first: bool) -> SampledLine {
    SampledLine::Valid { lines_of_voter: NonZeroU64::new(lines_of_voter).unwrap(), first }
}

/// The sample of the petition of 2022: 27,983 valid lines of 35,793, of 715,833 in all.
#[test]
fn the_sample_of_2022_has_the_published_standard_error() {
    let estimate = Estimate::projection(715_833, 35_793, 27_983).unwrap();
    assert_eq!(estimate.total().to_string(), "559638.89");
    assert_eq!(estimate.standard_error().to_string(), "1523.20");
    assert_eq!(estimate.interval("1.96".parse().unwrap()), (556_653, 562_625));
    assert_eq!(estimate.interval("0".parse().unwrap()), (559_638, 559_639));
    assert_eq!(estimate.interval("1000".parse().unwrap()), (0, 715_833));
}

#[test]
fn a_sample_of_all_lines_has_no_error() {
    let estimate = Estimate::projection(7, 7, 3).unwrap();
    assert_eq!((estimate.total().to_string(), estimate.standard_error().to_string()), ("3.00".into(), "0.00".into()));
    assert_eq!(estimate.interval("1.96".parse().unwrap()), (3, 3));
    let alike = Estimate::projection(1_000, 10, 10).unwrap();
    assert_eq!((alike.total().to_string(), alike.standard_error().to_string()), ("1000.00".into(), "0.00".into()));
    let none = Estimate::projection(1_000, 10, 0).unwrap();
    assert_eq!((none.total().to_string(), none.interval("1.96".parse().unwrap())), ("0.00".into(), (0, 0)));
}

#[test]
fn samples_that_cannot_be_are_refused() {
    assert_eq!(Estimate::projection(10, 1, 1), Err(EstimateError::SampleTooSmall { sample: 1 }));
    assert_eq!(Estimate::projection(10, 0, 0), Err(EstimateError::SampleTooSmall { sample: 0 }));
    assert!(Estimate::projection(10, 2, 1).is_ok());
    assert_eq!(Estimate::projection(10, 11, 1), Err(EstimateError::SampleTooLarge { sample: 11, population: 10 }));
    assert_eq!(Estimate::projection(10, 5, 6), Err(EstimateError::MoreValidThanSampled { valid: 6, sample: 5 }));
    assert!(Estimate::projection(MAX_LINES, 5, 5).is_ok());
    let population = MAX_LINES + 1;
    assert_eq!(Estimate::projection(population, 5, 5), Err(EstimateError::PopulationTooLarge { population }));
    assert_eq!(
        Estimate::distinct(1, &[valid(1, true); 2], Credit::Shared),
        Err(EstimateError::SampleTooLarge { sample: 2, population: 1 })
    );
    insta::assert_snapshot!(Estimate::projection(10, 1, 1).unwrap_err(), @"the sample has 1, and fewer than 2 lines have no standard error; draw more");
    insta::assert_snapshot!(Estimate::projection(10, 11, 1).unwrap_err(), @"the sample has 11 lines but the petition 10; check both counts");
    insta::assert_snapshot!(Estimate::projection(10, 5, 6).unwrap_err(), @"6 valid lines in a sample of 5; check both counts");
    insta::assert_snapshot!(Estimate::projection(population, 5, 5).unwrap_err(), @"67108865 lines are more than the 67108864 that estimates are made for; check the count");
}

/// The largest counts that are taken do not overflow.
#[test]
fn the_largest_petition_is_estimated() {
    let estimate = Estimate::projection(MAX_LINES, MAX_LINES / 2, MAX_LINES / 4).unwrap();
    assert_eq!(estimate.total().to_string(), format!("{}.00", MAX_LINES / 2));
    // N·sqrt(1/4 / (n − 1) · 1/2) = sqrt(N²/8 / (n − 1)), a little above sqrt(2^24).
    assert_eq!(estimate.standard_error().to_string(), "4096.01");
}

/// A voter with many lines is counted once all the same, however large the common denominators grow.
#[test]
fn any_number_of_lines_of_one_voter_is_counted() {
    let sample: Vec<_> = (1..=400).map(|k| valid(k, k == 1)).collect();
    let estimate = Estimate::distinct(4_000, &sample, Credit::Shared).unwrap();
    // Ten times the 400th harmonic number, 6.5699...
    assert_eq!(estimate.total().to_string(), "65.70");
    let first = Estimate::distinct(4_000, &sample, Credit::FirstLine).unwrap();
    assert_eq!(first, Estimate::projection(4_000, 400, 1).unwrap());
    assert_eq!(
        serde_json::to_value([Credit::Shared, Credit::FirstLine]).unwrap(),
        serde_json::json!(["shared", "first_line"])
    );
}

/// The smallest multiple of a hundredth that is not below the root of a fraction, by looking for it.
fn is_root_rounded_up(hundredths: &BigRational, square: &BigRational) -> bool {
    let below = hundredths - fraction(1, 100);
    hundredths.pow(2) >= *square && (hundredths.is_zero() || below.pow(2) < *square)
}

/// Mean and variance of credits, line by line.
fn mean_and_variance(population: u64, credits: &[BigRational]) -> (BigRational, BigRational) {
    let (all, sample) = (fraction(population, 1), fraction(credits.len() as u64, 1));
    let mean = credits.iter().sum::<BigRational>() / &sample;
    let squares = credits.iter().map(|credit| (credit - &mean).pow(2)).sum::<BigRational>();
    let spread = squares / (&sample - BigRational::one());
    (mean * &all, &all * &all * (BigRational::one() - &sample / &all) * spread / sample)
}

fn sampled() -> impl Strategy<Value = SampledLine> {
    prop_oneof![
        2 => Just(SampledLine::NotValid),
        3 => Just(valid(1, true)),
        2 => (1..=6_u64, any::<bool>()).prop_map(|(k, first)| valid(k, first)),
        1 => (1..=1_000_u64, any::<bool>()).prop_map(|(k, first)| valid(k, first)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn estimates_are_those_of_the_definition(sample in prop::collection::vec(sampled(), 2..60), more in 0..5_000_u64, z in 0..500_u64, shared in any::<bool>()) {
        let population = sample.len() as u64 + more;
        let credit = if shared { Credit::Shared } else { Credit::FirstLine };
        let credits: Vec<BigRational> = sample
            .iter()
            .map(|line| match line {
                SampledLine::Valid { lines_of_voter, .. } if shared => fraction(1, lines_of_voter.get()),
                SampledLine::Valid { first: true, .. } => BigRational::one(),
                _ => BigRational::zero(),
            })
            .collect();
        let (total, variance) = mean_and_variance(population, &credits);
        let estimate = Estimate::distinct(population, &sample, credit).unwrap();
        let off = value(estimate.total()) - &total;
        prop_assert!(fraction(0, 1) - fraction(1, 200) < off && off <= fraction(1, 200));
        prop_assert!(is_root_rounded_up(&value(estimate.standard_error()), &variance));

        let (low, high) = estimate.interval(Decimal::new(z, 2).unwrap());
        let square = variance * fraction(z, 100).pow(2);
        // The whole number and the next one inward, held against the exact ends without taking a root; the interval may
        // be a whole number too wide where the end is within two millionths of one.
        let slack = fraction(2, 1_000_000);
        let (low, high) = (fraction(low, 1), fraction(high, 1));
        prop_assert!(low.is_zero() || (&total - &low >= BigRational::zero() && (&total - &low).pow(2) >= square));
        let inward = &total - &low - BigRational::one() - &slack;
        prop_assert!(inward < BigRational::zero() || inward.pow(2) <= square);
        prop_assert!(high == fraction(population, 1) || (&high - &total >= BigRational::zero() && (&high - &total).pow(2) >= square));
        let inward = &high - &total - BigRational::one() - slack;
        prop_assert!(inward < BigRational::zero() || inward.pow(2) <= square);
    }

    #[test]
    fn a_projection_is_a_count_in_which_nobody_signed_twice(population in 2..2_000_u64, chance in any::<u64>()) {
        let mut dice = Dice(chance);
        let sample = 2 + dice.below(population - 1);
        let found = dice.below(sample + 1);
        let lines: Vec<_> = (0..sample).map(|line| if line < found { valid(1, true) } else { SampledLine::NotValid }).collect();
        let projection = Estimate::projection(population, sample, found).unwrap();
        for credit in [Credit::Shared, Credit::FirstLine] {
            prop_assert_eq!(&Estimate::distinct(population, &lines, credit).unwrap(), &projection);
        }
        let exact = BigRational::new(BigInt::from(population * found), BigInt::from(sample));
        prop_assert!((value(projection.total()) - exact) * fraction(2, 1) <= fraction(1, 100));
    }
}

/// Over all samples of three from a petition of seven lines: one voter with three valid lines, one with two, one with
/// one, one line not valid. The mean of the estimates is the number of voters exactly, and the mean of the squared
/// standard errors is the variance of the estimates.
#[test]
fn over_all_samples_the_estimate_is_right() {
    let petition = [
        valid(3, true),
        valid(3, false),
        valid(3, false),
        valid(2, true),
        valid(2, false),
        valid(1, true),
        SampledLine::NotValid,
    ];
    for credit in [Credit::Shared, Credit::FirstLine] {
        let (mut totals, mut squares, mut errors) = (BigRational::zero(), BigRational::zero(), BigRational::zero());
        let mut samples = 0_u64;
        for a in 0..7 {
            for b in a + 1..7 {
                for c in b + 1..7 {
                    let estimate = Estimate::distinct(7, &[petition[a], petition[b], petition[c]], credit).unwrap();
                    let off = value(estimate.total()) - fraction(3, 1);
                    squares += off.pow(2);
                    totals += off;
                    errors += value(estimate.standard_error()).pow(2);
                    samples += 1;
                }
            }
        }
        let samples = fraction(samples, 1);
        // Totals are rounded to hundredths, halves up, and errors upward.
        let bias = totals / &samples;
        assert!(bias.pow(2) <= fraction(1, 200).pow(2), "{bias}");
        let (variance, stated) = (squares / &samples, errors / samples);
        let apart = &stated / &variance - BigRational::one();
        assert!(apart.pow(2) < fraction(1, 100).pow(2), "{stated} for {variance}");
    }
}
