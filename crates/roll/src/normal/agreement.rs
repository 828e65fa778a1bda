//! Whether the residence on a line is the one on the roll, with the tolerances of the California regulation
//! (2 CCR 20931) by name. Where the unit alone differs, that is never a ground (Elections Code 100, 105).

use serde::{Deserialize, Serialize};

use super::{
    address::{StreetAddress, VoterAddress},
    city::{is_city, same_city},
    distance::distance_at_most,
};

/// A difference that does not make the address a different one (2 CCR 20931).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tolerance {
    /// The street's type or direction is left out, or its name is shortened but determinable.
    StreetAbbreviated,
    /// The fraction or letter of the house number is left out or differs.
    FractionOmitted,
    /// No city is written; number, street and postal code agree.
    NoCity,
    /// The city is abbreviated or goes by another name; number, street and postal code agree.
    CityAbbreviatedOrRenamed,
    /// A post-office box is written beside the right street address.
    PoBoxAndStreet,
    /// The address is the voter's previous one. It stands only if the voter moved during circulation, which the caller
    /// has to check.
    PreviousAddress,
}

/// How the residence on a line compares with the roll's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "agreement", content = "tolerance")]
pub enum AddressAgreement {
    /// The same in every part that is written.
    Same,
    /// The same but for the apartment or unit: never a ground for rejection.
    SameButUnit,
    /// Different only in a way that the law tolerates.
    Tolerated(Tolerance),
    /// As alike as a slip of the pen or the keyboard makes it; a person has to look at the page.
    Near,
    /// Another address.
    Different,
    /// No residence is written, or the roll has none.
    Missing,
}

/// Compares the address on a line with the voter's current one and, if that is another, with the previous one.
pub fn compare_address(line: &StreetAddress, voter: &VoterAddress) -> AddressAgreement {
    let current = compare_place(line, &voter.current);
    if current != AddressAgreement::Different {
        return current;
    }
    let at_previous = voter.previous.as_ref().map(|previous| compare_place(line, previous));
    match at_previous {
        Some(AddressAgreement::Same | AddressAgreement::SameButUnit | AddressAgreement::Tolerated(_)) => {
            AddressAgreement::Tolerated(Tolerance::PreviousAddress)
        }
        _ => AddressAgreement::Different,
    }
}

/// What the parts say, gravest first.
fn compare_place(line: &StreetAddress, voter: &StreetAddress) -> AddressAgreement {
    if !line.has_street() || !voter.has_street() {
        return AddressAgreement::Missing;
    }
    let number = closeness(&line.number, &voter.number, 3);
    let street = street_closeness(&line.street, &voter.street);
    if number == Closeness::Apart || street == Closeness::Apart {
        return AddressAgreement::Different;
    }
    let conflict = |left: &str, right: &str| !left.is_empty() && !right.is_empty() && left != right;
    let marks = [(line.pre, voter.pre), (line.street_type, voter.street_type), (line.post, voter.post)]
        .map(|(written, theirs)| (conflict(written, theirs), written == theirs));
    let door = Door {
        city: &voter.city,
        zip: &voter.zip,
        conflict: marks.iter().any(|(conflict, _)| *conflict),
        same_marks: marks.iter().all(|(_, same)| *same) && street != Closeness::Shortened,
        same_fraction: line.fraction == voter.fraction,
        same_unit: line.unit == voter.unit,
    };
    let slips = usize::from(number == Closeness::Slip) + usize::from(street == Closeness::Slip);
    match (slips, compare_door(line, &door)) {
        (0, agreement) => agreement,
        (1, agreement) if agreement != AddressAgreement::Different => AddressAgreement::Near,
        _ => AddressAgreement::Different,
    }
}

/// What is left to compare of a voter's address with the house number and the street that are written on a line.
#[derive(Debug, Clone, Copy)]
pub struct Door<'a> {
    /// City as in [`StreetAddress::city`].
    pub city: &'a str,
    /// Postal code as in [`StreetAddress::zip`].
    pub zip: &'a str,
    /// Whether the line has another type of street or another direction than the voter's address.
    pub conflict: bool,
    /// Whether it has the same type and directions, or neither has any.
    pub same_marks: bool,
    /// Whether fraction or letter of the house number are the same.
    pub same_fraction: bool,
    /// Whether the units are the same.
    pub same_unit: bool,
}

/// Compares the address on a line with a voter's current or previous one that has the same house number and street.
pub fn compare_door(line: &StreetAddress, voter: &Door<'_>) -> AddressAgreement {
    use AddressAgreement::{Different, Near, Same, SameButUnit, Tolerated};
    match city_agreement(line, voter) {
        City::Another => Different,
        City::Unwritten => Near,
        _ if voter.conflict => Near,
        _ if line.po_box => Tolerated(Tolerance::PoBoxAndStreet),
        City::Left => Tolerated(Tolerance::NoCity),
        City::OtherName => Tolerated(Tolerance::CityAbbreviatedOrRenamed),
        City::Agrees if !voter.same_fraction => Tolerated(Tolerance::FractionOmitted),
        City::Agrees if !voter.same_marks => Tolerated(Tolerance::StreetAbbreviated),
        City::Agrees if !voter.same_unit => SameButUnit,
        City::Agrees => Same,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Closeness {
    Equal,
    Shortened,
    Slip,
    Apart,
}

/// Equal, or one slip apart in words long enough for a slip to be told from another word.
fn closeness(left: &str, right: &str, shortest: usize) -> Closeness {
    let shorter = left.len().min(right.len());
    match distance_at_most(left, right, 1) {
        Some(0) => Closeness::Equal,
        Some(_) if shorter >= shortest => Closeness::Slip,
        _ => Closeness::Apart,
    }
}

fn street_closeness(line: &str, voter: &str) -> Closeness {
    if line != voter && line.len() >= 4 && voter.starts_with(line) && !line.bytes().all(|byte| byte.is_ascii_digit()) {
        return Closeness::Shortened;
    }
    let digits = |name: &str| name.bytes().any(|byte| byte.is_ascii_digit());
    match closeness(line, voter, 4) {
        // Two slips in a long name still leave it recognisable; 121 and 124 are two streets.
        Closeness::Slip if digits(line) && digits(voter) => Closeness::Apart,
        Closeness::Apart
            if line.len().min(voter.len()) >= 6
                && !(digits(line) && digits(voter))
                && distance_at_most(line, voter, 2).is_some() =>
        {
            Closeness::Slip
        }
        other => other,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum City {
    Agrees,
    OtherName,
    Left,
    Unwritten,
    Another,
}

fn city_agreement(line: &StreetAddress, voter: &Door<'_>) -> City {
    let zips_agree = !line.zip.is_empty() && line.zip == voter.zip;
    if line.city.is_empty() {
        return if zips_agree { City::Left } else { City::Unwritten };
    }
    if voter.city.is_empty() || line.city == voter.city {
        return City::Agrees;
    }
    if same_city(&line.city, voter.city) {
        // BURBNK is Burbank; LB and VAN NUYS are other names for where they are.
        return if is_city(&line.city) { City::OtherName } else { City::Agrees };
    }
    let shortened = line.city.len() >= 3 && voter.city.starts_with(line.city.as_str()) && !is_city(&line.city);
    if zips_agree || shortened {
        return City::OtherName;
    }
    City::Another
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(line: &str, city: &str, zip: &str) -> StreetAddress {
        StreetAddress::parse_line(line, city, zip)
    }

    fn voter() -> VoterAddress {
        VoterAddress {
            current: at("132 1/2 N Hollywood Blvd Apt 4", "Los Angeles", "90028"),
            previous: Some(at("77 Coloma Road", "Pasadena", "91101")),
        }
    }

    #[test]
    fn tolerances_by_name() {
        use AddressAgreement::{Different, Missing, Near, Same, SameButUnit, Tolerated};
        for (line, city, zip, expected) in [
            ("132 1/2 North Hollywood Boulevard #4", "LOS ANGELES", "90028", Same),
            ("132 1/2 N Hollywood Blvd", "Los Angeles", "", SameButUnit),
            ("132 1/2 N Hollywood Blvd Unit 9", "Los Angeles", "90028", SameButUnit),
            ("132 1/2 Hollywood Bl.", "Los Angeles", "90028", Tolerated(Tolerance::StreetAbbreviated)),
            ("132 1/2 N Holly Blvd", "Los Angeles", "90028", Tolerated(Tolerance::StreetAbbreviated)),
            ("132 N Hollywood Blvd", "Los Angeles", "90028", Tolerated(Tolerance::FractionOmitted)),
            ("132 1/2 N Hollywood Blvd", "", "90028", Tolerated(Tolerance::NoCity)),
            ("132 1/2 N Hollywood Blvd", "Hollywood", "90028", Tolerated(Tolerance::CityAbbreviatedOrRenamed)),
            ("132 1/2 N Hollywood Blvd PO Box 9", "Los Angeles", "90028", Tolerated(Tolerance::PoBoxAndStreet)),
            ("77 Coloma Rd", "Pasadena", "91101", Tolerated(Tolerance::PreviousAddress)),
            ("132 1/2 N Hollywod Blvd", "Los Angeles", "90028", Near),
            ("123 N Hollywood Blvd", "Los Angeles", "90028", Near),
            ("132 1/2 N Hollywood Ave", "Los Angeles", "90028", Near),
            ("132 S Hollywood Blvd", "Los Angeles", "90028", Near),
            ("132 1/2 N Hollywood Blvd", "", "", Near),
            ("132 N Hollywood Blvd", "Glendale", "91205", Different),
            ("123 N Hollywod Blvd", "Los Angeles", "90028", Different),
            ("9 Elm St", "Los Angeles", "90028", Different),
            ("PO Box 9", "Los Angeles", "90028", Missing),
            ("", "Los Angeles", "90028", Missing),
        ] {
            assert_eq!(compare_address(&at(line, city, zip), &voter()), expected, "{line}, {city} {zip}");
        }
    }

    proptest! {
        /// The invariant `unit-is-no-ground`: whatever stands for the unit, the address is never another one.
        #[test]
        fn a_unit_alone_never_makes_another_address(written in "(|Apt [0-9]{1,3}|# ?[A-Z]|Unit [0-9][A-Z]|Ste [0-9]{2})") {
            let line = at(&format!("132 1/2 N Hollywood Blvd {written}"), "Los Angeles", "90028");
            let agreement = compare_address(&line, &voter());
            prop_assert!(matches!(agreement, AddressAgreement::Same | AddressAgreement::SameButUnit), "{:?}", agreement);
        }
    }
}
