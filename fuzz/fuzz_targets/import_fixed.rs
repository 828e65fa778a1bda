//! Any bytes as a file of fixed width.
#![no_main]

use fuzz::import_bytes;
use libfuzzer_sys::fuzz_target;
use roll::Layout;

const LAYOUT: &str = "title = 't'\nsource = 's'\nform = 'fixed'\nrecord = 24\nencoding = 'utf-8'\ndates = ['YYYYMMDD']\n\
    default_status = 'active'\n[columns]\nvoter_id = '1-4'\nfirst = '5-10'\nlast = '11-16'\nbirth_date = '17-24'\n";

fuzz_target!(|data: &[u8]| {
    let layout = Layout::from_toml(LAYOUT, "fixed.toml").expect("a layout");
    import_bytes(data, &layout, None);
});
