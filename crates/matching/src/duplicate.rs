//! Lines of the same voter: each may be right for itself, but only as many stand as the law allows.

use rayon::prelude::*;

use crate::{engine::LineMatch, proposal::Proposal};

/// Proposes lines that are likely valid, and likely of one and the same voter, as duplicates of each other; which of
/// them stands is for people and the law to say. Returns how many voters have such lines. All lines of a petition have
/// to be there at once.
pub fn mark_duplicates(matches: &mut [LineMatch]) -> u64 {
    let mut signed: Vec<(u32, usize)> = matches
        .iter()
        .enumerate()
        .filter(|(_, found)| found.proposal == Proposal::LikelyValid)
        .filter_map(|(at, found)| Some((found.candidates.first()?.row, at)))
        .collect();
    signed.par_sort_unstable();
    let mut voters = 0;
    for lines in signed.chunk_by(|(voter, _), (other, _)| voter == other).filter(|lines| lines.len() > 1) {
        voters += 1;
        for (_, at) in lines {
            matches[*at].proposal = Proposal::DuplicateGroup;
        }
    }
    voters
}
