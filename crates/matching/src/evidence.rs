//! What speaks for and against a voter: for each field of the line the level of agreement and its weight.

use serde::Serialize;

/// How a field of the line compares with the voter's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Equal in its normal form.
    Same,
    /// One name is a usual form of the other.
    Nickname,
    /// Only the initial is written, or only the initial is on the roll, and it agrees.
    Initial,
    /// One slip of the pen or the keyboard apart.
    OneSlip,
    /// Two slips apart.
    TwoSlips,
    /// The beginning of the name.
    Shortened,
    /// One half of the voter's double surname.
    Half,
    /// A double surname of which the roll has one half.
    Extended,
    /// The given name on the line is the voter's middle name.
    MiddleName,
    /// Given name and surname in the usual order.
    AsWritten,
    /// Surname before given name without a comma.
    Swapped,
    /// The voter has it, the line does not.
    LeftOut,
    /// The line has it, the roll does not.
    NotOnRoll,
    /// Not written.
    Unsaid,
    /// Neither has one.
    None,
    /// Written differently.
    Different,
    /// Half of the letters agree or more, and no voter has the name that is written.
    Garbled,
    /// Written quite differently, and no voter has the name that is written.
    Unknown,
    /// Number and street agree; the street's type or direction conflicts.
    OtherType,
    /// The number agrees, the street's name but for a slip; nobody lives at the address as written.
    StreetSlip,
    /// The same, but the address as written exists.
    StreetSlipInhabited,
    /// The street agrees, the number but for one slip.
    NumberSlip,
    /// One slip in the number, and slips in the street's name.
    BothSlips,
    /// The street agrees, the number does not.
    SameStreet,
    /// The number agrees, the street does not.
    SameNumber,
    /// Neither number nor street agrees.
    Elsewhere,
    /// Postal codes disagree or one is missing; the city agrees.
    City,
    /// The voter is active.
    Active,
    /// The voter is inactive.
    Inactive,
    /// The registration is pending.
    Pending,
    /// The registration is canceled.
    Canceled,
}

impl Level {
    /// The name in stored evidence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Nickname => "nickname",
            Self::Initial => "initial",
            Self::OneSlip => "one_slip",
            Self::TwoSlips => "two_slips",
            Self::Shortened => "shortened",
            Self::Half => "half",
            Self::Extended => "extended",
            Self::MiddleName => "middle_name",
            Self::AsWritten => "as_written",
            Self::Swapped => "swapped",
            Self::LeftOut => "left_out",
            Self::NotOnRoll => "not_on_roll",
            Self::Unsaid => "unsaid",
            Self::None => "none",
            Self::Different => "different",
            Self::Garbled => "garbled",
            Self::Unknown => "unknown",
            Self::OtherType => "other_type",
            Self::StreetSlip => "street_slip",
            Self::StreetSlipInhabited => "street_slip_inhabited",
            Self::NumberSlip => "number_slip",
            Self::BothSlips => "both_slips",
            Self::SameStreet => "same_street",
            Self::SameNumber => "same_number",
            Self::Elsewhere => "elsewhere",
            Self::City => "city",
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Pending => "pending",
            Self::Canceled => "canceled",
        }
    }
}

impl Level {
    /// Whether an address of this level is the voter's, slips allowed for.
    pub(crate) const fn is_at_home(self) -> bool {
        matches!(
            self,
            Self::Same
                | Self::OtherType
                | Self::StreetSlip
                | Self::StreetSlipInhabited
                | Self::NumberSlip
                | Self::BothSlips
        )
    }
}

/// One field's level and what it weighs, in hundredths of a bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Item {
    /// How the field compares.
    pub level: Level,
    /// Its weight: positive speaks for the voter.
    pub centibits: i32,
}

/// All that speaks for and against one voter. The weights and the prior add up to the candidate's weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Before anything is compared: the odds that a given voter and not somebody off the roll signed the line.
    pub prior_centibits: i32,
    /// Given name.
    pub first_name: Item,
    /// Surname.
    pub surname: Item,
    /// Order of the names.
    pub order: Item,
    /// Middle name.
    pub middle_name: Item,
    /// Jr, Sr, III.
    pub suffix: Item,
    /// House number and street.
    pub place: Item,
    /// Apartment or unit.
    pub unit: Item,
    /// Postal code and city.
    pub locality: Item,
    /// Status of the registration.
    pub status: Item,
    /// Whether the line was compared with the voter's previous address.
    pub previous_address: bool,
}

impl Evidence {
    /// Each field's name with its item, in the order in which a person reads it.
    pub fn fields(&self) -> [(&'static str, Item); 9] {
        [
            ("first_name", self.first_name),
            ("surname", self.surname),
            ("order", self.order),
            ("middle_name", self.middle_name),
            ("suffix", self.suffix),
            ("place", self.place),
            ("unit", self.unit),
            ("locality", self.locality),
            ("status", self.status),
        ]
    }

    /// The sum: log2 of the odds that this voter and not somebody off the roll signed, in hundredths of a bit.
    pub fn total(&self) -> i32 {
        self.prior_centibits + self.fields().iter().map(|(_, item)| item.centibits).sum::<i32>()
    }
}
