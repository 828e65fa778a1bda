//! Leaves, commitments and openings.

use ledger::{Leaf, Opening, OpeningError, PersonOpening, Secret, commitment, tag};

fn secret() -> Secret {
    Secret::new([7; 32])
}

const PRIVATE: &str = r#"{"actor":"desk 1","private":{"voter":"V1","reviewer":"R1"}}"#;

fn opening() -> Opening {
    let (secret, public) =
        (secret(), serde_json::value::RawValue::from_string(r#"{"section":1,"line":2}"#.to_owned()).unwrap());
    let salt = secret.event_salt(5);
    let leaf = Leaf {
        seq: 5,
        at: "2022-07-06T17:00:00Z",
        kind: "line_judged",
        public: &public,
        voter: Some(&secret.tag("V1")),
        reviewer: Some(&secret.tag("r1")),
        private: &commitment(&salt, PRIVATE),
    };
    let person = |id: &str| Some(PersonOpening { id: id.to_owned(), salt: secret.person_salt(id) });
    Opening {
        leaf: leaf.to_line().unwrap(),
        salt,
        private: PRIVATE.to_owned(),
        voter: person("V1"),
        reviewer: person("r1"),
    }
}

/// The log is hashed over these bytes: a change here breaks every log there is.
#[test]
fn a_leaf_is_fixed() {
    let leaf = opening().leaf;
    let tags = (secret().tag("V1"), secret().tag("r1"), commitment(&secret().event_salt(5), PRIVATE));
    let expected = format!(
        r#"{{"seq":5,"at":"2022-07-06T17:00:00Z","kind":"line_judged","public":{{"section":1,"line":2}},"voter":"{}","reviewer":"{}","private":"{}"}}"#,
        tags.0, tags.1, tags.2
    );
    assert_eq!(leaf, expected);
    assert_eq!(tags.0.len(), 32);
    // From an independent computation, Python's hmac and hashlib.
    assert_eq!(tags.0, "f2fa3a9dd1111286840a5a140e52a540");
    let read = Leaf::from_line(&leaf).unwrap();
    assert_eq!(
        (read.seq, read.kind, read.public.get(), read.to_line().unwrap()),
        (5, "line_judged", r#"{"section":1,"line":2}"#, leaf.clone())
    );
    for bad in [
        leaf.replace(",\"at\"", ", \"at\""),
        leaf.replace("\"seq\":5", "\"seq\":05"),
        leaf.replace("\"seq\":5", "\"seq\":5,\"more\":1"),
        leaf.clone() + " ",
        leaf.replace("line_judged", "line\\u005fjudged"),
        String::new(),
    ] {
        assert!(Leaf::from_line(&bad).is_err(), "{bad}");
    }
}

#[test]
fn an_opening_is_what_was_committed_to() {
    let good = opening();
    assert_eq!(good.check(), Ok(()));
    let person = |what| Err(OpeningError::Person { what, seq: 5 });
    let id = |id: &str| Some(PersonOpening { id: id.to_owned(), salt: secret().person_salt(id) });
    assert_eq!(Opening { private: PRIVATE.replace("V1", "V2"), ..good.clone() }.check(), Err(OpeningError::Private(5)));
    assert_eq!(Opening { salt: secret().event_salt(6), ..good.clone() }.check(), Err(OpeningError::Private(5)));
    assert_eq!(Opening { voter: id("V2"), ..good.clone() }.check(), person("voter"));
    assert_eq!(Opening { voter: None, ..good.clone() }.check(), person("voter"));
    assert_eq!(Opening { reviewer: id("V1"), ..good.clone() }.check(), person("reviewer"));
    // The office cannot commit to one voter and tag the line with another: the private part is held against whom the tag stands for.
    let other = PRIVATE.replace("V1", "V2");
    let leaf = good.leaf.replace(&commitment(&good.salt, PRIVATE), &commitment(&good.salt, &other));
    assert_eq!(Opening { leaf, private: other, ..good.clone() }.check(), person("voter"));
    assert!(matches!(Opening { leaf: "{}".to_owned(), ..good }.check(), Err(OpeningError::Leaf(_))));
}

/// Salts differ by event, by person and by purpose; tags by case.
#[test]
fn nothing_is_salted_twice_alike() {
    let one = secret();
    let salts = [one.event_salt(1), one.event_salt(2), one.person_salt("1"), one.person_salt("2")];
    assert!((0..4).all(|at| (0..at).all(|before| salts[at] != salts[before])), "{salts:?}");
    assert_ne!(one.tag("V1"), one.tag("V2"));
    assert_ne!(one.tag("V1"), Secret::new([8; 32]).tag("V1"));
    assert_ne!(tag(&salts[0], "V1"), tag(&salts[1], "V1"));
    assert_ne!(commitment(&salts[0], "a"), commitment(&salts[0], "b"));
    assert!(Secret::from_hex(&"07".repeat(32)) == Some(secret()));
    assert!(Secret::from_hex("07").is_none());
}
