//! What a representative sees in the examination room: the lines that do not count, by number and reason, and one line at a time with everything that
//! the law opens of it; and the proponents' own marks.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use casework::{CaseFile, ExaminedLine, ShownVoter};
use domain::{Category, Finding, Grounds, LineRef};
use law::RulePack;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    TheOffice,
    room::{InRoom, at_case},
    work::line_of,
};
use crate::{
    answer::{Given, Page, PageOf, limit},
    problem::{Code, Problem},
};

/// Which lines are asked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct LinesOf {
    /// A published category, as in `signature_mismatch`; nothing for all.
    category: Option<String>,
    /// A section; nothing for all.
    section: Option<u32>,
    /// The `next` of the page before; nothing for the first page.
    #[serde(default)]
    after: String,
    /// How many at most, 1 to 500.
    #[serde(default = "most")]
    #[param(minimum = 1, maximum = 500)]
    limit: u16,
}

const fn most() -> u16 {
    100
}

/// A line that does not count, by number and reasons. No name stands here.
#[derive(Serialize, ToSchema)]
pub(super) struct DisqualifiedLine {
    section: u32,
    line: u32,
    category: &'static str,
    /// The primary reason.
    reason: &'static str,
    /// Every other reason found.
    further: Vec<&'static str>,
}

/// The lines that do not count, in order, by category and section.
#[utoipa::path(get, path = "/api/cases/{case}/room/lines", tag = "room", params(("case" = String, Path), LinesOf),
    responses((status = 200, body = Page<DisqualifiedLine>), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn list(
    State(office): TheOffice,
    inside: InRoom,
    Query(asked): Query<LinesOf>,
) -> Result<Json<Page<DisqualifiedLine>>, Problem> {
    let most = limit(&PageOf { after: String::new(), limit: asked.limit })?;
    let after = place(&asked.after)?;
    let category = match &asked.category {
        None => None,
        Some(name) => Some(category_of(name)?),
    };
    let InRoom { case, act, room } = inside;
    let read = async move |file: &mut CaseFile| {
        file.begin_day(&room, &act).await?;
        let wanted = file.disqualified().filter(|(settled, reason)| {
            after.is_none_or(|after| settled.line > after)
                && category.is_none_or(|category| reason.category() == category)
                && asked.section.is_none_or(|section| settled.line.section.get() == section)
        });
        let listed = wanted.map(|(settled, reason)| DisqualifiedLine {
            section: settled.line.section.get(),
            line: settled.line.line.get(),
            category: reason.category().name(),
            reason: reason.name(),
            further: settled
                .findings
                .iter()
                .map(|finding| finding.reason.name())
                .filter(|name| *name != reason.name())
                .collect(),
        });
        Ok(listed.take(most + 1).collect::<Vec<_>>())
    };
    let lines = at_case(office.cases.get(&case)?, read).await?;
    Ok(Json(Page::of(lines, most, |line| format!("{}:{}", line.section, line.line))))
}

fn category_of(name: &str) -> Result<Category, Problem> {
    let known = Category::ALL.into_iter().find(|category| category.name() == name);
    let all = || Category::ALL.map(Category::name).join(", ");
    known.ok_or_else(|| Problem::new(Code::BadRequest, format!("`category` is one of {}", all())))
}

/// The line after which a page begins.
pub(super) fn place(after: &str) -> Result<Option<LineRef>, Problem> {
    if after.is_empty() {
        return Ok(None);
    }
    after.parse().map(Some).map_err(|_| Problem::new(Code::BadRequest, "`after` is the `next` of the page before"))
}

/// Why a line does not count.
#[derive(Serialize, ToSchema)]
struct ReasonFound {
    reason: &'static str,
    /// In the words of the rules.
    title: String,
    citation: String,
    /// What it rests on, in words. Who found it is not said.
    grounds: String,
}

/// What is shown of a voter who was taken for the signer. Everything else of the record is masked.
#[derive(Serialize, ToSchema)]
struct VoterInRoom {
    /// Whether the findings are about this voter.
    found: bool,
    name: String,
    /// The reference signatures on file, every one, by number.
    reference_signatures: Vec<u64>,
    /// How many of them are here as images.
    reference_images: u32,
    /// The registered addresses, the present one first, where a finding about this voter rests on the address.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<String>,
}

/// A line that does not count, as the proponents may see it.
#[derive(Serialize, ToSchema)]
pub(super) struct LineInRoom {
    section: u32,
    page: u32,
    line: u32,
    printed_name: String,
    address: String,
    city: String,
    zip: String,
    /// The date beside the signature as written; empty where lines carry none.
    date_signed: String,
    category: &'static str,
    /// Every reason, the primary one first.
    reasons: Vec<ReasonFound>,
    voters: Vec<VoterInRoom>,
}

/// One line that does not count. That it was shown is on record before it is. Lines come no faster than a person reads.
#[utoipa::path(get, path = "/api/cases/{case}/room/lines/{section}/{line}", tag = "room",
    params(("case" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, body = LineInRoom), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
    (status = 429, body = Problem)))]
pub(super) async fn show(
    State(office): TheOffice,
    inside: InRoom,
    Path((_case, section, line)): Path<(String, u32, u32)>,
) -> Result<Json<LineInRoom>, Problem> {
    let line = line_of(section, line)?;
    let InRoom { case, act, room } = inside;
    let desk = office.cases.get(&case)?;
    let roll = desk.roll().await?.snapshot();
    let read = async move |file: &mut CaseFile| {
        let examined = file.examine_line(&room, line, roll, &act).await?;
        Ok((examined, file.case().opened.rule_pack_files.clone()))
    };
    let (examined, files) = at_case(desk, read).await?;
    let pack = RulePack::from_files(&files).map_err(Problem::internal)?;
    Ok(Json(in_room(examined, &pack)))
}

fn in_room(examined: ExaminedLine, pack: &RulePack) -> LineInRoom {
    let ExaminedLine { line, page, text, findings, voters } = examined;
    let reason = |finding: &Finding| ReasonFound {
        reason: finding.reason.name(),
        title: pack.reason_title(finding.reason).to_owned(),
        citation: pack.rule_for(finding.reason).citation,
        grounds: in_words(&finding.grounds),
    };
    let voter = |voter: ShownVoter| VoterInRoom {
        found: voter.found,
        name: voter.name,
        reference_signatures: (1..=voter.reference_signatures).collect(),
        reference_images: voter.reference_images,
        addresses: voter.addresses,
    };
    LineInRoom {
        section: line.section.get(),
        page: page.get(),
        line: line.line.get(),
        printed_name: text.printed_name,
        address: text.address,
        city: text.city,
        zip: text.zip,
        date_signed: text.date_signed,
        category: findings.first().map_or(Category::Other, |finding| finding.reason.category()).name(),
        reasons: findings.iter().map(reason).collect(),
        voters: voters.into_iter().map(voter).collect(),
    }
}

fn in_words(grounds: &Grounds) -> String {
    match grounds {
        Grounds::SectionVoid => "the whole section is void".to_owned(),
        Grounds::Person => "found on the line by a reviewer".to_owned(),
        Grounds::Reviewers(1) => "found by one reviewer".to_owned(),
        Grounds::Reviewers(number) => format!("found by {number} reviewers, each without knowing of the others"),
        Grounds::Counted(lines) => {
            let lines: Vec<_> = lines.iter().map(ToString::to_string).collect();
            format!("the voter counts already on line {}", lines.join(" and "))
        }
        Grounds::Withdrawal(on) => format!("the voter's withdrawal was received on {on}"),
    }
}

/// A mark of the proponents at a line.
#[derive(Serialize, ToSchema)]
pub(super) struct Mark {
    section: u32,
    line: u32,
    text: String,
}

/// The proponents' marks, in the order of lines. No role of the office sees them here.
#[utoipa::path(get, path = "/api/cases/{case}/room/marks", tag = "room", params(("case" = String, Path), PageOf),
    responses((status = 200, body = Page<Mark>), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn marks(
    State(office): TheOffice,
    inside: InRoom,
    Query(page): Query<PageOf>,
) -> Result<Json<Page<Mark>>, Problem> {
    let (most, after) = (limit(&page)?, place(&page.after)?);
    let marks = at_case(office.cases.get(&inside.case)?, async move |file| file.marks().await).await?;
    let wanted = marks.into_iter().filter(|(line, _)| after.is_none_or(|after| *line > after)).take(most + 1);
    let shown = wanted.map(|(line, text)| Mark { section: line.section.get(), line: line.line.get(), text });
    Ok(Json(Page::of(shown.collect(), most, |mark| format!("{}:{}", mark.section, mark.line))))
}

/// What the proponents note at a line.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MarkText {
    text: String,
}

/// Keep a mark at a line, in the place of an earlier one.
#[utoipa::path(put, path = "/api/cases/{case}/room/marks/{section}/{line}", tag = "room",
    params(("case" = String, Path), ("section" = u32, Path), ("line" = u32, Path)), request_body = MarkText,
    responses((status = 200, description = "Kept"), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn mark(
    State(office): TheOffice,
    inside: InRoom,
    Path((_case, section, line)): Path<(String, u32, u32)>,
    Given(given): Given<MarkText>,
) -> Result<(), Problem> {
    let line = line_of(section, line)?;
    let InRoom { case, act, .. } = inside;
    at_case(office.cases.get(&case)?, async move |file| file.mark(line, Some(&given.text), &act).await).await
}

/// Take a mark away.
#[utoipa::path(delete, path = "/api/cases/{case}/room/marks/{section}/{line}", tag = "room",
    params(("case" = String, Path), ("section" = u32, Path), ("line" = u32, Path)),
    responses((status = 200, description = "Gone"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn unmark(
    State(office): TheOffice,
    inside: InRoom,
    Path((_case, section, line)): Path<(String, u32, u32)>,
) -> Result<(), Problem> {
    let line = line_of(section, line)?;
    let InRoom { case, act, .. } = inside;
    at_case(office.cases.get(&case)?, async move |file| file.mark(line, None, &act).await).await
}
