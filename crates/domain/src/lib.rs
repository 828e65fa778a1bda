//! The words of petition verification: petition, section, line, voter, disposition, reason, grounds; the states of
//! a line, a section and a case; the events; and the pure fold from events to the state of a case. No I/O, no clock, no floats.

mod audit;
mod case;
mod case_error;
mod event;
mod ids;
pub mod invariants;
mod line;
mod milestone;
mod petition;
mod public;
mod reason;
mod running;
mod sample;
mod section;
mod settle;

pub use audit::{Audit, AuditError, AuditSealed, AuditSeeded, Side, at_stake, side};
pub use case::{Case, Phase, RollSeal, Withdrawal};
pub use case_error::CaseError;
pub use event::{
    CaseOpened, CaseOpenedPrivate, Certified, CountReopened, Event, LawText, LineJudged, LineJudgedPrivate,
    LineReopened, LinesKeyed, LinesKeyedPrivate, LinesStruck, NotePrivate, Official, RawCounted, Recorded,
    SearchedSection, SearchedSectionPrivate, SectionReceived, SectionReceivedPrivate, SectionVoided, StoredCandidate,
    StoredLine, StoredSearch, WithdrawalReceived, WithdrawalReceivedPrivate,
};
pub use ids::{LineNo, LineRef, PageNo, ParseNumberError, ReviewerId, SectionNo, VoterId};
pub use line::{Judgment, Line, LineError, LineState};
pub use milestone::{Milestone, Milestones, NoFilingDay, UnknownMilestone};
pub use petition::{CaseRules, Electorate, Petition, PetitionKind};
pub use reason::{Category, Disposition, Reason, ReasonParseError};
pub use running::RunningSettlement;
pub use sample::{ManifestSealed, Sample, SampleDrawn, SampleError, sample_complete};
pub use section::{Circulation, Section, SectionError, SectionState, VoidGround};
pub use settle::{Changed, Finding, Grounds, Settled, Settlement, Tally, Verdict, changed, settle, settle_sample};
