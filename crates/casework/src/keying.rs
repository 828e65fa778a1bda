//! Keying: people write down what stands on the lines of a section, each without seeing what another wrote. What two of them agree on, field by field, becomes
//! an event; where three differ, a supervisor says what stands there.

use std::{collections::BTreeSet, path::Path};

use domain::{Event, LineNo, LineRef, LineState, LinesKeyed, LinesKeyedPrivate, PageNo, Phase, SectionNo, StoredLine};
use jiff::Timestamp;
use roll::Snapshot;
use serde::Serialize;

use crate::{
    Act, CaseFile, CaseworkError, LEASE, WorkError, Worker, Workroom,
    files::{LineRow, ReadOptions, RowFaults, read_lines},
    own::Own,
    store_keying::{self, Keyed},
    store_looks::Look,
    work::OWN,
};

/// People who key a section before a supervisor is asked.
pub const MOST_KEYINGS: usize = 3;

/// Sections that are looked at together for the next one to key.
const TOGETHER: usize = 200;

/// A section in the hand of a person who keys it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyingSheet {
    /// The section.
    pub section: SectionNo,
    /// When it goes back, unless something is keyed before.
    pub until: Timestamp,
    /// The lines to key with their pages, and what this person has keyed so far.
    pub lines: Vec<(LineNo, PageNo, Option<StoredLine>)>,
}

/// A line on which those who keyed it do not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyingConflict {
    /// The line.
    pub line: LineRef,
    /// Its page.
    pub page: PageNo,
    /// What each wrote, in the order in which they handed in.
    pub keyed: Vec<StoredLine>,
}

/// What came of handing a section in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyingDone {
    /// Lines whose text stands now.
    pub settled: u64,
    /// Lines that wait for another person.
    pub open: u64,
    /// Lines that wait for a supervisor.
    pub conflicts: u64,
}

/// The sections that are to be keyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyingStanding {
    /// Sections with lines to be keyed, those in hand among them.
    pub sections: u64,
    /// Lines to be keyed.
    pub lines: u64,
    /// Lines that wait for a supervisor.
    pub conflicts: u64,
}

/// What was keyed elsewhere and taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct KeyedReport {
    /// Lines whose text stands now.
    pub lines: u64,
    /// Sections that are to be looked up anew.
    pub sections: u64,
}

impl CaseFile {
    /// Takes in what was keyed elsewhere, in the form in which lines are received: all of it, or none and every fault by its row.
    pub async fn take_keyed(
        &mut self,
        file: &Path,
        options: &ReadOptions,
        act: &Act,
    ) -> Result<KeyedReport, CaseworkError> {
        let rows = read_lines(file, options)?;
        let mut faults = RowFaults::default();
        for row in &rows {
            let what = match self.case().line(row.line) {
                None => "there is no such line in this case",
                Some(line) if line.state != LineState::Undecided => {
                    "somebody has found on this line; take the decision back first"
                }
                Some(_) => continue,
            };
            faults.add(row.row, row.file_line, what.to_owned());
        }
        faults.into_result(file)?;
        let of_section = |rows: &[LineRow]| {
            let lines = rows.iter().map(|row| row.line.line).collect();
            let texts = rows.iter().map(|row| row.text.clone()).collect();
            let private = LinesKeyedPrivate { texts, keyed_by: vec![act.actor.clone()] };
            Event::LinesKeyed(LinesKeyed { section: rows[0].line.section, lines }, private)
        };
        let sections = rows.chunk_by(|one, next| one.line.section == next.line.section);
        let events: Vec<_> = sections.map(of_section).collect();
        let report = KeyedReport { lines: rows.len() as u64, sections: events.len() as u64 };
        self.append(events, act).await?;
        Ok(report)
    }
}

impl Workroom {
    /// How much is to be keyed.
    pub async fn keying_standing(&mut self) -> Result<KeyingStanding, CaseworkError> {
        let conflicts = self.keying_conflicts().await?.len() as u64;
        let mut standing = KeyingStanding { conflicts, ..KeyingStanding::default() };
        for (_, lines) in self.sections_to_key() {
            standing.sections += 1;
            standing.lines += lines.len() as u64;
        }
        Ok(standing)
    }

    /// Gives a person the next section to key, or the one that they have in hand; none where nothing waits for them. Nobody keys a section twice, or one that
    /// they circulated.
    pub async fn claim_keying(&mut self, person: &Worker, now: Timestamp) -> Result<Option<KeyingSheet>, WorkError> {
        self.catch_up().await?;
        let own = self.ties.kept_from(&person.own);
        let mut open = self.sections_to_key().filter(|(section, _)| !own.contains(section));
        for (section, until) in store_keying::in_hand_of(&self.file, person.as_str(), now).await? {
            let lines = self.to_key(section);
            if !own.contains(&section) && !lines.is_empty() {
                return Ok(Some(self.keying_sheet(section, lines, person, until).await?));
            }
        }
        loop {
            let some: Vec<_> = open.by_ref().take(TOGETHER).collect();
            let Some(((first, _), (last, _))) = some.first().zip(some.last()) else { return Ok(None) };
            let hands = store_keying::keyings(&self.file, *first, *last).await?;
            for (section, lines) in some {
                let of = || hands.iter().filter(|keying| keying.section == section);
                let done = of().filter(|keying| keying.handed_in).count();
                let live = of().filter(|keying| !keying.handed_in && keying.until >= now).count();
                let again = of().any(|keying| keying.person == person.as_str() && keying.handed_in);
                // Two to begin with; after that one at a time, where they do not agree.
                let wanted = if done < 2 { 2 } else { done + 1 };
                if again || done + live >= wanted || done >= MOST_KEYINGS {
                    continue;
                }
                if store_keying::open(&self.file, section, person.as_str(), wanted, now).await? {
                    self.note_looks(&person.id, &[Look::at_section(section, "section in hand to be keyed")], now)
                        .await?;
                    return Ok(Some(self.keying_sheet(section, lines, person, now + LEASE).await?));
                }
            }
        }
    }

    /// Keeps what a person keyed on a line in hand; another text takes its place.
    pub async fn key(
        &self,
        person: &Worker,
        line: LineRef,
        text: &StoredLine,
        now: Timestamp,
    ) -> Result<(), WorkError> {
        if self.is_own(&person.own, line) {
            return Err(WorkError::Refused(OWN.to_owned()));
        }
        if !self.to_key(line.section).iter().any(|(no, _)| *no == line.line) {
            return Err(WorkError::NotInHand);
        }
        store_keying::key(&self.file, person.as_str(), line, text, now).await
    }

    /// Refuses whoever does not have a line in hand to key, or is kept away from its section.
    pub async fn must_key(&self, person: &Worker, line: LineRef, now: Timestamp) -> Result<(), WorkError> {
        if self.is_own(&person.own, line) {
            return Err(WorkError::Refused(OWN.to_owned()));
        }
        let hands = store_keying::in_hand_of(&self.file, person.as_str(), now).await?;
        let held = hands.iter().any(|(section, _)| *section == line.section);
        if held { Ok(()) } else { Err(WorkError::NotInHand) }
    }

    /// Hands a section in: every line of it is keyed. What two people agree on becomes an event, and is looked up where a roll is sealed. The same again
    /// changes nothing.
    pub async fn hand_in_keying(
        &mut self,
        section: SectionNo,
        person: &Worker,
        snapshot: Option<&Snapshot>,
        act: &Act,
    ) -> Result<KeyingDone, WorkError> {
        self.catch_up().await?;
        let keyed = store_keying::keyed(&self.file, section).await?;
        let mine = |no: LineNo| of_line(&keyed, no).any(|keyed| keyed.person == person.as_str());
        if let Some((missing, _)) = self.to_key(section).into_iter().find(|(no, _)| !mine(*no)) {
            return Err(WorkError::Refused(format!("line {missing} of section {section} is not keyed yet")));
        }
        store_keying::hand_in(&self.file, section, person.as_str(), act.at).await?;
        self.settle_keying(section, snapshot, act).await
    }

    /// What a supervisor says stands on a line on which those who keyed it do not agree. The same again changes nothing. Nobody decides where their own text
    /// is one of those that differ, or on a section that they are kept away from.
    pub async fn settle_conflict(
        &mut self,
        line: LineRef,
        text: StoredLine,
        own: &Own,
        snapshot: Option<&Snapshot>,
        act: &Act,
    ) -> Result<(), WorkError> {
        self.catch_up().await?;
        if self.is_own(own, line) {
            return Err(WorkError::Refused(OWN.to_owned()));
        }
        let keyed = store_keying::keyed(&self.file, line.section).await?;
        if keyed.iter().any(|keyed| keyed.handed_in && keyed.person == act.actor) {
            let why = "you keyed this section yourself, so another supervisor says what stands there";
            return Err(WorkError::Refused(why.to_owned()));
        }
        if !self.conflicts_of(line.section, &keyed).iter().any(|conflict| conflict.line == line) {
            let stands = self.file.text_of(line).await?;
            let done = stands.is_some_and(|stands| same_line(&stands, &text));
            let why = "those who keyed this line agree, or it waits for another person to key it";
            return if done { Ok(()) } else { Err(WorkError::Refused(why.to_owned())) };
        }
        self.stand(line.section, vec![(line.line, text)], vec![act.actor.clone()], snapshot, act).await
    }

    /// The lines that wait for a supervisor, in order.
    pub async fn keying_conflicts(&mut self) -> Result<Vec<KeyingConflict>, CaseworkError> {
        self.catch_up().await?;
        let mut conflicts = Vec::new();
        for section in store_keying::handed_in_often(&self.file, MOST_KEYINGS).await? {
            if !self.to_key(section).is_empty() {
                let keyed = store_keying::keyed(&self.file, section).await?;
                conflicts.extend(self.conflicts_of(section, &keyed));
            }
        }
        Ok(conflicts)
    }

    /// Lets a supervisor look at a line that waits for one, and puts the look on record. Refuses where it does not wait, or is of a section that they are
    /// kept away from.
    pub async fn look_at_conflict(&self, person: &Worker, line: LineRef, now: Timestamp) -> Result<(), WorkError> {
        let keyed = store_keying::keyed(&self.file, line.section).await?;
        if !self.conflicts_of(line.section, &keyed).iter().any(|conflict| conflict.line == line) {
            return Err(WorkError::NotInHand);
        }
        if self.is_own(&person.own, line) {
            return Err(WorkError::Refused(OWN.to_owned()));
        }
        let look = Look::at_line(line, "line on which those who keyed it do not agree");
        Ok(self.note_looks(&person.id, &[look], now).await?)
    }

    /// Takes in what other programs have added: what is left to key is known from the events, and theirs count.
    async fn catch_up(&mut self) -> Result<(), CaseworkError> {
        self.file.catch_up().await?;
        self.follow().await
    }

    fn conflicts_of(&self, section: SectionNo, keyed: &[Keyed]) -> Vec<KeyingConflict> {
        let conflict = |(no, page)| {
            let texts = handed_in(keyed, no);
            let differ = texts.len() >= MOST_KEYINGS && agreed(&texts).is_none();
            differ.then_some(KeyingConflict { line: LineRef { section, line: no }, page, keyed: texts })
        };
        self.to_key(section).into_iter().filter_map(conflict).collect()
    }

    async fn settle_keying(
        &mut self,
        section: SectionNo,
        snapshot: Option<&Snapshot>,
        act: &Act,
    ) -> Result<KeyingDone, WorkError> {
        let keyed = store_keying::keyed(&self.file, section).await?;
        let mut settled = Vec::new();
        let mut done = KeyingDone::default();
        for (no, _) in self.to_key(section) {
            let texts = handed_in(&keyed, no);
            match agreed(&texts) {
                Some(text) => settled.push((no, text)),
                None if texts.len() >= MOST_KEYINGS => done.conflicts += 1,
                None => done.open += 1,
            }
        }
        done.settled = settled.len() as u64;
        let people = keyed.into_iter().filter(|keyed| keyed.handed_in).map(|keyed| keyed.person);
        let people: BTreeSet<_> = people.collect();
        self.stand(section, settled, people.into_iter().collect(), snapshot, act).await?;
        Ok(done)
    }

    /// Lets texts stand, and looks their section up.
    async fn stand(
        &mut self,
        section: SectionNo,
        lines: Vec<(LineNo, StoredLine)>,
        keyed_by: Vec<String>,
        snapshot: Option<&Snapshot>,
        act: &Act,
    ) -> Result<(), WorkError> {
        if lines.is_empty() {
            return Ok(());
        }
        let (lines, texts): (Vec<_>, Vec<_>) = lines.into_iter().unzip();
        let event = Event::LinesKeyed(LinesKeyed { section, lines }, LinesKeyedPrivate { texts, keyed_by });
        self.file.append(vec![event], act).await?;
        if let Some(snapshot) = snapshot.filter(|_| self.file.case().phase == Phase::Examining) {
            self.file.search_section(section, snapshot, act).await?;
        }
        self.follow().await?;
        Ok(())
    }

    /// The sections that are to be keyed with their lines, in order.
    fn sections_to_key(&self) -> impl Iterator<Item = (SectionNo, Vec<(LineNo, PageNo)>)> {
        let sections = self.file.unkeyed().keys().map(|&section| (section, self.to_key(section)));
        sections.filter(|(_, lines)| !lines.is_empty())
    }

    /// The lines of a section that are to be keyed: those without a text on which nothing was found.
    fn to_key(&self, section: SectionNo) -> Vec<(LineNo, PageNo)> {
        let case = self.file.case();
        if !matches!(case.phase, Phase::Receiving | Phase::Examining) {
            return Vec::new();
        }
        let open =
            |line: LineNo| case.line(LineRef { section, line }).is_some_and(|line| line.state == LineState::Undecided);
        let unkeyed = self.file.unkeyed().get(&section).into_iter().flatten();
        unkeyed.map(|(&line, &page)| (line, page)).filter(|(line, _)| open(*line)).collect()
    }

    async fn keying_sheet(
        &self,
        section: SectionNo,
        lines: Vec<(LineNo, PageNo)>,
        person: &Worker,
        until: Timestamp,
    ) -> Result<KeyingSheet, CaseworkError> {
        let keyed = store_keying::keyed(&self.file, section).await?;
        let mine = |no: LineNo| {
            let mine = of_line(&keyed, no).find(|keyed| keyed.person == person.as_str());
            mine.map(|keyed| keyed.text.clone())
        };
        Ok(KeyingSheet { section, until, lines: lines.into_iter().map(|(no, page)| (no, page, mine(no))).collect() })
    }
}

/// What those wrote of a line who handed it in, in that order.
fn handed_in(keyed: &[Keyed], no: LineNo) -> Vec<StoredLine> {
    of_line(keyed, no).filter(|keyed| keyed.handed_in).map(|keyed| keyed.text.clone()).collect()
}

fn of_line(keyed: &[Keyed], no: LineNo) -> impl Iterator<Item = &Keyed> {
    keyed.iter().filter(move |keyed| keyed.line == no)
}

/// What stands on a line by those who keyed it: of each field what two of them wrote, as the first of these wrote it. None while a field has no such two.
fn agreed(texts: &[StoredLine]) -> Option<StoredLine> {
    let field = |of: fn(&StoredLine) -> &String| {
        let said = |at: usize| normal(of(&texts[at]));
        let first = (0..texts.len()).find(|&at| (at + 1..texts.len()).any(|later| said(at) == said(later)))?;
        Some(tidy(of(&texts[first])))
    };
    Some(StoredLine {
        printed_name: field(|text| &text.printed_name)?,
        address: field(|text| &text.address)?,
        city: field(|text| &text.city)?,
        zip: field(|text| &text.zip)?,
        date_signed: field(|text| &text.date_signed)?,
        signature: String::new(),
    })
}

fn same_line(one: &StoredLine, other: &StoredLine) -> bool {
    agreed(&[one.clone(), other.clone()]).is_some()
}

/// A text with single blanks between its words.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as two people have to agree on it: capital letters and blanks do not matter.
fn normal(text: &str) -> String {
    tidy(text).to_uppercase()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn line(name: &str, address: &str) -> StoredLine {
        StoredLine { printed_name: name.to_owned(), address: address.to_owned(), ..StoredLine::default() }
    }

    #[test]
    fn each_field_needs_two() {
        let (one, two) = (line("Ana  Alvarez", "101 Oak St"), line("ANA ALVAREZ", "107 Oak St"));
        assert_eq!(agreed(&[]), None);
        assert_eq!(agreed(std::slice::from_ref(&one)), None);
        assert_eq!(agreed(&[one.clone(), two.clone()]), None, "the address differs");
        // A third who agrees with the one on the name and with the other on the address settles both.
        let three = line("Anna Alvarez", "107 oak st ");
        assert_eq!(agreed(&[one.clone(), two.clone(), three]), Some(line("Ana Alvarez", "107 Oak St")));
        assert_eq!(agreed(&[one.clone(), two, line("Anna Alvarez", "109 Oak St")]), None);
        assert!(same_line(&one, &line("ana alvarez", "101 OAK ST")));
    }

    #[test]
    fn what_cannot_be_read_is_agreed_on_as_well() {
        assert_eq!(agreed(&[line("", ""), line(" ", "")]), Some(StoredLine::default()));
    }
}
