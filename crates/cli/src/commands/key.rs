//! `countersign key`: the keys that sign a log, and those of witnesses.

use std::{
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
};

use clap::Subcommand;
use ledger::{SignatureKind, SigningKey};
use serde::Serialize;

use crate::{failure::Failure, output::report};

#[derive(Subcommand)]
pub(crate) enum Key {
    /// Make a key in a new file that only you can read. One key signs the log of one case.
    New {
        /// Its name, which becomes the log's name, as in county.example/recall-2022.
        name: String,
        /// The file to make. The public half goes beside it, with .pub behind its name.
        #[arg(long)]
        out: PathBuf,
        /// Make a witness's key, which signs that a checkpoint was seen, and when.
        #[arg(long)]
        witness: bool,
    },
}

#[derive(Serialize)]
struct Made {
    key: String,
}

impl Key {
    pub(crate) fn run(&self, json: bool) -> Result<(), Failure> {
        let Self::New { name, out, witness } = self;
        let kind = if *witness { SignatureKind::Witness } else { SignatureKind::Log };
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| Failure::ours(format!("the system gives no chance: {error}")))?;
        let key = SigningKey::from_seed(name, kind, &seed).map_err(Failure::input)?;
        let public = key.verifying().to_line();
        let mut beside = out.file_name().unwrap_or_default().to_owned();
        beside.push(".pub");
        let beside = out.with_file_name(beside);
        write_new(out, &format!("{}\n", key.to_line()), Readers::Owner)?;
        if let Err(failure) = write_new(&beside, &format!("{public}\n"), Readers::All) {
            // Half a pair is worse than none: it was made just now, and signs nothing yet.
            let _ = std::fs::remove_file(out);
            return Err(failure);
        }
        report(json, &Made { key: public }, |made| {
            format!("Made the key {}.\nPublish this line; keep {} where only you can read it.", made.key, out.display())
        })
    }
}

/// Reads the key that signs.
pub(super) fn read_key(path: &Path) -> Result<SigningKey, Failure> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::input(format!("{shown}: {error}")))?;
    SigningKey::from_line(&text).map_err(|error| Failure::input(format!("{shown}: {error}")))
}

/// Who may read a new file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// Its owner alone: it holds a secret, or names people.
    Owner,
    /// Whoever the folder lets in: it is handed out.
    All,
}

/// Writes a text into a file that does not exist yet.
pub(super) fn write_new(path: &Path, text: &str, readers: Readers) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::input(format!(
            "{} is there already and stays as it is; name another file with --out",
            path.display()
        )),
        _ => Failure::write(path, &error),
    })
}
