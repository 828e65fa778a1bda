//! Acts on many lines: counted, shown, done or called off.

use casework::{Act, ActError, ActState, BulkAct, CaseworkError, Foreseen, Own, ProposedAct, Stage, Workroom};
use domain::{Disposition, LineRef, LineState, Reason, SectionNo, SectionState, VoidGround};

use crate::{
    desk::act,
    shift::{Shift, at, lines, put, truth},
};

fn supervisor() -> Act {
    Act { actor: "super".to_owned(), ..act() }
}

fn section(no: u32) -> SectionNo {
    SectionNo::new(no).unwrap()
}

fn void(no: u32) -> BulkAct {
    BulkAct::VoidSection { section: section(no), ground: VoidGround::SectionFatal }
}

impl Shift {
    /// An office whose lines are all decided.
    async fn decided() -> Self {
        let shift = Self::begin().await;
        shift.room.into_file().close().await;
        let desk = crate::desk::Desk::new();
        let room = Workroom::open(desk.decided().await).await.unwrap();
        Self { desk, room, now: act().at }
    }

    async fn propose(&self, id: &str, act: BulkAct) -> Result<ProposedAct, ActError> {
        let foreseen = self.room.trial(&act, &Own::default(), self.now).await?.foresee()?;
        self.room.propose(id, act, foreseen, "the declaration is not signed", &supervisor()).await
    }

    async fn carry_out(&mut self, id: &str) -> Result<(), ActError> {
        self.room.carry_out(id, &Own::default(), &self.desk.snapshot, &supervisor()).await
    }
}

/// Section 1 has the line that counts for voter 1, and section 2 none of that voter: what voiding does to others is counted, too.
#[tokio::test]
async fn a_section_is_voided_as_shown_and_restored() {
    let mut shift = Shift::decided().await;
    let valid = shift.room.file().settlement().tally.valid;
    let before = shift.room.file().case().seq;
    let shown = shift.propose("a1", void(1)).await.unwrap();
    assert_eq!(shown.foreseen, Foreseen { lines: 5, decided: 5, in_hand: 0, no_longer_valid: 2, newly_valid: 0 });
    assert_eq!(shift.room.file().case().seq, before, "nothing is done yet");
    // Asked again after a lost answer it is the same act; another one needs another name.
    assert_eq!(shift.propose("a1", void(1)).await.unwrap(), shown);
    assert!(matches!(shift.propose("a1", void(2)).await, Err(ActError::NameTaken)));
    for _ in 0..2 {
        shift.carry_out("a1").await.unwrap();
    }
    assert_eq!(shift.room.file().case().seq, before + 1, "done once");
    assert_eq!(shift.room.file().settlement().tally.valid, valid - 2);
    let done = shift.room.proposed("a1").await.unwrap();
    assert_eq!(done.state, ActState::Done("super".to_owned(), act().at));
    assert!(matches!(shift.room.call_off("a1", &supervisor()).await, Err(ActError::Settled("done"))));
    // A section is void once.
    assert!(matches!(shift.propose("a2", void(1)).await, Err(ActError::Case(CaseworkError::Case(_)))));
    let back = shift.propose("a3", BulkAct::RestoreSection { section: section(1) }).await.unwrap();
    assert_eq!((back.foreseen.no_longer_valid, back.foreseen.newly_valid), (0, 2));
    shift.carry_out("a3").await.unwrap();
    assert_eq!(shift.room.file().settlement().tally.valid, valid);
    let acts: Vec<_> = shift.room.acts(0, 10).await.unwrap().into_iter().map(|act| act.id).collect();
    assert_eq!(acts, ["a1", "a3"]);
    // The note of the event is the reason, and the supervisor is its author.
    let private = shift.desk.text("SELECT actor || private FROM event WHERE kind = 'section_voided'").await;
    assert!(private.starts_with("super") && private.contains("the declaration is not signed"), "{private}");
}

#[tokio::test]
async fn decisions_are_taken_back_together() {
    let mut shift = Shift::decided().await;
    // 1:1 counts for voter 1, so 1:5 is its duplicate and takes its place.
    let reopen = |lines: &[&str]| BulkAct::ReopenLines { lines: lines.iter().map(|line| at(line)).collect() };
    let shown = shift.propose("a1", reopen(&["1:1", "1:2"])).await.unwrap();
    assert_eq!(shown.foreseen, Foreseen { lines: 2, decided: 2, in_hand: 0, no_longer_valid: 1, newly_valid: 1 });
    for wrong in [reopen(&[]), reopen(&["1:1", "1:1"]), reopen(&["9:9"])] {
        assert!(matches!(shift.propose("a2", wrong).await, Err(ActError::Case(CaseworkError::NotPossible(_)))));
    }
    shift.carry_out("a1").await.unwrap();
    assert_eq!(*shift.state("1:1"), LineState::Undecided);
    assert_eq!(shift.room.waiting(Stage::Review), 2);
    assert!(shift.propose("a3", reopen(&["1:1"])).await.is_err(), "there is nothing to take back");
}

#[tokio::test]
async fn what_is_not_as_shown_is_not_done() {
    let mut shift = Shift::begin().await;
    shift.propose("a1", void(2)).await.unwrap();
    let held = lines(&shift.claim("b1", "R1", Stage::Review, 50).await.unwrap());
    let why = shift.carry_out("a1").await.unwrap_err();
    assert!(matches!(why, ActError::Otherwise { now: Foreseen { lines: 3, in_hand: 3, .. }, .. }), "{why:?}");
    let here = shift.room.file().case().section(section(2)).unwrap().state;
    assert_eq!(here, SectionState::Received);
    // Called off it stays so, however often it is asked.
    for _ in 0..2 {
        shift.room.call_off("a1", &supervisor()).await.unwrap();
    }
    assert!(matches!(shift.carry_out("a1").await, Err(ActError::Settled("called off"))));
    assert!(matches!(shift.carry_out("a9").await, Err(ActError::Unknown)));
    // Done while lines are in hand: what was found on them is told as refused when the batch is closed, and kept on record.
    shift.propose("a2", void(2)).await.unwrap();
    shift.carry_out("a2").await.unwrap();
    let of_two: Vec<_> = held.into_iter().filter(|line| line.section == section(2)).collect();
    let kept = shift.find(put("b1", "R1", of_two[0], Some(truth(of_two[0])))).await;
    assert!(kept.is_ok(), "a void section's lines may still be judged: {kept:?}");
    assert_eq!(shift.close("b1", "R1").await.unwrap().taken, 1);
}

/// What a person found, or what was found in one batch, is taken back as far as it still stands.
#[tokio::test]
async fn the_work_of_a_person_is_taken_back() {
    let mut shift = Shift::begin().await;
    let first = shift.look("b1", "R1", 3, truth).await;
    let since = shift.now + jiff::SignedDuration::from_mins(5);
    shift.now = since;
    let second = shift.look("b2", "R1", 2, truth).await;
    let of_another = shift.look("b3", "R2", 2, truth).await;
    let decided = |shift: &Shift, lines: &[LineRef]| {
        lines.iter().filter(|line| matches!(shift.state(&line.to_string()), LineState::Decided(_))).count() as u64
    };
    let (of_first, of_second, others) =
        (decided(&shift, &first), decided(&shift, &second), decided(&shift, &of_another));
    assert!(of_first > 0 && of_second > 0 && others > 0);
    let batch = BulkAct::ReopenBatch { batch: "b1".to_owned() };
    let shown = shift.propose("a1", batch.clone()).await.unwrap();
    assert_eq!((shown.foreseen.lines, shown.foreseen.decided), (of_first, of_first));
    shift.carry_out("a1").await.unwrap();
    assert_eq!(decided(&shift, &first), 0);
    let nothing = shift.propose("a2", batch).await;
    assert!(matches!(nothing, Err(ActError::Case(CaseworkError::NotPossible(_)))), "{nothing:?}");
    // From an instant on: nothing of the first batch, and nothing of what others found.
    let work = BulkAct::ReopenWorkOf { person: "R1".to_owned(), since };
    assert_eq!(shift.propose("a3", work).await.unwrap().foreseen.lines, of_second);
    shift.carry_out("a3").await.unwrap();
    assert_eq!((decided(&shift, &second), decided(&shift, &of_another)), (0, others));
    // Others decide the lines: whoever found on them does not get them again.
    let held = lines(&shift.claim("b4", "R1", Stage::Review, 50).await.unwrap());
    assert!(held.iter().all(|line| !first.contains(line) && !second.contains(line)), "{held:?}");
}

/// Nobody sees to a section that they circulated or may have signed.
#[tokio::test]
async fn nobody_acts_on_their_own_section() {
    let shift = Shift::begin().await;
    let signer = Own { voter: domain::VoterId::new("1"), ..Own::default() };
    let reopen = BulkAct::ReopenLines { lines: vec![at("1:1")] };
    for wanted in [void(1), BulkAct::RestoreSection { section: section(1) }, reopen] {
        let refused = shift.room.trial(&wanted, &signer, shift.now).await.map(|_| ());
        assert!(matches!(refused, Err(ActError::Own)), "{wanted:?}: {refused:?}");
    }
}

/// Who calls an act off at another server, between the last look at it and its events, is not told so while it is done.
#[tokio::test]
async fn an_act_that_was_called_off_elsewhere_is_not_done() {
    let mut shift = Shift::decided().await;
    if matches!(shift.desk.place(), casework::Place::Server(_)) {
        // The moment in between is made by a trigger, in the words of SQLite.
        return;
    }
    shift.propose("a1", void(1)).await.unwrap();
    let (events, valid) = (shift.room.file().case().seq, shift.room.file().settlement().tally.valid);
    let off = "CREATE TRIGGER in_between AFTER INSERT ON event BEGIN UPDATE bulk_act SET state = 'called_off'; END";
    shift.desk.run(off).await.unwrap();
    let done = shift.carry_out("a1").await;
    assert!(matches!(done, Err(ActError::Case(CaseworkError::Changed(_)))), "{done:?}");
    assert_eq!((shift.room.file().case().seq, shift.room.file().settlement().tally.valid), (events, valid));
    shift.desk.run("DROP TRIGGER in_between").await.unwrap();
    shift.carry_out("a1").await.unwrap();
    assert_eq!(shift.room.file().case().seq, events + 1);
}

#[tokio::test]
async fn lines_are_taken_from_a_hand() {
    let mut shift = Shift::begin().await;
    let first = lines(&shift.claim("b1", "R1", Stage::Review, 3).await.unwrap());
    let others = lines(&shift.claim("b2", "R2", Stage::Review, 50).await.unwrap());
    shift.find(put("b1", "R1", first[0], Some(truth(first[0])))).await.unwrap();
    let shown = shift.propose("a1", BulkAct::TakeFromHand { person: "R1".to_owned() }).await.unwrap();
    assert_eq!(shown.foreseen, Foreseen { lines: 3, in_hand: 3, ..Foreseen::default() });
    shift.carry_out("a1").await.unwrap();
    assert!(matches!(shift.state(&first[0].to_string()), LineState::Decided(_)), "what was found is kept");
    assert!(shift.find(put("b1", "R1", first[1], Some(truth(first[1])))).await.is_err());
    let again = lines(&shift.claim("b3", "R3", Stage::Review, 50).await.unwrap());
    assert_eq!(again, first[1..], "and R2 keeps what is in hand");
    assert_eq!(others.len(), 5);
}

#[tokio::test]
async fn groups_of_one_voter() {
    let shift = Shift::decided().await;
    let groups = shift.room.file().duplicates(0, 10);
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].voter.as_str(), "1");
    let duplicate = Disposition::Invalid(Reason::Duplicate);
    assert_eq!(groups[0].lines, [(at("1:1"), Some(Disposition::Valid)), (at("1:5"), Some(duplicate))]);
    assert!(shift.room.file().duplicates(1, 10).is_empty());
}
