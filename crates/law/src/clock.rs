//! The clocks of a petition: each last day with the way it was found.

use std::collections::BTreeMap;

use domain::{Milestone, Verdict};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    CountedDays, LawError, RulePack, RuleRef,
    pack::{bracket, reference},
    schema::{Cited, DeadlineRule, Unit},
};

/// The days and numbers that clocks rest on; a clock whose day is missing is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Anchors {
    /// Registered voters, on whom the length of circulation may depend.
    pub registered_voters: Option<u64>,
    /// Every signature submitted.
    pub raw_count: Option<u64>,
    /// Whether the examination began with a sample.
    pub sampled: Option<bool>,
    /// What was certified.
    pub verdict: Option<Verdict>,
    /// The days.
    pub days: BTreeMap<Milestone, Date>,
}

/// The last day for an act, with the way it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// The clock's key, as in `circulation` or `examination`.
    pub name: String,
    /// The act.
    pub title: String,
    /// The last day.
    pub date: Date,
    /// The day the act was done, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_on: Option<Date>,
    /// Whether it was done in time; none while it is not known to be done, and where it was done before the day that the
    /// clock counts from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met: Option<bool>,
    /// The rule.
    pub rule: RuleRef,
    /// Anchor, number of days, holidays left out, and move to a business day, in words.
    pub derivation: String,
}

/// A length of time to count from a day.
#[derive(Clone, Copy)]
struct Length {
    count: u32,
    unit: Unit,
    before: bool,
    roll: bool,
}

impl RulePack {
    /// The last day to circulate and file, where the law sets a time: from the pack's own first day, by registered voters where it
    /// depends on them.
    pub fn circulation(&self, registered_voters: Option<u64>, from: Date) -> Result<Option<Deadline>, LawError> {
        let Some(rule) = &self.file.circulation else { return Ok(None) };
        let length = match (rule.brackets.get_ref().as_slice(), registered_voters) {
            ([only], _) => only.get_ref().length,
            (brackets, Some(registered)) => {
                let words = crate::BaseKind::RegisteredVoters.words();
                bracket(brackets, registered).ok_or(LawError::NobodyInBase { base: words })?.length
            }
            (_, None) => return Err(LawError::NoBase { base: crate::BaseKind::RegisteredVoters.words() }),
        };
        let length = Length { count: length, unit: rule.unit, before: false, roll: rule.roll };
        let (date, derivation) = self.count(rule.anchor, from, length)?;
        Ok(Some(Deadline {
            name: "circulation".to_owned(),
            title: rule.title.as_str().to_owned(),
            date,
            done_on: None,
            met: None,
            rule: reference("circulation", rule),
            derivation,
        }))
    }

    /// The day from which the time to circulate counts.
    pub fn circulation_from(&self) -> Option<Milestone> {
        self.file.circulation.as_ref().map(|rule| rule.anchor)
    }

    /// Every clock whose anchor is known and which applies, in the pack's order.
    pub fn deadlines(&self, anchors: &Anchors) -> Result<Vec<Deadline>, LawError> {
        let day = |milestone: Milestone| anchors.days.get(&milestone).copied();
        let mut deadlines = Vec::new();
        if let Some(rule) = &self.file.circulation
            && let Some(from) = day(rule.anchor)
            && (rule.brackets.get_ref().len() == 1 || anchors.registered_voters.is_some())
        {
            let circulation = self.circulation(anchors.registered_voters, from)?;
            deadlines.extend(circulation.map(|clock| done(clock, day(Milestone::Filed), Some(from))));
        }
        for rule in &self.file.deadline {
            let Some(anchor) = day(rule.anchor).filter(|&day| applies(rule, anchors, day)) else { continue };
            let begins = (!rule.before).then_some(anchor);
            deadlines.push(done(self.deadline(rule, anchor)?, rule.done.and_then(day), begins));
        }
        Ok(deadlines)
    }

    /// The clocks by which an act is judged in time or late, among those that run.
    pub fn deadlines_for(&self, act: Milestone, anchors: &Anchors) -> Result<Vec<Deadline>, LawError> {
        let names =
            |name: &str| self.file.deadline.iter().any(|rule| rule.key.get_ref() == name && rule.done == Some(act));
        Ok(self.deadlines(anchors)?.into_iter().filter(|clock| names(&clock.name)).collect())
    }

    /// The days that the pack's clocks start from.
    pub fn anchors(&self) -> Vec<Milestone> {
        let mut anchors: Vec<_> = self.circulation_from().into_iter().collect();
        anchors.extend(self.file.deadline.iter().map(|rule| rule.anchor));
        anchors.sort_unstable();
        anchors.dedup();
        anchors
    }

    pub(crate) fn deadline(&self, rule: &DeadlineRule, anchor: Date) -> Result<Deadline, LawError> {
        let length = Length { count: rule.length, unit: rule.unit, before: rule.before, roll: rule.roll };
        let (date, derivation) = self.count(rule.anchor, anchor, length)?;
        let name = rule.key.get_ref();
        Ok(Deadline {
            name: name.clone(),
            title: rule.title.as_str().to_owned(),
            date,
            done_on: None,
            met: None,
            rule: reference(format!("deadline.{name}"), rule),
            derivation,
        })
    }

    fn count(&self, anchor: Milestone, from: Date, asked: Length) -> Result<(Date, String), LawError> {
        let Length { count: length, unit, before, roll } = asked;
        let calendar = self.calendar();
        let counted = match (unit, before) {
            (Unit::BusinessDays, false) => calendar.add_business_days(from, length)?,
            (Unit::BusinessDays, true) => calendar.subtract_business_days(from, length)?,
            (Unit::CalendarDays, false) => calendar.add_calendar_days(from, length, roll)?,
            (Unit::CalendarDays, true) => calendar.subtract_calendar_days(from, length)?,
            (Unit::Months, false) => calendar.add_months(from, length, roll)?,
            (Unit::Months, true) => calendar.subtract_months(from, length)?,
        };
        let sign = if before { '-' } else { '+' };
        let sum = format!("{from} ({}) {sign} {length} {}", anchor.words(), unit.words(length));
        Ok((counted.date, self.derivation(&sum, unit, &counted)))
    }

    fn derivation(&self, sum: &str, unit: Unit, counted: &CountedDays) -> String {
        let calendar = self.calendar();
        let holidays = format!("holidays: {}, version {}", calendar.id(), calendar.version());
        let named: Vec<_> = counted.holidays.iter().map(|(day, name)| format!("{day} ({name})")).collect();
        match (unit, counted.moved_from) {
            (Unit::BusinessDays, _) => {
                let left_out = if named.is_empty() {
                    "no holiday falls in between".to_owned()
                } else {
                    format!("left out: {}", named.join(", "))
                };
                format!("{sum} = {}; Saturdays and Sundays are not counted; {left_out}; {holidays}", counted.date)
            }
            (_, None) => format!("{sum} = {}", counted.date),
            (_, Some(last)) => {
                let rolling = &self.file.rolling;
                let why = calendar.holiday(last).unwrap_or("a weekend");
                format!(
                    "{sum} = {last}, which is {why}; moved to the next business day, {} ({}, {}); {holidays}",
                    counted.date,
                    rolling.citation(),
                    rolling.status().name()
                )
            }
        }
    }
}

/// Whether a clock applies, given its anchor's day. What is not known yet does not exclude it.
pub(crate) fn applies(rule: &DeadlineRule, anchors: &Anchors, anchor: Date) -> bool {
    let enough = rule.raw_from.as_ref().is_none_or(|from| anchors.raw_count.is_none_or(|raw| raw >= *from.get_ref()));
    let few = rule.raw_to.is_none_or(|to| anchors.raw_count.is_none_or(|raw| raw <= to));
    let begun_so = rule.sampled.is_none_or(|wanted| anchors.sampled.is_none_or(|sampled| sampled == wanted));
    let in_force = rule.anchor_from.is_none_or(|from| anchor >= from);
    let asked_for = rule.only_if.is_empty() || anchors.verdict.is_none_or(|verdict| rule.only_if.contains(&verdict));
    enough && few && begun_so && in_force && asked_for
}

/// The clock with the day of its act. An act before the first day of the clock is neither in time nor late: one of the two days is
/// wrong, or the act is another one.
fn done(deadline: Deadline, done_on: Option<Date>, begins: Option<Date>) -> Deadline {
    let counted = done_on.filter(|&day| begins.is_none_or(|begins| day >= begins));
    Deadline { done_on, met: counted.map(|day| day <= deadline.date), ..deadline }
}
