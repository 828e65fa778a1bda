//! The words among which a pack chooses.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

/// What the requirement is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaseKind {
    /// The registered voters of the jurisdiction.
    RegisteredVoters,
    /// The votes cast in the election that the pack names.
    VotesCast,
    /// The resident population.
    Population,
    /// A number in the law itself.
    Fixed,
}

impl BaseKind {
    /// The base in words, in the plural.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::RegisteredVoters => "registered voters",
            Self::VotesCast => "votes cast",
            Self::Population => "inhabitants",
            Self::Fixed => "signatures",
        }
    }
}

/// What a clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    BusinessDays,
    CalendarDays,
    Months,
}

impl Unit {
    /// The unit in words, for so many.
    pub(crate) const fn words(self, length: u32) -> &'static str {
        match (self, length) {
            (Self::BusinessDays, 1) => "business day",
            (Self::BusinessDays, _) => "business days",
            (Self::CalendarDays, 1) => "calendar day",
            (Self::CalendarDays, _) => "calendar days",
            (Self::Months, 1) => "month",
            (Self::Months, _) => "months",
        }
    }
}

/// Whether a sample is the office's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// The office may sample or examine every signature.
    May,
    /// The office must sample.
    Must,
}

/// The names of the formulas; `rules/README.md` says what each computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FormulaName {
    RoundedPercent,
    Proportion,
    RemainderRate,
    AtMostTwice,
    PairsLimit,
}

impl FormulaName {
    /// The name in files.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::RoundedPercent => "rounded_percent",
            Self::Proportion => "proportion",
            Self::RemainderRate => "remainder_rate",
            Self::AtMostTwice => "at_most_twice",
            Self::PairsLimit => "pairs_limit",
        }
    }
}

/// How a figure that is printed with few digits is shortened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DigitsRounding {
    #[default]
    HalfUp,
    Truncate,
}

/// Whether the correction for duplicates is rounded up before it is subtracted, or the difference after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CorrectionRounding {
    #[default]
    Before,
    After,
}

/// How a projection becomes a whole number of signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FinalRounding {
    #[default]
    Down,
    Up,
    HalfUp,
}

/// Whether the duplicate lines of the sample are still among its valid ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DuplicateLines {
    #[default]
    NotValid,
    Valid,
}

/// What becomes of several units that are sampled by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Their projections are added, and the sum decides.
    Sum,
    /// Each is decided by itself.
    Each,
}

/// How many lines of one voter may count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "a whole number from 1, or \"seats\"")]
pub(crate) enum SignaturesMax {
    Number(NonZeroU32),
    Word(SeatsWord),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SeatsWord {
    Seats,
}
