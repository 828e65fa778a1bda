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

#[test]
fn published_figures_without_a_case() {
    let office = Office::empty();
    office.write(
        "counties.csv",
        "unit,raw,sample,valid,duplicates\nAlpine,400,400,380,0\nLos Angeles,700000,21000,15900,12\n",
    );
    office.write("spread.csv", "unit,base,valid\nAlpine,900,10\nInyo,9000,80\n");
    office.write("odd.csv", "unit,raw,sample,valid,duplicates\nAlpine,400,400,401,0\n");
    shows!([
        office.succeeds("rules project us/ca/county-recall-2022 --raw 24034 --sample 722 --valid 516 --duplicates 2 --required 20000"),
        office.succeeds("rules project us/ca/county-recall-2022 --raw 715833 --sample 35793 --valid 27983 --required 566857"),
        office.succeeds("rules sample-size us/ca/county-recall-2022 --raw 715833"),
        office.succeeds("rules sample-size us/ca/county-recall-2022 --raw 500"),
        office.succeeds("rules project us/ca/statewide-initiative-statute --units counties.csv --required 546651"),
        office.succeeds("rules project us/wa/statewide-initiative --raw 348072 --sample 10512 --valid 9606 --duplicates 9 --required 246372"),
        office.succeeds("rules project us/az/statewide-initiative --raw 399838 --sample 19992 --valid 15140 --required 237645"),
        office.run("rules spread us/ca/statewide-recall --units spread.csv --required 1000"),
        office.refuses("rules spread us/ca/county-recall --units spread.csv --required 1000"),
        office.refuses("rules project us/ca/statewide-initiative-statute --units odd.csv --required 546651"),
        office.refuses("rules project us/wa/statewide-initiative --units counties.csv --required 546651"),
        office.refuses("rules project us/ca/county-recall-2022 --raw 10 --sample 20 --valid 5 --required 10"),
        office.refuses("rules project us/ca/county-recall-2022 --raw 10 --sample 5 --valid 5 --required 0"),
        office.refuses("rules sample-size us/ne/statewide-initiative --raw 1000"),
    ]);
}

#[test]
fn the_names_that_others_script_against() {
    let office = Office::empty();
    let asked =
        "rules project us/ca/county-recall-2022 --raw 24034 --sample 722 --valid 516 --duplicates 2 --required 20000";
    let found = office.json(asked);
    for (key, value) in [("valid_uncorrected", 17_178), ("duplicate_penalty", 2_150), ("projected_valid", 15_028)] {
        assert_eq!(found[key], value, "{key}");
    }
    assert_eq!((&found["percent_of_required"], &found["verdict"]), (&"75.14".into(), &"insufficient".into()));
    assert!(!found["steps"].as_array().unwrap().is_empty());
    let clocks = office.json("rules deadlines us/ca/county-recall-2022 --filed-on 2022-07-06");
    for key in ["date", "rule", "derivation"] {
        assert!(!clocks[0][key].is_null(), "{key}");
    }
    assert_eq!(
        office.json("rules threshold us/ca/statewide-initiative-statute --votes-cast 10933009")["required"],
        546_651
    );
}

#[test]
fn the_calendar_of_a_petition_as_a_file() {
    let office = Office::empty();
    office.succeeds(
        "rules deadlines us/ca/county-recall-2022 --filed-on 2022-07-06 --certified-on 2022-08-15 --ics clocks.ics",
    );
    insta::assert_snapshot!(office.text("clocks.ics").replace('\r', ""));
    assert!(office.text("clocks.ics").lines().all(|line| line.len() <= 75), "lines are folded");
}

/// Counsel's own pack: what is wrong with it is named by file and line.
#[test]
fn a_pack_of_ones_own() {
    let office = Office::empty();
    let sound =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/us/ca/county-recall.toml")).unwrap();
    let ours = sound.replace("us/ca/county-recall", "ours/recall");
    office.write("ours.toml", &ours);
    office.write("unknown.toml", ours.replace("jurisdiction =", "fee = 200\njurisdiction ="));
    office.write("overlap.toml", sound.replace("id = \"us/ca/county-recall\"", "id = \"ours/second\""));
    office.write("part.toml", ours.replace("\"parts/us/ca/lines\"", "\"parts/us/ca/no-lines\""));
    shows!([
        office.succeeds("rules check ours.toml"),
        office.succeeds("rules threshold ours.toml --registered 5668569"),
        office.run("rules check unknown.toml overlap.toml part.toml"),
        office.refuses("rules threshold absent.toml --registered 10"),
    ]);
}
