//! The voter file as it is read: bytes, unpacked if need be, hashed as they pass, and cut into batches of rows.
//!
//! What the file is, is seen from its first bytes; how its rows lie, the layout says. Where the two disagree the file is
//! refused, because a guess would import nonsense.

mod delimited;
mod fixed;
mod input;
mod nist_vri;
mod packed;
#[cfg(feature = "parquet")]
mod parquet;

use std::path::Path;

use self::{delimited::Delimited, fixed::Fixed, input::Input, nist_vri::NistVri};
use crate::error::{ImportError, RefusedBecause};
use crate::import::Progress;
use crate::layout::{Encoding, Form, Layout};

/// No voter's row is longer; what is longer is an open quotation mark or no text at all.
const RECORD_LIMIT: usize = 64 * 1024;
/// A batch does not grow much beyond so many bytes, however many rows are asked for: positions are 32 bits wide.
const BATCH_LIMIT: usize = 64 * 1024 * 1024;

/// Rows cut out of the file.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The rows' bytes as they lie in the file, in UTF-8, with delimiters and quotation marks.
    pub(crate) data: Vec<u8>,
    /// For each field where it ends in `data`; the next begins a byte further on.
    ends: Vec<u32>,
    pub(crate) rows: Vec<RowAt>,
    /// Rows that cannot be read, by their place in `rows`, ascending.
    faults: Vec<(usize, RefusedBecause)>,
    /// Whether a field that begins with a quotation mark ends with one.
    quoted: bool,
}

/// Where a row lies in its batch and in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowAt {
    start: u32,
    /// Where its fields begin in [`Batch::ends`].
    ends: u32,
    pub(crate) fields: usize,
    /// Data row from 1; the header is 0.
    pub(crate) number: u64,
    /// Line of the file from 1; in a file without lines the same as `number`.
    pub(crate) line: u64,
}

impl Batch {
    /// A field of a row. `text` is [`Batch::data`] as text.
    pub(crate) fn field<'a>(&self, text: &'a str, row: usize, position: usize) -> &'a str {
        let Some((start, end)) = self.range(row, position) else { return "" };
        let field = text.get(start..end).unwrap_or("");
        if !self.quoted || field.as_bytes().first() != Some(&b'"') {
            return field;
        }
        let inside = &field[1..];
        inside.rfind('"').map_or(inside, |end| &inside[..end])
    }

    /// Whether nothing at all is written in a field.
    pub(crate) fn is_blank(&self, row: usize, position: usize) -> bool {
        self.range(row, position).is_none_or(|(start, end)| start == end)
    }

    fn range(&self, row: usize, position: usize) -> Option<(usize, usize)> {
        let row = &self.rows[row];
        if position >= row.fields {
            return None;
        }
        let at = row.ends as usize + position;
        let start = match position {
            0 => row.start as usize,
            _ => *self.ends.get(at - 1)? as usize + 1,
        };
        Some((start, *self.ends.get(at)? as usize))
    }

    /// The bytes of a row.
    pub(crate) fn bytes(&self, row: usize) -> &[u8] {
        let row = &self.rows[row];
        let start = row.start as usize;
        let last = (row.ends as usize + row.fields).checked_sub(1).and_then(|last| self.ends.get(last));
        self.data.get(start..last.map_or(start, |end| *end as usize)).unwrap_or(&[])
    }

    /// Why a row cannot be read, if it cannot.
    pub(crate) fn fault(&self, row: usize) -> Option<&RefusedBecause> {
        let at = self.faults.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        self.faults.get(at).map(|(_, because)| because)
    }

    /// Begins a row at the end of `data`. Its fields follow by [`Batch::push_field`].
    fn begin_row(&mut self, number: u64, line: u64) {
        let (start, ends) = (position(self.data.len()), position(self.ends.len()));
        self.rows.push(RowAt { start, ends, fields: 0, number, line });
    }

    /// Appends a field to the last row.
    fn push_field(&mut self, field: &[u8]) {
        self.data.extend_from_slice(field);
        self.end_field();
    }

    /// Ends a field whose bytes were appended to `data`.
    fn end_field(&mut self) {
        self.ends.push(position(self.data.len()));
        // What lies between two fields is no part of either, but belongs to the text.
        self.data.push(b' ');
        if let Some(row) = self.rows.last_mut() {
            row.fields += 1;
        }
    }

    /// Marks the last row as one that cannot be read.
    fn refuse_row(&mut self, because: RefusedBecause) {
        self.faults.push((self.rows.len() - 1, because));
    }
}

/// A position in a batch. Batches are bounded far below what 32 bits hold.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The voter file, being read.
pub(crate) enum Source<'p> {
    Delimited(Box<Delimited<'p>>),
    Fixed(Box<Fixed<'p>>),
    NistVri(Box<NistVri<'p>>),
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::Parquet<'p>>),
}

impl<'p> Source<'p> {
    /// Opens the file and looks at its beginning: empty, packed, of another form than the layout's, UTF-16 without being
    /// told, byte-order mark, delimiter.
    pub(crate) fn open(
        path: &Path,
        layout: &Layout,
        encoding: Encoding,
        progress: &'p dyn Progress,
    ) -> Result<Self, ImportError> {
        let mut input = Input::open(path, progress)?;
        let head = input.head();
        let head = &head[..head.len().min(1024)];
        if head.is_empty() {
            return Err(ImportError::Empty { path: path.to_owned() });
        }
        if head.starts_with(b"PAR1") {
            return Self::open_parquet(&input, layout, progress);
        }
        refuse_other_forms(head, layout, input.packed())?;
        let marked = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
        let text = !matches!(layout.form, Form::NistVri);
        if text && encoding != Encoding::Utf16 && (marked || head.contains(&0)) {
            return Err(ImportError::Utf16 { path: path.to_owned() });
        }
        if text {
            input.decode(encoding);
        }
        match &layout.form {
            Form::Fixed { ranges, record, trimmed, header } => {
                Ok(Self::Fixed(Box::new(Fixed::new(input, ranges, *record, *trimmed, *header))))
            }
            Form::Delimited { delimiters, quoting } => {
                let first_row = u64::from(layout.headerless.is_some());
                Ok(Self::Delimited(Box::new(Delimited::open(input, delimiters, *quoting, first_row)?)))
            }
            Form::NistVri => Ok(Self::NistVri(Box::new(NistVri::new(input)))),
        }
    }

    #[cfg(feature = "parquet")]
    fn open_parquet(input: &Input<'p>, layout: &Layout, progress: &'p dyn Progress) -> Result<Self, ImportError> {
        if let Some(packed) = input.packed() {
            let found = format!("a Parquet file packed with {packed}");
            return Err(ImportError::WrongForm { found, advice: "unpack it first".to_owned() });
        }
        let Form::Delimited { .. } = layout.form else {
            let advice = "choose a layout with named columns, such as generic, or map them with --columns".to_owned();
            return Err(ImportError::WrongForm { found: "a Parquet file".to_owned(), advice });
        };
        Ok(Self::Parquet(Box::new(parquet::Parquet::open(input.path(), layout, progress)?)))
    }

    #[cfg(not(feature = "parquet"))]
    fn open_parquet(_input: &Input<'p>, _layout: &Layout, _progress: &'p dyn Progress) -> Result<Self, ImportError> {
        let advice = "this program was built without Parquet; save the voters as CSV first".to_owned();
        Err(ImportError::WrongForm { found: "a Parquet file".to_owned(), advice })
    }

    /// SHA-256 of the file as given, in hexadecimal, once it is read to its end.
    pub(crate) fn sha256(&self) -> String {
        match self {
            Self::Delimited(rows) => rows.input.sha256(),
            Self::Fixed(rows) => rows.input.sha256(),
            Self::NistVri(rows) => rows.input.sha256(),
            #[cfg(feature = "parquet")]
            Self::Parquet(rows) => rows.sha256(),
        }
    }

    /// Up to `most` rows; no rows at the end.
    pub(crate) fn read_batch(&mut self, most: usize) -> Result<Batch, ImportError> {
        match self {
            Self::Delimited(rows) => rows.read_batch(most),
            Self::Fixed(rows) => rows.read_batch(most),
            Self::NistVri(rows) => rows.read_batch(most),
            #[cfg(feature = "parquet")]
            Self::Parquet(rows) => rows.read_batch(most),
        }
    }
}

/// Other kinds of file by their first bytes, and what to do with them.
const OTHER_FILES: [(&[u8], &str, &str); 9] = [
    (b"\x1f\x8b", "a file packed twice", "unpack it first"),
    (b"PK\x03\x04", "a file packed twice", "unpack it first"),
    (b"\xfd7zXZ\0", "packed with xz", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", "unpack it first"),
    (b"BZh", "packed with bzip2", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip", "unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an Office document", "save the voters as CSV first"),
    (b"SQLite format 3\0", "a SQLite database", "save the voters as CSV first"),
    (b"%PDF-", "a PDF document", "ask for the voter file as data, such as CSV"),
];

/// A file that is known not to be what the layout says.
fn refuse_other_forms(head: &[u8], layout: &Layout, packed: Option<&'static str>) -> Result<(), ImportError> {
    let refuse =
        |found: &str, advice: &str| Err(ImportError::WrongForm { found: found.to_owned(), advice: advice.to_owned() });
    if let Some((_, found, advice)) = OTHER_FILES.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return refuse(found, advice);
    }
    if packed.is_some() && head.get(257..262) == Some(b"ustar") {
        return refuse("a tar archive", "unpack it and import the voter file in it");
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let json = text.starts_with(b"{") || text.starts_with(b"[{");
    match layout.form {
        Form::NistVri if !text.starts_with(b"{") => {
            refuse("not a JSON document of NIST SP 1500-102, which begins with {", "choose the layout that it has")
        }
        Form::Delimited { .. } | Form::Fixed { .. } if json => {
            refuse("JSON", "if it is a document of NIST SP 1500-102, use --layout nist-vri; otherwise save it as CSV")
        }
        _ => Ok(()),
    }
}

fn count_line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}
