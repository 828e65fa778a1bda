//! The result line by line, as CSV: what each line of the petition came to, why, and by which rule. Nobody's name stands in it.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use csv::WriterBuilder;
use domain::{Case, Disposition, Line, LineRef, Reason, SectionNo, Settled, Settlement};
use law::RulePack;

const HEADER: [&str; 7] = ["section", "page", "line", "disposition", "reason", "findings", "rule"];

/// Why the lines cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The rules in the case cannot be read.
    #[error(
        "the rules that the case was opened with cannot be read: {0}; read the case with the version that opened it"
    )]
    Rules(#[from] law::PackError),
    /// The place to write to refuses.
    #[error("the lines cannot be written: {0}; make room there, or write to another place")]
    Write(#[from] io::Error),
}

impl From<csv::Error> for TableError {
    fn from(error: csv::Error) -> Self {
        Self::Write(error.into())
    }
}

/// Writes the lines with the columns `section,page,line,disposition,reason,findings,rule`, in order of section and line.
///
/// `disposition` is `valid`, `invalid`, or empty for a line that the settlement does not hold (outside the sample) or that is undecided;
/// a line that was taken out of the raw count is `struck`. `findings` has every reason against the line, the primary one first. `rule` is
/// where the primary reason stands in the law, by the rule pack that the case was opened with.
pub fn write_lines(out: impl Write, case: &Case, settlement: &Settlement) -> Result<(), TableError> {
    let rules = Rules::of(case)?;
    let mut rows = Rows { csv: WriterBuilder::new().buffer_capacity(1 << 16).from_writer(out), text: String::new() };
    rows.csv.write_record(HEADER)?;
    for section in case.sections() {
        let mut struck = section.struck().iter().peekable();
        for line in section.lines() {
            while let Some(earlier) = struck.next_if(|earlier| earlier.no < line.no) {
                rows.struck(section.no, earlier)?;
            }
            let found = settlement.line(LineRef { section: section.no, line: line.no });
            rows.counted(section.no, line, found, &rules)?;
        }
        struck.try_for_each(|line| rows.struck(section.no, line))?;
    }
    Ok(rows.csv.flush()?)
}

/// Where each reason stands in the law, looked up once.
struct Rules(Vec<(Reason, String)>);

impl Rules {
    fn of(case: &Case) -> Result<Self, TableError> {
        let pack = RulePack::from_files(&case.opened.rule_pack_files)?;
        Ok(Self(Reason::ALL.into_iter().map(|reason| (reason, pack.rule_for(reason).citation)).collect()))
    }

    fn citation(&self, reason: Reason) -> &str {
        self.0.iter().find(|(named, _)| *named == reason).map_or("", |(_, citation)| citation)
    }
}

/// The rows, with one text that every number and list of findings is made in.
struct Rows<W: Write> {
    csv: csv::Writer<W>,
    text: String,
}

impl<W: Write> Rows<W> {
    fn counted(
        &mut self,
        section: SectionNo,
        line: &Line,
        found: Option<&Settled>,
        rules: &Rules,
    ) -> Result<(), TableError> {
        self.place(section, line)?;
        let disposition = found.and_then(|settled| settled.disposition);
        let reason = disposition.and_then(Disposition::reason);
        self.csv.write_field(disposition.map_or("", Disposition::name))?;
        self.csv.write_field(reason.map_or("", Reason::name))?;
        self.text.clear();
        for finding in found.into_iter().flat_map(|settled| &settled.findings) {
            if !self.text.is_empty() {
                self.text.push(';');
            }
            self.text.push_str(finding.reason.name());
        }
        self.csv.write_field(&self.text)?;
        self.csv.write_field(reason.map_or("", |reason| rules.citation(reason)))?;
        Ok(self.csv.write_record(None::<&[u8]>)?)
    }

    fn struck(&mut self, section: SectionNo, line: &Line) -> Result<(), TableError> {
        self.place(section, line)?;
        for field in ["struck", "", "", ""] {
            self.csv.write_field(field)?;
        }
        Ok(self.csv.write_record(None::<&[u8]>)?)
    }

    fn place(&mut self, section: SectionNo, line: &Line) -> Result<(), TableError> {
        for number in [section.get(), line.page.get(), line.no.get()] {
            self.text.clear();
            // A String takes whatever is written to it.
            let _ = write!(self.text, "{number}");
            self.csv.write_field(&self.text)?;
        }
        Ok(())
    }
}
