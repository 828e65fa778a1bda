//! The normal forms of names and addresses, class by class: what is written in two ways and is the same, and what looks
//! alike and is not.

mod addresses;
mod cities;
mod names;
mod properties;
