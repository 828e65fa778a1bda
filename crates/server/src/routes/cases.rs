//! The cases and where they stand.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
};
use casework::Workroom;
use serde::Serialize;
use utoipa::ToSchema;

use super::TheOffice;
use crate::{
    board::phase,
    problem::Problem,
    who::{Caller, Role},
};

/// A case in which the caller has a duty.
#[derive(Serialize, ToSchema)]
pub(super) struct MyCase {
    /// Its name in addresses.
    case: String,
    /// The petition's title.
    title: String,
    /// The caller's roles in it.
    roles: Vec<Role>,
}

/// The cases in which the caller has a duty.
#[utoipa::path(get, path = "/api/cases", tag = "cases",
    responses((status = 200, body = Vec<MyCase>), (status = 401, body = Problem)))]
pub(super) async fn list(State(office): TheOffice, caller: Caller) -> Result<Json<Vec<MyCase>>, Problem> {
    let mut mine = Vec::new();
    for name in office.cases.names() {
        if let Some(roles) = caller.duties.get(name) {
            let title = async |room: &Workroom| room.file().case().opened.petition.title.clone();
            let title = office.cases.get(name)?.read(title).await?;
            mine.push(MyCase { case: name.to_owned(), title, roles: roles.clone() });
        }
    }
    Ok(Json(mine))
}

/// Where a case stands.
#[derive(Serialize, ToSchema)]
pub(super) struct Standing {
    /// The petition's title.
    title: String,
    /// The county, city or district.
    jurisdiction: String,
    /// `receiving`, `examining`, `not_accepted` or `certified`.
    phase: &'static str,
    /// Valid signatures needed.
    required: u64,
    /// Sections received.
    sections: u64,
    /// Lines that count.
    lines: u64,
    /// The raw count, once made.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_count: Option<u64>,
    /// Lines found valid so far.
    valid: u64,
    /// Lines found invalid so far.
    invalid: u64,
    /// Lines that people still have to look at.
    undecided: u64,
    /// Invalid lines by published category.
    invalid_by_category: BTreeMap<&'static str, u64>,
    /// Events in the log.
    events: u64,
}

/// Where a case stands.
#[utoipa::path(get, path = "/api/cases/{case}", tag = "cases", params(("case" = String, Path)),
    responses((status = 200, body = Standing), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn show(State(office): TheOffice, Path(case): Path<String>) -> Result<Json<Standing>, Problem> {
    let read = async |room: &Workroom| (room.file().status(), phase(room));
    let (status, phase) = office.cases.get(&case)?.read(read).await?;
    Ok(Json(Standing {
        title: status.petition.title,
        jurisdiction: status.petition.jurisdiction,
        phase,
        required: status.required,
        sections: status.sections,
        lines: status.lines,
        raw_count: status.raw_count,
        valid: status.valid,
        invalid: status.invalid,
        undecided: status.undecided,
        invalid_by_category: status.invalid_by_category,
        events: status.events,
    }))
}
