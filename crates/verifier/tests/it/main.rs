//! The two verifiers held against each other, piece by piece: the same questions to this workspace's crates and to `verify_record.py`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod law;
mod notes;
mod program;
mod python;
