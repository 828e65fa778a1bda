//! The tables of people who key: who has which section in hand, and what each wrote.

use domain::{LineNo, LineRef, SectionNo, StoredLine};
use jiff::Timestamp;
use sqlx::{Row as _, any::AnyRow};

use crate::{CaseFile, CaseworkError, LEASE, WorkError, store_work::line_of};

/// A section that somebody has keyed, or is keying.
pub(crate) struct Keying {
    pub(crate) section: SectionNo,
    pub(crate) person: String,
    pub(crate) until: Timestamp,
    pub(crate) handed_in: bool,
}

/// What a person wrote of a line.
pub(crate) struct Keyed {
    pub(crate) line: LineNo,
    pub(crate) person: String,
    pub(crate) text: StoredLine,
    pub(crate) handed_in: bool,
}

/// Who has keyed the sections from one to another, or is keying them.
pub(crate) async fn keyings(file: &CaseFile, first: SectionNo, last: SectionNo) -> Result<Vec<Keying>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let asked = "SELECT section, person, until, handed_in FROM keying WHERE section >= $1 AND section <= $2";
    let query = sqlx::query(asked).bind(i64::from(first.get())).bind(i64::from(last.get()));
    let keying = |row: &AnyRow| {
        Ok(Keying {
            section: section_of(file, row)?,
            person: row.try_get(1).map_err(failed)?,
            until: file.instant(row.try_get(2).map_err(failed)?)?,
            handed_in: row.try_get::<Option<i64>, _>(3).map_err(failed)?.is_some(),
        })
    };
    query.fetch_all(file.pool()).await.map_err(failed)?.iter().map(keying).collect()
}

/// The sections that a person has in hand, each with the end of its time, in order.
pub(crate) async fn in_hand_of(
    file: &CaseFile,
    person: &str,
    now: Timestamp,
) -> Result<Vec<(SectionNo, Timestamp)>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let asked =
        "SELECT section, until FROM keying WHERE person = $1 AND handed_in IS NULL AND until >= $2 ORDER BY section";
    let query = sqlx::query(asked).bind(person.to_owned()).bind(now.as_microsecond());
    let held = |row: &AnyRow| Ok((section_of(file, row)?, file.instant(row.try_get(1).map_err(failed)?)?));
    query.fetch_all(file.pool()).await.map_err(failed)?.iter().map(held).collect()
}

/// The sections that so many people have handed in.
pub(crate) async fn handed_in_often(file: &CaseFile, often: usize) -> Result<Vec<SectionNo>, CaseworkError> {
    let asked = "SELECT section FROM keying WHERE handed_in IS NOT NULL GROUP BY section HAVING COUNT(*) >= $1 ORDER BY section";
    let often = i64::try_from(often).unwrap_or(i64::MAX);
    let rows = sqlx::query(asked).bind(often).fetch_all(file.pool()).await;
    rows.map_err(|error| file.failed("read", error))?.iter().map(|row| section_of(file, row)).collect()
}

fn section_of(file: &CaseFile, row: &AnyRow) -> Result<SectionNo, CaseworkError> {
    let section: i64 = row.try_get(0).map_err(|error| file.failed("read", error))?;
    let section = u32::try_from(section).ok().and_then(SectionNo::new);
    section.ok_or_else(|| file.damaged(&"a section without a number"))
}

/// Gives a section to a person, if fewer than so many have it; whoever comes again after their time has it once more.
pub(crate) async fn open(
    file: &CaseFile,
    section: SectionNo,
    person: &str,
    fewer_than: usize,
    now: Timestamp,
) -> Result<bool, CaseworkError> {
    let failed = |error| file.failed("written", error);
    let mut transaction = file.begin().await?;
    let others =
        "SELECT COUNT(*) FROM keying WHERE section = $1 AND person <> $2 AND (handed_in IS NOT NULL OR until >= $3)";
    let row = sqlx::query(others)
        .bind(i64::from(section.get()))
        .bind(person.to_owned())
        .bind(now.as_microsecond())
        .fetch_one(&mut *transaction)
        .await
        .map_err(failed)?;
    let others: i64 = row.try_get(0).map_err(failed)?;
    if usize::try_from(others).is_ok_and(|others| others >= fewer_than) {
        return Ok(false);
    }
    let insert = "INSERT INTO keying (section, person, until, handed_in) VALUES ($1, $2, $3, NULL) \
         ON CONFLICT (section, person) DO UPDATE SET until = excluded.until";
    sqlx::query(insert)
        .bind(i64::from(section.get()))
        .bind(person.to_owned())
        .bind((now + LEASE).as_microsecond())
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    Ok(true)
}

/// Keeps what a person wrote of a line, while its section is in their hand.
pub(crate) async fn key(
    file: &CaseFile,
    person: &str,
    line: LineRef,
    text: &StoredLine,
    now: Timestamp,
) -> Result<(), WorkError> {
    let failed = |error| file.failed("written", error);
    let (section, number) = (i64::from(line.section.get()), i64::from(line.line.get()));
    let mut transaction = file.begin().await?;
    let extend =
        "UPDATE keying SET until = $1 WHERE section = $2 AND person = $3 AND handed_in IS NULL AND until >= $4";
    let extended = sqlx::query(extend)
        .bind((now + LEASE).as_microsecond())
        .bind(section)
        .bind(person.to_owned())
        .bind(now.as_microsecond())
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    if extended.rows_affected() == 0 {
        return Err(WorkError::NotInHand);
    }
    let text = serde_json::to_string(text).map_err(|error| file.damaged(&error))?;
    let keep = "INSERT INTO keyed (section, line, person, text, at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (section, line, person) DO UPDATE SET text = excluded.text, at = excluded.at";
    sqlx::query(keep)
        .bind(section)
        .bind(number)
        .bind(person.to_owned())
        .bind(text)
        .bind(now.as_microsecond())
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    Ok(())
}

/// Marks a section as handed in by a person who has it in hand, or has handed it in before.
pub(crate) async fn hand_in(
    file: &CaseFile,
    section: SectionNo,
    person: &str,
    now: Timestamp,
) -> Result<(), WorkError> {
    let failed = |error| file.failed("written", error);
    let mut transaction = file.begin().await?;
    let done = sqlx::query("UPDATE keying SET handed_in = COALESCE(handed_in, $1) WHERE section = $2 AND person = $3 AND (handed_in IS NOT NULL OR until >= $1)")
        .bind(now.as_microsecond())
        .bind(i64::from(section.get()))
        .bind(person.to_owned())
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    if done.rows_affected() == 0 {
        return Err(WorkError::NotInHand);
    }
    transaction.commit().await.map_err(failed)?;
    Ok(())
}

/// What was written of the lines of a section, in the order in which it was handed in, then written.
pub(crate) async fn keyed(file: &CaseFile, section: SectionNo) -> Result<Vec<Keyed>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let asked = "SELECT keyed.section, keyed.line, keyed.person, keyed.text, keying.handed_in FROM keyed \
         JOIN keying ON keying.section = keyed.section AND keying.person = keyed.person \
         WHERE keyed.section = $1 ORDER BY COALESCE(keying.handed_in, keyed.at), keyed.person, keyed.line";
    let rows = sqlx::query(asked).bind(i64::from(section.get())).fetch_all(file.pool()).await.map_err(failed)?;
    let keyed = |row: &AnyRow| {
        let text: String = row.try_get(3).map_err(failed)?;
        Ok(Keyed {
            line: line_of(file, row)?.line,
            person: row.try_get(2).map_err(failed)?,
            // The reader's own words quote what they stumble over, and here that is a person's name.
            text: serde_json::from_str(&text).map_err(|_| file.damaged(&"a keyed line cannot be read"))?,
            handed_in: row.try_get::<Option<i64>, _>(4).map_err(failed)?.is_some(),
        })
    };
    rows.iter().map(keyed).collect()
}
