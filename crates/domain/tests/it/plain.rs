//! The plain model of a case. It keeps nothing but the accepted events and answers every question by reading them again
//! from the start, so that it shares no way of working with the fold.

use std::collections::{HashMap, HashSet};

use domain::{
    AuditSealed, CaseOpened, Disposition, Event, Finding, Grounds, LineJudged, LineJudgedPrivate, LineNo, LineRef,
    ManifestSealed, Reason, SampleDrawn, SectionNo, Settled, VoidGround, VoterId,
};
use jiff::civil::Date;

use crate::build::FILED;

/// What has been accepted of a case.
pub(crate) struct Model {
    pub(crate) opened: CaseOpened,
    pub(crate) accepted: Vec<Event>,
}

/// A sealed list with its draws and the places of these among the events.
pub(crate) struct List<'a> {
    pub(crate) sealed: &'a ManifestSealed,
    pub(crate) draws: Vec<(usize, &'a SampleDrawn)>,
}

impl List<'_> {
    pub(crate) fn seed(&self) -> Option<&String> {
        self.draws.last().map(|(_, drawn)| &drawn.seed)
    }

    pub(crate) fn drawn(&self) -> &[LineRef] {
        self.draws.last().map_or(&[], |(_, drawn)| &drawn.lines)
    }
}

/// What people came to on one line.
pub(crate) enum Found {
    Nothing,
    Doubt(VoterId),
    Hand(VoterId),
    Fault(Reason, Option<VoterId>, Grounds),
}

fn rising(lines: &[LineRef]) -> bool {
    lines.is_sorted_by(|one, next| (one.section.get(), one.line.get()) < (next.section.get(), next.line.get()))
}

impl Model {
    /// r: receiving, e: examining, n: not accepted, c: certified.
    pub(crate) fn phase(&self) -> char {
        let told = self.accepted.iter().rev().find_map(|event| match event {
            Event::Certified(_) => Some('c'),
            Event::CountReopened(..) => Some('r'),
            Event::CaseReopened(_) => Some('e'),
            Event::RawCounted(counted) => Some(if counted.raw < self.opened.required { 'n' } else { 'e' }),
            _ => None,
        });
        told.unwrap_or('r')
    }

    /// The lines that were struck and have not come back.
    fn struck(&self) -> HashSet<LineRef> {
        let mut struck = HashSet::new();
        for event in &self.accepted {
            match event {
                Event::LinesStruck(moved, _) => struck.extend(moved.lines.iter().copied()),
                Event::LinesReinstated(moved, _) => struck.retain(|line| !moved.lines.contains(line)),
                _ => {}
            }
        }
        struck
    }

    /// The list that is sealed now, and those that are void, each with its draws. A list that is sealed again comes back with its draws.
    pub(crate) fn lists(&self) -> (Option<List<'_>>, Vec<List<'_>>) {
        let (mut now, mut void) = (None, Vec::<List<'_>>::new());
        for (place, event) in self.accepted.iter().enumerate() {
            match event {
                Event::ManifestSealed(sealed) => {
                    let before = void.iter().position(|list| list.sealed.root == sealed.root);
                    now = Some(before.map_or(List { sealed, draws: Vec::new() }, |at| void.remove(at)));
                }
                Event::SampleDrawn(drawn, _) => now.as_mut().unwrap().draws.push((place, drawn)),
                Event::CountReopened(..) => void.extend(now.take()),
                _ => {}
            }
        }
        (now, void)
    }

    /// The lists sealed for checks, each with its seed.
    pub(crate) fn checks(&self) -> Vec<(&AuditSealed, Option<&String>)> {
        let seed = |root: &String| {
            self.accepted.iter().find_map(|event| match event {
                Event::AuditSeeded(seeded, _) if seeded.root == *root => Some(&seeded.seed),
                _ => None,
            })
        };
        let sealed = self.accepted.iter().filter_map(|event| match event {
            Event::AuditSealed(sealed) => Some((sealed, seed(&sealed.root))),
            _ => None,
        });
        sealed.collect()
    }

    /// Every seed rolled so far, for whatever.
    fn seeds(&self) -> HashSet<String> {
        let seeds = self.accepted.iter().filter_map(|event| match event {
            Event::SampleDrawn(drawn, _) => Some(drawn.seed.clone()),
            Event::AuditSeeded(seeded, _) => Some(seeded.seed.clone()),
            _ => None,
        });
        seeds.collect()
    }

    fn accepts_draw(&self, drawn: &SampleDrawn) -> bool {
        let (Some(list), void) = self.lists() else { return false };
        let distinct: HashSet<_> = drawn.lines.iter().collect();
        let fits = match list.draws.last() {
            None => drawn.lines.len() as u64 == list.sealed.size,
            Some((_, before)) => {
                before.seed == drawn.seed
                    && drawn.lines.len() > before.lines.len()
                    && drawn.lines[..before.lines.len()] == before.lines
            }
        };
        fits && drawn.root == list.sealed.root
            && drawn.seed.len() == list.sealed.seed_digits as usize
            && drawn.seed.bytes().all(|byte| byte.is_ascii_digit())
            && void.iter().all(|void| void.seed() != Some(&drawn.seed))
            && self.checks().iter().all(|(_, seed)| *seed != Some(&drawn.seed))
            && distinct.len() == drawn.lines.len()
            && drawn.lines.iter().all(|line| self.lines().contains(line))
    }

    /// The lines that count, by section.
    pub(crate) fn paper(&self) -> HashMap<u32, Vec<u32>> {
        let struck = self.struck();
        let counts = move |section: SectionNo, line: LineNo| !struck.contains(&LineRef { section, line });
        let received = self.accepted.iter().filter_map(|event| match event {
            Event::SectionReceived(public, _) => {
                let lines = public.lines.iter().filter(|(line, _)| counts(public.section, *line));
                Some((public.section.get(), lines.map(|(line, _)| line.get()).collect()))
            }
            _ => None,
        });
        received.collect()
    }

    pub(crate) fn lines(&self) -> Vec<LineRef> {
        let paper = self.paper();
        let written = paper.iter().flat_map(|(no, lines)| lines.iter().map(move |line| format!("{no}:{line}")));
        let mut lines: Vec<LineRef> = written.map(|line| line.parse().unwrap()).collect();
        lines.sort_unstable_by_key(|at| u64::from(at.section.get()) << 32 | u64::from(at.line.get()));
        lines
    }

    fn void(&self, section: u32) -> Option<VoidGround> {
        let last = self.accepted.iter().rev().find_map(|event| match event {
            Event::SectionVoided(public, _) if public.section.get() == section => Some(Some(public.ground)),
            Event::SectionRestored(no, _) if no.get() == section => Some(None),
            _ => None,
        });
        last.flatten()
    }

    pub(crate) fn searched(&self, section: u32) -> bool {
        let (mut sealed, mut searched) = (None, false);
        for event in &self.accepted {
            match event {
                Event::RollSealed(roll) => {
                    searched &= sealed == Some(&roll.roll_digest);
                    sealed = Some(&roll.roll_digest);
                }
                Event::SearchedSection(public, _) if public.section.get() == section => searched = true,
                Event::LinesStruck(moved, _) | Event::LinesReinstated(moved, _) => {
                    searched &= moved.lines.iter().all(|line| line.section.get() != section);
                }
                Event::LinesKeyed(keyed, _) => searched &= keyed.section.get() != section,
                _ => {}
            }
        }
        searched
    }

    /// What was found on the line since it was last reopened.
    fn looks(&self, at: LineRef) -> Vec<(&LineJudged, &LineJudgedPrivate)> {
        let mut looks = Vec::new();
        for event in &self.accepted {
            match event {
                Event::LineJudged(public, private) if public.line == at => looks.push((public, private)),
                Event::LineReopened(public, _) if public.line == at => looks.clear(),
                _ => {}
            }
        }
        looks
    }

    pub(crate) fn found(&self, at: LineRef) -> Found {
        let looks = self.looks(at);
        let Some((last, private)) = looks.last() else { return Found::Nothing };
        let voter = private.voter.clone();
        match last.found {
            Disposition::Valid => Found::Hand(voter.unwrap()),
            Disposition::Invalid(Reason::SignatureMismatch) => {
                if looks.len() < self.opened.rules.mismatch_reviewers.get() as usize {
                    return Found::Doubt(voter.unwrap());
                }
                Found::Fault(Reason::SignatureMismatch, voter, Grounds::Reviewers(looks.len()))
            }
            Disposition::Invalid(reason) => Found::Fault(reason, voter, Grounds::Person),
        }
    }

    fn withdrew(&self, voter: &VoterId) -> Option<Date> {
        self.accepted.iter().find_map(|event| match event {
            Event::WithdrawalReceived(public, private)
                if private.voter == *voter
                    && self.opened.rules.withdrawal_before_filing
                    && public.signature_compares
                    && public.received_on.until(FILED).unwrap().get_days() > 0 =>
            {
                Some(public.received_on)
            }
            _ => None,
        })
    }

    pub(crate) fn accepts(&self, event: &Event) -> bool {
        let phase = self.phase();
        let known = |section: u32| self.paper().contains_key(&section);
        match event {
            Event::CaseOpened(..) => false,
            Event::RollSealed(roll) => {
                let sealed = self.accepted.iter().rev().find_map(|event| match event {
                    Event::RollSealed(sealed) => Some(sealed),
                    _ => None,
                });
                "re".contains(phase)
                    && sealed.is_none_or(|sealed| sealed.roll_digest != roll.roll_digest || sealed.rows == roll.rows)
            }
            Event::WithdrawalReceived(..) => "re".contains(phase),
            Event::SectionReceived(public, private) => {
                phase == 'r'
                    && public.lines.len() == private.texts.len()
                    && !known(public.section.get())
                    && public.lines.is_sorted_by(|one, next| one.0 < next.0)
            }
            Event::RawCounted(counted) => phase == 'r' && counted.raw == self.lines().len() as u64,
            Event::CountReopened(public, _) => "en".contains(phase) && public.taken_back == self.lines().len() as u64,
            Event::LinesStruck(moved, _) => {
                phase == 'r' && rising(&moved.lines) && moved.lines.iter().all(|line| self.lines().contains(line))
            }
            Event::LinesReinstated(moved, _) => {
                phase == 'r' && rising(&moved.lines) && moved.lines.iter().all(|line| self.struck().contains(line))
            }
            Event::LinesKeyed(keyed, private) => {
                let section = keyed.section;
                let blank = |line: &LineNo| {
                    let at = LineRef { section, line: *line };
                    self.lines().contains(&at) && self.looks(at).is_empty()
                };
                "re".contains(phase)
                    && known(section.get())
                    && keyed.lines.len() == private.texts.len()
                    && keyed.lines.is_sorted_by(|one, next| one < next)
                    && keyed.lines.iter().all(blank)
            }
            Event::ManifestSealed(sealed) => {
                phase == 'e'
                    && self.lists().0.is_none()
                    && sealed.lines == self.lines().len() as u64
                    && (1..=sealed.lines).contains(&sealed.size)
            }
            Event::SampleDrawn(drawn, _) => phase == 'e' && self.accepts_draw(drawn),
            Event::SearchedSection(public, private) => {
                phase == 'e'
                    && self.accepted.iter().any(|event| matches!(event, Event::RollSealed(_)))
                    && self
                        .paper()
                        .get(&public.section.get())
                        .is_some_and(|lines| lines.len() == private.searches.len())
            }
            Event::LineJudged(public, private) => {
                phase == 'e' && self.lines().contains(&public.line) && self.accepts_finding(public, private)
            }
            // What was found on a line before it was struck is kept for the case that it comes back.
            Event::LineReopened(public, _) => {
                phase == 'e' && self.lines().contains(&public.line) && !self.looks(public.line).is_empty()
            }
            Event::SectionVoided(public, _) => {
                "re".contains(phase) && known(public.section.get()) && self.void(public.section.get()).is_none()
            }
            Event::SectionRestored(section, _) => "re".contains(phase) && self.void(section.get()).is_some(),
            Event::AuditSealed(sealed) => {
                phase == 'c' && sealed.lines > 0 && self.checks().iter().all(|(before, _)| before.root != sealed.root)
            }
            Event::AuditSeeded(seeded, _) => {
                let mut checks = self.checks().into_iter();
                phase == 'c'
                    && checks.any(|(sealed, seed)| sealed.root == seeded.root && seed.is_none())
                    && seeded.seed.len() == 20
                    && seeded.seed.bytes().all(|byte| byte.is_ascii_digit())
                    && !self.seeds().contains(&seeded.seed)
            }
            Event::Certified(_) => phase == 'e',
            Event::CaseReopened(_) => phase == 'c',
        }
    }

    fn accepts_finding(&self, public: &LineJudged, private: &LineJudgedPrivate) -> bool {
        use Reason::{
            Canceled, DifferentAddress, Duplicate, Illegible, NotEligible, NotRegistered, OutOfCirculation,
            RegisteredLate, SectionFatal, SignatureMismatch, Withdrawn,
        };
        let named = private.voter.is_some();
        match self.found(public.line) {
            Found::Hand(_) | Found::Fault(..) => false,
            Found::Doubt(claimed) => {
                private.voter == Some(claimed)
                    && self.looks(public.line).iter().all(|(_, before)| before.reviewer != private.reviewer)
                    && matches!(public.found, Disposition::Valid | Disposition::Invalid(SignatureMismatch))
            }
            Found::Nothing => match public.found.reason() {
                None | Some(SignatureMismatch | Canceled | RegisteredLate | NotEligible | DifferentAddress) => named,
                Some(SectionFatal | OutOfCirculation | Duplicate | Withdrawn) => false,
                Some(NotRegistered) => !named && self.searched(public.line.section.get()),
                Some(Illegible) => self.searched(public.line.section.get()),
                Some(_) => true,
            },
        }
    }

    /// Every line settled, each by itself and from the start.
    pub(crate) fn settled(&self) -> Vec<Settled> {
        self.settled_alone(&self.lines())
    }

    /// The lines of the sample settled as if the petition had no others; none where nothing is drawn.
    pub(crate) fn sampled(&self) -> Option<Vec<Settled>> {
        let (_, drawn) = self.lists().0?.draws.pop()?;
        let drawn = &drawn.lines;
        Some(self.settled_alone(&self.lines().into_iter().filter(|line| drawn.contains(line)).collect::<Vec<_>>()))
    }

    /// How many samples the lines drawn are: a draw goes on with the one before until that one is decided.
    pub(crate) fn samples(&self) -> u32 {
        let complete = |place: &usize| {
            let before = Self { opened: self.opened.clone(), accepted: self.accepted[..*place].to_vec() };
            before.sampled().is_none_or(|lines| lines.iter().all(|settled| settled.disposition.is_some()))
        };
        let draws = self.lists().0.map_or(Vec::new(), |list| list.draws);
        u32::try_from(draws.iter().filter(|(place, _)| complete(place)).count()).unwrap()
    }

    fn settled_alone(&self, lines: &[LineRef]) -> Vec<Settled> {
        let stands = |at: LineRef| match self.found(at) {
            Found::Hand(voter) if self.against(at).is_empty() => Some(voter),
            _ => None,
        };
        let settled = lines.iter().enumerate().map(|(place, &line)| {
            let mut findings = self.against(line);
            if let Some(voter) = stands(line) {
                let mut first: Vec<_> =
                    lines[..place].iter().copied().filter(|&other| stands(other).as_ref() == Some(&voter)).collect();
                let permitted = self.opened.rules.max_signatures_per_voter.get() as usize;
                if first.len() >= permitted {
                    first.truncate(permitted);
                    findings.push(Finding { reason: Reason::Duplicate, grounds: Grounds::Counted(first) });
                }
            }
            let open = matches!(self.found(line), Found::Nothing | Found::Doubt(_));
            let disposition = match findings.first() {
                _ if open && self.void(line.section.get()).is_none() => None,
                None => Some(Disposition::Valid),
                Some(first) => Some(Disposition::Invalid(first.reason)),
            };
            Settled { line, disposition, findings }
        });
        settled.collect()
    }

    /// What stands against a line but for the voter's other lines, in the order of tests.
    fn against(&self, at: LineRef) -> Vec<Finding> {
        let void = self.void(at.section.get()).map(|ground| match ground {
            VoidGround::SectionFatal => (Reason::SectionFatal, Grounds::SectionVoid),
            VoidGround::OutOfCirculation => (Reason::OutOfCirculation, Grounds::SectionVoid),
        });
        let (fault, voter) = match self.found(at) {
            Found::Nothing => (None, None),
            Found::Doubt(voter) | Found::Hand(voter) => (None, Some(voter)),
            Found::Fault(reason, voter, grounds) => (Some((reason, grounds)), voter),
        };
        let withdrawn =
            voter.and_then(|voter| self.withdrew(&voter)).map(|day| (Reason::Withdrawn, Grounds::Withdrawal(day)));
        let mut all: HashMap<_, _> = [void, fault, withdrawn].into_iter().flatten().collect();
        let order = &self.opened.rules.order_of_reasons;
        order.iter().filter_map(|&reason| all.remove(&reason).map(|grounds| Finding { reason, grounds })).collect()
    }
}
