//! What the pictures of a county are made with: the fonts, the empty forms, and who has which hand.

use std::{collections::BTreeMap, sync::OnceLock};

use rayon::prelude::*;

use super::{
    font::Fonts,
    form,
    hand::{Hand, Print},
    paper::Paper,
};
use crate::{
    county::County,
    person::Name,
    random::{Dice, Stream},
};

/// Whoever writes: each has a hand of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Person {
    /// A voter, by the row of the roll.
    Voter(u64),
    /// Somebody else, by the number of the line on which they sign.
    Other(u64),
    /// A circulator.
    Circulator(u64),
}

impl Person {
    /// A circulator, who has the same hand in every section.
    pub(crate) fn circulator(name: &str) -> Self {
        let sum = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self::Circulator(sum >> 17)
    }
}

/// What a picture needs to know of a voter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) name: Name,
    /// The row of somebody who lives with them.
    pub(crate) kin: Option<u64>,
}

pub(crate) struct Studio<'a> {
    pub(crate) seed: u64,
    pub(crate) fonts: &'a Fonts,
    forms: [OnceLock<Paper>; form::WAYS],
    /// The voters who sign, by row.
    pub(crate) known: BTreeMap<u64, Known>,
}

impl<'a> Studio<'a> {
    /// A studio that knows the voters in these rows.
    pub(crate) fn new(county: &County<'_>, fonts: &'a Fonts, rows: &[u64]) -> Self {
        let mut blocks: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for &row in rows {
            blocks.entry(county.block_of(row)).or_default().push(row);
        }
        let blocks: Vec<_> = blocks.into_iter().collect();
        let known = blocks.into_par_iter().flat_map_iter(|(block, rows)| {
            let voters = county.voters(block);
            let first = voters.first().map_or(0, |voter| voter.id.row());
            let known = rows.into_iter().filter_map(|row| {
                let voter = voters.get(usize::try_from(row - first).ok()?)?;
                let kin = voters.iter().find(|other| other.id != voter.id && other.address == voter.address);
                Some((row, Known { name: voter.name, kin: kin.map(|kin| kin.id.row()) }))
            });
            known.collect::<Vec<_>>()
        });
        Self { seed: county.seed, fonts, forms: [const { OnceLock::new() }; form::WAYS], known: known.collect() }
    }

    /// The empty form as it lies on the scanner.
    pub(crate) fn form(&self, way: usize) -> Paper {
        let made = || form::form(&self.fonts.form, way);
        self.forms.get(way).map_or_else(made, |form| form.get_or_init(made).clone())
    }

    /// How a person signs.
    pub(crate) fn hand(&self, person: Person) -> Hand {
        Hand::new(
            &mut self.dice(person, [Stream::Hand, Stream::OtherHand, Stream::CirculatorHand]),
            self.fonts.scripts.len(),
        )
    }

    /// How a person prints.
    pub(crate) fn print(&self, person: Person) -> Print {
        Print::new(
            &mut self.dice(person, [Stream::Print, Stream::OtherPrint, Stream::CirculatorPrint]),
            self.fonts.prints.len(),
        )
    }

    fn dice(&self, person: Person, [voter, other, circulator]: [Stream; 3]) -> Dice {
        match person {
            Person::Voter(row) => Dice::new(self.seed, voter, row),
            Person::Other(line) => Dice::new(self.seed, other, line),
            Person::Circulator(key) => Dice::new(self.seed, circulator, key),
        }
    }

    /// The hands of a line that somebody else signed in a voter's name: mostly another hand, often that of somebody in the house, and now and then one that imitates the voter's.
    pub(crate) fn forged(&self, dice: &mut Dice, voter: Person, kin: Option<u64>, line: u64) -> (Hand, Print) {
        let other = Person::Other(line);
        match (dice.below(100), kin) {
            (0..22, _) => (self.hand(voter).imitated(dice), self.print(other)),
            (22..55, Some(row)) => (self.hand(Person::Voter(row)), self.print(Person::Voter(row))),
            _ => (self.hand(other), self.print(other)),
        }
    }
}
