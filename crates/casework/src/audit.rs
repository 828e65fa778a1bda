//! The check of a certified outcome by a few of its lines: which lines it is drawn from, and how many errors would turn it.

use domain::{AuditSealed, AuditSeeded, Event, NotePrivate, Phase, Side, Verdict, at_stake};
use sampling::{
    draw::{Draw, Drawn, Purpose},
    manifest::{Manifest, SealedManifest},
    seed::Seed,
};

use crate::{Act, CaseFile, CaseworkError};

/// What a check of an outcome is drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// The side.
    pub side: Side,
    /// Its lines.
    pub manifest: Manifest,
    /// Errors among them that turn the outcome.
    pub errors_that_turn: u64,
    /// The seed of the check, once its list was sealed and it was rolled.
    pub seed: Option<String>,
}

/// Digits of the seed of a check, which no law prescribes: as many as the public sample's.
const SEED_DIGITS: u32 = 20;

impl Population {
    /// All lines in the order of the check; none before its seed was rolled.
    pub fn order(&self) -> Result<Option<Vec<Drawn>>, CaseworkError> {
        let refused = |error: &dyn std::fmt::Display| CaseworkError::Law(error.to_string());
        let Some(seed) = &self.seed else { return Ok(None) };
        let seed = Seed::parse(seed, SEED_DIGITS as usize).map_err(|error| refused(&error))?;
        let sealed =
            SealedManifest::new(self.manifest.clone(), self.manifest.root()).map_err(|error| refused(&error))?;
        let draw = Draw::new(&sealed, &seed, Purpose::Audit);
        Ok(Some(draw.first(self.manifest.count()).map_err(|error| refused(&error))?.to_vec()))
    }
}

impl CaseFile {
    /// What a check of the certified outcome is drawn from. Only a full examination can be checked so: a sample has its own error.
    pub fn audit_population(&self) -> Result<Population, CaseworkError> {
        let case = self.case();
        if case.phase != Phase::Certified {
            return Err(CaseworkError::NotCertified);
        }
        let settlement = self.examined();
        if settlement.tally.raw < case.count_lines() {
            let what = "this outcome rests on a sample; only that of a full examination can be checked line by line";
            return Err(CaseworkError::Law(what.to_owned()));
        }
        let required = case.opened.required;
        let pack = self.pack()?;
        let tie_suffices = pack.verdict(required, required) == Verdict::Sufficient;
        let (side, lines, errors_that_turn) =
            at_stake(&settlement, required, tie_suffices).ok_or(CaseworkError::Tie)?;
        let manifest = Manifest::new(lines).map_err(|error| CaseworkError::Law(error.to_string()))?;
        let seed = case.audit(&manifest.root().to_string()).and_then(|audit| audit.seed.clone());
        Ok(Population { side, manifest, errors_that_turn, seed })
    }

    /// Seals the list of lines that the certified outcome rests on, before the seed of its check exists. The same act again changes nothing.
    pub async fn seal_audit(&mut self, act: &Act) -> Result<AuditSealed, CaseworkError> {
        let manifest = self.audit_population()?.manifest;
        let root = manifest.root().to_string();
        if let Some(audit) = self.case().audit(&root) {
            return Ok(audit.sealed.clone());
        }
        let sealed = AuditSealed { lines: manifest.count(), root, seed_digits: SEED_DIGITS };
        self.append(vec![Event::AuditSealed(sealed.clone())], act).await?;
        Ok(sealed)
    }

    /// Takes in the seed that was rolled for the check of the standing outcome. The same seed again changes nothing.
    pub async fn seed_audit(&mut self, seed: &str, note: &str, act: &Act) -> Result<Population, CaseworkError> {
        let found = self.audit_population()?;
        if found.seed.as_deref() != Some(seed) {
            let seeded = AuditSeeded { root: found.manifest.root().to_string(), seed: seed.to_owned() };
            let note = NotePrivate { reviewer: act.actor.clone(), note: note.to_owned() };
            self.append(vec![Event::AuditSeeded(seeded, note)], act).await?;
        }
        self.audit_population()
    }
}
