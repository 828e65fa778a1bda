//! The invariants that need the roll and the store, each broken once.

use casework::{CaseworkError, CertifyInputs, certificate_digest, files::ReadOptions};
use domain::Verdict;
use jiff::civil::date;

use crate::desk::{DECISIONS, Desk, HEADER, act};

fn inputs() -> CertifyInputs {
    CertifyInputs { certified_on: date(2022, 8, 15), official: None }
}

fn refused<T>(result: Result<T, CaseworkError>) -> String {
    match result {
        Ok(_) => panic!("accepted"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn a_decided_case_is_certified_with_its_totals() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    let certificate = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs()).await.unwrap();
    assert_eq!((certificate.raw_count, certificate.valid, certificate.invalid, certificate.required), (8, 4, 4, 6));
    assert_eq!((certificate.margin, certificate.verdict), (Some(-2), Verdict::Insufficient));
    let found = certificate.invalid_by_category;
    assert_eq!(
        (found.not_registered, found.duplicate, found.different_address, found.signature_mismatch),
        (1, 1, 1, 1)
    );
    case.record_certificate(&certificate, &inputs(), &act()).await.unwrap();
    assert_eq!(case.standing_certificate(&desk.snapshot, &desk.pack).await.unwrap(), certificate);
}

#[tokio::test]
async fn certificate_is_a_function() {
    let (one, two) = (Desk::new(), Desk::new());
    let (first, second) = (one.decided().await, two.decided().await);
    assert_eq!(first.events_digest(), second.events_digest());
    let json = |desk: Desk, case: casework::CaseFile| async move {
        case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs()).await.unwrap().to_json().unwrap()
    };
    let (first, second) = (json(one, first).await, json(two, second).await);
    assert_eq!(first, second);
    assert_eq!(certificate_digest(&first).len(), 64);
}

#[tokio::test]
async fn one_other_decision_is_another_digest() {
    let (one, two) = (Desk::new(), Desk::new());
    let first = one.decided().await;
    let mut second = two.searched().await;
    two.decide(&mut second, &DECISIONS.replace("10:00:09Z", "10:00:10Z")).await.unwrap();
    assert_ne!(first.events_digest(), second.events_digest());
}

#[tokio::test]
async fn a_certificate_of_an_earlier_state_is_not_recorded() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    let early = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs()).await.unwrap();
    let file = desk.file("void.csv", "section,reason,reviewer,decided_at\n2,section_fatal,R9,2022-07-11T10:00:00Z\n");
    case.void_sections(&file, &ReadOptions::default(), &act()).await.unwrap();
    let refusal = refused(case.record_certificate(&early, &inputs(), &act()).await);
    assert!(refusal.contains("changed"), "{refusal}");
}

#[tokio::test]
async fn every_line_one_disposition() {
    let desk = Desk::new();
    let mut case = desk.searched().await;
    let but_one: String = DECISIONS
        .lines()
        .filter(|row| !row.starts_with("1,2,") || !row.contains("R3"))
        .map(|row| format!("{row}\n"))
        .collect();
    let done = desk.decide(&mut case, &but_one).await.unwrap();
    assert_eq!((done.decided, done.undecided), (7, 1));
    let refusal = refused(case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs()).await);
    assert!(refusal.contains("every-line-one-disposition") && refusal.contains("1:2"), "{refusal}");
}

#[tokio::test]
async fn unit_is_no_ground() {
    let desk = Desk::new();
    let mut case = desk.searched().await;
    let wrong = DECISIONS.replace("2,3,valid,,9", "2,3,invalid,different_address,9");
    let refusal = refused(desk.decide(&mut case, &wrong).await);
    assert!(
        refusal.contains("unit-is-no-ground") && refusal.contains("row 10") && refusal.contains("section 2 line 3"),
        "{refusal}"
    );
    assert_eq!(case.status().undecided, 8, "nothing of the file was taken in");
    assert!(!refusal.contains("Ibarra") && !refusal.contains("109"), "{refusal}");
}

#[tokio::test]
async fn search_before_absence() {
    let desk = Desk::new();
    let mut case = desk.counted().await;
    let refusal = refused(desk.decide(&mut case, "1,4,invalid,not_registered,,R1,2022-07-10T10:00:00Z,\n").await);
    assert!(refusal.contains("search-before-absence") && refusal.contains("row 1 (line 2)"), "{refusal}");
}

#[tokio::test]
async fn the_stored_search_can_be_shown() {
    let desk = Desk::new();
    let case = desk.searched().await;
    let at = |section: u32, line: u32| (section.to_string().parse().unwrap(), line.to_string().parse().unwrap());
    let (section, line) = at(1, 1);
    let search = case.search_of(section, line).await.unwrap().unwrap();
    assert_eq!(search.candidates[0].voter.as_str(), "1");
    assert!(search.candidates[0].evidence.starts_with("prior "), "{}", search.candidates[0].evidence);
    assert!(!search.keys.is_empty());
    let (section, line) = at(9, 1);
    assert_eq!(case.search_of(section, line).await.unwrap(), None);
}

#[tokio::test]
async fn people_reject() {
    let desk = Desk::new();
    let mut case = desk.searched().await;
    let twice = "1,2,invalid,signature_mismatch,2,R1,2022-07-10T10:00:01Z,\n1,2,invalid,signature_mismatch,2,R1,2022-07-10T10:00:02Z,\n";
    let refusal = refused(desk.decide(&mut case, twice).await);
    assert!(refusal.contains("row 2 (line 3)") && refusal.contains("other reviewers"), "{refusal}");
}

#[tokio::test]
async fn one_signature_per_voter_goes_to_the_first_line_that_stands() {
    let desk = Desk::new();
    let mut case = desk.searched().await;
    let first_falls = DECISIONS.replace("1,1,valid,,1,", "1,1,invalid,no_signature,,");
    desk.decide(&mut case, &first_falls).await.unwrap();
    let found = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs()).await.unwrap();
    assert_eq!((found.valid, found.invalid_by_category.duplicate, found.invalid_by_category.other), (4, 0, 1));
}

#[tokio::test]
async fn withdrawals_before_filing_day_take_effect() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    let file = desk.file(
        "w.csv",
        "voter_id,received_on,signature_compares\n3,2022-07-05,yes\n4,2022-07-06,yes\n9,2022-07-01,no\n",
    );
    let done = case.withdraw(&file, &ReadOptions::default(), &desk.snapshot, &act()).await.unwrap();
    assert_eq!((done.accepted, done.refused), (1, 2));
    let found = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs()).await.unwrap();
    assert_eq!((found.valid, found.invalid_by_category.other, found.withdrawals.accepted), (3, 1, 1));
}

#[tokio::test]
async fn another_roll_is_refused() {
    let (desk, other) = (Desk::new(), Desk::new());
    let mut case = desk.searched().await;
    let csv = other.file("roll2.csv", &crate::desk::ROLL.replace("CLARA", "KLARA"));
    let layout = roll::Layout::preset("generic").unwrap();
    let path = other.path("roll2");
    roll::import(&csv, &layout, &roll::ImportOptions::default(), &path, &roll::NoProgress).unwrap();
    let snapshot = roll::Snapshot::open(&path).unwrap();
    let file = desk.file("d.csv", &format!("{HEADER}{DECISIONS}"));
    let refusal = refused(case.decide(&file, &ReadOptions::default(), &snapshot, None, &act()).await);
    assert!(refusal.contains("sealed with"), "{refusal}");
}

#[tokio::test]
async fn what_the_regulation_tolerates_is_no_ground() {
    let desk = Desk::new();
    let mut case = desk.open(&desk.place()).await.unwrap();
    let without_city = crate::desk::LINES.replace("109 Oak St Apt 7,Pasadena,91101", "109 Oak St Apt 7,,91101");
    let lines = desk.file("lines.csv", &without_city);
    case.receive(&lines, None, &ReadOptions::default(), &act()).await.unwrap();
    case.count(&act()).await.unwrap();
    let refusal = refused(desk.decide(&mut case, "2,3,invalid,different_address,9,R1,2022-07-10T10:00:00Z,\n").await);
    assert!(refusal.contains("unit-is-no-ground"), "{refusal}");
}

#[tokio::test]
async fn a_finding_against_the_roll_needs_a_note() {
    let desk = Desk::new();
    let mut case = desk.searched().await;
    for (row, said) in [
        ("1,1,valid,,8,R1,2022-07-10T10:00:00Z,", "canceled before"),
        ("1,1,invalid,canceled,1,R1,2022-07-10T10:00:00Z,", "not have this registration as canceled"),
        ("1,1,invalid,registered_late,1,R1,2022-07-10T10:00:00Z,", "registered before"),
        ("1,1,invalid,not_eligible,1,R1,2022-07-10T10:00:00Z,", "as registered"),
    ] {
        let refusal = refused(desk.decide(&mut case, &format!("{row}\n")).await);
        assert!(refusal.contains(said) && refusal.contains("column note"), "{refusal}");
    }
    let noted = "1,1,valid,,8,R1,2022-07-10T10:00:00Z,canceled in error; reinstated by order\n";
    assert_eq!(desk.decide(&mut case, noted).await.unwrap().decided, 1);
}

#[tokio::test]
async fn a_decision_is_made_between_filing_and_today() {
    let desk = Desk::new();
    let mut case = desk.searched().await;
    for (when, said) in
        [("2022-07-04T10:00:00Z", "before the day of filing"), ("2022-08-15T17:00:01Z", "later than now")]
    {
        let refusal = refused(desk.decide(&mut case, &format!("1,1,valid,,1,R1,{when},\n")).await);
        assert!(refusal.contains(said), "{refusal}");
    }
}

#[tokio::test]
async fn a_certificate_is_not_dated_before_what_it_rests_on() {
    let desk = Desk::new();
    let case = desk.decided().await;
    let early = CertifyInputs { certified_on: date(2022, 7, 8), official: None };
    let refusal = refused(case.prepare_certificate(&desk.snapshot, &desk.pack, &early).await);
    assert!(refusal.contains("cannot be dated 2022-07-08"), "{refusal}");
}

#[tokio::test]
async fn the_first_act_that_names_the_roll_fixes_it() {
    let desk = Desk::new();
    let mut case = desk.counted().await;
    desk.decide(&mut case, "1,1,valid,,1,R1,2022-07-10T10:00:00Z,\n").await.unwrap();
    assert_eq!(case.status().roll_digest.as_deref(), Some(desk.snapshot.digest()));
}

#[tokio::test]
async fn a_damaged_roll_is_found_out() {
    let desk = Desk::new();
    let case = desk.decided().await;
    let mut bytes = std::fs::read(desk.path("roll")).unwrap();
    let at = bytes.windows(7).position(|window| window == b"ALVAREZ").unwrap();
    bytes[at + 6] = b'S';
    std::fs::write(desk.path("roll2"), bytes).unwrap();
    let damaged = roll::Snapshot::open(&desk.path("roll2")).unwrap();
    let refusal = refused(case.prepare_certificate(&damaged, &desk.pack, &inputs()).await);
    assert!(refusal.contains("damaged"), "{refusal}");
}
