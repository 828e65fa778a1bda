//! The formulas from a sample to the whole, each a function of whole numbers that keeps every intermediate as printed.
//! Which formula a petition's law asks for, with which options, the rule pack says.

use serde::{Deserialize, Serialize};

use crate::{
    LawError,
    figures::{counted, decimal, fixed, grouped},
    schema::{CorrectionRounding, DigitsRounding, DuplicateLines, Factor, FinalRounding, FormulaName, ProjectionRule},
};

/// What a sample found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleFigures {
    /// Signatures submitted.
    pub raw: u64,
    /// Lines drawn.
    pub sample: u64,
    /// Lines of the sample found valid.
    pub valid: u64,
    /// Duplicate lines found in the sample: each further line of a voter counts once.
    pub duplicates: u64,
}

/// One step of a computation, as an official would write it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What is computed.
    pub what: String,
    /// The result, as printed.
    pub value: String,
}

/// A formula with its options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Formula {
    RoundedPercent { digits: DigitsRounding, correction: CorrectionRounding, duplicates: DuplicateLines },
    Proportion { rounding: FinalRounding, duplicates: DuplicateLines },
    RemainderRate { rounding: FinalRounding, duplicates: DuplicateLines },
    AtMostTwice { rounding: FinalRounding, duplicates: DuplicateLines },
    PairsLimit { allowance: Factor, confidence: Factor },
}

/// What a formula gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A number of valid signatures.
    Projected(Projected),
    /// The greatest number of duplicate pairs that the sample may hold.
    Pairs(Pairs),
}

/// Where the steps of a computation are written down, unless only its result is asked for.
pub(crate) struct Notes(Option<Vec<Step>>);

impl Notes {
    pub(crate) const fn kept() -> Self {
        Self(Some(Vec::new()))
    }

    pub(crate) const fn none() -> Self {
        Self(None)
    }

    /// Writes down a step; the words are made only where they are kept.
    fn add(&mut self, step: impl FnOnce() -> (String, String)) {
        if let Some(steps) = &mut self.0 {
            let (what, value) = step();
            steps.push(Step { what, value });
        }
    }

    fn steps(self) -> Vec<Step> {
        self.0.unwrap_or_default()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Projected {
    /// The projection before duplicates are taken off.
    pub(crate) uncorrected: i128,
    /// What is taken off for duplicates.
    pub(crate) penalty: i128,
    /// The projection.
    pub(crate) valid: i128,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pairs {
    pub(crate) found: u64,
    /// In units of [`FINE`], rounded down.
    pub(crate) limit: i128,
    pub(crate) steps: Vec<Step>,
}

/// Places and units of the numbers that square roots bring in.
pub(crate) const FINE_PLACES: u32 = 12;
pub(crate) const FINE: i128 = 10_i128.pow(FINE_PLACES);

impl Formula {
    pub(crate) fn of(rule: &ProjectionRule) -> Self {
        let (digits, correction) = (rule.digits.unwrap_or_default(), rule.correction.unwrap_or_default());
        let (rounding, duplicates) = (rule.rounding.unwrap_or_default(), rule.duplicates.unwrap_or_default());
        match rule.formula.get_ref() {
            FormulaName::RoundedPercent => Self::RoundedPercent { digits, correction, duplicates },
            FormulaName::Proportion => Self::Proportion { rounding, duplicates },
            FormulaName::RemainderRate => Self::RemainderRate { rounding, duplicates },
            FormulaName::AtMostTwice => Self::AtMostTwice { rounding, duplicates },
            FormulaName::PairsLimit => Self::PairsLimit {
                // A pack is refused unless it gives both.
                allowance: rule.allowance.unwrap_or(Factor::whole(0)),
                confidence: rule.confidence.unwrap_or(Factor::whole(0)),
            },
        }
    }

    /// Whether the duplicate lines are still among the valid ones.
    pub(crate) const fn duplicates_are_valid(self) -> bool {
        match self {
            Self::RoundedPercent { duplicates, .. }
            | Self::Proportion { duplicates, .. }
            | Self::RemainderRate { duplicates, .. }
            | Self::AtMostTwice { duplicates, .. } => matches!(duplicates, DuplicateLines::Valid),
            Self::PairsLimit { .. } => false,
        }
    }

    /// Computes the formula. `required` is the number of signatures needed; only the limit of pairs rests on it.
    pub(crate) fn compute(self, figures: SampleFigures, required: u64, mut notes: Notes) -> Result<Outcome, LawError> {
        figures.check(self.duplicates_are_valid())?;
        let counted = self.counted(figures, &mut notes);
        let projected = match self {
            Self::RoundedPercent { digits, correction, .. } => rounded_percent(counted, digits, correction, &mut notes),
            Self::Proportion { rounding, .. } => proportion(counted, rounding, &mut notes),
            Self::RemainderRate { rounding, .. } => remainder_rate(counted, rounding, &mut notes),
            Self::AtMostTwice { rounding, .. } => at_most_twice(counted, rounding, &mut notes),
            Self::PairsLimit { allowance, confidence } => {
                let limit = pairs_limit(counted, required, allowance, confidence, &mut notes);
                return Ok(Outcome::Pairs(Pairs { found: figures.duplicates, limit, steps: notes.steps() }));
            }
        };
        let Rounded { uncorrected, penalty, projected } = projected;
        Ok(Outcome::Projected(Projected { uncorrected, penalty, valid: projected, steps: notes.steps() }))
    }

    /// The figures with the duplicate lines taken out of the valid ones, where they are still among them.
    fn counted(self, figures: SampleFigures, notes: &mut Notes) -> Whole {
        let mut whole = Whole::from(figures);
        if self.duplicates_are_valid() && figures.duplicates > 0 {
            whole.valid -= whole.duplicates;
            let SampleFigures { valid, duplicates, .. } = figures;
            notes.add(|| {
                let what = format!("valid lines without the duplicates: {} - {}", grouped(valid), grouped(duplicates));
                (what, grouped(whole.valid))
            });
        }
        whole
    }
}

impl SampleFigures {
    /// More lines than any petition has; the arithmetic is exact up to here.
    const MOST: u64 = 1_000_000_000;

    fn check(self, duplicates_are_valid: bool) -> Result<(), LawError> {
        let Self { raw, sample, valid, duplicates } = self;
        // A further line of a voter is not the only line of the sample.
        let room = if duplicates_are_valid { valid } else { sample.saturating_sub(valid) };
        let room = room.min(sample.saturating_sub(1));
        let what = if raw > Self::MOST {
            format!("{} signatures are more than any petition has", grouped(raw))
        } else if sample == 0 {
            "the sample has no line".to_owned()
        } else if sample > raw {
            format!("the sample has {} and the petition {}", counted(sample, "line", "lines"), grouped(raw))
        } else if valid > sample {
            format!("{} valid lines in a sample of {}", grouped(valid), grouped(sample))
        } else if duplicates > room {
            format!(
                "{} duplicate lines beside {} valid ones do not fit a sample of {}",
                grouped(duplicates),
                grouped(valid),
                grouped(sample)
            )
        } else {
            return Ok(());
        };
        Err(LawError::Figures { what })
    }
}

/// The figures as signed numbers with room to multiply.
#[derive(Clone, Copy)]
struct Whole {
    raw: i128,
    sample: i128,
    valid: i128,
    duplicates: i128,
}

impl From<SampleFigures> for Whole {
    fn from(figures: SampleFigures) -> Self {
        let SampleFigures { raw, sample, valid, duplicates } = figures;
        Self { raw: raw.into(), sample: sample.into(), valid: valid.into(), duplicates: duplicates.into() }
    }
}

struct Rounded {
    uncorrected: i128,
    penalty: i128,
    projected: i128,
}

fn up(numerator: i128, denominator: i128) -> i128 {
    numerator.div_euclid(denominator) + i128::from(numerator.rem_euclid(denominator) > 0)
}

fn half_up(numerator: i128, denominator: i128) -> i128 {
    (2 * numerator + denominator).div_euclid(2 * denominator)
}

fn shorten(numerator: i128, denominator: i128, digits: DigitsRounding) -> i128 {
    match digits {
        DigitsRounding::HalfUp => half_up(numerator, denominator),
        DigitsRounding::Truncate => numerator.div_euclid(denominator),
    }
}

pub(crate) fn finish(numerator: i128, denominator: i128, rounding: FinalRounding) -> i128 {
    match rounding {
        FinalRounding::Down => numerator.div_euclid(denominator),
        FinalRounding::Up => up(numerator, denominator),
        FinalRounding::HalfUp => half_up(numerator, denominator),
    }
}

pub(crate) const fn rounding_words(rounding: FinalRounding) -> &'static str {
    match rounding {
        FinalRounding::Down => "rounded down",
        FinalRounding::Up => "rounded up",
        FinalRounding::HalfUp => "rounded half up",
    }
}

/// The percentage with two decimals, of all signatures, rounded up; less the duplicates weighted by A x (A - 1) with A to four
/// decimals. The form of California's 2 CCR 20530 to 20532.
fn rounded_percent(
    figures: Whole,
    digits: DigitsRounding,
    correction: CorrectionRounding,
    notes: &mut Notes,
) -> Rounded {
    let Whole { raw, sample, valid, duplicates } = figures;
    let percent = shorten(valid * 10_000, sample, digits);
    notes.add(|| {
        let what = "valid lines in percent of the sample, two decimals";
        (format!("{what}: {} / {}", grouped(valid), grouped(sample)), format!("{}%", fixed(percent, 2)))
    });
    notes.add(|| (format!("{}% of {} signatures", fixed(percent, 2), grouped(raw)), fixed(raw * percent, 4)));
    let uncorrected = up(raw * percent, 10_000);
    notes.add(|| ("rounded up".to_owned(), grouped(uncorrected)));
    let factor = shorten(raw * 10_000, sample, digits);
    notes.add(|| (format!("A, four decimals: {} / {}", grouped(raw), grouped(sample)), fixed(factor, 4)));
    let weight = factor * (factor - 10_000);
    notes.add(|| ("weight of a duplicate: A x (A - 1)".to_owned(), decimal(weight, 8)));
    let weighted = duplicates * weight;
    notes.add(|| (format!("for {} duplicates", grouped(duplicates)), decimal(weighted, 8)));
    let whole = 100_000_000;
    let penalty = match correction {
        CorrectionRounding::Before => {
            let penalty = up(weighted, whole);
            notes.add(|| ("rounded up".to_owned(), grouped(penalty)));
            penalty
        }
        CorrectionRounding::After => {
            let difference = uncorrected * whole - weighted;
            notes.add(|| (format!("{} - {}", grouped(uncorrected), decimal(weighted, 8)), decimal(difference, 8)));
            uncorrected - up(difference, whole)
        }
    };
    let projected = uncorrected - penalty;
    notes.add(|| {
        let what = format!("projected valid signatures: {} - {}", grouped(uncorrected), grouped(penalty));
        (what, grouped(projected))
    });
    Rounded { uncorrected, penalty, projected }
}

/// Valid lines of the sample, in proportion.
fn proportion(figures: Whole, rounding: FinalRounding, notes: &mut Notes) -> Rounded {
    let Whole { raw, sample, valid, .. } = figures;
    let projected = finish(raw * valid, sample, rounding);
    notes.add(|| {
        let what = format!("{} x {} / {}", grouped(raw), grouped(valid), grouped(sample));
        (format!("{what}, {}", rounding_words(rounding)), grouped(projected))
    });
    Rounded { uncorrected: projected, penalty: 0, projected }
}

/// All signatures, less the invalid lines of the sample, less the sample's rate of invalid lines of what remains. The form of Arizona's
/// A.R.S. 19-121.04(A), which takes the sample's invalid lines off twice (Mussi v. Hobbs, CV-22-0207, 2023).
fn remainder_rate(figures: Whole, rounding: FinalRounding, notes: &mut Notes) -> Rounded {
    let Whole { raw, sample, valid, .. } = figures;
    let invalid = sample - valid;
    notes.add(|| (format!("invalid lines of the sample: {} - {}", grouped(sample), grouped(valid)), grouped(invalid)));
    let remain = raw - invalid;
    notes.add(|| (format!("what remains: {} - {}", grouped(raw), grouped(invalid)), grouped(remain)));
    let projected = finish(remain * valid, sample, rounding);
    notes.add(|| {
        let what = format!(
            "less {invalid} / {sample} of that: {remain} x {valid} / {sample}",
            invalid = grouped(invalid),
            remain = grouped(remain),
            valid = grouped(valid),
            sample = grouped(sample)
        );
        (format!("{what}, {}", rounding_words(rounding)), grouped(projected))
    });
    Rounded { uncorrected: projected, penalty: 0, projected }
}

/// Lines in proportion, both of a pair counted, less for each duplicate pair of the sample as many as there are pairs of lines for each pair
/// of the sample: unbiased where nobody signs more than twice (Goodman 1949).
fn at_most_twice(figures: Whole, rounding: FinalRounding, notes: &mut Notes) -> Rounded {
    let Whole { raw, sample, valid, duplicates } = figures;
    let both = valid + duplicates;
    let uncorrected = finish(raw * both, sample, rounding);
    notes.add(|| {
        let what = format!("{} x {} / {}", grouped(raw), grouped(both), grouped(sample));
        (format!("{what}, {}", rounding_words(rounding)), grouped(uncorrected))
    });
    // A sample of one line has no duplicate, and no pair to divide by.
    let pairs = sample * (sample - 1).max(1);
    let all_pairs = raw * (raw - 1);
    notes.add(|| {
        let what = format!(
            "for {duplicates} duplicate pairs, each {raw} x ({raw} - 1) / ({sample} x ({sample} - 1))",
            duplicates = grouped(duplicates),
            raw = grouped(raw),
            sample = grouped(sample)
        );
        (what, decimal(duplicates * all_pairs * 10_000 / pairs, 4))
    });
    let projected = finish(raw * both * (sample - 1).max(1) - duplicates * all_pairs, pairs, rounding);
    notes.add(|| (format!("projected valid signatures, {}", rounding_words(rounding)), grouped(projected)));
    Rounded { uncorrected, penalty: uncorrected - projected, projected }
}

/// The greatest number of duplicate pairs that the sample may hold, in the form of Washington's WAC 434-379-010, in units of [`FINE`]. Each
/// square root is rounded so that the limit is never too high.
fn pairs_limit(figures: Whole, required: u64, allowance: Factor, confidence: Factor, notes: &mut Notes) -> i128 {
    let Whole { raw, sample, valid, duplicates } = figures;
    let factor = 10_000;
    let invalid = sample - valid - duplicates;
    let mut note = |what: &dyn Fn() -> String, fine: i128| notes.add(|| (what(), decimal(fine / 100_000_000, 4)));
    let chance = up(allowance.units() * root_up(invalid * FINE), factor);
    note(&|| format!("allowance for chance: {allowance} x the root of {} invalid lines", grouped(invalid)), chance);
    let most_invalid = up((invalid * FINE + chance) * raw, sample);
    note(
        &|| {
            let rate = format!("{} / {}", grouped(raw), grouped(sample));
            format!("most invalid signatures: ({} + allowance) x {rate}", grouped(invalid))
        },
        most_invalid,
    );
    let most_pairs = (raw - i128::from(required)) * FINE - most_invalid;
    note(
        &|| format!("most duplicate pairs in the petition: {} - {} - most invalid", grouped(raw), grouped(required)),
        most_pairs,
    );
    // The same most pairs times the sample, without the division by it, so that a limit that is met exactly comes out exact.
    let exact = (raw - i128::from(required)).max(-1) * FINE * sample - (invalid * FINE + chance) * raw;
    let (whole, rest) = (exact.max(0) / raw, exact.max(0) % raw);
    let expected = (whole * sample + rest * sample / raw) / raw;
    note(&|| "pairs expected in the sample: that x (sample / signatures) squared".to_owned(), expected);
    let limit = if exact < 0 { most_pairs } else { expected - up(confidence.units() * root_up(expected), factor) };
    note(&|| format!("acceptable pairs: expected - {confidence} x its root"), limit);
    limit
}

/// The square root of a number in units of [`FINE`], in the same units, rounded up.
fn root_up(number: i128) -> i128 {
    let scaled = number.max(0) * FINE;
    let floor = scaled.isqrt();
    floor + i128::from(floor * floor < scaled)
}
