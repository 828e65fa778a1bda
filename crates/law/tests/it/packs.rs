//! The built-in packs: their golden examples, the choice by day of filing, and arithmetic against a second way.

use domain::{PetitionKind, Reason, Verdict};
use jiff::civil::{Date, date};
use law::{Anchors, LawError, RulePack, Status};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

const FAMILY: &str = "us/ca/county-recall";

pub(crate) fn old() -> RulePack {
    RulePack::by_id("us/ca/county-recall-2022").unwrap()
}

pub(crate) fn new() -> RulePack {
    RulePack::by_id("us/ca/county-recall").unwrap()
}

#[test]
fn every_golden_example_comes_out() {
    for pack in RulePack::built_in() {
        let pack = pack.unwrap();
        let failures: Vec<_> = pack.check_golden().iter().map(ToString::to_string).collect();
        assert!(failures.is_empty(), "{}: {failures:#?}", pack.id());
        for kind in ["threshold", "circulation", "deadline", "verdict"] {
            assert!(
                pack.text().contains(&format!("[[golden.{kind}]]")),
                "{} has golden examples of each kind",
                pack.id()
            );
        }
    }
}

#[test]
fn a_wrong_golden_example_is_reported() {
    let text = old()
        .text()
        .replace("required = 566857", "required = 566856")
        .replace("date = \"2022-08-17\"", "date = \"2022-08-16\"");
    let text = text
        .replace("verdict = \"equal_review\"", "verdict = \"sufficient\"")
        .replace("date = \"2022-07-06\"", "date = \"2022-07-05\"");
    let text = text.replacen("registered = 1\n", "registered = 0\n", 1);
    let failures: Vec<_> =
        RulePack::parse(&text, "changed.toml").unwrap().check_golden().iter().map(ToString::to_string).collect();
    assert_eq!(
        failures,
        [
            "signatures required of 5668569 registered voters: 566857, but Los Angeles County Registrar-Recorder, 2022 says 566856",
            "signatures required of 0 registered voters: the number of registered voters is 0; take it from the report of \
             registration that the law names, but edge of a bracket says 1",
            "circulation from 2022-01-27 with 5668569 registered voters: 2022-07-06, but Los Angeles County, 2022: the day on \
             which the petition was due and filed says 2022-07-05",
            "examination from 2022-07-06: 2022-08-17, but Los Angeles County, 2022: the day on which the full examination was \
             due says 2022-08-16",
            "10000 valid of 10000 required: equal_review, but exactly as many as required says sufficient",
        ]
    );
}

#[test]
fn the_day_of_filing_chooses_the_pack() {
    let chosen = |day| RulePack::select(FAMILY, day).map(|pack| pack.id().to_owned());
    assert_eq!(chosen(date(2022, 7, 6)).unwrap(), "us/ca/county-recall-2022");
    assert_eq!(chosen(date(2023, 12, 31)).unwrap(), "us/ca/county-recall-2022");
    assert_eq!(chosen(date(2024, 1, 1)).unwrap(), "us/ca/county-recall");
    assert_eq!(chosen(date(2030, 1, 1)).unwrap(), "us/ca/county-recall");
    let before = chosen(date(2021, 12, 31)).unwrap_err();
    assert!(before.to_string().contains("filed on 2021-12-31"), "{before}");
    assert!(matches!(RulePack::select("us/xx/none", date(2024, 1, 1)), Err(LawError::NoPackForDate { .. })));
}

#[test]
fn an_unknown_pack_names_the_known_ones() {
    let error = RulePack::by_id("us/ca/city-recall").unwrap_err().to_string();
    assert_eq!(
        error,
        "there is no rule pack \"us/ca/city-recall\"; the packs are: us/ca/county-recall-2022, us/ca/county-recall, synthetic/county-recall"
    );
}

#[test]
fn a_pack_says_what_it_is_for() {
    let pack = old();
    assert_eq!(pack.family(), FAMILY);
    assert_eq!(pack.jurisdiction(), "county");
    assert_eq!(pack.petition(), PetitionKind::Recall);
    assert_eq!(pack.filing_dates(), (Some(date(2022, 1, 1)), Some(date(2023, 12, 31))));
    assert_eq!(new().filing_dates(), (Some(date(2024, 1, 1)), None));
    assert!(pack.title().contains("2022"));
}

#[test]
fn case_rules_are_the_packs() {
    for pack in [old(), new()] {
        let rules = pack.case_rules();
        assert_eq!(rules.max_signatures_per_voter.get(), 1);
        assert_eq!(rules.mismatch_reviewers.get(), 3);
        assert!(rules.withdrawal_before_filing);
        assert_eq!(rules.order_of_reasons, Reason::ALL);
    }
}

#[test]
fn every_rule_is_cited_and_marked() {
    for pack in [old(), new()] {
        let rules = pack.rules();
        let keys: std::collections::BTreeSet<_> = rules.iter().map(|rule| rule.key.as_str()).collect();
        assert_eq!(keys.len(), rules.len(), "keys are distinct");
        for key in [
            "requirement",
            "base",
            "circulation",
            "prima_facie",
            "deadline.examination",
            "mismatch",
            "result",
            "reason.duplicate",
            "tolerance.unit",
        ] {
            assert!(keys.contains(key), "{key}");
        }
        let tables = pack.text().lines().filter(|line| line.starts_with("citation = ")).count();
        assert_eq!(rules.len(), tables, "no rule of the file is left out");
        let mismatch = rules.iter().find(|rule| rule.key == "mismatch").unwrap();
        assert_eq!(mismatch.status, Status::Unconfirmed);
        assert!(mismatch.note.as_ref().unwrap().contains("reading"));
    }
}

#[test]
fn a_reason_leads_to_its_rule_and_its_words() {
    let pack = old();
    let rule = pack.rule_for(Reason::DifferentAddress);
    assert_eq!(
        (rule.key.as_str(), rule.citation.as_str(), rule.status),
        ("reason.different_address", "Elections Code 105; 2 CCR 20931", Status::Confirmed)
    );
    assert_eq!(pack.reason_title(Reason::Canceled), "Registration canceled");
    assert_eq!(pack.category_label(domain::Category::SignatureMismatch), "Mismatch Signature");
}

#[test]
fn the_threshold_shows_its_steps() {
    let threshold = old().threshold(5_668_569).unwrap();
    assert_eq!(threshold.required, 566_857);
    assert_eq!(threshold.percent, 10);
    assert_eq!(
        threshold.steps,
        [
            "100,000 or more registered voters: not less than 10 percent",
            "10% of 5,668,569 = 566,856.9",
            "rounded up to 566,857"
        ]
    );
    assert_eq!(threshold.rule.citation, "Elections Code 11221(a)");
    assert_eq!(
        old().threshold(1_000).unwrap().steps,
        ["1,000 to 9,999 registered voters: not less than 25 percent", "25% of 1,000 = 250"]
    );
    assert_eq!(old().threshold(9_999).unwrap().steps[1], "25% of 9,999 = 2,499.75");
    assert_eq!(old().threshold(0), Err(LawError::NoVoters));
    assert_eq!(old().circulation(0, date(2022, 1, 1)), Err(LawError::NoVoters));
    assert_eq!(old().threshold(u64::MAX).unwrap().required, u64::MAX / 10 + 1);
}

#[test]
fn clocks_show_their_derivation() {
    let anchors = Anchors {
        registered: Some(5_668_569),
        raw_count: Some(715_833),
        form_approved_on: Some(date(2022, 1, 27)),
        filed_on: Some(date(2022, 7, 6)),
        certified_on: Some(date(2022, 8, 15)),
        verdict: Some(Verdict::Insufficient),
        proponents_examination_began_on: Some(date(2022, 9, 6)),
    };
    let clocks = old().deadlines(&anchors).unwrap();
    let lines: Vec<_> = clocks
        .iter()
        .map(|clock| format!("{} {} {:?} {}", clock.name, clock.date, clock.met, clock.derivation))
        .collect();
    assert_eq!(
        lines,
        [
            "circulation 2022-07-06 Some(true) 2022-01-27 (the form was approved) + 160 calendar days = 2022-07-06",
            "examination 2022-08-17 Some(true) 2022-07-06 (the petition was filed) + 30 business days = 2022-08-17; Saturdays and \
             Sundays are not counted; no holiday falls in between; holidays: us-ca, version 2026-1",
            "proponents_examination_begins 2022-09-06 Some(true) 2022-08-15 (the result was certified) + 21 calendar days = \
             2022-09-05, which is Labor Day; moved to the next business day, 2022-09-06 (Elections Code 15, unconfirmed); \
             holidays: us-ca, version 2026-1",
        ]
    );
    let late = old().deadlines(&Anchors { certified_on: Some(date(2022, 8, 18)), ..anchors }).unwrap();
    assert_eq!((late[1].met, late[1].done_on), (Some(false), Some(date(2022, 8, 18))));
}

#[test]
fn clocks_without_their_day_are_left_out() {
    let names = |pack: &RulePack, anchors: Anchors| -> Vec<String> {
        pack.deadlines(&anchors).unwrap().into_iter().map(|clock| clock.name).collect()
    };
    assert!(names(&old(), Anchors::default()).is_empty());
    assert!(names(&old(), Anchors { form_approved_on: Some(date(2022, 1, 27)), ..Anchors::default() }).is_empty());
    let filed = Anchors { filed_on: Some(date(2024, 7, 8)), ..Anchors::default() };
    assert_eq!(names(&new(), filed), ["examination", "examination_if_sampled"]);
    assert_eq!(names(&new(), Anchors { raw_count: Some(500), ..filed }), ["examination"]);
    assert_eq!(names(&new(), Anchors { raw_count: Some(501), ..filed }), ["examination", "examination_if_sampled"]);
    let certified = |verdict| Anchors { certified_on: Some(date(2024, 8, 1)), verdict, ..Anchors::default() };
    assert_eq!(names(&new(), certified(None)), ["proponents_examination_begins"]);
    assert_eq!(names(&new(), certified(Some(Verdict::EqualReview))), ["proponents_examination_begins"]);
    assert!(names(&new(), certified(Some(Verdict::Sufficient))).is_empty());
}

#[test]
fn the_cap_on_the_proponents_examination_binds_from_its_day_in_force() {
    let began = |day| Anchors { proponents_examination_began_on: Some(day), ..Anchors::default() };
    assert!(new().deadlines(&began(date(2024, 12, 31))).unwrap().is_empty());
    let ends = new().deadlines(&began(date(2025, 1, 1))).unwrap();
    assert_eq!(
        (ends[0].name.as_str(), ends[0].date, ends[0].rule.status),
        ("proponents_examination_ends", date(2025, 3, 2), Status::Unconfirmed)
    );
}

#[test]
fn a_last_day_on_a_weekend_moves() {
    let deadline = old().circulation(100_000, date(2022, 1, 29)).unwrap();
    assert_eq!(deadline.date, date(2022, 7, 8));
    let deadline = old().circulation(100_000, date(2022, 1, 30)).unwrap();
    assert_eq!(deadline.date, date(2022, 7, 11));
    assert!(
        deadline.derivation.contains("= 2022-07-09, which is a weekend; moved to the next business day, 2022-07-11")
    );
}

#[test]
fn a_day_beyond_the_calendar_is_an_error() {
    let error = old().circulation(100_000, Date::MAX).unwrap_err();
    assert_eq!(error.to_string(), "160 days from 9999-12-31 is beyond the calendar; check the date");
    let anchors = Anchors { filed_on: Some(Date::MAX), ..Anchors::default() };
    assert!(matches!(old().deadlines(&anchors), Err(LawError::BeyondCalendar { n: 30, .. })));
}

#[test]
fn results_and_their_consequences() {
    let pack = old();
    assert_eq!(pack.verdict(520_050, 566_857), Verdict::Insufficient);
    assert_eq!(pack.verdict(566_857, 566_857), Verdict::EqualReview);
    assert_eq!(pack.verdict(566_858, 566_857), Verdict::Sufficient);
    assert!(pack.consequence(Verdict::EqualReview).unwrap().contains("Counsel decides"));
    assert!(pack.consequence(Verdict::Sufficient).unwrap().contains("11227"));
    assert_eq!(pack.consequence(Verdict::ExamineAll), None);
}

#[test]
fn the_digest_is_of_the_texts() {
    let mut again = Sha256::new();
    again.update(b"countersign-rule-pack/v1\0");
    for text in [old().text(), include_str!("../../../../rules/holidays/us-ca.toml")] {
        again.update(u64::try_from(text.len()).unwrap().to_be_bytes());
        again.update(text);
    }
    let again: Vec<_> = again.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(old().digest(), again.concat());
    assert_eq!(
        old().digest(),
        RulePack::parse(old().text(), "elsewhere.toml").unwrap().digest(),
        "the name does not enter"
    );
    let changed = old().text().replace("percent = 10 }", "percent = 11 }");
    assert_ne!(old().digest(), RulePack::parse(&changed, "changed.toml").unwrap().digest());
    assert_ne!(old().digest(), new().digest());
}

/// The whole of 11221(a) a second way: the first bracket whose size is above the number, and rounding by remainder.
fn required_again(registered: u64) -> u64 {
    let percent = [(100_000, 10), (50_000, 15), (10_000, 20), (1_000, 25), (0, 30)];
    let (_, percent) = percent.into_iter().find(|&(least, _)| registered >= least).unwrap();
    let hundreds = registered / 100 * percent;
    let rest = registered % 100 * percent;
    hundreds + rest / 100 + u64::from(!rest.is_multiple_of(100))
}

proptest! {
    #[test]
    fn the_threshold_agrees_with_a_second_arithmetic(registered in prop_oneof![1..200_000_u64, 1..40_000_000_u64]) {
        prop_assert_eq!(old().threshold(registered).unwrap().required, required_again(registered));
    }

    /// The least number that is not less than the percentage: it suffices, one fewer does not.
    #[test]
    fn the_threshold_is_the_least_that_suffices(registered in 1..10_000_000_u64) {
        let threshold = new().threshold(registered).unwrap();
        let share = registered * u64::from(threshold.percent);
        prop_assert!(threshold.required * 100 >= share);
        prop_assert!((threshold.required - 1) * 100 < share);
    }
}
