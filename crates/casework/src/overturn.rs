//! What it would take to turn an outcome: how many decisions, of which reasons, would have to fall.

use domain::{Disposition, Reason, Settlement, Side, Verdict, side};
use law::{
    RulePack,
    certificate::{Basis, Certificate},
    percent,
};
use serde::Serialize;

use crate::CaseworkError;

/// What it would take to turn the outcome of a full examination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overturn {
    /// The side on which decisions would have to fall.
    pub side: Side,
    /// Decisions on that side.
    pub decisions: u64,
    /// Of these, the fewest that would have to fall.
    pub must_fall: u64,
    /// The same as a percentage, two decimals, rounded half up.
    pub percent: String,
    /// The reasons of rejection, in the order of tests; empty where acceptances would have to fall.
    pub reasons: Vec<ByReason>,
}

/// The rejections of one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ByReason {
    /// The primary reason.
    pub reason: Reason,
    /// Its title in words.
    pub title: String,
    /// Rejections of this primary reason.
    pub rejections: u64,
    /// Of these, lines against which nothing else stands, so that they would count if this reason fell. None where only a certificate is
    /// known.
    pub nothing_else: Option<u64>,
    /// Whether enough of them could fall to turn the outcome by this reason alone.
    pub enough_alone: bool,
}

/// What it would take to turn the outcome of a certificate. With the settlement of the case the lines are told apart against which more than
/// their primary reason stands.
pub fn overturn(
    certificate: &Certificate,
    pack: Option<&RulePack>,
    settlement: Option<&Settlement>,
) -> Result<Overturn, CaseworkError> {
    if certificate.basis == Basis::Sample {
        let what = "this outcome rests on a sample: its edges on the certificate say how many lines of the sample would have changed it";
        return Err(CaseworkError::Law(what.to_owned()));
    }
    // Where the pack is not known, a tie is not taken for enough: the number is then never too large.
    let required = certificate.required;
    let tie_suffices = pack.is_some_and(|pack| pack.verdict(required, required) == Verdict::Sufficient);
    let (side, decisions, must_fall) =
        side(certificate.valid, certificate.invalid, required, tie_suffices).ok_or(CaseworkError::Tie)?;
    let rejected = if side == Side::Rejected { &certificate.invalid_by_reason[..] } else { &[] };
    let reasons = rejected.iter().map(|row| {
        let nothing_else = settlement.map(|settlement| {
            let alone = |settled: &&domain::Settled| {
                settled.disposition == Some(Disposition::Invalid(row.name)) && settled.findings.len() == 1
            };
            settlement.lines.iter().filter(alone).count() as u64
        });
        ByReason {
            reason: row.name,
            title: row.title.clone(),
            rejections: row.count,
            nothing_else,
            enough_alone: nothing_else.unwrap_or(row.count) >= must_fall,
        }
    });
    Ok(Overturn { side, decisions, must_fall, percent: percent(must_fall, decisions), reasons: reasons.collect() })
}
