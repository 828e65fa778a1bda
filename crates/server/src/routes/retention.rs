//! How long a case is kept: its time by law, the days on which that rests, and legal holds. Nothing is destroyed here: that is done at the machine that keeps the case.

use axum::{
    Json,
    extract::{Path, State},
};
use casework::{Hold, HoldEntry, Keeping, LaterDay, StandingHold, WhyKept, Workroom};
use domain::Milestone;
use jiff::{Timestamp, Zoned, civil::Date};
use law::KeptFor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TheOffice;
use crate::{
    answer::{Given, chosen},
    desk::told,
    problem::{Code, Problem},
    who::Caller,
};

/// The longest text of a reason, in letters.
const LONGEST: usize = 2000;

/// How long a case is kept.
#[derive(Serialize, ToSchema)]
pub(super) struct KeptUntil {
    /// The first day on which it may be destroyed, if no hold stands; left out while that cannot be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    destroy_from: Option<String>,
    /// Why it must be kept today; left out where it may be destroyed.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_because: Option<KeptBecause>,
    /// The times that apply; the case is kept for all of them.
    times: Vec<Time>,
    /// Days that may be put on record, since a time may count from them.
    awaited: Vec<&'static str>,
    /// Days that were put on record.
    days: Vec<RecordedDay>,
    /// Every legal hold that there ever was.
    holds: Vec<LegalHold>,
}

/// Why a case must be kept.
#[derive(Serialize, ToSchema)]
pub(super) struct KeptBecause {
    /// `hold`, `open`, `until`, `no_time` or `no_end`.
    code: &'static str,
    /// In words.
    text: String,
}

/// A time for which a case is kept.
#[derive(Serialize, ToSchema)]
pub(super) struct Time {
    /// Its key in the rule pack.
    name: String,
    /// What it is, in words.
    title: String,
    /// The last day; left out while the day from which it counts is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// The way it was found, in words.
    derivation: String,
    /// Where it stands in the law.
    citation: String,
    /// `confirmed`; or `unconfirmed` or `open`, and then counsel has to say.
    status: &'static str,
}

impl From<KeptFor> for Time {
    fn from(time: KeptFor) -> Self {
        Self {
            name: time.name,
            title: time.title,
            until: time.until.map(|day| day.to_string()),
            derivation: time.derivation,
            citation: time.rule.citation,
            status: time.rule.status.name(),
        }
    }
}

/// A day that was put on record.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordedDay {
    /// Which.
    name: &'static str,
    /// The day; left out where it will never come.
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<String>,
    /// Where that is known from.
    because: String,
    /// Who put it on record.
    person: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

impl From<LaterDay> for RecordedDay {
    fn from(day: LaterDay) -> Self {
        let on = day.day.map(|day| day.to_string());
        Self { name: day.name.name(), on, because: day.because, person: day.person, at: day.at }
    }
}

/// A legal hold, with what became of it.
#[derive(Serialize, ToSchema)]
pub(super) struct LegalHold {
    hold: String,
    /// Who asked for it.
    asked_by: String,
    /// By what authority.
    authority: String,
    /// The day from which on it holds.
    since: String,
    /// Who put it on record, when and why.
    placed: Record,
    /// Who lifted it, when and why; left out while it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    lifted: Option<Record>,
}

/// Who put something on record, when and why.
#[derive(Serialize, ToSchema)]
pub(super) struct Record {
    person: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    because: String,
}

impl From<HoldEntry> for Record {
    fn from(record: HoldEntry) -> Self {
        Self { person: record.person, at: record.at, because: record.because }
    }
}

impl From<StandingHold> for LegalHold {
    fn from(standing: StandingHold) -> Self {
        let StandingHold { hold, placed, lifted } = standing;
        Self {
            hold: hold.id,
            asked_by: hold.asked_by,
            authority: hold.authority,
            since: hold.since.to_string(),
            placed: placed.into(),
            lifted: lifted.map(Record::from),
        }
    }
}

fn kept_until(keeping: Keeping) -> KeptUntil {
    let because = |why: WhyKept| KeptBecause { code: why.name(), text: why.to_string() };
    let kept_because = keeping.why_kept(Zoned::now().date()).map(because);
    KeptUntil {
        destroy_from: keeping.retention.destroy_from.map(|day| day.to_string()),
        kept_because,
        times: keeping.retention.times.into_iter().map(Time::from).collect(),
        awaited: keeping.awaited.into_iter().map(Milestone::name).collect(),
        days: keeping.days.into_iter().map(RecordedDay::from).collect(),
        holds: keeping.holds.into_iter().map(LegalHold::from).collect(),
    }
}

/// How long the case is kept: its time by law, and every legal hold.
#[utoipa::path(get, path = "/api/cases/{case}/retention", tag = "oversight", params(("case" = String, Path)),
    responses((status = 200, body = KeptUntil), (status = 404, body = Problem)))]
pub(super) async fn show(State(office): TheOffice, Path(case): Path<String>) -> Result<Json<KeptUntil>, Problem> {
    let read = async |room: &Workroom| room.file().keeping().await;
    let keeping = office.cases.get(&case)?.read(read).await?.map_err(|error| told(&error))?;
    Ok(Json(kept_until(keeping)))
}

/// When a day was.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenDay {
    /// The day; nothing where it will never come, as that of an election that was called off.
    #[schema(value_type = Option<String>, format = Date)]
    on: Option<Date>,
    /// Where that is known from.
    because: String,
}

fn short(texts: &[&String]) -> Result<(), Problem> {
    let long = texts.iter().any(|text| text.chars().count() > LONGEST);
    if long { Err(Problem::new(Code::BadRequest, "a text has 2,000 characters at most")) } else { Ok(()) }
}

/// Put a day on record on which it rests how long the case is kept. Another day of that name takes the place of the one before, which stays on record.
#[utoipa::path(put, path = "/api/cases/{case}/retention/days/{day}", tag = "oversight", params(("case" = String, Path), ("day" = String, Path)),
    request_body = GivenDay, responses((status = 200, body = KeptUntil), (status = 400, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn record_day(
    State(office): TheOffice,
    caller: Caller,
    Path((case, day)): Path<(String, String)>,
    Given(given): Given<GivenDay>,
) -> Result<Json<KeptUntil>, Problem> {
    let name: Milestone = day.parse().map_err(|_| Problem::not_found("day"))?;
    short(&[&given.because])?;
    let act = caller.act();
    let record = async move |room: &Workroom| {
        room.file().record_day(name, given.on, &given.because, &act).await?;
        room.file().keeping().await
    };
    let keeping = office.cases.get(&case)?.read(record).await?.map_err(|error| told(&error))?;
    Ok(Json(kept_until(keeping)))
}

/// A legal hold to be put on record.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenHold {
    /// Who asks for it.
    asked_by: String,
    /// By what authority.
    authority: String,
    /// The day from which on it holds.
    #[schema(value_type = String, format = Date)]
    since: Date,
    /// Why.
    because: String,
}

/// Put a legal hold on record, under a name that the caller chooses (a UUID). While it stands, nothing of the case is destroyed.
#[utoipa::path(put, path = "/api/cases/{case}/holds/{hold}", tag = "oversight", params(("case" = String, Path), ("hold" = String, Path)),
    request_body = GivenHold, responses((status = 200, body = KeptUntil), (status = 400, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn place(
    State(office): TheOffice,
    caller: Caller,
    Path((case, hold)): Path<(String, String)>,
    Given(given): Given<GivenHold>,
) -> Result<Json<KeptUntil>, Problem> {
    chosen(&hold)?;
    short(&[&given.asked_by, &given.authority, &given.because])?;
    let GivenHold { asked_by, authority, since, because } = given;
    let (act, hold) = (caller.act(), Hold { id: hold, asked_by, authority, since, because });
    let place = async move |room: &Workroom| {
        room.file().place_hold(&hold, &act).await?;
        room.file().keeping().await
    };
    let keeping = office.cases.get(&case)?.read(place).await?.map_err(|error| told(&error))?;
    Ok(Json(kept_until(keeping)))
}

/// Why a hold is lifted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Lifting {
    because: String,
}

/// Lift a legal hold, with a reason. It stays on record.
#[utoipa::path(put, path = "/api/cases/{case}/holds/{hold}/lifted", tag = "oversight", params(("case" = String, Path), ("hold" = String, Path)),
    request_body = Lifting, responses((status = 200, body = KeptUntil), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn lift(
    State(office): TheOffice,
    caller: Caller,
    Path((case, hold)): Path<(String, String)>,
    Given(given): Given<Lifting>,
) -> Result<Json<KeptUntil>, Problem> {
    short(&[&given.because])?;
    let act = caller.act();
    let lift = async move |room: &Workroom| {
        room.file().lift_hold(&hold, &given.because, &act).await?;
        room.file().keeping().await
    };
    let keeping = office.cases.get(&case)?.read(lift).await?.map_err(|error| told(&error))?;
    Ok(Json(kept_until(keeping)))
}
