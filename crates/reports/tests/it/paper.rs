//! The PDF: its bytes, its figures, and texts that try to break it.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    process::Command,
};

use domain::{Milestone, Verdict};
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

/// Two processes give the same bytes: this test runs itself again in two others and compares what they print.
#[test]
fn every_process_gives_the_same_bytes() {
    const CHILD: &str = "COUNTERSIGN_PRINT_DIGEST";
    let mut hash = DefaultHasher::new();
    pdf(&published()).hash(&mut hash);
    let digest = format!("pdf={:016x}", hash.finish());
    if std::env::var_os(CHILD).is_some() {
        println!("{digest}");
        return;
    }
    for _ in 0..2 {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "paper::every_process_gives_the_same_bytes", "--nocapture"]).env(CHILD, "1");
        let printed = String::from_utf8(child.output().unwrap().stdout).unwrap();
        assert!(printed.contains(&digest), "{digest} in {printed}");
    }
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
fn long_titles_and_great_numbers_are_typeset() {
    let mut certificate = published();
    certificate.petition.title = "Petition to recall and to do so at length ".repeat(40) + &"x".repeat(500);
    certificate.petition.officer = Some("Nguyễn ".repeat(60));
    certificate.raw_count = 999_999_999;
    certificate.valid = 999_999_999;
    certificate.registered_voters = Some(u64::MAX / 2);
    certificate.margin = Some(i64::from(i32::MIN));
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
    certificate.dates = certificate.dates.clone().with(Milestone::ReportOfRegistration, certificate.dates.filed_on());
    for verdict in [Verdict::Sufficient, Verdict::Insufficient, Verdict::ExamineAll, Verdict::EqualReview] {
        certificate.verdict = verdict;
        certificate.margin = Some(0);
        assert!(!pdf(&certificate).is_empty());
    }
}

/// A sample has a part of its own in the annex; a formula without a projected number leaves that number out.
#[test]
fn a_result_by_sample_is_typeset() {
    let mut certificate = super::by_sample();
    pdf(&certificate);
    certificate.margin = None;
    let sample = certificate.sample.as_mut().unwrap();
    sample.projection.projected_valid = None;
    sample.projection.percent_of_required = None;
    pdf(&certificate);
}
