//! A line of the petition and what people have found about it.

use std::num::NonZeroU32;

use crate::{Disposition, LineNo, PageNo, Reason, ReviewerId, VoterId};

/// What people found about one line, seen by itself. Whether it counts also depends on its section, on withdrawals
/// and on the voter's other lines; see [`crate::settle`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgment {
    /// The voter was found and the signature compares.
    Genuine {
        /// Whose signature it is.
        voter: VoterId,
        /// Who found so.
        by: ReviewerId,
    },
    /// The line does not count, for a reason that a person finds on the line itself.
    Rejected {
        /// Why.
        reason: Reason,
        /// Which voter it concerns, where one was found.
        voter: Option<VoterId>,
        /// Who found so.
        by: ReviewerId,
    },
    /// As many distinct reviewers as the rules ask for found that the signature does not compare.
    Mismatch {
        /// Whose signature it claims to be.
        voter: VoterId,
        /// The distinct reviewers, in order.
        by: Vec<ReviewerId>,
    },
}

/// Where a line stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineState {
    /// Received and not yet judged.
    Undecided,
    /// Found not to compare by some, but not yet by as many distinct reviewers as the rules ask for.
    MismatchPending {
        /// Whose signature it claims to be.
        voter: VoterId,
        /// The distinct reviewers so far, in order.
        by: Vec<ReviewerId>,
    },
    /// Judged.
    Decided(Judgment),
}

impl LineState {
    /// The voter whom the findings name, where they name one.
    pub const fn voter(&self) -> Option<&VoterId> {
        match self {
            Self::Undecided => None,
            Self::MismatchPending { voter, .. }
            | Self::Decided(Judgment::Genuine { voter, .. } | Judgment::Mismatch { voter, .. }) => Some(voter),
            Self::Decided(Judgment::Rejected { voter, .. }) => voter.as_ref(),
        }
    }
}

/// Why a judgment of a line is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The line has its judgment.
    #[error("the line is decided already; to correct it, hand the decision in with --supersede and the reason")]
    AlreadyDecided,
    /// One person judged a signature twice.
    #[error("this reviewer has already found on this line; the further findings must come from other reviewers")]
    SameReviewer,
    /// The reviewers of a mismatch do not speak of the same voter.
    #[error("the finding names another voter than the one whose signature is under review")]
    OtherVoter,
    /// A signature is under review and the new finding is neither for nor against it.
    #[error(
        "the signature is under review: the next finding must be that it compares or that it does not, and not {0}"
    )]
    UnderReview(Reason),
    /// The reason is computed and nobody's to give.
    #[error(
        "{0} is not decided line by line: it follows from the section, from a withdrawal or from the voter's other lines (for a duplicate, decide valid and name the voter)"
    )]
    Computed(Reason),
    /// A finding about a voter that names none.
    #[error("the finding needs the voter it speaks of; fill in voter_id")]
    VoterMissing,
    /// A finding that there is no voter names one.
    #[error("a line that is not registered cannot name a voter; leave voter_id empty")]
    VoterGiven,
    /// Not registered or not identifiable, without a stored search.
    #[error("search-before-absence: no search is stored for this line; run the match first")]
    NotSearched,
    /// Nothing to take back.
    #[error("the line is undecided, so there is nothing to take back")]
    NothingToReopen,
}

/// A line as received, with what people found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the section.
    pub no: LineNo,
    /// The page it stands on.
    pub page: PageNo,
    /// What people found.
    pub state: LineState,
}

impl Line {
    /// A line as it comes in.
    pub const fn received(no: LineNo, page: PageNo) -> Self {
        Self { no, page, state: LineState::Undecided }
    }

    /// Takes in one person's finding. `needed` is the number of distinct reviewers that a mismatch asks for; `searched`, whether a search of the
    /// roll for the line's signer is stored.
    pub fn judge(
        &mut self,
        found: Disposition,
        voter: Option<VoterId>,
        by: ReviewerId,
        needed: NonZeroU32,
        searched: bool,
    ) -> Result<(), LineError> {
        let next = match &self.state {
            LineState::Decided(_) => return Err(LineError::AlreadyDecided),
            LineState::Undecided => first_finding(found, voter, by, needed, searched)?,
            LineState::MismatchPending { voter: claimed, by: before } => {
                second_look(claimed, before, found, voter, by, needed)?
            }
        };
        self.state = next;
        Ok(())
    }

    /// Takes back what was found, so that the line can be judged anew. The events keep what was there.
    pub fn reopen(&mut self) -> Result<(), LineError> {
        if self.state == LineState::Undecided {
            return Err(LineError::NothingToReopen);
        }
        self.state = LineState::Undecided;
        Ok(())
    }
}

fn first_finding(
    found: Disposition,
    voter: Option<VoterId>,
    by: ReviewerId,
    needed: NonZeroU32,
    searched: bool,
) -> Result<LineState, LineError> {
    match found {
        Disposition::Valid => {
            let voter = voter.ok_or(LineError::VoterMissing)?;
            Ok(LineState::Decided(Judgment::Genuine { voter, by }))
        }
        Disposition::Invalid(reason) if !reason.found_by_people() => Err(LineError::Computed(reason)),
        Disposition::Invalid(Reason::SignatureMismatch) => {
            Ok(mismatch(voter.ok_or(LineError::VoterMissing)?, vec![by], needed))
        }
        Disposition::Invalid(Reason::NotRegistered) if voter.is_some() => Err(LineError::VoterGiven),
        // An illegible line is one whose signer nobody could find, too.
        Disposition::Invalid(Reason::NotRegistered | Reason::Illegible) if !searched => Err(LineError::NotSearched),
        Disposition::Invalid(reason) if reason.needs_voter() && voter.is_none() => Err(LineError::VoterMissing),
        Disposition::Invalid(reason) => Ok(LineState::Decided(Judgment::Rejected { reason, voter, by })),
    }
}

fn second_look(
    claimed: &VoterId,
    before: &[ReviewerId],
    found: Disposition,
    voter: Option<VoterId>,
    by: ReviewerId,
    needed: NonZeroU32,
) -> Result<LineState, LineError> {
    if before.iter().any(|earlier| earlier.person() == by.person()) {
        return Err(LineError::SameReviewer);
    }
    let voter = voter.ok_or(LineError::VoterMissing)?;
    if voter != *claimed {
        return Err(LineError::OtherVoter);
    }
    match found {
        // One reviewer who sees the voter's hand is enough: the signature is presumed to be the voter's.
        Disposition::Valid => Ok(LineState::Decided(Judgment::Genuine { voter, by })),
        Disposition::Invalid(Reason::SignatureMismatch) => {
            let all = before.iter().cloned().chain([by]).collect();
            Ok(mismatch(voter, all, needed))
        }
        Disposition::Invalid(reason) => Err(LineError::UnderReview(reason)),
    }
}

fn mismatch(voter: VoterId, by: Vec<ReviewerId>, needed: NonZeroU32) -> LineState {
    if by.len() >= needed.get() as usize {
        LineState::Decided(Judgment::Mismatch { voter, by })
    } else {
        LineState::MismatchPending { voter, by }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const THREE: NonZeroU32 = NonZeroU32::new(3).unwrap();
    const MISMATCH: Disposition = Disposition::Invalid(Reason::SignatureMismatch);

    fn voter(id: &str) -> Option<VoterId> {
        VoterId::new(id)
    }

    fn reviewer(id: &str) -> ReviewerId {
        ReviewerId::new(id).unwrap()
    }

    fn line() -> Line {
        Line::received(LineNo::FIRST, PageNo::FIRST)
    }

    #[test]
    fn a_mismatch_needs_three_distinct_reviewers() {
        let mut line = line();
        line.judge(MISMATCH, voter("7"), reviewer("a"), THREE, true).unwrap();
        assert_eq!(line.judge(MISMATCH, voter("7"), reviewer("a"), THREE, true), Err(LineError::SameReviewer));
        assert_eq!(line.judge(MISMATCH, voter("7"), reviewer(" A "), THREE, true), Err(LineError::SameReviewer));
        line.judge(MISMATCH, voter("7"), reviewer("b"), THREE, true).unwrap();
        assert!(matches!(line.state, LineState::MismatchPending { .. }));
        assert_eq!(line.judge(MISMATCH, voter("8"), reviewer("c"), THREE, true), Err(LineError::OtherVoter));
        assert_eq!(line.judge(MISMATCH, None, reviewer("c"), THREE, true), Err(LineError::VoterMissing));
        line.judge(MISMATCH, voter("7"), reviewer("c"), THREE, true).unwrap();
        let by = ["a", "b", "c"].map(reviewer).to_vec();
        assert_eq!(line.state, LineState::Decided(Judgment::Mismatch { voter: voter("7").unwrap(), by }));
        assert_eq!(line.judge(MISMATCH, voter("7"), reviewer("d"), THREE, true), Err(LineError::AlreadyDecided));
    }

    #[test]
    fn one_reviewer_who_sees_the_voters_hand_is_enough() {
        let mut line = line();
        line.judge(MISMATCH, voter("7"), reviewer("a"), THREE, true).unwrap();
        let other = Disposition::Invalid(Reason::Canceled);
        assert_eq!(
            line.judge(other, voter("7"), reviewer("b"), THREE, true),
            Err(LineError::UnderReview(Reason::Canceled))
        );
        line.judge(Disposition::Valid, voter("7"), reviewer("b"), THREE, true).unwrap();
        let found = Judgment::Genuine { voter: voter("7").unwrap(), by: reviewer("b") };
        assert_eq!(line.state, LineState::Decided(found));
    }

    #[test]
    fn where_one_reviewer_is_enough_the_first_decides() {
        let mut line = line();
        line.judge(MISMATCH, voter("7"), reviewer("a"), NonZeroU32::MIN, true).unwrap();
        assert!(matches!(line.state, LineState::Decided(Judgment::Mismatch { .. })));
    }

    #[test]
    fn findings_that_contradict_themselves_are_refused() {
        let judge = |found, voter| line().judge(found, voter, reviewer("a"), THREE, true);
        assert_eq!(judge(Disposition::Valid, None), Err(LineError::VoterMissing));
        assert_eq!(judge(MISMATCH, None), Err(LineError::VoterMissing));
        assert_eq!(judge(Disposition::Invalid(Reason::DifferentAddress), None), Err(LineError::VoterMissing));
        assert_eq!(judge(Disposition::Invalid(Reason::NotRegistered), voter("7")), Err(LineError::VoterGiven));
        for reason in [Reason::Duplicate, Reason::Withdrawn, Reason::SectionFatal, Reason::OutOfCirculation] {
            assert_eq!(judge(Disposition::Invalid(reason), voter("7")), Err(LineError::Computed(reason)));
        }
        assert_eq!(judge(Disposition::Invalid(Reason::NotRegistered), None), Ok(()));
        assert_eq!(judge(Disposition::Invalid(Reason::Illegible), None), Ok(()));
    }

    #[test]
    fn not_registered_needs_a_search() {
        let mut line = Line::received(LineNo::FIRST, PageNo::FIRST);
        let found = Disposition::Invalid(Reason::NotRegistered);
        assert_eq!(line.judge(found, None, reviewer("a"), THREE, false), Err(LineError::NotSearched));
        let illegible = Disposition::Invalid(Reason::Illegible);
        assert_eq!(line.judge(illegible, None, reviewer("a"), THREE, false), Err(LineError::NotSearched));
        assert_eq!(line.judge(found, None, reviewer("a"), THREE, true), Ok(()));
    }

    #[test]
    fn a_decision_can_be_taken_back_once() {
        let mut line = line();
        assert_eq!(line.reopen(), Err(LineError::NothingToReopen));
        line.judge(Disposition::Valid, voter("7"), reviewer("a"), THREE, true).unwrap();
        line.reopen().unwrap();
        assert_eq!(line.state, LineState::Undecided);
    }

    proptest! {
        /// Whatever is tried in whatever order, a refused finding changes nothing, and a mismatch stands only on
        /// the needed number of distinct reviewers.
        #[test]
        fn people_reject(steps in prop::collection::vec((0usize..19, 0u8..3, 0u8..4, any::<bool>()), 0..12), needed in 1u32..5) {
            let needed = NonZeroU32::new(needed).unwrap();
            let mut line = line();
            for (found, signer, by, reopen) in steps {
                let before = line.clone();
                let found = Reason::ALL.get(found).map_or(Disposition::Valid, |&reason| Disposition::Invalid(reason));
                let signer = (signer > 0).then(|| voter(&signer.to_string()).unwrap());
                let done = if reopen && by == 0 { line.reopen() } else { line.judge(found, signer, reviewer(&format!("r{by}")), needed, true) };
                if done.is_err() {
                    prop_assert_eq!(&line, &before);
                }
                match &line.state {
                    LineState::Decided(Judgment::Mismatch { by, .. }) => {
                        let distinct: std::collections::BTreeSet<_> = by.iter().collect();
                        prop_assert_eq!(distinct.len(), needed.get() as usize);
                    }
                    LineState::Decided(Judgment::Rejected { reason, .. }) => {
                        prop_assert!(reason.found_by_people());
                        prop_assert!(*reason != Reason::SignatureMismatch);
                    }
                    LineState::MismatchPending { by, .. } => prop_assert!(by.len() < needed.get() as usize),
                    LineState::Undecided | LineState::Decided(Judgment::Genuine { .. }) => {}
                }
            }
        }
    }
}
