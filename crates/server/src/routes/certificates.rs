//! Certifying: what still stands in the way, the certificate as it would be, giving it, and opening the case again.

use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use casework::{CaseworkError, CertifyInputs, Workroom, certificate_digest};
use domain::{Official, Phase, invariants::Violation};
use jiff::civil::Date;
use law::certificate::Certificate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{TheOffice, work::LineName};
use crate::{
    Office,
    answer::Given,
    desk::told,
    problem::{Code, Problem},
    who::Caller,
};

/// The most lines that are named where an invariant does not hold.
const SHOWN: usize = 50;

/// The longest name, title or office of an official, and the longest reason, in letters.
const LONGEST: [usize; 2] = [200, 2000];

/// Whether a case can be certified, and why not.
#[derive(Serialize, ToSchema)]
pub(super) struct Readiness {
    /// `receiving`, `examining`, `not_accepted` or `certified`.
    phase: &'static str,
    /// Lines that the result rests on and that are not decided. Until there are none, the invariants are not checked.
    undecided: u64,
    /// The invariants that stand before a certificate.
    invariants: Vec<Checked>,
}

/// An invariant, checked.
#[derive(Serialize, ToSchema)]
pub(super) struct Checked {
    /// Its name, as it stands on the certificate.
    invariant: &'static str,
    /// Whether it holds.
    holds: bool,
    /// What is wrong and what to do, where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<String>,
    /// How many lines are concerned.
    concerned: u64,
    /// The first of them.
    lines: Vec<LineName>,
}

/// What still stands between a case and its certificate. Once every line is decided, all invariants are checked, which reads the whole roll: some seconds.
#[utoipa::path(get, path = "/api/cases/{case}/certificates/readiness", tag = "registrar", params(("case" = String, Path)),
    responses((status = 200, body = Readiness), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn readiness(State(office): TheOffice, Path(case): Path<String>) -> Result<Json<Readiness>, Problem> {
    let desk = office.cases.get(&case)?;
    let stands = async |room: &Workroom| {
        let examined = room.file().examined();
        (room.file().status().phase, room.file().case().phase, examined.tally.undecided)
    };
    let (name, phase, undecided) = desk.read(stands).await?;
    if phase != Phase::Examining || undecided > 0 {
        return Ok(Json(Readiness { phase: name, undecided, invariants: Vec::new() }));
    }
    let roll = desk.roll().await?;
    let check = async move |room: &Workroom| room.file().invariants(roll.snapshot()).await;
    let checked = desk.read(check).await?.map_err(|error| told(&error))?;
    let invariants = checked.into_iter().map(|(invariant, held)| {
        let violation = held.err();
        let lines = violation.as_ref().map(|Violation { lines, .. }| lines.as_slice()).unwrap_or_default();
        Checked {
            invariant: invariant.name(),
            holds: violation.is_none(),
            concerned: lines.len() as u64,
            lines: lines.iter().take(SHOWN).map(|&line| LineName::from(line)).collect(),
            what: violation.map(|violation| violation.what),
        }
    });
    Ok(Json(Readiness { phase: name, undecided, invariants: invariants.collect() }))
}

/// What the official adds to a certificate.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToCertify {
    /// The date on the certificate, as in 2022-08-15.
    certified_on: String,
    /// The official's name in full; with title and office, or none of the three.
    #[serde(default)]
    name: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    office: String,
}

impl ToCertify {
    fn inputs(self) -> Result<CertifyInputs, Problem> {
        let bad = |what: &str| Problem::new(Code::BadRequest, what);
        let certified_on =
            self.certified_on.parse::<Date>().map_err(|_| bad("`certified_on` is a day, as in 2022-08-15"))?;
        let texts = [&self.name, &self.title, &self.office];
        if texts.iter().any(|text| text.chars().count() > LONGEST[0]) {
            return Err(bad("`name`, `title` and `office` have 200 characters at most"));
        }
        let given = texts.iter().filter(|text| !text.trim().is_empty()).count();
        let official = match given {
            0 => None,
            3 => Some(Official { name: self.name, title: self.title, office: self.office }),
            _ => return Err(bad("name the official with title and office, or leave all three out")),
        };
        Ok(CertifyInputs { certified_on, official })
    }
}

/// A certificate as it would be given, or was.
#[derive(Serialize, ToSchema)]
pub(super) struct Drafted {
    /// SHA-256 of its JSON: the name under which it is given.
    digest: String,
    /// The certificate.
    #[schema(value_type = Object)]
    certificate: Certificate,
    /// The same as an account to be read.
    account: String,
}

/// The certificate as it would be given now. Every invariant is checked; nothing is recorded.
#[utoipa::path(post, path = "/api/cases/{case}/certificates/draft", tag = "registrar", params(("case" = String, Path)), request_body = ToCertify,
    responses((status = 200, body = Drafted), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn draft(
    State(office): TheOffice,
    Path(case): Path<String>,
    Given(given): Given<ToCertify>,
) -> Result<Json<Drafted>, Problem> {
    drafted(prepared(&office, &case, given.inputs()?).await?).map(Json)
}

/// The certificate as it would be given now, as the document to be signed.
#[utoipa::path(post, path = "/api/cases/{case}/certificates/draft/pdf", tag = "registrar", params(("case" = String, Path)), request_body = ToCertify,
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn draft_pdf(
    State(office): TheOffice,
    Path(case): Path<String>,
    Given(given): Given<ToCertify>,
) -> Result<Response, Problem> {
    pdf(prepared(&office, &case, given.inputs()?).await?).await
}

/// A certificate that was given.
#[derive(Serialize, ToSchema)]
pub(super) struct GivenCertificate {
    /// SHA-256 of its JSON.
    digest: String,
    /// The date on it.
    certified_on: String,
    /// What it says.
    verdict: &'static str,
    /// Valid signatures by it.
    valid: u64,
    /// Whether it stands: the last one, while the case was not opened again.
    stands: bool,
}

/// The certificates that were given, in order.
#[utoipa::path(get, path = "/api/cases/{case}/certificates", tag = "registrar", params(("case" = String, Path)),
    responses((status = 200, body = Vec<GivenCertificate>), (status = 404, body = Problem)))]
pub(super) async fn list(
    State(office): TheOffice,
    Path(case): Path<String>,
) -> Result<Json<Vec<GivenCertificate>>, Problem> {
    let read = async |room: &Workroom| {
        let case = room.file().case();
        (case.certificates.clone(), case.phase == Phase::Certified)
    };
    let (given, standing) = office.cases.get(&case)?.read(read).await?;
    let last = given.len();
    let certificate = |(at, certified): (usize, domain::Certified)| GivenCertificate {
        digest: certified.certificate_digest,
        certified_on: certified.certified_on.to_string(),
        verdict: certified.verdict.name(),
        valid: certified.valid,
        stands: standing && at + 1 == last,
    };
    Ok(Json(given.into_iter().enumerate().map(certificate).collect()))
}

/// Give the certificate that was drafted, by its digest. Refused with `otherwise` where the case would have another one now. The same again changes nothing.
#[utoipa::path(put, path = "/api/cases/{case}/certificates/{digest}", tag = "registrar", request_body = ToCertify,
    params(("case" = String, Path), ("digest" = String, Path)),
    responses((status = 200, body = Drafted), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn give(
    State(office): TheOffice,
    caller: Caller,
    Path((case, digest)): Path<(String, String)>,
    Given(given): Given<ToCertify>,
) -> Result<Json<Drafted>, Problem> {
    let inputs = given.inputs()?;
    if stands(&office, &case, &digest).await? {
        return drafted(standing(&office, &case).await?).map(Json);
    }
    let certificate = prepared(&office, &case, inputs.clone()).await?;
    let draft = drafted(certificate.clone())?;
    let otherwise = || {
        let what = "the certificate of this case is not the one that was shown; look at it again";
        Problem::new(Code::Otherwise, what)
    };
    if draft.digest != digest {
        return Err(otherwise());
    }
    // One that cannot be printed is not given.
    pdf(certificate.clone()).await?;
    let act = caller.act();
    let record = async move |room: &mut Workroom| {
        room.act(async |file| file.record_certificate(&certificate, &inputs, &act).await).await
    };
    let recorded = office.cases.get(&case)?.write(record).await?;
    recorded.map_err(|error| match error {
        // Somebody has decided something since.
        CaseworkError::Changed(_) => otherwise(),
        error => told(&error),
    })?;
    Ok(Json(draft))
}

/// The certificate that stands, computed anew from the events it rests on.
#[utoipa::path(get, path = "/api/cases/{case}/certificate", tag = "registrar", params(("case" = String, Path)),
    responses((status = 200, body = Drafted), (status = 404, body = Problem)))]
pub(super) async fn show(State(office): TheOffice, Path(case): Path<String>) -> Result<Json<Drafted>, Problem> {
    drafted(standing(&office, &case).await?).map(Json)
}

/// The certificate that stands, as the document to be signed.
#[utoipa::path(get, path = "/api/cases/{case}/certificate/pdf", tag = "registrar", params(("case" = String, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 404, body = Problem)))]
pub(super) async fn show_pdf(State(office): TheOffice, Path(case): Path<String>) -> Result<Response, Problem> {
    pdf(standing(&office, &case).await?).await
}

/// Why a certificate does not stand any more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToReopen {
    /// The reason, which stays on record and is published.
    because: String,
}

/// Open a certified case again. Its certificate, named by its digest, stays on record, and the next one names it. The same again changes nothing.
#[utoipa::path(put, path = "/api/cases/{case}/certificates/{digest}/reopened", tag = "registrar", request_body = ToReopen,
    params(("case" = String, Path), ("digest" = String, Path)),
    responses((status = 200), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn reopen(
    State(office): TheOffice,
    caller: Caller,
    Path((case, digest)): Path<(String, String)>,
    Given(ToReopen { because }): Given<ToReopen>,
) -> Result<(), Problem> {
    if because.chars().count() > LONGEST[1] {
        return Err(Problem::new(Code::BadRequest, "`because` has 2,000 characters at most"));
    }
    let act = caller.act();
    let reopen = async move |room: &mut Workroom| {
        let case = room.file().case();
        if case.certificates.last().is_none_or(|last| last.certificate_digest != digest) {
            return Err(Problem::not_found("certificate, or another one was given since"));
        }
        if case.phase != Phase::Certified {
            return Ok(());
        }
        room.act(async |file| file.reopen(&because, &act).await).await.map_err(|error| told(&error))
    };
    office.cases.get(&case)?.write(reopen).await?
}

/// Whether the certificate of this digest stands.
async fn stands(office: &Office, case: &str, digest: &str) -> Result<bool, Problem> {
    let digest = digest.to_owned();
    let stands = async move |room: &Workroom| {
        let case = room.file().case();
        case.phase == Phase::Certified && case.certificates.last().is_some_and(|last| last.certificate_digest == digest)
    };
    office.cases.get(case)?.read(stands).await
}

async fn prepared(office: &Office, case: &str, inputs: CertifyInputs) -> Result<Certificate, Problem> {
    let desk = office.cases.get(case)?;
    let roll = desk.roll().await?;
    let prepare = async move |room: &Workroom| {
        let pack = room.file().pack()?;
        room.file().prepare_certificate(roll.snapshot(), &pack, &inputs).await
    };
    desk.read(prepare).await?.map_err(|error| told(&error))
}

/// The certificate that stands.
pub(super) async fn standing(office: &Office, case: &str) -> Result<Certificate, Problem> {
    let read = async |room: &Workroom| {
        let file = room.file();
        if file.case().phase != Phase::Certified {
            return Ok(None);
        }
        file.certificate_on_record(&file.pack()?).await.map(Some)
    };
    let certificate = office.cases.get(case)?.read(read).await?;
    let certificate = certificate.map_err(|error: CaseworkError| told(&error))?;
    certificate.ok_or_else(|| Problem::not_found("certificate: none stands"))
}

fn drafted(certificate: Certificate) -> Result<Drafted, Problem> {
    let json = certificate.to_json().map_err(Problem::internal)?;
    Ok(Drafted { digest: certificate_digest(&json), account: reports::account(&certificate), certificate })
}

/// The document to be signed. It is typeset beside what else the server does.
pub(super) async fn pdf(certificate: Certificate) -> Result<Response, Problem> {
    let typeset = tokio::task::spawn_blocking(move || reports::certificate_pdf(&certificate)).await;
    let bytes = typeset.map_err(Problem::internal)?.map_err(Problem::internal)?;
    let shown = (header::CONTENT_DISPOSITION, "inline; filename=\"certificate.pdf\"");
    Ok(([(header::CONTENT_TYPE, "application/pdf"), shown], bytes).into_response())
}
