//! Any bytes behind the marks of gzip and zip.
#![no_main]

use fuzz::import_bytes;
use libfuzzer_sys::fuzz_target;
use roll::Layout;

fuzz_target!(|data: &[u8]| {
    let layout = Layout::preset("generic").expect("a preset");
    let Some((first, rest)) = data.split_first() else { return };
    let mark: &[u8] = if first & 1 == 0 { b"\x1f\x8b\x08" } else { b"PK\x03\x04" };
    import_bytes(&[mark, rest].concat(), &layout, None);
});
