//! Images as they are kept and found again, in a folder and in a store.

#![allow(clippy::unwrap_used, clippy::panic)]

mod bucket;
mod folder;
mod image;
