//! What a rule pack's file may say: the shapes that its text is read into, and nothing about what follows from them.
//! Unknown keys are refused everywhere, so that a misspelt rule is never a rule left out.

use std::{collections::BTreeMap, num::NonZeroU32};

use domain::{Category, Milestone, PetitionKind, Reason, Verdict};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::Percent;

mod choices;
mod golden;

pub use choices::{BaseKind, Combine, Duty};
pub(crate) use choices::{
    CorrectionRounding, DigitsRounding, DuplicateLines, FinalRounding, FormulaName, SignaturesMax, Unit,
};
pub(crate) use golden::Golden;

/// A factor, written like a percentage: a whole number, or a text with up to four decimals.
pub(crate) type Factor = Percent;

/// Whether a rule was read in a source or rests on memory or on a reading that counsel should check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Read in a source.
    Confirmed,
    /// From memory, or a reading of a text that does not say it in terms.
    Unconfirmed,
    /// The law leaves it open or it is in dispute; counsel decides.
    Open,
}

impl Status {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Unconfirmed => "unconfirmed",
            Self::Open => "open",
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
    Requirement {
        base: Spanned<BaseKind>,
        /// By the number of the base; empty where the base is fixed.
        #[serde(default = "empty")]
        brackets: Spanned<Vec<Spanned<PercentBracket>>>,
        /// The number itself, where the base is fixed.
        number: Option<u64>,
        /// Up where nothing is said.
        rounding: Option<FinalRounding>,
    }
);
rule!(
    /// How the signatures must be spread over units such as counties.
    Distribution {
        unit: Words,
        units: Spanned<u32>,
        of: u32,
        percent: Option<Percent>,
        number: Option<u64>,
        least_share: Option<Percent>,
        greatest_share: Option<Percent>,
        greatest_percent: Option<Percent>,
    }
);
rule!(
    /// How long a petition may circulate.
    Circulation {
        title: Words,
        anchor: Milestone,
        unit: Unit,
        #[serde(default)]
        roll: bool,
        brackets: Spanned<Vec<Spanned<LengthBracket>>>,
    }
);
rule!(
    /// A clock.
    DeadlineRule {
        key: Spanned<String>,
        title: Words,
        anchor: Milestone,
        /// The milestone that must be reached by then; none where the act leaves no date in a case.
        done: Option<Milestone>,
        length: u32,
        unit: Unit,
        /// Counted back from the anchor.
        #[serde(default)]
        before: bool,
        #[serde(default)]
        roll: bool,
        /// Applies only to a raw count of at least so many.
        raw_from: Option<Spanned<u64>>,
        /// Applies only to a raw count of at most so many.
        raw_to: Option<u64>,
        /// Applies only when the anchor falls on this day or later.
        anchor_from: Option<Date>,
        /// Applies only to an examination that began with a sample, or only to one that did not.
        sampled: Option<bool>,
        /// Applies only after one of these verdicts; empty for always.
        #[serde(default)]
        only_if: Vec<Verdict>,
    }
);
rule!(
    /// A time for which the petition is kept.
    RetentionRule {
        key: Spanned<String>,
        title: Words,
        anchor: Milestone,
        /// Applies only once this day is known; from the beginning where nothing is said.
        if_known: Option<Milestone>,
        length: u32,
        unit: Unit,
        /// Applies only after one of these verdicts; empty for always.
        #[serde(default)]
        only_if: Vec<Verdict>,
    }
);
rule!(
    /// The random sample.
    SampleRule { duty: Duty, unit: Words, brackets: Spanned<Vec<Spanned<SizeBracket>>>, seed_digits: Spanned<u32>, }
);
rule!(
    /// The formula from the sample to the whole.
    ProjectionRule {
        formula: Spanned<FormulaName>,
        digits: Option<DigitsRounding>,
        correction: Option<CorrectionRounding>,
        rounding: Option<FinalRounding>,
        duplicates: Option<DuplicateLines>,
        allowance: Option<Factor>,
        confidence: Option<Factor>,
    }
);
rule!(
    /// What a projection comes to.
    SampleResult {
        insufficient_below: Option<Spanned<Percent>>,
        insufficient_up_to: Option<Spanned<Percent>>,
        sufficient_above: Option<Spanned<Percent>>,
        sufficient_from: Option<Spanned<Percent>>,
        between: Option<Spanned<Verdict>>,
        #[serde(default = "one")]
        rejects_after: NonZeroU32,
        combine: Option<Combine>,
    }
);
rule!(
    /// When a full examination may end early.
    EarlyStop { at_percent: Spanned<Percent>, }
);
rule!(
    /// What the proponents' examination costs them.
    ExaminationCosts {
        /// Applies only to an examination that began on this day or later.
        began_from: Option<Date>,
        free_days: u32,
        daily_deposit: bool,
    }
);
rule!(
    /// A reason for which a line does not count.
    ReasonRule { name: Spanned<Reason>, title: Words, }
);
rule!(
    /// A rule with a key and a title that needs words only: a difference that does not make a line invalid, or a provision.
    Titled { key: Spanned<String>, title: Words, }
);
rule!(
    /// Who must agree that a signature does not compare.
    Mismatch { reviewers: NonZeroU32, }
);
rule!(
    /// How many lines of one voter may count.
    SignaturesPerVoter { max: SignaturesMax, }
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
    ResultRule {
        more: Spanned<Verdict>,
        fewer: Spanned<Verdict>,
        equal: Spanned<Verdict>,
        if_sufficient: Words,
        if_insufficient: Words,
        if_equal: Words,
    }
);

fn empty() -> Spanned<Vec<Spanned<PercentBracket>>> {
    Spanned::new(0..0, Vec::new())
}

const fn one() -> NonZeroU32 {
    NonZeroU32::MIN
}

/// A range of numbers, both ends included, with what holds there.
pub(crate) trait Bracket {
    fn range(&self) -> (u64, Option<u64>);
}

macro_rules! bracket {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            pub(crate) from: u64,
            pub(crate) to: Option<u64>,
            $(pub(crate) $field: $type,)*
        }

        impl Bracket for $name {
            fn range(&self) -> (u64, Option<u64>) {
                (self.from, self.to)
            }
        }
    };
}

bracket!(
    /// A percentage of the base, within bounds.
    PercentBracket { percent: Percent, at_least: Option<u64>, at_most: Option<u64>, }
);
bracket!(
    /// A length of time, in the unit that the rule names.
    LengthBracket { length: u32, }
);
bracket!(
    /// The size of a sample: a percentage with a least number, a number, or from a confidence interval.
    SizeBracket {
        percent: Option<Percent>,
        at_least: Option<u64>,
        number: Option<u64>,
        margin: Option<Percent>,
        z: Option<Factor>,
    }
);

/// The calendar that a pack counts by.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalendarChoice {
    /// The holiday file's identifier.
    pub(crate) holidays: Spanned<String>,
    /// Further days on which the office is closed.
    #[serde(default)]
    pub(crate) added: Vec<AddedHoliday>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddedHoliday {
    pub(crate) date: Date,
    pub(crate) name: String,
}

macro_rules! pack {
    (needed { $($needed:ident: $needed_type:ty,)* } optional { $($optional:ident: $optional_type:ty,)* } lists { $($list:ident: $list_type:ty,)* }) => {
        /// What one file of a pack says: the pack's own, or a part that it includes.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct PackPart {
            pub(crate) include: Option<Spanned<Vec<Spanned<String>>>>,
            $(pub(crate) $needed: Option<$needed_type>,)*
            $(pub(crate) $optional: Option<$optional_type>,)*
            $(pub(crate) $list: Vec<$list_type>,)*
        }

        /// The whole of a pack, from all its files.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct PackFile {
            $(pub(crate) $needed: $needed_type,)*
            $(pub(crate) $optional: Option<$optional_type>,)*
            $(pub(crate) $list: Vec<$list_type>,)*
        }

        impl PackPart {
            /// Takes in another part's tables; the name of a table that both have is the fault.
            pub(crate) fn join(&mut self, other: Self) -> Result<(), &'static str> {
                $(if self.$needed.is_some() && other.$needed.is_some() { return Err(stringify!($needed)); })*
                $(if self.$optional.is_some() && other.$optional.is_some() { return Err(stringify!($optional)); })*
                $(if !self.$list.is_empty() && !other.$list.is_empty() { return Err(stringify!($list)); })*
                self.complete(other);
                Ok(())
            }

            /// Takes over what is missing here.
            pub(crate) fn complete(&mut self, other: Self) {
                $(self.$needed = self.$needed.take().or(other.$needed);)*
                $(self.$optional = self.$optional.take().or(other.$optional);)*
                $(if self.$list.is_empty() { self.$list = other.$list; })*
            }

            /// The whole pack; the name of what is missing is the fault.
            pub(crate) fn whole(self) -> Result<PackFile, &'static str> {
                Ok(PackFile {
                    $($needed: self.$needed.ok_or(stringify!($needed))?,)*
                    $($optional: self.$optional,)*
                    $($list: self.$list,)*
                })
            }
        }
    };
}

pack! {
    needed {
        id: Spanned<Words>,
        title: Words,
        family: Words,
        jurisdiction: Words,
        petition: PetitionKind,
        calendar: CalendarChoice,
        business_days: Plain,
        rolling: Plain,
        requirement: Requirement,
        base: Plain,
        order_of_reasons: Plain,
        mismatch: Mismatch,
        signatures_per_voter: SignaturesPerVoter,
        withdrawals: Withdrawals,
        categories: Categories,
        result: ResultRule,
        golden: Golden,
    }
    optional {
        filed_from: Spanned<Date>,
        filed_until: Spanned<Date>,
        distribution: Distribution,
        prima_facie: Plain,
        circulation: Circulation,
        sample: SampleRule,
        projection: ProjectionRule,
        sample_result: SampleResult,
        early_stop: EarlyStop,
        examination_costs: ExaminationCosts,
    }
    lists {
        deadline: DeadlineRule,
        retention: RetentionRule,
        reason: ReasonRule,
        tolerance: Titled,
        provision: Titled,
    }
}
