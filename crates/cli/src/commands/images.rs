//! `countersign intake images`: images of pages, lines and signatures into the office's store, and what they show into the case. Signatures are held against
//! those on file then, so that contact sheets come in order.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use blobs::{Blobs, Key, MOST_BYTES, Shape};
use casework::{CaseFile, Image, ImagesReport, Place, Shows};
use clap::Args;
use domain::{PageNo, SectionNo};
use law::counted;
use rayon::{ThreadPool, ThreadPoolBuilder, prelude::*};
use roll::Snapshot;
use serde::Serialize;

use super::{
    By,
    compare::{Comparisons, compare},
    open_roll,
};
use crate::{
    failure::Failure,
    output::{bar, report},
};

/// The most faults and missing files that are named.
const NAMED: usize = 20;
/// Images put into the store at a time. Each waits for the disk, or the network, and hardly ever for a core.
const AT_ONCE: usize = 16;

#[derive(Args)]
#[expect(clippy::struct_field_names, reason = "the fields are called as the options are")]
pub(crate) struct Images {
    /// The case.
    case: Place,
    /// Where the office keeps its images: a folder, or s3+https://host/bucket with the key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
    #[arg(long)]
    images: String,
    /// A folder of pages, named by section and page, as in 12-3.png.
    #[arg(long)]
    pages: Option<PathBuf>,
    /// A folder of lines from edge to edge, named as the column `signature` of the lines says.
    #[arg(long)]
    strips: Option<PathBuf>,
    /// A folder of the signatures on the lines, named as the column `signature` of the lines says.
    #[arg(long)]
    signatures: Option<PathBuf>,
    /// A folder of reference signatures, named as the roll says; those of voters who are proposed for some line are taken in.
    #[arg(long, requires = "roll")]
    references: Option<PathBuf>,
    /// The roll.
    #[arg(long)]
    roll: Option<PathBuf>,
    #[command(flatten)]
    by: By,
}

/// What came of it.
#[derive(Serialize)]
struct Done {
    #[serde(flatten)]
    images: ImagesReport,
    /// How many files that are named somewhere are not in their folder.
    missing: usize,
    /// The first of them.
    first_missing: Vec<String>,
    #[serde(flatten)]
    comparisons: Comparisons,
}

impl Images {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        let store = Blobs::open(&self.images, Key::of_environment).map_err(Failure::input)?;
        let case = CaseFile::open(&self.case).await?;
        let done = self.take_in(&case, &store, json).await;
        case.close().await;
        report(json, &done?, |done| {
            let ImagesReport { new, replaced, known } = done.images;
            let mut text = format!(
                "{} taken in; {} took the place of an earlier one, {known} known already.",
                counted(new + replaced, "image was", "images were"),
                counted(replaced, "image", "images")
            );
            if done.missing > 0 {
                text.push_str(&format!(
                    "\n{} not there, among them:",
                    counted(done.missing as u64, "file is", "files are")
                ));
                done.first_missing.iter().for_each(|file| text.push_str(&format!("\n  {file}")));
            }
            done.comparisons.add_to(&mut text);
            text
        })
    }

    async fn take_in(&self, case: &CaseFile, store: &Blobs, quiet: bool) -> Result<Done, Failure> {
        let roll = match (&self.references, &self.roll) {
            (Some(_), Some(roll)) => Some(open_roll(roll)?),
            _ => None,
        };
        let folders = Folders {
            pages: self.pages.as_deref(),
            strips: self.strips.as_deref(),
            signatures: self.signatures.as_deref(),
            references: self.references.as_deref().zip(roll.as_ref()),
        };
        let Kept { images, missing } = folders.keep(case, store, quiet).await?;
        let images = case.add_images(&images, &self.by.act()).await?;
        let first_missing = missing.iter().take(NAMED).map(|path| path.display().to_string()).collect();
        let comparisons = compare(case, store, quiet).await.map_err(|failure| {
            let taken = counted(images.new + images.replaced, "image was", "images were");
            failure.after(&format!("{taken} taken in. Then signatures could not be compared"))
        })?;
        Ok(Done { images, missing: missing.len(), first_missing, comparisons })
    }
}

/// Folders of images, each by the names that it has them under.
pub(crate) struct Folders<'a> {
    pub(crate) pages: Option<&'a Path>,
    pub(crate) strips: Option<&'a Path>,
    pub(crate) signatures: Option<&'a Path>,
    pub(crate) references: Option<(&'a Path, &'a Snapshot)>,
}

/// Images that lie in the store, with what they show, and the files that were named and not there.
pub(crate) struct Kept {
    pub(crate) images: Vec<Image>,
    pub(crate) missing: Vec<PathBuf>,
}

impl Folders<'_> {
    /// Puts the images of a case into the store: all of them, or none where one is at fault.
    pub(crate) async fn keep(&self, case: &CaseFile, store: &Blobs, quiet: bool) -> Result<Kept, Failure> {
        let (files, mut faults) = self.named(case).await?;
        let (there, missing): (Vec<_>, Vec<_>) = files.into_iter().partition(|(_, path)| path.exists());
        let bar = bar("Taking images in", quiet);
        bar.set_length(there.len() as u64);
        let pool = pool()?;
        // Every file is looked at before the first is taken in.
        faults.extend(pool.install(|| there.par_iter().filter_map(|(_, path)| read(path).err()).collect::<Vec<_>>()));
        if !faults.is_empty() {
            let more = faults.len().saturating_sub(NAMED);
            faults.truncate(NAMED);
            let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
            return Err(Failure::input(format!("no image was taken in:\n{}{more}", faults.join("\n"))));
        }
        let kept = pool.install(|| {
            let kept = there.into_par_iter().map(|(shows, path)| {
                let (bytes, Shape { form, width, height }) = read(&path).map_err(Failure::input)?;
                let digest = store.put(&bytes).map_err(Failure::input)?.to_string();
                bar.inc(1);
                Ok(Image { shows, digest, form: form.name().to_owned(), bytes: bytes.len() as u64, width, height })
            });
            kept.collect::<Result<Vec<_>, Failure>>()
        });
        bar.finish_and_clear();
        Ok(Kept { images: kept?, missing: missing.into_iter().map(|(_, path)| path).collect() })
    }

    /// The files that pages, lines and roll name, and the names that are none.
    async fn named(&self, case: &CaseFile) -> Result<(Vec<(Shows, PathBuf)>, Vec<String>), Failure> {
        let (mut files, mut faults) = (Vec::new(), Vec::new());
        if let Some(folder) = self.pages {
            files.extend(pages(folder)?);
        }
        let of_lines =
            if self.strips.is_some() || self.signatures.is_some() { case.signature_files().await? } else { Vec::new() };
        for (line, name) in &of_lines {
            for (folder, shows) in [(self.strips, Shows::Strip(*line)), (self.signatures, Shows::Signature(*line))] {
                if let Some(folder) = folder {
                    file(folder, name, shows, &mut files, &mut faults);
                }
            }
        }
        if let Some((folder, roll)) = self.references {
            for voter in case.candidate_voters().await? {
                let names = roll.by_id(voter.as_str()).map(|row| roll.voter(row).signatures).unwrap_or_default();
                let names = names.split(';').map(str::trim).filter(|name| !name.is_empty());
                for (name, place) in names.zip(1..) {
                    file(folder, name, Shows::Reference(voter.clone(), place), &mut files, &mut faults);
                }
            }
        }
        Ok((files, faults))
    }
}

/// Adds a file of a folder by a name that came from elsewhere, which must not lead out of the folder.
fn file(folder: &Path, name: &str, shows: Shows, files: &mut Vec<(Shows, PathBuf)>, faults: &mut Vec<String>) {
    let plain = Path::new(name).file_name().is_some_and(|plain| plain == name) && !name.contains('\\');
    if plain {
        files.push((shows, folder.join(name)));
    } else {
        faults.push(format!("{name:?} is not the name of a file in {}", folder.display()));
    }
}

/// The pages in a folder, by their names.
fn pages(folder: &Path) -> Result<Vec<(Shows, PathBuf)>, Failure> {
    let failed = |error: std::io::Error| Failure::input(format!("{}: {error}", folder.display()));
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let shows = path.file_stem().and_then(|stem| {
            let (section, page) = stem.to_str()?.split_once('-')?;
            Some(Shows::Page(section.parse::<SectionNo>().ok()?, page.parse::<PageNo>().ok()?))
        });
        let what = "is not named by section and page, as in 12-3.png; rename it, or take it out of the folder";
        let shows = shows.ok_or_else(|| Failure::input(format!("{} {what}", path.display())))?;
        pages.push((shows, path));
    }
    pages.sort_unstable();
    Ok(pages)
}

/// Threads to read images with.
pub(super) fn pool() -> Result<ThreadPool, Failure> {
    ThreadPoolBuilder::new().num_threads(AT_ONCE).build().map_err(Failure::ours)
}

/// A file that is an image, or what is wrong with it.
fn read(path: &Path) -> Result<(Vec<u8>, Shape), String> {
    let mut bytes = Vec::new();
    let done = File::open(path).and_then(|file| file.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes));
    done.map_err(|error| format!("{}: {error}", path.display()))?;
    let shape = blobs::look_at(&bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok((bytes, shape))
}
