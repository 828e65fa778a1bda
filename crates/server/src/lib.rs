//! The office as a server: its people, their sessions and duties, and the API that the workstation calls. No rules of its own: what may be done
//! to a case, `casework` says.

mod answer;
mod api;
mod assets;
mod backups;
mod board;
mod cases;
mod desk;
mod people;
mod problem;
mod routes;
mod serve;
mod who;

use std::{path::PathBuf, sync::Arc};

use axum::Router;
use utoipa::openapi::OpenApi;

pub use backups::Backups;
pub use cases::{Cases, CasesError};
pub use desk::Desk;
pub use people::{
    Account, CalledBy, Challenge, Clock, Day, Enrolment, MadePasskey, NewAccount, OnRoll, Passkey, PasskeyProof,
    People, PeopleError, Policy, Provider, Setup, Shift, SignIn, SignOnBegun, SignOnProof, SignOnState, SignedIn, Slip,
    account_name, back_up_accounts, restore_accounts,
};
pub use problem::{Code, Problem};
pub use serve::{ServeError, Tls, serve};
pub use who::{Caller, Duties, Role, UnknownRole, Who};

/// Everything that the routes work on.
pub struct Office {
    /// The people.
    pub people: People,
    /// The cases that are served.
    pub cases: Cases,
    /// Where the images of pages and signatures are kept; none where the office has none.
    pub images: Option<Arc<blobs::Blobs>>,
    /// The folder of the published records, each under the name of its case; without one there is no public page.
    pub public: Option<PathBuf>,
}

/// The routes of an office, and the document that describes them.
pub fn api(office: Arc<Office>) -> (Router, OpenApi) {
    routes::all(office)
}
