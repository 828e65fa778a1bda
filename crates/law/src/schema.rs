//! What a rule pack's file may say: the shapes that its text is read into, and nothing about what follows from them.
//! Unknown keys are refused everywhere, so that a misspelt rule is never a rule left out.

use std::{collections::BTreeMap, num::NonZeroU32};

use domain::{Category, PetitionKind, Reason, Verdict};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// Whether a rule was read in a source or rests on memory or on a reading that counsel should check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Read in a source.
    Confirmed,
    /// From memory, or a reading of a text that does not say it in terms.
    Unconfirmed,
}

impl Status {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

/// Words that must not be empty.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Words(String);

impl TryFrom<String> for Words {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.trim().is_empty() {
            Err("this text is empty; say what the rule is and where it stands")
        } else {
            Ok(Self(text))
        }
    }
}

impl Words {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What every rule carries: its content in words, where it stands, whether that was checked.
pub(crate) trait Cited {
    fn text(&self) -> &str;
    fn citation(&self) -> &str;
    fn status(&self) -> Status;
    fn note(&self) -> Option<&str>;
}

/// Declares the shape of a rule: the four fields that every rule has, and its own.
macro_rules! rule {
    ($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            $($(#[$attribute])* pub(crate) $field: $type,)*
            text: Words,
            citation: Words,
            status: Status,
            note: Option<Words>,
        }

        impl Cited for $name {
            fn text(&self) -> &str {
                self.text.as_str()
            }
            fn citation(&self) -> &str {
                self.citation.as_str()
            }
            fn status(&self) -> Status {
                self.status
            }
            fn note(&self) -> Option<&str> {
                self.note.as_ref().map(Words::as_str)
            }
        }
    };
}

rule!(
    /// A rule that needs words only.
    Plain {}
);
rule!(
    /// How many signatures are needed.
    Requirement { brackets: Spanned<Vec<PercentBracket>>, }
);
rule!(
    /// How long a petition may circulate.
    Circulation { title: Words, roll: bool, brackets: Spanned<Vec<DaysBracket>>, }
);
rule!(
    /// A clock.
    DeadlineRule {
        key: Spanned<String>,
        title: Words,
        anchor: Milestone,
        /// The milestone that must be reached by then; none where the act leaves no date in a case.
        done: Option<Milestone>,
        days: u32,
        unit: Unit,
        #[serde(default)]
        roll: bool,
        /// Applies only to a raw count of at least so many.
        raw_from: Option<u64>,
        /// Applies only when the anchor falls on this day or later.
        anchor_from: Option<Date>,
        /// Applies only after one of these verdicts; empty for always.
        #[serde(default)]
        only_if: Vec<Verdict>,
    }
);
rule!(
    /// A reason for which a line does not count.
    ReasonRule { name: Spanned<Reason>, title: Words, }
);
rule!(
    /// A difference that does not make a line invalid.
    Tolerance { key: Spanned<String>, title: Words, }
);
rule!(
    /// Who must agree that a signature does not compare.
    Mismatch { reviewers: NonZeroU32, }
);
rule!(
    /// How many lines of one voter may count.
    SignaturesPerVoter { max: NonZeroU32, }
);
rule!(
    /// When a withdrawal takes effect.
    Withdrawals { before_filing: bool, }
);
rule!(
    /// The published categories.
    Categories { labels: Spanned<BTreeMap<Category, Words>>, }
);
rule!(
    /// What the number of valid signatures comes to.
    ResultRule { more: Verdict, fewer: Verdict, equal: Verdict, if_sufficient: Words, if_insufficient: Words, if_equal: Words, }
);

/// A range of numbers of registered voters, both ends included, with what holds there.
pub(crate) trait Bracket {
    fn range(&self) -> (u64, Option<u64>);
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PercentBracket {
    pub(crate) from: u64,
    pub(crate) to: Option<u64>,
    pub(crate) percent: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DaysBracket {
    pub(crate) from: u64,
    pub(crate) to: Option<u64>,
    pub(crate) days: u32,
}

impl Bracket for PercentBracket {
    fn range(&self) -> (u64, Option<u64>) {
        (self.from, self.to)
    }
}

impl Bracket for DaysBracket {
    fn range(&self) -> (u64, Option<u64>) {
        (self.from, self.to)
    }
}

/// A day that a clock starts from or must be kept by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Milestone {
    #[serde(rename = "form_approved_on")]
    FormApproved,
    #[serde(rename = "filed_on")]
    Filed,
    #[serde(rename = "certified_on")]
    Certified,
    #[serde(rename = "proponents_examination_began_on")]
    ProponentsExaminationBegan,
}

impl Milestone {
    /// The day in words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::FormApproved => "the form was approved",
            Self::Filed => "the petition was filed",
            Self::Certified => "the result was certified",
            Self::ProponentsExaminationBegan => "the proponents' examination began",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    BusinessDays,
    CalendarDays,
}

/// The calendar that a pack counts by.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalendarChoice {
    /// The holiday file's identifier.
    pub(crate) holidays: Spanned<String>,
    /// Further days on which the county's offices are closed.
    #[serde(default)]
    pub(crate) added: Vec<AddedHoliday>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddedHoliday {
    pub(crate) date: Date,
    pub(crate) name: String,
}

/// Known results that every build computes again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Golden {
    pub(crate) threshold: Vec<GoldenThreshold>,
    pub(crate) circulation: Vec<GoldenCirculation>,
    pub(crate) deadline: Vec<GoldenDeadline>,
    pub(crate) verdict: Vec<GoldenVerdict>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenThreshold {
    pub(crate) registered: u64,
    pub(crate) required: u64,
    pub(crate) source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenCirculation {
    pub(crate) registered: u64,
    pub(crate) form_approved_on: Date,
    pub(crate) date: Date,
    pub(crate) source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenDeadline {
    pub(crate) key: Spanned<String>,
    pub(crate) from: Date,
    pub(crate) date: Date,
    pub(crate) source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenVerdict {
    pub(crate) valid: u64,
    pub(crate) required: u64,
    pub(crate) verdict: Verdict,
    pub(crate) source: String,
}

/// The whole of a pack's file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackFile {
    pub(crate) id: Words,
    pub(crate) title: Words,
    pub(crate) family: Words,
    pub(crate) jurisdiction: Words,
    pub(crate) petition: PetitionKind,
    pub(crate) filed_from: Option<Date>,
    pub(crate) filed_until: Option<Date>,
    pub(crate) calendar: CalendarChoice,
    pub(crate) business_days: Plain,
    pub(crate) rolling: Plain,
    pub(crate) requirement: Requirement,
    pub(crate) base: Plain,
    pub(crate) prima_facie: Plain,
    pub(crate) circulation: Circulation,
    pub(crate) deadline: Vec<DeadlineRule>,
    pub(crate) order_of_reasons: Plain,
    pub(crate) reason: Vec<ReasonRule>,
    #[serde(default)]
    pub(crate) tolerance: Vec<Tolerance>,
    pub(crate) mismatch: Mismatch,
    pub(crate) signatures_per_voter: SignaturesPerVoter,
    pub(crate) withdrawals: Withdrawals,
    pub(crate) categories: Categories,
    pub(crate) result: ResultRule,
    pub(crate) golden: Golden,
}
