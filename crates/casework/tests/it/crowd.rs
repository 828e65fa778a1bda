//! Six people at one case, through three servers at the same time: whatever they find, no line is in two hands, nobody looks at a line twice, a mismatch takes
//! three of them, and what was acknowledged is in the log once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use casework::{
    CaseFile, CaseworkError, Finding, PassedTo, Place, Put, Stage, WorkError, Workroom, files::ReadOptions,
};
use domain::{Disposition, Judgment, LineRef, LineState, VoterId};
use roll::Snapshot;

use crate::{
    desk::{Desk, act},
    shift::{MISMATCH, finding, person, put, worker},
};

const LINES: usize = 40;
const TURNS: u64 = 40;
const SERVERS: u64 = 3;

/// What all servers of the test write down, to be held against the case.
#[derive(Default)]
struct Written {
    /// In whose hand a line is.
    hands: BTreeMap<LineRef, String>,
    /// Who found what, once a batch with it was closed and the case took it.
    taken: Vec<(LineRef, String, Disposition)>,
}

/// Numbers as of dice, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[tokio::test]
async fn a_crowd_at_three_servers() {
    let desk = Desk::new();
    let mut case = desk.received().await;
    let rows: String = (1..=LINES).map(|line| format!("7,{line},Line {line},{line} Oak St\n")).collect();
    let file = desk.file("more.csv", &format!("section,line,printed_name,address\n{rows}"));
    case.receive(&file, None, &ReadOptions::default(), &act()).await.unwrap();
    case.count(&act()).await.unwrap();
    desk.search(&mut case).await.unwrap();
    let written = Mutex::new(Written::default());
    let (place, snapshot) = (desk.place(), &desk.snapshot);
    std::thread::scope(|scope| {
        for server in 0..SERVERS {
            let (place, written) = (&place, &written);
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(work(server, place, snapshot, written));
            });
        }
    });

    let Written { hands, taken } = written.into_inner().unwrap();
    assert!(hands.is_empty() && taken.len() > LINES, "{} findings were taken", taken.len());
    let looks: BTreeSet<_> = taken.iter().map(|(line, person, _)| (*line, person.clone())).collect();
    assert_eq!(looks.len(), taken.len(), "nobody finds on a line twice");
    let mut again = CaseFile::open(&desk.place()).await.unwrap();
    let mut rejected = 0;
    for (line, received) in again.case().lines() {
        let of_line = || taken.iter().filter(|(at, ..)| *at == line);
        match &received.state {
            LineState::Undecided => assert_eq!(of_line().count(), 0, "{line}"),
            LineState::MismatchPending { by, .. } => assert_eq!(by.len(), of_line().count(), "{line}"),
            LineState::Decided(Judgment::Mismatch { by, .. }) => {
                rejected += 1;
                let people: BTreeSet<_> = by.iter().map(domain::ReviewerId::person).collect();
                assert_eq!((people.len(), of_line().count()), (3, 3), "{line}");
            }
            LineState::Decided(_) => {
                assert_eq!(of_line().filter(|(.., found)| *found == Disposition::Valid).count(), 1, "{line}");
            }
        }
    }
    assert!(rejected > 0, "nothing was rejected, so nothing of that was tried");
    let judged = desk.text("SELECT CAST(COUNT(*) AS TEXT) FROM event WHERE kind = 'line_judged'").await;
    assert_eq!(judged, taken.len().to_string(), "what was acknowledged is in the log once");
    assert_eq!(desk.text("SELECT CAST(COUNT(*) AS TEXT) FROM in_hand").await, "0");
    assert!(again.rebuild().await.unwrap().mended.is_empty());
}

/// One server, at which two people take turns.
async fn work(server: u64, place: &Place, snapshot: &Snapshot, written: &Mutex<Written>) {
    let mut room = Workroom::open(CaseFile::open(place).await.unwrap()).await.unwrap();
    let (mut dice, now) = (Dice(server + 1), act().at);
    for turn in 0..TURNS {
        let name = format!("R{}", 2 * server + turn % 2);
        let id = format!("b{server}-{turn}");
        let stage = if turn % 3 == 2 { Stage::BlindReview } else { Stage::Review };
        let batch = loop {
            match room.claim(&id, &worker(&name), stage, 4, snapshot, now).await {
                Err(WorkError::Case(CaseworkError::Busy(_))) => {}
                claimed => break claimed.unwrap(),
            }
        };
        {
            let mut written = written.lock().unwrap();
            for (line, _) in &batch.lines {
                let other = written.hands.insert(*line, name.clone());
                assert_eq!(other, None, "{line} is in the hand of {name} as well");
            }
        }
        let mut found = Vec::new();
        for (line, _) in &batch.lines {
            let sheet = room.sheet(&id, &worker(&name), *line, now).await.unwrap();
            let voter = sheet.named.unwrap_or_else(|| VoterId::new("3").unwrap());
            let put = |finding: Option<Finding>| put(&id, &name, *line, finding);
            match dice.below(12) {
                0 => {
                    // From here on it may be in another hand.
                    written.lock().unwrap().hands.remove(line);
                    pass(&mut room, &put(None)).await;
                }
                1 => {}
                side => {
                    let disposition = if side < 8 { MISMATCH } else { Disposition::Valid };
                    let wanted = finding(disposition, voter.as_str());
                    if side == 2 {
                        keep(&room, &put(Some(finding(Disposition::Valid, voter.as_str()))), snapshot).await;
                        keep(&room, &put(None), snapshot).await;
                    }
                    keep(&room, &put(Some(wanted)), snapshot).await;
                    found.push((*line, name.clone(), disposition));
                }
            }
        }
        {
            let mut written = written.lock().unwrap();
            written.hands.retain(|line, _| !batch.lines.iter().any(|(held, _)| held == line));
        }
        let closed = loop {
            match room.close(&id, &person(&name), snapshot, now).await {
                Err(WorkError::Case(CaseworkError::Busy(_))) => {}
                closed => break closed.unwrap(),
            }
        };
        assert_eq!(
            usize::try_from(closed.taken).unwrap() + closed.refused.len(),
            found.len(),
            "every finding has its end"
        );
        found.retain(|(line, ..)| !closed.refused.iter().any(|(refused, _)| refused == line));
        written.lock().unwrap().taken.extend(found);
    }
}

async fn keep(room: &Workroom, put: &Put, snapshot: &Snapshot) {
    loop {
        match room.find(std::slice::from_ref(put), snapshot, act().at).await {
            Err(CaseworkError::Busy(_)) => {}
            kept => break kept.unwrap().pop().unwrap().unwrap(),
        }
    }
}

async fn pass(room: &mut Workroom, put: &Put) {
    loop {
        match room.pass(put, PassedTo::Reviewer, "not mine", act().at).await {
            Err(WorkError::Case(CaseworkError::Busy(_))) => {}
            passed => break passed.unwrap(),
        }
    }
}
