//! The petition as files: sections, lines, what reviewers decided, withdrawals, and the truth behind all of it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::binding::{LINES_PER_PAGE, Section, bind};
use crate::county::County;
use crate::files::Table;
use crate::pictures::line_file;
use crate::review::{Desk, decisions};
use crate::roll::in_order;
use crate::scale::{Kind, Quotas};
use crate::signers::{Draft, Withdrawal, signers};
use crate::{Progress, Stage, SynthError};

/// What came out, counted as it was written.
pub(crate) struct Outcome {
    /// Lines of each kind.
    pub(crate) kinds: BTreeMap<&'static str, u64>,
    /// Rows of each file.
    pub(crate) rows: BTreeMap<&'static str, u64>,
}

/// Writes all files but the roll and the two of facts.
pub(crate) fn write_petition(
    dir: &Path,
    county: &County<'_>,
    quotas: &Quotas,
    pictures: bool,
    progress: Progress<'_>,
) -> Result<Outcome, SynthError> {
    let (drafts, mut withdrawals) = all_signers(county, quotas, progress)?;
    let lines = drafts.len() as u64;
    let mut files = Files::create(dir)?;
    let mut desk = Desk::new(county.seed, lines);
    let mut signed = Signed(vec![false; usize::try_from(county.rows()).unwrap_or(usize::MAX)]);
    let mut kinds: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut done = 0;
    for section in bind(county, drafts) {
        files.section(&section)?;
        for (line, draft) in (1..).zip(&section.drafts) {
            let kind = signed.kind(draft);
            *kinds.entry(kind.name()).or_default() += 1;
            files.line(&section, line, draft, kind, pictures)?;
        }
        files.decided(&section, &mut desk)?;
        done += section.drafts.len() as u64;
        progress(Stage::Petition, done, lines);
    }
    withdrawals.sort_unstable();
    for request in withdrawals {
        let compares = if request.compares { "yes" } else { "no" };
        files.withdrawals.row([request.voter.to_string().as_str(), request.received.iso(), compares])?;
    }
    Ok(Outcome { kinds, rows: files.finish()? })
}

/// The lines and withdrawal requests of the whole county, block by block.
pub(crate) fn all_signers(
    county: &County<'_>,
    quotas: &Quotas,
    progress: Progress<'_>,
) -> Result<(Vec<Draft>, Vec<Withdrawal>), SynthError> {
    let (mut drafts, mut withdrawals) = (Vec::new(), Vec::new());
    let mut done = 0;
    in_order(
        county.blocks(),
        |block| signers(county, quotas, block),
        |made| {
            drafts.extend(made.drafts);
            withdrawals.extend(made.withdrawals);
            done += 1;
            progress(Stage::Signers, done, county.blocks());
            Ok(())
        },
    )?;
    Ok((drafts, withdrawals))
}

/// Which voters, by row of the roll, have a valid line already.
struct Signed(Vec<bool>);

impl Signed {
    /// What a line is, seen in the order of the petition: of a voter's otherwise valid lines the first counts.
    fn kind(&mut self, draft: &Draft) -> Kind {
        let Some((voter, _)) = draft.voter else { return draft.kind };
        let row = usize::try_from(voter.row()).ok().and_then(|row| self.0.get_mut(row));
        match row {
            Some(signed) if draft.kind == Kind::Valid => {
                if std::mem::replace(signed, true) {
                    Kind::Duplicate
                } else {
                    Kind::Valid
                }
            }
            _ => draft.kind,
        }
    }
}

/// The files that are written line by line.
struct Files {
    sections: Table,
    petition: Table,
    decisions: Table,
    section_decisions: Table,
    withdrawals: Table,
    truth: Table,
}

impl Files {
    fn create(dir: &Path) -> Result<Self, SynthError> {
        let reviewed = "reviewer,decided_at,note";
        Ok(Self {
            sections: Table::create(
                dir,
                "sections.csv",
                "section,circulator,circulator_address,signed_from,signed_to,executed_on",
            )?,
            petition: Table::create(
                dir,
                "petition.csv",
                "section,page,line,printed_name,address,city,zip,date_signed,signature",
            )?,
            decisions: Table::create(
                dir,
                "decisions.csv",
                &format!("section,line,disposition,reason,voter_id,{reviewed}"),
            )?,
            section_decisions: Table::create(dir, "section_decisions.csv", &format!("section,reason,{reviewed}"))?,
            withdrawals: Table::create(dir, "withdrawals.csv", "voter_id,received_on,signature_compares")?,
            truth: Table::create(dir, "truth.csv", "section,line,kind,voter_id,noise")?,
        })
    }

    fn section(&mut self, section: &Section) -> Result<(), SynthError> {
        self.sections.row([
            section.number.to_string().as_str(),
            &section.circulator.name,
            &section.circulator.address,
            section.signed_from.iso(),
            section.signed_to.iso(),
            section.executed_on.iso(),
        ])
    }

    /// One line of the petition, and what it really is. Whoever keys a line names no signature where none is; a scanner cuts the field out all the same.
    fn line(
        &mut self,
        section: &Section,
        line: usize,
        draft: &Draft,
        kind: Kind,
        pictures: bool,
    ) -> Result<(), SynthError> {
        let number = section.number.to_string();
        let page = ((line - 1) / LINES_PER_PAGE + 1).to_string();
        let signature = match kind {
            Kind::NoSignature if !pictures => String::new(),
            _ => line_file(section.number, line),
        };
        let line = line.to_string();
        let written = &draft.written;
        self.petition.row([
            number.as_str(),
            &page,
            &line,
            &written.name,
            &written.address,
            &written.city,
            &written.zip,
            // California's petitions have no column for the day of signing.
            "",
            &signature,
        ])?;
        let voter = draft.voter.map_or_else(String::new, |(voter, _)| voter.to_string());
        self.truth.row([number.as_str(), &line, kind.name(), &voter, &written.slips.names()])
    }

    /// What the reviewers found in a section: one finding for a void section, else one or more for each line.
    fn decided(&mut self, section: &Section, desk: &mut Desk) -> Result<(), SynthError> {
        let number = section.number.to_string();
        let found = decisions(section, desk);
        for decision in &found.lines {
            self.decisions.row([
                number.as_str(),
                &decision.line.to_string(),
                decision.disposition,
                decision.reason,
                &decision.voter.map_or_else(String::new, |voter| voter.to_string()),
                &decision.reviewer,
                &decision.decided_at,
                "",
            ])?;
        }
        if let Some(void) = &found.void {
            let row = [number.as_str(), Kind::SectionFatal.name(), &void.reviewer, &void.decided_at, void.note];
            self.section_decisions.row(row)?;
        }
        Ok(())
    }

    fn finish(self) -> Result<BTreeMap<&'static str, u64>, SynthError> {
        Ok(BTreeMap::from([
            ("sections.csv", self.sections.finish()?),
            ("petition.csv", self.petition.finish()?),
            ("decisions.csv", self.decisions.finish()?),
            ("section_decisions.csv", self.section_decisions.finish()?),
            ("withdrawals.csv", self.withdrawals.finish()?),
            ("truth.csv", self.truth.finish()?),
        ]))
    }
}
