//! The law as data, asked from the command line. The figures of 2022 are the published ones.

use serde_json::Value;

use crate::harness::{Office, Stage, office, shows};

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

/// What a rule rests on in numbers and days stands beside its words, so that nobody has to open the pack's file.
#[test]
fn rules_are_shown_with_their_numbers_and_days() {
    let office = Office::empty();
    let cases = [
        ("us/ca/county-recall-2022", "requirement", "a case gives `registered_voters`"),
        ("us/ca/county-recall-2022", "requirement", "100,000 or more registered voters: 10 percent"),
        ("us/ca/county-recall-2022", "circulation", "1 to 999 registered voters: 40 calendar days"),
        ("us/ca/county-recall-2022", "deadline.examination", "counts from `filed_on`: the day on which"),
        ("us/ca/county-recall-2022", "sample", "501 or more signatures: 5 percent, at least 500"),
        ("us/ca/county-recall-2022", "sample", "fewer than 501: every one is examined"),
        ("us/ca/county-recall-2022", "sample_result", "insufficient below 90 percent of the number required"),
        (
            "us/ca/county-initiative",
            "early_stop",
            "the examination may end once 100 percent of the number required are valid",
        ),
        ("us/ca/county-initiative", "deadline.sample", "only for a raw count of 501 or more"),
        ("us/wa/statewide-initiative", "projection", "formula: "),
        ("us/ut/statewide-initiative", "distribution", "(state senate district)"),
    ];
    for (pack, key, detail) in cases {
        let rules = office.json(&format!("rules show {pack}"));
        let rule = rules.as_array().unwrap().iter().find(|rule| rule["key"] == key).unwrap();
        let details: Vec<_> = rule["details"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(details.iter().any(|found| found.contains(detail)), "{pack} {key}: {details:?}");
        assert!(office.succeeds(&format!("rules show {pack}")).stdout.contains(detail), "{pack} {key}");
    }
    let words = office.succeeds("rules show us/ca/county-recall-2022");
    assert!(words.stdout.contains("Days that clocks count from: form_approved_on, filed_on, "), "{words}");
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

/// An act before the day that its clock counts from is not in time, and a petition of another time is told of.
#[test]
fn days_that_do_not_fit() {
    let office = Office::empty();
    let early = "rules deadlines us/ca/county-recall-2022 --form-approved-on 2022-08-27 --registered 5668569 --filed-on 2022-07-06 --certified-on 2022-07-01";
    let other = "rules deadlines us/ca/county-recall-2022 --filed-on 2025-07-06";
    for clock in office.json(early).as_array().unwrap().iter().filter(|clock| !clock["done_on"].is_null()) {
        assert!(clock["met"].is_null(), "{clock}");
    }
    assert_eq!(office.json(other)[0]["remarks"].as_array().unwrap().len(), 1);
    shows!([office.succeeds(early), office.succeeds(other)]);
}

/// Every row that cannot be read is named, not only the first.
#[test]
fn figures_of_units_that_cannot_be_read() {
    let office = Office::empty();
    office.write(
        "units.csv",
        "unit,raw,sample,valid,duplicates\r\nAlpine,400,400,380,0\r\nInyo,4.000,5oo,400,0\r\n,400,400,380,0\r\nMono,400,400,380,\r\n",
    );
    office.write("spread.csv", "unit,base,valid\nAlpine,many,10\nInyo,,80\nMono,9000,\n");
    office.write("header.csv", "unit,raw,sample,valid\nAlpine,400,400,380\n");
    shows!([
        office.refuses("rules project us/ca/statewide-initiative-statute --units units.csv --required 546651"),
        office.refuses("rules project us/ca/statewide-initiative-statute --units header.csv --required 546651"),
        office.refuses("rules spread us/ca/statewide-recall --units spread.csv --required 1000"),
    ]);
}

/// Signatures that are spread as the law asks are not yet enough.
#[test]
fn a_spread_with_too_few_signatures() {
    let office = Office::empty();
    let counties: String = (1..=5).map(|county| format!("County {county},9000,200\n")).collect();
    office.write("spread.csv", format!("unit,base,valid\n{counties}"));
    let asked = "rules spread us/ca/statewide-recall --units spread.csv --required";
    shows!([office.run(&format!("{asked} 1000")), office.run(&format!("{asked} 1001"))]);
}

/// A law that samples counties or districts has no answer for a petition sampled as one, and a sample that is smaller than the
/// law's is computed and named.
#[test]
fn samples_that_are_not_the_laws() {
    let office = Office::empty();
    office.write("counties.csv", "unit,raw,sample,valid,duplicates\nAlpine,400,300,280,0\nInyo,4000,500,400,0\n");
    let small =
        "rules project us/ca/county-recall-2022 --raw 24034 --sample 722 --valid 516 --duplicates 2 --required 20000";
    let whole =
        "rules project us/ca/county-recall-2022 --raw 24034 --sample 1202 --valid 916 --duplicates 2 --required 20000";
    let counties = "rules project us/ca/statewide-initiative-statute --units counties.csv --required 546651";
    let warnings = |words: &str| office.json(words)["warnings"].as_array().unwrap().len();
    assert_eq!([warnings(small), warnings(whole), warnings(counties)], [1, 0, 1]);
    shows!([
        office.succeeds(small),
        office.succeeds(whole),
        office.succeeds(counties),
        office.refuses(
            "rules project us/ca/statewide-initiative-statute --raw 24034 --sample 722 --valid 516 --required 20000"
        ),
        office
            .refuses("rules project us/mo/statewide-initiative --raw 24034 --sample 1202 --valid 916 --required 20000"),
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

/// Two petitions under one law have entries of their own even where a clock ends on one day; one petition's entries keep their names.
#[test]
fn each_petition_has_its_own_calendar_entries() {
    let office = Office::empty();
    let names = |more: &str| -> Vec<String> {
        office.succeeds(&format!(
            "rules deadlines us/ca/county-recall-2022 --filed-on 2022-07-06 {more} --ics clocks.ics"
        ));
        let text = office.text("clocks.ics").replace("\r\n ", "");
        text.lines().filter_map(|line| line.strip_prefix("UID:")).map(str::to_owned).collect()
    };
    let first = names("--form-approved-on 2022-01-27 --registered 5668569");
    assert_eq!(first, names("--form-approved-on 2022-01-27 --registered 5668569"));
    let second = names("--form-approved-on 2022-01-28 --registered 5668569");
    assert!(first.len() > 1 && first.iter().all(|name| !second.contains(name)), "{first:?} {second:?}");
    let titled = names("--petition Recall-of-Ms.Doe");
    assert_eq!(titled, ["examination-recall-of-ms-doe@us.ca.county-recall-2022"]);
    assert_ne!(titled, names("--petition Recall-of-Mr.Roe"));
    let moved = names("--form-approved-on 2022-01-27 --registered 5668569 --petition Recall-of-Ms.Doe");
    assert!(titled.iter().all(|name| moved.contains(name)), "{moved:?}");
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

/// The parts of a counsel's pack come from its own folder, from the folder named `rules` that it stands under, or are built in; a
/// fault in one is named by the file it stands in.
#[test]
fn where_parts_are_looked_for() {
    let office = Office::empty();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}{name}")).unwrap();
    let pack = read("synthetic/county-recall.toml").replace("synthetic/county-recall", "ours/recall");
    let part = |reviewers: &str| read("parts/us/ca/lines.toml").replace("reviewers = 3", reviewers);
    for place in ["outer/inner", "rules/county", "outer/parts/us/ca", "rules/parts/us/ca", "rules/county/deep"] {
        std::fs::create_dir_all(office.path(place)).unwrap();
    }
    office.write("outer/parts/us/ca/lines.toml", part("reviewers = 9"));
    office.write("rules/parts/us/ca/lines.toml", part("reviewers = 5"));
    for place in ["outer/inner", "outer", "rules/county", "rules/county/deep"] {
        office.write(&format!("{place}/ours.toml"), &pack);
    }
    let reviewers = |asked: &str| {
        let rules = office.json(&format!("rules show {asked}"));
        let rule = rules.as_array().unwrap().iter().find(|rule| rule["key"] == "mismatch").unwrap();
        rule["details"][0].as_str().unwrap().to_owned()
    };
    assert_eq!(reviewers("outer/inner/ours.toml"), "3 distinct reviewers", "a folder above is nobody's law");
    assert_eq!(reviewers("outer/ours.toml"), "9 distinct reviewers");
    assert_eq!(reviewers("rules/county/ours.toml"), "5 distinct reviewers");
    assert_eq!(reviewers("rules/county/deep/ours.toml"), "5 distinct reviewers");
    office.write("outer/parts/us/ca/lines.toml", part("reviewers = 0"));
    office.write("rules/parts/us/ca/lines.toml", part("reviewers = 0"));
    let mut inside = office.command("rules show ours.toml");
    let inside = inside.current_dir(office.path("outer")).output().unwrap();
    shows!([
        office.refuses("rules show outer/ours.toml"),
        office.refuses("rules show rules/county/ours.toml"),
        crate::harness::Run::of("rules show ours.toml", &inside),
    ]);
    std::fs::remove_file(office.path("outer/parts/us/ca/lines.toml")).unwrap();
    std::fs::create_dir(office.path("outer/parts/us/ca/lines.toml")).unwrap();
    assert!(office.refuses("rules show outer/ours.toml").stderr.contains("lines.toml"), "a part that cannot be read");
}

/// No case is opened under a pack that contradicts its own known results: they are named as the check names them.
#[test]
fn a_pack_whose_golden_examples_fail() {
    let office = office(Stage::Files);
    let pack = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/synthetic/county-recall.toml");
    let golden = "[[golden.threshold]]\nregistered = 60\nrequired = 7\nsource = \"a slip\"\n";
    office.write("ours.toml", format!("{}\n{golden}", std::fs::read_to_string(pack).unwrap()));
    office.write("facts.json", office.text("facts.json").replace("synthetic/county-recall", "ours.toml"));
    shows!([office.refuses("case new case --facts facts.json"), office.run("rules check ours.toml")]);
}

/// The law stands in the case: its file may change or go, and the case is certified by what it was opened with.
#[test]
fn a_case_outlives_the_file_of_its_pack() {
    let office = office(Stage::Files);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}{name}")).unwrap();
    let ours = read("synthetic/county-recall.toml").replace("synthetic/county-recall", "ours/recall");
    // A part of the office's own in place of the built-in one: two reviewers are enough.
    std::fs::create_dir_all(office.path("parts/us/ca")).unwrap();
    office.write("parts/us/ca/lines.toml", read("parts/us/ca/lines.toml").replace("reviewers = 3", "reviewers = 2"));
    office.write("ours.toml", ours);
    office.write("facts.json", office.text("facts.json").replace("synthetic/county-recall", "ours.toml"));
    office.succeeds("roll import roll.csv --out roll");
    for words in [
        "case new case --facts facts.json",
        "intake receive case --lines lines.csv --sections sections.csv",
        "intake count case",
        "match --case case --roll roll",
    ] {
        office.acts(words);
    }
    // Of the three findings of a mismatch two decide; the file is handed in without the third.
    let decisions: String = office
        .text("decisions.csv")
        .lines()
        .filter(|line| !line.contains(",R3,"))
        .map(|line| format!("{line}\n"))
        .collect();
    office.write("decisions.csv", decisions);
    office.acts("decide case decisions.csv --roll roll");
    let changed = office.copy();
    let untouched = office.copy();
    std::fs::remove_file(office.path("ours.toml")).unwrap();
    std::fs::remove_dir_all(office.path("parts")).unwrap();
    changed.write("ours.toml", "no pack");
    let certify = "certify case --roll roll --on 2022-08-15 --out out";
    let all = [&office, &changed, &untouched].map(|office| {
        office.acts(certify);
        office.succeeds("certify case --roll roll --out out");
        office.text("out/certificate.json")
    });
    assert!(all[0] == all[1] && all[0] == all[2]);
    let certificate: Value = serde_json::from_str(&all[0]).unwrap();
    assert_eq!(certificate["rule_pack"]["id"], "ours/recall");
    assert_eq!(
        (&certificate["valid"], &certificate["invalid_by_category"]["signature_mismatch"]),
        (&2.into(), &1.into())
    );
    shows!([
        office.refuses("rules threshold ours.toml --registered 40"),
        changed.refuses("rules threshold ours.toml --registered 40"),
        untouched.succeeds("rules diff synthetic/county-recall ours.toml --case case"),
    ]);
}

/// What each command says to a script: it parses, and it has these fields.
#[test]
fn every_report_on_the_law_reads_as_json() {
    let office = office(Stage::Decided);
    office.write("units.csv", "unit,raw,sample,valid,duplicates\nAlpine,400,400,380,0\nInyo,4000,500,400,0\n");
    office.write("spread.csv", "unit,base,valid\nAlpine,900,10\nInyo,9000,80\n");
    office.write("bad.toml", "id = 1\n");
    let read = |run: &crate::harness::Run| -> Value {
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run}"))
    };
    let size = office.json("rules sample-size us/ca/county-recall-2022 --raw 715833");
    assert_eq!(
        (&size["size"], &size["every_line"], &size["unit"]),
        (&35_792.into(), &false.into(), &"petition".into())
    );
    assert!(size["steps"].is_array() && size["rule"]["citation"].is_string());
    let units = office.json("rules project us/ca/statewide-initiative-statute --units units.csv --required 546651");
    for key in ["raw", "projected_valid", "required", "percent_of_required", "verdict", "units", "rules"] {
        assert!(!units[key].is_null(), "{key}");
    }
    let spread = office.run("rules spread us/ca/statewide-recall --units spread.csv --required 1000 --json");
    assert_eq!((spread.status, &read(&spread)["met"]), (Some(1), &false.into()));
    let checked = office.run("rules check bad.toml --json");
    let failures = &read(&checked)[0]["failures"];
    assert_eq!((checked.status, failures.as_array().unwrap().len()), (Some(1), 1));
    assert!(failures[0].as_str().unwrap().contains("bad.toml line 1"), "{failures}");
    let diff = office.json("rules diff synthetic/county-recall us/ca/county-recall-2022 --case case");
    for key in ["pack", "required", "accepted", "valid", "invalid", "undecided", "verdict", "clocks", "refused"] {
        assert!(diff["first"].get(key).is_some() && diff["second"].get(key).is_some(), "{key}");
    }
    assert!(diff["changes"].is_object() && diff["lines"].is_array());
    let threshold = office.json("rules threshold us/ca/county-recall-2022 --registered 5668569");
    assert!(threshold["steps"].is_array() && threshold["rule"]["status"].is_string());
}

/// A line that comes to something else under another law is named, with what it was and what it would be.
#[test]
fn lines_that_another_law_decides_otherwise() {
    let office = office(Stage::Decided);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}{name}")).unwrap();
    office.write("twice.toml", read("synthetic/county-recall.toml").replace("synthetic/county-recall", "ours/twice"));
    std::fs::create_dir_all(office.path("parts/us/ca")).unwrap();
    for (part, from, to) in [("local-recall", "max = 1", "max = 2"), ("lines", "reviewers = 3", "reviewers = 4")] {
        let text = read(&format!("parts/us/ca/{part}.toml"));
        assert!(text.contains(from), "{part}");
        office.write(&format!("parts/us/ca/{part}.toml"), text.replace(from, to));
    }
    let diff = office.json("rules diff synthetic/county-recall twice.toml --case case");
    let changed = [("duplicate -> valid", 1), ("signature_mismatch -> undecided", 1)];
    assert_eq!(diff["changes"], serde_json::json!(std::collections::BTreeMap::from(changed)));
    assert_eq!(
        diff["lines"],
        serde_json::json!([
            {"section": 2, "line": 1, "from": "signature_mismatch", "to": "undecided"},
            {"section": 2, "line": 2, "from": "duplicate", "to": "valid"},
        ])
    );
    shows!([
        office.succeeds("rules diff synthetic/county-recall twice.toml --case case"),
        office.refuses("rules diff synthetic/county-recall twice.toml --case absent"),
        office
            .refuses("rules deadlines us/ca/county-recall-2022 --filed-on 2022-07-06 --ics no/such/folder/clocks.ics"),
    ]);
}
