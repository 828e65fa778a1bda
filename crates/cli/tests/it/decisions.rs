//! Decisions that the rules do not allow: each refused by its row, with the rule and with what to do.

use crate::harness::{ACT, DECISIONS_HEADER, Office, Run, Stage, office, shows};

fn decide(office: &Office, rows: &[&str]) -> Run {
    offer(office, rows);
    office.refuses("decide case new.csv --roll roll")
}

fn decided(office: &Office, rows: &[&str]) -> Run {
    offer(office, rows);
    office.acts("decide case new.csv --roll roll")
}

fn offer(office: &Office, rows: &[&str]) {
    let mut text = DECISIONS_HEADER.to_owned();
    for (row, minute) in rows.iter().zip(10..) {
        text.push_str(&format!("{row},2022-07-07T15:{minute}:00Z,\n"));
    }
    office.write("new.csv", text);
}

#[test]
fn before_the_raw_count() {
    let office = office(Stage::Received);
    shows!([office.refuses("decide case decisions.csv --roll roll"), office.refuses("match --case case --roll roll")]);
}

#[test]
fn unknown_lines_and_voters() {
    shows!([decide(
        &office(Stage::Searched),
        &[
            "1,9,valid,,1001,R1",
            "9,1,valid,,1001,R1",
            "1,1,valid,,,R1",
            "1,2,valid,,4711,R1",
            "1,3,invalid,different_address,,R1"
        ],
    )]);
}

#[test]
fn values_that_are_none() {
    shows!([decide(
        &office(Stage::Searched),
        &[
            "1,1,VALID,,1001,R1",
            "1,1,valid,not_registered,1001,R1",
            "1,2,invalid,,1002,R1",
            "1,2,invalid,Maria Garcia moved,1002,R1",
            "1,3,valid,,1003,",
            "x,3,valid,,1003,R1",
        ],
    )]);
    let office = office(Stage::Searched);
    office.write("new.csv", format!("{DECISIONS_HEADER}1,1,valid,,1001,R1,yesterday,\n"));
    let run = office.refuses("decide case new.csv --roll roll");
    assert!(run.stderr.contains("row 1 (line 2): column decided_at"), "{run}");
}

#[test]
fn days_on_which_nobody_decides() {
    let office = office(Stage::Searched);
    let rows = "1,1,valid,,1001,R1,2022-07-01T15:00:00Z,\n1,2,valid,,1002,R1,2022-12-24T15:00:00Z,\n";
    office.write("new.csv", format!("{DECISIONS_HEADER}{rows}"));
    shows!([office.refuses(&format!("decide case new.csv --roll roll {ACT}"))]);
}

#[test]
fn two_decisions_for_one_line() {
    let office = office(Stage::Searched);
    shows!([
        decide(&office, &["1,1,valid,,1001,R1", "1,1,valid,,1001,R1"]),
        decide(&office, &["1,1,valid,,1001,R1", "1,1,valid,,1001,R2"]),
        decide(&office, &["1,1,valid,,1001,R1", "1,1,invalid,not_eligible,1001,R2"]),
    ]);
}

/// people-reject: three distinct reviewers, of one voter, before a signature is rejected; one who finds that it compares
/// ends the review.
#[test]
fn a_mismatch_takes_three_reviewers() {
    let office = office(Stage::Searched);
    let rest = [
        "1,1,valid,,1001,R1",
        "1,2,valid,,1002,R1",
        "1,3,valid,,1003,R1",
        "2,2,valid,,1001,R1",
        "2,3,invalid,not_registered,,R1",
    ];
    shows!([
        decide(&office, &["2,1,invalid,signature_mismatch,1004,R1", "2,1,invalid,signature_mismatch,1004,R1"]),
        decide(&office, &["2,1,invalid,signature_mismatch,1004,R1", "2,1,invalid,signature_mismatch,1002,R2"]),
        decide(&office, &["2,1,invalid,signature_mismatch,1004,R1", "2,1,invalid,not_eligible,1004,R2"]),
        decided(&office, &["2,1,invalid,signature_mismatch,1004,R1", "2,1,invalid,signature_mismatch,1004,R2"]),
        decided(&office, &rest),
        office.refuses("certify case --roll roll --on 2022-08-15 --out out"),
        decide(&office, &["2,1,invalid,signature_mismatch,1004,R2"]),
        decided(&office, &["2,1,invalid,signature_mismatch,1004,R3"]),
        office.succeeds("case status case"),
    ]);
}

#[test]
fn one_reviewer_who_finds_the_signature_genuine_ends_the_review() {
    let office = office(Stage::Searched);
    decided(&office, &["2,1,invalid,signature_mismatch,1004,R1", "2,1,valid,,1004,R2"]);
    let status = office.status();
    assert_eq!((&status["valid"], &status["undecided"]), (&1.into(), &5.into()), "{status}");
}

#[test]
fn search_before_absence() {
    let office = office(Stage::Counted);
    shows!([
        decide(&office, &["2,3,invalid,not_registered,,R1"]),
        office.acts("match --case case --roll roll"),
        decide(&office, &["2,3,invalid,not_registered,1003,R1"]),
        decided(&office, &["2,3,invalid,not_registered,,R1"]),
    ]);
}

#[test]
fn unit_is_no_ground() {
    let office = office(Stage::Searched);
    shows!([
        decide(&office, &["1,2,invalid,different_address,1002,R1"]),
        decide(&office, &["1,1,invalid,different_address,1001,R1"]),
        decided(&office, &["1,3,invalid,different_address,1003,R1"]),
    ]);
}

#[test]
fn computed_reasons_are_not_decided() {
    shows!([decide(
        &office(Stage::Searched),
        &[
            "2,2,invalid,duplicate,1001,R1",
            "1,1,invalid,withdrawn,1001,R1",
            "1,2,invalid,section_fatal,1002,R1",
            "1,3,invalid,out_of_circulation,1003,R1",
        ],
    )]);
}

/// one-signature-per-voter: of two valid lines of a voter the certificate counts one.
#[test]
fn duplicates_follow_from_the_voters() {
    let status = office(Stage::Decided).status();
    assert_eq!(status["invalid_by_category"]["duplicate"], 1, "{status}");
    assert_eq!(status["valid"], 2, "{status}");
}

/// nothing-vanishes: a decision is corrected by a later one with a reason, before and after a certificate.
#[test]
fn supersede_reopen_certify_again() {
    let office = office(Stage::Certified);
    let first = office.text("out/certificate.json");
    offer(&office, &["1,3,valid,,1003,R9"]);
    let runs = [
        office.refuses("decide case new.csv --roll roll"),
        office.acts("case reopen case --because recount"),
        office.refuses("case reopen case --because recount"),
        office.refuses("decide case new.csv --roll roll"),
        office.acts("decide case new.csv --roll roll --supersede looked-again"),
        office.refuses("certify case --roll roll --on 2022-08-16 --out out"),
    ];
    office.acts("certify case --roll roll --on 2022-08-16 --out second");
    assert_eq!(first, office.text("out/certificate.json"));
    assert_ne!(first, office.text("second/certificate.json"));
    let status = office.status();
    assert_eq!((&status["phase"], &status["valid"]), (&"certified".into(), &3.into()), "{status}");
    assert_eq!(office.sql("UPDATE certificate SET valid = valid").unwrap(), 2, "both certificates stay on record");
    let superseded: i64 = office.connected(async |case| {
        sqlx::query_scalar("SELECT count(*) FROM event WHERE kind IN ('certified', 'case_reopened', 'line_reopened')")
            .fetch_one(case)
            .await
            .unwrap()
    });
    assert_eq!(superseded, 4, "two certificates, one reopening, one decision taken back");
    shows!(runs);
}
