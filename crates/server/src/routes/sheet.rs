//! What a reviewer is shown: a line in hand with the likeliest voters, and a search of the roll. Every voter shown is on record as seen before.

use axum::{
    Json,
    extract::{Path, State},
};
use casework::{Look, Workroom};
use domain::VoterId;
use jiff::Timestamp;
use roll::VoterRecord;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    TheOffice,
    work::{line_of, worker},
};
use crate::{
    answer::Given,
    desk::{refused, told},
    problem::Problem,
    who::Caller,
};

/// What a reviewer sees of a line.
#[derive(Serialize, ToSchema)]
pub(super) struct Sheet {
    printed_name: String,
    address: String,
    city: String,
    zip: String,
    /// The date beside the signature as written; empty where lines carry none.
    date_signed: String,
    /// What the machine proposes. Never a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<String>,
    /// The likeliest voters, best first.
    candidates: Vec<Candidate>,
    /// Which reference signature of the first candidate looks most like that on the line, to the machine, counted from 1; absent where they were not compared.
    /// It says which one stands on a contact sheet, and nothing of whether the signatures compare.
    #[serde(skip_serializing_if = "Option::is_none")]
    likest_reference: Option<u32>,
    /// Whose signature is looked at once more, where it is: no other voter can be found on the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    named: Option<Voter>,
    /// Which look at a signature under review this is; absent where it is the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    look: Option<LookOf>,
}

/// One of the looks that a signature gets before it is rejected.
#[derive(Serialize, ToSchema)]
pub(super) struct LookOf {
    /// 2 for the second.
    nth: u32,
    /// How many reviewers must find that it does not compare.
    of: u32,
}

/// A voter who may be the signer.
#[derive(Serialize, ToSchema)]
pub(super) struct Candidate {
    voter: Voter,
    /// Weight of evidence, in hundredths of a bit.
    centibits: i32,
    /// How likely this voter is the signer, in millionths.
    ppm: u32,
    /// The evidence field by field, in words.
    evidence: String,
}

/// A voter's record, as far as the work needs it: no party, no race, no telephone number.
#[derive(Serialize, ToSchema)]
#[allow(clippy::struct_field_names, reason = "the number of a voter is called so in findings")]
pub(super) struct Voter {
    voter: String,
    name: String,
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_address: Option<String>,
    /// `active`, `inactive`, `pending` or `canceled`.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    registered_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    canceled_on: Option<String>,
}

fn address(address: &roll::Address<'_>) -> String {
    format!("{}, {}", address.street_line(), address.locality_line())
}

pub(super) fn voter(record: &VoterRecord<'_>) -> Voter {
    Voter {
        voter: record.voter_id.to_owned(),
        name: record.full_name(),
        address: address(&record.address),
        previous_address: record.previous.as_ref().map(address),
        status: record.status.name(),
        registered_on: record.registered_on.map(|day| day.to_string()),
        canceled_on: record.canceled_on.map(|day| day.to_string()),
    }
}

/// A line in hand, with what stands on it and the likeliest voters. Refused where the line is of a section that the caller is kept away from.
#[utoipa::path(get, path = "/api/cases/{case}/batches/{batch}/lines/{section}/{line}", tag = "work",
    params(("case" = String, Path), ("batch" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, body = Sheet), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn sheet(
    State(office): TheOffice,
    caller: Caller,
    Path((case, batch, section, line)): Path<(String, String, u32, u32)>,
) -> Result<Json<Sheet>, Problem> {
    let desk = office.cases.get(&case)?;
    let roll = desk.roll().await?.snapshot();
    let (person, line) = (worker(&caller, &case)?, line_of(section, line)?);
    let read = async move |room: &Workroom| room.sheet(&batch, &person, line, Timestamp::now()).await;
    let sheet = desk.read(read).await?.map_err(|error| refused(&error))?;
    let proposal = sheet.search.as_ref().map(|search| search.proposal.clone());
    let candidates = sheet.search.into_iter().flat_map(|search| search.candidates);
    let candidates = candidates.filter_map(|found| {
        let record = roll.voter(roll.by_id(found.voter.as_str())?);
        Some(Candidate { voter: voter(&record), centibits: found.centibits, ppm: found.ppm, evidence: found.evidence })
    });
    let text = sheet.text;
    let named = sheet.named.and_then(|named| Some(voter(&roll.voter(roll.by_id(named.as_str())?))));
    Ok(Json(Sheet {
        printed_name: text.printed_name,
        address: text.address,
        city: text.city,
        zip: text.zip,
        date_signed: text.date_signed,
        proposal,
        candidates: candidates.collect(),
        likest_reference: sheet.likest,
        named,
        look: sheet.look.map(|(nth, of)| LookOf { nth, of }),
    }))
}

/// The most voters that a search shows.
const MOST_FOUND: usize = 20;

/// A voter to be looked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Looked {
    /// The batch in hand.
    batch: String,
    /// The line for whose sake.
    section: u32,
    line: u32,
    /// Names, parts of an address, or a voter number, as typed.
    text: String,
}

/// Look for a voter on the roll, for the sake of a line in hand. What is shown is on record as seen. A POST, since what is looked for names a person and an address is kept in logs.
#[utoipa::path(post, path = "/api/cases/{case}/search", tag = "work", params(("case" = String, Path)), request_body = Looked,
    responses((status = 200, body = Vec<Voter>), (status = 400, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn search(
    State(office): TheOffice,
    caller: Caller,
    Path(case): Path<String>,
    Given(looked): Given<Looked>,
) -> Result<Json<Vec<Voter>>, Problem> {
    let desk = office.cases.get(&case)?;
    let roll = desk.roll().await?;
    let (batch, person) = (looked.batch, worker(&caller, &case)?);
    let (by, line) = (person.clone(), line_of(looked.section, looked.line)?);
    // Nobody looks somebody up without a line in hand.
    let in_hand = async move |room: &Workroom| room.must_hold(&batch, &by, line, Timestamp::now()).await;
    desk.read(in_hand).await?.map_err(|error| refused(&error))?;
    let snapshot = roll.snapshot();
    let rows =
        tokio::task::spawn_blocking(move || roll.find(&looked.text, MOST_FOUND)).await.map_err(Problem::internal)?;
    let found: Vec<_> = rows.into_iter().map(|row| voter(&snapshot.voter(row))).collect();
    let look = |voter| Look::at_voter(voter, Some(line), "search of the roll");
    let looks: Vec<_> = found.iter().filter_map(|voter| VoterId::new(&voter.voter)).map(look).collect();
    let note = async move |room: &Workroom| room.note_looks(&person.id, &looks, Timestamp::now()).await;
    desk.read(note).await?.map_err(|error| told(&error))?;
    Ok(Json(found))
}
