//! The program `countersign`: the verbs of the office on the command line. It has no rules of its own.

mod commands;
mod failure;
mod output;

use std::process::ExitCode;

use clap::{Parser, error::ErrorKind};

use commands::Cli;
use failure::without_passwords;

/// Millions of names and addresses are taken apart; this memory manager does that a tenth faster than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        // A panic is our fault: say so, without the values that may stand in it.
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("countersign: an internal error at {place}; what was stored before is safe. Please report it.");
    }));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let said = error.render().to_string();
            let safe = without_passwords(&said);
            if safe == said {
                let _ = error.print();
            } else {
                eprint!("{safe}");
            }
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return ExitCode::from(u8::from(!asked));
        }
    };
    match std::panic::catch_unwind(|| commands::run(cli)) {
        Ok(Ok(code)) => code,
        Ok(Err(failure)) => {
            eprintln!("countersign: {}", without_passwords(&failure.to_string()));
            failure.exit_code()
        }
        Err(_) => ExitCode::from(2),
    }
}
