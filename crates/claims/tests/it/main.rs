//! Articles with planted figures, the slips one by one, tables, and any text at all.

// The lints' exception for tests does not reach helper functions, which no test attribute marks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod any_text;
mod articles;
mod common;
mod figures;
mod html;
mod sentences;
mod slips;
mod tables;
mod texts;
