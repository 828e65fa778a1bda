//! How alike two signatures look, as a number that puts work in order. It is no verdict, and nothing is decided by it.
//!
//! A signature is read from an image in three steps: what the pen left is told from the paper, from printed rules and from specks ([`ink`]); it is laid on a
//! canvas of one size ([`canvas`]); and it is cut into frames from left to right, each with the directions in which strokes run at its heights ([`frames`]).
//! Two signatures are compared by laying the frames of one along those of the other, which may be stretched and pressed together a little.
//! No model is trained: every number here was set by hand, some of them among a few values by how well they did, and `docs/testing.md` says on what.

mod canvas;
mod frames;
mod ink;
mod picture;
mod piece;
mod printed;

use frames::Frames;
use ink::Ink;
use picture::Picture;

/// The name of this way of comparing, kept with every result: numbers of different ways do not compare.
pub const METHOD: &str = "frames-1";

/// Why an image cannot be compared. It says nothing of the signer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// The bytes are neither PNG nor JPEG, or are damaged.
    #[error("this is no PNG or JPEG that can be read; save it again as one of these, which browsers show, too")]
    NoImage,
    /// More pixels than are unpacked.
    #[error("the image has more pixels than a signature needs; cut the signature out, or scan with fewer dots an inch")]
    TooLarge,
    /// What is dark is hardly darker than the paper.
    #[error("nothing on the image stands out from the paper")]
    Faint,
    /// Too little of it is ink.
    #[error("there is too little ink on the image for a signature")]
    Empty,
    /// Too much of it is ink.
    #[error("there is more ink on the image than paper")]
    Filled,
}

/// How alike two signatures look, in thousandths: 1000 for the same image. What the number means depends on the way of comparing ([`METHOD`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Similarity(u16);

impl Similarity {
    /// In thousandths, 0 to 1000.
    pub const fn permille(self) -> u16 {
        self.0
    }
}

/// A signature, as far as it is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature(Frames);

impl Signature {
    /// Reads a signature from an image: PNG or JPEG, dark on light, cut out so that little else is on it.
    pub fn read(image: &[u8]) -> Result<Self, Unread> {
        let ink = Ink::on(&Picture::unpacked(image)?)?;
        Ok(Self(Frames::of(&ink)))
    }

    /// How alike two signatures look; the same whichever is named first.
    pub fn similarity(&self, other: &Self) -> Similarity {
        let thousandths = 1000.0 * (1.0 - self.0.apart(&other.0));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is held between 0 and 1000")]
        Similarity(thousandths.clamp(0.0, 1000.0).round() as u16)
    }
}
