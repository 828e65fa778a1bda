//! Where a case stands, for a person or a script.

use std::collections::BTreeMap;

use domain::{Category, Electorate, Milestones, Petition, Phase, SectionState};
use law::EarlyStop;
use serde::Serialize;

use crate::CaseFile;

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The petition.
    pub petition: Petition,
    /// The dates on which clocks rest.
    pub milestones: Milestones,
    /// `receiving`, `examining`, `not_accepted` or `certified`.
    pub phase: &'static str,
    /// The rule pack's identifier.
    pub rule_pack: String,
    /// The numbers that the requirement is a part of.
    #[serde(flatten)]
    pub electorate: Electorate,
    /// Valid signatures needed.
    pub required: u64,
    /// When the examination may end early, while it lasts and where the law allows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_stop: Option<EarlyStop>,
    /// Sections received.
    pub sections: u64,
    /// Sections that are void.
    pub void_sections: u64,
    /// Lines received.
    pub lines: u64,
    /// The raw count, once made.
    pub raw_count: Option<u64>,
    /// Lines for whose signer the roll was searched.
    pub searched: u64,
    /// Lines that count, as things stand.
    pub valid: u64,
    /// Lines that do not, as things stand.
    pub invalid: u64,
    /// Lines that people still have to look at.
    pub undecided: u64,
    /// Invalid lines by published category.
    pub invalid_by_category: BTreeMap<&'static str, u64>,
    /// Digest of the roll, once sealed.
    pub roll_digest: Option<String>,
    /// Number of events.
    pub events: u64,
    /// Digest of the events.
    pub events_digest: String,
    /// Digest of the certificate that stands.
    pub certificate_digest: Option<String>,
}

impl CaseFile {
    /// Where the case stands.
    pub fn status(&self) -> Status {
        let (case, tally) = (self.case(), &self.settlement().tally);
        let phase = match case.phase {
            Phase::Receiving => "receiving",
            Phase::Examining => "examining",
            Phase::NotAccepted => "not_accepted",
            Phase::Certified => "certified",
        };
        let standing = case.certificates.last().filter(|_| case.phase == Phase::Certified);
        Status {
            petition: case.opened.petition.clone(),
            milestones: case.opened.milestones.clone(),
            phase,
            rule_pack: case.opened.rule_pack.clone(),
            electorate: case.opened.electorate,
            required: case.opened.required,
            early_stop: self.early_stop(),
            sections: case.sections().count() as u64,
            void_sections: case.sections().filter(|section| section.state != SectionState::Received).count() as u64,
            lines: tally.raw,
            raw_count: case.raw_count,
            searched: case
                .sections()
                .filter(|section| case.searched(section.no))
                .map(|section| section.lines().len() as u64)
                .sum(),
            valid: tally.valid,
            invalid: tally.invalid,
            undecided: tally.undecided,
            invalid_by_category: Category::ALL.map(|category| (category.name(), tally.category(category))).into(),
            roll_digest: case.roll.as_ref().map(|roll| roll.roll_digest.clone()),
            events: case.seq,
            events_digest: self.events_digest(),
            certificate_digest: standing.map(|certified| certified.certificate_digest.clone()),
        }
    }

    fn early_stop(&self) -> Option<EarlyStop> {
        let case = self.case();
        if case.phase != Phase::Examining {
            return None;
        }
        self.pack().ok()?.early_stop(case.opened.required)
    }
}
