//! What those who answer for the work see: the clock.

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::Role;

use crate::desk::Desk;

const CASE: &str = "/api/cases/recall";

/// A reviewer's batch of three lines, with the first decided.
async fn worked(desk: &Desk) -> String {
    let reviewer = desk.person("r1", &[("recall", Role::Reviewer)]).await;
    let wanted = json!({ "stage": "review", "size": 3 });
    let batch = desk.ask("PUT", &format!("{CASE}/batches/b1"), Some(&reviewer), Some(wanted)).await;
    let first = &batch.body["lines"][0];
    let line = format!("{CASE}/batches/b1/lines/{}/{}", first["section"], first["line"]);
    let sheet = desk.ask("GET", &line, Some(&reviewer), None).await;
    let found = json!({ "disposition": "valid", "voter": sheet.body["candidates"][0]["voter"]["voter"] });
    assert_eq!(desk.ask("PUT", &format!("{line}/finding"), Some(&reviewer), Some(found)).await.status, StatusCode::OK);
    assert_eq!(desk.ask("PUT", &format!("{CASE}/batches/b1/closed"), Some(&reviewer), None).await.body["taken"], 1);
    reviewer
}

#[tokio::test]
async fn the_clock_tells_nobodys_pace() {
    let desk = Desk::examining().await;
    let supervisor = desk.person("s1", &[("recall", Role::Supervisor)]).await;
    let observer = desk.person("press", &[("recall", Role::Observer)]).await;
    let clock = format!("{CASE}/clock");
    let before = desk.ask("GET", &clock, Some(&observer), None).await;
    assert_eq!(
        (before.status, &before.body["lines_left"], &before.body["looks_left"]),
        (StatusCode::OK, &7.into(), &21.into())
    );
    let deadline = &before.body["deadlines"][0];
    assert_eq!(
        (&deadline["name"], &deadline["date"], &deadline["status"]),
        (&"examination".into(), &"2022-08-17".into(), &"confirmed".into())
    );
    assert_eq!(before.body["days_left"], 0, "it has passed long ago");
    worked(&desk).await;
    let full = desk.ask("GET", &format!("{clock}?hours_a_day=6"), Some(&supervisor), None).await;
    assert_eq!((&full.body["lines_left"], &full.body["deciding"]), (&6.into(), &"all".into()));
    assert_eq!(full.body["staff"]["hours_a_day"], 6);
    let day = &full.body["days"][0];
    assert_eq!(
        (&day["decided"], &day["looks"], &day["people"], &day["person_hours"]),
        (&1.into(), &1.into(), &1.into(), &1.into())
    );
    assert!(full.body["no_forecast"].as_str().unwrap().contains("3 whole working days"), "{full:?}");
    let open = desk.ask("GET", &clock, Some(&observer), None).await;
    assert_eq!((&open.body["staff"], &open.body["days"][0]["people"]), (&Value::Null, &Value::Null));
    assert!(!full.body.to_string().contains("r1"), "{full:?}");
    for bad in ["?hours_a_day=0", "?hours_a_day=25", "?hours_a_day=x", "?hours=8"] {
        assert_eq!(
            desk.ask("GET", &format!("{clock}{bad}"), Some(&observer), None).await.code(),
            "bad_request",
            "{bad}"
        );
    }
}
