//! Keying: what two people agree on stands, nobody keys a section twice or their own, and what is keyed later is looked up anew.

use std::collections::{BTreeMap, BTreeSet};

use casework::{
    CaseFile, KeyingDone, KeyingSheet, LEASE, NewLine, NewSection, Own, Stage, WorkError, Worker, Workroom,
};
use domain::{Circulation, LineNo, LineRef, PageNo, SectionNo, StoredLine};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::{
    desk::{Desk, act},
    shift::{at, worker},
};

fn section(no: u32) -> SectionNo {
    SectionNo::new(no).unwrap()
}

fn said(name: &str, address: &str) -> StoredLine {
    let [name, address, city, zip] = [name, address, "Pasadena", "91101"].map(str::to_owned);
    StoredLine { printed_name: name, address, city, zip, ..StoredLine::default() }
}

/// Section 1 with two lines to key and one that came with its text, section 2 with one line to key; circulated by C. Irculator.
async fn unkeyed(desk: &Desk) -> CaseFile {
    let mut case = desk.open(&desk.place()).await.unwrap();
    for (no, texts) in [
        (1, vec![StoredLine::default(), StoredLine::default(), said("Clara Chavez", "103 Oak St")]),
        (2, vec![StoredLine::default()]),
    ] {
        let line = |(text, line)| NewLine { line: LineNo::new(line).unwrap(), page: PageNo::new(1).unwrap(), text };
        let new = NewSection {
            section: section(no),
            circulator: "Cora Irculator".to_owned(),
            circulator_address: "1 Main St".to_owned(),
            circulation: Circulation::default(),
            lines: texts.into_iter().zip(1..).map(line).collect(),
        };
        case.receive_section(new, &act()).await.unwrap();
    }
    case
}

struct Keyers {
    desk: Desk,
    room: Workroom,
    now: Timestamp,
}

impl Keyers {
    async fn new() -> Self {
        let desk = Desk::new();
        let room = Workroom::open(unkeyed(&desk).await).await.unwrap();
        Self { desk, room, now: act().at }
    }

    async fn claim(&mut self, name: &str) -> Option<KeyingSheet> {
        self.room.claim_keying(&worker(name), self.now).await.unwrap()
    }

    async fn key(&self, name: &str, line: &str, text: &StoredLine) -> Result<(), WorkError> {
        self.room.key(&worker(name), at(line), text, self.now).await
    }

    async fn hand_in(&mut self, name: &str, no: u32) -> Result<KeyingDone, WorkError> {
        let act = casework::Act { actor: name.to_owned(), at: self.now };
        self.room.hand_in_keying(section(no), &worker(name), Some(&self.desk.snapshot), &act).await
    }

    async fn text(&self, line: &str) -> StoredLine {
        self.room.file().text_of(at(line)).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn two_who_agree_settle_a_line_and_a_third_is_asked_where_they_do_not() {
    let mut office = Keyers::new().await;
    let sheet = office.claim("k1").await.unwrap();
    let numbers: Vec<_> = sheet.lines.iter().map(|(line, ..)| line.get()).collect();
    assert_eq!((sheet.section, numbers), (section(1), vec![1, 2]), "the third line came with its text");
    assert_eq!(office.claim("k1").await.unwrap().section, section(1), "the same until it is handed in");
    assert_eq!(office.claim("k2").await.unwrap().section, section(1));
    assert_eq!(office.claim("k3").await.unwrap().section, section(2), "two have the first");
    assert!(matches!(office.key("k3", "1:1", &said("x", "y")).await, Err(WorkError::NotInHand)));
    assert!(matches!(office.key("k1", "1:3", &said("x", "y")).await, Err(WorkError::NotInHand)), "nobody asked");

    office.key("k1", "1:1", &said("Ana Alvarz", "101 Oak St")).await.unwrap();
    office.key("k1", "1:1", &said("Ana Alvarez", "101 Oak St")).await.unwrap();
    assert!(matches!(office.hand_in("k1", 1).await, Err(WorkError::Refused(_))), "a line is missing");
    office.key("k1", "1:2", &said("Ben Baker", "102 Oak St")).await.unwrap();
    let shown = office.claim("k1").await.unwrap().lines.swap_remove(0).2;
    assert_eq!(shown, Some(said("Ana Alvarez", "101 Oak St")));
    let done = office.hand_in("k1", 1).await.unwrap();
    assert_eq!(done, KeyingDone { settled: 0, open: 2, conflicts: 0 });
    // The second sees nothing of the first, agrees on one line and differs on the other by a letter.
    assert!(office.claim("k2").await.unwrap().lines.iter().all(|(_, _, text)| text.is_none()));
    office.key("k2", "1:1", &said("ANA  ALVAREZ", "101 oak st")).await.unwrap();
    office.key("k2", "1:2", &said("Ben Barker", "102 Oak St")).await.unwrap();
    assert_eq!(office.hand_in("k2", 1).await.unwrap(), KeyingDone { settled: 1, open: 1, conflicts: 0 });
    assert_eq!(office.hand_in("k2", 1).await.unwrap(), KeyingDone { settled: 0, open: 1, conflicts: 0 }, "asked again");
    assert_eq!(office.text("1:1").await, said("Ana Alvarez", "101 Oak St"));
    assert!(office.claim("k1").await.is_none_or(|sheet| sheet.section == section(2)), "nobody keys a section twice");

    // A third gets the line that is left.
    let sheet = office.claim("k4").await.unwrap();
    assert_eq!((sheet.section, sheet.lines.len()), (section(1), 1));
    office.key("k4", "1:2", &said("Ben Bakker", "102 Oak St")).await.unwrap();
    assert_eq!(office.hand_in("k4", 1).await.unwrap(), KeyingDone { settled: 0, open: 0, conflicts: 1 });
    let conflicts = office.room.keying_conflicts().await.unwrap();
    let names: Vec<_> = conflicts[0].keyed.iter().map(|text| text.printed_name.as_str()).collect();
    assert_eq!((conflicts[0].line, names), (at("1:2"), vec!["Ben Baker", "Ben Barker", "Ben Bakker"]));
    assert!(office.claim("k5").await.is_none_or(|sheet| sheet.section == section(2)), "it is a supervisor's now");
    let truth = said("Ben Baker", "102 Oak St");
    let settle = async |office: &mut Keyers, line: &str, text: &StoredLine| {
        office.room.settle_conflict(at(line), text.clone(), &Own::default(), None, &act()).await
    };
    assert!(matches!(settle(&mut office, "2:1", &truth).await, Err(WorkError::Refused(_))), "nobody disagrees there");
    let own = casework::Act { actor: "k4".to_owned(), at: office.now };
    let decided =
        office.room.settle_conflict(at("1:2"), said("Ben Bakker", "102 Oak St"), &Own::default(), None, &own).await;
    assert!(matches!(decided, Err(WorkError::Refused(_))), "nobody decides over their own text");
    settle(&mut office, "1:2", &truth).await.unwrap();
    settle(&mut office, "1:2", &truth).await.unwrap();
    assert_eq!(office.text("1:2").await, truth);
    assert!(office.room.keying_conflicts().await.unwrap().is_empty());

    // The tables are what the events say, also in a program that opens the case now.
    let mut case = office.room.into_file();
    assert!(case.rebuild().await.unwrap().mended.is_empty());
    case.close().await;
    let again = CaseFile::open(&office.desk.place()).await.unwrap();
    assert_eq!(again.text_of(at("1:2")).await.unwrap(), Some(truth));
}

#[tokio::test]
async fn what_is_keyed_during_the_examination_is_looked_up_at_once() {
    let desk = Desk::new();
    let mut case = unkeyed(&desk).await;
    let filler = NewSection {
        section: section(3),
        circulator: String::new(),
        circulator_address: String::new(),
        circulation: Circulation::default(),
        lines: (1..=4)
            .map(|line| NewLine {
                line: LineNo::new(line).unwrap(),
                page: PageNo::new(1).unwrap(),
                text: said("Eva Estrada", "105 Oak St"),
            })
            .collect(),
    };
    case.receive_section(filler, &act()).await.unwrap();
    assert!(case.count(&act()).await.unwrap().accepted);
    desk.search(&mut case).await.unwrap();
    let room = Workroom::open(case).await.unwrap();
    let waiting = room.waiting(Stage::Review);
    let mut office = Keyers { desk, room, now: act().at };
    let search = async |office: &Keyers| {
        office.room.file().search_of(section(2), LineNo::new(1).unwrap()).await.unwrap().unwrap().candidates.len()
    };
    assert_eq!(search(&office).await, 0, "nothing stood there");
    let signer = Worker { own: Own { voter: domain::VoterId::new("4"), ..Own::default() }, ..worker("d-dunn") };
    for name in ["k1", "k2", "k3", "k4"] {
        // The first two get section 1.
        if office.claim(name).await.unwrap().section == section(2) {
            office.key(name, "2:1", &said("David Dunn", "104 Oak St")).await.unwrap();
            office.hand_in(name, 2).await.unwrap();
        }
    }
    assert_eq!(search(&office).await, 1);
    assert_eq!(office.room.waiting(Stage::Review), waiting);
    let fresh = Workroom::open(CaseFile::open(&office.desk.place()).await.unwrap()).await.unwrap();
    for room in [&mut office.room, &mut { fresh }] {
        let batch = room.claim("b1", &signer, Stage::Review, 50, &office.desk.snapshot, office.now).await.unwrap();
        let lines: BTreeSet<_> = batch.lines.iter().map(|(line, _)| line.section.get()).collect();
        assert_eq!(lines, BTreeSet::from([1, 3]), "who may have signed a line that was keyed does not get it");
    }
    // Once somebody has found on a line, nobody keys it.
    let desk = &office.desk;
    let batch = office.room.claim("b2", &worker("R1"), Stage::Review, 50, &desk.snapshot, office.now).await.unwrap();
    assert!(batch.lines.iter().any(|(line, _)| *line == at("2:1")));
}

#[tokio::test]
async fn circulators_do_not_key_their_own_and_time_runs_out() {
    let mut office = Keyers::new().await;
    let own = Own { name: "CORA IRCULATOR".to_owned(), address: "1 Main St".to_owned(), ..Own::default() };
    let circulator = Worker { own, ..worker("cora") };
    assert_eq!(office.room.claim_keying(&circulator, office.now).await.unwrap(), None);
    office.claim("k1").await.unwrap();
    office.claim("k2").await.unwrap();
    office.key("k1", "1:1", &said("Ana Alvarez", "101 Oak St")).await.unwrap();
    office.now += LEASE + SignedDuration::from_secs(1);
    assert!(matches!(office.key("k1", "1:2", &said("x", "y")).await, Err(WorkError::NotInHand)));
    assert!(matches!(office.hand_in("k2", 1).await, Err(WorkError::Refused(_) | WorkError::NotInHand)));
    // Others take it up; who comes back finds what was keyed, if there is room.
    assert_eq!(office.claim("k3").await.unwrap().section, section(1));
    let back = office.claim("k1").await.unwrap();
    assert_eq!((back.section, back.lines[0].2.is_some()), (section(1), true));
    assert_eq!(office.claim("k2").await.unwrap().section, section(2));
}

/// What another program has settled is not settled again by one that has not heard of it.
#[tokio::test]
async fn what_another_program_settled_stands() {
    let mut office = Keyers::new().await;
    let another = async || Workroom::open(CaseFile::open(&office.desk.place()).await.unwrap()).await.unwrap();
    let (mut second, mut third) = (another().await, another().await);
    for (name, text) in [("k1", "Ana"), ("k2", "Anna"), ("k3", "Anne")] {
        assert_eq!(office.claim(name).await.unwrap().section, section(1));
        for line in ["1:1", "1:2"] {
            office.key(name, line, &said(text, "101 Oak St")).await.unwrap();
        }
        office.hand_in(name, 1).await.unwrap();
    }
    let supervisor = |name: &str| casework::Act { actor: name.to_owned(), at: office.now };
    assert_eq!(second.keying_conflicts().await.unwrap().len(), 2);
    assert_eq!(third.keying_conflicts().await.unwrap().len(), 2);
    let (first, other) = (said("Ana Alvarez", "101 Oak St"), said("Anna Alvarez", "101 Oak St"));
    second.settle_conflict(at("1:1"), first.clone(), &Own::default(), None, &supervisor("s1")).await.unwrap();
    let again = third.settle_conflict(at("1:1"), other, &Own::default(), None, &supervisor("s2")).await;
    assert!(matches!(again, Err(WorkError::Refused(_))), "{again:?}");
    assert_eq!(third.file().text_of(at("1:1")).await.unwrap(), Some(first));
    assert_eq!(third.keying_conflicts().await.unwrap().len(), 1);
    second
        .settle_conflict(at("1:2"), said("Ana", "101 Oak St"), &Own::default(), None, &supervisor("s1"))
        .await
        .unwrap();
    assert_eq!(third.claim_keying(&worker("k4"), office.now).await.unwrap().unwrap().section, section(2));
}

/// What a person may do, by numbers that the test makes sense of.
#[derive(Debug, Clone)]
enum Move {
    Claim(usize),
    Key(usize, u8, [u8; 2]),
    HandIn(usize, u8),
    Later,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let person = 0..5usize;
    let one = prop_oneof![
        4 => person.clone().prop_map(Move::Claim),
        8 => (person.clone(), 0..3u8, [0..2u8, 0..2u8]).prop_map(|(who, line, text)| Move::Key(who, line, text)),
        4 => (person, 1..3u8).prop_map(|(who, section)| Move::HandIn(who, section)),
        1 => Just(Move::Later),
    ];
    prop::collection::vec(one, 0..60)
}

/// What each person wrote last of each line, and who has handed which section in: all that decides.
#[derive(Default)]
struct Shadow {
    wrote: BTreeMap<(LineRef, usize), StoredLine>,
    handed_in: BTreeSet<(u32, usize)>,
    stands: BTreeMap<LineRef, StoredLine>,
}

impl Shadow {
    /// What two people who handed in wrote alike of a line, field by field.
    fn agreed(&self, line: LineRef) -> bool {
        let handed_in = |who: &usize| self.handed_in.contains(&(line.section.get(), *who));
        let texts: Vec<_> =
            self.wrote.iter().filter(|((at, who), _)| *at == line && handed_in(who)).map(|(_, text)| text).collect();
        let twice = |field: fn(&StoredLine) -> &str| {
            texts.iter().any(|one| texts.iter().filter(|other| field(one) == field(other)).count() > 1)
        };
        twice(|text| &text.printed_name) && twice(|text| &text.address)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever people do in whatever order: a text stands exactly where two who handed in agree on every field, and nobody has a section twice.
    #[test]
    fn keying_follows_the_model(moves in moves()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut office = Keyers::new().await;
            let lines = ["1:1", "1:2", "2:1"];
            let mut shadow = Shadow::default();
            for step in moves {
                match step {
                    Move::Claim(who) => {
                        if let Some(sheet) = office.claim(&format!("k{who}")).await {
                            prop_assert!(!shadow.handed_in.contains(&(sheet.section.get(), who)), "a section twice");
                        }
                    }
                    Move::Key(who, line, [name, address]) => {
                        let line = lines[usize::from(line)];
                        let text = said(["Ana", "Anna"][usize::from(name)], ["1 Oak", "7 Oak"][usize::from(address)]);
                        if office.key(&format!("k{who}"), line, &text).await.is_ok() {
                            prop_assert!(!shadow.handed_in.contains(&(at(line).section.get(), who)), "after it was handed in");
                            shadow.wrote.insert((at(line), who), text);
                        }
                    }
                    Move::HandIn(who, no) => {
                        if office.hand_in(&format!("k{who}"), no.into()).await.is_ok() {
                            shadow.handed_in.insert((no.into(), who));
                            for line in lines.map(at).into_iter().filter(|line| line.section.get() == u32::from(no)) {
                                if shadow.agreed(line) && !shadow.stands.contains_key(&line) {
                                    shadow.stands.insert(line, office.room.file().text_of(line).await.unwrap().unwrap());
                                }
                            }
                        }
                    }
                    Move::Later => office.now += LEASE + SignedDuration::from_secs(1),
                }
                for line in lines.map(at) {
                    let text = office.room.file().text_of(line).await.unwrap().unwrap();
                    let expected = shadow.stands.get(&line).cloned().unwrap_or_default();
                    prop_assert_eq!(&text, &expected);
                    prop_assert_eq!(text != StoredLine::default(), shadow.agreed(line), "{}", line);
                }
            }
            let mut case = office.room.into_file();
            prop_assert!(case.rebuild().await.unwrap().mended.is_empty());
            Ok(())
        })?;
    }
}
