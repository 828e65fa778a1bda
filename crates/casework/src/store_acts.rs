//! The table of acts on many lines.

use jiff::Timestamp;
use sqlx::{Row as _, any::AnyRow};

use crate::{
    Act, CaseFile, CaseworkError,
    acts::{ActState, ProposedAct},
    store::Also,
    tables::Value,
};

/// Keeps an act as proposed. One of the same name stays as it is.
pub(crate) async fn propose(file: &CaseFile, proposed: &ProposedAct) -> Result<(), CaseworkError> {
    let failed = |error| file.failed("written", error);
    let json = |error| file.damaged(&error);
    let act = serde_json::to_string(&proposed.act).map_err(json)?;
    let foreseen = serde_json::to_string(&proposed.foreseen).map_err(json)?;
    let insert = "INSERT INTO bulk_act (id, act, foreseen, because, person, at, state, settled_by, settled_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 'proposed', '', 0) ON CONFLICT (id) DO NOTHING";
    let query = sqlx::query(insert).bind(proposed.id.clone()).bind(act).bind(foreseen);
    let query = query.bind(proposed.because.clone()).bind(proposed.by.clone()).bind(proposed.at.as_microsecond());
    let mut transaction = file.begin().await?;
    query.execute(&mut *transaction).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

/// Written together with the events that the act is, and not without them: whoever called it off meanwhile was faster.
pub(crate) fn done(id: &str, by: &Act) -> Also {
    let sql =
        "UPDATE bulk_act SET state = 'done', settled_by = $1, settled_at = $2 WHERE id = $3 AND state = 'proposed'";
    Also::or_nothing(sql, vec![by.actor.as_str().into(), Value::Int(by.at.as_microsecond()), id.into()])
}

/// Calls an act off. Says whether it was one that could be.
pub(crate) async fn call_off(file: &CaseFile, id: &str, by: &Act) -> Result<bool, CaseworkError> {
    let failed = |error| file.failed("written", error);
    let update = "UPDATE bulk_act SET state = 'called_off', settled_by = $1, settled_at = $2 WHERE id = $3 AND state = 'proposed'";
    let query = sqlx::query(update).bind(by.actor.clone()).bind(by.at.as_microsecond()).bind(id.to_owned());
    let mut transaction = file.begin().await?;
    let changed = query.execute(&mut *transaction).await.map_err(failed)?.rows_affected();
    transaction.commit().await.map_err(failed)?;
    Ok(changed > 0)
}

const COLUMNS: &str = "SELECT id, act, foreseen, because, person, at, state, settled_by, settled_at FROM bulk_act";

/// One act.
pub(crate) async fn act(file: &CaseFile, id: &str) -> Result<Option<ProposedAct>, CaseworkError> {
    let asked = format!("{COLUMNS} WHERE id = $1");
    let query = sqlx::query(sqlx::AssertSqlSafe(asked)).bind(id.to_owned());
    let row = query.fetch_optional(file.pool()).await.map_err(|error| file.failed("read", error))?;
    row.map(|row| read(file, &row)).transpose()
}

/// The acts, the latest first.
pub(crate) async fn acts(file: &CaseFile, after: u64, most: u64) -> Result<Vec<ProposedAct>, CaseworkError> {
    let asked = format!("{COLUMNS} ORDER BY at DESC, id LIMIT $1 OFFSET $2");
    let [most, after] = [most, after].map(|number| i64::try_from(number).unwrap_or(i64::MAX));
    let query = sqlx::query(sqlx::AssertSqlSafe(asked)).bind(most).bind(after);
    let rows = query.fetch_all(file.pool()).await.map_err(|error| file.failed("read", error))?;
    rows.iter().map(|row| read(file, row)).collect()
}

fn read(file: &CaseFile, row: &AnyRow) -> Result<ProposedAct, CaseworkError> {
    let text = |at: usize| row.try_get::<String, _>(at).map_err(|error| file.failed("read", error));
    let time = |at: usize| -> Result<Timestamp, CaseworkError> {
        file.instant(row.try_get(at).map_err(|error| file.failed("read", error))?)
    };
    let state = match text(6)?.as_str() {
        "done" => ActState::Done(text(7)?, time(8)?),
        "called_off" => ActState::CalledOff(text(7)?, time(8)?),
        _ => ActState::Proposed,
    };
    Ok(ProposedAct {
        id: text(0)?,
        act: serde_json::from_str(&text(1)?).map_err(|error| file.damaged(&error))?,
        foreseen: serde_json::from_str(&text(2)?).map_err(|error| file.damaged(&error))?,
        because: text(3)?,
        by: text(4)?,
        at: time(5)?,
        state,
    })
}
