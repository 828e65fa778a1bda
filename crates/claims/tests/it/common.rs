//! Reads texts and certificates as the program does.

use std::path::{Path, PathBuf};

use claims::{Figures, Finding, check_article, check_table, from_html, from_plain};

/// The folder of the texts of our own.
pub(crate) fn texts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/texts")
}

/// A certificate by its short name.
pub(crate) fn certificate(name: &str) -> Figures {
    let path = texts().join("certificates").join(format!("{name}.json"));
    Figures::from_json(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The findings in a file.
pub(crate) fn check(figures: &Figures, path: &Path) -> Vec<Finding> {
    let text = std::fs::read_to_string(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy();
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => check_table(figures, &text, b',', &name).unwrap(),
        Some("tsv") => check_table(figures, &text, b'\t', &name).unwrap(),
        Some("html") => check_article(figures, &from_html(&text), &name),
        _ => check_article(figures, &from_plain(&text), &name),
    }
}
