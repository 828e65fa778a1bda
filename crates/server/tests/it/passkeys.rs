//! Signing in with passkeys.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::{Cases, Office, People, Role, Setup};

use crate::{
    authenticator::Authenticator,
    desk::{Answer, Desk, PASSWORD},
};

/// Asks for a passkey. Returns the ceremony and what the authenticator is asked.
async fn begin(desk: &Desk, token: &str) -> (Value, Value) {
    let begun = desk.ask("POST", "/api/session/passkeys", Some(token), Some(json!({ "password": PASSWORD }))).await;
    assert_eq!(begun.status, StatusCode::OK, "{begun:?}");
    (begun.body["ceremony"].clone(), begun.body["options"].clone())
}

async fn keep(desk: &Desk, token: &str, ceremony: &Value, name: &str, credential: Value) -> Answer {
    let made = json!({ "ceremony": ceremony, "name": name, "credential": credential });
    desk.ask("PUT", "/api/session/passkeys", Some(token), Some(made)).await
}

/// A passkey of the person who is signed in, on a device of their own.
async fn made(desk: &Desk, token: &str, mut device: Authenticator) -> Authenticator {
    let (ceremony, options) = begin(desk, token).await;
    let kept = keep(desk, token, &ceremony, "the blue key", device.make(&options)).await;
    assert_eq!(kept.status, StatusCode::OK, "{kept:?}");
    device
}

async fn challenge(desk: &Desk) -> (Value, Value) {
    let asked = desk.ask("POST", "/api/session/passkey-challenge", None, None).await;
    assert_eq!(asked.status, StatusCode::OK, "{asked:?}");
    (asked.body["ceremony"].clone(), asked.body["options"].clone())
}

async fn prove(desk: &Desk, ceremony: &Value, credential: Value) -> Answer {
    let proof = json!({ "ceremony": ceremony, "credential": credential });
    desk.ask("POST", "/api/session/passkey", None, Some(proof)).await
}

async fn sign_in(desk: &Desk, device: &mut Authenticator) -> Answer {
    let (ceremony, options) = challenge(desk).await;
    prove(desk, &ceremony, device.sign(&options)).await
}

#[tokio::test]
async fn from_making_a_passkey_to_forgetting_it() {
    let desk = Desk::new().await;
    let clerk = desk.person("clerk", &[("recall", Role::Intake)]).await;
    assert_eq!(
        desk.ask("GET", "/api/session/ways", None, None).await.body,
        json!({ "passkeys": true, "public": true })
    );
    let (_, options) = begin(&desk, &clerk).await;
    let asked = &options["publicKey"];
    assert_eq!(
        (
            &asked["rp"]["id"],
            &asked["authenticatorSelection"]["residentKey"],
            &asked["authenticatorSelection"]["userVerification"]
        ),
        (&"petitions.county.example".into(), &"required".into(), &"required".into())
    );
    let mut blue = made(&desk, &clerk, Authenticator::new(1)).await;
    let mut synced = made(&desk, &clerk, Authenticator { counter: None, ..Authenticator::new(2) }).await;
    let (_, options) = begin(&desk, &clerk).await;
    assert_eq!(options["publicKey"]["excludeCredentials"].as_array().unwrap().len(), 2, "no device makes a second one");
    desk.later(60);
    for device in [&mut blue, &mut synced] {
        for _ in 0..3 {
            let opened = sign_in(&desk, device).await;
            assert_eq!((opened.status, &opened.body["account"]), (StatusCode::OK, &"clerk".into()), "{opened:?}");
            let token = opened.body["token"].as_str();
            assert_eq!(
                desk.ask("GET", "/api/session", token, None).await.body["duties"],
                json!({ "recall": ["intake"] })
            );
        }
    }
    let shown = desk.ask("GET", "/api/session/passkeys", Some(&clerk), None).await;
    let (made_at, used_at) = (&shown.body[0]["made_at"], &shown.body[0]["used_at"]);
    assert_eq!(used_at.as_i64().unwrap() - made_at.as_i64().unwrap(), 60_000_000, "{shown:?}");
    // Only one's own is forgotten.
    let address = format!("/api/session/passkeys/{}", "01".repeat(16));
    let other = desk.person("other", &[]).await;
    assert_eq!(desk.ask("DELETE", &address, Some(&other), None).await.code(), "not_found");
    assert_eq!(desk.ask("DELETE", &address, Some(&clerk), None).await.status, StatusCode::OK);
    assert_eq!(sign_in(&desk, &mut blue).await.code(), "wrong_credentials");
    assert_eq!(sign_in(&desk, &mut synced).await.status, StatusCode::OK);
    // A slip is for somebody who has lost what they prove themselves with.
    desk.office.people.slip("clerk", "test").await.unwrap();
    assert_eq!(sign_in(&desk, &mut synced).await.code(), "wrong_credentials");
}

#[tokio::test]
async fn what_proves_nothing() {
    let desk = Desk::new().await;
    let (clerk, other) = (desk.person("clerk", &[]).await, desk.person("other", &[]).await);
    let mut device = made(&desk, &clerk, Authenticator::new(1)).await;
    let others = made(&desk, &other, Authenticator::new(2)).await;
    let wrong = async |what: &str, answer: Answer| {
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNAUTHORIZED, "wrong_credentials"),
            "{what}: {answer:?}"
        );
        assert!(answer.headers.get("set-cookie").is_none(), "{what}");
    };
    device.origin = "https://petitions.county.example.evil.example:8443";
    wrong("another address", sign_in(&desk, &mut device).await).await;
    device.origin = "http://petitions.county.example:8443";
    wrong("without TLS", sign_in(&desk, &mut device).await).await;
    device.origin = crate::authenticator::ORIGIN;
    device.verified = false;
    wrong("without a PIN", sign_in(&desk, &mut device).await).await;
    device.verified = true;
    let own = std::mem::replace(&mut device.handle, others.handle.clone());
    wrong("another's handle", sign_in(&desk, &mut device).await).await;
    device.handle = own;
    let stranger = Authenticator::new(1);
    let mut stranger = Authenticator { handle: device.handle.clone(), counter: Some(50), ..stranger };
    wrong("another key of the same name", sign_in(&desk, &mut stranger).await).await;
    wrong(
        "a key that nobody has",
        sign_in(&desk, &mut Authenticator { handle: device.handle.clone(), ..Authenticator::new(3) }).await,
    )
    .await;
    // Each challenge is answered once, in time, by an answer to itself.
    let (first, options) = challenge(&desk).await;
    let (second, _) = challenge(&desk).await;
    wrong("an answer to another challenge", prove(&desk, &second, device.sign(&options)).await).await;
    let answer = device.sign(&options);
    assert_eq!(prove(&desk, &first, answer.clone()).await.status, StatusCode::OK);
    wrong("the same answer again", prove(&desk, &first, answer).await).await;
    wrong("no ceremony", prove(&desk, &"".into(), device.sign(&options)).await).await;
    let (late, options) = challenge(&desk).await;
    desk.later(5 * 60);
    wrong("too late", prove(&desk, &late, device.sign(&options)).await).await;
    let (ceremony, options) = challenge(&desk).await;
    device.counter = Some(3);
    wrong("a counter that goes back", prove(&desk, &ceremony, device.sign(&options)).await).await;
    let told = desk.text("SELECT account FROM office_event WHERE what = 'passkey_may_be_copied'").await;
    assert_eq!(told, "clerk");
    device.counter = Some(100);
    assert_eq!(sign_in(&desk, &mut device).await.status, StatusCode::OK);
    desk.office.people.set_disabled("clerk", true, "test").await.unwrap();
    wrong("an account that is shut", sign_in(&desk, &mut device).await).await;
    desk.office.people.set_disabled("clerk", false, "test").await.unwrap();
    let (ceremony, _) = challenge(&desk).await;
    for credential in [json!({}), json!({ "id": "AQ" }), json!([])] {
        assert_eq!(prove(&desk, &ceremony, credential).await.code(), "bad_request");
    }
}

#[tokio::test]
async fn a_passkey_is_made_by_whoever_asked_for_it() {
    let desk = Desk::new().await;
    let (clerk, other) = (desk.person("clerk", &[]).await, desk.person("other", &[]).await);
    let start =
        |password: &str| desk.ask("POST", "/api/session/passkeys", Some(&clerk), Some(json!({ "password": password })));
    assert_eq!(start("wrong horse battery").await.code(), "wrong_credentials", "a session left open is not enough");
    let mut device = Authenticator::new(1);
    let (ceremony, options) = begin(&desk, &clerk).await;
    assert_eq!(keep(&desk, &clerk, &ceremony, " ", device.make(&options)).await.code(), "bad_request");
    assert_eq!(keep(&desk, &other, &ceremony, "mine", device.make(&options)).await.code(), "wrong_credentials");
    device.verified = false;
    assert_eq!(keep(&desk, &clerk, &ceremony, "mine", device.make(&options)).await.code(), "wrong_credentials");
    device.verified = true;
    assert_eq!(keep(&desk, &clerk, &ceremony, "mine", device.make(&options)).await.code(), "wrong_credentials", "once");
    // A key of which there is one already, made by somebody else under the same name.
    let mut device = made(&desk, &clerk, device).await;
    let (ceremony, options) = begin(&desk, &other).await;
    let taken = keep(&desk, &other, &ceremony, "mine", Authenticator::new(1).make(&options)).await;
    assert_eq!((taken.status, taken.code()), (StatusCode::CONFLICT, "exists"), "{taken:?}");
    assert_eq!(sign_in(&desk, &mut device).await.body["account"], "clerk");
    // A challenge to sign in makes no passkey.
    let (ceremony, _) = challenge(&desk).await;
    let (_, options) = begin(&desk, &clerk).await;
    let mixed = keep(&desk, &clerk, &ceremony, "mine", Authenticator::new(5).make(&options)).await;
    assert_eq!(mixed.code(), "wrong_credentials");
}

/// A passkey does not help outside of a person's shifts, nor past a password that has to be changed.
#[tokio::test]
async fn a_passkey_opens_a_session_as_a_password_does() {
    let desk = Desk::new().await;
    desk.at("2022-08-15T15:30:00Z");
    let clerk = desk.person("clerk", &[("recall", Role::Intake)]).await;
    let mut device = made(&desk, &clerk, Authenticator::new(1)).await;
    desk.office.people.require_change("clerk", "test").await.unwrap();
    let opened = sign_in(&desk, &mut device).await;
    assert_eq!(opened.body["must_change_password"], true);
    let shifts: Vec<server::Shift> =
        serde_json::from_value(json!([{ "day": "monday", "from": "08:00", "to": "12:00" }])).unwrap();
    desk.office.people.give_shifts("clerk", &shifts, "test").await.unwrap();
    assert_eq!(sign_in(&desk, &mut device).await.body["ends_at"], "2022-08-15T19:15:00Z");
    desk.at("2022-08-15T19:00:00Z");
    assert_eq!(sign_in(&desk, &mut device).await.code(), "off_shift");
}

/// A ceremony that was begun at one server ends at another, and at one of them only.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_at_two_servers() {
    let one = Arc::new(Desk::new().await);
    let other = Arc::new(one.another().await);
    let clerk = one.person("clerk", &[]).await;
    let mut device = Authenticator::new(1);
    let (ceremony, options) = begin(&one, &clerk).await;
    assert_eq!(keep(&other, &clerk, &ceremony, "mine", device.make(&options)).await.status, StatusCode::OK);
    let (ceremony, options) = challenge(&one).await;
    let answer = device.sign(&options);
    let asked = (0..6).map(|number| {
        let (desk, ceremony, answer) = (Arc::clone([&one, &other][number % 2]), ceremony.clone(), answer.clone());
        tokio::spawn(async move { prove(&desk, &ceremony, answer).await.status == StatusCode::OK })
    });
    let mut opened = 0;
    for asked in asked.collect::<Vec<_>>() {
        opened += usize::from(asked.await.unwrap());
    }
    assert_eq!(opened, 1);
}

#[tokio::test]
async fn without_an_origin_there_are_none() {
    let folder = tempfile::TempDir::new().unwrap();
    let place = folder.path().join("office.db").into();
    let people = People::open(&place, Setup::default()).await.unwrap();
    let (router, _) = server::api(Arc::new(Office { people, cases: Cases::default(), images: None, public: None }));
    let ask = |method: &str, address: &str| {
        let request =
            axum::http::Request::builder().method(method).uri(address).body(axum::body::Body::empty()).unwrap();
        let router = router.clone();
        async move { Desk::read(tower::ServiceExt::oneshot(router, request).await.unwrap()).await }
    };
    assert_eq!(ask("GET", "/api/session/ways").await.body, json!({ "passkeys": false, "public": false }));
    let off = ask("POST", "/api/session/passkey-challenge").await;
    assert_eq!((off.status, off.code()), (StatusCode::UNPROCESSABLE_ENTITY, "turned_off"));
    assert!(off.body["detail"].as_str().unwrap().contains("--origin"));
    for origin in ["http://office.example", "https://192.0.2.1", "https://office.example/path", "office.example", ""] {
        let setup = Setup { origin: Some(origin.to_owned()), ..Setup::default() };
        let refused = People::open(&place, setup).await.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refused.contains("--origin"), "{origin}: {refused}");
    }
}
