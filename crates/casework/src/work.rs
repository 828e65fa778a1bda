//! People at work on the lines of a case. Lines are handed out in batches that lapse; what a person finds is kept at once and can be taken back until
//! the batch is closed, and then becomes events.

use std::collections::HashMap;

use domain::{
    Case, Disposition, Event, LineJudged, LineJudgedPrivate, LineRef, LineState, Phase, ReviewerId, StoredLine,
    StoredSearch, Verdict, VoterId, settle_sample,
};
use jiff::{SignedDuration, Timestamp};
use law::certificate::project_sample;
use roll::Snapshot;
use serde::{Deserialize, Serialize};

use crate::{
    Act, CaseFile, CaseworkError, Stage, WorkPolicy,
    claim::Seen,
    files::DecisionRow,
    own::{Own, Ties, Worker, digest},
    quality::SecondLooks,
    queue::{Best, Queues, Scope},
    similarity::Read,
    store::Moved,
    store_looks::{self, Look},
    store_quality,
    store_work::{self, Opened},
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
    /// When a contact sheet can be passed; for other stages, when it was handed out.
    pub not_before: Timestamp,
    /// Whether signatures are to be looked at before the name and the address are shown.
    pub signatures_first: bool,
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
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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
    /// Which reference signature of the likeliest voter looks most like that on the line, counted from one; none where they were not compared.
    pub likest: Option<u32>,
    /// Whose signature is looked at once more: the voter whom a reviewer named who found that it does not compare. Every further look is at the same.
    pub named: Option<VoterId>,
    /// Which look this is at a signature of which somebody found that it does not compare, from 2; and how many must find that.
    pub look: Option<(u32, u32)>,
}

/// Why a person's act at work is refused.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// The batch is not there, is another person's, was closed, or has lapsed.
    #[error(
        "these lines are not in your hand any more: the batch was closed, or nothing was found on it for a quarter of an hour; take new ones"
    )]
    NotInHand,
    /// The finding does not fit the line, or the line is not for this person.
    #[error("{0}")]
    Refused(String),
    /// A contact sheet is passed before anybody can have looked at it.
    #[error("a sheet of so many pairs is looked at until {0} at least; look again, then pass it")]
    TooSoon(Timestamp),
    /// A batch with the same name has other lines, or is another person's.
    #[error("a batch of this name was handed out for something else; choose another name")]
    NameTaken,
    /// The case or its store refuses.
    #[error(transparent)]
    Case(#[from] CaseworkError),
}

/// What a person is told of a line from which they are kept away.
pub(crate) const OWN: &str =
    "you circulated this section, or may have signed it, so its lines are for others: pass this one on";

/// A case with its queues: what a server keeps open.
pub struct Workroom {
    pub(crate) file: CaseFile,
    pub(crate) queues: Queues,
    pub(crate) ties: Ties,
    pub(crate) second_looks: SecondLooks,
    pub(crate) seen: Seen,
    /// The last event that the queues have followed.
    followed: u64,
    /// The last comparison of signatures that the queues have followed.
    compared: Read,
}

impl Workroom {
    /// Reads the queues of a case.
    pub async fn open(file: CaseFile) -> Result<Self, CaseworkError> {
        let policy = file.policy().await?.policy;
        let (queues, ties, compared) = queues_of(&file, &policy).await?;
        let second_looks = second_looks_of(&file, &policy).await?;
        let (seen, followed) = (Seen { policy, ..Seen::default() }, file.case().seq);
        Ok(Self { file, queues, ties, second_looks, seen, followed, compared })
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
    pub(crate) async fn follow(&mut self) -> Result<(), CaseworkError> {
        if self.file.case().seq == self.followed {
            return Ok(());
        }
        let moved = self.file.moved_after(self.followed).await?;
        if let Some(Moved { lines, searched }) = moved.filter(|moved| !self.queues.is_done_with(&moved.lines)) {
            for section in searched {
                for (line, search) in self.file.searches_of(section).await? {
                    self.queues.rank(line, Best::of(&search.candidates));
                    self.ties.may_have_signed(section, search.candidates.iter().map(|candidate| &candidate.voter));
                }
            }
            let (case, secret) = (self.file.case(), &self.file.log().secret);
            for line in lines {
                self.queues.follow(case, line);
                self.ties.follow(case, line);
                self.second_looks.follow(case, secret, line);
            }
        } else {
            (self.queues, self.ties, self.compared) = queues_of(&self.file, &self.seen.policy).await?;
            self.second_looks = second_looks_of(&self.file, &self.seen.policy).await?;
        }
        self.followed = self.file.case().seq;
        Ok(())
    }

    /// Lets the queues follow what was compared since.
    pub(crate) async fn follow_compared(&mut self) -> Result<(), CaseworkError> {
        let since = self.file.compared_since(&self.compared).await?;
        self.compared = since.read.clone();
        self.queues.compare(self.file.case(), since);
        Ok(())
    }

    /// Arranges the queues anew where another policy was laid down.
    pub(crate) async fn follow_policy(&mut self) -> Result<(), CaseworkError> {
        let policy = self.file.policy().await?.policy;
        if policy != self.seen.policy {
            self.second_looks = second_looks_of(&self.file, &policy).await?;
            self.queues.arrange(self.file.case(), policy.contact_sheet_from);
            self.seen.policy = policy;
        }
        Ok(())
    }

    /// Lays down how the work is arranged, for a reason.
    pub async fn lay_down(&mut self, policy: WorkPolicy, because: &str, act: &Act) -> Result<(), CaseworkError> {
        self.file.lay_down(policy, because, act).await?;
        self.follow_policy().await
    }

    /// A batch with what was found so far.
    pub async fn batch(&self, id: &str, person: &ReviewerId, now: Timestamp) -> Result<Batch, WorkError> {
        let opened = store_work::opened(&self.file, id).await?.ok_or(WorkError::NotInHand)?;
        if opened.person != person.as_str() || opened.closed || opened.until < now {
            return Err(WorkError::NotInHand);
        }
        let held = store_work::held(&self.file, id).await?;
        let lines = held.into_iter().map(|held| (held.line, held.finding.map(|(finding, _)| finding))).collect();
        let Opened { id, stage, until, not_before, .. } = opened;
        let signatures_first = self.seen.policy.signatures_first;
        Ok(Batch { id, stage, until, not_before, signatures_first, lines })
    }

    /// What a person is shown of a line that is in their hand.
    pub async fn sheet(
        &self,
        batch: &str,
        person: &Worker,
        line: LineRef,
        now: Timestamp,
    ) -> Result<LineSheet, WorkError> {
        self.must_hold(batch, person, line, now).await?;
        let text = self.file.text_of(line).await?.ok_or(WorkError::NotInHand)?;
        let search = self.file.search_of(line.section, line.line).await?;
        let best = search.as_ref().and_then(|search| search.candidates.first());
        let likest = best.and_then(|best| self.queues.likest(line, &best.voter)).map(|likest| likest.reference);
        let case = self.file.case();
        Ok(LineSheet { line, text, search, likest, named: named(case, line), look: look(case, line) })
    }

    /// Refuses whoever does not have a line in hand, or is kept away from its section.
    pub async fn must_hold(
        &self,
        batch: &str,
        person: &Worker,
        line: LineRef,
        now: Timestamp,
    ) -> Result<(), WorkError> {
        let in_hand = self.batch(batch, &person.id, now).await?;
        if !in_hand.lines.iter().any(|(held, _)| *held == line) {
            return Err(WorkError::NotInHand);
        }
        if self.is_own(&person.own, line) { Err(WorkError::Refused(OWN.to_owned())) } else { Ok(()) }
    }

    /// Whether a line is of a section that a person is kept away from: the office may learn who somebody is while they have lines in hand.
    pub(crate) fn is_own(&self, own: &Own, line: LineRef) -> bool {
        self.ties.kept_from(own).contains(&line.section)
    }

    /// Puts looks at what names people on record, before it is shown.
    pub async fn note_looks(&self, person: &ReviewerId, looks: &[Look], now: Timestamp) -> Result<(), CaseworkError> {
        store_looks::note(&self.file, person.as_str(), looks, now).await
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
                Some(_) if self.is_own(&put.person.own, put.line) => Some(OWN.to_owned()),
                Some(finding) => {
                    let row = row(put.line, finding, &put.person.id, now);
                    self.file.objection(&row, snapshot, self.is_decided(put.line), now).await?
                }
            };
            objections.push(objection);
        }
        store_work::put(&self.file, findings, &objections, now).await
    }

    /// Whether a line has its decision: whoever has it in hand looks at it for the sake of quality.
    fn is_decided(&self, line: LineRef) -> bool {
        self.file.case().line(line).is_some_and(|line| matches!(line.state, LineState::Decided(_)))
    }
}

/// A finding to be kept, or to be forgotten again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// The batch.
    pub batch: String,
    /// Whose hand it is in.
    pub person: Worker,
    /// The line.
    pub line: LineRef,
    /// What was found; none takes back what was.
    pub finding: Option<Finding>,
}

pub(crate) fn row(line: LineRef, finding: &Finding, person: &ReviewerId, decided_at: Timestamp) -> DecisionRow {
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

pub(crate) fn event(line: LineRef, finding: Finding, person: &ReviewerId, decided_at: Timestamp) -> Event {
    let Finding { found, voter, note } = finding;
    let private = LineJudgedPrivate { voter, reviewer: person.clone(), note };
    Event::LineJudged(LineJudged { line, found, decided_at }, private)
}

/// The voter whom the reviewers so far named, where a further one is to look.
pub(crate) fn named(case: &Case, line: LineRef) -> Option<VoterId> {
    match &case.line(line)?.state {
        LineState::MismatchPending { voter, .. } => Some(voter.clone()),
        _ => None,
    }
}

/// Which look comes next at a signature that somebody found not to compare, and how many must find so.
fn look(case: &Case, line: LineRef) -> Option<(u32, u32)> {
    match &case.line(line)?.state {
        LineState::MismatchPending { by, .. } => {
            Some((u32::try_from(by.len()).ok()?.saturating_add(1), case.opened.rules.mismatch_reviewers.get()))
        }
        _ => None,
    }
}

/// The queues of a case, and what ties its sections to people, read from it and from its stored searches; with the last comparison of signatures that was read.
async fn queues_of(file: &CaseFile, policy: &WorkPolicy) -> Result<(Queues, Ties, Read), CaseworkError> {
    let mut best: HashMap<LineRef, Best> = HashMap::new();
    let mut signers = Vec::new();
    let read = |line: LineRef, search: StoredSearch| {
        best.extend(Best::of(&search.candidates).map(|best| (line, best)));
        signers.extend(search.candidates.iter().map(|candidate| (digest(&candidate.voter), line.section)));
    };
    file.each_search(read).await?;
    let apart = store_work::apart(file).await?;
    let ties = Ties::new(file.case(), store_work::circulators(file).await?, signers);
    let since = file.compared_since(&Read::default()).await?;
    let alike = since.compared.into_iter().filter_map(|(line, alike)| Some((line, alike?))).collect();
    Ok((Queues::new(file.case(), scope(file)?, best, alike, policy.contact_sheet_from, apart), ties, since.read))
}

/// The accepted lines of a case that are looked at again.
async fn second_looks_of(file: &CaseFile, policy: &WorkPolicy) -> Result<SecondLooks, CaseworkError> {
    let looked = store_quality::second_looked(file).await?;
    Ok(SecondLooks::new(file.case(), &file.log().secret, policy.second_looks, looked))
}

/// Which lines are to be decided now: a sample comes first, and where it decides, nothing else is looked at.
pub(crate) fn scope(file: &CaseFile) -> Result<Scope, CaseworkError> {
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
    let pack = file.pack()?;
    let projected = project_sample(case, &settled, &pack).map_err(|error| refused(&error))?;
    Ok(match projected.0.verdict {
        Verdict::Sufficient | Verdict::Insufficient | Verdict::NextSample => Scope::Nothing,
        Verdict::ExamineAll | Verdict::EqualReview => Scope::All,
    })
}
