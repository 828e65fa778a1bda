//! An event as it stands in the case file, and the digest over all of them.

use domain::{Event, Recorded};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::{Row, any::AnyRow};

/// SHA-256 over a case's events in order: for each event its number, time in microseconds, actor, kind, public and
/// private part, each as bytes behind its length (8 bytes, little-endian); an absent private part has length 2^64 - 1.
#[derive(Clone)]
pub(crate) struct EventsDigest(Sha256);

impl EventsDigest {
    pub(crate) fn new() -> Self {
        Self(Sha256::new_with_prefix(b"countersign-events/v1\0"))
    }

    pub(crate) fn add(&mut self, stored: &Stored) {
        self.field(stored.seq.to_string().as_bytes());
        self.field(stored.at.to_string().as_bytes());
        self.field(stored.actor.as_bytes());
        self.field(stored.kind.as_bytes());
        self.field(stored.public.as_bytes());
        match &stored.private {
            Some(private) => self.field(private.as_bytes()),
            None => self.0.update(u64::MAX.to_le_bytes()),
        }
    }

    fn field(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    pub(crate) fn hex(&self) -> String {
        hex(&self.0.clone().finalize())
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// An event as it stands in the table.
pub(crate) struct Stored {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) kind: String,
    pub(crate) public: String,
    pub(crate) private: Option<String>,
}

impl Stored {
    pub(crate) fn new(recorded: &Recorded) -> Result<Self, serde_json::Error> {
        let (public, private) = recorded.event.to_parts()?;
        Ok(Self {
            seq: i64::try_from(recorded.seq).unwrap_or(i64::MAX),
            at: recorded.at.as_microsecond(),
            actor: recorded.actor.clone(),
            kind: recorded.event.kind().to_owned(),
            public,
            private,
        })
    }

    pub(crate) fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            seq: row.try_get(0)?,
            at: row.try_get(1)?,
            actor: row.try_get(2)?,
            kind: row.try_get(3)?,
            public: row.try_get(4)?,
            private: row.try_get(5)?,
        })
    }

    pub(crate) fn read(&self) -> Result<Recorded, String> {
        let event =
            Event::from_parts(&self.kind, &self.public, self.private.as_deref()).map_err(|why| why.to_string())?;
        let at = Timestamp::from_microsecond(self.at).map_err(|why| why.to_string())?;
        let seq = u64::try_from(self.seq).map_err(|why| why.to_string())?;
        Ok(Recorded { seq, at, actor: self.actor.clone(), event })
    }
}
