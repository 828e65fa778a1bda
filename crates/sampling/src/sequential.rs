//! ALPHA: a test of "at most so many of the population are ones" that may be looked at after every line, drawn without
//! replacement (Stark, Annals of Applied Statistics 17(1), 2023, arXiv:2201.02707).

use std::num::NonZeroU32;

use crate::{
    MAX_LINES,
    decimal::{Decimal, Risk},
    outward::Outward,
};

/// Why a test cannot be set up or go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SequentialError {
    /// More lines than are worked with.
    #[error("{population} lines are more than the {MAX_LINES} that tests are made for; check the count")]
    PopulationTooLarge {
        /// Lines in all.
        population: u64,
    },
    /// What is to be refuted holds whatever the lines are.
    #[error("that at most {null_total} of {population} lines are ones is always true; test a smaller number")]
    NothingToRefute {
        /// The total to be refuted.
        null_total: u64,
        /// Lines in all.
        population: u64,
    },
    /// The guess would not speak against what is to be refuted.
    #[error(
        "the guess {over}/{under} does not lie above {null_total}/{population} and at most at 1; guess a larger share of ones"
    )]
    GuessNotAbove {
        /// The guess, numerator.
        over: u64,
        /// The guess, denominator.
        under: u64,
        /// The total to be refuted.
        null_total: u64,
        /// Lines in all.
        population: u64,
    },
    /// Every line was observed already.
    #[error("all {population} lines were observed; there is no further one")]
    Exhausted {
        /// Lines in all.
        population: u64,
    },
}

/// What one expects before the first line. A bad guess costs lines, never correctness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guess {
    /// The share of ones, numerator; at most the denominator, and with it at most 2^32.
    pub over: u32,
    /// The share of ones, denominator.
    pub under: u32,
    /// How many lines the guess weighs as much as; Stark's d.
    pub weight: NonZeroU32,
}

/// The statistic that the test multiplies up, under the hypothesis at most 1 in expectation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// Zero: with the lines so far, the hypothesis is certain.
    Zero,
    /// A number between two bounds.
    Between(Outward),
    /// Above every number: with the lines so far, the hypothesis is impossible.
    Infinite,
}

/// The test of the hypothesis that at most `null_total` of the population are ones, over lines in the order of the draw.
///
/// With S ones among j − 1 lines, the share of ones left under the hypothesis is μ = (t − S)/(N − j + 1). A one multiplies
/// the statistic by η/μ, a zero by (1 − η)/(1 − μ), for an η above μ and at most 1 that depends only on earlier lines. By
/// Ville's inequality the chance that the statistic ever reaches 1/risk is at most the risk.
///
/// η is Stark's truncated shrinkage in whole 2^36ths: (d·η₀ + S)/(d + j − 1), at least μ + ε with
/// ε = (η₀ − t/N)/(2·√(d + j − 1)), and below 1. Any η in that range gives a valid test, so its rounding costs nothing.
#[derive(Debug, Clone)]
pub struct Alpha {
    population: u64,
    null_total: u64,
    guess: Guess,
    /// Half the distance from the hypothesis to the guess, in whole 2^36ths.
    half_lead: u64,
    observed: u64,
    ones: u64,
    /// None for zero.
    now: Option<Outward>,
    best: Outward,
}

/// η is counted in parts of 1/2^36: a product with [`MAX_LINES`] fits in 64 bits, and between μ and 1 there is always
/// a whole number of parts.
const PARTS: u64 = 1 << 36;

impl Alpha {
    /// Digits behind the point of a printed chance.
    pub const PLACES: u8 = 9;

    /// A test of the hypothesis that at most `null_total` of `population` lines are ones.
    pub fn new(population: u64, null_total: u64, guess: Guess) -> Result<Self, SequentialError> {
        if population > MAX_LINES {
            return Err(SequentialError::PopulationTooLarge { population });
        }
        if null_total >= population {
            return Err(SequentialError::NothingToRefute { null_total, population });
        }
        let (over, under) = (u64::from(guess.over), u64::from(guess.under));
        let twice_lead = (u128::from(over) * u128::from(population))
            .checked_sub(u128::from(null_total) * u128::from(under))
            .filter(|&lead| lead > 0 && over <= under)
            .ok_or(SequentialError::GuessNotAbove { over, under, null_total, population })?;
        #[expect(clippy::cast_possible_truncation, reason = "at most half of all parts")]
        let half_lead = (twice_lead * u128::from(PARTS / 2) / (u128::from(under) * u128::from(population))) as u64;
        let now = Outward::ONE;
        Ok(Self { population, null_total, guess, half_lead, observed: 0, ones: 0, now: Some(now), best: now })
    }

    /// Takes in the next line of the draw.
    pub fn observe(&mut self, one: bool) -> Result<(), SequentialError> {
        let left = self.population - self.observed;
        if left == 0 {
            return Err(SequentialError::Exhausted { population: self.population });
        }
        let ones_left = self.null_total.checked_sub(self.ones);
        if let (Some(now), Some(ones_left)) = (self.now, ones_left) {
            self.now = self.factor(one, ones_left, left).map(|factor| now * factor);
        }
        self.observed += 1;
        self.ones += u64::from(one);
        if let Some(now) = self.now.filter(|now| now.low() > self.best.low()) {
            self.best = now;
        }
        Ok(())
    }

    /// What the next line multiplies the statistic by; none where the hypothesis holds whatever comes, and where it has
    /// no ones left and one comes, after which it is impossible.
    fn factor(&self, one: bool, ones_left: u64, left: u64) -> Option<Outward> {
        let zeros_left = left.checked_sub(ones_left).filter(|&zeros| zeros > 0)?;
        let eta = self.eta(ones_left, left);
        if one {
            Outward::ratio(eta * left, PARTS * ones_left)
        } else {
            Outward::ratio((PARTS - eta) * left, PARTS * zeros_left)
        }
    }

    /// η in parts, from the lines before.
    #[expect(clippy::cast_possible_truncation, reason = "a share of at most 1 in parts of 2^36")]
    fn eta(&self, ones_left: u64, left: u64) -> u64 {
        let Guess { over, under, weight } = self.guess;
        let weighed = u64::from(weight.get()) + self.observed;
        let ones = u128::from(weight.get()) * u128::from(over) + u128::from(self.ones) * u128::from(under);
        let shrunk = (ones * u128::from(PARTS) / (u128::from(under) * u128::from(weighed))) as u64;
        // The root of the weight with 15 binary places.
        let epsilon = (self.half_lead << 15) / (weighed << 30).isqrt();
        shrunk.max(PARTS * ones_left / left + 1 + epsilon).min(PARTS - 1)
    }

    /// How many lines were taken in.
    pub const fn observed(&self) -> u64 {
        self.observed
    }

    /// How many of them were ones.
    pub const fn ones(&self) -> u64 {
        self.ones
    }

    /// The statistic after the last line.
    pub fn statistic(&self) -> Statistic {
        if self.ones > self.null_total {
            return Statistic::Infinite;
        }
        self.now.map_or(Statistic::Zero, Statistic::Between)
    }

    /// Whether the hypothesis may be given up with at most this chance of being wrong. Once true, it stays true.
    pub fn refuted(&self, risk: Risk) -> bool {
        let (over, under) = risk.ratio();
        self.statistic() == Statistic::Infinite || self.best.is_at_least((under, over))
    }

    /// The smallest risk at which the hypothesis may be given up, so far: 1 over the largest value of the statistic,
    /// rounded up to [`Self::PLACES`] places.
    pub fn p_value_at_most(&self) -> Decimal {
        if self.statistic() == Statistic::Infinite {
            return Decimal::ZERO;
        }
        (Outward::ONE / self.best).rounded_up(Self::PLACES).unwrap_or(Decimal::ONE)
    }
}
