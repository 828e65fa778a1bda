//! Packs that must be refused for their sample, their projection, or what a projection comes to.

use law::RulePack;

use super::{
    make::{cited, flat, key_line, line, replaced, with_table},
    refused::refused,
};

fn accepted(text: &str) -> bool {
    RulePack::parse(text, "rules/test.toml").is_ok()
}

fn with_result(body: &str) -> String {
    with_table(&flat(), "[sample_result]", Some(body))
}

#[track_caller]
fn result_refused(body: &str, key: &str, reason: &str) {
    let text = with_result(body);
    assert_eq!(refused(&text), (key_line(&text, "[sample_result]", key), reason.to_owned()));
}

/// A short seed could be tried out before it is rolled.
#[test]
fn a_seed_of_few_digits() {
    let text = flat();
    for (digits, shown) in [(0, "0 digits"), (1, "1 digit"), (19, "19 digits")] {
        let changed = replaced(&text, "seed_digits = 20", &format!("seed_digits = {digits}"));
        let reason = format!("a seed of {shown} can be tried out beforehand; seed_digits is 20 or more");
        assert_eq!(refused(&changed), (key_line(&changed, "[sample]", "seed_digits"), reason));
    }
    assert!(accepted(&replaced(&text, "seed_digits = 20", "seed_digits = 21")));
}

#[test]
fn an_impossible_band() {
    result_refused(
        "insufficient_below = 110\nsufficient_above = 90\nbetween = \"examine_all\"",
        "insufficient_below",
        "impossible band: insufficient up to 110, sufficient from 90",
    );
    result_refused(
        "insufficient_up_to = \"100.0001\"\nsufficient_from = 100\nbetween = \"examine_all\"",
        "insufficient_up_to",
        "impossible band: insufficient up to 100.0001, sufficient from 100",
    );
    result_refused(
        "insufficient_up_to = 100\nsufficient_from = 100",
        "insufficient_up_to",
        "impossible band: 100 percent is both insufficient and sufficient",
    );
    let two = "two limits for one end of the band; give one";
    result_refused("insufficient_below = 90\ninsufficient_up_to = 90", "insufficient_below", two);
    result_refused("insufficient_below = 90\nsufficient_above = 110\nsufficient_from = 110", "sufficient_above", two);
}

#[test]
fn a_seam_without_a_result() {
    let seam = "the band between the limits has no result; give between";
    result_refused("insufficient_below = 90\nsufficient_above = 110", "sufficient_above", seam);
    result_refused("insufficient_below = 100\nsufficient_above = 100", "sufficient_above", seam);
    result_refused("insufficient_up_to = 100\nsufficient_from = 101", "sufficient_from", seam);
    assert!(accepted(&with_result("insufficient_below = 100\nsufficient_from = 100")));
    assert!(accepted(&with_result("insufficient_up_to = 100\nsufficient_above = 100")));
    assert!(accepted(&with_result("insufficient_below = 100\nsufficient_above = 100\nbetween = \"examine_all\"")));
    let one = "with one limit only, say what follows otherwise: between";
    result_refused("insufficient_below = 90", "insufficient_below", one);
    result_refused("sufficient_from = 90", "sufficient_from", one);
    for limit in ["insufficient_below", "insufficient_up_to", "sufficient_above", "sufficient_from"] {
        assert!(accepted(&with_result(&format!("{limit} = 90\nbetween = \"next_sample\""))), "{limit}");
    }
}

#[test]
fn a_result_that_is_none() {
    for verdict in ["sufficient", "insufficient", "equal_review"] {
        result_refused(
            &format!("insufficient_below = 90\nsufficient_above = 110\nbetween = \"{verdict}\""),
            "between",
            "between is examine_all or next_sample",
        );
    }
    let text = with_result("between = \"examine_all\"");
    assert_eq!(refused(&text).1, "[sample_result] has no limit; give one of the percentages");
    assert_eq!(refused(&text).0, key_line(&text, "[projection]", "formula"), "the formula needs one");
    let never =
        with_result("insufficient_below = 90\nsufficient_above = 110\nbetween = \"examine_all\"\nrejects_after = 0");
    assert!(refused(&never).1.contains("nonzero"));
}

#[test]
fn brackets_of_the_sample() {
    for (brackets, reason) in [
        (
            "{ from = 501, to = 999, number = 5 }, { from = 999, number = 6 }",
            "the bracket from 999 overlaps the one before it, which ends at 999",
        ),
        (
            "{ from = 501, to = 999, number = 5 }, { from = 1001, number = 6 }",
            "the brackets leave a gap from 1000 to 1000",
        ),
        ("{ from = 501, to = 999, number = 5 }", "no bracket covers 1000 and more; leave \"to\" out of the last one"),
        (
            "{ from = 501, number = 5 }, { from = 999, number = 6 }",
            "the bracket from 999 follows one without an end; give that one a \"to\"",
        ),
        ("{ from = 501, to = 500, number = 5 }", "the bracket from 501 ends before it begins"),
        ("", "there is no bracket"),
    ]
    .map(|(brackets, reason)| (brackets.to_owned(), reason.to_owned()))
    .into_iter()
    .chain(
        [
            ("percent = 0", "percent is more than 0 and at most 100"),
            ("percent = \"100.0001\"", "percent is more than 0 and at most 100"),
            ("margin = 0, z = 2", "margin and z are more than 0"),
            ("margin = 3, z = 0", "margin and z are more than 0"),
            ("number = 0", "give percent (with at_least), or number, or margin and z"),
            ("number = 5, at_least = 5", "give percent (with at_least), or number, or margin and z"),
            ("percent = 5, number = 5", "give percent (with at_least), or number, or margin and z"),
            ("percent = 5, margin = 3, z = 2", "give percent (with at_least), or number, or margin and z"),
            ("margin = 3", "give percent (with at_least), or number, or margin and z"),
            ("margin = 3, z = 2, at_least = 5", "give percent (with at_least), or number, or margin and z"),
            ("margin = 3, z = 2, number = 5", "give percent (with at_least), or number, or margin and z"),
            ("at_least = 5", "give percent (with at_least), or number, or margin and z"),
        ]
        .map(|(size, reason)| (format!("{{ from = 501, {size} }}"), format!("in the bracket from 501: {reason}"))),
    ) {
        let text = replaced(
            &flat(),
            "brackets = [{ from = 501, percent = 5, at_least = 500 }]",
            &format!("brackets = [{brackets}]"),
        );
        assert_eq!(refused(&text), (key_line(&text, "[sample]", "brackets"), reason), "{brackets}");
    }
    for size in ["percent = 100", "percent = \"0.0001\"", "number = 1", "margin = \"0.0001\", z = \"0.0001\""] {
        let text = replaced(&flat(), "percent = 5, at_least = 500", size);
        assert!(accepted(&text), "{size}");
    }
}

#[test]
fn a_sample_without_a_projection() {
    let reason = "[sample], [projection] and [sample_result] belong together; write all three or none";
    let tables = ["[sample]", "[projection]", "[sample_result]"];
    let without = |left_out: &[&str]| left_out.iter().fold(flat(), |text, header| with_table(&text, header, None));
    for table in tables {
        assert_eq!(refused(&without(&[table])).1, reason, "{table}");
        let others: Vec<_> = tables.into_iter().filter(|&other| other != table).collect();
        assert_eq!(refused(&without(&others)).1, reason, "{table} alone");
    }
    let none = without(&tables);
    let pack = RulePack::parse(&none, "none.toml").unwrap();
    assert!(!pack.has_sample() && super::make::old().has_sample());
    assert!(pack.sample_size(1_000).unwrap_err().to_string().contains("knows no random sample"));
    assert!(!pack.check_golden().is_empty(), "golden examples of a sample that there is not");
}

#[test]
fn options_that_belong_to_another_formula() {
    let reason = "these options do not belong to this formula";
    let with = |formula: &str, options: &str| {
        with_table(&flat(), "[projection]", Some(&format!("formula = \"{formula}\"\n{options}")))
    };
    let limit = "allowance = 1\nconfidence = 1";
    for (formula, options) in [
        ("rounded_percent", "rounding = \"up\""),
        ("rounded_percent", "allowance = 1"),
        ("rounded_percent", "confidence = 1"),
        ("proportion", "digits = \"half_up\""),
        ("proportion", "correction = \"after\""),
        ("proportion", "allowance = 1"),
        ("remainder_rate", "digits = \"truncate\""),
        ("remainder_rate", "confidence = 1"),
        ("at_most_twice", "correction = \"before\""),
        ("at_most_twice", limit),
        ("pairs_limit", "allowance = 1"),
        ("pairs_limit", "confidence = 1"),
        ("pairs_limit", ""),
        ("pairs_limit", "allowance = 1\nconfidence = 1\nrounding = \"up\""),
        ("pairs_limit", "allowance = 1\nconfidence = 1\ndigits = \"half_up\""),
        ("pairs_limit", "allowance = 1\nconfidence = 1\ncorrection = \"after\""),
        ("pairs_limit", "allowance = 1\nconfidence = 1\nduplicates = \"valid\""),
    ] {
        let text = with(formula, options);
        assert_eq!(refused(&text), (line(&text, "formula = "), reason.to_owned()), "{formula} {options}");
    }
    let text = with("guess", "");
    let (at, found) = refused(&text);
    assert!(at == line(&text, "formula = ") && found.contains("unknown variant `guess`"), "{found}");
    assert!(accepted(&with(
        "rounded_percent",
        "digits = \"truncate\"\ncorrection = \"after\"\nduplicates = \"valid\""
    )));
    for formula in ["proportion", "remainder_rate", "at_most_twice"] {
        assert!(accepted(&with(formula, "rounding = \"half_up\"\nduplicates = \"valid\"")), "{formula}");
    }
}

#[test]
fn a_limit_of_pairs_takes_no_percentages() {
    let reason = "with pairs_limit, [sample_result] has between and no percentages";
    let limit = with_table(
        &flat(),
        "[projection]",
        Some("formula = \"pairs_limit\"\nallowance = \"1.5\"\nconfidence = \"1.65\""),
    );
    let with = |body: &str| with_table(&limit, "[sample_result]", Some(body));
    for body in [
        "insufficient_below = 90\nsufficient_above = 110\nbetween = \"examine_all\"",
        "insufficient_below = 90\nbetween = \"examine_all\"",
        "insufficient_up_to = 90\nbetween = \"examine_all\"",
        "sufficient_above = 90\nbetween = \"examine_all\"",
        "sufficient_from = 90\nbetween = \"examine_all\"",
        "combine = \"each\"",
    ] {
        let text = with(body);
        assert_eq!(refused(&text), (line(&text, "formula = "), reason.to_owned()), "{body}");
    }
    assert!(accepted(&with("between = \"examine_all\"\ncombine = \"each\"")));
    let text = with("between = \"examine_all\"\ncombine = \"sum\"");
    let sum = "pairs_limit gives no number of signatures to add; combine is each";
    assert_eq!(refused(&text), (line(&text, "formula = "), sum.to_owned()));
}

#[test]
fn the_three_keys_are_in_every_table_that_was_made() {
    assert!(with_result("between = \"examine_all\"").contains(cited()));
}
