//! How fast people work, and when the rest will be done: pure arithmetic on what was found. Counted things are whole numbers, and so is the forecast:
//! its inequalities are compared squared, so that nothing depends on how a machine rounds.
//!
//! The model of the forecast: what the office gets done on a working day is one draw from a distribution that stays as it was, independent of the days
//! before and after, and sums of such days are about normal. The days seen so far give mean and variance, both uncertain, so that bounds come from
//! Student's distribution with one degree of freedom fewer than days; to that the uncertainty is added how many signatures will be found not to compare. The model
//! knows nothing of people who will come or go, of hours that change, of tired people, or of lines that get harder, and lines do get harder: the likeliest are handed out first.
//! Where good and bad days come in runs, the interval is too narrow.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{Disposition, Event, LineRef, Reason};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use law::Calendar;

/// The fewest whole working days on which a forecast rests.
pub const LEAST_DAYS: u32 = 3;

/// In how many of a hundred cases the interval of a forecast holds, if the model does. It is bounded by whole days, so it holds somewhat oftener.
pub const INTERVAL_PERCENT: u32 = 80;

/// The furthest working day that is looked at.
const FURTHEST: u32 = 1000;

/// The 90th percentile of Student's distribution in thousandths, by degrees of freedom from 1 to 30; for more, the last is a little on the safe side.
const STUDENT: [i128; 30] = [
    3078, 1886, 1638, 1533, 1476, 1440, 1415, 1397, 1383, 1372, 1363, 1356, 1350, 1345, 1341, 1337, 1333, 1330, 1328,
    1325, 1323, 1321, 1319, 1318, 1316, 1315, 1314, 1313, 1311, 1310,
];

/// An hour of the clock, counted from 1970-01-01 UTC.
type Hour = i64;

/// The hour in which an instant falls.
pub(crate) fn hour_of(at: Timestamp) -> Hour {
    at.as_second().div_euclid(3600)
}

/// What is known of a line on which somebody has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Seen {
    /// How many have found that the signature does not compare, since it was last opened.
    mismatches: u8,
    /// The hour in which it was decided, while it is.
    decided: Option<Hour>,
}

/// Looks of one round: first looks, second looks at what the first found not to compare, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Looks made.
    pub looks: u64,
    /// Of these, how many found that the signature does not compare.
    pub mismatches: u64,
}

/// Every look at a line so far, counted. Follows the events of a case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looks {
    /// The last event that was followed.
    pub(crate) followed: u64,
    /// Looks by hour and person.
    hours: BTreeMap<Hour, BTreeMap<String, u64>>,
    /// Lines decided by hour.
    decided: BTreeMap<Hour, u64>,
    lines: HashMap<LineRef, Seen>,
    rounds: Vec<Round>,
}

impl Looks {
    /// Follows an event. `needed` is the number of people who must find that a signature does not compare.
    pub fn follow(&mut self, event: &Event, needed: u32) {
        match event {
            Event::LineJudged(judged, private) => {
                let hour = hour_of(judged.decided_at);
                *self.hours.entry(hour).or_default().entry(private.reviewer.person()).or_default() += 1;
                let seen = self.lines.entry(judged.line).or_default();
                let round = usize::from(seen.mismatches);
                if self.rounds.len() <= round {
                    self.rounds.resize(round + 1, Round::default());
                }
                self.rounds[round].looks += 1;
                let mismatch = judged.found == Disposition::Invalid(Reason::SignatureMismatch);
                if mismatch {
                    self.rounds[round].mismatches += 1;
                    seen.mismatches = seen.mismatches.saturating_add(1);
                }
                if !mismatch || u32::from(seen.mismatches) >= needed {
                    seen.decided = Some(hour);
                    *self.decided.entry(hour).or_default() += 1;
                }
            }
            Event::LineReopened(reopened, _) => {
                let before = self.lines.remove(&reopened.line).unwrap_or_default();
                if let Some(count) = before.decided.and_then(|hour| self.decided.get_mut(&hour)) {
                    *count = count.saturating_sub(1);
                }
            }
            _ => {}
        }
    }

    /// The rounds so far.
    pub fn rounds(&self) -> &[Round] {
        &self.rounds
    }

    /// Looks in the hours before this one, and the hours of people in which they were made: an hour counts for a person who found something in it.
    pub(crate) fn pace(&self, before: Hour) -> Pace {
        let mut pace = Pace::default();
        for people in self.hours.range(..before).map(|(_, people)| people) {
            pace.looks += people.values().sum::<u64>();
            pace.person_hours += people.len() as u64;
        }
        pace
    }

    /// The working days from the first look up to `today`, which must be one itself. What was found on another day counts for the working day after it, and what
    /// was found before `first` for the first working day from then on.
    pub(crate) fn days(&self, calendar: &Calendar, zone: &TimeZone, first: Date, today: Date) -> Vec<Day> {
        let mut days: BTreeMap<Date, Day> = BTreeMap::new();
        let mut people: BTreeMap<Date, BTreeSet<&str>> = BTreeMap::new();
        let date = |hour: Hour| {
            let instant = Timestamp::from_second(hour.saturating_mul(3600)).unwrap_or(Timestamp::MIN);
            working_day(calendar, zone.to_datetime(instant).date().clamp(first, today))
        };
        for (&hour, found) in &self.hours {
            let on = date(hour);
            let day = days.entry(on).or_insert_with(|| Day::of(on));
            day.looks += found.values().sum::<u64>();
            day.person_hours += found.len() as u64;
            people.entry(on).or_default().extend(found.keys().map(String::as_str));
        }
        for (&hour, &decided) in &self.decided {
            let on = date(hour);
            days.entry(on).or_insert_with(|| Day::of(on)).decided += decided;
        }
        for (on, people) in people {
            days.entry(on).or_insert_with(|| Day::of(on)).people = people.len() as u64;
        }
        // Days on which nothing was found are days, too.
        let mut next = days.keys().next().copied();
        while let Some(on) = next.filter(|on| *on <= today) {
            days.entry(on).or_insert_with(|| Day::of(on));
            next = on.tomorrow().ok().map(|day| working_day(calendar, day));
        }
        days.into_values().collect()
    }
}

/// The first working day from a day on.
pub(crate) fn working_day(calendar: &Calendar, from: Date) -> Date {
    let mut day = from;
    while !calendar.is_business_day(day) {
        // The calendar ends in the year 9999.
        match day.tomorrow() {
            Ok(next) => day = next,
            Err(_) => return from,
        }
    }
    day
}

/// What was done on a working day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// Looks at lines.
    pub looks: u64,
    /// Lines decided, less those that were opened again since.
    pub decided: u64,
    /// People who found something.
    pub people: u64,
    /// Hours of people in which something was found.
    pub person_hours: u64,
}

impl Day {
    const fn of(date: Date) -> Self {
        Self { date, looks: 0, decided: 0, people: 0, person_hours: 0 }
    }
}

/// Looks, and the hours of people that they took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    /// Looks at lines.
    pub looks: u64,
    /// Hours of people.
    pub person_hours: u64,
}

impl Pace {
    /// Looks per hour of one person, in hundredths, rounded down; none before somebody has worked.
    pub fn hundredths(self) -> Option<u64> {
        self.looks.saturating_mul(100).checked_div(self.person_hours)
    }

    /// The people needed for so many looks within so many days of so many hours at this pace, rounded up; none where nobody's number would do.
    pub fn people(self, looks: u64, days: u32, hours_a_day: u32) -> Option<u64> {
        let each = u128::from(self.looks) * u128::from(days) * u128::from(hours_a_day);
        let all = u128::from(looks) * u128::from(self.person_hours);
        if each == 0 { None } else { u64::try_from(all.div_ceil(each)).ok() }
    }
}

/// The looks that the open lines will still take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LooksLeft {
    /// As many as are expected, rounded up.
    pub expected: u64,
    /// Their variance, rounded up.
    pub variance: u64,
}

/// The looks that lines will still take, by how many have found on each that its signature does not compare: none, one, and so on. How often a look finds so is taken
/// from the looks of its round so far; of a round without any, it is taken that every look does.
pub fn looks_left(open: &[u64], rounds: &[Round], needed: u32) -> LooksLeft {
    const ONE: u128 = 1_000_000;
    let share = |round: usize| match rounds.get(round) {
        Some(Round { looks: looks @ 1.., mismatches }) => (u128::from(*mismatches) * ONE).div_ceil(u128::from(*looks)),
        _ => ONE,
    };
    // Looks to come, in millionths, for a line at each round; the last round decides.
    let needed = needed as usize;
    let mut each = vec![0_u128; needed + 1];
    for round in (0..needed).rev() {
        each[round] = ONE + (share(round) * each[round + 1]).div_ceil(ONE);
    }
    let all = open.iter().zip(&each).map(|(&lines, &each)| u128::from(lines) * each).sum::<u128>();
    // Of the lines that nobody has looked at, chance says how many will need more looks, and their share itself is known from so many looks only.
    let (lines, seen) =
        (u128::from(open.first().copied().unwrap_or_default()), rounds.first().map_or(0, |round| round.looks));
    let further = each.get(1).copied().unwrap_or_default() / 1000;
    let chance = share(0) * (ONE - share(0));
    let spread = lines.saturating_add(lines.saturating_mul(lines) / u128::from(seen.max(1)));
    let variance = (further * further).saturating_mul(chance).saturating_mul(spread).div_ceil(ONE * ONE * ONE);
    LooksLeft {
        expected: u64::try_from(all.div_ceil(ONE)).unwrap_or(u64::MAX),
        variance: u64::try_from(variance).unwrap_or(u64::MAX),
    }
}

/// On which working day the rest will be done, from 1 on; the first is the day after those that were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// If the days to come are like the mean of those seen; none where it is beyond a thousand working days.
    pub likely: Option<u32>,
    /// Earlier in ten of a hundred cases, by the model; none where even this is beyond a thousand working days.
    pub earliest: Option<u32>,
    /// Later in ten of a hundred cases, by the model; none where no bound can be said, since the days seen are few or differ much.
    pub latest: Option<u32>,
}

/// Why there is no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoForecast {
    /// Everything is decided, or nothing is to be decided now.
    NothingLeft,
    /// Too few whole working days were seen.
    TooFewDays,
    /// Nothing was found on any whole day.
    NothingFound,
}

/// The forecast by the model that the module's documentation names, from the looks of each whole working day so far.
pub fn forecast(days: &[u64], left: LooksLeft) -> Result<Forecast, NoForecast> {
    if left.expected == 0 {
        return Err(NoForecast::NothingLeft);
    }
    if days.len() < LEAST_DAYS as usize {
        return Err(NoForecast::TooFewDays);
    }
    let n = days.len() as i128;
    let sum: i128 = days.iter().map(|&day| i128::from(day)).sum();
    let squares: i128 =
        days.iter().map(|&day| i128::from(day).saturating_mul(i128::from(day))).fold(0, i128::saturating_add);
    if sum == 0 {
        return Err(NoForecast::NothingFound);
    }
    let student = STUDENT[(days.len() - 2).min(STUDENT.len() - 1)];
    // n times the looks by which so many more days are expected to exceed those that are left.
    let ahead = |m: u32| i128::from(m) * sum - n * i128::from(left.expected);
    // Whether it is ahead or behind by more than Student's quantile of its standard deviation, all squared and multiplied with n * n * (n - 1) * 1000 * 1000.
    let beyond = |m: u32| {
        let m_days = i128::from(m);
        let of_days =
            n.saturating_mul(squares).saturating_sub(sum.saturating_mul(sum)).saturating_mul(m_days * (n + m_days));
        let of_lines = (n * n * (n - 1)).saturating_mul(i128::from(left.variance));
        let ahead = ahead(m);
        ahead.saturating_mul(ahead).saturating_mul((n - 1) * 1_000_000)
            >= (student * student).saturating_mul(of_days.saturating_add(of_lines))
    };
    let first = |holds: &dyn Fn(u32) -> bool| (1..=FURTHEST).find(|&m| holds(m));
    Ok(Forecast {
        likely: first(&|m| ahead(m) >= 0),
        earliest: first(&|m| ahead(m) >= 0 || !beyond(m)),
        latest: first(&|m| ahead(m) > 0 && beyond(m)),
    })
}
