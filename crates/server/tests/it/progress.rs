//! The progress of a case as it is told: at once, when it changes, to nobody whose session has ended, and nothing about a person.

use std::time::Duration;

use axum::body::Body;
use casework::{Act, CaseFile};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use server::{Duties, Role};

use crate::desk::Desk;

const EVENTS: &str = "/api/cases/recall/events";

/// What comes next; none at the end.
async fn next(body: &mut Body) -> Option<String> {
    let frame = tokio::time::timeout(Duration::from_secs(20), body.frame()).await.expect("nothing came")?;
    Some(String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap())
}

/// The figures that come next, with their id; heartbeats are passed over.
async fn figures(body: &mut Body) -> (u64, Value) {
    loop {
        let text = next(body).await.expect("it has ended");
        let part = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        if let Some(data) = part("data: ") {
            return (part("id: ").unwrap().parse().unwrap(), serde_json::from_str(data).unwrap());
        }
        assert!(text.starts_with(':'), "{text:?}");
    }
}

#[tokio::test]
async fn a_case_that_goes_on() {
    let desk = Desk::examining().await;
    let press = desk.person("press", &[("recall", Role::Observer)]).await;
    let reviewer = desk.person("r1", &[("recall", Role::Reviewer)]).await;
    let mut heard = desk.listen(EVENTS, &press, None).await;
    let (first, now) = figures(&mut heard).await;
    let waiting = json!({ "contact_sheet": 0, "review": 7, "blind_review": 0, "exceptions": 0 });
    assert_eq!(
        now,
        json!({ "phase": "examining", "events": first, "decided": 0, "undecided": 7, "waiting": waiting }),
        "figures, and nothing about a person"
    );
    desk.ask("PUT", "/api/cases/recall/batches/b1", Some(&reviewer), Some(json!({ "stage": "review", "size": 7 })))
        .await;
    let finding = json!({ "disposition": "invalid", "reason": "not_registered" });
    let line = "/api/cases/recall/batches/b1/lines/1/1/finding";
    assert_eq!(desk.ask("PUT", line, Some(&reviewer), Some(finding)).await.status, 200);
    assert_eq!(desk.ask("PUT", "/api/cases/recall/batches/b1/closed", Some(&reviewer), None).await.body["taken"], 1);
    let (second, now) = figures(&mut heard).await;
    assert_eq!((second, &now["decided"], &now["waiting"]["review"]), (first + 1, &1.into(), &6.into()));
    // Somebody else listens as well, and who comes back with the last id is told nothing that is known.
    let mut other = desk.listen(EVENTS, &reviewer, None).await;
    assert_eq!(figures(&mut other).await.0, second);
    let mut again = desk.listen(EVENTS, &press, Some(second)).await;
    assert!(next(&mut again).await.unwrap().starts_with(':'), "a heartbeat");
    let mut late = desk.listen(EVENTS, &press, Some(first)).await;
    assert_eq!(figures(&mut late).await.0, second);
    // Another program adds an event to the case.
    let mut case = CaseFile::open(&desk.places().place("recall")).await.unwrap();
    let act = Act { actor: "clerk".to_owned(), at: "2022-07-09T18:00:00Z".parse().unwrap() };
    case.reopen_count("counted wrongly", &act).await.unwrap();
    for listener in [&mut heard, &mut other, &mut again] {
        let (third, now) = figures(listener).await;
        assert_eq!((third, &now["phase"]), (second + 1, &"receiving".into()));
    }
}

/// Listening does not keep a session open, and the telling ends with it, with the account, and with the duty.
#[tokio::test]
async fn who_may_listen_no_longer() {
    let desk = Desk::examining().await;
    for (account, way) in [("idle", 0), ("shut", 1), ("moved", 2), ("out", 3)] {
        let token = desk.person(account, &[("recall", Role::Observer)]).await;
        let mut heard = desk.listen(EVENTS, &token, None).await;
        figures(&mut heard).await;
        assert!(next(&mut heard).await.unwrap().starts_with(':'));
        match way {
            0 => {
                desk.later(29 * 60);
                assert!(next(&mut heard).await.is_some(), "half an hour is not over");
                desk.later(2 * 60);
            }
            1 => desk.office.people.set_disabled(account, true, "test").await.unwrap(),
            2 => desk.office.people.assign(account, &Duties::new(), "test").await.unwrap(),
            _ => assert_eq!(desk.ask("DELETE", "/api/session", Some(&token), None).await.status, 200),
        }
        let mut more = 0;
        while let Some(text) = next(&mut heard).await {
            assert!(text.starts_with(':'), "{text:?}");
            more += 1;
            assert!(more < 3, "{account} hears on");
        }
    }
}
