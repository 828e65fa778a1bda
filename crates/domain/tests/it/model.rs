//! Random histories of a case against the plain model, step by step.

use std::collections::HashMap;

use domain::{
    Case, CaseOpened, CaseOpenedPrivate, Disposition, Event, LineRef, Reason, Recorded, ReviewerId, RunningSettlement,
    Sample, VoidGround, VoterId,
    invariants::{
        every_line_one_disposition, nothing_vanishes, one_signature_per_voter, people_reject, search_before_absence,
        void_section_voids_its_lines,
    },
    sample_complete, settle, settle_sample,
};
use jiff::ToSpan;
use proptest::prelude::*;

use crate::{
    build::{
        FILED, History, certify, count, draw, draw_from, judge, key, mismatch, number, opening, recount, reinstate,
        reopen, reopen_case, restore, roll, roll_of, seal_as, seal_check, search, section, seed_check, strike, void,
        withdraw,
    },
    plain::{Found, List, Model},
    running::differing,
};

/// The case and its model, step by step side by side.
struct Pair {
    history: History,
    model: Model,
    /// The settlement that follows every event at once.
    running: RunningSettlement,
    /// One that follows several together, with the number of events that it has not followed yet.
    late: (RunningSettlement, usize),
}

impl Pair {
    fn of(opened: CaseOpened) -> Self {
        let history = History::with(|plain| *plain = opened.clone());
        let running = RunningSettlement::of(&history.case);
        let late = (running.clone(), 0);
        Self { history, model: Model { opened, accepted: Vec::new() }, running, late }
    }

    fn step(&mut self, event: Event) -> Result<(), TestCaseError> {
        let expected = self.model.accepts(&event);
        let done = self.history.attempt(event.clone());
        prop_assert_eq!(done.is_ok(), expected, "{:?}: {:?}", event, done);
        if expected {
            self.model.accepted.push(event);
            self.compare()?;
            self.follow()?;
        }
        Ok(())
    }

    /// The running settlements are what the whole case settles to, and tell exactly the lines that differ.
    fn follow(&mut self) -> Result<(), TestCaseError> {
        let History { case, log } = &self.history;
        let keeps_up = |running: &mut RunningSettlement, events: &[Recorded]| {
            let before = running.settlement().clone();
            let told = running.follow(case, events);
            prop_assert_eq!(&*running, &RunningSettlement::of(case));
            prop_assert_eq!(told, differing(&before, &settle(case)));
            Ok(())
        };
        keeps_up(&mut self.running, &log[log.len() - 1..])?;
        let (late, missed) = &mut self.late;
        *missed += 1;
        // By the number of the event, so that no group is like the next.
        if case.seq % 4 == 0 || case.seq % 7 == 0 {
            keeps_up(late, &log[log.len() - *missed..])?;
            *missed = 0;
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
        let checks: Vec<_> = case.audits.iter().map(|audit| (&audit.sealed, audit.seed.as_ref())).collect();
        prop_assert_eq!(checks, self.model.checks());
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
        let (list, void) = self.model.lists();
        let same = |sample: &Sample, list: &List<'_>| {
            sample.sealed == *list.sealed
                && sample.seed() == list.seed().map(String::as_str)
                && sample.lines() == list.drawn()
        };
        prop_assert_eq!(case.sample.is_some(), list.is_some());
        prop_assert!(case.sample.iter().zip(&list).all(|(sample, list)| same(sample, list)));
        prop_assert_eq!(case.sample.as_ref().map_or(0, |sample| sample.draws), self.model.samples());
        prop_assert_eq!(case.void_draws.len(), void.len());
        prop_assert!(case.void_draws.iter().zip(&void).all(|(sample, list)| same(sample, list)));
        Ok(())
    }

    /// Seals the list of lines that count, with its own root.
    fn seal(&mut self, size: u64) -> Result<(), TestCaseError> {
        let lines = self.model.lines();
        let root = lines.iter().map(LineRef::to_string).collect::<Vec<_>>().join(",");
        self.step(seal_as(&root, lines.len() as u64, size))
    }

    /// Draws the first lines of the list, so many by each seed, as they come.
    fn draw(&mut self, draws: &[(String, usize)]) -> Result<(), TestCaseError> {
        for (seed, size) in draws {
            let root = self.model.lists().0.map_or(String::new(), |list| list.sealed.root.clone());
            let lines: Vec<_> = self.model.lines().iter().take(*size).map(LineRef::to_string).collect();
            self.step(draw_from(&root, seed, &lines.iter().map(String::as_str).collect::<Vec<_>>()))?;
        }
        Ok(())
    }

    /// Finds a voter's hand on lines, and takes back what was found where it was: other groups of lines of one voter at
    /// every step, of which a history of anything that can happen makes few.
    fn look_again(&mut self, looks: &[(prop::sample::Index, u8)]) -> Result<(), TestCaseError> {
        let lines = self.model.lines();
        for (line, voter) in looks.iter().filter(|_| !lines.is_empty()) {
            let at = *line.get(&lines);
            let next = match self.model.found(at) {
                Found::Nothing => finding(&at.to_string(), Disposition::Valid, *voter, 1),
                _ => reopen(&at.to_string()),
            };
            self.step(next)?;
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
        1 => Just(Event::CaseOpened(Box::new(opening()), CaseOpenedPrivate::default())),
        1 => (prop::sample::select(vec!["a", "b"]), prop_oneof![4 => Just(100), 1 => Just(99)]).prop_map(|(name, rows)| roll_of(name, rows)),
        3 => a_section(),
        1 => (0u64..13).prop_map(count),
        1 => (0u64..13).prop_map(recount),
        1 => prop::collection::vec(line(), 1..3).prop_map(|lines| strike(&lines.iter().map(String::as_str).collect::<Vec<_>>())),
        1 => prop::collection::vec(line(), 1..3).prop_map(|lines| reinstate(&lines.iter().map(String::as_str).collect::<Vec<_>>())),
        2 => (1u32..5, prop::collection::vec(1u32..5, 0..3)).prop_map(|(no, lines)| key(no, &lines)),
        2 => (any::<u64>(), 0u64..13, 0u64..4).prop_map(|(root, lines, size)| seal_as(&root.to_string(), lines, size)),
        1 => (a_seed(), 1usize..5).prop_map(|(seed, size)| draw(&seed, &["1:1", "1:2", "2:1", "1:3"][..size])),
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
        2 => (prop::sample::select(vec!["a", "b"]), 0u64..3).prop_map(|(root, lines)| seal_check(root, lines)),
        2 => (prop::sample::select(vec!["a", "b"]), a_seed()).prop_map(|(root, seed)| seed_check(root, &seed)),
    ]
}

/// The public parts alone, with tags in place of people, come to the same lines, the same sample and the same phase.
fn compare_what_a_stranger_knows(history: &History) -> Result<(), TestCaseError> {
    let mut stranger: Option<Case> = None;
    for recorded in &history.log {
        let (public, _) = recorded.event.to_parts().unwrap();
        let (voter, reviewer) = recorded.event.people();
        let voter = voter.map(|voter| VoterId::new(&format!("tag of {}", voter.as_str())).unwrap());
        let reviewer = reviewer.map(|reviewer| ReviewerId::new(&format!("tag of {}", reviewer.as_str())).unwrap());
        let lines = |no| stranger.as_ref().and_then(|case| case.section(no)).map_or(0, |section| section.lines().len());
        let event = Event::from_public(recorded.event.kind(), &public, voter, reviewer, lines);
        let known = Recorded { event: event.unwrap(), ..recorded.clone() };
        match &mut stranger {
            None => stranger = Some(Case::open(&known).unwrap()),
            Some(case) => case.apply(&known).unwrap(),
        }
    }
    let (stranger, office) = (stranger.unwrap(), &history.case);
    prop_assert_eq!(settle(&stranger), settle(office));
    prop_assert_eq!(settle_sample(&stranger), settle_sample(office));
    prop_assert_eq!((&stranger.phase, &stranger.certificates), (&office.phase, &office.certificates));
    prop_assert_eq!((&stranger.sample, &stranger.audits), (&office.sample, &office.audits));
    Ok(())
}

/// A seed of the announced length in most cases.
fn a_seed() -> impl Strategy<Value = String> {
    let digits = prop_oneof![20 => Just(20), 1 => Just(19)];
    (prop::sample::select(vec!["7", "7", "8", "x"]), digits).prop_map(|(digit, digits)| digit.repeat(digits))
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
        looks in prop::collection::vec((any::<prop::sample::Index>(), 1u8..4), 0..24),
        rest in prop::collection::vec(a_finding(), 1..20),
        after in prop::collection::vec(anything(), 0..12),
        size in 1u64..4,
        draws in prop::collection::vec((a_seed(), 1usize..7), 0..8),
        struck in prop::bool::ANY,
    ) {
        let mut pair = Pair::of(opened);
        let received = |pair: &Pair| pair.model.lines().len() as u64;
        for event in intake {
            pair.step(event)?;
        }
        pair.step(roll("a"))?;
        pair.step(count(received(&pair)))?;
        for (no, lines) in pair.model.paper() {
            pair.step(search(no, u32::try_from(lines.len()).unwrap()))?;
        }
        pair.seal(size)?;
        pair.draw(&draws[..draws.len() / 2])?;
        for event in examination {
            pair.step(event)?;
        }
        pair.draw(&draws)?;
        pair.step(recount(received(&pair)))?;
        if struck {
            pair.step(strike(&["1:1"]))?;
        }
        pair.step(count(received(&pair)))?;
        pair.seal(size)?;
        pair.draw(&draws)?;
        pair.step(reopen_case())?;
        if pair.model.phase() == 'e' {
            pair.look_again(&looks)?;
            pair.decide_the_rest(&rest)?;
            let settlement = settle(&pair.history.case);
            prop_assert_eq!(settlement.tally.undecided, 0);
            prop_assert_eq!(every_line_one_disposition(&pair.history.case, &settlement), Ok(()));
            prop_assert_eq!(search_before_absence(&pair.history.case, &settlement), Ok(()));
            pair.step(certify(settlement.tally.valid))?;
            pair.step(seal_check("a", 1))?;
        }
        for event in after {
            pair.step(event)?;
        }
        compare_what_a_stranger_knows(&pair.history)?;
        prop_assert_eq!(domain::Case::fold(&pair.history.log), Ok(pair.history.case));
    }
}
