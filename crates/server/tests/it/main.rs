//! The office as its callers see it: requests go through the whole router, people and cases are real.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod desk;
mod matrix;
mod oversight;
mod room;
mod sessions;
mod supervision;
mod work;
