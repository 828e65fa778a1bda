//! What a supervisor lays down for the work on a case. Every policy that ever held is kept with who laid it down and why.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;

use crate::{Act, CaseFile, CaseworkError};

/// How the work on the lines of a case is arranged. It changes nothing of what a line comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkPolicy {
    /// Lines whose best candidate is at least so likely, in millionths, come on contact sheets; none: every line comes singly.
    pub contact_sheet_from: Option<u32>,
    /// The least time on a contact sheet before it can be passed, in milliseconds for each pair.
    pub least_look: u32,
    /// Of a thousand lines handed out for review, how many are lines whose answer is known.
    pub known_answers: u32,
    /// Of a thousand lines found valid, how many another reviewer looks at, blind.
    pub second_looks: u32,
    /// Whether signatures are looked at before the name and the address are shown (2 CCR 20960(b): what identifies a person is hidden on first review).
    #[serde(default = "first")]
    pub signatures_first: bool,
}

/// What holds where a policy was laid down before it could say so.
const fn first() -> bool {
    true
}

impl Default for WorkPolicy {
    fn default() -> Self {
        Self { contact_sheet_from: None, least_look: 700, known_answers: 0, second_looks: 0, signatures_first: true }
    }
}

impl WorkPolicy {
    /// Why it cannot be laid down; none where it can.
    pub fn objection(&self) -> Option<&'static str> {
        if self.contact_sheet_from.is_some_and(|from| !(900_000..=1_000_000).contains(&from)) {
            Some("contact sheets are for likely lines: from 900,000 to 1,000,000 millionths")
        } else if self.least_look > 60_000 {
            Some("the least time on a contact sheet is a minute for each pair at most")
        } else if self.known_answers > 200 {
            Some("at most 200 of a thousand lines are lines whose answer is known")
        } else if self.second_looks > 1000 {
            Some("a share is counted in a thousand")
        } else {
            None
        }
    }
}

/// A policy with who laid it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaidDown {
    /// The policy.
    pub policy: WorkPolicy,
    /// The account of who laid it down; empty for what holds before anybody did.
    pub by: String,
    /// When; none for what holds before anybody laid one down.
    pub at: Option<Timestamp>,
    /// Why.
    pub because: String,
}

impl CaseFile {
    /// The policy that holds.
    pub async fn policy(&self) -> Result<LaidDown, CaseworkError> {
        let failed = |error| self.failed("read", error);
        let query = sqlx::query("SELECT at, person, because, policy FROM policy ORDER BY seq DESC LIMIT 1");
        let Some(row) = query.fetch_optional(self.pool()).await.map_err(failed)? else {
            return Ok(LaidDown { policy: WorkPolicy::default(), by: String::new(), at: None, because: String::new() });
        };
        let (at, by, because): (i64, String, String) =
            (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?, row.try_get(2).map_err(failed)?);
        let text: String = row.try_get(3).map_err(failed)?;
        let policy = serde_json::from_str(&text).map_err(|error| self.damaged(&error))?;
        Ok(LaidDown { policy, by, at: Some(self.instant(at)?), because })
    }

    /// Lays a policy down, for a reason. What holds already is not laid down again.
    pub async fn lay_down(&self, policy: WorkPolicy, because: &str, act: &Act) -> Result<(), CaseworkError> {
        if let Some(why) = policy.objection() {
            return Err(CaseworkError::NotPossible(why.to_owned()));
        }
        if because.trim().is_empty() {
            return Err(CaseworkError::NoReason);
        }
        if self.policy().await?.policy == policy {
            return Ok(());
        }
        let failed = |error| self.failed("written", error);
        let mut transaction = self.begin().await?;
        let text = serde_json::to_string(&policy).map_err(|error| self.damaged(&error))?;
        let insert = "INSERT INTO policy (seq, at, person, because, policy) \
             SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4 FROM policy";
        let query = sqlx::query(insert).bind(act.at.as_microsecond()).bind(act.actor.clone());
        query.bind(because.to_owned()).bind(text).execute(&mut *transaction).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }
}
