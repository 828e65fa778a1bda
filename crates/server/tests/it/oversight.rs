//! What those who answer for the work see: the clock, and the log of looks at records.

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

#[tokio::test]
async fn the_log_of_looks() {
    let desk = Desk::examining().await;
    let supervisor = desk.person("s1", &[("recall", Role::Supervisor)]).await;
    let chief = desk.person("s2", &[("recall", Role::Supervisor)]).await;
    worked(&desk).await;
    let list = |query: &str| {
        let address = format!("{CASE}/accesses{query}");
        let (desk, supervisor) = (&desk, &supervisor);
        async move { desk.ask("GET", &address, Some(supervisor), None).await }
    };
    let all = list("").await;
    let looks = all.body["items"].as_array().unwrap().clone();
    assert!(looks.len() >= 3 && all.body["next"].is_null(), "{all:?}");
    assert!(looks.iter().all(|look| look["person"] == "r1" && look["why"] == "candidate of a line in hand"), "{all:?}");
    // Page by page the same.
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let page = list(&format!("?limit=2&after={after}")).await;
        paged.extend(page.body["items"].as_array().unwrap().clone());
        match page.body["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(paged, looks);
    let first = &looks[0];
    let line = format!("?section={}&line={}", first["section"], first["line"]);
    let of_line = list(&line).await;
    let same = |look: &&Value| look["section"] == first["section"] && look["line"] == first["line"];
    assert_eq!(
        of_line.body["items"].as_array().unwrap().iter().collect::<Vec<_>>(),
        looks.iter().filter(same).collect::<Vec<_>>()
    );
    for (query, found) in [
        ("?person=r1", looks.len()),
        ("?person=r2", 0),
        ("?from=2100-01-01T00:00:00Z", 0),
        ("?to=2100-01-01T00:00:00Z", looks.len()),
    ] {
        assert_eq!(list(query).await.body["items"].as_array().unwrap().len(), found, "{query}");
    }
    // The latest first, page by page, and of a whole section.
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let page = list(&format!("?latest_first=true&limit=2&after={after}")).await;
        paged.extend(page.body["items"].as_array().unwrap().clone());
        match page.body["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    paged.reverse();
    assert_eq!(paged, looks);
    let of_section = list(&format!("?section={}", first["section"])).await;
    let same = looks.iter().filter(|look| look["section"] == first["section"]).count();
    assert_eq!(of_section.body["items"].as_array().unwrap().len(), same);
    for bad in ["?line=1", "?section=0&line=1", "?after=x", "?limit=0", "?voter=V1", "?from=yesterday"] {
        assert_eq!(list(bad).await.code(), "bad_request", "{bad}");
    }
    // Who looks through the log for a voter leaves a look of their own, and finds it the second time.
    let voter = first["voter"].clone();
    let search = |body: Value| desk.ask("POST", "/api/cases/recall/accesses/search", Some(&supervisor), Some(body));
    let once = search(json!({ "voter": voter })).await;
    let twice = search(json!({ "voter": voter })).await;
    let (once, twice) =
        (once.body["items"].as_array().unwrap().clone(), twice.body["items"].as_array().unwrap().clone());
    assert!(once.iter().all(|look| look["voter"] == voter) && twice.len() == once.len() + 1, "{once:?} {twice:?}");
    let own = once.last().unwrap();
    assert_eq!((&own["person"], &own["why"]), (&"s1".into(), &"search of the log of looks".into()));
    for bad in [json!({ "voter": "" }), json!({ "voter": "V1", "after": "x" }), json!({})] {
        assert_eq!(search(bad.clone()).await.code(), "bad_request", "{bad}");
    }
    // Taken out, and the same again after a lost answer; under the name of another's export nothing is.
    let export = |token: &str, name: &str, wanted: Value| {
        let (desk, address, token) = (&desk, format!("{CASE}/accesses/exports/{name}"), token.to_owned());
        async move { desk.ask("PUT", &address, Some(&token), Some(wanted)).await }
    };
    let rows = export(&supervisor, "e1", json!({ "person": "r1" })).await.body;
    let rows = rows.as_str().unwrap();
    assert!(rows.starts_with("seq,at,person,voter_id,section,line,why\n1,"), "{rows}");
    assert_eq!(rows.lines().count(), looks.len() + 1, "{rows}");
    assert_eq!(export(&supervisor, "e1", json!({ "person": "r1" })).await.body, rows);
    for (token, name, body, code) in [
        (&chief, "e1", json!({ "person": "r1" }), "exists"),
        (&supervisor, "e1", json!({}), "exists"),
        (&supervisor, "e.1", json!({}), "bad_request"),
        (&supervisor, "e2", json!({ "voter": "" }), "bad_request"),
        (&supervisor, "e2", json!({ "line": 1 }), "bad_request"),
    ] {
        assert_eq!(export(token, name, body.clone()).await.code(), code, "{name} {body}");
    }
    let nothing = export(&chief, "e3", json!({ "voter": "V99" })).await.body;
    assert_eq!(nothing, "seq,at,person,voter_id,section,line,why\n");
    let taken = desk.ask("GET", "/api/cases/recall/accesses/exports", Some(&chief), None).await;
    let taken: Vec<_> = taken
        .body
        .as_array()
        .unwrap()
        .iter()
        .map(|taken| (taken["export"].clone(), taken["person"].clone(), taken["wanted"].clone()))
        .collect();
    assert_eq!(
        taken,
        [("e1".into(), "s1".into(), json!({ "person": "r1" })), ("e3".into(), "s2".into(), json!({ "voter": "V99" }))]
    );
}

#[tokio::test]
async fn how_long_a_case_is_kept() {
    let desk = Desk::examining().await;
    let registrar = desk.person("reg", &[("recall", Role::Registrar)]).await;
    let supervisor = desk.person("s1", &[("recall", Role::Supervisor)]).await;
    let shown = desk.ask("GET", &format!("{CASE}/retention"), Some(&supervisor), None).await;
    assert_eq!((shown.status, &shown.body["destroy_from"]), (StatusCode::OK, &Value::Null));
    assert!(shown.body["kept_because"]["text"].as_str().unwrap().contains("the case is open"), "{shown:?}");
    assert_eq!(shown.body["times"][1]["citation"], "Elections Code 17400");
    let put = |address: &str, body: Value| {
        let address = format!("{CASE}/{address}");
        let (desk, registrar) = (&desk, &registrar);
        async move { desk.ask("PUT", &address, Some(registrar), Some(body)).await }
    };
    let day = json!({ "on": "2022-12-08", "because": "the board's minutes" });
    for (name, body, code) in [
        ("results_certified_on", json!({ "on": "2022-12-08" }), "bad_request"),
        ("results_certified_on", json!({ "on": "8 December", "because": "x" }), "bad_request"),
        ("results_certified_on", json!({ "on": "2022-07-05", "because": "before it was filed" }), "refused"),
        ("results_certified_on", json!({ "on": "2022-12-08", "because": " " }), "refused"),
        ("results_certified_on", json!({ "on": "2022-12-08", "because": "x".repeat(2001) }), "bad_request"),
        ("body_met_on", day.clone(), "refused"),
        ("somewhen", day.clone(), "not_found"),
    ] {
        assert_eq!(put(&format!("retention/days/{name}"), body.clone()).await.code(), code, "{name} {body}");
    }
    let known = put("retention/days/results_certified_on", day).await;
    assert_eq!(
        (&known.body["times"][0]["until"], &known.body["days"][0]["person"]),
        (&"2023-08-08".into(), &"reg".into())
    );
    let never = put("retention/days/results_certified_on", json!({ "because": "called off" })).await;
    assert_eq!(
        (&never.body["times"][0]["name"], &never.body["days"][0]["on"]),
        (&"after_examination".into(), &Value::Null)
    );
    let hold = json!({ "asked_by": "a grand jury", "authority": "a subpoena", "since": "2022-09-01", "because": "an inquiry" });
    for _ in 0..2 {
        assert_eq!(put("holds/h1", hold.clone()).await.body["holds"].as_array().unwrap().len(), 1);
    }
    let mut other = hold.clone();
    other["since"] = "2022-09-02".into();
    assert_eq!(put("holds/h1", other).await.code(), "exists");
    assert_eq!(put("holds/h.1", hold.clone()).await.code(), "bad_request");
    assert_eq!(put("holds/h2/lifted", json!({ "because": "over" })).await.code(), "not_found");
    assert_eq!(put("holds/h1/lifted", json!({ "because": "" })).await.code(), "refused");
    let lifted = put("holds/h1/lifted", json!({ "because": "over" })).await;
    let record = &lifted.body["holds"][0];
    assert_eq!(
        (&record["lifted"]["because"], &record["placed"]["person"], &record["asked_by"]),
        (&"over".into(), &"reg".into(), &"a grand jury".into())
    );
    assert_eq!(
        desk.ask("PUT", &format!("{CASE}/holds/h3"), Some(&supervisor), Some(hold)).await.code(),
        "not_permitted"
    );
}
