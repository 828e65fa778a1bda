//! People at work: lines handed out, found on, taken back, passed on, closed, lapsed.

use casework::{BulkAct, LEASE, Own, PassedTo, Stage, WorkError, Workroom};
use domain::{Disposition, LineState, Reason, VoterId};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::{
    desk::act,
    shift::{MISMATCH, Shift, at, finding, lines, put, truth, worker},
    shift_model::{Step, follow},
};

#[tokio::test]
async fn a_batch_from_claim_to_close() {
    let mut shift = Shift::begin().await;
    assert_eq!(shift.room.waiting(Stage::Review), 8);
    let batch = shift.claim("b1", "R1", Stage::Review, 3).await.unwrap();
    let first = lines(&batch);
    assert_eq!(first.len(), 3);
    assert!(!first.contains(&at("1:4")), "the likeliest come first, and nobody was found for this one");
    let sheet = shift.room.sheet("b1", &worker("R1"), first[0], shift.now).await.unwrap();
    let best = &sheet.search.unwrap().candidates[0];
    assert_eq!(Some(&best.voter), truth(first[0]).voter.as_ref());
    // Asked again after a lost answer: the same lines. Another person's batch is nobody else's.
    assert_eq!(shift.claim("b1", "R1", Stage::Review, 3).await.unwrap(), batch);
    assert!(matches!(shift.claim("b1", "R2", Stage::Review, 3).await, Err(WorkError::NameTaken)));
    assert!(matches!(shift.claim("b1", "R1", Stage::BlindReview, 3).await, Err(WorkError::NameTaken)));
    let second = lines(&shift.claim("b2", "R2", Stage::Review, 50).await.unwrap());
    assert_eq!(second.len(), 5);
    assert!(second.iter().all(|line| !first.contains(line)));
    assert!(shift.claim("b3", "R3", Stage::Review, 5).await.unwrap().lines.is_empty(), "everything is in hand");
    // What is found is kept and can be taken back; it is no event before the batch is closed.
    let events = shift.room.file().case().seq;
    let wrong = finding(Disposition::Invalid(Reason::NoSignature), "");
    for found in [Some(wrong), None, Some(truth(first[0]))] {
        shift.find(put("b1", "R1", first[0], found)).await.unwrap();
    }
    assert!(matches!(shift.find(put("b1", "R2", first[0], None)).await, Err(WorkError::NotInHand)));
    assert!(matches!(shift.find(put("b1", "R1", second[0], None)).await, Err(WorkError::NotInHand)));
    let impossible = finding(Disposition::Valid, "");
    assert!(matches!(shift.find(put("b1", "R1", first[1], Some(impossible))).await, Err(WorkError::Refused(_))));
    assert_eq!(shift.room.file().case().seq, events);
    let closed = shift.close("b1", "R1").await.unwrap();
    assert_eq!((closed.taken, closed.refused.len()), (1, 0));
    assert_eq!(shift.room.file().case().seq, events + 1);
    assert_eq!(shift.room.waiting(Stage::Review), 7);
    assert_eq!(shift.close("b1", "R1").await.unwrap(), closed, "closed once, and told again after a lost answer");
    assert_eq!(shift.room.file().case().seq, events + 1);
    assert!(matches!(shift.close("b2", "R1").await, Err(WorkError::NotInHand)));
    assert!(matches!(shift.find(put("b1", "R1", first[0], None)).await, Err(WorkError::NotInHand)));
    // What was not found on goes back to its queue, for others and for the same person.
    let rest = lines(&shift.claim("b4", "R1", Stage::Review, 5).await.unwrap());
    assert_eq!(rest, first[1..]);
}

/// Every look at a voter's record that a batch brings is on record before its lines are handed out.
#[tokio::test]
async fn looks_at_records_are_kept() {
    let mut shift = Shift::begin().await;
    let batch = shift.claim("b1", "R1", Stage::Review, 2).await.unwrap();
    let mut shown = 0;
    for line in lines(&batch) {
        let sheet = shift.room.sheet("b1", &worker("R1"), line, shift.now).await.unwrap();
        shown += sheet.search.unwrap().candidates.len();
    }
    let kept = shift
        .desk
        .text("SELECT CAST(COUNT(*) AS TEXT) FROM access WHERE person = 'R1' AND why = 'candidate of a line in hand'")
        .await;
    assert_eq!(kept, shown.to_string());
    for sql in ["DELETE FROM access", "UPDATE access SET person = 'R2'"] {
        assert!(shift.desk.run(sql).await.unwrap_err().contains("is never"), "{sql}");
    }
}

#[tokio::test]
async fn lines_lapse_and_what_was_found_is_not_lost() {
    let mut shift = Shift::begin().await;
    let batch = lines(&shift.claim("b1", "R1", Stage::Review, 3).await.unwrap());
    shift.now += LEASE - SignedDuration::from_secs(1);
    shift.find(put("b1", "R1", batch[0], Some(truth(batch[0])))).await.unwrap();
    // A finding begins the time anew.
    shift.now += LEASE;
    shift.find(put("b1", "R1", batch[1], Some(truth(batch[1])))).await.unwrap();
    shift.now += LEASE + SignedDuration::from_secs(1);
    assert!(matches!(shift.find(put("b1", "R1", batch[2], Some(truth(batch[2])))).await, Err(WorkError::NotInHand)));
    let next = lines(&shift.claim("b2", "R2", Stage::Review, 50).await.unwrap());
    assert!(next.contains(&batch[2]) && !next.contains(&batch[0]) && !next.contains(&batch[1]));
    for line in &batch[..2] {
        assert_ne!(shift.state(&line.to_string()), &LineState::Undecided, "{line}");
    }
}

/// A server that stops in the middle of closing a batch: the next one to hand lines out goes on.
#[tokio::test]
async fn a_batch_left_half_closed() {
    let mut shift = Shift::begin().await;
    let batch = lines(&shift.claim("b1", "R1", Stage::Review, 3).await.unwrap());
    shift.find(put("b1", "R1", batch[0], Some(truth(batch[0])))).await.unwrap();
    shift.desk.run("UPDATE batch SET closed_at = 1").await.unwrap();
    assert!(matches!(shift.find(put("b1", "R1", batch[1], Some(truth(batch[1])))).await, Err(WorkError::NotInHand)));
    let events = shift.room.file().case().seq;
    let next = lines(&shift.claim("b2", "R2", Stage::Review, 50).await.unwrap());
    assert_eq!(shift.room.file().case().seq, events + 1);
    assert_eq!(next.len(), 7);
    let told = shift.close("b1", "R1").await.unwrap();
    assert_eq!((told.taken, told.refused.len()), (1, 0), "whoever asks again learns what became of it");
}

/// A mismatch goes to others, blind, and never twice to one person.
#[tokio::test]
async fn a_mismatch_takes_three_people() {
    let mut shift = Shift::begin().await;
    let mut stage = Stage::Review;
    for (batch, name) in [("b1", "R1"), ("b2", "R2"), ("b3", "R3")] {
        let claimed = lines(&shift.claim(batch, name, stage, 50).await.unwrap());
        assert!(claimed.contains(&at("1:2")), "{name}");
        let sheet = shift.room.sheet(batch, &worker(name), at("1:2"), shift.now).await.unwrap();
        assert_eq!(sheet.named, VoterId::new("2").filter(|_| stage == Stage::BlindReview));
        shift.find(put(batch, name, at("1:2"), Some(truth(at("1:2"))))).await.unwrap();
        shift.close(batch, name).await.unwrap();
        let again = format!("{batch}-again");
        let own = lines(&shift.claim(&again, name, Stage::BlindReview, 50).await.unwrap());
        assert!(own.is_empty(), "{name} gets it again");
        stage = Stage::BlindReview;
    }
    assert!(matches!(shift.state("1:2"), LineState::Decided(domain::Judgment::Mismatch { by, .. }) if by.len() == 3));
    assert_eq!(shift.room.waiting(Stage::BlindReview), 0);
}

/// Whom the first reviewer found by a search is the one whose signature the next one compares, and that they are shown is on record.
#[tokio::test]
async fn who_was_named_and_is_no_candidate_is_shown_to_the_next() {
    let mut shift = Shift::begin().await;
    shift.claim("b1", "R1", Stage::Review, 50).await.unwrap();
    shift.find(put("b1", "R1", at("1:4"), Some(finding(MISMATCH, "7")))).await.unwrap();
    shift.close("b1", "R1").await.unwrap();
    let looks =
        "SELECT CAST(COUNT(*) AS TEXT) FROM access WHERE voter_id = '7' AND person = 'R2' AND section = 1 AND line = 4";
    assert_eq!(shift.count(looks).await, "0");
    shift.claim("b2", "R2", Stage::BlindReview, 50).await.unwrap();
    let sheet = shift.room.sheet("b2", &worker("R2"), at("1:4"), shift.now).await.unwrap();
    assert_eq!(sheet.named, VoterId::new("7"));
    assert_eq!(shift.count(looks).await, "1");
}

#[tokio::test]
async fn a_line_is_passed_on() {
    let mut shift = Shift::begin().await;
    let batch = lines(&shift.claim("b1", "R1", Stage::Review, 50).await.unwrap());
    let hand = |line| put("b1", "R1", line, None);
    shift.room.pass(&hand(batch[0]), PassedTo::Reviewer, "my neighbour", shift.now).await.unwrap();
    shift.room.pass(&hand(batch[1]), PassedTo::Supervisor, "two signatures", shift.now).await.unwrap();
    shift.room.pass(&hand(batch[1]), PassedTo::Supervisor, "two signatures", shift.now).await.unwrap();
    let again = shift.room.pass(&hand(batch[1]), PassedTo::Supervisor, "again", shift.now).await;
    assert!(matches!(again, Err(WorkError::NotInHand)), "the same again changes nothing, and this is not the same");
    assert!(shift.room.pass(&hand(batch[2]), PassedTo::Reviewer, " ", shift.now).await.is_err());
    shift.close("b1", "R1").await.unwrap();
    let own = lines(&shift.claim("b2", "R1", Stage::Review, 50).await.unwrap());
    assert_eq!(own, batch[2..]);
    let others = lines(&shift.claim("b3", "R2", Stage::Review, 50).await.unwrap());
    assert_eq!(others, [batch[0]]);
    assert_eq!(lines(&shift.claim("b4", "S1", Stage::Exceptions, 50).await.unwrap()), [batch[1]]);
    // It stays with the supervisors when the case is opened again.
    let room = Workroom::open(shift.room.into_file()).await.unwrap();
    assert_eq!((room.waiting(Stage::Exceptions), room.waiting(Stage::Review)), (1, 7));
}

/// A line is passed on, and the answer is lost: said again when another has it in hand, it takes nothing from others.
#[tokio::test]
async fn a_line_is_passed_on_again_when_another_has_it() {
    let mut shift = Shift::begin().await;
    let first = lines(&shift.claim("b1", "R1", Stage::Review, 3).await.unwrap())[0];
    for holder in [None, Some("R2")] {
        if let Some(name) = holder {
            assert_eq!(lines(&shift.claim("b2", name, Stage::Review, 1).await.unwrap()), [first]);
        }
        let again = shift.room.pass(&put("b1", "R1", first, None), PassedTo::Reviewer, "not mine", shift.now).await;
        again.unwrap();
    }
    let next = lines(&shift.claim("b3", "R3", Stage::Review, 2).await.unwrap());
    assert!(next.len() == 2 && !next.contains(&first), "{next:?}");
}

/// A line that three people have skipped would come to nobody in the end: a supervisor gets it.
#[tokio::test]
async fn a_line_that_everybody_skips_goes_to_a_supervisor() {
    let mut shift = Shift::begin().await;
    for (nth, name) in ["R1", "R2", "R3"].into_iter().enumerate() {
        assert_eq!(shift.room.waiting(Stage::Exceptions), 0);
        let id = format!("b{nth}");
        let held = lines(&shift.claim(&id, name, Stage::Review, 50).await.unwrap());
        assert!(held.contains(&at("1:4")));
        shift
            .room
            .pass(&put(&id, name, at("1:4"), None), PassedTo::Reviewer, "cannot read it", shift.now)
            .await
            .unwrap();
        shift.close(&id, name).await.unwrap();
    }
    assert_eq!(lines(&shift.claim("b9", "S1", Stage::Exceptions, 50).await.unwrap()), [at("1:4")]);
}

/// What the case takes no more when a batch is closed is told, and nothing of it is half done.
#[tokio::test]
async fn a_case_that_changed_meanwhile() {
    let mut shift = Shift::begin().await;
    let batch = lines(&shift.claim("b1", "R1", Stage::Review, 50).await.unwrap());
    for &line in &batch {
        shift.find(put("b1", "R1", line, Some(truth(line)))).await.unwrap();
    }
    // Meanwhile somebody takes in a file with a decision on one of the lines.
    let rows = "1,1,invalid,no_signature,,R9,2022-07-10T10:00:00Z,\n";
    let (desk, room) = (&shift.desk, &mut shift.room);
    room.act(async |case| desk.decide(case, rows).await.map(|_| ())).await.unwrap();
    let closed = shift.close("b1", "R1").await.unwrap();
    assert_eq!(closed.taken, 7);
    assert_eq!(closed.refused.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [at("1:1")]);
    // What was acknowledged and not taken can still be read.
    let kept = shift.desk.text("SELECT note FROM looked WHERE what = 'refused' AND person = 'R1'").await;
    assert!(kept.contains("decided already") && kept.contains(r#"{"disposition":"valid","voter":"1"}"#), "{kept}");
    // Whoever found that may look again, once the decision is taken back.
    let (undo, own) = (BulkAct::ReopenLines { lines: vec![at("1:1")] }, Own::default());
    let foreseen = shift.room.trial(&undo, &own, shift.now).await.unwrap().foresee().unwrap();
    shift.room.propose("a1", undo, foreseen, "the file was wrong", &act()).await.unwrap();
    shift.room.carry_out("a1", &own, &shift.desk.snapshot, &act()).await.unwrap();
    assert_eq!(lines(&shift.claim("b2", "R1", Stage::Review, 50).await.unwrap()), [at("1:1")]);
    // Taken back to the count, nothing is handed out.
    shift.room.act(async |case| case.reopen_count("a box was found", &act()).await).await.unwrap();
    assert_eq!(Stage::ALL.map(|stage| shift.room.waiting(stage)), [0; 4]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever four people and a supervisor do in whatever order; see there what is held against what.
    #[test]
    fn any_shift(steps in prop::collection::vec(any::<[u8; 4]>().prop_map(Step::of), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(follow(&steps));
    }
}

/// The clock is set back an hour while lines are in hand: what was found is taken in all the same, and the log stays in order.
#[tokio::test]
async fn a_clock_that_is_set_back() {
    let mut shift = Shift::begin().await;
    // Later than anything in the log.
    shift.now += SignedDuration::from_hours(2);
    let batch = lines(&shift.claim("b1", "R1", Stage::Review, 3).await.unwrap());
    shift.find(put("b1", "R1", batch[0], Some(truth(batch[0])))).await.unwrap();
    shift.now -= SignedDuration::from_hours(1);
    shift.find(put("b1", "R1", batch[1], Some(truth(batch[1])))).await.unwrap();
    let closed = shift.close("b1", "R1").await.unwrap();
    assert_eq!((closed.taken, closed.refused), (2, Vec::new()));
    assert_eq!(lines(&shift.claim("b2", "R2", Stage::Review, 50).await.unwrap()).len(), 6);
    let place = shift.desk.place();
    let again = casework::CaseFile::open(&place).await.unwrap();
    assert_eq!(again.events_digest(), shift.room.file().events_digest());
}
