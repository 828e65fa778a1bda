//! The readable account of a certificate: plain text of 80 columns, for the terminal.
use law::certificate::Certificate;
/// a
pub fn account(_certificate: &Certificate) -> String { String::new() }
