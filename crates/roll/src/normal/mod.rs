//! One way of writing names and addresses, for the roll and for the page alike, so that what a signer wrote can be
//! held against what the roll says. Pure functions; nothing here decides about a line.

mod address;
mod agreement;
mod distance;
mod name;
mod nickname;
mod street;
mod text;

pub(crate) use street::{announces_unit, mark_spellings, push_name_word};
pub(crate) use text::joined;

pub use address::{StreetAddress, VoterAddress};
pub use agreement::{AddressAgreement, Tolerance, compare_address, same_city};
pub use distance::distance_at_most;
pub use name::{NameOrder, NameReading, PrintedName, Suffix, Surname, VoterName};
pub use nickname::{are_nicknames, nicknames};
