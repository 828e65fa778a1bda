//! Days as small numbers, and the days that the synthetic petition turns on.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// The day on which the form of the petition was approved; circulation begins the day after.
pub(crate) const FORM_APPROVED: Date = date(2022, 1, 27);
/// The day on which all sections were filed.
pub(crate) const FILED: Date = date(2022, 7, 6);
/// The day on which the result was certified.
pub(crate) const CERTIFIED: Date = date(2022, 8, 15);
/// The last report of registration before the form was approved.
pub(crate) const REPORT_OF_REGISTRATION: Date = date(2022, 1, 4);

const EPOCH: Date = date(1900, 1, 1);

/// Every day of the calendar as it stands in the files, 1900-01-01 first, 2029 last.
static ISO: LazyLock<Vec<String>> =
    LazyLock::new(|| EPOCH.series(1.day()).take(130 * 366).map(|day| day.to_string()).collect());

/// A day, counted from 1900-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(pub(crate) u32);

impl Day {
    /// The day of a date; no date before 1900 occurs here.
    pub(crate) fn of(date: Date) -> Self {
        Self(u32::try_from(date.duration_since(EPOCH).as_hours() / 24).unwrap_or(0))
    }

    /// As in the files: `2022-07-06`.
    pub(crate) fn iso(self) -> &'static str {
        &ISO[self.0 as usize]
    }

    /// So many days later.
    pub(crate) const fn plus(self, days: u32) -> Self {
        Self(self.0 + days)
    }

    /// So many days earlier.
    pub(crate) const fn minus(self, days: u32) -> Self {
        Self(self.0 - days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_reads_as_its_date() {
        for written in ["1900-01-01", "1999-12-31", "2000-02-29", "2022-07-06"] {
            assert_eq!(Day::of(written.parse().unwrap()).iso(), written);
        }
        assert_eq!(Day::of(FORM_APPROVED).plus(160), Day::of(FILED));
    }
}
