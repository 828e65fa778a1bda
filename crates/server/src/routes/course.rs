//! The course of a case: its steps so far, and the clocks of the law with the way each was found.

use axum::{
    Json,
    extract::{Path, State},
};
use casework::{Step, Workroom};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{TheOffice, clock::LastDay};
use crate::{
    desk::told,
    problem::Problem,
    who::{Caller, Role},
};

/// What happened to a case as a whole, and which clocks run.
#[derive(Serialize, ToSchema)]
pub(super) struct Course {
    /// The rule pack's identifier.
    rule_pack: String,
    /// The digest of the rule pack, with which anybody can tell that theirs is the same.
    rule_pack_digest: String,
    /// The steps, in order.
    steps: Vec<CourseStep>,
    /// The clocks that run, or ran, in the pack's order.
    clocks: Vec<LastDay>,
}

/// A step of a case. What happens line by line and section by section is counted, from one step of another kind to the next.
#[derive(Serialize, ToSchema)]
pub(super) struct CourseStep {
    /// The (last) event's number in the log.
    event: u64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// The event's name in the log.
    kind: &'static str,
    /// The account of who did it; left out where many people did, and for observers.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// Sections, lines, signatures or voters, as the kind says; on an opening the signatures required, on a certificate the valid ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
    /// The day that it names: of filing, or on the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<String>,
    /// A root, a seed, a digest, a verdict, or a reason in the words of whoever gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<String>,
}

/// The course of a case, from its opening.
#[utoipa::path(get, path = "/api/cases/{case}/course", tag = "registrar", params(("case" = String, Path)),
    responses((status = 200, body = Course), (status = 404, body = Problem)))]
pub(super) async fn show(
    State(office): TheOffice,
    caller: Caller,
    Path(case): Path<String>,
) -> Result<Json<Course>, Problem> {
    let named = caller.has(&case, &[Role::Supervisor, Role::Registrar]);
    let read = async |room: &Workroom| {
        let file = room.file();
        let opened = &file.case().opened;
        let pack = (opened.rule_pack.clone(), opened.rule_pack_digest.clone());
        file.clocks().map(|clocks| (pack, file.course().to_vec(), clocks))
    };
    let ((rule_pack, rule_pack_digest), steps, clocks) =
        office.cases.get(&case)?.read(read).await?.map_err(|error| told(&error))?;
    let step = |Step { seq, at, actor, kind, count, on, says }| CourseStep {
        event: seq,
        at,
        kind,
        person: actor.filter(|_| named),
        count,
        on: on.map(|day| day.to_string()),
        says,
    };
    Ok(Json(Course {
        rule_pack,
        rule_pack_digest,
        steps: steps.into_iter().map(step).collect(),
        clocks: clocks.into_iter().map(LastDay::from).collect(),
    }))
}
