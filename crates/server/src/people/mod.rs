//! The people of an office: accounts, duties, sessions, and the slips by which a hundred temporary workers get their first password.

mod accounts;
mod backup;
mod ceremonies;
mod passkeys;
mod secret;
mod sessions;
mod shifts;
mod sign_on;
mod store;

use std::sync::Arc;

use casework::{CaseworkError, OfficeStore, Place};
use jiff::Timestamp;
use tokio::sync::Semaphore;
use webauthn_rs::Webauthn;

pub(crate) use accounts::Event;
pub use accounts::{Account, NewAccount, OnRoll, Slip};
pub use backup::{back_up_accounts, restore_accounts};
pub use passkeys::{Challenge, MadePasskey, Passkey, PasskeyProof};
pub use sessions::{Enrolment, SignIn, SignedIn};
pub use shifts::{Day, Shift};
pub use sign_on::{CalledBy, Provider, SignOnBegun, SignOnProof, SignOnState};

use crate::problem::{Code, Problem};

/// What the office lets people do wrong before it locks them out, and how long things last.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Wrong passwords in a row before an account is locked.
    pub attempts: u32,
    /// How long it is locked then, in seconds.
    pub lock_seconds: i64,
    /// A session without a request for so many seconds has ended.
    pub idle_seconds: i64,
    /// A session ends after so many seconds, whatever happens.
    pub session_seconds: i64,
    /// An enrolment slip is good for so many seconds.
    pub slip_seconds: i64,
    /// Whoever watches a case hears something at least so often, and the session is looked at then.
    pub heartbeat_seconds: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            attempts: 8,
            lock_seconds: 15 * 60,
            idle_seconds: 30 * 60,
            session_seconds: 12 * 60 * 60,
            slip_seconds: 7 * 24 * 60 * 60,
            heartbeat_seconds: 15,
        }
    }
}

/// The clock of the office, so that tests can turn it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a server is told of its office.
#[derive(Clone)]
pub struct Setup {
    /// What people may do wrong, and how long things last.
    pub policy: Policy,
    /// The clock.
    pub clock: Clock,
    /// The time zone in which shifts are kept, as in `America/Los_Angeles`. The office remembers it.
    pub time_zone: Option<String>,
    /// The address that people reach the office under, as in `https://petitions.county.example:8443`. Passkeys are made for it; without it there
    /// are none.
    pub origin: Option<String>,
    /// The identity provider by which people may sign in; it needs the `origin`.
    pub provider: Option<Provider>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            clock: Arc::new(Timestamp::now),
            time_zone: None,
            origin: None,
            provider: None,
        }
    }
}

/// Why the accounts of an office cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// Their database refuses.
    #[error("the accounts: {0}")]
    Store(#[from] CaseworkError),
    /// There is no such time zone.
    #[error("{0:?} is no time zone; name one as in America/Los_Angeles")]
    UnknownTimeZone(String),
    /// Passkeys cannot be made for this address.
    #[error(
        "--origin {0:?} is not an address for passkeys: it begins with https://, has a name and no number, and nothing behind name and port, as in https://petitions.county.example:8443"
    )]
    Origin(String),
    /// The identity provider cannot be used.
    #[error("the single sign-on at {issuer}: {why}")]
    Provider {
        /// Its address.
        issuer: String,
        /// Why not.
        why: String,
    },
    /// Shifts are kept in another time zone.
    #[error(
        "people have shifts in the time zone {kept}; start the server with --time-zone {kept}, or take all shifts back before the office gets another"
    )]
    OtherTimeZone {
        /// The time zone of the office.
        kept: String,
    },
}

/// The accounts of an office, in a database of their own. What is decided about them, the database decides, so that several servers on one never
/// disagree.
#[derive(Clone)]
pub struct People {
    store: OfficeStore,
    policy: Policy,
    clock: Clock,
    /// What speaks to authenticators; none where there are no passkeys.
    webauthn: Option<Arc<Webauthn>>,
    /// What speaks to the identity provider; none where there is none.
    sign_on: Option<Arc<sign_on::SignOn>>,
    /// Hashing a password takes a core for a while; more at a time than this would stop everybody else's work.
    hashing: Arc<Semaphore>,
}

impl People {
    /// Opens the accounts, in a file or on a server; they are made where there are none.
    pub async fn open(place: &Place, setup: Setup) -> Result<Self, PeopleError> {
        let Setup { policy, clock, time_zone, origin, provider } = setup;
        let webauthn = origin.as_deref().map(passkeys::at).transpose()?.map(Arc::new);
        let sign_on = provider.map(|provider| sign_on::SignOn::at(origin.as_deref(), &provider)).transpose()?;
        let (store, hashing) = (store::open(place).await?, Arc::new(Semaphore::new(2)));
        let people = Self { store, policy, clock, webauthn, sign_on: sign_on.map(Arc::new), hashing };
        if let Some(zone) = time_zone {
            people.keep_zone(&zone).await?;
        }
        Ok(people)
    }

    /// The time now.
    pub(crate) fn clock(&self) -> Timestamp {
        (self.clock)()
    }

    /// How often whoever watches a case hears something.
    pub(crate) const fn heartbeat_seconds(&self) -> u64 {
        self.policy.heartbeat_seconds
    }

    /// The time now, in microseconds since 1970.
    fn now(&self) -> i64 {
        (self.clock)().as_microsecond()
    }

    /// Runs work with a password away from the threads that answer requests.
    async fn hashing<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let _place = self.hashing.acquire().await.map_err(Problem::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Problem::internal)
    }
}

/// An account's name as it is stored: in lower case, letters, digits, and `. _ - @` only.
pub fn account_name(text: &str) -> Result<String, Problem> {
    let name = text.trim();
    // Before it is in lower case: some letters of other scripts become ASCII by that.
    let good = |letter: char| letter.is_ascii_alphanumeric() || "._-@".contains(letter);
    if (1..=64).contains(&name.len()) && name.chars().all(good) {
        return Ok(name.to_ascii_lowercase());
    }
    let what = "the name of an account has 1 to 64 letters, digits, points, hyphens, underlines or at signs";
    Err(Problem::new(Code::BadRequest, what))
}

/// A secret for an authenticator, and the address that authenticators read it from.
pub(crate) fn authenticator(account: &str) -> Result<(String, String), Problem> {
    let secret = secret::authenticator()?;
    let url = secret::totp_url(&secret, account);
    Ok((secret, url))
}
