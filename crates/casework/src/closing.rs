//! Handing lines back: passed on, passed as a sheet, closed, or lapsed. What was found becomes events here.

use domain::{Disposition, LineRef, LineState, Reason, ReviewerId};
use jiff::Timestamp;
use roll::Snapshot;

use crate::{
    Act, CaseworkError, Closed, Finding, PassedTo, Put, Stage, WorkError, Worker, Workroom,
    quality::{Kind, ONE_LINE},
    store::Also,
    store_quality::{self, Comparison},
    store_work::{self, Held, Opened},
    work::{OWN, event, row},
};

/// How often findings are looked at again where another program was faster.
const TRIES: usize = 5;

impl Workroom {
    /// Passes a line on, with a reason: to another reviewer, or to a supervisor. The person does not get it again. One that three people have skipped goes to
    /// a supervisor. The same again changes nothing.
    pub async fn pass(&mut self, put: &Put, to: PassedTo, because: &str, now: Timestamp) -> Result<(), WorkError> {
        if because.trim().is_empty() {
            return Err(CaseworkError::NoReason.into());
        }
        let escalated = store_work::pass(&self.file, put, to, because, now).await?;
        // Whoever says the same again may speak of a line that is in another hand by now.
        self.seen.at = None;
        if escalated {
            self.queues.escalate(self.file.case(), put.line);
        }
        Ok(())
    }

    /// Passes a contact sheet: every pair that is not flagged compares, and the flagged lines come singly. Pairs that cannot be found valid as they are
    /// (the roll says otherwise) come singly, too, and are told of.
    pub async fn pass_sheet(
        &mut self,
        id: &str,
        person: &Worker,
        flagged: &[LineRef],
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> Result<Closed, WorkError> {
        let opened = store_work::opened(&self.file, id).await?.ok_or(WorkError::NotInHand)?;
        if opened.person != person.as_str() || opened.stage != Stage::ContactSheet {
            return Err(WorkError::NotInHand);
        }
        if opened.closed {
            return self.take_findings(&opened, snapshot, now).await;
        }
        let batch = self.batch(id, &person.id, now).await?;
        if now < batch.not_before {
            return Err(WorkError::TooSoon(batch.not_before));
        }
        let held = store_work::held(&self.file, &batch.id).await?;
        let lines: Vec<_> = held.iter().map(|held| held.line).collect();
        if let Some(other) = flagged.iter().find(|line| !lines.contains(line)) {
            let why = format!("section {} line {} is not on this sheet", other.section, other.line);
            return Err(WorkError::Refused(why));
        }
        let (mut singly, mut puts) = (Vec::new(), Vec::new());
        for Held { line, kind, finding } in held {
            if kind == Kind::Known {
                // Held against the answer: a pair that is flagged is taken not to compare.
                let likeliest = self.likeliest(line).await?;
                let flagged = flagged.contains(&line).then_some(Disposition::Invalid(Reason::SignatureMismatch));
                puts.extend(likeliest.map(|best| (line, Finding { found: flagged.unwrap_or(best.found), ..best })));
                continue;
            }
            if flagged.contains(&line) {
                singly.push((line, "flagged".to_owned()));
                continue;
            }
            if self.is_own(&person.own, line) {
                singly.push((line, OWN.to_owned()));
                continue;
            }
            if finding.is_some() {
                // What was found on it singly is taken or refused when the batch is closed, as any finding is.
                continue;
            }
            let Some(finding) = self.likeliest(line).await? else {
                singly.push((line, "nobody was found for it".to_owned()));
                continue;
            };
            let row = row(line, &finding, &person.id, now);
            match self.file.objection(&row, snapshot, false, now).await? {
                Some(why) => singly.push((line, why)),
                None => puts.push((line, finding)),
            }
        }
        let untold = singly.iter().filter(|(line, _)| !flagged.contains(line)).cloned().collect();
        let answer = Closed { taken: 0, refused: untold };
        store_work::pass_sheet(&self.file, &opened, &puts, &singly, &answer, now).await?;
        for (line, _) in singly {
            self.queues.flag(self.file.case(), line);
            self.seen.in_hand.remove(&line);
        }
        self.take_findings(&opened, snapshot, now).await
    }

    /// That the likeliest voter signed a line.
    async fn likeliest(&self, line: LineRef) -> Result<Option<Finding>, WorkError> {
        let search = self.file.search_of(line.section, line.line).await?;
        let best = search.and_then(|search| search.candidates.into_iter().next());
        Ok(best.map(|best| Finding { found: Disposition::Valid, voter: Some(best.voter), note: String::new() }))
    }

    /// Closes a batch: what was found becomes events, and the other lines go back to their queue.
    pub async fn close(
        &mut self,
        id: &str,
        person: &ReviewerId,
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> Result<Closed, WorkError> {
        let opened = store_work::opened(&self.file, id).await?.ok_or(WorkError::NotInHand)?;
        if opened.person != person.as_str() {
            return Err(WorkError::NotInHand);
        }
        self.take_findings(&opened, snapshot, now).await
    }

    /// Closes the batches whose time is over, as their people would have, and those that another server left half closed.
    pub async fn lapse(&mut self, snapshot: &Snapshot, now: Timestamp) -> Result<(), WorkError> {
        for opened in store_work::lapsed(&self.file, now).await? {
            self.take_findings(&opened, snapshot, now).await?;
        }
        Ok(())
    }

    pub(crate) async fn take_findings(
        &mut self,
        opened: &Opened,
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> Result<Closed, WorkError> {
        for _ in 1..TRIES {
            match self.take_held(opened, snapshot, now).await {
                // Another program has added something since that speaks against a finding: looked at again, it is refused by itself.
                Err(WorkError::Case(CaseworkError::Case(_))) => {}
                done => return done,
            }
        }
        self.take_held(opened, snapshot, now).await
    }

    async fn take_held(&mut self, opened: &Opened, snapshot: &Snapshot, now: Timestamp) -> Result<Closed, WorkError> {
        // From here on nothing more is found in it, by whichever server: what is read below is all there is. Should this server stop before the end,
        // the next one to hand lines out goes on here.
        store_work::shut(&self.file, &opened.id, now).await?;
        self.file.catch_up().await?;
        self.follow().await?;
        let held = store_work::held(&self.file, &opened.id).await?;
        let mut closed = store_work::answer(&self.file, &opened.id).await?.unwrap_or_default();
        if held.is_empty() {
            // Closed before, and asked again after a lost answer; or another server has just closed it, since its time was over.
            return Ok(closed);
        }
        // A clock that was set back since takes nothing from what was acknowledged: it is taken in when the last of it was found.
        let now = held.iter().filter_map(|held| held.finding.as_ref()).map(|(_, at)| *at).fold(now, Timestamp::max);
        let person = ReviewerId::new(&opened.person).ok_or(WorkError::NotInHand)?;
        let lines: Vec<_> = held.iter().map(|held| held.line).collect();
        let mut looked_again = Vec::new();
        let (mut events, mut also) = (Vec::new(), vec![store_work::handed_back(&opened.id)]);
        for Held { line, kind, finding } in held {
            let Some((finding, found_at)) = finding else { continue };
            if kind != Kind::Work {
                closed.taken += 1;
                also.extend(self.compared(line, kind, opened, &finding, now).await?);
                looked_again.extend((kind == Kind::Second).then_some(line));
                continue;
            }
            let row = row(line, &finding, &person, found_at);
            if let Some(why) = self.file.objection(&row, snapshot, false, now).await? {
                also.push(store_work::not_taken(line, opened, &finding, &why, found_at));
                closed.refused.push((line, why));
                continue;
            }
            closed.taken += 1;
            also.extend(self.held_against_first(line, &opened.person, &finding, now));
            also.push(store_work::looked_for(line, opened, kind, &finding, now));
            events.push(event(line, finding, &person, found_at));
        }
        also.push(store_work::answered(&opened.id, &closed));
        let act = Act { actor: opened.person.clone(), at: now };
        self.file.append_with(events, &act, also).await?;
        for line in &lines {
            self.seen.in_hand.remove(line);
        }
        for line in looked_again {
            self.second_looks.done(line);
        }
        self.follow().await?;
        Ok(closed)
    }

    /// A look for the sake of quality, held against the answer that is known or the first look; it is on record as a look in any case.
    async fn compared(
        &self,
        line: LineRef,
        kind: Kind,
        opened: &Opened,
        found: &Finding,
        at: Timestamp,
    ) -> Result<Vec<Also>, CaseworkError> {
        let person = opened.person.as_str();
        let expected = match kind {
            Kind::Known => store_quality::answer(&self.file, line).await?,
            Kind::Work | Kind::Second => self.file.case().line(line).and_then(|line| match &line.state {
                LineState::Decided(domain::Judgment::Genuine { voter, .. }) => Some(valid(voter)),
                _ => None,
            }),
        };
        let stands_for = if kind == Kind::Second { self.second_looks.stands_for() } else { ONE_LINE };
        let comparison = expected
            .as_ref()
            .map(|expected| Comparison { line, person, kind: kind.name(), expected, found, stands_for, at }.kept());
        Ok(comparison.into_iter().chain([store_work::looked_for(line, opened, kind, found, at)]).collect())
    }

    /// A further look at a mismatch, held against what was found before.
    fn held_against_first(&self, line: LineRef, person: &str, found: &Finding, at: Timestamp) -> Option<Also> {
        let LineState::MismatchPending { voter, .. } = &self.file.case().line(line)?.state else { return None };
        let found_before = Disposition::Invalid(Reason::SignatureMismatch);
        let expected = &Finding { found: found_before, ..valid(voter) };
        Some(Comparison { line, person, kind: "blind", expected, found, stands_for: ONE_LINE, at }.kept())
    }
}

fn valid(voter: &domain::VoterId) -> Finding {
    Finding { found: Disposition::Valid, voter: Some(voter.clone()), note: String::new() }
}
