//! Lines to be taken out of the count, or back in: `section,line`.

use std::path::Path;

use domain::LineRef;

use super::table::{Column, FileError, ReadOptions, Table, required};

const COLUMNS: [Column; 2] = [required("section"), required("line")];

/// One line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineListRow {
    /// The line.
    pub line: LineRef,
    /// Number of the row below the header, from 1.
    pub row: u64,
    /// Line of the file.
    pub file_line: u64,
}

/// Reads the list in the order of the file.
pub fn read_line_list(file: &Path, options: &ReadOptions) -> Result<Vec<LineListRow>, FileError> {
    Table::read(file, &COLUMNS, options)?.rows(|row| {
        let line = LineRef { section: row.parse("section")?, line: row.parse("line")? };
        Ok(LineListRow { line, row: row.row, file_line: row.line })
    })
}
