//! A snapshot with bytes changed, cut or appended: it is refused, or it reads without harm and its seal is broken.
#![no_main]

use std::{path::PathBuf, sync::OnceLock};

use fuzz::{read_all, whole_snapshot};
use libfuzzer_sys::fuzz_target;
use roll::Snapshot;
use tempfile::TempDir;

fn whole() -> &'static (TempDir, PathBuf, Vec<u8>) {
    static WHOLE: OnceLock<(TempDir, PathBuf, Vec<u8>)> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let bytes = whole_snapshot(&folder.path().join("roll"));
        let damaged = folder.path().join("damaged");
        (folder, damaged, bytes)
    })
}

fuzz_target!(|data: &[u8]| {
    let (_, path, whole) = whole();
    let mut bytes = whole.clone();
    // Three bytes say where, one says what; places beyond the end append.
    for change in data.chunks_exact(4) {
        let at = usize::from(change[0]) << 16 | usize::from(change[1]) << 8 | usize::from(change[2]);
        match bytes.get_mut(at % (whole.len() + 16)) {
            Some(byte) => *byte ^= change[3],
            None => bytes.push(change[3]),
        }
    }
    if data.len() % 4 == 1 {
        bytes.truncate(bytes.len() * usize::from(data[0]) / 256);
    }
    std::fs::write(path, &bytes).expect("a file");
    if let Ok(snapshot) = Snapshot::open(path) {
        read_all(&snapshot);
    }
});
