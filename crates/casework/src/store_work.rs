//! The tables of people at work: who has which lines in hand, what they found so far, and who has looked at a line.

use std::collections::{BTreeSet, HashSet};

use domain::{LineNo, LineRef, ReviewerId, SectionNo};
use jiff::{SignedDuration, Timestamp};
use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use crate::{
    CaseFile, CaseworkError, LineLook, Stage,
    quality::{Kind, name},
    queue::Apart,
    store::Also,
    store_looks::{self, Look},
    tables::{self, Table, Taken, Value},
    work::{Closed, Finding, LEASE, PassedTo, Put, WorkError},
};

/// A batch as it was handed out.
pub(crate) struct Opened {
    pub(crate) id: String,
    pub(crate) person: String,
    pub(crate) stage: Stage,
    pub(crate) until: Timestamp,
    /// A contact sheet is not passed before.
    pub(crate) not_before: Timestamp,
    pub(crate) closed: bool,
}

/// A line of a batch, with what was found on it and when.
pub(crate) struct Held {
    pub(crate) line: LineRef,
    pub(crate) kind: Kind,
    pub(crate) finding: Option<(Finding, Timestamp)>,
}

/// How many people skip a line before a supervisor looks at it.
const MOST_SKIPS: i64 = 3;

const OPENED: &str = "SELECT id, person, stage, until, not_before, CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END FROM batch WHERE id = $1";
const LAPSED: &str = "SELECT id, person, stage, until, not_before, 0 FROM batch \
     WHERE id IN (SELECT batch FROM in_hand) AND ((closed_at IS NULL AND until < $1) OR closed_at < $2) ORDER BY until";

/// How long whoever closes a batch is left alone with it. One that is closed and not taken from after that, a server left behind that stopped.
const CLOSING: SignedDuration = SignedDuration::from_secs(10);

const IN_HAND: Table =
    Table { name: "in_hand", columns: &["section", "line", "batch", "place", "kind", "finding", "found_at"], keys: 2 };
/// Who has looked at a line, and what came of it.
const LOOKED: Table =
    Table { name: "looked", columns: &["section", "line", "person", "what", "note", "at", "batch"], keys: 3 };

/// A batch; none where no batch has this name.
pub(crate) async fn opened(file: &CaseFile, id: &str) -> Result<Option<Opened>, CaseworkError> {
    let query = sqlx::query(OPENED).bind(id.to_owned());
    let row = query.fetch_optional(file.pool()).await.map_err(|error| file.failed("read", error))?;
    row.map(|row| opened_row(file, &row)).transpose()
}

/// The batches with lines in hand whose time is over, or that were closed and not taken from.
pub(crate) async fn lapsed(file: &CaseFile, now: Timestamp) -> Result<Vec<Opened>, CaseworkError> {
    let query = sqlx::query(LAPSED).bind(now.as_microsecond()).bind((now - CLOSING).as_microsecond());
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
        until: file.instant(row.try_get(3).map_err(failed)?)?,
        not_before: file.instant(row.try_get(4).map_err(failed)?)?,
        closed: row.try_get::<i64, _>(5).map_err(failed)? != 0,
    })
}

/// The lines of a batch, in order.
pub(crate) async fn held(file: &CaseFile, batch: &str) -> Result<Vec<Held>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let query =
        sqlx::query("SELECT section, line, finding, found_at, kind FROM in_hand WHERE batch = $1 ORDER BY place");
    let rows = query.bind(batch.to_owned()).fetch_all(file.pool()).await.map_err(failed)?;
    let held = |row: &AnyRow| {
        let line = line_of(file, row)?;
        let (text, at): (Option<String>, Option<i64>) =
            (row.try_get(2).map_err(failed)?, row.try_get(3).map_err(failed)?);
        let finding = match text.zip(at) {
            None => None,
            Some((text, at)) => {
                Some((serde_json::from_str(&text).map_err(|error| file.damaged(&error))?, file.instant(at)?))
            }
        };
        let kind: String = row.try_get(4).map_err(failed)?;
        let kind =
            Kind::of(&kind).ok_or_else(|| file.damaged(&"a line in hand for no reason that this version knows"))?;
        Ok(Held { line, kind, finding })
    };
    rows.iter().map(held).collect()
}

/// Every line that somebody has in hand.
pub(crate) async fn in_hand(file: &CaseFile) -> Result<HashSet<LineRef>, CaseworkError> {
    let rows = sqlx::query("SELECT section, line FROM in_hand").fetch_all(file.pool()).await;
    rows.map_err(|error| file.failed("read", error))?.iter().map(|row| line_of(file, row)).collect()
}

/// Every line in hand, with whose hand it is.
pub(crate) async fn hands(file: &CaseFile) -> Result<Vec<(LineRef, String)>, CaseworkError> {
    let asked =
        "SELECT in_hand.section, in_hand.line, batch.person FROM in_hand JOIN batch ON batch.id = in_hand.batch";
    let rows = sqlx::query(asked).fetch_all(file.pool()).await.map_err(|error| file.failed("read", error))?;
    let held = |row: &AnyRow| Ok((line_of(file, row)?, row.try_get(2).map_err(|error| file.failed("read", error))?));
    rows.iter().map(held).collect()
}

/// The account in whose hand a line is.
pub(crate) async fn hand_of(file: &CaseFile, line: LineRef) -> Result<Option<String>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let asked = "SELECT batch.person FROM in_hand JOIN batch ON batch.id = in_hand.batch WHERE in_hand.section = $1 AND in_hand.line = $2";
    let query = sqlx::query(asked).bind(i64::from(line.section.get())).bind(i64::from(line.line.get()));
    let row = query.fetch_optional(file.pool()).await.map_err(failed)?;
    row.map(|row| row.try_get(0)).transpose().map_err(failed)
}

/// The looks at a line, the first one first; of each person the last one.
pub(crate) async fn looks_at(file: &CaseFile, line: LineRef) -> Result<Vec<LineLook>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let asked = "SELECT person, what, note, at FROM looked WHERE section = $1 AND line = $2 \
         UNION ALL SELECT person, 'flagged', why, at FROM flag WHERE section = $1 AND line = $2 ORDER BY 4, 1";
    let query = sqlx::query(asked).bind(i64::from(line.section.get())).bind(i64::from(line.line.get()));
    let look = |row: &AnyRow| {
        let note: String = row.try_get(2).map_err(failed)?;
        Ok(LineLook {
            person: row.try_get(0).map_err(failed)?,
            what: row.try_get(1).map_err(failed)?,
            // Behind the reason for which a finding was not taken stands the finding itself, for whoever reads the table.
            note: note.split_once(": {").map_or(note.as_str(), |(why, _)| why).to_owned(),
            at: file.instant(row.try_get(3).map_err(failed)?)?,
        })
    };
    query.fetch_all(file.pool()).await.map_err(failed)?.iter().map(look).collect()
}

/// The batches that a person has in hand.
pub(crate) async fn open_of(file: &CaseFile, person: &str) -> Result<Vec<Opened>, CaseworkError> {
    let asked = "SELECT id, person, stage, until, not_before, 0 FROM batch \
         WHERE person = $1 AND id IN (SELECT batch FROM in_hand) ORDER BY opened_at, id";
    let query = sqlx::query(asked).bind(person.to_owned());
    let rows = query.fetch_all(file.pool()).await.map_err(|error| file.failed("read", error))?;
    rows.iter().map(|row| opened_row(file, row)).collect()
}

/// The circulator of each section, by name and residence as declared.
pub(crate) async fn circulators(file: &CaseFile) -> Result<Vec<(SectionNo, String, String)>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let rows = sqlx::query("SELECT section, circulator, circulator_address FROM section").fetch_all(file.pool()).await;
    let circulator = |row: &AnyRow| {
        let section = u32::try_from(row.try_get::<i64, _>(0).map_err(failed)?).ok().and_then(SectionNo::new);
        let section = section.ok_or_else(|| file.damaged(&"a section without a number"))?;
        Ok((section, row.try_get(1).map_err(failed)?, row.try_get(2).map_err(failed)?))
    };
    rows.map_err(failed)?.iter().map(circulator).collect()
}

/// The lines on which something was found in a batch, with who found it.
pub(crate) async fn found_in(file: &CaseFile, batch: &str) -> Result<Vec<(LineRef, String)>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let asked = "SELECT section, line, person FROM looked WHERE batch = $1 AND what = 'found' ORDER BY section, line";
    let rows = sqlx::query(asked).bind(batch.to_owned()).fetch_all(file.pool()).await.map_err(failed)?;
    rows.iter().map(|row| Ok((line_of(file, row)?, row.try_get(2).map_err(failed)?))).collect()
}

/// The lines on which a person found something at an instant or later.
pub(crate) async fn found_since(
    file: &CaseFile,
    person: &str,
    since: Timestamp,
) -> Result<Vec<LineRef>, CaseworkError> {
    let asked =
        "SELECT section, line FROM looked WHERE person = $1 AND at >= $2 AND what = 'found' ORDER BY section, line";
    let query = sqlx::query(asked).bind(person.to_owned()).bind(since.as_microsecond());
    let rows = query.fetch_all(file.pool()).await.map_err(|error| file.failed("read", error))?;
    rows.iter().map(|row| line_of(file, row)).collect()
}

/// The lines that people have set apart.
pub(crate) async fn apart(file: &CaseFile) -> Result<Apart, CaseworkError> {
    let lines = async |asked: &'static str| {
        let rows = sqlx::query(asked).fetch_all(file.pool()).await.map_err(|error| file.failed("read", error))?;
        rows.iter().map(|row| line_of(file, row)).collect::<Result<BTreeSet<_>, CaseworkError>>()
    };
    Ok(Apart {
        escalated: lines("SELECT section, line FROM looked WHERE what = 'escalated'").await?,
        flagged: lines("SELECT section, line FROM flag").await?,
    })
}

/// Those of these lines that a person has looked at, or passed on.
pub(crate) async fn looked_among(
    file: &CaseFile,
    person: &ReviewerId,
    lines: &[LineRef],
) -> Result<HashSet<LineRef>, CaseworkError> {
    if lines.is_empty() {
        return Ok(HashSet::new());
    }
    let pairs: Vec<_> = (1..=lines.len()).map(|at| format!("(${}, ${})", 2 * at, 2 * at + 1)).collect();
    let asked = format!(
        "SELECT section, line FROM looked WHERE person = $1 AND what <> 'refused' AND (section, line) IN ({})",
        pairs.join(", ")
    );
    let query = sqlx::query(AssertSqlSafe(asked)).bind(person.as_str().to_owned());
    let query = lines
        .iter()
        .fold(query, |query, line| query.bind(i64::from(line.section.get())).bind(i64::from(line.line.get())));
    let rows = query.fetch_all(file.pool()).await.map_err(|error| file.failed("read", error))?;
    rows.iter().map(|row| line_of(file, row)).collect()
}

/// Hands lines out, and puts the looks at records that come with them on record. A line that somebody else took first stays theirs. Returns how many
/// lines were handed out; where others took all of them, nothing is written.
pub(crate) async fn open(
    file: &CaseFile,
    opened: &Opened,
    lines: &[(LineRef, Kind)],
    looks: &[Look],
    now: Timestamp,
) -> Result<u64, CaseworkError> {
    let failed = |error| file.failed("written", error);
    let mut transaction = file.begin().await?;
    let in_hand = lines.iter().zip(1_u64..).map(|((line, kind), place)| {
        let (section, number) = (line.section.get().into(), line.line.get().into());
        let (batch, kind) = (opened.id.as_str().into(), kind.name().into());
        vec![section, number, batch, place.into(), kind, Value::Null, Value::Null]
    });
    let taken = tables::write(&mut transaction, &IN_HAND, Taken::Stays, Box::new(in_hand)).await.map_err(failed)?;
    if taken == 0 && !lines.is_empty() {
        return Ok(0);
    }
    let insert = "INSERT INTO batch (id, person, stage, opened_at, until, not_before, closed_at) VALUES ($1, $2, $3, $4, $5, $6, NULL)";
    sqlx::query(insert)
        .bind(opened.id.clone())
        .bind(opened.person.clone())
        .bind(opened.stage.name())
        .bind(now.as_microsecond())
        .bind(opened.until.as_microsecond())
        .bind(opened.not_before.as_microsecond())
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    let mut looks = looks.to_vec();
    if taken < lines.len() as u64 {
        let query = sqlx::query("SELECT section, line FROM in_hand WHERE batch = $1").bind(opened.id.clone());
        let rows = query.fetch_all(&mut *transaction).await.map_err(failed)?;
        let held: HashSet<_> = rows.iter().map(|row| line_of(file, row)).collect::<Result<_, _>>()?;
        looks.retain(|look| !look.is_of_none(&held));
    }
    store_looks::insert(file, &mut transaction, &opened.person, &looks, now).await?;
    transaction.commit().await.map_err(failed)?;
    Ok(taken)
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

/// Takes a line out of a person's hand, for somebody else. Returns whether it waits for a supervisor now. The same again, after a lost answer, changes
/// nothing.
pub(crate) async fn pass(
    file: &CaseFile,
    put: &Put,
    to: PassedTo,
    because: &str,
    now: Timestamp,
) -> Result<bool, WorkError> {
    let failed = |error| file.failed("written", error);
    let mut transaction = file.begin().await?;
    let out = "DELETE FROM in_hand WHERE section = $1 AND line = $2 AND batch = $3 AND EXISTS \
         (SELECT 1 FROM batch WHERE id = $3 AND person = $4 AND closed_at IS NULL AND until >= $5) RETURNING kind";
    let row = sqlx::query(out)
        .bind(i64::from(put.line.section.get()))
        .bind(i64::from(put.line.line.get()))
        .bind(put.batch.clone())
        .bind(put.person.as_str().to_owned())
        .bind(now.as_microsecond())
        .fetch_optional(&mut *transaction)
        .await
        .map_err(failed)?;
    let of_line = |asked: &'static str| {
        let asked = sqlx::query(asked).bind(i64::from(put.line.section.get())).bind(i64::from(put.line.line.get()));
        asked.bind(put.person.as_str().to_owned())
    };
    let Some(row) = row else {
        let before = "SELECT what FROM looked WHERE section = $1 AND line = $2 AND person = $3 AND note = $4";
        let before =
            of_line(before).bind(because.to_owned()).fetch_optional(&mut *transaction).await.map_err(failed)?;
        let what: Option<String> = before.map(|row| row.try_get(0)).transpose().map_err(failed)?;
        return match what.as_deref() {
            Some("escalated") => Ok(true),
            Some("skipped") => Ok(false),
            _ => Err(WorkError::NotInHand),
        };
    };
    let kind: String = row.try_get(0).map_err(failed)?;
    let others = "SELECT COUNT(*) FROM looked WHERE section = $1 AND line = $2 AND person <> $3 AND what = 'skipped'";
    let others = of_line(others).fetch_one(&mut *transaction).await.and_then(|row| row.try_get::<i64, _>(0));
    let often = others.map_err(failed)? + 1 >= MOST_SKIPS;
    // A line that has its decision needs no supervisor.
    let escalated = kind == Kind::Work.name() && (to == PassedTo::Supervisor || often);
    let what = if escalated { "escalated" } else { "skipped" };
    let look = looked(put.line, put.person.as_str(), &put.batch, what, because.to_owned(), now);
    Also::write([look], &mut transaction).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    Ok(escalated)
}

/// Keeps what passing a contact sheet finds, and takes the lines out of it that come singly: all of it, or nothing. `answer` is what is to be told of
/// the lines that come singly.
pub(crate) async fn pass_sheet(
    file: &CaseFile,
    opened: &Opened,
    found: &[(LineRef, Finding)],
    singly: &[(LineRef, String)],
    answer: &Closed,
    now: Timestamp,
) -> Result<(), WorkError> {
    let failed = |error| file.failed("written", error);
    let mut transaction = file.begin().await?;
    let shut = "UPDATE batch SET closed_at = $1, answer = $3 WHERE id = $2 AND closed_at IS NULL AND until >= $1";
    let shut = sqlx::query(shut).bind(now.as_microsecond()).bind(opened.id.clone()).bind(in_json(answer));
    if shut.execute(&mut *transaction).await.map_err(failed)?.rows_affected() == 0 {
        return Err(WorkError::NotInHand);
    }
    for (line, finding) in found {
        let text = serde_json::to_string(finding).map_err(|error| file.damaged(&error))?;
        let update = "UPDATE in_hand SET finding = $1, found_at = $2 WHERE section = $3 AND line = $4 AND batch = $5 AND finding IS NULL";
        let query = sqlx::query(update).bind(text).bind(now.as_microsecond()).bind(i64::from(line.section.get()));
        let query = query.bind(i64::from(line.line.get())).bind(opened.id.clone());
        query.execute(&mut *transaction).await.map_err(failed)?;
    }
    for (line, why) in singly {
        let out = "DELETE FROM in_hand WHERE section = $1 AND line = $2 AND batch = $3";
        let out = sqlx::query(out).bind(i64::from(line.section.get())).bind(i64::from(line.line.get()));
        out.bind(opened.id.clone()).execute(&mut *transaction).await.map_err(failed)?;
        let flag = "INSERT INTO flag (section, line, person, why, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (section, line) DO NOTHING";
        let flag = sqlx::query(flag).bind(i64::from(line.section.get())).bind(i64::from(line.line.get()));
        let flag = flag.bind(opened.person.clone()).bind(why.clone()).bind(now.as_microsecond());
        flag.execute(&mut *transaction).await.map_err(failed)?;
    }
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

/// What became of a batch so far, as it is told.
pub(crate) async fn answer(file: &CaseFile, batch: &str) -> Result<Option<Closed>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let query = sqlx::query("SELECT answer FROM batch WHERE id = $1").bind(batch.to_owned());
    let row = query.fetch_optional(file.pool()).await.map_err(failed)?;
    let text: Option<String> = row.map(|row| row.try_get(0)).transpose().map_err(failed)?.flatten();
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(|error| file.damaged(&error))
}

/// Written together with the events of a batch that was closed: what became of it, for whoever asks again.
pub(crate) fn answered(batch: &str, closed: &Closed) -> Also {
    Also::new("UPDATE batch SET answer = $1 WHERE id = $2", vec![Value::Text(in_json(closed)), batch.into()])
}

fn in_json(closed: &Closed) -> String {
    serde_json::to_string(closed).unwrap_or_default()
}

/// Written together with the events of a batch that was closed: nobody has its lines in hand any more.
pub(crate) fn handed_back(batch: &str) -> Also {
    Also::new("DELETE FROM in_hand WHERE batch = $1", vec![Value::Text(batch.to_owned())])
}

/// Written together with what a look came to.
pub(crate) fn looked_for(line: LineRef, opened: &Opened, kind: Kind, found: &Finding, now: Timestamp) -> Also {
    let what = if kind == Kind::Work { "found" } else { kind.name() };
    looked(line, &opened.person, &opened.id, what, name(found.found).to_owned(), now)
}

/// Written in place of a finding that the case takes no more, so that what was acknowledged can still be read. The person may get the line again.
pub(crate) fn not_taken(line: LineRef, opened: &Opened, finding: &Finding, why: &str, found_at: Timestamp) -> Also {
    let finding = serde_json::to_string(finding).unwrap_or_default();
    looked(line, &opened.person, &opened.id, "refused", format!("{why}: {finding}"), found_at)
}

fn looked(line: LineRef, person: &str, batch: &str, what: &str, note: String, at: Timestamp) -> Also {
    let values = vec![
        line.section.get().into(),
        line.line.get().into(),
        person.into(),
        what.into(),
        Value::Text(note),
        Value::Int(at.as_microsecond()),
        batch.into(),
    ];
    Also::Row(&LOOKED, values)
}

pub(crate) fn line_of(file: &CaseFile, row: &AnyRow) -> Result<LineRef, CaseworkError> {
    let number = |at: usize| {
        let number: i64 = row.try_get(at).map_err(|error| file.failed("read", error))?;
        u32::try_from(number).map_err(|error| file.damaged(&error))
    };
    let (section, line) = (number(0)?, number(1)?);
    let line = SectionNo::new(section).zip(LineNo::new(line)).map(|(section, line)| LineRef { section, line });
    line.ok_or_else(|| file.damaged(&"a line without a number"))
}
