//! How long a petition is kept: each time with the way it was found, and the first day on which it may be destroyed.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Milestone, Verdict};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    LawError, RulePack, RuleRef,
    pack::reference,
    schema::{RetentionRule, Unit},
};

/// The days and the result on which the time rests for which a petition is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RetentionFacts {
    /// The days that are known.
    pub days: BTreeMap<Milestone, Date>,
    /// Days of which it is known that they will not come, as that of an election that was called off.
    pub never: BTreeSet<Milestone>,
    /// What was certified; none while no certificate stands.
    pub verdict: Option<Verdict>,
}

/// A time for which the petition is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptFor {
    /// The rule's key, as in `after_examination`.
    pub name: String,
    /// What it is, in words.
    pub title: String,
    /// The day from which it counts.
    pub anchor: Milestone,
    /// The last day on which the petition is kept for this reason; none while the day from which it counts is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The rule.
    pub rule: RuleRef,
    /// Anchor and number of days, in words.
    pub derivation: String,
}

/// How long a petition is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// The times that apply, in the pack's order; empty where the pack has no rule.
    pub times: Vec<KeptFor>,
    /// The first day after all of them; none while one of them has no end, or where the pack has no rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destroy_from: Option<Date>,
}

impl RulePack {
    /// How long the petition is kept. Where several times apply, it is kept for all of them; while one of them has no end, there is no day on which it may be
    /// destroyed.
    pub fn retention(&self, facts: &RetentionFacts) -> Result<Retention, LawError> {
        let applying = self.file.retention.iter().filter(|rule| applies(rule, facts));
        let times = applying.map(|rule| self.kept_for(rule, facts.days.get(&rule.anchor).copied()));
        let times = times.collect::<Result<Vec<_>, _>>()?;
        let ends: Option<Vec<_>> = times.iter().map(|time| time.until).collect();
        let last = ends.unwrap_or_default().into_iter().max();
        let next = |last: Date| last.tomorrow().map_err(|_| LawError::BeyondCalendar { from: last, n: 1 });
        Ok(Retention { destroy_from: last.map(next).transpose()?, times })
    }

    /// The days from which times count for which the petition is kept.
    pub fn retention_anchors(&self) -> BTreeSet<Milestone> {
        self.file.retention.iter().flat_map(|rule| std::iter::once(rule.anchor).chain(rule.if_known)).collect()
    }

    pub(crate) fn kept_for(&self, rule: &RetentionRule, anchor: Option<Date>) -> Result<KeptFor, LawError> {
        let (length, name) = (rule.length, rule.key.get_ref());
        let unit = rule.unit.words(length);
        let (until, derivation) = match anchor {
            None => {
                let words = rule.anchor.words();
                (None, format!("{length} {unit} after the day on which {words}, which is not known yet"))
            }
            Some(from) => {
                let calendar = self.calendar();
                let counted = match rule.unit {
                    Unit::BusinessDays => calendar.add_business_days(from, length)?,
                    Unit::CalendarDays => calendar.add_calendar_days(from, length, false)?,
                    Unit::Months => calendar.add_months(from, length, false)?,
                };
                let words = rule.anchor.words();
                (Some(counted.date), format!("{from} ({words}) + {length} {unit} = {}", counted.date))
            }
        };
        Ok(KeptFor {
            name: name.clone(),
            title: rule.title.as_str().to_owned(),
            anchor: rule.anchor,
            until,
            rule: reference(format!("retention.{name}"), rule),
            derivation,
        })
    }
}

/// Whether a time applies. What is not known yet does not exclude it; a day that will not come does.
fn applies(rule: &RetentionRule, facts: &RetentionFacts) -> bool {
    let asked_for = rule.only_if.is_empty() || facts.verdict.is_none_or(|verdict| rule.only_if.contains(&verdict));
    let begun = rule.if_known.is_none_or(|day| facts.days.contains_key(&day));
    asked_for && begun && !facts.never.contains(&rule.anchor)
}
