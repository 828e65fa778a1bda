//! The running settlement: which lines an event makes come to something else, and that no other line is looked at.

use std::{collections::BTreeMap, time::Instant};

use domain::{
    Case, CaseOpenedPrivate, Disposition, Event, LineRef, Reason, Recorded, RunningSettlement, Settlement, VoidGround,
    settle,
};
use jiff::civil::date;

use crate::build::{
    History, certify, count, genuine, judge, key, lines, mismatch, number, opening, recorded, recount, reinstate,
    reject, reopen, restore, roll, search, section, strike, void, withdraw,
};

/// A case with the settlement that follows it.
struct Followed {
    history: History,
    running: RunningSettlement,
}

impl Followed {
    /// The settlement begins here, with what the history has so far.
    fn from(history: History) -> Self {
        let running = RunningSettlement::of(&history.case);
        assert_eq!(*running.settlement(), settle(&history.case));
        Self { history, running }
    }

    /// Takes events in one by one and follows them at once. Returns the lines that it says came to something else.
    fn told(&mut self, events: Vec<Event>) -> Vec<LineRef> {
        let (before, from) = (self.running.settlement().clone(), self.history.log.len());
        for event in events {
            self.history.attempt(event).unwrap();
        }
        let told = self.running.follow(&self.history.case, &self.history.log[from..]);
        assert_eq!(self.running, RunningSettlement::of(&self.history.case));
        assert_eq!(told, differing(&before, self.running.settlement()));
        told
    }

    /// The same for one event, written as lines with blanks between.
    fn then(&mut self, event: Event) -> String {
        let told = self.told(vec![event]);
        told.iter().map(LineRef::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// The lines that two settlements do not have in common, word for word; in order.
pub(crate) fn differing(before: &Settlement, after: &Settlement) -> Vec<LineRef> {
    let [before, after] = [before, after]
        .map(|settlement| settlement.lines.iter().map(|settled| (settled.line, settled)).collect::<BTreeMap<_, _>>());
    let mut lines: Vec<_> = before.keys().chain(after.keys()).copied().collect();
    lines.sort_unstable();
    lines.dedup();
    lines.retain(|line| before.get(line) != after.get(line));
    lines
}

#[test]
fn a_finding_reaches_the_other_lines_of_its_voter() {
    let mut case = Followed::from(History::examining(&[3, 2]));
    assert_eq!(case.then(genuine("2:1", "V1")), "2:1");
    assert_eq!(case.then(genuine("2:2", "V2")), "2:2");
    // An earlier line takes the place of the later one, and a second one does not.
    assert_eq!(case.then(genuine("1:2", "V1")), "1:2 2:1");
    assert_eq!(case.then(genuine("1:3", "V1")), "1:3");
    assert_eq!(case.then(mismatch("1:1", "V1", "r1")), "");
    assert_eq!(case.then(mismatch("1:1", "V1", "r2")), "");
    // The voter's hand after all.
    assert_eq!(case.then(judge("1:1", Disposition::Valid, "V1", "r3")), "1:1 1:2 1:3 2:1");
}

#[test]
fn a_finding_taken_back_reaches_the_lines_of_the_voter_it_named() {
    let start = History::examining(&[3]).then(genuine("1:1", "V1")).then(genuine("1:2", "V1"));
    let mut case = Followed::from(start.then(genuine("1:3", "V2")));
    assert_eq!(case.then(reopen("1:1")), "1:1 1:2");
    assert_eq!(case.then(reject("1:1", Reason::Illegible, "")), "1:1");
    assert_eq!(case.then(reopen("1:1")), "1:1");
    assert_eq!(case.then(genuine("1:1", "V2")), "1:1 1:3");
}

/// Taken in together, only what a line was and what it is counts, and not what it was for a moment between.
#[test]
fn events_are_followed_together() {
    let start = History::examining(&[4]).then(genuine("1:1", "V1")).then(genuine("1:2", "V1"));
    let mut case = Followed::from(start.then(genuine("1:4", "V3")));
    let judged = |voter| [reopen("1:1"), genuine("1:1", voter)];
    assert_eq!(case.told([judged("V2"), judged("V3")].concat()), lines(&["1:2", "1:4"]));
    assert_eq!(case.told([judged("V2"), judged("V3")].concat()), []);
    assert_eq!(case.told(vec![]), []);
}

#[test]
fn a_void_section_reaches_lines_of_its_voters_elsewhere() {
    let start = History::examining(&[2, 2]).then(genuine("1:1", "V1")).then(genuine("2:1", "V1"));
    let mut case = Followed::from(start.then(genuine("2:2", "V2")));
    assert_eq!(case.then(void(1, VoidGround::SectionFatal)), "1:1 1:2 2:1");
    assert_eq!(case.then(restore(1)), "1:1 1:2 2:1");
    assert_eq!(case.then(void(2, VoidGround::OutOfCirculation)), "2:1 2:2");
}

#[test]
fn a_withdrawal_reaches_every_line_that_names_its_voter() {
    let start = History::examining(&[4]).then(genuine("1:1", "V1")).then(mismatch("1:2", "V1", "r1"));
    let mut case = Followed::from(start.then(reject("1:3", Reason::Canceled, "V1")).then(genuine("1:4", "V2")));
    assert_eq!(case.then(withdraw("V1", date(2022, 7, 5), false)), "");
    assert_eq!(case.then(withdraw("V1", date(2022, 7, 5), true)), "1:1 1:2 1:3");
    assert_eq!(case.then(withdraw("V1", date(2022, 7, 4), true)), "");
    assert_eq!(case.then(withdraw("V3", date(2022, 7, 4), true)), "");
}

/// A group with more than one permitted line names in its grounds the lines that count.
#[test]
fn other_grounds_are_something_else() {
    let history = History::examining_with(|opened| opened.rules.max_signatures_per_voter = number(2), &[4]);
    let mut case =
        Followed::from((2..=4).fold(history, |history, line| history.then(genuine(&format!("1:{line}"), "V1"))));
    assert_eq!(case.then(genuine("1:1", "V1")), "1:1 1:3 1:4");
}

#[test]
fn lines_come_and_go() {
    let mut case = Followed::from(History::new().then(section(2, &[1, 2])));
    assert_eq!(case.then(section(1, &[1, 3])), "1:1 1:3");
    assert_eq!(case.then(section(3, &[])), "");
    assert_eq!(case.then(strike(&["1:3", "2:2"])), "1:3 2:2");
    assert_eq!(case.then(reinstate(&["1:3"])), "1:3");
    assert_eq!(case.then(count(3)), "");
    // What was found on a line stays with it while it is struck, and counts again when it comes back.
    case.told(vec![roll("a"), genuine("1:1", "V1"), genuine("2:1", "V1"), recount(3)]);
    assert_eq!(case.then(strike(&["1:1"])), "1:1 2:1");
    assert_eq!(case.told(vec![withdraw("V1", date(2022, 7, 5), true), reinstate(&["1:1"])]), lines(&["1:1", "2:1"]));
}

#[test]
fn what_says_nothing_of_lines_reaches_none() {
    let mut case = Followed::from(History::examining(&[1]));
    for event in [roll("b"), key(1, &[1]), search(1, 1), certify(0)] {
        assert_eq!(case.then(event), "");
    }
}

/// Whoever follows with the events of another case is told nothing.
#[test]
fn a_line_that_is_not_there_is_passed_over() {
    let case = History::examining(&[1]).case;
    let other = History::examining(&[2, 1]).then(genuine("1:2", "V1")).then(void(2, VoidGround::SectionFatal));
    let mut running = RunningSettlement::of(&case);
    assert_eq!(running.follow(&case, &other.log[other.log.len() - 2..]), []);
    assert_eq!(running.settlement(), RunningSettlement::of(&case).settlement());
    // Nor of a line that came without its having been told.
    let mut running = RunningSettlement::of(&case);
    assert_eq!(running.follow(&other.case, &other.log[other.log.len() - 2..]), []);
    assert_eq!(running.settlement(), RunningSettlement::of(&case).settlement());
}

/// Where many lines are touched, all are settled, which comes to the same.
#[test]
fn many_lines_are_settled_with_all_others() {
    let start = History::examining(&[1001, 2]).then(genuine("1:7", "V1")).then(genuine("2:1", "V1"));
    let mut case = Followed::from(start);
    let told = case.told(vec![void(1, VoidGround::SectionFatal)]);
    assert_eq!((told.len(), told.last()), (1002, lines(&["2:1"]).first()));
}

/// What one decision costs in the petition of 2022 by its number of lines, every one of them decided.
#[test]
#[ignore = "takes the time, which depends on the machine and on what else it does"]
fn a_decision_in_a_large_case_is_followed_in_no_time() {
    const SECTIONS: u32 = 35_792;
    let lines_of = |no| if no == SECTIONS { 13 } else { 20 };
    let signer = |no: u32, line: u32| format!("V{}", (no * 20 + line) % 600_000);
    let mut events = vec![Event::CaseOpened(Box::new(opening()), CaseOpenedPrivate::default()), roll("a")];
    events.extend((1..=SECTIONS).map(|no| section(no, &(1..=lines_of(no)).collect::<Vec<_>>())));
    events.push(count(715_833));
    let all = || (1..=SECTIONS).flat_map(|no| (1..=lines_of(no)).map(move |line| (no, line)));
    let judged = |(no, line): (u32, u32)| genuine(&format!("{no}:{line}"), &signer(no, line));
    events.extend(all().map(judged));
    let log: Vec<Recorded> = (1..).zip(events).map(|(seq, event)| recorded(seq, event)).collect();
    let mut case = Case::fold(&log).unwrap();

    let begun = Instant::now();
    let settlement = settle(&case);
    println!("{} lines settled in {:?}", settlement.lines.len(), begun.elapsed());
    let begun = Instant::now();
    let mut running = RunningSettlement::of(&case);
    println!("settled, with whom they name, in {:?}", begun.elapsed());
    for group in [1, 10, 100, 1_000, 10_000, 50_000, 100_000] {
        let again = all().step_by(715_833 / group).take(group);
        let events = again.flat_map(|at| [reopen(&format!("{}:{}", at.0, at.1)), judged(at)]);
        let events: Vec<_> = (case.seq + 1..).zip(events).map(|(seq, event)| recorded(seq, event)).collect();
        events.iter().try_for_each(|event| case.apply(event)).unwrap();
        let begun = Instant::now();
        let told = running.follow(&case, &events);
        let taken = begun.elapsed();
        println!("{group} decisions followed in {taken:?}, {} ns each", taken.as_nanos() / group as u128);
        assert_eq!(told, []);
        assert!(taken.as_millis() < if group > 100 { 5_000 } else { group as u128 });
    }
    assert_eq!(*running.settlement(), settlement);
}
