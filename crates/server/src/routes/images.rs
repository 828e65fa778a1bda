//! Images of pages, lines and signatures. What shows a line is for whoever has it in hand; a look at a voter's reference signature is on record before.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Path, Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use blobs::{BlobError, Blobs, Form, MOST_BYTES, NoImage, Shape};
use casework::{CaseworkError, Image, Look, Shows, Worker, Workroom};
use domain::{LineRef, PageNo, ReviewerId, SectionNo, VoterId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

use super::{
    TheOffice,
    work::{line_of, worker},
};
use crate::{
    Office,
    answer::Given,
    desk::{refused, told},
    problem::{Code, Problem},
    who::Caller,
};

/// An image: PNG, JPEG or TIFF, 16 MiB and 64 million pixels at most.
pub(super) struct Picture {
    bytes: Bytes,
    shape: Shape,
}

impl PartialSchema for Picture {
    fn schema() -> RefOr<Schema> {
        let bytes = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new().schema_type(Type::String).format(Some(bytes)).into()
    }
}

impl ToSchema for Picture {}

impl<S: Send + Sync> FromRequest<S> for Picture {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        // What a body claims to be does not matter; what it is, its first bytes say.
        let read = axum::body::to_bytes(request.into_body(), MOST_BYTES).await;
        let bytes = read.map_err(|_| Problem::new(Code::TooLarge, NoImage::TooLong(MOST_BYTES + 1).to_string()))?;
        let shape = blobs::look_at(&bytes).map_err(|error| Problem::new(Code::BadRequest, error.to_string()))?;
        Ok(Self { bytes, shape })
    }
}

/// An image that is kept.
#[derive(Serialize, ToSchema)]
pub(super) struct KeptImage {
    /// SHA-256 of the image.
    digest: String,
    /// `png`, `jpeg` or `tiff`.
    form: &'static str,
    /// Pixels across.
    width: u32,
    /// Pixels down.
    height: u32,
}

/// Take in the image of a page, in place of an earlier one, which stays on record. The same image again changes nothing. Refused once the case is decided.
#[utoipa::path(put, path = "/api/cases/{case}/sections/{section}/pages/{page}/image", tag = "images",
    params(("case" = String, Path), ("section" = u32, Path), ("page" = u32, Path)),
    request_body(content = Picture, content_type = "application/octet-stream"),
    responses((status = 200, body = KeptImage), (status = 400, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem)))]
pub(super) async fn keep_page(
    State(office): TheOffice,
    caller: Caller,
    Path((case, section, page)): Path<(String, u32, u32)>,
    Picture { bytes, shape }: Picture,
) -> Result<Json<KeptImage>, Problem> {
    let (shows, desk) = (page_of(section, page)?, office.cases.get(&case)?);
    let (of, person) = (section_of(section)?, worker(&caller, &case)?);
    let may = async move |room: &Workroom| room.may_take_pages(of, &person);
    desk.read(may).await?.map_err(|error| refused(&error))?;
    let length = bytes.len() as u64;
    let digest = in_store(&office, move |store| store.put(&bytes)).await?.to_string();
    let Shape { form, width, height } = shape;
    let image = Image { shows, digest: digest.clone(), form: form.name().to_owned(), bytes: length, width, height };
    let act = caller.act();
    let added = async move |room: &Workroom| room.file().add_images(&[image], &act).await;
    desk.read(added).await?.map_err(|error| told(&error))?;
    Ok(Json(KeptImage { digest, form: form.name(), width, height }))
}

/// The image of a page, to see whether the scan is good. That it is looked at is on record before.
#[utoipa::path(get, path = "/api/cases/{case}/sections/{section}/pages/{page}/image", tag = "images",
    params(("case" = String, Path), ("section" = u32, Path), ("page" = u32, Path)),
    responses((status = 200, body = Picture, content_type = "image/*"), (status = 404, body = Problem)))]
pub(super) async fn show_page(
    State(office): TheOffice,
    caller: Caller,
    Path((case, section, page)): Path<(String, u32, u32)>,
) -> Result<Response, Problem> {
    let (shows, of, person) = (page_of(section, page)?, section_of(section)?, worker(&caller, &case)?);
    let read = async move |room: &Workroom| room.page_looked_at(of, shows, &person, Timestamp::now()).await;
    let image = office.cases.get(&case)?.read(read).await?.map_err(|error| refused(&error))?;
    shown(&office, image).await
}

/// A line in hand, from edge to edge of its page.
#[utoipa::path(get, path = "/api/cases/{case}/batches/{batch}/lines/{section}/{line}/strip", tag = "images",
    params(("case" = String, Path), ("batch" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, body = Picture, content_type = "image/*"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn strip(
    State(office): TheOffice,
    caller: Caller,
    Path((case, batch, section, line)): Path<(String, String, u32, u32)>,
) -> Result<Response, Problem> {
    let shows = Shows::Strip(line_of(section, line)?);
    in_hand(&office, &case, batch, worker(&caller, &case)?, shows).await
}

/// The signature on a line in hand.
#[utoipa::path(get, path = "/api/cases/{case}/batches/{batch}/lines/{section}/{line}/signature", tag = "images",
    params(("case" = String, Path), ("batch" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, body = Picture, content_type = "image/*"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn signature(
    State(office): TheOffice,
    caller: Caller,
    Path((case, batch, section, line)): Path<(String, String, u32, u32)>,
) -> Result<Response, Problem> {
    let shows = Shows::Signature(line_of(section, line)?);
    in_hand(&office, &case, batch, worker(&caller, &case)?, shows).await
}

/// The page that a line in hand stands on.
#[utoipa::path(get, path = "/api/cases/{case}/batches/{batch}/lines/{section}/{line}/page", tag = "images",
    params(("case" = String, Path), ("batch" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, body = Picture, content_type = "image/*"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn page(
    State(office): TheOffice,
    caller: Caller,
    Path((case, batch, section, line)): Path<(String, String, u32, u32)>,
) -> Result<Response, Problem> {
    let (person, line) = (worker(&caller, &case)?, line_of(section, line)?);
    let read = async move |room: &Workroom| room.page_in_hand(&batch, &person, line, Timestamp::now()).await;
    let image = office.cases.get(&case)?.read(read).await?.map_err(|error| refused(&error))?;
    shown(&office, image).await
}

/// How many reference signatures each candidate of a line in hand has, in the order of the sheet.
#[utoipa::path(get, path = "/api/cases/{case}/batches/{batch}/lines/{section}/{line}/references", tag = "images",
    params(("case" = String, Path), ("batch" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, body = Vec<u32>), (status = 409, body = Problem)))]
pub(super) async fn references(
    State(office): TheOffice,
    caller: Caller,
    Path((case, batch, section, line)): Path<(String, String, u32, u32)>,
) -> Result<Json<Vec<u32>>, Problem> {
    let found = candidates(&office, &case, batch, worker(&caller, &case)?, line_of(section, line)?).await?;
    Ok(Json(found.into_iter().map(|(_, count)| count).collect()))
}

/// A reference signature of a candidate of a line in hand; both count from 1, candidates in the order of the sheet.
#[utoipa::path(get, path = "/api/cases/{case}/batches/{batch}/lines/{section}/{line}/candidates/{candidate}/references/{reference}", tag = "images",
    params(("case" = String, Path), ("batch" = String, Path), ("section" = u32, Path), ("line" = u32, Path),
        ("candidate" = u32, Path), ("reference" = u32, Path)),
    responses((status = 200, body = Picture, content_type = "image/*"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn candidate_reference(
    State(office): TheOffice,
    caller: Caller,
    Path((case, batch, section, line, candidate, reference)): Path<(String, String, u32, u32, u32, u32)>,
) -> Result<Response, Problem> {
    let (person, line) = (worker(&caller, &case)?, line_of(section, line)?);
    let found = candidates(&office, &case, batch, person.clone(), line).await?;
    let place = usize::try_from(candidate).ok().and_then(|candidate| candidate.checked_sub(1));
    let found = place.and_then(|place| found.into_iter().nth(place));
    let (voter, _) = found.ok_or_else(|| Problem::not_found("candidate"))?;
    reference_of(&office, &case, person.id, line, voter, reference).await
}

/// A voter whose reference signature is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReferenceOf {
    /// The voter, as a search of the roll showed it.
    voter: String,
    /// Which of the reference signatures, counted from 1.
    reference: u32,
}

/// A reference signature of a voter who was found by a search, for the sake of a line in hand. A POST, since a voter is named in it and an address is kept in logs.
#[utoipa::path(post, path = "/api/cases/{case}/batches/{batch}/lines/{section}/{line}/reference", tag = "images",
    params(("case" = String, Path), ("batch" = String, Path), ("section" = u32, Path), ("line" = u32, Path)), request_body = ReferenceOf,
    responses((status = 200, body = Picture, content_type = "image/*"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn voter_reference(
    State(office): TheOffice,
    caller: Caller,
    Path((case, batch, section, line)): Path<(String, String, u32, u32)>,
    Given(wanted): Given<ReferenceOf>,
) -> Result<Response, Problem> {
    let (person, line) = (worker(&caller, &case)?, line_of(section, line)?);
    candidates(&office, &case, batch, person.clone(), line).await?;
    let voter = VoterId::new(&wanted.voter).ok_or_else(|| Problem::new(Code::BadRequest, "`voter` is empty"))?;
    reference_of(&office, &case, person.id, line, voter, wanted.reference).await
}

fn section_of(section: u32) -> Result<SectionNo, Problem> {
    SectionNo::new(section).ok_or_else(|| Problem::new(Code::BadRequest, "sections count from 1"))
}

fn page_of(section: u32, page: u32) -> Result<Shows, Problem> {
    let page = SectionNo::new(section).zip(PageNo::new(page)).map(|(section, page)| Shows::Page(section, page));
    page.ok_or_else(|| Problem::new(Code::BadRequest, "sections and pages count from 1"))
}

async fn candidates(
    office: &Office,
    case: &str,
    batch: String,
    person: Worker,
    line: LineRef,
) -> Result<casework::References, Problem> {
    let read = async move |room: &Workroom| room.references_in_hand(&batch, &person, line, Timestamp::now()).await;
    office.cases.get(case)?.read(read).await?.map_err(|error| refused(&error))
}

async fn in_hand(
    office: &Office,
    case: &str,
    batch: String,
    person: Worker,
    shows: Shows,
) -> Result<Response, Problem> {
    let read = async move |room: &Workroom| room.image_in_hand(&batch, &person, &shows, Timestamp::now()).await;
    let image = office.cases.get(case)?.read(read).await?.map_err(|error| refused(&error))?;
    shown(office, image).await
}

/// Puts the look on record, and shows the signature after that.
async fn reference_of(
    office: &Office,
    case: &str,
    person: ReviewerId,
    line: LineRef,
    voter: VoterId,
    reference: u32,
) -> Result<Response, Problem> {
    let find = async move |room: &Workroom| {
        let image = room.file().image(&Shows::Reference(voter.clone(), reference)).await?;
        if image.is_some() {
            let look = Look::at_voter(voter, Some(line), "reference signature");
            room.note_looks(&person, &[look], Timestamp::now()).await?;
        }
        Ok::<_, CaseworkError>(image)
    };
    let image = office.cases.get(case)?.read(find).await?.map_err(|error| told(&error))?;
    shown(office, image).await
}

/// An image from the store, for this caller alone.
pub(super) async fn shown(office: &Office, image: Option<Image>) -> Result<Response, Problem> {
    let image = image.ok_or_else(|| Problem::not_found("image"))?;
    let digest = image.digest.parse().map_err(Problem::internal)?;
    let bytes = in_store(office, move |store| store.get(digest)).await?;
    let form = Form::named(&image.form).map_or("application/octet-stream", Form::media_type);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(form)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, bytes).into_response())
}

/// Asks the store of images, away from the threads that answer requests.
async fn in_store<T: Send + 'static>(
    office: &Office,
    ask: impl FnOnce(&Blobs) -> Result<T, BlobError> + Send + 'static,
) -> Result<T, Problem> {
    let none = || {
        Problem::new(
            Code::WrongState,
            "this office keeps no images; whoever runs the server can start it with --images",
        )
    };
    let store = Arc::clone(office.images.as_ref().ok_or_else(none)?);
    let done = tokio::task::spawn_blocking(move || ask(&store)).await.map_err(Problem::internal)?;
    done.map_err(|error| match error {
        BlobError::File { .. } | BlobError::Store { .. } => {
            eprintln!("countersign serve: {error}");
            Problem::new(
                Code::Unavailable,
                "the store of images does not answer just now, or is full; nothing was lost, try again",
            )
        }
        _ => Problem::internal(error),
    })
}
