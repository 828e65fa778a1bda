//! What the tests share: lists of lines, reproducible chance, exact fractions.

use domain::{LineNo, LineRef, SectionNo};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Pow};
use sampling::{
    decimal::{Decimal, Risk},
    manifest::{Manifest, SealedManifest},
    outward::Bound,
    seed::Seed,
};

pub(crate) fn line(section: u32, line: u32) -> LineRef {
    LineRef { section: SectionNo::new(section).unwrap(), line: LineNo::new(line).unwrap() }
}

/// So many lines, ten to a section.
pub(crate) fn lines(count: u32) -> Vec<LineRef> {
    (0..count).map(|number| line(number / 10 + 1, number % 10 + 1)).collect()
}

pub(crate) fn sealed(lines: Vec<LineRef>) -> SealedManifest {
    let manifest = Manifest::new(lines).unwrap();
    let root = manifest.root();
    SealedManifest::new(manifest, root).unwrap()
}

pub(crate) fn seed(digits: &str) -> Seed {
    Seed::parse(digits, 1).unwrap()
}

pub(crate) fn risk(text: &str) -> Risk {
    text.parse().unwrap()
}

pub(crate) fn fraction(over: u64, under: u64) -> BigRational {
    BigRational::new(over.into(), under.into())
}

/// What a decimal says.
pub(crate) fn value(decimal: Decimal) -> BigRational {
    let (over, under) = decimal.ratio();
    fraction(over, under.get())
}

/// What a bound says.
pub(crate) fn exactly(bound: Bound) -> BigRational {
    let power = BigRational::from(BigInt::one() << bound.exponent().unsigned_abs());
    let mantissa = BigRational::from(BigInt::from(bound.mantissa()));
    if bound.exponent() < 0 { mantissa / power } else { mantissa * power }
}

/// Reproducible chance: `SplitMix64` (Steele, Lea and Flood 2014).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, each with the same chance but for 2^-64 of it.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

/// The most successes in `runs` that a chance of `risk` at each explains but once in a million: the smallest number that
/// is exceeded with a probability of at most 10^-6, by exact summation of the binomial distribution.
pub(crate) fn most_explained(runs: u32, risk: Risk) -> u32 {
    let (over, under) = risk.ratio();
    let (hit, all) = (BigInt::from(over.get()), BigInt::from(under.get()));
    let miss = &all - &hit;
    // Probabilities times all^runs: the term for 0 successes, and each next one from the last.
    let mut term = Pow::pow(&miss, runs);
    let mut exceeded = Pow::pow(&all, runs);
    let little = &exceeded / BigInt::from(1_000_000);
    for successes in 0..=runs {
        exceeded -= &term;
        if exceeded <= little {
            return successes;
        }
        term = term * BigInt::from(runs - successes) * &hit / (BigInt::from(successes + 1) * &miss);
    }
    runs
}

#[test]
fn what_a_binomial_explains() {
    // Of 3 at 1/2 each: more than 3 never, more than 2 once in eight.
    assert_eq!(most_explained(3, risk("0.5")), 3);
    // Of 30 at 1/2 each: more than 28 with a chance of 31/2^30, more than 27 of 466/2^30, more than 26 of 4526/2^30.
    assert_eq!(most_explained(30, risk("0.5")), 27);
}
