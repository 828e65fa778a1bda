//! Keys and signed checkpoints: the published example of the format, and every change of a note.

use ledger::{
    Checkpoint, NoteError, SignatureKind, SigningKey, VerifyingKey, cosign, read_unverified, sign, verify,
    verify_cosignature,
};
use proptest::prelude::*;

const ORIGIN: &str = "county.example/recall-2022";

fn key(kind: SignatureKind, name: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(name, kind, &[seed; 32]).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: ORIGIN.to_owned(), size: 7, root: [9; 32] }
}

fn signed() -> (String, VerifyingKey) {
    let office = key(SignatureKind::Log, ORIGIN, 1);
    (sign(&checkpoint(), &office).unwrap(), office.verifying())
}

/// The key that the documentation of Go's sumdb/note has for its example.
#[test]
fn keys_are_those_of_signed_notes() {
    let line = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let key = VerifyingKey::from_line(line).unwrap();
    assert_eq!((key.name(), key.kind(), key.to_line().as_str()), ("PeterNeumann", SignatureKind::Log, line));
    for kind in [SignatureKind::Log, SignatureKind::Witness] {
        let office = super::note::key(kind, ORIGIN, 1);
        let again = SigningKey::from_line(&office.to_line()).unwrap();
        assert_eq!((again.to_line(), again.verifying()), (office.to_line(), office.verifying()));
        let public = office.verifying();
        assert_eq!((VerifyingKey::from_line(&public.to_line()).unwrap(), public.kind()), (public, kind));
    }
    let office = super::note::key(SignatureKind::Log, ORIGIN, 1);
    assert!(SigningKey::from_line(&office.verifying().to_line()).is_err());
    let bad = [
        "",
        "name",
        "name+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpcQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AQ==",
        "PeterNeumann+c74f20a3+",
    ];
    for bad in bad {
        assert_eq!(VerifyingKey::from_line(bad).err(), Some(NoteError::Key), "{bad}");
    }
    // The neutral point of the curve: under it, a fixed signature is right for any text.
    let neutral = [&[1, 1][..], &[0; 31]].concat();
    let id = signed_note::key_id("anybody", &neutral);
    let weak =
        format!("anybody+{id:08x}+{}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, neutral));
    assert_eq!(VerifyingKey::from_line(&weak).err(), Some(NoteError::Key));
    assert!(matches!(SigningKey::from_seed("a b", SignatureKind::Log, &[1; 32]), Err(NoteError::Name(_))));
}

#[test]
fn a_checkpoint_is_signed_by_the_key_of_its_log() {
    let (note, office) = signed();
    assert_eq!(verify(&note, &office), Ok(checkpoint()));
    assert_eq!(read_unverified(&note), Ok(checkpoint()));
    let other = key(SignatureKind::Log, ORIGIN, 2).verifying();
    assert_eq!(verify(&note, &other), Err(NoteError::NotSigned(ORIGIN.to_owned())));
    let elsewhere = key(SignatureKind::Log, "city.example/recall", 1);
    assert!(matches!(sign(&checkpoint(), &elsewhere), Err(NoteError::OtherLog { .. })));
    // A key may sign only for the log of its name, also where somebody has put the note together by hand.
    let stranger = Checkpoint { origin: "city.example/recall".to_owned(), ..checkpoint() };
    let theirs = sign(&stranger, &elsewhere).unwrap();
    assert!(verify(&theirs, &office).is_err());
    for bad in ["", "no note", "a\n\n", &note.replace('\n', "\r\n")] {
        assert!(verify(bad, &office).is_err(), "{bad}");
    }
}

#[test]
fn a_witness_signs_the_time_with_the_checkpoint() {
    let (note, office) = signed();
    let witness = key(SignatureKind::Witness, "press.example", 3);
    let seen = cosign(&note, &witness, 1_660_000_000).unwrap();
    assert_eq!(verify(&seen, &office), Ok(checkpoint()));
    assert_eq!(verify_cosignature(&seen, &witness.verifying()), Ok(1_660_000_000));
    let again = cosign(&seen, &witness, 1_660_000_001).unwrap();
    assert_eq!(verify_cosignature(&again, &witness.verifying()), Ok(1_660_000_001));
    assert_eq!(again.lines().count(), seen.lines().count(), "a later look takes the place of the earlier one");
    let other = key(SignatureKind::Witness, "press.example", 4).verifying();
    assert_eq!(verify_cosignature(&seen, &other), Err(NoteError::NotSigned("press.example".to_owned())));
    assert_eq!(verify_cosignature(&note, &witness.verifying()), Err(NoteError::NotSigned("press.example".to_owned())));
    let log = key(SignatureKind::Log, "press.example", 3);
    let refused = cosign(&note, &log, 1).unwrap_err();
    assert_eq!(refused, NoteError::Kind("press.example".to_owned(), SignatureKind::Log));
    assert!(refused.to_string().starts_with("press.example is the key of a log, and that of a witness is needed"));
    let refused = ledger::sign_text("text\n", &witness).unwrap_err();
    assert!(refused.to_string().starts_with("press.example is the key of a witness, and that of a log is needed"));
    assert!(cosign("no note", &witness, 1).is_err());
}

/// Whatever byte of a signed checkpoint is changed, the signature no longer holds.
#[test]
fn every_changed_byte_is_noticed() {
    let (note, office) = signed();
    for at in 0..note.len() {
        for flip in 1..=255_u8 {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= flip;
            let Ok(text) = String::from_utf8(bytes) else { continue };
            assert!(verify(&text, &office).is_err(), "byte {at} by {flip}");
        }
    }
    for length in 0..note.len() {
        assert!(note.get(..length).is_none_or(|text| verify(text, &office).is_err()), "cut to {length}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_a_note_panic(text in "[ -~—\n]{0,120}") {
        let (_, office) = signed();
        let _ = verify(&text, &office);
        let _ = VerifyingKey::from_line(&text);
        let _ = SigningKey::from_line(&text);
    }
}
