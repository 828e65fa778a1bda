//! The digits rolled in public.

use std::fmt;

/// Why a text is not a seed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// Something that is not a digit.
    #[error(
        "the seed has something other than a digit at place {place}; write the digits as rolled, nothing between them"
    )]
    NotADigit {
        /// Which character, from 1.
        place: usize,
    },
    /// Too few digits.
    #[error(
        "the seed has {digits} digits and needs at least {at_least}; roll more dice and write their digits behind these"
    )]
    TooShort {
        /// How many digits there are.
        digits: usize,
        /// How many there must be.
        at_least: usize,
    },
}

/// The digits of dice rolled in public after the list was sealed, as rolled: leading zeros count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed(Box<str>);

impl Seed {
    /// A text of ASCII digits, `at_least_digits` or more and never none.
    pub fn parse(text: &str, at_least_digits: usize) -> Result<Self, SeedError> {
        if let Some(before) = text.chars().position(|letter| !letter.is_ascii_digit()) {
            return Err(SeedError::NotADigit { place: before + 1 });
        }
        let at_least = at_least_digits.max(1);
        if text.len() < at_least {
            return Err(SeedError::TooShort { digits: text.len(), at_least });
        }
        Ok(Self(text.into()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
