//! What leaves the house on paper and on the screen: the certificate as a document to sign and as a readable account, and the pieces of the
//! public record. Nothing is decided here; every figure is the certificate's.

mod account;
mod paper;
pub mod record;

pub use account::account;
pub use paper::{ReportError, certificate_pdf};
