//! A section: a bound part of the petition with one circulator's declaration, and its states.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Line, LineNo, Reason, SectionNo};

/// The dates in a circulator's declaration. A missing date is a defect that a person weighs; nothing is assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circulation {
    /// First day on which signatures were obtained.
    pub signed_from: Option<Date>,
    /// Last day on which signatures were obtained.
    pub signed_to: Option<Date>,
    /// The day the declaration was executed.
    pub executed_on: Option<Date>,
}

impl Circulation {
    /// Faults of the declaration against the circulation window, in words for an official. They are proposals:
    /// a person voids the section or lets it stand.
    pub fn defects(&self, opens: Option<Date>, closes: Date) -> Vec<String> {
        let mut defects = Vec::new();
        for (date, what) in [
            (self.signed_from, "first day of signing"),
            (self.signed_to, "last day of signing"),
            (self.executed_on, "day of execution"),
        ] {
            if date.is_none() {
                defects.push(format!("the declaration gives no {what}"));
            }
        }
        if let Some((from, opens)) = self.signed_from.zip(opens).filter(|(from, opens)| from < opens) {
            defects.push(format!("signatures from {from}, before circulation opened on {opens}"));
        }
        if let Some(to) = self.signed_to.filter(|&to| to > closes) {
            defects.push(format!("signatures until {to}, after the last day {closes}"));
        }
        if let (Some(from), Some(to)) = (self.signed_from, self.signed_to)
            && from > to
        {
            defects.push(format!("signatures from {from} until {to}: the dates are the wrong way round"));
        }
        if let Some(executed) = self.executed_on.filter(|&executed| executed > closes) {
            defects.push(format!("executed on {executed}, after the last day {closes}"));
        }
        if let (Some(executed), Some(to)) = (self.executed_on, self.signed_to)
            && executed < to
        {
            defects.push(format!("executed on {executed}, before the last signature on {to}"));
        }
        defects
    }
}

/// Why a section is void; each ground gives its lines one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoidGround {
    /// Declaration missing, unsigned or incomplete; wrong jurisdiction; altered.
    SectionFatal,
    /// Declared dates outside the circulation window, or executed before the last signature.
    OutOfCirculation,
}

impl VoidGround {
    /// The reason that every line of the section carries.
    pub const fn reason(self) -> Reason {
        match self {
            Self::SectionFatal => Reason::SectionFatal,
            Self::OutOfCirculation => Reason::OutOfCirculation,
        }
    }

    /// The ground that gives this reason, if any does.
    pub fn from_reason(reason: Reason) -> Option<Self> {
        [Self::SectionFatal, Self::OutOfCirculation].into_iter().find(|ground| ground.reason() == reason)
    }
}

/// Where a section stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionState {
    /// Received with the filing; its lines are judged one by one.
    Received,
    /// Void: none of its lines counts.
    Void(VoidGround),
}

/// Why a section cannot change as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SectionError {
    /// Voided twice.
    #[error("section {0} is void already; if the ground was wrong, restore it first with `countersign intake restore`")]
    AlreadyVoid(SectionNo),
    /// Restored though it stands.
    #[error("section {0} is not void, so there is nothing to restore")]
    NotVoid(SectionNo),
    /// Lines not in rising order.
    #[error(
        "section {section}: line {line} comes twice or out of order; number the lines of a section from 1 upwards, each once"
    )]
    LinesOutOfOrder {
        /// The section.
        section: SectionNo,
        /// The first line that is not above the one before it.
        line: LineNo,
    },
}

/// A section with its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its number.
    pub no: SectionNo,
    /// The dates of the circulator's declaration.
    pub circulation: Circulation,
    /// Where it stands.
    pub state: SectionState,
    /// In which of the rolls sealed for the case all its lines were looked up; none where lines came or went since.
    pub(crate) searched_in_roll: Option<u32>,
    lines: Vec<Line>,
    struck: Vec<Line>,
}

impl Section {
    /// A section as received. Lines must come in rising order, each number once; gaps are permitted, since a blank
    /// line is not received.
    pub fn received(no: SectionNo, circulation: Circulation, lines: Vec<Line>) -> Result<Self, SectionError> {
        if let Some(pair) = lines.windows(2).find(|pair| pair[0].no >= pair[1].no) {
            return Err(SectionError::LinesOutOfOrder { section: no, line: pair[1].no });
        }
        Ok(Self { no, circulation, state: SectionState::Received, searched_in_roll: None, lines, struck: Vec::new() })
    }

    /// The lines in order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// One line, if the section has it.
    pub fn line(&self, no: LineNo) -> Option<&Line> {
        self.position(no).map(|at| &self.lines[at])
    }

    pub(crate) fn line_mut(&mut self, no: LineNo) -> Option<&mut Line> {
        self.position(no).map(|at| &mut self.lines[at])
    }

    fn position(&self, no: LineNo) -> Option<usize> {
        self.lines.binary_search_by_key(&no, |line| line.no).ok()
    }

    /// The lines that were taken out of the count, in order.
    pub fn struck(&self) -> &[Line] {
        &self.struck
    }

    /// Takes lines out of the count, or back in. What was found on them stays with them; their searches must be made anew, since a stored search
    /// is that of all lines of a section.
    pub(crate) fn move_lines(&mut self, lines: &[LineNo], strike: bool) {
        let (from, to) = if strike { (&mut self.lines, &mut self.struck) } else { (&mut self.struck, &mut self.lines) };
        let lines: BTreeSet<_> = lines.iter().collect();
        to.extend(from.extract_if(.., |line| lines.contains(&line.no)));
        to.sort_unstable_by_key(|line| line.no);
        self.searched_in_roll = None;
    }

    /// Makes the section void.
    pub fn void(&mut self, ground: VoidGround) -> Result<(), SectionError> {
        match self.state {
            SectionState::Received => {
                self.state = SectionState::Void(ground);
                Ok(())
            }
            SectionState::Void(_) => Err(SectionError::AlreadyVoid(self.no)),
        }
    }

    /// Takes a voiding back: the lines stand as they were judged.
    pub fn restore(&mut self) -> Result<(), SectionError> {
        match self.state {
            SectionState::Void(_) => {
                self.state = SectionState::Received;
                Ok(())
            }
            SectionState::Received => Err(SectionError::NotVoid(self.no)),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::PageNo;

    fn circulation(from: Date, to: Date, executed: Date) -> Circulation {
        Circulation { signed_from: Some(from), signed_to: Some(to), executed_on: Some(executed) }
    }

    #[test]
    fn a_sound_declaration_has_no_defects() {
        let (opens, closes) = (date(2022, 1, 27), date(2022, 7, 6));
        assert!(circulation(opens, closes, closes).defects(Some(opens), closes).is_empty());
    }

    #[test]
    fn each_defect_is_named() {
        let (opens, closes) = (date(2022, 1, 27), date(2022, 7, 6));
        assert_eq!(Circulation::default().defects(Some(opens), closes).len(), 3);
        let early = circulation(date(2022, 1, 26), closes, closes).defects(Some(opens), closes);
        assert_eq!(early, ["signatures from 2022-01-26, before circulation opened on 2022-01-27"]);
        let late = circulation(opens, date(2022, 7, 7), date(2022, 7, 7)).defects(Some(opens), closes);
        assert_eq!(
            late,
            [
                "signatures until 2022-07-07, after the last day 2022-07-06",
                "executed on 2022-07-07, after the last day 2022-07-06"
            ]
        );
        let executed = circulation(opens, date(2022, 7, 1), date(2022, 6, 30)).defects(Some(opens), closes);
        assert_eq!(executed, ["executed on 2022-06-30, before the last signature on 2022-07-01"]);
        let turned = circulation(date(2022, 7, 1), date(2022, 6, 1), closes).defects(Some(opens), closes);
        assert!(turned[0].ends_with("the wrong way round"), "{turned:?}");
        // Where the law sets no first day, none is too early.
        assert!(circulation(date(1922, 1, 1), closes, closes).defects(None, closes).is_empty());
    }

    #[test]
    fn void_and_restore_refuse_what_is_already_so() {
        let no = SectionNo::FIRST;
        let mut section = Section::received(no, Circulation::default(), vec![]).unwrap();
        assert_eq!(section.restore(), Err(SectionError::NotVoid(no)));
        section.void(VoidGround::SectionFatal).unwrap();
        assert_eq!(section.state, SectionState::Void(VoidGround::SectionFatal));
        assert_eq!(section.void(VoidGround::OutOfCirculation), Err(SectionError::AlreadyVoid(no)));
        section.restore().unwrap();
        assert_eq!(section.state, SectionState::Received);
    }

    #[test]
    fn lines_rise_and_may_leave_gaps() {
        let line = |no| Line::received(LineNo::new(no).unwrap(), PageNo::FIRST);
        let received = |numbers: &[u32]| {
            Section::received(SectionNo::FIRST, Circulation::default(), numbers.iter().map(|&no| line(no)).collect())
        };
        let section = received(&[1, 3, 9]).unwrap();
        assert!(section.line(LineNo::new(3).unwrap()).is_some());
        assert!(section.line(LineNo::new(2).unwrap()).is_none());
        assert!(received(&[1, 1]).is_err());
        assert!(received(&[2, 1]).is_err());
    }

    #[test]
    fn grounds_give_their_reason() {
        for ground in [VoidGround::SectionFatal, VoidGround::OutOfCirculation] {
            assert_eq!(VoidGround::from_reason(ground.reason()), Some(ground));
        }
        assert_eq!(VoidGround::from_reason(Reason::Illegible), None);
    }
}
