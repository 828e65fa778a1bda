//! The pieces of the public record that are read and not computed again: the log of events in the common form, and a page.
//! The same case gives the same bytes everywhere: no clock, no locale, nothing about a person.

mod events;
mod page;

pub use events::{EventLog, EventLogError, LogFacts, event_descriptions};
pub use page::{FileEntry, Page, page};

/// How much of a case is published. What is published can be checked; the rest is only committed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The certificate, its figures and the signed checkpoint. The log stays in the office, so a stranger can check the arithmetic and that the
    /// log is never exchanged for another one, but not the count.
    Totals,
    /// The log and the result of every line as well, with tags in place of people: a stranger can count again.
    Lines,
}
