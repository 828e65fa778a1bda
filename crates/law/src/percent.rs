//! A percentage as the law writes it: exact, with up to four decimals.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::figures::decimal;

/// A percentage in ten-thousandths of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u32);

impl Percent {
    /// Ten-thousandths of a percent in the whole.
    pub(crate) const WHOLE: i128 = 100 * Self::UNIT as i128;
    const UNIT: u32 = 10_000;
    /// The most that a pack may ask for: a thousand percent.
    const MOST: u32 = 1_000;

    /// So many whole percent.
    pub(crate) const fn whole(percent: u32) -> Self {
        Self(percent * Self::UNIT)
    }

    /// Ten-thousandths of a percent.
    pub(crate) fn units(self) -> i128 {
        i128::from(self.0)
    }

    fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 4 {
            return None;
        }
        let whole: u32 = whole.parse().ok().filter(|&whole| whole <= Self::MOST)?;
        let part: u32 = format!("{part:0<4}").parse().ok()?;
        Some(Self(whole * Self::UNIT + part))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&decimal(self.units(), 4))
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Percent;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a percentage from 0 to 1000: a whole number, or a text with up to four decimals")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Percent, E> {
                let whole = u32::try_from(number).ok().filter(|&whole| whole <= Percent::MOST);
                whole.map(Percent::whole).ok_or_else(|| E::invalid_value(de::Unexpected::Signed(number), &self))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Percent, E> {
                Percent::parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_and_decimals() {
        for (text, shown, units) in
            [("3", "3", 30_000), ("2.5", "2.5", 25_000), ("0.0001", "0.0001", 1), ("3.6200", "3.62", 36_200)]
        {
            let read = Percent::parse(text).unwrap();
            assert_eq!((read.units(), read.to_string().as_str()), (units, shown));
        }
        for wrong in ["", ".5", "5.", "-1", "1,5", "1.23456", "1001", "99999999999"] {
            assert_eq!(Percent::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn files_hold_either_form() {
        #[derive(Deserialize)]
        struct File {
            percent: Percent,
        }
        let read = |text: &str| toml::from_str::<File>(text).map(|file| file.percent.units());
        assert_eq!(read("percent = 10").unwrap(), 100_000);
        assert_eq!(read("percent = \"2.5\"").unwrap(), 25_000);
        for wrong in ["percent = -1", "percent = 1001", "percent = \"x\"", "percent = 2.5"] {
            assert!(read(wrong).unwrap_err().message().contains("a percentage from 0 to 1000"), "{wrong}");
        }
        assert_eq!(serde_json::to_string(&Percent::whole(10)).unwrap(), "\"10\"");
    }
}
