//! What belongs to the office and to no case, such as its accounts: a file or a schema of its own, opened and locked with the same care as a case.

use sqlx::{Any, AnyPool, AssertSqlSafe, Transaction, migrate::Migrator};

use crate::{
    CaseworkError, Place,
    fault::{store_error, within},
    postgres, sqlite, store,
};

/// Connections that a program keeps to a server. A case has one, since its fold is one; here each statement stands by itself.
const CONNECTIONS: u32 = 8;

/// The tables, in the words of the two databases.
#[derive(Debug)]
pub struct Migrations {
    /// Those of SQLite.
    pub sqlite: Migrator,
    /// Those of PostgreSQL.
    pub postgres: Migrator,
}

/// A database beside the cases. Several programs may have the same one open.
#[derive(Debug, Clone)]
pub struct OfficeStore {
    pool: AnyPool,
    place: Place,
    /// The schema on a server.
    schema: String,
}

impl OfficeStore {
    /// Opens the database, which is made where there is none, and brings its tables up to date. On a server the schema is called `kind_NAME`.
    pub async fn open(place: &Place, kind: &str, migrations: Migrations) -> Result<Self, CaseworkError> {
        let (pool, schema, mut tables) = match place {
            Place::File(path) => {
                match sqlite::make_private(path) {
                    Ok(()) => {}
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                    Err(error) => {
                        return Err(CaseworkError::Unreachable { place: place.clone(), why: error.to_string() });
                    }
                }
                let pool = sqlite::connect(path).await.map_err(|error| store_error(place, "opened", error))?;
                (pool, String::new(), migrations.sqlite)
            }
            Place::Server(server) => {
                let schema = format!("{kind}_{}", server.name());
                let pool = postgres::connect(server, &schema, CONNECTIONS, place).await?;
                (pool, schema, migrations.postgres)
            }
        };
        let store = Self { pool, place: place.clone(), schema };
        let made = |error| store_error(place, "made", error);
        let mut transaction = store.begin().await.map_err(made)?;
        if let Place::Server(_) = place {
            // Asked first: who may only use a schema that is there may not be allowed to make one.
            let there = sqlx::query("SELECT 1 FROM pg_namespace WHERE nspname = $1").bind(store.schema.clone());
            if there.fetch_optional(&mut *transaction).await.map_err(made)?.is_none() {
                let schema = format!("CREATE SCHEMA \"{}\"", store.schema);
                sqlx::query(AssertSqlSafe(schema)).execute(&mut *transaction).await.map_err(made)?;
            }
        }
        // The transaction keeps every other program out, so the tables need no lock of their own.
        tables.set_locking(false);
        tables.run_direct(None, &mut *transaction, false).await.map_err(|error| made(within(error)))?;
        transaction.commit().await.map_err(made)?;
        Ok(store)
    }

    /// The connections.
    pub fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// A transaction that writes, while no other program does.
    pub async fn begin(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        let schema = matches!(self.place, Place::Server(_)).then_some(self.schema.as_str());
        store::begin(&self.pool, schema).await
    }

    /// What the database said, told so that an official knows what to do.
    pub fn failed(&self, act: &'static str, error: sqlx::Error) -> CaseworkError {
        store_error(&self.place, act, error)
    }
}
