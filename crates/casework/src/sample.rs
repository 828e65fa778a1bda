//! The public sample of a case: the list of lines is sealed, then the seed is rolled, then lines are drawn, and once they are decided the
//! law's formula says what they mean for the whole.

use std::borrow::Cow;

use domain::{
    Case, Disposition, Event, ManifestSealed, NotePrivate, Phase, Reason, Sample, SampleDrawn, Settlement, Verdict,
    settle_sample,
};
use law::{
    Projection, RulePack,
    certificate::{examined, project_sample},
};
use sampling::{
    confidence::ConfidenceSequence,
    decimal::{Decimal, Risk},
    draw::{Draw, Drawn, Purpose},
    estimate::Estimate,
    manifest::{Manifest, SealedManifest},
    seed::Seed,
};
use serde::Serialize;

use crate::{Act, CaseFile, CaseworkError};

/// The sealed list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SealReport {
    /// Lines in the list: the raw count.
    pub lines: u64,
    /// Root of the tree over them, 64 hexadecimal digits.
    pub root: String,
    /// How many digits the seed will have.
    pub seed_digits: u32,
    /// Lines that will be drawn.
    pub size: u64,
}

/// A draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrawReport {
    /// Root of the sealed list.
    pub root: String,
    /// The seed.
    pub seed: String,
    /// Lines drawn in all.
    pub size: u64,
    /// Of these, lines drawn by this act.
    pub drawn: u64,
}

/// Where the sample of a case stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SampleStanding {
    /// Root of the sealed list.
    pub root: String,
    /// Lines in the sealed list.
    pub lines: u64,
    /// The seed, once rolled.
    pub seed: Option<String>,
    /// Lines drawn.
    pub size: u64,
    /// Lines of the sample that count.
    pub valid: u64,
    /// Lines of the sample that do not.
    pub invalid: u64,
    /// Of these, duplicates of another line of the sample.
    pub duplicates: u64,
    /// Lines of the sample that people still have to look at.
    pub undecided: u64,
    /// What the sample says of the whole, once every line of it is decided.
    pub projection: Option<Projection>,
    /// Figures beside the law's own, once every line is decided: evidence, never the result.
    pub beside_the_statute: Option<Beside>,
    /// Samples that became void because the raw count was opened again.
    pub void_draws: u64,
}

/// What statistics say beside the law's formula.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Beside {
    /// Valid lines in proportion; of duplicates only those within the sample are left out.
    pub proportion: String,
    /// Standard error of that proportion, in lines.
    pub standard_error: String,
    /// The 95 percent interval, rounded outward.
    pub interval: (u64, u64),
}

/// How far an examination in the order of the tickets has come, and what it already says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Lines in the sealed list.
    pub lines: u64,
    /// Lines decided without a gap from the first ticket on.
    pub decided: u64,
    /// Of these, lines that are valid by themselves, before duplicates are taken off.
    pub valid: u64,
    /// The chance that the interval ever leaves out the truth, however often it is looked at.
    pub risk: Risk,
    /// The least and the greatest number of lines of the whole that are valid by themselves.
    pub interval: (u64, u64),
    /// Signatures needed.
    pub required: u64,
}

impl CaseFile {
    /// Seals the list of all countable lines, with the number that will be drawn: the law's, or more where `size` says so. The same act again
    /// changes nothing and reports the same.
    pub async fn seal_manifest(
        &mut self,
        pack: &RulePack,
        size: Option<u64>,
        act: &Act,
    ) -> Result<SealReport, CaseworkError> {
        self.case().in_phase(Phase::Examining, "sealing the list of lines")?;
        if let Some(sample) = &self.case().sample
            && size.is_none_or(|size| size == sample.sealed.size)
        {
            return Ok(SealReport::of(&sample.sealed));
        }
        let manifest = self.manifest()?;
        let asked = pack.sample_size(manifest.count()).map_err(refused)?;
        if asked.unit != "petition" {
            return Err(CaseworkError::Law(format!(
                "this law samples each {} by itself, and a case holds one list; sample by unit and use `countersign rules project --units`",
                asked.unit
            )));
        }
        let size = size.unwrap_or(asked.size);
        if size < asked.size {
            return Err(CaseworkError::Law(format!(
                "a sample of {size} lines is too small: the law asks for {} ({}); announce at least as many",
                asked.size, asked.rule.citation
            )));
        }
        let sealed = ManifestSealed {
            lines: manifest.count(),
            root: manifest.root().to_string(),
            size,
            seed_digits: asked.seed_digits,
        };
        self.append(vec![Event::ManifestSealed(sealed)], act).await?;
        Ok(SealReport::of(&self.sample()?.sealed))
    }

    /// Draws the announced number of lines by a seed. Where the law asks for a further sample, `size` is its number of lines in all, and the seed is the
    /// same. The same act again changes nothing and reports the same.
    pub async fn draw_sample(
        &mut self,
        seed: &str,
        size: Option<u64>,
        pack: &RulePack,
        note: &str,
        act: &Act,
    ) -> Result<DrawReport, CaseworkError> {
        self.case().in_phase(Phase::Examining, "drawing a sample")?;
        let sample = self.sample()?;
        let before = sample.lines().len() as u64;
        let report = |size: u64, root: &str| DrawReport {
            root: root.to_owned(),
            seed: seed.to_owned(),
            size,
            drawn: size.saturating_sub(before),
        };
        if sample.seed() == Some(seed) && size.is_none_or(|size| size == before) {
            return Ok(report(before, &sample.sealed.root));
        }
        let size = size.unwrap_or(sample.sealed.size);
        if sample.seed() == Some(seed) {
            self.check_asked_for(pack)?;
        }
        let digits = usize::try_from(sample.sealed.seed_digits).unwrap_or(usize::MAX);
        let draw = draw_of(self.case(), &Seed::parse(seed, digits).map_err(refused)?)?;
        let lines = draw.first(size).map_err(refused)?.iter().map(|drawn| drawn.line).collect();
        let drawn = SampleDrawn { root: sample.sealed.root.clone(), seed: seed.to_owned(), lines };
        let report = report(size, &drawn.root);
        let note = NotePrivate { reviewer: act.actor.clone(), note: note.to_owned() };
        self.append(vec![Event::SampleDrawn(drawn, note)], act).await?;
        Ok(report)
    }

    /// Refuses a further sample that the law does not ask for: nobody makes a sample longer by what was found in it.
    fn check_asked_for(&self, pack: &RulePack) -> Result<(), CaseworkError> {
        let standing = self.sample_standing(pack)?;
        if standing.projection.is_some_and(|projection| projection.verdict == Verdict::NextSample) {
            return Ok(());
        }
        let what = "the sample has the size that was announced; it grows only where it is decided and the law asks for a further sample";
        Err(CaseworkError::Law(what.to_owned()))
    }

    /// The list of all countable lines.
    pub fn manifest(&self) -> Result<Manifest, CaseworkError> {
        manifest_of(self.case())
    }

    /// The lines drawn, with rank and ticket, computed anew from the sealed list and the seed.
    pub fn drawn(&self) -> Result<Vec<Drawn>, CaseworkError> {
        drawn_of(self.case())
    }

    /// What the lines decided so far, in the order of the tickets, say of all lines: an interval that holds however often it is looked at. Lines
    /// decided out of that order do not count, since only the tickets make them a sample.
    pub fn progress(&self, risk: Risk) -> Result<Progress, CaseworkError> {
        let sample = self.sample()?;
        let Some(drawn) = &sample.drawn else {
            let what = "no seed was rolled, so the lines have no order yet; draw the sample first";
            return Err(CaseworkError::Law(what.to_owned()));
        };
        let draw = draw_of(self.case(), &Seed::parse(&drawn.seed, 1).map_err(refused)?)?;
        let lines = sample.sealed.lines;
        let found = draw.first(lines).map_err(refused)?.iter().map_while(|drawn| {
            let disposition = self.settlement().line(drawn.line)?.disposition?;
            Some(matches!(disposition, Disposition::Valid | Disposition::Invalid(Reason::Duplicate)))
        });
        let (mut decided, mut valid) = (0, 0);
        for by_itself in found {
            decided += 1;
            valid += u64::from(by_itself);
        }
        let sequence = ConfidenceSequence::new(lines, risk).map_err(refused)?;
        let interval = sequence.interval(decided, valid).map_err(refused)?;
        Ok(Progress { lines, decided, valid, risk, interval, required: self.case().opened.required })
    }

    fn sample(&self) -> Result<&Sample, CaseworkError> {
        sample_of(self.case())
    }

    /// Where the sample stands, and what it says once every line of it is decided.
    pub fn sample_standing(&self, pack: &RulePack) -> Result<SampleStanding, CaseworkError> {
        let (case, sample) = (self.case(), self.sample()?);
        let settlement = settle_sample(case);
        let mut standing = SampleStanding {
            root: sample.sealed.root.clone(),
            lines: sample.sealed.lines,
            seed: sample.seed().map(str::to_owned),
            size: sample.lines().len() as u64,
            valid: 0,
            invalid: 0,
            duplicates: 0,
            undecided: 0,
            projection: None,
            beside_the_statute: None,
            void_draws: case.void_draws.len() as u64,
        };
        let Some(settlement) = settlement else { return Ok(standing) };
        let tally = &settlement.tally;
        standing.valid = tally.valid;
        standing.invalid = tally.invalid;
        standing.duplicates = tally.by_reason.get(&Reason::Duplicate).copied().unwrap_or_default();
        standing.undecided = tally.undecided;
        if tally.undecided == 0 {
            let (projection, _) = project_sample(case, &settlement, pack).map_err(refused)?;
            standing.projection = Some(projection);
            standing.beside_the_statute = Some(beside(sample.sealed.lines, &settlement)?);
        }
        Ok(standing)
    }

    /// What a certificate rests on: every line where all are decided or no sample decides, and otherwise the sample.
    pub fn examined(&self) -> Cow<'_, Settlement> {
        examined(self.case(), self.settlement())
    }
}

impl SealReport {
    fn of(sealed: &ManifestSealed) -> Self {
        let ManifestSealed { lines, root, size, seed_digits } = sealed.clone();
        Self { lines, root, seed_digits, size }
    }
}

fn sample_of(case: &Case) -> Result<&Sample, CaseworkError> {
    case.sample.as_ref().ok_or_else(|| domain::CaseError::from(domain::SampleError::NotSealed).into())
}

fn manifest_of(case: &Case) -> Result<Manifest, CaseworkError> {
    Manifest::new(case.lines().map(|(line, _)| line).collect()).map_err(refused)
}

fn draw_of(case: &Case, seed: &Seed) -> Result<Draw, CaseworkError> {
    let root = sample_of(case)?.sealed.root.parse().map_err(refused)?;
    let sealed = SealedManifest::new(manifest_of(case)?, root).map_err(refused)?;
    Ok(Draw::new(&sealed, seed, Purpose::Sample))
}

/// The lines drawn, from the sealed list and the seed; refused where the record has others.
pub(crate) fn drawn_of(case: &Case) -> Result<Vec<Drawn>, CaseworkError> {
    let Some(drawn) = &sample_of(case)?.drawn else { return Ok(Vec::new()) };
    let draw = draw_of(case, &Seed::parse(&drawn.seed, 1).map_err(refused)?)?;
    let lines = draw.first(drawn.lines.len() as u64).map_err(refused)?;
    if lines.iter().map(|drawn| drawn.line).eq(drawn.lines.iter().copied()) {
        return Ok(lines.to_vec());
    }
    let what = "the sample on record is not the one that its seed draws; restore the case from a backup";
    Err(CaseworkError::Law(what.to_owned()))
}

fn beside(lines: u64, settlement: &Settlement) -> Result<Beside, CaseworkError> {
    let tally = &settlement.tally;
    let estimate = Estimate::projection(lines, tally.raw, tally.valid).map_err(refused)?;
    // 1.96: the normal deviate of a two-sided interval of 95 percent.
    let z = Decimal::new(196, 2).unwrap_or(Decimal::ONE);
    Ok(Beside {
        proportion: estimate.total().to_string(),
        standard_error: estimate.standard_error().to_string(),
        interval: estimate.interval(z),
    })
}

fn refused(error: impl std::error::Error) -> CaseworkError {
    CaseworkError::Law(error.to_string())
}
