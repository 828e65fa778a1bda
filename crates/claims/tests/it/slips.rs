//! The explanation of each kind of slip.

use claims::{Verdict, check_article, from_plain};

use crate::common::certificate;

/// The explanation of the one contradicted number of a sentence about the real case.
#[track_caller]
fn explained(text: &str) -> String {
    let findings = check_article(&certificate("real"), &from_plain(text), "article.txt");
    let mut wrong = findings.into_iter().filter(|finding| finding.verdict == Verdict::Contradicted);
    let first = wrong.next().unwrap_or_else(|| panic!("nothing is contradicted: {text}"));
    assert!(wrong.next().is_none(), "{text}");
    first.explanation
}

#[track_caller]
fn assert_said(text: &str, words: &[&str]) {
    let explanation = explained(text);
    for word in words {
        assert!(explanation.contains(word), "{explanation}");
    }
}

#[test]
fn one_digit_changed() {
    assert_said(
        "The registrar found 520,060 signatures valid.",
        &["520,050 was probably meant: one digit is changed, 6 where 5 belongs"],
    );
}

#[test]
fn two_digits_changed() {
    assert_said("The registrar found 530,020 signatures valid.", &["520,050 was probably meant: two digits differ"]);
}

#[test]
fn neighbouring_digits_transposed() {
    assert_said(
        "The petition needed 566,587 signatures.",
        &[
            "566,857 was probably meant: two neighbouring digits are transposed, 5 and 8",
            "566,587 - 520,050 = 46,537, which is not 46,807",
        ],
    );
}

#[test]
fn digits_in_each_others_places() {
    assert_said(
        "Organizers submitted 735,813 signatures.",
        &["715,833 was probably meant: two digits have changed places, 3 and 1"],
    );
}

#[test]
fn digits_in_another_order() {
    assert_said(
        "Officials rejected 178,395 signatures.",
        &["195,783 was probably meant: the same digits in another order"],
    );
}

#[test]
fn a_digit_left_out() {
    assert_said(
        "The registrar found 52,050 signatures valid.",
        &["520,050 was probably meant: a digit is left out, 0"],
    );
}

#[test]
fn a_digit_too_many() {
    assert_said("There were 435,593 duplicates.", &["43,593 was probably meant: a digit is too many, 5"]);
}

#[test]
fn a_neighbouring_figure() {
    assert_said(
        "There were 32,187 duplicates.",
        &["32,187 is another figure of the certificate: signatures with a different address: 32,187"],
    );
    assert_said(
        "Organizers submitted 520,050 signatures.",
        &["520,050 is another figure of the certificate: valid signatures"],
    );
}

#[test]
fn the_sum_of_valid_and_invalid() {
    assert_said("Officials rejected 195,758 signatures.", &["520,050 + 195,758 = 715,808, which is not 715,833"]);
    assert_said("Organizers submitted 717,000 signatures.", &["520,050 + 195,783 = 715,833, which is not 717,000"]);
}

#[test]
fn the_sum_of_the_categories() {
    assert_said(
        "There were 43,953 duplicates.",
        &["With 43,953 the seven categories make 196,143, which is not 195,783"],
    );
}

#[test]
fn the_distance_from_the_requirement() {
    assert_said("The petition was 48,607 signatures short.", &["566,857 - 520,050 = 46,807, which is not 48,607"]);
}

#[test]
fn the_wrong_direction() {
    assert_said(
        "The petition had more than 530,000 valid signatures.",
        &["The figure is below 530,000, and the text says it is above"],
    );
    assert_said(
        "The petition had 46,807 signatures more than required.",
        &["The number is right and the direction is not"],
    );
}

#[test]
fn a_wrong_percentage() {
    assert_said(
        "Only 62.65 percent of the signatures were valid.",
        &["valid signatures (520,050) in percent of signatures submitted (715,833): 72.65%"],
    );
}
