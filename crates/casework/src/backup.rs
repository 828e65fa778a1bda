//! Backups of files that are kept by SQLite, made while others write them, and their way back. A copy is held against its original before it appears.

use std::{
    fs::File,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sqlx::{AnyConnection, AnyPool, Row as _};

use crate::{CaseworkError, Place, fault::store_error, fold::Folded, sqlite};

/// What is written beside a backup: what it holds, and how it is known again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What the file holds: `case` or `accounts`.
    pub of: String,
    /// When the backup was asked for.
    pub made_at: Timestamp,
    /// Events in it.
    pub events: u64,
    /// Digest of these events.
    pub events_digest: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
}

/// Why a backup was not made, or not restored. Whatever the error, no file that was there is changed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file stands where one was to be made.
    #[error("{} exists already, and nothing is written over it; choose another name", .0.display())]
    Exists(PathBuf),
    /// The case is not in a file.
    #[error(
        "{0} is on a PostgreSQL server, which has programs of its own for this: back it up with pg_dump and restore it with psql, as docs/guide.md shows"
    )]
    OnServer(Place),
    /// A file cannot be read or written.
    #[error("{}: {source}; nothing was kept. Check that it is there and that there is room, and run the command again", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// What stands beside the backup is no manifest.
    #[error("{} is no manifest of a backup: {why}; the backup itself may be good, but it cannot be told", .path.display())]
    NoManifest {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The backup holds something else.
    #[error("{} holds {of}, and is not the backup of {wanted}", .path.display())]
    OtherContent {
        /// The backup.
        path: PathBuf,
        /// What it holds.
        of: String,
        /// What was to be restored.
        wanted: &'static str,
    },
    /// The backup is not what its manifest says.
    #[error("{} is not what its manifest says: {why}. It was damaged or changed after it was made; nothing was restored, take another backup", .path.display())]
    Damaged {
        /// The backup.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The copy is not what the original is.
    #[error("the copy of {} is not what the file itself is: {why}; it was thrown away. Run the command again; if it says so again, the disk or the file is damaged", .path.display())]
    Differs {
        /// The original.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The file cannot be read as what it is.
    #[error(transparent)]
    Case(#[from] CaseworkError),
}

/// What a file keeps, as far as its backup is held against it.
pub trait Kept {
    /// Its name in the manifest.
    const NAME: &'static str;

    /// What does not go into a backup, as statements that are run on the copy.
    const FORGOTTEN: &'static [&'static str];

    /// Reads a copy to its end. Returns the number of its events and their digest.
    fn prove(copy: &AnyPool, place: &Place) -> impl Future<Output = Result<(u64, String), CaseworkError>> + Send;

    /// The digest of the first events of an original.
    fn digest(
        original: &mut AnyConnection,
        place: &Place,
        events: u64,
    ) -> impl Future<Output = Result<String, CaseworkError>> + Send;
}

/// The file of a case.
struct OneCase;

impl Kept for OneCase {
    const NAME: &'static str = "case";
    const FORGOTTEN: &'static [&'static str] = &[];

    async fn prove(copy: &AnyPool, place: &Place) -> Result<(u64, String), CaseworkError> {
        let mut connection = copy.acquire().await.map_err(|error| store_error(place, "read", error))?;
        // Each event is held against its leaf, and the case is folded from all of them.
        let folded = Folded::read(&mut connection, place, u64::MAX).await?;
        Ok((folded.case.seq, folded.log.root()))
    }

    async fn digest(original: &mut AnyConnection, place: &Place, events: u64) -> Result<String, CaseworkError> {
        let failed = |error| store_error(place, "read", error);
        let select = sqlx::query("SELECT leaf FROM event WHERE seq <= $1 ORDER BY seq");
        let rows = select.bind(i64::try_from(events).unwrap_or(i64::MAX)).fetch_all(original).await.map_err(failed)?;
        let hash = |row: &sqlx::any::AnyRow| {
            let no_hash =
                || CaseworkError::NotACase { place: place.clone(), why: "a leaf of it is no hash".to_owned() };
            ledger::from_hex(&row.try_get::<String, _>(0).map_err(failed)?).ok_or_else(no_hash)
        };
        let hashes = rows.iter().map(hash).collect::<Result<Vec<_>, _>>()?;
        Ok(ledger::hex(&ledger::root_of(&hashes)))
    }
}

/// Makes a backup of a case, while others may write it. The backup is a case itself; its manifest stands beside it.
pub async fn back_up_case(case: &Place, out: &Path, at: Timestamp) -> Result<Manifest, BackupError> {
    match case {
        Place::File(path) => back_up::<OneCase>(path, out, at).await,
        Place::Server(_) => Err(BackupError::OnServer(case.clone())),
    }
}

/// Restores a case from a backup into a file that is not there yet.
pub async fn restore_case(backup: &Path, to: &Place) -> Result<Manifest, BackupError> {
    match to {
        Place::File(path) => restore::<OneCase>(backup, path).await,
        Place::Server(_) => Err(BackupError::OnServer(to.clone())),
    }
}

/// The manifest of a backup: beside it, under its name.
pub fn manifest_of(backup: &Path) -> PathBuf {
    let mut name = backup.file_name().unwrap_or_default().to_owned();
    name.push(".manifest.json");
    backup.with_file_name(name)
}

/// Makes a backup of a file, while others may write it.
pub async fn back_up<K: Kept>(from: &Path, out: &Path, at: Timestamp) -> Result<Manifest, BackupError> {
    let beside = manifest_of(out);
    for path in [out, &beside] {
        if path.exists() {
            return Err(BackupError::Exists(path.to_owned()));
        }
    }
    let draft = sqlite::draft_of(out);
    sqlite::remove(&draft);
    let made = match copy::<K>(from, &draft, out).await {
        Ok((events, events_digest)) => summed(&draft, out).and_then(|(bytes, sha256)| {
            place(&draft, out)?;
            Ok(Manifest { of: K::NAME.to_owned(), made_at: at, events, events_digest, bytes, sha256 })
        }),
        Err(error) => Err(error),
    };
    sqlite::remove(&draft);
    let manifest = made?;
    // Last: a backup whose manifest is missing was not finished.
    write_manifest(&beside, &manifest)?;
    Ok(manifest)
}

/// Copies a file into a draft of its backup and holds the one against the other. Returns the number of events and their digest.
async fn copy<K: Kept>(from: &Path, draft: &Path, out: &Path) -> Result<(u64, String), BackupError> {
    let (source, target) = (Place::from(from), Place::from(out));
    let original = sqlite::open(from).await?;
    let copied = async {
        let mut connection = original.acquire().await.map_err(|error| store_error(&source, "read", error))?;
        sqlite::make_private(draft).map_err(|source| BackupError::File { path: out.to_owned(), source })?;
        // The real path, since a name that begins with `file:` would be taken for an address.
        let real = std::fs::canonicalize(draft).map_err(|source| BackupError::File { path: out.to_owned(), source })?;
        let name = real.to_str().ok_or_else(|| BackupError::File {
            path: out.to_owned(),
            source: std::io::Error::other("its name is not one that the store can take"),
        })?;
        // One transaction that only reads: writers go on meanwhile, and what they write is in the copy as a whole or not at all.
        let vacuum = sqlx::query("VACUUM INTO $1").bind(name.to_owned()).execute(&mut *connection).await;
        vacuum.map_err(|error| store_error(&target, "backed up", error))?;
        let copy = sqlite::open(draft).await?;
        let proved = proved::<K>(&copy, &target).await;
        copy.close().await;
        let (events, digest) = proved?;
        let digest_there = K::digest(&mut connection, &source, events).await?;
        if digest_there != digest {
            let why = format!("its {events} events have the digest {digest}, and in the file they have {digest_there}");
            return Err(BackupError::Differs { path: from.to_owned(), why });
        }
        Ok((events, digest))
    };
    let copied = copied.await;
    original.close().await;
    copied
}

/// Checks a copy page by page and event by event, without what does not belong in it.
async fn proved<K: Kept>(copy: &AnyPool, place: &Place) -> Result<(u64, String), BackupError> {
    let failed = |error| store_error(place, "checked", error);
    let mut connection = copy.acquire().await.map_err(failed)?;
    // What is forgotten leaves no trace in pages that are free.
    sqlx::query("PRAGMA secure_delete = ON").execute(&mut *connection).await.map_err(failed)?;
    for statement in K::FORGOTTEN {
        sqlx::query(*statement).execute(&mut *connection).await.map_err(failed)?;
    }
    let found = sqlx::query("PRAGMA integrity_check").fetch_one(&mut *connection).await.map_err(failed)?;
    let found: String = found.try_get(0).map_err(failed)?;
    if found != "ok" {
        return Err(CaseworkError::NotACase { place: place.clone(), why: found }.into());
    }
    drop(connection);
    Ok(K::prove(copy, place).await?)
}

/// Restores a file from a backup; it appears only when it is found to be what the manifest says.
pub async fn restore<K: Kept>(backup: &Path, to: &Path) -> Result<Manifest, BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let manifest = read_manifest(&manifest_of(backup))?;
    if manifest.of != K::NAME {
        let (path, of) = (backup.to_owned(), manifest.of);
        return Err(BackupError::OtherContent { path, of, wanted: K::NAME });
    }
    let draft = sqlite::draft_of(to);
    sqlite::remove(&draft);
    let restored = match fetch::<K>(backup, &draft, to, &manifest).await {
        Ok(()) => place(&draft, to),
        Err(error) => Err(error),
    };
    sqlite::remove(&draft);
    restored.map(|()| manifest)
}

async fn fetch<K: Kept>(backup: &Path, draft: &Path, to: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let damaged = |why: String| BackupError::Damaged { path: backup.to_owned(), why };
    let written = |source| BackupError::File { path: to.to_owned(), source };
    sqlite::make_private(draft).map_err(written)?;
    let mut from = File::open(backup).map_err(|source| BackupError::File { path: backup.to_owned(), source })?;
    let mut into = File::options().write(true).open(draft).map_err(written)?;
    std::io::copy(&mut from, &mut into).map_err(written)?;
    let (bytes, sha256) = summed(draft, to)?;
    if (bytes, &sha256) != (manifest.bytes, &manifest.sha256) {
        return Err(damaged(format!("it has {bytes} bytes with the SHA-256 {sha256}")));
    }
    let copy = sqlite::open(draft).await?;
    let proved = proved::<K>(&copy, &Place::from(to)).await;
    copy.close().await;
    let (events, digest) = proved?;
    if (events, &digest) != (manifest.events, &manifest.events_digest) {
        return Err(damaged(format!("it has {events} events with the digest {digest}")));
    }
    Ok(())
}

/// Length and SHA-256 of a draft that is written to the end and on disk. Errors name the file that it is to become.
fn summed(draft: &Path, path: &Path) -> Result<(u64, String), BackupError> {
    let sum = || {
        let mut file = File::open(draft)?;
        file.sync_all()?;
        let (mut hash, mut bytes, mut part) = (Sha256::new(), 0, vec![0; 1 << 16]);
        loop {
            match file.read(&mut part)? {
                0 => return Ok((bytes, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())),
                length => {
                    hash.update(&part[..length]);
                    bytes += length as u64;
                }
            }
        }
    };
    sum().map_err(|source| BackupError::File { path: path.to_owned(), source })
}

/// Gives a finished draft its name, which nothing else has.
fn place(draft: &Path, path: &Path) -> Result<(), BackupError> {
    let placed = File::open(draft).and_then(|file| file.sync_all());
    // A link fails where a file has appeared meanwhile, which a rename would overwrite.
    let placed = placed.and_then(|()| std::fs::hard_link(draft, path)).and_then(|()| sqlite::sync_folder(path));
    placed.map_err(|source| match source.kind() {
        std::io::ErrorKind::AlreadyExists => BackupError::Exists(path.to_owned()),
        _ => BackupError::File { path: path.to_owned(), source },
    })
}

fn write_manifest(path: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let draft = sqlite::draft_of(path);
    sqlite::remove(&draft);
    let write = || {
        let mut text = serde_json::to_string_pretty(manifest)?;
        text.push('\n');
        sqlite::make_private(&draft)?;
        File::options().write(true).open(&draft)?.write_all(text.as_bytes())
    };
    let written = write().map_err(|source| BackupError::File { path: path.to_owned(), source });
    let placed = written.and_then(|()| place(&draft, path));
    sqlite::remove(&draft);
    placed
}

fn read_manifest(path: &Path) -> Result<Manifest, BackupError> {
    let text = std::fs::read_to_string(path).map_err(|source| BackupError::File { path: path.to_owned(), source })?;
    serde_json::from_str(&text)
        .map_err(|error| BackupError::NoManifest { path: path.to_owned(), why: error.to_string() })
}
