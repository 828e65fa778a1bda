//! Which images a case has, and what each shows. The images themselves lie in a store of their own, under their digests; here is what belongs to what.

use std::collections::BTreeSet;

use domain::{CaseError, Event, LineRef, PageNo, Phase, SectionNo, VoterId};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use crate::{
    Act, CaseFile, CaseworkError, WorkError, Worker, Workroom,
    fold::read_event,
    store_looks::Look,
    tables::{Table, Taken, Value, write},
};

/// What an image shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shows {
    /// A page of a section.
    Page(SectionNo, PageNo),
    /// A line, from edge to edge of its page.
    Strip(LineRef),
    /// The signature on a line.
    Signature(LineRef),
    /// One of a voter's reference signatures, counted from one.
    Reference(VoterId, u32),
}

impl Shows {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Page(..) => "page",
            Self::Strip(_) => "strip",
            Self::Signature(_) => "signature",
            Self::Reference(..) => "reference",
        }
    }

    /// Section, place and voter, as the table has them.
    fn key(&self) -> (u32, u32, &str) {
        match self {
            Self::Page(section, page) => (section.get(), page.get(), ""),
            Self::Strip(line) | Self::Signature(line) => (line.section.get(), line.line.get(), ""),
            Self::Reference(voter, place) => (0, *place, voter.as_str()),
        }
    }
}

/// An image, as far as it can be told without looking at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// What it shows.
    pub shows: Shows,
    /// SHA-256 of the image, 64 hexadecimal digits, under which it is kept.
    pub digest: String,
    /// How it is written: `png`, `jpeg` or `tiff`.
    pub form: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// What came of taking images in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ImagesReport {
    /// Images that were not there.
    pub new: u64,
    /// Images that took the place of an earlier one, which stays on record.
    pub replaced: u64,
    /// Images that were there already.
    pub known: u64,
}

const BLOB: Table = Table {
    name: "blob",
    columns: &[
        "seq", "kind", "section", "place", "voter_id", "digest", "form", "bytes", "width", "height", "added_by",
        "added_at",
    ],
    keys: 1,
};

const SHOWN: &str = "SELECT digest, form, bytes, width, height FROM blob \
     WHERE kind = $1 AND section = $2 AND place = $3 AND voter_id = $4 ORDER BY seq DESC LIMIT 1";

impl CaseFile {
    /// Puts on record what images show: of all of them, or of none. The images are in the store before. One that is on record already changes nothing.
    pub async fn add_images(&self, images: &[Image], act: &Act) -> Result<ImagesReport, CaseworkError> {
        for image in images {
            if let Shows::Strip(line) | Shows::Signature(line) = &image.shows
                && self.case().line(*line).is_none()
            {
                return Err(CaseError::NoLine(*line).into());
            }
        }
        let failed = |error| self.failed("written", error);
        let mut transaction = self.begin().await?;
        let last = sqlx::query("SELECT COALESCE(MAX(seq), 0) FROM blob").fetch_one(&mut *transaction).await;
        let mut seq: i64 = last.and_then(|row| row.try_get(0)).map_err(failed)?;
        let mut report = ImagesReport { new: 0, replaced: 0, known: 0 };
        let (mut rows, mut now) = (Vec::new(), std::collections::BTreeMap::new());
        for image in images {
            let before = match now.get(&image.shows) {
                Some(digest) => Some(String::clone(digest)),
                None => self.shown(&mut *transaction, &image.shows).await?.map(|image| image.digest),
            };
            match before {
                Some(digest) if digest == image.digest => {
                    report.known += 1;
                    continue;
                }
                Some(_) => report.replaced += 1,
                None => report.new += 1,
            }
            now.insert(image.shows.clone(), image.digest.clone());
            seq += 1;
            rows.push(row(seq, image, act));
        }
        write(&mut transaction, &BLOB, Taken::Fails, Box::new(rows.into_iter())).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(report)
    }

    /// The image that shows something: the one taken in last.
    pub async fn image(&self, shows: &Shows) -> Result<Option<Image>, CaseworkError> {
        self.shown(self.pool(), shows).await
    }

    async fn shown<'a>(
        &self,
        from: impl Executor<'a, Database = Any>,
        shows: &Shows,
    ) -> Result<Option<Image>, CaseworkError> {
        let (section, place, voter) = shows.key();
        let query = sqlx::query(SHOWN)
            .bind(shows.kind())
            .bind(i64::from(section))
            .bind(i64::from(place))
            .bind(voter.to_owned());
        let row = query.fetch_optional(from).await.map_err(|error| self.failed("read", error))?;
        row.map(|row| self.image_of(&row, shows.clone())).transpose()
    }

    fn image_of(&self, row: &AnyRow, shows: Shows) -> Result<Image, CaseworkError> {
        let failed = |error| self.failed("read", error);
        let number = |at: usize| row.try_get::<i64, _>(at).map_err(failed);
        let pixels = |at: usize| u32::try_from(number(at)?).map_err(|error| self.damaged(&error));
        Ok(Image {
            shows,
            digest: row.try_get(0).map_err(failed)?,
            form: row.try_get(1).map_err(failed)?,
            bytes: u64::try_from(number(2)?).map_err(|error| self.damaged(&error))?,
            width: pixels(3)?,
            height: pixels(4)?,
        })
    }

    /// How many reference signatures of a voter there are.
    pub async fn references(&self, voter: &VoterId) -> Result<u32, CaseworkError> {
        let query = sqlx::query(
            "SELECT COALESCE(MAX(place), 0) FROM blob WHERE kind = 'reference' AND section = 0 AND voter_id = $1",
        );
        let row = query.bind(voter.as_str().to_owned()).fetch_one(self.pool()).await;
        let count: i64 = row.and_then(|row| row.try_get(0)).map_err(|error| self.failed("read", error))?;
        u32::try_from(count).map_err(|error| self.damaged(&error))
    }

    /// The digests of every image that the case ever had, those that others took the place of among them: what stays where another case of the same store
    /// is destroyed.
    pub async fn blob_digests(&self) -> Result<BTreeSet<String>, CaseworkError> {
        let rows = sqlx::query("SELECT DISTINCT digest FROM blob").fetch_all(self.pool()).await;
        let rows = rows.map_err(|error| self.failed("read", error))?;
        rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>().map_err(|error| self.failed("read", error))
    }

    /// The lines that name a file in the column `signature`, with the name.
    pub async fn signature_files(&self) -> Result<Vec<(LineRef, String)>, CaseworkError> {
        let mut files = Vec::new();
        let sections: Vec<_> = self.case().sections().map(|section| section.no).collect();
        for section in sections {
            let texts = self.texts(section).await?;
            files.extend(
                texts
                    .into_iter()
                    .filter(|(_, text)| !text.signature.is_empty())
                    .map(|(line, text)| (line, text.signature)),
            );
        }
        Ok(files)
    }

    /// The voters whom a stored search proposes for some line: those whose reference signatures will be looked at.
    pub async fn candidate_voters(&self) -> Result<BTreeSet<VoterId>, CaseworkError> {
        let mut voters = BTreeSet::new();
        for seq in self.searched_in().await? {
            if let Some(Event::SearchedSection(_, stored)) = read_event(self.pool(), self.place(), seq).await? {
                let candidates = stored.searches.into_iter().flat_map(|search| search.candidates);
                voters.extend(candidates.map(|candidate| candidate.voter));
            }
        }
        Ok(voters)
    }
}

fn row(seq: i64, image: &Image, act: &Act) -> Vec<Value> {
    let (section, place, voter) = image.shows.key();
    vec![
        Value::Int(seq),
        image.shows.kind().into(),
        section.into(),
        place.into(),
        voter.into(),
        image.digest.as_str().into(),
        image.form.as_str().into(),
        image.bytes.into(),
        image.width.into(),
        image.height.into(),
        act.actor.as_str().into(),
        Value::Int(act.at.as_microsecond()),
    ]
}

/// What a person is told of a section from which they are kept away.
const OWN_SECTION: &str = "you circulated this section, or may have signed it, so its pages are for others";

/// How many reference signatures of each candidate there are, in the order of the search.
pub type References = Vec<(VoterId, u32)>;

impl Workroom {
    /// The image of a line for whoever has it in hand: its strip, or its signature. None where there is none.
    pub async fn image_in_hand(
        &self,
        batch: &str,
        person: &Worker,
        shows: &Shows,
        now: Timestamp,
    ) -> Result<Option<Image>, WorkError> {
        if let Shows::Strip(line) | Shows::Signature(line) = shows {
            self.must_hold(batch, person, *line, now).await?;
            return Ok(self.file().image(shows).await?);
        }
        Ok(None)
    }

    /// The image of the page that a line in hand stands on, and the lines of others on it: that it is looked at is on record before. None where there is
    /// none.
    pub async fn page_in_hand(
        &self,
        batch: &str,
        person: &Worker,
        line: LineRef,
        now: Timestamp,
    ) -> Result<Option<Image>, WorkError> {
        self.must_hold(batch, person, line, now).await?;
        let received = self.file().case().line(line).ok_or(CaseworkError::from(CaseError::NoLine(line)))?;
        let image = self.file().image(&Shows::Page(line.section, received.page)).await?;
        if image.is_some() {
            self.note_looks(&person.id, &[Look::at_line(line, "whole page of a line in hand")], now).await?;
        }
        Ok(image)
    }

    /// Whether a person may take page images of a section in: while it is received and examined, and of no section that they are kept away from.
    pub fn may_take_pages(&self, section: SectionNo, person: &Worker) -> Result<(), WorkError> {
        if !matches!(self.file().case().phase, Phase::Receiving | Phase::Examining) {
            let why = "the case is decided, so its pages stay as they are; open it again first";
            return Err(CaseworkError::NotPossible(why.to_owned()).into());
        }
        self.must_not_be_own(section, person)
    }

    /// The image of a page for whoever sees to it. That it is looked at is on record before this returns.
    pub async fn page_looked_at(
        &self,
        section: SectionNo,
        shows: Shows,
        person: &Worker,
        now: Timestamp,
    ) -> Result<Option<Image>, WorkError> {
        self.must_not_be_own(section, person)?;
        let image = self.file().image(&shows).await?;
        if image.is_some() {
            self.note_looks(&person.id, &[Look::at_section(section, "page of a section")], now).await?;
        }
        Ok(image)
    }

    fn must_not_be_own(&self, section: SectionNo, person: &Worker) -> Result<(), WorkError> {
        let own = self.ties.kept_from(&person.own).contains(&section);
        if own { Err(WorkError::Refused(OWN_SECTION.to_owned())) } else { Ok(()) }
    }

    /// The candidates of a line in hand, each with the number of reference signatures.
    pub async fn references_in_hand(
        &self,
        batch: &str,
        person: &Worker,
        line: LineRef,
        now: Timestamp,
    ) -> Result<References, WorkError> {
        self.must_hold(batch, person, line, now).await?;
        let search = self.file().search_of(line.section, line.line).await?;
        let mut references = Vec::new();
        for candidate in search.into_iter().flat_map(|search| search.candidates) {
            let count = self.file().references(&candidate.voter).await?;
            references.push((candidate.voter, count));
        }
        Ok(references)
    }
}
