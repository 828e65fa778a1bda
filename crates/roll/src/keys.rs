//! Blocking keys: under which a snapshot files each voter, and under which a line asks for voters. A key joins two of
//! the four things that a line tells (given name, surname, house number, street), so a voter is found when any two of
//! them are written as on the roll, whatever happened to the others.

use crate::{
    VoterRecord,
    normal::{StreetAddress, Surname, VoterAddress, VoterName},
};

/// Changes whenever the same voter would get other keys; a snapshot with another version has to be imported again.
pub const KEYS_VERSION: u32 = 1;

/// Which two things a key joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// House number and street, of the current or of the previous address.
    HouseStreet,
    /// Given name and house number.
    FirstHouse,
    /// Surname, or half of a double one, and house number.
    LastHouse,
    /// Given name and street.
    FirstStreet,
    /// Surname, or half of a double one, and street.
    LastStreet,
    /// Given name and surname, or half of a double one.
    FirstLast,
}

impl KeyKind {
    /// Every kind, in the order in which they are asked.
    pub const ALL: [Self; 6] =
        [Self::HouseStreet, Self::FirstHouse, Self::LastHouse, Self::FirstStreet, Self::LastStreet, Self::FirstLast];

    /// The name in the stored search.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HouseStreet => "house_street",
            Self::FirstHouse => "first_house",
            Self::LastHouse => "last_house",
            Self::FirstStreet => "first_street",
            Self::LastStreet => "last_street",
            Self::FirstLast => "first_last",
        }
    }

    /// The key of two parts, or nothing if one is missing. A given name that is only an initial is no part.
    pub fn key(self, left: &str, right: &str) -> Option<u64> {
        let initial = matches!(self, Self::FirstHouse | Self::FirstStreet | Self::FirstLast) && left.len() < 2;
        if left.is_empty() || right.is_empty() || initial {
            return None;
        }
        let mut hash = Fnv::new(self as u8);
        hash.write(left.as_bytes());
        hash.write(&[0]);
        hash.write(right.as_bytes());
        Some(hash.finish())
    }
}

/// FNV-1a with a final mix, so that keys spread over all 64 bits and are the same on every machine.
struct Fnv(u64);

impl Fnv {
    fn new(kind: u8) -> Self {
        let mut hash = Self(0xcbf2_9ce4_8422_2325);
        hash.write(&[kind]);
        hash
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The finaliser of MurmurHash3 (public domain).
    fn finish(&self) -> u64 {
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        mixed ^ (mixed >> 33)
    }
}

/// The keys of a given name, a surname and an address, each part as [`crate::normal`] writes it. Keys that need a
/// missing part are left out; the same key may come twice.
pub fn keys_of(first: &str, last: &Surname<'_>, address: &StreetAddress, mut found: impl FnMut(KeyKind, u64)) {
    let mut ask = |kind: KeyKind, left: &str, right: &str| {
        if let Some(key) = kind.key(left, right) {
            found(kind, key);
        }
    };
    let (house, street) = (address.number.as_str(), address.street.as_str());
    ask(KeyKind::HouseStreet, house, street);
    ask(KeyKind::FirstHouse, first, house);
    ask(KeyKind::FirstStreet, first, street);
    let halves = last.halves();
    for surname in
        [Some(last.whole()), halves.map(|(head, _)| head), halves.map(|(_, tail)| tail)].into_iter().flatten()
    {
        ask(KeyKind::LastHouse, surname, house);
        ask(KeyKind::LastStreet, surname, street);
        ask(KeyKind::FirstLast, first, surname);
    }
}

/// Appends the keys under which the snapshot files this voter, without repetition.
pub fn voter_keys(voter: &VoterRecord<'_>, out: &mut Vec<u64>) {
    let start = out.len();
    let name = VoterName::of(voter);
    let address = VoterAddress::of(voter);
    keys_of(&name.first_word, &name.last, &address.current, |_, key| out.push(key));
    if let Some(previous) = &address.previous {
        out.extend(KeyKind::HouseStreet.key(&previous.number, &previous.street));
    }
    out[start..].sort_unstable();
    let mut kept = start;
    for at in start..out.len() {
        if kept == start || out[at] != out[kept - 1] {
            out[kept] = out[at];
            kept += 1;
        }
    }
    out.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Address, Status};

    fn voter<'a>(first: &'a str, last: &'a str, number: &'a str, street: &'a str) -> VoterRecord<'a> {
        VoterRecord {
            row: 0,
            voter_id: "1",
            first,
            middle: "",
            last,
            suffix: "",
            birth_date: None,
            address: Address { house_number: number, street, ..Address::default() },
            previous: None,
            moved_on: None,
            status: Status::Active,
            registered_on: None,
            canceled_on: None,
            signatures: "",
            jurisdiction: "",
        }
    }

    fn keys(voter: &VoterRecord<'_>) -> Vec<u64> {
        let mut out = vec![7];
        voter_keys(voter, &mut out);
        assert_eq!(out.remove(0), 7, "keys are appended");
        out
    }

    #[test]
    fn any_two_of_four_find_the_voter() {
        let right = keys(&voter("MARISA", "STREETMAN", "2678", "TROMBLEY ST"));
        let parts = [("MARISA", "XXXXX"), ("STREETMAN", "YYYYY"), ("2678", "99"), ("TROMBLEY ST", "ZZZZZ RD")];
        for kept in [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]] {
            let part = |at: usize| if kept.contains(&at) { parts[at].0 } else { parts[at].1 };
            let garbled = keys(&voter(part(0), part(1), part(2), part(3)));
            assert_eq!(garbled.iter().filter(|key| right.contains(key)).count(), 1, "{kept:?}");
        }
    }

    #[test]
    fn each_half_of_a_double_surname_finds_the_voter() {
        let whole = keys(&voter("JOHN", "LOMBARDI-LITTLE", "1886", "4TH"));
        for half in ["LOMBARDI", "LITTLE"] {
            let found = keys(&voter("JOHN", half, "1886", "4TH"));
            assert!(found.iter().all(|key| whole.contains(key)), "{half}");
        }
    }

    #[test]
    fn missing_parts_and_initials_give_no_key() {
        assert!(keys(&voter("", "", "", "")).is_empty());
        assert_eq!(keys(&voter("J", "SMITH", "", "")).len(), 0);
        assert_eq!(keys(&voter("JO", "SMITH", "", "")).len(), 1);
    }

    /// The version must change with the keys, and so with the normal forms they are made of: this pins them.
    #[test]
    fn keys_are_pinned() {
        let mut all = keys(&voter("MARY ANN", "DE LA CRUZ-O'BRIEN", "2678 1/2", "N SAINT ANDREWS PLACE"));
        all.extend(keys(&voter("JOSÉ", "NÚÑEZ JR", "12-34", "42ND AVE")));
        assert_eq!(
            (KEYS_VERSION, all.len(), all.iter().fold(0, |sum, key| sum ^ key)),
            (1, 18, 15_363_478_898_875_526_723)
        );
    }
}
