//! Random petitions against the other arithmetic: projection, verdict, sizes of samples, thresholds.

use std::num::NonZeroU32;

use domain::Verdict;
use law::{Projection, RulePack, SampleFigures};
use num_bigint::BigInt;
use num_traits::{Signed, Zero};

use super::{
    chance::Chance,
    exact::{Formula, Law, Number, Petition, Rounding, Size, ratio, whole},
    make::{flat, replaced},
    packs::voters,
};

const PETITIONS_A_PACK: u64 = 100;

pub(crate) fn ours(pack: &RulePack, petition: &Petition) -> Projection {
    let Petition { raw, sample, valid, duplicates, required, stage } = *petition;
    let figures = SampleFigures { raw, sample, valid, duplicates };
    pack.project(figures, required, NonZeroU32::new(stage).unwrap()).unwrap()
}

/// In percent with two decimals, an exact half away from zero.
fn printed_percent(number: &BigInt, required: u64) -> String {
    let hundredths = Rounding::HalfUp.whole(&(ratio(number.abs() * 10_000, required)));
    let sign = if number.is_negative() { "-" } else { "" };
    format!("{sign}{}.{:02}", &hundredths / 100, &hundredths % 100)
}

fn compare(pack: &RulePack, law: &Law, size: &Size, petition: &Petition) {
    let found = ours(pack, petition);
    let at = || format!("{petition:?} {law:?} {found:?}");
    assert_eq!(found.verdict, law.verdict(petition), "{}", at());
    if let Some(projected) = law.projected(petition) {
        let number = |number: Option<i64>| BigInt::from(number.unwrap());
        assert_eq!(number(found.projected_valid), projected.after, "{}", at());
        assert_eq!(number(found.valid_uncorrected), projected.before, "{}", at());
        assert_eq!(number(found.duplicate_penalty), &projected.before - &projected.after, "{}", at());
        let percent = printed_percent(&projected.after, petition.required);
        assert_eq!(found.percent_of_required.as_deref(), Some(percent.as_str()), "{}", at());
        assert_eq!(found.pairs_allowed, None);
    } else {
        let allowed = BigInt::from(found.pairs_allowed.unwrap());
        let negative = !law.within(petition, &BigInt::zero()).unwrap();
        assert_eq!(allowed.is_negative(), negative, "{}", at());
        if !negative {
            assert!(law.within(petition, &allowed).unwrap(), "{}", at());
            assert!(!law.within(petition, &(allowed + 1)).unwrap(), "{}", at());
        }
        assert_eq!((found.projected_valid, &found.percent_of_required), (None, &None));
    }
    let lines = pack.sample_size(petition.raw).unwrap();
    assert_eq!(BigInt::from(lines.size), size.of(petition.raw), "{} of {size:?}", petition.raw);
    assert_eq!(lines.every_line, lines.size == petition.raw);
}

/// How often each formula met each verdict.
fn run(seed: u64, petitions: u64) {
    let mut chance = Chance(seed);
    let mut met = std::collections::BTreeMap::<_, u64>::new();
    for _ in 0..petitions / PETITIONS_A_PACK {
        let (pack, law, size) = chance.law();
        for _ in 0..PETITIONS_A_PACK {
            let petition = chance.petition(&law, 5_000_000);
            compare(&pack, &law, &size, &petition);
            let formula = match law.formula {
                Formula::RoundedPercent { .. } => "rounded_percent",
                Formula::Proportion(_) => "proportion",
                Formula::RemainderRate(_) => "remainder_rate",
                Formula::AtMostTwice(_) => "at_most_twice",
                Formula::PairsLimit { .. } => "pairs_limit",
            };
            *met.entry((formula, law.verdict(&petition).name())).or_default() += 1;
        }
    }
    let met_often = |formula: &str, verdict: Verdict| {
        let count = met.iter().find(|((name, found), _)| *name == formula && *found == verdict.name());
        count.is_some_and(|(_, &count)| count > petitions / 200)
    };
    for formula in ["rounded_percent", "proportion", "remainder_rate", "at_most_twice", "pairs_limit"] {
        for verdict in [Verdict::Sufficient, Verdict::ExamineAll, Verdict::NextSample] {
            assert!(met_often(formula, verdict), "{formula} {verdict:?}: {met:?}");
        }
        assert!(formula == "pairs_limit" || met_often(formula, Verdict::Insufficient), "{formula}: {met:?}");
    }
    println!("{met:?}");
}

#[test]
fn five_thousand_petitions() {
    run(20_220_127, 5_000);
}

#[test]
fn a_hundred_thousand_petitions() {
    run(20_220_706, 100_000);
}

#[test]
#[ignore = "a million petitions take about a minute; run them with --ignored"]
fn a_million_petitions() {
    run(20_220_815, 1_000_000);
}

fn pairs(allowance: &str, confidence: &str) -> RulePack {
    let keys = format!("formula = \"pairs_limit\"\nallowance = \"{allowance}\"\nconfidence = \"{confidence}\"");
    let text = super::make::with_table(&flat(), "[projection]", Some(&keys));
    let text = super::make::with_table(&text, "[sample_result]", Some("between = \"examine_all\""));
    RulePack::parse(&text, "pairs.toml").unwrap()
}

fn pairs_again(allowance: Number, confidence: Number) -> Law {
    Law {
        formula: Formula::PairsLimit { allowance, confidence },
        duplicates_are_valid: false,
        fails: None,
        passes: None,
        between: Some(Verdict::ExamineAll),
        rejects_after: 1,
    }
}

/// A petition that meets its limit of pairs exactly, with a rate of sampling that no decimal ends.
#[test]
fn a_limit_of_pairs_that_is_met_exactly() {
    let (pack, law) = (pairs("1", "1"), pairs_again(whole(1), whole(1)));
    // k = 0.9, one invalid line: U = 2 / 0.9, P = 180 - U, E = 144, the limit is 144 - 12.
    let met = Petition { raw: 1_000, sample: 900, valid: 767, duplicates: 132, required: 820, stage: 1 };
    let found = ours(&pack, &met);
    assert_eq!((found.pairs_allowed, found.verdict), (Some(132), Verdict::Sufficient));
    assert_eq!(law.verdict(&met), Verdict::Sufficient);
    for beyond in [Petition { valid: 766, duplicates: 133, ..met }, Petition { required: 821, ..met }] {
        assert_eq!(law.verdict(&beyond), Verdict::ExamineAll);
        assert_eq!(ours(&pack, &beyond).verdict, Verdict::ExamineAll);
    }
    // More required than there are: no number of pairs will do, however great the numbers.
    let none = ours(&pack, &Petition { required: u64::MAX, ..met });
    assert_eq!((none.verdict, none.pairs_allowed.unwrap() < 0), (Verdict::ExamineAll, true));
}

/// Here E is 284,487,365 and 10.0873 times its root is 170,140 and some 2.5 millionths of a millionth: one pair is too many by so little.
#[test]
fn a_limit_of_pairs_that_is_missed_by_a_hair() {
    let (pack, law) = (pairs("0", "10.0873"), pairs_again(whole(0), ratio(100_873, 10_000)));
    let (raw, duplicates) = (284_487_366, 284_317_225);
    let missed = Petition { raw, sample: raw, valid: raw - duplicates, duplicates, required: 1, stage: 1 };
    assert_eq!(law.verdict(&missed), Verdict::ExamineAll);
    let found = ours(&pack, &missed);
    assert_eq!((found.pairs_allowed, found.verdict), (Some(284_317_224), Verdict::ExamineAll));
}

#[test]
fn thresholds_of_random_laws() {
    let mut chance = Chance(11_221);
    for _ in 0..100 {
        let units = chance.between(1, 1_000_000);
        let percent = ratio(units, 1_000_000);
        let (key, rounding) = chance.pick(&[
            ("", Rounding::Up),
            ("rounding = \"up\"", Rounding::Up),
            ("rounding = \"down\"", Rounding::Down),
            ("rounding = \"half_up\"", Rounding::HalfUp),
        ]);
        let (least, most) = (chance.of_any_size(50_000), 50_000 + chance.of_any_size(5_000_000));
        let bounds = chance.pick(&[
            String::new(),
            format!(", at_least = {least}"),
            format!(", at_least = {least}, at_most = {most}"),
        ]);
        let bracket =
            format!("{{ from = 100000, percent = \"{}.{:04}\"{bounds} }},\n]\n{key}", units / 10_000, units % 10_000);
        let text = replaced(&flat(), "{ from = 100000, percent = 10 },\n]", &bracket);
        let pack = RulePack::parse(&text, "chance.toml").unwrap();
        for _ in 0..20 {
            let registered = 100_000 + chance.of_any_size(40_000_000);
            let mut needed = rounding.whole(&(whole(registered) * &percent));
            if bounds.contains("at_least") {
                needed = needed.max(least.into());
            }
            if bounds.contains("at_most") {
                needed = needed.min(most.into());
            }
            let found = pack.threshold(&voters(registered)).unwrap().required;
            assert_eq!(BigInt::from(found), needed, "{registered} {bracket}");
        }
    }
}
