//! What requests and answers have in common: bodies whose faults are told as problems, pages, entity tags.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, Query, Request, rejection::JsonRejection},
    http::{HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use crate::{
    problem::{Code, Problem},
    who::Caller,
};

/// The largest body that is taken as JSON, in bytes.
pub(crate) const BODY: usize = 1 << 20;

/// The character with the code zero, as JSON writes it.
const ZERO: &[u8] = b"\\u0000";

/// The body of a request, as JSON; what cannot be read is told without saying it back.
pub(crate) struct Given<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Given<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let too_large = || Problem::new(Code::TooLarge, "the body is larger than a million bytes");
        let (parts, body) = request.into_parts();
        let limited = Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(limited, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(),
            _ => Problem::new(Code::BadRequest, "the body could not be read to its end"),
        })?;
        // PostgreSQL has no place for this character, and no text needs it.
        if bytes.windows(ZERO.len()).any(|letters| letters == ZERO) {
            return Err(Problem::new(Code::BadRequest, "the body has a character with the code zero"));
        }
        match Json::<T>::from_request(Request::from_parts(parts, Body::from(bytes)), state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(too_large()),
            Err(JsonRejection::JsonDataError(error)) => {
                // The reader's words name the field; the value stays unsaid, since it may name a person.
                Err(Problem::new(
                    Code::BadRequest,
                    format!("the body is not what is wanted here{}", place(&error.body_text())),
                ))
            }
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(Problem::new(Code::BadRequest, "the body must be JSON: say so with Content-Type: application/json"))
            }
            Err(_) => Err(Problem::new(Code::BadRequest, "the body is not JSON")),
        }
    }
}

/// What the address asks for behind the question mark; what cannot be read is told without saying it back.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if let Ok(Query(asked)) = Query::<T>::from_request_parts(parts, state).await {
            return Ok(Self(asked));
        }
        let what = "what stands behind the question mark is not what this address takes; see /api/openapi.json";
        Err(Problem::new(Code::BadRequest, what))
    }
}

/// Where in the body the fault is, from the words of the reader: the path in front of the first colon after its preamble.
fn place(words: &str) -> String {
    let path = words
        .strip_prefix("Failed to deserialize the JSON body into the target type: ")
        .and_then(|rest| rest.split(": ").next());
    let plain = |path: &&str| path.chars().all(|letter| letter.is_ascii_alphanumeric() || "._[]".contains(letter));
    path.filter(plain).map_or(String::new(), |path| format!(", at `{path}`"))
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // The guard of the route has put the caller there.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::new(Code::NotSignedIn, "no session; sign in"))
    }
}

/// Which part of a list is asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageOf {
    /// The `next` of the page before; nothing for the first page.
    #[serde(default)]
    pub(crate) after: String,
    /// How many at most, 1 to 500.
    #[serde(default = "most")]
    #[param(minimum = 1, maximum = 500)]
    pub(crate) limit: u16,
}

/// How many entries a page holds where nothing is said.
pub(crate) const fn most() -> u16 {
    100
}

/// A part of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The entries, in order.
    pub(crate) items: Vec<T>,
    /// What to ask for as `after` to get the next part; nothing where this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

impl<T> Page<T> {
    /// A page of a list that was asked for with one entry more than fits, named by its last entry.
    pub(crate) fn of(mut items: Vec<T>, limit: usize, name: impl Fn(&T) -> String) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(name);
        Self { items, next }
    }
}

/// Refuses a name that a caller chose for something, unless it is one that an address takes as it is.
pub(crate) fn chosen(name: &str) -> Result<(), Problem> {
    let named =
        (1..=64).contains(&name.len()) && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    let what = "a name has 1 to 64 letters, digits and hyphens; a UUID will do";
    if named { Ok(()) } else { Err(Problem::new(Code::BadRequest, what)) }
}

/// A limit that makes sense.
pub(crate) fn limit(page: &PageOf) -> Result<usize, Problem> {
    let limit = usize::from(page.limit);
    if (1..=500).contains(&limit) { Ok(limit) } else { Err(Problem::new(Code::BadRequest, "`limit` is 1 to 500")) }
}

/// Where a list goes on that is counted and not named.
pub(crate) fn number(page: &PageOf) -> Result<u64, Problem> {
    let bad = |_| Problem::new(Code::BadRequest, "`after` is the `next` of the page before");
    if page.after.is_empty() { Ok(0) } else { page.after.parse::<u32>().map(u64::from).map_err(bad) }
}

/// The longest body that is read before anybody asks who sent it, in bytes.
const READ_FIRST: usize = 64 << 10;

/// Reads a short body before the request is answered. A connection by HTTP/1.1 ends where the answer comes before the body, and a caller who is still
/// sending it learns nothing of why they were refused.
pub(crate) async fn read_first(request: Request, next: Next) -> Response {
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_none_or(|length| length > READ_FIRST) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match axum::body::to_bytes(body, READ_FIRST).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(_) => Problem::new(Code::BadRequest, "the body ended before its length").into_response(),
    }
}

/// Tells every refusal as a problem, those too that come before a handler: a number in an address that is none, a query that is not understood.
pub(crate) async fn told_as_problem(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|form| form == "application/problem+json");
    if problem || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    // Its own words repeat what was sent, which may name a person.
    let (code, detail) = match status {
        StatusCode::PAYLOAD_TOO_LARGE => (Code::TooLarge, "what was sent is larger than anything that is taken here"),
        StatusCode::METHOD_NOT_ALLOWED => {
            (Code::MethodNotAllowed, "this address has other methods; see /api/openapi.json")
        }
        StatusCode::NOT_FOUND => (Code::NotFound, "there is no such address; see /api/openapi.json"),
        status if status.is_client_error() => (
            Code::BadRequest,
            "a part of the address, or of what stands behind its question mark, is not what is wanted there; see /api/openapi.json",
        ),
        _ => return Problem::internal(format!("an answer with the status {status}")).into_response(),
    };
    Problem::new(code, detail).into_response()
}

/// Gives every answer to a GET an entity tag, and answers 304 where the caller has it already. Nothing is kept by anybody in between.
pub(crate) async fn tagged(request: Request, next: Next) -> Response {
    let asked =
        (request.method() == axum::http::Method::GET).then(|| request.headers().get(header::IF_NONE_MATCH).cloned());
    let mut response = next.run(request).await;
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(no_store);
    let Some(known) = asked else { return response };
    let streams = response.headers().get(header::CONTENT_TYPE).is_some_and(|form| form == "text/event-stream");
    if response.status() != StatusCode::OK || streams {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return Problem::internal("an answer could not be read back").into_response();
    };
    let digest = Sha256::digest(&bytes);
    let tag = format!("\"{}\"", digest[..12].iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let Ok(tag) = HeaderValue::from_str(&tag) else { return Response::from_parts(parts, Body::from(bytes)) };
    let unchanged = known.is_some_and(|known| known == tag);
    parts.headers.insert(header::ETAG, tag);
    if unchanged {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}
