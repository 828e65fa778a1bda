//! The people of the county as the roll records them: name, residence, standing.

use std::fmt;

use crate::calendar::Day;
use crate::tables::{Place, Sex};

/// A name as on the roll, in capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) first: &'static str,
    pub(crate) middle: Middle,
    pub(crate) last: &'static str,
    pub(crate) second: Option<SecondLast>,
    pub(crate) suffix: &'static str,
}

/// A middle name, in full or as an initial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Middle {
    None,
    Initial(&'static str),
    Full(&'static str),
}

impl Middle {
    /// As on the roll.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Initial(name) => initial(name),
            Self::Full(name) => name,
        }
    }
}

/// The first letter of a name in capitals without accents.
pub(crate) fn initial(name: &str) -> &str {
    name.get(..1).unwrap_or("")
}

/// The second half of a double surname.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SecondLast {
    pub(crate) text: &'static str,
    pub(crate) hyphen: bool,
}

impl Name {
    /// The whole surname.
    pub(crate) fn last(&self) -> String {
        match self.second {
            None => self.last.to_owned(),
            Some(SecondLast { text, hyphen }) => format!("{}{}{text}", self.last, if hyphen { '-' } else { ' ' }),
        }
    }
}

/// A residence as on the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) number: u32,
    pub(crate) pre: &'static str,
    pub(crate) street: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) unit: Option<Unit>,
    pub(crate) place: Place,
}

impl Address {
    /// Whether two residences lie in one building: all but the unit is the same.
    pub(crate) fn same_building(&self, other: &Self) -> bool {
        Self { unit: None, ..*self } == Self { unit: None, ..*other }
    }
}

/// An apartment: a designator and its number or letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) word: &'static str,
    pub(crate) label: UnitLabel,
}

/// What stands on the apartment's door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitLabel {
    Number(u32),
    Letter(char),
}

impl fmt::Display for UnitLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Letter(letter) => letter.fmt(f),
        }
    }
}

/// Where a registration stands, and since when against the petition's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Active, registered before circulation began.
    Settled,
    /// Active, registered while the petition circulated.
    During,
    /// Active, registered at the very end of circulation or after filing: too late for this petition.
    Late,
    /// Inactive: still registered, left out of the report of registration.
    Inactive,
    /// Pending: not yet registered, or under age.
    Pending,
    /// Canceled before circulation began.
    Canceled,
}

impl Standing {
    /// The status letter in `roll.csv`.
    pub(crate) const fn status(self) -> &'static str {
        match self {
            Self::Settled | Self::During | Self::Late => "A",
            Self::Inactive => "I",
            Self::Pending => "P",
            Self::Canceled => "C",
        }
    }
}

/// A former residence and the last day at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Previous {
    pub(crate) address: Address,
    pub(crate) until: Day,
}

/// A row of the roll.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Voter {
    pub(crate) id: VoterId,
    pub(crate) name: Name,
    pub(crate) sex: Sex,
    pub(crate) born: Day,
    pub(crate) address: Address,
    pub(crate) standing: Standing,
    pub(crate) registered: Day,
    pub(crate) canceled: Option<Day>,
    pub(crate) previous: Option<Previous>,
}

/// A voter's number on the roll: the row, spread out so that no number is its neighbour's plus one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct VoterId(pub(crate) u64);

impl VoterId {
    /// The number of the voter in a row, counted from 0.
    pub(crate) const fn of_row(row: u64) -> Self {
        Self(10_000_000 + 3 * row)
    }

    /// The row of the voter, counted from 0.
    pub(crate) const fn row(self) -> u64 {
        (self.0 - 10_000_000) / 3
    }
}

impl fmt::Display for VoterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
