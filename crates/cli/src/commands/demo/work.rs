//! The demo's second case: the first sections of the same petition as they come to the reviewers, undecided, with pictures of what there is to decide on.

use std::{
    num::NonZeroU64,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::Instant,
};

use blobs::{Blobs, Key};
use casework::{CaseFile, Place, files::ReadOptions};
use law::grouped;
use matching::Model;
use roll::Snapshot;
use synth::{PICTURES, Whose};

use super::{Account, Demo, IMAGES, WORK, acting_on};
use crate::{
    commands::{
        case::read_facts,
        compare::compare,
        images::{Folders, Kept},
        matches::search_case,
        packs::pack_for,
        synth::{Drawn, pictures_of},
    },
    failure::Failure,
};

/// Lines of the case where no number is given.
const LINES: Option<NonZeroU64> = NonZeroU64::new(1000);

impl Demo {
    /// Opens the case to work on and searches its lines; draws pictures of them, which the certified case gets, too.
    pub(super) async fn work(
        &self,
        certified: &CaseFile,
        snapshot: &Snapshot,
        account: &Account,
        stop: Arc<AtomicBool>,
    ) -> Result<(), Failure> {
        let since = Instant::now();
        let county = self.dir.join("county");
        let at_most = match self.images {
            Pictured::No => LINES,
            Pictured::Yes(Drawn(lines)) => lines,
        };
        let part = Part::cut(&county, at_most)?;
        let mut facts = read_facts(&county.join("case.json"))?;
        facts.petition.title.push_str(", some sections to work on");
        // As many voters as there are lines for, so that what is cut out would be enough at the counter as the whole was.
        facts.registered_voters = facts.registered_voters.map(|voters| voters * part.lines / part.of);
        // A part of a large county is a small one, and has the law of one.
        if let Some(voters) = facts.registered_voters {
            synth::rules_for(voters).clone_into(&mut facts.rules);
        }
        let filing = acting_on(facts.days.filed_on())?;
        let place = Place::File(self.dir.join(WORK));
        let rules = pack_for(&facts)?;
        let mut case = CaseFile::new_case(&place, &facts, &rules, self.secret("work"), &filing.act()).await?;
        let (act, options) = (filing.act(), ReadOptions::default());
        case.receive(&part.petition, Some(&part.sections), &options, &act).await?;
        case.count(&act).await?;
        let found = search_case(&mut case, snapshot, &Model::built_in(), &filing, stop, account.quiet).await?;
        account.tell("A case to work on", since, format!("{} lines, none decided", grouped(found.lines)))?;
        let pictured = match (self.images, NonZeroU64::new(part.lines)) {
            (Pictured::Yes(_), Some(lines)) => self.pictures([&case, certified], snapshot, account, lines).await,
            _ => Ok(()),
        };
        case.close().await;
        pictured
    }

    async fn pictures(
        &self,
        cases: [&CaseFile; 2],
        snapshot: &Snapshot,
        account: &Account,
        lines: NonZeroU64,
    ) -> Result<(), Failure> {
        let [case, _] = cases;
        let since = Instant::now();
        let county = self.dir.join("county");
        // Whoever is proposed for a line has signatures on file, whether they signed it or not.
        let proposed = case.candidate_voters().await?;
        let whose = Whose::Voters(proposed.iter().map(|voter| voter.as_str().to_owned()).collect());
        let drawn = pictures_of(&county, self.plan(), Some(lines), &whose, account.quiet)?;
        let result = format!("{} lines, {} references", grouped(drawn.lines), grouped(drawn.references));
        account.tell("Pictures drawn", since, result)?;

        let since = Instant::now();
        let drawn = county.join(PICTURES);
        let [pages, strips, signatures, references] =
            ["pages", "strips", "signatures", "references"].map(|folder| drawn.join(folder));
        let folders = Folders {
            pages: Some(&pages),
            strips: Some(&strips),
            signatures: Some(&signatures),
            references: Some((&references, snapshot)),
        };
        let address = self.dir.join(IMAGES).display().to_string();
        let store = Blobs::open(&address, || None::<Key>).map_err(Failure::input)?;
        let Kept { images, .. } = folders.keep(case, &store, account.quiet).await?;
        for case in cases {
            case.add_images(&images, &acting_on(case.case().opened.milestones.filed_on())?.act()).await?;
        }
        account.tell("Pictures taken in", since, format!("{} images", grouped(images.len() as u64)))?;

        let since = Instant::now();
        let compared = compare(case, &store, account.quiet).await?.compared;
        account.tell("Signatures compared", since, format!("{} lines, in order for contact sheets", grouped(compared)))
    }
}

/// Whether pictures are drawn, and of how many lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pictured {
    No,
    Yes(Drawn),
}

impl std::str::FromStr for Pictured {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Self::No),
            _ => text.parse().map(Self::Yes).map_err(|_| "a number of lines from 1, all, or none"),
        }
    }
}

/// The first sections of a petition, as files of their own.
struct Part {
    petition: PathBuf,
    sections: PathBuf,
    lines: u64,
    /// Lines of the whole petition.
    of: u64,
}

impl Part {
    /// Cuts whole sections out, until so many lines are there.
    fn cut(county: &Path, at_most: Option<NonZeroU64>) -> Result<Self, Failure> {
        let folder = county.join("work");
        std::fs::create_dir_all(&folder).map_err(|error| Failure::write(&folder, &error))?;
        let (petition, sections) = (folder.join("petition.csv"), folder.join("sections.csv"));
        let wanted = at_most.map_or(u64::MAX, NonZeroU64::get);
        let (mut lines, mut of, mut last) = (0, 0, String::new());
        copy(&county.join("petition.csv"), &petition, |section| {
            of += 1;
            let taken = lines < wanted || section == last;
            if taken {
                lines += 1;
                section.clone_into(&mut last);
            }
            taken
        })?;
        let mut more = true;
        copy(&county.join("sections.csv"), &sections, |section| {
            let taken = more;
            more = more && section != last;
            taken
        })?;
        Ok(Self { petition, sections, lines, of })
    }
}

/// Copies those rows of a file of the county that are wanted, by their sections, which come in order.
fn copy(from: &Path, to: &Path, mut wanted: impl FnMut(&str) -> bool) -> Result<(), Failure> {
    let failed = |error: csv::Error| Failure::write(to, &error.into());
    let mut reader = csv::Reader::from_path(from).map_err(failed)?;
    let mut writer = csv::Writer::from_path(to).map_err(failed)?;
    writer.write_record(reader.headers().map_err(failed)?).map_err(failed)?;
    for row in reader.records() {
        let row = row.map_err(failed)?;
        if wanted(row.get(0).unwrap_or_default()) {
            writer.write_record(&row).map_err(failed)?;
        }
    }
    writer.flush().map_err(|error| Failure::write(to, &error))
}
