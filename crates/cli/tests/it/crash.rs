//! Commands that are stopped or killed midway: all or nothing, and the same command again finishes.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::harness::{Office, Run, Stage, county};

const DECIDE: &str = "decide case decisions.csv --roll roll --actor clerk --at 2022-08-15T17:00:00Z";

fn start(office: &Office, words: &str) -> Child {
    office.command(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// How long a command takes when it is left alone.
fn duration(office: &Office, words: &str) -> Duration {
    let office = office.copy();
    let since = Instant::now();
    office.succeeds(words);
    since.elapsed()
}

/// Ctrl-C after some time.
fn interrupted_after(office: &Office, words: &str, delay: Duration) -> Output {
    let child = start(office, words);
    sleep(delay);
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).output().unwrap();
    drop(sent);
    child.wait_with_output().unwrap()
}

/// Presses Ctrl-C in copies of an office, ever closer to the middle of the work, and looks at each one left behind.
fn interrupted_midway(office: &Office, words: &str, look: impl Fn(&Office, &Run)) {
    let (mut early, mut late) = (Duration::ZERO, duration(office, words) * 2);
    let mut stopped = 0;
    for _ in 0..24 {
        let copy = office.copy();
        let delay = (early + late) / 2;
        let run = Run::of(words, &interrupted_after(&copy, words, delay));
        look(&copy, &run);
        match run.status {
            // Before the program listens, the signal ends it; nothing was begun.
            None => early = delay,
            Some(0) => late = delay,
            Some(130) => {
                assert!(run.stderr.contains("Run the same command again"), "{run}");
                stopped += 1;
                early = (early * 3 + delay) / 4;
            }
            Some(_) => panic!("{run}"),
        }
        if stopped == 3 {
            return;
        }
        if late < early + Duration::from_micros(500) {
            (early, late) = (Duration::ZERO, duration(office, words) * 2);
        }
    }
    assert!(stopped > 0, "no Ctrl-C came in time: the work takes {late:?}");
}

#[test]
fn interrupted_roll_import() {
    let office = Office::empty();
    office.succeeds("synth --dir . --scale 1:200");
    // What begins as a roll does is one, and makes way.
    let earlier = "countersign roll of an earlier day";
    office.write("roll", earlier);
    let files = office.files();
    interrupted_midway(&office, "roll import roll.csv --out roll", |office, run| {
        assert_eq!(office.files(), files, "{run}");
        if run.status == Some(0) {
            office.succeeds("roll info roll --verify");
        } else {
            assert_eq!(office.text("roll"), earlier, "{run}");
            office.succeeds("roll import roll.csv --out roll");
        }
    });
}

#[test]
fn interrupted_match_of_a_case() {
    let office = county(Stage::Counted);
    let words = "match --case case --roll roll --actor clerk --at 2022-08-15T17:00:00Z";
    let whole = office.copy();
    whole.succeeds(words);
    let whole = whole.status();
    interrupted_midway(&office, words, |office, run| {
        let searched = office.status()["searched"].as_u64();
        assert!(searched == Some(0) || searched == whole["searched"].as_u64(), "{searched:?} {run}");
        assert!(office.succeeds("case rebuild case").stdout.contains("the tables agree"), "{run}");
        assert!(!office.files().iter().any(|file| file.contains("draft")), "{run}");
        office.succeeds(words);
        assert_eq!(office.status(), whole, "the same command again comes to the same events");
    });
}

#[test]
fn interrupted_match_to_a_file() {
    let office = county(Stage::Counted);
    let files = office.files();
    interrupted_midway(&office, "match --roll roll --lines lines.csv --out candidates.csv", |office, run| {
        let mut now = office.files();
        now.retain(|file| file != "candidates.csv" || run.status != Some(0));
        assert_eq!(now, files, "{run}");
    });
}

/// Killed at instants spread over the whole work: afterwards all of the decisions are there or none is, the tables agree
/// with the events, and the same command again finishes or says that the lines are decided.
#[test]
fn killed_while_deciding() {
    let office = county(Stage::Searched);
    let takes = duration(&office, DECIDE);
    let (before, whole) = (office.status(), decided(&office));
    let (mut none, mut all) = (0, 0);
    for instant in 0..20 {
        let office = office.copy();
        let mut child = start(&office, DECIDE);
        sleep(takes * instant / 8);
        let _ = child.kill();
        let run = Run::of(DECIDE, &child.wait_with_output().unwrap());
        let after = office.status();
        assert!(office.succeeds("case rebuild case").stdout.contains("the tables agree"), "{run}");
        let again = office.run(DECIDE);
        if after == before {
            assert!(run.stdout.is_empty(), "acknowledged-is-kept: {run}");
            assert_eq!(again.status, Some(0), "{again}");
            assert_eq!(office.status(), whole);
            none += 1;
        } else {
            assert_eq!(after, whole, "a part of the decisions is there");
            assert_eq!(again.status, Some(1), "{again}");
            assert!(again.stderr.contains("decided already"), "{again}");
            all += 1;
        }
        office.succeeds("certify case --roll roll --on 2022-08-15 --out out");
    }
    assert!(none > 0 && all > 0, "the kills came all on one side: {none} before, {all} after");
}

fn decided(office: &Office) -> serde_json::Value {
    let copy = office.copy();
    copy.succeeds(DECIDE);
    copy.status()
}

/// acknowledged-is-kept: killed the moment a person can read that the decisions were taken in.
#[test]
fn killed_after_the_acknowledgement() {
    let office = county(Stage::Searched);
    let whole = decided(&office);
    let mut child = start(&office, DECIDE);
    let mut said = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
    let _ = child.kill();
    child.wait().unwrap();
    assert!(said.contains("decisions taken in"), "{said}");
    assert_eq!(office.status(), whole);
}

/// A program that dies with its draft leaves nothing that stands in the way of the next.
#[test]
fn killed_while_importing_and_opening() {
    let office = county(Stage::Files);
    for (words, out) in [("roll import roll.csv --out roll", "roll"), ("case new case --facts facts.json", "case")] {
        let takes = duration(&office, words);
        for instant in 0..6 {
            let office = office.copy();
            let mut child = start(&office, words);
            sleep(takes * instant / 5);
            let _ = child.kill();
            child.wait().unwrap();
            if !office.path(out).exists() {
                office.succeeds(words);
            }
            let sound = if out == "roll" { "roll info roll --verify" } else { "case status case" };
            office.succeeds(sound);
        }
    }
}
