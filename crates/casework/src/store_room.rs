//! The tables of the examination room: what is on record of it, every line that was shown in it, and the private marks of the proponents.

use domain::LineRef;
use jiff::{SignedDuration, Timestamp};
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use crate::{
    Act, CaseFile, CaseworkError, RoomError,
    room::{OnRecord, Room, RoomRecord},
    store::Also,
    store_work::line_of,
    tables::Value,
};

/// How long a person needs for a line at least. Who asks for lines faster does not read them.
pub const READING_TIME: SignedDuration = SignedDuration::from_secs(3);

const RECORD: &str = "INSERT INTO room_record (seq, at, actor, name, content) \
     SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4 FROM room_record";

impl CaseFile {
    /// The examination room as it is on record.
    pub async fn room(&self) -> Result<Room, RoomError> {
        Room::of(&records(self, self.pool()).await?)
    }

    /// Puts something on record, tried on all that is there already, whichever server wrote it.
    pub(crate) async fn put_on_record(&self, record: RoomRecord, act: &Act) -> Result<(), RoomError> {
        let mut transaction = self.begin().await?;
        let mut room = Room::of(&records(self, &mut *transaction).await?)?;
        let next = OnRecord { at: act.at, actor: act.actor.clone(), record };
        room.apply(&next)?;
        let failed = |error| self.failed("written", error);
        Also::write([statement(self, &next)?], &mut transaction).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(())
    }
}

/// Written together with the events that an answer brings.
pub(crate) fn statement(file: &CaseFile, next: &OnRecord) -> Result<Also, CaseworkError> {
    let content = serde_json::to_string(&next.record).map_err(|error| file.damaged(&error))?;
    let values = vec![
        Value::Int(next.at.as_microsecond()),
        Value::Text(next.actor.clone()),
        name(&next.record).into(),
        Value::Text(content),
    ];
    Ok(Also::new(RECORD, values))
}

/// What there can be one of: two servers that put it on record at the same time do not both succeed.
fn name(record: &RoomRecord) -> Option<String> {
    match record {
        RoomRecord::Opened { .. } | RoomRecord::Set { .. } | RoomRecord::Closed { .. } => None,
        RoomRecord::DayBegun { day } => Some(format!("day {day}")),
        RoomRecord::Entered { entry, .. } => Some(format!("entry {entry}")),
        RoomRecord::Challenged { challenge, .. } => Some(format!("challenge {challenge}")),
        RoomRecord::Withdrawn { challenge } | RoomRecord::Answered { challenge, instead_of: 0, .. } => {
            Some(format!("end of {challenge}"))
        }
        RoomRecord::Answered { challenge, instead_of, .. } => Some(format!("answer {instead_of} to {challenge}")),
    }
}

pub(crate) async fn records<'a>(
    file: &CaseFile,
    from: impl Executor<'a, Database = Any>,
) -> Result<Vec<OnRecord>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let rows = sqlx::query("SELECT at, actor, content FROM room_record ORDER BY seq").fetch_all(from).await;
    let record = |row: &AnyRow| {
        let (at, content): (i64, String) = (row.try_get(0).map_err(failed)?, row.try_get(2).map_err(failed)?);
        Ok(OnRecord {
            at: file.instant(at)?,
            actor: row.try_get(1).map_err(failed)?,
            record: serde_json::from_str(&content).map_err(|error| file.damaged(&error))?,
        })
    };
    rows.map_err(failed)?.iter().map(record).collect()
}

/// Puts on record that a person is shown a line. Refused where the person was shown one a moment ago. A look later than now, before the clock was set
/// back or at another server, holds nobody up.
pub(crate) async fn view(file: &CaseFile, person: &str, line: LineRef, now: Timestamp) -> Result<(), RoomError> {
    let failed = |error| file.failed("written", error);
    let mut transaction = file.begin().await?;
    let insert = "INSERT INTO room_view (seq, at, person, section, line) \
         SELECT COALESCE((SELECT MAX(seq) FROM room_view), 0) + 1, $1, $2, $3, $4 \
         WHERE NOT EXISTS (SELECT 1 FROM room_view WHERE person = $2 AND at > $5 AND at <= $1)";
    let done = sqlx::query(insert)
        .bind(now.as_microsecond())
        .bind(person.to_owned())
        .bind(i64::from(line.section.get()))
        .bind(i64::from(line.line.get()))
        .bind((now - READING_TIME).as_microsecond())
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    if done.rows_affected() == 0 { Err(RoomError::TooFast) } else { Ok(()) }
}

/// The line that a person was shown last in the room, and when.
pub(crate) async fn viewed_last(file: &CaseFile, person: &str) -> Result<Option<(LineRef, Timestamp)>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let asked = "SELECT section, line, at FROM room_view WHERE person = $1 ORDER BY seq DESC LIMIT 1";
    let row = sqlx::query(asked).bind(person.to_owned()).fetch_optional(file.pool()).await;
    let viewed = |row: AnyRow| Ok((line_of(file, &row)?, file.instant(row.try_get(2).map_err(failed)?)?));
    row.map_err(failed)?.map(viewed).transpose()
}

/// The proponents' marks, in the order of lines.
pub(crate) async fn marks(file: &CaseFile) -> Result<Vec<(LineRef, String)>, CaseworkError> {
    let failed = |error| file.failed("read", error);
    let rows = sqlx::query("SELECT section, line, text FROM room_mark ORDER BY section, line").fetch_all(file.pool());
    let mark = |row: &AnyRow| Ok((line_of(file, row)?, row.try_get(2).map_err(failed)?));
    rows.await.map_err(failed)?.iter().map(mark).collect()
}

/// Keeps a mark of the proponents at a line, in the place of an earlier one; no text takes it away.
pub(crate) async fn mark(file: &CaseFile, line: LineRef, text: Option<&str>, act: &Act) -> Result<(), CaseworkError> {
    let failed = |error| file.failed("written", error);
    let (section, number) = (i64::from(line.section.get()), i64::from(line.line.get()));
    let mut transaction = file.begin().await?;
    let statement = match text {
        None => sqlx::query("DELETE FROM room_mark WHERE section = $1 AND line = $2").bind(section).bind(number),
        Some(text) => {
            let insert = "INSERT INTO room_mark (section, line, text, person, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (section, line) \
                 DO UPDATE SET text = excluded.text, person = excluded.person, at = excluded.at";
            let insert = sqlx::query(insert).bind(section).bind(number).bind(text.to_owned());
            insert.bind(act.actor.clone()).bind(act.at.as_microsecond())
        }
    };
    statement.execute(&mut *transaction).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}
