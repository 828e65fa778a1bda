//! Decisions made elsewhere: `section,line,disposition,reason,voter_id,reviewer,decided_at,note`, and for whole sections
//! `section,reason,reviewer,decided_at,note`.

use std::path::Path;

use domain::{Disposition, LineRef, Reason, ReviewerId, SectionNo, VoidGround, VoterId};
use jiff::Timestamp;

use super::table::{Column, FileError, ReadOptions, RowView, Table, optional, required};

const COLUMNS: [Column; 8] = [
    required("section"),
    required("line"),
    required("disposition"),
    required("reason"),
    required("voter_id"),
    required("reviewer"),
    required("decided_at"),
    optional("note"),
];

const SECTION_COLUMNS: [Column; 5] =
    [required("section"), required("reason"), required("reviewer"), required("decided_at"), optional("note")];

/// One person's finding on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// The line.
    pub line: LineRef,
    /// What was found.
    pub found: Disposition,
    /// The voter, where one was found.
    pub voter: Option<VoterId>,
    /// Who found it.
    pub reviewer: ReviewerId,
    /// When.
    pub decided_at: Timestamp,
    /// Free text for the office.
    pub note: String,
    /// Number of the row below the header, from 1.
    pub row: u64,
    /// Line of the file.
    pub file_line: u64,
}

/// One person's finding on a whole section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionDecisionRow {
    /// The section.
    pub section: SectionNo,
    /// On what ground it is void.
    pub ground: VoidGround,
    /// Who found it.
    pub reviewer: ReviewerId,
    /// When.
    pub decided_at: Timestamp,
    /// Free text for the office.
    pub note: String,
    /// Number of the row below the header, from 1.
    pub row: u64,
    /// Line of the file.
    pub file_line: u64,
}

/// Reads decisions in the order of the file.
pub fn read_decisions(file: &Path, options: &ReadOptions) -> Result<Vec<DecisionRow>, FileError> {
    Table::read(file, &COLUMNS, options)?.rows(|row| {
        let line = LineRef { section: row.parse("section")?, line: row.parse("line")? };
        let found = match (row.text("disposition"), row.text("reason")) {
            ("valid", "") => Disposition::Valid,
            ("valid", _) => {
                return Err("a valid line has no reason; empty the column reason, or write invalid".to_owned());
            }
            ("invalid", "") => return Err("an invalid line needs its reason".to_owned()),
            ("invalid", _) => Disposition::Invalid(row.parse::<Reason>("reason")?),
            _ => return Err("column disposition: write valid or invalid".to_owned()),
        };
        Ok(DecisionRow {
            line,
            found,
            voter: VoterId::new(row.text("voter_id")),
            reviewer: reviewer(row)?,
            decided_at: instant(row)?,
            note: row.text("note").to_owned(),
            row: row.row,
            file_line: row.line,
        })
    })
}

/// Reads decisions on sections in the order of the file.
pub fn read_section_decisions(file: &Path, options: &ReadOptions) -> Result<Vec<SectionDecisionRow>, FileError> {
    Table::read(file, &SECTION_COLUMNS, options)?.rows(|row| {
        let reason: Reason = row.parse("reason")?;
        Ok(SectionDecisionRow {
            section: row.parse("section")?,
            ground: VoidGround::from_reason(reason)
                .ok_or("column reason: a section is void as section_fatal or out_of_circulation")?,
            reviewer: reviewer(row)?,
            decided_at: instant(row)?,
            note: row.text("note").to_owned(),
            row: row.row,
            file_line: row.line,
        })
    })
}

fn reviewer(row: &RowView<'_>) -> Result<ReviewerId, String> {
    ReviewerId::new(row.text("reviewer"))
        .ok_or_else(|| "column reviewer: is empty; every decision names who made it".to_owned())
}

fn instant(row: &RowView<'_>) -> Result<Timestamp, String> {
    row.text("decided_at")
        .parse()
        .map_err(|_| "column decided_at: write date and time with offset, as in 2022-07-18T16:20:05Z".to_owned())
}
