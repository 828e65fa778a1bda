//! A petition whose units, such as counties, are sampled by themselves and reported together.

use std::{collections::BTreeSet, num::NonZeroU32};

use domain::Verdict;
use serde::{Deserialize, Serialize};

use super::{Band, Projection, signed_percent, small};
use crate::{
    Combine, LawError, RulePack, RuleRef,
    formula::{Formula, SampleFigures, Step},
    pack::reference,
};

/// What one unit reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitFigures {
    /// Its name.
    pub unit: String,
    /// Signatures submitted there.
    pub raw: u64,
    /// Lines drawn; as many as submitted where every one was examined.
    pub sample: u64,
    /// Lines found valid.
    pub valid: u64,
    /// Duplicate lines found.
    pub duplicates: u64,
    /// Signatures needed there, where each unit is decided by itself.
    #[serde(default)]
    pub required: Option<u64>,
}

/// What one unit comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitProjection {
    /// Its name.
    pub unit: String,
    /// The projected number of valid signatures, or the counted one where every line was examined.
    pub projected_valid: i64,
    /// Whether every line was examined.
    pub every_line: bool,
    /// What it comes to by itself, where each unit is decided by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Every intermediate as printed.
    pub steps: Vec<Step>,
}

/// What all units come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitsProjection {
    /// How the units are put together.
    pub combine: Combine,
    /// Signatures submitted in all.
    pub raw: u64,
    /// The sum of the projections.
    pub projected_valid: i64,
    /// Signatures needed in all.
    pub required: u64,
    /// The sum in percent of the requirement, two decimals, rounded half up.
    pub percent_of_required: String,
    /// What follows.
    pub verdict: Verdict,
    /// Units that are sufficient by themselves, and how many must be; none where the sum decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units_sufficient: Option<(u64, u64)>,
    /// Each unit.
    pub units: Vec<UnitProjection>,
    /// The rules of formula, band and spread.
    pub rules: Vec<RuleRef>,
}

impl RulePack {
    /// What the units of a petition come to together. `required` is the number needed in all.
    pub fn project_units(&self, units: &[UnitFigures], required: u64) -> Result<UnitsProjection, LawError> {
        let sampling = self.sampling()?;
        let combine = sampling.result.combine.ok_or_else(|| LawError::NoUnits { pack: self.id().to_owned() })?;
        if units.is_empty() || required == 0 {
            let what = "there must be at least one unit, and the number required is at least 1".to_owned();
            return Err(LawError::Figures { what });
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = units.iter().find(|unit| !seen.insert(unit.unit.as_str())) {
            return Err(LawError::Figures { what: format!("{} stands there twice", twice.unit) });
        }
        let rows =
            units.iter().map(|unit| self.project_unit(unit, combine, required)).collect::<Result<Vec<_>, _>>()?;
        let sum: i128 = rows.iter().map(|row| i128::from(row.projected_valid)).sum();
        let mut rules = vec![reference("projection", sampling.projection), reference("sample_result", sampling.result)];
        let counted = rows.iter().all(|row| row.every_line);
        let (verdict, units_sufficient) = match combine {
            // A count has no band: nothing is left to examine.
            Combine::Sum if counted => (self.verdict(u64::try_from(sum).unwrap_or(0), required), None),
            Combine::Sum => (sampling.result.verdict(sampling.result.band_of(sum, 1, required), NonZeroU32::MIN), None),
            Combine::Each => {
                let reported = rows.len() as u64;
                let (needed, all) = self.file.distribution.as_ref().map_or((reported, reported), |rule| {
                    rules.push(reference("distribution", rule));
                    (u64::from(*rule.units.get_ref()), u64::from(rule.of).max(reported))
                });
                let with = |verdict| rows.iter().filter(|row| row.verdict == Some(verdict)).count() as u64;
                let (sufficient, failed) = (with(Verdict::Sufficient), with(Verdict::Insufficient));
                let band = if sufficient >= needed {
                    Band::Sufficient
                } else if all - failed < needed {
                    Band::Insufficient
                } else {
                    Band::Between
                };
                let verdict = match band {
                    // Units that have not reported yet leave it open.
                    Band::Between if counted && reported == all => Verdict::EqualReview,
                    band => sampling.result.verdict(band, NonZeroU32::MIN),
                };
                (verdict, Some((sufficient, needed)))
            }
        };
        Ok(UnitsProjection {
            combine,
            raw: units.iter().map(|unit| unit.raw).sum(),
            projected_valid: small(sum),
            required,
            percent_of_required: signed_percent(sum, required),
            verdict,
            units_sufficient,
            units: rows,
            rules,
        })
    }

    fn project_unit(&self, unit: &UnitFigures, combine: Combine, all: u64) -> Result<UnitProjection, LawError> {
        let required = match combine {
            Combine::Sum => all,
            Combine::Each => unit.required.ok_or_else(|| LawError::NoUnitBase { unit: unit.unit.clone() })?,
        };
        let in_unit = |error| match error {
            LawError::Figures { what } => LawError::Figures { what: format!("{}: {what}", unit.unit) },
            other => other,
        };
        let figures =
            SampleFigures { raw: unit.raw, sample: unit.sample, valid: unit.valid, duplicates: unit.duplicates };
        let Projection { projected_valid, verdict, steps, .. } =
            self.project(figures, required, NonZeroU32::MIN).map_err(in_unit)?;
        let every_line = unit.sample == unit.raw;
        let (projected, verdict, steps) = if every_line {
            let what = format!("every line of {} was examined", unit.unit);
            let among_valid = Formula::of(self.sampling()?.projection).duplicates_are_valid();
            let counted = unit.valid - if among_valid { unit.duplicates } else { 0 };
            let steps = vec![Step { what, value: crate::grouped(counted) }];
            (small(counted.into()), self.verdict(counted, required), steps)
        } else {
            (projected_valid.unwrap_or_default(), verdict, steps)
        };
        Ok(UnitProjection {
            unit: unit.unit.clone(),
            projected_valid: projected,
            every_line,
            verdict: (combine == Combine::Each).then_some(verdict),
            steps,
        })
    }
}
