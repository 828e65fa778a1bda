//! Signing in by the office's identity provider.

use std::{path::PathBuf, time::Duration};

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::{CalledBy, People, PeopleError, Provider, Role, Setup};

use crate::{
    authenticator::ORIGIN,
    desk::{Answer, Desk, PASSWORD, Places},
    provider::{CLIENT, Faults, Issuer},
};

async fn begin(desk: &Desk) -> Value {
    let begun = desk.ask("POST", "/api/session/sign-on-challenge", None, None).await;
    assert_eq!(begun.status, StatusCode::OK, "{begun:?}");
    begun.body
}

async fn prove(desk: &Desk, begun: &Value, code: &str) -> Answer {
    let proof = json!({ "ceremony": begun["ceremony"], "state": begun["state"], "code": code });
    desk.ask("POST", "/api/session/sign-on", None, Some(proof)).await
}

/// From the button to the session, for whoever this is at the provider.
async fn sign_on(desk: &Desk, issuer: &Issuer, who: Value) -> Answer {
    let begun = begin(desk).await;
    let (_, code) = issuer.log_on(begun["url"].as_str().unwrap(), who);
    prove(desk, &begun, &code).await
}

/// An office with an administrator, and the account `ana` for whoever comes with its name.
async fn office(provider: Provider) -> (Desk, String) {
    let desk = Desk::trusting(provider).await;
    let administrator = desk.person("administrator", &[("", Role::Administrator)]).await;
    let new = json!({ "account": "Ana", "name": "Ana Alvarez", "duties": { "recall": ["reviewer"] }, "sign_on": true });
    let made = desk.ask("POST", "/api/people", Some(&administrator), Some(new)).await;
    assert_eq!((made.status, &made.body["sign_on"]), (StatusCode::CREATED, &"awaited".into()), "{made:?}");
    (desk, administrator)
}

async fn state_of_ana(desk: &Desk, administrator: &str) -> Value {
    desk.ask("GET", "/api/people/ana", Some(administrator), None).await.body["sign_on"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_belongs_to_the_first_who_comes_with_its_name() {
    let issuer = Issuer::new().await;
    let (desk, administrator) = office(issuer.provider()).await;
    let ways = desk.ask("GET", "/api/session/ways", None, None).await.body;
    assert_eq!(ways, json!({ "passkeys": true, "public": true, "sign_on": "County sign-on" }));

    let begun = begin(&desk).await;
    let (asked, code) =
        issuer.log_on(begun["url"].as_str().unwrap(), json!({ "sub": "7", "preferred_username": "ANA" }));
    assert_eq!(asked["prompt"], "login", "whoever sat here before may still be signed on there");
    let said = ["client_id", "redirect_uri", "response_type", "scope", "code_challenge_method", "tenant"]
        .map(|name| asked[name].as_str());
    assert_eq!(said, [CLIENT.0, &format!("{ORIGIN}/signed-on"), "code", "openid profile", "S256", "office"]);
    assert_eq!(begun["state"], asked["state"]);
    assert!(!begun["url"].as_str().unwrap().contains(begun["ceremony"].as_str().unwrap()));
    let opened = prove(&desk, &begun, &code).await;
    assert_eq!((opened.status, &opened.body["account"]), (StatusCode::OK, &"ana".into()), "{opened:?}");
    assert!(opened.headers["set-cookie"].to_str().unwrap().contains("SameSite=Strict"));
    let shown = desk.ask("GET", "/api/session", opened.body["token"].as_str(), None).await;
    assert_eq!(shown.body["duties"], json!({ "recall": ["reviewer"] }));
    assert_eq!(state_of_ana(&desk, &administrator).await, "bound");

    // The same person under another name, and another under the same.
    let renamed = json!({ "sub": "7", "preferred_username": "ana.alvarez-baker" });
    assert_eq!(sign_on(&desk, &issuer, renamed.clone()).await.body["account"], "ana");
    let namesake = json!({ "sub": "8", "preferred_username": "ana" });
    assert_eq!(sign_on(&desk, &issuer, namesake.clone()).await.code(), "no_account");

    // Taken and given again, it waits again.
    let allow = async |allowed: bool| {
        let body = json!({ "allowed": allowed });
        desk.ask("PUT", "/api/people/ana/sign-on", Some(&administrator), Some(body)).await
    };
    let session = sign_on(&desk, &issuer, renamed.clone()).await.body["token"].as_str().unwrap().to_owned();
    assert_eq!(allow(false).await.body["sign_on"], "off");
    assert_eq!(desk.ask("GET", "/api/session", Some(&session), None).await.code(), "not_signed_in");
    assert_eq!(sign_on(&desk, &issuer, renamed.clone()).await.code(), "no_account");
    assert_eq!(sign_on(&desk, &issuer, namesake.clone()).await.code(), "no_account");
    assert_eq!(allow(true).await.body["sign_on"], "awaited");
    assert_eq!(sign_on(&desk, &issuer, namesake.clone()).await.body["account"], "ana");
    assert_eq!(allow(true).await.body["sign_on"], "bound", "giving it twice changes nothing");
    assert_eq!(sign_on(&desk, &issuer, renamed).await.code(), "no_account");
    let noted = "SELECT COUNT(*) || ' ' || COUNT(DISTINCT what) FROM office_event WHERE account = 'ana' AND what LIKE 'sign_on_%'";
    assert_eq!(desk.text(noted).await, "5 3");

    // One person has one account.
    let other = json!({ "account": "other", "name": "Other", "sign_on": true });
    desk.ask("POST", "/api/people", Some(&administrator), Some(other)).await;
    assert_eq!(
        sign_on(&desk, &issuer, json!({ "sub": "8", "preferred_username": "other" })).await.body["account"],
        "ana"
    );
    desk.office.people.set_disabled("ana", true, "test").await.unwrap();
    for name in ["ana", "other"] {
        assert_eq!(
            sign_on(&desk, &issuer, json!({ "sub": "8", "preferred_username": name })).await.code(),
            "no_account"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_by_what_proves_nothing() {
    let issuer = Issuer::new().await;
    let (desk, administrator) = office(issuer.provider()).await;
    let ana = json!({ "sub": "7", "preferred_username": "ana" });
    let wrong = |what: &str, answer: Answer| {
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNAUTHORIZED, "wrong_credentials"),
            "{what}: {answer:?}"
        );
        assert!(answer.headers.get("set-cookie").is_none(), "{what}");
    };
    let claims = |claims: Value| Faults { claims, ..Faults::default() };
    let faults = [
        ("another issuer", claims(json!({ "iss": "https://login.evil.example" }))),
        ("for another office", claims(json!({ "aud": "another" }))),
        ("for another office, too", claims(json!({ "aud": [CLIENT.0, "another"] }))),
        ("over", claims(json!({ "exp": 1_600_000_000 }))),
        ("for another asking", claims(json!({ "nonce": "another" }))),
        ("for no asking", claims(json!({ "nonce": null }))),
        ("signed by another", Faults { other_key: true, ..Faults::default() }),
        ("signed by nobody", Faults { unsigned: true, ..Faults::default() }),
        ("nothing", Faults { no_token: true, ..Faults::default() }),
    ];
    for (what, fault) in faults {
        issuer.fault(fault);
        wrong(what, sign_on(&desk, &issuer, ana.clone()).await);
    }
    issuer.fault(Faults::default());
    assert_eq!(state_of_ana(&desk, &administrator).await, "awaited");

    let url = |begun: &Value| begun["url"].as_str().unwrap().to_owned();
    let (first, second) = (begin(&desk).await, begin(&desk).await);
    let (_, code) = issuer.log_on(&url(&first), ana.clone());
    wrong("a code that nobody gave", prove(&desk, &second, "code-x").await);
    let mixed = json!({ "ceremony": begin(&desk).await["ceremony"], "state": first["state"] });
    wrong("an address that another browser was sent to", prove(&desk, &mixed, &code).await);
    let begun = begin(&desk).await;
    let (_, own) = issuer.log_on(&url(&begun), ana.clone());
    let another = json!({ "ceremony": begun["ceremony"], "state": "another" });
    wrong("everything right but the state", prove(&desk, &another, &own).await);
    let second = begin(&desk).await;
    wrong("a code for another asking", prove(&desk, &second, &code).await);
    let passkeys = desk.ask("POST", "/api/session/passkey-challenge", None, None).await.body;
    wrong(
        "a ceremony of passkeys",
        prove(&desk, &json!({ "ceremony": passkeys["ceremony"], "state": "" }), &code).await,
    );
    let late = begin(&desk).await;
    let (_, code) = issuer.log_on(&url(&late), ana.clone());
    desk.later(5 * 60);
    wrong("too late", prove(&desk, &late, &code).await);
    let begun = begin(&desk).await;
    let (_, code) = issuer.log_on(&url(&begun), ana.clone());
    assert_eq!(prove(&desk, &begun, &code).await.status, StatusCode::OK);
    wrong("the same answer again", prove(&desk, &begun, &code).await);
    // Somebody of the provider's without an account here.
    let kate = json!({ "account": "kate", "name": "Kate", "sign_on": true });
    desk.ask("POST", "/api/people", Some(&administrator), Some(kate)).await;
    for who in [
        json!({ "sub": "9" }),
        // The sign of kelvin is no K, though it becomes one in lower case.
        json!({ "sub": "9", "preferred_username": "\u{212a}ate" }),
        json!({ "sub": "9", "preferred_username": "administrator" }),
        json!({ "sub": "9", "preferred_username": "a b" }),
    ] {
        assert_eq!(sign_on(&desk, &issuer, who).await.code(), "no_account");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_keys_of_the_provider_and_a_person_outside_of_a_shift() {
    let issuer = Issuer::new().await;
    let provider = Provider { called_by: CalledBy::Email, ..issuer.provider() };
    let (desk, administrator) = office(provider).await;
    let new = json!({ "account": "ben@county.example", "name": "Ben", "sign_on": true });
    desk.ask("POST", "/api/people", Some(&administrator), Some(new)).await;
    for proved in [json!(null), json!(false)] {
        let ben = json!({ "sub": "1", "email": "ben@county.example", "email_verified": proved });
        assert_eq!(sign_on(&desk, &issuer, ben).await.code(), "no_account", "an address that nobody has proved");
    }
    let ben = json!({ "sub": "1", "email": "Ben@County.example", "email_verified": true });
    issuer.take_key(2);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(sign_on(&desk, &issuer, ben.clone()).await.body["account"], "ben@county.example");
    let shifts = json!([{ "day": "monday", "from": "08:00", "to": "12:00" }]);
    let shifts: Vec<server::Shift> = serde_json::from_value(shifts).unwrap();
    desk.office.people.give_shifts("ben@county.example", &shifts, "test").await.unwrap();
    desk.at("2022-08-15T19:00:00Z");
    assert_eq!(sign_on(&desk, &issuer, ben).await.code(), "off_shift");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_works_without_its_provider() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let issuer = Issuer::new().await;
    let (desk, _) = office(Provider { issuer: format!("http://{address}"), ..issuer.provider() }).await;
    for _ in 0..2 {
        let asked = desk.ask("POST", "/api/session/sign-on-challenge", None, None).await;
        assert_eq!((asked.status, asked.code()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable"), "{asked:?}");
    }
    let typed = json!({ "account": "administrator", "password": PASSWORD });
    assert_eq!(desk.ask("POST", "/api/session", None, Some(typed)).await.status, StatusCode::OK);
    // And one that has none.
    let desk = Desk::new().await;
    let administrator = desk.person("administrator", &[("", Role::Administrator)]).await;
    assert_eq!(desk.ask("POST", "/api/session/sign-on-challenge", None, None).await.code(), "turned_off");
    let proof = json!({ "ceremony": "", "state": "", "code": "" });
    assert_eq!(desk.ask("POST", "/api/session/sign-on", None, Some(proof)).await.code(), "turned_off");
    let new = json!({ "account": "ana", "name": "Ana", "sign_on": true });
    assert_eq!(desk.ask("POST", "/api/people", Some(&administrator), Some(new)).await.code(), "turned_off");
    let refused =
        desk.ask("PUT", "/api/people/administrator/sign-on", Some(&administrator), Some(json!({ "allowed": true })));
    assert_eq!(refused.await.code(), "turned_off");
}

#[tokio::test]
async fn a_provider_that_cannot_be_used_is_told_at_the_start() {
    let places = Places::in_files();
    let good = Issuer::new().await.provider();
    let refused = async |provider: Provider, origin: Option<&str>| {
        let setup = Setup { provider: Some(provider), origin: origin.map(str::to_owned), ..Setup::default() };
        match People::open(&places.place("office"), setup).await {
            Err(PeopleError::Provider { why, .. }) => why,
            Err(other) => panic!("{other}"),
            Ok(_) => String::new(),
        }
    };
    assert_eq!(refused(good.clone(), Some(ORIGIN)).await, "");
    assert!(refused(good.clone(), None).await.contains("--origin"));
    let at = |issuer: &str| Provider { issuer: issuer.to_owned(), ..good.clone() };
    assert!(refused(at("http://login.county.example"), Some(ORIGIN)).await.contains("https"));
    assert!(refused(at("login"), Some(ORIGIN)).await.contains("address"));
    assert!(
        refused(Provider { client: String::new(), ..good.clone() }, Some(ORIGIN)).await.contains("name of this office")
    );
    let authority = |path: &str| Provider { authority: Some(PathBuf::from(path)), ..good.clone() };
    assert!(refused(authority("missing.pem"), Some(ORIGIN)).await.starts_with("missing.pem: "));
    let file = places.file("text.pem");
    std::fs::write(&file, "no certificate").unwrap();
    assert!(refused(authority(file.to_str().unwrap()), Some(ORIGIN)).await.contains("text.pem: "));
}
