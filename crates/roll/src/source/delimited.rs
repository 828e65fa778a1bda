//! Rows of fields between delimiters: CSV and its kin, as the `csv` crate reads them.
//!
//! Files of millions of rows come this way, so bytes are looked at 64 at a time for those that mean something, and fields
//! stay where they were read; only a field with a doubled quotation mark is rewritten in its place.

use std::ops::Range;

use super::input::{CHUNK, Input};
use super::{BATCH_LIMIT, Batch, RECORD_LIMIT, RowAt, position};
use crate::error::ImportError;

const BLOCK: usize = 64;

/// A delimited file, being read.
pub(crate) struct Delimited<'p> {
    pub(super) input: Input<'p>,
    cutter: Cutter,
    /// Read, but not in a batch yet: from the beginning of a row.
    rest: Vec<u8>,
    /// Bytes and fields in a row, as the last batch had them.
    row_size: usize,
    row_fields: usize,
    line: u64,
    row: u64,
    ended: bool,
}

impl<'p> Delimited<'p> {
    /// Looks for the delimiter in the first line, after a byte-order mark. `row` is the first row's number.
    pub(super) fn open(mut input: Input<'p>, delimiters: &[u8], quoting: bool, row: u64) -> Result<Self, ImportError> {
        let mut rest = Vec::new();
        input.more(&mut rest)?;
        if rest.starts_with(b"\xef\xbb\xbf") {
            rest.drain(..3);
        }
        let first_line = rest.split(|byte| *byte == b'\n').next().unwrap_or(&[]);
        let found = delimiters.iter().copied().find(|delimiter| first_line.contains(delimiter));
        let cutter = Cutter { delimiter: found.or(delimiters.first().copied()).unwrap_or(b','), quoting };
        Ok(Self { input, cutter, rest, row_size: 128, row_fields: 24, line: 1, row, ended: false })
    }

    /// Up to `most` rows; no rows at the end.
    pub(super) fn read_batch(&mut self, most: usize) -> Result<Batch, ImportError> {
        let expected = most.saturating_mul(self.row_size).min(BATCH_LIMIT) + CHUNK;
        let mut data = Vec::with_capacity(expected + expected / 8);
        data.append(&mut self.rest);
        let mut cut = Cut {
            ends: Vec::with_capacity(most.min(BATCH_LIMIT / self.row_size) * (self.row_fields + 1)),
            rows: Vec::with_capacity(most.min(BATCH_LIMIT / self.row_size)),
            doubled: Vec::new(),
            at: 0,
            line: self.line,
            row: self.row,
        };
        loop {
            let Self { input, cutter, ended, .. } = &mut *self;
            // The hash of what was just read is work for another core.
            let (result, ()) = rayon::join(|| cutter.cut(&data, *ended, most, &mut cut), || input.hash());
            result?;
            if *ended || cut.rows.len() == most || data.len() > BATCH_LIMIT {
                break;
            }
            *ended = !input.more(&mut data)?;
        }
        self.rest.extend_from_slice(data.get(cut.at..).unwrap_or(&[]));
        data.truncate(cut.at);
        for field in cut.doubled {
            if let Some(field) = data.get_mut(field) {
                rewrite(field);
            }
        }
        (self.line, self.row) = (cut.line, cut.row);
        self.row_size = data.len() / cut.rows.len().max(1) + 1;
        self.row_fields = cut.ends.len() / cut.rows.len().max(1);
        Ok(Batch { data, ends: cut.ends, rows: cut.rows, faults: Vec::new(), quoted: self.cutter.quoting })
    }
}

/// Rows as they are cut.
struct Cut {
    ends: Vec<u32>,
    rows: Vec<RowAt>,
    /// Fields with more than an opening and a closing quotation mark.
    doubled: Vec<Range<usize>>,
    /// The first byte that is in no row yet, its line, and the number of its row.
    at: usize,
    line: u64,
    row: u64,
}

struct Cutter {
    delimiter: u8,
    quoting: bool,
}

/// What the cutter is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// A field without quotation marks, or what follows after them.
    Plain,
    /// Quotation marks.
    Quotes,
    /// A field whose quotation marks were closed at this byte.
    Closed(usize),
}

impl Cutter {
    /// Cuts the whole rows off `data` from `cut.at` on, until there are `most`. At the end of the file (`ended`) the
    /// last row needs no line end.
    fn cut(&self, data: &[u8], ended: bool, most: usize, cut: &mut Cut) -> Result<(), ImportError> {
        // Without quoting the delimiter takes the place of the quotation mark among the bytes that mean something.
        let mark = if self.quoting { b'"' } else { self.delimiter };
        let mut specials = Specials::new(data, cut.at, [self.delimiter, b'\n', b'\r', mark]);
        let (mut first_end, mut first_doubled) = (cut.ends.len(), cut.doubled.len());
        let (mut field, mut within, mut doubled) = (cut.at, Within::Plain, false);
        let (mut line, mut field_line) = (cut.line, cut.line);
        while let Some(at) = specials.next() {
            let Some(byte) = data.get(at).copied() else { break };
            match within {
                Within::Plain => {}
                Within::Quotes => {
                    if byte == mark {
                        within = Within::Closed(at);
                    }
                    line += u64::from(byte == b'\n');
                    continue;
                }
                Within::Closed(closed) if at == closed + 1 => {
                    if byte == mark {
                        (within, doubled) = (Within::Quotes, true);
                        continue;
                    }
                }
                // Text after the closing mark belongs to the field, as it does for the `csv` crate.
                Within::Closed(_) => (within, doubled) = (Within::Plain, true),
            }
            if byte == self.delimiter {
                cut.end_field(field..at, doubled);
                (field, field_line, within, doubled) = (at + 1, line, Within::Plain, false);
                continue;
            }
            if byte == mark {
                if at == field {
                    within = Within::Quotes;
                }
                continue;
            }
            // The end of a line; a line without a byte is no row.
            if at > cut.at {
                cut.end_field(field..at, doubled);
                if at - cut.at > RECORD_LIMIT {
                    return Err(ImportError::UnclosedQuote { line: field_line, limit: RECORD_LIMIT });
                }
                cut.end_row(first_end);
                (first_end, first_doubled) = (cut.ends.len(), cut.doubled.len());
            }
            line += u64::from(byte == b'\n');
            (cut.at, cut.line) = (at + 1, line);
            (field, field_line, within, doubled) = (at + 1, line, Within::Plain, false);
            if cut.rows.len() == most {
                return Ok(());
            }
        }
        if (ended && within == Within::Quotes) || data.len() - cut.at > RECORD_LIMIT {
            return Err(ImportError::UnclosedQuote { line: field_line, limit: RECORD_LIMIT });
        }
        if ended && cut.at < data.len() {
            let after_mark = matches!(within, Within::Closed(closed) if closed + 1 < data.len());
            cut.end_field(field..data.len(), doubled || after_mark);
            cut.end_row(first_end);
            (cut.at, cut.line) = (data.len(), line);
        } else {
            // The rest of this row is not read yet; it will be cut again from its beginning.
            cut.ends.truncate(first_end);
            cut.doubled.truncate(first_doubled);
        }
        Ok(())
    }
}

impl Cut {
    fn end_field(&mut self, field: Range<usize>, doubled: bool) {
        self.ends.push(position(field.end));
        if doubled {
            self.doubled.push(field);
        }
    }

    /// Ends the row that begins at `at` and has the ends from `first_end` on.
    fn end_row(&mut self, first_end: usize) {
        let fields = self.ends.len() - first_end;
        let (start, ends) = (position(self.at), position(first_end));
        self.rows.push(RowAt { start, ends, fields, number: self.row, line: self.line });
        self.row += 1;
    }
}

/// Makes `"say ""x"""` into `"say "x"  `: the text, between an opening mark and the last one, and blanks.
fn rewrite(field: &mut [u8]) {
    let (mut from, mut to, mut quoted) = (1, 1, true);
    while let Some(byte) = field.get(from).copied() {
        from += 1;
        if quoted && byte == b'"' {
            if field.get(from) != Some(&b'"') {
                quoted = false;
                continue;
            }
            from += 1;
        }
        field[to] = byte;
        to += 1;
    }
    field[to..].fill(b' ');
    field[to] = b'"';
}

/// The positions of the bytes that mean something, ascending.
struct Specials<'a> {
    data: &'a [u8],
    wanted: [u8; 4],
    block: usize,
    /// A bit for each wanted byte of the block that was not given yet.
    found: u64,
}

impl<'a> Specials<'a> {
    fn new(data: &'a [u8], from: usize, wanted: [u8; 4]) -> Self {
        let mut specials = Self { data, wanted, block: from, found: 0 };
        specials.look();
        specials
    }

    /// Looks at a whole block in a way that compiles to vector instructions.
    fn look(&mut self) {
        let [a, b, c, d] = self.wanted;
        let rest = self.data.get(self.block..).unwrap_or(&[]);
        let mut padded = [0; BLOCK];
        let block: &[u8; BLOCK] = if let Some(block) = rest.first_chunk() {
            block
        } else {
            padded[..rest.len()].copy_from_slice(rest);
            &padded
        };
        let mut hits = [0; BLOCK];
        for (hit, byte) in hits.iter_mut().zip(block) {
            *hit = u8::from(*byte == a) | u8::from(*byte == b) | u8::from(*byte == c) | u8::from(*byte == d);
        }
        self.found = 0;
        for (eight, hits) in hits.as_chunks::<8>().0.iter().enumerate() {
            // Eight bytes of 0 or 1 become eight bits: the product moves byte k to bit 56 + k.
            let bits = u64::from_le_bytes(*hits).wrapping_mul(0x0102_0408_1020_4080) >> 56;
            self.found |= bits << (8 * eight);
        }
        if rest.len() < BLOCK {
            self.found &= (1 << rest.len()) - 1;
        }
    }

    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            self.block += BLOCK;
            if self.block >= self.data.len() {
                return None;
            }
            self.look();
        }
        let at = self.block + self.found.trailing_zeros() as usize;
        self.found &= self.found.wrapping_sub(1);
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A row: its line, and its fields.
    type Row = (u64, Vec<Vec<u8>>);

    /// Rows as the cutter gives them when the text comes in two pieces.
    fn ours(text: &[u8], quoting: bool, split: usize, most: usize) -> Option<Vec<Row>> {
        let cutter = Cutter { delimiter: b',', quoting };
        let mut cut = Cut { ends: vec![], rows: vec![], doubled: vec![], at: 0, line: 1, row: 0 };
        for (data, ended, most) in [(&text[..split], false, most), (text, true, usize::MAX)] {
            cutter.cut(data, ended, most, &mut cut).ok()?;
        }
        let mut data = text.to_vec();
        cut.doubled.iter().for_each(|field| rewrite(&mut data[field.clone()]));
        let batch = Batch { data, ends: cut.ends, rows: cut.rows, faults: vec![], quoted: quoting };
        let text = std::str::from_utf8(&batch.data).expect("still UTF-8");
        let field = |at, position| batch.field(text, at, position).as_bytes().to_vec();
        let row =
            |(at, row): (usize, &RowAt)| (row.line, (0..row.fields).map(|position| field(at, position)).collect());
        Some(batch.rows.iter().enumerate().map(row).collect())
    }

    /// The same by `csv-core`; nothing where a quotation mark is left open, which it lets pass.
    fn theirs(text: &[u8], quoting: bool) -> Option<Vec<Vec<Vec<u8>>>> {
        let mut parser = csv_core::ReaderBuilder::new().quoting(quoting).build();
        // If this comes back as a row of its own, no mark was open.
        let text = [text, b"\n!\n"].concat();
        let (mut rows, mut at) = (Vec::<Vec<Vec<u8>>>::new(), 0);
        loop {
            let (mut data, mut ends) = (vec![0; text.len() + 1], vec![0; text.len() + 1]);
            let (result, read, _, count) = parser.read_record(&text[at..], &mut data, &mut ends);
            at += read;
            if !matches!(result, csv_core::ReadRecordResult::Record) {
                break;
            }
            let starts = std::iter::once(0).chain(ends.iter().copied());
            rows.push(starts.zip(&ends[..count]).map(|(start, end)| data[start..*end].to_vec()).collect());
        }
        (rows.pop()? == [b"!"]).then_some(rows)
    }

    const PIECES: [&str; 12] =
        ["a", "\"", "\"\"", ",", "\n", "\r\n", "\r", "\u{e9}", "xyz, ", ",\"", "\",", "01234567890123456789012345678"];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

        #[test]
        fn rows_are_those_of_the_csv_crate(
            pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..40),
            quoting: bool,
            split: prop::sample::Index,
            most in 1..5_usize,
        ) {
            let text = pieces.concat().into_bytes();
            let ours = ours(&text, quoting, split.index(text.len() + 1), most);
            let fields = ours.map(|rows| rows.into_iter().map(|(_, fields)| fields).collect::<Vec<_>>());
            prop_assert_eq!(fields, theirs(&text, quoting));
        }
    }

    #[test]
    fn a_row_knows_its_line() {
        let text = b"a,b\n\n\"c\nd\",e\r\n\r\nf\n";
        let lines: Vec<u64> = ours(text, true, 7, 9).expect("rows").iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 3, 6]);
    }
}
