//! Any bytes as an article, plain and as a page, and as a table of figures.
#![no_main]

use claims::{Figures, check_article, check_table, from_html, from_plain};
use libfuzzer_sys::fuzz_target;

const CERTIFICATE: &str = r#"{"raw_count": 715833, "valid": 520050, "invalid": 195783, "registered_voters": 5668569, "required": 566857,
    "invalid_by_category": {"not_registered": 88464, "duplicate": 43593, "different_address": 32187, "signature_mismatch": 9490,
    "canceled": 7344, "out_of_jurisdiction": 5374, "other": 9331}}"#;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let figures = Figures::from_json(CERTIFICATE).expect("a certificate");
    let _ = Figures::from_json(&text);
    check_article(&figures, &from_plain(&text), "article.txt");
    check_article(&figures, &from_html(&text), "article.html");
    let _ = check_table(&figures, &text, b',', "table.csv");
});
