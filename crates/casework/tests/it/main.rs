//! The verbs of the office over a real case file: what they keep, what they refuse, and that nothing is half done.

mod desk;
mod invariants;
mod keeping;
mod tables;
