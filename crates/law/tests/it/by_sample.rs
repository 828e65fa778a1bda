//! Certificates that rest on a random sample: what they say, and which samples decide nothing.

use domain::{
    Case, CaseOpenedPrivate, Disposition, Event, ManifestSealed, NotePrivate, RawCounted, Reason, SampleDrawn, Verdict,
    settle, settle_sample,
};
use jiff::civil::date;
use law::certificate::{Basis, CertificateError, certificate};

use super::{
    certificate::{fold, inputs, judged, line, opening, sealed, searched, section},
    make::old,
};

const LINES: u32 = 600;

/// 600 lines where 500 are needed; of the first `drawn` lines the first `valid` are by as many voters, the next `twice` by the first voter
/// again, the rest not registered.
fn case(drawn: u32, valid: u32, twice: u32) -> Case {
    let root = "a".repeat(64);
    let opened = opening(&old(), 2_000, date(2022, 2, 15));
    let mut events =
        vec![Event::CaseOpened(Box::new(opened), CaseOpenedPrivate::default()), sealed(), section(1, LINES)];
    events.extend([Event::RawCounted(RawCounted { raw: LINES.into() }), searched(1, LINES as usize)]);
    events.push(Event::ManifestSealed(ManifestSealed {
        lines: LINES.into(),
        root: root.clone(),
        size: drawn.into(),
        seed_digits: 20,
    }));
    let seed = "20237331128159211123".to_owned();
    let lines = (1..=drawn).map(line).collect();
    events.push(Event::SampleDrawn(SampleDrawn { root, seed, lines }, NotePrivate::default()));
    events.extend((1..=drawn).map(|no| match no {
        no if no <= valid => judged(no, Disposition::Valid, Some(&format!("v{no}"))),
        no if no <= valid + twice => judged(no, Disposition::Valid, Some("v1")),
        no => judged(no, Disposition::Invalid(Reason::NotRegistered), None),
    }));
    fold(events)
}

#[test]
fn a_sample_that_is_enough_decides() {
    let case = case(500, 490, 0);
    let found = certificate(&case, &settle_sample(&case).unwrap(), &old(), &inputs(date(2022, 3, 1))).unwrap();
    assert_eq!(
        (found.basis, found.raw_count, found.examined, found.valid, found.invalid),
        (Basis::Sample, 600, 500, 490, 10)
    );
    assert_eq!((found.verdict, found.margin), (Verdict::Sufficient, Some(88)), "98.00% of 600 are 588");
    assert_eq!(found.valid_percent_of_examined, "98.00");
    let sample = found.sample.unwrap();
    assert_eq!((sample.seed.as_str(), sample.void_draws), ("20237331128159211123", 0));
    assert_eq!(sample.size_steps, ["5% of 600, rounded up: 30", "at least 500"]);
    assert_eq!(sample.projection.projected_valid, Some(588));
    assert_eq!(
        found.verdict_text,
        "By a random sample of 500 of 600 signatures the petition is sufficient: 588 valid signatures are projected, 117.60% of the \
         500 required. The certificate goes to the governing body at its next regular meeting (Elections Code 11227)."
    );
    let cited: Vec<_> = found.rules_cited.iter().map(|rule| rule.key.as_str()).collect();
    assert!(["sample", "projection", "sample_result"].iter().all(|key| cited.contains(key)), "{cited:?}");
    assert!(!cited.iter().any(|key| key.starts_with("provision.")), "{cited:?}");
}

#[test]
fn duplicates_in_the_sample_weigh_more_than_themselves() {
    let case = case(500, 300, 20);
    let found = certificate(&case, &settle_sample(&case).unwrap(), &old(), &inputs(date(2022, 3, 1))).unwrap();
    let projection = found.sample.unwrap().projection;
    // A = 1.2, so each duplicate takes off 0.24: 20 of them 4.8, rounded up.
    assert_eq!((projection.figures.duplicates, projection.duplicate_penalty), (20, Some(5)));
    assert_eq!((found.verdict, found.margin), (Verdict::Insufficient, Some(355 - 500)));
    assert!(
        found.verdict_text.contains("is insufficient: 355 valid signatures are projected, 71.00% of the 500 required.")
    );
}

#[test]
fn a_sample_in_between_decides_nothing() {
    let case = case(500, 420, 0);
    let refused = certificate(&case, &settle_sample(&case).unwrap(), &old(), &inputs(date(2022, 3, 1)));
    assert_eq!(refused, Err(CertificateError::SampleLeavesOpen { verdict: "examine_all" }));
}

#[test]
fn a_sample_that_is_too_small_or_not_decided_is_none() {
    let small = case(499, 490, 0);
    let refused = certificate(&small, &settle_sample(&small).unwrap(), &old(), &inputs(date(2022, 3, 1)));
    assert_eq!(refused, Err(CertificateError::SampleTooSmall { drawn: 499, size: 500 }));
    // The settlement of all lines has undecided ones, whatever the sample says.
    let whole = certificate(&small, &settle(&small), &old(), &inputs(date(2022, 3, 1)));
    assert_eq!(whole, Err(CertificateError::Undecided(101)));
    // Another settlement than that of the lines drawn.
    let other = settle_sample(&case(500, 490, 0)).unwrap();
    let refused = certificate(&small, &other, &old(), &inputs(date(2022, 3, 1))).unwrap_err();
    assert_eq!(refused.to_string(), "sample-complete: the settled lines are not the lines drawn");
}
