//! What everybody may see: where a petition stands, the figures of its published record, and the files of that record and no others.

use std::fs;

use axum::http::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::desk::Desk;

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_petition_and_its_published_record() {
    let desk = Desk::examining().await;
    let show = async || desk.ask("GET", "/api/public/recall", None, None).await;
    let before = show().await.body;
    assert_eq!((&before["phase"], &before["raw_count"]), (&json!("examining"), &json!(7)));
    assert_eq!((&before["result"], &before["record"]), (&Value::Null, &json!([])));
    // Nothing of what is found so far: not before it is certified.
    assert!(before.get("valid").is_none() && !before.to_string().contains("Alvarez"), "{before}");

    let folder = desk.path("public").join("recall");
    fs::create_dir_all(folder.join("sample")).unwrap();
    fs::write(desk.path("public").join("secret"), "not published").unwrap();
    let totals = json!({
        "format": "countersign-totals/v1", "certified_on": "2022-08-05", "basis": "full", "raw_count": 7, "examined": 7, "valid": 5, "invalid": 2,
        "invalid_by_category": { "not_registered": 2 }, "required": 12, "margin": -7, "verdict": "insufficient",
    });
    let large = vec![7; 600_000];
    for (name, bytes) in [
        ("totals.json", totals.to_string().as_bytes()),
        ("certificate.json", b"{}".as_slice()),
        ("sample/sample.csv", large.as_slice()),
        ("notes", b"not in the list"),
    ] {
        fs::write(folder.join(name), bytes).unwrap();
    }
    let listed = [
        ("totals.json", digest(totals.to_string().as_bytes())),
        ("sample/sample.csv", digest(&large)),
        ("certificate.json", digest(b"{}")),
    ];
    let sums: String = listed.iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect();
    let strange = format!("{}  ../secret\n{}  missing\n", digest(b"not published"), digest(b""));
    fs::write(folder.join("SHA256SUMS"), sums.clone() + &strange).unwrap();

    let after = show().await.body;
    assert_eq!((&after["result"]["valid"], &after["result"]["margin"]), (&json!(5), &json!(-7)));
    assert_eq!(after["result"]["stands"], false, "the case is being examined");
    let names: Vec<_> = after["record"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["totals.json", "sample/sample.csv", "certificate.json", "SHA256SUMS"]);
    let file = async |digest: &str| desk.ask("GET", &format!("/api/public/recall/record/{digest}"), None, None).await;
    assert_eq!(file(&digest(&large)).await.bytes, large);
    assert_eq!(file(&digest((sums + &strange).as_bytes())).await.status, StatusCode::OK);
    for hidden in [digest(b"not in the list"), digest(b"not published"), digest(b"")] {
        assert_eq!(file(&hidden).await.status, StatusCode::NOT_FOUND);
    }
    for nobody in ["/api/public/nobody", "/api/public/..%2Frecall", "/api/public/secret"] {
        assert_eq!(desk.ask("GET", nobody, None, None).await.status, StatusCode::NOT_FOUND, "{nobody}");
    }
    assert_eq!(desk.ask("GET", "/api/public", None, None).await.body.as_array().unwrap().len(), 1);
}
