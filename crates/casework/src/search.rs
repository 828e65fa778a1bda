//! Looking signers up: the roll is searched for every line, and what was asked and found is stored before anyone may
//! say that a signer is not there.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use domain::{
    Event, LineNo, Phase, RollSeal, SearchedSection, SearchedSectionPrivate, SectionNo, StoredCandidate, StoredSearch,
    VoterId,
};
use matching::{Evidence, LineMatch, LineText, MatchContext, MatchError, Model, match_lines};
use roll::Snapshot;
use serde::Serialize;
use sqlx::Row;

use crate::{Act, CaseFile, CaseworkError};

/// Lines searched in one transaction, at least; a section is never split.
const BATCH: usize = 200_000;

/// What the search did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SearchReport {
    /// Sections searched by this act.
    pub sections: u64,
    /// Lines searched by this act.
    pub lines: u64,
    /// Lines searched by earlier acts.
    pub before: u64,
    /// Lines with at least one candidate.
    pub with_candidates: u64,
}

/// A section's lines with what stands on them.
struct Texts {
    section: SectionNo,
    lines: Vec<[String; 4]>,
}

impl CaseFile {
    /// Searches the roll for every line that has no stored search, in batches that each stand by themselves: after a
    /// stop, the same act goes on where it was. The first search fixes the roll for the case.
    pub async fn search(
        &mut self,
        snapshot: &Snapshot,
        model: &Model,
        act: &Act,
        progress: &(dyn Fn(u64, u64) + Sync),
        cancelled: &AtomicBool,
    ) -> Result<SearchReport, CaseworkError> {
        self.case().in_phase(Phase::Examining, "searching the roll")?;
        self.seal(snapshot, act).await?;
        let open: Vec<SectionNo> = self
            .case()
            .sections()
            .filter(|section| section.lines().iter().any(|line| !line.searched))
            .map(|section| section.no)
            .collect();
        let total = self.case().count_lines();
        let open_lines: u64 =
            open.iter().filter_map(|&no| self.case().section(no)).map(|section| section.lines().len() as u64).sum();
        let before = total - open_lines;
        let mut report = SearchReport { sections: 0, lines: 0, before, with_candidates: 0 };
        let milestones = self.case().opened.milestones;
        let context = MatchContext {
            filed_on: Some(milestones.filed_on),
            circulation_from: Some(milestones.form_approved_on),
            threads: None,
        };
        let mut open = open.into_iter().peekable();
        while open.peek().is_some() {
            let mut batch = Vec::new();
            let mut lines = 0;
            while lines < BATCH
                && let Some(section) = open.next()
            {
                let texts = self.texts(section).await?;
                lines += texts.lines.len();
                batch.push(texts);
            }
            let asked: Vec<LineText<'_>> = batch.iter().flat_map(|texts| texts.lines.iter().map(line_text)).collect();
            let done = AtomicU64::new(before + report.lines);
            let tick = |more: u64| progress(done.fetch_add(more, Ordering::Relaxed) + more, total);
            let matched =
                match_lines(snapshot, &asked, model, &context, &tick, cancelled).map_err(|error| match error {
                    MatchError::Cancelled => CaseworkError::Stopped,
                    MatchError::Threads(_) => CaseworkError::Match(error.to_string()),
                })?;
            report.with_candidates += matched.iter().filter(|found| !found.candidates.is_empty()).count() as u64;
            let mut matched = matched.into_iter();
            let events = batch.iter().map(|texts| {
                let searches =
                    matched.by_ref().take(texts.lines.len()).map(|found| stored_search(snapshot, &found)).collect();
                Event::SearchedSection(searched(texts.section, model), SearchedSectionPrivate { searches })
            });
            self.append(events.collect(), act).await?;
            report.sections += batch.len() as u64;
            report.lines += lines as u64;
            if cancelled.load(Ordering::Relaxed) {
                return Err(CaseworkError::Stopped);
            }
        }
        Ok(report)
    }

    /// Fixes the roll for the case, or checks that it is the one.
    async fn seal(&mut self, snapshot: &Snapshot, act: &Act) -> Result<(), CaseworkError> {
        if self.case().roll.is_some() {
            return self.seal_check(snapshot);
        }
        let seal = RollSeal {
            roll_digest: snapshot.digest().to_owned(),
            rows: u64::from(snapshot.len()),
            active: snapshot.registered(),
        };
        self.append(vec![Event::RollSealed(seal)], act).await
    }

    /// Checks that a roll is the one the case rests on, where one is fixed.
    pub(crate) fn seal_check(&self, snapshot: &Snapshot) -> Result<(), CaseworkError> {
        match &self.case().roll {
            Some(seal) if seal.roll_digest != snapshot.digest() => {
                Err(CaseworkError::OtherRoll { given: snapshot.digest().to_owned(), sealed: seal.roll_digest.clone() })
            }
            _ => Ok(()),
        }
    }

    async fn texts(&self, section: SectionNo) -> Result<Texts, CaseworkError> {
        let rows =
            sqlx::query("SELECT line, printed_name, address, city, zip FROM line WHERE section = $1 ORDER BY line")
                .bind(i64::from(section.get()))
                .fetch_all(self.pool())
                .await
                .map_err(|error| self.failed("read", error))?;
        let read = |row: &sqlx::any::AnyRow| -> Result<[String; 4], sqlx::Error> {
            Ok([row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?])
        };
        let lines: Vec<_> =
            rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| self.failed("read", error))?;
        Ok(Texts { section, lines })
    }

    /// The stored search for a line, if one was made: what a reviewer is shown.
    pub async fn search_of(&self, section: SectionNo, line: LineNo) -> Result<Option<StoredSearch>, CaseworkError> {
        let row =
            sqlx::query("SELECT private FROM event WHERE seq = (SELECT searched_in FROM section WHERE section = $1)")
                .bind(i64::from(section.get()))
                .fetch_optional(self.pool())
                .await
                .map_err(|error| self.failed("read", error))?;
        let Some(row) = row else { return Ok(None) };
        let private: String = row.try_get(0).map_err(|error| self.failed("read", error))?;
        let stored: SearchedSectionPrivate = serde_json::from_str(&private).map_err(|error| CaseworkError::Event {
            path: self.path().to_owned(),
            seq: 0,
            why: error.to_string(),
        })?;
        let at = self.case().section(section).and_then(|section| section.lines().iter().position(|row| row.no == line));
        Ok(at.and_then(|at| stored.searches.into_iter().nth(at)))
    }
}

fn searched(section: SectionNo, model: &Model) -> SearchedSection {
    SearchedSection { section, model: model.id().to_owned() }
}

fn line_text(fields: &[String; 4]) -> LineText<'_> {
    let [printed_name, address, city, zip] = fields;
    LineText { printed_name, address, city, zip }
}

/// A line's match in the form that is kept with the case.
pub fn stored_search(snapshot: &Snapshot, found: &LineMatch) -> StoredSearch {
    let candidates = found.candidates.iter().filter_map(|candidate| {
        Some(StoredCandidate {
            voter: VoterId::new(snapshot.voter(candidate.row).voter_id)?,
            centibits: candidate.weight_centibits,
            ppm: candidate.probability_ppm,
            evidence: waterfall(&candidate.evidence),
        })
    });
    StoredSearch {
        keys: found.search.asked.join(" "),
        looked_at: found.search.rows_looked_at,
        proposal: found.proposal.name().to_owned(),
        candidates: candidates.collect(),
    }
}

/// The evidence in words: the prior, then every field that weighs something, with its level and hundredths of a bit.
fn waterfall(evidence: &Evidence) -> String {
    use std::fmt::Write as _;
    let mut text = format!("prior {}", evidence.prior_centibits);
    for (field, item) in evidence.fields().into_iter().filter(|(_, item)| item.centibits != 0) {
        let _ = write!(text, ", {field} {} {}", item.level.name(), item.centibits);
    }
    if evidence.previous_address {
        text.push_str(", at the previous address");
    }
    text
}
