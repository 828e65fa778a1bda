//! Lines of the same voter: each may be right for itself, but only as many stand as the law allows.

use hashbrown::HashMap;

use crate::{engine::LineMatch, proposal::Proposal};

/// Proposes lines that are likely valid, and likely of one and the same voter, as duplicates of each other; which of
/// them stands is for people and the law to say. Returns how many voters have such lines. All lines of a petition have
/// to be there at once.
pub fn mark_duplicates(matches: &mut [LineMatch]) -> u64 {
    let mut lines_of: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, found) in matches.iter().enumerate() {
        if let (Proposal::LikelyValid, Some(best)) = (found.proposal, found.candidates.first()) {
            lines_of.entry(best.row).or_default().push(at);
        }
    }
    lines_of.retain(|_, lines| lines.len() > 1);
    for at in lines_of.values().flatten() {
        if let Some(found) = matches.get_mut(*at) {
            found.proposal = Proposal::DuplicateGroup;
        }
    }
    lines_of.len() as u64
}
