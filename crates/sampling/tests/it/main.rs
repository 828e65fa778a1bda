//! The draw against an independent program, the arithmetic against exact fractions, the promises by simulation.

// The lints' exception for tests does not reach helper functions, which no test attribute marks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// Counts in tests are small; floats appear only where a published table of a distribution is given in them.
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]

mod audit;
mod common;
mod confidence;
mod decimal;
mod draw;
mod estimate;
mod manifest;
mod outward;
mod redraw;
mod seed;
mod sequential;
