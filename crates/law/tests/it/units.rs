//! Petitions whose units are sampled by themselves, and the spread of signatures over units.

use domain::Verdict;
use law::{Combine, LawError, RulePack, UnitCount, UnitFigures, UnitsProjection};

use super::make::{cited, flat, old, with_table};

fn unit(name: &str, raw: u64, sample: u64, valid: u64, required: Option<u64>) -> UnitFigures {
    UnitFigures { unit: name.to_owned(), raw, sample, valid, duplicates: 0, required }
}

fn statewide() -> RulePack {
    RulePack::by_id("us/ca/statewide-initiative-statute").unwrap()
}

fn missouri() -> RulePack {
    RulePack::by_id("us/mo/statewide-amendment").unwrap()
}

fn keys(found: &UnitsProjection) -> Vec<&str> {
    found.rules.iter().map(|rule| rule.key.as_str()).collect()
}

/// Counties of a statewide petition: each projects, the small one is examined whole, the sum decides.
#[test]
fn the_projections_of_counties_are_added() {
    let counties = [
        UnitFigures { duplicates: 2, ..unit("Alpha", 24_034, 722, 516, None) },
        unit("Beta", 400, 400, 299, None),
        unit("Gamma", 100_000, 3_000, 2_000, None),
    ];
    let found = statewide().project_units(&counties, 90_000).unwrap();
    // 66.67 percent of 100,000.
    let rows: Vec<_> = found.units.iter().map(|row| (row.unit.as_str(), row.projected_valid, row.every_line)).collect();
    assert_eq!(rows, [("Alpha", 15_028, false), ("Beta", 299, true), ("Gamma", 66_670, false)]);
    assert_eq!(
        (found.combine, found.raw, found.projected_valid, found.required),
        (Combine::Sum, 124_434, 81_997, 90_000)
    );
    assert_eq!((found.percent_of_required.as_str(), found.verdict), ("91.11", Verdict::Insufficient));
    assert!(found.units.iter().all(|row| row.verdict.is_none()) && found.units_sufficient.is_none());
    assert_eq!(keys(&found), ["projection", "sample_result"]);
    let beta: Vec<_> = found.units[1].steps.iter().map(|step| (step.what.as_str(), step.value.as_str())).collect();
    assert_eq!(beta, [("every line of Beta was examined", "299")]);
    assert_eq!(found.units[0].steps.last().unwrap().value, "15,028");
    let verdict = |required| statewide().project_units(&counties, required).unwrap().verdict;
    // The band of statewide measures: 95 to 110 percent, both ends within it.
    assert_eq!((verdict(86_312), verdict(86_313)), (Verdict::ExamineAll, Verdict::Insufficient));
    assert_eq!((verdict(74_542), verdict(74_543)), (Verdict::Sufficient, Verdict::ExamineAll));
}

/// A unit examined whole counts what was found, not a percentage of two decimals of it; its duplicates do not count where they are among
/// the valid lines.
#[test]
fn a_unit_examined_whole_is_counted() {
    let found = statewide().project_units(&[unit("Small", 333, 333, 111, None)], 1).unwrap();
    assert_eq!(found.projected_valid, 111, "33.33 percent of 333 would be 110.9889, rounded up");
    let pack = |duplicates: &str| {
        let keys = format!("formula = \"proportion\"\nduplicates = \"{duplicates}\"");
        RulePack::parse(&with_table(&flat(), "[projection]", Some(&keys)), "whole.toml").unwrap()
    };
    let whole = [UnitFigures { duplicates: 5, ..unit("Whole", 100, 100, 60, None) }];
    let projected = |duplicates: &str| pack(duplicates).project_units(&whole, 50).unwrap().projected_valid;
    assert_eq!((projected("not_valid"), projected("valid")), (60, 55));
}

#[test]
fn congressional_districts_are_decided_each_by_itself() {
    let district = |no: u64, valid: u64| unit(&format!("District {no}"), 20_000, 1_000, valid, Some(10_000));
    // 551 valid lines are 110.2 percent, 550 are 110, 450 are 90, 449 are 89.8.
    let found = |valid: [u64; 8]| {
        let districts: Vec<_> = (1..).zip(valid).map(|(no, valid)| district(no, valid)).collect();
        missouri().project_units(&districts, 80_000).unwrap()
    };
    let six = found([551, 551, 551, 551, 551, 551, 0, 0]);
    assert_eq!((six.verdict, six.units_sufficient, six.combine), (Verdict::Sufficient, Some((6, 6)), Combine::Each));
    assert_eq!(six.units[0].verdict, Some(Verdict::Sufficient));
    assert_eq!(six.units[7].verdict, Some(Verdict::Insufficient));
    assert_eq!(keys(&six), ["projection", "sample_result", "distribution"]);
    assert_eq!(six.projected_valid, 6 * 11_020);
    let open = found([551, 551, 551, 551, 551, 550, 449, 449]);
    assert_eq!((open.verdict, open.units_sufficient), (Verdict::ExamineAll, Some((5, 6))), "the sixth may still pass");
    let open = found([450; 8]);
    assert_eq!((open.verdict, open.units_sufficient), (Verdict::ExamineAll, Some((0, 6))));
    let failed = found([551, 551, 551, 551, 551, 449, 449, 449]);
    assert_eq!((failed.verdict, failed.units_sufficient), (Verdict::Insufficient, Some((5, 6))), "three cannot");
}

/// A district whose every line was examined is decided by the count, whatever the sample's band says.
#[test]
fn a_district_examined_whole_has_a_result() {
    let district = |no: u64, valid: u64| unit(&format!("District {no}"), 12_000, 12_000, valid, Some(10_000));
    let found = |valid: [u64; 8]| {
        let districts: Vec<_> = (1..).zip(valid).map(|(no, valid)| district(no, valid)).collect();
        missouri().project_units(&districts, 80_000).unwrap()
    };
    let all = found([10_000, 10_001, 10_000, 10_500, 10_000, 10_000, 9_999, 9_999]);
    assert_eq!((all.verdict, all.units_sufficient), (Verdict::Sufficient, Some((6, 6))));
    assert_eq!(all.units[6].verdict, Some(Verdict::Insufficient));
    assert!(all.units.iter().all(|row| row.every_line));
    assert_eq!(found([10_000, 10_001, 10_000, 10_500, 10_000, 9_999, 9_999, 9_999]).verdict, Verdict::Insufficient);
}

/// When every line of every unit was examined there is no band: the count decides, and nothing is left to examine.
#[test]
fn units_examined_whole_leave_nothing_to_examine() {
    let counties = |valid| [unit("Alpha", 600, 600, 500, None), unit("Beta", 400, 400, valid, None)];
    let verdict = |valid| statewide().project_units(&counties(valid), 800).unwrap().verdict;
    assert_eq!(
        (verdict(300), verdict(301), verdict(299)),
        (Verdict::Sufficient, Verdict::Sufficient, Verdict::Insufficient)
    );
    let mut sampled = counties(301);
    sampled[0].sample = 500;
    sampled[0].valid = 417;
    assert_eq!(statewide().project_units(&sampled, 800).unwrap().verdict, Verdict::ExamineAll, "a sample has a band");
    let band = "insufficient_below = 90\nsufficient_above = 110\nbetween = \"examine_all\"\ncombine = \"each\"";
    let pack = RulePack::parse(&with_table(&flat(), "[sample_result]", Some(band)), "each.toml").unwrap();
    let each = |valid, sample| {
        let units = [unit("A", 500, sample, valid, Some(400)), unit("B", 500, 500, 401, Some(400))];
        pack.project_units(&units, 800).unwrap()
    };
    let found = each(400, 500);
    assert_eq!(found.units[0].verdict, Some(Verdict::EqualReview));
    assert_eq!(
        (found.verdict, found.units_sufficient),
        (Verdict::EqualReview, Some((1, 2))),
        "exactly as many as required"
    );
    assert_eq!(each(399, 499).verdict, Verdict::ExamineAll);
    assert_eq!((each(401, 500).verdict, each(399, 500).verdict), (Verdict::Sufficient, Verdict::Insufficient));
}

#[test]
fn without_a_distribution_every_unit_must_pass() {
    let text = with_table(
        &flat(),
        "[sample_result]",
        Some("insufficient_below = 100\nsufficient_from = 100\nrejects_after = 2\ncombine = \"each\""),
    );
    let pack = RulePack::parse(&text, "each.toml").unwrap();
    let units = |second| [unit("A", 1_000, 500, 300, Some(600)), unit("B", 1_000, 500, second, Some(600))];
    let found = pack.project_units(&units(300), 1_200).unwrap();
    assert_eq!((found.verdict, found.units_sufficient), (Verdict::Sufficient, Some((2, 2))));
    assert_eq!(keys(&found), ["projection", "sample_result"]);
    let found = pack.project_units(&units(299), 1_200).unwrap();
    assert_eq!(found.units[1].verdict, Some(Verdict::NextSample), "a first sample rejects nothing here");
    assert_eq!((found.verdict, found.units_sufficient), (Verdict::ExamineAll, Some((1, 2))));
}

#[test]
fn faults_name_their_unit() {
    let error = |units: &[UnitFigures], required| statewide().project_units(units, required).unwrap_err().to_string();
    let bad = [unit("Alpha", 100, 50, 40, None), unit("Beta", 100, 101, 40, None)];
    assert_eq!(
        error(&bad, 50),
        "these figures cannot be: Beta: the sample has 101 lines and the petition 100; check them against the report"
    );
    let none = "these figures cannot be: there must be at least one unit, and the number required is at least 1; check them against the report";
    assert_eq!(error(&[], 50), none);
    assert_eq!(error(&bad[..1], 0), none);
    let error = missouri().project_units(&[unit("District 1", 100, 50, 40, None)], 50).unwrap_err();
    assert_eq!(error, LawError::NoUnitBase { unit: "District 1".to_owned() });
    assert_eq!(error.to_string(), "District 1: the law asks for a part of this unit's own number; give that number");
    let zero = missouri().project_units(&[unit("District 1", 100, 50, 40, Some(0))], 50).unwrap_err();
    assert!(zero.to_string().contains("District 1: the number required is 0"), "{zero}");
    let washington = RulePack::by_id("us/wa/statewide-initiative").unwrap();
    let alone = washington.project_units(&bad[..1], 50).unwrap_err().to_string();
    assert_eq!(alone, "us/wa/statewide-initiative samples the petition as one; give its figures without units");
    let whole = RulePack::by_id("ch/federal-initiative").unwrap().project_units(&bad[..1], 50).unwrap_err();
    assert_eq!(whole.to_string(), "ch/federal-initiative knows no random sample: every signature is examined");
}

fn spread_by(way: &str) -> RulePack {
    let text = format!("{}\n[distribution]\nunit = \"county\"\nunits = 2\nof = 3\n{way}\n{}\n", flat(), cited());
    RulePack::parse(&text, "spread.toml").unwrap()
}

fn counts(of: [(u64, u64); 3]) -> Vec<UnitCount> {
    let name = ["Alpha", "Beta", "Gamma"];
    name.iter()
        .zip(of)
        .map(|(name, (base, valid))| UnitCount { unit: (*name).to_owned(), base: Some(base), valid })
        .collect()
}

/// In so many units a percentage of the unit's own base, a number, or a share of the requirement.
#[test]
fn signatures_from_enough_units() {
    assert_eq!(old().spread(&counts([(1, 1); 3]), 100), Ok(None), "where the law asks for no spread");
    for (way, limits) in [
        ("percent = \"1.5\"", [2, 15, 151]),
        ("number = 40", [40, 40, 40]),
        ("least_share = \"33.3333\"", [34, 34, 34]),
    ] {
        let pack = spread_by(way);
        let exactly = limits.map(|limit| limit);
        let found = |valid: [u64; 3]| {
            let bases = [101, 1_000, 10_001];
            pack.spread(&counts([0, 1, 2].map(|at| (bases[at], valid[at]))), 101).unwrap().unwrap()
        };
        let met = found([exactly[0], exactly[1] - 1, exactly[2]]);
        assert_eq!(met.units.iter().map(|row| row.limit).collect::<Vec<_>>(), limits, "{way}");
        assert_eq!(met.units.iter().map(|row| row.within).collect::<Vec<_>>(), [true, false, true], "{way}");
        assert_eq!((met.met, met.reached, met.needed), (true, 2, 2), "{way}");
        let short = found([exactly[0] - 1, exactly[1] - 1, exactly[2] + 1]);
        assert_eq!((short.met, short.reached), (false, 1), "{way}");
        assert_eq!((short.units[2].valid, short.rule.key.as_str()), (exactly[2] + 1, "distribution"));
    }
}

/// Of one unit no more than a share of the requirement, or a percentage of the unit's base, counts.
#[test]
fn signatures_beyond_the_most_from_one_unit() {
    for (way, limits) in [("greatest_share = 25", [25, 25, 25]), ("greatest_percent = \"11.5\"", [11, 23, 34])] {
        let pack = spread_by(way);
        let found = |valid: [u64; 3], required| {
            let bases = [100, 201, 300];
            pack.spread(&counts([0, 1, 2].map(|at| (bases[at], valid[at]))), required).unwrap().unwrap()
        };
        let all = found(limits, 103);
        assert_eq!(all.units.iter().map(|row| row.limit).collect::<Vec<_>>(), limits, "{way}");
        assert!(all.units.iter().all(|row| row.within), "{way}");
        let sum = limits.iter().sum::<u64>();
        assert_eq!((all.reached, all.needed, all.met), (sum, 103, false), "{way}");
        let beyond = found([limits[0] + 50, 5, limits[2]], 103);
        assert_eq!((beyond.units[0].within, beyond.reached), (false, limits[0] + 5 + limits[2]), "{way}");
    }
    let quarter = spread_by("greatest_share = 50");
    let found = |valid| quarter.spread(&counts([(1, valid), (1, 50), (1, 0)]), 100).unwrap().unwrap();
    assert_eq!((found(50).met, found(49).met, found(90).reached), (true, false, 100));
}

#[test]
fn a_unit_without_its_base() {
    let unit = [UnitCount { unit: "Alpha".to_owned(), base: None, valid: 5 }];
    for way in ["percent = 5", "greatest_percent = 5"] {
        assert_eq!(spread_by(way).spread(&unit, 100), Err(LawError::NoUnitBase { unit: "Alpha".to_owned() }), "{way}");
    }
    for way in ["number = 5", "least_share = 5", "greatest_share = 5"] {
        assert!(spread_by(way).spread(&unit, 100).unwrap().is_some(), "{way}");
    }
}

/// Three of eight districts have reported, all of them enough: six are needed, so nothing is decided yet.
#[test]
fn a_unit_stands_once_and_units_that_are_missing_leave_it_open() {
    let pack = law::RulePack::by_id("us/mo/statewide-initiative").unwrap();
    let unit = |name: &str| law::UnitFigures {
        unit: name.to_owned(),
        raw: 1_000,
        sample: 100,
        valid: 90,
        duplicates: 0,
        required: Some(500),
    };
    let three = pack.project_units(&["1", "2", "3"].map(unit), 3_000).unwrap();
    assert_eq!((three.verdict, three.units_sufficient), (domain::Verdict::ExamineAll, Some((3, 6))));
    let six = pack.project_units(&["1", "2", "3", "4", "5", "6"].map(unit), 3_000).unwrap();
    assert_eq!(six.verdict, domain::Verdict::Sufficient);
    let twice = pack.project_units(&["1", "2", "1"].map(unit), 3_000).unwrap_err().to_string();
    assert!(twice.contains("1 stands there twice"), "{twice}");
}
