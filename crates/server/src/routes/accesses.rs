//! The log of looks at voters' records and at the lines of the petition, for the supervisor: searched, and taken out as a file. Taking it out, and looking
//! through it for one voter, is on record itself.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use casework::{Access, AccessesWanted, CaseworkError, Look, Workroom, accesses_csv};
use domain::{LineNo, SectionNo, VoterId};
use futures_util::stream::try_unfold;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    TheOffice,
    work::{line_of, person},
};
use crate::{
    Office,
    answer::{Asked, Given, Page, PageOf, chosen, limit},
    desk::told,
    problem::{Code, Problem},
    who::Caller,
};

/// Looks written at a time.
const ROWS: u32 = 5000;

/// A look on record.
#[derive(Serialize, ToSchema)]
#[schema(as = Look)]
pub(super) struct OneLook {
    /// Its number in the log.
    seq: u64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The account.
    person: String,
    /// The voter's number on the roll; absent where only the petition was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    voter: Option<String>,
    /// The section for whose sake, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<u32>,
    /// The line in it; absent where pages of the whole section were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    /// Why it was shown.
    why: String,
}

impl From<Access> for OneLook {
    fn from(access: Access) -> Self {
        Self {
            seq: access.seq,
            at: access.at,
            person: access.person,
            voter: Some(access.voter).filter(|voter| !voter.is_empty()),
            section: access.section.map(SectionNo::get),
            line: access.line.map(LineNo::get),
            why: access.why,
        }
    }
}

/// Which looks are wanted: those that fit all that is given. Whose record was looked at is not asked here, since addresses are kept in logs.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// By this account.
    person: Option<String>,
    /// For the sake of this section, or of the `line` in it.
    #[param(minimum = 1)]
    section: Option<u32>,
    /// The line in its section.
    #[param(minimum = 1)]
    line: Option<u32>,
    /// At this instant or later.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Whether the latest come first.
    #[serde(default)]
    latest_first: bool,
    /// The `next` of the page before; nothing for the first page.
    #[serde(default)]
    after: String,
    /// How many at most, 1 to 500; 100 where nothing is said.
    #[serde(default = "crate::answer::most")]
    #[param(minimum = 1, maximum = 500)]
    limit: u16,
}

/// The looks, in order or the latest first.
#[utoipa::path(get, path = "/api/cases/{case}/accesses", tag = "oversight", params(("case" = String, Path), Filter),
    responses((status = 200, body = Page<OneLook>), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list(
    State(office): TheOffice,
    Path(case): Path<String>,
    Asked(filter): Asked<Filter>,
) -> Result<Json<Page<OneLook>>, Problem> {
    let Filter { person, section, line, from, to, latest_first, after, limit } = filter;
    let wanted = wanted(person, None, (section, line), (from, to))?;
    page(&office, &case, wanted, &PageOf { after, limit }, latest_first).await.map(Json)
}

/// Whose looks, or looks at whom, are wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AtVoter {
    /// The voter's number on the roll.
    voter: String,
    /// At this instant or later.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before this instant.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Whether the latest come first.
    #[serde(default)]
    latest_first: bool,
    /// The `next` of the page before; nothing for the first page.
    #[serde(default)]
    after: String,
    /// How many at most, 1 to 500; 100 where nothing is said.
    #[serde(default = "crate::answer::most")]
    #[schema(minimum = 1, maximum = 500)]
    limit: u16,
}

/// The looks at one voter's record, in order or the latest first. That they were looked through is on record as a look itself. A POST, since a voter's number points at a person and
/// an address is kept in logs.
#[utoipa::path(post, path = "/api/cases/{case}/accesses/search", tag = "oversight", params(("case" = String, Path)), request_body = AtVoter,
    responses((status = 200, body = Page<OneLook>), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn search(
    State(office): TheOffice,
    caller: Caller,
    Path(case): Path<String>,
    Given(given): Given<AtVoter>,
) -> Result<Json<Page<OneLook>>, Problem> {
    let AtVoter { voter, from, to, latest_first, after, limit } = given;
    let voter = VoterId::new(&voter).ok_or_else(|| Problem::new(Code::BadRequest, "`voter` is empty"))?;
    let wanted = wanted(None, Some(voter.clone()), (None, None), (from, to))?;
    let asked = PageOf { after, limit };
    place(&asked)?;
    note(&office, &case, &caller, voter).await?;
    page(&office, &case, wanted, &asked, latest_first).await.map(Json)
}

/// Puts on record that the log was looked through for a voter.
async fn note(office: &Office, case: &str, caller: &Caller, voter: VoterId) -> Result<(), Problem> {
    let person = person(caller)?;
    let look = Look::at_voter(voter, None, "search of the log of looks");
    let note = async move |room: &Workroom| room.note_looks(&person, &[look], Timestamp::now()).await;
    office.cases.get(case)?.read(note).await?.map_err(|error| told(&error))
}

fn wanted(
    person: Option<String>,
    voter: Option<VoterId>,
    line: (Option<u32>, Option<u32>),
    (from, to): (Option<Timestamp>, Option<Timestamp>),
) -> Result<AccessesWanted, Problem> {
    let bad = |what: &str| Problem::new(Code::BadRequest, what);
    let (section, line) = match line {
        (None, None) => (None, None),
        (Some(section), Some(line)) => (None, Some(line_of(section, line)?)),
        (Some(section), None) => {
            (Some(SectionNo::new(section).ok_or_else(|| bad("sections and lines count from 1"))?), None)
        }
        (None, Some(_)) => return Err(bad("a line is named by `section` and `line`")),
    };
    Ok(AccessesWanted { person, voter, line, section, from, to })
}

/// The number after which a page begins, if it is not the first, and how many it holds.
fn place(page: &PageOf) -> Result<(Option<u64>, usize), Problem> {
    let most = limit(page)?;
    let bad = |_| Problem::new(Code::BadRequest, "`after` is the `next` of the page before");
    let after = Some(&page.after).filter(|after| !after.is_empty()).map(|after| after.parse().map_err(bad));
    Ok((after.transpose()?, most))
}

async fn page(
    office: &Office,
    case: &str,
    wanted: AccessesWanted,
    asked: &PageOf,
    latest_first: bool,
) -> Result<Page<OneLook>, Problem> {
    let (after, most) = place(asked)?;
    let desk = office.cases.get(case)?;
    let last =
        desk.read(async |room: &Workroom| room.file().last_access().await).await?.map_err(|error| told(&error))?;
    let mut looks = Vec::new();
    // Backwards, `at` is the number before which the log is still to be looked through.
    let mut at = after.unwrap_or(if latest_first { last + 1 } else { 0 });
    // One more than fits tells whether there is another page.
    while looks.len() <= most && if latest_first { at > 1 } else { at < last } {
        let (wanted, more) = (wanted.clone(), u32::try_from(most + 1 - looks.len()).unwrap_or(1));
        let read = async move |room: &Workroom| {
            if latest_first {
                room.file().latest_accesses(&wanted, at, more).await
            } else {
                room.file().accesses(&wanted, at, last, more).await
            }
        };
        let slice = desk.read(read).await?.map_err(|error| told(&error))?;
        looks.extend(slice.found.into_iter().map(OneLook::from));
        at = slice.up_to;
    }
    Ok(Page::of(looks, most, |look| look.seq.to_string()))
}

/// Which looks are to be taken out: those that fit all that is given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToExport {
    /// By this account.
    person: Option<String>,
    /// At the record of this voter.
    voter: Option<String>,
    /// For the sake of this section, or of the `line` in it.
    section: Option<u32>,
    /// The line in its section.
    line: Option<u32>,
    /// At this instant or later.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before this instant.
    #[schema(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// Take the log out as a CSV file, under a name for the export that the caller chooses (a UUID). Who took out what is on record before the first row is sent. The
/// same again gives the same rows; an answer that was cut off ends without its last chunk, so programs notice.
#[utoipa::path(put, path = "/api/cases/{case}/accesses/exports/{export}", tag = "oversight",
    params(("case" = String, Path), ("export" = String, Path)), request_body = ToExport,
    responses((status = 200, body = String, content_type = "text/csv"), (status = 400, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn export(
    State(office): TheOffice,
    caller: Caller,
    Path((case, export)): Path<(String, String)>,
    Given(given): Given<ToExport>,
) -> Result<Response, Problem> {
    let ToExport { person: by, voter, section, line, from, to } = given;
    let bad = |what: &str| Problem::new(Code::BadRequest, what);
    chosen(&export)?;
    let voter = match voter {
        None => None,
        Some(voter) => Some(VoterId::new(&voter).ok_or_else(|| bad("`voter` is empty; leave it out"))?),
    };
    let wanted = wanted(by, voter.clone(), (section, line), (from, to))?;
    let act = caller.act();
    let (asked, desk) = (wanted.clone(), office.cases.get(&case)?);
    let begun = async move |room: &Workroom| room.file().export_accesses(&export, &asked, &act).await;
    let until = desk.read(begun).await?.map_err(|error| told(&error))?.until;
    if let Some(voter) = voter {
        note(&office, &case, &caller, voter).await?;
    }
    let rows = try_unfold(Some(0), move |at| rows(Arc::clone(&office), case.clone(), wanted.clone(), at, until));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"accesses.csv\""),
    ];
    Ok((headers, Body::from_stream(rows)).into_response())
}

/// The next rows of the file, and where they end; the columns come first.
async fn rows(
    office: Arc<Office>,
    case: String,
    wanted: AccessesWanted,
    at: Option<u64>,
    until: u64,
) -> Result<Option<(Vec<u8>, Option<u64>)>, std::io::Error> {
    let Some(at) = at else { return Ok(None) };
    let read = async move |room: &Workroom| {
        let slice = room.file().accesses(&wanted, at, until, ROWS).await?;
        Ok::<_, CaseworkError>((accesses_csv(&slice.found, at == 0)?, slice.up_to))
    };
    let cut = |problem: Problem| std::io::Error::other(problem.detail);
    let desk = office.cases.get(&case).map_err(cut)?;
    let (bytes, up_to) = desk.read(read).await.map_err(cut)?.map_err(|error| cut(told(&error)))?;
    Ok(Some((bytes, (up_to < until).then_some(up_to))))
}

/// That the log was taken out.
#[derive(Serialize, ToSchema)]
pub(super) struct TakenOut {
    export: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The account.
    person: String,
    /// Which looks, as asked for.
    #[schema(value_type = Object)]
    wanted: AccessesWanted,
}

/// Every time the log was taken out, in order.
#[utoipa::path(get, path = "/api/cases/{case}/accesses/exports", tag = "oversight", params(("case" = String, Path)),
    responses((status = 200, body = Vec<TakenOut>), (status = 404, body = Problem)))]
pub(super) async fn exports(
    State(office): TheOffice,
    Path(case): Path<String>,
) -> Result<Json<Vec<TakenOut>>, Problem> {
    let read = async |room: &Workroom| room.file().access_exports().await;
    let exports = office.cases.get(&case)?.read(read).await?.map_err(|error| told(&error))?;
    let taken = exports.into_iter().map(|export| TakenOut {
        export: export.id,
        at: export.at,
        person: export.person,
        wanted: export.wanted,
    });
    Ok(Json(taken.collect()))
}
