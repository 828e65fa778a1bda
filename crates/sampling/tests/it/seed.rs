//! The seed: digits, enough of them, as rolled.

use sampling::seed::{Seed, SeedError};

#[test]
fn digits_are_a_seed_as_rolled() {
    let seed = Seed::parse("00314159265358979323", 20).unwrap();
    assert_eq!(seed.as_str(), "00314159265358979323");
    assert_eq!(seed.to_string(), "00314159265358979323");
    assert!(Seed::parse("0", 0).is_ok());
}

#[test]
fn too_few_digits_are_refused() {
    let refused = Seed::parse("1234567890123456789", 20).unwrap_err();
    assert_eq!(refused, SeedError::TooShort { digits: 19, at_least: 20 });
    insta::assert_snapshot!(refused, @"the seed has 19 digits and needs at least 20; roll more dice and write their digits behind these");
    assert_eq!(Seed::parse("", 0), Err(SeedError::TooShort { digits: 0, at_least: 1 }));
}

#[test]
fn anything_but_ascii_digits_is_refused_with_its_place() {
    for (text, place) in
        [("12 34", 3), ("-1234", 1), ("1234\n", 5), ("1\u{663}34", 2), ("12\u{ff13}4x", 3), ("0x12", 2)]
    {
        assert_eq!(Seed::parse(text, 1), Err(SeedError::NotADigit { place }), "{text:?}");
    }
    insta::assert_snapshot!(Seed::parse("12 34", 1).unwrap_err(), @"the seed has something other than a digit at place 3; write the digits as rolled, nothing between them");
}
