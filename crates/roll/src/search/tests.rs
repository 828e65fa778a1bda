//! The search against a plain scan of a small roll, and queries as people type them.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::normal::{StreetAddress, Suffix, VoterAddress, VoterName, announces_unit, joined, push_name_word};
use crate::{ImportOptions, Layout, NoProgress, VoterRecord, import};

const HEADER: &str = "voter_id,first,middle,last,suffix,birth_date,house_number,street_pre,street,street_type,unit,city,zip,status,\
     previous_street\n";

fn roll(lines: &[String]) -> Snapshot {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, out) = (folder.path().join("voters.csv"), folder.path().join("roll"));
    std::fs::write(&file, HEADER.to_owned() + &lines.concat()).expect("the voter file");
    let layout = Layout::preset("generic").expect("a preset");
    import(&file, &layout, &ImportOptions::default(), &out, &NoProgress).expect("imports");
    Snapshot::open(&out).expect("opens")
}

fn few() -> Snapshot {
    let lines = [
        "100,MARIA,ANA,GARCIA,,1950-01-02,123,,MAIN,ST,APT 5,PASADENA,91101,A,",
        "101,MARIANA,,GARCIA-LOPEZ,,1951,1234,,LOS ROBLES,AVE,,LOS ANGELES,90001-1234,A,",
        "102,MARIO,,GARCIANO,,1952,12A,N,1ST,ST,,LOS ANGELES,90001,A,",
        "103,JOSÉ LUIS,,NÚÑEZ,JR,1953,12 1/2,,MOUNTAIN VW,DR,,ACTON,93510,A,",
        "104,PAT,,O'BRIEN,,1954,55,,ST ANDREWS,PL,# 305,ACTON,93510,A,GARCIA",
        "105,PAT,,DE LA CRUZ,,1955,77,,MAINARD,WAY,,ACTON,93510,A,",
        "106,CRUZ,,DELACRUZ,,1956,1955,,MAIN,ST,,ACTON,93510,A,",
        "107,ZOE,,,,,,,,,,,,A,",
    ];
    roll(&lines.map(|line| format!("{line}\n")))
}

fn ids(snapshot: &Snapshot, rows: &[u32]) -> Vec<String> {
    rows.iter().map(|row| snapshot.voter_id(*row).to_owned()).collect()
}

#[test]
fn typical_queries_find_whom_they_should_best_first() {
    let snapshot = few();
    let searcher = Searcher::new(&snapshot);
    for (query, expected) in [
        ("", ""),
        (" , # ", ""),
        ("garcia", "100 101 102"),
        ("maria garcia", "100 101"),
        ("Garcia, Maria", "100 101"),
        ("m garc", "100 101 102"),
        ("lopez", "101"),
        ("garcia lopez", "101"),
        ("garcia-lo", "101"),
        ("nunez", "103"),
        ("Núñez jose", "103"),
        ("luis jr", "103"),
        ("o'bri", "104"),
        ("OBRIEN", "104"),
        ("brien p", "104"),
        ("cruz", "106 105"),
        ("de la cruz", "106 105"),
        ("la-cru", "106 105"),
        ("123 main", "100"),
        ("12 main", "100"),
        ("123 main st apt 5", "100"),
        ("main", "106 100 105"),
        ("robles", "101"),
        ("los rob", "101"),
        ("first", "102"),
        ("1st str", "102"),
        ("12a north", "102"),
        ("12 1/2", "103"),
        ("view", "103"),
        ("mountain vw", "103"),
        ("saint andrews", "104"),
        ("#305", "104"),
        ("1955", "106 105"),
        ("angeles 90001-12", "101 102"),
        ("9351 o'brien", "104"),
        ("101", "101"),
        ("107", "107"),
        ("zoe", "107"),
        ("zzz", ""),
        ("李", ""),
        ("arcia", ""),
    ] {
        let found = searcher.find(query, 10);
        assert_eq!((ids(&snapshot, &found.rows).join(" ").as_str(), found.more), (expected, false), "{query}");
        let cut = searcher.find(query, 1);
        assert_eq!((&cut.rows[..], cut.more), (found.rows.get(..1).unwrap_or(&[]), found.rows.len() > 1), "{query}");
    }
    assert_eq!(search(&snapshot, "garcia", 2).len(), 2);
    assert_eq!(searcher.find("garcia", 0), Found { rows: Vec::new(), more: true });
}

/// The rules of [`Searcher`] once more, on texts and without an index.
struct Plain<'a> {
    voters: Vec<(VoterRecord<'a>, StreetAddress, Option<Suffix>)>,
    names: HashMap<String, HashSet<String>>,
    streets: HashMap<String, HashSet<String>>,
    /// Whole words of each street's name, and all words from some word on.
    street_words: HashMap<String, HashSet<String>>,
}

fn normal_word(word: &str) -> String {
    let mut normal = String::new();
    push_name_word(word, &mut normal);
    normal
}

fn remainders(text: &str) -> Vec<String> {
    let words: Vec<String> =
        text.split(|letter: char| !letter.is_alphanumeric()).map(|word| joined(word).into_owned()).collect();
    (0..words.len()).map(|at| words[at..].concat()).filter(|text| !text.is_empty()).collect()
}

impl<'a> Plain<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let mut plain =
            Self { voters: Vec::new(), names: HashMap::new(), streets: HashMap::new(), street_words: HashMap::new() };
        for row in 0..snapshot.len() {
            let voter = snapshot.voter(row);
            let address = VoterAddress::of(&voter).current;
            for text in [voter.first, voter.middle, voter.last, voter.address.city] {
                plain.names.entry(joined(text).into_owned()).or_default().extend(remainders(text));
            }
            let street = &address.street;
            let written: Vec<&str> = voter.address.street.split(' ').collect();
            for from in 0..written.len() {
                let rest = &written[from..];
                let normal = rest.iter().map(|word| normal_word(word)).collect::<String>();
                let words = [rest[0].to_owned(), normal_word(rest[0]), rest.concat(), normal];
                plain.streets.entry(street.clone()).or_default().extend(words[2..].iter().cloned());
                plain.street_words.entry(street.clone()).or_default().extend(words);
            }
            plain.voters.push((voter, address, VoterName::of(&voter).suffix));
        }
        plain
    }

    fn fits(&self, row: u32, piece: &str) -> bool {
        let (voter, address, suffix) = &self.voters[row as usize];
        let piece = piece.to_uppercase();
        let word = joined(&piece).into_owned();
        let digit_first = piece.starts_with(|letter: char| letter.is_ascii_digit());
        let by_text = voter.voter_id.starts_with(&piece)
            || digit_first && voter.address.house_number.split(' ').any(|text| text.starts_with(&piece));
        if by_text || digit_first && piece.contains('/') {
            return by_text;
        }
        let begins = |text: &str| text.starts_with(&word);
        let spelled = |spellings: &HashMap<String, HashSet<String>>, text: &str| {
            begins(text) || spellings.get(text).is_some_and(|spellings| spellings.iter().any(|text| begins(text)))
        };
        let spellings = match suffix {
            None => &[][..],
            Some(Suffix::Junior) => &["JR", "JUNIOR", "II", "2ND"],
            Some(Suffix::Senior) => &["SR", "SENIOR"],
            Some(Suffix::Third) => &["III", "3RD"],
            Some(Suffix::Fourth) => &["IV", "4TH"],
        };
        [voter.first, voter.middle, voter.last, voter.address.city]
            .iter()
            .any(|text| spelled(&self.names, &joined(text)))
            || spelled(&self.streets, &address.street)
            || normal_word(&word) != word
                && !address.street.is_empty()
                && self.street_words.get(&address.street).is_some_and(|words| words.contains(&normal_word(&word)))
            || [address.pre, address.street_type].iter().any(|mark| mark_spellings(mark).any(begins))
            || spellings.iter().any(|text| begins(text))
            || begins(&address.number)
            || begins(&address.unit)
            || !address.unit.is_empty() && announces_unit(&word)
            || begins(&address.zip)
            || voter.birth_date.is_some_and(|born| born.year().to_string() == piece)
    }
}

const NAMES: [&str; 14] = [
    "",
    "MARIA",
    "MARIO",
    "MAR",
    "GARCIA",
    "GARCIA-LOPEZ",
    "LOPEZ",
    "DE LA CRUZ",
    "DELACRUZ",
    "CRUZ",
    "O'BRIEN",
    "José Luis",
    "A",
    "ST JOHN",
];
const STREETS: [&str; 8] = [
    ",LOS ROBLES,AVE",
    "N,MAIN,ST",
    ",MAINARD,",
    ",1ST,ST",
    "S,ST ANDREWS,PL",
    ",MOUNTAIN VW,AVE",
    ",LOSROBLES,AVE",
    ",,",
];
const NUMBERS: [&str; 8] = ["", "1", "12", "123", "12A", "12 1/2", "1950", "2"];
const PLACES: [&str; 5] = ["LOS ANGELES,90001", "ACTON,93510", "MAR VISTA,90001-1234", "LOSANGELES,90012", ","];

prop_compose! {
    fn voter()(
        [first, middle, last] in prop::array::uniform3(prop::sample::select(&NAMES[..])),
        suffix in prop::sample::select(&["", "", "JR", "Sr.", "III", "IV"][..]),
        born in prop::sample::select(&["", "1950", "1951-02-03", "1812"][..]),
        number in prop::sample::select(&NUMBERS[..]),
        street in prop::sample::select(&STREETS[..]),
        unit in prop::sample::select(&["", "", "APT 1", "# 12", "UNIT A"][..]),
        place in prop::sample::select(&PLACES[..]),
    ) -> String {
        let number = if street == ",," { "" } else { number };
        format!("{first},{middle},{last},{suffix},{born},{number},{street},{unit},{place},A,OLD RD\n")
    }
}

const WORDS: [&str; 36] = [
    "maria",
    "mario",
    "garcia",
    "lopez",
    "garcia-lopez",
    "cruz",
    "de",
    "la",
    "delacruz",
    "o'brien",
    "brien",
    "jose",
    "josé",
    "luis",
    "los",
    "robles",
    "main",
    "mainard",
    "first",
    "1st",
    "andrews",
    "view",
    "street",
    "north",
    "123",
    "12a",
    "1/2",
    "1950",
    "90001",
    "acton",
    "v10",
    "apartment",
    "junior",
    "st",
    "vista",
    "12",
];

prop_compose! {
    fn query()(pieces in prop::collection::vec((prop::sample::select(&WORDS[..]), any::<prop::sample::Index>(), any::<bool>()), 1..4)) -> String {
        let pieces = pieces.into_iter().map(|(word, at, upper)| {
            let letters: Vec<char> = word.chars().collect();
            let begun: String = letters[..=at.index(letters.len())].iter().collect();
            if upper { begun.to_uppercase() } else { begun }
        });
        pieces.collect::<Vec<_>>().join(" ")
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn a_search_finds_whom_a_plain_scan_finds(voters in prop::collection::vec(voter(), 1..40), queries in prop::collection::vec(query(), 12)) {
        let drawn = voters.iter().enumerate().map(|(n, voter)| format!("V{},{voter}", 100 + n * 7 % 40));
        // Those drawn may all be without a name, and a roll of nobody is refused.
        let lines: Vec<String> = drawn.chain(["V99,ZOE,,,,,,,,,,,,A,\n".to_owned()]).collect();
        let snapshot = roll(&lines);
        let other = roll(&lines.iter().rev().cloned().collect::<Vec<_>>());
        let (mut searcher, mut reversed) = (Searcher::new(&snapshot), Searcher::new(&other));
        let plain = Plain::of(&snapshot);
        for query in &queries {
            searcher.bounds = BOUNDS;
            let whole = searcher.find(query, 1000);
            prop_assert!(!whole.more);
            let fits = |row: &u32| query.split(' ').all(|piece| plain.fits(*row, piece));
            let mut sorted = whole.rows.clone();
            sorted.sort_unstable();
            prop_assert_eq!(&sorted, &(0..snapshot.len()).filter(fits).collect::<Vec<_>>(), "{}", query);
            let cut = searcher.find(query, 3);
            prop_assert_eq!((&cut.rows[..], cut.more), (&whole.rows[..whole.rows.len().min(3)], whole.rows.len() > 3));

            // However it is looked for, the answer is the same, or says that it is not all.
            for bounds in [
                Bounds { listed: 0, looked_at: 0, walked: 1_000_000 },
                Bounds { listed: 20, looked_at: 4, walked: 1_000_000 },
                Bounds { listed: 6, looked_at: 3, walked: 1 },
            ] {
                (searcher.bounds, reversed.bounds) = (bounds, bounds);
                for limit in [1000, 2] {
                    let found = searcher.find(query, limit);
                    prop_assert_eq!(ids(&snapshot, &found.rows), ids(&other, &reversed.find(query, limit).rows));
                    prop_assert!(found.rows.iter().all(|row| whole.rows.contains(row)));
                    if bounds.walked > 1 {
                        let first = &whole.rows[..whole.rows.len().min(limit)];
                        prop_assert_eq!((&found.rows[..], found.more), (first, whole.rows.len() > limit), "{} {:?}", query, bounds);
                    } else if !found.more {
                        prop_assert_eq!(&found.rows, &whole.rows, "{}", query);
                    }
                }
            }
        }
    }
}

#[test]
fn no_query_panics() {
    let snapshot = few();
    let (searcher, mut bound) = (Searcher::new(&snapshot), Searcher::new(&snapshot));
    bound.bounds = Bounds { listed: 1, looked_at: 0, walked: 3 };
    let query = prop_oneof![".{0,30}", "[a-z0-9 '#/,.-]{0,12}", "(a |1 |- |é |½ ){0,50}"];
    proptest!(|(query in query, limit in prop_oneof![0_usize..4, Just(usize::MAX)])| {
        prop_assert!(searcher.find(&query, limit).rows.len() <= limit);
        prop_assert!(bound.find(&query, limit).rows.len() <= limit);
    });
}
