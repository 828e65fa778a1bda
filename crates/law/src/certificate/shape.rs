//! The shape of a certificate's file; the order of the fields is the order in the file.

use domain::{Category, Milestones, Petition, Reason, Verdict};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Deadline, Projection, RuleRef, RuleView, Status};

/// The value of the field `format`.
pub const FORMAT: &str = "countersign-certificate/v1";

/// The result of a petition's examination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// [`FORMAT`].
    pub format: String,
    /// The petition.
    pub petition: Petition,
    /// The days on which the clocks rest.
    pub dates: Milestones,
    /// Registered voters, where the law rests something on them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_voters: Option<u64>,
    /// Votes cast in the election that the law names, where the requirement rests on them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes_cast: Option<u64>,
    /// Inhabitants, where the requirement rests on them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<u64>,
    /// Valid signatures needed.
    pub required: u64,
    /// Every signature submitted.
    pub raw_count: u64,
    /// Whether every signature was examined, or a random sample.
    pub basis: Basis,
    /// Signatures examined: all that were submitted, or those of the sample. Valid and invalid ones add up to it.
    pub examined: u64,
    /// Signatures examined that count.
    pub valid: u64,
    /// Signatures examined that do not.
    pub invalid: u64,
    /// Valid signatures in percent of those examined, two decimals, rounded half up.
    pub valid_percent_of_examined: String,
    /// Invalid signatures in percent of those examined, two decimals, rounded half up.
    pub invalid_percent_of_examined: String,
    /// Invalid signatures by published category.
    pub invalid_by_category: ByCategory,
    /// The published categories with label and percentages, in the order in which they are printed.
    pub breakdown: Vec<CategoryRow>,
    /// Invalid signatures by primary reason, in the order in which reasons were tested; reasons without a line are left out.
    pub invalid_by_reason: Vec<ReasonRow>,
    /// The sample and what it says of the whole, where one was drawn and decided: the result rests on it, or it led to the full examination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleStatement>,
    /// Valid (or projected valid) signatures less those required; negative is short. None where the law's formula gives no such number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<i64>,
    /// The result.
    pub verdict: Verdict,
    /// The result in a sentence, with what follows from it.
    pub verdict_text: String,
    /// How the number required was found.
    pub requirement: RequirementSteps,
    /// The statutory clocks, each with its derivation.
    pub clocks: Vec<Deadline>,
    /// Sections of the petition.
    pub sections: Sections,
    /// Requests of signers to be taken off the petition.
    pub withdrawals: Withdrawals,
    /// The law that was applied.
    pub rule_pack: RulePackSeal,
    /// The rules that bear on this result.
    pub rules_cited: Vec<RuleView>,
    /// SHA-256 of the sealed roll, 64 hexadecimal digits.
    pub roll_digest: String,
    /// The sealed roll's numbers.
    pub roll: Roll,
    /// SHA-256 of the case's events, 64 hexadecimal digits.
    pub events_digest: String,
    /// How many events the result rests on.
    pub events: u64,
    /// The invariants that were checked and held, by name.
    pub invariants: Vec<String>,
    /// The date of the certificate.
    pub certified_on: Date,
    /// Who signs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub official: Option<Official>,
    /// The certificate that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded: Option<Superseded>,
}

/// What a result rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Every signature was examined.
    Full,
    /// A random sample was examined.
    Sample,
}

/// A random sample, in the terms in which a stranger draws it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleStatement {
    /// Root of the sealed list of lines, 64 hexadecimal digits.
    pub root: String,
    /// The seed, rolled in public after the list was sealed.
    pub seed: String,
    /// Earlier draws of this petition that are void because the raw count was taken back.
    pub void_draws: u64,
    /// How the size follows from the law, in words.
    pub size_steps: Vec<String>,
    /// What follows from the sample.
    pub projection: Projection,
}

/// Invalid signatures by published category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByCategory {
    /// Not registered, or not eligible to be.
    pub not_registered: u64,
    /// Signed more often than permitted.
    pub duplicate: u64,
    /// Registered at a different address.
    pub different_address: u64,
    /// Signature does not compare.
    pub signature_mismatch: u64,
    /// Registration canceled.
    pub canceled: u64,
    /// Outside the jurisdiction.
    pub out_of_jurisdiction: u64,
    /// Everything else.
    pub other: u64,
}

/// A published category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryRow {
    /// Its name.
    pub name: Category,
    /// The label under which it is published.
    pub label: String,
    /// Signatures.
    pub count: u64,
    /// In percent of those examined, two decimals, rounded half up.
    pub percent_of_examined: String,
    /// In percent of all invalid, two decimals, rounded half up.
    pub percent_of_invalid: String,
}

/// A reason with the number of signatures for which it is the primary one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonRow {
    /// The catalogue's code.
    pub code: String,
    /// Its name.
    pub name: Reason,
    /// Its title in words.
    pub title: String,
    /// The category in which it is published.
    pub category: Category,
    /// Signatures.
    pub count: u64,
    /// In percent of those examined, two decimals, rounded half up.
    pub percent_of_examined: String,
    /// Where the rule stands in the law.
    pub citation: String,
    /// Whether that was checked.
    pub status: Status,
}

/// How the number required was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequirementSteps {
    /// The steps in words.
    pub steps: Vec<String>,
    /// The rule.
    pub rule: RuleRef,
}

/// Sections of the petition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sections {
    /// Sections received.
    pub received: u64,
    /// Of these, sections found void.
    pub void: u64,
    /// Lines that were taken out of the raw count because they are no signatures.
    pub struck_lines: u64,
}

/// Requests of signers to be taken off the petition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawals {
    /// Requests that took effect.
    pub accepted: u64,
    /// Requests that did not.
    pub refused: u64,
}

/// The law that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulePackSeal {
    /// The pack's identifier.
    pub id: String,
    /// The pack's title.
    pub title: String,
    /// The pack's digest, 64 hexadecimal digits.
    pub digest: String,
}

/// The sealed roll's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roll {
    /// Voters.
    pub rows: u64,
    /// Of these, voters with an active registration.
    pub active: u64,
}

pub use domain::Official;

/// The certificate that another replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Superseded {
    /// SHA-256 of the replaced certificate's JSON, 64 hexadecimal digits.
    pub digest: String,
    /// Why it was replaced.
    pub reason: String,
}

impl Certificate {
    /// The certificate's file: JSON in a fixed order of fields, indented, with a newline at the end. The same
    /// certificate gives the same bytes everywhere.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }

    /// Reads a certificate's file; unknown fields are refused.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}
