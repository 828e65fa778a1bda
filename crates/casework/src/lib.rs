//! The verbs of the office over one case: receive, count, search, judge, withdraw, certify. The only writer of a case,
//! which is kept in a file or on a PostgreSQL server;
//! every change is one transaction that appends events and the tables that follow from them.

mod audit;
mod census;
mod certify;
mod decide;
mod error;
mod fault;
pub mod files;
mod fold;
mod intake;
mod opening;
mod overturn;
mod place;
mod postgres;
mod rebuild;
mod record;
mod recount;
mod relaw;
mod sample;
mod search;
mod sqlite;
mod standing;
mod status;
mod store;
mod stored;
mod tables;

pub use audit::Population;
pub use census::CensusEstimate;
pub use certify::{CertifyInputs, certificate_digest};
pub use decide::{DecideReport, VoidReport};
pub use error::CaseworkError;
pub use intake::{CountReport, IntakeReport, WithdrawalReport};
pub use opening::CaseFacts;
pub use overturn::{ByReason, Overturn, overturn};
pub use place::{Place, PlaceError, Server};
pub use rebuild::RebuildReport;
pub use recount::StruckReport;
pub use relaw::{ChangedLine, Relaw, UnderPack};
pub use sample::{Beside, DrawReport, Progress, SampleStanding, SealReport};
pub use search::{SearchReport, stored_search};
pub use status::Status;
pub use store::{Act, CaseFile};
