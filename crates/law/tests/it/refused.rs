//! Packs that must be refused, each with its file, line and reason.

use law::RulePack;

/// The pack with one passage replaced; the passage must stand in it.
fn with(passage: &str, replacement: &str) -> String {
    let text = super::packs::old().text().to_owned();
    assert!(text.contains(passage), "{passage}");
    text.replacen(passage, replacement, 1)
}

fn refused(text: &str) -> (usize, String) {
    let error = RulePack::parse(text, "rules/test.toml").unwrap_err();
    assert!(error.to_string().starts_with("rules/test.toml"), "{error}");
    (error.line.unwrap_or(0), error.reason)
}

/// The line, from 1, of the first line that begins with `start`.
fn line(text: &str, start: &str) -> usize {
    text.lines().position(|line| line.starts_with(start)).unwrap() + 1
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

#[test]
fn a_missing_or_empty_citation() {
    refused_at("citation = \"Elections Code 11221(a)\"\n", "", "[requirement]", "missing field `citation`");
    refused_at("citation = \"Elections Code 11221(a)\"", "citation = \" \"", "citation = \" \"", "this text is empty");
}

#[test]
fn a_missing_rule() {
    let text = super::packs::old().text().replace("[withdrawals]", "[tolerances_of_a_kind]");
    assert!(refused(&text).1.contains("unknown field `tolerances_of_a_kind`"));
    let from = text.find("[tolerances_of_a_kind]").unwrap();
    let until = from + text[from..].find("\n\n").unwrap();
    assert!(refused(&(text[..from].to_owned() + &text[until..])).1.contains("missing field `withdrawals`"));
}

#[test]
fn bad_dates() {
    refused_at("filed_from = \"2022-01-01\"", "filed_from = \"2022-02-30\"", "filed_from", "parsed date is not valid");
    let (_, reason) = refused(&with("filed_from = \"2022-01-01\"", "filed_from = \"2024-01-01\""));
    assert_eq!(reason, "filed_from 2024-01-01 is after filed_until 2023-12-31");
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
    let broken =
        |passage: &str, replacement: &str, reason: &str| refused_at(passage, replacement, "brackets = [", reason);
    broken(
        "{ from = 1000, to = 9999, percent",
        "{ from = 999, to = 9999, percent",
        "the bracket from 999 overlaps the one before it, which ends at 999",
    );
    broken(
        "{ from = 1000, to = 9999, percent",
        "{ from = 1002, to = 9999, percent",
        "the brackets leave a gap from 1000 to 1001",
    );
    broken("{ from = 1, to = 999, percent", "{ from = 2, to = 999, percent", "the brackets leave a gap from 1 to 1");
    broken(
        "{ from = 1000, to = 9999, percent",
        "{ from = 1000, to = 99, percent",
        "the bracket from 1000 ends before it begins",
    );
    broken(
        "{ from = 1000, to = 9999, percent",
        "{ from = 1000, percent",
        "the bracket from 10000 follows one without an end",
    );
    broken(
        "{ from = 100000, percent = 10 }",
        "{ from = 100000, to = 9000000, percent = 10 }",
        "no bracket covers 9000001 and more",
    );
    broken("percent = 30", "percent = 0", "in the bracket from 1: percent is 1 to 100");
    broken("percent = 30", "percent = 101", "percent is 1 to 100");
    let (_, reason) = refused(&with("days = 40", "days = 0"));
    assert_eq!(reason, "in the bracket from 1: days is 1 or more");
}

#[test]
fn an_order_of_reasons_that_is_incomplete_or_doubled() {
    let doubled = with("name = \"canceled\"", "name = \"illegible\"");
    let (at, reason) = refused(&doubled);
    assert_eq!(reason, "the reason illegible stands twice in the order");
    let places: Vec<_> =
        doubled.lines().enumerate().filter(|(_, line)| *line == "name = \"illegible\"").map(|(at, _)| at + 1).collect();
    assert_eq!(at, places[1]);
    let text = super::packs::old().text().to_owned();
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
fn unknown_holidays() {
    refused_at(
        "holidays = \"us-ca\"",
        "holidays = \"us-zz\"",
        "holidays = \"us-zz\"",
        "there are no holidays \"us-zz\"; there are: us-ca",
    );
}

#[test]
fn broken_toml() {
    refused_at("[mismatch]", "[mismatch", "[mismatch", "");
}
