//! The duplicate census: how many lines of the whole petition each voter of the sample has, by people's decisions and, for lines nobody has
//! looked at, by the stored searches. Evidence beside the law's formula, never the result.

use std::{collections::HashMap, num::NonZeroU64};

use domain::{Disposition, Event, Judgment, LineRef, LineState, Reason, SectionState, VoterId, settle_sample};
use sampling::{
    decimal::Decimal,
    estimate::{Credit, Estimate, SampledLine},
};
use serde::Serialize;

use crate::{CaseFile, CaseworkError, fold::read_event};

/// A candidate is taken for the signer of a line that nobody has looked at from this probability on, in millionths.
const LIKELY_PPM: u32 = 900_000;

/// The estimate from the census.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CensusEstimate {
    /// Distinct valid signers in the whole petition.
    pub distinct_valid: String,
    /// Standard error, in lines.
    pub standard_error: String,
    /// The 95 percent interval, rounded outward.
    pub interval: (u64, u64),
    /// Valid lines of the sample whose voter has another line somewhere in the petition.
    pub sampled_with_others: u64,
    /// Lines whose voter rests on a stored search alone.
    pub by_search_alone: u64,
}

impl CaseFile {
    /// Estimates the distinct valid signers from the decided sample and the lines that each of its voters has in the whole petition.
    pub async fn duplicate_census(&self) -> Result<CensusEstimate, CaseworkError> {
        let case = self.case();
        let sampled = settle_sample(case).filter(|sample| sample.tally.undecided == 0).ok_or_else(|| {
            CaseworkError::Law("the sample is not decided yet; the census rests on its valid lines".to_owned())
        })?;
        let mut lines_of: HashMap<VoterId, u64> = HashMap::new();
        for settled in &self.settlement().lines {
            if matches!(settled.disposition, Some(Disposition::Valid | Disposition::Invalid(Reason::Duplicate)))
                && let Some(voter) = self.signer(settled.line)
            {
                *lines_of.entry(voter.clone()).or_default() += 1;
            }
        }
        let by_search_alone = self.count_likely(&mut lines_of).await?;
        let mut sampled_with_others = 0;
        let lines: Vec<SampledLine> = sampled
            .lines
            .iter()
            .map(|settled| {
                let by_itself =
                    matches!(settled.disposition, Some(Disposition::Valid | Disposition::Invalid(Reason::Duplicate)));
                let lines = self.signer(settled.line).filter(|_| by_itself).and_then(|voter| lines_of.get(voter));
                let Some(lines_of_voter) = lines.copied().and_then(NonZeroU64::new) else {
                    return SampledLine::NotValid;
                };
                sampled_with_others += u64::from(lines_of_voter.get() > 1);
                // Credit is shared, so which line is the first does not matter.
                SampledLine::Valid { lines_of_voter, first: false }
            })
            .collect();
        let refused = |error: sampling::estimate::EstimateError| CaseworkError::Law(error.to_string());
        let estimate = Estimate::distinct(case.count_lines(), &lines, Credit::Shared).map_err(refused)?;
        let z = Decimal::new(196, 2).unwrap_or(Decimal::ONE);
        Ok(CensusEstimate {
            distinct_valid: estimate.total().to_string(),
            standard_error: estimate.standard_error().to_string(),
            interval: estimate.interval(z),
            sampled_with_others,
            by_search_alone,
        })
    }

    /// The voter whose signature a line was found to be.
    fn signer(&self, line: LineRef) -> Option<&VoterId> {
        match &self.case().line(line)?.state {
            LineState::Decided(Judgment::Genuine { voter, .. }) => Some(voter),
            _ => None,
        }
    }

    /// Adds the lines that nobody has looked at and whose stored search names a likely signer.
    async fn count_likely(&self, lines_of: &mut HashMap<VoterId, u64>) -> Result<u64, CaseworkError> {
        let mut added = 0;
        for seq in self.searched_in().await? {
            let event = read_event(self.pool(), self.place(), seq).await?;
            let Some(Event::SearchedSection(public, private)) = event else {
                continue;
            };
            let stands = self
                .case()
                .section(public.section)
                .filter(|section| section.state == SectionState::Received && self.case().searched(section.no));
            let lines = stands.map(domain::Section::lines).unwrap_or_default();
            for (line, search) in lines.iter().zip(private.searches) {
                let likely = search.candidates.into_iter().next().filter(|best| best.ppm >= LIKELY_PPM);
                if let (LineState::Undecided, Some(best)) = (&line.state, likely) {
                    *lines_of.entry(best.voter).or_default() += 1;
                    added += 1;
                }
            }
        }
        Ok(added)
    }
}
