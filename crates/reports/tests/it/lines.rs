//! The result line by line.

use domain::{Disposition, Event, LineNo, RawCounted, Settlement, Tally, settle};
use verifier::tables::{TableError, write_lines};

use super::small::{events, fold, judged, opened, section};

fn written(case: &domain::Case, settlement: &Settlement) -> String {
    let mut out = Vec::new();
    write_lines(&mut out, case, settlement).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_line_has_its_row() {
    let case = fold(events());
    insta::assert_snapshot!(written(&case, &settle(&case)));
}

/// As for a sample: what is outside it has its row without a disposition.
#[test]
fn lines_outside_the_settlement_stay_empty() {
    let case = fold(events());
    let mut settlement = settle(&case);
    settlement.lines.retain(|settled| settled.line.line == LineNo::new(2).unwrap());
    let rows = written(&case, &settlement);
    let with = |wanted: &str| -> Vec<_> {
        let rows = rows.lines().skip(1).filter(|row| row.split(',').nth(3) == Some(wanted));
        rows.map(|row| row.split(',').take(3).collect::<Vec<_>>().join(",")).collect()
    };
    assert_eq!(with("invalid"), ["1,1,2", "2,1,2"]);
    assert_eq!(with("struck"), ["1,1,3", "1,2,12"]);
    assert_eq!(with("").len(), 11);
    assert!(with("valid").is_empty());
    settlement.lines.clear();
    assert_eq!(written(&case, &settlement).lines().filter(|row| row.ends_with(",,,,")).count(), 13);
}

#[test]
fn the_rows_agree_with_the_tally() {
    let case = fold(events());
    let settlement = settle(&case);
    let text = written(&case, &settlement);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let mut tally = Tally::default();
    for row in rows.iter().filter(|row| &row[3] != "struck") {
        tally.raw += 1;
        match &row[3] {
            "valid" => tally.valid += 1,
            "invalid" => {
                tally.invalid += 1;
                *tally.by_reason.entry(row[4].parse().unwrap()).or_default() += 1;
                assert!(row[5].starts_with(&row[4]) && !row[6].is_empty(), "{row:?}");
            }
            _ => tally.undecided += 1,
        }
    }
    assert_eq!(tally, settlement.tally);
}

#[test]
fn nobody_is_named() {
    let case = fold(events());
    let text = written(&case, &settle(&case));
    for private in ["v1", "r1", "SECRET", "a note", "desk"] {
        assert!(!text.contains(private), "{private}");
    }
}

#[test]
fn a_full_disk_and_lost_rules_are_named() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut case = fold(events());
    let settlement = settle(&case);
    assert!(matches!(write_lines(Full, &case, &settlement), Err(TableError::Write(_))));
    case.opened.rule_pack_files.clear();
    assert!(matches!(write_lines(Vec::new(), &case, &settlement), Err(TableError::Rules(_))));
}

/// The petition of 2022 by its number of lines.
#[test]
#[ignore = "long: measures 715,833 lines"]
fn a_large_petition_is_written_in_seconds() {
    const SECTIONS: u32 = 35_792;
    let mut events = vec![opened(6)];
    events.extend((1..SECTIONS).map(|no| section(no, 20)));
    events.push(section(SECTIONS, 13));
    events.push(Event::RawCounted(RawCounted { raw: 715_833 }));
    for no in 1..SECTIONS {
        events.extend((1..=20).map(|line| {
            let voter = format!("v{}", (no * 20 + line) % 600_000);
            judged((no, line), Disposition::Valid, Some(&voter), "r1")
        }));
    }
    let case = fold(events);
    let settlement = settle(&case);
    let begun = std::time::Instant::now();
    let mut out = Vec::new();
    write_lines(&mut out, &case, &settlement).unwrap();
    let taken = begun.elapsed();
    println!("{} bytes in {taken:?}", out.len());
    assert_eq!(out.iter().filter(|&&byte| byte == b'\n').count(), 715_834);
    assert!(taken.as_secs() < 3, "{taken:?}");
}
