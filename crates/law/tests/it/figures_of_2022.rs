//! Published and computed figures that must come out: the regulation's example, the petition of 2022 in Los Angeles, the dates and the
//! statewide numbers.

use std::num::NonZeroU32;

use domain::{Electorate, Verdict};
use jiff::civil::date;
use law::{LawError, Projection, RulePack, SampleFigures};

use super::make::{flat, old, replaced, with_table};

const EXAMPLE: SampleFigures = SampleFigures { raw: 24_034, sample: 722, valid: 516, duplicates: 2 };

fn los_angeles(duplicates: u64) -> Projection {
    let figures = SampleFigures { raw: 715_833, sample: 35_793, valid: 27_983, duplicates };
    old().project(figures, 566_857, NonZeroU32::MIN).unwrap()
}

fn with_options(options: &str) -> RulePack {
    let text = with_table(&flat(), "[projection]", Some(&format!("formula = \"rounded_percent\"\n{options}")));
    RulePack::parse(&text, "options.toml").unwrap()
}

fn steps(projection: &Projection) -> Vec<String> {
    projection.steps.iter().map(|step| format!("{} = {}", step.what, step.value)).collect()
}

#[test]
fn the_example_of_the_regulation() {
    let found = old().project(EXAMPLE, 20_000, NonZeroU32::MIN).unwrap();
    assert_eq!((found.valid_uncorrected, found.duplicate_penalty), (Some(17_178), Some(2_150)));
    assert_eq!(found.projected_valid, Some(15_028));
    assert_eq!(
        steps(&found),
        [
            "valid lines in percent of the sample, two decimals: 516 / 722 = 71.47%",
            "71.47% of 24,034 signatures = 17,177.0998",
            "rounded up = 17,178",
            "A, four decimals: 24,034 / 722 = 33.2881",
            "weight of a duplicate: A x (A - 1) = 1,074.80950161",
            "for 2 duplicates = 2,149.61900322",
            "rounded up = 2,150",
            "projected valid signatures: 17,178 - 2,150 = 15,028",
        ]
    );
    assert_eq!((found.figures, found.required), (EXAMPLE, 20_000));
    let keys: Vec<_> = found.rules.iter().map(|rule| rule.key.as_str()).collect();
    assert_eq!(keys, ["projection", "sample_result"]);
}

/// The ambiguities of the regulation, each way.
#[test]
fn the_example_with_each_option() {
    let projected = |options: &str| {
        let found = with_options(options).project(EXAMPLE, 20_000, NonZeroU32::MIN).unwrap();
        (found.valid_uncorrected.unwrap(), found.duplicate_penalty.unwrap(), found.projected_valid.unwrap())
    };
    assert_eq!(projected(""), (17_178, 2_150, 15_028), "the defaults");
    assert_eq!(
        projected("digits = \"half_up\"\ncorrection = \"before\"\nduplicates = \"not_valid\""),
        (17_178, 2_150, 15_028)
    );
    assert_eq!(projected("correction = \"after\""), (17_178, 2_149, 15_029));
    assert_eq!(projected("digits = \"truncate\""), (17_175, 2_150, 15_025));
    assert_eq!(projected("digits = \"truncate\"\ncorrection = \"after\""), (17_175, 2_149, 15_026));
    // 514 / 722 is 71.19 percent, of 24,034 that is 17,109.8046.
    assert_eq!(projected("duplicates = \"valid\""), (17_110, 2_150, 14_960));
    let after = with_options("correction = \"after\"").project(EXAMPLE, 20_000, NonZeroU32::MIN).unwrap();
    assert_eq!(
        steps(&after)[6..],
        ["17,178 - 2,149.61900322 = 15,028.38099678", "projected valid signatures: 17,178 - 2,149 = 15,029"]
    );
    let valid = with_options("duplicates = \"valid\"").project(EXAMPLE, 20_000, NonZeroU32::MIN).unwrap();
    assert_eq!(steps(&valid)[0], "valid lines without the duplicates: 516 - 2 = 514");
    let none = SampleFigures { duplicates: 0, ..EXAMPLE };
    let none = with_options("duplicates = \"valid\"").project(none, 20_000, NonZeroU32::MIN).unwrap();
    assert!(steps(&none)[0].starts_with("valid lines in percent"), "nothing to take out");
}

#[test]
fn los_angeles_without_duplicates() {
    let found = los_angeles(0);
    assert_eq!((found.projected_valid, found.duplicate_penalty), (Some(559_639), Some(0)));
    assert_eq!(found.percent_of_required.as_deref(), Some("98.73"));
    assert_eq!(found.verdict, Verdict::ExamineAll);
    assert_eq!((found.steps[0].value.as_str(), found.steps[1].value.as_str()), ("78.18%", "559,638.2394"));
    assert_eq!((found.steps[3].value.as_str(), found.steps[4].value.as_str()), ("19.9992", "379.96880064"));
    let plain: Vec<_> =
        found.edges.valid_by_plain_proportion.iter().map(|edge| (edge.at, edge.verdict, edge.away)).collect();
    assert_eq!(
        plain,
        [(25_510, Verdict::ExamineAll, 25_510 - 27_983), (31_179, Verdict::Sufficient, 31_179 - 27_983)],
        "the edges that the county published"
    );
    let duplicates: Vec<_> = found.edges.duplicates.iter().map(|edge| (edge.at, edge.verdict, edge.away)).collect();
    assert_eq!(duplicates, [(131, Verdict::Insufficient, 131)]);
}

/// By duplicates in the sample: what is taken off, the projection, its percentage, the verdict.
#[test]
fn los_angeles_by_duplicates() {
    for (duplicates, penalty, projected, percent, verdict) in [
        (0, 0, 559_639, "98.73", Verdict::ExamineAll),
        (50, 18_999, 540_640, "95.38", Verdict::ExamineAll),
        (109, 41_417, 518_222, "91.42", Verdict::ExamineAll),
        (130, 49_396, 510_243, "90.01", Verdict::ExamineAll),
        (131, 49_776, 509_863, "89.95", Verdict::Insufficient),
    ] {
        let found = los_angeles(duplicates);
        assert_eq!((found.duplicate_penalty, found.projected_valid), (Some(penalty), Some(projected)), "{duplicates}");
        assert_eq!((found.percent_of_required.as_deref(), found.verdict), (Some(percent), verdict), "{duplicates}");
    }
}

#[test]
fn the_size_of_the_sample() {
    let size = old().sample_size(715_833).unwrap();
    assert_eq!((size.size, size.every_line, size.seed_digits), (35_792, false, 20));
    assert_eq!((size.duty, size.unit.as_str()), (law::Duty::May, "petition"));
    assert_eq!(size.steps, ["5% of 715,833, rounded up: 35,792"]);
    assert_eq!(old().sample_size(715_860).unwrap().size, 35_793, "the sample that was drawn");
    let least = old().sample_size(501).unwrap();
    assert_eq!(least.steps, ["5% of 501, rounded up: 26", "at least 500"]);
    let whole = old().sample_size(500).unwrap();
    assert_eq!((whole.size, whole.every_line), (500, true));
    assert_eq!(whole.steps, ["500 signatures are too few to be sampled: every one is examined"]);
    let number = RulePack::parse(&replaced(&flat(), "percent = 5, at_least = 500", "number = 700"), "n.toml").unwrap();
    let size = number.sample_size(600).unwrap();
    assert_eq!((size.size, size.every_line), (600, true));
    assert_eq!(size.steps, ["a fixed number: 700", "no more than the 600 there are"]);
    assert_eq!(number.sample_size(700).unwrap().steps, ["a fixed number: 700"]);
    let dakota = RulePack::by_id("us/sd/statewide-initiative").unwrap();
    assert_eq!((dakota.sample_size(20_000).unwrap().size, dakota.sample_size(35_000).unwrap().size), (708, 718));
    let steps = dakota.sample_size(20_000).unwrap().steps;
    assert_eq!(steps, ["margin of 3.62 percent at z = 1.96, share of one half, 20,000 lines: 708"]);
    assert_eq!(
        RulePack::by_id("us/az/statewide-initiative").unwrap().sample_size(1_000).unwrap().duty,
        law::Duty::Must
    );
}

/// The other formulas with every intermediate.
#[test]
fn the_steps_of_the_other_formulas() {
    let project = |formula: &str, result: &str, figures: SampleFigures, required: u64| {
        let text = with_table(&flat(), "[projection]", Some(formula));
        let text = with_table(&text, "[sample_result]", Some(result));
        RulePack::parse(&text, "steps.toml").unwrap().project(figures, required, NonZeroU32::MIN).unwrap()
    };
    let band = "insufficient_below = 100\nsufficient_from = 100";
    let figures = SampleFigures { raw: 150_001, sample: 7_500, valid: 5_400, duplicates: 3 };
    let found = project("formula = \"proportion\"", band, figures, 100_000);
    assert_eq!(steps(&found), ["150,001 x 5,400 / 7,500, rounded down = 108,000"]);
    let found = project("formula = \"remainder_rate\"\nrounding = \"up\"", band, figures, 100_000);
    assert_eq!(
        steps(&found),
        [
            "invalid lines of the sample: 7,500 - 5,400 = 2,100",
            "what remains: 150,001 - 2,100 = 147,901",
            "less 2,100 / 7,500 of that: 147,901 x 5,400 / 7,500, rounded up = 106,489",
        ]
    );
    let found = project("formula = \"at_most_twice\"\nrounding = \"half_up\"", band, figures, 100_000);
    assert_eq!(
        steps(&found),
        [
            "150,001 x 5,403 / 7,500, rounded half up = 108,061",
            "for 3 duplicate pairs, each 150,001 x (150,001 - 1) / (7,500 x (7,500 - 1)) = 1,200.168",
            "projected valid signatures, rounded half up = 106,861",
        ]
    );
    assert_eq!((found.valid_uncorrected, found.duplicate_penalty), (Some(108_061), Some(1_200)));
    let single = SampleFigures { raw: 9, sample: 1, valid: 1, duplicates: 0 };
    let found = project("formula = \"at_most_twice\"", band, single, 9);
    assert_eq!((found.projected_valid, found.verdict), (Some(9), Verdict::Sufficient));
    let limit = "formula = \"pairs_limit\"\nallowance = \"1.5\"\nconfidence = \"1.65\"";
    let washington = SampleFigures { raw: 348_072, sample: 10_512, valid: 9_564, duplicates: 51 };
    let found = project(limit, "between = \"examine_all\"", washington, 246_372);
    assert_eq!(
        steps(&found),
        [
            "allowance for chance: 1.5 x the root of 897 invalid lines = 44.9249",
            "most invalid signatures: (897 + allowance) x 348,072 / 10,512 = 31,188.898",
            "most duplicate pairs in the petition: 348,072 - 246,372 - most invalid = 70,511.1019",
            "pairs expected in the sample: that x (sample / signatures) squared = 64.3117",
            "acceptable pairs: expected - 1.65 x its root = 51.0796",
        ]
    );
    assert_eq!((found.pairs_allowed, found.verdict, found.projected_valid), (Some(51), Verdict::Sufficient, None));
    assert_eq!(found.edges.duplicates.iter().map(|edge| (edge.at, edge.away)).collect::<Vec<_>>(), [(52, 1)]);
    assert!(found.edges.valid_by_plain_proportion.is_empty());
}

#[test]
fn figures_that_cannot_be() {
    let refused = |raw, sample, valid, duplicates, required| {
        let error =
            old().project(SampleFigures { raw, sample, valid, duplicates }, required, NonZeroU32::MIN).unwrap_err();
        let LawError::Figures { what } = error else { panic!("{error}") };
        what
    };
    assert_eq!(refused(10, 5, 3, 0, 0), "the number required is 0");
    assert_eq!(refused(1_000_000_001, 5, 3, 0, 5), "1,000,000,001 signatures are more than any petition has");
    assert_eq!(refused(10, 0, 0, 0, 5), "the sample has no line");
    assert_eq!(refused(10, 11, 3, 0, 5), "the sample has 11 lines and the petition 10");
    assert_eq!(refused(10, 5, 6, 0, 5), "6 valid lines in a sample of 5");
    let room = "3 duplicate lines beside 3 valid ones do not fit a sample of 5";
    assert_eq!(refused(10, 5, 3, 3, 5), room);
    assert_eq!(refused(10, 1, 0, 1, 5), "1 duplicate lines beside 0 valid ones do not fit a sample of 1");
    assert_eq!(refused(10, 5, 0, 5, 5), "5 duplicate lines beside 0 valid ones do not fit a sample of 5");
    let accepted = |pack: &RulePack, raw, sample, valid, duplicates| {
        pack.project(SampleFigures { raw, sample, valid, duplicates }, 5, NonZeroU32::MIN).is_ok()
    };
    assert!(accepted(&old(), 1_000_000_000, 5, 3, 2) && accepted(&old(), 5, 5, 5, 0) && accepted(&old(), 5, 5, 0, 4));
    let valid = with_options("duplicates = \"valid\"");
    assert!(accepted(&valid, 10, 5, 3, 3) && !accepted(&valid, 10, 5, 3, 4) && !accepted(&valid, 10, 3, 3, 3));
    assert!(!accepted(&valid, 10, 5, 0, 1));
}

/// Several samples must fail before some laws reject a petition.
#[test]
fn a_petition_is_rejected_after_as_many_samples_as_the_law_asks_for() {
    let oregon = RulePack::by_id("us/or/statewide-initiative").unwrap();
    let figures = SampleFigures { raw: 150_000, sample: 7_500, valid: 5_000, duplicates: 0 };
    let verdict = |stage| oregon.project(figures, 117_173, NonZeroU32::new(stage).unwrap()).unwrap().verdict;
    assert_eq!(
        (verdict(1), verdict(2), verdict(3)),
        (Verdict::NextSample, Verdict::Insufficient, Verdict::Insufficient)
    );
    assert_eq!(oregon.consequence(Verdict::NextSample), None);
}

#[test]
fn the_dates_of_2022() {
    let calendar = old().calendar().clone();
    let business = |n| calendar.add_business_days(date(2022, 7, 6), n).unwrap().date;
    assert_eq!((business(28), business(30)), (date(2022, 8, 15), date(2022, 8, 17)));
    assert_eq!(business(60), date(2022, 9, 29), "with one holiday on the way, Labor Day; the next is after it");
    assert_eq!(calendar.add_calendar_days(date(2022, 1, 27), 160, true).unwrap().date, date(2022, 7, 6));
    let examination = calendar.add_calendar_days(date(2022, 8, 15), 21, true).unwrap();
    assert_eq!((examination.date, examination.moved_from), (date(2022, 9, 6), Some(date(2022, 9, 5))));
    let newer = super::make::new().circulation(Some(5_668_569), date(2022, 1, 27)).unwrap().unwrap();
    assert_eq!(newer.date, date(2022, 7, 6));
}

/// The numbers published for statewide measures since the election of 2022, with the quarter at which a fact sheet must be sent.
#[test]
fn statewide_numbers() {
    let votes = Electorate { votes_cast: Some(10_933_009), ..Electorate::default() };
    for (id, required, quarter) in [
        ("us/ca/statewide-initiative-statute", 546_651, 136_663),
        ("us/ca/statewide-initiative-amendment", 874_641, 218_661),
        ("us/ca/statewide-referendum", 546_651, 136_663),
    ] {
        let found = RulePack::by_id(id).unwrap().threshold(&votes).unwrap().required;
        assert_eq!(found, required, "{id}");
        assert_eq!(found.div_ceil(4), quarter, "{id}");
    }
    assert_eq!(546_651 * 25, 13_666_275, "a quarter is 136,662.75, published as 136,663");
}
