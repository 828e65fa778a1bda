//! Keying through the API: two clerks, a third, and a supervisor where they do not agree.

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::Role;

use crate::desk::{Answer, Desk};

const CASE: &str = "/api/cases/recall";

async fn ask(desk: &Desk, who: &str, method: &str, address: &str, body: Option<Value>) -> Answer {
    desk.ask(method, &format!("{CASE}{address}"), Some(who), body).await
}

fn text(name: &str) -> Value {
    json!({ "printed_name": name, "address": "101 Oak St", "city": "Pasadena", "zip": "91101", "date_signed": "" })
}

#[tokio::test]
async fn a_line_is_keyed_until_two_agree() {
    let desk = Desk::new().await;
    let mut clerks = Vec::new();
    for name in ["k1", "k2", "k3"] {
        clerks.push(desk.person(name, &[("recall", Role::Intake)]).await);
    }
    let supervisor = desk.person("supervisor", &[("recall", Role::Supervisor)]).await;
    let section = json!({ "declared": {}, "lines": [{ "line": 1, "page": 1 }] });
    assert_eq!(ask(&desk, &clerks[0], "PUT", "/sections/1", Some(section)).await.status, StatusCode::OK);
    let standing = ask(&desk, &supervisor, "GET", "/keying", None).await.body;
    assert_eq!(standing, json!({ "sections": 1, "lines": 1, "conflicts": 0 }));

    let line = "/keying/sections/1/lines/1";
    assert_eq!(ask(&desk, &clerks[0], "PUT", line, Some(text("x"))).await.code(), "lease_lapsed", "not in hand");
    assert_eq!(ask(&desk, &clerks[0], "GET", &format!("{line}/strip"), None).await.code(), "lease_lapsed");
    for (clerk, name) in clerks.iter().zip(["Ana Alvarez", "Ana Alvares", "Anna Alvarez"]) {
        let hand = ask(&desk, clerk, "PUT", "/keying/hand", None).await.body;
        assert_eq!(hand["sheet"]["section"], 1, "{hand}");
        assert!(hand["sheet"]["lines"][0].get("text").is_none(), "what others wrote is not shown: {hand}");
        assert_eq!(ask(&desk, clerk, "GET", &format!("{line}/strip"), None).await.status, StatusCode::NOT_FOUND);
        let more = json!({ "printed_name": name });
        assert_eq!(ask(&desk, clerk, "PUT", line, Some(more)).await.code(), "bad_request");
        assert_eq!(ask(&desk, clerk, "PUT", "/keying/sections/1/handed-in", None).await.code(), "refused");
        assert_eq!(ask(&desk, clerk, "PUT", line, Some(text(name))).await.status, StatusCode::OK);
        assert_eq!(ask(&desk, clerk, "PUT", "/keying/sections/1/handed-in", None).await.status, StatusCode::OK);
    }
    let conflicts = ask(&desk, &supervisor, "GET", "/keying/conflicts", None).await;
    assert_eq!(
        (&conflicts.body["items"][0]["section"], conflicts.body["items"][0]["keyed"].as_array().unwrap().len()),
        (&json!(1), 3)
    );
    assert!(!conflicts.body.to_string().contains("k1"), "who wrote it is not shown: {conflicts:?}");
    assert_eq!(ask(&desk, &supervisor, "GET", &format!("{line}/strip"), None).await.status, StatusCode::NOT_FOUND);
    let settle = "/keying/conflicts/1/1";
    for _ in 0..2 {
        let settled = ask(&desk, &supervisor, "PUT", settle, Some(text("Ana Alvarez"))).await;
        assert_eq!(settled.status, StatusCode::OK, "{settled:?}");
    }
    assert_eq!(ask(&desk, &supervisor, "PUT", settle, Some(text("Somebody Else"))).await.code(), "refused");
    let standing = ask(&desk, &supervisor, "GET", "/keying", None).await.body;
    assert_eq!(standing, json!({ "sections": 0, "lines": 0, "conflicts": 0 }));
}

/// Addresses are offered to whoever types one, and no one's home to whoever types a name: also before a roll is sealed, which is when lines are keyed.
#[tokio::test]
async fn addresses_are_completed_and_people_are_not_found() {
    for desk in [Desk::counted().await, Desk::examining().await] {
        addresses_are_completed_at(&desk).await;
    }
}

async fn addresses_are_completed_at(desk: &Desk) {
    let clerk = desk.person("clerk", &[("recall", Role::Intake)]).await;
    let offered =
        async |text: &str| ask(desk, &clerk, "POST", "/keying/addresses", Some(json!({ "text": text }))).await.body;
    let found = offered("103 oa").await;
    assert_eq!(found, json!([{ "address": "103 OAK ST", "city": "PASADENA", "zip": "91101" }]));
    for nobody in ["Clara Chavez", "V3", "103", "103 Elm", "", "Oak 103", "103 Chavez"] {
        assert_eq!(offered(nobody).await, json!([]), "{nobody}");
    }
}
