//! The snapshot's format stays readable: a snapshot made by an earlier build opens, or is refused by its version.

use std::path::PathBuf;

use roll::{ImportOptions, Layout, NoProgress, PartialDate, Snapshot, SnapshotError, Status, import, search};

use crate::Desk;

fn fixture(name: &str) -> PathBuf {
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs this test");
    PathBuf::from(root).join("tests/fixtures").join(name)
}

/// `format-2.roll` was made from `format-2.csv` by the build that brought in index 4 of format 2. A build that reads it otherwise has
/// another format, and needs another number and another fixture.
#[test]
fn a_snapshot_of_an_earlier_build_reads_as_before() {
    let earlier = Snapshot::open(&fixture("format-2.roll")).expect("opens");
    earlier.verify().expect("whole");
    let desk = Desk::with("");
    let layout = Layout::preset("generic").expect("a preset");
    let options = ImportOptions::default();
    let report = import(&fixture("format-2.csv"), &layout, &options, &desk.out(), &NoProgress).expect("imports");
    let now = desk.open();
    let layout_changed = earlier.info().layout_sha256 != now.info().layout_sha256;
    assert!(layout_changed || report.digest == earlier.digest(), "the same voters have another seal");
    let voters = |snapshot: &Snapshot| (0..4).map(|row| format!("{:?}", snapshot.voter(row))).collect::<Vec<_>>();
    assert_eq!(voters(&earlier), voters(&now));

    let voter = earlier.voter(0);
    assert_eq!((voter.voter_id, voter.first, voter.last, voter.jurisdiction), ("10", "MARÍA", "ORTEGA-LUNA", "C1"));
    assert_eq!((voter.address.street_pre, voter.address.street, voter.address.zip), ("N", "DEL MAR", "91101"));
    assert_eq!(voter.previous.expect("a previous address").street, "OLD ROAD");
    let day = |day| Some(PartialDate::Day(day));
    let history: Vec<_> = earlier.history(0).collect();
    assert_eq!(
        history,
        [(day(jiff::civil::date(2010, 5, 1)), Status::Active), (day(jiff::civil::date(2019, 3, 4)), Status::Inactive),]
    );
    assert_eq!(earlier.history(1).count(), 0);
    assert_eq!((earlier.district(0, "supervisor"), earlier.district(1, "supervisor")), ("5", "4"));
    assert_eq!(earlier.district(0, "moon"), "");
    assert_eq!((earlier.registered_in("supervisor", "5"), earlier.registered_in("supervisor", "6")), (1, 0));
    assert_eq!(search(&earlier, "ortega 12", 5), [0]);
    let index = earlier.index();
    let (ortega, maria) = (index.names.number("ORTEGA"), index.names.number("MARIA"));
    let rows = index.by_surname_given.rows(ortega.expect("a half"), maria.expect("a name"));
    assert_eq!(rows.iter().collect::<Vec<_>>(), [0]);
}

#[test]
fn another_version_is_refused_by_number() {
    let whole = std::fs::read(fixture("format-2.roll")).expect("the fixture");
    let desk = Desk::with("");
    for version in [0_u8, 1, 3, 255] {
        let mut bytes = whole.clone();
        bytes[16] = version;
        std::fs::write(desk.out(), &bytes).expect("a file");
        let error = Snapshot::open(&desk.out()).expect_err("another version");
        assert!(matches!(error, SnapshotError::OtherVersion { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains(&format!("format {version}")) && text.contains("import the voter file again"), "{text}");
    }
}

/// Parts of the index are made on all cores and written as they come; where they stand must not depend on it.
#[test]
fn the_file_is_the_same_for_any_number_of_threads() {
    let layout = Layout::preset("generic").expect("a preset");
    let made = |threads: usize| {
        let desk = Desk::with("");
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let options = ImportOptions::default();
        let imported = pool.install(|| import(&fixture("format-2.csv"), &layout, &options, &desk.out(), &NoProgress));
        imported.expect("imports");
        std::fs::read(desk.out()).expect("the snapshot")
    };
    let alone = made(1);
    for threads in [2, 7] {
        assert!(made(threads) == alone, "{threads} threads");
    }
}
