//! A line as somebody wrote and somebody else keyed it: the same person never writes quite the same twice.

use crate::person::{Address, Middle, Name, SecondLast, Unit, UnitLabel, initial};
use crate::random::Dice;
use crate::slips::{Slip, Slips, mistyped, scrawled};
use crate::tables::{Sex, Tables};

/// The four fields of a line as they stand in `petition.csv`, and what is wrong with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) city: String,
    pub(crate) zip: String,
    pub(crate) slips: Slips,
}

/// Who signs, and where they say that they live.
#[derive(Clone, Copy)]
pub(crate) struct Signer {
    pub(crate) name: Name,
    pub(crate) sex: Sex,
    pub(crate) address: Address,
    /// Whether the signer's own voter record is the answer. Others keep to their own full name and write their city:
    /// a relative who signs with an initial could not be told from the voter in the same house by anybody.
    pub(crate) on_roll: bool,
}

/// The hand of one line: capitals, small letters or both.
#[derive(Clone, Copy)]
enum Hand {
    Capitals,
    Mixed,
    Small,
}

/// Writes a line.
pub(crate) fn write(dice: &mut Dice, tables: &Tables, signer: Signer) -> Written {
    let mut pen = Pen { dice, tables, slips: Slips::default() };
    let hand = match pen.dice.below(100) {
        0..56 => Hand::Capitals,
        56..95 => Hand::Mixed,
        _ => Hand::Small,
    };
    let name = pen.name(signer);
    let address = pen.address(signer.address);
    let (city, zip) = pen.city_and_zip(signer);
    Written { name: hand.write(&name), address: hand.write(&address), city: hand.write(&city), zip, slips: pen.slips }
}

/// A post-office box.
pub(crate) fn box_number(dice: &mut Dice) -> String {
    let word = dice.pick(&["PO BOX", "P.O. Box", "P O BOX", "Box"]);
    format!("{word} {}", dice.between(10, 98_999))
}

/// Makes a line illegible.
pub(crate) fn scrawl(dice: &mut Dice, written: &mut Written) {
    written.name = scrawled(dice, &written.name);
    written.address = scrawled(dice, &written.address);
}

struct Pen<'a> {
    dice: &'a mut Dice,
    tables: &'a Tables,
    slips: Slips,
}

impl Pen<'_> {
    /// Rolls for a slip and notes it.
    fn slips(&mut self, slip: Slip, per_mille: u32) -> bool {
        let happens = self.dice.chance(per_mille);
        if happens {
            self.slips.note(slip);
        }
        happens
    }

    /// A word, mistyped so often in a thousand, and then at times twice.
    fn keyed(&mut self, word: &str, slip: Slip, per_mille: u32) -> String {
        if !self.slips(slip, per_mille) {
            return word.to_owned();
        }
        let once = mistyped(self.dice, word);
        if word.len() > 4 && self.dice.chance(180) {
            let twice = mistyped(self.dice, &once);
            // The second slip may undo the first.
            return if twice == word { once } else { twice };
        }
        once
    }

    fn name(&mut self, signer: Signer) -> String {
        let (first, middle) = self.given_names(signer);
        let last = self.surname(signer);
        let suffix = if self.dice.chance(600) { signer.name.suffix } else { "" };
        let order = if self.slips(Slip::Comma, 19) {
            [format!("{last},"), first, middle]
        } else if self.slips(Slip::Swapped, 11) {
            [last, first, middle]
        } else {
            [first, middle, last]
        };
        let words = order.iter().map(String::as_str).chain([suffix]).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ")
    }

    fn given_names(&mut self, signer: Signer) -> (String, String) {
        let Name { first, middle, .. } = signer.name;
        let nicknames = self.tables.nicknames(first);
        let shown = match middle {
            Middle::Full(name) if self.dice.chance(170) => name.to_owned(),
            Middle::Full(name) | Middle::Initial(name) if self.dice.chance(420) => {
                format!("{}{}", initial(name), self.dice.pick(&["", "", "."]))
            }
            Middle::None | Middle::Full(_) | Middle::Initial(_) => String::new(),
        };
        if signer.on_roll {
            if !nicknames.is_empty() && self.slips(Slip::Nickname, 40) {
                let nickname = self.dice.pick(nicknames);
                return (self.keyed(nickname, Slip::FirstTypo, 34), shown);
            }
            if self.slips(Slip::Initial, 15) {
                return (initial(first).to_owned(), shown);
            }
            if let Middle::Full(name) = middle
                && self.slips(Slip::MiddleAsFirst, 17)
            {
                return (self.keyed(name, Slip::FirstTypo, 34), String::new());
            }
        }
        (self.keyed(first, Slip::FirstTypo, 34), shown)
    }

    fn surname(&mut self, signer: Signer) -> String {
        let mut name = signer.name;
        if let Some(second) = name.second {
            if self.slips(Slip::HalfSurname, 340) {
                if self.dice.chance(280) {
                    name.last = second.text;
                }
                name.second = None;
            } else if self.slips(Slip::Hyphen, 300) {
                name.second = Some(SecondLast { hyphen: !second.hyphen, ..second });
            }
        } else if signer.on_roll && signer.sex == Sex::Female && self.slips(Slip::NewSurname, 12) {
            name.last = self.dice.weighted(&self.tables.surnames).text;
        }
        let last = name.last();
        if last.len() > 6 && self.slips(Slip::Truncated, 4) {
            return last[..last.len() - 2].trim_end_matches([' ', '-']).to_owned();
        }
        self.keyed(&last, Slip::LastTypo, 49)
    }

    fn address(&mut self, home: Address) -> String {
        let number = self.keyed(&home.number.to_string(), Slip::NumberTypo, 23);
        let mut words = vec![number];
        if !home.pre.is_empty() && !self.slips(Slip::NoDirection, 170) {
            words.push(direction(self.dice, home.pre));
        }
        words.push(self.street(home.street));
        if !home.kind.is_empty() && !self.slips(Slip::NoType, 210) {
            words.push(self.street_type(home.kind));
        }
        let mut address = words.join(" ");
        if let Some(unit) = home.unit
            && !self.slips(Slip::NoUnit, 290)
        {
            address.push_str(&self.unit(unit));
        }
        address
    }

    fn street(&mut self, street: &str) -> String {
        if street.contains(' ') && self.slips(Slip::StreetJoined, 18) {
            return street.replace(' ', "");
        }
        self.keyed(street, Slip::StreetTypo, 60)
    }

    fn street_type(&mut self, kind: &'static str) -> String {
        let kind = if self.slips(Slip::WrongType, 23) {
            let others: Vec<&str> =
                ["ST", "AVE", "BLVD", "DR", "PL", "RD"].into_iter().filter(|&other| other != kind).collect();
            self.dice.pick(&others)
        } else {
            kind
        };
        match self.dice.below(100) {
            0..38 => long_type(kind).to_owned(),
            38..48 => format!("{kind}."),
            _ => kind.to_owned(),
        }
    }

    fn unit(&mut self, unit: Unit) -> String {
        let label = if self.slips(Slip::WrongUnit, 40) {
            match unit.label {
                UnitLabel::Number(number) => UnitLabel::Number(number + self.dice.between(1, 20)),
                UnitLabel::Letter(letter) => UnitLabel::Letter(if letter == 'A' { 'B' } else { 'A' }),
            }
        } else {
            unit.label
        };
        match self.dice.below(100) {
            0..30 => format!(" #{label}"),
            30..45 => format!(" # {label}"),
            45..55 => format!(", #{label}"),
            55..63 => format!(", {} {label}", if unit.word == "#" { "APT." } else { unit.word }),
            63..68 => format!(" {label}"),
            _ => format!(" {} {label}", unit.word),
        }
    }

    fn city_and_zip(&mut self, signer: Signer) -> (String, String) {
        let place = signer.address.place;
        let city = if signer.on_roll && self.slips(Slip::NoCity, 23) {
            String::new()
        } else {
            self.keyed(place.city, Slip::CityTypo, 30)
        };
        let zip = if self.slips(Slip::NoZip, 60) {
            String::new()
        } else if signer.on_roll && self.slips(Slip::WrongZip, 13) {
            self.dice.pick(&self.tables.inside).0.zip.as_str().to_owned()
        } else {
            self.keyed(place.zip.as_str(), Slip::ZipTypo, 23)
        };
        (city, zip)
    }
}

fn direction(dice: &mut Dice, pre: &str) -> String {
    let long = match pre {
        "N" => "NORTH",
        "S" => "SOUTH",
        "E" => "EAST",
        _ => "WEST",
    };
    match dice.below(100) {
        0..20 => long.to_owned(),
        20..32 => format!("{pre}."),
        _ => pre.to_owned(),
    }
}

fn long_type(kind: &str) -> &str {
    match kind {
        "ST" => "STREET",
        "AVE" => "AVENUE",
        "BLVD" => "BOULEVARD",
        "DR" => "DRIVE",
        "RD" => "ROAD",
        "LN" => "LANE",
        "CT" => "COURT",
        "PL" => "PLACE",
        "CIR" => "CIRCLE",
        "TER" => "TERRACE",
        "HWY" => "HIGHWAY",
        "PKWY" => "PARKWAY",
        other => other,
    }
}

impl Hand {
    fn write(self, capitals: &str) -> String {
        match self {
            Self::Capitals => capitals.to_owned(),
            Self::Small => capitals.to_ascii_lowercase(),
            Self::Mixed => {
                let mut inside = false;
                let letters = capitals.chars().map(|letter| {
                    let written = if inside { letter.to_ascii_lowercase() } else { letter };
                    inside = letter.is_ascii_alphanumeric();
                    written
                });
                letters.collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;
    use crate::tables::{Place, Zip};

    fn signer(on_roll: bool) -> Signer {
        Signer {
            name: Name {
                first: "ROBERT",
                middle: Middle::Full("ALLEN"),
                last: "GARCIA",
                second: Some(SecondLast { text: "LUNA", hyphen: true }),
                suffix: "JR",
            },
            sex: Sex::Male,
            address: Address {
                number: 1254,
                pre: "W",
                street: "LOS ROBLES",
                kind: "AVE",
                unit: Some(Unit { word: "APT", label: UnitLabel::Number(3) }),
                place: Place { zip: Zip::new("91104").unwrap(), city: "PASADENA" },
            },
            on_roll,
        }
    }

    fn lines(on_roll: bool) -> Vec<Written> {
        let tables = Tables::load().unwrap();
        let mut dice = Dice::new(1, Stream::Signers, 0);
        (0..4000).map(|_| write(&mut dice, &tables, signer(on_roll))).collect()
    }

    #[test]
    fn a_line_without_slips_reads_as_the_roll() {
        let clean: Vec<Written> = lines(true).into_iter().filter(|line| line.slips == Slips::default()).collect();
        assert!(clean.len() > 300, "{}", clean.len());
        for line in clean {
            let name = line.name.to_uppercase();
            assert!(name.starts_with("ROBERT ") && name.contains("GARCIA-LUNA"), "{name}");
            let address = line.address.to_uppercase();
            assert!(address.starts_with("1254 W") && address.contains(" LOS ROBLES AV"), "{address}");
            assert!(address.ends_with('3'), "{address}");
            assert_eq!((line.city.to_uppercase().as_str(), line.zip.as_str()), ("PASADENA", "91104"));
        }
    }

    #[test]
    fn each_noted_slip_shows() {
        for line in lines(true) {
            let (name, address) = (line.name.to_uppercase(), line.address.to_uppercase());
            assert_eq!(line.slips.has(Slip::NoCity), line.city.is_empty());
            assert_eq!(line.slips.has(Slip::NoZip), line.zip.is_empty());
            assert_eq!(line.slips.has(Slip::Comma), name.contains(','));
            if line.slips.has(Slip::Initial) {
                assert!(name.contains("R ") || name.ends_with(" R"), "{name}");
            }
            if line.slips.has(Slip::HalfSurname) {
                assert!(!(name.contains("GARCIA") && name.contains("LUNA")), "{name}");
            }
            if line.slips.has(Slip::NumberTypo) {
                assert!(!address.starts_with("1254 "), "{address}");
            }
            if line.slips.has(Slip::StreetJoined) {
                assert!(address.contains("LOSROBLES"), "{address}");
            }
        }
    }

    #[test]
    fn somebody_not_on_the_roll_writes_the_full_first_name_and_the_city() {
        for line in lines(false) {
            assert!(!line.slips.has(Slip::Initial) && !line.slips.has(Slip::Nickname) && !line.city.is_empty());
        }
    }

    #[test]
    fn hands_differ() {
        assert_eq!(Hand::Mixed.write("O'HARA MARY-ANN 21ST"), "O'Hara Mary-Ann 21st");
        assert_eq!(Hand::Small.write("O'HARA"), "o'hara");
        assert_eq!(Hand::Capitals.write("O'HARA"), "O'HARA");
    }
}
