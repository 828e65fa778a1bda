//! The search of the roll for one line: from the narrowest question to the broadest, until one leads to a clear
//! candidate. Slips are looked for among the words of the roll, not among its voters.

use serde::{Serialize, Serializer};

use roll::{
    index::{Form, Rows},
    normal::distance_at_most,
};

use crate::{
    compare::{Comparer, is_street_slip},
    evidence::Evidence,
    line::{PreparedLine, Reading},
};

/// The search behind a line, stored with the finding that a signer is not registered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SearchRecord {
    /// What was asked for.
    pub asked: Asked,
    /// Different voters who were looked at.
    pub rows_looked_at: u32,
    /// Pairs that so many voters share that they were not looked at one by one.
    pub too_common: u32,
    /// Probability that nobody on the roll signed the line, in parts per million.
    pub nobody_ppm: u32,
}

/// What was asked for in a search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked(u8);

impl Asked {
    /// In the order in which they are asked: pairs of house number, street, given name (`first`) and surname (`last`);
    /// `similar_street` and `similar_name` are searches with slips and nicknames.
    const QUESTIONS: [&'static str; 8] = [
        "house_street",
        "last_house",
        "first_house",
        "last_street",
        "first_street",
        "similar_street",
        "first_last",
        "similar_name",
    ];

    /// The names of the questions, in the order in which they were asked.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::QUESTIONS.into_iter().enumerate().filter(move |(at, _)| self.0 >> at & 1 == 1).map(|(_, name)| name)
    }

    fn add(&mut self, question: Question) {
        self.0 |= 1 << question as u8;
    }
}

impl Serialize for Asked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

/// A question to the index, at its place in [`Asked::QUESTIONS`].
#[derive(Debug, Clone, Copy)]
enum Question {
    HouseStreet,
    LastHouse,
    FirstHouse,
    LastStreet,
    FirstStreet,
    SimilarStreet,
    FirstLast,
    SimilarName,
}

/// A voter who has something of the line.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) weight: i32,
    pub(crate) row: u32,
    pub(crate) evidence: Evidence,
}

/// What searches fill and the next one on the same thread uses again.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// Rows looked at, ascending.
    seen: Vec<u32>,
    /// Who has something of the line.
    pub(crate) found: Vec<Found>,
    /// Rows to be looked at next, in any order.
    next: Vec<u32>,
    /// Their forms, while they are looked at.
    forms: Vec<Form>,
}

/// One line's search under way.
struct Search<'a> {
    line: &'a PreparedLine<'a>,
    comparer: &'a Comparer<'a>,
    scratch: &'a mut Scratch,
    record: SearchRecord,
}

/// Searches for a line, first those of its name who live there, then all who live there and those of its name nearby,
/// then those of its name anywhere. Whom it found is in `scratch`.
pub(crate) fn search(line: &PreparedLine<'_>, comparer: &Comparer<'_>, scratch: &mut Scratch) -> SearchRecord {
    scratch.seen.clear();
    scratch.found.clear();
    scratch.next.clear();
    Search { line, comparer, scratch, record: SearchRecord::default() }.run()
}

impl Search<'_> {
    fn run(mut self) -> SearchRecord {
        let line = self.line;
        if line.address.has_street() {
            self.note(Question::HouseStreet);
        }
        self.scratch.next.extend_from_slice(&line.namesakes_here);
        self.look();
        if !self.is_clear() {
            self.scratch.next.extend(line.residents.iter());
            self.ask_place();
            self.look();
        }
        if !self.is_clear() {
            self.ask_names();
            self.look();
        }
        self.record
    }

    /// One name and the house number or the street.
    fn ask_place(&mut self) {
        let line = self.line;
        let index = &self.comparer.ground.index;
        let most = self.comparer.figures.too_common.place;
        let surnames = each_once(line.readings.iter().flat_map(Reading::surnames));
        let given = each_once(line.readings.iter().filter_map(Reading::given_name));
        if !line.address.number.is_empty() {
            self.note_names(Question::LastHouse, Question::FirstHouse);
            for name in &surnames {
                self.take(index.by_surname_number.rows(*name, line.number), most);
            }
            for name in &given {
                self.take(index.by_given_number.rows(*name, line.number), most);
            }
        }
        if line.address.has_street() {
            self.note_names(Question::LastStreet, Question::FirstStreet);
            for name in &surnames {
                self.take(index.by_surname_street.rows(*name, line.street), most);
            }
            for name in &given {
                self.take(index.by_given_street.rows(*name, line.street), most);
            }
        }
        // Nobody lives at the address as written: perhaps the street is misspelt.
        if line.residents.is_empty() && line.number > 0 && line.address.has_street() {
            self.note(Question::SimilarStreet);
            let mut near = Vec::new();
            index.streets.near(&line.address.street, &mut near);
            for street in near.into_iter().filter(|street| *street != line.street) {
                if is_street_slip(&line.address.street, index.streets.word(street)) {
                    self.take(index.by_street_number.rows(street, line.number), most);
                }
            }
        }
    }

    /// Given name and surname: as written in every reading, then with nicknames and slips in the likeliest one.
    fn ask_names(&mut self) {
        let line = self.line;
        let index = &self.comparer.ground.index;
        let common = &self.comparer.figures.too_common;
        let pairs = line.readings.iter().flat_map(|reading| {
            let given = reading.given_name();
            reading.surnames().filter_map(move |surname| given.map(|given| (surname, given)))
        });
        if line.readings.iter().any(|reading| reading.text.first.len() > 1) {
            self.note(Question::FirstLast);
        }
        let mut namesakes = 0;
        for (surname, given) in each_once(pairs) {
            let rows = index.by_surname_given.rows(surname, given);
            namesakes += rows.len();
            self.take(rows, common.name);
        }
        // Where nothing but the name tells, a voter of a similar name cannot stand out against those of the same.
        if namesakes > 0 {
            return;
        }
        let Some(reading) = line.readings.first() else { return };
        self.note(Question::SimilarName);
        for (surname, given) in self.similar_names(reading) {
            self.take(index.by_surname_given.rows(surname, given), common.similar_name);
        }
    }

    /// Surnames and given names with a nickname or one slip in either, as far as voters have them.
    fn similar_names(&self, reading: &Reading) -> Vec<(u32, u32)> {
        let names = self.comparer.ground.index.names;
        let near = |written: &str| {
            let mut near = Vec::new();
            if written.len() > 2 {
                names.near(written, &mut near);
                near.retain(|name| {
                    let word = names.word(*name);
                    word != written && distance_at_most(word, written, 1).is_some()
                });
            }
            near
        };
        let mut pairs = Vec::new();
        if reading.surname > 0 {
            pairs.extend(reading.nicknames(self.comparer.ground).iter().map(|given| (reading.surname, *given)));
            pairs.extend(near(&reading.text.first).into_iter().map(|given| (reading.surname, given)));
        }
        if let Some(given) = reading.given_name() {
            pairs.extend(near(reading.text.last.whole()).into_iter().map(|surname| (surname, given)));
        }
        pairs
    }

    /// Notes what is asked for, also where the answer is clear at once because no voter has such a name.
    fn note(&mut self, question: Question) {
        self.record.asked.add(question);
    }

    fn note_names(&mut self, with_surname: Question, with_given: Question) {
        self.note(with_surname);
        if self.line.readings.iter().any(|reading| reading.text.first.len() > 1) {
            self.note(with_given);
        }
    }

    /// Takes in the rows under a pair, unless more than `most` voters share it.
    fn take(&mut self, rows: Rows<'_>, most: usize) {
        if rows.len() <= most {
            self.scratch.next.extend(rows.iter());
        } else {
            self.record.too_common += 1;
        }
    }

    /// Looks at those voters who have not been looked at yet.
    fn look(&mut self) {
        let Scratch { seen, found, next, forms } = &mut *self.scratch;
        next.sort_unstable();
        next.dedup();
        if !seen.is_empty() {
            next.retain(|row| seen.binary_search(row).is_err());
        }
        // Forms lie far apart: fetched all at once, their way from memory overlaps.
        forms.clear();
        forms.extend(next.iter().map(|row| self.comparer.ground.index.form(*row)));
        for (row, form) in next.iter().zip(forms) {
            if let Some(evidence) = self.comparer.compare(self.line, form) {
                found.push(Found { weight: evidence.total(), row: *row, evidence });
            }
        }
        self.record.rows_looked_at += u32::try_from(next.len()).unwrap_or(u32::MAX);
        seen.append(next);
        seen.sort_unstable();
    }

    /// Whether one candidate is so good that nobody better can be expected elsewhere.
    fn is_clear(&self) -> bool {
        let enough = self.comparer.figures.proposal.broaden_below.0;
        self.scratch.found.iter().any(|found| found.weight >= enough)
    }
}

fn each_once<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut once: Vec<T> = all.collect();
    once.sort_unstable();
    once.dedup();
    once
}
