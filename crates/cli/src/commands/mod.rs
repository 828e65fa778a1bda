//! The verbs, one module each.

mod audit;
mod candidates;
mod case;
mod certify;
mod claims;
mod compare;
mod decide;
mod demo;
mod examine;
mod images;
mod intake;
mod keeping;
mod key;
mod ledger;
mod matches;
mod office;
mod packs;
mod publish;
mod roll;
mod rules;
mod sample;
mod serve;
mod synth;

use std::{path::PathBuf, process::ExitCode};

use casework::{
    Act,
    files::{ColumnMap, Encoding, ReadOptions},
};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;

use crate::{failure::Failure, output::say};
use serve::Serve;

/// Takes a petition from the boxes on the counter to a certified answer that both sides can check.
#[derive(Parser)]
#[command(name = "countersign", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Report as JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Do the whole job on a synthetic county, ending in a certificate.
    Demo(demo::Demo),
    /// Write a synthetic county: roll, petition, findings, truth.
    Synth(synth::Synth),
    /// Voter file to sealed snapshot; what is in it; find a person.
    #[command(subcommand)]
    Roll(roll::Roll),
    /// Look the signers of lines up in a roll, and propose.
    Match(matches::Matches),
    /// Open a case; see where it stands; rebuild its tables from its events.
    #[command(subcommand)]
    Case(case::Case),
    /// Receive sections and lines, count them, take in withdrawals.
    #[command(subcommand)]
    Intake(intake::Intake),
    /// Take in decisions made elsewhere.
    Decide(decide::Decide),
    /// The public sample: seal the list, draw, project.
    #[command(subcommand)]
    Sample(sample::Sample),
    /// The risk-limiting check of an outcome.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Check the invariants and write the certificate.
    Certify(certify::Certify),
    /// What an examination or a court would have to find for the outcome to change.
    Examine(examine::Examine),
    /// Write the public record, with which anybody can check the certificate.
    Publish(publish::Publish),
    /// Make the key that signs a case's log, or a witness's key.
    #[command(subcommand)]
    Key(key::Key),
    /// The log of a case: signed checkpoints, proofs, and events opened for a court.
    #[command(subcommand)]
    Ledger(ledger::Ledger),
    /// Hold the figures of articles and tables against a certificate.
    Claims(claims::Claims),
    /// The law as data: thresholds, clocks, what each rule rests on.
    #[command(subcommand)]
    Rules(rules::Rules),
    /// The accounts of an office: make a backup of them, restore them.
    #[command(subcommand)]
    Office(office::Office),
    /// Serve cases to the workstations of an office.
    Serve(Box<Serve>),
    /// Write a completion script for a shell to standard output.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder.
    Man {
        /// The folder.
        dir: PathBuf,
    },
}

/// Runs a parsed command.
pub(crate) fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let json = cli.json;
    if let Command::Serve(serve) = cli.command {
        return serve.run().map(|()| ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::ours)?;
    if let Command::Demo(demo) = cli.command {
        let serve = runtime.block_on(demo.run(json))?;
        return serve.map_or(Ok(()), Serve::run).map(|()| ExitCode::SUCCESS);
    }
    runtime.block_on(async {
        match cli.command {
            Command::Synth(synth) => synth.run(json)?,
            Command::Roll(roll) => roll.run(json)?,
            Command::Match(matches) => matches.run(json).await?,
            Command::Case(case) => case.run(json).await?,
            Command::Office(office) => office.run(json).await?,
            Command::Intake(intake) => return intake.run(json).await,
            Command::Decide(decide) => decide.run(json).await?,
            Command::Certify(certify) => certify.run(json).await?,
            Command::Sample(sample) => sample.run(json).await?,
            Command::Audit(audit) => audit.run(json).await?,
            Command::Examine(examine) => examine.run(json).await?,
            Command::Publish(publish) => publish.run(json).await?,
            Command::Key(key) => key.run(json)?,
            Command::Ledger(ledger) => ledger.run(json).await?,
            Command::Claims(claims) => return claims.run(json),
            Command::Rules(rules) => return rules.run(json).await,
            // Have seen to their runtimes, above.
            Command::Serve(_) | Command::Demo(_) => {}
            Command::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut Cli::command(), "countersign", &mut script);
                say(&String::from_utf8_lossy(&script))?;
            }
            Command::Man { dir } => {
                std::fs::create_dir_all(&dir).map_err(|error| Failure::write(&dir, &error))?;
                clap_mangen::generate_to(Cli::command(), &dir).map_err(|error| Failure::write(&dir, &error))?;
                say(&format!(
                    "Manual pages are in {}; read them with man -l {}/countersign.1",
                    dir.display(),
                    dir.display()
                ))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Who acts, and when it is recorded.
#[derive(Args)]
struct By {
    /// The account that the act is recorded under; by default the one you are logged in with.
    #[arg(long)]
    actor: Option<String>,
    /// The instant to record, as in 2022-07-06T17:00:00Z; by default now.
    #[arg(long)]
    at: Option<Timestamp>,
}

impl By {
    fn act(&self) -> Act {
        let logged_in = || std::env::var("USER").ok().filter(|user| !user.is_empty());
        Act {
            actor: self.actor.clone().or_else(logged_in).unwrap_or_else(|| "office".to_owned()),
            at: self.at.unwrap_or_else(Timestamp::now),
        }
    }
}

/// How to read a file that is handed in.
#[derive(Args)]
struct FileArgs {
    /// The file's columns, where they have other names than ours: ours=theirs,...
    #[arg(long, default_value = "", hide_default_value = true)]
    columns: ColumnMap,
    /// The file's encoding.
    #[arg(long, value_enum, default_value = "utf-8")]
    encoding: EncodingArg,
}

impl FileArgs {
    fn options(&self) -> ReadOptions {
        let encoding = match self.encoding {
            EncodingArg::Utf8 => Encoding::Utf8,
            EncodingArg::Latin1 => Encoding::Latin1,
            EncodingArg::Utf16 => Encoding::Utf16,
        };
        ReadOptions { encoding, columns: self.columns.clone() }
    }
}

/// How the bytes of a file stand for letters.
#[derive(Clone, Copy, ValueEnum)]
enum EncodingArg {
    /// UTF-8, with or without a byte-order mark.
    #[value(name = "utf-8")]
    Utf8,
    /// ISO 8859-1 as Windows writes it.
    #[value(name = "latin1")]
    Latin1,
    /// UTF-16, as spreadsheets write "Unicode text".
    #[value(name = "utf-16")]
    Utf16,
}

/// A sealed roll on disk.
fn open_roll(path: &std::path::Path) -> Result<::roll::Snapshot, Failure> {
    ::roll::Snapshot::open(path).map_err(Failure::input)
}
