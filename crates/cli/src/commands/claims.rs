//! `countersign claims`: holds the figures of articles and tables against a certificate.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use ::claims::{Figures, Finding, Report, Verdict, check_article, check_table, from_html, from_plain};
use clap::Args;

use crate::{failure::Failure, output::report};

#[derive(Args)]
pub(crate) struct Claims {
    /// The certificate.json, or a JSON of figures under the certificate's names.
    certificate: PathBuf,
    /// Articles (plain text, or HTML in .html and .htm) and tables of figures (.csv or .tsv with the columns figure and value).
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

impl Claims {
    /// Exit status 1 where something is contradicted.
    pub(crate) fn run(&self, json: bool) -> Result<ExitCode, Failure> {
        let certificate = read(&self.certificate)?;
        let figures = Figures::from_json(&certificate)
            .map_err(|error| Failure::input(format!("{}: {error}", self.certificate.display())))?;
        let mut findings = Vec::new();
        for file in &self.files {
            findings.extend(check(&figures, file)?);
        }
        let found = Report::of(findings);
        let contradicted = found.counts.contradicted > 0;
        report(json, &found, in_words)?;
        Ok(ExitCode::from(u8::from(contradicted)))
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::input(format!("{} could not be read: {error}; check the path", path.display())))?;
    // A page in another encoding has its digits at the same bytes; only its other letters are lost.
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

fn check(figures: &Figures, path: &Path) -> Result<Vec<Finding>, Failure> {
    let text = read(path)?;
    let name = path.display().to_string();
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("csv") => check_table(figures, &text, b',', &name).map_err(Failure::input),
        Some("tsv" | "tab") => check_table(figures, &text, b'\t', &name).map_err(Failure::input),
        Some("html" | "htm" | "xhtml") => Ok(check_article(figures, &from_html(&text), &name)),
        _ if looks_like_html(&text) => Ok(check_article(figures, &from_html(&text), &name)),
        _ => Ok(check_article(figures, &from_plain(&text), &name)),
    }
}

fn looks_like_html(text: &str) -> bool {
    let start: String = text.trim_start_matches('\u{FEFF}').trim_start().chars().take(15).collect();
    let start = start.to_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

fn in_words(found: &Report) -> String {
    let mut lines = Vec::new();
    for (verdict, title) in [
        (Verdict::Contradicted, "CONTRADICTED"),
        (Verdict::Rounded, "rounded"),
        (Verdict::Exact, "exact"),
        (Verdict::Unrelated, "unrelated"),
    ] {
        for finding in found.figures.iter().filter(|finding| finding.verdict == verdict) {
            lines.push(format!("{}:{}: {title}: {}", finding.file, finding.line, finding.text));
            if verdict != Verdict::Unrelated {
                lines.push(format!("    {}", finding.explanation));
            }
        }
    }
    let counts = found.counts;
    lines.push(format!(
        "{} numbers: {} exact, {} rounded, {} contradicted, {} unrelated.",
        found.figures.len(),
        counts.exact,
        counts.rounded,
        counts.contradicted,
        counts.unrelated
    ));
    lines.join("\n")
}
