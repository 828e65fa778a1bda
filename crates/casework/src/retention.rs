//! How long a case is kept: the days that came after the certificate, the time by the case's own law, and legal holds. Nothing of it is ever changed or
//! removed: a day is corrected by a later entry, and that a hold was lifted is an entry of its own.

use std::collections::BTreeMap;

use domain::{Milestone, Phase, Verdict};
use jiff::{Timestamp, civil::Date};
use law::{Retention, RetentionFacts};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{Act, CaseFile, CaseworkError, room::Room, store_room};

/// In place of a day that will not come.
const NEVER: &str = "never";

/// A day after the certificate, as it was put on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaterDay {
    /// Which day.
    pub name: Milestone,
    /// The day; none where it is on record that it will not come.
    pub day: Option<Date>,
    /// Who put it on record.
    pub person: String,
    /// When.
    pub at: Timestamp,
    /// Where it is known from.
    pub because: String,
}

/// A legal hold: while it stands, nothing of the case is destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Its name, the caller's choice.
    pub id: String,
    /// Who asked for it.
    pub asked_by: String,
    /// By what authority.
    pub authority: String,
    /// The day from which on it holds.
    pub since: Date,
    /// Why.
    pub because: String,
}

/// Who put something on record, when, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldEntry {
    /// The account.
    pub person: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub because: String,
}

/// A legal hold with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingHold {
    /// The hold.
    pub hold: Hold,
    /// Who put it on record.
    pub placed: HoldEntry,
    /// Who lifted it; none while it stands.
    pub lifted: Option<HoldEntry>,
}

/// How long a case is kept, and what stands in the way of its destruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeping {
    /// The times by the case's own law.
    pub retention: Retention,
    /// What was certified, or that too few signatures were filed; none while the case is open.
    pub verdict: Option<Verdict>,
    /// Days that may be put on record, since a time may count from them.
    pub awaited: Vec<Milestone>,
    /// Days that were, the last entry of each name, in order.
    pub days: Vec<LaterDay>,
    /// Every hold there ever was, in order.
    pub holds: Vec<StandingHold>,
}

impl Keeping {
    /// Why the case must be kept on a day; none where it may be destroyed.
    pub fn why_kept(&self, today: Date) -> Option<WhyKept> {
        if let Some(standing) = self.holds.iter().find(|hold| hold.lifted.is_none()) {
            let Hold { id, asked_by, .. } = &standing.hold;
            return Some(WhyKept::Hold { id: id.clone(), asked_by: asked_by.clone() });
        }
        if self.verdict.is_none() {
            return Some(WhyKept::Open);
        }
        match self.retention.destroy_from {
            Some(from) if today >= from => None,
            Some(from) => Some(WhyKept::Until(from)),
            None if self.retention.times.is_empty() => Some(WhyKept::NoTime),
            None => {
                let waits = self.retention.times.iter().filter(|time| time.until.is_none());
                Some(WhyKept::NoEnd(waits.map(|time| time.anchor).collect()))
            }
        }
    }
}

/// Why a case must be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyKept {
    /// A legal hold stands.
    Hold {
        /// Its name.
        id: String,
        /// Who asked for it.
        asked_by: String,
    },
    /// No certificate stands.
    Open,
    /// Its time is not over: the first day on which it may be destroyed.
    Until(Date),
    /// The rules of the case say no time that applies.
    NoTime,
    /// A time counts from days of which nobody said when they were.
    NoEnd(Vec<Milestone>),
}

impl WhyKept {
    /// Its name in the API.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Hold { .. } => "hold",
            Self::Open => "open",
            Self::Until(_) => "until",
            Self::NoTime => "no_time",
            Self::NoEnd(_) => "no_end",
        }
    }
}

impl std::fmt::Display for WhyKept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hold { id, asked_by } => {
                write!(f, "the legal hold {id} stands, for which {asked_by} asked; it is lifted first, with a reason")
            }
            Self::Open => {
                f.write_str("the case is open: no certificate stands, so the time for which it is kept has not begun")
            }
            Self::Until(from) => write!(f, "it may be destroyed from {from} on"),
            Self::NoTime => f.write_str(
                "its rule pack says no time for which it is kept that applies; counsel has to say what the law is",
            ),
            Self::NoEnd(days) => {
                let days: Vec<_> = days.iter().map(|day| format!("{} ({})", day.name(), day.words())).collect();
                let days = days.join(", ");
                write!(f, "a time for which it is kept has no end yet; put on record when, or that never: {days}")
            }
        }
    }
}

impl CaseFile {
    /// How long the case is kept, as things stand.
    pub async fn keeping(&self) -> Result<Keeping, CaseworkError> {
        let mut connection = self.pool().acquire().await.map_err(|error| self.failed("read", error))?;
        self.keeping_by(&mut connection).await
    }

    pub(crate) async fn keeping_by(&self, connection: &mut AnyConnection) -> Result<Keeping, CaseworkError> {
        let case = self.case();
        let refused = |error: &dyn std::fmt::Display| CaseworkError::Law(error.to_string());
        let pack = self.pack()?;
        let days = self.later_days(connection).await?;
        let mut facts = RetentionFacts { days: case.opened.milestones.days(), ..RetentionFacts::default() };
        // The certificate says when it was given, and nobody else.
        facts.days.remove(&Milestone::Certified);
        // What the examination room has on record; what somebody enters after it was opened takes its place.
        let room =
            Room::of(&store_room::records(self, &mut *connection).await?).map_err(|error| self.damaged(&error))?;
        let of_room = |name: Milestone| {
            matches!(name, Milestone::ProponentsExaminationBegan | Milestone::ProponentsExaminationEnded)
        };
        if let Some(opening) = room.opening() {
            facts.days.insert(Milestone::ProponentsExaminationBegan, opening.began_on);
        }
        if let Some(day) = room.ended_on() {
            facts.days.insert(Milestone::ProponentsExaminationEnded, day);
        }
        let overtaken = |entry: &LaterDay| of_room(entry.name) && room.opened_at().is_some_and(|at| entry.at < at);
        for LaterDay { name, day, .. } in days.iter().filter(|entry| !overtaken(entry)) {
            if let Some(day) = day {
                facts.days.insert(*name, *day);
            } else {
                facts.never.insert(*name);
                facts.days.remove(name);
            }
        }
        match (case.phase, case.certificates.last()) {
            (Phase::Certified, Some(certified)) => {
                facts.verdict = Some(certified.verdict);
                facts.days.insert(Milestone::Certified, certified.certified_on);
                facts.never.remove(&Milestone::Certified);
            }
            (Phase::NotAccepted, _) => facts.verdict = Some(Verdict::Insufficient),
            _ => {
                facts.days.remove(&Milestone::Certified);
            }
        }
        let awaited = pack.retention_anchors().into_iter();
        let awaited = awaited.filter(|&day| day != Milestone::Certified || case.phase == Phase::NotAccepted);
        Ok(Keeping {
            retention: pack.retention(&facts).map_err(|error| refused(&error))?,
            verdict: facts.verdict,
            awaited: awaited.collect(),
            days,
            holds: self.holds(connection).await?,
        })
    }

    /// Puts a day on record on which a time rests for which the case is kept, or that it will never come. The same again changes nothing; another day of
    /// that name takes the place of the one before, which stays on record.
    pub async fn record_day(
        &self,
        name: Milestone,
        day: Option<Date>,
        because: &str,
        act: &Act,
    ) -> Result<(), CaseworkError> {
        reason(because)?;
        let keeping = self.keeping().await?;
        if !keeping.awaited.contains(&name) {
            let days: Vec<_> = keeping.awaited.iter().map(|day| day.name()).collect();
            let what = format!(
                "no time for which this case is kept counts from {name}; the days that may be put on record are: {}",
                days.join(", ")
            );
            return Err(CaseworkError::Law(what));
        }
        let certified = self.case().certificates.last().map(|certified| certified.certified_on);
        let first = certified.unwrap_or(self.case().opened.milestones.filed_on());
        if day.is_some_and(|day| day < first) {
            let what = format!(
                "{name} cannot be before {first}, the day of the certificate (or of filing, where there is none)"
            );
            return Err(CaseworkError::Law(what));
        }
        let failed = |error| self.failed("written", error);
        let mut transaction = self.begin().await?;
        let before = self.later_days(&mut transaction).await?.into_iter().find(|before| before.name == name);
        if before.is_some_and(|before| before.day == day) {
            return Ok(());
        }
        let insert = "INSERT INTO later_day (seq, at, person, name, day, because) \
             SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5 FROM later_day";
        sqlx::query(insert)
            .bind(act.at.as_microsecond())
            .bind(act.actor.clone())
            .bind(name.name())
            .bind(day.map_or_else(|| NEVER.to_owned(), |day| day.to_string()))
            .bind(because.to_owned())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    /// Puts a legal hold on record. The same again changes nothing.
    pub async fn place_hold(&self, hold: &Hold, act: &Act) -> Result<(), CaseworkError> {
        for text in [&hold.asked_by, &hold.authority, &hold.because] {
            reason(text)?;
        }
        let failed = |error| self.failed("written", error);
        let mut transaction = self.begin().await?;
        let holds = self.holds(&mut transaction).await?;
        if let Some(before) = holds.iter().find(|before| before.hold.id == hold.id) {
            return if before.hold == *hold { Ok(()) } else { Err(CaseworkError::NameTaken { what: "a legal hold" }) };
        }
        let insert = "INSERT INTO legal_hold (id, at, person, asked_by, authority, since, because) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        sqlx::query(insert)
            .bind(hold.id.clone())
            .bind(act.at.as_microsecond())
            .bind(act.actor.clone())
            .bind(hold.asked_by.clone())
            .bind(hold.authority.clone())
            .bind(hold.since.to_string())
            .bind(hold.because.clone())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    /// Lifts a legal hold, with a reason; the hold stays on record. Lifting it again changes nothing.
    pub async fn lift_hold(&self, id: &str, because: &str, act: &Act) -> Result<(), CaseworkError> {
        reason(because)?;
        let failed = |error| self.failed("written", error);
        let mut transaction = self.begin().await?;
        let holds = self.holds(&mut transaction).await?;
        let hold =
            holds.iter().find(|hold| hold.hold.id == id).ok_or(CaseworkError::NotThere { what: "legal hold" })?;
        if hold.lifted.is_some() {
            return Ok(());
        }
        let insert = "INSERT INTO legal_hold_lifted (id, at, person, because) VALUES ($1, $2, $3, $4)";
        sqlx::query(insert)
            .bind(id.to_owned())
            .bind(act.at.as_microsecond())
            .bind(act.actor.clone())
            .bind(because.to_owned())
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    async fn later_days(&self, from: &mut AnyConnection) -> Result<Vec<LaterDay>, CaseworkError> {
        let failed = |error| self.failed("read", error);
        let rows =
            sqlx::query("SELECT name, day, person, at, because FROM later_day ORDER BY seq").fetch_all(from).await;
        let mut last = BTreeMap::new();
        for row in &rows.map_err(failed)? {
            let (name, day): (String, String) = (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?);
            let name: Milestone = name.parse().map_err(|error| self.damaged(&error))?;
            let day = if day == NEVER { None } else { Some(self.date(&day)?) };
            let HoldEntry { person, at, because } = self.on_record(row, 2)?;
            last.insert(name, LaterDay { name, day, person, at, because });
        }
        Ok(last.into_values().collect())
    }

    async fn holds(&self, from: &mut AnyConnection) -> Result<Vec<StandingHold>, CaseworkError> {
        let failed = |error| self.failed("read", error);
        let lifted = sqlx::query("SELECT id, person, at, because FROM legal_hold_lifted").fetch_all(&mut *from).await;
        let mut lifts = BTreeMap::new();
        for row in &lifted.map_err(failed)? {
            lifts.insert(row.try_get::<String, _>(0).map_err(failed)?, self.on_record(row, 1)?);
        }
        let placed = "SELECT id, asked_by, authority, since, person, at, because FROM legal_hold ORDER BY at, id";
        let rows = sqlx::query(placed).fetch_all(from).await.map_err(failed)?;
        let mut hold = |row: &AnyRow| {
            let id: String = row.try_get(0).map_err(failed)?;
            let since: String = row.try_get(3).map_err(failed)?;
            let placed = self.on_record(row, 4)?;
            let hold = Hold {
                asked_by: row.try_get(1).map_err(failed)?,
                authority: row.try_get(2).map_err(failed)?,
                since: self.date(&since)?,
                because: placed.because.clone(),
                id,
            };
            Ok(StandingHold { lifted: lifts.remove(&hold.id), hold, placed })
        };
        rows.iter().map(&mut hold).collect()
    }

    /// Who, when and why, from three columns that follow one another.
    fn on_record(&self, row: &AnyRow, first: usize) -> Result<HoldEntry, CaseworkError> {
        let failed = |error| self.failed("read", error);
        Ok(HoldEntry {
            person: row.try_get(first).map_err(failed)?,
            at: self.instant(row.try_get(first + 1).map_err(failed)?)?,
            because: row.try_get(first + 2).map_err(failed)?,
        })
    }

    fn date(&self, text: &str) -> Result<Date, CaseworkError> {
        text.parse().map_err(|error: jiff::Error| self.damaged(&error))
    }
}

fn reason(text: &str) -> Result<(), CaseworkError> {
    if text.trim().is_empty() { Err(CaseworkError::NoReason) } else { Ok(()) }
}
