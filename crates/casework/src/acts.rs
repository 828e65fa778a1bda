//! Acts on many lines at once: counted and shown before anything is done, given with a reason, and done, or called off. What an act does to a case are
//! events like any others.

use std::collections::HashSet;

use domain::{
    Case, CaseError, Disposition, Event, LineRef, LineReopened, LineState, NotePrivate, Recorded, ReviewerId,
    RunningSettlement, SectionNo, SectionVoided, VoidGround, changed,
};
use jiff::Timestamp;
use roll::Snapshot;
use serde::{Deserialize, Serialize};

use crate::{Act, CaseworkError, Own, WorkError, Workroom, queue::has_looked, store_acts, store_work};

/// The most lines of one act that names its lines.
pub const MOST_REOPENED: usize = 1000;

/// The most lines whose decisions one act takes back.
const MOST_TAKEN_BACK: usize = 20_000;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum BulkAct {
    /// Find a section void, so that none of its lines counts.
    VoidSection {
        /// The section.
        section: SectionNo,
        /// On what ground.
        ground: VoidGround,
    },
    /// Take the voiding of a section back.
    RestoreSection {
        /// The section.
        section: SectionNo,
    },
    /// Take the decisions on lines back, so that they are decided anew.
    ReopenLines {
        /// The lines.
        lines: Vec<LineRef>,
    },
    /// Take back what was found in a batch, as on a contact sheet that was passed too lightly, as far as it still stands.
    ReopenBatch {
        /// The batch.
        batch: String,
    },
    /// Take back what a person found from an instant on, as far as it still stands; others decide the lines.
    ReopenWorkOf {
        /// The account.
        person: String,
        /// From when on.
        since: Timestamp,
    },
    /// Take the lines that a person has in hand: what was found on them is kept, the others go back to their queue.
    TakeFromHand {
        /// The account.
        person: String,
    },
}

/// What an act comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Foreseen {
    /// Lines that it speaks of.
    pub lines: u64,
    /// Those of them that have their decision.
    pub decided: u64,
    /// Those of them that somebody has in hand.
    pub in_hand: u64,
    /// Lines of the whole case that are valid now and would not be.
    pub no_longer_valid: u64,
    /// Lines of the whole case that would become valid, as the duplicate of a line that no longer is.
    pub newly_valid: u64,
}

impl Foreseen {
    fn in_words(&self) -> String {
        let Self { lines, decided, in_hand, no_longer_valid, newly_valid } = self;
        format!(
            "{lines} lines ({decided} decided, {in_hand} in hand; {no_longer_valid} no longer valid, {newly_valid} newly valid)"
        )
    }
}

/// How far an act is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActState {
    /// Counted and shown; nothing is done.
    Proposed,
    /// Done by a person, at an instant.
    Done(String, Timestamp),
    /// Called off by a person, at an instant.
    CalledOff(String, Timestamp),
}

/// An act with what was shown before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedAct {
    /// Its name, the caller's choice.
    pub id: String,
    /// What is to be done.
    pub act: BulkAct,
    /// What it was counted to come to.
    pub foreseen: Foreseen,
    /// Why.
    pub because: String,
    /// Who proposed it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// How far it is.
    pub state: ActState,
}

/// Why an act is not done.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// No act of this name was proposed.
    #[error("no act of this name was proposed")]
    Unknown,
    /// The name was given to another act.
    #[error("an act of this name was proposed already, and it is another one; choose another name")]
    NameTaken,
    /// It was done, or called off.
    #[error("the act was {0} already")]
    Settled(&'static str),
    /// It speaks of a section that the person is kept away from.
    #[error("you circulated a section that this speaks of, or may have signed it, so another supervisor sees to it")]
    Own,
    /// What it comes to is not what was shown.
    #[error(
        "{} were shown, and now there are {}; look at it again and propose it anew",
        shown.in_words(), now.in_words()
    )]
    Otherwise {
        /// What was shown.
        shown: Foreseen,
        /// What it would be now.
        now: Foreseen,
    },
    /// The case or its store refuses.
    #[error(transparent)]
    Case(#[from] CaseworkError),
    /// The lines cannot be taken out of the person's hand.
    #[error(transparent)]
    Work(#[from] WorkError),
}

/// A case as it stands, copied so that an act can be tried on it while work goes on.
pub struct Trial {
    case: Case,
    settlement: RunningSettlement,
    events: Vec<Event>,
    concerned: Foreseen,
    at: Timestamp,
}

impl Trial {
    /// What the act comes to. Takes a moment in a large case.
    pub fn foresee(self) -> Result<Foreseen, CaseworkError> {
        let Self { mut case, mut settlement, events, concerned, at } = self;
        let before = settlement.settlement().clone();
        let mut recorded = Vec::with_capacity(events.len());
        for event in events {
            let next = Recorded { seq: case.seq + 1, at: at.max(case.at), actor: String::new(), event };
            case.apply(&next)?;
            recorded.push(next);
        }
        settlement.follow(&case, &recorded);
        let valid = |disposition: Option<Disposition>| disposition == Some(Disposition::Valid);
        let all = changed(&before, settlement.settlement());
        let count =
            |now: bool| all.iter().filter(|line| valid(line.before) != now && valid(line.after) == now).count() as u64;
        Ok(Foreseen { no_longer_valid: count(false), newly_valid: count(true), ..concerned })
    }
}

impl Workroom {
    /// Copies the case, to try an act on the copy. Refused where it speaks of a section that the person is kept away from.
    pub async fn trial(&self, act: &BulkAct, own: &Own, now: Timestamp) -> Result<Trial, ActError> {
        let lines = self.lines_of(act).await?;
        let kept_from = self.ties.kept_from(own);
        let in_hand = matches!(act, BulkAct::TakeFromHand { .. });
        if !in_hand && lines.iter().any(|line| kept_from.contains(&line.section)) {
            return Err(ActError::Own);
        }
        let concerned = self.counted(&lines).await?;
        let events = events(self.file.case(), act, &lines, "", &Act { actor: String::new(), at: now })?;
        let (case, settlement) = self.file.copied();
        Ok(Trial { case, settlement, events, concerned, at: now })
    }

    /// Keeps an act with what it was counted to come to. Nothing is done yet.
    pub async fn propose(
        &self,
        id: &str,
        act: BulkAct,
        foreseen: Foreseen,
        because: &str,
        by: &Act,
    ) -> Result<ProposedAct, ActError> {
        if because.trim().is_empty() {
            return Err(CaseworkError::NoReason.into());
        }
        let proposed = ProposedAct {
            id: id.to_owned(),
            act,
            foreseen,
            because: because.to_owned(),
            by: by.actor.clone(),
            at: by.at,
            state: ActState::Proposed,
        };
        store_acts::propose(&self.file, &proposed).await?;
        let kept = store_acts::act(&self.file, id).await?.ok_or(ActError::Unknown)?;
        let same = kept.act == proposed.act && kept.because == proposed.because && kept.by == proposed.by;
        if same { Ok(kept) } else { Err(ActError::NameTaken) }
    }

    /// An act that was proposed.
    pub async fn proposed(&self, id: &str) -> Result<ProposedAct, ActError> {
        store_acts::act(&self.file, id).await?.ok_or(ActError::Unknown)
    }

    /// The acts, the latest first, without the first `after`.
    pub async fn acts(&self, after: u64, most: u64) -> Result<Vec<ProposedAct>, CaseworkError> {
        store_acts::acts(&self.file, after, most).await
    }

    /// Calls an act off that was proposed.
    pub async fn call_off(&self, id: &str, by: &Act) -> Result<(), ActError> {
        if store_acts::call_off(&self.file, id, by).await? {
            return Ok(());
        }
        match self.proposed(id).await?.state {
            ActState::Done(..) => Err(ActError::Settled("done")),
            ActState::Proposed | ActState::CalledOff(..) => Ok(()),
        }
    }

    /// Does an act that was proposed, if it still comes to what was shown. Asked again, it is done once.
    pub async fn carry_out(&mut self, id: &str, own: &Own, snapshot: &Snapshot, by: &Act) -> Result<(), ActError> {
        let proposed = self.proposed(id).await?;
        match proposed.state {
            ActState::Done(..) => return Ok(()),
            ActState::CalledOff(..) => return Err(ActError::Settled("called off")),
            ActState::Proposed => {}
        }
        self.file.catch_up().await?;
        self.follow().await?;
        let now = self.trial(&proposed.act, own, by.at).await?.foresee()?;
        if now != proposed.foreseen {
            return Err(ActError::Otherwise { shown: proposed.foreseen, now });
        }
        if let BulkAct::TakeFromHand { person } = &proposed.act {
            for opened in store_work::open_of(&self.file, person).await? {
                self.take_findings(&opened, snapshot, by.at).await?;
            }
        }
        let lines = self.lines_of(&proposed.act).await?;
        let events = events(self.file.case(), &proposed.act, &lines, &proposed.because, by)?;
        let done = self.file.append_with(events, by, vec![store_acts::done(id, by)]).await;
        self.follow().await?;
        self.seen.at = None;
        match (done, self.proposed(id).await?.state) {
            // Another server did it at the same time.
            (Ok(()), _) | (Err(CaseworkError::Changed(_)), ActState::Done(..)) => Ok(()),
            (Err(CaseworkError::Changed(_)), ActState::CalledOff(..)) => Err(ActError::Settled("called off")),
            (Err(error), _) => Err(error.into()),
        }
    }

    /// The lines that an act speaks of.
    async fn lines_of(&self, act: &BulkAct) -> Result<Vec<LineRef>, CaseworkError> {
        let case = self.file.case();
        let of_section = |section| -> Result<Vec<LineRef>, CaseworkError> {
            let section = case.section(section).ok_or(CaseError::NoSection(section))?;
            Ok(section.lines().iter().map(|line| LineRef { section: section.no, line: line.no }).collect())
        };
        // What somebody else has decided anew since is no longer theirs.
        let stands = |line: LineRef, person: &str| {
            let decided = case.line(line).is_some_and(|line| matches!(line.state, LineState::Decided(_)));
            decided && ReviewerId::new(person).is_some_and(|person| has_looked(case, line, &person))
        };
        Ok(match act {
            BulkAct::VoidSection { section, .. } | BulkAct::RestoreSection { section } => of_section(*section)?,
            BulkAct::ReopenLines { lines } => lines.clone(),
            BulkAct::ReopenBatch { batch } => {
                let found = store_work::found_in(&self.file, batch).await?;
                found.into_iter().filter(|(line, person)| stands(*line, person)).map(|(line, _)| line).collect()
            }
            BulkAct::ReopenWorkOf { person, since } => {
                let found = store_work::found_since(&self.file, person, *since).await?;
                found.into_iter().filter(|line| stands(*line, person)).collect()
            }
            BulkAct::TakeFromHand { person } => {
                let held = store_work::hands(&self.file).await?;
                held.into_iter().filter(|(_, by)| by == person).map(|(line, _)| line).collect()
            }
        })
    }

    /// What there is of these lines.
    async fn counted(&self, lines: &[LineRef]) -> Result<Foreseen, CaseworkError> {
        let case = self.file.case();
        let held: HashSet<_> = store_work::hands(&self.file).await?.into_iter().map(|(line, _)| line).collect();
        let decided =
            |line: &&LineRef| case.line(**line).is_some_and(|line| matches!(line.state, LineState::Decided(_)));
        let in_hand = lines.iter().filter(|line| held.contains(line)).count() as u64;
        let decided = lines.iter().filter(decided).count() as u64;
        Ok(Foreseen { lines: lines.len() as u64, decided, in_hand, ..Foreseen::default() })
    }
}

/// The events that an act is on the lines that it speaks of.
fn events(case: &Case, act: &BulkAct, lines: &[LineRef], because: &str, by: &Act) -> Result<Vec<Event>, CaseworkError> {
    let note = || NotePrivate { reviewer: by.actor.clone(), note: because.to_owned() };
    let reopened = |lines: &[LineRef]| {
        lines.iter().map(|line| Event::LineReopened(LineReopened { line: *line }, note())).collect()
    };
    Ok(match act {
        BulkAct::VoidSection { section, ground } => {
            let voided = SectionVoided { section: *section, ground: *ground, decided_at: by.at };
            vec![Event::SectionVoided(voided, note())]
        }
        BulkAct::RestoreSection { section } => vec![Event::SectionRestored(*section, note())],
        BulkAct::ReopenLines { .. } => {
            let mut each = lines.to_vec();
            each.sort_unstable();
            each.dedup();
            if each.len() != lines.len() || lines.is_empty() || lines.len() > MOST_REOPENED {
                let why = format!("an act names each line once, and at most {MOST_REOPENED} of them");
                return Err(CaseworkError::NotPossible(why));
            }
            if let Some(missing) = each.iter().find(|line| case.line(**line).is_none()) {
                let why = format!("section {} has no line {}", missing.section, missing.line);
                return Err(CaseworkError::NotPossible(why));
            }
            reopened(&each)
        }
        BulkAct::ReopenBatch { .. } | BulkAct::ReopenWorkOf { .. } => {
            if lines.is_empty() {
                let why = "nothing that was found there still stands, so there is nothing to take back";
                return Err(CaseworkError::NotPossible(why.to_owned()));
            }
            if lines.len() > MOST_TAKEN_BACK {
                let why = format!("more than {MOST_TAKEN_BACK} lines at a time: begin with a later instant");
                return Err(CaseworkError::NotPossible(why));
            }
            reopened(lines)
        }
        BulkAct::TakeFromHand { .. } => Vec::new(),
    })
}
