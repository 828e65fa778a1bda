//! Exact fractions: what a printed number says and what the certificate says, compared without rounding.

use std::cmp::Ordering;

/// The greatest count that is read, from a text or from a certificate, and the most decimals; with them every product below
/// stays within 128 bits.
pub(crate) const GREATEST: u128 = 10_000_000_000;
pub(crate) const DECIMALS: usize = 4;

/// A fraction that is not negative; the denominator is never zero.
#[derive(Debug, Clone, Copy)]
pub struct Ratio {
    /// Above the line.
    pub num: u128,
    /// Below the line.
    pub den: u128,
}

impl Ratio {
    /// A whole number.
    pub const fn whole(number: u128) -> Self {
        Self { num: number, den: 1 }
    }

    /// `num` of `den`; nothing where `den` is zero.
    pub const fn of(num: u128, den: u128) -> Option<Self> {
        if den == 0 { None } else { Some(Self { num, den }) }
    }

    /// The value where it is a whole number.
    pub const fn as_whole(self) -> Option<u128> {
        if self.num.is_multiple_of(self.den) { Some(self.num / self.den) } else { None }
    }

    /// How far two values lie apart.
    #[must_use]
    pub const fn apart(self, other: Self) -> Self {
        Self { num: (self.num * other.den).abs_diff(other.num * self.den), den: self.den * other.den }
    }

    /// The value by `times`, over `over`.
    #[must_use]
    pub const fn scaled(self, times: u128, over: u128) -> Self {
        Self { num: self.num * times, den: self.den * over }
    }

    /// The value with so many decimals, rounded half up, without zeros at the end: `27.35`.
    pub fn decimal(self, places: u32) -> String {
        let scale = 10_u128.pow(places);
        let scaled = (self.num * scale * 2 + self.den) / (self.den * 2);
        let (whole, rest) = (scaled / scale, scaled % scale);
        if rest == 0 {
            return grouped(whole);
        }
        let rest = format!("{rest:0width$}", width = places as usize);
        format!("{}.{}", grouped(whole), rest.trim_end_matches('0'))
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ratio {}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.num * other.den).cmp(&(other.num * self.den))
    }
}

/// A number with commas: `566,857`.
pub(crate) fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
