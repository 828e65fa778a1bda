//! The numbers and days of a pack's rules in short phrases, as a reader checks them against the law's text.

use domain::{Milestone, Verdict};
use toml::Spanned;

use crate::{
    BaseKind, Combine, Duty, Percent,
    figures::{counted, grouped},
    formula::rounding_words,
    schema::{
        Bracket, Circulation, DeadlineRule, Distribution, ExaminationCosts, FinalRounding, PackFile, ProjectionRule,
        Requirement, ResultRule, RetentionRule, SampleResult, SampleRule, SignaturesMax,
    },
};

/// The numbers and days of the rule with this key; empty for a rule that is words only.
pub(crate) fn details(file: &PackFile, key: &str) -> Vec<String> {
    if let Some(name) = key.strip_prefix("deadline.") {
        return file.deadline.iter().find(|rule| rule.key.get_ref() == name).map(deadline).unwrap_or_default();
    }
    if let Some(name) = key.strip_prefix("retention.") {
        return file.retention.iter().find(|rule| rule.key.get_ref() == name).map(retention).unwrap_or_default();
    }
    match key {
        "requirement" => requirement(&file.requirement),
        "distribution" => file.distribution.as_ref().map(distribution).unwrap_or_default(),
        "circulation" => file.circulation.as_ref().map(circulation).unwrap_or_default(),
        "sample" => file.sample.as_ref().map(sample).unwrap_or_default(),
        "projection" => file.projection.as_ref().map(projection).unwrap_or_default(),
        "sample_result" => file.sample_result.as_ref().map(sample_result).unwrap_or_default(),
        "early_stop" => file.early_stop.iter().map(|rule| early_stop(&rule.at_percent.get_ref().to_string())).collect(),
        "examination_costs" => file.examination_costs.as_ref().map(examination_costs).unwrap_or_default(),
        "mismatch" => {
            vec![counted(u64::from(file.mismatch.reviewers.get()), "distinct reviewer", "distinct reviewers")]
        }
        "signatures_per_voter" => vec![match file.signatures_per_voter.max {
            SignaturesMax::Number(max) => format!("at most {max} of a voter"),
            SignaturesMax::Word(_) => "as many of a voter as there are seats: a case gives `seats`".to_owned(),
        }],
        "result" => result(&file.result),
        _ => Vec::new(),
    }
}

fn early_stop(percent: &str) -> String {
    format!("the examination may end once {percent} percent of the number required are valid")
}

fn examination_costs(rule: &ExaminationCosts) -> Vec<String> {
    let free = counted(u64::from(rule.free_days), "business day", "business days");
    let mut lines = vec![format!("{free} of examination without costs")];
    lines.extend(rule.daily_deposit.then(|| "each further day begins with a deposit".to_owned()));
    lines.extend(rule.began_from.map(|day| format!("only for an examination that began on {day} or later")));
    lines
}

/// The numbers of a bracket, both ends included.
fn range(bracket: &impl Bracket, what: &str) -> String {
    match bracket.range() {
        (1, None) => format!("any number of {what}"),
        (from, None) => format!("{} or more {what}", grouped(from)),
        (from, Some(to)) => format!("{} to {} {what}", grouped(from), grouped(to)),
    }
}

fn requirement(rule: &Requirement) -> Vec<String> {
    if let Some(number) = rule.number {
        return vec![format!("a fixed number: {}", grouped(number))];
    }
    let base = *rule.base.get_ref();
    let fact = match base {
        BaseKind::RegisteredVoters => "registered_voters",
        BaseKind::VotesCast => "votes_cast",
        BaseKind::Population => "population",
        BaseKind::Fixed => return Vec::new(),
    };
    let mut lines = vec![format!("a case gives `{fact}`")];
    for bracket in rule.brackets.get_ref().iter().map(Spanned::get_ref) {
        let mut line = format!("{}: {} percent", range(bracket, base.words()), bracket.percent);
        line.extend(bracket.at_least.map(|least| format!(", at least {}", grouped(least))));
        line.extend(bracket.at_most.map(|most| format!(", at most {}", grouped(most))));
        lines.push(line);
    }
    lines.push(format!("a fraction is {}", rounding_words(rule.rounding.unwrap_or(FinalRounding::Up))));
    lines
}

fn distribution(rule: &Distribution) -> Vec<String> {
    let (unit, of) = (rule.unit.as_str(), grouped(rule.of));
    let reached = |what: String| format!("in {} of {of} units ({unit}): {what}", grouped(*rule.units.get_ref()));
    let most = |what: String| format!("from one unit ({unit}) counts at most {what}");
    let ways = [
        rule.percent.map(|percent| reached(format!("{percent} percent of the unit's own base"))),
        rule.number.map(|number| reached(counted(number, "signature", "signatures"))),
        rule.least_share.map(|share| reached(format!("{share} percent of the number required"))),
        rule.greatest_share.map(|share| most(format!("{share} percent of the number required"))),
        rule.greatest_percent.map(|percent| most(format!("{percent} percent of the unit's own base"))),
    ];
    ways.into_iter().flatten().collect()
}

fn from(anchor: Milestone) -> String {
    format!("counts from `{}`: the day on which {}", anchor.name(), anchor.words())
}

const ROLLS: &str = "a last day that is no business day moves to the next one";

fn circulation(rule: &Circulation) -> Vec<String> {
    let mut lines = vec![from(rule.anchor)];
    lines.extend(rule.brackets.get_ref().iter().map(Spanned::get_ref).map(|bracket| {
        let length = format!("{} {}", grouped(bracket.length), rule.unit.words(bracket.length));
        match bracket.range() {
            (1, None) => length,
            _ => format!("{}: {length}", range(bracket, BaseKind::RegisteredVoters.words())),
        }
    }));
    lines.extend(rule.roll.then(|| ROLLS.to_owned()));
    lines
}

fn deadline(rule: &DeadlineRule) -> Vec<String> {
    let way = if rule.before { "before" } else { "after" };
    let mut lines =
        vec![from(rule.anchor), format!("{} {} {way} it", grouped(rule.length), rule.unit.words(rule.length))];
    lines.extend(rule.roll.then(|| ROLLS.to_owned()));
    lines.extend(rule.done.map(|done| format!("done on `{}`", done.name())));
    let raw_from = rule.raw_from.as_ref().map(|from| *from.get_ref());
    lines.extend(match (raw_from, rule.raw_to) {
        (Some(from), Some(to)) => Some(format!("only for a raw count of {} to {}", grouped(from), grouped(to))),
        (Some(from), None) => Some(format!("only for a raw count of {} or more", grouped(from))),
        (None, Some(to)) => Some(format!("only for a raw count of {} or fewer", grouped(to))),
        (None, None) => None,
    });
    lines.extend(rule.sampled.map(|sampled| {
        let how = if sampled { "began" } else { "did not begin" };
        format!("only where the examination {how} with a sample")
    }));
    lines.extend(rule.anchor_from.map(|day| format!("only from {day} on")));
    if !rule.only_if.is_empty() {
        let verdicts: Vec<_> = rule.only_if.iter().map(|verdict| verdict.name()).collect();
        lines.push(format!("only if {}", verdicts.join(" or ")));
    }
    lines
}

fn sample(rule: &SampleRule) -> Vec<String> {
    let duty = match rule.duty {
        Duty::May => "the office may sample",
        Duty::Must => "the office must sample",
    };
    let mut lines = vec![format!("{duty} (each {})", rule.unit.as_str())];
    for bracket in rule.brackets.get_ref().iter().map(Spanned::get_ref) {
        let size = match (bracket.percent, bracket.number, bracket.margin.zip(bracket.z)) {
            (Some(percent), ..) => {
                let least = bracket.at_least.map_or_else(String::new, |least| format!(", at least {}", grouped(least)));
                format!("{percent} percent{least}")
            }
            (_, Some(number), _) => counted(number, "line", "lines"),
            (.., Some((margin, z))) => format!("for a margin of {margin} percent at z = {z}"),
            _ => continue,
        };
        lines.push(format!("{}: {size}", range(bracket, "signatures")));
    }
    let first = rule.brackets.get_ref().first().map_or(1, |bracket| bracket.get_ref().range().0);
    lines.extend((first > 1).then(|| format!("fewer than {}: every one is examined", grouped(first))));
    lines.push(format!("a seed of at least {} digits", rule.seed_digits.get_ref()));
    lines
}

fn retention(rule: &RetentionRule) -> Vec<String> {
    let mut lines =
        vec![from(rule.anchor), format!("kept for {} {} after it", grouped(rule.length), rule.unit.words(rule.length))];
    lines.extend(rule.if_known.map(|day| format!("only once `{}` is known", day.name())));
    let verdicts: Vec<_> = rule.only_if.iter().map(|verdict| verdict.name()).collect();
    lines.extend((!verdicts.is_empty()).then(|| format!("only if the result is {}", verdicts.join(" or "))));
    lines
}

fn projection(rule: &ProjectionRule) -> Vec<String> {
    vec![format!("formula: {}", rule.formula.get_ref().name())]
}

fn sample_result(rule: &SampleResult) -> Vec<String> {
    let limit = |limit: &Option<Spanned<Percent>>, words: &str| {
        limit.as_ref().map(|limit| format!("{words} {} percent of the number required", limit.get_ref()))
    };
    let mut lines: Vec<_> = [
        limit(&rule.insufficient_below, "insufficient below"),
        limit(&rule.insufficient_up_to, "insufficient up to"),
        limit(&rule.sufficient_above, "sufficient above"),
        limit(&rule.sufficient_from, "sufficient from"),
    ]
    .into_iter()
    .flatten()
    .collect();
    lines.extend(rule.between.as_ref().map(|between| {
        let what =
            if *between.get_ref() == Verdict::NextSample { "a further sample" } else { "every line is examined" };
        format!("otherwise: {what}")
    }));
    if rule.rejects_after.get() > 1 {
        lines.push(format!("rejected after {} samples", rule.rejects_after));
    }
    lines.extend(rule.combine.map(|combine| match combine {
        Combine::Sum => "units that are sampled by themselves: their projections are added".to_owned(),
        Combine::Each => "units that are sampled by themselves: each is decided by itself".to_owned(),
    }));
    lines
}

fn result(rule: &ResultRule) -> Vec<String> {
    vec![format!("exactly as many as required: {}", rule.equal.get_ref().name())]
}
