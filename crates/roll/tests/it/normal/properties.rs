//! What holds for every text: nothing panics, and case, spaces and points change nothing.

use proptest::prelude::*;
use roll::normal::{PrintedName, StreetAddress, are_nicknames, same_city};

/// Words of which addresses are made, mixed with any letters.
const WORDS: &str = "(N|S|W|NE|North|Main|Los|Robles|St|Ave|Avenue|Blvd|Hwy|Route|CA|US|State|County|Rd|42nd|First|Twenty|One|Hundred|and|Third|Apt|#|Unit|Bldg|Rear|PH|PO|P|O|Box|RR|HC|PSC|APO|C/O|Care|of|5|5-B|K-8|1/2|90012|,|Pasadena|Angeles|La|Saint|The|MLK|Jr|[A-Z]{1,3}|[0-9#½/-]{1,4})";

fn line(text: &str) -> StreetAddress {
    StreetAddress::parse_line(text, "", "")
}

/// The address as a line of its own parts.
fn written_out(address: &StreetAddress) -> String {
    let parts =
        [&*address.number, &*address.fraction, address.pre, &*address.street, address.street_type, address.post];
    let mut text = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
    if !address.unit.is_empty() {
        text.push_str(" # ");
        text.push_str(&address.unit);
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_taken_apart_without_panic(text in "\\PC{0,60}", words in prop::collection::vec(WORDS, 0..10)) {
        let words = words.join(" ");
        for text in [&text, &words] {
            let address = StreetAddress::parse_line(text, text, text);
            for part in [&address.number, &address.fraction, &address.street, &address.unit, &address.city, &address.zip] {
                prop_assert!(part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'/')), "{:?}", address);
            }
            let name = PrintedName::parse(text);
            prop_assert!(name.readings.len() <= 6);
            same_city(text, &words);
            are_nicknames(text, &words);
        }
    }

    #[test]
    fn names_of_any_shape_are_read_without_panic(words in prop::collection::vec("(de|la|van|Mr|Dr|MD|PhD|Jr|III|aka|O|Y|Nguyen|Chen|Garcia|\"|\\(|\\)|'|,|-|“|”|[A-Za-zéłđ'-]{1,6})", 0..9)) {
        let name = PrintedName::parse(&words.join(" "));
        prop_assert!(name.readings.len() <= 6);
        for reading in &name.readings {
            for part in [&reading.first, &reading.middle, &reading.last.whole().to_owned()] {
                prop_assert!(part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()), "{:?}", reading);
            }
        }
    }

    #[test]
    fn case_spaces_and_points_change_nothing(words in prop::collection::vec(WORDS, 1..8)) {
        let plain = words.join(" ");
        let expected = StreetAddress::parse_line(&plain, &plain, "");
        for other in [plain.to_lowercase(), plain.to_uppercase(), format!("  {}  ", words.join("   ")), words.join(". "), words.join("; ")] {
            prop_assert_eq!(&StreetAddress::parse_line(&other, &other, ""), &expected, "{} | {}", &plain, other);
        }
    }

    #[test]
    fn case_spaces_and_points_change_no_name(words in prop::collection::vec("[A-Za-z]{1,8}", 1..5)) {
        let plain = words.join(" ");
        let expected = PrintedName::parse(&plain);
        for other in [plain.to_lowercase(), plain.to_uppercase(), words.join("  "), words.join(". "), format!("{plain}.")] {
            prop_assert_eq!(&PrintedName::parse(&other), &expected, "{} | {}", &plain, other);
        }
    }

    /// What comes out of an ordinary address is read again as itself.
    #[test]
    fn the_normal_form_is_its_own(number in "[1-9][0-9]{0,4}", pre in "(|N |South |E\\. )", name in "(Main|Los Robles|42nd|Laurel Cyn|Mt Vernon|St Andrews|MLK|Hwy 49|Twenty First|Avenue 50|La Cienega|Wilshire)", kind in "(| St| Avenue| Bl\\.)", unit in "(| Apt 5| #12B| Rear| PH 3)") {
        let address = line(&format!("{number} {pre}{name}{kind}{unit}"));
        prop_assert_eq!(&line(&written_out(&address)), &address);
    }

    #[test]
    fn a_city_is_its_own_normal_form(text in "[A-Za-z. ]{0,24}") {
        let city = |text: &str| StreetAddress::parse_line("", text, "").city;
        let once = city(&text);
        prop_assume!(!once.starts_with("CITYOF"));
        prop_assert_eq!(&city(&once), &once);
    }
}
