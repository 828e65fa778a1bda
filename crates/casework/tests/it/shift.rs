//! What tests of people at work share: an office with a clock, a few people, and what a careful reviewer finds on each line.

use casework::{Batch, Comparable, ComparedSignature, Finding, Likest, Put, Stage, WorkError, Worker, Workroom};
use domain::{Disposition, LineRef, LineState, Reason, ReviewerId, VoterId};
use jiff::Timestamp;

use crate::desk::{Desk, act};

pub(crate) const MISMATCH: Disposition = Disposition::Invalid(Reason::SignatureMismatch);

pub(crate) fn person(name: &str) -> ReviewerId {
    ReviewerId::new(name).unwrap()
}

/// Somebody of whom the office knows no more than the account.
pub(crate) fn worker(name: &str) -> Worker {
    person(name).into()
}

pub(crate) fn at(line: &str) -> LineRef {
    line.parse().unwrap()
}

pub(crate) fn finding(found: Disposition, voter: &str) -> Finding {
    Finding { found, voter: VoterId::new(voter), note: String::new() }
}

pub(crate) fn put(batch: &str, name: &str, line: LineRef, finding: Option<Finding>) -> Put {
    Put { batch: batch.to_owned(), person: worker(name), line, finding }
}

/// What came of comparing the signature on a line with the only one of a voter; none where they could not be compared.
pub(crate) fn compared(line: LineRef, voter: &VoterId, permille: Option<u16>) -> ComparedSignature {
    let (signature, references) = ("a".repeat(64), vec![(1, "b".repeat(64))]);
    let of = Comparable { line, voter: voter.clone(), signature, references };
    ComparedSignature { of, likest: permille.map(|permille| Likest { reference: 1, permille }) }
}

/// The whole truth about each line: what a careful reviewer finds.
pub(crate) fn truth(line: LineRef) -> Finding {
    match line.to_string().as_str() {
        "1:1" | "1:5" => finding(Disposition::Valid, "1"),
        "1:2" => finding(MISMATCH, "2"),
        "1:3" => finding(Disposition::Valid, "3"),
        "1:4" => finding(Disposition::Invalid(Reason::NotRegistered), ""),
        "2:1" => finding(Disposition::Valid, "4"),
        "2:2" => finding(Disposition::Invalid(Reason::DifferentAddress), "5"),
        _ => finding(Disposition::Valid, "9"),
    }
}

/// An office at work, with a clock.
pub(crate) struct Shift {
    pub(crate) desk: Desk,
    pub(crate) room: Workroom,
    pub(crate) now: Timestamp,
}

impl Shift {
    pub(crate) async fn begin() -> Self {
        let desk = Desk::new();
        let room = Workroom::open(desk.searched().await).await.unwrap();
        Self { desk, room, now: act().at }
    }

    pub(crate) async fn claim(&mut self, id: &str, name: &str, stage: Stage, size: usize) -> Result<Batch, WorkError> {
        self.room.claim(id, &worker(name), stage, size, &self.desk.snapshot, self.now).await
    }

    pub(crate) async fn find(&self, put: Put) -> Result<(), WorkError> {
        self.room.find(&[put], &self.desk.snapshot, self.now).await.unwrap().pop().unwrap()
    }

    pub(crate) async fn close(&mut self, id: &str, name: &str) -> Result<casework::Closed, WorkError> {
        self.room.close(id, &person(name), &self.desk.snapshot, self.now).await
    }

    pub(crate) fn state(&self, line: &str) -> &LineState {
        &self.room.file().case().line(at(line)).unwrap().state
    }
}

pub(crate) fn lines(batch: &Batch) -> Vec<LineRef> {
    batch.lines.iter().map(|(line, _)| *line).collect()
}
