//! A case under another rule pack: the same events, read by other rules, and what changes. Nothing is recorded.

use std::collections::BTreeMap;

use domain::{
    Case, CaseOpened, CaseOpenedPrivate, Disposition, Event, LineRef, Recorded, Settlement, Verdict, settle,
    settle_sample,
};
use law::{Anchors, Deadline, Projection, RulePack, certificate::project_sample};
use serde::Serialize;

use crate::{CaseFile, CaseworkError, fold::read_events};

/// What a case comes to under one pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnderPack {
    /// The pack.
    pub pack: String,
    /// Signatures needed; none where the pack asks for a number that the case does not have.
    pub required: Option<u64>,
    /// Why the number needed is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_unknown: Option<String>,
    /// Whether the filing would be accepted at the counter.
    pub accepted: Option<bool>,
    /// Lines that count.
    pub valid: u64,
    /// Lines that do not.
    pub invalid: u64,
    /// Lines that people would still have to look at.
    pub undecided: u64,
    /// What a full examination comes to, once every line is decided.
    pub verdict: Option<Verdict>,
    /// What the sample comes to, once every line of it is decided.
    pub sample: Option<Projection>,
    /// The clocks.
    pub clocks: Vec<Deadline>,
    /// Findings that this pack would not have taken in, by the reason.
    pub refused: BTreeMap<String, u64>,
}

/// One line that comes to something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedLine {
    /// The line.
    #[serde(flatten)]
    pub line: LineRef,
    /// Under the first pack: `valid`, a reason, or `undecided`.
    pub from: &'static str,
    /// Under the second.
    pub to: &'static str,
}

/// What another pack would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relaw {
    /// Under the first pack.
    pub first: UnderPack,
    /// Under the second.
    pub second: UnderPack,
    /// How many lines change, from what to what.
    pub changes: BTreeMap<String, u64>,
    /// Every line that changes.
    pub lines: Vec<ChangedLine>,
}

impl CaseFile {
    /// Reads the case's events by the rules of two packs and lists what differs.
    pub async fn relaw(&self, first: &RulePack, second: &RulePack) -> Result<Relaw, CaseworkError> {
        let (first, before) = self.under(first).await?;
        let (second, after) = self.under(second).await?;
        let mut lines = Vec::new();
        let mut changes = BTreeMap::new();
        for (one, other) in before.lines.iter().zip(&after.lines) {
            let (from, to) = (word(one.disposition), word(other.disposition));
            if from != to {
                *changes.entry(format!("{from} -> {to}")).or_default() += 1;
                lines.push(ChangedLine { line: one.line, from, to });
            }
        }
        Ok(Relaw { first, second, changes, lines })
    }

    async fn under(&self, pack: &RulePack) -> Result<(UnderPack, Settlement), CaseworkError> {
        let opened = &self.case().opened;
        let rules = pack
            .case_rules(Some(opened.rules.max_signatures_per_voter))
            .map_err(|error| CaseworkError::Law(error.to_string()))?;
        let (case, refused) = self.fold_by(&CaseOpened { rules, ..opened.clone() }).await?;
        let settlement = settle(&case);
        let (required, required_unknown) = match pack.threshold(&opened.electorate) {
            Ok(threshold) => (Some(threshold.required), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let tally = &settlement.tally;
        let decided = tally.undecided == 0 && case.raw_count.is_some();
        let verdict = required.filter(|_| decided).map(|required| pack.verdict(tally.valid, required));
        let clocks = pack
            .deadlines(&Anchors {
                registered_voters: opened.electorate.registered_voters,
                raw_count: case.raw_count,
                sampled: Some(case.sample.as_ref().is_some_and(|sample| sample.drawn.is_some())),
                verdict,
                days: opened.milestones.days(),
            })
            .map_err(|error| CaseworkError::Law(error.to_string()))?;
        let sample = settle_sample(&case).filter(|sample| sample.tally.undecided == 0 && pack.has_sample());
        let sample = sample.zip(required).and_then(|(sample, required)| {
            let mut asked = case.clone();
            asked.opened.required = required;
            project_sample(&asked, &sample, pack).ok().map(|(projection, _)| projection)
        });
        let found = UnderPack {
            pack: pack.id().to_owned(),
            required,
            required_unknown,
            accepted: required.zip(case.raw_count).map(|(required, raw)| raw >= required),
            valid: tally.valid,
            invalid: tally.invalid,
            undecided: tally.undecided,
            verdict,
            sample,
            clocks,
            refused,
        };
        Ok((found, settlement))
    }

    /// The fold of the case's events as if it had been opened so. What the rules refuse is left out and counted.
    async fn fold_by(&self, opened: &CaseOpened) -> Result<(Case, BTreeMap<String, u64>), CaseworkError> {
        let mut refused = BTreeMap::new();
        let mut case: Option<Case> = None;
        let mut after = 0;
        loop {
            let events = read_events(self.pool(), self.place(), after, self.case().seq).await?;
            let Some(last) = events.last() else { break };
            after = last.seq;
            for event in events {
                let Some(case) = &mut case else {
                    let opening = Event::CaseOpened(Box::new(opened.clone()), CaseOpenedPrivate::default());
                    case = Some(Case::open(&Recorded { event: opening, ..event })?);
                    continue;
                };
                let after_the_result = matches!(
                    event.event,
                    Event::Certified(_) | Event::CaseReopened(_) | Event::AuditSealed(_) | Event::AuditSeeded(..)
                );
                if after_the_result {
                    continue;
                }
                if let Err(error) = case.apply(&Recorded { seq: case.seq + 1, ..event }) {
                    // Without the place: the same refusal of a hundred lines is one entry.
                    let why = match error {
                        domain::CaseError::Line { source, .. } => source.to_string(),
                        other => other.to_string(),
                    };
                    *refused.entry(why).or_default() += 1;
                }
            }
        }
        case.map(|case| (case, refused)).ok_or_else(|| domain::CaseError::NotOpened.into())
    }
}

fn word(disposition: Option<Disposition>) -> &'static str {
    match disposition {
        None => "undecided",
        Some(Disposition::Valid) => "valid",
        Some(Disposition::Invalid(reason)) => reason.name(),
    }
}
