//! One line against one voter: the level of each field and what it weighs. Name and address are always of the same
//! voter; nothing is carried over from one candidate to another.

use roll::{
    Status,
    index::{Form, Locality, Place, Vocabulary},
    normal::{City, MOST_READINGS, NameOrder, distance_at_most},
};

use crate::{
    bits::centibits,
    evidence::{Evidence, Item, Level},
    ground::{Ground, sketch_of},
    line::{PreparedLine, Reading},
    model::{Figures, Weight, Written},
};

/// What comparisons of one run share.
pub(crate) struct Comparer<'a> {
    pub(crate) figures: &'a Figures,
    pub(crate) ground: &'a Ground<'a>,
}

/// Levels of one reading of the printed name.
#[derive(Clone, Copy)]
struct NameLevels {
    first: Level,
    last: Level,
}

/// How much a household's shared names take away from an agreement.
#[derive(Clone, Copy)]
struct Household {
    first_ppm: u64,
    last_ppm: u64,
}

impl Comparer<'_> {
    /// The evidence for a voter, or nothing if neither name has anything to do with the line.
    pub(crate) fn compare(&self, line: &PreparedLine<'_>, voter: &Form) -> Option<Evidence> {
        let index = &self.ground.index;
        let hopeless = |levels: &NameLevels| {
            matches!(levels.first, Level::Garbled | Level::Unknown | Level::Different | Level::Unsaid)
                && matches!(levels.last, Level::Different | Level::Unsaid)
        };
        let mut levels = [NameLevels { first: Level::Different, last: Level::Different }; MOST_READINGS];
        for (levels, reading) in levels.iter_mut().zip(&line.readings) {
            *levels = NameLevels { first: self.first_level(reading, voter), last: self.last_level(reading, voter) };
        }
        if levels.iter().all(hopeless) {
            return None;
        }
        let (mut place, mut unit, mut locality) = self.place_items(line, &voter.place);
        let mut previous_address = false;
        if let Some(previous) = index.previous(voter) {
            let (other, other_unit, other_locality) = self.place_items(line, previous);
            let weight = other.centibits + self.figures.place.previous.0;
            let sum = |place: i32, unit: Item, locality: Item| place + unit.centibits + locality.centibits;
            if sum(weight, other_unit, other_locality) > sum(place.centibits, unit, locality) {
                (place, unit, locality) = (Item { centibits: weight, ..other }, other_unit, other_locality);
                previous_address = true;
            }
        }
        let household = self.household(line, place.level, unit.level);
        let likeliest = line.readings.first()?;
        let best = line
            .readings
            .iter()
            .zip(&levels)
            .filter(|(_, levels)| !hopeless(levels))
            .map(|(reading, levels)| self.name_items(likeliest, reading, *levels, voter, household))
            .max_by_key(|items| {
                let total: i32 = items.iter().map(|item| item.centibits).sum();
                // Of equal readings the usual order stands.
                (total, std::cmp::Reverse(items[2].level))
            })?;
        let [first_name, surname, order, middle_name] = best;
        Some(Evidence {
            prior_centibits: self.prior(),
            first_name,
            surname,
            order,
            middle_name,
            suffix: self.suffix_item(line, voter),
            place,
            unit,
            locality,
            status: self.status_item(voter.status()),
            previous_address,
        })
    }

    /// log2 of the odds that one given voter, and not somebody off the roll, signed a line.
    fn prior(&self) -> i32 {
        let registered = self.figures.registered_permille.clamp(1, 999);
        centibits(registered) - centibits(1000 - registered) - centibits(self.ground.voters)
    }

    fn name_items(
        &self,
        likeliest: &Reading,
        reading: &Reading,
        levels: NameLevels,
        voter: &Form,
        household: Household,
    ) -> [Item; 4] {
        let (first, last) = (&self.figures.first_name, &self.figures.surname);
        let first_written = |written: Written| {
            let counts = (self.as_given(reading.given), self.as_given(voter.given));
            self.written(written, counts, household.first_ppm)
        };
        let last_written = |written: Written| {
            let counts = (self.as_surname(reading.surname), self.as_surname(voter.surname));
            self.written(written, counts, household.last_ppm)
        };
        let first_weight = match levels.first {
            Level::Same => first_written(first.same),
            Level::Nickname => first_written(first.nickname),
            Level::OneSlip => first_written(first.one_slip),
            Level::TwoSlips => first_written(first.two_slips),
            Level::Shortened => first_written(first.shortened),
            Level::MiddleName => first_written(first.middle_name),
            Level::Initial => first.initial.0,
            Level::Unsaid => first.unsaid.0,
            Level::Garbled => first.garbled.0,
            Level::Unknown => first.unknown.0,
            _ => first.different.0,
        };
        let last_weight = match levels.last {
            Level::Same => last_written(last.same),
            Level::Half => last_written(last.half),
            Level::Extended => last_written(last.extended),
            Level::OneSlip => last_written(last.one_slip),
            Level::TwoSlips => last_written(last.two_slips),
            Level::Shortened => last_written(last.shortened),
            Level::Unsaid => last.unsaid.0,
            _ => last.different.0,
        };
        let order = match reading.text.order {
            NameOrder::AsWritten => item(Level::AsWritten, self.figures.order.as_written),
            NameOrder::Swapped => Item { level: Level::Swapped, centibits: self.swapped(likeliest, reading) },
        };
        let middle = if levels.first == Level::MiddleName { Level::Unsaid } else { self.middle_level(reading, voter) };
        [
            Item { level: levels.first, centibits: first_weight },
            Item { level: levels.last, centibits: last_weight },
            order,
            item(
                middle,
                match middle {
                    Level::Same => self.figures.middle_name.same,
                    Level::Initial => self.figures.middle_name.initial,
                    Level::Different => self.figures.middle_name.different,
                    Level::NotOnRoll => self.figures.middle_name.not_on_roll,
                    _ => self.figures.middle_name.unsaid,
                },
            ),
        ]
    }

    /// What it costs to read the names in swapped order: log2 of the share that swapped writing has in all who write so.
    fn swapped(&self, likeliest: &Reading, swapped: &Reading) -> i32 {
        // Twice the counts, so that a name that nobody has counts as half a voter's.
        let people = |reading: &Reading| {
            (self.as_given(reading.given) * 2).max(1) * (self.as_surname(reading.surname) * 2).max(1)
        };
        let (as_written, swapped) = (people(likeliest) * 1000, people(swapped) * self.figures.order.swapped_permille);
        centibits(swapped.max(1)) - centibits(as_written + swapped.max(1))
    }

    /// Voters with this given name; none for name 0.
    fn as_given(&self, name: u32) -> u64 {
        if name == 0 { 0 } else { self.ground.index.name_facts(name).as_given.into() }
    }

    /// Voters with this surname; none for name 0.
    fn as_surname(&self, name: u32) -> u64 {
        if name == 0 { 0 } else { self.ground.index.name_facts(name).as_surname.into() }
    }

    /// The weight of a written name, see [`Written`]. Chances are kept in parts per 10^15.
    fn written(&self, written: Written, (on_line, of_voter): (u64, u64), household_ppm: u64) -> i32 {
        const PER_COUNT: u64 = 1_000_000_000_000_000;
        let voters = self.ground.voters;
        let chance = written.ppb * 1_000_000;
        let of_household = chance / 1_000_000 * household_ppm;
        // A name that no voter has is still some people's name: half a voter's worth, and never more than a rare name.
        let rare = PER_COUNT / voters / 2;
        let line_share = if on_line == 0 {
            rare.min(self.figures.unseen_name_ppb * 1_000_000)
        } else {
            PER_COUNT / voters * on_line
        };
        let others = written.ppb * written.other_names * (of_voter.max(1) * 1_000_000 / voters).max(1);
        centibits(chance.max(1)) - centibits((of_household + line_share.max(others)).max(1))
    }

    fn household(&self, line: &PreparedLine<'_>, place: Level, unit: Level) -> Household {
        let figures = self.figures;
        let at_home = matches!(
            place,
            Level::Same
                | Level::OtherType
                | Level::StreetSlip
                | Level::StreetSlipInhabited
                | Level::NumberSlip
                | Level::BothSlips
        );
        // Elsewhere a shared surname tells little only if the signer may be a relative of those who live there.
        if !at_home && !line.family {
            return Household { first_ppm: 0, last_ppm: 0 };
        }
        let in_a_crowd = !at_home || matches!(place, Level::Same | Level::OtherType) && unit != Level::Same;
        let residents = if in_a_crowd { line.residents.len() as u64 } else { 1 };
        let size = figures.household_size.max(1);
        let share = |ppm: u64| ppm * size / residents.max(size);
        let first_ppm = if at_home { share(figures.household_first_name_ppm) } else { 0 };
        Household { first_ppm, last_ppm: share(figures.household_surname_ppm) }
    }

    fn suffix_item(&self, line: &PreparedLine<'_>, voter: &Form) -> Item {
        let weights = &self.figures.suffix;
        match (line.suffix, voter.suffix()) {
            (Some(left), Some(right)) if left == right => item(Level::Same, weights.same),
            (Some(_), Some(_)) => item(Level::Different, weights.different),
            (None, Some(_)) => item(Level::LeftOut, weights.left_out),
            (Some(_) | None, None) => item(Level::Unsaid, weights.unsaid),
        }
    }

    fn status_item(&self, status: Status) -> Item {
        let weights = &self.figures.status;
        match status {
            Status::Active => item(Level::Active, weights.active),
            Status::Inactive => item(Level::Inactive, weights.inactive),
            Status::Pending => item(Level::Pending, weights.pending),
            Status::Canceled => item(Level::Canceled, weights.canceled),
        }
    }

    /// Place, unit and locality of the line against one address of the voter.
    pub(crate) fn place_items(&self, line: &PreparedLine<'_>, voter: &Place) -> (Item, Item, Item) {
        let weights = &self.figures.place;
        let level = self.place_level(line, voter);
        let among = |residents: u64| centibits(self.ground.voters) - centibits(residents);
        let place = match level {
            Level::Same => among(line.residents.len() as u64) + weights.same.0,
            Level::OtherType => among(line.residents.len() as u64) + weights.other_type.0,
            Level::StreetSlip => among(1) + weights.street_slip.0,
            Level::StreetSlipInhabited => among(line.residents.len() as u64) + weights.street_slip_inhabited.0,
            Level::NumberSlip => among(line.residents.len() as u64) + weights.number_slip.0,
            Level::BothSlips => among(1) + weights.both_slips.0,
            Level::SameStreet => weights.same_street.0,
            Level::SameNumber => weights.same_number.0,
            Level::Unsaid => weights.unsaid.0,
            _ => weights.elsewhere.0,
        };
        let at_home = !matches!(level, Level::SameStreet | Level::SameNumber | Level::Unsaid | Level::Elsewhere);
        let unit = if at_home { self.unit_item(line, voter) } else { Item { level: Level::Unsaid, centibits: 0 } };
        let (locality, zip) = self.locality_level(line, voter);
        let mut locality = if at_home {
            item(locality, self.figures.locality_at_home.weight(locality))
        } else {
            item(locality, self.figures.locality_elsewhere.weight(locality))
        };
        if !at_home && locality.level == Level::Same {
            locality.centibits += among(self.ground.zip_voters(zip));
        }
        (Item { level, centibits: place }, unit, locality)
    }

    fn unit_item(&self, line: &PreparedLine<'_>, voter: &Place) -> Item {
        let weights = &self.figures.unit;
        match (line.address.unit.is_empty(), voter.unit == 0) {
            (true, true) => item(Level::None, weights.none),
            (true, false) => item(Level::LeftOut, weights.left_out),
            _ if line.unit == voter.unit => item(Level::Same, weights.same),
            _ => item(Level::Different, weights.different),
        }
    }

    fn first_level(&self, line: &Reading, voter: &Form) -> Level {
        let index = &self.ground.index;
        let written = line.text.first.as_str();
        if written.is_empty() || voter.given == 0 {
            return Level::Unsaid;
        }
        if line.given > 0 && (line.given == voter.given || line.given == voter.given_whole) {
            return Level::Same;
        }
        let sketch = sketch_of(&self.ground.name_sketches, voter.given);
        if written.len() == 1 || sketch.length() == 1 {
            let first = |word: &str| word.as_bytes().first().copied();
            let same = first(written) == first(index.names.word(voter.given));
            return if same { Level::Initial } else { Level::Different };
        }
        if line.nicknames(self.ground).binary_search(&voter.given).is_ok() {
            return Level::Nickname;
        }
        if line.given > 0 && line.given == voter.middle {
            return Level::MiddleName;
        }
        let may_be_slip = line.given_sketch.may_be_near(sketch, 2) || line.given_sketch.may_begin(sketch);
        if line.given > 0 && !may_be_slip {
            return Level::Different;
        }
        let name = index.names.word(voter.given);
        // What no voter is called is rather a name that went wrong than somebody else's.
        let different = || match line.given {
            0 if distance_at_most(written, name, written.len().max(name.len()) / 2).is_some() => Level::Garbled,
            0 => Level::Unknown,
            _ => Level::Different,
        };
        if !may_be_slip {
            return different();
        }
        match slips(written, name) {
            Some(Level::OneSlip) => Level::OneSlip,
            _ if written.len() >= 3 && (name.starts_with(written) || written.starts_with(name) && name.len() >= 3) => {
                Level::Shortened
            }
            Some(level) => level,
            None => different(),
        }
    }

    fn last_level(&self, line: &Reading, voter: &Form) -> Level {
        let written = line.text.last.whole();
        if written.is_empty() || voter.surname == 0 {
            return Level::Unsaid;
        }
        if line.surname == voter.surname {
            return Level::Same;
        }
        // Of a surname of two letters nothing can be told from a half.
        let length = |name: u32| sketch_of(&self.ground.name_sketches, name).length();
        let is_half = |halves: [u32; 2], whole: u32| whole > 0 && halves.contains(&whole) && length(whole) > 2;
        if voter.has_halves() && is_half(self.ground.index.name_facts(voter.surname).halves, line.surname) {
            return Level::Half;
        }
        if is_half(line.halves, voter.surname) {
            return Level::Extended;
        }
        let sketch = sketch_of(&self.ground.name_sketches, voter.surname);
        if !line.surname_sketch.may_be_near(sketch, 2) && !line.surname_sketch.may_begin(sketch) {
            return Level::Different;
        }
        let name = self.ground.index.names.word(voter.surname);
        match slips(written, name) {
            Some(Level::OneSlip) => Level::OneSlip,
            _ if written.len() >= 4 && name.starts_with(written) => Level::Shortened,
            Some(level) => level,
            None => Level::Different,
        }
    }

    fn middle_level(&self, line: &Reading, voter: &Form) -> Level {
        let written = line.text.middle.as_str();
        if written.is_empty() {
            return Level::Unsaid;
        }
        if voter.middle == 0 {
            return Level::NotOnRoll;
        }
        if written.len() > 1 && line.middle == voter.middle {
            return Level::Same;
        }
        let name = self.ground.index.names.word(voter.middle);
        match (written.len(), name.len()) {
            (1, _) | (_, 1) if written.as_bytes().first() == name.as_bytes().first() => Level::Initial,
            _ if written.len() > 3 && distance_at_most(written, name, 1).is_some() => Level::Same,
            _ => Level::Different,
        }
    }

    fn place_level(&self, line: &PreparedLine<'_>, voter: &Place) -> Level {
        let written = &line.address;
        if !written.has_street() || voter.street == 0 || written.number.is_empty() {
            return Level::Unsaid;
        }
        let number_equal = line.number > 0 && line.number == voter.number;
        let street_equal = line.street > 0 && line.street == voter.street;
        if number_equal && street_equal {
            return if line.conflicts_with(voter) { Level::OtherType } else { Level::Same };
        }
        let number_slip = || is_number_slip(&written.number, self.ground.index.numbers, voter.number);
        if street_equal {
            return if number_slip() { Level::NumberSlip } else { Level::SameStreet };
        }
        let sketch = sketch_of(&self.ground.street_sketches, voter.street);
        let street_slip = (line.street_sketch.may_be_near(sketch, 3) || line.street_sketch.may_begin(sketch))
            && is_street_slip(&written.street, self.ground.index.streets.word(voter.street));
        match (number_equal, street_slip) {
            (true, true) if !line.residents.is_empty() => Level::StreetSlipInhabited,
            (true, true) => Level::StreetSlip,
            (true, false) => Level::SameNumber,
            (false, true) if number_slip() => Level::BothSlips,
            _ => Level::Elsewhere,
        }
    }

    /// The level, and the voter's postal code among the places.
    fn locality_level(&self, line: &PreparedLine<'_>, voter: &Place) -> (Level, u32) {
        let locality = self.ground.index.localities.get(voter.locality as usize).copied().unwrap_or_default();
        let level = match line.last_locality.get() {
            Some((last, level)) if last == voter.locality => level,
            _ => self.level_of_locality(line, &locality),
        };
        line.last_locality.set(Some((voter.locality, level)));
        (level, locality.zip)
    }

    fn level_of_locality(&self, line: &PreparedLine<'_>, voter: &Locality) -> Level {
        if line.zip > 0 && line.zip == voter.zip {
            return Level::Same;
        }
        let written = &line.address;
        let (zip, city) = (self.ground.index.places.word(voter.zip), self.ground.city(voter.city));
        let zips = !written.zip.is_empty() && !zip.is_empty();
        let cities = !written.city.is_empty() && voter.city > 0;
        if zips && distance_at_most(&written.zip, zip, 1).is_some() {
            Level::OneSlip
        } else if cities && City::with_meaning(&written.city, line.city_meaning).is_same(&city) {
            Level::City
        } else if zips || cities {
            Level::Different
        } else {
            Level::Unsaid
        }
    }
}

fn item(level: Level, weight: Weight) -> Item {
    Item { level, centibits: weight.0 }
}

fn is_number_slip(written: &str, numbers: Vocabulary<'_>, voter: u32) -> bool {
    let number = numbers.word(voter);
    written.len().max(number.len()) >= 3 && distance_at_most(written, number, 1).is_some()
}

/// One slip in a word of two letters or more, two in four or more.
fn slips(left: &str, right: &str) -> Option<Level> {
    let shorter = left.len().min(right.len());
    match distance_at_most(left, right, 2)? {
        0 | 1 if shorter >= 2 => Some(Level::OneSlip),
        2 if shorter >= 4 => Some(Level::TwoSlips),
        _ => None,
    }
}

/// Whether two street names differ only by slips: one in four letters, two in six, three in ten; or one is the
/// beginning of the other. Numbered streets have no slips: 121ST and 124TH are two streets.
pub(crate) fn is_street_slip(left: &str, right: &str) -> bool {
    let numbered = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    let shorter = left.len().min(right.len());
    if numbered(left) && numbered(right) {
        return false;
    }
    let most = match shorter {
        0..4 => return false,
        4..6 => 1,
        6..10 => 2,
        _ => 3,
    };
    left.starts_with(right) || right.starts_with(left) || distance_at_most(left, right, most).is_some()
}
