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
        let (count, on, says) = told(event);
        let kind = event.kind();
        if is_counted(event) {
            if let Some(step) = self.steps[self.counting_from..].iter_mut().find(|step| step.kind == kind) {
                (step.seq, step.at) = (*seq, *at);
                step.count = step.count.zip(count).map(|(before, more)| before + more);
                return;
            }
        } else {
            self.counting_from = self.steps.len() + 1;
        }
        let actor = (!is_counted(event)).then(|| actor.clone());
        self.steps.push(Step { seq: *seq, at: *at, actor, kind, count, on, says });
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }
}

/// Whether there are many of a kind, so that they are counted.
const fn is_counted(event: &Event) -> bool {
    matches!(
        event,
        Event::SectionReceived(..)
            | Event::SearchedSection(..)
            | Event::LinesKeyed(..)
            | Event::LineJudged(..)
            | Event::LineReopened(..)
            | Event::SectionVoided(..)
            | Event::SectionRestored(..)
            | Event::WithdrawalReceived(..)
    )
}

/// What an event says of the whole case: how many, which day, and in a word.
fn told(event: &Event) -> (Option<u64>, Option<Date>, Option<String>) {
    match event {
        Event::CaseOpened(opened, _) => {
            (Some(opened.required), Some(opened.milestones.filed_on()), Some(opened.rule_pack.clone()))
        }
        Event::RollSealed(roll) => (Some(roll.rows), None, Some(roll.roll_digest.clone())),
        Event::RawCounted(counted) => (Some(counted.raw), None, None),
        Event::CountReopened(reopened, note) => (Some(reopened.taken_back), None, Some(note.note.clone())),
        Event::LinesStruck(moved, note) | Event::LinesReinstated(moved, note) => {
            (Some(moved.lines.len() as u64), None, Some(note.note.clone()))
        }
        Event::LinesKeyed(keyed, _) => (Some(keyed.lines.len() as u64), None, None),
        Event::ManifestSealed(sealed) => (Some(sealed.lines), None, Some(sealed.root.clone())),
        Event::SampleDrawn(drawn, _) => (Some(drawn.lines.len() as u64), None, Some(drawn.seed.clone())),
        Event::Certified(given) => (Some(given.valid), Some(given.certified_on), Some(given.verdict.name().to_owned())),
        Event::AuditSealed(sealed) => (Some(sealed.lines), None, Some(sealed.root.clone())),
        Event::AuditSeeded(seeded, _) => (None, None, Some(seeded.seed.clone())),
        Event::CaseReopened(because) => (None, None, Some(because.clone())),
        Event::SectionReceived(..)
        | Event::SearchedSection(..)
        | Event::LineJudged(..)
        | Event::LineReopened(..)
        | Event::SectionVoided(..)
        | Event::SectionRestored(..)
        | Event::WithdrawalReceived(..) => (Some(1), None, None),
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
