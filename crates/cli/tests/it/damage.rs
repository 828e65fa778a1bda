//! Files that were damaged: said so in words, never a crash, never a part taken for the whole.

use crate::harness::{Office, Stage, county, office, shows};

#[test]
fn what_is_no_case_and_no_roll() {
    let office = office(Stage::Opened);
    office.write("empty", "");
    office.write("text", "not a case, and long enough to have a header ".repeat(100));
    std::fs::create_dir(office.path("folder")).unwrap();
    let mut runs = Vec::new();
    for file in ["empty", "text", "folder", "roll", "facts.json"] {
        runs.push(office.refuses(&format!("case status {file}")));
    }
    for file in ["empty", "text", "folder", "case"] {
        runs.push(office.refuses(&format!("roll info {file}")));
    }
    shows!(runs);
}

#[test]
fn a_truncated_case() {
    let office = county(Stage::Decided);
    let case = office.read("case");
    for part in [1, 10, 40, 70, 99] {
        office.write("case", &case[..case.len() * part / 100]);
        answered(&office, "case status case");
        answered(&office, "case rebuild case");
    }
    office.write("case", &case[..case.len() / 2]);
    shows!([office.refuses("case status case")]);
}

#[test]
fn a_case_with_other_bytes_in_it() {
    let whole = county(Stage::Decided);
    let case = whole.read("case");
    for place in 0..24 {
        let office = whole.copy();
        let mut damaged = case.clone();
        let at = case.len() / 24 * place;
        // A fixed sequence that looks like noise.
        let mut noise = 0x2545_F491_u32.wrapping_add(u32::try_from(place).unwrap());
        for byte in damaged.iter_mut().skip(at).take(700) {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *byte = noise.to_be_bytes()[0];
        }
        office.write("case", damaged);
        answered(&office, "case status case");
        answered(&office, "certify case --roll roll --on 2022-08-15 --out out");
    }
}

/// The command is done, or says what is wrong with the file; it does not fall over, and does not blame itself.
fn answered(office: &Office, words: &str) {
    let run = office.run(words);
    assert!(matches!(run.status, Some(0 | 1)), "{run}");
    assert!(!run.stderr.contains("internal error"), "{run}");
}

#[test]
fn a_damaged_roll() {
    let office = county(Stage::Searched);
    let roll = office.read("roll");
    let mut runs = Vec::new();
    for part in [0, 1, 50, 99] {
        office.write("roll", &roll[..roll.len() * part / 100]);
        runs.push(office.refuses("decide case decisions.csv --roll roll"));
    }
    for place in [0, 8, 40] {
        let mut damaged = roll.clone();
        damaged[place] ^= 0x55;
        office.write("roll", damaged);
        runs.push(office.refuses("match --case case --roll roll"));
    }
    for part in 0..16 {
        let mut damaged = roll.clone();
        let at = roll.len() * part / 16 + 5;
        damaged[at] ^= 0x55;
        office.write("roll", damaged);
        let run = office.refuses("roll info roll --verify");
        assert!(run.stderr.contains("damaged") || run.stderr.contains("not a roll"), "{at}: {run}");
        answered(&office, "match --roll roll --lines lines.csv --out candidates.csv");
    }
    shows!(runs);
}
