//! A public record on disk: its files, their sums, and the signatures over them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use ledger::{Checkpoint, SignatureKind, VerifyingKey, hex, verify, verify_cosignature, verify_text};
use sha2::{Digest, Sha256};

use crate::layout::{CERTIFICATE, CERTIFIED_LEAF, CERTIFIED_PROOF, CHECKPOINT, KEY, LOG, SUMS, SUMS_SIGNATURE};

/// Why a folder cannot be read as a record.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The system refuses.
    #[error("{} cannot be read: {source}", .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Something that is no part of a record.
    #[error("{} is neither a file nor a folder, or its name is not plain text; a record holds nothing else", .0.display())]
    Odd(PathBuf),
}

/// Every file of a record, by its name with forward slashes.
#[derive(Debug, Clone, Default)]
pub struct Record {
    files: BTreeMap<String, Content>,
}

/// A file of a record.
#[derive(Debug, Clone)]
struct Content {
    /// SHA-256 of it, 64 hexadecimal digits.
    sum: String,
    /// Its bytes, where a check reads them; of the others only the sum is looked at, and they may be large.
    bytes: Option<Vec<u8>>,
}

/// The files that checks read.
const READ: [&str; 8] = [CERTIFICATE, CERTIFIED_LEAF, CERTIFIED_PROOF, CHECKPOINT, KEY, LOG, SUMS, SUMS_SIGNATURE];

impl Record {
    /// Reads a folder with everything in it.
    pub fn read(dir: &Path) -> Result<Self, RecordError> {
        let mut files = BTreeMap::new();
        read_into(dir, "", &mut files)?;
        Ok(Self { files })
    }

    /// A record from its files.
    pub fn from_files(files: BTreeMap<String, Vec<u8>>) -> Self {
        let content = |bytes: Vec<u8>| Content { sum: hex(&Sha256::digest(&bytes)), bytes: Some(bytes) };
        Self { files: files.into_iter().map(|(name, bytes)| (name, content(bytes))).collect() }
    }

    /// The bytes of a file that checks read.
    pub(crate) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name)?.bytes.as_deref()
    }

    /// SHA-256 of a file, 64 hexadecimal digits; none where the record has no such file.
    pub(crate) fn sum(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(|file| file.sum.as_str())
    }

    /// The names of all files, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The log, where lines are published.
    pub(crate) fn log(&self) -> Option<&[u8]> {
        self.bytes(LOG)
    }

    /// A file that is text, or why it is not.
    pub(crate) fn text(&self, name: &str) -> Result<&str, String> {
        let bytes = self.bytes(name).ok_or_else(|| format!("{name} is missing from the record"))?;
        std::str::from_utf8(bytes).map_err(|_| format!("{name} is not text in UTF-8"))
    }

    /// The key to check with: the one known, which must be the record's own.
    pub(crate) fn key(&self, known: Option<&VerifyingKey>) -> Result<VerifyingKey, String> {
        let text = self.text(KEY)?;
        let own = VerifyingKey::from_line(text).map_err(|error| format!("{KEY}: {error}"))?;
        if own.kind() != SignatureKind::Log || format!("{}\n", own.to_line()) != text {
            return Err(format!("{KEY} is not the one line of the key of a log"));
        }
        match known {
            Some(known) if *known != own => {
                Err(format!("the record was signed with the key {}, not with the one given", own.to_line()))
            }
            _ => Ok(own),
        }
    }

    /// Whether the list of sums is signed.
    pub(crate) fn check_signature(&self, key: &VerifyingKey) -> Result<String, String> {
        let signed =
            verify_text(self.text(SUMS_SIGNATURE)?, key).map_err(|error| format!("{SUMS_SIGNATURE}: {error}"))?;
        if signed == sums_text(key.name(), self.text(SUMS)?.as_bytes()) {
            Ok(format!("by {}", key.name()))
        } else {
            Err(format!("{SUMS} is not the list that was signed"))
        }
    }

    /// Whether the files are those of the list, byte for byte, and no others.
    pub(crate) fn check_files(&self) -> Result<String, String> {
        let mut listed = BTreeSet::new();
        for line in self.text(SUMS)?.lines() {
            let (sum, name) = line.split_once("  ").ok_or_else(|| format!("{SUMS}: not a sum and a name: {line}"))?;
            let file = self.files.get(name).ok_or_else(|| format!("{name} is missing from the record"))?;
            if file.sum != sum {
                return Err(format!("{name} is not as it was published: its SHA-256 is {}", file.sum));
            }
            listed.insert(name);
        }
        let apart = [SUMS, SUMS_SIGNATURE, CHECKPOINT];
        match self.files.keys().find(|name| !listed.contains(name.as_str()) && !apart.contains(&name.as_str())) {
            Some(name) => Err(format!("{name} stands in the folder and not in {SUMS}; it is no part of the record")),
            None => Ok(format!("{} files", listed.len())),
        }
    }

    /// The checkpoint, once its signature is found to be right.
    pub(crate) fn checkpoint(&self, key: &VerifyingKey) -> Result<Checkpoint, String> {
        verify(self.text(CHECKPOINT)?, key).map_err(|error| format!("{CHECKPOINT}: {error}"))
    }

    /// When a witness cosigned the checkpoint, once the signature is found to be right.
    pub(crate) fn witnessed(&self, witness: &VerifyingKey) -> Result<String, String> {
        let seconds = verify_cosignature(self.text(CHECKPOINT)?, witness)
            .map_err(|error| format!("{CHECKPOINT}: {}: {error}", witness.name()))?;
        let time = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
        let time = time.map_or_else(|| format!("second {seconds}"), |time| time.to_string());
        Ok(format!("by {} at {time}", witness.name()))
    }
}

/// The text that is signed for a record: the log's name, the word `record`, and the SHA-256 of the list of sums.
pub fn sums_text(origin: &str, sums: &[u8]) -> String {
    format!("{origin}\nrecord\n{}\n", hex(&Sha256::digest(sums)))
}

/// SHA-256 of a file of any size.
fn sum_of(path: &Path) -> std::io::Result<String> {
    let (mut file, mut hash) = (fs::File::open(path)?, Sha256::new());
    let mut buffer = vec![0; 1 << 18];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buffer[..read]);
    }
}

fn read_into(dir: &Path, under: &str, files: &mut BTreeMap<String, Content>) -> Result<(), RecordError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| RecordError::Unreadable { path, source }
    };
    for entry in fs::read_dir(dir).map_err(unreadable(dir))? {
        let path = entry.map_err(unreadable(dir))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Err(RecordError::Odd(path)) };
        let name = format!("{under}{name}");
        let kind = fs::symlink_metadata(&path).map_err(unreadable(&path))?.file_type();
        if kind.is_dir() {
            read_into(&path, &format!("{name}/"), files)?;
        } else if kind.is_file() {
            let content = if READ.contains(&name.as_str()) {
                let bytes = fs::read(&path).map_err(unreadable(&path))?;
                Content { sum: hex(&Sha256::digest(&bytes)), bytes: Some(bytes) }
            } else {
                Content { sum: sum_of(&path).map_err(unreadable(&path))?, bytes: None }
            };
            files.insert(name, content);
        } else {
            return Err(RecordError::Odd(path));
        }
    }
    Ok(())
}
