//! A sealed snapshot, opened: voters by row and by identifier, and the index.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use memmap2::Mmap;
use rayon::prelude::*;
use serde::Serialize;
use zerocopy::byteorder::little_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::date;
use crate::error::SnapshotError;
use crate::format::{
    Content, Derived, FORMAT_VERSION, HEADER_LEN, HistoryEntry, MAGIC, PRELUDE_LEN, Part, Previous, Row, Section,
    checksum, sha256_hex,
};
use crate::index::{self, INDEX_VERSION, Index, Order, Table, Vocabulary, WordParts};
use crate::mmap;
use crate::pool::SEPARATOR;
use crate::record::{Address, PartialDate, Status, StatusCounts, VoterRecord};

/// A roll snapshot, mapped into memory. Reading never fails and never panics: in a file that was damaged after its
/// sealing, [`Snapshot::verify`] finds the damage, and until then a voter may read as empty.
#[derive(Debug)]
pub struct Snapshot {
    path: PathBuf,
    map: Mmap,
    content: Content,
    derived: Derived,
    digest: String,
    /// Where each part lies, in the order of [`Part::ALL`].
    parts: Vec<Range<usize>>,
    len: u32,
}

/// What is in a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnapshotInfo {
    /// The digest, 64 hexadecimal digits.
    pub digest: String,
    /// The layout by which the voter file was read.
    pub layout: String,
    /// SHA-256 of that layout's text.
    pub layout_sha256: String,
    /// SHA-256 of the voter file.
    pub source_sha256: String,
    /// Data rows in the voter file.
    pub rows_read: u64,
    /// Voters in the snapshot.
    pub rows_kept: u64,
    /// Rows that were refused.
    pub rows_refused: u64,
    /// Voters by status.
    pub by_status: StatusCounts,
    /// Different names: given, middle, surnames and their halves.
    pub names: u64,
    /// Different streets.
    pub streets: u64,
    /// Kinds of districts that the voter file tells.
    pub districts: Vec<String>,
    /// Size of the snapshot in bytes.
    pub bytes: u64,
}

impl Snapshot {
    /// Opens a snapshot. Checked here: that it is one, its version, the header's checksum, and that the file is
    /// exactly as long as the header says. The voters themselves are checked by [`Snapshot::verify`].
    pub fn open(path: &Path) -> Result<Self, SnapshotError> {
        let read = |source| SnapshotError::Read { path: path.to_owned(), source };
        let damaged = |what: &str| SnapshotError::Damaged { path: path.to_owned(), what: what.to_owned() };
        let file = File::open(path).map_err(read)?;
        let not_ours = || SnapshotError::NotASnapshot { path: path.to_owned() };
        if file.metadata().map_err(read)?.len() < MAGIC.len() as u64 {
            return Err(not_ours());
        }
        let map = mmap::map(&file).map_err(read)?;
        if !map.starts_with(MAGIC) {
            return Err(not_ours());
        }
        if map.len() < HEADER_LEN {
            return Err(damaged("it ends within its header"));
        }
        let number = |at: usize| u32::from_le_bytes([map[at], map[at + 1], map[at + 2], map[at + 3]]);
        let other_version = |what, found, needed| {
            let path = path.to_owned();
            if found == needed { Ok(()) } else { Err(SnapshotError::OtherVersion { path, what, found, needed }) }
        };
        other_version("format", number(16), FORMAT_VERSION)?;
        let content_end = PRELUDE_LEN.saturating_add(number(20) as usize);
        let derived_end = content_end.saturating_add(number(24) as usize);
        let header = || damaged("its header");
        if derived_end > HEADER_LEN {
            return Err(header());
        }
        let (content_text, derived_text) = (&map[PRELUDE_LEN..content_end], &map[content_end..derived_end]);
        if checksum(&map[..32], content_text, derived_text) != map[32..PRELUDE_LEN] {
            return Err(header());
        }
        let content: Content = serde_json::from_slice(content_text).map_err(|_| header())?;
        let derived: Derived = serde_json::from_slice(derived_text).map_err(|_| header())?;
        other_version("an index of version", derived.index_version, INDEX_VERSION)?;
        let end = content
            .sections
            .iter()
            .chain(&derived.sections)
            .map(|section| section.offset.checked_add(section.length))
            .max();
        if end != Some(Some(map.len() as u64)) {
            return Err(damaged("it is not as long as its header says"));
        }
        let range = |part: &Part| {
            let mut sections = content.sections.iter().chain(&derived.sections);
            let section = sections.find(|section| section.name == part.name()).ok_or_else(header)?;
            let start = usize::try_from(section.offset).map_err(|_| header())?;
            let length = usize::try_from(section.length).map_err(|_| header())?;
            let range = start..start.checked_add(length).ok_or_else(header)?;
            map.get(range.clone()).map(|_| range).ok_or_else(header)
        };
        let parts = Part::ALL.iter().map(range).collect::<Result<Vec<_>, _>>()?;
        let len = u32::try_from(parts[Part::Rows as usize].len() / size_of::<Row>()).map_err(|_| header())?;
        Ok(Self { path: path.to_owned(), digest: sha256_hex(content_text), parts, len, map, content, derived })
    }

    /// Number of voters, whatever their status.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether there is no voter; an import never makes such a snapshot.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The seal: SHA-256 over header and voters, 64 hexadecimal digits. The same voter file and layout give the same
    /// digest on any machine.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Registered voters as the base of a threshold: the active ones. Inactive voters are excluded (California
    /// Elections Code 2226(a)(2)).
    pub fn registered(&self) -> u64 {
        self.content.by_status.active
    }

    /// What is in the snapshot.
    pub fn info(&self) -> SnapshotInfo {
        SnapshotInfo {
            digest: self.digest.clone(),
            layout: self.content.layout.clone(),
            layout_sha256: self.content.layout_sha256.clone(),
            source_sha256: self.content.source_sha256.clone(),
            rows_read: self.content.rows_read,
            rows_kept: u64::from(self.len),
            rows_refused: self.content.rows_refused,
            by_status: self.content.by_status,
            names: self.slice::<u32>(Part::NameEnds).len() as u64,
            streets: self.slice::<u32>(Part::StreetEnds).len() as u64,
            districts: self.content.districts.clone(),
            bytes: self.map.len() as u64,
        }
    }

    /// The voter of a row below [`Snapshot::len`]; any other row reads as an empty, canceled record.
    pub fn voter(&self, row: u32) -> VoterRecord<'_> {
        let stored = self.slice::<Row>(Part::Rows).get(row as usize).copied().unwrap_or(NOBODY);
        let [first, middle, last, suffix] = stored.name.map(|number| self.text(number));
        let previous = stored.previous.get().checked_sub(1);
        let previous = previous.and_then(|at| self.slice::<Previous>(Part::Previous).get(at as usize));
        let id_end = (stored.id_at.get() as usize).saturating_add(usize::from(stored.id_len));
        VoterRecord {
            row,
            voter_id: text(self.id(&stored)),
            first,
            middle,
            last,
            suffix,
            birth_date: date::unpack(stored.birth_date.get()),
            address: self.address(stored.address),
            previous: previous.map(|previous| self.address(previous.address)),
            moved_on: previous.and_then(|previous| day(previous.moved_on)),
            status: Status::from_code(stored.status),
            registered_on: day(stored.registered_on),
            canceled_on: day(stored.canceled_on),
            signatures: text(part(self.bytes(Part::Ids), id_end, usize::from(stored.signatures_len.get()))),
            jurisdiction: self.text(stored.districts).split(SEPARATOR).next().unwrap_or(""),
        }
    }

    /// The day on which the voter in a row registered.
    pub fn registered_on(&self, row: u32) -> Option<Date> {
        day(self.rows().get(row as usize)?.registered_on)
    }

    /// The day on which the voter in a row left the previous address.
    pub fn moved_on(&self, row: u32) -> Option<Date> {
        let at = self.rows().get(row as usize)?.previous.get().checked_sub(1)?;
        day(self.slice::<Previous>(Part::Previous).get(at as usize)?.moved_on)
    }

    /// The present address of the voter in a row, and the one before.
    pub fn addresses(&self, row: u32) -> (Address<'_>, Option<Address<'_>>) {
        let stored = self.rows().get(row as usize).copied().unwrap_or(NOBODY);
        let previous = (stored.previous.get() as usize).checked_sub(1);
        let previous = previous.and_then(|at| self.slice::<Previous>(Part::Previous).get(at));
        (self.address(stored.address), previous.map(|previous| self.address(previous.address)))
    }

    /// The identifier of the voter in a row; empty for a row that is none.
    pub fn voter_id(&self, row: u32) -> &str {
        self.rows().get(row as usize).map_or("", |row| text(self.id(row)))
    }

    /// The row of a voter identifier, exactly as in the voter file (trimmed).
    pub fn by_id(&self, voter_id: &str) -> Option<u32> {
        let rows = self.slice::<Row>(Part::Rows);
        let order = self.slice::<u32>(Part::IdOrder);
        let id_of = |row: &u32| rows.get(*row as usize).map_or(&[][..], |row| self.id(row));
        let at = order.binary_search_by(|row| id_of(row).cmp(voter_id.as_bytes())).ok()?;
        order.get(at).copied()
    }

    /// The rows whose voter identifiers begin so, in the order of the identifiers.
    pub(crate) fn ids_beginning(&self, prefix: &str) -> &[u32] {
        let rows = self.rows();
        let order = self.slice::<u32>(Part::IdOrder);
        let prefix = prefix.as_bytes();
        let id_of = |row: &u32| rows.get(*row as usize).map_or(&[][..], |row| self.id(row));
        let from = order.partition_point(|row| id_of(row) < prefix);
        let rest = order.get(from..).unwrap_or(&[]);
        rest.get(..rest.partition_point(|row| id_of(row).starts_with(prefix))).unwrap_or(&[])
    }

    /// A voter's earlier statuses, each with the day from which it held as far as the file tells it, in the file's order.
    pub fn history(&self, row: u32) -> impl Iterator<Item = (Option<PartialDate>, Status)> {
        let entries = self.slice::<HistoryEntry>(Part::History);
        let at = self.rows().get(row as usize).and_then(|row| (row.history.get() as usize).checked_sub(1));
        let count = at.and_then(|at| entries.get(at)).map_or(0, |head| head.since.get() as usize);
        let own = at.and_then(|at| entries.get(at + 1..(at + 1).checked_add(count)?)).unwrap_or(&[]);
        own.iter().map(|entry| {
            (date::unpack(entry.since.get()), Status::from_code(u8::try_from(entry.status.get()).unwrap_or(u8::MAX)))
        })
    }

    /// A voter's district of one kind (see [`SnapshotInfo::districts`]); empty where the file has none.
    pub fn district(&self, row: u32, kind: &str) -> &str {
        let Some(at) = self.content.districts.iter().position(|known| known == kind) else { return "" };
        let all = self.rows().get(row as usize).map_or("", |row| self.text(row.districts));
        all.split(SEPARATOR).nth(at).unwrap_or("")
    }

    /// Registered voters of one district: the base of a threshold as in [`Snapshot::registered`]. Reads every row.
    pub fn registered_in(&self, kind: &str, district: &str) -> u64 {
        let active = |row: &u32| {
            let status = self.rows().get(*row as usize).map(|row| Status::from_code(row.status));
            status == Some(Status::Active) && self.district(*row, kind) == district
        };
        (0..self.len).into_par_iter().filter(active).count() as u64
    }

    /// What a search reads.
    pub fn index(&self) -> Index<'_> {
        let table = |(starts, entries)| Table { entries: self.slice(entries), starts: self.slice(starts) };
        let words = |parts: WordParts| {
            let slips = parts.slips.map(table).unwrap_or_default();
            Vocabulary::new(self.slice(parts.ends), self.bytes(parts.text), table(parts.exact), slips)
        };
        let order = |starts, entries, below| Order::new(self.slice(starts), self.slice(entries), self.slice(below));
        Index {
            forms: self.slice(Part::Forms),
            previous: self.slice(Part::PreviousPlaces),
            names: words(index::NAMES),
            name_facts: self.slice(Part::NameFacts),
            streets: words(index::STREETS),
            numbers: words(index::NUMBERS),
            places: words(index::PLACES),
            localities: self.slice(Part::Localities),
            marks: &self.derived.marks,
            by_street_number: order(Part::StreetNumberStarts, Part::StreetNumber, Part::NumbersBelow),
            by_surname_given: order(Part::SurnameGivenStarts, Part::SurnameGiven, Part::GivenNumberStarts),
            by_surname_number: order(Part::SurnameNumberStarts, Part::SurnameNumber, Part::NumbersBelow),
            by_surname_street: order(Part::SurnameStreetStarts, Part::SurnameStreet, Part::StreetNumberStarts),
            by_given_number: order(Part::GivenNumberStarts, Part::GivenNumber, Part::NumbersBelow),
            by_given_street: order(Part::GivenStreetStarts, Part::GivenStreet, Part::StreetNumberStarts),
        }
    }

    /// Hashes all of the file again and compares with the seal.
    pub fn verify(&self) -> Result<(), SnapshotError> {
        let sections: Vec<&Section> = self.content.sections.iter().chain(&self.derived.sections).collect();
        // The large parts are the first ones, so each is a task of its own.
        let damaged = sections.par_iter().with_max_len(1).find_any(|section| {
            let (start, length) = (usize::try_from(section.offset), usize::try_from(section.length));
            let bytes = start.ok().zip(length.ok()).map(|(start, length)| part(&self.map, start, length));
            bytes.map(sha256_hex).as_ref() != Some(&section.sha256)
        });
        match damaged {
            None => Ok(()),
            Some(section) => {
                Err(SnapshotError::Damaged { path: self.path.clone(), what: format!("its part \"{}\"", section.name) })
            }
        }
    }

    pub(crate) fn rows(&self) -> &[Row] {
        self.slice(Part::Rows)
    }

    pub(crate) fn id(&self, row: &Row) -> &[u8] {
        part(self.bytes(Part::Ids), row.id_at.get() as usize, usize::from(row.id_len))
    }

    /// How many texts the pool has.
    pub(crate) fn texts(&self) -> usize {
        self.slice::<u32>(Part::TextEnds).len()
    }

    pub(crate) fn text(&self, number: U32) -> &str {
        let ends = self.slice::<u32>(Part::TextEnds);
        let at = number.get() as usize;
        let start = at.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| *end as usize);
        let end = ends.get(at).map_or(0, |end| *end as usize);
        text(part(self.bytes(Part::Text), start, end.saturating_sub(start)))
    }

    fn address(&self, [house_number, street, unit, locality]: [U32; 4]) -> Address<'_> {
        let mut street = self.text(street).split(SEPARATOR);
        let [street_pre, street, street_type, street_post] = std::array::from_fn(|_| street.next().unwrap_or(""));
        let locality = self.text(locality);
        let (zip, city) = locality.split_once(SEPARATOR).unwrap_or((locality, ""));
        let (house_number, unit) = (self.text(house_number), self.text(unit));
        Address { house_number, street_pre, street, street_type, street_post, unit, city, zip }
    }

    fn bytes(&self, part: Part) -> &[u8] {
        self.parts.get(part as usize).and_then(|range| self.map.get(range.clone())).unwrap_or(&[])
    }

    /// A part as numbers or records; empty if its length or place is not right for them.
    fn slice<T: FromBytes + Immutable + KnownLayout>(&self, part: Part) -> &[T] {
        <[T]>::ref_from_bytes(self.bytes(part)).unwrap_or(&[])
    }
}

/// What a row reads as that is not there.
const NOBODY: Row = Row {
    id_at: U32::ZERO,
    id_len: 0,
    status: 3,
    signatures_len: U16::ZERO,
    name: [U32::ZERO; 4],
    address: [U32::ZERO; 4],
    birth_date: U32::ZERO,
    registered_on: U32::ZERO,
    canceled_on: U32::ZERO,
    previous: U32::ZERO,
    history: U32::ZERO,
    districts: U32::ZERO,
};

fn day(packed: U32) -> Option<Date> {
    date::unpack(packed.get()).and_then(PartialDate::date)
}

fn part(bytes: &[u8], start: usize, length: usize) -> &[u8] {
    start.checked_add(length).and_then(|end| bytes.get(start..end)).unwrap_or(&[])
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or("")
}
