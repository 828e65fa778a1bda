//! The verbs of the office over a real case file: what they keep, what they refuse, and that nothing is half done.

// The lints' exception for tests does not reach helper functions, which no test attribute marks.
#![allow(clippy::unwrap_used, clippy::panic, clippy::large_futures)]

mod accesses;
mod acts;
mod backup;
mod challenges;
mod clock;
mod crowd;
mod desk;
mod images;
mod invariants;
mod keeping;
mod keying;
mod older;
mod own;
mod place;
mod quality;
mod record;
mod recount;
mod relaw;
mod retention;
mod room;
mod room_model;
mod sample;
mod several;
mod shift;
mod shift_model;
mod shift_shadow;
mod similarity;
mod tables;
mod work;
