//! Images of pages and signatures, each kept under the digest of its bytes: in a folder, or in a store that speaks the protocol of S3. What an image
//! shows, and whose it is, the case says.

mod bucket;
mod folder;
mod image;

use std::{fmt, path::PathBuf, str::FromStr};

use sha2::{Digest as _, Sha256};

use bucket::Bucket;
pub use bucket::Key;
use folder::Folder;
pub use image::{Form, MOST_BYTES, MOST_PIXELS, NoImage, Shape, look_at};

/// The SHA-256 of an image, by which it is found. It is shown as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Why a text is no digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no digest of an image, which has 64 hexadecimal digits in lower case")]
pub struct NoDigest;

impl FromStr for Digest {
    type Err = NoDigest;

    fn from_str(text: &str) -> Result<Self, NoDigest> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|sign| sign.is_ascii_digit() || (b'a'..=b'f').contains(&sign)) {
            return Err(NoDigest);
        }
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| NoDigest)?;
        }
        Ok(Self(bytes))
    }
}

/// Why an image was not kept, or not found. Whatever the error, what was kept before is there still.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The address of a store is none.
    #[error(
        "{address:?} is no place for images: {why}. It is a folder, or s3+https://host/bucket for a store that speaks the protocol of S3"
    )]
    Address {
        /// What was given.
        address: String,
        /// What is wrong.
        why: String,
    },
    /// A file of the folder cannot be read or written.
    #[error("{}: {source}; check that the folder is there, that it may be written to, and that there is room", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The store does not do what it was asked for.
    #[error(
        "the store of images {place} does not do what it was asked for: {why}. Check that it runs and that the key is right, and try again"
    )]
    Store {
        /// The store.
        place: String,
        /// What it said, or what was tried.
        why: String,
    },
    /// No such image.
    #[error("{place} has no image {digest}; restore it from a backup of the images")]
    Missing {
        /// The folder or the store.
        place: String,
        /// Which.
        digest: Digest,
    },
    /// What is kept is not what was given.
    #[error(
        "the image {digest} in {place} is damaged; restore it from a backup of the images, or take it in once more"
    )]
    Damaged {
        /// The folder or the store.
        place: String,
        /// Which.
        digest: Digest,
    },
}

/// Where images are kept. Its calls take as long as the disk or the network does.
#[derive(Debug)]
pub struct Blobs(Kept);

#[derive(Debug)]
enum Kept {
    Folder(Folder),
    Bucket(Box<Bucket>),
}

impl Blobs {
    /// The store at an address: a folder, which is made with the first image, or `s3+https://host[:port]/bucket[/prefix][?region=...&ca=FILE]`.
    pub fn open(address: &str, key: impl FnOnce() -> Option<Key>) -> Result<Self, BlobError> {
        Ok(Self(if address.starts_with("s3+") {
            Kept::Bucket(Box::new(Bucket::open(address, key)?))
        } else {
            Kept::Folder(Folder::new(PathBuf::from(address)))
        }))
    }

    /// Keeps an image. When this returns it is on disk, and was read back from a store. What is there already is kept once.
    pub fn put(&self, bytes: &[u8]) -> Result<Digest, BlobError> {
        let digest = Digest::of(bytes);
        match &self.0 {
            Kept::Folder(folder) => folder.put(digest, bytes)?,
            Kept::Bucket(bucket) => bucket.put(digest, bytes)?,
        }
        Ok(digest)
    }

    /// An image as it was given, or an error.
    pub fn get(&self, digest: Digest) -> Result<Vec<u8>, BlobError> {
        let bytes = match &self.0 {
            Kept::Folder(folder) => folder.get(digest)?,
            Kept::Bucket(bucket) => bucket.get(digest)?,
        };
        if Digest::of(&bytes) == digest {
            Ok(bytes)
        } else {
            Err(BlobError::Damaged { place: self.to_string(), digest })
        }
    }

    /// Removes an image for good; one that is not there needs no removing.
    pub fn remove(&self, digest: Digest) -> Result<(), BlobError> {
        match &self.0 {
            Kept::Folder(folder) => folder.remove(digest),
            Kept::Bucket(bucket) => bucket.remove(digest),
        }
    }
}

/// The folder or the store, without its key.
impl fmt::Display for Blobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kept::Folder(folder) => folder.fmt(f),
            Kept::Bucket(bucket) => bucket.fmt(f),
        }
    }
}
