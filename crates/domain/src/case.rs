//! A case: the pure fold of its events. Every change is checked here, and a refused event changes nothing.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    Audit, CaseError, CaseOpened, Certified, Event, Line, LineRef, LineState, LinesKeyed, Recorded, Sample,
    SampleError, Section, SectionNo, VoterId, WithdrawalReceived, settle_sample,
};

/// The roll that a case looks signers up in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollSeal {
    /// SHA-256 of the snapshot, 64 hexadecimal digits.
    pub roll_digest: String,
    /// Voters in the snapshot.
    pub rows: u64,
    /// Of these, voters with an active registration.
    pub active: u64,
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Sections are being received.
    Receiving,
    /// Every signature is counted and there are enough for examination.
    Examining,
    /// Fewer signatures than required were submitted: no further action.
    NotAccepted,
    /// A certificate stands.
    Certified,
}

/// A withdrawal as received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdrawal {
    /// The day the office received it.
    pub received_on: Date,
    /// Whether it takes effect: received before the day of filing, and its signature compares.
    pub accepted: bool,
}

/// The state of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What it was opened with.
    pub opened: CaseOpened,
    /// Where it stands.
    pub phase: Phase,
    /// The roll, once sealed.
    pub roll: Option<RollSeal>,
    /// The raw count, once made.
    pub raw_count: Option<u64>,
    /// The public sample, once its list is sealed.
    pub sample: Option<Sample>,
    /// Samples that became void because the raw count was opened again, in order. One whose list is sealed again is no longer void.
    pub void_draws: Vec<Sample>,
    /// Withdrawals by voter, in order of receipt.
    pub withdrawals: BTreeMap<VoterId, Vec<Withdrawal>>,
    /// Certificates given, the last of which stands unless the case was reopened.
    pub certificates: Vec<Certified>,
    /// Checks of certified outcomes, in the order in which their lists were sealed.
    pub audits: Vec<Audit>,
    /// Why the case was reopened, where the next certificate will replace the last.
    pub reopened: Option<String>,
    /// The latest instant at which a person decided.
    pub last_decided: Option<Timestamp>,
    /// Number of the last event.
    pub seq: u64,
    /// When the last event was recorded.
    pub at: Timestamp,
    /// How many times a roll of another content was sealed; a search counts for the roll it was made in.
    rolls: u32,
    sections: BTreeMap<SectionNo, Section>,
}

impl Case {
    /// The case that its first event opens.
    pub fn open(first: &Recorded) -> Result<Self, CaseError> {
        let Event::CaseOpened(opened, _) = &first.event else { return Err(CaseError::NotOpened) };
        if first.seq != 1 {
            return Err(CaseError::Gap { last: 0, found: first.seq });
        }
        Ok(Self {
            opened: (**opened).clone(),
            phase: Phase::Receiving,
            roll: None,
            raw_count: None,
            sample: None,
            void_draws: Vec::new(),
            withdrawals: BTreeMap::new(),
            certificates: Vec::new(),
            audits: Vec::new(),
            reopened: None,
            last_decided: None,
            seq: 1,
            at: first.at,
            rolls: 0,
            sections: BTreeMap::new(),
        })
    }

    /// The state after all of a case's events.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Recorded>) -> Result<Self, CaseError> {
        let mut events = events.into_iter();
        let mut case = Self::open(events.next().ok_or(CaseError::NotOpened)?)?;
        events.try_for_each(|event| case.apply(event))?;
        Ok(case)
    }

    /// The sections in order.
    pub fn sections(&self) -> impl Iterator<Item = &Section> {
        self.sections.values()
    }

    /// One section.
    pub fn section(&self, no: SectionNo) -> Option<&Section> {
        self.sections.get(&no)
    }

    /// One line.
    pub fn line(&self, line: LineRef) -> Option<&Line> {
        self.sections.get(&line.section)?.line(line.line)
    }

    /// Every line in the order of sections and lines.
    pub fn lines(&self) -> impl Iterator<Item = (LineRef, &Line)> {
        self.sections.values().flat_map(|section| {
            section.lines().iter().map(|line| (LineRef { section: section.no, line: line.no }, line))
        })
    }

    /// How many lines have been received.
    pub fn count_lines(&self) -> u64 {
        self.sections.values().map(|section| section.lines().len() as u64).sum()
    }

    /// Whether a search of the sealed roll for the signer of each line of this section is stored.
    pub fn searched(&self, section: SectionNo) -> bool {
        self.section(section).is_some_and(|section| self.is_searched(section))
    }

    fn is_searched(&self, section: &Section) -> bool {
        section.searched_in_roll == Some(self.rolls)
    }

    /// Whether a withdrawal of this voter takes effect.
    pub fn withdrawn(&self, voter: &VoterId) -> Option<Withdrawal> {
        self.withdrawals.get(voter)?.iter().find(|withdrawal| withdrawal.accepted).copied()
    }

    /// Takes in the next event. A refused event leaves the case as it was.
    pub fn apply(&mut self, recorded: &Recorded) -> Result<(), CaseError> {
        if recorded.seq != self.seq + 1 {
            return Err(CaseError::Gap { last: self.seq, found: recorded.seq });
        }
        if recorded.at < self.at {
            return Err(CaseError::Backwards { seq: recorded.seq, last: self.at, found: recorded.at });
        }
        match &recorded.event {
            Event::CaseOpened(..) => return Err(CaseError::OpenedTwice),
            Event::RollSealed(roll) => {
                self.not_certified("sealing a roll")?;
                match &self.roll {
                    Some(sealed) if sealed.roll_digest == roll.roll_digest => {
                        if sealed != roll {
                            return Err(CaseError::OtherNumbers(sealed.clone()));
                        }
                    }
                    // A search of another roll is no search of this one.
                    _ => self.rolls += 1,
                }
                self.roll = Some(roll.clone());
            }
            Event::SectionReceived(public, private) => {
                self.in_phase(Phase::Receiving, "receiving a section")?;
                if public.lines.len() != private.texts.len() {
                    return Err(CaseError::PartsDiffer(public.section));
                }
                if self.sections.contains_key(&public.section) {
                    return Err(CaseError::SectionTwice(public.section));
                }
                let lines = public.lines.iter().map(|&(no, page)| Line::received(no, page)).collect();
                let section = Section::received(public.section, public.circulation, lines)?;
                self.sections.insert(public.section, section);
            }
            Event::RawCounted(counted) => {
                self.in_phase(Phase::Receiving, "the raw count")?;
                let raw = self.count_lines();
                if counted.raw != raw {
                    return Err(CaseError::WrongCount { counted: raw, given: counted.raw });
                }
                self.raw_count = Some(raw);
                self.phase = if raw >= self.opened.required { Phase::Examining } else { Phase::NotAccepted };
            }
            Event::CountReopened(public, _) => {
                if self.phase != Phase::NotAccepted {
                    self.in_phase(Phase::Examining, "taking the raw count back")?;
                }
                let counted = self.raw_count.unwrap_or_default();
                if public.taken_back != counted {
                    return Err(CaseError::WrongCount { counted, given: public.taken_back });
                }
                self.raw_count = None;
                self.void_draws.extend(self.sample.take());
                self.phase = Phase::Receiving;
            }
            Event::LinesStruck(public, _) => {
                self.in_phase(Phase::Receiving, "striking lines")?;
                self.move_lines(&public.lines, true)?;
            }
            Event::LinesReinstated(public, _) => {
                self.in_phase(Phase::Receiving, "reinstating lines")?;
                self.move_lines(&public.lines, false)?;
            }
            Event::LinesKeyed(public, private) => {
                self.not_certified("keying lines")?;
                if public.lines.len() != private.texts.len() {
                    return Err(CaseError::PartsDiffer(public.section));
                }
                self.key_lines(public)?;
            }
            Event::ManifestSealed(sealed) => {
                self.in_phase(Phase::Examining, "sealing the list of lines")?;
                if let Some(sample) = &self.sample {
                    return Err(SampleError::SealedAlready(sample.sealed.root.clone()).into());
                }
                let counted = self.count_lines();
                if sealed.lines != counted {
                    return Err(SampleError::OtherLines { given: sealed.lines, counted }.into());
                }
                if !(1..=counted).contains(&sealed.size) {
                    return Err(SampleError::NoSuchSize { size: sealed.size, lines: counted }.into());
                }
                // The same list has the same sample: a count that is taken back and made again gives nobody a second roll of the dice.
                let before = self.void_draws.iter().position(|void| void.sealed.root == sealed.root);
                self.sample = Some(match before {
                    Some(at) => self.void_draws.remove(at),
                    None => Sample { sealed: sealed.clone(), drawn: None, draws: 0 },
                });
            }
            Event::SampleDrawn(drawn, _) => {
                self.in_phase(Phase::Examining, "drawing a sample")?;
                let void = self.void_draws.iter().filter_map(Sample::seed);
                if void
                    .chain(self.audits.iter().filter_map(|audit| audit.seed.as_deref()))
                    .any(|seed| seed == drawn.seed)
                {
                    return Err(SampleError::SeedKnown.into());
                }
                let complete = settle_sample(self).is_none_or(|sample| sample.tally.undecided == 0);
                let sections = &self.sections;
                let has = |line: LineRef| {
                    sections.get(&line.section).is_some_and(|section| section.line(line.line).is_some())
                };
                self.sample.as_mut().ok_or(SampleError::NotSealed)?.draw(drawn, complete, has)?;
            }
            Event::SearchedSection(public, private) => {
                self.in_phase(Phase::Examining, "searching the roll")?;
                if self.roll.is_none() {
                    return Err(CaseError::NoRoll);
                }
                let rolls = self.rolls;
                let section = self.section_mut(public.section)?;
                if section.lines().len() != private.searches.len() {
                    return Err(CaseError::PartsDiffer(public.section));
                }
                section.searched_in_roll = Some(rolls);
            }
            Event::LineJudged(public, private) => {
                self.in_phase(Phase::Examining, "judging a line")?;
                decided_by(recorded, public.decided_at)?;
                let needed = self.opened.rules.mismatch_reviewers;
                let searched = self.searched(public.line.section);
                self.line_mut(public.line)?
                    .judge(public.found, private.voter.clone(), private.reviewer.clone(), needed, searched)
                    .map_err(|source| CaseError::Line { line: public.line, source })?;
                self.last_decided = self.last_decided.max(Some(public.decided_at));
            }
            Event::LineReopened(public, _) => {
                self.in_phase(Phase::Examining, "taking a decision back")?;
                self.line_mut(public.line)?.reopen().map_err(|source| CaseError::Line { line: public.line, source })?;
            }
            Event::SectionVoided(public, _) => {
                self.not_certified("voiding a section")?;
                decided_by(recorded, public.decided_at)?;
                self.section_mut(public.section)?.void(public.ground)?;
                self.last_decided = self.last_decided.max(Some(public.decided_at));
            }
            Event::SectionRestored(section, _) => {
                self.not_certified("restoring a section")?;
                self.section_mut(*section)?.restore()?;
            }
            Event::WithdrawalReceived(public, private) => {
                self.not_certified("taking in a withdrawal")?;
                let withdrawal = self.weigh(*public);
                self.withdrawals.entry(private.voter.clone()).or_default().push(withdrawal);
            }
            Event::Certified(certified) => {
                self.in_phase(Phase::Examining, "certifying")?;
                self.certificates.push(certified.clone());
                self.reopened = None;
                self.phase = Phase::Certified;
            }
            Event::AuditSealed(sealed) => {
                self.in_phase(Phase::Certified, "sealing the list of a check")?;
                self.seal_audit(sealed)?;
            }
            Event::AuditSeeded(seeded, _) => {
                self.in_phase(Phase::Certified, "taking in the seed of a check")?;
                self.seed_audit(seeded)?;
            }
            Event::CaseReopened(because) => {
                self.in_phase(Phase::Certified, "reopening")?;
                self.reopened = Some(because.clone());
                self.phase = Phase::Examining;
            }
        }
        self.seq = recorded.seq;
        self.at = recorded.at;
        Ok(())
    }

    /// A withdrawal counts when the law knows it, it came before the day of filing, and its signature compares.
    /// California: Elections Code 103, 9602, 11303; 2 CCR 20970.
    pub fn weigh(&self, received: WithdrawalReceived) -> Withdrawal {
        let in_time =
            self.opened.rules.withdrawal_before_filing && received.received_on < self.opened.milestones.filed_on();
        Withdrawal { received_on: received.received_on, accepted: in_time && received.signature_compares }
    }

    /// Takes lines out of the count, or back in: all of them, or none if one is missing.
    fn move_lines(&mut self, lines: &[LineRef], strike: bool) -> Result<(), CaseError> {
        if let Some(pair) = lines.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(CaseError::NotRising(pair[1]));
        }
        let there = |line: &LineRef| {
            self.sections.get(&line.section).is_some_and(|section| {
                let from = if strike { section.lines() } else { section.struck() };
                from.binary_search_by_key(&line.line, |found| found.no).is_ok()
            })
        };
        if let Some(&missing) = lines.iter().find(|line| !there(line)) {
            return Err(CaseError::NoLine(missing));
        }
        for part in lines.chunk_by(|one, next| one.section == next.section) {
            let numbers: Vec<_> = part.iter().map(|line| line.line).collect();
            self.section_mut(part[0].section)?.move_lines(&numbers, strike);
        }
        Ok(())
    }

    /// Takes note that lines have another text: nothing was found on them, and the searches of their section, which are those of all its lines, must be made
    /// anew.
    fn key_lines(&mut self, keyed: &LinesKeyed) -> Result<(), CaseError> {
        let LinesKeyed { section: no, ref lines } = *keyed;
        let at = |line| LineRef { section: no, line };
        if let Some(pair) = lines.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(CaseError::NotRising(at(pair[1])));
        }
        let section = self.section_mut(no)?;
        for &line in lines {
            let found = section.line(line).ok_or(CaseError::NoLine(at(line)))?;
            if found.state != LineState::Undecided {
                return Err(CaseError::FoundOn(at(line)));
            }
        }
        section.searched_in_roll = None;
        Ok(())
    }

    fn section_mut(&mut self, no: SectionNo) -> Result<&mut Section, CaseError> {
        self.sections.get_mut(&no).ok_or(CaseError::NoSection(no))
    }

    fn line_mut(&mut self, line: LineRef) -> Result<&mut Line, CaseError> {
        self.section_mut(line.section)?.line_mut(line.line).ok_or(CaseError::NoLine(line))
    }

    /// Refuses an act that belongs to another phase, saying what to do.
    pub fn in_phase(&self, phase: Phase, act: &'static str) -> Result<(), CaseError> {
        if self.phase == phase { Ok(()) } else { Err(self.wrong_phase(act, phase)) }
    }

    fn not_certified(&self, act: &'static str) -> Result<(), CaseError> {
        match self.phase {
            Phase::Receiving | Phase::Examining => Ok(()),
            Phase::NotAccepted | Phase::Certified => Err(self.wrong_phase(act, Phase::Examining)),
        }
    }

    fn wrong_phase(&self, act: &'static str, wanted: Phase) -> CaseError {
        let phase = match self.phase {
            Phase::Receiving => "before the raw count",
            Phase::Examining => "after the raw count",
            Phase::NotAccepted => "for a petition with too few signatures",
            Phase::Certified => "after certification",
        };
        let next = match self.phase {
            Phase::Receiving | Phase::Examining if wanted == Phase::Certified => {
                "no certificate stands, so there is nothing to reopen"
            }
            Phase::Receiving => "receive every section, then close the intake with the raw count",
            Phase::Examining => {
                "the sections are counted; if the count is wrong, take it back first with `countersign intake reopen`"
            }
            Phase::NotAccepted => "the filing was not accepted and no further action is taken on it",
            Phase::Certified => "reopen the case with a reason first",
        };
        CaseError::WrongPhase { act, phase, next }
    }
}

/// Refuses what was decided after it is recorded.
fn decided_by(recorded: &Recorded, decided_at: Timestamp) -> Result<(), CaseError> {
    let at = recorded.at;
    if decided_at > at { Err(CaseError::DecidedLater { decided_at, at }) } else { Ok(()) }
}
