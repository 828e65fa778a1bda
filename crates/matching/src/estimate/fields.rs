//! What is estimated: the levels of each field that are alternatives to each other, and the figures of the model that
//! follow from their shares.

use roll::index::{Form, Index, Place};

use crate::{
    evidence::{Evidence, Level},
    model::{Figures, Weight, Written},
};

/// Fields of [`FIELDS`].
pub(crate) const FIELD_COUNT: usize = 13;
/// The field does not bear on this candidate: nothing is written, or the roll has nothing to compare with.
pub(crate) const NOT_SEEN: u8 = u8::MAX;

const FIRST_NAME: usize = 0;
const SURNAME: usize = 1;
const DOUBLE_SURNAME: usize = 2;
const ORDER: usize = 3;
const MIDDLE_NAME: usize = 4;
const NO_MIDDLE_NAME: usize = 5;
const SUFFIX: usize = 6;
const PLACE: usize = 7;
const PREVIOUS_PLACE: usize = 8;
const UNIT: usize = 9;
const LOCALITY_AT_HOME: usize = 10;
const LOCALITY_ELSEWHERE: usize = 11;
const STATUS: usize = 12;

/// One field: its name and its levels in a model's `[shares]`, and the level of evidence that each stands for.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) levels: &'static [(&'static str, Level)],
}

const LOCALITY: &[(&str, Level)] =
    &[("zip", Level::Same), ("zip_slip", Level::OneSlip), ("city", Level::City), ("different", Level::Different)];

/// All fields. Their levels exclude each other and are all there are, given that the field bears on the candidate.
pub(crate) const FIELDS: [Field; FIELD_COUNT] = [
    // A full given name on both sides. An initial says as much as letters say, however often people write initials.
    Field {
        name: "first_name",
        levels: &[
            ("same", Level::Same),
            ("nickname", Level::Nickname),
            ("one_slip", Level::OneSlip),
            ("two_slips", Level::TwoSlips),
            ("shortened", Level::Shortened),
            ("middle_name", Level::MiddleName),
            ("garbled", Level::Garbled),
            ("unknown", Level::Unknown),
            ("different", Level::Different),
        ],
    },
    // A surname on both sides, unless one half of the voter's is written.
    Field {
        name: "surname",
        levels: &[
            ("same", Level::Same),
            ("extended", Level::Extended),
            ("one_slip", Level::OneSlip),
            ("two_slips", Level::TwoSlips),
            ("shortened", Level::Shortened),
            ("different", Level::Different),
        ],
    },
    // The voter has a double surname.
    Field { name: "double_surname", levels: &[("whole", Level::Same), ("half", Level::Half)] },
    // The line can be read either way.
    Field { name: "order", levels: &[("as_written", Level::AsWritten), ("swapped", Level::Swapped)] },
    // Both have a middle name.
    Field { name: "middle_name", levels: &[("same", Level::Same), ("different", Level::Different)] },
    // The voter has none on the roll.
    Field { name: "no_middle_name", levels: &[("unsaid", Level::Unsaid), ("not_on_roll", Level::NotOnRoll)] },
    // The voter has one.
    Field {
        name: "suffix",
        levels: &[("same", Level::Same), ("left_out", Level::LeftOut), ("different", Level::Different)],
    },
    // Number and street on both sides.
    Field {
        name: "place",
        levels: &[
            ("same", Level::Same),
            ("other_type", Level::OtherType),
            ("street_slip", Level::StreetSlip),
            ("street_slip_inhabited", Level::StreetSlipInhabited),
            ("number_slip", Level::NumberSlip),
            ("both_slips", Level::BothSlips),
            ("same_street", Level::SameStreet),
            ("same_number", Level::SameNumber),
            ("elsewhere", Level::Elsewhere),
        ],
    },
    // The voter has a previous address on the roll.
    Field { name: "previous_place", levels: &[("current", Level::Same), ("previous", Level::Different)] },
    // The voter lives at the address as written, in a unit.
    Field {
        name: "unit",
        levels: &[("same", Level::Same), ("left_out", Level::LeftOut), ("different", Level::Different)],
    },
    Field { name: "locality_at_home", levels: LOCALITY },
    Field { name: "locality_elsewhere", levels: LOCALITY },
    Field {
        name: "status",
        levels: &[
            ("active", Level::Active),
            ("inactive", Level::Inactive),
            ("pending", Level::Pending),
            ("canceled", Level::Canceled),
        ],
    },
];

/// A candidate as the estimate sees it: its weight under the model it was found with and its level in each field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seen {
    /// In hundredths of a bit, against nobody on the roll.
    pub(crate) weight: i32,
    /// Places in [`Field::levels`], or [`NOT_SEEN`].
    pub(crate) levels: [u8; FIELD_COUNT],
}

impl Seen {
    /// `either_order`: the line's names can be read in either order.
    pub(crate) fn of(either_order: bool, voter: &Form, evidence: &Evidence, weight: i32, index: &Index<'_>) -> Self {
        let home = addressed(index, voter, evidence.previous_address);
        let at_home = evidence.place.level.is_at_home();
        let mut levels = [NOT_SEEN; FIELD_COUNT];
        let mut see = |field: usize, level: Level| {
            let place = FIELDS[field].levels.iter().position(|(_, of_field)| *of_field == level);
            levels[field] = place.and_then(|place| u8::try_from(place).ok()).unwrap_or(NOT_SEEN);
        };
        // Initials, halves and what is not said are no levels of these fields and stay unseen.
        see(FIRST_NAME, evidence.first_name.level);
        see(SURNAME, evidence.surname.level);
        if voter.has_halves() {
            see(DOUBLE_SURNAME, if evidence.surname.level == Level::Half { Level::Half } else { Level::Same });
        }
        if either_order {
            see(ORDER, evidence.order.level);
        }
        match evidence.middle_name.level {
            Level::Initial => see(MIDDLE_NAME, Level::Same),
            level => see(MIDDLE_NAME, level),
        }
        if voter.middle == 0 {
            see(NO_MIDDLE_NAME, evidence.middle_name.level);
        }
        if voter.suffix().is_some() {
            see(SUFFIX, evidence.suffix.level);
        }
        see(PLACE, evidence.place.level);
        if index.previous(voter).is_some() {
            see(PREVIOUS_PLACE, if evidence.previous_address { Level::Different } else { Level::Same });
        }
        if at_home && home.unit > 0 {
            see(UNIT, evidence.unit.level);
        }
        see(if at_home { LOCALITY_AT_HOME } else { LOCALITY_ELSEWHERE }, evidence.locality.level);
        see(STATUS, evidence.status.level);
        Self { weight, levels }
    }
}

/// The address of the voter that the line was compared with.
fn addressed<'a>(index: &Index<'a>, voter: &'a Form, previous: bool) -> &'a Place {
    index.previous(voter).filter(|_| previous).unwrap_or(&voter.place)
}

/// A figure of the model that follows from the share of a level.
pub(crate) enum Figure<'a> {
    Chance(&'a mut Written),
    Bits(&'a mut Weight),
    Permille(&'a mut u64),
}

/// The figures that follow from the share of one level; none for the level against which others are weighed.
pub(crate) fn figures_of<'a>(figures: &'a mut Figures, field: &str, level: &str) -> Vec<Figure<'a>> {
    use Figure::{Bits, Chance, Permille};
    let Figures { first_name, surname, order, middle_name, suffix, place, unit, status, .. } = figures;
    let figure = match (field, level) {
        ("first_name", "same") => Chance(&mut first_name.same),
        ("first_name", "nickname") => Chance(&mut first_name.nickname),
        ("first_name", "one_slip") => Chance(&mut first_name.one_slip),
        ("first_name", "two_slips") => Chance(&mut first_name.two_slips),
        ("first_name", "shortened") => Chance(&mut first_name.shortened),
        ("first_name", "middle_name") => Chance(&mut first_name.middle_name),
        ("first_name", "garbled") => Bits(&mut first_name.garbled),
        ("first_name", "unknown") => Bits(&mut first_name.unknown),
        ("first_name", "different") => Bits(&mut first_name.different),
        ("surname", "same") => Chance(&mut surname.same),
        ("surname", "extended") => Chance(&mut surname.extended),
        ("surname", "one_slip") => Chance(&mut surname.one_slip),
        ("surname", "two_slips") => Chance(&mut surname.two_slips),
        ("surname", "shortened") => Chance(&mut surname.shortened),
        ("surname", "different") => Bits(&mut surname.different),
        ("double_surname", "half") => Chance(&mut surname.half),
        ("order", "swapped") => Permille(&mut order.swapped_permille),
        ("middle_name", "same") => return vec![Bits(&mut middle_name.same), Bits(&mut middle_name.initial)],
        ("middle_name", "different") => Bits(&mut middle_name.different),
        ("no_middle_name", "not_on_roll") => Bits(&mut middle_name.not_on_roll),
        ("suffix", "same") => Bits(&mut suffix.same),
        ("suffix", "left_out") => Bits(&mut suffix.left_out),
        ("suffix", "different") => Bits(&mut suffix.different),
        ("place", "same") => Bits(&mut place.same),
        ("place", "other_type") => Bits(&mut place.other_type),
        ("place", "street_slip") => Bits(&mut place.street_slip),
        ("place", "street_slip_inhabited") => Bits(&mut place.street_slip_inhabited),
        ("place", "number_slip") => Bits(&mut place.number_slip),
        ("place", "both_slips") => Bits(&mut place.both_slips),
        ("place", "same_street") => Bits(&mut place.same_street),
        ("place", "same_number") => Bits(&mut place.same_number),
        ("place", "elsewhere") => Bits(&mut place.elsewhere),
        ("previous_place", "previous") => Bits(&mut place.previous),
        ("unit", "same") => Bits(&mut unit.same),
        ("unit", "left_out") => Bits(&mut unit.left_out),
        ("unit", "different") => Bits(&mut unit.different),
        ("locality_at_home", level) => return figures.locality_at_home.figure(level).map(Bits).into_iter().collect(),
        ("locality_elsewhere", level) => {
            return figures.locality_elsewhere.figure(level).map(Bits).into_iter().collect();
        }
        ("status", "active") => Bits(&mut status.active),
        ("status", "inactive") => Bits(&mut status.inactive),
        ("status", "pending") => Bits(&mut status.pending),
        ("status", "canceled") => Bits(&mut status.canceled),
        _ => return Vec::new(),
    };
    vec![figure]
}
