//! `countersign sample`: seal the list of lines, draw in public, and see what the sample says.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use casework::{CaseFile, CensusEstimate, Place, Progress, SampleStanding};
use clap::Subcommand;
use law::{counted, grouped};
use sampling::{
    REDRAW_PY,
    decimal::{Decimal, Risk},
    draw,
    manifest::Manifest,
};
use serde::Serialize;

use super::{By, certify::pack_of, rules::project_in_words};
use crate::{
    failure::Failure,
    output::{report, write_whole},
};

#[derive(Subcommand)]
pub(crate) enum Sample {
    /// Seal the list of all countable lines, before the seed exists.
    Seal {
        /// The case.
        case: Place,
        /// Lines that will be drawn; the number that the law asks for where none is given.
        #[arg(long)]
        size: Option<u64>,
        /// A folder for the list, manifest.csv, to hand to both sides.
        #[arg(long)]
        out: Option<PathBuf>,
        #[command(flatten)]
        by: By,
    },
    /// Draw by the seed that was rolled in public.
    Draw {
        /// The case.
        case: Place,
        /// The digits rolled, in order.
        #[arg(long)]
        seed: String,
        /// Lines of a further sample in all, where the law asks for one.
        #[arg(long)]
        size: Option<u64>,
        /// What the record should say of the ceremony: who rolled, where it was filmed. Stays in the office.
        #[arg(long, default_value = "")]
        note: String,
        /// A folder for the list, the sample and the program with which a stranger draws it again.
        #[arg(long)]
        out: Option<PathBuf>,
        #[command(flatten)]
        by: By,
    },
    /// Where the sample stands and, once it is decided, what it says of the whole.
    Project {
        /// The case.
        case: Place,
        /// Also estimate the distinct signers from the lines that each voter of the sample has in the whole petition; reads every stored search.
        #[arg(long)]
        census: bool,
    },
    /// What an examination in the order of the tickets says so far; may be looked at every day.
    Progress {
        /// The case.
        case: Place,
        /// The chance that the interval ever leaves out the truth.
        #[arg(long, default_value = "0.05")]
        risk: Decimal,
    },
}

/// The answer of `sample project`.
#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    standing: SampleStanding,
    #[serde(skip_serializing_if = "Option::is_none")]
    census: Option<CensusEstimate>,
}

impl Sample {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        match self {
            Self::Seal { case, size, out, by } => {
                let mut case = CaseFile::open(case).await?;
                let pack = pack_of(&case)?;
                let done = case.seal_manifest(&pack, *size, &by.act()).await;
                let manifest = case.manifest();
                let seed = case.case().sample.as_ref().and_then(|sample| sample.seed()).map(str::to_owned);
                case.close().await;
                let done = done?;
                if let Some(out) = out {
                    write_manifest(out, &manifest?)?;
                }
                report(json, &done, |done| {
                    if let Some(seed) = &seed {
                        return format!(
                            "This list of {}, root {}, has its sample already: it was drawn by the seed {seed}, and it stands.",
                            counted(done.lines, "line", "lines"),
                            done.root
                        );
                    }
                    format!(
                        "Sealed {} with root {}.\nGive the list to both sides, then roll {} ten-sided dice in public; {} will be drawn.",
                        counted(done.lines, "line", "lines"),
                        done.root,
                        done.seed_digits,
                        counted(done.size, "line", "lines")
                    )
                })
            }
            Self::Draw { case, seed, size, note, out, by } => {
                let mut case = CaseFile::open(case).await?;
                let pack = pack_of(&case)?;
                let done = case.draw_sample(seed, *size, &pack, note, &by.act()).await;
                let (manifest, drawn) = (case.manifest(), case.drawn());
                case.close().await;
                let done = done?;
                if let Some(out) = out {
                    let drawn = draw::csv(&drawn?);
                    write_manifest(out, &manifest?)?;
                    write_whole(&out.join("sample.csv"), |file| file.write_all(drawn.as_bytes()))?;
                    write_whole(&out.join("redraw.py"), |file| file.write_all(REDRAW_PY.as_bytes()))?;
                }
                report(json, &done, |done| {
                    let from = format!("from the list with root {} by the seed {}", done.root, done.seed);
                    let size = counted(done.size, "line", "lines");
                    match done.drawn {
                        0 => format!("The sample stands as it was drawn: {size} {from}."),
                        drawn if drawn == done.size => format!("Drew {size} {from}."),
                        drawn => format!("Drew {} more, {size} in all, {from}.", grouped(drawn)),
                    }
                })
            }
            Self::Project { case, census } => {
                let case = CaseFile::open(case).await?;
                let standing = pack_of(&case).and_then(|pack| Ok(case.sample_standing(&pack)?));
                let census = if *census { Some(case.duplicate_census().await) } else { None };
                case.close().await;
                let found = Found { standing: standing?, census: census.transpose()? };
                report(json, &found, found_in_words)
            }
            Self::Progress { case, risk } => {
                let risk = Risk::new(*risk).map_err(Failure::input)?;
                let case = CaseFile::open(case).await?;
                let progress = case.progress(risk);
                case.close().await;
                report(json, &progress?, progress_in_words)
            }
        }
    }
}

/// Writes a list of lines as a stranger needs it.
pub(super) fn write_manifest(out: &Path, manifest: &Manifest) -> Result<(), Failure> {
    std::fs::create_dir_all(out).map_err(|error| Failure::write(out, &error))?;
    write_whole(&out.join("manifest.csv"), |file| file.write_all(manifest.csv().as_bytes()))
}

fn found_in_words(found: &Found) -> String {
    let mut text = standing_in_words(&found.standing);
    if let Some(census) = &found.census {
        text.push_str(&format!(
            "\n  {} distinct valid signers by the duplicate census, standard error {}, 95 percent interval {} to {} ({} of the sample {} others of the same voter; {} of the petition {} by {} stored search alone)",
            census.distinct_valid,
            census.standard_error,
            grouped(census.interval.0),
            grouped(census.interval.1),
            counted(census.sampled_with_others, "line", "lines"),
            if census.sampled_with_others == 1 { "has" } else { "have" },
            counted(census.by_search_alone, "line", "lines"),
            if census.by_search_alone == 1 { "counts" } else { "count" },
            if census.by_search_alone == 1 { "its" } else { "their" },
        ));
    }
    text
}

fn standing_in_words(standing: &SampleStanding) -> String {
    let mut lines = vec![format!("Sealed: {}, root {}", counted(standing.lines, "line", "lines"), standing.root)];
    let Some(seed) = &standing.seed else {
        lines.push("No seed was rolled yet.".to_owned());
        return lines.join("\n");
    };
    lines.push(format!("Drawn: {} by the seed {seed}", counted(standing.size, "line", "lines")));
    lines.push(format!(
        "Found: {} valid, {} not valid (of these {}), {} to be decided",
        grouped(standing.valid),
        grouped(standing.invalid),
        counted(standing.duplicates, "duplicate", "duplicates"),
        grouped(standing.undecided)
    ));
    lines.extend(standing.projection.as_ref().map(project_in_words));
    if let Some(beside) = &standing.beside_the_statute {
        lines.push("Beside the statute, as evidence only:".to_owned());
        lines.push(format!(
            "  {} valid in proportion, duplicates outside the sample not taken off, standard error {}, 95 percent interval {} to {}",
            beside.proportion,
            beside.standard_error,
            grouped(beside.interval.0),
            grouped(beside.interval.1)
        ));
    }
    lines.join("\n")
}

fn progress_in_words(progress: &Progress) -> String {
    format!(
        "{} of {} lines are decided in the order of the tickets; {} of them are valid by themselves.\nOf all lines {} to {} are valid by themselves, before duplicates are taken off (risk {}, however often one looks); {} are required.",
        grouped(progress.decided),
        grouped(progress.lines),
        grouped(progress.valid),
        grouped(progress.interval.0),
        grouped(progress.interval.1),
        progress.risk,
        grouped(progress.required)
    )
}
