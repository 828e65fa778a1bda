//! House-keeping of the project: commands for those who develop it, none for those who use it.

mod bench;
mod bench_matching;
mod bench_signatures;
mod curve;
mod killed;
mod load;
mod measure;
mod peer_county;
mod peers;
mod pictures;
mod scaling;
mod score;
mod table;
mod tamper;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "House-keeping commands of the project")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Hold matches against the truth of a synthetic county: precision, recall, and where it goes wrong.
    Score(score::Arguments),
    /// Time each step of the whole path on a synthetic county.
    Bench(bench::Arguments),
    /// Measure matching beside the tools that a user would otherwise pick, over the same county.
    BenchMatching(bench_matching::Arguments),
    /// Measure what a line costs as the roll grows.
    Scaling(scaling::Arguments),
    /// Change a public record in a million ways, each of which its check must find.
    Tamper(tamper::Arguments),
    /// Simulated reviewers at work on a served case: what they wait for, and that nothing acknowledged is lost.
    Load(load::Arguments),
    /// Tell signatures of one hand from those of others: how well, and how fast.
    BenchSignatures(bench_signatures::Arguments),
    /// A served case whose server is killed under load: nothing acknowledged is lost.
    Killed(killed::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Score(arguments) => score::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::BenchMatching(arguments) => bench_matching::run(&arguments),
        Command::Scaling(arguments) => scaling::run(&arguments),
        Command::Tamper(arguments) => tamper::run(&arguments),
        Command::Load(arguments) => load::run(&arguments),
        Command::BenchSignatures(arguments) => bench_signatures::run(&arguments),
        Command::Killed(arguments) => killed::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
