//! Images through the API: taken in by the intake, shown to whoever has the line in hand, with the look on record before.

use axum::http::{StatusCode, header};
use casework::{Act, CaseFile, Image, Shows};
use domain::{PageNo, SectionNo, VoterId};
use serde_json::json;
use server::Role;
use sqlx::Connection as _;

use crate::desk::{Answer, Desk};

const PAGE: &str = "/api/cases/recall/sections/1/pages/1/image";

/// The beginning of a PNG, with a tail by which one is told from another.
pub(crate) fn png(tail: &str) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x2c\0\0\0\x50\x08\0\0\0\0\0\0\0\0".to_vec();
    bytes.extend(tail.bytes());
    bytes
}

#[tokio::test]
async fn a_page_from_the_scanner() {
    let desk = Desk::examining().await;
    let intake = desk.person("i1", &[("recall", Role::Intake)]).await;
    assert_eq!(desk.ask("GET", PAGE, Some(&intake), None).await.code(), "not_found");
    for _ in 0..2 {
        let kept = desk.send_bytes("PUT", PAGE, &intake, png("one")).await;
        assert_eq!(
            (kept.status, &kept.body["form"], &kept.body["width"]),
            (StatusCode::OK, &"png".into(), &300.into())
        );
    }
    let shown = desk.ask("GET", PAGE, Some(&intake), None).await;
    assert_eq!((shown.status, shown.bytes), (StatusCode::OK, png("one")));
    assert_eq!(shown.headers[header::CONTENT_TYPE], "image/png");
    assert_eq!(shown.headers[header::CACHE_CONTROL], "private, no-store");
    assert_eq!(shown.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    // Another scan of the page takes its place.
    assert_eq!(desk.send_bytes("PUT", PAGE, &intake, png("two")).await.status, StatusCode::OK);
    assert_eq!(desk.ask("GET", PAGE, Some(&intake), None).await.bytes, png("two"));
}

#[tokio::test]
async fn what_is_no_page() {
    let desk = Desk::examining().await;
    let intake = desk.person("i1", &[("recall", Role::Intake)]).await;
    let mut long = png("");
    long.resize((16 << 20) + 1, 0);
    let mut wide = png("");
    wide[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
    for (bytes, status, code) in [
        (Vec::new(), 400, "bad_request"),
        (b"<svg onload='alert(1)'/>".to_vec(), 400, "bad_request"),
        (b"GIF89a\x01\0\x01\0\0\0\0\0".to_vec(), 400, "bad_request"),
        (png("")[..14].to_vec(), 400, "bad_request"),
        (wide, 400, "bad_request"),
        (long.clone(), 413, "too_large"),
    ] {
        let refused = desk.send_bytes("PUT", PAGE, &intake, bytes).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (status, code), "{refused:?}");
    }
    long.pop();
    assert_eq!(desk.send_bytes("PUT", PAGE, &intake, long).await.status, StatusCode::OK, "16 MiB are taken");
    for place in ["sections/0/pages/1", "sections/1/pages/0", "sections/x/pages/1", "sections/4294967296/pages/1"] {
        let refused = desk.send_bytes("PUT", &format!("/api/cases/recall/{place}/image"), &intake, png("")).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, "bad_request"), "{place}: {refused:?}");
    }
}

/// Somebody else takes images in while the server runs, as `countersign intake images` does.
pub(crate) async fn taken_in(desk: &Desk, images: &[(Shows, &str)]) {
    let case = CaseFile::open(&desk.places().place("recall")).await.unwrap();
    let mut all = Vec::new();
    for (shows, tail) in images {
        let digest = desk.office.images.as_ref().unwrap().put(&png(tail)).unwrap().to_string();
        let shows = shows.clone();
        all.push(Image { shows, digest, form: "png".to_owned(), bytes: 40, width: 300, height: 80 });
    }
    let act = Act { actor: "clerk".to_owned(), at: "2022-07-07T18:00:00Z".parse().unwrap() };
    case.add_images(&all, &act).await.unwrap();
    case.close().await;
}

async fn looks(desk: &Desk) -> Vec<(String, String)> {
    let mut stranger = sqlx::AnyConnection::connect(&desk.places().url("recall")).await.unwrap();
    let select = "SELECT person, voter_id FROM access WHERE why = 'reference signature' ORDER BY seq";
    sqlx::query_as(select).fetch_all(&mut stranger).await.unwrap()
}

#[tokio::test]
async fn images_of_a_line_in_hand() {
    let desk = Desk::examining().await;
    let reviewer = desk.person("r1", &[("recall", Role::Reviewer)]).await;
    let other = desk.person("r2", &[("recall", Role::Reviewer)]).await;
    let line = "1:1".parse().unwrap();
    let voter = |id: &str| VoterId::new(id).unwrap();
    taken_in(
        &desk,
        &[
            (Shows::Page(SectionNo::new(1).unwrap(), PageNo::new(1).unwrap()), "page"),
            (Shows::Strip(line), "strip"),
            (Shows::Signature(line), "signature"),
            (Shows::Reference(voter("V1"), 1), "first"),
            (Shows::Reference(voter("V1"), 2), "second"),
            (Shows::Reference(voter("V7"), 1), "of V7"),
        ],
    )
    .await;
    let wanted = json!({ "stage": "review", "size": 7 });
    desk.ask("PUT", "/api/cases/recall/batches/b1", Some(&reviewer), Some(wanted)).await;
    let address = |rest: &str| format!("/api/cases/recall/batches/b1/lines/1/1/{rest}");
    let get = async |rest: &str, token: &str| -> Answer { desk.ask("GET", &address(rest), Some(token), None).await };
    assert_eq!(get("references", &reviewer).await.body[0], 2);
    for (rest, tail) in [
        ("page", "page"),
        ("strip", "strip"),
        ("signature", "signature"),
        ("candidates/1/references/1", "first"),
        ("candidates/1/references/2", "second"),
    ] {
        let shown = get(rest, &reviewer).await;
        assert_eq!((shown.status, shown.bytes), (StatusCode::OK, png(tail)), "{rest}");
        assert_eq!(shown.headers[header::CACHE_CONTROL], "private, no-store");
        assert_eq!(get(rest, &other).await.code(), "lease_lapsed", "{rest} is in another hand");
    }
    for none in ["candidates/1/references/3", "candidates/0/references/1", "candidates/99/references/1"] {
        assert_eq!(get(none, &reviewer).await.code(), "not_found", "{none}");
    }
    let ask = async |voter: &str, reference: u32, token: &str| {
        let body = json!({ "voter": voter, "reference": reference });
        desk.ask("POST", &address("reference"), Some(token), Some(body)).await
    };
    assert_eq!(ask("V7", 1, &reviewer).await.bytes, png("of V7"));
    assert_eq!(ask("V7", 2, &reviewer).await.code(), "not_found");
    assert_eq!(ask("V7", 1, &other).await.code(), "lease_lapsed");
    assert_eq!(ask("", 1, &reviewer).await.code(), "bad_request");
    let of = |voter: &str| ("r1".to_owned(), voter.to_owned());
    assert_eq!(looks(&desk).await, [of("V1"), of("V1"), of("V7")], "each look is on record, and nothing else");
}

/// An image that is damaged in the store is not shown, and the caller learns whom to tell.
#[tokio::test]
async fn a_damaged_image() {
    let desk = Desk::examining().await;
    let intake = desk.person("i1", &[("recall", Role::Intake)]).await;
    let kept = desk.send_bytes("PUT", PAGE, &intake, png("one")).await;
    let digest = kept.body["digest"].as_str().unwrap();
    let file = desk.path("images").join(&digest[..2]).join(&digest[2..4]).join(digest);
    std::fs::write(&file, png("two")).unwrap();
    let told = desk.ask("GET", PAGE, Some(&intake), None).await;
    assert_eq!(
        (told.code(), told.body["detail"].as_str().unwrap().contains("tell whoever runs it")),
        ("internal", true)
    );
    assert_eq!(desk.send_bytes("PUT", PAGE, &intake, png("one")).await.status, StatusCode::OK);
    assert_eq!(desk.ask("GET", PAGE, Some(&intake), None).await.bytes, png("one"), "taken in again, it is mended");
    // A store that cannot be written: a clear answer, and nothing on record.
    std::fs::remove_dir_all(desk.path("images")).unwrap();
    std::fs::write(desk.path("images"), "a file").unwrap();
    let other = "/api/cases/recall/sections/1/pages/2/image";
    assert_eq!(desk.send_bytes("PUT", other, &intake, png("three")).await.code(), "unavailable");
    std::fs::remove_file(desk.path("images")).unwrap();
    assert_eq!(desk.ask("GET", other, Some(&intake), None).await.code(), "not_found");
    assert_eq!(desk.send_bytes("PUT", other, &intake, png("three")).await.status, StatusCode::OK);
}
