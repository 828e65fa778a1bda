//! `countersign office`: the accounts of an office, as a file.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::Timestamp;

use super::case::{backed_up, restored};
use crate::{failure::Failure, output::report};

#[derive(Subcommand)]
pub(crate) enum Office {
    /// Make a backup of the accounts, while the server runs. Sessions and slips stay out of it.
    Backup {
        /// The accounts.
        office: PathBuf,
        /// The backup to make; its manifest is made beside it.
        #[arg(long)]
        out: PathBuf,
    },
    /// Restore the accounts from a backup. Everybody signs in anew.
    Restore {
        /// The backup.
        backup: PathBuf,
        /// The file to make.
        #[arg(long)]
        to: PathBuf,
    },
}

impl Office {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        match self {
            Self::Backup { office, out } => {
                let made = server::back_up_accounts(office, out, Timestamp::now()).await;
                report(json, &made.map_err(Failure::input)?, backed_up)
            }
            Self::Restore { backup, to } => {
                let done = server::restore_accounts(backup, to).await;
                report(json, &done.map_err(Failure::input)?, restored)
            }
        }
    }
}
