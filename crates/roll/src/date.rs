//! Dates in voter files: the formats that layouts name, and the packed form in which a snapshot stores them.

use jiff::civil::Date;

use crate::record::PartialDate;

/// Years outside this range are taken for nonsense, not for dates.
const YEARS: std::ops::RangeInclusive<i16> = 1800..=2199;

/// How a date is written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateFormat {
    /// `YYYY-MM-DD`, also `YYYY-MM`.
    Iso,
    /// `MM/DD/YYYY`, one or two digits for month and day.
    Slashed,
    /// `YYYYMMDD`; zeros for an unknown day or month.
    Packed,
    /// `MMDDYYYY`.
    PackedUs,
    /// `YYYY`.
    Year,
}

impl DateFormat {
    /// The names that layouts use.
    pub(crate) const NAMES: [(&'static str, DateFormat); 5] = [
        ("YYYY-MM-DD", DateFormat::Iso),
        ("MM/DD/YYYY", DateFormat::Slashed),
        ("YYYYMMDD", DateFormat::Packed),
        ("MMDDYYYY", DateFormat::PackedUs),
        ("YYYY", DateFormat::Year),
    ];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }

    fn parse(self, text: &str) -> Option<PartialDate> {
        match self {
            DateFormat::Iso if text.len() == 10 => {
                let bytes = text.as_bytes();
                let digits = |range: std::ops::Range<usize>| {
                    bytes[range].iter().try_fold(0_i16, |number, byte| {
                        byte.is_ascii_digit().then(|| number * 10 + i16::from(byte - b'0'))
                    })
                };
                if bytes[4] != b'-' || bytes[7] != b'-' {
                    return None;
                }
                partial(digits(0..4)?, digits(5..7)?, digits(8..10)?)
            }
            DateFormat::Iso => {
                let mut parts = text.split('-');
                let year = number(parts.next()?, 4)?;
                let month = number(parts.next()?, 2)?;
                let day = parts.next().map_or(Some(0), |day| number(day, 2))?;
                parts.next().is_none().then(|| partial(year, month, day))?
            }
            DateFormat::Slashed => {
                let mut parts = text.split('/');
                let month = number(parts.next()?, 2)?;
                let day = number(parts.next()?, 2)?;
                let year = parts.next()?;
                let year = (year.len() == 4).then(|| number(year, 4))??;
                parts.next().is_none().then(|| partial(year, month, day))?
            }
            DateFormat::Packed => {
                let [year, month, day] = pieces(text, [4, 2, 2])?;
                partial(year, month, day)
            }
            DateFormat::PackedUs => {
                let [month, day, year] = pieces(text, [2, 2, 4])?;
                partial(year, month, day)
            }
            DateFormat::Year => {
                (text.len() == 4).then(|| number(text, 4)).flatten().and_then(|year| partial(year, 0, 0))
            }
        }
    }
}

/// The first reading of `text` that one of the formats allows.
pub(crate) fn parse(text: &str, formats: &[DateFormat]) -> Option<PartialDate> {
    formats.iter().find_map(|format| format.parse(text))
}

fn number(text: &str, most: usize) -> Option<i16> {
    let plain = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn pieces(text: &str, widths: [usize; 3]) -> Option<[i16; 3]> {
    if text.len() != widths.iter().sum::<usize>() || !text.is_ascii() {
        return None;
    }
    let (first, rest) = text.split_at(widths[0]);
    let (second, third) = rest.split_at(widths[1]);
    Some([number(first, 4)?, number(second, 4)?, number(third, 4)?])
}

/// A zero month or day is unknown; any other that the calendar lacks is refused.
fn partial(year: i16, month: i16, day: i16) -> Option<PartialDate> {
    if !YEARS.contains(&year) {
        return None;
    }
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    match (month, day) {
        (0, 0) => Some(PartialDate::Year(year)),
        (1..=12, 0) => Some(PartialDate::Month(year, month)),
        _ => Date::new(year, month, day).ok().map(PartialDate::Day),
    }
}

/// Packs a date into 32 bits: year times 512 plus month times 32 plus day; 0 is no date.
pub(crate) fn pack(date: Option<PartialDate>) -> u32 {
    let Some(date) = date else { return 0 };
    let day = date.date().map_or(0, Date::day);
    let part = |value: i16| u32::try_from(value).unwrap_or(0);
    (part(date.year()) << 9) | (part(date.month().unwrap_or(0).into()) << 5) | part(day.into())
}

/// Undoes [`pack`]. Bits that no date gives read as no date.
pub(crate) fn unpack(packed: u32) -> Option<PartialDate> {
    let part = |value: u32| i16::try_from(value).ok();
    partial(part(packed >> 9)?, part((packed >> 5) & 15)?, part(packed & 31)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(year: i16, month: i8, day: i8) -> PartialDate {
        PartialDate::Day(jiff::civil::date(year, month, day))
    }

    #[test]
    fn each_format_reads_its_own_writing() {
        assert_eq!(parse("1959-09-23", &[DateFormat::Iso]), Some(day(1959, 9, 23)));
        assert_eq!(parse("3/4/1998", &[DateFormat::Slashed]), Some(day(1998, 3, 4)));
        assert_eq!(parse("20000524", &[DateFormat::Packed]), Some(day(2000, 5, 24)));
        assert_eq!(parse("06241981", &[DateFormat::PackedUs]), Some(day(1981, 6, 24)));
        assert_eq!(parse("1957", &[DateFormat::Year]), Some(PartialDate::Year(1957)));
        assert_eq!(parse("19960300", &[DateFormat::Packed]), Some(PartialDate::Month(1996, 3)));
        assert_eq!(parse("1957", &[DateFormat::Iso, DateFormat::Year]), Some(PartialDate::Year(1957)));
    }

    #[test]
    fn nonsense_is_no_date() {
        let all = DateFormat::NAMES.map(|(_, format)| format);
        for text in ["", "12:00:00 AM", "13/13/1990", "2/30/1990", "1990-02-30", "0000", "3/4/98", "19901", "–––––"]
        {
            assert_eq!(parse(text, &all), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn packing_keeps_every_date(year in 1800_i16..=2199, month in 0_i16..=12, day in 0_i16..=31) {
            let date = partial(year, month, day);
            prop_assert_eq!(unpack(pack(date)), date);
        }

        #[test]
        fn unpacking_never_fails_and_packs_back(bits in any::<u32>()) {
            if let Some(date) = unpack(bits) {
                prop_assert_eq!(pack(Some(date)), bits);
            }
        }
    }
}
