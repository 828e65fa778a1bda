//! Why something in the examination room is refused, in words for whoever asked.

use jiff::civil::{Date, Time};

use crate::{CaseworkError, ChallengeError};

/// Why something in the room is refused.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    /// The law has no such examination.
    #[error("the rules of this case give the proponents no examination, so there is no room")]
    NoRules,
    /// No failed petition.
    #[error(
        "the proponents examine a petition that was certified insufficient, and no such certificate stands in this case"
    )]
    NotFailed,
    /// The time to begin is over.
    #[error("the examination had to begin by {last} ({derivation}), so the room cannot be opened any more")]
    TooLate {
        /// The last day.
        last: Date,
        /// How it is found.
        derivation: String,
    },
    /// The room cannot be as asked.
    #[error("{0}")]
    Setting(&'static str),
    /// There is no open room.
    #[error("the examination room is not open; the registrar opens it")]
    NotOpen,
    /// The room is open already.
    #[error("the examination room is open already; close it first, or change its setting")]
    IsOpen,
    /// The clock is over.
    #[error("the examination ended on {0}, its last day")]
    Ended(Date),
    /// Closed at this hour.
    #[error("the examination room is open on business days from {opens} to {closes}")]
    Hours {
        /// From.
        opens: Time,
        /// To.
        closes: Time,
    },
    /// The request comes from elsewhere.
    #[error("this can be read at the terminals of the examination room only")]
    NotInRoom,
    /// Somebody whom the proponents did not name.
    #[error("the proponents' notice does not name this account; whoever represents them is named in writing")]
    NotNamed,
    /// The day has to be paid for.
    #[error("the free days of the examination are over, and of the deposit with which this day begins {} are missing; the office enters what is paid", dollars(*.0))]
    DepositDue(u64),
    /// Nobody said what the day costs.
    #[error(
        "the free days of the examination are over; the day begins when the office has estimated its costs and a deposit in that sum was made"
    )]
    NotEstimated,
    /// No disqualified line of this number.
    #[error("there is no line of this number that was examined and does not count")]
    NoLine,
    /// Faster than a person reads.
    #[error("lines are shown one after the other, as a person reads; wait a moment")]
    TooFast,
    /// An image of another line than the one on the screen.
    #[error("this line is not the one that you were shown last; show it first")]
    NotShown,
    /// A voter beside the line is not on the roll that the server was given.
    #[error("the roll that this server has is not the one by which the signers were looked up; tell whoever runs it")]
    OtherRoll,
    /// Another thing bears the name.
    #[error("this name was used for something else; choose another")]
    NameTaken,
    /// There is none.
    #[error("there is no such challenge")]
    NoChallenge,
    /// The challenge refuses.
    #[error(transparent)]
    Challenge(#[from] ChallengeError),
    /// Whoever answers has found on the line.
    #[error("you found on this line yourself, so somebody else answers the challenge of it")]
    OwnFinding,
    /// What the line rests on cannot be taken back here.
    #[error(
        "the line falls by a withdrawal that was taken in; a withdrawal is not taken back, so say so in the answer and refuse the challenge"
    )]
    NoRemedy,
    /// No such day.
    #[error("the examination did not take place on {0}")]
    NoDay(Date),
    /// An entry without sense.
    #[error("an entry is of 1 cent to a million dollars, or of 1 to 100,000 minutes at 1 cent or more an hour")]
    NoSum,
    /// More than there is.
    #[error("only {} are held, so no more can go back", dollars(*.held))]
    NotHeld {
        /// What is held, in cents.
        held: u64,
    },
    /// The case or its store refuses.
    #[error(transparent)]
    Case(#[from] CaseworkError),
}

/// A sum in dollars, from its cents.
fn dollars(cents: u64) -> String {
    format!("${}.{:02}", cents / 100, cents % 100)
}
