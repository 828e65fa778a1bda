//! A case in its place: events in one transaction with the tables that follow from them, and the fold in memory beside it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Case, CaseError, Event, LineNo, LineRef, LinesKeyed, PageNo, Recorded, RunningSettlement, SectionNo, SectionVoided,
    Settlement, StoredLine,
};
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};
use sqlx::{Any, AnyConnection, AnyPool, Transaction, pool::PoolConnection};

use crate::{
    CaseworkError, Place, Step,
    fault::{store_error, unreadable},
    fold::{Folded, read_event, read_events},
    postgres, schema, sqlite,
    stored::{Log, Stored},
    tables::{self, Table, Taken, Value},
};

/// Who does something, and when it is recorded. The clock is the caller's.
#[derive(Debug, Clone)]
pub struct Act {
    /// The account of the person at the desk.
    pub actor: String,
    /// The instant to record.
    pub at: Timestamp,
}

/// What is written in the transaction of an append, to tables that do not follow from the events.
pub(crate) enum Also {
    /// A statement.
    Statement {
        sql: &'static str,
        values: Vec<Value>,
        /// Whether nothing at all is kept where it finds no row to change.
        must_change: bool,
    },
    /// A row, in the place of one of the same key. Rows of one table that follow one another are written together.
    Row(&'static Table, Vec<Value>),
}

impl Also {
    /// A statement.
    pub(crate) const fn new(sql: &'static str, values: Vec<Value>) -> Self {
        Self::Statement { sql, values, must_change: false }
    }

    /// A statement without which nothing is kept: somebody else was faster where it finds no row to change.
    pub(crate) const fn or_nothing(sql: &'static str, values: Vec<Value>) -> Self {
        Self::Statement { sql, values, must_change: true }
    }

    /// Writes all of them. Says whether everything is as it must be.
    pub(crate) async fn write(
        all: impl IntoIterator<Item = Self>,
        transaction: &mut Transaction<'static, Any>,
    ) -> Result<bool, sqlx::Error> {
        let mut all = all.into_iter().peekable();
        while let Some(also) = all.next() {
            match also {
                Self::Statement { sql, values, must_change } => {
                    let done = tables::query(sql, values).execute(&mut **transaction).await?;
                    if must_change && done.rows_affected() == 0 {
                        return Ok(false);
                    }
                }
                Self::Row(table, row) => {
                    let mut rows = vec![row];
                    while let Some(Self::Row(_, row)) =
                        all.next_if(|next| matches!(next, Self::Row(of, _) if of.name == table.name))
                    {
                        rows.push(row);
                    }
                    tables::write(transaction, table, Taken::Replaced, Box::new(rows.into_iter())).await?;
                }
            }
        }
        Ok(true)
    }
}

/// A case as it is kept, with its state in memory. Several programs may have the same case open: each writes one after the other, on the events of all.
pub struct CaseFile {
    pool: AnyPool,
    place: Place,
    folded: Folded,
    settlement: RunningSettlement,
    /// Number of the last event of which memory knows that it is kept; memory may be ahead of it after an append that failed.
    kept: u64,
}

impl CaseFile {
    /// Opens a new case in a place where there is none yet. It is there only when it holds the whole opening.
    pub async fn create(place: &Place, opening: Event, act: &Act) -> Result<Self, CaseworkError> {
        let first = Recorded { seq: 1, at: act.at, actor: act.actor.clone(), event: opening };
        Case::open(&first)?;
        match place {
            Place::File(path) => sqlite::create(path, &first).await?,
            Place::Server(server) => postgres::create(server, &first).await?,
        }
        Self::open(place).await
    }

    /// Opens a case that exists, brings its tables up to date where an older version of the program made it, and folds its events.
    pub async fn open(place: &Place) -> Result<Self, CaseworkError> {
        let pool = match place {
            Place::File(path) => sqlite::open(path).await?,
            Place::Server(server) => postgres::open(server).await?,
        };
        let folded = async {
            schema::bring_up_to_date(&pool, place).await?;
            fold(&pool, place, u64::MAX).await
        };
        let folded = match folded.await {
            Ok(folded) => folded,
            Err(error) => {
                // Closed in good order, so that of a file nothing but the file remains.
                pool.close().await;
                return Err(error);
            }
        };
        let (settlement, kept) = (RunningSettlement::of(&folded.case), folded.case.seq);
        Ok(Self { pool, place: place.clone(), folded, settlement, kept })
    }

    /// Where the case stands.
    pub fn case(&self) -> &Case {
        &self.folded.case
    }

    /// What its lines come to.
    pub fn settlement(&self) -> &Settlement {
        self.settlement.settlement()
    }

    /// The case and what its lines come to, copied so that something can be tried on them.
    pub(crate) fn copied(&self) -> (Case, RunningSettlement) {
        (self.case().clone(), self.settlement.clone())
    }

    /// Where it is kept.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Root of the tree over all events, 64 hexadecimal digits.
    pub fn events_digest(&self) -> String {
        self.folded.log.root()
    }

    /// The event with which a section was received.
    pub(crate) fn received_in(&self, section: SectionNo) -> Option<u64> {
        self.folded.received_in.get(&section).copied()
    }

    /// The lines that came without a text and were not keyed since, with their pages, by section.
    pub(crate) fn unkeyed(&self) -> &BTreeMap<SectionNo, BTreeMap<LineNo, PageNo>> {
        &self.folded.unkeyed
    }

    /// What happened to it as a whole, in order.
    pub fn course(&self) -> &[Step] {
        self.folded.course.steps()
    }

    pub(crate) fn log(&self) -> &Log {
        &self.folded.log
    }

    /// Closes the case, so that of a file nothing but the file remains.
    pub async fn close(self) {
        self.pool.close().await;
    }

    pub(crate) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Number of the last event in memory, in the database's type.
    pub(crate) fn last_seq(&self) -> i64 {
        i64::try_from(self.case().seq).unwrap_or(i64::MAX)
    }

    pub(crate) fn failed(&self, act: &'static str, error: sqlx::Error) -> CaseworkError {
        store_error(&self.place, act, error)
    }

    /// The case as it was after event `seq`.
    pub(crate) async fn folded_at(&self, seq: u64) -> Result<Folded, CaseworkError> {
        fold(&self.pool, &self.place, seq).await
    }

    /// What stands on a section's lines that count, from the event with which it was received and those with which lines of it were keyed.
    pub(crate) async fn texts(&self, section: SectionNo) -> Result<Vec<(LineRef, StoredLine)>, CaseworkError> {
        let seq = self.received_in(section).ok_or(CaseError::NoSection(section))?;
        let mut texts: Vec<_> = match read_event(&self.pool, &self.place, seq).await? {
            Some(Event::SectionReceived(public, private)) if public.section == section => {
                let lines = public.lines.into_iter().map(|(line, _)| LineRef { section, line });
                lines.zip(private.texts).filter(|&(line, _)| self.case().line(line).is_some()).collect()
            }
            _ => return Err(unreadable(&self.place, seq, "it is not the receipt of the section")),
        };
        for &seq in self.folded.keyed_in.get(&section).into_iter().flatten() {
            let Some(Event::LinesKeyed(public, private)) = read_event(&self.pool, &self.place, seq).await? else {
                return Err(unreadable(&self.place, seq, "it is not the keying of lines"));
            };
            for (no, keyed) in public.lines.into_iter().zip(private.texts) {
                if let Some((_, text)) = texts.iter_mut().find(|(line, _)| line.line == no) {
                    // Which file has the signature, nobody keys.
                    *text = StoredLine { signature: std::mem::take(&mut text.signature), ..keyed };
                }
            }
        }
        Ok(texts)
    }

    /// What stands on a line; none where the case has no such line.
    pub async fn text_of(&self, line: LineRef) -> Result<Option<StoredLine>, CaseworkError> {
        let texts = self.texts(line.section).await?;
        Ok(texts.into_iter().find(|(at, _)| *at == line).map(|(_, text)| text))
    }

    /// Whether another server has added events since. A file has one server; what other programs add to it is taken in from time to time.
    pub async fn is_behind(&self) -> bool {
        if matches!(self.place, Place::File(_)) {
            return false;
        }
        let last = sqlx::query_scalar::<_, i64>("SELECT COALESCE(MAX(seq), 0) FROM event").fetch_one(&self.pool).await;
        last.is_ok_and(|last| last > self.last_seq())
    }

    /// Takes in the events that other programs have added since, without writing anything. Returns how many there were.
    pub async fn catch_up(&mut self) -> Result<u64, CaseworkError> {
        self.recover().await?;
        let before = self.kept;
        let mut connection = connection(&self.pool, &self.place).await?;
        self.take_in(&mut connection).await?;
        Ok(self.kept - before)
    }

    /// Takes events in: all of them, in one transaction with the tables, or none. When this returns, they are on disk. They are tried on the events of
    /// all programs; [`CaseworkError::Changed`] where others have added some meanwhile and these rest on what their author saw.
    pub async fn append(&mut self, events: Vec<Event>, act: &Act) -> Result<(), CaseworkError> {
        if events.is_empty() { Ok(()) } else { self.append_with(events, act, Vec::new()).await }
    }

    /// Takes events in as [`CaseFile::append`] does, and writes more in the same transaction.
    pub(crate) async fn append_with(
        &mut self,
        events: Vec<Event>,
        act: &Act,
        also: Vec<Also>,
    ) -> Result<(), CaseworkError> {
        let done = self.append_all(events, act, also).await;
        if done.is_err() {
            // What cannot be read anew now is read before the next act.
            let _ = self.recover().await;
        }
        done
    }

    async fn append_all(&mut self, events: Vec<Event>, act: &Act, also: Vec<Also>) -> Result<(), CaseworkError> {
        self.recover().await?;
        let mut transaction = self.begin().await?;
        let before = self.kept;
        self.take_in(&mut transaction).await?;
        if self.kept > before && !events.iter().all(stands_by_itself) {
            return Err(CaseworkError::Changed(self.place.clone()));
        }
        let mut recorded = Vec::with_capacity(events.len());
        // A clock that was set back stops nobody's work, and the log stays in order.
        let at = to_the_microsecond(act.at).max(self.case().at);
        for event in events {
            let next = Recorded { seq: self.case().seq + 1, at, actor: act.actor.clone(), event };
            self.folded.case.apply(&next)?;
            recorded.push(next);
        }
        let changed = self.settlement.follow(&self.folded.case, &recorded);
        let touched = touched(&recorded, changed);
        let mut log = self.log().clone();
        for chunk in recorded.chunks(tables::CHUNK) {
            let mut stored = Vec::with_capacity(chunk.len());
            for event in chunk {
                let (kept, leaf) =
                    Stored::new(event, &log.secret).map_err(|why| unreadable(&self.place, event.seq, &why))?;
                log.tree.push_hash(leaf);
                stored.push(kept);
            }
            let inserted = tables::insert_events(&mut transaction, &stored).await;
            inserted.map_err(|error| self.failed("written", error))?;
        }
        let written = tables::follow(&mut transaction, self.case(), self.settlement(), &recorded, &touched).await;
        written.map_err(|error| self.failed("written", error))?;
        let written = Also::write(also, &mut transaction).await;
        if !written.map_err(|error| self.failed("written", error))? {
            return Err(CaseworkError::Changed(self.place.clone()));
        }
        transaction.commit().await.map_err(|error| self.failed("written", error))?;
        self.folded.log = log;
        for recorded in &recorded {
            self.folded.follow(recorded);
        }
        self.kept = self.case().seq;
        Ok(())
    }

    /// What happened after event `after` to lines that wait, or come to wait, for somebody; none where something happened that moves all of them.
    pub(crate) async fn moved_after(&self, mut after: u64) -> Result<Option<Moved>, CaseworkError> {
        let mut moved = Moved::default();
        let of_section = |section: SectionNo| {
            let lines = self.case().section(section).into_iter().flat_map(domain::Section::lines);
            lines.map(move |line| LineRef { section, line: line.no })
        };
        loop {
            let page = read_events(&self.pool, &self.place, after, self.case().seq).await?;
            let Some(last) = page.last() else { return Ok(Some(moved)) };
            after = last.seq;
            for recorded in page {
                match recorded.event {
                    Event::LineJudged(judged, _) => moved.lines.push(judged.line),
                    Event::LineReopened(reopened, _) => moved.lines.push(reopened.line),
                    Event::SectionVoided(SectionVoided { section, .. }, _)
                    | Event::SectionRestored(section, _)
                    | Event::LinesKeyed(LinesKeyed { section, .. }, _) => moved.lines.extend(of_section(section)),
                    Event::SearchedSection(searched, _) if moved.searched.len() < FEW => {
                        moved.searched.insert(searched.section);
                        moved.lines.extend(of_section(searched.section));
                    }
                    // Whether a voter withdrew is no question for whoever looks at the line.
                    Event::WithdrawalReceived(..) => {}
                    _ => return Ok(None),
                }
            }
        }
    }

    /// What stands in the store and was never written by this program.
    pub(crate) fn damaged(&self, why: &dyn std::fmt::Display) -> CaseworkError {
        CaseworkError::NotACase { place: self.place.clone(), why: why.to_string() }
    }

    /// An instant as the store has it.
    pub(crate) fn instant(&self, microseconds: i64) -> Result<Timestamp, CaseworkError> {
        Timestamp::from_microsecond(microseconds).map_err(|error| self.damaged(&error))
    }

    /// A transaction that writes, while no other program does.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Any>, CaseworkError> {
        let begun = begin(&self.pool, self.place.schema().as_deref()).await;
        begun.map_err(|error| self.failed("written", error))
    }

    /// Folds the events that are kept and not yet in memory.
    pub(crate) async fn take_in(&mut self, from: &mut AnyConnection) -> Result<(), CaseworkError> {
        self.folded.go_on(from, &self.place, u64::MAX, Some(&mut self.settlement)).await?;
        self.kept = self.case().seq;
        Ok(())
    }

    /// Folds the case anew where memory may be ahead of what is kept.
    async fn recover(&mut self) -> Result<(), CaseworkError> {
        if self.case().seq != self.kept {
            self.folded = fold(&self.pool, &self.place, u64::MAX).await?;
            self.settlement = RunningSettlement::of(self.case());
            self.kept = self.case().seq;
        }
        Ok(())
    }
}

/// Lines whose place in the queues may be another one.
#[derive(Default)]
pub(crate) struct Moved {
    pub(crate) lines: Vec<LineRef>,
    /// Sections that were searched: who may have signed their lines is new.
    pub(crate) searched: BTreeSet<SectionNo>,
}

/// How many sections that were searched are followed one by one. With more, everything is read anew.
const FEW: usize = 100;

/// An instant as it is kept: to the microsecond, and no earlier than it was. What stands in memory is then what other programs read, and none of them, with
/// a clock that is behind, adds an event before it.
fn to_the_microsecond(at: Timestamp) -> Timestamp {
    let up = TimestampRound::new().smallest(Unit::Microsecond).mode(RoundMode::Ceil);
    at.round(up).unwrap_or(at)
}

/// Whether the fold alone can judge an event, whatever others have added. The rest follow from the state that their author saw: a certificate, a sealed
/// list, a search of the roll, what stands on lines that were blank, a decision that is taken back.
fn stands_by_itself(event: &Event) -> bool {
    match event {
        Event::SectionReceived(..)
        | Event::RawCounted(_)
        | Event::CountReopened(..)
        | Event::LinesStruck(..)
        | Event::LinesReinstated(..)
        | Event::LineJudged(..)
        | Event::SectionVoided(..)
        | Event::SectionRestored(..) => true,
        Event::CaseOpened(..)
        | Event::RollSealed(_)
        | Event::SearchedSection(..)
        | Event::LinesKeyed(..)
        | Event::LineReopened(..)
        | Event::WithdrawalReceived(..)
        | Event::ManifestSealed(_)
        | Event::SampleDrawn(..)
        | Event::Certified(_)
        | Event::AuditSealed(_)
        | Event::AuditSeeded(..)
        | Event::CaseReopened(_) => false,
    }
}

/// The case after event `until`, or after its last one where it has fewer.
async fn fold(pool: &AnyPool, place: &Place, until: u64) -> Result<Folded, CaseworkError> {
    Folded::read(&mut *connection(pool, place).await?, place, until).await
}

async fn connection(pool: &AnyPool, place: &Place) -> Result<PoolConnection<Any>, CaseworkError> {
    pool.acquire().await.map_err(|error| store_error(place, "read", error))
}

/// Begins a transaction that writes, while no other program does: on a server none that writes this schema, in a file none at all.
pub(crate) async fn begin(pool: &AnyPool, schema: Option<&str>) -> Result<Transaction<'static, Any>, sqlx::Error> {
    let Some(schema) = schema else { return pool.begin_with(sqlite::BEGIN).await };
    let mut transaction = pool.begin_with(postgres::BEGIN).await?;
    postgres::lock(&mut transaction, schema).await?;
    Ok(transaction)
}

/// Lines whose row changes: those that an event speaks of, and those that come to something else.
fn touched(recorded: &[Recorded], changed: Vec<LineRef>) -> Vec<LineRef> {
    let spoken_of = recorded.iter().flat_map(|recorded| match &recorded.event {
        Event::LineJudged(judged, _) => std::slice::from_ref(&judged.line),
        Event::LineReopened(reopened, _) => std::slice::from_ref(&reopened.line),
        Event::LinesStruck(moved, _) | Event::LinesReinstated(moved, _) => &moved.lines,
        _ => &[],
    });
    let mut lines = changed;
    lines.extend(spoken_of);
    lines.sort_unstable();
    lines.dedup();
    lines
}
