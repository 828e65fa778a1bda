//! `countersign intake`: sections and lines in, the raw count, withdrawals, void sections.

use std::{path::PathBuf, process::ExitCode};

use casework::{CaseFile, IntakeReport, Place};
use clap::Subcommand;
use domain::SectionNo;
use law::{counted, grouped};

use super::{By, FileArgs, images::Images, open_roll};
use crate::{failure::Failure, output::report};

#[derive(Subcommand)]
pub(crate) enum Intake {
    /// Receive lines, with the declarations of their sections.
    Receive {
        /// The case.
        case: Place,
        /// The lines: section,page,line,printed_name,address,city,zip,date_signed,signature.
        #[arg(long)]
        lines: PathBuf,
        /// The sections: section,circulator,circulator_address,signed_from,signed_to,executed_on[,lines].
        #[arg(long)]
        sections: Option<PathBuf>,
        #[command(flatten)]
        files: FileArgs,
        #[command(flatten)]
        by: By,
    },
    /// Close the intake with the raw count; exit status 1 if there are fewer signatures than required.
    Count {
        /// The case.
        case: Place,
        #[command(flatten)]
        by: By,
    },
    /// Take the raw count back, so that lines can be struck or sections added; a sample that was sealed is void from then on.
    Reopen {
        /// The case.
        case: Place,
        /// Why; kept with the case.
        #[arg(long)]
        because: String,
        #[command(flatten)]
        by: By,
    },
    /// Take lines that are no signatures out of the count: section,line.
    Strike {
        /// The case.
        case: Place,
        /// The lines.
        file: PathBuf,
        /// Take struck lines back into the count instead.
        #[arg(long)]
        reinstate: bool,
        /// Why; kept with the case.
        #[arg(long)]
        because: String,
        #[command(flatten)]
        files: FileArgs,
        #[command(flatten)]
        by: By,
    },
    /// Take in what stands on lines that were received without a text, or keyed wrongly, before anybody has found on them; the columns are those of `receive`.
    Key {
        /// The case.
        case: Place,
        /// The lines.
        file: PathBuf,
        #[command(flatten)]
        files: FileArgs,
        #[command(flatten)]
        by: By,
    },
    /// Take in requests of voters to be taken off: voter_id,received_on,signature_compares.
    Withdraw {
        /// The case.
        case: Place,
        /// The requests.
        file: PathBuf,
        /// The roll.
        #[arg(long)]
        roll: PathBuf,
        #[command(flatten)]
        files: FileArgs,
        #[command(flatten)]
        by: By,
    },
    /// Take the voiding of a section back.
    Restore {
        /// The case.
        case: Place,
        /// The section.
        #[arg(long)]
        section: SectionNo,
        /// Why; kept with the case.
        #[arg(long)]
        because: String,
        #[command(flatten)]
        by: By,
    },
    /// Take in images of pages, lines and signatures.
    Images(Images),
    /// Void whole sections: section,reason,reviewer,decided_at,note.
    Void {
        /// The case.
        case: Place,
        /// The findings.
        file: PathBuf,
        #[command(flatten)]
        files: FileArgs,
        #[command(flatten)]
        by: By,
    },
}

impl Intake {
    pub(crate) async fn run(&self, json: bool) -> Result<ExitCode, Failure> {
        match self {
            Self::Images(images) => images.run(json).await?,
            Self::Receive { case, lines, sections, files, by } => {
                let mut case = CaseFile::open(case).await?;
                let done = case.receive(lines, sections.as_deref(), &files.options(), &by.act()).await;
                case.close().await;
                report(json, &done?, received)?;
            }
            Self::Count { case, by } => {
                let mut case = CaseFile::open(case).await?;
                let done = case.count(&by.act()).await;
                case.close().await;
                let done = done?;
                report(json, &done, |done| {
                    let (raw, required) = (grouped(done.raw_count), grouped(done.required));
                    if done.accepted {
                        format!("Raw count {raw}, required {required}: the filing is accepted for examination.")
                    } else {
                        format!(
                            "Raw count {raw}, required {required}: fewer than required, so no further action is taken."
                        )
                    }
                })?;
                return Ok(ExitCode::from(u8::from(!done.accepted)));
            }
            Self::Reopen { case, because, by } => {
                let mut case = CaseFile::open(case).await?;
                let sealed = case.case().sample.is_some();
                let done = case.reopen_count(because, &by.act()).await;
                let status = case.status();
                case.close().await;
                done?;
                report(json, &status, |_| {
                    let void = if sealed {
                        " The sample sealed before is void, unless the same lines are counted again."
                    } else {
                        ""
                    };
                    format!("The raw count is open again.{void}")
                })?;
            }
            Self::Strike { case, file, reinstate, because, files, by } => {
                let mut case = CaseFile::open(case).await?;
                let done = case.strike(file, &files.options(), *reinstate, because, &by.act()).await;
                case.close().await;
                report(json, &done?, |done| {
                    let what = match (*reinstate, done.moved) {
                        (true, 1) => "is back in the count",
                        (true, _) => "are back in the count",
                        (false, 1) => "is struck",
                        (false, _) => "are struck",
                    };
                    let count = counted(done.lines, "line counts", "lines count");
                    format!("{} {what}; {count} now.", counted(done.moved, "line", "lines"))
                })?;
            }
            Self::Key { case, file, files, by } => {
                let mut case = CaseFile::open(case).await?;
                let done = case.take_keyed(file, &files.options(), &by.act()).await;
                case.close().await;
                report(json, &done?, |done| {
                    format!(
                        "{} keyed in {}; look the signers up with `countersign match --case` before they are reviewed.",
                        counted(done.lines, "line", "lines"),
                        counted(done.sections, "section", "sections")
                    )
                })?;
            }
            Self::Withdraw { case, file, roll, files, by } => {
                let snapshot = open_roll(roll)?;
                let mut case = CaseFile::open(case).await?;
                let done = case.withdraw(file, &files.options(), &snapshot, &by.act()).await;
                case.close().await;
                report(json, &done?, |done| {
                    format!(
                        "{} accepted; {} kept as refused (received on or after the day of filing, or the signature does not compare).",
                        counted(done.accepted, "withdrawal", "withdrawals"),
                        grouped(done.refused)
                    )
                })?;
            }
            Self::Restore { case, section, because, by } => {
                let mut case = CaseFile::open(case).await?;
                let done = case.restore_section(*section, because, &by.act()).await;
                let status = case.status();
                case.close().await;
                done?;
                report(json, &status, |_| {
                    format!("Section {section} stands again; its lines are as they were judged.")
                })?;
            }
            Self::Void { case, file, files, by } => {
                let mut case = CaseFile::open(case).await?;
                let done = case.void_sections(file, &files.options(), &by.act()).await;
                case.close().await;
                report(json, &done?, |done| {
                    format!(
                        "{} void; {} with {}.",
                        counted(done.sections, "section is", "sections are"),
                        counted(done.lines, "line falls", "lines fall"),
                        if done.sections == 1 { "it" } else { "them" }
                    )
                })?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The account of an intake, with the first defects of declarations.
fn received(done: &IntakeReport) -> String {
    const SHOWN: usize = 10;
    let mut text = format!(
        "Received {} with {}.",
        counted(done.sections, "section", "sections"),
        counted(done.lines, "line", "lines")
    );
    if !done.defects.is_empty() {
        text.push_str("\nDeclarations to look at (void a section with `intake void` if the fault is fatal):");
        for (section, defects) in done.defects.iter().take(SHOWN) {
            text.push_str(&format!("\n  section {section}: {}", defects.join("; ")));
        }
        if done.defects.len() > SHOWN {
            let more = (done.defects.len() - SHOWN) as u64;
            text.push_str(&format!("\n  and {}", counted(more, "more section", "more sections")));
        }
    }
    text
}
