//! Whether stated probabilities hold: of the matches that the machine calls 90 per cent sure, are 90 in 100 right? People's
//! decisions tell.

use serde::Serialize;

/// Lower ends of the bands, in parts per million. Most matches are near certain, so the bands are narrow there.
const BANDS: [u32; 9] = [0, 100_000, 300_000, 500_000, 700_000, 900_000, 950_000, 990_000, 999_000];

/// Matches of about the same stated probability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Band {
    /// The least stated probability in the band, in parts per million; the next band's is the first beyond.
    pub from_ppm: u32,
    /// Matches in the band.
    pub lines: u64,
    /// The mean of their stated probabilities, in parts per million, rounded down.
    pub stated_ppm: u32,
    /// The share of them that is right, in parts per million, rounded down.
    pub right_ppm: u32,
}

/// The reliability table of matches, each with its stated probability in parts per million and whether people found it
/// right; bands without a match are left out.
pub fn reliability(matches: &[(u32, bool)]) -> Vec<Band> {
    let mut sums = [(0_u64, 0_u64, 0_u64); BANDS.len()];
    for (ppm, right) in matches {
        let band = BANDS.partition_point(|from| from <= ppm).saturating_sub(1);
        let (lines, stated, all_right) = &mut sums[band];
        *lines += 1;
        *stated += u64::from(*ppm);
        *all_right += u64::from(*right);
    }
    let ppm = |sum: u64, lines: u64| u32::try_from(sum / lines).unwrap_or(u32::MAX);
    BANDS
        .iter()
        .zip(sums)
        .filter(|(_, (lines, ..))| *lines > 0)
        .map(|(from, (lines, stated, right))| Band {
            from_ppm: *from,
            lines,
            stated_ppm: ppm(stated, lines),
            right_ppm: ppm(right * 1_000_000, lines),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn matches_fall_into_the_band_that_begins_with_them() {
        let table = reliability(&[(900_000, true), (949_999, false), (950_000, true), (1_000_000, true), (0, false)]);
        let band = |from_ppm, lines, stated_ppm, right_ppm| Band { from_ppm, lines, stated_ppm, right_ppm };
        let expected = [
            band(0, 1, 0, 0),
            band(900_000, 2, 924_999, 500_000),
            band(950_000, 1, 950_000, 1_000_000),
            band(999_000, 1, 1_000_000, 1_000_000),
        ];
        assert_eq!(table, expected);
        assert!(reliability(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn every_match_is_in_one_band(matches in prop::collection::vec((0_u32..=1_000_000, any::<bool>()), 0..200)) {
            let table = reliability(&matches);
            prop_assert_eq!(table.iter().map(|band| band.lines).sum::<u64>(), matches.len() as u64);
            for band in table {
                prop_assert!(band.stated_ppm >= band.from_ppm && band.right_ppm <= 1_000_000);
            }
        }
    }
}
