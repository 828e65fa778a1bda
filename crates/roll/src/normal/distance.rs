//! How many slips of the pen or the keyboard separate two words.

/// Longest word compared letter by letter; longer ones count as different unless equal.
const LONGEST: usize = 64;

/// The optimal string alignment distance (insertions, deletions, substitutions and swaps of neighbouring letters) if it
/// is at most `most`, else nothing. Words of more than 64 bytes are compared for equality only.
pub fn distance_at_most(left: &str, right: &str, most: usize) -> Option<usize> {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    let prefix = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    (left, right) = (&left[prefix..], &right[prefix..]);
    let suffix = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    (left, right) = (&left[..left.len() - suffix], &right[..right.len() - suffix]);
    if left.len() > right.len() {
        (left, right) = (right, left);
    }
    if right.len() - left.len() > most || right.len() > LONGEST {
        return None;
    }
    if left.is_empty() {
        return Some(right.len());
    }
    let width = right.len() + 1;
    let mut before_last = [0_usize; LONGEST + 1];
    let mut last: [usize; LONGEST + 1] = std::array::from_fn(|column| column);
    for row in 1..=left.len() {
        let mut current = [0_usize; LONGEST + 1];
        current[0] = row;
        let mut row_minimum = row;
        for column in 1..width {
            let changed = usize::from(left[row - 1] != right[column - 1]);
            let mut cost = (last[column - 1] + changed).min(last[column] + 1).min(current[column - 1] + 1);
            if row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1] {
                cost = cost.min(before_last[column - 2] + 1);
            }
            current[column] = cost;
            row_minimum = row_minimum.min(cost);
        }
        // A swap reaches two rows back, so one row above the bound is not yet the end.
        if row_minimum > most + 1 {
            return None;
        }
        before_last = last;
        last = current;
    }
    Some(last[width - 1]).filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The textbook recurrence, without shortcuts.
    fn plain(a: &[u8], b: &[u8]) -> usize {
        let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
        for (i, row) in d.iter_mut().enumerate() {
            row[0] = i;
        }
        d[0] = (0..=b.len()).collect();
        for i in 1..=a.len() {
            for j in 1..=b.len() {
                d[i][j] =
                    (d[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1])).min(d[i - 1][j] + 1).min(d[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    d[i][j] = d[i][j].min(d[i - 2][j - 2] + 1);
                }
            }
        }
        d[a.len()][b.len()]
    }

    #[test]
    fn slips_are_counted() {
        assert_eq!(distance_at_most("SMITH", "SMITH", 0), Some(0));
        assert_eq!(distance_at_most("SMITH", "SMIHT", 1), Some(1));
        assert_eq!(distance_at_most("SMITH", "SMIT", 1), Some(1));
        assert_eq!(distance_at_most("SMITH", "JONES", 2), None);
        assert_eq!(distance_at_most("", "AB", 2), Some(2));
    }

    proptest! {
        #[test]
        fn agrees_with_the_textbook(a in "[AB]{0,9}", b in "[ABC]{0,9}", most in 0_usize..5) {
            let exact = plain(a.as_bytes(), b.as_bytes());
            prop_assert_eq!(distance_at_most(&a, &b, most), (exact <= most).then_some(exact));
        }
    }
}
