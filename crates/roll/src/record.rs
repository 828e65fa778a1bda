//! A voter as the roll has it: the record that matching, casework and screens read.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Registration status of a voter. Layouts map a file's own codes to these four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Registered and counted in thresholds.
    Active,
    /// Registered, but excluded from thresholds (California Elections Code 2226(a)(2)).
    Inactive,
    /// Not yet registered: pre-registered, incomplete or on hold.
    Pending,
    /// No longer registered; `canceled_on` says since when, if the file does.
    Canceled,
}

impl Status {
    /// The name in files and on screens.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Inactive => "inactive",
            Status::Pending => "pending",
            Status::Canceled => "canceled",
        }
    }

    pub(crate) const ALL: [Status; 4] = [Status::Active, Status::Inactive, Status::Pending, Status::Canceled];

    pub(crate) fn code(self) -> u8 {
        match self {
            Status::Active => 0,
            Status::Inactive => 1,
            Status::Pending => 2,
            Status::Canceled => 3,
        }
    }

    /// A code that no import writes reads as canceled, the status that gives no rights.
    pub(crate) fn from_code(code: u8) -> Self {
        Self::ALL.get(usize::from(code)).copied().unwrap_or(Status::Canceled)
    }
}

/// How many voters have each status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCounts {
    /// Voters with [`Status::Active`].
    pub active: u64,
    /// Voters with [`Status::Inactive`].
    pub inactive: u64,
    /// Voters with [`Status::Pending`].
    pub pending: u64,
    /// Voters with [`Status::Canceled`].
    pub canceled: u64,
}

impl StatusCounts {
    pub(crate) fn add(&mut self, status: Status) {
        match status {
            Status::Active => self.active += 1,
            Status::Inactive => self.inactive += 1,
            Status::Pending => self.pending += 1,
            Status::Canceled => self.canceled += 1,
        }
    }

    /// All voters, whatever their status.
    pub fn total(&self) -> u64 {
        self.active + self.inactive + self.pending + self.canceled
    }
}

/// A date of which the roll may know only the year, or the year and the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartialDate {
    /// Only the year.
    Year(i16),
    /// Year and month (1 to 12).
    Month(i16, i8),
    /// The whole date.
    Day(Date),
}

impl PartialDate {
    /// The year.
    pub fn year(self) -> i16 {
        match self {
            PartialDate::Year(year) | PartialDate::Month(year, _) => year,
            PartialDate::Day(date) => date.year(),
        }
    }

    /// The month, 1 to 12, if known.
    pub fn month(self) -> Option<i8> {
        match self {
            PartialDate::Year(_) => None,
            PartialDate::Month(_, month) => Some(month),
            PartialDate::Day(date) => Some(date.month()),
        }
    }

    /// The whole date, if known.
    pub fn date(self) -> Option<Date> {
        match self {
            PartialDate::Day(date) => Some(date),
            PartialDate::Year(_) | PartialDate::Month(..) => None,
        }
    }
}

/// An address as in the file, trimmed; a part that the file lacks is empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Address<'a> {
    /// House number with its fraction or letter: `2062`, `795 1/2`.
    pub house_number: &'a str,
    /// Directional before the street: `S`.
    pub street_pre: &'a str,
    /// Street name; for files with one address column, all between number and unit.
    pub street: &'a str,
    /// Street type: `LN`.
    pub street_type: &'a str,
    /// Directional after the street: `SW`.
    pub street_post: &'a str,
    /// Unit with its designator if the file gives one: `APT 305`.
    pub unit: &'a str,
    /// City.
    pub city: &'a str,
    /// ZIP code as in the file, five or nine digits.
    pub zip: &'a str,
}

impl<'a> Address<'a> {
    const EMPTY: Address<'static> = Address {
        house_number: "",
        street_pre: "",
        street: "",
        street_type: "",
        street_post: "",
        unit: "",
        city: "",
        zip: "",
    };

    /// From the eight parts in the order of the struct.
    pub(crate) fn from_parts(parts: [&'a str; 8]) -> Self {
        let [house_number, street_pre, street, street_type, street_post, unit, city, zip] = parts;
        Self { house_number, street_pre, street, street_type, street_post, unit, city, zip }
    }

    /// House number, street and unit in one line, as they are shown.
    pub fn street_line(&self) -> String {
        joined(&[self.house_number, self.street_pre, self.street, self.street_type, self.street_post, self.unit])
    }

    /// City and postal code in one line.
    pub fn locality_line(&self) -> String {
        joined(&[self.city, self.zip])
    }

    /// Whether no part says anything.
    pub fn is_empty(&self) -> bool {
        let Self { house_number, street_pre, street, street_type, street_post, unit, city, zip } = self;
        [house_number, street_pre, street, street_type, street_post, unit, city, zip].iter().all(|part| part.is_empty())
    }
}

/// One voter of a snapshot. Text is as in the file, trimmed. Nothing else of the file is kept: not party, race,
/// gender, telephone, e-mail or voting history.
#[derive(Debug, Clone, Copy)]
pub struct VoterRecord<'a> {
    /// Row in the snapshot, from 0.
    pub row: u32,
    /// The voter's identifier in the file, unique in the snapshot.
    pub voter_id: &'a str,
    /// First name.
    pub first: &'a str,
    /// Middle name or initial.
    pub middle: &'a str,
    /// Last name.
    pub last: &'a str,
    /// Name suffix: `JR`.
    pub suffix: &'a str,
    /// Date of birth, as far as the file tells it.
    pub birth_date: Option<PartialDate>,
    /// Residence address.
    pub address: Address<'a>,
    /// Residence address before the present one, if the file has it.
    pub previous: Option<Address<'a>>,
    /// Day the previous address ended.
    pub moved_on: Option<Date>,
    /// Registration status.
    pub status: Status,
    /// Day of registration.
    pub registered_on: Option<Date>,
    /// Day the registration was canceled.
    pub canceled_on: Option<Date>,
    /// File names of reference signatures, separated by `;`.
    pub signatures: &'a str,
    /// County or other jurisdiction code, if the layout has one.
    pub jurisdiction: &'a str,
}

/// The parts that say something, with blanks between.
fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

impl VoterRecord<'_> {
    /// The name in one line, as it is shown.
    pub fn full_name(&self) -> String {
        joined(&[self.first, self.middle, self.last, self.suffix])
    }

    /// Nobody.
    pub(crate) const EMPTY: VoterRecord<'static> = VoterRecord {
        row: 0,
        voter_id: "",
        first: "",
        middle: "",
        last: "",
        suffix: "",
        birth_date: None,
        address: Address::EMPTY,
        previous: None,
        moved_on: None,
        status: Status::Canceled,
        registered_on: None,
        canceled_on: None,
        signatures: "",
        jurisdiction: "",
    };
}
