//! One line against one voter: the level of each field and what it weighs. Name and address are always of the same
//! voter; nothing is carried over from one candidate to another.

use roll::{
    Status, VoterRecord,
    normal::{
        NameOrder, NameReading, StreetAddress, Surname, VoterAddress, VoterName, are_nicknames, distance_at_most,
    },
};

use crate::{
    bits::centibits,
    evidence::{Evidence, Item, Level},
    frequency::Frequencies,
    line::PreparedLine,
    model::{Figures, Weight, Written},
};

/// What comparisons of one run share.
pub(crate) struct Comparer<'a> {
    pub(crate) figures: &'a Figures,
    pub(crate) frequencies: &'a Frequencies,
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
    pub(crate) fn compare(&self, line: &PreparedLine<'_>, voter: &VoterRecord<'_>) -> Option<Evidence> {
        let name = VoterName::of(voter);
        let readings = &line.name.readings;
        let levels: Vec<NameLevels> = readings.iter().map(|reading| levels_of(reading, &name)).collect();
        let hopeless = |levels: &NameLevels| {
            matches!(levels.first, Level::Different | Level::Unsaid)
                && matches!(levels.last, Level::Different | Level::Unsaid)
        };
        if levels.iter().all(hopeless) {
            return None;
        }
        let address = VoterAddress::of(voter);
        let (mut place, mut unit, mut locality) = self.place_items(line, &address.current);
        let mut previous_address = false;
        if let Some(previous) = &address.previous {
            let (other, other_unit, other_locality) = self.place_items(line, previous);
            let weight = other.centibits + self.figures.place.previous.0;
            let sum = |place: i32, unit: Item, locality: Item| place + unit.centibits + locality.centibits;
            if sum(weight, other_unit, other_locality) > sum(place.centibits, unit, locality) {
                (place, unit, locality) = (Item { centibits: weight, ..other }, other_unit, other_locality);
                previous_address = true;
            }
        }
        let household = self.household(line, place.level, unit.level);
        let best = readings
            .iter()
            .zip(&levels)
            .map(|(reading, levels)| self.name_items(&readings[0], reading, *levels, &name, household))
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
            suffix: self.suffix_item(line, &name),
            place,
            unit,
            locality,
            status: self.status_item(voter.status),
            previous_address,
        })
    }

    /// log2 of the odds that one given voter, and not somebody off the roll, signed a line.
    fn prior(&self) -> i32 {
        let registered = self.figures.registered_permille.clamp(1, 999);
        centibits(registered) - centibits(1000 - registered) - centibits(self.frequencies.voters())
    }

    fn name_items(
        &self,
        likeliest: &NameReading,
        reading: &NameReading,
        levels: NameLevels,
        voter: &VoterName<'_>,
        household: Household,
    ) -> [Item; 4] {
        let (first, last) = (&self.figures.first_name, &self.figures.surname);
        let frequencies = self.frequencies;
        let first_written = |written: Written| {
            let counts = (frequencies.first(&reading.first), frequencies.first(&voter.first_word));
            self.written(written, counts, household.first_ppm)
        };
        let last_written = |written: Written| {
            let counts = (frequencies.last(reading.last.whole()), frequencies.last(voter.last.whole()));
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
        let order = match reading.order {
            NameOrder::AsWritten => item(Level::AsWritten, self.figures.order.as_written),
            NameOrder::Swapped => Item { level: Level::Swapped, centibits: self.swapped(likeliest, reading) },
        };
        let middle = if levels.first == Level::MiddleName { Level::Unsaid } else { middle_level(reading, voter) };
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
    fn swapped(&self, likeliest: &NameReading, swapped: &NameReading) -> i32 {
        // Twice the counts, so that a name that nobody has counts as half a voter's.
        let people = |reading: &NameReading| {
            let first = (self.frequencies.first(&reading.first) * 2).max(1);
            first * (self.frequencies.last(reading.last.whole()) * 2).max(1)
        };
        let (as_written, swapped) = (people(likeliest) * 1000, people(swapped) * self.figures.order.swapped_permille);
        centibits(swapped.max(1)) - centibits(as_written + swapped.max(1))
    }

    /// The weight of a written name, see [`Written`]. Chances are kept in parts per 10^15.
    fn written(&self, written: Written, (on_line, of_voter): (u64, u64), household_ppm: u64) -> i32 {
        const PER_COUNT: u64 = 1_000_000_000_000_000;
        let voters = self.frequencies.voters();
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

    fn suffix_item(&self, line: &PreparedLine<'_>, voter: &VoterName<'_>) -> Item {
        let weights = &self.figures.suffix;
        match (line.name.suffix, voter.suffix) {
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
    fn place_items(&self, line: &PreparedLine<'_>, voter: &StreetAddress) -> (Item, Item, Item) {
        let weights = &self.figures.place;
        let level = place_level(&line.address, voter, !line.residents.is_empty());
        let among = |residents: u64| centibits(self.frequencies.voters()) - centibits(residents);
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
        let unit = if at_home {
            self.unit_item(&line.address.unit, &voter.unit)
        } else {
            Item { level: Level::Unsaid, centibits: 0 }
        };
        let locality = locality_level(&line.address, voter);
        let mut locality = if at_home {
            item(locality, self.figures.locality_at_home.weight(locality))
        } else {
            item(locality, self.figures.locality_elsewhere.weight(locality))
        };
        if !at_home && locality.level == Level::Same {
            locality.centibits += among(self.frequencies.zip(&voter.zip));
        }
        (Item { level, centibits: place }, unit, locality)
    }

    fn unit_item(&self, line: &str, voter: &str) -> Item {
        let weights = &self.figures.unit;
        match (line.is_empty(), voter.is_empty()) {
            (true, true) => item(Level::None, weights.none),
            (true, false) => item(Level::LeftOut, weights.left_out),
            _ if line == voter => item(Level::Same, weights.same),
            _ => item(Level::Different, weights.different),
        }
    }
}

fn item(level: Level, weight: Weight) -> Item {
    Item { level, centibits: weight.0 }
}

fn levels_of(reading: &NameReading, voter: &VoterName<'_>) -> NameLevels {
    NameLevels { first: first_level(&reading.first, voter), last: last_level(&reading.last, &voter.last) }
}

fn first_level(line: &str, voter: &VoterName<'_>) -> Level {
    let (name, middle) = (&*voter.first_word, &*voter.middle);
    if line.is_empty() || name.is_empty() {
        return Level::Unsaid;
    }
    if line == name || line == voter.first {
        return Level::Same;
    }
    if line.len() == 1 || name.len() == 1 {
        return if line.as_bytes()[0] == name.as_bytes()[0] { Level::Initial } else { Level::Different };
    }
    if are_nicknames(line, name) {
        return Level::Nickname;
    }
    if middle.len() > 1 && line == middle {
        return Level::MiddleName;
    }
    match slips(line, name) {
        Some(Level::OneSlip) => Level::OneSlip,
        _ if line.len() >= 3 && (name.starts_with(line) || line.starts_with(name) && name.len() >= 3) => {
            Level::Shortened
        }
        Some(level) => level,
        None => Level::Different,
    }
}

fn last_level(line: &Surname<'_>, voter: &Surname<'_>) -> Level {
    let (written, name) = (line.whole(), voter.whole());
    if written.is_empty() || name.is_empty() {
        return Level::Unsaid;
    }
    if written == name {
        return Level::Same;
    }
    let is_half = |halves: Option<(&str, &str)>, whole: &str| {
        halves.is_some_and(|(head, tail)| (head == whole && head.len() > 2) || (tail == whole && tail.len() > 2))
    };
    if is_half(voter.halves(), written) {
        return Level::Half;
    }
    if is_half(line.halves(), name) {
        return Level::Extended;
    }
    match slips(written, name) {
        Some(Level::OneSlip) => Level::OneSlip,
        _ if written.len() >= 4 && name.starts_with(written) => Level::Shortened,
        Some(level) => level,
        None => Level::Different,
    }
}

/// One slip in a word of three letters or more, two in six or more.
fn slips(left: &str, right: &str) -> Option<Level> {
    let shorter = left.len().min(right.len());
    match distance_at_most(left, right, 2)? {
        0 | 1 if shorter >= 2 => Some(Level::OneSlip),
        2 if shorter >= 5 => Some(Level::TwoSlips),
        _ => None,
    }
}

fn middle_level(reading: &NameReading, voter: &VoterName<'_>) -> Level {
    let (line, name) = (reading.middle.as_str(), &*voter.middle);
    match (line.len(), name.len()) {
        (0, _) => Level::Unsaid,
        (_, 0) => Level::NotOnRoll,
        (1, _) | (_, 1) if line.as_bytes()[0] == name.as_bytes()[0] => Level::Initial,
        _ if line == name || distance_at_most(line, name, 1).is_some() && line.len() > 3 => Level::Same,
        _ => Level::Different,
    }
}

fn place_level(line: &StreetAddress, voter: &StreetAddress, inhabited: bool) -> Level {
    if !line.has_street() || !voter.has_street() || line.number.is_empty() {
        return Level::Unsaid;
    }
    let number_equal = line.number == voter.number;
    let street_equal = line.street == voter.street;
    let conflict = |left: &str, right: &str| !left.is_empty() && !right.is_empty() && left != right;
    if number_equal && street_equal {
        let conflicts = conflict(line.street_type, voter.street_type)
            || conflict(line.pre, voter.pre)
            || conflict(line.post, voter.post);
        return if conflicts { Level::OtherType } else { Level::Same };
    }
    let number_slip =
        || line.number.len().max(voter.number.len()) >= 3 && distance_at_most(&line.number, &voter.number, 1).is_some();
    if street_equal {
        return if number_slip() { Level::NumberSlip } else { Level::SameStreet };
    }
    let street_slip = is_street_slip(&line.street, &voter.street);
    match (number_equal, street_slip) {
        (true, true) if inhabited => Level::StreetSlipInhabited,
        (true, true) => Level::StreetSlip,
        (true, false) => Level::SameNumber,
        (false, true) if number_slip() => Level::BothSlips,
        _ => Level::Elsewhere,
    }
}

/// Whether two street names differ only by slips: one in four letters, two in six, three in ten; or one is the
/// beginning of the other. Numbered streets have no slips: 121ST and 124TH are two streets.
fn is_street_slip(left: &str, right: &str) -> bool {
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

fn locality_level(line: &StreetAddress, voter: &StreetAddress) -> Level {
    let zips = !line.zip.is_empty() && !voter.zip.is_empty();
    let cities = !line.city.is_empty() && !voter.city.is_empty();
    if zips && line.zip == voter.zip {
        Level::Same
    } else if zips && distance_at_most(&line.zip, &voter.zip, 1).is_some() {
        Level::OneSlip
    } else if cities && roll::normal::same_city(&line.city, &voter.city) {
        Level::City
    } else if zips || cities {
        Level::Different
    } else {
        Level::Unsaid
    }
}
