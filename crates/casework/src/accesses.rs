//! The log of looks at voters' records and at the lines of the petition: who, whose, for the sake of which line, when, why. Read in slices, so that whoever
//! searches a long log stops nobody's work.

use domain::{LineNo, LineRef, SectionNo, VoterId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, any::AnyRow};

use crate::{Act, CaseFile, CaseworkError};

/// Entries that are looked through at a time.
const SLICE: u64 = 50_000;

macro_rules! asked {
    ($order:literal) => {
        concat!(
            "SELECT seq, at, person, voter_id, section, line, why FROM access WHERE seq > $1 AND seq <= $2 ",
            "AND ($3 = '' OR person = $3) AND ($4 = '' OR voter_id = $4) ",
            "AND ($5 = 0 OR (section = $5 AND ($6 = 0 OR line = $6))) AND at >= $7 AND at < $8 ORDER BY seq ",
            $order,
            " LIMIT $9"
        )
    };
}

const FORWARDS: &str = asked!("ASC");
const BACKWARDS: &str = asked!("DESC");

/// Which looks are wanted: those that fit all that is given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccessesWanted {
    /// By this account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// At the record of this voter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voter: Option<VoterId>,
    /// For the sake of this line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<LineRef>,
    /// For the sake of this section, or of a line of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<SectionNo>,
    /// At this instant or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Before this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

/// A look on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Access {
    /// Its number in the log.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Whose look.
    pub person: String,
    /// The voter; empty where only the petition was looked at.
    pub voter: String,
    /// The section for whose sake, if any.
    pub section: Option<SectionNo>,
    /// The line in it; none where pages of the whole section were looked at.
    pub line: Option<LineNo>,
    /// Why.
    pub why: String,
}

/// A part of the log that was looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessSlice {
    /// What fits, in the order that was asked for.
    pub found: Vec<Access>,
    /// The number up to which the log was looked through; backwards, the number down to which it was.
    pub up_to: u64,
}

/// That the log was taken out of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessExport {
    /// Its name, the caller's choice.
    pub id: String,
    /// Who took it out.
    pub person: String,
    /// When.
    pub at: Timestamp,
    /// Which looks.
    pub wanted: AccessesWanted,
    /// The last look that was on record then.
    pub until: u64,
}

impl CaseFile {
    /// The number of the last look on record.
    pub async fn last_access(&self) -> Result<u64, CaseworkError> {
        let query = sqlx::query_scalar::<_, i64>("SELECT COALESCE(MAX(seq), 0) FROM access");
        let last = query.fetch_one(self.pool()).await.map_err(|error| self.failed("read", error))?;
        u64::try_from(last).map_err(|error| self.damaged(&error))
    }

    /// The next looks that fit, `most` at most, after one number and up to another. Only a slice of the log is looked through: go on where it ends.
    pub async fn accesses(
        &self,
        wanted: &AccessesWanted,
        after: u64,
        until: u64,
        most: u32,
    ) -> Result<AccessSlice, CaseworkError> {
        let end = until.min(after.saturating_add(SLICE));
        let found = self.accesses_between(FORWARDS, wanted, (after, end), most).await?;
        let full = found.len() >= most as usize;
        let up_to = found.last().filter(|_| full).map_or(end, |last| last.seq);
        Ok(AccessSlice { found, up_to })
    }

    /// The latest looks that fit, `most` at most, before one number; the latest first. Only a slice of the log is looked through: go on before where it ends,
    /// until that is number 1.
    pub async fn latest_accesses(
        &self,
        wanted: &AccessesWanted,
        before: u64,
        most: u32,
    ) -> Result<AccessSlice, CaseworkError> {
        let last = before.saturating_sub(1);
        let begin = last.saturating_sub(SLICE);
        let found = self.accesses_between(BACKWARDS, wanted, (begin, last), most).await?;
        let full = found.len() >= most as usize;
        let up_to = found.last().filter(|_| full).map_or(begin + 1, |last| last.seq);
        Ok(AccessSlice { found, up_to })
    }

    /// What fits after one number and up to another.
    async fn accesses_between(
        &self,
        asked: &'static str,
        wanted: &AccessesWanted,
        (after, until): (u64, u64),
        most: u32,
    ) -> Result<Vec<Access>, CaseworkError> {
        let number = |seq: u64| i64::try_from(seq).unwrap_or(i64::MAX);
        let section = wanted.line.map(|line| line.section).or(wanted.section);
        let rows = sqlx::query(asked)
            .bind(number(after))
            .bind(number(until))
            .bind(wanted.person.clone().unwrap_or_default())
            .bind(wanted.voter.as_ref().map_or(String::new(), |voter| voter.as_str().to_owned()))
            .bind(i64::from(section.map_or(0, SectionNo::get)))
            .bind(i64::from(wanted.line.map_or(0, |line| line.line.get())))
            .bind(wanted.from.map_or(i64::MIN, Timestamp::as_microsecond))
            .bind(wanted.to.map_or(i64::MAX, Timestamp::as_microsecond))
            .bind(i64::from(most))
            .fetch_all(self.pool())
            .await
            .map_err(|error| self.failed("read", error))?;
        rows.iter().map(|row| self.access(row)).collect()
    }

    fn access(&self, row: &AnyRow) -> Result<Access, CaseworkError> {
        let failed = |error| self.failed("read", error);
        let number = |at: usize| -> Result<Option<u32>, CaseworkError> {
            let number: Option<i64> = row.try_get(at).map_err(failed)?;
            Ok(number.and_then(|number| u32::try_from(number).ok()))
        };
        Ok(Access {
            seq: u64::try_from(row.try_get::<i64, _>(0).map_err(failed)?).map_err(|error| self.damaged(&error))?,
            at: self.instant(row.try_get(1).map_err(failed)?)?,
            person: row.try_get(2).map_err(failed)?,
            voter: row.try_get(3).map_err(failed)?,
            section: number(4)?.and_then(SectionNo::new),
            line: number(5)?.and_then(LineNo::new),
            why: row.try_get(6).map_err(failed)?,
        })
    }

    /// Puts on record that the log is taken out, before any of it is. The same again, after a lost answer, gives the same part of the log.
    pub async fn export_accesses(
        &self,
        id: &str,
        wanted: &AccessesWanted,
        act: &Act,
    ) -> Result<AccessExport, CaseworkError> {
        let failed = |error| self.failed("written", error);
        if let Some(before) = self.access_exports().await?.into_iter().find(|export| export.id == id) {
            let same = before.person == act.actor && before.wanted == *wanted;
            return if same { Ok(before) } else { Err(CaseworkError::NameTaken { what: "an export" }) };
        }
        let text = serde_json::to_string(wanted).map_err(|error| self.damaged(&error))?;
        let mut transaction = self.begin().await?;
        let insert = "INSERT INTO access_export (id, at, person, wanted, until) \
             SELECT $1, $2, $3, $4, COALESCE(MAX(seq), 0) FROM access";
        sqlx::query(insert)
            .bind(id.to_owned())
            .bind(act.at.as_microsecond())
            .bind(act.actor.clone())
            .bind(text)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        let until = sqlx::query_scalar::<_, i64>("SELECT until FROM access_export WHERE id = $1").bind(id.to_owned());
        let until = until.fetch_one(&mut *transaction).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        let until = u64::try_from(until).map_err(|error| self.damaged(&error))?;
        Ok(AccessExport { id: id.to_owned(), person: act.actor.clone(), at: act.at, wanted: wanted.clone(), until })
    }

    /// Hands the rows of an export to `each`, part by part, as they stand in a CSV file.
    pub async fn write_accesses(
        &self,
        export: &AccessExport,
        mut each: impl FnMut(&[u8]) -> std::io::Result<()>,
    ) -> Result<u64, CaseworkError> {
        let (mut at, mut rows) = (0, 0);
        loop {
            let slice = self.accesses(&export.wanted, at, export.until, u32::MAX).await?;
            each(&accesses_csv(&slice.found, at == 0)?).map_err(CaseworkError::Output)?;
            rows += slice.found.len() as u64;
            at = slice.up_to;
            if at >= export.until {
                return Ok(rows);
            }
        }
    }

    /// Every time the log was taken out, in order.
    pub async fn access_exports(&self) -> Result<Vec<AccessExport>, CaseworkError> {
        let failed = |error| self.failed("read", error);
        let rows = sqlx::query("SELECT id, at, person, wanted, until FROM access_export ORDER BY at, id")
            .fetch_all(self.pool());
        let export = |row: &AnyRow| {
            let wanted: String = row.try_get(3).map_err(failed)?;
            Ok(AccessExport {
                id: row.try_get(0).map_err(failed)?,
                at: self.instant(row.try_get(1).map_err(failed)?)?,
                person: row.try_get(2).map_err(failed)?,
                wanted: serde_json::from_str(&wanted).map_err(|error| self.damaged(&error))?,
                until: u64::try_from(row.try_get::<i64, _>(4).map_err(failed)?)
                    .map_err(|error| self.damaged(&error))?,
            })
        };
        rows.await.map_err(failed)?.iter().map(export).collect()
    }
}

/// The columns of a file of looks.
pub const ACCESS_COLUMNS: [&str; 7] = ["seq", "at", "person", "voter_id", "section", "line", "why"];

/// Looks as rows of a CSV file, with the columns in front where it begins with them.
pub fn accesses_csv(accesses: &[Access], begins: bool) -> Result<Vec<u8>, CaseworkError> {
    let output = |error: csv::Error| CaseworkError::Output(error.into());
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    if begins {
        writer.write_record(ACCESS_COLUMNS).map_err(output)?;
    }
    for access in accesses {
        let section = access.section.map_or_else(String::new, |section| section.to_string());
        let line = access.line.map_or_else(String::new, |line| line.to_string());
        let seq = access.seq.to_string();
        let at = access.at.to_string();
        writer
            .write_record([&seq, &at, &access.person, &access.voter, &section, &line, &access.why])
            .map_err(output)?;
    }
    writer.into_inner().map_err(|error| CaseworkError::Output(std::io::Error::other(error.to_string())))
}
