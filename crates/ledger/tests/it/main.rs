//! The tree against its definition and a kept library, proofs against every wrong leaf, notes and openings against every change.

// The lints' exception for tests does not reach helper functions, which no test attribute marks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod note;
mod private;
mod tree;
