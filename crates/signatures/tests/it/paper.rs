//! Signatures drawn for the tests: pens, papers, printed fields, and files of every form.

use std::io::Cursor;

use image::{DynamicImage, GrayAlphaImage, GrayImage, ImageFormat, Luma, LumaA};

/// The way of a pen: strokes of points, in a box from 0 to 1 both ways.
pub(crate) type Way = &'static [&'static [(f32, f32)]];

pub(crate) const ONE: Way = &[
    &[(0.0, 0.9), (0.12, 0.0), (0.2, 0.9), (0.05, 0.5), (0.22, 0.55)],
    &[(0.28, 0.5), (0.24, 0.9), (0.34, 0.85), (0.36, 0.45), (0.4, 0.9), (0.46, 0.5), (0.5, 0.9)],
    &[(0.56, 0.05), (0.55, 0.9), (0.66, 0.7), (0.6, 0.5), (0.75, 0.9), (1.0, 0.8)],
];
pub(crate) const TWO: Way = &[
    &[(0.05, 0.05), (0.05, 1.0), (0.05, 0.1), (0.25, 0.05), (0.28, 0.35), (0.06, 0.5), (0.3, 1.0)],
    &[(0.4, 0.9), (0.36, 0.6), (0.45, 0.55), (0.46, 0.9), (0.4, 0.9)],
    &[(0.55, 0.1), (0.7, 1.0), (0.85, 0.1), (0.7, 0.55), (0.95, 0.95)],
    &[(0.0, 1.0), (1.0, 0.6)],
];

/// Paper and pen.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Where the box lies in which is written: left, top, width, height.
    pub(crate) at: [f32; 4],
    /// Half the breadth of the stroke.
    pub(crate) pen: f32,
    /// How dark the pen writes, and the paper is.
    pub(crate) ink: u8,
    pub(crate) paper: u8,
}

pub(crate) const DESK: Desk =
    Desk { width: 500, height: 120, at: [60.0, 20.0, 300.0, 80.0], pen: 1.6, ink: 220, paper: 8 };

impl Desk {
    pub(crate) fn blank(self) -> GrayImage {
        GrayImage::from_pixel(self.width, self.height, Luma([255 - self.paper]))
    }

    pub(crate) fn write(self, way: Way) -> GrayImage {
        let mut paper = self.blank();
        let [left, top, width, height] = self.at;
        for stroke in way {
            for pair in stroke.windows(2) {
                let [from, to] = [pair[0], pair[1]].map(|(x, y)| (left + x * width, top + y * height));
                line(&mut paper, from, to, self.pen, self.ink);
            }
        }
        paper
    }
}

/// A stroke of a round pen.
pub(crate) fn line(paper: &mut GrayImage, from: (f32, f32), to: (f32, f32), pen: f32, ink: u8) {
    let steps = ((to.0 - from.0).hypot(to.1 - from.1) * 2.0).ceil().max(1.0);
    let mut step = 0.0;
    while step <= steps {
        let (x, y) = (from.0 + (to.0 - from.0) * step / steps, from.1 + (to.1 - from.1) * step / steps);
        let box_of = |middle: f32, all: u32| {
            let first = (middle - pen).floor().max(0.0) as u32;
            first..((middle + pen).ceil().max(-1.0) as i64 + 1).clamp(0, i64::from(all)) as u32
        };
        for at_y in box_of(y, paper.height()) {
            for at_x in box_of(x, paper.width()) {
                let point = paper.get_pixel_mut(at_x, at_y);
                if (at_x as f32 - x).hypot(at_y as f32 - y) <= pen {
                    point.0[0] = point.0[0].min(255 - ink);
                }
            }
        }
        step += 1.0;
    }
}

pub(crate) fn file(image: impl Into<DynamicImage>, form: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, form).unwrap();
    bytes.into_inner()
}

pub(crate) fn png(image: GrayImage) -> Vec<u8> {
    file(image, ImageFormat::Png)
}

/// The same with paper that is not there: only the ink is opaque, and everything is black beneath.
pub(crate) fn transparent(image: &GrayImage) -> GrayAlphaImage {
    GrayAlphaImage::from_fn(image.width(), image.height(), |x, y| LumaA([0, 255 - image.get_pixel(x, y).0[0]]))
}

/// Lets dust fall, of so many points across, all over the paper.
pub(crate) fn dust(paper: &mut GrayImage, across: f32) {
    let (width, height) = (paper.width() as f32, paper.height() as f32);
    for nth in 0..24_u8 {
        let [x, y] = [37, 61].map(|step| f32::from(nth.wrapping_mul(step)) / 256.0);
        let at = (x * width, y * height);
        line(paper, at, at, across / 2.0, 200);
    }
}

/// Prints the field around a signature as a form has it, turned a little: rules, a frame, a label, and what reaches in from the field below.
pub(crate) fn print_field(paper: &mut GrayImage) {
    let (width, height) = (paper.width() as f32, paper.height() as f32);
    for (from, to, pen) in [
        ((0.0, 6.0), (width, 4.0), 0.8),
        ((0.0, height - 9.0), (width, height - 6.0), 1.6),
        ((5.0, 0.0), (6.5, height), 0.9),
        ((width - 5.0, 0.0), (width - 3.0, height), 0.9),
    ] {
        line(paper, from, to, pen, 190);
    }
    for letter in 0..9_u8 {
        let left = 14.0 + f32::from(letter) * 12.0;
        line(paper, (left, 12.0), (left, 24.0), 0.9, 200);
        line(paper, (left, 12.0), (left + 6.0, 12.0), 0.9, 200);
        line(paper, (left, 18.0), (left + 5.0, 18.0), 0.9, 200);
        // Of the label below there is but the top.
        line(paper, (left, height - 1.0), (left + 7.0, height - 1.0), 1.6, 200);
    }
}
