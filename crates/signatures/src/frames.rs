//! A signature as frames from left to right, and how far two such rows of frames are apart when one is laid along the other.

use crate::{
    canvas::{Canvas, HEIGHT, WIDTH, near},
    ink::Ink,
};

/// Frames of a signature.
const FRAMES: usize = 64;
/// Heights at which a frame is looked at.
const BANDS: usize = 6;
/// Directions in which a stroke can run; up and down are the same.
const TURNS: usize = 8;
const PARTS: usize = BANDS * TURNS;
/// How many frames one signature may run ahead of the other.
const AHEAD: usize = 8;
/// What a difference in breadth counts beside one in frames.
const BREADTH: f32 = 0.1;
/// What is added to the weight of a frame, as a part of the mean weight, so that what little ink a nearly empty one has does not count as much as strokes do.
const EMPTY: f32 = 0.25;

/// A signature as frames.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frames {
    frames: Vec<[f32; PARTS]>,
    breadth: f32,
}

impl Frames {
    /// Cuts what the pen left into frames.
    pub(crate) fn of(ink: &Ink) -> Self {
        let canvas = Canvas::of(ink);
        let columns = columns(&canvas.points);
        let step = WIDTH / FRAMES;
        let reach = 2 * step;
        let mut frames: Vec<_> = (0..FRAMES)
            .map(|frame| {
                let middle = frame * step + step / 2;
                let mut parts = [0.0; PARTS];
                let first = middle.saturating_sub(reach);
                for (x, column) in (first..=middle + reach).zip(&columns[first..]) {
                    let share = 1.0 - near(x.abs_diff(middle)) / near(reach + 1);
                    parts.iter_mut().zip(column).for_each(|(part, more)| *part += more * share);
                }
                parts.map(f32::sqrt)
            })
            .collect();
        let weight = |frame: &[f32; PARTS]| frame.iter().map(|part| part * part).sum::<f32>().sqrt();
        let mean = frames.iter().map(weight).sum::<f32>() / near(FRAMES);
        for frame in &mut frames {
            let by = (weight(frame) + EMPTY * mean).max(f32::MIN_POSITIVE);
            for part in frame {
                *part /= by;
            }
        }
        Self { frames, breadth: canvas.breadth }
    }

    /// How far two signatures are apart: 0 for the same, hardly above 1 for any two. The mean difference of their frames on the way along both on which it is
    /// least (dynamic time warping: Sakoe and Chiba 1978, symmetric, within a band), and a part of their difference in breadth.
    pub(crate) fn apart(&self, other: &Self) -> f32 {
        let mut before = [f32::INFINITY; FRAMES];
        for (row, mine) in self.frames.iter().enumerate() {
            let mut now = [f32::INFINITY; FRAMES];
            for at in row.saturating_sub(AHEAD)..(row + AHEAD + 1).min(FRAMES) {
                let apart: f32 = mine.iter().zip(&other.frames[at]).map(|(a, b)| (a - b) * (a - b)).sum();
                let (above, left) = (before[at], if at > 0 { now[at - 1] } else { f32::INFINITY });
                let across = match (row, at) {
                    (0, 0) => 0.0,
                    (_, 0) => f32::INFINITY,
                    _ => before[at - 1],
                };
                // A step along both counts twice, so that every way has the same length.
                now[at] = (across + 2.0 * apart).min(above + apart).min(left + apart);
            }
            before = now;
        }
        before[FRAMES - 1] / near(2 * FRAMES) + BREADTH * (self.breadth - other.breadth).abs()
    }
}

/// For each column of a canvas how much ink begins and ends there, by height and by the direction of the stroke.
fn columns(points: &[f32]) -> Vec<[f32; PARTS]> {
    let mut columns = vec![[0.0; PARTS]; WIDTH];
    for y in 1..HEIGHT - 1 {
        let band = (near(y) + 0.5) * near(BANDS) / near(HEIGHT) - 0.5;
        for (x, column) in (0..WIDTH - 1).zip(&mut columns).skip(1) {
            let at = y * WIDTH + x;
            let (across, down) = (points[at + 1] - points[at - 1], points[at + WIDTH] - points[at - WIDTH]);
            let edge = across.hypot(down);
            if edge < 1e-6 {
                continue;
            }
            let turn = down.atan2(across).rem_euclid(std::f32::consts::PI) / std::f32::consts::PI * near(TURNS);
            for (band, of_band) in shares(band) {
                let Some(band) = band.filter(|band| *band < BANDS) else { continue };
                for (turn, of_turn) in shares(turn) {
                    column[band * TURNS + turn.unwrap_or(0) % TURNS] += edge * of_band * of_turn;
                }
            }
        }
    }
    columns
}

/// The two whole numbers between which a place lies, where they are not below zero, and how much of it each has.
fn shares(place: f32) -> [(Option<usize>, f32); 2] {
    let below = place.floor();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number, not below 0")]
    let whole = |place: f32| (place >= 0.0).then_some(place as usize);
    [(whole(below), 1.0 - (place - below)), (whole(below + 1.0), place - below)]
}
