//! Shifts: when a person may be signed in, by days of the week and the clock on the office's wall.

use jiff::{
    SignedDuration, Timestamp, ToSpan as _, Zoned,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, any::AnyRow};
use utoipa::ToSchema;

use super::{People, PeopleError, store::Acting};
use crate::problem::{Code, Problem};

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

impl Day {
    const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    /// Its name in the API and in the store.
    const fn name(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }

    const fn of(weekday: Weekday) -> Self {
        match weekday {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}

/// A shift that comes every week, by the clock of the office's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// The day on which it begins.
    pub day: Day,
    /// When it begins, as in 08:00.
    #[serde(with = "clock")]
    #[schema(value_type = String, pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub from: Time,
    /// When it ends; on the next day where that is not after its beginning.
    #[serde(with = "clock")]
    #[schema(value_type = String, pattern = "^[0-2][0-9]:[0-5][0-9]$")]
    pub to: Time,
}

/// Times of day in the form of a clock without seconds.
mod clock {
    use jiff::civil::Time;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    pub(super) fn serialize<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.strftime("%H:%M"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        Time::strptime("%H:%M", String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Where the clock stands among a person's shifts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// In a shift, until then.
    Within(Timestamp),
    /// In none; the next begins then.
    Outside(Zoned),
    /// There are none, so nothing is limited.
    Unlimited,
}

/// How long a person has to put the work away after a shift.
pub(crate) const GRACE: SignedDuration = SignedDuration::from_mins(15);

/// Where the clock stands among shifts. One that begins where another ends goes on with it.
pub(crate) fn standing(shifts: &[Shift], zone: &TimeZone, now: Timestamp) -> Standing {
    let today = now.to_zoned(zone.clone()).date();
    // From yesterday, whose shift may not be over, to a week from now, when the first of today's comes again.
    let days = (-1..=8).filter_map(|days| today.checked_add(days.days()).ok());
    let mut times: Vec<(Timestamp, Timestamp)> = days
        .flat_map(|date| {
            shifts.iter().filter(move |shift| shift.day == Day::of(date.weekday())).map(move |shift| (date, shift))
        })
        .filter_map(|(date, shift)| span(*shift, date, zone))
        .collect();
    times.sort_unstable();
    let mut until: Option<Timestamp> = None;
    for (from, to) in times {
        match until {
            // The first one that has not ended decides.
            None if to <= now => {}
            None if from > now => return Standing::Outside(from.to_zoned(zone.clone())),
            None => until = Some(to),
            Some(end) if from <= end => until = Some(end.max(to)),
            Some(_) => break,
        }
    }
    until.map_or(Standing::Unlimited, Standing::Within)
}

/// From when to when a shift lasts that begins on a day. Where a clock is put forward or back, the clock on the wall counts.
fn span(shift: Shift, date: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let last = if shift.to > shift.from { date } else { date.tomorrow().ok()? };
    let instant =
        |date: Date, time| Some(zone.to_ambiguous_zoned(date.to_datetime(time)).compatible().ok()?.timestamp());
    Some((instant(date, shift.from)?, instant(last, shift.to)?))
}

impl People {
    /// Takes a time zone for the office's shifts, or finds that there is one. All servers of an office have one time zone, so another is taken only
    /// while nobody has shifts.
    pub(super) async fn keep_zone(&self, given: &str) -> Result<(), PeopleError> {
        let failed = |error| self.store.failed("read or written", error);
        let unknown = || PeopleError::UnknownTimeZone(given.to_owned());
        let zone = TimeZone::get(given).map_err(|_| unknown())?;
        let name = zone.iana_name().ok_or_else(unknown)?.to_owned();
        let mut acting = self.store.begin().await.map_err(failed)?;
        let kept =
            sqlx::query_scalar("SELECT value FROM setting WHERE name = 'time_zone'").fetch_optional(&mut *acting);
        let kept: Option<String> = kept.await.map_err(failed)?;
        if let Some(kept) = kept.filter(|kept| *kept != name) {
            let shifts = sqlx::query("SELECT account FROM shift LIMIT 1").fetch_optional(&mut *acting);
            if shifts.await.map_err(failed)?.is_some() {
                return Err(PeopleError::OtherTimeZone { kept });
            }
        }
        let keep = "INSERT INTO setting (name, value) VALUES ('time_zone', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        sqlx::query(keep).bind(name).execute(&mut *acting).await.map_err(failed)?;
        acting.commit().await.map_err(failed)?;
        Ok(())
    }

    /// The time zone of the office's shifts; none where no server was given one.
    async fn zone(&self, acting: &mut Acting) -> Result<Option<TimeZone>, Problem> {
        let select = sqlx::query_scalar("SELECT value FROM setting WHERE name = 'time_zone'");
        let name: Option<String> = select.fetch_optional(&mut **acting).await.map_err(|error| self.failed(error))?;
        name.map(|name| TimeZone::get(&name).map_err(Problem::internal)).transpose()
    }

    /// Where a person stands among their shifts now.
    async fn shift(&self, acting: &mut Acting, account: &str) -> Result<Standing, Problem> {
        let query = sqlx::query(SHIFTS).bind(account.to_owned()).fetch_all(&mut **acting);
        let shifts = read(&query.await.map_err(|error| self.failed(error))?)?;
        let zone = self.zone(acting).await?.unwrap_or(TimeZone::UTC);
        Ok(standing(&shifts, &zone, (self.clock)()))
    }

    /// When a session of a person that is opened now has to end; refused outside of their shifts.
    pub(super) async fn end_of_session(&self, acting: &mut Acting, account: &str) -> Result<i64, Problem> {
        let longest = self.now() + self.policy.session_seconds * 1_000_000;
        match self.shift(acting, account).await? {
            Standing::Unlimited => Ok(longest),
            Standing::Within(until) => Ok(longest.min((until + GRACE).as_microsecond())),
            Standing::Outside(next) => {
                let next = next.strftime("%A, %-d %B %Y at %H:%M (%Q)");
                Err(Problem::new(Code::OffShift, format!("this is outside of your shifts; the next begins on {next}")))
            }
        }
    }

    /// Gives a person these shifts and no others; none lift the limit. A session that is open ends with the shift that it is in now.
    pub async fn give_shifts(&self, account: &str, shifts: &[Shift], actor: &str) -> Result<(), Problem> {
        if shifts.len() > MOST {
            return Err(Problem::new(Code::BadRequest, format!("a person has {MOST} shifts a week at most")));
        }
        let mut acting = self.begin().await?;
        if !shifts.is_empty() && self.zone(&mut acting).await?.is_none() {
            let what = "the office has no time zone for shifts yet: have the server started with --time-zone";
            return Err(Problem::new(Code::Refused, what));
        }
        // The row of the person is changed first, as by every act that opens a session.
        self.one(&mut acting, "UPDATE person SET disabled = disabled WHERE account = $1", account).await?;
        self.run(&mut acting, "DELETE FROM shift WHERE account = $1", &[account]).await?;
        for Shift { day, from, to } in shifts {
            let insert =
                "INSERT INTO shift (account, day, begins, ends) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
            let [from, to] = [from, to].map(|time| time.strftime("%H:%M").to_string());
            self.run(&mut acting, insert, &[account, day.name(), &from, &to]).await?;
        }
        let now = self.now();
        let query = match self.shift(&mut acting, account).await? {
            // In a shift, or without a limit, a session lasts as one that is opened now would.
            Standing::Unlimited | Standing::Within(_) => {
                let update = "UPDATE session SET ends_at = CASE WHEN opened_at + $1 < $2 THEN opened_at + $1 ELSE $2 END \
                     WHERE account = $3 AND ends_at > $4";
                let end = self.end_of_session(&mut acting, account).await?;
                sqlx::query(update).bind(self.policy.session_seconds * 1_000_000).bind(end)
            }
            Standing::Outside(_) => {
                let update = "UPDATE session SET ends_at = $1 WHERE ends_at > $2 AND account = $3 AND ends_at > $4";
                let end = now.saturating_add(i64::try_from(GRACE.as_micros()).unwrap_or_default());
                sqlx::query(update).bind(end).bind(end)
            }
        };
        query.bind(account.to_owned()).bind(now).execute(&mut *acting).await.map_err(|error| self.failed(error))?;
        let detail = serde_json::to_string(shifts).map_err(Problem::internal)?;
        self.note(&mut acting, actor, "shifts_given", account, &detail).await?;
        self.commit(acting).await
    }

    /// The shifts of an account, in the order of the week.
    pub(super) async fn shifts(&self, account: &str) -> Result<Vec<Shift>, Problem> {
        let query = sqlx::query(SHIFTS).bind(account.to_owned()).fetch_all(self.store.pool());
        read(&query.await.map_err(|error| self.failed(error))?)
    }
}

/// The most shifts of one person.
const MOST: usize = 50;

const SHIFTS: &str = "SELECT day, begins, ends FROM shift WHERE account = $1";

fn read(rows: &[AnyRow]) -> Result<Vec<Shift>, Problem> {
    let text = |row: &AnyRow, at: usize| row.try_get::<String, _>(at).map_err(Problem::internal);
    let time = |row: &AnyRow, at: usize| Time::strptime("%H:%M", text(row, at)?).map_err(Problem::internal);
    let shift = |row: &AnyRow| {
        let day = text(row, 0)?;
        let day = Day::ALL.into_iter().find(|named| named.name() == day);
        let day = day.ok_or_else(|| Problem::internal("a shift on no day of the week"))?;
        Ok(Shift { day, from: time(row, 1)?, to: time(row, 2)? })
    };
    let mut shifts = rows.iter().map(shift).collect::<Result<Vec<_>, Problem>>()?;
    shifts.sort_unstable();
    Ok(shifts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shift(text: &str) -> Shift {
        let (day, hours) = text.split_once(' ').unwrap();
        let (from, to) = hours.split_once('-').unwrap();
        serde_json::from_value(serde_json::json!({ "day": day, "from": from, "to": to })).unwrap()
    }

    /// Where an instant stands, in words: until when, or from when on, by the clock of Los Angeles.
    fn at(shifts: &[&str], now: &str) -> String {
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let shifts: Vec<_> = shifts.iter().map(|text| shift(text)).collect();
        let now: Timestamp = now.parse().unwrap();
        match standing(&shifts, &zone, now) {
            Standing::Within(until) => format!("until {}", until.to_zoned(zone).strftime("%a %d %H:%M")),
            Standing::Outside(next) => format!("from {}", next.strftime("%a %d %H:%M")),
            Standing::Unlimited => "unlimited".to_owned(),
        }
    }

    #[test]
    fn a_week_of_shifts() {
        // The 15th of August 2022 is a Monday; Los Angeles is seven hours behind.
        let week = ["monday 08:00-12:00", "monday 13:00-17:00", "wednesday 22:00-06:00", "saturday 00:00-00:00"];
        for (now, told) in [
            ("2022-08-15T14:59:59Z", "from Mon 15 08:00"),
            ("2022-08-15T15:00:00Z", "until Mon 15 12:00"),
            ("2022-08-15T18:59:59Z", "until Mon 15 12:00"),
            ("2022-08-15T19:00:00Z", "from Mon 15 13:00"),
            ("2022-08-16T00:00:00Z", "from Wed 17 22:00"),
            ("2022-08-18T06:00:00Z", "until Thu 18 06:00"),
            ("2022-08-18T12:59:59Z", "until Thu 18 06:00"),
            ("2022-08-18T13:00:00Z", "from Sat 20 00:00"),
            ("2022-08-20T07:00:00Z", "until Sun 21 00:00"),
            ("2022-08-21T07:00:00Z", "from Mon 22 08:00"),
        ] {
            assert_eq!(at(&week, now), told, "{now}");
        }
        assert_eq!(at(&[], "2022-08-15T15:00:00Z"), "unlimited");
        // One shift a week, just over: the next is a week away.
        assert_eq!(at(&["monday 08:00-12:00"], "2022-08-15T19:00:00Z"), "from Mon 22 08:00");
    }

    #[test]
    fn a_shift_that_begins_where_another_ends_goes_on_with_it() {
        let shifts = ["monday 20:00-00:00", "tuesday 00:00-04:00", "tuesday 03:00-05:00"];
        assert_eq!(at(&shifts, "2022-08-16T05:00:00Z"), "until Tue 16 05:00");
    }

    /// The clocks of Los Angeles are put forward on the 13th of March 2022 at 02:00, and back on the 6th of November at 02:00.
    #[test]
    fn the_clock_on_the_wall_counts() {
        let day = ["sunday 08:00-12:00"];
        assert_eq!(at(&day, "2022-03-06T16:00:00Z"), "until Sun 06 12:00");
        assert_eq!(at(&day, "2022-03-13T15:00:00Z"), "until Sun 13 12:00", "an hour earlier by the sun");
        assert_eq!(at(&day, "2022-03-13T14:59:59Z"), "from Sun 13 08:00");
        assert_eq!(at(&day, "2022-11-06T15:59:59Z"), "from Sun 06 08:00");
        let night = ["saturday 22:00-06:00"];
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let hours = |date: Date| {
            let (from, to) = span(shift(night[0]), date, &zone).unwrap();
            to.duration_since(from).as_hours()
        };
        assert_eq!(hours(jiff::civil::date(2022, 3, 5)), 8);
        assert_eq!(hours(jiff::civil::date(2022, 3, 12)), 7);
        assert_eq!(hours(jiff::civil::date(2022, 11, 5)), 9);
        // Between two and three there is nothing on that day: the shift begins when the clock shows what comes after.
        assert_eq!(at(&["sunday 02:30-05:00"], "2022-03-13T09:59:59Z"), "from Sun 13 03:30");
    }
}
