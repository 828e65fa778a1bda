//! The index of a snapshot: vocabularies of names, streets and numbers, every voter in normal form, and the voters in
//! several orders. All of it follows from the sealed content and can be made from it again.

mod ahead;
mod build;
mod form;
mod normals;
mod order;
mod vocabulary;

pub use ahead::fetch;
pub(crate) use build::build;
pub use form::{Form, Locality, NameFacts, Place};
pub use order::{Order, Rows};
pub(crate) use vocabulary::Table;
pub use vocabulary::Vocabulary;

use crate::format::Part;

/// Changes whenever the same voters would get another index, so with the normal forms too; a snapshot with another
/// version has to be imported again.
pub const INDEX_VERSION: u32 = 4;

/// The parts of the file that hold one vocabulary; a table is its starts and its entries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WordParts {
    pub(crate) ends: Part,
    pub(crate) text: Part,
    pub(crate) exact: (Part, Part),
    pub(crate) slips: Option<(Part, Part)>,
}

pub(crate) const NAMES: WordParts = WordParts {
    ends: Part::NameEnds,
    text: Part::NameText,
    exact: (Part::NameHashStarts, Part::NameHashes),
    slips: Some((Part::NameSlipStarts, Part::NameSlips)),
};
pub(crate) const STREETS: WordParts = WordParts {
    ends: Part::StreetEnds,
    text: Part::StreetText,
    exact: (Part::StreetHashStarts, Part::StreetHashes),
    slips: Some((Part::StreetSlipStarts, Part::StreetSlips)),
};
pub(crate) const NUMBERS: WordParts = WordParts {
    ends: Part::NumberEnds,
    text: Part::NumberText,
    exact: (Part::NumberHashStarts, Part::NumberHashes),
    slips: None,
};
pub(crate) const PLACES: WordParts = WordParts {
    ends: Part::PlaceEnds,
    text: Part::PlaceText,
    exact: (Part::PlaceHashStarts, Part::PlaceHashes),
    slips: None,
};

/// What a search reads. Any number that a damaged file may hold is answered with something empty.
#[derive(Debug, Clone, Copy)]
pub struct Index<'a> {
    /// Every voter, by row.
    pub forms: &'a [Form],
    /// Previous residences.
    pub(crate) previous: &'a [Place],
    /// Given names, middle names, surnames and halves of surnames.
    pub names: Vocabulary<'a>,
    /// For each name how common it is.
    pub(crate) name_facts: &'a [NameFacts],
    /// Street names.
    pub streets: Vocabulary<'a>,
    /// House numbers and units.
    pub numbers: Vocabulary<'a>,
    /// Postal codes and cities.
    pub places: Vocabulary<'a>,
    /// Postal codes with their cities; locality 0 is none.
    pub localities: &'a [Locality],
    /// Street types and directions; mark 0 is none.
    pub marks: &'a [String],
    /// Street, then house number; a voter stands under the previous address too.
    pub by_street_number: Order<'a>,
    /// Surname, then given name. A voter with a double surname stands under each half too, here and below.
    pub by_surname_given: Order<'a>,
    /// Surname, then house number.
    pub by_surname_number: Order<'a>,
    /// Surname, then street.
    pub by_surname_street: Order<'a>,
    /// Given name, then house number.
    pub by_given_number: Order<'a>,
    /// Given name, then street.
    pub by_given_street: Order<'a>,
}

impl<'a> Index<'a> {
    /// A voter in normal form.
    pub fn form(&self, row: u32) -> Form {
        self.forms.get(row as usize).copied().unwrap_or_default()
    }

    /// Brings the normal forms of some rows near the processor.
    pub fn fetch_ahead(&self, rows: impl Iterator<Item = u32>) {
        // A form may lie across two lines of the cache: both ends are read.
        let ends = |form: &Form| u64::from(form.given) ^ u64::from(form.status);
        fetch(rows.map(|row| self.forms.get(row as usize).map(ends)));
    }

    /// The residence before the present one.
    pub fn previous(&self, form: &Form) -> Option<&'a Place> {
        self.previous.get((form.previous as usize).checked_sub(1)?)
    }

    /// How common a name is.
    pub fn name_facts(&self, name: u32) -> NameFacts {
        self.name_facts.get(name as usize).copied().unwrap_or_default()
    }

    /// The number of a street type or direction; 0 for none or one that the roll does not have.
    pub fn mark(&self, mark: &str) -> u8 {
        let at = self.marks.binary_search_by(|known| known.as_str().cmp(mark));
        at.ok().and_then(|at| u8::try_from(at).ok()).unwrap_or(0)
    }
}
