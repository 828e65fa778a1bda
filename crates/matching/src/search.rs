//! The search of the roll for one line: from the narrowest question to the broadest, until one leads to a clear
//! candidate. Slips are looked for among the words of the roll, not among its voters.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use serde::{Serialize, Serializer};

use roll::{
    index::{Order, Rows},
    normal::distance_at_most,
};

use crate::{
    compare::{Comparer, is_street_slip},
    evidence::Evidence,
    ground::{Sketch, sketch_of},
    line::{LineText, PreparedLine, Reading},
};

/// The search behind a line, stored with the finding that a signer is not registered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
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
    /// `similar_street` and `similar_name` are searches with slips and nicknames. Where more than 32 voters live,
    /// `house_street` looks at those of a similar surname.
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

/// Lines that are searched for together, so that what they need of the index comes together.
pub(crate) const LINES_TOGETHER: usize = 8;
/// Lines between two reports of progress.
const REPORT_EVERY: usize = 256;
/// So many times these a thread takes on before it looks for more: few, so that all end at about the same time.
const CHUNKS_AT_ONCE: usize = 8;

/// From the narrowest question to the broadest.
#[derive(Debug, Clone, Copy)]
enum Round {
    /// One name and the house number or the street.
    Place,
    /// Given name and surname as written, in every reading.
    Names,
    /// Given name and surname with nicknames and slips, in the likeliest reading.
    SimilarNames,
}

/// What a search fills. A search that has ended leaves it to one that begins: that saves much memory management.
#[derive(Default)]
pub(crate) struct Lists<'a> {
    /// Who has something of the line.
    pub(crate) found: Vec<Found>,
    /// Rows looked at, ascending.
    seen: Vec<u32>,
    /// Rows to be looked at next, in any order.
    next: Vec<u32>,
    /// The questions of a round.
    pairs: Vec<Pair<'a>>,
}

/// Two numbers to be looked up in an order; those that more than `most` voters share are not looked at.
#[derive(Clone, Copy)]
struct Pair<'a> {
    order: Order<'a>,
    first: u32,
    second: u32,
    most: usize,
    /// Street and house number, so that the answer is who lives there.
    is_residence: bool,
}

/// One line's search.
pub(crate) struct Search<'a> {
    pub(crate) line: PreparedLine<'a>,
    pub(crate) record: SearchRecord,
    pub(crate) lists: Lists<'a>,
    comparer: &'a Comparer<'a>,
    /// Voters of the same name as the line, wherever they live.
    namesakes: usize,
}

/// Searches for all lines on all cores and makes something of each search, in the order of the lines. `progress` is
/// called now and then with the number of lines done since the last call. Nothing if it was stopped.
pub(crate) fn search_all<'a, T: Send>(
    lines: &[LineText<'_>],
    comparer: &'a Comparer<'a>,
    progress: &(dyn Fn(u64) + Sync),
    cancelled: &AtomicBool,
    made: impl Fn(&mut Search<'a>) -> T + Sync,
) -> Option<Vec<T>> {
    let several = |spare: &mut Vec<Lists<'a>>, lines: &[LineText<'_>]| {
        if cancelled.load(Ordering::Relaxed) {
            return None;
        }
        let mut all = Vec::with_capacity(lines.len());
        for texts in lines.chunks(LINES_TOGETHER) {
            for mut search in search(texts, comparer, spare) {
                all.push(made(&mut search));
                spare.push(search.lists);
            }
        }
        progress(lines.len() as u64);
        Some(all)
    };
    let chunks = lines.par_chunks(REPORT_EVERY).with_max_len(CHUNKS_AT_ONCE);
    let made: Option<Vec<Vec<T>>> = chunks.map_init(Vec::new, several).collect();
    Some(made?.into_iter().flatten().collect())
}

/// Searches first for those of the name who live there, then for all who live there and those of one name nearby, then
/// for those of both names anywhere.
fn search<'a>(texts: &[LineText<'_>], comparer: &'a Comparer<'a>, spare: &mut Vec<Lists<'a>>) -> Vec<Search<'a>> {
    let lines = PreparedLine::all(texts, comparer.ground);
    let search = |line| Search::new(line, comparer, spare.pop().unwrap_or_default());
    let mut searches: Vec<Search<'a>> = lines.into_iter().map(search).collect();
    searches.iter_mut().for_each(Search::look);
    for round in [Round::Place, Round::Names, Round::SimilarNames] {
        let mut open: Vec<&mut Search<'a>> = searches.iter_mut().filter(|search| !search.is_clear()).collect();
        for search in &mut open {
            search.ask(round);
        }
        let pairs = open.iter().flat_map(|search| search.lists.pairs.iter());
        Order::fetch_ahead(pairs.map(|pair| (pair.order, pair.first, pair.second)));
        for search in &mut open {
            search.take_answers(round);
        }
        comparer.ground.fetch_ahead(open.iter().flat_map(|search| search.lists.next.iter().copied()));
        for search in &mut open {
            search.look();
        }
    }
    searches
}

impl<'a> Search<'a> {
    fn new(line: PreparedLine<'a>, comparer: &'a Comparer<'a>, mut lists: Lists<'a>) -> Self {
        lists.found.clear();
        lists.seen.clear();
        lists.pairs.clear();
        lists.next.clear();
        lists.next.extend_from_slice(&line.namesakes_here);
        let mut search = Self { line, record: SearchRecord::default(), lists, comparer, namesakes: 0 };
        if search.line.address.has_street() {
            search.note(Question::HouseStreet);
        }
        search
    }

    fn ask(&mut self, round: Round) {
        match round {
            Round::Place => self.ask_place(),
            Round::Names => self.ask_names(),
            // Where nothing but the name tells, a voter of a similar name cannot stand out against those of the same.
            Round::SimilarNames if self.namesakes == 0 => self.ask_similar_names(),
            Round::SimilarNames => {}
        }
    }

    fn ask_place(&mut self) {
        let index = &self.comparer.ground.index;
        let common = &self.comparer.figures.too_common;
        let (street, number) = (self.line.street, self.line.number);
        let (has_number, has_street) = (!self.line.address.number.is_empty(), self.line.address.has_street());
        self.take_residents(street, number, self.line.residents, common.residence);
        let surnames = each_once(self.line.readings.iter().flat_map(Reading::surnames));
        let given = each_once(self.line.readings.iter().filter_map(Reading::given_name));
        let mut ask = |order, names: &[u32], second| {
            let pair = |name: &u32| Pair { order, first: *name, second, most: common.place, is_residence: false };
            self.lists.pairs.extend(names.iter().map(pair));
        };
        if has_number {
            ask(index.by_surname_number, &surnames, number);
            ask(index.by_given_number, &given, number);
        }
        if has_street {
            ask(index.by_surname_street, &surnames, street);
            ask(index.by_given_street, &given, street);
        }
        if has_number {
            self.note_names(Question::LastHouse, Question::FirstHouse);
        }
        if has_street {
            self.note_names(Question::LastStreet, Question::FirstStreet);
        }
        // Nobody lives at the address as written: perhaps the street is misspelt.
        if self.line.residents.is_empty() && number > 0 && has_street {
            self.note(Question::SimilarStreet);
            let written = &self.line.address.street;
            let mut near = Vec::new();
            index.streets.near(written, &mut near);
            near.retain(|other| *other != street && is_street_slip(written, index.streets.word(*other)));
            let lives_at = |street| Pair {
                order: index.by_street_number,
                first: street,
                second: number,
                most: common.residence,
                is_residence: true,
            };
            self.lists.pairs.extend(near.into_iter().map(lives_at));
        }
    }

    fn ask_names(&mut self) {
        let pairs = self.line.readings.iter().flat_map(|reading| {
            let given = reading.given_name();
            reading.surnames().filter_map(move |surname| given.map(|given| (surname, given)))
        });
        let pairs = each_once(pairs);
        if self.line.readings.iter().any(|reading| reading.text.first.len() > 1) {
            self.note(Question::FirstLast);
        }
        self.ask_pairs(pairs, self.comparer.figures.too_common.name);
    }

    fn ask_similar_names(&mut self) {
        let Some(reading) = self.line.readings.first() else { return };
        let pairs = self.similar_names(reading);
        self.note(Question::SimilarName);
        self.ask_pairs(pairs, self.comparer.figures.too_common.similar_name);
    }

    fn ask_pairs(&mut self, pairs: Vec<(u32, u32)>, most: usize) {
        let order = self.comparer.ground.index.by_surname_given;
        self.lists.pairs.extend(pairs.into_iter().map(|(first, second)| Pair {
            order,
            first,
            second,
            most,
            is_residence: false,
        }));
    }

    /// Surnames and given names with a nickname or one slip in either, as far as voters have them.
    fn similar_names(&self, reading: &Reading) -> Vec<(u32, u32)> {
        let names = self.comparer.ground.index.names;
        let near = |written: &str| {
            let mut near = Vec::new();
            if written.len() > 2 {
                names.near(written, &mut near);
                let sketch = Sketch::of(written);
                near.retain(|name| {
                    sketch.may_be_near(sketch_of(&self.comparer.ground.name_sketches, *name), 1) && {
                        let word = names.word(*name);
                        word != written && distance_at_most(word, written, 1).is_some()
                    }
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

    /// Takes in who answers the questions.
    fn take_answers(&mut self, round: Round) {
        let mut pairs = std::mem::take(&mut self.lists.pairs);
        for Pair { order, first, second, most, is_residence } in pairs.drain(..) {
            let rows = order.rows(first, second);
            if matches!(round, Round::Names) {
                self.namesakes += rows.len();
            }
            if is_residence {
                self.take_residents(first, second, rows, most);
            } else if rows.len() <= most {
                self.lists.next.extend(rows.iter());
            } else {
                self.record.too_common += 1;
            }
        }
        self.lists.pairs = pairs;
    }

    /// Takes in who lives at a house number of a street; of many, those of a similar surname; of more than `most`, nobody.
    fn take_residents(&mut self, street: u32, number: u32, residents: Rows<'_>, most: usize) {
        if residents.len() > most {
            self.record.too_common += 1;
            return;
        }
        let Self { line, comparer, lists, .. } = self;
        let may_be_near = |surname: Sketch| {
            let mut written = line.readings.iter().map(|reading| reading.surname_sketch);
            written.any(|written| written.may_be_near(surname, 2) || written.may_begin(surname))
        };
        comparer.ground.similar_residents((street, number), residents, may_be_near, &mut lists.next);
    }

    /// Looks at those voters who have not been looked at yet.
    fn look(&mut self) {
        let Lists { found, seen, next, .. } = &mut self.lists;
        next.sort_unstable();
        next.dedup();
        if !seen.is_empty() {
            next.retain(|row| seen.binary_search(row).is_err());
        }
        for row in &*next {
            if let Some(evidence) = self.comparer.compare(&self.line, &self.comparer.ground.index.form(*row)) {
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
        self.lists.found.iter().any(|found| found.weight >= enough)
    }
}

fn each_once<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut once: Vec<T> = all.collect();
    once.sort_unstable();
    once.dedup();
    once
}
