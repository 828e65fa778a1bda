//! Makes the index of a snapshot out of its content and writes it.

use rayon::prelude::*;

use super::form::{Form, Place};
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

/// Orders that are made at the same time; more would take more memory.
const AT_ONCE: usize = 2;
/// Voters whose forms are made before they are written.
const FORMS_AT_ONCE: usize = 1 << 18;
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
    stop: &dyn Fn() -> Result<(), ImportError>,
) -> Result<Vec<String>, ImportError> {
    let mut normals = Normals::of(rows, &previous, &texts)?;
    let (text_ends, text) = texts.into_parts();
    writer.part(Part::TextEnds, text_ends)?;
    writer.part(Part::Text, text)?;
    stop()?;
    let places: Vec<Place> = previous.iter().map(|previous| normals.place(previous.address)).collect();
    writer.part(Part::Previous, previous)?;
    writer.part(Part::PreviousPlaces, places.clone())?;
    let mut numbers_below = vec![0_u32; normals.numbers.ends.len() + 1];
    writer.begin(Part::Forms)?;
    for rows in rows.chunks(FORMS_AT_ONCE) {
        let forms: Vec<Form> = rows.par_iter().with_min_len(1 << 12).map(|row| normals.form(row)).collect();
        for form in &forms {
            normals.name_facts[form.given as usize].as_given += 1;
            normals.name_facts[form.surname as usize].as_surname += 1;
            normals.localities[form.place.locality as usize].voters += 1;
            numbers_below[form.place.number as usize + 1] += 1;
        }
        writer.write(forms)?;
    }
    for at in 1..numbers_below.len() {
        numbers_below[at] += numbers_below[at - 1];
    }
    let forms = writer.written::<Form>(rows.len())?;
    let forms = forms.records::<Form>();
    stop()?;
    let orders = Orders { forms, previous: &places, normals: &normals };
    for parts in ORDERS.chunks(AT_ONCE) {
        let made: Vec<Sorted> =
            parts.par_iter().map(|(_, entries)| orders.sorted(*entries)).collect::<Result<_, _>>()?;
        for (sorted, (starts, entries)) in made.into_iter().zip(parts) {
            writer.part(*starts, sorted.starts)?;
            writer.part(*entries, sorted.entries)?;
        }
        stop()?;
    }
    writer.part(Part::NameFacts, normals.name_facts)?;
    writer.part(Part::Localities, normals.localities)?;
    write_words(writer, NAMES, normals.names)?;
    write_words(writer, STREETS, normals.streets)?;
    write_words(writer, NUMBERS, normals.numbers)?;
    write_words(writer, PLACES, normals.places)?;
    writer.part(Part::NumbersBelow, numbers_below)?;
    Ok(normals.marks)
}

/// What the orders are made of.
struct Orders<'a> {
    forms: &'a [Form],
    previous: &'a [Place],
    normals: &'a Normals,
}

impl Orders<'_> {
    fn sorted(&self, part: Part) -> Result<Sorted, TooManyEntries> {
        let names = self.normals.names.ends.len();
        let streets = self.normals.streets.ends.len();
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
        let [head, tail] = self.normals.name_facts[surname as usize].halves;
        if head > 0 && head != surname {
            found(head);
        }
        if tail > 0 && tail != surname && tail != head {
            found(tail);
        }
    }

    /// Whether a given name is more than an initial.
    fn is_name(&self, given: u32) -> bool {
        let ends = &self.normals.names.ends;
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
