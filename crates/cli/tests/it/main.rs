//! Whole-program tests of `countersign`: what is typed, what comes out, and what the files are like afterwards.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod cheats;
mod claims;
mod crash;
mod damage;
mod decisions;
mod demo;
mod examine;
mod full_disk;
mod harness;
mod images;
mod office;
mod postgres;
mod publish;
mod published;
mod rules;
mod sample;
mod served;
mod two_at_once;
mod verify;
