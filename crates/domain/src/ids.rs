//! Numbers and names that identify things: sections, pages and lines count from one, as on paper.

use std::{fmt, num::NonZeroU32, str::FromStr};

use serde::{Deserialize, Serialize};

/// Why a text is not a section, page or line number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a {what} number; write a whole number from 1, without leading zeros or signs")]
pub struct ParseNumberError {
    /// Which number was expected: "section", "page", "line" or "section:line".
    pub what: &'static str,
}

macro_rules! one_based {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(NonZeroU32);

        impl $name {
            /// The number one, the first of its kind.
            pub const FIRST: Self = Self(NonZeroU32::MIN);

            /// The number, or nothing for zero.
            pub const fn new(number: u32) -> Option<Self> {
                match NonZeroU32::new(number) {
                    Some(number) => Some(Self(number)),
                    None => None,
                }
            }

            /// The number as an integer, at least 1.
            pub const fn get(self) -> u32 {
                self.0.get()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseNumberError;

            fn from_str(text: &str) -> Result<Self, ParseNumberError> {
                let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
                text.parse()
                    .ok()
                    .filter(|_| plain)
                    .map(Self)
                    .ok_or(ParseNumberError { what: $what })
            }
        }
    };
}

one_based!(
    /// The number of a section: one bound part of a petition, with its own circulator's declaration.
    SectionNo,
    "section"
);
one_based!(
    /// The number of a page within its section.
    PageNo,
    "page"
);
one_based!(
    /// The number of a line within its section.
    LineNo,
    "line"
);

/// A line of the petition: its section and its number there, written `12:3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineRef {
    /// The section that holds the line.
    pub section: SectionNo,
    /// The line's number within the section.
    pub line: LineNo,
}

impl fmt::Display for LineRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.section, self.line)
    }
}

impl FromStr for LineRef {
    type Err = ParseNumberError;

    fn from_str(text: &str) -> Result<Self, ParseNumberError> {
        let (section, line) = text.split_once(':').ok_or(ParseNumberError { what: "section:line" })?;
        Ok(Self { section: section.parse()?, line: line.parse()? })
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Box<str>);

        impl $name {
            /// The identifier with surrounding blanks removed, or nothing if that leaves it empty.
            pub fn new(text: &str) -> Option<Self> {
                let text = text.trim();
                (!text.is_empty()).then(|| Self(text.into()))
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// A voter's number on the roll. It points at a person: never published, never in an error text.
    VoterId
);
name!(
    /// Who judged: a reviewer's staff number or name as the office uses it. Never published.
    ReviewerId
);

impl ReviewerId {
    /// The identifier without blanks and case: `R1`, `r1` and `R 1` are one person, who cannot confirm themselves.
    pub fn person(&self) -> String {
        self.as_str().chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_from_one() {
        assert_eq!(SectionNo::new(0), None);
        assert_eq!("1".parse(), Ok(LineNo::FIRST));
        for bad in ["0", "-1", "+1", "01", "", "1.0", " 1", "99999999999"] {
            assert!(bad.parse::<PageNo>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_line_is_written_section_colon_line() {
        let line: LineRef = "12:3".parse().unwrap();
        assert_eq!(line.to_string(), "12:3");
        assert!("12".parse::<LineRef>().is_err());
        assert!("12:0".parse::<LineRef>().is_err());
        assert!("x:1".parse::<LineRef>().unwrap_err().to_string().contains("section number"));
    }

    #[test]
    fn an_empty_identifier_is_none() {
        assert_eq!(VoterId::new("  "), None);
        assert_eq!(ReviewerId::new(" R1 ").unwrap().as_str(), "R1");
        assert_eq!(VoterId::new("7").unwrap().to_string(), "7");
    }

    #[test]
    fn one_person_in_three_spellings_is_one_person() {
        let person = |text| ReviewerId::new(text).unwrap().person();
        assert_eq!(person("R1"), person("r 1"));
        assert_ne!(person("R1"), person("R11"));
    }
}
