//! A synthetic county with known truth: a roll, a petition, what reviewers found, and what every line really is.
//! The same plan gives the same bytes on any machine and with any number of threads.

mod binding;
mod calendar;
mod county;
mod facts;
mod files;
mod household;
mod person;
mod petition;
mod pictures;
mod random;
mod review;
mod roll;
mod scale;
mod signers;
mod slips;
mod tables;
mod written;

use std::io;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

pub use facts::{Categories, Summary, rules_for};
pub use pictures::{PICTURES, Pictures, Whose, draw};
pub use scale::{Kind, Scale};

use county::County;
use scale::Quotas;
use tables::Tables;

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// The size against the real county.
    pub scale: Scale,
    /// Another seed gives other people and other lines with the same counts.
    pub seed: u64,
    /// At most so many lines, for a small petition in a large county; all lines of the scale if not given.
    pub lines: Option<NonZeroU64>,
    /// Whether the files name pictures, which [`draw`] draws: of every line, and of every voter's reference signatures.
    pub pictures: bool,
}

impl Default for Plan {
    /// A hundredth of the county, seed 1.
    fn default() -> Self {
        Self { scale: Scale::HUNDREDTH, seed: 1, lines: None, pictures: false }
    }
}

/// The stretches of work that progress is reported for, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Writing the roll; counted in blocks of about a thousand voters.
    Roll,
    /// Choosing who signs and what they write; counted in the same blocks.
    Signers,
    /// Writing the petition and the findings; counted in lines.
    Petition,
    /// Drawing pages with their lines; counted in pages.
    Pages,
    /// Drawing reference signatures; counted in blocks of about a thousand voters.
    References,
}

impl Stage {
    /// What an official reads beside the progress bar.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Roll => "Writing the roll",
            Self::Signers => "Choosing who signs",
            Self::Petition => "Writing the petition",
            Self::Pages => "Drawing the pages",
            Self::References => "Drawing reference signatures",
        }
    }
}

/// Told how far a stage has come: the stage, how much is done, and how much there is. Called from any thread.
pub type Progress<'a> = &'a (dyn Fn(Stage, u64, u64) + Sync);

/// Why no synthetic county came out.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// The scale does not read, or is out of range.
    #[error(
        "{text:?} is not a scale; write 1:N with N from 1 to 10000, as 1:100 for a hundredth of the county, or N:1 with N up to 8"
    )]
    Scale {
        /// The text given, cut to 40 characters.
        text: String,
    },
    /// A file could not be written.
    #[error("could not write {}: {source}; check that the folder may be written to and the disk has room (about 1 GB at 1:1, 3 GB at 4:1), then run again", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// One of the tables built into the program does not read: the program was built from damaged sources.
    #[error(
        "the built-in table {file}, line {line}, does not read; the program was built from damaged sources, build it again from a clean copy"
    )]
    Table {
        /// The file under `data/`.
        file: &'static str,
        /// The line, counted from 1.
        line: usize,
    },
    /// One of the fonts built into the program does not read: the program was built from damaged sources.
    #[error(
        "the built-in font {file} does not read; the program was built from damaged sources, build it again from a clean copy"
    )]
    Font {
        /// The file under `fonts/`.
        file: &'static str,
    },
}

impl SynthError {
    /// A failure to write a file.
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Write { path: path.to_path_buf(), source }
    }
}

/// Writes a county into a folder, which is made if it is not there; files of the same names are replaced:
/// `roll.csv`, `sections.csv`, `petition.csv`, `withdrawals.csv`, `section_decisions.csv`, `decisions.csv`,
/// `truth.csv`, `truth-summary.json` and, last of all, `case.json`, so that a folder with a `case.json` is whole.
///
/// Roll rows are sorted by `voter_id`, lines and decisions by section and line, withdrawals by `received_on`.
/// `truth.csv` and `truth-summary.json` are for scoring only. Uses the current rayon thread pool.
pub fn write_county(dir: &Path, plan: &Plan, progress: Progress<'_>) -> Result<Summary, SynthError> {
    std::fs::create_dir_all(dir).map_err(|source| SynthError::io(dir, source))?;
    facts::take_away_case(dir)?;
    let tables = Tables::load()?;
    let quotas = Quotas::new(plan.scale, plan.lines);
    let county = County::new(&tables, plan.seed, quotas.registered);
    let roll_rows = roll::write_roll(dir, &county, plan.pictures, progress)?;
    let mut outcome = petition::write_petition(dir, &county, &quotas, plan.pictures, progress)?;
    outcome.rows.insert("roll.csv", roll_rows);
    facts::write_facts(dir, plan, &quotas, outcome)
}
