//! What goes wrong between a person, a pen, a clipboard and a keyboard; each slip is noted in `truth.csv`.

use crate::random::Dice;

/// A way in which a written line departs from the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slip {
    Nickname,
    Initial,
    MiddleAsFirst,
    FirstTypo,
    LastTypo,
    Truncated,
    HalfSurname,
    Hyphen,
    NewSurname,
    Comma,
    Swapped,
    NumberTypo,
    NoDirection,
    StreetTypo,
    StreetJoined,
    NoType,
    WrongType,
    NoUnit,
    WrongUnit,
    NoCity,
    CityTypo,
    NoZip,
    ZipTypo,
    WrongZip,
    Relative,
    Roommate,
    Stranger,
    FormerAddress,
    NeighboursAddress,
    NewAddress,
}

impl Slip {
    const ALL: [Self; 30] = [
        Self::Nickname,
        Self::Initial,
        Self::MiddleAsFirst,
        Self::FirstTypo,
        Self::LastTypo,
        Self::Truncated,
        Self::HalfSurname,
        Self::Hyphen,
        Self::NewSurname,
        Self::Comma,
        Self::Swapped,
        Self::NumberTypo,
        Self::NoDirection,
        Self::StreetTypo,
        Self::StreetJoined,
        Self::NoType,
        Self::WrongType,
        Self::NoUnit,
        Self::WrongUnit,
        Self::NoCity,
        Self::CityTypo,
        Self::NoZip,
        Self::ZipTypo,
        Self::WrongZip,
        Self::Relative,
        Self::Roommate,
        Self::Stranger,
        Self::FormerAddress,
        Self::NeighboursAddress,
        Self::NewAddress,
    ];

    /// The name in the column `noise` of `truth.csv`.
    const fn name(self) -> &'static str {
        match self {
            Self::Nickname => "nickname",
            Self::Initial => "initial",
            Self::MiddleAsFirst => "middle_as_first",
            Self::FirstTypo => "first_typo",
            Self::LastTypo => "last_typo",
            Self::Truncated => "truncated",
            Self::HalfSurname => "half_surname",
            Self::Hyphen => "hyphen",
            Self::NewSurname => "new_surname",
            Self::Comma => "comma",
            Self::Swapped => "swapped",
            Self::NumberTypo => "number_typo",
            Self::NoDirection => "no_direction",
            Self::StreetTypo => "street_typo",
            Self::StreetJoined => "street_joined",
            Self::NoType => "no_type",
            Self::WrongType => "wrong_type",
            Self::NoUnit => "no_unit",
            Self::WrongUnit => "wrong_unit",
            Self::NoCity => "no_city",
            Self::CityTypo => "city_typo",
            Self::NoZip => "no_zip",
            Self::ZipTypo => "zip_typo",
            Self::WrongZip => "wrong_zip",
            Self::Relative => "relative",
            Self::Roommate => "roommate",
            Self::Stranger => "stranger",
            Self::FormerAddress => "former_address",
            Self::NeighboursAddress => "neighbours_address",
            Self::NewAddress => "new_address",
        }
    }
}

/// The slips of one line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Slips(u32);

impl Slips {
    /// Notes a slip.
    pub(crate) fn note(&mut self, slip: Slip) {
        self.0 |= 1 << slip as u32;
    }

    /// Whether a slip was noted.
    pub(crate) fn has(self, slip: Slip) -> bool {
        self.0 & (1 << slip as u32) != 0
    }

    /// The names, joined by `|`.
    pub(crate) fn names(self) -> String {
        let names: Vec<&str> = Slip::ALL.into_iter().filter(|&slip| self.has(slip)).map(Slip::name).collect();
        names.join("|")
    }
}

/// Letters that are taken for one another on paper or lie side by side on the keyboard.
const CONFUSED: [&str; 26] = [
    "OESQ", "RHVD", "OEGX", "OBSF", "CARW", "PTED", "CQYH", "NBKG", "LJEO", "IGKH", "RXHL", "IKOT", "NWRH", "MHRB",
    "AQDU", "RFDO", "OGWA", "KTEN", "ZADC", "FLYR", "VNOI", "UYRB", "VMEQ", "KYZC", "VTGU", "SXAC",
];

/// A word with one slip of the pen or the key; never the same word. Words are ASCII capitals, digits and spaces.
pub(crate) fn mistyped(dice: &mut Dice, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = dice.index(letters.len());
    let other = slipped(dice, letters.get(at).copied().unwrap_or('A'));
    match dice.below(100) {
        0..20 if letters.len() > 3 => {
            letters.remove(at);
        }
        20..40 if at + 1 < letters.len() && letters[at] != letters[at + 1] => letters.swap(at, at + 1),
        40..50 => letters.insert(at, letters.get(at).copied().unwrap_or(other)),
        50..58 => letters.insert(at, other),
        _ if letters.is_empty() => letters.push(other),
        _ => letters[at] = other,
    }
    letters.into_iter().collect()
}

/// A letter or digit taken for this one, never itself.
fn slipped(dice: &mut Dice, letter: char) -> char {
    if let Some(digit) = letter.to_digit(10) {
        return char::from_digit((digit + dice.between(1, 9)) % 10, 10).unwrap_or('0');
    }
    let row = usize::try_from(u32::from(letter).wrapping_sub(u32::from('A'))).ok().and_then(|i| CONFUSED.get(i));
    let choices: Vec<char> = row.map_or_else(|| vec!['E', 'A'], |row| row.chars().collect());
    dice.pick(&choices)
}

/// A word that nobody can read: two in three letters are lost.
pub(crate) fn scrawled(dice: &mut Dice, word: &str) -> String {
    word.chars().map(|letter| if letter != ' ' && dice.chance(650) { '?' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;
    use proptest::prelude::*;

    #[test]
    fn slips_are_named_in_order() {
        let mut slips = Slips::default();
        assert_eq!(slips.names(), "");
        slips.note(Slip::NoZip);
        slips.note(Slip::Nickname);
        assert_eq!(slips.names(), "nickname|no_zip");
        assert!(slips.has(Slip::NoZip) && !slips.has(Slip::NoCity));
        for (place, slip) in Slip::ALL.into_iter().enumerate() {
            assert_eq!(slip as usize, place);
        }
    }

    proptest! {
        #[test]
        fn a_mistyped_word_differs_by_one_slip(word in "[A-Z0-9]{1,12}( [A-Z]{3,8})?", index: u64) {
            let wrong = mistyped(&mut Dice::new(1, Stream::Signers, index & 0xffff_ffff), &word);
            prop_assert_ne!(&wrong, &word);
            prop_assert!(wrong.len().abs_diff(word.len()) <= 1);
        }
    }
}
