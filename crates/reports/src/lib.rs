//! What leaves the house on paper and on the screen: the certificate as a document to sign and as a readable account.
//! Nothing is decided here; every figure is the certificate's.

mod account;
mod paper;

pub use account::account;
pub use paper::{ReportError, certificate_pdf};
