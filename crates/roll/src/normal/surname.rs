//! Surnames: joined letters in one spelling, with the places where a double surname comes apart; and what is known of
//! the words in a printed name.

use std::{borrow::Cow, sync::LazyLock};

use hashbrown::{HashMap, HashSet};

use super::text::{fold, is_plain, rows};

const NAME_WORDS: &str = include_str!("../../data/name_words.csv");
const SURNAMES_FIRST: &str = include_str!("../../data/surnames_first.csv");
const SPANISH: &str = include_str!("../../data/surnames_spanish.csv");

/// What a word in a printed name is, beside a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordKind {
    /// MR, DR: dropped at the beginning.
    Title,
    /// MD, ESQ: dropped at the end.
    Credential,
    /// DE LA: belongs to the word after it.
    Particle,
    /// VAN: a particle or a name of its own.
    PerhapsParticle,
}

static WORDS: LazyLock<HashMap<&'static str, WordKind>> = LazyLock::new(|| {
    let kind = |row: Vec<&'static str>| match row[1] {
        "title" => (row[0], WordKind::Title),
        "credential" => (row[0], WordKind::Credential),
        "particle" => (row[0], WordKind::Particle),
        _ => (row[0], WordKind::PerhapsParticle),
    };
    rows(NAME_WORDS).map(kind).collect()
});

/// Letters of the longest word with a kind: PHARMD and VANDER.
const LONGEST: usize = 6;

/// What a folded word is, beside a name.
pub(super) fn word_kind(word: &str) -> Option<WordKind> {
    if word.len() > LONGEST { None } else { WORDS.get(word).copied() }
}

fn is_particle(word: &str) -> bool {
    matches!(word, "O" | "D") || matches!(word_kind(word), Some(WordKind::Particle | WordKind::PerhapsParticle))
}

/// Peoples who write the surname first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SurnameFirst {
    /// The last of the given names is the one in use: NGUYEN VAN ANH is Anh.
    Vietnamese,
    /// A given name has two parts: CHEN WEI MING, KIM MIN JUN.
    ChineseOrKorean,
}

static FIRST: LazyLock<HashMap<&'static str, SurnameFirst>> = LazyLock::new(|| {
    let mut surnames = HashMap::new();
    for row in rows(SURNAMES_FIRST) {
        let people = if row[0] == "vietnamese" { SurnameFirst::Vietnamese } else { SurnameFirst::ChineseOrKorean };
        row[1..].iter().for_each(|surname| _ = surnames.entry(*surname).or_insert(people));
    }
    surnames
});

static SPANISH_SURNAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| rows(SPANISH).flatten().collect());

/// The people whose surname a folded word is, of those who write it first.
pub(super) fn surname_first(word: &str) -> Option<SurnameFirst> {
    if word.len() > 7 { None } else { FIRST.get(word).copied() }
}

/// Whether a folded word is a common surname among people with two of them.
pub(super) fn is_spanish_surname(word: &str) -> bool {
    SPANISH_SURNAMES.contains(word)
}

/// Whether a folded word is a Russian patronymic, which is a middle name and no part of a surname.
pub(super) fn is_patronymic(word: &str) -> bool {
    let endings = ["OVICH", "EVICH", "OVNA", "EVNA", "ICHNA"];
    word.len() > 6 && endings.iter().any(|ending| word.ends_with(ending))
}

/// A surname as joined letters, with the places where a double surname can be taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surname<'a> {
    joined: Cow<'a, str>,
    first_part: usize,
    last_part: usize,
}

impl<'a> Surname<'a> {
    /// The surname in a voter's record.
    pub(super) fn of_text(text: &'a str) -> Self {
        if is_plain(text) {
            return match armenian_ending(text) {
                None => Self { joined: Cow::Borrowed(text), first_part: 0, last_part: 0 },
                Some(stem) => Self { joined: Cow::Owned(format!("{stem}IAN")), first_part: 0, last_part: 0 },
            };
        }
        let folded = fold(text);
        let words: Vec<&str> =
            folded.split_ascii_whitespace().filter(|word| !matches!(*word, "," | "#" | "-" | "/")).collect();
        Surname::of(&words)
    }

    /// From folded words that are separated by spaces or hyphens; particles stay with the word that follows, and the Y
    /// of GARCIA Y LOPEZ is left out.
    pub(super) fn of(words: &[&str]) -> Surname<'static> {
        if let [word] = words
            && word.bytes().all(|byte| byte >= b'0')
            && armenian_ending(word).is_none()
        {
            return Surname { joined: Cow::Owned((*word).to_owned()), first_part: 0, last_part: 0 };
        }
        let mut joined = String::with_capacity(16);
        let (mut first_part, mut last_part, mut in_particle) = (0, 0, false);
        let parts = words.iter().flat_map(|word| word.split(['-', '/'])).filter(|word| !word.is_empty());
        let mut parts = parts.peekable();
        while let Some(word) = parts.next() {
            let is_last = parts.peek().is_none();
            if word == "Y" && !joined.is_empty() && !is_last {
                continue;
            }
            if !in_particle {
                last_part = joined.len();
            }
            joined.push_str(match word {
                "SAINT" if !is_last => "ST",
                "STA" if !is_last => "SANTA",
                "STO" if !is_last => "SANTO",
                _ => word,
            });
            in_particle = !is_last && is_particle(word);
            if !in_particle {
                if armenian_ending(&joined[last_part..]).is_some() {
                    joined.truncate(joined.len() - 3);
                    joined.push_str("IAN");
                }
                if first_part == 0 {
                    first_part = joined.len();
                }
            }
        }
        Surname { joined: Cow::Owned(joined), first_part, last_part }
    }

    /// The whole surname, letters only.
    pub fn whole(&self) -> &str {
        &self.joined
    }

    /// The first and the last part of a double surname; nothing for a single one.
    pub fn halves(&self) -> Option<(&str, &str)> {
        (self.last_part > 0 && self.first_part > 0)
            .then(|| (&self.joined[..self.first_part], &self.joined[self.last_part..]))
    }
}

/// What stands before the YAN of an Armenian surname, which is also written IAN: PETROSYAN and PETROSIAN. A vowel before
/// it, and BRYAN, are other names.
fn armenian_ending(word: &str) -> Option<&str> {
    let stem = word.strip_suffix("YAN").filter(|stem| stem.len() > 2)?;
    let vowel = matches!(stem.as_bytes()[stem.len() - 1], b'A' | b'E' | b'I' | b'O' | b'U' | b'Y');
    (!vowel && !stem.ends_with("BR")).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_well_formed() {
        for row in rows(NAME_WORDS) {
            assert!(matches!(row[1], "title" | "credential" | "particle" | "perhaps") && row.len() == 2, "{row:?}");
            assert!(row[0].len() <= LONGEST, "{row:?}");
        }
        assert_eq!(WORDS.len(), rows(NAME_WORDS).count(), "a word stands twice");
        assert!(rows(SURNAMES_FIRST).all(|row| matches!(row[0], "vietnamese" | "chinese" | "korean")));
        assert!(FIRST.keys().all(|surname| surname.len() <= 7));
    }

    #[test]
    fn a_double_surname_comes_apart_and_a_particle_does_not() {
        let surname = |text: &'static str| Surname::of(&text.split(' ').collect::<Vec<_>>());
        for (text, whole, halves) in [
            ("LOPEZ-MIRANDA", "LOPEZMIRANDA", Some(("LOPEZ", "MIRANDA"))),
            ("LOPEZ Y MIRANDA", "LOPEZMIRANDA", Some(("LOPEZ", "MIRANDA"))),
            ("DE LA CRUZ LOPEZ", "DELACRUZLOPEZ", Some(("DELACRUZ", "LOPEZ"))),
            ("LOPEZ DE LA CRUZ", "LOPEZDELACRUZ", Some(("LOPEZ", "DELACRUZ"))),
            ("DE LA CRUZ", "DELACRUZ", None),
            ("DELA CRUZ", "DELACRUZ", None),
            ("A B C", "ABC", Some(("A", "C"))),
            ("SAINT JOHN", "STJOHN", None),
            ("STO TOMAS", "SANTOTOMAS", None),
            ("MC DONALD", "MCDONALD", None),
            ("VAN DER BERG", "VANDERBERG", None),
            ("PETROSYAN-SMITH", "PETROSIANSMITH", Some(("PETROSIAN", "SMITH"))),
            ("DO", "DO", None),
            ("Y", "Y", None),
        ] {
            assert_eq!((surname(text).whole(), surname(text).halves()), (whole, halves), "{text}");
        }
    }
}
