//! The stored form of events: it reads back as it was, its text is fixed, and its public part names nobody.

use domain::{
    AuditSeeded, CaseOpenedPrivate, Certified, Circulation, CountReopened, Disposition, Event, LineJudged,
    LineJudgedPrivate, LineReopened, LinesKeyed, LinesKeyedPrivate, LinesStruck, Milestone, NotePrivate, Official,
    Reason, ReviewerId, SampleDrawn, SearchedSection, SearchedSectionPrivate, SectionReceived, SectionReceivedPrivate,
    SectionVoided, StoredCandidate, StoredLine, StoredSearch, Verdict, VoidGround, VoterId, WithdrawalReceived,
    WithdrawalReceivedPrivate,
};
use jiff::{Timestamp, civil::date};
use proptest::prelude::*;

use crate::build::{at, certify, count, opening, reopen_case, roll, seal, seal_check, section_no, voter};

/// One of each kind that has a private part, with these words in every private field.
fn with_private(words: &str) -> Vec<Event> {
    let said = || words.to_owned();
    let who = VoterId::new(words).unwrap();
    let reviewer = ReviewerId::new(words).unwrap();
    let note = || NotePrivate { reviewer: said(), note: said() };
    let decided_at = Timestamp::UNIX_EPOCH;
    let text = StoredLine {
        printed_name: said(),
        address: said(),
        city: said(),
        zip: said(),
        date_signed: said(),
        signature: said(),
    };
    let keyed = text.clone();
    let candidate = StoredCandidate { voter: who.clone(), centibits: -150, ppm: 999_999, evidence: said() };
    let search = StoredSearch { keys: said(), looked_at: 7, proposal: said(), candidates: vec![candidate] };
    let judged = |found, voter: Option<&VoterId>, note: String| {
        let private = LineJudgedPrivate { voter: voter.cloned(), reviewer: reviewer.clone(), note };
        Event::LineJudged(LineJudged { line: at("1:2"), found, decided_at }, private)
    };
    vec![
        Event::SectionReceived(
            SectionReceived {
                section: section_no(1),
                circulation: Circulation {
                    signed_from: Some(date(2022, 2, 1)),
                    signed_to: None,
                    executed_on: Some(date(2022, 6, 30)),
                },
                lines: vec![("2".parse().unwrap(), "1".parse().unwrap())],
            },
            SectionReceivedPrivate { circulator: said(), circulator_address: said(), texts: vec![text] },
        ),
        Event::SearchedSection(
            SearchedSection { section: section_no(1), model: "fs-1".to_owned() },
            SearchedSectionPrivate { searches: vec![search] },
        ),
        judged(Disposition::Valid, Some(&who), said()),
        judged(Disposition::Invalid(Reason::NoSignature), None, String::new()),
        Event::LineReopened(LineReopened { line: at("1:2") }, note()),
        Event::SectionVoided(
            SectionVoided { section: section_no(1), ground: VoidGround::OutOfCirculation, decided_at },
            note(),
        ),
        Event::SectionRestored(section_no(1), note()),
        Event::CountReopened(CountReopened { taken_back: 3 }, note()),
        Event::LinesStruck(LinesStruck { lines: vec![at("1:2")] }, note()),
        Event::LinesReinstated(LinesStruck { lines: vec![at("1:2")] }, note()),
        Event::LinesKeyed(
            LinesKeyed { section: section_no(1), lines: vec!["2".parse().unwrap()] },
            LinesKeyedPrivate { texts: vec![keyed], keyed_by: vec![said()] },
        ),
        Event::SampleDrawn(SampleDrawn { root: "d".repeat(64), seed: "12".to_owned(), lines: vec![at("1:2")] }, note()),
        Event::CaseOpened(Box::new(opening()), CaseOpenedPrivate { secret: said() }),
        Event::AuditSeeded(AuditSeeded { root: "d".repeat(64), seed: "12".to_owned() }, note()),
        Event::WithdrawalReceived(
            WithdrawalReceived { received_on: date(2022, 7, 5), signature_compares: true },
            WithdrawalReceivedPrivate { voter: who },
        ),
    ]
}

/// One of each kind at least.
fn every_kind() -> Vec<Event> {
    let official = Some(Official {
        name: "An Official".to_owned(),
        title: "Registrar".to_owned(),
        office: "An Office".to_owned(),
    });
    let Event::Certified(certified) = certify(7) else { unreachable!() };
    let mut opened = opening();
    opened.petition.officer = Some("An Officer".to_owned());
    opened.petition.office = Some("An Office".to_owned());
    opened.milestones = opened.milestones.with(Milestone::ReportOfRegistration, date(2022, 1, 4));
    let mut events = with_private("P");
    events.extend([
        Event::CaseOpened(Box::new(opening()), CaseOpenedPrivate::default()),
        Event::CaseOpened(Box::new(opened), CaseOpenedPrivate::default()),
        roll("a"),
        count(3),
        seal(3, 1),
        seal_check("d", 3),
        Event::Certified(certified.clone()),
        Event::Certified(Certified { official, ..certified }),
        reopen_case(),
    ]);
    events
}

const KINDS: [&str; 20] = [
    "audit_sealed",
    "audit_seeded",
    "case_opened",
    "case_reopened",
    "certified",
    "count_reopened",
    "line_judged",
    "line_reopened",
    "lines_keyed",
    "lines_reinstated",
    "lines_struck",
    "manifest_sealed",
    "raw_counted",
    "roll_sealed",
    "sample_drawn",
    "searched_section",
    "section_received",
    "section_restored",
    "section_voided",
    "withdrawal_received",
];

fn assert_reads_back(event: &Event) {
    let (public, private) = event.to_parts().unwrap();
    let read = Event::from_parts(event.kind(), &public, private.as_deref()).unwrap();
    assert_eq!(read, *event);
    assert_eq!(read.to_parts().unwrap(), (public, private), "the stored text is the same when written again");
}

#[test]
fn every_kind_reads_back() {
    let events = every_kind();
    events.iter().for_each(assert_reads_back);
    let mut kinds: Vec<_> = events.iter().map(Event::kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, KINDS);
}

#[test]
fn every_finding_reads_back() {
    let all = Reason::ALL.map(Disposition::Invalid).into_iter().chain([Disposition::Valid]);
    for found in all {
        assert_reads_back(&crate::build::judge("4:5", found, "V1", "r1"));
    }
    for verdict in
        [Verdict::Sufficient, Verdict::Insufficient, Verdict::ExamineAll, Verdict::NextSample, Verdict::EqualReview]
    {
        let Event::Certified(certified) = certify(7) else { unreachable!() };
        assert_reads_back(&Event::Certified(Certified { verdict, ..certified }));
    }
    assert_reads_back(&crate::build::void(1, VoidGround::SectionFatal));
}

/// Circulation begins on the day that the rules name, where they name one and the case knows it.
#[test]
fn circulation_begins_on_the_day_that_the_law_names() {
    let mut opened = opening();
    assert_eq!(opened.circulation_from(), Some(date(2022, 1, 27)));
    opened.rules.circulation_from = Some(Milestone::SummaryIssued);
    assert_eq!(opened.circulation_from(), None);
    opened.milestones = opened.milestones.with(Milestone::SummaryIssued, date(2022, 1, 3));
    assert_eq!(opened.circulation_from(), Some(date(2022, 1, 3)));
    opened.rules.circulation_from = None;
    assert_eq!(opened.circulation_from(), None);
}

/// The log is hashed over these texts: a change here breaks every log there is.
#[test]
fn the_stored_text_is_fixed() {
    let stored = |event: &Event| {
        let (public, private) = event.to_parts().unwrap();
        format!("{} {public} {}", event.kind(), private.unwrap_or_default())
    };
    let expected = [
        r#"section_received {"section":1,"circulation":{"signed_from":"2022-02-01","signed_to":null,"executed_on":"2022-06-30"},"lines":[[2,1]]} {"circulator":"P","circulator_address":"P","texts":[{"printed_name":"P","address":"P","city":"P","zip":"P","date_signed":"P","signature":"P"}]}"#,
        r#"searched_section {"section":1,"model":"fs-1"} {"searches":[{"keys":"P","looked_at":7,"proposal":"P","candidates":[{"voter":"P","centibits":-150,"ppm":999999,"evidence":"P"}]}]}"#,
        r#"line_judged {"section":1,"line":2,"disposition":"valid","decided_at":"1970-01-01T00:00:00Z"} {"voter":"P","reviewer":"P","note":"P"}"#,
        r#"line_judged {"section":1,"line":2,"disposition":"invalid","reason":"no_signature","decided_at":"1970-01-01T00:00:00Z"} {"reviewer":"P"}"#,
        r#"line_reopened {"section":1,"line":2} {"reviewer":"P","note":"P"}"#,
        r#"section_voided {"section":1,"ground":"out_of_circulation","decided_at":"1970-01-01T00:00:00Z"} {"reviewer":"P","note":"P"}"#,
        r#"section_restored 1 {"reviewer":"P","note":"P"}"#,
        r#"count_reopened {"taken_back":3} {"reviewer":"P","note":"P"}"#,
        r#"lines_struck {"lines":[{"section":1,"line":2}]} {"reviewer":"P","note":"P"}"#,
        r#"lines_reinstated {"lines":[{"section":1,"line":2}]} {"reviewer":"P","note":"P"}"#,
        r#"lines_keyed {"section":1,"lines":[2]} {"texts":[{"printed_name":"P","address":"P","city":"P","zip":"P","date_signed":"P","signature":"P"}],"keyed_by":["P"]}"#,
        r#"sample_drawn {"root":"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd","seed":"12","lines":[{"section":1,"line":2}]} {"reviewer":"P","note":"P"}"#,
        r#"audit_seeded {"root":"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd","seed":"12"} {"reviewer":"P","note":"P"}"#,
        r#"withdrawal_received {"received_on":"2022-07-05","signature_compares":true} {"voter":"P"}"#,
    ];
    let private = with_private("P").into_iter().filter(|event| event.kind() != "case_opened");
    assert_eq!(private.map(|event| stored(&event)).collect::<Vec<_>>(), expected);
    assert_eq!(stored(&count(3)), r#"raw_counted {"raw":3} "#);
    assert_eq!(
        stored(&seal(3, 1)),
        format!(r#"manifest_sealed {{"lines":3,"root":"{}","size":1,"seed_digits":20}} "#, "d".repeat(64))
    );
    assert_eq!(stored(&seal_check("d", 3)), r#"audit_sealed {"lines":3,"root":"d","seed_digits":20} "#);
    assert_eq!(stored(&reopen_case()), r#"case_reopened "a line was overlooked" "#);
    assert_eq!(
        stored(&roll("a")),
        format!(r#"roll_sealed {{"roll_digest":"{}","rows":100,"active":90}} "#, "a".repeat(64))
    );
    assert_eq!(
        stored(&certify(7)),
        format!(
            r#"certified {{"certified_on":"2022-08-15","verdict":"sufficient","valid":7,"certificate_digest":"{}"}} "#,
            "c".repeat(64)
        )
    );
    let opened = Event::CaseOpened(Box::new(opening()), CaseOpenedPrivate::default());
    assert_eq!(
        stored(&opened),
        format!(
            concat!(
                r#"case_opened {{"petition":{{"title":"Recall of an officer","kind":"recall","jurisdiction":"A county"}},"#,
                r#""rule_pack":"test","rule_pack_digest":"{}","rule_pack_files":[{{"name":"test","text":"id"}}],"#,
                r#""rules":{{"max_signatures_per_voter":1,"mismatch_reviewers":3,"withdrawal_before_filing":true,"#,
                r#""circulation_from":"form_approved_on","order_of_reasons":["{}"]}},"#,
                r#""milestones":{{"form_approved_on":"2022-01-27","filed_on":"2022-07-06"}},"#,
                r#""electorate":{{"registered_voters":100}},"required":1}} {{"secret":""}}"#
            ),
            "0".repeat(64),
            Reason::ALL.map(Reason::name).join(r#"",""#)
        )
    );
}

#[test]
fn unknown_kinds_are_refused() {
    for kind in ["", "line_judge", "LINE_JUDGED", "line judged", "sampled"] {
        let error = Event::from_parts(kind, "{}", None).unwrap_err();
        assert_eq!(error.to_string(), format!("unknown kind of event {kind:?}"));
    }
}

/// The content of one kind is no other kind's, but for lines that are struck and lines that are reinstated.
#[test]
fn content_of_another_kind_is_refused() {
    for event in every_kind() {
        let (public, private) = event.to_parts().unwrap();
        let moved = |kind: &str| kind == "lines_struck" || kind == "lines_reinstated";
        for kind in KINDS.into_iter().filter(|&kind| kind != event.kind() && !(moved(kind) && moved(event.kind()))) {
            let read = Event::from_parts(kind, &public, private.as_deref());
            assert!(read.is_err(), "{} read as {kind}: {read:?}", event.kind());
        }
    }
}

#[test]
fn a_missing_or_foreign_private_part_is_refused() {
    for event in with_private("P") {
        let (public, _) = event.to_parts().unwrap();
        for private in [None, Some("null"), Some("{}"), Some(""), Some(r#""P""#)] {
            assert!(Event::from_parts(event.kind(), &public, private).is_err(), "{} {private:?}", event.kind());
        }
    }
}

#[test]
fn a_damaged_public_part_is_refused() {
    for event in every_kind() {
        let (public, private) = event.to_parts().unwrap();
        for damaged in ["", "null", "{}", "[]", &format!("{public} x"), &public.replace(['1', '2', '3', '"'], "x")] {
            let read = Event::from_parts(event.kind(), damaged, private.as_deref());
            assert!(read.is_err(), "{} {damaged}", event.kind());
        }
    }
}

/// Whatever is wrong with a private part, the error quotes nothing of it.
#[test]
fn an_unreadable_private_part_is_not_quoted() {
    for event in with_private("P") {
        let (public, _) = event.to_parts().unwrap();
        for private in [
            r#""MARK""#,
            r#"{"MARK":1}"#,
            r#"["MARK",7,"MARK","MARK"]"#,
            r#"{"texts":"MARK"}"#,
            r#"{"searches":["MARK"]}"#,
        ] {
            let error = Event::from_parts(event.kind(), &public, Some(private)).unwrap_err().to_string();
            assert!(error.starts_with("the private part cannot be read from column "), "{error}");
            assert!(!error.contains("MARK"), "{error}");
        }
    }
}

/// A field that this version does not know is refused and not dropped, in the public and in the private part.
#[test]
fn unknown_fields_are_refused() {
    for event in every_kind() {
        let (public, private) = event.to_parts().unwrap();
        let with_more = |part: &str| part.replace('}', r#","more":1}"#);
        if public.starts_with('{') {
            let read = Event::from_parts(event.kind(), &with_more(&public), private.as_deref());
            assert!(read.is_err(), "{}: {read:?}", event.kind());
        }
        if let Some(private) = private {
            let read = Event::from_parts(event.kind(), &public, Some(&with_more(&private)));
            assert!(read.is_err(), "{}: {read:?}", event.kind());
        }
    }
}

#[test]
fn numbers_that_do_not_exist_are_refused() {
    let note = r#"{"reviewer":"","note":""}"#;
    for (kind, public) in [
        ("section_restored", "0"),
        ("section_restored", "-1"),
        ("line_reopened", r#"{"section":0,"line":1}"#),
        ("line_reopened", r#"{"section":1,"line":0}"#),
        ("line_reopened", r#"{"section":1,"line":4294967296}"#),
    ] {
        assert!(Event::from_parts(kind, public, Some(note)).is_err(), "{kind} {public}");
    }
    assert!(Event::from_parts("raw_counted", r#"{"raw":-1}"#, None).is_err());
    assert!(Event::from_parts("raw_counted", r#"{"raw":1.0}"#, None).is_err());
}

/// A finding says invalid with a reason or valid without one, and nothing between.
#[test]
fn a_finding_that_contradicts_itself_is_refused() {
    for found in [
        r#""disposition":"valid","reason":"canceled""#,
        r#""disposition":"invalid""#,
        r#""disposition":"invalid","reason":"bad""#,
        r#""disposition":"doubtful""#,
        r#""reason":"canceled""#,
    ] {
        let public = format!(r#"{{"section":1,"line":2,{found},"decided_at":"1970-01-01T00:00:00Z"}}"#);
        assert!(Event::from_parts("line_judged", &public, Some(r#"{"reviewer":"P"}"#)).is_err(), "{found}");
    }
}

#[test]
fn a_voter_reads_back_as_given() {
    let Event::WithdrawalReceived(_, private) = crate::build::withdraw(" 0042 ", date(2022, 7, 5), true) else {
        unreachable!()
    };
    assert_eq!(private.voter, voter("0042"));
    assert_eq!(serde_json::to_string(&private).unwrap(), r#"{"voter":"0042"}"#);
}

proptest! {
    /// Whatever stands in the private fields, it reads back exactly, and not a word of it is in the public part.
    #[test]
    fn the_public_part_names_nobody(words in "MARK[ \"\\\\\u{0}-\u{1f}a-zÀ-ž\u{1F600}]{0,12}KRAM") {
        for event in with_private(&words) {
            assert_reads_back(&event);
            let (public, private) = event.to_parts().unwrap();
            prop_assert!(!public.contains("MARK") && !public.contains("KRAM"), "{}: {public}", event.kind());
            let private = private.unwrap();
            prop_assert!(private.contains("MARK") && private.contains("KRAM"), "{}: {private}", event.kind());
        }
    }

    /// The public part does not depend on the private one: not even its length tells anything.
    #[test]
    fn the_public_part_is_the_same_whoever_it_was(one in "[a-z]{1,20}", other in "[a-z]{1,20}") {
        for (one, other) in with_private(&one).iter().zip(&with_private(&other)) {
            prop_assert_eq!(one.to_parts().unwrap().0, other.to_parts().unwrap().0);
        }
    }
}

/// A stranger's event has tags just where the event has people.
#[test]
fn tags_stand_for_people_and_for_nothing_else() {
    let voter = || VoterId::new("tag of a voter");
    let reviewer = || ReviewerId::new("tag of a reviewer");
    for event in every_kind() {
        let (public, _) = event.to_parts().unwrap();
        let read = |voter, reviewer| Event::from_public(event.kind(), &public, voter, reviewer, |_| 1);
        let (has_voter, has_reviewer) = event.people();
        for (tagged_voter, tagged_reviewer) in [(false, false), (false, true), (true, false), (true, true)] {
            let read = read(voter().filter(|_| tagged_voter), reviewer().filter(|_| tagged_reviewer));
            // A finding may name a voter or none; a withdrawal always does.
            let fits = match event {
                Event::LineJudged(..) => tagged_reviewer,
                _ => (tagged_voter, tagged_reviewer) == (has_voter.is_some(), has_reviewer.is_some()),
            };
            assert_eq!(read.is_ok(), fits, "{} {tagged_voter} {tagged_reviewer}", event.kind());
            assert!(read.is_err() || read.unwrap().to_parts().unwrap().0 == public);
        }
    }
    assert!(Event::from_public("sampled", "{}", None, None, |_| 0).is_err());
}
