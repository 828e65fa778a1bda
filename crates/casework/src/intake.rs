//! Receiving: sections with their lines, the raw count with the prima facie test, and withdrawals.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use domain::{
    CaseOpened, Circulation, Event, Phase, RawCounted, SectionNo, SectionReceived, SectionReceivedPrivate,
    WithdrawalReceived, WithdrawalReceivedPrivate,
};
use roll::Snapshot;
use serde::Serialize;

use crate::{
    Act, CaseFile, CaseworkError,
    files::{FileError, LineRow, ReadOptions, SectionRow, read_lines, read_sections, read_withdrawals},
};

/// What came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IntakeReport {
    /// Sections received by this act.
    pub sections: u64,
    /// Lines received by this act.
    pub lines: u64,
    /// Faults of declarations, by section: proposals for a person to weigh.
    pub defects: BTreeMap<SectionNo, Vec<String>>,
}

/// The raw count and what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CountReport {
    /// Every signature affixed and submitted.
    pub raw_count: u64,
    /// Valid signatures needed.
    pub required: u64,
    /// Whether there are enough for the filing to be accepted for examination.
    pub accepted: bool,
}

/// What became of withdrawals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WithdrawalReport {
    /// Received in time, with a signature that compares.
    pub accepted: u64,
    /// Received on or after the day of filing, or with a signature that does not compare.
    pub refused: u64,
}

impl CaseFile {
    /// Receives lines, with the declarations of their sections where a file of them is given: everything or nothing. Without
    /// one, the declaration of every section is missing, and the report says so.
    pub async fn receive(
        &mut self,
        lines_file: &Path,
        sections_file: Option<&Path>,
        options: &ReadOptions,
        act: &Act,
    ) -> Result<IntakeReport, CaseworkError> {
        let lines = read_lines(lines_file, options)?;
        let mut sections = match sections_file {
            Some(file) => {
                Some(read_sections(file, &ReadOptions { encoding: options.encoding, ..ReadOptions::default() })?)
            }
            None => None,
        };
        if let Some(sections) = &sections {
            lines_within(lines_file, &lines, sections)?;
        }
        let mut sections = sections.take().unwrap_or_default();
        for row in &lines {
            sections.entry(row.line.section).or_insert_with(|| SectionRow {
                circulator: String::new(),
                circulator_address: String::new(),
                circulation: Circulation::default(),
                lines: None,
            });
        }
        let opened = &self.case().opened;
        let mut report =
            IntakeReport { sections: sections.len() as u64, lines: lines.len() as u64, defects: BTreeMap::new() };
        let mut lines = lines.into_iter().peekable();
        let mut events = Vec::with_capacity(sections.len());
        for (section, row) in sections {
            let defects = match sections_file {
                None => vec!["no declaration of the circulator was handed in".to_owned()],
                Some(_) => defects(opened, row.circulation, &row.circulator, &row.circulator_address),
            };
            if !defects.is_empty() {
                report.defects.insert(section, defects);
            }
            let mut public = SectionReceived { section, circulation: row.circulation, lines: Vec::new() };
            let mut private = SectionReceivedPrivate {
                circulator: row.circulator,
                circulator_address: row.circulator_address,
                texts: Vec::new(),
            };
            while let Some(line) = lines.next_if(|line| line.line.section == section) {
                public.lines.push((line.line.line, line.page));
                private.texts.push(line.text);
            }
            events.push(Event::SectionReceived(public, private));
        }
        self.append(events, act).await?;
        Ok(report)
    }

    /// Closes the intake: counts every signature and accepts the filing where there are as many as required.
    pub async fn count(&mut self, act: &Act) -> Result<CountReport, CaseworkError> {
        let raw = self.case().count_lines();
        if raw == 0 {
            return Err(CaseworkError::Law(
                "no line has been received, and counting closes the intake; receive the sections first".to_owned(),
            ));
        }
        self.append(vec![Event::RawCounted(RawCounted { raw })], act).await?;
        let accepted = self.case().phase == Phase::Examining;
        Ok(CountReport { raw_count: raw, required: self.case().opened.required, accepted })
    }

    /// Takes in withdrawals. Those that came too late, or whose signature does not compare, are kept as refused.
    pub async fn withdraw(
        &mut self,
        file: &Path,
        options: &ReadOptions,
        snapshot: &Snapshot,
        act: &Act,
    ) -> Result<WithdrawalReport, CaseworkError> {
        let seal = self.seal(snapshot)?;
        let rows = read_withdrawals(file, options)?;
        let mut faults = crate::files::RowFaults::default();
        let mut seen = BTreeSet::new();
        for row in &rows {
            if snapshot.by_id(row.voter.as_str()).is_none() {
                faults.add(row.row, row.file_line, "the voter is not on the roll; look the number up again".to_owned());
            }
            let known = self.case().withdrawals.get(&row.voter);
            if known.is_some_and(|known| known.iter().any(|earlier| earlier.received_on == row.received_on)) {
                faults.add(row.row, row.file_line, "this request is on record already".to_owned());
            }
            if !seen.insert((&row.voter, row.received_on)) {
                faults.add(row.row, row.file_line, "the same request stands in the file twice".to_owned());
            }
        }
        faults.into_result(file)?;
        let event = |row: crate::files::WithdrawalRow| {
            let public =
                WithdrawalReceived { received_on: row.received_on, signature_compares: row.signature_compares };
            (public, WithdrawalReceivedPrivate { voter: row.voter })
        };
        let events: Vec<_> = rows.into_iter().map(event).collect();
        let accepted = events.iter().filter(|(public, _)| self.case().weigh(*public).accepted).count() as u64;
        let report = WithdrawalReport { accepted, refused: events.len() as u64 - accepted };
        let events = events.into_iter().map(|(public, private)| Event::WithdrawalReceived(public, private));
        self.append(seal.into_iter().chain(events).collect(), act).await?;
        Ok(report)
    }
}

/// Faults of a circulator's declaration, in words for an official.
pub(crate) fn defects(
    opened: &CaseOpened,
    circulation: Circulation,
    circulator: &str,
    circulator_address: &str,
) -> Vec<String> {
    let mut defects = circulation.defects(opened.circulation_from(), opened.milestones.filed_on());
    for (text, what) in [(circulator, "name"), (circulator_address, "residence")] {
        if text.is_empty() {
            defects.push(format!("the declaration gives no {what} of the circulator"));
        }
    }
    defects
}

/// Refuses lines of sections that the file of sections does not have, and lines beyond a section's form.
fn lines_within(file: &Path, lines: &[LineRow], sections: &BTreeMap<SectionNo, SectionRow>) -> Result<(), FileError> {
    let mut faults = crate::files::RowFaults::default();
    for row in lines {
        let (section, line) = (row.line.section, row.line.line);
        match sections.get(&section) {
            None => faults.add(row.row, row.file_line, format!("section {section} is not in the file of sections")),
            Some(SectionRow { lines: Some(most), .. }) if line.get() > *most => {
                let what = format!(
                    "line {line} is beyond section {section}, which has {}",
                    law::counted((*most).into(), "line", "lines")
                );
                faults.add(row.row, row.file_line, what);
            }
            Some(_) => {}
        }
    }
    faults.into_result(file)
}
