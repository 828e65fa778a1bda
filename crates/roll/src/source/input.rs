//! The bytes of the voter file: unpacked, hashed as they pass, decoded to UTF-8.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use encoding_rs::Decoder;
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::packed::{ZipEntry, open_zip};
use crate::error::ImportError;
use crate::format::hex;
use crate::import::Progress;
use crate::layout::Encoding;

/// Bytes read at a time. Small enough for a processor's cache, and for stopping soon.
pub(super) const CHUNK: usize = 256 * 1024;

/// The voter file, being read from its beginning to its end.
pub(super) struct Input<'p> {
    path: PathBuf,
    bytes: Bytes,
    progress: &'p dyn Progress,
    size: u64,
    /// Of the file as given: packed, if it is packed.
    hasher: Sha256,
    decoder: Option<Decoder>,
    /// What was read last, before decoding.
    chunk: Vec<u8>,
    /// Whether `chunk` has not been passed on yet.
    fresh: bool,
    /// Whether `chunk` has to be hashed still.
    unhashed: bool,
    ended: bool,
}

enum Bytes {
    Plain(File),
    Gzip(Box<MultiGzDecoder<BufReader<Hashed>>>),
    /// Hashed when it was opened, because its table of contents is at its end.
    Zip(Box<ZipEntry>),
}

impl<'p> Input<'p> {
    /// Opens the file and reads its first bytes. A file packed with gzip or zip is unpacked as it is read.
    pub(super) fn open(path: &Path, progress: &'p dyn Progress) -> Result<Self, ImportError> {
        let fail = |source| ImportError::Read { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(fail)?;
        let size = file.metadata().map_err(fail)?.len();
        let mut magic = Vec::new();
        (&mut file).take(4).read_to_end(&mut magic).map_err(fail)?;
        file.seek(SeekFrom::Start(0)).map_err(fail)?;
        let mut hasher = Sha256::new();
        let bytes = if magic.starts_with(b"\x1f\x8b") {
            let packed = Hashed { file, hasher: Sha256::new(), read: 0 };
            Bytes::Gzip(Box::new(MultiGzDecoder::new(BufReader::with_capacity(64 * 1024, packed))))
        } else if magic.starts_with(b"PK\x03\x04") || magic.starts_with(b"PK\x05\x06") {
            hasher = hash_all(&mut file, path, progress)?;
            Bytes::Zip(Box::new(open_zip(file, path)?))
        } else {
            Bytes::Plain(file)
        };
        let mut input = Self {
            path: path.to_owned(),
            bytes,
            progress,
            size,
            hasher,
            decoder: None,
            chunk: Vec::with_capacity(CHUNK),
            fresh: false,
            unhashed: false,
            ended: false,
        };
        input.read()?;
        input.fresh = true;
        Ok(input)
    }

    /// Says how bytes stand for text. To be called before the first [`Input::more`].
    pub(super) fn decode(&mut self, encoding: Encoding) {
        self.decoder = match encoding {
            Encoding::Utf8 => None,
            Encoding::Latin1 => Some(encoding_rs::WINDOWS_1252.new_decoder_without_bom_handling()),
            Encoding::Utf16 => Some(encoding_rs::UTF_16LE.new_decoder()),
        };
    }

    /// The first bytes of the file, unpacked but not decoded; to be called before the first [`Input::more`].
    pub(super) fn head(&self) -> &[u8] {
        &self.chunk
    }

    /// Whether the file is packed.
    pub(super) fn packed(&self) -> Option<&'static str> {
        match self.bytes {
            Bytes::Plain(_) => None,
            Bytes::Gzip(_) => Some("gzip"),
            Bytes::Zip(_) => Some("zip"),
        }
    }

    #[cfg(feature = "parquet")]
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// SHA-256 of the bytes read so far, in hexadecimal; of a packed file, of the packed bytes.
    pub(super) fn sha256(&self) -> String {
        let mut hasher = match &self.bytes {
            Bytes::Gzip(decoder) => decoder.get_ref().get_ref().hasher.clone(),
            Bytes::Plain(_) | Bytes::Zip(_) => self.hasher.clone(),
        };
        if self.unhashed {
            hasher.update(&self.chunk);
        }
        hex(&hasher.finalize())
    }

    /// Appends the next piece of the file to `text`, in UTF-8; `false` at the end.
    pub(super) fn more(&mut self, text: &mut Vec<u8>) -> Result<bool, ImportError> {
        if self.fresh {
            self.fresh = false;
        } else {
            self.hash();
            self.read()?;
        }
        match &mut self.decoder {
            None => text.extend_from_slice(&self.chunk),
            Some(decoder) => {
                let room = decoder.max_utf8_buffer_length(self.chunk.len()).unwrap_or(4 * CHUNK);
                let start = text.len();
                text.resize(start + room, 0);
                let (_, _, written, _) = decoder.decode_to_utf8(&self.chunk, &mut text[start..], self.ended);
                text.truncate(start + written);
            }
        }
        Ok(!self.ended)
    }

    /// Hashes what was read last. [`Input::more`] does it too; to call it is to do it at the same time as other work.
    pub(super) fn hash(&mut self) {
        if self.unhashed {
            self.hasher.update(&self.chunk);
            self.unhashed = false;
        }
    }

    fn read(&mut self) -> Result<(), ImportError> {
        self.chunk.clear();
        if self.ended {
            return Ok(());
        }
        if self.progress.cancelled() {
            return Err(ImportError::Cancelled);
        }
        let most = CHUNK as u64;
        let (read, packed) = match &mut self.bytes {
            Bytes::Plain(file) => (file.take(most).read_to_end(&mut self.chunk), None),
            Bytes::Gzip(decoder) => (decoder.take(most).read_to_end(&mut self.chunk), Some("gzip")),
            Bytes::Zip(entry) => (entry.take(most).read_to_end(&mut self.chunk), Some("zip")),
        };
        read.map_err(|source| match packed {
            Some(packed) if is_damage(&source) => ImportError::Unpack { packed, what: source.to_string() },
            _ => ImportError::Read { path: self.path.clone(), source },
        })?;
        self.ended = self.chunk.is_empty();
        self.unhashed = packed.is_none();
        let done = match &mut self.bytes {
            Bytes::Plain(file) => file.stream_position().unwrap_or(0),
            Bytes::Gzip(decoder) => decoder.get_ref().get_ref().read,
            Bytes::Zip(entry) => entry.position(),
        };
        self.progress.advance(done, self.size.max(done));
        Ok(())
    }
}

/// Whether the packed data is at fault and not the disk.
fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
}

/// A file, hashed as it is read.
struct Hashed {
    file: File,
    hasher: Sha256,
    read: u64,
}

impl Read for Hashed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        self.hasher.update(&into[..count]);
        self.read += count as u64;
        Ok(count)
    }
}

/// Hashes a file from its beginning, and goes back there.
pub(super) fn hash_all(file: &mut File, path: &Path, progress: &dyn Progress) -> Result<Sha256, ImportError> {
    let fail = |source| ImportError::Read { path: path.to_owned(), source };
    let mut hasher = Sha256::new();
    let mut chunk = Vec::with_capacity(CHUNK);
    loop {
        if progress.cancelled() {
            return Err(ImportError::Cancelled);
        }
        chunk.clear();
        (&mut *file).take(CHUNK as u64).read_to_end(&mut chunk).map_err(fail)?;
        if chunk.is_empty() {
            break;
        }
        hasher.update(&chunk);
    }
    file.seek(SeekFrom::Start(0)).map_err(fail)?;
    Ok(hasher)
}
