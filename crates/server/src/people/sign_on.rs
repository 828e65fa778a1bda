//! Single sign-on: the office's identity provider (OpenID Connect) proves who somebody is, in place of a password. Which accounts may be opened so, the
//! administrator says; each belongs to the first who came with its name, by the provider's own number for them, and to nobody else afterwards.

use std::{
    fmt::Display,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::http::Request;
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope, TokenResponse as _,
    core::{
        CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenClaims,
        CoreProviderMetadata,
    },
};
use serde::{Deserialize, Serialize};
use tokio::{sync::Semaphore, task::spawn_blocking};
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig},
};
use utoipa::ToSchema;
use webauthn_rs::prelude::Url;

use super::{People, PeopleError, account_name, store::Acting};
use crate::problem::{Code, Problem};

/// The page of the workstation to which the provider sends people back, behind the office's address.
const BACK: &str = "/signed-on";

/// Whose ceremony it is, where somebody wants to sign on: no account has this name.
const NOBODY_YET: &str = "*";

/// What the provider says of itself is asked for anew after so long.
const GOOD_FOR: Duration = Duration::from_hours(1);

/// The most that are signed on at a time: each waits for the provider on a thread of its own.
const AT_A_TIME: usize = 16;

/// A provider that did not answer, or whose keys did not fit, is not asked again before that.
const NOT_BEFORE: Duration = Duration::from_secs(1);

/// The most that a provider may answer, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// By which of the provider's names for a person their account is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalledBy {
    /// The name that they sign on with there (`preferred_username`).
    Username,
    /// Their address (`email`), where the provider says that it is proved to be theirs.
    Email,
}

/// The identity provider of an office.
#[derive(Clone)]
pub struct Provider {
    /// Its address, as its own description has it.
    pub issuer: String,
    /// The name under which this office is known to it.
    pub client: String,
    /// The secret that goes with the name; none where the provider asks for none.
    pub secret: Option<String>,
    /// What people call it, for the button.
    pub name: String,
    /// How accounts are called.
    pub called_by: CalledBy,
    /// The authority of its certificate, as PEM, where that is not one which browsers trust.
    pub authority: Option<PathBuf>,
}

/// Whether an account is opened by single sign-on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignOnState {
    /// It is not.
    Off,
    /// It will belong to the first who comes with its name.
    Awaited,
    /// It belongs to one person of the provider's.
    Bound,
}

impl SignOnState {
    pub(super) const fn of(may: bool, bound: bool) -> Self {
        match (may, bound) {
            (false, _) => Self::Off,
            (true, false) => Self::Awaited,
            (true, true) => Self::Bound,
        }
    }
}

/// Where somebody who wants to sign on is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SignOnBegun {
    /// To be kept by the browser that began, and sent with what the provider gives it. It is in no address.
    pub ceremony: String,
    /// The `state` with which the provider sends people back.
    pub state: String,
    /// The provider's page.
    pub url: String,
}

/// What the provider sent somebody back with.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignOnProof {
    /// The ceremony in which it was asked for.
    pub ceremony: String,
    /// The `state` in the address.
    pub state: String,
    /// The `code` in the address.
    pub code: String,
}

/// What the answer is held against.
#[derive(Serialize, Deserialize)]
struct Expected {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// Who somebody is to the provider.
struct Proved {
    /// The provider and its own number for them, which never becomes another's.
    subject: String,
    /// Their name as accounts are called; none where it gives none, or one that no account can have.
    name: Option<String>,
}

/// This office with the endpoints that the provider named.
type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What speaks to the provider.
pub(super) struct SignOn {
    issuer: IssuerUrl,
    client: ClientId,
    secret: Option<ClientSecret>,
    back: RedirectUrl,
    called_by: CalledBy,
    agent: Agent,
    name: String,
    /// Whether it is on this machine, so that nothing goes over a network.
    local: bool,
    known: Mutex<Known>,
    places: Semaphore,
}

/// What the provider said of itself, and when it was asked.
#[derive(Default)]
struct Known {
    said: Option<Arc<CoreProviderMetadata>>,
    asked: Option<Instant>,
}

impl SignOn {
    /// For an office that people reach under an address. The provider is not asked yet, so that the server starts without it.
    pub(super) fn at(origin: Option<&str>, provider: &Provider) -> Result<Self, PeopleError> {
        let wrong = |why: String| PeopleError::Provider { issuer: provider.issuer.clone(), why };
        let origin = origin.ok_or_else(|| wrong("people are sent back to --origin, which says nothing".to_owned()))?;
        let url = Url::parse(&provider.issuer).map_err(|_| wrong("it cannot be read as an address".to_owned()))?;
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && local) {
            return Err(wrong(
                "who somebody is does not go over a network in the clear, so it must be https".to_owned(),
            ));
        }
        if provider.client.is_empty() || provider.name.trim().is_empty() {
            return Err(wrong("it needs the name of this office there, and a name for the button".to_owned()));
        }
        let agent = agent(provider.authority.as_ref(), !local).map_err(&wrong)?;
        let back = format!("{}{BACK}", origin.trim_end_matches('/'));
        Ok(Self {
            issuer: IssuerUrl::new(provider.issuer.clone()).map_err(|error| wrong(error.to_string()))?,
            client: ClientId::new(provider.client.clone()),
            secret: provider.secret.clone().map(ClientSecret::new),
            back: RedirectUrl::new(back).map_err(|error| wrong(error.to_string()))?,
            called_by: provider.called_by,
            agent,
            name: provider.name.trim().to_owned(),
            local,
            known: Mutex::default(),
            places: Semaphore::new(AT_A_TIME),
        })
    }

    /// What the provider says of itself: as it was heard within the hour, unless it is to be asked `anew`.
    fn said(&self, anew: bool) -> Result<Arc<CoreProviderMetadata>, Problem> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let since = known.asked.map(|asked| asked.elapsed());
        let fresh = since.is_some_and(|since| since < NOT_BEFORE || (!anew && since < GOOD_FOR));
        if let (true, Some(said)) = (fresh, &known.said) {
            return Ok(Arc::clone(said));
        }
        if since.is_some_and(|since| since < NOT_BEFORE) {
            return Err(silent(&"it did not answer a moment ago"));
        }
        let said = CoreProviderMetadata::discover(&self.issuer, &|request| self.ask(request));
        known.asked = Some(Instant::now());
        match (said, &known.said) {
            (Ok(said), _) => {
                let said = Arc::new(said);
                known.said = Some(Arc::clone(&said));
                Ok(said)
            }
            // What it said before may hold still.
            (Err(_), Some(before)) if !anew => Ok(Arc::clone(before)),
            (Err(error), _) => Err(silent(&error)),
        }
    }

    fn ask(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let (parts, body) = request.into_parts();
        let answer = if body.is_empty() {
            self.agent.run(Request::from_parts(parts, ()))?
        } else {
            self.agent.run(Request::from_parts(parts, body))?
        };
        let (parts, mut body) = answer.into_parts();
        let bytes = body.with_config().limit(MOST_BYTES).read_to_vec()?;
        Ok(HttpResponse::from_parts(parts, bytes))
    }

    /// This office as the provider knows it.
    fn client(&self, said: &CoreProviderMetadata) -> Client {
        let ways = said.token_endpoint_auth_methods_supported();
        let way = match ways {
            Some(ways) if !ways.contains(&CoreClientAuthMethod::ClientSecretBasic) => AuthType::RequestBody,
            _ => AuthType::BasicAuth,
        };
        CoreClient::from_provider_metadata(said.clone(), self.client.clone(), self.secret.clone())
            .set_redirect_uri(self.back.clone())
            .set_auth_type(way)
    }

    /// Where somebody is sent, and what the answer will be held against.
    fn begin(&self) -> Result<(Url, Expected), Problem> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let scope = match self.called_by {
            CalledBy::Username => "profile",
            CalledBy::Email => "email",
        };
        let client = self.client(&*self.said(false)?);
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let asked = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        // Whoever sat here before may still be signed on there.
        let asked = asked.add_prompt(CoreAuthPrompt::Login);
        let asked = asked.add_scope(Scope::new(scope.to_owned())).set_pkce_challenge(challenge);
        let (url, state, nonce) = asked.url();
        if url.scheme() != "https" && !self.local {
            return Err(silent(&"its page is not at an address with https"));
        }
        Ok((url, Expected { state, nonce, verifier }))
    }

    /// Who the provider says it is that came back with a code.
    fn prove(&self, expected: Expected, code: String) -> Result<Proved, Problem> {
        let client = self.client(&*self.said(false)?);
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| silent(&error))?;
        let given = request.set_pkce_verifier(expected.verifier).request(&|request| self.ask(request));
        let given = given.map_err(|error| match error {
            // Its words may name the person; its code does not.
            RequestTokenError::ServerResponse(refusal) => unproven(&refusal.error().as_ref().escape_debug()),
            _ => silent(&error),
        })?;
        let token = given.id_token().ok_or_else(|| unproven(&"it gave no ID token"))?;
        match token.claims(&client.id_token_verifier(), &expected.nonce) {
            // The provider may have taken other keys since it was asked.
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                let client = self.client(&*self.said(true)?);
                let verifier = client.id_token_verifier();
                token.claims(&verifier, &expected.nonce).map(|claims| self.proved(claims))
            }
            claims => claims.map(|claims| self.proved(claims)),
        }
        .map_err(|error| unproven(&error))
    }

    /// Does something with the provider away from the threads that answer requests.
    async fn apart<T: Send + 'static>(
        self: &Arc<Self>,
        ask: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let _place = self.places.acquire().await.map_err(Problem::internal)?;
        let own = Arc::clone(self);
        spawn_blocking(move || ask(&own)).await.map_err(Problem::internal)?
    }

    fn proved(&self, claims: &CoreIdTokenClaims) -> Proved {
        let name = match self.called_by {
            CalledBy::Username => claims.preferred_username().map(|name| name.as_str()),
            CalledBy::Email => {
                claims.email().filter(|_| claims.email_verified() == Some(true)).map(|email| email.as_str())
            }
        };
        // The number is the person's at this provider, and another's elsewhere.
        let subject = format!("{} {}", self.issuer.as_str(), claims.subject().as_str());
        Proved { subject, name: name.and_then(|name| account_name(name).ok()) }
    }
}

/// What asks the provider: with the authorities that browsers trust, or with the one in this file alone; it goes where it is told and nowhere else.
fn agent(authority: Option<&PathBuf>, https_only: bool) -> Result<Agent, String> {
    let mut tls = TlsConfig::builder();
    if let Some(file) = authority {
        let wrong = |why: String| format!("{}: {why}", file.display());
        let pem = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| wrong(error.to_string()))?;
        tls = tls.root_certs(RootCerts::Specific(Arc::new(vec![certificate])));
    }
    let config = Agent::config_builder()
        .tls_config(tls.build())
        .https_only(https_only)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_connect(Some(Duration::from_secs(5)))
        .timeout_global(Some(Duration::from_secs(10)))
        .build();
    Ok(config.into())
}

/// What a person is told where the provider proves nothing. Why not, the server's log says.
fn unproven(why: &impl Display) -> Problem {
    eprintln!("countersign serve: single sign-on proved nothing: {why}");
    nothing()
}

/// The same where the provider was not asked.
fn nothing() -> Problem {
    Problem::new(
        Code::WrongCredentials,
        "the single sign-on proves nothing here, or the answer came too late; try again",
    )
}

/// What a person is told where the provider does not answer, or not as providers do.
fn silent(why: &impl Display) -> Problem {
    eprintln!("countersign serve: single sign-on: {why}");
    let what = "the single sign-on does not answer; try again in a moment, or sign in with a password";
    Problem::new(Code::Unavailable, what)
}

impl People {
    /// What people call the single sign-on; none where there is none.
    pub fn sign_on_name(&self) -> Option<&str> {
        self.sign_on.as_ref().map(|sign_on| sign_on.name.as_str())
    }

    pub(super) fn sign_on(&self) -> Result<Arc<SignOn>, Problem> {
        let off =
            || Problem::new(Code::TurnedOff, "there is no single sign-on here: the server was started without one");
        self.sign_on.clone().ok_or_else(off)
    }

    /// Where somebody is sent who wants to sign on.
    pub async fn begin_sign_on(&self) -> Result<SignOnBegun, Problem> {
        let sign_on = self.sign_on()?;
        let (url, expected) = sign_on.apart(SignOn::begin).await?;
        let ceremony = self.begin_ceremony(NOBODY_YET, &expected).await?;
        Ok(SignOnBegun { ceremony, state: expected.state.secret().clone(), url: url.into() })
    }

    /// Opens a session for whoever the provider says has an account here. Returns the session's token.
    pub async fn sign_on_with(&self, proof: SignOnProof) -> Result<String, Problem> {
        let sign_on = self.sign_on()?;
        let SignOnProof { ceremony, state, code } = proof;
        let expected: Expected = self.end_ceremony(NOBODY_YET, &ceremony).await?.ok_or_else(nothing)?;
        // By this the answer belongs to the browser that asked: nobody is signed in by an address that another gave them.
        if *expected.state.secret() != state {
            return Err(nothing());
        }
        let proved = sign_on.apart(move |sign_on| sign_on.prove(expected, code)).await?;
        let mut acting = self.begin().await?;
        let account = self.signed_on(&mut acting, proved).await?;
        let token = self.open_session(&mut acting, &account).await;
        self.commit(acting).await?;
        token
    }

    /// The account of somebody who signed on: theirs already, or waiting for whoever comes first with its name.
    async fn signed_on(&self, acting: &mut Acting, proved: Proved) -> Result<String, Problem> {
        let failed = |error| self.failed(error);
        let select = "SELECT account FROM person WHERE sign_on = 1 AND disabled = 0 AND subject = $1";
        let query = sqlx::query_scalar(select).bind(proved.subject.clone());
        if let Some(account) = query.fetch_optional(&mut **acting).await.map_err(failed)? {
            return Ok(account);
        }
        let name = proved.name.unwrap_or_default();
        // Not where the person had an account already, which is shut or may not be opened so any more.
        let bind = "UPDATE person SET subject = $1 WHERE account = $2 AND sign_on = 1 AND disabled = 0 AND subject IS NULL \
             AND NOT EXISTS (SELECT 1 FROM person other WHERE other.subject = $1)";
        if self.run(acting, bind, &[&proved.subject, &name]).await? == 1 {
            self.note(acting, &name, "sign_on_bound", &name, "").await?;
            return Ok(name);
        }
        let what =
            "the single sign-on knows you, and no account here is yours by it; ask the administrator of accounts";
        Err(Problem::new(Code::NoAccount, what))
    }

    /// Lets an account be opened by single sign-on, or not any more; then it belongs to nobody there, and its sessions end.
    pub async fn set_sign_on(&self, account: &str, may: bool, actor: &str) -> Result<(), Problem> {
        if may {
            self.sign_on()?;
        }
        let mut acting = self.begin().await?;
        let update = if may {
            "UPDATE person SET sign_on = 1 WHERE account = $1"
        } else {
            "UPDATE person SET sign_on = 0, subject = NULL WHERE account = $1"
        };
        self.one(&mut acting, update, account).await?;
        if !may {
            self.run(&mut acting, "DELETE FROM session WHERE account = $1", &[account]).await?;
        }
        self.note(&mut acting, actor, if may { "sign_on_given" } else { "sign_on_taken" }, account, "").await?;
        self.commit(acting).await
    }
}
