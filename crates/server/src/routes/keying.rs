//! Keying: a person writes down what stands on the lines of a section, without seeing what others wrote; a supervisor settles what three of them do not agree on.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::{Path, State},
    response::Response,
};
use casework::{KeyingConflict, KeyingDone, KeyingSheet, KeyingStanding, WorkError, Workroom};
use domain::{SectionNo, StoredLine};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    TheOffice,
    images::shown,
    room_lines::place,
    work::{line_of, worker},
};
use crate::{
    answer::{Asked, Given, Page, PageOf, limit},
    cases::Roll,
    desk::{refused, told},
    problem::{Code, Problem},
    who::{Caller, Role},
};

/// The longest text of a field, in letters.
const LONGEST: usize = 500;

/// The most addresses that a completion offers.
const MOST_OFFERED: usize = 8;

/// Voters that are looked at for them.
const LOOKED_THROUGH: usize = 200;

/// How much is to be keyed.
#[derive(Serialize, ToSchema)]
pub(super) struct ToBeKeyed {
    /// Sections with lines to be keyed, those in hand among them.
    sections: u64,
    /// Lines to be keyed.
    lines: u64,
    /// Lines that wait for a supervisor.
    conflicts: u64,
}

impl From<KeyingStanding> for ToBeKeyed {
    fn from(KeyingStanding { sections, lines, conflicts }: KeyingStanding) -> Self {
        Self { sections, lines, conflicts }
    }
}

/// How much is to be keyed.
#[utoipa::path(get, path = "/api/cases/{case}/keying", tag = "keying", params(("case" = String, Path)),
    responses((status = 200, body = ToBeKeyed), (status = 404, body = Problem)))]
pub(super) async fn standing(State(office): TheOffice, Path(case): Path<String>) -> Result<Json<ToBeKeyed>, Problem> {
    let read = async |room: &mut Workroom| room.keying_standing().await;
    let standing = office.cases.get(&case)?.write(read).await?;
    standing.map(|standing| Json(standing.into())).map_err(|error| told(&error))
}

/// What stands on a line, as written there; empty fields where nothing can be read.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyedText {
    printed_name: String,
    address: String,
    city: String,
    zip: String,
    date_signed: String,
}

impl KeyedText {
    fn read(self) -> Result<StoredLine, Problem> {
        let Self { printed_name, address, city, zip, date_signed } = self;
        if [&printed_name, &address, &city, &zip, &date_signed].iter().any(|text| text.chars().count() > LONGEST) {
            return Err(Problem::new(Code::BadRequest, "a field has 500 characters at most"));
        }
        Ok(StoredLine { printed_name, address, city, zip, date_signed, signature: String::new() })
    }
}

impl From<StoredLine> for KeyedText {
    fn from(line: StoredLine) -> Self {
        let StoredLine { printed_name, address, city, zip, date_signed, .. } = line;
        Self { printed_name, address, city, zip, date_signed }
    }
}

/// What a person has in hand to key.
#[derive(Serialize, ToSchema)]
pub(super) struct InHandToKey {
    /// The section; nothing where none waits for this person.
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<SectionToKey>,
}

/// A section to key.
#[derive(Serialize, ToSchema)]
pub(super) struct SectionToKey {
    section: u32,
    /// When it goes back to the others, unless something is keyed before.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// The lines that are still to be keyed, in order.
    lines: Vec<LineToKey>,
}

/// A line to key.
#[derive(Serialize, ToSchema)]
pub(super) struct LineToKey {
    line: u32,
    page: u32,
    /// What this person has keyed so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<KeyedText>,
}

impl From<KeyingSheet> for SectionToKey {
    fn from(sheet: KeyingSheet) -> Self {
        let lines = sheet.lines.into_iter().map(|(line, page, text)| LineToKey {
            line: line.get(),
            page: page.get(),
            text: text.map(KeyedText::from),
        });
        Self { section: sheet.section.get(), until: sheet.until, lines: lines.collect() }
    }
}

/// Take the next section to key in hand. The same section again until it is handed in, or has lapsed.
#[utoipa::path(put, path = "/api/cases/{case}/keying/hand", tag = "keying", params(("case" = String, Path)),
    responses((status = 200, body = InHandToKey), (status = 404, body = Problem)))]
pub(super) async fn claim(
    State(office): TheOffice,
    caller: Caller,
    Path(case): Path<String>,
) -> Result<Json<InHandToKey>, Problem> {
    let person = worker(&caller, &case)?;
    let claim = async move |room: &mut Workroom| room.claim_keying(&person, Timestamp::now()).await;
    let sheet = office.cases.get(&case)?.write(claim).await?.map_err(|error| refused(&error))?;
    Ok(Json(InHandToKey { sheet: sheet.map(SectionToKey::from) }))
}

/// Keep what was keyed on a line of the section in hand; another text takes its place.
#[utoipa::path(put, path = "/api/cases/{case}/keying/sections/{section}/lines/{line}", tag = "keying", request_body = KeyedText,
    params(("case" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200), (status = 400, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn key(
    State(office): TheOffice,
    caller: Caller,
    Path((case, section, line)): Path<(String, u32, u32)>,
    Given(text): Given<KeyedText>,
) -> Result<(), Problem> {
    let (person, line, text) = (worker(&caller, &case)?, line_of(section, line)?, text.read()?);
    let key = async move |room: &Workroom| room.key(&person, line, &text, Timestamp::now()).await;
    office.cases.get(&case)?.read(key).await?.map_err(|error| refused(&error))
}

/// What came of handing a section in.
#[derive(Serialize, ToSchema)]
pub(super) struct HandedIn {
    /// Lines whose text stands now, since two people wrote the same.
    settled: u64,
    /// Lines that wait for another person.
    open: u64,
    /// Lines that wait for a supervisor.
    conflicts: u64,
}

impl From<KeyingDone> for HandedIn {
    fn from(KeyingDone { settled, open, conflicts }: KeyingDone) -> Self {
        Self { settled, open, conflicts }
    }
}

/// Hand the section in, every line of it keyed. The same again changes nothing.
#[utoipa::path(put, path = "/api/cases/{case}/keying/sections/{section}/handed-in", tag = "keying",
    params(("case" = String, Path), ("section" = u32, Path)),
    responses((status = 200, body = HandedIn), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn hand_in(
    State(office): TheOffice,
    caller: Caller,
    Path((case, section)): Path<(String, u32)>,
) -> Result<Json<HandedIn>, Problem> {
    let desk = office.cases.get(&case)?;
    let no = SectionNo::new(section).ok_or_else(|| Problem::new(Code::BadRequest, "sections count from 1"))?;
    let (person, act, roll) = (worker(&caller, &case)?, caller.act(), desk.roll().await.ok());
    let hand_in = async move |room: &mut Workroom| {
        room.hand_in_keying(no, &person, roll.as_deref().map(Roll::snapshot), &act).await
    };
    let done = desk.write(hand_in).await?;
    done.map(|done| Json(done.into())).map_err(|error| refused(&error))
}

/// A line on which those who keyed it do not agree.
#[derive(Serialize, ToSchema)]
pub(super) struct Conflict {
    section: u32,
    line: u32,
    page: u32,
    /// What each wrote, in the order in which they handed in. Who it was is not shown.
    keyed: Vec<KeyedText>,
}

impl From<KeyingConflict> for Conflict {
    fn from(KeyingConflict { line, page, keyed }: KeyingConflict) -> Self {
        let (section, number) = (line.section.get(), line.line.get());
        Self { section, line: number, page: page.get(), keyed: keyed.into_iter().map(KeyedText::from).collect() }
    }
}

/// The lines that three people keyed without agreeing, in order.
#[utoipa::path(get, path = "/api/cases/{case}/keying/conflicts", tag = "keying", params(("case" = String, Path), PageOf),
    responses((status = 200, body = Page<Conflict>), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn conflicts(
    State(office): TheOffice,
    Path(case): Path<String>,
    Asked(page): Asked<PageOf>,
) -> Result<Json<Page<Conflict>>, Problem> {
    let (most, after) = (limit(&page)?, place(&page.after)?);
    let read = async |room: &mut Workroom| room.keying_conflicts().await;
    let conflicts = office.cases.get(&case)?.write(read).await?.map_err(|error| told(&error))?;
    let conflicts = conflicts.into_iter().filter(|conflict| after.is_none_or(|after| conflict.line > after));
    let conflicts = conflicts.take(most + 1).map(Conflict::from).collect();
    Ok(Json(Page::of(conflicts, most, |conflict: &Conflict| format!("{}:{}", conflict.section, conflict.line))))
}

/// Say what stands on a line that three people keyed without agreeing. The same again changes nothing.
#[utoipa::path(put, path = "/api/cases/{case}/keying/conflicts/{section}/{line}", tag = "keying", request_body = KeyedText,
    params(("case" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200), (status = 400, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn settle(
    State(office): TheOffice,
    caller: Caller,
    Path((case, section, line)): Path<(String, u32, u32)>,
    Given(text): Given<KeyedText>,
) -> Result<(), Problem> {
    let desk = office.cases.get(&case)?;
    let (line, text, act, roll) = (line_of(section, line)?, text.read()?, caller.act(), desk.roll().await.ok());
    let own = caller.own;
    let settle = async move |room: &mut Workroom| {
        room.settle_conflict(line, text, &own, roll.as_deref().map(Roll::snapshot), &act).await
    };
    desk.write(settle).await?.map_err(|error| refused(&error))
}

/// A line from edge to edge of its page, for whoever has its section in hand to key, and for a supervisor where it waits for one.
#[utoipa::path(get, path = "/api/cases/{case}/keying/sections/{section}/lines/{line}/strip", tag = "keying",
    params(("case" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, content_type = "image/*", body = Vec<u8>), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn strip(
    State(office): TheOffice,
    caller: Caller,
    Path((case, section, line)): Path<(String, u32, u32)>,
) -> Result<Response, Problem> {
    let supervises = caller.has(&case, &[Role::Supervisor]);
    let (person, line) = (worker(&caller, &case)?, line_of(section, line)?);
    let read = async move |room: &Workroom| -> Result<_, WorkError> {
        let now = Timestamp::now();
        let waits =
            if supervises { room.look_at_conflict(&person, line, now).await } else { Err(WorkError::NotInHand) };
        match waits {
            Err(WorkError::NotInHand) => room.must_key(&person, line, now).await?,
            looked => looked?,
        }
        Ok(room.file().image(&casework::Shows::Strip(line)).await?)
    };
    let image = office.cases.get(&case)?.read(read).await?.map_err(|error| refused(&error))?;
    shown(&office, image).await
}

/// The beginning of an address, as typed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BegunAddress {
    text: String,
}

/// An address at which somebody is registered. Who, is not told.
#[derive(Serialize, ToSchema, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OfferedAddress {
    address: String,
    city: String,
    zip: String,
}

/// Addresses of the roll that go on as this one begins: every word of it is the beginning of one of theirs. A help to whoever types, and no search for people.
#[utoipa::path(post, path = "/api/cases/{case}/keying/addresses", tag = "keying", params(("case" = String, Path)), request_body = BegunAddress,
    responses((status = 200, body = Vec<OfferedAddress>), (status = 409, body = Problem)))]
pub(super) async fn addresses(
    State(office): TheOffice,
    Path(case): Path<String>,
    Given(BegunAddress { text }): Given<BegunAddress>,
) -> Result<Json<Vec<OfferedAddress>>, Problem> {
    let roll = office.cases.get(&case)?.roll_to_key_by().await?;
    let offered = tokio::task::spawn_blocking(move || offered(&roll, &text)).await;
    offered.map(Json).map_err(Problem::internal)
}

fn offered(roll: &Roll, text: &str) -> Vec<OfferedAddress> {
    let typed: Vec<_> = text.split_whitespace().map(str::to_uppercase).collect();
    // A number and the beginning of a street: less would be a list of people's homes.
    let begun = typed.first().is_some_and(|first| first.starts_with(|letter: char| letter.is_ascii_digit()));
    if !begun || typed.len() < 2 || text.chars().count() > LONGEST {
        return Vec::new();
    }
    let rows = roll.find(text, LOOKED_THROUGH);
    let addresses = rows.into_iter().map(|row| roll.snapshot().addresses(row).0);
    let fits = |address: &roll::Address<'_>| {
        let line = address.street_line().to_uppercase();
        let words: Vec<_> = line.split_whitespace().collect();
        words.first().copied() == typed.first().map(String::as_str)
            && typed.iter().all(|typed| words.iter().any(|word| word.starts_with(typed.as_str())))
    };
    let offered: BTreeSet<_> = addresses
        .filter(fits)
        .map(|address| OfferedAddress {
            address: roll::Address { unit: "", ..address }.street_line(),
            city: address.city.to_owned(),
            zip: address.zip.to_owned(),
        })
        .collect();
    offered.into_iter().take(MOST_OFFERED).collect()
}
