//! One address column into house number, street and unit, for files that do not keep them apart.

/// Words after which a unit's number stands. They count only after the street has begun.
const DESIGNATORS: [&str; 16] = [
    "APT",
    "APARTMENT",
    "UNIT",
    "SUITE",
    "STE",
    "SPC",
    "SPACE",
    "LOT",
    "TRLR",
    "TRAILER",
    "ROOM",
    "RM",
    "BLDG",
    "BUILDING",
    "FLOOR",
    "FL",
];

/// The three parts of an address line, each a slice of it; a part that is not there is empty.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Split<'a> {
    pub(crate) house_number: &'a str,
    pub(crate) street: &'a str,
    pub(crate) unit: &'a str,
}

/// Splits an address line. The house number is the first word if it begins with a digit, with a fraction after it;
/// the unit begins at a designator or `#`; the street is what lies between. Words stay as written.
pub(crate) fn split(line: &str) -> Split<'_> {
    let words = words(line);
    let mut street_from = 0;
    if words.first().is_some_and(|(_, word)| word.starts_with(|c: char| c.is_ascii_digit())) {
        street_from = 1;
        if words.get(1).is_some_and(|(_, word)| is_fraction(word)) {
            street_from = 2;
        }
    }
    let unit_from = (street_from + 1..words.len())
        .find(|&at| words[at].1.starts_with('#') || (is_designator(words[at].1) && at + 1 < words.len()))
        .unwrap_or(words.len());
    let start = |at: usize| words.get(at).map_or(line.len(), |(offset, _)| *offset);
    Split {
        house_number: line[..start(street_from)].trim(),
        street: line[start(street_from)..start(unit_from)].trim().trim_end_matches(','),
        unit: line[start(unit_from)..].trim(),
    }
}

fn words(line: &str) -> Vec<(usize, &str)> {
    line.split_whitespace().map(|word| (word.as_ptr().addr() - line.as_ptr().addr(), word)).collect()
}

fn is_fraction(word: &str) -> bool {
    word.split_once('/').is_some_and(|(above, below)| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits(above) && digits(below)
    })
}

fn is_designator(word: &str) -> bool {
    let bare = word.trim_end_matches(['.', ',']);
    DESIGNATORS.iter().any(|designator| designator.eq_ignore_ascii_case(bare))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_of_real_layouts() {
        for (line, house_number, street, unit) in [
            ("795 JOHNSON CLUB APT. 394", "795", "JOHNSON CLUB", "APT. 394"),
            ("1017 1/2 N Elm St #4", "1017 1/2", "N Elm St", "#4"),
            ("3325 W Kirkland Ln, Apt. 205", "3325", "W Kirkland Ln", "Apt. 205"),
            ("33858 VINCENT SHORE", "33858", "VINCENT SHORE", ""),
            ("12 SUITE LANE", "12", "SUITE LANE", ""),
            ("7 LOT ST UNIT B", "7", "LOT ST", "UNIT B"),
            ("PO BOX 12", "", "PO BOX 12", ""),
            ("40 GREEN UNIT", "40", "GREEN UNIT", ""),
            ("12", "12", "", ""),
            ("", "", "", ""),
        ] {
            assert_eq!(split(line), Split { house_number, street, unit }, "{line}");
        }
    }

    proptest! {
        #[test]
        fn every_letter_and_digit_lands_in_one_part(line in "\\PC{0,40}") {
            let parts = split(&line);
            let kept = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            prop_assert_eq!(kept(parts.house_number) + &kept(parts.street) + &kept(parts.unit), kept(&line));
        }
    }
}
