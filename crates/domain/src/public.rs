//! What a stranger knows of an event: its public part, and tags in place of the people. The same fold and the same settlement follow from it.

use serde::de::Error as _;

use crate::{
    CaseOpenedPrivate, Event, LineJudgedPrivate, LinesKeyedPrivate, ReviewerId, SearchedSectionPrivate, SectionNo,
    SectionReceivedPrivate, StoredLine, StoredSearch, VoterId, WithdrawalReceivedPrivate,
};

impl Event {
    /// The people whom the outcome may turn on: the voter that the event speaks of, and the reviewer whose finding it is.
    pub const fn people(&self) -> (Option<&VoterId>, Option<&ReviewerId>) {
        match self {
            Self::LineJudged(_, private) => (private.voter.as_ref(), Some(&private.reviewer)),
            Self::WithdrawalReceived(_, private) => (Some(&private.voter), None),
            _ => (None, None),
        }
    }

    /// The event from its public part and the tags of its people; everything else that is private is empty. `lines` tells how many lines of a
    /// section count. Fails on a kind or a content that this version does not know, and on tags where the event has no such person.
    pub fn from_public(
        kind: &str,
        public: &str,
        voter: Option<VoterId>,
        reviewer: Option<ReviewerId>,
        lines: impl Fn(SectionNo) -> usize,
    ) -> Result<Self, serde_json::Error> {
        let people = (voter.clone(), reviewer.clone());
        let event = match kind {
            "case_opened" => Self::CaseOpened(serde_json::from_str(public)?, CaseOpenedPrivate::default()),
            "section_received" => {
                let public: crate::SectionReceived = serde_json::from_str(public)?;
                let texts = vec![StoredLine::default(); public.lines.len()];
                Self::SectionReceived(public, SectionReceivedPrivate { texts, ..Default::default() })
            }
            "lines_keyed" => {
                let public: crate::LinesKeyed = serde_json::from_str(public)?;
                let texts = vec![StoredLine::default(); public.lines.len()];
                Self::LinesKeyed(public, LinesKeyedPrivate { texts, ..Default::default() })
            }
            "searched_section" => {
                let public: crate::SearchedSection = serde_json::from_str(public)?;
                let searches = vec![StoredSearch::default(); lines(public.section)];
                Self::SearchedSection(public, SearchedSectionPrivate { searches })
            }
            "line_judged" => {
                let reviewer = reviewer.ok_or_else(|| serde_json::Error::custom("a finding without its reviewer"))?;
                let private = LineJudgedPrivate { voter, reviewer, note: String::new() };
                Self::LineJudged(serde_json::from_str(public)?, private)
            }
            "withdrawal_received" => {
                let voter = voter.ok_or_else(|| serde_json::Error::custom("a withdrawal without its voter"))?;
                Self::WithdrawalReceived(serde_json::from_str(public)?, WithdrawalReceivedPrivate { voter })
            }
            _ => Self::from_parts(kind, public, Some(r#"{"reviewer":"","note":""}"#))?,
        };
        if event.people() == (people.0.as_ref(), people.1.as_ref()) {
            Ok(event)
        } else {
            Err(serde_json::Error::custom("this kind of event names no such person"))
        }
    }
}
