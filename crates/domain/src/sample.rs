//! The public sample of a case: the list of lines is sealed, then a seed is rolled in public, then lines are drawn.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    Case, LineRef, Settlement,
    invariants::{Invariant, Violation},
};

/// The list of all countable lines, sealed before the seed exists, with everything about the draw but the seed itself: once the seed is known,
/// nothing is left to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestSealed {
    /// How many lines it holds: the raw count.
    pub lines: u64,
    /// Root of the tree over the lines, 64 hexadecimal digits.
    pub root: String,
    /// How many lines will be drawn.
    pub size: u64,
    /// How many digits the seed will have.
    pub seed_digits: u32,
}

/// Lines drawn by a seed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleDrawn {
    /// Root of the sealed list that was drawn from.
    pub root: String,
    /// The seed as rolled in public: decimal digits.
    pub seed: String,
    /// The lines in the order of their tickets; a longer sample begins with the shorter one.
    pub lines: Vec<LineRef>,
}

/// The sample of a case as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The sealed list.
    pub sealed: ManifestSealed,
    /// What was drawn from it.
    pub drawn: Option<SampleDrawn>,
    /// How many samples these lines are: where the law asks for several before a petition is rejected, a draw after a decided one is the next.
    pub draws: u32,
}

/// Why a seal or a draw is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    /// Sealed twice.
    #[error("the list of lines is sealed already, with root {0}; draw from it")]
    SealedAlready(String),
    /// Nothing sealed.
    #[error("no list of lines is sealed, so no seed can count; seal the list first, then roll the seed")]
    NotSealed,
    /// The list is not that of the case.
    #[error("the list holds {given} lines and the case counts {counted}; seal it again")]
    OtherLines {
        /// Lines in the list.
        given: u64,
        /// Lines of the case.
        counted: u64,
    },
    /// A size that nobody can draw.
    #[error("a sample of {size} lines cannot be drawn from {lines}; announce at least 1 and no more than there are")]
    NoSuchSize {
        /// Lines announced.
        size: u64,
        /// Lines of the case.
        lines: u64,
    },
    /// Drawn from another list.
    #[error("the draw is from a list with root {given}, but the sealed one has {sealed}")]
    OtherRoot {
        /// Root in the draw.
        given: String,
        /// Root sealed.
        sealed: String,
    },
    /// More or fewer lines than were sealed.
    #[error(
        "{sealed} lines were announced when the list was sealed, and {given} are drawn; draw as many as were announced"
    )]
    OtherSize {
        /// Lines in the draw.
        given: u64,
        /// Lines announced.
        sealed: u64,
    },
    /// A seed of another length than was sealed, or with something other than digits.
    #[error(
        "a seed of {0} digits was announced when the list was sealed; write the digits as rolled, all of them and nothing else"
    )]
    SeedForm(u32),
    /// A second seed.
    #[error("the seed was rolled already: {0}; a longer sample goes on with the same seed")]
    OtherSeed(String),
    /// A seed that somebody knew before.
    #[error("this seed was rolled for a draw that is void or for a check, so it was known before; roll a new one")]
    SeedKnown,
    /// Not an extension.
    #[error("a further draw must begin with the {0} lines already drawn and go on from there")]
    NotLonger(usize),
    /// A line that the case does not have, or drawn twice.
    #[error("line {0} is not a line of this case, or is drawn twice")]
    NoSuchLine(LineRef),
}

impl Sample {
    /// Takes in a draw: the first, or a longer one by the same seed. It is a further sample only where the one before is `complete`. `has` tells
    /// whether the case has a line.
    pub(crate) fn draw(
        &mut self,
        drawn: &SampleDrawn,
        complete: bool,
        has: impl Fn(LineRef) -> bool,
    ) -> Result<(), SampleError> {
        if drawn.root != self.sealed.root {
            return Err(SampleError::OtherRoot { given: drawn.root.clone(), sealed: self.sealed.root.clone() });
        }
        let digits = drawn.seed.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || drawn.seed.len() as u64 != u64::from(self.sealed.seed_digits) {
            return Err(SampleError::SeedForm(self.sealed.seed_digits));
        }
        let given = drawn.lines.len() as u64;
        if self.drawn.is_none() && given != self.sealed.size {
            return Err(SampleError::OtherSize { given, sealed: self.sealed.size });
        }
        if let Some(before) = &self.drawn {
            if before.seed != drawn.seed {
                return Err(SampleError::OtherSeed(before.seed.clone()));
            }
            if drawn.lines.len() <= before.lines.len() || !drawn.lines.starts_with(&before.lines) {
                return Err(SampleError::NotLonger(before.lines.len()));
            }
        }
        let mut seen = BTreeSet::new();
        if let Some(wrong) = drawn.lines.iter().find(|&&line| !has(line) || !seen.insert(line)) {
            return Err(SampleError::NoSuchLine(*wrong));
        }
        self.drawn = Some(drawn.clone());
        self.draws += u32::from(complete);
        Ok(())
    }

    /// The lines drawn, in the order of their tickets.
    pub fn lines(&self) -> &[LineRef] {
        self.drawn.as_ref().map_or(&[], |drawn| &drawn.lines)
    }

    /// The seed, once it was rolled.
    pub fn seed(&self) -> Option<&str> {
        self.drawn.as_ref().map(|drawn| drawn.seed.as_str())
    }
}

/// `sample-complete`: every sampled line is decided, and what was settled are the sampled lines. `settlement` is that of the sample alone,
/// from [`crate::settle_sample`].
pub fn sample_complete(case: &Case, settlement: &Settlement) -> Result<(), Violation> {
    let invariant = Invariant::SampleComplete;
    let drawn: BTreeSet<_> = case.sample.iter().flat_map(Sample::lines).copied().collect();
    if drawn.is_empty() || !drawn.iter().copied().eq(settlement.lines.iter().map(|settled| settled.line)) {
        let what = "the settled lines are not the lines drawn".to_owned();
        return Err(Violation { invariant, what, lines: Vec::new() });
    }
    let open = settlement.lines.iter().filter(|settled| settled.disposition.is_none()).map(|settled| settled.line);
    crate::invariants::none(invariant, "sampled lines have no decision yet; decide them first", open.collect())
}
