//! The proponents' challenges and the office's answers. An answer that upholds one has the line decided anew, and the challenge shows what became of it.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use casework::{Answer, Became, CaseFile, Challenge};
use domain::Disposition;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    TheOffice,
    room::{InRoom, Visitor, act, at_case},
    work::line_of,
};
use crate::{
    answer::{Given, Page, PageOf, chosen, limit},
    problem::Problem,
    who::Caller,
};

/// What the office answered.
#[derive(Serialize, ToSchema)]
struct AnswerGiven {
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    reasons: String,
}

impl From<&Answer> for AnswerGiven {
    fn from(answer: &Answer) -> Self {
        Self { by: answer.by.clone(), at: answer.at, reasons: answer.reasons.clone() }
    }
}

/// What became of a line whose challenge was upheld.
#[derive(Serialize, ToSchema)]
struct BecameOfLine {
    /// `being_decided`; `decided`, before a certificate rests on it; `certified` by one that supersedes the certificate challenged.
    state: &'static str,
    /// `valid` or `invalid`, once decided anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    disposition: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// Valid signatures in all: now, or by the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid: Option<u64>,
    /// What the superseding certificate found.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    /// Its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
}

impl From<Became> for BecameOfLine {
    fn from(became: Became) -> Self {
        let of = |state, disposition: Option<Disposition>, valid| Self {
            state,
            disposition: disposition.map(Disposition::name),
            reason: disposition.and_then(Disposition::reason).map(domain::Reason::name),
            valid,
            verdict: None,
            certificate: None,
        };
        match became {
            Became::BeingDecided => of("being_decided", None, None),
            Became::Decided { disposition, valid } => of("decided", Some(disposition), Some(valid)),
            Became::Certified { disposition, valid, verdict, certificate } => Self {
                verdict: Some(verdict.name()),
                certificate: Some(certificate),
                ..of("certified", Some(disposition), Some(valid))
            },
        }
    }
}

/// A challenge of a line.
#[derive(Serialize, ToSchema)]
pub(super) struct ChallengeOfLine {
    challenge: String,
    section: u32,
    line: u32,
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    grounds: String,
    /// `raised`, `withdrawn`, `refused` or `upheld`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<AnswerGiven>,
    /// Answers by which it was refused before, in whose place that one stands; the first one first.
    earlier: Vec<AnswerGiven>,
    #[serde(skip_serializing_if = "Option::is_none")]
    became: Option<BecameOfLine>,
}

fn shown(name: &str, challenge: &Challenge, file: &CaseFile) -> ChallengeOfLine {
    ChallengeOfLine {
        challenge: name.to_owned(),
        section: challenge.line.section.get(),
        line: challenge.line.line.get(),
        by: challenge.by.clone(),
        at: challenge.at,
        grounds: challenge.grounds.clone(),
        state: challenge.state.name(),
        answer: challenge.state.answer().map(AnswerGiven::from),
        earlier: challenge.earlier.iter().map(AnswerGiven::from).collect(),
        became: challenge.became(file.case(), file.settlement()).map(BecameOfLine::from),
    }
}

/// The challenges, in the order of their names, with what became of them.
#[utoipa::path(get, path = "/api/cases/{case}/room/challenges", tag = "room", params(("case" = String, Path), PageOf),
    responses((status = 200, body = Page<ChallengeOfLine>), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn list(
    State(office): TheOffice,
    visitor: Visitor,
    Query(page): Query<PageOf>,
) -> Result<Json<Page<ChallengeOfLine>>, Problem> {
    let most = limit(&page)?;
    let read = async move |file: &mut CaseFile| {
        let room = file.room().await?;
        let wanted = room.challenges.iter().filter(|(name, _)| **name > page.after).take(most + 1);
        Ok(wanted.map(|(name, challenge)| shown(name, challenge, file)).collect::<Vec<_>>())
    };
    let challenges = at_case(office.cases.get(visitor.case())?, read).await?;
    Ok(Json(Page::of(challenges, most, |challenge| challenge.challenge.clone())))
}

/// A line that is challenged, and why it should count.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Grounded {
    section: u32,
    line: u32,
    grounds: String,
}

/// Challenge a line that does not count, under a name that the caller chooses (a UUID). The office sees it.
#[utoipa::path(put, path = "/api/cases/{case}/room/challenges/{challenge}", tag = "room",
    params(("case" = String, Path), ("challenge" = String, Path)), request_body = Grounded,
    responses((status = 200, description = "Raised"), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn raise(
    State(office): TheOffice,
    inside: InRoom,
    Path((_case, challenge)): Path<(String, String)>,
    Given(given): Given<Grounded>,
) -> Result<(), Problem> {
    chosen(&challenge)?;
    let line = line_of(given.section, given.line)?;
    let InRoom { case, act, .. } = inside;
    let raise = async move |file: &mut CaseFile| file.challenge(&challenge, line, &given.grounds, &act).await;
    at_case(office.cases.get(&case)?, raise).await
}

/// Take a challenge back before it is answered.
#[utoipa::path(put, path = "/api/cases/{case}/room/challenges/{challenge}/withdrawn", tag = "room",
    params(("case" = String, Path), ("challenge" = String, Path)),
    responses((status = 200, description = "Taken back"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn withdraw(
    State(office): TheOffice,
    inside: InRoom,
    Path((_case, challenge)): Path<(String, String)>,
) -> Result<(), Problem> {
    let InRoom { case, act, .. } = inside;
    at_case(office.cases.get(&case)?, async move |file| file.withdraw_challenge(&challenge, &act).await).await
}

/// An answer to a challenge.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ToChallenge {
    /// Whether the challenge is upheld: the line is then decided anew.
    upheld: bool,
    /// Why. The proponents read it.
    reasons: String,
    /// In the place of how many answers before, all of which refused it.
    #[serde(default)]
    instead_of: u32,
}

/// Answer a challenge, or answer it anew where it was refused. Where it is upheld, the case is opened again if it was certified, and the line goes back to the reviewers.
#[utoipa::path(put, path = "/api/cases/{case}/room/challenges/{challenge}/answer", tag = "room",
    params(("case" = String, Path), ("challenge" = String, Path)), request_body = ToChallenge,
    responses((status = 200, description = "Answered"), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn answer(
    State(office): TheOffice,
    caller: Caller,
    Path((case, challenge)): Path<(String, String)>,
    Given(given): Given<ToChallenge>,
) -> Result<(), Problem> {
    let act = act(&office, &caller);
    let ToChallenge { upheld, reasons, instead_of } = given;
    let answer = async move |file: &mut CaseFile| {
        file.answer_challenge(&challenge, u64::from(instead_of), upheld, &reasons, &act).await
    };
    at_case(office.cases.get(&case)?, answer).await
}
