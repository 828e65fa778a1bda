//! Signing in and out: passwords, lock-out, slips, authenticators.

use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use server::Role;
use totp_rs::{Builder, Secret};

use crate::desk::{Answer, Desk, PASSWORD};

async fn sign_in(desk: &Desk, account: &str, password: &str, code: Option<&str>) -> Answer {
    let mut body = json!({ "account": account, "password": password });
    if let Some(code) = code {
        body["code"] = code.into();
    }
    desk.ask("POST", "/api/session", None, Some(body)).await
}

fn token(answer: &Answer) -> String {
    answer.body["token"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

#[tokio::test]
async fn from_signing_in_to_signing_out() {
    let desk = Desk::new().await;
    desk.person("clerk", &[("recall", Role::Intake)]).await;
    let answer = sign_in(&desk, " Clerk ", PASSWORD, None).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.body["duties"], json!({ "recall": ["intake"] }));
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    for part in ["__Host-countersign=", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let token = token(&answer);
    let by_cookie = axum::http::Request::get("/api/session")
        .header(header::COOKIE, format!("theme=dark; {}", cookie.split(';').next().unwrap()))
        .body(axum::body::Body::empty())
        .unwrap();
    assert_eq!(desk.send(by_cookie).await.body["account"], "clerk");
    let shown = desk.ask("GET", "/api/session", Some(&token), None).await;
    assert_eq!(
        (&shown.body["account"], &shown.headers[header::CACHE_CONTROL]),
        (&"clerk".into(), &"no-store".parse().unwrap())
    );
    let out = desk.ask("DELETE", "/api/session", Some(&token), None).await;
    assert!(out.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(desk.ask("GET", "/api/session", Some(&token), None).await.code(), "not_signed_in");
}

#[tokio::test]
async fn too_many_wrong_passwords() {
    let desk = Desk::new().await;
    desk.person("clerk", &[("recall", Role::Intake)]).await;
    for _ in 0..7 {
        assert_eq!(sign_in(&desk, "clerk", "wrong horse battery", None).await.code(), "wrong_credentials");
    }
    assert_eq!(sign_in(&desk, "clerk", "wrong horse battery", None).await.code(), "locked_out");
    assert_eq!(sign_in(&desk, "clerk", PASSWORD, None).await.code(), "locked_out", "the right one is locked out too");
    desk.later(15 * 60 + 1);
    assert_eq!(sign_in(&desk, "clerk", PASSWORD, None).await.status, StatusCode::OK);
    // The count begins anew after a right one; an account that is not there looks like one with another password.
    for _ in 0..7 {
        assert_eq!(sign_in(&desk, "clerk", "wrong horse battery", None).await.code(), "wrong_credentials");
    }
    assert_eq!(sign_in(&desk, "clerk", PASSWORD, None).await.status, StatusCode::OK);
    let nobody = sign_in(&desk, "nobody", PASSWORD, None).await;
    assert_eq!(nobody.body, sign_in(&desk, "clerk", "wrong horse battery", None).await.body);
}

#[tokio::test]
async fn a_slip_is_good_once() {
    let desk = Desk::new().await;
    let administrator = desk.person("chief", &[("", Role::Administrator)]).await;
    let new = json!({ "account": "temp-001", "name": "T. Emp", "duties": { "recall": ["reviewer"] } });
    assert_eq!(desk.ask("POST", "/api/people", Some(&administrator), Some(new)).await.status, StatusCode::CREATED);
    assert_eq!(sign_in(&desk, "temp-001", PASSWORD, None).await.code(), "wrong_credentials", "no password yet");
    let wanted = json!({ "accounts": ["temp-001"] });
    let slips = desk.ask("POST", "/api/people/slips", Some(&administrator), Some(wanted.clone())).await;
    let first = slips.body[0]["code"].as_str().unwrap().to_owned();
    let slips = desk.ask("POST", "/api/people/slips", Some(&administrator), Some(wanted.clone())).await;
    let code = slips.body[0]["code"].as_str().unwrap().to_lowercase().replace('-', " ");
    let enrol = |slip: &str, password: &str| {
        let body = json!({ "slip": slip, "password": password });
        desk.ask("POST", "/api/enrolment", None, Some(body))
    };
    assert_eq!(enrol(&first, PASSWORD).await.code(), "slip_used", "a new slip takes the place of the one before");
    assert_eq!(enrol(&code, "short").await.code(), "weak_password", "and the slip is still good");
    let enrolled = enrol(&code, PASSWORD).await;
    assert_eq!(enrolled.body["duties"], json!({ "recall": ["reviewer"] }));
    assert_eq!(enrol(&code, PASSWORD).await.code(), "slip_used");
    let slips = desk.ask("POST", "/api/people/slips", Some(&administrator), Some(wanted)).await;
    desk.later(7 * 24 * 60 * 60 + 1);
    assert_eq!(enrol(slips.body[0]["code"].as_str().unwrap(), PASSWORD).await.code(), "slip_used", "it has lapsed");
}

#[tokio::test]
async fn a_password_is_changed() {
    let desk = Desk::new().await;
    let here = desk.person("clerk", &[]).await;
    let elsewhere = token(&sign_in(&desk, "clerk", PASSWORD, None).await);
    let change = |old: &str, new: &str| {
        desk.ask("PUT", "/api/session/password", Some(&here), Some(json!({ "old": old, "new": new })))
    };
    assert_eq!(change(PASSWORD, PASSWORD).await.code(), "weak_password");
    assert_eq!(change(PASSWORD, "i am the clerk here").await.code(), "weak_password");
    assert_eq!(change("wrong horse battery", "another horse battery").await.code(), "wrong_credentials");
    assert_eq!(change(PASSWORD, "another horse battery").await.status, StatusCode::OK);
    assert_eq!(desk.ask("GET", "/api/session", Some(&here), None).await.status, StatusCode::OK);
    assert_eq!(desk.ask("GET", "/api/session", Some(&elsewhere), None).await.code(), "not_signed_in");
    assert_eq!(sign_in(&desk, "clerk", PASSWORD, None).await.code(), "wrong_credentials");
}

#[tokio::test]
async fn an_authenticator_is_asked_for() {
    let desk = Desk::new().await;
    let session = desk.person("clerk", &[]).await;
    let new = desk.ask("POST", "/api/session/authenticator", Some(&session), None).await;
    let secret = new.body["secret"].as_str().unwrap().to_owned();
    let shows = |second: u64| {
        let totp = Builder::new().with_secret(Secret::try_from_base32(&secret).unwrap()).build().unwrap();
        totp.generate(second).to_string()
    };
    let set = |password: &str, code: &str| {
        let body: Value = json!({ "secret": secret, "code": code, "password": password });
        desk.ask("PUT", "/api/session/authenticator", Some(&session), Some(body))
    };
    assert_eq!(set(PASSWORD, "000000").await.code(), "wrong_credentials");
    assert_eq!(set("wrong horse battery", &shows(desk.second())).await.code(), "wrong_credentials");
    assert_eq!(set(PASSWORD, &shows(desk.second())).await.status, StatusCode::OK);
    assert_eq!(sign_in(&desk, "clerk", PASSWORD, None).await.code(), "code_needed");
    let code = shows(desk.second());
    assert_eq!(sign_in(&desk, "clerk", PASSWORD, Some(&code)).await.code(), "wrong_credentials", "a code is good once");
    desk.later(30);
    let code = shows(desk.second());
    assert_eq!(sign_in(&desk, "clerk", PASSWORD, Some(&code)).await.status, StatusCode::OK);
    assert_eq!(sign_in(&desk, "clerk", PASSWORD, Some(&code)).await.code(), "wrong_credentials");
}
