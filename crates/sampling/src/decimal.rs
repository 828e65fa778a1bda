//! Exact decimals as an official writes them, and the chance of error that one is ready to run.

use std::{fmt, num::NonZeroU64, str::FromStr};

use serde::{Serialize, Serializer};

/// Why a text is not a decimal that can be worked with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not a decimal.
    #[error("{text:?} is not a decimal; write digits with at most one point between them, as in 1.96 or 0.05")]
    NotADecimal {
        /// What was written.
        text: String,
    },
    /// More digits than are kept.
    #[error("{text:?} has too many digits; write at most 18")]
    TooLong {
        /// What was written.
        text: String,
    },
    /// A chance of error that is none.
    #[error("{decimal} is not a chance of error; write one above 0 and below 1, as 0.05 for one in twenty")]
    NotARisk {
        /// What was written.
        decimal: Decimal,
    },
}

/// A decimal from 0, exact, printed with the places it was written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    units: u64,
    places: u8,
}

impl Decimal {
    /// The most digits behind the point.
    pub const MAX_PLACES: u8 = 18;

    /// The number 0.
    pub const ZERO: Self = Self { units: 0, places: 0 };

    /// The number 1.
    pub const ONE: Self = Self { units: 1, places: 0 };

    /// So many units of the last of so many places; none for more than [`Self::MAX_PLACES`].
    pub const fn new(units: u64, places: u8) -> Option<Self> {
        if places > Self::MAX_PLACES { None } else { Some(Self { units, places }) }
    }

    /// So many hundredths.
    pub(crate) const fn hundredths(units: u64) -> Self {
        Self { units, places: 2 }
    }

    /// The number as a fraction: the digits without the point, over a power of ten.
    pub const fn ratio(self) -> (u64, NonZeroU64) {
        (self.units, power_of_ten(self.places))
    }
}

/// Ten to the power of `places`, which are at most 18.
pub(crate) const fn power_of_ten(places: u8) -> NonZeroU64 {
    let mut power = NonZeroU64::MIN;
    let mut place = 0;
    while place < places {
        power = power.saturating_mul(NonZeroU64::MIN.saturating_add(9));
        place += 1;
    }
    power
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, one) = self.ratio();
        write!(f, "{}", units / one)?;
        if self.places > 0 {
            write!(f, ".{:0width$}", units % one, width = usize::from(self.places))?;
        }
        Ok(())
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return Err(DecimalError::NotADecimal { text: text.to_owned() }),
            None => (text, ""),
        };
        let digits = format!("{whole}{fraction}");
        if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(DecimalError::NotADecimal { text: text.to_owned() });
        }
        let too_long = || DecimalError::TooLong { text: text.to_owned() };
        let units = digits.parse().map_err(|_| too_long())?;
        u8::try_from(fraction.len()).ok().and_then(|places| Self::new(units, places)).ok_or_else(too_long)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The chance of a wrong answer that is allowed: above 0, below 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Risk {
    units: NonZeroU64,
    places: u8,
}

impl Risk {
    /// The chance as a decimal, if it is one.
    pub fn new(decimal: Decimal) -> Result<Self, DecimalError> {
        let below_one = NonZeroU64::new(decimal.units).filter(|&units| units < power_of_ten(decimal.places));
        let units = below_one.ok_or(DecimalError::NotARisk { decimal })?;
        Ok(Self { units, places: decimal.places })
    }

    /// The chance as a fraction.
    pub const fn ratio(self) -> (NonZeroU64, NonZeroU64) {
        (self.units, power_of_ten(self.places))
    }
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Decimal { units: self.units.get(), places: self.places }.fmt(f)
    }
}

impl Serialize for Risk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Risk {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        Self::new(text.parse()?)
    }
}
