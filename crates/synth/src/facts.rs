//! The facts of the case, for opening it, and the expected result, for scoring it.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;

use crate::calendar::{CERTIFIED, FILED, FORM_APPROVED, REPORT_OF_REGISTRATION};
use crate::files::write_json;
use crate::petition::Outcome;
use crate::scale::{Kind, Quotas};
use crate::{Plan, SynthError};

const CASE: &str = "case.json";

/// The family of rule packs under which the petition is filed.
const RULES: &str = "us/ca/county-recall";
/// The family for a county so small that the real law would ask for a larger share of it, and the petition, cut down
/// with the county, would fall short at the counter.
const SMALL_COUNTY_RULES: &str = "synthetic/county-recall";
/// From this many registered voters the real law asks for a tenth of them.
const TEN_PERCENT_FROM: u64 = 100_000;

/// The family of rule packs under which a petition is filed in a county of so many registered voters.
#[must_use]
pub const fn rules_for(registered_voters: u64) -> &'static str {
    if registered_voters < TEN_PERCENT_FROM { SMALL_COUNTY_RULES } else { RULES }
}

/// `case.json`: what the registrar knows when the petition comes in.
#[derive(Serialize)]
struct CaseFacts {
    petition: Petition,
    rules: &'static str,
    form_approved_on: Date,
    report_of_registration_on: Date,
    registered_voters: u64,
    filed_on: Date,
}

/// The petition as on its cover.
#[derive(Serialize)]
struct Petition {
    title: &'static str,
    kind: &'static str,
    jurisdiction: &'static str,
    officer: &'static str,
    office: &'static str,
}

const PETITION: Petition = Petition {
    title: "Recall of the District Attorney (synthetic county)",
    kind: "recall",
    jurisdiction: "Synthetic County",
    officer: "A. N. Officer (synthetic)",
    office: "District Attorney of Synthetic County",
};

/// What was written, and the result that an exact count of it must give; the content of `truth-summary.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The scale, as `1:100`.
    pub scale: String,
    /// The seed.
    pub seed: u64,
    /// Active voters on the roll: the base of the threshold.
    pub registered_voters: u64,
    /// Lines of the petition.
    pub raw_count: u64,
    /// Lines that count.
    pub valid: u64,
    /// Lines that do not.
    pub invalid: u64,
    /// The invalid lines by published category.
    pub invalid_by_category: Categories,
    /// All lines by what they really are; the names of [`Kind`].
    pub kinds: BTreeMap<&'static str, u64>,
    /// Rows of each CSV file, without the header.
    pub rows: BTreeMap<&'static str, u64>,
    /// The day of filing.
    pub filed_on: Date,
    /// The day of certification.
    pub certified_on: Date,
}

/// Invalid lines in the seven categories that counties publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the fields are the categories themselves")]
pub struct Categories {
    pub not_registered: u64,
    pub duplicate: u64,
    pub different_address: u64,
    pub signature_mismatch: u64,
    pub canceled: u64,
    pub out_of_jurisdiction: u64,
    pub other: u64,
}

/// Removes the facts of an earlier run, so that a folder left half-written cannot be taken for a whole one.
pub(crate) fn take_away_case(dir: &Path) -> Result<(), SynthError> {
    let path = dir.join(CASE);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(SynthError::io(&path, error)),
        _ => Ok(()),
    }
}

/// Writes both files of facts from what was counted on the way.
pub(crate) fn write_facts(dir: &Path, plan: &Plan, quotas: &Quotas, outcome: Outcome) -> Result<Summary, SynthError> {
    let Outcome { kinds, rows } = outcome;
    let count = |kind: Kind| kinds.get(kind.name()).copied().unwrap_or(0);
    let raw_count: u64 = kinds.values().sum();
    let valid = count(Kind::Valid);
    let mut categories = Categories {
        not_registered: count(Kind::NotRegistered) + count(Kind::NotEligible),
        duplicate: count(Kind::Duplicate),
        different_address: count(Kind::DifferentAddress),
        signature_mismatch: count(Kind::SignatureMismatch),
        canceled: count(Kind::Canceled),
        out_of_jurisdiction: count(Kind::OutOfJurisdiction),
        other: 0,
    };
    categories.other = raw_count
        - valid
        - categories.not_registered
        - categories.duplicate
        - categories.different_address
        - categories.signature_mismatch
        - categories.canceled
        - categories.out_of_jurisdiction;
    let summary = Summary {
        scale: plan.scale.to_string(),
        seed: plan.seed,
        registered_voters: quotas.registered,
        raw_count,
        valid,
        invalid: raw_count - valid,
        invalid_by_category: categories,
        kinds,
        rows,
        filed_on: FILED,
        certified_on: CERTIFIED,
    };
    write_json(dir, "truth-summary.json", &summary)?;
    let case = CaseFacts {
        petition: PETITION,
        rules: rules_for(summary.registered_voters),
        form_approved_on: FORM_APPROVED,
        report_of_registration_on: REPORT_OF_REGISTRATION,
        registered_voters: summary.registered_voters,
        filed_on: FILED,
    };
    write_json(dir, CASE, &case)?;
    Ok(summary)
}
