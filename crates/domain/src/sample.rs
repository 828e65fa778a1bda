//! The public sample of a case: the list of lines is sealed, then a seed is rolled in public, then lines are drawn.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    Case, LineRef, Settlement,
    invariants::{Invariant, Violation},
};

/// The list of all countable lines, sealed before the seed exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestSealed {
    /// How many lines it holds: the raw count.
    pub lines: u64,
    /// Root of the tree over the lines, 64 hexadecimal digits.
    pub root: String,
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

/// A draw that no longer counts, kept on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoidDraw {
    /// The list that was sealed.
    pub sealed: ManifestSealed,
    /// The seed, if one was rolled.
    pub seed: Option<String>,
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
    /// Drawn from another list.
    #[error("the draw is from a list with root {given}, but the sealed one has {sealed}")]
    OtherRoot {
        /// Root in the draw.
        given: String,
        /// Root sealed.
        sealed: String,
    },
    /// A second seed.
    #[error("the seed was rolled already: {0}; a longer sample goes on with the same seed")]
    OtherSeed(String),
    /// A seed that was known when the list was sealed.
    #[error(
        "this seed was rolled for an earlier draw that is void, so it was known when the list was sealed; roll a new one"
    )]
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

    /// What is kept on record of it when the raw count is opened again.
    pub(crate) fn voided(self) -> VoidDraw {
        VoidDraw { sealed: self.sealed, seed: self.drawn.map(|drawn| drawn.seed) }
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
