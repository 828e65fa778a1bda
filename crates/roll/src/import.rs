//! Import of a voter file: rows are cut, made into voters on all cores, put in order, and sealed in one file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use hashbrown::DefaultHashBuilder;
use rayon::prelude::*;
use serde::Serialize;

use crate::batch::{Parsed, Reading};
use crate::builder::RollBuilder;
use crate::columns::Columns;
use crate::error::{ImportError, RefusedBecause, WarnedBecause};
use crate::format::MAGIC;
use crate::layout::{Encoding, Layout};
use crate::record::StatusCounts;
use crate::source::{Batch, Source};
use crate::writer::Writer;

/// Rows that are read as one.
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
/// machine. `out` is replaced only when all went well, and only where it is a snapshot already: the voter file and every
/// other file stay.
pub fn import(
    source: &Path,
    layout: &Layout,
    options: &ImportOptions,
    out: &Path,
    progress: &dyn Progress,
) -> Result<ImportReport, ImportError> {
    keep_other(source, out)?;
    let encoding = options.encoding.unwrap_or(layout.encoding);
    let mut rows = Source::open(source, layout, encoding, progress)?;
    let columns = match layout.headerless {
        Some(width) => Columns::by_position(layout, width),
        None => read_header(&mut rows, source, layout)?,
    };
    let hasher = DefaultHashBuilder::default();
    let mut roll = RollBuilder::new(Writer::create(out)?, &hasher, options.max_reported);
    let reading = Reading { layout, columns: &columns, encoding, hasher };
    // A few for each thread: one batch takes longer than another, and all wait for the last.
    let at_once = 4 * rayon::current_num_threads();
    // Three things at a time: some rows are cut, the rows before them are parsed, those before them take their places.
    let mut batches = read_batches(&mut rows, at_once)?;
    let mut parsed: Vec<Parsed> = Vec::new();
    while !batches.is_empty() || !parsed.is_empty() {
        let (placed, (next, newly_parsed)) = rayon::join(
            || parsed.into_iter().try_for_each(|batch| roll.add(batch)),
            || {
                rayon::join(
                    || read_batches(&mut rows, at_once),
                    || {
                        batches
                            .par_iter()
                            .with_max_len(1)
                            .map(|batch| reading.parse(batch))
                            .collect::<Result<Vec<_>, _>>()
                    },
                )
            },
        );
        placed?;
        parsed = newly_parsed?;
        batches = next?;
    }
    if roll.is_untouched() {
        return Err(ImportError::NoRows { path: source.to_owned() });
    }
    roll.seal(layout, &columns, rows.sha256(), progress)
}

/// Refuses a place where the voter file stands, by whatever path or link, or anything else that is no snapshot.
fn keep_other(source: &Path, out: &Path) -> Result<(), ImportError> {
    let Ok(found) = std::fs::metadata(out) else { return Ok(()) };
    let is = |place: &Path| std::fs::canonicalize(place).ok();
    if is(source).is_some_and(|source| is(out) == Some(source)) {
        return Err(ImportError::OutIsSource { path: out.to_owned() });
    }
    let mut start = [0; MAGIC.len()];
    let snapshot =
        found.is_file() && File::open(out).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *MAGIC;
    if snapshot { Ok(()) } else { Err(ImportError::OutIsOther { path: out.to_owned() }) }
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
