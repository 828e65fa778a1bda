//! The tables of a case: made with it, and brought up to date when a case that an older version of the program made is opened.

use sqlx::{Any, AnyPool, Transaction, migrate::Migrator};

use crate::{
    CaseworkError, Place,
    fault::{store_error, within},
    store::begin,
};

/// The steps by which the tables came to be what they are, in the words of SQLite.
static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");

/// The same in the words of PostgreSQL.
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

fn steps(place: &Place) -> &'static Migrator {
    match place {
        Place::File(_) => &SQLITE,
        Place::Server(_) => &POSTGRES,
    }
}

/// Takes the steps that are missing. The transaction keeps every other program out.
pub(crate) async fn take_steps(place: &Place, transaction: &mut Transaction<'static, Any>) -> Result<(), sqlx::Error> {
    // A copy of the list that takes no lock of its own.
    let mut steps = Migrator::with_migrations(steps(place).iter().cloned().collect());
    steps.set_locking(false);
    steps.run_direct(None, &mut **transaction, false).await.map_err(within)
}

/// Brings the tables of a case up to date: all steps that are missing, or none. A case that a newer version has had in hand is refused, since this one
/// would not keep what is new there.
pub(crate) async fn bring_up_to_date(pool: &AnyPool, place: &Place) -> Result<(), CaseworkError> {
    let known = steps(place).iter().map(|step| step.version).max().unwrap_or_default();
    let read = |error| store_error(place, "opened", error);
    let taken = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations WHERE success";
    let taken = sqlx::query_scalar::<_, i64>(taken).fetch_one(pool).await.map_err(read)?;
    if taken > known {
        return Err(CaseworkError::Newer { place: place.clone(), taken, known });
    }
    if taken == known {
        return Ok(());
    }
    let failed = |error| store_error(place, "brought up to date", error);
    let mut transaction = begin(pool, place.schema().as_deref()).await.map_err(failed)?;
    take_steps(place, &mut transaction).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}
