//! Figures by county or district: `unit,raw,sample,valid,duplicates[,required]` of samples, and `unit,base,valid` of a spread.

use std::path::Path;

use law::{UnitCount, UnitFigures};

use super::table::{Column, FileError, ReadOptions, RowView, Table, optional, required};

const FIGURES: [Column; 6] = [
    required("unit"),
    required("raw"),
    required("sample"),
    required("valid"),
    required("duplicates"),
    optional("required"),
];

const COUNTS: [Column; 3] = [required("unit"), optional("base"), required("valid")];

/// Reads what each unit reports of its sample, in the order of the file.
pub fn read_unit_figures(file: &Path, options: &ReadOptions) -> Result<Vec<UnitFigures>, FileError> {
    Table::read(file, &FIGURES, options)?.rows(|row| {
        let [raw, sample, valid, duplicates] = numbers(row, ["raw", "sample", "valid", "duplicates"])?;
        Ok(UnitFigures { unit: name(row)?, raw, sample, valid, duplicates, required: number_or_none(row, "required")? })
    })
}

/// Reads the valid signatures of each unit, in the order of the file.
pub fn read_unit_counts(file: &Path, options: &ReadOptions) -> Result<Vec<UnitCount>, FileError> {
    Table::read(file, &COUNTS, options)?.rows(|row| {
        let [valid] = numbers(row, ["valid"])?;
        Ok(UnitCount { unit: name(row)?, base: number_or_none(row, "base")?, valid })
    })
}

fn name(row: &RowView<'_>) -> Result<String, String> {
    match row.text("unit") {
        "" => Err("column unit: empty; name the county or district".to_owned()),
        name => Ok(name.to_owned()),
    }
}

fn number(row: &RowView<'_>, column: &str) -> Result<u64, String> {
    row.text(column).parse().map_err(|_| format!("column {column}: not a whole number; write it in digits alone"))
}

fn number_or_none(row: &RowView<'_>, column: &str) -> Result<Option<u64>, String> {
    if row.text(column).is_empty() { Ok(None) } else { number(row, column).map(Some) }
}

/// Numbers of several columns; every column at fault is named.
fn numbers<const N: usize>(row: &RowView<'_>, columns: [&str; N]) -> Result<[u64; N], String> {
    let found = columns.map(|column| number(row, column));
    let faults: Vec<_> = found.iter().filter_map(|found| found.as_ref().err().cloned()).collect();
    if faults.is_empty() { Ok(found.map(Result::unwrap_or_default)) } else { Err(faults.join("; ")) }
}
