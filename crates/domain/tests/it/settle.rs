//! Golden cases of the settlement: what counts, and why the rest does not.

use domain::{
    Category, Disposition, Finding, Grounds, PetitionKind, Reason, Settlement, Tally, Verdict, VoidGround, settle,
};
use jiff::civil::date;

use crate::build::{
    FILED, History, VALID, at, genuine, invalid, judge, lines, mismatch, number, reject, reopen, restore, void,
    withdraw,
};

fn dispositions(settlement: &Settlement) -> Vec<Option<Disposition>> {
    settlement.lines.iter().map(|settled| settled.disposition).collect()
}

fn duplicate_of(before: &[&str]) -> Vec<Finding> {
    vec![Finding { reason: Reason::Duplicate, grounds: Grounds::Counted(lines(before)) }]
}

#[test]
fn an_empty_case_settles_to_nothing() {
    let settlement = settle(&History::new().case);
    assert_eq!(settlement, Settlement { lines: vec![], tally: Tally::default() });
    assert_eq!(settlement.line(at("1:1")), None);
}

/// The first in the order of sections and lines counts, whoever was judged first.
#[test]
fn the_first_otherwise_valid_line_of_a_voter_counts() {
    let history = History::examining(&[2, 2])
        .then(genuine("2:2", "V1"))
        .then(genuine("2:1", "V1"))
        .then(genuine("1:2", "V1"))
        .then(genuine("1:1", "V2"));
    let settlement = settle(&history.case);
    let duplicate = invalid(Reason::Duplicate);
    assert_eq!(dispositions(&settlement), [VALID, VALID, duplicate, duplicate]);
    assert_eq!(settlement.line(at("2:1")).unwrap().findings, duplicate_of(&["1:2"]));
    assert_eq!(settlement.line(at("2:2")).unwrap().findings, duplicate_of(&["1:2"]));
    assert_eq!(settlement.line(at("2:3")), None);
    assert_eq!(settlement.tally.category(Category::Duplicate), 2);
}

/// A group with an otherwise valid line never goes without one: what does not count takes nobody's place.
#[test]
fn a_first_line_that_does_not_count_takes_no_place() {
    let expect = |history: History, first: Option<Disposition>| {
        let settlement = settle(&history.then(genuine("2:1", "V1")).then(genuine("2:2", "V1")).case);
        assert_eq!(dispositions(&settlement), [first, VALID, invalid(Reason::Duplicate)]);
        assert_eq!(settlement.line(at("2:2")).unwrap().findings, duplicate_of(&["2:1"]));
    };
    let start = || History::examining(&[1, 2]);
    let voided = start().then(genuine("1:1", "V1")).then(void(1, VoidGround::OutOfCirculation));
    expect(voided, invalid(Reason::OutOfCirculation));
    expect(start().then(reject("1:1", Reason::DifferentAddress, "V1")), invalid(Reason::DifferentAddress));
    let compared =
        start().then(mismatch("1:1", "V1", "r1")).then(mismatch("1:1", "V1", "r2")).then(mismatch("1:1", "V1", "r3"));
    expect(compared, invalid(Reason::SignatureMismatch));
    expect(start().then(mismatch("1:1", "V1", "r1")), None);
    expect(start(), None);
}

/// When what stood against the first line falls, it counts and the next becomes its duplicate.
#[test]
fn a_restored_line_takes_its_place_back() {
    let history = History::examining(&[1, 1])
        .then(genuine("1:1", "V1"))
        .then(genuine("2:1", "V1"))
        .then(void(1, VoidGround::SectionFatal));
    assert_eq!(dispositions(&settle(&history.case)), [invalid(Reason::SectionFatal), VALID]);
    let history = history.then(restore(1));
    assert_eq!(dispositions(&settle(&history.case)), [VALID, invalid(Reason::Duplicate)]);
    let history = history.then(reopen("1:1"));
    assert_eq!(dispositions(&settle(&history.case)), [None, VALID]);
}

#[test]
fn a_voter_counts_as_often_as_permitted() {
    for permitted in 1..=3 {
        let mut history =
            History::examining_with(|opened| opened.rules.max_signatures_per_voter = number(permitted), &[5]);
        history = history.then(reject("1:2", Reason::NoAddress, "V1"));
        for line in ["1:1", "1:3", "1:4", "1:5"] {
            history = history.then(genuine(line, "V1"));
        }
        let settlement = settle(&history.case);
        let counting = &["1:1", "1:3", "1:4"][..permitted as usize];
        let valid: Vec<_> = settlement
            .lines
            .iter()
            .filter(|settled| settled.disposition == VALID)
            .map(|settled| settled.line)
            .collect();
        assert_eq!(valid, lines(counting));
        assert_eq!(settlement.line(at("1:5")).unwrap().findings, duplicate_of(counting));
        assert_eq!(settlement.tally.valid, u64::from(permitted));
        assert_eq!(settlement.tally.by_reason[&Reason::Duplicate], u64::from(4 - permitted));
    }
}

#[test]
fn a_void_section_settles_lines_that_nobody_looked_at() {
    let history = History::examining(&[3, 1])
        .then(mismatch("1:2", "V1", "r1"))
        .then(genuine("1:3", "V1"))
        .then(void(1, VoidGround::SectionFatal));
    let settlement = settle(&history.case);
    let fatal = invalid(Reason::SectionFatal);
    assert_eq!(dispositions(&settlement), [fatal, fatal, fatal, None]);
    let void = Finding { reason: Reason::SectionFatal, grounds: Grounds::SectionVoid };
    for line in ["1:1", "1:2", "1:3"] {
        assert_eq!(settlement.line(at(line)).unwrap().findings, std::slice::from_ref(&void));
    }
    let by_reason = [(Reason::SectionFatal, 3)].into();
    assert_eq!(settlement.tally, Tally { raw: 4, valid: 0, invalid: 3, undecided: 1, by_reason });
}

#[test]
fn a_signature_under_review_is_undecided() {
    let mut history = History::examining(&[1]);
    for reviewer in ["r1", "r2"] {
        history = history.then(mismatch("1:1", "V1", reviewer));
        let settlement = settle(&history.case);
        assert_eq!(settlement.lines[0].disposition, None);
        assert_eq!(settlement.lines[0].findings, []);
        assert_eq!(settlement.tally, Tally { raw: 1, undecided: 1, ..Tally::default() });
    }
    let rejected = settle(&History { case: history.case.clone(), log: vec![] }.then(mismatch("1:1", "V1", "r3")).case);
    let grounds = Grounds::Reviewers(3);
    assert_eq!(rejected.lines[0].findings, [Finding { reason: Reason::SignatureMismatch, grounds }]);
    let kept = settle(&history.then(judge("1:1", Disposition::Valid, "V1", "r3")).case);
    assert_eq!((kept.lines[0].disposition, kept.tally.valid), (VALID, 1));
}

/// One line with everything against it: the rules' order picks the primary reason, and nothing else is lost.
#[test]
fn the_primary_reason_follows_the_order_and_the_others_are_kept() {
    let against = [
        Finding { reason: Reason::SectionFatal, grounds: Grounds::SectionVoid },
        Finding { reason: Reason::Canceled, grounds: Grounds::Person },
        Finding { reason: Reason::Withdrawn, grounds: Grounds::Withdrawal(date(2022, 7, 5)) },
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let order = order.map(|place: usize| against[place].clone());
        let order_of_reasons = order.iter().map(|finding| finding.reason).collect();
        let history = History::examining_with(|opened| opened.rules.order_of_reasons = order_of_reasons, &[1])
            .then(withdraw("V1", date(2022, 7, 5), true))
            .then(reject("1:1", Reason::Canceled, "V1"))
            .then(void(1, VoidGround::SectionFatal));
        let settlement = settle(&history.case);
        assert_eq!(settlement.lines[0].disposition, invalid(order[0].reason));
        assert_eq!(settlement.lines[0].findings, order);
        assert_eq!(settlement.tally.by_reason, [(order[0].reason, 1)].into());
    }
}

#[test]
fn a_reason_that_the_order_leaves_out_comes_last() {
    let history = History::examining_with(|opened| opened.rules.order_of_reasons = vec![Reason::Withdrawn], &[1])
        .then(withdraw("V1", date(2022, 7, 5), true))
        .then(reject("1:1", Reason::Canceled, "V1"));
    assert_eq!(settle(&history.case).lines[0].disposition, invalid(Reason::Withdrawn));
}

#[test]
fn a_withdrawal_takes_off_every_line_of_its_voter() {
    let history = History::examining_with(|opened| opened.rules.max_signatures_per_voter = number(2), &[4])
        .then(genuine("1:1", "V1"))
        .then(genuine("1:2", "V1"))
        .then(genuine("1:3", "V2"))
        .then(reject("1:4", Reason::Illegible, ""))
        .then(withdraw("V1", date(2022, 7, 5), true));
    let settlement = settle(&history.case);
    let withdrawn = invalid(Reason::Withdrawn);
    assert_eq!(dispositions(&settlement), [withdrawn, withdrawn, VALID, invalid(Reason::Illegible)]);
    assert_eq!(settlement.tally.category(Category::Other), 3);
}

#[test]
fn a_withdrawal_that_came_late_or_does_not_compare_changes_nothing() {
    for (received_on, compares) in [(FILED, true), (date(2022, 7, 7), true), (date(2022, 7, 5), false), (FILED, false)]
    {
        let history = History::examining(&[1]).then(genuine("1:1", "V1")).then(withdraw("V1", received_on, compares));
        let settlement = settle(&history.case);
        assert_eq!(settlement.lines[0].disposition, VALID, "{received_on} {compares}");
        assert_eq!(settlement.lines[0].findings, []);
    }
}

/// A withdrawal does not decide a line for the people who still have to look at it, though the finding is kept.
#[test]
fn a_withdrawal_waits_for_the_review() {
    let history =
        History::examining(&[1]).then(withdraw("V1", date(2022, 7, 5), true)).then(mismatch("1:1", "V1", "r1"));
    let settled = settle(&history.case).lines.remove(0);
    assert_eq!(settled.disposition, None);
    let grounds = Grounds::Withdrawal(date(2022, 7, 5));
    assert_eq!(settled.findings, [Finding { reason: Reason::Withdrawn, grounds }]);
}

/// Every reason that people find is counted under itself and in its category, once.
#[test]
fn the_tally_adds_up() {
    let found: Vec<_> = Reason::ALL
        .into_iter()
        .filter(|reason| reason.found_by_people() && *reason != Reason::SignatureMismatch)
        .collect();
    let mut history = History::examining(&[u32::try_from(found.len()).unwrap() + 2]);
    for (line, reason) in (1..).zip(&found) {
        let voter = if *reason == Reason::NotRegistered { String::new() } else { format!("V{line}") };
        history = history.then(reject(&format!("1:{line}"), *reason, &voter));
    }
    history = history.then(genuine(&format!("1:{}", found.len() + 1), "V99"));
    let tally = settle(&history.case).tally;
    let (invalid, raw) = (found.len() as u64, found.len() as u64 + 2);
    let by_reason = found.iter().map(|&reason| (reason, 1)).collect();
    assert_eq!(tally, Tally { raw, valid: 1, invalid, undecided: 1, by_reason });
    let by_category = Category::ALL.map(|category| tally.category(category));
    assert_eq!(by_category, [2, 0, 1, 0, 1, 1, 7]);
}

#[test]
fn verdicts_and_kinds_are_named_as_in_files() {
    for verdict in [Verdict::Sufficient, Verdict::Insufficient, Verdict::ExamineAll, Verdict::EqualReview] {
        assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.name());
    }
    for kind in [PetitionKind::Recall, PetitionKind::Initiative, PetitionKind::Referendum, PetitionKind::Nomination] {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
    }
}

/// What changed between two certificates: another reason, another disposition, a line that came, one that went.
#[test]
fn what_changed_between_two_settlements() {
    let before = History::examining(&[4])
        .then(genuine("1:1", "V1"))
        .then(reject("1:2", Reason::NoSignature, ""))
        .then(reject("1:3", Reason::Illegible, ""));
    let first = settle(&before.case);
    assert_eq!(domain::changed(&first, &first), []);
    let after = before.then(reopen("1:2")).then(genuine("1:2", "V2")).then(reopen("1:3")).then(reject(
        "1:3",
        Reason::NoSignature,
        "",
    ));
    let mut second = settle(&after.case);
    second.lines.retain(|settled| settled.line != at("1:1"));
    let found = |line, before, after| domain::Changed { line: at(line), before, after };
    let wanted = [
        found("1:1", VALID, None),
        found("1:2", invalid(Reason::NoSignature), VALID),
        found("1:3", invalid(Reason::Illegible), invalid(Reason::NoSignature)),
    ];
    assert_eq!(domain::changed(&first, &second), wanted);
    let back = wanted.map(|changed| domain::Changed { before: changed.after, after: changed.before, ..changed });
    assert_eq!(domain::changed(&second, &first), back);
}
