//! Which lines wait for which work, in the order in which they are handed out. It follows from the case; who has a line in hand is in the store.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    str::FromStr,
};

use domain::{Case, Judgment, LineRef, LineState, Phase, ReviewerId, SectionState, StoredCandidate, VoterId};
use serde::{Deserialize, Serialize};

use crate::{
    own::digest,
    similarity::{Alike, Likest, Since},
};

/// What people do with the lines of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Likely lines, many on one sheet: the signatures that do not compare at a glance are flagged, the others are passed.
    ContactSheet,
    /// Find the signer, compare the signature, decide.
    Review,
    /// A reviewer found that the signature does not compare; another one looks, and does not learn what was found.
    BlindReview,
    /// A reviewer asked for a supervisor.
    Exceptions,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 4] = [Self::ContactSheet, Self::Review, Self::BlindReview, Self::Exceptions];

    /// Its name in the API and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ContactSheet => "contact_sheet",
            Self::Review => "review",
            Self::BlindReview => "blind_review",
            Self::Exceptions => "exceptions",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a text names no stage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no stage {0:?}; the stages are contact_sheet, review, blind_review, exceptions")]
pub struct UnknownStage(String);

impl FromStr for Stage {
    type Err = UnknownStage;

    fn from_str(text: &str) -> Result<Self, UnknownStage> {
        Self::ALL.into_iter().find(|stage| stage.name() == text).ok_or_else(|| UnknownStage(text.to_owned()))
    }
}

/// A million: how many millionths there are.
const PPM: u32 = 1_000_000;

/// Lines that people have set apart from the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Apart {
    /// Those for which somebody asked for a supervisor.
    pub(crate) escalated: BTreeSet<LineRef>,
    /// Those that were flagged on a contact sheet.
    pub(crate) flagged: BTreeSet<LineRef>,
}

/// Which lines are to be decided at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Every line.
    All,
    /// The lines drawn for the sample, and no others until it is decided.
    Sample,
    /// None: the sample has decided, or nothing is examined now.
    Nothing,
}

/// The best candidate of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Best {
    /// The voter's number, as a digest.
    voter: u32,
    /// How likely the voter signed, in millionths.
    ppm: u32,
}

impl Best {
    /// The first of the candidates, where there are any.
    pub(crate) fn of(candidates: &[StoredCandidate]) -> Option<Self> {
        candidates.first().map(|best| Self { voter: digest(&best.voter), ppm: best.ppm })
    }
}

/// The queues of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Queues {
    scope: Scope,
    /// The lines of each stage by their place: on contact sheets the pairs that look most alike first, then as for review the likeliest, then by section and
    /// line.
    waiting: BTreeMap<Stage, BTreeSet<(u32, LineRef)>>,
    place: HashMap<LineRef, (Stage, u32)>,
    /// The best candidate of each searched line.
    best: HashMap<LineRef, Best>,
    /// The reference signature that looks most like that on each line, of lines that were compared.
    alike: HashMap<LineRef, Alike>,
    /// From which likelihood on lines come on contact sheets; none: none do.
    sheets_from: Option<u32>,
    apart: Apart,
    /// The lines drawn for the sample, where that is the scope.
    sample: BTreeSet<LineRef>,
}

impl Queues {
    /// The queues of a case as it stands.
    pub(crate) fn new(
        case: &Case,
        scope: Scope,
        best: HashMap<LineRef, Best>,
        alike: HashMap<LineRef, Alike>,
        sheets_from: Option<u32>,
        apart: Apart,
    ) -> Self {
        let drawn = case.sample.as_ref().map(domain::Sample::lines).unwrap_or_default();
        let sample = if scope == Scope::Sample { drawn.iter().copied().collect() } else { BTreeSet::new() };
        let (waiting, place) = (BTreeMap::new(), HashMap::new());
        let mut queues = Self { scope, waiting, place, best, alike, sheets_from, apart, sample };
        for (line, _) in case.lines() {
            queues.follow(case, line);
        }
        queues
    }

    /// Puts a line where it belongs now.
    pub(crate) fn follow(&mut self, case: &Case, line: LineRef) {
        let next = self.belongs(case, line);
        let before = match next {
            Some(next) => self.place.insert(line, next),
            None => self.place.remove(&line),
        };
        if before == next {
            return;
        }
        if let Some((stage, rank)) = before {
            self.waiting.entry(stage).or_default().remove(&(rank, line));
        }
        if let Some((stage, rank)) = next {
            self.waiting.entry(stage).or_default().insert((rank, line));
        }
    }

    /// Takes note of the best candidate of a line that was searched; the line's place follows with [`Queues::follow`].
    pub(crate) fn rank(&mut self, line: LineRef, best: Option<Best>) {
        match best {
            Some(best) => self.best.insert(line, best),
            None => self.best.remove(&line),
        };
    }

    /// Takes in what was compared since.
    pub(crate) fn compare(&mut self, case: &Case, since: Since) {
        if since.anew {
            let before: Vec<_> = self.alike.drain().map(|(line, _)| line).collect();
            for line in before {
                self.follow(case, line);
            }
        }
        for (line, alike) in since.compared {
            match alike {
                Some(alike) => self.alike.insert(line, alike),
                None => self.alike.remove(&line),
            };
            self.follow(case, line);
        }
    }

    /// The reference signature of a voter that looks most like that on a line, where it was compared with this voter's.
    pub(crate) fn likest(&self, line: LineRef, voter: &VoterId) -> Option<Likest> {
        self.alike.get(&line).filter(|alike| alike.voter == digest(voter)).map(|alike| alike.likest)
    }

    /// Lets lines come on contact sheets from another likelihood on.
    pub(crate) fn arrange(&mut self, case: &Case, sheets_from: Option<u32>) {
        self.sheets_from = sheets_from;
        case.lines().for_each(|(line, _)| self.follow(case, line));
    }

    /// Takes in which lines people have set apart since.
    pub(crate) fn set_apart(&mut self, case: &Case, apart: Apart) {
        let before = std::mem::replace(&mut self.apart, apart);
        let moved: Vec<_> = before
            .escalated
            .symmetric_difference(&self.apart.escalated)
            .chain(before.flagged.symmetric_difference(&self.apart.flagged))
            .copied()
            .collect();
        for line in moved {
            self.follow(case, line);
        }
    }

    /// Marks a line as one for a supervisor.
    pub(crate) fn escalate(&mut self, case: &Case, line: LineRef) {
        self.apart.escalated.insert(line);
        self.follow(case, line);
    }

    /// Marks a line as one that comes singly.
    pub(crate) fn flag(&mut self, case: &Case, line: LineRef) {
        self.apart.flagged.insert(line);
        self.follow(case, line);
    }

    fn belongs(&self, case: &Case, line: LineRef) -> Option<(Stage, u32)> {
        let in_scope = match self.scope {
            Scope::All => true,
            Scope::Sample => self.sample.contains(&line),
            Scope::Nothing => false,
        };
        let section = case.section(line.section)?;
        // A line that was not looked up cannot be found not registered, so nobody gets it yet.
        let open = section.state == SectionState::Received && case.searched(section.no);
        if !in_scope || !open || case.phase != Phase::Examining {
            return None;
        }
        let stage = match section.line(line.line)?.state {
            LineState::Decided(_) => return None,
            _ if self.apart.escalated.contains(&line) => Stage::Exceptions,
            LineState::Undecided if self.comes_on_a_sheet(line) => Stage::ContactSheet,
            LineState::Undecided => Stage::Review,
            LineState::MismatchPending { .. } => Stage::BlindReview,
        };
        let rank = match stage {
            Stage::ContactSheet => self.unlike(line) * (PPM + 1) + self.unlikely(line),
            Stage::Review => self.unlikely(line),
            Stage::BlindReview | Stage::Exceptions => 0,
        };
        Some((stage, rank))
    }

    /// How unlikely the best candidate of a line is, in millionths.
    fn unlikely(&self, line: LineRef) -> u32 {
        PPM - self.best.get(&line).map_or(0, |best| best.ppm)
    }

    /// How little the signature on a line looks like those of its best candidate, in thousandths; one more where it was not compared with any.
    fn unlike(&self, line: LineRef) -> u32 {
        let alike =
            self.alike.get(&line).filter(|alike| self.best.get(&line).is_some_and(|best| best.voter == alike.voter));
        alike.map_or(1001, |alike| 1000 - u32::from(alike.likest.permille.min(1000)))
    }

    fn comes_on_a_sheet(&self, line: LineRef) -> bool {
        self.is_likely(line) && !self.apart.flagged.contains(&line)
    }

    /// Whether the best candidate of a line is likely enough for a contact sheet.
    pub(crate) fn is_likely(&self, line: LineRef) -> bool {
        self.sheets_from.is_some_and(|from| PPM - self.unlikely(line) >= from)
    }

    /// The lines that wait at a stage, in the order in which they are handed out.
    pub(crate) fn waiting(&self, stage: Stage) -> impl Iterator<Item = LineRef> {
        self.waiting.get(&stage).into_iter().flatten().map(|&(_, line)| line)
    }

    /// Whether the scope ends once these lines are decided: the sample is whole then, and says what comes next.
    pub(crate) fn is_done_with(&self, lines: &[LineRef]) -> bool {
        self.scope == Scope::Sample && self.place.keys().all(|waiting| lines.contains(waiting))
    }

    /// How many lines wait at a stage.
    pub(crate) fn count(&self, stage: Stage) -> u64 {
        self.waiting.get(&stage).map_or(0, |lines| lines.len() as u64)
    }
}

/// Whether a person has found on a line already, so that its next look belongs to another.
pub(crate) fn has_looked(case: &Case, line: LineRef, person: &ReviewerId) -> bool {
    let same = |by: &ReviewerId| by.person() == person.person();
    case.line(line).is_some_and(|line| match &line.state {
        LineState::Undecided => false,
        LineState::MismatchPending { by, .. } | LineState::Decided(Judgment::Mismatch { by, .. }) => {
            by.iter().any(same)
        }
        LineState::Decided(Judgment::Genuine { by, .. } | Judgment::Rejected { by, .. }) => same(by),
    })
}
