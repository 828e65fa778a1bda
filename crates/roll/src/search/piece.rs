//! One piece of a query: what it may stand for, as sets of the numbers that voters hold in normal form.

use std::ops::Range;

use super::Searcher;
use super::holders::numbers;
use super::spellings::Spellings;
use crate::date;
use crate::format::Row;
use crate::index::{Form, Vocabulary};
use crate::normal::{Suffix, announces_unit, joined, push_name_word};
use crate::record::PartialDate;

/// A set of numbers; 0, the number of what is empty, is in none.
#[derive(Debug, Default)]
pub(super) struct Set(Vec<u64>);

impl Set {
    pub(super) fn of(count: usize, range: Range<u32>, others: impl Iterator<Item = u32>) -> Self {
        let mut bits = Vec::new();
        for number in range.chain(others).filter(|number| *number > 0 && (*number as usize) < count) {
            if bits.is_empty() {
                bits.resize(count.div_ceil(64), 0_u64);
            }
            bits[number as usize / 64] |= 1 << (number % 64);
        }
        Self(bits)
    }

    pub(super) fn has(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|bits| bits >> (number % 64) & 1 > 0)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        numbers(&self.0)
    }

    /// Adds all numbers of another set of the same vocabulary.
    pub(super) fn add(&mut self, other: &Self) {
        if self.0.is_empty() {
            self.0.clone_from(&other.0);
        } else {
            self.0.iter_mut().zip(&other.0).for_each(|(bits, more)| *bits |= more);
        }
    }
}

/// Numbers in each of the vocabularies.
#[derive(Debug, Default)]
pub(super) struct Sets {
    pub(super) names: Set,
    pub(super) streets: Set,
    /// House numbers and units.
    pub(super) numbers: Set,
    pub(super) localities: Set,
}

/// A piece of a query.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// Names that begin with it; not those of which it begins a later word.
    pub(super) names: Range<u32>,
    /// What it begins.
    pub(super) begun: Sets,
    /// What it is the whole of, or a whole word of.
    pub(super) whole: Sets,
    /// Street types and directions that it begins.
    marks: Set,
    /// A bit for each suffix that it begins.
    suffixes: u8,
    /// It begins a word that announces a unit.
    any_unit: bool,
    pub(super) year: Option<i16>,
    /// Spellings in which it begins some voter identifier.
    pub(super) ids: Vec<String>,
    /// Begins like a house number and goes on with a letter or a fraction, which only the roll's own text has.
    written_number: Option<String>,
}

/// The pieces of a query; what has neither letter nor digit is none.
pub(super) fn pieces<'q>(query: &'q str, most: usize) -> Vec<&'q str> {
    let is_mark = |letter: char| !letter.is_alphanumeric();
    let mut pieces: Vec<&'q str> = Vec::new();
    for piece in query.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';')) {
        let piece = piece.trim_start_matches(is_mark);
        if !piece.is_empty() && pieces.len() < most {
            pieces.push(piece);
        }
    }
    pieces
}

/// Numbers of a vocabulary whose words, or words within words, begin so; and those of which it is a whole word.
fn look_up(vocabulary: &Vocabulary<'_>, spellings: &Spellings, word: &str) -> (Set, Set) {
    if word.is_empty() {
        return Default::default();
    }
    let spelled = spellings.beginning(word);
    let begun = Set::of(vocabulary.len(), vocabulary.beginning(word), spelled.iter().map(|found| found.number));
    let exact = vocabulary.number(word).into_iter();
    let whole = spelled.iter().filter(|found| found.is_whole(word)).map(|found| found.number);
    (begun, Set::of(vocabulary.len(), 0..0, exact.chain(whole)))
}

impl Piece {
    pub(super) fn of(searcher: &Searcher<'_>, typed: &str) -> Self {
        let index = &searcher.index;
        let word = joined(typed);
        let word = word.as_ref();
        let mut piece = Self::default();
        let ids = [typed.to_owned(), typed.to_uppercase(), typed.to_lowercase()];
        for id in ids {
            if !piece.ids.contains(&id) && !searcher.snapshot.ids_beginning(&id).is_empty() {
                piece.ids.push(id);
            }
        }
        let is_number = typed.starts_with(char::is_numeric);
        if is_number && typed.contains(|letter: char| !letter.is_ascii_digit() && letter != '-') {
            piece.written_number = Some(typed.to_uppercase());
        }
        if word.is_empty() || is_number && typed.contains(['/', '½', '¼', '¾']) {
            return piece;
        }
        piece.names = index.names.beginning(word);
        (piece.begun.names, piece.whole.names) = look_up(&index.names, &searcher.spellings.names, word);
        piece.take_streets(searcher, word);
        piece.take_numbers(searcher, typed, word);
        piece.take_places(searcher, typed, word);
        let marks = searcher.marks.iter().filter(|(spelling, _)| spelling.starts_with(word)).map(|(_, mark)| *mark);
        piece.marks = Set::of(usize::from(u8::MAX) + 1, 0..0, marks.map(u32::from));
        for (at, suffix) in Suffix::ALL.iter().enumerate() {
            piece.suffixes |= u8::from(suffix.spellings().iter().any(|spelling| spelling.starts_with(word))) << at;
        }
        piece.any_unit = announces_unit(word);
        piece.year =
            (typed.len() == 4 && typed.bytes().all(|byte| byte.is_ascii_digit())).then(|| typed.parse().ok()).flatten();
        if word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            piece.whole = Sets::default();
        }
        piece
    }

    fn take_streets(&mut self, searcher: &Searcher<'_>, word: &str) {
        let look_up = |word: &str| look_up(&searcher.index.streets, &searcher.spellings.streets, word);
        (self.begun.streets, self.whole.streets) = look_up(word);
        // FIRST is 1 too, but not the beginning of 10.
        let mut normal = String::new();
        push_name_word(word, &mut normal);
        if normal != word {
            let (_, whole) = look_up(&normal);
            self.begun.streets.add(&whole);
            self.whole.streets.add(&whole);
        }
    }

    fn take_numbers(&mut self, searcher: &Searcher<'_>, typed: &str, word: &str) {
        let numbers = &searcher.index.numbers;
        let hyphened = typed.trim_end_matches('-').to_ascii_uppercase();
        let significant = word.trim_start_matches('0');
        let (mut begun, mut whole) = (Sets::default(), Sets::default());
        for spelling in [word, &hyphened, significant] {
            if !spelling.is_empty() {
                begun.numbers.add(&Set::of(numbers.len(), numbers.beginning(spelling), std::iter::empty()));
                whole.numbers.add(&Set::of(numbers.len(), 0..0, numbers.number(spelling).into_iter()));
            }
        }
        (self.begun.numbers, self.whole.numbers) = (begun.numbers, whole.numbers);
    }

    fn take_places(&mut self, searcher: &Searcher<'_>, typed: &str, word: &str) {
        let index = &searcher.index;
        // The normal form of a postal code is its first five digits.
        let zip = match typed.split_once('-') {
            Some((zip, rest)) if zip.len() == 5 && rest.len() < 5 && rest.bytes().all(|byte| byte.is_ascii_digit()) => {
                zip
            }
            _ => word,
        };
        let zips = look_up(&index.places, &Spellings::default(), zip);
        let places = look_up(&index.places, &searcher.spellings.places, word);
        let count = index.localities.len();
        let localities = |places: &Set, zips: &Set| {
            let fits = (0_u32..).zip(index.localities).filter(|(_, locality)| {
                places.has(locality.zip) || places.has(locality.city) || zips.has(locality.zip)
            });
            Set::of(count, 0..0, fits.map(|(at, _)| at))
        };
        self.begun.localities = localities(&places.0, &zips.0);
        self.whole.localities = localities(&places.1, &zips.1);
    }

    /// Whether all who hold it can be listed from the index.
    pub(super) fn can_be_listed(&self) -> bool {
        let marks = self.marks.iter().next().is_some();
        !marks && self.suffixes == 0 && !self.any_unit && self.written_number.is_none()
    }

    /// Whether a voter has it as a whole word; [`None`] for a voter whom it does not fit.
    pub(super) fn is_whole_of(&self, searcher: &Searcher<'_>, form: &Form, row: u32) -> Option<bool> {
        let has = |sets: &Sets| {
            let (at, names, numbers) = (&form.place, &sets.names, &sets.numbers);
            [form.surname, form.given, form.given_whole, form.middle].iter().any(|name| names.has(*name))
                || sets.streets.has(at.street)
                || numbers.has(at.number)
                || numbers.has(at.unit)
                || sets.localities.has(at.locality)
        };
        let begun = has(&self.begun);
        if begun && has(&self.whole) {
            return Some(true);
        }
        let marks = [form.place.pre, form.place.street_type, form.place.post];
        let begun = begun
            || marks.iter().any(|mark| self.marks.has(u32::from(*mark)))
            || (1..=8).contains(&form.suffix) && self.suffixes >> (form.suffix - 1) & 1 > 0
            || self.any_unit && form.place.unit > 0;
        if self.year.is_none() && self.ids.is_empty() && self.written_number.is_none() {
            return begun.then_some(false);
        }
        let row = searcher.snapshot.rows().get(row as usize)?;
        self.is_whole_in(searcher, row).or(begun.then_some(false))
    }

    /// The same by what only the roll's own row tells.
    fn is_whole_in(&self, searcher: &Searcher<'_>, row: &Row) -> Option<bool> {
        let born = date::unpack(row.birth_date.get()).map(PartialDate::year);
        let id = if self.ids.is_empty() { &[][..] } else { searcher.snapshot.id(row) };
        if self.year.is_some() && self.year == born || self.ids.iter().any(|typed| typed.as_bytes() == id) {
            return Some(true);
        }
        let by_id = self.ids.iter().any(|typed| id.starts_with(typed.as_bytes()));
        let by_number = || {
            self.written_number.as_ref().is_some_and(|typed| {
                let written = searcher.snapshot.text(row.address[0]).to_uppercase();
                written.split_whitespace().any(|word| word.starts_with(typed.as_str()))
            })
        };
        (by_id || by_number()).then_some(false)
    }
}
