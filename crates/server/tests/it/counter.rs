//! The counter through the API: sections taken in one at a time, their faults, and the raw count.

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::Role;

use crate::desk::{Answer, Desk};

const CASE: &str = "/api/cases/recall";

fn section(lines: u32) -> Value {
    let line = |line| json!({ "line": line, "page": 1 + (line - 1) / 5, "printed_name": format!("Signer {line}") });
    json!({
        "circulator": "Cora Circulator", "circulator_address": "1 Elm St, Pasadena 91101",
        "declared": { "signed_from": "2022-02-01", "signed_to": "2022-06-01", "executed_on": "2022-06-02" },
        "lines": (1..=lines).map(line).collect::<Vec<_>>(),
    })
}

async fn ask(desk: &Desk, clerk: &str, method: &str, address: &str, body: Option<Value>) -> Answer {
    desk.ask(method, &format!("{CASE}{address}"), Some(clerk), body).await
}

#[tokio::test]
async fn sections_come_in_one_at_a_time() {
    let desk = Desk::new().await;
    let clerk = desk.person("clerk", &[("recall", Role::Intake)]).await;
    let received = ask(&desk, &clerk, "PUT", "/sections/2", Some(section(7))).await;
    assert_eq!(received.status, StatusCode::OK, "{received:?}");
    assert_eq!((&received.body["lines"], &received.body["defects"]), (&json!(7), &json!([])));
    let pages = json!([{ "page": 1, "lines": 5, "image": false }, { "page": 2, "lines": 2, "image": false }]);
    assert_eq!(received.body["pages"], pages);
    assert_eq!(ask(&desk, &clerk, "PUT", "/sections/2", Some(section(7))).await.body, received.body);
    assert_eq!(ask(&desk, &clerk, "PUT", "/sections/2", Some(section(6))).await.code(), "exists");
    // A declaration that says too little is received, and its faults are told.
    let mut faulty = section(5);
    faulty["circulator"] = json!("");
    faulty["declared"] = json!({ "signed_from": "2021-12-01", "signed_to": "2022-06-01" });
    let received = ask(&desk, &clerk, "PUT", "/sections/1", Some(faulty)).await;
    assert_eq!(received.body["defects"].as_array().unwrap().len(), 3, "{received:?}");
    // What cannot be is not.
    for (address, wrong, code) in [
        ("/sections/0", section(1), "bad_request"),
        (
            "/sections/3",
            json!({ "declared": {}, "lines": [{ "line": 2, "page": 1 }, { "line": 1, "page": 1 }] }),
            "wrong_state",
        ),
        ("/sections/3", json!({ "declared": {}, "lines": [{ "line": 0, "page": 1 }] }), "bad_request"),
        ("/sections/3", json!({ "declared": { "signed_to": "June" }, "lines": [] }), "bad_request"),
        ("/sections/3", json!({ "declared": {}, "lines": [], "note": "" }), "bad_request"),
    ] {
        assert_eq!(ask(&desk, &clerk, "PUT", address, Some(wrong.clone())).await.code(), code, "{wrong}");
    }
    let first = ask(&desk, &clerk, "GET", "/sections?limit=1", None).await.body;
    assert_eq!((&first["items"][0]["section"], &first["next"]), (&json!(1), &json!("1")));
    let second = ask(&desk, &clerk, "GET", "/sections?limit=1&after=1", None).await.body;
    assert_eq!((&second["items"][0]["section"], &second["next"]), (&json!(2), &Value::Null));
    assert_eq!(ask(&desk, &clerk, "GET", "/sections/3", None).await.status, StatusCode::NOT_FOUND);

    // The count is that of what is there, and closes the intake: six of 60 voters are needed.
    assert_eq!(ask(&desk, &clerk, "PUT", "/count", Some(json!({ "raw": 11 }))).await.code(), "otherwise");
    for _ in 0..2 {
        let counted = ask(&desk, &clerk, "PUT", "/count", Some(json!({ "raw": 12 }))).await;
        assert_eq!(
            (&counted.body["raw"], &counted.body["required"], &counted.body["accepted"]),
            (&json!(12), &json!(6), &json!(true)),
            "{counted:?}"
        );
    }
    assert_eq!(ask(&desk, &clerk, "PUT", "/sections/3", Some(section(1))).await.code(), "wrong_state");
}

/// The roll is fixed by the first search, and from then on people have lines to review without a new start of the server.
#[tokio::test]
async fn lines_are_looked_up_from_the_workstation() {
    let desk = Desk::counted().await;
    let registrar = desk.person("registrar", &[("recall", Role::Registrar)]).await;
    let reviewer = desk.person("reviewer", &[("recall", Role::Reviewer)]).await;
    let claim = async |batch: &str| {
        ask(&desk, &reviewer, "PUT", &format!("/batches/{batch}"), Some(json!({ "stage": "review", "size": 5 }))).await
    };
    assert_eq!(claim("b1").await.code(), "wrong_state");
    let rolls = ask(&desk, &registrar, "GET", "/rolls", None).await.body;
    assert_eq!((&rolls[0]["voters"], &rolls[0]["sealed"]), (&json!(8), &json!(false)));
    let digest = rolls[0]["digest"].as_str().unwrap();
    assert_eq!(ask(&desk, &registrar, "PUT", "/rolls/00/searched", None).await.status, StatusCode::NOT_FOUND);
    let search = format!("/rolls/{digest}/searched");
    for _ in 0..2 {
        let done = ask(&desk, &registrar, "PUT", &search, None).await;
        assert_eq!(done.body, json!({ "lines": 7, "searched": 7 }), "{done:?}");
    }
    assert_eq!(ask(&desk, &registrar, "GET", "/rolls", None).await.body[0]["sealed"], true);
    let lines = claim("b1").await.body;
    assert_eq!(lines["lines"].as_array().unwrap().len(), 5, "{lines}");
}
