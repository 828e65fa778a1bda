//! Images in the examination room: of the line on the screen and of no other, every reference signature, each look on record.

use axum::http::{StatusCode, header};
use casework::Shows;
use domain::{LineRef, VoterId};
use serde_json::json;

use crate::{
    desk::PASSWORD,
    failed::nine,
    images::{png, taken_in},
    room::Open,
};

/// A strip, a signature, and two reference signatures of a voter, for a line of the first section.
pub(crate) fn everything_beside(line: u32, voter: &str) -> Vec<(Shows, &'static str)> {
    let line: LineRef = format!("1:{line}").parse().unwrap();
    let voter = VoterId::new(voter).unwrap();
    vec![
        (Shows::Strip(line), "the strip"),
        (Shows::Signature(line), "the signature"),
        (Shows::Reference(voter.clone(), 1), "the first reference"),
        (Shows::Reference(voter, 2), "the second reference"),
    ]
}

#[tokio::test]
async fn every_image_of_the_line_on_the_screen() {
    let mut open = Open::of(&nine()).await;
    taken_in(&open.desk, &everything_beside(3, "V4114")).await;
    taken_in(&open.desk, &everything_beside(1, "V4100")).await;
    let beside = |line: u32, what: &str| format!("/lines/1/{line}/{what}");
    assert_eq!(open.inside("GET", &beside(3, "strip"), None).await.code(), "otherwise", "before it is shown");
    let shown = open.inside("GET", "/lines/1/3", None).await;
    assert_eq!(shown.status, StatusCode::OK, "{shown:?}");
    assert_eq!(shown.body["voters"][0]["reference_images"], 2);
    for (what, tail) in [
        ("strip", "the strip"),
        ("signature", "the signature"),
        ("voters/1/references/1", "the first reference"),
        ("voters/1/references/2", "the second reference"),
    ] {
        let image = open.inside("GET", &beside(3, what), None).await;
        assert_eq!((image.status, &image.bytes), (StatusCode::OK, &png(tail)), "{what}");
        assert_eq!(image.headers[header::CACHE_CONTROL], "private, no-store");
    }
    for what in ["voters/1/references/3", "voters/1/references/0", "voters/0/references/1", "voters/99/references/1"] {
        assert_eq!(open.inside("GET", &beside(3, what), None).await.code(), "not_found", "{what}");
    }
    // Every look at a record, the signatures among them, by whom and for which line.
    let looks = "/api/cases/recall/accesses?person=p1&limit=100";
    let looks = open.desk.ask("GET", looks, Some(&open.supervisor), None).await;
    let looks: Vec<_> = looks.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|look| {
            (
                look["voter"].as_str().unwrap().to_owned(),
                look["line"].as_u64().unwrap(),
                look["why"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let of_signatures: Vec<_> = looks.iter().filter(|(_, _, why)| why.starts_with("reference signature")).collect();
    assert_eq!(of_signatures.len(), 2, "{looks:?}");
    assert!(of_signatures.iter().all(|(voter, line, _)| voter == "V4114" && *line == 3), "{looks:?}");

    // The next day begins with a line, and not with what was left on the screen.
    open.desk.later(24 * 60 * 60);
    let typed = json!({ "account": "p1", "password": PASSWORD });
    let opened = open.desk.ask("POST", "/api/session", None, Some(typed)).await;
    open.examiner = opened.body["token"].as_str().unwrap().to_owned();
    assert_eq!(open.inside("GET", &beside(3, "signature"), None).await.code(), "otherwise");

    // Another line on the screen: not this one any more, and a line that counts never.
    assert_eq!(open.inside("GET", "/lines/1/2", None).await.status, StatusCode::OK);
    assert_eq!(open.inside("GET", &beside(3, "signature"), None).await.code(), "otherwise");
    assert_eq!(open.inside("GET", &beside(2, "signature"), None).await.code(), "not_found", "no image of it");
    assert_eq!(open.inside("GET", &beside(1, "signature"), None).await.code(), "not_found", "a line that counts");
}
