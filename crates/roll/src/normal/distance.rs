//! How many slips of the pen or the keyboard separate two words.

/// Longest word compared letter by letter; longer ones count as different unless equal.
const LONGEST: usize = 64;

/// The optimal string alignment distance (insertions, deletions, substitutions and swaps of neighbouring letters) if it
/// is at most `most`, else nothing. Words of more than 64 bytes are compared for equality only, after what they begin
/// and end with in common.
pub fn distance_at_most(left: &str, right: &str, most: usize) -> Option<usize> {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
    // A slip changes at most two of the letters that a word has at all, so words of quite other letters need no count.
    let ((left_letters, left_class), (right_letters, right_class)) = (letters(left), letters(right));
    if (left_letters ^ right_letters).count_ones() as usize > 2 * most {
        return None;
    }
    let prefix = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    (left, right) = (&left[prefix..], &right[prefix..]);
    let suffix = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    (left, right) = (&left[..left.len() - suffix], &right[..right.len() - suffix]);
    if left.len() > right.len() {
        (left, right) = (right, left);
    }
    match left {
        _ if right.len() > LONGEST => None,
        [] => Some(right.len()),
        // Both ends differ, so nothing but substitutions can be left of one letter.
        [_] if right.len() == 1 => Some(1).filter(|distance| *distance <= most),
        // Capital letters differ in their last five bits, and a small table is sooner empty.
        _ if left_class | right_class == 0 => bit_parallel::<32>(left, right, most),
        _ => bit_parallel::<256>(left, right, most),
    }
}

/// Which letters a word has, one bit for each of 32 classes of bytes; and 0 if all are capital letters or `[\]^_@`.
fn letters(word: &[u8]) -> (u32, u8) {
    word.iter().fold((0, 0), |(set, class), byte| (set | 1 << (byte & 31), class | (byte & 0xE0 ^ 0x40)))
}

/// The distance by Hyyrö's bit-parallel form of the recurrence ("A bit-vector algorithm for computing Levenshtein and
/// Damerau edit distances", Nordic Journal of Computing 10, 2003): a column of the table at a time, its vertical
/// differences as the bits of two words. `left` has 1 to 64 bytes and is not longer than `right`.
/// Bytes are told apart by their last bits, as many as `KINDS` has.
fn bit_parallel<const KINDS: usize>(left: &[u8], right: &[u8], most: usize) -> Option<usize> {
    let mut places = [0_u64; KINDS];
    for (at, byte) in left.iter().enumerate() {
        places[usize::from(*byte) % KINDS] |= 1 << at;
    }
    let bottom = 1_u64 << (left.len() - 1);
    let (mut plus, mut minus, mut diagonal, mut places_before) = (u64::MAX, 0_u64, 0_u64, 0_u64);
    let mut distance = left.len();
    for (at, byte) in right.iter().enumerate() {
        let here = places[usize::from(*byte) % KINDS];
        let swapped = ((!diagonal & here) << 1) & places_before;
        diagonal = ((here & plus).wrapping_add(plus) ^ plus) | here | minus | swapped;
        let (rises, falls) = (minus | !(diagonal | plus), diagonal & plus);
        distance += usize::from(rises & bottom != 0);
        distance -= usize::from(falls & bottom != 0);
        // Each letter still to come lowers the distance by one at most.
        if distance > most + (right.len() - 1 - at) {
            return None;
        }
        let (rises, falls) = (rises << 1 | 1, falls << 1);
        plus = falls | !(diagonal | rises);
        minus = rises & diagonal;
        places_before = here;
    }
    Some(distance)
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
        for (left, right, most, expected) in [
            ("SMITH", "SMITH", 0, Some(0)),
            ("SMITH", "SMIHT", 1, Some(1)),
            ("SMITH", "SMIT", 1, Some(1)),
            ("SMITH", "SMYTH", 1, Some(1)),
            ("SMITH", "SMYTH", 0, None),
            ("SMITH", "JONES", 2, None),
            ("", "AB", 2, Some(2)),
            ("", "", 0, Some(0)),
            ("A", "", 0, None),
            ("CA", "ABC", 9, Some(3)),
        ] {
            assert_eq!(distance_at_most(left, right, most), expected, "{left} {right} {most}");
        }
    }

    #[test]
    fn long_words_are_equal_or_different() {
        let long = "AB".repeat(40);
        assert_eq!(distance_at_most(&long, &long, 0), Some(0));
        assert_eq!(distance_at_most(&long, &format!("{long}C"), 1), Some(1), "they share 80 letters");
        assert_eq!(distance_at_most(&format!("C{long}D"), &format!("D{long}C"), 9), None);
    }

    proptest! {
        #[test]
        fn agrees_with_the_textbook(a in "[AB]{0,9}", b in "[ABC]{0,9}", most in 0_usize..5) {
            let exact = plain(a.as_bytes(), b.as_bytes());
            prop_assert_eq!(distance_at_most(&a, &b, most), (exact <= most).then_some(exact));
        }

        #[test]
        fn agrees_with_the_textbook_on_any_text(a in "\\PC{0,20}", b in "\\PC{0,20}", most in 0_usize..70) {
            prop_assume!(a.len() <= 64 && b.len() <= 64);
            let exact = plain(a.as_bytes(), b.as_bytes());
            prop_assert_eq!(distance_at_most(&a, &b, most), (exact <= most).then_some(exact));
        }

        #[test]
        fn agrees_with_the_textbook_on_long_words(a in "[A-D]{50,64}", b in "[A-D]{50,64}", most in 0_usize..64) {
            let exact = plain(a.as_bytes(), b.as_bytes());
            prop_assert_eq!(distance_at_most(&a, &b, most), (exact <= most).then_some(exact));
        }

        /// A few slips in one word, as people make them, so that the early ends are reached.
        #[test]
        fn agrees_with_the_textbook_after_slips(word in "[A-Z]{3,14}", slips in prop::collection::vec((0_usize..14, 0_u8..4, b'A'..=b'Z'), 0..4), most in 0_usize..4) {
            let mut other = word.clone().into_bytes();
            for (at, kind, letter) in slips {
                let at = at.min(other.len().saturating_sub(1));
                match kind {
                    0 => other.insert(at, letter),
                    1 if other.len() > 1 => { other.remove(at); }
                    2 if at + 1 < other.len() => other.swap(at, at + 1),
                    _ => other[at] = letter,
                }
            }
            let exact = plain(word.as_bytes(), &other);
            let other = String::from_utf8(other).unwrap();
            prop_assert_eq!(distance_at_most(&word, &other, most), (exact <= most).then_some(exact));
        }
    }
}
