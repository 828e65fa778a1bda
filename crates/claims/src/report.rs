//! What is told of an article: every number with its verdict.

use serde::Serialize;

use crate::{exact::Ratio, figures::About};

/// How a number stands to the certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The certificate's figure.
    Exact,
    /// That figure, rounded as the press rounds.
    Rounded,
    /// It speaks of a figure of the certificate and is not that figure.
    Contradicted,
    /// It does not speak of the certificate, or not plainly.
    Unrelated,
}

/// A number of an article.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// The number as printed, with a little of its sentence.
    pub text: String,
    /// The number alone, as printed.
    pub printed: String,
    /// What it says; of a percentage or a part, in percent.
    pub value: Value,
    /// The figure that it speaks of, where it speaks of one.
    pub about: Option<About>,
    /// How it stands to the certificate.
    pub verdict: Verdict,
    /// Why.
    pub explanation: String,
    /// The file it stands in.
    pub file: String,
    /// The line of the file.
    pub line: usize,
}

/// A value that is no floating-point number: whole as a number, otherwise as decimals in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A whole number.
    Whole(i64),
    /// Decimals, or a word of a table.
    Text(String),
}

impl From<Ratio> for Value {
    fn from(ratio: Ratio) -> Self {
        let whole = ratio.as_whole().and_then(|whole| i64::try_from(whole).ok());
        whole.map_or_else(|| Self::Text(ratio.decimal(4).replace(',', "")), Self::Whole)
    }
}

/// How many numbers have each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Exact ones.
    pub exact: usize,
    /// Rounded ones.
    pub rounded: usize,
    /// Contradicted ones.
    pub contradicted: usize,
    /// Unrelated ones.
    pub unrelated: usize,
}

/// All that was found in some files.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// How many numbers have each verdict.
    pub counts: Counts,
    /// The numbers, in the order of the files.
    pub figures: Vec<Finding>,
}

impl Report {
    /// A report of findings.
    pub fn of(figures: Vec<Finding>) -> Self {
        let count = |verdict| figures.iter().filter(|finding| finding.verdict == verdict).count();
        let counts = Counts {
            exact: count(Verdict::Exact),
            rounded: count(Verdict::Rounded),
            contradicted: count(Verdict::Contradicted),
            unrelated: count(Verdict::Unrelated),
        };
        Self { counts, figures }
    }
}
