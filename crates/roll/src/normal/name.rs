//! Names: the parts of a printed name in every order in which it can be read, and the same parts of a voter's record.

use std::borrow::Cow;

use super::text::{fold, is_plain, joined};
use crate::VoterRecord;

/// Words that belong to the surname word after them: DE LA CRUZ is one surname, not three.
const PARTICLES: [&str; 28] = [
    "DA", "DAS", "DE", "DEL", "DELA", "DELLA", "DEN", "DER", "DES", "DI", "DO", "DOS", "DU", "EL", "LA", "LAS", "LE",
    "LOS", "MAC", "MC", "O", "SAN", "SANTA", "ST", "TEN", "VAN", "VON", "Y",
];

/// What tells two people of one name apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Suffix {
    /// Jr, or II: the same generation in practice.
    Junior,
    /// Sr.
    Senior,
    /// III.
    Third,
    /// IV.
    Fourth,
}

impl Suffix {
    fn of(word: &str) -> Option<Self> {
        match word {
            "JR" | "JUNIOR" | "II" | "2ND" => Some(Self::Junior),
            "SR" | "SENIOR" => Some(Self::Senior),
            "III" | "3RD" => Some(Self::Third),
            "IV" | "4TH" => Some(Self::Fourth),
            _ => None,
        }
    }
}

/// A surname as joined letters, with the places where a double surname can be taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surname<'a> {
    joined: Cow<'a, str>,
    first_part: usize,
    last_part: usize,
}

impl<'a> Surname<'a> {
    /// A surname of one word, already in its normal form.
    fn plain(word: &'a str) -> Self {
        Self { joined: Cow::Borrowed(word), first_part: 0, last_part: 0 }
    }

    /// From words that are separated by spaces or hyphens; particles stay with the word that follows.
    fn of<'w>(words: impl Iterator<Item = &'w str>) -> Surname<'static> {
        let mut joined = String::new();
        let (mut first_part, mut last_part, mut in_particle) = (0, 0, false);
        for word in words.flat_map(|word| word.split('-')).filter(|word| !word.is_empty()) {
            if !in_particle {
                last_part = joined.len();
            }
            joined.push_str(word);
            in_particle = PARTICLES.contains(&word);
            if !in_particle && first_part == 0 {
                first_part = joined.len();
            }
        }
        Surname { joined: Cow::Owned(joined), first_part, last_part }
    }

    /// The whole surname, letters only.
    pub fn whole(&self) -> &str {
        &self.joined
    }

    /// The first and the last part of a double surname; nothing for a single one.
    pub fn halves(&self) -> Option<(&str, &str)> {
        (self.last_part > 0 && self.first_part > 0)
            .then(|| (&self.joined[..self.first_part], &self.joined[self.last_part..]))
    }
}

/// Whether a reading takes the given name first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameOrder {
    /// Given name first, or `LAST, FIRST` with its comma.
    AsWritten,
    /// Surname first without a comma.
    Swapped,
}

/// One way to read a printed name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameReading {
    /// The given name, letters only; one letter for an initial; empty if only a surname is written.
    pub first: String,
    /// Everything between, letters only; may be empty.
    pub middle: String,
    /// The surname.
    pub last: Surname<'static>,
    /// The order assumed.
    pub order: NameOrder,
}

impl NameReading {
    fn of(first: &str, middle: &[&str], last: &[&str], order: NameOrder) -> Self {
        let letters = |words: &[&str]| words.concat().replace('-', "");
        Self { first: letters(&[first]), middle: letters(middle), last: Surname::of(last.iter().copied()), order }
    }
}

/// A printed name with its readings, the likeliest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrintedName {
    /// The readings; empty if no letter is written.
    pub readings: Vec<NameReading>,
    /// Jr, Sr, III or IV, if written.
    pub suffix: Option<Suffix>,
}

impl PrintedName {
    /// Takes a printed name apart. `LAST, FIRST MIDDLE` is read in that order. Without a comma the surname may be the last
    /// one, two or three words, or stand first.
    pub fn parse(text: &str) -> Self {
        let folded = fold(text);
        let mut suffix = None;
        let mut comma = None;
        let mut words: Vec<&str> = Vec::new();
        for word in folded.split_ascii_whitespace().map(|word| word.trim_matches(['-', '/'])) {
            match Suffix::of(word) {
                Some(found) if !words.is_empty() => suffix = Some(found),
                _ if word == "," => comma = comma.or(Some(words.len())),
                _ if word.is_empty() || word == "#" => {}
                _ => words.push(word),
            }
        }
        let readings = match comma.filter(|at| (1..words.len()).contains(at)) {
            Some(at) => {
                let (last, given) = words.split_at(at);
                vec![
                    NameReading::of(given[0], &given[1..], last, NameOrder::AsWritten),
                    NameReading::of(last[0], &last[1..], given, NameOrder::Swapped),
                ]
            }
            None => readings_without_comma(&words),
        };
        Self { readings, suffix }
    }
}

fn readings_without_comma(words: &[&str]) -> Vec<NameReading> {
    use NameOrder::{AsWritten, Swapped};
    let count = words.len();
    match count {
        0 => Vec::new(),
        1 => vec![NameReading::of("", &[], words, AsWritten)],
        _ => {
            let earliest = count.saturating_sub(3).max(1);
            // An initial belongs to the given names, not to a double surname.
            let forward = (earliest..count)
                .rev()
                .take_while(|split| split + 1 == count || words[*split].len() > 1)
                .map(|split| NameReading::of(words[0], &words[1..split], &words[split..], AsWritten));
            let backward = (1..=2.min(count - 1))
                .take_while(|split| *split == 1 || words[1].len() > 1)
                .map(|split| NameReading::of(words[split], &words[split + 1..], &words[..split], Swapped));
            forward.chain(backward).collect()
        }
    }
}

/// The name of a voter, written the same way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VoterName<'a> {
    /// The given names, letters only.
    pub first: Cow<'a, str>,
    /// The first of several given names (MARY of MARY ANN), or all of one.
    pub first_word: Cow<'a, str>,
    /// Middle names, letters only.
    pub middle: Cow<'a, str>,
    /// The surname.
    pub last: Surname<'a>,
    /// Jr, Sr, III or IV, from its own column or from the end of the surname.
    pub suffix: Option<Suffix>,
}

impl<'a> VoterName<'a> {
    /// The name in a voter's record.
    pub fn of(voter: &VoterRecord<'a>) -> Self {
        let suffix = if voter.suffix.is_empty() { None } else { Suffix::of(&joined(voter.suffix)) };
        let (last, suffix_in_last) = surname_and_suffix(voter.last);
        Self {
            first: joined(voter.first),
            first_word: joined(voter.first.split([' ', '-']).next().unwrap_or_default()),
            middle: joined(voter.middle),
            last,
            suffix: suffix.or(suffix_in_last),
        }
    }
}

/// Takes the suffix from the end of a surname, where some voter files keep it.
fn surname_and_suffix(text: &str) -> (Surname<'_>, Option<Suffix>) {
    if is_plain(text) {
        return (Surname::plain(text), None);
    }
    let folded = fold(text);
    let mut words: Vec<&str> =
        folded.split_ascii_whitespace().filter(|word| !matches!(*word, "," | "#" | "-" | "/")).collect();
    let suffix = words.last().copied().filter(|_| words.len() > 1).and_then(Suffix::of);
    if suffix.is_some() {
        words.pop();
    }
    (Surname::of(words.into_iter()), suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(text: &str) -> (String, String, String) {
        let name = PrintedName::parse(text);
        let reading = &name.readings[0];
        (reading.first.clone(), reading.middle.clone(), reading.last.whole().to_owned())
    }

    fn parts(first: &str, middle: &str, last: &str) -> (String, String, String) {
        (first.into(), middle.into(), last.into())
    }

    #[test]
    fn the_likeliest_reading_comes_first() {
        assert_eq!(best("Natalie H. Baez"), parts("NATALIE", "H", "BAEZ"));
        assert_eq!(best("BAEZ, NATALIE H."), parts("NATALIE", "H", "BAEZ"));
        assert_eq!(best("John O'Brien, Jr."), parts("JOHN", "", "OBRIEN"));
        assert_eq!(best("cher"), parts("", "", "CHER"));
        assert_eq!(PrintedName::parse("John O'Brien, Jr.").suffix, Some(Suffix::Junior));
        assert_eq!(PrintedName::parse("SMITH JR, JOHN").suffix, Some(Suffix::Junior));
        assert!(PrintedName::parse(" - ").readings.is_empty());
    }

    #[test]
    fn double_surnames_and_swapped_order_are_among_the_readings() {
        let readings = |text: &str| PrintedName::parse(text).readings;
        let holds = |text: &str, first: &str, last: &str, order| {
            readings(text).iter().any(|r| r.first == first && r.last.whole() == last && r.order == order)
        };
        assert!(holds("Laura Surahmat Sheridan", "LAURA", "SURAHMATSHERIDAN", NameOrder::AsWritten));
        assert!(holds("Maria de la Cruz", "MARIA", "DELACRUZ", NameOrder::AsWritten));
        assert!(holds("EDMONDS VAL", "VAL", "EDMONDS", NameOrder::Swapped));
        assert!(!holds("Pauline P Woodson", "PAULINE", "PWOODSON", NameOrder::AsWritten));
        assert!(holds("Garcia Lopez Maria", "MARIA", "GARCIALOPEZ", NameOrder::Swapped));
    }

    #[test]
    fn a_double_surname_comes_apart_and_a_particle_does_not() {
        let surname = |text: &str| Surname::of(text.split(' '));
        assert_eq!(surname("LOPEZ-MIRANDA").halves(), Some(("LOPEZ", "MIRANDA")));
        assert_eq!(surname("DE LA CRUZ LOPEZ").halves(), Some(("DELACRUZ", "LOPEZ")));
        assert_eq!(surname("DE LA CRUZ").halves(), None);
        assert_eq!(surname("DE LA CRUZ").whole(), "DELACRUZ");
        assert_eq!(surname("A B C").halves(), Some(("A", "C")));
    }
}
