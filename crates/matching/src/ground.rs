//! What holds for all lines of one run: the index of the roll, how many voters there are, and sketches of its words.

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use roll::{
    Snapshot,
    index::{Index, Rows, Vocabulary, fetch},
    normal::{City, StreetAddress, nicknames, same_city},
};

/// Voters at one house number of one street who are looked at one by one; of more, only those of a similar surname.
pub(crate) const FEW_RESIDENTS: usize = 32;

/// The roll as a search reads it.
pub(crate) struct Ground<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) index: Index<'a>,
    /// Voters on the roll, at least 1.
    pub(crate) voters: u64,
    pub(crate) name_sketches: Vec<Sketch>,
    pub(crate) street_sketches: Vec<Sketch>,
    /// Names that are usual forms of each other, by name; each list ascending.
    nicknames: HashMap<u32, Vec<u32>>,
    /// For each of the places, as a postal code, how many voters have it.
    zip_voters: Vec<u32>,
    zips: HashSet<&'a str>,
    cities: HashSet<&'a str>,
    /// Each of the places, looked up as a city.
    places: Vec<City<'a>>,
    /// Streets and house numbers where more than a few voters live, with the surname of each resident in the order of
    /// the index.
    crowds: HashMap<(u32, u32), Vec<Sketch>>,
}

impl<'a> Ground<'a> {
    pub(crate) fn of(snapshot: &'a Snapshot) -> Self {
        let index = snapshot.index();
        let mut zip_voters = vec![0_u32; index.places.len()];
        let (mut zips, mut cities) = (HashSet::new(), HashSet::new());
        for locality in index.localities.iter().filter(|locality| locality.voters > 0) {
            if let Some(voters) = zip_voters.get_mut(locality.zip as usize) {
                *voters += locality.voters;
            }
            zips.insert(index.places.word(locality.zip));
            cities.insert(index.places.word(locality.city));
        }
        cities.remove("");
        let places = 0..u32::try_from(index.places.len()).unwrap_or(u32::MAX);
        let name_sketches = sketches(index.names);
        Self {
            snapshot,
            index,
            voters: u64::from(snapshot.len().max(1)),
            street_sketches: sketches(index.streets),
            nicknames: all_nicknames(index.names),
            crowds: crowds(&index, &name_sketches),
            name_sketches,
            zip_voters,
            zips,
            cities,
            places: places.map(|place| City::of(index.places.word(place))).collect(),
        }
    }

    /// Brings what a comparison reads first of some rows near the processor.
    pub(crate) fn fetch_ahead(&self, rows: impl Iterator<Item = u32> + Clone) {
        self.index.fetch_ahead(rows.clone());
        let sketch = |name: u32| self.name_sketches.get(name as usize).map(|sketch| u64::from(sketch.0));
        fetch(rows.clone().map(|row| sketch(self.index.form(row).given)));
        fetch(rows.map(|row| sketch(self.index.form(row).surname)));
    }

    /// Takes in those who reside at a street and house number; of many, only those whose surname may be near.
    pub(crate) fn similar_residents(
        &self,
        (street, number): (u32, u32),
        residents: Rows<'_>,
        may_be_near: impl Fn(Sketch) -> bool,
        similar: &mut Vec<u32>,
    ) {
        match self.crowds.get(&(street, number)) {
            None => similar.extend(residents.iter()),
            Some(surnames) => {
                let near = residents.iter().zip(surnames).filter(|(_, surname)| may_be_near(**surname));
                similar.extend(near.map(|(row, _)| row));
            }
        }
    }

    /// Names of voters that a given name of a voter is a usual form of, or the other way round.
    pub(crate) fn nicknames(&self, name: u32) -> &[u32] {
        self.nicknames.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Voters with this postal code, at least 1.
    pub(crate) fn zip_voters(&self, zip: u32) -> u64 {
        self.zip_voters.get(zip as usize).copied().unwrap_or(1).max(1).into()
    }

    /// One of the places as a city.
    pub(crate) fn city(&self, place: u32) -> City<'a> {
        self.places.get(place as usize).copied().unwrap_or_else(|| City::of(""))
    }

    /// Whether city and postal code, as far as they are written, are nowhere on the roll, slips of the pen allowed for.
    pub(crate) fn is_foreign(&self, address: &StreetAddress) -> bool {
        let foreign_city = !address.city.is_empty()
            && !self.cities.contains(address.city.as_str())
            && !self.cities.iter().any(|city| same_city(&address.city, city));
        let foreign_zip = address.zip.len() == 5 && !self.zips.contains(address.zip.as_str());
        foreign_city && (foreign_zip || address.zip.is_empty()) || address.city.is_empty() && foreign_zip
    }
}

fn crowds(index: &Index<'_>, names: &[Sketch]) -> HashMap<(u32, u32), Vec<Sketch>> {
    let sketch = |row: u32| sketch_of(names, index.form(row).surname);
    let streets = 0..u32::try_from(index.streets.len()).unwrap_or(u32::MAX);
    let crowds: Vec<((u32, u32), Vec<Sketch>)> = streets
        .into_par_iter()
        .with_min_len(64)
        .flat_map_iter(|street| {
            let houses = index.by_street_number.all(street).by_second().filter(|(_, rows)| rows.len() > FEW_RESIDENTS);
            houses.map(move |(number, rows)| ((street, number), rows.iter().map(sketch).collect()))
        })
        .collect();
    crowds.into_iter().collect()
}

fn all_nicknames(names: Vocabulary<'_>) -> HashMap<u32, Vec<u32>> {
    let all: Vec<(u32, Vec<u32>)> = (1..u32::try_from(names.len()).unwrap_or(u32::MAX))
        .into_par_iter()
        .with_min_len(1 << 14)
        .filter_map(|name| Some((name, numbers_of_nicknames(names.word(name), names)?)))
        .collect();
    all.into_iter().collect()
}

/// The numbers of the names that a name is a usual form of, as far as voters have them; nothing if there are none.
pub(crate) fn numbers_of_nicknames(name: &str, names: Vocabulary<'_>) -> Option<Vec<u32>> {
    let mut numbers: Vec<u32> = nicknames(name).filter_map(|other| names.number(other)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    (!numbers.is_empty()).then_some(numbers)
}

/// The sketch of a word by its number; that of the empty word for a number that is none.
pub(crate) fn sketch_of(sketches: &[Sketch], word: u32) -> Sketch {
    sketches.get(word as usize).copied().unwrap_or(Sketch::of(""))
}

fn sketches(words: Vocabulary<'_>) -> Vec<Sketch> {
    (0..u32::try_from(words.len()).unwrap_or(u32::MAX))
        .into_par_iter()
        .with_min_len(1 << 14)
        .map(|number| Sketch::of(words.word(number)))
        .collect()
}

/// Which letters a word has and how long it is, in one number: enough to see that two words are far apart without
/// reading them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sketch(u32);

impl Sketch {
    const LETTERS: u32 = (1 << 27) - 1;
    const LONGEST: usize = 31;

    pub(crate) fn of(word: &str) -> Self {
        let letters = word.bytes().fold(0, |letters, byte| letters | 1 << (u32::from(byte & 31) % 27));
        Self(u32::try_from(word.len().min(Self::LONGEST)).unwrap_or(0) << 27 | letters)
    }

    /// The length of the word, up to 31.
    pub(crate) fn length(self) -> u32 {
        self.0 >> 27
    }

    /// Whether so many slips may turn one word into the other; each changes the length by one at most, and adds and
    /// removes one letter at most.
    pub(crate) fn may_be_near(self, other: Self, most: u32) -> bool {
        self.length().abs_diff(other.length()) <= most && ((self.0 ^ other.0) & Self::LETTERS).count_ones() <= 2 * most
    }

    /// Whether one word may be the beginning of the other.
    pub(crate) fn may_begin(self, other: Self) -> bool {
        let (mine, others) = (self.0 & Self::LETTERS, other.0 & Self::LETTERS);
        mine & others == mine || mine & others == others
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use roll::normal::distance_at_most;

    use super::*;

    proptest! {
        #[test]
        fn a_sketch_never_hides_a_near_word(left in "[A-Z0-9]{0,40}", right in "[A-Z0-9]{0,40}", cut in 0_usize..41) {
            for (left, right) in [(left.as_str(), right.as_str()), (&left, &left[..cut.min(left.len())])] {
                let (one, other) = (Sketch::of(left), Sketch::of(right));
                if let Some(slips) = distance_at_most(left, right, 4) {
                    prop_assert!(one.may_be_near(other, u32::try_from(slips).unwrap()));
                }
                prop_assert!(!left.starts_with(right) || one.may_begin(other) && other.may_begin(one));
            }
        }
    }
}
