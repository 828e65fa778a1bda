//! Nobody works on a section that they circulated, or may have signed.

use casework::{Finding, Own, PassedTo, Put, Stage, WorkError, Worker, Workroom, files::ReadOptions};
use domain::{Disposition, LineRef, Reason, ReviewerId, VoterId};

use crate::desk::{Desk, act};

/// Each section has one line, of nobody on the roll, so that the circulators alone tell the sections apart.
const CIRCULATED: &[(&str, &str)] = &[
    ("Ana Alvarez", "101 Oak St, Pasadena 91101"),
    ("ALVAREZ, ANA M.", ""),
    ("Ana Alvarez", "900 Pine St, Pasadena 91101"),
    ("A. Alvarez", "101 Oak Street Pasadena"),
    ("Ana Alvarez Jr", "101 Oak St"),
    ("Ana Luisa Alvarez", ""),
    ("", ""),
    ("Anita Alvarez", "101 Oak St, Pasadena 91101"),
];

fn worker(name: &str, own: Own) -> Worker {
    Worker { own, ..ReviewerId::new(name).unwrap().into() }
}

fn voter(number: &str) -> Own {
    Own { voter: VoterId::new(number), ..Own::default() }
}

fn named(name: &str, address: &str) -> Own {
    Own { voter: None, name: name.to_owned(), address: address.to_owned() }
}

/// The lines that somebody gets who asks for all, which are then handed back.
async fn gets(room: &mut Workroom, desk: &Desk, batch: &str, own: Own) -> Vec<String> {
    let worker = worker(batch, own);
    let claimed = room.claim(batch, &worker, Stage::Review, 50, &desk.snapshot, act().at).await.unwrap();
    room.close(batch, &worker.id, &desk.snapshot, act().at).await.unwrap();
    let mut lines: Vec<_> = claimed.lines.iter().map(|(line, _)| *line).collect();
    lines.sort_unstable();
    lines.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn who_circulated_a_section_gets_none_of_its_lines() {
    let desk = Desk::new();
    let (mut lines, mut sections) = (
        "section,page,line,printed_name,address,city,zip,date_signed,signature\n".to_owned(),
        "section,circulator,circulator_address,signed_from,signed_to,executed_on\n".to_owned(),
    );
    for (number, (name, address)) in (1..).zip(CIRCULATED) {
        lines += &format!("{number},1,1,Nobody Known,77 Elm Ave,Pasadena,91101,,x.png\n");
        sections += &format!("{number},\"{name}\",\"{address}\",2022-02-01,2022-03-01,2022-03-01\n");
    }
    let mut case = desk.open(&desk.place()).await.unwrap();
    let (lines, sections) = (desk.file("own-lines.csv", &lines), desk.file("own-sections.csv", &sections));
    case.receive(&lines, Some(&sections), &ReadOptions::default(), &act()).await.unwrap();
    case.count(&act()).await.unwrap();
    desk.search(&mut case).await.unwrap();
    let mut room = Workroom::open(case).await.unwrap();
    let all = ["1:1", "2:1", "3:1", "4:1", "5:1", "6:1", "7:1", "8:1"];
    for (batch, own, lines) in [
        ("nobody", Own::default(), &all[..]),
        ("other", named("GRACE GARCIA", "107 Oak St, Pasadena 91101"), &all),
        // An initial may be hers, and where an address is missing it is no excuse; the junior, Luisa and the Ana in Pine Street are others.
        ("ana", named("ANA MARIA ALVAREZ SR", "101 Oak St, Pasadena 91101"), &["3:1", "5:1", "6:1", "7:1", "8:1"]),
        ("without-address", named("Alvarez, Ana Maria", ""), &["6:1", "7:1", "8:1"]),
        ("accents", named("Ána Álvarez", "900 PINE ST, PASADENA"), &["1:1", "4:1", "5:1", "7:1", "8:1"]),
    ] {
        assert_eq!(gets(&mut room, &desk, batch, own).await, lines, "{batch}");
    }
}

#[tokio::test]
async fn who_may_have_signed_a_section_gets_none_of_its_lines() {
    let desk = Desk::new();
    let mut room = Workroom::open(desk.searched().await).await.unwrap();
    let (first, second) = (["1:1", "1:2", "1:3", "1:4", "1:5"], ["2:1", "2:2", "2:3"]);
    let all = [&first[..], &second].concat();
    assert_eq!(gets(&mut room, &desk, "nobody", Own::default()).await, all);
    assert_eq!(gets(&mut room, &desk, "v1", voter("1")).await, second, "found by the search on two lines");
    assert_eq!(gets(&mut room, &desk, "v5", voter("5")).await, first, "a candidate at another address");
    assert_eq!(gets(&mut room, &desk, "v7", voter("7")).await, all);
    // A reviewer finds voter 7 on a line on which the search did not.
    let (reviewer, line) = (worker("R1", Own::default()), "1:4".parse::<LineRef>().unwrap());
    room.claim("b1", &reviewer, Stage::Review, 50, &desk.snapshot, act().at).await.unwrap();
    let found = Disposition::Invalid(Reason::SignatureMismatch);
    let finding = Some(Finding { found, voter: VoterId::new("7"), note: String::new() });
    let put = Put { batch: "b1".to_owned(), person: reviewer.clone(), line, finding };
    room.find(&[put], &desk.snapshot, act().at).await.unwrap().pop().unwrap().unwrap();
    room.close("b1", &reviewer.id, &desk.snapshot, act().at).await.unwrap();
    assert_eq!(gets(&mut room, &desk, "v7-again", voter("7")).await, second);
    let blind = worker("v7-blind", voter("7"));
    let claimed = room.claim("blind", &blind, Stage::BlindReview, 50, &desk.snapshot, act().at).await.unwrap();
    assert!(claimed.lines.is_empty(), "at every stage: {claimed:?}");
    // The same when the case is opened anew.
    let mut room = Workroom::open(room.into_file()).await.unwrap();
    assert_eq!(gets(&mut room, &desk, "v7-anew", voter("7")).await, second);
}

/// The office learns who somebody is while they have lines in hand: what they are not to see is not shown, and nothing is found on it.
#[tokio::test]
async fn lines_that_turn_out_to_be_ones_own() {
    let desk = Desk::new();
    let mut room = Workroom::open(desk.searched().await).await.unwrap();
    let before = worker("R1", Own::default());
    room.claim("b1", &before, Stage::Review, 50, &desk.snapshot, act().at).await.unwrap();
    let after = worker("R1", voter("1"));
    let put = |line: &str, finding: Option<Finding>| Put {
        batch: "b1".to_owned(),
        person: after.clone(),
        line: line.parse().unwrap(),
        finding,
    };
    let finding =
        |number: &str| Some(Finding { found: Disposition::Valid, voter: VoterId::new(number), note: String::new() });
    for (line, number) in [("1:1", "1"), ("1:3", "3")] {
        let at: LineRef = line.parse().unwrap();
        assert!(room.sheet("b1", &before, at, act().at).await.is_ok());
        let shown = room.sheet("b1", &after, at, act().at).await;
        assert!(matches!(shown, Err(WorkError::Refused(_))), "{line}");
        let answers =
            room.find(&[put(line, finding(number)), put(line, None)], &desk.snapshot, act().at).await.unwrap();
        assert!(matches!(answers[..], [Err(WorkError::Refused(_)), Ok(())]), "{line}: {answers:?}");
    }
    room.find(&[put("2:1", finding("4"))], &desk.snapshot, act().at).await.unwrap().pop().unwrap().unwrap();
    room.pass(&put("1:1", None), PassedTo::Reviewer, "my own section", act().at).await.unwrap();
    let closed = room.close("b1", &after.id, &desk.snapshot, act().at).await.unwrap();
    assert_eq!((closed.taken, closed.refused.len()), (1, 0));
}
