//! What the pen left: told from the paper by how dark it is, and from what is printed by its shape.

use crate::{
    Unread,
    picture::Picture,
    piece::{Piece, pieces},
    printed,
};

/// How much darker than the paper ink is on average, at least, of 255.
const LEAST_CONTRAST: f64 = 40.0;
/// A signature has at least so many points.
const LEAST_INK: usize = 150;
/// What hangs together has at least so many points, or it is a speck.
const LEAST_PIECE: usize = 20;

/// Points of ink, row by row from the top.
pub(crate) struct Ink {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) on: Vec<bool>,
}

impl Ink {
    /// Finds what the pen left on a picture.
    pub(crate) fn on(picture: &Picture) -> Result<Self, Unread> {
        let threshold = threshold(&picture.dark).ok_or(Unread::Faint)?;
        let on: Vec<_> = picture.dark.iter().map(|&dark| dark > threshold).collect();
        let mut ink = Self { width: picture.width, height: on.len() / picture.width, on };
        if ink.count() * 2 > ink.on.len() {
            return Err(Unread::Filled);
        }
        printed::take_rules_off(&mut ink);
        let (pieces, height) = (pieces(&ink), ink.height);
        for label in printed::labels(&pieces, height) {
            ink.take_off(label);
        }
        let speck = |piece: &&Piece| piece.points.len() < LEAST_PIECE || printed::is_cut_off(piece, height);
        for piece in pieces.iter().filter(speck) {
            ink.take_off(piece);
        }
        if ink.count() < LEAST_INK { Err(Unread::Empty) } else { Ok(ink) }
    }

    fn count(&self) -> usize {
        self.on.iter().filter(|&&on| on).count()
    }

    fn take_off(&mut self, piece: &Piece) {
        piece.points.iter().for_each(|&point| self.on[point] = false);
    }
}

/// The darkness above which a point is ink. Paper and ink are told apart where the points on both sides differ most between and least among themselves (Otsu
/// 1979); a pen that is fainter than the rules around it is on the wrong side of that, and so the half of the way from the paper is enough. None where the two
/// sides hardly differ.
fn threshold(dark: &[u8]) -> Option<u8> {
    let mut counts = [0_u32; 256];
    for &dark in dark {
        counts[usize::from(dark)] += 1;
    }
    let levels = || counts.iter().zip(0_u8..=255).map(|(&count, level)| (f64::from(level), f64::from(count)));
    let (all, sum) = levels().fold((0.0, 0.0), |(all, sum), (level, count)| (all + count, sum + level * count));
    let (mut light, mut light_sum, mut best, mut found) = (0.0, 0.0, 0.0, None);
    for (level, count) in levels() {
        light += count;
        light_sum += level * count;
        let ink = all - light;
        if light == 0.0 || ink == 0.0 {
            continue;
        }
        let paper = light_sum / light;
        let contrast = (sum - light_sum) / ink - paper;
        let between = light * ink * contrast * contrast;
        if between > best {
            best = between;
            let enough = f64::midpoint(paper, level).max(paper + LEAST_CONTRAST / 2.0);
            found = (contrast >= LEAST_CONTRAST).then_some(enough);
        }
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
    found.map(|enough| enough.min(254.0) as u8)
}
