//! `countersign examine`: the proponents' examination room, and what their examination, or a court, would have to find.

use std::path::{Path, PathBuf};

use casework::{CaseFile, ChallengeState, Overturn, Place, RoomState, Setting, overturn};
use clap::{ArgGroup, Args};
use domain::Side;
use jiff::civil::Date;
use law::{RulePack, certificate::Certificate, counted, grouped};
use sampling::{
    audit::{Plan, plan},
    decimal::Risk,
};
use serde::Serialize;

use super::{By, certify::pack_of};
use crate::{failure::Failure, output::report};

#[derive(Args)]
#[command(group = ArgGroup::new("what").required(true).args(["overturn", "status", "open", "close"]))]
pub(crate) struct Examine {
    /// The certified case; with --overturn, a certificate.json will do.
    case: Place,
    /// How many decisions, of which reasons, would have to fall for the outcome to change.
    #[arg(long)]
    overturn: bool,
    /// Where the examination room stands: its clock, the days used, the challenges.
    #[arg(long)]
    status: bool,
    /// Open the room, or change its setting while it is open. The file says who may be in it, where and when, as JSON: representatives (accounts), notice,
    /// terminals (addresses or networks), opens, closes, zone.
    #[arg(long, value_name = "SETTING.json")]
    open: Option<PathBuf>,
    /// Close the room before its clock does, for this reason.
    #[arg(long, value_name = "BECAUSE")]
    close: Option<String>,
    /// The chance of confirming a wrong outcome that is allowed in a check by a few lines.
    #[arg(long, default_value = "0.05")]
    risk: sampling::decimal::Decimal,
    #[command(flatten)]
    by: By,
}

#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    overturn: Overturn,
    /// How few lines, decided again, would confirm the outcome.
    check: Plan,
}

/// Where the room stands.
#[derive(Serialize)]
struct Standing {
    /// `not_opened`, `open` or `closed`. The clock of an open one may be over.
    state: &'static str,
    /// The last day to begin, while a certificate of insufficiency stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    begins_by: Option<Date>,
    /// The day on which it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    began_on: Option<Date>,
    /// Its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_on: Option<Date>,
    /// Business days on which somebody examined.
    days_used: u64,
    /// Challenges that were raised.
    challenges: u64,
    /// Those that wait for an answer.
    waiting: u64,
}

impl Examine {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        if self.overturn {
            return self.overturned(json).await;
        }
        let mut case = CaseFile::open(&self.case).await?;
        let standing = self.room(&mut case).await;
        case.close().await;
        report(json, &standing?, Standing::in_words)
    }

    /// Opens or closes the room where that is asked for. Returns where it stands.
    async fn room(&self, case: &mut CaseFile) -> Result<Standing, Failure> {
        let act = self.by.act();
        if let Some(file) = &self.open {
            let read = std::fs::read(file).map_err(|error| Failure::input(format!("{}: {error}", file.display())))?;
            let setting = serde_json::from_slice::<Setting>(&read);
            let mut setting = setting.map_err(|error| Failure::input(format!("{}: {error}", file.display())))?;
            let accounts = setting.representatives.iter().map(|account| server::account_name(account));
            let accounts: Result<_, _> = accounts.collect();
            setting.representatives = accounts.map_err(|problem| Failure::input(problem.detail))?;
            case.open_room(setting, &act).await.map_err(Failure::input)?;
        }
        if let Some(because) = &self.close {
            case.close_room(because, &act).await.map_err(Failure::input)?;
        }
        let room = case.room().await.map_err(Failure::input)?;
        let rules = case.room_rules(&room).map_err(Failure::input)?;
        let waiting = room.challenges.values().filter(|challenge| challenge.state == ChallengeState::Raised).count();
        Ok(Standing {
            state: match room.state {
                RoomState::NotOpened => "not_opened",
                RoomState::Open(_) => "open",
                RoomState::Closed(_) => "closed",
            },
            begins_by: rules.begins_by.map(|clock| clock.date),
            began_on: room.opening().map(|opening| opening.began_on),
            ended_on: room.ended_on(),
            days_used: room.days_used() as u64,
            challenges: room.challenges.len() as u64,
            waiting: waiting as u64,
        })
    }

    async fn overturned(&self, json: bool) -> Result<(), Failure> {
        let risk = Risk::new(self.risk).map_err(Failure::input)?;
        let overturn = self.read().await?;
        let check = plan(overturn.decisions, overturn.must_fall, risk).map_err(Failure::input)?;
        report(json, &Found { overturn, check }, in_words)
    }

    async fn read(&self) -> Result<Overturn, Failure> {
        if let Place::File(path) = &self.case
            && let Some(certificate) = certificate_file(path)?
        {
            let built_in = RulePack::by_id(&certificate.rule_pack.id).ok();
            let pack = built_in.filter(|pack| pack.digest() == certificate.rule_pack.digest);
            return Ok(overturn(&certificate, pack.as_ref(), None)?);
        }
        let case = CaseFile::open(&self.case).await?;
        let found = async {
            let pack = pack_of(&case)?;
            let certificate = case.certificate_on_record(&pack).await?;
            Ok(overturn(&certificate, Some(&pack), Some(case.settlement()))?)
        };
        let found = found.await;
        case.close().await;
        found
    }
}

/// A certificate, where the file is JSON.
fn certificate_file(path: &Path) -> Result<Option<Certificate>, Failure> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|error| Failure::input(format!("{shown}: {error}")))?;
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Ok(None);
    }
    let text = String::from_utf8(bytes).map_err(|_| Failure::input(format!("{shown} is not text in UTF-8")))?;
    let read = Certificate::from_json(&text);
    read.map(Some).map_err(|error| Failure::input(format!("{shown} is no certificate of ours: {error}")))
}

impl Standing {
    fn in_words(&self) -> String {
        let mut lines = vec![match (self.state, self.began_on) {
            ("open", Some(day)) => format!("The room is open; the examination began on {day}."),
            ("closed", Some(day)) => format!("The room is closed; the examination began on {day}."),
            _ => "Nobody has opened the room.".to_owned(),
        }];
        lines.extend(self.begins_by.filter(|_| self.began_on.is_none()).map(|day| format!("It must begin by {day}.")));
        lines.extend(self.ended_on.map(|day| format!("Its last day: {day}.")));
        if self.began_on.is_some() {
            lines.push(format!(
                "{} used; {}, of which {} for an answer.",
                counted(self.days_used, "day", "days"),
                counted(self.challenges, "challenge", "challenges"),
                if self.waiting == 1 { "1 waits".to_owned() } else { format!("{} wait", grouped(self.waiting)) }
            ));
        }
        lines.join("\n")
    }
}

fn in_words(found: &Found) -> String {
    let Found { overturn, check } = found;
    let what = match overturn.side {
        Side::Rejected => "rejections",
        Side::Accepted => "acceptances",
    };
    let mut lines = vec![format!(
        "The outcome changes if {} of {} {what} fall: {} percent.",
        grouped(overturn.must_fall),
        grouped(overturn.decisions),
        overturn.percent
    )];
    for row in &overturn.reasons {
        let alone = row
            .nothing_else
            .map_or(String::new(), |alone| format!(", {} with nothing else against them", grouped(alone)));
        let enough = if row.enough_alone { "enough by themselves" } else { "not enough by themselves" };
        lines.push(format!("  {}: {}{alone}; {enough}", row.title, grouped(row.rejections)));
    }
    if overturn.side == Side::Rejected {
        let caution =
            "A rejection that falls may leave a duplicate of a line that counts already; such a line changes nothing.";
        lines.push(caution.to_owned());
    }
    let few = check.sizes.first().and_then(|size| size.lines);
    lines.push(match few {
        Some(few) => format!(
            "{}, drawn in public and decided again without an error, confirm the outcome at a risk of {}; see `countersign audit`.",
            counted(few, "line", "lines"),
            check.risk
        ),
        None => "No check by a few lines can confirm it: every line is to be decided again.".to_owned(),
    });
    lines.join("\n")
}
