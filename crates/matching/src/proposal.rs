//! What the machine proposes for a line. It orders and speeds the work of people; it decides nothing.

use domain::Reason;
use jiff::civil::Date;
use roll::{
    Status,
    normal::{AddressAgreement, Tolerance},
};
use serde::Serialize;

use crate::{
    compare::Comparer,
    engine::{Candidate, MatchContext},
    ground::Ground,
    line::PreparedLine,
};

/// A proposed finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proposal {
    /// A voter in good standing at this address; the signature remains to be compared.
    LikelyValid,
    /// As likely valid, but other lines are as likely the same voter's: one of them may stand (see
    /// [`crate::mark_duplicates`]).
    DuplicateGroup,
    /// The voter is registered at another address.
    DifferentAddress,
    /// The voter's registration is canceled.
    Canceled,
    /// The voter registered after the petition was filed.
    RegisteredLate,
    /// The voter's registration is pending.
    NotEligible,
    /// A voter by name; no residence is written.
    NoAddress,
    /// A voter by name; only a post-office box is written.
    PoBoxOnly,
    /// The voter is registered in another district than the petition's; or no voter fits, and city and postal code are
    /// nowhere on the roll.
    OutOfJurisdiction,
    /// No voter on the roll fits.
    NotFound,
    /// More than one voter fits, or none well enough: a person has to look.
    Unsure,
}

impl Proposal {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LikelyValid => "likely_valid",
            Self::DuplicateGroup => "duplicate_group",
            Self::DifferentAddress => "different_address",
            Self::Canceled => "canceled",
            Self::RegisteredLate => "registered_late",
            Self::NotEligible => "not_eligible",
            Self::NoAddress => "no_address",
            Self::PoBoxOnly => "po_box_only",
            Self::OutOfJurisdiction => "out_of_jurisdiction",
            Self::NotFound => "not_found",
            Self::Unsure => "unsure",
        }
    }

    /// The reason for rejection that a person would find if the proposal is right; nothing where the line may stand or
    /// the machine is unsure.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::LikelyValid | Self::DuplicateGroup | Self::Unsure => None,
            Self::DifferentAddress => Some(Reason::DifferentAddress),
            Self::Canceled => Some(Reason::Canceled),
            Self::RegisteredLate => Some(Reason::RegisteredLate),
            Self::NotEligible => Some(Reason::NotEligible),
            Self::NoAddress => Some(Reason::NoAddress),
            Self::PoBoxOnly => Some(Reason::PoBoxOnly),
            Self::OutOfJurisdiction => Some(Reason::OutOfJurisdiction),
            Self::NotFound => Some(Reason::NotRegistered),
        }
    }
}

/// The proposal for a line, given its best candidate.
pub(crate) fn propose(
    line: &PreparedLine<'_>,
    best: Option<&Candidate>,
    nobody_ppm: u32,
    comparer: &Comparer<'_>,
    context: &MatchContext<'_>,
) -> Proposal {
    let thresholds = &comparer.figures.proposal;
    if let Some(candidate) = best
        && candidate.probability_ppm >= thresholds.signer_ppm
    {
        return for_voter(line, candidate, comparer.ground, context);
    }
    if nobody_ppm < thresholds.nobody_ppm {
        Proposal::Unsure
    } else if comparer.ground.is_foreign(&line.address) {
        Proposal::OutOfJurisdiction
    } else {
        Proposal::NotFound
    }
}

fn for_voter(
    line: &PreparedLine<'_>,
    candidate: &Candidate,
    ground: &Ground<'_>,
    context: &MatchContext<'_>,
) -> Proposal {
    let Candidate { row, .. } = *candidate;
    match ground.index.form(row).status() {
        Status::Canceled => return Proposal::Canceled,
        Status::Pending => return Proposal::NotEligible,
        Status::Active | Status::Inactive => {}
    }
    let late = |filed_on: Date| ground.snapshot.registered_on(row).is_some_and(|registered| registered > filed_on);
    if context.filed_on.is_some_and(late) {
        return Proposal::RegisteredLate;
    }
    let outside = |(kind, name): (&str, &str)| ground.snapshot.district(row, kind) != name;
    if context.district.is_some_and(outside) {
        return Proposal::OutOfJurisdiction;
    }
    let in_time = |from: Date| ground.snapshot.moved_on(row).is_some_and(|moved| moved >= from);
    match candidate.address {
        AddressAgreement::Missing if line.address.po_box => Proposal::PoBoxOnly,
        AddressAgreement::Missing => Proposal::NoAddress,
        AddressAgreement::Different => Proposal::DifferentAddress,
        AddressAgreement::Tolerated(Tolerance::PreviousAddress) if !context.circulation_from.is_some_and(in_time) => {
            Proposal::DifferentAddress
        }
        AddressAgreement::Same
        | AddressAgreement::SameButUnit
        | AddressAgreement::Tolerated(_)
        | AddressAgreement::Near => Proposal::LikelyValid,
    }
}
