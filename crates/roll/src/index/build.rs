//! Makes the index of a snapshot out of its content and writes it.

use rayon::prelude::*;
use zerocopy::IntoBytes;

use super::form::{Form, Place};
use super::normals::{Normals, TooMany};
use super::order::{Sorted, TooManyEntries, sorted};
use super::vocabulary::Words;
use super::{INDEX_VERSION, NAMES, NUMBERS, PLACES, STREETS, WordParts};
use crate::error::ImportError;
use crate::format::{Derived, Part, Previous, Row, Section};
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
const ORDERS: [(Part, Part); 6] = [
    (Part::StreetNumberStarts, Part::StreetNumber),
    (Part::SurnameGivenStarts, Part::SurnameGiven),
    (Part::SurnameNumberStarts, Part::SurnameNumber),
    (Part::SurnameStreetStarts, Part::SurnameStreet),
    (Part::GivenNumberStarts, Part::GivenNumber),
    (Part::GivenStreetStarts, Part::GivenStreet),
];

/// Writes all parts of the index, beginning with `id_order`. `stop` is asked now and then.
pub(crate) fn build(
    rows: &[Row],
    previous: &[Previous],
    texts: Pool,
    id_order: &[u32],
    writer: &mut Writer,
    stop: &dyn Fn() -> Result<(), ImportError>,
) -> Result<Derived, ImportError> {
    let mut sections = vec![writer.section(Part::IdOrder, id_order.as_bytes())?];
    let mut normals = Normals::of(rows, previous, &texts)?;
    drop(texts);
    stop()?;
    let forms: Vec<Form> = rows.par_iter().with_min_len(1 << 14).map(|row| normals.form(row)).collect();
    let previous: Vec<Place> = previous.iter().map(|previous| normals.place(previous.address)).collect();
    for form in &forms {
        normals.name_facts[form.given as usize].as_given += 1;
        normals.name_facts[form.surname as usize].as_surname += 1;
        normals.localities[form.place.locality as usize].voters += 1;
    }
    sections.push(writer.section(Part::Forms, forms.as_bytes())?);
    sections.push(writer.section(Part::PreviousPlaces, previous.as_bytes())?);
    write_words(writer, &mut sections, NAMES, &normals.names)?;
    sections.push(writer.section(Part::NameFacts, normals.name_facts.as_bytes())?);
    write_words(writer, &mut sections, STREETS, &normals.streets)?;
    write_words(writer, &mut sections, NUMBERS, &normals.numbers)?;
    write_words(writer, &mut sections, PLACES, &normals.places)?;
    sections.push(writer.section(Part::Localities, normals.localities.as_bytes())?);
    stop()?;
    let orders = Orders { forms: &forms, previous: &previous, normals: &normals };
    for parts in ORDERS.chunks(AT_ONCE) {
        let made: Vec<Sorted> =
            parts.par_iter().map(|(_, entries)| orders.sorted(*entries)).collect::<Result<_, _>>()?;
        for (sorted, (starts, entries)) in made.iter().zip(parts) {
            sections.push(writer.section(*starts, sorted.starts.as_bytes())?);
            sections.push(writer.section(*entries, sorted.entries.as_bytes())?);
        }
        stop()?;
    }
    Ok(Derived { index_version: INDEX_VERSION, marks: std::mem::take(&mut normals.marks), sections })
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
                self.surnames(form, |name| (number > 0).then(|| found(name, number)).unwrap_or_default());
            }),
            Part::SurnameStreet => self.make(names, |form, found| {
                let street = form.place.street;
                self.surnames(form, |name| (street > 0).then(|| found(name, street)).unwrap_or_default());
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

    fn make(
        &self,
        firsts: usize,
        entries: impl Fn(&Form, &mut dyn FnMut(u32, u32)),
    ) -> Result<Sorted, TooManyEntries> {
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

fn write_words(
    writer: &mut Writer,
    sections: &mut Vec<Section>,
    parts: WordParts,
    words: &Words,
) -> Result<(), ImportError> {
    let mut write = |part, bytes: &[u8]| -> Result<(), ImportError> {
        sections.push(writer.section(part, bytes)?);
        Ok(())
    };
    write(parts.ends, words.ends.as_bytes())?;
    write(parts.text, &words.text)?;
    write(parts.exact.1, words.exact.entries.as_bytes())?;
    write(parts.exact.0, words.exact.starts.as_bytes())?;
    if let Some((starts, entries)) = parts.slips {
        write(entries, words.slips.entries.as_bytes())?;
        write(starts, words.slips.starts.as_bytes())?;
    }
    Ok(())
}
