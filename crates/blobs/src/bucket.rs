//! Images in a store that speaks the protocol of S3. An image is read back after it was put, so that what the store acknowledges is there.

use std::{fmt, sync::Arc, time::Duration};

use rusty_s3::{Credentials, S3Action as _, UrlStyle};
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig},
};
use url::Url;

use crate::{BlobError, Digest, MOST_BYTES};

/// How long a signed address is good for.
const SIGNED_FOR: Duration = Duration::from_mins(5);

/// How often a store that fails is asked before it is told.
const TRIES: u32 = 3;

/// The key to a store.
pub struct Key {
    /// Its name.
    pub id: String,
    /// Its secret part.
    pub secret: String,
    /// The token of a session, where the key has one.
    pub token: Option<String>,
}

impl Key {
    /// The key in the environment, under the names that all programs of this protocol know.
    pub fn of_environment() -> Option<Self> {
        let text = |name| std::env::var(name).ok().filter(|text| !text.is_empty());
        Some(Self {
            id: text("AWS_ACCESS_KEY_ID")?,
            secret: text("AWS_SECRET_ACCESS_KEY")?,
            token: text("AWS_SESSION_TOKEN"),
        })
    }
}

pub(crate) struct Bucket {
    requests: rusty_s3::Bucket,
    key: Credentials,
    prefix: String,
    agent: Agent,
    shown: String,
}

/// Not derived: it holds the key.
impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Bucket {
    pub(crate) fn open(address: &str, key: impl FnOnce() -> Option<Key>) -> Result<Self, BlobError> {
        // Without what stands behind a question mark, where somebody may have put a secret.
        let said = address.split('?').next().unwrap_or_default();
        let wrong = |why: &str| BlobError::Address { address: said.to_owned(), why: why.to_owned() };
        let rest = address.strip_prefix("s3+").unwrap_or(address);
        let mut url: Url = rest.parse().map_err(|_| wrong("it cannot be read as an address"))?;
        if !url.username().is_empty() || url.password().is_some() {
            // Not repeated, since it may be the secret.
            let why = "a key stands in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and not in the address".to_owned();
            return Err(BlobError::Address { address: "s3+...".to_owned(), why });
        }
        let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && local) {
            return Err(wrong("signatures do not go over a network in the clear, so it must be s3+https"));
        }
        let (mut region, mut authority) = ("us-east-1".to_owned(), None);
        for (name, value) in url.query_pairs() {
            match &*name {
                "region" => region = value.into_owned(),
                "ca" => authority = Some(value.into_owned()),
                _ => return Err(wrong("after the question mark it may say region and ca, and nothing else")),
            }
        }
        let path = url.path().trim_matches('/').to_owned();
        let (bucket, prefix) = path.split_once('/').unwrap_or((&path, ""));
        if bucket.is_empty() {
            return Err(wrong("it names no bucket"));
        }
        url.set_query(None);
        url.set_fragment(None);
        url.set_path("");
        let shown = format!("s3+{}/{path}", url.as_str().trim_end_matches('/'));
        let bucket = rusty_s3::Bucket::new(url, UrlStyle::Path, bucket.to_owned(), region)
            .map_err(|error| wrong(&error.to_string()))?;
        let key =
            key().ok_or_else(|| wrong("the key to it is missing: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"))?;
        let key = match key.token {
            None => Credentials::new(key.id, key.secret),
            Some(token) => Credentials::new_with_token(key.id, key.secret, token),
        };
        let agent = agent(authority.as_deref()).map_err(|why| wrong(&why))?;
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Ok(Self { requests: bucket, key, prefix, agent, shown })
    }

    fn object(&self, digest: Digest) -> String {
        let name = digest.to_string();
        format!("{}{}/{}/{name}", self.prefix, &name[..2], &name[2..4])
    }

    pub(crate) fn put(&self, digest: Digest, bytes: &[u8]) -> Result<(), BlobError> {
        let object = self.object(digest);
        self.asked("PUT", |bucket| {
            let url = bucket.requests.put_object(Some(&bucket.key), &object).sign(SIGNED_FOR);
            let request = bucket.agent.put(url.as_str()).header("content-type", "application/octet-stream");
            Ok(request.send(bytes)?.status().as_u16())
        })?;
        let kept = self.get(digest)?;
        if kept == bytes { Ok(()) } else { Err(BlobError::Damaged { place: self.to_string(), digest }) }
    }

    pub(crate) fn get(&self, digest: Digest) -> Result<Vec<u8>, BlobError> {
        let object = self.object(digest);
        let mut bytes = Vec::new();
        let status = self.asked("GET", |bucket| {
            let url = bucket.requests.get_object(Some(&bucket.key), &object).sign(SIGNED_FOR);
            let mut answer = bucket.agent.get(url.as_str()).call()?;
            if answer.status() == 200 {
                bytes = answer.body_mut().with_config().limit(MOST_BYTES as u64 + 1).read_to_vec()?;
            }
            Ok(answer.status().as_u16())
        })?;
        if status == 404 { Err(BlobError::Missing { place: self.to_string(), digest }) } else { Ok(bytes) }
    }

    pub(crate) fn remove(&self, digest: Digest) -> Result<(), BlobError> {
        let object = self.object(digest);
        self.asked("DELETE", |bucket| {
            let url = bucket.requests.delete_object(Some(&bucket.key), &object).sign(SIGNED_FOR);
            Ok(bucket.agent.delete(url.as_str()).call()?.status().as_u16())
        })?;
        Ok(())
    }

    /// Asks until the store answers, a few times: what is asked here can be asked again. A 404 is an answer where something is read or removed.
    fn asked(&self, what: &str, mut ask: impl FnMut(&Self) -> Result<u16, ureq::Error>) -> Result<u16, BlobError> {
        let mut why = String::new();
        for tried in 0..TRIES {
            if tried > 0 {
                std::thread::sleep(Duration::from_millis(100) * 4_u32.pow(tried));
            }
            why = match ask(self) {
                Ok(status @ (200 | 204)) => return Ok(status),
                Ok(404) if what != "PUT" => return Ok(404),
                Ok(status @ 500..) => format!("{what} was answered with {status}"),
                // What it refuses once, it refuses again.
                Ok(status) => {
                    let why = format!("{what} was answered with {status}");
                    return Err(BlobError::Store { place: self.to_string(), why });
                }
                // Not the address, which is signed.
                Err(ureq::Error::BadUri(_)) => "the address cannot be used".to_owned(),
                Err(error) => error.to_string(),
            };
        }
        Err(BlobError::Store { place: self.to_string(), why })
    }
}

/// Who asks the store: with the authorities that browsers trust, or with the one in this file alone.
fn agent(authority: Option<&str>) -> Result<Agent, String> {
    let mut tls = TlsConfig::builder();
    if let Some(file) = authority {
        let pem = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| format!("{file}: {error}"))?;
        tls = tls.root_certs(RootCerts::Specific(Arc::new(vec![certificate])));
    }
    let config = Agent::config_builder()
        .tls_config(tls.build())
        .http_status_as_error(false)
        .timeout_connect(Some(Duration::from_secs(5)))
        .timeout_global(Some(Duration::from_mins(1)))
        .build();
    Ok(config.into())
}
