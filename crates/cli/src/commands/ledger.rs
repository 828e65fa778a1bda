//! `countersign ledger`: what of a case's log is handed out while the case goes on.

use std::path::PathBuf;

use casework::{CaseFile, Place};
use clap::Subcommand;
use ledger::{
    Checkpoint, ConsistencyProof, Hash, InclusionProof, SigningKey, consistency, hex, inclusion, root_of, sign,
};
use serde::Serialize;

use super::key::{Readers, read_key, write_new};
use crate::{failure::Failure, output::report};

#[derive(Subcommand)]
pub(crate) enum Ledger {
    /// Sign the state of the log, to be handed to both sides and to witnesses.
    Checkpoint {
        /// The case.
        case: Place,
        /// The key's file.
        #[arg(long)]
        key: PathBuf,
        /// The file to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Prove that the log only grew since it had so many events.
    Grown {
        /// The case.
        case: Place,
        /// The size in the earlier checkpoint.
        #[arg(long)]
        since: u64,
        /// The key's file.
        #[arg(long)]
        key: PathBuf,
        /// The file to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Open one event for a court: its private part, with the salts that show it to be the one recorded. Names people.
    Open {
        /// The case.
        case: Place,
        /// The number of the event.
        #[arg(long)]
        event: u64,
        /// The key's file.
        #[arg(long)]
        key: PathBuf,
        /// The file to write. The proof that the event is in the log goes beside it, with .tlog-proof behind its name.
        #[arg(long)]
        out: PathBuf,
    },
}

/// The state that a file speaks of.
#[derive(Serialize)]
struct State {
    log: String,
    events: u64,
    root: String,
}

impl Ledger {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        let (case, key) = match self {
            Self::Checkpoint { case, key, .. } | Self::Grown { case, key, .. } | Self::Open { case, key, .. } => {
                (case, key)
            }
        };
        let key = read_key(key)?;
        let case = CaseFile::open(case).await?;
        let done = self.write(&case, &key).await;
        case.close().await;
        report(json, &done?, |state| {
            format!("The log {} has {} events and the root {}.", state.log, state.events, state.root)
        })
    }

    async fn write(&self, case: &CaseFile, key: &SigningKey) -> Result<State, Failure> {
        let leaves = case.leaf_hashes().await?;
        let (checkpoint, note) = signed(&leaves, key)?;
        let state = State { log: checkpoint.origin, events: checkpoint.size, root: hex(&checkpoint.root) };
        // Into files that do not exist yet: neither the case nor the key is ever written over. What names people only its owner can read.
        match self {
            Self::Checkpoint { out, .. } => write_new(out, &note, Readers::All)?,
            Self::Grown { since, out, .. } => {
                let path = consistency(&leaves, *since).ok_or_else(|| {
                    Failure::input(format!("the log has {} events; name an earlier size from 1 on", leaves.len()))
                })?;
                write_new(out, &ConsistencyProof { old: *since, path, checkpoint: note }.to_text(), Readers::All)?;
            }
            Self::Open { event, out, .. } => {
                let no_such = || Failure::input(format!("there is no event {event}; the log has {}", leaves.len()));
                let shown = case.open_event(*event).await?.ok_or_else(no_such)?;
                let index = event - 1;
                let path = inclusion(&leaves, index).ok_or_else(no_such)?;
                write_new(out, &(serde_json::to_string_pretty(&shown).map_err(Failure::ours)? + "\n"), Readers::Owner)?;
                let mut beside = out.file_name().unwrap_or_default().to_owned();
                beside.push(".tlog-proof");
                write_new(
                    &out.with_file_name(beside),
                    &InclusionProof { index, path, checkpoint: note }.to_text(),
                    Readers::All,
                )?;
            }
        }
        Ok(state)
    }
}

/// The checkpoint over these leaves, and the note that signs it.
pub(super) fn signed(leaves: &[Hash], key: &SigningKey) -> Result<(Checkpoint, String), Failure> {
    let origin = key.verifying().name().to_owned();
    let checkpoint = Checkpoint { origin, size: leaves.len() as u64, root: root_of(leaves) };
    let note = sign(&checkpoint, key).map_err(Failure::input)?;
    Ok((checkpoint, note))
}
