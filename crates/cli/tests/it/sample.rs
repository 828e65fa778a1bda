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
        office.refuses(&format!("sample seal case --size 499 {ACT}")),
        office.refuses(&format!("sample seal case --size 717 {ACT}")),
        office.acts("sample seal case --size 510"),
        office.acts("sample seal case --out public"),
        office.refuses(&format!("sample seal case --size 520 {ACT}")),
        office.refuses(&format!("sample draw case --seed 2023733112815921112x {ACT}")),
        office.refuses(&format!("sample draw case --seed 1234567890123456789 {ACT}")),
        office.refuses(&format!("sample draw case --seed {SEED}4 {ACT}")),
        office.refuses(&format!("sample draw case --seed {SEED} --size 500 {ACT}")),
        office.refuses(&format!("sample draw case --seed {SEED} --size 717 {ACT}")),
        office.acts(&format!("sample draw case --seed {SEED}")),
        office.acts(&format!("sample draw case --seed {SEED} --out public")),
        office.refuses(&format!("sample draw case --seed 99999999999999999999 {ACT}")),
        office.refuses(&format!("sample draw case --seed {SEED} --size 520 {ACT}")),
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

/// A list counted again without a change has the sample that it had, whatever size is asked for then, and says so.
#[test]
fn a_list_counted_again_has_its_sample_already() {
    let office = drawn();
    office.acts("intake reopen case --because again");
    office.acts("intake count case");
    shows!([
        office.acts("sample seal case --size 600"),
        office.acts("sample seal case"),
        office.refuses(&format!("sample draw case --seed 99999999999999999999 {ACT}")),
        office.acts(&format!("sample draw case --seed {SEED}")),
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
        office.succeeds("audit plan --case case"),
        office.refuses(&format!("audit draw case --seed {SEED} --size 20 --out public {ACT}")),
        office.acts("audit seal case --out public"),
        office.acts("audit seal case"),
        office.refuses(&format!("audit draw case --seed 12 --size 20 --out public {ACT}")),
        office.refuses(&format!("audit draw case --seed {SEED} --size 0 --out public {ACT}")),
        office.refuses(&format!("audit draw case --seed {SEED} --size 100000 --out public {ACT}")),
        office.refuses("audit assess --case case absent.csv"),
        office.acts(&format!("audit draw case --seed {SEED} --size 20 --out public")),
        office.refuses(&format!("audit draw case --seed 99999999999999999999 --size 20 --out public {ACT}")),
        office.succeeds("case rebuild case"),
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
        office.succeeds("audit assess --case case sound.csv"),
        office.answers_no("audit assess --case case one.csv --json"),
        office.refuses("audit assess --case case odd.csv"),
        office.refuses("audit assess --case case turned.csv"),
        office.answers_no("audit assess --valid 520050 --invalid 195783 --required 566857 numbers.csv"),
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

/// The county with so many registered voters on paper that a tenth of them is the requirement; its list is sealed and drawn from.
fn drawn_where_required(required: u64) -> Office {
    let office = county(Stage::Opened);
    let facts = office.text("facts.json");
    let mut facts: serde_json::Value = serde_json::from_str(&facts).unwrap();
    facts["registered_voters"] = (required * 10).into();
    office.write("facts.json", facts.to_string());
    std::fs::remove_file(office.path("case")).unwrap();
    for words in [
        "case new case --facts facts.json",
        "intake receive case --lines lines.csv --sections sections.csv",
        "intake count case",
        "intake void case section_decisions.csv",
        "match --case case --roll roll",
        "sample seal case --out public",
        &format!("sample draw case --seed {SEED} --out public"),
    ] {
        office.acts(words);
    }
    decide_the_sample(&office);
    office
}

/// The same bytes from another office, and again from the events; and no check of the outcome as if every line had been examined.
#[test]
fn certificates_from_a_sample() {
    let documents = |office: &Office| ["out/certificate.json", "out/certificate.pdf"].map(|name| office.read(name));
    let certify = "certify case --roll roll --on 2022-08-15 --out out";
    let office = drawn_where_required(300);
    let elsewhere = office.copy();
    let run = office.acts(certify);
    assert!(run.stdout.contains("\nSUFFICIENT\n"), "{run}");
    elsewhere.acts(certify);
    let first = documents(&office);
    assert_eq!(documents(&elsewhere), first, "certified elsewhere");
    let events = office.status();
    assert_eq!(events["undecided"], 214, "the rest was not examined, but for two lines of a void section");
    office.succeeds("certify case --roll roll --out out");
    assert_eq!((documents(&office), office.status()), (first.clone(), events), "written again");
    let certificate: serde_json::Value = serde_json::from_slice(&first[0]).unwrap();
    assert_eq!((&certificate["basis"], &certificate["examined"]), (&"sample".into(), &500.into()));
    assert_eq!(certificate["sample"]["seed"], SEED);
    assert_eq!(certificate["sample"]["void_draws"], 0);
    assert_eq!(certificate["verdict"], "sufficient");
    let projected = certificate["sample"]["projection"]["projected_valid"].as_i64().unwrap();
    assert_eq!(certificate["margin"], projected - 300);
    shows!([
        office.refuses("audit plan --case case"),
        office.refuses(&format!("audit seal case {ACT}")),
        office.succeeds("case rebuild case"),
    ]);
}

/// A sample that leaves the result open certifies nothing; when every line is decided the full examination does.
#[test]
fn a_sample_that_leaves_it_open() {
    let office = drawn_where_required(500);
    let open = office.refuses(&format!("certify case --roll roll --on 2022-08-15 --out out {ACT}"));
    let sampled = office.text("sampled.csv");
    let place = |line: &str| line.split(',').take(2).collect::<Vec<_>>().join(",");
    let decided: BTreeSet<String> = sampled.lines().skip(1).map(place).collect();
    let decisions = office.text("decisions.csv");
    let rest = decisions.lines().enumerate().filter(|(at, line)| *at == 0 || !decided.contains(&place(line)));
    office.write("rest.csv", rest.map(|(_, line)| format!("{line}\n")).collect::<String>());
    office.acts("decide case rest.csv --roll roll");
    let whole = office.acts("certify case --roll roll --on 2022-08-15 --out out");
    let certificate: serde_json::Value = serde_json::from_str(&office.text("out/certificate.json")).unwrap();
    assert_eq!((&certificate["basis"], &certificate["examined"]), (&"full".into(), &716.into()));
    // The sample that led to it stands on it as well.
    assert_eq!(certificate["sample"]["projection"]["verdict"], "examine_all");
    shows!([open, whole, office.succeeds("audit plan --case case")]);
}

/// What each command says to a script: it parses, and it has these fields.
#[test]
fn every_report_on_a_sample_and_a_check_reads_as_json() {
    let office = county(Stage::Searched);
    let holds = |words: &str, keys: &[&str]| {
        let said = office.json(words);
        for key in keys {
            assert!(said.get(key).is_some(), "{key} in {words}: {said}");
        }
        said
    };
    let sealed = holds(&format!("sample seal case {ACT}"), &["lines", "root", "seed_digits", "size"]);
    let before = holds("sample project case", &["root", "lines", "seed", "size", "undecided", "projection"]);
    assert_eq!((&before["seed"], &before["projection"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    let drawn =
        holds(&format!("sample draw case --seed {SEED} --out public {ACT}"), &["root", "seed", "size", "drawn"]);
    assert_eq!((&drawn["root"], &drawn["size"], &drawn["drawn"]), (&sealed["root"], &500.into(), &500.into()));
    holds("sample progress case", &["lines", "decided", "valid", "risk", "interval", "required"]);
    decide_the_sample(&office);
    let found =
        holds("sample project case --census", &["valid", "invalid", "duplicates", "beside_the_statute", "void_draws"]);
    for key in ["distinct_valid", "standard_error", "interval", "sampled_with_others", "by_search_alone"] {
        assert!(!found["census"][key].is_null(), "{key}");
    }
    let reopened = holds(&format!("intake reopen case --because recount {ACT}"), &["phase", "raw_count", "lines"]);
    assert_eq!((&reopened["phase"], &reopened["raw_count"]), (&"receiving".into(), &serde_json::Value::Null));
    office.write("blank.csv", "section,line\n1,1\n");
    let struck = holds(&format!("intake strike case blank.csv --because blank {ACT}"), &["moved", "lines"]);
    assert_eq!((&struck["moved"], &struck["lines"]), (&1.into(), &715.into()));
    let back = holds(&format!("intake strike case blank.csv --reinstate --because signed {ACT}"), &["moved", "lines"]);
    assert_eq!(back["lines"], 716);
}

#[test]
fn every_report_on_a_check_reads_as_json() {
    let office = county(Stage::Certified);
    let plan = office.json("audit plan --case case");
    let sealed = office.json(&format!("audit seal case {ACT}"));
    let drawn = office.json(&format!("audit draw case --seed {SEED} --size 20 --out public {ACT}"));
    assert_eq!((&plan["side"], &plan["root"]), (&drawn["side"], &drawn["root"]));
    assert_eq!((&sealed["root"], &sealed["lines"]), (&plan["root"], &plan["population"]));
    assert_eq!((&drawn["seed"], &drawn["size"]), (&SEED.into(), &20.into()));
    let published = office.json("audit plan --valid 520050 --invalid 195783 --required 566857 --risk 0.1");
    assert_eq!((&published["side"], &published["errors_that_turn"]), (&"rejected".into(), &46_807.into()));
    assert_eq!((&published["population"], &published["risk"]), (&195_783.into(), &"0.1".into()));
    assert!(published.get("root").is_none() && published["one_look"].is_u64());
    assert_eq!(published["sizes"][0]["errors"], 0);
    office.write("results.csv", "result\nconfirmed\nerror\nmissing\n");
    let words = "audit assess --valid 520050 --invalid 195783 --required 566857 results.csv";
    let assessed: serde_json::Value =
        serde_json::from_str(&office.answers_no(&format!("{words} --json")).stdout).unwrap();
    assert_eq!((&assessed["looked_at"], &assessed["errors"], &assessed["missing"]), (&3.into(), &1.into(), &1.into()));
    assert_eq!((&assessed["verdict"], assessed["more"].is_u64()), (&"go_on".into(), true));
    office.write("results.csv", "result\n".to_owned() + &"confirmed\n".repeat(60));
    assert_eq!(office.json(words)["verdict"], "confirmed");
}

/// The stranger's program draws the lines of a check as well.
#[test]
fn a_stranger_draws_the_same_check() {
    let office = county(Stage::Certified);
    office.acts("audit seal case");
    office.acts(&format!("audit draw case --seed {SEED} --size 20 --out public"));
    let mut python = std::process::Command::new("python3");
    python.args(["public/redraw.py", "public/manifest.csv", "--seed", SEED, "--size", "20", "--purpose", "audit"]);
    office.surround(&mut python);
    let redrawn = python.output().expect("python3 is installed by the set-up");
    assert_eq!(
        String::from_utf8(redrawn.stdout).unwrap(),
        office.text("public/audit.csv"),
        "{}",
        String::from_utf8_lossy(&redrawn.stderr)
    );
}

#[test]
fn what_intake_and_audit_refuse() {
    let office = office(Stage::Searched);
    let received = crate::harness::office(Stage::Received);
    office.write("one.csv", "section,line\n1,1\n");
    office.write("empty.csv", "section,line\n");
    office.write("no_header.csv", "1,1\n");
    office.write("words.csv", "section,line\n1,first\n");
    let mut runs = vec![
        received.refuses(&format!("intake reopen case --because recount {ACT}")),
        office.refuses(&format!("intake reopen case {ACT}")),
        office.acts("intake reopen case --because recount"),
        office.acts("intake count case"),
        office.acts("intake reopen case --because again"),
        office.refuses(&format!("intake strike case one.csv --reinstate --because signed {ACT}")),
    ];
    for file in ["no_header.csv", "words.csv", "absent.csv"] {
        runs.push(office.refuses(&format!("intake strike case {file} --because blank {ACT}")));
    }
    runs.push(office.run(&format!("intake strike case empty.csv --because blank {ACT}")));
    runs.push(office.refuses("audit plan --valid 5 --invalid 5 --required 0"));
    runs.push(office.refuses("audit plan --valid 5 --invalid 5 --required 100"));
    runs.push(office.refuses("audit plan --valid 5 --invalid 5"));
    runs.push(office.refuses("audit plan --valid 5 --invalid 5 --required 3 --risk 0"));
    runs.push(office.refuses(&format!("audit draw case --seed {SEED} --size 5 --out public {ACT}")));
    runs.push(office.refuses("audit plan --case absent"));
    shows!(runs);
}
