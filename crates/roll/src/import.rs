//! Import of a voter file: rows are cut, made into voters on all cores, put in order, and sealed in one file.

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::path::Path;

use hashbrown::{DefaultHashBuilder, HashTable};
use rayon::prelude::*;
use serde::Serialize;
use zerocopy::IntoBytes;
use zerocopy::byteorder::little_endian::U32;

use crate::batch::{Parsed, Reading};
use crate::columns::Columns;
use crate::error::{ImportError, RefusedBecause, WarnedBecause};
use crate::format::{Content, Previous, Row};
use crate::key_index::KeyIndexBuilder;
use crate::layout::{Encoding, Layout};
use crate::pool::Pool;
use crate::record::{Status, StatusCounts};
use crate::source::{Batch, Source};
use crate::writer::Writer;

const BATCH_ROWS: usize = 1 << 14;

/// What the caller may choose.
#[derive(Debug, Clone, Copy)]
pub struct ImportOptions {
    /// The file's encoding; `None` for what the layout says.
    pub encoding: Option<Encoding>,
    /// How many refused rows and how many warnings the report lists one by one. All are counted.
    pub max_reported: usize,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self { encoding: None, max_reported: 100 }
    }
}

/// Who watches an import and may stop it.
pub trait Progress: Sync {
    /// So many bytes of the voter file are read, `of` all.
    fn advance(&self, bytes: u64, of: u64);
    /// Whether to stop. Asked often; once it says so, the import leaves nothing behind.
    fn cancelled(&self) -> bool;
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn advance(&self, _bytes: u64, _of: u64) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// A row that was not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Data row, from 1; a header is not counted.
    pub row: u64,
    /// Line of the file where the row begins, from 1.
    pub line: u64,
    /// The file's name for the column at fault; empty if it is the whole row.
    pub column: String,
    /// Why.
    #[serde(rename = "reason")]
    pub because: RefusedBecause,
}

/// A row that was kept, but deserves a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warned {
    /// Data row, from 1; a header is not counted.
    pub row: u64,
    /// Line of the file where the row begins, from 1.
    pub line: u64,
    /// The file's name for the column at fault; empty if it is the whole row.
    pub column: String,
    /// Why.
    #[serde(rename = "reason")]
    pub because: WarnedBecause,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Data rows in the file.
    pub rows_read: u64,
    /// Voters in the snapshot.
    pub rows_kept: u64,
    /// Rows not kept.
    pub rows_refused: u64,
    /// The first refused rows, in order of row.
    pub refused: Vec<Refused>,
    /// How many rows were refused for each reason (see [`RefusedBecause::kind`]).
    pub refused_by_reason: BTreeMap<&'static str, u64>,
    /// The first warnings, in order of row.
    pub warnings: Vec<Warned>,
    /// How many warnings there are of each kind (see [`WarnedBecause::kind`]).
    pub warnings_by_reason: BTreeMap<&'static str, u64>,
    /// Voters by status.
    pub by_status: StatusCounts,
    /// The snapshot's digest, 64 hexadecimal digits.
    pub digest: String,
    /// SHA-256 of the voter file, 64 hexadecimal digits.
    pub source_sha256: String,
    /// The layout's name.
    pub layout: String,
}

/// Imports the voter file `source` into the snapshot `out`. The same file and layout give the same digest on any
/// machine. `out` is replaced only when all went well.
pub fn import(
    source: &Path,
    layout: &Layout,
    options: &ImportOptions,
    out: &Path,
    progress: &dyn Progress,
) -> Result<ImportReport, ImportError> {
    let encoding = options.encoding.unwrap_or(layout.encoding);
    let mut rows = Source::open(source, layout, encoding, progress)?;
    let columns = match layout.headerless {
        Some(width) => Columns::by_position(layout, width),
        None => read_header(&mut rows, source, layout)?,
    };
    let reading = Reading { layout, columns: &columns, encoding };
    let mut roll = RollBuilder::new(Writer::create(out)?, options.max_reported)?;
    let at_once = 2 * rayon::current_num_threads();
    // Three things at a time: some rows are cut, the rows before them are parsed, those before them take their places.
    let mut batches = read_batches(&mut rows, at_once)?;
    let mut parsed: Vec<Parsed> = Vec::new();
    while !batches.is_empty() || !parsed.is_empty() {
        let (placed, (next, newly_parsed)) = rayon::join(
            || parsed.into_iter().try_for_each(|batch| roll.add(batch)),
            || {
                rayon::join(
                    || read_batches(&mut rows, at_once),
                    || batches.par_iter().map(|batch| reading.parse(batch)).collect::<Result<Vec<_>, _>>(),
                )
            },
        );
        placed?;
        parsed = newly_parsed?;
        batches = next?;
    }
    if roll.rows_read == 0 {
        return Err(ImportError::NoRows { path: source.to_owned() });
    }
    roll.seal(layout, rows.sha256(), progress)
}

fn read_header(rows: &mut Source<'_>, path: &Path, layout: &Layout) -> Result<Columns, ImportError> {
    let batch = rows.read_batch(1)?;
    let Some(header) = batch.rows.first() else {
        return Err(ImportError::Empty { path: path.to_owned() });
    };
    let text = std::str::from_utf8(&batch.data).map_err(|_| ImportError::NotUtf8 { row: 0, line: header.line })?;
    let names: Vec<&str> = (0..header.fields).map(|position| batch.field(text, 0, position)).collect();
    Columns::by_header(layout, &names)
}

fn read_batches(rows: &mut Source<'_>, most: usize) -> Result<Vec<Batch>, ImportError> {
    let mut batches = Vec::with_capacity(most);
    while batches.len() < most {
        let batch = rows.read_batch(BATCH_ROWS)?;
        if batch.rows.is_empty() {
            break;
        }
        batches.push(batch);
    }
    Ok(batches)
}

/// The roll as it grows: rows go straight to the file; texts, identifiers and keys are held until the end.
struct RollBuilder {
    writer: Writer,
    texts: Pool,
    previous: Vec<Previous>,
    ids: Vec<u8>,
    /// Where each voter's identifier lies in `ids`.
    id_at: Vec<(u32, u8)>,
    /// The data row each voter came from.
    numbers: Vec<u64>,
    by_id: HashTable<u32>,
    hasher: DefaultHashBuilder,
    keys: KeyIndexBuilder,
    by_status: StatusCounts,
    rows_read: u64,
    rows_refused: u64,
    max_reported: usize,
    refused: Vec<Refused>,
    refused_by_reason: BTreeMap<&'static str, u64>,
    warnings: Vec<Warned>,
    warnings_by_reason: BTreeMap<&'static str, u64>,
}

impl RollBuilder {
    fn new(mut writer: Writer, max_reported: usize) -> Result<Self, ImportError> {
        writer.begin("rows")?;
        Ok(Self {
            writer,
            texts: Pool::new(),
            previous: Vec::new(),
            ids: Vec::new(),
            id_at: Vec::new(),
            numbers: Vec::new(),
            by_id: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            keys: KeyIndexBuilder::new(),
            by_status: StatusCounts::default(),
            rows_read: 0,
            rows_refused: 0,
            max_reported,
            refused: Vec::new(),
            refused_by_reason: BTreeMap::new(),
            warnings: Vec::new(),
            warnings_by_reason: BTreeMap::new(),
        })
    }

    /// Takes in the next batch in the order of the file: numbers within the batch become numbers of the whole roll.
    fn add(&mut self, mut batch: Parsed) -> Result<(), ImportError> {
        let full = |_| ImportError::TooLarge { what: "bytes of text" };
        let texts: Vec<u32> =
            batch.texts.texts().map(|text| self.texts.number(text).map_err(full)).collect::<Result<_, _>>()?;
        let text = |number: U32| U32::new(texts.get(number.get() as usize).copied().unwrap_or(0));
        let mut rows: Vec<Row> = Vec::with_capacity(batch.voters.len());
        let mut keys_start = 0;
        self.rows_read += (batch.voters.len() + batch.refused.len()) as u64;
        for voter in &batch.voters {
            let keys = batch.keys.get(keys_start..voter.keys_end).unwrap_or(&[]);
            keys_start = voter.keys_end;
            let mut row = voter.row;
            let id_start = row.id_at.get() as usize;
            let id_end = id_start + usize::from(row.id_len);
            let id = batch.ids.get(id_start..id_end).unwrap_or(&[]);
            let at = u32::try_from(self.id_at.len()).map_err(|_| ImportError::TooLarge { what: "voters" })?;
            if let Some(first) = self.remember(id, at)? {
                batch.refused.push(Refused {
                    row: voter.number,
                    line: voter.line,
                    column: batch.id_column.clone(),
                    because: RefusedBecause::DuplicateVoterId { first_row: first },
                });
                continue;
            }
            self.numbers.push(voter.number);
            let signatures_end = id_end + usize::from(row.signatures_len.get());
            self.ids.extend_from_slice(batch.ids.get(id_end..signatures_end).unwrap_or(&[]));
            row.id_at = U32::new(self.id_at.last().map_or(0, |(at, _)| *at));
            row.name = row.name.map(text);
            row.address = row.address.map(text);
            row.jurisdiction = text(row.jurisdiction);
            if let Some(mut previous) = previous_of(&batch.previous, row.previous) {
                previous.address = previous.address.map(text);
                self.previous.push(previous);
                let number = u32::try_from(self.previous.len());
                row.previous = U32::new(number.map_err(|_| ImportError::TooLarge { what: "previous addresses" })?);
            }
            self.by_status.add(Status::from_code(row.status));
            self.keys.add(keys, at);
            rows.push(row);
        }
        self.writer.write(rows.as_bytes())?;
        self.report(batch.refused, batch.warned);
        Ok(())
    }

    /// Appends an identifier, unless a voter has it already: then the data row of that voter.
    fn remember(&mut self, id: &[u8], at: u32) -> Result<Option<u64>, ImportError> {
        let (ids, id_at, hasher) = (&self.ids, &self.id_at, &self.hasher);
        let id_of = |voter: &u32| {
            let (start, len) = id_at.get(*voter as usize).copied().unwrap_or_default();
            ids.get(start as usize..start as usize + usize::from(len)).unwrap_or(&[])
        };
        let hash = hasher.hash_one(id);
        if let Some(voter) = self.by_id.find(hash, |voter| id_of(voter) == id) {
            return Ok(self.numbers.get(*voter as usize).copied().or(Some(0)));
        }
        self.by_id.insert_unique(hash, at, |voter| hasher.hash_one(id_of(voter)));
        let too_large = |_| ImportError::TooLarge { what: "bytes of voter ids" };
        self.id_at
            .push((u32::try_from(self.ids.len()).map_err(too_large)?, u8::try_from(id.len()).map_err(too_large)?));
        self.ids.extend_from_slice(id);
        Ok(None)
    }

    fn report(&mut self, mut refused: Vec<Refused>, mut warned: Vec<Warned>) {
        refused.sort_by_key(|refused| refused.row);
        warned.sort_by_key(|warned| warned.row);
        self.rows_refused += refused.len() as u64;
        for refused in &refused {
            *self.refused_by_reason.entry(refused.because.kind()).or_default() += 1;
        }
        for warned in &warned {
            *self.warnings_by_reason.entry(warned.because.kind()).or_default() += 1;
        }
        self.refused.extend(refused.into_iter().take(self.max_reported.saturating_sub(self.refused.len())));
        self.warnings.extend(warned.into_iter().take(self.max_reported.saturating_sub(self.warnings.len())));
    }

    /// Writes all that was held, the index and the header.
    fn seal(
        mut self,
        layout: &Layout,
        source_sha256: String,
        progress: &dyn Progress,
    ) -> Result<ImportReport, ImportError> {
        let rows_kept = self.by_status.total();
        if rows_kept == 0 {
            return Err(self.nothing_kept());
        }
        let stop = || if progress.cancelled() { Err(ImportError::Cancelled) } else { Ok(()) };
        let writer = &mut self.writer;
        let rows = writer.end();
        let previous = writer.section("previous", self.previous.as_bytes())?;
        let ids = writer.section("ids", &self.ids)?;
        let text_ends = writer.section("text_ends", self.texts.ends().as_bytes())?;
        let text = writer.section("text", self.texts.bytes())?;
        drop((self.texts, self.previous, self.numbers, self.by_id));
        stop()?;
        let id_order = id_order(&self.ids, &self.id_at);
        let id_order = writer.section("id_order", id_order.as_bytes())?;
        drop((self.ids, self.id_at));
        stop()?;
        let index = self.keys.write(writer, vec![id_order])?;
        stop()?;
        let content = Content {
            layout: layout.name.clone(),
            layout_sha256: layout.sha256.clone(),
            source_sha256: source_sha256.clone(),
            rows_read: self.rows_read,
            rows_refused: self.rows_refused,
            by_status: self.by_status,
            sections: vec![rows, previous, ids, text_ends, text],
        };
        let digest = self.writer.seal(&content, &index)?;
        Ok(ImportReport {
            rows_read: self.rows_read,
            rows_kept,
            rows_refused: self.rows_refused,
            refused: self.refused,
            refused_by_reason: self.refused_by_reason,
            warnings: self.warnings,
            warnings_by_reason: self.warnings_by_reason,
            by_status: self.by_status,
            digest,
            source_sha256,
            layout: layout.name.clone(),
        })
    }

    fn nothing_kept(self) -> ImportError {
        let rows = self.rows_read;
        match self.refused.into_iter().next() {
            Some(first) => ImportError::NothingKept { rows, row: first.row, line: first.line, reason: first.because },
            None => ImportError::NothingKept { rows, row: 1, line: 1, reason: RefusedBecause::NoVoterId },
        }
    }
}

fn previous_of(previous: &[Previous], number: U32) -> Option<Previous> {
    previous.get(usize::try_from(number.get().checked_sub(1)?).ok()?).copied()
}

/// All rows in the order of their identifiers.
fn id_order(ids: &[u8], id_at: &[(u32, u8)]) -> Vec<u32> {
    let id_of = |row: u32| {
        let (start, len) = id_at.get(row as usize).copied().unwrap_or_default();
        ids.get(start as usize..start as usize + usize::from(len)).unwrap_or(&[])
    };
    // The first eight bytes decide nearly always, and are at hand.
    let mut order: Vec<([u8; 8], u32)> = (0..)
        .take(id_at.len())
        .map(|row| {
            let id = id_of(row);
            let mut prefix = [0; 8];
            let len = id.len().min(8);
            prefix[..len].copy_from_slice(&id[..len]);
            (prefix, row)
        })
        .collect();
    order.par_sort_unstable_by(|one, other| one.0.cmp(&other.0).then_with(|| id_of(one.1).cmp(id_of(other.1))));
    order.into_iter().map(|(_, row)| row).collect()
}
