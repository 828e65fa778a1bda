//! Names: the parts of a printed name in every order in which it can be read, and the same parts of a voter's record.

use std::borrow::Cow;

use super::{
    surname::{Surname, SurnameFirst, WordKind, is_patronymic, is_spanish_surname, surname_first, word_kind},
    text::{fold, is_plain, joined},
};
use crate::VoterRecord;

/// The most readings of one name.
pub const MOST_READINGS: usize = 6;

/// What tells two people of one name apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Suffix {
    /// Jr, or II: the same generation in practice.
    Junior,
    /// Sr.
    Senior,
    /// III.
    Third,
    /// IV.
    Fourth,
}

impl Suffix {
    /// Every suffix; a snapshot numbers them in this order.
    pub(crate) const ALL: [Self; 4] = [Self::Junior, Self::Senior, Self::Third, Self::Fourth];

    /// Every way in which it is written, in capitals.
    pub(crate) const fn spellings(self) -> &'static [&'static str] {
        match self {
            Self::Junior => &["JR", "JUNIOR", "JNR", "II", "2ND"],
            Self::Senior => &["SR", "SENIOR", "SNR"],
            Self::Third => &["III", "3RD"],
            Self::Fourth => &["IV", "4TH"],
        }
    }

    fn of(word: &str) -> Option<Self> {
        // Asked of every word of every name; hardly any begins so.
        if !matches!(word.as_bytes(), [b'J' | b'S' | b'I' | b'2'..=b'4', ..]) {
            return None;
        }
        Self::ALL.into_iter().find(|suffix| suffix.spellings().contains(&word))
    }
}

/// Whether a reading takes the given name first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameOrder {
    /// Given name first, or `LAST, FIRST` with its comma.
    AsWritten,
    /// Surname first without a comma.
    Swapped,
}

/// One way to read a printed name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameReading {
    /// The given name, letters only; one letter for an initial; empty if only a surname is written.
    pub first: String,
    /// Everything between, letters only; may be empty.
    pub middle: String,
    /// The surname.
    pub last: Surname<'static>,
    /// The order assumed.
    pub order: NameOrder,
}

impl NameReading {
    fn of(first: &[&str], middle: &[&str], last: &[&str], order: NameOrder) -> Self {
        Self { first: letters(first), middle: letters(middle), last: Surname::of(last), order }
    }
}

fn letters(words: &[&str]) -> String {
    match words {
        [] => return String::new(),
        [word] if word.bytes().all(|byte| byte >= b'0') => return (*word).to_owned(),
        _ => {}
    }
    let mut out = String::with_capacity(words.iter().map(|word| word.len()).sum());
    for part in words.iter().flat_map(|word| word.split(['-', '/'])) {
        out.push_str(part);
    }
    out
}

/// A printed name with its readings, the likeliest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrintedName {
    /// The readings, six at most; empty if no letter is written.
    pub readings: Vec<NameReading>,
    /// Jr, Sr, III or IV, if written.
    pub suffix: Option<Suffix>,
}

impl PrintedName {
    /// Takes a printed name apart. `LAST, FIRST MIDDLE` is read in that order. Without a comma the surname may be the last
    /// words or stand first. Titles and degrees are left out; a name in quotation marks or brackets is another given name.
    pub fn parse(text: &str) -> Self {
        let marked = text.bytes().any(|byte| matches!(byte, b'"' | b'(' | b'\'') || byte >= 0x80);
        let (without, nickname) = match marked.then(|| take_nickname(text)).flatten() {
            Some((without, nickname)) => (Cow::Owned(without), nickname),
            None => (Cow::Borrowed(text), String::new()),
        };
        let folded = fold(&without);
        let mut suffix = None;
        let mut comma = None;
        let mut words: Vec<&str> = Vec::with_capacity(8);
        for word in folded.split_ascii_whitespace().map(|word| word.trim_matches(['-', '/'])) {
            match Suffix::of(word) {
                Some(found) if !words.is_empty() => suffix = Some(found),
                _ if word == "," => comma = comma.or(Some(words.len())),
                _ if word.is_empty() || word == "#" => {}
                // A name that goes by another is read as written first.
                _ if word == "AKA" && !words.is_empty() => break,
                _ => words.push(word),
            }
        }
        drop_titles(&mut words, &mut comma);
        drop_credentials(&mut words, comma);
        let mut readings = match comma.filter(|at| (1..words.len()).contains(at)) {
            Some(at) => readings_with_comma(&words[..at], &words[at..]),
            None => readings_without_comma(&words),
        };
        if let Some(likeliest) =
            readings.first().filter(|likeliest| !nickname.is_empty() && likeliest.first != nickname)
        {
            let other = NameReading { first: nickname, ..likeliest.clone() };
            readings.truncate(MOST_READINGS - 1);
            readings.push(other);
        }
        Self { readings, suffix }
    }
}

/// Takes out what stands in quotation marks or brackets: the text without it, and it in letters.
fn take_nickname(text: &str) -> Option<(String, String)> {
    let starts_word = |at: usize| text[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
    let ends_word = |at: usize| text[at..].chars().next().is_none_or(|after| !after.is_alphanumeric());
    for (open, close) in [('"', '"'), ('(', ')'), ('“', '”'), ('‘', '’'), ('\'', '\'')] {
        // An apostrophe within a word is no mark.
        let Some(start) = text.match_indices(open).map(|(at, _)| at).find(|at| starts_word(*at)) else { continue };
        let inside = start + open.len_utf8();
        let found = text[inside..].match_indices(close).map(|(at, _)| inside + at);
        let Some(end) = found.filter(|at| *at > inside).find(|at| ends_word(at + close.len_utf8())) else { continue };
        let nickname = joined(&text[inside..end]).into_owned();
        let without = format!("{} {}", &text[..start], &text[end + close.len_utf8()..]);
        let names_left = without.chars().any(char::is_alphabetic);
        return (nickname.len() > 1 && names_left).then_some((without, nickname));
    }
    None
}

/// MR, DR or the SR of a Spanish speaker before the first word, or before the given names behind a comma.
fn drop_titles(words: &mut Vec<&str>, comma: &mut Option<usize>) {
    while words.len() > 1 && (words[0] == "SR" || word_kind(words[0]) == Some(WordKind::Title)) && *comma != Some(1) {
        words.remove(0);
        *comma = comma.map(|at| at.saturating_sub(1));
    }
    if let Some(at) = comma.filter(|at| at + 1 < words.len())
        && word_kind(words[at]) == Some(WordKind::Title)
    {
        words.remove(at);
    }
}

/// MD or PH D at the end of two names or more.
fn drop_credentials(words: &mut Vec<&str>, comma: Option<usize>) {
    loop {
        let length = match words.as_slice() {
            [_, _, .., degree] if word_kind(degree) == Some(WordKind::Credential) => 1,
            [_, _, .., "PH", "D"] => 2,
            [_, _, .., "M" | "J", "D"] | [_, _, .., "R", "N"] if comma == Some(words.len() - 2) => 2,
            _ => return,
        };
        words.truncate(words.len() - length);
    }
}

fn readings_with_comma(last: &[&str], given: &[&str]) -> Vec<NameReading> {
    let mut readings = vec![
        NameReading::of(&given[..1], &given[1..], last, NameOrder::AsWritten),
        NameReading::of(&last[..1], &last[1..], given, NameOrder::Swapped),
    ];
    if let ([surname], [first, second]) = (last, given)
        && surname_first(surname).is_some()
        && first.len().min(second.len()) > 1
    {
        readings.push(NameReading::of(given, &[], last, NameOrder::AsWritten));
    }
    readings
}

/// The most parts of a name that are told apart; further words stay with the last.
const MOST_PARTS: usize = 8;

/// Where the parts of a name begin: a word each, but DE LA CRUZ and O BRIEN are one.
fn part_starts(words: &[&str]) -> ([usize; MOST_PARTS], usize) {
    if words.len() < 3 {
        return ([0, 1, 0, 0, 0, 0, 0, 0], words.len());
    }
    let (mut starts, mut parts) = ([0; MOST_PARTS], 0);
    let (mut within, mut after_particle) = (false, false);
    for (at, word) in words.iter().enumerate() {
        // GARCIA Y LOPEZ are one part; in MARY ANN Y SMITH it is an initial.
        let joins_surnames = *word == "Y"
            && at > 1
            && words.get(at + 1).is_some_and(|next| is_spanish_surname(next) || is_spanish_surname(words[at - 1]));
        if !within && !joins_surnames && parts < MOST_PARTS {
            starts[parts] = at;
            parts += 1;
        }
        let kind = word_kind(word);
        // VAN DER, DE SAN: behind another particle it is one too.
        let is_particle = kind == Some(WordKind::Particle) || kind == Some(WordKind::PerhapsParticle) && after_particle;
        after_particle = is_particle;
        within = joins_surnames
            || is_particle
            || *word == "O" && at > 0 && words.get(at + 1).is_some_and(|next| IRISH.contains(next));
    }
    (starts, parts)
}

/// Names that O stands before.
const IRISH: [&str; 30] = [
    "BANNON",
    "BOYLE",
    "BRIEN",
    "BRYAN",
    "CALLAGHAN",
    "CONNELL",
    "CONNOR",
    "DAY",
    "DEA",
    "DELL",
    "DONNELL",
    "DONOGHUE",
    "DOWD",
    "DRISCOLL",
    "DWYER",
    "FARRELL",
    "FLAHERTY",
    "GORMAN",
    "GRADY",
    "HALLORAN",
    "HARA",
    "HARE",
    "KEEFE",
    "LEARY",
    "MALLEY",
    "NEAL",
    "NEIL",
    "NEILL",
    "REILLY",
    "ROURKE",
];

fn readings_without_comma(words: &[&str]) -> Vec<NameReading> {
    use NameOrder::{AsWritten, Swapped};
    let (starts, parts) = part_starts(words);
    let start = |part: usize| if part < parts { starts[part] } else { words.len() };
    let span = |from: usize, to: usize| &words[start(from)..start(to)];
    // The surname is the parts from one on, or those before it.
    let forward = |split: usize| NameReading::of(span(0, 1), span(1, split), span(split, parts), AsWritten);
    let backward =
        |split: usize| NameReading::of(span(split, split + 1), span(split + 1, parts), span(0, split), Swapped);
    // The single word of a part; nothing of DE LA CRUZ.
    let word = |part: usize| if start(part) + 1 == start(part + 1) { words[start(part)] } else { "" };
    let initial = |part: usize| word(part).len() == 1;
    match parts {
        0 => return Vec::new(),
        1 => return vec![NameReading::of(&[], &[], words, AsWritten)],
        2 => return vec![forward(1), backward(1)],
        _ => {}
    }
    let last = parts - 1;
    let mut readings = Vec::with_capacity(4);
    readings.push(forward(last));
    // An initial belongs to the given names, not to a double surname.
    if initial(last - 1) {
        if parts > 3 {
            readings.push(backward(2));
        }
        readings.push(backward(1));
        return readings;
    }
    let double = word(last - 1);
    if is_patronymic(double) || is_patronymic(word(last)) {
        readings.push(backward(1));
        return readings;
    }
    let (written_first, written_last) = (surname_first(word(0)), surname_first(word(last)));
    if written_first.is_none() || parts > 3 {
        let likely = word_kind(double) == Some(WordKind::PerhapsParticle) && written_last.is_none()
            || is_spanish_surname(double) && is_spanish_surname(word(last));
        readings.insert(usize::from(!likely), forward(last - 1));
    }
    if written_first == Some(SurnameFirst::Vietnamese) {
        readings.push(NameReading::of(span(last, parts), span(1, last), span(0, 1), Swapped));
    }
    readings.push(backward(1));
    if written_first == Some(SurnameFirst::ChineseOrKorean) || written_first.is_some() && written_last.is_none() {
        readings.push(NameReading::of(span(1, parts), &[], span(0, 1), Swapped));
    }
    if written_last.is_some() && parts == 3 && !initial(0) {
        readings.push(NameReading::of(span(0, last), &[], span(last, parts), AsWritten));
    } else if written_first.is_none() && !initial(1) {
        readings.push(backward(2));
    }
    readings.truncate(MOST_READINGS);
    readings
}

/// The name of a voter, written the same way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VoterName<'a> {
    /// The given names, letters only.
    pub first: Cow<'a, str>,
    /// The first of several given names (MARY of MARY ANN), or all of one.
    pub first_word: Cow<'a, str>,
    /// Middle names, letters only.
    pub middle: Cow<'a, str>,
    /// The surname.
    pub last: Surname<'a>,
    /// Jr, Sr, III or IV, from its own column or from the end of the surname.
    pub suffix: Option<Suffix>,
}

impl<'a> VoterName<'a> {
    /// The name in a voter's record.
    pub fn of(voter: &VoterRecord<'a>) -> Self {
        let suffix = if voter.suffix.is_empty() { None } else { Suffix::of(&joined(voter.suffix)) };
        let (last, suffix_in_last) = without_suffix(voter.last);
        let first = joined(voter.first);
        let first_word = match voter.first.split([' ', '-']).find(|word| !word.is_empty()) {
            Some(word) if word.len() < voter.first.len() => joined(word),
            _ => first.clone(),
        };
        Self {
            first,
            first_word,
            middle: joined(voter.middle),
            last: Surname::of_text(last),
            suffix: suffix.or(suffix_in_last),
        }
    }
}

/// Takes the suffix from the end of a surname, where some voter files keep it.
fn without_suffix(surname: &str) -> (&str, Option<Suffix>) {
    if !is_plain(surname)
        && let Some((rest, last)) = surname.trim_end().rsplit_once([' ', ','])
        && let Some(suffix) = Suffix::of(&joined(last))
        && rest.chars().any(char::is_alphabetic)
    {
        return (rest, Some(suffix));
    }
    (surname, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_suffix_is_read_as_that_suffix() {
        for suffix in Suffix::ALL {
            for spelling in suffix.spellings() {
                assert_eq!(Suffix::of(spelling), Some(suffix), "{spelling}");
            }
        }
        assert_eq!(Suffix::of("SRA"), None);
    }
}
