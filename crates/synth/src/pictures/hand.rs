//! A person's hand: how they sign, all their life about the same, and how they print.

use crate::random::Dice;

/// How somebody signs. Lengths are in heights of a small x, unless said otherwise.
#[derive(Debug, Clone)]
pub(crate) struct Hand {
    /// The font that it is bent from.
    pub(crate) script: usize,
    pub(crate) manner: Manner,
    /// The height of a small x, in pixels.
    pub(crate) size: f32,
    /// How far a point leans to the right for each unit that it is higher.
    pub(crate) slant: f32,
    pub(crate) width: f32,
    pub(crate) spacing: f32,
    /// How much broader the pen is than the font's, in pixels.
    pub(crate) broader: f32,
    /// How much the line climbs.
    pub(crate) rise: f32,
    /// The line swings: height, length, beginning.
    pub(crate) swing: [f32; 3],
    /// How large a capital is against its font's.
    pub(crate) capital: f32,
    /// How large the last letter is against the first.
    pub(crate) shrink: f32,
    /// How much of each word is written out; the rest is a stroke.
    pub(crate) kept: f32,
    /// The stroke in place of letters: how many bows, how high, how long for a letter.
    pub(crate) trail: [f32; 3],
    pub(crate) flourish: Flourish,
    /// The way of a scribble, for those who write no letters.
    pub(crate) scribble: [[f32; 2]; 9],
    /// How unsteadily it is drawn.
    pub(crate) tremor: f32,
}

/// What somebody writes of their name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    FirstLast,
    FirstInitialLast,
    InitialLast,
    InitialsLast,
    FirstInitial,
    Last,
    /// The first letter, and a scribble.
    Scribble,
    /// The first letters of both names, and a scribble.
    TwoScribbles,
}

/// What is drawn beside the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flourish {
    None,
    /// A line below, drawn back from the end.
    Under,
    /// The last letter goes on, upwards.
    Tail,
    /// A stroke through the name.
    Through,
    /// A loop around the first letter.
    Loop,
    /// The end goes back above the name.
    Over,
}

const MANNERS: [(Manner, u32); 8] = [
    (Manner::FirstLast, 46),
    (Manner::FirstInitialLast, 12),
    (Manner::InitialLast, 11),
    (Manner::InitialsLast, 5),
    (Manner::FirstInitial, 4),
    (Manner::Last, 4),
    (Manner::Scribble, 11),
    (Manner::TwoScribbles, 7),
];

const FLOURISHES: [(Flourish, u32); 6] = [
    (Flourish::None, 52),
    (Flourish::Under, 14),
    (Flourish::Tail, 15),
    (Flourish::Through, 5),
    (Flourish::Loop, 5),
    (Flourish::Over, 9),
];

impl Hand {
    /// Some person's hand, of one of so many fonts.
    pub(crate) fn new(dice: &mut Dice, scripts: usize) -> Self {
        // Some go back and forth in loops, some up and down, some flat.
        let (back, high, low) = (dice.within(-1.4, 0.3), dice.within(0.3, 1.9), dice.within(-0.3, 0.7));
        let mut scribble = [[0.0; 2]; 9];
        let mut x = 0.0;
        for (nth, point) in scribble.iter_mut().enumerate() {
            let up = dice.chance(if nth % 2 == 0 { 880 } else { 160 });
            *point = [x, if up { -high * dice.within(0.5, 1.1) } else { low * dice.within(0.4, 1.2) }];
            x += if up { dice.within(0.1, 1.1) } else { dice.within(back.max(-0.8), 1.7 + back.min(0.0) * 0.4) };
        }
        let manner = dice.drawn(&MANNERS);
        Self {
            script: dice.index(scripts),
            manner,
            size: dice.within(15.0, 29.0),
            slant: dice.within(-0.18, 0.45),
            width: dice.within(0.74, 1.36),
            spacing: dice.within(-0.10, 0.26),
            broader: dice.within(0.0, 1.5),
            rise: dice.within(-0.05, 0.11),
            swing: [dice.within(0.0, 0.34), dice.within(5.0, 16.0), dice.within(0.0, 1.0)],
            capital: dice.within(0.8, 1.45),
            shrink: dice.within(0.55, 1.08),
            kept: if dice.chance(560) { 1.0 } else { dice.within(0.25, 0.8) },
            trail: [dice.within(0.0, 5.0), dice.within(0.15, 0.8), dice.within(0.25, 0.7)],
            flourish: dice.drawn(&FLOURISHES),
            scribble,
            tremor: if dice.chance(60) { dice.within(0.04, 0.09) } else { dice.within(0.0, 0.02) },
        }
    }

    /// The same hand on another day; with 1 as different as from one week to the next, with more as over years.
    pub(crate) fn again(&self, dice: &mut Dice, apart: f32) -> Self {
        let mut about = |spread: f32| dice.about() * spread * apart;
        let mut hand = self.clone();
        hand.size *= 1.0 + about(0.06);
        hand.slant += about(0.035);
        hand.width *= 1.0 + about(0.045);
        hand.spacing += about(0.02);
        hand.broader = (hand.broader + about(0.2)).max(0.0);
        hand.rise += about(0.018);
        hand.swing[0] *= 1.0 + about(0.2);
        hand.swing[2] += about(0.06);
        hand.capital *= 1.0 + about(0.05);
        hand.shrink *= 1.0 + about(0.05);
        if hand.kept < 1.0 {
            hand.kept = (hand.kept + about(0.04)).clamp(0.2, 1.0);
        }
        hand.trail.iter_mut().for_each(|part| *part *= 1.0 + about(0.12));
        hand.scribble.iter_mut().flatten().for_each(|part| *part += about(0.09));
        hand
    }

    /// Somebody else who has this signature before them and draws it: the same letters, flourish and look, another lean, breadth and size, and slowly.
    pub(crate) fn imitated(&self, dice: &mut Dice) -> Self {
        let mut either = |least: f32, most: f32| {
            let by = dice.within(least, most);
            if dice.chance(500) { by } else { -by }
        };
        let mut hand = self.clone();
        hand.slant += either(0.12, 0.3);
        hand.width *= 1.0 + either(0.12, 0.28);
        hand.size *= 1.0 + either(0.08, 0.22);
        hand.spacing += either(0.05, 0.12);
        hand.broader = (hand.broader + either(0.3, 0.8)).max(0.0);
        hand.rise += either(0.03, 0.07);
        hand.capital *= 1.0 + either(0.1, 0.25);
        hand.shrink *= 1.0 + either(0.08, 0.2);
        hand.swing[2] += either(0.2, 0.5);
        hand.trail.iter_mut().for_each(|part| *part *= 1.0 + either(0.2, 0.4));
        hand.scribble.iter_mut().flatten().for_each(|part| *part += either(0.1, 0.4));
        hand.kept = (hand.kept + 0.25).min(1.0);
        hand.tremor += 0.04;
        hand
    }
}

/// How somebody prints. Lengths are in heights of a capital.
#[derive(Debug, Clone)]
pub(crate) struct Print {
    pub(crate) font: usize,
    /// The height of a capital against that of the field.
    pub(crate) size: f32,
    pub(crate) slant: f32,
    pub(crate) width: f32,
    pub(crate) spacing: f32,
    pub(crate) broader: f32,
    pub(crate) rise: f32,
    /// How far letters stand from where they should.
    pub(crate) jitter: f32,
}

impl Print {
    /// Some person's print, of one of so many fonts.
    pub(crate) fn new(dice: &mut Dice, fonts: usize) -> Self {
        Self {
            font: dice.index(fonts),
            size: dice.within(0.36, 0.56),
            slant: dice.within(-0.08, 0.22),
            width: dice.within(0.84, 1.16),
            spacing: dice.within(-0.02, 0.14),
            broader: dice.within(0.0, 1.3),
            rise: dice.within(-0.012, 0.02),
            jitter: dice.within(0.015, 0.06),
        }
    }

    /// The same person on another line.
    pub(crate) fn again(&self, dice: &mut Dice) -> Self {
        let mut about = |spread: f32| dice.about() * spread;
        let mut print = self.clone();
        print.size *= 1.0 + about(0.05);
        print.slant += about(0.02);
        print.width *= 1.0 + about(0.04);
        print.spacing += about(0.015);
        print.rise += about(0.006);
        print
    }
}
