//! What a number speaks of where its own clause does not say: a label before it, the number that it stands beside, or what is
//! said after the comma that follows it.

use crate::{
    about::{Reference, View, reference},
    figures::About,
    numbers::Measure,
    sentences::Clause,
    tokens::Kind,
};

impl View<'_> {
    /// Failing its own clause: a label before it, or what is said after the comma that follows it.
    pub(crate) fn beside(&self) -> Option<Reference> {
        let (parsed, number) = (self.parsed, self.number);
        let low = self.index.checked_sub(1).map_or(self.sentence.from, |before| self.sentence.numbers[before].end);
        let mark = self.clause.from.checked_sub(1).filter(|at| *at >= low && parsed.tokens[*at].kind == Kind::Mark);
        let label = mark.is_some_and(|at| matches!(parsed.text(at), ":" | "|" | "(" | "=" | "\u{2013}"));
        let edge = |at: usize| parsed.edge(at);
        if let Some(found) = self.in_apposition(low) {
            return Some(found);
        }
        // "canceled registrations, with a total of 66": what leads over names nothing.
        let led =
            self.clause.from.checked_sub(1).is_some_and(|at| at >= low && matches!(parsed.text(at), "with" | ","))
                && (self.clause.from..number.from).all(|at| {
                    matches!(parsed.text(at), "a" | "total" | "of" | "at" | "numbering" | "totaling" | "being")
                })
                && self.clause.from < number.from;
        if led {
            let end = self.clause.from - 1;
            let from = (low..end).rev().find(|at| edge(*at)).map_or(low, |at| at + 1);
            if let Some(found) = self.said(&self.near(Clause { from, to: end }), false) {
                return Some(found);
            }
        }
        if label {
            let end = self.clause.from - 1;
            let nearest = (low..end).rev().find(|at| edge(*at)).map_or(low, |at| at + 1);
            // A label may have a comma or an "or" of its own; what stands before brackets is only the last of a list.
            let from = if parsed.text(end) == "(" { [nearest, nearest] } else { [nearest, low] };
            for from in from {
                if let Some(found) = self.said(&self.near(Clause { from, to: end }), true) {
                    return Some(found);
                }
            }
        }
        // A row of a table: the label stands in its first cell, with other numbers between.
        if mark.is_some_and(|at| parsed.text(at) == "|")
            || mark.is_none() && low > 0 && parsed.text(self.clause.from.saturating_sub(1)) == "|"
        {
            let end =
                (self.sentence.from..self.sentence.to).find(|at| parsed.text(*at) == "|").unwrap_or(self.sentence.from);
            let cues = self.near(Clause { from: self.sentence.from, to: end });
            return self.said(&cues, false);
        }
        // "195,783, or 27 percent, were rejected", "520,050 (72.65%) were valid": what is said follows the share.
        let next = self.sentence.numbers.get(self.index + 1);
        let share = next.filter(|next| {
            next.measure != Measure::Count && next.from <= number.end + 3 && number.measure == Measure::Count
        });
        if let Some(found) = share.filter(|share| edge(number.end) && edge(share.end)).and_then(|share| {
            let to = (share.end + 1..self.sentence.to).find(|at| edge(*at)).unwrap_or(self.sentence.to);
            self.said(&self.near(Clause { from: share.end, to }), false)
        }) {
            return Some(found);
        }
        // "The largest group, 88,464, came from people who were not registered": set in between two commas.
        let high = self.sentence.numbers.get(self.index + 1).map_or(self.sentence.to, |next| next.from);
        let set_in = mark.is_some_and(|at| parsed.text(at) == ",")
            && parsed.text(self.clause.to) == ","
            && self.clause.to <= number.end + 1;
        if set_in {
            let to = (self.clause.to + 1..high).find(|at| edge(*at)).unwrap_or(high);
            let after = self.near(Clause { from: self.clause.to, to });
            let from = (low..self.clause.from.saturating_sub(1)).rev().find(|at| edge(*at)).map_or(low, |at| at + 1);
            let before = self.near(Clause { from, to: self.clause.from - 1 });
            // What follows is said of it; what precedes is said of it only where nothing follows.
            return self.said(&after, false).or_else(|| self.said(&before, false));
        }
        None
    }

    /// "195,783, or 27 percent", "520,050 (72.65%)": a share of what the number before it counts.
    fn in_apposition(&self, low: usize) -> Option<Reference> {
        let before = self.index.checked_sub(1).filter(|_| self.number.measure != Measure::Count)?;
        let parsed = self.parsed;
        let near = self.number.from <= low + 3
            && (low..self.number.from)
                .all(|at| parsed.edge(at) || matches!(parsed.text(at), "or" | "that" | "is" | "signatures" | "names"));
        // "were tossed out, more than a quarter of the total".
        let after = self.number.from.checked_sub(1).is_some_and(|at| matches!(parsed.text(at), "," | "\u{2013}"))
            && (parsed.edge(self.number.end) || parsed.text(self.number.end) == "of");
        let counted = self.sentence.numbers[before].measure == Measure::Count;
        let earlier = ((near || after) && counted && self.number.from > low)
            .then(|| reference(self.parsed, self.sentence, before))?;
        match earlier.subjects.first()? {
            About::Count(figure) => Some(self.share(*figure, earlier.firm && near)),
            About::Share(..) => None,
        }
    }
}
