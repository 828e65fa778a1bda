//! No text whatsoever panics, and judging the same text twice says the same.

use claims::{Figures, check_article, check_table, from_html, from_plain};
use proptest::prelude::*;

use crate::common::certificate;

/// Pieces that articles are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "signatures",
            "valid",
            "invalid",
            "submitted",
            "required",
            "short",
            "of",
            "the",
            "more than",
            "nearly",
            "percent",
            "%",
            "million",
            "K",
            "one",
            "two",
            "hundred",
            "thousand",
            "and",
            "half",
            "a",
            "in",
            "out of",
            "was",
            "not",
            "registered",
            ",",
            ".",
            ";",
            ":",
            "(",
            ")",
            "\u{2013}",
            "-",
            "/",
            "$",
            "\"",
            "'",
            "\n",
            "\n\n",
            "\u{ad}",
            "\u{a0}",
            "if",
            "In",
            "2021",
            "July",
            "duplicates",
            "other",
            "address",
            "|",
            "th",
            "by",
            "to",
            "<p>",
            "</p>",
            "<td>",
            "<script>",
            "&nbsp;",
            "zwölf",
            "\u{1F9F5}",
            "third",
            "quarter",
            "+",
            "~",
        ])
        .prop_map(str::to_owned),
        any::<u64>().prop_map(|number| number.to_string()),
        (1_u64..=10_000_000_000, 0_u32..10_000)
            .prop_map(|(whole, part)| format!("{whole}.{part:04}% of the signatures were valid")),
        (0_u32..1000, 0_u32..1000).prop_map(|(one, two)| format!("{one},{two:03}")),
        (0_u32..1000, 0_u32..1000).prop_map(|(one, two)| format!("{one}.{two}")),
        any::<char>().prop_map(|letter| letter.to_string()),
    ];
    (prop::collection::vec(piece, 0..60), prop::sample::select(vec!["", " "]))
        .prop_map(|(pieces, between)| pieces.join(between))
}

/// A certificate with the greatest counts that are read.
const GREATEST: &str = r#"{"raw_count": 10000000000, "valid": 9999999999, "invalid": 1, "required": 9999999998, "registered_voters": 9999999997}"#;

fn judge(text: &str) -> String {
    let greatest = Figures::from_json(GREATEST).unwrap();
    check_article(&greatest, &from_plain(text), "a.txt");
    let figures = certificate("real");
    let plain = check_article(&figures, &from_plain(text), "a.txt");
    let page = check_article(&figures, &from_html(text), "a.html");
    let table = check_table(&figures, text, b',', "a.csv").map_err(|error| error.to_string());
    for finding in plain.iter().chain(&page) {
        assert!(finding.text.contains(&finding.printed), "{finding:?}");
        // A carriage return of its own ends a line of a page.
        assert!(finding.line <= text.split(['\n', '\r']).count(), "{finding:?}");
        assert!(!finding.explanation.is_empty());
    }
    format!("{plain:?}{page:?}{table:?}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_pieces(text in pieces()) {
        prop_assert_eq!(judge(&text), judge(&text));
    }

    #[test]
    fn any_characters(text in any::<String>()) {
        judge(&text);
    }

    #[test]
    fn any_table(rows in prop::collection::vec(("[a-z_.]{0,12}|valid|margin", "[-0-9, ]{0,20}|\\PC{0,8}"), 0..8)) {
        let table: String = rows.iter().map(|(figure, value)| format!("{figure},\"{value}\"\n")).collect();
        judge(&format!("figure,value\n{table}"));
    }
}

/// A page of figures without an end is judged in reasonable time.
#[test]
fn a_sentence_without_an_end() {
    let text = "valid 520,050 and not it in 2021 ".repeat(20_000);
    assert!(!check_article(&certificate("real"), &from_plain(&text), "a.txt").is_empty());
    let text = "It was valid. ".repeat(50_000);
    assert!(check_article(&certificate("real"), &from_plain(&text), "a.txt").is_empty());
}
