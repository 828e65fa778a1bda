//! The public record of a case, checked by two programs that were written apart: `countersign-verify` and `verify_record.py`. What is true
//! both accept; what is false both refuse, at the same check.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use ledger::{Checkpoint, SignatureKind, SigningKey, Tree, hex, sign, sign_text};
use serde_json::Value;
use sha2::{Digest, Sha256};
use verifier::{Known, Record, layout, sums_text};

use crate::harness::{Office, Stage, county, office};

const SEED: &str = "20237331128159211123";
const OTHER_SEED: &str = "88005553535123456789";
const NAME: &str = "county.example/recall-2022";

/// The office's key, or another of the same name.
fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(NAME, SignatureKind::Log, &[seed; 32]).unwrap()
}

const OFFICE: u8 = 1;

/// A record in memory, with the certificate that is handed in beside it.
#[derive(Clone)]
struct Published {
    files: BTreeMap<String, Vec<u8>>,
    certificate: Vec<u8>,
    seen: Option<String>,
}

/// The record that an office publishes of its certified case.
fn publish(office: &Office) -> Published {
    office.write("log.key", key(OFFICE).to_line());
    office.succeeds("publish case --key log.key --out record");
    let names = office.files().into_iter().filter_map(|name| name.strip_prefix("record/").map(str::to_owned));
    let files: BTreeMap<_, _> = names.map(|name| (name.clone(), office.read(&format!("record/{name}")))).collect();
    let certificate = files[layout::CERTIFICATE].clone();
    Published { files, certificate, seen: None }
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
    acts.iter().for_each(|words| drop(office.acts(words)));
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

fn small() -> &'static Published {
    static RECORD: LazyLock<Published> = LazyLock::new(|| publish(&office(Stage::Certified)));
    &RECORD
}

/// Certified by a sample, after a first draw became void because lines were struck.
fn by_sample() -> &'static Published {
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
        publish(&office)
    });
    &RECORD
}

/// Every line examined after a sample left it open; a void section, withdrawals, lines struck and one of them reinstated; a certificate
/// replaced by another with an official's name; a check of the outcome sealed and its seed rolled.
fn everything() -> &'static Published {
    static RECORD: LazyLock<Published> = LazyLock::new(|| {
        let acts = [
            "intake strike case blank.csv --because blank",
            "intake strike case signed.csv --reinstate --because signed",
            "intake count case",
            "intake withdraw case withdrawals.csv --roll roll",
            "intake void case section_decisions.csv",
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
        publish(&office)
    });
    &RECORD
}

/// What a program found: each check with whether it holds.
type Checks = Vec<(String, bool)>;

impl Published {
    /// Both programs' checks, which must be the same. Returns the name of the check that fails, if one does.
    ///
    /// The file of a certificate that was replaced is not in the record. The first program writes it again and compares its digest, the second
    /// compares what the event says of it; so where such a one is false in other figures, the second finds it at the next certificate.
    fn verdict(&self, known: bool) -> Option<String> {
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
        let seen =
            self.seen.as_ref().map(|note| ledger::verify(note, &super::verify::key(OFFICE).verifying()).unwrap());
        let report = verifier::verify(&self.certificate, &Record::from_files(self.files.clone()), &Known { key, seen });
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

    fn log(&self) -> Vec<String> {
        let log = String::from_utf8(self.files[layout::LOG].clone()).unwrap();
        log.lines().map(str::to_owned).collect()
    }

    /// Where an event of this kind stands in the log, the last one where there are several.
    fn last(&self, kind: &str) -> usize {
        self.log().iter().rposition(|line| line.contains(&format!("\"kind\":\"{kind}\""))).unwrap()
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.files[name].clone()).unwrap()
    }

    /// With other lines in the log, numbered again, and everything signed again: what an office does that cheats.
    fn with_log(&self, lines: Vec<String>) -> Self {
        let mut changed = self.clone();
        let number = |(at, line): (usize, String)| {
            let rest = line.split_once(',').unwrap().1.to_owned();
            format!("{{\"seq\":{},{rest}\n", at + 1)
        };
        let log: String = lines.into_iter().enumerate().map(number).collect();
        changed.files.insert(layout::LOG.to_owned(), log.into_bytes());
        changed.signed_again(OFFICE)
    }

    /// With one line of the log changed by words in it.
    fn with_words(&self, at: usize, from: &str, to: &str) -> Self {
        let mut lines = self.log();
        assert!(lines[at].contains(from), "{from} in {}", lines[at]);
        lines[at] = lines[at].replacen(from, to, 1);
        self.with_log(lines)
    }

    /// With another certificate in the record and handed in, and its digest in the log: a consistent lie.
    fn with_certificate(&self, from: &str, to: &str) -> Self {
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
    fn signed_again(mut self, seed: u8) -> Self {
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

#[track_caller]
fn refused(published: &Published, at: &str) {
    assert_eq!(published.verdict(true).as_deref(), Some(at));
}

#[test]
fn both_programs_accept_what_is_true() {
    for published in [small(), by_sample(), everything()] {
        assert_eq!(published.verdict(true), None);
        assert_eq!(published.verdict(false), None);
        assert_eq!(published.clone().signed_again(OFFICE).files, published.files, "the tests sign as the office does");
    }
    let certificate: Value = serde_json::from_slice(&by_sample().certificate).unwrap();
    assert_eq!((&certificate["basis"], &certificate["sample"]["void_draws"]), (&"sample".into(), &1.into()));
    assert_eq!(certificate["sections"]["struck_lines"], 3);
    let certificate: Value = serde_json::from_slice(&everything().certificate).unwrap();
    assert_eq!((&certificate["basis"], &certificate["superseded"]["reason"]), (&"full".into(), &"recount".into()));
    assert_eq!(certificate["sample"]["projection"]["verdict"], "examine_all");
    assert_eq!(certificate["withdrawals"], serde_json::json!({ "accepted": 1, "refused": 1 }));
    assert!(certificate["sections"]["void"].as_u64() > Some(0), "{}", certificate["sections"]);
}

#[test]
fn a_record_of_totals() {
    let office = office(Stage::Certified);
    office.write("log.key", key(OFFICE).to_line());
    office.succeeds("publish case --key log.key --out totals --level totals");
    let names = office.files().into_iter().filter_map(|name| name.strip_prefix("totals/").map(str::to_owned));
    let files: BTreeMap<_, _> = names.map(|name| (name.clone(), office.read(&format!("totals/{name}")))).collect();
    let totals = Published { certificate: files[layout::CERTIFICATE].clone(), files, seen: None };
    assert_eq!(totals.verdict(true), None);
    let mut changed = totals.clone();
    changed.certificate = totals.text(layout::CERTIFICATE).replace("\"valid\": 2", "\"valid\": 3").into_bytes();
    refused(&changed, "certificate-as-recorded");
    for (from, to) in
        [("\"valid\":2", "\"valid\":3"), ("\"seq\":", "\"seq\":1"), ("\n", "\n\n"), ("certified", "case_reopened")]
    {
        let mut changed = totals.clone();
        let leaf = totals.text(layout::CERTIFIED_LEAF).replacen(from, to, 1);
        changed.files.insert(layout::CERTIFIED_LEAF.to_owned(), leaf.into_bytes());
        refused(&changed.signed_again_but_the_checkpoint(), "certificate-in-tree");
    }
}

impl Published {
    /// A record without a log keeps its checkpoint.
    fn signed_again_but_the_checkpoint(self) -> Self {
        assert!(!self.files.contains_key(layout::LOG));
        self.signed_again(OFFICE)
    }
}

#[test]
fn a_changed_figure_of_the_certificate() {
    for (from, to) in [
        ("\"valid\": 2", "\"valid\": 3"),
        ("\"duplicate\": 1", "\"duplicate\": 0"),
        ("\"percent_of_examined\": \"16.67\"", "\"percent_of_examined\": \"16.66\""),
        ("\"date\": \"2022-08-17\"", "\"date\": \"2022-08-18\""),
        ("\"met\": true", "\"met\": false"),
        ("\"registered_voters\": 40", "\"registered_voters\": 41"),
        ("\"margin\": -2", "\"margin\": 2"),
        ("insufficient", "sufficient"),
        ("\"events\": ", "\"events\": 1"),
        ("\n}", ",\n  \"valid\": 2\n}"),
        ("{", "[{"),
        ("72", "7e2"),
        ("\n}\n", "\n}"),
        ("  ", "    "),
    ] {
        let mut changed = small().clone();
        let text = small().text(layout::CERTIFICATE);
        assert!(text.contains(from) || from == "72", "{from}");
        changed.certificate = text.replacen(from, to, 1).into_bytes();
        if from == "72" {
            changed.certificate = text.replacen(": 2,", ": 2e0,", 1).into_bytes();
        }
        refused(&changed, "certificate-as-computed");
    }
    for bytes in [&b"\xff\xfe"[..], b"", b"{}", b"[[[[", b"null", b"\"\\ud800\"", b"1e999999", &[b'['; 100_000]] {
        let changed = Published { certificate: bytes.to_vec(), ..small().clone() };
        refused(&changed, "certificate-as-computed");
    }
}

/// The office writes a false figure, and records the digest of the false certificate.
#[test]
fn a_certificate_that_the_log_does_not_come_to() {
    for (published, from, to) in [
        (small(), "\"valid\": 2", "\"valid\": 3"),
        (small(), "\"duplicate\": 1", "\"duplicate\": 0"),
        (small(), "\"required\": 4", "\"required\": 3"),
        (small(), "\"certified_on\": \"2022-08-15\"", "\"certified_on\": \"2022-08-14\""),
        (everything(), "\"struck_lines\": 2", "\"struck_lines\": 3"),
        (everything(), "\"reason\": \"recount\"", "\"reason\": \"nothing\""),
        (everything(), "\"name\": \"Clerk\"", "\"name\": \"Mayor\""),
        (by_sample(), "\"void_draws\": 1", "\"void_draws\": 0"),
        (by_sample(), "\"projected_valid\": ", "\"projected_valid\": 1"),
        (by_sample(), "\"away\": ", "\"away\": 1"),
    ] {
        refused(&published.with_certificate(from, to), "certificate-is-a-function");
    }
}

#[test]
fn another_key() {
    let lines = small().log();
    let other = small().with_log(lines).signed_again(2);
    refused(&other, "record-key");
    // Without the office's key nobody can tell whose it is.
    assert_eq!(other.verdict(false), None);
    let mut mixed = small().clone();
    mixed.files.insert(layout::KEY.to_owned(), other.files[layout::KEY].clone());
    refused(&mixed, "record-key");
    assert_eq!(mixed.verdict(false).as_deref(), Some("record-signed"));
    for (name, at) in [(layout::SUMS_SIGNATURE, "record-signed"), (layout::CHECKPOINT, "checkpoint-signed")] {
        let mut mixed = small().clone();
        mixed.files.insert(name.to_owned(), other.files[name].clone());
        refused(&mixed, at);
    }
}

#[test]
fn files_added_removed_renamed_cut_short() {
    let published = everything();
    let mut changed = published.clone();
    changed.files.insert("sample/notes.txt".to_owned(), b"hello".to_vec());
    refused(&changed, "files-whole");
    for name in published.files.keys() {
        let at = match name.as_str() {
            layout::KEY => "record-key",
            layout::SUMS | layout::SUMS_SIGNATURE => "record-signed",
            layout::CHECKPOINT => "checkpoint-signed",
            _ => "files-whole",
        };
        let mut removed = published.clone();
        let content = removed.files.remove(name).unwrap();
        refused(&removed, at);
        let mut renamed = removed.clone();
        renamed.files.insert(format!("{name}.old"), content.clone());
        refused(&renamed, if matches!(name.as_str(), layout::CHECKPOINT) { "files-whole" } else { at });
        let mut cut = removed;
        cut.files.insert(name.clone(), content[..content.len() - 1].to_vec());
        refused(&cut, at);
    }
}

/// The log written otherwise, everything signed again by the office.
#[test]
fn a_log_written_otherwise() {
    let published = small();
    let log = published.text(layout::LOG);
    let swapped = |one: usize, other: usize| {
        let mut lines = published.log();
        lines.swap(one, other);
        lines.iter().map(|line| format!("{line}\n")).collect::<String>()
    };
    for text in [
        swapped(1, 2),
        log.replace('\n', "\r\n"),
        log.replacen(",\"at\"", ", \"at\"", 1),
        log.replacen("\"seq\":2,", "\"seq\":3,", 1),
        log.replacen("\"seq\":2,", "\"seq\":02,", 1),
        log.replacen("section_received", "section_perceived", 1),
        log.replacen("\"section\":1", "\"section\":0", 1),
        log.replacen("\"section\":1", "\"section\":1.0", 1),
        log.replacen("\"section\":1", "\"section\":1,\"section\":1", 1),
        log.replacen("\"section\":1", "\"section\":1,\"more\":1", 1),
        log.replacen("\"section\":1", "\"section\":4294967296", 1),
        log.replacen("\n", "\n\n", 1),
        "\n".to_owned(),
        "[]\n".to_owned(),
        "[".repeat(200_000) + "\n",
    ] {
        let mut changed = published.clone();
        changed.files.insert(layout::LOG.to_owned(), text.into_bytes());
        refused(&changed.signed_again(OFFICE), "events-fold");
    }
    for bytes in [log[..log.len() - 1].as_bytes().to_vec(), b"\xff\n".to_vec(), Vec::new()] {
        let mut changed = published.clone();
        changed.files.insert(layout::LOG.to_owned(), bytes);
        refused(&changed.signed_again(OFFICE), "log-in-tree");
    }
    // The log of another case under this one's checkpoint.
    let mut changed = published.clone();
    changed.files.insert(layout::LOG.to_owned(), everything().files[layout::LOG].clone());
    let checkpoint = published.files[layout::CHECKPOINT].clone();
    let mut changed = changed.signed_again(OFFICE);
    changed.files.insert(layout::CHECKPOINT.to_owned(), checkpoint);
    refused(&changed, "log-in-tree");
}

#[test]
fn a_log_that_was_rewritten_since_it_was_seen() {
    let published = everything();
    let at = published.last("certified") + 1;
    let first = published.with_log(published.log()[..at].to_vec());
    let note = first.text(layout::CHECKPOINT);
    let grown = Published { seen: Some(note.clone()), ..published.clone() };
    assert_eq!(grown.verdict(true), None);
    let rewritten = published.with_words(at - 3, "2022-08-15T17:00:00Z", "2022-08-15T17:00:01Z");
    refused(&Published { seen: Some(note), ..rewritten }, "log-only-grew");
    let last = published.text(layout::CHECKPOINT);
    refused(&Published { seen: Some(last), ..first }, "log-only-grew");
}

/// The office changes an event and signs everything again: the certificate does not follow any more, or the event is impossible.
#[test]
fn the_office_cheats_in_a_small_case() {
    let published = small();
    let judged = |nth: usize| {
        let lines = published.log();
        let all: Vec<_> = (0..lines.len()).filter(|&at| lines[at].contains("line_judged")).collect();
        all[nth]
    };
    let dropped = |at: usize| {
        let mut lines = published.log();
        lines.remove(at);
        published.with_log(lines)
    };
    let function = "certificate-is-a-function";
    // Another reason; a rejected line made valid; the voter's tag of a duplicate changed so that it counts.
    refused(&published.with_words(judged(2), "different_address", "canceled"), function);
    refused(&published.with_words(judged(2), "\"invalid\",\"reason\":\"different_address\"", "\"valid\""), function);
    let tag = published.log()[judged(6)].split("\"voter\":\"").nth(1).unwrap()[..32].to_owned();
    refused(&published.with_words(judged(6), &tag, &"0".repeat(32)), function);
    // Without a decision; without a second or third reviewer; one reviewer twice.
    refused(&dropped(judged(0)), "every-line-one-disposition");
    refused(&dropped(judged(5)), "every-line-one-disposition");
    let reviewer = |at: usize| published.log()[at].split("\"reviewer\":\"").nth(1).unwrap()[..32].to_owned();
    refused(&published.with_words(judged(5), &reviewer(judged(5)), &reviewer(judged(3))), "events-fold");
    // Without a search, without a roll, without a section, counted wrongly, certified twice.
    refused(&dropped(published.last("searched_section")), "events-fold");
    refused(&dropped(published.last("roll_sealed")), "events-fold");
    refused(&dropped(published.last("section_received")), "events-fold");
    refused(&published.with_words(published.last("raw_counted"), "6", "7"), "events-fold");
    let mut twice = published.log();
    twice.push(twice[twice.len() - 1].clone());
    refused(&published.with_log(twice), function);
    // Another requirement, other rules, another text of the law than its digest says.
    refused(&published.with_words(0, "\"required\":4", "\"required\":3"), "law-kept");
    refused(&published.with_words(0, "\"mismatch_reviewers\":3", "\"mismatch_reviewers\":4"), "law-kept");
    refused(&published.with_words(0, "(not the law of any place)", "(the law of this place)"), "law-kept");
    refused(&published.with_words(0, "percent = 10 }", "percent = 10"), "events-fold");
    // Reopened, and no certificate since.
    let mut reopened = published.log();
    let certified = reopened[reopened.len() - 1].clone();
    let (head, _) = certified.split_once("\"kind\"").unwrap();
    let private = certified.split_once("\"private\"").unwrap().1;
    reopened.push(format!("{head}\"kind\":\"case_reopened\",\"public\":\"recount\",\"private\"{private}"));
    refused(&published.with_log(reopened), "certificate-as-computed");
}

#[test]
fn the_office_cheats_with_a_sample() {
    let published = by_sample();
    let drawn = published.last("sample_drawn");
    let seed = |digit: &str| {
        let mut seed = OTHER_SEED.to_owned();
        seed.replace_range(3..4, digit);
        seed
    };
    refused(&published.with_words(drawn, OTHER_SEED, &seed("7")), "sample-drawn-again");
    refused(&published.with_words(drawn, OTHER_SEED, &OTHER_SEED[1..]), "events-fold");
    refused(&published.with_words(drawn, OTHER_SEED, SEED), "events-fold");
    let line = &published.log()[drawn];
    let first = line.split("\"lines\":[").nth(1).unwrap().split_once('}').unwrap().0.to_owned() + "}";
    let second = line.split(&format!("{first},")).nth(1).unwrap().split_once('}').unwrap().0.to_owned() + "}";
    let swapped = published.with_words(drawn, &format!("{first},{second}"), &format!("{second},{first}"));
    refused(&swapped, "sample-drawn-again");
    refused(&published.with_words(drawn, &format!("{first},{second}"), &format!("{first},{first}")), "events-fold");
    refused(&published.with_words(drawn, &format!("{first},"), ""), "events-fold");
    let sealed = published.last("manifest_sealed");
    let root = published.log()[sealed].split("\"root\":\"").nth(1).unwrap()[..64].to_owned();
    refused(&published.with_words(sealed, &root, &"0".repeat(64)), "events-fold");
    let mut other = published.log();
    for at in [sealed, drawn] {
        other[at] = other[at].replacen(&root, &"0".repeat(64), 1);
    }
    refused(&published.with_log(other), "sample-sealed");
    // A line of the sample left undecided.
    let mut lines = published.log();
    lines.remove(published.last("line_judged"));
    refused(&published.with_log(lines), "sample-complete");
}

#[test]
fn the_office_cheats_after_a_first_certificate() {
    let published = everything();
    let voided = published.last("section_voided");
    refused(&published.with_words(voided, "section_fatal", "out_of_circulation"), "certificate-is-a-function");
    let withdrawn = published.last("withdrawal_received");
    let log = published.log();
    let accepted = (0..=withdrawn).rfind(|&at| log[at].contains("\"signature_compares\":true")).unwrap();
    refused(
        &published.with_words(accepted, "\"signature_compares\":true", "\"signature_compares\":false"),
        "certificate-is-a-function",
    );
    let sealed = published.last("audit_sealed");
    let root = log[sealed].split("\"root\":\"").nth(1).unwrap()[..64].to_owned();
    refused(&published.with_words(sealed, &root, &"0".repeat(64)), "events-fold");
    let mut other = log.clone();
    for line in &mut other[sealed..] {
        *line = line.replacen(&root, &"0".repeat(64), 1);
    }
    refused(&published.with_log(other), "audit-sealed");
    // The seed of the sample again, for the check.
    refused(&published.with_words(published.last("audit_seeded"), OTHER_SEED, SEED), "events-fold");
    let reopened = published.last("case_reopened");
    refused(&published.with_words(reopened, "recount", "nothing"), "certificate-is-a-function");
    let mut lines = log.clone();
    lines.remove(reopened);
    refused(&published.with_log(lines), "events-fold");
    let struck = published.last("lines_struck");
    let mut lines = log;
    lines.remove(struck);
    refused(&published.with_log(lines), "events-fold");
}
