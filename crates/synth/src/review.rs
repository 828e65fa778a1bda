//! What the synthetic reviewers found: the truth about each line as far as people judge it. Duplicates and
//! withdrawals are not theirs to find; such lines they judge valid.

use crate::binding::{Defect, Section};
use crate::calendar::{CERTIFIED, Day, FILED};
use crate::person::VoterId;
use crate::random::{Dice, Stream};
use crate::scale::Kind;
use crate::signers::Draft;

/// Reviewers who must find that a signature does not compare before the line is rejected.
const MISMATCH_REVIEWERS: u32 = 3;
/// The review day begins at 15:00 UTC, eight in the morning in Los Angeles in summer.
const FIRST_HOUR: u64 = 15;
/// Seconds over which a day's lines are spread; further reviewers and delays fit before midnight UTC.
const WORKING_SECONDS: u64 = 26_400;

/// The people who review the petition, and how far they have come.
pub(crate) struct Desk {
    seed: u64,
    lines: u64,
    done: u64,
    reviewers: u32,
    days: Vec<Day>,
}

/// A finding about one line.
pub(crate) struct Decision {
    pub(crate) line: usize,
    pub(crate) disposition: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) voter: Option<VoterId>,
    pub(crate) reviewer: String,
    pub(crate) decided_at: String,
}

/// A finding that a section is void.
pub(crate) struct VoidFinding {
    pub(crate) reviewer: String,
    pub(crate) decided_at: String,
    pub(crate) note: &'static str,
}

/// All that was found in a section: a void section has no findings about its lines.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) lines: Vec<Decision>,
    pub(crate) void: Option<VoidFinding>,
}

impl Desk {
    /// One reviewer for every twenty lines, from 5 to 400; the work fills the weekdays from filing to certification.
    pub(crate) fn new(seed: u64, lines: u64) -> Self {
        let days = (Day::of(FILED).0 + 1..Day::of(CERTIFIED).0).filter(|day| day % 7 < 5);
        let reviewers = u32::try_from(lines / 20).unwrap_or(u32::MAX).clamp(5, 400);
        Self { seed, lines, done: 0, reviewers, days: days.map(Day).collect() }
    }

    /// When the line now on the desk is decided, so many seconds after it was taken up.
    fn time(&self, delay: u32) -> String {
        let days = self.days.len() as u64;
        let progress = self.done * days * WORKING_SECONDS / self.lines;
        let day = self.days[usize::try_from(progress / WORKING_SECONDS).unwrap_or(0)];
        let second = FIRST_HOUR * 3600 + progress % WORKING_SECONDS + u64::from(delay);
        format!("{}T{:02}:{:02}:{:02}Z", day.iso(), second / 3600, second / 60 % 60, second % 60)
    }

    /// Different reviewers, as many as are asked for.
    fn reviewers(&self, dice: &mut Dice, count: u32) -> Vec<String> {
        let step = dice.between(1, self.reviewers / MISMATCH_REVIEWERS);
        let first = dice.below(self.reviewers);
        (0..count).map(|nth| format!("R{:03}", (first + nth * step) % self.reviewers + 1)).collect()
    }
}

/// Reviews one section.
pub(crate) fn decisions(section: &Section, desk: &mut Desk) -> Findings {
    let mut dice = Dice::new(desk.seed, Stream::Review, section.number);
    match section.void {
        Some(defect) => {
            let void = void(defect, desk, &mut dice);
            desk.done += section.drafts.len() as u64;
            Findings { void: Some(void), ..Findings::default() }
        }
        None => Findings { lines: judged(section, desk, &mut dice), void: None },
    }
}

fn void(defect: Defect, desk: &Desk, dice: &mut Dice) -> VoidFinding {
    let reviewer = desk.reviewers(dice, 1).concat();
    VoidFinding { reviewer, decided_at: desk.time(dice.below(600)), note: defect.note() }
}

fn judged(section: &Section, desk: &mut Desk, dice: &mut Dice) -> Vec<Decision> {
    let mut found = Vec::with_capacity(section.drafts.len() + 4);
    // One person takes up the whole section; a signature that does not compare goes to others.
    let section_reviewer = desk.reviewers(dice, 1).concat();
    for (line, draft) in (1..).zip(&section.drafts) {
        let (disposition, reason) = match draft.kind {
            Kind::Valid | Kind::Duplicate | Kind::Withdrawn => ("valid", ""),
            kind => ("invalid", kind.name()),
        };
        let reviewers = match draft.kind {
            Kind::SignatureMismatch => desk.reviewers(dice, MISMATCH_REVIEWERS),
            _ => vec![section_reviewer.clone()],
        };
        let mut delay = dice.below(60);
        for reviewer in reviewers {
            let decided_at = desk.time(delay);
            found.push(Decision { line, disposition, reason, voter: found_voter(draft), reviewer, decided_at });
            delay += dice.between(300, 1500);
        }
        desk.done += 1;
    }
    found
}

/// The voter that the reviewer identified: not where the line leaves it open who signed.
fn found_voter(draft: &Draft) -> Option<VoterId> {
    match draft.kind {
        Kind::Illegible | Kind::NoAddress | Kind::PoBoxOnly | Kind::NoPrintedName => None,
        _ => draft.voter.map(|(voter, _)| voter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn reviewers_of_one_line_are_distinct_and_times_stay_within_the_review() {
        for lines in [7, 100, 7_158, 715_833] {
            let mut desk = Desk::new(1, lines);
            let mut dice = Dice::new(1, Stream::Review, lines);
            for done in [0, lines / 3, lines - 1] {
                desk.done = done;
                for _ in 0..200 {
                    let three: BTreeSet<String> = desk.reviewers(&mut dice, 3).into_iter().collect();
                    assert_eq!(three.len(), 3);
                }
                // The greatest delay: the last of three reviewers, each as late as can be.
                let (soonest, latest) = (desk.time(0), desk.time(60 + 3 * 1500));
                assert!(soonest.as_str() > "2022-07-07T", "{soonest}");
                assert!(latest.as_str() < "2022-08-13", "{latest}");
                assert!(latest.parse::<jiff::Timestamp>().is_ok(), "{latest}");
            }
        }
    }
}
