//! The check of a certified outcome, event by event.

use domain::{AuditError, CaseError, SampleError};

use crate::build::{History, certify, draw, reopen_case, seal, seal_check, seed_check};

const SAMPLE: &str = "20237331128159211123";
const CHECK: &str = "66666444446666644444";
const OTHER: &str = "12345678901234567890";

fn certified() -> History {
    History::examining(&[3, 2]).then(seal(5, 1)).then(draw(SAMPLE, &["1:1"])).then(certify(1))
}

#[test]
fn only_a_certified_outcome_is_checked() {
    let mut history = History::examining(&[3, 2]);
    assert!(matches!(history.refusal(seal_check("a", 2)), CaseError::WrongPhase { .. }));
    assert!(matches!(history.refusal(seed_check("a", CHECK)), CaseError::WrongPhase { .. }));
}

#[test]
fn a_list_of_no_lines_is_no_check() {
    assert_eq!(certified().refusal(seal_check("a", 0)), AuditError::NoLines.into());
}

#[test]
fn one_list_has_one_seed_for_good() {
    let mut history = certified();
    assert_eq!(history.refusal(seed_check("a", CHECK)), AuditError::NotSealed.into());
    let mut history = history.then(seal_check("a", 2));
    assert_eq!(history.refusal(seal_check("a", 2)), AuditError::SealedAlready("a".to_owned()).into());
    assert_eq!(history.refusal(seed_check("b", CHECK)), AuditError::NotSealed.into());
    for seed in [&CHECK[1..], "666664444466666444441", "6666644444666664444x", ""] {
        assert_eq!(history.refusal(seed_check("a", seed)), AuditError::SeedForm(20).into(), "{seed}");
    }
    let mut history = history.then(seed_check("a", CHECK));
    assert_eq!(history.case.audit("a").unwrap().seed.as_deref(), Some(CHECK));
    assert_eq!(history.refusal(seed_check("a", OTHER)), AuditError::OtherSeed(CHECK.to_owned()).into());
    // Reopening and certifying the same again gives nobody a second roll.
    let mut history = history.then(reopen_case()).then(certify(1));
    assert_eq!(history.refusal(seal_check("a", 2)), AuditError::SealedAlready("a".to_owned()).into());
    assert_eq!(history.refusal(seed_check("a", OTHER)), AuditError::OtherSeed(CHECK.to_owned()).into());
}

#[test]
fn a_seed_counts_once() {
    let mut history = certified().then(seal_check("a", 2));
    assert_eq!(history.refusal(seed_check("a", SAMPLE)), AuditError::SeedKnown.into(), "that of the sample");
    let mut history = history.then(seed_check("a", CHECK)).then(seal_check("b", 3));
    assert_eq!(history.refusal(seed_check("b", CHECK)), AuditError::SeedKnown.into(), "that of another check");
    let history = History::examining(&[3, 2]).then(certify(1)).then(seal_check("a", 2)).then(seed_check("a", CHECK));
    let mut history = history.then(reopen_case()).then(seal(5, 1));
    assert_eq!(history.refusal(draw(CHECK, &["1:1"])), SampleError::SeedKnown.into(), "a sample by that of a check");
}
