//! Decimals as written, and chances of error.

use proptest::prelude::*;
use sampling::decimal::{Decimal, DecimalError, Risk};

use crate::common::{fraction, value};

#[test]
fn a_decimal_keeps_its_digits() {
    let cases = [
        ("1.96", (196, 100)),
        ("0.05", (5, 100)),
        ("0.050", (50, 1_000)),
        ("12", (12, 1)),
        ("007", (7, 1)),
        ("0.0", (0, 10)),
    ];
    for (text, (over, under)) in cases {
        let decimal: Decimal = text.parse().unwrap();
        let (units, one) = decimal.ratio();
        assert_eq!((units, one.get()), (over, under), "{text}");
    }
    for text in ["1.96", "0.05", "0.050", "12", "0.0", "0", "1.000000001", "999999999999999999", "0.000000000000000001"]
    {
        assert_eq!(text.parse::<Decimal>().unwrap().to_string(), text);
    }
    assert_eq!(Decimal::new(5, 18).unwrap().to_string(), "0.000000000000000005");
    assert_eq!(Decimal::new(5, 19), None);
    assert_eq!(Decimal::ZERO.to_string(), "0");
    assert_eq!(Decimal::ONE.to_string(), "1");
    assert_eq!(serde_json::to_value(Decimal::new(196, 2)).unwrap(), "1.96");
}

#[test]
fn what_is_no_decimal_is_refused() {
    for text in ["", ".", "1.", ".5", "-1", "+1", "1,5", "1e3", " 1", "1.2.3", "\u{663}", "1.-5", "x"] {
        assert_eq!(text.parse::<Decimal>(), Err(DecimalError::NotADecimal { text: text.to_owned() }));
    }
    for text in ["0.0000000000000000001", "99999999999999999999", "18446744073709551616"] {
        assert_eq!(text.parse::<Decimal>(), Err(DecimalError::TooLong { text: text.to_owned() }));
    }
    insta::assert_snapshot!("1,5".parse::<Decimal>().unwrap_err(), @r#""1,5" is not a decimal; write digits with at most one point between them, as in 1.96 or 0.05"#);
    insta::assert_snapshot!("0.0000000000000000001".parse::<Decimal>().unwrap_err(), @r#""0.0000000000000000001" has too many digits; write at most 18"#);
}

#[test]
fn a_chance_of_error_lies_between_none_and_certainty() {
    for text in ["0.05", "0.1", "0.999", "0.000000000000000001"] {
        let risk: Risk = text.parse().unwrap();
        assert_eq!(risk.to_string(), text);
        assert_eq!(serde_json::to_value(risk).unwrap(), text);
        let (over, under) = risk.ratio();
        assert_eq!(fraction(over.get(), under.get()), value(text.parse().unwrap()));
    }
    for text in ["0", "0.00", "1", "1.0", "5", "1.05"] {
        assert_eq!(text.parse::<Risk>(), Err(DecimalError::NotARisk { decimal: text.parse().unwrap() }));
    }
    assert_eq!("five".parse::<Risk>(), Err(DecimalError::NotADecimal { text: "five".to_owned() }));
    insta::assert_snapshot!("5".parse::<Risk>().unwrap_err(), @"5 is not a chance of error; write one above 0 and below 1, as 0.05 for one in twenty");
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(units in 0..1_000_000_000_000_000_000_u64, places in 0..=18_u8) {
        let decimal = Decimal::new(units, places).unwrap();
        prop_assert_eq!(decimal.to_string().parse(), Ok(decimal));
    }
}
