//! Precision and recall of the right voter, by the threshold from which a tool's first answer is taken.

/// What is accepted at one threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    /// The least score that is accepted.
    pub(crate) threshold: f64,
    /// Lines with an answer of that score or more.
    pub(crate) accepted: usize,
    /// Those whose answer is the signer.
    pub(crate) right: usize,
    /// Lines signed by registered voters, answered or not.
    pub(crate) registered: usize,
}

impl Point {
    pub(crate) fn precision(self) -> f64 {
        ratio(self.right, self.accepted)
    }

    pub(crate) fn recall(self) -> f64 {
        ratio(self.right, self.registered)
    }

    pub(crate) fn f1(self) -> f64 {
        ratio(2 * self.right, self.accepted + self.registered)
    }
}

/// A part of a whole, 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of lines, for print")]
pub(crate) fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A point for each score at which something is accepted, highest first. `answers` are the score of each line's first
/// answer and whether it is right.
pub(crate) fn curve(mut answers: Vec<(f64, bool)>, registered: usize) -> Vec<Point> {
    answers.sort_unstable_by(|left, right| right.0.total_cmp(&left.0));
    let (mut accepted, mut right) = (0, 0);
    answers
        .chunk_by(|left, next| left.0.total_cmp(&next.0).is_eq())
        .map(|same| {
            accepted += same.len();
            right += same.iter().filter(|(_, is_right)| *is_right).count();
            Point { threshold: same[0].0, accepted, right, registered }
        })
        .collect()
}

/// The point of the best F1.
pub(crate) fn best(curve: &[Point]) -> Option<Point> {
    curve.iter().copied().max_by(|left, right| left.f1().total_cmp(&right.f1()))
}

/// The point of the best recall at which at least `wanted` of the accepted are right.
pub(crate) fn at_precision(curve: &[Point], wanted: f64) -> Option<Point> {
    curve.iter().filter(|point| point.precision() >= wanted).copied().max_by_key(|point| point.right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_one_score_are_accepted_together() {
        let answers = vec![(-2.5, false), (7.0, true), (3.0, true), (3.0, false), (7.0, true)];
        let curve = curve(answers, 4);
        let figures: Vec<_> = curve.iter().map(|point| (point.threshold, point.accepted, point.right)).collect();
        assert_eq!(figures, [(7.0, 2, 2), (3.0, 4, 3), (-2.5, 5, 3)]);
        assert!((curve[1].precision() - 0.75).abs() < 1e-9 && (curve[1].recall() - 0.75).abs() < 1e-9);
        assert_eq!(best(&curve), Some(curve[1]));
        assert_eq!(at_precision(&curve, 0.99), Some(curve[0]));
        assert_eq!(at_precision(&curve[1..], 0.99), None);
    }
}
