//! How long a petition is kept: which times apply, what is waited for, and the first day after all of them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Milestone, Verdict};
use jiff::civil::{Date, date};
use law::{Retention, RetentionFacts, RulePack, Status};

use super::make::{flat, old, replaced};
use super::refused::refused;

fn facts(verdict: Verdict, days: &[(Milestone, Date)]) -> RetentionFacts {
    RetentionFacts { days: days.iter().copied().collect(), never: BTreeSet::new(), verdict: Some(verdict) }
}

fn names(retention: &Retention) -> Vec<&str> {
    retention.times.iter().map(|time| time.name.as_str()).collect()
}

/// Los Angeles County, 2022: certified insufficient on 15 August, then examined by the proponents for more than a year.
#[test]
fn a_recall_that_failed() {
    let certified = (Milestone::Certified, date(2022, 8, 15));
    let began = (Milestone::ProponentsExaminationBegan, date(2022, 9, 6));
    let failed = old().retention(&facts(Verdict::Insufficient, &[certified])).unwrap();
    assert_eq!(names(&failed), ["after_examination"]);
    assert_eq!(failed.times[0].until, Some(date(2023, 4, 15)));
    assert_eq!(failed.times[0].derivation, "2022-08-15 (the result was certified) + 8 months = 2023-04-15");
    assert_eq!(failed.destroy_from, Some(date(2023, 4, 16)), "the last day of keeping is not the first of destruction");
    let rule = &failed.times[0].rule;
    assert_eq!(
        (rule.key.as_str(), rule.citation.as_str(), rule.status),
        ("retention.after_examination", "Elections Code 17400", Status::Unconfirmed)
    );
    // While they examine it, nobody can say when it may go.
    let examined = old().retention(&facts(Verdict::Insufficient, &[certified, began])).unwrap();
    assert_eq!((names(&examined), examined.destroy_from), (vec!["after_examination", "proponents_examination"], None));
    assert_eq!(
        examined.times[1].derivation,
        "0 calendar days after the day on which the proponents' examination ended, which is not known yet"
    );
    let ended = (Milestone::ProponentsExaminationEnded, date(2024, 5, 31));
    let over = old().retention(&facts(Verdict::Insufficient, &[certified, began, ended])).unwrap();
    assert_eq!(over.destroy_from, Some(date(2024, 6, 1)));
}

#[test]
fn a_petition_that_qualified_waits_for_its_election() {
    let certified = (Milestone::Certified, date(2022, 8, 15));
    let mut qualified = facts(Verdict::Sufficient, &[certified, (Milestone::Election, date(2022, 12, 8))]);
    let waits = old().retention(&qualified).unwrap();
    assert_eq!((names(&waits), waits.destroy_from), (vec!["after_election", "after_examination"], None));
    // An election that was called off will never have results: what remains is the time after the examination.
    qualified.never.insert(Milestone::ResultsCertified);
    let called_off = old().retention(&qualified).unwrap();
    assert_eq!((names(&called_off), called_off.destroy_from), (vec!["after_examination"], Some(date(2023, 4, 16))));
    qualified.never.clear();
    qualified.days.insert(Milestone::ResultsCertified, date(2023, 1, 4));
    assert_eq!(old().retention(&qualified).unwrap().destroy_from, Some(date(2023, 9, 5)));
    // Exactly as many as required: counsel decides, so it is kept for an election.
    qualified.verdict = Some(Verdict::EqualReview);
    assert_eq!(names(&old().retention(&qualified).unwrap()), ["after_election", "after_examination"]);
}

#[test]
fn nothing_certified_nothing_destroyed() {
    let open = old().retention(&RetentionFacts::default()).unwrap();
    assert_eq!((names(&open), open.destroy_from), (vec!["after_election", "after_examination"], None));
}

/// An initiative is kept for a year after its proponents examined it, even where the eight months are over before.
#[test]
fn an_initiative_that_was_examined() {
    let pack = RulePack::by_id("us/ca/county-initiative").unwrap();
    let days = [
        (Milestone::Certified, date(2025, 3, 3)),
        (Milestone::ProponentsExaminationBegan, date(2025, 3, 20)),
        (Milestone::ProponentsExaminationEnded, date(2025, 5, 19)),
    ];
    let retention = pack.retention(&facts(Verdict::Insufficient, &days)).unwrap();
    let untils: BTreeMap<_, _> = retention.times.iter().map(|time| (time.name.as_str(), time.until)).collect();
    assert_eq!(untils["after_examination"], Some(date(2025, 11, 3)));
    assert_eq!(untils["proponents_examination"], Some(date(2026, 5, 19)));
    assert_eq!(retention.destroy_from, Some(date(2026, 5, 20)));
}

/// What a pack does not say, nobody computes.
#[test]
fn a_pack_without_a_time_gives_no_day() {
    let pack = RulePack::by_id("eu/citizens-initiative").unwrap();
    let retention = pack.retention(&facts(Verdict::Sufficient, &[(Milestone::Certified, date(2025, 3, 3))])).unwrap();
    assert_eq!(retention, Retention { times: Vec::new(), destroy_from: None });
    assert!(pack.retention_anchors().is_empty());
    assert_eq!(
        old().retention_anchors().into_iter().collect::<Vec<_>>(),
        [
            Milestone::Certified,
            Milestone::ResultsCertified,
            Milestone::ProponentsExaminationBegan,
            Milestone::ProponentsExaminationEnded
        ]
    );
}

#[test]
fn times_that_are_refused() {
    let twice = replaced(&flat(), "key = \"after_examination\"", "key = \"after_election\"");
    assert!(refused(&twice).1.contains("the key \"after_election\" stands twice"));
    let unknown = flat()
        + "\n[[golden.retention]]\nkey = \"for_ever\"\nfrom = \"2022-01-01\"\ndate = \"2022-01-01\"\nsource = \"none\"\n";
    assert!(refused(&unknown).1.contains("there is no retention \"for_ever\""));
    let wrong = replaced(&flat(), "date = \"2023-04-15\"", "date = \"2023-04-14\"");
    let failures = RulePack::parse(&wrong, "changed.toml").unwrap().check_golden();
    assert_eq!(failures.len(), 1);
    assert_eq!(
        failures[0].to_string(),
        "kept after_examination from 2022-08-15: 2023-04-15, but plain calendar months says 2023-04-14"
    );
}

#[test]
fn a_reader_sees_what_a_time_rests_on() {
    assert_eq!(
        old().details("retention.after_election"),
        [
            "counts from `results_certified_on`: the day on which the results of the election were certified",
            "kept for 8 months after it",
            "only if the result is sufficient or equal_review",
        ]
    );
    assert_eq!(
        old().details("retention.proponents_examination")[2],
        "only once `proponents_examination_began_on` is known"
    );
}
