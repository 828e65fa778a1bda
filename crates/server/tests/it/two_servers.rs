//! Two servers of one office: what is decided about a person is decided once.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::Role;
use totp_rs::{Builder, Secret};

use crate::desk::{Answer, Desk, PASSWORD};

/// An office with its two servers.
async fn two() -> [Arc<Desk>; 2] {
    let one = Desk::new().await;
    let other = one.another().await;
    [Arc::new(one), Arc::new(other)]
}

/// What each of these requests is answered, when they come to both servers in turn, all at the same time.
async fn at_once(
    desks: &[Arc<Desk>; 2],
    method: &'static str,
    address: &'static str,
    bodies: Vec<Value>,
) -> Vec<Answer> {
    let asked = bodies.into_iter().zip(desks.iter().cycle().cloned());
    let asked =
        asked.map(|(body, desk)| tokio::spawn(async move { desk.ask(method, address, None, Some(body)).await }));
    let mut answers = Vec::new();
    for asked in asked.collect::<Vec<_>>() {
        answers.push(asked.await.unwrap());
    }
    answers
}

fn count(answers: &[Answer], code: &str) -> usize {
    answers.iter().filter(|answer| answer.code() == code).count()
}

#[tokio::test]
async fn a_session_of_one_is_one_of_the_other() {
    let [one, other] = two().await;
    let token = one.person("clerk", &[("recall", Role::Intake)]).await;
    let here = other.ask("GET", "/api/session", Some(&token), None).await;
    assert_eq!((&here.body["account"], &here.body["duties"]["recall"][0]), (&"clerk".into(), &"intake".into()));
    one.ask("DELETE", "/api/session", Some(&token), None).await;
    assert_eq!(other.ask("GET", "/api/session", Some(&token), None).await.code(), "not_signed_in");
}

/// However many guess at the same time, and wherever: seven are told that they are wrong, and no more are looked at.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_the_same_time_are_all_counted() {
    let desks = two().await;
    desks[0].person("clerk", &[]).await;
    let guess = |number: usize| json!({ "account": "clerk", "password": format!("wrong horse battery {number}") });
    let answers = at_once(&desks, "POST", "/api/session", (0..40).map(guess).collect()).await;
    assert_eq!((count(&answers, "wrong_credentials"), count(&answers, "locked_out")), (7, 33), "{answers:?}");
    let right = json!({ "account": "clerk", "password": PASSWORD });
    for desk in &desks {
        assert_eq!(desk.ask("POST", "/api/session", None, Some(right.clone())).await.code(), "locked_out");
    }
    let noted = desks[0].text("SELECT CAST(COUNT(*) AS TEXT) FROM office_event WHERE what = 'locked_out'").await;
    assert_eq!(noted, "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_is_used_at_one_of_them() {
    let desks = two().await;
    desks[0].person("clerk", &[]).await;
    let slip = desks[0].office.people.slip("clerk", "test").await.unwrap().code;
    let body = json!({ "slip": slip, "password": "another horse battery" });
    let answers = at_once(&desks, "POST", "/api/enrolment", vec![body; 6]).await;
    let opened: Vec<_> = answers.iter().filter(|answer| answer.status == StatusCode::OK).collect();
    assert_eq!((opened.len(), count(&answers, "slip_used")), (1, 5), "{answers:?}");
    let token = opened[0].body["token"].as_str();
    assert_eq!(desks[1].ask("GET", "/api/session", token, None).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_used_at_one_of_them() {
    let desks = two().await;
    let session = desks[0].person("clerk", &[]).await;
    let new = desks[0].ask("POST", "/api/session/authenticator", Some(&session), None).await;
    let secret = new.body["secret"].as_str().unwrap().to_owned();
    let totp = Builder::new().with_secret(Secret::try_from_base32(&secret).unwrap()).build().unwrap();
    let shown = totp.generate(desks[0].second()).to_string();
    let set = json!({ "secret": secret, "code": shown, "password": PASSWORD });
    let set = desks[0].ask("PUT", "/api/session/authenticator", Some(&session), Some(set)).await;
    assert_eq!(set.status, StatusCode::OK);
    desks[0].later(30);
    let code = totp.generate(desks[0].second()).to_string();
    let body = json!({ "account": "clerk", "password": PASSWORD, "code": code });
    let answers = at_once(&desks, "POST", "/api/session", vec![body; 6]).await;
    let opened = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!((opened, count(&answers, "wrong_credentials")), (1, 5), "{answers:?}");
}

/// Two administrators at two servers: one account of a name, and a log in one order that nobody changes.
#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_made_once_and_what_was_done_is_kept() {
    let desks = two().await;
    let made = (0..20).map(|number| {
        let desk = Arc::clone(&desks[number % 2]);
        let new = server::NewAccount {
            account: format!("temp-{}", number / 2),
            // Two people: one and the same would be made once, and both told so.
            name: format!("T. Emp {}", number % 2),
            duties: server::Duties::new(),
            sign_on: false,
        };
        tokio::spawn(async move { desk.office.people.create(&new, "test").await.is_ok() })
    });
    let mut kept = 0;
    for made in made.collect::<Vec<_>>() {
        kept += usize::from(made.await.unwrap());
    }
    assert_eq!(kept, 10);
    let log = desks[0].text("SELECT CAST(COUNT(*) AS TEXT) || ' ' || CAST(MAX(seq) AS TEXT) FROM office_event").await;
    assert_eq!(log, "20 20", "made and given duties, ten times");
    for sql in ["DELETE FROM office_event", "UPDATE office_event SET actor = 'somebody'"] {
        assert!(desks[1].run(sql).await.unwrap_err().contains("an event of the office is never"), "{sql}");
    }
}

/// Two servers of one case: the one that did nothing so far learns which roll was sealed, and shows at once what was done through the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_at_two_servers() {
    let one = Desk::counted().await;
    if !one.is_shared() {
        // A file has one server.
        return;
    }
    let other = one.another_with_case().await;
    let supervisor = one.person("s1", &[("recall", Role::Supervisor)]).await;
    let reviewers =
        [one.person("r1", &[("recall", Role::Reviewer)]).await, one.person("r2", &[("recall", Role::Reviewer)]).await];
    let case = |path: &str| format!("/api/cases/recall/{path}");
    let wanted = |stage: &str| Some(json!({ "stage": stage, "size": 50 }));
    let waits = other.ask("PUT", &case("batches/b0"), Some(&reviewers[0]), wanted("review")).await;
    assert_eq!(waits.code(), "wrong_state", "nobody was looked up yet: {waits:?}");
    let rolls = one.ask("GET", &case("rolls"), Some(&supervisor), None).await;
    let roll = rolls.body[0]["digest"].as_str().unwrap().to_owned();
    let searched = one.ask("PUT", &case(&format!("rolls/{roll}/searched")), Some(&supervisor), None).await;
    assert_eq!(searched.status, StatusCode::OK, "{searched:?}");
    // Found through the one, and looked at once more through the other.
    let held = other.ask("PUT", &case("batches/b1"), Some(&reviewers[0]), wanted("review")).await;
    assert_eq!(held.body["lines"].as_array().unwrap().len(), 7, "{held:?}");
    let line = "lines/1/1";
    let found = json!({ "disposition": "invalid", "reason": "signature_mismatch", "voter": "V1" });
    let finding = case(&format!("batches/b1/{line}/finding"));
    assert_eq!(one.ask("PUT", &finding, Some(&reviewers[0]), Some(found)).await.status, StatusCode::OK);
    assert_eq!(other.ask("PUT", &case("batches/b1/closed"), Some(&reviewers[0]), None).await.body["taken"], 1);
    let blind = one.ask("PUT", &case("batches/b2"), Some(&reviewers[1]), wanted("blind_review")).await;
    assert_eq!(blind.body["lines"].as_array().unwrap().len(), 1, "{blind:?}");
    let sheet = other.ask("GET", &case(&format!("batches/b2/{line}")), Some(&reviewers[1]), None).await;
    assert_eq!((&sheet.body["named"]["voter"], &sheet.body["look"]["nth"]), (&json!("V1"), &json!(2)), "{sheet:?}");
    let mut standings = Vec::new();
    for desk in [&one, &other] {
        standings.push(desk.ask("GET", "/api/cases/recall", Some(&supervisor), None).await.body);
    }
    assert_eq!(standings[0], standings[1]);
}
