//! Every operation that changes something of a case, on a case that is being received, one that is examined and one that is certified: what each answers is
//! written down in a snapshot, operation by operation as the OpenAPI document has them, and what is refused changes nothing.

use serde_json::{Value, json};
use server::Role;

use crate::{
    desk::{Answer, Desk},
    failed::{nine, office_of},
    images::png,
};

/// The bodies with which an operation can succeed where the case is in the right state. An operation that takes none gets none.
fn body_of(operation: &str) -> Option<Value> {
    let because = "seen by two";
    let found = json!({ "disposition": "invalid", "reason": "not_registered" });
    let text = json!({ "printed_name": "Ana Alvarez", "address": "101 Oak St", "city": "Pasadena", "zip": "91101", "date_signed": "" });
    let draft = json!({ "certified_on": "2022-08-09" });
    let body = match operation {
        "POST accesses/search" => json!({ "voter": "V1" }),
        "PUT acts/{act}" => {
            json!({ "act": { "what": "void_section", "section": 1, "ground": "section_fatal" }, "because": because })
        }
        "PUT batches/{batch}" => json!({ "stage": "review", "size": 5 }),
        "PUT batches/{batch}/lines/{section}/{line}/finding" => found,
        "PUT batches/{batch}/lines/{section}/{line}/passed" => json!({ "to": "reviewer", "because": because }),
        "POST batches/{batch}/lines/{section}/{line}/reference" => json!({ "voter": "V1", "reference": 1 }),
        "PUT batches/{batch}/sheet" => json!({ "flagged": [] }),
        "POST certificates/draft" | "POST certificates/draft/pdf" | "PUT certificates/{digest}" => draft,
        "PUT count" => json!({ "raw": 0 }),
        "PUT holds/{hold}" => {
            json!({ "asked_by": "a court", "authority": "an order", "since": "2022-08-01", "because": because })
        }
        "POST keying/addresses" => json!({ "text": "101 oak" }),
        "PUT keying/conflicts/{section}/{line}" | "PUT keying/sections/{section}/lines/{line}" => text,
        "PUT known-answers/{section}/{line}" => json!({ "answer": found, "because": because }),
        "PUT policy" => {
            json!({ "policy": { "least_look": 700, "known_answers": 10, "second_looks": 10 }, "because": because })
        }
        "PUT retention/days/{day}" => json!({ "on": "2022-11-08", "because": because }),
        "PUT room/challenges/{challenge}" => json!({ "section": 1, "line": 1, "grounds": because }),
        "PUT room/challenges/{challenge}/answer" => json!({ "upheld": false, "reasons": because }),
        "PUT certificates/{digest}/reopened" | "PUT holds/{hold}/lifted" | "PUT room/closed" => {
            json!({ "because": because })
        }
        "PUT room/entries/{entry}" => json!({ "day": "2022-08-22", "what": "deposit", "cents": 100 }),
        "PUT room/marks/{section}/{line}" => json!({ "text": because }),
        "PUT room/opening" => json!({
            "representatives": ["p1"], "notice": "letter", "terminals": ["10.1.2.0/24"], "opens": "08:00:00", "closes": "17:00:00", "zone": "UTC",
        }),
        "PUT sample/drawn" => json!({ "root": "00", "seed": "12345678901234567890", "note": because }),
        "PUT accesses/exports/{export}" | "PUT sample/sealed" => json!({}),
        "POST search" => json!({ "batch": "b1", "section": 1, "line": 1, "text": "garcia" }),
        "PUT sections/{section}" => json!({
            "circulator": "C. Irculator", "circulator_address": "1 Main St",
            "declared": { "signed_from": "2022-02-01", "signed_to": "2022-03-01", "executed_on": "2022-03-01" },
            "lines": [{ "page": 1, "line": 1 }],
        }),
        _ => return None,
    };
    Some(body)
}

async fn office(state: &str) -> (Desk, String) {
    let desk = match state {
        "receiving" => Desk::new().await,
        "examining" => Desk::examining().await,
        _ => office_of(&nine()).await,
    };
    let roles = [Role::Intake, Role::Reviewer, Role::Supervisor, Role::Registrar].map(|role| ("recall", role));
    let token = desk.person("all", &roles).await;
    desk.person("p1", &[("recall", Role::Examiner)]).await;
    (desk, token)
}

async fn call(desk: &Desk, token: &str, operation: &str) -> Answer {
    let (method, address) = operation.split_once(' ').unwrap();
    let places = [
        ("{export}", "e1"),
        ("{act}", "a1"),
        ("{batch}", "b1"),
        ("{section}", "1"),
        ("{line}", "1"),
        ("{digest}", "00"),
        ("{hold}", "h1"),
        ("{day}", "election_on"),
        ("{challenge}", "c1"),
        ("{entry}", "e1"),
        ("{roll}", "00"),
        ("{page}", "1"),
    ];
    let address = places.iter().fold(address.to_owned(), |address, (place, name)| address.replace(place, name));
    let address = format!("/api/cases/recall/{address}");
    if address.ends_with("/image") {
        return desk.send_bytes(method, &address, token, png("a page")).await;
    }
    desk.ask(method, &address, Some(token), body_of(operation)).await
}

async fn events(desk: &Desk, token: &str) -> u64 {
    desk.ask("GET", "/api/cases/recall", Some(token), None).await.body["events"].as_u64().unwrap()
}

#[tokio::test]
async fn every_change_in_every_state() {
    let mut offices = Vec::new();
    for state in ["receiving", "examining", "certified"] {
        offices.push((state, office(state).await));
    }
    let document = offices[0].1.0.document.clone();
    let mut table = String::new();
    for (address, item) in document["paths"].as_object().unwrap() {
        let Some(inside) = address.strip_prefix("/api/cases/{case}/") else { continue };
        for (method, operation) in item.as_object().unwrap() {
            let theirs = operation["x-who"]["in_case"].as_array().unwrap();
            let outside = theirs.iter().any(|role| role != "examiner");
            if method == "get" || !outside {
                continue;
            }
            let operation = format!("{} {inside}", method.to_uppercase());
            table.push_str(&format!("{operation}\n"));
            for (state, (desk, token)) in &mut offices {
                let before = events(desk, token).await;
                let answer = call(desk, token, &operation).await;
                assert!(!answer.status.is_server_error(), "{operation} in {state}: {answer:?}");
                let after = events(desk, token).await;
                let refused = !answer.status.is_success();
                assert!(
                    !refused || before == after,
                    "{operation} in {state} was refused and changed the case: {answer:?}"
                );
                assert_ne!(answer.code(), "bad_request", "{operation} is not tried as it would be meant: {answer:?}");
                let told = if refused { answer.code().to_owned() } else { "done".to_owned() };
                table.push_str(&format!("    {state:10} {told}\n"));
                if before != after {
                    // The next one finds the state as it should be.
                    (*desk, *token) = office(state).await;
                }
            }
        }
    }
    insta::assert_snapshot!(table);
}
