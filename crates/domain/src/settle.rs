//! From what people found to what counts: one primary disposition a line, with every other finding kept.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    Case, CaseRules, Category, Disposition, Judgment, Line, LineRef, LineState, Reason, Section, SectionState, VoterId,
};

/// What a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grounds {
    /// The section is void.
    SectionVoid,
    /// A person found it on the line.
    Person,
    /// So many distinct reviewers found it.
    Reviewers(usize),
    /// The voter counts already on these lines.
    Counted(Vec<LineRef>),
    /// The voter withdrew on this day.
    Withdrawal(Date),
}

/// One reason why a line does not count, with its grounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The reason.
    pub reason: Reason,
    /// What it rests on.
    pub grounds: Grounds,
}

/// What a line comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The line.
    pub line: LineRef,
    /// Its disposition; none while people still have to look at it.
    pub disposition: Option<Disposition>,
    /// Every finding against it, the primary one first.
    pub findings: Vec<Finding>,
}

/// The totals of a settlement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Lines in all.
    pub raw: u64,
    /// Lines that count.
    pub valid: u64,
    /// Lines that do not.
    pub invalid: u64,
    /// Lines still to be looked at.
    pub undecided: u64,
    /// Invalid lines by primary reason.
    pub by_reason: BTreeMap<Reason, u64>,
}

impl Tally {
    /// Invalid lines in a published category.
    pub fn category(&self, category: Category) -> u64 {
        self.by_reason.iter().filter(|(reason, _)| reason.category() == category).map(|(_, count)| count).sum()
    }
}

/// Every line with what it comes to, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The lines in order of section and line.
    pub lines: Vec<Settled>,
    /// Their totals.
    pub tally: Tally,
}

impl Settlement {
    /// What one line comes to.
    pub fn line(&self, line: LineRef) -> Option<&Settled> {
        self.position(line).map(|at| &self.lines[at])
    }

    fn position(&self, line: LineRef) -> Option<usize> {
        self.lines.binary_search_by_key(&line, |settled| settled.line).ok()
    }

    /// Puts what a line comes to in the place of what it came to before. Says whether that is something else.
    pub(crate) fn put(&mut self, settled: &Settled) -> bool {
        let Some(at) = self.position(settled.line).filter(|&at| self.lines[at] != *settled) else { return false };
        self.tally.take(self.lines[at].disposition);
        self.tally.add(settled.disposition);
        self.lines[at].clone_from(settled);
        true
    }
}

/// A line that comes to something else in one settlement than in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// The line.
    pub line: LineRef,
    /// What it came to before; none where it was not examined, or not there.
    pub before: Option<Disposition>,
    /// What it comes to after.
    pub after: Option<Disposition>,
}

/// The lines that come to something else after than before, in order.
pub fn changed(before: &Settlement, after: &Settlement) -> Vec<Changed> {
    let of = |settlement: &Settlement, line| settlement.line(line).and_then(|settled| settled.disposition);
    let lines: BTreeSet<_> = before.lines.iter().chain(&after.lines).map(|settled| settled.line).collect();
    let both = lines.into_iter().map(|line| Changed { line, before: of(before, line), after: of(after, line) });
    both.filter(|changed| changed.before != changed.after).collect()
}

/// What a certificate says of the petition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Enough valid signatures.
    Sufficient,
    /// Too few valid signatures.
    Insufficient,
    /// A sample left it open: every signature must be examined.
    ExamineAll,
    /// A sample left it open: a further, larger sample must be drawn.
    NextSample,
    /// Exactly as many as required, where the law's text names only more and fewer: counsel decides.
    EqualReview,
}

impl Verdict {
    /// The name in files and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sufficient => "sufficient",
            Self::Insufficient => "insufficient",
            Self::ExamineAll => "examine_all",
            Self::NextSample => "next_sample",
            Self::EqualReview => "equal_review",
        }
    }
}

/// Settles every line. A line is tested for each reason in the rules' order and the first that applies is primary.
/// Among a voter's lines against which nothing else stands, the first ones up to the permitted number count and the
/// others are duplicates of them, so that no group with an otherwise valid line goes without one.
pub fn settle(case: &Case) -> Settlement {
    settle_lines(case, every_line(case))
}

/// Settles the sampled lines alone, as if there were no others, so that a duplicate is one of another line of the sample; none where no
/// sample is drawn.
pub fn settle_sample(case: &Case) -> Option<Settlement> {
    let drawn: HashSet<LineRef> = case.sample.as_ref()?.drawn.as_ref()?.lines.iter().copied().collect();
    Some(settle_lines(
        case,
        every_line(case).filter(|&(section, line)| drawn.contains(&LineRef { section: section.no, line: line.no })),
    ))
}

fn every_line(case: &Case) -> impl Iterator<Item = (&Section, &Line)> {
    case.sections().flat_map(|section| section.lines().iter().map(move |line| (section, line)))
}

/// Settles these lines of a case, which come in order, as if there were no others.
pub(crate) fn settle_lines<'a>(case: &'a Case, these: impl Iterator<Item = (&'a Section, &'a Line)>) -> Settlement {
    let rules = &case.opened.rules;
    let permitted = rules.max_signatures_per_voter.get() as usize;
    let mut counted: HashMap<&VoterId, Vec<LineRef>> = HashMap::new();
    let mut lines = Vec::new();
    let mut tally = Tally::default();
    for (section, line) in these {
        let at = LineRef { section: section.no, line: line.no };
        let mut findings = findings_alone(case, section.state, line);
        if let (LineState::Decided(Judgment::Genuine { voter, .. }), true) = (&line.state, findings.is_empty()) {
            let before = counted.entry(voter).or_default();
            if before.len() < permitted {
                before.push(at);
            } else {
                findings.push(Finding { reason: Reason::Duplicate, grounds: Grounds::Counted(before.clone()) });
            }
        }
        let disposition = primary(rules, &mut findings, &line.state);
        tally.add(disposition);
        lines.push(Settled { line: at, disposition, findings });
    }
    Settlement { lines, tally }
}

/// What stands against a line without looking at the voter's other lines.
fn findings_alone(case: &Case, section: SectionState, line: &Line) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let SectionState::Void(ground) = section {
        findings.push(Finding { reason: ground.reason(), grounds: Grounds::SectionVoid });
    }
    match &line.state {
        LineState::Decided(Judgment::Rejected { reason, .. }) => {
            findings.push(Finding { reason: *reason, grounds: Grounds::Person });
        }
        LineState::Decided(Judgment::Mismatch { by, .. }) => {
            findings.push(Finding { reason: Reason::SignatureMismatch, grounds: Grounds::Reviewers(by.len()) });
        }
        LineState::Undecided | LineState::MismatchPending { .. } | LineState::Decided(Judgment::Genuine { .. }) => {}
    }
    if let Some(withdrawal) = line.state.voter().and_then(|voter| case.withdrawn(voter)) {
        findings.push(Finding { reason: Reason::Withdrawn, grounds: Grounds::Withdrawal(withdrawal.received_on) });
    }
    findings
}

/// Puts the findings in the order of tests and names the primary one. A line that people still have to look at has no
/// disposition, unless its whole section is void.
fn primary(rules: &CaseRules, findings: &mut [Finding], state: &LineState) -> Option<Disposition> {
    findings.sort_by_key(|finding| rules.rank(finding.reason));
    let void = findings.iter().any(|finding| finding.grounds == Grounds::SectionVoid);
    match (state, findings.first()) {
        (LineState::Decided(_), None) => Some(Disposition::Valid),
        (LineState::Decided(_), Some(first)) => Some(Disposition::Invalid(first.reason)),
        (_, Some(first)) if void => Some(Disposition::Invalid(first.reason)),
        (LineState::Undecided | LineState::MismatchPending { .. }, _) => None,
    }
}

impl Tally {
    pub(crate) fn add(&mut self, disposition: Option<Disposition>) {
        self.raw += 1;
        match disposition {
            None => self.undecided += 1,
            Some(Disposition::Valid) => self.valid += 1,
            Some(Disposition::Invalid(reason)) => {
                self.invalid += 1;
                *self.by_reason.entry(reason).or_default() += 1;
            }
        }
    }

    /// Takes out what `add` put in. A reason that no line has any more is not listed, as if it had never been.
    fn take(&mut self, disposition: Option<Disposition>) {
        self.raw -= 1;
        match disposition {
            None => self.undecided -= 1,
            Some(Disposition::Valid) => self.valid -= 1,
            Some(Disposition::Invalid(reason)) => {
                self.invalid -= 1;
                self.by_reason.retain(|&counted, lines| {
                    *lines -= u64::from(counted == reason);
                    *lines > 0
                });
            }
        }
    }
}
