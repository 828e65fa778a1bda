//! Paper with ink on it, as a scanner sees it: sixteen shades of grey, written as PNG.

use std::sync::LazyLock;

use ab_glyph_rasterizer::{Rasterizer, point};
use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter, PixelDimensions, Unit};

use super::trace::{Point, Trace};
use crate::random::{Dice, Stream};

/// Pixels in an inch.
pub(crate) const DPI: u32 = 200;

/// Side of the tile of grain, a power of two.
const TILE: usize = 256;

/// A grey picture, white when new.
#[derive(Debug, Clone)]
pub(crate) struct Paper {
    pub(crate) width: usize,
    pub(crate) height: usize,
    shades: Vec<u8>,
}

/// Part of a picture: left, top, width, height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

/// What is written with: how dark it is, how unevenly it flows, and where on the tile of grain it begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ink {
    /// From 0 for none to 255 for black.
    pub(crate) dark: u8,
    /// How much of it is lost where the grain is deepest, of 255.
    pub(crate) uneven: u8,
    pub(crate) grain: usize,
}

impl Ink {
    /// Printed ink, even and black.
    pub(crate) const fn printed(dark: u8) -> Self {
        Self { dark, uneven: 26, grain: 0 }
    }
}

/// Grain: noise of the scanner, and the slow swell of a pen's flow. One tile for all pictures.
static GRAIN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    const EIGHTHS: [u32; 8] = [0, 1, 2, 3, 4, 5, 6, 7];
    let mut dice = Dice::new(0, Stream::Grain, 0);
    let mut coarse = || (0..1024).map(|_| dice.below(128)).collect::<Vec<u32>>();
    let (swell, patch) = (coarse(), coarse());
    let mut tile = Vec::with_capacity(TILE * TILE);
    for y in 0..TILE {
        for x in 0..TILE {
            // Patches of eight pixels, each passing into its neighbour.
            let at = |x: usize, y: usize| patch[(y % 32) * 32 + x % 32] + swell[(y / 4 % 32) * 32 + x / 4 % 32];
            let (left, top, dx, dy) = (x / 8, y / 8, EIGHTHS[x % 8], EIGHTHS[y % 8]);
            let above = at(left, top) * (8 - dx) + at(left + 1, top) * dx;
            let below = at(left, top + 1) * (8 - dx) + at(left + 1, top + 1) * dx;
            let slow = (above * (8 - dy) + below * dy) / 64;
            tile.push(u8::try_from(u32::midpoint(slow, dice.below(256))).unwrap_or(u8::MAX));
        }
    }
    tile
});

impl Paper {
    /// White paper.
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self { width, height, shades: vec![255; width * height] }
    }

    /// Puts ink where something is drawn.
    pub(crate) fn ink(&mut self, trace: &Trace, ink: Ink) {
        let Some([left, top, right, bottom]) = trace.bounds() else { return };
        let (left, top) = (pixel(left - 1.0).min(self.width), pixel(top - 1.0).min(self.height));
        let (right, bottom) = (pixel(right + 2.0).min(self.width), pixel(bottom + 2.0).min(self.height));
        let (wide, high) = (right.saturating_sub(left), bottom.saturating_sub(top));
        if wide == 0 || high == 0 {
            return;
        }
        // What lies beyond the paper is drawn on its edge, where there is none.
        let within =
            |[x, y]: Point| point((x - near(left)).clamp(0.0, near(wide)), (y - near(top)).clamp(0.0, near(high)));
        let mut cover = Rasterizer::new(wide, high);
        for outline in trace.outlines() {
            let next = outline.iter().cycle().skip(1);
            outline.iter().zip(next).for_each(|(&from, &to)| cover.draw_line(within(from), within(to)));
        }
        let (grain, across, down) = (&*GRAIN, ink.grain / TILE % TILE, ink.grain % TILE);
        let (width, shades) = (self.width, &mut self.shades);
        let (dark, uneven) = (f32::from(ink.dark), f32::from(ink.uneven) / 255.0);
        cover.for_each_pixel_2d(|x, y, covered| {
            if covered > 0.004 {
                let (x, y) = (x as usize, y as usize);
                let lost = f32::from(grain[(y + down) % TILE * TILE + (x + across) % TILE]) * uneven;
                let left_white = 1.0 - (dark - lost).max(0.0) / 255.0 * covered.min(1.0);
                if let Some(shade) = shades.get_mut((top + y) * width + left + x) {
                    *shade = rounded(f32::from(*shade) * left_white);
                }
            }
        });
    }

    /// Specks of dust, so many.
    pub(crate) fn dust(&mut self, dice: &mut Dice, specks: u32) {
        for _ in 0..specks {
            let (x, y) = (dice.index(self.width), dice.index(self.height));
            let dark = u8::try_from(dice.between(30, 150)).unwrap_or(0);
            for (dx, dy) in [(0, 0), (1, 0), (0, 1)].into_iter().take(1 + dice.index(3)) {
                if let Some(shade) = self.shades.get_mut((y + dy) * self.width + x + dx) {
                    *shade = shade.saturating_sub(dark);
                }
            }
        }
    }

    /// Makes every pixel black or white, as the pads of some offices do.
    pub(crate) fn hard(&mut self) {
        self.shades.iter_mut().for_each(|shade| *shade = if *shade < 150 { 0 } else { 255 });
    }

    /// Part of the picture.
    pub(crate) fn part(&self, part: Part) -> Self {
        let (left, top) = (part.left.min(self.width), part.top.min(self.height));
        let (width, height) = (part.width.min(self.width - left), part.height.min(self.height - top));
        let rows = self.shades.chunks_exact(self.width).skip(top).take(height);
        let mut shades = Vec::with_capacity(width * height);
        rows.for_each(|row| shades.extend_from_slice(&row[left..left + width]));
        Self { width, height, shades }
    }

    /// The picture as a file.
    pub(crate) fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let (width, height) = (u32::try_from(self.width).unwrap_or(0), u32::try_from(self.height).unwrap_or(0));
        let mut file = Vec::with_capacity(self.shades.len() / 16);
        let mut encoder = Encoder::new(&mut file, width, height);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::Four);
        encoder.set_filter(Filter::NoFilter);
        encoder.set_deflate_compression(DeflateCompression::Level(1));
        let metre = DPI * 10_000 / 254;
        encoder.set_pixel_dims(Some(PixelDimensions { xppu: metre, yppu: metre, unit: Unit::Meter }));
        let mut writer = encoder.write_header()?;
        let sixteenth = |shade: u8| u8::try_from((u16::from(shade) * 15 + 127) / 255).unwrap_or(15);
        let mut rows = Vec::with_capacity(self.height * self.width.div_ceil(2));
        for row in self.shades.chunks_exact(self.width) {
            let pairs = row.chunks_exact(2);
            let single = pairs.remainder().first().map(|&shade| sixteenth(shade) << 4);
            rows.extend(pairs.map(|pair| sixteenth(pair[0]) << 4 | sixteenth(pair[1])));
            rows.extend(single);
        }
        writer.write_image_data(&rows)?;
        writer.finish()?;
        Ok(file)
    }

    /// The shade of a pixel.
    #[cfg(test)]
    pub(crate) fn shade(&self, x: usize, y: usize) -> u8 {
        self.shades[y * self.width + x]
    }
}

/// A shade.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a shade is between 0 and 255")]
fn rounded(shade: f32) -> u8 {
    (shade + 0.5) as u8
}

/// A whole number of pixels, none below zero.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "negative becomes zero, and no picture is larger than 2^24 pixels"
)]
pub(crate) fn pixel(at: f32) -> usize {
    at.max(0.0) as usize
}

/// The other way round.
#[expect(clippy::cast_precision_loss, reason = "no picture is larger than 2^24 pixels")]
pub(crate) fn near(pixel: usize) -> f32 {
    pixel as f32
}
