//! The accounts, for the administrator.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::TheOffice;
use crate::{
    answer::{Asked, Given, Page, PageOf, limit, number},
    people::{Account, Event, NewAccount, OnRoll, Shift, Slip, account_name},
    problem::{Code, Problem},
    who::{Caller, Duties, Role},
};

/// The accounts, in order of their names.
#[utoipa::path(get, path = "/api/people", tag = "people", params(PageOf),
    responses((status = 200, body = Page<Account>), (status = 403, body = Problem)))]
pub(super) async fn list(State(office): TheOffice, Asked(page): Asked<PageOf>) -> Result<Json<Page<Account>>, Problem> {
    let most = limit(&page)?;
    let accounts = office.people.accounts(&page.after, i64::from(page.limit) + 1).await?;
    Ok(Json(Page::of(accounts, most, |account| account.account.clone())))
}

/// Make an account. It has no password until its slip is used. The same again changes nothing while nobody has used it.
#[utoipa::path(post, path = "/api/people", tag = "people", request_body = NewAccount,
    responses((status = 201, body = Account), (status = 400, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn create(
    State(office): TheOffice,
    caller: Caller,
    Given(new): Given<NewAccount>,
) -> Result<(StatusCode, Json<Account>), Problem> {
    let made = office.people.create(&new, &caller.account).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// One account.
#[utoipa::path(get, path = "/api/people/{account}", tag = "people", params(("account" = String, Path)),
    responses((status = 200, body = Account), (status = 404, body = Problem)))]
pub(super) async fn show(State(office): TheOffice, Path(account): Path<String>) -> Result<Json<Account>, Problem> {
    office.people.account(&account_name(&account)?).await.map(Json)
}

/// What a person may do from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Assignment {
    /// The roles by case; the office as a whole is the case without a name.
    #[schema(value_type = std::collections::BTreeMap<String, Vec<Role>>)]
    duties: Duties,
}

/// Give a person these duties and no others. Nobody gives themselves more to do in a case while another administrator is there to do it.
#[utoipa::path(put, path = "/api/people/{account}/duties", tag = "people", params(("account" = String, Path)),
    request_body = Assignment,
    responses((status = 200, body = Account), (status = 400, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn assign(
    State(office): TheOffice,
    caller: Caller,
    Path(account): Path<String>,
    Given(given): Given<Assignment>,
) -> Result<Json<Account>, Problem> {
    let account = account_name(&account)?;
    office.people.account(&account).await?;
    let keeps_accounts = |duties: &Duties| duties.get("").is_some_and(|roles| roles.contains(&Role::Administrator));
    if account == caller.account && !keeps_accounts(&given.duties) {
        let what = "nobody takes the keeping of accounts from themselves: another administrator has to do it";
        return Err(Problem::new(Code::Refused, what));
    }
    let more = |(case, roles): (&String, &Vec<Role>)| roles.iter().any(|role| !caller.has(case, &[*role]));
    if account == caller.account && given.duties.iter().any(more) && office.people.another_keeps(&account).await? {
        let what = "nobody gives duties to themselves: another administrator has to do it";
        return Err(Problem::new(Code::Refused, what));
    }
    office.people.assign(&account, &given.duties, &caller.account).await?;
    office.people.account(&account).await.map(Json)
}

/// When a person may be signed in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Shifts {
    /// The shifts of a week, 50 at most; none lift the limit.
    shifts: Vec<Shift>,
}

/// Give a person these shifts and no others. Outside of them nobody signs in; a session ends a quarter of an hour after its shift.
#[utoipa::path(put, path = "/api/people/{account}/shifts", tag = "people", params(("account" = String, Path)),
    request_body = Shifts, responses((status = 200, body = Account), (status = 400, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn give_shifts(
    State(office): TheOffice,
    caller: Caller,
    Path(account): Path<String>,
    Given(given): Given<Shifts>,
) -> Result<Json<Account>, Problem> {
    let account = account_name(&account)?;
    if account == caller.account {
        return Err(Problem::new(
            Code::Refused,
            "nobody gives shifts to themselves: another administrator has to do it",
        ));
    }
    office.people.give_shifts(&account, &given.shifts, &caller.account).await?;
    office.people.account(&account).await.map(Json)
}

/// Note who a person is on the roll, so that they get no line of a section that they circulated or may have signed.
#[utoipa::path(put, path = "/api/people/{account}/on-roll", tag = "people", params(("account" = String, Path)),
    request_body = OnRoll, responses((status = 200, body = Account), (status = 400, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn set_on_roll(
    State(office): TheOffice,
    caller: Caller,
    Path(account): Path<String>,
    Given(given): Given<OnRoll>,
) -> Result<Json<Account>, Problem> {
    let account = account_name(&account)?;
    if account == caller.account && office.people.another_keeps(&account).await? {
        let what = "nobody notes who they are on the roll themselves: another administrator has to do it";
        return Err(Problem::new(Code::Refused, what));
    }
    office.people.set_on_roll(&account, &given, &caller.account).await?;
    office.people.account(&account).await.map(Json)
}

/// Whether an account is shut.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Shut {
    /// Whether it is.
    disabled: bool,
}

/// Shut an account and end its sessions, or open it again.
#[utoipa::path(put, path = "/api/people/{account}/disabled", tag = "people", params(("account" = String, Path)),
    request_body = Shut, responses((status = 200, body = Account), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn set_disabled(
    State(office): TheOffice,
    caller: Caller,
    Path(account): Path<String>,
    Given(shut): Given<Shut>,
) -> Result<Json<Account>, Problem> {
    let account = account_name(&account)?;
    if account == caller.account && shut.disabled {
        return Err(Problem::new(Code::Refused, "nobody shuts their own account: another administrator has to do it"));
    }
    office.people.set_disabled(&account, shut.disabled, &caller.account).await?;
    office.people.account(&account).await.map(Json)
}

/// Ask a person for a new password, before anything else that they do.
#[utoipa::path(put, path = "/api/people/{account}/password-change", tag = "people", params(("account" = String, Path)),
    responses((status = 200, description = "Asked for"), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn require_change(
    State(office): TheOffice,
    caller: Caller,
    Path(account): Path<String>,
) -> Result<(), Problem> {
    office.people.require_change(&account_name(&account)?, &caller.account).await
}

/// Whose slips are to be printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SlipsFor {
    /// The accounts, 500 at most.
    accounts: Vec<String>,
}

/// Slips to print, one a person, each with a code that is shown here once and good for one use. Asked again, new ones take their place.
#[utoipa::path(post, path = "/api/people/slips", tag = "people", request_body = SlipsFor,
    responses((status = 200, body = Vec<Slip>), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn slips(
    State(office): TheOffice,
    caller: Caller,
    Given(given): Given<SlipsFor>,
) -> Result<Json<Vec<Slip>>, Problem> {
    if !(1..=500).contains(&given.accounts.len()) {
        return Err(Problem::new(Code::BadRequest, "name 1 to 500 accounts"));
    }
    let mut accounts = Vec::with_capacity(given.accounts.len());
    for account in &given.accounts {
        // All are looked up before the first slip is made.
        accounts.push(office.people.account(&account_name(account)?).await?.account);
    }
    let mut slips = Vec::with_capacity(accounts.len());
    for account in accounts {
        slips.push(office.people.slip(&account, &caller.account).await?);
    }
    Ok(Json(slips))
}

/// Something that was done to an account, or by it at its door.
#[derive(Serialize, ToSchema)]
pub(super) struct OfficeEvent {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who did it.
    actor: String,
    /// As in `account_made`, `duties_set` or `locked_out`.
    what: String,
    /// To which account.
    account: String,
    /// What belongs to it, as JSON or in words.
    detail: String,
}

/// Whose events are asked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct EventsOf {
    /// Of this account, by whomever; of all where nothing is said.
    #[serde(default)]
    account: String,
    /// The `next` of the page before; nothing for the first page.
    #[serde(default)]
    after: String,
    /// How many at most, 1 to 500.
    #[serde(default = "crate::answer::most")]
    #[param(minimum = 1, maximum = 500)]
    limit: u16,
}

/// What was done to accounts, the latest first.
#[utoipa::path(get, path = "/api/office/events", tag = "people", params(EventsOf),
    responses((status = 200, body = Page<OfficeEvent>), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn events(
    State(office): TheOffice,
    Asked(asked): Asked<EventsOf>,
) -> Result<Json<Page<OfficeEvent>>, Problem> {
    let EventsOf { account, after, limit: most } = asked;
    let page = PageOf { after, limit: most };
    let (most, after) = (limit(&page)?, number(&page)?);
    let events = office.people.events(account.trim(), after, most as u64 + 1).await?;
    let events = events.into_iter().map(|event| {
        let Event { at, actor, what, account, detail } = event;
        OfficeEvent { at, actor, what, account, detail }
    });
    Ok(Json(Page::of(events.collect(), most, |_| (after + most as u64).to_string())))
}

/// A case that is served.
#[derive(Serialize, ToSchema)]
pub(super) struct ServedCase {
    /// Its name in addresses and duties.
    case: String,
}

/// The cases in which people can be given duties. Their titles are for those who have one there.
#[utoipa::path(get, path = "/api/duties/cases", tag = "people",
    responses((status = 200, body = Vec<ServedCase>), (status = 403, body = Problem)))]
pub(super) async fn cases(State(office): TheOffice) -> Json<Vec<ServedCase>> {
    Json(office.cases.names().map(|case| ServedCase { case: case.to_owned() }).collect())
}
