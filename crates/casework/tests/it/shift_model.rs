//! People at work against a shadow model: whatever four people and a supervisor do in whatever order, each is let through or refused as the plain model
//! says, the same lines are handed out in the same order, and the case and its queues stand where the model stands.

use std::collections::BTreeMap;

use casework::{Act, ActError, BulkAct, CaseworkError, Finding, Own, PassedTo, Stage, WorkPolicy, Workroom};
use domain::{Judgment, LineRef, LineState, Reason, SectionNo, SectionState, VoidGround, VoterId};
use jiff::SignedDuration;

use crate::{
    desk::act,
    shift::{MISMATCH, Shift, at, compared, person, put, truth, worker},
    shift_shadow::{Batch, LINES, Outcome, PEOPLE, SHEETS_FROM, Shadow, Standing, What},
};

const BECAUSE: &str = "for a reason";

/// A batch, and who acts on it: its own person, or the next one in the list, whose it is not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hand {
    /// Counted back from the last one that was handed out.
    pub(crate) back: u8,
    pub(crate) stranger: bool,
}

/// What happens next. A line is mostly one of the batch, or of the last one.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Claim(u8, Stage, u8),
    ClaimAgain(Hand),
    Find(Hand, u8, bool),
    TakeBack(Hand, u8),
    Pass(Hand, u8, PassedTo),
    /// Counted among the sheets, with a flag a bit.
    PassSheet(Hand, u8),
    Close(Hand),
    /// Minutes; less than none where the clock is set back.
    Wait(i8),
    /// Whether likely lines come on contact sheets from now on.
    Sheets(bool),
    /// A file with a decision on the line is taken in.
    Decide(u8),
    Reopen(u8),
    Void(u8),
    Restore(u8),
    TakeFromHand(u8),
    /// Counted among those that were closed.
    ReopenBatch(Hand),
    /// The signature on a line was compared with those of its likeliest voter, or of another one, to this many thousandths; none where it could not be.
    Compare(u8, bool, Option<u16>),
}

impl Step {
    /// A step by four bytes, any of them.
    pub(crate) fn of([kind, first, second, third]: [u8; 4]) -> Self {
        let hand = Hand { back: [0, 0, 0, 1, 1, 2, 3, 4][usize::from(first % 8)], stranger: first >= 240 };
        let to = if third % 4 == 0 { PassedTo::Supervisor } else { PassedTo::Reviewer };
        let stage = match second % 8 {
            0..=2 => Stage::ContactSheet,
            3 | 4 => Stage::Review,
            5 | 6 => Stage::BlindReview,
            _ => Stage::Exceptions,
        };
        match kind % 32 {
            0..=5 => Self::Claim(first, stage, third % 6),
            6 => Self::Compare(second, first >= 224, (third % 8 > 0).then_some(u16::from(third % 4) * 300)),
            7 => Self::ClaimAgain(hand),
            8..=13 => Self::Find(hand, second, third % 2 == 0),
            14 => Self::TakeBack(hand, second),
            15..=17 => Self::Pass(hand, second, to),
            18..=20 => Self::PassSheet(hand, second & third),
            21..=23 => Self::Close(hand),
            24 => Self::Wait([-3, -1, 1, 5, 10, 14, 16, 20][usize::from(second % 8)]),
            25 => Self::Sheets(third % 4 != 0),
            26 | 27 => Self::Decide(second),
            28 => Self::Reopen(second),
            29 if third % 2 == 0 => Self::Void(second),
            29 => Self::Restore(second),
            30 => Self::TakeFromHand(first),
            _ => Self::ReopenBatch(hand),
        }
    }
}

fn section(line: u8) -> SectionNo {
    SectionNo::new(u32::from(line % 2) + 1).unwrap()
}

fn policy(sheets: bool) -> WorkPolicy {
    let contact_sheet_from = sheets.then_some(SHEETS_FROM);
    WorkPolicy { contact_sheet_from, least_look: 0, ..WorkPolicy::default() }
}

/// A case and its shadow, side by side.
struct Both {
    shift: Shift,
    shadow: Shadow,
    acts: usize,
}

impl Both {
    async fn begin() -> Self {
        let mut shift = Shift::begin().await;
        shift.room.lay_down(policy(true), BECAUSE, &act()).await.unwrap();
        let mut likely = BTreeMap::new();
        for line in LINES.map(at) {
            let search = shift.room.file().search_of(line.section, line.line).await.unwrap().unwrap();
            likely.extend(search.candidates.into_iter().next().map(|best| (line, (best.ppm, best.voter))));
        }
        let shadow = Shadow::new(shift.now, likely);
        Self { shift, shadow, acts: 0 }
    }

    /// The batch that is meant among those of a kind, its name, and who acts; none where there is no such batch yet.
    fn hand(&self, Hand { back, stranger }: Hand, of: impl Fn(&Batch) -> bool) -> Option<(usize, String, usize)> {
        let of_kind = self.shadow.batches.iter().enumerate().rev().filter(|(_, batch)| of(batch));
        let (nth, batch) = of_kind.take(1 + usize::from(back)).last()?;
        Some((nth, format!("b{nth}"), (batch.who + usize::from(stranger)) % PEOPLE.len()))
    }

    /// A line of a batch, or where there is none any line; of high numbers each is any line.
    fn line(&self, nth: Option<usize>, line: u8) -> LineRef {
        let held = nth.map_or(&[][..], |nth| &self.shadow.batches[nth].held);
        match usize::from(line).checked_rem(held.len()).filter(|_| line < 192) {
            Some(place) => held[place].0,
            None => at(LINES[usize::from(line) % LINES.len()]),
        }
    }

    /// A line of the last batch that has some.
    fn line_in_hand(&self, line: u8) -> LineRef {
        self.line(self.shadow.batches.iter().rposition(|batch| !batch.held.is_empty()), line)
    }

    /// What a step comes to, and what the shadow says that it comes to; none where there is nothing for it to act on.
    async fn take(&mut self, step: &Step) -> Option<(Outcome, Outcome)> {
        Some(match *step {
            Step::Claim(who, stage, size) => {
                let (who, id) = (usize::from(who) % PEOPLE.len(), format!("b{}", self.shadow.batches.len()));
                let batch = self.shift.claim(&id, PEOPLE[who], stage, size.into()).await;
                (batch.into(), self.shadow.claim(who, stage, size.into()))
            }
            Step::ClaimAgain(hand) => {
                let (nth, id, who) = self.hand(hand, |_| true)?;
                let batch = self.shift.claim(&id, PEOPLE[who], self.shadow.batches[nth].stage, 3).await;
                (batch.into(), self.shadow.claim_again(nth, who))
            }
            Step::Find(hand, line, mismatch) => {
                let (nth, id, who) = self.hand(hand, |_| true)?;
                let line = self.line(Some(nth), line);
                let truth = truth(line);
                let found = if mismatch { Finding { found: MISMATCH, ..truth } } else { truth };
                let done = self.shift.find(put(&id, PEOPLE[who], line, Some(found.clone()))).await;
                (done.into(), self.shadow.find(nth, who, line, Some(&found)))
            }
            Step::TakeBack(hand, line) => {
                let (nth, id, who) = self.hand(hand, |_| true)?;
                let line = self.line(Some(nth), line);
                let done = self.shift.find(put(&id, PEOPLE[who], line, None)).await;
                (done.into(), self.shadow.find(nth, who, line, None))
            }
            Step::Pass(hand, line, to) => {
                let (nth, id, who) = self.hand(hand, |_| true)?;
                let line = self.line(Some(nth), line);
                let put = put(&id, PEOPLE[who], line, None);
                let done = self.shift.room.pass(&put, to, BECAUSE, self.shift.now).await;
                (done.into(), self.shadow.pass(nth, who, line, to))
            }
            Step::PassSheet(hand, flags) => {
                let (nth, id, who) = self.hand(hand, |batch| batch.stage == Stage::ContactSheet)?;
                let held = self.shadow.batches[nth].held.iter().zip(0_u32..);
                let flagged: Vec<_> = held.filter(|(_, at)| flags >> at & 1 == 1).map(|((line, _), _)| *line).collect();
                let (desk, now) = (&self.shift.desk, self.shift.now);
                let done = self.shift.room.pass_sheet(&id, &worker(PEOPLE[who]), &flagged, &desk.snapshot, now).await;
                (done.into(), self.shadow.pass_sheet(nth, who, &flagged))
            }
            Step::Close(hand) => {
                let (nth, id, who) = self.hand(hand, |_| true)?;
                (self.shift.close(&id, PEOPLE[who]).await.into(), self.shadow.close(nth, who))
            }
            Step::Wait(minutes) => {
                self.shift.now += SignedDuration::from_mins(minutes.into());
                self.shadow.now = self.shift.now;
                return None;
            }
            Step::Sheets(sheets) => {
                self.shift.room.lay_down(policy(sheets), BECAUSE, &act()).await.unwrap();
                self.shadow.sheets = sheets;
                return None;
            }
            Step::Decide(line) => {
                let line = self.line_in_hand(line);
                let row = format!("{},{},invalid,no_signature,,R9,2022-07-10T10:00:00Z,\n", line.section, line.line);
                let desk = &self.shift.desk;
                let done = self.shift.room.act(async |case| desk.decide(case, &row).await).await;
                (if done.is_ok() { Outcome::Done } else { Outcome::Refused }, self.shadow.decide(line))
            }
            Step::Reopen(line) => {
                let line = self.line_in_hand(line);
                (self.bulk(BulkAct::ReopenLines { lines: vec![line] }).await, self.shadow.reopen(&[line]))
            }
            Step::Void(no) => {
                let section = section(no);
                let done = self.bulk(BulkAct::VoidSection { section, ground: VoidGround::SectionFatal }).await;
                (done, if self.shadow.void.insert(section) { Outcome::Done } else { Outcome::Refused })
            }
            Step::Restore(no) => {
                let section = section(no);
                let done = self.bulk(BulkAct::RestoreSection { section }).await;
                (done, if self.shadow.void.remove(&section) { Outcome::Done } else { Outcome::Refused })
            }
            Step::TakeFromHand(who) => {
                let who = usize::from(who) % PEOPLE.len();
                let act = BulkAct::TakeFromHand { person: PEOPLE[who].to_owned() };
                (self.bulk(act).await, self.shadow.take_from_hand(who))
            }
            Step::ReopenBatch(hand) => {
                let (nth, batch, _) = self.hand(hand, |batch| batch.closed)?;
                (self.bulk(BulkAct::ReopenBatch { batch }).await, self.shadow.reopen_batch(nth))
            }
            Step::Compare(line, other, permille) => {
                let line = at(LINES[usize::from(line) % LINES.len()]);
                let voter = self.shadow.best(line).filter(|_| !other).unwrap_or_else(|| VoterId::new("7").unwrap());
                let all = [compared(line, &voter, permille)];
                self.shift.room.file().keep_compared(&all, "a way", self.shift.now).await.unwrap();
                self.shadow.compare(line, &voter, permille);
                // By another program: whoever hands lines out sees it some seconds later.
                self.shift.now += SignedDuration::from_secs(6);
                self.shadow.now = self.shift.now;
                let id = format!("b{}", self.shadow.batches.len());
                let none = self.shift.claim(&id, PEOPLE[0], Stage::Review, 0).await;
                (none.into(), self.shadow.claim(0, Stage::Review, 0))
            }
        })
    }

    /// A supervisor proposes an act, and does it.
    async fn bulk(&mut self, wanted: BulkAct) -> Outcome {
        self.acts += 1;
        let (id, own, by) =
            (format!("a{}", self.acts), Own::default(), Act { actor: "super".to_owned(), at: self.shift.now });
        let Shift { room, desk, now } = &mut self.shift;
        let trial = room.trial(&wanted, &own, *now).await.and_then(|trial| Ok(trial.foresee()?));
        let foreseen = match trial {
            Ok(foreseen) => foreseen,
            Err(ActError::Case(CaseworkError::Case(_) | CaseworkError::NotPossible(_))) => return Outcome::Refused,
            Err(other) => panic!("{other}"),
        };
        room.propose(&id, wanted, foreseen, BECAUSE, &by).await.unwrap();
        room.carry_out(&id, &own, &desk.snapshot, &by).await.unwrap();
        Outcome::Done
    }

    fn agree(&self, room: &Workroom) {
        let case = room.file().case();
        for stage in Stage::ALL {
            assert_eq!(room.waiting(stage), self.shadow.waiting(stage).len() as u64, "{stage}");
        }
        for (line, standing) in &self.shadow.lines {
            let by = |who: &[usize]| who.iter().map(|who| person(PEOPLE[*who])).collect::<Vec<_>>();
            let state = &case.line(*line).unwrap().state;
            let same = match (state, standing) {
                (LineState::Undecided, Standing::Undecided) => true,
                (LineState::MismatchPending { by: all, .. }, Standing::Pending(who))
                | (LineState::Decided(Judgment::Mismatch { by: all, .. }), Standing::Decided(who)) => *all == by(who),
                (
                    LineState::Decided(Judgment::Rejected { reason: Reason::NoSignature, .. }),
                    Standing::Decided(who),
                ) => who.is_empty(),
                (
                    LineState::Decided(Judgment::Genuine { by: one, .. } | Judgment::Rejected { by: one, .. }),
                    Standing::Decided(who),
                ) => [one.clone()] == *by(who),
                _ => false,
            };
            assert!(same, "{line}: {state:?} and not {standing:?}");
        }
        for section in [section(0), section(1)] {
            let void = matches!(case.section(section).unwrap().state, SectionState::Void(_));
            assert_eq!(void, self.shadow.void.contains(&section), "section {section}");
        }
    }
}

/// Takes the steps at a case and at its shadow, and holds one against the other after each.
pub(crate) async fn follow(steps: &[Step]) {
    let mut both = Both::begin().await;
    for step in steps {
        if let Some((done, foretold)) = both.take(step).await {
            assert_eq!(done, foretold, "{step:?}");
        }
        both.agree(&both.shift.room);
    }
    let held: usize = both.shadow.batches.iter().map(|batch| batch.held.len()).sum();
    assert_eq!(both.shift.desk.text("SELECT CAST(COUNT(*) AS TEXT) FROM in_hand").await, held.to_string());
    let judged = both.shift.desk.text("SELECT CAST(COUNT(*) AS TEXT) FROM event WHERE kind = 'line_judged'").await;
    assert_eq!(judged, both.shadow.judged.to_string());
    for (what, count) in [
        (What::Found, "SELECT CAST(COUNT(*) AS TEXT) FROM looked WHERE what = 'found'"),
        (What::Skipped, "SELECT CAST(COUNT(*) AS TEXT) FROM looked WHERE what = 'skipped'"),
        (What::Escalated, "SELECT CAST(COUNT(*) AS TEXT) FROM looked WHERE what = 'escalated'"),
        (What::Refused, "SELECT CAST(COUNT(*) AS TEXT) FROM looked WHERE what = 'refused'"),
    ] {
        assert_eq!(both.shift.desk.text(count).await, both.shadow.looks(what).to_string(), "{what:?}");
    }
    let flagged = both.shift.desk.text("SELECT CAST(COUNT(*) AS TEXT) FROM flag").await;
    assert_eq!(flagged, both.shadow.flagged.len().to_string());
    // The queues are those of the case as it is opened again.
    let mut again = casework::CaseFile::open(&both.shift.desk.place()).await.unwrap();
    assert!(again.rebuild().await.unwrap().mended.is_empty());
    both.agree(&Workroom::open(again).await.unwrap());
}
