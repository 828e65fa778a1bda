//! The pieces of the public record: the figures as data, the result line by line, the log of events in the common form, and a page to read.
//! The same case gives the same bytes everywhere: no clock, no locale, nothing about a person.

mod events;
mod lines;
mod page;
mod totals;

pub use events::{EventLog, EventLogError, LogFacts, event_descriptions};
pub use lines::{LinesError, write_lines};
pub use page::{FileEntry, Page, page};
pub use totals::{TOTALS_FORMAT, totals_csv, totals_json};

/// How much of a case is published. What is published can be checked; the rest is only committed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The certificate, its figures and the signed checkpoint. The log stays in the office, so a stranger can check the arithmetic and that the
    /// log is never exchanged for another one, but not the count.
    Totals,
    /// The log and the result of every line as well, with tags in place of people: a stranger can count again.
    Lines,
}
