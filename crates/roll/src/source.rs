//! The voter file as it is read: bytes, hashed as they pass, decoded to UTF-8 and cut into batches of rows.
//!
//! Rows are cut by `csv-core`, the parser inside the `csv` crate, because it writes straight into a batch that other
//! threads then read, and lets us bound the length of a record.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use csv_core::ReadRecordResult;
use encoding_rs::Decoder;
use sha2::{Digest, Sha256};

use crate::error::ImportError;
use crate::format::hex;
use crate::import::Progress;
use crate::layout::{Encoding, Layout};

/// No voter's row is longer; what is longer is an open quotation mark.
const RECORD_LIMIT: usize = 64 * 1024;
const CHUNK: usize = 256 * 1024;
/// Fed after the last byte. If it comes back as a row of its own, no quotation mark was open at the end.
const END_MARK: &[u8] = b"\n\x1e\n";

/// Rows cut out of the file.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The fields' bytes, without delimiters and quotation marks.
    pub(crate) data: Vec<u8>,
    /// For each field where it ends, counted from the start of its row.
    ends: Vec<usize>,
    pub(crate) rows: Vec<RowAt>,
}

/// Where a row lies in its batch and in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowAt {
    start: usize,
    ends: usize,
    pub(crate) fields: usize,
    /// Data row from 1; the header is 0.
    pub(crate) number: u64,
    /// Line of the file from 1.
    pub(crate) line: u64,
}

impl Batch {
    /// A field of a row. `text` is [`Batch::data`] as text.
    pub(crate) fn field<'a>(&self, text: &'a str, row: usize, position: usize) -> &'a str {
        let row = &self.rows[row];
        let end = |position: usize| self.ends.get(row.ends + position).map_or(row.start, |end| row.start + end);
        let start = position.checked_sub(1).map_or(row.start, end);
        text.get(start..end(position)).unwrap_or("")
    }

    /// The bytes of a row.
    pub(crate) fn bytes(&self, row: usize) -> &[u8] {
        let end = self.rows.get(row + 1).map_or(self.data.len(), |next| next.start);
        self.data.get(self.rows[row].start..end).unwrap_or(&[])
    }

    /// Whether every field of a row begins and ends between characters.
    pub(crate) fn fields_are_text(&self, text: &str, row: usize) -> bool {
        let row = &self.rows[row];
        let ends = self.ends.get(row.ends..row.ends + row.fields).unwrap_or(&[]);
        ends.iter().all(|end| text.is_char_boundary(row.start + end))
    }
}

/// The voter file, being read.
pub(crate) struct Source<'p> {
    path: PathBuf,
    file: File,
    hasher: Sha256,
    progress: &'p dyn Progress,
    read: u64,
    size: u64,
    decoder: Option<Decoder>,
    chunk: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    ended: bool,
    parser: csv_core::Reader,
    line: u64,
    row: u64,
}

impl<'p> Source<'p> {
    /// Opens the file and looks at its beginning: empty, UTF-16 without being told, byte-order mark, delimiter.
    pub(crate) fn open(
        path: &Path,
        layout: &Layout,
        encoding: Encoding,
        progress: &'p dyn Progress,
    ) -> Result<Self, ImportError> {
        let fail = |source| ImportError::Read { path: path.to_owned(), source };
        let file = File::open(path).map_err(fail)?;
        let size = file.metadata().map_err(fail)?.len();
        let mut source = Self {
            path: path.to_owned(),
            file,
            hasher: Sha256::new(),
            progress,
            read: 0,
            size,
            decoder: match encoding {
                Encoding::Utf8 => None,
                Encoding::Latin1 => Some(encoding_rs::WINDOWS_1252.new_decoder_without_bom_handling()),
                Encoding::Utf16 => Some(encoding_rs::UTF_16LE.new_decoder()),
            },
            chunk: vec![0; CHUNK],
            text: Vec::new(),
            at: 0,
            ended: false,
            parser: csv_core::Reader::new(),
            line: 1,
            row: u64::from(layout.headerless.is_some()),
        };
        source.fill()?;
        if source.read == 0 {
            return Err(ImportError::Empty { path: path.to_owned() });
        }
        let start = &source.chunk[..source.chunk.len().min(1024).min(usize::try_from(source.read).unwrap_or(1024))];
        let marked = start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff");
        if encoding != Encoding::Utf16 && (marked || start.contains(&0)) {
            return Err(ImportError::Utf16 { path: path.to_owned() });
        }
        if encoding == Encoding::Utf8 && source.text.starts_with(b"\xef\xbb\xbf") {
            source.at = 3;
        }
        let first_line = source.text[source.at..].split(|byte| *byte == b'\n').next().unwrap_or(&[]);
        let delimiter = layout.delimiters.iter().copied().find(|delimiter| first_line.contains(delimiter));
        source.parser = csv_core::ReaderBuilder::new()
            .delimiter(delimiter.unwrap_or(layout.delimiters[0]))
            .quoting(layout.quoting)
            .build();
        Ok(source)
    }

    /// SHA-256 of the bytes read so far, in hexadecimal.
    pub(crate) fn sha256(&self) -> String {
        hex(&self.hasher.clone().finalize())
    }

    /// Up to `most` rows; no rows at the end.
    pub(crate) fn read_batch(&mut self, most: usize) -> Result<Batch, ImportError> {
        let mut batch = Batch { data: vec![0; most * 128], ends: vec![0; most * 24], rows: Vec::with_capacity(most) };
        let (mut data, mut ends) = (0, 0);
        while batch.rows.len() < most && self.read_record(&mut batch, &mut data, &mut ends)? {}
        batch.data.truncate(data);
        batch.ends.truncate(ends);
        Ok(batch)
    }

    /// Appends one row to the batch; `false` at the end. `data` and `ends` say how much of the batch is in use.
    fn read_record(&mut self, batch: &mut Batch, data: &mut usize, ends: &mut usize) -> Result<bool, ImportError> {
        if !self.skip_line_ends()? {
            return Ok(false);
        }
        let (start, ends_start, line) = (*data, *ends, self.line);
        loop {
            let (result, read, written, ended) =
                self.parser.read_record(&self.text[self.at..], &mut batch.data[*data..], &mut batch.ends[*ends..]);
            self.line += count_line_ends(&self.text[self.at..self.at + read]);
            self.at += read;
            *data += written;
            *ends += ended;
            let field = batch.ends[ends_start..*ends].last().map_or(start, |end| start + end);
            let open_quote = || ImportError::UnclosedQuote {
                line: line + count_line_ends(&batch.data[start..field]),
                limit: RECORD_LIMIT,
            };
            if *data - start > RECORD_LIMIT {
                return Err(open_quote());
            }
            match result {
                ReadRecordResult::InputEmpty => self.fill()?,
                ReadRecordResult::OutputFull => batch.data.resize(batch.data.len() + RECORD_LIMIT, 0),
                ReadRecordResult::OutputEndsFull => batch.ends.resize(batch.ends.len() + RECORD_LIMIT, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(false),
            }
        }
        let record = &batch.data[start..*data];
        if self.ended && record == &END_MARK[1..2] && *ends - ends_start == 1 {
            (*data, *ends) = (start, ends_start);
            return Ok(false);
        }
        if self.ended && record.ends_with(END_MARK) {
            let last = batch.ends[ends_start..*ends].iter().rev().nth(1).map_or(start, |end| start + end);
            let line = line + count_line_ends(&batch.data[start..last]);
            return Err(ImportError::UnclosedQuote { line, limit: RECORD_LIMIT });
        }
        batch.rows.push(RowAt { start, ends: ends_start, fields: *ends - ends_start, number: self.row, line });
        self.row += 1;
        Ok(true)
    }

    /// Moves on to the next row's first byte, so that its line is known; `false` at the end.
    fn skip_line_ends(&mut self) -> Result<bool, ImportError> {
        loop {
            match self.text.get(self.at) {
                Some(b'\n') => self.line += 1,
                Some(b'\r') => {}
                Some(_) => return Ok(true),
                None if self.ended => return Ok(false),
                None => {
                    self.fill()?;
                    continue;
                }
            }
            self.at += 1;
        }
    }

    /// The next chunk of text; after the last, the end mark; after that, nothing.
    fn fill(&mut self) -> Result<(), ImportError> {
        self.at = 0;
        self.text.clear();
        if self.ended {
            return Ok(());
        }
        if self.progress.cancelled() {
            return Err(ImportError::Cancelled);
        }
        let count =
            self.file.read(&mut self.chunk).map_err(|source| ImportError::Read { path: self.path.clone(), source })?;
        let bytes = &self.chunk[..count];
        self.hasher.update(bytes);
        self.read += count as u64;
        self.progress.advance(self.read, self.size.max(self.read));
        match &mut self.decoder {
            None => self.text.extend_from_slice(bytes),
            Some(decoder) => {
                let room = decoder.max_utf8_buffer_length(count).unwrap_or(4 * CHUNK);
                self.text.resize(room, 0);
                let (_, _, written, _) = decoder.decode_to_utf8(bytes, &mut self.text, count == 0);
                self.text.truncate(written);
            }
        }
        if count == 0 {
            self.text.extend_from_slice(END_MARK);
            self.ended = true;
        }
        Ok(())
    }
}

fn count_line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}
