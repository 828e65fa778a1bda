//! `countersign synth`: a synthetic county with known truth.

use std::{num::NonZeroU64, path::PathBuf};

use clap::Args;
use synth::{Plan, Scale, Summary, write_county};

use crate::{
    failure::Failure,
    output::{bar, report},
};

#[derive(Args)]
pub(crate) struct Synth {
    /// The folder to write into.
    #[arg(long)]
    dir: PathBuf,
    /// The size against the real county of 2022: 1:1 is 5.67 million voters and 715,833 lines, 4:1 four times as many.
    #[arg(long, default_value = "1:100")]
    scale: Scale,
    /// Another seed makes another county.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// At most so many lines: 4:1 with --lines 715833 is a roll of 23 million and a petition as large as that of 2022.
    #[arg(long)]
    lines: Option<NonZeroU64>,
}

impl Synth {
    pub(crate) fn run(&self, json: bool) -> Result<(), Failure> {
        let summary = write(&self.dir, Plan { scale: self.scale, seed: self.seed, lines: self.lines }, json)?;
        report(json, &summary, |summary| {
            let rows: Vec<_> = summary.rows.iter().map(|(file, rows)| format!("  {file:24} {rows:>9} rows")).collect();
            format!("A synthetic county is in {}:\n{}", self.dir.display(), rows.join("\n"))
        })
    }
}

/// Writes a county with a progress bar for each stage.
pub(crate) fn write(dir: &std::path::Path, plan: Plan, quiet: bool) -> Result<Summary, Failure> {
    let bar = bar("Making a synthetic county", quiet);
    let summary = write_county(dir, &plan, &|stage, done, of| {
        bar.set_message(stage.title());
        bar.set_length(of);
        bar.set_position(done);
    })
    .map_err(Failure::input)?;
    bar.finish_and_clear();
    Ok(summary)
}
