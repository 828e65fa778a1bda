//! The tables of people at work: who has which lines in hand, what they found so far, who has looked at a line, and every look at a voter's record.

use std::collections::{BTreeSet, HashSet};

use domain::{LineNo, LineRef, ReviewerId, SectionNo, VoterId};
use jiff::Timestamp;
use sqlx::{Any, Row as _, Transaction, any::AnyRow};

use crate::{
    CaseFile, CaseworkError, Stage,
    store::Also,
    tables::{Value, query},
    work::{Finding, LEASE, PassedTo, Put, WorkError},
};

/// A batch as it was handed out.
pub(crate) struct Opened {
    pub(crate) id: String,
    pub(crate) person: String,
    pub(crate) stage: Stage,
    pub(crate) until: Timestamp,
    pub(crate) closed: bool,
}

/// A line of a batch, with what was found on it and when.
pub(crate) struct Held {
    pub(crate) line: LineRef,
    pub(crate) finding: Option<(Finding, Timestamp)>,
}

/// A look at a voter's record: whose, for the sake of which line, and why.
pub(crate) type Look = (VoterId, Option<LineRef>, &'static str);

const OPENED: &str =
    "SELECT id, person, stage, until, CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END FROM batch WHERE id = $1";
const LAPSED: &str = "SELECT id, person, stage, until, 0 FROM batch \
     WHERE id IN (SELECT batch FROM in_hand) AND (closed_at IS NOT NULL OR until < $1) ORDER BY until";

/// Who has looked at a line, and what came of it.
const LOOKED: &str = "INSERT INTO looked (section, line, person, what, note, at) VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (section, line, person) DO UPDATE SET what = excluded.what, note = excluded.note, at = excluded.at";

/// A batch; none where no batch has this name.
pub(crate) async fn opened(file: &CaseFile, id: &str) -> Result<Option<Opened>, CaseworkError> {
    let query = sqlx::query(OPENED).bind(id.to_owned());
    let row = query.fetch_optional(file.pool()).await.map_err(|error| file.failed("read", error))?;
    row.map(|row| opened_row(file, &row)).transpose()
}

/// The batches with lines in hand whose time is over, or that were closed and not taken from.
pub(crate) async fn lapsed(file: &CaseFile, now: Timestamp) -> Result<Vec<Opened>, CaseworkError> {
    let query = sqlx::query(LAPSED).bind(now.as_microsecond());
    let rows = query.fetch_all(file.pool()).await.map_err(|error| file.failed("read", error))?;
    rows.iter().map(|row| opened_row(file, row)).collect()
}

fn opened_row(file: &CaseFile, row: &AnyRow) -> Result<Opened, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let stage: String = row.try_get(2).map_err(failed)?;
    Ok(Opened {
        id: row.try_get(0).map_err(failed)?,
        person: row.try_get(1).map_err(failed)?,
        stage: stage.parse().map_err(|error| file.damaged(&error))?,
        until: instant(file, row.try_get(3).map_err(failed)?)?,
        closed: row.try_get::<i64, _>(4).map_err(failed)? != 0,
    })
}

/// The lines of a batch, in order.
pub(crate) async fn held(file: &CaseFile, batch: &str) -> Result<Vec<Held>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let query = sqlx::query("SELECT section, line, finding, found_at FROM in_hand WHERE batch = $1 ORDER BY place");
    let rows = query.bind(batch.to_owned()).fetch_all(file.pool()).await.map_err(failed)?;
    let held = |row: &AnyRow| {
        let line = line_of(file, row)?;
        let (text, at): (Option<String>, Option<i64>) =
            (row.try_get(2).map_err(failed)?, row.try_get(3).map_err(failed)?);
        let finding = match text.zip(at) {
            None => None,
            Some((text, at)) => {
                Some((serde_json::from_str(&text).map_err(|error| file.damaged(&error))?, instant(file, at)?))
            }
        };
        Ok(Held { line, finding })
    };
    rows.iter().map(held).collect()
}

/// Every line that somebody has in hand.
pub(crate) async fn in_hand(file: &CaseFile) -> Result<HashSet<LineRef>, CaseworkError> {
    let rows = sqlx::query("SELECT section, line FROM in_hand").fetch_all(file.pool()).await;
    rows.map_err(|error| file.failed("read", error))?.iter().map(|row| line_of(file, row)).collect()
}

/// The lines for which somebody asked for a supervisor.
pub(crate) async fn escalated(file: &CaseFile) -> Result<BTreeSet<LineRef>, CaseworkError> {
    let rows = sqlx::query("SELECT section, line FROM looked WHERE what = 'escalated'").fetch_all(file.pool()).await;
    rows.map_err(|error| file.failed("read", error))?.iter().map(|row| line_of(file, row)).collect()
}

/// The lines that a person has looked at, or passed on.
pub(crate) async fn looked_by(file: &CaseFile, person: &ReviewerId) -> Result<HashSet<LineRef>, CaseworkError> {
    let query = sqlx::query("SELECT section, line FROM looked WHERE person = $1 AND what <> 'refused'")
        .bind(person.as_str().to_owned());
    let rows = query.fetch_all(file.pool()).await.map_err(|error| file.failed("read", error))?;
    rows.iter().map(|row| line_of(file, row)).collect()
}

/// Hands lines out, and puts the looks at records that come with them on record. A line that somebody else took first stays theirs.
pub(crate) async fn open(
    file: &CaseFile,
    opened: &Opened,
    lines: &[LineRef],
    looks: &[Look],
    now: Timestamp,
) -> Result<(), CaseworkError> {
    let failed = |error| file.failed("written", error);
    let mut transaction = file.begin().await?;
    let insert = "INSERT INTO batch (id, person, stage, opened_at, until, closed_at) VALUES ($1, $2, $3, $4, $5, NULL)";
    sqlx::query(insert)
        .bind(opened.id.clone())
        .bind(opened.person.clone())
        .bind(opened.stage.name())
        .bind(now.as_microsecond())
        .bind(opened.until.as_microsecond())
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    let insert = "INSERT INTO in_hand (section, line, batch, place, finding, found_at) VALUES ($1, $2, $3, $4, NULL, NULL) \
         ON CONFLICT (section, line) DO NOTHING";
    for (line, place) in lines.iter().zip(1_i64..) {
        sqlx::query(insert)
            .bind(i64::from(line.section.get()))
            .bind(i64::from(line.line.get()))
            .bind(opened.id.clone())
            .bind(place)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
    }
    insert_looks(file, &mut transaction, &opened.person, looks, now).await?;
    transaction.commit().await.map_err(failed)
}

/// Puts looks at voters' records on record.
pub(crate) async fn note(file: &CaseFile, person: &str, looks: &[Look], now: Timestamp) -> Result<(), CaseworkError> {
    if looks.is_empty() {
        return Ok(());
    }
    let mut transaction = file.begin().await?;
    insert_looks(file, &mut transaction, person, looks, now).await?;
    transaction.commit().await.map_err(|error| file.failed("written", error))
}

async fn insert_looks(
    file: &CaseFile,
    transaction: &mut Transaction<'static, Any>,
    person: &str,
    looks: &[Look],
    now: Timestamp,
) -> Result<(), CaseworkError> {
    let insert = "INSERT INTO access (seq, at, person, voter_id, section, line, why) \
         SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5, $6 FROM access";
    for (voter, line, why) in looks {
        sqlx::query(insert)
            .bind(now.as_microsecond())
            .bind(person.to_owned())
            .bind(voter.as_str().to_owned())
            .bind(line.map(|line| i64::from(line.section.get())))
            .bind(line.map(|line| i64::from(line.line.get())))
            .bind(*why)
            .execute(&mut **transaction)
            .await
            .map_err(|error| file.failed("written", error))?;
    }
    Ok(())
}

/// Keeps findings on lines in hand, or forgets them; each where there is no objection and the line is in the hand of the person.
pub(crate) async fn put(
    file: &CaseFile,
    findings: &[Put],
    objections: &[Option<String>],
    now: Timestamp,
) -> Result<Vec<Result<(), WorkError>>, CaseworkError> {
    let failed = |error| file.failed("written", error);
    let mut answers = Vec::with_capacity(findings.len());
    let mut transaction = file.begin().await?;
    for (put, objection) in findings.iter().zip(objections) {
        if let Some(why) = objection {
            answers.push(Err(WorkError::Refused(why.clone())));
            continue;
        }
        let text = put.finding.as_ref().map(serde_json::to_string).transpose().map_err(|error| file.damaged(&error))?;
        // In the person's hand, and its time is not over: one statement decides.
        let update = "UPDATE in_hand SET finding = $1, found_at = $2 WHERE section = $3 AND line = $4 AND batch = $5 AND EXISTS \
             (SELECT 1 FROM batch WHERE id = $5 AND person = $6 AND closed_at IS NULL AND until >= $7)";
        let done = sqlx::query(update)
            .bind(text.clone())
            .bind(text.is_some().then(|| now.as_microsecond()))
            .bind(i64::from(put.line.section.get()))
            .bind(i64::from(put.line.line.get()))
            .bind(put.batch.clone())
            .bind(put.person.as_str().to_owned())
            .bind(now.as_microsecond())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        if done.rows_affected() == 0 {
            answers.push(Err(WorkError::NotInHand));
            continue;
        }
        let extend = sqlx::query("UPDATE batch SET until = $1 WHERE id = $2").bind((now + LEASE).as_microsecond());
        extend.bind(put.batch.clone()).execute(&mut *transaction).await.map_err(failed)?;
        answers.push(Ok(()));
    }
    transaction.commit().await.map_err(failed)?;
    Ok(answers)
}

/// Takes a line out of a person's hand, for somebody else.
pub(crate) async fn pass(
    file: &CaseFile,
    put: &Put,
    to: PassedTo,
    because: &str,
    now: Timestamp,
) -> Result<(), WorkError> {
    let failed = |error| file.failed("written", error);
    let mut transaction = file.begin().await?;
    let out = "DELETE FROM in_hand WHERE section = $1 AND line = $2 AND batch = $3 AND EXISTS \
         (SELECT 1 FROM batch WHERE id = $3 AND person = $4 AND closed_at IS NULL AND until >= $5)";
    let done = sqlx::query(out)
        .bind(i64::from(put.line.section.get()))
        .bind(i64::from(put.line.line.get()))
        .bind(put.batch.clone())
        .bind(put.person.as_str().to_owned())
        .bind(now.as_microsecond())
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    if done.rows_affected() == 0 {
        return Err(WorkError::NotInHand);
    }
    let what = match to {
        PassedTo::Reviewer => "skipped",
        PassedTo::Supervisor => "escalated",
    };
    let Also { sql, values } = looked(put.line, put.person.as_str(), what, because.to_owned(), now);
    query(sql, values).execute(&mut *transaction).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    Ok(())
}

/// Closes a batch for findings.
pub(crate) async fn shut(file: &CaseFile, batch: &str, now: Timestamp) -> Result<(), CaseworkError> {
    let failed = |error| file.failed("written", error);
    let mut transaction = file.begin().await?;
    let close = sqlx::query("UPDATE batch SET closed_at = $1 WHERE id = $2 AND closed_at IS NULL");
    close.bind(now.as_microsecond()).bind(batch.to_owned()).execute(&mut *transaction).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

/// Written together with the events of a batch that was closed: nobody has its lines in hand any more.
pub(crate) fn handed_back(batch: &str) -> Also {
    Also { sql: "DELETE FROM in_hand WHERE batch = $1", values: vec![Value::Text(batch.to_owned())] }
}

/// Written together with a finding that became an event.
pub(crate) fn taken(line: LineRef, person: &str, now: Timestamp) -> Also {
    looked(line, person, "found", String::new(), now)
}

/// Written in place of a finding that the case takes no more, so that what was acknowledged can still be read. The person may get the line again.
pub(crate) fn not_taken(line: LineRef, person: &str, finding: &Finding, why: &str, found_at: Timestamp) -> Also {
    let finding = serde_json::to_string(finding).unwrap_or_default();
    looked(line, person, "refused", format!("{why}: {finding}"), found_at)
}

fn looked(line: LineRef, person: &str, what: &str, note: String, at: Timestamp) -> Also {
    let values = vec![
        line.section.get().into(),
        line.line.get().into(),
        person.into(),
        what.into(),
        Value::Text(note),
        Value::Int(at.as_microsecond()),
    ];
    Also { sql: LOOKED, values }
}

fn line_of(file: &CaseFile, row: &AnyRow) -> Result<LineRef, CaseworkError> {
    let number = |at: usize| {
        let number: i64 = row.try_get(at).map_err(|error| file.failed("read", error))?;
        u32::try_from(number).map_err(|error| file.damaged(&error))
    };
    let (section, line) = (number(0)?, number(1)?);
    let line = SectionNo::new(section).zip(LineNo::new(line)).map(|(section, line)| LineRef { section, line });
    line.ok_or_else(|| file.damaged(&"a line without a number"))
}

fn instant(file: &CaseFile, microseconds: i64) -> Result<Timestamp, CaseworkError> {
    Timestamp::from_microsecond(microseconds).map_err(|error| file.damaged(&error))
}
