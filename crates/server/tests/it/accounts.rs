//! Accounts as the administrator keeps them, and what every answer has in common.

use axum::http::{Request, StatusCode, header};
use serde_json::json;
use server::Role;

use crate::desk::Desk;

#[tokio::test]
async fn a_hundred_temporary_workers() {
    let desk = Desk::new().await;
    let chief = desk.person("chief", &[("", Role::Administrator)]).await;
    let chief = Some(chief.as_str());
    let cases = desk.ask("GET", "/api/duties/cases", chief, None).await;
    assert_eq!(cases.body, json!([{ "case": "other" }, { "case": "recall" }]));
    let accounts: Vec<_> = (1..=100).map(|number| format!("temp-{number:03}")).collect();
    for account in &accounts {
        let new = json!({ "account": account, "name": "T. Emp", "duties": { "recall": ["reviewer"] } });
        assert_eq!(desk.ask("POST", "/api/people", chief, Some(new)).await.status, StatusCode::CREATED);
    }
    let slips = desk.ask("POST", "/api/people/slips", chief, Some(json!({ "accounts": accounts }))).await;
    let codes: std::collections::BTreeSet<_> =
        slips.body.as_array().unwrap().iter().map(|slip| slip["code"].as_str().unwrap()).collect();
    assert_eq!(codes.len(), 100);
    let (mut after, mut seen) = (String::new(), Vec::new());
    loop {
        let page = desk.ask("GET", &format!("/api/people?limit=30&after={after}"), chief, None).await;
        let items = page.body["items"].as_array().unwrap();
        seen.extend(items.iter().map(|item| item["account"].as_str().unwrap().to_owned()));
        match page.body["next"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => break,
        }
    }
    assert_eq!(seen.len(), 101);
    assert!(seen.is_sorted());
    // The same again, after a lost answer; another one of the name is another account, and one that is used is not made again.
    let again = json!({ "account": "temp-001", "name": "T. Emp", "duties": { "recall": ["reviewer"] } });
    assert_eq!(desk.ask("POST", "/api/people", chief, Some(again.clone())).await.status, StatusCode::CREATED);
    let more = json!({ "account": "temp-001", "name": "T. Emp", "duties": { "recall": ["reviewer", "supervisor"] } });
    assert_eq!(desk.ask("POST", "/api/people", chief, Some(more)).await.code(), "exists");
    let slip = slips.body[0]["code"].as_str().unwrap();
    let used = json!({ "slip": slip, "password": crate::desk::PASSWORD });
    assert_eq!(desk.ask("POST", "/api/enrolment", None, Some(used)).await.status, StatusCode::OK);
    assert_eq!(desk.ask("POST", "/api/people", chief, Some(again)).await.code(), "exists");
}

#[tokio::test]
async fn what_an_administrator_cannot_do() {
    let desk = Desk::new().await;
    let chief = desk.person("chief", &[("", Role::Administrator)]).await;
    let chief = Some(chief.as_str());
    for (method, address, body, status, code) in [
        ("POST", "/api/people", json!({ "account": "chief", "name": "C" }), 409, "exists"),
        ("POST", "/api/people", json!({ "account": "a b", "name": "C" }), 400, "bad_request"),
        ("POST", "/api/people", json!({ "account": "a", "name": " " }), 400, "bad_request"),
        (
            "POST",
            "/api/people",
            json!({ "account": "a", "name": "A", "duties": { "": ["reviewer"] } }),
            400,
            "bad_request",
        ),
        (
            "POST",
            "/api/people",
            json!({ "account": "a", "name": "A", "duties": { "recall": ["king"] } }),
            400,
            "bad_request",
        ),
        ("PUT", "/api/people/chief/duties", json!({ "duties": {} }), 422, "refused"),
        ("PUT", "/api/people/chief/disabled", json!({ "disabled": true }), 422, "refused"),
        ("PUT", "/api/people/nobody/disabled", json!({ "disabled": true }), 404, "not_found"),
        ("PUT", "/api/people/nobody/duties", json!({ "duties": {} }), 404, "not_found"),
        ("GET", "/api/people/nobody", json!(null), 404, "not_found"),
        ("GET", "/api/people?limit=501", json!(null), 400, "bad_request"),
        ("POST", "/api/people/slips", json!({ "accounts": ["chief", "nobody"] }), 404, "not_found"),
        ("GET", "/api/nothing", json!(null), 404, "not_found"),
        ("PATCH", "/api/people", json!({}), 405, "method_not_allowed"),
    ] {
        let body = (!body.is_null()).then_some(body);
        let answer = desk.ask(method, address, chief, body).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{method} {address}: {answer:?}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    }
    assert_eq!(desk.ask("GET", "/api/people", chief, None).await.body["items"].as_array().unwrap().len(), 1);
}

/// The value of a field may name a person, so a fault is told by its place.
#[tokio::test]
async fn a_fault_in_a_body_is_told_by_its_place() {
    let desk = Desk::new().await;
    let body = json!({ "account": "clerk", "password": ["MARIA SECRET"] });
    let answer = desk.ask("POST", "/api/session", None, Some(body)).await;
    assert_eq!(answer.body["detail"], "the body is not what is wanted here, at `password`");
    let huge = json!({ "account": "x".repeat(2_000_000), "password": "x" });
    let answer = desk.ask("POST", "/api/session", None, Some(huge)).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
    for (form, body) in [("text/plain", "{}"), ("application/json", "{"), ("application/json", "\u{0}")] {
        let request = Request::post("/api/session").header(header::CONTENT_TYPE, form).body(body.into()).unwrap();
        assert_eq!(desk.send(request).await.code(), "bad_request", "{form} {body}");
    }
}

#[tokio::test]
async fn an_answer_that_is_known_already() {
    let desk = Desk::new().await;
    let reviewer = desk.person("r1", &[("recall", Role::Reviewer)]).await;
    let ask = |tag: Option<&str>| {
        let request = Request::get("/api/cases/recall").header(header::AUTHORIZATION, format!("Bearer {reviewer}"));
        let request = tag.into_iter().fold(request, |request, tag| request.header(header::IF_NONE_MATCH, tag));
        desk.send(request.body(axum::body::Body::empty()).unwrap())
    };
    let first = ask(None).await;
    assert_eq!((first.status, &first.body["phase"]), (StatusCode::OK, &"receiving".into()));
    let tag = first.headers[header::ETAG].to_str().unwrap().to_owned();
    assert_eq!(ask(Some(&tag)).await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(ask(Some("\"another\"")).await.status, StatusCode::OK);
}

/// What was done to accounts can be read, the latest first, by whoever keeps them.
#[tokio::test]
async fn what_was_done_to_accounts() {
    let desk = Desk::new().await;
    let chief = desk.person("chief", &[("", Role::Administrator)]).await;
    desk.person("r1", &[("recall", Role::Reviewer)]).await;
    let wrong = json!({ "account": "r1", "password": "wrong horse battery" });
    for _ in 0..8 {
        desk.ask("POST", "/api/session", None, Some(wrong.clone())).await;
    }
    let shut = json!({ "disabled": true });
    assert_eq!(desk.ask("PUT", "/api/people/r1/disabled", Some(&chief), Some(shut)).await.status, StatusCode::OK);
    let events = desk.ask("GET", "/api/office/events?account=r1&limit=2", Some(&chief), None).await.body;
    let told = |event: &serde_json::Value| (event["what"].clone(), event["actor"].clone());
    assert_eq!(told(&events["items"][0]), (json!("account_shut"), json!("chief")), "{events}");
    assert_eq!(told(&events["items"][1]), (json!("locked_out"), json!("r1")), "{events}");
    let next = format!("/api/office/events?account=r1&after={}", events["next"].as_str().unwrap());
    let rest = desk.ask("GET", &next, Some(&chief), None).await.body["items"].clone();
    assert_eq!(rest.as_array().unwrap().last().unwrap()["what"], "account_made", "{rest}");
    let of_others = desk.ask("GET", "/api/office/events?account=nobody", Some(&chief), None).await;
    assert_eq!(of_others.body, json!({ "items": [] }));
}

/// Two administrators: neither gives themselves more to do in a case, or says who they are on the roll. One alone has nobody to ask.
#[tokio::test]
async fn nobody_gives_themselves_duties() {
    let desk = Desk::new().await;
    let chief = desk.person("chief", &[("", Role::Administrator)]).await;
    let give = |account: &str, roles: serde_json::Value| {
        let (desk, chief, address) = (&desk, &chief, format!("/api/people/{account}/duties"));
        async move {
            let duties = json!({ "duties": { "": ["administrator"], "recall": roles } });
            desk.ask("PUT", &address, Some(chief), Some(duties)).await
        }
    };
    assert_eq!(give("chief", json!(["reviewer"])).await.status, StatusCode::OK, "there is nobody else");
    desk.person("deputy", &[("", Role::Administrator)]).await;
    assert_eq!(give("chief", json!(["reviewer", "supervisor"])).await.code(), "refused");
    let own = json!({ "voter": null, "name": "", "address": "" });
    assert_eq!(desk.ask("PUT", "/api/people/chief/on-roll", Some(&chief), Some(own.clone())).await.code(), "refused");
    assert_eq!(give("deputy", json!(["supervisor"])).await.status, StatusCode::OK);
    assert_eq!(desk.ask("PUT", "/api/people/deputy/on-roll", Some(&chief), Some(own)).await.status, StatusCode::OK);
    assert_eq!(give("chief", json!([])).await.status, StatusCode::OK, "less is given back at any time");
}
