//! A case in one file: opened by SQLite, made whole under another name before it appears.

use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use domain::Recorded;
use sqlx::{AnyPool, Connection as _, any::AnyPoolOptions};

use crate::{CaseworkError, Place, fault::store_error, schema, tables};

/// Makes a file that holds a case with its first event. It appears only when it holds the whole opening.
pub(crate) async fn create(path: &Path, first: &Recorded) -> Result<(), CaseworkError> {
    if path.exists() {
        return Err(CaseworkError::Exists(path.into()));
    }
    let draft = draft_of(path);
    remove(&draft);
    let written = write_first(&draft, path, first).await;
    // A link fails where a file has appeared meanwhile, which a rename would overwrite.
    let placed = written.and_then(|()| {
        std::fs::hard_link(&draft, path).and_then(|()| sync_folder(path)).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => CaseworkError::Exists(path.into()),
            _ => unreachable_file(path, &error),
        })
    });
    remove(&draft);
    placed
}

/// Writes a case with its first event into a draft; errors name the file that it is to become.
async fn write_first(draft: &Path, path: &Path, first: &Recorded) -> Result<(), CaseworkError> {
    let place = Place::from(path);
    let made = |error| store_error(&place, "made", error);
    make_private(draft).map_err(|error| unreachable_file(path, &error))?;
    let pool = connect(draft).await.map_err(made)?;
    let mut transaction = pool.begin_with(BEGIN).await.map_err(made)?;
    schema::take_steps(&place, &mut transaction).await.map_err(made)?;
    tables::insert_first(&mut transaction, &place, first).await?;
    transaction.commit().await.map_err(made)?;
    pool.close().await;
    Ok(())
}

/// Opens a file that holds a case.
pub(crate) async fn open(path: &Path) -> Result<AnyPool, CaseworkError> {
    if !path.exists() {
        return Err(CaseworkError::Missing(path.into()));
    }
    begins_as_a_case(path)?;
    connect(path).await.map_err(|error| store_error(&path.into(), "opened", error))
}

/// SQLite takes the write lock at once, so that two writers cannot both read and then collide.
pub(crate) const BEGIN: &str = "BEGIN IMMEDIATE";

/// Refuses what is no database before the store touches it: an empty file would be made into one.
fn begins_as_a_case(path: &Path) -> Result<(), CaseworkError> {
    const MAGIC: &[u8; 16] = b"SQLite format 3\0";
    let mut begins = [0; MAGIC.len()];
    match std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut begins)) {
        Ok(()) if begins == *MAGIC => Ok(()),
        Ok(()) => Err(CaseworkError::NotACase { place: path.into(), why: "it does not begin as one".to_owned() }),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(CaseworkError::NotACase { place: path.into(), why: "it is empty or cut off".to_owned() })
        }
        Err(error) => Err(CaseworkError::NotACase { place: path.into(), why: error.to_string() }),
    }
}

/// How long one waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// What holds for each connection.
const SETTINGS: [&str; 3] = ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA cache_size = -65536"];

/// One connection, kept for as long as the case is open.
pub(crate) async fn connect(path: &Path) -> Result<AnyPool, sqlx::Error> {
    sqlx::any::install_default_drivers();
    // The address is taken apart as a URL, which folds `..` its own way: it gets the real path.
    let real = std::fs::canonicalize(path)?;
    let url = format!("sqlite://{}?mode=rw", percent_encoded(&real));
    let once = AnyPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).acquire_timeout(PATIENCE);
    let begun = AtomicBool::new(false);
    let once = once
        // On a full disk SQLite takes a transaction back by itself, and the connection goes on believing that it is in one: another takes its place.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
        .after_connect(move |connection, _| {
            let another = begun.swap(true, Ordering::Relaxed);
            Box::pin(async move {
                for pragma in SETTINGS.iter().filter(|_| another) {
                    sqlx::query(*pragma).execute(&mut *connection).await?;
                }
                Ok(())
            })
        });
    let pool = once.connect(&url).await?;
    // WAL with full synchronisation: a committed decision survives a crash at any instant. Set here and not by the pool,
    // which would take a full disk or a damaged file for a reason to try again.
    for pragma in SETTINGS {
        if let Err(error) = sqlx::query(pragma).execute(&pool).await {
            pool.close().await;
            return Err(error);
        }
    }
    Ok(pool)
}

fn percent_encoded(path: &Path) -> String {
    use std::fmt::Write as _;
    path.as_os_str().as_encoded_bytes().iter().fold(String::new(), |mut text, &byte| {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

pub(crate) fn draft_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    // Named after the process, so that two programs that open the same case do not write one draft.
    name.push(format!(".{}.draft", std::process::id()));
    path.with_file_name(name)
}

/// Makes an empty file that only its owner may read: a case names every signer.
pub(crate) fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Makes a new name in a folder survive a power cut.
pub(crate) fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder)?.sync_all()
}

fn unreachable_file(path: &Path, error: &std::io::Error) -> CaseworkError {
    CaseworkError::Unreachable { place: path.into(), why: error.to_string() }
}

/// Removes a case with what the store keeps beside it.
pub(crate) fn destroy(path: &Path) -> Result<(), String> {
    // What stands beside it is empty or nothing once the case is in one file; should this be cut off, the case is still there.
    for ending in ["-wal", "-shm", "-journal", ""] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        match std::fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(format!("{}: {error}", path.display()));
            }
            _ => {}
        }
    }
    sync_folder(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Removes a draft and what the store keeps beside it; what is not there needs no removing.
pub(crate) fn remove(draft: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = draft.as_os_str().to_owned();
        name.push(ending);
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
}
