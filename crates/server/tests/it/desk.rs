//! An office with two cases and a clock that tests turn, and requests to it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use casework::{Act, CaseFacts, CaseFile};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use serde_json::Value;
use server::{Cases, Duties, Enrolment, NewAccount, Office, People, Policy, Role};
use tempfile::TempDir;
use tower::ServiceExt as _;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// An office that is gone with the test.
pub(crate) struct Desk {
    pub(crate) office: Arc<Office>,
    pub(crate) router: Router,
    pub(crate) document: Value,
    second: Arc<AtomicI64>,
    _folder: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// The code of a problem.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl Desk {
    pub(crate) async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let mut paths = Vec::new();
        for name in ["recall", "other"] {
            let path = folder.path().join(format!("{name}.countersign"));
            new_case(&path).await;
            paths.push(path);
        }
        let second = Arc::new(AtomicI64::new(1_660_000_000));
        let turned = Arc::clone(&second);
        let clock = Arc::new(move || Timestamp::from_second(turned.load(Ordering::SeqCst)).unwrap());
        let people = People::open(&folder.path().join("office.db"), Policy::default(), clock).await.unwrap();
        let office = Arc::new(Office { people, cases: Cases::open(&paths, &[]).await.unwrap() });
        let (router, document) = server::api(Arc::clone(&office));
        let document = serde_json::to_value(document).unwrap();
        Self { office, router, document, second, _folder: folder }
    }

    /// Turns the clock forward.
    pub(crate) fn later(&self, seconds: i64) {
        self.second.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn second(&self) -> u64 {
        u64::try_from(self.second.load(Ordering::SeqCst)).unwrap()
    }

    /// A person with a password, and the token of a session.
    pub(crate) async fn person(&self, account: &str, duties: &[(&str, Role)]) -> String {
        let mut all = Duties::new();
        for (case, role) in duties {
            all.entry((*case).to_owned()).or_default().push(*role);
        }
        let new = NewAccount { account: account.to_owned(), name: format!("Name of {account}"), duties: all };
        self.office.people.create(&new, "test").await.unwrap();
        let slip = self.office.people.slip(account, "test").await.unwrap().code;
        self.office.people.enrol(Enrolment { slip, password: PASSWORD.to_owned() }).await.unwrap()
    }

    /// A request with the token of a session, or without one.
    pub(crate) async fn ask(&self, method: &str, address: &str, token: Option<&str>, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(address);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            None => Body::empty(),
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
        };
        self.send(request.body(body).unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

async fn new_case(path: &std::path::Path) {
    let facts: CaseFacts = serde_json::from_value(serde_json::json!({
        "petition": { "title": "Recall of an officer", "kind": "recall", "jurisdiction": "A county" },
        "rules": "synthetic/county-recall",
        "registered_voters": 60,
        "form_approved_on": "2022-01-27",
        "filed_on": "2022-07-06",
    }))
    .unwrap();
    let pack = law::RulePack::by_id("synthetic/county-recall").unwrap();
    let act = Act { actor: "clerk".to_owned(), at: "2022-07-06T17:00:00Z".parse().unwrap() };
    CaseFile::new_case(&casework::Place::from(path), &facts, &pack, [7; 32], &act).await.unwrap().close().await;
}
