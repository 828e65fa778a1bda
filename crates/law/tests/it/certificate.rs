//! The certificate of small cases that are folded from events, and of a large one with the published figures of 2022.

use std::collections::BTreeMap;

use domain::{
    Case, CaseOpened, CaseOpenedPrivate, Circulation, Disposition, Event, LineJudged, LineJudgedPrivate, LineNo,
    LineRef, Milestone, Milestones, NotePrivate, PageNo, Petition, PetitionKind, RawCounted, Reason, Recorded,
    ReviewerId, RollSeal, SearchedSection, SearchedSectionPrivate, SectionNo, SectionReceived, SectionReceivedPrivate,
    SectionVoided, Settlement, StoredLine, StoredSearch, Tally, Verdict, VoidGround, VoterId, WithdrawalReceived,
    WithdrawalReceivedPrivate, invariants::Invariant, settle,
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use law::{
    RulePack, Status,
    certificate::{Certificate, CertificateError, CertificateInputs, FORMAT, Official, certificate},
};

use super::{
    make::{new, old},
    packs::voters,
};

/// Judgments of the lines of section 1, by line; a line that is left out stays undecided.
type Judgments = Vec<(u32, Disposition, Option<&'static str>)>;

const VALID: Disposition = Disposition::Valid;

pub(crate) fn opening(pack: &RulePack, registered: u64, filed_on: Date) -> CaseOpened {
    CaseOpened {
        petition: Petition {
            title: "Petition to recall the Assessor".to_owned(),
            kind: PetitionKind::Recall,
            jurisdiction: "Example County".to_owned(),
            officer: Some("A. N. Officer".to_owned()),
            office: Some("Assessor".to_owned()),
        },
        rule_pack: pack.id().to_owned(),
        rule_pack_digest: pack.digest().to_owned(),
        rule_pack_files: pack.files().to_vec(),
        rules: pack.case_rules(None).unwrap(),
        milestones: Milestones::filed(filed_on).with(Milestone::FormApproved, date(2022, 1, 27)),
        electorate: voters(registered),
        required: pack.threshold(&voters(registered)).unwrap().required,
    }
}

pub(crate) fn sealed() -> Event {
    Event::RollSealed(RollSeal { roll_digest: "b".repeat(64), rows: 25, active: 20 })
}

pub(crate) fn section(no: u32, lines: u32) -> Event {
    let numbers: Vec<_> = (1..=lines).map(|line| (LineNo::new(line).unwrap(), PageNo::FIRST)).collect();
    let texts = vec![StoredLine::default(); numbers.len()];
    let public =
        SectionReceived { section: SectionNo::new(no).unwrap(), circulation: Circulation::default(), lines: numbers };
    Event::SectionReceived(public, SectionReceivedPrivate { texts, ..SectionReceivedPrivate::default() })
}

/// The stored search without which nobody can be found not registered.
pub(crate) fn searched(no: u32, lines: usize) -> Event {
    let public = SearchedSection { section: SectionNo::new(no).unwrap(), model: "test".to_owned() };
    Event::SearchedSection(public, SearchedSectionPrivate { searches: vec![StoredSearch::default(); lines] })
}

/// A line of section 1.
pub(crate) fn line(no: u32) -> LineRef {
    LineRef { section: SectionNo::FIRST, line: LineNo::new(no).unwrap() }
}

pub(crate) fn judged(no: u32, found: Disposition, voter: Option<&str>) -> Event {
    Event::LineJudged(
        LineJudged { line: line(no), found, decided_at: Timestamp::UNIX_EPOCH },
        LineJudgedPrivate {
            voter: voter.map(|voter| VoterId::new(voter).unwrap()),
            reviewer: ReviewerId::new("r1").unwrap(),
            note: String::new(),
        },
    )
}

pub(crate) fn fold(events: Vec<Event>) -> Case {
    let recorded: Vec<_> = events
        .into_iter()
        .zip(1..)
        .map(|(event, seq)| Recorded { seq, at: Timestamp::UNIX_EPOCH, actor: "desk".to_owned(), event })
        .collect();
    Case::fold(&recorded).unwrap()
}

/// Twenty registered voters, so six signatures are required; section 1 has eight lines.
fn case(pack: &RulePack, judgments: Judgments) -> Case {
    let mut events = vec![
        Event::CaseOpened(Box::new(opening(pack, 20, date(2022, 2, 15))), CaseOpenedPrivate::default()),
        sealed(),
        section(1, 8),
    ];
    events.extend([Event::RawCounted(RawCounted { raw: 8 }), searched(1, 8)]);
    events.extend(judgments.into_iter().map(|(line, found, voter)| judged(line, found, voter)));
    fold(events)
}

/// Lines 1 to `valid` by as many voters, the rest not registered.
fn simple(pack: &RulePack, valid: u32) -> Case {
    const VOTERS: [&str; 8] = ["v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8"];
    let judgments = (1..=8).zip(VOTERS).map(|(line, voter)| {
        if line <= valid {
            (line, VALID, Some(voter))
        } else {
            (line, Disposition::Invalid(Reason::NotRegistered), None)
        }
    });
    case(pack, judgments.collect())
}

pub(crate) fn inputs(certified_on: Date) -> CertificateInputs {
    CertificateInputs {
        events_digest: "e".repeat(64),
        invariants: vec![Invariant::NothingVanishes, Invariant::EveryLineOneDisposition, Invariant::NothingVanishes],
        certified_on,
        official: None,
    }
}

fn certified(pack: &RulePack, case: &Case) -> Result<Certificate, CertificateError> {
    certificate(case, &settle(case), pack, &inputs(date(2022, 3, 1)))
}

#[test]
fn more_fewer_and_exactly_as_many() {
    let pack = old();
    let result = |valid| {
        let found = certified(&pack, &simple(&pack, valid)).unwrap();
        (found.verdict, found.margin, found.verdict_text)
    };
    assert_eq!(
        result(5),
        (
            Verdict::Insufficient,
            Some(-1),
            "The petition is insufficient: it bears 5 valid signatures, 1 fewer than the 6 required. No action is taken on the \
             petition; it remains on file (Elections Code 11226)."
                .to_owned()
        )
    );
    let (verdict, margin, text) = result(6);
    assert_eq!((verdict, margin), (Verdict::EqualReview, Some(0)));
    assert!(text.starts_with("This certificate finds the petition neither sufficient nor insufficient"), "{text}");
    assert!(text.contains("Counsel decides"), "{text}");
    let (verdict, margin, text) = result(8);
    assert_eq!((verdict, margin), (Verdict::Sufficient, Some(2)));
    assert!(
        text.starts_with("The petition is sufficient: it bears 8 valid signatures, 2 more than the 6 required."),
        "{text}"
    );
}

#[test]
fn the_proponents_clock_runs_only_without_success() {
    let pack = old();
    let clocks = |valid| -> Vec<_> {
        certified(&pack, &simple(&pack, valid))
            .unwrap()
            .clocks
            .into_iter()
            .map(|clock| (clock.name, clock.met))
            .collect()
    };
    let own = |name: &str, met| (name.to_owned(), met);
    let both = [own("circulation", Some(true)), own("examination", Some(true))];
    assert_eq!(clocks(7), both);
    assert_eq!(clocks(6)[2], own("proponents_examination_begins", None));
    assert_eq!(clocks(5)[2], own("proponents_examination_begins", None));
}

#[test]
fn a_certificate_that_is_late_says_so() {
    let pack = old();
    let case = simple(&pack, 8);
    let late = certificate(&case, &settle(&case), &pack, &inputs(date(2022, 3, 31))).unwrap();
    let examination = late.clocks.iter().find(|clock| clock.name == "examination").unwrap();
    assert_eq!((examination.date, examination.met), (date(2022, 3, 30), Some(false)));
}

#[test]
fn sections_withdrawals_reasons_and_rules_are_told() {
    let pack = old();
    let mut events = vec![
        Event::CaseOpened(Box::new(opening(&pack, 20, date(2022, 2, 15))), CaseOpenedPrivate::default()),
        sealed(),
        section(1, 6),
        section(2, 2),
    ];
    for (voter, day) in [("v6", date(2022, 2, 14)), ("v5", date(2022, 2, 15))] {
        events.push(Event::WithdrawalReceived(
            WithdrawalReceived { received_on: day, signature_compares: true },
            WithdrawalReceivedPrivate { voter: VoterId::new(voter).unwrap() },
        ));
    }
    events.push(Event::RawCounted(RawCounted { raw: 8 }));
    events.push(searched(1, 6));
    let section = SectionNo::new(2).unwrap();
    events.push(Event::SectionVoided(
        SectionVoided { section, ground: VoidGround::SectionFatal, decided_at: Timestamp::UNIX_EPOCH },
        NotePrivate::default(),
    ));
    for (line, voter) in (1..=6).zip(["v1", "v1", "v3", "v4", "v5", "v6"]) {
        let found = if line == 3 { Disposition::Invalid(Reason::DifferentAddress) } else { VALID };
        events.push(judged(line, found, Some(voter)));
    }
    let case = fold(events);
    let found = certified(&pack, &case).unwrap();
    assert_eq!((found.sections.received, found.sections.void), (2, 1));
    assert_eq!((found.withdrawals.accepted, found.withdrawals.refused), (1, 1));
    let rows: Vec<_> = found
        .invalid_by_reason
        .iter()
        .map(|row| (row.code.as_str(), row.name, row.count, row.percent_of_examined.as_str()))
        .collect();
    assert_eq!(
        rows,
        [
            ("L06", Reason::SectionFatal, 2, "25.00"),
            ("L13", Reason::DifferentAddress, 1, "12.50"),
            ("L15", Reason::Duplicate, 1, "12.50"),
            ("L16", Reason::Withdrawn, 1, "12.50"),
        ]
    );
    assert_eq!((found.valid, found.invalid, found.raw_count), (3, 5, 8));
    let by_category = found.invalid_by_category;
    assert_eq!(
        (by_category.different_address, by_category.duplicate, by_category.other, by_category.canceled),
        (1, 1, 3, 0)
    );
    let cited = |key: &str| found.rules_cited.iter().any(|rule| rule.key == key);
    for key in ["requirement", "result", "mismatch", "reason.duplicate", "tolerance.unit", "deadline.examination"] {
        assert!(cited(key), "{key}");
    }
    assert!(!cited("reason.canceled"), "a reason without a line is not cited");
    let plain = certified(&pack, &simple(&pack, 7)).unwrap();
    assert!(
        plain.rules_cited.iter().all(|rule| !rule.key.starts_with("tolerance.")),
        "tolerances only where an address decided"
    );
    assert!(plain.rules_cited.iter().all(|rule| rule.key != "deadline.proponents_examination_begins"));
    assert!(plain.rules_cited.iter().any(|rule| rule.status == Status::Unconfirmed));
}

#[test]
fn invariants_are_listed_once_in_their_order() {
    let pack = old();
    let found = certified(&pack, &simple(&pack, 8)).unwrap();
    assert_eq!(found.invariants, ["every-line-one-disposition", "nothing-vanishes"]);
    assert_eq!(found.format, FORMAT);
    assert_eq!(found.events, 13);
    assert_eq!((found.roll.rows, found.roll.active, found.roll_digest.len()), (25, 20, 64));
}

#[test]
fn what_must_not_be_certified() {
    let pack = old();
    let good = simple(&pack, 8);
    let refused = |case: &Case| certified(&pack, case).unwrap_err().to_string();

    let undecided = case(&pack, vec![(1, VALID, Some("v1"))]);
    assert_eq!(refused(&undecided), "every-line-one-disposition: 7 lines are not decided yet; decide them first");

    let mut no_roll = good.clone();
    no_roll.roll = None;
    assert_eq!(certified(&pack, &no_roll), Err(CertificateError::NoRoll));

    let opened = || Event::CaseOpened(Box::new(opening(&pack, 20, date(2022, 2, 15))), CaseOpenedPrivate::default());
    assert!(refused(&fold(vec![opened(), sealed(), section(1, 8)])).contains("still receiving"));
    let few = fold(vec![opened(), sealed(), section(1, 5), Event::RawCounted(RawCounted { raw: 5 })]);
    assert!(refused(&few).contains("too few signatures"));
    let mut again = good.clone();
    again.phase = domain::Phase::Certified;
    assert!(refused(&again).contains("certified already"));

    let mut other = good.clone();
    other.opened.rule_pack_digest = "0".repeat(64);
    let message = refused(&other);
    assert!(message.contains("us/ca/county-recall-2022 (000000000000)"), "{message}");
    assert!(matches!(certified(&new(), &good), Err(CertificateError::OtherPack { .. })));

    let mut required = good.clone();
    required.opened.required = 5;
    assert_eq!(
        certified(&pack, &required),
        Err(CertificateError::OtherRequirement { opened: 5, found: 6, pack: pack.id().to_owned() })
    );
    let mut nobody = good.clone();
    nobody.opened.electorate.registered_voters = Some(0);
    assert!(matches!(certified(&pack, &nobody), Err(CertificateError::Law(_))));

    let same_day = certificate(&good, &settle(&good), &pack, &inputs(date(2022, 2, 15)));
    assert!(same_day.is_ok());
    let early = certificate(&good, &settle(&good), &pack, &inputs(date(2022, 2, 14))).unwrap_err();
    assert_eq!(early.to_string(), "the date of the certificate, 2022-02-14, is before the day of filing, 2022-02-15");
}

#[test]
fn a_certificate_after_a_reopening_names_the_one_it_replaces() {
    let pack = old();
    let mut case = simple(&pack, 8);
    assert_eq!(certified(&pack, &case).unwrap().superseded, None);
    let earlier = |digest: &str| domain::Certified {
        certified_on: date(2022, 2, 20),
        verdict: Verdict::Insufficient,
        valid: 5,
        certificate_digest: digest.to_owned(),
        official: None,
    };
    case.certificates = vec![earlier("first"), earlier("second")];
    assert_eq!(certified(&pack, &case).unwrap().superseded, None, "not reopened");
    case.reopened = Some("a box was found".to_owned());
    let superseded = certified(&pack, &case).unwrap().superseded.unwrap();
    assert_eq!((superseded.digest.as_str(), superseded.reason.as_str()), ("second", "a box was found"));
    case.certificates.clear();
    assert_eq!(certified(&pack, &case).unwrap().superseded, None);
}

#[test]
fn a_certificate_whose_clock_is_beyond_the_calendar() {
    let pack = old();
    let case = simple(&pack, 5);
    let error = certificate(&case, &settle(&case), &pack, &inputs(Date::MAX)).unwrap_err();
    assert!(matches!(error, CertificateError::Law(law::LawError::BeyondCalendar { n: 21, .. })), "{error}");
}

#[test]
fn totals_that_do_not_add_up_are_refused() {
    let pack = old();
    let case = simple(&pack, 7);
    let changes: [fn(&mut Tally); 4] = [
        |tally| tally.raw += 1,
        |tally| tally.valid += 1,
        |tally| tally.invalid += 1,
        |tally| *tally.by_reason.get_mut(&Reason::NotRegistered).unwrap() += 1,
    ];
    for change in changes {
        let mut settlement = settle(&case);
        change(&mut settlement.tally);
        let error = certificate(&case, &settlement, &pack, &inputs(date(2022, 3, 1))).unwrap_err();
        assert!(matches!(error, CertificateError::DoesNotAddUp { raw: 8, .. }), "{error}");
    }
}

/// The figures published for Los Angeles County on 2022-08-15. How the 9,331 others split is not public; here they are split at will.
fn published() -> Certificate {
    let pack = old();
    let by_reason = BTreeMap::from([
        (Reason::NotRegistered, 88_464),
        (Reason::Duplicate, 43_593),
        (Reason::DifferentAddress, 32_187),
        (Reason::SignatureMismatch, 9_490),
        (Reason::Canceled, 7_344),
        (Reason::OutOfJurisdiction, 5_374),
        (Reason::Illegible, 5_331),
        (Reason::SectionFatal, 3_000),
        (Reason::NoAddress, 1_000),
    ]);
    let tally = Tally { raw: 715_833, valid: 520_050, invalid: 195_783, undecided: 0, by_reason };
    let mut case = simple(&pack, 8);
    case.opened = opening(&pack, 5_668_569, date(2022, 7, 6));
    case.raw_count = Some(715_833);
    let official = Official {
        name: "R. Gistrar".to_owned(),
        title: "Registrar of Voters".to_owned(),
        office: "Example County".to_owned(),
    };
    let inputs = CertificateInputs { official: Some(official), ..inputs(date(2022, 8, 15)) };
    certificate(&case, &Settlement { lines: Vec::new(), tally }, &pack, &inputs).unwrap()
}

#[test]
fn the_published_figures_come_out() {
    let found = published();
    assert_eq!((found.required, found.margin, found.verdict), (566_857, Some(-46_807), Verdict::Insufficient));
    assert_eq!(found.valid_percent_of_examined, "72.65");
    let rows: Vec<_> = found
        .breakdown
        .iter()
        .map(|row| (row.label.as_str(), row.count, row.percent_of_invalid.as_str(), row.percent_of_examined.as_str()))
        .collect();
    assert_eq!(
        rows,
        [
            ("Not Registered", 88_464, "45.18", "12.36"),
            ("Max Number of Times Signed (Duplicate)", 43_593, "22.27", "6.09"),
            ("Different Address", 32_187, "16.44", "4.50"),
            ("Mismatch Signature", 9_490, "4.85", "1.33"),
            ("Canceled", 7_344, "3.75", "1.03"),
            ("Out of County Address", 5_374, "2.74", "0.75"),
            ("Other", 9_331, "4.77", "1.30"),
        ]
    );
    let dates: Vec<_> = found.clocks.iter().map(|clock| (clock.name.as_str(), clock.date, clock.met)).collect();
    assert_eq!(
        dates,
        [
            ("circulation", date(2022, 7, 6), Some(true)),
            ("examination", date(2022, 8, 17), Some(true)),
            ("proponents_examination_begins", date(2022, 9, 6), None),
        ]
    );
}

/// The file, byte for byte; the pack's digest is left out, since it changes with every word of the pack.
#[test]
fn the_file_is_the_same_bytes_everywhere() {
    let found = published();
    let json = found.to_json().unwrap();
    assert_eq!(json, published().to_json().unwrap());
    let digest = old().digest().to_owned();
    assert_eq!(json.matches(&digest).count(), 1);
    insta::assert_snapshot!(json.replace(&digest, "(the digest of the pack)"));
}

#[test]
fn the_file_reads_back_and_refuses_what_it_does_not_know() {
    let found = published();
    let json = found.to_json().unwrap();
    assert!(json.ends_with("}\n"));
    assert_eq!(Certificate::from_json(&json).unwrap(), found);
    let more = json.replacen('{', "{\"extra\": 1,", 1);
    assert!(Certificate::from_json(&more).unwrap_err().to_string().contains("unknown field `extra`"));
}
