//! Lines against the roll: search, comparison, and the probability of each candidate against the others and against
//! nobody on the roll.

use std::{num::NonZeroUsize, sync::atomic::AtomicBool};

use jiff::civil::Date;
use roll::{
    Snapshot,
    index::{Index, Place},
    normal::{AddressAgreement, VoterAddress, compare_address, compare_door},
};
use serde::Serialize;

use crate::{
    bits::Shares,
    compare::Comparer,
    evidence::{Evidence, Level},
    ground::Ground,
    line::{LineText, PreparedLine},
    model::Model,
    proposal::{Proposal, propose},
    search::{Found, Search, SearchRecord, search_all},
};

/// The most candidates kept for a line.
pub const MOST_CANDIDATES: usize = 5;
/// A candidate who is less likely, in parts per million, is not worth a look.
const LEAST_PPM: u32 = 10;

/// What the lines are matched for.
#[derive(Debug, Clone, Copy, Default)]
pub struct MatchContext<'a> {
    /// Day the petition was filed: who registered later is proposed as registered late.
    pub filed_on: Option<Date>,
    /// First day of circulation: a previous address stands if the voter moved on or after it.
    pub circulation_from: Option<Date>,
    /// The district of the petition, where it is for a part of the roll only: its kind as the roll calls it (see
    /// [`roll::SnapshotInfo::districts`]) and its name. Who is registered outside is proposed as out of jurisdiction.
    pub district: Option<(&'a str, &'a str)>,
    /// Threads to use; all cores if not given. The result is the same.
    pub threads: Option<NonZeroUsize>,
}

/// What came of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineMatch {
    /// The best candidates, best first; equal ones by residence, then by voter number.
    pub candidates: Vec<Candidate>,
    /// What was searched.
    pub search: SearchRecord,
    /// What the machine proposes; people decide.
    pub proposal: Proposal,
}

/// A voter who may have signed the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Row in the snapshot.
    pub row: u32,
    /// log2 of the odds that this voter and not somebody off the roll signed, in hundredths of a bit.
    pub weight_centibits: i32,
    /// Probability that this voter signed, over all candidates and nobody, in parts per million.
    pub probability_ppm: u32,
    /// What the weight is made of.
    pub evidence: Evidence,
    /// How the residence compares, with the tolerances of the law.
    pub address: AddressAgreement,
}

/// Why matching ended without a result.
#[derive(Debug, thiserror::Error)]
pub enum MatchError {
    /// Somebody stopped it.
    #[error("matching was stopped before its end; nothing was kept")]
    Cancelled,
    /// The system gives no threads.
    #[error("the threads for matching could not be started: {0}; try fewer threads")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Matches lines with a roll. The result has one entry a line, in the same order, and is the same for any number of
/// threads. `progress` is called now and then with the number of lines done since the last call.
pub fn match_lines(
    snapshot: &Snapshot,
    lines: &[LineText<'_>],
    model: &Model,
    context: &MatchContext<'_>,
    progress: &(dyn Fn(u64) + Sync),
    cancelled: &AtomicBool,
) -> Result<Vec<LineMatch>, MatchError> {
    let run = || {
        let ground = Ground::of(snapshot);
        let comparer = Comparer { figures: &model.figures, ground: &ground };
        let matched = |search: &mut Search<'_>| matched(search, &comparer, context);
        search_all(lines, &comparer, progress, cancelled, matched).ok_or(MatchError::Cancelled)
    };
    match context.threads {
        Some(threads) => rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build()?.install(run),
        None => run(),
    }
}

/// What came of a search.
fn matched(search: &mut Search<'_>, comparer: &Comparer<'_>, context: &MatchContext<'_>) -> LineMatch {
    let Search { line, record, lists, .. } = search;
    let found = &mut lists.found;
    // Nobody on the roll has weight 0: the weights of voters are against it.
    let shares = Shares::of(std::iter::once(0).chain(found.iter().map(|found| found.weight)));
    let likely = |found: &Found| shares.ppm(found.weight) >= LEAST_PPM;
    found.retain(likely);
    best_first(found, comparer.ground.snapshot, &comparer.ground.index);
    let candidates: Vec<Candidate> = found
        .iter()
        .map(|found| Candidate {
            row: found.row,
            weight_centibits: found.weight,
            probability_ppm: shares.ppm(found.weight),
            evidence: found.evidence,
            address: address_agreement(line, found, comparer.ground),
        })
        .collect();
    record.nobody_ppm = shares.ppm(0);
    let proposal = propose(line, candidates.first(), record.nobody_ppm, comparer, context);
    LineMatch { candidates, search: *record, proposal }
}

/// How the residence compares. Where the house numbers and streets are the same or plainly others, the numbers of the
/// index say it, and the texts need not be read.
fn address_agreement(line: &PreparedLine<'_>, found: &Found, ground: &Ground<'_>) -> AddressAgreement {
    let form = ground.index.form(found.row);
    let current = match found.evidence.place.level {
        _ if found.evidence.previous_address => None,
        Level::Same | Level::OtherType => {
            line.door(&form.place, &ground.index).map(|door| compare_door(&line.address, &door))
        }
        Level::Elsewhere | Level::SameNumber | Level::SameStreet => Some(AddressAgreement::Different),
        _ => None,
    };
    match current {
        Some(AddressAgreement::Different) if ground.index.previous(&form).is_some() => {}
        Some(agreement) => return agreement,
        None => {}
    }
    let (current, previous) = ground.snapshot.addresses(found.row);
    compare_address(&line.address, &VoterAddress::from_columns(&current, previous.as_ref()))
}

/// Keeps the best candidates, best first. Equal ones come in the order of their residences, then of their voter numbers,
/// wherever they stand on the roll.
fn best_first(found: &mut Vec<Found>, snapshot: &Snapshot, index: &Index<'_>) {
    let residence = |found: &Found| {
        let Place { street, number, unit, locality, .. } = index.form(found.row).place;
        (street, number, unit, locality)
    };
    found.sort_unstable_by(|one, other| {
        (other.weight.cmp(&one.weight))
            .then_with(|| residence(one).cmp(&residence(other)))
            .then_with(|| snapshot.voter_id(one.row).cmp(snapshot.voter_id(other.row)))
    });
    found.truncate(MOST_CANDIDATES);
}
