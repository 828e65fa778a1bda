//! Who lives with whom: houses and apartment buildings of one block, and the families, couples and roommates in them.

use crate::calendar::Day;
use crate::person::{Address, Middle, Name, SecondLast, Unit, UnitLabel};
use crate::random::Dice;
use crate::tables::{Group, Place, Sex, Surname, Tables};

/// The youngest voter's last possible year of birth: eighteen before circulation began.
const LAST_YEAR: u32 = 2003;
const FIRST_YEAR: u32 = 1927;

/// Somebody who lives in the block, before the roll says more.
pub(crate) struct Resident {
    pub(crate) name: Name,
    pub(crate) sex: Sex,
    pub(crate) born: Day,
    pub(crate) address: Address,
}

/// Fills dwellings along a few streets until `people` residents live there.
pub(crate) fn settle(dice: &mut Dice, tables: &Tables, place: Place, people: usize) -> Vec<Resident> {
    let mut last_houses: Vec<Address> = (0..16).map(|_| corner(dice, tables, place)).collect();
    let mut residents = Vec::with_capacity(people + 8);
    while residents.len() < people {
        let street = dice.index(last_houses.len());
        last_houses[street].number += dice.between(1, 7);
        let house = last_houses[street];
        if dice.chance(780) {
            household(dice, tables, house, &mut residents);
            continue;
        }
        let building = Building::new(dice);
        for flat in 0..building.flats {
            if dice.chance(750) {
                household(dice, tables, Address { unit: Some(building.unit(flat)), ..house }, &mut residents);
            }
        }
    }
    residents.truncate(people);
    residents
}

/// Where a street enters the block.
fn corner(dice: &mut Dice, tables: &Tables, place: Place) -> Address {
    let street = dice.weighted(&tables.streets);
    let pre = dice.pick(&["", "", "", "", "", "", "W", "W", "E", "E", "S", "N"]);
    let number = 100 * dice.between(1, 180) + dice.below(6);
    Address { number, pre, street: street.name, kind: street.kind, unit: None, place }
}

/// How the flats of an apartment building are called.
struct Building {
    word: &'static str,
    flats: u32,
    floors: bool,
    letters: bool,
}

impl Building {
    fn new(dice: &mut Dice) -> Self {
        let flats = dice.pick(&[2, 3, 4, 4, 6, 8, 8, 12, 16, 24, 40]);
        Self {
            word: dice.pick(&["APT", "APT", "APT", "APT", "UNIT", "#", "SPC"]),
            flats,
            floors: flats >= 8 && dice.chance(700),
            letters: flats <= 8 && dice.chance(300),
        }
    }

    fn unit(&self, flat: u32) -> Unit {
        let label = match char::from_digit(flat + 10, 36) {
            Some(letter) if self.letters => UnitLabel::Letter(letter.to_ascii_uppercase()),
            _ if self.floors => UnitLabel::Number(100 * (flat / 8 + 1) + flat % 8 + 1),
            _ => UnitLabel::Number(flat + 1),
        };
        Unit { word: self.word, label }
    }
}

/// The people being put into one dwelling.
struct Home<'a> {
    dice: &'a mut Dice,
    tables: &'a Tables,
    address: Address,
    residents: &'a mut Vec<Resident>,
    start: usize,
}

fn household(dice: &mut Dice, tables: &Tables, address: Address, residents: &mut Vec<Resident>) {
    let start = residents.len();
    let mut home = Home { dice, tables, address, residents, start };
    match home.dice.below(100) {
        0..30 => {
            let year = home.dice.between(FIRST_YEAR, LAST_YEAR);
            home.stranger(year);
        }
        30..58 => {
            home.couple(1940, 2000);
        }
        58..80 => home.family(),
        80..87 => home.parent_and_child(),
        _ => {
            for _ in 0..home.dice.between(2, 4) {
                let year = home.dice.between(1960, LAST_YEAR);
                home.stranger(year);
            }
        }
    }
}

impl Home<'_> {
    fn surname(&mut self) -> Surname {
        self.dice.weighted(&self.tables.surnames)
    }

    fn sex(&mut self) -> Sex {
        if self.dice.chance(520) { Sex::Female } else { Sex::Male }
    }

    /// A first name that nobody else in the home has, if it can be helped.
    fn first(&mut self, sex: Sex, year: u32, group: Group) -> &'static str {
        let names = self.tables.first_names(sex, year, group);
        let mut first = self.dice.weighted(names);
        for _ in 0..6 {
            if self.residents[self.start..].iter().all(|other| other.name.first != first) {
                break;
            }
            first = self.dice.weighted(names);
        }
        first
    }

    fn middle(&mut self, sex: Sex, year: u32, group: Group) -> Middle {
        let name = self.dice.weighted(self.tables.first_names(sex, year, group));
        match self.dice.below(100) {
            0..35 => Middle::Full(name),
            35..68 => Middle::Initial(name),
            _ => Middle::None,
        }
    }

    /// A second surname: the mother's in Spanish use, or a wife's own name kept beside her husband's.
    fn second(&mut self, sex: Sex, surname: Surname) -> Option<SecondLast> {
        let (often, hyphen) = match (surname.group, sex) {
            (Group::Hispanic, _) => (90, 300),
            (_, Sex::Female) => (25, 800),
            _ => (4, 800),
        };
        if !self.dice.chance(often) {
            return None;
        }
        let other = self.surname();
        let hyphen = self.dice.chance(hyphen);
        (other.text != surname.text).then_some(SecondLast { text: other.text, hyphen })
    }

    fn birthday(&mut self, year: u32) -> Day {
        Day((year - 1900) * 365 + (year - 1901) / 4).plus(self.dice.below(365))
    }

    /// Moves a person with a given surname in; the place in the list is given back.
    fn member(&mut self, sex: Sex, year: u32, surname: Surname) -> usize {
        let year = year.clamp(FIRST_YEAR, LAST_YEAR);
        let name = Name {
            first: self.first(sex, year, surname.group),
            middle: self.middle(sex, year, surname.group),
            last: surname.text,
            second: self.second(sex, surname),
            suffix: "",
        };
        let born = self.birthday(year);
        self.residents.push(Resident { name, sex, born, address: self.address });
        self.residents.len() - 1
    }

    fn stranger(&mut self, year: u32) {
        let (sex, surname) = (self.sex(), self.surname());
        self.member(sex, year, surname);
    }

    /// Two people, mostly with one surname; gives the second one's surname, year of birth and place in the list.
    fn couple(&mut self, from: u32, to: u32) -> (Surname, u32, usize) {
        let year = self.dice.between(from, to);
        let surname = self.surname();
        let own_name = self.dice.chance(220);
        let same_sex = self.dice.chance(30);
        let other = if own_name { self.surname() } else { surname };
        let other_year = year + self.dice.below(9) - 4;
        self.member(if same_sex { Sex::Male } else { Sex::Female }, other_year, other);
        let second = self.member(Sex::Male, year, surname);
        (surname, year, second)
    }

    /// Parents and one to three grown children, sometimes a son with his father's name, twins, or a grandmother.
    fn family(&mut self) {
        let (surname, year, father) = self.couple(1935, 1978);
        if year > 1950 && self.dice.chance(100) {
            self.member(Sex::Female, year - 24, surname);
        }
        let mut last_born: Option<Day> = None;
        let mut namesake = false;
        for _ in 0..self.dice.pick(&[1, 1, 1, 2, 2, 3]) {
            let sex = self.sex();
            let child_year = year + self.dice.between(21, 33);
            let child = self.member(sex, child_year, surname);
            if let Some(born) = last_born
                && self.dice.chance(40)
            {
                self.residents[child].born = born;
            }
            last_born = Some(self.residents[child].born);
            if sex == Sex::Male && !namesake && self.dice.chance(60) {
                self.name_after(child, father);
                namesake = true;
            }
        }
    }

    /// Gives a son his father's name. Half of such pairs have the suffix on the roll, some of them on both rows.
    fn name_after(&mut self, son: usize, father: usize) {
        self.residents[son].name = self.residents[father].name;
        if self.dice.chance(500) {
            self.residents[son].name.suffix = self.dice.pick(&["JR", "JR", "JR", "II", "III"]);
            if self.dice.chance(300) {
                self.residents[father].name.suffix = "SR";
            }
        }
    }

    fn parent_and_child(&mut self) {
        let surname = self.surname();
        let year = self.dice.between(1930, 1980);
        let parent = if self.dice.chance(800) { Sex::Female } else { Sex::Male };
        self.member(parent, year, surname);
        let sex = self.sex();
        let child_year = year + self.dice.between(18, 36);
        self.member(sex, child_year, surname);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;
    use std::collections::BTreeMap;

    fn some_residents(people: usize) -> Vec<Resident> {
        let tables = Tables::load().unwrap();
        let place = tables.inside[0].0;
        settle(&mut Dice::new(3, Stream::Voters, 0), &tables, place, people)
    }

    #[test]
    fn a_block_has_families_namesakes_twins_and_apartments() {
        let residents = some_residents(20_000);
        assert_eq!(residents.len(), 20_000);
        let mut homes: BTreeMap<String, Vec<&Resident>> = BTreeMap::new();
        for resident in &residents {
            homes.entry(format!("{:?}", resident.address)).or_default().push(resident);
        }
        let pairs = |matches: &dyn Fn(&Resident, &Resident) -> bool| {
            let all = homes.values().flat_map(|home| home.windows(2));
            all.filter(|pair| matches(pair[0], pair[1])).count()
        };
        assert!(pairs(&|a, b| a.name.last == b.name.last) > 3000);
        assert!(pairs(&|a, b| a.name.last != b.name.last) > 1500);
        assert!(pairs(&|a, b| (a.name.first, a.name.last) == (b.name.first, b.name.last)) > 40);
        assert!(pairs(&|a, b| a.born == b.born) > 10);
        let in_flats = residents.iter().filter(|resident| resident.address.unit.is_some()).count();
        assert!((7_000..15_000).contains(&in_flats), "{in_flats}");
    }

    #[test]
    fn everybody_was_eighteen_when_circulation_began() {
        let latest = some_residents(20_000).iter().map(|resident| resident.born).max().unwrap();
        assert!(latest <= Day::of(jiff::civil::date(2003, 12, 31)), "{}", latest.iso());
    }
}
