//! The checks that a pack passes before anything rests on it, beyond the shapes of its fields.

use std::{collections::BTreeSet, ops::Range};

use domain::{Category, LawText, Milestone, Reason, Verdict};
use toml::Spanned;

use crate::{
    Combine, PackError, Percent,
    assemble::Texts,
    figures::counted,
    library,
    schema::{
        BaseKind, Bracket, Circulation, Cited, DeadlineRule, Distribution, EarlyStop, FormulaName, PackFile, PackPart,
        ProjectionRule, Requirement, ResultRule, SampleResult, SampleRule, SizeBracket,
    },
};

/// The fewest digits of a seed: so many that nobody can try out seeds, or lists for a seed, beforehand.
const LEAST_SEED_DIGITS: u32 = 20;

/// A fault with its place in the text.
type Fault = (Option<Range<usize>>, String);

fn fault<T>(span: Range<usize>, reason: impl Into<String>) -> Result<T, Fault> {
    Err((Some(span), reason.into()))
}

impl PackPart {
    /// Refuses a file whose own parts do not fit together.
    pub(crate) fn check(&self, text: &LawText) -> Result<(), PackError> {
        self.faults().map_err(|(span, reason)| library::fault(text, span, reason))
    }

    fn faults(&self) -> Result<(), Fault> {
        self.dates()?;
        self.requirement.as_ref().map_or(Ok(()), requirement)?;
        self.distribution.as_ref().map_or(Ok(()), distribution)?;
        self.circulation.as_ref().map_or(Ok(()), circulation)?;
        self.deadlines()?;
        self.sample.as_ref().map_or(Ok(()), sample)?;
        self.early_stop.as_ref().map_or(Ok(()), early_stop)?;
        self.projection.as_ref().map_or(Ok(()), projection)?;
        self.sample_result.as_ref().map_or(Ok(()), sample_result)?;
        self.result.as_ref().map_or(Ok(()), result)?;
        let mut seen = BTreeSet::new();
        if let Some(twice) = self.reason.iter().find(|rule| !seen.insert(*rule.name.get_ref())) {
            return fault(twice.name.span(), format!("the reason {} stands twice in the order", twice.name.get_ref()));
        }
        distinct(self.retention.iter().map(|rule| &rule.key))?;
        distinct(self.tolerance.iter().map(|rule| &rule.key))?;
        distinct(self.provision.iter().map(|rule| &rule.key))?;
        self.labels()
    }

    fn dates(&self) -> Result<(), Fault> {
        let (Some(from), Some(until)) = (&self.filed_from, &self.filed_until) else { return Ok(()) };
        if from.get_ref() <= until.get_ref() {
            return Ok(());
        }
        fault(from.span(), format!("filed_from {} is after filed_until {}", from.get_ref(), until.get_ref()))
    }

    fn deadlines(&self) -> Result<(), Fault> {
        let keys = || self.deadline.iter().map(|rule| &rule.key);
        if let Some(taken) = keys().find(|key| key.get_ref() == "circulation") {
            return fault(taken.span(), "the key \"circulation\" belongs to [circulation]");
        }
        if let Some(rule) = self.deadline.iter().find(|rule| rule.before && rule.roll) {
            let reason = "a clock that counts back is not moved to the next business day; leave roll out";
            return fault(rule.key.span(), reason);
        }
        self.deadline.iter().try_for_each(raw_counts)?;
        distinct(keys())
    }

    fn labels(&self) -> Result<(), Fault> {
        let Some(categories) = &self.categories else { return Ok(()) };
        let labels = &categories.labels;
        match Category::ALL.into_iter().find(|category| !labels.get_ref().contains_key(category)) {
            Some(missing) => fault(labels.span(), format!("the label of the category {} is missing", missing.name())),
            None => Ok(()),
        }
    }
}

impl PackFile {
    /// Refuses a pack whose files do not fit together.
    pub(crate) fn check_whole(&self, texts: &Texts) -> Result<(), PackError> {
        self.whole_faults().map_err(|(span, reason)| {
            let text = if span.is_some() { texts.holder("projection") } else { &texts.pack };
            library::fault(text, span, reason)
        })?;
        self.golden_keys().map_err(|(span, reason)| library::fault(texts.holder("golden"), span, reason))
    }

    /// A fault with a place is one in `[projection]`.
    fn whole_faults(&self) -> Result<(), Fault> {
        let given: BTreeSet<_> = self.reason.iter().map(|rule| *rule.name.get_ref()).collect();
        let missing: Vec<_> =
            Reason::ALL.into_iter().filter(|reason| !given.contains(reason)).map(Reason::name).collect();
        if !missing.is_empty() {
            let reason = format!("the order of reasons is incomplete; add a [[reason]] for: {}", missing.join(", "));
            return Err((None, reason));
        }
        let may_begin = |rule: &DeadlineRule| rule.done == Some(Milestone::ProponentsExaminationBegan);
        if self.examination_costs.is_some() && !self.deadline.iter().any(may_begin) {
            let reason = "[examination_costs] belongs to an examination; add the [[deadline]] by which it begins, with done = \"proponents_examination_began_on\"";
            return Err((None, reason.to_owned()));
        }
        match (&self.sample, &self.projection, &self.sample_result) {
            (None, None, None) => Ok(()),
            (Some(_), Some(projection), Some(result)) => fits_formula(projection, result),
            _ => Err((
                None,
                "[sample], [projection] and [sample_result] belong together; write all three or none".to_owned(),
            )),
        }
    }

    fn golden_keys(&self) -> Result<(), Fault> {
        let unknown = |key: &&Spanned<String>| self.deadline.iter().all(|known| known.key.get_ref() != key.get_ref());
        if let Some(key) = self.golden.deadline_keys().find(unknown) {
            return fault(key.span(), format!("there is no deadline {:?}", key.get_ref()));
        }
        let unknown = |key: &&Spanned<String>| self.retention.iter().all(|known| known.key.get_ref() != key.get_ref());
        match self.golden.retention_keys().find(unknown) {
            Some(key) => fault(key.span(), format!("there is no retention {:?}", key.get_ref())),
            None => Ok(()),
        }
    }

    /// Every rule with its key, in the order of the work.
    pub(crate) fn rules(&self) -> Vec<(String, &dyn Cited)> {
        fn single<'a>(key: &str, rule: Option<&'a impl Cited>) -> Option<(String, &'a dyn Cited)> {
            rule.map(|rule| (key.to_owned(), rule as &dyn Cited))
        }
        let mut rules: Vec<(String, &dyn Cited)> =
            vec![("requirement".to_owned(), &self.requirement), ("base".to_owned(), &self.base)];
        rules.extend(single("distribution", self.distribution.as_ref()));
        rules.extend(single("circulation", self.circulation.as_ref()));
        rules.extend(single("prima_facie", self.prima_facie.as_ref()));
        rules.extend(single("sample", self.sample.as_ref()));
        rules.extend(single("projection", self.projection.as_ref()));
        rules.extend(single("sample_result", self.sample_result.as_ref()));
        rules.extend(single("early_stop", self.early_stop.as_ref()));
        rules.extend(self.deadline.iter().map(|rule| (format!("deadline.{}", rule.key.get_ref()), rule as &dyn Cited)));
        rules.extend(
            self.retention.iter().map(|rule| (format!("retention.{}", rule.key.get_ref()), rule as &dyn Cited)),
        );
        rules.extend(single("examination_costs", self.examination_costs.as_ref()));
        rules.push(("business_days".to_owned(), &self.business_days));
        rules.push(("rolling".to_owned(), &self.rolling));
        rules.push(("order_of_reasons".to_owned(), &self.order_of_reasons));
        rules.extend(self.reason.iter().map(|rule| (format!("reason.{}", rule.name.get_ref()), rule as &dyn Cited)));
        rules.extend(
            self.tolerance.iter().map(|rule| (format!("tolerance.{}", rule.key.get_ref()), rule as &dyn Cited)),
        );
        rules.push(("mismatch".to_owned(), &self.mismatch));
        rules.push(("signatures_per_voter".to_owned(), &self.signatures_per_voter));
        rules.push(("withdrawals".to_owned(), &self.withdrawals));
        rules.push(("categories".to_owned(), &self.categories));
        rules.push(("result".to_owned(), &self.result));
        rules.extend(
            self.provision.iter().map(|rule| (format!("provision.{}", rule.key.get_ref()), rule as &dyn Cited)),
        );
        rules
    }
}

fn requirement(rule: &Requirement) -> Result<(), Fault> {
    let span = rule.base.span();
    match (rule.base.get_ref(), rule.number, rule.brackets.get_ref().is_empty()) {
        (BaseKind::Fixed, Some(1..), true) => Ok(()),
        (BaseKind::Fixed, ..) => fault(span, "a fixed requirement has a number of at least 1, and no brackets"),
        (_, None, false) => brackets(&rule.brackets, Some(1), |bracket| {
            let bounds = bracket.at_least.zip(bracket.at_most).is_none_or(|(least, most)| least <= most);
            let percent = (1..=Percent::WHOLE).contains(&bracket.percent.units());
            match (percent, bounds) {
                (false, _) => Some("percent is more than 0 and at most 100"),
                (_, false) => Some("at_least is not more than at_most"),
                _ => None,
            }
        }),
        _ => fault(span, "this base has brackets, and no number"),
    }
}

fn distribution(rule: &Distribution) -> Result<(), Fault> {
    let span = rule.units.span();
    if *rule.units.get_ref() > rule.of || rule.of == 0 {
        return fault(span, format!("{} units are asked for of {}", rule.units.get_ref(), rule.of));
    }
    let ways = [
        rule.percent.is_some(),
        rule.number.is_some(),
        rule.least_share.is_some(),
        rule.greatest_share.is_some(),
        rule.greatest_percent.is_some(),
    ];
    if ways.into_iter().filter(|&given| given).count() == 1 {
        Ok(())
    } else {
        fault(span, "give one of percent, number, least_share, greatest_share and greatest_percent")
    }
}

fn circulation(rule: &Circulation) -> Result<(), Fault> {
    brackets(&rule.brackets, Some(1), |bracket| (bracket.length == 0).then_some("length is 1 or more"))
}

/// A clock for raw counts from one number to a smaller one would never run, and nobody would notice.
fn raw_counts(rule: &DeadlineRule) -> Result<(), Fault> {
    let Some((from, to)) = rule.raw_from.as_ref().zip(rule.raw_to) else { return Ok(()) };
    if *from.get_ref() <= to {
        return Ok(());
    }
    fault(from.span(), format!("raw_from {} is more than raw_to {to}, so this clock never runs", from.get_ref()))
}

/// Fewer valid signatures than required never end an examination.
fn early_stop(rule: &EarlyStop) -> Result<(), Fault> {
    let at = &rule.at_percent;
    if at.get_ref().units() >= Percent::WHOLE {
        return Ok(());
    }
    let reason = format!("at_percent is 100 or more of the number required, and not {}", at.get_ref());
    fault(at.span(), reason)
}

fn sample(rule: &SampleRule) -> Result<(), Fault> {
    let digits = &rule.seed_digits;
    if *digits.get_ref() < LEAST_SEED_DIGITS {
        let reason = format!(
            "a seed of {} can be tried out beforehand; seed_digits is {LEAST_SEED_DIGITS} or more",
            counted(u64::from(*digits.get_ref()), "digit", "digits")
        );
        return fault(digits.span(), reason);
    }
    brackets(&rule.brackets, None, |bracket| match bracket {
        SizeBracket { from: 0, .. } => Some("from is 1 or more"),
        SizeBracket { percent: Some(percent), number: None, margin: None, z: None, .. } => {
            let fits = (1..=Percent::WHOLE).contains(&percent.units());
            (!fits).then_some("percent is more than 0 and at most 100")
        }
        SizeBracket { number: Some(1..), percent: None, at_least: None, margin: None, z: None, .. } => None,
        SizeBracket { margin: Some(margin), z: Some(z), percent: None, number: None, at_least: None, .. } => {
            (margin.units() == 0 || z.units() == 0).then_some("margin and z are more than 0")
        }
        _ => Some("give percent (with at_least), or number, or margin and z"),
    })
}

fn projection(rule: &ProjectionRule) -> Result<(), Fault> {
    let printed = rule.digits.is_some() || rule.correction.is_some();
    let limit = rule.allowance.is_some() && rule.confidence.is_some();
    let some_limit = rule.allowance.is_some() || rule.confidence.is_some();
    let whole = rule.rounding.is_some();
    let fits = match rule.formula.get_ref() {
        FormulaName::RoundedPercent => !some_limit && !whole,
        FormulaName::Proportion | FormulaName::RemainderRate | FormulaName::AtMostTwice => !some_limit && !printed,
        FormulaName::PairsLimit => limit && !printed && !whole && rule.duplicates.is_none(),
    };
    if fits { Ok(()) } else { fault(rule.formula.span(), "these options do not belong to this formula") }
}

fn sample_result(rule: &SampleResult) -> Result<(), Fault> {
    let lower = [&rule.insufficient_below, &rule.insufficient_up_to];
    let upper = [&rule.sufficient_above, &rule.sufficient_from];
    for pair in [lower, upper] {
        if let [Some(first), Some(_)] = pair {
            return fault(first.span(), "two limits for one end of the band; give one");
        }
    }
    if let Some(between) = &rule.between
        && !matches!(between.get_ref(), Verdict::ExamineAll | Verdict::NextSample)
    {
        return fault(between.span(), "between is examine_all or next_sample");
    }
    let low = lower.into_iter().flatten().next();
    let high = upper.into_iter().flatten().next();
    let (Some(low), Some(high)) = (low, high) else {
        return match (&rule.between, low.or(high)) {
            (None, Some(limit)) => fault(limit.span(), "with one limit only, say what follows otherwise: between"),
            _ => Ok(()),
        };
    };
    if low.get_ref() > high.get_ref() {
        let reason =
            format!("impossible band: insufficient up to {}, sufficient from {}", low.get_ref(), high.get_ref());
        return fault(low.span(), reason);
    }
    let closed_below = rule.insufficient_up_to.is_some();
    let closed_above = rule.sufficient_from.is_some();
    if low.get_ref() == high.get_ref() && closed_below && closed_above {
        return fault(
            low.span(),
            format!("impossible band: {} percent is both insufficient and sufficient", low.get_ref()),
        );
    }
    let seamless = low.get_ref() == high.get_ref() && (closed_below || closed_above);
    if rule.between.is_none() && !seamless {
        return fault(high.span(), "the band between the limits has no result; give between");
    }
    Ok(())
}

/// A full examination leaves nothing to examine, more is not too few, and fewer is not enough.
fn result(rule: &ResultRule) -> Result<(), Fault> {
    if *rule.more.get_ref() != Verdict::Sufficient {
        return fault(rule.more.span(), "more valid signatures than required are sufficient");
    }
    if *rule.fewer.get_ref() != Verdict::Insufficient {
        return fault(rule.fewer.span(), "fewer valid signatures than required are insufficient");
    }
    if matches!(rule.equal.get_ref(), Verdict::ExamineAll | Verdict::NextSample) {
        return fault(rule.equal.span(), "equal is sufficient, insufficient or equal_review");
    }
    Ok(())
}

fn fits_formula(projection: &ProjectionRule, result: &SampleResult) -> Result<(), Fault> {
    let limits =
        [&result.insufficient_below, &result.insufficient_up_to, &result.sufficient_above, &result.sufficient_from];
    let percentages = limits.into_iter().any(Option::is_some);
    let pairs = *projection.formula.get_ref() == FormulaName::PairsLimit;
    let here = projection.formula.span();
    match (pairs, percentages) {
        (true, false) if result.between.is_some() && result.combine == Some(Combine::Sum) => {
            fault(here, "pairs_limit gives no number of signatures to add; combine is each")
        }
        (true, false) if result.between.is_some() => Ok(()),
        (true, _) => fault(here, "with pairs_limit, [sample_result] has between and no percentages"),
        (false, true) => Ok(()),
        (false, false) => fault(here, "[sample_result] has no limit; give one of the percentages"),
    }
}

/// Brackets must begin at `first` where one is given, follow one another without gap or overlap, and leave the last one
/// open. `wrong` says what is wrong with one. A fault is on the bracket that it was found at.
fn brackets<B: Bracket>(
    brackets: &Spanned<Vec<Spanned<B>>>,
    first: Option<u64>,
    wrong: impl Fn(&B) -> Option<&'static str>,
) -> Result<(), Fault> {
    let Some(last) = brackets.get_ref().last() else { return fault(brackets.span(), "there is no bracket") };
    let mut next = first.or_else(|| brackets.get_ref().first().map(|bracket| bracket.get_ref().range().0));
    for bracket in brackets.get_ref() {
        let here = |reason: String| fault(bracket.span(), reason);
        let (from, to) = bracket.get_ref().range();
        match next {
            None => {
                return here(format!("the bracket from {from} follows one without an end; give that one a \"to\""));
            }
            Some(next) if from < next => {
                return here(format!("the bracket from {from} overlaps the one before it, which ends at {}", next - 1));
            }
            Some(next) if from > next => return here(format!("the brackets leave a gap from {next} to {}", from - 1)),
            Some(_) => {}
        }
        if to.is_some_and(|to| to < from) {
            return here(format!("the bracket from {from} ends before it begins"));
        }
        if let Some(wrong) = wrong(bracket.get_ref()) {
            return here(format!("in the bracket from {from}: {wrong}"));
        }
        next = to.map(|to| to.saturating_add(1));
    }
    match next {
        Some(next) => {
            let reason = format!("no bracket covers {next} and more; leave \"to\" out of the last one");
            fault(last.span(), reason)
        }
        None => Ok(()),
    }
}

fn distinct<'a>(mut keys: impl Iterator<Item = &'a Spanned<String>>) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    match keys.find(|key| !seen.insert(key.get_ref().as_str())) {
        Some(twice) => fault(twice.span(), format!("the key {:?} stands twice", twice.get_ref())),
        None => Ok(()),
    }
}
