//! The counter: the sections of a petition, one taken in at a time, and the raw count with which the intake closes. Whole files come in at the machine that keeps the case.

use axum::{
    Json,
    extract::{Path, State},
};
use casework::{NewLine, NewSection, SectionAtCounter, Workroom};
use domain::{Circulation, LineNo, PageNo, SectionNo, StoredLine};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TheOffice;
use crate::{
    answer::{Asked, Given, Page, PageOf, limit, number},
    desk::told,
    problem::{Code, Problem},
    who::Caller,
};

/// The most lines of one section.
const MOST_LINES: usize = 1000;

/// The longest text that is taken, in letters.
const LONGEST: usize = 500;

/// A section as it lies on the counter.
#[derive(Serialize, ToSchema)]
pub(super) struct CounterSection {
    section: u32,
    /// The circulator as declared; empty where the declaration gives none.
    circulator: String,
    circulator_address: String,
    /// The dates of the declaration; one that is left out is missing there.
    #[serde(flatten)]
    declared: Declared,
    /// Faults of the declaration, for a person to weigh.
    defects: Vec<String>,
    /// The reason that all of its lines have, where it is void.
    #[serde(skip_serializing_if = "Option::is_none")]
    void: Option<&'static str>,
    /// Lines that count.
    lines: u64,
    /// Lines that were struck, since they are no signatures.
    struck: u64,
    /// Of the lines that count, those that are valid as things stand: what voiding the section would cost.
    valid: u64,
    pages: Vec<CounterPage>,
}

/// The dates of a circulator's declaration.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct Declared {
    /// The first day on which signatures were obtained, as in 2022-05-01.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed_from: Option<String>,
    /// The last day on which signatures were obtained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed_to: Option<String>,
    /// The day on which the declaration was executed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    executed_on: Option<String>,
}

/// A page of a section.
#[derive(Serialize, ToSchema)]
pub(super) struct CounterPage {
    page: u32,
    /// Lines on it.
    lines: u64,
    /// Whether there is an image of it.
    image: bool,
}

impl From<SectionAtCounter> for CounterSection {
    fn from(section: SectionAtCounter) -> Self {
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        let Circulation { signed_from, signed_to, executed_on } = section.circulation;
        let page =
            |page: casework::SectionPage| CounterPage { page: page.page.get(), lines: page.lines, image: page.image };
        Self {
            section: section.section.get(),
            circulator: section.circulator,
            circulator_address: section.circulator_address,
            declared: Declared {
                signed_from: day(signed_from),
                signed_to: day(signed_to),
                executed_on: day(executed_on),
            },
            defects: section.defects,
            void: section.void.map(|ground| ground.reason().name()),
            lines: section.lines,
            struck: section.struck,
            valid: section.valid,
            pages: section.pages.into_iter().map(page).collect(),
        }
    }
}

/// The sections received, in order of their numbers.
#[utoipa::path(get, path = "/api/cases/{case}/sections", tag = "intake", params(("case" = String, Path), PageOf),
    responses((status = 200, body = Page<CounterSection>), (status = 404, body = Problem)))]
pub(super) async fn list(
    State(office): TheOffice,
    Path(case): Path<String>,
    Asked(page): Asked<PageOf>,
) -> Result<Json<Page<CounterSection>>, Problem> {
    let (after, most) = (number(&page)?, limit(&page)?);
    let after = u32::try_from(after).unwrap_or(u32::MAX);
    let read = async move |room: &Workroom| room.file().sections_at_counter(after, most + 1).await;
    let sections = office.cases.get(&case)?.read(read).await?.map_err(|error| told(&error))?;
    let sections = sections.into_iter().map(CounterSection::from).collect();
    Ok(Json(Page::of(sections, most, |section: &CounterSection| section.section.to_string())))
}

/// One section.
#[utoipa::path(get, path = "/api/cases/{case}/sections/{section}", tag = "intake", params(("case" = String, Path), ("section" = u32, Path)),
    responses((status = 200, body = CounterSection), (status = 404, body = Problem)))]
pub(super) async fn show(
    State(office): TheOffice,
    Path((case, section)): Path<(String, u32)>,
) -> Result<Json<CounterSection>, Problem> {
    let no = section_of(section)?;
    let read = async move |room: &Workroom| room.file().section_at_counter(no).await;
    let section = office.cases.get(&case)?.read(read).await?.map_err(|error| told(&error))?;
    section.map(|section| Json(section.into())).ok_or_else(|| Problem::not_found("section"))
}

/// A section to be taken in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToReceive {
    /// The circulator as declared; empty where the declaration gives none.
    #[serde(default)]
    circulator: String,
    #[serde(default)]
    circulator_address: String,
    /// The dates of the declaration.
    declared: Declared,
    /// Every line with a signature, in rising order.
    lines: Vec<ToReceiveLine>,
}

/// A line with a signature.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToReceiveLine {
    line: u32,
    /// The page it stands on, from 1.
    page: u32,
    /// What stands on it, as written; nothing where it is to be keyed.
    #[serde(default)]
    printed_name: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    city: String,
    #[serde(default)]
    zip: String,
    #[serde(default)]
    date_signed: String,
}

impl ToReceiveLine {
    fn read(self) -> Result<NewLine, Problem> {
        let bad = |what: &str| Problem::new(Code::BadRequest, what);
        let line = LineNo::new(self.line).ok_or_else(|| bad("lines count from 1"))?;
        let page = PageNo::new(self.page).ok_or_else(|| bad("pages count from 1"))?;
        let Self { printed_name, address, city, zip, date_signed, .. } = self;
        if [&printed_name, &address, &city, &zip, &date_signed].iter().any(|text| text.chars().count() > LONGEST) {
            return Err(bad("what stands on a line has 500 characters a field at most"));
        }
        let text = StoredLine { printed_name, address, city, zip, date_signed, signature: String::new() };
        Ok(NewLine { line, page, text })
    }
}

/// Take a section in: its declaration, and the number of every line that bears a signature. The same again changes nothing.
#[utoipa::path(put, path = "/api/cases/{case}/sections/{section}", tag = "intake", request_body = ToReceive,
    params(("case" = String, Path), ("section" = u32, Path)),
    responses((status = 200, body = CounterSection), (status = 400, body = Problem),
        (status = 409, body = Problem, description = "`exists`: another section of this number was received; `wrong_state`: the signatures are counted")))]
pub(super) async fn receive(
    State(office): TheOffice,
    caller: Caller,
    Path((case, section)): Path<(String, u32)>,
    Given(given): Given<ToReceive>,
) -> Result<Json<CounterSection>, Problem> {
    let bad = |what: &str| Problem::new(Code::BadRequest, what);
    let no = section_of(section)?;
    if given.lines.len() > MOST_LINES {
        return Err(bad("a section has 1,000 lines at most"));
    }
    if [&given.circulator, &given.circulator_address].iter().any(|text| text.chars().count() > LONGEST) {
        return Err(bad("the circulator's name and residence have 500 characters at most"));
    }
    let new = NewSection {
        section: no,
        circulator: given.circulator,
        circulator_address: given.circulator_address,
        circulation: circulation(&given.declared)?,
        lines: given.lines.into_iter().map(ToReceiveLine::read).collect::<Result<_, _>>()?,
    };
    let act = caller.act();
    let receive = async move |room: &mut Workroom| {
        room.act(async |file| file.receive_section(new, &act).await).await?;
        room.file().section_at_counter(no).await
    };
    let received = office.cases.get(&case)?.write(receive).await?.map_err(|error| told(&error))?;
    received.map(|section| Json(section.into())).ok_or_else(|| Problem::not_found("section"))
}

fn circulation(declared: &Declared) -> Result<Circulation, Problem> {
    let day = |text: &Option<String>| {
        let bad = |_| Problem::new(Code::BadRequest, "the dates of a declaration are days, as in 2022-05-01");
        text.as_ref().map(|text| text.parse::<Date>()).transpose().map_err(bad)
    };
    Ok(Circulation {
        signed_from: day(&declared.signed_from)?,
        signed_to: day(&declared.signed_to)?,
        executed_on: day(&declared.executed_on)?,
    })
}

fn section_of(section: u32) -> Result<SectionNo, Problem> {
    SectionNo::new(section).ok_or_else(|| Problem::new(Code::BadRequest, "sections count from 1"))
}

/// The raw count as it was shown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToCount {
    /// Every signature received, as the person at the counter has it.
    raw: u64,
}

/// The raw count, and what follows from it.
#[derive(Serialize, ToSchema)]
pub(super) struct Counted {
    /// Every signature affixed and submitted.
    raw: u64,
    /// Valid signatures needed.
    required: u64,
    /// Whether there are enough for the filing to be accepted for examination.
    accepted: bool,
}

/// Close the intake with the raw count. Refused with `otherwise` where other signatures are there than were counted. The same again changes nothing.
#[utoipa::path(put, path = "/api/cases/{case}/count", tag = "intake", params(("case" = String, Path)), request_body = ToCount,
    responses((status = 200, body = Counted), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn count(
    State(office): TheOffice,
    caller: Caller,
    Path(case): Path<String>,
    Given(ToCount { raw }): Given<ToCount>,
) -> Result<Json<Counted>, Problem> {
    let act = caller.act();
    let count = async move |room: &mut Workroom| {
        let case = room.file().case();
        if case.count_lines() != raw {
            let what = "there are other signatures than were counted; count again";
            return Err(Problem::new(Code::Otherwise, what));
        }
        if case.raw_count != Some(raw) {
            room.act(async |file| file.count(&act).await).await.map_err(|error| told(&error))?;
        }
        let case = room.file().case();
        Ok(Counted { raw, required: case.opened.required, accepted: case.phase != domain::Phase::NotAccepted })
    };
    office.cases.get(&case)?.write(count).await?.map(Json)
}

/// A roll that the case can be looked up in.
#[derive(Serialize, ToSchema)]
pub(super) struct GivenRoll {
    /// Its digest, 64 hexadecimal digits.
    digest: String,
    /// Voters on it.
    voters: u64,
    /// Of these, those with an active registration.
    active: u64,
    /// Whether it is the one that is fixed for the case.
    sealed: bool,
}

/// The rolls that this server was given. The first search fixes one of them for the case.
#[utoipa::path(get, path = "/api/cases/{case}/rolls", tag = "intake", params(("case" = String, Path)),
    responses((status = 200, body = Vec<GivenRoll>), (status = 404, body = Problem)))]
pub(super) async fn rolls(State(office): TheOffice, Path(case): Path<String>) -> Result<Json<Vec<GivenRoll>>, Problem> {
    let desk = office.cases.get(&case)?;
    let read = async |room: &Workroom| room.file().case().roll.as_ref().map(|roll| roll.roll_digest.clone());
    let sealed = desk.read(read).await?;
    let given = desk.rolls().iter().map(|(digest, roll)| GivenRoll {
        digest: digest.clone(),
        voters: u64::from(roll.snapshot().len()),
        active: roll.snapshot().registered(),
        sealed: sealed.as_ref() == Some(digest),
    });
    Ok(Json(given.collect()))
}

/// How far the lines are looked up.
#[derive(Serialize, ToSchema)]
pub(super) struct LookedUp {
    /// Lines of the case.
    lines: u64,
    /// Of these, those that are looked up.
    searched: u64,
}

/// Lines looked up by one request, about: some tenths of a second.
const AT_ONCE: u64 = 4000;

/// Look the next lines up in a roll, some thousands at a time, between what else is done: asked again until all are. The first time fixes the roll for the
/// case, for good.
#[utoipa::path(put, path = "/api/cases/{case}/rolls/{roll}/searched", tag = "intake", params(("case" = String, Path), ("roll" = String, Path)),
    responses((status = 200, body = LookedUp), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn search(
    State(office): TheOffice,
    caller: Caller,
    Path((case, roll)): Path<(String, String)>,
) -> Result<Json<LookedUp>, Problem> {
    let desk = office.cases.get(&case)?;
    let roll = desk.rolls().get(&roll).cloned().ok_or_else(|| Problem::not_found("roll"))?;
    let act = caller.act();
    let search = async move |room: &mut Workroom| {
        room.act(async |file| file.search_some(roll.snapshot(), AT_ONCE, &act).await).await?;
        let status = room.file().status();
        Ok(LookedUp { lines: status.lines, searched: status.searched })
    };
    desk.write(search).await?.map(Json).map_err(|error: casework::CaseworkError| told(&error))
}
