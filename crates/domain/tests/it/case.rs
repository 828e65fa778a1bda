//! Every transition of a case and every named refusal of the fold.

use domain::{
    Case, CaseError, CaseOpenedPrivate, Disposition, Event, Judgment, LineError, LineJudged, LineState, Phase, Reason,
    Recorded, RollSeal, SectionError, SectionState, SectionVoided, VoidGround, Withdrawal,
};
use jiff::{Timestamp, civil::date};

use crate::build::{
    FILED, History, at, certify, count, genuine, judge, key, lines, mismatch, opening, recorded, recount, reinstate,
    reject, reopen, reopen_case, restore, roll, seal, search, section, section_no, strike, void, voter, withdraw,
};

/// Section 1 with two lines, section 2 void with one, and a roll.
fn receiving(required: u64) -> History {
    let history = History::with(|opened| opened.required = required);
    history.then(roll("a")).then(section(1, &[1, 2])).then(section(2, &[1])).then(void(2, VoidGround::SectionFatal))
}

fn examining() -> History {
    receiving(3).then(count(3)).then(search(1, 2)).then(genuine("1:1", "V1"))
}

fn not_accepted() -> History {
    receiving(4).then(count(3))
}

fn certified() -> History {
    examining().then(certify(1))
}

#[test]
fn each_act_belongs_to_its_phases() {
    use Phase::{Certified, Examining, NotAccepted, Receiving};
    let acts: [(&str, Event, &[Phase]); 16] = [
        ("sealing a roll", roll("a"), &[Receiving, Examining]),
        ("receiving a section", section(3, &[1]), &[Receiving]),
        ("the raw count", count(3), &[Receiving]),
        ("taking the raw count back", recount(3), &[Examining, NotAccepted]),
        ("striking lines", strike(&["1:2"]), &[Receiving]),
        ("reinstating lines", reinstate(&[]), &[Receiving]),
        ("keying lines", key(2, &[1]), &[Receiving, Examining]),
        ("sealing the list of lines", seal(3, 1), &[Examining]),
        ("searching the roll", search(1, 2), &[Examining]),
        ("judging a line", genuine("1:2", "V2"), &[Examining]),
        ("taking a decision back", reopen("1:1"), &[Examining]),
        ("voiding a section", void(1, VoidGround::OutOfCirculation), &[Receiving, Examining]),
        ("restoring a section", restore(2), &[Receiving, Examining]),
        ("taking in a withdrawal", withdraw("V1", FILED, true), &[Receiving, Examining]),
        ("certifying", certify(1), &[Examining]),
        ("reopening", reopen_case(), &[Certified]),
    ];
    let phases = [
        (Receiving, receiving(3), "before the raw count"),
        (Examining, examining(), "after the raw count"),
        (NotAccepted, not_accepted(), "for a petition with too few signatures"),
        (Certified, certified(), "after certification"),
    ];
    for (phase, history, words) in phases {
        assert_eq!(history.case.phase, phase);
        for (name, event, allowed) in &acts {
            let mut history = History { case: history.case.clone(), log: Vec::new() };
            let done = history.attempt(event.clone());
            if allowed.contains(&phase) {
                assert_eq!(done, Ok(()), "{name} {words}");
            } else {
                let Err(CaseError::WrongPhase { act, phase, .. }) = done else {
                    panic!("{name} {words}: {done:?}");
                };
                assert_eq!((act, phase), (*name, words));
            }
        }
        let mut history = history;
        let again = Event::CaseOpened(Box::new(opening()), CaseOpenedPrivate::default());
        assert_eq!(history.refusal(again), CaseError::OpenedTwice, "{words}");
    }
}

/// The words tell the official what to do next, and do not contradict the act.
#[test]
fn a_wrong_phase_says_what_to_do() {
    let said = [
        (
            receiving(3),
            certify(1),
            "certifying is not possible before the raw count; receive every section, then close the intake with the raw count",
        ),
        (
            receiving(3),
            reopen_case(),
            "reopening is not possible before the raw count; no certificate stands, so there is nothing to reopen",
        ),
        (
            examining(),
            section(3, &[1]),
            "receiving a section is not possible after the raw count; the sections are counted; if the count is wrong, take it back first with `countersign intake reopen`",
        ),
        (
            examining(),
            reopen_case(),
            "reopening is not possible after the raw count; no certificate stands, so there is nothing to reopen",
        ),
        (
            not_accepted(),
            void(1, VoidGround::SectionFatal),
            "voiding a section is not possible for a petition with too few signatures; the filing was not accepted and no further action is taken on it",
        ),
        (
            not_accepted(),
            reopen_case(),
            "reopening is not possible for a petition with too few signatures; the filing was not accepted and no further action is taken on it",
        ),
        (
            certified(),
            genuine("1:2", "V2"),
            "judging a line is not possible after certification; reopen the case with a reason first",
        ),
    ];
    for (mut history, event, words) in said {
        assert_eq!(history.refusal(event).to_string(), words);
    }
}

#[test]
fn the_first_event_is_the_opening_and_bears_the_number_one() {
    assert_eq!(Case::fold([]), Err(CaseError::NotOpened));
    assert_eq!(Case::open(&recorded(1, count(0))), Err(CaseError::NotOpened));
    let opening = Event::CaseOpened(Box::new(opening()), CaseOpenedPrivate::default());
    assert_eq!(Case::open(&recorded(2, opening.clone())), Err(CaseError::Gap { last: 0, found: 2 }));
    let case = Case::open(&recorded(1, opening)).unwrap();
    assert_eq!((case.seq, case.phase, case.raw_count, case.count_lines()), (1, Phase::Receiving, None, 0));
}

#[test]
fn events_are_numbered_without_gaps() {
    let mut case = receiving(3).case;
    let before = case.clone();
    for found in [0, 1, case.seq, case.seq + 2] {
        let gap = CaseError::Gap { last: case.seq, found };
        assert_eq!(case.apply(&recorded(found, count(3))), Err(gap));
        assert_eq!(case, before);
    }
    let gap = CaseError::Gap { last: 5, found: 7 };
    assert_eq!(
        gap.to_string(),
        "nothing-vanishes: event 7 follows event 5; the log has a gap, restore it from a backup"
    );
}

#[test]
fn the_fold_of_the_log_is_the_case() {
    let history = certified().then(reopen_case()).then(reopen("1:1"));
    assert_eq!(Case::fold(&history.log), Ok(history.case));
}

#[test]
fn the_fold_stops_at_the_first_event_that_does_not_fit() {
    let mut log = receiving(3).log;
    log.remove(2);
    assert_eq!(Case::fold(&log), Err(CaseError::Gap { last: 2, found: 4 }));
}

#[test]
fn a_section_is_received_once() {
    let mut history = receiving(3);
    assert_eq!(history.refusal(section(1, &[7])), CaseError::SectionTwice(section_no(1)));
    assert_eq!(history.case.section(section_no(1)).unwrap().lines().len(), 2);
}

#[test]
fn a_section_with_disordered_lines_is_refused() {
    for numbers in [&[1, 1][..], &[2, 1]] {
        let mut history = receiving(3);
        let refusal = history.refusal(section(3, numbers));
        let line = numbers[1].to_string().parse().unwrap();
        assert_eq!(refusal, CaseError::Section(SectionError::LinesOutOfOrder { section: section_no(3), line }));
        assert_eq!(
            refusal.to_string(),
            format!(
                "section 3: line {line} comes twice or out of order; number the lines of a section from 1 upwards, each once"
            )
        );
    }
}

#[test]
fn both_parts_of_an_event_speak_of_the_same_lines() {
    let mut history = receiving(3);
    let Event::SectionReceived(public, mut private) = section(3, &[1, 2]) else { unreachable!() };
    private.texts.pop();
    let refusal = history.refusal(Event::SectionReceived(public, private));
    assert_eq!(refusal, CaseError::PartsDiffer(section_no(3)));
    let mut history = examining();
    for lines in [0, 1, 3] {
        assert_eq!(history.refusal(search(1, lines)), CaseError::PartsDiffer(section_no(1)));
    }
}

#[test]
fn sections_and_lines_must_be_there() {
    let mut history = examining();
    let unknown = CaseError::NoSection(section_no(9));
    for event in [search(9, 1), genuine("9:1", "V1"), reopen("9:1"), void(9, VoidGround::SectionFatal), restore(9)] {
        assert_eq!(history.refusal(event), unknown);
    }
    for event in [genuine("1:3", "V1"), reopen("1:3")] {
        assert_eq!(history.refusal(event), CaseError::NoLine(at("1:3")));
    }
    assert_eq!(CaseError::NoLine(at("1:3")).to_string(), "there is no line 1:3 in this case");
}

#[test]
fn only_the_right_count_closes_the_intake() {
    for given in [2, 4] {
        let refusal = receiving(3).refusal(count(given));
        assert_eq!(refusal, CaseError::WrongCount { counted: 3, given });
        assert_eq!(refusal.to_string(), format!("the raw count is 3, not {given}"));
    }
    for (required, phase) in [(2, Phase::Examining), (3, Phase::Examining), (4, Phase::NotAccepted)] {
        let case = receiving(required).then(count(3)).case;
        assert_eq!((case.phase, case.raw_count), (phase, Some(3)), "{required} required");
    }
}

#[test]
fn the_lines_of_a_void_section_are_part_of_the_raw_count() {
    assert_eq!(receiving(3).case.count_lines(), 3);
}

#[test]
fn nothing_is_searched_without_a_roll() {
    let mut history = History::new().then(section(1, &[1])).then(count(1));
    assert_eq!(history.refusal(search(1, 1)), CaseError::NoRoll);
    assert_eq!(history.refusal(search(9, 1)), CaseError::NoRoll);
    history = history.then(roll("a")).then(search(1, 1));
    assert!(history.case.searched(section_no(1)));
}

/// A search of another roll is no search of this one.
#[test]
fn another_roll_is_searched_anew() {
    let mut history = History::examining(&[1, 1]).then(roll("a"));
    let searched = |history: &History| [1, 2].map(|no| history.case.searched(section_no(no)));
    assert_eq!(searched(&history), [true, true], "the same roll sealed again changes nothing");
    history = history.then(roll("b"));
    assert_eq!(searched(&history), [false, false]);
    history = history.then(roll("a"));
    assert_eq!(searched(&history), [false, false], "a search of the first roll was one of another time");
    let unsearched = CaseError::Line { line: at("2:1"), source: LineError::NotSearched };
    assert_eq!(history.refusal(reject("2:1", Reason::NotRegistered, "")), unsearched);
    history.then(search(2, 1)).then(reject("2:1", Reason::NotRegistered, ""));
}

#[test]
fn a_search_marks_the_lines_of_its_section_only() {
    let case = receiving(3).then(count(3)).then(search(1, 2)).case;
    assert_eq!([1, 2, 3].map(|no| case.searched(section_no(no))), [true, false, false]);
}

#[test]
fn a_roll_keeps_its_numbers() {
    let mut history = History::examining(&[1]);
    let Event::RollSealed(seal) = roll("a") else { unreachable!() };
    let other = Event::RollSealed(RollSeal { active: seal.active - 1, ..seal.clone() });
    assert_eq!(history.refusal(other), CaseError::OtherNumbers(seal));
}

#[test]
fn lines_are_struck_in_rising_order() {
    let mut history = receiving(3);
    for named in [["1:2", "1:1"], ["1:1", "1:1"], ["2:1", "1:1"]] {
        assert_eq!(history.refusal(strike(&named)), CaseError::NotRising(at(named[1])));
    }
    history = history.then(strike(&["1:1", "2:1"]));
    assert_eq!(history.refusal(reinstate(&["2:1", "1:1"])), CaseError::NotRising(at("1:1")));
}

/// What stands on a line may be keyed until somebody has found on it, and the section is looked up anew then.
#[test]
fn lines_are_keyed_before_anybody_finds_on_them() {
    let mut history = receiving(3).then(count(3)).then(roll("a")).then(search(1, 2)).then(search(2, 1));
    assert_eq!(history.refusal(key(1, &[2, 1])), CaseError::NotRising(at("1:1")));
    assert_eq!(history.refusal(key(9, &[1])), CaseError::NoSection(section_no(9)));
    assert_eq!(history.refusal(key(1, &[7])), CaseError::NoLine(at("1:7")));
    let Event::LinesKeyed(public, mut private) = key(1, &[1]) else { unreachable!() };
    private.texts.clear();
    assert_eq!(history.refusal(Event::LinesKeyed(public, private)), CaseError::PartsDiffer(section_no(1)));
    history = history.then(genuine("1:1", "V1"));
    assert_eq!(history.refusal(key(1, &[1, 2])), CaseError::FoundOn(at("1:1")));
    history = history.then(key(1, &[2]));
    assert_eq!([1, 2].map(|no| history.case.searched(section_no(no))), [false, true]);
    history = history.then(reopen("1:1")).then(key(1, &[1]));
    assert_eq!(history.case.line(at("1:1")).map(|line| line.state.voter()), Some(None));
}

/// The log stands in the order of time, and nobody decides in the future of what is recorded.
#[test]
fn times_do_not_run_backwards() {
    let mut case = examining().case;
    let second = |second| Timestamp::from_second(second).unwrap();
    let next = |case: &Case, at, event| Recorded { at, ..recorded(case.seq + 1, event) };
    let later = next(&case, second(60), roll("a"));
    case.apply(&later).unwrap();
    let early = next(&case, second(59), roll("a"));
    let backwards = CaseError::Backwards { seq: early.seq, last: second(60), found: second(59) };
    assert_eq!(case.apply(&early), Err(backwards));
    let decided = |event: Event, decided_at| match event {
        Event::LineJudged(public, private) => Event::LineJudged(LineJudged { decided_at, ..public }, private),
        Event::SectionVoided(public, note) => Event::SectionVoided(SectionVoided { decided_at, ..public }, note),
        other => other,
    };
    for event in [genuine("1:2", "V2"), void(1, VoidGround::SectionFatal)] {
        let early = next(&case, second(60), decided(event.clone(), second(61)));
        let later = CaseError::DecidedLater { decided_at: second(61), at: second(60) };
        assert_eq!(case.apply(&early), Err(later));
        case.apply(&next(&case, second(60), decided(event, second(60)))).unwrap();
    }
}

#[test]
fn a_line_refuses_by_its_name() {
    let mut history = examining();
    let refused = |source| CaseError::Line { line: at("1:2"), source };
    assert_eq!(history.refusal(genuine("1:2", "")), refused(LineError::VoterMissing));
    assert_eq!(
        history.refusal(reject("1:2", Reason::Duplicate, "V1")),
        refused(LineError::Computed(Reason::Duplicate))
    );
    assert_eq!(history.refusal(reopen("1:2")), refused(LineError::NothingToReopen));
    history = history.then(mismatch("1:2", "V2", "r1"));
    assert_eq!(history.refusal(mismatch("1:2", "V2", "r1")), refused(LineError::SameReviewer));
    assert_eq!(
        history.refusal(mismatch("1:2", "V2", "r1")).to_string(),
        "section 1 line 2: this reviewer has already found on this line; the further findings must come from other reviewers"
    );
    history = history.then(judge("1:2", Disposition::Valid, "V2", "r2"));
    assert_eq!(history.refusal(genuine("1:2", "V2")), refused(LineError::AlreadyDecided));
    history.then(reopen("1:2")).then(genuine("1:2", "V3"));
}

/// The number of reviewers is the pack's.
#[test]
fn the_rules_say_how_many_reviewers_reject() {
    for needed in 1..=4 {
        let mut history =
            History::examining_with(|opened| opened.rules.mismatch_reviewers = crate::build::number(needed), &[1]);
        for reviewer in 1..=needed {
            let state = &history.case.line(at("1:1")).unwrap().state;
            assert!(!matches!(state, LineState::Decided(_)), "{reviewer} of {needed}");
            history = history.then(mismatch("1:1", "V1", &format!("r{reviewer}")));
        }
        let state = &history.case.line(at("1:1")).unwrap().state;
        assert!(matches!(state, LineState::Decided(Judgment::Mismatch { by, .. }) if by.len() == needed as usize));
    }
}

#[test]
fn a_section_is_voided_once_and_restored_once() {
    let mut history = receiving(3);
    let twice = history.refusal(void(2, VoidGround::OutOfCirculation));
    assert_eq!(twice, CaseError::Section(SectionError::AlreadyVoid(section_no(2))));
    assert_eq!(
        twice.to_string(),
        "section 2 is void already; if the ground was wrong, restore it first with `countersign intake restore`"
    );
    let stands = history.refusal(restore(1));
    assert_eq!(stands, CaseError::Section(SectionError::NotVoid(section_no(1))));
    assert_eq!(stands.to_string(), "section 1 is not void, so there is nothing to restore");
    history = history.then(restore(2)).then(void(2, VoidGround::OutOfCirculation));
    let state = history.case.section(section_no(2)).unwrap().state;
    assert_eq!(state, SectionState::Void(VoidGround::OutOfCirculation));
}

#[test]
fn judgments_of_a_void_section_are_kept_for_its_restoration() {
    let history = examining().then(search(2, 1)).then(genuine("2:1", "V9")).then(restore(2));
    assert!(matches!(history.case.line(at("2:1")).unwrap().state, LineState::Decided(Judgment::Genuine { .. })));
}

#[test]
fn a_withdrawal_takes_effect_before_the_day_of_filing_if_its_signature_compares() {
    let (day_before, day_after) = (date(2022, 7, 5), date(2022, 7, 7));
    for (known, received_on, compares, accepted) in [
        (true, day_before, true, true),
        (true, FILED, true, false),
        (true, day_after, true, false),
        (true, day_before, false, false),
        (false, day_before, true, false),
    ] {
        let case = History::with(|opened| opened.rules.withdrawal_before_filing = known)
            .then(withdraw("V1", received_on, compares))
            .case;
        let withdrawal = Withdrawal { received_on, accepted };
        assert_eq!(case.withdrawals[&voter("V1")], [withdrawal]);
        assert_eq!(case.withdrawn(&voter("V1")), accepted.then_some(withdrawal));
        assert_eq!(case.withdrawn(&voter("V2")), None);
    }
}

#[test]
fn the_first_withdrawal_that_takes_effect_is_the_one_named() {
    let (early, later) = (date(2022, 7, 1), date(2022, 7, 2));
    let case = History::new()
        .then(withdraw("V1", early, false))
        .then(withdraw("V1", later, true))
        .then(withdraw("V1", early, true))
        .case;
    assert_eq!(case.withdrawals[&voter("V1")].len(), 3);
    assert_eq!(case.withdrawn(&voter("V1")).unwrap().received_on, later);
}

#[test]
fn certificates_are_kept_when_the_case_is_reopened() {
    let case = certified().then(reopen_case()).then(genuine("1:2", "V2")).then(certify(2)).case;
    assert_eq!(case.phase, Phase::Certified);
    assert_eq!(case.certificates.iter().map(|certified| certified.valid).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn lines_come_in_the_order_of_sections_and_lines() {
    let case = History::new().then(section(10, &[2])).then(section(2, &[1, 10])).then(section(1, &[])).case;
    assert_eq!(case.lines().map(|(line, _)| line).collect::<Vec<_>>(), lines(&["2:1", "2:10", "10:2"]));
    assert_eq!(case.sections().map(|section| section.no.get()).collect::<Vec<_>>(), [1, 2, 10]);
    assert_eq!(case.count_lines(), 3);
    assert_eq!(case.line(at("2:10")).unwrap().no.get(), 10);
    assert_eq!(case.line(at("2:2")), None);
    assert_eq!(case.line(at("3:1")), None);
    assert_eq!(case.section(section_no(3)), None);
}

/// Error texts name sections and lines, never a person.
#[test]
fn refusals_name_nobody() {
    let mut history = examining().then(mismatch("1:2", "VOTER", "REVIEWER"));
    for event in [
        mismatch("1:2", "VOTER", "REVIEWER"),
        mismatch("1:2", "VOTER2", "REVIEWER2"),
        judge("1:2", Disposition::Invalid(Reason::Canceled), "VOTER", "REVIEWER2"),
        genuine("1:1", "VOTER"),
        genuine("7:1", "VOTER"),
    ] {
        let refusal = history.refusal(event);
        assert!(!refusal.to_string().contains("VOTER") && !refusal.to_string().contains("REVIEWER"), "{refusal}");
        assert!(!format!("{refusal:?}").contains("VOTER"), "{refusal:?}");
    }
}
