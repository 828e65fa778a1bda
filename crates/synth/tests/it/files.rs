//! The files: headers, dates, what a line may say about its voter, determinism, and failures.

use std::collections::BTreeMap;
use std::path::Path;

use synth::{Plan, Stage, write_county};

use crate::{Row, county, read};

const FILES: [&str; 9] = [
    "roll.csv",
    "sections.csv",
    "petition.csv",
    "withdrawals.csv",
    "section_decisions.csv",
    "decisions.csv",
    "truth.csv",
    "case.json",
    "truth-summary.json",
];

fn contents(dir: &Path) -> Vec<Vec<u8>> {
    FILES.iter().map(|name| std::fs::read(dir.join(name)).unwrap()).collect()
}

#[test]
fn one_thread_and_many_write_the_same_bytes_and_another_seed_others() {
    let with_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| contents(county("1:80", 9).0.path()))
    };
    let (one, five) = (with_threads(1), with_threads(5));
    for (name, (one, five)) in FILES.iter().zip(one.iter().zip(&five)) {
        assert!(one == five, "{name} differs");
    }
    let other = contents(county("1:80", 10).0.path());
    assert!(one[0] != other[0] && one[2] != other[2]);
}

/// A county that others have measured against must not change unnoticed. The sums change when the tables or the
/// draws are changed on purpose; then they are written down anew.
#[test]
fn the_county_of_seed_one_is_as_written_down() {
    let (dir, _) = county("1:1000", 1);
    let sums: Vec<(&str, u64)> =
        FILES.iter().zip(contents(dir.path())).map(|(name, bytes)| (*name, fnv(&bytes))).collect();
    assert_eq!(sums, GOLDEN);
}

const GOLDEN: [(&str, u64); 9] = [
    ("roll.csv", 0x4de5_52ca_af6e_ac46),
    ("sections.csv", 0xa24c_e252_2095_3bbd),
    ("petition.csv", 0xe430_8d4d_9985_a5f9),
    ("withdrawals.csv", 0x515a_528f_572a_d3bd),
    ("section_decisions.csv", 0xb256_b602_36aa_8fcd),
    ("decisions.csv", 0x187c_e725_b3bd_75cb),
    ("truth.csv", 0xeeca_e8a3_4d4e_567b),
    ("case.json", 0x965b_99dc_0b47_7289),
    ("truth-summary.json", 0xfb34_71d8_77cb_6790),
];

/// FNV-1a, 64 bits: enough to tell two files apart, and the same everywhere.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, &byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn headers_are_the_ones_that_others_script_against() {
    let (dir, _) = county("1:1000", 1);
    for (name, header) in [
        (
            "roll.csv",
            "voter_id,first,middle,last,suffix,birth_date,house_number,street_pre,street,street_type,unit,city,zip,status,registered_on,canceled_on,previous_house_number,previous_street_pre,previous_street,previous_street_type,previous_unit,previous_city,previous_zip,previous_until,signatures",
        ),
        ("sections.csv", "section,circulator,circulator_address,signed_from,signed_to,executed_on"),
        ("petition.csv", "section,page,line,printed_name,address,city,zip,date_signed,signature"),
        ("withdrawals.csv", "voter_id,received_on,signature_compares"),
        ("section_decisions.csv", "section,reason,reviewer,decided_at,note"),
        ("decisions.csv", "section,line,disposition,reason,voter_id,reviewer,decided_at,note"),
        ("truth.csv", "section,line,kind,voter_id,noise"),
    ] {
        let text = std::fs::read_to_string(dir.path().join(name)).unwrap();
        assert_eq!(text.lines().next(), Some(header), "{name}");
        assert!(text.is_ascii() && text.ends_with('\n') && !text.contains('\r'), "{name}");
    }
}

#[test]
fn the_summary_counts_what_is_in_the_files() {
    let (dir, summary) = county("1:400", 4);
    for (name, rows) in &summary.rows {
        assert_eq!(read(dir.path(), name).len() as u64, *rows, "{name}");
    }
    let roll = read(dir.path(), "roll.csv");
    let active = roll.iter().filter(|row| row["status"] == "A").count() as u64;
    assert_eq!((active, summary.registered_voters), (14_171, 14_171));
    let case: serde_json::Value =
        serde_json::from_slice(&std::fs::read(dir.path().join("case.json")).unwrap()).unwrap();
    assert_eq!(case["registered_voters"], 14_171);
    assert_eq!(case["raw_count"], serde_json::Value::Null, "what comes in is counted, not told");
    assert_eq!(case["rules"], "synthetic/county-recall");
    assert_eq!(case["filed_on"], "2022-07-06");
    assert!(case.get("valid").is_none(), "the case must not tell the result");
}

#[test]
fn lines_number_on_through_the_pages_and_every_date_is_in_its_place() {
    let (dir, _) = county("1:250", 1);
    let sections: BTreeMap<String, Row> =
        read(dir.path(), "sections.csv").into_iter().map(|row| (row["section"].clone(), row)).collect();
    for row in sections.values() {
        let [from, to, executed] = ["signed_from", "signed_to", "executed_on"].map(|column| row[column].as_str());
        assert!("2022-01-27" < from && from <= to && to <= executed && executed <= "2022-07-06", "{row:?}");
    }
    let mut last = (0, 0);
    for row in read(dir.path(), "petition.csv") {
        let [section, page, line] = ["section", "page", "line"].map(|column| row[column].parse::<u32>().unwrap());
        assert_eq!((section, line), if section == last.0 { (last.0, last.1 + 1) } else { (last.0 + 1, 1) });
        assert_eq!(page, (line - 1) / 7 + 1);
        assert!(line <= 42 && row["date_signed"].is_empty());
        last = (section, line);
    }
    assert_eq!(last.0 as usize, sections.len());
    for name in ["decisions.csv", "section_decisions.csv"] {
        for row in read(dir.path(), name) {
            let at = row["decided_at"].as_str();
            assert!(at.parse::<jiff::Timestamp>().is_ok() && "2022-07-07" < at && at < "2022-08-15", "{at}");
        }
    }
}

/// What each kind of line promises about its voter's row and about its own fields.
#[test]
fn each_kind_of_line_is_what_it_is_called() {
    let (dir, _) = county("1:250", 2);
    let key = |row: &Row| (row["section"].clone(), row["line"].clone());
    let roll: BTreeMap<String, Row> =
        read(dir.path(), "roll.csv").into_iter().map(|row| (row["voter_id"].clone(), row)).collect();
    let sections: BTreeMap<String, Row> =
        read(dir.path(), "sections.csv").into_iter().map(|row| (row["section"].clone(), row)).collect();
    let lines: BTreeMap<_, Row> = read(dir.path(), "petition.csv").into_iter().map(|row| (key(&row), row)).collect();
    let county_zips: std::collections::BTreeSet<&str> = roll.values().map(|row| row["zip"].as_str()).collect();
    let street = |row: &Row| row["street"].replace(' ', "");
    let (mut at_address, mut elsewhere) = ((0, 0), (0, 0));
    for truth in read(dir.path(), "truth.csv") {
        let line = &lines[&key(&truth)];
        let section = &sections[&truth["section"]];
        let voter = roll.get(&truth["voter_id"]);
        let kind = truth["kind"].as_str();
        assert_eq!(line["signature"].is_empty(), kind == "no_signature", "{line:?}");
        assert_eq!(line["printed_name"].is_empty(), kind == "no_printed_name", "{line:?}");
        assert_eq!(line["address"].is_empty(), kind == "no_address", "{line:?}");
        let on_roll = !matches!(kind, "not_registered" | "out_of_jurisdiction" | "section_fatal");
        assert!(voter.is_some() || !on_roll, "{truth:?}");
        let Some(voter) = voter else {
            if kind == "out_of_jurisdiction" && !truth["noise"].contains("zip") {
                assert!(!county_zips.contains(line["zip"].as_str()), "{line:?}");
            }
            continue;
        };
        let written = line["address"].to_uppercase().replace(' ', "");
        let registered_before_signing = voter["registered_on"] <= section["signed_from"];
        let shows_street = written.contains(&street(voter));
        match kind {
            "registered_late" => {
                let late = voter["registered_on"] > section["signed_to"];
                assert!(late && voter["registered_on"] != "2022-07-06", "{voter:?} {section:?}");
            }
            "canceled" => assert!(voter["status"] == "C" && voter["canceled_on"] < section["signed_from"]),
            "not_eligible" => assert_eq!(voter["status"], "P"),
            "different_address" => {
                elsewhere = (elsewhere.0 + 1, elsewhere.1 + usize::from(shows_street));
            }
            _ => assert!(["A", "I"].contains(&voter["status"].as_str()) && registered_before_signing, "{truth:?}"),
        }
        if ["valid", "duplicate", "withdrawn", "signature_mismatch", "canceled"].contains(&kind) {
            at_address = (at_address.0 + 1, at_address.1 + usize::from(shows_street));
        }
    }
    // All but the mistyped streets are the voter's own; of other addresses none is on the voter's street, though
    // one street's name may happen to lie within another's.
    assert!(at_address.1 * 100 > at_address.0 * 92, "{at_address:?}");
    assert!(elsewhere.1 * 100 < elsewhere.0 * 2, "{elsewhere:?}");
}

#[test]
fn progress_is_told_stage_by_stage_to_the_end() {
    let told = std::sync::Mutex::new(Vec::new());
    let dir = tempfile::tempdir().unwrap();
    let plan = Plan { scale: "1:1000".parse().unwrap(), seed: 1, lines: None, pictures: false };
    write_county(dir.path(), &plan, &|stage, done, total| told.lock().unwrap().push((stage, done, total))).unwrap();
    for (stage, total) in [(Stage::Roll, 6), (Stage::Signers, 6), (Stage::Petition, 716)] {
        let last = told.lock().unwrap().iter().rev().find(|told| told.0 == stage).copied();
        assert_eq!(last, Some((stage, total, total)));
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let taken = dir.path().join("taken");
    std::fs::write(&taken, "").unwrap();
    let error = write_county(&taken, &Plan::default(), &|_, _, _| {}).unwrap_err().to_string();
    assert!(error.contains("taken") && error.contains("disk has room"), "{error}");
}

/// A run that fails on the way leaves no case.json, by which a whole folder is known.
#[test]
fn a_failed_run_leaves_no_case() {
    let (dir, _) = county("1:1000", 1);
    std::fs::remove_file(dir.path().join("decisions.csv")).unwrap();
    std::fs::create_dir(dir.path().join("decisions.csv")).unwrap();
    let plan = Plan { scale: "1:1000".parse().unwrap(), seed: 2, lines: None, pictures: false };
    let error = write_county(dir.path(), &plan, &|_, _, _| {}).unwrap_err().to_string();
    assert!(error.contains("decisions.csv"), "{error}");
    assert!(!dir.path().join("case.json").exists());
}
