//! Twenty texts of our own with planted figures and a key: what is found, what is missed, whether anything is accused wrongly.

use std::{collections::BTreeMap, fmt::Write as _};

use claims::{Finding, Verdict};
use serde_json::to_value;

use crate::common::{certificate, check, texts};

/// A row of the key; numbers without a row are unrelated.
struct Row {
    file: String,
    certificate: String,
    printed: String,
    nth: usize,
    about: String,
    verdict: String,
}

fn key() -> Vec<Row> {
    let mut reader = csv::Reader::from_path(texts().join("key.csv")).unwrap();
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        let cell = |at: usize| row[at].to_owned();
        Row {
            file: cell(0),
            certificate: cell(1),
            printed: cell(2),
            nth: cell(3).parse().unwrap(),
            about: cell(4),
            verdict: cell(5),
        }
    });
    rows.collect()
}

fn name(verdict: Verdict) -> String {
    to_value(verdict).unwrap().as_str().unwrap().to_owned()
}

fn about(finding: &Finding) -> String {
    finding.about.map(|about| about.to_string()).unwrap_or_default()
}

/// Hits and misses of some texts.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<&'static str, usize>,
    misses: Vec<String>,
}

impl Tally {
    fn add(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn judge(&mut self, row: Option<&Row>, finding: Option<&Finding>) {
        let wanted = row.map_or("unrelated", |row| row.verdict.as_str());
        let found = finding.map_or_else(|| "unrelated".to_owned(), |finding| name(finding.verdict));
        let same =
            row.is_none_or(|row| finding.is_none_or(|finding| wanted == "unrelated" || row.about == about(finding)));
        let what = match (wanted, found.as_str()) {
            ("contradicted", "contradicted") if same => "contradicted, found",
            ("contradicted", "contradicted") => "contradicted, found under another name",
            ("contradicted", _) => "contradicted, missed",
            (_, "contradicted") => "accused wrongly",
            ("unrelated", "unrelated") => "unrelated, left alone",
            ("unrelated", _) => "unrelated, taken for a figure",
            (wanted, found) if wanted == found && same => "exact or rounded, recognised",
            (_, "unrelated") => "exact or rounded, not recognised",
            _ => "exact or rounded, under another name or verdict",
        };
        self.add(what);
        if !(what.ends_with("found")
            || what.ends_with("recognised") && !what.ends_with("not recognised")
            || what.ends_with("left alone"))
        {
            let printed = row
                .map(|row| row.printed.clone())
                .or(finding.map(|finding| finding.printed.clone()))
                .unwrap_or_default();
            let file =
                row.map(|row| row.file.clone()).or(finding.map(|finding| finding.file.clone())).unwrap_or_default();
            let got = finding.map(|finding| format!("{found} {}", about(finding))).unwrap_or_default();
            self.misses.push(format!(
                "{file}: {printed} ({what}; is {wanted} {}, found {got})",
                row.map_or("", |row| &row.about)
            ));
        }
    }
}

fn tally(files: impl Fn(usize) -> bool) -> Tally {
    let key = key();
    let mut names: Vec<(&str, &str)> = key.iter().map(|row| (row.file.as_str(), row.certificate.as_str())).collect();
    names.dedup();
    let mut tally = Tally::default();
    for (file, case) in names {
        if !files(file[..2].parse().unwrap()) {
            continue;
        }
        let mut findings = check(&certificate(case), &texts().join(file));
        for row in key.iter().filter(|row| row.file == file) {
            let nth = findings
                .iter()
                .enumerate()
                .filter(|(_, found)| found.printed == row.printed)
                .nth(row.nth - 1)
                .map(|(at, _)| at);
            tally.judge(Some(row), nth.map(|at| &findings[at]));
        }
        for row in key.iter().rev().filter(|row| row.file == file) {
            let nth = findings
                .iter()
                .enumerate()
                .filter(|(_, found)| found.printed == row.printed)
                .nth(row.nth - 1)
                .map(|(at, _)| at);
            if let Some(at) = nth {
                findings.remove(at);
            }
        }
        for finding in &findings {
            tally.judge(None, Some(finding));
        }
    }
    tally
}

fn told(title: &str, tally: &Tally) -> String {
    let mut out = format!("{title}\n");
    for (what, count) in &tally.counts {
        let _ = writeln!(out, "  {what}: {count}");
    }
    for miss in &tally.misses {
        let _ = writeln!(out, "  - {miss}");
    }
    out
}

/// The texts written before the program, and those written after.
#[test]
fn hits_and_misses() {
    let before = told("texts 01 to 12, written before the program", &tally(|text| text <= 12));
    let after = told("texts 13 to 20, written after it", &tally(|text| text > 12));
    insta::assert_snapshot!(format!("{before}{after}"));
}

/// Whatever is missed, nothing true is accused.
#[test]
fn nothing_is_accused_wrongly() {
    assert_eq!(tally(|_| true).counts.get("accused wrongly"), None);
}
