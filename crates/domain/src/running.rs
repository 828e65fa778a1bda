//! A settlement that keeps up with its case: after an event only the lines that it can reach are settled again.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
    num::NonZeroU64,
};

use crate::{
    Case, Event, Line, LineNo, LineRef, Recorded, Section, SectionNo, Settled, Settlement, VoterId, settle,
    settle::settle_lines,
};

/// The settlement of a case, kept up to date while events come in.
///
/// What a line comes to follows from its section, from what was found on it, from the withdrawals of the voter whom it
/// names, and from the other lines that name this voter. Lines among which are all that name the same voters can so be
/// settled as if there were no others, by the function that settles all of them: there is one rule, and no second one
/// for what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningSettlement {
    settlement: Settlement,
    /// The voter that each line names, where it names one.
    named: BTreeMap<LineRef, VoterKey>,
    /// The same the other way round: the lines that name a voter.
    naming: BTreeSet<(VoterKey, LineRef)>,
}

/// A voter's number in eight bytes, where its text takes forty. Two voters with the same key are settled together, which
/// comes to the same.
type VoterKey = NonZeroU64;

/// Lines that are looked at again one by one in a case of any size.
const FEW: usize = 1_000;

/// The part of a case, one line in so many, beyond which it is quicker to settle every line.
const PART: usize = 4;

/// The lines that an event can make come to something else, but for other lines of the voters named on them.
enum Reach<'a> {
    None,
    Line(LineRef),
    Section(SectionNo),
    LinesOf(&'a VoterId),
    All,
}

impl RunningSettlement {
    /// Settles every line of a case.
    pub fn of(case: &Case) -> Self {
        let named: BTreeMap<_, _> = case.lines().filter_map(|(at, line)| Some((at, key_named(line)?))).collect();
        let naming = named.iter().map(|(&at, &voter)| (voter, at)).collect();
        Self { settlement: settle(case), named, naming }
    }

    /// What every line comes to.
    pub const fn settlement(&self) -> &Settlement {
        &self.settlement
    }

    /// Follows a case that has taken in these events, which are all since it was last followed. Returns in order the
    /// lines that come to something else, and those that came or went.
    pub fn follow(&mut self, case: &Case, events: &[Recorded]) -> Vec<LineRef> {
        let (mut lines, mut voters) = (Vec::new(), BTreeSet::new());
        for recorded in events {
            match reach(&recorded.event) {
                Reach::None => {}
                Reach::Line(line) => lines.push(line),
                Reach::Section(no) => {
                    let of_section = case.section(no).into_iter().flat_map(Section::lines);
                    lines.extend(of_section.map(|line| LineRef { section: no, line: line.no }));
                }
                Reach::LinesOf(voter) => voters.extend([key(voter)]),
                Reach::All => return self.settle_all(case),
            }
        }
        if lines.len() > FEW.max(self.settlement.lines.len() / PART) {
            return self.settle_all(case);
        }
        for &line in &lines {
            let now = case.line(line).and_then(key_named);
            voters.extend(self.name(line, now).into_iter().chain(now));
        }
        lines.extend(voters.into_iter().flat_map(|voter| self.lines_of(voter)));
        lines.sort_unstable();
        lines.dedup();
        let found = lines.iter().filter_map(|line| {
            let section = case.section(line.section)?;
            Some((section, section.line(line.line)?))
        });
        let mut settled = settle_lines(case, found).lines;
        settled.retain(|settled| self.settlement.put(settled));
        settled.into_iter().map(|settled| settled.line).collect()
    }

    fn settle_all(&mut self, case: &Case) -> Vec<LineRef> {
        let before = std::mem::replace(self, Self::of(case)).settlement;
        differing(&before.lines, &self.settlement.lines)
    }

    /// Notes whom a line names now, and returns whom it named before.
    fn name(&mut self, line: LineRef, now: Option<VoterKey>) -> Option<VoterKey> {
        let before = self.named.remove(&line);
        if let Some(voter) = before {
            self.naming.remove(&(voter, line));
        }
        if let Some(voter) = now {
            self.named.insert(line, voter);
            self.naming.insert((voter, line));
        }
        before
    }

    fn lines_of(&self, voter: VoterKey) -> impl Iterator<Item = LineRef> {
        let first = LineRef { section: SectionNo::FIRST, line: LineNo::FIRST };
        let from = self.naming.range((voter, first)..);
        from.take_while(move |(named, _)| *named == voter).map(|&(_, line)| line)
    }
}

/// Written out for every event, so that nobody adds one without a thought for the settlement.
fn reach(event: &Event) -> Reach<'_> {
    match event {
        Event::LineJudged(public, _) => Reach::Line(public.line),
        Event::LineReopened(public, _) => Reach::Line(public.line),
        Event::SectionVoided(public, _) => Reach::Section(public.section),
        Event::SectionRestored(section, _) => Reach::Section(*section),
        Event::WithdrawalReceived(_, private) => Reach::LinesOf(&private.voter),
        Event::CaseOpened(..) | Event::SectionReceived(..) | Event::LinesStruck(..) | Event::LinesReinstated(..) => {
            Reach::All
        }
        Event::RollSealed(..)
        | Event::RawCounted(..)
        | Event::CountReopened(..)
        | Event::LinesKeyed(..)
        | Event::ManifestSealed(..)
        | Event::SampleDrawn(..)
        | Event::SearchedSection(..)
        | Event::Certified(..)
        | Event::AuditSealed(..)
        | Event::AuditSeeded(..)
        | Event::CaseReopened(..) => Reach::None,
    }
}

fn key_named(line: &Line) -> Option<VoterKey> {
    line.state.voter().map(key)
}

fn key(voter: &VoterId) -> VoterKey {
    let mut hasher = DefaultHasher::new();
    voter.hash(&mut hasher);
    VoterKey::MIN | hasher.finish()
}

/// Lines that come to something else in one list than in the other, or that one of them lacks. Both are in order.
fn differing(before: &[Settled], after: &[Settled]) -> Vec<LineRef> {
    let mut lines = Vec::new();
    let mut before = before.iter().peekable();
    for settled in after {
        while let Some(gone) = before.next_if(|earlier| earlier.line < settled.line) {
            lines.push(gone.line);
        }
        if before.next_if(|earlier| earlier.line == settled.line) != Some(settled) {
            lines.push(settled.line);
        }
    }
    lines.extend(before.map(|gone| gone.line));
    lines
}
