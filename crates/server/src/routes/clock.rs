//! The clock of a case: where it stands against its statutory deadline, and what it takes to keep it.

use axum::{
    Json,
    extract::{Path, State},
};
use casework::{
    Clock, Deciding, Finish, Workroom,
    pace::{Day, INTERVAL_PERCENT, LEAST_DAYS, NoForecast},
};
use jiff::{Timestamp, tz::TimeZone};
use law::{Deadline, Status};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::TheOffice;
use crate::{
    answer::Asked,
    desk::told,
    problem::{Code, Problem},
    who::{Caller, Role},
};

/// How the office works.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Hours {
    /// Hours that a person works a day, 1 to 24; 8 where nothing is said.
    #[serde(default = "eight")]
    #[param(minimum = 1, maximum = 24)]
    hours_a_day: u32,
}

const fn eight() -> u32 {
    8
}

/// Where a case stands against its deadline. People are counted and not named; an observer sees no figures of people at all.
#[derive(Serialize, ToSchema)]
pub(super) struct CaseClock {
    /// The working day that is counted as today.
    today: String,
    /// The clocks by which the certificate is in time, the earliest first; empty where the law sets none or a day is not known.
    deadlines: Vec<LastDay>,
    /// Working days until the earliest of them, today among them; 0 once it has passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    days_left: Option<u32>,
    /// Which lines are to be decided now: `all`, `sample`, or `nothing`.
    deciding: &'static str,
    /// Of these, lines that are not decided.
    lines_left: u64,
    /// Looks that they are expected to take, as often as signatures were found not to compare so far.
    looks_left: u64,
    /// Lines beside the sample that are not decided, which must be if the sample leaves the result open.
    lines_beside_sample: u64,
    /// Lines to be decided each working day, from the beginning of today on, to be done in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    lines_a_day: Option<u64>,
    /// Looks that this takes each working day.
    #[serde(skip_serializing_if = "Option::is_none")]
    looks_a_day: Option<u64>,
    /// When the lines will be decided; left out where that cannot be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    forecast: Option<Forecast>,
    /// Why there is no forecast.
    #[serde(skip_serializing_if = "Option::is_none")]
    no_forecast: Option<String>,
    /// The people and their pace.
    #[serde(skip_serializing_if = "Option::is_none")]
    staff: Option<Staff>,
    /// What was done on each working day from the first look on, today included. What was found on another day counts for the working day after it.
    days: Vec<Done>,
}

/// The last day for an act.
#[derive(Serialize, ToSchema)]
pub(super) struct LastDay {
    /// The clock's key in the rule pack.
    name: String,
    /// The act.
    title: String,
    /// The last day.
    date: String,
    /// The way it was found, in words.
    derivation: String,
    /// Where it stands in the law.
    citation: String,
    /// `confirmed`; or `unconfirmed` or `open`, and then counsel has to say.
    status: &'static str,
    /// Whether the certificate was given in time, where one stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    met: Option<bool>,
}

impl From<Deadline> for LastDay {
    fn from(deadline: Deadline) -> Self {
        Self {
            name: deadline.name,
            title: deadline.title,
            date: deadline.date.to_string(),
            derivation: deadline.derivation,
            citation: deadline.rule.citation,
            status: Status::name(deadline.rule.status),
            met: deadline.met,
        }
    }
}

/// The working days on which the lines may be decided, if the days to come are like those seen: the same people, hours and kind of lines, day by day.
#[derive(Serialize, ToSchema)]
pub(super) struct Forecast {
    /// If they are like the mean of those seen; left out where it is beyond a thousand working days.
    #[serde(skip_serializing_if = "Option::is_none")]
    likely: Option<String>,
    /// The beginning of the interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    earliest: Option<String>,
    /// The end of the interval; left out where the days seen are too few, or differ too much, to say one.
    #[serde(skip_serializing_if = "Option::is_none")]
    latest: Option<String>,
    /// In how many of a hundred cases the interval holds at least, by the model.
    percent: u32,
    /// The whole working days that it rests on.
    days_seen: u32,
}

impl From<Finish> for Forecast {
    fn from(finish: Finish) -> Self {
        let shown = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
        Self {
            likely: shown(finish.likely),
            earliest: shown(finish.earliest),
            latest: shown(finish.latest),
            percent: INTERVAL_PERCENT,
            days_seen: finish.days_seen,
        }
    }
}

/// People and their pace, all of them together.
#[derive(Serialize, ToSchema)]
pub(super) struct Staff {
    /// Looks at lines so far.
    looks: u64,
    /// Hours of people that they took; an hour of the clock counts for whoever found something in it.
    person_hours: u64,
    /// Looks per hour of one person, in hundredths.
    #[serde(skip_serializing_if = "Option::is_none")]
    looks_per_hour_hundredths: Option<u64>,
    /// Hours that a person works a day, as asked.
    hours_a_day: u32,
    /// People needed to be done in time at this pace.
    #[serde(skip_serializing_if = "Option::is_none")]
    people_needed: Option<u64>,
}

/// What was done on a working day.
#[derive(Serialize, ToSchema)]
pub(super) struct Done {
    /// The day.
    date: String,
    /// Lines decided, less those that were opened again since.
    decided: u64,
    /// Looks at lines.
    looks: u64,
    /// People who found something.
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<u64>,
    /// Hours of people in which something was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    person_hours: Option<u64>,
}

/// Where a case stands against its statutory deadline: what is left, how fast it goes, when it will be done, how many people that takes.
#[utoipa::path(get, path = "/api/cases/{case}/clock", tag = "oversight", params(("case" = String, Path), Hours),
    responses((status = 200, body = CaseClock), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn show(
    State(office): TheOffice,
    caller: Caller,
    Path(case): Path<String>,
    Asked(Hours { hours_a_day }): Asked<Hours>,
) -> Result<Json<CaseClock>, Problem> {
    if !(1..=24).contains(&hours_a_day) {
        return Err(Problem::new(Code::BadRequest, "`hours_a_day` is 1 to 24"));
    }
    // One person alone in a case would be known by the pace of all.
    let people = caller.has(&case, &[Role::Supervisor, Role::Registrar]);
    let read =
        move |room: &Workroom, looks: &_| room.file().clock(looks, Timestamp::now(), &TimeZone::system(), hours_a_day);
    let clock = office.cases.get(&case)?.with_looks(read).await?.map_err(|error| told(&error))?;
    Ok(Json(case_clock(clock, people, hours_a_day)))
}

fn case_clock(clock: Clock, people: bool, hours_a_day: u32) -> CaseClock {
    let done = |day: Day| Done {
        date: day.date.to_string(),
        decided: day.decided,
        looks: day.looks,
        people: people.then_some(day.people),
        person_hours: people.then_some(day.person_hours),
    };
    let (forecast, no_forecast) = match clock.forecast {
        Ok(finish) => (Some(Forecast::from(finish)), None),
        Err(why) => (None, Some(said(why))),
    };
    CaseClock {
        today: clock.today.to_string(),
        deadlines: clock.deadlines.into_iter().map(LastDay::from).collect(),
        days_left: clock.days_left,
        deciding: match clock.deciding {
            Deciding::All => "all",
            Deciding::Sample => "sample",
            Deciding::Nothing => "nothing",
        },
        lines_left: clock.lines_left,
        looks_left: clock.looks_left,
        lines_beside_sample: clock.lines_beside_sample,
        lines_a_day: clock.lines_a_day,
        looks_a_day: clock.looks_a_day,
        forecast,
        no_forecast,
        staff: people.then(|| Staff {
            looks: clock.pace.looks,
            person_hours: clock.pace.person_hours,
            looks_per_hour_hundredths: clock.pace.hundredths(),
            hours_a_day,
            people_needed: clock.people_needed,
        }),
        days: clock.days.into_iter().map(done).collect(),
    }
}

fn said(why: NoForecast) -> String {
    match why {
        NoForecast::NothingLeft => "no line is to be decided now".to_owned(),
        NoForecast::TooFewDays => {
            format!("a forecast rests on {LEAST_DAYS} whole working days at least, and fewer were seen")
        }
        NoForecast::NothingFound => "nothing was found on the whole working days so far".to_owned(),
    }
}
