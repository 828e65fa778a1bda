//! What was corrected in the course of a case, counted: each is permitted, and many of one kind are a question for the office.

use domain::{Case, Event};

/// How often each correction was made.
#[derive(Default)]
pub(crate) struct Corrections {
    decisions_back: u64,
    counts_back: u64,
    lines_struck: u64,
    lines_reinstated: u64,
    sections_restored: u64,
    rolls_again: u64,
    late_withdrawals: u64,
    reopened: u64,
}

impl Corrections {
    /// Counts an event that comes next in a case.
    pub(crate) fn count(&mut self, case: &Case, event: &Event) {
        match event {
            Event::LineReopened(..) => self.decisions_back += 1,
            Event::CountReopened(..) => self.counts_back += 1,
            Event::LinesStruck(struck, _) => self.lines_struck += struck.lines.len() as u64,
            Event::LinesReinstated(back, _) => self.lines_reinstated += back.lines.len() as u64,
            Event::SectionRestored(..) => self.sections_restored += 1,
            Event::RollSealed(_) if case.roll.is_some() => self.rolls_again += 1,
            Event::WithdrawalReceived(received, _) if received.received_on >= case.opened.milestones.filed_on() => {
                self.late_withdrawals += 1;
            }
            Event::CaseReopened(_) => self.reopened += 1,
            _ => {}
        }
    }

    /// Those that were made, in words behind a semicolon; nothing where none was.
    pub(crate) fn words(&self) -> String {
        let all = [
            (self.decisions_back, "decision taken back", "decisions taken back"),
            (self.counts_back, "raw count taken back", "raw counts taken back"),
            (self.lines_struck, "line struck", "lines struck"),
            (self.lines_reinstated, "line reinstated", "lines reinstated"),
            (self.sections_restored, "section restored", "sections restored"),
            (self.rolls_again, "roll sealed again", "rolls sealed again"),
            (self.late_withdrawals, "late withdrawal", "late withdrawals"),
            (self.reopened, "reopening of the case", "reopenings of the case"),
        ];
        let made: Vec<_> = all
            .into_iter()
            .filter(|&(count, ..)| count > 0)
            .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
            .collect();
        if made.is_empty() { String::new() } else { format!("; {}", made.join(", ")) }
    }
}
