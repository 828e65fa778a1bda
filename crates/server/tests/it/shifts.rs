//! Shifts: who may be signed in when, by the clock of Los Angeles.

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::{Duties, NewAccount, People, Role, Setup, Shift};

use crate::desk::{Answer, Desk, PASSWORD};

/// An office whose clerk works on Mondays from eight to noon and from one to five, with the tokens of its administrator and of the clerk. It is
/// Monday, the 15th of August 2022, half past eight; Los Angeles is seven hours behind.
async fn office() -> (Desk, String, String) {
    let desk = Desk::new().await;
    desk.at("2022-08-15T15:30:00Z");
    let chief = desk.person("chief", &[("", Role::Administrator)]).await;
    let clerk = desk.person("clerk", &[("recall", Role::Intake)]).await;
    let week = json!([
        { "day": "monday", "from": "13:00", "to": "17:00" },
        { "day": "monday", "from": "08:00", "to": "12:00" },
    ]);
    let given = give(&desk, &chief, "clerk", &week).await;
    assert_eq!((given.status, &given.body["shifts"]), (StatusCode::OK, &json!([week[1], week[0]])), "{given:?}");
    (desk, chief, clerk)
}

async fn give(desk: &Desk, chief: &str, account: &str, shifts: &Value) -> Answer {
    desk.ask("PUT", &format!("/api/people/{account}/shifts"), Some(chief), Some(json!({ "shifts": shifts }))).await
}

async fn sign_in(desk: &Desk, password: &str) -> Answer {
    desk.ask("POST", "/api/session", None, Some(json!({ "account": "clerk", "password": password }))).await
}

async fn goes_on(desk: &Desk, token: &str) -> bool {
    desk.ask("GET", "/api/session", Some(token), None).await.status == StatusCode::OK
}

#[tokio::test]
async fn a_session_ends_a_quarter_of_an_hour_after_its_shift() {
    let (desk, _, clerk) = office().await;
    let shown = desk.ask("GET", "/api/session", Some(&clerk), None).await;
    assert_eq!(shown.body["ends_at"], "2022-08-15T19:15:00Z", "one that was open when the shifts were given, too");
    let opened = sign_in(&desk, PASSWORD).await;
    assert_eq!(opened.body["ends_at"], "2022-08-15T19:15:00Z", "{opened:?}");
    for token in [clerk.as_str(), opened.body["token"].as_str().unwrap()] {
        for minute in ["15:55", "16:20", "16:45", "17:10", "17:35", "18:00", "18:25", "18:50", "19:14"] {
            desk.at(&format!("2022-08-15T{minute}:59Z"));
            assert!(goes_on(&desk, token).await, "{minute}");
        }
        desk.at("2022-08-15T19:15:00Z");
        assert!(!goes_on(&desk, token).await);
        desk.at("2022-08-15T15:30:00Z");
    }
    desk.at("2022-08-15T20:00:00Z");
    assert_eq!(sign_in(&desk, PASSWORD).await.body["ends_at"], "2022-08-16T00:15:00Z", "the afternoon");
}

#[tokio::test]
async fn outside_of_a_shift_a_person_is_told_when_the_next_begins() {
    let (desk, ..) = office().await;
    for (now, next) in [
        ("2022-08-15T19:00:00Z", "Monday, 15 August 2022 at 13:00 (America/Los_Angeles)"),
        ("2022-08-16T00:00:00Z", "Monday, 22 August 2022 at 08:00 (America/Los_Angeles)"),
        ("2022-08-22T14:59:59Z", "Monday, 22 August 2022 at 08:00 (America/Los_Angeles)"),
    ] {
        desk.at(now);
        let refused = sign_in(&desk, PASSWORD).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "off_shift"), "{refused:?}");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.ends_with(&format!("the next begins on {next}")), "{detail}");
        assert_eq!(sign_in(&desk, "wrong horse battery").await.code(), "wrong_credentials", "told to nobody else");
    }
    // A slip is not used up in vain.
    let slip = desk.office.people.slip("clerk", "test").await.unwrap().code;
    let enrol =
        || desk.ask("POST", "/api/enrolment", None, Some(json!({ "slip": slip, "password": "another horse battery" })));
    assert_eq!(enrol().await.code(), "off_shift");
    desk.at("2022-08-22T15:00:00Z");
    assert_eq!(enrol().await.status, StatusCode::OK);
    // Without shifts there is no limit.
    desk.office.people.give_shifts("clerk", &[], "test").await.unwrap();
    desk.at("2022-08-23T06:00:00Z");
    let opened = sign_in(&desk, "another horse battery").await;
    assert_eq!(opened.status, StatusCode::OK, "{opened:?}");
}

/// Whoever loses a shift that they are in has a quarter of an hour; whoever gets a longer one goes on.
#[tokio::test]
async fn shifts_that_change_under_a_session() {
    let (desk, chief, clerk) = office().await;
    let ends_at = async || desk.ask("GET", "/api/session", Some(&clerk), None).await.body["ends_at"].clone();
    give(&desk, &chief, "clerk", &json!([{ "day": "monday", "from": "08:00", "to": "18:00" }])).await;
    assert_eq!(ends_at().await, "2022-08-16T01:15:00Z");
    give(&desk, &chief, "clerk", &json!([])).await;
    assert_eq!(ends_at().await, "2022-08-16T03:30:00Z", "twelve hours from its beginning");
    give(&desk, &chief, "clerk", &json!([{ "day": "tuesday", "from": "08:00", "to": "18:00" }])).await;
    assert_eq!(ends_at().await, "2022-08-15T15:45:00Z");
    desk.later(600);
    give(&desk, &chief, "clerk", &json!([{ "day": "friday", "from": "08:00", "to": "18:00" }])).await;
    assert_eq!(ends_at().await, "2022-08-15T15:45:00Z", "and no longer because of another change");
    desk.later(300);
    give(&desk, &chief, "clerk", &json!([])).await;
    assert!(!goes_on(&desk, &clerk).await, "what has ended does not begin again");
}

#[tokio::test]
async fn what_is_no_shift_is_refused() {
    let (desk, chief, _) = office().await;
    let week: Vec<_> =
        (0..51).map(|minute| json!({ "day": "monday", "from": format!("08:{minute:02}"), "to": "12:00" })).collect();
    for (account, shifts, status, code) in [
        ("clerk", json!([{ "day": "monday", "from": "8", "to": "12:00" }]), 400, "bad_request"),
        ("clerk", json!([{ "day": "monday", "from": "08:00", "to": "24:00" }]), 400, "bad_request"),
        ("clerk", json!([{ "day": "holiday", "from": "08:00", "to": "12:00" }]), 400, "bad_request"),
        ("clerk", json!(week), 400, "bad_request"),
        ("nobody", json!([]), 404, "not_found"),
        ("chief", json!([]), 422, "refused"),
    ] {
        let answer = give(&desk, &chief, account, &shifts).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{account} {shifts}: {answer:?}");
    }
    let kept = desk.ask("GET", "/api/people/clerk", Some(&chief), None).await;
    assert_eq!(kept.body["shifts"].as_array().unwrap().len(), 2);
}

/// All servers of an office have one time zone, which changes only while nobody has shifts.
#[tokio::test]
async fn the_time_zone_is_the_offices() {
    let (desk, ..) = office().await;
    assert!(desk.in_zone("America/Los_Angeles").await.is_ok());
    let refused = desk.in_zone("Europe/Berlin").await.unwrap_err().to_string();
    assert!(refused.contains("--time-zone America/Los_Angeles"), "{refused}");
    assert!(desk.in_zone("Nowhere/Land").await.unwrap_err().to_string().contains("is no time zone"));
    desk.office.people.give_shifts("clerk", &[], "test").await.unwrap();
    assert!(desk.in_zone("Europe/Berlin").await.is_ok());
    // Without one there are no shifts.
    let folder = tempfile::TempDir::new().unwrap();
    let people = People::open(&folder.path().join("office.db").into(), Setup::default()).await.unwrap();
    let new =
        NewAccount { account: "clerk".to_owned(), name: "Clerk".to_owned(), duties: Duties::new(), sign_on: false };
    people.create(&new, "test").await.unwrap();
    let week: Vec<Shift> =
        serde_json::from_value(json!([{ "day": "monday", "from": "08:00", "to": "12:00" }])).unwrap();
    let refused = people.give_shifts("clerk", &week, "test").await.unwrap_err();
    assert!(refused.detail.contains("--time-zone"), "{refused:?}");
    people.give_shifts("clerk", &[], "test").await.unwrap();
}
