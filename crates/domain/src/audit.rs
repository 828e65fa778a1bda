//! The check of a certified outcome: the list of lines that it rests on is sealed, then a seed is rolled in public that fixes their order.

use serde::{Deserialize, Serialize};

use crate::{Case, Disposition, LineRef, Settlement};

/// The lines that a certified outcome rests on, sealed before the seed exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditSealed {
    /// How many lines the list holds.
    pub lines: u64,
    /// Root of the tree over the lines, 64 hexadecimal digits.
    pub root: String,
    /// How many digits the seed will have.
    pub seed_digits: u32,
}

/// The seed of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditSeeded {
    /// Root of the sealed list.
    pub root: String,
    /// The seed as rolled in public: decimal digits.
    pub seed: String,
}

/// A check of an outcome. One list has one seed, for good: nobody rolls again because of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// The sealed list.
    pub sealed: AuditSealed,
    /// The seed, once it was rolled.
    pub seed: Option<String>,
}

/// The side that an outcome rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The outcome is sufficient: only lines accepted by mistake can turn it.
    Accepted,
    /// The outcome is insufficient: only lines rejected by mistake can turn it.
    Rejected,
}

/// The side of an outcome, the lines on it, and the fewest errors among them that turn it. Where V of the lines are valid and R are required, it
/// takes R - V wrong rejections; or V - R wrong acceptances, and one more where the law takes a tie for enough. None for a tie that the law does not
/// take for enough: there one error on either side turns it.
pub const fn side(valid: u64, invalid: u64, required: u64, tie_suffices: bool) -> Option<(Side, u64, u64)> {
    if valid < required {
        Some((Side::Rejected, invalid, required - valid))
    } else if tie_suffices {
        Some((Side::Accepted, valid, (valid - required).saturating_add(1)))
    } else if valid > required {
        Some((Side::Accepted, valid, valid - required))
    } else {
        None
    }
}

/// The side of the outcome of a full examination, the lines on it in order, and the errors among them that turn it; see [`side`].
pub fn at_stake(settlement: &Settlement, required: u64, tie_suffices: bool) -> Option<(Side, Vec<LineRef>, u64)> {
    let (side, _, errors) = side(settlement.tally.valid, settlement.tally.invalid, required, tie_suffices)?;
    let accepted = side == Side::Accepted;
    let on_it = |disposition: Option<Disposition>| (disposition == Some(Disposition::Valid)) == accepted;
    let lines = settlement.lines.iter().filter(|settled| on_it(settled.disposition));
    Some((side, lines.map(|settled| settled.line).collect(), errors))
}

/// Why a seal or a seed of a check is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// Sealed twice.
    #[error("the list of this check is sealed already, with root {0}; roll the seed")]
    SealedAlready(String),
    /// No line to look at again.
    #[error("no line can be wrong in a way that would turn this outcome, so there is nothing to check")]
    NoLines,
    /// Nothing sealed.
    #[error(
        "no list with this root is sealed for a check; seal it first with `countersign audit seal`, then roll the seed"
    )]
    NotSealed,
    /// A second seed.
    #[error("the seed of this check was rolled already: {0}; it stands")]
    OtherSeed(String),
    /// A seed of another length than was sealed, or with something other than digits.
    #[error(
        "a seed of {0} digits was announced when the list was sealed; write the digits as rolled, all of them and nothing else"
    )]
    SeedForm(u32),
    /// A seed that somebody knew before.
    #[error("this seed was rolled for a sample or for an earlier check, so it was known before; roll a new one")]
    SeedKnown,
}

impl Case {
    /// The check of the list with this root, once it is sealed.
    pub fn audit(&self, root: &str) -> Option<&Audit> {
        self.audits.iter().find(|audit| audit.sealed.root == root)
    }

    pub(crate) fn seal_audit(&mut self, sealed: &AuditSealed) -> Result<(), AuditError> {
        if self.audit(&sealed.root).is_some() {
            return Err(AuditError::SealedAlready(sealed.root.clone()));
        }
        if sealed.lines == 0 {
            return Err(AuditError::NoLines);
        }
        self.audits.push(Audit { sealed: sealed.clone(), seed: None });
        Ok(())
    }

    pub(crate) fn seed_audit(&mut self, seeded: &AuditSeeded) -> Result<(), AuditError> {
        let samples = self.sample.iter().chain(&self.void_draws).filter_map(|sample| sample.seed());
        let checks = self.audits.iter().filter_map(|audit| audit.seed.as_deref());
        let known = samples.chain(checks).any(|seed| seed == seeded.seed);
        let audit = self.audits.iter_mut().find(|audit| audit.sealed.root == seeded.root);
        let audit = audit.ok_or(AuditError::NotSealed)?;
        if let Some(seed) = &audit.seed {
            return Err(AuditError::OtherSeed(seed.clone()));
        }
        let digits = seeded.seed.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || seeded.seed.len() as u64 != u64::from(audit.sealed.seed_digits) {
            return Err(AuditError::SeedForm(audit.sealed.seed_digits));
        }
        if known {
            return Err(AuditError::SeedKnown);
        }
        audit.seed = Some(seeded.seed.clone());
        Ok(())
    }
}
