//! Tests of the fold, the settlement, the stored events and the invariants, seen from outside the crate.

// The lints' exception for tests does not reach the builder's functions, which no test attribute marks.
#![allow(clippy::unwrap_used, clippy::panic)]

mod audit;
mod build;
mod case;
mod events;
mod invariants;
mod model;
mod plain;
mod running;
mod sample;
mod settle;
