//! Opening a case: the facts an official states, the rule pack that the filing date chooses, and the first event.

use std::path::Path;

use domain::{CaseOpened, Event, Milestones, Petition};
use jiff::civil::Date;
use law::RulePack;
use serde::{Deserialize, Serialize};

use crate::{Act, CaseFile, CaseworkError};

/// The facts with which an official opens a case, as they stand in a JSON file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFacts {
    /// The petition.
    pub petition: Petition,
    /// The rule pack, or the family in which the filing date chooses.
    pub rules: String,
    /// The day the official gave notice that the form is right.
    pub form_approved_on: Date,
    /// The day of the report of registration that the requirement rests on, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_of_registration_on: Option<Date>,
    /// The day all sections were filed.
    pub filed_on: Date,
    /// Registered voters in the report of registration that the law bases the requirement on.
    pub registered_voters: u64,
}

impl CaseFile {
    /// Opens a case under a rule pack. Refused where the filing date is not the pack's, or comes after the last day of
    /// circulation or before its first.
    pub async fn new_case(path: &Path, facts: &CaseFacts, pack: &RulePack, act: &Act) -> Result<Self, CaseworkError> {
        let milestones = Milestones {
            form_approved_on: facts.form_approved_on,
            report_of_registration_on: facts.report_of_registration_on,
            filed_on: facts.filed_on,
        };
        let law = |error: law::LawError| CaseworkError::Law(error.to_string());
        let last_day = pack.circulation(facts.registered_voters, milestones.form_approved_on).map_err(law)?;
        if facts.petition.kind != pack.petition() {
            let (is, covers) = (facts.petition.kind.name(), pack.petition().name());
            return Err(CaseworkError::Law(format!(
                "the petition is for {is}, and {} is the law of a {covers}",
                pack.id()
            )));
        }
        if !pack.covers(milestones.filed_on) {
            let filed = milestones.filed_on;
            return Err(CaseworkError::Law(format!("{} does not cover a petition filed on {filed}", pack.id())));
        }
        if let Some(report) = milestones.report_of_registration_on.filter(|&day| day > milestones.form_approved_on) {
            let approved = milestones.form_approved_on;
            return Err(CaseworkError::Law(format!(
                "the report of registration is of {report}, after the form was approved on {approved}; the law asks for the last one before"
            )));
        }
        if milestones.filed_on < milestones.form_approved_on {
            let (filed, approved) = (milestones.filed_on, milestones.form_approved_on);
            return Err(CaseworkError::Law(format!(
                "filed on {filed}, before circulation could begin on {approved}; check the two dates"
            )));
        }
        if milestones.filed_on > last_day.date {
            return Err(CaseworkError::Law(format!(
                "filed on {}, after the last day of circulation, {} ({}; {}); a late petition cannot be received",
                milestones.filed_on, last_day.date, last_day.derivation, last_day.rule.citation
            )));
        }
        let required = pack.threshold(facts.registered_voters).map_err(law)?.required;
        let opening = CaseOpened {
            petition: facts.petition.clone(),
            rule_pack: pack.id().to_owned(),
            rule_pack_digest: pack.digest().to_owned(),
            rules: pack.case_rules(),
            milestones,
            registered_voters: facts.registered_voters,
            required,
        };
        Self::create(path, Event::CaseOpened(Box::new(opening)), act).await
    }

    /// Opens a certified case again, for a reason that stays on record.
    pub async fn reopen(&mut self, because: &str, act: &Act) -> Result<(), CaseworkError> {
        if because.trim().is_empty() {
            return Err(CaseworkError::NoReason);
        }
        self.append(vec![Event::CaseReopened(because.to_owned())], act).await
    }
}
