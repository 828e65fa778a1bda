//! From a sample to a verdict: the size of the sample, the projection, the band it falls in, and how far off the edges are.

use std::num::NonZeroU32;

use domain::Verdict;
use serde::{Deserialize, Serialize};

use crate::{
    Duty, LawError, Percent, RulePack, RuleRef,
    figures::{counted, grouped, percent},
    formula::{Formula, Notes, Outcome, SampleFigures, Step, finish},
    pack::{bracket, reference},
    requirement::part,
    schema::{FinalRounding, ProjectionRule, SampleResult, SampleRule, SizeBracket},
};

mod edges;
mod units;

pub use edges::{Edge, Edges};
pub use units::{UnitFigures, UnitProjection, UnitsProjection};

/// How many lines a random sample needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SampleSize {
    /// Lines to draw; all of them where a petition is too small to be sampled.
    pub size: u64,
    /// Whether every line is examined.
    pub every_line: bool,
    /// Whether the office must sample.
    pub duty: Duty,
    /// What is sampled by itself, as in `petition` or `county`.
    pub unit: String,
    /// The least number of digits of the seed.
    pub seed_digits: u32,
    /// The steps of the computation in words.
    pub steps: Vec<String>,
    /// The rule.
    pub rule: RuleRef,
}

/// What a sample says of the whole petition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Projection {
    /// What the sample found.
    pub figures: SampleFigures,
    /// Signatures needed.
    pub required: u64,
    /// The projection before duplicates are taken off; none where the formula limits pairs instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_uncorrected: Option<i64>,
    /// What is taken off for duplicates in the sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_penalty: Option<i64>,
    /// The projected number of valid signatures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projected_valid: Option<i64>,
    /// The projection in percent of the requirement, two decimals, rounded half up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent_of_required: Option<String>,
    /// The greatest number of duplicate pairs that the sample may hold, where the formula limits them; negative if none would do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs_allowed: Option<i64>,
    /// What follows.
    pub verdict: Verdict,
    /// Every intermediate as printed.
    pub steps: Vec<Step>,
    /// How many more or fewer lines would have changed the verdict.
    pub edges: Edges,
    /// The rules of the formula and of the band.
    pub rules: Vec<RuleRef>,
}

/// Where a projection falls. The order is that of more valid signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Band {
    Insufficient,
    Between,
    Sufficient,
}

/// The three parts of a pack that belong to a sample.
#[derive(Clone, Copy)]
pub(crate) struct Sampling<'a> {
    pub(crate) sample: &'a SampleRule,
    pub(crate) projection: &'a ProjectionRule,
    pub(crate) result: &'a SampleResult,
}

impl RulePack {
    pub(crate) fn sampling(&self) -> Result<Sampling<'_>, LawError> {
        let file = &self.file;
        match (&file.sample, &file.projection, &file.sample_result) {
            (Some(sample), Some(projection), Some(result)) => Ok(Sampling { sample, projection, result }),
            _ => Err(LawError::NoSample { pack: self.id().to_owned() }),
        }
    }

    /// Whether the law asks for a spread of signatures over units such as counties.
    pub fn spreads(&self) -> bool {
        self.file.distribution.is_some()
    }

    /// Whether the formula counts pairs of lines.
    pub(crate) fn counts_pairs(&self) -> bool {
        self.sampling().is_ok_and(|sampling| matches!(Formula::of(sampling.projection), Formula::PairsLimit { .. }))
    }

    /// Whether the formula asks for the valid lines with the duplicates among them.
    pub(crate) fn duplicates_are_valid(&self) -> bool {
        self.sampling().is_ok_and(|sampling| Formula::of(sampling.projection).duplicates_are_valid())
    }

    /// Whether the law knows a random sample.
    pub fn has_sample(&self) -> bool {
        self.file.sample.is_some()
    }

    /// How many lines a sample of a petition (or of one unit of it) with so many signatures needs.
    pub fn sample_size(&self, raw: u64) -> Result<SampleSize, LawError> {
        let rule = self.sampling()?.sample;
        let found = bracket(rule.brackets.get_ref(), raw);
        let (size, steps) = match found {
            Some(bracket) => sized(bracket, raw),
            None => {
                (raw, vec![format!("{} signatures are too few to be sampled: every one is examined", grouped(raw))])
            }
        };
        Ok(SampleSize {
            size,
            every_line: size >= raw,
            duty: rule.duty,
            unit: rule.unit.as_str().to_owned(),
            seed_digits: *rule.seed_digits.get_ref(),
            steps,
            rule: reference("sample", rule),
        })
    }

    /// Refuses to speak of one sample of the petition where the law samples each county or district by itself.
    pub fn samples_as_one(&self) -> Result<(), LawError> {
        match self.sampling()?.sample.unit.as_str() {
            "petition" => Ok(()),
            unit => Err(LawError::ByUnit { pack: self.id().to_owned(), unit: unit.to_owned() }),
        }
    }

    /// What is to be said of a sample of so many lines of `raw` that is smaller than the law's; nothing where it is not.
    pub fn short_sample(&self, raw: u64, sample: u64) -> Result<Option<String>, LawError> {
        let asked = self.sample_size(raw)?;
        if sample >= asked.size {
            return Ok(None);
        }
        let lines = counted(sample, "line", "lines");
        let law = if asked.every_line {
            format!("asks for every one of the {}", grouped(raw))
        } else {
            format!("asks for {} of {}", grouped(asked.size), grouped(raw))
        };
        Ok(Some(format!(
            "the sample has {lines}, and the law {law} ({}); the figures are computed as given",
            asked.rule.citation
        )))
    }

    /// What a sample says of the whole. `stage` is which sample it is, from 1, where the law asks for several before a
    /// petition is rejected.
    pub fn project(&self, figures: SampleFigures, required: u64, stage: NonZeroU32) -> Result<Projection, LawError> {
        let sampling = self.sampling()?;
        let formula = Formula::of(sampling.projection);
        if required == 0 {
            return Err(LawError::Figures { what: "the number required is 0".to_owned() });
        }
        let outcome = formula.compute(figures, required, Notes::kept())?;
        let verdict = sampling.result.verdict(sampling.result.band(&outcome, required), stage);
        let edges = edges::of(sampling.result, formula, figures, required, stage);
        let rules = vec![reference("projection", sampling.projection), reference("sample_result", sampling.result)];
        let mut projection = Projection {
            figures,
            required,
            valid_uncorrected: None,
            duplicate_penalty: None,
            projected_valid: None,
            percent_of_required: None,
            pairs_allowed: None,
            verdict,
            steps: Vec::new(),
            edges,
            rules,
        };
        match outcome {
            Outcome::Projected(found) => {
                projection.valid_uncorrected = Some(small(found.uncorrected));
                projection.duplicate_penalty = Some(small(found.penalty));
                projection.projected_valid = Some(small(found.valid));
                projection.percent_of_required = Some(signed_percent(found.valid, required));
                projection.steps = found.steps;
            }
            Outcome::Pairs(found) => {
                projection.pairs_allowed = Some(small(found.limit.div_euclid(crate::formula::FINE)));
                projection.steps = found.steps;
            }
        }
        Ok(projection)
    }
}

impl SampleResult {
    /// Where an outcome falls.
    pub(crate) fn band(&self, outcome: &Outcome, required: u64) -> Band {
        match outcome {
            Outcome::Projected(found) => self.band_of(found.valid, 1, required),
            Outcome::Pairs(found) if i128::from(found.found) * crate::formula::FINE <= found.limit => Band::Sufficient,
            Outcome::Pairs(_) => Band::Between,
        }
    }

    /// Where a number of signatures, given as a fraction, falls in percent of the requirement.
    pub(crate) fn band_of(&self, numerator: i128, denominator: i128, required: u64) -> Band {
        let projected = numerator * Percent::WHOLE;
        let at = |limit: Percent| limit.units() * i128::from(required) * denominator;
        let below = self.insufficient_below.as_ref().is_some_and(|limit| projected < at(*limit.get_ref()));
        let up_to = self.insufficient_up_to.as_ref().is_some_and(|limit| projected <= at(*limit.get_ref()));
        let above = self.sufficient_above.as_ref().is_some_and(|limit| projected > at(*limit.get_ref()));
        let from = self.sufficient_from.as_ref().is_some_and(|limit| projected >= at(*limit.get_ref()));
        if below || up_to {
            Band::Insufficient
        } else if above || from {
            Band::Sufficient
        } else {
            Band::Between
        }
    }

    /// What a band comes to at a stage.
    pub(crate) fn verdict(&self, band: Band, stage: NonZeroU32) -> Verdict {
        match band {
            Band::Sufficient => Verdict::Sufficient,
            Band::Insufficient if stage < self.rejects_after => Verdict::NextSample,
            Band::Insufficient => Verdict::Insufficient,
            Band::Between => self.between.as_ref().map_or(Verdict::ExamineAll, |between| *between.get_ref()),
        }
    }
}

fn sized(bracket: &SizeBracket, raw: u64) -> (u64, Vec<String>) {
    let (size, mut steps) = match bracket {
        SizeBracket { percent: Some(percent), at_least, .. } => {
            let share = part(raw, *percent, FinalRounding::Up);
            let mut steps = vec![format!("{percent}% of {}, rounded up: {}", grouped(raw), grouped(share))];
            let least = at_least.unwrap_or(0);
            if least > share {
                steps.push(format!("at least {}", grouped(least)));
            }
            (share.max(least), steps)
        }
        SizeBracket { margin: Some(margin), z: Some(z), .. } => {
            let size = by_confidence(raw, *margin, *z);
            let how = format!("margin of {margin} percent at z = {z}, share of one half, {} lines", grouped(raw));
            (size, vec![format!("{how}: {}", grouped(size))])
        }
        bracket => {
            let number = bracket.number.unwrap_or(raw);
            (number, vec![format!("a fixed number: {}", grouped(number))])
        }
    };
    if size > raw {
        steps.push(format!("no more than the {} there are", grouped(raw)));
    }
    (size.min(raw), steps)
}

/// The size for a confidence interval of a share of one half, corrected for a finite number and rounded up:
/// n = N m / (N - 1 + m) with m = z^2 / (4 e^2).
fn by_confidence(raw: u64, margin: Percent, z: Percent) -> u64 {
    // z and e are in ten-thousandths, e of a percent: m = (100 z)^2 / (4 e^2).
    let raw = i128::from(raw);
    let (square, four) = (10_000 * z.units() * z.units(), 4 * margin.units() * margin.units());
    let (numerator, denominator) = (raw * square, (raw - 1) * four + square);
    u64::try_from(finish(numerator, denominator, FinalRounding::Up)).unwrap_or(u64::MAX)
}

/// A number of signatures as it stands in files. Figures are bounded so that it always fits.
fn small(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })
}

fn signed_percent(projected: i128, required: u64) -> String {
    let part = u64::try_from(projected.unsigned_abs()).unwrap_or(u64::MAX);
    let sign = if projected < 0 { "-" } else { "" };
    format!("{sign}{}", percent(part, required))
}
