//! The public sample of a petition's lines, what follows from it, and the check of a decision by a few lines. Pure, in
//! whole numbers and exact fractions: a stranger with the same list, seed and findings gets the same digits.

pub mod audit;
pub mod confidence;
pub mod decimal;
pub mod draw;
pub mod estimate;
pub mod manifest;
pub mod outward;
pub mod seed;
pub mod sequential;

/// The most lines that the estimates and tests take: 67,108,864, some thirty times the largest petition on record.
/// It keeps every product of two counts within 64 bits.
pub const MAX_LINES: u64 = 1 << 26;

/// A program of about fifty lines, Python 3 and nothing else, with which a stranger redraws a sample.
pub const REDRAW_PY: &str = include_str!("../redraw.py");
