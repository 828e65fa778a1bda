//! The public record of a case, checked by two programs that were written apart: `countersign-verify` and `verify_record.py`. What is true
//! both accept; what is false both refuse, at the same check.

use ledger::{Checkpoint, SignatureKind, SigningKey};
use serde_json::Value;
use verifier::layout;

use crate::{
    harness::{Stage, office},
    published::{OFFICE, Published, by_sample, everything, key, publish, refused, small},
};

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
    let totals = publish(&office, "totals");
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
        refused(&changed.signed_again(OFFICE), "certificate-in-tree");
    }
    for name in ["totals.json", "totals.csv"] {
        refused(&totals.with_file(name, totals.text(name).replacen('2', "3", 1)), "tables-as-computed");
    }
    refused(&totals.with_file("lines.csv", small().files["lines.csv"].clone()), "tables-as-computed");
    // The same checkpoint may have been seen before; that the log grew since another one, totals cannot show.
    let seen = Some(totals.text(layout::CHECKPOINT));
    assert_eq!(Published { seen, ..totals.clone() }.verdict(true), None);
    let seen = Some(everything().text(layout::CHECKPOINT));
    refused(&Published { seen, ..totals.clone() }, "log-only-grew");
    // The leaf is of an event that others followed: what came after it may have taken it back.
    let leaf = totals.text(layout::CERTIFIED_LEAF);
    let leaf = leaf.trim_end();
    assert_eq!(with_last(&totals, &[leaf]).verdict(true), None);
    refused(&with_last(&totals, &[leaf, "another"]), "certificate-in-tree");
    // The proof speaks of another state of the log.
    let mut other = totals.clone();
    let proof = with_last(&totals, &["another"]).files[layout::CERTIFIED_PROOF].clone();
    other.files.insert(layout::CERTIFIED_PROOF.to_owned(), proof);
    refused(&other.signed_again(OFFICE), "certificate-in-tree");
    let (head, note) = totals
        .text(layout::CERTIFIED_PROOF)
        .split_once("\n\n")
        .map(|(head, note)| (head.to_owned(), note.to_owned()))
        .unwrap();
    for note in [
        note.replacen("county.example", "county.elsewhere", 1),
        "no note\n".to_owned(),
        everything().text(layout::CHECKPOINT),
    ] {
        refused(&totals.with_file(layout::CERTIFIED_PROOF, format!("{head}\n\n{note}")), "certificate-in-tree");
    }
    // The event says something else than the certificate that it records; the record holds another one than is handed in.
    for (from, to) in [
        ("\"valid\":2", "\"valid\":3"),
        ("insufficient", "sufficient"),
        ("2022-08-15\",\"verdict", "2022-08-16\",\"verdict"),
    ] {
        assert!(leaf.contains(from), "{from}");
        refused(&with_last(&totals, &[&leaf.replacen(from, to, 1)]), "certificate-as-recorded");
    }
    refused(&totals.with_file(layout::CERTIFICATE, "{}"), "certificate-as-recorded");
}

/// A record of totals whose log ends otherwise: with the event of the certificate written so, and perhaps others.
fn with_last(totals: &Published, last: &[&str]) -> Published {
    let (key, before) = (key(OFFICE), small().log());
    let before = before[..before.len() - 1].iter().map(String::as_str);
    let leaves: Vec<_> = before.chain(last.iter().copied()).map(|line| ledger::leaf_hash(line.as_bytes())).collect();
    let (size, root) = (leaves.len() as u64, ledger::root_of(&leaves));
    let note = ledger::sign(&Checkpoint { origin: key.verifying().name().to_owned(), size, root }, &key).unwrap();
    let index = size - last.len() as u64;
    let path = ledger::inclusion(&leaves, index).unwrap();
    let proof = ledger::InclusionProof { index, path, checkpoint: note.clone() }.to_text();
    let mut changed = totals.clone();
    changed.files.insert(layout::CHECKPOINT.to_owned(), note.into_bytes());
    changed.files.insert(layout::CERTIFIED_LEAF.to_owned(), format!("{}\n", last[0]).into_bytes());
    changed.with_file(layout::CERTIFIED_PROOF, proof)
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
        (": 2,", ": 2e0,"),
        ("\n}\n", "\n}"),
        ("  ", "    "),
    ] {
        let mut changed = small().clone();
        let text = small().text(layout::CERTIFICATE);
        assert!(text.contains(from), "{from}");
        changed.certificate = text.replacen(from, to, 1).into_bytes();
        refused(&changed, "certificate-as-computed");
    }
    let deep = b"[".repeat(100_000);
    for bytes in [&b"\xff\xfe"[..], b"", b"{}", b"[[[[", b"null", b"\"\\ud800\"", b"1e999999", &deep] {
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
        log.replacen('\n', "\n\n", 1),
        "\n".to_owned(),
        "[]\n".to_owned(),
        "[".repeat(200_000) + "\n",
    ] {
        let mut changed = published.clone();
        changed.files.insert(layout::LOG.to_owned(), text.into_bytes());
        refused(&changed.signed_again(OFFICE), "events-fold");
    }
    for bytes in [log.as_bytes()[..log.len() - 1].to_vec(), b"\xff\n".to_vec(), Vec::new()] {
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
    // Without the office's key the earlier checkpoint is taken as it stands.
    let seen = Some(published.text(layout::CHECKPOINT));
    assert_eq!(Published { seen, ..published.clone() }.verdict(false), None);
}

/// The office changes an event and signs everything again: the certificate does not follow any more, or the event is impossible.
/// What people read beside the certificate says the same, or the record is false.
#[test]
fn tables_that_say_something_else() {
    let tables = [
        (small(), vec!["totals.json", "totals.csv", "lines.csv"]),
        (by_sample(), vec!["totals.json", "totals.csv", "lines.csv", "sample/manifest.csv", "sample/sample.csv"]),
        (everything(), vec!["lines.csv", "changes.csv", "sample/manifest.csv", "sample/sample.csv"]),
    ];
    for (published, names) in tables {
        for name in names {
            let text = published.text(name);
            let digit = text.rfind(|letter: char| letter.is_ascii_digit()).unwrap();
            let mut other = text.clone();
            other.replace_range(digit..=digit, if &text[digit..=digit] == "1" { "2" } else { "1" });
            for content in [other, text.replacen('\n', "\r\n", 1), text.clone() + "\n", String::new()] {
                refused(&published.with_file(name, content), "tables-as-computed");
            }
            let mut without = published.clone();
            without.files.remove(name);
            refused(&without.signed_again(OFFICE), "tables-as-computed");
        }
    }
    // Nothing was replaced, nothing drawn.
    for name in ["changes.csv", "sample/manifest.csv", "sample/sample.csv"] {
        refused(&small().with_file(name, everything().files[name].clone()), "tables-as-computed");
    }
    // A page may say anything: no check reads it, and the report says so.
    assert_eq!(small().with_file("index.html", "<p>sufficient").verdict(true), None);
}

#[test]
fn a_record_that_witnesses_signed() {
    let witness = |name, seed| SigningKey::from_seed(name, SignatureKind::Witness, &[seed; 32]).unwrap();
    let (press, court) = (witness("press.example", 4), witness("court.example", 5));
    let mut published = small().clone();
    let note = ledger::cosign(&published.text(layout::CHECKPOINT), &press, 1_660_000_000).unwrap();
    let note = ledger::cosign(&note, &court, 1_660_000_060).unwrap();
    published.files.insert(layout::CHECKPOINT.to_owned(), note.clone().into_bytes());
    let asked = |keys: &[&SigningKey]| Published {
        witnesses: keys.iter().map(|key| key.verifying()).collect(),
        ..published.clone()
    };
    assert_eq!(asked(&[&press, &court]).verdict(true), None);
    refused(&asked(&[&press, &witness("press.example", 6)]), "witness-signed");
    // The office's own key is no witness's.
    refused(&asked(&[&key(OFFICE)]), "witness-signed");
    // Signed at another time than the signature says.
    let mut changed = asked(&[&press]);
    let line = note.lines().find(|line| line.starts_with("— press.example ")).unwrap();
    let (head, data) = line.rsplit_once(' ').unwrap();
    let other = if &data[12..13] == "A" { "B" } else { "A" };
    let text = note.replace(line, &format!("{head} {}{other}{}", &data[..12], &data[13..]));
    changed.files.insert(layout::CHECKPOINT.to_owned(), text.into_bytes());
    refused(&changed, "witness-signed");
    refused(&Published { witnesses: vec![press.verifying()], ..small().clone() }, "witness-signed");
}
