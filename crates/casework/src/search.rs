//! Looking signers up: the roll is searched for every line, and what was asked and found is stored before anyone may
//! say that a signer is not there.

use std::{
    collections::{BTreeSet, HashMap},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use domain::{
    Event, LineNo, LineRef, Phase, RollSeal, SearchedSection, SearchedSectionPrivate, Section, SectionNo,
    StoredCandidate, StoredLine, StoredSearch, VoterId,
};
use matching::{Evidence, LineMatch, LineText, MatchContext, MatchError, Model, match_lines};
use roll::Snapshot;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Row};

use crate::{Act, CaseFile, CaseworkError, fold::read_event};

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
        let open = |section: &&Section| !section.lines().is_empty() && !self.case().searched(section.no);
        let open = self.case().sections().filter(open).map(|section| section.no).collect();
        self.search_sections(open, snapshot, model, act, progress, cancelled).await
    }

    /// Searches the roll for the next sections without a stored search, until they have so many lines: what a server does between two other acts. Returns how
    /// many lines were searched; none where all are. The first search fixes the roll for the case.
    pub async fn search_some(&mut self, snapshot: &Snapshot, most: u64, act: &Act) -> Result<u64, CaseworkError> {
        let mut lines = 0;
        let open =
            self.case().sections().filter(|section| !section.lines().is_empty() && !self.case().searched(section.no));
        let few = open.take_while(|section| {
            let begun = lines;
            lines += section.lines().len() as u64;
            begun < most
        });
        let few: Vec<_> = few.map(|section| section.no).collect();
        let (model, stop) = (Model::built_in(), AtomicBool::new(false));
        Ok(self.search_sections(few, snapshot, &model, act, &|_, _| {}, &stop).await?.lines)
    }

    /// Searches the roll for the lines of one section, where a roll is sealed and they have no stored search.
    pub(crate) async fn search_section(
        &mut self,
        section: SectionNo,
        snapshot: &Snapshot,
        act: &Act,
    ) -> Result<(), CaseworkError> {
        if self.case().roll.is_none() || self.case().searched(section) {
            return Ok(());
        }
        let model = Model::built_in();
        self.search_sections(vec![section], snapshot, &model, act, &|_, _| {}, &AtomicBool::new(false)).await.map(drop)
    }

    async fn search_sections(
        &mut self,
        open: Vec<SectionNo>,
        snapshot: &Snapshot,
        model: &Model,
        act: &Act,
        progress: &(dyn Fn(u64, u64) + Sync),
        cancelled: &AtomicBool,
    ) -> Result<SearchReport, CaseworkError> {
        self.case().in_phase(Phase::Examining, "searching the roll")?;
        // Taken in together with the first searches: a search that is stopped before leaves nothing behind.
        let mut seal = self.seal(snapshot)?;
        let total = self.case().count_lines();
        let open_lines: u64 =
            open.iter().filter_map(|&no| self.case().section(no)).map(|section| section.lines().len() as u64).sum();
        let before = total - open_lines;
        let mut report = SearchReport { sections: 0, lines: 0, before, with_candidates: 0 };
        let opened = &self.case().opened;
        let context = MatchContext {
            filed_on: Some(opened.milestones.filed_on()),
            circulation_from: opened.circulation_from(),
            ..MatchContext::default()
        };
        let mut open = open.into_iter().peekable();
        while open.peek().is_some() {
            let mut batch = Vec::new();
            let mut lines = 0;
            while lines < BATCH
                && let Some(section) = open.next()
            {
                let texts = self.texts(section).await?;
                lines += texts.len();
                batch.push((section, texts));
            }
            let asked: Vec<LineText<'_>> =
                batch.iter().flat_map(|(_, texts)| texts.iter().map(|(_, text)| line_text(text))).collect();
            let done = AtomicU64::new(before + report.lines);
            let tick = |more: u64| progress(done.fetch_add(more, Ordering::Relaxed) + more, total);
            let matched =
                match_lines(snapshot, &asked, model, &context, &tick, cancelled).map_err(|error| match error {
                    MatchError::Cancelled => CaseworkError::Stopped,
                    MatchError::Threads(_) => CaseworkError::Match(error),
                })?;
            report.with_candidates += matched.iter().filter(|found| !found.candidates.is_empty()).count() as u64;
            let mut matched = matched.into_iter();
            let searches = batch.iter().map(|(section, texts)| {
                let searches =
                    matched.by_ref().take(texts.len()).map(|found| stored_search(snapshot, &found)).collect();
                Event::SearchedSection(searched(*section, model), SearchedSectionPrivate { searches })
            });
            let events = seal.take().into_iter().chain(searches).collect();
            self.append(events, act).await?;
            report.sections += batch.len() as u64;
            report.lines += lines as u64;
            if cancelled.load(Ordering::Relaxed) && open.peek().is_some() {
                return Err(CaseworkError::Stopped);
            }
        }
        Ok(report)
    }

    /// The event that fixes the roll for the case, or nothing where it is the one already. The whole file is read, so
    /// that a roll whose content is not what its digest says is found out.
    pub(crate) fn seal(&self, snapshot: &Snapshot) -> Result<Option<Event>, CaseworkError> {
        match &self.case().roll {
            Some(seal) if seal.roll_digest != snapshot.digest() => {
                Err(CaseworkError::OtherRoll { given: snapshot.digest().to_owned(), sealed: seal.roll_digest.clone() })
            }
            Some(_) => Ok(None),
            None => {
                snapshot.verify()?;
                Ok(Some(Event::RollSealed(seal_of(snapshot))))
            }
        }
    }

    /// The stored search for a line, if one was made: what a reviewer is shown.
    pub async fn search_of(&self, section: SectionNo, line: LineNo) -> Result<Option<StoredSearch>, CaseworkError> {
        let searches = self.searches_of(section).await?;
        Ok(searches.into_iter().find(|(at, _)| at.line == line).map(|(_, search)| search))
    }

    /// The stored searches of a section's lines; none where it was not searched since the last of its lines came, went or was keyed.
    pub(crate) async fn searches_of(&self, section: SectionNo) -> Result<Vec<(LineRef, StoredSearch)>, CaseworkError> {
        let row = sqlx::query("SELECT searched_in FROM section WHERE section = $1")
            .bind(i64::from(section.get()))
            .fetch_optional(self.pool())
            .await
            .map_err(|error| self.failed("read", error))?;
        let Some(row) = row else { return Ok(Vec::new()) };
        let seq: Option<i64> = row.try_get(0).map_err(|error| self.failed("read", error))?;
        let Some(seq) = seq.and_then(|seq| u64::try_from(seq).ok()) else { return Ok(Vec::new()) };
        let event = read_event(self.pool(), self.place(), seq).await?;
        let Some(Event::SearchedSection(_, stored)) = event else { return Ok(Vec::new()) };
        // Once lines were struck, reinstated or keyed, the stored searches are those of other lines, or of other texts.
        let searched = self.case().section(section).filter(|section| self.case().searched(section.no));
        let lines = searched.map(Section::lines).unwrap_or_default().iter();
        Ok(lines.map(|line| LineRef { section, line: line.no }).zip(stored.searches).collect())
    }
}

impl CaseFile {
    /// The voters that the stored searches of lines brought up, line by line, the best first.
    pub(crate) async fn candidates_of(&self, lines: &[LineRef]) -> Result<Vec<(LineRef, VoterId)>, CaseworkError> {
        let sections: BTreeSet<SectionNo> =
            lines.iter().map(|line| line.section).filter(|&section| self.case().searched(section)).collect();
        if sections.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<_> = (1..=sections.len()).map(|place| format!("${place}")).collect();
        let asked = format!(
            "SELECT section.section, event.private FROM section JOIN event ON event.seq = section.searched_in \
             WHERE section.section IN ({})",
            places.join(", ")
        );
        let query = sections
            .iter()
            .fold(sqlx::query(AssertSqlSafe(asked)), |query, section| query.bind(i64::from(section.get())));
        let rows = query.fetch_all(self.pool()).await.map_err(|error| self.failed("read", error))?;
        let mut brought = HashMap::with_capacity(rows.len());
        for row in rows {
            let section: i64 = row.try_get(0).map_err(|error| self.failed("read", error))?;
            let private: String = row.try_get(1).map_err(|error| self.failed("read", error))?;
            // The reader's own words quote what they stumble over, and here that may be a voter's number.
            let read = serde_json::from_str::<Brought>(&private);
            brought.insert(section, read.map_err(|_| self.damaged(&"a search cannot be read"))?);
        }
        let voters = |&line: &LineRef| {
            let at = self.case().section(line.section)?.lines().iter().position(|row| row.no == line.line)?;
            let found = brought.get_mut(&i64::from(line.section.get()))?.searches.get_mut(at)?;
            Some(std::mem::take(&mut found.candidates).into_iter().map(move |candidate| (line, candidate.voter)))
        };
        Ok(lines.iter().filter_map(voters).flatten().collect())
    }

    /// Reads the stored search of every searched line.
    pub(crate) async fn each_search(&self, mut read: impl FnMut(LineRef, StoredSearch)) -> Result<(), CaseworkError> {
        for seq in self.searched_in().await? {
            let Some(Event::SearchedSection(public, private)) = read_event(self.pool(), self.place(), seq).await?
            else {
                continue;
            };
            let section = self.case().section(public.section).filter(|section| self.case().searched(section.no));
            let lines = section.map(domain::Section::lines).unwrap_or_default();
            for (line, search) in lines.iter().zip(private.searches) {
                read(LineRef { section: public.section, line: line.no }, search);
            }
        }
        Ok(())
    }

    /// The events that hold the last search of each section.
    pub(crate) async fn searched_in(&self) -> Result<Vec<u64>, CaseworkError> {
        let rows = sqlx::query("SELECT searched_in FROM section WHERE searched_in IS NOT NULL ORDER BY section")
            .fetch_all(self.pool())
            .await
            .map_err(|error| self.failed("read", error))?;
        let seq = |row: &sqlx::any::AnyRow| row.try_get::<i64, _>(0).map(|seq| u64::try_from(seq).unwrap_or_default());
        rows.iter().map(seq).collect::<Result<_, _>>().map_err(|error| self.failed("read", error))
    }
}

/// What is read of a stored search where only its voters matter.
#[derive(Deserialize)]
struct Brought {
    searches: Vec<BroughtOnLine>,
}

#[derive(Default, Deserialize)]
struct BroughtOnLine {
    candidates: Vec<BroughtVoter>,
}

#[derive(Deserialize)]
struct BroughtVoter {
    voter: VoterId,
}

fn seal_of(snapshot: &Snapshot) -> RollSeal {
    RollSeal {
        roll_digest: snapshot.digest().to_owned(),
        rows: u64::from(snapshot.len()),
        active: snapshot.registered(),
    }
}

fn searched(section: SectionNo, model: &Model) -> SearchedSection {
    SearchedSection { section, model: model.id().to_owned() }
}

fn line_text(text: &StoredLine) -> LineText<'_> {
    LineText { printed_name: &text.printed_name, address: &text.address, city: &text.city, zip: &text.zip }
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
        keys: found.search.asked.names().collect::<Vec<_>>().join(" "),
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
