//! Any text as a line of a petition.
#![no_main]

use std::sync::OnceLock;

use fuzz::{match_one, whole_snapshot};
use libfuzzer_sys::fuzz_target;
use matching::LineText;
use roll::{Snapshot, search};
use tempfile::TempDir;

fn snapshot() -> &'static Snapshot {
    static ROLL: OnceLock<(TempDir, Snapshot)> = OnceLock::new();
    let (_, snapshot) = ROLL.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("roll");
        whole_snapshot(&out);
        let snapshot = Snapshot::open(&out).expect("opens");
        (folder, snapshot)
    });
    snapshot
}

fuzz_target!(|data: &str| {
    let mut fields = data.splitn(4, '\n');
    let mut field = || fields.next().unwrap_or("");
    let line = LineText { printed_name: field(), address: field(), city: field(), zip: field() };
    match_one(snapshot(), &line);
    search(snapshot(), data, 5);
});
