//! Whole counties, written to disk and read back: exact counts, files, dates, and the same bytes every time.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first thing that is not as it should be")]

mod count;
mod files;

use std::collections::BTreeMap;
use std::path::Path;

use synth::{Plan, Scale, Summary, write_county};

/// A row of a CSV file by column name.
type Row = BTreeMap<String, String>;

/// Writes a county of a scale and seed, and gives its folder and summary.
fn county(scale: &str, seed: u64) -> (tempfile::TempDir, Summary) {
    let dir = tempfile::tempdir().unwrap();
    let plan = Plan { scale: scale.parse::<Scale>().unwrap(), seed, lines: None, pictures: false };
    let summary = write_county(dir.path(), &plan, &|_, _, _| {}).unwrap();
    (dir, summary)
}

/// Reads a CSV file.
fn read(dir: &Path, name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(dir.join(name)).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}
