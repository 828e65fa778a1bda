//! What is printed around the place where people sign, told from what they wrote by its shape: rules and frames, the label of the field, and what reaches in
//! from the field above or below.

use std::collections::BTreeMap;

use crate::{
    canvas::near,
    ink::Ink,
    piece::{Piece, pieces},
};

/// How far a printed rule is from a straight line at most, in points: paper is not quite flat.
const BESIDE: f32 = 2.0;
/// The fewest letters of a label.
const LEAST_LETTERS: usize = 5;

/// Takes off rules: what runs nearly straight along an edge of the paper for longer than a pen does, however little the paper was turned on the scanner.
pub(crate) fn take_rules_off(ink: &mut Ink) {
    let (width, height) = (ink.width, ink.height);
    let lying = {
        let runs = runs(ink, [height, width], [width, 1], width / 16);
        pieces(&runs)
            .into_iter()
            .filter(move |rule| rule.wide() * 5 >= width * 3 && is_straight(rule, |at| [at % width, at / width]))
    };
    let standing = {
        let runs = runs(ink, [width, height], [1, width], height / 8);
        pieces(&runs)
            .into_iter()
            .filter(move |rule| rule.high() * 4 >= height * 3 && is_straight(rule, |at| [at / width, at % width]))
    };
    // The edge of a rule is ragged: what is beside it on both sides goes with it.
    let mut take = |points: Vec<usize>, beside: usize| {
        for point in points {
            ink.on[point] = false;
            if let Some(before) = point.checked_sub(beside) {
                ink.on[before] = false;
            }
            if let Some(after) = ink.on.get_mut(point + beside) {
                *after = false;
            }
        }
    };
    lying.for_each(|rule| take(rule.points, width));
    standing.for_each(|rule| take(rule.points, 1));
}

/// Whether a piece is drawn along a ruler: nearly everywhere it is within [`BESIDE`] of the straight line from its beginning to its end, and that line does not
/// climb as a flourish does. `place` says where a point is along the piece, and across.
fn is_straight(piece: &Piece, place: impl Fn(usize) -> [usize; 2]) -> bool {
    let mut across: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for [along, at] in piece.points.iter().map(|&point| place(point)) {
        let (sum, count) = across.entry(along).or_default();
        *sum += at;
        *count += 1;
    }
    let middles: Vec<_> = across.values().map(|(sum, count)| near(*sum) / near(*count)).collect();
    let (Some(first), Some(last)) = (middles.first(), middles.last()) else { return false };
    let step = (last - first) / near(middles.len());
    let beside = |(at, middle): (usize, &f32)| (middle - first - step * near(at)).abs() <= BESIDE;
    let count = middles.iter().enumerate().filter(|middle| beside(*middle)).count();
    count * 10 >= middles.len() * 9 && step.abs() * 20.0 <= 1.0
}

/// The ink of every straight run that is long enough, along lines of so many points; the steps lead to the next line, and along it.
fn runs(ink: &Ink, [lines, count]: [usize; 2], [next, step]: [usize; 2], least: usize) -> Ink {
    let mut on = vec![false; ink.on.len()];
    for line in 0..lines {
        let at = |place: usize| line * next + place * step;
        let mut since = 0;
        for place in 0..=count {
            if place < count && ink.on[at(place)] {
                continue;
            }
            if place - since >= least.max(2) {
                (since..place).for_each(|place| on[at(place)] = true);
            }
            since = place + 1;
        }
    }
    Ink { width: ink.width, height: ink.height, on }
}

/// The letters of labels: small pieces in a row on one line of print. A hand does not set five letters so evenly.
pub(crate) fn labels(all: &[Piece], height: usize) -> impl Iterator<Item = &Piece> {
    let letter = |piece: &&Piece| (4..=height / 7).contains(&piece.high()) && piece.wide() <= 2 * piece.high();
    let mut letters: Vec<_> = all.iter().filter(letter).collect();
    letters.sort_by_key(|letter| (letter.left, letter.top));
    let mut rows: Vec<Vec<&Piece>> = Vec::new();
    for letter in letters {
        let follows = |row: &&mut Vec<&Piece>| {
            row.last().is_some_and(|last| {
                letter.bottom.abs_diff(last.bottom) <= 1 && letter.left <= last.right + 2 * letter.high()
            })
        };
        match rows.iter_mut().find(follows) {
            Some(row) => row.push(letter),
            None => rows.push(vec![letter]),
        }
    }
    rows.into_iter().filter(|row| row.len() >= LEAST_LETTERS).flatten()
}

/// Whether a piece is what an edge of the picture left of something beyond it.
pub(crate) fn is_cut_off(piece: &Piece, height: usize) -> bool {
    (piece.top == 0 || piece.bottom + 1 == height) && piece.high() * 12 <= height
}
