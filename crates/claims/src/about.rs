//! Which figure of the certificate a number speaks of, from the cues in its clause and, failing those, beside it.

use domain::Category;

use crate::{
    cues::{Cue, Topic},
    figures::{About, Figure},
    numbers::{Measure, Number},
    sentences::{Clause, Parsed, Sentence},
};

/// What a number seems to speak of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reference {
    /// The subjects that fit, the likeliest first.
    pub(crate) subjects: Vec<About>,
    /// Whether the words leave no doubt that it speaks of one of them.
    pub(crate) firm: bool,
    /// Whether the cue stands next to the number, so that even another figure of the certificate cannot be meant.
    pub(crate) tight: bool,
    /// Whether it touches the number: "were valid" right after it.
    pub(crate) touches: bool,
    /// Whether it is said to be too few (true) or more than enough (false).
    pub(crate) short: Option<bool>,
}

/// Within how many tokens a cue of the clause counts as plain, and as next to the number.
const PLAIN: usize = 8;
const NEXT: usize = 5;

/// What the `index`th number of a sentence speaks of.
pub(crate) fn reference(parsed: &Parsed<'_>, sentence: &Sentence, index: usize) -> Reference {
    let number = &sentence.numbers[index];
    let view = View { parsed, sentence, number, index, clause: parsed.clause(sentence, index) };
    if let Some(found) = view.margin() {
        return found;
    }
    if let Some(found) = view.part_of_whole().or_else(|| view.whole_of_part()) {
        return found;
    }
    let named = |found: &Reference| !found.subjects.is_empty();
    view.in_clause().filter(named).or_else(|| view.beside()).unwrap_or_default()
}

/// A number in its sentence.
pub(crate) struct View<'a> {
    pub(crate) parsed: &'a Parsed<'a>,
    pub(crate) sentence: &'a Sentence,
    pub(crate) number: &'a Number,
    pub(crate) index: usize,
    pub(crate) clause: Clause,
}

/// A cue with its distance in tokens from the number; on its left or its right.
#[derive(Clone, Copy)]
pub(crate) struct Near {
    cue: Cue,
    distance: usize,
    left: bool,
}

impl View<'_> {
    /// The cues of a range, nearest to the number first.
    pub(crate) fn near(&self, clause: Clause) -> Vec<Near> {
        let number = self.number;
        let mut found: Vec<Near> = self
            .sentence
            .cues
            .iter()
            .filter(|cue| cue.start >= clause.from && cue.end <= clause.to)
            .filter(|cue| cue.end <= number.from || cue.start >= number.end)
            .map(|cue| {
                let left = cue.end <= number.from;
                let distance = if left { number.from - cue.end } else { cue.start - number.end };
                Near { cue: *cue, distance, left }
            })
            .collect();
        found.sort_by_key(|near| (near.distance, near.left));
        found
    }

    /// "46,807 short of", "fell short by 46,807", "455 more than needed".
    fn margin(&self) -> Option<Reference> {
        let (number, parsed) = (self.number, self.parsed);
        let cues = self.near(self.clause);
        let right = cues
            .iter()
            .find(|near| !near.left && near.distance <= 3 && matches!(near.cue.topic, Topic::Short | Topic::Surplus));
        let by = number
            .from
            .checked_sub(1)
            .is_some_and(|at| matches!(parsed.text(at), "by" | "of" | "was" | "is" | "at" | ":"))
            || number.from.checked_sub(2).is_some_and(|at| parsed.text(at) == "by");
        let left = by.then(|| self.left_of_by()).flatten();
        // "46,807 more valid signatures were needed": more than there were.
        let more = parsed.text(number.end) == "more"
            && !parsed.any(number.end, (number.end + 4).min(self.clause.to), &["than"])
            && cues.iter().any(|near| !near.left && near.cue.topic == Topic::Required);
        let topic = right.map(|near| near.cue.topic).or(left).or(more.then_some(Topic::Short))?;
        let short = topic == Topic::Short;
        let subjects = match number.measure {
            Measure::Count if short => vec![About::Count(Figure::Margin)],
            // More than enough may be said of what was submitted, too; the caller knows that difference.
            Measure::Count => vec![About::Count(Figure::Margin)],
            _ => vec![About::Share(Figure::Margin, Figure::Required)],
        };
        Some(Reference {
            subjects,
            firm: number.measure == Measure::Count,
            tight: false,
            touches: false,
            short: Some(short),
        })
    }

    /// The cue before "by 46,807" or "a shortfall of 46,807".
    fn left_of_by(&self) -> Option<Topic> {
        let number = self.number;
        let from = self.index.checked_sub(1).map_or(self.sentence.from, |before| self.sentence.numbers[before].end);
        let by = (number.from.saturating_sub(2)..number.from).any(|at| self.parsed.text(at) == "by");
        let words = |list: &[&str], reach: usize| {
            self.parsed.any(from.max(number.from.saturating_sub(reach)), number.from, list)
        };
        if words(&["shortfall", "deficit"], 4)
            || by && words(&["short", "shy", "missed", "missing", "fell", "below", "failed", "miss", "misses"], 9)
        {
            Some(Topic::Short)
        } else if words(&["cushion", "surplus"], 4)
            || by
                && words(
                    &["exceeded", "exceeding", "exceeds", "surpassed", "cleared", "beat", "topped", "above", "passed"],
                    9,
                )
        {
            Some(Topic::Surplus)
        } else {
            None
        }
    }

    /// The tokens between two numbers where they only say "of the": 9,876 of the 12,418.
    fn joined(&self, first: usize) -> bool {
        let (Some(part), Some(whole)) = (self.sentence.numbers.get(first), self.sentence.numbers.get(first + 1)) else {
            return false;
        };
        let mut words = (part.end..whole.from).map(|at| self.parsed.text(at)).peekable();
        let of = (part.end..whole.from).any(|at| self.parsed.text(at) == "of");
        words.peek().is_some()
            && of
            && words.all(|word| {
                matches!(
                    word,
                    "of" | "out"
                        | "the"
                        | "all"
                        | "those"
                        | "its"
                        | "their"
                        | "a"
                        | "total"
                        | "some"
                        | "signatures"
                        | "names"
                        | "that"
                        | "these"
                )
            })
    }

    /// Of "9,876 of the 12,418 signatures turned in were valid", the first number: what is said last.
    fn part_of_whole(&self) -> Option<Reference> {
        if !self.joined(self.index) {
            return None;
        }
        let whole = &self.sentence.numbers[self.index + 1];
        let mut before: Vec<Near> = self.near(self.clause);
        before.retain(|near| near.left && near.distance <= PLAIN);
        if let Some(near) = before.iter().find(|near| state(near.cue.topic)) {
            return self.said(&[*near], near.distance <= NEXT);
        }
        let after = self.parsed.clause(self.sentence, self.index + 1);
        let cues: Vec<&Cue> =
            self.sentence.cues.iter().filter(|cue| cue.start >= whole.end && cue.end <= after.to).collect();
        // "10 percent of the 94,210 registered voters".
        if self.number.measure != Measure::Count && cues.first().is_some_and(|cue| cue.topic == Topic::Registered) {
            let subjects = vec![About::Share(Figure::Required, Figure::RegisteredVoters)];
            return Some(Reference { subjects, ..Reference::default() });
        }
        // Two states: "of the 195,783 invalid signatures were not registered". One: it is the part's unless it qualifies the whole.
        let cue = cues.iter().rev().find(|cue| state(cue.topic))?;
        let qualifies =
            cues.iter().filter(|cue| state(cue.topic)).count() == 1 && cue.start <= whole.end && !self.verb(cue);
        let near = Near { cue: **cue, distance: cue.start - whole.end, left: false };
        if qualifies || cues.iter().any(|cue| cue.topic == Topic::Required) {
            let mut found = self.said(&before, false).unwrap_or_default();
            found.firm = false;
            return Some(found);
        }
        self.said(&[near], false)
    }

    /// Whether a cue is said of the signatures: "were valid", and not "valid signatures".
    fn verb(&self, cue: &Cue) -> bool {
        let next = self.parsed.text(cue.end);
        !matches!(next, "signatures" | "names" | "ones" | "signature" | "petition" | "entries" | "lines")
    }

    /// Of "9,876 of the 12,418 signatures turned in", the second number; and of "of the 12,418 signatures, 9,876 were valid" the first.
    fn whole_of_part(&self) -> Option<Reference> {
        let number = self.number;
        let part = self.index.checked_sub(1).filter(|before| self.joined(*before));
        let leads = self.leads();
        if number.measure != Measure::Count || part.is_none() && !(leads && self.has_state_after()) {
            return None;
        }
        let cues = self.near(self.clause);
        let right: Vec<Near> = cues.iter().copied().filter(|near| !near.left).collect();
        // What stands right after it qualifies it: "of the 195,783 invalid signatures".
        let qualifier = right.iter().find(|near| {
            near.distance <= 2 && (!state(near.cue.topic) || !self.verb(&near.cue))
                || matches!(near.cue.topic, Topic::Raw | Topic::Required | Topic::Registered) && near.distance <= PLAIN
        });
        if let Some(near) = qualifier {
            return self.said(&[*near], near.distance <= 2);
        }
        let category = self.sentence.cues.iter().any(|cue| matches!(cue.topic, Topic::Category(_)));
        let figures: &[Figure] = if category { &[Figure::Invalid, Figure::RawCount] } else { &[Figure::RawCount] };
        Some(Reference {
            subjects: figures.iter().map(|figure| About::Count(*figure)).collect(),
            firm: true,
            tight: false,
            touches: false,
            short: None,
        })
    }

    /// Whether the number stands at the head of its clause as what others are part of: "Of the 12,418 signatures", "out of 12,418".
    fn leads(&self) -> bool {
        let mut at = self.number.from;
        while at > self.clause.from && matches!(self.parsed.text(at - 1), "the" | "all" | "those" | "some") {
            at -= 1;
        }
        let of = at.checked_sub(1).filter(|of| *of >= self.clause.from && self.parsed.text(*of) == "of");
        of.is_some_and(|of| of == self.clause.from || self.parsed.text(of - 1) == "out")
    }

    /// Whether something is said of validity after the number.
    fn has_state_after(&self) -> bool {
        self.sentence.cues.iter().any(|cue| cue.start >= self.number.end && state(cue.topic))
    }

    fn in_clause(&self) -> Option<Reference> {
        let mut cues = self.near(self.clause);
        // A cue between two numbers belongs to the nearer; between equals, to the one that has no other.
        if let Some(next) = self.sentence.numbers.get(self.index + 1).filter(|next| next.from == self.clause.to) {
            cues.retain(|near| near.left || near.distance <= next.from.saturating_sub(near.cue.end));
        }
        if let Some(before) = self
            .index
            .checked_sub(1)
            .map(|before| &self.sentence.numbers[before])
            .filter(|before| before.end == self.clause.from)
        {
            let earlier = self.parsed.clause(self.sentence, self.index - 1);
            let has_left = self.sentence.cues.iter().any(|cue| cue.start >= earlier.from && cue.end <= before.from);
            cues.retain(|near| {
                let theirs = near.cue.start.saturating_sub(before.end);
                !near.left || near.distance < theirs || near.distance == theirs && has_left
            });
        }
        // "below the threshold" behind a number names what it is compared with, not the number.
        cues.retain(|near| near.left || !self.compared(near));
        let near = cues.first()?.distance;
        self.said(&cues, near <= NEXT)
    }

    /// Whether a cue of the requirement is what the number is compared with.
    fn compared(&self, near: &Near) -> bool {
        near.cue.topic == Topic::Required
            && self.parsed.any(
                self.number.end,
                near.cue.start,
                &[
                    "below", "above", "short", "shy", "than", "exceed", "exceeds", "exceeded", "surpass", "under",
                    "over", "meet", "reach", "beyond",
                ],
            )
    }

    /// What the cues together say; nothing where they point to no figure.
    pub(crate) fn said(&self, cues: &[Near], tight: bool) -> Option<Reference> {
        let has = |topic: Topic| cues.iter().find(|near| near.cue.topic == topic && near.distance <= PLAIN);
        let category = cues.iter().find_map(|near| match near.cue.topic {
            Topic::Category(category) => Some((category, near.distance)),
            _ => None,
        });
        // "duplicates or unregistered": a sum, which no certificate has.
        if category.is_some_and(|(category, _)| self.added_to_another(category)) {
            return Some(Reference::default());
        }
        let denied = has(Topic::Not).filter(|near| !near.left && self.validity_before());
        let state = cues.iter().find(|near| matches!(near.cue.topic, Topic::Valid | Topic::Invalid | Topic::Verified));
        let raw = has(Topic::Raw);
        let (figures, distance): (Vec<Figure>, usize) = if let Some((category, distance)) = category {
            (vec![Figure::Category(category)], distance)
        } else if let Some(near) = has(Topic::Required) {
            (vec![Figure::Required], near.distance)
        } else if let Some(near) = denied {
            (vec![Figure::Invalid], near.distance)
        } else if let Some(near) = state {
            (Self::with_state(near, raw, has(Topic::Purpose)), near.distance)
        } else if let Some(near) = raw {
            // "had until July to collect 566,857": what was to be done may be what was required.
            let to_do = near.left && near.cue.start.checked_sub(1).is_some_and(|at| self.parsed.text(at) == "to");
            let figures = if to_do { vec![Figure::RawCount, Figure::Required] } else { vec![Figure::RawCount] };
            (figures, near.distance)
        } else if let Some(near) = has(Topic::Registered) {
            (self.registered(), near.distance)
        } else {
            let near = has(Topic::Purpose)?;
            (vec![Figure::Required, Figure::RawCount, Figure::Valid], near.distance)
        };
        let plain = distance <= PLAIN;
        Some(match self.number.measure {
            Measure::Count => Reference {
                firm: plain && !figures.is_empty(),
                tight: tight && figures.len() == 1 && distance <= NEXT,
                touches: tight && figures.len() == 1 && distance <= 3,
                subjects: figures.into_iter().map(About::Count).collect(),
                short: None,
            },
            _ => self.share(*figures.first()?, plain),
        })
    }

    fn with_state(near: &Near, raw: Option<&Near>, purpose: Option<&Near>) -> Vec<Figure> {
        match near.cue.topic {
            Topic::Invalid => vec![Figure::Invalid],
            Topic::Valid if raw.is_some_and(|raw| raw.left && !near.left) => vec![Figure::Valid, Figure::RawCount],
            Topic::Valid if purpose.is_some() => vec![Figure::Valid, Figure::Required],
            Topic::Valid => vec![Figure::Valid],
            _ => vec![Figure::Valid, Figure::RawCount],
        }
    }

    /// "signatures of 566,857 registered voters" may be any count of signatures.
    fn registered(&self) -> Vec<Figure> {
        if self.parsed.any(self.sentence.from, self.sentence.to, &["signatures", "signed", "signature", "names"]) {
            vec![Figure::RegisteredVoters, Figure::RawCount, Figure::Valid, Figure::Required]
        } else {
            vec![Figure::RegisteredVoters]
        }
    }

    /// A percentage: of what is said after "of", or of what such a figure is usually a share of.
    pub(crate) fn share(&self, part: Figure, plain: bool) -> Reference {
        let end = self.number.end;
        let base = if self.parsed.text(end) == "of" { self.base(end + 1) } else { None };
        let subjects = match (part, base) {
            (Figure::Required, Some(Figure::Required)) => {
                vec![About::Share(Figure::Valid, Figure::Required), About::Share(Figure::RawCount, Figure::Required)]
            }
            (Figure::Required | Figure::RegisteredVoters, _) => {
                vec![About::Share(Figure::Required, Figure::RegisteredVoters)]
            }
            (Figure::RawCount, Some(Figure::RegisteredVoters)) => {
                vec![
                    About::Share(Figure::Required, Figure::RegisteredVoters),
                    About::Share(Figure::RawCount, Figure::RegisteredVoters),
                ]
            }
            (Figure::RawCount, Some(Figure::Required)) => vec![About::Share(Figure::RawCount, Figure::Required)],
            (Figure::Category(_), Some(Figure::RawCount)) => {
                vec![About::Share(part, Figure::RawCount), About::Share(part, Figure::Invalid)]
            }
            (Figure::Category(_), _) => vec![About::Share(part, Figure::Invalid), About::Share(part, Figure::RawCount)],
            (Figure::Valid, Some(Figure::Required)) => vec![About::Share(Figure::Valid, Figure::Required)],
            (Figure::Valid | Figure::Invalid, None | Some(Figure::RawCount)) => {
                vec![About::Share(part, Figure::RawCount)]
            }
            _ => Vec::new(),
        };
        Reference { firm: plain && !subjects.is_empty(), subjects, tight: false, touches: false, short: None }
    }

    /// What a percentage is of: the words after "of", up to the end of the clause.
    fn base(&self, from: usize) -> Option<Figure> {
        let to = (from..(from + 7).min(self.sentence.to))
            .find(|at| self.parsed.edge(*at))
            .unwrap_or((from + 7).min(self.sentence.to));
        let mut cues = self.sentence.cues.iter().filter(|cue| cue.start >= from && cue.end <= to);
        let found = cues.find_map(|cue| match cue.topic {
            Topic::Required => Some(Figure::Required),
            Topic::Registered => Some(Figure::RegisteredVoters),
            Topic::Raw => Some(Figure::RawCount),
            // "of the rejected signatures": qualifies; "of signatures were rejected": is said of them.
            Topic::Invalid if !self.verb(cue) => Some(Figure::Invalid),
            Topic::Valid if !self.verb(cue) => Some(Figure::Valid),
            _ => None,
        });
        found.or_else(|| {
            self.parsed
                .any(from, to, &["signatures", "names", "total", "those", "them", "signature"])
                .then_some(Figure::RawCount)
        })
    }

    /// Whether a category is joined to another one by "and" or "or", with no number between.
    fn added_to_another(&self, category: Category) -> bool {
        let categories: Vec<&Cue> =
            self.sentence.cues.iter().filter(|cue| matches!(cue.topic, Topic::Category(_))).collect();
        categories.windows(2).any(|pair| {
            let between = pair[0].end..pair[1].start;
            pair[0].topic != pair[1].topic
                && pair.iter().any(|cue| cue.topic == Topic::Category(category))
                && between.len() <= 3
                && between.clone().any(|at| matches!(self.parsed.text(at), "and" | "or"))
                && !self.sentence.numbers.iter().any(|number| between.contains(&number.first))
        })
    }

    /// Whether the sentence spoke of validity before the number, so that "did not" takes it up.
    fn validity_before(&self) -> bool {
        self.sentence.cues.iter().any(|cue| cue.end <= self.number.from && cue.topic == Topic::Valid)
    }
}

/// Whether a topic says what became of signatures.
fn state(topic: Topic) -> bool {
    matches!(topic, Topic::Valid | Topic::Invalid | Topic::Verified | Topic::Category(_))
}
