//! Addresses: what a signer wrote on one line and what the roll holds in columns, taken apart by the same rules.

use super::{
    street::{direction, ordinal_digits, push_name_word, street_type, unit_word},
    text::{fold, fold_into, joined},
};
use crate::{Address, VoterRecord};

/// A residence address in parts, each in its one spelling; a part that is not there is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreetAddress {
    /// House number: digits, with a hyphen where one is written (12-34).
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
    /// City or community, letters only.
    pub city: String,
    /// First five digits of the postal code, or what there is of them.
    pub zip: String,
    /// Whether a post-office box is written, beside the street or in its place.
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
        Self {
            current: StreetAddress::from_columns(current),
            previous: previous.map(StreetAddress::from_columns),
        }
    }
}

impl StreetAddress {
    /// Takes a written address apart. City and postal code come from their own fields or, where those are empty, from
    /// the end of the line.
    pub fn parse_line(line: &str, city: &str, zip: &str) -> Self {
        let folded = fold(line);
        let mut address = Self::default();
        address.take_apart(&mut folded.split_ascii_whitespace().collect());
        if let Some(city) = Some(letters(city)).filter(|city| !city.is_empty()) {
            address.city = city;
        }
        if let Some(zip) = Some(zip_digits(zip)).filter(|zip| !zip.is_empty()) {
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
        let mut address = Self::default();
        address.take_apart(&mut line.split_ascii_whitespace().collect());
        if !columns.unit.is_empty() {
            let folded = fold(columns.unit);
            address.unit = unit_identifier(&folded.split_ascii_whitespace().collect::<Vec<_>>());
        }
        address.city = letters(columns.city);
        address.zip = zip_digits(columns.zip);
        address
    }

    /// Whether a street is written, so that the address can be compared at all.
    pub fn has_street(&self) -> bool {
        !self.street.is_empty()
    }

    fn take_apart(&mut self, words: &mut Vec<&str>) {
        self.take_po_box(words);
        self.take_zip_and_state(words);
        self.take_number(words);
        self.take_unit(words);
        if let Some(comma) = words.iter().skip(1).position(|word| *word == ",").map(|at| at + 1) {
            self.city = words[comma..].concat().replace([',', '-', '/'], "");
            words.truncate(comma);
        }
        words.retain(|word| !matches!(*word, "," | "#" | "-" | "/"));
        if let [.., north @ ("N" | "S"), east @ ("E" | "W")] = words.as_slice() {
            // N.W. after the name has lost its points.
            let both = match (*north, *east) {
                ("N", "E") => "NE",
                ("N", _) => "NW",
                (_, "E") => "SE",
                _ => "SW",
            };
            words.truncate(words.len() - 2);
            words.push(both);
        }
        self.take_street(words);
    }

    /// PO BOX 5, P O BOX 5, POB 5, POST OFFICE BOX 5, and BOX 5 at the start.
    fn take_po_box(&mut self, words: &mut Vec<&str>) {
        for start in 0..words.len() {
            let rest = &words[start..];
            let length = match rest {
                ["PO" | "POBOX" | "POB", "BOX", ..] | ["P", "OBOX", ..] => 2,
                ["P", "O", "BOX", ..] | ["POST", "OFFICE", "BOX", ..] => 3,
                ["POBOX" | "POB", ..] => 1,
                ["BOX", number, ..] if start == 0 && starts_with_digit(number) => 1,
                _ => continue,
            };
            let mut numbers = rest[length..].iter().skip_while(|word| **word == "#");
            let skipped = rest[length..].iter().take_while(|word| **word == "#").count();
            let number = usize::from(numbers.next().is_some_and(|word| starts_with_digit(word)));
            self.po_box = true;
            words.drain(start..start + length + skipped + number);
            return;
        }
    }

    fn take_zip_and_state(&mut self, words: &mut Vec<&str>) {
        let is_zip = |word: &str| {
            let digits = word.split('-').next().unwrap_or_default();
            digits.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        };
        // At least a number, a street and one more word stand before a postal code; 91101 alone is a house number.
        if words.len() > 3
            && let Some(last) = words.last().copied().filter(|word| is_zip(word))
            && !words[words.len() - 2].starts_with('#')
            && unit_word(words[words.len() - 2]).is_none()
        {
            self.zip = zip_digits(last);
            words.pop();
            if words.last().is_some_and(|word| is_state(word)) {
                words.pop();
            }
        } else if let [.., ",", state] = words.as_slice()
            && is_state(state)
        {
            words.truncate(words.len() - 2);
        }
    }

    fn take_number(&mut self, words: &mut Vec<&str>) {
        while words.first().is_some_and(|word| matches!(*word, "," | "#")) {
            words.remove(0);
        }
        let Some(first) = words.first().copied().filter(|word| starts_with_digit(word)) else { return };
        if ordinal_digits(first).is_some() {
            return;
        }
        let digits = first.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'-').count();
        let (number, letter) = first.split_at(digits);
        number.trim_matches('-').clone_into(&mut self.number);
        letter.clone_into(&mut self.fraction);
        words.remove(0);
        if let Some(fraction) = words.first().copied().filter(|word| starts_with_digit(word) && word.contains('/')) {
            fraction.clone_into(&mut self.fraction);
            words.remove(0);
        }
    }

    /// A unit stands after the street's name: behind a number sign or a designator, or glued to it (APT5).
    fn take_unit(&mut self, words: &mut Vec<&str>) {
        for start in 1..words.len() {
            let word = words[start];
            let next = words[start + 1..].iter().find(|word| **word != "#").copied();
            let identifier_follows = next.is_some_and(|next| starts_with_digit(next) || next.len() == 1);
            let announced = match unit_word(word) {
                _ if word == "#" => true,
                Some(true) => identifier_follows || (next.is_none() && matches!(word, "APT" | "UNIT" | "STE")),
                Some(false) => start + 1 == words.len() || words[start + 1] == ",",
                None => is_glued_unit(word),
            };
            if !announced {
                continue;
            }
            let end = words[start..].iter().position(|word| *word == ",").map_or(words.len(), |at| start + at);
            // One identifier, and whatever further designators and identifiers follow it: BLDG 2 APT 5.
            let mut stop = start;
            while stop < end {
                let word = words[stop];
                let belongs = word == "#"
                    || unit_word(word).is_some()
                    || is_identifier(word)
                    || is_glued_unit(word)
                    || stop == start;
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

    fn take_street(&mut self, words: &mut Vec<&str>) {
        let is_type = |word: &str| street_type(word).is_some_and(|found| found.can_be_omitted);
        // A unit or a city may follow the type without any mark: 123 MAIN ST 5, 123 MAIN ST PASADENA.
        if let Some(at) = words.iter().rposition(|word| is_type(word)).filter(|at| (1..words.len() - 1).contains(at)) {
            let tail = &words[at + 1..];
            let name_before = at > 1 || direction(words[0]).is_none();
            match tail {
                [unit] if name_before && is_identifier(unit) && direction(unit).is_none() => {
                    if self.unit.is_empty() {
                        unit_identifier(tail).clone_into(&mut self.unit);
                    }
                    words.truncate(at + 1);
                }
                [.., last] if name_before && last.len() > 3 && tail.iter().all(|word| is_alphabetic(word)) => {
                    let directions = usize::from(tail.len() > 1 && direction(tail[0]).is_some_and(|d| d.len() == 1));
                    if direction(last).is_none() {
                        if self.city.is_empty() {
                            self.city = tail[directions..].concat();
                        }
                        words.truncate(at + 1 + directions);
                    }
                }
                _ => {}
            }
        }
        let mut name = words.as_slice();
        if let [rest @ .., last] = name
            && let Some(found) = direction(last)
            && rest.len() > usize::from(direction(rest.first().unwrap_or(&"")).is_some())
            && !(rest.len() == 1 && is_type(rest[0]))
        {
            self.post = found;
            name = rest;
        }
        if let [rest @ .., last] = name
            && !rest.is_empty()
            && let Some(found) = street_type(last).filter(|found| found.can_be_omitted)
        {
            self.street_type = found.short;
            name = rest;
        }
        if let [first, rest @ ..] = name
            && !rest.is_empty()
            && let Some(found) = direction(first)
        {
            self.pre = found;
            name = rest;
        }
        for word in name.iter().flat_map(|word| word.split(['-', '/'])) {
            push_name_word(word, &mut self.street);
        }
    }
}

fn starts_with_digit(word: &str) -> bool {
    word.as_bytes().first().is_some_and(u8::is_ascii_digit)
}

fn is_alphabetic(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_identifier(word: &str) -> bool {
    word.len() == 1 || word.bytes().any(|byte| byte.is_ascii_digit()) && ordinal_digits(word).is_none()
}

/// APT5 or UNIT12: a designator and digits without a space.
fn is_glued_unit(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    letters > 2
        && letters < word.len()
        && starts_with_digit(&word[letters..])
        && unit_word(&word[..letters]) == Some(true)
}

/// The identifiers among a unit's words, without designators; the designator itself where it stands alone (REAR).
fn unit_identifier(words: &[&str]) -> String {
    let mut identifier = String::new();
    for word in words {
        if is_glued_unit(word) {
            identifier.push_str(word.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()));
        } else if unit_word(word).is_none() || word.len() == 1 {
            identifier.extend(word.chars().filter(char::is_ascii_alphanumeric));
        }
    }
    if identifier.is_empty() {
        identifier = words.iter().filter(|word| unit_word(word) == Some(false)).copied().collect();
    }
    let significant = identifier.trim_start_matches('0');
    if significant.is_empty() { identifier } else { significant.to_owned() }
}

fn letters(text: &str) -> String {
    let mut letters = joined(text).into_owned();
    letters.retain(|letter| letter.is_ascii_alphabetic());
    letters
}

fn zip_digits(text: &str) -> String {
    text.bytes().take_while(|byte| *byte != b'-').filter(u8::is_ascii_digit).take(5).map(char::from).collect()
}

fn is_state(word: &str) -> bool {
    const STATES: &str = "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM \
                          NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY";
    word.len() == 2 && STATES.split_ascii_whitespace().any(|state| state == word) || word == "CALIF"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> StreetAddress {
        StreetAddress::parse_line(text, "", "")
    }

    /// number, fraction, pre, street, type, post, unit
    fn parts(text: &str) -> [String; 7] {
        let a = line(text);
        [a.number, a.fraction, a.pre.into(), a.street, a.street_type.into(), a.post.into(), a.unit]
    }

    #[test]
    fn written_addresses_come_apart() {
        for (text, expected) in [
            ("3325 W Kirkland Ln, Apt. 205", ["3325", "", "W", "KIRKLAND", "LN", "", "205"]),
            ("2922 ROWANFIELD #6", ["2922", "", "", "ROWANFIELD", "", "", "6"]),
            ("10779 East 216th St", ["10779", "", "E", "216", "ST", "", ""]),
            ("14512 Twelfth Street N.W. Unit B", ["14512", "", "", "12", "ST", "NW", "B"]),
            ("123 1/2 Main St", ["123", "1/2", "", "MAIN", "ST", "", ""]),
            ("123½ Main St", ["123", "1/2", "", "MAIN", "ST", "", ""]),
            ("123A Main St 5", ["123", "A", "", "MAIN", "ST", "", "5"]),
            ("12-34 Bell Blvd", ["12-34", "", "", "BELL", "BLVD", "", ""]),
            ("40250 Avenue S", ["40250", "", "", "AVENUES", "", "", ""]),
            ("550 Los Tierra Dr.", ["550", "", "", "LOSTIERRA", "DR", "", ""]),
            ("1200 Mountain Vw Ave", ["1200", "", "", "MOUNTAINVIEW", "AVE", "", ""]),
            ("1200 N St Andrews Pl", ["1200", "", "N", "STREETANDREWS", "PL", "", ""]),
            ("1234 Hwy 49", ["1234", "", "", "HIGHWAY49", "", "", ""]),
            ("77 North St", ["77", "", "", "NORTH", "ST", "", ""]),
            ("8 Bldg 2 Rd Apt5", ["8", "", "", "BLDG2", "RD", "", "5"]),
            ("900 Elm Rd Bldg 2 Apt 05", ["900", "", "", "ELM", "RD", "", "205"]),
            ("900 Elm Rd rear", ["900", "", "", "ELM", "RD", "", "REAR"]),
            ("900 Front St", ["900", "", "", "FRONT", "ST", "", ""]),
            ("5th Ave", ["", "", "", "5", "AVE", "", ""]),
            ("", ["", "", "", "", "", "", ""]),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn city_and_postal_code_at_the_end_of_the_line() {
        for text in ["123 Main St Apt 4, Pasadena, CA 91101-2233", "123 Main St Apt 4 Pasadena CA 91101"] {
            let address = line(text);
            assert_eq!(
                (address.city.as_str(), address.zip.as_str(), address.unit.as_str()),
                ("PASADENA", "91101", "4")
            );
        }
        let address = line("123 Main St South Gate");
        assert_eq!((address.street.as_str(), address.city.as_str()), ("MAIN", "GATE"));
        let address = StreetAddress::parse_line("123 Main St, Pasadena", "La Cañada", "91011-0001");
        assert_eq!((address.city.as_str(), address.zip.as_str()), ("LACANADA", "91011"));
    }

    #[test]
    fn a_box_is_no_street() {
        for text in ["PO Box 17813", "P.O. Box 17813", "P O BOX #9", "POB 12", "Post Office Box 5", "Box 5"] {
            assert!(line(text).po_box && !line(text).has_street(), "{text}");
        }
        let both = line("12 Boxwood Ln, PO Box 5");
        assert!(both.po_box && both.street == "BOXWOOD");
        assert!(!line("12 Box Canyon Rd").po_box);
    }

    #[test]
    fn columns_come_out_as_the_line_does() {
        let columns = Address {
            house_number: "4070",
            street_pre: "W",
            street: "REDWOOD HICKORY",
            street_type: "ST",
            street_post: "",
            unit: "APT 8",
            city: "Pasadena",
            zip: "91103-1234",
        };
        let written = StreetAddress::parse_line("4070 West Redwood Hickory Street # 8", "PASADENA", "91103");
        assert_eq!(StreetAddress::from_columns(&columns), written);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_taken_apart_without_panic(text in "\\PC{0,60}", words in "([0-9#,½A-D]{1,3} |PO BOX |APT |ST |N ){0,9}") {
            line(&text);
            line(&words);
        }
    }
}
