//! Any bytes as a delimited file, with and without a header that fits, in each encoding.
#![no_main]

use fuzz::{VOTERS, import_bytes};
use libfuzzer_sys::fuzz_target;
use roll::{Encoding, Layout};

fuzz_target!(|data: &[u8]| {
    let layout = Layout::preset("generic").expect("a preset");
    let Some((first, rest)) = data.split_first() else { return };
    let encoding = [None, Some(Encoding::Utf8), Some(Encoding::Latin1), Some(Encoding::Utf16)][usize::from(first % 4)];
    if first & 4 == 0 {
        import_bytes(rest, &layout, encoding);
    } else {
        let header = VOTERS.lines().next().unwrap_or_default();
        import_bytes(&[header.as_bytes(), b"\n", rest].concat(), &layout, encoding);
    }
});
