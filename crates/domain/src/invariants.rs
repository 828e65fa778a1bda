//! What always holds before a certificate: the named checks of a case that follow from its events alone. They recompute
//! rather than trust what [`crate::settle`] says. Those that need the roll, the store or the files live with them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{Case, Disposition, Judgment, LineRef, LineState, Reason, ReviewerId, SectionState, Settlement, VoterId};

/// The names under which the invariants stand in messages, documents and tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// Raw count = valid + sum of the reasons; each line has one primary disposition.
    EveryLineOneDisposition,
    /// No voter has more valid lines than permitted, and in a group with an otherwise valid line exactly as many as permitted.
    OneSignaturePerVoter,
    /// A mismatch rests on the needed number of distinct reviewers.
    PeopleReject,
    /// No different-address disposition where only the unit differs.
    UnitIsNoGround,
    /// No not-registered disposition without the stored search.
    SearchBeforeAbsence,
    /// A void section voids its lines, no more and no fewer.
    VoidSectionVoidsItsLines,
    /// Certified from a sample only when every sampled line is decided.
    SampleComplete,
    /// A decision that a person saw accepted survives a crash.
    AcknowledgedIsKept,
    /// The certificate follows from events, rule pack and roll alone.
    CertificateIsAFunction,
    /// Events are only ever added.
    NothingVanishes,
}

impl Invariant {
    /// The name, as written everywhere.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EveryLineOneDisposition => "every-line-one-disposition",
            Self::OneSignaturePerVoter => "one-signature-per-voter",
            Self::PeopleReject => "people-reject",
            Self::UnitIsNoGround => "unit-is-no-ground",
            Self::SearchBeforeAbsence => "search-before-absence",
            Self::VoidSectionVoidsItsLines => "void-section-voids-its-lines",
            Self::SampleComplete => "sample-complete",
            Self::AcknowledgedIsKept => "acknowledged-is-kept",
            Self::CertificateIsAFunction => "certificate-is-a-function",
            Self::NothingVanishes => "nothing-vanishes",
        }
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An invariant that does not hold, with the lines concerned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{invariant}: {what}{}", list(.lines))]
pub struct Violation {
    /// Which.
    pub invariant: Invariant,
    /// What is wrong and what to do.
    pub what: String,
    /// The lines concerned, in order; may be empty where the fault is in a total.
    pub lines: Vec<LineRef>,
}

fn list(lines: &[LineRef]) -> String {
    const SHOWN: usize = 5;
    if lines.is_empty() {
        return String::new();
    }
    let first: Vec<_> = lines.iter().take(SHOWN).map(LineRef::to_string).collect();
    let more = lines.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!(" (section:line {}{more})", first.join(", "))
}

/// Violated on these lines, or held if there are none.
pub fn none(invariant: Invariant, what: &str, lines: Vec<LineRef>) -> Result<(), Violation> {
    if lines.is_empty() { Ok(()) } else { Err(Violation { invariant, what: what.to_owned(), lines }) }
}

/// `every-line-one-disposition`.
pub fn every_line_one_disposition(case: &Case, settlement: &Settlement) -> Result<(), Violation> {
    let invariant = Invariant::EveryLineOneDisposition;
    let open = settlement.lines.iter().filter(|settled| settled.disposition.is_none()).map(|settled| settled.line);
    none(
        invariant,
        "lines have no decision yet, or a mismatch without its further reviewers; decide them first",
        open.collect(),
    )?;
    if !case.lines().map(|(line, _)| line).eq(settlement.lines.iter().map(|settled| settled.line)) {
        let what = "the settled lines are not the lines received".to_owned();
        return Err(Violation { invariant, what, lines: Vec::new() });
    }
    let headed_wrongly = settlement.lines.iter().filter(|settled| {
        settled.disposition.and_then(Disposition::reason) != settled.findings.first().map(|finding| finding.reason)
    });
    none(
        invariant,
        "the primary disposition is not the first finding",
        headed_wrongly.map(|settled| settled.line).collect(),
    )?;
    let tally = &settlement.tally;
    let mut recount = crate::Tally::default();
    for settled in &settlement.lines {
        recount.add(settled.disposition);
    }
    let sum: u64 = tally.by_reason.values().sum();
    let raw = case.raw_count.unwrap_or_default();
    if recount != *tally || tally.valid + sum != raw {
        let what = format!("raw count {raw} is not valid {} + reasons {sum}", tally.valid);
        return Err(Violation { invariant, what, lines: Vec::new() });
    }
    Ok(())
}

/// `one-signature-per-voter`: of each voter's lines against which nothing stands in the events, the first ones up to
/// the permitted number count, and no other line counts.
pub fn one_signature_per_voter(case: &Case, settlement: &Settlement) -> Result<(), Violation> {
    let permitted = case.opened.rules.max_signatures_per_voter.get();
    let mut counted: BTreeMap<&VoterId, u32> = BTreeMap::new();
    let mut must_count = |at: LineRef| {
        let stands = case.section(at.section).is_some_and(|section| section.state == SectionState::Received);
        let Some(LineState::Decided(Judgment::Genuine { voter, .. })) = case.line(at).map(|line| &line.state) else {
            return false;
        };
        let before = counted.entry(voter).or_default();
        let counts = stands && case.withdrawn(voter).is_none() && *before < permitted;
        *before += u32::from(counts);
        counts
    };
    let wrong = settlement
        .lines
        .iter()
        .filter(|settled| must_count(settled.line) != (settled.disposition == Some(Disposition::Valid)));
    let lines = wrong.map(|settled| settled.line).collect();
    none(
        Invariant::OneSignaturePerVoter,
        "a voter does not count exactly the permitted number of times, first lines first",
        lines,
    )
}

/// `people-reject`.
pub fn people_reject(case: &Case, settlement: &Settlement) -> Result<(), Violation> {
    let needed = case.opened.rules.mismatch_reviewers.get() as usize;
    let wrong = settlement.lines.iter().filter(|settled| {
        settled.findings.iter().any(|finding| finding.reason == Reason::SignatureMismatch)
            && !matches!(
                case.line(settled.line).map(|line| &line.state),
                Some(LineState::Decided(Judgment::Mismatch { by, .. })) if by.iter().map(ReviewerId::person).collect::<BTreeSet<_>>().len() >= needed
            )
    });
    let lines = wrong.map(|settled| settled.line).collect();
    none(Invariant::PeopleReject, "a signature is rejected without the needed number of distinct reviewers", lines)
}

/// `search-before-absence`.
pub fn search_before_absence(case: &Case, settlement: &Settlement) -> Result<(), Violation> {
    let wrong = settlement.lines.iter().filter(|settled| {
        settled.findings.iter().any(|finding| matches!(finding.reason, Reason::NotRegistered | Reason::Illegible))
            && !case.searched(settled.line.section)
    });
    let lines = wrong.map(|settled| settled.line).collect();
    none(
        Invariant::SearchBeforeAbsence,
        "a line has no identified voter and no stored search; run the match first",
        lines,
    )
}

/// `void-section-voids-its-lines`.
pub fn void_section_voids_its_lines(case: &Case, settlement: &Settlement) -> Result<(), Violation> {
    let wrong = settlement.lines.iter().filter(|settled| {
        let state = case.section(settled.line.section).map(|section| section.state);
        let carried: Vec<_> = settled
            .findings
            .iter()
            .map(|finding| finding.reason)
            .filter(|reason| matches!(reason, Reason::SectionFatal | Reason::OutOfCirculation))
            .collect();
        match state {
            Some(SectionState::Void(ground)) => {
                carried != [ground.reason()] || !matches!(settled.disposition, Some(Disposition::Invalid(_)))
            }
            Some(SectionState::Received) | None => !carried.is_empty(),
        }
    });
    let lines = wrong.map(|settled| settled.line).collect();
    none(
        Invariant::VoidSectionVoidsItsLines,
        "the lines that fall with a section are not the lines of the void sections",
        lines,
    )
}

/// `nothing-vanishes`: the stored events are numbered from 1 without gaps up to the one the case rests on, and there
/// are no others.
pub fn nothing_vanishes(case: &Case, stored: impl IntoIterator<Item = u64>) -> Result<(), Violation> {
    let mut last = 0;
    let mut whole = true;
    for seq in stored {
        whole = seq == last + 1;
        if !whole {
            break;
        }
        last = seq;
    }
    if whole && last == case.seq {
        return Ok(());
    }
    let what = format!("the log is whole up to event {last}, the case rests on {}; restore it from a backup", case.seq);
    Err(Violation { invariant: Invariant::NothingVanishes, what, lines: Vec::new() })
}
