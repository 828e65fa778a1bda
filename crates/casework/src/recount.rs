//! Taking the raw count back: lines that are no signatures are struck, forgotten ones reinstated, and the count is made again.

use std::{collections::BTreeSet, path::Path};

use domain::{CountReopened, Event, LinesStruck, NotePrivate, Phase};
use serde::Serialize;

use crate::{
    Act, CaseFile, CaseworkError,
    files::{ReadOptions, RowFaults, read_line_list},
};

/// What striking or reinstating did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StruckReport {
    /// Lines moved by this act.
    pub moved: u64,
    /// Lines that count now.
    pub lines: u64,
}

impl CaseFile {
    /// Takes the raw count back, for a reason that stays on record. A sample that was sealed or drawn is void from then on.
    pub async fn reopen_count(&mut self, because: &str, act: &Act) -> Result<(), CaseworkError> {
        if self.case().phase != Phase::NotAccepted {
            self.case().in_phase(Phase::Examining, "taking the raw count back")?;
        }
        let note = note(because, act)?;
        let taken_back = self.case().raw_count.unwrap_or_default();
        self.append(vec![Event::CountReopened(CountReopened { taken_back }, note)], act).await
    }

    /// Takes the lines of a file out of the count, or back in: all of them, or none and every fault by its row.
    pub async fn strike(
        &mut self,
        file: &Path,
        options: &ReadOptions,
        reinstate: bool,
        because: &str,
        act: &Act,
    ) -> Result<StruckReport, CaseworkError> {
        self.case().in_phase(Phase::Receiving, if reinstate { "reinstating lines" } else { "striking lines" })?;
        let note = note(because, act)?;
        let mut faults = RowFaults::default();
        let mut lines = BTreeSet::new();
        for row in read_line_list(file, options)? {
            let counts = self.case().line(row.line).is_some();
            let struck = self
                .case()
                .section(row.line.section)
                .is_some_and(|section| section.struck().iter().any(|line| line.no == row.line.line));
            let what = match (counts, struck, reinstate) {
                (false, false, _) => "there is no such line in this case",
                (true, _, true) => "the line counts already",
                (false, true, false) => "the line is struck already",
                _ if !lines.insert(row.line) => "the line stands in the file twice",
                _ => continue,
            };
            faults.add(row.row, row.file_line, what.to_owned());
        }
        faults.into_result(file)?;
        let moved = LinesStruck { lines: lines.into_iter().collect() };
        let count = moved.lines.len() as u64;
        let event = if reinstate { Event::LinesReinstated(moved, note) } else { Event::LinesStruck(moved, note) };
        if count > 0 {
            self.append(vec![event], act).await?;
        }
        Ok(StruckReport { moved: count, lines: self.case().count_lines() })
    }
}

fn note(because: &str, act: &Act) -> Result<NotePrivate, CaseworkError> {
    if because.trim().is_empty() {
        return Err(CaseworkError::NoReason);
    }
    Ok(NotePrivate { reviewer: act.actor.clone(), note: because.to_owned() })
}
