//! The examination room, in which the proponents of a failed petition learn which lines do not count and why: what is on record of it, what
//! follows from that, and who is let in; pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    net::IpAddr,
    str::FromStr,
};

use domain::LineRef;
use ipnet::IpNet;
use jiff::{
    Timestamp, Zoned,
    civil::{Date, Time},
    tz::TimeZone,
};
use law::{Calendar, ExaminationCosts, ExaminationDay, StaffTime, cost_meter, deposit_due};
use serde::{Deserialize, Serialize};

use crate::{
    Challenge, ChallengeError, ChallengeState, RoomError,
    challenge::{Answer, words},
};

/// The greatest sum of one entry, in cents.
const MOST_CENTS: u64 = 100_000_000;

/// The longest time of one entry, in minutes: a month of ten people.
const MOST_MINUTES: u32 = 100_000;

/// A terminal of the room, or the network that its terminals are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Terminal(IpNet);

impl FromStr for Terminal {
    type Err = RoomError;

    fn from_str(text: &str) -> Result<Self, RoomError> {
        let one = text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
        let net = one.or_else(|_| text.parse::<IpNet>()).map_err(|_| RoomError::Setting(NO_TERMINAL))?;
        // A network as wide as these is no room.
        let least = if net.addr().is_ipv4() { 16 } else { 48 };
        if net.prefix_len() < least { Err(RoomError::Setting(WIDE)) } else { Ok(Self(net.trunc())) }
    }
}

impl fmt::Display for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() { self.0.addr().fmt(f) } else { self.0.fmt(f) }
    }
}

impl Serialize for Terminal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Terminal {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

const NO_TERMINAL: &str = "a terminal is an address as in 10.20.30.41 or a network as in 10.20.30.0/24";
const WIDE: &str = "this network is wider than a room: name one of /16 or narrower, or /48 with IPv6";

/// Who may be in the room, where it is, and when it is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The accounts of the proponents and of the representatives whom they named in writing.
    pub representatives: BTreeSet<String>,
    /// Which writing names them: from whom, of which day.
    pub notice: String,
    /// The terminals of the room.
    pub terminals: BTreeSet<Terminal>,
    /// When the room opens on each business day.
    pub opens: Time,
    /// When it closes.
    pub closes: Time,
    /// The time zone of the room, as in `America/Los_Angeles`.
    pub zone: String,
}

impl Setting {
    /// Refuses a room that nobody could be in.
    pub fn check(&self) -> Result<(), RoomError> {
        let named = |account: &String| (1..=64).contains(&account.len());
        let fault = if !(1..=100).contains(&self.representatives.len()) || !self.representatives.iter().all(named) {
            "name the accounts of 1 to 100 representatives"
        } else if words(&self.notice).is_err() {
            "say which notice in writing names the representatives"
        } else if !(1..=100).contains(&self.terminals.len()) {
            "name 1 to 100 terminals or networks of the room"
        } else if self.opens >= self.closes {
            "the room opens before it closes"
        } else if TimeZone::get(&self.zone).is_err() {
            "this is no time zone that the server knows; one is America/Los_Angeles"
        } else {
            return Ok(());
        };
        Err(RoomError::Setting(fault))
    }

    /// The day and the time of day in the room.
    pub fn local(&self, now: Timestamp) -> Result<Zoned, RoomError> {
        now.in_tz(&self.zone).map_err(|_| RoomError::Setting("the server does not know the room's time zone any more"))
    }

    /// Whether a request from this address comes from the room. A loopback address does only where it is named as such.
    fn is_in_room(&self, from: IpAddr) -> bool {
        let from = from.to_canonical();
        let loops = |terminal: &Terminal| terminal.0.addr().is_loopback();
        self.terminals.iter().any(|terminal| terminal.0.contains(&from) && loops(terminal) == from.is_loopback())
    }
}

/// What the office enters for a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum DayEntry {
    /// What the official estimates that the day costs; a later estimate of the day takes its place.
    Estimate {
        /// The sum.
        cents: u64,
    },
    /// What the proponents deposited for the day.
    Deposit {
        /// The sum.
        cents: u64,
    },
    /// What went back to them.
    Return {
        /// The sum.
        cents: u64,
    },
    /// Time of the staff, at the office's rate.
    StaffTime(StaffTime),
}

/// Something on record of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RoomRecord {
    /// The room was opened, or opened again after it was closed too early.
    Opened {
        /// The day on which the examination began.
        began_on: Date,
        /// Its last day, where the law sets one.
        ends_on: Option<Date>,
        /// The digest of the certificate of insufficiency.
        certificate: String,
        /// Who, where, when.
        setting: Setting,
    },
    /// Who may be in the room, where it is or when it is open, changed.
    Set {
        /// As it is from now on.
        setting: Setting,
    },
    /// The room was closed.
    Closed {
        /// Why.
        because: String,
    },
    /// Somebody examined on this day.
    DayBegun {
        /// The day.
        day: Date,
    },
    /// Something was entered for a day.
    Entered {
        /// The entry's name, the caller's choice.
        entry: String,
        /// The day.
        day: Date,
        /// What.
        #[serde(flatten)]
        what: DayEntry,
    },
    /// A line was challenged.
    Challenged {
        /// The challenge's name, the caller's choice.
        challenge: String,
        /// The line.
        line: LineRef,
        /// Why it should count.
        grounds: String,
    },
    /// A challenge was taken back.
    Withdrawn {
        /// Which.
        challenge: String,
    },
    /// A challenge was answered.
    Answered {
        /// Which.
        challenge: String,
        /// Whether it was upheld.
        upheld: bool,
        /// Why.
        reasons: String,
        /// How many certificates the case had then.
        certificates: u64,
        /// In the place of how many answers before, all of which refused it.
        #[serde(default, skip_serializing_if = "is_first")]
        instead_of: u64,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
const fn is_first(instead_of: &u64) -> bool {
    *instead_of == 0
}

/// A record with who made it, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnRecord {
    /// When it was made.
    pub at: Timestamp,
    /// The account.
    pub actor: String,
    /// What.
    pub record: RoomRecord,
}

/// An examination that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The day on which it began.
    pub began_on: Date,
    /// Its last day, where the law sets one.
    pub ends_on: Option<Date>,
    /// The digest of the certificate of insufficiency.
    pub certificate: String,
    /// Who, where, when.
    pub setting: Setting,
}

/// Where a room stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RoomState {
    /// Nobody opened it.
    #[default]
    NotOpened,
    /// It was opened, and nobody closed it; its clock may be over.
    Open(Opening),
    /// It was closed.
    Closed(Opening),
}

/// A room as its records make it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Room {
    /// Where it stands.
    pub state: RoomState,
    /// The challenges by name.
    pub challenges: BTreeMap<String, Challenge>,
    /// When it was opened for the first time.
    opened_at: Option<Timestamp>,
    /// The day on which it was closed, while it is.
    closed_on: Option<Date>,
    days: BTreeMap<Date, ExaminationDay>,
    entries: BTreeMap<String, (Date, DayEntry)>,
}

impl Room {
    /// The room after its records.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a OnRecord>) -> Result<Self, RoomError> {
        let mut room = Self::default();
        records.into_iter().try_for_each(|record| room.apply(record))?;
        Ok(room)
    }

    /// The examination, open or closed.
    pub fn opening(&self) -> Option<&Opening> {
        match &self.state {
            RoomState::NotOpened => None,
            RoomState::Open(opening) | RoomState::Closed(opening) => Some(opening),
        }
    }

    /// The last day of the examination: the one on which it was closed, or the last that its clock gives it. None while nobody knows.
    pub fn ended_on(&self) -> Option<Date> {
        let last = self.opening()?.ends_on;
        self.closed_on.into_iter().chain(last).min()
    }

    /// When it was opened for the first time; none before.
    pub const fn opened_at(&self) -> Option<Timestamp> {
        self.opened_at
    }

    /// On how many days somebody examined.
    pub fn days_used(&self) -> usize {
        self.days.values().filter(|day| day.used).count()
    }

    /// The examination, while nobody closed it.
    pub fn open(&self) -> Result<&Opening, RoomError> {
        match &self.state {
            RoomState::Open(opening) => Ok(opening),
            RoomState::NotOpened | RoomState::Closed(_) => Err(RoomError::NotOpen),
        }
    }

    /// Takes in the next record. A refused record leaves the room as it was.
    pub fn apply(&mut self, next: &OnRecord) -> Result<(), RoomError> {
        match &next.record {
            RoomRecord::Opened { began_on, ends_on, certificate, setting } => {
                if matches!(self.state, RoomState::Open(_)) {
                    return Err(RoomError::IsOpen);
                }
                setting.check()?;
                self.closed_on = None;
                self.opened_at = self.opened_at.or(Some(next.at));
                self.state = RoomState::Open(Opening {
                    began_on: *began_on,
                    ends_on: *ends_on,
                    certificate: certificate.clone(),
                    setting: setting.clone(),
                });
            }
            RoomRecord::Set { setting } => {
                setting.check()?;
                let RoomState::Open(opening) = &mut self.state else { return Err(RoomError::NotOpen) };
                opening.setting = setting.clone();
            }
            RoomRecord::Closed { because } => {
                words(because)?;
                let opening = self.open()?.clone();
                self.closed_on = Some(opening.setting.local(next.at)?.date());
                self.state = RoomState::Closed(opening);
            }
            RoomRecord::DayBegun { day } => {
                self.open()?;
                self.days.entry(*day).or_default().used = true;
            }
            RoomRecord::Entered { entry, day, what } => self.enter(entry, *day, *what)?,
            RoomRecord::Challenged { challenge, line, grounds } => {
                self.open()?;
                words(grounds)?;
                if self.challenges.contains_key(challenge) {
                    return Err(RoomError::NameTaken);
                }
                let waits = |other: &Challenge| other.line == *line && other.state == ChallengeState::Raised;
                if let Some((name, _)) = self.challenges.iter().find(|(_, other)| waits(other)) {
                    return Err(ChallengeError::Waits(name.clone()).into());
                }
                let raised = Challenge {
                    line: *line,
                    by: next.actor.clone(),
                    at: next.at,
                    grounds: grounds.clone(),
                    state: ChallengeState::Raised,
                    earlier: Vec::new(),
                };
                self.challenges.insert(challenge.clone(), raised);
            }
            RoomRecord::Withdrawn { challenge } => self.challenge_mut(challenge)?.withdraw()?,
            RoomRecord::Answered { challenge, upheld, reasons, certificates, instead_of } => {
                let answer = Answer {
                    by: next.actor.clone(),
                    at: next.at,
                    reasons: reasons.clone(),
                    certificates: *certificates,
                };
                self.challenge_mut(challenge)?.answer(*instead_of, *upheld, answer)?;
            }
        }
        Ok(())
    }

    fn challenge_mut(&mut self, name: &str) -> Result<&mut Challenge, RoomError> {
        self.challenges.get_mut(name).ok_or(RoomError::NoChallenge)
    }

    fn enter(&mut self, entry: &str, day: Date, what: DayEntry) -> Result<(), RoomError> {
        if self.entries.contains_key(entry) {
            return Err(RoomError::NameTaken);
        }
        let opening = self.opening().ok_or(RoomError::NotOpen)?;
        if day < opening.began_on || opening.ends_on.is_some_and(|last| day > last) {
            return Err(RoomError::NoDay(day));
        }
        let fits = match what {
            // A day may be estimated to cost nothing.
            DayEntry::Estimate { cents } => cents <= MOST_CENTS,
            DayEntry::Deposit { cents } | DayEntry::Return { cents } => (1..=MOST_CENTS).contains(&cents),
            DayEntry::StaffTime(time) => (1..=MOST_MINUTES).contains(&time.minutes) && time.cents_per_hour > 0,
        };
        if !fits {
            return Err(RoomError::NoSum);
        }
        let sum = |of: fn(&ExaminationDay) -> u64| self.days.values().map(of).sum::<u64>();
        let held = sum(|day| day.deposited).saturating_sub(sum(|day| day.returned));
        if let DayEntry::Return { cents } = what
            && cents > held
        {
            return Err(RoomError::NotHeld { held });
        }
        let of_day = self.days.entry(day).or_default();
        match what {
            DayEntry::Estimate { cents } => of_day.estimate = Some(cents),
            DayEntry::Deposit { cents } => of_day.deposited += cents,
            DayEntry::Return { cents } => of_day.returned += cents,
            DayEntry::StaffTime(time) => of_day.staff.push(time),
        }
        self.entries.insert(entry.to_owned(), (day, what));
        Ok(())
    }

    /// Whether this entry is on record already as it is.
    pub(crate) fn has_entry(&self, entry: &str, day: Date, what: DayEntry) -> bool {
        self.entries.get(entry) == Some(&(day, what))
    }

    /// Whether somebody examined on this day.
    pub(crate) fn used_on(&self, day: Date) -> bool {
        self.days.get(&day).is_some_and(|day| day.used)
    }

    /// What the examination has come to.
    pub fn meter(&self, costs: Option<&ExaminationCosts>) -> law::CostMeter {
        cost_meter(costs, self.counted_days())
    }

    /// The days of the examination that stands: one after another certificate begins anew.
    fn counted_days(&self) -> impl Iterator<Item = (Date, &ExaminationDay)> {
        let began_on = self.opening().map(|opening| opening.began_on);
        let days = self.days.iter().filter(move |(day, _)| began_on.is_some_and(|began_on| **day >= began_on));
        days.map(|(day, entered)| (*day, entered))
    }

    /// Lets a representative in, or says why not. Asked for every request. Returns the day in the room.
    pub fn admit(
        &self,
        person: &str,
        from: IpAddr,
        now: Timestamp,
        calendar: &Calendar,
        costs: Option<&ExaminationCosts>,
    ) -> Result<Date, RoomError> {
        let Opening { began_on, ends_on, setting, .. } = self.open()?;
        if !setting.is_in_room(from) {
            return Err(RoomError::NotInRoom);
        }
        if !setting.representatives.contains(person) {
            return Err(RoomError::NotNamed);
        }
        let local = setting.local(now)?;
        let (day, time) = (local.date(), local.time());
        if let Some(last) = ends_on.filter(|last| day > *last) {
            return Err(RoomError::Ended(last));
        }
        let open = (setting.opens..setting.closes).contains(&time) && calendar.is_business_day(day);
        if !open || day < *began_on {
            return Err(RoomError::Hours { opens: setting.opens, closes: setting.closes });
        }
        match deposit_due(costs, self.counted_days(), day) {
            Some(0) => Ok(day),
            Some(missing) => Err(RoomError::DepositDue(missing)),
            None => Err(RoomError::NotEstimated),
        }
    }
}
