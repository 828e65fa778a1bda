//! A batch of rows made into voters: the part of an import that runs on all cores.

use std::borrow::Cow;

use hashbrown::DefaultHashBuilder;
use jiff::civil::Date;
use zerocopy::byteorder::little_endian::{U16, U32};

use crate::columns::Columns;
use crate::date;
use crate::error::{ImportError, RefusedBecause, WarnedBecause};
use crate::format::{HistoryEntry, Previous, Row};
use crate::import::{Refused, Warned};
use crate::layout::{Encoding, Field, Layout};
use crate::pool::{Pool, PoolFull};
use crate::record::{Address, PartialDate, Status};
use crate::source::{Batch, RowAt};
use crate::split::split;

/// Voters of one batch. Texts, identifiers and previous addresses are numbered within the batch.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) voters: Vec<ParsedVoter>,
    pub(crate) previous: Vec<Previous>,
    pub(crate) history: Vec<HistoryEntry>,
    pub(crate) ids: Vec<u8>,
    pub(crate) texts: Pool,
    pub(crate) refused: Vec<Refused>,
    pub(crate) warned: Vec<Warned>,
    /// The file's name for the identifier, for refusals of voters who are there twice.
    pub(crate) id_column: String,
}

/// A voter of the batch, and where it came from.
#[derive(Debug)]
pub(crate) struct ParsedVoter {
    pub(crate) row: Row,
    pub(crate) number: u64,
    pub(crate) line: u64,
}

/// How rows are read.
pub(crate) struct Reading<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) columns: &'a Columns,
    pub(crate) encoding: Encoding,
    /// Shared by the pools of all batches.
    pub(crate) hasher: DefaultHashBuilder,
}

enum Stop {
    Refuse(Option<Field>, RefusedBecause),
    Import(ImportError),
}

impl From<PoolFull> for Stop {
    fn from(PoolFull: PoolFull) -> Self {
        Stop::Import(ImportError::TooLarge { what: "bytes of text" })
    }
}

impl Reading<'_> {
    /// Reads all rows of a batch. Rows that cannot be kept are refused with a reason; text that is not UTF-8 stops the
    /// import, because then the encoding is another one for the whole file.
    pub(crate) fn parse(&self, batch: &Batch) -> Result<Parsed, ImportError> {
        let text = std::str::from_utf8(&batch.data).map_err(|_| not_utf8(batch))?;
        let mut parsed = Parsed {
            voters: Vec::with_capacity(batch.rows.len()),
            previous: Vec::new(),
            ids: Vec::with_capacity(batch.rows.len() * 16),
            texts: Pool::new(&self.hasher),
            history: Vec::new(),
            refused: Vec::new(),
            warned: Vec::new(),
            id_column: self.columns.name(Field::VoterId).to_owned(),
        };
        for (at, row) in batch.rows.iter().enumerate() {
            if !batch.fields_are_text(text, at) {
                return Err(ImportError::NotUtf8 { row: row.number, line: row.line });
            }
            match self.voter(batch, text, at, &mut parsed) {
                Ok(()) => {}
                Err(Stop::Import(error)) => return Err(error),
                Err(Stop::Refuse(field, because)) => parsed.refused.push(Refused {
                    row: row.number,
                    line: row.line,
                    column: field.map_or("", |field| self.columns.name(field)).to_owned(),
                    because,
                }),
            }
        }
        Ok(parsed)
    }

    fn voter(&self, batch: &Batch, text: &str, at: usize, parsed: &mut Parsed) -> Result<(), Stop> {
        let row = batch.rows[at];
        if let Some(because) = batch.fault(at) {
            return Err(Stop::Refuse(None, because.clone()));
        }
        let bytes = batch.bytes(at);
        let several_lines = bytes.contains(&b'\n');
        if row.fields != self.columns.width {
            if several_lines {
                return Err(Stop::Import(ImportError::UnclosedQuote { line: row.line, limit: bytes.len() }));
            }
            let because = RefusedBecause::FieldCount { expected: self.columns.width, found: row.fields };
            return Err(Stop::Refuse(None, because));
        }
        if self.encoding == Encoding::Utf16 && bytes.windows(3).any(|three| three == "\u{fffd}".as_bytes()) {
            return Err(Stop::Refuse(None, RefusedBecause::Undecodable));
        }
        let value = |field| self.columns.value(batch, text, at, field);
        if several_lines {
            if let Some(field) = Field::ALL.iter().find(|field| value(**field).contains('\n')) {
                return Err(Stop::Refuse(Some(*field), RefusedBecause::LineBreak));
            }
            parsed.warned.push(warned(row, String::new(), WarnedBecause::SeveralLines));
        }

        let voter_id = value(Field::VoterId);
        let signatures = value(Field::Signatures);
        let [first, middle, last, suffix] = [Field::First, Field::Middle, Field::Last, Field::Suffix].map(value);
        if voter_id.is_empty() {
            return Err(Stop::Refuse(Some(Field::VoterId), RefusedBecause::NoVoterId));
        }
        if first.is_empty() && last.is_empty() {
            return Err(Stop::Refuse(Some(Field::Last), RefusedBecause::NoName));
        }
        let status =
            self.status(&value(Field::Status)).map_err(|because| Stop::Refuse(Some(Field::Status), because))?;
        let Ok(id_len) = u8::try_from(voter_id.len()) else {
            return Err(Stop::Refuse(Some(Field::VoterId), RefusedBecause::FieldTooLong));
        };
        let Ok(signatures_len) = u16::try_from(signatures.len()) else {
            return Err(Stop::Refuse(Some(Field::Signatures), RefusedBecause::FieldTooLong));
        };

        let mut date_of = |field: Field| self.date(&value(field), field, row, &mut parsed.warned);
        let birth_date = date_of(Field::BirthDate);
        let [registered_on, canceled_on, moved_on] = [Field::RegisteredOn, Field::CanceledOn, Field::PreviousUntil]
            .map(|field| date_of(field).map(|date| date.date().ok_or(field)))
            .map(|date| match date {
                Some(Err(field)) => {
                    let column = self.columns.name(field).to_owned();
                    parsed.warned.push(warned(row, column, WarnedBecause::IncompleteDate));
                    None
                }
                Some(Ok(date)) => Some(date),
                None => None,
            });

        let line = value(Field::AddressLine);
        let parts = Field::ADDRESS.map(value);
        let mut unit = String::new();
        let address = whole_address(&parts, &line, &mut unit);
        let previous_line = value(Field::PreviousLine);
        let previous_parts = Field::PREVIOUS.map(value);
        let mut previous_unit = String::new();
        let previous = whole_address(&previous_parts, &previous_line, &mut previous_unit);
        let jurisdiction = value(Field::Jurisdiction);

        let texts = &mut parsed.texts;
        let row_of_voter = Row {
            id_at: U32::new(u32::try_from(parsed.ids.len()).unwrap_or(u32::MAX)),
            id_len,
            status: status.code(),
            signatures_len: U16::new(signatures_len),
            name: numbers(texts, [&first, &middle, &last, &suffix])?,
            address: address_numbers(texts, &address)?,
            birth_date: U32::new(date::pack(birth_date)),
            registered_on: U32::new(pack_day(registered_on)),
            canceled_on: U32::new(pack_day(canceled_on)),
            previous: U32::new(if previous.is_empty() {
                0
            } else {
                let address = address_numbers(texts, &previous)?;
                parsed.previous.push(Previous { address, moved_on: U32::new(pack_day(moved_on)) });
                u32::try_from(parsed.previous.len()).unwrap_or(u32::MAX)
            }),
            history: U32::ZERO,
            districts: U32::new(texts.number_of_parts(&[&jurisdiction])?),
        };
        parsed.ids.extend_from_slice(voter_id.as_bytes());
        parsed.ids.extend_from_slice(signatures.as_bytes());
        parsed.voters.push(ParsedVoter { row: row_of_voter, number: row.number, line: row.line });
        Ok(())
    }

    fn status(&self, code: &str) -> Result<Status, RefusedBecause> {
        if !self.columns.has(Field::Status)
            && let Some(status) = self.layout.default_status
        {
            return Ok(status);
        }
        // Files write a code the same way in nearly every row, so the exact look-up comes first.
        let statuses = &self.layout.statuses;
        statuses.get(code).or_else(|| statuses.get(&code.to_ascii_uppercase())).copied().ok_or_else(|| {
            RefusedBecause::UnknownStatus {
                code: match code.chars().count() {
                    0 => "(empty)".to_owned(),
                    1..=4 => format!("\"{code}\""),
                    letters => format!("of {letters} letters"),
                },
            }
        })
    }

    fn date(&self, text: &str, field: Field, row: RowAt, warned_rows: &mut Vec<Warned>) -> Option<PartialDate> {
        if text.is_empty() {
            return None;
        }
        let date = date::parse(text, &self.layout.dates);
        if date.is_none() {
            warned_rows.push(warned(row, self.columns.name(field).to_owned(), WarnedBecause::NotADate));
        }
        date
    }
}

/// The address of a row: the parts as they are, or the one line split, with a unit column after the line's own unit.
fn whole_address<'a>(parts: &'a [Cow<'_, str>; 8], line: &'a str, unit: &'a mut String) -> Address<'a> {
    let mut address = Address::from_parts(std::array::from_fn(|at| parts[at].as_ref()));
    if line.is_empty() {
        return address;
    }
    let split = split(line);
    address.house_number = split.house_number;
    address.street = split.street;
    if address.unit.is_empty() {
        address.unit = split.unit;
    } else if !split.unit.is_empty() {
        *unit = format!("{} {}", split.unit, address.unit);
        address.unit = unit;
    }
    address
}

fn numbers<const N: usize>(texts: &mut Pool, parts: [&str; N]) -> Result<[U32; N], PoolFull> {
    let mut numbers = [U32::ZERO; N];
    for (number, part) in numbers.iter_mut().zip(parts) {
        *number = U32::new(texts.number(part)?);
    }
    Ok(numbers)
}

/// House number, street, unit and locality as texts.
fn address_numbers(texts: &mut Pool, address: &Address<'_>) -> Result<[U32; 4], PoolFull> {
    Ok([
        texts.number(address.house_number)?,
        texts.number_of_parts(&[address.street_pre, address.street, address.street_type, address.street_post])?,
        texts.number(address.unit)?,
        texts.number_of_parts(&[address.zip, address.city])?,
    ]
    .map(U32::new))
}

fn pack_day(day: Option<Date>) -> u32 {
    date::pack(day.map(PartialDate::Day))
}

fn warned(row: RowAt, column: String, because: WarnedBecause) -> Warned {
    Warned { row: row.number, line: row.line, column, because }
}

/// Finds the first row that is not UTF-8.
fn not_utf8(batch: &Batch) -> ImportError {
    let at = (0..batch.rows.len()).find(|at| std::str::from_utf8(batch.bytes(*at)).is_err()).unwrap_or(0);
    let (row, line) = batch.rows.get(at).map_or((0, 1), |row| (row.number, row.line));
    ImportError::NotUtf8 { row, line }
}
