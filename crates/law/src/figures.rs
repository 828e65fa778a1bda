//! Whole numbers and exact percentages as an official prints them.

/// A whole number with commas between thousands, as in `566,857`.
pub fn grouped(number: impl Into<i128>) -> String {
    let number = number.into();
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with the thing counted, in the singular for one, as in `1 line` and `566,857 lines`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// An exact decimal with so many places, thousands grouped and closing zeros left out, as in `17,177.0998`.
pub fn decimal(units: impl Into<i128>, places: u32) -> String {
    let text = fixed(units, places);
    if places == 0 { text } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
}

/// An exact decimal with all its places printed, thousands grouped, as in `77.20`.
pub(crate) fn fixed(units: impl Into<i128>, places: u32) -> String {
    let units = units.into();
    let scale = 10_u128.pow(places);
    let (whole, part) = (units.unsigned_abs() / scale, units.unsigned_abs() % scale);
    let sign = if units < 0 { "-" } else { "" };
    let whole = grouped(i128::try_from(whole).unwrap_or(i128::MAX));
    if places == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part:0width$}", width = places as usize)
    }
}

/// `part` as a percentage of `whole`, exact to two decimals and rounded half up, as in `72.65`. Nothing of nothing is
/// `0.00`.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "0.00".to_owned();
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    let hundredths = (part * 20_000 + whole) / (2 * whole);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn thousands_are_grouped() {
        let cases: [(i128, &str); 7] = [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (715_833, "715,833"),
            (5_668_569, "5,668,569"),
            (-46_807, "-46,807"),
            (-100, "-100"),
        ];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn one_thing_is_counted_in_the_singular() {
        let lines = |number| counted(number, "line", "lines");
        assert_eq!([lines(0), lines(1), lines(2), lines(1_001)], ["0 lines", "1 line", "2 lines", "1,001 lines"]);
    }

    #[test]
    fn decimals_are_exact() {
        let cases: [(i128, u32, &str); 6] = [
            (171_770_998, 4, "17,177.0998"),
            (107_480_950, 4, "10,748.095"),
            (-5, 1, "-0.5"),
            (700, 2, "7"),
            (0, 4, "0"),
            (12, 0, "12"),
        ];
        for (units, places, text) in cases {
            assert_eq!(decimal(units, places), text);
        }
        for (units, places, text) in [(7_720, 2, "77.20"), (-5, 1, "-0.5"), (1_234, 0, "1,234"), (0, 4, "0.0000")] {
            assert_eq!(fixed(units, places), text);
        }
    }

    #[test]
    fn published_percentages_come_out() {
        assert_eq!(percent(520_050, 715_833), "72.65");
        assert_eq!(percent(195_783, 715_833), "27.35");
        assert_eq!(percent(88_464, 195_783), "45.18");
        assert_eq!(percent(1, 800), "0.13", "an exact half goes up");
        assert_eq!(percent(1, 1), "100.00");
        assert_eq!(percent(0, 0), "0.00");
    }

    proptest! {
        /// The printed value lies within half a hundredth of the exact one, the upper half excluded.
        #[test]
        fn percent_is_the_nearest(whole in 1..=10_000_000_u64, part in 0..=10_000_000_u64) {
            let printed: i128 = percent(part, whole).replace('.', "").parse().unwrap();
            let twice_error = 2 * (printed * i128::from(whole) - i128::from(part) * 10_000);
            prop_assert!(-i128::from(whole) < twice_error && twice_error <= i128::from(whole));
        }

        #[test]
        fn grouping_loses_nothing(number in any::<i64>()) {
            prop_assert_eq!(grouped(number).replace(',', "").parse::<i64>().unwrap(), number);
        }
    }
}
