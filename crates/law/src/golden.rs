//! A pack's golden examples: known results, computed again from the pack's own rules.

use std::{fmt::Display, num::NonZeroU32};

use domain::Electorate;

use crate::{BaseKind, RulePack, SampleFigures, schema::Words};

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
        let mut failures = Vec::new();
        for example in &golden.threshold {
            let electorate = Electorate {
                registered_voters: example.registered,
                votes_cast: example.votes_cast,
                population: example.population,
            };
            let of = [
                (example.registered, BaseKind::RegisteredVoters),
                (example.votes_cast, BaseKind::VotesCast),
                (example.population, BaseKind::Population),
            ];
            let of = of.into_iter().find_map(|(number, base)| Some(format!(" of {} {}", number?, base.words())));
            let what = format!("signatures required{}", of.unwrap_or_default());
            let found = self.threshold(&electorate).map(|threshold| threshold.required);
            failures.extend(compare(what, found, &example.required, &example.source));
        }
        for example in &golden.circulation {
            let with =
                example.registered.map_or_else(String::new, |number| format!(" with {number} registered voters"));
            let what = format!("circulation from {}{with}", example.from);
            let found = self.circulation(example.registered, example.from);
            let found =
                found.map(|deadline| deadline.map_or_else(|| "no end".to_owned(), |clock| clock.date.to_string()));
            failures.extend(compare(what, found, &example.date.to_string(), &example.source));
        }
        for example in &golden.deadline {
            for rule in self.file.deadline.iter().filter(|rule| rule.key.get_ref() == example.key.get_ref()) {
                let what = format!("{} from {}", example.key.get_ref(), example.from);
                let found = self.deadline(rule, example.from).map(|deadline| deadline.date);
                failures.extend(compare(what, found, &example.date, &example.source));
            }
        }
        for example in &golden.retention {
            for rule in self.file.retention.iter().filter(|rule| rule.key.get_ref() == example.key.get_ref()) {
                let what = format!("kept {} from {}", example.key.get_ref(), example.from);
                let found = self.kept_for(rule, Some(example.from));
                let found = found.map(|kept| kept.until.map_or_else(|| "no end".to_owned(), |until| until.to_string()));
                failures.extend(compare(what, found, &example.date.to_string(), &example.source));
            }
        }
        for example in &golden.sample_size {
            let what = format!("sample of {} signatures", example.raw);
            let found = self.sample_size(example.raw).map(|size| size.size);
            failures.extend(compare(what, found, &example.size, &example.source));
        }
        for example in &golden.projection {
            let figures = SampleFigures {
                raw: example.raw,
                sample: example.sample,
                valid: example.valid,
                duplicates: example.duplicates,
            };
            let what = format!(
                "projection of {} valid and {} duplicate lines in a sample of {} of {}",
                example.valid, example.duplicates, example.sample, example.raw
            );
            let found = self.project(figures, example.required, NonZeroU32::MIN);
            if let Some(projected) = example.projected {
                let found = found.as_ref().map(|found| found.projected_valid.unwrap_or_default());
                failures.extend(compare(what.clone(), found, &projected, &example.source));
            }
            if let Some(verdict) = example.verdict {
                let found = found.as_ref().map(|found| found.verdict.name());
                failures.extend(compare(what, found, &verdict.name(), &example.source));
            }
        }
        for example in &golden.verdict {
            let what = format!("{} valid of {} required", example.valid, example.required);
            let found = self.verdict(example.valid, example.required).name();
            failures.extend(compare(what, Ok::<_, String>(found), &example.verdict.name(), &example.source));
        }
        failures
    }
}

fn compare<T: Display + PartialEq, E: Display>(
    what: String,
    found: Result<T, E>,
    expected: &T,
    source: &Words,
) -> Option<GoldenFailure> {
    let found = match found {
        Ok(found) if found == *expected => return None,
        Ok(found) => found.to_string(),
        Err(error) => error.to_string(),
    };
    Some(GoldenFailure { what, found, expected: expected.to_string(), source_of_truth: source.as_str().to_owned() })
}
