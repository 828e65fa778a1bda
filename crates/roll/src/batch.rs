//! A batch of rows made into voters: the part of an import that runs on all cores.

use std::borrow::Cow;

use hashbrown::DefaultHashBuilder;
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
    pub(crate) texts: Texts,
    pub(crate) refused: Vec<Refused>,
    pub(crate) warned: Vec<Warned>,
    /// The file's name for the identifier, for refusals of voters who are there twice.
    pub(crate) id_column: String,
}

/// The texts of a batch, a pool for each thing that is text: what belongs together is looked up together.
#[derive(Debug)]
pub(crate) struct Texts {
    /// As in [`Row::name`].
    pub(crate) name: [Pool; 4],
    /// As in [`Row::address`].
    pub(crate) address: [Pool; 4],
    pub(crate) districts: Pool,
}

/// A voter of the batch, and where it came from.
#[derive(Debug)]
pub(crate) struct ParsedVoter {
    pub(crate) row: Row,
    /// The row's place in the batch.
    at: usize,
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

impl Reading<'_> {
    /// Reads all rows of a batch. Rows that cannot be kept are refused with a reason; text that is not UTF-8 stops the
    /// import, because then the encoding is another one for the whole file.
    pub(crate) fn parse(&self, batch: &Batch) -> Result<Parsed, ImportError> {
        let text = std::str::from_utf8(&batch.data).map_err(|_| not_utf8(batch))?;
        let mut parsed = Parsed {
            voters: Vec::with_capacity(batch.rows.len()),
            previous: Vec::new(),
            ids: Vec::with_capacity(batch.rows.len() * 16),
            texts: Texts {
                name: std::array::from_fn(|_| Pool::new(&self.hasher)),
                address: std::array::from_fn(|_| Pool::new(&self.hasher)),
                districts: Pool::new(&self.hasher),
            },
            history: Vec::new(),
            refused: Vec::new(),
            warned: Vec::new(),
            id_column: self.columns.name(Field::VoterId).to_owned(),
        };
        for (at, row) in batch.rows.iter().enumerate() {
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
        self.read_texts(batch, text, &mut parsed).map_err(|_| ImportError::TooLarge { what: "bytes of text" })?;
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
        if voter_id.is_empty() {
            return Err(Stop::Refuse(Some(Field::VoterId), RefusedBecause::NoVoterId));
        }
        if value(Field::Last).is_empty() && value(Field::First).is_empty() {
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

        let row_of_voter = Row {
            id_at: U32::new(u32::try_from(parsed.ids.len()).unwrap_or(u32::MAX)),
            id_len,
            status: status.code(),
            signatures_len: U16::new(signatures_len),
            birth_date: U32::new(self.date(&value(Field::BirthDate), Field::BirthDate, row, &mut parsed.warned)),
            registered_on: U32::new(self.day(
                &value(Field::RegisteredOn),
                Field::RegisteredOn,
                row,
                &mut parsed.warned,
            )),
            canceled_on: U32::new(self.day(&value(Field::CanceledOn), Field::CanceledOn, row, &mut parsed.warned)),
            previous: U32::new(self.previous(batch, text, at, parsed)),
            history: U32::new(self.history(&value(Field::StatusHistory), row, parsed)),
            ..Row::default()
        };
        parsed.ids.extend_from_slice(voter_id.as_bytes());
        parsed.ids.extend_from_slice(signatures.as_bytes());
        parsed.voters.push(ParsedVoter { row: row_of_voter, at, number: row.number, line: row.line });
        Ok(())
    }

    /// Begins a previous address if the row has one; its texts follow.
    fn previous(&self, batch: &Batch, text: &str, at: usize, parsed: &mut Parsed) -> u32 {
        let has = |field: &Field| {
            !self.columns.is_blank(batch, at, *field) && !self.columns.value(batch, text, at, *field).is_empty()
        };
        if !Field::PREVIOUS.iter().any(has) && !has(&Field::PreviousLine) {
            return 0;
        }
        let until = self.columns.value(batch, text, at, Field::PreviousUntil);
        let moved_on = U32::new(self.day(&until, Field::PreviousUntil, batch.rows[at], &mut parsed.warned));
        parsed.previous.push(Previous { moved_on, ..Previous::default() });
        u32::try_from(parsed.previous.len()).unwrap_or(u32::MAX)
    }

    /// Takes in earlier statuses: `2010-05-01 active; 2019-03-04 inactive`, in the layout's dates and codes or in our own
    /// words. What cannot be read is left out with a warning.
    fn history(&self, text: &str, row: RowAt, parsed: &mut Parsed) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let read = |entry: &str| {
            let (since, code) = entry.trim().split_once(char::is_whitespace)?;
            let own = Status::ALL.into_iter().find(|status| status.name() == code.trim().to_ascii_lowercase());
            let status = own.or_else(|| self.status(code.trim()).ok())?;
            let since =
                date::parse(since, &self.layout.dates).or_else(|| date::parse(since, &[date::DateFormat::Iso]))?;
            Some(HistoryEntry { since: U32::new(date::pack(Some(since))), status: U32::new(status.code().into()) })
        };
        let entries: Option<Vec<HistoryEntry>> =
            text.split(';').filter(|entry| !entry.trim().is_empty()).map(read).collect();
        let Some(entries) = entries else {
            let column = self.columns.name(Field::StatusHistory).to_owned();
            parsed.warned.push(warned(row, column, WarnedBecause::NotAHistory));
            return 0;
        };
        parsed
            .history
            .push(HistoryEntry { since: U32::new(u32::try_from(entries.len()).unwrap_or(0)), status: U32::ZERO });
        let at = u32::try_from(parsed.history.len()).unwrap_or(u32::MAX);
        parsed.history.extend(entries);
        at
    }

    /// Reads the texts of the voters that are kept, one column after the other.
    fn read_texts(&self, batch: &Batch, text: &str, parsed: &mut Parsed) -> Result<(), PoolFull> {
        let Parsed { voters, previous, texts, .. } = parsed;
        let value = |voter: &ParsedVoter, field: Field| self.columns.value(batch, text, voter.at, field);
        for (at, field) in [Field::First, Field::Middle, Field::Last, Field::Suffix].into_iter().enumerate() {
            if self.columns.has(field) {
                let pool = &mut texts.name[at];
                for voter in voters.iter_mut() {
                    voter.row.name[at] = U32::new(pool.number(&value(voter, field))?);
                }
            }
        }
        let kinds = self.columns.districts().len();
        if kinds > 0 || self.columns.has(Field::Jurisdiction) {
            for voter in voters.iter_mut() {
                let jurisdiction = value(voter, Field::Jurisdiction);
                let districts = (0..kinds).map(|kind| self.columns.district(batch, text, voter.at, kind));
                let all: Vec<Cow<'_, str>> = std::iter::once(jurisdiction).chain(districts).collect();
                let all: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
                voter.row.districts = U32::new(texts.districts.number_of_parts(&all)?);
            }
        }
        let mut present: Vec<(usize, &mut [U32; 4])> =
            voters.iter_mut().map(|voter| (voter.at, &mut voter.row.address)).collect();
        self.read_addresses(batch, text, Field::ADDRESS, Field::AddressLine, &mut texts.address, &mut present)?;
        let mut previous = previous.iter_mut();
        let moved = voters.iter().filter(|voter| voter.row.previous != U32::ZERO);
        let mut moved: Vec<(usize, &mut [U32; 4])> =
            moved.filter_map(|voter| Some((voter.at, &mut previous.next()?.address))).collect();
        self.read_addresses(batch, text, Field::PREVIOUS, Field::PreviousLine, &mut texts.address, &mut moved)
    }

    /// Reads addresses into their four numbers: house number, street, unit, locality.
    fn read_addresses(
        &self,
        batch: &Batch,
        text: &str,
        fields: [Field; 8],
        line: Field,
        pools: &mut [Pool; 4],
        rows: &mut [(usize, &mut [U32; 4])],
    ) -> Result<(), PoolFull> {
        let value = |row: usize, field: Field| self.columns.value(batch, text, row, field);
        let [house_number, pre, street, street_type, post, unit, city, zip] = fields;
        let [number_pool, street_pool, unit_pool, locality_pool] = pools;
        if self.columns.has(line) {
            for (row, address) in rows.iter_mut() {
                let parts = fields.map(|field| value(*row, field));
                let (line, mut unit) = (value(*row, line), String::new());
                let whole = whole_address(&parts, &line, &mut unit);
                address[0] = U32::new(number_pool.number(whole.house_number)?);
                let street = [whole.street_pre, whole.street, whole.street_type, whole.street_post];
                address[1] = U32::new(street_pool.number_of_parts(&street)?);
                address[2] = U32::new(unit_pool.number(whole.unit)?);
            }
        } else {
            for (row, address) in rows.iter_mut() {
                address[0] = U32::new(number_pool.number(&value(*row, house_number))?);
            }
            for (row, address) in rows.iter_mut() {
                let parts = [pre, street, street_type, post].map(|field| value(*row, field));
                address[1] = U32::new(street_pool.number_of_parts(&parts.each_ref().map(AsRef::as_ref))?);
            }
            for (row, address) in rows.iter_mut() {
                address[2] = U32::new(unit_pool.number(&value(*row, unit))?);
            }
        }
        for (row, address) in rows.iter_mut() {
            let parts = [zip, city].map(|field| value(*row, field));
            address[3] = U32::new(locality_pool.number_of_parts(&parts.each_ref().map(AsRef::as_ref))?);
        }
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

    /// A date, packed; 0 for none, with a warning if something else is written.
    fn date(&self, text: &str, field: Field, row: RowAt, warned_rows: &mut Vec<Warned>) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let date = date::parse(text, &self.layout.dates);
        if date.is_none() {
            warned_rows.push(warned(row, self.columns.name(field).to_owned(), WarnedBecause::NotADate));
        }
        date::pack(date)
    }

    /// The same where only a whole date serves.
    fn day(&self, text: &str, field: Field, row: RowAt, warned_rows: &mut Vec<Warned>) -> u32 {
        let packed = self.date(text, field, row, warned_rows);
        if packed > 0 && date::unpack(packed).and_then(PartialDate::date).is_none() {
            warned_rows.push(warned(row, self.columns.name(field).to_owned(), WarnedBecause::IncompleteDate));
            return 0;
        }
        packed
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

fn warned(row: RowAt, column: String, because: WarnedBecause) -> Warned {
    Warned { row: row.number, line: row.line, column, because }
}

/// Finds the first row that is not UTF-8.
fn not_utf8(batch: &Batch) -> ImportError {
    let at = (0..batch.rows.len()).find(|at| std::str::from_utf8(batch.bytes(*at)).is_err()).unwrap_or(0);
    let (row, line) = batch.rows.get(at).map_or((0, 1), |row| (row.number, row.line));
    ImportError::NotUtf8 { row, line }
}
