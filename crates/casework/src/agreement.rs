//! How far two who looked at the same lines agree, beyond what chance would bring: Cohen's kappa, from counted pairs.

use std::collections::BTreeMap;

/// Pairs of answers, counted: what was expected, what was found, and for how many lines a pair stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Agreement {
    pairs: BTreeMap<(String, String), u64>,
}

impl Agreement {
    /// Counts a pair that stands for so many lines.
    pub(crate) fn count(&mut self, expected: &str, found: &str, lines: u64) {
        *self.pairs.entry((expected.to_owned(), found.to_owned())).or_default() += lines;
    }

    /// Cohen's kappa in thousandths, rounded to the nearest and halves away from zero: (p_o - p_e) / (1 - p_e), where p_o is the share of pairs that
    /// agree and p_e the share that would by chance, given how often each gives each answer (J. Cohen, Educational and Psychological Measurement 20,
    /// 1960). None where there is no pair, or where chance alone makes all agree.
    pub(crate) fn kappa(&self) -> Option<i64> {
        let total: i128 = self.pairs.values().map(|&lines| i128::from(lines)).sum();
        let agreed: i128 = self.pairs.iter().filter(|((a, b), _)| a == b).map(|(_, &lines)| i128::from(lines)).sum();
        let (mut expected, mut found) = (BTreeMap::<&str, i128>::new(), BTreeMap::<&str, i128>::new());
        for ((a, b), &lines) in &self.pairs {
            *expected.entry(a).or_default() += i128::from(lines);
            *found.entry(b).or_default() += i128::from(lines);
        }
        let by_chance: i128 =
            expected.iter().map(|(answer, lines)| lines * found.get(answer).copied().unwrap_or(0)).sum();
        let rest = total * total - by_chance;
        if rest == 0 {
            return None;
        }
        let beyond = 1000 * (total * agreed - by_chance);
        let rounded = (2 * beyond.abs() + rest) / (2 * rest);
        i64::try_from(rounded * beyond.signum()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str, u64)]) -> Option<i64> {
        let mut agreement = Agreement::default();
        for &(expected, found, lines) in pairs {
            agreement.count(expected, found, lines);
        }
        agreement.kappa()
    }

    /// The worked example that most textbooks give: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no; p_o 0.7, p_e 0.5.
    #[test]
    fn the_textbook_example() {
        assert_eq!(of(&[("yes", "yes", 20), ("yes", "no", 5), ("no", "yes", 10), ("no", "no", 15)]), Some(400));
        // The same share of agreement, 0.6, twice: with other margins it is worth more.
        assert_eq!(of(&[("yes", "yes", 45), ("yes", "no", 15), ("no", "yes", 25), ("no", "no", 15)]), Some(130));
        assert_eq!(of(&[("yes", "yes", 25), ("yes", "no", 35), ("no", "yes", 5), ("no", "no", 35)]), Some(259));
    }

    #[test]
    fn the_ends() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("valid", "valid", 9)]), None, "all agree by chance");
        assert_eq!(of(&[("valid", "valid", 9), ("mismatch", "mismatch", 1)]), Some(1000));
        assert_eq!(of(&[("valid", "mismatch", 1), ("mismatch", "valid", 1)]), Some(-1000));
        assert_eq!(of(&[("valid", "mismatch", 3)]), Some(0), "they never could agree");
    }

    #[test]
    fn a_pair_that_stands_for_many_counts_as_many() {
        let many = of(&[("valid", "valid", 20), ("valid", "mismatch", 20), ("mismatch", "mismatch", 3)]);
        let mut one_by_one = Agreement::default();
        for _ in 0..20 {
            one_by_one.count("valid", "valid", 1);
            one_by_one.count("valid", "mismatch", 1);
        }
        (0..3).for_each(|_| one_by_one.count("mismatch", "mismatch", 1));
        assert_eq!(many, one_by_one.kappa());
    }
}
