//! What the checks found, in order, and what no check from outside can find.

use serde::Serialize;

use crate::{Record, tables::unread};

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// What was found: the figures where it holds, the falsehood where it does not.
    pub found: String,
    /// What it rests on.
    pub rests_on: &'static str,
}

/// All checks up to the first falsehood.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Whether every check holds.
    pub holds: bool,
    /// The checks made.
    pub checks: Vec<Check>,
    /// What a record cannot show.
    pub not_shown: Vec<String>,
}

const NEVER_SHOWN: [&str; 6] = [
    "that the rule pack is the law, and that the numbers of voters or votes it was given are true",
    "that dates of receipt are true, and that every section handed in was entered",
    "that the office signs no other log of this case, and that this is its newest: keep checkpoints, and compare them with --seen",
    "that each tag stands for the voter who signed: the office can open single events for a court",
    "that the roll was searched with care, and that signatures were compared well",
    "unit-is-no-ground: where only the apartment differs no line is rejected; it needs the addresses",
];

impl Report {
    /// Adds a check, with what it found in words, and hands on what was found; none where it fails.
    pub(crate) fn check<T: Found>(
        &mut self,
        name: &'static str,
        rests_on: &'static str,
        found: Result<T, String>,
    ) -> Option<T> {
        let (holds, words) = match &found {
            Ok(found) => (true, found.words()),
            Err(falsehood) => (false, falsehood.clone()),
        };
        self.checks.push(Check { name, holds, found: words, rests_on });
        found.ok()
    }

    /// Every check was made and holds.
    pub(crate) fn close(&mut self, record: &Record) {
        self.holds = true;
        if record.log().is_none() {
            self.not_shown.push("how the lines came to the totals: this record holds totals only".to_owned());
        }
        let unread = unread(record);
        if !unread.is_empty() {
            let what = format!("that {} say what the log says: they are signed, and were not read", unread.join(", "));
            self.not_shown.push(what);
        }
        self.not_shown.extend(NEVER_SHOWN.map(str::to_owned));
    }
}

/// What a check found, in words.
pub(crate) trait Found {
    fn words(&self) -> String;
}

impl Found for String {
    fn words(&self) -> String {
        self.clone()
    }
}

impl Found for ledger::VerifyingKey {
    fn words(&self) -> String {
        self.to_line()
    }
}

impl Found for ledger::Checkpoint {
    fn words(&self) -> String {
        format!("{} events, root {}", self.size, ledger::hex(&self.root))
    }
}
