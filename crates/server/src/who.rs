//! Who may call what: the roles of an office, and the declaration that every route carries.

use std::{collections::BTreeMap, fmt, str::FromStr};

use casework::{Act, Own};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person does in an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Receives sections, counts signatures, scans and keys pages.
    Intake,
    /// Finds the signer on the roll, compares the signature, decides.
    Reviewer,
    /// Hands out work, watches the clock, resolves conflicts.
    Supervisor,
    /// Draws the sample in public, certifies, publishes.
    Registrar,
    /// Represents the proponents of a failed petition in the examination room.
    Examiner,
    /// Watches: figures and progress, nobody's record.
    Observer,
    /// Keeps accounts. Sees no case by that.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Intake,
        Self::Reviewer,
        Self::Supervisor,
        Self::Registrar,
        Self::Examiner,
        Self::Observer,
        Self::Administrator,
    ];

    /// Its name in the API and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Reviewer => "reviewer",
            Self::Supervisor => "supervisor",
            Self::Registrar => "registrar",
            Self::Examiner => "examiner",
            Self::Observer => "observer",
            Self::Administrator => "administrator",
        }
    }

    /// Whether the role is held in the office as a whole, and not case by case.
    pub const fn of_the_office(self) -> bool {
        matches!(self, Self::Administrator)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a text is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no role {0:?}; the roles are intake, reviewer, supervisor, registrar, examiner, observer, administrator"
)]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name() == text).ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// Who may call a route. There is no default: a route is added with its declaration or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody, without a session.
    Anyone,
    /// Whoever is signed in, even with a password that must be changed first.
    SignedIn,
    /// Whoever has one of these roles in the office.
    InOffice(&'static [Role]),
    /// Whoever has one of these roles in the case that the address names as `{case}`.
    InCase(&'static [Role]),
}

impl Who {
    /// The declaration as it stands in the OpenAPI document, in `x-who`.
    pub(crate) fn declared(self) -> serde_json::Value {
        let names = |roles: &[Role]| roles.iter().map(|role| role.name()).collect::<Vec<_>>();
        match self {
            Self::Anyone => serde_json::json!("anyone"),
            Self::SignedIn => serde_json::json!("signed_in"),
            Self::InOffice(roles) => serde_json::json!({ "in_office": names(roles) }),
            Self::InCase(roles) => serde_json::json!({ "in_case": names(roles) }),
        }
    }
}

/// Roles by case; the office as a whole is the case without a name.
pub type Duties = BTreeMap<String, Vec<Role>>;

/// The person behind a request, once the session is found to be good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub account: String,
    /// What the person may do, and where.
    pub duties: Duties,
    /// Who the person is on the roll.
    pub own: Own,
    /// Whether a new password must be set before anything else.
    pub must_change: bool,
    /// When the session ends, however busy it is.
    pub ends_at: Timestamp,
    /// The session, by the digest of its token.
    pub(crate) session: String,
}

impl Caller {
    /// What the person does now, as it is recorded.
    pub(crate) fn act(&self) -> Act {
        Act { actor: self.account.clone(), at: Timestamp::now() }
    }

    /// Whether the person has one of these roles in a case, or in the office where the case has no name.
    pub fn has(&self, case: &str, roles: &[Role]) -> bool {
        self.duties.get(case).is_some_and(|held| held.iter().any(|role| roles.contains(role)))
    }
}
