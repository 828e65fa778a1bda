//! Signing in and out.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TheOffice;
use crate::{
    answer::Given,
    api::COOKIE,
    people::{Enrolment, SignIn, SignedIn},
    problem::{Code, Problem},
    who::Caller,
};

/// The cookie of a session: for this server alone, by TLS alone, out of reach of scripts.
fn cookie(token: &str, seconds: u32) -> HeaderMap {
    let text = format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={seconds}");
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.insert(header::SET_COOKIE, value);
    }
    headers
}

/// A session that was opened.
#[derive(Serialize, ToSchema)]
pub(super) struct Opened {
    /// The token, for programs that keep no cookies: send it as `Authorization: Bearer`.
    token: String,
    #[serde(flatten)]
    who: SignedIn,
}

pub(super) async fn opened(office: &crate::Office, token: String) -> Result<(HeaderMap, Json<Opened>), Problem> {
    let caller = office.people.caller(&token).await?.ok_or_else(|| Problem::internal("a new session is gone"))?;
    // The cookie outlives the session, whose end the server knows.
    Ok((cookie(&token, 86_400), Json(Opened { token, who: signed_in(caller) })))
}

fn signed_in(caller: Caller) -> SignedIn {
    let Caller { account, duties, must_change, ends_at, .. } = caller;
    SignedIn { account, duties, must_change_password: must_change, ends_at }
}

/// Sign in. Too many wrong passwords lock the account for a while.
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = SignIn,
    responses((status = 200, body = Opened), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub(super) async fn sign_in(
    State(office): TheOffice,
    Given(given): Given<SignIn>,
) -> Result<(HeaderMap, Json<Opened>), Problem> {
    let token = office.people.sign_in(given).await?;
    opened(&office, token).await
}

/// Set the first password by a slip, and sign in.
#[utoipa::path(post, path = "/api/enrolment", tag = "session", request_body = Enrolment,
    responses((status = 200, body = Opened), (status = 400, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn enrol(
    State(office): TheOffice,
    Given(given): Given<Enrolment>,
) -> Result<(HeaderMap, Json<Opened>), Problem> {
    let token = office.people.enrol(given).await?;
    opened(&office, token).await
}

/// Who is signed in, and with which duties.
#[utoipa::path(get, path = "/api/session", tag = "session",
    responses((status = 200, body = SignedIn), (status = 401, body = Problem)))]
pub(super) async fn show(caller: Caller) -> Json<SignedIn> {
    Json(signed_in(caller))
}

/// Sign out.
#[utoipa::path(delete, path = "/api/session", tag = "session",
    responses((status = 200, description = "The session has ended"), (status = 401, body = Problem)))]
pub(super) async fn sign_out(State(office): TheOffice, caller: Caller) -> Result<HeaderMap, Problem> {
    office.people.sign_out(&caller).await?;
    Ok(cookie("", 0))
}

/// A password for another.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordChange {
    /// The password now.
    old: String,
    /// The password from now on.
    new: String,
}

/// Change one's password. All other sessions of the account end.
#[utoipa::path(put, path = "/api/session/password", tag = "session", request_body = PasswordChange,
    responses((status = 200, description = "Done"), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn change_password(
    State(office): TheOffice,
    caller: Caller,
    Given(change): Given<PasswordChange>,
) -> Result<(), Problem> {
    office.people.change_password(&caller, change.old, change.new).await
}

/// An authenticator to be set up.
#[derive(Serialize, ToSchema)]
pub(super) struct NewAuthenticator {
    /// The secret, to be typed into the authenticator.
    secret: String,
    /// The same as an address that authenticators read from a picture.
    url: String,
}

/// A secret for an authenticator. It counts once a code of it was sent back.
#[utoipa::path(post, path = "/api/session/authenticator", tag = "session",
    responses((status = 200, body = NewAuthenticator), (status = 401, body = Problem)))]
pub(super) async fn new_authenticator(caller: Caller) -> Result<Json<NewAuthenticator>, Problem> {
    let (secret, url) = crate::people::authenticator(&caller.account)?;
    Ok(Json(NewAuthenticator { secret, url }))
}

/// An authenticator with a code that it shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthenticatorSet {
    /// The secret.
    secret: String,
    /// The code that it shows now.
    code: String,
    /// The password, since a session left open must not be enough.
    password: String,
}

/// Set an authenticator, whose codes are asked for at every signing in from now on.
#[utoipa::path(put, path = "/api/session/authenticator", tag = "session", request_body = AuthenticatorSet,
    responses((status = 200, description = "Done"), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub(super) async fn set_authenticator(
    State(office): TheOffice,
    caller: Caller,
    Given(set): Given<AuthenticatorSet>,
) -> Result<(), Problem> {
    let base32 = |letter: char| letter.is_ascii_uppercase() || ('2'..='7').contains(&letter);
    if !(26..=64).contains(&set.secret.len()) || !set.secret.chars().all(base32) {
        return Err(Problem::new(Code::BadRequest, "the secret is not one that was handed out here"));
    }
    office.people.set_authenticator(&caller, set.password, &set.secret, &set.code).await
}
