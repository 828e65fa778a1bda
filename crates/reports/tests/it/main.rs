//! The certificate on paper, on the terminal and against its schema.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod account;
mod paper;
mod schema;

use law::certificate::Certificate;

/// A certificate with the figures published in 2022 and invented names.
fn published() -> Certificate {
    Certificate::from_json(include_str!("certificate.json")).unwrap()
}
