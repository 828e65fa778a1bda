//! The rule packs and the certificate, from outside.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod built_in;
mod by_sample;
mod calendar;
mod certificate;
mod chance;
mod clocks;
mod edges;
mod exact;
mod figures_of_2022;
mod make;
mod million;
mod packs;
mod proponents;
mod refused;
mod refused_files;
mod refused_samples;
mod retention;
mod units;
mod walked;
