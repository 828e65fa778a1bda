//! The check of a certified outcome by a few of its lines: which lines it is drawn from, and how many errors would turn it.

use domain::{Disposition, LineRef, Phase};
use sampling::manifest::Manifest;
use serde::Serialize;

use crate::{CaseFile, CaseworkError};

/// The side that an outcome rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The outcome is sufficient: only lines accepted by mistake can turn it.
    Accepted,
    /// The outcome is insufficient: only lines rejected by mistake can turn it.
    Rejected,
}

/// What a check of an outcome is drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// The side.
    pub side: Side,
    /// Its lines.
    pub manifest: Manifest,
    /// Errors among them that turn the outcome.
    pub errors_that_turn: u64,
    /// Seeds that were known before the outcome, those of the sample: a check by one of them proves nothing.
    pub known_seeds: Vec<String>,
}

/// The side of an outcome, the lines on it, and the errors among them that turn it: V - R + 1 wrong acceptances of V valid lines where R are
/// required, or R - V wrong rejections.
pub const fn side(valid: u64, invalid: u64, required: u64) -> (Side, u64, u64) {
    if valid >= required {
        (Side::Accepted, valid, (valid - required).saturating_add(1))
    } else {
        (Side::Rejected, invalid, required - valid)
    }
}

impl CaseFile {
    /// What a check of the certified outcome is drawn from. Only a full examination can be checked so: a sample has its own error.
    pub fn audit_population(&self) -> Result<Population, CaseworkError> {
        let case = self.case();
        if case.phase != Phase::Certified {
            return Err(CaseworkError::NotCertified);
        }
        let settlement = self.examined();
        if settlement.tally.raw < case.count_lines() {
            let what = "this outcome rests on a sample; only that of a full examination can be checked line by line";
            return Err(CaseworkError::Law(what.to_owned()));
        }
        let tally = &settlement.tally;
        let (side, _, errors_that_turn) = side(tally.valid, tally.invalid, case.opened.required);
        let accepted = side == Side::Accepted;
        let lines: Vec<LineRef> = settlement
            .lines
            .iter()
            .filter(|settled| (settled.disposition == Some(Disposition::Valid)) == accepted)
            .map(|settled| settled.line)
            .collect();
        let manifest = Manifest::new(lines).map_err(|error| CaseworkError::Law(error.to_string()))?;
        let samples = case.sample.iter().chain(&case.void_draws);
        let known_seeds = samples.filter_map(|sample| sample.seed().map(str::to_owned)).collect();
        Ok(Population { side, manifest, errors_that_turn, known_seeds })
    }
}
