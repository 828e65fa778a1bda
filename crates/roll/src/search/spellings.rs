//! The words within joined words: a vocabulary has DELACRUZ, 1 and LOSROBLES, people look for CRUZ, FIRST and ROBLES.

use rayon::prelude::*;
use zerocopy::byteorder::little_endian::U32;

use crate::index::{Index, Vocabulary};
use crate::normal::{StreetAddress, VoterName, joined, push_name_word};
use crate::pool::SEPARATOR;
use crate::record::{Address, VoterRecord};
use crate::snapshot::Snapshot;

/// What stands from one word of a text to its end, joined.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spelling {
    pub(super) text: Box<str>,
    /// The vocabulary's word for the whole text.
    pub(super) number: u32,
    /// Length of the first word.
    first: usize,
}

impl Spelling {
    /// Whether this is the first word, or all words joined.
    pub(super) fn is_whole(&self, word: &str) -> bool {
        word.len() == self.text.len() || word.len() == self.first
    }
}

/// The spellings of one vocabulary, sorted by text.
#[derive(Debug, Default)]
pub(super) struct Spellings(Vec<Spelling>);

impl Spellings {
    pub(super) fn beginning(&self, prefix: &str) -> &[Spelling] {
        let from = self.0.partition_point(|spelling| *spelling.text < *prefix);
        let rest = self.0.get(from..).unwrap_or(&[]);
        rest.get(..rest.partition_point(|spelling| spelling.text.starts_with(prefix))).unwrap_or(&[])
    }

    fn add(&mut self, vocabulary: &Vocabulary<'_>, normal: &str, words: &[Word]) {
        let Some(number) = vocabulary.number(normal) else { return };
        let Some(words) = run(words, normal).filter(|words| words.len() > 1 || words[0].written != normal) else {
            return;
        };
        for at in 0..words.len() {
            let written = Spelling::of(words[at..].iter().map(|word| word.written.as_str()), number);
            let normal = Spelling::of(words[at..].iter().map(|word| word.normal.as_str()), number);
            if written.text != normal.text {
                self.0.push(normal);
            }
            self.0.push(written);
        }
    }
}

impl Spelling {
    fn of<'w>(words: impl Iterator<Item = &'w str>, number: u32) -> Self {
        let (mut text, mut first) = (String::new(), 0);
        for word in words {
            text.push_str(word);
            if first == 0 {
                first = text.len();
            }
        }
        Self { text: text.into_boxed_str(), number, first }
    }
}

/// One word as written and in its one spelling, both in capitals without accents.
struct Word {
    written: String,
    normal: String,
}

/// Words end at whatever is neither letter nor digit.
fn words(text: &str, normal: impl Fn(&str) -> String) -> Vec<Word> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).map(|word| joined(word).into_owned());
    words.filter(|word| !word.is_empty()).map(|written| Word { normal: normal(&written), written }).collect()
}

/// The words that, joined, make the normal form.
fn run<'w>(words: &'w [Word], normal: &str) -> Option<&'w [Word]> {
    let normal: String = normal.chars().filter(char::is_ascii_alphanumeric).collect();
    (0..words.len()).find_map(|from| {
        let mut rest = normal.as_str();
        for (at, word) in words.iter().enumerate().skip(from) {
            // What a word becomes depends on its neighbours: ST is a street, but a saint in ST ANDREWS.
            rest = rest.strip_prefix(word.normal.as_str()).or_else(|| rest.strip_prefix(word.written.as_str()))?;
            if rest.is_empty() {
                return words.get(from..=at);
            }
        }
        None
    })
}

/// All spellings of a snapshot.
#[derive(Debug, Default)]
pub(super) struct AllSpellings {
    pub(super) names: Spellings,
    pub(super) streets: Spellings,
    pub(super) places: Spellings,
}

impl AllSpellings {
    /// Reads every text of the snapshot once.
    pub(super) fn of(snapshot: &Snapshot, index: &Index<'_>) -> Self {
        let mut all = (0..u32::try_from(snapshot.texts()).unwrap_or(u32::MAX))
            .into_par_iter()
            .with_min_len(1 << 12)
            .fold(Self::default, |mut all, number| {
                all.read(snapshot.text(U32::new(number)), index);
                all
            })
            .reduce(Self::default, |mut all, mut more| {
                for (all, more) in all.each().into_iter().zip(more.each()) {
                    all.0.append(&mut more.0);
                }
                all
            });
        for spellings in all.each() {
            spellings.0.par_sort_unstable();
            spellings.0.dedup();
        }
        all
    }

    fn each(&mut self) -> [&mut Spellings; 3] {
        [&mut self.names, &mut self.streets, &mut self.places]
    }

    /// What a text is used for shows in its separators: names have none, localities one, streets three.
    fn read(&mut self, text: &str, index: &Index<'_>) {
        if text.is_empty() || text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            return;
        }
        let parts: Vec<&str> = text.split(SEPARATOR).take(5).collect();
        match parts.as_slice() {
            [name] => {
                let words = words(name, str::to_owned);
                let whole: String = words.iter().map(|word| word.written.as_str()).collect();
                self.names.add(&index.names, &whole, &words);
                let surname = VoterName::of(&VoterRecord { last: name, ..VoterRecord::EMPTY }).last;
                if surname.whole() != whole {
                    self.names.add(&index.names, surname.whole(), &words);
                }
            }
            [_, city] => {
                let normal = StreetAddress::from_columns(&Address { city, ..Address::default() }).city;
                let letters = |word: &str| word.chars().filter(char::is_ascii_alphabetic).collect();
                self.places.add(&index.places, &normal, &words(city, letters));
            }
            [pre, street, street_type, post] => {
                let is_word = street.bytes().all(|byte| byte.is_ascii_uppercase());
                if is_word && index.streets.number(street).is_some() {
                    return;
                }
                let words = words(text, |word| {
                    let mut normal = String::new();
                    push_name_word(word, &mut normal);
                    normal
                });
                let read = |house_number| {
                    let street = Address {
                        house_number,
                        street_pre: pre,
                        street,
                        street_type,
                        street_post: post,
                        ..Address::default()
                    };
                    StreetAddress::from_columns(&street).street
                };
                let normal = read("1");
                self.streets.add(&index.streets, &normal, &words);
                // Without a house number the street's first word may be taken for one.
                let alone = read("");
                if alone != normal {
                    self.streets.add(&index.streets, &alone, &words);
                }
            }
            _ => {}
        }
    }
}
