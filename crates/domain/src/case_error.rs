//! Why an event does not fit a case, in words for an official.

use jiff::Timestamp;

use crate::{AuditError, LineError, LineRef, RollSeal, SampleError, SectionError, SectionNo};

/// Why an event does not fit the case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaseError {
    /// The first event is not the opening.
    #[error("the first event of a case must be its opening; this file does not begin with one")]
    NotOpened,
    /// A second opening.
    #[error("the case is open already")]
    OpenedTwice,
    /// Numbers of events with a gap.
    #[error("nothing-vanishes: event {found} follows event {last}; the log has a gap, restore it from a backup")]
    Gap {
        /// The last event in order.
        last: u64,
        /// The number found instead of the next.
        found: u64,
    },
    /// A time before that of the event before.
    #[error("event {seq} was recorded at {found}, before the one in front of it at {last}; the log is not in order")]
    Backwards {
        /// Number of the event.
        seq: u64,
        /// When the event before it was recorded.
        last: Timestamp,
        /// Its own time.
        found: Timestamp,
    },
    /// A decision from the future.
    #[error("a decision of {decided_at} cannot be recorded at {at}: correct the time of the decision, or the clock")]
    DecidedLater {
        /// When it was decided, as given.
        decided_at: Timestamp,
        /// When it was to be recorded.
        at: Timestamp,
    },
    /// The numbers of a roll that has other numbers already.
    #[error(
        "the roll with this digest was sealed with {} voters, {} of them active, and not with other numbers; import the voter file anew",
        .0.rows, .0.active
    )]
    OtherNumbers(RollSeal),
    /// The act does not belong to this phase.
    #[error("{act} is not possible {phase}; {next}")]
    WrongPhase {
        /// What was tried.
        act: &'static str,
        /// Where the case stands.
        phase: &'static str,
        /// What to do.
        next: &'static str,
    },
    /// The section was received before.
    #[error("section {0} was received before; a section is received once, with all its lines")]
    SectionTwice(SectionNo),
    /// No such section.
    #[error("there is no section {0} in this case")]
    NoSection(SectionNo),
    /// No such line.
    #[error("there is no line {0} in this case")]
    NoLine(LineRef),
    /// Lines to be struck or reinstated that do not come in rising order.
    #[error("line {0} comes twice or out of order; name the lines by section, then line, each once")]
    NotRising(LineRef),
    /// A line that is keyed though somebody has found on it.
    #[error(
        "section {} line {}: somebody has found on this line, so what stands on it is not keyed anew; take the decision back first", .0.section, .0.line
    )]
    FoundOn(LineRef),
    /// The section's lines and their texts differ in number.
    #[error("section {0}: the public and the private part of the event speak of different numbers of lines")]
    PartsDiffer(SectionNo),
    /// A count that is not the count.
    #[error("the raw count is {counted}, not {given}")]
    WrongCount {
        /// Lines received.
        counted: u64,
        /// The number in the event.
        given: u64,
    },
    /// No roll yet.
    #[error(
        "no roll is sealed for this case; look the signers up first with `countersign match --case CASE --roll ROLL`"
    )]
    NoRoll,
    /// A line refuses.
    #[error("section {} line {}: {source}", .line.section, .line.line)]
    Line {
        /// Which line.
        line: LineRef,
        /// Why.
        source: LineError,
    },
    /// A section refuses.
    #[error(transparent)]
    Section(#[from] SectionError),
    /// The sample refuses.
    #[error(transparent)]
    Sample(#[from] SampleError),
    /// The check of the outcome refuses.
    #[error(transparent)]
    Audit(#[from] AuditError),
}
