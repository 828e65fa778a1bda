//! The pieces of the public record: the figures as data, the result line by line, the log of events in the common form, and a page to read.
//! The same case gives the same bytes everywhere: no clock, no locale, nothing about a person.

mod events;
mod lines;
mod totals;

pub use events::{EventLog, EventLogError, LogFacts, event_descriptions};
pub use lines::{LinesError, write_lines};
pub use totals::{TOTALS_FORMAT, totals_csv, totals_json};
