//! What a database says, told so that an official knows what to do: the codes of SQLite and of PostgreSQL.

use sqlx::{error::DatabaseError, migrate::MigrateError};

use crate::{CaseworkError, Place};

/// Tells what an official can do something about from what is ours. `act` is what was being done to the case, as in "read".
pub(crate) fn store_error(place: &Place, act: &'static str, error: sqlx::Error) -> CaseworkError {
    use sqlx::Error;
    let found = match (&error, place) {
        // A value of another type or in no encoding: this program never wrote it.
        (Error::Decode(_) | Error::ColumnDecode { .. }, _) => {
            return CaseworkError::NotACase { place: place.clone(), why: error.to_string() };
        }
        (Error::Database(database), Place::File(_)) => of_sqlite(place, &**database),
        (Error::Database(database), Place::Server(_)) => of_postgres(place, &**database),
        (Error::Io(_) | Error::Tls(_) | Error::PoolTimedOut | Error::Protocol(_), Place::Server(_)) => {
            Some(CaseworkError::Lost { place: place.clone(), why: error.to_string() })
        }
        // No connection to the file could be made or had in time: others hold it, or there is no room for what belongs to a connection.
        (Error::PoolTimedOut, Place::File(_)) => Some(CaseworkError::Busy(place.clone())),
        _ => None,
    };
    found.unwrap_or_else(|| CaseworkError::Store { place: place.clone(), act, source: Box::new(error) })
}

/// What the database said while the tables were made.
pub(crate) fn within(error: MigrateError) -> sqlx::Error {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error,
        error => sqlx::Error::Migrate(Box::new(error)),
    }
}

/// An event that this version cannot read.
pub(crate) fn unreadable(place: &Place, seq: u64, why: &str) -> CaseworkError {
    CaseworkError::Event { place: place.clone(), seq, why: why.to_owned() }
}

/// By SQLite's primary result codes.
fn of_sqlite(place: &Place, error: &dyn DatabaseError) -> Option<CaseworkError> {
    let place = place.clone();
    let code = error.code().and_then(|code| code.parse::<u32>().ok()).unwrap_or_default() & 0xff;
    let why = error.message().to_owned();
    Some(match code {
        5 | 6 => CaseworkError::Busy(place),
        8 | 10 | 13 => CaseworkError::Full { place, why },
        14 => CaseworkError::Unreachable { place, why },
        11 | 26 => CaseworkError::NotACase { place, why },
        1 if why.contains("no such table") => CaseworkError::NotACase { place, why },
        19 => CaseworkError::Changed(place),
        _ => return None,
    })
}

/// By PostgreSQL's SQLSTATE; see "PostgreSQL Error Codes" in its manual.
fn of_postgres(place: &Place, error: &dyn DatabaseError) -> Option<CaseworkError> {
    let place = place.clone();
    let why = error.message().to_owned();
    Some(match error.code().as_deref().unwrap_or_default() {
        // Not let in; no such database; not allowed.
        "28000" | "28P01" | "3D000" | "42501" => CaseworkError::NotLetIn { place, why },
        // Locks not had in time, deadlocks, transactions that do not fit one after the other, statements that took too long.
        "55P03" | "40P01" | "40001" | "57014" => CaseworkError::Busy(place),
        // Full disk, no memory, an error of the disk, a server that only reads.
        "53100" | "53200" | "58030" | "25006" => CaseworkError::Full { place, why },
        // Shut down, crashed, starting up, no connection free, a transaction that was idle for too long.
        "57P01" | "57P02" | "57P03" | "57P05" | "53300" | "25P03" => CaseworkError::Lost { place, why },
        code if code.starts_with("08") => CaseworkError::Lost { place, why },
        "23505" => CaseworkError::Changed(place),
        // No such table; damaged pages and indexes.
        "42P01" | "XX001" | "XX002" => CaseworkError::NotACase { place, why },
        _ => return None,
    })
}
