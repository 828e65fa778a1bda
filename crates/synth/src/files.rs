//! The files of a county: each is written as a stream, and an error names the file and what to do.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::SynthError;

/// A CSV file being written.
pub(crate) struct Table {
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
    rows: u64,
}

impl Table {
    /// Creates the file with its header.
    pub(crate) fn create(dir: &Path, name: &str, header: &str) -> Result<Self, SynthError> {
        let path = dir.join(name);
        let file = File::create(&path).map_err(|source| SynthError::io(&path, source))?;
        let mut file = BufWriter::with_capacity(1 << 18, file);
        writeln!(file, "{header}").map_err(|source| SynthError::io(&path, source))?;
        Ok(Self { path, writer: csv::Writer::from_writer(file), rows: 0 })
    }

    /// Writes one row.
    pub(crate) fn row<'a>(&mut self, fields: impl IntoIterator<Item = &'a str>) -> Result<(), SynthError> {
        self.rows += 1;
        self.writer.write_record(fields).map_err(|error| SynthError::io(&self.path, error.into()))
    }

    /// Writes what is left and gives the number of rows after the header.
    pub(crate) fn finish(mut self) -> Result<u64, SynthError> {
        self.writer.flush().map_err(|source| SynthError::io(&self.path, source))?;
        Ok(self.rows)
    }
}

/// Writes a JSON file.
pub(crate) fn write_json(dir: &Path, name: &str, content: &impl Serialize) -> Result<(), SynthError> {
    let path = dir.join(name);
    let mut text =
        serde_json::to_string_pretty(content).map_err(|error| SynthError::io(&path, io::Error::from(error)))?;
    text.push('\n');
    std::fs::write(&path, text).map_err(|source| SynthError::io(&path, source))
}
