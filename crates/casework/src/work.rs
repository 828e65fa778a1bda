//! People at work on the lines of a case. Lines are handed out in batches that lapse; what a person finds is kept at once and can be taken back until
//! the batch is closed, and then becomes events.

use std::collections::{BTreeSet, HashMap};

use domain::{
    Disposition, Event, LineJudged, LineJudgedPrivate, LineRef, Phase, ReviewerId, StoredLine, StoredSearch, Verdict,
    VoterId, settle_sample,
};
use jiff::{SignedDuration, Timestamp};
use law::{RulePack, certificate::project_sample};
use roll::Snapshot;
use serde::{Deserialize, Serialize};

use crate::{
    Act, CaseFile, CaseworkError, Stage,
    files::DecisionRow,
    queue::{Queues, Scope, has_looked},
    store_work::{self, Held, Opened},
};

/// The most lines of one batch.
pub const MOST_LINES: usize = 50;

/// How long lines stay in hand without a finding.
pub const LEASE: SignedDuration = SignedDuration::from_mins(15);

/// What a person found on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was found.
    #[serde(flatten)]
    pub found: Disposition,
    /// The voter, where one was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voter: Option<VoterId>,
    /// Free text for the office.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Lines in a person's hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Its name, the caller's choice.
    pub id: String,
    /// The stage that the lines waited at.
    pub stage: Stage,
    /// When the lines go back to their queue, unless something is found on one of them before.
    pub until: Timestamp,
    /// The lines in order, with what was found so far.
    pub lines: Vec<(LineRef, Option<Finding>)>,
}

/// Whom a line is passed on to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassedTo {
    /// Any other reviewer.
    Reviewer,
    /// A supervisor.
    Supervisor,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Closed {
    /// Findings that are events now.
    pub taken: u64,
    /// Findings that the case takes no more, since it changed meanwhile, with the reason. These lines wait again.
    pub refused: Vec<(LineRef, String)>,
}

/// What a reviewer is shown of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineSheet {
    /// The line.
    pub line: LineRef,
    /// What stands on it.
    pub text: StoredLine,
    /// What the machine found; none where the line was not searched.
    pub search: Option<StoredSearch>,
}

/// Why a person's act at work is refused.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The batch is not there, is another person's, was closed, or has lapsed.
    #[error(
        "these lines are not in your hand any more: the batch was closed, or nothing was found on it for a quarter of an hour; take new ones"
    )]
    NotInHand,
    /// The finding does not fit the line.
    #[error("{0}")]
    Refused(String),
    /// A batch with the same name has other lines, or is another person's.
    #[error("a batch of this name was handed out for something else; choose another name")]
    NameTaken,
    /// The case or its store refuses.
    #[error(transparent)]
    Case(#[from] CaseworkError),
}

/// A case with its queues: what a server keeps open.
pub struct Workroom {
    file: CaseFile,
    queues: Queues,
    /// The last event that the queues have followed.
    followed: u64,
}

impl Workroom {
    /// Reads the queues of a case.
    pub async fn open(file: CaseFile) -> Result<Self, CaseworkError> {
        let queues = queues_of(&file).await?;
        let followed = file.case().seq;
        Ok(Self { file, queues, followed })
    }

    /// The case.
    pub fn file(&self) -> &CaseFile {
        &self.file
    }

    /// How many lines wait at a stage, those in hand among them.
    pub fn waiting(&self, stage: Stage) -> u64 {
        self.queues.count(stage)
    }

    /// Gives the case back.
    pub fn into_file(self) -> CaseFile {
        self.file
    }

    /// Does something to the case by one of its own verbs, and lets the queues follow.
    pub async fn act<T>(
        &mut self,
        verb: impl AsyncFnOnce(&mut CaseFile) -> Result<T, CaseworkError>,
    ) -> Result<T, CaseworkError> {
        let done = verb(&mut self.file).await;
        self.follow().await?;
        done
    }

    /// Brings the queues up to the last event of the case, whoever added it.
    async fn follow(&mut self) -> Result<(), CaseworkError> {
        if self.file.case().seq == self.followed {
            return Ok(());
        }
        let lines = self.file.lines_after(self.followed).await?;
        match lines.filter(|lines| !self.queues.is_done_with(lines)) {
            Some(lines) => lines.into_iter().for_each(|line| self.queues.follow(self.file.case(), line)),
            None => self.queues = queues_of(&self.file).await?,
        }
        self.followed = self.file.case().seq;
        Ok(())
    }

    /// Hands lines out under a name that the caller chose, so that asking again after a lost answer gives the same lines. Each look at a voter's record
    /// that this brings is on record before the lines are handed out. There may be fewer lines than asked for, or none.
    pub async fn claim(
        &mut self,
        id: &str,
        person: &ReviewerId,
        stage: Stage,
        size: usize,
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> Result<Batch, WorkError> {
        if let Some(opened) = store_work::opened(&self.file, id).await? {
            let same = opened.person == person.as_str() && opened.stage == stage;
            return if same { self.batch(id, person, now).await } else { Err(WorkError::NameTaken) };
        }
        self.lapse(snapshot, now).await?;
        self.file.catch_up().await?;
        self.follow().await?;
        let lines = self.choose(person, stage, size.min(MOST_LINES)).await?;
        let mut looks = Vec::new();
        for &line in &lines {
            let search = self.file.search_of(line.section, line.line).await?;
            let candidates = search.into_iter().flat_map(|search| search.candidates);
            looks.extend(candidates.map(|candidate| (candidate.voter, Some(line), "candidate of a line in hand")));
        }
        let opened =
            Opened { id: id.to_owned(), person: person.as_str().to_owned(), stage, until: now + LEASE, closed: false };
        store_work::open(&self.file, &opened, &lines, &looks, now).await?;
        self.batch(id, person, now).await
    }

    /// The next lines of a stage that nobody has in hand and that this person has not looked at.
    async fn choose(&self, person: &ReviewerId, stage: Stage, size: usize) -> Result<Vec<LineRef>, WorkError> {
        let in_hand = store_work::in_hand(&self.file).await?;
        let looked = store_work::looked_by(&self.file, person).await?;
        let case = self.file.case();
        let free =
            |line: &LineRef| !in_hand.contains(line) && !looked.contains(line) && !has_looked(case, *line, person);
        Ok(self.queues.waiting(stage).filter(free).take(size).collect())
    }

    /// A batch with what was found so far.
    pub async fn batch(&self, id: &str, person: &ReviewerId, now: Timestamp) -> Result<Batch, WorkError> {
        let opened = store_work::opened(&self.file, id).await?.ok_or(WorkError::NotInHand)?;
        if opened.person != person.as_str() || opened.closed || opened.until < now {
            return Err(WorkError::NotInHand);
        }
        let held = store_work::held(&self.file, id).await?;
        let lines = held.into_iter().map(|held| (held.line, held.finding.map(|(finding, _)| finding))).collect();
        Ok(Batch { id: opened.id, stage: opened.stage, until: opened.until, lines })
    }

    /// What a person is shown of a line that is in their hand.
    pub async fn sheet(
        &self,
        batch: &str,
        person: &ReviewerId,
        line: LineRef,
        now: Timestamp,
    ) -> Result<LineSheet, WorkError> {
        let in_hand = self.batch(batch, person, now).await?;
        if !in_hand.lines.iter().any(|(held, _)| *held == line) {
            return Err(WorkError::NotInHand);
        }
        let texts = self.file.texts(line.section).await?;
        let text = texts.into_iter().find(|(at, _)| *at == line).map(|(_, text)| text).ok_or(WorkError::NotInHand)?;
        let search = self.file.search_of(line.section, line.line).await?;
        Ok(LineSheet { line, text, search })
    }

    /// Puts looks at voters' records on record, before they are shown.
    pub async fn note_looks(
        &self,
        person: &ReviewerId,
        voters: &[VoterId],
        why: &'static str,
        now: Timestamp,
    ) -> Result<(), CaseworkError> {
        let looks: Vec<_> = voters.iter().map(|voter| (voter.clone(), None, why)).collect();
        store_work::note(&self.file, person.as_str(), &looks, now).await
    }

    /// Keeps what people found on lines in their hands, or forgets it again; each by itself, all in one transaction. When this returns, it is on disk.
    pub async fn find(
        &self,
        findings: &[Put],
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> Result<Vec<Result<(), WorkError>>, CaseworkError> {
        let mut objections = Vec::with_capacity(findings.len());
        for put in findings {
            let objection = match &put.finding {
                None => None,
                Some(finding) => self.file.objection(&row(put.line, finding, &put.person, now), snapshot, now).await?,
            };
            objections.push(objection);
        }
        store_work::put(&self.file, findings, &objections, now).await
    }

    /// Passes a line on, with a reason: to another reviewer, or to a supervisor. The person does not get it again.
    pub async fn pass(&mut self, put: &Put, to: PassedTo, because: &str, now: Timestamp) -> Result<(), WorkError> {
        if because.trim().is_empty() {
            return Err(CaseworkError::NoReason.into());
        }
        store_work::pass(&self.file, put, to, because, now).await?;
        if to == PassedTo::Supervisor {
            self.queues.escalate(self.file.case(), put.line);
        }
        Ok(())
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

    async fn take_findings(
        &mut self,
        opened: &Opened,
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> Result<Closed, WorkError> {
        // From here on nothing more is found in it, by whichever server: what is read below is all there is. Should this server stop before the end,
        // the next one to hand lines out goes on here.
        store_work::shut(&self.file, &opened.id, now).await?;
        self.file.catch_up().await?;
        self.follow().await?;
        let held = store_work::held(&self.file, &opened.id).await?;
        if held.is_empty() {
            // Closed before, and asked again after a lost answer.
            return Ok(Closed::default());
        }
        let person = ReviewerId::new(&opened.person).ok_or(WorkError::NotInHand)?;
        let mut closed = Closed::default();
        let (mut events, mut also) = (Vec::new(), vec![store_work::handed_back(&opened.id)]);
        for Held { line, finding } in held {
            let Some((finding, found_at)) = finding else { continue };
            let row = row(line, &finding, &person, found_at);
            if let Some(why) = self.file.objection(&row, snapshot, now).await? {
                also.push(store_work::not_taken(line, &opened.person, &finding, &why, found_at));
                closed.refused.push((line, why));
            } else {
                also.push(store_work::taken(line, &opened.person, now));
                events.push(event(line, finding, &person, found_at));
            }
        }
        closed.taken = events.len() as u64;
        let act = Act { actor: opened.person.clone(), at: now };
        self.file.append_with(events, &act, &also).await?;
        self.follow().await?;
        Ok(closed)
    }
}

/// A finding to be kept, or to be forgotten again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// The batch.
    pub batch: String,
    /// Whose hand it is in.
    pub person: ReviewerId,
    /// The line.
    pub line: LineRef,
    /// What was found; none takes back what was.
    pub finding: Option<Finding>,
}

fn row(line: LineRef, finding: &Finding, person: &ReviewerId, decided_at: Timestamp) -> DecisionRow {
    DecisionRow {
        line,
        found: finding.found,
        voter: finding.voter.clone(),
        reviewer: person.clone(),
        decided_at,
        note: finding.note.clone(),
        row: 0,
        file_line: 0,
    }
}

fn event(line: LineRef, finding: Finding, person: &ReviewerId, decided_at: Timestamp) -> Event {
    let Finding { found, voter, note } = finding;
    let private = LineJudgedPrivate { voter, reviewer: person.clone(), note };
    Event::LineJudged(LineJudged { line, found, decided_at }, private)
}

/// The queues of a case, read from it and from its stored searches.
async fn queues_of(file: &CaseFile) -> Result<Queues, CaseworkError> {
    let likely: HashMap<LineRef, u32> = file.likelihoods().await?;
    let escalated: BTreeSet<LineRef> = store_work::escalated(file).await?;
    Ok(Queues::new(file.case(), scope(file)?, likely, escalated))
}

/// Which lines are to be decided now: a sample comes first, and where it decides, nothing else is looked at.
fn scope(file: &CaseFile) -> Result<Scope, CaseworkError> {
    let case = file.case();
    if case.phase != Phase::Examining {
        return Ok(Scope::Nothing);
    }
    let Some(sample) = &case.sample else { return Ok(Scope::All) };
    if sample.drawn.is_none() {
        return Ok(Scope::Nothing);
    }
    let Some(settled) = settle_sample(case) else { return Ok(Scope::Nothing) };
    if settled.tally.undecided > 0 {
        return Ok(Scope::Sample);
    }
    let refused = |error: &dyn std::fmt::Display| CaseworkError::Law(error.to_string());
    let pack = RulePack::from_files(&case.opened.rule_pack_files).map_err(|error| refused(&error))?;
    let projected = project_sample(case, &settled, &pack).map_err(|error| refused(&error))?;
    Ok(match projected.0.verdict {
        Verdict::Sufficient | Verdict::Insufficient | Verdict::NextSample => Scope::Nothing,
        Verdict::ExamineAll | Verdict::EqualReview => Scope::All,
    })
}
