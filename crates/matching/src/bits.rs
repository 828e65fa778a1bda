//! Weights in hundredths of a bit, computed in integers so that every machine shows the same figure.

use std::sync::LazyLock;

/// Mantissa steps of the logarithm table.
const STEPS: usize = 4096;

/// 100 x log2(1 + i/4096), rounded.
static LOGARITHMS: LazyLock<Vec<i32>> = LazyLock::new(|| {
    (0..STEPS)
        .map(|step| {
            let mut mantissa = (1_u128 << 63) + ((step as u128) << 51);
            let mut fraction = 0_i64;
            for _ in 0..32 {
                mantissa = (mantissa * mantissa) >> 63;
                fraction <<= 1;
                if mantissa >= 1 << 64 {
                    mantissa >>= 1;
                    fraction |= 1;
                }
            }
            i32::try_from((fraction * 100 + (1 << 31)) >> 32).unwrap_or_default()
        })
        .collect()
});

/// 2^(i/100) with 62 fractional bits.
static POWERS: LazyLock<Vec<u64>> = LazyLock::new(|| {
    /// 2^(1/100) with 62 fractional bits.
    const ROOT: u128 = 4_643_762_831_374_429_859;
    let mut power = 1_u128 << 62;
    (0..100)
        .map(|_| {
            let current = power;
            power = (power * ROOT) >> 62;
            u64::try_from(current).unwrap_or(u64::MAX)
        })
        .collect()
});

/// 100 x log2(n), to the nearest hundredth or so; 0 for n of 0 or 1.
pub(crate) fn centibits(n: u64) -> i32 {
    let Some(exponent) = n.checked_ilog2() else { return 0 };
    let mantissa = (n << (63 - exponent)) >> 51;
    let step = usize::try_from(mantissa).unwrap_or_default() & (STEPS - 1);
    i32::try_from(exponent).unwrap_or_default() * 100 + LOGARITHMS[step]
}

/// The shares that weights have among all of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shares {
    most: i32,
    sum: u128,
}

impl Shares {
    /// Among these weights, in hundredths of a bit.
    pub(crate) fn of(weights: impl Iterator<Item = i32> + Clone) -> Self {
        let most = weights.clone().max().unwrap_or_default();
        let sum: u128 = weights.map(|weight| u128::from(two_to_the(weight - most))).sum();
        Self { most, sum: sum.max(1) }
    }

    /// The share of one of the weights in parts per million, rounded down.
    pub(crate) fn ppm(&self, weight: i32) -> u32 {
        let odds = u128::from(two_to_the(weight.min(self.most) - self.most));
        u32::try_from(odds * 1_000_000 / self.sum).unwrap_or_default()
    }
}

/// 2^(c/100) with 62 fractional bits, for c of at most 0.
pub(crate) fn two_to_the(centibits: i32) -> u64 {
    let whole = centibits.div_euclid(100);
    let hundredths = usize::try_from(centibits.rem_euclid(100)).unwrap_or_default();
    POWERS[hundredths].checked_shr(whole.unsigned_abs()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_logarithms() {
        assert_eq!([0, 1, 2, 3, 1000, 1 << 40].map(centibits), [0, 0, 100, 158, 997, 4000]);
        assert_eq!(centibits(u64::MAX), 6400);
    }

    #[test]
    fn equal_weights_share_equally_and_odds_are_powers_of_two() {
        let shares_ppm = |weights: &[i32]| -> Vec<u32> {
            let all = Shares::of(weights.iter().copied());
            weights.iter().map(|weight| all.ppm(*weight)).collect()
        };
        assert_eq!(shares_ppm(&[500, 500]), [500_000, 500_000]);
        assert_eq!(shares_ppm(&[0, 200]), [200_000, 800_000]);
        assert_eq!(shares_ppm(&[0, -100_000]), [1_000_000, 0]);
        assert!(shares_ppm(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn close_to_the_real_logarithm(n in 1_u64..) {
            #[expect(clippy::cast_precision_loss, reason = "the test compares to a hundredth")]
            let real = (n as f64).log2() * 100.0;
            prop_assert!((f64::from(centibits(n)) - real).abs() < 0.6);
        }

        #[test]
        fn shares_are_of_a_whole_and_keep_the_order(weights in prop::collection::vec(-5000_i32..5000, 1..9)) {
            let all = Shares::of(weights.iter().copied());
            let shares: Vec<u32> = weights.iter().map(|weight| all.ppm(*weight)).collect();
            let total: u32 = shares.iter().sum();
            prop_assert!(total <= 1_000_000 && total > 1_000_000 - 10);
            for (i, a) in weights.iter().enumerate() {
                for (j, b) in weights.iter().enumerate() {
                    prop_assert!(a > b || shares[i] <= shares[j]);
                }
            }
        }
    }
}
