//! Handing lines out: which ones, to whom, and what else comes among them.

use std::collections::HashSet;

use domain::{Disposition, LineRef, Reason};
use jiff::{SignedDuration, Timestamp};
use roll::Snapshot;

use crate::{
    Batch, CaseworkError, KnownAnswer, LEASE, MOST_LINES, Stage, WorkError, WorkPolicy, Worker, Workroom,
    quality::{self, Kind},
    queue::has_looked,
    store_looks::Look,
    store_quality,
    store_work::{self, Opened},
    work::named,
};

/// How often lines are chosen anew where another server took all of them first.
const TRIES: usize = 5;

/// How long what was read is taken to be so still: other servers hand out lines of the case, too.
const REMEMBERED: SignedDuration = SignedDuration::from_secs(5);

/// What the tables of people at work said a moment ago, so that few lines are tried that are not to be had. What holds, the database says.
#[derive(Default)]
pub(crate) struct Seen {
    /// Lines that somebody has in hand.
    pub(crate) in_hand: HashSet<LineRef>,
    pub(crate) policy: WorkPolicy,
    pub(crate) known: Vec<KnownAnswer>,
    /// When it was read; none where it is known to be old.
    pub(crate) at: Option<Timestamp>,
}

impl Workroom {
    /// Hands lines out under a name that the caller chose, so that asking again after a lost answer gives the same lines. Each look at a voter's record
    /// that this brings, and at each line that comes without one, is on record before the lines are handed out. There may be fewer lines than asked for, or none.
    pub async fn claim(
        &mut self,
        id: &str,
        person: &Worker,
        stage: Stage,
        size: usize,
        snapshot: &Snapshot,
        now: Timestamp,
    ) -> Result<Batch, WorkError> {
        if let Some(opened) = store_work::opened(&self.file, id).await? {
            let same = opened.person == person.as_str() && opened.stage == stage;
            return if same { self.batch(id, &person.id, now).await } else { Err(WorkError::NameTaken) };
        }
        self.lapse(snapshot, now).await?;
        self.file.catch_up().await?;
        self.follow().await?;
        for _ in 0..TRIES {
            self.look_around(now).await?;
            let lines = self.choose(id, person, stage, size.min(MOST_LINES)).await?;
            let only: Vec<_> = lines.iter().map(|(line, _)| *line).collect();
            let mut candidates = self.file.candidates_of(&only).await?;
            let others = only.iter().filter_map(|&line| Some((line, named(self.file.case(), line)?)));
            let others: Vec<_> = others.filter(|named| !candidates.contains(named)).collect();
            candidates.extend(others);
            let alone = only.iter().filter(|line| !candidates.iter().any(|(of, _)| of == *line));
            let alone: Vec<_> = alone.map(|line| Look::at_line(*line, "line in hand")).collect();
            let look = |(line, voter)| Look::at_voter(voter, Some(line), "candidate of a line in hand");
            let looks: Vec<_> = candidates.into_iter().map(look).chain(alone).collect();
            let opened = Opened {
                id: id.to_owned(),
                person: person.as_str().to_owned(),
                stage,
                until: now + LEASE,
                not_before: now + self.least_look(stage, lines.len()),
                closed: false,
            };
            let taken = store_work::open(&self.file, &opened, &lines, &looks, now).await?;
            if taken < lines.len() as u64 {
                // Another server was faster.
                self.seen.at = None;
            }
            if taken > 0 || lines.is_empty() {
                self.seen.in_hand.extend(only);
                return self.batch(id, &person.id, now).await;
            }
        }
        Err(CaseworkError::Busy(self.file.place().clone()).into())
    }

    /// How long a person looks at so many pairs at least.
    fn least_look(&self, stage: Stage, pairs: usize) -> SignedDuration {
        let pairs = if stage == Stage::ContactSheet { i64::try_from(pairs).unwrap_or(i64::MAX) } else { 0 };
        SignedDuration::from_millis(i64::from(self.seen.policy.least_look).saturating_mul(pairs))
    }

    /// Reads what people have in hand, have set apart, and what was laid down, where that is not fresh.
    async fn look_around(&mut self, now: Timestamp) -> Result<(), WorkError> {
        if self.seen.at.is_some_and(|read| (read..=read + REMEMBERED).contains(&now)) {
            return Ok(());
        }
        self.follow_policy().await?;
        self.follow_compared().await?;
        self.queues.set_apart(self.file.case(), store_work::apart(&self.file).await?);
        self.seen.in_hand = store_work::in_hand(&self.file).await?;
        self.seen.known = store_quality::known_answers(&self.file).await?;
        self.seen.at = Some(now);
        Ok(())
    }

    /// The next lines of a stage that nobody has in hand and that this person has not looked at; among those for review, lines to look at for the sake of
    /// quality.
    async fn choose(
        &self,
        batch: &str,
        person: &Worker,
        stage: Stage,
        size: usize,
    ) -> Result<Vec<(LineRef, Kind)>, WorkError> {
        let WorkPolicy { known_answers, second_looks, .. } = self.seen.policy;
        let places = |second_looks| quality::places(&self.file.log().secret, batch, size, known_answers, second_looks);
        let places = match stage {
            Stage::Review => places(second_looks),
            // What is looked at a second time is looked at singly.
            Stage::ContactSheet => places(0),
            Stage::BlindReview | Stage::Exceptions => Vec::new(),
        };
        let wanted = |kind| places.iter().filter(|(_, is)| *is == kind).count();
        // Each person gets them in another order, so that nobody can tell the next one what comes.
        let many = self.seen.known.len();
        let start = self.file.log().secret.chance(&format!("known answers for {}", person.id)) % many.max(1) as u64;
        let theirs = |known: &&KnownAnswer| known.by != person.as_str();
        let turned = self.seen.known.iter().cycle().skip(usize::try_from(start).unwrap_or(0)).take(many);
        let here = |known: &&KnownAnswer| stage != Stage::ContactSheet || self.fits_a_sheet(known);
        let known = turned.filter(|_| !person.knows_answers).filter(theirs).filter(here).map(|known| known.line);
        let known = self.first_free(known, person, wanted(Kind::Known)).await?;
        let others = self.second_looks.waiting().filter(|line| !known.contains(line));
        let second = self.first_free(others, person, wanted(Kind::Second)).await?;
        let work = self.first_free(self.queues.waiting(stage), person, size - known.len() - second.len()).await?;
        let mut lines: Vec<_> = work.into_iter().map(|line| (line, Kind::Work)).collect();
        let (mut known, mut second) = (known.into_iter(), second.into_iter());
        for (place, kind) in places {
            let line = if kind == Kind::Known { known.next() } else { second.next() };
            if let Some(line) = line {
                lines.insert(place.min(lines.len()), (line, kind));
            }
        }
        if stage == Stage::Review && lines.len() < size {
            // Towards the end nothing else waits, and the rest of the second looks is due.
            let rest = self.second_looks.waiting().filter(|line| !lines.iter().any(|(held, _)| held == line));
            let rest = self.first_free(rest, person, size - lines.len()).await?;
            lines.extend(rest.into_iter().map(|line| (line, Kind::Second)));
        }
        Ok(lines)
    }

    /// Whether a line whose answer is known could stand on a contact sheet: it is likely enough, and the answer is one that a glance can come to.
    fn fits_a_sheet(&self, known: &KnownAnswer) -> bool {
        let at_a_glance =
            matches!(known.finding.found, Disposition::Valid | Disposition::Invalid(Reason::SignatureMismatch));
        at_a_glance && self.queues.is_likely(known.line)
    }

    /// The first of these lines that nobody has in hand, that this person has not looked at, and that are of no section of their own.
    async fn first_free(
        &self,
        lines: impl Iterator<Item = LineRef>,
        person: &Worker,
        most: usize,
    ) -> Result<Vec<LineRef>, WorkError> {
        let (case, own) = (self.file.case(), self.ties.kept_from(&person.own));
        let mut lines = lines.filter(|line| {
            !self.seen.in_hand.contains(line) && !own.contains(&line.section) && !has_looked(case, *line, &person.id)
        });
        let mut chosen = Vec::with_capacity(most);
        while chosen.len() < most {
            let more: Vec<_> = lines.by_ref().take(most - chosen.len()).collect();
            if more.is_empty() {
                break;
            }
            let looked = store_work::looked_among(&self.file, &person.id, &more).await?;
            chosen.extend(more.into_iter().filter(|line| !looked.contains(line)));
        }
        Ok(chosen)
    }
}
