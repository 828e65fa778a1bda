//! Taking decisions in: people decide, here their findings are checked and kept.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use domain::{
    Disposition, Event, Line, LineJudged, LineJudgedPrivate, LineRef, LineReopened, LineState, NotePrivate, Phase,
    Reason, SectionNo, SectionVoided, VoterId,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use roll::Snapshot;
use serde::Serialize;

use crate::{
    Act, CaseFile, CaseworkError,
    certify::unit_only,
    files::{DecisionRow, ReadOptions, RowFaults, read_decisions, read_section_decisions},
    standing::contradiction,
};

/// What was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DecideReport {
    /// Findings taken in.
    pub decisions: u64,
    /// Earlier decisions taken back for them.
    pub superseded: u64,
    /// Lines of the case with a decision now.
    pub decided: u64,
    /// Lines of the case that people still have to look at.
    pub undecided: u64,
}

/// What voiding sections did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct VoidReport {
    /// Sections made void.
    pub sections: u64,
    /// Lines that fall with them.
    pub lines: u64,
}

impl CaseFile {
    /// Takes in a file of decisions: all of it, or nothing and every fault by its row. With `supersede`, a decision on
    /// a line that has one takes the earlier one back, for the reason given.
    pub async fn decide(
        &mut self,
        file: &Path,
        options: &ReadOptions,
        snapshot: &Snapshot,
        supersede: Option<&str>,
        act: &Act,
    ) -> Result<DecideReport, CaseworkError> {
        self.case().in_phase(Phase::Examining, "judging a line")?;
        if supersede.is_some_and(|reason| reason.trim().is_empty()) {
            return Err(CaseworkError::NoReason);
        }
        let seal = self.seal(snapshot)?;
        let rows = read_decisions(file, options)?;
        let reopen = self.check(file, &rows, snapshot, supersede.is_some(), act).await?;
        let mut report =
            DecideReport { decisions: rows.len() as u64, superseded: reopen.len() as u64, decided: 0, undecided: 0 };
        let mut events = Vec::with_capacity(rows.len() + reopen.len() + 1);
        events.extend(seal);
        for line in reopen {
            let note = NotePrivate { reviewer: act.actor.clone(), note: supersede.unwrap_or_default().to_owned() };
            events.push(Event::LineReopened(LineReopened { line }, note));
        }
        for row in rows {
            let public = LineJudged { line: row.line, found: row.found, decided_at: row.decided_at };
            let private = LineJudgedPrivate { voter: row.voter, reviewer: row.reviewer, note: row.note };
            events.push(Event::LineJudged(public, private));
        }
        self.append(events, act).await?;
        let tally = &self.settlement().tally;
        report.undecided = tally.undecided;
        report.decided = tally.raw - tally.undecided;
        Ok(report)
    }

    /// Tries every row on a copy of the lines it speaks of. Returns the lines whose decision is to be taken back.
    async fn check(
        &self,
        file: &Path,
        rows: &[DecisionRow],
        snapshot: &Snapshot,
        supersede: bool,
        act: &Act,
    ) -> Result<Vec<LineRef>, CaseworkError> {
        let mut faults = RowFaults::default();
        let mut reopen = Vec::new();
        let moved: Vec<_> = rows.iter().filter_map(claims_other_address).collect();
        let unit_only = unit_only(self, snapshot, &moved).await?;
        let mut trial: HashMap<LineRef, Line> = HashMap::with_capacity(rows.len());
        for row in rows {
            let possible = self.possible(row, snapshot, act);
            let done = possible.and_then(|()| self.try_row(row, &unit_only, supersede, &mut trial, &mut reopen));
            if let Err(what) = done {
                faults.add(
                    row.row,
                    row.file_line,
                    format!("section {} line {}: {what}", row.line.section, row.line.line),
                );
            }
        }
        faults.into_result(file)?;
        Ok(reopen)
    }

    /// Why a person's finding on a line cannot be taken in as the case stands; none where it can. With `again`, as if the line were not decided.
    pub(crate) async fn objection(
        &self,
        row: &DecisionRow,
        snapshot: &Snapshot,
        again: bool,
        now: Timestamp,
    ) -> Result<Option<String>, CaseworkError> {
        let moved: Vec<_> = claims_other_address(row).into_iter().collect();
        let unit_only = unit_only(self, snapshot, &moved).await?;
        let possible = self.possible(row, snapshot, &Act { actor: String::new(), at: now });
        let tried = possible.and_then(|()| self.try_row(row, &unit_only, again, &mut HashMap::new(), &mut Vec::new()));
        Ok(tried.err())
    }

    /// What can be said of a row without looking at other rows: when it was made, and what the roll says.
    fn possible(&self, row: &DecisionRow, snapshot: &Snapshot, act: &Act) -> Result<(), String> {
        let opened = &self.case().opened;
        decided_between(opened.milestones.filed_on(), row.decided_at, act)?;
        let Some(voter) = &row.voter else { return Ok(()) };
        let Some(found) = snapshot.by_id(voter.as_str()) else {
            return Err("the voter is not on the roll that the case rests on".to_owned());
        };
        let signed_from = self.case().section(row.line.section).and_then(|section| section.circulation.signed_from);
        match contradiction(row.found, &snapshot.voter(found), opened, signed_from) {
            Some(said) if row.note.is_empty() => {
                Err(format!("{said}; look again, and if the finding stands say why in the column note"))
            }
            _ => Ok(()),
        }
    }

    fn try_row(
        &self,
        row: &DecisionRow,
        unit_only: &HashSet<LineRef>,
        supersede: bool,
        trial: &mut HashMap<LineRef, Line>,
        reopen: &mut Vec<LineRef>,
    ) -> Result<(), String> {
        let Some(received) = self.case().line(row.line) else {
            return Err("there is no such line in this case".to_owned());
        };
        if unit_only.contains(&row.line) && claims_other_address(row).is_some() {
            let rule = "unit-is-no-ground: the address is the registered one but for the unit, or for what 2 CCR 20931 tolerates";
            return Err(rule.to_owned());
        }
        let line = trial.entry(row.line).or_insert_with(|| {
            let mut line = received.clone();
            if supersede && line.state != LineState::Undecided {
                line.state = LineState::Undecided;
                reopen.push(row.line);
            }
            line
        });
        let needed = self.case().opened.rules.mismatch_reviewers;
        let searched = self.case().searched(row.line.section);
        line.judge(row.found, row.voter.clone(), row.reviewer.clone(), needed, searched)
            .map_err(|error| error.to_string())
    }

    /// Takes in a file of decisions on whole sections: all of it or nothing.
    pub async fn void_sections(
        &mut self,
        file: &Path,
        options: &ReadOptions,
        act: &Act,
    ) -> Result<VoidReport, CaseworkError> {
        let rows = read_section_decisions(file, options)?;
        let mut faults = RowFaults::default();
        let mut seen = HashSet::new();
        for row in &rows {
            if let Err(what) = decided_between(self.case().opened.milestones.filed_on(), row.decided_at, act) {
                faults.add(row.row, row.file_line, what);
            } else if self.case().section(row.section).is_none() {
                faults.add(row.row, row.file_line, format!("there is no section {} in this case", row.section));
            } else if !seen.insert(row.section) {
                faults.add(row.row, row.file_line, format!("section {} stands in the file twice", row.section));
            }
        }
        faults.into_result(file)?;
        let lines =
            rows.iter().filter_map(|row| self.case().section(row.section)).map(|section| section.lines().len() as u64);
        let report = VoidReport { sections: rows.len() as u64, lines: lines.sum() };
        let events = rows.into_iter().map(|row| {
            let public = SectionVoided { section: row.section, ground: row.ground, decided_at: row.decided_at };
            Event::SectionVoided(public, NotePrivate { reviewer: row.reviewer.as_str().to_owned(), note: row.note })
        });
        self.append(events.collect(), act).await?;
        Ok(report)
    }

    /// Takes the voiding of a section back: its lines stand as they were judged.
    pub async fn restore_section(&mut self, section: SectionNo, because: &str, act: &Act) -> Result<(), CaseworkError> {
        if because.trim().is_empty() {
            return Err(CaseworkError::NoReason);
        }
        let note = NotePrivate { reviewer: act.actor.clone(), note: because.to_owned() };
        self.append(vec![Event::SectionRestored(section, note)], act).await
    }
}

/// A decision is made between the day of filing and now. A day is left before the filing for the difference of the office's clock to
/// universal time.
fn decided_between(filed_on: Date, decided_at: Timestamp, act: &Act) -> Result<(), String> {
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    if day(decided_at) < filed_on.yesterday().unwrap_or(filed_on) {
        return Err(format!("column decided_at: a decision before the day of filing, {filed_on}"));
    }
    if decided_at > act.at {
        return Err(format!(
            "column decided_at: a decision later than now, {}; correct its time, or the clock",
            act.at
        ));
    }
    Ok(())
}

/// The line and the voter, where the row finds a different address.
fn claims_other_address(row: &DecisionRow) -> Option<(LineRef, VoterId)> {
    (row.found == Disposition::Invalid(Reason::DifferentAddress))
        .then(|| row.voter.clone().map(|voter| (row.line, voter)))?
}
