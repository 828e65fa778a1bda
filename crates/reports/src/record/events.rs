//! The log of a case in the Election Event Logging Common Data Format, NIST SP 1500-101 version 1.0, as JSON: the form in which election
//! offices hand in the logs of their machines. It has what the leaves have in their public part, and the hash that finds the leaf.

use std::io::{self, Write};

use jiff::Timestamp;
use ledger::{Leaf, hex, leaf_hash};
use serde::Serialize;

/// What the head of the log says. Nothing is looked up: the time and the version are the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogFacts<'a> {
    /// The petition's title, which stands for the election.
    pub title: &'a str,
    /// The county, city or district.
    pub jurisdiction: &'a str,
    /// When this copy of the log was made.
    pub generated: Timestamp,
    /// The program's name.
    pub software: &'a str,
    /// The program's version.
    pub version: &'a str,
}

/// Why the log cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum EventLogError {
    /// A kind of event that has no description.
    #[error(
        "event {seq} is of the kind {kind:?}, which this version does not know; publish with the version that recorded it"
    )]
    Kind {
        /// Number of the event.
        seq: u64,
        /// Its kind.
        kind: String,
    },
    /// An event whose leaf cannot be written.
    #[error("event {seq}: {source}")]
    Leaf {
        /// Number of the event.
        seq: u64,
        /// Why.
        source: ledger::LeafError,
    },
    /// The place to write to refuses.
    #[error("the log of events cannot be written: {0}; make room there, or write to another place")]
    Write(#[from] io::Error),
}

/// A kind of event: its name, the type it is filed under, and what it tells.
struct Kind(&'static str, &'static str, &'static str);

/// Types of events, with what they tell.
const TYPES: [(&str, &str); 5] = [
    ("case", "Opening and reopening of the case, and the roll and the law that it rests on"),
    ("intake", "Receipt and count of sections and lines, and requests to be taken off the petition"),
    ("examination", "Searches of the roll and findings of people"),
    ("sample", "The public sample, and the check of a certified outcome"),
    ("certification", "Certificates"),
];

const KINDS: [Kind; 20] = [
    Kind("case_opened", "case", "The case was opened from a rule pack"),
    Kind("roll_sealed", "case", "The roll that signers are looked up in was fixed"),
    Kind("section_received", "intake", "A section with its lines was received"),
    Kind("raw_counted", "intake", "Every signature was counted, and the filing accepted or not"),
    Kind("count_reopened", "intake", "The raw count was taken back, so that it can be made again"),
    Kind("lines_struck", "intake", "Lines that are no signatures were taken out of the count"),
    Kind("lines_reinstated", "intake", "Struck lines were taken back into the count"),
    Kind("lines_keyed", "intake", "What stands on lines was keyed"),
    Kind("manifest_sealed", "sample", "The list of all countable lines was sealed"),
    Kind("sample_drawn", "sample", "A seed was rolled in public and a sample drawn by it, or a drawn one made longer"),
    Kind("searched_section", "examination", "The roll was searched for the signers of a section"),
    Kind("line_judged", "examination", "One person's finding on one line"),
    Kind("line_reopened", "examination", "A line's decision was taken back"),
    Kind("section_voided", "examination", "A section was found void"),
    Kind("section_restored", "examination", "A voided section was restored"),
    Kind("withdrawal_received", "intake", "A voter asked to be taken off the petition"),
    Kind("certified", "certification", "The result was certified"),
    Kind("audit_sealed", "sample", "The list of lines that a certified outcome rests on was sealed, to be checked"),
    Kind("audit_seeded", "sample", "A seed was rolled in public that fixes the order of the lines of a check"),
    Kind("case_reopened", "case", "A certified case was opened again"),
];

const DEVICE_TYPE: &str = "petition examination";

const DETAILS: &str = "Each event is one line of log.jsonl. Sequence is its number there, Details its public part as JSON, UserId the tag of the \
    reviewer, which means nothing outside this case. Hash is SHA-256 over a zero byte and the line: the leaf of RFC 6962.";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Event<'a> {
    #[serde(rename = "@type")]
    class: &'static str,
    id: &'a str,
    sequence: String,
    time_stamp: &'a str,
    r#type: &'static str,
    disposition: &'static str,
    description: &'static str,
    details: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    hash: String,
}

/// The log of events, written as the events come.
#[derive(Debug)]
pub struct EventLog<W: Write> {
    out: W,
    begun: bool,
}

impl<W: Write> EventLog<W> {
    /// Begins the log. Write to a buffer: every event is a small write.
    pub fn new(mut out: W, facts: &LogFacts) -> Result<Self, EventLogError> {
        let text = |text: &str| serde_json::to_string(text).map_err(io::Error::from);
        let rows = [
            (r#"{"@type":"EventLogging.ElectionEventLog","GeneratedTime":"#, facts.generated.to_string()),
            (r#","ElectionId":"#, format!("{}: {}", facts.jurisdiction, facts.title)),
            (r#","Details":"#, DETAILS.to_owned()),
            (r#","Device":[{"@type":"EventLogging.Device","Id":"#, facts.software.to_owned()),
            (r#","Manufacturer":"#, facts.software.to_owned()),
            (r#","Model":"#, facts.software.to_owned()),
            (r#","Version":"#, facts.version.to_owned()),
            (r#","Type":"other","OtherType":"#, DEVICE_TYPE.to_owned()),
        ];
        for (name, value) in rows {
            write!(out, "{name}{}", text(&value)?)?;
        }
        write!(out, r#","HashType":"sha-256","Event":["#)?;
        Ok(Self { out, begun: false })
    }

    /// Adds the next event of the log: of its leaf everything but the commitment to the private part and the voter's tag, which are found
    /// with the leaf.
    pub fn add(&mut self, leaf: &Leaf) -> Result<(), EventLogError> {
        let seq = leaf.seq;
        let Some(Kind(_, filed, description)) = KINDS.iter().find(|kind| kind.0 == leaf.kind) else {
            return Err(EventLogError::Kind { seq, kind: leaf.kind.to_owned() });
        };
        let line = leaf.to_line().map_err(|source| EventLogError::Leaf { seq, source })?;
        let event = Event {
            class: "EventLogging.Event",
            id: leaf.kind,
            sequence: seq.to_string(),
            time_stamp: leaf.at,
            r#type: filed,
            disposition: "success",
            description,
            details: leaf.public.get(),
            user_id: leaf.reviewer,
            hash: hex(&leaf_hash(line.as_bytes())),
        };
        self.out.write_all(if self.begun { b",\n" } else { b"\n" })?;
        serde_json::to_writer(&mut self.out, &event).map_err(io::Error::from)?;
        self.begun = true;
        Ok(())
    }

    /// Ends the log and gives back what it was written to.
    pub fn finish(mut self) -> Result<W, EventLogError> {
        self.out.write_all(b"\n]}]}\n")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// The companion that the format asks for: what each kind of event and each type means.
pub fn event_descriptions(facts: &LogFacts) -> Result<String, serde_json::Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Documentation<'a> {
        #[serde(rename = "@type")]
        class: &'static str,
        generated_date: String,
        device_manufacturer: &'a str,
        device_model: &'a str,
        device_version: &'a str,
        event_id_description: Vec<IdDescription>,
        event_type_description: Vec<TypeDescription>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct IdDescription {
        #[serde(rename = "@type")]
        class: &'static str,
        id: &'static str,
        description: &'static str,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct TypeDescription {
        #[serde(rename = "@type")]
        class: &'static str,
        r#type: &'static str,
        description: &'static str,
    }
    let kinds = KINDS.iter().map(|&Kind(id, _, description)| IdDescription {
        class: "EventLogging.EventIdDescription",
        id,
        description,
    });
    let types = TYPES.iter().map(|&(name, description)| TypeDescription {
        class: "EventLogging.EventTypeDescription",
        r#type: name,
        description,
    });
    let documentation = Documentation {
        class: "EventLogging.ElectionEventLogDocumentation",
        generated_date: facts.generated.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
        device_manufacturer: facts.software,
        device_model: facts.software,
        device_version: facts.version,
        event_id_description: kinds.collect(),
        event_type_description: types.collect(),
    };
    serde_json::to_string_pretty(&documentation).map(|json| json + "\n")
}
