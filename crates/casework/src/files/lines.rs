//! The petition's lines as keyed: `section,page,line,printed_name,address,city,zip,date_signed,signature`.

use std::path::Path;

use domain::{LineNo, LineRef, PageNo, SectionNo, StoredLine};

use super::table::{Column, Faults, FileError, ReadOptions, Table, optional, required};

const COLUMNS: [Column; 9] = [
    optional("section"),
    optional("page"),
    required("line"),
    required("printed_name"),
    required("address"),
    optional("city"),
    optional("zip"),
    optional("date_signed"),
    optional("signature"),
];

/// A line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow {
    /// Which line of the petition.
    pub line: LineRef,
    /// The page it stands on; 1 where the file has no pages.
    pub page: PageNo,
    /// What stands on it.
    pub text: StoredLine,
    /// Number of the row below the header, from 1.
    pub row: u64,
    /// Line of the file.
    pub file_line: u64,
}

/// Reads the lines, in order of section and line. A file with one running number maps it with `line=...`; it is all
/// section 1. A line that comes twice is refused.
pub fn read_lines(file: &Path, options: &ReadOptions) -> Result<Vec<LineRow>, FileError> {
    let table = Table::read(file, &COLUMNS, options)?;
    let (sections, pages) = (table.has("section"), table.has("page"));
    let mut lines = table.rows(|row| {
        let section = if sections { row.parse("section")? } else { SectionNo::FIRST };
        let page = if pages { row.parse("page")? } else { PageNo::FIRST };
        let line: LineNo = row.parse("line")?;
        Ok(LineRow {
            line: LineRef { section, line },
            page,
            text: StoredLine {
                printed_name: row.text("printed_name").to_owned(),
                address: row.text("address").to_owned(),
                city: row.text("city").to_owned(),
                zip: row.text("zip").to_owned(),
                date_signed: row.text("date_signed").to_owned(),
                signature: row.text("signature").to_owned(),
            },
            row: row.row,
            file_line: row.line,
        })
    })?;
    lines.sort_unstable_by_key(|row| (row.line, row.row));
    let mut repeated: Vec<(&LineRow, u64)> =
        lines.windows(2).filter(|pair| pair[0].line == pair[1].line).map(|pair| (&pair[1], pair[0].row)).collect();
    repeated.sort_unstable_by_key(|(row, _)| row.row);
    let mut faults = Faults::default();
    for (row, earlier) in repeated {
        let what = format!(
            "section {} line {} stands in row {earlier} already; number each line of a section once",
            row.line.section, row.line.line
        );
        faults.add(row.row, row.file_line, what);
    }
    faults.into_result(file)?;
    Ok(lines)
}
