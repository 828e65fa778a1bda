//! How many signatures are needed, and how they must be spread.

use domain::Electorate;
use serde::{Deserialize, Serialize};

use crate::{
    BaseKind, LawError, Percent, RulePack, RuleRef,
    figures::{decimal, grouped},
    formula::{finish, rounding_words},
    pack::{bracket, reference},
    schema::{Distribution, FinalRounding, PercentBracket, Requirement},
};

/// How many signatures are needed, with the way there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Threshold {
    /// Signatures needed.
    pub required: u64,
    /// What the requirement is a part of.
    pub base: BaseKind,
    /// The percentage of the base; none where the number is fixed.
    pub percent: Option<Percent>,
    /// The steps of the computation in words.
    pub steps: Vec<String>,
    /// The rule.
    pub rule: RuleRef,
    /// Which report or election the base is taken from, in the pack's words.
    pub base_rule: RuleRef,
}

/// One unit, such as a county, in which signatures were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitCount {
    /// Its name.
    pub unit: String,
    /// The base within the unit, where a percentage of it is asked for.
    #[serde(default)]
    pub base: Option<u64>,
    /// Valid signatures from the unit.
    pub valid: u64,
}

/// Whether the signatures are spread as the law asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// Whether they are.
    pub met: bool,
    /// Units that reach what is asked of one; with a greatest share, signatures that count.
    pub reached: u64,
    /// Units that must; with a greatest share, signatures required.
    pub needed: u64,
    /// Valid signatures from all the units given.
    pub total: u64,
    /// Valid signatures needed in all.
    pub required: u64,
    /// Whether the units given have as many valid signatures together as are needed in all.
    pub enough: bool,
    /// Each unit with what it needs, or with the most that may count.
    pub units: Vec<UnitSpread>,
    /// The rule.
    pub rule: RuleRef,
}

/// One unit against what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitSpread {
    /// Its name.
    pub unit: String,
    /// Valid signatures from the unit.
    pub valid: u64,
    /// What it needs, or the most that may count.
    pub limit: u64,
    /// Whether it reaches what it needs, or stays within what may count.
    pub within: bool,
}

impl RulePack {
    /// How many signatures are needed: at least the bracket's percentage of the base, so that a fraction counts as a
    /// whole signature.
    pub fn threshold(&self, electorate: &Electorate) -> Result<Threshold, LawError> {
        let rule = &self.file.requirement;
        let kind = *rule.base.get_ref();
        let base = match kind {
            BaseKind::RegisteredVoters => electorate.registered_voters,
            BaseKind::VotesCast => electorate.votes_cast,
            BaseKind::Population => electorate.population,
            BaseKind::Fixed => None,
        };
        let (required, percent, steps) = match (rule.number, base) {
            (Some(number), _) => (number, None, vec![format!("a fixed number: {}", grouped(number))]),
            (None, Some(base)) => of_base(rule, kind, base)?,
            (None, None) => return Err(LawError::NoBase { base: kind.words() }),
        };
        let base_rule = reference("base", &self.file.base);
        Ok(Threshold { required, base: kind, percent, steps, rule: reference("requirement", rule), base_rule })
    }

    /// Whether signatures are spread over units as the law asks; none where it asks for nothing. `required` is the number
    /// needed in all, of which a greatest share is taken.
    pub fn spread(&self, units: &[UnitCount], required: u64) -> Result<Option<Spread>, LawError> {
        let Some(rule) = &self.file.distribution else { return Ok(None) };
        let mut rows = Vec::new();
        for unit in units {
            let limit = unit_limit(rule, unit, required)?;
            let within = if counts_up_to_limit(rule) { unit.valid <= limit } else { unit.valid >= limit };
            rows.push(UnitSpread { unit: unit.unit.clone(), valid: unit.valid, limit, within });
        }
        let (reached, needed) = if counts_up_to_limit(rule) {
            (rows.iter().fold(0, |sum: u64, row| sum.saturating_add(row.valid.min(row.limit))), required)
        } else {
            (rows.iter().filter(|row| row.within).count() as u64, u64::from(*rule.units.get_ref()))
        };
        let rule = reference("distribution", rule);
        let total = units.iter().fold(0, |sum: u64, unit| sum.saturating_add(unit.valid));
        let enough = total >= required;
        Ok(Some(Spread { met: reached >= needed, reached, needed, total, required, enough, units: rows, rule }))
    }
}

/// Whether the rule limits what counts from a unit, rather than asking for something from it.
fn counts_up_to_limit(rule: &Distribution) -> bool {
    rule.greatest_share.is_some() || rule.greatest_percent.is_some()
}

type Found = (u64, Option<Percent>, Vec<String>);

fn of_base(rule: &Requirement, kind: BaseKind, base: u64) -> Result<Found, LawError> {
    let bracket = bracket(rule.brackets.get_ref(), base).ok_or(LawError::NobodyInBase { base: kind.words() })?;
    let percent = bracket.percent;
    let product = i128::from(base) * percent.units();
    let rounding = rule.rounding.unwrap_or(FinalRounding::Up);
    let exact = part(base, percent, rounding);
    let mut steps = vec![
        format!("{}: not less than {percent} percent", range(bracket, kind)),
        format!("{percent}% of {} = {}", grouped(base), decimal(product, 6)),
    ];
    if product % Percent::WHOLE > 0 {
        steps.push(format!("{} to {}", rounding_words(rounding), grouped(exact)));
    }
    let mut required = exact;
    if let Some(least) = bracket.at_least.filter(|&least| least > required) {
        steps.push(format!("at least {}", grouped(least)));
        required = least;
    }
    if let Some(most) = bracket.at_most.filter(|&most| most < required) {
        steps.push(format!("at most {}", grouped(most)));
        required = most;
    }
    Ok((required, Some(percent), steps))
}

fn range(bracket: &PercentBracket, kind: BaseKind) -> String {
    match (bracket.from, bracket.to) {
        (from, Some(to)) => format!("{} to {} {}", grouped(from), grouped(to), kind.words()),
        (1, None) => format!("any number of {}", kind.words()),
        (from, None) => format!("{} or more {}", grouped(from), kind.words()),
    }
}

fn unit_limit(rule: &Distribution, unit: &UnitCount, required: u64) -> Result<u64, LawError> {
    let base = || unit.base.ok_or_else(|| LawError::NoUnitBase { unit: unit.unit.clone() });
    if let Some(percent) = rule.percent {
        return Ok(part(base()?, percent, FinalRounding::Up));
    }
    if let Some(percent) = rule.greatest_percent {
        return Ok(part(base()?, percent, FinalRounding::Down));
    }
    if let Some(share) = rule.least_share {
        return Ok(part(required, share, FinalRounding::Up));
    }
    let share = rule.greatest_share.map(|share| part(required, share, FinalRounding::Down));
    // A distribution is refused unless it has one of the five.
    Ok(share.or(rule.number).unwrap_or_default())
}

/// A percentage of a number, rounded.
pub(crate) fn part(number: u64, percent: Percent, rounding: FinalRounding) -> u64 {
    let product = i128::from(number) * percent.units();
    u64::try_from(finish(product, Percent::WHOLE, rounding)).unwrap_or(u64::MAX)
}
