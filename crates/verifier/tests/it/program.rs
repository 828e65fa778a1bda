//! The program's other verbs: witnesses that cosign, and events opened for a court.

use std::{
    path::Path,
    process::{Command, Output},
};

use ledger::{
    Checkpoint, ConsistencyProof, InclusionProof, Leaf, Opening, PersonOpening, Secret, SignatureKind, SigningKey,
    commitment, consistency, inclusion, leaf_hash, root_of, sign, verify_cosignature,
};

const ORIGIN: &str = "county.example/recall";

fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, SignatureKind::Log, &[1; 32]).unwrap()
}

fn run(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_countersign-verify")).args(words).current_dir(folder).output().unwrap()
}

fn succeeds(folder: &Path, words: &[&str]) -> String {
    let output = run(folder, words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refuses(folder: &Path, words: &[&str]) -> String {
    let output = run(folder, words);
    assert_eq!(output.status.code(), Some(1), "{words:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn hashes(count: u8) -> Vec<ledger::Hash> {
    (0..count).map(|number| leaf_hash(&[number])).collect()
}

fn note(leaves: &[ledger::Hash]) -> String {
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: leaves.len() as u64, root: root_of(leaves) };
    sign(&checkpoint, &log_key()).unwrap()
}

/// A witness signs a first checkpoint, then a later one of the same log, and never one of a log that was rewritten.
#[test]
fn a_witness_cosigns_what_only_grew() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let put = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    let witness = SigningKey::from_seed("press.example", SignatureKind::Witness, &[2; 32]).unwrap();
    put("press.key", &witness.to_line());
    put("log.pub", &log_key().verifying().to_line());
    let (old, new) = (hashes(5), hashes(9));
    put("old", &note(&old));
    let first = ["cosign", "old", "--log-key", "log.pub", "--key", "press.key", "--time", "1660000000", "--first"];
    assert!(refuses(folder, &first[..8]).contains("cosigned before"), "a witness says what it saw before");
    assert!(succeeds(folder, &first).contains("Cosigned 5 events of county.example/recall"));
    let kept = std::fs::read_to_string(folder.join("old")).unwrap();
    assert_eq!(verify_cosignature(&kept, &witness.verifying()), Ok(1_660_000_000));
    let grown = |leaves: &[ledger::Hash]| {
        ConsistencyProof { old: 5, path: consistency(leaves, 5).unwrap(), checkpoint: note(leaves) }.to_text()
    };
    put("new", &note(&new));
    put("grown", &grown(&new));
    let later = |checkpoint, proof| {
        let words = ["cosign", checkpoint, "--log-key", "log.pub", "--key", "press.key", "--time", "1660000001"];
        [&words[..], &["--before", "old", "--proof", proof]].concat()
    };
    succeeds(folder, &later("new", "grown"));
    let mut other = new.clone();
    other[2] = leaf_hash(b"another");
    put("rewritten", &note(&other));
    put("grown from another", &grown(&other));
    let refusal = refuses(folder, &later("rewritten", "grown from another"));
    assert!(refusal.contains("did not only grow") && refusal.contains("nothing was signed"), "{refusal}");
    let untouched = std::fs::read_to_string(folder.join("rewritten")).unwrap();
    assert_eq!(untouched, note(&other));
    for (key, why) in [("log.pub", "no key"), ("absent", "absent")] {
        let words = ["cosign", "new", "--log-key", "log.pub", "--key", key, "--time", "1", "--first"];
        assert!(refuses(folder, &words).contains(why));
    }
    put("log.key", &log_key().to_line());
    let words = ["cosign", "new", "--log-key", "log.pub", "--key", "log.key", "--time", "1", "--first"];
    assert!(refuses(folder, &words).contains("is the key of a log"));
}

/// An event on record with the private part shown, as the office opens it; the tag is made with any salt.
fn opening_of(seq: u64, voter: &str, salt: &str) -> Opening {
    let secret = Secret::new([7; 32]);
    let private = format!(r#"{{"actor":"desk","private":{{"voter":"{voter}"}}}}"#);
    let public = serde_json::value::RawValue::from_string("{}".to_owned()).unwrap();
    let leaf = Leaf {
        seq,
        at: "2022-07-06T17:00:00Z",
        kind: "withdrawal_received",
        public: &public,
        voter: Some(&ledger::tag(salt, voter)),
        reviewer: None,
        private: &commitment(&secret.event_salt(seq), &private),
    };
    let voter = Some(PersonOpening { id: voter.to_owned(), salt: salt.to_owned() });
    Opening { leaf: leaf.to_line().unwrap(), salt: secret.event_salt(seq), private, voter, reviewer: None }
}

/// Puts openings into a folder, the events of one log in their order, each with the proof beside it.
fn put_openings(folder: &Path, openings: &[(&str, Opening)]) {
    let mut leaves = vec![leaf_hash(b"the first")];
    leaves.extend(openings.iter().map(|(_, opening)| leaf_hash(opening.leaf.as_bytes())));
    for (index, (name, opening)) in (1..).zip(openings) {
        std::fs::write(folder.join(name), serde_json::to_string_pretty(opening).unwrap()).unwrap();
        let path = inclusion(&leaves, index).unwrap();
        let proof = InclusionProof { index, path, checkpoint: note(&leaves) }.to_text();
        std::fs::write(folder.join(format!("{name}.tlog-proof")), proof).unwrap();
    }
}

/// An opening is checked against its leaf, and the leaf against the signed log.
#[test]
fn an_opened_event_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (salt, other) = (Secret::new([7; 32]).person_salt("V1"), Secret::new([7; 32]).person_salt("V2"));
    let openings = [("one", opening_of(2, "V1", &salt)), ("two", opening_of(3, "V2", &other))];
    put_openings(folder, &openings);
    let key = log_key().verifying().to_line();
    let told = succeeds(folder, &["opening", "one", "two", "--key", &key]);
    assert!(told.contains("number 2 of 3") && told.contains(&openings[0].1.private), "{told}");
    std::fs::copy(folder.join("two"), folder.join("swapped")).unwrap();
    std::fs::copy(folder.join("one.tlog-proof"), folder.join("swapped.tlog-proof")).unwrap();
    let refusal = refuses(folder, &["opening", "swapped", "--key", &key]);
    assert!(refusal.contains("does not show that this event is in the log"), "{refusal}");
    let changed = Opening { private: openings[0].1.private.replace("V1", "V2"), ..openings[0].1.clone() };
    put_openings(folder, &[("one", changed)]);
    let refusal = refuses(folder, &["opening", "one", "--key", &key]);
    assert!(refusal.contains("not the one that event 2 was recorded with"), "{refusal}");
    assert!(refuses(folder, &["opening", "--key", &key]).contains("required"));
    assert!(refuses(folder, &[]).contains("name a certificate") || refuses(folder, &[]).contains("Usage"));
    assert!(succeeds(folder, &["--help"]).contains("cosign"));
}

/// The salt of a tag is the opener's choice, so that each of these openings holds by itself; together they show the lie.
#[test]
fn openings_that_contradict_each_other_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let key = log_key().verifying().to_line();
    let (one, other) = ("1".repeat(64), "2".repeat(64));
    put_openings(
        folder,
        &[("a", opening_of(2, "V1", &one)), ("b", opening_of(3, "V1", &other)), ("c", opening_of(4, "V1", &one))],
    );
    for alone in ["a", "b", "c"] {
        succeeds(folder, &["opening", alone, "--key", &key]);
    }
    succeeds(folder, &["opening", "a", "c", "--key", &key]);
    let refusal = refuses(folder, &["opening", "a", "c", "b", "--key", &key]);
    assert!(refusal.contains("event 3 shows a person with a tag that does not fit"), "{refusal}");
}
