//! A signature laid on a canvas of one size, so that neither the place where somebody signed nor how large they wrote makes a difference.

use crate::ink::Ink;

/// Points across the canvas.
pub(crate) const WIDTH: usize = 192;
/// Points down the canvas.
pub(crate) const HEIGHT: usize = 72;

/// The canvas reaches so many standard deviations of the ink to each side of its middle, and further up and down: a flourish that goes beyond is cut off, and
/// does not press the name together.
const REACH: [f32; 2] = [2.2, 2.5];

/// Ink on a canvas: 0 to 1 a point, rows from the top.
pub(crate) struct Canvas {
    pub(crate) points: Vec<f32>,
    /// How many times as wide as high the signature is spread, as a natural logarithm.
    pub(crate) breadth: f32,
}

impl Canvas {
    /// Lays ink on the canvas.
    pub(crate) fn of(ink: &Ink) -> Self {
        let [(middle_x, spread_x), (middle_y, spread_y)] = spread(ink);
        let step_x = 2.0 * REACH[0] * spread_x / near(WIDTH);
        let step_y = 2.0 * REACH[1] * spread_y / near(HEIGHT);
        let mut points = vec![0.0; WIDTH * HEIGHT];
        let ink_at = ink.on.iter().enumerate().filter(|(_, on)| **on).map(|(at, _)| (at % ink.width, at / ink.width));
        for (x, y) in ink_at {
            for (row, high) in covered(y, middle_y, step_y, HEIGHT) {
                for (column, wide) in covered(x, middle_x, step_x, WIDTH) {
                    points[row * WIDTH + column] += wide * high;
                }
            }
        }
        smooth(&mut points);
        Self { points, breadth: (spread_x / spread_y).ln() }
    }
}

/// Where the middle of the ink is, and its standard deviation, across and down.
fn spread(ink: &Ink) -> [(f32, f32); 2] {
    let points = || ink.on.iter().enumerate().filter(|(_, on)| **on).map(|(at, _)| [at % ink.width, at / ink.width]);
    let count = near(points().count().max(1));
    [0, 1].map(|axis| {
        let middle = points().map(|point| near(point[axis])).sum::<f32>() / count;
        let squares = points().map(|point| (near(point[axis]) - middle).powi(2)).sum::<f32>();
        (middle, (squares / count).sqrt().max(1.0))
    })
}

/// The points of the canvas that a point of the picture covers, along one axis, with how much of each.
fn covered(place: usize, middle: f32, step: f32, all: usize) -> impl Iterator<Item = (usize, f32)> {
    let begin = (near(place) - 0.5 - middle) / step + near(all) / 2.0;
    let end = begin + 1.0 / step;
    let [first, last] = [begin.floor(), end.ceil()].map(|place| whole(place.clamp(0.0, near(all))));
    (first..last).map(move |at| (at, (end.min(near(at + 1)) - begin.max(near(at))).max(0.0)))
}

/// Evens a canvas out over the points beside each, twice, which comes near to a bell curve.
fn smooth(points: &mut [f32]) {
    for _ in 0..2 {
        for y in 0..HEIGHT {
            even_out(points, y * WIDTH, 1, WIDTH);
        }
        for x in 0..WIDTH {
            even_out(points, x, WIDTH, HEIGHT);
        }
    }
}

/// Each of a line of points becomes the mean of itself and the two beside it; beyond the ends there is nothing.
fn even_out(points: &mut [f32], first: usize, step: usize, count: usize) {
    let mut before = 0.0;
    for at in 0..count {
        let now = points[first + at * step];
        let after = if at + 1 < count { points[first + (at + 1) * step] } else { 0.0 };
        points[first + at * step] = (before + now + after) / 3.0;
        before = now;
    }
}

#[expect(clippy::cast_precision_loss, reason = "places on a picture are far below 2^24")]
pub(crate) fn near(count: usize) -> f32 {
    count as f32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places on a picture are small, and not below 0"
)]
fn whole(place: f32) -> usize {
    place as usize
}
