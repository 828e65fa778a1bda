//! The database of the office.

use std::path::Path;

use sqlx::{AnyPool, any::AnyPoolOptions};

/// Opens the database in a file that only its owner may read, and brings its tables up to date.
pub(super) async fn connect(path: &Path) -> Result<AnyPool, sqlx::Error> {
    sqlx::any::install_default_drivers();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    let real = std::fs::canonicalize(path)?;
    // One connection: SQLite has one writer at a time, and each of these statements takes microseconds.
    let once = AnyPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
    let pool = once.connect(&format!("sqlite://{}?mode=rw", real.display())).await?;
    for pragma in ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"] {
        sqlx::query(pragma).execute(&pool).await?;
    }
    sqlx::migrate!("migrations/sqlite").run(&pool).await.map_err(|error| sqlx::Error::Migrate(Box::new(error)))?;
    Ok(pool)
}
