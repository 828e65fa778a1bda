//! The roll as it grows: rows go straight to the file; texts, identifiers and previous addresses are held until the
//! end, when voters who are there twice are found, the index is made, and all is sealed.

use std::collections::BTreeMap;

use hashbrown::DefaultHashBuilder;
use rayon::prelude::*;
use zerocopy::byteorder::little_endian::U32;

use crate::batch::{Parsed, Texts};
use crate::columns::Columns;
use crate::error::{ImportError, RefusedBecause};
use crate::format::{Content, Derived, HistoryEntry, Part, Previous, Row};
use crate::import::{ImportReport, Progress, Refused, Warned};
use crate::index;
use crate::layout::Layout;
use crate::pool::Pool;
use crate::record::{Status, StatusCounts};
use crate::writer::{Writer, Written};

/// The roll as it grows.
pub(crate) struct RollBuilder {
    writer: Writer,
    texts: Pool,
    previous: Vec<Previous>,
    history: Vec<HistoryEntry>,
    ids: Vec<u8>,
    /// The data row each voter came from.
    numbers: Vec<u32>,
    /// Where the distance from data rows to lines changes: from this data row on, so many lines further.
    lines: Vec<(u64, u64)>,
    id_column: String,
    rows_read: u64,
    rows_refused: u64,
    max_reported: usize,
    refused: Vec<Refused>,
    refused_by_reason: BTreeMap<&'static str, u64>,
    warnings: Vec<Warned>,
    warnings_by_reason: BTreeMap<&'static str, u64>,
}

impl RollBuilder {
    pub(crate) fn new(writer: Writer, hasher: &DefaultHashBuilder, max_reported: usize) -> Self {
        Self {
            writer,
            texts: Pool::new(hasher),
            previous: Vec::new(),
            history: Vec::new(),
            ids: Vec::new(),
            numbers: Vec::new(),
            lines: Vec::new(),
            id_column: String::new(),
            rows_read: 0,
            rows_refused: 0,
            max_reported,
            refused: Vec::new(),
            refused_by_reason: BTreeMap::new(),
            warnings: Vec::new(),
            warnings_by_reason: BTreeMap::new(),
        }
    }

    /// Whether no row has come yet.
    pub(crate) fn is_untouched(&self) -> bool {
        self.rows_read == 0
    }

    /// Takes in the next batch in the order of the file: numbers within the batch become numbers of the whole roll.
    pub(crate) fn add(&mut self, batch: Parsed) -> Result<(), ImportError> {
        let too_large = |what| move |_| ImportError::TooLarge { what };
        let mut adopt =
            |pool: &Pool| self.texts.adopt(pool).map_err(|_| ImportError::TooLarge { what: "bytes of text" });
        let Texts { name, address, districts } = &batch.texts;
        let names: Vec<Vec<u32>> = name.iter().map(&mut adopt).collect::<Result<_, _>>()?;
        let addresses: Vec<Vec<u32>> = address.iter().map(&mut adopt).collect::<Result<_, _>>()?;
        let districts = adopt(districts)?;
        let ours = |ours: &[u32], number: U32| U32::new(ours.get(number.get() as usize).copied().unwrap_or(0));
        let all = |pools: &[Vec<u32>], numbers: [U32; 4]| std::array::from_fn(|at| ours(&pools[at], numbers[at]));
        let ids = u32::try_from(self.ids.len()).map_err(too_large("bytes of voter ids"))?;
        let previous = u32::try_from(self.previous.len()).map_err(too_large("previous addresses"))?;
        let history = u32::try_from(self.history.len()).map_err(too_large("changes of status"))?;
        let shifted = |number: U32, by: u32, what| match number.get() {
            0 => Ok(U32::ZERO),
            number => number.checked_add(by).map(U32::new).ok_or(ImportError::TooLarge { what }),
        };
        self.rows_read += (batch.voters.len() + batch.refused.len()) as u64;
        let mut rows: Vec<Row> = Vec::with_capacity(batch.voters.len());
        for voter in &batch.voters {
            let row = voter.row;
            rows.push(Row {
                id_at: U32::new(
                    row.id_at.get().checked_add(ids).ok_or(ImportError::TooLarge { what: "bytes of voter ids" })?,
                ),
                name: all(&names, row.name),
                address: all(&addresses, row.address),
                previous: shifted(row.previous, previous, "previous addresses")?,
                history: shifted(row.history, history, "changes of status")?,
                districts: ours(&districts, row.districts),
                ..row
            });
            self.numbers.push(u32::try_from(voter.number).map_err(too_large("voters"))?);
            let distance = voter.line.saturating_sub(voter.number);
            if self.lines.last().is_none_or(|(_, before)| *before != distance) {
                self.lines.push((voter.number, distance));
            }
        }
        self.ids.extend_from_slice(&batch.ids);
        self.previous.extend(
            batch.previous.iter().map(|previous| Previous { address: all(&addresses, previous.address), ..*previous }),
        );
        self.history.extend_from_slice(&batch.history);
        self.writer.write(rows)?;
        self.id_column = batch.id_column;
        self.report(batch.refused, batch.warned);
        Ok(())
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
        self.refused.extend(refused.into_iter().take(self.max_reported));
        self.refused.sort_by_key(|refused| refused.row);
        self.refused.truncate(self.max_reported);
        self.warnings.extend(warned.into_iter().take(self.max_reported.saturating_sub(self.warnings.len())));
    }

    /// Refuses those whose identifier an earlier row has. Gives the rows that are left, and them in the order of their
    /// identifiers.
    fn without_repeated(mut self) -> Result<(Self, Written, Vec<u32>), ImportError> {
        let written = self.writer.written::<Row>(self.numbers.len())?;
        let rows = written.records::<Row>();
        let order = id_order(&self.ids, rows);
        let id = |row: u32| rows.get(row as usize).map_or(&[][..], |row| id_of(&self.ids, row));
        let mut repeated: Vec<(u32, u32)> = order
            .par_chunk_by(|one, next| id(*one) == id(*next))
            .flat_map_iter(|same| same[1..].iter().map(|row| (*row, same[0])))
            .collect();
        if repeated.is_empty() {
            return Ok((self, written, order));
        }
        drop(written);
        repeated.sort_unstable();
        let number = |row: u32| self.numbers.get(row as usize).copied().map_or(0, u64::from);
        let refused = repeated.iter().map(|(row, first)| Refused {
            row: number(*row),
            line: self.line(number(*row)),
            column: self.id_column.clone(),
            because: RefusedBecause::DuplicateVoterId { first_row: number(*first) },
        });
        let refused = refused.collect();
        self.report(refused, Vec::new());
        let is_repeated = |row: u32| repeated.binary_search_by_key(&row, |(row, _)| *row);
        self.writer = self.writer.retain_rows(|row| u32::try_from(row).is_ok_and(|row| is_repeated(row).is_err()))?;
        let moved = |row: u32| row - is_repeated(row).map_or_else(|before| u32::try_from(before).unwrap_or(0), |_| 0);
        let order: Vec<u32> = order.into_iter().filter(|row| is_repeated(*row).is_err()).map(moved).collect();
        let written = self.writer.written::<Row>(order.len())?;
        Ok((self, written, order))
    }

    /// The line on which a data row begins.
    fn line(&self, number: u64) -> u64 {
        let at = self.lines.partition_point(|(from, _)| *from <= number);
        number + at.checked_sub(1).and_then(|at| self.lines.get(at)).map_or(0, |(_, distance)| *distance)
    }

    /// Writes all that was held, the index and the header.
    pub(crate) fn seal(
        self,
        layout: &Layout,
        columns: &Columns,
        source_sha256: String,
        progress: &dyn Progress,
    ) -> Result<ImportReport, ImportError> {
        let stop = || if progress.cancelled() { Err(ImportError::Cancelled) } else { Ok(()) };
        let (mut own, written, id_order) = self.without_repeated()?;
        let rows = written.records::<Row>();
        if rows.is_empty() {
            return Err(own.nothing_kept());
        }
        stop()?;
        let mut by_status = StatusCounts::default();
        for row in rows {
            by_status.add(Status::from_code(row.status));
        }
        own.writer.part(Part::History, own.history)?;
        own.writer.part(Part::Ids, own.ids)?;
        own.writer.part(Part::IdOrder, id_order)?;
        drop(own.numbers);
        let marks = index::build(rows, own.previous, own.texts, &mut own.writer, &stop)?;
        stop()?;
        let content = Content {
            layout: layout.name.clone(),
            layout_sha256: layout.sha256.clone(),
            source_sha256: source_sha256.clone(),
            rows_read: own.rows_read,
            rows_refused: own.rows_refused,
            by_status,
            districts: std::iter::once("jurisdiction".to_owned())
                .chain(columns.districts().iter().map(|(kind, _)| kind.clone()))
                .collect(),
            sections: Vec::new(),
        };
        let derived = Derived { index_version: index::INDEX_VERSION, marks, sections: Vec::new() };
        let digest = own.writer.seal(content, derived)?;
        Ok(ImportReport {
            rows_read: own.rows_read,
            rows_kept: by_status.total(),
            rows_refused: own.rows_refused,
            refused: own.refused,
            refused_by_reason: own.refused_by_reason,
            warnings: own.warnings,
            warnings_by_reason: own.warnings_by_reason,
            by_status,
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

fn id_of<'i>(ids: &'i [u8], row: &Row) -> &'i [u8] {
    let start = row.id_at.get() as usize;
    ids.get(start..start + usize::from(row.id_len)).unwrap_or(&[])
}

/// All rows in the order of their identifiers; of equal ones the earlier row first.
fn id_order(ids: &[u8], rows: &[Row]) -> Vec<u32> {
    let id = |row: u32| rows.get(row as usize).map_or(&[][..], |row| id_of(ids, row));
    // Identifiers often begin alike; what comes then decides nearly always, and is at hand.
    let first = id(0);
    let shared_with = |row: &Row| first.iter().zip(id_of(ids, row)).take_while(|(one, other)| one == other).count();
    let shared = rows.par_iter().map(shared_with).min().unwrap_or(0);
    let mut order: Vec<(u64, u32)> = (0..u32::try_from(rows.len()).unwrap_or(u32::MAX))
        .into_par_iter()
        .zip(rows)
        .map(|(row, stored)| {
            let mut next = [0; 8];
            next.iter_mut().zip(&id_of(ids, stored)[shared..]).for_each(|(to, from)| *to = *from);
            (u64::from_be_bytes(next), row)
        })
        .collect();
    order.par_sort_unstable_by(|one, other| {
        one.0.cmp(&other.0).then_with(|| id(one.1).cmp(id(other.1))).then(one.1.cmp(&other.1))
    });
    order.into_par_iter().map(|(_, row)| row).collect()
}
