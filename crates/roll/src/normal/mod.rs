//! One way of writing names and addresses, for the roll and for the page alike, so that what a signer wrote can be
//! held against what the roll says. Pure functions; nothing here decides about a line.

mod address;
mod agreement;
mod city;
mod distance;
mod name;
mod nickname;
mod street;
mod surname;
mod text;
mod unit;

pub(crate) use street::{announces_unit, mark_spellings, push_name_word};
pub(crate) use text::joined;

pub use address::{StreetAddress, VoterAddress};
pub use agreement::{AddressAgreement, Door, Tolerance, compare_address, compare_door};
pub use city::{City, CityMeaning, same_city};
pub use distance::distance_at_most;
pub use name::{MOST_READINGS, NameOrder, NameReading, PrintedName, Suffix, VoterName};
pub use nickname::{are_nicknames, are_spellings, nicknames};
pub use surname::Surname;
