//! Any bytes as the image of a signature: read, and then most like itself, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use signatures::Signature;

fuzz_target!(|data: &[u8]| {
    if let Ok(signature) = Signature::read(data) {
        assert_eq!(signature.similarity(&signature).permille(), 1000);
    }
});
