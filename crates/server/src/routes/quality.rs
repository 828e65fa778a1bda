//! How the work is arranged and how well it is done, for the supervisor.

use axum::{
    Json,
    extract::{Path, State},
};
use casework::{Compared, Pace, PassedSheet, ReviewerQuality, WorkPolicy, Workroom};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    TheOffice,
    work::{Found, line_of},
};
use crate::{
    answer::{Asked, Given, Page, PageOf, limit, number},
    desk::told,
    problem::Problem,
    who::Caller,
};

/// How the work on the lines of a case is arranged. It changes nothing of what a line comes to.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Policy {
    /// Lines whose best candidate is at least so likely, in millionths, come on contact sheets; without it every line comes singly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 900_000, maximum = 1_000_000)]
    contact_sheet_from: Option<u32>,
    /// The least time on a contact sheet, in milliseconds for each pair.
    #[schema(maximum = 60_000)]
    least_look: u32,
    /// Of a thousand lines handed out for review, how many are lines whose answer is known.
    #[schema(maximum = 200)]
    known_answers: u32,
    /// Of a thousand lines found valid, how many another reviewer looks at, blind.
    #[schema(maximum = 1000)]
    second_looks: u32,
    /// Whether signatures are looked at before the name and the address are shown.
    #[serde(default = "first")]
    signatures_first: bool,
}

const fn first() -> bool {
    true
}

/// The policy that holds, with who laid it down.
#[derive(Serialize, ToSchema)]
pub(super) struct LaidDown {
    policy: Policy,
    /// Who laid it down; empty where nobody did.
    by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    because: String,
}

/// A policy to be laid down, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPolicy {
    policy: Policy,
    because: String,
}

/// How the work on a case is arranged.
#[utoipa::path(get, path = "/api/cases/{case}/policy", tag = "quality", params(("case" = String, Path)),
    responses((status = 200, body = LaidDown), (status = 404, body = Problem)))]
pub(super) async fn policy(State(office): TheOffice, Path(case): Path<String>) -> Result<Json<LaidDown>, Problem> {
    let read = async |room: &Workroom| room.file().policy().await;
    let held = office.cases.get(&case)?.read(read).await?.map_err(|error| told(&error))?;
    let WorkPolicy { contact_sheet_from, least_look, known_answers, second_looks, signatures_first } = held.policy;
    let policy = Policy { contact_sheet_from, least_look, known_answers, second_looks, signatures_first };
    Ok(Json(LaidDown { policy, by: held.by, at: held.at, because: held.because }))
}

/// Lay down how the work on a case is arranged, for a reason. Every policy that ever held stays on record.
#[utoipa::path(put, path = "/api/cases/{case}/policy", tag = "quality", params(("case" = String, Path)), request_body = NewPolicy,
    responses((status = 200, description = "Laid down"), (status = 422, body = Problem)))]
pub(super) async fn lay_down(
    State(office): TheOffice,
    caller: Caller,
    Path(case): Path<String>,
    Given(new): Given<NewPolicy>,
) -> Result<(), Problem> {
    let Policy { contact_sheet_from, least_look, known_answers, second_looks, signatures_first } = new.policy;
    let policy = WorkPolicy { contact_sheet_from, least_look, known_answers, second_looks, signatures_first };
    let act = caller.act();
    let lay_down = async move |room: &mut Workroom| room.lay_down(policy, &new.because, &act).await;
    office.cases.get(&case)?.write(lay_down).await?.map_err(|error| told(&error))
}

/// Looks that were held against another answer.
#[derive(Serialize, ToSchema)]
pub(super) struct Against {
    looks: u64,
    agreed: u64,
}

impl From<Compared> for Against {
    fn from(compared: Compared) -> Self {
        Self { looks: compared.looks, agreed: compared.agreed }
    }
}

/// What a reviewer did in a stretch of time.
#[derive(Serialize, ToSchema)]
pub(super) struct Stretch {
    /// Lines found on.
    lines: u64,
    /// Hours of the clock in which the person closed a batch.
    hours: u64,
    /// Lines found valid, of a thousand.
    valid_per_mille: u64,
    /// Looks at lines whose answer is known.
    known: Against,
    /// Second and blind looks.
    second: Against,
}

impl From<Pace> for Stretch {
    fn from(pace: Pace) -> Self {
        let Pace { lines, hours, valid_per_mille, known, second } = pace;
        Self { lines, hours, valid_per_mille, known: known.into(), second: second.into() }
    }
}

/// A reviewer's work.
#[derive(Serialize, ToSchema)]
pub(super) struct Reviewer {
    person: String,
    /// From the beginning up to the recent stretch.
    before: Stretch,
    /// The last 24 full hours and the one that runs.
    recent: Stretch,
    /// Cohen's kappa with other reviewers, in thousandths; absent where there is nothing to compute it from.
    #[serde(skip_serializing_if = "Option::is_none")]
    kappa: Option<i64>,
    /// Cohen's kappa with known answers, in thousandths.
    #[serde(skip_serializing_if = "Option::is_none")]
    kappa_known: Option<i64>,
}

impl From<ReviewerQuality> for Reviewer {
    fn from(quality: ReviewerQuality) -> Self {
        let ReviewerQuality { person, before, recent, kappa, kappa_known } = quality;
        Self { person, before: before.into(), recent: recent.into(), kappa, kappa_known }
    }
}

/// Pace and agreement of everybody who found on a line.
#[utoipa::path(get, path = "/api/cases/{case}/quality", tag = "quality", params(("case" = String, Path)),
    responses((status = 200, body = Vec<Reviewer>), (status = 404, body = Problem)))]
pub(super) async fn reviewers(
    State(office): TheOffice,
    Path(case): Path<String>,
) -> Result<Json<Vec<Reviewer>>, Problem> {
    let read = async |room: &Workroom| room.file().quality(Timestamp::now()).await;
    let people = office.cases.get(&case)?.read(read).await?.map_err(|error| told(&error))?;
    Ok(Json(people.into_iter().map(Reviewer::from).collect()))
}

/// Two looks at one line that came to different answers.
#[derive(Serialize, ToSchema)]
pub(super) struct Disagreement {
    section: u32,
    line: u32,
    /// `known`: the expected answer is a supervisor's; `second`: it is the first reviewer's.
    kind: String,
    /// Who found otherwise.
    person: String,
    expected: Found,
    found: Found,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<casework::Disagreement> for Disagreement {
    fn from(apart: casework::Disagreement) -> Self {
        let casework::Disagreement { line, kind, person, expected, found, at } = apart;
        let (section, line) = (line.section.get(), line.line.get());
        Self { section, line, kind, person, expected: expected.into(), found: found.into(), at }
    }
}

/// Looks for the sake of quality that came to another answer, the latest first.
#[utoipa::path(get, path = "/api/cases/{case}/quality/disagreements", tag = "quality", params(("case" = String, Path), PageOf),
    responses((status = 200, body = Page<Disagreement>), (status = 404, body = Problem)))]
pub(super) async fn disagreements(
    State(office): TheOffice,
    Path(case): Path<String>,
    Asked(page): Asked<PageOf>,
) -> Result<Json<Page<Disagreement>>, Problem> {
    let (most, after) = (limit(&page)?, number(&page)?);
    let read = async move |room: &Workroom| room.file().disagreements(after, most as u64 + 1).await;
    let apart = office.cases.get(&case)?.read(read).await?.map_err(|error| told(&error))?;
    let apart = apart.into_iter().map(Disagreement::from).collect();
    Ok(Json(Page::of(apart, most, |_| (after + most as u64).to_string())))
}

/// A line whose answer is known.
#[derive(Serialize, ToSchema)]
pub(super) struct KnownAnswer {
    section: u32,
    line: u32,
    answer: Found,
    /// Who says so.
    by: String,
    because: String,
}

/// The lines whose answer is known and that are handed out among the others, in order.
#[utoipa::path(get, path = "/api/cases/{case}/known-answers", tag = "quality", params(("case" = String, Path), PageOf),
    responses((status = 200, body = Page<KnownAnswer>), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn known_answers(
    State(office): TheOffice,
    Path(case): Path<String>,
    Asked(page): Asked<PageOf>,
) -> Result<Json<Page<KnownAnswer>>, Problem> {
    let (most, after) = (limit(&page)?, number(&page)?);
    let read = async |room: &Workroom| room.file().known_answers().await;
    let known = office.cases.get(&case)?.read(read).await?.map_err(|error| told(&error))?;
    let known = known.into_iter().map(|known| {
        let (section, line) = (known.line.section.get(), known.line.line.get());
        KnownAnswer { section, line, answer: known.finding.into(), by: known.by, because: known.because }
    });
    let known = known.skip(usize::try_from(after).unwrap_or(usize::MAX)).take(most + 1).collect();
    Ok(Json(Page::of(known, most, |_| (after + most as u64).to_string())))
}

/// A contact sheet that was passed.
#[derive(Serialize, ToSchema)]
pub(super) struct SheetPassed {
    /// The batch; its decisions can be taken back by an act.
    batch: String,
    person: String,
    #[schema(value_type = String, format = DateTime)]
    opened_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    passed_at: Timestamp,
    /// Pairs that were found to compare by that.
    pairs: u64,
}

/// The contact sheets that were passed, the latest first, with the time that was spent on each.
#[utoipa::path(get, path = "/api/cases/{case}/quality/sheets", tag = "quality", params(("case" = String, Path), PageOf),
    responses((status = 200, body = Page<SheetPassed>), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn sheets(
    State(office): TheOffice,
    Path(case): Path<String>,
    Asked(page): Asked<PageOf>,
) -> Result<Json<Page<SheetPassed>>, Problem> {
    let (most, after) = (limit(&page)?, number(&page)?);
    let read = async move |room: &Workroom| room.file().passed_sheets(after, most as u64 + 1).await;
    let sheets = office.cases.get(&case)?.read(read).await?.map_err(|error| told(&error))?;
    let sheets = sheets.into_iter().map(|sheet| {
        let PassedSheet { batch, person, opened_at, passed_at, pairs } = sheet;
        SheetPassed { batch, person, opened_at, passed_at, pairs }
    });
    Ok(Json(Page::of(sheets.collect(), most, |_| (after + most as u64).to_string())))
}

/// The answer of a line, and how it is known.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAnswer {
    answer: Found,
    because: String,
}

/// Make a decided line one whose answer is known. Who says so never gets it to look at.
#[utoipa::path(put, path = "/api/cases/{case}/known-answers/{section}/{line}", tag = "quality",
    params(("case" = String, Path), ("section" = u32, Path), ("line" = u32, Path)), request_body = NewAnswer,
    responses((status = 200, description = "Kept"), (status = 422, body = Problem)))]
pub(super) async fn know(
    State(office): TheOffice,
    caller: Caller,
    Path((case, section, line)): Path<(String, u32, u32)>,
    Given(new): Given<NewAnswer>,
) -> Result<(), Problem> {
    let (line, finding, act, own) = (line_of(section, line)?, new.answer.finding()?, caller.act(), caller.own);
    let know = async move |room: &mut Workroom| room.know(line, &finding, &new.because, &own, &act).await;
    office.cases.get(&case)?.write(know).await?.map_err(|error| told(&error))
}

/// Hand a line whose answer is known out no more.
#[utoipa::path(delete, path = "/api/cases/{case}/known-answers/{section}/{line}", tag = "quality",
    params(("case" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, description = "Retired"), (status = 404, body = Problem)))]
pub(super) async fn retire(
    State(office): TheOffice,
    caller: Caller,
    Path((case, section, line)): Path<(String, u32, u32)>,
) -> Result<(), Problem> {
    let (line, act) = (line_of(section, line)?, caller.act());
    let retire = async move |room: &mut Workroom| room.retire(line, &act).await;
    office.cases.get(&case)?.write(retire).await?.map_err(|error| told(&error))
}
