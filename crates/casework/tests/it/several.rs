//! Several writers at one case, in a file as on a server: what was acknowledged is in the log once, and all come to the same.

use casework::{Act, CaseFile, CaseworkError, CertifyInputs, Place, files::ReadOptions};
use domain::{Disposition, Event, LineJudged, LineJudgedPrivate, LineNo, LineRef, ReviewerId, SectionNo, VoterId};
use jiff::civil::date;

use crate::desk::{DECISIONS, Desk, HEADER, act};

#[tokio::test]
async fn a_reader_catches_up() {
    let desk = Desk::new();
    let mut writer = desk.searched().await;
    let mut reader = CaseFile::open(&desk.place()).await.unwrap();
    assert_eq!(reader.catch_up().await.unwrap(), 0);
    desk.decide(&mut writer, DECISIONS).await.unwrap();
    assert_eq!(reader.status().undecided, 8, "it sees nothing of it until it looks");
    assert_eq!(reader.catch_up().await.unwrap(), 10);
    assert_eq!((reader.status(), reader.events_digest()), (writer.status(), writer.events_digest()));
    assert_eq!(reader.settlement(), writer.settlement());
}

/// Each decides another line, on a fold that knows nothing of the other's decision: both are taken in, in the order in which they came.
#[tokio::test]
async fn decisions_of_two_people_on_two_lines() {
    let desk = Desk::new();
    let mut one = desk.searched().await;
    let mut two = CaseFile::open(&desk.place()).await.unwrap();
    desk.decide(&mut one, "1,1,valid,,1,R1,2022-07-10T10:00:00Z,\n").await.unwrap();
    desk.decide(&mut two, "1,5,valid,,1,R2,2022-07-10T10:00:01Z,\n").await.unwrap();
    let tally = &two.settlement().tally;
    assert_eq!((tally.valid, tally.invalid, tally.undecided), (1, 1, 6), "the second line of a voter is a duplicate");
    assert_eq!(one.catch_up().await.unwrap(), 1);
    assert_eq!((one.status(), one.events_digest()), (two.status(), two.events_digest()));
    assert!(one.rebuild().await.unwrap().mended.is_empty());
}

/// An event is kept to the microsecond. A program whose clock is behind dates its own by what it reads, and the first takes that in.
#[tokio::test]
async fn a_clock_that_is_behind_beside_one_that_is_finer() {
    let desk = Desk::new();
    let mut one = desk.searched().await;
    let mut two = CaseFile::open(&desk.place()).await.unwrap();
    let void = desk.file("void.csv", "section,reason,reviewer,decided_at\n2,section_fatal,R9,2022-07-11T10:00:00Z\n");
    let finer = Act { at: act().at + jiff::SignedDuration::from_nanos(1), ..act() };
    one.void_sections(&void, &ReadOptions::default(), &finer).await.unwrap();
    let behind = Act { at: act().at - jiff::SignedDuration::from_hours(1), ..act() };
    two.catch_up().await.unwrap();
    two.restore_section(SectionNo::new(2).unwrap(), "the date is there", &behind).await.unwrap();
    assert_eq!(one.catch_up().await.unwrap(), 1);
    assert_eq!((one.case(), one.events_digest()), (two.case(), two.events_digest()));
}

/// A certificate rests on the events that were looked at, and on no others.
#[tokio::test]
async fn what_rests_on_the_case_as_it_was_is_refused_once_it_is_another() {
    let desk = Desk::new();
    let mut one = desk.decided().await;
    let mut two = CaseFile::open(&desk.place()).await.unwrap();
    let inputs = CertifyInputs { certified_on: date(2022, 8, 15), official: None };
    let given = one.prepare_certificate(&desk.snapshot, &desk.pack, &inputs).await.unwrap();
    let void = desk.file("void.csv", "section,reason,reviewer,decided_at\n2,section_fatal,R9,2022-07-11T10:00:00Z\n");
    two.void_sections(&void, &ReadOptions::default(), &act()).await.unwrap();
    let refused = one.record_certificate(&given, &inputs, &act()).await;
    assert!(matches!(refused, Err(CaseworkError::Changed(_))), "{refused:?}");
    assert_eq!(one.status(), two.status(), "the refused writer sees what the other wrote");
    // The same decision taken back for another reason, by somebody who did not see the first to do so.
    let again = desk.file("again.csv", &format!("{HEADER}1,1,invalid,illegible,,R8,2022-07-12T10:00:00Z,\n"));
    desk.decide_again(&mut one, "1,1,invalid,no_signature,,R7,2022-07-12T10:00:00Z,\n").await;
    let late = two.decide(&again, &ReadOptions::default(), &desk.snapshot, Some("looked at again"), &act()).await;
    assert!(matches!(late, Err(CaseworkError::Changed(_))), "{late:?}");
    let done = two.decide(&again, &ReadOptions::default(), &desk.snapshot, Some("looked at again"), &act()).await;
    assert_eq!(done.unwrap().superseded, 1, "having seen it, the same command does it");
}

/// Two programs with clocks that differ: the one whose clock is behind writes at the time of the last event, which the other had from its own clock, to
/// the nanosecond.
#[tokio::test]
async fn clocks_that_differ() {
    let desk = Desk::new();
    let mut ahead = desk.searched().await;
    let mut behind = CaseFile::open(&desk.place()).await.unwrap();
    let at = "2022-08-15T17:00:00.123456789Z".parse().unwrap();
    let finding = |line: u32, reviewer: &str| {
        let line = LineRef { section: SectionNo::new(1).unwrap(), line: LineNo::new(line).unwrap() };
        let reviewer = ReviewerId::new(reviewer).unwrap();
        let by = LineJudgedPrivate { voter: VoterId::new("1"), reviewer, note: String::new() };
        Event::LineJudged(LineJudged { line, found: Disposition::Valid, decided_at: act().at }, by)
    };
    ahead.append(vec![finding(1, "R1")], &Act { actor: "one".to_owned(), at }).await.unwrap();
    behind.append(vec![finding(2, "R2")], &act()).await.unwrap();
    assert_eq!(ahead.catch_up().await.unwrap(), 1);
    ahead.append(vec![finding(3, "R3")], &Act { actor: "one".to_owned(), at }).await.unwrap();
    behind.catch_up().await.unwrap();
    assert_eq!((ahead.status(), ahead.events_digest()), (behind.status(), behind.events_digest()));
    assert_eq!(ahead.case(), CaseFile::open(&desk.place()).await.unwrap().case(), "memory is what is kept");
}

/// Two rolls for one case: the second to come is told of the first.
#[tokio::test]
async fn two_who_search_at_once() {
    let desk = Desk::new();
    let mut one = desk.counted().await;
    let mut two = CaseFile::open(&desk.place()).await.unwrap();
    desk.search(&mut one).await.unwrap();
    assert!(matches!(desk.search(&mut two).await, Err(CaseworkError::Changed(_))));
    assert_eq!(desk.search(&mut two).await.unwrap().lines, 0, "everything is searched by now");
    assert_eq!(one.status(), two.status());
}

/// What a reviewer finds on a line, by number: the section has that many lines.
fn found(line: u32, reviewer: &str) -> Event {
    let line = LineRef { section: SectionNo::new(7).unwrap(), line: LineNo::new(line).unwrap() };
    let found = LineJudged { line, found: Disposition::Valid, decided_at: act().at };
    let by = LineJudgedPrivate {
        voter: VoterId::new("1"),
        reviewer: ReviewerId::new(reviewer).unwrap(),
        note: String::new(),
    };
    Event::LineJudged(found, by)
}

/// Four writers, each with the case open for itself on a thread of its own, decide lines at the same time; every second line is tried by two of them.
#[tokio::test]
async fn everything_acknowledged_is_in_the_log_once() {
    const LINES: u32 = 60;
    let desk = Desk::new();
    let mut case = desk.received().await;
    let rows: String = (1..=LINES).map(|line| format!("7,{line},Line {line},{line} Oak St\n")).collect();
    let file = desk.file("more.csv", &format!("section,line,printed_name,address\n{rows}"));
    case.receive(&file, None, &ReadOptions::default(), &act()).await.unwrap();
    case.count(&act()).await.unwrap();
    desk.search(&mut case).await.unwrap();
    let before = case.case().seq;
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let place = desk.place();
            let theirs = (1..=LINES).filter(move |line| line % 4 == writer || line % 4 == writer + 2).collect();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(decides(&place, writer, theirs))
            })
        })
        .collect();
    let ends: Vec<_> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
    let mut acknowledged: Vec<_> = ends.iter().flat_map(|(_, lines)| lines.clone()).collect();
    acknowledged.sort_unstable();
    assert_eq!(acknowledged, (1..=LINES).collect::<Vec<_>>(), "every line is acknowledged to one writer");
    case.catch_up().await.unwrap();
    assert_eq!(case.case().seq, before + u64::from(LINES), "and is in the log once");
    for (mut theirs, _) in ends {
        theirs.catch_up().await.unwrap();
        assert_eq!((theirs.status(), theirs.events_digest()), (case.status(), case.events_digest()));
        assert_eq!(theirs.settlement(), case.settlement());
    }
    let hashes = case.leaf_hashes().await.unwrap();
    assert_eq!(ledger::hex(&ledger::root_of(&hashes)), case.events_digest(), "the tree is the one over what is kept");
    let again = CaseFile::open(&desk.place()).await.unwrap();
    assert_eq!((again.status(), again.events_digest()), (case.status(), case.events_digest()));
    assert_eq!(again.settlement(), case.settlement());
    assert!(case.rebuild().await.unwrap().mended.is_empty());
}

/// Tries to decide each line by itself. Returns the case as this writer has it, and the lines that were acknowledged.
async fn decides(place: &Place, writer: u32, lines: Vec<u32>) -> (CaseFile, Vec<u32>) {
    let mut case = CaseFile::open(place).await.unwrap();
    let by = Act { actor: format!("clerk {writer}"), at: act().at };
    let mut acknowledged = Vec::new();
    for line in lines {
        let done = loop {
            match case.append(vec![found(line, &format!("R{writer}"))], &by).await {
                // SQLite lets a writer wait for five seconds only.
                Err(CaseworkError::Busy(_)) => {}
                done => break done,
            }
        };
        match done {
            Ok(()) => acknowledged.push(line),
            Err(CaseworkError::Case(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    (case, acknowledged)
}

/// What a server with many threads needs: an act under way may move from one to another.
#[tokio::test]
async fn an_act_may_move_between_threads() {
    fn moves<T: Send>(future: T) -> T {
        future
    }
    let desk = Desk::new();
    let place = desk.place();
    let mut case = desk.received().await;
    moves(CaseFile::open(&place)).await.unwrap();
    moves(case.catch_up()).await.unwrap();
    moves(case.append(Vec::new(), &act())).await.unwrap();
}
