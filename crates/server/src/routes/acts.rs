//! Acts on many lines, for the supervisor: counted and shown, then done or called off; and the groups of lines that name one voter.

use axum::{
    Json,
    extract::{Path, State},
};
use casework::{ActError, ActState, BulkAct, DuplicateGroup, Foreseen, Look, ProposedAct, Workroom};
use domain::{Reason, ReviewerId, SectionNo, StoredLine, VoidGround};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    TheOffice,
    sheet::{Voter, voter},
    work::{Found, LineName, line_of, person},
};
use crate::{
    answer::{Asked, Given, Page, PageOf, chosen, limit, number},
    desk::{refused, told},
    problem::{Code, Problem},
    who::Caller,
};

/// An act on many lines.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum WhatToDo {
    /// Find a section void, so that none of its lines counts.
    VoidSection {
        section: u32,
        /// `section_fatal` or `out_of_circulation`.
        ground: String,
    },
    /// Take the voiding of a section back.
    RestoreSection { section: u32 },
    /// Take the decisions on lines back, so that they are decided anew.
    ReopenLines { lines: Vec<LineName> },
    /// Take back what was found in a batch, as on a contact sheet that was passed too lightly, as far as it still stands.
    ReopenBatch { batch: String },
    /// Take back what a person found from an instant on, as far as it still stands.
    ReopenWorkOf {
        person: String,
        #[schema(value_type = String, format = DateTime)]
        since: Timestamp,
    },
    /// Take the lines that a person has in hand; what was found on them is kept.
    TakeFromHand { person: String },
}

impl WhatToDo {
    fn read(self) -> Result<BulkAct, Problem> {
        let bad = |what: &str| Problem::new(Code::BadRequest, what);
        let section_of = |section| SectionNo::new(section).ok_or_else(|| bad("sections count from 1"));
        Ok(match self {
            Self::VoidSection { section, ground } => {
                let ground = ground.parse::<Reason>().ok().and_then(VoidGround::from_reason);
                let ground = ground.ok_or_else(|| bad("`ground` is `section_fatal` or `out_of_circulation`"))?;
                BulkAct::VoidSection { section: section_of(section)?, ground }
            }
            Self::RestoreSection { section } => BulkAct::RestoreSection { section: section_of(section)? },
            Self::ReopenLines { lines } => {
                let lines = lines.iter().map(|line| line_of(line.section, line.line));
                BulkAct::ReopenLines { lines: lines.collect::<Result<_, _>>()? }
            }
            Self::ReopenBatch { batch } => BulkAct::ReopenBatch { batch },
            Self::ReopenWorkOf { person, since } => BulkAct::ReopenWorkOf { person, since },
            Self::TakeFromHand { person } => BulkAct::TakeFromHand { person },
        })
    }
}

impl From<BulkAct> for WhatToDo {
    fn from(act: BulkAct) -> Self {
        match act {
            BulkAct::VoidSection { section, ground } => {
                Self::VoidSection { section: section.get(), ground: ground.reason().name().to_owned() }
            }
            BulkAct::RestoreSection { section } => Self::RestoreSection { section: section.get() },
            BulkAct::ReopenLines { lines } => {
                Self::ReopenLines { lines: lines.into_iter().map(LineName::from).collect() }
            }
            BulkAct::ReopenBatch { batch } => Self::ReopenBatch { batch },
            BulkAct::ReopenWorkOf { person, since } => Self::ReopenWorkOf { person, since },
            BulkAct::TakeFromHand { person } => Self::TakeFromHand { person },
        }
    }
}

/// What an act comes to.
#[derive(Serialize, ToSchema)]
pub(super) struct ComesTo {
    /// Lines that it speaks of.
    lines: u64,
    /// Those of them that have their decision.
    decided: u64,
    /// Those of them that somebody has in hand.
    in_hand: u64,
    /// Lines of the whole case that are valid now and would not be.
    no_longer_valid: u64,
    /// Lines of the whole case that would become valid, as those of which others were duplicates.
    newly_valid: u64,
}

impl From<Foreseen> for ComesTo {
    fn from(foreseen: Foreseen) -> Self {
        let Foreseen { lines, decided, in_hand, no_longer_valid, newly_valid } = foreseen;
        Self { lines, decided, in_hand, no_longer_valid, newly_valid }
    }
}

/// An act, what was shown before it, and how far it is.
#[derive(Serialize, ToSchema)]
pub(super) struct OneAct {
    id: String,
    act: WhatToDo,
    foreseen: ComesTo,
    because: String,
    /// Who proposed it.
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `proposed`, `done` or `called_off`.
    state: &'static str,
    /// Who did it or called it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    settled_at: Option<Timestamp>,
}

impl From<ProposedAct> for OneAct {
    fn from(proposed: ProposedAct) -> Self {
        let ProposedAct { id, act, foreseen, because, by, at, state } = proposed;
        let (state, settled_by, settled_at) = match state {
            ActState::Proposed => ("proposed", None, None),
            ActState::Done(by, at) => ("done", Some(by), Some(at)),
            ActState::CalledOff(by, at) => ("called_off", Some(by), Some(at)),
        };
        Self { id, act: act.into(), foreseen: foreseen.into(), because, by, at, state, settled_by, settled_at }
    }
}

fn why_not(error: &ActError) -> Problem {
    match error {
        ActError::Unknown => Problem::not_found("act"),
        ActError::NameTaken => Problem::new(Code::Exists, error.to_string()),
        ActError::Settled(_) => Problem::new(Code::WrongState, error.to_string()),
        ActError::Own => Problem::new(Code::Refused, error.to_string()),
        ActError::Otherwise { .. } => Problem::new(Code::Otherwise, error.to_string()),
        ActError::Case(error) => told(error),
        ActError::Work(error) => refused(error),
    }
}

/// An act that is proposed, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAct {
    act: WhatToDo,
    because: String,
}

/// Propose an act on many lines, under a name that the caller chooses. Nothing is done: the answer says what it would come to.
#[utoipa::path(put, path = "/api/cases/{case}/acts/{act}", tag = "acts", params(("case" = String, Path), ("act" = String, Path)),
    request_body = NewAct, responses((status = 200, body = OneAct), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn propose(
    State(office): TheOffice,
    caller: Caller,
    Path((case, id)): Path<(String, String)>,
    Given(new): Given<NewAct>,
) -> Result<Json<OneAct>, Problem> {
    chosen(&id)?;
    if new.because.chars().count() > 2000 {
        let what = "`because` has 2,000 characters at most";
        return Err(Problem::new(Code::BadRequest, what));
    }
    let (desk, wanted, by) = (office.cases.get(&case)?, new.act.read()?, caller.act());
    let (tried, own) = (wanted.clone(), caller.own);
    let trial = async move |room: &Workroom| room.trial(&tried, &own, Timestamp::now()).await;
    let trial = desk.read(trial).await?.map_err(|error| why_not(&error))?;
    // Seconds of a core in a large case, while the others work on.
    let foreseen = tokio::task::spawn_blocking(move || trial.foresee()).await.map_err(Problem::internal)?;
    let foreseen = foreseen.map_err(|error| told(&error))?;
    let propose = async move |room: &Workroom| room.propose(&id, wanted, foreseen, &new.because, &by).await;
    desk.read(propose).await?.map(|act| Json(act.into())).map_err(|error| why_not(&error))
}

/// An act, what was shown before it, and how far it is.
#[utoipa::path(get, path = "/api/cases/{case}/acts/{act}", tag = "acts", params(("case" = String, Path), ("act" = String, Path)),
    responses((status = 200, body = OneAct), (status = 404, body = Problem)))]
pub(super) async fn show(
    State(office): TheOffice,
    Path((case, id)): Path<(String, String)>,
) -> Result<Json<OneAct>, Problem> {
    let read = async move |room: &Workroom| room.proposed(&id).await;
    office.cases.get(&case)?.read(read).await?.map(|act| Json(act.into())).map_err(|error| why_not(&error))
}

/// The acts, the latest first.
#[utoipa::path(get, path = "/api/cases/{case}/acts", tag = "acts", params(("case" = String, Path), PageOf),
    responses((status = 200, body = Page<OneAct>), (status = 404, body = Problem)))]
pub(super) async fn list(
    State(office): TheOffice,
    Path(case): Path<String>,
    Asked(page): Asked<PageOf>,
) -> Result<Json<Page<OneAct>>, Problem> {
    let (most, after) = (limit(&page)?, number(&page)?);
    let read = async move |room: &Workroom| room.acts(after, most as u64 + 1).await;
    let acts = office.cases.get(&case)?.read(read).await?.map_err(|error| told(&error))?;
    let acts = acts.into_iter().map(OneAct::from).collect();
    Ok(Json(Page::of(acts, most, |_| (after + most as u64).to_string())))
}

/// Call off an act that was proposed.
#[utoipa::path(delete, path = "/api/cases/{case}/acts/{act}", tag = "acts", params(("case" = String, Path), ("act" = String, Path)),
    responses((status = 200, description = "Called off"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn call_off(
    State(office): TheOffice,
    caller: Caller,
    Path((case, id)): Path<(String, String)>,
) -> Result<(), Problem> {
    let by = caller.act();
    let call_off = async move |room: &Workroom| room.call_off(&id, &by).await;
    office.cases.get(&case)?.read(call_off).await?.map_err(|error| why_not(&error))
}

/// Do an act that was proposed, if it still speaks of what was shown; code `otherwise` if not.
#[utoipa::path(put, path = "/api/cases/{case}/acts/{act}/done", tag = "acts", params(("case" = String, Path), ("act" = String, Path)),
    responses((status = 200, description = "Done"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn carry_out(
    State(office): TheOffice,
    caller: Caller,
    Path((case, id)): Path<(String, String)>,
) -> Result<(), Problem> {
    let desk = office.cases.get(&case)?;
    let (by, own, roll) = (caller.act(), caller.own, desk.roll().await?);
    let carry_out = async move |room: &mut Workroom| room.carry_out(&id, &own, roll.snapshot(), &by).await;
    desk.write(carry_out).await?.map_err(|error| why_not(&error))
}

/// Lines that name one voter.
#[derive(Serialize, ToSchema)]
pub(super) struct Group {
    voter: Option<Voter>,
    lines: Vec<GroupedLine>,
}

/// A line of a group.
#[derive(Serialize, ToSchema)]
#[allow(clippy::struct_field_names, reason = "a line is named by section and line, as everywhere")]
pub(super) struct GroupedLine {
    section: u32,
    line: u32,
    printed_name: String,
    address: String,
    city: String,
    zip: String,
    date_signed: String,
    /// What it comes to; absent while people still have to look at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    comes_to: Option<Found>,
}

/// Groups of lines that name one voter, where one does not count for another, in order of their first lines. Every voter shown is on record as seen.
#[utoipa::path(get, path = "/api/cases/{case}/duplicates", tag = "acts", params(("case" = String, Path), PageOf),
    responses((status = 200, body = Page<Group>), (status = 404, body = Problem)))]
pub(super) async fn duplicates(
    State(office): TheOffice,
    caller: Caller,
    Path(case): Path<String>,
    Asked(page): Asked<PageOf>,
) -> Result<Json<Page<Group>>, Problem> {
    let (most, after) = (limit(&page)?, number(&page)?);
    let desk = office.cases.get(&case)?;
    let (roll, by): (_, ReviewerId) = (desk.roll().await?, person(&caller)?);
    let read = async move |room: &Workroom| {
        let start = usize::try_from(after).unwrap_or(usize::MAX);
        let groups = room.file().duplicates(start, most + 1);
        let look = |group: &DuplicateGroup| Look::at_voter(group.voter.clone(), None, "lines that name one voter");
        let looks: Vec<_> = groups.iter().take(most).map(look).collect();
        room.note_looks(&by, &looks, Timestamp::now()).await?;
        let mut shown: Vec<(DuplicateGroup, Vec<StoredLine>)> = Vec::with_capacity(groups.len());
        for group in groups {
            let mut texts = Vec::with_capacity(group.lines.len());
            for (line, _) in &group.lines {
                texts.push(room.file().text_of(*line).await?.unwrap_or_default());
            }
            shown.push((group, texts));
        }
        Ok::<_, casework::CaseworkError>(shown)
    };
    let groups = desk.read(read).await?.map_err(|error| told(&error))?;
    let snapshot = roll.snapshot();
    let group = |(group, texts): (DuplicateGroup, Vec<StoredLine>)| {
        let lines = group.lines.into_iter().zip(texts).map(|((line, disposition), text)| GroupedLine {
            section: line.section.get(),
            line: line.line.get(),
            printed_name: text.printed_name,
            address: text.address,
            city: text.city,
            zip: text.zip,
            date_signed: text.date_signed,
            comes_to: disposition.map(Found::from),
        });
        let row = snapshot.by_id(group.voter.as_str());
        Group { voter: row.map(|row| voter(&snapshot.voter(row))), lines: lines.collect() }
    };
    let groups = groups.into_iter().map(group).collect();
    Ok(Json(Page::of(groups, most, |_| (after + most as u64).to_string())))
}
