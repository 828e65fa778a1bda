//! Counts of days against a walk day by day on a calendar of its own: days numbered from 1970-01-01, months and leap years by their rules, the
//! holidays of California and of the United States by weekday and day of the month.

use jiff::civil::{Date, date};
use law::Calendar;

use super::chance::Chance;

/// A day by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Day(i64);

const fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn length(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + leap(year) as i64,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Day {
    fn of(year: i64, month: i64, day: i64) -> Self {
        let years: i64 = (1970..year).map(|year| 365 + i64::from(leap(year))).sum();
        let months: i64 = (1..month).map(|month| length(year, month)).sum();
        Self(years + months + day - 1)
    }

    fn civil(self) -> (i64, i64, i64) {
        let (mut left, mut year, mut month) = (self.0, 1970, 1);
        while left >= 365 + i64::from(leap(year)) {
            left -= 365 + i64::from(leap(year));
            year += 1;
        }
        while left >= length(year, month) {
            left -= length(year, month);
            month += 1;
        }
        (year, month, left + 1)
    }

    fn date(self) -> Date {
        let (year, month, day) = self.civil();
        date(i16::try_from(year).unwrap(), i8::try_from(month).unwrap(), i8::try_from(day).unwrap())
    }

    /// From Monday, 0, to Sunday, 6. The first of January 1970 was a Thursday.
    fn weekday(self) -> i64 {
        (self.0 + 3) % 7
    }

    /// The same day so many months away, or the last of its month.
    fn months(self, n: i64) -> Self {
        let (year, month, day) = self.civil();
        let months = year * 12 + month - 1 + n;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        Self::of(year, month, day.min(length(year, month)))
    }
}

const MONDAY: i64 = 0;
const THURSDAY: i64 = 3;
const FRIDAY: i64 = 4;

/// What both lists have: the days that are a weekday of a month.
fn common(month: i64, day: i64, weekday: i64) -> bool {
    match (month, weekday) {
        (1 | 2, MONDAY) => (15..=21).contains(&day),
        (5, MONDAY) => day > 24,
        (9, MONDAY) => day < 8,
        (10, MONDAY) => (8..=14).contains(&day),
        (11, THURSDAY) => (22..=28).contains(&day),
        _ => false,
    }
}

fn california(day: Day) -> bool {
    let (year, month, of_month) = day.civil();
    let (weekday, this) = (day.weekday(), (month, of_month));
    let or_monday = |fixed: (i64, i64)| this == fixed || (weekday == MONDAY && this == (fixed.0, fixed.1 + 1));
    common(month, of_month, weekday)
        || [(1, 1), (7, 4), (11, 11), (12, 25)].into_iter().any(or_monday)
        || (weekday == FRIDAY && (this == (11, 10) || (month == 11 && (23..=29).contains(&of_month))))
        || (this == (6, 19) && year >= 2023)
}

fn federal(day: Day) -> bool {
    let (year, month, of_month) = day.civil();
    let (weekday, this) = (day.weekday(), (month, of_month));
    let kept = |fixed: (i64, i64), friday: (i64, i64)| {
        this == fixed || (weekday == MONDAY && this == (fixed.0, fixed.1 + 1)) || (weekday == FRIDAY && this == friday)
    };
    common(month, of_month, weekday)
        || kept((1, 1), (12, 31))
        || kept((7, 4), (7, 3))
        || kept((11, 11), (11, 10))
        || kept((12, 25), (12, 24))
        || (year >= 2021 && kept((6, 19), (6, 18)))
}

type Closed = fn(Day) -> bool;

fn calendars() -> [(Calendar, Closed); 2] {
    let read = |text: &str| Calendar::parse(text, "holidays.toml").unwrap();
    [
        (read(include_str!("../../../../rules/holidays/us-ca.toml")), california),
        (read(include_str!("../../../../rules/holidays/us-federal.toml")), federal),
    ]
}

fn any_day(chance: &mut Chance) -> Day {
    Day(i64::try_from(chance.between(7_305, 47_481)).unwrap())
}

#[test]
fn the_walk_knows_its_own_days() {
    assert_eq!(Day::of(2022, 7, 6).date(), date(2022, 7, 6));
    assert_eq!((Day::of(2022, 7, 6).weekday(), Day::of(2024, 2, 29).civil()), (2, (2024, 2, 29)));
    assert_eq!(Day::of(2024, 1, 31).months(1), Day::of(2024, 2, 29));
    assert_eq!(Day::of(2024, 3, 31).months(-13), Day::of(2023, 2, 28));
    assert!(california(Day::of(2022, 9, 5)) && !california(Day::of(2022, 6, 20)) && federal(Day::of(2022, 6, 20)));
}

/// Every day of a century is open or closed in both.
#[test]
fn every_day_of_a_century() {
    for (calendar, closed) in calendars() {
        for number in 7_305..47_481 {
            let day = Day(number);
            let open = day.weekday() < 5 && !closed(day);
            assert_eq!(calendar.is_business_day(day.date()), open, "{} {}", calendar.id(), day.date());
        }
    }
}

#[test]
fn business_days_both_ways() {
    let mut chance = Chance(30);
    for _ in 0..2_000 {
        let (from, n) = (any_day(&mut chance), chance.between(0, 100));
        for (calendar, closed) in &calendars() {
            for step in [1, -1] {
                let (mut day, mut left, mut met) = (from, n, Vec::new());
                while left > 0 {
                    day.0 += step;
                    if day.weekday() > 4 {
                        continue;
                    }
                    if closed(day) {
                        met.push(day.date());
                    } else {
                        left -= 1;
                    }
                }
                let n = u32::try_from(n).unwrap();
                let counted = if step == 1 {
                    calendar.add_business_days(from.date(), n)
                } else {
                    calendar.subtract_business_days(from.date(), n)
                };
                let counted = counted.unwrap();
                assert_eq!(counted.date, day.date(), "{} {n} x {step}", from.date());
                assert_eq!(counted.holidays.iter().map(|(day, _)| *day).collect::<Vec<_>>(), met);
                assert_eq!(counted.moved_from, None);
            }
        }
    }
}

#[test]
fn calendar_days_and_months_both_ways() {
    let mut chance = Chance(160);
    for _ in 0..2_000 {
        let (from, n) = (any_day(&mut chance), chance.between(0, 400));
        for (calendar, closed) in &calendars() {
            let open = |day: Day| day.weekday() < 5 && !closed(day);
            let (signed, n) = (i64::try_from(n).unwrap(), u32::try_from(n).unwrap());
            let (date, months) = (from.date(), n / 10);
            let signed_months = i64::from(months);
            let plain = |counted: Result<law::CountedDays, law::LawError>, last: Day| {
                let counted = counted.unwrap();
                assert_eq!((counted.date, counted.moved_from), (last.date(), None), "{date} {n}");
                assert!(counted.holidays.is_empty());
            };
            plain(calendar.add_calendar_days(date, n, false), Day(from.0 + signed));
            plain(calendar.subtract_calendar_days(date, n), Day(from.0 - signed));
            plain(calendar.add_months(date, months, false), from.months(signed_months));
            plain(calendar.subtract_months(date, months), from.months(-signed_months));
            let moved = |counted: Result<law::CountedDays, law::LawError>, last: Day| {
                let counted = counted.unwrap();
                let mut end = last;
                let mut met = Vec::new();
                while !open(end) {
                    if end.weekday() < 5 {
                        met.push(end.date());
                    }
                    end.0 += 1;
                }
                assert_eq!(counted.date, end.date(), "{date} {n}");
                assert_eq!(counted.moved_from, (end != last).then(|| last.date()));
                assert_eq!(counted.holidays.iter().map(|(day, _)| *day).collect::<Vec<_>>(), met);
            };
            moved(calendar.add_calendar_days(date, n, true), Day(from.0 + signed));
            moved(calendar.add_months(date, months, true), from.months(signed_months));
        }
    }
}

/// Beyond the calendar's last and first day there is no answer, only an error.
#[test]
fn days_beyond_the_calendar() {
    let (calendar, _) = &calendars()[0];
    let beyond = |counted: Result<law::CountedDays, law::LawError>| counted.unwrap_err().to_string();
    assert!(beyond(calendar.add_business_days(Date::MAX, 1)).starts_with("1 days from 9999-12-31 is beyond"));
    assert!(beyond(calendar.subtract_business_days(Date::MIN, 2)).starts_with("2 days from -009999-01-01 is beyond"));
    assert!(beyond(calendar.add_calendar_days(Date::MAX, 1, false)).contains("beyond the calendar"));
    assert!(beyond(calendar.subtract_calendar_days(Date::MIN, 1)).contains("beyond the calendar"));
    assert!(beyond(calendar.add_months(Date::MAX, 1, false)).contains("beyond the calendar"));
    assert!(beyond(calendar.add_months(Date::MAX, u32::MAX, false)).contains("beyond the calendar"));
    assert!(beyond(calendar.subtract_months(Date::MIN, 1)).contains("beyond the calendar"));
    let last_open = date(9999, 12, 31);
    assert!(calendar.is_business_day(last_open), "a Friday");
    let text = "id = \"x\"\nversion = \"1\"\ntitle = \"x\"\n[[holiday]]\nname = \"Last\"\nmonth = 12\nday = 31\ncitation = \"c\"\nstatus = \"open\"\n";
    let closed = Calendar::parse(text, "x.toml").unwrap();
    assert!(beyond(closed.add_calendar_days(last_open, 0, true)).contains("beyond the calendar"), "nowhere to move to");
}
