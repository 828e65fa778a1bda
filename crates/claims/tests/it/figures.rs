//! Certificates: ours, plain figures, and what is neither.

use std::path::Path;

use claims::{About, Category, Figure, Figures, Verdict, check_article, from_plain};

#[test]
fn a_certificate_of_ours() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../reports/tests/it/certificate.json");
    let figures = Figures::from_json(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(figures.count(Figure::RawCount), Some(715_833));
    assert_eq!(figures.count(Figure::Category(Category::Duplicate)), Some(43_593));
    assert_eq!((figures.count(Figure::Margin), figures.short()), (Some(46_807), Some(true)));
}

#[test]
fn what_follows_is_added() {
    let figures = Figures::from_json(r#"{"raw_count": 12418, "valid": 9876, "required": 9421}"#).unwrap();
    assert_eq!(figures.count(Figure::Invalid), Some(2542));
    assert_eq!((figures.count(Figure::Margin), figures.short()), (Some(455), Some(false)));
}

#[test]
fn of_a_sample_nothing_follows() {
    let figures =
        Figures::from_json(r#"{"basis": "sample", "raw_count": 715833, "valid": 27983, "required": 566857}"#).unwrap();
    assert_eq!(figures.count(Figure::Invalid), None);
    assert_eq!(figures.count(Figure::Margin), None);
}

#[test]
fn a_figure_that_the_certificate_lacks_is_not_judged() {
    let figures = Figures::from_json(r#"{"valid": 520050}"#).unwrap();
    let findings = check_article(&figures, &from_plain("The petition needed 999,999 signatures."), "article.txt");
    assert_eq!(findings[0].verdict, Verdict::Unrelated);
    assert_eq!(findings[0].explanation, "It seems to speak of required, which the certificate does not give.");
}

#[test]
fn shares_are_exact_fractions() {
    let figures = Figures::from_json(r#"{"raw_count": 3, "valid": 1}"#).unwrap();
    let share = figures.truth(About::Share(Figure::Valid, Figure::RawCount)).unwrap();
    assert_eq!((share.num, share.den), (100, 3));
    assert_eq!(share.decimal(2), "33.33");
}

#[test]
fn what_is_no_certificate() {
    let told = |text: &str| Figures::from_json(text).unwrap_err().to_string();
    insta::assert_snapshot!(
        [told("no JSON"), told("{}"), told(r#"{"valid": -1}"#), told(r#"{"valid": 99999999999999}"#)].join("\n")
    );
}
