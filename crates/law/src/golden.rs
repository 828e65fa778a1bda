//! A pack's golden examples: known results, computed again from the pack's own rules.

use std::fmt::Display;

use crate::RulePack;

/// A golden example that does not come out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {found}, but {source_of_truth} says {expected}")]
pub struct GoldenFailure {
    /// The question.
    pub what: String,
    /// The answer that the pack gives, or why it gives none.
    pub found: String,
    /// The answer that stands in the example.
    pub expected: String,
    /// Where the example is from.
    pub source_of_truth: String,
}

impl RulePack {
    /// Computes every golden example again and returns those that differ; empty when all come out.
    pub fn check_golden(&self) -> Vec<GoldenFailure> {
        let golden = &self.file.golden;
        let thresholds = golden.threshold.iter().map(|example| {
            let what = format!("signatures required of {} registered voters", example.registered);
            compare(
                what,
                self.threshold(example.registered).map(|threshold| threshold.required),
                &example.required,
                &example.source,
            )
        });
        let circulations = golden.circulation.iter().map(|example| {
            let what =
                format!("circulation from {} with {} registered voters", example.form_approved_on, example.registered);
            let found = self.circulation(example.registered, example.form_approved_on).map(|deadline| deadline.date);
            compare(what, found, &example.date, &example.source)
        });
        let deadlines = golden.deadline.iter().flat_map(|example| {
            let rules = self.file.deadline.iter().filter(|rule| rule.key.get_ref() == example.key.get_ref());
            rules.map(|rule| {
                let what = format!("{} from {}", example.key.get_ref(), example.from);
                let found = self.deadline(rule, example.from).map(|deadline| deadline.date);
                compare(what, found, &example.date, &example.source)
            })
        });
        let verdicts = golden.verdict.iter().map(|example| {
            let what = format!("{} valid of {} required", example.valid, example.required);
            let found = self.verdict(example.valid, example.required).name();
            compare(what, Ok::<_, String>(found), &example.verdict.name(), &example.source)
        });
        thresholds.chain(circulations).chain(deadlines).chain(verdicts).flatten().collect()
    }
}

fn compare<T: Display + PartialEq, E: Display>(
    what: String,
    found: Result<T, E>,
    expected: &T,
    source: &str,
) -> Option<GoldenFailure> {
    let found = match found {
        Ok(found) if found == *expected => return None,
        Ok(found) => found.to_string(),
        Err(error) => error.to_string(),
    };
    Some(GoldenFailure { what, found, expected: expected.to_string(), source_of_truth: source.to_owned() })
}
