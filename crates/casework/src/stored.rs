//! An event as it stands in the case file, and as a leaf of the case's log.

use domain::{Event, Recorded};
use jiff::Timestamp;
use ledger::{Hash, Leaf, Opening, PersonOpening, Secret, Tree, commitment, hex, leaf_hash};
use serde::Serialize;
use serde_json::value::RawValue;
use sqlx::{Row, any::AnyRow};

/// The log of a case: every event is a leaf.
#[derive(Clone)]
pub(crate) struct Log {
    pub(crate) secret: Secret,
    pub(crate) tree: Tree,
}

impl Log {
    /// The log that an opening begins. None where its secret is none.
    pub(crate) fn begun_by(event: &Event) -> Option<Self> {
        match event {
            Event::CaseOpened(_, private) => {
                Some(Self { secret: Secret::from_hex(&private.secret)?, tree: Tree::default() })
            }
            _ => None,
        }
    }

    /// The root over all events, 64 hexadecimal digits.
    pub(crate) fn root(&self) -> String {
        hex(&self.tree.root())
    }
}

/// An event as it stands in the table.
pub(crate) struct Stored {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) kind: String,
    pub(crate) public: String,
    pub(crate) private: Option<String>,
    /// Hash of the leaf, 64 hexadecimal digits.
    pub(crate) leaf: String,
}

/// What the commitment of a leaf is made to.
#[derive(Serialize)]
struct Committed<'a> {
    actor: &'a str,
    private: Option<&'a RawValue>,
}

impl Stored {
    /// The form in which an event is kept, with its leaf.
    pub(crate) fn new(recorded: &Recorded, secret: &Secret) -> Result<(Self, Hash), String> {
        let (public, private) = recorded.event.to_parts().map_err(|error| error.to_string())?;
        let mut stored = Self {
            seq: i64::try_from(recorded.seq).unwrap_or(i64::MAX),
            at: recorded.at.as_microsecond(),
            actor: recorded.actor.clone(),
            kind: recorded.event.kind().to_owned(),
            public,
            private,
            leaf: String::new(),
        };
        let hash = leaf_hash(stored.line(recorded, secret)?.as_bytes());
        stored.leaf = hex(&hash);
        Ok((stored, hash))
    }

    pub(crate) fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            seq: row.try_get(0)?,
            at: row.try_get(1)?,
            actor: row.try_get(2)?,
            kind: row.try_get(3)?,
            public: row.try_get(4)?,
            private: row.try_get(5)?,
            leaf: row.try_get(6)?,
        })
    }

    pub(crate) fn read(&self) -> Result<Recorded, String> {
        let event =
            Event::from_parts(&self.kind, &self.public, self.private.as_deref()).map_err(|why| why.to_string())?;
        let at = Timestamp::from_microsecond(self.at).map_err(|why| why.to_string())?;
        let seq = u64::try_from(self.seq).map_err(|why| why.to_string())?;
        Ok(Recorded { seq, at, actor: self.actor.clone(), event })
    }

    /// The leaf's line, as it is published.
    pub(crate) fn line(&self, recorded: &Recorded, secret: &Secret) -> Result<String, String> {
        let (voter, reviewer) = recorded.event.people();
        let voter = voter.map(|voter| secret.tag(voter.as_str()));
        let reviewer = reviewer.map(|reviewer| secret.tag(&reviewer.person()));
        let leaf = Leaf {
            seq: recorded.seq,
            // As it is kept, which is to the microsecond.
            at: &Timestamp::from_microsecond(self.at).map_err(|why| why.to_string())?.to_string(),
            kind: &self.kind,
            public: serde_json::from_str(&self.public).map_err(|error| error.to_string())?,
            voter: voter.as_deref(),
            reviewer: reviewer.as_deref(),
            private: &commitment(&secret.event_salt(recorded.seq), &self.committed()?),
        };
        leaf.to_line().map_err(|error| error.to_string())
    }

    /// The leaf's hash, from what stands in the table; none where another one was recorded.
    pub(crate) fn checked_hash(&self, recorded: &Recorded, secret: &Secret) -> Option<Hash> {
        let hash = leaf_hash(self.line(recorded, secret).ok()?.as_bytes());
        (hex(&hash) == self.leaf).then_some(hash)
    }

    /// The private part with all that shows it to be the one committed to.
    pub(crate) fn opening(&self, recorded: &Recorded, secret: &Secret) -> Result<Opening, String> {
        let person = |id: &str| PersonOpening { id: id.to_owned(), salt: secret.person_salt(id) };
        let (voter, reviewer) = recorded.event.people();
        Ok(Opening {
            leaf: self.line(recorded, secret)?,
            salt: secret.event_salt(recorded.seq),
            private: self.committed()?,
            voter: voter.map(|voter| person(voter.as_str())),
            reviewer: reviewer.map(|reviewer| person(&reviewer.person())),
        })
    }

    fn committed(&self) -> Result<String, String> {
        let private = self.private.as_deref().map(serde_json::from_str).transpose().map_err(|why| why.to_string())?;
        serde_json::to_string(&Committed { actor: &self.actor, private }).map_err(|error| error.to_string())
    }
}
