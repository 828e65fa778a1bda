//! What an image is, by its first bytes: nothing is unpacked, so that no file can make the program unpack more than there is room for.

use imagesize::ImageType;

/// The longest file that is taken for an image of a page, in bytes.
pub const MOST_BYTES: usize = 16 << 20;

/// The most pixels of an image: a legal page at 600 dots an inch has 43 million.
pub const MOST_PIXELS: u64 = 64_000_000;

/// How an image is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// TIFF.
    Tiff,
}

impl Form {
    /// Its name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Tiff => "tiff",
        }
    }

    /// The form of a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Png, Self::Jpeg, Self::Tiff].into_iter().find(|form| form.name() == name)
    }

    /// Its name in the header of an answer.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Tiff => "image/tiff",
        }
    }
}

/// How an image is written, and how large it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// How it is written.
    pub form: Form,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Why a file is not taken for an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoImage {
    /// It does not begin as one.
    #[error(
        "this is not an image: it begins neither as PNG, nor as JPEG, nor as TIFF; whatever its name says, save it as one of these"
    )]
    Other,
    /// It begins as one, and does not say how large it is.
    #[error("the beginning of the image is damaged or cut off, so that its size cannot be told; scan or save it again")]
    Damaged,
    /// Too many bytes.
    #[error("the file has {0} bytes; an image has 16 MiB at most, so scan with fewer dots an inch, or save it as JPEG")]
    TooLong(usize),
    /// Too many pixels, or none.
    #[error("the image has {width} by {height} pixels; it must have at least one, and 64 million at most")]
    Pixels {
        /// Pixels across.
        width: u64,
        /// Pixels down.
        height: u64,
    },
}

/// Says what an image is, or why a file is none.
pub fn look_at(bytes: &[u8]) -> Result<Shape, NoImage> {
    if bytes.len() > MOST_BYTES {
        return Err(NoImage::TooLong(bytes.len()));
    }
    let form = match imagesize::image_type(bytes) {
        Ok(ImageType::Png) => Form::Png,
        Ok(ImageType::Jpeg) => Form::Jpeg,
        Ok(ImageType::Tiff) => Form::Tiff,
        _ => return Err(NoImage::Other),
    };
    let size = imagesize::blob_size(bytes).map_err(|_| NoImage::Damaged)?;
    let (width, height) = (size.width as u64, size.height as u64);
    let fits = width.checked_mul(height).is_some_and(|pixels| (1..=MOST_PIXELS).contains(&pixels));
    match (u32::try_from(width), u32::try_from(height)) {
        (Ok(width), Ok(height)) if fits => Ok(Shape { form, width, height }),
        _ => Err(NoImage::Pixels { width, height }),
    }
}
