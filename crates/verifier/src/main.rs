//! `countersign-verify`: checks a published record, offline.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};
use ledger::{
    Checkpoint, ConsistencyProof, InclusionProof, Opening, SigningKey, VerifyingKey, agree, cosign, read_unverified,
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
    /// The key of a witness who must have cosigned the checkpoint: its line, or a file with it. As often as there are witnesses.
    #[arg(long)]
    witness: Vec<String>,
    /// Report as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// As a witness: sign that you have seen a checkpoint, and that the log only grew since the one you saw before.
    Cosign {
        /// The checkpoint; your cosignature is added to it.
        checkpoint: PathBuf,
        /// The key of the log.
        #[arg(long)]
        log_key: String,
        /// Your own key's file, a witness's.
        #[arg(long)]
        key: PathBuf,
        /// The checkpoint of this log that you cosigned before.
        #[arg(long, requires = "proof")]
        before: Option<PathBuf>,
        /// The proof that the log only grew since then.
        #[arg(long, requires = "before")]
        proof: Option<PathBuf>,
        /// You have cosigned no checkpoint of this log before, so that there is nothing it could contradict.
        #[arg(long, conflicts_with = "before")]
        first: bool,
        /// The time to sign, in seconds since 1970-01-01 UTC.
        #[arg(long)]
        time: u64,
    },
    /// Check events that were opened for a court: each against the log, and all of them against each other.
    Opening {
        /// The openings. The proof that an event is in the log lies beside its opening, with .tlog-proof behind the name.
        #[arg(required = true)]
        openings: Vec<PathBuf>,
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
        let witnesses = self.witness.iter().map(|key| key_of(key)).collect::<Result<_, _>>()?;
        let report = verify(&certificate, &record, &Known { key: key.clone(), seen, witnesses });
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
            Self::Cosign { checkpoint, log_key, key, before, proof, first, time } => {
                let earlier = before.as_deref().zip(proof.as_deref());
                if earlier.is_none() && !first {
                    return Err("name the checkpoint that you cosigned before with --before and --proof, so that you never sign two logs; or say \
                                with --first that there is none"
                        .to_owned());
                }
                let own = SigningKey::from_line(&text(key)?).map_err(|error| named(key, error))?;
                cosign_grown(checkpoint, &key_of(log_key)?, earlier, &own, *time)?;
            }
            Self::Opening { openings, key } => {
                let key = key_of(key)?;
                let shown = openings.iter().map(|path| opened(path, &key)).collect::<Result<Vec<_>, _>>()?;
                agree(&shown).map_err(|error| error.to_string())?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Adds a cosignature to a checkpoint, once it is found that the log only grew since the earlier one.
fn cosign_grown(
    checkpoint: &Path,
    log_key: &VerifyingKey,
    earlier: Option<(&Path, &Path)>,
    own: &SigningKey,
    time: u64,
) -> Result<(), String> {
    let note = text(checkpoint)?;
    let now = verify_checkpoint(&note, log_key).map_err(|error| named(checkpoint, error))?;
    if let Some((before, proof)) = earlier {
        let old = seen(before, Some(log_key))?;
        let proof = ConsistencyProof::from_text(&text(proof)?).map_err(|error| named(proof, error))?;
        if !proof.holds(&old, &now) {
            return Err("the log did not only grow since the checkpoint seen before; nothing was signed".to_owned());
        }
    }
    let signed = cosign(&note, own, time).map_err(|error| error.to_string())?;
    // Whole or not at all: a checkpoint that is cut off has lost its signatures.
    let mut draft = checkpoint.as_os_str().to_owned();
    draft.push(format!(".{}.draft", std::process::id()));
    let written = fs::write(&draft, signed).and_then(|()| fs::rename(&draft, checkpoint));
    written.map_err(|error| named(checkpoint, error))?;
    println!("Cosigned {} events of {}.", now.size, now.origin);
    Ok(())
}

/// An opening, once it is found to be that of an event in the log.
fn opened(path: &Path, key: &VerifyingKey) -> Result<Opening, String> {
    let opening: Opening = serde_json::from_str(&text(path)?).map_err(|error| named(path, error))?;
    opening.check().map_err(|error| named(path, error))?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".tlog-proof");
    let beside = PathBuf::from(beside);
    let proof = InclusionProof::from_text(&text(&beside)?).map_err(|error| named(&beside, error))?;
    let checkpoint = verify_checkpoint(&proof.checkpoint, key).map_err(|error| named(&beside, error))?;
    if !proof.holds(opening.leaf.as_bytes(), &checkpoint) {
        return Err(named(&beside, "the proof does not show that this event is in the log"));
    }
    println!(
        "The event is number {} of {} in the log {}, and its private part is the one committed to:\n{}",
        proof.index + 1,
        checkpoint.size,
        checkpoint.origin,
        opening.private
    );
    Ok(opening)
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
