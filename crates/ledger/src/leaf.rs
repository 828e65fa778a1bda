//! A leaf of the log: the public part of one event, tags in place of people, and the commitment to the rest. One line of JSON, which is hashed
//! as it stands.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::from_hex;

/// The public face of one event.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf<'a> {
    /// Number of the event in its case, from 1.
    pub seq: u64,
    /// When it was recorded, as in 2022-07-06T17:00:00Z.
    pub at: &'a str,
    /// What kind of event it is.
    pub kind: &'a str,
    /// The event's public part, as JSON.
    #[serde(borrow)]
    pub public: &'a RawValue,
    /// The tag of the voter whom the event names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voter: Option<&'a str>,
    /// The tag of the reviewer whose finding it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<&'a str>,
    /// The commitment to the private part, 64 hexadecimal digits.
    pub private: &'a str,
}

/// Why a line is no leaf.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a leaf of a case's log: {0}")]
pub struct LeafError(String);

impl<'a> Leaf<'a> {
    /// The line, without an end of line.
    pub fn to_line(&self) -> Result<String, LeafError> {
        serde_json::to_string(self).map_err(|error| LeafError(error.to_string()))
    }

    /// Reads a line. Only the one spelling that [`Leaf::to_line`] gives is taken, but for the content of the public part.
    pub fn from_line(line: &'a str) -> Result<Self, LeafError> {
        let leaf: Self = serde_json::from_str(line).map_err(|error| LeafError(error.to_string()))?;
        let tags = leaf.voter.into_iter().chain(leaf.reviewer);
        let formed =
            from_hex::<32>(leaf.private).is_some() && tags.into_iter().all(|tag| from_hex::<16>(tag).is_some());
        if formed && leaf.to_line()? == line {
            Ok(leaf)
        } else {
            Err(LeafError("it is not written as leaves are".to_owned()))
        }
    }
}
