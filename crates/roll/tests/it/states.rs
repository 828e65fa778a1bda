//! Extracts of thirteen states' files, each by its preset: every value in its field.

use roll::{Address, Layout, PartialDate, Snapshot};

use crate::Desk;

const FILES: [(&str, &[u8]); 13] = [
    ("us-co", include_bytes!("../fixtures/us-co.csv")),
    ("us-de", include_bytes!("../fixtures/us-de.csv")),
    ("us-fl", include_bytes!("../fixtures/us-fl.csv")),
    ("us-mi", include_bytes!("../fixtures/us-mi.csv")),
    ("us-nc", include_bytes!("../fixtures/us-nc.csv")),
    ("us-nj", include_bytes!("../fixtures/us-nj.csv")),
    ("us-ny", include_bytes!("../fixtures/us-ny.csv")),
    ("us-oh", include_bytes!("../fixtures/us-oh.csv")),
    ("us-ok", include_bytes!("../fixtures/us-ok.csv")),
    ("us-pa", include_bytes!("../fixtures/us-pa.csv")),
    ("us-ut", include_bytes!("../fixtures/us-ut.csv")),
    ("us-vt", include_bytes!("../fixtures/us-vt.csv")),
    ("us-wa", include_bytes!("../fixtures/us-wa.csv")),
];

/// A voter in one line: identifier, name, birth, address, previous street, status, dates, jurisdiction.
fn line(snapshot: &Snapshot, row: u32) -> String {
    let voter = snapshot.voter(row);
    let born = match voter.birth_date {
        None => "-".to_owned(),
        Some(PartialDate::Day(date)) => date.to_string(),
        Some(date) => date.year().to_string(),
    };
    let day = |date: Option<jiff::civil::Date>| date.map_or("-".to_owned(), |date| date.to_string());
    let Address { house_number, street_pre, street, street_type, street_post, unit, city, zip } = voter.address;
    format!(
        "{}|{},{},{},{}|{born}|{house_number}|{street_pre}|{street}|{street_type}|{street_post}|{unit}|{city}|{zip}|{}|{:?}|{}|{}|{}",
        voter.voter_id,
        voter.last,
        voter.first,
        voter.middle,
        voter.suffix,
        voter.previous.map_or(String::new(), |was| format!("{} {}", was.house_number, was.street)),
        voter.status,
        day(voter.registered_on),
        day(voter.canceled_on),
        voter.jurisdiction,
    )
}

#[test]
fn every_state_lands_in_the_right_fields() {
    let mut lines = Vec::new();
    for (layout, file) in FILES {
        let desk = Desk::with(file);
        let report = desk.import(layout).expect(layout);
        let snapshot = desk.open();
        let (read, refused, warned) = (report.rows_read, report.refused_by_reason, report.warnings_by_reason);
        lines.push(format!("{layout} read {read} refused {refused:?} warned {warned:?}\n"));
        lines.extend((0..snapshot.len()).map(|row| line(&snapshot, row) + "\n"));
    }
    assert_eq!(lines.concat(), include_str!("../fixtures/expected.txt"));
}

#[test]
fn the_presets_are_those_of_the_thirteen_states_the_generic_one_and_the_voter_records_interchange() {
    let mut names: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
    names.splice(0..0, ["generic", "nist-vri"]);
    assert_eq!(Layout::presets().collect::<Vec<_>>(), names);
    assert!(Layout::preset("us-zz").is_none());
}
