//! How the work is arranged and how well it is done: policies, contact sheets, known answers, second looks.

use std::collections::BTreeSet;

use casework::{BulkAct, CaseworkError, Closed, Finding, Own, PassedSheet, PassedTo, Stage, WorkError, WorkPolicy};
use domain::{Disposition, Judgment, LineRef, LineState, Reason};
use jiff::SignedDuration;

use crate::{
    desk::act,
    shift::{MISMATCH, Shift, at, finding, lines, person, put, truth, worker},
};

impl Shift {
    async fn under(policy: WorkPolicy) -> Self {
        let mut shift = Self::begin().await;
        shift.room.lay_down(policy, "as agreed with the registrar", &act()).await.unwrap();
        shift
    }

    async fn pass_sheet(&mut self, id: &str, name: &str, flagged: &[LineRef]) -> Result<Closed, WorkError> {
        self.room.pass_sheet(id, &worker(name), flagged, &self.desk.snapshot, self.now).await
    }

    /// A whole batch of review, found on as `answer` says.
    pub(crate) async fn look(
        &mut self,
        id: &str,
        name: &str,
        size: usize,
        answer: impl Fn(LineRef) -> Finding,
    ) -> Vec<LineRef> {
        let held = lines(&self.claim(id, name, Stage::Review, size).await.unwrap());
        for &line in &held {
            self.find(put(id, name, line, Some(answer(line)))).await.unwrap();
        }
        let closed = self.close(id, name).await.unwrap();
        assert_eq!((closed.taken, closed.refused), (held.len() as u64, Vec::new()));
        held
    }

    pub(crate) async fn count(&self, query: &'static str) -> String {
        self.desk.text(query).await
    }
}

const SHEETS: WorkPolicy = WorkPolicy {
    contact_sheet_from: Some(900_000),
    least_look: 1000,
    known_answers: 0,
    second_looks: 0,
    signatures_first: true,
};

#[tokio::test]
async fn a_contact_sheet_from_claim_to_pass() {
    let mut shift = Shift::under(SHEETS).await;
    let likely = shift.room.waiting(Stage::ContactSheet);
    assert!(likely >= 4, "most lines of the tests are likely: {likely}");
    assert_eq!(shift.room.waiting(Stage::Review), 8 - likely);
    let sheet = shift.claim("s1", "R1", Stage::ContactSheet, 3).await.unwrap();
    let held = lines(&sheet);
    assert_eq!(sheet.not_before, shift.now + SignedDuration::from_secs(3));
    // Nobody passes three pairs in a moment, and nobody passes what is another's, or flags what is not there.
    assert!(matches!(shift.pass_sheet("s1", "R1", &[]).await, Err(WorkError::TooSoon(_))));
    shift.now += SignedDuration::from_secs(3);
    assert!(matches!(shift.pass_sheet("s1", "R2", &[]).await, Err(WorkError::NotInHand)));
    assert!(matches!(shift.pass_sheet("s1", "R1", &[at("1:4")]).await, Err(WorkError::Refused(_))));
    let closed = shift.pass_sheet("s1", "R1", &held[..1]).await.unwrap();
    assert_eq!((closed.taken, closed.refused.len()), (2, 0));
    assert_eq!(shift.pass_sheet("s1", "R1", &held[..1]).await.unwrap(), closed, "asked again");
    let passed = shift.room.file().passed_sheets(0, 10).await.unwrap();
    let spent = |sheet: &PassedSheet| sheet.passed_at.duration_since(sheet.opened_at);
    assert_eq!(
        passed.iter().map(|sheet| (sheet.person.as_str(), sheet.pairs, spent(sheet))).collect::<Vec<_>>(),
        [("R1", 2, SignedDuration::from_secs(3))]
    );
    for line in &held[1..] {
        let LineState::Decided(Judgment::Genuine { voter, by }) = shift.state(&line.to_string()) else {
            panic!("{line} was passed");
        };
        assert_eq!((Some(voter), by), (truth(*line).voter.as_ref(), &person("R1")));
    }
    // The flagged one comes singly, to the same person too, and to nobody on a sheet.
    assert_eq!(*shift.state(&held[0].to_string()), LineState::Undecided);
    assert_eq!(shift.room.waiting(Stage::ContactSheet), likely - 3);
    let singly = lines(&shift.claim("b1", "R1", Stage::Review, 50).await.unwrap());
    assert!(singly.contains(&held[0]));
    // Skipped there, it still comes singly.
    shift.room.pass(&put("b1", "R1", held[0], None), PassedTo::Reviewer, "not mine", shift.now).await.unwrap();
    let room = casework::Workroom::open(shift.room.into_file()).await.unwrap();
    let mut shift = Shift { room, ..shift };
    assert_eq!(shift.room.waiting(Stage::ContactSheet), likely - 3);
    let rest = lines(&shift.claim("s2", "R2", Stage::ContactSheet, 50).await.unwrap());
    assert_eq!(rest.len() as u64, likely - 3);
    // A sheet that lapsed is nobody's to pass.
    shift.now += casework::LEASE + SignedDuration::from_secs(60);
    assert!(matches!(shift.pass_sheet("s2", "R2", &[]).await, Err(WorkError::NotInHand)));
}

/// Pairs whose answer is known stand on sheets, too: one that is passed is taken to compare, one that is flagged is not, and neither becomes an event.
#[tokio::test]
async fn known_answers_on_a_contact_sheet() {
    let mut shift = Shift::begin().await;
    shift.look("b0", "R0", 8, truth).await;
    let (compares, differs) = (at("1:1"), at("1:3"));
    for (line, answer) in [(compares, truth(compares)), (differs, finding(MISMATCH, "3"))] {
        shift.room.know(line, &answer, "seen by two", &Own::default(), &act()).await.unwrap();
    }
    // An answer that no glance comes to is for single review.
    shift.room.know(at("2:2"), &truth(at("2:2")), "seen by two", &Own::default(), &act()).await.unwrap();
    let undecided: Vec<_> = ["1:5", "2:1"].map(at).into();
    let reopen = BulkAct::ReopenLines { lines: undecided.clone() };
    let foreseen = shift.room.trial(&reopen, &Own::default(), shift.now).await.unwrap().foresee().unwrap();
    shift.room.propose("a1", reopen, foreseen, "again", &act()).await.unwrap();
    shift.room.carry_out("a1", &Own::default(), &shift.desk.snapshot, &act()).await.unwrap();
    shift.room.lay_down(WorkPolicy { known_answers: 200, ..SHEETS }, "one in five", &act()).await.unwrap();
    let mut supervisor = worker("S1");
    supervisor.knows_answers = true;
    let mut seen = BTreeSet::new();
    for turn in 0..60 {
        let (id, theirs) = (format!("s{turn}"), format!("t{turn}"));
        let held = lines(&shift.claim(&id, "R1", Stage::ContactSheet, 8).await.unwrap());
        assert!(!held.contains(&at("2:2")));
        let known: Vec<_> = held.iter().copied().filter(|line| [compares, differs].contains(line)).collect();
        if known.is_empty() {
            shift.close(&id, "R1").await.unwrap();
        } else {
            seen.extend(known);
            let rest: Vec<_> = held.into_iter().filter(|line| undecided.contains(line) || *line == differs).collect();
            shift.now += SignedDuration::from_secs(60);
            shift.pass_sheet(&id, "R1", &rest).await.unwrap();
        }
        let look = shift.room.claim(&theirs, &supervisor, Stage::ContactSheet, 8, &shift.desk.snapshot, shift.now);
        assert!(
            lines(&look.await.unwrap()).iter().all(|line| undecided.contains(line)),
            "they can look the answers up"
        );
        shift.close(&theirs, "S1").await.unwrap();
    }
    assert_eq!(seen, BTreeSet::from([compares, differs]));
    let quality = shift.room.file().quality(shift.now).await.unwrap();
    let r1 = quality.iter().find(|quality| quality.person == "R1").unwrap();
    assert_eq!((r1.recent.known.looks, r1.recent.known.agreed), (2, 2));
    for line in undecided {
        assert_eq!(*shift.state(&line.to_string()), LineState::Undecided, "{line} was flagged");
    }
}

/// What was found singly on a line of a sheet stays as it was found, and a pair that the roll speaks against is not passed.
#[tokio::test]
async fn a_sheet_is_passed_only_as_far_as_it_can_be() {
    let mut shift = Shift::under(SHEETS).await;
    let held = lines(&shift.claim("s1", "R1", Stage::ContactSheet, 50).await.unwrap());
    let other = finding(Disposition::Invalid(Reason::NoSignature), "");
    shift.find(put("s1", "R1", held[0], Some(other))).await.unwrap();
    // Decided elsewhere meanwhile.
    let row = format!("{},{},valid,,{},R9,2022-07-10T10:00:00Z,\n", held[1].section, held[1].line, 3);
    let voter = truth(held[1]).voter.unwrap();
    let row = row.replace(",3,R9", &format!(",{},R9", voter.as_str()));
    let file = shift.desk.file("decisions.csv", &format!("{}{row}", crate::desk::HEADER));
    let (snapshot, options) = (&shift.desk.snapshot, casework::files::ReadOptions::default());
    shift.room.act(async |case| case.decide(&file, &options, snapshot, None, &act()).await).await.unwrap();
    shift.now += SignedDuration::from_secs(60);
    let closed = shift.pass_sheet("s1", "R1", &[]).await.unwrap();
    assert_eq!(closed.refused.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [held[1]]);
    assert_eq!(closed.taken, held.len() as u64 - 1);
    assert!(matches!(shift.state(&held[0].to_string()), LineState::Decided(Judgment::Rejected { .. })));
}

#[tokio::test]
async fn known_answers_are_handed_out_and_become_no_events() {
    let mut shift = Shift::begin().await;
    shift.look("b0", "R0", 4, truth).await;
    let known: Vec<_> = shift
        .room
        .file()
        .case()
        .lines()
        .filter(|(_, line)| matches!(line.state, LineState::Decided(_)))
        .map(|(line, _)| line)
        .collect();
    assert_eq!(known.len(), 3);
    let undecided = at("1:4");
    let answer = truth(undecided);
    let refused = shift.room.know(undecided, &answer, "seen by two", &Own::default(), &act()).await;
    assert!(matches!(refused, Err(CaseworkError::NotPossible(_))), "{refused:?}");
    for &line in &known {
        shift.room.know(line, &truth(line), "seen by two", &Own::default(), &act()).await.unwrap();
    }
    let policy = WorkPolicy { known_answers: 200, ..WorkPolicy::default() };
    shift.room.lay_down(policy, "one in five", &act()).await.unwrap();
    let events = shift.room.file().case().seq;
    // Taken again and again without a finding, so that only lines with known answers are found on.
    let (mut seen, mut wrong) = (BTreeSet::new(), 0);
    for turn in 0..60 {
        let id = format!("b{turn}-1");
        let held = lines(&shift.claim(&id, "R1", Stage::Review, 5).await.unwrap());
        for line in held.into_iter().filter(|line| known.contains(line)) {
            assert!(seen.insert(line), "nobody gets {line} twice");
            let found = if wrong == 0 { finding(MISMATCH, truth(line).voter.unwrap().as_str()) } else { truth(line) };
            wrong = 1;
            shift.find(put(&id, "R1", line, Some(found))).await.unwrap();
        }
        let theirs = lines(&shift.claim(&format!("b{turn}-0"), "R0", Stage::Review, 5).await.unwrap());
        assert!(theirs.iter().all(|line| !known.contains(line)), "R0 found on them before");
        let owner = act().actor;
        let own = lines(&shift.claim(&format!("b{turn}-2"), &owner, Stage::Review, 5).await.unwrap());
        assert!(own.iter().all(|line| !known.contains(line)), "who knows the answer is not asked");
        for (id, name) in [(id, "R1"), (format!("b{turn}-0"), "R0"), (format!("b{turn}-2"), owner.as_str())] {
            shift.close(&id, name).await.unwrap();
        }
    }
    assert_eq!(seen.len(), known.len());
    assert_eq!(shift.room.file().case().seq, events, "a look for the sake of quality decides nothing");
    let quality = shift.room.file().quality(shift.now).await.unwrap();
    let r1 = quality.iter().find(|quality| quality.person == "R1").unwrap();
    assert_eq!((r1.recent.known.looks, r1.recent.known.agreed, r1.recent.lines), (3, 2, 3));
    assert_eq!(r1.recent.second.looks, 0);
    let apart = shift.room.file().disagreements(0, 10).await.unwrap();
    assert_eq!((apart.len(), apart[0].kind.as_str(), apart[0].person.as_str()), (1, "known", "R1"));
    assert!(shift.room.file().disagreements(1, 10).await.unwrap().is_empty());
    // Each voter who came with them is on record as seen, and the one line of which nobody was proposed as the signer: three known lines, four others.
    let looks = "SELECT CAST(COUNT(DISTINCT section * 1000 + line) AS TEXT) FROM access WHERE person = 'R1'";
    assert_eq!(shift.count(looks).await, "7");
    shift.room.retire(known[0], &act()).await.unwrap();
    assert_eq!(shift.room.file().known_answers().await.unwrap().len(), 2);
}

#[tokio::test]
async fn accepted_lines_are_looked_at_again_by_others() {
    let mut shift = Shift::under(WorkPolicy { second_looks: 1000, ..WorkPolicy::default() }).await;
    let mut decided = BTreeSet::new();
    for turn in 0..8 {
        let held = shift.look(&format!("r1-{turn}"), "R1", 4, truth).await;
        assert!(held.iter().all(|line| decided.insert(*line)), "nobody looks at their own lines again");
    }
    assert_eq!(decided.len(), 8);
    let events = shift.room.file().case().seq;
    let accepted: BTreeSet<_> = decided.into_iter().filter(|line| truth(*line).found == Disposition::Valid).collect();
    let doubted = *accepted.first().unwrap();
    let doubting = |line: LineRef| {
        if line == doubted { finding(MISMATCH, truth(line).voter.unwrap().as_str()) } else { truth(line) }
    };
    // Who hands them back without a word has not looked.
    assert_eq!(shift.claim("r9", "R9", Stage::Review, 50).await.unwrap().lines.len(), accepted.len());
    assert_eq!(shift.close("r9", "R9").await.unwrap(), Closed::default());
    // Nothing else waits for R2 but the second looks; each is given once.
    let again: BTreeSet<_> = shift.look("r2", "R2", 50, doubting).await.into_iter().collect();
    assert_eq!(again, accepted);
    assert!(shift.look("r3", "R3", 50, truth).await.is_empty());
    assert_eq!(shift.room.file().case().seq, events);
    let apart = shift.room.file().disagreements(0, 10).await.unwrap();
    assert_eq!(apart.len(), 1);
    assert_eq!((apart[0].line, &apart[0].expected, &apart[0].found), (doubted, &truth(doubted), &doubting(doubted)));
    let quality = shift.room.file().quality(shift.now).await.unwrap();
    let r2 = quality.iter().find(|quality| quality.person == "R2").unwrap();
    let looks = accepted.len() as u64;
    assert_eq!((r2.recent.second.looks, r2.recent.second.agreed), (looks, looks - 1));
    assert_eq!(r2.kappa, Some(0), "the first look was always the same, so nothing is beyond chance");
    // Known anew from the store.
    let shift = Shift { room: casework::Workroom::open(shift.room.into_file()).await.unwrap(), ..shift };
    let mut shift = shift;
    assert!(shift.claim("r4", "R4", Stage::Review, 50).await.unwrap().lines.is_empty());
}

/// A server that was started anew, and a supervisor who retires the line meanwhile, take nothing from what was found; and a line whose answer is known and
/// which is to be looked at again comes once.
#[tokio::test]
async fn a_known_answer_is_held_against_what_was_found_in_any_case() {
    let mut shift = Shift::begin().await;
    shift.look("b0", "R0", 8, truth).await;
    let known = at("1:3");
    shift.room.know(known, &truth(known), "seen by two", &Own::default(), &act()).await.unwrap();
    let policy = WorkPolicy { known_answers: 200, second_looks: 1000, ..WorkPolicy::default() };
    shift.room.lay_down(policy, "one in five", &act()).await.unwrap();
    let mut turns = 0..100;
    let id = loop {
        let id = format!("b{}-1", turns.next().expect("it never came as a known one"));
        let held = lines(&shift.claim(&id, "R1", Stage::Review, 50).await.unwrap());
        assert_eq!(held.len(), held.iter().collect::<BTreeSet<_>>().len(), "each line once: {held:?}");
        let kind = "SELECT COALESCE(MAX(kind), '') FROM in_hand WHERE section = 1 AND line = 3";
        if shift.count(kind).await == "known" {
            break id;
        }
        shift.close(&id, "R1").await.unwrap();
    };
    shift.find(put(&id, "R1", known, Some(finding(MISMATCH, "3")))).await.unwrap();
    shift.room.retire(known, &act()).await.unwrap();
    let room = casework::Workroom::open(shift.room.into_file()).await.unwrap();
    let mut shift = Shift { room, ..shift };
    assert_eq!(shift.close(&id, "R1").await.unwrap().taken, 1);
    let apart = shift.room.file().disagreements(0, 10).await.unwrap();
    assert_eq!(apart.iter().map(|apart| (apart.line, apart.kind.as_str())).collect::<Vec<_>>(), [(known, "known")]);
}

/// A further look at a mismatch is held against the first.
#[tokio::test]
async fn blind_looks_count_for_agreement() {
    let mut shift = Shift::begin().await;
    shift.look("b1", "R1", 8, truth).await;
    let held = lines(&shift.claim("b2", "R2", Stage::BlindReview, 5).await.unwrap());
    assert_eq!(held, [at("1:2")]);
    shift.find(put("b2", "R2", held[0], Some(finding(Disposition::Valid, "2")))).await.unwrap();
    shift.close("b2", "R2").await.unwrap();
    let quality = shift.room.file().quality(shift.now).await.unwrap();
    let r2 = quality.iter().find(|quality| quality.person == "R2").unwrap();
    assert_eq!((r2.recent.second.looks, r2.recent.second.agreed), (1, 0));
    assert!(shift.room.file().disagreements(0, 10).await.unwrap().is_empty(), "the rule of three decides it");
}

#[tokio::test]
async fn policies_are_reasoned_kept_and_never_changed() {
    let mut shift = Shift::begin().await;
    let refused = shift.room.lay_down(SHEETS, " ", &act()).await;
    assert!(matches!(refused, Err(CaseworkError::NoReason)));
    for wrong in [
        WorkPolicy { contact_sheet_from: Some(500_000), ..SHEETS },
        WorkPolicy { known_answers: 201, ..SHEETS },
        WorkPolicy { second_looks: 1001, ..SHEETS },
        WorkPolicy { least_look: 60_001, ..SHEETS },
    ] {
        assert!(matches!(shift.room.lay_down(wrong, "why", &act()).await, Err(CaseworkError::NotPossible(_))));
    }
    assert_eq!(shift.room.file().policy().await.unwrap().policy, WorkPolicy::default());
    for _ in 0..2 {
        shift.room.lay_down(SHEETS, "pictures are here", &act()).await.unwrap();
    }
    let held = shift.room.file().policy().await.unwrap();
    assert_eq!((held.policy, held.by.as_str(), held.because.as_str()), (SHEETS, "clerk", "pictures are here"));
    assert_eq!(shift.count("SELECT CAST(COUNT(*) AS TEXT) FROM policy").await, "1");
    for sql in ["DELETE FROM policy", "UPDATE policy SET person = 'R2'"] {
        assert!(shift.desk.run(sql).await.unwrap_err().contains("is never"), "{sql}");
    }
}
