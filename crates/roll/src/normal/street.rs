//! The words of an address: street types, directions, unit designators and numbered streets in one spelling each.

use std::{collections::HashMap, sync::LazyLock};

const TYPES: &str = include_str!("../../data/street_types.csv");
const UNITS: &str = include_str!("../../data/unit_designators.csv");

/// A street suffix in its postal abbreviation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StreetType {
    /// The postal abbreviation.
    pub(super) short: &'static str,
    /// The whole word.
    full: &'static str,
    /// Whether signers leave it out (ST, AVE); otherwise it belongs to the name (CANYON, VISTA).
    pub(super) can_be_omitted: bool,
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| line.split(',').collect())
}

static STREET_TYPES: LazyLock<HashMap<&'static str, StreetType>> = LazyLock::new(|| {
    let mut types = HashMap::new();
    for row in rows(TYPES) {
        let entry = StreetType { short: row[0], full: row[2], can_be_omitted: row[1] == "type" };
        types.insert(row[0], entry);
        types.extend(row[2..].iter().map(|spelling| (*spelling, entry)));
    }
    types
});

static UNIT_WORDS: LazyLock<HashMap<&'static str, bool>> =
    LazyLock::new(|| rows(UNITS).map(|row| (row[0], row[1] == "id")).collect());

/// The street type that a word spells.
pub(super) fn street_type(word: &str) -> Option<StreetType> {
    STREET_TYPES.get(word).copied()
}

/// Whether a word announces a unit, and if so whether an identifier must follow.
pub(super) fn unit_word(word: &str) -> Option<bool> {
    UNIT_WORDS.get(word).copied()
}

/// The compass direction that a word spells.
pub(super) fn direction(word: &str) -> Option<&'static str> {
    Some(match word {
        "N" | "NORTH" | "NO" | "NORTE" => "N",
        "S" | "SOUTH" | "SO" => "S",
        "E" | "EAST" => "E",
        "W" | "WEST" => "W",
        "NE" | "NORTHEAST" => "NE",
        "NW" | "NORTHWEST" => "NW",
        "SE" | "SOUTHEAST" => "SE",
        "SW" | "SOUTHWEST" => "SW",
        _ => return None,
    })
}

const ORDINALS: [&str; 20] = [
    "FIRST",
    "SECOND",
    "THIRD",
    "FOURTH",
    "FIFTH",
    "SIXTH",
    "SEVENTH",
    "EIGHTH",
    "NINTH",
    "TENTH",
    "ELEVENTH",
    "TWELFTH",
    "THIRTEENTH",
    "FOURTEENTH",
    "FIFTEENTH",
    "SIXTEENTH",
    "SEVENTEENTH",
    "EIGHTEENTH",
    "NINETEENTH",
    "TWENTIETH",
];

/// The digits of a numbered street (`42` of 42ND), if the word is one.
pub(super) fn ordinal_digits(word: &str) -> Option<&str> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0 && matches!(&word[digits..], "ST" | "ND" | "RD" | "TH")).then(|| &word[..digits])
}

/// Every spelling of a street type or direction, given in its one spelling.
pub(crate) fn mark_spellings(mark: &str) -> impl Iterator<Item = &'static str> {
    const DIRECTIONS: [&str; 19] = [
        "N",
        "NO",
        "NORTH",
        "NORTE",
        "S",
        "SO",
        "SOUTH",
        "E",
        "EAST",
        "W",
        "WEST",
        "NE",
        "NORTHEAST",
        "NW",
        "NORTHWEST",
        "SE",
        "SOUTHEAST",
        "SW",
        "SOUTHWEST",
    ];
    let types = STREET_TYPES.iter().filter(move |(_, found)| found.short == mark).map(|(spelling, _)| *spelling);
    types.chain(DIRECTIONS.into_iter().filter(move |spelling| direction(spelling) == Some(mark)))
}

/// Whether words that announce a unit's identifier can begin so.
pub(crate) fn announces_unit(beginning: &str) -> bool {
    UNIT_WORDS.iter().any(|(word, announces)| *announces && word.starts_with(beginning))
}

/// Appends one word of a street's name in its one spelling: FIRST and 1ST are 1, VW is VIEW, SAINT and ST are STREET.
/// Types within a name are written out, so that MOUNTAIN VIEW and MOUNTAINVIEW come out equal.
pub(crate) fn push_name_word(word: &str, out: &mut String) {
    if let Some(digits) = ordinal_digits(word) {
        out.push_str(digits);
    } else if let Some(at) = ORDINALS.iter().position(|ordinal| *ordinal == word) {
        out.push_str(&(at + 1).to_string());
    } else if let Some(found) = street_type(word) {
        out.push_str(found.full);
    } else {
        out.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_stands_for_two_types() {
        let mut owners = HashMap::new();
        for row in rows(TYPES) {
            assert!(matches!(row[1], "type" | "word") && row.len() > 2, "{row:?}");
            for spelling in std::iter::once(row[0]).chain(row[2..].iter().copied()) {
                let owner = owners.insert(spelling, row[0]);
                assert!(owner.is_none_or(|owner| owner == row[0]), "{spelling}: {owner:?} and {}", row[0]);
            }
        }
    }

    #[test]
    fn words_have_one_spelling() {
        let one = |word| {
            let mut out = String::new();
            push_name_word(word, &mut out);
            out
        };
        assert_eq!(one("FIRST"), one("1ST"));
        assert_eq!(one("TWELFTH"), "12");
        assert_eq!(one("HWY"), "HIGHWAY");
        assert_eq!(one("SAINT"), one("ST"));
        assert_eq!(one("HOLLYWOOD"), "HOLLYWOOD");
        assert_eq!(ordinal_digits("1STREET"), None);
    }
}
