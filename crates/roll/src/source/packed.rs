//! A zip file with one voter file in it.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::{Crc, bufread::DeflateDecoder};
use zip::{CompressionMethod, ZipArchive, result::ZipError};

use crate::error::ImportError;

/// The names of so many files are repeated in a message.
const MOST_NAMES: usize = 5;

/// The one file in a zip file, unpacked as it is read and checked at its end.
pub(super) struct ZipEntry {
    data: Data,
    /// Where in the zip file the packed bytes end.
    end: u64,
    crc: Crc,
    /// As the table of contents has them.
    size: u64,
    crc32: u32,
    read: u64,
}

enum Data {
    Stored(Packed),
    Deflated(Box<DeflateDecoder<Packed>>),
}

/// The packed bytes of the entry.
type Packed = BufReader<io::Take<File>>;

impl ZipEntry {
    /// How far the zip file is read.
    pub(super) fn position(&self) -> u64 {
        let packed = match &self.data {
            Data::Stored(packed) => packed,
            Data::Deflated(decoder) => decoder.get_ref(),
        };
        self.end - packed.get_ref().limit()
    }
}

impl Read for ZipEntry {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.data {
            Data::Stored(packed) => packed.read(into)?,
            Data::Deflated(decoder) => decoder.read(into)?,
        };
        self.crc.update(&into[..count]);
        self.read += count as u64;
        if count == 0 && !into.is_empty() && (self.read != self.size || self.crc.sum() != self.crc32) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its content does not have the size and sum noted"));
        }
        Ok(count)
    }
}

/// Finds the one file in a zip file.
pub(super) fn open_zip(file: File, path: &Path) -> Result<ZipEntry, ImportError> {
    let refuse = |error| match error {
        ZipError::Io(source) if source.kind() != io::ErrorKind::UnexpectedEof => {
            ImportError::Read { path: path.to_owned(), source }
        }
        error => ImportError::Unpack { packed: "zip", what: error.to_string() },
    };
    let mut archive = ZipArchive::new(file).map_err(refuse)?;
    if archive.has_duplicate_names() {
        return Err(ImportError::Unpack { packed: "zip", what: "two files in it have one name".to_owned() });
    }
    let mut found = Vec::new();
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(refuse)?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        // What the computer that packed the file added by itself.
        let added = name.starts_with("__MACOSX/") || name.ends_with(".DS_Store") || name.ends_with("Thumbs.db");
        if !entry.is_dir() && !added {
            found.push((at, name));
        }
    }
    if found.iter().any(|(_, name)| name == "[Content_Types].xml") {
        let found = "an Office document".to_owned();
        return Err(ImportError::WrongForm { found, advice: "save the voters as CSV first".to_owned() });
    }
    let [(at, _)] = found.as_slice() else {
        let number = found.len();
        let mut names: Vec<_> = found.into_iter().take(MOST_NAMES).map(|(_, name)| name).collect();
        names.extend((number > MOST_NAMES).then(|| "...".to_owned()));
        return Err(ImportError::NotOneFile { number, names });
    };
    let entry = archive.by_index_raw(*at).map_err(refuse)?;
    if entry.encrypted() {
        return Err(ImportError::Encrypted);
    }
    let what = |what: &str| ImportError::Unpack { packed: "zip", what: what.to_owned() };
    let start = entry.data_start().ok_or_else(|| what("its content cannot be found"))?;
    let (method, packed_size) = (entry.compression(), entry.compressed_size());
    let (size, crc32) = (entry.size(), entry.crc32());
    drop(entry);
    let mut file = archive.into_inner();
    file.seek(SeekFrom::Start(start)).map_err(|source| ImportError::Read { path: path.to_owned(), source })?;
    let packed = BufReader::with_capacity(64 * 1024, file.take(packed_size));
    let data = match method {
        CompressionMethod::Stored => Data::Stored(packed),
        CompressionMethod::Deflated => Data::Deflated(Box::new(DeflateDecoder::new(packed))),
        other => return Err(what(&format!("it is packed by a method other than deflate: {other}"))),
    };
    let end = start.checked_add(packed_size).ok_or_else(|| what("its content cannot be found"))?;
    Ok(ZipEntry { data, end, crc: Crc::new(), size, crc32, read: 0 })
}
