//! The rule packs and the certificate, from outside.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod built_in;
mod calendar;
mod certificate;
mod clocks;
mod make;
mod packs;
mod refused;
mod refused_files;
mod refused_samples;
