//! Making passkeys, and signing in with them.

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    TheOffice,
    session::{Opened, opened},
};
use crate::{
    answer::Given,
    people::{Challenge, MadePasskey, Passkey, PasskeyProof},
    problem::Problem,
    who::Caller,
};

/// The ways in which people can sign in here, beside a password.
#[derive(Serialize, ToSchema)]
pub(super) struct Ways {
    /// Whether there are passkeys.
    passkeys: bool,
    /// What people call the single sign-on, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_on: Option<String>,
    /// Whether there is a public page.
    public: bool,
}

/// How people can sign in here.
#[utoipa::path(get, path = "/api/session/ways", tag = "session", responses((status = 200, body = Ways)))]
pub(super) async fn ways(State(office): TheOffice) -> Json<Ways> {
    let sign_on = office.people.sign_on_name().map(str::to_owned);
    Json(Ways { passkeys: office.people.has_passkeys(), sign_on, public: office.public.is_some() })
}

/// The passkeys of whoever is signed in.
#[utoipa::path(get, path = "/api/session/passkeys", tag = "session",
    responses((status = 200, body = Vec<Passkey>), (status = 401, body = Problem)))]
pub(super) async fn list(State(office): TheOffice, caller: Caller) -> Result<Json<Vec<Passkey>>, Problem> {
    office.people.passkeys(&caller.account).await.map(Json)
}

/// Who wants a passkey proves once more who they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasskeyWanted {
    /// The password, since a session left open must not be enough.
    password: String,
}

/// Ask for a passkey. What comes back is put to an authenticator, and its answer sent within five minutes.
#[utoipa::path(post, path = "/api/session/passkeys", tag = "session", request_body = PasskeyWanted,
    responses((status = 200, body = Challenge), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn begin(
    State(office): TheOffice,
    caller: Caller,
    Given(wanted): Given<PasskeyWanted>,
) -> Result<Json<Challenge>, Problem> {
    office.people.new_passkey(&caller, wanted.password).await.map(Json)
}

/// Keep the passkey that an authenticator has made.
#[utoipa::path(put, path = "/api/session/passkeys", tag = "session", request_body = MadePasskey,
    responses((status = 200, body = Passkey), (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn keep(
    State(office): TheOffice,
    caller: Caller,
    Given(made): Given<MadePasskey>,
) -> Result<Json<Passkey>, Problem> {
    office.people.keep_passkey(&caller, made).await.map(Json)
}

/// Forget a passkey.
#[utoipa::path(delete, path = "/api/session/passkeys/{passkey}", tag = "session", params(("passkey" = String, Path)),
    responses((status = 200, description = "Forgotten"), (status = 404, body = Problem)))]
pub(super) async fn forget(
    State(office): TheOffice,
    caller: Caller,
    Path(passkey): Path<String>,
) -> Result<(), Problem> {
    office.people.forget_passkey(&caller, &passkey).await
}

/// Ask to sign in with a passkey. What comes back is put to an authenticator, and its answer sent within five minutes.
#[utoipa::path(post, path = "/api/session/passkey-challenge", tag = "session",
    responses((status = 200, body = Challenge), (status = 422, body = Problem)))]
pub(super) async fn challenge(State(office): TheOffice) -> Result<Json<Challenge>, Problem> {
    office.people.passkey_challenge().await.map(Json)
}

/// Sign in with what an authenticator answered.
#[utoipa::path(post, path = "/api/session/passkey", tag = "session", request_body = PasskeyProof,
    responses((status = 200, body = Opened), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn sign_in(
    State(office): TheOffice,
    Given(proof): Given<PasskeyProof>,
) -> Result<(HeaderMap, Json<Opened>), Problem> {
    let token = office.people.sign_in_with_passkey(proof).await?;
    opened(&office, token).await
}
