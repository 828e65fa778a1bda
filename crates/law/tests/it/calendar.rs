//! Business days against a calendar of dates written out by hand, and against a walk day by day.

use std::collections::BTreeSet;

use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};
use law::Calendar;
use proptest::prelude::*;

const HEAD: &str = "id = \"t\"\nversion = \"1\"\ntitle = \"Test\"\n";

fn california() -> Calendar {
    super::make::old().calendar().clone()
}

/// The holidays on weekdays of 2022 to 2024, from the published lists of county offices.
const BY_HAND: [(i16, i8, i8); 32] = [
    (2022, 1, 17),
    (2022, 2, 21),
    (2022, 5, 30),
    (2022, 7, 4),
    (2022, 9, 5),
    (2022, 10, 10),
    (2022, 11, 11),
    (2022, 11, 24),
    (2022, 11, 25),
    (2022, 12, 26),
    (2023, 1, 2),
    (2023, 1, 16),
    (2023, 2, 20),
    (2023, 5, 29),
    (2023, 6, 19),
    (2023, 7, 4),
    (2023, 9, 4),
    (2023, 10, 9),
    (2023, 11, 10),
    (2023, 11, 23),
    (2023, 11, 24),
    (2023, 12, 25),
    (2024, 1, 1),
    (2024, 1, 15),
    (2024, 2, 19),
    (2024, 5, 27),
    (2024, 6, 19),
    (2024, 7, 4),
    (2024, 9, 2),
    (2024, 10, 14),
    (2024, 11, 11),
    (2024, 11, 28),
];

fn weekend(day: Date) -> bool {
    day.weekday() == Weekday::Saturday || day.weekday() == Weekday::Sunday
}

#[test]
fn the_holidays_are_those_written_by_hand() {
    let calendar = california();
    let by_hand: BTreeSet<_> = BY_HAND.map(|(year, month, day)| date(year, month, day)).into();
    let mut day = date(2022, 1, 1);
    while day <= date(2024, 11, 28) {
        let expected = !weekend(day) && !by_hand.contains(&day);
        assert_eq!(calendar.is_business_day(day), expected, "{day} {:?}", calendar.holiday(day));
        day = day.tomorrow().unwrap();
    }
}

#[test]
fn the_calendar_names_itself_and_what_it_leaves_out() {
    let calendar = california();
    assert_eq!((calendar.id(), calendar.version()), ("us-ca", "2026-1"));
    assert!(calendar.title().contains("California"));
    assert!(calendar.not_counted().iter().any(|day| day.name.starts_with("Admission Day") && !day.reason.is_empty()));
}

#[test]
fn known_counts_come_out() {
    let calendar = california();
    let business = |from, n| calendar.add_business_days(from, n).unwrap();
    assert_eq!(business(date(2022, 7, 6), 28).date, date(2022, 8, 15));
    assert_eq!(business(date(2022, 7, 6), 30).date, date(2022, 8, 17));
    let sixty = business(date(2022, 7, 6), 60);
    assert_eq!(sixty.date, date(2022, 9, 29));
    assert_eq!(sixty.holidays, [(date(2022, 9, 5), "Labor Day".to_owned())]);
    assert_eq!(business(date(2022, 7, 9), 1).date, date(2022, 7, 11), "a Saturday is day none");
    assert_eq!(business(date(2022, 7, 9), 0).date, date(2022, 7, 9));
    let rolled = calendar.add_calendar_days(date(2022, 8, 15), 21, true).unwrap();
    assert_eq!((rolled.date, rolled.moved_from), (date(2022, 9, 6), Some(date(2022, 9, 5))));
    let plain = calendar.add_calendar_days(date(2022, 8, 15), 21, false).unwrap();
    assert_eq!((plain.date, plain.moved_from), (date(2022, 9, 5), None));
}

/// A new year's day on a Saturday is no holiday on a weekday here; a Veterans Day on a Saturday is kept on the Friday.
#[test]
fn weekend_holidays_are_kept_as_the_rule_says() {
    let calendar = california();
    assert_eq!(calendar.holiday(date(2021, 12, 31)), None);
    assert_eq!(calendar.holiday(date(2023, 11, 10)), Some("Veterans Day"));
    assert_eq!(calendar.holiday(date(2022, 6, 20)), None, "before Juneteenth entered the list");
    assert_eq!(calendar.holiday(date(2023, 1, 2)), Some("New Year's Day"));
}

#[test]
fn a_county_adds_its_own_days() {
    let pack = super::make::with_file(
        &super::make::old(),
        "us/ca/county-recall-2022",
        "holidays = \"us-ca\"\n",
        "holidays = \"us-ca\"\nadded = [{ date = \"2022-08-17\", name = \"County Fair\" }]\n",
    );
    let pack = pack.unwrap();
    let counted = pack.calendar().add_business_days(date(2022, 7, 6), 30).unwrap();
    assert_eq!(
        (counted.date, counted.holidays),
        (date(2022, 8, 18), vec![(date(2022, 8, 17), "County Fair".to_owned())])
    );
}

#[test]
fn rules_run_between_their_days() {
    let text = format!(
        "{HEAD}[[holiday]]\nname = \"Short\"\nmonth = 3\nday = 1\nfrom = \"2020-03-01\"\nuntil = \"2021-03-01\"\ncitation = \"x\"\nstatus = \"confirmed\"\n"
    );
    let calendar = Calendar::parse(&text, "t.toml").unwrap();
    let kept: Vec<_> = (2018..2024).filter(|&year| calendar.holiday(date(year, 3, 1)).is_some()).collect();
    assert_eq!(kept, [2020, 2021]);
}

/// Each weekday of a month, in 2024-05: the second of each.
#[test]
fn every_weekday_may_be_a_holiday() {
    for (weekday, day) in [("monday", 13), ("tuesday", 14), ("wednesday", 8), ("thursday", 9), ("friday", 10)] {
        let text = format!(
            "{HEAD}[[holiday]]\nname = \"Second\"\nmonth = 5\nnth = 2\nweekday = \"{weekday}\"\ncitation = \"x\"\nstatus = \"confirmed\"\n"
        );
        let calendar = Calendar::parse(&text, "t.toml").unwrap();
        let kept: Vec<_> = (1..=31).filter(|&day| calendar.holiday(date(2024, 5, day)).is_some()).collect();
        assert_eq!(kept, [day], "{weekday}");
        assert_eq!(calendar.holiday(date(2024, 6, day)), None);
    }
}

/// A holiday some days after an nth weekday may lie in the next month, and none lies before the first day of all.
#[test]
fn days_after_a_weekday_cross_months() {
    let text = format!(
        "{HEAD}[[holiday]]\nname = \"After\"\nmonth = 4\nnth = -1\nweekday = \"tuesday\"\nplus_days = 3\ncitation = \"x\"\nstatus = \"confirmed\"\n"
    );
    let calendar = Calendar::parse(&text, "t.toml").unwrap();
    assert_eq!(calendar.holiday(date(2024, 5, 3)), Some("After"), "three days after 2024-04-30");
    assert_eq!((calendar.holiday(date(2024, 5, 2)), calendar.holiday(date(2024, 4, 30))), (None, None));
    assert_eq!(calendar.holiday(Date::MIN), None);
}

#[test]
fn bad_holiday_rules_are_refused_with_their_line() {
    let refused = |body: &str| {
        let text = format!("{HEAD}\n[[holiday]]\nname = \"A\"\ncitation = \"x\"\nstatus = \"confirmed\"\n{body}\n");
        Calendar::parse(&text, "holidays.toml").unwrap_err().to_string()
    };
    let either = "holidays.toml line 5: A: give either day, or nth and weekday";
    assert_eq!(refused("month = 1"), either);
    assert_eq!(refused("month = 1\nnth = 1"), either);
    assert_eq!(refused("month = 1\nday = 1\nnth = 1\nweekday = \"monday\""), either);
    assert_eq!(refused("month = 1\nday = 1\nweekday = \"monday\""), either);
    let none = "holidays.toml line 5: A: there is no such day; nth is 1 to 4, or -1 for the last";
    assert_eq!(refused("month = 2\nday = 30"), none);
    assert_eq!(refused("month = 13\nnth = 1\nweekday = \"monday\""), none);
    assert_eq!(refused("month = 1\nnth = 5\nweekday = \"monday\""), none);
    assert!(
        refused("month = 1\nnth = 1\nweekday = \"monday\"\nsunday = \"monday_after\"")
            .ends_with("only a fixed day can fall on a Saturday or a Sunday")
    );
    assert!(
        refused("month = 1\nnth = 1\nweekday = \"monday\"\nsaturday = \"friday_before\"")
            .ends_with("only a fixed day can fall on a Saturday or a Sunday")
    );
    assert!(refused("month = 1\nday = 1\nplus_days = 1").ends_with("write the day itself"));
    assert!(refused("month = 1\nday = 1\nweekday = \"caturday\"").contains("line 11: unknown variant `caturday`"));
}

proptest! {
    /// Day by day: step one day, count it when it is open.
    #[test]
    fn business_days_agree_with_a_walk(offset in 0..1_000_i64, n in 0..120_u32) {
        let by_hand: BTreeSet<_> = BY_HAND.map(|(year, month, day)| date(year, month, day)).into();
        let from = date(2022, 1, 1).checked_add(offset.days()).unwrap();
        let mut walked = from;
        let mut left = n;
        while left > 0 {
            walked = walked.tomorrow().unwrap();
            if !weekend(walked) && !by_hand.contains(&walked) {
                left -= 1;
            }
        }
        prop_assume!(walked <= date(2024, 11, 28));
        prop_assert_eq!(california().add_business_days(from, n).unwrap().date, walked);
    }

    #[test]
    fn a_moved_day_is_the_next_open_one(offset in 0..20_000_i64, n in 0..400_u32) {
        let calendar = california();
        let from = date(2000, 1, 1).checked_add(offset.days()).unwrap();
        let plain = calendar.add_calendar_days(from, n, false).unwrap().date;
        let moved = calendar.add_calendar_days(from, n, true).unwrap();
        prop_assert_eq!(from.until(plain).unwrap().get_days(), i32::try_from(n).unwrap());
        prop_assert!(calendar.is_business_day(moved.date));
        prop_assert_eq!(moved.moved_from.is_some(), moved.date != plain);
        let mut between = plain;
        while between < moved.date {
            prop_assert!(!calendar.is_business_day(between));
            between = between.tomorrow().unwrap();
        }
    }
}

/// A clock of any length has a last day or none; it never brings the program down.
#[test]
fn no_length_overflows() {
    let calendar = california();
    let from = date(2022, 8, 15);
    assert!(calendar.add_calendar_days(from, u32::MAX, true).is_err());
    assert!(calendar.subtract_calendar_days(from, u32::MAX).is_err());
    assert!(calendar.add_months(from, u32::MAX, false).is_err());
    assert!(calendar.subtract_months(from, u32::MAX).is_err());
}
