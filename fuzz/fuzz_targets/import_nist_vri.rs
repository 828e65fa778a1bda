//! Any bytes as a document of NIST SP 1500-102.
#![no_main]

use fuzz::import_bytes;
use libfuzzer_sys::fuzz_target;
use roll::Layout;

fuzz_target!(|data: &[u8]| {
    let layout = Layout::preset("nist-vri").expect("a preset");
    import_bytes(data, &layout, None);
    import_bytes(&[b"{\"@type\":\"VRI.VoterRecordResults\",", data].concat(), &layout, None);
});
