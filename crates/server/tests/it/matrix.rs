//! Every route with every role, without a session, with one that ended, with a duty in another case, and before a password that must be changed is.
//! What is expected follows from the declaration in the OpenAPI document, so a route that is added is tested too.

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::Role;

use crate::desk::{Answer, Desk};

/// One operation of the document.
struct Operation {
    method: String,
    address: String,
    who: Value,
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (address, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let who = operation["x-who"].clone();
            assert!(!who.is_null(), "{method} {address} says nobody who may call it");
            all.push(Operation { method: method.to_uppercase(), address: address.clone(), who });
        }
    }
    all
}

impl Operation {
    fn in_case(&self) -> bool {
        self.who.get("in_case").is_some()
    }

    fn names(&self, role: Role) -> bool {
        let listed = |what: &str| {
            let roles = self.who[what].as_array();
            roles.is_some_and(|roles| roles.iter().any(|named| named == role.name()))
        };
        self.who == "signed_in" || listed("in_case") || listed("in_office")
    }

    async fn call(&self, desk: &Desk, case: &str, token: Option<&str>) -> Answer {
        let address = self.address.replace("{case}", case).replace("{account}", "nobody");
        let address = address.replace("{batch}", "b1").replace("{section}", "1").replace("{line}", "1");
        let address = address.replace("{act}", "a1");
        let address = address.replace("{export}", "e1").replace("{hold}", "h1").replace("{day}", "election_on");
        let address = address.replace("{challenge}", "c1").replace("{entry}", "e1");
        let address = ["{page}", "{candidate}", "{reference}", "{voter}"]
            .iter()
            .fold(address, |address, part| address.replace(part, "1"));
        let address = address
            .replace("{passkey}", "00")
            .replace("{digest}", "00")
            .replace("{roll}", "00")
            .replace("{file}", "sample.csv");
        let address = address.replace("{petition}", case);
        let body = (self.method != "GET" && self.method != "DELETE").then(|| json!({}));
        desk.ask(&self.method, &address, token, body).await
    }
}

/// Whether the guard let a request through to its handler, whatever the handler made of it.
fn passed(answer: &Answer) -> bool {
    let stopped = ["not_signed_in", "not_permitted", "password_change_needed"];
    let no_case = answer.status == StatusCode::NOT_FOUND && answer.body["detail"] == "there is no such case";
    !stopped.contains(&answer.code()) && !no_case
}

#[tokio::test]
async fn every_route_with_every_role() {
    let desk = Desk::new().await;
    let mut people = Vec::new();
    for role in Role::ALL {
        let place = if role.of_the_office() { "" } else { "recall" };
        people.push((role, desk.person(role.name(), &[(place, role)]).await));
    }
    let mut cells = 0;
    for operation in operations(&desk.document) {
        let told = format!("{} {}", operation.method, operation.address);
        if operation.who == "anyone" {
            assert!(passed(&operation.call(&desk, "recall", None).await), "{told}");
            cells += 1;
            continue;
        }
        for (role, token) in &people {
            // A session that this operation would end is one of its own.
            let again = server::SignIn {
                account: role.name().to_owned(),
                password: crate::desk::PASSWORD.to_owned(),
                code: None,
            };
            let ends = told == "DELETE /api/session";
            let own = if ends { desk.office.people.sign_in(again).await.unwrap() } else { token.clone() };
            let answer = operation.call(&desk, "recall", Some(&own)).await;
            assert_eq!(passed(&answer), operation.names(*role), "{told} as {role}: {answer:?}");
            let server_error = answer.status.is_server_error();
            assert!(!server_error, "{told} as {role}: {answer:?}");
            if operation.in_case() {
                let other = operation.call(&desk, "other", Some(&own)).await;
                assert_eq!(
                    (other.status, passed(&other)),
                    (StatusCode::NOT_FOUND, false),
                    "{told} in another case as {role}"
                );
                let none = operation.call(&desk, "none", Some(&own)).await;
                assert_eq!(none.body, other.body, "who has no duty in a case does not learn whether it exists");
                cells += 2;
            }
            cells += 1;
        }
        for token in [None, Some("0"), Some("")] {
            let answer = operation.call(&desk, "recall", token).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "not_signed_in"), "{told}");
            cells += 1;
        }
    }
    assert!(cells > 100, "{cells}");
}

/// Whoever must change the password can do that and nothing else.
#[tokio::test]
async fn every_route_before_a_password_is_changed() {
    let desk = Desk::new().await;
    let duties = Role::ALL.map(|role| (if role.of_the_office() { "" } else { "recall" }, role));
    let token = desk.person("all", &duties).await;
    let chief = desk.person("chief", &[("", Role::Administrator)]).await;
    let asked = |account: &str| format!("/api/people/{account}/password-change");
    assert_eq!(desk.ask("PUT", &asked("nobody"), Some(&chief), None).await.code(), "not_found");
    assert_eq!(desk.ask("PUT", &asked("all"), Some(&chief), None).await.status, StatusCode::OK);
    for operation in operations(&desk.document).iter().filter(|operation| operation.who != "anyone") {
        if (operation.method.as_str(), operation.address.as_str()) == ("DELETE", "/api/session") {
            continue;
        }
        let answer = operation.call(&desk, "recall", Some(&token)).await;
        let stopped = answer.code() == "password_change_needed";
        assert_eq!(stopped, operation.who != "signed_in", "{} {}: {answer:?}", operation.method, operation.address);
    }
    let change = json!({ "old": crate::desk::PASSWORD, "new": "another horse battery" });
    assert_eq!(desk.ask("PUT", "/api/session/password", Some(&token), Some(change)).await.status, StatusCode::OK);
    assert_eq!(desk.ask("GET", "/api/people", Some(&token), None).await.status, StatusCode::OK);
}

/// A session that was not used, one that is too old, and one of an account that was shut.
#[tokio::test]
async fn every_route_with_a_session_that_ended() {
    let desk = Desk::new().await;
    let duties = Role::ALL.map(|role| (if role.of_the_office() { "" } else { "recall" }, role));
    for (name, way) in [("idle", 0), ("old", 1), ("shut", 2)] {
        let token = desk.person(name, &duties).await;
        match way {
            0 => desk.later(31 * 60),
            1 => {
                for _ in 0..26 {
                    desk.later(29 * 60);
                    desk.ask("GET", "/api/session", Some(&token), None).await;
                }
            }
            _ => desk.office.people.set_disabled(name, true, "test").await.unwrap(),
        }
        for operation in operations(&desk.document).iter().filter(|operation| operation.who != "anyone") {
            let answer = operation.call(&desk, "recall", Some(&token)).await;
            assert_eq!(answer.code(), "not_signed_in", "{name}: {} {}", operation.method, operation.address);
        }
    }
}

/// The document that is checked in is the one that the code makes.
#[tokio::test]
async fn the_document_is_checked_in() {
    let desk = Desk::new().await;
    let text = serde_json::to_string_pretty(&desk.document).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/openapi.json");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        std::fs::write(path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == text, "schemas/openapi.json is not what the code makes; run this test with INSTA_UPDATE=always");
    let served = desk.ask("GET", "/api/openapi.json", None, None).await;
    assert_eq!(served.body, desk.document);
}
