//! Signing in by the office's identity provider, and which accounts may be opened so.

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    TheOffice,
    session::{Opened, opened},
};
use crate::{
    answer::Given,
    people::{Account, SignOnBegun, SignOnProof, account_name},
    problem::Problem,
    who::Caller,
};

/// Ask to sign in by single sign-on. Send the browser to the address that comes back; the provider sends it back to `/signed-on` within five minutes.
#[utoipa::path(post, path = "/api/session/sign-on-challenge", tag = "session",
    responses((status = 200, body = SignOnBegun), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn challenge(State(office): TheOffice) -> Result<Json<SignOnBegun>, Problem> {
    office.people.begin_sign_on().await.map(Json)
}

/// Sign in with what the provider sent the browser back with.
#[utoipa::path(post, path = "/api/session/sign-on", tag = "session", request_body = SignOnProof,
    responses((status = 200, body = Opened), (status = 401, body = Problem), (status = 403, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn sign_in(
    State(office): TheOffice,
    Given(proof): Given<SignOnProof>,
) -> Result<(HeaderMap, Json<Opened>), Problem> {
    let token = office.people.sign_on_with(proof).await?;
    opened(&office, token).await
}

/// Whether an account is opened by single sign-on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignOnAllowed {
    /// Whether it is. It then belongs to whoever comes first with its name, and to nobody else.
    allowed: bool,
}

/// Let an account be opened by single sign-on, or not any more. Where that is taken, the account belongs to nobody there.
#[utoipa::path(put, path = "/api/people/{account}/sign-on", tag = "people", params(("account" = String, Path)),
    request_body = SignOnAllowed, responses((status = 200, body = Account), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn allow(
    State(office): TheOffice,
    caller: Caller,
    Path(account): Path<String>,
    Given(given): Given<SignOnAllowed>,
) -> Result<Json<Account>, Problem> {
    let account = account_name(&account)?;
    office.people.set_sign_on(&account, given.allowed, &caller.account).await?;
    office.people.account(&account).await.map(Json)
}
