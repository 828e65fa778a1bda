//! What can stop an import, what can be wrong with a snapshot, and why single rows are refused.

use std::io;
use std::path::PathBuf;

use serde::Serialize;
use thiserror::Error;

/// Why an import left nothing behind.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The voter file cannot be read.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The voter file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The snapshot cannot be written.
    #[error("{}: the snapshot could not be written: {source}; nothing was changed", .path.display())]
    Write {
        /// The snapshot, or its folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The snapshot would take the voter file's place.
    #[error(
        "{}: this is the voter file itself, and the snapshot would replace it; nothing was changed. Name another file with --out",
        .path.display()
    )]
    OutIsSource {
        /// The place asked for.
        path: PathBuf,
    },
    /// The snapshot would take the place of something that is no snapshot.
    #[error(
        "{}: something other than a roll snapshot stands there, and it is not replaced; nothing was changed. Name another file with --out, or move that one away",
        .path.display()
    )]
    OutIsOther {
        /// The place asked for.
        path: PathBuf,
    },
    /// The file has no byte, or no row.
    #[error("{}: the file is empty", .path.display())]
    Empty {
        /// The voter file.
        path: PathBuf,
    },
    /// The file has a header and nothing else.
    #[error("{}: the file has a header, but no voter", .path.display())]
    NoRows {
        /// The voter file.
        path: PathBuf,
    },
    /// Every row was refused.
    #[error("all {rows} rows were refused, the first (row {row}, line {line}) because: {reason}; does the layout fit?")]
    NothingKept {
        /// Rows read.
        rows: u64,
        /// The first refused row, from 1.
        row: u64,
        /// Its line.
        line: u64,
        /// Why it was refused.
        reason: RefusedBecause,
    },
    /// The header lacks columns that the layout needs.
    #[error(
        "the file does not fit layout {layout}: no column for {}; {found}. Nothing was imported. Map columns with \
         --columns ours=theirs,..., or choose another --layout",
        .missing.join(", ")
    )]
    MissingColumns {
        /// The layout.
        layout: String,
        /// Our fields, each with the column that was looked for.
        missing: Vec<String>,
        /// What is there instead.
        found: String,
    },
    /// UTF-16 without being told.
    #[error("{}: this is UTF-16; pass --encoding utf-16", .path.display())]
    Utf16 {
        /// The voter file.
        path: PathBuf,
    },
    /// Bytes that are no UTF-8.
    #[error("row {row} (line {line}) is not UTF-8; if the file is Latin-1, pass --encoding latin1")]
    NotUtf8 {
        /// The row, from 1; 0 is the header.
        row: u64,
        /// Its line.
        line: u64,
    },
    /// A quotation mark without its partner.
    #[error(
        "a quotation mark opened in line {line} is not closed within {limit} bytes; nothing was imported. Close it, or \
         use a layout with quoting = false if quotation marks mean nothing in this file"
    )]
    UnclosedQuote {
        /// The line where the field begins.
        line: u64,
        /// How far a record may reach.
        limit: usize,
    },
    /// A file of fixed width without line ends.
    #[error("line {line} does not end within {limit} bytes: a file of fixed width has a line for each voter")]
    EndlessLine {
        /// The line.
        line: u64,
        /// How far a line may reach.
        limit: usize,
    },
    /// Another kind of file than the layout says.
    #[error("the file is {found}: {advice}. Nothing was imported")]
    WrongForm {
        /// What it is.
        found: String,
        /// What to do.
        advice: String,
    },
    /// A packed file that cannot be unpacked to its end.
    #[error(
        "the {packed} file is damaged or cut off ({what}): nothing was imported. Fetch it again, or unpack it to see what is left"
    )]
    Unpack {
        /// How it is packed.
        packed: &'static str,
        /// What is wrong.
        what: String,
    },
    /// A zip file with more than one file in it, or none.
    #[error("the zip file has {number} files in it ({}), and one voter file is needed: unpack it and import the voter file itself", .names.join(", "))]
    NotOneFile {
        /// How many.
        number: usize,
        /// The first of them.
        names: Vec<String>,
    },
    /// A zip file with a password.
    #[error("the zip file is locked with a password: unpack it first. Nothing was imported")]
    Encrypted,
    /// JSON that is not well-formed, or not as NIST SP 1500-102 has it.
    #[error("line {line}, column {column}: {what}; nothing was imported")]
    Json {
        /// Line, from 1.
        line: u64,
        /// Byte of the line, from 1.
        column: u64,
        /// What is wrong.
        what: String,
    },
    /// A Parquet file that cannot be read.
    #[error(
        "the Parquet file cannot be read ({what}): nothing was imported. Write it again, or save the voters as CSV"
    )]
    Parquet {
        /// What is wrong.
        what: String,
    },
    /// More than a snapshot can number.
    #[error("the file is too large for one snapshot: more than 4,294,967,295 {what}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
    },
    /// Someone stopped the import.
    #[error("the import was stopped; nothing was changed")]
    Cancelled,
}

/// Why a snapshot cannot be used.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// The file cannot be read.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The snapshot.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another kind of file.
    #[error("{}: this is not a roll snapshot; make one with `countersign roll import`", .path.display())]
    NotASnapshot {
        /// The file.
        path: PathBuf,
    },
    /// Made by a program that writes snapshots in another way.
    #[error("{}: the snapshot has {what} {found}, this program needs {needed}: import the voter file again", .path.display())]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// Format or keys.
        what: &'static str,
        /// The file's.
        found: u32,
        /// Ours.
        needed: u32,
    },
    /// Something in the file is not as it was sealed.
    #[error("{}: the snapshot is damaged ({what}): import the voter file again, or restore the snapshot", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Which part.
        what: String,
    },
}

/// Why a row was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Error)]
#[serde(rename_all = "snake_case")]
pub enum RefusedBecause {
    /// No identifier.
    #[error("it has no voter id")]
    NoVoterId,
    /// Neither first nor last name.
    #[error("first and last name are both empty")]
    NoName,
    /// The identifier stands in an earlier row too.
    #[error("its voter id is already in row {first_row}")]
    DuplicateVoterId {
        /// The row that was kept, from 1.
        first_row: u64,
    },
    /// Too many or too few fields.
    #[error("it has {found} fields instead of {expected}")]
    FieldCount {
        /// As the header or the layout has it.
        expected: usize,
        /// In this row.
        found: usize,
    },
    /// A code that the layout does not map.
    #[error("status code {code} is not in the layout")]
    UnknownStatus {
        /// The code if it is short enough to be one; otherwise its length, because a column mapped wrongly may hold
        /// a name.
        code: String,
    },
    /// Bytes that the encoding cannot give.
    #[error("its text cannot be decoded")]
    Undecodable,
    /// A field that we keep goes over a line's end.
    #[error("a field runs over the end of its line: is a quotation mark not closed, or one too many?")]
    LineBreak,
    /// A line of a file of fixed width.
    #[error("its line has {found} characters instead of {expected}")]
    RecordLength {
        /// As the layout has it.
        expected: usize,
        /// In this line.
        found: usize,
    },
    /// A voter id over 255 bytes or signature names over 65,535.
    #[error("a field is longer than a roll can hold")]
    FieldTooLong,
}

impl RefusedBecause {
    /// The reason without particulars, under which rows are counted.
    pub fn kind(&self) -> &'static str {
        match self {
            RefusedBecause::NoVoterId => "no_voter_id",
            RefusedBecause::NoName => "no_name",
            RefusedBecause::DuplicateVoterId { .. } => "duplicate_voter_id",
            RefusedBecause::FieldCount { .. } => "field_count",
            RefusedBecause::UnknownStatus { .. } => "unknown_status",
            RefusedBecause::Undecodable => "undecodable",
            RefusedBecause::LineBreak => "line_break",
            RefusedBecause::RecordLength { .. } => "record_length",
            RefusedBecause::FieldTooLong => "field_too_long",
        }
    }
}

/// Why a row that was kept deserves a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Error)]
#[serde(rename_all = "snake_case")]
pub enum WarnedBecause {
    /// Text that is no date in the layout's formats; the field is left empty.
    #[error("this is not a date in the layout's formats; it was left out")]
    NotADate,
    /// A year or month where only a whole date serves; the field is left empty.
    #[error("the date lacks its day or month; it was left out")]
    IncompleteDate,
    /// Earlier statuses that cannot be read; the field is left empty.
    #[error("these are not days with statuses, such as 2010-05-01 active; 2019-03-04 inactive; they were left out")]
    NotAHistory,
    /// A field that we do not keep goes over the end of its line.
    #[error("the row runs over several lines: is a quotation mark not closed, or one too many?")]
    SeveralLines,
}

impl WarnedBecause {
    /// The name under which warnings are counted.
    pub fn kind(&self) -> &'static str {
        match self {
            WarnedBecause::NotADate => "not_a_date",
            WarnedBecause::IncompleteDate => "incomplete_date",
            WarnedBecause::NotAHistory => "not_a_history",
            WarnedBecause::SeveralLines => "several_lines",
        }
    }
}
