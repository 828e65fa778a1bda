//! The examination room through the API: who is let in from where, what an examiner's answers never hold, and a challenge from beginning to end.

use std::{collections::BTreeMap, net::SocketAddr};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, StatusCode, header},
};
use casework::CaseFile;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use server::Role;

use crate::{
    desk::{Answer, Desk},
    failed::{Signer, certify, nine, office_of},
    images::taken_in,
    room_images::everything_beside,
};

const ROOM: &str = "/api/cases/recall/room";
const INSIDE: &str = "10.1.2.3";

fn opening(representatives: &[&str]) -> Value {
    json!({
        "representatives": representatives,
        "notice": "letter of 2022-08-06, signed by the proponents",
        "terminals": ["10.1.2.0/24"],
        "opens": "00:00:00",
        "closes": "23:59:59",
        "zone": "UTC",
    })
}

/// A request from an address.
async fn from(desk: &Desk, ip: &str, method: &str, address: &str, token: &str, body: Option<Value>) -> Answer {
    let mut request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(address)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.map_or(Body::empty(), |body| Body::from(body.to_string())))
        .unwrap();
    let ip: SocketAddr = SocketAddr::new(ip.parse().unwrap(), 50_000);
    request.extensions_mut().insert(ConnectInfo(ip));
    desk.send(request).await
}

/// The people of the room, and the room itself, open.
pub(crate) struct Open {
    pub(crate) desk: Desk,
    registrar: String,
    pub(crate) supervisor: String,
    pub(crate) examiner: String,
}

impl Open {
    pub(crate) async fn of(signers: &[Signer]) -> Self {
        let desk = office_of(signers).await;
        let registrar = desk.person("registrar", &[("recall", Role::Registrar)]).await;
        let supervisor = desk.person("supervisor", &[("recall", Role::Supervisor)]).await;
        let examiner = desk.person("p1", &[("recall", Role::Examiner)]).await;
        let open = Self { desk, registrar, supervisor, examiner };
        let answer = open.office("PUT", "/opening", Some(opening(&["p1"]))).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        open
    }

    /// As the registrar, from anywhere.
    async fn office(&self, method: &str, address: &str, body: Option<Value>) -> Answer {
        self.desk.ask(method, &format!("{ROOM}{address}"), Some(&self.registrar), body).await
    }

    /// As the examiner in the room, some seconds later.
    pub(crate) async fn inside(&self, method: &str, address: &str, body: Option<Value>) -> Answer {
        self.desk.later(4);
        from(&self.desk, INSIDE, method, &format!("{ROOM}{address}"), &self.examiner, body).await
    }
}

#[tokio::test]
async fn a_room_is_opened_with_whom_the_proponents_named() {
    let desk = office_of(&nine()).await;
    let registrar = desk.person("registrar", &[("recall", Role::Registrar)]).await;
    desk.person("p1", &[("recall", Role::Examiner)]).await;
    desk.person("both", &[("recall", Role::Examiner), ("recall", Role::Reviewer)]).await;
    let open = async |body: Value| {
        let answer = desk.ask("PUT", &format!("{ROOM}/opening"), Some(&registrar), Some(body)).await;
        if answer.status == StatusCode::OK { "open".to_owned() } else { answer.code().to_owned() }
    };
    let with = |key: &str, value: Value| {
        let mut body = opening(&["p1"]);
        body[key] = value;
        body
    };
    let state = async || desk.ask("GET", ROOM, Some(&registrar), None).await.body["state"].clone();
    assert_eq!(state().await, "not_opened");
    for (body, code) in [
        (with("representatives", json!(["p1", "both"])), "refused"),
        (with("representatives", json!(["nobody"])), "not_found"),
        (with("representatives", json!([])), "refused"),
        (with("notice", json!("")), "refused"),
        (with("terminals", json!(["0.0.0.0/0"])), "refused"),
        (with("terminals", json!(["the room"])), "refused"),
        (with("closes", json!("00:00:00")), "refused"),
        (with("closes", json!("late")), "bad_request"),
        (with("zone", json!("Nowhere/City")), "refused"),
        (with("keys", json!(1)), "bad_request"),
    ] {
        assert_eq!(open(body.clone()).await, code, "{body}");
    }
    assert_eq!(state().await, "not_opened");
    assert_eq!(open(opening(&["p1"])).await, "open");
    assert_eq!(open(opening(&["p1"])).await, "open");
    let standing = desk.ask("GET", ROOM, Some(&registrar), None).await;
    assert_eq!((&standing.body["state"], &standing.body["began_on"]), (&json!("open"), &json!("2022-08-08")));
    assert_eq!(standing.body["begins_by"]["date"], "2022-08-26");
    assert_eq!(standing.body["invalid_by_category"]["different_address"], 1);
    let because = json!({ "because": "the proponents are done" });
    for _ in 0..2 {
        let closed = desk.ask("PUT", &format!("{ROOM}/closed"), Some(&registrar), Some(because.clone())).await;
        assert_eq!(closed.status, StatusCode::OK, "{closed:?}");
    }
    assert_eq!(state().await, "closed");
}

/// Every route that an examiner may call, from the room and from elsewhere. Read from the document, so that a route that is added is asked, too.
#[tokio::test]
async fn an_examiner_is_heard_in_the_room_only() {
    let open = Open::of(&nine()).await;
    let stranger = open.desk.person("p2", &[("recall", Role::Examiner)]).await;
    taken_in(&open.desk, &everything_beside(2, "V4107")).await;
    let mut asked = 0;
    for (address, item) in open.desk.document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let roles = operation["x-who"]["in_case"].as_array();
            let examiners = roles.is_some_and(|roles| roles.iter().any(|role| role == "examiner"));
            if !address.starts_with("/api/cases/{case}/room") || !examiners {
                continue;
            }
            let told = format!("{method} {address}");
            let method = method.to_uppercase();
            let address = address.replace("{case}", "recall").replace("{section}", "1").replace("{line}", "2");
            let address = address.replace("{challenge}", "c1").replace("{voter}", "1").replace("{reference}", "1");
            let body = match address.as_str() {
                _ if method != "PUT" || address.ends_with("withdrawn") => None,
                _ if address.contains("marks") => Some(json!({ "text": "x" })),
                _ => Some(json!({ "section": 1, "line": 2, "grounds": "the same hand" })),
            };
            open.desk.later(4);
            for elsewhere in ["10.1.3.3", "127.0.0.1", "::1", "2001:db8::1"] {
                let answer = from(&open.desk, elsewhere, &method, &address, &open.examiner, body.clone()).await;
                assert_eq!(
                    (answer.status, answer.code()),
                    (StatusCode::FORBIDDEN, "not_in_room"),
                    "{told} {elsewhere}"
                );
            }
            let without = open.desk.ask(&method, &address, Some(&open.examiner), body.clone()).await;
            assert_eq!(without.code(), "not_in_room", "{told}, and nobody knows from where");
            let proxied = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(&address);
            let proxied = proxied
                .header(header::AUTHORIZATION, format!("Bearer {}", open.examiner))
                .header("x-forwarded-for", INSIDE);
            let mut proxied = proxied.body(Body::empty()).unwrap();
            proxied.extensions_mut().insert(ConnectInfo(SocketAddr::new(INSIDE.parse().unwrap(), 1)));
            assert_eq!(open.desk.send(proxied).await.code(), "not_in_room", "{told} through a proxy");
            let other = from(&open.desk, INSIDE, &method, &address, &stranger, body.clone()).await;
            assert_eq!(other.code(), "not_permitted", "{told} by somebody whom the proponents did not name");
            let inside = from(&open.desk, INSIDE, &method, &address, &open.examiner, body).await;
            assert_eq!(inside.status, StatusCode::OK, "{told}: {inside:?}");
            let is_image = inside.headers.get(header::CONTENT_TYPE).is_some_and(|form| form == "image/png");
            let kept = if is_image { "private, no-store" } else { "no-store" };
            assert_eq!(inside.headers[header::CACHE_CONTROL], kept, "{told}");
            asked += 1;
        }
    }
    assert!(asked >= 13, "{asked}");
    // Once it is closed, nowhere.
    open.office("PUT", "/closed", Some(json!({ "because": "done" }))).await;
    assert_eq!(open.inside("GET", "/lines", None).await.code(), "room_closed");
}

#[tokio::test]
async fn the_lines_that_do_not_count() {
    let open = Open::of(&nine()).await;
    let all = open.inside("GET", "/lines", None).await;
    let lines: Vec<_> =
        all.body["items"].as_array().unwrap().iter().map(|line| line["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [2, 3, 4, 5, 7, 8, 9]);
    let moved = open.inside("GET", "/lines?category=different_address&section=1", None).await;
    let expected = json!([{ "section": 1, "line": 3, "category": "different_address", "reason": "different_address", "further": [] }]);
    assert_eq!(moved.body["items"], expected);
    let page = open.inside("GET", "/lines?limit=2", None).await;
    assert_eq!((page.body["items"].as_array().unwrap().len(), &page.body["next"]), (2, &json!("1:3")));
    let page = open.inside("GET", "/lines?limit=500&after=1:3", None).await;
    assert_eq!(page.body["items"][0]["line"], 4);
    for asked in ["?category=ugly", "?after=x", "?limit=0"] {
        assert_eq!(
            open.inside("GET", &format!("/lines{asked}"), None).await.status,
            StatusCode::BAD_REQUEST,
            "{asked}"
        );
    }
    let line = open.inside("GET", "/lines/1/2", None).await;
    let reason = &line.body["reasons"][0];
    assert_eq!(reason["reason"], "signature_mismatch");
    assert_eq!(reason["grounds"], "found by 3 reviewers, each without knowing of the others");
    assert!(!reason["citation"].as_str().unwrap().is_empty());
    let again = from(&open.desk, INSIDE, "GET", &format!("{ROOM}/lines/1/3"), &open.examiner, None).await;
    assert_eq!((again.status, again.code()), (StatusCode::TOO_MANY_REQUESTS, "too_fast"));
    assert_eq!(open.inside("GET", "/lines/1/1", None).await.code(), "not_found", "it counts");
    assert_eq!(open.inside("GET", "/lines/0/1", None).await.code(), "bad_request");
}

#[tokio::test]
async fn marks_are_the_proponents_own() {
    let open = Open::of(&nine()).await;
    let kept = open.inside("PUT", "/marks/1/2", Some(json!({ "text": "MARK-SECRET" }))).await;
    assert_eq!(kept.status, StatusCode::OK, "{kept:?}");
    let marks = open.inside("GET", "/marks", None).await;
    assert_eq!(marks.body["items"], json!([{ "section": 1, "line": 2, "text": "MARK-SECRET" }]));
    // Whatever anybody of the office reads of the case, from wherever, they are not in it.
    let roles = [Role::Intake, Role::Reviewer, Role::Supervisor, Role::Registrar, Role::Observer];
    for role in roles {
        let token = open.desk.person(&format!("any-{role}"), &[("recall", role)]).await;
        for address in
            open.desk.document["paths"].as_object().unwrap().keys().filter(|address| address.contains("{case}"))
        {
            let asked = address.replace("{case}", "recall").replace("{section}", "1").replace("{line}", "2");
            let answer = from(&open.desk, INSIDE, "GET", &asked.replace(['{', '}'], ""), &token, None).await;
            assert!(!answer.body.to_string().contains("MARK-SECRET"), "{address} as {role}");
            if address.contains("marks") {
                assert_ne!(answer.status, StatusCode::OK, "{address} as {role}");
            }
        }
    }
    assert_eq!(open.inside("DELETE", "/marks/1/2", None).await.status, StatusCode::OK);
    assert_eq!(open.inside("GET", "/marks", None).await.body["items"], json!([]));
}

/// A challenge, its answer, the line decided anew by somebody else, and the certificate that supersedes the one challenged.
#[tokio::test]
async fn a_challenge_and_what_became_of_it() {
    let open = Open::of(&nine()).await;
    let reviewer = open.desk.person("r9", &[("recall", Role::Reviewer)]).await;
    let raise = json!({ "section": 1, "line": 2, "grounds": "the hand is the same" });
    for _ in 0..2 {
        assert_eq!(open.inside("PUT", "/challenges/c1", Some(raise.clone())).await.status, StatusCode::OK);
    }
    let second = open.inside("PUT", "/challenges/c2", Some(raise.clone())).await;
    assert_eq!(second.code(), "exists", "one at a time");
    let bad = open.inside("PUT", "/challenges/c.1", Some(raise)).await;
    assert_eq!(bad.code(), "bad_request");
    let shown = async || {
        let list = open.desk.ask("GET", &format!("{ROOM}/challenges"), Some(&open.supervisor), None).await;
        list.body["items"][0].clone()
    };
    assert_eq!(shown().await["state"], "raised");
    let answer = json!({ "upheld": true, "reasons": "two of three agree" });
    let address = format!("{ROOM}/challenges/c1/answer");
    for _ in 0..2 {
        let answered = open.desk.ask("PUT", &address, Some(&open.supervisor), Some(answer.clone())).await;
        assert_eq!(answered.status, StatusCode::OK, "{answered:?}");
    }
    let other = json!({ "upheld": false, "reasons": "no" });
    assert_eq!(open.desk.ask("PUT", &address, Some(&open.registrar), Some(other)).await.code(), "wrong_state");
    assert_eq!(shown().await["became"], json!({ "state": "being_decided" }));
    assert_eq!(open.inside("GET", "/lines/1/2", None).await.code(), "not_found", "it is being decided");
    // The line waits for a reviewer, and no other does.
    let wanted = json!({ "stage": "review", "size": 5 });
    let batch = open.desk.ask("PUT", "/api/cases/recall/batches/b1", Some(&reviewer), Some(wanted)).await;
    assert_eq!(batch.body["lines"], json!([{ "section": 1, "line": 2 }]));
    let found = json!({ "disposition": "valid", "voter": format!("V{}", nine()[1].mark) });
    let at = "/api/cases/recall/batches/b1/lines/1/2/finding";
    let kept = open.desk.ask("PUT", at, Some(&reviewer), Some(found)).await;
    assert_eq!(kept.status, StatusCode::OK, "{kept:?}");
    open.desk.ask("PUT", "/api/cases/recall/batches/b1/closed", Some(&reviewer), None).await;
    assert_eq!(shown().await["became"], json!({ "state": "decided", "disposition": "valid", "valid": 3 }));
    // Certified again by another program, beside the server.
    let places = open.desk.places();
    let snapshot = roll::Snapshot::open(&places.file("roll")).unwrap();
    let mut case = CaseFile::open(&places.place("recall")).await.unwrap();
    let today = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    certify(&mut case, &snapshot, today).await;
    let digest = case.status().certificate_digest.unwrap();
    case.close().await;
    let became = json!({ "state": "certified", "disposition": "valid", "valid": 3, "verdict": "insufficient", "certificate": digest });
    assert_eq!(shown().await["became"], became);
    let seen = open.inside("GET", "/challenges", None).await;
    assert_eq!(seen.body["items"][0]["became"], became, "the proponents see it too");
    assert_eq!(seen.body["items"][0]["answer"]["reasons"], "two of three agree");
}

#[tokio::test]
async fn what_the_office_enters() {
    let open = Open::of(&nine()).await;
    open.inside("GET", "/lines", None).await;
    let enter = async |entry: &str, body: Value| {
        let answer = open.office("PUT", &format!("/entries/{entry}"), Some(body)).await;
        if answer.status == StatusCode::OK { "ok".to_owned() } else { answer.code().to_owned() }
    };
    let day = "2022-08-08";
    for (entry, body, code) in [
        ("e1", json!({ "what": "deposit", "day": day, "cents": 5000 }), "ok"),
        ("e1", json!({ "what": "deposit", "day": day, "cents": 5000 }), "ok"),
        ("e1", json!({ "what": "deposit", "day": day, "cents": 5001 }), "exists"),
        ("e2", json!({ "what": "staff_time", "day": day, "minutes": 90, "cents_per_hour": 1500 }), "ok"),
        ("e3", json!({ "what": "return", "day": day, "cents": 5001 }), "refused"),
        ("e3", json!({ "what": "return", "day": "2022-08-07", "cents": 1 }), "refused"),
        ("e3", json!({ "what": "deposit", "day": day, "cents": -1 }), "bad_request"),
        ("e3", json!({ "what": "deposit", "day": day, "cents": 0.5 }), "bad_request"),
        ("e3", json!({ "what": "deposit", "day": day, "cents": 1, "who": "x" }), "bad_request"),
        ("e3", json!({ "what": "gift", "day": day, "cents": 1 }), "bad_request"),
        ("e3", json!({ "what": "return", "day": day, "cents": 5000 }), "ok"),
        ("e.4", json!({ "what": "return", "day": day, "cents": 5000 }), "bad_request"),
    ] {
        assert_eq!(enter(entry, body.clone()).await, code, "{entry} {body}");
    }
    let costs = open.inside("GET", "/costs", None).await;
    assert_eq!(
        (&costs.body["costs"], &costs.body["charged"]),
        (&json!(2250), &json!(0)),
        "the law of 2022 charges nobody"
    );
    assert_eq!((&costs.body["days_used"], &costs.body["deposited"]), (&json!(1), &json!(5000)));
    assert_eq!(costs.body["days"][0]["number"], 1);
}

const REASONS: [&str; 8] = [
    "signature_mismatch",
    "different_address",
    "not_registered",
    "canceled",
    "illegible",
    "out_of_jurisdiction",
    "no_address",
    "no_signature",
];

fn signers() -> impl Strategy<Value = Vec<Signer>> {
    let signer =
        ("[A-Z]{3,8}", any::<bool>(), 0usize..5, prop::option::weighted(0.8, prop::sample::select(REASONS.to_vec())));
    let signers = prop::collection::vec(signer, 8..14);
    (signers, 1000u32..7000).prop_map(|(signers, first)| {
        let mut valid = 0;
        let of = |(at, (name, moved, signatures, reason)): (u32, (String, bool, usize, Option<&'static str>))| {
            valid += u32::from(reason.is_none());
            // Never enough for the petition to succeed.
            let reason = reason.or((valid > 4).then_some("no_address"));
            Signer { name, mark: first + at * 13, moved, signatures, reason }
        };
        (0..).zip(signers).map(of).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever an examiner asks for, nothing masked stands in the answer: of the voter in question, of any other, and of the office's people.
    #[test]
    fn nothing_masked_is_ever_shown(signers in signers()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let shown = runtime.block_on(async {
            let open = Open::of(&signers).await;
            let mut shown = BTreeMap::new();
            for address in ["", "/lines?limit=500", "/costs", "/challenges", "/marks"] {
                shown.insert(address.to_owned(), open.inside("GET", address, None).await);
            }
            for line in 1..=signers.len() {
                shown.insert(line.to_string(), open.inside("GET", &format!("/lines/1/{line}"), None).await);
            }
            shown
        });
        for (what, answer) in &shown {
            let line = what.parse::<usize>().ok();
            let own = line.map(|line| &signers[line - 1]);
            let counts = own.is_some_and(|signer| signer.reason.is_none());
            let expected = if counts { StatusCode::NOT_FOUND } else { StatusCode::OK };
            prop_assert_eq!(answer.status, expected, "{}: {:?}", what, answer);
            let text = answer.body.to_string();
            for (signer, at) in signers.iter().zip(1..) {
                for masked in signer.masked() {
                    prop_assert!(!text.contains(&masked), "{} shows {}: {}", what, masked, text);
                }
                let in_question = line == Some(at) && matches!(signer.reason, Some("different_address" | "out_of_jurisdiction"));
                for address in signer.addresses() {
                    prop_assert_eq!(text.contains(&address), in_question, "{} and {}: {}", what, address, text);
                }
            }
            // And what is to be seen is there.
            let named = own.filter(|signer| !counts && signer.reason != Some("not_registered"));
            if let Some(signer) = named {
                let found = answer.body["voters"].as_array().unwrap().iter().find(|voter| voter["found"] == true).unwrap();
                let (first, last) = signer.first_and_last();
                prop_assert_eq!(&found["name"], &json!(format!("{first} {last}")));
                prop_assert_eq!(found["reference_signatures"].as_array().unwrap().len(), signer.signatures);
            }
        }
    }
}
