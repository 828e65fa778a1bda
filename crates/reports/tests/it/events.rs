//! The log of events against the rules of its format.

use jiff::Timestamp;
use ledger::{Leaf, Secret, commitment, hex, leaf_hash};
use reports::record::{EventLog, EventLogError, LogFacts, event_descriptions};
use serde_json::Value;

use super::small::events;

const FACTS: LogFacts = LogFacts {
    title: "Petition to recall the \"Assessor\"",
    jurisdiction: "Example County",
    generated: Timestamp::UNIX_EPOCH,
    software: "Countersign",
    version: "0.1.0",
};

/// The leaves of the small case, as they are published.
fn leaves() -> Vec<String> {
    let secret = Secret::from_hex(&"07".repeat(32)).unwrap();
    let leaf = |(event, seq): (domain::Event, u64)| {
        let (public, private) = event.to_parts().unwrap();
        let (voter, reviewer) = event.people();
        let (voter, reviewer) = (voter.map(|id| secret.tag(id.as_str())), reviewer.map(|id| secret.tag(id.as_str())));
        let leaf = Leaf {
            seq,
            at: "2022-07-06T17:00:00Z",
            kind: event.kind(),
            public: serde_json::from_str(&public).unwrap(),
            voter: voter.as_deref(),
            reviewer: reviewer.as_deref(),
            private: &commitment(&secret.event_salt(seq), &private.unwrap_or_default()),
        };
        leaf.to_line().unwrap()
    };
    events().into_iter().zip(1..).map(leaf).collect()
}

fn log(lines: &[String]) -> String {
    let mut log = EventLog::new(Vec::new(), &FACTS).unwrap();
    for line in lines {
        log.add(&Leaf::from_line(line).unwrap()).unwrap();
    }
    String::from_utf8(log.finish().unwrap()).unwrap()
}

/// The classes of NIST SP 1500-101 version 1.0 (<https://doi.org/10.6028/NIST.SP.1500-101>, section on the UML model): attributes that
/// must be there, and attributes that may.
const CLASSES: [(&str, &[&str], &[&str]); 6] = [
    ("ElectionEventLog", &["GeneratedTime"], &["Details", "Device", "ElectionId"]),
    (
        "Device",
        &["Id"],
        &["Details", "Event", "HashType", "Manufacturer", "Model", "OtherHashType", "OtherType", "Type", "Version"],
    ),
    (
        "Event",
        &["Disposition", "Id", "Sequence", "TimeStamp", "Type"],
        &["Description", "Details", "Hash", "OtherDisposition", "Severity", "UserId"],
    ),
    (
        "ElectionEventLogDocumentation",
        &["DeviceManufacturer", "DeviceModel", "EventIdDescription", "EventTypeDescription", "GeneratedDate"],
        &["DeviceId", "DeviceVersion"],
    ),
    ("EventIdDescription", &["Description", "Id"], &[]),
    ("EventTypeDescription", &["Description", "Type"], &[]),
];

/// Holds an object, and what lies in it, against the classes: lists hold objects, everything else is text.
fn check(value: &Value, wanted: &str) {
    let fields = value.as_object().unwrap();
    assert_eq!(fields["@type"], format!("EventLogging.{wanted}"));
    let (_, required, optional) = CLASSES.iter().find(|class| class.0 == wanted).unwrap();
    for name in *required {
        assert!(fields.contains_key(*name), "{wanted} without {name}");
    }
    for (name, field) in fields.iter().filter(|(name, _)| *name != "@type") {
        assert!(required.contains(&name.as_str()) || optional.contains(&name.as_str()), "{wanted} with {name}");
        match (name.as_str(), field) {
            ("Device" | "Event" | "EventIdDescription" | "EventTypeDescription", Value::Array(items)) => {
                for item in items {
                    check(item, name);
                }
            }
            ("GeneratedTime" | "TimeStamp", time) => drop(time.as_str().unwrap().parse::<Timestamp>().unwrap()),
            ("GeneratedDate", day) => drop(day.as_str().unwrap().parse::<jiff::civil::Date>().unwrap()),
            ("HashType", hash) => assert!(["md6", "sha-256", "sha-512", "other"].contains(&hash.as_str().unwrap())),
            ("Disposition", found) => assert!(["success", "failure", "na", "other"].contains(&found.as_str().unwrap())),
            ("Type", kind) if wanted == "Device" => assert_eq!(kind, "other", "OtherType goes with other"),
            _ => assert!(field.is_string(), "{wanted}.{name} is text"),
        }
    }
}

#[test]
fn the_log_is_in_the_common_form() {
    let lines = leaves();
    let value: Value = serde_json::from_str(&log(&lines)).unwrap();
    check(&value, "ElectionEventLog");
    let written = value["Device"][0]["Event"].as_array().unwrap();
    assert_eq!(written.len(), lines.len());
    for ((event, line), seq) in written.iter().zip(&lines).zip(1..) {
        let leaf: Value = serde_json::from_str(line).unwrap();
        assert_eq!(event["Sequence"], seq.to_string());
        assert_eq!((&event["Id"], &event["TimeStamp"]), (&leaf["kind"], &leaf["at"]));
        assert_eq!(event["Hash"], hex(&leaf_hash(line.as_bytes())));
        assert_eq!(serde_json::from_str::<Value>(event["Details"].as_str().unwrap()).unwrap(), leaf["public"]);
    }
    check(&serde_json::from_str(&log(&[])).unwrap(), "ElectionEventLog");
}

#[test]
fn one_event_reads_so() {
    let text = log(&leaves());
    let rows: Vec<_> = text.lines().collect();
    insta::assert_snapshot!([rows[0], rows[7], rows[8], rows[12]].join("\n"));
}

#[test]
fn what_stays_in_the_office_is_not_in_it() {
    let text = log(&leaves());
    for private in ["MARIA SECRET", "a note", "\"v1\"", "\"r1\"", "secret", "desk"] {
        assert!(!text.contains(private), "{private}");
    }
}

#[test]
fn every_kind_of_event_is_described() {
    let value: Value = serde_json::from_str(&event_descriptions(&FACTS).unwrap()).unwrap();
    check(&value, "ElectionEventLogDocumentation");
    let described: Vec<_> =
        value["EventIdDescription"].as_array().unwrap().iter().map(|kind| kind["Id"].as_str().unwrap()).collect();
    let source = include_str!("../../../domain/src/event.rs");
    let kinds: Vec<_> = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Self::")?.split_once("=> \"")?.1.strip_suffix("\","))
        .collect();
    assert_eq!(described, kinds);
    let types = value["EventTypeDescription"].as_array().unwrap();
    let log: Value = serde_json::from_str(&log(&leaves())).unwrap();
    for event in log["Device"][0]["Event"].as_array().unwrap() {
        assert!(types.iter().any(|described| described["Type"] == event["Type"]), "{event}");
    }
}

#[test]
fn an_unknown_kind_is_refused() {
    let line = leaves()[0].replace("case_opened", "case_closed");
    let mut log = EventLog::new(Vec::new(), &FACTS).unwrap();
    let refused = log.add(&Leaf::from_line(&line).unwrap()).unwrap_err();
    assert!(matches!(&refused, EventLogError::Kind { seq: 1, kind } if kind == "case_closed"), "{refused}");
}
