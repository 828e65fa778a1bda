//! Writing of a snapshot's parts. The file has its name only when all is done.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use tempfile::NamedTempFile;
use zerocopy::{FromBytes, IntoBytes};

use crate::error::ImportError;
use crate::format::{Content, Derived, HEADER_LEN, Part, Row, Section, header, sha256_hex};
use crate::mmap;

/// A snapshot being written, under a temporary name that vanishes if the import does not end well. The rows come
/// first, one after the other; then whole parts.
pub(crate) struct Writer {
    out: PathBuf,
    file: BufWriter<NamedTempFile>,
    at: u64,
}

/// The rows as written, mapped.
pub(crate) struct WrittenRows {
    map: Mmap,
    end: usize,
}

impl WrittenRows {
    pub(crate) fn rows(&self) -> &[Row] {
        <[Row]>::ref_from_bytes(self.bytes()).unwrap_or(&[])
    }

    fn bytes(&self) -> &[u8] {
        self.map.get(HEADER_LEN..self.end).unwrap_or(&[])
    }

    /// The part's place and sum.
    pub(crate) fn section(&self) -> Section {
        Section {
            name: Part::Rows.name().to_owned(),
            offset: HEADER_LEN as u64,
            length: self.bytes().len() as u64,
            sha256: sha256_hex(self.bytes()),
        }
    }
}

impl Writer {
    /// A temporary file beside `out`, with room for the header.
    pub(crate) fn create(out: &Path) -> Result<Self, ImportError> {
        let fail = |source| ImportError::Write { path: out.to_owned(), source };
        let file = tempfile::Builder::new().prefix(".roll-import-").tempfile_in(folder(out)).map_err(fail)?;
        let mut file = BufWriter::with_capacity(1 << 20, file);
        file.write_all(&[0; HEADER_LEN]).map_err(fail)?;
        Ok(Self { out: out.to_owned(), file, at: HEADER_LEN as u64 })
    }

    /// Appends rows.
    pub(crate) fn rows(&mut self, rows: &[Row]) -> Result<(), ImportError> {
        self.put(rows.as_bytes())
    }

    /// The rows so far.
    pub(crate) fn written_rows(&mut self) -> Result<WrittenRows, ImportError> {
        let path = self.out.clone();
        let fail = |source| ImportError::Write { path, source };
        let end = usize::try_from(self.at).unwrap_or(usize::MAX);
        let mapped = self.file.flush().and_then(|()| mmap::map(self.file.get_ref().as_file()));
        mapped.map(|map| WrittenRows { map, end }).map_err(fail)
    }

    /// Takes out those of the rows written so far that are not to be kept; `keep` is asked for each in turn.
    pub(crate) fn retain_rows(&mut self, mut keep: impl FnMut(usize) -> bool) -> Result<(), ImportError> {
        const AT_ONCE: usize = 1 << 14;
        let path = self.out.clone();
        let fail = |source| ImportError::Write { path: path.clone(), source };
        self.file.flush().map_err(fail)?;
        let mut file = self.file.get_ref().as_file();
        let (mut from, mut to, mut number) = (HEADER_LEN as u64, HEADER_LEN as u64, 0);
        let mut rows = vec![Row::default(); AT_ONCE];
        while from < self.at {
            let left = usize::try_from(self.at - from).unwrap_or(usize::MAX) / size_of::<Row>();
            rows.truncate(left);
            file.seek(SeekFrom::Start(from)).and_then(|_| file.read_exact(rows.as_mut_bytes())).map_err(fail)?;
            from += rows.as_bytes().len() as u64;
            let mut kept = rows.clone();
            kept.retain(|_| {
                number += 1;
                keep(number - 1)
            });
            file.seek(SeekFrom::Start(to)).and_then(|_| file.write_all(kept.as_bytes())).map_err(fail)?;
            to += kept.as_bytes().len() as u64;
        }
        file.set_len(to).and_then(|()| file.seek(SeekFrom::Start(to))).map_err(fail)?;
        self.at = to;
        Ok(())
    }

    /// Appends a whole part at the next multiple of 8, and sums it on another core.
    pub(crate) fn section(&mut self, part: Part, bytes: &[u8]) -> Result<Section, ImportError> {
        let padding = usize::try_from(self.at.wrapping_neg() % 8).unwrap_or(0);
        self.put(&[0; 8][..padding])?;
        let (offset, length) = (self.at, bytes.len() as u64);
        let (sha256, written) = rayon::join(|| sha256_hex(bytes), || self.put(bytes));
        written?;
        Ok(Section { name: part.name().to_owned(), offset, length, sha256 })
    }

    /// Writes the header, forces all to the disk, and gives the file its name. Returns the digest.
    pub(crate) fn seal(self, content: &Content, derived: &Derived) -> Result<String, ImportError> {
        let out = self.out;
        let fail = |source| ImportError::Write { path: out.clone(), source };
        let content = serde_json::to_string(content).map_err(|error| fail(error.into()))?;
        let derived = serde_json::to_string(derived).map_err(|error| fail(error.into()))?;
        let header = header(&content, &derived).ok_or(ImportError::TooLarge { what: "bytes of header" })?;
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
