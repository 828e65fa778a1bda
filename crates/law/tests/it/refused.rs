//! Packs that must be refused, each with its file, line and reason: keys, citations, dates, brackets, reasons, clocks.

use law::RulePack;

use super::make::{cited, flat, key_line, line, replaced};

/// The pack with one passage replaced; the passage must stand in it.
#[track_caller]
fn with(passage: &str, replacement: &str) -> String {
    replaced(&flat(), passage, replacement)
}

/// Line and reason of a refusal; line 0 where it names none.
#[track_caller]
pub(crate) fn refused(text: &str) -> (usize, String) {
    let error = RulePack::parse(text, "rules/test.toml").unwrap_err();
    let place = error.line.map_or_else(String::new, |line| format!(" line {line}"));
    assert_eq!(error.to_string(), format!("rules/test.toml{place}: {}", error.reason));
    (error.line.unwrap_or(0), error.reason)
}

#[track_caller]
fn refused_at(passage: &str, replacement: &str, start: &str, reason: &str) {
    let text = with(passage, replacement);
    let (at, found) = refused(&text);
    assert!(found.contains(reason), "{found}");
    assert_eq!(at, line(&text, start), "{found}");
}

#[test]
fn an_unknown_key() {
    refused_at(
        "[mismatch]\nreviewers = 3",
        "[mismatch]\nreviewers = 3\nsample = 500",
        "sample = 500",
        "unknown field `sample`",
    );
    refused_at("[mismatch]", "[sampling]\nsize = 500\n[mismatch]", "[sampling]", "unknown field `sampling`");
}

/// Every table refuses a key it does not know, on the line of the key; so does every inline table.
#[test]
fn an_unknown_key_in_each_table() {
    let distribution = format!("[distribution]\nunit = \"county\"\nunits = 1\nof = 2\nnumber = 1\n{}\n", cited());
    let early_stop = format!("[early_stop]\nat_percent = 100\n{}\n", cited());
    let text = format!("{}\n{distribution}\n{early_stop}", flat());
    assert!(RulePack::parse(&text, "whole.toml").is_ok());
    let headers: std::collections::BTreeSet<_> = text.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(headers.len(), 30, "{headers:?}");
    for header in headers {
        let changed = replaced(&text, &format!("{header}\n"), &format!("{header}\nmade_up = 1\n"));
        let (at, reason) = refused(&changed);
        assert!(reason.contains("unknown field `made_up`"), "{header}: {reason}");
        assert_eq!(at, line(&changed, "made_up"), "{header}");
    }
    let (at, reason) = refused(&format!("made_up = 1\n{text}"));
    assert!(at == 1 && reason.contains("unknown field `made_up`"), "{at} {reason}");
    for (inside, start) in [
        ("from = 1, to = 999, percent", "    { from = 1, to = 999, made_up = 1, percent"),
        ("from = 1, to = 999, length", "    { from = 1, to = 999, made_up = 1, length"),
        ("from = 501, percent", "brackets = [{ from = 501, made_up = 1, percent"),
    ] {
        let changed = replaced(
            &text,
            inside,
            &format!(
                "{}made_up = 1, {}",
                &inside[..=inside.rfind(' ').unwrap()],
                &inside[inside.rfind(' ').unwrap() + 1..]
            ),
        );
        let (at, reason) = refused(&changed);
        assert!(reason.contains("unknown field `made_up`"), "{inside}: {reason}");
        assert_eq!(at, line(&changed, start), "{inside}");
    }
    refused_at(
        "holidays = \"us-ca\"",
        "holidays = \"us-ca\"\nadded = [{ date = \"2022-08-17\", name = \"x\", why = \"y\" }]",
        "added",
        "unknown field `why`",
    );
}

/// Every rule needs its text, its citation and its status; a note may be left out, but not empty.
#[test]
fn every_rule_needs_its_three_keys() {
    let text = flat();
    let rules: Vec<_> = text.match_indices("\ncitation = ").map(|(at, _)| at + 1).collect();
    assert!(rules.len() > 40);
    for &at in &rules {
        let header = text[..at].rfind("\n[").unwrap() + 1;
        let line_no = text[..header].matches('\n').count() + 1;
        for key in ["text", "citation", "status"] {
            let from = header + text[header..].find(&format!("\n{key} = ")).unwrap() + 1;
            let until = from + text[from..].find('\n').unwrap_or(text.len() - from - 1) + 1;
            let (found, reason) = refused(&(text[..from].to_owned() + &text[until..]));
            assert_eq!((found, reason), (line_no, format!("missing field `{key}`")));
        }
    }
    let note = text.lines().find(|line| line.starts_with("note = ")).unwrap();
    refused_at(note, "note = \"\"", "note = \"\"", "this text is empty");
}

#[test]
fn a_missing_or_empty_citation() {
    refused_at("citation = \"Elections Code 11221(a)\"\n", "", "[requirement]", "missing field `citation`");
    refused_at("citation = \"Elections Code 11221(a)\"", "citation = \" \"", "citation = \" \"", "this text is empty");
}

#[test]
fn a_missing_rule() {
    let text = flat().replace("[withdrawals]", "[tolerances_of_a_kind]");
    assert!(refused(&text).1.contains("unknown field `tolerances_of_a_kind`"));
    let from = text.find("[tolerances_of_a_kind]").unwrap();
    let until = from + text[from..].find("\n\n").unwrap();
    assert_eq!(
        refused(&(text[..from].to_owned() + &text[until..])),
        (0, "missing field `withdrawals`: write it in the pack or include a part that has it".to_owned())
    );
}

#[test]
fn bad_dates() {
    refused_at("filed_from = \"2022-01-01\"", "filed_from = \"2022-02-30\"", "filed_from", "parsed date is not valid");
    refused_at(
        "filed_from = \"2022-01-01\"",
        "filed_from = \"2024-01-01\"",
        "filed_from",
        "filed_from 2024-01-01 is after filed_until 2023-12-31",
    );
    let one_day = with("filed_from = \"2022-01-01\"", "filed_from = \"2023-12-31\"");
    assert!(RulePack::parse(&one_day, "one.toml").is_ok(), "a pack may cover one day");
}

#[test]
fn an_unknown_status_reason_or_verdict() {
    refused_at(
        "status = \"confirmed\"",
        "status = \"probably\"",
        "status = \"probably\"",
        "unknown variant `probably`",
    );
    refused_at("name = \"canceled\"", "name = \"cancelled\"", "name = \"cancelled\"", "unknown variant `cancelled`");
    refused_at("equal = \"equal_review\"", "equal = \"tie\"", "equal = \"tie\"", "unknown variant `tie`");
}

#[test]
fn brackets_that_overlap_leave_a_gap_or_have_no_end() {
    let broken = |passage: &str, replacement: &str, start: &str, reason: &str| {
        let text = with(passage, replacement);
        let (at, found) = refused(&text);
        assert!(found.contains(reason), "{found}");
        assert_eq!(at, line(&text, &format!("    {start}")), "{found}");
    };
    let second = "{ from = 1000, to = 9999, percent";
    broken(
        second,
        "{ from = 999, to = 9999, percent",
        "{ from = 999, to = 9999, percent",
        "the bracket from 999 overlaps the one before it, which ends at 999",
    );
    broken(
        second,
        "{ from = 1002, to = 9999, percent",
        "{ from = 1002, to = 9999, percent",
        "the brackets leave a gap from 1000 to 1001",
    );
    broken(
        "{ from = 1, to = 999, percent",
        "{ from = 2, to = 999, percent",
        "{ from = 2, to = 999, percent",
        "the brackets leave a gap from 1 to 1",
    );
    broken(
        second,
        "{ from = 1000, to = 99, percent",
        "{ from = 1000, to = 99, percent",
        "the bracket from 1000 ends before it begins",
    );
    broken(
        second,
        "{ from = 1000, percent",
        "{ from = 10000, to = 49999, percent",
        "the bracket from 10000 follows one without an end",
    );
    broken(
        "{ from = 100000, percent = 10 }",
        "{ from = 100000, to = 9000000, percent = 10 }",
        "{ from = 100000, to = 9000000",
        "no bracket covers 9000001 and more",
    );
    let first = "{ from = 1, to = 999, percent";
    broken("percent = 30", "percent = 0", first, "in the bracket from 1: percent is more than 0 and at most 100");
    broken("percent = 30", "percent = \"100.0001\"", first, "percent is more than 0 and at most 100");
    broken("percent = 30", "percent = 30, at_least = 5, at_most = 4", first, "at_least is not more than at_most");
    let all = with("percent = 30", "percent = 100, at_least = 5, at_most = 5");
    assert!(RulePack::parse(&all, "all.toml").is_ok());
}

#[test]
fn brackets_of_the_circulation() {
    let broken = |passage: &str, replacement: &str, start: &str, reason: &str| {
        let text = with(passage, replacement);
        assert_eq!(refused(&text), (line(&text, &format!("    {start}")), reason.to_owned()));
    };
    broken("length = 40", "length = 0", "{ from = 1, to = 999, length", "in the bracket from 1: length is 1 or more");
    broken(
        "{ from = 1000, to = 4999, length",
        "{ from = 998, to = 4999, length",
        "{ from = 998, to = 4999, length",
        "the bracket from 998 overlaps the one before it, which ends at 999",
    );
    broken(
        "{ from = 5000, to = 9999, length",
        "{ from = 5001, to = 9999, length",
        "{ from = 5001, to = 9999, length",
        "the brackets leave a gap from 5000 to 5000",
    );
}

#[test]
fn a_base_and_what_it_needs() {
    let fixed = "a fixed requirement has a number of at least 1, and no brackets";
    let base = "base = \"registered_voters\"";
    refused_at(base, "base = \"fixed\"\nnumber = 5", "base = ", fixed);
    refused_at(base, "base = \"fixed\"", "base = ", fixed);
    refused_at(base, "base = \"registered_voters\"\nnumber = 5", "base = ", "this base has brackets, and no number");
    let bracketless = |keys: &str| super::make::with_table(&flat(), "[requirement]", Some(keys));
    for (keys, reason) in [
        ("base = \"fixed\"", fixed),
        ("base = \"fixed\"\nnumber = 0", fixed),
        ("base = \"votes_cast\"", "this base has brackets, and no number"),
        ("base = \"votes_cast\"\nnumber = 5", "this base has brackets, and no number"),
        ("base = \"voters\"\nnumber = 5", "unknown variant `voters`"),
    ] {
        let text = bracketless(keys);
        let (at, found) = refused(&text);
        assert!(found.contains(reason), "{found}");
        assert_eq!(at, line(&text, "base = "));
    }
    let whole = bracketless("base = \"fixed\"\nnumber = 1");
    assert!(RulePack::parse(&whole, "fixed.toml").is_ok());
    let empty = bracketless("base = \"votes_cast\"\nbrackets = []");
    assert_eq!(refused(&empty), (line(&empty, "base = "), "this base has brackets, and no number".to_owned()));
}

#[test]
fn a_distribution_with_no_way_or_two() {
    let given = |keys: &str| format!("{}\n[distribution]\nunit = \"county\"\n{keys}\n{}\n", flat(), cited());
    let ways = "give one of percent, number, least_share, greatest_share and greatest_percent";
    for (keys, reason) in [
        ("units = 3\nof = 2\npercent = 5", "3 units are asked for of 2"),
        ("units = 0\nof = 0\npercent = 5", "0 units are asked for of 0"),
        ("units = 1\nof = 2", ways),
        ("units = 1\nof = 2\npercent = 5\nnumber = 5", ways),
        ("units = 1\nof = 2\nleast_share = 5\ngreatest_share = 5", ways),
        ("units = 1\nof = 2\npercent = 5\ngreatest_percent = 5", ways),
    ] {
        let text = given(keys);
        assert_eq!(refused(&text), (line(&text, "units = "), reason.to_owned()));
    }
    for way in ["percent", "number", "least_share", "greatest_share", "greatest_percent"] {
        assert!(RulePack::parse(&given(&format!("units = 2\nof = 2\n{way} = 5")), "one.toml").is_ok(), "{way}");
    }
}

#[test]
fn a_clock_that_counts_back_and_rolls() {
    let examination = "key = \"examination\"\ntitle";
    let reason = "a clock that counts back is not moved to the next business day; leave roll out";
    refused_at(
        examination,
        "key = \"examination\"\nbefore = true\nroll = true\ntitle",
        "key = \"examination\"",
        reason,
    );
    let back = with(examination, "key = \"examination\"\nbefore = true\ntitle");
    assert!(RulePack::parse(&back, "back.toml").is_ok());
    refused_at("anchor = \"filed_on\"", "anchor = \"filing\"", "anchor = \"filing\"", "unknown variant `filing`");
    refused_at("unit = \"business_days\"", "unit = \"weeks\"", "unit = \"weeks\"", "unknown variant `weeks`");
}

/// A clock whose range of raw counts is turned round would never run.
#[test]
fn a_clock_for_no_raw_count() {
    let examination = "key = \"examination\"\ntitle";
    let with_range = |range: &str| with(examination, &format!("key = \"examination\"\n{range}\ntitle"));
    let turned = with_range("raw_from = 501\nraw_to = 500");
    let reason = "raw_from 501 is more than raw_to 500, so this clock never runs";
    assert_eq!(refused(&turned), (line(&turned, "raw_from"), reason.to_owned()));
    for range in ["raw_from = 500\nraw_to = 500", "raw_from = 501", "raw_to = 500"] {
        assert!(RulePack::parse(&with_range(range), "range.toml").is_ok(), "{range}");
    }
}

/// An examination never ends early with fewer valid signatures than required.
#[test]
fn an_early_stop_below_the_requirement() {
    let stopping = |at: &str| format!("{}\n[early_stop]\nat_percent = {at}\n{}\n", flat(), cited());
    for (at, shown) in [("0", "0"), ("99", "99"), ("\"99.9999\"", "99.9999")] {
        let text = stopping(at);
        let reason = format!("at_percent is 100 or more of the number required, and not {shown}");
        assert_eq!(refused(&text), (line(&text, "at_percent"), reason));
    }
    for at in ["100", "\"100.0001\"", "110"] {
        assert!(RulePack::parse(&stopping(at), "stop.toml").is_ok(), "{at}");
    }
}

#[test]
fn a_result_that_contradicts_the_requirement() {
    let more = "more valid signatures than required are sufficient";
    let fewer = "fewer valid signatures than required are insufficient";
    let equal = "equal is sufficient, insufficient or equal_review";
    for verdict in ["sufficient", "insufficient", "equal_review", "examine_all", "next_sample"] {
        for (key, given, accepted, reason) in [
            ("more", "sufficient", &["sufficient"][..], more),
            ("fewer", "insufficient", &["insufficient"], fewer),
            ("equal", "equal_review", &["sufficient", "insufficient", "equal_review"], equal),
        ] {
            let text = with(&format!("{key} = \"{given}\""), &format!("{key} = \"{verdict}\""));
            if accepted.contains(&verdict) {
                assert!(RulePack::parse(&text, "result.toml").is_ok(), "{key} {verdict}");
            } else {
                assert_eq!(refused(&text), (key_line(&text, "[result]", key), reason.to_owned()), "{key} {verdict}");
            }
        }
    }
}

#[test]
fn nobody_to_sign_or_to_find() {
    let number = "a whole number from 1, or \"seats\"";
    refused_at("max = 1\n", "max = 0\n", "max = 0", number);
    refused_at("max = 1\n", "max = \"chairs\"\n", "max = ", number);
    refused_at("reviewers = 3", "reviewers = 0", "reviewers = 0", "nonzero");
}

#[test]
fn an_order_of_reasons_that_is_incomplete_or_doubled() {
    let doubled = with("name = \"canceled\"", "name = \"illegible\"");
    let (at, reason) = refused(&doubled);
    assert_eq!(reason, "the reason illegible stands twice in the order");
    let places: Vec<_> =
        doubled.lines().enumerate().filter(|(_, line)| *line == "name = \"illegible\"").map(|(at, _)| at + 1).collect();
    assert_eq!(at, places[1]);
    let text = flat();
    let from = text.find("[[reason]]\nname = \"canceled\"").unwrap();
    let until = from + text[from..].find("\n\n").unwrap();
    let (_, reason) = refused(&(text[..from].to_owned() + &text[until..]));
    assert_eq!(reason, "the order of reasons is incomplete; add a [[reason]] for: canceled");
}

#[test]
fn keys_that_stand_twice_or_belong_elsewhere() {
    let tolerance = "key = \"street_name\"";
    let (_, reason) = refused(&with(tolerance, "key = \"unit\""));
    assert_eq!(reason, "the key \"unit\" stands twice");
    refused_at("key = \"examination\"", "key = \"circulation\"", "key = \"circulation\"", "belongs to [circulation]");
    let (_, reason) = refused(&with("key = \"proponents_examination_begins\"", "key = \"examination\""));
    assert_eq!(reason, "the key \"examination\" stands twice");
    let provision = with("key = \"no_cure\"", "key = \"no_supplement\"");
    let (at, reason) = refused(&provision);
    assert_eq!(reason, "the key \"no_supplement\" stands twice");
    assert!(at > line(&provision, "key = \"no_supplement\""), "the second of the two");
    let golden = with("key = \"examination\"\nfrom", "key = \"verification\"\nfrom");
    assert_eq!(
        refused(&golden),
        (line(&golden, "key = \"verification\""), "there is no deadline \"verification\"".to_owned())
    );
}

#[test]
fn a_missing_label() {
    refused_at("canceled = \"Canceled\", ", "", "labels = ", "the label of the category canceled is missing");
    refused_at("other = \"Other\"", "others = \"Other\"", "labels = ", "unknown variant `others`");
}

#[test]
fn broken_toml() {
    refused_at("[mismatch]", "[mismatch", "[mismatch", "unclosed table");
}
