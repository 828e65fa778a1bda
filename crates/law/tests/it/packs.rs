//! Questions to a pack: its golden examples, the choice by day of filing, thresholds, results, and the digest.

use std::num::NonZeroU32;

use domain::{Electorate, Milestone, PetitionKind, Reason, Verdict};
use jiff::civil::date;
use law::{BaseKind, LawError, RulePack, Status};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::make::{flat, new, old, replaced, with_file};

const FAMILY: &str = "us/ca/county-recall";

pub(crate) fn voters(registered: u64) -> Electorate {
    Electorate { registered_voters: Some(registered), ..Electorate::default() }
}

#[test]
fn a_wrong_golden_example_is_reported() {
    let text = flat()
        .replace(
            "required = 566857\nsource = \"Los Angeles County R",
            "required = 566856\nsource = \"Los Angeles County R",
        )
        .replace("date = \"2022-08-17\"", "date = \"2022-08-16\"")
        .replace("verdict = \"equal_review\"", "verdict = \"sufficient\"")
        .replace("date = \"2022-07-06\"", "date = \"2022-07-05\"")
        .replacen("registered = 1\n", "registered = 0\n", 1)
        .replace("size = 35792", "size = 35791")
        .replace("projected = 509863\nverdict = \"insufficient\"", "projected = 509864\nverdict = \"examine_all\"");
    let failures: Vec<_> =
        RulePack::parse(&text, "changed.toml").unwrap().check_golden().iter().map(ToString::to_string).collect();
    let sample = "projection of 27983 valid and 131 duplicate lines in a sample of 35793 of 715833";
    let ends = "but Los Angeles County, 2022: one duplicate more ends the petition says";
    assert_eq!(
        failures,
        [
            "signatures required of 5668569 registered voters: 566857, but Los Angeles County Registrar-Recorder, 2022 says 566856",
            "signatures required of 0 registered voters: the number of registered voters is 0; take it from the report or \
             election that the law names, but edge of a bracket says 1",
            "circulation from 2022-01-27 with 5668569 registered voters: 2022-07-06, but Los Angeles County, 2022: the day on \
             which the petition was due and filed says 2022-07-05",
            "examination from 2022-07-06: 2022-08-17, but Los Angeles County, 2022: the day on which the full examination was \
             due says 2022-08-16",
            "sample of 715833 signatures: 35792, but 5 percent of the raw count of Los Angeles County, 2022, whose sample of \
             35,793 fits a raw count of 715,860 says 35791",
            &format!("{sample}: 509863, {ends} 509864"),
            &format!("{sample}: insufficient, {ends} examine_all"),
            "10000 valid of 10000 required: equal_review, but exactly as many as required says sufficient",
        ]
    );
}

#[test]
fn a_golden_projection_may_leave_out_the_number_or_the_verdict() {
    let example = "\n[[golden.projection]]\nraw = 100\nsample = 50\nvalid = 40\nduplicates = 0\nrequired = 80\nsource = \"made up\"\n";
    let failures = |more: &str| {
        let pack = RulePack::parse(&format!("{}{example}{more}", flat()), "changed.toml").unwrap();
        pack.check_golden().iter().map(|failure| format!("{} {}", failure.found, failure.expected)).collect::<Vec<_>>()
    };
    assert!(failures("").is_empty() && failures("projected = 80\n").is_empty());
    assert_eq!(failures("projected = 81\n"), ["80 81"]);
    assert_eq!(failures("verdict = \"sufficient\"\n"), ["examine_all sufficient"]);
}

#[test]
fn a_golden_example_without_an_answer_says_why() {
    let none = "\n[[golden.threshold]]\nrequired = 7\nsource = \"no base\"\n";
    let failures = RulePack::parse(&(flat() + none), "changed.toml").unwrap().check_golden();
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].what, "signatures required");
    assert!(failures[0].found.starts_with("the number of registered voters is missing"), "{failures:?}");
    let fixed = RulePack::by_id("ch/federal-initiative").unwrap();
    let endless = replaced(&fixed.files()[0].text, "[circulation]", "[[provision]]\nkey = \"was_circulation\"");
    let endless: String = endless
        .lines()
        .filter(|line| !["anchor = ", "unit = ", "roll = ", "brackets = "].iter().any(|key| line.starts_with(key)))
        .map(|line| format!("{line}\n"))
        .collect();
    let failures = RulePack::parse(&endless, "changed.toml").unwrap().check_golden();
    assert!(!failures.is_empty());
    for failure in failures {
        assert!(failure.what.starts_with("circulation from 20"), "{failure}");
        assert_eq!(failure.found, "no end");
    }
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
    let error = RulePack::by_id("us/ca/town-recall").unwrap_err().to_string();
    let known = error.strip_prefix("there is no rule pack \"us/ca/town-recall\"; near it are: ").unwrap();
    let known = known.strip_suffix("; `countersign rules list` names every pack").unwrap();
    let known: Vec<_> = known.split(", ").collect();
    let ids = RulePack::built_in().map(|pack| pack.unwrap().id().to_owned());
    let near: Vec<_> = ids.filter(|id| id.starts_with("us/ca/")).collect();
    assert_eq!(known, near);
    let error = RulePack::by_id("us/xx/recall").unwrap_err().to_string();
    assert_eq!(error, "there is no rule pack \"us/xx/recall\"; `countersign rules list` names every pack");
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
        let rules = pack.case_rules(None).unwrap();
        assert_eq!(rules.max_signatures_per_voter.get(), 1);
        assert_eq!(rules.mismatch_reviewers.get(), 3);
        assert!(rules.withdrawal_before_filing);
        assert_eq!(rules.circulation_from, Some(Milestone::FormApproved));
        assert_eq!(rules.order_of_reasons, Reason::ALL);
        assert_eq!(pack.case_rules(NonZeroU32::new(3)).unwrap(), rules, "seats do not matter to a recall");
    }
}

#[test]
fn a_nomination_counts_as_many_lines_as_there_are_seats() {
    let pack = RulePack::by_id("us/ca/nomination-papers").unwrap();
    assert_eq!(pack.case_rules(NonZeroU32::new(3)).unwrap().max_signatures_per_voter.get(), 3);
    assert_eq!(pack.case_rules(None), Err(LawError::NoSeats));
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
            "sample",
            "projection",
            "sample_result",
            "deadline.examination",
            "business_days",
            "rolling",
            "order_of_reasons",
            "mismatch",
            "signatures_per_voter",
            "withdrawals",
            "categories",
            "result",
            "reason.duplicate",
            "tolerance.unit",
            "provision.retention",
        ] {
            assert!(keys.contains(key), "{key}");
        }
        let [texts @ .., _holidays] = pack.files() else { panic!("a pack has files") };
        let tables = texts.iter().flat_map(|text| text.text.lines()).filter(|line| line.starts_with("citation = "));
        assert_eq!(rules.len(), tables.count(), "no rule of the files is left out");
        let mismatch = rules.iter().find(|rule| rule.key == "mismatch").unwrap();
        assert_eq!(mismatch.status, Status::Unconfirmed);
        assert!(mismatch.note.as_ref().unwrap().contains("reading"));
        assert!(mismatch.text.contains("three people"), "{}", mismatch.text);
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
    let threshold = old().threshold(&voters(5_668_569)).unwrap();
    assert_eq!((threshold.required, threshold.base), (566_857, BaseKind::RegisteredVoters));
    assert_eq!(threshold.percent.unwrap().to_string(), "10");
    assert_eq!(
        threshold.steps,
        [
            "100,000 or more registered voters: not less than 10 percent",
            "10% of 5,668,569 = 566,856.9",
            "rounded up to 566,857"
        ]
    );
    assert_eq!(threshold.rule.citation, "Elections Code 11221(a)");
    assert_eq!((threshold.rule.key.as_str(), threshold.base_rule.key.as_str()), ("requirement", "base"));
    let of = |registered| old().threshold(&voters(registered));
    assert_eq!(
        of(1_000).unwrap().steps,
        ["1,000 to 9,999 registered voters: not less than 25 percent", "25% of 1,000 = 250"]
    );
    assert_eq!(of(9_999).unwrap().steps[1], "25% of 9,999 = 2,499.75");
    let nobody = || LawError::NobodyInBase { base: "registered voters" };
    assert_eq!(of(0), Err(nobody()));
    assert_eq!(old().circulation(Some(0), date(2022, 1, 1)), Err(nobody()));
    assert_eq!(of(u64::MAX).unwrap().required, u64::MAX / 10 + 1);
    let synthetic = RulePack::by_id("synthetic/county-recall").unwrap().threshold(&voters(10)).unwrap();
    assert_eq!(synthetic.steps[0], "any number of registered voters: not less than 10 percent");
}

#[test]
fn each_base_is_asked_for_by_its_name() {
    let votes = RulePack::by_id("us/wa/statewide-initiative").unwrap();
    let error = votes.threshold(&voters(5)).unwrap_err().to_string();
    assert_eq!(error, "the number of votes cast is missing; take it from the report or election that the law names");
    let cast = Electorate { votes_cast: Some(3_079_639), ..voters(5) };
    let threshold = votes.threshold(&cast).unwrap();
    assert_eq!((threshold.required, threshold.base), (246_372, BaseKind::VotesCast));
    let people = replaced(&flat(), "base = \"registered_voters\"", "base = \"population\"");
    let people = RulePack::parse(&people, "people.toml").unwrap();
    let inhabitants = Electorate { population: Some(1_000), ..voters(5) };
    let threshold = people.threshold(&inhabitants).unwrap();
    assert_eq!((threshold.required, threshold.base), (250, BaseKind::Population));
    assert!(threshold.steps[0].starts_with("1,000 to 9,999 inhabitants"), "{:?}", threshold.steps);
    assert!(people.threshold(&voters(5)).unwrap_err().to_string().contains("number of inhabitants is missing"));
    let fixed = RulePack::by_id("ch/federal-initiative").unwrap().threshold(&Electorate::default()).unwrap();
    assert_eq!((fixed.required, fixed.base, fixed.percent), (100_000, BaseKind::Fixed, None));
    assert_eq!(fixed.steps, ["a fixed number: 100,000"]);
}

#[test]
fn a_bracket_may_set_bounds_and_a_rule_its_rounding() {
    let bounded = |bracket: &str, rounding: &str| {
        let text = replaced(&flat(), "{ from = 100000, percent = 10 },\n]", &format!("{bracket},\n]\n{rounding}"));
        RulePack::parse(&text, "bounded.toml").unwrap()
    };
    let pack = bounded("{ from = 100000, percent = \"0.0001\", at_least = 3, at_most = 4 }", "");
    let found = |registered| {
        let threshold = pack.threshold(&voters(registered)).unwrap();
        (threshold.required, threshold.steps.last().unwrap().clone())
    };
    assert_eq!(found(2_000_000), (3, "at least 3".to_owned()));
    assert_eq!(found(3_000_000), (3, "0.0001% of 3,000,000 = 3".to_owned()));
    assert_eq!(found(4_000_000), (4, "0.0001% of 4,000,000 = 4".to_owned()));
    assert_eq!(found(4_000_001), (4, "at most 4".to_owned()));
    for (rounding, needed, words) in [
        ("rounding = \"up\"", 125_001, "rounded up to 125,001"),
        ("rounding = \"down\"", 125_000, "rounded down to 125,000"),
        ("rounding = \"half_up\"", 125_001, "rounded half up to 125,001"),
    ] {
        let threshold =
            bounded("{ from = 100000, percent = \"12.5\" }", rounding).threshold(&voters(1_000_004)).unwrap();
        assert_eq!((threshold.required, threshold.steps[2].as_str()), (needed, words));
    }
}

#[test]
fn a_full_examination_may_end_early_where_the_law_says_so() {
    assert_eq!(old().early_stop(566_857), None);
    let measure = RulePack::by_id("us/ca/county-initiative").unwrap();
    let stop = measure.early_stop(1_001).unwrap();
    assert_eq!((stop.valid, stop.rule.key.as_str()), (1_001, "early_stop"));
    let nebraska = RulePack::by_id("us/ne/statewide-initiative").unwrap();
    assert_eq!(nebraska.early_stop(1_001).unwrap().valid, 1_102, "110 percent, rounded up");
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
    let pack = old();
    let mut again = Sha256::new();
    again.update(b"countersign-rule-pack/v2\0");
    for file in pack.files() {
        again.update(u64::try_from(file.text.len()).unwrap().to_be_bytes());
        again.update(&file.text);
    }
    let again: Vec<_> = again.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(pack.digest(), again.concat());
    let elsewhere = RulePack::parse(&pack.files()[0].text, "elsewhere.toml").unwrap();
    assert_eq!(pack.digest(), elsewhere.digest(), "the name does not enter");
    let part = "parts/us/ca/local-recall-size";
    let changed = with_file(&pack, part, "percent = 10 }", "percent = 11 }").unwrap();
    assert_ne!(pack.digest(), changed.digest(), "a part enters");
    assert_ne!(pack.digest(), new().digest());
    let again = with_file(&pack, part, "percent = 10 }", "percent = 10 }").unwrap();
    assert_eq!(pack.digest(), again.digest());
}

#[test]
fn the_files_come_in_their_order() {
    let pack = old();
    let names: Vec<_> = pack.files().iter().map(|file| file.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "us/ca/county-recall-2022",
            "parts/us/ca/lines",
            "parts/us/ca/county-categories",
            "parts/us/ca/local-recall",
            "parts/us/ca/local-recall-size",
            "parts/us/ca/local-recall-clocks-2022",
            "holidays/us-ca",
        ]
    );
    assert_eq!(pack.files()[6].text, include_str!("../../../../rules/holidays/us-ca.toml"));
}

#[test]
fn a_table_of_the_pack_stands_in_place_of_its_parts() {
    let pack = old();
    let own = format!("{}\n[mismatch]\nreviewers = 2\n{}\n", pack.files()[0].text, super::make::cited());
    let changed = RulePack::parse(&own, "own.toml").unwrap();
    assert_eq!(changed.case_rules(None).unwrap().mismatch_reviewers.get(), 2);
    let longer =
        format!("{}\n[[provision]]\nkey = \"one\"\ntitle = \"One\"\n{}\n", pack.files()[0].text, super::make::cited());
    let changed = RulePack::parse(&longer, "own.toml").unwrap();
    let provisions: Vec<_> =
        changed.rules().into_iter().map(|rule| rule.key).filter(|key| key.starts_with("provision")).collect();
    assert_eq!(provisions, ["provision.one"], "a list as a whole");
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
        prop_assert_eq!(old().threshold(&voters(registered)).unwrap().required, required_again(registered));
    }

    /// The least number that is not less than the percentage: it suffices, one fewer does not.
    #[test]
    fn the_threshold_is_the_least_that_suffices(registered in 1..10_000_000_u64) {
        let threshold = new().threshold(&voters(registered)).unwrap();
        let share = registered * threshold.percent.unwrap().to_string().parse::<u64>().unwrap();
        prop_assert!(threshold.required * 100 >= share);
        prop_assert!((threshold.required - 1) * 100 < share);
    }
}
