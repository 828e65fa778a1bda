//! The draw: every line has a ticket that follows from list and seed, and the sample is the lines with the smallest
//! tickets. Nothing else happens, so a longer sample extends a shorter one.

use std::fmt;

use domain::LineRef;
use ledger::{Hash, hex};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::{manifest::SealedManifest, seed::Seed};

/// Why there is no such sample.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DrawError {
    /// More lines than the list has.
    #[error("{asked} lines were asked for, but the list has {count}; ask for no more than that")]
    MoreThanListed {
        /// The last rank asked for.
        asked: u64,
        /// The number of lines in the list.
        count: u64,
    },
    /// Ranks that do not exist or run backwards.
    #[error("there are no ranks {from} to {to}; ranks count from 1, the smaller first")]
    NoSuchRanks {
        /// The first rank asked for.
        from: u64,
        /// The last rank asked for.
        to: u64,
    },
}

/// What is drawn for. It goes into every ticket, so one seed gives unrelated draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The sample that the law asks for.
    Sample,
    /// The check of a decision.
    Audit,
}

impl Purpose {
    /// The text that opens what is hashed to a ticket.
    pub const fn domain(self) -> &'static str {
        match self {
            Self::Sample => "petition-sample/v1",
            Self::Audit => "petition-audit/v1",
        }
    }
}

/// The ticket of a line: a SHA-256, read as a number with its highest byte first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(Hash);

impl Ticket {
    /// The first 16 hexadecimal digits, enough to find the ticket in print.
    pub fn prefix(&self) -> String {
        hex(&self.0[..8])
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl Serialize for Ticket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A line in its place in the draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Drawn {
    /// The place, from 1.
    pub rank: u64,
    /// The line.
    #[serde(flatten)]
    pub line: LineRef,
    /// What put it there.
    pub ticket: Ticket,
}

/// All lines of a sealed list in the order in which they are drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    order: Vec<Drawn>,
}

impl Draw {
    /// Gives every line its ticket, SHA-256 of `domain 0x00 hex(root) 0x00 seed 0x00 section:line`, and puts the lines in
    /// the order of their tickets, then of their numbers.
    pub fn new(sealed: &SealedManifest, seed: &Seed, purpose: Purpose) -> Self {
        let manifest = sealed.manifest();
        // The state of the hash after what all tickets have in common.
        let common =
            Sha256::new_with_prefix(format!("{}\0{}\0{seed}\0", purpose.domain(), manifest.root()).into_bytes());
        let ticket = |line: LineRef| Ticket(common.clone().chain_update(line.to_string()).finalize().into());
        let mut order: Vec<Drawn> =
            manifest.lines().iter().map(|&line| Drawn { rank: 0, line, ticket: ticket(line) }).collect();
        order.sort_unstable_by_key(|drawn| (drawn.ticket, drawn.line));
        for (drawn, rank) in order.iter_mut().zip(1..) {
            drawn.rank = rank;
        }
        Self { order }
    }

    /// The sample of the first `size` lines.
    pub fn first(&self, size: u64) -> Result<&[Drawn], DrawError> {
        let taken = usize::try_from(size).ok().and_then(|size| self.order.get(..size));
        taken.ok_or(DrawError::MoreThanListed { asked: size, count: self.order.len() as u64 })
    }

    /// The lines of the ranks `from` to `to`, both included: what has to be added where a sample of `from - 1` is made
    /// one of `to`.
    pub fn ranks(&self, from: u64, to: u64) -> Result<&[Drawn], DrawError> {
        let sample = self.first(to)?;
        let before = from.checked_sub(1).and_then(|before| usize::try_from(before).ok());
        let asked = before.and_then(|before| sample.get(before..)).filter(|asked| !asked.is_empty());
        asked.ok_or(DrawError::NoSuchRanks { from, to })
    }
}

/// The lines as CSV with the header `rank,section,line,ticket`, byte for byte what [`REDRAW_PY`](crate::REDRAW_PY)
/// prints.
pub fn csv(drawn: &[Drawn]) -> String {
    let mut text = String::from("rank,section,line,ticket\n");
    for Drawn { rank, line, ticket } in drawn {
        text.push_str(&format!("{rank},{},{},{ticket}\n", line.section, line.line));
    }
    text
}
