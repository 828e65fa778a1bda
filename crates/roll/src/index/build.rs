//! Makes the index of a snapshot out of its content and writes it.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::form::{Form, NameFacts, Place};
use super::normals::{Normals, TooMany};
use super::order::{Sorted, TooManyEntries, sorted};
use super::vocabulary::Words;
use super::{NAMES, NUMBERS, PLACES, STREETS, WordParts};
use crate::error::ImportError;
use crate::format::{Part, Previous, Row};
use crate::pool::Pool;
use crate::writer::Writer;

impl From<TooMany> for ImportError {
    fn from(TooMany(what): TooMany) -> Self {
        Self::TooLarge { what }
    }
}

impl From<TooManyEntries> for ImportError {
    fn from(_: TooManyEntries) -> Self {
        Self::TooLarge { what: "entries in an index" }
    }
}

const ORDERS: [(Part, Part); 6] = [
    (Part::StreetNumberStarts, Part::StreetNumber),
    (Part::SurnameGivenStarts, Part::SurnameGiven),
    (Part::SurnameNumberStarts, Part::SurnameNumber),
    (Part::SurnameStreetStarts, Part::SurnameStreet),
    (Part::GivenNumberStarts, Part::GivenNumber),
    (Part::GivenStreetStarts, Part::GivenStreet),
];

/// Writes the texts, the previous addresses and all parts of the index but the order of identifiers. Gives the street
/// types and directions by their number. `stop` is asked now and then.
pub(crate) fn build(
    rows: &[Row],
    previous: Vec<Previous>,
    texts: Pool,
    writer: &mut Writer,
    stop: &(dyn Fn() -> Result<(), ImportError> + Sync),
) -> Result<Vec<String>, ImportError> {
    let (mut normals, words) = Normals::of(rows, &previous, &texts)?;
    let (name_ends, streets) = (words.names.ends.clone(), words.streets.ends.len());
    let sizes = [name_ends.len(), normals.localities.len(), words.numbers.ends.len()];
    let (text_ends, text) = texts.into_parts();
    writer.part(Part::TextEnds, text_ends)?;
    writer.part(Part::Text, text)?;
    stop()?;
    let places: Vec<Place> = previous.iter().map(|previous| normals.place(previous.address)).collect();
    // The content comes first: where it lies is sealed with it.
    writer.part(Part::Previous, previous)?;
    writer.part(Part::PreviousPlaces, places.clone())?;
    write_words(writer, NAMES, words.names)?;
    write_words(writer, STREETS, words.streets)?;
    write_words(writer, NUMBERS, words.numbers)?;
    write_words(writer, PLACES, words.places)?;
    let forms: Vec<Form> = rows.par_iter().with_min_len(1 << 12).map(|row| normals.form(row)).collect();
    let forms = Arc::new(forms);
    writer.part(Part::Forms, Arc::clone(&forms))?;
    stop()?;
    let orders = Orders { forms: &forms, previous: &places, name_facts: &normals.name_facts, name_ends, streets };
    let (counts, written) = rayon::join(|| Counts::of(&forms, sizes), || orders.write(writer, stop));
    written?;
    counts.tell(&mut normals);
    writer.part(Part::NameFacts, normals.name_facts)?;
    writer.part(Part::Localities, normals.localities)?;
    writer.part(Part::NumbersBelow, counts.numbers_below())?;
    Ok(normals.marks)
}

/// How many voters have each name, live in each locality and at each house number.
struct Counts {
    as_given: Vec<u32>,
    as_surname: Vec<u32>,
    in_locality: Vec<u32>,
    at_number: Vec<u32>,
}

impl Counts {
    /// Of so many names, localities and numbers.
    fn of(forms: &[Form], [names, localities, numbers]: [usize; 3]) -> Self {
        let mut counts = Self {
            as_given: vec![0; names],
            as_surname: vec![0; names],
            in_locality: vec![0; localities],
            at_number: vec![0; numbers],
        };
        for form in forms {
            counts.as_given[form.given as usize] += 1;
            counts.as_surname[form.surname as usize] += 1;
            counts.in_locality[form.place.locality as usize] += 1;
            counts.at_number[form.place.number as usize] += 1;
        }
        counts
    }

    fn tell(&self, normals: &mut Normals) {
        for ((facts, as_given), as_surname) in normals.name_facts.iter_mut().zip(&self.as_given).zip(&self.as_surname) {
            (facts.as_given, facts.as_surname) = (*as_given, *as_surname);
        }
        for (locality, voters) in normals.localities.iter_mut().zip(&self.in_locality) {
            locality.voters = *voters;
        }
    }

    /// For each house number how many voters live at a lower one, and how many there are.
    fn numbers_below(self) -> Vec<u32> {
        let mut below = self.at_number;
        below.push(0);
        let mut sum = 0;
        for number in &mut below {
            sum += std::mem::replace(number, sum);
        }
        below
    }
}

/// What the orders are made of.
struct Orders<'a> {
    forms: &'a [Form],
    previous: &'a [Place],
    name_facts: &'a [NameFacts],
    /// Where each of the names ends.
    name_ends: Vec<u32>,
    /// How many streets there are.
    streets: usize,
}

/// Orders on their way to the file, in which they stand as in [`ORDERS`].
struct Queue<'w> {
    writer: &'w mut Writer,
    /// Made before those that stand before them.
    waiting: [Option<Sorted>; ORDERS.len()],
    written: usize,
    /// What went wrong first.
    fault: Option<ImportError>,
}

impl Queue<'_> {
    fn put(&mut self, at: usize, sorted: Sorted) -> Result<(), ImportError> {
        self.waiting[at] = Some(sorted);
        while let Some(sorted) = self.waiting.get_mut(self.written).and_then(Option::take) {
            let (starts, entries) = ORDERS[self.written];
            self.writer.part(starts, sorted.starts)?;
            self.writer.part(entries, sorted.entries)?;
            self.written += 1;
        }
        Ok(())
    }
}

impl Orders<'_> {
    /// Makes all orders, as many at a time as there are cores, and writes each as soon as those before it are written.
    fn write(
        &self,
        writer: &mut Writer,
        stop: &(dyn Fn() -> Result<(), ImportError> + Sync),
    ) -> Result<(), ImportError> {
        let queue = Queue { writer, waiting: Default::default(), written: 0, fault: None };
        let queue = Mutex::new(queue);
        rayon::scope_fifo(|scope| {
            for (at, (_, part)) in ORDERS.into_iter().enumerate() {
                let queue = &queue;
                scope.spawn_fifo(move |_| {
                    let sorted = stop().and_then(|()| Ok(self.sorted(part)?));
                    let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
                    if let Err(fault) = sorted.and_then(|sorted| queue.put(at, sorted)) {
                        queue.fault.get_or_insert(fault);
                    }
                });
            }
        });
        let fault = queue.into_inner().unwrap_or_else(PoisonError::into_inner).fault;
        fault.map_or(Ok(()), Err)
    }

    fn sorted(&self, part: Part) -> Result<Sorted, TooManyEntries> {
        let (names, streets) = (self.name_ends.len(), self.streets);
        match part {
            Part::StreetNumber => self.make(streets, |form, found| {
                let previous = form.previous.checked_sub(1).and_then(|at| self.previous.get(at as usize));
                let here = (form.place.street, form.place.number);
                let before = previous.map(|place| (place.street, place.number)).filter(|before| *before != here);
                for (street, number) in std::iter::once(here).chain(before).filter(|(street, _)| *street > 0) {
                    found(street, number);
                }
            }),
            Part::SurnameGiven => self.make(names, |form, found| self.surnames(form, |name| found(name, form.given))),
            Part::SurnameNumber => self.make(names, |form, found| {
                let number = form.place.number;
                if number > 0 {
                    self.surnames(form, |name| found(name, number));
                }
            }),
            Part::SurnameStreet => self.make(names, |form, found| {
                let street = form.place.street;
                if street > 0 {
                    self.surnames(form, |name| found(name, street));
                }
            }),
            Part::GivenNumber => self.make(names, |form, found| {
                let (given, number) = (form.given, form.place.number);
                if number > 0 && self.is_name(given) {
                    found(given, number);
                }
            }),
            _ => self.make(names, |form, found| {
                let (given, street) = (form.given, form.place.street);
                if street > 0 && self.is_name(given) {
                    found(given, street);
                }
            }),
        }
    }

    fn make(&self, firsts: usize, entries: impl Fn(&Form, &mut dyn FnMut(u32, u32))) -> Result<Sorted, TooManyEntries> {
        let rows = u32::try_from(self.forms.len()).map_err(|_| TooManyEntries)?;
        sorted(rows, firsts, |row, found| entries(&self.forms[row as usize], found))
    }

    /// The surname and the halves of a double one.
    fn surnames(&self, form: &Form, mut found: impl FnMut(u32)) {
        let surname = form.surname;
        if surname == 0 {
            return;
        }
        found(surname);
        let [head, tail] = self.name_facts[surname as usize].halves;
        if head > 0 && head != surname {
            found(head);
        }
        if tail > 0 && tail != surname && tail != head {
            found(tail);
        }
    }

    /// Whether a given name is more than an initial.
    fn is_name(&self, given: u32) -> bool {
        let ends = &self.name_ends;
        given > 0 && ends[given as usize] - ends[given as usize - 1] > 1
    }
}

fn write_words(writer: &mut Writer, parts: WordParts, words: Words) -> Result<(), ImportError> {
    writer.part(parts.ends, words.ends)?;
    writer.part(parts.text, words.text)?;
    writer.part(parts.exact.0, words.exact.starts)?;
    writer.part(parts.exact.1, words.exact.entries)?;
    if let Some((starts, entries)) = parts.slips {
        writer.part(starts, words.slips.starts)?;
        writer.part(entries, words.slips.entries)?;
    }
    Ok(())
}
