//! Writing of a snapshot's sections, each hashed as it passes. The file has its name only when all is done.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::error::ImportError;
use crate::format::{Content, HEADER_LEN, Index, Section, header, hex, sha256_hex};

/// A snapshot being written, under a temporary name that vanishes if the import does not end well.
pub(crate) struct Writer {
    out: PathBuf,
    file: BufWriter<NamedTempFile>,
    at: u64,
    open: Option<(&'static str, u64, Sha256)>,
}

impl Writer {
    /// A temporary file beside `out`, with room for the header.
    pub(crate) fn create(out: &Path) -> Result<Self, ImportError> {
        let fail = |source| ImportError::Write { path: out.to_owned(), source };
        let file = tempfile::Builder::new().prefix(".roll-import-").tempfile_in(folder(out)).map_err(fail)?;
        let mut file = BufWriter::with_capacity(1 << 20, file);
        file.write_all(&[0; HEADER_LEN]).map_err(fail)?;
        Ok(Self { out: out.to_owned(), file, at: HEADER_LEN as u64, open: None })
    }

    /// Begins a section at the next multiple of 8.
    pub(crate) fn begin(&mut self, name: &'static str) -> Result<(), ImportError> {
        let padding = usize::try_from(self.at.wrapping_neg() % 8).unwrap_or(0);
        self.put(&[0; 8][..padding])?;
        self.open = Some((name, self.at, Sha256::new()));
        Ok(())
    }

    /// Appends to the section.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), ImportError> {
        if let Some((_, _, hasher)) = &mut self.open {
            hasher.update(bytes);
        }
        self.put(bytes)
    }

    /// Ends the section and says what it was.
    pub(crate) fn end(&mut self) -> Section {
        let (name, offset, hasher) = self.open.take().unwrap_or_default();
        Section { name: name.to_owned(), offset, length: self.at - offset, sha256: hex(&hasher.finalize()) }
    }

    /// A whole section.
    pub(crate) fn section(&mut self, name: &'static str, bytes: &[u8]) -> Result<Section, ImportError> {
        self.begin(name)?;
        self.write(bytes)?;
        Ok(self.end())
    }

    /// Writes the header, forces all to the disk, and gives the file its name. Returns the digest.
    pub(crate) fn seal(self, content: &Content, index: &Index) -> Result<String, ImportError> {
        let out = self.out;
        let fail = |source| ImportError::Write { path: out.clone(), source };
        let content = serde_json::to_string(content).map_err(|error| fail(error.into()))?;
        let index = serde_json::to_string(index).map_err(|error| fail(error.into()))?;
        let header = header(&content, &index).ok_or(ImportError::TooLarge { what: "bytes of header" })?;
        let mut file = self.file.into_inner().map_err(|error| fail(error.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(fail)?;
        file.write_all(&header).map_err(fail)?;
        file.as_file().sync_all().map_err(fail)?;
        file.persist(&out).map_err(|error| fail(error.error))?;
        File::open(folder(&out)).and_then(|folder| folder.sync_all()).map_err(fail)?;
        Ok(sha256_hex(content.as_bytes()))
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), ImportError> {
        self.at += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|source| ImportError::Write { path: self.out.clone(), source })
    }
}

fn folder(out: &Path) -> &Path {
    out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
