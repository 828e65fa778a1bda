//! The case file: events in one transaction with the tables that follow from them, and the fold in memory beside it.

use std::path::{Path, PathBuf};

use domain::{Case, Event, LineRef, Recorded, Settlement, settle};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::{
    Any, AnyPool, Row, Transaction,
    any::{AnyPoolOptions, AnyRow},
};

use crate::{CaseworkError, tables};

/// Who does something, and when it is recorded. The clock is the caller's.
#[derive(Debug, Clone)]
pub struct Act {
    /// The account of the person at the desk.
    pub actor: String,
    /// The instant to record.
    pub at: Timestamp,
}

/// A case on disk, with its state in memory. The only writer of the file.
pub struct CaseFile {
    pool: AnyPool,
    path: PathBuf,
    case: Case,
    settlement: Settlement,
    digest: EventsDigest,
}

/// SHA-256 over a case's events in order: for each event its number, time in microseconds, actor, kind, public and
/// private part, each as bytes behind its length (8 bytes, little-endian); an absent private part has length 2^64 - 1.
#[derive(Clone)]
pub(crate) struct EventsDigest(Sha256);

impl EventsDigest {
    fn new() -> Self {
        Self(Sha256::new_with_prefix(b"countersign-events/v1\0"))
    }

    fn add(&mut self, stored: &Stored) {
        self.field(stored.seq.to_string().as_bytes());
        self.field(stored.at.to_string().as_bytes());
        self.field(stored.actor.as_bytes());
        self.field(stored.kind.as_bytes());
        self.field(stored.public.as_bytes());
        match &stored.private {
            Some(private) => self.field(private.as_bytes()),
            None => self.0.update(u64::MAX.to_le_bytes()),
        }
    }

    fn field(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    pub(crate) fn hex(&self) -> String {
        hex(&self.0.clone().finalize())
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// An event as it stands in the table.
pub(crate) struct Stored {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) kind: String,
    pub(crate) public: String,
    pub(crate) private: Option<String>,
}

impl Stored {
    fn new(recorded: &Recorded) -> Result<Self, serde_json::Error> {
        let (public, private) = recorded.event.to_parts()?;
        Ok(Self {
            seq: i64::try_from(recorded.seq).unwrap_or(i64::MAX),
            at: recorded.at.as_microsecond(),
            actor: recorded.actor.clone(),
            kind: recorded.event.kind().to_owned(),
            public,
            private,
        })
    }

    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            seq: row.try_get(0)?,
            at: row.try_get(1)?,
            actor: row.try_get(2)?,
            kind: row.try_get(3)?,
            public: row.try_get(4)?,
            private: row.try_get(5)?,
        })
    }

    fn read(&self) -> Result<Recorded, String> {
        let event =
            Event::from_parts(&self.kind, &self.public, self.private.as_deref()).map_err(|why| why.to_string())?;
        let at = Timestamp::from_microsecond(self.at).map_err(|why| why.to_string())?;
        let seq = u64::try_from(self.seq).map_err(|why| why.to_string())?;
        Ok(Recorded { seq, at, actor: self.actor.clone(), event })
    }
}

/// A case folded up to some event, with the digest of the events it rests on.
pub(crate) struct Folded {
    pub(crate) case: Case,
    pub(crate) digest: EventsDigest,
}

impl CaseFile {
    /// Opens a new case in a file that does not exist yet. The file appears only when it holds the whole opening.
    pub async fn create(path: &Path, opening: Event, act: &Act) -> Result<Self, CaseworkError> {
        if path.exists() {
            return Err(CaseworkError::Exists(path.to_owned()));
        }
        let first = Recorded { seq: 1, at: act.at, actor: act.actor.clone(), event: opening };
        Case::open(&first)?;
        let draft = draft_of(path);
        remove(&draft);
        let written = Self::write_first(&draft, &first).await;
        // A link fails where a file has appeared meanwhile, which a rename would overwrite.
        let placed = written.and_then(|()| {
            std::fs::hard_link(&draft, path).map_err(|error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => CaseworkError::Exists(path.to_owned()),
                _ => CaseworkError::Full { path: path.to_owned(), why: error.to_string() },
            })
        });
        remove(&draft);
        placed?;
        Self::open(path).await
    }

    async fn write_first(draft: &Path, first: &Recorded) -> Result<(), CaseworkError> {
        let pool = connect(draft, true).await?;
        sqlx::migrate!("migrations/sqlite")
            .run(&pool)
            .await
            .map_err(|error| store_error(draft, "made", sqlx::Error::Migrate(Box::new(error))))?;
        let stored = Stored::new(first).map_err(|error| unreadable(draft, 1, &error.to_string()))?;
        let mut transaction = begin(&pool, draft).await?;
        tables::insert_events(&mut transaction, &[stored]).await.map_err(|error| store_error(draft, "made", error))?;
        transaction.commit().await.map_err(|error| store_error(draft, "made", error))?;
        pool.close().await;
        Ok(())
    }

    /// Opens a case that exists, and folds its events.
    pub async fn open(path: &Path) -> Result<Self, CaseworkError> {
        if !path.exists() {
            return Err(CaseworkError::Missing(path.to_owned()));
        }
        let pool = connect(path, false).await?;
        let folded = fold(&pool, path, None).await?;
        let settlement = settle(&folded.case);
        Ok(Self { pool, path: path.to_owned(), case: folded.case, settlement, digest: folded.digest })
    }

    /// Where the case stands.
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// What its lines come to.
    pub fn settlement(&self) -> &Settlement {
        &self.settlement
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// SHA-256 over all events, 64 hexadecimal digits.
    pub fn events_digest(&self) -> String {
        self.digest.hex()
    }

    /// Closes the file, so that nothing but the one file remains.
    pub async fn close(self) {
        self.pool.close().await;
    }

    pub(crate) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    pub(crate) fn failed(&self, act: &'static str, error: sqlx::Error) -> CaseworkError {
        store_error(&self.path, act, error)
    }

    /// The case as it was after event `seq`.
    pub(crate) async fn folded_at(&self, seq: u64) -> Result<Folded, CaseworkError> {
        fold(&self.pool, &self.path, Some(seq)).await
    }

    /// Takes events in: all of them, in one transaction with the tables, or none. When this returns, they are on disk.
    pub async fn append(&mut self, events: Vec<Event>, act: &Act) -> Result<(), CaseworkError> {
        let done = self.append_all(events, act).await;
        if done.is_err() {
            // The fold in memory may have taken in the first of the refused events.
            let folded = fold(&self.pool, &self.path, None).await?;
            self.settlement = settle(&folded.case);
            self.case = folded.case;
            self.digest = folded.digest;
        }
        done
    }

    async fn append_all(&mut self, events: Vec<Event>, act: &Act) -> Result<(), CaseworkError> {
        if events.is_empty() {
            return Ok(());
        }
        let mut recorded = Vec::with_capacity(events.len());
        for event in events {
            let next = Recorded { seq: self.case.seq + 1, at: act.at, actor: act.actor.clone(), event };
            self.case.apply(&next)?;
            recorded.push(next);
        }
        let settlement = settle(&self.case);
        let touched = touched(&recorded, &self.settlement, &settlement);
        let mut digest = self.digest.clone();
        let mut transaction = begin(&self.pool, &self.path).await?;
        for chunk in recorded.chunks(tables::CHUNK) {
            let stored: Vec<_> = chunk
                .iter()
                .map(|event| Stored::new(event).map_err(|error| unreadable(&self.path, event.seq, &error.to_string())))
                .collect::<Result<_, _>>()?;
            stored.iter().for_each(|event| digest.add(event));
            let inserted = tables::insert_events(&mut transaction, &stored).await;
            inserted.map_err(|error| store_error(&self.path, "written", error))?;
        }
        let written = tables::follow(&mut transaction, &self.case, &settlement, &recorded, &touched).await;
        written.map_err(|error| store_error(&self.path, "written", error))?;
        transaction.commit().await.map_err(|error| store_error(&self.path, "written", error))?;
        self.settlement = settlement;
        self.digest = digest;
        Ok(())
    }
}

/// Lines whose row changes: those that an event speaks of, and those that come to something else.
fn touched(recorded: &[Recorded], before: &Settlement, after: &Settlement) -> Vec<LineRef> {
    let mut lines: Vec<LineRef> = recorded
        .iter()
        .filter_map(|recorded| match &recorded.event {
            Event::LineJudged(judged, _) => Some(judged.line),
            Event::LineReopened(reopened, _) => Some(reopened.line),
            _ => None,
        })
        .collect();
    let mut old = before.lines.iter().peekable();
    for settled in &after.lines {
        while old.peek().is_some_and(|earlier| earlier.line < settled.line) {
            old.next();
        }
        if old.peek().is_none_or(|earlier| *earlier != settled) {
            lines.push(settled.line);
        }
    }
    lines.sort_unstable();
    lines.dedup();
    lines
}

async fn fold(pool: &AnyPool, path: &Path, until: Option<u64>) -> Result<Folded, CaseworkError> {
    const PAGE: i64 = 4096;
    let last = until.map_or(i64::MAX, |seq| i64::try_from(seq).unwrap_or(i64::MAX));
    let mut digest = EventsDigest::new();
    let mut case: Option<Case> = None;
    let mut after = 0;
    loop {
        let rows = sqlx::query(
            "SELECT seq, at, actor, kind, public, private FROM event WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3",
        )
        .bind(after)
        .bind(last)
        .bind(PAGE)
        .fetch_all(pool)
        .await
        .map_err(|error| store_error(path, "read", error))?;
        let Some(end) = rows.last() else { break };
        after = end.try_get(0).map_err(|error| store_error(path, "read", error))?;
        for row in &rows {
            let stored = Stored::from_row(row).map_err(|error| store_error(path, "read", error))?;
            let seq = u64::try_from(stored.seq).unwrap_or_default();
            let recorded = stored.read().map_err(|why| unreadable(path, seq, &why))?;
            digest.add(&stored);
            match &mut case {
                None => case = Some(Case::open(&recorded)?),
                Some(case) => case.apply(&recorded)?,
            }
        }
    }
    let case =
        case.ok_or_else(|| CaseworkError::NotACase { path: path.to_owned(), why: "it holds no events".to_owned() })?;
    Ok(Folded { case, digest })
}

/// The events of a case in order, for readers that need what the fold leaves out.
pub(crate) async fn read_events(
    pool: &AnyPool,
    path: &Path,
    kind: &str,
    after: u64,
    most: usize,
) -> Result<Vec<Recorded>, CaseworkError> {
    let rows = sqlx::query(
        "SELECT seq, at, actor, kind, public, private FROM event WHERE seq > $1 AND (kind = $2 OR $2 = '') ORDER BY seq LIMIT $3",
    )
    .bind(i64::try_from(after).unwrap_or(i64::MAX))
    .bind(kind)
    .bind(i64::try_from(most).unwrap_or(i64::MAX))
    .fetch_all(pool)
    .await
    .map_err(|error| store_error(path, "read", error))?;
    rows.iter()
        .map(|row| {
            let stored = Stored::from_row(row).map_err(|error| store_error(path, "read", error))?;
            stored.read().map_err(|why| unreadable(path, u64::try_from(stored.seq).unwrap_or_default(), &why))
        })
        .collect()
}

async fn begin(pool: &AnyPool, path: &Path) -> Result<Transaction<'static, Any>, CaseworkError> {
    // SQLite takes the write lock at once, so that two writers cannot both read and then collide.
    pool.begin_with("BEGIN IMMEDIATE").await.map_err(|error| store_error(path, "written", error))
}

async fn connect(path: &Path, create: bool) -> Result<AnyPool, CaseworkError> {
    sqlx::any::install_default_drivers();
    let mode = if create { "rwc" } else { "rw" };
    let url = format!("sqlite://{}?mode={mode}", percent_encoded(path));
    AnyPoolOptions::new()
        .max_connections(1)
        .after_connect(|connection, _| {
            Box::pin(async move {
                // WAL with full synchronisation: a committed decision survives a crash at any instant.
                for pragma in ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA cache_size = -65536"] {
                    sqlx::query(pragma).execute(&mut *connection).await?;
                }
                Ok(())
            })
        })
        .connect(&url)
        .await
        .map_err(|error| store_error(path, "opened", error))
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

fn draft_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".draft");
    path.with_file_name(name)
}

/// Removes a draft and what the store keeps beside it; what is not there needs no removing.
fn remove(draft: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = draft.as_os_str().to_owned();
        name.push(ending);
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
}

fn unreadable(path: &Path, seq: u64, why: &str) -> CaseworkError {
    CaseworkError::Event { path: path.to_owned(), seq, why: why.to_owned() }
}

/// Tells what an official can do something about from what is ours. The numbers are SQLite's primary result codes.
fn store_error(path: &Path, act: &'static str, error: sqlx::Error) -> CaseworkError {
    let path = path.to_owned();
    let Some(database) = error.as_database_error() else {
        return CaseworkError::Store { path, act, source: Box::new(error) };
    };
    let code = database.code().and_then(|code| code.parse::<u32>().ok()).unwrap_or_default() & 0xff;
    let why = database.message().to_owned();
    match code {
        5 | 6 => CaseworkError::Busy(path),
        8 | 10 | 13 | 14 => CaseworkError::Full { path, why },
        11 | 26 => CaseworkError::NotACase { path, why },
        1 if why.contains("no such table") => CaseworkError::NotACase { path, why },
        19 => CaseworkError::Changed(path),
        _ => CaseworkError::Store { path, act, source: Box::new(error) },
    }
}
