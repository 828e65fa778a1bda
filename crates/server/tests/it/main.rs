//! The office as its callers see it: requests go through the whole router, people and cases are real. With `scripts/postgres` before them, both are
//! on a PostgreSQL server.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod authenticator;
mod backups;
mod counter;
mod desk;
mod failed;
mod images;
mod keying;
mod matrix;
mod oversight;
mod passkeys;
mod progress;
mod provider;
mod public;
mod registrar;
mod room;
mod room_images;
mod sessions;
mod shifts;
mod sign_on;
mod states;
mod supervision;
mod trouble;
mod two_servers;
mod work;
