//! What can be wrong with a rule pack, and with a question put to one.

use std::{fmt, ops::Range};

use jiff::civil::Date;

/// Why the text of a rule pack or of a holiday file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PackError {
    /// The file, as the caller named it.
    pub file: String,
    /// The line, from 1; none where the fault is in no one line.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub reason: String,
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{} line {line}: {}", self.file, self.reason),
            None => write!(f, "{}: {}", self.file, self.reason),
        }
    }
}

impl PackError {
    /// A fault at a place in the text.
    pub(crate) fn at(file: &str, text: &str, span: Option<Range<usize>>, reason: impl Into<String>) -> Self {
        let line = span.map(|span| text.bytes().take(span.start).filter(|&byte| byte == b'\n').count() + 1);
        Self { file: file.to_owned(), line, reason: reason.into() }
    }

    pub(crate) fn from_toml(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let reason = error.message().trim().replace('\n', ", ");
        Self::at(file, text, error.span(), reason)
    }
}

/// Why a question to the law has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LawError {
    /// No such pack.
    #[error("there is no rule pack {asked:?}{}; `countersign rules list` names every pack", near(near_it))]
    NoPack {
        /// The identifier asked for.
        asked: String,
        /// The identifiers in the same place, if there are any.
        near_it: Vec<String>,
    },
    /// No pack of the family covers the day.
    #[error(
        "no rule pack of {family:?} covers a petition filed on {filed_on}; write one for that time, or name a pack by its identifier"
    )]
    NoPackForDate {
        /// The family asked for.
        family: String,
        /// The day of filing.
        filed_on: Date,
    },
    /// The text of a pack is refused.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The number that the requirement is a part of is missing.
    #[error("the number of {base} is missing; take it from the report or election that the law names")]
    NoBase {
        /// What is missing, in words.
        base: &'static str,
    },
    /// The number that the requirement is a part of is zero.
    #[error("the number of {base} is 0; take it from the report or election that the law names")]
    NobodyInBase {
        /// What is zero, in words.
        base: &'static str,
    },
    /// A unit without the number that is asked for.
    #[error("{unit}: the law asks for a part of this unit's own number; give that number")]
    NoUnitBase {
        /// The unit.
        unit: String,
    },
    /// The number of seats is missing.
    #[error("this law lets a voter sign for as many candidates as there are seats; give the number of seats")]
    NoSeats,
    /// The law knows no sample.
    #[error("{pack} knows no random sample: every signature is examined")]
    NoSample {
        /// The pack.
        pack: String,
    },
    /// The law does not put units together.
    #[error("{pack} samples the petition as one; give its figures without units")]
    NoUnits {
        /// The pack.
        pack: String,
    },
    /// The law samples units by themselves.
    #[error(
        "{pack} samples each {unit} by itself, so the petition has no one sample; give the figures of each {unit} in a file, with --units"
    )]
    ByUnit {
        /// The pack.
        pack: String,
        /// What is sampled by itself.
        unit: String,
    },
    /// Figures that cannot be.
    #[error("these figures cannot be: {what}; check them against the report")]
    Figures {
        /// What is wrong.
        what: String,
    },
    /// A day beyond the calendar.
    #[error("{n} days from {from} is beyond the calendar; check the date")]
    BeyondCalendar {
        /// The first day.
        from: Date,
        /// How many days were asked for.
        n: u32,
    },
}

fn near(packs: &[String]) -> String {
    if packs.is_empty() { String::new() } else { format!("; near it are: {}", packs.join(", ")) }
}
