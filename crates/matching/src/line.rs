//! A line of the petition as it goes into the search: its name and address taken apart, and the keys it asks for.

use roll::{
    Snapshot,
    keys::{KeyKind, keys_of},
    normal::{NameReading, PrintedName, StreetAddress, nicknames},
};

use crate::frequency::Frequencies;

/// The text of one line, as written or keyed. Empty fields are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineText<'a> {
    /// Printed name.
    pub printed_name: &'a str,
    /// Residence: number, street, unit.
    pub address: &'a str,
    /// City or community.
    pub city: &'a str,
    /// Postal code.
    pub zip: &'a str,
}

/// A line taken apart.
#[derive(Debug)]
pub(crate) struct PreparedLine<'a> {
    pub(crate) name: PrintedName,
    pub(crate) address: StreetAddress,
    /// Voters filed under the house number and street as written, ascending.
    pub(crate) residents: &'a [u32],
    /// Whether a voter with the surname as written lives there, so that an unregistered signer may be a relative.
    pub(crate) family: bool,
}

impl<'a> PreparedLine<'a> {
    pub(crate) fn new(text: &LineText<'_>, snapshot: &'a Snapshot) -> Self {
        let name = PrintedName::parse(text.printed_name);
        let address = StreetAddress::parse_line(text.address, text.city, text.zip);
        let here = KeyKind::HouseStreet.key(&address.number, &address.street);
        let residents = here.map_or(&[][..], |key| snapshot.candidates(key));
        let family = name.readings.iter().any(|reading| {
            let key = KeyKind::LastHouse.key(reading.last.whole(), &address.number);
            key.is_some_and(|key| snapshot.candidates(key).iter().any(|row| residents.binary_search(row).is_ok()))
        });
        Self { name, address, residents, family }
    }

    /// The keys of one name and number or street, by kind, without repetition.
    pub(crate) fn keys_with_place(&self) -> Vec<(KeyKind, u64)> {
        let mut keys = Vec::new();
        for reading in &self.name.readings {
            keys_of(&reading.first, &reading.last, &self.address, |kind, key| keys.push((kind, key)));
        }
        keys.retain(|(kind, _)| !matches!(kind, KeyKind::HouseStreet | KeyKind::FirstLast));
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The keys of given name and surname as written, in every reading.
    pub(crate) fn keys_of_name(&self) -> Vec<(KeyKind, u64)> {
        let mut keys = Vec::new();
        for reading in &self.name.readings {
            let halves = reading.last.halves();
            let surnames = [Some(reading.last.whole()), halves.map(|(head, _)| head), halves.map(|(_, tail)| tail)];
            keys.extend(surnames.into_iter().flatten().filter_map(|last| first_last(&reading.first, last)));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The keys of given name and surname with a nickname or one slip in either, in the likeliest reading and as far as
    /// the roll has such a name.
    pub(crate) fn keys_of_similar_names(&self, frequencies: &Frequencies) -> Vec<(KeyKind, u64)> {
        let Some(NameReading { first, last, .. }) = self.name.readings.first() else { return Vec::new() };
        let last = last.whole();
        let mut keys: Vec<_> = nicknames(first).filter_map(|nickname| first_last(nickname, last)).collect();
        one_slip(last, |other| keys.extend((frequencies.last(other) > 0).then(|| first_last(first, other)).flatten()));
        one_slip(first, |other| keys.extend((frequencies.first(other) > 0).then(|| first_last(other, last)).flatten()));
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

fn first_last(first: &str, last: &str) -> Option<(KeyKind, u64)> {
    KeyKind::FirstLast.key(first, last).map(|key| (KeyKind::FirstLast, key))
}

/// Every word of capital letters that one slip makes of a word, or that a slip made the word of.
fn one_slip(word: &str, mut found: impl FnMut(&str)) {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut letters = String::with_capacity(word.len() + 1);
    let mut assemble = |head: &str, middle: &str, tail: &str| {
        letters.clear();
        letters.extend([head, middle, tail]);
        found(&letters);
    };
    for at in 0..=word.len() {
        let (head, tail) = word.split_at(at);
        (0..26).for_each(|letter| assemble(head, &ALPHABET[letter..=letter], tail));
        if let Some(rest) = tail.get(1..) {
            assemble(head, "", rest);
            (0..26).for_each(|letter| assemble(head, &ALPHABET[letter..=letter], rest));
        }
        if let (Some(pair), Some(rest)) = (tail.get(..2), tail.get(2..)) {
            let (first, second) = pair.split_at(1);
            let swapped = [second, first].concat();
            assemble(head, &swapped, rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_word_within_one_slip_is_made() {
        let mut words = BTreeSet::new();
        one_slip("ABE", |word| {
            words.insert(word.to_owned());
        });
        for word in ["AB", "BAE", "ABES", "ZABE", "ABO", "BE"] {
            assert!(words.contains(word), "{word}");
        }
        assert!(words.iter().all(|word| roll::normal::distance_at_most("ABE", word, 1).is_some()));
        assert_eq!(words.len(), 3 + 2 + 3 * 25 + (4 * 26 - 3) + 1, "deletions, swaps, changes, insertions, the word");
    }
}
