//! Memory that is asked for together comes together: a roll is larger than any cache, and one look-up after the other
//! would wait for each of its steps.

use std::hint::black_box;

/// Reads values that lie far apart and throws them away, so that they are near when they are used.
pub fn fetch(values: impl Iterator<Item = Option<u64>>) {
    black_box(values.fold(0, |all, value| all ^ value.unwrap_or(0)));
}
