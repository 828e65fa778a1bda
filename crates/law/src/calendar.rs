//! Business days and calendar days, counted exactly, with the holidays that were left out.

use jiff::{
    Span,
    civil::{Date, Weekday},
};
use serde::Deserialize;

use crate::{
    LawError, PackError, Status,
    schema::{AddedHoliday, Words},
};

/// The days on which offices are closed beside Saturdays and Sundays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    file: CalendarFile,
    added: Vec<AddedHoliday>,
}

/// The end of a count of days, and what was met on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedDays {
    /// The last day.
    pub date: Date,
    /// Holidays on weekdays that were not counted, in order, with their names.
    pub holidays: Vec<(Date, String)>,
    /// The last day before it was moved to the next business day; none if it was not moved.
    pub moved_from: Option<Date>,
}

/// A day that the statute lists but the calendar counts as a business day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotCounted {
    /// The day.
    pub name: String,
    /// Why it is not left out.
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    id: Words,
    version: Words,
    title: Words,
    #[serde(default)]
    holiday: Vec<toml::Spanned<Holiday>>,
    #[serde(default)]
    not_counted: Vec<NotCounted>,
}

/// A day that comes again every year: a fixed date, or the nth weekday of a month.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    name: Words,
    month: i8,
    day: Option<i8>,
    saturday: Option<WhenSaturday>,
    sunday: Option<WhenSunday>,
    nth: Option<i8>,
    weekday: Option<DayName>,
    #[serde(default)]
    plus_days: u8,
    from: Option<Date>,
    until: Option<Date>,
    #[serde(rename = "citation")]
    _citation: Words,
    #[serde(rename = "status")]
    _status: Status,
    #[serde(rename = "note")]
    _note: Option<Words>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WhenSaturday {
    FridayBefore,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WhenSunday {
    MondayAfter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DayName {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
}

impl From<DayName> for Weekday {
    fn from(day: DayName) -> Self {
        match day {
            DayName::Monday => Self::Monday,
            DayName::Tuesday => Self::Tuesday,
            DayName::Wednesday => Self::Wednesday,
            DayName::Thursday => Self::Thursday,
            DayName::Friday => Self::Friday,
        }
    }
}

impl Holiday {
    /// What is wrong with the rule, if anything.
    fn fault(&self) -> Option<&'static str> {
        let fixed = self.day.is_some();
        let by_weekday = self.nth.is_some() && self.weekday.is_some();
        let half = self.nth.is_some() != self.weekday.is_some();
        if fixed == by_weekday || half {
            return Some("give either day, or nth and weekday");
        }
        if by_weekday && (self.saturday.is_some() || self.sunday.is_some()) {
            return Some("only a fixed day can fall on a Saturday or a Sunday");
        }
        if fixed && self.plus_days > 0 {
            return Some("plus_days belongs to nth and weekday; write the day itself");
        }
        // A leap year has every date there is.
        let sample = 2024;
        let exists = match (self.day, self.nth, self.weekday) {
            (Some(day), ..) => Date::new(sample, self.month, day).is_ok(),
            (None, Some(nth), Some(_)) => {
                Date::new(sample, self.month, 1).is_ok() && (matches!(nth, 1..=4) || nth == -1)
            }
            _ => false,
        };
        (!exists).then_some("there is no such day; nth is 1 to 4, or -1 for the last")
    }

    /// Whether offices are closed on this day under this rule.
    fn falls_on(&self, date: Date) -> bool {
        self.from.is_none_or(|from| date >= from)
            && self.until.is_none_or(|until| date <= until)
            && (self.is_day(date) || self.is_day_kept_for(date))
    }

    fn is_day(&self, date: Date) -> bool {
        if let Some(day) = self.day {
            return date.month() == self.month && date.day() == day;
        }
        let (Some(nth), Some(weekday)) = (self.nth, self.weekday) else { return false };
        let Ok(base) = Span::new().try_days(self.plus_days).and_then(|span| date.checked_sub(span)) else {
            return false;
        };
        base.month() == self.month && base.nth_weekday_of_month(nth, weekday.into()).is_ok_and(|day| day == base)
    }

    /// Whether this weekday is kept in place of a weekend's.
    fn is_day_kept_for(&self, date: Date) -> bool {
        let kept_for = match date.weekday() {
            Weekday::Monday if self.sunday.is_some() => date.yesterday(),
            Weekday::Friday if self.saturday.is_some() => date.tomorrow(),
            _ => return false,
        };
        kept_for.is_ok_and(|day| self.is_day(day))
    }
}

impl Calendar {
    /// Reads a holiday file's text. `file` names it in messages.
    pub fn parse(text: &str, file: &str) -> Result<Self, PackError> {
        let read: CalendarFile = toml::from_str(text).map_err(|error| PackError::from_toml(file, text, &error))?;
        for holiday in &read.holiday {
            if let Some(fault) = holiday.as_ref().fault() {
                let reason = format!("{}: {fault}", holiday.as_ref().name.as_str());
                return Err(PackError::at(file, text, Some(holiday.span()), reason));
            }
        }
        Ok(Self { file: read, added: Vec::new() })
    }

    pub(crate) fn with_added(mut self, added: &[AddedHoliday]) -> Self {
        self.added.extend_from_slice(added);
        self
    }

    /// The file's identifier.
    pub fn id(&self) -> &str {
        self.file.id.as_str()
    }

    /// The file's version, which stands in every derivation.
    pub fn version(&self) -> &str {
        self.file.version.as_str()
    }

    /// The file's title.
    pub fn title(&self) -> &str {
        self.file.title.as_str()
    }

    /// Days that the statute lists but this calendar counts as business days, with the reason.
    pub fn not_counted(&self) -> &[NotCounted] {
        &self.file.not_counted
    }

    /// The name of the holiday on this day, if it is one.
    pub fn holiday(&self, date: Date) -> Option<&str> {
        let added = self.added.iter().find(|added| added.date == date).map(|added| added.name.as_str());
        added.or_else(|| {
            let found = self.file.holiday.iter().map(toml::Spanned::as_ref).find(|holiday| holiday.falls_on(date));
            found.map(|holiday| holiday.name.as_str())
        })
    }

    /// Whether offices are open: no Saturday, no Sunday, no holiday.
    pub fn is_business_day(&self, date: Date) -> bool {
        !is_weekend(date) && self.holiday(date).is_none()
    }

    /// The nth business day after a day; the first business day after it is day one. For 0 it is the day itself.
    pub fn add_business_days(&self, from: Date, n: u32) -> Result<CountedDays, LawError> {
        self.business_days(from, n, Date::tomorrow)
    }

    /// The nth business day before a day; the last business day before it is day one. For 0 it is the day itself.
    pub fn subtract_business_days(&self, from: Date, n: u32) -> Result<CountedDays, LawError> {
        self.business_days(from, n, Date::yesterday)
    }

    /// The nth day after a day. With `roll`, a last day that is no business day moves to the next one.
    pub fn add_calendar_days(&self, from: Date, n: u32, roll: bool) -> Result<CountedDays, LawError> {
        self.ended(from, n, Span::new().try_days(n).and_then(|span| from.checked_add(span)), roll)
    }

    /// The nth day before a day.
    pub fn subtract_calendar_days(&self, from: Date, n: u32) -> Result<CountedDays, LawError> {
        self.ended(from, n, Span::new().try_days(n).and_then(|span| from.checked_sub(span)), false)
    }

    /// The same day so many months later, or the last day of a month that has no such day. With `roll`, a last day that is
    /// no business day moves to the next one.
    pub fn add_months(&self, from: Date, n: u32, roll: bool) -> Result<CountedDays, LawError> {
        self.ended(from, n, Span::new().try_months(n).and_then(|span| from.checked_add(span)), roll)
    }

    /// The same day so many months earlier, or the last day of a month that has no such day.
    pub fn subtract_months(&self, from: Date, n: u32) -> Result<CountedDays, LawError> {
        self.ended(from, n, Span::new().try_months(n).and_then(|span| from.checked_sub(span)), false)
    }

    fn business_days(&self, from: Date, n: u32, next: NextDay) -> Result<CountedDays, LawError> {
        let mut counted = CountedDays { date: from, holidays: Vec::new(), moved_from: None };
        for _ in 0..n {
            self.step(&mut counted, next).map_err(|_| LawError::BeyondCalendar { from, n })?;
        }
        Ok(counted)
    }

    fn ended(&self, from: Date, n: u32, last: Result<Date, jiff::Error>, roll: bool) -> Result<CountedDays, LawError> {
        let beyond = |_| LawError::BeyondCalendar { from, n };
        let last = last.map_err(beyond)?;
        let mut counted = CountedDays { date: last, holidays: Vec::new(), moved_from: None };
        if roll && !self.is_business_day(last) {
            if let (false, Some(name)) = (is_weekend(last), self.holiday(last)) {
                counted.holidays.push((last, name.to_owned()));
            }
            self.step(&mut counted, Date::tomorrow).map_err(beyond)?;
            counted.moved_from = Some(last);
        }
        Ok(counted)
    }

    /// Goes on to the next business day in a direction, noting the holidays on the way.
    fn step(&self, counted: &mut CountedDays, next: NextDay) -> Result<(), jiff::Error> {
        loop {
            counted.date = next(counted.date)?;
            if is_weekend(counted.date) {
                continue;
            }
            match self.holiday(counted.date) {
                Some(name) => counted.holidays.push((counted.date, name.to_owned())),
                None => return Ok(()),
            }
        }
    }
}

/// The day after, or the day before.
type NextDay = fn(Date) -> Result<Date, jiff::Error>;

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}
