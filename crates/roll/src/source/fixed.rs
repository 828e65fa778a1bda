//! Rows of fixed width: every line has the same number of characters, and a field is a range of them.

use super::input::Input;
use super::{BATCH_LIMIT, Batch, RECORD_LIMIT};
use crate::error::{ImportError, RefusedBecause};
use crate::layout::Range;

/// A file of fixed width, being read.
pub(crate) struct Fixed<'p> {
    pub(super) input: Input<'p>,
    ranges: Vec<Range>,
    /// Characters in a line.
    record: usize,
    /// Whether a line may lack blanks at its end.
    trimmed: bool,
    /// Whether the next line is a header, to be passed over.
    header: bool,
    /// Read, but not in a batch yet: from the beginning of a line.
    rest: Vec<u8>,
    line: u64,
    row: u64,
    ended: bool,
}

impl<'p> Fixed<'p> {
    pub(super) fn new(input: Input<'p>, ranges: &[Range], record: usize, trimmed: bool, header: bool) -> Self {
        let ranges = ranges.to_vec();
        Self { input, ranges, record, trimmed, header, rest: Vec::new(), line: 0, row: 0, ended: false }
    }

    /// Up to `most` rows; no rows at the end.
    pub(super) fn read_batch(&mut self, most: usize) -> Result<Batch, ImportError> {
        let mut batch = Batch::default();
        let mut text = std::mem::take(&mut self.rest);
        let mut at = 0;
        while batch.rows.len() < most && batch.data.len() < BATCH_LIMIT {
            let rest = text.get(at..).unwrap_or(&[]);
            let end = rest.iter().position(|byte| *byte == b'\n');
            let line = match end {
                Some(end) => &rest[..end],
                None if self.ended && rest.is_empty() => break,
                None if self.ended => rest,
                None if rest.len() > RECORD_LIMIT => {
                    return Err(ImportError::EndlessLine { line: self.line + 1, limit: RECORD_LIMIT });
                }
                None => {
                    text.drain(..at);
                    at = 0;
                    self.ended = !self.input.more(&mut text)?;
                    continue;
                }
            };
            at += line.len() + 1;
            self.line += 1;
            let mut line = line.strip_suffix(b"\r").unwrap_or(line);
            if self.line == 1 {
                line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
            }
            if std::mem::take(&mut self.header) || line.is_empty() {
                continue;
            }
            self.row += 1;
            batch.begin_row(self.row, self.line);
            self.cut(line, &mut batch);
        }
        self.rest.extend_from_slice(text.get(at..).unwrap_or(&[]));
        Ok(batch)
    }

    fn cut(&self, line: &[u8], batch: &mut Batch) {
        // Where each character begins, if characters are not bytes. What is no UTF-8 is found as in any other file: the
        // whole line is put into the batch.
        let text = if line.is_ascii() { None } else { std::str::from_utf8(line).ok() };
        let starts: Option<Vec<usize>> = text.map(|text| text.char_indices().map(|(start, _)| start).collect());
        let found = starts.as_ref().map_or(line.len(), Vec::len);
        if text.is_none() && !line.is_ascii() {
            batch.push_field(line);
            return;
        }
        if found > self.record || (found < self.record && !self.trimmed) {
            batch.refuse_row(RefusedBecause::RecordLength { expected: self.record, found });
            return;
        }
        let byte = |character: usize| match &starts {
            None => character.min(line.len()),
            Some(starts) => starts.get(character).copied().unwrap_or(line.len()),
        };
        for range in &self.ranges {
            batch.push_field(&line[byte(range.start)..byte(range.end)]);
        }
    }
}
