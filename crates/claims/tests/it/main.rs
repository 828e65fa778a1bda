//! Articles with planted figures, the slips one by one, and any text at all.

// The lints' exception for tests does not reach helper functions, which no test attribute marks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod sentences;
mod texts;
