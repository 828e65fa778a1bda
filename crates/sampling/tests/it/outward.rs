//! Outward rounding against exact fractions.

use std::num::NonZeroU64;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::prelude::*;
use sampling::{decimal::Decimal, outward::Outward};

use crate::common::{exactly, fraction, value};

fn ratio(over: u64, under: u64) -> Outward {
    Outward::ratio(over, under).unwrap()
}

fn whole(number: u64) -> NonZeroU64 {
    NonZeroU64::new(number).unwrap()
}

#[test]
fn nothing_is_no_positive_number() {
    assert_eq!(Outward::ratio(0, 5), None);
    assert_eq!(Outward::ratio(5, 0), None);
}

#[test]
fn whole_numbers_are_exact() {
    for number in [1, 2, 3, 1 << 62, u64::MAX - 1, u64::MAX] {
        let outward = Outward::from(whole(number));
        assert_eq!(outward.low(), outward.high());
        assert_eq!(exactly(outward.low()), fraction(number, 1));
        assert_eq!(outward.low().mantissa() >> 63, 1);
    }
    assert_eq!(Outward::from(NonZeroU64::MIN), Outward::ONE);
    assert_eq!(ratio(6, 2), Outward::from(whole(3)), "what divides exactly stays exact");
    assert_eq!(ratio(1, 4) * ratio(8, 1), Outward::from(whole(2)));
}

#[test]
fn rounding_up_may_carry_into_the_next_power_of_two() {
    // (2^63 + 1)(2^64 − 2) = 2^127 − 2.
    let product = ratio((1 << 63) + 1, 1) * ratio(u64::MAX - 1, 1);
    assert_eq!((product.high().mantissa(), product.high().exponent()), (1 << 63, 64));
    assert_eq!((product.low().mantissa(), product.low().exponent()), (u64::MAX, 63));
}

#[test]
fn comparisons_hold_only_where_they_are_certain() {
    let third = ratio(1, 3);
    assert!(
        !third.is_at_most((whole(1), whole(3)))
            && !third.is_at_least((whole(1), whole(3)))
            && !third.is_below((whole(1), whole(3)))
    );
    assert!(third.is_at_most((whole(334), whole(1000))) && third.is_below((whole(334), whole(1000))));
    assert!(third.is_at_least((whole(333), whole(1000))));
    let half = ratio(1, 2);
    assert!(
        half.is_at_most((whole(1), whole(2)))
            && half.is_at_least((whole(1), whole(2)))
            && !half.is_below((whole(1), whole(2)))
    );
    assert!(!half.is_at_most((whole(1), whole(3))) && half.is_at_least((whole(1), whole(3))));
    // Far beyond what 128 bits compare.
    let (mut huge, mut tiny) = (Outward::ONE, Outward::ONE);
    for _ in 0..400 {
        huge = huge * ratio(10, 1);
        tiny = tiny / ratio(10, 1);
        let most = u64::MAX;
        assert!(huge.is_at_least((whole(1), whole(1))) && !huge.is_at_most((whole(1), whole(1))));
        assert!(tiny.is_below((whole(1), whole(1))) && !tiny.is_at_least((whole(1), whole(1))));
        assert_eq!(huge.is_at_least((whole(most), whole(1))), exactly(huge.low()) >= fraction(most, 1));
        assert_eq!(tiny.is_below((whole(1), whole(most))), exactly(tiny.high()) < fraction(1, most));
    }
}

#[test]
fn decimals_are_rounded_to_the_careful_side() {
    let text = |decimal: Option<Decimal>| decimal.map_or("none".to_owned(), |decimal| decimal.to_string());
    let third = ratio(1, 3);
    assert_eq!((text(third.rounded_down(3)), text(third.rounded_up(3))), ("0.333".into(), "0.334".into()));
    let half = ratio(1, 2);
    assert_eq!((text(half.rounded_down(3)), text(half.rounded_up(3))), ("0.500".into(), "0.500".into()));
    assert_eq!((text(half.rounded_down(0)), text(half.rounded_up(0))), ("0".into(), "1".into()));
    let most = ratio(u64::MAX, 1);
    assert_eq!((text(most.rounded_down(0)), text(most.rounded_up(0))), (u64::MAX.to_string(), u64::MAX.to_string()));
    assert_eq!((text(most.rounded_down(1)), text(most.rounded_up(1))), ("none".into(), "none".into()));
    let beyond = most * ratio(2, 1);
    assert_eq!((text(beyond.rounded_down(0)), text(beyond.rounded_up(0))), ("none".into(), "none".into()));
    let just_beyond = most * ratio(u64::MAX, u64::MAX - 1);
    assert_eq!(
        (text(just_beyond.rounded_down(0)), text(just_beyond.rounded_up(0))),
        (u64::MAX.to_string(), "none".into())
    );
    assert_eq!((text(half.rounded_down(19)), text(half.rounded_up(19))), ("none".into(), "none".into()));
    let mut power = ratio(1, 1);
    for _ in 0..300 {
        power = power / ratio(2, 1);
        assert_ne!(text(power.rounded_up(0)), "0");
    }
    let smallest = ("0.000000000000000000".into(), "0.000000000000000001".into());
    assert_eq!((text(power.rounded_down(18)), text(power.rounded_up(18))), smallest);
    let mut large = ratio(1, 1);
    for _ in 0..300 {
        large = large * ratio(2, 1);
    }
    assert_eq!((text(large.rounded_down(18)), text(large.rounded_up(18))), ("none".into(), "none".into()));
}

/// A chain of multiplications and divisions: the bounds hold the exact value and lie close to it.
#[derive(Debug, Clone, Copy)]
enum Step {
    Times(u64, u64),
    Over(u64, u64),
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![1..=10_u64, 1..=u64::MAX, Just(u64::MAX), Just(1_u64 << 63), Just((1_u64 << 63) + 1)]
}

fn step() -> impl Strategy<Value = Step> {
    (number(), number(), any::<bool>())
        .prop_map(|(a, b, times)| if times { Step::Times(a, b) } else { Step::Over(a, b) })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_bounds_hold_the_exact_value_closely(steps in prop::collection::vec(step(), 1..12), places in 0..=18_u8, over in number(), under in number()) {
        let (mut outward, mut exact) = (Outward::ONE, BigRational::one());
        for &step in &steps {
            match step {
                Step::Times(a, b) => (outward, exact) = (outward * ratio(a, b), exact * fraction(a, b)),
                Step::Over(a, b) => (outward, exact) = (outward / ratio(a, b), exact / fraction(a, b)),
            }
        }
        let (low, high) = (exactly(outward.low()), exactly(outward.high()));
        prop_assert!(low <= exact && exact <= high);
        // Each operation and each ratio add at most 2^-63 of the value at either end.
        let close = BigRational::new(BigInt::from(5 * steps.len()), BigInt::one() << 63_u32);
        prop_assert!(&high - &low <= &exact * close);
        prop_assert!(outward.low().mantissa() >= 1 << 63 && outward.high().mantissa() >= 1 << 63);

        let bar = fraction(over, under);
        prop_assert_eq!(outward.is_at_most((whole(over), whole(under))), high <= bar);
        prop_assert_eq!(outward.is_below((whole(over), whole(under))), high < bar);
        prop_assert_eq!(outward.is_at_least((whole(over), whole(under))), low >= bar);

        let place = fraction(1, 10_u64.pow(u32::from(places)));
        let most = fraction(u64::MAX, 1) * &place;
        match outward.rounded_down(places) {
            Some(down) => prop_assert!(value(down) <= low && low < value(down) + &place),
            None => prop_assert!(low > most),
        }
        match outward.rounded_up(places) {
            Some(up) => prop_assert!(value(up) >= high && (value(up).is_zero() || value(up) - &place < high)),
            None => prop_assert!(high > most),
        }
    }

    #[test]
    fn bounds_are_in_order(a in (number(), number()), b in (number(), number())) {
        let (left, right) = (ratio(a.0, a.1).low(), ratio(b.0, b.1).low());
        prop_assert_eq!(left.cmp(&right), exactly(left).cmp(&exactly(right)));
    }
}
