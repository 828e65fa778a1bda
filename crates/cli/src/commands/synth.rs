//! `countersign synth`: a synthetic county with known truth.

use std::{num::NonZeroU64, path::PathBuf};

use clap::Args;
use serde::Serialize;
use synth::{Pictures, Plan, Scale, Summary, Whose, draw, write_county};

use crate::{
    failure::Failure,
    output::{bar, report},
};

/// How many lines are drawn: at least so many, or every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Drawn(pub(crate) Option<NonZeroU64>);

impl std::str::FromStr for Drawn {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => Ok(Self(None)),
            _ => text.parse().map(|lines| Self(Some(lines))).map_err(|_| "a number of lines from 1, or all"),
        }
    }
}

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
    /// Draw pictures into images/ as well: of so many lines, with the pages that they stand on and what is on file of the hands of whoever signs them and of
    /// those who live with them; or of all lines and all voters.
    #[arg(long, value_name = "N|all")]
    images: Option<Drawn>,
}

/// What was written.
#[derive(Serialize)]
struct Made {
    #[serde(flatten)]
    summary: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    images: Option<Pictures>,
}

impl Synth {
    pub(crate) fn run(&self, json: bool) -> Result<(), Failure> {
        let pictures = self.images.is_some();
        let plan = Plan { scale: self.scale, seed: self.seed, lines: self.lines, pictures };
        let summary = write(&self.dir, plan, json)?;
        let images = match self.images {
            None => None,
            Some(Drawn(None)) => Some(pictures_of(&self.dir, plan, None, &Whose::Everybody, json)?),
            Some(Drawn(lines)) => Some(pictures_of(&self.dir, plan, lines, &Whose::Households, json)?),
        };
        report(json, &Made { summary, images }, |Made { summary, images }| {
            let rows = summary.rows.iter().map(|(file, rows)| format!("\n  {file:24} {rows:>9} rows"));
            let mut text = format!("A synthetic county is in {}:{}", self.dir.display(), rows.collect::<String>());
            for (folder, count) in images.iter().flat_map(folders) {
                text.push_str(&format!("\n  {folder:24} {count:>9} pictures"));
            }
            text
        })
    }
}

/// The folders of pictures, each with how many there are.
fn folders(pictures: &Pictures) -> [(&'static str, u64); 4] {
    let Pictures { lines, pages, references } = *pictures;
    [
        ("images/pages/", pages),
        ("images/strips/", lines),
        ("images/signatures/", lines),
        ("images/references/", references),
    ]
}

/// Draws the pictures of a county that was written, with a progress bar for each stage.
pub(crate) fn pictures_of(
    dir: &std::path::Path,
    plan: Plan,
    lines: Option<NonZeroU64>,
    whose: &Whose,
    quiet: bool,
) -> Result<Pictures, Failure> {
    let bar = bar("Drawing", quiet);
    let drawn = draw(dir, &plan, lines, whose, &|stage, done, of| {
        bar.set_message(stage.title());
        bar.set_length(of);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    drawn.map_err(Failure::input)
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
