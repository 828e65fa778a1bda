//! Cities: their abbreviations, the communities that people write in place of their city, and which two are one place.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::{
    distance::distance_at_most,
    text::{fold, rows},
};

const PLACES: &str = include_str!("../../data/cities.csv");
const WORDS: &str = include_str!("../../data/city_words.csv");
/// Spellings of the state behind a city.
const CALIFORNIA: [&str; 4] = ["CA", "CALIF", "CALIFORNIA", "CAL"];
/// Letters of the longest abbreviation.
const LONGEST: usize = 5;
const DIRECTIONS: [&str; 4] = ["NORTH", "SOUTH", "EAST", "WEST"];

/// A place that people write as their city.
struct Place {
    /// Its name, letters only.
    name: String,
    /// The city that it belongs to (itself, if it is a city), or whose post office it shares.
    cities: Vec<u16>,
    /// Whether it lies in no city.
    unincorporated: bool,
}

struct Places {
    all: Vec<Place>,
    /// Every spelling with the places that it can mean: initials can mean several.
    spellings: HashMap<String, Vec<u16>>,
}

static ABBREVIATIONS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    rows(WORDS).flat_map(|row| row[1..].iter().map(|short| (*short, row[0])).collect::<Vec<_>>()).collect()
});

static CITIES: LazyLock<Places> = LazyLock::new(|| {
    let table: Vec<_> = rows(PLACES).collect();
    let numbers: HashMap<&str, u16> = table.iter().map(|row| row[0]).zip(0..).collect();
    let mut spellings: HashMap<String, Vec<u16>> = HashMap::new();
    let mut all = Vec::with_capacity(table.len());
    for (row, number) in table.iter().zip(0_u16..) {
        for spelling in std::iter::once(&row[0]).chain(&row[3..]) {
            spellings.entry(city_name(spelling)).or_default().push(number);
        }
        let belongs_to = if row[1] == "city" { row[0] } else { row[2] };
        let cities = belongs_to.split(';').filter_map(|city| numbers.get(city).copied()).collect();
        all.push(Place { name: city_name(row[0]), cities, unincorporated: row[1] == "near" });
    }
    // Initials (LB), and S MONICA beside S GATE, unless somebody goes by them already.
    let mut short: HashMap<String, Vec<u16>> = HashMap::new();
    for (row, number) in table.iter().zip(0_u16..) {
        let words: Vec<&str> = row[0].split(' ').collect();
        if words.len() > 1 {
            short.entry(words.iter().filter_map(|word| word.get(..1)).collect()).or_default().push(number);
        }
        if matches!(words[0], "SAN" | "SANTA") {
            short.entry(city_name(&format!("SOUTH {}", words[1..].join(" ")))).or_default().push(number);
        }
    }
    for (spelling, places) in short {
        spellings.entry(spelling).or_insert(places);
    }
    Places { all, spellings }
});

impl Places {
    fn called(&self, name: &str) -> &[u16] {
        self.spellings.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether two places are one, or one is a part of the other, or both are parts of one city.
    fn are_one(&self, left: u16, right: u16) -> bool {
        let (a, b) = (&self.all[usize::from(left)], &self.all[usize::from(right)]);
        left == right
            || a.cities.contains(&right)
            || b.cities.contains(&left)
            || !a.unincorporated && !b.unincorporated && a.cities == b.cities
    }
}

/// A city's name in its normal form: capital letters only, abbreviated words written out, the state left out.
pub(super) fn city_name(text: &str) -> String {
    let folded;
    let text = if text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b' ') {
        text
    } else {
        folded = fold(text).replace(|letter: char| !letter.is_ascii_alphabetic(), " ");
        &folded
    };
    let mut name = String::with_capacity(text.len() + 8);
    let mut words = text.split_ascii_whitespace().peekable();
    while let Some(word) = words.next() {
        let (start, next) = (name.len(), words.peek().copied());
        name.push_str(word);
        name[start..].make_ascii_uppercase();
        let written = &name[start..];
        if start > 0 && next.is_none() && CALIFORNIA.contains(&written) {
            name.truncate(start);
        } else if written.len() <= LONGEST
            && let Some(whole) = ABBREVIATIONS.get(written).copied()
        {
            // S GATE is South Gate, but S F are initials, and so are S and E anywhere else.
            let in_place = if DIRECTIONS.contains(&whole) {
                start == 0 && next.is_some_and(|next| next.len() > 1)
            } else {
                // ST HELENA, and MISSION HLS; alone it is a name.
                start > 0 || next.is_some()
            };
            if in_place {
                name.truncate(start);
                name.push_str(whole);
            }
        }
    }
    if name.len() > 8 && name.starts_with("CITYOF") {
        name.drain(..6);
    }
    name
}

/// Whether a name in its normal form is that of a known place.
pub(super) fn is_city(name: &str) -> bool {
    !CITIES.called(name).is_empty()
}

/// Whether two folded city names mean the same place: equal but for slips of the pen (one in five letters, two in
/// eight), an abbreviation or another name, or a community and the city that it lies in (VAN NUYS and LOS ANGELES).
/// Two different incorporated cities are never the same, however alike their names.
pub fn same_city(left: &str, right: &str) -> bool {
    City::of(left).is_same(&City::of(right))
}

/// A city's name in its normal form, looked up once for many comparisons.
#[derive(Debug, Clone, Copy)]
pub struct City<'a> {
    name: &'a str,
    meaning: CityMeaning,
}

/// The places that a city's name can mean.
#[derive(Debug, Clone, Copy)]
pub struct CityMeaning(&'static [u16]);

impl CityMeaning {
    /// Of a name in its normal form.
    pub fn of(name: &str) -> Self {
        Self(CITIES.called(name))
    }
}

impl<'a> City<'a> {
    /// Looks a name up.
    pub fn of(name: &'a str) -> Self {
        Self::with_meaning(name, CityMeaning::of(name))
    }

    /// A name that was looked up.
    pub fn with_meaning(name: &'a str, meaning: CityMeaning) -> Self {
        Self { name, meaning }
    }

    /// Whether it is the same place as another; see [`same_city`].
    pub fn is_same(&self, other: &City<'_>) -> bool {
        let (left, right) = (self.name, other.name);
        if left == right {
            return true;
        }
        match (self.meaning.0, other.meaning.0) {
            ([], []) => alike(left, right),
            ([], known) => alike(left, right) || known.iter().any(|place| is_misspelled(left, *place)),
            (known, []) => alike(left, right) || known.iter().any(|place| is_misspelled(right, *place)),
            (lefts, rights) => lefts.iter().any(|a| rights.iter().any(|b| CITIES.are_one(*a, *b))),
        }
    }
}

/// Whether a name that no place has is a slip for a place's own name or for that of its city.
fn is_misspelled(name: &str, place: u16) -> bool {
    let all = &CITIES.all;
    let place = &all[usize::from(place)];
    alike(name, &place.name) || place.cities.iter().any(|city| alike(name, &all[usize::from(*city)].name))
}

fn alike(left: &str, right: &str) -> bool {
    let slips = match left.len().min(right.len()) {
        0..5 => 0,
        5..8 => 1,
        _ => 2,
    };
    distance_at_most(left, right, slips).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        assert!(ABBREVIATIONS.keys().all(|short| short.len() <= LONGEST));
        let table: Vec<_> = rows(PLACES).collect();
        let cities: Vec<&str> = table.iter().filter(|row| row[1] == "city").map(|row| row[0]).collect();
        assert!(cities.len() > 400);
        let mut names = std::collections::BTreeSet::new();
        for row in &table {
            assert!(row.len() >= 3 && names.insert(row[0]), "{row:?}");
            match row[1] {
                "city" => assert!(row[2].is_empty(), "{row:?}"),
                "within" => assert!(cities.contains(&row[2]), "{row:?}"),
                "near" => assert!(row[2].split(';').all(|city| table.iter().any(|other| other[0] == city)), "{row:?}"),
                other => panic!("{other}"),
            }
            assert!(row.iter().skip(3).all(|spelling| city_name(spelling).len() > 1), "{row:?}");
        }
    }

    #[test]
    fn no_two_incorporated_cities_are_one() {
        let cities: Vec<String> = rows(PLACES).filter(|row| row[1] == "city").map(|row| city_name(row[0])).collect();
        for (at, left) in cities.iter().enumerate() {
            for right in &cities[at + 1..] {
                assert!(!same_city(left, right), "{left} {right}");
            }
        }
    }
}
