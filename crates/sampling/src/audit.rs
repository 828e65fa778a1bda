//! The check of a decision: how few of its lines, decided again by people who do not know the first answer, confirm that
//! the outcome is right, or send it to a full hand check.
//!
//! Only one kind of error can turn an outcome. Where a petition with V valid lines was found sufficient for R, only wrong
//! acceptances can: the population is the V accepted lines, and m = V − R + 1 errors turn it. Where it was found
//! insufficient, only wrong rejections can: the population is the rejected lines, and m = R − V errors turn it. The
//! outcome is confirmed when "at least m errors" is refuted at the risk limit.
//!
//! One test serves from the first line to the last: ALPHA on the confirmed lines ([`Alpha`]), with a guess of a quarter
//! of an error in twice as many lines as an errorless check needs. It may be looked at after every line, and the chance
//! of confirming a wrong outcome is at most the risk however long it goes on, whatever is found on the way. The product
//! (P−m)/P · (P−m−1)/(P−1) · … is smaller than its answer by a few lines in a hundred, but holds only for one look at a
//! size fixed beforehand, where a single error ends in a full hand check: that look alone spends the whole risk.

use std::num::NonZeroU32;

use serde::Serialize;

use crate::{
    MAX_LINES,
    decimal::{Decimal, Risk},
    outward::Outward,
    sequential::{Alpha, Guess, SequentialError},
};

/// Why a check cannot be planned or assessed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// The outcome is wrong without any error.
    #[error("no error is needed to turn the outcome; take the errors that turn it from the margin, at least 1")]
    NoMargin,
    /// More results than lines.
    #[error(
        "{results} results for {population} lines; give each line of the population once, in the order of the draw"
    )]
    MoreThanAll {
        /// Results handed in.
        results: u64,
        /// Lines in the population.
        population: u64,
    },
    /// The test could not be set up.
    #[error(transparent)]
    Test(#[from] SequentialError),
}

/// What the second decision of a line came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Recheck {
    /// The first decision was right.
    Confirmed,
    /// The first decision was wrong, so that the line counts on the other side.
    Error,
    /// The line could not be decided again. It counts as an error: the worst case.
    Missing,
}

/// How many lines a check takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Lines on the side that the outcome rests on.
    pub population: u64,
    /// Errors among them that turn the outcome.
    pub errors_that_turn: u64,
    /// The chance of confirming a wrong outcome that is allowed.
    pub risk: Risk,
    /// The fewest lines that confirm when no error is found and only one look is taken.
    pub one_look: u64,
    /// The lines until the outcome is confirmed by [`assess`], by the number of errors.
    pub sizes: Vec<SizeIfErrors>,
}

/// The lines that it takes if so many errors are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SizeIfErrors {
    /// Errors found, all of them at the beginning.
    pub errors: u64,
    /// Lines until the outcome is confirmed; none where that takes every line.
    pub lines: Option<u64>,
}

/// Where a check stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assessment {
    /// Lines decided again.
    pub looked_at: u64,
    /// Errors found.
    pub errors: u64,
    /// Lines that could not be decided again.
    pub missing: u64,
    /// The risk at which the outcome may be confirmed so far, rounded up.
    pub risk_at_most: Decimal,
    /// What follows.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// What follows from a check so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// The outcome is right, but for the risk.
    Confirmed,
    /// More lines are to be looked at.
    GoOn {
        /// How many, if no further error is found.
        more: u64,
    },
    /// No sample can confirm the outcome: every line is to be decided again.
    FullHandCheck,
}

/// The most errors that a plan tells the size for.
const PLANNED_ERRORS: u64 = 3;

/// How many lines of a population confirm an outcome that `errors_that_turn` errors among them would turn.
pub fn plan(population: u64, errors_that_turn: u64, risk: Risk) -> Result<Plan, AuditError> {
    let mut plan = Plan { population, errors_that_turn, risk, one_look: 0, sizes: Vec::new() };
    let Some(test) = Test::new(population, errors_that_turn, risk)? else {
        return Ok(plan);
    };
    plan.one_look = test.one_look;
    let mut alpha = test.alpha;
    for errors in 0..errors_that_turn.min(PLANNED_ERRORS + 1) {
        let lines = more_until_confirmed(&alpha, population, risk)?.map(|more| errors + more);
        plan.sizes.push(SizeIfErrors { errors, lines });
        alpha.observe(false)?;
    }
    Ok(plan)
}

/// What the second decisions so far, in the order of the draw, say of the outcome.
pub fn assess(
    population: u64,
    errors_that_turn: u64,
    risk: Risk,
    results: &[Recheck],
) -> Result<Assessment, AuditError> {
    let looked_at = results.len() as u64;
    if looked_at > population {
        return Err(AuditError::MoreThanAll { results: looked_at, population });
    }
    let number = |of| results.iter().filter(|&&result| result == of).count() as u64;
    let (errors, missing) = (number(Recheck::Error), number(Recheck::Missing));
    let so_far = |risk_at_most, verdict| Assessment { looked_at, errors, missing, risk_at_most, verdict };
    let Some(Test { mut alpha, .. }) = Test::new(population, errors_that_turn, risk)? else {
        return Ok(so_far(Decimal::ZERO, Verdict::Confirmed));
    };
    if errors + missing >= errors_that_turn {
        return Ok(so_far(Decimal::ONE, Verdict::FullHandCheck));
    }
    for &result in results {
        alpha.observe(result == Recheck::Confirmed)?;
    }
    let verdict = match more_until_confirmed(&alpha, population, risk)? {
        Some(0) => Verdict::Confirmed,
        Some(more) => Verdict::GoOn { more },
        None => Verdict::FullHandCheck,
    };
    Ok(so_far(alpha.p_value_at_most(), verdict))
}

struct Test {
    one_look: u64,
    alpha: Alpha,
}

impl Test {
    /// The test of "at least `errors_that_turn` errors"; none where there are not so many lines, so that no errors can
    /// turn the outcome.
    fn new(population: u64, errors_that_turn: u64, risk: Risk) -> Result<Option<Self>, AuditError> {
        if errors_that_turn == 0 {
            return Err(AuditError::NoMargin);
        }
        if population > MAX_LINES {
            return Err(SequentialError::PopulationTooLarge { population }.into());
        }
        let Some(right_at_most) = population.checked_sub(errors_that_turn) else {
            return Ok(None);
        };
        let one_look = one_look(population, right_at_most, risk);
        // A risk near 1 asks for so few lines that a quarter of an error in them would be more than turns the outcome.
        let weight = 2 * one_look.max(population.div_ceil(errors_that_turn));
        #[expect(clippy::cast_possible_truncation, reason = "at most eight times MAX_LINES")]
        let (over, under, weight) = ((4 * weight - 1) as u32, (4 * weight) as u32, weight as u32);
        let weight = NonZeroU32::MIN.saturating_add(weight - 1);
        let alpha = Alpha::new(population, right_at_most, Guess { over, under, weight })?;
        Ok(Some(Self { one_look, alpha }))
    }
}

/// The smallest n for which n lines, drawn from a population with `right` right ones and the others wrong, are all
/// right with a chance of at most the risk.
fn one_look(population: u64, right: u64, risk: Risk) -> u64 {
    let mut chance = Outward::ONE;
    let mut lines = 0;
    while !chance.is_at_most(risk.ratio()) {
        lines += 1;
        match Outward::ratio(right + 1 - lines, population + 1 - lines) {
            Some(factor) => chance = chance * factor,
            None => break,
        }
    }
    lines
}

/// How many more confirmed lines in a row the test takes to confirm the outcome; none where that takes every line.
fn more_until_confirmed(alpha: &Alpha, population: u64, risk: Risk) -> Result<Option<u64>, SequentialError> {
    let mut ahead = alpha.clone();
    while !ahead.refuted(risk) {
        ahead.observe(true)?;
    }
    let more = ahead.observed() - alpha.observed();
    Ok((more == 0 || ahead.observed() < population).then_some(more))
}
