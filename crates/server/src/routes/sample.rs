//! The public sample: the list of lines is sealed, the seed is rolled before everybody's eyes, the lines are drawn, and what is found on them is projected.

use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use casework::{DrawReport, SampleStanding, SealReport, Workroom};
use law::{Projection, RulePack};
use sampling::{REDRAW_PY, draw};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TheOffice;
use crate::{
    Office,
    answer::{Asked, Given, Page, PageOf, limit, number},
    desk::told,
    problem::{Code, Problem},
    who::Caller,
};

/// The public sample of a case.
#[derive(Serialize, ToSchema)]
pub(super) struct PublicSample {
    /// What the law asks for; left out where it knows no sample, or nothing is counted yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    law: Option<SampleLaw>,
    /// The sealed list, once it is sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    sealed: Option<Sealed>,
    /// The seed, once it was rolled.
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<String>,
    /// Lines drawn.
    drawn: u64,
    /// Lines of the sample that count, so far.
    valid: u64,
    /// Lines of the sample that do not, so far.
    invalid: u64,
    /// Of these, duplicates of another line of the sample.
    duplicates: u64,
    /// Lines of the sample that people still have to look at.
    undecided: u64,
    /// What the sample says of the whole, once every line of it is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    projection: Option<Projected>,
    /// What statistics say beside the law's formula: evidence, never the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<BesideTheLaw>,
    /// Samples that became void, since the raw count was opened again.
    void_draws: u64,
}

/// What the law asks for of a sample.
#[derive(Serialize, ToSchema)]
pub(super) struct SampleLaw {
    /// Lines to draw.
    size: u64,
    /// Whether that is every line.
    every_line: bool,
    /// The least number of digits of the seed.
    seed_digits: u32,
    /// How the size was found, in words.
    steps: Vec<String>,
    /// Where it stands in the law.
    citation: String,
    /// `confirmed`; or `unconfirmed` or `open`, and then counsel has to say.
    status: &'static str,
}

/// A sealed list of lines.
#[derive(Serialize, ToSchema)]
pub(super) struct Sealed {
    /// Lines in it: the raw count.
    lines: u64,
    /// Root of the tree over them, 64 hexadecimal digits.
    root: String,
    /// Lines that will be drawn, or were at first.
    size: u64,
    /// Digits of the seed: ten-sided dice to be rolled.
    seed_digits: u32,
}

/// What the law's formula says.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the field is called so in the public record")]
pub(super) struct Projected {
    /// `sufficient`, `insufficient`, `examine_all`, or another verdict of the law.
    verdict: &'static str,
    /// The projected number of valid signatures; left out where the formula knows none.
    #[serde(skip_serializing_if = "Option::is_none")]
    projected_valid: Option<i64>,
    /// What was taken off for duplicates in the sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicate_penalty: Option<i64>,
    /// In percent of the requirement.
    #[serde(skip_serializing_if = "Option::is_none")]
    percent_of_required: Option<String>,
    /// Signatures required.
    required: u64,
    /// Every step as printed.
    steps: Vec<FormulaStep>,
}

/// A step of a formula.
#[derive(Serialize, ToSchema)]
pub(super) struct FormulaStep {
    what: String,
    value: String,
}

/// What statistics say beside the law's formula.
#[derive(Serialize, ToSchema)]
pub(super) struct BesideTheLaw {
    /// Valid lines in proportion.
    proportion: String,
    /// Its standard error, in lines.
    standard_error: String,
    /// The 95 percent interval.
    from: u64,
    to: u64,
}

/// Where the public sample of a case stands.
#[utoipa::path(get, path = "/api/cases/{case}/sample", tag = "registrar", params(("case" = String, Path)),
    responses((status = 200, body = PublicSample), (status = 404, body = Problem)))]
pub(super) async fn show(State(office): TheOffice, Path(case): Path<String>) -> Result<Json<PublicSample>, Problem> {
    Ok(Json(standing(&office, &case).await?))
}

/// How many lines to draw.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToSeal {
    /// Lines that will be drawn; the number that the law asks for where none is given, and no fewer.
    #[serde(default)]
    size: Option<u64>,
}

/// Seal the list of all countable lines, before the seed exists. Sealed once, it stays; the same again changes nothing.
#[utoipa::path(put, path = "/api/cases/{case}/sample/sealed", tag = "registrar", params(("case" = String, Path)), request_body = ToSeal,
    responses((status = 200, body = PublicSample), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn seal(
    State(office): TheOffice,
    caller: Caller,
    Path(case): Path<String>,
    Given(ToSeal { size }): Given<ToSeal>,
) -> Result<Json<PublicSample>, Problem> {
    let act = caller.act();
    let seal = async move |room: &mut Workroom| -> Result<SealReport, _> {
        let pack = room.file().pack()?;
        room.act(async |file| file.seal_manifest(&pack, size, &act).await).await
    };
    office.cases.get(&case)?.write(seal).await?.map_err(|error| told(&error))?;
    Ok(Json(standing(&office, &case).await?))
}

/// A seed that was rolled in public.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rolled {
    /// The root of the sealed list, as it was read out before the dice were rolled.
    root: String,
    /// The digits rolled, in order.
    seed: String,
    /// Lines of a further sample in all, where the law asks for one.
    #[serde(default)]
    size: Option<u64>,
    /// What the record should say of the ceremony: who rolled, where it was filmed. Stays in the office.
    #[serde(default)]
    note: String,
}

/// Draw by the seed that was rolled in public. There is one seed for a sealed list, and the same again changes nothing.
#[utoipa::path(put, path = "/api/cases/{case}/sample/drawn", tag = "registrar", params(("case" = String, Path)), request_body = Rolled,
    responses((status = 200, body = PublicSample), (status = 409, body = Problem, description = "`otherwise`: another list is sealed"),
        (status = 422, body = Problem)))]
pub(super) async fn roll(
    State(office): TheOffice,
    caller: Caller,
    Path(case): Path<String>,
    Given(Rolled { root, seed, size, note }): Given<Rolled>,
) -> Result<Json<PublicSample>, Problem> {
    if note.chars().count() > 2000 || seed.len() > 200 {
        let what = "`note` has 2,000 characters at most, and `seed` 200";
        return Err(Problem::new(Code::BadRequest, what));
    }
    let act = caller.act();
    let draw = async move |room: &mut Workroom| -> Option<Result<DrawReport, _>> {
        if room.file().case().sample.as_ref().is_some_and(|sample| sample.sealed.root != root) {
            return None;
        }
        let draw = async |file: &mut casework::CaseFile| {
            let pack = file.pack()?;
            file.draw_sample(&seed, size, &pack, &note, &act).await
        };
        Some(room.act(draw).await)
    };
    let otherwise = || Problem::new(Code::Otherwise, "another list is sealed than the one whose root was read out");
    office.cases.get(&case)?.write(draw).await?.ok_or_else(otherwise)?.map_err(|error| told(&error))?;
    Ok(Json(standing(&office, &case).await?))
}

/// A line of the sample.
#[derive(Serialize, ToSchema)]
pub(super) struct SampledLine {
    /// Its place in the order of the tickets, from 1.
    rank: u64,
    section: u32,
    line: u32,
}

/// The lines of the sample, in the order of their tickets.
#[utoipa::path(get, path = "/api/cases/{case}/sample/lines", tag = "registrar", params(("case" = String, Path), PageOf),
    responses((status = 200, body = Page<SampledLine>), (status = 404, body = Problem)))]
pub(super) async fn lines(
    State(office): TheOffice,
    Path(case): Path<String>,
    Asked(page): Asked<PageOf>,
) -> Result<Json<Page<SampledLine>>, Problem> {
    let (after, most) = (number(&page)?, limit(&page)?);
    let skipped = usize::try_from(after).unwrap_or(usize::MAX);
    let read = async move |room: &Workroom| {
        let lines = room.file().case().sample.as_ref().map(domain::Sample::lines).unwrap_or_default();
        lines.iter().skip(skipped).take(most + 1).copied().collect::<Vec<_>>()
    };
    let lines = office.cases.get(&case)?.read(read).await?;
    let ranked = lines.into_iter().zip(after + 1..);
    let lines = ranked.map(|(at, rank)| SampledLine { rank, section: at.section.get(), line: at.line.get() });
    Ok(Json(Page::of(lines.collect(), most, |line| line.rank.to_string())))
}

/// One of the files with which a stranger draws the sample again: `manifest.csv` with the sealed list, `sample.csv` with the lines drawn and their tickets,
/// `redraw.py` which computes the one from the other.
#[utoipa::path(get, path = "/api/cases/{case}/sample/files/{file}", tag = "registrar", params(("case" = String, Path), ("file" = String, Path)),
    responses((status = 200, content_type = "text/plain", body = String), (status = 404, body = Problem)))]
pub(super) async fn file(
    State(office): TheOffice,
    Path((case, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let desk = office.cases.get(&case)?;
    let (form, text) = match file.as_str() {
        "redraw.py" => ("text/x-python; charset=utf-8", REDRAW_PY.to_owned()),
        "manifest.csv" => {
            let manifest = desk.read(async |room: &Workroom| room.file().manifest()).await?;
            ("text/csv; charset=utf-8", manifest.map_err(|error| told(&error))?.csv())
        }
        "sample.csv" => {
            let drawn = desk.read(async |room: &Workroom| room.file().drawn()).await?;
            ("text/csv; charset=utf-8", draw::csv(&drawn.map_err(|error| told(&error))?))
        }
        _ => return Err(Problem::not_found("file of the sample")),
    };
    let attached = format!("attachment; filename=\"{file}\"");
    Ok(([(header::CONTENT_TYPE, form.to_owned()), (header::CONTENT_DISPOSITION, attached)], text).into_response())
}

async fn standing(office: &Office, case: &str) -> Result<PublicSample, Problem> {
    let read = async |room: &Workroom| {
        let (file, pack) = (room.file(), room.file().pack()?);
        let law = file.case().raw_count.and_then(|raw| sample_law(&pack, raw));
        let Some(sample) = &file.case().sample else { return Ok((law, None)) };
        let sealed = Sealed {
            lines: sample.sealed.lines,
            root: sample.sealed.root.clone(),
            size: sample.sealed.size,
            seed_digits: sample.sealed.seed_digits,
        };
        file.sample_standing(&pack).map(|standing| (law, Some((sealed, standing))))
    };
    let read = office.cases.get(case)?.read(read).await?;
    let (law, begun) = read.map_err(|error: casework::CaseworkError| told(&error))?;
    let (sealed, standing) = begun.unzip();
    Ok(public_sample(law, sealed, standing))
}

fn sample_law(pack: &RulePack, raw: u64) -> Option<SampleLaw> {
    let asked = pack.sample_size(raw).ok()?;
    Some(SampleLaw {
        size: asked.size,
        every_line: asked.every_line,
        seed_digits: asked.seed_digits,
        steps: asked.steps,
        citation: asked.rule.citation,
        status: asked.rule.status.name(),
    })
}

fn public_sample(law: Option<SampleLaw>, sealed: Option<Sealed>, standing: Option<SampleStanding>) -> PublicSample {
    let figure = |of: fn(&SampleStanding) -> u64| standing.as_ref().map_or(0, of);
    PublicSample {
        law,
        sealed,
        drawn: figure(|standing| standing.size),
        valid: figure(|standing| standing.valid),
        invalid: figure(|standing| standing.invalid),
        duplicates: figure(|standing| standing.duplicates),
        undecided: figure(|standing| standing.undecided),
        void_draws: figure(|standing| standing.void_draws),
        beside: standing.as_ref().and_then(|standing| standing.beside_the_statute.as_ref()).map(|beside| {
            BesideTheLaw {
                proportion: beside.proportion.clone(),
                standard_error: beside.standard_error.clone(),
                from: beside.interval.0,
                to: beside.interval.1,
            }
        }),
        seed: standing.as_ref().and_then(|standing| standing.seed.clone()),
        projection: standing.and_then(|standing| standing.projection).map(Projected::from),
    }
}

impl From<Projection> for Projected {
    fn from(projection: Projection) -> Self {
        let step = |step: law::Step| FormulaStep { what: step.what, value: step.value };
        Self {
            verdict: projection.verdict.name(),
            projected_valid: projection.projected_valid,
            duplicate_penalty: projection.duplicate_penalty,
            percent_of_required: projection.percent_of_required,
            required: projection.required,
            steps: projection.steps.into_iter().map(step).collect(),
        }
    }
}
