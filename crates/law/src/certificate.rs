//! The certificate: what an official signs, as a pure function of the case, its settlement, the rule pack and the few
//! things that only the caller knows.

use domain::{Case, Category, Milestone, Phase, Reason, SectionState, Settlement, invariants::Invariant};
use jiff::civil::Date;

use crate::{Anchors, Deadline, LawError, RulePack, RuleView, figures::percent};

mod found;
mod shape;

use found::result;
pub use found::{checked, examined, project_sample};

pub use shape::{
    Basis, ByCategory, CategoryRow, Certificate, FORMAT, Official, ReasonRow, RequirementSteps, Roll, RulePackSeal,
    SampleStatement, Sections, Superseded, Withdrawals,
};

/// What the case itself does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateInputs {
    /// Root of the tree over the case's events, 64 hexadecimal digits.
    pub events_digest: String,
    /// The invariants that the caller checked and found to hold.
    pub invariants: Vec<Invariant>,
    /// The date of the certificate.
    pub certified_on: Date,
    /// Who signs it.
    pub official: Option<Official>,
}

/// Why there can be no certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The case is not being examined.
    #[error("a certificate is given while a petition is examined; this case is {0}")]
    NotExamining(&'static str),
    /// No roll.
    #[error("no roll is sealed for this case; name it with --roll first")]
    NoRoll,
    /// Lines without a decision.
    #[error("every-line-one-disposition: {0} lines are not decided yet; decide them first")]
    Undecided(u64),
    /// Totals that do not add up.
    #[error("every-line-one-disposition: {raw} signatures were counted, but {valid} valid and {invalid} invalid make {sum}; settle the case again from its events", sum = valid + invalid)]
    DoesNotAddUp {
        /// The raw count.
        raw: u64,
        /// Valid lines.
        valid: u64,
        /// Invalid lines, summed over the reasons.
        invalid: u64,
    },
    /// The sample is not complete.
    #[error("{0}")]
    Sample(String),
    /// The sample has fewer lines than the law asks for.
    #[error("the sample has {drawn} lines and the law asks for {size}; draw the further lines with the same seed")]
    SampleTooSmall {
        /// Lines drawn.
        drawn: u64,
        /// Lines asked for.
        size: u64,
    },
    /// The law asks for a spread that a case does not hold yet.
    #[error(
        "this law also asks how the signatures are spread over counties or districts, which a case does not hold; count by unit and check with `countersign rules spread`"
    )]
    Spread,
    /// A voter with three lines in a sample whose pairs are counted.
    #[error(
        "a voter has three lines or more in the sample, so its pairs are more than its duplicates; count the pairs and use `countersign rules project`"
    )]
    Triples,
    /// The sample decides nothing.
    #[error(
        "the sample leaves the result open ({verdict}); decide every line, or draw the further sample that the law asks for"
    )]
    SampleLeavesOpen {
        /// What the sample comes to.
        verdict: &'static str,
    },
    /// Another pack than the case was opened with.
    #[error(
        "the case was opened under the rule pack {opened}, not under {given}; certify with the pack whose digest stands in the case"
    )]
    OtherPack {
        /// Identifier and digest in the case.
        opened: String,
        /// Identifier and digest given.
        given: String,
    },
    /// The number required is not the law's.
    #[error(
        "the case was opened with {opened} required signatures, but {pack} asks for {found}; open the case again with the right numbers"
    )]
    OtherRequirement {
        /// The number in the case.
        opened: u64,
        /// The number by the pack.
        found: u64,
        /// The pack.
        pack: String,
    },
    /// Certified before filing.
    #[error("the date of the certificate, {certified_on}, is before the day of filing, {filed_on}")]
    BeforeFiling {
        /// The date given.
        certified_on: Date,
        /// The day of filing.
        filed_on: Date,
    },
    /// A question to the law without an answer.
    #[error(transparent)]
    Law(#[from] LawError),
}

/// The certificate of a case that is examined to the end, or whose sample is. `settlement` is that of all lines, or of the sampled ones
/// from [`domain::settle_sample`]; the result rests on what it holds. To give a certificate of the past again, fold the events up
/// to the one before its own.
pub fn certificate(
    case: &Case,
    settlement: &Settlement,
    pack: &RulePack,
    inputs: &CertificateInputs,
) -> Result<Certificate, CertificateError> {
    let (opened, tally) = (&case.opened, &settlement.tally);
    let raw = check(case, settlement, pack, inputs)?;
    let roll = case.roll.as_ref().ok_or(CertificateError::NoRoll)?;
    let threshold = pack.threshold(&opened.electorate)?;
    let found = result(case, settlement, pack, raw, threshold.required)?;
    let (verdict, examined) = (found.verdict, tally.raw);
    let milestones = &opened.milestones;
    let clocks = pack.deadlines(&Anchors {
        registered_voters: opened.electorate.registered_voters,
        raw_count: Some(raw),
        sampled: Some(case.sample.as_ref().is_some_and(|sample| sample.drawn.is_some())),
        verdict: Some(verdict),
        days: milestones.clone().with(Milestone::Certified, inputs.certified_on).days(),
    })?;
    let requests = || case.withdrawals.values().flatten();
    let accepted = requests().filter(|withdrawal| withdrawal.accepted).count();
    let by_reason = by_reason(settlement, pack, &opened.rules.order_of_reasons, examined);
    let rules_cited = rules_cited(pack, &clocks, &by_reason, found.sample.is_some());
    let mut invariants: Vec<_> = inputs.invariants.clone();
    invariants.sort_unstable();
    invariants.dedup();
    Ok(Certificate {
        format: FORMAT.to_owned(),
        petition: opened.petition.clone(),
        dates: milestones.clone(),
        registered_voters: opened.electorate.registered_voters,
        votes_cast: opened.electorate.votes_cast,
        population: opened.electorate.population,
        required: threshold.required,
        raw_count: raw,
        basis: found.basis,
        examined,
        valid: tally.valid,
        invalid: tally.invalid,
        valid_percent_of_examined: percent(tally.valid, examined),
        invalid_percent_of_examined: percent(tally.invalid, examined),
        invalid_by_category: by_category(settlement),
        breakdown: breakdown(settlement, pack, examined),
        margin: found.margin,
        verdict,
        verdict_text: found.text,
        sample: found.sample,
        rules_cited,
        invalid_by_reason: by_reason,
        requirement: RequirementSteps { steps: threshold.steps, rule: threshold.rule },
        clocks,
        sections: Sections {
            received: case.sections().count() as u64,
            void: case.sections().filter(|section| matches!(section.state, SectionState::Void(_))).count() as u64,
            struck_lines: case.sections().map(|section| section.struck().len() as u64).sum(),
        },
        withdrawals: Withdrawals { accepted: accepted as u64, refused: (requests().count() - accepted) as u64 },
        rule_pack: RulePackSeal {
            id: pack.id().to_owned(),
            title: pack.title().to_owned(),
            digest: pack.digest().to_owned(),
        },
        roll_digest: roll.roll_digest.clone(),
        roll: Roll { rows: roll.rows, active: roll.active },
        events_digest: inputs.events_digest.clone(),
        events: case.seq,
        invariants: invariants.into_iter().map(|invariant| invariant.name().to_owned()).collect(),
        certified_on: inputs.certified_on,
        official: inputs.official.clone(),
        superseded: superseded(case),
    })
}

/// The certificate that this one replaces, where the case was reopened after one.
fn superseded(case: &Case) -> Option<Superseded> {
    let (reason, last) = case.reopened.as_ref().zip(case.certificates.last())?;
    Some(Superseded { digest: last.certificate_digest.clone(), reason: reason.clone() })
}

/// Refuses what must not be certified, and returns the raw count.
fn check(
    case: &Case,
    settlement: &Settlement,
    pack: &RulePack,
    inputs: &CertificateInputs,
) -> Result<u64, CertificateError> {
    let (opened, tally) = (&case.opened, &settlement.tally);
    let raw = match (&case.phase, case.raw_count) {
        (Phase::Examining, Some(raw)) => raw,
        (Phase::NotAccepted, _) => {
            return Err(CertificateError::NotExamining(
                "a filing with too few signatures, on which no action is taken",
            ));
        }
        (Phase::Certified, _) => {
            return Err(CertificateError::NotExamining("certified already; reopen it with a reason first"));
        }
        (Phase::Receiving | Phase::Examining, _) => {
            return Err(CertificateError::NotExamining(
                "still receiving sections; close the intake with the raw count first",
            ));
        }
    };
    if tally.undecided > 0 {
        return Err(CertificateError::Undecided(tally.undecided));
    }
    let by_reason = tally.by_reason.values().sum();
    let sampled = case.sample.as_ref().is_some_and(|sample| sample.drawn.is_some());
    let examined = if sampled { tally.raw } else { raw };
    if tally.raw != examined || tally.invalid != by_reason || tally.valid.checked_add(by_reason) != Some(examined) {
        return Err(CertificateError::DoesNotAddUp { raw: examined, valid: tally.valid, invalid: by_reason });
    }
    if opened.rule_pack != pack.id() || opened.rule_pack_digest != pack.digest() {
        let name = |id: &str, digest: &str| format!("{id} ({})", digest.chars().take(12).collect::<String>());
        return Err(CertificateError::OtherPack {
            opened: name(&opened.rule_pack, &opened.rule_pack_digest),
            given: name(pack.id(), pack.digest()),
        });
    }
    let found = pack.threshold(&opened.electorate)?.required;
    if found != opened.required {
        return Err(CertificateError::OtherRequirement { opened: opened.required, found, pack: pack.id().to_owned() });
    }
    let (certified_on, filed_on) = (inputs.certified_on, opened.milestones.filed_on());
    if certified_on < filed_on {
        return Err(CertificateError::BeforeFiling { certified_on, filed_on });
    }
    Ok(raw)
}

fn by_category(settlement: &Settlement) -> ByCategory {
    let of = |category| settlement.tally.category(category);
    ByCategory {
        not_registered: of(Category::NotRegistered),
        duplicate: of(Category::Duplicate),
        different_address: of(Category::DifferentAddress),
        signature_mismatch: of(Category::SignatureMismatch),
        canceled: of(Category::Canceled),
        out_of_jurisdiction: of(Category::OutOfJurisdiction),
        other: of(Category::Other),
    }
}

fn breakdown(settlement: &Settlement, pack: &RulePack, examined: u64) -> Vec<CategoryRow> {
    let row = |category| {
        let count = settlement.tally.category(category);
        CategoryRow {
            name: category,
            label: pack.category_label(category).to_owned(),
            count,
            percent_of_examined: percent(count, examined),
            percent_of_invalid: percent(count, settlement.tally.invalid),
        }
    };
    Category::ALL.map(row).into()
}

fn by_reason(settlement: &Settlement, pack: &RulePack, order: &[Reason], examined: u64) -> Vec<ReasonRow> {
    let order = order.iter().copied();
    let counted = order.filter_map(|reason| settlement.tally.by_reason.get(&reason).map(|&count| (reason, count)));
    let row = |(reason, count): (Reason, u64)| {
        let rule = pack.rule_for(reason);
        ReasonRow {
            code: reason.code().to_owned(),
            name: reason,
            title: pack.reason_title(reason).to_owned(),
            category: reason.category(),
            count,
            percent_of_examined: percent(count, examined),
            citation: rule.citation,
            status: rule.status,
        }
    };
    counted.map(row).collect()
}

/// The rules that bear on this result: all that always do, those of a sample where there was one, the clocks that are listed, the reasons that were used, and the
/// tolerances where an address decided.
fn rules_cited(pack: &RulePack, clocks: &[Deadline], by_reason: &[ReasonRow], sampled: bool) -> Vec<RuleView> {
    let bears = |key: &str| match key.split_once('.') {
        Some(("deadline", _)) => clocks.iter().any(|clock| clock.rule.key == key),
        Some(("reason", name)) => by_reason.iter().any(|row| row.name.name() == name),
        // What is words only, and how long the petition is kept, decides nothing here; `rules show` has it.
        Some(("provision" | "retention", _)) => false,
        Some(("tolerance", _)) => by_reason.iter().any(|row| row.name == Reason::DifferentAddress),
        _ => match key {
            "sample" | "projection" | "sample_result" => sampled,
            "early_stop" => false,
            _ => true,
        },
    };
    pack.rules().into_iter().filter(|rule| bears(&rule.key)).collect()
}
