//! The public record through the whole program: what is in it, that it names nobody, and that it is the same everywhere.

use std::collections::BTreeSet;

use ledger::{InclusionProof, Opening, SignatureKind, SigningKey, VerifyingKey, verify};

use crate::harness::{ACT, Office, Stage, county, office, shows};

/// A key that is the same in every run, so that records can be compared.
fn with_key(office: &Office) -> VerifyingKey {
    let key = SigningKey::from_seed("county.example/recall", SignatureKind::Log, &[3; 32]).unwrap();
    office.write("log.key", key.to_line() + "\n");
    key.verifying()
}

fn checks_out(office: &Office, folder: &str, key: &VerifyingKey) -> verifier::Report {
    let record = verifier::Record::read(&office.path(folder)).unwrap();
    let known = verifier::Known { key: Some(key.clone()), ..Default::default() };
    verifier::verify(&office.read(&format!("{folder}/certificate.json")), &record, &known)
}

#[test]
fn a_record_from_key_to_check() {
    let office = office(Stage::Certified);
    let before = crate::harness::office(Stage::Decided);
    let key = with_key(&office);
    with_key(&before);
    office.write("witness.key", SigningKey::from_seed("press", SignatureKind::Witness, &[4; 32]).unwrap().to_line());
    shows!([
        before.refuses("publish case --key log.key --out record"),
        office.refuses("publish case --key absent.key --out record"),
        office.refuses("publish case --key facts.json --out record"),
        office.refuses("publish case --key witness.key --out record"),
        office.succeeds("publish case --key log.key --out record"),
        office.refuses("publish case --key log.key --out record"),
        office.succeeds("publish case --key log.key --out totals --level totals"),
        office.succeeds("publish case --key log.key --out again --json"),
    ]);
    for folder in ["record", "totals"] {
        let report = checks_out(&office, folder, &key);
        assert!(report.holds, "{report:#?}");
        assert_eq!(office.read(&format!("{folder}/certificate.json")), office.read("out/certificate.json"));
    }
    // A record of totals has no log to hold an earlier checkpoint against, and says so.
    let seen = Some(ledger::Checkpoint { origin: key.name().to_owned(), size: 3, root: [0; 32] });
    let record = verifier::Record::read(&office.path("totals")).unwrap();
    let known = verifier::Known { key: Some(key.clone()), seen, witnesses: Vec::new() };
    let report = verifier::verify(&office.read("totals/certificate.json"), &record, &known);
    let last = report.checks.last().unwrap();
    assert_eq!((report.holds, last.name, last.holds), (false, "log-only-grew", false));
    let files: Vec<_> = office.files().into_iter().filter(|file| !file.starts_with("out/")).collect();
    assert!(files.iter().any(|file| file == "record/log.jsonl"), "{files:?}");
    assert!(!files.iter().any(|file| file.contains("draft") || file == "totals/log.jsonl"), "{files:?}");
    for file in files.iter().filter_map(|file| file.strip_prefix("record/")) {
        assert_eq!(office.read(&format!("record/{file}")), office.read(&format!("again/{file}")), "{file}");
    }
}

#[test]
fn keys_are_made_once() {
    let office = Office::empty();
    let made = office.json("key new county.example/recall --out log.key");
    let line = made["key"].as_str().unwrap();
    assert_eq!(office.text("log.key.pub").trim_end(), line);
    let key = SigningKey::from_line(&office.text("log.key")).unwrap();
    assert_eq!((key.verifying().to_line().as_str(), key.verifying().kind()), (line, SignatureKind::Log));
    let press = office.json("key new press.example --out press.key --witness");
    assert_eq!(VerifyingKey::from_line(press["key"].as_str().unwrap()).unwrap().kind(), SignatureKind::Witness);
    assert!(office.refuses("key new county.example/recall --out log.key").stderr.contains("log.key"));
    office.write("half.key.pub", "another's");
    assert!(
        office.refuses("key new county.example/recall --out half.key").stderr.contains("half.key.pub is there already")
    );
    assert!(!office.path("half.key").exists(), "no half of a pair stays behind");
    assert!(office.refuses("key new a+b --out other.key").stderr.contains("without blanks and plus signs"));
    #[cfg(unix)]
    {
        let permissions =
            std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(office.path("log.key")).unwrap().permissions());
        assert_eq!(permissions & 0o777, 0o600);
    }
}

/// What the log hands out while a case goes on is signed, grows, and opens for a court.
#[test]
fn checkpoints_proofs_and_openings() {
    let office = office(Stage::Searched);
    let key = with_key(&office);
    let early = office.json("ledger checkpoint case --key log.key --out early");
    for there in ["log.key", "case", "facts.json"] {
        let run = office.refuses(&format!("ledger checkpoint case --key log.key --out {there}"));
        assert!(run.stderr.contains("is there already and stays as it is"), "{run}");
    }
    office.acts("decide case decisions.csv --roll roll");
    let since = early["events"].as_u64().unwrap();
    office.succeeds(&format!("ledger grown case --since {since} --key log.key --out grown"));
    let old = verify(&office.text("early"), &key).unwrap();
    let grown = ledger::ConsistencyProof::from_text(&office.text("grown")).unwrap();
    let new = verify(&grown.checkpoint, &key).unwrap();
    assert!(grown.holds(&old, &new) && new.size > old.size);
    office.succeeds(&format!("ledger open case --event {} --key log.key --out opened", new.size));
    let opening: Opening = serde_json::from_str(&office.text("opened")).unwrap();
    assert_eq!(opening.check(), Ok(()));
    assert_eq!(opening.reviewer.unwrap().id, "r2");
    let proof = InclusionProof::from_text(&office.text("opened.tlog-proof")).unwrap();
    assert!(proof.holds(opening.leaf.as_bytes(), &verify(&proof.checkpoint, &key).unwrap()));
    let secret = office.refuses("ledger open case --event 1 --key log.key --out nothing");
    assert!(secret.stderr.contains("holds the secret of the case"), "{secret}");
    for words in ["open case --event 0", "open case --event 999", "grown case --since 0", "grown case --since 999"] {
        let run = office.refuses(&format!("ledger {words} --key log.key --out nothing"));
        assert!(run.stderr.contains("the log has"), "{run}");
    }
}

/// Nothing in a record names or points at a voter, a circulator or a reviewer.
#[test]
fn a_record_names_nobody() {
    let office = county(Stage::Certified);
    with_key(&office);
    office.succeeds("publish case --key log.key --out record");
    let mut people: BTreeSet<String> = BTreeSet::new();
    let mut take = |file: &str, columns: &[&str]| {
        let mut reader = csv::Reader::from_path(office.path(file)).unwrap();
        let headers = reader.headers().unwrap().clone();
        for row in reader.records() {
            let row = row.unwrap();
            let fields =
                headers.iter().zip(row.iter()).filter(|(name, text)| columns.contains(name) && !text.is_empty());
            people.extend(fields.map(|(_, text)| text.to_lowercase()));
        }
    };
    take("roll.csv", &["voter_id"]);
    take("lines.csv", &["printed_name", "address"]);
    take("sections.csv", &["circulator", "circulator_address"]);
    take("decisions.csv", &["reviewer", "note"]);
    assert!(people.len() > 6_000, "{}", people.len());
    for file in
        office.files().into_iter().filter(|file| file.starts_with("record/") && file != "record/certificate.pdf")
    {
        let text = office.text(&file).to_lowercase();
        let words: BTreeSet<&str> = text.split(|letter: char| !letter.is_alphanumeric()).collect();
        for person in &people {
            // Names and addresses of several words are looked for as they are written, single words as words.
            let found = if person.contains(' ') { text.contains(person) } else { words.contains(person.as_str()) };
            assert!(!found, "{file} says {person}");
        }
    }
}

/// Another time zone, language and folder, and files that have nothing to do with it: the same certificate and the same record.
#[test]
fn the_record_is_the_same_everywhere() {
    let records: Vec<_> = [("UTC", "C", false), ("Asia/Kathmandu", "de_DE.UTF-8", true)]
        .into_iter()
        .map(|(zone, language, cluttered)| {
            let office = office(Stage::Files);
            with_key(&office);
            office.write("secret.txt", "07".repeat(32));
            if cluttered {
                office.write("another.csv", "has,nothing\nto,do\n");
                std::fs::create_dir(office.path("out")).unwrap();
            }
            let case = format!("case new case --facts facts.json --secret-file secret.txt {ACT}");
            let steps = [
                "roll import roll.csv --out roll".to_owned(),
                case,
                format!("intake receive case --lines lines.csv --sections sections.csv {ACT}"),
                format!("intake count case {ACT}"),
                format!("match --case case --roll roll {ACT}"),
                format!("decide case decisions.csv --roll roll {ACT}"),
                format!("certify case --roll roll --out out --on 2022-08-15 {ACT}"),
                "publish case --key log.key --out record".to_owned(),
            ];
            for words in steps {
                let mut command = office.command(&words);
                command.env("TZ", zone).env("LC_ALL", language);
                assert!(command.output().unwrap().status.success(), "{words}");
            }
            let files = office.files().into_iter().filter(|file| file.starts_with("record/"));
            files.map(|file| (file.clone(), office.read(&file))).collect::<Vec<_>>()
        })
        .collect();
    assert!(records[0].len() > 6);
    assert_eq!(records[0], records[1]);
}

/// A certificate that replaced another: the record says what changed, line by line, and both are computed again.
#[test]
fn a_replaced_certificate_and_what_changed() {
    let office = office(Stage::Certified);
    let key = with_key(&office);
    office.acts("case reopen case --because address --json");
    let refused = office.refuses("publish case --key log.key --out record");
    assert!(refused.stderr.contains("no certificate stands"), "{refused}");
    office.write(
        "second.csv",
        "section,line,disposition,reason,voter_id,reviewer,decided_at,note\n1,3,valid,,1003,R2,2022-08-15T16:00:00Z,\n",
    );
    office.acts("decide case second.csv --roll roll --supersede address");
    office.acts("certify case --roll roll --out second --on 2022-08-17");
    office.succeeds("publish case --key log.key --out record");
    assert_eq!(office.text("record/changes.csv"), "section,line,before,after\n1,3,different_address,valid\n");
    let report = checks_out(&office, "record", &key);
    assert!(report.holds, "{report:#?}");
    let computed = report.checks.iter().filter(|check| check.name == "certificate-is-a-function").count();
    assert_eq!(computed, 2, "{report:#?}");
}
