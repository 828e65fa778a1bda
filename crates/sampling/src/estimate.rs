//! Estimates of a petition's total from the sample, with their standard errors. They stand beside the projection that the
//! law prescribes, never in its place. Exact fractions inside; what is printed is rounded to the careful side.

use std::{collections::BTreeMap, num::NonZeroU64};

use num_bigint::BigUint;
use serde::Serialize;

use crate::{MAX_LINES, decimal::Decimal};

/// Why nothing can be estimated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EstimateError {
    /// Fewer than two lines tell nothing of how lines differ.
    #[error("the sample has {sample}, and fewer than 2 lines have no standard error; draw more")]
    SampleTooSmall {
        /// Lines in the sample.
        sample: u64,
    },
    /// More lines in the sample than there are.
    #[error("the sample has {sample} lines but the petition {population}; check both counts")]
    SampleTooLarge {
        /// Lines in the sample.
        sample: u64,
        /// Lines in all.
        population: u64,
    },
    /// More valid lines than were looked at.
    #[error("{valid} valid lines in a sample of {sample}; check both counts")]
    MoreValidThanSampled {
        /// Valid lines in the sample.
        valid: u64,
        /// Lines in the sample.
        sample: u64,
    },
    /// More lines than are worked with.
    #[error("{population} lines are more than the {MAX_LINES} that estimates are made for; check the count")]
    PopulationTooLarge {
        /// Lines in all.
        population: u64,
    },
}

/// What was found for one line of the sample when its voter was looked for in the whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampledLine {
    /// The line is not valid.
    NotValid,
    /// The line is valid, but for other lines of the same voter.
    Valid {
        /// How many such lines the voter has in the whole file, this one counted.
        lines_of_voter: NonZeroU64,
        /// Whether this is the first of them.
        first: bool,
    },
}

/// How the lines of a voter who signed more than once are credited, so that they sum to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Credit {
    /// Each of k lines counts 1/k.
    Shared,
    /// The first counts, the others do not.
    FirstLine,
}

/// An estimated total and its spread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    population: u64,
    total: Fraction,
    variance: Fraction,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Fraction {
    over: BigUint,
    under: BigUint,
}

impl Estimate {
    /// The valid lines among all, by the valid lines of a sample: N·v/n.
    pub fn projection(population: u64, sample: u64, valid: u64) -> Result<Self, EstimateError> {
        if valid > sample {
            return Err(EstimateError::MoreValidThanSampled { valid, sample });
        }
        Self::of_credits(population, sample, &BTreeMap::from([(NonZeroU64::MIN, valid)]))
    }

    /// The voters with a valid line, by a sample whose lines were each looked up in the whole file: N times the mean
    /// credit. Since credits lie between 0 and 1 whatever the number of duplicates, this spreads less than an estimate
    /// from the duplicates within the sample.
    pub fn distinct(population: u64, sample: &[SampledLine], credit: Credit) -> Result<Self, EstimateError> {
        let mut lines = BTreeMap::new();
        for line in sample {
            let &SampledLine::Valid { lines_of_voter, first } = line else { continue };
            match credit {
                Credit::Shared => *lines.entry(lines_of_voter).or_default() += 1,
                Credit::FirstLine => *lines.entry(NonZeroU64::MIN).or_default() += u64::from(first),
            }
        }
        Self::of_credits(population, sample.len() as u64, &lines)
    }

    /// From the number of lines credited 1/k, for each k; the other lines of the sample have no credit.
    ///
    /// The variance is that of the mean of a simple random sample without replacement (Cochran, Sampling Techniques, 3rd
    /// edition, theorem 2.2): N²·(1 − n/N)·s²/n with s² = (Σx² − (Σx)²/n)/(n − 1).
    fn of_credits(population: u64, sample: u64, lines: &BTreeMap<NonZeroU64, u64>) -> Result<Self, EstimateError> {
        if population > MAX_LINES {
            return Err(EstimateError::PopulationTooLarge { population });
        }
        if sample > population {
            return Err(EstimateError::SampleTooLarge { sample, population });
        }
        if sample < 2 {
            return Err(EstimateError::SampleTooSmall { sample });
        }
        let common: BigUint = lines.keys().map(|k| k.get()).product();
        let credits = || lines.iter().map(|(k, &count)| (&common / k.get(), count));
        let sum: BigUint = credits().map(|(credit, count)| credit * count).sum();
        let sum_of_squares: BigUint = credits().map(|(credit, count)| credit.pow(2) * count).sum();
        let total = Fraction { over: &sum * population, under: &common * sample };
        let variance = Fraction {
            over: (sum_of_squares * sample - sum.pow(2)) * population * (population - sample),
            under: common.pow(2) * sample * sample * (sample - 1),
        };
        Ok(Self { population, total, variance })
    }

    /// The estimated total to two decimals, halves up.
    pub fn total(&self) -> Decimal {
        let twice = (&self.total.over * 200_u8 + &self.total.under) / (&self.total.under * 2_u8);
        self.hundredths(&twice)
    }

    /// One standard error of the total, to two decimals and never too small.
    pub fn standard_error(&self) -> Decimal {
        self.hundredths(&root_rounded_up(&(&self.variance.over * 10_000_u16), &self.variance.under))
    }

    /// The whole numbers between which the total lies with the confidence that `z` standard errors give (1.96 for 95 in
    /// a hundred), rounded outward: the larger interval, never below 0 or above all lines.
    pub fn interval(&self, z: Decimal) -> (u64, u64) {
        // In millionths, of which the root's rounding up takes at most one.
        const MILLION: u32 = 1_000_000;
        let (z, one) = z.ratio();
        let spread = root_rounded_up(
            &(&self.variance.over * z * z * MILLION * MILLION),
            &(&self.variance.under * one.get() * one.get()),
        );
        let total = &self.total.over * MILLION;
        let low = &total / &self.total.under;
        let high = divided_up(&total, &self.total.under) + &spread;
        let low = if low > spread { (low - spread) / MILLION } else { BigUint::ZERO };
        (self.lines(&low), self.lines(&divided_up(&high, &BigUint::from(MILLION))))
    }

    /// A number of lines, at most all.
    fn lines(&self, number: &BigUint) -> u64 {
        u64::try_from(number).map_or(self.population, |number| number.min(self.population))
    }

    /// A decimal of so many hundredths. No total and no standard error is larger than all lines.
    fn hundredths(&self, number: &BigUint) -> Decimal {
        let most = self.population * 100;
        Decimal::hundredths(u64::try_from(number).map_or(most, |number| number.min(most)))
    }
}

fn divided_up(over: &BigUint, under: &BigUint) -> BigUint {
    (over + under - 1_u8) / under
}

/// The smallest whole number that is not below the square root of `over / under`.
fn root_rounded_up(over: &BigUint, under: &BigUint) -> BigUint {
    let whole = divided_up(over, under);
    let root = whole.sqrt();
    if root.pow(2) == whole { root } else { root + 1_u8 }
}
