//! The public sample, the raw count that is taken back, and the check of an outcome, as an office and a stranger do them.

use std::collections::BTreeSet;

use crate::harness::{ACT, Office, Stage, county, office, shows};

const SEED: &str = "20237331128159211123";

/// The findings of the county on the lines drawn, as a file of their own.
fn decide_the_sample(office: &Office) {
    let sample = office.text("public/sample.csv");
    let place = |line: &str, from: usize| line.split(',').skip(from).take(2).collect::<Vec<_>>().join(",");
    let drawn: BTreeSet<String> = sample.lines().skip(1).map(|line| place(line, 1)).collect();
    let decisions = office.text("decisions.csv");
    let kept = decisions.lines().enumerate().filter(|(at, line)| *at == 0 || drawn.contains(&place(line, 0)));
    let kept: Vec<_> = kept.map(|(_, line)| line).collect();
    office.write("sampled.csv", kept.join("\n") + "\n");
    office.acts("decide case sampled.csv --roll roll");
}

fn drawn() -> Office {
    let office = county(Stage::Searched);
    office.acts("sample seal case --out public");
    office.acts(&format!("sample draw case --seed {SEED} --out public"));
    office
}

#[test]
fn a_sample_from_seal_to_projection() {
    let office = county(Stage::Searched);
    shows!([
        office.refuses(&format!("sample draw case --seed {SEED} {ACT}")),
        office.refuses("sample project case"),
        office.acts("sample seal case --out public"),
        office.refuses(&format!("sample seal case {ACT}")),
        office.refuses(&format!("sample draw case --seed 2023733112815921112x {ACT}")),
        office.refuses(&format!("sample draw case --seed 1234567890123456789 {ACT}")),
        office.refuses(&format!("sample draw case --seed {SEED} --size 499 {ACT}")),
        office.refuses(&format!("sample draw case --seed {SEED} --size 717 {ACT}")),
        office.acts(&format!("sample draw case --seed {SEED} --out public")),
        office.refuses(&format!("sample draw case --seed 99999999999999999999 --size 510 {ACT}")),
        office.refuses(&format!("sample draw case --seed {SEED} {ACT}")),
        office.acts(&format!("sample draw case --seed {SEED} --size 510 --out public")),
        office.succeeds("sample project case"),
        office.refuses("sample project case --census"),
        office.refuses(&format!("certify case --roll roll --on 2022-08-15 --out out {ACT}")),
    ]);
    decide_the_sample(&office);
    shows!([
        office.succeeds("sample project case --census"),
        office.succeeds("sample progress case"),
        office.succeeds("sample progress case --risk 0.01 --json"),
        office.refuses("sample progress case --risk 1"),
        office.copy().acts("certify case --roll roll --on 2022-08-15 --out out"),
        office.refuses(&format!("sample draw case --seed {SEED} --size 520 {ACT}")),
        office.succeeds("case rebuild case"),
    ]);
}

#[test]
fn a_stranger_draws_the_same_sample() {
    let office = drawn();
    let mut python = std::process::Command::new("python3");
    python.args(["public/redraw.py", "public/manifest.csv", "--seed", SEED, "--size", "500"]);
    office.surround(&mut python);
    let redrawn = python.output().expect("python3 is installed by the set-up");
    assert_eq!(String::from_utf8(redrawn.stdout).unwrap(), office.text("public/sample.csv"));
}

#[test]
fn the_json_of_a_projection_has_the_names_that_others_script_against() {
    let office = drawn();
    decide_the_sample(&office);
    let standing = office.json("sample project case");
    let projection = &standing["projection"];
    for key in ["valid_uncorrected", "duplicate_penalty", "projected_valid", "percent_of_required", "verdict", "steps"]
    {
        assert!(!projection[key].is_null(), "{key}");
    }
    assert_eq!(standing["undecided"], 0);
}

#[test]
fn a_raw_count_taken_back_voids_the_sample() {
    let office = drawn();
    office.write("blank.csv", "section,line\n1,1\n1,2\n");
    office.write("wrong.csv", "section,line\n1,1\n1,1\n999,1\n");
    shows!([
        office.refuses(&format!("intake strike case blank.csv --because blank {ACT}")),
        office.acts("intake reopen case --because recount"),
        office.refuses(&format!("intake strike case wrong.csv --because blank {ACT}")),
        office.acts("intake strike case blank.csv --because blank"),
        office.refuses(&format!("intake strike case blank.csv --because blank {ACT}")),
        office.acts("intake count case"),
        office.refuses(&format!("sample draw case --seed {SEED} {ACT}")),
        office.acts("sample seal case"),
        office.acts("match --case case --roll roll"),
        office.succeeds("case rebuild case"),
        office.acts("intake reopen case --because recount"),
        office.acts("intake strike case blank.csv --reinstate --because recount"),
        office.acts("intake count case"),
        office.succeeds("case rebuild case"),
    ]);
}

#[test]
fn an_outcome_is_checked_by_a_few_lines() {
    let office = county(Stage::Certified);
    let before = county(Stage::Decided);
    shows!([
        before.refuses("audit plan --case case"),
        office.refuses("audit plan"),
        office.succeeds("audit plan --valid 520050 --invalid 195783 --required 566857"),
        office.succeeds("audit plan --valid 50000 --invalid 10000 --required 45000 --risk 0.1"),
        office.succeeds("audit plan --case case --out public"),
        office.refuses("audit draw case --seed 12 --size 20 --out public"),
        office.refuses(&format!("audit draw case --seed {SEED} --size 100000 --out public")),
        office.succeeds(&format!("audit draw case --seed {SEED} --size 20 --out public")),
    ]);
    let drawn = office.text("public/audit.csv");
    let row = |line: &str, result: &str| {
        let place: Vec<_> = line.split(',').skip(1).take(2).collect();
        format!("{},{result}", place.join(","))
    };
    let results = |last: &str| {
        let lines: Vec<_> = drawn.lines().skip(1).collect();
        let mut rows = vec!["section,line,result".to_owned()];
        rows.extend(lines.iter().enumerate().map(|(at, line)| row(line, if at == 3 { last } else { "confirmed" })));
        rows.join("\n") + "\n"
    };
    office.write("sound.csv", results("confirmed"));
    office.write("one.csv", results("error"));
    office.write("odd.csv", results("perhaps"));
    let turned: Vec<_> = results("confirmed").lines().map(str::to_owned).collect();
    office.write("turned.csv", [&turned[0], &turned[2], &turned[1]].map(String::as_str).join("\n") + "\n");
    office.write("numbers.csv", "result\nconfirmed\nmissing\nconfirmed\n");
    shows!([
        office.succeeds(&format!("audit assess --case case --seed {SEED} sound.csv")),
        office.succeeds(&format!("audit assess --case case --seed {SEED} one.csv --json")),
        office.refuses(&format!("audit assess --case case --seed {SEED} odd.csv")),
        office.refuses(&format!("audit assess --case case --seed {SEED} turned.csv")),
        office.refuses("audit assess --case case sound.csv"),
        office.succeeds("audit assess --valid 520050 --invalid 195783 --required 566857 numbers.csv"),
    ]);
}

/// The made-up office under another pack: one reviewer fewer, and a voter may sign twice.
#[test]
fn another_law_over_the_same_events() {
    let office = office(Stage::Decided);
    let pack = office.text("facts.json");
    assert!(pack.contains("synthetic/county-recall"));
    shows!([
        office.succeeds("rules diff synthetic/county-recall us/ca/county-recall-2022 --case case"),
        office.succeeds("rules diff synthetic/county-recall us/or/statewide-initiative --case case"),
        office.refuses("rules diff synthetic/county-recall us/ca/no-such --case case"),
    ]);
}
