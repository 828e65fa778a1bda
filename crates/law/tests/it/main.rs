//! The rule packs and the certificate, from outside.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod calendar;
mod certificate;
mod packs;
mod refused;
