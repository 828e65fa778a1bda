//! What can go wrong in the office's verbs, in words that say what happened and what to do next.

use domain::{CaseError, invariants::Violation};

use crate::{Place, files::FileError};

/// Why a verb of the office did nothing. Whatever the error, the case is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum CaseworkError {
    /// A case stands where a new one was to be written.
    #[error("{} exists already; a case is opened once. Choose another name, or work on the case that is there", .0)]
    Exists(Place),
    /// Nothing where the case should be.
    #[error("there is no case {}; open one with `countersign case new`", .0)]
    Missing(Place),
    /// Something else is there.
    #[error("{} is not a case (or it is damaged): {why}. Nothing was changed; if it was a case, restore it from a backup", .place)]
    NotACase {
        /// The case.
        place: Place,
        /// What the store says.
        why: String,
    },
    /// Another program holds the case.
    #[error("{} is being written by another program; nothing was changed. Wait until it is done and run the command again", .0)]
    Busy(Place),
    /// The case moved on between reading and writing.
    #[error("the case {} was changed by another program meanwhile; nothing was taken in. Run the command again", .0)]
    Changed(Place),
    /// The disk takes no more.
    #[error("the disk is full or cannot be written ({why}); nothing was taken in. Make room at {} and run the command again", .place)]
    Full {
        /// The case.
        place: Place,
        /// What the store says.
        why: String,
    },
    /// The file cannot be opened or made.
    #[error("{} cannot be opened or made ({why}); check that the folder is there and that you may write to it", .place)]
    Unreachable {
        /// The case.
        place: Place,
        /// What the store says.
        why: String,
    },
    /// The database server does not answer.
    #[error(
        "the database server of {place} does not answer ({why}); nothing was done. Check that it runs and that the address is right, then run the command again"
    )]
    NoAnswer {
        /// The case.
        place: Place,
        /// What was tried, or what the server says.
        why: String,
    },
    /// The database server does not let the user in, or does not let him do it.
    #[error(
        "the database server refuses {place} ({why}); nothing was done. Check the user, the password (in PGPASSWORD, in ~/.pgpass, or in the address) and the name of the database, and that this user may work on the case, or make one, there"
    )]
    NotLetIn {
        /// The case.
        place: Place,
        /// What the server says.
        why: String,
    },
    /// The connection broke while the case was at work, or the server was shut down.
    #[error(
        "the connection to {place} was lost ({why}). What was acknowledged before is kept; an act that was under way is there as a whole or not at all. When the server answers again, see with `countersign case status`, and run the command again if it is not there"
    )]
    Lost {
        /// The case.
        place: Place,
        /// What the connection or the server says.
        why: String,
    },
    /// The database server would not keep what it acknowledges.
    #[error(
        "the database server of {place} cannot keep a case: {why}; nothing was done. Have its administrator {mend}, then run the command again"
    )]
    Unsafe {
        /// The case.
        place: Place,
        /// What is wrong.
        why: String,
        /// What its administrator has to do.
        mend: String,
    },
    /// Anything else in the store.
    #[error("the case {} could not be {act}: {source}", .place)]
    Store {
        /// The case.
        place: Place,
        /// What was tried.
        act: &'static str,
        /// What the store says.
        source: Box<sqlx::Error>,
    },
    /// A case of a newer version of the program.
    #[error("the case {} was at work in a newer version of the program (its tables are of step {taken}, this version knows {known}); nothing was done. Use the newer version", .place)]
    Newer {
        /// The case.
        place: Place,
        /// Steps by which its tables came to be what they are.
        taken: i64,
        /// Steps that this version knows.
        known: i64,
    },
    /// An event that this version cannot read.
    #[error("event {seq} of the case {} cannot be read ({why}); it may come from a newer version of the program", .place)]
    Event {
        /// The case.
        place: Place,
        /// The event's number.
        seq: u64,
        /// What is wrong.
        why: String,
    },
    /// An event that is not as it was recorded.
    #[error("event {seq} of the case {} was changed after it was recorded, behind the program's back; nothing was done. Restore the case from a backup", .place)]
    Altered {
        /// The case.
        place: Place,
        /// The event's number.
        seq: u64,
    },
    /// The act does not fit the case.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// A file that was handed in.
    #[error(transparent)]
    File(#[from] FileError),
    /// The law refuses.
    #[error("{0}")]
    Law(String),
    /// The roll given is not the one the case rests on.
    #[error(
        "the roll given has digest {given}, the case was sealed with {sealed}; name the roll that the case rests on"
    )]
    OtherRoll {
        /// The roll's digest.
        given: String,
        /// The digest in the case.
        sealed: String,
    },
    /// The roll is not what its digest says.
    #[error("{0}")]
    Roll(#[from] roll::SnapshotError),
    /// The system gives no threads to search with.
    #[error(transparent)]
    Match(#[from] matching::MatchError),
    /// What was handed out could not be written.
    #[error("the record could not be written: {0}; make room or choose another place, then run again")]
    Output(std::io::Error),
    /// Stopped by the user.
    #[error("stopped; nothing was taken in. Run the same command again to do it whole")]
    Stopped,
    /// An invariant does not hold.
    #[error("{}", violations(.0))]
    Violated(Vec<Violation>),
    /// Recomputed documents differ from the ones certified.
    #[error(
        "certificate-is-a-function: the certificate recomputed from the events has digest {now}, the one certified has {then}; the log was altered, or this is another version of the program; restore the case from a backup, or use the version that certified it"
    )]
    NotReproduced {
        /// Digest recomputed.
        now: String,
        /// Digest on record.
        then: String,
    },
    /// Exactly as many valid signatures as required, where the law does not take that for enough.
    #[error(
        "there are exactly as many valid signatures as required, so one error on either side turns the outcome; every line is to be decided again"
    )]
    Tie,
    /// A name that stands on record for something else.
    #[error("{what} of this name is on record with other contents, or by another person; choose another name")]
    NameTaken {
        /// What was to be named.
        what: &'static str,
    },
    /// A name that stands for nothing.
    #[error("there is no {what} of this name")]
    NotThere {
        /// What was named.
        what: &'static str,
    },
    /// A case that must not be destroyed.
    #[error("the case {place} is kept: {why}")]
    Kept {
        /// The case.
        place: Place,
        /// Why.
        why: String,
    },
    /// Something that was to be destroyed could not be.
    #[error(
        "not everything could be destroyed ({0}); mend that and run the same command again, which goes on under the certificate that is there"
    )]
    NotRemoved(String),
    /// A correction without a reason.
    #[error("say why: the reason of a correction stays on record")]
    NoReason,
    /// What is wanted cannot be, for the reason given.
    #[error("{0}")]
    NotPossible(String),
    /// There is no certificate.
    #[error("the case has no certificate yet; run `countersign certify`")]
    NotCertified,
}

fn violations(all: &[Violation]) -> String {
    let mut text = String::from("the case cannot be certified:");
    for violation in all {
        text.push_str("\n  ");
        text.push_str(&violation.to_string());
    }
    text
}
