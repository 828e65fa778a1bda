//! The search of the roll for one line: from the narrowest question to the broadest, until one leads to a clear
//! candidate. Slips are looked for among the words of the roll, not among its voters.

use serde::Serialize;

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
    /// What was asked for, in this order: pairs of house number, street, given name (`first`) and surname (`last`);
    /// `similar_street` and `similar_name` are searches with slips and nicknames.
    pub asked: Vec<&'static str>,
    /// Different voters who were looked at.
    pub rows_looked_at: u32,
    /// Pairs that so many voters share that they were not looked at one by one.
    pub too_common: u32,
    /// Probability that nobody on the roll signed the line, in parts per million.
    pub nobody_ppm: u32,
}

/// A voter who has something of the line.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) weight: i32,
    pub(crate) row: u32,
    pub(crate) evidence: Evidence,
}

/// One line's search under way.
pub(crate) struct Search<'a> {
    line: &'a PreparedLine<'a>,
    comparer: &'a Comparer<'a>,
    /// Rows looked at, ascending.
    seen: Vec<u32>,
    pub(crate) found: Vec<Found>,
    pub(crate) record: SearchRecord,
    /// Rows to be looked at next, in any order.
    next: Vec<u32>,
    /// Their forms, while they are looked at.
    forms: Vec<Form>,
}

impl<'a> Search<'a> {
    /// Searches for a line: first those of its name who live there, then all who live there and those of its name nearby,
    /// then those of its name anywhere.
    pub(crate) fn of(line: &'a PreparedLine<'a>, comparer: &'a Comparer<'a>) -> Self {
        let mut search = Self {
            line,
            comparer,
            seen: Vec::new(),
            found: Vec::new(),
            record: SearchRecord::default(),
            next: Vec::new(),
            forms: Vec::new(),
        };
        if line.address.has_street() {
            search.note("house_street");
        }
        search.next.extend_from_slice(&line.namesakes_here);
        search.look();
        if !search.is_clear() {
            search.next.extend(line.residents.iter());
            search.ask_place();
            search.look();
        }
        if !search.is_clear() {
            search.ask_names();
            search.look();
        }
        search
    }

    /// One name and the house number or the street.
    fn ask_place(&mut self) {
        let line = self.line;
        let index = &self.comparer.ground.index;
        let most = self.comparer.figures.too_common.place;
        let surnames = each_once(line.readings.iter().flat_map(Reading::surnames));
        let given = each_once(line.readings.iter().filter_map(Reading::given_name));
        if !line.address.number.is_empty() {
            self.note_names("last_house", "first_house");
            for name in &surnames {
                self.take(index.by_surname_number.rows(*name, line.number), most);
            }
            for name in &given {
                self.take(index.by_given_number.rows(*name, line.number), most);
            }
        }
        if line.address.has_street() {
            self.note_names("last_street", "first_street");
            for name in &surnames {
                self.take(index.by_surname_street.rows(*name, line.street), most);
            }
            for name in &given {
                self.take(index.by_given_street.rows(*name, line.street), most);
            }
        }
        // Nobody lives at the address as written: perhaps the street is misspelt.
        if line.residents.is_empty() && line.number > 0 && line.address.has_street() {
            self.note("similar_street");
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
            self.note("first_last");
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
        self.note("similar_name");
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
    fn note(&mut self, kind: &'static str) {
        self.record.asked.push(kind);
    }

    fn note_names(&mut self, with_surname: &'static str, with_given: &'static str) {
        self.note(with_surname);
        if self.line.readings.iter().any(|reading| reading.text.first.len() > 1) {
            self.note(with_given);
        }
    }

    /// Takes in the rows under a pair, unless more than `most` voters share it.
    fn take(&mut self, rows: Rows<'_>, most: usize) {
        if rows.len() <= most {
            self.next.extend(rows.iter());
        } else {
            self.record.too_common += 1;
        }
    }

    /// Looks at those voters who have not been looked at yet.
    fn look(&mut self) {
        let mut rows = std::mem::take(&mut self.next);
        rows.sort_unstable();
        rows.dedup();
        if !self.seen.is_empty() {
            rows.retain(|row| self.seen.binary_search(row).is_err());
        }
        // Forms lie far apart: fetched all at once, their way from memory overlaps.
        self.forms.clear();
        self.forms.extend(rows.iter().map(|row| self.comparer.ground.index.form(*row)));
        for (row, form) in rows.iter().zip(&self.forms) {
            if let Some(evidence) = self.comparer.compare(self.line, form) {
                self.found.push(Found { weight: evidence.total(), row: *row, evidence });
            }
        }
        self.record.rows_looked_at += u32::try_from(rows.len()).unwrap_or(u32::MAX);
        self.seen.append(&mut rows);
        self.seen.sort_unstable();
    }

    /// Whether one candidate is so good that nobody better can be expected elsewhere.
    fn is_clear(&self) -> bool {
        let enough = self.comparer.figures.proposal.broaden_below.0;
        self.found.iter().any(|found| found.weight >= enough)
    }
}

fn each_once<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut once: Vec<T> = all.collect();
    once.sort_unstable();
    once.dedup();
    once
}
