//! The law as data: rule packs with citations and golden examples, the arithmetic of thresholds and clocks that they
//! ask for, and the certificate. Pure: texts come in, values go out; no file is read and no clock is asked.

mod assemble;
mod calendar;
pub mod certificate;
mod check;
mod clock;
mod details;
mod error;
mod figures;
mod formula;
mod golden;
mod library;
mod pack;
mod percent;
mod projection;
mod proponents;
mod requirement;
mod retention;
mod schema;

pub use calendar::{Calendar, CountedDays, NotCounted};
pub use clock::{Anchors, Deadline};
pub use error::{LawError, PackError};
pub use figures::{counted, decimal, grouped, percent};
pub use formula::{SampleFigures, Step};
pub use golden::GoldenFailure;
pub use library::FindPart;
pub use pack::{EarlyStop, RulePack, RuleRef, RuleView};
pub use percent::Percent;
pub use projection::{Edge, Edges, Projection, SampleSize, UnitFigures, UnitProjection, UnitsProjection};
pub use proponents::{CostMeter, DayCosts, ExaminationCosts, ExaminationDay, StaffTime, cost_meter, deposit_due};
pub use requirement::{Spread, Threshold, UnitCount, UnitSpread};
pub use retention::{KeptFor, Retention, RetentionFacts};
pub use schema::{BaseKind, Combine, Duty, Status};
