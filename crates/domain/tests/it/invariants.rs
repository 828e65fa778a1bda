//! Each invariant holds on a sound case and, broken alone, fails for its own reason with its own words.

use domain::{
    Case, Disposition, Finding, Grounds, Reason, Settlement, VoidGround,
    invariants::{
        Invariant, Violation, every_line_one_disposition, none, nothing_vanishes, one_signature_per_voter,
        people_reject, search_before_absence, void_section_voids_its_lines,
    },
    settle,
};
use jiff::civil::date;

use crate::build::{
    History, VALID, at, count, genuine, invalid, judge, mismatch, number, reject, roll, section, void, withdraw,
};

/// Two voters who count, one of them twice over; a mismatch, an absence, a withdrawal and a void section.
fn sound() -> History {
    History::examining(&[8, 2])
        .then(genuine("1:1", "V1"))
        .then(genuine("1:2", "V1"))
        .then(genuine("1:3", "V2"))
        .then(mismatch("1:4", "V3", "r1"))
        .then(mismatch("1:4", "V3", "r2"))
        .then(mismatch("1:4", "V3", "r3"))
        .then(reject("1:5", Reason::NotRegistered, ""))
        .then(withdraw("V4", date(2022, 7, 5), true))
        .then(genuine("1:6", "V4"))
        .then(reject("1:7", Reason::Canceled, "V1"))
        .then(genuine("1:8", "V5"))
        .then(genuine("2:1", "V5"))
        .then(void(2, VoidGround::SectionFatal))
}

/// The texts of what does not hold, in the order of the catalogue.
fn violations(case: &Case, settlement: &Settlement) -> Vec<String> {
    [
        every_line_one_disposition,
        one_signature_per_voter,
        people_reject,
        search_before_absence,
        void_section_voids_its_lines,
    ]
    .into_iter()
    .filter_map(|check| check(case, settlement).err())
    .map(|violation| violation.to_string())
    .collect()
}

/// The sound case with one line settled otherwise and the totals made to agree.
fn resettled(line: &str, disposition: Option<Disposition>, findings: Vec<Finding>) -> Vec<String> {
    let case = sound().case;
    let mut settlement = settle(&case);
    let settled = settlement.lines.iter_mut().find(|settled| settled.line == at(line)).unwrap();
    let before = std::mem::replace(&mut settled.disposition, disposition);
    settled.findings = findings;
    let tally = &mut settlement.tally;
    match before {
        None => tally.undecided -= 1,
        Some(Disposition::Valid) => tally.valid -= 1,
        Some(Disposition::Invalid(reason)) => {
            tally.invalid -= 1;
            let count = tally.by_reason.get_mut(&reason).unwrap();
            *count -= 1;
            if *count == 0 {
                tally.by_reason.remove(&reason);
            }
        }
    }
    match disposition {
        None => tally.undecided += 1,
        Some(Disposition::Valid) => tally.valid += 1,
        Some(Disposition::Invalid(reason)) => {
            tally.invalid += 1;
            *tally.by_reason.entry(reason).or_default() += 1;
        }
    }
    violations(&case, &settlement)
}

fn finding(reason: Reason) -> Finding {
    Finding { reason, grounds: Grounds::Person }
}

const VOTER: &str =
    "one-signature-per-voter: a voter does not count exactly the permitted number of times, first lines first";
const SECTION: &str =
    "void-section-voids-its-lines: the lines that fall with a section are not the lines of the void sections";

#[test]
fn all_hold_on_a_sound_case() {
    let case = sound().case;
    assert_eq!(violations(&case, &settle(&case)), [""; 0]);
    assert_eq!(nothing_vanishes(&case, 1..=case.seq), Ok(()));
}

#[test]
fn an_undecided_line_has_no_disposition() {
    let case = History::examining(&[7]).then(genuine("1:3", "V1")).case;
    assert_eq!(
        violations(&case, &settle(&case)),
        [
            "every-line-one-disposition: lines have no decision yet, or a mismatch without its further reviewers; decide them first (section:line 1:1, 1:2, 1:4, 1:5, 1:6 and 1 more)"
        ]
    );
}

#[test]
fn the_settled_lines_are_the_lines_received() {
    let words = ["every-line-one-disposition: the settled lines are not the lines received"];
    let case = sound().case;
    let mut missing = settle(&case);
    missing.lines.pop();
    assert_eq!(violations(&case, &missing), words);
    let mut more = settle(&case);
    more.lines.extend(more.lines.last().cloned());
    assert_eq!(violations(&case, &more), words);
    let mut turned = settle(&case);
    turned.lines.swap(8, 9);
    assert_eq!(violations(&case, &turned), words);
}

#[test]
fn the_primary_disposition_is_the_first_finding() {
    let words = ["every-line-one-disposition: the primary disposition is not the first finding (section:line 1:7)"];
    let canceled = invalid(Reason::Canceled);
    assert_eq!(resettled("1:7", canceled, vec![]), words);
    assert_eq!(resettled("1:7", canceled, vec![finding(Reason::Illegible), finding(Reason::Canceled)]), words);
}

#[test]
fn the_totals_are_the_lines() {
    let case = sound().case;
    let sum = |change: fn(&mut domain::Tally)| {
        let mut settlement = settle(&case);
        change(&mut settlement.tally);
        violations(&case, &settlement)
    };
    assert_eq!(sum(|_| {}), [""; 0]);
    let words = "every-line-one-disposition: raw count 10 is not valid";
    assert_eq!(sum(|tally| tally.valid += 1), [format!("{words} 4 + reasons 7")]);
    assert_eq!(sum(|tally| tally.invalid -= 1), [format!("{words} 3 + reasons 7")]);
    assert_eq!(sum(|tally| tally.raw += 1), [format!("{words} 3 + reasons 7")]);
    assert_eq!(sum(|tally| tally.undecided += 1), [format!("{words} 3 + reasons 7")]);
    assert_eq!(
        sum(|tally| *tally.by_reason.entry(Reason::Canceled).or_default() += 1),
        [format!("{words} 3 + reasons 8")]
    );
    assert_eq!(
        sum(|tally| {
            tally.by_reason.remove(&Reason::Canceled);
            tally.by_reason.insert(Reason::Illegible, 1);
        }),
        [format!("{words} 3 + reasons 7")]
    );
}

#[test]
fn the_raw_count_is_that_of_the_case() {
    let mut case = sound().case;
    let settlement = settle(&case);
    for raw in [None, Some(9), Some(11)] {
        case.raw_count = raw;
        let raw = raw.unwrap_or_default();
        assert_eq!(
            violations(&case, &settlement),
            [format!("every-line-one-disposition: raw count {raw} is not valid 3 + reasons 7")]
        );
    }
}

#[test]
fn a_voter_does_not_count_more_often_than_permitted() {
    assert_eq!(resettled("1:2", VALID, vec![]), [format!("{VOTER} (section:line 1:2)")]);
}

#[test]
fn a_voter_does_not_count_less_often_than_permitted() {
    let none_counts = resettled("1:1", invalid(Reason::Duplicate), vec![finding(Reason::Duplicate)]);
    assert_eq!(none_counts, [format!("{VOTER} (section:line 1:1)")]);
    let alone = resettled("1:3", invalid(Reason::Duplicate), vec![finding(Reason::Duplicate)]);
    assert_eq!(alone, [format!("{VOTER} (section:line 1:3)")]);
}

/// Nothing stands against the voter's lines in the events, but the settlement says so of all of them.
#[test]
fn a_group_with_an_otherwise_valid_line_does_not_go_without_one() {
    let withdrawn = resettled("1:3", invalid(Reason::Withdrawn), vec![finding(Reason::Withdrawn)]);
    assert_eq!(withdrawn, [format!("{VOTER} (section:line 1:3)")]);
}

#[test]
fn the_first_lines_of_a_voter_count() {
    let case = sound().case;
    let mut settlement = settle(&case);
    let (first, second) = settlement.lines.split_at_mut(1);
    std::mem::swap(&mut first[0].disposition, &mut second[0].disposition);
    std::mem::swap(&mut first[0].findings, &mut second[0].findings);
    assert_eq!(violations(&case, &settlement), [format!("{VOTER} (section:line 1:1, 1:2)")]);
}

/// A line counts only for a voter whom people found, who did not withdraw, in a section that stands.
#[test]
fn what_does_not_count_for_a_voter_does_not_count() {
    for line in ["1:4", "1:5", "1:6", "1:7"] {
        assert_eq!(resettled(line, VALID, vec![]), [format!("{VOTER} (section:line {line})")]);
    }
    assert_eq!(
        resettled("2:1", VALID, vec![]),
        [format!("{VOTER} (section:line 2:1)"), format!("{SECTION} (section:line 2:1)")]
    );
}

/// A line of a void section takes nobody's place in the recount either.
#[test]
fn all_hold_where_the_first_line_of_a_voter_fell() {
    let history = History::examining(&[1, 2]).then(genuine("1:1", "V1")).then(void(1, VoidGround::OutOfCirculation));
    let case = history.then(genuine("2:1", "V1")).then(genuine("2:2", "V1")).case;
    assert_eq!(violations(&case, &settle(&case)), [""; 0]);
}

#[test]
fn the_permitted_number_is_the_rules_own() {
    let with = |permitted| {
        let history = History::examining_with(|opened| opened.rules.max_signatures_per_voter = number(permitted), &[3]);
        history.then(genuine("1:1", "V1")).then(genuine("1:2", "V1")).then(genuine("1:3", "V1")).case
    };
    let (one, two) = (with(1), with(2));
    assert_eq!(violations(&two, &settle(&two)), [""; 0]);
    assert_eq!(violations(&one, &settle(&two)), [format!("{VOTER} (section:line 1:2)")]);
    assert_eq!(violations(&two, &settle(&one)), [format!("{VOTER} (section:line 1:2)")]);
}

#[test]
fn people_reject_in_the_needed_number() {
    const WORDS: &str = "people-reject: a signature is rejected without the needed number of distinct reviewers";
    let case = |history: History| history.case;
    let sound = case(sound());
    let mut strict = sound.clone();
    strict.opened.rules.mismatch_reviewers = number(4);
    assert_eq!(violations(&strict, &settle(&strict)), [format!("{WORDS} (section:line 1:4)")]);
    // A finding that no reviewer made, though another reason is primary.
    let beside = vec![finding(Reason::Canceled), finding(Reason::SignatureMismatch)];
    assert_eq!(resettled("1:7", invalid(Reason::Canceled), beside), [format!("{WORDS} (section:line 1:7)")]);
    // Under review by two of three.
    let pending = History::examining(&[1]).then(mismatch("1:1", "V1", "r1")).then(mismatch("1:1", "V1", "r2"));
    let rejected = History::examining_with(|opened| opened.rules.mismatch_reviewers = number(2), &[1])
        .then(mismatch("1:1", "V1", "r1"))
        .then(mismatch("1:1", "V1", "r2"));
    assert_eq!(violations(&pending.case, &settle(&rejected.case)), [format!("{WORDS} (section:line 1:1)")]);
    // A line that the case does not have.
    let none = case(History::new().then(section(1, &[])).then(roll("a")));
    assert_eq!(people_reject(&none, &settle(&rejected.case)).unwrap_err().lines, [at("1:1")]);
}

#[test]
fn absence_rests_on_a_stored_search() {
    const WORDS: &str =
        "search-before-absence: a line has no identified voter and no stored search; run the match first";
    let judged = || History::examining(&[1]).then(reject("1:1", Reason::NotRegistered, "")).case;
    let unsearched = History::new().then(section(1, &[1])).then(count(1)).case;
    assert_eq!(search_before_absence(&judged(), &settle(&judged())), Ok(()));
    let violation = search_before_absence(&unsearched, &settle(&judged())).unwrap_err();
    assert_eq!(violation.to_string(), format!("{WORDS} (section:line 1:1)"));
    let nothing = History::new().case;
    assert!(search_before_absence(&nothing, &settle(&judged())).is_err());
}

/// The line was searched and found absent in one roll, and then another roll was sealed.
#[test]
fn absence_from_another_roll_does_not_stand() {
    let case = History::examining(&[1]).then(reject("1:1", Reason::NotRegistered, "")).then(roll("b")).case;
    assert_eq!(
        violations(&case, &settle(&case)),
        [
            "search-before-absence: a line has no identified voter and no stored search; run the match first (section:line 1:1)"
        ]
    );
}

#[test]
fn a_void_section_voids_no_fewer_lines() {
    let fewer = resettled("2:2", invalid(Reason::Illegible), vec![finding(Reason::Illegible)]);
    assert_eq!(fewer, [format!("{SECTION} (section:line 2:2)")]);
    let other = resettled("2:2", invalid(Reason::OutOfCirculation), vec![finding(Reason::OutOfCirculation)]);
    assert_eq!(other, [format!("{SECTION} (section:line 2:2)")]);
    let twice = vec![finding(Reason::SectionFatal), finding(Reason::SectionFatal)];
    assert_eq!(resettled("2:2", invalid(Reason::SectionFatal), twice), [format!("{SECTION} (section:line 2:2)")]);
    let undecided = resettled("2:2", None, vec![finding(Reason::SectionFatal)]);
    assert_eq!(undecided.last().unwrap(), &format!("{SECTION} (section:line 2:2)"));
}

#[test]
fn a_void_section_voids_no_more_lines() {
    for reason in [Reason::SectionFatal, Reason::OutOfCirculation] {
        let more = resettled("1:7", invalid(Reason::Canceled), vec![finding(Reason::Canceled), finding(reason)]);
        assert_eq!(more, [format!("{SECTION} (section:line 1:7)")]);
    }
    let nothing = History::new().case;
    assert!(void_section_voids_its_lines(&nothing, &settle(&sound().case)).is_err());
}

#[test]
fn nothing_vanishes_from_the_log() {
    let case = History::new().then(section(1, &[1])).then(count(1)).case;
    assert_eq!(nothing_vanishes(&case, [1, 2, 3]), Ok(()));
    for (stored, whole) in [
        (&[][..], 0),
        (&[2, 3], 0),
        (&[1, 3], 1),
        (&[1, 2], 2),
        (&[1, 2, 2], 2),
        (&[1, 2, 3, 4], 4),
        (&[1, 2, 3, 5], 3),
        (&[1, 2, 3, 3], 3),
    ] {
        let violation = nothing_vanishes(&case, stored.iter().copied()).unwrap_err();
        assert_eq!(
            violation.to_string(),
            format!(
                "nothing-vanishes: the log is whole up to event {whole}, the case rests on 3; restore it from a backup"
            ),
            "{stored:?}"
        );
    }
}

#[test]
fn a_violation_lists_its_first_lines() {
    let lines = |count: u32| (1..=count).map(|line| at(&format!("1:{line}"))).collect::<Vec<_>>();
    let said = |count| none(Invariant::UnitIsNoGround, "what", lines(count)).unwrap_err().to_string();
    assert_eq!(none(Invariant::UnitIsNoGround, "what", vec![]), Ok(()));
    assert_eq!(said(1), "unit-is-no-ground: what (section:line 1:1)");
    assert_eq!(said(5), "unit-is-no-ground: what (section:line 1:1, 1:2, 1:3, 1:4, 1:5)");
    assert_eq!(said(7), "unit-is-no-ground: what (section:line 1:1, 1:2, 1:3, 1:4, 1:5 and 2 more)");
    let bare = Violation { invariant: Invariant::SampleComplete, what: "what".to_owned(), lines: vec![] };
    assert_eq!(bare.to_string(), "sample-complete: what");
}

#[test]
fn the_names_are_those_of_the_catalogue() {
    let names = [
        (Invariant::EveryLineOneDisposition, "every-line-one-disposition"),
        (Invariant::OneSignaturePerVoter, "one-signature-per-voter"),
        (Invariant::PeopleReject, "people-reject"),
        (Invariant::UnitIsNoGround, "unit-is-no-ground"),
        (Invariant::SearchBeforeAbsence, "search-before-absence"),
        (Invariant::VoidSectionVoidsItsLines, "void-section-voids-its-lines"),
        (Invariant::SampleComplete, "sample-complete"),
        (Invariant::AcknowledgedIsKept, "acknowledged-is-kept"),
        (Invariant::CertificateIsAFunction, "certificate-is-a-function"),
        (Invariant::NothingVanishes, "nothing-vanishes"),
    ];
    for (invariant, name) in names {
        assert_eq!((invariant.name(), invariant.to_string().as_str()), (name, name));
    }
}

/// One reviewer's second look ends the review, and a voter may be found genuine on one line and not on another.
#[test]
fn all_hold_where_a_signature_was_kept_after_review() {
    let case = History::examining(&[2])
        .then(mismatch("1:1", "V1", "r1"))
        .then(judge("1:1", Disposition::Valid, "V1", "r2"))
        .then(mismatch("1:2", "V1", "r1"))
        .then(mismatch("1:2", "V1", "r2"))
        .then(mismatch("1:2", "V1", "r3"))
        .case;
    assert_eq!(violations(&case, &settle(&case)), [""; 0]);
}
