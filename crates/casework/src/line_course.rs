//! One line as a supervisor looks it up: what stands on it, who looked at it and what came of that, whose hand it is in, and what it comes to.

use domain::{CaseError, LineRef, LineState, PageNo, Settled, StoredLine, VoterId};
use jiff::Timestamp;

use crate::{CaseworkError, Image, Shows, WorkError, Worker, Workroom, store_looks::Look, store_work, work::OWN};

/// A look at a line, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineLook {
    /// The account.
    pub person: String,
    /// `found`; `known` or `second`, for the sake of quality; `refused`, where the case did not take the finding; `skipped`, `escalated` or `flagged`.
    pub what: String,
    /// What was found, by name, or why.
    pub note: String,
    /// When.
    pub at: Timestamp,
}

/// Where a line stands, and how it came there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineCourse {
    /// The page it stands on.
    pub page: PageNo,
    /// What stands on it.
    pub text: StoredLine,
    /// What people have found so far.
    pub state: LineState,
    /// What it comes to with every finding; none while people have to look at it.
    pub comes_to: Option<Settled>,
    /// The looks at it, the first one first. Of each person there is the last one.
    pub looks: Vec<LineLook>,
    /// The account in whose hand it is.
    pub in_hand_of: Option<String>,
}

impl LineCourse {
    /// The voter whom those name who found on the line.
    pub fn voter(&self) -> Option<&VoterId> {
        self.state.voter()
    }
}

impl Workroom {
    /// A line with its course. That it is looked at is on record before this returns. Refused where it is of a section that the person is kept away from.
    pub async fn line_course(&self, line: LineRef, person: &Worker, now: Timestamp) -> Result<LineCourse, WorkError> {
        if self.is_own(&person.own, line) {
            return Err(WorkError::Refused(OWN.to_owned()));
        }
        let no_line = || CaseworkError::from(CaseError::NoLine(line));
        let received = self.file().case().line(line).ok_or_else(no_line)?;
        let (page, state) = (received.page, received.state.clone());
        let text = self.file().text_of(line).await?.ok_or_else(no_line)?;
        let look = match state.voter() {
            Some(voter) => Look::at_voter(voter.clone(), Some(line), "line that was looked up"),
            None => Look::at_line(line, "line that was looked up"),
        };
        self.note_looks(&person.id, &[look], now).await?;
        let comes_to = self.file().settlement().line(line).filter(|settled| settled.disposition.is_some()).cloned();
        let looks = store_work::looks_at(self.file(), line).await?;
        let in_hand_of = store_work::hand_of(self.file(), line).await?;
        Ok(LineCourse { page, text, state, comes_to, looks, in_hand_of })
    }

    /// The strip or the signature of a line that is looked up. That it is looked at is on record before this returns.
    pub async fn image_looked_up(
        &self,
        line: LineRef,
        shows: Shows,
        person: &Worker,
        now: Timestamp,
    ) -> Result<Option<Image>, WorkError> {
        if self.is_own(&person.own, line) {
            return Err(WorkError::Refused(OWN.to_owned()));
        }
        let image = self.file().image(&shows).await?;
        if image.is_some() {
            self.note_looks(&person.id, &[Look::at_line(line, "image of a line that was looked up")], now).await?;
        }
        Ok(image)
    }
}
