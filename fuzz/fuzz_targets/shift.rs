//! Any sequence of acts of four people and a supervisor at a real case file, against the shadow model of the tests.
#![no_main]
#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::large_futures)]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

#[path = "../../crates/casework/tests/it/desk.rs"]
mod desk;
#[path = "../../crates/casework/tests/it/shift.rs"]
mod shift;
#[path = "../../crates/casework/tests/it/shift_model.rs"]
mod shift_model;
#[path = "../../crates/casework/tests/it/shift_shadow.rs"]
mod shift_shadow;

use shift_model::{Step, follow};

/// The most acts of one history.
const MOST: usize = 80;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().enable_all().build().unwrap());

fuzz_target!(|data: &[u8]| {
    let (steps, _) = data.as_chunks::<4>();
    let steps: Vec<_> = steps.iter().take(MOST).map(|bytes| Step::of(*bytes)).collect();
    RUNTIME.block_on(follow(&steps));
});
