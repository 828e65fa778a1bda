//! The proponents' examination: its window, its end, its free days and its costs.

use std::collections::BTreeMap;

use domain::Verdict;
use jiff::civil::{Date, date};
use law::{ExaminationCosts, ExaminationDay, RulePack, StaffTime, Status, cost_meter, deposit_due};
use proptest::prelude::*;

use super::make::{cited, flat, new, old, replaced};

#[test]
fn the_window_to_begin_and_the_last_day() {
    let begins = |pack: RulePack, on, verdict| pack.proponents_begin_by(on, verdict).unwrap().map(|clock| clock.date);
    assert_eq!(begins(old(), date(2022, 8, 15), Verdict::Insufficient), Some(date(2022, 9, 6)), "Labor Day moves it");
    assert_eq!(begins(old(), date(2022, 8, 15), Verdict::EqualReview), Some(date(2022, 9, 6)));
    assert_eq!(begins(old(), date(2022, 8, 15), Verdict::Sufficient), None);
    assert_eq!(begins(new(), date(2025, 3, 3), Verdict::Insufficient), Some(date(2025, 3, 24)));
    let papers = RulePack::by_id("us/ca/nomination-papers").unwrap();
    assert_eq!(begins(papers, date(2025, 3, 3), Verdict::Insufficient), None, "nobody examines nomination papers");
    let ends = |pack: RulePack, on| pack.proponents_end_by(on, Verdict::Insufficient).unwrap();
    let clock = ends(new(), date(2025, 3, 24)).unwrap();
    assert_eq!((clock.date, clock.rule.status), (date(2025, 5, 23), Status::Unconfirmed));
    assert_eq!(ends(new(), date(2024, 12, 31)), None, "before it came into force");
    assert_eq!(ends(old(), date(2022, 9, 6)), None, "the law of 2022 set no end");
}

#[test]
fn the_costs_of_the_law() {
    let costs = new().examination_costs(date(2025, 1, 1)).unwrap();
    assert_eq!((costs.free_days, costs.daily_deposit, costs.rule.status), (5, true, Status::Unconfirmed));
    assert_eq!(costs.rule.key, "examination_costs");
    assert_eq!(new().examination_costs(date(2024, 12, 31)), None);
    assert_eq!(old().examination_costs(date(2025, 1, 1)), None);
    assert!(new().rules().iter().any(|rule| rule.key == "examination_costs" && rule.note.is_some()));
    let details = new().details("examination_costs");
    assert_eq!(details[0], "5 business days of examination without costs");
    assert_eq!(details.len(), 3, "{details:?}");
}

#[test]
fn costs_without_an_examination_are_refused() {
    let costs = format!("[examination_costs]\nfree_days = 5\ndaily_deposit = true\n{}\n\n[mismatch]", cited());
    let with = replaced(&flat(), "[mismatch]", &costs);
    RulePack::parse(&with, "rules/test.toml").unwrap();
    let without = replaced(&with, "done = \"proponents_examination_began_on\"\n", "");
    let (_, reason) = crate::refused::refused(&without);
    assert!(reason.contains("[examination_costs] belongs to an examination"), "{reason}");
}

fn rule(free_days: u32) -> ExaminationCosts {
    ExaminationCosts { free_days, ..new().examination_costs(date(2025, 1, 1)).unwrap() }
}

fn day(used: bool, estimate: Option<u64>, staff: &[(u32, u32)], deposited: u64, returned: u64) -> ExaminationDay {
    let staff = staff.iter().map(|&(minutes, cents_per_hour)| StaffTime { minutes, cents_per_hour }).collect();
    ExaminationDay { used, estimate, staff, deposited, returned }
}

/// Two free days, then three that are paid for, one of which nobody used.
#[test]
fn an_account_of_some_days() {
    let days = BTreeMap::from([
        (date(2025, 3, 3), day(true, None, &[(480, 1500)], 0, 0)),
        (date(2025, 3, 4), day(true, None, &[(480, 1500), (60, 4000)], 0, 0)),
        (date(2025, 3, 5), day(true, Some(20_000), &[(480, 1500), (61, 1500)], 20_000, 0)),
        (date(2025, 3, 6), day(false, Some(20_000), &[], 20_000, 20_000)),
        (date(2025, 3, 7), day(true, Some(20_000), &[(7, 1501)], 5_000, 0)),
    ]);
    let meter = |costs: Option<&ExaminationCosts>| cost_meter(costs, days.iter().map(|(day, of)| (*day, of)));
    let law = rule(2);
    let found = meter(Some(&law));
    let rows: Vec<_> = found.days.iter().map(|day| (day.number, day.charged, day.costs)).collect();
    assert_eq!(
        rows,
        [
            (Some(1), false, 12_000),
            (Some(2), false, 16_000),
            (Some(3), true, 13_525),
            (None, false, 0),
            // 7 minutes at 15.01 dollars: 175.116... cents.
            (Some(4), true, 175),
        ]
    );
    assert_eq!((found.days_used, found.free_days_left), (4, Some(0)));
    assert_eq!((found.costs, found.charged, found.deposited, found.returned), (41_700, 13_700, 45_000, 20_000));
    assert_eq!((found.to_return, found.owed), (11_300, 0));
    let none = meter(None);
    assert_eq!((none.charged, none.free_days_left, none.to_return), (0, None, 25_000), "a law without costs");
    let due = |today: Date| deposit_due(Some(&law), days.iter().map(|(day, of)| (*day, of)), today);
    assert_eq!(due(date(2025, 3, 4)), Some(0), "a free day");
    assert_eq!(due(date(2025, 3, 5)), Some(0), "paid");
    assert_eq!(due(date(2025, 3, 7)), Some(15_000), "paid in part");
    assert_eq!(due(date(2025, 3, 10)), None, "nobody estimated it");
    assert_eq!(deposit_due(None, [], date(2025, 3, 10)), Some(0));
}

fn some_day() -> impl Strategy<Value = ExaminationDay> {
    let staff = prop::collection::vec((1u32..2000, 1u32..20_000), 0..4);
    (any::<bool>(), prop::option::of(0u64..100_000), staff, 0u64..100_000, 0u64..100_000).prop_map(
        |(used, estimate, staff, deposited, returned)| day(used, estimate, &staff, deposited, returned.min(deposited)),
    )
}

proptest! {
    /// Every cent is somewhere: what is held is charged, to be returned, or owed; a free day costs nobody anything, and no day is charged more
    /// than it cost.
    #[test]
    fn the_account_balances(days in prop::collection::vec(some_day(), 0..12), free in 0u32..8) {
        let first = date(2025, 3, 3);
        let dated: Vec<_> = (0_i64..).zip(&days).map(|(at, of)| (first + jiff::Span::new().days(at), of)).collect();
        let law = rule(free);
        let found = cost_meter(Some(&law), dated.iter().map(|(day, of)| (*day, *of)));
        let held = found.deposited - found.returned;
        prop_assert_eq!(held + found.owed, found.charged + found.to_return);
        prop_assert!(found.to_return == 0 || found.owed == 0);
        prop_assert!(found.charged <= found.costs);
        let used = u32::try_from(days.iter().filter(|day| day.used).count()).unwrap();
        let charged = found.days.iter().filter(|day| day.charged).count();
        prop_assert_eq!(u32::try_from(charged).unwrap(), used.saturating_sub(free));
        prop_assert_eq!(found.free_days_left, Some(free.saturating_sub(used)));
        for (row, (_, of)) in found.days.iter().zip(&dated) {
            let sixtieths: u64 = of.staff.iter().map(|time| u64::from(time.minutes) * u64::from(time.cents_per_hour)).sum();
            prop_assert!(row.costs * 60 <= sixtieths && sixtieths < row.costs * 60 + 60);
        }
    }
}
