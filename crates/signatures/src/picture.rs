//! Images unpacked, as how dark each point is, and no larger than is looked at.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits, LumaA};

use crate::Unread;

/// The longer side of what is looked at, in points; a signature of six inches has so many at a hundred dots an inch.
const LONGER_SIDE: u32 = 700;
/// The most pixels that are unpacked.
const MOST_PIXELS: u64 = 16_000_000;
/// The most memory that unpacking may take.
const MOST_MEMORY: u64 = 256 << 20;

/// An image as how dark each point is: 0 is white paper, 255 black ink. Rows from the top.
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) dark: Vec<u8>,
}

impl Picture {
    /// Unpacks an image. What is transparent is paper.
    pub(crate) fn unpacked(image: &[u8]) -> Result<Self, Unread> {
        let refused = |error| match error {
            ImageError::Limits(_) => Unread::TooLarge,
            _ => Unread::NoImage,
        };
        // What else the library reads in this program is nothing that an office takes in, or browsers do not show it.
        let Ok(form @ (ImageFormat::Png | ImageFormat::Jpeg)) = image::guess_format(image) else {
            return Err(Unread::NoImage);
        };
        let mut reader = ImageReader::with_format(Cursor::new(image), form);
        let mut limits = Limits::default();
        limits.max_alloc = Some(MOST_MEMORY);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(refused)?;
        let (width, height) = decoder.dimensions();
        if u64::from(width) * u64::from(height) > MOST_PIXELS {
            return Err(Unread::TooLarge);
        }
        // As browsers turn it, so that the machine sees what people see.
        let turned = decoder.orientation().map_err(refused)?;
        let mut pixels = DynamicImage::from_decoder(decoder).map_err(refused)?;
        pixels.apply_orientation(turned);
        let (width, height) = (pixels.width(), pixels.height());
        let light = light(pixels);
        let by = width.max(height).div_ceil(LONGER_SIDE).max(1) as usize;
        let (width, height) = (width as usize, height as usize);
        let (across, down) = (width.div_ceil(by), height.div_ceil(by));
        // Of each point the sum, and how many pixels fall together on it.
        let mut points = vec![(0_u32, 0_u32); across * down];
        for (y, row) in light.chunks(width).enumerate() {
            let first = y / by * across;
            for (x, light) in row.iter().enumerate() {
                let (sum, count) = &mut points[first + x / by];
                *sum += u32::from(255 - light);
                *count += 1;
            }
        }
        let dark = points.into_iter().map(|(sum, count)| u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX)).collect();
        Ok(Self { width: across, dark })
    }
}

/// How light each pixel is on white paper.
fn light(image: DynamicImage) -> Vec<u8> {
    if !image.color().has_alpha() {
        return image.into_luma8().into_raw();
    }
    let shown = |pixel: &LumaA<u8>| {
        let [light, opaque] = pixel.0.map(u32::from);
        u8::try_from(255 - (255 - light) * opaque / 255).unwrap_or(u8::MAX)
    };
    image.into_luma_alpha8().pixels().map(shown).collect()
}
