//! The shapes of a pack's golden examples.

use domain::Verdict;
use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::Words;

/// Known results that every build computes again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Golden {
    pub(crate) threshold: Vec<GoldenThreshold>,
    pub(crate) circulation: Vec<GoldenCirculation>,
    pub(crate) deadline: Vec<GoldenDeadline>,
    pub(crate) retention: Vec<GoldenDeadline>,
    pub(crate) sample_size: Vec<GoldenSampleSize>,
    pub(crate) projection: Vec<GoldenProjection>,
    pub(crate) verdict: Vec<GoldenVerdict>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenThreshold {
    pub(crate) registered: Option<u64>,
    pub(crate) votes_cast: Option<u64>,
    pub(crate) population: Option<u64>,
    pub(crate) required: u64,
    pub(crate) source: Words,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenCirculation {
    pub(crate) registered: Option<u64>,
    pub(crate) from: Date,
    pub(crate) date: Date,
    pub(crate) source: Words,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenDeadline {
    pub(crate) key: Spanned<String>,
    pub(crate) from: Date,
    pub(crate) date: Date,
    pub(crate) source: Words,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenSampleSize {
    pub(crate) raw: u64,
    pub(crate) size: u64,
    pub(crate) source: Words,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenProjection {
    pub(crate) raw: u64,
    pub(crate) sample: u64,
    pub(crate) valid: u64,
    pub(crate) duplicates: u64,
    pub(crate) required: u64,
    pub(crate) projected: Option<i64>,
    pub(crate) verdict: Option<Verdict>,
    pub(crate) source: Words,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenVerdict {
    pub(crate) valid: u64,
    pub(crate) required: u64,
    pub(crate) verdict: Verdict,
    pub(crate) source: Words,
}

impl Golden {
    /// The clocks that the examples name.
    pub(crate) fn deadline_keys(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.deadline.iter().map(|golden| &golden.key)
    }

    /// The times for which a petition is kept that the examples name.
    pub(crate) fn retention_keys(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.retention.iter().map(|golden| &golden.key)
    }
}
