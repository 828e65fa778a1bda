//! The course of a case: what happened to it as a whole, step by step, and the clocks of the law that run meanwhile.

use domain::{Event, Milestone, Recorded};
use jiff::{Timestamp, civil::Date};
use law::{Anchors, Deadline};

use crate::{CaseFile, CaseworkError};

/// A step of a case. What happens line by line and section by section is counted: one step a kind, from one step of its own to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The (last) event.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who caused it; none where it is counted, since many people did.
    pub actor: Option<String>,
    /// The event's name in the log.
    pub kind: &'static str,
    /// How many: sections, lines, signatures or voters, as the kind says.
    pub count: Option<u64>,
    /// The day that the event names.
    pub on: Option<Date>,
    /// What the event says: a root, a seed, a digest, a verdict, a reason.
    pub says: Option<String>,
}

/// The steps so far, as the events are folded.
#[derive(Debug, Clone, Default)]
pub(crate) struct Course {
    steps: Vec<Step>,
    /// Where the steps begin that are still counted.
    counting_from: usize,
}

impl Course {
    pub(crate) fn follow(&mut self, recorded: &Recorded) {
        let Recorded { seq, at, actor, event } = recorded;
        let kind = event.kind();
        let step = Step { seq: *seq, at: *at, actor: None, kind, count: None, on: None, says: None };
        match told(event) {
            Told::Counted(count) => {
                let before = self.steps[self.counting_from..].iter_mut().find(|step| step.kind == kind);
                match before {
                    Some(before) => {
                        let count = before.count.map(|before| before + count);
                        *before = Step { count, ..step };
                    }
                    None => self.steps.push(Step { count: Some(count), ..step }),
                }
            }
            Told::Step(count, on, says) => {
                self.steps.push(Step { actor: Some(actor.clone()), count, on, says, ..step });
                self.counting_from = self.steps.len();
            }
        }
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }
}

/// What an event says of the whole case.
enum Told {
    /// There are many of its kind, and it adds so many.
    Counted(u64),
    /// A step of its own: how many, which day, and in a word.
    Step(Option<u64>, Option<Date>, Option<String>),
}

fn told(event: &Event) -> Told {
    match event {
        Event::SectionReceived(..)
        | Event::SearchedSection(..)
        | Event::LineJudged(..)
        | Event::LineReopened(..)
        | Event::SectionVoided(..)
        | Event::SectionRestored(..)
        | Event::WithdrawalReceived(..) => Told::Counted(1),
        Event::LinesKeyed(keyed, _) => Told::Counted(keyed.lines.len() as u64),
        Event::CaseOpened(opened, _) => {
            let filed_on = opened.milestones.filed_on();
            Told::Step(Some(opened.required), Some(filed_on), Some(opened.rule_pack.clone()))
        }
        Event::RollSealed(roll) => Told::Step(Some(roll.rows), None, Some(roll.roll_digest.clone())),
        Event::RawCounted(counted) => Told::Step(Some(counted.raw), None, None),
        Event::CountReopened(reopened, note) => Told::Step(Some(reopened.taken_back), None, Some(note.note.clone())),
        Event::LinesStruck(moved, note) | Event::LinesReinstated(moved, note) => {
            Told::Step(Some(moved.lines.len() as u64), None, Some(note.note.clone()))
        }
        Event::ManifestSealed(sealed) => Told::Step(Some(sealed.lines), None, Some(sealed.root.clone())),
        Event::SampleDrawn(drawn, _) => Told::Step(Some(drawn.lines.len() as u64), None, Some(drawn.seed.clone())),
        Event::Certified(given) => {
            Told::Step(Some(given.valid), Some(given.certified_on), Some(given.verdict.name().to_owned()))
        }
        Event::AuditSealed(sealed) => Told::Step(Some(sealed.lines), None, Some(sealed.root.clone())),
        Event::AuditSeeded(seeded, _) => Told::Step(None, None, Some(seeded.seed.clone())),
        Event::CaseReopened(because) => Told::Step(None, None, Some(because.clone())),
    }
}

impl CaseFile {
    /// Every clock of the law that runs, or ran, with the day known so far.
    pub fn clocks(&self) -> Result<Vec<Deadline>, CaseworkError> {
        let sampled = self.case().sample.as_ref().is_some_and(|sample| sample.drawn.is_some());
        let mut anchors = self.anchors(Some(sampled));
        anchors.verdict = self.certified_now().map(|certified| certified.verdict);
        self.pack()?.deadlines(&anchors).map_err(|error| CaseworkError::Law(error.to_string()))
    }

    /// What the clocks of the law rest on; the certificate that stands among the days.
    pub(crate) fn anchors(&self, sampled: Option<bool>) -> Anchors {
        let case = self.case();
        let mut days = case.opened.milestones.days();
        days.extend(self.certified_now().map(|certified| (Milestone::Certified, certified.certified_on)));
        Anchors {
            registered_voters: case.opened.electorate.registered_voters,
            raw_count: case.raw_count,
            sampled,
            verdict: None,
            days,
        }
    }

    fn certified_now(&self) -> Option<&domain::Certified> {
        let case = self.case();
        case.certificates.last().filter(|_| case.phase == domain::Phase::Certified)
    }
}
