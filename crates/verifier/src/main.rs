//! `countersign-verify`: checks a published record, offline.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};
use ledger::{
    Checkpoint, ConsistencyProof, InclusionProof, Opening, SigningKey, VerifyingKey, cosign, read_unverified,
    verify as verify_checkpoint,
};
use verifier::{Known, Record, Report, verify};

/// Checks a published record from nothing but the record.
#[derive(Parser)]
#[command(name = "countersign-verify", version, max_term_width = 100, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    verify: Option<Verify>,
}

#[derive(Args)]
struct Verify {
    /// The certificate, certificate.json.
    certificate: PathBuf,
    /// The folder of the public record.
    #[arg(long)]
    record: PathBuf,
    /// The key of the log, as the office gave it: its line, or a file with it. Without it the record is held against its own key.
    #[arg(long)]
    key: Option<String>,
    /// A checkpoint of this log that you have kept from earlier: the log may only have grown since.
    #[arg(long)]
    seen: Option<PathBuf>,
    /// Report as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// As a witness: sign that you have seen a checkpoint, and that the log only grew since the one you saw before.
    Cosign {
        /// The checkpoint; written anew with your cosignature.
        checkpoint: PathBuf,
        /// The key of the log.
        #[arg(long)]
        log_key: String,
        /// Your own key's file, a witness's.
        #[arg(long)]
        key: PathBuf,
        /// The checkpoint that you cosigned before, if any.
        #[arg(long, requires = "proof")]
        before: Option<PathBuf>,
        /// The proof that the log only grew since then.
        #[arg(long, requires = "before")]
        proof: Option<PathBuf>,
        /// The time to sign, in seconds since 1970-01-01 UTC.
        #[arg(long)]
        time: u64,
    },
    /// Check an event that was opened for a court.
    Opening {
        /// The opening.
        opening: PathBuf,
        /// The proof that its leaf is in the log.
        #[arg(long)]
        proof: PathBuf,
        /// The key of the log.
        #[arg(long)]
        key: String,
    },
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help is an answer; a wrong word is bad input, and its status is that of a record that does not hold.
            let code = u8::from(error.use_stderr());
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let done = match cli {
        Cli { command: Some(command), .. } => command.run(),
        Cli { verify: Some(verify), .. } => verify.run(),
        Cli { .. } => Err("name a certificate and its record, or see --help".to_owned()),
    };
    match done {
        Ok(code) => code,
        Err(why) => {
            eprintln!("countersign-verify: {why}");
            ExitCode::from(1)
        }
    }
}

impl Verify {
    fn run(&self) -> Result<ExitCode, String> {
        let certificate = fs::read(&self.certificate).map_err(|error| named(&self.certificate, error))?;
        let record = Record::read(&self.record).map_err(|error| error.to_string())?;
        let key = self.key.as_deref().map(key_of).transpose()?;
        let seen = match &self.seen {
            None => None,
            Some(path) => Some(seen(path, key.as_ref())?),
        };
        let report = verify(&certificate, &record, &Known { key: key.clone(), seen });
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?);
        } else {
            print!("{}", in_words(&report, key.is_some()));
        }
        Ok(ExitCode::from(u8::from(!report.holds)))
    }
}

impl Command {
    fn run(&self) -> Result<ExitCode, String> {
        match self {
            Self::Cosign { checkpoint, log_key, key, before, proof, time } => {
                let text = text(checkpoint)?;
                let log_key = key_of(log_key)?;
                let now = verify_checkpoint(&text, &log_key).map_err(|error| error.to_string())?;
                if let (Some(before), Some(proof)) = (before, proof) {
                    let old = seen(before, Some(&log_key))?;
                    let proof = ConsistencyProof::from_text(&self::text(proof)?).map_err(|error| error.to_string())?;
                    if !proof.holds(&old, &now) {
                        return Err(
                            "the log did not only grow since the checkpoint seen before; nothing was signed".to_owned()
                        );
                    }
                }
                let own = SigningKey::from_line(&self::text(key)?).map_err(|error| error.to_string())?;
                let signed = cosign(&text, &own, *time).map_err(|error| error.to_string())?;
                fs::write(checkpoint, signed).map_err(|error| named(checkpoint, error))?;
                println!("Cosigned {} events of {}.", now.size, now.origin);
            }
            Self::Opening { opening, proof, key } => {
                let opening: Opening =
                    serde_json::from_str(&text(opening)?).map_err(|error| format!("{}: {error}", opening.display()))?;
                opening.check().map_err(|error| error.to_string())?;
                let proof = InclusionProof::from_text(&text(proof)?).map_err(|error| error.to_string())?;
                let checkpoint =
                    verify_checkpoint(&proof.checkpoint, &key_of(key)?).map_err(|error| error.to_string())?;
                if !proof.holds(opening.leaf.as_bytes(), &checkpoint) {
                    return Err("the proof does not show that this event is in the log".to_owned());
                }
                println!(
                    "The event is number {} of {} in the log {}, and its private part is the one committed to:\n{}",
                    proof.index + 1,
                    checkpoint.size,
                    checkpoint.origin,
                    opening.private
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn in_words(report: &Report, key_known: bool) -> String {
    let mut text = String::new();
    for check in &report.checks {
        let mark = if check.holds { "holds" } else { "FALSE" };
        text.push_str(&format!("{mark}  {}: {}\n       from {}\n", check.name, check.found, check.rests_on));
    }
    if !report.holds {
        text.push_str("\nThe record is false at the last check above; nothing after it was looked at.\n");
        return text;
    }
    text.push_str("\nEvery check holds. What a record cannot show:\n");
    for what in &report.not_shown {
        text.push_str(&format!("  - {what}\n"));
    }
    if !key_known {
        text.push_str("  - whose key it is: ask the office for its key and give it with --key\n");
    }
    text
}

fn seen(path: &Path, key: Option<&VerifyingKey>) -> Result<Checkpoint, String> {
    let text = text(path)?;
    let read = match key {
        Some(key) => verify_checkpoint(&text, key),
        None => read_unverified(&text),
    };
    read.map_err(|error| format!("{}: {error}", path.display()))
}

/// A key given as its line, or as a file that holds it.
fn key_of(given: &str) -> Result<VerifyingKey, String> {
    VerifyingKey::from_line(given)
        .or_else(|error| match fs::read_to_string(given) {
            Ok(text) => VerifyingKey::from_line(&text),
            Err(_) => Err(error),
        })
        .map_err(|error| error.to_string())
}

fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| named(path, error))
}

fn named(path: &Path, error: impl std::fmt::Display) -> String {
    format!("{}: {error}", path.display())
}
