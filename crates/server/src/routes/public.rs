//! What everybody may see, without a session: where the petitions of this office stand, what was certified, and the published records with which the result
//! is checked. Nothing here asks the store of a case; certified figures come from the published record and from nowhere else.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    path::{Path as FilePath, PathBuf},
};

use axum::{
    Json,
    body::Body,
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use casework::Workroom;
use domain::Phase;
use futures_util::stream::try_unfold;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::TheOffice;
use crate::{
    Office,
    board::phase,
    problem::{Code, Problem},
};

/// The list of a record's files, and the signature over it.
const SUMS: [&str; 2] = ["SHA256SUMS", "SHA256SUMS.sig"];

/// The largest list of files, or of totals, that is read.
const MOST: u64 = 1 << 20;

/// Bytes of a file sent at a time.
const PIECE: usize = 1 << 18;

/// A petition, as everybody may see it.
#[derive(Serialize, ToSchema)]
pub(super) struct PublicPetition {
    /// Its name in addresses.
    petition: String,
    title: String,
    jurisdiction: String,
    /// `receiving`, `examining`, `not_accepted` or `certified`.
    phase: &'static str,
    /// The day of filing.
    filed_on: String,
    /// Valid signatures needed.
    required: u64,
    /// Every signature submitted, once they are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_count: Option<u64>,
    /// What the published record says; left out before there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<PublishedResult>,
    /// The files of the published record.
    record: Vec<RecordFile>,
}

/// The result by a published record.
#[derive(Serialize, ToSchema)]
pub(super) struct PublishedResult {
    /// Whether the certificate in the record is the one that stands. It is not where the case was opened again since, or another one was given.
    stands: bool,
    #[serde(flatten)]
    totals: Totals,
}

/// The figures of a record's `totals.json`.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Totals {
    certified_on: String,
    /// `full`: every signature was examined; `sample`: the result rests on a random sample.
    basis: String,
    raw_count: u64,
    /// Signatures examined.
    examined: u64,
    /// Valid ones of those examined.
    valid: u64,
    /// Those examined that do not count.
    invalid: u64,
    /// The invalid ones by published category.
    invalid_by_category: BTreeMap<String, u64>,
    required: u64,
    /// Valid, or projected valid, less required; negative is short.
    margin: i64,
    verdict: String,
}

/// A file of a published record.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct RecordFile {
    /// Its name in the record.
    name: String,
    /// SHA-256, 64 hexadecimal digits: the name under which it is fetched here.
    digest: String,
    /// Its length.
    bytes: u64,
}

/// The petitions of this office.
#[utoipa::path(get, path = "/api/public", tag = "public",
    responses((status = 200, body = Vec<PublicPetition>), (status = 422, body = Problem, description = "`turned_off`")))]
pub(super) async fn list(State(office): TheOffice) -> Result<Json<Vec<PublicPetition>>, Problem> {
    let mut petitions = Vec::new();
    for name in office.cases.names() {
        petitions.push(petition(&office, name).await?);
    }
    Ok(Json(petitions))
}

/// One petition.
#[utoipa::path(get, path = "/api/public/{petition}", tag = "public", params(("petition" = String, Path)),
    responses((status = 200, body = PublicPetition), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn show(State(office): TheOffice, Path(name): Path<String>) -> Result<Json<PublicPetition>, Problem> {
    petition(&office, &name).await.map(Json)
}

/// A file of a published record, by its digest.
#[utoipa::path(get, path = "/api/public/{petition}/record/{digest}", tag = "public", params(("petition" = String, Path), ("digest" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn file(
    State(office): TheOffice,
    Path((name, digest)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let folder = folder(&office, &name)?;
    let find = move || {
        let file = files(&folder).into_iter().find(|file| file.digest == digest)?;
        Some((folder.join(&file.name), file))
    };
    let found = tokio::task::spawn_blocking(find).await.map_err(Problem::internal)?;
    let (path, file) = found.ok_or_else(|| Problem::not_found("file of this record"))?;
    let last = file.name.rsplit('/').next().unwrap_or_default().to_owned();
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, file.bytes.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{last}\"")),
    ];
    let pieces = try_unfold(0, move |at| {
        let path = path.clone();
        async move {
            let piece =
                tokio::task::spawn_blocking(move || piece(&path, at)).await.map_err(std::io::Error::other)??;
            Ok::<_, std::io::Error>((!piece.is_empty()).then(|| {
                let next = at + piece.len() as u64;
                (piece, next)
            }))
        }
    });
    Ok((headers, Body::from_stream(pieces)).into_response())
}

fn piece(path: &FilePath, at: u64) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::with_capacity(PIECE);
    file.take(PIECE as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Where the record of a petition is, if there is one.
fn folder(office: &Office, name: &str) -> Result<PathBuf, Problem> {
    let turned_off = || Problem::new(Code::TurnedOff, "this office has no public page here");
    let records = office.public.as_ref().ok_or_else(turned_off)?;
    // Only the name of a case that is served gets as far as the file system.
    let known = office.cases.names().any(|case| case == name);
    if known { Ok(records.join(name)) } else { Err(Problem::not_found("petition")) }
}

async fn petition(office: &Office, name: &str) -> Result<PublicPetition, Problem> {
    let folder = folder(office, name)?;
    let read = async |room: &Workroom| {
        let case = room.file().case();
        let standing = case.certificates.last().filter(|_| case.phase == Phase::Certified);
        let digest = standing.map(|certified| certified.certificate_digest.clone());
        let (opened, raw_count) = (&case.opened, case.raw_count);
        let petition = PublicPetition {
            petition: String::new(),
            title: opened.petition.title.clone(),
            jurisdiction: opened.petition.jurisdiction.clone(),
            phase: phase(room),
            filed_on: opened.milestones.filed_on().to_string(),
            required: opened.required,
            raw_count,
            result: None,
            record: Vec::new(),
        };
        (petition, digest)
    };
    let (mut petition, standing) = office.cases.get(name)?.read(read).await?;
    let published = tokio::task::spawn_blocking(move || {
        let files = files(&folder);
        let totals = files.iter().any(|file| file.name == "totals.json").then(|| small(&folder.join("totals.json")));
        (totals.flatten().and_then(|text| serde_json::from_str::<Totals>(&text).ok()), files)
    });
    let (totals, files) = published.await.map_err(Problem::internal)?;
    let certificate = files.iter().find(|file| file.name == "certificate.json");
    let stands = standing.is_some() && certificate.map(|file| &file.digest) == standing.as_ref();
    petition.petition = name.to_owned();
    petition.result = totals.map(|totals| PublishedResult { stands, totals });
    petition.record = files;
    Ok(petition)
}

/// The files of a record, by its signed list; none where there is no record. What the list does not name is not served.
fn files(folder: &FilePath) -> Vec<RecordFile> {
    let Some(sums) = small(&folder.join(SUMS[0])) else { return Vec::new() };
    let listed = sums.lines().filter_map(|line| line.split_once("  ")).map(|(digest, name)| (digest.to_owned(), name));
    let own = SUMS.iter().filter_map(|name| {
        let text = small(&folder.join(name))?;
        let digest: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        Some((digest, *name))
    });
    let file = |(digest, name): (String, &str)| {
        let within = FilePath::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        let about = within.then(|| folder.join(name).metadata().ok())?.filter(std::fs::Metadata::is_file)?;
        Some(RecordFile { name: name.to_owned(), digest, bytes: about.len() })
    };
    listed.chain(own).filter_map(file).collect()
}

/// The text of a file that is not larger than such a file is.
fn small(path: &FilePath) -> Option<String> {
    let mut text = String::new();
    File::open(path).ok()?.take(MOST).read_to_string(&mut text).ok()?;
    Some(text)
}
