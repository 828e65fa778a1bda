//! What the lines examined come to: the result of a full examination, or of a sample that decides.

use std::{borrow::Cow, collections::BTreeSet, num::NonZeroU32};

use domain::{
    Case, Disposition, Grounds, Reason, Settled, Settlement, Verdict, invariants::Invariant, sample_complete,
    settle_sample,
};

use super::{Basis, CertificateError, SampleStatement};
use crate::{
    Projection, RulePack, SampleFigures,
    figures::{counted, grouped},
};

/// What the lines examined come to.
pub(super) struct Found {
    pub(super) basis: Basis,
    pub(super) verdict: Verdict,
    pub(super) margin: Option<i64>,
    pub(super) text: String,
    pub(super) sample: Option<SampleStatement>,
}

/// The result of a full examination, or of a sample that decides.
pub(super) fn result(
    case: &Case,
    settlement: &Settlement,
    pack: &RulePack,
    raw: u64,
    required: u64,
) -> Result<Found, CertificateError> {
    let tally = &settlement.tally;
    if pack.spreads() {
        return Err(CertificateError::Spread);
    }
    if tally.raw == raw {
        let verdict = pack.verdict(tally.valid, required);
        let text = verdict_text(tally.valid, required, verdict, pack);
        // The sample that led to a full examination is shown beside its result; one whose formula has no answer is no fault of the count.
        let sample = settle_sample(case).filter(|sample| sample.tally.undecided == 0 && sample.tally.raw < raw);
        let sample = sample.and_then(|sample| statement(case, &sample, pack).ok());
        let margin = Some(margin(tally.valid.into(), required));
        return Ok(Found { basis: Basis::Full, verdict, margin, text, sample });
    }
    sample_complete(case, settlement).map_err(|violation| CertificateError::Sample(violation.to_string()))?;
    let sample = statement(case, settlement, pack)?;
    let projection = &sample.projection;
    if !matches!(projection.verdict, Verdict::Sufficient | Verdict::Insufficient) {
        return Err(CertificateError::SampleLeavesOpen { verdict: projection.verdict.name() });
    }
    Ok(Found {
        basis: Basis::Sample,
        verdict: projection.verdict,
        margin: projection.projected_valid.map(|projected| margin(projected.into(), required)),
        text: sample_text(projection, pack),
        sample: Some(sample),
    })
}

/// What a result rests on as things stand: a sample that decides, so that nobody chooses between it and a full count; otherwise all lines
/// once they are decided.
pub fn examined<'a>(case: &Case, all: &'a Settlement) -> Cow<'a, Settlement> {
    let Some(sample) = settle_sample(case) else { return Cow::Borrowed(all) };
    let conclusive = sample.tally.undecided == 0
        && RulePack::from_files(&case.opened.rule_pack_files).is_ok_and(|pack| {
            project_sample(case, &sample, &pack)
                .is_ok_and(|(projection, _)| matches!(projection.verdict, Verdict::Sufficient | Verdict::Insufficient))
        });
    if all.tally.undecided == 0 && !conclusive { Cow::Borrowed(all) } else { Cow::Owned(sample) }
}

/// The invariants that are checked before a certificate is computed. Where it rests on a sample, `sample-complete` stands in place of the first.
pub fn checked(case: &Case, settlement: &Settlement) -> Vec<Invariant> {
    let sampled = settlement.lines.len() as u64 != case.count_lines();
    let whole = if sampled { Invariant::SampleComplete } else { Invariant::EveryLineOneDisposition };
    vec![
        whole,
        Invariant::OneSignaturePerVoter,
        Invariant::PeopleReject,
        Invariant::UnitIsNoGround,
        Invariant::SearchBeforeAbsence,
        Invariant::VoidSectionVoidsItsLines,
        Invariant::NothingVanishes,
    ]
}

/// A decided sample in the terms in which a stranger draws it again, with what it says of the whole.
fn statement(case: &Case, settlement: &Settlement, pack: &RulePack) -> Result<SampleStatement, CertificateError> {
    let (projection, size_steps) = project_sample(case, settlement, pack)?;
    let drawn = case.sample.as_ref().and_then(|sample| sample.drawn.as_ref());
    let (root, seed) = drawn.map(|drawn| (drawn.root.clone(), drawn.seed.clone())).unwrap_or_default();
    Ok(SampleStatement { root, seed, void_draws: case.void_draws.len() as u64, size_steps, projection })
}

/// What the decided sample of a case says of the whole, with the steps to its size. `settlement` is that of the sampled lines alone.
pub fn project_sample(
    case: &Case,
    settlement: &Settlement,
    pack: &RulePack,
) -> Result<(Projection, Vec<String>), CertificateError> {
    let raw = case.raw_count.unwrap_or_default();
    let size = pack.sample_size(raw)?;
    let tally = &settlement.tally;
    if tally.raw < size.size {
        return Err(CertificateError::SampleTooSmall { drawn: tally.raw, size: size.size });
    }
    let duplicates = tally.by_reason.get(&Reason::Duplicate).copied().unwrap_or_default();
    if pack.counts_pairs() && has_triples(settlement) {
        return Err(CertificateError::Triples);
    }
    // A settlement leaves duplicates out of the valid lines; some formulas ask for the valid ones with them.
    let valid = if pack.duplicates_are_valid() { tally.valid + duplicates } else { tally.valid };
    let figures = SampleFigures { raw, sample: tally.raw, valid, duplicates };
    let stage = case.sample.as_ref().and_then(|sample| NonZeroU32::new(sample.draws)).unwrap_or(NonZeroU32::MIN);
    Ok((pack.project(figures, case.opened.required, stage)?, size.steps))
}

/// Whether a voter has three lines or more in the sample: then pairs of lines are more than further lines.
fn has_triples(settlement: &Settlement) -> bool {
    let mut firsts = BTreeSet::new();
    let duplicates =
        settlement.lines.iter().filter(|settled| settled.disposition == Some(Disposition::Invalid(Reason::Duplicate)));
    let first = |settled: &Settled| {
        settled.findings.iter().find_map(|finding| match &finding.grounds {
            Grounds::Counted(before) => before.first().copied(),
            _ => None,
        })
    };
    duplicates.filter_map(first).any(|line| !firsts.insert(line))
}

/// The result of a sample in a plain sentence, and what follows from it in the pack's words.
fn sample_text(projection: &Projection, pack: &RulePack) -> String {
    let (sample, raw) = (grouped(projection.figures.sample), grouped(projection.figures.raw));
    let needed = grouped(projection.required);
    let measure = match (projection.projected_valid, &projection.percent_of_required) {
        (Some(projected), Some(percent)) => {
            format!("{} valid signatures are projected, {percent}% of the {needed} required", grouped(projected))
        }
        _ => format!("its duplicate pairs are within what the law accepts for the {needed} required"),
    };
    let result = match projection.verdict {
        Verdict::Sufficient => "sufficient",
        _ => "insufficient",
    };
    let text = format!("By a random sample of {sample} of {raw} signatures the petition is {result}: {measure}.");
    match pack.consequence(projection.verdict) {
        Some(consequence) => format!("{text} {consequence}"),
        None => text,
    }
}

/// The result in a plain sentence, and what follows from it in the pack's words.
fn verdict_text(valid: u64, required: u64, verdict: Verdict, pack: &RulePack) -> String {
    let (bears, needed) = (counted(valid, "valid signature", "valid signatures"), grouped(required));
    let result = match verdict {
        Verdict::Sufficient => {
            let over = grouped(valid.saturating_sub(required));
            format!("The petition is sufficient: it bears {bears}, {over} more than the {needed} required.")
        }
        Verdict::Insufficient => {
            let short = grouped(required.saturating_sub(valid));
            format!("The petition is insufficient: it bears {bears}, {short} fewer than the {needed} required.")
        }
        Verdict::EqualReview => format!(
            "This certificate finds the petition neither sufficient nor insufficient: it bears exactly as many valid \
             signatures, {needed}, as are required."
        ),
        Verdict::ExamineAll | Verdict::NextSample => {
            "Every signature must be examined before a result can be certified.".to_owned()
        }
    };
    match pack.consequence(verdict) {
        Some(consequence) => format!("{result} {consequence}"),
        None => result,
    }
}

/// Valid less required. A number of voters always fits; the bounds stand in for arithmetic's sake only.
fn margin(valid: i128, required: u64) -> i64 {
    let margin = valid - i128::from(required);
    i64::try_from(margin).unwrap_or(if margin < 0 { i64::MIN } else { i64::MAX })
}
