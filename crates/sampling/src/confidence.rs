//! Between which numbers the valid lines lie, from the lines decided so far in the order of the draw; it may be asked
//! every day, and all its answers are right together with the stated confidence.

use std::num::NonZeroU64;

use crate::{MAX_LINES, decimal::Risk, outward::Outward};

/// Why there is no interval.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfidenceError {
    /// More lines than are worked with.
    #[error("{population} lines are more than the {MAX_LINES} that intervals are made for; check the count")]
    PopulationTooLarge {
        /// Lines in all.
        population: u64,
    },
    /// More lines decided than there are.
    #[error("{decided} lines decided of {population}; check both counts")]
    MoreThanAll {
        /// Lines decided.
        decided: u64,
        /// Lines in all.
        population: u64,
    },
    /// More valid lines than decided ones.
    #[error("{valid} valid lines among {decided} decided; check both counts")]
    MoreValidThanDecided {
        /// Valid lines.
        valid: u64,
        /// Lines decided.
        decided: u64,
    },
}

/// The confidence sequence for the number K of valid lines among N, from the prior-posterior ratio of the hypergeometric
/// distribution with all K alike beforehand (Waudby-Smith and Ramdas 2020, arXiv:2006.04347, theorem 2).
///
/// With S valid lines among the first t, it keeps every K with C(K,S)·C(N−K,t−S)·(t+1)/C(N,t) not below the risk. The
/// inverse of that ratio is a martingale for the true K, so the chance that the truth is ever left out is at most the
/// risk.
#[derive(Debug, Clone)]
pub struct ConfidenceSequence {
    population: u64,
    risk: Risk,
    /// The factorials of 0 to N: 32 bytes a line.
    factorials: Vec<Outward>,
}

impl ConfidenceSequence {
    /// For a population of so many lines and a chance of so much that the truth is ever left out.
    pub fn new(population: u64, risk: Risk) -> Result<Self, ConfidenceError> {
        if population > MAX_LINES {
            return Err(ConfidenceError::PopulationTooLarge { population });
        }
        let mut last = Outward::ONE;
        let further = (1..=population).filter_map(NonZeroU64::new).map(|number| {
            last = last * Outward::from(number);
            last
        });
        let factorials = std::iter::once(Outward::ONE).chain(further).collect();
        Ok(Self { population, risk, factorials })
    }

    /// The smallest and the largest number of valid lines in the whole population that are not excluded by `valid` lines
    /// among the first `decided`.
    pub fn interval(&self, decided: u64, valid: u64) -> Result<(u64, u64), ConfidenceError> {
        let population = self.population;
        if decided > population {
            return Err(ConfidenceError::MoreThanAll { decided, population });
        }
        let Some(not_valid) = decided.checked_sub(valid) else {
            return Err(ConfidenceError::MoreValidThanDecided { valid, decided });
        };
        // What does not depend on K.
        let fixed = self.factorial(decided) * self.factorial(population - decided)
            / (self.factorial(population) * self.factorial(valid) * self.factorial(not_valid));
        let kept = |total: u64| {
            let others = population - total;
            let ways = self.factorial(total) * self.factorial(others)
                / (self.factorial(total - valid) * self.factorial(others - not_valid));
            let ratio = fixed * ways * Outward::from(NonZeroU64::MIN.saturating_add(decided));
            !ratio.is_below(self.risk.ratio())
        };
        // The ratio rises up to this total and falls from it, and is 1 on average: it is kept, and so is a stretch on
        // each side. Rounding may keep a total too many at either end, never leave out one between.
        let (least, most) = (valid, population - not_valid);
        let likeliest = (valid * (population + 1)).checked_div(decided).map_or(least, |total| total.clamp(least, most));
        let low = likeliest - furthest(likeliest - least, |steps| kept(likeliest - steps));
        let high = likeliest + furthest(most - likeliest, |steps| kept(likeliest + steps));
        Ok((low, high))
    }

    #[expect(clippy::cast_possible_truncation, reason = "at most MAX_LINES")]
    fn factorial(&self, number: u64) -> Outward {
        self.factorials[number as usize]
    }
}

/// The most steps, up to `most`, that are kept, where every step up to some one is kept and none behind it.
fn furthest(most: u64, kept: impl Fn(u64) -> bool) -> u64 {
    let (mut near, mut far) = (0, most);
    while near < far {
        let middle = far - (far - near) / 2;
        if kept(middle) {
            near = middle;
        } else {
            far = middle - 1;
        }
    }
    near
}
