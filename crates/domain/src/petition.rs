//! The petition itself, and the parameters of law that its case was opened with.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::{Milestone, Reason};

/// What a petition asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PetitionKind {
    /// To recall an officer.
    Recall,
    /// To enact a measure.
    Initiative,
    /// To put an enacted measure to the voters.
    Referendum,
    /// To nominate a candidate, or to stand in for a filing fee.
    Nomination,
}

impl PetitionKind {
    /// The word an official uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recall => "recall",
            Self::Initiative => "initiative",
            Self::Referendum => "referendum",
            Self::Nomination => "nomination",
        }
    }
}

/// A petition as it stands on its cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Petition {
    /// The title under which it was circulated.
    pub title: String,
    /// What it asks for.
    pub kind: PetitionKind,
    /// The county, city or district whose voters may sign.
    pub jurisdiction: String,
    /// The officer sought to be recalled or the candidate, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// The office concerned, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
}

/// The numbers that the requirement of a petition is a part of. Which of them counts, the rule pack says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Electorate {
    /// Registered voters of the jurisdiction in the report that the law names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_voters: Option<u64>,
    /// Votes cast in the election that the law names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes_cast: Option<u64>,
    /// Inhabitants by the census that the law names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<u64>,
}

/// The parameters of the rule pack that the fold needs. They stand in the first event, so that the state of a case
/// follows from its events alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseRules {
    /// How many lines of one voter may count: 1 for a recall, the number of seats for a nomination.
    pub max_signatures_per_voter: NonZeroU32,
    /// How many distinct reviewers must find that a signature does not compare before the line is rejected.
    pub mismatch_reviewers: NonZeroU32,
    /// Whether a withdrawal takes effect when received before the day of filing.
    pub withdrawal_before_filing: bool,
    /// The day from which the petition may circulate, where the law sets one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circulation_from: Option<Milestone>,
    /// The order in which reasons are tested: the first that applies is the primary reason. Holds every reason once.
    pub order_of_reasons: Vec<Reason>,
}

impl CaseRules {
    /// The place of a reason in the order of tests; a reason that the order leaves out comes last.
    pub fn rank(&self, reason: Reason) -> usize {
        self.order_of_reasons.iter().position(|&other| other == reason).unwrap_or(usize::MAX)
    }
}
