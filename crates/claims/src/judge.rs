//! Whether a number is the certificate's figure, that figure rounded, or neither.

use crate::{
    exact::Ratio,
    numbers::{Bound, Measure, Number},
};

/// How a printed number stands to the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// The very figure.
    Exact,
    /// The figure, rounded.
    Rounded(How),
    /// True or nearly so, but too coarse to be held against the figure.
    Loose,
    /// Not the figure.
    Off,
    /// Near the figure, on the side that its word denies.
    WrongSide,
}

/// In which way a number is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// To the nearest.
    Nearest,
    /// The digits after it are cut off.
    Cut,
    /// "more than", "nearly": on the side that the word says, and near.
    Bounded,
    /// A simple part: "one in four".
    Part,
}

/// Holds a number against the truth.
pub(crate) fn fit(number: &Number, truth: Ratio) -> Fit {
    let value = number.value;
    if value == truth {
        return Fit::Exact;
    }
    let apart = value.apart(truth);
    let above = truth > value;
    let tens = number.measure == Measure::Percent && value.num.is_multiple_of(10 * value.den);
    let place = if tens && number.bound != Bound::None { number.place.scaled(10, 1) } else { number.place };
    let within = |times: u128, over: u128| apart <= place.scaled(times, over);
    if number.measure == Measure::Part {
        // Tenths are near percentages; of larger parts a smaller share of them must do.
        let near = if number.place <= Ratio::whole(10) { 2 } else { 4 };
        return part(number.bound, above, within(1, near), within(1, 2));
    }
    match number.bound {
        Bound::Above | Bound::AtLeast if above => {
            if within(1, 1) {
                Fit::Rounded(How::Bounded)
            } else {
                Fit::Loose
            }
        }
        Bound::Below | Bound::AtMost if !above => {
            if within(1, 1) {
                Fit::Rounded(How::Bounded)
            } else {
                Fit::Loose
            }
        }
        Bound::Above | Bound::AtLeast | Bound::Below | Bound::AtMost => {
            if within(1, 1) {
                Fit::WrongSide
            } else {
                Fit::Off
            }
        }
        Bound::None | Bound::About => {
            let slight = apart.scaled(200, 1) <= truth;
            let round = number.place.num > number.place.den;
            if within(1, 2) {
                Fit::Rounded(How::Nearest)
            } else if above && apart < place && (number.measure == Measure::Percent || round && slight) {
                Fit::Rounded(How::Cut)
            } else if tens && apart <= Ratio::whole(5) {
                Fit::Loose
            } else {
                Fit::Off
            }
        }
    }
}

/// A simple part holds where the truth is near it; beyond half of it, it is wrong.
const fn part(bound: Bound, above: bool, near: bool, nearest: bool) -> Fit {
    let (free, right) = match bound {
        Bound::Above | Bound::AtLeast => (false, above),
        Bound::Below | Bound::AtMost => (false, !above),
        Bound::None | Bound::About => (true, true),
    };
    match (near, right) {
        (true, true) => Fit::Rounded(How::Part),
        (true, false) => Fit::WrongSide,
        (false, true) if !free || nearest => Fit::Loose,
        (false, _) => Fit::Off,
    }
}
