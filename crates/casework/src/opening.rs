//! Opening a case: the facts an official states, the rule pack that the filing date chooses, and the first event.

use std::num::NonZeroU32;

use domain::{CaseOpened, CaseOpenedPrivate, Electorate, Event, Milestone, Milestones, Petition};
use law::RulePack;
use serde::{Deserialize, Serialize};

use crate::{Act, CaseFile, CaseworkError, Place};

/// The facts with which an official opens a case, as they stand in a JSON file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFacts {
    /// The petition.
    pub petition: Petition,
    /// The rule pack, or the family in which the filing date chooses, or the path of a pack's file.
    pub rules: String,
    /// Registered voters in the report of registration that the law names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_voters: Option<u64>,
    /// Votes cast in the election that the law names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes_cast: Option<u64>,
    /// Inhabitants by the census that the law names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<u64>,
    /// Offices to fill, where the law lets a voter sign for as many candidates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<NonZeroU32>,
    /// The days, by name: `filed_on`, and those that clocks start from.
    #[serde(flatten)]
    pub days: Milestones,
}

impl CaseFile {
    /// Opens a case under a rule pack. Refused where one of the pack's golden examples does not come out, and where the
    /// filing date is not the pack's, or comes after the last day of circulation or before its first. `secret` is taken by chance; the salts
    /// of the published log come from it, and it stays in the case.
    pub async fn new_case(
        place: &Place,
        facts: &CaseFacts,
        pack: &RulePack,
        secret: [u8; 32],
        act: &Act,
    ) -> Result<Self, CaseworkError> {
        let law = |error: law::LawError| CaseworkError::Law(error.to_string());
        if facts.petition.kind != pack.petition() {
            let (is, covers) = (facts.petition.kind.name(), pack.petition().name());
            return Err(CaseworkError::Law(format!(
                "the petition is for {is}, and {} is the law of a {covers}",
                pack.id()
            )));
        }
        let wrong: Vec<_> = pack.check_golden().iter().map(ToString::to_string).collect();
        if !wrong.is_empty() {
            return Err(CaseworkError::Law(format!(
                "{} does not come out as its own golden examples say, so no case is opened under it; mend the pack and see `countersign rules check`:\n  {}",
                pack.id(),
                wrong.join("\n  ")
            )));
        }
        check_days(facts, pack)?;
        let electorate = Electorate {
            registered_voters: facts.registered_voters,
            votes_cast: facts.votes_cast,
            population: facts.population,
        };
        let required = pack.threshold(&electorate).map_err(law)?.required;
        let opening = CaseOpened {
            petition: facts.petition.clone(),
            rule_pack: pack.id().to_owned(),
            rule_pack_digest: pack.digest().to_owned(),
            rule_pack_files: pack.files().to_vec(),
            rules: pack.case_rules(facts.seats).map_err(law)?,
            milestones: facts.days.clone(),
            electorate,
            required,
        };
        let private = CaseOpenedPrivate { secret: ledger::hex(&secret) };
        Self::create(place, Event::CaseOpened(Box::new(opening), private), act).await
    }

    /// The rule pack that the case was opened with, from the texts that the case keeps.
    pub fn pack(&self) -> Result<RulePack, CaseworkError> {
        RulePack::from_files(&self.case().opened.rule_pack_files).map_err(|error| CaseworkError::Law(error.to_string()))
    }

    /// Opens a certified case again, for a reason that stays on record.
    pub async fn reopen(&mut self, because: &str, act: &Act) -> Result<(), CaseworkError> {
        if because.trim().is_empty() {
            return Err(CaseworkError::NoReason);
        }
        self.append(vec![Event::CaseReopened(because.to_owned())], act).await
    }
}

/// Refuses days that do not fit the law or one another.
fn check_days(facts: &CaseFacts, pack: &RulePack) -> Result<(), CaseworkError> {
    let filed = facts.days.filed_on();
    if !pack.covers(filed) {
        return Err(CaseworkError::Law(format!("{} does not cover a petition filed on {filed}", pack.id())));
    }
    let Some(anchor) = pack.circulation_from() else { return Ok(()) };
    let Some(from) = facts.days.on(anchor) else {
        return Err(CaseworkError::Law(format!(
            "the time to circulate counts from the day on which {}; give {anchor}",
            anchor.words()
        )));
    };
    if let Some(report) = facts.days.on(Milestone::ReportOfRegistration).filter(|&day| day > from) {
        return Err(CaseworkError::Law(format!(
            "the report of registration is of {report}, after {} on {from}; the law asks for the last one before",
            anchor.words()
        )));
    }
    if filed < from {
        return Err(CaseworkError::Law(format!(
            "filed on {filed}, before circulation could begin on {from}; check the two dates"
        )));
    }
    let last =
        pack.circulation(facts.registered_voters, from).map_err(|error| CaseworkError::Law(error.to_string()))?;
    match last.filter(|last| filed > last.date) {
        Some(last) => Err(CaseworkError::Law(format!(
            "filed on {filed}, after the last day of circulation, {} ({}; {}); a late petition cannot be received",
            last.date, last.derivation, last.rule.citation
        ))),
        None => Ok(()),
    }
}
