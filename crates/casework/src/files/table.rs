//! A CSV file with named columns: decoding, header, and row numbers for every fault.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use csv::{ReaderBuilder, StringRecord};
use jiff::civil::Date;
use law::counted;

/// How the bytes of a file stand for letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    #[default]
    Utf8,
    /// ISO 8859-1 as Windows writes it (code page 1252).
    Latin1,
    /// UTF-16 with a byte-order mark, or little-endian without.
    Utf16,
}

/// Which of the file's columns holds which of ours: `ours=theirs,...`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ColumnMap(BTreeMap<String, String>);

impl FromStr for ColumnMap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
        let map = pairs.map(|pair| match pair.split_once('=') {
            Some((ours, theirs)) if !ours.trim().is_empty() && !theirs.trim().is_empty() => {
                Ok((ours.trim().to_owned(), theirs.trim().to_owned()))
            }
            _ => Err(format!("{pair:?} is not of the form ours=theirs")),
        });
        map.collect::<Result<_, _>>().map(Self)
    }
}

/// How to read a file.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Its encoding.
    pub encoding: Encoding,
    /// Its columns, where they have other names than ours.
    pub columns: ColumnMap,
}

/// What is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Number of the row below the header, from 1.
    pub row: u64,
    /// Line of the file on which the row begins, from 1.
    pub line: u64,
    /// What is wrong and what to do. Never what stands in a field about a person.
    pub what: String,
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {} (line {}): {}", self.row, self.line, self.what)
    }
}

/// Why a file was not taken in. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read at all.
    #[error("{}: cannot be read: {source}", .file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Nothing in it.
    #[error("{}: the file is empty; it needs a header row with the columns {columns}", .file.display())]
    Empty {
        /// The file.
        file: PathBuf,
        /// The columns that it should have.
        columns: String,
    },
    /// UTF-16, not expected.
    #[error("{}: the file is UTF-16 (as spreadsheets save \"Unicode text\"); run again with --encoding utf-16, or save it as CSV UTF-8", .file.display())]
    Utf16 {
        /// The file.
        file: PathBuf,
    },
    /// Bytes that are not UTF-8.
    #[error("{}: line {line} is not UTF-8; if the file is Latin-1 (Windows), run again with --encoding latin1", .file.display())]
    NotUtf8 {
        /// The file.
        file: PathBuf,
        /// The line of the file.
        line: usize,
    },
    /// Halves of UTF-16 that do not belong together.
    #[error("{}: the file is not sound UTF-16; save it as CSV UTF-8 and run again", .file.display())]
    NotUtf16 {
        /// The file.
        file: PathBuf,
    },
    /// A zero byte, which no database keeps in a text.
    #[error("{}: line {line} holds a zero byte, so this is no text, or a damaged one; save it as CSV UTF-8 and run again", .file.display())]
    ZeroByte {
        /// The file.
        file: PathBuf,
        /// The line of the file.
        line: usize,
    },
    /// A quote without an end.
    #[error("{}: the quote opened on line {line} is never closed; close it, or remove it if it belongs to the text", .file.display())]
    UnclosedQuote {
        /// The file.
        file: PathBuf,
        /// The line of the file.
        line: usize,
    },
    /// Columns missing.
    #[error("{}: the header lacks {missing}; {found}. If a column has another name, say so with --columns ours=theirs", .file.display())]
    Columns {
        /// The file.
        file: PathBuf,
        /// What is missing.
        missing: String,
        /// What is there.
        found: String,
    },
    /// A column that stands twice.
    #[error("{}: the header has the column {column} twice; leave one", .file.display())]
    ColumnTwice {
        /// The file.
        file: PathBuf,
        /// The column.
        column: String,
    },
    /// Rows that cannot be taken.
    #[error("{}: {} cannot be taken in, so nothing was:{}", .file.display(), count(*.total), rows(.faults, *.total))]
    Rows {
        /// The file.
        file: PathBuf,
        /// The first faults, in order of rows.
        faults: Vec<RowFault>,
        /// How many there are in all.
        total: usize,
    },
}

fn count(total: usize) -> String {
    if total == 1 { "one row".to_owned() } else { format!("{total} rows") }
}

fn rows(faults: &[RowFault], total: usize) -> String {
    let mut text: String = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    if total > faults.len() {
        text.push_str(&format!("\n  and {} more", total - faults.len()));
    }
    text
}

/// A column that a kind of file has.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
}

/// A required column.
pub(crate) const fn required(name: &'static str) -> Column {
    Column { name, required: true }
}

/// A column that may be missing.
pub(crate) const fn optional(name: &'static str) -> Column {
    Column { name, required: false }
}

/// The text of a file, with the places of our columns.
pub(crate) struct Table {
    file: PathBuf,
    text: String,
    places: BTreeMap<&'static str, usize>,
}

/// Faults found so far; the first twenty are kept, all are counted.
#[derive(Default)]
pub(crate) struct Faults {
    first: Vec<RowFault>,
    total: usize,
}

impl Faults {
    const KEPT: usize = 20;

    pub(crate) fn add(&mut self, row: u64, line: u64, what: String) {
        self.total += 1;
        if self.first.len() < Self::KEPT {
            self.first.push(RowFault { row, line, what });
        }
    }

    pub(crate) fn into_result(mut self, file: &Path) -> Result<(), FileError> {
        if self.total == 0 {
            return Ok(());
        }
        self.first.sort_by_key(|fault| fault.row);
        Err(FileError::Rows { file: file.to_owned(), faults: self.first, total: self.total })
    }
}

/// One row, by the names of our columns.
pub(crate) struct RowView<'a> {
    table: &'a Table,
    record: &'a StringRecord,
    pub(crate) row: u64,
    pub(crate) line: u64,
}

impl RowView<'_> {
    /// The field, without surrounding blanks; empty where the file has no such column.
    pub(crate) fn text(&self, column: &str) -> &str {
        self.table.places.get(column).and_then(|&at| self.record.get(at)).unwrap_or_default().trim()
    }

    /// The field as a value of some type; the error says which column.
    pub(crate) fn parse<T: FromStr>(&self, column: &str) -> Result<T, String>
    where
        T::Err: fmt::Display,
    {
        self.text(column).parse().map_err(|error| format!("column {column}: {error}"))
    }

    /// A date or nothing; the error says which column.
    pub(crate) fn date(&self, column: &str) -> Result<Option<Date>, String> {
        match self.text(column) {
            "" => Ok(None),
            text => {
                parse_date(text).map(Some).ok_or_else(|| format!("column {column}: not a date of the form 2022-07-06"))
            }
        }
    }
}

/// A date in the form 2022-07-06 and no other.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

impl Table {
    pub(crate) fn read(file: &Path, columns: &[Column], options: &ReadOptions) -> Result<Self, FileError> {
        let bytes = std::fs::read(file).map_err(|source| FileError::Open { file: file.to_owned(), source })?;
        let text = decode(file, bytes, options.encoding)?;
        if text.trim().is_empty() {
            let names: Vec<_> = columns.iter().map(|column| column.name).collect();
            return Err(FileError::Empty { file: file.to_owned(), columns: names.join(",") });
        }
        if let Some(at) = text.find('\0') {
            return Err(FileError::ZeroByte { file: file.to_owned(), line: text[..at].matches('\n').count() + 1 });
        }
        if let Some(line) = unclosed_quote(&text) {
            return Err(FileError::UnclosedQuote { file: file.to_owned(), line });
        }
        let header = reader(&text).headers().cloned().unwrap_or_default();
        let places = places(file, columns, &options.columns, &header)?;
        Ok(Self { file: file.to_owned(), text, places })
    }

    /// Whether the file has this column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.places.contains_key(column)
    }

    /// Reads every row, collecting all faults before giving up.
    pub(crate) fn rows<T>(&self, read: impl Fn(&RowView<'_>) -> Result<T, String>) -> Result<Vec<T>, FileError> {
        let mut reader = reader(&self.text);
        let fields = reader.headers().map_or(0, StringRecord::len);
        let (mut all, mut uneven, mut faults) = (Vec::new(), Faults::default(), Faults::default());
        let mut record = StringRecord::new();
        for row in 1.. {
            let read_one = reader.read_record(&mut record);
            let line = record.position().map_or(0, |at| line_of(&self.text, at));
            match read_one {
                Ok(false) => break,
                Ok(true) if record.len() == fields => {
                    match read(&RowView { table: self, record: &record, row, line }) {
                        Ok(value) => all.push(value),
                        Err(what) => faults.add(row, line, what),
                    }
                }
                Ok(true) => {
                    uneven.add(
                        row,
                        line,
                        format!(
                            "has {} where the header has {fields}",
                            counted(record.len() as u64, "field", "fields")
                        ),
                    );
                }
                Err(error) => {
                    uneven.add(row, error.position().map_or(0, |at| line_of(&self.text, at)), error.to_string());
                }
            }
        }
        // What stands in an uneven row may belong to its neighbours: those are mended first.
        uneven.into_result(&self.file)?;
        faults.into_result(&self.file)?;
        Ok(all)
    }
}

/// The line of the file, from 1, on which a record begins. The reader's place may lie before the rest of the line end that closed the
/// record before, and before empty lines.
fn line_of(text: &str, at: &csv::Position) -> u64 {
    let from = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let before = text.as_bytes().get(from..).unwrap_or_default();
    let skipped = before.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|&&byte| byte == b'\n').count();
    at.line() + skipped as u64
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().flexible(true).from_reader(text.as_bytes())
}

fn places(
    file: &Path,
    columns: &[Column],
    map: &ColumnMap,
    header: &StringRecord,
) -> Result<BTreeMap<&'static str, usize>, FileError> {
    let mut places = BTreeMap::new();
    let mut missing = Vec::new();
    for column in columns {
        let theirs = map.0.get(column.name);
        let wanted = theirs.map_or(column.name, String::as_str);
        let mut found = header.iter().enumerate().filter(|(_, found)| found.trim().eq_ignore_ascii_case(wanted));
        match found.next().map(|(at, _)| at) {
            Some(_) if found.next().is_some() => {
                return Err(FileError::ColumnTwice { file: file.to_owned(), column: wanted.to_owned() });
            }
            Some(at) => {
                places.insert(column.name, at);
            }
            None if column.required || theirs.is_some() => missing.push(wanted),
            None => {}
        }
    }
    let unknown = map.0.keys().filter(|ours| !columns.iter().any(|column| column.name == ours.as_str()));
    missing.extend(unknown.map(String::as_str));
    if missing.is_empty() {
        return Ok(places);
    }
    Err(FileError::Columns { file: file.to_owned(), missing: missing.join(", "), found: told(columns, header) })
}

/// The header in words. Without a single name that we know the first line may be no header but a person's row, and is
/// not repeated.
fn told(columns: &[Column], header: &StringRecord) -> String {
    let names: Vec<_> = header.iter().map(str::trim).collect();
    let known = |name: &&str| columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    if names.iter().any(known) {
        format!("it has {}", names.join(", "))
    } else {
        let fields = counted(names.len() as u64, "field", "fields");
        format!("its first line has {fields}, none of them a column name that we know")
    }
}

fn decode(file: &Path, bytes: Vec<u8>, encoding: Encoding) -> Result<String, FileError> {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    match encoding {
        Encoding::Utf8 if utf16 || bytes.iter().take(64).any(|&byte| byte == 0) => {
            Err(FileError::Utf16 { file: file.to_owned() })
        }
        Encoding::Utf8 => {
            let text = String::from_utf8(bytes).map_err(|error| {
                let valid = error.utf8_error().valid_up_to();
                let line = 1 + error.as_bytes()[..valid].iter().filter(|&&byte| byte == b'\n').count();
                FileError::NotUtf8 { file: file.to_owned(), line }
            })?;
            Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
        }
        Encoding::Latin1 => Ok(encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned()),
        Encoding::Utf16 => {
            let (text, _, broken) = encoding_rs::UTF_16LE.decode(&bytes);
            if broken { Err(FileError::NotUtf16 { file: file.to_owned() }) } else { Ok(text.into_owned()) }
        }
    }
}

/// The line on which a quoted field opens that never closes.
fn unclosed_quote(text: &str) -> Option<usize> {
    let mut line = 1;
    let mut opened: Option<usize> = None;
    let mut field_starts = true;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match (opened, byte) {
            (Some(_), b'"') if bytes.peek() == Some(&b'"') => {
                bytes.next();
            }
            (Some(_), b'"') => opened = None,
            (None, b'"') if field_starts => opened = Some(line),
            _ => {}
        }
        field_starts = opened.is_none() && matches!(byte, b',' | b'\n' | b'\r');
        line += usize::from(byte == b'\n');
    }
    opened
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_followed_as_csv_has_them() {
        assert_eq!(unclosed_quote("a,b\n\"x,\n"), Some(2));
        assert_eq!(unclosed_quote("a,b\n\"x\"\"y\",z\n"), None);
        assert_eq!(unclosed_quote("a,b\n5\" pipe,z\n"), None);
        assert_eq!(unclosed_quote("a\n\"one\ntwo\"\n\"three"), Some(4));
        assert_eq!(unclosed_quote("\"a\"\"\",b\n"), None);
    }

    /// A row is on the same line of the file whatever ends its lines, with empty lines and lines within quotes before it.
    #[test]
    fn lines_are_counted_alike_for_every_line_end() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("x.csv");
        let content = "section,line\n1,1\n\n\n1,2\n\"1\n\",3\n1,4\n";
        for text in [content.to_owned(), content.replace('\n', "\r\n")] {
            std::fs::write(&file, text).unwrap();
            let table = Table::read(&file, &[required("section"), required("line")], &ReadOptions::default()).unwrap();
            let lines = table.rows(|row| Ok((row.row, row.line))).unwrap();
            assert_eq!(lines, [(1, 2), (2, 5), (3, 6), (4, 8)]);
        }
    }

    #[test]
    fn a_date_has_one_form() {
        assert!(parse_date("2022-07-06").is_some());
        for bad in ["2022-7-6", "20220706", "2022-02-30", "07/06/2022", "2022-07-06T00:00"] {
            assert!(parse_date(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_column_map_is_pairs() {
        assert_eq!("line=no, zip = postal".parse::<ColumnMap>().unwrap().0.len(), 2);
        assert!("line".parse::<ColumnMap>().is_err());
        assert!("=x".parse::<ColumnMap>().is_err());
    }

    proptest::proptest! {
        /// Whatever the bytes, reading answers and does not panic.
        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400), encoding in 0usize..3) {
            let directory = tempfile::tempdir().unwrap();
            let file = directory.path().join("x.csv");
            let mut content = b"section,line\n".to_vec();
            content.extend(bytes);
            std::fs::write(&file, content).unwrap();
            let encoding = [Encoding::Utf8, Encoding::Latin1, Encoding::Utf16][encoding];
            let options = ReadOptions { encoding, ..ReadOptions::default() };
            if let Ok(table) = Table::read(&file, &[required("section"), required("line")], &options) {
                let _ = table.rows(|row| row.parse::<u32>("line"));
            }
        }
    }
}
