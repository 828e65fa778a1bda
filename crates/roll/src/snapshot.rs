//! A sealed snapshot, opened: voters by row, by identifier and by blocking key.

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use rayon::prelude::*;
use serde::Serialize;
use zerocopy::byteorder::little_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::date;
use crate::error::SnapshotError;
use crate::format::{
    Content, FORMAT_VERSION, HEADER_LEN, Index, MAGIC, PRELUDE_LEN, Previous, Row, Section, checksum, mix, sha256_hex,
};
use crate::keys::KEYS_VERSION;
use crate::mmap;
use crate::record::{Address, PartialDate, Status, StatusCounts, VoterRecord};

/// A roll snapshot, mapped into memory. Reading never fails and never panics: in a file that was damaged after its
/// sealing, [`Snapshot::verify`] finds the damage, and until then a voter may read as empty.
#[derive(Debug)]
pub struct Snapshot {
    path: PathBuf,
    map: Mmap,
    content: Content,
    index: Index,
    digest: String,
    rows: Range<usize>,
    previous: Range<usize>,
    ids: Range<usize>,
    text_ends: Range<usize>,
    text: Range<usize>,
    id_order: Range<usize>,
    postings: Range<usize>,
    keys: Range<usize>,
    key_starts: Range<usize>,
    key_buckets: Range<usize>,
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
    /// Different blocking keys.
    pub keys: u64,
    /// Keys shared by so many voters that the index keeps none of them.
    pub keys_too_common: u64,
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
        let index_end = content_end.saturating_add(number(24) as usize);
        let header = || damaged("its header");
        if index_end > HEADER_LEN {
            return Err(header());
        }
        let (content_text, index_text) = (&map[PRELUDE_LEN..content_end], &map[content_end..index_end]);
        if checksum(&map[..32], content_text, index_text) != map[32..PRELUDE_LEN] {
            return Err(header());
        }
        let content: Content = serde_json::from_slice(content_text).map_err(|_| header())?;
        let index: Index = serde_json::from_slice(index_text).map_err(|_| header())?;
        other_version("keys of version", index.keys_version, KEYS_VERSION)?;
        let end = content
            .sections
            .iter()
            .chain(&index.sections)
            .map(|section| section.offset.checked_add(section.length))
            .max();
        if end != Some(Some(map.len() as u64)) {
            return Err(damaged("it is not as long as its header says"));
        }
        let range = |sections: &[Section], name: &str| {
            let section = sections.iter().find(|section| section.name == name).ok_or_else(header)?;
            let start = usize::try_from(section.offset).map_err(|_| header())?;
            let length = usize::try_from(section.length).map_err(|_| header())?;
            let range = start..start.checked_add(length).ok_or_else(header)?;
            map.get(range.clone()).map(|_| range).ok_or_else(header)
        };
        let (sealed, derived) = (&content.sections, &index.sections);
        let rows = range(sealed, "rows")?;
        let len = u32::try_from(rows.len() / size_of::<Row>()).map_err(|_| header())?;
        Ok(Self {
            path: path.to_owned(),
            digest: sha256_hex(content_text),
            previous: range(sealed, "previous")?,
            ids: range(sealed, "ids")?,
            text_ends: range(sealed, "text_ends")?,
            text: range(sealed, "text")?,
            id_order: range(derived, "id_order")?,
            postings: range(derived, "postings")?,
            keys: range(derived, "keys")?,
            key_starts: range(derived, "key_starts")?,
            key_buckets: range(derived, "key_buckets")?,
            rows,
            len,
            map,
            content,
            index,
        })
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
            keys: self.index.keys,
            keys_too_common: self.index.too_common,
            bytes: self.map.len() as u64,
        }
    }

    /// The voter of a row below [`Snapshot::len`]; any other row reads as an empty, canceled record.
    pub fn voter(&self, row: u32) -> VoterRecord<'_> {
        let stored = self.slice::<Row>(&self.rows).get(row as usize).copied().unwrap_or(NOBODY);
        let [first, middle, last, suffix] = stored.name.map(|number| self.text(number));
        let previous = stored.previous.get().checked_sub(1);
        let previous = previous.and_then(|at| self.slice::<Previous>(&self.previous).get(at as usize));
        let day = |packed: U32| date::unpack(packed.get()).and_then(PartialDate::date);
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
            signatures: text(part(&self.map[self.ids.clone()], id_end, usize::from(stored.signatures_len.get()))),
            jurisdiction: self.text(stored.jurisdiction),
        }
    }

    /// The row of a voter identifier, exactly as in the voter file (trimmed).
    pub fn by_id(&self, voter_id: &str) -> Option<u32> {
        let rows = self.slice::<Row>(&self.rows);
        let order = self.slice::<u32>(&self.id_order);
        let id_of = |row: &u32| rows.get(*row as usize).map_or(&[][..], |row| self.id(row));
        let at = order.binary_search_by(|row| id_of(row).cmp(voter_id.as_bytes())).ok()?;
        order.get(at).copied()
    }

    /// The rows that have a blocking key, ascending. A key shared by more than 4,096 voters is too common to tell
    /// anything: it has no rows here.
    pub fn candidates(&self, key: u64) -> &[u32] {
        self.postings_of(mix(key)).unwrap_or(&[])
    }

    /// Hashes all of the file again and compares with the seal.
    pub fn verify(&self) -> Result<(), SnapshotError> {
        let sections: Vec<&Section> = self.content.sections.iter().chain(&self.index.sections).collect();
        let damaged = sections.par_iter().find_any(|section| {
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
        self.slice(&self.rows)
    }

    pub(crate) fn id(&self, row: &Row) -> &[u8] {
        part(&self.map[self.ids.clone()], row.id_at.get() as usize, usize::from(row.id_len))
    }

    /// How many texts the pool has.
    pub(crate) fn texts(&self) -> usize {
        self.slice::<u32>(&self.text_ends).len()
    }

    pub(crate) fn text(&self, number: U32) -> &str {
        let ends = self.slice::<u32>(&self.text_ends);
        let at = number.get() as usize;
        let start = at.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| *end as usize);
        let end = ends.get(at).map_or(0, |end| *end as usize);
        text(part(&self.map[self.text.clone()], start, end.saturating_sub(start)))
    }

    fn address(&self, parts: [U32; 8]) -> Address<'_> {
        Address::from_parts(parts.map(|number| self.text(number)))
    }

    fn postings_of(&self, key: u64) -> Option<&[u32]> {
        let bucket = key.checked_shr(64_u32.checked_sub(self.index.bucket_bits)?)?;
        let bucket = usize::try_from(bucket).ok()?;
        let buckets = self.slice::<u32>(&self.key_buckets);
        let (from, to) = (*buckets.get(bucket)? as usize, *buckets.get(bucket.checked_add(1)?)? as usize);
        let at = from + self.slice::<u64>(&self.keys).get(from..to)?.binary_search(&key).ok()?;
        let starts = self.slice::<u32>(&self.key_starts);
        self.slice::<u32>(&self.postings).get(*starts.get(at)? as usize..*starts.get(at + 1)? as usize)
    }

    /// A section as numbers or records; empty if its length or place is not right for them.
    fn slice<T: FromBytes + Immutable + KnownLayout>(&self, range: &Range<usize>) -> &[T] {
        <[T]>::ref_from_bytes(&self.map[range.clone()]).unwrap_or(&[])
    }
}

/// What a row reads as that is not there.
const NOBODY: Row = Row {
    id_at: U32::ZERO,
    id_len: 0,
    status: 3,
    signatures_len: U16::ZERO,
    name: [U32::ZERO; 4],
    address: [U32::ZERO; 8],
    birth_date: U32::ZERO,
    registered_on: U32::ZERO,
    canceled_on: U32::ZERO,
    previous: U32::ZERO,
    jurisdiction: U32::ZERO,
};

fn part(bytes: &[u8], start: usize, length: usize) -> &[u8] {
    start.checked_add(length).and_then(|end| bytes.get(start..end)).unwrap_or(&[])
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or("")
}
