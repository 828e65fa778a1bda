//! The law of samples a second time, written from the words of `rules/README.md` alone: in fractions without a bound, and with square roots
//! that are never taken but compared by squaring.

use domain::Verdict;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};

pub(crate) type Number = BigRational;

pub(crate) fn whole(number: impl Into<BigInt>) -> Number {
    Number::from_integer(number.into())
}

pub(crate) fn ratio(numerator: impl Into<BigInt>, denominator: impl Into<BigInt>) -> Number {
    Number::new(numerator.into(), denominator.into())
}

/// Down, up, or to the nearest with an exact half upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rounding {
    Down,
    Up,
    HalfUp,
}

impl Rounding {
    pub(crate) fn whole(self, number: &Number) -> BigInt {
        match self {
            Self::Down => number.floor().to_integer(),
            Self::Up => number.ceil().to_integer(),
            Self::HalfUp => (number + ratio(1, 2)).floor().to_integer(),
        }
    }
}

/// A formula of the table in the README, with its options.
#[derive(Debug, Clone)]
pub(crate) enum Formula {
    RoundedPercent { truncate: bool, after: bool },
    Proportion(Rounding),
    RemainderRate(Rounding),
    AtMostTwice(Rounding),
    PairsLimit { allowance: Number, confidence: Number },
}

/// One end of the band: percent of the requirement, and whether that percentage itself is on the outer side.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    pub(crate) percent: Number,
    pub(crate) included: bool,
}

/// All that a pack says of a sample's result.
#[derive(Debug, Clone)]
pub(crate) struct Law {
    pub(crate) formula: Formula,
    pub(crate) duplicates_are_valid: bool,
    pub(crate) fails: Option<Limit>,
    pub(crate) passes: Option<Limit>,
    pub(crate) between: Option<Verdict>,
    pub(crate) rejects_after: u32,
}

/// A petition and its sample.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Petition {
    pub(crate) raw: u64,
    pub(crate) sample: u64,
    pub(crate) valid: u64,
    pub(crate) duplicates: u64,
    pub(crate) required: u64,
    pub(crate) stage: u32,
}

/// The projection before and after duplicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Projected {
    pub(crate) before: BigInt,
    pub(crate) after: BigInt,
}

impl Law {
    /// The projected number of valid signatures; none where the formula limits pairs.
    pub(crate) fn projected(&self, petition: &Petition) -> Option<Projected> {
        let (raw, sample, duplicates) = (whole(petition.raw), whole(petition.sample), whole(petition.duplicates));
        let mut valid = whole(petition.valid);
        if self.duplicates_are_valid {
            valid -= &duplicates;
        }
        Some(match &self.formula {
            Formula::RoundedPercent { truncate, after } => {
                let shorten = |number: Number, places: u32| {
                    let scale = whole(BigInt::from(10).pow(places));
                    let rounding = if *truncate { Rounding::Down } else { Rounding::HalfUp };
                    whole(rounding.whole(&(number * &scale))) / scale
                };
                let percent = shorten(whole(100) * valid / &sample, 2);
                let before = (&raw * percent / whole(100)).ceil();
                let a = shorten(raw / sample, 4);
                let correction = duplicates * &a * (&a - whole(1));
                let after = if *after { (&before - correction).ceil() } else { &before - correction.ceil() };
                Projected { before: before.to_integer(), after: after.to_integer() }
            }
            Formula::Proportion(rounding) => {
                let projected = rounding.whole(&(raw * valid / sample));
                Projected { before: projected.clone(), after: projected }
            }
            Formula::RemainderRate(rounding) => {
                let invalid = &sample - &valid;
                let remains = raw - &invalid;
                let projected = rounding.whole(&(&remains - &remains * invalid / sample));
                Projected { before: projected.clone(), after: projected }
            }
            Formula::AtMostTwice(rounding) => {
                let both = &raw * (valid + &duplicates) / &sample;
                let pairs = if duplicates.is_zero() {
                    whole(0)
                } else {
                    duplicates * &raw * (&raw - whole(1)) / (&sample * (&sample - whole(1)))
                };
                Projected { before: rounding.whole(&both), after: rounding.whole(&(both - pairs)) }
            }
            Formula::PairsLimit { .. } => return None,
        })
    }

    /// Whether so many duplicate pairs are within the limit of pairs; none where the formula projects a number.
    pub(crate) fn within(&self, petition: &Petition, pairs: &BigInt) -> Option<bool> {
        let Formula::PairsLimit { allowance, confidence } = &self.formula else { return None };
        let Petition { raw, sample, valid, duplicates, required, .. } = *petition;
        let invalid = sample - valid - duplicates;
        let k = ratio(sample, raw);
        // E = k k (raw - required) - k (i + allowance x root i), a number p + q x root i.
        let left = whole(BigInt::from(raw) - BigInt::from(required));
        let expected = Surd { p: &k * &k * left - &k * whole(invalid), q: -(&k * allowance), root_of: invalid };
        if expected.is_negative() {
            return Some(false);
        }
        // E - confidence x root E is at least the pairs where E is, and the square of their difference is at least that of the rest.
        let over = expected.less(&whole(pairs.clone()));
        let square = over.times(&over);
        let rest = expected.scaled(&(confidence * confidence));
        Some(!over.is_negative() && !square.minus(&rest).is_negative())
    }

    /// What the sample comes to.
    pub(crate) fn verdict(&self, petition: &Petition) -> Verdict {
        let Some(projected) = self.projected(petition) else {
            let within = self.within(petition, &petition.duplicates.into()).unwrap();
            return if within { Verdict::Sufficient } else { self.between.unwrap() };
        };
        self.verdict_of(&whole(projected.after), petition)
    }

    /// What a number of signatures comes to.
    pub(crate) fn verdict_of(&self, number: &Number, petition: &Petition) -> Verdict {
        let percent = number * whole(100) / whole(petition.required);
        let beyond = |limit: &Limit, further: bool| further || (limit.included && percent == limit.percent);
        if self.fails.as_ref().is_some_and(|limit| beyond(limit, percent < limit.percent)) {
            return if petition.stage < self.rejects_after { Verdict::NextSample } else { Verdict::Insufficient };
        }
        if self.passes.as_ref().is_some_and(|limit| beyond(limit, percent > limit.percent)) {
            return Verdict::Sufficient;
        }
        self.between.unwrap()
    }
}

/// A number p + q x root n, with the root never taken.
#[derive(Debug, Clone)]
struct Surd {
    p: Number,
    q: Number,
    root_of: u64,
}

impl Surd {
    fn less(&self, number: &Number) -> Self {
        Self { p: &self.p - number, q: self.q.clone(), root_of: self.root_of }
    }

    fn minus(&self, other: &Self) -> Self {
        Self { p: &self.p - &other.p, q: &self.q - &other.q, root_of: self.root_of }
    }

    fn times(&self, other: &Self) -> Self {
        Self {
            p: &self.p * &other.p + &self.q * &other.q * whole(self.root_of),
            q: &self.p * &other.q + &self.q * &other.p,
            root_of: self.root_of,
        }
    }

    fn scaled(&self, by: &Number) -> Self {
        Self { p: &self.p * by, q: &self.q * by, root_of: self.root_of }
    }

    fn is_negative(&self) -> bool {
        let (p, q) = (&self.p * &self.p, &self.q * &self.q * whole(self.root_of));
        match (self.p.is_negative(), self.q.is_negative()) {
            (false, false) => false,
            (true, true) => true,
            (false, true) => p < q,
            (true, false) => p > q,
        }
    }
}

/// Lines to draw: a percentage with a least number, a number, or from a margin in percent and z.
#[derive(Debug, Clone)]
pub(crate) enum Size {
    Percent(Number, u64),
    Number(u64),
    Confidence { margin: Number, z: Number },
}

impl Size {
    pub(crate) fn of(&self, raw: u64) -> BigInt {
        let lines = whole(raw);
        let size = match self {
            Self::Percent(percent, least) => (&lines * percent / whole(100)).ceil().max(whole(*least)),
            Self::Number(number) => whole(*number),
            Self::Confidence { margin, z } => {
                let margin = margin / whole(100);
                let endless = z * z * ratio(1, 4) / (&margin * &margin);
                (&lines * &endless / (&lines - whole(1) + &endless)).ceil()
            }
        };
        size.min(lines).to_integer()
    }
}
