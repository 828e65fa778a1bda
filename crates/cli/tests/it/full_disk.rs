//! A disk that takes no more: the command says so, nothing half done is left, and with room it finishes.

use std::process::Command;

use crate::harness::{Office, PROGRAM, Run, Stage, county, shows};

/// Runs a command that may write no file beyond so many blocks of 512 bytes: every write after that fails, as on a disk
/// that has filled up.
fn run_with_room(office: &Office, blocks: u32, words: &str) -> Run {
    let mut shell = Command::new("sh");
    office.surround(&mut shell);
    let output =
        shell.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec {PROGRAM} {words}")]).output().unwrap();
    Run::of(words, &output)
}

fn refused_without_room(stage: Stage, blocks: u32, words: &str) -> Run {
    let office = county(stage);
    let run = office.stays_as_it_is(|| run_with_room(&office, blocks, words));
    office.acts(words);
    if stage > Stage::Files {
        assert!(office.succeeds("case rebuild case").stdout.contains("the tables agree"));
    }
    run
}

#[test]
fn roll_import() {
    let office = county(Stage::Files);
    let words = "roll import roll.csv --out roll";
    let run = office.stays_as_it_is(|| run_with_room(&office, 100, words));
    office.succeeds(words);
    office.write("other.csv", office.text("roll.csv").replacen("LOS ANGELES", "LOS ANGELINOS", 1));
    let over = office.stays_as_it_is(|| run_with_room(&office, 100, "roll import other.csv --out roll"));
    shows!([run, over]);
}

#[test]
fn case_new() {
    shows!([0, 8, 40].map(|blocks| refused_without_room(Stage::Files, blocks, "case new case --facts facts.json")));
}

#[test]
fn intake_receive() {
    shows!([refused_without_room(Stage::Opened, 150, "intake receive case --lines lines.csv --sections sections.csv")]);
}

#[test]
fn match_of_a_case() {
    shows!([refused_without_room(Stage::Counted, 450, "match --case case --roll roll")]);
}

#[test]
fn decide() {
    shows!([refused_without_room(Stage::Searched, 100, "decide case decisions.csv --roll roll")]);
}

/// The certificate is either not on record, or it is and the same command writes its documents.
#[test]
fn certify() {
    let words = "certify case --roll roll --on 2022-08-15 --out out";
    shows!([0, 20, 64].map(|blocks| {
        let office = county(Stage::Decided);
        let before = office.files();
        let run = run_with_room(&office, blocks, &format!("{words} --at 2022-08-15T17:00:00Z"));
        assert_eq!(run.status, Some(1), "{run}");
        // Without room the store cannot fold its log back into the case; the next command does.
        let left = office.files().into_iter().filter(|file| !before.contains(file) && !file.starts_with("case-"));
        let left: Vec<_> = left.filter(|file| !file.starts_with("out/") || file.contains("draft")).collect();
        assert!(left.is_empty(), "{left:?}");
        office.succeeds(&format!("{words} --at 2022-08-15T17:00:00Z"));
        assert_eq!(office.files().len(), before.len() + 2, "the certificate's two documents: {:?}", office.files());
        run
    }));
}

#[test]
fn match_to_a_file() {
    let office = county(Stage::Opened);
    let full = "match --roll roll --lines lines.csv --out /dev/full";
    let words = "match --roll roll --lines lines.csv --out new.csv";
    shows!([office.refuses(full), office.stays_as_it_is(|| run_with_room(&office, 20, words))]);
}

#[test]
fn standard_output() {
    let office = county(Stage::Opened);
    let mut shell = Command::new("sh");
    office.surround(&mut shell);
    let words = "case status case";
    let output = shell.args(["-c", &format!("exec {PROGRAM} {words} >/dev/full")]).output().unwrap();
    shows!([Run::of(words, &output)]);
}
