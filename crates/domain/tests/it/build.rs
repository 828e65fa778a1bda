//! A small builder of histories: short names for events, and a case that checks on every refusal that it stayed as it was.

use std::num::NonZeroU32;

use domain::{
    AuditSealed, AuditSeeded, Case, CaseError, CaseOpened, CaseOpenedPrivate, CaseRules, Certified, Circulation,
    CountReopened, Disposition, Electorate, Event, LawText, LineJudged, LineJudgedPrivate, LineNo, LineRef,
    LineReopened, LinesKeyed, LinesKeyedPrivate, LinesStruck, ManifestSealed, Milestone, Milestones, NotePrivate,
    PageNo, Petition, PetitionKind, RawCounted, Reason, Recorded, ReviewerId, RollSeal, SampleDrawn, SearchedSection,
    SearchedSectionPrivate, SectionNo, SectionReceived, SectionReceivedPrivate, SectionVoided, StoredLine,
    StoredSearch, Verdict, VoidGround, VoterId, WithdrawalReceived, WithdrawalReceivedPrivate,
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};

/// The day of filing in these histories.
pub(crate) const FILED: Date = date(2022, 7, 6);

/// What a settlement says of a line that counts.
pub(crate) const VALID: Option<Disposition> = Some(Disposition::Valid);

/// What a settlement says of a line that does not count for this reason.
#[allow(clippy::unnecessary_wraps, reason = "an undecided line has no disposition")]
pub(crate) const fn invalid(reason: Reason) -> Option<Disposition> {
    Some(Disposition::Invalid(reason))
}

/// The case and the events that led to it.
pub(crate) struct History {
    pub(crate) case: Case,
    pub(crate) log: Vec<Recorded>,
}

impl History {
    /// A recall with three reviewers, one signature a voter, and one signature required.
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    /// The same with another opening.
    pub(crate) fn with(change: impl FnOnce(&mut CaseOpened)) -> Self {
        let mut opened = opening();
        change(&mut opened);
        let first = recorded(1, Event::CaseOpened(Box::new(opened), CaseOpenedPrivate::default()));
        Self { case: Case::open(&first).unwrap(), log: vec![first] }
    }

    /// Sections with so many lines each, counted and searched.
    pub(crate) fn examining(lines: &[u32]) -> Self {
        Self::examining_with(|_| {}, lines)
    }

    pub(crate) fn examining_with(change: impl FnOnce(&mut CaseOpened), lines: &[u32]) -> Self {
        let mut history = Self::with(change).then(roll("a"));
        for (no, &lines) in (1..).zip(lines) {
            history = history.then(section(no, &(1..=lines).collect::<Vec<_>>()));
        }
        history = history.then(count(lines.iter().map(|&lines| u64::from(lines)).sum()));
        for (no, &lines) in (1..).zip(lines) {
            history = history.then(search(no, lines));
        }
        history
    }

    /// The next event, whether it fits or not.
    pub(crate) fn attempt(&mut self, event: Event) -> Result<(), CaseError> {
        let next = recorded(self.case.seq + 1, event);
        let before = self.case.clone();
        let done = self.case.apply(&next);
        match &done {
            Ok(()) => {
                assert_eq!(self.case.seq, next.seq);
                self.log.push(next);
            }
            Err(error) => assert_eq!(self.case, before, "a refused event changed the case: {error}"),
        }
        done
    }

    /// The next event, which must fit.
    pub(crate) fn then(mut self, event: Event) -> Self {
        let kind = event.kind();
        self.attempt(event).unwrap_or_else(|error| panic!("{kind}: {error}"));
        self
    }

    /// The refusal of the next event.
    pub(crate) fn refusal(&mut self, event: Event) -> CaseError {
        self.attempt(event).unwrap_err()
    }
}

pub(crate) fn recorded(seq: u64, event: Event) -> Recorded {
    Recorded { seq, at: Timestamp::UNIX_EPOCH, actor: "clerk".to_owned(), event }
}

pub(crate) fn opening() -> CaseOpened {
    CaseOpened {
        petition: Petition {
            title: "Recall of an officer".to_owned(),
            kind: PetitionKind::Recall,
            jurisdiction: "A county".to_owned(),
            officer: None,
            office: None,
        },
        rule_pack: "test".to_owned(),
        rule_pack_digest: "0".repeat(64),
        rule_pack_files: vec![LawText { name: "test".to_owned(), text: "id".to_owned() }],
        rules: CaseRules {
            max_signatures_per_voter: NonZeroU32::MIN,
            mismatch_reviewers: number(3),
            withdrawal_before_filing: true,
            circulation_from: Some(Milestone::FormApproved),
            order_of_reasons: Reason::ALL.to_vec(),
        },
        milestones: Milestones::filed(FILED).with(Milestone::FormApproved, date(2022, 1, 27)),
        electorate: Electorate { registered_voters: Some(100), ..Electorate::default() },
        required: 1,
    }
}

pub(crate) fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

pub(crate) fn section_no(no: u32) -> SectionNo {
    SectionNo::new(no).unwrap()
}

/// A line written `section:line`.
pub(crate) fn at(line: &str) -> LineRef {
    line.parse().unwrap()
}

pub(crate) fn lines(lines: &[&str]) -> Vec<LineRef> {
    lines.iter().map(|line| at(line)).collect()
}

pub(crate) fn voter(id: &str) -> VoterId {
    VoterId::new(id).unwrap()
}

pub(crate) fn roll(name: &str) -> Event {
    roll_of(name, 100)
}

pub(crate) fn roll_of(name: &str, rows: u64) -> Event {
    Event::RollSealed(RollSeal { roll_digest: name.repeat(64), rows, active: 90 })
}

pub(crate) fn section(no: u32, lines: &[u32]) -> Event {
    let public = SectionReceived {
        section: section_no(no),
        circulation: Circulation::default(),
        lines: lines.iter().map(|&line| (LineNo::new(line).unwrap(), PageNo::FIRST)).collect(),
    };
    let texts = vec![StoredLine::default(); lines.len()];
    Event::SectionReceived(public, SectionReceivedPrivate { texts, ..Default::default() })
}

pub(crate) fn count(raw: u64) -> Event {
    Event::RawCounted(RawCounted { raw })
}

pub(crate) fn recount(taken_back: u64) -> Event {
    Event::CountReopened(CountReopened { taken_back }, NotePrivate::default())
}

pub(crate) fn strike(struck: &[&str]) -> Event {
    Event::LinesStruck(LinesStruck { lines: lines(struck) }, NotePrivate::default())
}

pub(crate) fn reinstate(struck: &[&str]) -> Event {
    Event::LinesReinstated(LinesStruck { lines: lines(struck) }, NotePrivate::default())
}

pub(crate) fn key(section: u32, keyed: &[u32]) -> Event {
    let lines: Vec<LineNo> = keyed.iter().map(|line| LineNo::new(*line).unwrap()).collect();
    let texts = vec![StoredLine::default(); lines.len()];
    let keyed_by = vec!["k1".to_owned(), "k2".to_owned()];
    Event::LinesKeyed(LinesKeyed { section: section_no(section), lines }, LinesKeyedPrivate { texts, keyed_by })
}

/// The list of so many lines, of which so many will be drawn by a seed of twenty digits.
pub(crate) fn seal(lines: u64, size: u64) -> Event {
    seal_as(&"d".repeat(64), lines, size)
}

pub(crate) fn seal_as(root: &str, lines: u64, size: u64) -> Event {
    Event::ManifestSealed(ManifestSealed { lines, root: root.to_owned(), size, seed_digits: 20 })
}

pub(crate) fn draw(seed: &str, drawn: &[&str]) -> Event {
    draw_from(&"d".repeat(64), seed, drawn)
}

pub(crate) fn draw_from(root: &str, seed: &str, drawn: &[&str]) -> Event {
    let drawn = SampleDrawn { root: root.to_owned(), seed: seed.to_owned(), lines: lines(drawn) };
    Event::SampleDrawn(drawn, NotePrivate::default())
}

pub(crate) fn search(no: u32, lines: u32) -> Event {
    let searches = vec![StoredSearch::default(); lines as usize];
    Event::SearchedSection(
        SearchedSection { section: section_no(no), model: "test".to_owned() },
        SearchedSectionPrivate { searches },
    )
}

/// One reviewer's finding; an empty voter is none.
pub(crate) fn judge(line: &str, found: Disposition, voter: &str, reviewer: &str) -> Event {
    Event::LineJudged(
        LineJudged { line: at(line), found, decided_at: Timestamp::UNIX_EPOCH },
        LineJudgedPrivate {
            voter: VoterId::new(voter),
            reviewer: ReviewerId::new(reviewer).unwrap(),
            note: String::new(),
        },
    )
}

pub(crate) fn genuine(line: &str, voter: &str) -> Event {
    judge(line, Disposition::Valid, voter, "r1")
}

pub(crate) fn reject(line: &str, reason: Reason, voter: &str) -> Event {
    judge(line, Disposition::Invalid(reason), voter, "r1")
}

pub(crate) fn mismatch(line: &str, voter: &str, reviewer: &str) -> Event {
    judge(line, Disposition::Invalid(Reason::SignatureMismatch), voter, reviewer)
}

pub(crate) fn reopen(line: &str) -> Event {
    Event::LineReopened(LineReopened { line: at(line) }, NotePrivate::default())
}

pub(crate) fn void(no: u32, ground: VoidGround) -> Event {
    let public = SectionVoided { section: section_no(no), ground, decided_at: Timestamp::UNIX_EPOCH };
    Event::SectionVoided(public, NotePrivate::default())
}

pub(crate) fn restore(no: u32) -> Event {
    Event::SectionRestored(section_no(no), NotePrivate::default())
}

pub(crate) fn withdraw(id: &str, received_on: Date, signature_compares: bool) -> Event {
    Event::WithdrawalReceived(
        WithdrawalReceived { received_on, signature_compares },
        WithdrawalReceivedPrivate { voter: voter(id) },
    )
}

pub(crate) fn certify(valid: u64) -> Event {
    Event::Certified(Certified {
        certified_on: date(2022, 8, 15),
        verdict: Verdict::Sufficient,
        valid,
        certificate_digest: "c".repeat(64),
        official: None,
    })
}

/// The list with this root, so many lines long, sealed for a check by a seed of twenty digits.
pub(crate) fn seal_check(root: &str, lines: u64) -> Event {
    Event::AuditSealed(AuditSealed { lines, root: root.to_owned(), seed_digits: 20 })
}

pub(crate) fn seed_check(root: &str, seed: &str) -> Event {
    Event::AuditSeeded(AuditSeeded { root: root.to_owned(), seed: seed.to_owned() }, NotePrivate::default())
}

pub(crate) fn reopen_case() -> Event {
    Event::CaseReopened("a line was overlooked".to_owned())
}
