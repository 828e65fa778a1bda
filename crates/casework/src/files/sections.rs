//! The sections as received: `section,circulator,circulator_address,signed_from,signed_to,executed_on` and, where the
//! form has a set number of them, `lines`.

use std::{collections::BTreeMap, path::Path};

use domain::{Circulation, SectionNo};

use super::table::{Column, Faults, FileError, ReadOptions, Table, optional, required};

const COLUMNS: [Column; 7] = [
    required("section"),
    optional("circulator"),
    optional("circulator_address"),
    required("signed_from"),
    required("signed_to"),
    required("executed_on"),
    optional("lines"),
];

/// A section of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionRow {
    /// The circulator's name; may be empty.
    pub circulator: String,
    /// The circulator's residence; may be empty.
    pub circulator_address: String,
    /// The dates of the declaration.
    pub circulation: Circulation,
    /// How many lines the section's form has, where given.
    pub lines: Option<u32>,
}

/// Reads the sections by number. A section that comes twice is refused.
pub fn read_sections(file: &Path, options: &ReadOptions) -> Result<BTreeMap<SectionNo, SectionRow>, FileError> {
    let rows = Table::read(file, &COLUMNS, options)?.rows(|row| {
        let section: SectionNo = row.parse("section")?;
        let circulation = Circulation {
            signed_from: row.date("signed_from")?,
            signed_to: row.date("signed_to")?,
            executed_on: row.date("executed_on")?,
        };
        let lines = match row.text("lines") {
            "" => None,
            text => {
                Some(text.parse().map_err(|_| "column lines: not a whole number; leave it empty if it is not known")?)
            }
        };
        let section_row = SectionRow {
            circulator: row.text("circulator").to_owned(),
            circulator_address: row.text("circulator_address").to_owned(),
            circulation,
            lines,
        };
        Ok((section, section_row, row.row, row.line))
    })?;
    let mut sections = BTreeMap::new();
    let mut faults = Faults::default();
    for (section, section_row, row, line) in rows {
        if sections.insert(section, section_row).is_some() {
            faults.add(row, line, format!("section {section} stands in the file twice"));
        }
    }
    faults.into_result(file)?;
    Ok(sections)
}
