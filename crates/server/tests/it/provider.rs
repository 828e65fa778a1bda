//! An identity provider as the standards have it (OpenID Connect Core 1.0, RFC 7636), written without the library that the server uses.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use base64::{Engine as _, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::{Url, form_urlencoded};

/// The name and the secret of the office at the provider.
pub(crate) const CLIENT: (&str, &str) = ("countersign", "a secret: with & signs");

/// What it does wrong.
#[derive(Default)]
pub(crate) struct Faults {
    /// Claims in place of its own.
    pub(crate) claims: Value,
    /// It signs with another key than it shows.
    pub(crate) other_key: bool,
    /// It signs nothing.
    pub(crate) unsigned: bool,
    /// It gives no ID token.
    pub(crate) no_token: bool,
}

struct Inside {
    address: String,
    key: u8,
    faults: Faults,
    /// What was asked with each code that is good.
    codes: BTreeMap<String, (BTreeMap<String, String>, Value)>,
}

/// A provider at work, until the test ends.
#[derive(Clone)]
pub(crate) struct Issuer(Arc<Mutex<Inside>>);

fn pair(key: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[key; 32]).unwrap()
}

impl Issuer {
    pub(crate) async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let inside = Inside { address, key: 1, faults: Faults::default(), codes: BTreeMap::new() };
        let issuer = Self(Arc::new(Mutex::new(inside)));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(described))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        issuer
    }

    pub(crate) fn address(&self) -> String {
        self.0.lock().unwrap().address.clone()
    }

    pub(crate) fn provider(&self) -> server::Provider {
        server::Provider {
            issuer: self.address(),
            client: CLIENT.0.to_owned(),
            secret: Some(CLIENT.1.to_owned()),
            name: "County sign-on".to_owned(),
            called_by: server::CalledBy::Username,
            authority: None,
        }
    }

    pub(crate) fn fault(&self, faults: Faults) {
        self.0.lock().unwrap().faults = faults;
    }

    /// Takes another key to sign with, and shows that one.
    pub(crate) fn take_key(&self, key: u8) {
        self.0.lock().unwrap().key = key;
    }

    /// What its page is asked, and the code with which it sends back whoever has signed on there.
    pub(crate) fn log_on(&self, url: &str, who: Value) -> (BTreeMap<String, String>, String) {
        let asked: BTreeMap<_, _> = Url::parse(url).unwrap().query_pairs().into_owned().collect();
        let mut inside = self.0.lock().unwrap();
        let code = format!("code-{}", inside.codes.len());
        inside.codes.insert(code.clone(), (asked.clone(), who));
        (asked, code)
    }
}

async fn described(State(Issuer(inside)): State<Issuer>) -> Json<Value> {
    let at = inside.lock().unwrap().address.clone();
    Json(json!({
        "issuer": at,
        "authorization_endpoint": format!("{at}/authorize?tenant=office"),
        "token_endpoint": format!("{at}/token"),
        "jwks_uri": format!("{at}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    }))
}

async fn keys(State(Issuer(inside)): State<Issuer>) -> Json<Value> {
    let key = inside.lock().unwrap().key;
    let x = BASE64_URL_SAFE_NO_PAD.encode(pair(key).public_key());
    Json(
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.to_string(), "x": x }] }),
    )
}

/// Gives an ID token for a code: once, to whoever began, and to the office alone.
async fn token(State(Issuer(inside)): State<Issuer>, headers: HeaderMap, body: String) -> (StatusCode, Json<Value>) {
    let mut inside = inside.lock().unwrap();
    let sent: BTreeMap<String, String> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let basic = BASE64_STANDARD.encode(format!("{}:{}", encoded(CLIENT.0), encoded(CLIENT.1)));
    if headers.get("authorization").is_none_or(|given| given != format!("Basic {basic}").as_str()) {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" })));
    }
    let refused = (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
    let Some((asked, who)) = inside.codes.get_mut(&sent["code"]).filter(|(asked, _)| !asked.is_empty()) else {
        return refused;
    };
    let (asked, who) = (std::mem::take(asked), who.clone());
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(sent["code_verifier"].as_bytes()));
    if sent["grant_type"] != "authorization_code"
        || sent["redirect_uri"] != asked["redirect_uri"]
        || challenge != asked["code_challenge"]
    {
        return refused;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut claims =
        json!({ "iss": inside.address, "aud": CLIENT.0, "iat": now, "exp": now + 60, "nonce": asked["nonce"] });
    for more in [&who, &inside.faults.claims] {
        for (name, value) in more.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
    }
    let mut answer = json!({ "access_token": "unused", "token_type": "Bearer" });
    if !inside.faults.no_token {
        answer["id_token"] = signed(&inside, &claims).into();
    }
    (StatusCode::OK, Json(answer))
}

fn signed(inside: &Inside, claims: &Value) -> String {
    let algorithm = if inside.faults.unsigned { "none" } else { "EdDSA" };
    let header = json!({ "alg": algorithm, "kid": inside.key.to_string() });
    let text = [&header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
    let key = if inside.faults.other_key { inside.key + 100 } else { inside.key };
    let signature = BASE64_URL_SAFE_NO_PAD.encode(pair(key).sign(text.as_bytes()));
    if inside.faults.unsigned { format!("{text}.") } else { format!("{text}.{signature}") }
}
