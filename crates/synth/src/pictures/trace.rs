//! What a pen leaves on paper: letters bent point by point, and strokes between them.

use super::font::{Glyph, Stretch};

/// A point on the paper, y downwards.
pub(crate) type Point = [f32; 2];

/// A wave of period 1 and height 1, made of parabolas: the same on every machine, as a sine is not.
pub(crate) fn wave(at: f32) -> f32 {
    let part = at - at.floor();
    let half = if part < 0.5 { part } else { part - 0.5 };
    let bow = 16.0 * half * (0.5 - half);
    if part < 0.5 { bow } else { -bow }
}

/// Outlines full of ink, one after another, each a polygon. All of them turn the same way, and holes the other way, so that no ink is lost where they overlap.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace {
    points: Vec<Point>,
    /// Where each outline ends.
    ends: Vec<usize>,
}

impl Trace {
    /// A letter, each point of its outline put where `bend` says, drawn with a pen so much broader than its font's.
    pub(crate) fn letter(&mut self, glyph: &Glyph, broader: f32, bend: impl Fn(Point) -> Point) {
        let first = (self.points.len(), self.ends.len());
        let mut last = [0.0; 2];
        for stretch in &glyph.outline {
            match *stretch {
                Stretch::Move(to) | Stretch::Line(to) => {
                    last = bend(to);
                    self.points.push(last);
                }
                Stretch::Curve(over, to) => {
                    let (from, over, to) = (last, bend(over), bend(to));
                    let long = (to[0] - from[0]).abs() + (to[1] - from[1]).abs();
                    let steps = if long > 12.0 { 5 } else { 3 };
                    self.points.extend((1..=steps).map(|step| {
                        let t = share(step, steps);
                        let axis = |i: usize| {
                            let back = 1.0 - t;
                            back * back * from[i] + 2.0 * back * t * over[i] + t * t * to[i]
                        };
                        [axis(0), axis(1)]
                    }));
                    last = to;
                }
                Stretch::Close => self.ends.push(self.points.len()),
            }
        }
        // Some fonts turn the other way.
        let area: f32 = self.outlines_from(first).map(area).sum();
        let mut begin = first.0;
        for &end in &self.ends[first.1..] {
            let outline = &mut self.points[begin..end];
            if area < 0.0 {
                outline.reverse();
            }
            if broader > 0.05 {
                broaden(outline, broader / 2.0);
            }
            begin = end;
        }
    }

    /// A stroke through points, smooth, as wide as `width` says from its beginning at 0 to its end at 1.
    pub(crate) fn stroke(&mut self, points: &[Point], width: impl Fn(f32) -> f32) {
        let way = smooth(points);
        let Some(last) = way.len().checked_sub(1).filter(|&last| last > 0) else { return };
        let mut before: Option<[Point; 2]> = None;
        for (place, &[x, y]) in way.iter().enumerate() {
            let [from, to] = [way[place.saturating_sub(1)], way[(place + 1).min(last)]];
            let [along, down] = [to[0] - from[0], to[1] - from[1]];
            let length = (along * along + down * down).sqrt().max(1e-3);
            let half = width(share(place, last)) / 2.0;
            let [aside, below] = [-down / length * half, along / length * half];
            let edge = [[x + aside, y + below], [x - aside, y - below]];
            if let Some([left, right]) = before {
                self.piece([left, edge[0], edge[1], right]);
            }
            before = Some(edge);
        }
    }

    /// Paper covered by ink, between four corners.
    pub(crate) fn piece(&mut self, mut corners: [Point; 4]) {
        if area(&corners) < 0.0 {
            corners.reverse();
        }
        self.points.extend(corners);
        self.ends.push(self.points.len());
    }

    /// The outlines.
    pub(crate) fn outlines(&self) -> impl Iterator<Item = &[Point]> {
        self.outlines_from((0, 0))
    }

    fn outlines_from(&self, (mut begin, outline): (usize, usize)) -> impl Iterator<Item = &[Point]> {
        self.ends[outline..].iter().map(move |&end| {
            let outline = &self.points[begin..end];
            begin = end;
            outline
        })
    }

    /// All of it, each point put where `place` says.
    pub(crate) fn placed(mut self, place: impl Fn(Point) -> Point) -> Self {
        self.points.iter_mut().for_each(|point| *point = place(*point));
        self
    }

    /// The box around it: left, top, right, bottom.
    pub(crate) fn bounds(&self) -> Option<[f32; 4]> {
        let boxes = self.points.iter().map(|&[x, y]| [x, y, x, y]);
        boxes.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
    }
}

/// Twice the area within an outline; negative where it turns the other way.
fn area(outline: &[Point]) -> f32 {
    outline.iter().zip(outline.iter().cycle().skip(1)).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum()
}

/// Moves the points of an outline outwards.
fn broaden(outline: &mut [Point], by: f32) {
    let Some((&first, &end)) = outline.first().zip(outline.last()) else { return };
    let along = |from: Point, to: Point| {
        let [x, y] = [to[0] - from[0], to[1] - from[1]];
        let length = (x * x + y * y).sqrt().max(1e-3);
        [x / length, y / length]
    };
    let mut before = end;
    for place in 0..outline.len() {
        let here = outline[place];
        let after = outline.get(place + 1).copied().unwrap_or(first);
        let (into, out) = (along(before, here), along(here, after));
        let [x, y] = [into[0] + out[0], into[1] + out[1]];
        // Where it turns back on itself there is no outward.
        let length = (x * x + y * y).sqrt().max(0.7);
        outline[place] = [here[0] + y / length * by, here[1] - x / length * by];
        before = here;
    }
}

/// Where one of some places is, from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "a stroke has some hundred places")]
fn share(place: usize, last: usize) -> f32 {
    place as f32 / last as f32
}

/// The way through points, after Catmull and Rom.
fn smooth(points: &[Point]) -> Vec<Point> {
    const STEPS: usize = 8;
    let Some(last) = points.len().checked_sub(1) else { return Vec::new() };
    let mut way = Vec::with_capacity(points.len() * STEPS);
    for place in 0..last {
        let [a, b, c, d]: [Point; 4] =
            [points[place.saturating_sub(1)], points[place], points[place + 1], points[(place + 2).min(last)]];
        for step in 0..STEPS {
            let along = share(step, STEPS);
            let axis = |i: usize| {
                let cubic = 3.0 * (b[i] - c[i]) + d[i] - a[i];
                let square = 2.0 * a[i] - 5.0 * b[i] + 4.0 * c[i] - d[i];
                b[i] + along * 0.5 * (c[i] - a[i] + along * (square + along * cubic))
            };
            way.push([axis(0), axis(1)]);
        }
    }
    way.extend(points.last());
    way
}
