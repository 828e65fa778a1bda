//! A small case, folded from events, with a line of every sort.

use domain::{
    Case, CaseOpened, CaseOpenedPrivate, Circulation, Disposition, Electorate, Event, LineJudged, LineJudgedPrivate,
    LineNo, LineRef, LinesStruck, Milestone, Milestones, NotePrivate, PageNo, Petition, PetitionKind, RawCounted,
    Reason, Recorded, ReviewerId, RollSeal, SearchedSection, SearchedSectionPrivate, SectionNo, SectionReceived,
    SectionReceivedPrivate, SectionVoided, StoredLine, StoredSearch, VoidGround, VoterId, WithdrawalReceived,
    WithdrawalReceivedPrivate,
};
use jiff::{Timestamp, civil::date};
use law::RulePack;

pub(crate) fn opened(required: u64) -> Event {
    let pack = RulePack::by_id("us/ca/county-recall-2022").unwrap();
    let opened = CaseOpened {
        petition: Petition {
            title: "Petition to recall the Assessor".to_owned(),
            kind: PetitionKind::Recall,
            jurisdiction: "Example County".to_owned(),
            officer: None,
            office: None,
        },
        rule_pack: pack.id().to_owned(),
        rule_pack_digest: pack.digest().to_owned(),
        rule_pack_files: pack.files().to_vec(),
        rules: pack.case_rules(None).unwrap(),
        milestones: Milestones::filed(date(2022, 2, 15)).with(Milestone::FormApproved, date(2022, 1, 27)),
        electorate: Electorate { registered_voters: Some(20), ..Electorate::default() },
        required,
    };
    Event::CaseOpened(Box::new(opened), CaseOpenedPrivate::default())
}

/// A section with lines from 1, ten a page.
pub(crate) fn section(no: u32, lines: u32) -> Event {
    let numbers = (1..=lines).map(|line| (LineNo::new(line).unwrap(), PageNo::new((line - 1) / 10 + 1).unwrap()));
    let public = SectionReceived {
        section: SectionNo::new(no).unwrap(),
        circulation: Circulation::default(),
        lines: numbers.collect(),
    };
    let texts = vec![StoredLine { printed_name: "MARIA SECRET".to_owned(), ..StoredLine::default() }; lines as usize];
    Event::SectionReceived(public, SectionReceivedPrivate { texts, ..SectionReceivedPrivate::default() })
}

fn line(section: u32, line: u32) -> LineRef {
    LineRef { section: SectionNo::new(section).unwrap(), line: LineNo::new(line).unwrap() }
}

pub(crate) fn judged(at: (u32, u32), found: Disposition, voter: Option<&str>, reviewer: &str) -> Event {
    Event::LineJudged(
        LineJudged { line: line(at.0, at.1), found, decided_at: Timestamp::UNIX_EPOCH },
        LineJudgedPrivate {
            voter: voter.map(|voter| VoterId::new(voter).unwrap()),
            reviewer: ReviewerId::new(reviewer).unwrap(),
            note: "a note".to_owned(),
        },
    )
}

/// Section 1 has twelve lines, of which the 3rd and the 12th are struck; section 2 with two lines is void; section 3 has one line more.
pub(crate) fn events() -> Vec<Event> {
    let valid = Disposition::Valid;
    let invalid = Disposition::Invalid;
    let searched = |no, lines| {
        let public = SearchedSection { section: SectionNo::new(no).unwrap(), model: "test".to_owned() };
        Event::SearchedSection(public, SearchedSectionPrivate { searches: vec![StoredSearch::default(); lines] })
    };
    let mut events = vec![
        opened(6),
        Event::RollSealed(RollSeal { roll_digest: "b".repeat(64), rows: 25, active: 20 }),
        section(1, 12),
        section(2, 2),
        section(3, 1),
        Event::LinesStruck(LinesStruck { lines: vec![line(1, 3), line(1, 12)] }, NotePrivate::default()),
        Event::WithdrawalReceived(
            WithdrawalReceived { received_on: date(2022, 2, 14), signature_compares: true },
            WithdrawalReceivedPrivate { voter: VoterId::new("v5").unwrap() },
        ),
        Event::RawCounted(RawCounted { raw: 13 }),
        searched(1, 10),
        Event::SectionVoided(
            SectionVoided {
                section: SectionNo::new(2).unwrap(),
                ground: VoidGround::SectionFatal,
                decided_at: Timestamp::UNIX_EPOCH,
            },
            NotePrivate::default(),
        ),
        judged((1, 1), valid, Some("v1"), "r1"),
        judged((1, 2), valid, Some("v1"), "r1"),
        judged((1, 4), invalid(Reason::NotRegistered), None, "r1"),
        judged((1, 5), invalid(Reason::DifferentAddress), Some("v5"), "r1"),
        judged((1, 6), valid, Some("v5"), "r1"),
    ];
    events.extend(["r1", "r2", "r3"].map(|by| judged((1, 7), invalid(Reason::SignatureMismatch), Some("v7"), by)));
    events.push(judged((1, 8), invalid(Reason::SignatureMismatch), Some("v8"), "r1"));
    events.extend([(9, "v9"), (10, "v10"), (11, "v11")].map(|(no, voter)| judged((1, no), valid, Some(voter), "r2")));
    events.push(judged((2, 1), valid, Some("v20"), "r2"));
    events
}

pub(crate) fn fold(events: Vec<Event>) -> Case {
    let recorded: Vec<_> = events
        .into_iter()
        .zip(1..)
        .map(|(event, seq)| Recorded { seq, at: Timestamp::UNIX_EPOCH, actor: "desk".to_owned(), event })
        .collect();
    Case::fold(&recorded).unwrap()
}
