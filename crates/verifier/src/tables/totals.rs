//! The figures of a certificate under names that do not change, as JSON and as CSV, for spreadsheets, scripts and the press.

use std::{collections::BTreeMap, fmt::Display};

use domain::{Category, Reason, Verdict};
use jiff::civil::Date;
use law::certificate::{Basis, ByCategory, Certificate};
use serde::Serialize;

/// The value of the field `format`.
pub const TOTALS_FORMAT: &str = "countersign-totals/v1";

/// The file; the order of the fields is the order in the file.
#[derive(Serialize)]
struct Totals<'a> {
    format: &'static str,
    title: &'a str,
    jurisdiction: &'a str,
    certified_on: Date,
    basis: Basis,
    #[serde(skip_serializing_if = "Option::is_none")]
    registered_voters: Option<u64>,
    raw_count: u64,
    examined: u64,
    valid: u64,
    invalid: u64,
    invalid_by_category: ByCategory,
    /// Every reason of the catalogue in its order, so that a file without a reason cannot be mistaken for one that leaves it out.
    invalid_by_reason: BTreeMap<Reason, u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sample: Option<Sample<'a>>,
    required: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    margin: Option<i64>,
    verdict: Verdict,
}

#[derive(Serialize)]
struct Sample<'a> {
    root: &'a str,
    seed: &'a str,
    size: u64,
    valid: u64,
    duplicates: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_uncorrected: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicate_penalty: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    projected_valid: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent_of_required: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pairs_allowed: Option<i64>,
    verdict: Verdict,
    void_draws: u64,
}

impl<'a> Totals<'a> {
    fn of(certificate: &'a Certificate) -> Self {
        let mut invalid_by_reason: BTreeMap<_, _> = Reason::ALL.into_iter().map(|reason| (reason, 0)).collect();
        invalid_by_reason.extend(certificate.invalid_by_reason.iter().map(|row| (row.name, row.count)));
        let sample = certificate.sample.as_ref().map(|sample| {
            let found = &sample.projection;
            Sample {
                root: &sample.root,
                seed: &sample.seed,
                size: found.figures.sample,
                valid: found.figures.valid,
                duplicates: found.figures.duplicates,
                valid_uncorrected: found.valid_uncorrected,
                duplicate_penalty: found.duplicate_penalty,
                projected_valid: found.projected_valid,
                percent_of_required: found.percent_of_required.as_deref(),
                pairs_allowed: found.pairs_allowed,
                verdict: found.verdict,
                void_draws: sample.void_draws,
            }
        });
        Self {
            format: TOTALS_FORMAT,
            title: &certificate.petition.title,
            jurisdiction: &certificate.petition.jurisdiction,
            certified_on: certificate.certified_on,
            basis: certificate.basis,
            registered_voters: certificate.registered_voters,
            raw_count: certificate.raw_count,
            examined: certificate.examined,
            valid: certificate.valid,
            invalid: certificate.invalid,
            invalid_by_category: certificate.invalid_by_category,
            invalid_by_reason,
            sample,
            required: certificate.required,
            margin: certificate.margin,
            verdict: certificate.verdict,
        }
    }
}

/// The figures as JSON, described by `schemas/totals.schema.json`: indented, in a fixed order, with a newline at the end. What the certificate
/// does not state, such as the margin where the law's formula gives none, is left out.
pub fn totals_json(certificate: &Certificate) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Totals::of(certificate)).map(|json| json + "\n")
}

/// The same figures as CSV with the columns `figure,value`: one row a figure, named as in the JSON with a point between the levels. The
/// petition's title and jurisdiction are left out, since a spreadsheet may take a free text for a formula.
pub fn totals_csv(certificate: &Certificate) -> String {
    let totals = Totals::of(certificate);
    let mut rows = Rows("figure,value\n".to_owned());
    rows.add("format", totals.format);
    rows.add("certified_on", totals.certified_on);
    rows.add(
        "basis",
        match totals.basis {
            Basis::Full => "full",
            Basis::Sample => "sample",
        },
    );
    rows.maybe("registered_voters", totals.registered_voters);
    rows.add("raw_count", totals.raw_count);
    rows.add("examined", totals.examined);
    rows.add("valid", totals.valid);
    rows.add("invalid", totals.invalid);
    for (name, count) in by_category(&totals.invalid_by_category) {
        rows.add(&format!("invalid_by_category.{name}"), count);
    }
    for (reason, count) in &totals.invalid_by_reason {
        rows.add(&format!("invalid_by_reason.{reason}"), count);
    }
    if let Some(sample) = &totals.sample {
        rows.add("sample.root", sample.root);
        rows.add("sample.seed", sample.seed);
        rows.add("sample.size", sample.size);
        rows.add("sample.valid", sample.valid);
        rows.add("sample.duplicates", sample.duplicates);
        rows.maybe("sample.valid_uncorrected", sample.valid_uncorrected);
        rows.maybe("sample.duplicate_penalty", sample.duplicate_penalty);
        rows.maybe("sample.projected_valid", sample.projected_valid);
        rows.maybe("sample.percent_of_required", sample.percent_of_required);
        rows.maybe("sample.pairs_allowed", sample.pairs_allowed);
        rows.add("sample.verdict", sample.verdict.name());
        rows.add("sample.void_draws", sample.void_draws);
    }
    rows.add("required", totals.required);
    rows.maybe("margin", totals.margin);
    rows.add("verdict", totals.verdict.name());
    rows.0
}

/// The categories with their numbers, in the order in which they are printed.
fn by_category(counts: &ByCategory) -> [(&'static str, u64); 7] {
    Category::ALL.map(|category| {
        let count = match category {
            Category::NotRegistered => counts.not_registered,
            Category::Duplicate => counts.duplicate,
            Category::DifferentAddress => counts.different_address,
            Category::SignatureMismatch => counts.signature_mismatch,
            Category::Canceled => counts.canceled,
            Category::OutOfJurisdiction => counts.out_of_jurisdiction,
            Category::Other => counts.other,
        };
        (category.name(), count)
    })
}

/// Rows of CSV. Every value is a number, a day, a digest or one of our own words, so that none needs quotation marks.
struct Rows(String);

impl Rows {
    fn add(&mut self, figure: &str, value: impl Display) {
        self.0 += &format!("{figure},{value}\n");
    }

    fn maybe(&mut self, figure: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.add(figure, value);
        }
    }
}
