//! The law as data: rule packs with citations and golden examples, the arithmetic of thresholds and clocks that they
//! ask for, and the certificate. Pure: texts come in, values go out; no file is read and no clock is asked.

mod calendar;
pub mod certificate;
mod check;
mod error;
mod figures;
mod golden;
mod pack;
mod schema;

pub use calendar::{Calendar, CountedDays, NotCounted};
pub use error::{LawError, PackError};
pub use figures::{grouped, percent};
pub use golden::GoldenFailure;
pub use pack::{Anchors, Deadline, RulePack, RuleRef, RuleView, Threshold};
pub use schema::Status;
