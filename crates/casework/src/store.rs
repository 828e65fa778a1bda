//! The case file: events in one transaction with the tables that follow from them, and the fold in memory beside it.

use std::{
    collections::BTreeMap,
    io::Read,
    path::{Path, PathBuf},
};

use domain::{Case, CaseError, Event, LineRef, Recorded, SectionNo, Settlement, StoredLine, settle};
use jiff::Timestamp;
use sqlx::{Any, AnyPool, Row, Transaction, any::AnyPoolOptions, migrate::MigrateError};

use crate::{
    CaseworkError,
    stored::{Log, Stored},
    tables,
};

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
    log: Log,
    /// In which event each section was received.
    received_in: BTreeMap<SectionNo, u64>,
    /// Whether memory may be ahead of the file, so that nothing may be written any more.
    stale: bool,
}

/// A case folded up to some event, with the digest of the events it rests on.
pub(crate) struct Folded {
    pub(crate) case: Case,
    pub(crate) log: Log,
    received_in: BTreeMap<SectionNo, u64>,
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
        let written = Self::write_first(&draft, path, &first).await;
        // A link fails where a file has appeared meanwhile, which a rename would overwrite.
        let placed = written.and_then(|()| {
            std::fs::hard_link(&draft, path).and_then(|()| sync_folder(path)).map_err(|error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => CaseworkError::Exists(path.to_owned()),
                _ => unreachable_file(path, &error),
            })
        });
        remove(&draft);
        placed?;
        Self::open(path).await
    }

    /// Writes a case with its first event into a draft; errors name the file that it is to become.
    async fn write_first(draft: &Path, path: &Path, first: &Recorded) -> Result<(), CaseworkError> {
        let made = |error| store_error(path, "made", error);
        make_private(draft).map_err(|error| unreachable_file(path, &error))?;
        let pool = connect(draft).await.map_err(made)?;
        sqlx::migrate!("migrations/sqlite").run(&pool).await.map_err(|error| made(within(error)))?;
        let no_secret = "its secret is not 64 hexadecimal digits";
        let log = Log::begun_by(&first.event).ok_or_else(|| unreadable(path, 1, no_secret))?;
        let (stored, _) = Stored::new(first, &log.secret).map_err(|why| unreadable(path, 1, &why))?;
        let mut transaction = begin(&pool, path).await?;
        tables::insert_events(&mut transaction, &[stored]).await.map_err(made)?;
        transaction.commit().await.map_err(made)?;
        pool.close().await;
        Ok(())
    }

    /// Opens a case that exists, and folds its events.
    pub async fn open(path: &Path) -> Result<Self, CaseworkError> {
        if !path.exists() {
            return Err(CaseworkError::Missing(path.to_owned()));
        }
        begins_as_a_case(path)?;
        let pool = connect(path).await.map_err(|error| store_error(path, "opened", error))?;
        let folded = match fold(&pool, path, None).await {
            Ok(folded) => folded,
            Err(error) => {
                // Closed in good order, so that nothing but the one file remains.
                pool.close().await;
                return Err(error);
            }
        };
        let settlement = settle(&folded.case);
        let Folded { case, log, received_in } = folded;
        Ok(Self { pool, path: path.to_owned(), case, settlement, log, received_in, stale: false })
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

    /// Root of the tree over all events, 64 hexadecimal digits.
    pub fn events_digest(&self) -> String {
        self.log.root()
    }

    pub(crate) fn log(&self) -> &Log {
        &self.log
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
            self.stale = true;
            if let Ok(folded) = fold(&self.pool, &self.path, None).await {
                self.settlement = settle(&folded.case);
                self.case = folded.case;
                self.log = folded.log;
                self.received_in = folded.received_in;
                self.stale = false;
            }
        }
        done
    }

    /// What stands on a section's lines that count, from the event with which it was received.
    pub(crate) async fn texts(&self, section: SectionNo) -> Result<Vec<(LineRef, StoredLine)>, CaseworkError> {
        let seq = self.received_in.get(&section).ok_or(CaseError::NoSection(section))?;
        let events = read_events(&self.pool, &self.path, seq - 1, 1).await?;
        match events.into_iter().next().map(|recorded| recorded.event) {
            Some(Event::SectionReceived(public, private)) if public.section == section => {
                let lines = public.lines.into_iter().map(|(line, _)| LineRef { section, line });
                Ok(lines.zip(private.texts).filter(|&(line, _)| self.case.line(line).is_some()).collect())
            }
            _ => Err(unreadable(&self.path, *seq, "it is not the receipt of the section")),
        }
    }

    async fn append_all(&mut self, events: Vec<Event>, act: &Act) -> Result<(), CaseworkError> {
        if self.stale {
            return Err(CaseworkError::Changed(self.path.clone()));
        }
        if events.is_empty() {
            return Ok(());
        }
        let mut recorded = Vec::with_capacity(events.len());
        // A clock that was set back stops nobody's work, and the log stays in order.
        let at = act.at.max(self.case.at);
        for event in events {
            let next = Recorded { seq: self.case.seq + 1, at, actor: act.actor.clone(), event };
            self.case.apply(&next)?;
            recorded.push(next);
        }
        let settlement = settle(&self.case);
        let touched = touched(&recorded, &self.settlement, &settlement);
        let mut log = self.log.clone();
        let mut transaction = begin(&self.pool, &self.path).await?;
        for chunk in recorded.chunks(tables::CHUNK) {
            let mut stored = Vec::with_capacity(chunk.len());
            for event in chunk {
                let (kept, leaf) =
                    Stored::new(event, &log.secret).map_err(|why| unreadable(&self.path, event.seq, &why))?;
                log.tree.push_hash(leaf);
                stored.push(kept);
            }
            let inserted = tables::insert_events(&mut transaction, &stored).await;
            inserted.map_err(|error| store_error(&self.path, "written", error))?;
        }
        let written = tables::follow(&mut transaction, &self.case, &settlement, &recorded, &touched).await;
        written.map_err(|error| store_error(&self.path, "written", error))?;
        transaction.commit().await.map_err(|error| store_error(&self.path, "written", error))?;
        self.settlement = settlement;
        self.log = log;
        self.received_in.extend(recorded.iter().filter_map(received));
        Ok(())
    }
}

/// The section that an event receives, with the event's number.
fn received(recorded: &Recorded) -> Option<(SectionNo, u64)> {
    match &recorded.event {
        Event::SectionReceived(public, _) => Some((public.section, recorded.seq)),
        _ => None,
    }
}

/// Lines whose row changes: those that an event speaks of, and those that come to something else.
fn touched(recorded: &[Recorded], before: &Settlement, after: &Settlement) -> Vec<LineRef> {
    let mut lines: Vec<LineRef> = recorded
        .iter()
        .filter_map(|recorded| match &recorded.event {
            Event::LineJudged(judged, _) => Some(vec![judged.line]),
            Event::LineReopened(reopened, _) => Some(vec![reopened.line]),
            Event::LinesStruck(moved, _) | Event::LinesReinstated(moved, _) => Some(moved.lines.clone()),
            _ => None,
        })
        .flatten()
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
    let mut folded: Option<(Case, Log)> = None;
    let mut received_in = BTreeMap::new();
    let mut after = 0;
    loop {
        let rows = sqlx::query(
            "SELECT seq, at, actor, kind, public, private, leaf FROM event WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3",
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
            received_in.extend(received(&recorded));
            let (_, log) = match &mut folded {
                None => {
                    let case = Case::open(&recorded)?;
                    let log = Log::begun_by(&recorded.event);
                    folded.insert((case, log.ok_or_else(|| unreadable(path, seq, "its secret is missing"))?))
                }
                Some(folded) => {
                    folded.0.apply(&recorded)?;
                    folded
                }
            };
            let altered = || CaseworkError::Altered { path: path.to_owned(), seq };
            log.tree.push_hash(stored.checked_hash(&recorded, &log.secret).ok_or_else(altered)?);
        }
    }
    let (case, log) = folded
        .ok_or_else(|| CaseworkError::NotACase { path: path.to_owned(), why: "it holds no events".to_owned() })?;
    Ok(Folded { case, log, received_in })
}

/// The events of a case in order, for readers that need what the fold leaves out.
pub(crate) async fn read_events(
    pool: &AnyPool,
    path: &Path,
    after: u64,
    most: usize,
) -> Result<Vec<Recorded>, CaseworkError> {
    let rows = sqlx::query(
        "SELECT seq, at, actor, kind, public, private, leaf FROM event WHERE seq > $1 ORDER BY seq LIMIT $2",
    )
    .bind(i64::try_from(after).unwrap_or(i64::MAX))
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

/// Refuses what is no database before the store touches it: an empty file would be made into one.
fn begins_as_a_case(path: &Path) -> Result<(), CaseworkError> {
    const MAGIC: &[u8; 16] = b"SQLite format 3\0";
    let mut begins = [0; MAGIC.len()];
    match std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut begins)) {
        Ok(()) if begins == *MAGIC => Ok(()),
        Ok(()) => Err(CaseworkError::NotACase { path: path.to_owned(), why: "it does not begin as one".to_owned() }),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(CaseworkError::NotACase { path: path.to_owned(), why: "it is empty or cut off".to_owned() })
        }
        Err(error) => Err(CaseworkError::NotACase { path: path.to_owned(), why: error.to_string() }),
    }
}

/// One connection, kept for as long as the case is open.
async fn connect(path: &Path) -> Result<AnyPool, sqlx::Error> {
    sqlx::any::install_default_drivers();
    // The address is taken apart as a URL, which folds `..` its own way: it gets the real path.
    let real = std::fs::canonicalize(path)?;
    let url = format!("sqlite://{}?mode=rw", percent_encoded(&real));
    let once = AnyPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
    let pool = once.connect(&url).await?;
    // WAL with full synchronisation: a committed decision survives a crash at any instant. Set here and not by the pool,
    // which would take a full disk or a damaged file for a reason to try again.
    for pragma in ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA cache_size = -65536"] {
        if let Err(error) = sqlx::query(pragma).execute(&pool).await {
            pool.close().await;
            return Err(error);
        }
    }
    Ok(pool)
}

/// What the store said while the tables were made.
fn within(error: MigrateError) -> sqlx::Error {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error,
        error => sqlx::Error::Migrate(Box::new(error)),
    }
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
    // Named after the process, so that two programs that open the same case do not write one draft.
    name.push(format!(".{}.draft", std::process::id()));
    path.with_file_name(name)
}

/// Makes an empty file that only its owner may read: a case names every signer.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Makes a new name in a folder survive a power cut.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder)?.sync_all()
}

fn unreachable_file(path: &Path, error: &std::io::Error) -> CaseworkError {
    CaseworkError::Unreachable { path: path.to_owned(), why: error.to_string() }
}

/// Removes a draft and what the store keeps beside it; what is not there needs no removing.
fn remove(draft: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = draft.as_os_str().to_owned();
        name.push(ending);
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
}

pub(crate) fn unreadable(path: &Path, seq: u64, why: &str) -> CaseworkError {
    CaseworkError::Event { path: path.to_owned(), seq, why: why.to_owned() }
}

/// Tells what an official can do something about from what is ours. The numbers are SQLite's primary result codes.
fn store_error(path: &Path, act: &'static str, error: sqlx::Error) -> CaseworkError {
    let path = path.to_owned();
    if let sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } = error {
        // A value of another type or in no encoding: this program never wrote it.
        return CaseworkError::NotACase { path, why: error.to_string() };
    }
    let Some(database) = error.as_database_error() else {
        return CaseworkError::Store { path, act, source: Box::new(error) };
    };
    let code = database.code().and_then(|code| code.parse::<u32>().ok()).unwrap_or_default() & 0xff;
    let why = database.message().to_owned();
    match code {
        5 | 6 => CaseworkError::Busy(path),
        8 | 10 | 13 => CaseworkError::Full { path, why },
        14 => CaseworkError::Unreachable { path, why },
        11 | 26 => CaseworkError::NotACase { path, why },
        1 if why.contains("no such table") => CaseworkError::NotACase { path, why },
        19 => CaseworkError::Changed(path),
        _ => CaseworkError::Store { path, act, source: Box::new(error) },
    }
}
