//! The images of the line that is on a screen of the examination room: the line, its signature, and every reference signature of the voters beside it.

use axum::{
    extract::{Path, State},
    response::Response,
};
use casework::RoomImage;

use super::{
    TheOffice,
    images::{Picture, shown},
    room::{InRoom, at_case},
    work::line_of,
};
use crate::{Office, problem::Problem};

/// The line that is shown, from edge to edge of its page.
#[utoipa::path(get, path = "/api/cases/{case}/room/lines/{section}/{line}/strip", tag = "room",
    params(("case" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, body = Picture, content_type = "image/*"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn strip(
    State(office): TheOffice,
    inside: InRoom,
    Path((_case, section, line)): Path<(String, u32, u32)>,
) -> Result<Response, Problem> {
    beside(&office, inside, section, line, RoomImage::Strip).await
}

/// The signature on the line that is shown.
#[utoipa::path(get, path = "/api/cases/{case}/room/lines/{section}/{line}/signature", tag = "room",
    params(("case" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, body = Picture, content_type = "image/*"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn signature(
    State(office): TheOffice,
    inside: InRoom,
    Path((_case, section, line)): Path<(String, u32, u32)>,
) -> Result<Response, Problem> {
    beside(&office, inside, section, line, RoomImage::Signature).await
}

/// A reference signature of a voter beside the line that is shown; both count from 1, voters in the order of the line. The look is on record before.
#[utoipa::path(get, path = "/api/cases/{case}/room/lines/{section}/{line}/voters/{voter}/references/{reference}", tag = "room",
    params(("case" = String, Path), ("section" = u32, Path), ("line" = u32, Path), ("voter" = u32, Path), ("reference" = u32, Path)),
    responses((status = 200, body = Picture, content_type = "image/*"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn reference(
    State(office): TheOffice,
    inside: InRoom,
    Path((_case, section, line, voter, reference)): Path<(String, u32, u32, u32, u32)>,
) -> Result<Response, Problem> {
    beside(&office, inside, section, line, RoomImage::Reference { voter, reference }).await
}

async fn beside(
    office: &Office,
    inside: InRoom,
    section: u32,
    line: u32,
    image: RoomImage,
) -> Result<Response, Problem> {
    let line = line_of(section, line)?;
    let InRoom { case, act, room } = inside;
    let find = async move |file: &mut casework::CaseFile| file.image_in_room(&room, line, image, &act).await;
    let found = at_case(office.cases.get(&case)?, find).await?;
    shown(office, found).await
}
