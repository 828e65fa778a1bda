//! Addresses: what a signer wrote on one line and what the roll holds in columns, taken apart by the same rules.

mod street_part;

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::{
    city::{city_name, is_city},
    street::{Word, cue, ordinal_digits},
    text::{fold, fold_into, rows},
    unit::{announces_unit, glued_identifier, is_alphabetic, is_identifier, starts_with_digit, unit_identifier},
};
use crate::{Address, VoterRecord};

/// A residence address in parts, each in its one spelling; a part that is not there is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreetAddress {
    /// House number: digits, with a hyphen where one is written (12-34). On a rural route, the number of the box.
    pub number: String,
    /// Fraction or letter of the house number: `1/2`, `A`.
    pub fraction: String,
    /// Direction before the name: N, S, E, W, NE, NW, SE, SW.
    pub pre: &'static str,
    /// The street's name without type and directions, letters and digits only.
    pub street: String,
    /// Postal abbreviation of the street's type: ST, AVE, BLVD.
    pub street_type: &'static str,
    /// Direction after the name.
    pub post: &'static str,
    /// The unit's identifier without its designator: APT 5, # 5 and UNIT 5 are all `5`.
    pub unit: String,
    /// City or community, letters only, abbreviated words written out.
    pub city: String,
    /// First five digits of the postal code, or what there is of them.
    pub zip: String,
    /// Whether a post-office box or a military one is written, beside the street or in its place.
    pub po_box: bool,
}

/// The addresses of a voter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VoterAddress {
    /// The residence in force.
    pub current: StreetAddress,
    /// The one before, if the roll holds it.
    pub previous: Option<StreetAddress>,
}

impl VoterAddress {
    /// The addresses in a voter's record.
    pub fn of(voter: &VoterRecord<'_>) -> Self {
        Self::from_columns(&voter.address, voter.previous.as_ref())
    }

    /// A present and a previous address that a roll holds in columns.
    pub fn from_columns(current: &Address<'_>, previous: Option<&Address<'_>>) -> Self {
        Self { current: StreetAddress::from_columns(current), previous: previous.map(StreetAddress::from_columns) }
    }
}

const STREET_NAMES: &str = include_str!("../../data/street_names.csv");

/// Streets with several names: each by its normal form, with the form kept and its type.
static OTHER_NAMES: LazyLock<HashMap<String, (String, &'static str)>> = LazyLock::new(|| {
    let parts = |name: &str| {
        let mut address = StreetAddress::default();
        address.take_street(&mut name.split(' ').map(Word::of).collect());
        (address.street, address.street_type)
    };
    let mut names = HashMap::new();
    for row in rows(STREET_NAMES) {
        let kept = parts(row[0]);
        names.extend(row.iter().map(|name| (parts(name).0, kept.clone())));
    }
    names
});

impl StreetAddress {
    /// Takes a written address apart. City and postal code come from their own fields or, where those are empty, from
    /// the end of the line.
    pub fn parse_line(line: &str, city: &str, zip: &str) -> Self {
        let folded = fold(line);
        let mut address = Self::default();
        address.take_apart(&mut words_of(&folded));
        let city_name = city_name(city);
        if !city_name.is_empty() {
            address.city = city_name;
        }
        let mut zip = zip_digits(zip);
        if zip.is_empty()
            && let Some(behind_city) = city.split_ascii_whitespace().next_back().filter(|word| is_zip(word))
        {
            zip = zip_digits(behind_city);
        }
        if !zip.is_empty() {
            address.zip = zip;
        }
        address
    }

    /// The same for an address that a roll holds in columns.
    pub fn from_columns(columns: &Address<'_>) -> Self {
        let mut line = String::with_capacity(48);
        for part in [columns.house_number, columns.street_pre, columns.street, columns.street_type, columns.street_post]
        {
            if !part.is_empty() {
                fold_into(part, &mut line);
                line.push(' ');
            }
        }
        let unit = line.len();
        fold_into(columns.unit, &mut line);
        let mut address = Self::default();
        let mut words = words_of(&line[..unit]);
        address.take_apart(&mut words);
        if !columns.unit.is_empty() {
            words.clear();
            push_words(&line[unit..], &mut words);
            address.unit = unit_identifier(&words);
        }
        address.city = city_name(columns.city);
        address.zip = zip_digits(columns.zip);
        address
    }

    /// Whether a street is written, so that the address can be compared at all.
    pub fn has_street(&self) -> bool {
        !self.street.is_empty()
    }

    fn take_apart(&mut self, words: &mut Vec<Word<'_>>) {
        let cues = words.iter().fold(0, |cues, word| cues | word.meaning.cues);
        self.take_zip_and_state(words);
        if cues & cue::CARE != 0 {
            drop_care_of(words);
        }
        if cues & cue::BOX != 0 {
            self.take_boxes(words);
        }
        self.take_number(words);
        self.take_unit(words);
        if cues & cue::MARK != 0 {
            self.take_what_follows_commas(words);
            words.retain(|word| !matches!(word.text, "," | "#"));
        }
        if let [.., north, east] = words.as_slice() {
            // N.W. after the name has lost its points.
            let both = match (north.text, east.text) {
                ("N", "E") => "NE",
                ("N", "W") => "NW",
                ("S", "E") => "SE",
                ("S", "W") => "SW",
                _ => "",
            };
            if !both.is_empty() {
                words.truncate(words.len() - 2);
                words.push(Word::of(both));
            }
        }
        if self.street.is_empty() {
            self.take_city_at_the_end(words);
            self.take_street(words);
            if let Some((street, street_type)) = OTHER_NAMES.get(&self.street) {
                self.street.clone_from(street);
                if self.street_type.is_empty() {
                    self.street_type = street_type;
                }
            }
        }
    }

    /// PO BOX 5, P O BOX 5, POB 5, POST OFFICE BOX 5, and BOX 5 at the start; PSC 3 BOX 5 and UNIT 3 BOX 5 APO of the
    /// forces; and RR 3 BOX 5, which is a residence: box 5 on route RR3.
    fn take_boxes(&mut self, words: &mut Vec<Word<'_>>) {
        let texts: Vec<&str> = words.iter().map(|word| word.text).collect();
        let military = texts.iter().position(|text| matches!(*text, "APO" | "FPO" | "DPO"));
        if let Some(at) = military {
            self.po_box = true;
            words.truncate(at.min(texts.iter().position(|text| matches!(*text, "UNIT" | "PSC" | "CMR")).unwrap_or(at)));
            return;
        }
        for start in 0..texts.len() {
            let rest = &texts[start..];
            let (route, length) = match rest {
                ["PO" | "POBOX" | "POB", "BOX" | "BX" | "DRAWER", ..] | ["P", "OBOX", ..] | ["PO", "B", ..] => ("", 2),
                ["P", "O", "BOX" | "BX" | "DRAWER" | "B", ..] | ["POST", "OFFICE", "BOX", ..] => ("", 3),
                ["POBOX" | "POB" | "BOX", ..] if length_of_number(rest, 1) > 0 && (start == 0 || rest[0] != "BOX") => {
                    ("", 1)
                }
                ["PSC" | "CMR", number, "BOX", ..] if starts_with_digit(number) => ("", 3),
                ["RR" | "RFD", number, "BOX", ..] | ["R", "R", number, "BOX", ..] if starts_with_digit(number) => {
                    ("RR", 0)
                }
                ["RURAL", "ROUTE" | "RTE" | "RT", number, "BOX", ..] | ["ROUTE" | "RTE" | "RT", number, "BOX", ..]
                    if starts_with_digit(number) =>
                {
                    ("RR", 0)
                }
                ["HC" | "HCR", number, "BOX", ..] if starts_with_digit(number) => ("HC", 0),
                ["STAR", "ROUTE" | "RTE" | "RT", number, "BOX", ..] if starts_with_digit(number) => ("HC", 0),
                [glued, ..] if glued.len() > 5 && glued.starts_with("POBOX") && starts_with_digit(&glued[5..]) => {
                    ("", 1)
                }
                _ => continue,
            };
            if !route.is_empty() {
                let Some(at_box) = rest.iter().position(|text| *text == "BOX") else { continue };
                let Some(number) = rest.get(at_box + 1).filter(|number| starts_with_digit(number)) else { continue };
                self.street = format!("{route}{}", rest[at_box - 1].trim_start_matches('0'));
                (*number).clone_into(&mut self.number);
                words.drain(start..start + at_box + 2);
                return;
            }
            self.po_box = true;
            words.drain(start..start + length + length_of_number(rest, length));
            return;
        }
    }

    fn take_zip_and_state(&mut self, words: &mut Vec<Word<'_>>) {
        // At least a number, a street and one more word stand before a postal code; 91101 alone is a house number.
        if words.len() > 3
            && let Some(last) = words.last().filter(|word| is_zip(word.text))
            && words[words.len() - 2].text != "#"
            && words[words.len() - 2].meaning.unit.is_none_or(|_| words[words.len() - 2].meaning.is_state)
        {
            self.zip = zip_digits(last.text);
            words.pop();
            if words.last().is_some_and(|word| word.meaning.is_state) {
                words.pop();
            }
        } else if let [.., comma, state] = words.as_slice()
            && comma.text == ","
            && state.meaning.is_state
        {
            words.truncate(words.len() - 2);
        } else if words.len() > 3 && words.last().is_some_and(|word| matches!(word.text, "CALIF" | "CALIFORNIA" | "CA"))
        {
            // Without a comma the state is one only behind a city.
            let before = &words[..words.len() - 1];
            if city_at_the_end(before).is_some() {
                words.pop();
            }
        }
    }

    fn take_number(&mut self, words: &mut Vec<Word<'_>>) {
        if !self.number.is_empty() {
            return;
        }
        let marks = words.iter().take_while(|word| matches!(word.text, "," | "#")).count();
        words.drain(..marks);
        if let [no, number, ..] = words.as_slice()
            && matches!(no.text, "NO" | "NUM" | "NUMBER" | "NBR")
            && starts_with_digit(number.text)
            && ordinal_digits(number.text).is_none()
        {
            words.remove(0);
        }
        let Some(first) = words.first().map(|word| word.text) else { return };
        if is_grid_number(first) {
            first.clone_into(&mut self.number);
            words.remove(0);
            return;
        }
        if !starts_with_digit(first) || ordinal_digits(first).is_some() {
            return;
        }
        let mut used = 1;
        let digits = first.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'-').count();
        let (mut number, mut letter) = first.split_at(digits);
        if letter.starts_with('/') {
            // 123-1/2 is number and fraction; 1/2 alone stays what it is.
            (number, letter) =
                number.rsplit_once('-').map_or((first, ""), |(whole, _)| (whole, &first[whole.len() + 1..]));
        }
        self.number.push_str(number.trim_matches('-'));
        if let [_, comma, thousands, ..] = words.as_slice()
            && comma.text == ","
            && thousands.text.len() == 3
            && number.len() <= 3
            && letter.is_empty()
            && thousands.text.bytes().all(|byte| byte.is_ascii_digit())
        {
            // 12,345 with the comma of thousands.
            self.number.push_str(thousands.text);
            used = 3;
        }
        if self.number.len() > 1 && self.number.starts_with('0') {
            let significant = self.number.trim_start_matches('0').len().max(1);
            self.number.drain(..self.number.len() - significant);
        }
        self.fraction.extend(letter.chars().filter(|letter| *letter != '-'));
        if let Some(next) = words.get(used).map(|word| word.text) {
            let rest = &words[used + 1..];
            if starts_with_digit(next) && next.contains('/') {
                next.clone_into(&mut self.fraction);
                used += 1;
            } else if self.fraction.is_empty() && next == "HALF" && rest.len() > 1 {
                self.fraction.push_str("1/2");
                used += 1;
            } else if self.fraction.is_empty() && is_letter_of_number(next, rest) {
                next.clone_into(&mut self.fraction);
                used += 1;
            }
        }
        words.drain(..used);
    }

    /// A unit stands after the street's name: behind a number sign or a designator, or glued to it (APT5).
    fn take_unit(&mut self, words: &mut Vec<Word<'_>>) {
        for start in 1..words.len() {
            if !announces_unit(words, start) {
                continue;
            }
            let end = words[start..].iter().position(|word| word.text == ",").map_or(words.len(), |at| start + at);
            // One identifier, and whatever further designators and identifiers follow it: BLDG 2 APT 5.
            let mut stop = start + 1;
            while stop < end {
                let word = words[stop];
                let belongs = word.text == "#"
                    || word.meaning.unit.is_some()
                    || is_identifier(word.text)
                    || glued_identifier(word.text).is_some();
                if !belongs {
                    break;
                }
                stop += 1;
            }
            self.unit = unit_identifier(&words[start..stop]);
            words.drain(start..stop);
            return;
        }
    }

    /// Behind the first comma stand a unit without designator, if it is one identifier, and the city.
    fn take_what_follows_commas(&mut self, words: &mut Vec<Word<'_>>) {
        let Some(comma) = words.iter().skip(1).position(|word| word.text == ",").map(|at| at + 1) else { return };
        let mut behind = &words[comma + 1..];
        if let [unit, rest @ ..] = behind
            && rest.first().is_none_or(|next| next.text == ",")
            && is_identifier(unit.text)
        {
            if self.unit.is_empty() {
                self.unit = unit_identifier(&behind[..1]);
            }
            behind = rest;
        }
        let city = city_of(behind);
        if !city.is_empty() {
            self.city = city;
        }
        words.truncate(comma);
    }

    /// A known city behind the street where neither comma nor type parts them: 123 MAIN LOS ANGELES CA 90012.
    fn take_city_at_the_end(&mut self, words: &mut Vec<Word<'_>>) {
        if self.city.is_empty()
            && !self.zip.is_empty()
            && let Some((at, city)) = city_at_the_end(words).filter(|(at, _)| *at > 0)
        {
            self.city = city;
            words.truncate(at);
        }
    }
}

/// The words of a folded address. A hyphen or slash stays within numbers (12-34, 1/2, 5-B) and after a single letter (K-8,
/// C/O); elsewhere it parts two words.
fn words_of(folded: &str) -> Vec<Word<'_>> {
    let mut words = Vec::with_capacity(12);
    push_words(folded, &mut words);
    words
}

fn push_words<'a>(folded: &'a str, words: &mut Vec<Word<'a>>) {
    for piece in folded.split_ascii_whitespace() {
        if piece.bytes().all(|byte| byte != b'-' && byte != b'/') {
            words.push(Word::of(piece));
            continue;
        }
        let piece = piece.trim_matches(['-', '/']);
        let bytes = piece.as_bytes();
        let stays = starts_with_digit(piece)
            || piece == "C/O"
            || bytes.len() > 2 && matches!(bytes[1], b'-') && bytes[2].is_ascii_digit();
        if stays {
            words.push(Word::of(piece));
        } else {
            words.extend(piece.split(['-', '/']).filter(|part| !part.is_empty()).map(Word::of));
        }
    }
}

/// C/O SOMEBODY before the house number, or after the street up to a comma: whose mail it is, not where.
fn drop_care_of(words: &mut Vec<Word<'_>>) {
    let Some(at) = words.iter().position(|word| matches!(word.text, "C/O" | "ATTN" | "CARE")) else { return };
    if words[at].text == "CARE" && words.get(at + 1).is_none_or(|word| word.text != "OF") {
        return;
    }
    let rest = &words[at..];
    let end = rest.iter().skip(1).position(|word| match at {
        0 => starts_with_digit(word.text) || word.text == ",",
        _ => word.text == ",",
    });
    let end = end.map_or(words.len(), |length| at + 1 + length);
    words.drain(at..end);
}

/// How many of the words from `at` on are a number, with the number signs before it.
fn length_of_number(texts: &[&str], at: usize) -> usize {
    let signs = texts[at..].iter().take_while(|text| **text == "#").count();
    let number = texts.get(at + signs).is_some_and(|text| starts_with_digit(text));
    signs + usize::from(number)
}

/// A house number on a grid: N6W23001.
fn is_grid_number(word: &str) -> bool {
    let bytes = word.as_bytes();
    let Some((b'N' | b'S' | b'E' | b'W', rest)) = bytes.split_first() else { return false };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    matches!(&rest[digits..], [b'N' | b'S' | b'E' | b'W', number @ ..]
        if digits > 0 && !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

/// Whether a single letter behind the house number belongs to it: 123 B MAIN ST. Not a direction, and not the name of the
/// street (123 B ST).
fn is_letter_of_number(letter: &str, rest: &[Word<'_>]) -> bool {
    letter.len() == 1
        && letter.bytes().all(|byte| byte.is_ascii_uppercase())
        && !matches!(letter, "N" | "S" | "E" | "W" | "I" | "O" | "U")
        && matches!(rest, [street, kind, ..] if kind.is_type() && street.text.len() > 2 && is_alphabetic(street.text)
            && !street.is_type())
}

/// The last words that are a known city and where it begins, the longest first.
fn city_at_the_end(words: &[Word<'_>]) -> Option<(usize, String)> {
    (1..=words.len().saturating_sub(1).min(4)).rev().find_map(|length| {
        let at = words.len() - length;
        let alphabetic = words[at..].iter().all(|word| is_alphabetic(word.text));
        let city = alphabetic.then(|| city_of(&words[at..]))?;
        (city.len() > 2 && is_city(&city)).then_some((at, city))
    })
}

fn city_of(words: &[Word<'_>]) -> String {
    let mut text = String::with_capacity(24);
    for word in words {
        text.push_str(word.text);
        text.push(' ');
    }
    city_name(&text)
}

fn is_zip(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &word[digits..];
    digits == 5 && (rest.is_empty() || rest.starts_with('-') && rest[1..].bytes().all(|byte| byte.is_ascii_digit()))
        || digits == 9 && rest.is_empty()
}

fn zip_digits(text: &str) -> String {
    if text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    text.bytes().take_while(|byte| *byte != b'-').filter(u8::is_ascii_digit).take(5).map(char::from).collect()
}
