//! `countersign decide`: decisions made elsewhere, taken in whole or not at all.

use std::path::PathBuf;

use casework::{CaseFile, Place};
use clap::Args;

use super::{By, FileArgs, open_roll};
use crate::{failure::Failure, output::report};

#[derive(Args)]
pub(crate) struct Decide {
    /// The case.
    case: Place,
    /// The decisions: section,line,disposition,reason,voter_id,reviewer,decided_at,note.
    decisions: PathBuf,
    /// The roll that the case rests on.
    #[arg(long)]
    roll: PathBuf,
    /// Take earlier decisions on the same lines back, for this reason.
    #[arg(long, value_name = "REASON")]
    supersede: Option<String>,
    #[command(flatten)]
    files: FileArgs,
    #[command(flatten)]
    by: By,
}

impl Decide {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        let snapshot = open_roll(&self.roll)?;
        let mut case = CaseFile::open(&self.case).await?;
        let done = case
            .decide(&self.decisions, &self.files.options(), &snapshot, self.supersede.as_deref(), &self.by.act())
            .await;
        case.close().await;
        report(json, &done?, |done| {
            let superseded = match done.superseded {
                0 => String::new(),
                count => format!(", {} taken back", law::counted(count, "earlier one", "earlier ones")),
            };
            format!(
                "{} taken in{superseded}. {} decided, {} not.",
                law::counted(done.decisions, "decision", "decisions"),
                law::counted(done.decided, "line is", "lines are"),
                law::counted(done.undecided, "is", "are")
            )
        })
    }
}
