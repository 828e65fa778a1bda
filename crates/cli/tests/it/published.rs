//! Records as an office publishes them, in memory, and what a cheating office makes of them; and what the two verifiers say of one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use ledger::{Checkpoint, SignatureKind, SigningKey, Tree, VerifyingKey, hex, sign, sign_text};
use serde_json::Value;
use sha2::{Digest, Sha256};
use verifier::{Known, Record, layout, sums_text};

use crate::harness::{Office, Stage, county, office};

pub(crate) const SEED: &str = "20237331128159211123";
pub(crate) const OTHER_SEED: &str = "88005553535123456789";
const NAME: &str = "county.example/recall-2022";

/// The office's key, or another of the same name.
pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(NAME, SignatureKind::Log, &[seed; 32]).unwrap()
}

pub(crate) const OFFICE: u8 = 1;

/// A record in memory, with the certificate that is handed in beside it.
#[derive(Clone)]
pub(crate) struct Published {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) certificate: Vec<u8>,
    pub(crate) seen: Option<String>,
    /// The keys of the witnesses who are asked for.
    pub(crate) witnesses: Vec<VerifyingKey>,
}

/// The record that an office publishes of its certified case.
pub(crate) fn publish(office: &Office, level: &str) -> Published {
    office.write("log.key", key(OFFICE).to_line());
    office.succeeds(&format!("publish case --key log.key --out record --level {level}"));
    let names = office.files().into_iter().filter_map(|name| name.strip_prefix("record/").map(str::to_owned));
    let files: BTreeMap<_, _> = names.map(|name| (name.clone(), office.read(&format!("record/{name}")))).collect();
    let certificate = files[layout::CERTIFICATE].clone();
    Published { files, certificate, seen: None, witnesses: Vec::new() }
}

/// The county with so many registered voters on paper that a tenth of them is the requirement, after these acts.
fn county_where(required: u64, acts: &[&str]) -> Office {
    let office = county(Stage::Opened);
    let mut facts: Value = serde_json::from_str(&office.text("facts.json")).unwrap();
    facts["registered_voters"] = (required * 10).into();
    office.write("facts.json", facts.to_string());
    std::fs::remove_file(office.path("case")).unwrap();
    office.write("blank.csv", "section,line\n1,1\n3,2\n3,4\n");
    office.write("signed.csv", "section,line\n3,4\n");
    // Some lines of two sections, keyed once more as they were.
    let lines = office.text("lines.csv");
    let keyed = |row: &&str| ["section,", "2,1,1,", "2,1,2,", "4,1,3,"].iter().any(|begun| row.starts_with(begun));
    office.write("keyed.csv", lines.lines().filter(keyed).map(|row| format!("{row}\n")).collect::<String>());
    // One request in time, of a voter on a line that is valid otherwise, and one too late.
    let signer = |section: &str| {
        let decisions = office.text("decisions.csv");
        let row = decisions.lines().find(|row| row.starts_with(section) && row.contains(",valid,")).unwrap().to_owned();
        row.split(',').nth(4).unwrap().to_owned()
    };
    let requests = [format!("{},2022-07-01,yes\n", signer("4,")), format!("{},2022-07-06,yes\n", signer("5,"))];
    office.write("withdrawals.csv", "voter_id,received_on,signature_compares\n".to_owned() + &requests.concat());
    office.acts("case new case --facts facts.json");
    office.acts("intake receive case --lines lines.csv --sections sections.csv");
    for words in acts {
        office.acts(words);
    }
    office
}

/// The decisions on these lines, or on all others.
fn decide(office: &Office, lines: &BTreeSet<String>, only_them: bool) {
    let decisions = office.text("decisions.csv");
    let place = |row: &str| row.split(',').take(2).collect::<Vec<_>>().join(",");
    let kept = decisions.lines().enumerate().filter(|(at, row)| *at == 0 || lines.contains(&place(row)) == only_them);
    office.write("some.csv", kept.map(|(_, row)| format!("{row}\n")).collect::<String>());
    office.acts("decide case some.csv --roll roll");
}

fn drawn(office: &Office) -> BTreeSet<String> {
    let sample = office.text("public/sample.csv");
    sample.lines().skip(1).map(|row| row.split(',').skip(1).take(2).collect::<Vec<_>>().join(",")).collect()
}

pub(crate) fn small() -> &'static Published {
    static RECORD: LazyLock<Published> = LazyLock::new(|| publish(&office(Stage::Certified), "lines"));
    &RECORD
}

/// Certified by a sample, after a first draw became void because lines were struck.
pub(crate) fn by_sample() -> &'static Published {
    static RECORD: LazyLock<Published> = LazyLock::new(|| {
        let acts = [
            "intake count case",
            "intake void case section_decisions.csv",
            "match --case case --roll roll",
            "sample seal case",
            &format!("sample draw case --seed {SEED}"),
            "intake reopen case --because recount",
            "intake strike case blank.csv --because blank",
            "intake count case",
            "match --case case --roll roll",
            "sample seal case",
            &format!("sample draw case --seed {OTHER_SEED} --out public"),
        ];
        let office = county_where(300, &acts);
        decide(&office, &drawn(&office), true);
        office.acts("certify case --roll roll --on 2022-08-15 --out out");
        publish(&office, "lines")
    });
    &RECORD
}

/// Every line examined after a sample left it open; a void section, withdrawals, lines struck and one of them reinstated, lines keyed again; a certificate
/// replaced by another with an official's name; a check of the outcome sealed and its seed rolled.
pub(crate) fn everything() -> &'static Published {
    static RECORD: LazyLock<Published> = LazyLock::new(|| {
        let acts = [
            "intake strike case blank.csv --because blank",
            "intake strike case signed.csv --reinstate --because signed",
            "intake count case",
            "intake withdraw case withdrawals.csv --roll roll",
            "intake void case section_decisions.csv",
            "match --case case --roll roll",
            "intake key case keyed.csv",
            "match --case case --roll roll",
            "sample seal case",
            &format!("sample draw case --seed {SEED} --out public"),
        ];
        let office = county_where(500, &acts);
        let mut decided = drawn(&office);
        decide(&office, &decided, true);
        decided.extend(["1,1".to_owned(), "3,2".to_owned()]);
        decide(&office, &decided, false);
        office.acts("certify case --roll roll --on 2022-08-15 --out out");
        office.acts("case reopen case --because recount");
        let row = office
            .text("decisions.csv")
            .lines()
            .find(|row| row.starts_with("2,") && row.contains(",valid,"))
            .unwrap()
            .to_owned();
        let row: Vec<_> = row.split(',').collect();
        let row = format!("{},{},invalid,no_printed_name,,R7,2022-08-15T15:00:00Z,", row[0], row[1]);
        office.write("new.csv", format!("{}{row}\n", crate::harness::DECISIONS_HEADER));
        office.acts("decide case new.csv --roll roll --supersede looked-again");
        office.acts(
            "certify case --roll roll --on 2022-08-16 --official Clerk --title Clerk --office County --out second",
        );
        office.acts("audit seal case");
        office.acts(&format!("audit draw case --seed {OTHER_SEED} --size 20 --out public"));
        publish(&office, "lines")
    });
    &RECORD
}

/// Both programs refuse a record, at this check.
#[track_caller]
pub(crate) fn refused(published: &Published, at: &str) {
    assert_eq!(published.verdict(true).as_deref(), Some(at));
}

/// What a program found: each check with whether it holds.
type Checks = Vec<(String, bool)>;

impl Published {
    /// Both programs' checks, which must be the same. Returns the name of the check that fails, if one does.
    ///
    /// The file of a certificate that was replaced is not in the record. The first program writes it again and compares its digest, the second
    /// compares what the event says of it; so where such a one is false in other figures, the second finds it at the next certificate.
    pub(crate) fn verdict(&self, known: bool) -> Option<String> {
        let ((first, why), (second, why_too)) = (self.by_rust(known), self.by_python(known));
        let false_at = first.last().filter(|(_, holds)| !holds).map(|(name, _)| name.clone());
        if false_at.as_deref() == Some("certificate-is-a-function") && first != second {
            let held = &first[..first.len() - 1];
            assert!(second.starts_with(held) && second.last() == first.last(), "{why} | {why_too}");
        } else {
            assert_eq!(first, second, "{why} | {why_too}");
        }
        false_at
    }

    fn by_rust(&self, known: bool) -> (Checks, String) {
        let key = known.then(|| key(OFFICE).verifying());
        let seen = self.seen.as_ref().map(|note| ledger::read_unverified(note).unwrap());
        let report = verifier::verify(
            &self.certificate,
            &Record::from_files(self.files.clone()),
            &Known { key, seen, witnesses: self.witnesses.clone() },
        );
        let last = report.checks.last().unwrap().found.clone();
        assert_eq!(report.holds, report.checks.iter().all(|check| check.holds));
        (report.checks.iter().map(|check| (check.name.to_owned(), check.holds)).collect(), last)
    }

    /// By the program that stands in the record, from files on disk.
    fn by_python(&self, known: bool) -> (Checks, String) {
        let office = Office::empty();
        for (name, content) in &self.files {
            let path = office.path("record").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        office.write("handed-in.json", &self.certificate);
        office.write("verify_record.py", verifier::VERIFY_PY);
        let mut python = std::process::Command::new("python3");
        python.args(["-B", "verify_record.py", "handed-in.json", "--record", "record", "--json"]);
        if known {
            python.args(["--key", &key(OFFICE).verifying().to_line()]);
        }
        if let Some(seen) = &self.seen {
            office.write("seen", seen);
            python.args(["--seen", "seen"]);
        }
        for witness in &self.witnesses {
            python.args(["--witness", &witness.to_line()]);
        }
        office.surround(&mut python);
        let output = python.output().expect("python3 is installed by the set-up");
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        let report: Value = serde_json::from_str(&told).unwrap_or_else(|error| panic!("{error}: {told}"));
        let checks = report["checks"].as_array().unwrap();
        assert_eq!(output.status.code(), Some(i32::from(report["holds"] == false)), "{told}");
        let last = checks.last().unwrap()["found"].as_str().unwrap().to_owned();
        let row = |check: &Value| (check["name"].as_str().unwrap().to_owned(), check["holds"] == true);
        (checks.iter().map(row).collect(), last)
    }

    pub(crate) fn log(&self) -> Vec<String> {
        let log = String::from_utf8(self.files[layout::LOG].clone()).unwrap();
        log.lines().map(str::to_owned).collect()
    }

    /// Where an event of this kind stands in the log, the last one where there are several.
    pub(crate) fn last(&self, kind: &str) -> usize {
        self.log().iter().rposition(|line| line.contains(&format!("\"kind\":\"{kind}\""))).unwrap()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.files[name].clone()).unwrap()
    }

    /// With other lines in the log, numbered again, and everything signed again: what an office does that cheats.
    pub(crate) fn with_log(&self, lines: Vec<String>) -> Self {
        let mut changed = self.clone();
        let number = |(at, line): (usize, String)| {
            let rest = line.split_once(',').unwrap().1.to_owned();
            format!("{{\"seq\":{},{rest}\n", at + 1)
        };
        let log: String = lines.into_iter().enumerate().map(number).collect();
        changed.files.insert(layout::LOG.to_owned(), log.into_bytes());
        changed.signed_again(OFFICE)
    }

    /// With a file that says something else, signed again.
    pub(crate) fn with_file(&self, name: &str, content: impl Into<Vec<u8>>) -> Self {
        let mut changed = self.clone();
        changed.files.insert(name.to_owned(), content.into());
        changed.signed_again(OFFICE)
    }

    /// With one line of the log changed by words in it.
    pub(crate) fn with_words(&self, at: usize, from: &str, to: &str) -> Self {
        let mut lines = self.log();
        assert!(lines[at].contains(from), "{from} in {}", lines[at]);
        lines[at] = lines[at].replacen(from, to, 1);
        self.with_log(lines)
    }

    /// With another certificate in the record and handed in, and its digest in the log: a consistent lie.
    pub(crate) fn with_certificate(&self, from: &str, to: &str) -> Self {
        let mut changed = self.clone();
        let before = self.text(layout::CERTIFICATE);
        assert!(before.contains(from), "{from}");
        let after = before.replacen(from, to, 1).into_bytes();
        let digests = [before.as_bytes(), &after].map(|bytes| hex(&Sha256::digest(bytes)));
        changed.files.insert(layout::CERTIFICATE.to_owned(), after.clone());
        changed.certificate = after;
        changed.with_words(changed.last("certified"), &digests[0], &digests[1])
    }

    /// Checkpoint and sums as the files are, signed by a key of the log's name.
    pub(crate) fn signed_again(mut self, seed: u8) -> Self {
        let key = key(seed);
        if let Some(log) = self.files.get(layout::LOG) {
            let mut tree = Tree::default();
            let body = log.strip_suffix(b"\n").unwrap_or(log);
            body.split(|&byte| byte == b'\n').for_each(|line| tree.push(line));
            let checkpoint = Checkpoint { origin: NAME.to_owned(), size: tree.size(), root: tree.root() };
            self.files.insert(layout::CHECKPOINT.to_owned(), sign(&checkpoint, &key).unwrap().into_bytes());
        }
        self.files.insert(layout::KEY.to_owned(), format!("{}\n", key.verifying().to_line()).into_bytes());
        let apart = [layout::SUMS, layout::SUMS_SIGNATURE, layout::CHECKPOINT];
        let listed = self.files.iter().filter(|(name, _)| !apart.contains(&name.as_str()));
        let sums: String =
            listed.map(|(name, content)| format!("{}  {name}\n", hex(&Sha256::digest(content)))).collect();
        let signature = sign_text(&sums_text(NAME, sums.as_bytes()), &key).unwrap();
        self.files.insert(layout::SUMS_SIGNATURE.to_owned(), signature.into_bytes());
        self.files.insert(layout::SUMS.to_owned(), sums.into_bytes());
        self
    }
}
