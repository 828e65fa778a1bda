//! The model from the lines themselves, without knowing who signed: expectation and maximisation, as Fellegi and Sunter's
//! model is usually fitted (Winkler 1988).
//!
//! What is estimated is how signers write: of those on the roll, how often each level of each field occurs (`m`), and
//! how many are on the roll at all. What other people would write (`u`) stays as it is. For names it comes from the
//! frequencies on the roll and in households; for addresses, from the residents. Where a weight is a plain number of
//! bits, `u` is what the number implies: a model holds in `[shares]` the share of signers `m` for which its figures
//! hold, so `u` is `m / 2^weight`, and a weight moves by as much as the logarithm of its share. To estimate these `u`
//! from the candidates who are not the signer would be wrong: they are candidates because they agree somewhere. One
//! `u` is taken from the roll: in one county all postal codes are a slip apart, in another none.
//!
//! A name's chance `p` is its share divided by the number of texts a name can become, which nothing in the lines
//! changes; so `p` moves in proportion to its share. Shares are among those on whom a field bears: a suffix can be left
//! out only by who has one, an initial says how many names begin so however often initials are written.
//!
//! Weights of names do not follow their shares everywhere (a relative who shares the surname misspells it alike), nor
//! do levels stay when another reading of the line becomes likelier. Therefore the search is made anew with the
//! estimated model, a few passes in all. Within a pass the likelihood of the lines never falls.

mod chance;
mod fields;
mod maximise;

use std::{num::NonZeroUsize, sync::atomic::AtomicBool};

use rayon::prelude::*;
use roll::{Snapshot, Status, normal::NameOrder};
use sha2::{Digest, Sha256};

pub(crate) use self::fields::FIELDS;
use self::{
    chance::zip_slips_by_chance,
    fields::{Figure, Seen, figures_of},
    maximise::{Limits, Parameters, WHOLE, maximise},
};
use crate::{
    bits::{centibits, two_to_the},
    compare::Comparer,
    ground::Ground,
    line::LineText,
    model::{Figures, Model, ModelError, Weight},
    search::{Search, search_all},
};

/// Candidates kept for a line, and how far behind the best one, in hundredths of a bit: who is further behind has less
/// than a millionth of it.
const MOST_CANDIDATES: usize = 32;
const MOST_BEHIND: i32 = 2000;

/// How to estimate.
#[derive(Debug, Clone)]
pub struct EstimateOptions {
    /// The new model's name; the old one's with `+estimated` if not given.
    pub id: Option<String>,
    /// Lines looked at, at most.
    pub lines: usize,
    /// With fewer usable lines the model stays as it is.
    pub least_lines: usize,
    /// The model that it starts from counts as much as so many signers, so that rare levels do not run away.
    pub prior_signers: u64,
    /// Searches of the roll, each with the model found so far.
    pub passes: u32,
    /// Rounds of expectation and maximisation in each pass, at most.
    pub rounds: u32,
    /// A pass ends when no figure moves by more in a round, in hundredths of a bit.
    pub settled_centibits: i32,
    /// Threads to use; all cores if not given. The result is the same.
    pub threads: Option<NonZeroUsize>,
}

impl Default for EstimateOptions {
    fn default() -> Self {
        Self {
            id: None,
            lines: 20_000,
            least_lines: 500,
            prior_signers: 200,
            passes: 3,
            rounds: 30,
            settled_centibits: 2,
            threads: None,
        }
    }
}

/// A model estimated from lines.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// The model.
    pub model: Model,
    /// Its text, for [`Model::from_toml`], to be kept and read by people.
    pub text: String,
    /// Lines it was estimated from.
    pub lines: usize,
    /// What happened; one list for each pass.
    pub passes: Vec<Vec<Round>>,
}

/// One round of expectation and maximisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// log2 of the likelihood of the lines against a world without the roll, and of the prior, under the figures that
    /// the round began with, in hundredths of a bit. It does not fall within a pass but for rounding.
    pub objective_centibits: i64,
    /// Of a thousand signers, how many are on the roll, after the round.
    pub registered_permille: u32,
    /// The largest change of a figure, in hundredths of a bit.
    pub largest_move_centibits: i32,
}

/// Why there is no estimate.
#[derive(Debug, thiserror::Error)]
pub enum EstimateError {
    /// Not enough to go by.
    #[error("only {lines} lines have a name to estimate from, and {least} are needed; match with the model as it is")]
    TooFewLines {
        /// Lines with a name.
        lines: usize,
        /// Lines needed.
        least: usize,
    },
    /// Somebody stopped it.
    #[error("the estimate was stopped before its end; nothing was kept")]
    Cancelled,
    /// The system gives no threads.
    #[error("the threads for the estimate could not be started: {0}; try fewer threads")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The estimated figures make no model.
    #[error("the estimated model cannot be written: {0}; please report this")]
    Write(#[from] toml::ser::Error),
    /// The estimated text makes no model.
    #[error("the estimated model cannot be read back: {0}; please report this")]
    Read(#[from] ModelError),
}

/// Estimates a model from a sample of lines that depends on their texts alone, starting from `model`. `progress` is
/// called now and then with the number of lines searched since the last call; each is searched in every pass.
pub fn estimate(
    snapshot: &Snapshot,
    lines: &[LineText<'_>],
    model: &Model,
    options: &EstimateOptions,
    progress: &(dyn Fn(u64) + Sync),
    cancelled: &AtomicBool,
) -> Result<Estimate, EstimateError> {
    let sample = sample(lines, options.lines);
    if sample.len() < options.least_lines.max(1) {
        return Err(EstimateError::TooFewLines { lines: sample.len(), least: options.least_lines.max(1) });
    }
    let run = || estimate_from(snapshot, &sample, model, options, progress, cancelled);
    match options.threads {
        Some(threads) => rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build()?.install(run),
        None => run(),
    }
}

fn estimate_from(
    snapshot: &Snapshot,
    sample: &[LineText<'_>],
    model: &Model,
    options: &EstimateOptions,
    progress: &(dyn Fn(u64) + Sync),
    cancelled: &AtomicBool,
) -> Result<Estimate, EstimateError> {
    let ground = Ground::of(snapshot);
    let statuses = statuses(&ground);
    let mut figures = model.figures.clone();
    figures.id = options.id.clone().unwrap_or_else(|| format!("{}+estimated", model.id()));
    let prior = parameters(&model.figures, statuses);
    let limits =
        Limits { rounds: options.rounds, centibits: options.settled_centibits, prior_signers: options.prior_signers };
    let zip_slips = zip_slips_by_chance(sample, &Comparer { figures: &model.figures, ground: &ground });
    let mut passes = Vec::new();
    let mut now = prior.clone();
    for _ in 0..options.passes {
        let comparer = Comparer { figures: &figures, ground: &ground };
        let seen = search_all(sample, &comparer, progress, cancelled, |search| candidates(search, &comparer));
        let seen = seen.ok_or(EstimateError::Cancelled)?;
        let (next, rounds) = maximise(&seen, &now, &prior, limits);
        move_figures(&mut figures, &now, &next);
        let slips = figures.shares.get("locality_elsewhere").and_then(|shares| shares.get("zip_slip"));
        if let Some(slips) = slips {
            figures.locality_elsewhere.zip_slip = Weight(centibits(*slips) - centibits(zip_slips));
        }
        let settled = rounds.len() < 2;
        passes.push(rounds);
        now = next;
        if settled {
            break;
        }
    }
    let text = format!(
        "# Estimated from {} lines without knowing who signed, starting from model {} with SHA-256\n# {}.\n{}",
        sample.len(),
        model.id(),
        model.digest(),
        toml::to_string(&figures)?
    );
    Ok(Estimate { model: Model::from_toml(&text)?, text, lines: sample.len(), passes })
}

/// Lines with a name, at most so many, chosen by a hash of their texts, so that their order does not matter.
fn sample<'a>(lines: &[LineText<'a>], most: usize) -> Vec<LineText<'a>> {
    let mut sample: Vec<([u8; 32], LineText<'a>)> = lines
        .par_iter()
        .filter(|line| line.printed_name.bytes().any(|byte| byte.is_ascii_alphabetic()))
        .map(|line| {
            let mut hash = Sha256::new();
            for text in [line.printed_name, line.address, line.city, line.zip] {
                hash.update((text.len() as u64).to_le_bytes());
                hash.update(text.as_bytes());
            }
            (hash.finalize().into(), *line)
        })
        .collect();
    sample.par_sort_unstable_by_key(|(hash, _)| *hash);
    sample.truncate(most);
    sample.into_iter().map(|(_, line)| line).collect()
}

fn candidates(search: &Search<'_>, comparer: &Comparer<'_>) -> Vec<Seen> {
    let Search { line, lists, .. } = search;
    let found = &lists.found;
    let orders = |order: NameOrder| line.readings.iter().any(|reading| reading.text.order == order);
    let either_order = orders(NameOrder::AsWritten) && orders(NameOrder::Swapped);
    let least = found.iter().map(|found| found.weight).max().unwrap_or_default().max(0) - MOST_BEHIND;
    let mut seen: Vec<Seen> = found
        .iter()
        .filter(|found| found.weight >= least)
        .map(|found| {
            let voter = comparer.ground.index.form(found.row);
            Seen::of(either_order, &voter, &found.evidence, found.weight, &comparer.ground.index)
        })
        .collect();
    seen.sort_unstable_by_key(|seen| std::cmp::Reverse(*seen));
    seen.truncate(MOST_CANDIDATES);
    seen
}

/// Voters on the roll by status: active, inactive, pending, canceled.
fn statuses(ground: &Ground<'_>) -> [u64; 4] {
    let voters = ground.snapshot.len();
    let add = |mut sum: [u64; 4], more: [u64; 4]| {
        sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        sum
    };
    let count = |mut sum: [u64; 4], row: u32| {
        let at = match ground.index.form(row).status() {
            Status::Active => 0,
            Status::Inactive => 1,
            Status::Pending => 2,
            Status::Canceled => 3,
        };
        sum[at] += 1;
        sum
    };
    (0..voters).into_par_iter().with_min_len(1 << 16).fold(|| [0; 4], count).reduce(|| [0; 4], add)
}

/// What a model's figures stand for. Shares of statuses are not among its data: they follow from those on the roll.
fn parameters(figures: &Figures, statuses: [u64; 4]) -> Parameters {
    let weights = &figures.status;
    let weights = [weights.active, weights.inactive, weights.pending, weights.canceled];
    let of_field = |field: usize| {
        let Some(shares) = figures.shares.get(FIELDS[field].name) else {
            // Powers of two of weights, relative to the largest.
            let most = weights.iter().map(|weight| weight.0).max().unwrap_or_default();
            let likely = |weight: Weight| two_to_the(weight.0 - most) >> 32;
            return of_one(
                &weights.iter().zip(statuses).map(|(weight, voters)| likely(*weight) * voters).collect::<Vec<_>>(),
            );
        };
        of_one(
            &FIELDS[field].levels.iter().map(|(level, _)| shares.get(*level).copied().unwrap_or(0)).collect::<Vec<_>>(),
        )
    };
    Parameters {
        registered: figures.registered_permille.clamp(1, 999) * (WHOLE / 1000),
        shares: std::array::from_fn(of_field),
    }
}

/// Parts of a billion.
fn of_one(parts: &[u64]) -> Vec<u64> {
    let sum: u128 = parts.iter().map(|part| u128::from(*part)).sum();
    let of_one = |part: &u64| u64::try_from(u128::from(*part) * u128::from(WHOLE) / sum.max(1)).unwrap_or(WHOLE);
    parts.iter().map(of_one).collect()
}

/// Moves each figure by as much as its share has moved.
fn move_figures(figures: &mut Figures, from: &Parameters, to: &Parameters) {
    figures.registered_permille = ((to.registered + WHOLE / 2000) / (WHOLE / 1000)).clamp(1, 999);
    for (at, field) in FIELDS.iter().enumerate() {
        for ((level, _), (from, to)) in field.levels.iter().zip(from.shares[at].iter().zip(&to.shares[at])) {
            if *from == 0 {
                continue;
            }
            if let Some(share) = figures.shares.get_mut(field.name).and_then(|shares| shares.get_mut(*level)) {
                *share = *to;
            }
            let scaled = |figure: u64| {
                u64::try_from((u128::from(figure) * u128::from(*to) + u128::from(*from) / 2) / u128::from(*from))
                    .unwrap_or(u64::MAX)
            };
            for figure in figures_of(figures, field.name, level) {
                match figure {
                    Figure::Chance(written) => written.ppb = scaled(written.ppb).clamp(1, WHOLE),
                    Figure::Permille(permille) => *permille = scaled(*permille).clamp(1, 999),
                    Figure::Bits(weight) => weight.0 += centibits((*to).max(1)) - centibits(*from),
                }
            }
        }
    }
}
