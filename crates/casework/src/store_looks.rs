//! Looks at what names people, put on record before it is shown. How the log of them is read, [`crate::accesses`] says.

use std::collections::HashSet;

use domain::{LineNo, LineRef, SectionNo, VoterId};
use jiff::Timestamp;
use sqlx::{Any, Row as _, Transaction};

use crate::{
    CaseFile, CaseworkError,
    tables::{self, Table, Taken, Value},
};

const ACCESS: Table =
    Table { name: "access", columns: &["seq", "at", "person", "voter_id", "section", "line", "why"], keys: 1 };

/// A look at what names a person: at a voter's record, or at what stands on the petition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Whose record; none where only the petition was looked at.
    voter: Option<VoterId>,
    /// The section for whose sake, if any.
    section: Option<SectionNo>,
    /// The line in it; none where the whole section was looked at, or a page of it.
    line: Option<LineNo>,
    /// Why.
    why: &'static str,
}

impl Look {
    /// At a voter's record, for the sake of a line or of none.
    pub fn at_voter(voter: VoterId, line: Option<LineRef>, why: &'static str) -> Self {
        let (section, line) = (line.map(|line| line.section), line.map(|line| line.line));
        Self { voter: Some(voter), section, line, why }
    }

    /// At a line of the petition.
    pub const fn at_line(line: LineRef, why: &'static str) -> Self {
        Self { voter: None, section: Some(line.section), line: Some(line.line), why }
    }

    /// At pages of a section.
    pub const fn at_section(section: SectionNo, why: &'static str) -> Self {
        Self { voter: None, section: Some(section), line: None, why }
    }

    /// Whether it is for the sake of a line that is not among these.
    pub(crate) fn is_of_none(&self, lines: &HashSet<LineRef>) -> bool {
        let line = self.section.zip(self.line).map(|(section, line)| LineRef { section, line });
        line.is_some_and(|line| !lines.contains(&line))
    }
}

/// Puts looks at voters' records on record.
pub(crate) async fn note(file: &CaseFile, person: &str, looks: &[Look], now: Timestamp) -> Result<(), CaseworkError> {
    if looks.is_empty() {
        return Ok(());
    }
    let mut transaction = file.begin().await?;
    insert(file, &mut transaction, person, looks, now).await?;
    transaction.commit().await.map_err(|error| file.failed("written", error))
}

/// Writes looks in a transaction of the caller's.
pub(crate) async fn insert(
    file: &CaseFile,
    transaction: &mut Transaction<'static, Any>,
    person: &str,
    looks: &[Look],
    now: Timestamp,
) -> Result<(), CaseworkError> {
    let last = sqlx::query("SELECT COALESCE(MAX(seq), 0) FROM access").fetch_one(&mut **transaction).await;
    let last: i64 = last.and_then(|row| row.try_get(0)).map_err(|error| file.failed("read", error))?;
    let rows = looks.iter().zip(last + 1..).map(|(look, seq)| {
        let number = |number: Option<u32>| number.map_or(Value::Null, Value::from);
        vec![
            Value::Int(seq),
            Value::Int(now.as_microsecond()),
            person.into(),
            look.voter.as_ref().map_or("", VoterId::as_str).into(),
            number(look.section.map(SectionNo::get)),
            number(look.line.map(LineNo::get)),
            look.why.into(),
        ]
    });
    let written = tables::write(transaction, &ACCESS, Taken::Fails, Box::new(rows)).await;
    written.map(drop).map_err(|error| file.failed("written", error))
}
