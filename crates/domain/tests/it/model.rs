//! Random histories against a plain model. The model keeps nothing but the accepted events and answers every question
//! by reading them again from the start, so that it shares no way of working with the fold.

use std::collections::{HashMap, HashSet};

use domain::{
    CaseOpened, Disposition, Event, Finding, Grounds, LineJudged, LineJudgedPrivate, LineNo, LineRef, Reason, Sample,
    SampleDrawn, SectionNo, Settled, VoidDraw, VoidGround, VoterId,
    invariants::{
        every_line_one_disposition, nothing_vanishes, one_signature_per_voter, people_reject, search_before_absence,
        void_section_voids_its_lines,
    },
    sample_complete, settle, settle_sample,
};
use jiff::{ToSpan, civil::Date};
use proptest::prelude::*;

use crate::build::{
    FILED, History, certify, count, draw, judge, mismatch, number, opening, recount, reinstate, reopen, reopen_case,
    restore, roll, seal, search, section, strike, void, withdraw,
};

struct Model {
    opened: CaseOpened,
    accepted: Vec<Event>,
}

/// What people came to on one line.
enum Found {
    Nothing,
    Doubt(VoterId),
    Hand(VoterId),
    Fault(Reason, Option<VoterId>, Grounds),
}

impl Model {
    /// r: receiving, e: examining, n: not accepted, c: certified.
    fn phase(&self) -> char {
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

    /// The draws from the list that is sealed now; none where no list is.
    fn draws(&self) -> Option<Vec<&SampleDrawn>> {
        let mut draws = None;
        for event in &self.accepted {
            match event {
                Event::ManifestSealed(_) => draws = Some(Vec::new()),
                Event::SampleDrawn(sample, _) => draws.as_mut().unwrap().push(sample),
                Event::CountReopened(..) => draws = None,
                _ => {}
            }
        }
        draws
    }

    /// The seeds of draws before the count was last taken back.
    fn void_seeds(&self) -> HashSet<String> {
        let taken_back = |event: &Event| matches!(event, Event::CountReopened(..));
        let last = self.accepted.iter().rposition(taken_back).unwrap_or(0);
        let seed = |event: &Event| match event {
            Event::SampleDrawn(drawn, _) => Some(drawn.seed.clone()),
            _ => None,
        };
        self.accepted[..last].iter().filter_map(seed).collect()
    }

    /// The lines that count, by section.
    fn paper(&self) -> HashMap<u32, Vec<u32>> {
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

    fn lines(&self) -> Vec<LineRef> {
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

    fn searched(&self, section: u32) -> bool {
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

    fn found(&self, at: LineRef) -> Found {
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

    fn accepts(&self, event: &Event) -> bool {
        let phase = self.phase();
        let known = |section: u32| self.paper().contains_key(&section);
        match event {
            Event::CaseOpened(_) => false,
            Event::RollSealed(_) | Event::WithdrawalReceived(..) => "re".contains(phase),
            Event::SectionReceived(public, private) => {
                phase == 'r'
                    && public.lines.len() == private.texts.len()
                    && !known(public.section.get())
                    && public.lines.is_sorted_by(|one, next| one.0 < next.0)
            }
            Event::RawCounted(counted) => phase == 'r' && counted.raw == self.lines().len() as u64,
            Event::CountReopened(public, _) => "en".contains(phase) && public.taken_back == self.lines().len() as u64,
            Event::LinesStruck(moved, _) => phase == 'r' && moved.lines.iter().all(|line| self.lines().contains(line)),
            Event::LinesReinstated(moved, _) => {
                phase == 'r' && moved.lines.iter().all(|line| self.struck().contains(line))
            }
            Event::ManifestSealed(sealed) => {
                phase == 'e' && self.draws().is_none() && sealed.lines == self.lines().len() as u64
            }
            Event::SampleDrawn(drawn, _) => {
                let distinct: HashSet<_> = drawn.lines.iter().collect();
                let goes_on = |before: &SampleDrawn| {
                    before.seed == drawn.seed
                        && drawn.lines.len() > before.lines.len()
                        && drawn.lines[..before.lines.len()] == before.lines
                };
                phase == 'e'
                    && drawn.root == "d".repeat(64)
                    && !self.void_seeds().iter().any(|known| drawn.seed.contains(known) || known.contains(&drawn.seed))
                    && self.draws().is_some_and(|draws| draws.last().is_none_or(|&before| goes_on(before)))
                    && distinct.len() == drawn.lines.len()
                    && drawn.lines.iter().all(|line| self.lines().contains(line))
            }
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
            Event::LineReopened(public, _) => phase == 'e' && !self.looks(public.line).is_empty(),
            Event::SectionVoided(public, _) => {
                "re".contains(phase) && known(public.section.get()) && self.void(public.section.get()).is_none()
            }
            Event::SectionRestored(section, _) => "re".contains(phase) && self.void(section.get()).is_some(),
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
    fn settled(&self) -> Vec<Settled> {
        self.settled_alone(self.lines())
    }

    /// The lines of the sample settled as if the petition had no others; none where nothing is drawn.
    fn sampled(&self) -> Option<Vec<Settled>> {
        let drawn = &self.draws()?.pop()?.lines;
        Some(self.settled_alone(self.lines().into_iter().filter(|line| drawn.contains(line)).collect()))
    }

    /// How many samples the lines drawn are: a draw goes on with the one before until that one is decided.
    fn samples(&self) -> u32 {
        let mut samples = 0;
        for (place, event) in self.accepted.iter().enumerate() {
            match event {
                Event::ManifestSealed(_) => samples = 0,
                Event::SampleDrawn(..) => {
                    let before = Self { opened: self.opened.clone(), accepted: self.accepted[..place].to_vec() };
                    let open = |lines: Vec<Settled>| lines.iter().any(|settled| settled.disposition.is_none());
                    samples += u32::from(!before.sampled().is_some_and(open));
                }
                _ => {}
            }
        }
        samples
    }

    /// What was sealed and is void, with the seed where one was rolled.
    fn void_draws(&self) -> Vec<VoidDraw> {
        let mut void = Vec::new();
        let mut last: Option<VoidDraw> = None;
        for event in &self.accepted {
            match event {
                Event::ManifestSealed(sealed) => last = Some(VoidDraw { sealed: sealed.clone(), seed: None }),
                Event::SampleDrawn(drawn, _) => last.as_mut().unwrap().seed = Some(drawn.seed.clone()),
                Event::CountReopened(..) => void.extend(last.take()),
                _ => {}
            }
        }
        void
    }

    fn settled_alone(&self, lines: Vec<LineRef>) -> Vec<Settled> {
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

/// The case and its model, step by step side by side.
struct Pair {
    history: History,
    model: Model,
}

impl Pair {
    fn step(&mut self, event: Event) -> Result<(), TestCaseError> {
        let expected = self.model.accepts(&event);
        let done = self.history.attempt(event.clone());
        prop_assert_eq!(done.is_ok(), expected, "{:?}: {:?}", event, done);
        if expected {
            self.model.accepted.push(event);
            self.compare()?;
        }
        Ok(())
    }

    fn compare(&self) -> Result<(), TestCaseError> {
        let case = &self.history.case;
        let settlement = settle(case);
        let expected = self.model.settled();
        prop_assert_eq!(&settlement.lines, &expected);
        let (mut valid, mut undecided, mut by_reason) = (0, 0, HashMap::new());
        for settled in &expected {
            match settled.disposition {
                None => undecided += 1,
                Some(Disposition::Valid) => valid += 1,
                Some(Disposition::Invalid(reason)) => *by_reason.entry(reason).or_insert(0) += 1,
            }
        }
        let tally = &settlement.tally;
        let invalid = expected.len() as u64 - valid - undecided;
        prop_assert_eq!(
            (tally.raw, tally.valid, tally.invalid, tally.undecided),
            (expected.len() as u64, valid, invalid, undecided)
        );
        prop_assert_eq!(&tally.by_reason.clone().into_iter().collect::<HashMap<_, _>>(), &by_reason);
        for check in [one_signature_per_voter, people_reject, void_section_voids_its_lines] {
            prop_assert_eq!(check(case, &settlement), Ok(()));
        }
        if case.raw_count.is_some() {
            prop_assert_eq!(every_line_one_disposition(case, &settlement).is_ok(), undecided == 0);
        }
        let unsearched = expected.iter().any(|settled| {
            settled.findings.iter().any(|finding| matches!(finding.reason, Reason::NotRegistered | Reason::Illegible))
                && !self.model.searched(settled.line.section.get())
        });
        prop_assert_eq!(search_before_absence(case, &settlement).is_err(), unsearched);
        self.compare_the_sample()?;
        let stored = self.history.log.iter().map(|recorded| recorded.seq);
        prop_assert_eq!(nothing_vanishes(case, stored), Ok(()));
        Ok(())
    }

    fn compare_the_sample(&self) -> Result<(), TestCaseError> {
        let case = &self.history.case;
        let (sampled, expected) = (settle_sample(case), self.model.sampled());
        prop_assert_eq!(sampled.as_ref().map(|sample| &sample.lines), expected.as_ref());
        if let Some((sampled, expected)) = sampled.zip(expected) {
            let decided = expected.iter().all(|settled| settled.disposition.is_some());
            prop_assert_eq!((sampled.tally.raw, sampled.tally.undecided == 0), (expected.len() as u64, decided));
            // A draw of no lines says nothing of a petition.
            prop_assert_eq!(sample_complete(case, &sampled).is_ok(), decided && !expected.is_empty());
        }
        let drawn = case.sample.as_ref().map_or(&[][..], Sample::lines);
        let last = self.model.draws().and_then(|draws| Some(draws.last()?.lines.as_slice()));
        prop_assert_eq!(drawn, last.unwrap_or_default());
        prop_assert_eq!(case.sample.is_some(), self.model.draws().is_some());
        prop_assert_eq!(case.sample.as_ref().map_or(0, |sample| sample.draws), self.samples_now());
        prop_assert_eq!(&case.void_draws, &self.model.void_draws());
        Ok(())
    }

    fn samples_now(&self) -> u32 {
        self.model.draws().map_or(0, |_| self.model.samples())
    }

    /// Draws the first lines of the list, so many by each seed, as they come.
    fn draw(&mut self, draws: &[(&str, usize)]) -> Result<(), TestCaseError> {
        for &(seed, size) in draws {
            let lines: Vec<_> = self.model.lines().iter().take(size).map(LineRef::to_string).collect();
            self.step(draw(seed, &lines.iter().map(String::as_str).collect::<Vec<_>>()))?;
        }
        Ok(())
    }

    /// Judges every line that is left, as the findings come and in the end by its own claimed voter.
    fn decide_the_rest(&mut self, findings: &[(Disposition, u8, u8)]) -> Result<(), TestCaseError> {
        let mut findings = findings.iter().cycle();
        for at in self.model.lines() {
            let line = at.to_string();
            for &(found, voter, reviewer) in findings.by_ref().take(8) {
                self.step(finding(&line, found, voter, reviewer))?;
            }
            match self.model.found(at) {
                Found::Nothing => self.step(judge(&line, Disposition::Valid, "V1", "last"))?,
                Found::Doubt(voter) => self.step(judge(&line, Disposition::Valid, voter.as_str(), "last"))?,
                Found::Hand(_) | Found::Fault(..) => {}
            }
        }
        // An absence that was found before another roll was sealed rests on no search until there is one.
        for (no, lines) in self.model.paper() {
            self.step(search(no, u32::try_from(lines.len()).unwrap()))?;
        }
        Ok(())
    }
}

fn finding(line: &str, found: Disposition, voter: u8, reviewer: u8) -> Event {
    let voter = if voter == 0 { String::new() } else { format!("V{voter}") };
    judge(line, found, &voter, &format!("r{reviewer}"))
}

fn a_finding() -> impl Strategy<Value = (Disposition, u8, u8)> {
    let found = prop_oneof![
        3 => Just(Disposition::Valid),
        3 => Just(Disposition::Invalid(Reason::SignatureMismatch)),
        4 => prop::sample::select(&Reason::ALL[..]).prop_map(Disposition::Invalid),
    ];
    (found, 0u8..4, 1u8..5)
}

fn a_section() -> impl Strategy<Value = Event> {
    let numbers = prop_oneof![
        9 => prop::sample::subsequence(vec![1, 2, 3, 4], 0..=4),
        1 => prop::collection::vec(1u32..4, 0..4),
    ];
    (1u32..4, numbers, prop::bool::weighted(0.05)).prop_map(|(no, numbers, torn)| {
        let mut event = section(no, &numbers);
        if let (Event::SectionReceived(_, private), true) = (&mut event, torn) {
            private.texts.pop();
        }
        event
    })
}

fn anything() -> impl Strategy<Value = Event> {
    let line = || (1u32..5, 1u32..5).prop_map(|(no, line)| format!("{no}:{line}"));
    let ground = prop::sample::select(vec![VoidGround::SectionFatal, VoidGround::OutOfCirculation]);
    let day = (-2i64..2).prop_map(|days| FILED + days.days());
    prop_oneof![
        1 => Just(Event::CaseOpened(Box::new(opening()))),
        1 => prop::sample::select(vec!["a", "b"]).prop_map(roll),
        3 => a_section(),
        1 => (0u64..13).prop_map(count),
        1 => (0u64..13).prop_map(recount),
        1 => line().prop_map(|line| strike(&[&line])),
        1 => line().prop_map(|line| reinstate(&[&line])),
        2 => (0u64..13).prop_map(seal),
        4 => (prop::sample::select(vec!["7", "7", "8", "78"]), 1usize..5, prop::bool::weighted(0.05)).prop_map(
            |(seed, size, elsewhere)| {
                let mut event = draw(seed, &["1:1", "1:2", "2:1", "1:3"][..size]);
                if let (Event::SampleDrawn(drawn, _), true) = (&mut event, elsewhere) {
                    drawn.root = "e".repeat(64);
                }
                event
            },
        ),
        2 => (1u32..5, 0u32..5).prop_map(|(no, lines)| search(no, lines)),
        20 => (line(), a_finding())
            .prop_map(|(line, (found, voter, reviewer))| finding(&line, found, voter, reviewer)),
        6 => (line(), 1u8..4, 1u8..5)
            .prop_map(|(line, voter, reviewer)| mismatch(&line, &format!("V{voter}"), &format!("r{reviewer}"))),
        3 => line().prop_map(|line| reopen(&line)),
        2 => (1u32..5, ground).prop_map(|(no, ground)| void(no, ground)),
        2 => (1u32..5).prop_map(restore),
        2 => (1u8..4, day, prop::bool::weighted(0.7))
            .prop_map(|(voter, day, compares)| withdraw(&format!("V{voter}"), day, compares)),
        1 => Just(certify(0)),
        1 => Just(reopen_case()),
    ]
}

fn an_opening() -> impl Strategy<Value = CaseOpened> {
    let order = Just(Reason::ALL.to_vec()).prop_shuffle();
    (1u32..4, 1u32..4, prop::bool::weighted(0.8), order, 0u64..5).prop_map(
        |(permitted, needed, known, order, required)| {
            let mut opened = opening();
            opened.rules.max_signatures_per_voter = number(permitted);
            opened.rules.mismatch_reviewers = number(needed);
            opened.rules.withdrawal_before_filing = known;
            opened.rules.order_of_reasons = order;
            opened.required = required;
            opened
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn the_case_follows_the_model(
        opened in an_opening(),
        intake in prop::collection::vec(prop_oneof![2 => a_section().boxed(), 1 => anything().boxed()], 0..8),
        examination in prop::collection::vec(anything(), 0..50),
        rest in prop::collection::vec(a_finding(), 1..20),
        after in prop::collection::vec(anything(), 0..8),
        draws in prop::collection::vec((prop::sample::select(vec!["7", "7", "8", "78"]), 1usize..7), 0..4),
    ) {
        let history = History::with(|plain| *plain = opened.clone());
        let mut pair = Pair { history, model: Model { opened, accepted: Vec::new() } };
        let received = |pair: &Pair| pair.model.lines().len() as u64;
        for event in intake {
            pair.step(event)?;
        }
        pair.step(roll("a"))?;
        pair.step(count(received(&pair)))?;
        for (no, lines) in pair.model.paper() {
            pair.step(search(no, u32::try_from(lines.len()).unwrap()))?;
        }
        pair.step(seal(received(&pair)))?;
        pair.draw(&draws[..draws.len() / 2])?;
        for event in examination {
            pair.step(event)?;
        }
        pair.draw(&draws)?;
        pair.step(recount(received(&pair)))?;
        pair.step(count(received(&pair)))?;
        pair.step(seal(received(&pair)))?;
        pair.draw(&draws)?;
        pair.step(reopen_case())?;
        if pair.model.phase() == 'e' {
            pair.decide_the_rest(&rest)?;
            let settlement = settle(&pair.history.case);
            prop_assert_eq!(settlement.tally.undecided, 0);
            prop_assert_eq!(every_line_one_disposition(&pair.history.case, &settlement), Ok(()));
            prop_assert_eq!(search_before_absence(&pair.history.case, &settlement), Ok(()));
            pair.step(certify(settlement.tally.valid))?;
        }
        for event in after {
            pair.step(event)?;
        }
        prop_assert_eq!(domain::Case::fold(&pair.history.log), Ok(pair.history.case));
    }
}
