//! The size of the county, and how many lines of each kind its petition has.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use crate::SynthError;

/// The size of the synthetic county against the real one, as `1:100` (a hundredth) or `4:1` (four times).
///
/// From `1:10000` to `8:1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    times: u32,
    part: u32,
}

impl Scale {
    /// A hundredth of the county: some 59,000 voters and 7,158 lines.
    pub const HUNDREDTH: Self = Self { times: 1, part: 100 };

    /// A count at full size brought to this scale, rounded to the nearest whole number, half upwards.
    pub const fn of(self, full_size: u64) -> u64 {
        let (times, part) = (self.times as u64, self.part as u64);
        (2 * full_size * times + part) / (2 * part)
    }
}

impl Default for Scale {
    fn default() -> Self {
        Self::HUNDREDTH
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.times, self.part)
    }
}

impl FromStr for Scale {
    type Err = SynthError;

    fn from_str(text: &str) -> Result<Self, SynthError> {
        let refused = || SynthError::Scale { text: text.chars().take(40).collect() };
        let (times, part) = text.split_once(':').ok_or_else(refused)?;
        match (times.trim().parse(), part.trim().parse()) {
            (Ok(1), Ok(part @ 1..=10_000)) => Ok(Self { times: 1, part }),
            (Ok(times @ 1..=8), Ok(1)) => Ok(Self { times, part: 1 }),
            _ => Err(refused()),
        }
    }
}

/// What a line of the petition really is, as its maker knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Counts: the first line of a registered voter.
    Valid,
    /// A further line of a voter who has a valid one.
    Duplicate,
    /// The signer is not on the roll.
    NotRegistered,
    /// The signer's registration is pending, or the signer is under age.
    NotEligible,
    /// A registered voter gives a residence other than on the roll.
    DifferentAddress,
    /// Another hand signed for a registered voter.
    SignatureMismatch,
    /// The registration was canceled before circulation began.
    Canceled,
    /// The residence lies outside the county.
    OutOfJurisdiction,
    /// The line stands in a void section.
    SectionFatal,
    /// Nobody can tell who signed.
    Illegible,
    /// The voter registered after the section's last day, or after filing.
    RegisteredLate,
    /// No residence is given.
    NoAddress,
    /// A post-office box in place of a residence.
    PoBoxOnly,
    /// All filled in, but no signature.
    NoSignature,
    /// No printed name.
    NoPrintedName,
    /// The voter withdrew in time.
    Withdrawn,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::Valid,
        Self::Duplicate,
        Self::NotRegistered,
        Self::NotEligible,
        Self::DifferentAddress,
        Self::SignatureMismatch,
        Self::Canceled,
        Self::OutOfJurisdiction,
        Self::SectionFatal,
        Self::Illegible,
        Self::RegisteredLate,
        Self::NoAddress,
        Self::PoBoxOnly,
        Self::NoSignature,
        Self::NoPrintedName,
        Self::Withdrawn,
    ];

    /// The name in `truth.csv`; for an invalid line also the reason in `decisions.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Duplicate => "duplicate",
            Self::NotRegistered => "not_registered",
            Self::NotEligible => "not_eligible",
            Self::DifferentAddress => "different_address",
            Self::SignatureMismatch => "signature_mismatch",
            Self::Canceled => "canceled",
            Self::OutOfJurisdiction => "out_of_jurisdiction",
            Self::SectionFatal => "section_fatal",
            Self::Illegible => "illegible",
            Self::RegisteredLate => "registered_late",
            Self::NoAddress => "no_address",
            Self::PoBoxOnly => "po_box_only",
            Self::NoSignature => "no_signature",
            Self::NoPrintedName => "no_printed_name",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// The published result at full size: Los Angeles, 2022-08-15. Each entry is one published figure, the valid lines
/// or one of the seven categories, with the kinds of line it is made of. How "not registered" and "other" (the last)
/// divide was never published; the division here is made up.
const PUBLISHED: [&[(Kind, u64)]; 8] = [
    &[(Kind::Valid, 520_050)],
    &[(Kind::NotRegistered, 87_120), (Kind::NotEligible, 1_344)],
    &[(Kind::Duplicate, 43_593)],
    &[(Kind::DifferentAddress, 32_187)],
    &[(Kind::SignatureMismatch, 9_490)],
    &[(Kind::Canceled, 7_344)],
    &[(Kind::OutOfJurisdiction, 5_374)],
    &[
        (Kind::SectionFatal, 3_124),
        (Kind::Illegible, 2_210),
        (Kind::RegisteredLate, 1_460),
        (Kind::NoAddress, 905),
        (Kind::PoBoxOnly, 587),
        (Kind::NoSignature, 418),
        (Kind::NoPrintedName, 312),
        (Kind::Withdrawn, 315),
    ],
];

/// Voters in the last report of registration before the form was approved, at full size.
pub(crate) const REGISTERED: u64 = 5_668_569;

/// The exact counts of one county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quotas {
    /// Active voters on the roll.
    pub(crate) registered: u64,
    kinds: Vec<(Kind, u64)>,
}

impl Quotas {
    /// The counts at a scale, of all its lines or of `at_most` so many: first the categories are apportioned, then each
    /// category among its kinds.
    pub(crate) fn new(scale: Scale, at_most: Option<NonZeroU64>) -> Self {
        let sizes = PUBLISHED.map(|kinds| kinds.iter().map(|&(_, count)| count).sum::<u64>());
        let all = scale.of(sizes.iter().sum());
        let lines = at_most.map_or(all, |lines| lines.get().min(all));
        let counts = apportion(lines, &sizes);
        let kinds = PUBLISHED.iter().zip(&counts).flat_map(|(kinds, &count)| {
            let weights: Vec<u64> = kinds.iter().map(|&(_, weight)| weight).collect();
            kinds.iter().map(|&(kind, _)| kind).zip(apportion(count, &weights))
        });
        Self { registered: scale.of(REGISTERED), kinds: kinds.collect() }
    }

    /// How many lines of a kind the petition has.
    pub(crate) fn count(&self, kind: Kind) -> u64 {
        self.kinds.iter().find(|&&(other, _)| other == kind).map_or(0, |&(_, count)| count)
    }
}

/// Divides `total` in proportion to `weights` by largest remainders; of equal remainders the earlier goes first.
fn apportion(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u64 = weights.iter().sum();
    let mut parts: Vec<u64> = weights.iter().map(|weight| total * weight / sum).collect();
    let left = total - parts.iter().sum::<u64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(total * weights[i] % sum));
    for &i in order.iter().cycle().zip(0..left).map(|(i, _)| i) {
        parts[i] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The published figures, valid first and other last.
    fn figures(quotas: &Quotas) -> [u64; 8] {
        PUBLISHED.map(|kinds| kinds.iter().map(|&(kind, _)| quotas.count(kind)).sum())
    }

    #[test]
    fn full_size_is_the_published_result() {
        let quotas = Quotas::new("1:1".parse().unwrap(), None);
        assert_eq!(quotas.registered, 5_668_569);
        assert_eq!(figures(&quotas), [520_050, 88_464, 43_593, 32_187, 9_490, 7_344, 5_374, 9_331]);
    }

    #[test]
    fn a_hundredth_is_apportioned_by_largest_remainders() {
        let quotas = Quotas::new(Scale::HUNDREDTH, None);
        assert_eq!(quotas.registered, 56_686);
        // 7,158 / 715,833 of each: 5,200.2 884.6 435.9 321.9 94.9 73.4 53.7 93.3
        assert_eq!(figures(&quotas), [5_200, 885, 436, 322, 95, 73, 54, 93]);
        assert_eq!(quotas.count(Kind::SectionFatal), 31);
    }

    #[test]
    fn fewer_lines_are_apportioned_alike() {
        let lines = |scale: &str, lines| Quotas::new(scale.parse().unwrap(), NonZeroU64::new(lines));
        let quotas = lines("4:1", 715_833);
        assert_eq!(quotas.registered, 4 * 5_668_569);
        assert_eq!(figures(&quotas), [520_050, 88_464, 43_593, 32_187, 9_490, 7_344, 5_374, 9_331]);
        assert_eq!(lines("1:100", 715_833), Quotas::new(Scale::HUNDREDTH, None), "a scale has no more than its lines");
        assert_eq!(figures(&lines("1:1", 1)).iter().sum::<u64>(), 1);
    }

    #[test]
    fn scales_read_back_and_nonsense_is_refused() {
        for text in ["1:100", "1:1", "4:1", "1:37"] {
            assert_eq!(text.parse::<Scale>().unwrap().to_string(), text);
        }
        for text in ["", "100", "0:1", "1:0", "2:3", "9:1", "1:10001", "1:x", "-1:1"] {
            let error = text.parse::<Scale>().unwrap_err().to_string();
            assert!(error.contains("1:100"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn parts_add_up_and_none_is_off_by_one_or_more(total in 0u64..10_000_000, weights in prop::collection::vec(1u64..1_000_000, 1..12)) {
            let parts = apportion(total, &weights);
            let sum: u64 = weights.iter().sum();
            prop_assert_eq!(parts.iter().sum::<u64>(), total);
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!((part * sum).abs_diff(total * weight) < sum);
            }
        }

        #[test]
        fn every_scale_adds_up(part in 1u32..=10_000) {
            let scale: Scale = format!("1:{part}").parse().unwrap();
            let quotas = Quotas::new(scale, None);
            prop_assert_eq!(figures(&quotas).iter().sum::<u64>(), scale.of(715_833));
            prop_assert_eq!(Kind::ALL.iter().map(|&kind| quotas.count(kind)).sum::<u64>(), scale.of(715_833));
        }
    }
}
