//! One line as a supervisor looks it up: what stands on it, who looked at it, and what it comes to. Every look is on record.

use axum::{
    Json,
    extract::{Path, State},
    response::Response,
};
use casework::{LineCourse, Shows, Workroom};
use domain::{LineState, Settled};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    TheOffice,
    images::{Picture, shown},
    sheet::{Voter, voter},
    work::{Found, line_of, worker},
};
use crate::{desk::refused, problem::Problem, who::Caller};

/// A look at a line, and what came of it.
#[derive(Serialize, ToSchema)]
struct LookAtLine {
    /// The account.
    person: String,
    /// `found`; `known` or `second`, for the sake of quality; `refused`, where the case did not take the finding; `skipped`, `escalated` or `flagged`.
    what: String,
    /// What was found, by name, or why.
    note: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// A line with its course.
#[derive(Serialize, ToSchema)]
pub(super) struct LineLookedUp {
    page: u32,
    printed_name: String,
    address: String,
    city: String,
    zip: String,
    date_signed: String,
    /// `undecided`, `under_review` (somebody found that the signature does not compare, and others have to look) or `decided`.
    state: &'static str,
    /// The voter whom those name who found on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    voter: Option<Voter>,
    /// What it comes to; absent while people have to look at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    comes_to: Option<Found>,
    /// Every reason found against it, the primary one first.
    reasons: Vec<&'static str>,
    /// The looks at it, the first one first; of each person there is the last one.
    looks: Vec<LookAtLine>,
    /// In whose hand it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_hand_of: Option<String>,
}

/// One line, and how it came to stand where it stands. Refused where it is of a section that the caller is kept away from.
#[utoipa::path(get, path = "/api/cases/{case}/lines/{section}/{line}", tag = "oversight",
    params(("case" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, body = LineLookedUp), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn show(
    State(office): TheOffice,
    caller: Caller,
    Path((case, section, line)): Path<(String, u32, u32)>,
) -> Result<Json<LineLookedUp>, Problem> {
    let (line, person, desk) = (line_of(section, line)?, worker(&caller, &case)?, office.cases.get(&case)?);
    let read = async move |room: &Workroom| {
        if room.file().case().line(line).is_none() {
            return Ok(None);
        }
        room.line_course(line, &person, Timestamp::now()).await.map(Some)
    };
    let course = desk.read(read).await?.map_err(|error| refused(&error))?;
    let course = course.ok_or_else(|| Problem::not_found("line"))?;
    let of_voter = match course.voter() {
        Some(found) => {
            let roll = desk.roll().await?.snapshot();
            roll.by_id(found.as_str()).map(|row| voter(&roll.voter(row)))
        }
        None => None,
    };
    Ok(Json(looked_up(course, of_voter)))
}

fn looked_up(course: LineCourse, voter: Option<Voter>) -> LineLookedUp {
    let LineCourse { page, text, state, comes_to, looks, in_hand_of } = course;
    let look = |look: casework::LineLook| {
        let casework::LineLook { person, what, note, at } = look;
        LookAtLine { person, what, note, at }
    };
    let reasons = |settled: &Settled| settled.findings.iter().map(|finding| finding.reason.name()).collect();
    LineLookedUp {
        page: page.get(),
        printed_name: text.printed_name,
        address: text.address,
        city: text.city,
        zip: text.zip,
        date_signed: text.date_signed,
        state: match state {
            LineState::Undecided => "undecided",
            LineState::MismatchPending { .. } => "under_review",
            LineState::Decided(_) => "decided",
        },
        voter,
        reasons: comes_to.as_ref().map(reasons).unwrap_or_default(),
        comes_to: comes_to.and_then(|settled| settled.disposition).map(Found::from),
        looks: looks.into_iter().map(look).collect(),
        in_hand_of,
    }
}

/// A line that is looked up, from edge to edge of its page.
#[utoipa::path(get, path = "/api/cases/{case}/lines/{section}/{line}/strip", tag = "oversight",
    params(("case" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, body = Picture, content_type = "image/*"), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn strip(
    State(office): TheOffice,
    caller: Caller,
    Path((case, section, line)): Path<(String, u32, u32)>,
) -> Result<Response, Problem> {
    let (line, person) = (line_of(section, line)?, worker(&caller, &case)?);
    let read =
        async move |room: &Workroom| room.image_looked_up(line, Shows::Strip(line), &person, Timestamp::now()).await;
    let image = office.cases.get(&case)?.read(read).await?.map_err(|error| refused(&error))?;
    shown(&office, image).await
}

/// The signature on a line that is looked up.
#[utoipa::path(get, path = "/api/cases/{case}/lines/{section}/{line}/signature", tag = "oversight",
    params(("case" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, body = Picture, content_type = "image/*"), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn signature(
    State(office): TheOffice,
    caller: Caller,
    Path((case, section, line)): Path<(String, u32, u32)>,
) -> Result<Response, Problem> {
    let (line, person) = (line_of(section, line)?, worker(&caller, &case)?);
    let read = async move |room: &Workroom| {
        room.image_looked_up(line, Shows::Signature(line), &person, Timestamp::now()).await
    };
    let image = office.cases.get(&case)?.read(read).await?.map_err(|error| refused(&error))?;
    shown(&office, image).await
}
