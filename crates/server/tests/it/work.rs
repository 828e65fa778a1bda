//! Work on lines through the API: from taking lines in hand to events of the case.

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::Role;

use crate::desk::{Answer, Desk};

const BATCH: &str = "/api/cases/recall/batches/b1";

pub(crate) async fn claim(desk: &Desk, token: &str, batch: &str, stage: &str, size: u16) -> Answer {
    let wanted = json!({ "stage": stage, "size": size });
    desk.ask("PUT", &format!("/api/cases/recall/batches/{batch}"), Some(token), Some(wanted)).await
}

pub(crate) fn place(line: &Value) -> String {
    format!("{}/{}", line["section"], line["line"])
}

#[tokio::test]
async fn a_reviewer_at_work() {
    let desk = Desk::examining().await;
    let reviewer = desk.person("r1", &[("recall", Role::Reviewer)]).await;
    let other = desk.person("r2", &[("recall", Role::Reviewer)]).await;
    let ask = |method: &'static str, address: String, body: Option<Value>| {
        let (desk, reviewer) = (&desk, &reviewer);
        async move { desk.ask(method, &address, Some(reviewer), body).await }
    };
    let batch = claim(&desk, &reviewer, "b1", "review", 3).await;
    assert_eq!((batch.status, batch.body["lines"].as_array().unwrap().len()), (StatusCode::OK, 3), "{batch:?}");
    assert_eq!(claim(&desk, &reviewer, "b1", "review", 3).await.body, batch.body, "asked again, the same lines");
    assert_eq!(claim(&desk, &other, "b1", "review", 3).await.code(), "exists");
    let line = format!("{BATCH}/lines/{}", place(&batch.body["lines"][0]));
    let sheet = ask("GET", line.clone(), None).await;
    let voter = sheet.body["candidates"][0]["voter"].clone();
    assert!(voter["name"].as_str().unwrap().starts_with(|letter: char| letter.is_ascii_uppercase()), "{sheet:?}");
    assert!(voter["address"].as_str().unwrap().ends_with("OAK ST, PASADENA 91101"), "{voter}");
    assert_eq!(desk.ask("GET", &line, Some(&other), None).await.code(), "lease_lapsed", "it is in another hand");
    let finding = format!("{line}/finding");
    let valid = json!({ "disposition": "valid", "voter": voter["voter"] });
    for (body, code) in [
        (json!({ "disposition": "valid" }), "refused"),
        (json!({ "disposition": "invalid" }), "bad_request"),
        (json!({ "disposition": "valid", "reason": "illegible" }), "bad_request"),
        (json!({ "disposition": "invalid", "reason": "duplicate" }), "refused"),
        (json!({ "disposition": "invalid", "reason": "ugly" }), "bad_request"),
        (json!({ "disposition": "valid", "voter": "V99" }), "refused"),
        (json!({ "disposition": "valid", "voter": "" }), "bad_request"),
        (json!({ "disposition": "valid", "voter": "V1", "party": "x" }), "bad_request"),
    ] {
        assert_eq!(ask("PUT", finding.clone(), Some(body.clone())).await.code(), code, "{body}");
    }
    for _ in 0..2 {
        assert_eq!(ask("PUT", finding.clone(), Some(valid.clone())).await.status, StatusCode::OK);
    }
    let shown = ask("GET", BATCH.to_owned(), None).await;
    assert_eq!(shown.body["lines"][0]["finding"], valid);
    assert_eq!(ask("DELETE", finding.clone(), None).await.status, StatusCode::OK);
    assert_eq!(ask("GET", BATCH.to_owned(), None).await.body["lines"][0]["finding"], Value::Null);
    assert_eq!(ask("PUT", finding.clone(), Some(valid)).await.status, StatusCode::OK);
    assert_eq!(ask("GET", "/api/cases/recall".to_owned(), None).await.body["valid"], 0, "no event yet");
    let closed = ask("PUT", format!("{BATCH}/closed"), None).await;
    assert_eq!(closed.body, json!({ "taken": 1, "refused": [] }));
    assert_eq!(ask("PUT", format!("{BATCH}/closed"), None).await.body, closed.body, "closed once, and told again");
    assert_eq!(ask("GET", "/api/cases/recall".to_owned(), None).await.body["valid"], 1);
    assert_eq!(ask("DELETE", finding, None).await.code(), "lease_lapsed");
    let queues = ask("GET", "/api/cases/recall/queues".to_owned(), None).await;
    assert_eq!(queues.body[1], json!({ "stage": "review", "lines": 6 }));
}

#[tokio::test]
async fn a_line_for_the_supervisor() {
    let desk = Desk::examining().await;
    let reviewer = desk.person("r1", &[("recall", Role::Reviewer)]).await;
    let supervisor = desk.person("s1", &[("recall", Role::Supervisor)]).await;
    assert_eq!(claim(&desk, &supervisor, "s1", "review", 1).await.code(), "not_permitted");
    assert_eq!(claim(&desk, &reviewer, "r0", "exceptions", 1).await.code(), "not_permitted");
    for (batch, stage, size) in [("b.1", "review", 1), ("b1", "keying", 1), ("b1", "review", 0), ("b1", "review", 51)] {
        assert_eq!(claim(&desk, &reviewer, batch, stage, size).await.code(), "bad_request", "{batch} {stage} {size}");
    }
    let batch = claim(&desk, &reviewer, "b1", "review", 2).await;
    let passed = format!("{BATCH}/lines/{}/passed", place(&batch.body["lines"][1]));
    let ask = |body: Value| desk.ask("PUT", &passed, Some(&reviewer), Some(body));
    assert_eq!(ask(json!({ "to": "supervisor", "because": " " })).await.code(), "refused");
    assert_eq!(ask(json!({ "to": "nobody", "because": "two hands" })).await.code(), "bad_request");
    assert_eq!(ask(json!({ "to": "supervisor", "because": "two hands" })).await.status, StatusCode::OK);
    // The same again, after a lost answer, is done already; anything else comes too late.
    assert_eq!(ask(json!({ "to": "supervisor", "because": "two hands" })).await.status, StatusCode::OK);
    assert_eq!(ask(json!({ "to": "supervisor", "because": "three hands" })).await.code(), "lease_lapsed");
    let batch = claim(&desk, &supervisor, "s1", "exceptions", 5).await;
    assert_eq!(batch.body["lines"].as_array().unwrap().len(), 1, "{batch:?}");
}

/// Voter V1 is a candidate on a line of section 1, V8 on none.
#[tokio::test]
async fn nobody_works_on_their_own_section() {
    let desk = Desk::examining().await;
    let chief = desk.person("chief", &[("", Role::Administrator)]).await;
    let reviewer = desk.person("r1", &[("recall", Role::Reviewer)]).await;
    let is = |voter: Option<&str>| {
        let body = json!({ "voter": voter, "name": "ANA ALVAREZ", "address": "" });
        desk.ask("PUT", "/api/people/r1/on-roll", Some(&chief), Some(body))
    };
    let noted = is(Some(" V1 ")).await;
    assert_eq!(noted.body["on_roll"], json!({ "voter": "V1", "name": "ANA ALVAREZ", "address": "" }), "{noted:?}");
    let batch = claim(&desk, &reviewer, "b1", "review", 50).await;
    let sections: Vec<_> = batch.body["lines"].as_array().unwrap().iter().map(|line| line["section"].clone()).collect();
    assert_eq!(sections, [2, 2, 2], "{batch:?}");
    assert_eq!(desk.ask("PUT", &format!("{BATCH}/closed"), Some(&reviewer), None).await.status, StatusCode::OK);
    assert_eq!(is(None).await.body["on_roll"], json!({ "name": "ANA ALVAREZ", "address": "" }));
    let batch = claim(&desk, &reviewer, "b2", "review", 50).await;
    assert_eq!(batch.body["lines"].as_array().unwrap().len(), 7, "{batch:?}");
    // Known while the lines are in hand: neither shown nor found on.
    is(Some("V1")).await;
    let line = "/api/cases/recall/batches/b2/lines/1/2";
    let found = json!({ "disposition": "valid", "voter": "V2" });
    for (method, address, body) in [("GET", line.to_owned(), None), ("PUT", format!("{line}/finding"), Some(found))] {
        let answer = desk.ask(method, &address, Some(&reviewer), body).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::UNPROCESSABLE_ENTITY, "refused"), "{answer:?}");
    }
    for (body, code) in [
        (json!({ "voter": "x".repeat(201) }), "bad_request"),
        (json!({ "name": "ANA\u{0}" }), "bad_request"),
        (json!({ "party": "none" }), "bad_request"),
    ] {
        assert_eq!(desk.ask("PUT", "/api/people/r1/on-roll", Some(&chief), Some(body)).await.code(), code);
    }
    let log = desk
        .text("SELECT CAST(COUNT(*) AS TEXT) FROM office_event WHERE detail LIKE '%ALVAREZ%' OR detail LIKE '%V1%'")
        .await;
    assert_eq!(log, "0", "the log of the office does not say who anybody is");
}

/// Nobody looks somebody up without a line in hand, and what is looked for stands in no address.
#[tokio::test]
async fn looking_for_a_voter() {
    let desk = Desk::examining().await;
    let reviewer = desk.person("r1", &[("recall", Role::Reviewer)]).await;
    let search = |batch: &str, line: &Value, text: &str| {
        let body = json!({ "batch": batch, "section": line["section"], "line": line["line"], "text": text });
        desk.ask("POST", "/api/cases/recall/search", Some(&reviewer), Some(body))
    };
    let first = json!({ "section": 1, "line": 1 });
    assert_eq!(search("b1", &first, "garcia").await.code(), "lease_lapsed");
    // A batch without a line, since nothing waits there, is no reason to look anybody up.
    let empty = claim(&desk, &reviewer, "b0", "contact_sheet", 5).await;
    assert_eq!((empty.status, &empty.body["lines"]), (StatusCode::OK, &json!([])));
    assert_eq!(search("b0", &first, "garcia").await.code(), "lease_lapsed");
    let held = claim(&desk, &reviewer, "b1", "review", 1).await.body["lines"][0].clone();
    let another = json!({ "section": held["section"], "line": 99 });
    assert_eq!(search("b1", &another, "garcia").await.code(), "lease_lapsed");
    for text in ["garcia", "V7", "grace 107 oak"] {
        let found = search("b1", &held, text).await;
        assert_eq!(found.body[0]["voter"], "V7", "{text}: {found:?}");
    }
    assert_eq!(search("b1", &held, "zzz").await.body, json!([]));
    // For whose sake they were looked up is on record.
    let supervisor = desk.person("s1", &[("recall", Role::Supervisor)]).await;
    let looks = desk.ask("GET", "/api/cases/recall/accesses?latest_first=true&limit=1", Some(&supervisor), None).await;
    let look = &looks.body["items"][0];
    assert_eq!((&look["why"], &look["voter"]), (&json!("search of the roll"), &json!("V7")), "{look}");
    assert_eq!((&look["section"], &look["line"]), (&held["section"], &held["line"]));
}

/// Many people at once: every line goes to one of them, and what each found is there in the end.
#[tokio::test(flavor = "multi_thread")]
async fn many_people_at_once() {
    let desk = std::sync::Arc::new(Desk::examining().await);
    let mut people = Vec::new();
    for number in 0..12 {
        people.push(desk.person(&format!("r{number}"), &[("recall", Role::Reviewer)]).await);
    }
    let work = people.into_iter().enumerate().map(|(number, token)| {
        let desk = std::sync::Arc::clone(&desk);
        tokio::spawn(async move {
            let address = format!("/api/cases/recall/batches/w{number}");
            let batch = claim(&desk, &token, &format!("w{number}"), "review", 2).await;
            let lines = batch.body["lines"].as_array().unwrap().clone();
            for line in &lines {
                let at = format!("{address}/lines/{}", place(line));
                let sheet = desk.ask("GET", &at, Some(&token), None).await;
                let found = match sheet.body["candidates"][0]["voter"]["voter"].as_str() {
                    Some(voter) => json!({ "disposition": "valid", "voter": voter }),
                    None => json!({ "disposition": "invalid", "reason": "not_registered" }),
                };
                let kept = desk.ask("PUT", &format!("{at}/finding"), Some(&token), Some(found)).await;
                assert_eq!(kept.status, StatusCode::OK, "{kept:?}");
            }
            let closed = desk.ask("PUT", &format!("{address}/closed"), Some(&token), None).await;
            assert_eq!(closed.body["taken"], lines.len(), "{closed:?}");
            lines.iter().map(place).collect::<Vec<_>>()
        })
    });
    let mut all = Vec::new();
    for done in work.collect::<Vec<_>>() {
        all.extend(done.await.unwrap());
    }
    all.sort();
    let distinct: std::collections::BTreeSet<_> = all.iter().cloned().collect();
    assert_eq!((all.len(), distinct.len()), (7, 7), "{all:?}");
    let observer = desk.person("press", &[("recall", Role::Observer)]).await;
    let standing = desk.ask("GET", "/api/cases/recall", Some(&observer), None).await;
    assert_eq!(
        (&standing.body["valid"], &standing.body["invalid"], &standing.body["undecided"]),
        (&6.into(), &1.into(), &0.into())
    );
}
