//! The law as data, asked from the command line. The figures of 2022 are the published ones.

use serde_json::Value;

use crate::harness::{Office, shows};

#[test]
fn threshold_of_2022() {
    let asked = Office::empty().json("rules threshold us/ca/county-recall-2022 --registered 5668569");
    assert_eq!(asked["required"], 566_857, "{asked}");
}

#[test]
fn deadlines_of_2022() {
    let words = "rules deadlines us/ca/county-recall-2022 --form-approved-on 2022-01-27 --registered 5668569 --filed-on 2022-07-06 --certified-on 2022-08-15";
    let clocks = Office::empty().json(words);
    let dates: Vec<_> = clocks.as_array().unwrap().iter().filter_map(|clock| clock["date"].as_str()).collect();
    assert_eq!(dates, ["2022-07-06", "2022-08-17", "2022-09-06"], "{clocks}");
    for clock in clocks.as_array().unwrap() {
        assert!(clock["rule"].is_object() || clock["rule"].is_string(), "{clock}");
        assert!(clock["derivation"].as_str().is_some_and(|words| !words.is_empty()), "{clock}");
    }
}

#[test]
fn in_words() {
    let office = Office::empty();
    shows!([
        office.succeeds("rules list"),
        office.succeeds("rules check"),
        office.succeeds("rules threshold us/ca/county-recall-2022 --registered 5668569"),
        office.succeeds("rules deadlines us/ca/county-recall-2022 --form-approved-on 2022-01-27 --registered 5668569 --filed-on 2022-07-06 --certified-on 2022-08-15"),
        office.succeeds("rules deadlines us/ca/county-recall-2022 --form-approved-on 2022-01-27"),
    ]);
}

/// Every rule has its text and its citation; which they are is the packs' own matter.
#[test]
fn every_rule_is_shown_with_its_citation() {
    let office = Office::empty();
    let packs = office.json("rules list");
    for pack in packs.as_array().unwrap().iter().filter_map(|pack| pack["id"].as_str()) {
        let rules = office.json(&format!("rules show {pack}"));
        let words = office.succeeds(&format!("rules show {pack}"));
        let rules = rules.as_array().unwrap();
        assert!(!rules.is_empty());
        for rule in rules {
            for field in ["key", "text", "citation"] {
                let text = rule[field].as_str().unwrap_or_default();
                assert!(!text.is_empty() && words.stdout.contains(text), "{pack} {field}: {rule}");
            }
        }
    }
}

#[test]
fn every_golden_example_holds() {
    let checked = Office::empty().json("rules check");
    let packs = checked.as_array().unwrap();
    assert!(packs.len() >= 2);
    assert!(packs.iter().all(|pack| pack["failures"] == Value::Array(vec![])), "{checked}");
}

#[test]
fn what_the_packs_cannot_answer() {
    let office = Office::empty();
    shows!([
        office.refuses("rules show us/ca/county-recall-1822"),
        office.refuses("rules threshold us/tx/county-recall --registered 10"),
        office.refuses("rules threshold us/ca/county-recall-2022 --registered 0"),
        office.refuses("rules threshold us/ca/county-recall-2022 --registered 5,668,569"),
        office.refuses("rules threshold us/ca/county-recall-2022"),
        office.refuses("rules deadlines us/ca/county-recall-2022 --filed-on 9999-12-31"),
    ]);
}
