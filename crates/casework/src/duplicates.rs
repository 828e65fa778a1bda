//! Groups of lines that name one voter, as a supervisor looks at them side by side.

use std::collections::BTreeMap;

use domain::{Disposition, LineRef, Reason, Settled, VoterId};

use crate::CaseFile;

/// Lines that name one voter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateGroup {
    /// The voter.
    pub voter: VoterId,
    /// The lines in order, each with what it comes to.
    pub lines: Vec<(LineRef, Option<Disposition>)>,
}

impl CaseFile {
    /// The groups of lines that name one voter, where a line does not count for another one, in order of their first lines; without the first `after`.
    pub fn duplicates(&self, after: usize, most: usize) -> Vec<DuplicateGroup> {
        let settlement = self.settlement();
        let second = |settled: &&Settled| settled.findings.iter().any(|finding| finding.reason == Reason::Duplicate);
        let voter_of = |line: LineRef| self.case().line(line)?.state.voter().cloned();
        let mut groups = BTreeMap::<VoterId, Vec<LineRef>>::new();
        for voter in settlement.lines.iter().filter(second).filter_map(|settled| voter_of(settled.line)) {
            groups.entry(voter).or_default();
        }
        for settled in &settlement.lines {
            if let Some(lines) = voter_of(settled.line).and_then(|voter| groups.get_mut(&voter)) {
                lines.push(settled.line);
            }
        }
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_unstable_by_key(|(_, lines)| lines.first().copied());
        let disposition = |line| settlement.line(line).and_then(|settled| settled.disposition);
        let group = |(voter, lines): (_, Vec<LineRef>)| {
            let lines = lines.into_iter().map(|line| (line, disposition(line))).collect();
            DuplicateGroup { voter, lines }
        };
        groups.into_iter().skip(after).take(most).map(group).collect()
    }
}
