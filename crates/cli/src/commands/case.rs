//! `countersign case`: open a case, see where it stands, rebuild its tables.

use std::path::{Path, PathBuf};

use casework::{CaseFacts, CaseFile, Manifest, Place, Status};
use clap::Subcommand;
use jiff::Timestamp;
use law::{counted, grouped};

use super::{
    By,
    keeping::{Accesses, Destroy, Retention},
    packs::pack_for,
    rules::cited,
};
use crate::{failure::Failure, output::report};

#[derive(Subcommand)]
pub(crate) enum Case {
    /// Open a case in a new file, or on a PostgreSQL server.
    New {
        /// The file to make, or postgres://user@host/database#NAME for a case of this name on a PostgreSQL server; every command takes both.
        case: Place,
        /// The facts, as JSON: petition, rules, registered_voters (or votes_cast, population), and the days by name, filed_on among them.
        #[arg(long)]
        facts: PathBuf,
        /// A file of 64 hexadecimal digits from which the salts of the public record will come; by default they are taken by chance. Only for
        /// repeating a case that holds no real voters.
        #[arg(long)]
        secret_file: Option<PathBuf>,
        #[command(flatten)]
        by: By,
    },
    /// Where a case stands.
    Status {
        /// The case.
        case: Place,
    },
    /// Derive the tables from the events, compare, and mend them where they differ.
    Rebuild {
        /// The case.
        case: Place,
    },
    /// Make a backup of a case in a file, while others work at it.
    Backup {
        /// The case.
        case: Place,
        /// The backup to make; its manifest is made beside it.
        #[arg(long)]
        out: PathBuf,
    },
    /// Restore a case from a backup, into a file that is not there yet.
    Restore {
        /// The backup.
        backup: PathBuf,
        /// The file to make.
        #[arg(long)]
        to: Place,
    },
    /// Open a certified case again, for a reason that the record keeps.
    Reopen {
        /// The case.
        case: Place,
        /// Why; printed on the certificate that will replace this one, so name no voter.
        #[arg(long)]
        because: String,
        #[command(flatten)]
        by: By,
    },
    /// Write the log of looks at voters' records to a file. That it was taken out is on record.
    Accesses(Accesses),
    /// How long a case is kept, and what stands in the way of its destruction.
    Retention(Retention),
    /// Destroy a case whose time is over, with its images. A certificate of what is destroyed is on disk before anything goes.
    Destroy(Destroy),
}

impl Case {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        match self {
            Self::New { case, facts, secret_file, by } => {
                let facts = read_facts(facts)?;
                let pack = pack_for(&facts)?;
                let case = CaseFile::new_case(case, &facts, &pack, secret(secret_file.as_deref())?, &by.act()).await?;
                let status = case.status();
                case.close().await;
                report(json, &status, |status| {
                    format!(
                        "Opened a case under {}: {} required.",
                        status.rule_pack,
                        counted(status.required, "signature is", "signatures are"),
                    )
                })
            }
            Self::Status { case } => {
                let case = CaseFile::open(case).await?;
                let status = case.status();
                case.close().await;
                report(json, &status, standing)
            }
            Self::Rebuild { case } => {
                let mut case = CaseFile::open(case).await?;
                let done = case.rebuild().await;
                case.close().await;
                report(json, &done?, |done| {
                    let rows: u64 = done.rows.values().sum();
                    let mended: u64 = done.mended.values().sum();
                    if mended == 0 {
                        format!(
                            "{} from {}, and the tables agree.",
                            counted(rows, "row follows", "rows follow"),
                            counted(done.events, "event", "events")
                        )
                    } else {
                        format!(
                            "{} from {}; {} did not agree and {} written anew.",
                            counted(rows, "row follows", "rows follow"),
                            counted(done.events, "event", "events"),
                            grouped(mended),
                            if mended == 1 { "was" } else { "were" }
                        )
                    }
                })
            }
            Self::Accesses(accesses) => accesses.run(json).await,
            Self::Retention(retention) => retention.run(json).await,
            Self::Destroy(destroy) => destroy.run(json).await,
            Self::Backup { case, out } => {
                let made = casework::back_up_case(case, out, Timestamp::now()).await;
                report(json, &made.map_err(Failure::input)?, backed_up)
            }
            Self::Restore { backup, to } => {
                let done = casework::restore_case(backup, to).await;
                report(json, &done.map_err(Failure::input)?, restored)
            }
            Self::Reopen { case, because, by } => {
                let mut case = CaseFile::open(case).await?;
                let done = case.reopen(because, &by.act()).await;
                let status = case.status();
                case.close().await;
                done?;
                report(json, &status, |_| {
                    "The case is open again; the certificate stays on record until another replaces it.".to_owned()
                })
            }
        }
    }
}

/// What is said of a backup.
pub(crate) fn backed_up(made: &Manifest) -> String {
    format!(
        "Backed up {} and found whole: {} bytes with the SHA-256 {}.",
        counted(made.events, "event", "events"),
        grouped(made.bytes),
        made.sha256
    )
}

/// What is said of what was restored.
pub(crate) fn restored(done: &Manifest) -> String {
    format!("Restored {} of {} and found whole.", counted(done.events, "event", "events"), done.made_at)
}

/// The facts of a case from their file.
pub(crate) fn read_facts(path: &Path) -> Result<CaseFacts, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::input(format!("{}: {error}", path.display())))?;
    serde_json::from_str(&text).map_err(|error| Failure::input(format!("{}: {error}", path.display())))
}

fn standing(status: &Status) -> String {
    let mut text = format!(
        "{}\n{} under {}\n\n  {:24} {:>12}\n  {:24} {:>12}\n  {:24} {:>12}\n  {:24} {:>12}\n  {:24} {:>12}\n  {:24} {:>12}\n  {:24} {:>12}\n",
        status.petition.title,
        phase(status.phase),
        status.rule_pack,
        "sections",
        grouped(status.sections),
        "lines",
        grouped(status.lines),
        "searched",
        grouped(status.searched),
        "valid so far",
        grouped(status.valid),
        "invalid so far",
        grouped(status.invalid),
        "undecided",
        grouped(status.undecided),
        "required",
        grouped(status.required),
    );
    for (category, count) in status.invalid_by_category.iter().filter(|(_, count)| **count > 0) {
        text.push_str(&format!("    {category:22} {:>12}\n", grouped(*count)));
    }
    if let Some(stop) = &status.early_stop {
        text.push_str(&format!(
            "\nThe law lets the examination end once {} valid: {}.\nA certificate is given here only when every line is decided.\n",
            counted(stop.valid, "signature is", "signatures are"),
            cited(&stop.rule)
        ));
    }
    text
}

fn phase(phase: &str) -> &'static str {
    match phase {
        "receiving" => "Receiving sections",
        "examining" => "Examining lines",
        "not_accepted" => "Not accepted: too few signatures",
        _ => "Certified",
    }
}

/// The secret of a new case: from a file, or from the system's source of chance.
fn secret(file: Option<&Path>) -> Result<[u8; 32], Failure> {
    let Some(file) = file else {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| Failure::ours(format!("the system gives no chance: {error}")))?;
        return Ok(bytes);
    };
    let shown = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| Failure::input(format!("{shown}: {error}")))?;
    ledger::from_hex(text.trim())
        .ok_or_else(|| Failure::input(format!("{shown} is no secret; it holds 64 hexadecimal digits in lower case")))
}
