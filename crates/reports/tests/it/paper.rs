//! The PDF: its bytes, its figures, and texts that try to break it.

use domain::Verdict;
use law::certificate::{Certificate, Superseded};
use reports::certificate_pdf;

use super::published;

fn pdf(certificate: &Certificate) -> Vec<u8> {
    certificate_pdf(certificate).unwrap()
}

fn contains(bytes: &[u8], part: &str) -> bool {
    bytes.windows(part.len()).any(|window| window == part.as_bytes())
}

/// Two runs give the same bytes, and these do not depend on what else was typeset before.
#[test]
fn the_same_certificate_gives_the_same_bytes() {
    let first = pdf(&published());
    let mut other = published();
    other.petition.title.push_str(", second attempt");
    assert_ne!(first, pdf(&other));
    assert_eq!(first, pdf(&published()));
}

#[test]
fn the_document_is_archival_and_accessible_and_dated_by_the_certificate() {
    let bytes = pdf(&published());
    assert!(bytes.starts_with(b"%PDF-1.7"));
    for part in [
        "<pdfuaid:part>1<",
        "<pdfaid:part>3<",
        "<pdfaid:conformance>A<",
        "2022-08-15T00:00:00",
        "/StructTreeRoot",
        "/Lang",
    ] {
        assert!(contains(&bytes, part), "{part}");
    }
}

#[test]
fn texts_that_look_like_code_stay_text() {
    let plain = pdf(&published());
    let mut certificate = published();
    certificate.petition.title =
        "#panic(\"x\") *bold* <b> $x$ \\ \"quoted\" `raw` @ref // no comment /* ñ 中文 👍".to_owned();
    certificate.petition.jurisdiction = "#import \"/etc/passwd\"".to_owned();
    certificate.petition.officer = Some("\u{1b}[31m]#eval(\"1\")".to_owned());
    let official = certificate.official.as_mut().unwrap();
    official.name = "Ñandú O'Brien-Łukasz".to_owned();
    let bytes = pdf(&certificate);
    assert_ne!(plain, bytes);
}

#[test]
fn long_titles_and_great_numbers_are_typeset() {
    let mut certificate = published();
    certificate.petition.title = "Petition to recall and to do so at length ".repeat(40) + &"x".repeat(500);
    certificate.petition.officer = Some("Nguyễn ".repeat(60));
    certificate.raw_count = 999_999_999;
    certificate.valid = 999_999_999;
    certificate.registered_voters = u64::MAX / 2;
    certificate.margin = i64::from(i32::MIN);
    assert!(!pdf(&certificate).is_empty());
}

#[test]
fn every_verdict_and_every_missing_part_is_typeset() {
    let mut certificate = published();
    certificate.official = None;
    certificate.petition.officer = None;
    certificate.petition.office = None;
    certificate.invalid_by_reason.clear();
    certificate.clocks.clear();
    certificate.invariants.clear();
    certificate.superseded = Some(Superseded { digest: "c".repeat(64), reason: "a box was found".to_owned() });
    certificate.dates.report_of_registration_on = Some(certificate.dates.form_approved_on);
    for verdict in [Verdict::Sufficient, Verdict::Insufficient, Verdict::ExamineAll, Verdict::EqualReview] {
        certificate.verdict = verdict;
        certificate.margin = 0;
        assert!(!pdf(&certificate).is_empty());
    }
}
