//! Work on the lines of a case: batches of lines in hand, findings, passing on. Every change has an address that the caller chose, so that asking again
//! after a lost answer changes nothing.

use axum::{
    Json,
    extract::{Path, State},
};
use casework::{Batch, Finding, MOST_LINES, PassedTo, Put, Stage, Worker, Workroom};
use domain::{Disposition, LineNo, LineRef, Reason, ReviewerId, SectionNo, VoterId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TheOffice;
use crate::{
    answer::{Given, chosen},
    desk::refused,
    problem::{Code, Problem},
    who::{Caller, Role},
};

/// The stages of the work.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StageName {
    /// Likely lines, many on one sheet: the pairs that do not compare at a glance are flagged, the sheet is passed.
    ContactSheet,
    /// Find the signer, compare the signature, decide.
    Review,
    /// Another look at a signature of which one was that it does not compare.
    BlindReview,
    /// What reviewers passed on to a supervisor.
    Exceptions,
}

impl From<StageName> for Stage {
    fn from(name: StageName) -> Self {
        match name {
            StageName::ContactSheet => Self::ContactSheet,
            StageName::Review => Self::Review,
            StageName::BlindReview => Self::BlindReview,
            StageName::Exceptions => Self::Exceptions,
        }
    }
}

impl From<Stage> for StageName {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::ContactSheet => Self::ContactSheet,
            Stage::Review => Self::Review,
            Stage::BlindReview => Self::BlindReview,
            Stage::Exceptions => Self::Exceptions,
        }
    }
}

/// How many lines wait at a stage, those in hand among them.
#[derive(Serialize, ToSchema)]
pub(super) struct Queue {
    stage: StageName,
    lines: u64,
}

/// How many lines wait.
#[utoipa::path(get, path = "/api/cases/{case}/queues", tag = "work", params(("case" = String, Path)),
    responses((status = 200, body = Vec<Queue>), (status = 404, body = Problem)))]
pub(super) async fn queues(State(office): TheOffice, Path(case): Path<String>) -> Result<Json<Vec<Queue>>, Problem> {
    let waiting =
        async |room: &Workroom| Stage::ALL.map(|stage| Queue { stage: stage.into(), lines: room.waiting(stage) });
    Ok(Json(office.cases.get(&case)?.read(waiting).await?.into()))
}

/// Lines that are wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    stage: StageName,
    /// How many at most, 1 to 50. There may be fewer, or none.
    #[schema(minimum = 1, maximum = 50)]
    size: u16,
}

/// Lines in hand.
#[derive(Serialize, ToSchema)]
pub(super) struct InHand {
    stage: StageName,
    /// When the lines go back to their queue, unless something is found on one of them before.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// A contact sheet is not passed before.
    #[schema(value_type = String, format = DateTime)]
    look_until: Timestamp,
    /// Whether signatures are to be looked at before the name and the address are shown.
    signatures_first: bool,
    lines: Vec<Line>,
}

/// A line, with what was found on it so far.
#[derive(Serialize, ToSchema)]
#[allow(clippy::struct_field_names, reason = "a line is named by section and line, as everywhere")]
pub(super) struct Line {
    section: u32,
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<Found>,
}

/// What a person finds on a line.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Found {
    /// `valid` or `invalid`.
    disposition: String,
    /// The reason, with `invalid` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The voter, where one was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    voter: Option<String>,
    /// Free text for the office.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    note: String,
}

impl Found {
    pub(super) fn finding(self) -> Result<Finding, Problem> {
        let bad = |what: &str| Problem::new(Code::BadRequest, what);
        let found = match (self.disposition.as_str(), &self.reason) {
            ("valid", None) => Disposition::Valid,
            ("invalid", Some(reason)) => {
                Disposition::Invalid(reason.parse::<Reason>().map_err(|error| bad(&error.to_string()))?)
            }
            _ => return Err(bad("`disposition` is `valid`, or `invalid` with a `reason`")),
        };
        if self.note.chars().count() > 2000 {
            return Err(bad("`note` has 2,000 characters at most"));
        }
        let voter = match self.voter {
            None => None,
            Some(voter) => Some(VoterId::new(&voter).ok_or_else(|| bad("`voter` is empty; leave it out"))?),
        };
        Ok(Finding { found, voter, note: self.note })
    }
}

impl From<Finding> for Found {
    fn from(finding: Finding) -> Self {
        Self {
            disposition: finding.found.name().to_owned(),
            reason: finding.found.reason().map(|reason| reason.name().to_owned()),
            voter: finding.voter.map(|voter| voter.as_str().to_owned()),
            note: finding.note,
        }
    }
}

impl From<Disposition> for Found {
    fn from(found: Disposition) -> Self {
        Finding { found, voter: None, note: String::new() }.into()
    }
}

impl From<LineRef> for LineName {
    fn from(line: LineRef) -> Self {
        Self { section: line.section.get(), line: line.line.get() }
    }
}

impl From<Batch> for InHand {
    fn from(batch: Batch) -> Self {
        let line = |(line, finding): (LineRef, Option<Finding>)| Line {
            section: line.section.get(),
            line: line.line.get(),
            finding: finding.map(Found::from),
        };
        let (until, look_until) = (batch.until, batch.not_before);
        Self {
            stage: batch.stage.into(),
            until,
            look_until,
            signatures_first: batch.signatures_first,
            lines: batch.lines.into_iter().map(line).collect(),
        }
    }
}

pub(super) fn person(caller: &Caller) -> Result<ReviewerId, Problem> {
    ReviewerId::new(&caller.account).ok_or_else(|| Problem::internal("an account without a name"))
}

pub(super) fn worker(caller: &Caller, case: &str) -> Result<Worker, Problem> {
    let knows_answers = caller.has(case, &[Role::Supervisor]);
    Ok(Worker { id: person(caller)?, own: caller.own.clone(), knows_answers })
}

/// Take lines in hand, under a name for the batch that the caller chooses (a UUID). Every voter's record that comes with them is on record as seen.
#[utoipa::path(put, path = "/api/cases/{case}/batches/{batch}", tag = "work", params(("case" = String, Path), ("batch" = String, Path)),
    request_body = Wanted, responses((status = 200, body = InHand), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn claim(
    State(office): TheOffice,
    caller: Caller,
    Path((case, batch)): Path<(String, String)>,
    Given(wanted): Given<Wanted>,
) -> Result<Json<InHand>, Problem> {
    chosen(&batch)?;
    let size = usize::from(wanted.size);
    if !(1..=MOST_LINES).contains(&size) {
        return Err(Problem::new(Code::BadRequest, format!("a batch has 1 to {MOST_LINES} lines")));
    }
    let stage = Stage::from(wanted.stage);
    let role = if stage == Stage::Exceptions { Role::Supervisor } else { Role::Reviewer };
    if !caller.has(&case, &[role]) {
        return Err(Problem::new(Code::NotPermitted, format!("lines of this stage are for a {role}")));
    }
    let desk = office.cases.get(&case)?;
    let (by, snapshot) = (worker(&caller, &case)?, desk.roll().await?.snapshot());
    let claim = async move |room: &mut Workroom| room.claim(&batch, &by, stage, size, snapshot, Timestamp::now()).await;
    let claimed = desk.write(claim).await?;
    claimed.map(|batch| Json(batch.into())).map_err(|error| refused(&error))
}

/// The lines of a batch in hand, with what was found so far.
#[utoipa::path(get, path = "/api/cases/{case}/batches/{batch}", tag = "work", params(("case" = String, Path), ("batch" = String, Path)),
    responses((status = 200, body = InHand), (status = 409, body = Problem)))]
pub(super) async fn show(
    State(office): TheOffice,
    caller: Caller,
    Path((case, batch)): Path<(String, String)>,
) -> Result<Json<InHand>, Problem> {
    let person = person(&caller)?;
    let read = async move |room: &Workroom| room.batch(&batch, &person, Timestamp::now()).await;
    let batch = office.cases.get(&case)?.read(read).await?;
    batch.map(|batch| Json(batch.into())).map_err(|error| refused(&error))
}

/// What became of a batch.
#[derive(Serialize, ToSchema)]
pub(super) struct Closed {
    /// Findings that are events of the case now.
    taken: u64,
    /// Findings that the case takes no more, since it changed meanwhile. These lines wait again.
    refused: Vec<Refused>,
}

impl From<casework::Closed> for Closed {
    fn from(closed: casework::Closed) -> Self {
        let refusal =
            |(line, why): (LineRef, String)| Refused { section: line.section.get(), line: line.line.get(), why };
        Self { taken: closed.taken, refused: closed.refused.into_iter().map(refusal).collect() }
    }
}

/// A finding that the case takes no more.
#[derive(Serialize, ToSchema)]
pub(super) struct Refused {
    section: u32,
    line: u32,
    why: String,
}

/// Close a batch: what was found becomes events of the case, the other lines go back to their queue.
#[utoipa::path(put, path = "/api/cases/{case}/batches/{batch}/closed", tag = "work", params(("case" = String, Path), ("batch" = String, Path)),
    responses((status = 200, body = Closed), (status = 409, body = Problem)))]
pub(super) async fn close(
    State(office): TheOffice,
    caller: Caller,
    Path((case, batch)): Path<(String, String)>,
) -> Result<Json<Closed>, Problem> {
    let desk = office.cases.get(&case)?;
    let (person, roll) = (person(&caller)?, desk.roll().await?);
    let close = async move |room: &mut Workroom| room.close(&batch, &person, roll.snapshot(), Timestamp::now()).await;
    desk.write(close).await?.map(|closed| Json(closed.into())).map_err(|error| refused(&error))
}

pub(super) fn line_of(section: u32, line: u32) -> Result<LineRef, Problem> {
    let line = SectionNo::new(section).zip(LineNo::new(line)).map(|(section, line)| LineRef { section, line });
    line.ok_or_else(|| Problem::new(Code::BadRequest, "sections and lines count from 1"))
}

/// The pairs of a contact sheet that do not compare at a glance.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PassedSheet {
    flagged: Vec<LineName>,
}

/// A line by its numbers.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LineName {
    pub(super) section: u32,
    pub(super) line: u32,
}

/// Pass a contact sheet: every pair that is not flagged compares, the others come singly. It closes the batch. `refused` has the pairs that were not flagged
/// and come singly all the same, since the roll speaks against them.
#[utoipa::path(put, path = "/api/cases/{case}/batches/{batch}/sheet", tag = "work", params(("case" = String, Path), ("batch" = String, Path)),
    request_body = PassedSheet, responses((status = 200, body = Closed), (status = 409, body = Problem)))]
pub(super) async fn pass_sheet(
    State(office): TheOffice,
    caller: Caller,
    Path((case, batch)): Path<(String, String)>,
    Given(given): Given<PassedSheet>,
) -> Result<Json<Closed>, Problem> {
    let desk = office.cases.get(&case)?;
    let flagged = given.flagged.iter().map(|line| line_of(line.section, line.line)).collect::<Result<Vec<_>, _>>()?;
    let (person, roll) = (worker(&caller, &case)?, desk.roll().await?);
    let pass = async move |room: &mut Workroom| {
        room.pass_sheet(&batch, &person, &flagged, roll.snapshot(), Timestamp::now()).await
    };
    desk.write(pass).await?.map(|closed| Json(closed.into())).map_err(|error| refused(&error))
}

/// Keep what was found on a line in hand; another finding takes its place. When this answers, it is on disk.
#[utoipa::path(put, path = "/api/cases/{case}/batches/{batch}/lines/{section}/{line}/finding", tag = "work",
    params(("case" = String, Path), ("batch" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    request_body = Found, responses((status = 200, description = "Kept"), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn find(
    State(office): TheOffice,
    caller: Caller,
    Path((case, batch, section, line)): Path<(String, String, u32, u32)>,
    Given(found): Given<Found>,
) -> Result<(), Problem> {
    let (line, finding) = (line_of(section, line)?, Some(found.finding()?));
    office.cases.get(&case)?.find(Put { batch, person: worker(&caller, &case)?, line, finding }).await
}

/// Take back what was found on a line in hand.
#[utoipa::path(delete, path = "/api/cases/{case}/batches/{batch}/lines/{section}/{line}/finding", tag = "work",
    params(("case" = String, Path), ("batch" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, description = "Forgotten"), (status = 409, body = Problem)))]
pub(super) async fn take_back(
    State(office): TheOffice,
    caller: Caller,
    Path((case, batch, section, line)): Path<(String, String, u32, u32)>,
) -> Result<(), Problem> {
    let line = line_of(section, line)?;
    office.cases.get(&case)?.find(Put { batch, person: worker(&caller, &case)?, line, finding: None }).await
}

/// Whom a line is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PassOn {
    /// `reviewer`: any other reviewer; `supervisor`: a supervisor.
    to: String,
    /// Why.
    because: String,
}

/// Pass a line on, with a reason. It does not come back to the same person.
#[utoipa::path(put, path = "/api/cases/{case}/batches/{batch}/lines/{section}/{line}/passed", tag = "work",
    params(("case" = String, Path), ("batch" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    request_body = PassOn, responses((status = 200, description = "Passed on"), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn pass(
    State(office): TheOffice,
    caller: Caller,
    Path((case, batch, section, line)): Path<(String, String, u32, u32)>,
    Given(given): Given<PassOn>,
) -> Result<(), Problem> {
    let to = match given.to.as_str() {
        "reviewer" => PassedTo::Reviewer,
        "supervisor" => PassedTo::Supervisor,
        _ => return Err(Problem::new(Code::BadRequest, "`to` is `reviewer` or `supervisor`")),
    };
    if given.because.chars().count() > 2000 {
        return Err(Problem::new(Code::BadRequest, "`because` has 2,000 characters at most"));
    }
    let put = Put { batch, person: worker(&caller, &case)?, line: line_of(section, line)?, finding: None };
    let pass = async move |room: &mut Workroom| room.pass(&put, to, &given.because, Timestamp::now()).await;
    office.cases.get(&case)?.write(pass).await?.map_err(|error| refused(&error))
}
