//! Reference signatures: what an office has on file of a voter, taken over years on cards, pads and envelopes.

use super::{
    form::Field,
    paper::{Ink, Paper, near},
    signature::{Signer, sign},
    studio::{Person, Studio},
    trace::Trace,
};
use crate::{
    person::{Name, VoterId},
    random::{Dice, Stream},
};

const WIDTH: usize = 620;
const HEIGHT: usize = 150;

/// How many reference signatures of a voter there are.
pub(crate) fn count(seed: u64, row: u64) -> u32 {
    Dice::new(seed, Stream::References, row).pick(&[1, 1, 1, 2, 2, 3])
}

/// The name of the file of one of them, counted from 1.
pub(crate) fn file(voter: VoterId, nth: u32) -> String {
    format!("v{voter}-{nth}.png")
}

/// The names of a voter's files, as the roll has them.
pub(crate) fn files(seed: u64, voter: VoterId) -> String {
    let names: Vec<String> = (1..=count(seed, voter.row())).map(|nth| file(voter, nth)).collect();
    names.join(";")
}

/// Draws one of them.
pub(crate) fn draw(studio: &Studio<'_>, voter: VoterId, name: &Name, nth: u32) -> Paper {
    let row = voter.row();
    let mut dice = Dice::new(studio.seed, Stream::Reference, row << 2 | u64::from(nth));
    // The older, the further from today's.
    let hand = studio.hand(Person::Voter(row)).again(&mut dice, 0.9 + 0.3 * near(nth as usize));
    let mut paper = Paper::new(WIDTH, HEIGHT);
    let field: Field = [26.0, 14.0, near(WIDTH) - 26.0, near(HEIGHT) - 16.0];
    let signed = sign(studio.fonts, &hand, &Signer::registered(name), field, &mut dice);
    let kind = dice.below(100);
    if kind < 55 {
        // A card or an envelope, with a rule to sign on.
        let mut rule = Trace::default();
        let y = near(HEIGHT) - 34.0 + dice.about() * 4.0;
        rule.stroke(&[[18.0, y], [near(WIDTH) - 18.0, y + dice.about() * 2.0]], |_| 1.6);
        paper.ink(&rule, Ink::printed(150));
    }
    let dark = u8::try_from(dice.between(175, 240)).unwrap_or(200);
    paper.ink(&signed, Ink { dark, uneven: 95, grain: dice.index(1 << 16) });
    if kind < 80 {
        let specks = dice.below(14);
        paper.dust(&mut dice, specks);
    } else {
        // A pad on a counter knows no shades.
        paper.hard();
    }
    paper
}
