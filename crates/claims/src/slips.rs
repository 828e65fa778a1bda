//! The explanation of a wrong figure: the arithmetic that shows it, and the slip that may have made it.

use domain::Category;

use crate::{
    exact::grouped,
    figures::{About, Figure, Figures},
};

/// What is wrong with a figure.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slip {
    /// What a person is told, in sentences.
    pub(crate) words: Vec<String>,
    /// Whether the error is one that pens and keyboards make.
    pub(crate) known: bool,
    /// The figure whose value it has.
    pub(crate) neighbour: Option<Figure>,
}

/// Explains a whole number that should be another.
pub(crate) fn explain(figures: &Figures, about: Figure, printed: u128, truth: u128) -> Slip {
    let mut slip = Slip::default();
    slip.words.extend(arithmetic(figures, about, printed));
    if let Some(other) = Figure::all().find(|figure| *figure != about && figures.count(*figure) == Some(printed)) {
        slip.words.push(format!(
            "{} is another figure of the certificate: {}.",
            grouped(printed),
            figures.told(About::Count(other))
        ));
        slip.known = true;
        slip.neighbour = Some(other);
    } else if let Some((what, sure)) = digits(&printed.to_string(), &truth.to_string()) {
        slip.words.push(format!("{} was probably meant: {what}.", grouped(truth)));
        slip.known = sure;
    }
    slip
}

/// How the digits printed differ from those meant, and whether the difference alone betrays a slip.
pub(crate) fn digits(printed: &str, meant: &str) -> Option<(String, bool)> {
    let (one, two): (Vec<char>, Vec<char>) = (printed.chars().collect(), meant.chars().collect());
    let long = two.len() >= 4;
    if one.len() == two.len() {
        let apart: Vec<usize> = (0..one.len()).filter(|at| one[*at] != two[*at]).collect();
        return match apart[..] {
            [at] => Some((format!("one digit is changed, {} where {} belongs", one[at], two[at]), long)),
            [first, second] if one[first] == two[second] && one[second] == two[first] => {
                let how = if second == first + 1 {
                    "two neighbouring digits are transposed"
                } else {
                    "two digits have changed places"
                };
                Some((format!("{how}, {} and {}", one[first], one[second]), two.len() >= 3))
            }
            [_, _] if two.len() >= 5 => Some(("two digits differ".to_owned(), true)),
            _ if same_digits(&one, &two) && long => Some(("the same digits in another order".to_owned(), true)),
            _ => None,
        };
    }
    let (short, longer) = if one.len() < two.len() { (&one, &two) } else { (&two, &one) };
    if longer.len() != short.len() + 1 {
        return None;
    }
    let at = (0..longer.len()).find(|at| short[..*at] == longer[..*at] && short[*at..] == longer[at + 1..])?;
    let how = if one.len() < two.len() { "is left out" } else { "is too many" };
    Some((format!("a digit {how}, {}", longer[at]), longer.len() >= 4))
}

fn same_digits(one: &[char], two: &[char]) -> bool {
    let sorted = |digits: &[char]| {
        let mut digits = digits.to_vec();
        digits.sort_unstable();
        digits
    };
    sorted(one) == sorted(two)
}

/// The sum or difference that the printed number would break.
fn arithmetic(figures: &Figures, about: Figure, printed: u128) -> Option<String> {
    let (raw, valid, invalid) =
        (figures.count(Figure::RawCount), figures.count(Figure::Valid), figures.count(Figure::Invalid));
    let sums = raw.zip(valid).zip(invalid).filter(|((raw, valid), invalid)| valid + invalid == *raw);
    match about {
        Figure::RawCount | Figure::Valid | Figure::Invalid => {
            let ((raw, valid), invalid) = sums?;
            let (raw, valid, invalid) = match about {
                Figure::RawCount => (printed, valid, invalid),
                Figure::Valid => (raw, printed, invalid),
                _ => (raw, valid, printed),
            };
            Some(format!(
                "{} + {} = {}, which is not {}: valid and invalid signatures must make the raw count.",
                grouped(valid),
                grouped(invalid),
                grouped(valid + invalid),
                grouped(raw)
            ))
        }
        Figure::Category(category) => {
            let count = |of: Category| figures.count(Figure::Category(of));
            let invalid = invalid?;
            let true_sum: u128 = Category::ALL.into_iter().map(count).sum::<Option<u128>>()?;
            let sum = (true_sum + printed).checked_sub(count(category)?)?;
            (true_sum == invalid).then(|| {
                format!(
                    "With {} the seven categories make {}, which is not {}, the number of invalid signatures.",
                    grouped(printed),
                    grouped(sum),
                    grouped(invalid)
                )
            })
        }
        Figure::Required | Figure::Margin => {
            let (valid, required, margin) = (valid?, figures.count(Figure::Required)?, figures.count(Figure::Margin)?);
            let (printed_required, printed_margin) =
                if about == Figure::Required { (printed, margin) } else { (required, printed) };
            (valid.abs_diff(required) == margin).then(|| {
                let (more, less) = if valid < required { (printed_required, valid) } else { (valid, printed_required) };
                let (left, right) = (grouped(more), grouped(less));
                if more >= less {
                    format!("{left} - {right} = {}, which is not {}.", grouped(more - less), grouped(printed_margin))
                } else {
                    format!(
                        "{left} is less than {right}, but they differ by {} the other way round.",
                        grouped(printed_margin)
                    )
                }
            })
        }
        Figure::RegisteredVoters => None,
    }
}
