//! Any bytes behind the mark of Parquet, and before it at the end.
#![no_main]

use fuzz::import_bytes;
use libfuzzer_sys::fuzz_target;
use roll::Layout;

fuzz_target!(|data: &[u8]| {
    let layout = Layout::preset("generic").expect("a preset");
    import_bytes(&[b"PAR1", data, b"PAR1"].concat(), &layout, None);
});
