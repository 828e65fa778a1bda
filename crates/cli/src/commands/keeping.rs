//! `countersign case accesses`, `retention` and `destroy`: who looked at whose record, how long a case is kept, and its end.

use std::{collections::BTreeSet, fs::OpenOptions, io::Write as _, path::PathBuf};

use blobs::{Blobs, Key};
use casework::{AccessesWanted, CaseFile, Destruction, Images, ImagesGo, Keeping, Place, destroy};
use clap::Args;
use jiff::{Timestamp, Zoned};
use law::{Retention as Times, counted};
use serde::Serialize;

use super::{By, rules::cited};
use crate::{failure::Failure, output::report};

#[derive(Args)]
pub(crate) struct Accesses {
    /// The case.
    case: Place,
    /// The file to write, as CSV; it must not be there yet, and only you may read it.
    #[arg(long)]
    out: PathBuf,
    /// Only looks by this account.
    #[arg(long)]
    person: Option<String>,
    /// Only looks at this instant or later, as in 2022-07-06T17:00:00Z.
    #[arg(long)]
    from: Option<Timestamp>,
    /// Only looks before this instant.
    #[arg(long)]
    to: Option<Timestamp>,
    #[command(flatten)]
    by: By,
}

/// What was taken out.
#[derive(Serialize)]
struct TakenOut {
    rows: u64,
    out: PathBuf,
}

impl Accesses {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        let case = CaseFile::open(&self.case).await?;
        let done = self.write(&case).await;
        case.close().await;
        report(json, &done?, |done| {
            format!(
                "{} written to {}; that they were taken out is on record.",
                counted(done.rows, "look", "looks"),
                done.out.display()
            )
        })
    }

    async fn write(&self, case: &CaseFile) -> Result<TakenOut, Failure> {
        let act = self.by.act();
        let wanted =
            AccessesWanted { person: self.person.clone(), from: self.from, to: self.to, ..AccessesWanted::default() };
        let failed = |error: std::io::Error| Failure::write(&self.out, &error);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.out).map_err(failed)?;
        let export = case.export_accesses(&format!("cli-{}", act.at.as_microsecond()), &wanted, &act).await?;
        let rows = case.write_accesses(&export, |rows| file.write_all(rows)).await?;
        file.sync_all().map_err(failed)?;
        Ok(TakenOut { rows, out: self.out.clone() })
    }
}

#[derive(Args)]
pub(crate) struct Retention {
    /// The case.
    case: Place,
}

/// How long a case is kept.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    times: Times,
    /// Why it must be kept today; none where it may be destroyed.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_because: Option<String>,
    /// Legal holds that stand.
    holds: usize,
}

impl Retention {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        let case = CaseFile::open(&self.case).await?;
        let keeping = case.keeping().await;
        case.close().await;
        let keeping: Keeping = keeping?;
        let kept = Shown {
            kept_because: keeping.why_kept(Zoned::now().date()).map(|why| why.to_string()),
            holds: keeping.holds.iter().filter(|hold| hold.lifted.is_none()).count(),
            times: keeping.retention,
        };
        report(json, &kept, |kept| {
            let times = kept.times.times.iter().map(|time| {
                let until = time.until.map_or_else(|| "no end yet".to_owned(), |day| format!("until {day}"));
                format!("{until}  {}\n            {}\n            {}\n", time.title, time.derivation, cited(&time.rule))
            });
            let end = match &kept.kept_because {
                Some(why) => format!("The case is kept: {why}."),
                None => "The case may be destroyed.".to_owned(),
            };
            times.collect::<String>() + &end
        })
    }
}

#[derive(Args)]
pub(crate) struct Destroy {
    /// The case. No server may have it open.
    case: Place,
    /// The petition's title, typed as `case status` shows it.
    #[arg(long)]
    title: String,
    /// Where the certificate of what is destroyed is written. Of a run that was cut off, the same.
    #[arg(long)]
    certificate: PathBuf,
    /// A file or folder that goes with the case: scans, crops, backups. May be given several times.
    #[arg(long)]
    also: Vec<PathBuf>,
    /// Where the office keeps its images: those of the case go with it, one by one.
    #[arg(long, value_name = "STORE", requires = "others")]
    images: Option<String>,
    /// Another case whose images are kept in the same store: an image that both have stays, as the reference signatures of one voter are. May be given
    /// several times.
    #[arg(long, value_name = "CASE", requires = "images", group = "others")]
    beside: Vec<Place>,
    /// No other case has images in this store.
    #[arg(long, requires = "images", group = "others")]
    alone: bool,
    /// The images of the case stay where they are, or go with a folder that is named.
    #[arg(long, conflicts_with = "images")]
    images_stay: bool,
    /// The account that destroys; by default the one you are logged in with.
    #[arg(long)]
    actor: Option<String>,
}

impl Destroy {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        let order = Destruction {
            title: self.title.clone(),
            also: self.also.clone(),
            images: self.images_go().await?,
            certificate: self.certificate.clone(),
            // Not to be given: the day decides.
            today: Zoned::now().date(),
        };
        let by = By { actor: self.actor.clone(), at: None };
        let done = destroy(&self.case, &order, &by.act()).await?;
        report(json, &done, |done| {
            let counts = &done.certificate.counts;
            format!(
                "{} destroyed with {}, {} and {}{}. The certificate is {}.",
                counted(counts.lines, "line is", "lines are"),
                counted(counts.events, "event", "events"),
                counted(done.certificate.images.len() as u64, "image", "images"),
                counted(done.certificate.files.len() as u64, "file", "files"),
                if done.resumed { ", in a run taken up again" } else { "" },
                self.certificate.display()
            )
        })
    }

    /// The removal of the case's images from their store, but for those that the other cases have.
    async fn images_go(&self) -> Result<Images, Failure> {
        let Some(store) = &self.images else {
            return Ok(if self.images_stay { Images::Stay } else { Images::Unsaid });
        };
        let store = Blobs::open(store, Key::of_environment).map_err(Failure::input)?;
        let mut stay = BTreeSet::new();
        for other in &self.beside {
            if other.to_string() == self.case.to_string() {
                return Err(Failure::input(format!(
                    "{other} is the case that is destroyed; --beside names the others"
                )));
            }
            let case = CaseFile::open(other).await?;
            let digests = case.blob_digests().await;
            case.close().await;
            stay.extend(digests?);
        }
        let remove = move |digest: &str| {
            let digest = digest.parse().map_err(|_| format!("{digest} is not the digest of an image"))?;
            store.remove(digest).map_err(|error| error.to_string())
        };
        Ok(Images::Go(ImagesGo { stay, remove: Box::new(remove) }))
    }
}
