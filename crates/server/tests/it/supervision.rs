//! A supervisor at work through the API: how the work is arranged, how well it is done, acts on many lines, lines of one voter.

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::Role;

use crate::{
    desk::{Answer, Desk},
    work::{claim, place},
};

struct Supervised {
    desk: Desk,
    supervisor: String,
    reviewer: String,
}

impl Supervised {
    async fn new() -> Self {
        let desk = Desk::examining().await;
        let supervisor = desk.person("s1", &[("recall", Role::Supervisor)]).await;
        let reviewer = desk.person("r1", &[("recall", Role::Reviewer)]).await;
        Self { desk, supervisor, reviewer }
    }

    async fn ask(&self, method: &str, address: &str, body: Option<Value>) -> Answer {
        let address = format!("/api/cases/recall/{address}");
        self.desk.ask(method, address.trim_end_matches('/'), Some(&self.supervisor), body).await
    }

    async fn reviews(&self, method: &str, address: &str, body: Option<Value>) -> Answer {
        self.desk.ask(method, &format!("/api/cases/recall/{address}"), Some(&self.reviewer), body).await
    }

    async fn lay_down(&self, policy: Value) -> Answer {
        self.ask("PUT", "policy", Some(json!({ "policy": policy, "because": "pictures are here" }))).await
    }
}

#[tokio::test]
async fn a_contact_sheet() {
    let office = Supervised::new().await;
    let sheets = json!({ "contact_sheet_from": 900_000, "least_look": 0, "known_answers": 0, "second_looks": 0 });
    assert_eq!(office.lay_down(sheets.clone()).await.status, StatusCode::OK);
    let held = office.ask("GET", "policy", None).await;
    let mut whole = sheets.clone();
    whole["signatures_first"] = json!(true);
    assert_eq!((&held.body["policy"], &held.body["by"]), (&whole, &json!("s1")));
    let sheet = claim(&office.desk, &office.reviewer, "b1", "contact_sheet", 4).await;
    assert_eq!(sheet.body["lines"].as_array().unwrap().len(), 4, "{sheet:?}");
    let flagged = json!({ "flagged": [{ "section": sheet.body["lines"][0]["section"], "line": sheet.body["lines"][0]["line"] }] });
    let passed = office.reviews("PUT", "batches/b1/sheet", Some(flagged.clone())).await;
    assert_eq!(passed.body, json!({ "taken": 3, "refused": [] }));
    assert_eq!(office.reviews("PUT", "batches/b1/sheet", Some(flagged)).await.body, passed.body, "passed once");
    let shown = office.ask("GET", "quality/sheets", None).await.body["items"].clone();
    assert_eq!((&shown[0]["batch"], &shown[0]["person"], &shown[0]["pairs"]), (&json!("b1"), &json!("r1"), &json!(3)));
    // Passed too lightly: taken back as a whole.
    let back = json!({ "act": { "what": "reopen_batch", "batch": "b1" }, "because": "passed in a second" });
    assert_eq!(office.ask("PUT", "acts/a1", Some(back)).await.body["foreseen"]["lines"], 3);
    assert_eq!(office.ask("PUT", "acts/a1/done", None).await.status, StatusCode::OK);
    assert_eq!(office.ask("GET", "", None).await.body["undecided"], 7);
    let slow = json!({ "contact_sheet_from": 900_000, "least_look": 60_000, "known_answers": 0, "second_looks": 0 });
    assert_eq!(office.lay_down(slow).await.status, StatusCode::OK);
    let sheet = claim(&office.desk, &office.reviewer, "b2", "contact_sheet", 4).await;
    assert!(!sheet.body["lines"].as_array().unwrap().is_empty());
    let soon = office.reviews("PUT", "batches/b2/sheet", Some(json!({ "flagged": [] }))).await;
    assert_eq!(soon.code(), "too_soon", "{soon:?}");
    let far = json!({ "contact_sheet_from": 1, "least_look": 0, "known_answers": 0, "second_looks": 0 });
    assert_eq!(office.lay_down(far).await.code(), "refused");
    let unreasoned = json!({ "policy": sheets, "because": "" });
    assert_eq!(office.ask("PUT", "policy", Some(unreasoned)).await.code(), "refused");
}

#[tokio::test]
async fn known_answers_and_quality() {
    let office = Supervised::new().await;
    let held = claim(&office.desk, &office.reviewer, "b1", "review", 2).await;
    let line = place(&held.body["lines"][0]);
    let sheet = office.reviews("GET", &format!("batches/b1/lines/{line}"), None).await;
    let valid = json!({ "disposition": "valid", "voter": sheet.body["candidates"][0]["voter"]["voter"] });
    let answer = json!({ "answer": valid, "because": "seen by two" });
    let known = format!("known-answers/{line}");
    assert_eq!(office.ask("PUT", &known, Some(answer.clone())).await.code(), "refused", "it is not decided");
    let kept = office.reviews("PUT", &format!("batches/b1/lines/{line}/finding"), Some(valid.clone())).await;
    assert_eq!(kept.status, StatusCode::OK);
    office.reviews("PUT", "batches/b1/closed", None).await;
    assert_eq!(office.ask("PUT", &known, Some(answer)).await.status, StatusCode::OK);
    let listed = office.ask("GET", "known-answers", None).await;
    assert_eq!((&listed.body["items"][0]["answer"], &listed.body["items"][0]["by"]), (&valid, &json!("s1")));
    let quality = office.ask("GET", "quality", None).await;
    assert_eq!((&quality.body[0]["person"], &quality.body[0]["recent"]["lines"]), (&json!("r1"), &json!(1)));
    assert_eq!(quality.body[0]["recent"]["valid_per_mille"], 1000);
    let apart = office.ask("GET", "quality/disagreements?limit=10", None).await;
    assert_eq!(apart.body, json!({ "items": [] }));
    assert_eq!(office.ask("GET", "quality/disagreements?after=x", None).await.code(), "bad_request");
    assert_eq!(office.ask("DELETE", &known, None).await.status, StatusCode::OK);
    assert_eq!(office.ask("GET", "known-answers", None).await.body, json!({ "items": [] }));
}

#[tokio::test]
async fn a_section_is_voided_after_it_was_shown() {
    let office = Supervised::new().await;
    let void =
        json!({ "act": { "what": "void_section", "section": 2, "ground": "section_fatal" }, "because": "not signed" });
    let shown = office.ask("PUT", "acts/a1", Some(void.clone())).await;
    assert_eq!((&shown.body["foreseen"]["lines"], &shown.body["state"]), (&json!(3), &json!("proposed")), "{shown:?}");
    assert_eq!(office.ask("PUT", "acts/a1", Some(void.clone())).await.body, shown.body);
    let held = claim(&office.desk, &office.reviewer, "b1", "review", 50).await;
    assert_eq!(held.body["lines"].as_array().unwrap().len(), 7);
    assert_eq!(office.ask("PUT", "acts/a1/done", None).await.code(), "otherwise");
    assert_eq!(office.ask("DELETE", "acts/a1", None).await.status, StatusCode::OK);
    assert_eq!(office.ask("PUT", "acts/a1/done", None).await.code(), "wrong_state");
    let take = json!({ "act": { "what": "take_from_hand", "person": "r1" }, "because": "went home" });
    assert_eq!(office.ask("PUT", "acts/a2", Some(take)).await.body["foreseen"]["in_hand"], 7);
    assert_eq!(office.ask("PUT", "acts/a2/done", None).await.status, StatusCode::OK);
    office.ask("PUT", "acts/a3", Some(void)).await;
    for _ in 0..2 {
        assert_eq!(office.ask("PUT", "acts/a3/done", None).await.status, StatusCode::OK);
    }
    let states = office.ask("GET", "acts", None).await;
    let states: Vec<_> = states.body["items"].as_array().unwrap().iter().map(|act| act["state"].clone()).collect();
    assert_eq!(states, ["done", "done", "called_off"]);
    assert_eq!(office.ask("GET", "acts/a3", None).await.body["settled_by"], "s1");
    assert_eq!(office.ask("GET", "acts/a9", None).await.code(), "not_found");
    for (wrong, code) in [
        (json!({ "what": "void_section", "section": 2, "ground": "illegible" }), "bad_request"),
        (json!({ "what": "void_section", "section": 0, "ground": "section_fatal" }), "bad_request"),
        (json!({ "what": "void_section", "section": 9, "ground": "section_fatal" }), "wrong_state"),
        (json!({ "what": "burn" }), "bad_request"),
        (json!({ "what": "reopen_lines", "lines": [] }), "refused"),
        (json!({ "what": "reopen_lines", "lines": [{ "section": 1, "line": 1 }] }), "wrong_state"),
    ] {
        let answer = office.ask("PUT", "acts/a4", Some(json!({ "act": wrong, "because": "why" }))).await;
        assert_eq!(answer.code(), code, "{wrong}");
    }
}

#[tokio::test]
async fn lines_of_one_voter() {
    let office = Supervised::new().await;
    let held = claim(&office.desk, &office.reviewer, "b1", "review", 50).await;
    let valid = json!({ "disposition": "valid", "voter": "V1" });
    for line in &held.body["lines"].as_array().unwrap()[..2] {
        let note = json!({ "disposition": "valid", "voter": "V1", "note": "the hand is the same" });
        let finding = format!("batches/b1/lines/{}/finding", place(line));
        let kept = office.reviews("PUT", &finding, Some(note)).await;
        assert_eq!(kept.status, StatusCode::OK, "{kept:?} {valid}");
    }
    assert_eq!(office.reviews("PUT", "batches/b1/closed", None).await.body["taken"], 2);
    let groups = office.ask("GET", "duplicates", None).await;
    let group = &groups.body["items"][0];
    assert_eq!(group["voter"]["voter"], "V1", "{groups:?}");
    let come_to: Vec<_> = group["lines"].as_array().unwrap().iter().map(|line| line["comes_to"].clone()).collect();
    let duplicate = json!({ "disposition": "invalid", "reason": "duplicate" });
    assert_eq!(come_to, [json!({ "disposition": "valid" }), duplicate]);
    assert_eq!(group["lines"][0]["city"], "Pasadena");
}

/// A line as it is looked up: what stands on it, who found what, and that it was looked at is on record.
#[tokio::test]
async fn a_line_is_looked_up() {
    let office = Supervised::new().await;
    let held = claim(&office.desk, &office.reviewer, "b1", "review", 2).await;
    let (first, second) = (place(&held.body["lines"][0]), place(&held.body["lines"][1]));
    let sheet = office.reviews("GET", &format!("batches/b1/lines/{first}"), None).await.body;
    let voter = sheet["candidates"][0]["voter"]["voter"].clone();
    let open = office.ask("GET", &format!("lines/{first}"), None).await.body;
    assert_eq!((&open["state"], &open["in_hand_of"], &open["looks"]), (&json!("undecided"), &json!("r1"), &json!([])));
    assert_eq!(open["printed_name"], sheet["printed_name"]);
    let found = json!({ "disposition": "valid", "voter": voter });
    office.reviews("PUT", &format!("batches/b1/lines/{first}/finding"), Some(found)).await;
    let passed = json!({ "to": "supervisor", "because": "two hands" });
    office.reviews("PUT", &format!("batches/b1/lines/{second}/passed"), Some(passed)).await;
    office.reviews("PUT", "batches/b1/closed", None).await;
    let shown = office.ask("GET", &format!("lines/{first}"), None).await.body;
    assert_eq!((&shown["state"], &shown["comes_to"]["disposition"]), (&json!("decided"), &json!("valid")), "{shown}");
    assert_eq!((&shown["voter"]["voter"], &shown["in_hand_of"]), (&voter, &Value::Null));
    let look = &shown["looks"][0];
    assert_eq!((&look["person"], &look["what"], &look["note"]), (&json!("r1"), &json!("found"), &json!("valid")));
    let other = office.ask("GET", &format!("lines/{second}"), None).await.body;
    let look = &other["looks"][0];
    assert_eq!((&look["what"], &look["note"]), (&json!("escalated"), &json!("two hands")));
    let looks = office.ask("GET", "accesses?person=s1&latest_first=true", None).await.body["items"].clone();
    let whose: Vec<_> = looks.as_array().unwrap().iter().map(|look| look["voter"].clone()).collect();
    assert_eq!(whose, [Value::Null, voter.clone(), Value::Null], "{looks}");
    assert_eq!(office.ask("GET", "lines/9/9", None).await.code(), "not_found");
    assert_eq!(office.ask("GET", &format!("lines/{first}/strip"), None).await.code(), "not_found");
    // Not for whoever may have signed the section.
    let chief = office.desk.person("chief", &[("", Role::Administrator)]).await;
    let signer = json!({ "voter": voter, "name": "", "address": "" });
    office.desk.ask("PUT", "/api/people/s1/on-roll", Some(&chief), Some(signer)).await;
    assert_eq!(office.ask("GET", &format!("lines/{first}"), None).await.code(), "refused");
    let section: u32 = first.split('/').next().unwrap().parse().unwrap();
    let void =
        json!({ "act": { "what": "void_section", "section": section, "ground": "section_fatal" }, "because": "mine" });
    assert_eq!(office.ask("PUT", "acts/a9", Some(void)).await.code(), "refused");
}
