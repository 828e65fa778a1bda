//! Parquet: rows out of columns. Only the columns that the layout names are decoded; their values become the text that a
//! CSV file would have: dates as 2022-07-06, points in time (in UTC) as the date if it is midnight and as
//! 2022-07-06T09:30:00 otherwise, whole numbers without a decimal point however they are stored.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{DataType, Int96};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use sha2::Digest;

use super::input::hash_all;
use super::{BATCH_LIMIT, Batch};
use crate::error::ImportError;
use crate::format::hex;
use crate::import::Progress;
use crate::layout::Layout;

/// Rows decoded at a time, column by column.
const ROWS_AT_ONCE: usize = 4096;

/// A Parquet file, being read.
pub(crate) struct Parquet<'p> {
    reader: SerializedFileReader<Bounded>,
    progress: &'p dyn Progress,
    size: u64,
    sha256: String,
    columns: Vec<Column>,
    /// Whether the next row is the header.
    header: bool,
    /// Groups of rows opened, and what is left of the last.
    groups: usize,
    left: usize,
    row: u64,
}

/// A column of the file.
struct Column {
    name: String,
    /// For a column that the layout names.
    kind: Option<Kind>,
    /// Whether a value may be missing, and the level that one has which is not.
    level: i16,
    /// Of the group being read.
    reader: Option<ColumnReader>,
    /// The rows being read.
    texts: Texts,
}

/// The texts of some rows of a column.
#[derive(Default)]
struct Texts {
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// What a column's values are.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Integer,
    Unsigned,
    /// With so many decimal places.
    Decimal(usize),
    /// Days since 1970.
    Date,
    /// So many in a second, since 1970.
    Time(i64),
    Number,
    YesNo,
}

impl<'p> Parquet<'p> {
    /// Opens the file: its table of contents is at its end. It is hashed here, because it is not read in order.
    pub(super) fn open(path: &Path, layout: &Layout, progress: &'p dyn Progress) -> Result<Self, ImportError> {
        let fail = |source| ImportError::Read { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(fail)?;
        let sha256 = hex(&hash_all(&mut file, path, progress)?.finalize());
        let size = file.metadata().map_err(fail)?.len();
        let reader = guarded(|| SerializedFileReader::new(Bounded { file, size }).map_err(|error| damaged(&error)))?;
        let described = reader.metadata().file_metadata().schema_descr().columns().iter().enumerate();
        let columns = described.map(|(at, column)| describe(column, at, layout)).collect::<Result<_, _>>()?;
        let header = layout.headerless.is_none();
        let row = u64::from(!header);
        Ok(Self { reader, progress, size, sha256, columns, header, groups: 0, left: 0, row })
    }

    pub(super) fn sha256(&self) -> String {
        self.sha256.clone()
    }

    /// Up to `most` rows, of which the first is the header; no rows at the end.
    pub(super) fn read_batch(&mut self, most: usize) -> Result<Batch, ImportError> {
        let mut batch = Batch::default();
        if self.header && most > 0 {
            self.header = false;
            batch.begin_row(0, 0);
            for column in &self.columns {
                batch.push_field(column.name.as_bytes());
            }
            self.row = 1;
        }
        while batch.rows.len() < most && batch.data.len() < BATCH_LIMIT {
            if self.left == 0 {
                if self.groups == self.reader.num_row_groups() {
                    break;
                }
                guarded(|| self.open_group())?;
                continue;
            }
            if self.progress.cancelled() {
                return Err(ImportError::Cancelled);
            }
            let rows = self.left.min(most - batch.rows.len()).min(ROWS_AT_ONCE);
            for column in &mut self.columns {
                guarded(|| column.read(rows))?;
            }
            for at in 0..rows {
                batch.begin_row(self.row, self.row);
                for column in &self.columns {
                    batch.push_field(column.texts.get(at));
                }
                self.row += 1;
            }
            self.left -= rows;
        }
        Ok(batch)
    }

    fn open_group(&mut self) -> Result<(), ImportError> {
        let group = self.reader.get_row_group(self.groups).map_err(|error| damaged(&error))?;
        for (at, column) in self.columns.iter_mut().enumerate().filter(|(_, column)| column.kind.is_some()) {
            column.reader = Some(group.get_column_reader(at).map_err(|error| damaged(&error))?);
        }
        self.left = usize::try_from(group.metadata().num_rows())
            .map_err(|_| ImportError::Parquet { what: "a group has fewer than no rows".to_owned() })?;
        self.groups += 1;
        let groups = self.reader.num_row_groups().max(1) as u64;
        self.progress.advance(self.size / groups * self.groups as u64, self.size);
        Ok(())
    }
}

/// The decoders take what a file says of itself for granted, and panic where it is damaged.
fn guarded<T>(work: impl FnOnce() -> Result<T, ImportError>) -> Result<T, ImportError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(ImportError::Parquet { what: "its parts contradict each other".to_owned() }))
}

fn damaged(error: &ParquetError) -> ImportError {
    ImportError::Parquet { what: error.to_string() }
}

fn describe(column: &ColumnDescriptor, at: usize, layout: &Layout) -> Result<Column, ImportError> {
    let name = column.path().string();
    let kind = if layout.knows(&name) || layout.knows_position(at) {
        let what = || format!("its column {name} is neither text nor number nor date, but {}", kind_name(column));
        Some(kind(column).ok_or_else(|| ImportError::Parquet { what: what() })?)
    } else {
        None
    };
    Ok(Column { name, kind, level: column.max_def_level(), reader: None, texts: Texts::default() })
}

fn kind_name(column: &ColumnDescriptor) -> String {
    if column.max_rep_level() > 0 {
        return "a list".to_owned();
    }
    column.logical_type_ref().map_or_else(|| format!("{:?}", column.physical_type()), |logical| format!("{logical:?}"))
}

fn kind(column: &ColumnDescriptor) -> Option<Kind> {
    if column.max_rep_level() > 0 {
        return None;
    }
    let decimal = |scale: i32| usize::try_from(scale).ok().filter(|scale| *scale <= 18).map(Kind::Decimal);
    let unit = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    };
    match column.physical_type() {
        Type::BOOLEAN => Some(Kind::YesNo),
        Type::FLOAT | Type::DOUBLE => Some(Kind::Number),
        Type::INT96 => Some(Kind::Time(1_000_000)),
        Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY => match (column.logical_type_ref(), column.converted_type()) {
            (None | Some(LogicalType::String | LogicalType::Enum | LogicalType::Json), converted) => match converted {
                ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => {
                    Some(Kind::Text)
                }
                _ => None,
            },
            _ => None,
        },
        Type::INT32 | Type::INT64 => match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Timestamp(time)), _) => Some(Kind::Time(unit(&time.unit))),
            (Some(LogicalType::Time(_)), _) | (_, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS) => None,
            (_, ConvertedType::TIMESTAMP_MILLIS) => Some(Kind::Time(1_000)),
            (_, ConvertedType::TIMESTAMP_MICROS) => Some(Kind::Time(1_000_000)),
            (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => Some(Kind::Date),
            (Some(LogicalType::Decimal(number)), _) => decimal(number.scale),
            (_, ConvertedType::DECIMAL) => decimal(column.type_scale()),
            (Some(LogicalType::Integer(number)), _) if !number.is_signed => Some(Kind::Unsigned),
            (_, ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64) => {
                Some(Kind::Unsigned)
            }
            _ => Some(Kind::Integer),
        },
    }
}

impl Column {
    fn read(&mut self, rows: usize) -> Result<(), ImportError> {
        let Self { name, level, texts, .. } = self;
        texts.text.clear();
        texts.ends.clear();
        let (Some(kind), Some(reader)) = (self.kind, &mut self.reader) else { return Ok(()) };
        let done = match reader {
            ColumnReader::BoolColumnReader(reader) => {
                texts.fill(reader, rows, *level, |value, text| whole(text, i64::from(*value), kind))
            }
            ColumnReader::Int32ColumnReader(reader) => texts.fill(reader, rows, *level, |value, text| match kind {
                Kind::Unsigned => whole(text, i64::from(value.cast_unsigned()), Kind::Integer),
                kind => whole(text, i64::from(*value), kind),
            }),
            ColumnReader::Int64ColumnReader(reader) => {
                texts.fill(reader, rows, *level, |value, text| whole(text, *value, kind))
            }
            ColumnReader::Int96ColumnReader(reader) => {
                texts.fill(reader, rows, *level, |value: &Int96, text| whole(text, value.to_micros(), kind))
            }
            ColumnReader::FloatColumnReader(reader) => {
                texts.fill(reader, rows, *level, |value, text| put(text, format_args!("{value}")))
            }
            ColumnReader::DoubleColumnReader(reader) => {
                texts.fill(reader, rows, *level, |value, text| put(text, format_args!("{value}")))
            }
            ColumnReader::ByteArrayColumnReader(reader) => texts.fill(reader, rows, *level, |value, text| {
                text.extend_from_slice(value.data());
                Some(())
            }),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => texts.fill(reader, rows, *level, |value, text| {
                text.extend_from_slice(value.data());
                Some(())
            }),
        };
        match done {
            Ok(Some(())) if texts.ends.len() == rows => Ok(()),
            Ok(Some(())) => {
                Err(ImportError::Parquet { what: format!("its column {name} has fewer values than there are rows") })
            }
            Ok(None) => Err(ImportError::Parquet { what: format!("its column {name} has a date out of the calendar") }),
            Err(error) => Err(damaged(&error)),
        }
    }
}

impl Texts {
    /// Decodes values and writes each as text; a missing one is empty. `None` if one cannot be written.
    fn fill<T: DataType>(
        &mut self,
        reader: &mut ColumnReaderImpl<T>,
        rows: usize,
        level: i16,
        mut write: impl FnMut(&T::T, &mut Vec<u8>) -> Option<()>,
    ) -> ParquetResult<Option<()>> {
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        reader.read_records(rows, (level > 0).then_some(&mut levels), None, &mut values)?;
        let mut values = values.iter();
        let rows = if level > 0 { levels.len() } else { values.len() };
        for at in 0..rows {
            if level == 0 || levels.get(at) == Some(&level) {
                let Some(value) = values.next() else { break };
                if write(value, &mut self.text).is_none() {
                    return Ok(None);
                }
            }
            self.ends.push(self.text.len());
        }
        Ok(Some(()))
    }

    fn get(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(at).and_then(|end| self.text.get(start..*end)).unwrap_or(&[])
    }
}

fn put(text: &mut Vec<u8>, value: std::fmt::Arguments<'_>) -> Option<()> {
    std::io::Write::write_fmt(text, value).ok()
}

/// A whole number as its kind has it.
fn whole(text: &mut Vec<u8>, value: i64, kind: Kind) -> Option<()> {
    match kind {
        Kind::YesNo => put(text, format_args!("{}", value != 0)),
        Kind::Unsigned => put(text, format_args!("{}", value.cast_unsigned())),
        Kind::Date => {
            let days = jiff::Span::new().try_days(value).ok()?;
            put(text, format_args!("{}", Date::constant(1970, 1, 1).checked_add(days).ok()?))
        }
        Kind::Time(unit) => {
            let moment = Timestamp::from_second(value.div_euclid(unit)).ok()?.to_zoned(TimeZone::UTC).datetime();
            if value.rem_euclid(unit) == 0 && moment.time() == jiff::civil::Time::midnight() {
                put(text, format_args!("{}", moment.date()))
            } else {
                put(text, format_args!("{moment}"))
            }
        }
        Kind::Decimal(places) => {
            let unit = 10_u64.pow(u32::try_from(places).ok()?);
            let (sign, size) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
            match size % unit {
                0 => put(text, format_args!("{sign}{}", size / unit)),
                part => put(text, format_args!("{sign}{}.{part:0places$}", size / unit)),
            }
        }
        Kind::Text | Kind::Integer | Kind::Number => put(text, format_args!("{value}")),
    }
}

/// The file, from which no more is asked for than it has: a damaged table of contents may say anything.
struct Bounded {
    file: File,
    size: u64,
}

impl Length for Bounded {
    fn len(&self) -> u64 {
        self.size
    }
}

impl ChunkReader for Bounded {
    type T = BufReader<File>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(BufReader::new(file))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<bytes::Bytes> {
        if self.size.saturating_sub(start) < length as u64 {
            return Err(ParquetError::EOF("it ends before its parts do: it was cut off".to_owned()));
        }
        let mut bytes = Vec::with_capacity(length);
        let read = self.get_read(start)?.take(length as u64).read_to_end(&mut bytes)?;
        if read < length {
            return Err(ParquetError::EOF("it ends before its parts do: it was cut off".to_owned()));
        }
        Ok(bytes.into())
    }
}
