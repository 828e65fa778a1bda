//! The proponents' examination of a failed petition: when it may begin, when it must end, which of its days cost nothing, and what the others come to.

use domain::{Milestone, Verdict};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Anchors, Deadline, LawError, RulePack, RuleRef, clock::applies, pack::reference};

/// What the law says of the costs of the proponents' examination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExaminationCosts {
    /// Business days of examination for which the proponents pay nothing.
    pub free_days: u32,
    /// Whether each further day begins with a deposit in the sum that the official estimates.
    pub daily_deposit: bool,
    /// The rule.
    pub rule: RuleRef,
}

/// Time of the office's staff at the examination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffTime {
    /// How long.
    pub minutes: u32,
    /// At what rate, in cents an hour.
    pub cents_per_hour: u32,
}

/// A day of the examination as the office has it on record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExaminationDay {
    /// Whether somebody examined on it.
    pub used: bool,
    /// What the official estimates that the day costs, in cents; none where nothing was estimated.
    pub estimate: Option<u64>,
    /// The staff's time.
    pub staff: Vec<StaffTime>,
    /// Deposited, in cents.
    pub deposited: u64,
    /// Given back, in cents.
    pub returned: u64,
}

/// What a day comes to. Sums are in cents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCosts {
    /// The day.
    pub day: Date,
    /// Which day of examination it is, from 1; none where nobody examined on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// Whether the proponents bear its costs.
    pub charged: bool,
    /// What the official estimates that the day costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimate: Option<u64>,
    /// Minutes of the staff.
    pub staff_minutes: u64,
    /// What they cost; a fraction of a cent is left out, so that nobody is charged what was not spent.
    pub costs: u64,
    /// Deposited.
    pub deposited: u64,
    /// Given back.
    pub returned: u64,
}

/// What an examination has come to. Sums are in cents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostMeter {
    /// Days on which somebody examined.
    pub days_used: u32,
    /// Days that are still free; none where the law has no costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_days_left: Option<u32>,
    /// Each day with an entry, in order.
    pub days: Vec<DayCosts>,
    /// What the staff's time costs, all days together.
    pub costs: u64,
    /// What of it the proponents bear.
    pub charged: u64,
    /// Deposited.
    pub deposited: u64,
    /// Given back.
    pub returned: u64,
    /// Held beyond what is charged: to be given back.
    pub to_return: u64,
    /// Charged beyond what is held.
    pub owed: u64,
}

impl RulePack {
    /// The last day on which the proponents' examination may begin; none where the law gives them none after this verdict.
    pub fn proponents_begin_by(&self, certified_on: Date, verdict: Verdict) -> Result<Option<Deadline>, LawError> {
        self.proponents_clock(Milestone::ProponentsExaminationBegan, Milestone::Certified, certified_on, verdict)
    }

    /// The last day of an examination that began on a day; none where the law sets it no end.
    pub fn proponents_end_by(&self, began_on: Date, verdict: Verdict) -> Result<Option<Deadline>, LawError> {
        let (ended, began) = (Milestone::ProponentsExaminationEnded, Milestone::ProponentsExaminationBegan);
        self.proponents_clock(ended, began, began_on, verdict)
    }

    fn proponents_clock(
        &self,
        done: Milestone,
        anchor: Milestone,
        from: Date,
        verdict: Verdict,
    ) -> Result<Option<Deadline>, LawError> {
        // A petition that succeeded gives nobody this right, whatever a clock says.
        if !matches!(verdict, Verdict::Insufficient | Verdict::EqualReview) {
            return Ok(None);
        }
        let anchors = Anchors { verdict: Some(verdict), days: [(anchor, from)].into(), ..Anchors::default() };
        let mut clocks = self.file.deadline.iter().filter(|rule| rule.done == Some(done) && rule.anchor == anchor);
        clocks.find(|rule| applies(rule, &anchors, from)).map(|rule| self.deadline(rule, from)).transpose()
    }

    /// The costs of an examination that began on a day; none where the law has none, or had none yet.
    pub fn examination_costs(&self, began_on: Date) -> Option<ExaminationCosts> {
        let rule = self.file.examination_costs.as_ref()?;
        rule.began_from.is_none_or(|from| began_on >= from).then(|| ExaminationCosts {
            free_days: rule.free_days,
            daily_deposit: rule.daily_deposit,
            rule: reference("examination_costs", rule),
        })
    }
}

/// What an examination has come to, from its days in order.
pub fn cost_meter<'a>(
    costs: Option<&ExaminationCosts>,
    days: impl IntoIterator<Item = (Date, &'a ExaminationDay)>,
) -> CostMeter {
    let mut days_used = 0;
    let mut all = Vec::new();
    for (day, entered) in days {
        days_used += u32::from(entered.used);
        let sixtieths = entered.staff.iter().map(|staff| u64::from(staff.minutes) * u64::from(staff.cents_per_hour));
        all.push(DayCosts {
            day,
            number: entered.used.then_some(days_used),
            charged: entered.used && costs.is_some_and(|costs| days_used > costs.free_days),
            estimate: entered.estimate,
            staff_minutes: entered.staff.iter().map(|staff| u64::from(staff.minutes)).sum(),
            costs: sixtieths.sum::<u64>() / 60,
            deposited: entered.deposited,
            returned: entered.returned,
        });
    }
    let sum = |what: fn(&DayCosts) -> u64| all.iter().map(what).sum::<u64>();
    let (deposited, returned) = (sum(|day| day.deposited), sum(|day| day.returned));
    let charged = sum(|day| if day.charged { day.costs } else { 0 });
    let held = deposited.saturating_sub(returned);
    CostMeter {
        days_used,
        free_days_left: costs.map(|costs| costs.free_days.saturating_sub(days_used)),
        costs: sum(|day| day.costs),
        charged,
        deposited,
        returned,
        to_return: held.saturating_sub(charged),
        owed: charged.saturating_sub(held),
        days: all,
    }
}

/// What is still to be deposited before a day may begin, in cents: its estimate less what was deposited for it. Nothing while days are free.
/// None where nothing was estimated yet and something has to be.
pub fn deposit_due<'a>(
    costs: Option<&ExaminationCosts>,
    days: impl IntoIterator<Item = (Date, &'a ExaminationDay)>,
    today: Date,
) -> Option<u64> {
    let Some(costs) = costs.filter(|costs| costs.daily_deposit) else { return Some(0) };
    let (mut used, mut of_today) = (0_u32, None);
    for (day, entered) in days {
        used += u32::from(day < today && entered.used);
        of_today = of_today.or((day == today).then_some(entered));
    }
    if used < costs.free_days {
        return Some(0);
    }
    let of_today = of_today?;
    of_today.estimate.map(|estimate| estimate.saturating_sub(of_today.deposited))
}
