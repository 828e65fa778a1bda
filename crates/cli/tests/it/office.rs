//! The office's verbs from filing to certificate: the good way, and what the law refuses.

use std::{io::Write, process::Stdio};

use crate::harness::{ACT, Office, PROGRAM, Run, Stage, county, office, shows};

#[test]
fn from_boxes_to_certificate() {
    let office = office(Stage::Files);
    shows!([
        office.succeeds("roll import roll.csv --out roll"),
        office.succeeds("roll info roll --verify"),
        office.succeeds("roll search roll gar 1971"),
        office.succeeds("roll search roll gar 1972"),
        office.acts("case new case --facts facts.json"),
        office.acts("intake receive case --lines lines.csv --sections sections.csv"),
        office.acts("intake count case"),
        office.acts("match --case case --roll roll"),
        office.acts("match --case case --roll roll"),
        office.acts("decide case decisions.csv --roll roll"),
        office.acts("certify case --roll roll --on 2022-08-15 --out out"),
        office.succeeds("case status case"),
        office.succeeds("case rebuild case"),
    ]);
}

#[test]
fn candidates_as_a_file() {
    let office = office(Stage::Opened);
    let run = office.succeeds("match --roll roll --lines lines.csv --out candidates.csv");
    let table = Run { stdout: format!("{}{}", run.stdout, office.text("candidates.csv")), ..run };
    shows!([table]);
}

/// What a trial without a case can be told: dates, a district, another model.
#[test]
fn options_of_a_match() {
    let office = office(Stage::Opened);
    let run = |more: &str| format!("match --roll roll --lines lines.csv --out candidates.jsonl {more}");
    shows!([
        office.succeeds(&run("--filed-on 2001-01-01 --circulation-from 2000-06-01")),
        office.refuses(&run("--district moon=1")),
        office.refuses(&run("--district jurisdiction")),
        office.refuses(&run("--district jurisdiction=elsewhere")),
        office.refuses(&run("--model facts.json")),
        office.refuses(&run("--estimate model.toml")),
        office.refuses(&run("--filed-on yesterday")),
    ]);
    let first = office.text("candidates.jsonl").lines().next().map(str::to_owned).unwrap();
    let line: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(line["proposal"], "registered_late", "{first}");
    let evidence = &line["candidates"][0]["evidence"];
    let fields = evidence["fields"].as_array().unwrap();
    let sum: f64 = fields.iter().map(|field| field["bits"].as_f64().unwrap()).sum();
    let weight = line["candidates"][0]["weight"].as_f64().unwrap();
    assert!((evidence["prior"].as_f64().unwrap() + sum - weight).abs() < 0.005, "{first}");
}

#[test]
fn searches_line_by_line() {
    let office = office(Stage::Opened);
    let mut answers = Vec::new();
    for words in ["roll search roll", "roll search roll --json"] {
        let mut child = office.command(words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"garcia\n\nnobody here\n12 oak\n").unwrap();
        answers.push(Run::of(words, &child.wait_with_output().unwrap()));
    }
    shows!(answers);
}

#[test]
fn rows_kept_out_of_a_roll() {
    let office = office(Stage::Files);
    let mut roll = office.text("roll.csv");
    roll.push_str("1001,MARIA,L,GARCIA,,1971-06-04,12,N,OAK,ST,,LAKEVIEW,90001,A,2002-03-10,\n");
    roll.push_str(",ANNA,,SMITH,,1971-06-04,12,N,OAK,ST,,LAKEVIEW,90001,A,2002-03-10,\n");
    roll.push_str("1010,,,,,1971-06-04,12,N,OAK,ST,,LAKEVIEW,90001,A,someday,\n");
    roll.push_str("1011,IDA,,HOLM,,around 1971,12,N,OAK,ST,,LAKEVIEW,90001,Z,2002-03-10,\n");
    roll.push_str("1012,IDA,,HOLM,,around 1971,12,N,OAK,ST,,LAKEVIEW,90001,A,2002-03-10,\n1013,IDA\n");
    office.write("roll.csv", roll);
    shows!([office.succeeds("roll import roll.csv --out roll")]);
}

#[test]
fn every_report_is_json_too() {
    let office = office(Stage::Files);
    for words in [
        "roll import roll.csv --out roll",
        "roll info roll",
        "roll info roll --verify",
        "roll search roll garcia",
        &format!("case new case --facts facts.json {ACT}"),
        &format!("intake receive case --lines lines.csv --sections sections.csv {ACT}"),
        &format!("intake count case {ACT}"),
        &format!("match --case case --roll roll {ACT}"),
        "match --roll roll --lines lines.csv --out candidates.csv",
        &format!("decide case decisions.csv --roll roll {ACT}"),
        "case status case",
        "case rebuild case",
        &format!("certify case --roll roll --on 2022-08-15 --out out {ACT}"),
        &format!("case reopen case --because recount {ACT}"),
        "synth --dir county --scale 1:5000",
        "rules list",
        "rules show us/ca/county-recall-2022",
        "rules check",
    ] {
        let value = office.json(words);
        assert!(value.is_object() || value.is_array(), "{words}: {value}");
    }
    let found = office.json("roll search roll garcia");
    assert_eq!(found["voters"][0]["voter_id"], "1001", "{found}");
    assert_eq!(found["more"], false, "{found}");
}

#[test]
fn certificate_names_what_others_script_against() {
    let certificate: serde_json::Value =
        serde_json::from_str(&office(Stage::Certified).text("out/certificate.json")).unwrap();
    for key in [
        "raw_count",
        "valid",
        "invalid",
        "invalid_by_category",
        "registered_voters",
        "required",
        "margin",
        "verdict",
        "rule_pack",
        "roll_digest",
        "events_digest",
    ] {
        assert!(certificate.get(key).is_some(), "{key}");
    }
    for key in [
        "not_registered",
        "duplicate",
        "different_address",
        "signature_mismatch",
        "canceled",
        "out_of_jurisdiction",
        "other",
    ] {
        assert!(certificate["invalid_by_category"][key].is_u64(), "{key}");
    }
    assert_eq!(certificate["margin"], -2);
    assert_eq!(certificate["verdict"], "insufficient");
}

/// A law that lets the examination end early says so where the case stands, for as long as lines are examined.
#[test]
fn an_examination_that_may_end_early() {
    let office = office(Stage::Files);
    let pack = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/synthetic/county-recall.toml");
    let rule =
        "[early_stop]\nat_percent = 100\ntext = \"It may end.\"\ncitation = \"Made-up Code 1\"\nstatus = \"open\"\n";
    office.write("ours.toml", format!("{}\n{rule}", std::fs::read_to_string(pack).unwrap()));
    office.write("facts.json", office.text("facts.json").replace("synthetic/county-recall", "ours.toml"));
    office.acts("case new case --facts facts.json");
    assert!(!office.succeeds("case status case").stdout.contains("may end"), "nothing is examined yet");
    office.acts("intake receive case --lines lines.csv --sections sections.csv");
    office.acts("intake count case");
    shows!([office.succeeds("case status case")]);
    let status = office.json("case status case");
    assert_eq!(status["early_stop"]["valid"], status["required"], "{status}");
    assert_eq!(status["early_stop"]["rule"]["citation"], "Made-up Code 1");
}

#[test]
fn late_or_early_filing() {
    let office = office(Stage::Files);
    let facts = office.text("facts.json");
    office.write("late.json", facts.replace("2022-07-06", "2022-07-07"));
    office.write("early.json", facts.replace("2022-07-06", "2022-01-26"));
    shows!([office.refuses("case new case --facts late.json"), office.refuses("case new case --facts early.json")]);
}

#[test]
fn fewer_signatures_than_required() {
    let office = office(Stage::Files);
    office.write("facts.json", office.text("facts.json").replace(": 40", ": 61"));
    office.succeeds("roll import roll.csv --out roll");
    office.acts("case new case --facts facts.json");
    office.acts("intake receive case --lines lines.csv --sections sections.csv");
    let count = office.run(&format!("intake count case {ACT}"));
    assert_eq!(count.status, Some(1));
    shows!([
        count,
        office.refuses("match --case case --roll roll"),
        office.refuses("decide case decisions.csv --roll roll"),
        office.refuses("certify case --roll roll --on 2022-08-15 --out out"),
        office.succeeds("case status case"),
    ]);
}

/// Exactly as many as required are enough.
#[test]
fn as_many_signatures_as_required() {
    let office = office(Stage::Files);
    office.write("facts.json", office.text("facts.json").replace(": 40", ": 60"));
    office.acts("case new case --facts facts.json");
    office.acts("intake receive case --lines lines.csv --sections sections.csv");
    assert_eq!(office.json("intake count case")["accepted"], true);
}

/// A request counts only when it came before the day of filing, and is from the signer's hand.
#[test]
fn withdrawals() {
    let office = office(Stage::Decided);
    office.write(
        "w.csv",
        "voter_id,received_on,signature_compares\n1002,2022-07-06,yes\n1002,2022-07-07,yes\n1002,2022-07-01,no\n",
    );
    let refused = office.acts("intake withdraw case w.csv --roll roll");
    assert_eq!(office.status()["valid"], 2);
    office.write("w.csv", "voter_id,received_on,signature_compares\n1002,2022-07-05,yes\n");
    let accepted = office.acts("intake withdraw case w.csv --roll roll");
    assert_eq!(office.status()["valid"], 1);
    shows!([refused, accepted, office.succeeds("case rebuild case"), office.succeeds("case status case")]);
}

/// void-section-voids-its-lines: no more and no fewer; a duplicate in it frees its twin.
#[test]
fn a_void_section() {
    let office = office(Stage::Decided);
    office.write(
        "v.csv",
        "section,reason,reviewer,decided_at,note\n1,section_fatal,R1,2022-07-13T15:00:00Z,not signed\n",
    );
    shows!([
        office.acts("intake void case v.csv"),
        office.refuses("intake void case v.csv"),
        office.succeeds("case status case"),
        office.succeeds("case rebuild case"),
        office.acts("intake restore case --section 1 --because signed-after-all"),
        office.refuses("intake restore case --section 1 --because signed-after-all"),
        office.succeeds("case status case"),
        office.succeeds("case rebuild case"),
    ]);
}

#[test]
fn certify_too_early() {
    let office = office(Stage::Received);
    let before = office.refuses("certify case --roll roll --on 2022-08-15 --out out");
    office.acts("intake count case");
    let unsearched = office.refuses("certify case --roll roll --on 2022-08-15 --out out");
    office.acts("match --case case --roll roll");
    let decisions: String = office.text("decisions.csv").lines().take(3).map(|line| format!("{line}\n")).collect();
    office.write("some.csv", decisions);
    shows!([
        before,
        unsearched,
        office.acts("decide case some.csv --roll roll"),
        office.refuses("certify case --roll roll --on 2022-08-15 --out out"),
        office.refuses("certify case --roll roll --out out"),
        office.refuses("certify case --roll roll --on 2022-08-15 --out out --official Somebody"),
    ]);
}

/// The date on a certificate cannot lie before what it rests on, and one that stands keeps its date.
#[test]
fn the_date_of_a_certificate() {
    let decided = office(Stage::Decided);
    let certified = office(Stage::Certified);
    shows!([
        decided.refuses("certify case --roll roll --on 2022-07-05 --out out"),
        certified.refuses("certify case --roll roll --on 2022-08-02 --out out"),
    ]);
}

/// A certificate that stands keeps its official: another one is refused, and told who stands on record.
#[test]
fn the_official_of_a_certificate() {
    let without = office(Stage::Certified);
    let office = office(Stage::Decided);
    let certify = |official: &str| {
        let words = ["certify", "case", "--roll", "roll", "--on", "2022-08-15", "--out", "out", "--title", "Registrar"];
        let mut command = office.command("");
        command.args(words).args(["--office", "Made-up County", "--official", official]);
        command
    };
    let run = |official: &str| crate::harness::Run::of(official, &certify(official).output().unwrap());
    assert_eq!(run("A. Registrar").status, Some(0));
    assert_eq!(run("A. Registrar").status, Some(0), "the same official writes it again");
    shows!([
        office.stays_as_it_is(|| run("B. Successor")),
        without.refuses("certify case --roll roll --out out --official B --title Registrar --office County"),
        office.succeeds("certify case --roll roll --out elsewhere"),
    ]);
    assert_eq!(office.read("elsewhere/certificate.json"), office.read("out/certificate.json"));
}

#[test]
fn another_roll_is_refused() {
    let office = office(Stage::Decided);
    office.write("roll2.csv", office.text("roll.csv").replace("ROSA", "ROSE"));
    office.succeeds("roll import roll2.csv --out roll2");
    office.write("w.csv", "voter_id,received_on,signature_compares\n1002,2022-07-05,yes\n");
    shows!([
        office.refuses("decide case decisions.csv --roll roll2 --supersede again"),
        office.refuses("intake withdraw case w.csv --roll roll2"),
        office.refuses("certify case --roll roll2 --on 2022-08-15 --out out"),
    ]);
}

#[test]
fn a_case_is_opened_once() {
    let office = office(Stage::Certified);
    shows!([office.refuses("case new case --facts facts.json"), office.refuses("case new roll --facts facts.json")]);
}

/// certificate-is-a-function: the same bytes again, in another folder, time zone and language, and from the same steps
/// taken elsewhere.
#[test]
fn the_certificate_is_a_function() {
    let documents = |office: &Office| ["out/certificate.json", "out/certificate.pdf"].map(|name| office.read(name));
    let office = county(Stage::Decided);
    let certify = "certify case --roll roll --on 2022-08-15 --out out --official Clerk --title Registrar --office County --at 2022-08-15T17:00:00Z";
    let elsewhere = office.copy();
    office.succeeds(certify);
    let first = documents(&office);
    let events = office.status();
    office.succeeds("certify case --roll roll --out out");
    assert_eq!(documents(&office), first, "written again");
    assert_eq!(office.status(), events, "writing again is no event");

    let mut abroad = elsewhere.command(certify);
    abroad.env("TZ", "Asia/Tokyo").env("LANG", "tr_TR.UTF-8").env("LC_ALL", "tr_TR.UTF-8").env("USER", "somebody");
    assert!(abroad.output().unwrap().status.success());
    assert_eq!(documents(&elsewhere), first, "certified elsewhere");
    assert!(first[1].starts_with(b"%PDF-"));
    let text = String::from_utf8(first[0].clone()).unwrap();
    assert!(!text.contains("tmp"), "no path stands in a certificate");
}

/// The tables follow from the events: what somebody changes in them is mended; the events themselves do not change.
#[test]
fn tables_are_mended_and_events_are_kept() {
    let office = office(Stage::Certified);
    let certificate = office.text("out/certificate.json");
    for tampering in [
        "UPDATE line_state SET disposition = 'valid', reason = NULL",
        "DELETE FROM line WHERE section = 1",
        "UPDATE section SET state = 'section_fatal', lines = 99",
        "INSERT INTO withdrawal VALUES (3, '1002', '2022-01-01', 1)",
        "UPDATE certificate SET valid = 1000000",
    ] {
        assert!(office.sql(tampering).unwrap() > 0);
    }
    let refused = [
        "UPDATE event SET public = '{}' WHERE seq = 9",
        "DELETE FROM event WHERE seq = 9",
        "UPDATE event SET seq = seq + 1",
    ];
    for statement in refused {
        let error = office.sql(statement).unwrap_err();
        assert!(error.contains("nothing-vanishes"), "{statement}: {error}");
    }
    let runs = [
        office.succeeds("case rebuild case"),
        office.succeeds("case rebuild case"),
        office.succeeds("case status case"),
    ];
    office.acts("certify case --roll roll --out out");
    assert_eq!(office.text("out/certificate.json"), certificate);
    shows!(runs);
}

/// An event put in the middle, or taken out behind the trigger's back, is found before anything else is done.
#[test]
fn events_tampered_with_behind_the_trigger() {
    let tampered = |statements: &[&'static str]| {
        let office = office(Stage::Certified);
        office.sql("DROP TRIGGER event_is_kept").unwrap();
        office.sql("DROP TRIGGER event_is_unchanged").unwrap();
        for statement in statements {
            assert!(office.sql(statement).unwrap() > 0, "{statement}");
        }
        office
    };
    let gap = tampered(&["DELETE FROM event WHERE seq = 9"]);
    let garbled = tampered(&["UPDATE event SET public = '{' WHERE seq = 9"]);
    let unknown = tampered(&["UPDATE event SET kind = 'line_erased' WHERE seq = 9"]);
    let rewritten = tampered(&["UPDATE event SET actor = 'nobody' WHERE seq = 9"]);
    let again = "certify case --roll roll --out again";
    // A changed actor gives other events, and so another certificate than the one on record: that is found too.
    shows!([gap.refuses(again), garbled.refuses(again), unknown.refuses(again), rewritten.run(again)]);
}

#[test]
fn words_that_are_no_command() {
    let office = office(Stage::Opened);
    for (words, status) in [
        ("", 1),
        ("ponder", 1),
        ("case", 1),
        ("certify", 1),
        ("certify case --roll roll --on 2022-02-30", 1),
        ("decide case", 1),
    ] {
        let run = office.run(words);
        assert_eq!(run.status, Some(status), "{run}");
        assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{run}");
    }
    shows!([
        office.run("ponder"),
        office.run("certify case --roll roll --on 2022-02-30"),
        office.run("match --roll roll")
    ]);
}

#[test]
fn help() {
    let office = Office::empty();
    shows!([
        office.succeeds("--help"),
        office.succeeds("--version"),
        office.succeeds("roll import --help"),
        office.succeeds("match --help"),
        office.succeeds("intake --help"),
        office.succeeds("decide --help"),
        office.succeeds("certify --help"),
    ]);
}

#[test]
fn completions_and_manual() {
    let office = Office::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = office.succeeds(&format!("completions {shell}"));
        assert!(run.stdout.contains("certify"), "{shell}");
    }
    shows!([office.succeeds("man pages"), office.run("completions tcsh")]);
    let pages = office.files();
    assert!(pages.iter().any(|page| page == "pages/countersign-certify.1"), "{pages:?}");
    assert!(office.text("pages/countersign.1").contains("petition"));
}

/// A reader that goes away early is no fault.
#[test]
fn a_closed_pipe_is_no_fault() {
    let office = office(Stage::Opened);
    let mut shell = std::process::Command::new("sh");
    office.surround(&mut shell);
    let output = shell
        .args([
            "-c",
            &format!("{{ sleep 0.1; {PROGRAM} rules show us/ca/county-recall-2022; echo $? >status; }} | true"),
        ])
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(office.text("status").trim(), "0");
}
