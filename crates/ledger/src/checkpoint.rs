//! A checkpoint: which log, how many leaves, which root, in the text of C2SP tlog-checkpoint.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::Hash;

/// The state of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: its name, as the key that signs for it is named.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
}

/// Why a text is no checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is no checkpoint: it has three lines, the name of the log, its size in decimal digits, and its root in base64"
)]
pub struct CheckpointError;

impl Checkpoint {
    /// The text that is signed.
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// Reads the text that is signed. Only the one spelling of a checkpoint is taken: no further lines, no leading zeros.
    pub fn from_text(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) = (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError);
        };
        let number: u64 = size.parse().map_err(|_| CheckpointError)?;
        let root = STANDARD.decode(root).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(CheckpointError)?;
        if origin.is_empty() || number.to_string() != size {
            return Err(CheckpointError);
        }
        Ok(Self { origin: origin.to_owned(), size: number, root })
    }
}
