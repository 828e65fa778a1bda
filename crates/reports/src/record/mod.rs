//! The same case gives the same bytes everywhere: no clock, no locale, nothing about a person.

mod lines;
mod totals;

pub use lines::{LinesError, write_lines};
pub use totals::{TOTALS_FORMAT, totals_csv, totals_json};
