//! The texts of a roll in normal form: each different text is taken apart once, however many voters share it.

use std::borrow::Cow;

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use zerocopy::byteorder::little_endian::U32;

use super::form::{Form, Locality, NameFacts, Place, suffix_code};
use super::vocabulary::{TooManyWords, Words};
use crate::format::{Previous, Row};
use crate::normal::{StreetAddress, Suffix, VoterName};
use crate::pool::{Pool, SEPARATOR};
use crate::record::{Address, VoterRecord};

/// What a text is used for, as bits.
mod role {
    pub(super) const FIRST: u8 = 1;
    pub(super) const MIDDLE: u8 = 2;
    pub(super) const LAST: u8 = 4;
    pub(super) const SUFFIX: u8 = 8;
    pub(super) const NUMBER: u8 = 16;
    pub(super) const STREET: u8 = 32;
    pub(super) const UNIT: u8 = 64;
    pub(super) const LOCALITY: u8 = 128;
    pub(super) const NAMES: [u8; 4] = [FIRST, MIDDLE, LAST, SUFFIX];
    pub(super) const ADDRESS: [u8; 4] = [NUMBER, STREET, UNIT, LOCALITY];
}

/// Rows that one thread looks at on its own.
const CHUNK: usize = 1 << 15;

/// A house number and a street that have to be read together: the number is not just digits.
type Pair = (u32, u32);

/// The words of a roll.
pub(super) struct Vocabularies {
    pub(super) names: Words,
    pub(super) streets: Words,
    pub(super) numbers: Words,
    pub(super) places: Words,
}

/// For each text of a roll its numbers in the vocabularies.
pub(super) struct Normals {
    pub(super) name_facts: Vec<NameFacts>,
    pub(super) localities: Vec<Locality>,
    pub(super) marks: Vec<String>,
    given: Vec<[u32; 2]>,
    middle: Vec<u32>,
    surname: Vec<(u32, u8)>,
    suffix: Vec<u8>,
    number: Vec<u32>,
    street: HashMap<u32, Place>,
    unit: Vec<u32>,
    locality: Vec<u32>,
    read_together: HashMap<Pair, Place>,
}

/// One text in each of its roles. What few texts are is kept apart: there are as many of these as texts.
#[derive(Default)]
struct Normal<'t> {
    first: Option<(Cow<'t, str>, Cow<'t, str>)>,
    middle: Option<Cow<'t, str>>,
    last: Option<(crate::normal::Surname<'t>, Option<Suffix>)>,
    suffix: Option<Suffix>,
    number: Option<&'t str>,
    street: Option<Box<StreetAddress>>,
    unit: Option<String>,
    locality: Option<Box<(String, String)>>,
}

/// More words or marks than an index can number.
#[derive(Debug, Clone, Copy)]
pub(super) struct TooMany(pub(super) &'static str);

impl From<TooManyWords> for TooMany {
    fn from(_: TooManyWords) -> Self {
        Self("bytes of names")
    }
}

impl Normals {
    pub(super) fn of(rows: &[Row], previous: &[Previous], texts: &Pool) -> Result<(Self, Vocabularies), TooMany> {
        let roles = roles(rows, previous, texts.len());
        let normals: Vec<Normal<'_>> = roles
            .par_iter()
            .enumerate()
            .with_min_len(CHUNK / 64)
            .map(|(text, roles)| normal(u32::try_from(text).unwrap_or(0), *roles, texts))
            .collect();
        let pairs = pairs_to_read_together(rows, previous, texts);
        let read: Vec<(Pair, StreetAddress)> = pairs
            .into_par_iter()
            .with_min_len(64)
            .map(|(number, street)| ((number, street), read_street(texts.text(number), texts.text(street))))
            .collect();
        Self::numbered(&normals, &read)
    }

    /// From what each text is, and what pairs of texts are.
    fn numbered(normals: &[Normal<'_>], read: &[(Pair, StreetAddress)]) -> Result<(Self, Vocabularies), TooMany> {
        let mut words: [Vec<&str>; 4] = Default::default();
        let [names, streets, numbers, places] = &mut words;
        let mut marks: Vec<&str> = vec![""];
        let mut street_words = |address: &'_ StreetAddress| {
            for mark in [address.pre, address.street_type, address.post] {
                if !marks.contains(&mark) {
                    marks.push(mark);
                }
            }
        };
        for normal in normals {
            if let Some((whole, word)) = &normal.first {
                names.extend([whole.as_ref(), word.as_ref()]);
            }
            names.extend(normal.middle.as_deref());
            if let Some((surname, _)) = &normal.last {
                names.push(surname.whole());
                names.extend(surname.halves().map(|(head, tail)| [head, tail]).into_iter().flatten());
            }
            numbers.extend(normal.number.iter().copied().chain(normal.unit.as_deref()));
            if let Some(address) = &normal.street {
                streets.push(&address.street);
                numbers.push(&address.unit);
                street_words(address);
            }
            places.extend(normal.locality.iter().flat_map(|locality| [locality.0.as_str(), locality.1.as_str()]));
        }
        for (_, address) in read {
            streets.push(&address.street);
            numbers.extend([address.number.as_str(), address.unit.as_str()]);
            street_words(address);
        }
        marks.sort_unstable();
        if marks.len() > usize::from(u8::MAX) {
            return Err(TooMany("street types and directions"));
        }
        let [names, streets, numbers, places] = words;
        let ((names, streets), (numbers, places)) = rayon::join(
            || (Words::of(names, true), Words::of(streets, true)),
            || (Words::of(numbers, false), Words::of(places, false)),
        );
        let words = Vocabularies { names: names?, streets: streets?, numbers: numbers?, places: places? };
        let mut all = Self {
            name_facts: vec![NameFacts::default(); words.names.ends.len()],
            localities: Vec::new(),
            marks: marks.iter().map(|mark| (*mark).to_owned()).collect(),
            given: Vec::new(),
            middle: Vec::new(),
            surname: Vec::new(),
            suffix: Vec::new(),
            number: Vec::new(),
            street: HashMap::new(),
            unit: Vec::new(),
            locality: Vec::new(),
            read_together: HashMap::new(),
        };
        all.fill(&words, normals, read);
        Ok((all, words))
    }

    /// Numbers everything by the words. All texts are looked up on all cores.
    fn fill(&mut self, words: &Vocabularies, normals: &[Normal<'_>], read: &[(Pair, StreetAddress)]) {
        let (names, streets) = (words.names.view(), words.streets.view());
        let (numbers, places) = (words.numbers.view(), words.places.view());
        let name = |word: &str| names.number(word).unwrap_or(0);
        let number = |word: &str| numbers.number(word).unwrap_or(0);
        let place = |(zip, city): &(String, String)| [zip, city].map(|word| places.number(word).unwrap_or(0));
        let each = || normals.par_iter().with_min_len(CHUNK / 64);
        each()
            .map(|normal| normal.first.as_ref().map_or([0; 2], |(whole, word)| [name(whole), name(word)]))
            .collect_into_vec(&mut self.given);
        each().map(|normal| normal.middle.as_deref().map_or(0, name)).collect_into_vec(&mut self.middle);
        each()
            .map(|normal| {
                normal.last.as_ref().map_or((0, 0), |(last, suffix)| (name(last.whole()), suffix_code(*suffix)))
            })
            .collect_into_vec(&mut self.surname);
        let halves: Vec<(u32, [u32; 2])> = each()
            .zip(&self.surname)
            .filter_map(|(normal, (whole, _))| {
                let (head, tail) = normal.last.as_ref()?.0.halves()?;
                Some((*whole, [name(head), name(tail)]))
            })
            .collect();
        for (whole, halves) in halves {
            // One joined name may be taken apart in two ways; which one stands must not depend on the rows' order.
            let facts = &mut self.name_facts[whole as usize];
            facts.halves = if facts.halves == [0, 0] { halves } else { facts.halves.min(halves) };
        }
        each().map(|normal| suffix_code(normal.suffix)).collect_into_vec(&mut self.suffix);
        each().map(|normal| normal.number.map_or(0, number)).collect_into_vec(&mut self.number);
        each().map(|normal| normal.unit.as_deref().map_or(0, number)).collect_into_vec(&mut self.unit);
        let mut localities: Vec<[u32; 2]> =
            normals.iter().filter_map(|normal| normal.locality.as_deref()).map(place).chain([[0, 0]]).collect();
        localities.sort_unstable();
        localities.dedup();
        let locality = |normal: &Normal<'_>| {
            let found = localities.binary_search(&place(normal.locality.as_deref()?));
            found.ok().and_then(|at| u32::try_from(at).ok())
        };
        each().map(|normal| locality(normal).unwrap_or(0)).collect_into_vec(&mut self.locality);
        let mark = |mark: &str| {
            let at = self.marks.binary_search_by(|known| known.as_str().cmp(mark));
            at.ok().and_then(|at| u8::try_from(at).ok()).unwrap_or(0)
        };
        let place_of = |address: &StreetAddress| Place {
            street: streets.number(&address.street).unwrap_or(0),
            number: number(&address.number),
            unit: number(&address.unit),
            locality: 0,
            pre: mark(address.pre),
            street_type: mark(address.street_type),
            post: mark(address.post),
            has_fraction: u8::from(!address.fraction.is_empty()),
        };
        let streets = (0_u32..).zip(normals);
        let streets: HashMap<u32, Place> =
            streets.filter_map(|(text, normal)| Some((text, place_of(normal.street.as_deref()?)))).collect();
        let read_together = read.iter().map(|(pair, address)| (*pair, place_of(address))).collect();
        (self.street, self.read_together) = (streets, read_together);
        self.localities = localities.into_iter().map(|[zip, city]| Locality { zip, city, voters: 0 }).collect();
    }

    /// The voter's normal form.
    pub(super) fn form(&self, row: &Row) -> Form {
        let [first, middle, last, suffix] = row.name.map(|text| text.get() as usize);
        let [given_whole, given] = self.given[first];
        let (surname, suffix_in_surname) = self.surname[last];
        let suffix = self.suffix[suffix];
        Form {
            given,
            given_whole,
            middle: self.middle[middle],
            surname,
            place: self.place(row.address),
            previous: row.previous.get(),
            suffix: if suffix == 0 { suffix_in_surname } else { suffix },
            status: row.status,
            has_halves: u8::from(self.name_facts[surname as usize].halves != [0, 0]),
            spare: 0,
        }
    }

    /// An address's normal form.
    pub(super) fn place(&self, address: [U32; 4]) -> Place {
        let [number_text, street_text, unit, locality] = address.map(U32::get);
        let number = self.number[number_text as usize];
        let mut place = if number > 0 {
            let place = self.street.get(&street_text).copied().unwrap_or_default();
            Place { number, ..place }
        } else {
            self.read_together.get(&(number_text, street_text)).copied().unwrap_or_default()
        };
        if unit > 0 {
            place.unit = self.unit[unit as usize];
        }
        place.locality = self.locality[locality as usize];
        place
    }
}

/// For each text what it is used for.
fn roles(rows: &[Row], previous: &[Previous], texts: usize) -> Vec<u8> {
    let of_rows = |rows: &[Row]| {
        let mut roles = vec![0_u8; texts];
        for row in rows {
            for (text, role) in row.name.iter().zip(role::NAMES).chain(row.address.iter().zip(role::ADDRESS)) {
                roles[text.get() as usize] |= role;
            }
        }
        roles
    };
    let share = rows.len().div_ceil(rayon::current_num_threads()).max(CHUNK);
    let both = |mut roles: Vec<u8>, more: Vec<u8>| {
        roles.iter_mut().zip(more).for_each(|(roles, more)| *roles |= more);
        roles
    };
    let mut roles = rows.par_chunks(share).map(of_rows).reduce(|| vec![0; texts], both);
    for address in previous.iter().map(|previous| previous.address) {
        for (text, role) in address.iter().zip(role::ADDRESS) {
            roles[text.get() as usize] |= role;
        }
    }
    roles
}

fn is_plain_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The different pairs of house number and street whose number is not just digits.
fn pairs_to_read_together(rows: &[Row], previous: &[Previous], texts: &Pool) -> Vec<Pair> {
    let addresses = rows.par_iter().map(|row| row.address).chain(previous.par_iter().map(|previous| previous.address));
    let pairs = addresses
        .with_min_len(CHUNK)
        .fold(HashSet::new, |mut pairs, address| {
            let (number, street) = (address[0].get(), address[1].get());
            if (number > 0 || street > 0) && !is_plain_number(texts.text(number)) {
                pairs.insert((number, street));
            }
            pairs
        })
        .reduce(HashSet::new, |mut all, more| {
            all.extend(more);
            all
        });
    pairs.into_iter().collect()
}

fn normal(number: u32, roles: u8, texts: &Pool) -> Normal<'_> {
    let text = texts.text(number);
    let has = |role: u8| roles & role != 0 && !text.is_empty();
    let mut normal = Normal::default();
    if has(role::FIRST) {
        let name = VoterName::of(&VoterRecord { first: text, ..VoterRecord::EMPTY });
        normal.first = Some((name.first, name.first_word));
    }
    if has(role::MIDDLE) {
        normal.middle = Some(VoterName::of(&VoterRecord { middle: text, ..VoterRecord::EMPTY }).middle);
    }
    if has(role::LAST) {
        let name = VoterName::of(&VoterRecord { last: text, ..VoterRecord::EMPTY });
        normal.last = Some((name.last, name.suffix));
    }
    if has(role::SUFFIX) {
        normal.suffix = VoterName::of(&VoterRecord { suffix: text, ..VoterRecord::EMPTY }).suffix;
    }
    if has(role::NUMBER) && is_plain_number(text) {
        normal.number = Some(text);
    }
    if has(role::STREET) {
        // What stands for the number in front of it is no house number.
        normal.street = Some(Box::new(StreetAddress { number: String::new(), ..read_street("1", text) }));
    }
    if has(role::UNIT) {
        normal.unit = Some(StreetAddress::from_columns(&Address { unit: text, ..Address::default() }).unit);
    }
    if has(role::LOCALITY) {
        let (zip, city) = text.split_once(SEPARATOR).unwrap_or((text, ""));
        let address = StreetAddress::from_columns(&Address { city, zip, ..Address::default() });
        normal.locality = Some(Box::new((address.zip, address.city)));
    }
    normal
}

fn read_street(house_number: &str, street: &str) -> StreetAddress {
    let mut parts = street.split(SEPARATOR);
    let mut part = || parts.next().unwrap_or("");
    let (street_pre, street, street_type, street_post) = (part(), part(), part(), part());
    StreetAddress::from_columns(&Address {
        house_number,
        street_pre,
        street,
        street_type,
        street_post,
        ..Address::default()
    })
}
