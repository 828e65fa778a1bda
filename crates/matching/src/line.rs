//! A line of the petition as it goes into the search: its name and address taken apart and numbered as the roll's are.

use std::cell::Cell;

use roll::{
    index::{Index, Order, Place, Rows},
    normal::{CityMeaning, Door, NameReading, PrintedName, StreetAddress},
};

use crate::evidence::Level;
use crate::ground::{FEW_RESIDENTS, Ground, Sketch, numbers_of_nicknames};

/// The text of one line, as written or keyed. Empty fields are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineText<'a> {
    /// Printed name.
    pub printed_name: &'a str,
    /// Residence: number, street, unit.
    pub address: &'a str,
    /// City or community.
    pub city: &'a str,
    /// Postal code.
    pub zip: &'a str,
}

/// One way to read the printed name, with the numbers of its words; 0 for a word that no voter has.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) text: NameReading,
    pub(crate) given: u32,
    pub(crate) surname: u32,
    pub(crate) halves: [u32; 2],
    pub(crate) middle: u32,
    pub(crate) given_sketch: Sketch,
    pub(crate) surname_sketch: Sketch,
    /// Usual forms of a given name that no voter has.
    nicknames: Vec<u32>,
}

impl Reading {
    fn of(text: NameReading, index: &Index<'_>) -> Self {
        let number = |word: &str| index.names.number(word).unwrap_or(0);
        let given = number(&text.first);
        let unknown = given == 0 && text.first.len() > 1;
        Self {
            given,
            nicknames: unknown.then(|| numbers_of_nicknames(&text.first, index.names)).flatten().unwrap_or_default(),
            surname: number(text.last.whole()),
            halves: text.last.halves().map_or([0; 2], |(head, tail)| [number(head), number(tail)]),
            middle: number(&text.middle),
            given_sketch: Sketch::of(&text.first),
            surname_sketch: Sketch::of(text.last.whole()),
            text,
        }
    }

    /// Names of voters that the given name is a usual form of, or the other way round.
    pub(crate) fn nicknames<'s>(&'s self, ground: &'s Ground<'_>) -> &'s [u32] {
        if self.given > 0 { ground.nicknames(self.given) } else { &self.nicknames }
    }

    /// The surname and the halves of a double one, as far as voters have them.
    pub(crate) fn surnames(&self) -> impl Iterator<Item = u32> + use<> {
        let [head, tail] = self.halves;
        [self.surname, head, tail].into_iter().filter(|name| *name > 0)
    }

    /// The given name, if it is more than an initial and a voter has it.
    pub(crate) fn given_name(&self) -> Option<u32> {
        (self.given > 0 && self.text.first.len() > 1).then_some(self.given)
    }
}

/// A line taken apart.
#[derive(Debug)]
pub(crate) struct PreparedLine<'a> {
    /// The likeliest first, in the usual order of names.
    pub(crate) readings: Vec<Reading>,
    pub(crate) suffix: Option<roll::normal::Suffix>,
    pub(crate) address: StreetAddress,
    /// The address as numbers of the roll; 0 for what the roll does not have.
    pub(crate) street: u32,
    pub(crate) number: u32,
    pub(crate) unit: u32,
    pub(crate) marks: [u8; 3],
    pub(crate) street_sketch: Sketch,
    /// The postal code among the roll's places; 0 for one that no voter has.
    pub(crate) zip: u32,
    pub(crate) city_meaning: CityMeaning,
    /// Voters at the house number and street as written.
    pub(crate) residents: Rows<'a>,
    /// Those of them who share a name with the line, ascending.
    pub(crate) namesakes_here: Vec<u32>,
    /// Whether a voter with the surname as written lives there, so that an unregistered signer may be a relative.
    pub(crate) family: bool,
    /// The locality compared last, and its level: neighbours share theirs.
    pub(crate) last_locality: Cell<Option<(u32, Level)>>,
}

impl<'a> PreparedLine<'a> {
    /// Takes lines apart and looks for those who live there. What they need of the index is asked for together.
    pub(crate) fn all(texts: &[LineText<'_>], ground: &Ground<'a>) -> Vec<Self> {
        let index = &ground.index;
        let texts = texts.iter().map(|text| {
            let name = PrintedName::parse(text.printed_name);
            (name, StreetAddress::parse_line(text.address, text.city, text.zip))
        });
        let texts: Vec<(PrintedName, StreetAddress)> = texts.collect();
        let readings = texts.iter().flat_map(|(name, _)| &name.readings);
        index.names.fetch_ahead(
            readings.flat_map(|reading| [reading.first.as_str(), reading.middle.as_str(), reading.last.whole()]),
        );
        let mut lines: Vec<Self> = texts.into_iter().map(|(name, address)| Self::new(name, address, index)).collect();
        Order::fetch_ahead(lines.iter().map(|line| (index.by_street_number, line.street, line.number)));
        for line in lines.iter_mut().filter(|line| line.street > 0 && line.number > 0) {
            line.residents = index.by_street_number.rows(line.street, line.number);
        }
        index.fetch_ahead(lines.iter().flat_map(|line| line.residents.iter().take(FEW_RESIDENTS)));
        for line in &mut lines {
            line.look_for_namesakes(index);
        }
        lines
    }

    fn new(name: PrintedName, address: StreetAddress, index: &Index<'a>) -> Self {
        let number = |word: &str| index.numbers.number(word).unwrap_or(0);
        Self {
            readings: name.readings.into_iter().map(|reading| Reading::of(reading, index)).collect(),
            suffix: name.suffix,
            street: index.streets.number(&address.street).unwrap_or(0),
            number: number(&address.number),
            unit: number(&address.unit),
            marks: [address.pre, address.street_type, address.post].map(|mark| index.mark(mark)),
            street_sketch: Sketch::of(&address.street),
            zip: index.places.number(&address.zip).unwrap_or(0),
            city_meaning: CityMeaning::of(&address.city),
            address,
            residents: Rows::default(),
            namesakes_here: Vec::new(),
            family: false,
            last_locality: Cell::new(None),
        }
    }

    /// Each of direction, type and direction again: what is written, its number, and the voter's number.
    fn marks(&self, voter: &Place) -> [(&'static str, u8, u8); 3] {
        let StreetAddress { pre, street_type, post, .. } = self.address;
        let [pre_mark, type_mark, post_mark] = self.marks;
        [(pre, pre_mark, voter.pre), (street_type, type_mark, voter.street_type), (post, post_mark, voter.post)]
    }

    /// Whether the line has another type of street or another direction than the voter, where both have one.
    pub(crate) fn conflicts_with(&self, voter: &Place) -> bool {
        self.marks(voter).into_iter().any(|(written, mark, theirs)| !written.is_empty() && theirs > 0 && mark != theirs)
    }

    /// What is left to compare where house number and street agree; nothing if a fraction is in play, which has no
    /// number.
    pub(crate) fn door(&self, voter: &Place, index: &Index<'a>) -> Option<Door<'a>> {
        if voter.has_fraction() || !self.address.fraction.is_empty() {
            return None;
        }
        let same = |written: &str, number: u32, theirs: u32| {
            if written.is_empty() { theirs == 0 } else { number > 0 && number == theirs }
        };
        let locality = index.localities.get(voter.locality as usize).copied().unwrap_or_default();
        Some(Door {
            city: index.places.word(locality.city),
            zip: index.places.word(locality.zip),
            conflict: self.conflicts_with(voter),
            same_marks: self
                .marks(voter)
                .into_iter()
                .all(|(text, mark, theirs)| same(text, mark.into(), theirs.into())),
            same_fraction: true,
            same_unit: same(&self.address.unit, self.unit, voter.unit),
        })
    }

    fn look_for_namesakes(&mut self, index: &Index<'_>) {
        let mut here = Vec::new();
        let mut family = false;
        if self.residents.len() <= FEW_RESIDENTS {
            for row in self.residents.iter() {
                let form = index.form(row);
                let halves = if form.has_halves() { index.name_facts(form.surname).halves } else { [0; 2] };
                let same_surname = |name: u32| name > 0 && (form.surname == name || halves.contains(&name));
                let relative = self.readings.iter().any(|reading| reading.surnames().any(same_surname));
                // A relative by the whole surname, as written.
                family |= self.readings.iter().any(|reading| same_surname(reading.surname));
                let same_given = |reading: &Reading| {
                    reading.given_name().is_some_and(|given| given == form.given || given == form.given_whole)
                };
                if relative || self.readings.iter().any(same_given) {
                    here.push(row);
                }
            }
        } else {
            for reading in &self.readings {
                let lives_here = |row: &u32| index.form(*row).place.street == self.street;
                let before = here.len();
                for name in reading.surnames() {
                    here.extend(index.by_surname_number.rows(name, self.number).iter().filter(lives_here));
                    family |= name == reading.surname && here.len() > before;
                }
                if let Some(given) = reading.given_name() {
                    here.extend(index.by_given_number.rows(given, self.number).iter().filter(lives_here));
                }
            }
        }
        here.sort_unstable();
        here.dedup();
        (self.namesakes_here, self.family) = (here, family);
    }
}
