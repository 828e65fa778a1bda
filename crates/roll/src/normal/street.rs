//! The words of an address: street types, directions, unit designators and numbered streets in one spelling each.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::text::rows;

const TYPES: &str = include_str!("../../data/street_types.csv");
const UNITS: &str = include_str!("../../data/unit_designators.csv");
const DIRECTIONS: &str = include_str!("../../data/directions.csv");
const NAME_WORDS: &str = include_str!("../../data/street_words.csv");
const STATES: &str = include_str!("../../data/states.csv");

/// A street suffix in its postal abbreviation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StreetType {
    /// The postal abbreviation.
    pub(super) short: &'static str,
    /// The whole word.
    full: &'static str,
    /// Whether signers leave it out (ST, AVE); otherwise it belongs to the name (CANYON, VISTA).
    pub(super) can_be_omitted: bool,
}

/// What follows a word that announces a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnitKind {
    /// An identifier: APT 5.
    Numbered,
    /// Nothing: REAR.
    Alone,
    /// Either.
    Either,
    /// Either, and the word stays with the identifier: PH 3 is PH3.
    Prefix,
}

/// A word that announces a unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Designator {
    pub(super) kind: UnitKind,
    /// Its one spelling.
    pub(super) short: &'static str,
}

/// A number or a part of one, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Spelled {
    #[default]
    Nothing,
    /// ONE to NINE.
    Ones(u16),
    /// TWENTY to NINETY.
    Tens(u16),
    Hundred,
    /// FIRST, TWENTIETH, TWENTYFIRST.
    Ordinal(u16),
}

/// Everything that a word of an address can mean.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Meaning {
    /// The street type that it spells.
    pub(super) street_type: Option<StreetType>,
    /// The compass direction that it spells.
    pub(super) direction: Option<&'static str>,
    /// The unit that it announces.
    pub(super) unit: Option<Designator>,
    /// Whether it is a state, in one word.
    pub(super) is_state: bool,
    /// What it can be the beginning of, bits of [`cue`].
    pub(super) cues: u8,
    /// Its one spelling within a street's name.
    in_name: Option<&'static str>,
    spelled: Spelled,
}

/// What a word can be the beginning of, so that an address without it is not searched for it.
pub(super) mod cue {
    /// A post-office box or route.
    pub(crate) const BOX: u8 = 1;
    /// Somebody else's name: C/O.
    pub(crate) const CARE: u8 = 2;
    /// A numbered highway.
    pub(crate) const HIGHWAY: u8 = 4;
    /// A comma or number sign.
    pub(crate) const MARK: u8 = 8;
}

const CUES: [(u8, &[&str]); 2] = [
    (cue::BOX, &["BOX", "BX", "PO", "POB", "POBOX", "DRAWER", "OBOX", "APO", "FPO", "DPO", "P"]),
    (
        cue::HIGHWAY,
        &["STATE", "US", "SR", "SH", "CA", "CALIF", "CALIFORNIA", "ST", "U", "CR", "COUNTY", "CO", "INTERSTATE", "I"],
    ),
];

const NOTHING: Meaning = Meaning {
    street_type: None,
    direction: None,
    unit: None,
    is_state: false,
    cues: 0,
    in_name: None,
    spelled: Spelled::Nothing,
};
static UNKNOWN: Meaning = NOTHING;
static MARK: Meaning = Meaning { cues: cue::MARK, ..NOTHING };
static CARE: Meaning = Meaning { cues: cue::CARE, ..NOTHING };
static GLUED: Meaning = Meaning { cues: cue::HIGHWAY | cue::BOX, ..NOTHING };
/// Letters of the longest word with a meaning: SEVENTYSEVENTH.
const LONGEST: usize = 14;

/// A word of an address, folded, with its meaning.
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) meaning: &'static Meaning,
}

impl<'a> Word<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let meaning = match text.as_bytes() {
            [b'A'..=b'Z', ..] if text.len() <= LONGEST => match MEANINGS.get(text) {
                Some(meaning) => meaning,
                None if matches!(text, "C/O" | "ATTN" | "CARE") => &CARE,
                // SR49, POBOX9.
                None if text.as_bytes()[text.len() - 1].is_ascii_digit() => &GLUED,
                None => &UNKNOWN,
            },
            [b',' | b'#'] => &MARK,
            _ => &UNKNOWN,
        };
        Self { text, meaning }
    }

    /// Whether the word is a street type that can stand behind a name.
    pub(super) fn is_type(&self) -> bool {
        self.meaning.street_type.is_some_and(|found| found.can_be_omitted)
    }

    /// Whether the word is a street type with this postal abbreviation.
    pub(super) fn is_short_for(&self, short: &str) -> bool {
        self.meaning.street_type.is_some_and(|found| found.short == short)
    }
}

const ONES: [&str; 9] = ["ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"];
const TENS: [&str; 8] = ["TWENTY", "THIRTY", "FORTY", "FIFTY", "SIXTY", "SEVENTY", "EIGHTY", "NINETY"];
const ORDINALS: [&str; 19] = [
    "FIRST",
    "SECOND",
    "THIRD",
    "FOURTH",
    "FIFTH",
    "SIXTH",
    "SEVENTH",
    "EIGHTH",
    "NINTH",
    "TENTH",
    "ELEVENTH",
    "TWELFTH",
    "THIRTEENTH",
    "FOURTEENTH",
    "FIFTEENTH",
    "SIXTEENTH",
    "SEVENTEENTH",
    "EIGHTEENTH",
    "NINETEENTH",
];

/// By reference, so that the table itself stays small and close at hand.
static MEANINGS: LazyLock<HashMap<String, Box<Meaning>>> = LazyLock::new(|| {
    let mut words: HashMap<String, Meaning> = HashMap::new();
    let mut of = |word: &str, set: &dyn Fn(&mut Meaning)| set(words.entry(word.to_owned()).or_default());
    for row in rows(TYPES) {
        let found = StreetType { short: row[0], full: row[2], can_be_omitted: row[1] == "type" };
        for spelling in std::iter::once(row[0]).chain(row[2..].iter().copied()) {
            of(spelling, &|word| word.street_type = Some(found));
        }
    }
    for row in rows(UNITS) {
        let kind = match row[1] {
            "alone" => UnitKind::Alone,
            "either" => UnitKind::Either,
            "prefix" => UnitKind::Prefix,
            _ => UnitKind::Numbered,
        };
        of(row[0], &|word| word.unit = Some(Designator { kind, short: row[2] }));
    }
    for row in rows(DIRECTIONS) {
        for spelling in &row {
            of(spelling, &|word| word.direction = Some(row[0]));
        }
    }
    for row in rows(NAME_WORDS) {
        for spelling in &row {
            of(spelling, &|word| word.in_name = Some(row[0]));
        }
    }
    for spelling in rows(STATES).flatten().filter(|spelling| !spelling.contains(' ')) {
        of(spelling, &|word| word.is_state = true);
    }
    for (ones, value) in ONES.iter().zip(1..) {
        of(ones, &|word| word.spelled = Spelled::Ones(value));
    }
    for (ordinal, value) in ORDINALS.iter().zip(1..) {
        of(ordinal, &|word| word.spelled = Spelled::Ordinal(value));
    }
    for (tens, value) in TENS.iter().zip((20..).step_by(10)) {
        of(tens, &|word| word.spelled = Spelled::Tens(value));
        of(&tens.replace('Y', "IETH"), &|word| word.spelled = Spelled::Ordinal(value));
        for (ordinal, ones) in ORDINALS[..9].iter().zip(1..) {
            of(&format!("{tens}{ordinal}"), &|word| word.spelled = Spelled::Ordinal(value + ones));
        }
    }
    of("HUNDRED", &|word| word.spelled = Spelled::Hundred);
    of("HUNDREDTH", &|word| word.spelled = Spelled::Ordinal(100));
    for (cue, beginnings) in CUES {
        for spelling in beginnings {
            of(spelling, &|word| word.cues |= cue);
        }
    }
    for meaning in words.values_mut().filter(|meaning| is_route(meaning)) {
        meaning.cues |= cue::HIGHWAY;
    }
    words.into_iter().map(|(word, meaning)| (word, Box::new(meaning))).collect()
});

fn is_route(meaning: &Meaning) -> bool {
    meaning.street_type.is_some_and(|found| matches!(found.short, "HWY" | "RTE"))
}

/// The digits of a numbered street (`42` of 42ND), if the word is one.
pub(super) fn ordinal_digits(word: &str) -> Option<&str> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0 && matches!(&word[digits..], "ST" | "ND" | "RD" | "TH")).then(|| &word[..digits])
}

/// Every spelling of a street type or direction, given in its one spelling.
pub(crate) fn mark_spellings(mark: &str) -> impl Iterator<Item = &'static str> {
    let spells = move |meaning: &Meaning| {
        meaning.street_type.is_some_and(|found| found.short == mark) || meaning.direction == Some(mark)
    };
    MEANINGS.iter().filter(move |(_, meaning)| spells(meaning)).map(|(spelling, _)| spelling.as_str())
}

/// Whether words that announce a unit's identifier can begin so.
pub(crate) fn announces_unit(beginning: &str) -> bool {
    let announces = |unit: Designator| unit.kind != UnitKind::Alone;
    MEANINGS.iter().any(|(word, meaning)| meaning.unit.is_some_and(announces) && word.starts_with(beginning))
}

/// Appends one word of a street's name in its one spelling, as far as it does not depend on its neighbours.
pub(crate) fn push_name_word(word: &str, out: &mut String) {
    push_name(&[Word::of(word)], out);
}

/// Appends the words of a street's name, joined, each in its one spelling: FIRST and 1ST are 1, VW is VIEW, SAINT is ST.
/// Types within a name are written out, so that MOUNTAIN VIEW and MOUNTAINVIEW come out equal.
pub(super) fn push_name(words: &[Word<'_>], out: &mut String) {
    out.reserve(24);
    let mut rest = words;
    if let [first, _, ..] = rest
        && first.text == "THE"
    {
        rest = &rest[1..];
    }
    while let [word, after @ ..] = rest {
        let mut used = 1;
        if let Some((value, words_of_number)) = spelled_ordinal(rest) {
            out.push_str(&value.to_string());
            used = words_of_number;
        } else if let Some(digits) = ordinal_digits(word.text) {
            out.push_str(digits);
        } else if let [next, ..] = after
            && word.text.bytes().all(|byte| byte.is_ascii_digit())
            && matches!(next.text, "ND" | "TH" | "RD")
        {
            out.push_str(word.text);
            used = 2;
        } else {
            let is_first = rest.len() == words.len();
            match one_spelling(*word, is_first, after.first().map(|next| next.text)) {
                plain if plain.bytes().any(|byte| byte < b'0') => {
                    out.extend(plain.chars().filter(char::is_ascii_alphanumeric));
                }
                plain => out.push_str(plain),
            }
        }
        rest = &rest[used..];
    }
}

fn one_spelling<'a>(word: Word<'a>, is_first: bool, next: Option<&str>) -> &'a str {
    match (word.text, next) {
        ("ST", Some(_)) => "ST",
        ("STA", None) => "STATION",
        // A Spanish name follows: AVE DEL SOL.
        ("AVE" | "AV", Some("DE" | "DEL" | "LA" | "LAS" | "LOS" | "EL")) if is_first => "AVENIDA",
        _ => word.meaning.in_name.or(word.meaning.street_type.map(|found| found.full)).unwrap_or(word.text),
    }
}

/// The number that the first words spell out, and how many they are: TWENTY FIRST, ONE HUNDRED AND THIRD.
fn spelled_ordinal(words: &[Word<'_>]) -> Option<(u16, usize)> {
    let spelled = |at: usize| words.get(at).map_or(Spelled::Nothing, |word| word.meaning.spelled);
    let (mut value, mut at) = match (spelled(0), spelled(1)) {
        (Spelled::Nothing, _) => return None,
        (Spelled::Ones(hundreds), Spelled::Ordinal(100)) => return Some((hundreds * 100, 2)),
        (Spelled::Ones(hundreds), Spelled::Hundred) => (hundreds * 100, 2),
        (Spelled::Hundred, _) => (100, 1),
        _ => (0, 0),
    };
    if at > 0 && words.get(at).is_some_and(|word| word.text == "AND") {
        at += 1;
    }
    if let Spelled::Tens(tens) = spelled(at) {
        value += tens;
        at += 1;
        return match spelled(at) {
            Spelled::Ordinal(ones @ 1..=9) => Some((value + ones, at + 1)),
            _ => None,
        };
    }
    match spelled(at) {
        Spelled::Ordinal(rest @ 1..=99) => Some((value + rest, at + 1)),
        Spelled::Ordinal(100) if value == 0 => Some((100, 1)),
        _ => None,
    }
}

/// A numbered highway, its words in one spelling: HWY 49, STATE ROUTE 49, SR-49 and CA 49 are HIGHWAY49. With the number
/// of words that it takes.
pub(super) fn numbered_highway(words: &[Word<'_>]) -> Option<(String, usize)> {
    let (mut at, mut kind) = (0, None);
    if words.first()?.meaning.cues & cue::HIGHWAY == 0 {
        return None;
    }
    let route = |word: Option<&Word<'_>>| word.is_some_and(|word| is_route(word.meaning));
    while let Some(word) = words.get(at) {
        let next = words.get(at + 1);
        match word.text {
            "STATE" | "US" | "SR" | "SH" | "CA" => kind = kind.or(Some("HIGHWAY")),
            "CALIF" | "CALIFORNIA" | "ST" if route(next) => kind = kind.or(Some("HIGHWAY")),
            "U" if next.is_some_and(|next| next.text == "S") => {
                kind = kind.or(Some("HIGHWAY"));
                at += 1;
            }
            "CR" => kind = Some("COUNTYROAD"),
            "COUNTY" | "CO" if route(next) || next.is_some_and(|next| next.is_short_for("RD")) => {
                kind = Some("COUNTYROAD");
                at += 1;
            }
            "INTERSTATE" | "I" => kind = Some("INTERSTATE"),
            _ if route(Some(word)) => kind = kind.or(Some("HIGHWAY")),
            _ => break,
        }
        at += 1;
    }
    let word = words.get(at)?.text;
    let (kind, number) = match kind {
        Some(kind) => (kind, word),
        None => glued_highway(word)?,
    };
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let is_number = (1..=3).contains(&digits) && number.len() <= digits + 1 && ordinal_digits(number).is_none();
    is_number.then(|| (format!("{kind}{number}"), at + 1))
}

/// HWY49, SR49, I-5.
fn glued_highway(word: &str) -> Option<(&'static str, &str)> {
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let number = word[letters..].trim_start_matches('-');
    let kind = match &word[..letters] {
        "HWY" | "HIGHWAY" | "RT" | "RTE" | "ROUTE" | "SR" | "CA" | "US" => "HIGHWAY",
        "I" => "INTERSTATE",
        _ => return None,
    };
    Some((kind, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_stands_for_two_types() {
        let mut owners = HashMap::new();
        for row in rows(TYPES) {
            assert!(matches!(row[1], "type" | "word") && row.len() > 2, "{row:?}");
            for spelling in std::iter::once(row[0]).chain(row[2..].iter().copied()) {
                let owner = owners.insert(spelling, row[0]);
                assert!(owner.is_none_or(|owner| owner == row[0]), "{spelling}: {owner:?} and {}", row[0]);
            }
        }
    }

    #[test]
    fn the_tables_are_well_formed() {
        for row in rows(UNITS) {
            assert!(row.len() == 3 && matches!(row[1], "id" | "alone" | "either" | "prefix"), "{row:?}");
        }
        for table in [DIRECTIONS, NAME_WORDS] {
            let mut seen = std::collections::BTreeSet::new();
            assert!(rows(table).flatten().all(|word| seen.insert(word)), "a word stands in two rows");
        }
        assert_eq!(rows(STATES).count(), 52);
        assert!(MEANINGS.keys().all(|word| word.len() <= LONGEST));
    }

    /// Every number in words, as one would say it and with the last two words joined.
    #[test]
    fn numbers_in_words_are_numbers() {
        let name = |text: &str| {
            let mut out = String::new();
            push_name(&text.split(' ').map(Word::of).collect::<Vec<_>>(), &mut out);
            out
        };
        for hundreds in 0..=9_u16 {
            for rest in 0..=99_u16 {
                let mut words = String::new();
                if hundreds > 0 {
                    words = format!("{} HUNDRED", ONES[usize::from(hundreds) - 1]);
                    words.push_str(if rest == 0 { "TH" } else { " " });
                } else if rest == 0 {
                    continue;
                }
                let (tens, ones) = (usize::from(rest / 10), usize::from(rest % 10));
                match (tens, ones) {
                    (0, 0) => {}
                    (0 | 1, _) => words.push_str(ORDINALS[usize::from(rest) - 1]),
                    (_, 0) => words.push_str(&TENS[tens - 2].replace('Y', "IETH")),
                    _ => words.push_str(&format!("{} {}", TENS[tens - 2], ORDINALS[ones - 1])),
                }
                let digits = (hundreds * 100 + rest).to_string();
                assert_eq!(name(&words), digits, "{words}");
                assert_eq!(name(&words.replace("Y ", "Y")), digits, "{words} joined");
                assert_eq!(name(&format!("{digits}TH")), digits);
            }
        }
        assert_eq!(name("ONE HUNDRED AND THIRD"), "103");
        assert_eq!(name("SEVEN HILLS"), "SEVENHILLS");
        assert_eq!(name("TWENTY OAKS"), "TWENTYOAKS");
    }
}
