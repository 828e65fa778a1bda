//! Pictures of a synthetic petition: pages as they were scanned, the lines and signatures cut from them, and what is on file of the voters' hands. The truth
//! steers the drawing, and nothing else ever reads it.

mod font;
mod form;
mod hand;
mod page;
mod paper;
mod printing;
pub(crate) mod reference;
mod signature;
mod studio;
#[cfg(test)]
mod tests;
mod trace;

use std::{
    collections::BTreeSet,
    num::NonZeroU64,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use rayon::prelude::*;
use serde::Serialize;

use crate::{
    Plan, Progress, Stage, SynthError,
    binding::{LINES_PER_PAGE, Section, bind},
    county::County,
    petition::all_signers,
    scale::Quotas,
    tables::Tables,
};
use font::Fonts;
use paper::Paper;
use studio::Studio;

/// The folders of pictures, in the folder of the county.
pub const PICTURES: &str = "images";
const PAGES: &str = "pages";
const STRIPS: &str = "strips";
const SIGNATURES: &str = "signatures";
const REFERENCES: &str = "references";

/// How many pictures were drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Pictures {
    /// Lines with their strips and signatures.
    pub lines: u64,
    /// Pages.
    pub pages: u64,
    /// Reference signatures.
    pub references: u64,
}

/// Whose reference signatures are drawn.
#[derive(Debug, Clone)]
pub enum Whose {
    /// Those of all voters.
    Everybody,
    /// Those of whoever signs one of the drawn lines, and of all who live with them.
    Households,
    /// Those of these voters, by their numbers on the roll.
    Voters(BTreeSet<String>),
}

/// The name of the picture of a line.
pub(crate) fn line_file(section: u64, line: usize) -> String {
    format!("s{section}-{line}.png")
}

/// Draws pictures of a county that was written with [`Plan::pictures`], into `images/` of its folder: of whole pages, until so many lines are drawn, or of all.
/// What an earlier run drew is taken away first. The same plan gives the same pictures with any number of threads.
pub fn draw(
    dir: &Path,
    plan: &Plan,
    at_most: Option<NonZeroU64>,
    whose: &Whose,
    progress: Progress<'_>,
) -> Result<Pictures, SynthError> {
    let tables = Tables::load()?;
    let fonts = Fonts::load()?;
    let quotas = Quotas::new(plan.scale, plan.lines);
    let county = County::new(&tables, plan.seed, quotas.registered);
    let (drafts, _) = all_signers(&county, &quotas, &|_, _, _| {})?;
    let sections = bind(&county, drafts);
    let pages = chosen(&sections, at_most);
    let mut rows: Vec<u64> = Vec::new();
    for &(section, page) in &pages {
        let drafts = section.drafts.iter().skip(page * LINES_PER_PAGE).take(LINES_PER_PAGE);
        rows.extend(drafts.filter_map(|draft| draft.voter).map(|(voter, _)| voter.row()));
    }
    let studio = Studio::new(&county, &fonts, &rows);
    let folders = Folders::prepare(dir)?;
    let lines = folders.lines(&studio, &pages, progress)?;
    let references = folders.references(&studio, &county, whose, progress)?;
    Ok(Pictures { lines, pages: pages.len() as u64, references })
}

/// The pages to be drawn, of their sections, counted from 0.
fn chosen(sections: &[Section], at_most: Option<NonZeroU64>) -> Vec<(&Section, usize)> {
    let mut left = at_most.map_or(u64::MAX, NonZeroU64::get);
    let mut pages = Vec::new();
    for section in sections {
        for page in 0..section.drafts.len().div_ceil(LINES_PER_PAGE) {
            if left == 0 {
                return pages;
            }
            let lines = (section.drafts.len() - page * LINES_PER_PAGE).min(LINES_PER_PAGE);
            left = left.saturating_sub(lines as u64);
            pages.push((section, page));
        }
    }
    pages
}

/// Where the pictures go.
struct Folders(PathBuf);

impl Folders {
    /// Makes the folders, and takes away what an earlier run drew.
    fn prepare(dir: &Path) -> Result<Self, SynthError> {
        let root = dir.join(PICTURES);
        for name in [PAGES, STRIPS, SIGNATURES, REFERENCES] {
            let folder = root.join(name);
            let failed = |source| SynthError::io(&folder, source);
            std::fs::create_dir_all(&folder).map_err(failed)?;
            for entry in std::fs::read_dir(&folder).map_err(failed)? {
                let path = entry.map_err(failed)?.path();
                if is_ours(&path) {
                    std::fs::remove_file(&path).map_err(|source| SynthError::io(&path, source))?;
                }
            }
        }
        Ok(Self(root))
    }

    fn write(&self, folder: &str, name: &str, paper: &Paper) -> Result<(), SynthError> {
        let path = self.0.join(folder).join(name);
        let written = paper.png().map_err(std::io::Error::from).and_then(|file| std::fs::write(&path, file));
        written.map_err(|source| SynthError::io(&path, source))
    }

    /// Draws pages with their lines; gives the number of lines.
    fn lines(
        &self,
        studio: &Studio<'_>,
        pages: &[(&Section, usize)],
        progress: Progress<'_>,
    ) -> Result<u64, SynthError> {
        let (all, done) = (pages.len() as u64, AtomicU64::new(0));
        let lines = pages.par_iter().map(|&(section, page)| {
            let scanned = page::scan(studio, section, page);
            let (number, picture) = &scanned.page;
            self.write(PAGES, &format!("{}-{number}.png", section.number), picture)?;
            for (line, strip, signature) in &scanned.lines {
                let name = line_file(section.number, *line);
                self.write(STRIPS, &name, strip)?;
                self.write(SIGNATURES, &name, signature)?;
            }
            progress(Stage::Pages, done.fetch_add(1, Ordering::Relaxed) + 1, all);
            Ok(scanned.lines.len() as u64)
        });
        lines.sum()
    }

    /// Draws reference signatures; gives their number.
    fn references(
        &self,
        studio: &Studio<'_>,
        county: &County<'_>,
        whose: &Whose,
        progress: Progress<'_>,
    ) -> Result<u64, SynthError> {
        let (all, done) = (county.blocks(), AtomicU64::new(0));
        let drawn = (0..all).into_par_iter().map(|block| {
            let voters = county.voters(block);
            let households: Vec<_> = voters
                .iter()
                .filter(|voter| studio.known.contains_key(&voter.id.row()))
                .map(|voter| voter.address)
                .collect();
            let wanted = voters.iter().filter(|voter| match whose {
                Whose::Everybody => true,
                Whose::Households => households.contains(&voter.address),
                Whose::Voters(numbers) => numbers.contains(&voter.id.to_string()),
            });
            let mut drawn = 0;
            for voter in wanted {
                for nth in 1..=reference::count(studio.seed, voter.id.row()) {
                    let picture = reference::draw(studio, voter.id, &voter.name, nth);
                    self.write(REFERENCES, &reference::file(voter.id, nth), &picture)?;
                    drawn += 1;
                }
            }
            progress(Stage::References, done.fetch_add(1, Ordering::Relaxed) + 1, all);
            Ok(drawn)
        });
        drawn.sum()
    }
}

/// Whether a file is named like one of these pictures: `12-3.png`, `s12-3.png`, `v10000003-1.png`.
fn is_ours(path: &Path) -> bool {
    let stem =
        path.extension().filter(|end| *end == "png").and_then(|_| path.file_stem()).and_then(|stem| stem.to_str());
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit());
    stem.and_then(|stem| stem.trim_start_matches(['s', 'v']).split_once('-'))
        .is_some_and(|(a, b)| digits(a) && digits(b))
}
