//! The count, made again from the decisions alone by a small fold of its own, against the published shares.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::{Row, county, read};

type Place = (u32, u32);

fn place(row: &Row) -> Place {
    (row["section"].parse().unwrap(), row["line"].parse().unwrap())
}

/// Settles every line by the rules of the engine: void section, then the people's reason, then withdrawal in time,
/// then one line a voter in order of section and line.
fn settle(dir: &Path) -> BTreeMap<Place, String> {
    let void: BTreeSet<String> =
        read(dir, "section_decisions.csv").into_iter().map(|row| row["section"].clone()).collect();
    let withdrawals = read(dir, "withdrawals.csv").into_iter();
    let withdrawn: BTreeSet<String> = withdrawals
        .filter(|row| row["received_on"].as_str() < "2022-07-06" && row["signature_compares"] == "yes")
        .map(|row| row["voter_id"].clone())
        .collect();
    let mut found: BTreeMap<Place, Vec<Row>> = BTreeMap::new();
    for row in read(dir, "decisions.csv") {
        found.entry(place(&row)).or_default().push(row);
    }
    let mut counted = BTreeSet::new();
    let mut settled = BTreeMap::new();
    for line in read(dir, "petition.csv") {
        let at = place(&line);
        if void.contains(&line["section"]) {
            assert!(!found.contains_key(&at), "{at:?} stands in a void section and has a decision");
            settled.insert(at, "section_fatal".to_owned());
            continue;
        }
        let rows = &found[&at];
        let reviewers: BTreeSet<&String> = rows.iter().map(|row| &row["reviewer"]).collect();
        let wanted = if rows[0]["reason"] == "signature_mismatch" { 3 } else { 1 };
        assert_eq!((rows.len(), reviewers.len()), (wanted, wanted), "{at:?}");
        assert!(rows.iter().all(|row| row["reason"] == rows[0]["reason"] && row["voter_id"] == rows[0]["voter_id"]));
        let voter = &rows[0]["voter_id"];
        let outcome = if rows[0]["disposition"] == "invalid" {
            let computed = ["duplicate", "withdrawn", "section_fatal"];
            assert!(!computed.contains(&rows[0]["reason"].as_str()), "{at:?}: not for a reviewer to find");
            rows[0]["reason"].clone()
        } else {
            assert!(!voter.is_empty() && rows[0]["reason"].is_empty(), "{at:?}");
            if withdrawn.contains(voter) {
                "withdrawn".to_owned()
            } else if counted.insert(voter.clone()) {
                "valid".to_owned()
            } else {
                "duplicate".to_owned()
            }
        };
        settled.insert(at, outcome);
    }
    settled
}

fn category(outcome: &str) -> &str {
    match outcome {
        "not_eligible" => "not_registered",
        "valid"
        | "not_registered"
        | "duplicate"
        | "different_address"
        | "signature_mismatch"
        | "canceled"
        | "out_of_jurisdiction" => outcome,
        "section_fatal" | "no_signature" | "no_address" | "po_box_only" | "no_printed_name" | "illegible"
        | "registered_late" | "withdrawn" => "other",
        unknown => panic!("no such outcome: {unknown}"),
    }
}

/// Raw count, then valid, not registered, duplicate, different address, mismatch, canceled, out of county, other.
/// The figures are the largest-remainder apportionment of the published result, worked out in exact fractions apart from this program.
#[test]
fn the_count_is_exact_at_every_scale() {
    for (scale, seed, raw, expected) in [
        ("1:100", 1, 7_158, [5_200, 885, 436, 322, 95, 73, 54, 93]),
        ("1:100", 77, 7_158, [5_200, 885, 436, 322, 95, 73, 54, 93]),
        ("1:1000", 1, 716, [520, 89, 44, 32, 10, 7, 5, 9]),
        ("1:37", 5, 19_347, [14_056, 2_391, 1_178, 870, 257, 198, 145, 252]),
        ("1:10000", 3, 72, [52, 9, 4, 3, 1, 1, 1, 1]),
    ] {
        let (dir, summary) = county(scale, seed);
        let settled = settle(dir.path());
        assert_eq!(settled.len(), raw, "{scale}");
        let count = |name: &str| settled.values().filter(|outcome| category(outcome) == name).count();
        let counts = [
            "valid",
            "not_registered",
            "duplicate",
            "different_address",
            "signature_mismatch",
            "canceled",
            "out_of_jurisdiction",
            "other",
        ]
        .map(count);
        assert_eq!(counts, expected, "{scale}");
        let told = summary.invalid_by_category;
        let figures = [
            summary.valid,
            told.not_registered,
            told.duplicate,
            told.different_address,
            told.signature_mismatch,
            told.canceled,
            told.out_of_jurisdiction,
            told.other,
        ];
        assert_eq!(figures, expected.map(|figure| figure as u64), "{scale}");
        assert_eq!((summary.raw_count, summary.invalid), (raw as u64, (raw - expected[0]) as u64));

        let truth: BTreeMap<Place, String> =
            read(dir.path(), "truth.csv").into_iter().map(|row| (place(&row), row["kind"].clone())).collect();
        assert_eq!(truth, settled, "{scale}: the truth is what the rules make of the decisions");
    }
}

#[test]
fn requests_that_come_too_late_or_from_another_hand_change_nothing() {
    let (dir, _) = county("1:150", 1);
    let withdrawals = read(dir.path(), "withdrawals.csv");
    let late = withdrawals.iter().filter(|row| row["received_on"].as_str() >= "2022-07-06").count();
    let not_theirs = withdrawals.iter().filter(|row| row["signature_compares"] == "no").count();
    assert!(late > 0 && not_theirs > 0 && late + not_theirs < withdrawals.len());
    let kinds: BTreeMap<String, String> =
        read(dir.path(), "truth.csv").into_iter().map(|row| (row["voter_id"].clone(), row["kind"].clone())).collect();
    for row in &withdrawals {
        let in_time = row["received_on"].as_str() < "2022-07-06" && row["signature_compares"] == "yes";
        assert_eq!(kinds[&row["voter_id"]] == "withdrawn", in_time);
    }
}

#[test]
fn some_voters_sign_three_times_or_more_and_never_the_same_way() {
    let (dir, _) = county("1:150", 1);
    let lines: BTreeMap<Place, Row> =
        read(dir.path(), "petition.csv").into_iter().map(|row| (place(&row), row)).collect();
    let mut written: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in read(dir.path(), "truth.csv") {
        if ["valid", "duplicate"].contains(&row["kind"].as_str()) {
            let line = &lines[&place(&row)];
            let text = format!("{}, {}", line["printed_name"], line["address"]).to_uppercase();
            written.entry(row["voter_id"].clone()).or_default().push(text);
        }
    }
    let most = written.values().map(Vec::len).max().unwrap();
    assert!((3..=4).contains(&most), "{most}");
    let groups: Vec<_> = written.values().filter(|texts| texts.len() > 1).collect();
    let alike = groups.iter().filter(|texts| texts.iter().all(|text| *text == texts[0])).count();
    assert!(alike * 3 < groups.len(), "{alike} of {} groups are written alike", groups.len());
}
