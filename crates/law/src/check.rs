//! The checks that a pack passes before anything rests on it, beyond the shapes of its fields.

use std::{collections::BTreeSet, ops::Range};

use domain::{Category, Reason};
use toml::Spanned;

use crate::{
    PackError,
    schema::{Bracket, Cited, PackFile},
};

/// A fault with its place in the text.
type Fault = (Option<Range<usize>>, String);

impl PackFile {
    /// Refuses a pack whose parts do not fit together. `file` and `text` serve the message.
    pub(crate) fn check(&self, text: &str, file: &str) -> Result<(), PackError> {
        let faults = [
            self.dates(),
            brackets(&self.requirement.brackets, |bracket| (1..=100).contains(&bracket.percent), "percent is 1 to 100"),
            brackets(&self.circulation.brackets, |bracket| bracket.days > 0, "days is 1 or more"),
            self.deadlines(),
            self.reasons(),
            distinct(self.tolerance.iter().map(|rule| &rule.key)),
            self.labels(),
        ];
        match faults.into_iter().flatten().next() {
            Some((span, reason)) => Err(PackError::at(file, text, span, reason)),
            None => Ok(()),
        }
    }

    /// Every rule with its key, in the order of the work.
    pub(crate) fn rules(&self) -> Vec<(String, &dyn Cited)> {
        let mut rules: Vec<(String, &dyn Cited)> = vec![
            ("requirement".to_owned(), &self.requirement),
            ("base".to_owned(), &self.base),
            ("circulation".to_owned(), &self.circulation),
            ("prima_facie".to_owned(), &self.prima_facie),
        ];
        rules.extend(self.deadline.iter().map(|rule| (format!("deadline.{}", rule.key.get_ref()), rule as &dyn Cited)));
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
        rules
    }

    fn dates(&self) -> Option<Fault> {
        let (from, until) = (self.filed_from?, self.filed_until?);
        (from > until).then(|| (None, format!("filed_from {from} is after filed_until {until}")))
    }

    fn deadlines(&self) -> Option<Fault> {
        let keys = || self.deadline.iter().map(|rule| &rule.key);
        let taken = keys().find(|key| key.get_ref() == "circulation");
        let taken = taken.map(|key| (Some(key.span()), "the key \"circulation\" belongs to [circulation]".to_owned()));
        let unknown = self
            .golden
            .deadline
            .iter()
            .map(|golden| &golden.key)
            .find(|key| keys().all(|known| known.get_ref() != key.get_ref()));
        let unknown = unknown.map(|key| (Some(key.span()), format!("there is no deadline {:?}", key.get_ref())));
        taken.or_else(|| distinct(keys())).or(unknown)
    }

    fn reasons(&self) -> Option<Fault> {
        let mut seen = BTreeSet::new();
        if let Some(twice) = self.reason.iter().find(|rule| !seen.insert(*rule.name.get_ref())) {
            return Some((
                Some(twice.name.span()),
                format!("the reason {} stands twice in the order", twice.name.get_ref()),
            ));
        }
        let missing: Vec<_> =
            Reason::ALL.into_iter().filter(|reason| !seen.contains(reason)).map(Reason::name).collect();
        (!missing.is_empty()).then(|| {
            (None, format!("the order of reasons is incomplete; add a [[reason]] for: {}", missing.join(", ")))
        })
    }

    fn labels(&self) -> Option<Fault> {
        let labels = &self.categories.labels;
        let missing = Category::ALL.into_iter().find(|category| !labels.get_ref().contains_key(category))?;
        Some((Some(labels.span()), format!("the label of the category {} is missing", missing.name())))
    }
}

/// Brackets must begin at 1, follow one another without gap or overlap, and leave the last one open.
fn brackets<B: Bracket>(brackets: &Spanned<Vec<B>>, fits: impl Fn(&B) -> bool, otherwise: &str) -> Option<Fault> {
    let fault = |reason: String| Some((Some(brackets.span()), reason));
    let mut next = Some(1);
    for bracket in brackets.get_ref() {
        let (from, to) = bracket.range();
        match next {
            None => {
                return fault(format!("the bracket from {from} follows one without an end; give that one a \"to\""));
            }
            Some(next) if from < next => {
                return fault(format!(
                    "the bracket from {from} overlaps the one before it, which ends at {}",
                    next - 1
                ));
            }
            Some(next) if from > next => return fault(format!("the brackets leave a gap from {next} to {}", from - 1)),
            Some(_) => {}
        }
        if to.is_some_and(|to| to < from) {
            return fault(format!("the bracket from {from} ends before it begins"));
        }
        if !fits(bracket) {
            return fault(format!("in the bracket from {from}: {otherwise}"));
        }
        next = to.map(|to| to.saturating_add(1));
    }
    match next {
        Some(next) => fault(format!("no bracket covers {next} and more; leave \"to\" out of the last one")),
        None => None,
    }
}

fn distinct<'a>(mut keys: impl Iterator<Item = &'a Spanned<String>>) -> Option<Fault> {
    let mut seen = BTreeSet::new();
    let twice = keys.find(|key| !seen.insert(key.get_ref().as_str()))?;
    Some((Some(twice.span()), format!("the key {:?} stands twice", twice.get_ref())))
}
