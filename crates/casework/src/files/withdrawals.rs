//! Withdrawals as received: `voter_id,received_on,signature_compares` (yes or no).

use std::path::Path;

use domain::VoterId;
use jiff::civil::Date;

use super::table::{Column, FileError, ReadOptions, Table, required};

const COLUMNS: [Column; 3] = [required("voter_id"), required("received_on"), required("signature_compares")];

/// A withdrawal of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawalRow {
    /// Who asks to be taken off.
    pub voter: VoterId,
    /// The day the office received the request.
    pub received_on: Date,
    /// Whether the request's signature compares with the registration.
    pub signature_compares: bool,
    /// Number of the row below the header, from 1.
    pub row: u64,
    /// Line of the file.
    pub file_line: u64,
}

/// Reads the withdrawals in order.
pub fn read_withdrawals(file: &Path, options: &ReadOptions) -> Result<Vec<WithdrawalRow>, FileError> {
    Table::read(file, &COLUMNS, options)?.rows(|row| {
        let signature_compares = match row.text("signature_compares") {
            "yes" => true,
            "no" => false,
            _ => return Err("column signature_compares: write yes or no".to_owned()),
        };
        Ok(WithdrawalRow {
            voter: VoterId::new(row.text("voter_id")).ok_or("column voter_id: is empty; name the voter by number")?,
            received_on: row.date("received_on")?.ok_or("column received_on: is empty; the day of receipt decides")?,
            signature_compares,
            row: row.row,
            file_line: row.line,
        })
    })
}
