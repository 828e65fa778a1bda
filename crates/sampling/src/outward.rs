//! Positive numbers held between two bounds that every operation rounds outward, so that a chance of error computed with
//! them is never stated too small. Whole-number arithmetic: the same bounds on every machine.

use std::{
    cmp::Ordering,
    num::NonZeroU64,
    ops::{Div, Mul},
};

use crate::decimal::{Decimal, power_of_ten};

/// A positive number, `mantissa` times two to the power of `exponent`, the mantissa's highest bit set.
///
/// With that bit set, numbers are in order when their exponents are, and mantissas break ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bound {
    exponent: i64,
    mantissa: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Toward {
    Zero,
    Infinity,
}

impl Bound {
    /// The mantissa, 2^63 or more.
    pub const fn mantissa(self) -> u64 {
        self.mantissa
    }

    /// The power of two that the mantissa is to be multiplied by.
    pub const fn exponent(self) -> i64 {
        self.exponent
    }

    /// `value` (above 0) times two to the power of `exponent`, rounded to 64 bits.
    fn rounded(value: u128, exponent: i64, toward: Toward) -> Self {
        let zeros = value.leading_zeros();
        let full = value << zeros;
        let (mantissa, lost) = ((full >> 64) as u64, full & u128::from(u64::MAX));
        let exponent = exponent + 64 - i64::from(zeros);
        if lost == 0 || toward == Toward::Zero {
            return Self { exponent, mantissa };
        }
        match mantissa.checked_add(1) {
            Some(mantissa) => Self { exponent, mantissa },
            None => Self { exponent: exponent + 1, mantissa: 1 << 63 },
        }
    }

    fn times(self, other: Self, toward: Toward) -> Self {
        let product = u128::from(self.mantissa) * u128::from(other.mantissa);
        Self::rounded(product, self.exponent + other.exponent, toward)
    }

    fn over(self, other: Self, toward: Toward) -> Self {
        let (dividend, divisor) = (u128::from(self.mantissa) << 64, u128::from(other.mantissa));
        // The quotient fills 64 bits or 65; one more stands for whatever remains, and is always among those lost.
        let quotient = (dividend / divisor) << 1 | u128::from(!dividend.is_multiple_of(divisor));
        Self::rounded(quotient, self.exponent - other.exponent - 65, toward)
    }

    /// The order of this number and the fraction `over / under`, exactly.
    fn compared(self, (over, under): (NonZeroU64, NonZeroU64)) -> Ordering {
        let left = shifted(u128::from(self.mantissa) * u128::from(under.get()), self.exponent);
        let right = shifted(u128::from(over.get()), -self.exponent);
        match (left, right) {
            (Some(left), Some(right)) => left.cmp(&right),
            (None, _) => Ordering::Greater,
            (_, None) => Ordering::Less,
        }
    }

    /// The whole units of the last of so many places in this number, and whether something is left over; none where
    /// they do not fit in 128 bits.
    fn units(self, places: u8) -> Option<(u128, bool)> {
        let scaled = u128::from(self.mantissa) * u128::from(power_of_ten(places).get());
        if self.exponent >= 0 {
            return shifted(scaled, self.exponent).map(|units| (units, false));
        }
        Some(power_of_two(-self.exponent).map_or((0, true), |one| (scaled / one, !scaled.is_multiple_of(one))))
    }
}

/// Two to the power of `exponent`, which is not below 0; none from 2^128.
fn power_of_two(exponent: i64) -> Option<u128> {
    u32::try_from(exponent).ok().and_then(|exponent| 1_u128.checked_shl(exponent))
}

/// `value` times two to the power of `exponent`, or `value` where that is below 0; none from 2^128.
fn shifted(value: u128, exponent: i64) -> Option<u128> {
    value.checked_mul(power_of_two(exponent.max(0))?)
}

/// A positive number between two bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outward {
    low: Bound,
    high: Bound,
}

impl Outward {
    /// The number 1, exactly.
    pub const ONE: Self = {
        let one = Bound { exponent: -63, mantissa: 1 << 63 };
        Self { low: one, high: one }
    };

    /// The fraction; none where either number is 0.
    pub fn ratio(numerator: u64, denominator: u64) -> Option<Self> {
        Some(Self::from(NonZeroU64::new(numerator)?) / Self::from(NonZeroU64::new(denominator)?))
    }

    /// What the number is not below.
    pub const fn low(self) -> Bound {
        self.low
    }

    /// What the number is not above.
    pub const fn high(self) -> Bound {
        self.high
    }

    /// Whether the number is certainly the fraction or less.
    pub fn is_at_most(self, fraction: (NonZeroU64, NonZeroU64)) -> bool {
        self.high.compared(fraction).is_le()
    }

    /// Whether the number is certainly less than the fraction.
    pub fn is_below(self, fraction: (NonZeroU64, NonZeroU64)) -> bool {
        self.high.compared(fraction).is_lt()
    }

    /// Whether the number is certainly the fraction or more.
    pub fn is_at_least(self, fraction: (NonZeroU64, NonZeroU64)) -> bool {
        self.low.compared(fraction).is_ge()
    }

    /// The smallest decimal of so many places that the number is certainly not above; none where it is too large for a
    /// [`Decimal`], or the places too many.
    pub fn rounded_up(self, places: u8) -> Option<Decimal> {
        let (units, over) = self.high.units(places.min(Decimal::MAX_PLACES))?;
        Decimal::new(u64::try_from(units + u128::from(over)).ok()?, places)
    }

    /// The largest decimal of so many places that the number is certainly not below; none as for
    /// [`Self::rounded_up`].
    pub fn rounded_down(self, places: u8) -> Option<Decimal> {
        let (units, _) = self.low.units(places.min(Decimal::MAX_PLACES))?;
        Decimal::new(u64::try_from(units).ok()?, places)
    }
}

impl From<NonZeroU64> for Outward {
    /// The whole number, exactly.
    fn from(number: NonZeroU64) -> Self {
        let zeros = number.leading_zeros();
        let bound = Bound { exponent: -i64::from(zeros), mantissa: number.get() << zeros };
        Self { low: bound, high: bound }
    }
}

impl Mul for Outward {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self { low: self.low.times(other.low, Toward::Zero), high: self.high.times(other.high, Toward::Infinity) }
    }
}

impl Div for Outward {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        Self { low: self.low.over(other.high, Toward::Zero), high: self.high.over(other.low, Toward::Infinity) }
    }
}
