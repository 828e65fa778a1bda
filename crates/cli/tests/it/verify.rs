//! The public record of a case, checked by two programs that were written apart: `countersign-verify` and `verify_record.py`. What is true
//! both accept; what is false both refuse, at the same check.

use serde_json::Value;
use verifier::layout;

use crate::{
    harness::{Stage, office},
    published::{OFFICE, OTHER_SEED, Published, SEED, by_sample, everything, publish, small},
};

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
