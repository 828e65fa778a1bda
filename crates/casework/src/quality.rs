//! How well the work is done: lines whose answer is known, second looks at accepted lines, and what both say of each reviewer. Looks for the sake of
//! quality are handed out among the others and cannot be told from them; they become no events.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::{Case, Disposition, Judgment, LineRef, LineState};
use jiff::{SignedDuration, Timestamp, Unit};
use ledger::Secret;
use serde::Serialize;

use crate::{Act, CaseFile, CaseworkError, Finding, Own, Workroom, agreement::Agreement, store_quality, work::OWN};

/// A look that stands for itself alone, in thousandths of a line.
pub(crate) const ONE_LINE: u64 = 1000;

/// Why a line is in somebody's hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To be decided.
    Work,
    /// Its answer is known.
    Known,
    /// It was found valid, and is looked at again.
    Second,
}

impl Kind {
    /// Every kind.
    pub(crate) const ALL: [Self; 3] = [Self::Work, Self::Known, Self::Second];

    /// Its name in the store.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Known => "known",
            Self::Second => "second",
        }
    }
}

/// A line whose answer is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAnswer {
    /// The line.
    pub line: LineRef,
    /// The answer.
    pub finding: Finding,
    /// Who says so.
    pub by: String,
    /// Why.
    pub because: String,
}

/// The accepted lines that another reviewer is to look at.
#[derive(Debug, Clone, Default)]
pub(crate) struct SecondLooks {
    /// Of a thousand accepted lines, how many.
    share: u32,
    waiting: BTreeSet<LineRef>,
    looked: HashSet<LineRef>,
}

impl SecondLooks {
    /// Those of a case as it stands, without the ones that were looked at.
    pub(crate) fn new(case: &Case, secret: &Secret, share: u32, looked: HashSet<LineRef>) -> Self {
        let mut looks = Self { share, waiting: BTreeSet::new(), looked };
        if share > 0 {
            case.lines().for_each(|(line, _)| looks.follow(case, secret, line));
        }
        looks
    }

    /// Puts a line where it belongs now.
    pub(crate) fn follow(&mut self, case: &Case, secret: &Secret, line: LineRef) {
        let accepted =
            case.line(line).is_some_and(|line| matches!(line.state, LineState::Decided(Judgment::Genuine { .. })));
        let drawn = || secret.chance(&format!("second look {line}")) % 1000 < u64::from(self.share);
        if accepted && !self.looked.contains(&line) && drawn() {
            self.waiting.insert(line);
        } else {
            self.waiting.remove(&line);
        }
    }

    /// Takes in that a line was looked at.
    pub(crate) fn done(&mut self, line: LineRef) {
        self.looked.insert(line);
        self.waiting.remove(&line);
    }

    /// Those that wait.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = LineRef> {
        self.waiting.iter().copied()
    }

    /// How many accepted lines one that was drawn stands for, in thousandths.
    pub(crate) fn stands_for(&self) -> u64 {
        let share = u64::from(self.share.max(1));
        (1000 * ONE_LINE + share / 2) / share
    }
}

/// Which places of a batch, from 0, are for looks for the sake of quality, and of which kind.
pub(crate) fn places(secret: &Secret, batch: &str, size: usize, known: u32, second: u32) -> Vec<(usize, Kind)> {
    let drawn = |place: usize| {
        let chance = secret.chance(&format!("place {place} of batch {batch}")) % 1000;
        if chance < u64::from(known) {
            Some((place, Kind::Known))
        } else if chance < u64::from(known) + u64::from(second) {
            Some((place, Kind::Second))
        } else {
            None
        }
    };
    (0..size).filter_map(drawn).collect()
}

/// The name of what was found, as it is counted.
pub(crate) fn name(found: Disposition) -> &'static str {
    found.reason().map_or("valid", domain::Reason::name)
}

/// Looks of one person that can be held against another answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Compared {
    /// How many.
    pub looks: u64,
    /// With how many the other answer agrees: the same disposition, and the same voter.
    pub agreed: u64,
}

/// What a reviewer did in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Pace {
    /// Lines found on.
    pub lines: u64,
    /// Hours of the clock in which the person closed a batch.
    pub hours: u64,
    /// Lines found valid, of a thousand.
    pub valid_per_mille: u64,
    /// Known answers given.
    pub known: Compared,
    /// Second and blind looks, and whether the first look agrees.
    pub second: Compared,
}

/// A reviewer's work, as far as it can be told from what is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewerQuality {
    /// The account.
    pub person: String,
    /// From the beginning up to the recent stretch.
    pub before: Pace,
    /// The last full hours of a day, and the one that runs.
    pub recent: Pace,
    /// Agreement with other reviewers beyond chance, in thousandths; a second look counts for all accepted lines that it was drawn from.
    pub kappa: Option<i64>,
    /// Agreement with known answers beyond chance, in thousandths.
    pub kappa_known: Option<i64>,
}

/// One row of counts from the store.
pub(crate) struct Counted {
    pub(crate) person: String,
    pub(crate) recent: bool,
    pub(crate) kind: String,
    pub(crate) expected: String,
    pub(crate) found: String,
    pub(crate) agrees: bool,
    pub(crate) stands_for: u64,
    pub(crate) pairs: u64,
}

/// Two looks at one line that came to different answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The line.
    pub line: LineRef,
    /// `known` or `second`.
    pub kind: String,
    /// Who looked for the sake of quality.
    pub person: String,
    /// The answer that is known, or the first look's.
    pub expected: Finding,
    /// What this look found.
    pub found: Finding,
    /// When it was kept.
    pub at: Timestamp,
}

/// A contact sheet that was passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedSheet {
    /// The batch.
    pub batch: String,
    /// Who passed it.
    pub person: String,
    /// When it was handed out.
    pub opened_at: Timestamp,
    /// When it was passed.
    pub passed_at: Timestamp,
    /// Pairs that were found to compare by that.
    pub pairs: u64,
}

/// When the recent stretch begins: a day before the hour that runs.
pub(crate) fn recent(now: Timestamp) -> Timestamp {
    now.round(jiff::TimestampRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Trunc)).unwrap_or(now)
        - SignedDuration::from_hours(24)
}

/// Everybody's work from what the store counts.
pub(crate) fn reviewers(paces: Vec<(String, bool, Pace)>, compared: &[Counted]) -> Vec<ReviewerQuality> {
    let mut people: BTreeMap<String, (ReviewerQuality, Agreement, Agreement)> = BTreeMap::new();
    let new = |person: &str| {
        let (before, recent) = (Pace::default(), Pace::default());
        let quality = ReviewerQuality { person: person.to_owned(), before, recent, kappa: None, kappa_known: None };
        (quality, Agreement::default(), Agreement::default())
    };
    for (person, is_recent, pace) in paces {
        let (quality, ..) = people.entry(person.clone()).or_insert_with(|| new(&person));
        *(if is_recent { &mut quality.recent } else { &mut quality.before }) = pace;
    }
    for row in compared {
        let (quality, others, known) = people.entry(row.person.clone()).or_insert_with(|| new(&row.person));
        let pace = if row.recent { &mut quality.recent } else { &mut quality.before };
        let is_known = row.kind == Kind::Known.name();
        let side = if is_known { &mut pace.known } else { &mut pace.second };
        side.looks += row.pairs;
        side.agreed += if row.agrees { row.pairs } else { 0 };
        // The same disposition for another voter is another answer.
        let found = if row.found == row.expected && !row.agrees { "another voter" } else { &row.found };
        let agreement = if is_known { known } else { others };
        agreement.count(&row.expected, found, row.pairs * row.stands_for);
    }
    let finished = |(mut quality, others, known): (ReviewerQuality, Agreement, Agreement)| {
        (quality.kappa, quality.kappa_known) = (others.kappa(), known.kappa());
        quality
    };
    people.into_values().map(finished).collect()
}

impl CaseFile {
    /// What can be told of each reviewer's work.
    pub async fn quality(&self, now: Timestamp) -> Result<Vec<ReviewerQuality>, CaseworkError> {
        let since = recent(now);
        let paces = store_quality::paces(self, since).await?;
        Ok(reviewers(paces, &store_quality::compared(self, since).await?))
    }

    /// Lines on which a look for the sake of quality came to another answer, the latest first.
    pub async fn disagreements(&self, after: u64, most: u64) -> Result<Vec<Disagreement>, CaseworkError> {
        store_quality::disagreements(self, after, most).await
    }

    /// The contact sheets that were passed, the latest first, without the first `after`.
    pub async fn passed_sheets(&self, after: u64, most: u64) -> Result<Vec<PassedSheet>, CaseworkError> {
        store_quality::passed_sheets(self, after, most).await
    }

    /// The lines whose answer is known.
    pub async fn known_answers(&self) -> Result<Vec<KnownAnswer>, CaseworkError> {
        store_quality::known_answers(self).await
    }
}

impl Workroom {
    /// Makes a decided line one whose answer is known, for a reason. Nobody says so of a section that they are kept away from.
    pub async fn know(
        &mut self,
        line: LineRef,
        finding: &Finding,
        because: &str,
        own: &Own,
        act: &Act,
    ) -> Result<(), CaseworkError> {
        let decided = |line: &domain::Line| matches!(line.state, LineState::Decided(_));
        if because.trim().is_empty() {
            return Err(CaseworkError::NoReason);
        }
        if self.is_own(own, line) {
            return Err(CaseworkError::NotPossible(OWN.to_owned()));
        }
        if !self.file.case().line(line).is_some_and(decided) {
            let LineRef { section, line } = line;
            let why = format!("section {section} line {line} is not decided, so its answer cannot be known");
            return Err(CaseworkError::NotPossible(why));
        }
        store_quality::know(&self.file, line, finding, because, act).await?;
        self.seen.at = None;
        Ok(())
    }

    /// Hands a line whose answer is known out no more.
    pub async fn retire(&mut self, line: LineRef, act: &Act) -> Result<(), CaseworkError> {
        store_quality::retire(&self.file, line, act).await?;
        self.seen.at = None;
        Ok(())
    }
}
