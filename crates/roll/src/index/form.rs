//! A voter in normal form: names and addresses as numbers of vocabularies, so that most comparisons compare numbers.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::normal::Suffix;
use crate::record::Status;

/// A voter's names and residence in the forms of [`crate::normal`]; a number of 0 is an empty text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Form {
    /// The first given name, among the names.
    pub given: u32,
    /// All given names as one word, among the names.
    pub given_whole: u32,
    /// The middle names as one word, among the names.
    pub middle: u32,
    /// The surname as one word, among the names.
    pub surname: u32,
    /// The residence.
    pub place: Place,
    /// Number of the previous residence, from 1; 0 for none.
    pub(crate) previous: u32,
    pub(crate) suffix: u8,
    pub(crate) status: u8,
    pub(crate) has_halves: u8,
    pub(crate) spare: u8,
}

/// A residence in normal form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Place {
    /// The street's name, among the streets.
    pub street: u32,
    /// The house number, among the numbers.
    pub number: u32,
    /// The unit's identifier, among the numbers.
    pub unit: u32,
    /// Postal code and city, among the localities.
    pub locality: u32,
    /// Direction before the name, among the marks.
    pub pre: u8,
    /// The street's type, among the marks.
    pub street_type: u8,
    /// Direction after the name, among the marks.
    pub post: u8,
    pub(crate) has_fraction: u8,
}

/// Postal code and city of a residence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Locality {
    /// The postal code, among the places.
    pub zip: u32,
    /// The city, among the places.
    pub city: u32,
    /// Voters who reside there now.
    pub voters: u32,
}

/// How common a name is, and the halves of a double surname.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct NameFacts {
    /// Voters with this first given name.
    pub as_given: u32,
    /// Voters with this surname.
    pub as_surname: u32,
    /// The first and the last half of a double surname, among the names; both 0 for any other name.
    pub halves: [u32; 2],
}

pub(crate) fn suffix_code(suffix: Option<Suffix>) -> u8 {
    let at = suffix.and_then(|suffix| Suffix::ALL.iter().position(|known| *known == suffix));
    at.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0)
}

impl Place {
    /// Whether the house number has a fraction or a letter, which only the text tells.
    pub fn has_fraction(&self) -> bool {
        self.has_fraction > 0
    }
}

impl Form {
    /// Jr, Sr, III or IV.
    pub fn suffix(&self) -> Option<Suffix> {
        Suffix::ALL.get(usize::from(self.suffix).checked_sub(1)?).copied()
    }

    /// Whether the surname is a double one (see [`NameFacts::halves`]).
    pub fn has_halves(&self) -> bool {
        self.has_halves > 0
    }

    /// The status of the registration.
    pub fn status(&self) -> Status {
        Status::from_code(self.status)
    }
}
