//! A case on a PostgreSQL server: a schema of its own, made whole in one transaction.

use std::time::Duration;

use domain::Recorded;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Connection, Row, Transaction, any::AnyPoolOptions};

use crate::{CaseworkError, Place, fault::store_error, place::Server, schema, tables};

/// How long a server has to answer when a case is opened before it is taken not to.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long one waits for a connection afterwards: where the server is gone, whoever works here is told so after this.
const WAIT: Duration = Duration::from_secs(3);

/// What holds for each connection, whatever the server's own settings are.
const SETTINGS: [(&str, &str); 5] = [
    ("application_name", "countersign"),
    // acknowledged-is-kept: a commit returns when it is on disk.
    ("synchronous_commit", "on"),
    ("client_encoding", "UTF8"),
    // Another program that writes for longer than this is told of, as with a file.
    ("lock_timeout", "10s"),
    // A program that has gone to sleep, or whose machine lost power, does not keep the others out for ever.
    ("idle_in_transaction_session_timeout", "5min"),
];

/// Each statement sees what was committed before it, so that events read once the lock is held are all that there are.
pub(crate) const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/// Makes a schema that holds a case with its first event: all of it, or nothing.
pub(crate) async fn create(server: &Server, first: &Recorded) -> Result<(), CaseworkError> {
    let place = Place::Server(Box::new(server.clone()));
    let pool = connect(server, &server.schema(), ONE, &place).await?;
    let done = write_first(server, &pool, &place, first).await;
    pool.close().await;
    done
}

async fn write_first(server: &Server, pool: &AnyPool, place: &Place, first: &Recorded) -> Result<(), CaseworkError> {
    let made = |error| store_error(place, "made", error);
    let mut transaction = pool.begin_with(BEGIN).await.map_err(made)?;
    let schema = format!("CREATE SCHEMA \"{}\"", server.schema());
    sqlx::query(AssertSqlSafe(schema)).execute(&mut *transaction).await.map_err(|error| {
        let code = error.as_database_error().and_then(|error| error.code().map(String::from));
        match code.as_deref() {
            // There already, or made at this moment by another program.
            Some("42P06" | "23505") => CaseworkError::Exists(place.clone()),
            _ => made(error),
        }
    })?;
    // The schema is nobody else's before the transaction ends.
    schema::take_steps(place, &mut transaction).await.map_err(made)?;
    tables::insert_first(&mut transaction, place, first).await?;
    transaction.commit().await.map_err(made)
}

/// Opens a schema that holds a case.
pub(crate) async fn open(server: &Server) -> Result<AnyPool, CaseworkError> {
    let place = Place::Server(Box::new(server.clone()));
    let pool = connect(server, &server.schema(), ONE, &place).await?;
    let asked = "SELECT CAST(has_schema_privilege(oid, 'USAGE') AS TEXT) FROM pg_namespace WHERE nspname = $1";
    let found = sqlx::query(asked).bind(server.schema()).fetch_optional(&pool).await;
    let found = match found.and_then(|row| row.map(|row| row.try_get::<String, _>(0)).transpose()) {
        Ok(None) => Err(CaseworkError::Missing(place)),
        Ok(Some(right)) if right != "true" => {
            let why = format!("the user has no right to the schema {}", server.schema());
            Err(CaseworkError::NotLetIn { place, why })
        }
        Ok(Some(_)) => return Ok(pool),
        Err(error) => Err(store_error(&place, "opened", error)),
    };
    pool.close().await;
    found
}

/// Waits until no other program writes the schema, and keeps all others from writing it until the transaction ends. Readers go on.
pub(crate) async fn lock(transaction: &mut Transaction<'static, Any>, schema: &str) -> Result<(), sqlx::Error> {
    // By name and not on a table: whoever may only read and add events can take it too.
    let lock = sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))").bind(schema.to_owned());
    lock.execute(&mut **transaction).await.map(|_| ())
}

/// A case has one connection.
const ONE: u32 = 1;

/// Connections that lead to one schema, kept for as long as it is open, and made anew where they break.
pub(crate) async fn connect(
    server: &Server,
    schema: &str,
    connections: u32,
    place: &Place,
) -> Result<AnyPool, CaseworkError> {
    sqlx::any::install_default_drivers();
    let schema = format!("\"{schema}\"");
    let url = server.url_with(&[&SETTINGS[..], &[("search_path", &schema)]].concat());
    let no_answer = |why: String| CaseworkError::NoAnswer { place: place.clone(), why };
    // Asked once before the pool, which would take a server that is not there for a reason to try again.
    let asked = tokio::time::timeout(PATIENCE, async {
        let mut connection = AnyConnection::connect(&url).await?;
        let settings = settings(&mut connection).await?;
        connection.close().await?;
        Ok(settings)
    });
    let asked = asked.await.map_err(|_| no_answer(format!("not within {} seconds", PATIENCE.as_secs())))?;
    let settings = asked.map_err(|error| match store_error(place, "opened", error) {
        CaseworkError::Lost { why, .. } => no_answer(why),
        error => error,
    })?;
    keeps_its_word(place, &settings, &schema)?;
    let pool = AnyPoolOptions::new().max_connections(connections).idle_timeout(None).max_lifetime(None);
    pool.acquire_timeout(WAIT).connect_lazy(&url).map_err(|error| store_error(place, "opened", error))
}

/// The settings of the server that decide whether a case can be kept there.
const DECISIVE: [&str; 4] = ["fsync", "synchronous_commit", "server_encoding", "search_path"];

async fn settings(connection: &mut AnyConnection) -> Result<[String; 4], sqlx::Error> {
    let asked = DECISIVE.map(|name| format!("current_setting('{name}')")).join(", ");
    let row = sqlx::query(AssertSqlSafe(format!("SELECT {asked}"))).fetch_one(connection).await?;
    Ok([row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?])
}

/// acknowledged-is-kept: refuses a server that says "done" before it is on disk, or that would not keep what is written.
fn keeps_its_word(
    place: &Place,
    [fsync, commit, encoding, path]: &[String; 4],
    schema: &str,
) -> Result<(), CaseworkError> {
    let not = |why: String, mend: &str| Err(CaseworkError::Unsafe { place: place.clone(), why, mend: mend.to_owned() });
    if fsync != "on" {
        let mend = "set fsync = on in postgresql.conf and load it anew";
        return not("what it has acknowledged may be lost in a power cut, because its fsync is off".to_owned(), mend);
    }
    // Set for the connection above; a pooler between us and the server may have left that out.
    let settings = "let the program reach the server itself, or through a pooler that hands on the settings of a connection (the start-up parameter `options`)";
    if commit != "on" {
        return not(format!("it acknowledges before it has written, because synchronous_commit is {commit}"), settings);
    }
    if path != schema {
        return not("the connection does not lead to the case's own schema".to_owned(), settings);
    }
    if encoding != "UTF8" {
        let mend = "make a database with the encoding UTF8 for the cases";
        return not(format!("its encoding is {encoding}, which has no place for every name"), mend);
    }
    Ok(())
}
