//! The tamper-evident record of a case: events as leaves of the tree of RFC 6962, checkpoints as signed notes, proofs, and salted
//! commitments to what stays in the office. No I/O, no clock, no source of chance.
//!
//! The notes are those of `signed_note`, a kept library. The tree is ours: the kept ones hold every leaf in memory or bind the log to tiles
//! on a web server, and a tree over a case's events needs neither. It is tested against one of them.

mod checkpoint;
mod hash;
mod leaf;
mod note;
mod private;
mod proof;
mod tree;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use hash::{Hash, from_hex, hex};
pub use leaf::{Leaf, LeafError};
pub use note::{
    NoteError, SignatureKind, SigningKey, VerifyingKey, cosign, read_unverified, sign, sign_text, verify,
    verify_cosignature, verify_text,
};
pub use private::{Opening, OpeningError, PersonOpening, Secret, agree, commitment, tag};
pub use proof::{ConsistencyProof, InclusionProof, ProofError};
pub use tree::{Tree, consistency, inclusion, leaf_hash, root_of, verify_consistency, verify_inclusion};
