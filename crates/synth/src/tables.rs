//! The frequency tables behind the synthetic names and places; `data/SOURCES.md` says where they come from.

use std::collections::BTreeMap;

use crate::SynthError;
use crate::random::Weighted;

/// A surname with the kind of first names that go with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surname {
    pub(crate) text: &'static str,
    pub(crate) group: Group,
}

/// Which first names go with a surname: in the census tables the two are not independent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Other,
    Hispanic,
    Asian,
}

/// The sex recorded in the tables of first names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sex {
    Female,
    Male,
}

/// A street name and its usual type, empty where it has none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Street {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
}

/// A zip and its city.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) zip: Zip,
    pub(crate) city: &'static str,
}

/// Five digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Zip([u8; 5]);

impl Zip {
    /// Reads five digits, the first of them 9 as everywhere in the tables.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let digits: [u8; 5] = text.as_bytes().try_into().ok()?;
        (digits[0] == b'9' && digits.iter().all(u8::is_ascii_digit)).then_some(Self(digits))
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }

    /// The zip that stands for this one in the n-th copy of the county, n up to 9; no two copies share a zip.
    pub(crate) fn in_copy(self, copy: u8) -> Self {
        let [first, rest @ ..] = self.0;
        let [b, c, d, e] = rest;
        Self([first.saturating_sub(copy).max(b'0'), b, c, d, e])
    }
}

/// All tables.
pub(crate) struct Tables {
    pub(crate) surnames: Weighted<Surname>,
    pub(crate) streets: Weighted<Street>,
    /// The county's places with their residents, by city.
    pub(crate) inside: Vec<(Place, u32)>,
    /// Places in the counties around.
    pub(crate) outside: Weighted<Place>,
    /// By sex, generation and group.
    first_names: [[[Weighted<&'static str>; 3]; 3]; 2],
    nicknames: BTreeMap<&'static str, Vec<&'static str>>,
}

/// One of the embedded files, for messages.
struct Source {
    name: &'static str,
    text: &'static str,
}

const SURNAMES: Source = Source { name: "surnames.csv", text: include_str!("../data/surnames.csv") };
const FIRST_NAMES: Source = Source { name: "first_names.csv", text: include_str!("../data/first_names.csv") };
const NICKNAMES: Source = Source { name: "nicknames.csv", text: include_str!("../data/nicknames.csv") };
const STREETS: Source = Source { name: "streets.csv", text: include_str!("../data/streets.csv") };
const PLACES: Source = Source { name: "places.csv", text: include_str!("../data/places.csv") };

impl Source {
    /// Reads every row after the header with `read`; a row that does not read is an error that names it.
    fn rows<const N: usize, T>(&self, read: impl Fn([&'static str; N]) -> Option<T>) -> Result<Vec<T>, SynthError> {
        let rows = self.text.lines().enumerate().skip(1).map(|(number, line)| {
            let fields: Vec<&'static str> = line.split(',').collect();
            let row = fields.try_into().ok().and_then(&read);
            row.ok_or(SynthError::Table { file: self.name, line: number + 1 })
        });
        rows.collect()
    }
}

impl Tables {
    /// Reads the embedded files.
    pub(crate) fn load() -> Result<Self, SynthError> {
        let surnames = SURNAMES.rows(|[text, group, weight]| {
            let group = match group {
                "O" => Group::Other,
                "H" => Group::Hispanic,
                "A" => Group::Asian,
                _ => return None,
            };
            Some((Surname { text, group }, weight.parse().ok()?))
        })?;
        let streets = STREETS.rows(|[name, kind, weight]| Some((Street { name, kind }, weight.parse().ok()?)))?;
        let places = PLACES.rows(|[zip, city, residents, inside]| {
            Some((Place { zip: Zip::new(zip)?, city }, residents.parse::<u32>().ok()?, inside == "1"))
        })?;
        let (inside, outside): (Vec<_>, Vec<_>) = places.into_iter().partition(|&(_, _, inside)| inside);
        let mut nicknames: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (name, nickname) in NICKNAMES.rows(|[name, nickname]| Some((name, nickname)))? {
            nicknames.entry(name).or_default().push(nickname);
        }
        Ok(Self {
            surnames: surnames.into_iter().collect(),
            streets: streets.into_iter().collect(),
            inside: inside.into_iter().map(|(place, residents, _)| (place, residents)).collect(),
            outside: outside.into_iter().map(|(place, residents, _)| (place, residents)).collect(),
            first_names: first_names()?,
            nicknames,
        })
    }

    /// The first names from which a person of this sex, year of birth and surname has theirs.
    pub(crate) fn first_names(&self, sex: Sex, birth_year: u32, group: Group) -> &Weighted<&'static str> {
        let generation = match birth_year {
            ..1955 => 0,
            1955..1985 => 1,
            _ => 2,
        };
        &self.first_names[sex as usize][generation][group as usize]
    }

    /// The short and pet forms of a first name, if the tables know any.
    pub(crate) fn nicknames(&self, first: &str) -> &[&'static str] {
        self.nicknames.get(first).map_or(&[], Vec::as_slice)
    }
}

/// Weight = births of the generation, times how often the group has the name.
fn first_names() -> Result<[[[Weighted<&'static str>; 3]; 3]; 2], SynthError> {
    struct Row {
        text: &'static str,
        sex: Sex,
        births: [u32; 3],
        shares: [u32; 3],
    }
    let rows = FIRST_NAMES.rows(|[text, sex, old, middle, young, other, hispanic, asian]| {
        let number = |text: &str| text.parse::<u32>().ok();
        Some(Row {
            text,
            sex: if sex == "F" { Sex::Female } else { Sex::Male },
            births: [number(old)?, number(middle)?, number(young)?],
            shares: [number(other)?, number(hispanic)?, number(asian)?],
        })
    })?;
    Ok([Sex::Female, Sex::Male].map(|sex| {
        [0, 1, 2].map(|generation| {
            [Group::Other, Group::Hispanic, Group::Asian].map(|group| {
                let names = rows.iter().filter(|row| row.sex == sex);
                names.map(|row| (row.text, row.births[generation] * row.shares[group as usize] / 100)).collect()
            })
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Dice, Stream};

    #[test]
    fn every_row_of_every_table_reads() {
        let tables = Tables::load().unwrap();
        assert!(tables.inside.len() > 200);
        assert!(tables.nicknames("WILLIAM").contains(&"BILL"));
        assert!(tables.nicknames("NO SUCH NAME").is_empty());
    }

    #[test]
    fn first_names_go_with_sex_generation_and_surname() {
        let tables = Tables::load().unwrap();
        let mut dice = Dice::new(1, Stream::Voters, 0);
        let mut often = |sex, year, group, name| {
            (0..5000).filter(|_| dice.weighted(tables.first_names(sex, year, group)) == name).count()
        };
        assert!(often(Sex::Male, 1980, Group::Hispanic, "JOSE") > 5 * often(Sex::Male, 1980, Group::Other, "JOSE"));
        assert!(often(Sex::Female, 1940, Group::Other, "MARY") > 3 * often(Sex::Female, 1995, Group::Other, "MARY"));
        assert_eq!(often(Sex::Male, 1980, Group::Other, "JENNIFER"), 0);
    }

    #[test]
    fn a_broken_row_is_named() {
        let source = Source { name: "streets.csv", text: "street,type,weight\nMAIN,ST,4\nELM,ST\n" };
        let error = source.rows(|[_, _, weight]| weight.parse::<u32>().ok()).unwrap_err();
        assert!(error.to_string().contains("streets.csv, line 3"), "{error}");
    }
}
