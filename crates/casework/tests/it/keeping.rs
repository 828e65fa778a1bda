//! What is kept, and that a refused act changes nothing.

use casework::{CaseFile, CaseworkError, CertifyInputs, Place, files::ReadOptions};
use domain::{
    Disposition, Event, LineJudged, LineJudgedPrivate, LineReopened, NotePrivate, Reason, ReviewerId, VoterId,
};
use jiff::civil::date;

use crate::desk::{DECISIONS, Desk, HEADER, act};

#[tokio::test]
async fn a_case_is_opened_once() {
    let desk = Desk::new();
    let case = desk.open(&desk.place()).await.unwrap();
    assert!(matches!(desk.open(&desk.place()).await, Err(CaseworkError::Exists(_))));
    let again = CaseFile::open(&desk.place()).await.unwrap();
    assert_eq!((again.status(), again.events_digest()), (case.status(), case.events_digest()));
}

#[tokio::test]
async fn opening_leaves_one_file() {
    let desk = Desk::new();
    desk.open(&Place::File(desk.path("case"))).await.unwrap().close().await;
    let names: Vec<_> = std::fs::read_dir(desk.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let case: Vec<_> = names.iter().filter(|name| name.to_string_lossy().starts_with("case")).collect();
    assert_eq!(case, ["case"]);
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_opening_again() {
    let desk = Desk::new();
    let case = desk.decided().await;
    let (status, digest) = (case.status(), case.events_digest());
    // Not closed in good order: the process is gone, the file is what it is.
    drop(case);
    let again = CaseFile::open(&desk.place()).await.unwrap();
    assert_eq!(again.status(), status);
    assert_eq!(again.events_digest(), digest);
}

#[tokio::test]
async fn a_refused_act_leaves_the_case_as_it_was() {
    let desk = Desk::new();
    let mut case = desk.received().await;
    let before = case.status();
    let lines = desk.path("lines.csv");
    assert!(matches!(case.receive(&lines, None, &ReadOptions::default(), &act()).await, Err(CaseworkError::Case(_))));
    assert_eq!(case.status(), before);
    let more = desk.file("more.csv", "section,line,printed_name,address\n3,1,New Line,1 Elm St\n");
    case.receive(&more, None, &ReadOptions::default(), &act()).await.unwrap();
    assert_eq!(case.status().lines, before.lines + 1);
}

/// A finding by this reviewer that line 1:3 bears the hand of voter 3, or that it counts already, which nobody finds.
fn finding(duplicate: bool, reviewer: &str) -> Event {
    let found = if duplicate { Disposition::Invalid(Reason::Duplicate) } else { Disposition::Valid };
    let (line, decided_at) = ("1:3".parse().unwrap(), act().at);
    let reviewer = ReviewerId::new(reviewer).unwrap();
    Event::LineJudged(
        LineJudged { line, found, decided_at },
        LineJudgedPrivate { voter: VoterId::new("3"), reviewer, note: String::new() },
    )
}

/// Whichever of several events is refused, none is taken in, the lines come to what they came to, and work goes on.
#[tokio::test]
async fn a_refused_event_takes_those_before_it_with_it() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    let reopened = || Event::LineReopened(LineReopened { line: "1:3".parse().unwrap() }, NotePrivate::default());
    let before = (case.case().clone(), case.settlement().clone(), case.events_digest());
    for refused in [vec![finding(false, "R4")], vec![reopened(), finding(true, "R4")], vec![reopened(), reopened()]] {
        assert!(matches!(case.append(refused, &act()).await, Err(CaseworkError::Case(_))));
        assert_eq!((case.case(), case.settlement(), &case.events_digest()), (&before.0, &before.1, &before.2));
    }
    case.append(vec![reopened()], &act()).await.unwrap();
    assert_eq!((case.status().valid, case.status().undecided), (3, 1));
    case.append(vec![finding(false, "R4")], &act()).await.unwrap();
    assert_eq!(*case.settlement(), before.1);
    assert!(case.rebuild().await.unwrap().mended.is_empty());
}

#[tokio::test]
async fn two_writers_do_not_overwrite_each_other() {
    let desk = Desk::new();
    let mut one = desk.searched().await;
    let mut two = CaseFile::open(&desk.place()).await.unwrap();
    desk.decide(&mut one, DECISIONS).await.unwrap();
    let file = desk.file("late.csv", &format!("{HEADER}1,1,invalid,no_signature,,R1,2022-07-10T10:00:00Z,\n"));
    let late = two.decide(&file, &ReadOptions::default(), &desk.snapshot, None, &act()).await;
    assert!(late.unwrap_err().to_string().contains("section 1 line 1"), "the line is decided by now");
    assert_eq!(two.status().undecided, 0, "the refused writer sees what the other wrote");
}

#[tokio::test]
async fn a_decision_is_superseded_with_a_reason_and_both_are_kept() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    let again = "1,3,invalid,illegible,,R4,2022-07-12T10:00:00Z,\n";
    assert!(matches!(desk.decide(&mut case, again).await, Err(CaseworkError::File(_))));
    let before = case.status().events;
    let file = desk.path("decisions.csv");
    let done = case
        .decide(&file, &ReadOptions::default(), &desk.snapshot, Some("page looked at again"), &act())
        .await
        .unwrap();
    assert_eq!((done.superseded, done.undecided), (1, 0));
    assert_eq!(case.status().events, before + 2);
    assert_eq!(case.status().valid, 3);
}

#[tokio::test]
async fn a_certified_case_is_closed_until_it_is_reopened() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    let inputs = CertifyInputs { certified_on: date(2022, 8, 15), official: None };
    let first = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs).await.unwrap();
    let first_digest = case.record_certificate(&first, &inputs, &act()).await.unwrap();
    let refused = desk.decide(&mut case, "1,3,valid,,3,R4,2022-07-12T10:00:00Z,\n").await.unwrap_err();
    assert!(refused.to_string().contains("reopen"), "{refused}");
    case.reopen("a court order", &act()).await.unwrap();
    assert_eq!(case.status().certificate_digest, None);
    let second = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs).await.unwrap();
    let second_digest = case.record_certificate(&second, &inputs, &act()).await.unwrap();
    assert_ne!(first_digest, second_digest, "the second rests on more events");
    assert_eq!(case.status().certificate_digest, Some(second_digest));
    assert_eq!(case.case().certificates.len(), 2);
    let replaced = second.superseded.unwrap();
    assert_eq!((replaced.digest, replaced.reason.as_str()), (first_digest, "a court order"));
}

#[tokio::test]
async fn a_path_with_dots_is_the_file_it_names() {
    let desk = Desk::new();
    for folder in ["a", "a/b", "c"] {
        std::fs::create_dir_all(desk.path(folder)).unwrap();
    }
    let crooked = Place::File(desk.path("a/b/../../c/case"));
    desk.open(&crooked).await.unwrap().close().await;
    assert!(desk.path("c/case").exists());
    assert_eq!(CaseFile::open(&crooked).await.unwrap().status().events, 1);
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_a_case() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let path = desk.path("case");
    desk.open(&Place::File(path.clone())).await.unwrap().close().await;
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_voided_section_can_be_restored_with_a_reason() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    let file = desk.file("void.csv", "section,reason,reviewer,decided_at\n2,section_fatal,R9,2022-07-11T10:00:00Z\n");
    assert_eq!(case.void_sections(&file, &ReadOptions::default(), &act()).await.unwrap().lines, 3);
    assert_eq!(case.status().valid, 2);
    let section = domain::SectionNo::new(2).unwrap();
    assert!(matches!(case.restore_section(section, " ", &act()).await, Err(CaseworkError::NoReason)));
    case.restore_section(section, "the number was mistyped", &act()).await.unwrap();
    assert_eq!(case.status().valid, 4);
    assert!(case.rebuild().await.unwrap().mended.is_empty());
}

#[tokio::test]
async fn a_withdrawal_is_taken_in_once() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    let file = desk.file("w.csv", "voter_id,received_on,signature_compares\n3,2022-07-05,yes\n");
    case.withdraw(&file, &ReadOptions::default(), &desk.snapshot, &act()).await.unwrap();
    let again = case.withdraw(&file, &ReadOptions::default(), &desk.snapshot, &act()).await.unwrap_err();
    assert!(again.to_string().contains("on record already"), "{again}");
}

/// PostgreSQL keeps no zero byte in a text, so no case has one.
#[tokio::test]
async fn a_file_with_a_zero_byte_is_refused() {
    let desk = Desk::new();
    let mut case = desk.open(&desk.place()).await.unwrap();
    let file =
        desk.file("zero.csv", "section,line,printed_name,address\n1,1,Ana Alvarez,101 Oak Street\n1,2,B\0b,2 Elm St\n");
    let refused = case.receive(&file, None, &ReadOptions::default(), &act()).await.unwrap_err();
    assert!(refused.to_string().contains("line 3 holds a zero byte"), "{refused}");
    let odd = desk
        .file("odd.csv", "section,line,printed_name,address\n1,1,\u{1F58B} \u{202E}\u{7F}\u{1},\u{FFFD}'\"\"$1 ?\n");
    case.receive(&odd, None, &ReadOptions::default(), &act()).await.unwrap();
    assert!(case.rebuild().await.unwrap().mended.is_empty(), "every other sign is kept as it is");
}
