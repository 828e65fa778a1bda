//! The shadow of people at work: what there is in the plainest form, and what each act of four people and a supervisor comes to.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use casework::{Closed, Finding, LEASE, PassedTo, Stage, WorkError};
use domain::{Disposition, LineRef, SectionNo, VoterId};
use jiff::Timestamp;

use crate::shift::{MISMATCH, at, finding};

pub(crate) const PEOPLE: [&str; 4] = ["R1", "R2", "R3", "S1"];
pub(crate) const LINES: [&str; 8] = ["1:1", "1:2", "1:3", "1:4", "1:5", "2:1", "2:2", "2:3"];
pub(crate) const SHEETS_FROM: u32 = 900_000;

/// What a step comes to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Lines(Vec<(LineRef, Option<Finding>)>),
    Closed(u64, Vec<LineRef>),
    Done,
    Refused,
    NotInHand,
    NameTaken,
    TooSoon,
}

impl<T> From<Result<T, WorkError>> for Outcome
where
    T: Into<Self>,
{
    fn from(done: Result<T, WorkError>) -> Self {
        match done {
            Ok(done) => done.into(),
            Err(WorkError::NotInHand) => Self::NotInHand,
            Err(WorkError::NameTaken) => Self::NameTaken,
            Err(WorkError::Refused(_)) => Self::Refused,
            Err(WorkError::TooSoon(_)) => Self::TooSoon,
            Err(other) => panic!("{other}"),
        }
    }
}

impl From<()> for Outcome {
    fn from((): ()) -> Self {
        Self::Done
    }
}

impl From<casework::Batch> for Outcome {
    fn from(batch: casework::Batch) -> Self {
        Self::Lines(batch.lines)
    }
}

impl From<Closed> for Outcome {
    fn from(closed: Closed) -> Self {
        Self::Closed(closed.taken, closed.refused.into_iter().map(|(line, _)| line).collect())
    }
}

/// What a line has come to, by people counted as in [`PEOPLE`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    Undecided,
    Pending(Vec<usize>),
    /// By whom its decision is; none for the file of somebody else.
    Decided(Vec<usize>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Found,
    Skipped,
    Escalated,
    Refused,
}

/// The last look of a person at a line, with the batch.
type Looks = BTreeMap<(LineRef, usize), (What, usize)>;

pub(crate) struct Batch {
    pub(crate) who: usize,
    pub(crate) stage: Stage,
    since: Timestamp,
    until: Timestamp,
    pub(crate) held: Vec<(LineRef, Option<Finding>)>,
    pub(crate) closed: bool,
    told: (u64, Vec<LineRef>),
}

/// The shadow: what there is, in the plainest form.
pub(crate) struct Shadow {
    pub(crate) now: Timestamp,
    /// The likeliest voter of each line, which the model takes from the case.
    likely: BTreeMap<LineRef, (u32, VoterId)>,
    /// How alike the signatures of lines and of their likeliest voters look, in thousandths, as far as they were compared.
    alike: BTreeMap<LineRef, u16>,
    pub(crate) sheets: bool,
    pub(crate) lines: BTreeMap<LineRef, Standing>,
    pub(crate) void: BTreeSet<SectionNo>,
    looks: Looks,
    pub(crate) flagged: BTreeSet<LineRef>,
    pub(crate) batches: Vec<Batch>,
    pub(crate) judged: u64,
}

impl Shadow {
    pub(crate) fn new(now: Timestamp, likely: BTreeMap<LineRef, (u32, VoterId)>) -> Self {
        Self {
            now,
            likely,
            alike: BTreeMap::new(),
            sheets: true,
            lines: LINES.map(|line| (at(line), Standing::Undecided)).into(),
            void: BTreeSet::new(),
            looks: Looks::new(),
            flagged: BTreeSet::new(),
            batches: Vec::new(),
            judged: 0,
        }
    }

    /// How many looks came to this.
    pub(crate) fn looks(&self, what: What) -> usize {
        self.looks.values().filter(|(is, _)| *is == what).count()
    }

    fn likelihood(&self, line: LineRef) -> u32 {
        self.likely.get(&line).map_or(0, |(ppm, _)| *ppm)
    }

    fn stage(&self, line: LineRef) -> Option<Stage> {
        let escalated = self.looks.iter().any(|((at, _), (what, _))| *at == line && *what == What::Escalated);
        let likely = self.likelihood(line) >= SHEETS_FROM;
        match &self.lines[&line] {
            Standing::Decided(_) => None,
            _ if self.void.contains(&line.section) => None,
            _ if escalated => Some(Stage::Exceptions),
            Standing::Pending(_) => Some(Stage::BlindReview),
            Standing::Undecided if self.sheets && likely && !self.flagged.contains(&line) => Some(Stage::ContactSheet),
            Standing::Undecided => Some(Stage::Review),
        }
    }

    pub(crate) fn waiting(&self, stage: Stage) -> Vec<LineRef> {
        let mut waiting: Vec<_> = self.lines.keys().copied().filter(|line| self.stage(*line) == Some(stage)).collect();
        if matches!(stage, Stage::Review | Stage::ContactSheet) {
            waiting.sort_by_key(|line| (Reverse(self.likelihood(*line)), *line));
        }
        if stage == Stage::ContactSheet {
            waiting.sort_by_key(|line| Reverse(self.alike.get(line)));
        }
        waiting
    }

    /// The likeliest voter of a line.
    pub(crate) fn best(&self, line: LineRef) -> Option<VoterId> {
        self.likely.get(&line).map(|(_, voter)| voter.clone())
    }

    /// The signature on a line was held against those of a voter.
    pub(crate) fn compare(&mut self, line: LineRef, voter: &VoterId, permille: Option<u16>) {
        match permille.filter(|_| self.best(line).as_ref() == Some(voter)) {
            Some(permille) => self.alike.insert(line, permille),
            None => self.alike.remove(&line),
        };
    }

    pub(crate) fn claim(&mut self, who: usize, stage: Stage, size: usize) -> Outcome {
        for nth in 0..self.batches.len() {
            let batch = &self.batches[nth];
            if !batch.closed && batch.until < self.now && !batch.held.is_empty() {
                self.take(nth);
            }
        }
        let in_hand: BTreeSet<_> = self.batches.iter().flat_map(|batch| &batch.held).map(|(line, _)| *line).collect();
        let has_looked = |line: &LineRef| self.looks.get(&(*line, who)).is_some_and(|(what, _)| *what != What::Refused);
        let free = self.waiting(stage).into_iter().filter(|line| !in_hand.contains(line) && !has_looked(line));
        let held: Vec<_> = free.take(size).map(|line| (line, None)).collect();
        self.batches.push(Batch {
            who,
            stage,
            since: self.now,
            until: self.now + LEASE,
            held: held.clone(),
            closed: false,
            told: Default::default(),
        });
        Outcome::Lines(held)
    }

    pub(crate) fn claim_again(&self, nth: usize, who: usize) -> Outcome {
        let batch = &self.batches[nth];
        match () {
            () if batch.who != who => Outcome::NameTaken,
            () if !self.is_open(nth) => Outcome::NotInHand,
            () => Outcome::Lines(batch.held.clone()),
        }
    }

    fn is_open(&self, nth: usize) -> bool {
        !self.batches[nth].closed && self.batches[nth].until >= self.now
    }

    /// Where a line stands in an open batch of this person.
    fn in_hand(&self, nth: usize, who: usize, line: LineRef) -> Option<usize> {
        let open = self.is_open(nth) && self.batches[nth].who == who;
        self.batches[nth].held.iter().position(|(held, _)| *held == line).filter(|_| open)
    }

    /// What a finding would make of a line; none where it does not fit.
    fn judge(standing: &Standing, found: &Finding, who: usize) -> Option<Standing> {
        let named = found.voter.is_some();
        match standing {
            Standing::Decided(_) => None,
            Standing::Undecided if found.found == MISMATCH => named.then(|| Standing::Pending(vec![who])),
            Standing::Undecided => Some(Standing::Decided(vec![who])),
            Standing::Pending(by) if by.contains(&who) || !named => None,
            Standing::Pending(by) if found.found == MISMATCH => {
                let by: Vec<_> = by.iter().copied().chain([who]).collect();
                Some(if by.len() == 3 { Standing::Decided(by) } else { Standing::Pending(by) })
            }
            Standing::Pending(_) => (found.found == Disposition::Valid).then(|| Standing::Decided(vec![who])),
        }
    }

    pub(crate) fn find(&mut self, nth: usize, who: usize, line: LineRef, found: Option<&Finding>) -> Outcome {
        if let Some(found) = found {
            // Whoever holds a line that was decided meanwhile is not told before the end.
            let standing = Some(&self.lines[&line]).filter(|standing| !matches!(standing, Standing::Decided(_)));
            if Self::judge(standing.unwrap_or(&Standing::Undecided), found, who).is_none() {
                return Outcome::Refused;
            }
        }
        let Some(place) = self.in_hand(nth, who, line) else { return Outcome::NotInHand };
        let batch = &mut self.batches[nth];
        batch.held[place].1 = found.cloned();
        batch.until = self.now + LEASE;
        Outcome::Done
    }

    pub(crate) fn pass(&mut self, nth: usize, who: usize, line: LineRef, to: PassedTo) -> Outcome {
        let Some(place) = self.in_hand(nth, who, line) else {
            // The same again changes nothing.
            let before = self.looks.get(&(line, who)).map(|(what, _)| *what);
            return if matches!(before, Some(What::Skipped | What::Escalated)) {
                Outcome::Done
            } else {
                Outcome::NotInHand
            };
        };
        self.batches[nth].held.remove(place);
        let others = PEOPLE.iter().enumerate().filter(|(other, _)| *other != who);
        let skipped =
            others.filter(|(other, _)| self.looks.get(&(line, *other)).is_some_and(|(what, _)| *what == What::Skipped));
        let what = if to == PassedTo::Supervisor || skipped.count() >= 2 { What::Escalated } else { What::Skipped };
        self.looks.insert((line, who), (what, nth));
        Outcome::Done
    }

    pub(crate) fn pass_sheet(&mut self, nth: usize, who: usize, flagged: &[LineRef]) -> Outcome {
        let batch = &self.batches[nth];
        if batch.who != who || batch.stage != Stage::ContactSheet {
            return Outcome::NotInHand;
        }
        if batch.closed {
            return self.take(nth);
        }
        if !self.is_open(nth) {
            return Outcome::NotInHand;
        }
        if self.now < batch.since {
            // The clock was set back.
            return Outcome::TooSoon;
        }
        let mut kept = Vec::new();
        for (line, found) in std::mem::take(&mut self.batches[nth].held) {
            let best = || self.likely.get(&line).map(|(_, voter)| finding(Disposition::Valid, voter.as_str()));
            let fits = |best: &Finding| Self::judge(&self.lines[&line], best, who).is_some();
            // What was found on it singly has its own end.
            match found.or_else(|| best().filter(fits)) {
                Some(found) if !flagged.contains(&line) => kept.push((line, Some(found))),
                _ => {
                    self.flagged.insert(line);
                    if !flagged.contains(&line) {
                        self.batches[nth].told.1.push(line);
                    }
                }
            }
        }
        self.batches[nth].held = kept;
        self.take(nth)
    }

    pub(crate) fn close(&mut self, nth: usize, who: usize) -> Outcome {
        if self.batches[nth].who == who { self.take(nth) } else { Outcome::NotInHand }
    }

    /// What was found in a batch becomes what the lines have come to, as far as it still fits.
    fn take(&mut self, nth: usize) -> Outcome {
        let batch = &mut self.batches[nth];
        batch.closed = true;
        for (line, found) in std::mem::take(&mut batch.held) {
            let Some(found) = found else { continue };
            let next = Self::judge(&self.lines[&line], &found, batch.who);
            let what = if next.is_some() { What::Found } else { What::Refused };
            self.looks.insert((line, batch.who), (what, nth));
            match next {
                Some(next) => {
                    self.lines.insert(line, next);
                    (batch.told.0, self.judged) = (batch.told.0 + 1, self.judged + 1);
                }
                None => batch.told.1.push(line),
            }
        }
        Outcome::Closed(batch.told.0, batch.told.1.clone())
    }

    pub(crate) fn decide(&mut self, line: LineRef) -> Outcome {
        if self.lines[&line] != Standing::Undecided {
            return Outcome::Refused;
        }
        self.lines.insert(line, Standing::Decided(Vec::new()));
        self.judged += 1;
        Outcome::Done
    }

    pub(crate) fn reopen(&mut self, lines: &[LineRef]) -> Outcome {
        if lines.is_empty() || lines.iter().any(|line| self.lines[line] == Standing::Undecided) {
            return Outcome::Refused;
        }
        self.lines.extend(lines.iter().map(|line| (*line, Standing::Undecided)));
        Outcome::Done
    }

    pub(crate) fn reopen_batch(&mut self, nth: usize) -> Outcome {
        let who = self.batches[nth].who;
        let theirs = |line: &LineRef| matches!(&self.lines[line], Standing::Decided(by) if by.contains(&who));
        let found = self.looks.iter().filter(|((_, by), look)| *by == who && **look == (What::Found, nth));
        let lines: Vec<_> = found.map(|((line, _), _)| *line).filter(theirs).collect();
        self.reopen(&lines)
    }

    pub(crate) fn take_from_hand(&mut self, who: usize) -> Outcome {
        for nth in 0..self.batches.len() {
            if self.batches[nth].who == who && !self.batches[nth].held.is_empty() {
                self.take(nth);
            }
        }
        Outcome::Done
    }
}
