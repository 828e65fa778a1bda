//! The examination room: its guard, its opening and closing, and what it costs. Whoever represents the proponents is let in at a terminal of the room
//! only, on every request.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    Json,
    extract::{ConnectInfo, FromRequestParts, Path, RawPathParams, State},
    http::request::Parts,
};
use casework::{
    Act, CaseFile, CaseworkError, ChallengeError, ChallengeState, DayEntry, Room, RoomError, RoomState, Setting,
    Terminal, Workroom,
};
use domain::Category;
use jiff::civil::{Date, Time};
use law::{CostMeter, Deadline, ExaminationCosts, RuleRef, StaffTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TheOffice;
use crate::{
    Office,
    answer::{Given, chosen},
    desk::{Desk, told},
    people::account_name,
    problem::{Code, Problem},
    who::{Caller, Duties, Role},
};

/// A representative of the proponents at a terminal of the open room. The guard makes it, and nothing else does.
pub(super) struct InRoom {
    pub(super) case: String,
    pub(super) act: Act,
    pub(super) room: Room,
}

impl FromRequestParts<Arc<Office>> for InRoom {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Problem> {
        let (caller, case) = called(parts, office).await?;
        let from = address(parts)?;
        if !only_examines(&caller.duties, &case) {
            let what = "who represents the proponents has no other duty in the case; ask the administrator of accounts";
            return Err(Problem::new(Code::NotPermitted, what));
        }
        let act = act(office, &caller);
        let Act { actor, at } = act.clone();
        let room = at_case(office.cases.get(&case)?, async move |file| file.enter_room(&actor, from, at).await).await?;
        Ok(Self { case, act, room })
    }
}

/// Who looks at what the office and the proponents may both see.
pub(super) enum Visitor {
    /// Somebody of the office.
    Office(String),
    /// A representative in the room.
    Representative(Box<InRoom>),
}

impl FromRequestParts<Arc<Office>> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Problem> {
        let (caller, case) = called(parts, office).await?;
        if caller.has(&case, &[Role::Examiner]) {
            return InRoom::from_request_parts(parts, office)
                .await
                .map(|inside| Self::Representative(Box::new(inside)));
        }
        Ok(Self::Office(case))
    }
}

impl Visitor {
    pub(super) fn case(&self) -> &str {
        match self {
            Self::Office(case) => case,
            Self::Representative(inside) => &inside.case,
        }
    }
}

async fn called(parts: &mut Parts, office: &Arc<Office>) -> Result<(Caller, String), Problem> {
    let caller = Caller::from_request_parts(parts, office).await?;
    let params = RawPathParams::from_request_parts(parts, office).await.map_err(Problem::internal)?;
    let case = params.iter().find(|(name, _)| *name == "case").map(|(_, case)| case.to_owned());
    Ok((caller, case.ok_or_else(|| Problem::not_found("case"))?))
}

/// What a proxy adds to a request. Behind one nobody knows where a request comes from, whatever it says there.
const PROXIED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// The address at the other end of the connection.
fn address(parts: &Parts) -> Result<IpAddr, Problem> {
    let from = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let direct = from.filter(|_| !PROXIED.iter().any(|name| parts.headers.contains_key(*name)));
    direct.map(|ConnectInfo(from)| from.ip()).ok_or_else(|| refused(&RoomError::NotInRoom))
}

fn only_examines(duties: &Duties, case: &str) -> bool {
    duties.get(case).is_some_and(|roles| !roles.is_empty() && roles.iter().all(|role| *role == Role::Examiner))
}

pub(super) fn act(office: &Office, caller: &Caller) -> Act {
    Act { actor: caller.account.clone(), at: office.people.clock() }
}

/// Does something in the room, on the case as other programs may have left it.
pub(super) async fn at_case<T: Send + 'static>(
    desk: &Desk,
    verb: impl AsyncFnOnce(&mut CaseFile) -> Result<T, RoomError> + Send + 'static,
) -> Result<T, Problem> {
    let job = async move |room: &mut Workroom| {
        let verb = async move |file: &mut CaseFile| {
            file.catch_up().await?;
            Ok::<_, CaseworkError>(verb(file).await)
        };
        room.act(verb).await
    };
    desk.write(job).await?.map_err(|error| told(&error))?.map_err(|error| refused(&error))
}

/// What the room refuses, as a problem.
fn refused(error: &RoomError) -> Problem {
    let code = match error {
        RoomError::Case(error) => return told(error),
        RoomError::NoLine => return Problem::not_found("line among those that do not count"),
        RoomError::NoChallenge => return Problem::not_found("challenge"),
        RoomError::NoRules
        | RoomError::NotFailed
        | RoomError::IsOpen
        | RoomError::OtherRoll
        | RoomError::Challenge(ChallengeError::Answered | ChallengeError::Withdrawn) => Code::WrongState,
        RoomError::NotOpen | RoomError::Ended(_) | RoomError::Hours { .. } => Code::RoomClosed,
        RoomError::NotInRoom => Code::NotInRoom,
        RoomError::NotNamed => Code::NotPermitted,
        RoomError::DepositDue(_) | RoomError::NotEstimated => Code::DepositDue,
        RoomError::TooFast => Code::TooFast,
        RoomError::NotShown => Code::Otherwise,
        RoomError::NameTaken | RoomError::Challenge(ChallengeError::Waits(_)) => Code::Exists,
        RoomError::TooLate { .. }
        | RoomError::Setting(_)
        | RoomError::NoRemedy
        | RoomError::OwnFinding
        | RoomError::NoDay(_)
        | RoomError::NoSum
        | RoomError::NotHeld { .. }
        | RoomError::Challenge(ChallengeError::NoWords) => Code::Refused,
    };
    Problem::new(code, error.to_string())
}

/// A rule of law behind a number.
#[derive(Serialize, ToSchema)]
struct Rule {
    citation: String,
    /// `confirmed`, `unconfirmed` or `open`.
    status: &'static str,
}

impl From<RuleRef> for Rule {
    fn from(rule: RuleRef) -> Self {
        Self { citation: rule.citation, status: rule.status.name() }
    }
}

/// A last day.
#[derive(Serialize, ToSchema)]
struct Clock {
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// How it is found.
    derivation: String,
    rule: Rule,
}

impl From<Deadline> for Clock {
    fn from(clock: Deadline) -> Self {
        Self { date: clock.date, derivation: clock.derivation, rule: clock.rule.into() }
    }
}

/// What the law says of the costs.
#[derive(Serialize, ToSchema)]
struct Costs {
    /// Business days of examination without costs.
    free_days: u32,
    /// Whether each further day begins with a deposit.
    daily_deposit: bool,
    rule: Rule,
}

impl From<ExaminationCosts> for Costs {
    fn from(costs: ExaminationCosts) -> Self {
        Self { free_days: costs.free_days, daily_deposit: costs.daily_deposit, rule: costs.rule.into() }
    }
}

/// Who may be in the room, where it is, and when it is open.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoomSetting {
    /// The accounts of the proponents and of the representatives whom they named in writing; each has the role examiner in the case, and no other.
    representatives: BTreeSet<String>,
    /// Which writing names them: from whom, of which day.
    notice: String,
    /// The terminals of the room: addresses, or networks as in `10.20.30.0/24`.
    terminals: Vec<String>,
    /// When the room opens on each business day.
    #[schema(value_type = String, example = "09:00:00")]
    opens: Time,
    /// When it closes.
    #[schema(value_type = String, example = "17:00:00")]
    closes: Time,
    /// The time zone of the room, as in `America/Los_Angeles`.
    zone: String,
}

impl From<Setting> for RoomSetting {
    fn from(setting: Setting) -> Self {
        Self {
            representatives: setting.representatives,
            notice: setting.notice,
            terminals: setting.terminals.iter().map(ToString::to_string).collect(),
            opens: setting.opens,
            closes: setting.closes,
            zone: setting.zone,
        }
    }
}

/// Where the examination stands.
#[derive(Serialize, ToSchema)]
pub(super) struct RoomStanding {
    /// `no_rules` where the law of the case knows no such examination; `not_opened`, `open`, `ended` (its clock is over, or the petition has succeeded) or `closed`.
    state: &'static str,
    /// The last day to begin, while a certificate of insufficiency stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    begins_by: Option<Clock>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    began_on: Option<Date>,
    /// The last day of the examination, where the law sets one.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_by: Option<Clock>,
    #[serde(skip_serializing_if = "Option::is_none")]
    costs: Option<Costs>,
    #[serde(skip_serializing_if = "Option::is_none")]
    setting: Option<RoomSetting>,
    /// Valid signatures needed.
    required: u64,
    /// Lines that count now.
    valid: u64,
    /// Lines that do not.
    invalid: u64,
    /// Lines that people decide anew, or have not decided.
    undecided: u64,
    invalid_by_category: BTreeMap<&'static str, u64>,
    /// Challenges without an answer.
    challenges_waiting: u64,
}

/// Where the examination stands.
#[utoipa::path(get, path = "/api/cases/{case}/room", tag = "room", params(("case" = String, Path)),
    responses((status = 200, body = RoomStanding), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn show(State(office): TheOffice, visitor: Visitor) -> Result<Json<RoomStanding>, Problem> {
    let now = office.people.clock();
    let read = async move |file: &mut CaseFile| {
        let room = file.room().await?;
        let rules = match file.room_rules(&room) {
            Err(RoomError::NoRules) => None,
            rules => Some(rules?),
        };
        let state = match &room.state {
            _ if rules.is_none() => "no_rules",
            RoomState::NotOpened => "not_opened",
            RoomState::Closed(_) => "closed",
            RoomState::Open(opening) if file.examination_is_over(opening, now)? => "ended",
            RoomState::Open(_) => "open",
        };
        let waits = |state: &ChallengeState| *state == ChallengeState::Raised;
        let (case, tally) = (file.case(), &file.settlement().tally);
        let (begins_by, ends_by, costs) = match rules {
            None => (None, None, None),
            Some(rules) => (rules.begins_by, rules.ends_by, rules.costs),
        };
        Ok(RoomStanding {
            state,
            begins_by: begins_by.map(Clock::from),
            began_on: room.opening().map(|opening| opening.began_on),
            ends_by: ends_by.map(Clock::from),
            costs: costs.map(Costs::from),
            setting: room.opening().map(|opening| opening.setting.clone().into()),
            required: case.opened.required,
            valid: tally.valid,
            invalid: tally.invalid,
            undecided: tally.undecided,
            invalid_by_category: Category::ALL.map(|category| (category.name(), tally.category(category))).into(),
            challenges_waiting: room.challenges.values().filter(|challenge| waits(&challenge.state)).count() as u64,
        })
    };
    at_case(office.cases.get(visitor.case())?, read).await.map(Json)
}

/// Open the room of a petition that was certified insufficient, on the day the examination begins; or change who may be in it, where it is and when.
#[utoipa::path(put, path = "/api/cases/{case}/room/opening", tag = "room", params(("case" = String, Path)), request_body = RoomSetting,
    responses((status = 200, description = "Open"), (status = 400, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn open(
    State(office): TheOffice,
    caller: Caller,
    Path(case): Path<String>,
    Given(given): Given<RoomSetting>,
) -> Result<(), Problem> {
    let desk = office.cases.get(&case)?;
    let accounts = given.representatives.iter().map(|account| account_name(account));
    let terminals = given.terminals.iter().map(|terminal| terminal.parse::<Terminal>());
    let setting = Setting {
        representatives: accounts.collect::<Result<_, _>>()?,
        notice: given.notice,
        terminals: terminals.collect::<Result<_, _>>().map_err(|error| refused(&error))?,
        opens: given.opens,
        closes: given.closes,
        zone: given.zone,
    };
    setting.check().map_err(|error| refused(&error))?;
    for account in &setting.representatives {
        let account = office.people.account(account).await?;
        if !only_examines(&account.duties, &case) {
            let what = "each representative has an account with the role examiner in this case, and no other; ask the administrator of accounts";
            return Err(Problem::new(Code::Refused, what));
        }
    }
    let act = act(&office, &caller);
    at_case(desk, async move |file| file.open_room(setting, &act).await).await
}

/// Why a room is closed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoomClosing {
    because: String,
}

/// Close the room before the end of its clock. It can be opened again; the clock goes on.
#[utoipa::path(put, path = "/api/cases/{case}/room/closed", tag = "room", params(("case" = String, Path)), request_body = RoomClosing,
    responses((status = 200, description = "Closed"), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn close(
    State(office): TheOffice,
    caller: Caller,
    Path(case): Path<String>,
    Given(given): Given<RoomClosing>,
) -> Result<(), Problem> {
    let act = act(&office, &caller);
    at_case(office.cases.get(&case)?, async move |file| file.close_room(&given.because, &act).await).await
}

/// What a day of the examination comes to. Sums are in cents.
#[derive(Serialize, ToSchema)]
struct RoomDay {
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// Which day of examination it is; none where nobody examined on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    /// Whether the proponents bear its costs.
    charged: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    estimate: Option<u64>,
    staff_minutes: u64,
    costs: u64,
    deposited: u64,
    returned: u64,
}

/// What the examination has come to. Sums are in cents.
#[derive(Serialize, ToSchema)]
pub(super) struct RoomCosts {
    /// Days on which somebody examined.
    days_used: u32,
    /// Days that are still free; none where the law has no costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    free_days_left: Option<u32>,
    days: Vec<RoomDay>,
    /// What the staff's time costs.
    costs: u64,
    /// What of it the proponents bear.
    charged: u64,
    deposited: u64,
    returned: u64,
    /// Held beyond what is charged.
    to_return: u64,
    /// Charged beyond what is held.
    owed: u64,
}

impl From<CostMeter> for RoomCosts {
    fn from(meter: CostMeter) -> Self {
        let day = |day: law::DayCosts| RoomDay {
            day: day.day,
            number: day.number,
            charged: day.charged,
            estimate: day.estimate,
            staff_minutes: day.staff_minutes,
            costs: day.costs,
            deposited: day.deposited,
            returned: day.returned,
        };
        Self {
            days_used: meter.days_used,
            free_days_left: meter.free_days_left,
            days: meter.days.into_iter().map(day).collect(),
            costs: meter.costs,
            charged: meter.charged,
            deposited: meter.deposited,
            returned: meter.returned,
            to_return: meter.to_return,
            owed: meter.owed,
        }
    }
}

/// What the examination has come to, day by day and in all.
#[utoipa::path(get, path = "/api/cases/{case}/room/costs", tag = "room", params(("case" = String, Path)),
    responses((status = 200, body = RoomCosts), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn costs(State(office): TheOffice, visitor: Visitor) -> Result<Json<RoomCosts>, Problem> {
    let read = async move |file: &mut CaseFile| {
        let room = file.room().await?;
        let rules = file.room_rules(&room)?;
        Ok(room.meter(rules.costs.as_ref()))
    };
    let meter = at_case(office.cases.get(visitor.case())?, read).await?;
    Ok(Json(meter.into()))
}

/// What the office enters for a day of the examination. Sums are in cents.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum RoomEntry {
    /// What the official estimates that the day costs; a later estimate takes its place.
    Estimate {
        #[schema(value_type = String, format = Date)]
        day: Date,
        cents: u64,
    },
    /// What the proponents deposited for the day.
    Deposit {
        #[schema(value_type = String, format = Date)]
        day: Date,
        cents: u64,
    },
    /// What went back to them.
    Return {
        #[schema(value_type = String, format = Date)]
        day: Date,
        cents: u64,
    },
    /// Time of the staff, at the office's rate.
    StaffTime {
        #[schema(value_type = String, format = Date)]
        day: Date,
        minutes: u32,
        cents_per_hour: u32,
    },
}

/// Enter a sum or the staff's time for a day, under a name that the caller chooses (a UUID). An entry is never changed.
#[utoipa::path(put, path = "/api/cases/{case}/room/entries/{entry}", tag = "room", params(("case" = String, Path), ("entry" = String, Path)),
    request_body = RoomEntry, responses((status = 200, description = "Entered"), (status = 400, body = Problem), (status = 409, body = Problem),
    (status = 422, body = Problem)))]
pub(super) async fn enter(
    State(office): TheOffice,
    caller: Caller,
    Path((case, entry)): Path<(String, String)>,
    Given(given): Given<RoomEntry>,
) -> Result<(), Problem> {
    chosen(&entry)?;
    let (day, what) = match given {
        RoomEntry::Estimate { day, cents } => (day, DayEntry::Estimate { cents }),
        RoomEntry::Deposit { day, cents } => (day, DayEntry::Deposit { cents }),
        RoomEntry::Return { day, cents } => (day, DayEntry::Return { cents }),
        RoomEntry::StaffTime { day, minutes, cents_per_hour } => {
            (day, DayEntry::StaffTime(StaffTime { minutes, cents_per_hour }))
        }
    };
    let act = act(&office, &caller);
    at_case(office.cases.get(&case)?, async move |file| file.enter_for_day(&entry, day, what, &act).await).await
}
