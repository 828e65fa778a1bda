//! The counter: sections as they lie there, each with its declaration and what a clerk would see of it, and one section at a time taken in.

use domain::{
    Circulation, Event, LineNo, LineRef, PageNo, SectionNo, SectionReceived, SectionReceivedPrivate, SectionState,
    StoredLine, VoidGround,
};
use sqlx::{Row as _, any::AnyRow};

use crate::{Act, CaseFile, CaseworkError, fold::read_event, intake::defects};

/// A section as it lies on the counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionAtCounter {
    /// Its number.
    pub section: SectionNo,
    /// The circulator's name as declared; empty where the declaration gives none.
    pub circulator: String,
    /// The circulator's residence as declared.
    pub circulator_address: String,
    /// The dates of the declaration.
    pub circulation: Circulation,
    /// Faults of the declaration, for a person to weigh.
    pub defects: Vec<String>,
    /// Why it is void, if it is.
    pub void: Option<VoidGround>,
    /// Lines that count.
    pub lines: u64,
    /// Lines that were struck since they are no signatures.
    pub struck: u64,
    /// Of the lines that count, those that are valid as things stand: what voiding the section would cost.
    pub valid: u64,
    /// Its pages in order.
    pub pages: Vec<SectionPage>,
}

/// A page of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SectionPage {
    /// Its number.
    pub page: PageNo,
    /// Lines on it, struck ones among them.
    pub lines: u64,
    /// Whether there is an image of it.
    pub image: bool,
}

/// A section with its lines, as a clerk takes it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSection {
    /// Its number.
    pub section: SectionNo,
    /// The circulator's name; empty where the declaration gives none.
    pub circulator: String,
    /// The circulator's residence.
    pub circulator_address: String,
    /// The dates of the declaration.
    pub circulation: Circulation,
    /// Its lines, in rising order.
    pub lines: Vec<NewLine>,
}

/// A line with a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLine {
    /// Its number in the section.
    pub line: LineNo,
    /// The page it stands on.
    pub page: PageNo,
    /// What stands on it; nothing where it is to be keyed.
    pub text: StoredLine,
}

impl CaseFile {
    /// Takes one section in: all of it, or nothing. The same again, after a lost answer, changes nothing; another section of the number is refused. Returns the
    /// faults of its declaration.
    pub async fn receive_section(&mut self, new: NewSection, act: &Act) -> Result<Vec<String>, CaseworkError> {
        let NewSection { section, circulator, circulator_address, circulation, lines } = new;
        let faults = defects(&self.case().opened, circulation, &circulator, &circulator_address);
        let (lines, texts) = lines.into_iter().map(|line| ((line.line, line.page), line.text)).unzip();
        let public = SectionReceived { section, circulation, lines };
        let private = SectionReceivedPrivate { circulator, circulator_address, texts };
        if let Some(known) = self.receipt(section).await? {
            let same = known == (public, private);
            return if same { Ok(faults) } else { Err(CaseworkError::NameTaken { what: "a section" }) };
        }
        self.append(vec![Event::SectionReceived(public, private)], act).await?;
        Ok(faults)
    }

    /// The sections with numbers after this one, at most so many, in order.
    pub async fn sections_at_counter(&self, after: u32, most: usize) -> Result<Vec<SectionAtCounter>, CaseworkError> {
        let mut sections = Vec::new();
        let following = self.case().sections().map(|section| section.no).filter(|section| section.get() > after);
        for section in following.take(most).collect::<Vec<_>>() {
            sections.extend(self.section_at_counter(section).await?);
        }
        Ok(sections)
    }

    /// One section; none where the case has no such.
    pub async fn section_at_counter(&self, no: SectionNo) -> Result<Option<SectionAtCounter>, CaseworkError> {
        let Some(section) = self.case().section(no) else { return Ok(None) };
        let Some((public, private)) = self.receipt(no).await? else { return Ok(None) };
        let with_image = self.pages_with_image(no).await?;
        let mut pages: Vec<SectionPage> = Vec::new();
        let mut numbers: Vec<_> = public.lines.iter().map(|(_, page)| *page).collect();
        numbers.sort_unstable();
        for page in numbers {
            match pages.last_mut() {
                Some(last) if last.page == page => last.lines += 1,
                _ => pages.push(SectionPage { page, lines: 1, image: with_image.contains(&page.get()) }),
            }
        }
        let settled = |line: &domain::Line| self.settlement().line(LineRef { section: no, line: line.no });
        let counts = |line: &&domain::Line| {
            settled(line).is_some_and(|settled| settled.disposition == Some(domain::Disposition::Valid))
        };
        Ok(Some(SectionAtCounter {
            section: no,
            defects: defects(&self.case().opened, public.circulation, &private.circulator, &private.circulator_address),
            circulator: private.circulator,
            circulator_address: private.circulator_address,
            circulation: public.circulation,
            void: match section.state {
                SectionState::Received => None,
                SectionState::Void(ground) => Some(ground),
            },
            lines: section.lines().len() as u64,
            struck: section.struck().len() as u64,
            valid: section.lines().iter().filter(counts).count() as u64,
            pages,
        }))
    }

    /// A section as it was received.
    async fn receipt(
        &self,
        section: SectionNo,
    ) -> Result<Option<(SectionReceived, SectionReceivedPrivate)>, CaseworkError> {
        let Some(seq) = self.received_in(section) else { return Ok(None) };
        match read_event(self.pool(), self.place(), seq).await? {
            Some(Event::SectionReceived(public, private)) => Ok(Some((public, private))),
            _ => Ok(None),
        }
    }

    async fn pages_with_image(&self, section: SectionNo) -> Result<Vec<u32>, CaseworkError> {
        let pages = sqlx::query("SELECT DISTINCT place FROM blob WHERE kind = 'page' AND section = $1")
            .bind(i64::from(section.get()))
            .fetch_all(self.pool())
            .await
            .map_err(|error| self.failed("read", error))?;
        let page = |row: &AnyRow| row.try_get::<i64, _>(0).map(|page| u32::try_from(page).unwrap_or_default());
        pages.iter().map(page).collect::<Result<_, _>>().map_err(|error| self.failed("read", error))
    }
}
