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
    let first = ["cosign", "old", "--log-key", "log.pub", "--key", "press.key", "--time", "1660000000"];
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
        let words = ["cosign", "new", "--log-key", "log.pub", "--key", key, "--time", "1"];
        assert!(refuses(folder, &words).contains(why));
    }
    put("log.key", &log_key().to_line());
    let words = ["cosign", "new", "--log-key", "log.pub", "--key", "log.key", "--time", "1"];
    assert!(refuses(folder, &words).contains("is the key of a log"));
}

/// An opening is checked against its leaf, and the leaf against the signed log.
#[test]
fn an_opened_event_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let secret = Secret::new([7; 32]);
    let private = r#"{"actor":"desk","private":{"voter":"V1"}}"#;
    let public = serde_json::value::RawValue::from_string("{}".to_owned()).unwrap();
    let leaf = Leaf {
        seq: 2,
        at: "2022-07-06T17:00:00Z",
        kind: "withdrawal_received",
        public: &public,
        voter: Some(&secret.tag("V1")),
        reviewer: None,
        private: &commitment(&secret.event_salt(2), private),
    };
    let line = leaf.to_line().unwrap();
    let leaves = [leaf_hash(b"the first"), leaf_hash(line.as_bytes()), leaf_hash(b"the last")];
    let opening = Opening {
        leaf: line,
        salt: secret.event_salt(2),
        private: private.to_owned(),
        voter: Some(PersonOpening { id: "V1".to_owned(), salt: secret.person_salt("V1") }),
        reviewer: None,
    };
    let proof =
        |index| InclusionProof { index, path: inclusion(&leaves, index).unwrap(), checkpoint: note(&leaves) }.to_text();
    let put = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    put("opening.json", &serde_json::to_string_pretty(&opening).unwrap());
    put("proof", &proof(1));
    put("proof of another", &proof(0));
    let key = log_key().verifying().to_line();
    let told = succeeds(folder, &["opening", "opening.json", "--proof", "proof", "--key", &key]);
    assert!(told.contains("number 2 of 3") && told.contains(private), "{told}");
    let other = refuses(folder, &["opening", "opening.json", "--proof", "proof of another", "--key", &key]);
    assert!(other.contains("does not show that this event is in the log"), "{other}");
    let changed = Opening { private: private.replace("V1", "V2"), ..opening };
    put("opening.json", &serde_json::to_string_pretty(&changed).unwrap());
    let refusal = refuses(folder, &["opening", "opening.json", "--proof", "proof", "--key", &key]);
    assert!(refusal.contains("not the one that event 2 was recorded with"), "{refusal}");
    assert!(refuses(folder, &[]).contains("name a certificate") || refuses(folder, &[]).contains("Usage"));
    assert!(succeeds(folder, &["--help"]).contains("cosign"));
}
