//! Proofs as files: a leaf in a log (C2SP tlog-proof), and a log that only grew (the body of C2SP tlog-witness).

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{Checkpoint, Hash, tree};

const INCLUSION: &str = "c2sp.org/tlog-proof@v1";

/// That a leaf stands in the log of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// Place of the leaf, counted from zero.
    pub index: u64,
    /// The audit path, from the leaf up.
    pub path: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// That the log of a checkpoint begins with an older log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// Size of the older log.
    pub old: u64,
    /// The path.
    pub path: Vec<Hash>,
    /// The newer signed checkpoint.
    pub checkpoint: String,
}

/// Why a text is no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no proof in the form that C2SP describes; take the file as it was given")]
pub struct ProofError;

impl InclusionProof {
    /// The file's text.
    pub fn to_text(&self) -> String {
        format!("{INCLUSION}\nindex {}\n{}\n{}", self.index, hashes(&self.path), self.checkpoint)
    }

    /// Reads the file's text. Extra data, which the form allows, is passed over.
    pub fn from_text(text: &str) -> Result<Self, ProofError> {
        let rest = text.strip_prefix(INCLUSION).and_then(|rest| rest.strip_prefix('\n')).ok_or(ProofError)?;
        let rest = match rest.strip_prefix("extra ") {
            Some(extra) => extra.split_once('\n').ok_or(ProofError)?.1,
            None => rest,
        };
        let (index, path, checkpoint) = body(rest, "index ")?;
        Ok(Self { index, path, checkpoint })
    }

    /// Whether the leaf stands at its place in the log of this checkpoint, which the caller has read from `self.checkpoint` and found to be signed.
    pub fn holds(&self, leaf: &[u8], checkpoint: &Checkpoint) -> bool {
        tree::verify_inclusion(self.index, checkpoint.size, tree::leaf_hash(leaf), &self.path, &checkpoint.root)
    }
}

impl ConsistencyProof {
    /// The file's text.
    pub fn to_text(&self) -> String {
        format!("old {}\n{}\n{}", self.old, hashes(&self.path), self.checkpoint)
    }

    /// Reads the file's text.
    pub fn from_text(text: &str) -> Result<Self, ProofError> {
        let (old, path, checkpoint) = body(text, "old ")?;
        Ok(Self { old, path, checkpoint })
    }

    /// Whether the newer log begins with the older one. Both checkpoints have been found to be signed.
    pub fn holds(&self, old: &Checkpoint, new: &Checkpoint) -> bool {
        self.old == old.size
            && old.origin == new.origin
            && tree::verify_consistency(old.size, &old.root, new.size, &new.root, &self.path)
    }
}

fn hashes(path: &[Hash]) -> String {
    path.iter().map(|hash| STANDARD.encode(hash) + "\n").collect()
}

/// A number behind its word, hashes line by line, an empty line, and the checkpoint.
fn body(text: &str, word: &str) -> Result<(u64, Vec<Hash>, String), ProofError> {
    let (mut line, mut rest) = text.strip_prefix(word).and_then(|text| text.split_once('\n')).ok_or(ProofError)?;
    let number: u64 = line.parse().map_err(|_| ProofError)?;
    if number.to_string() != line {
        return Err(ProofError);
    }
    let mut path = Vec::new();
    loop {
        (line, rest) = rest.split_once('\n').ok_or(ProofError)?;
        if line.is_empty() {
            return Ok((number, path, rest.to_owned()));
        }
        path.push(STANDARD.decode(line).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(ProofError)?);
    }
}
