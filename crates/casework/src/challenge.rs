//! A challenge of the proponents against a line that does not count, and what becomes of it; pure.

use domain::{Case, Disposition, LineRef, Phase, Settlement, Verdict};
use jiff::Timestamp;

/// The most characters of grounds, reasons and marks.
pub const MOST_LETTERS: usize = 4000;

/// What the office answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The account of who answered.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reasons: String,
    /// How many certificates the case had then: a later one takes the answer into account.
    pub certificates: u64,
}

/// Where a challenge stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChallengeState {
    /// Nobody answered yet.
    Raised,
    /// The proponents took it back before it was answered.
    Withdrawn,
    /// The line stays as it is.
    Refused(Answer),
    /// The line is decided anew.
    Upheld(Answer),
}

/// Why a challenge cannot become what is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// It has its answer.
    #[error(
        "this challenge was answered meanwhile; read the answer first. One that was refused can be answered anew, and one that was upheld stays upheld: its line is decided anew"
    )]
    Answered,
    /// It was taken back.
    #[error("the proponents took this challenge back, so there is nothing to answer")]
    Withdrawn,
    /// Another challenge of the line waits for its answer.
    #[error("the challenge {0} of this line waits for its answer; one at a time")]
    Waits(String),
    /// Nothing is said, or too much.
    #[error("say why, in {} characters at most", MOST_LETTERS)]
    NoWords,
}

/// A challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The line.
    pub line: LineRef,
    /// The account of the representative who raised it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why the line should count.
    pub grounds: String,
    /// Where it stands.
    pub state: ChallengeState,
    /// Answers by which it was refused before, in whose place another one stands; the first one first.
    pub earlier: Vec<Answer>,
}

impl ChallengeState {
    /// Its name in the API.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Withdrawn => "withdrawn",
            Self::Refused(_) => "refused",
            Self::Upheld(_) => "upheld",
        }
    }

    /// The answer, once there is one.
    pub const fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Raised | Self::Withdrawn => None,
            Self::Refused(answer) | Self::Upheld(answer) => Some(answer),
        }
    }

    fn raised(&self) -> Result<(), ChallengeError> {
        match self {
            Self::Raised => Ok(()),
            Self::Withdrawn => Err(ChallengeError::Withdrawn),
            Self::Refused(_) | Self::Upheld(_) => Err(ChallengeError::Answered),
        }
    }
}

impl Challenge {
    /// The proponents take it back.
    pub(crate) fn withdraw(&mut self) -> Result<(), ChallengeError> {
        self.state.raised()?;
        self.state = ChallengeState::Withdrawn;
        Ok(())
    }

    /// The office answers it, in the place of so many answers before: of none, or of all by which it was refused so far.
    pub(crate) fn answer(&mut self, instead_of: u64, upheld: bool, answer: Answer) -> Result<(), ChallengeError> {
        let before = match &self.state {
            ChallengeState::Refused(before) if instead_of == self.earlier.len() as u64 + 1 => Some(before.clone()),
            ChallengeState::Raised if instead_of > 0 => return Err(ChallengeError::Answered),
            state => {
                state.raised()?;
                None
            }
        };
        words(&answer.reasons)?;
        self.earlier.extend(before);
        self.state = if upheld { ChallengeState::Upheld(answer) } else { ChallengeState::Refused(answer) };
        Ok(())
    }

    /// Whether it was answered so, in the place of so many answers before.
    pub(crate) fn has_answer(&self, instead_of: u64, upheld: bool, reasons: &str) -> bool {
        let place = usize::try_from(instead_of).unwrap_or(usize::MAX);
        if let Some(earlier) = self.earlier.get(place) {
            return !upheld && earlier.reasons == reasons;
        }
        let given = self.state.answer().is_some_and(|answer| answer.reasons == reasons);
        given && place == self.earlier.len() && matches!(self.state, ChallengeState::Upheld(_)) == upheld
    }

    /// What became of the line since the challenge was upheld; none for any other challenge.
    pub fn became(&self, case: &Case, settlement: &Settlement) -> Option<Became> {
        let ChallengeState::Upheld(answer) = &self.state else { return None };
        let Some(disposition) = settlement.line(self.line).and_then(|settled| settled.disposition) else {
            return Some(Became::BeingDecided);
        };
        let later = case.certificates.len() as u64 > answer.certificates && case.phase == Phase::Certified;
        Some(match case.certificates.last().filter(|_| later) {
            None => Became::Decided { disposition, valid: settlement.tally.valid },
            Some(certified) => Became::Certified {
                disposition,
                valid: certified.valid,
                verdict: certified.verdict,
                certificate: certified.certificate_digest.clone(),
            },
        })
    }
}

/// What became of a line whose challenge was upheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// People are deciding it anew.
    BeingDecided,
    /// It was decided anew; no certificate rests on it yet.
    Decided {
        /// What it comes to now.
        disposition: Disposition,
        /// Lines that count now.
        valid: u64,
    },
    /// A certificate that supersedes the one challenged rests on it.
    Certified {
        /// What it comes to now.
        disposition: Disposition,
        /// Valid signatures by that certificate.
        valid: u64,
        /// What that certificate found.
        verdict: Verdict,
        /// Its digest.
        certificate: String,
    },
}

/// Refuses what says nothing, or too much.
pub(crate) fn words(text: &str) -> Result<(), ChallengeError> {
    let fits = !text.trim().is_empty() && text.chars().count() <= MOST_LETTERS && !text.contains('\0');
    if fits { Ok(()) } else { Err(ChallengeError::NoWords) }
}
