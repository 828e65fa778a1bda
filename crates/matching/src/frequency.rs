//! How common names and places are on the roll: counted once by reading the snapshot.

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use roll::{
    Snapshot,
    normal::{StreetAddress, VoterName, same_city},
};

/// Fewest rows that one thread counts on its own before the counts are added up.
const FEWEST: usize = 1 << 18;

/// Counts over the voters of one snapshot.
#[derive(Debug, Default)]
pub(crate) struct Frequencies {
    voters: u64,
    first: HashMap<String, u32>,
    last: HashMap<String, u32>,
    zips: HashMap<String, u32>,
    cities: HashSet<String>,
}

impl Frequencies {
    /// Reads every voter of the snapshot, in parallel.
    pub(crate) fn count(snapshot: &Snapshot) -> Self {
        (0..snapshot.len())
            .into_par_iter()
            .with_min_len(FEWEST)
            .fold(Self::default, |mut counted, row| {
                let voter = snapshot.voter(row);
                let name = VoterName::of(&voter);
                bump(&mut counted.first, &name.first_word, 1);
                bump(&mut counted.last, name.last.whole(), 1);
                bump(&mut counted.zips, voter.address.zip.get(..5).unwrap_or(voter.address.zip), 1);
                if !counted.cities.contains(voter.address.city) {
                    counted.cities.insert(voter.address.city.to_owned());
                }
                counted
            })
            .reduce(Self::default, Self::merged)
            .finished(snapshot.len())
    }

    fn merged(mut self, mut other: Self) -> Self {
        if self.first.len() + self.last.len() < other.first.len() + other.last.len() {
            std::mem::swap(&mut self, &mut other);
        }
        other.first.into_iter().for_each(|(name, count)| bump(&mut self.first, &name, count));
        other.last.into_iter().for_each(|(name, count)| bump(&mut self.last, &name, count));
        other.zips.into_iter().for_each(|(zip, count)| bump(&mut self.zips, &zip, count));
        self.cities.extend(other.cities);
        self
    }

    /// Writes cities in their normal form, once for each spelling.
    fn finished(mut self, voters: u32) -> Self {
        let normal = |city: &String| StreetAddress::parse_line("", city, "").city;
        self.cities = self.cities.iter().map(normal).filter(|city| !city.is_empty()).collect();
        self.voters = u64::from(voters.max(1));
        self
    }

    /// Voters on the roll, at least 1.
    pub(crate) fn voters(&self) -> u64 {
        self.voters
    }

    /// Voters with this given name.
    pub(crate) fn first(&self, name: &str) -> u64 {
        self.first.get(name).copied().unwrap_or_default().into()
    }

    /// Voters with this surname.
    pub(crate) fn last(&self, name: &str) -> u64 {
        self.last.get(name).copied().unwrap_or_default().into()
    }

    /// Voters with this postal code, at least 1.
    pub(crate) fn zip(&self, zip: &str) -> u64 {
        self.zips.get(zip).copied().unwrap_or(1).into()
    }

    /// Whether city and postal code, as far as they are written, are nowhere on the roll, slips of the pen allowed for.
    pub(crate) fn is_foreign(&self, address: &StreetAddress) -> bool {
        let foreign_city = !address.city.is_empty() && !self.cities.iter().any(|city| same_city(&address.city, city));
        let foreign_zip = address.zip.len() == 5 && !self.zips.contains_key(&address.zip);
        foreign_city && (foreign_zip || address.zip.is_empty()) || address.city.is_empty() && foreign_zip
    }
}

fn bump(counts: &mut HashMap<String, u32>, name: &str, by: u32) {
    *counts.entry_ref(name).or_default() += by;
}
