//! The county: blocks of about a thousand voters who live side by side. A block is made from its number alone, so
//! that its voters can be made again at any time and the roll need never be held in memory.

use crate::calendar::{Day, FORM_APPROVED};
use crate::household::settle;
use crate::person::{Address, Previous, Standing, Unit, UnitLabel, Voter, VoterId};
use crate::random::{Dice, Stream};
use crate::scale::REGISTERED;
use crate::tables::{Place, Tables};

/// Active voters in a block, at most.
const ACTIVE_PER_BLOCK: u64 = 1000;
/// Blocks in one zip, about; a small county therefore has few zips, each as full as in a large one.
const BLOCKS_PER_ZIP: usize = 8;

/// A county of a given size and seed.
pub(crate) struct County<'t> {
    pub(crate) tables: &'t Tables,
    pub(crate) seed: u64,
    /// The zips in use, each with the sum of residents up to and with it.
    places: Vec<(Place, u64)>,
    /// The first row of every block, and at the end the number of rows.
    first_rows: Vec<u64>,
    active: u64,
}

/// How many voters of each standing live in a block.
struct Composition([(Standing, u64); 6]);

impl Composition {
    /// Of a thousand active voters, 12 registered during circulation and 3 too late; on top of them come 22 inactive,
    /// 3 pending and 15 canceled registrations. Small blocks have at least one of each.
    fn of_active(active: u64) -> Self {
        let share = |per_mille: u64| (active * per_mille).div_ceil(1000);
        let (during, late) = (share(12), share(3));
        Self([
            (Standing::Settled, active - during - late),
            (Standing::During, during),
            (Standing::Late, late),
            (Standing::Inactive, share(22)),
            (Standing::Pending, share(3)),
            (Standing::Canceled, share(15)),
        ])
    }

    fn rows(&self) -> u64 {
        self.0.iter().map(|&(_, count)| count).sum()
    }
}

impl<'t> County<'t> {
    /// A county with exactly so many active voters.
    pub(crate) fn new(tables: &'t Tables, seed: u64, active: u64) -> Self {
        let blocks = active.div_ceil(ACTIVE_PER_BLOCK);
        let mut first_rows = vec![0];
        let mut rows = 0;
        for block in 0..blocks {
            rows += Composition::of_active(share(active, block, blocks)).rows();
            first_rows.push(rows);
        }
        Self { tables, seed, places: places(tables, active), first_rows, active }
    }

    /// How many blocks there are.
    pub(crate) fn blocks(&self) -> u64 {
        self.first_rows.len() as u64 - 1
    }

    /// How many rows the roll has.
    pub(crate) fn rows(&self) -> u64 {
        self.first_rows.last().copied().unwrap_or(0)
    }

    /// The block of a row.
    pub(crate) fn block_of(&self, row: u64) -> u64 {
        self.first_rows.partition_point(|&first| first <= row).saturating_sub(1) as u64
    }

    /// The part of a total that falls to a block; the parts add up to the total.
    pub(crate) fn share(&self, total: u64, block: u64) -> u64 {
        share(total, block, self.blocks())
    }

    /// The zip of a block: the blocks follow the residents.
    fn place(&self, block: u64) -> Place {
        let residents = self.places.last().map_or(0, |&(_, sum)| sum);
        let middle = (2 * block + 1) * residents / (2 * self.blocks());
        self.places[self.places.partition_point(|&(_, sum)| sum <= middle)].0
    }

    /// The voters of a block, in the order of the roll.
    pub(crate) fn voters(&self, block: u64) -> Vec<Voter> {
        let mut dice = Dice::new(self.seed, Stream::Voters, block);
        let composition = Composition::of_active(self.share(self.active, block));
        let mut standings: Vec<Standing> = Vec::new();
        for (standing, count) in composition.0 {
            standings.extend((0..count).map(|_| standing));
        }
        dice.shuffle(&mut standings);
        let mut residents = settle(&mut dice, self.tables, self.place(block), standings.len());
        // The roll is not sorted by address: father and son are not told apart by who comes first.
        dice.shuffle(&mut residents);
        let rows = (self.first_rows[usize::try_from(block).unwrap_or(usize::MAX)]..).map(VoterId::of_row);
        let people = rows.zip(residents).zip(standings);
        people
            .map(|((id, resident), standing)| {
                let mut voter = Voter {
                    id,
                    name: resident.name,
                    sex: resident.sex,
                    born: resident.born,
                    address: resident.address,
                    standing,
                    registered: resident.born,
                    canceled: None,
                    previous: None,
                };
                self.register(&mut dice, &mut voter);
                voter
            })
            .collect()
    }

    /// Fills in the dates of a registration, and sometimes a former residence.
    fn register(&self, dice: &mut Dice, voter: &mut Voter) {
        let approved = Day::of(FORM_APPROVED);
        match voter.standing {
            Standing::Settled | Standing::Inactive | Standing::Canceled => {
                // Eighteen years on, or 1985 when the oldest affidavits on file were taken; late rather than early.
                let first = voter.born.plus(18 * 366).0.max(Day::of(jiff::civil::date(1985, 1, 1)).0);
                let last = approved.minus(30).0;
                voter.registered = Day(dice.between(first, last).max(dice.between(first, last)));
                if voter.standing == Standing::Canceled {
                    voter.canceled = Some(Day(dice.between(voter.registered.0 + 1, approved.minus(1).0)));
                }
                if dice.chance(180) {
                    voter.previous = Some(Previous { address: self.anywhere(dice), until: voter.registered.minus(1) });
                }
            }
            Standing::During => voter.registered = approved.plus(dice.between(1, 134)),
            Standing::Late => {
                // 2022-06-20 to 07-05, or 2022-07-07 to 07-20.
                let days = dice.between(0, 29);
                voter.registered = approved.plus(144 + days + u32::from(days > 15));
            }
            Standing::Pending => {
                voter.registered = approved.minus(60).plus(dice.below(190));
                if dice.chance(300) {
                    // Registered ahead of the eighteenth birthday, which falls after filing.
                    voter.born = Day::of(jiff::civil::date(2004, 9, 1)).plus(dice.below(500));
                }
            }
        }
    }

    /// A residence somewhere in the county, in general nobody's on the roll.
    pub(crate) fn anywhere(&self, dice: &mut Dice) -> Address {
        let place = dice.pick(&self.places).0;
        residence(dice, self.tables, place)
    }

    /// A residence in a county nearby.
    pub(crate) fn outside(&self, dice: &mut Dice) -> Address {
        let place = dice.weighted(&self.tables.outside);
        residence(dice, self.tables, place)
    }
}

/// The zips in use, each with the sum of residents up to and with it. A county larger than the real one is several of
/// its size side by side, each with zips of its own: more voters then mean more streets, not longer ones.
fn places(tables: &Tables, active: u64) -> Vec<(Place, u64)> {
    let all = &tables.inside;
    let copies = usize::try_from(active.div_ceil(REGISTERED)).unwrap_or(1).max(1);
    let blocks = usize::try_from(active.div_ceil(ACTIVE_PER_BLOCK)).unwrap_or(usize::MAX);
    let wanted = (blocks / BLOCKS_PER_ZIP).clamp(1, copies * all.len());
    let mut residents = 0;
    let mut taken = vec![0_u8; all.len()];
    let places = (0..wanted).map(|i| {
        let at = (2 * i + 1) * all.len() / (2 * wanted);
        let (place, count) = all[at];
        residents += u64::from(count);
        taken[at] += 1;
        (Place { zip: place.zip.in_copy(taken[at] - 1), ..place }, residents)
    });
    places.collect()
}

/// The part of a total that falls to one block of several, the same for all but for one.
fn share(total: u64, block: u64, blocks: u64) -> u64 {
    (block + 1) * total / blocks - block * total / blocks
}

/// Some residence in a place.
fn residence(dice: &mut Dice, tables: &Tables, place: Place) -> Address {
    let street = dice.weighted(&tables.streets);
    let unit = dice.chance(350).then(|| Unit {
        word: dice.pick(&["APT", "APT", "APT", "UNIT", "#"]),
        label: UnitLabel::Number(dice.between(1, 40)),
    });
    Address {
        number: dice.between(100, 18_999),
        pre: dice.pick(&["", "", "", "N", "S", "E", "W"]),
        street: street.name,
        kind: street.kind,
        unit,
        place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_county_has_exactly_its_active_voters_and_four_in_a_hundred_more() {
        let tables = Tables::load().unwrap();
        for active in [567, 5_669, 56_686] {
            let county = County::new(&tables, 1, active);
            let voters: Vec<Voter> = (0..county.blocks()).flat_map(|block| county.voters(block)).collect();
            assert_eq!(voters.len() as u64, county.rows());
            assert_eq!(voters.iter().filter(|voter| voter.standing.status() == "A").count() as u64, active);
            assert!((1035..1050).contains(&(county.rows() * 1000 / active)), "{}", county.rows());
            assert!(voters.iter().enumerate().all(|(row, voter)| voter.id == VoterId::of_row(row as u64)));
            assert!(voters.iter().enumerate().all(|(row, voter)| voter.id.row() == row as u64));
        }
    }

    #[test]
    fn dates_of_a_registration_follow_each_other() {
        let tables = Tables::load().unwrap();
        let county = County::new(&tables, 2, 30_000);
        let approved = Day::of(FORM_APPROVED);
        let filed = Day::of(crate::calendar::FILED);
        for voter in (0..county.blocks()).flat_map(|block| county.voters(block)) {
            assert!(voter.born < voter.registered);
            assert!(voter.previous.is_none_or(|previous| previous.until < voter.registered));
            assert_eq!(voter.canceled.is_some(), voter.standing == Standing::Canceled);
            assert!(voter.canceled.is_none_or(|day| voter.registered < day && day < approved));
            assert_eq!(
                voter.registered < approved,
                match voter.standing {
                    Standing::Settled | Standing::Inactive | Standing::Canceled => true,
                    Standing::During | Standing::Late => false,
                    Standing::Pending => voter.registered < approved,
                }
            );
            assert_ne!(voter.registered, filed);
        }
    }

    #[test]
    fn a_small_county_has_few_zips_and_a_large_one_all() {
        let tables = Tables::load().unwrap();
        let zips = |active| {
            let county = County::new(&tables, 1, active);
            (0..county.blocks()).map(|block| county.place(block).zip).collect::<BTreeSet<_>>().len()
        };
        assert_eq!(zips(5_669), 1);
        assert_eq!(zips(56_686), 7);
        let full = zips(5_668_569);
        assert!(full > 250);
        // A zip with fewer residents than a block may have no voter at full size and one in a copy.
        for times in [4, 8] {
            let zips = zips(REGISTERED * times as u64);
            assert!((times * full..times * full * 101 / 100).contains(&zips), "{times} times {full}: {zips}");
        }
    }
}
