//! What stays in the office, bound by salted commitments: the log tells nobody who signed, and each commitment can be opened for a court.

use std::collections::HashMap;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Leaf, hash::from_hex, hex};

/// The secret of a case, from which all its salts come. It never leaves the office: who has it can try every voter against every tag.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// The secret that these 32 bytes, taken by chance, are.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        from_hex(text).map(Self)
    }

    /// The salt of the commitment to the private part of event `seq`, 64 hexadecimal digits.
    pub fn event_salt(&self, seq: u64) -> String {
        hex(&self.mac(b"event", seq.to_string().as_bytes()))
    }

    /// The salt of the tag of a person, 64 hexadecimal digits: the same for a person throughout a case, and another in the next.
    pub fn person_salt(&self, person: &str) -> String {
        hex(&self.mac(b"person", person.as_bytes()))
    }

    /// A number by chance that belongs to a text, the same whenever it is asked for, and that nobody can tell beforehand who does not know the secret. For
    /// choices inside the office; nothing published rests on it.
    pub fn chance(&self, of: &str) -> u64 {
        let mac = self.mac(b"chance", of.as_bytes());
        mac[..8].iter().fold(0, |number, &byte| number << 8 | u64::from(byte))
    }

    /// The tag that stands for a person in the log of this case.
    pub fn tag(&self, person: &str) -> String {
        tag(&self.person_salt(person), person)
    }

    fn mac(&self, purpose: &[u8], what: &[u8]) -> [u8; 32] {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { unreachable!("a key of any length will do") };
        mac.update(purpose);
        mac.update(&[0]);
        mac.update(what);
        mac.finalize().into_bytes().into()
    }
}

/// The commitment to a private part: SHA-256 over `countersign-private/v1`, a zero byte, the salt's hexadecimal digits, a zero byte, and the text.
pub fn commitment(salt: &str, private: &str) -> String {
    hex(&salted(b"countersign-private/v1", salt, private))
}

/// The tag of a person: the first 16 bytes of SHA-256 over `countersign-person/v1`, a zero byte, the salt's hexadecimal digits, a zero byte, and
/// the voter's or reviewer's identifier. What binds the office is the commitment to the whole private part beside it.
pub fn tag(salt: &str, person: &str) -> String {
    hex(&salted(b"countersign-person/v1", salt, person)[..16])
}

fn salted(purpose: &[u8], salt: &str, text: &str) -> [u8; 32] {
    let parts = [purpose, &[0], salt.as_bytes(), &[0], text.as_bytes()];
    parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize().into()
}

/// The private part of one event, shown with its salt: what a court is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The leaf as it stands in the log.
    pub leaf: String,
    /// The salt of the commitment, 64 hexadecimal digits.
    pub salt: String,
    /// The private part, byte for byte as it was committed to.
    pub private: String,
    /// The voter whom the leaf's tag stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voter: Option<PersonOpening>,
    /// The reviewer whom the leaf's tag stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<PersonOpening>,
}

/// A person behind a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonOpening {
    /// The identifier in the voter file, or the reviewer's account.
    pub id: String,
    /// The salt of the tag, 64 hexadecimal digits.
    pub salt: String,
}

/// Why an opening does not fit its leaf.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// Not a leaf.
    #[error("the opening holds no leaf of a log: {0}")]
    Leaf(String),
    /// The private part is not what was committed to.
    #[error("the private part is not the one that event {0} was recorded with")]
    Private(u64),
    /// One person with two tags, or two with one.
    #[error(
        "event {seq} shows a person with a tag that does not fit the other openings: one person has one tag in a case, and one tag is one person"
    )]
    Disagree {
        /// The event.
        seq: u64,
    },
    /// The person is not the one behind the tag.
    #[error("the {what} shown is not the one whom the tag of event {seq} stands for")]
    Person {
        /// Voter or reviewer.
        what: &'static str,
        /// The event.
        seq: u64,
    },
}

/// Whether openings of one case agree, each of which was checked: one person has one tag, and one tag is one person. A single opening cannot show
/// that, since nothing in the log binds the salt of a tag to its person.
pub fn agree(openings: &[Opening]) -> Result<(), OpeningError> {
    let mut tag_of: HashMap<(bool, &str), String> = HashMap::new();
    let mut person_of: HashMap<String, (bool, &str)> = HashMap::new();
    for opening in openings {
        for (is_voter, shown) in [(true, &opening.voter), (false, &opening.reviewer)] {
            let Some(shown) = shown else { continue };
            let (person, tagged) = ((is_voter, shown.id.as_str()), tag(&shown.salt, &shown.id));
            let same_tag = *tag_of.entry(person).or_insert_with(|| tagged.clone()) == tagged;
            if !same_tag || *person_of.entry(tagged).or_insert(person) != person {
                let leaf = Leaf::from_line(&opening.leaf).map_err(|error| OpeningError::Leaf(error.to_string()))?;
                return Err(OpeningError::Disagree { seq: leaf.seq });
            }
        }
    }
    Ok(())
}

/// A reviewer's account without blanks and case, as tags are made of it.
fn person(account: &str) -> String {
    account.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
}

impl Opening {
    /// Checks what is shown against the leaf. That the leaf is in the log is shown by a proof of inclusion.
    pub fn check(&self) -> Result<(), OpeningError> {
        let leaf = Leaf::from_line(&self.leaf).map_err(|error| OpeningError::Leaf(error.to_string()))?;
        if commitment(&self.salt, &self.private) != leaf.private {
            return Err(OpeningError::Private(leaf.seq));
        }
        // The people in the private part itself are those whom the tags stand for.
        let private: serde_json::Value = serde_json::from_str(&self.private).unwrap_or_default();
        let named = |what: &str| private["private"][what].as_str().map(str::to_owned);
        let reviewer = named("reviewer").filter(|_| leaf.reviewer.is_some()).map(|reviewer| person(&reviewer));
        let voter = named("voter");
        for (what, shown, named) in [("voter", &self.voter, voter), ("reviewer", &self.reviewer, reviewer)] {
            if shown.as_ref().map(|shown| &shown.id) != named.as_ref() {
                return Err(OpeningError::Person { what, seq: leaf.seq });
            }
        }
        let people = [("voter", &self.voter, leaf.voter), ("reviewer", &self.reviewer, leaf.reviewer)];
        for (what, shown, tagged) in people {
            if shown.as_ref().map(|person| tag(&person.salt, &person.id)).as_deref() != tagged {
                return Err(OpeningError::Person { what, seq: leaf.seq });
            }
        }
        Ok(())
    }
}
