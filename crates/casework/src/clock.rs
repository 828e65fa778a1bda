//! Where a case stands against its statutory deadline: what is left, how fast it goes, when it will be done, and how many people that takes.

use domain::{Event, LineState, Milestone, SectionState};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use law::{Deadline, RulePack};
use sqlx::Row as _;

use crate::{
    CaseFile, CaseworkError,
    pace::{Day, Forecast, Looks, LooksLeft, NoForecast, Pace, forecast, hour_of, looks_left, working_day},
    queue::Scope,
    work::scope,
};

/// Events read at a time, so that nobody waits for long.
const PAGE: i64 = 1024;

/// Which lines are to be decided now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deciding {
    /// Every line.
    All,
    /// The lines of the sample.
    Sample,
    /// None: nothing is examined now, or the sample has decided.
    Nothing,
}

/// Where a case stands against its deadline. It tells nobody's pace: people are counted and not named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// The working day that is counted as today: the first from the day itself on.
    pub today: Date,
    /// The clocks by which the certificate is in time, the earliest first.
    pub deadlines: Vec<Deadline>,
    /// Working days until the earliest of them, today among them; none without one, 0 once it has passed.
    pub days_left: Option<u32>,
    /// Which lines are to be decided now.
    pub deciding: Deciding,
    /// Of these, lines that are not decided.
    pub lines_left: u64,
    /// Looks that they are expected to take.
    pub looks_left: u64,
    /// Lines beside the sample that are not decided, which must be if the sample leaves the result open.
    pub lines_beside_sample: u64,
    /// Lines that must be decided each working day from today's beginning on, to be done in time; none without a deadline ahead.
    pub lines_a_day: Option<u64>,
    /// Looks that this takes each working day.
    pub looks_a_day: Option<u64>,
    /// Looks so far, and the hours of people that they took.
    pub pace: Pace,
    /// People needed to be done in time, at the pace so far; none without a deadline ahead, or before somebody has worked.
    pub people_needed: Option<u64>,
    /// When the lines will be decided, or why that cannot be said.
    pub forecast: Result<Finish, NoForecast>,
    /// What was done on each working day from the first look on, today included.
    pub days: Vec<Day>,
}

/// The days on which the lines may be decided. See [`crate::pace`] for the model and what it does not cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finish {
    /// If the days to come are like the mean of those seen; none where it is too far off to say.
    pub likely: Option<Date>,
    /// The beginning of the interval; none where it is too far off to say.
    pub earliest: Option<Date>,
    /// The end of the interval; none where no bound can be said.
    pub latest: Option<Date>,
    /// The whole working days that it rests on.
    pub days_seen: u32,
}

impl CaseFile {
    /// Takes in some of the looks that came since, up to the last event in memory. Returns whether there are more; called until there are none.
    pub async fn follow_looks(&self, looks: &mut Looks) -> Result<bool, CaseworkError> {
        let until = self.case().seq;
        let number = |seq| i64::try_from(seq).unwrap_or(i64::MAX);
        let rows = sqlx::query(
            "SELECT seq, kind, public, private FROM event \
             WHERE seq > $1 AND seq <= $2 AND kind IN ('line_judged', 'line_reopened') ORDER BY seq LIMIT $3",
        )
        .bind(number(looks.followed))
        .bind(number(until))
        .bind(PAGE)
        .fetch_all(self.pool())
        .await
        .map_err(|error| self.failed("read", error))?;
        let needed = self.case().opened.rules.mismatch_reviewers.get();
        for row in &rows {
            let failed = |error| self.failed("read", error);
            let seq: i64 = row.try_get(0).map_err(failed)?;
            let (kind, public): (String, String) = (row.try_get(1).map_err(failed)?, row.try_get(2).map_err(failed)?);
            let private: Option<String> = row.try_get(3).map_err(failed)?;
            let event = Event::from_parts(&kind, &public, private.as_deref()).map_err(|error| self.damaged(&error))?;
            looks.follow(&event, needed);
            looks.followed = u64::try_from(seq).map_err(|error| self.damaged(&error))?;
        }
        let more = i64::try_from(rows.len()) == Ok(PAGE);
        if !more {
            looks.followed = until;
        }
        Ok(more)
    }

    /// Where the case stands against its deadline at an instant, in the office's zone, if people work so many hours a day.
    pub fn clock(
        &self,
        looks: &Looks,
        now: Timestamp,
        zone: &TimeZone,
        hours_a_day: u32,
    ) -> Result<Clock, CaseworkError> {
        let case = self.case();
        let refused = |error: &dyn std::fmt::Display| CaseworkError::Law(error.to_string());
        let pack = self.pack()?;
        let calendar = pack.calendar();
        let today = working_day(calendar, zone.to_datetime(now).date());
        let deadlines = self.deadlines(&pack, looks).map_err(|error| refused(&error))?;
        let days_left = deadlines.first().map(|first| working_days(&pack, today, first.date));
        let left = self.left()?;
        let looks_left_of = |open: &[u64]| looks_left(open, looks.rounds(), case.opened.rules.mismatch_reviewers.get());
        let days = looks.days(calendar, zone, case.opened.milestones.filed_on().min(today), today);
        // Today is seen as it began: a day that is under way is neither a day that was seen nor one that is lost.
        let (whole, begun): (Vec<_>, Vec<_>) = days.iter().partition(|day| day.date < today);
        let begun = begun.first();
        let now_left = looks_left_of(&left.open);
        let at_dawn = LooksLeft { expected: now_left.expected + begun.map_or(0, |day| day.looks), ..now_left };
        let lines_at_dawn = left.lines() + begun.map_or(0, |day| day.decided);
        let seen: Vec<_> = whole.iter().map(|day| day.looks).collect();
        let ahead = days_left.filter(|&days| days > 0 && left.lines() > 0);
        let so_far = looks.pace(hour_of(now));
        let finish = if left.lines() == 0 { Err(NoForecast::NothingLeft) } else { forecast(&seen, at_dawn) };
        let on = |nth: Option<u32>| nth.and_then(|nth| Some(calendar.add_business_days(today, nth - 1).ok()?.date));
        Ok(Clock {
            today,
            deadlines,
            days_left,
            deciding: left.deciding,
            lines_left: left.lines(),
            looks_left: now_left.expected,
            lines_beside_sample: left.beside,
            lines_a_day: ahead.map(|days| lines_at_dawn.div_ceil(u64::from(days))),
            looks_a_day: ahead.map(|days| at_dawn.expected.div_ceil(u64::from(days))),
            pace: so_far,
            people_needed: ahead.and_then(|days| so_far.people(at_dawn.expected, days, hours_a_day)),
            forecast: finish.map(|Forecast { likely, earliest, latest }| Finish {
                likely: on(likely),
                earliest: on(earliest),
                latest: on(latest),
                days_seen: u32::try_from(seen.len()).unwrap_or(u32::MAX),
            }),
            days,
        })
    }

    /// The clocks by which the certificate is in time, as far as their days are known, the earliest first.
    fn deadlines(&self, pack: &RulePack, looks: &Looks) -> Result<Vec<Deadline>, law::LawError> {
        // Before anything is decided an examination may still begin with a sample.
        let sampled = match &self.case().sample {
            Some(_) => Some(true),
            None if looks.rounds().is_empty() => None,
            None => Some(false),
        };
        let mut deadlines = pack.deadlines_for(Milestone::Certified, &self.anchors(sampled))?;
        deadlines.sort_by_key(|deadline| deadline.date);
        Ok(deadlines)
    }

    /// The lines that are not decided, by scope.
    fn left(&self) -> Result<Left, CaseworkError> {
        let case = self.case();
        let deciding = match scope(self)? {
            Scope::All => Deciding::All,
            Scope::Sample => Deciding::Sample,
            Scope::Nothing => Deciding::Nothing,
        };
        let mut left = Left { deciding, open: Vec::new(), beside: 0 };
        if deciding == Deciding::Nothing {
            return Ok(left);
        }
        let received = case.sections().filter(|section| section.state == SectionState::Received);
        let states = received.flat_map(domain::Section::lines).map(|line| &line.state);
        let all = by_round(states);
        if deciding == Deciding::All {
            left.open = all;
            return Ok(left);
        }
        let drawn = case.sample.as_ref().map(domain::Sample::lines).unwrap_or_default().iter();
        let received = drawn
            .filter(|line| case.section(line.section).is_some_and(|section| section.state == SectionState::Received));
        left.open = by_round(received.filter_map(|line| case.line(*line)).map(|line| &line.state));
        left.beside = all.iter().sum::<u64>().saturating_sub(left.lines());
        Ok(left)
    }
}

/// The lines that are not decided.
struct Left {
    deciding: Deciding,
    /// By how many have found that the signature does not compare.
    open: Vec<u64>,
    beside: u64,
}

impl Left {
    fn lines(&self) -> u64 {
        self.open.iter().sum()
    }
}

fn by_round<'a>(states: impl Iterator<Item = &'a LineState>) -> Vec<u64> {
    let mut open: Vec<u64> = Vec::new();
    for state in states {
        let round = match state {
            LineState::Undecided => 0,
            LineState::MismatchPending { by, .. } => by.len(),
            LineState::Decided(_) => continue,
        };
        if open.len() <= round {
            open.resize(round + 1, 0);
        }
        open[round] += 1;
    }
    open
}

/// Working days from one day to another, both among them; 0 where the other is earlier.
fn working_days(pack: &RulePack, from: Date, until: Date) -> u32 {
    let days = from.series(jiff::Span::new().days(1)).take_while(|day| *day <= until);
    days.fold(0, |count, day| count + u32::from(pack.calendar().is_business_day(day)))
}
