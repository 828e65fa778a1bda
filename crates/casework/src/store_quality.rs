//! The tables of quality: known answers, and looks that are held against each other.

use std::collections::HashSet;

use domain::LineRef;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, any::AnyRow};

use crate::{
    Act, CaseFile, CaseworkError, Finding,
    quality::{Compared, Counted, Disagreement, Kind, KnownAnswer, Pace, PassedSheet, name},
    store::Also,
    store_work::line_of,
    tables::Value,
};

/// Both findings of a comparison, as they are kept.
#[derive(Serialize, Deserialize)]
struct Both {
    expected: Finding,
    found: Finding,
}

/// A look that was compared, for the transaction in which its batch is closed.
pub(crate) struct Comparison<'a> {
    pub(crate) line: LineRef,
    pub(crate) person: &'a str,
    /// `known`, `second`, or `blind` for a further look at a mismatch.
    pub(crate) kind: &'static str,
    pub(crate) expected: &'a Finding,
    pub(crate) found: &'a Finding,
    pub(crate) stands_for: u64,
    pub(crate) at: Timestamp,
}

impl Comparison<'_> {
    /// Whether both come to the same: the disposition and, where the expected answer names one, the voter.
    pub(crate) fn agrees(&self) -> bool {
        self.expected.found == self.found.found
            && (self.expected.voter.is_none() || self.expected.voter == self.found.voter)
    }

    /// Written together with what becomes of the batch.
    pub(crate) fn kept(&self) -> Also {
        let both = Both { expected: self.expected.clone(), found: self.found.clone() };
        let values = vec![
            self.line.section.get().into(),
            self.line.line.get().into(),
            self.person.into(),
            self.kind.into(),
            name(self.expected.found).into(),
            name(self.found.found).into(),
            u32::from(self.agrees()).into(),
            self.stands_for.into(),
            Value::Text(serde_json::to_string(&both).unwrap_or_default()),
            Value::Int(self.at.as_microsecond()),
        ];
        let sql = "INSERT INTO quality (section, line, person, kind, expected, found, agrees, stands_for, findings, at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (section, line, person) DO NOTHING";
        Also::new(sql, values)
    }
}

/// The lines that had their second look.
pub(crate) async fn second_looked(file: &CaseFile) -> Result<HashSet<LineRef>, CaseworkError> {
    let rows = sqlx::query("SELECT section, line FROM quality WHERE kind = 'second'").fetch_all(file.pool()).await;
    rows.map_err(|error| file.failed("read", error))?.iter().map(|row| line_of(file, row)).collect()
}

/// The lines whose answer is known, and that are still handed out.
pub(crate) async fn known_answers(file: &CaseFile) -> Result<Vec<KnownAnswer>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let query = "SELECT section, line, finding, person, because FROM known_answer WHERE retired_at IS NULL ORDER BY section, line";
    let rows = sqlx::query(query).fetch_all(file.pool()).await.map_err(failed)?;
    let known = |row: &AnyRow| {
        let text: String = row.try_get(2).map_err(failed)?;
        let finding = serde_json::from_str(&text).map_err(|error| file.damaged(&error))?;
        let (by, because) = (row.try_get(3).map_err(failed)?, row.try_get(4).map_err(failed)?);
        Ok(KnownAnswer { line: line_of(file, row)?, finding, by, because })
    };
    rows.iter().map(known).collect()
}

/// The answer of a line that is known, or was when the line was handed out.
pub(crate) async fn answer(file: &CaseFile, line: LineRef) -> Result<Option<Finding>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let query = sqlx::query("SELECT finding FROM known_answer WHERE section = $1 AND line = $2");
    let query = query.bind(i64::from(line.section.get())).bind(i64::from(line.line.get()));
    let row = query.fetch_optional(file.pool()).await.map_err(failed)?;
    let text: Option<String> = row.map(|row| row.try_get(0)).transpose().map_err(failed)?;
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(|error| file.damaged(&error))
}

pub(crate) async fn know(
    file: &CaseFile,
    line: LineRef,
    finding: &Finding,
    because: &str,
    act: &Act,
) -> Result<(), CaseworkError> {
    let text = serde_json::to_string(finding).map_err(|error| file.damaged(&error))?;
    let insert = "INSERT INTO known_answer (section, line, finding, person, because, at, retired_at) \
         VALUES ($1, $2, $3, $4, $5, $6, NULL) ON CONFLICT (section, line) DO UPDATE SET finding = excluded.finding, \
         person = excluded.person, because = excluded.because, at = excluded.at, retired_at = NULL";
    let query = sqlx::query(insert).bind(i64::from(line.section.get())).bind(i64::from(line.line.get())).bind(text);
    let query = query.bind(act.actor.clone()).bind(because.to_owned()).bind(act.at.as_microsecond());
    write(file, query).await
}

pub(crate) async fn retire(file: &CaseFile, line: LineRef, act: &Act) -> Result<(), CaseworkError> {
    let update = "UPDATE known_answer SET retired_at = $1 WHERE section = $2 AND line = $3 AND retired_at IS NULL";
    let query = sqlx::query(update).bind(act.at.as_microsecond()).bind(i64::from(line.section.get()));
    write(file, query.bind(i64::from(line.line.get()))).await
}

async fn write(
    file: &CaseFile,
    query: sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments>,
) -> Result<(), CaseworkError> {
    let failed = |error| file.failed("written", error);
    let mut transaction = file.begin().await?;
    query.execute(&mut *transaction).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

/// How much each person found, before an instant and after it.
pub(crate) async fn paces(file: &CaseFile, since: Timestamp) -> Result<Vec<(String, bool, Pace)>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let asked = "SELECT person, CASE WHEN at >= $1 THEN 1 ELSE 0 END, COUNT(*), COUNT(DISTINCT at / 3600000000), \
         COUNT(CASE WHEN note = 'valid' THEN 1 END) FROM looked WHERE what IN ('found', 'known', 'second') \
         GROUP BY person, CASE WHEN at >= $1 THEN 1 ELSE 0 END";
    let rows = sqlx::query(asked).bind(since.as_microsecond()).fetch_all(file.pool()).await.map_err(failed)?;
    let pace = |row: &AnyRow| {
        let (person, lines): (String, u64) = (row.try_get(0).map_err(failed)?, count(file, row, 2)?);
        let valid_per_mille = (count(file, row, 4)? * 1000).checked_div(lines).unwrap_or(0);
        let hours = count(file, row, 3)?;
        let (known, second) = (Compared::default(), Compared::default());
        Ok((person, count(file, row, 1)? == 1, Pace { lines, hours, valid_per_mille, known, second }))
    };
    rows.iter().map(pace).collect()
}

/// The comparisons, counted by what they came to.
pub(crate) async fn compared(file: &CaseFile, since: Timestamp) -> Result<Vec<Counted>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let asked = "SELECT person, CASE WHEN at >= $1 THEN 1 ELSE 0 END, kind, expected, found, agrees, stands_for, COUNT(*) \
         FROM quality GROUP BY person, CASE WHEN at >= $1 THEN 1 ELSE 0 END, kind, expected, found, agrees, stands_for";
    let rows = sqlx::query(asked).bind(since.as_microsecond()).fetch_all(file.pool()).await.map_err(failed)?;
    let counted = |row: &AnyRow| {
        Ok(Counted {
            person: row.try_get(0).map_err(failed)?,
            recent: count(file, row, 1)? == 1,
            kind: row.try_get(2).map_err(failed)?,
            expected: row.try_get(3).map_err(failed)?,
            found: row.try_get(4).map_err(failed)?,
            agrees: count(file, row, 5)? == 1,
            stands_for: count(file, row, 6)?,
            pairs: count(file, row, 7)?,
        })
    };
    rows.iter().map(counted).collect()
}

/// Looks that came to another answer than the one held against them, the latest first, without the first `after`.
pub(crate) async fn disagreements(file: &CaseFile, after: u64, most: u64) -> Result<Vec<Disagreement>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let asked = "SELECT section, line, kind, person, findings, at FROM quality WHERE agrees = 0 AND kind <> 'blind' \
         ORDER BY at DESC, section, line, person LIMIT $1 OFFSET $2";
    let [most, after] = [most, after].map(|number| i64::try_from(number).unwrap_or(i64::MAX));
    let rows = sqlx::query(asked).bind(most).bind(after).fetch_all(file.pool()).await.map_err(failed)?;
    let apart = |row: &AnyRow| {
        let text: String = row.try_get(4).map_err(failed)?;
        let Both { expected, found } = serde_json::from_str(&text).map_err(|error| file.damaged(&error))?;
        Ok(Disagreement {
            line: line_of(file, row)?,
            kind: row.try_get(2).map_err(failed)?,
            person: row.try_get(3).map_err(failed)?,
            expected,
            found,
            at: file.instant(row.try_get(5).map_err(failed)?)?,
        })
    };
    rows.iter().map(apart).collect()
}

/// The contact sheets that were passed, the latest first, without the first `after`.
pub(crate) async fn passed_sheets(file: &CaseFile, after: u64, most: u64) -> Result<Vec<PassedSheet>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let asked = "SELECT id, person, opened_at, closed_at, (SELECT COUNT(*) FROM looked WHERE looked.batch = batch.id AND what = 'found') \
         FROM batch WHERE stage = 'contact_sheet' AND answer IS NOT NULL ORDER BY closed_at DESC, id LIMIT $1 OFFSET $2";
    let [most, after] = [most, after].map(|number| i64::try_from(number).unwrap_or(i64::MAX));
    let rows = sqlx::query(asked).bind(most).bind(after).fetch_all(file.pool()).await.map_err(failed)?;
    let sheet = |row: &AnyRow| {
        Ok(PassedSheet {
            batch: row.try_get(0).map_err(failed)?,
            person: row.try_get(1).map_err(failed)?,
            opened_at: file.instant(row.try_get(2).map_err(failed)?)?,
            passed_at: file.instant(row.try_get(3).map_err(failed)?)?,
            pairs: count(file, row, 4)?,
        })
    };
    rows.iter().map(sheet).collect()
}

fn count(file: &CaseFile, row: &AnyRow, at: usize) -> Result<u64, CaseworkError> {
    // PostgreSQL gives the small numbers of a CASE as INT4, which is read as itself.
    let number = row.try_get::<i64, _>(at).or_else(|_| row.try_get::<i32, _>(at).map(i64::from));
    let number = number.map_err(|error| file.failed("read", error))?;
    u64::try_from(number).map_err(|error| file.damaged(&error))
}

impl Kind {
    /// The kind of a name in the store.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
