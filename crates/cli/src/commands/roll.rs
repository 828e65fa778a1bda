//! `countersign roll`: voter file to sealed snapshot; what is in it; find a person.

use std::{
    fmt,
    io::BufRead,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use jiff::civil::Date;
use law::{counted, grouped};
use roll::{Encoding, ImportError, ImportOptions, ImportReport, Layout, Progress, Searcher, Snapshot};
use serde::Serialize;

use super::{EncodingArg, open_roll};
use crate::{
    failure::Failure,
    output::{bar, report, say, stop_flag},
};

#[derive(Subcommand)]
pub(crate) enum Roll {
    /// Import a voter file.
    Import(Import),
    /// What a roll holds.
    Info {
        /// The roll.
        roll: PathBuf,
        /// Read the whole file and check its digest.
        #[arg(long)]
        verify: bool,
    },
    /// Find voters, the best first: each word must begin a name, a part of the address or the voter number, or be the
    /// year of birth.
    Search {
        /// The roll.
        roll: PathBuf,
        /// The words. Without any, each line of standard input is a search; with --json each answer is then one line.
        query: Vec<String>,
        /// How many to show.
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// The layouts that are built in.
    Layouts,
}

#[derive(Args)]
pub(crate) struct Import {
    /// The voter file: CSV or as its layout says.
    file: PathBuf,
    /// The roll to write. A roll that stands there is replaced, and no other file.
    #[arg(long)]
    out: PathBuf,
    /// A built-in layout by name, or a mapping file (.toml).
    #[arg(long, default_value = "generic", conflicts_with = "columns")]
    layout: String,
    /// In place of a layout: ours=theirs,...
    #[arg(long)]
    columns: Option<String>,
    /// The file's encoding, where it is not the layout's.
    #[arg(long, value_enum)]
    encoding: Option<EncodingArg>,
}

impl Roll {
    pub(crate) fn run(&self, json: bool) -> Result<(), Failure> {
        match self {
            Self::Import(import) => {
                let layout = import.layout()?;
                let encoding = import.encoding.map(|encoding| match encoding {
                    EncodingArg::Utf8 => Encoding::Utf8,
                    EncodingArg::Latin1 => Encoding::Latin1,
                    EncodingArg::Utf16 => Encoding::Utf16,
                });
                let done = run_import(&import.file, &layout, encoding, &import.out, stop_flag()?, json)?;
                report(json, &done, |done| imported(done, &import.out))
            }
            Self::Info { roll, verify } => {
                let snapshot = open_roll(roll)?;
                if *verify {
                    snapshot.verify().map_err(Failure::input)?;
                }
                report(json, &snapshot.info(), |info| {
                    let status = &info.by_status;
                    format!(
                        "{}: {} active, {} inactive, {} pending, {} canceled\nlayout {}, {} refused at import\ndigest {}{}",
                        counted(info.rows_kept, "voter", "voters"),
                        grouped(status.active),
                        grouped(status.inactive),
                        grouped(status.pending),
                        grouped(status.canceled),
                        info.layout,
                        counted(info.rows_refused, "row", "rows"),
                        info.digest,
                        if *verify { " (checked against the whole file)" } else { "" }
                    )
                })
            }
            Self::Search { roll, query, limit } => {
                let snapshot = open_roll(roll)?;
                let searcher = Searcher::new(&snapshot);
                if query.is_empty() {
                    return search_each_line(&snapshot, &searcher, *limit, json);
                }
                let answer = Answer::of(&snapshot, &searcher, &query.join(" "), *limit);
                report(json, &answer, ToString::to_string)
            }
            Self::Layouts => {
                for name in Layout::presets() {
                    let title = Layout::preset(name).map(|layout| layout.title().to_owned()).unwrap_or_default();
                    say(&format!("{name:12} {title}"))?;
                }
                Ok(())
            }
        }
    }
}

impl Import {
    fn layout(&self) -> Result<Layout, Failure> {
        if let Some(columns) = &self.columns {
            return Layout::from_columns(columns).map_err(Failure::input);
        }
        if Path::new(&self.layout).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
            let text = std::fs::read_to_string(&self.layout)
                .map_err(|error| Failure::input(format!("{}: {error}", self.layout)))?;
            return Layout::from_toml(&text, &self.layout).map_err(Failure::input);
        }
        Layout::preset(&self.layout).ok_or_else(|| {
            let names: Vec<_> = Layout::presets().collect();
            Failure::input(format!(
                "there is no layout {}; there are {}, or name a mapping file ending in .toml",
                self.layout,
                names.join(", ")
            ))
        })
    }
}

/// Answers each line of standard input.
fn search_each_line(snapshot: &Snapshot, searcher: &Searcher<'_>, limit: usize, json: bool) -> Result<(), Failure> {
    for query in std::io::stdin().lock().lines() {
        let query = query.map_err(|error| Failure::input(format!("standard input: {error}")))?;
        let answer = Answer::of(snapshot, searcher, &query, limit);
        if json {
            let text = serde_json::to_string(&answer).map_err(|error| Failure::input(error.to_string()))?;
            say(&text)?;
        } else {
            say(&format!("{answer}\n"))?;
        }
    }
    Ok(())
}

/// What a search found.
#[derive(Serialize)]
struct Answer {
    voters: Vec<Found>,
    /// Whether there are more, or may be.
    more: bool,
}

impl Answer {
    fn of(snapshot: &Snapshot, searcher: &Searcher<'_>, query: &str, limit: usize) -> Self {
        let roll::Found { rows, more } = searcher.find(query, limit);
        Self { voters: rows.into_iter().map(|row| Found::of(snapshot, row)).collect(), more }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.voters.is_empty() {
            return out.write_str(if self.more {
                "Nobody was found, but these words are too common to look at everybody: add another."
            } else {
                "Nobody on the roll answers to all of these words."
            });
        }
        for (voter, at) in self.voters.iter().zip(1..) {
            let Found { voter_id, name, address, status, birth_year, .. } = voter;
            let end = if at < self.voters.len() { "\n" } else { "" };
            write!(out, "{voter_id:12} {name} · {address} · {} · born {birth_year}{end}", status.name())?;
        }
        if self.more {
            out.write_str("\nThere are more; add a word, or --limit.")?;
        }
        Ok(())
    }
}

/// A voter as an official sees them in a list.
#[derive(Serialize)]
struct Found {
    voter_id: String,
    name: String,
    address: String,
    status: roll::Status,
    birth_year: String,
    registered_on: Option<Date>,
}

impl Found {
    fn of(snapshot: &Snapshot, row: u32) -> Self {
        let voter = snapshot.voter(row);
        let address = &voter.address;
        Self {
            voter_id: voter.voter_id.to_owned(),
            name: voter.full_name(),
            address: format!("{} {}", address.street_line(), address.locality_line()),
            status: voter.status,
            birth_year: voter.birth_date.map_or_else(String::new, |born| born.year().to_string()),
            registered_on: voter.registered_on,
        }
    }
}

struct Watch {
    bar: ProgressBar,
    stop: Arc<AtomicBool>,
}

impl Progress for Watch {
    fn advance(&self, bytes: u64, of: u64) {
        self.bar.set_length(of);
        self.bar.set_position(bytes);
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Imports with a progress bar; stopped by the flag.
pub(crate) fn run_import(
    file: &Path,
    layout: &Layout,
    encoding: Option<Encoding>,
    out: &Path,
    stop: Arc<AtomicBool>,
    quiet: bool,
) -> Result<ImportReport, Failure> {
    let watch = Watch { bar: bar("Importing the roll", quiet), stop };
    let options = ImportOptions { encoding, ..ImportOptions::default() };
    let done = roll::import(file, layout, &options, out, &watch);
    watch.bar.finish_and_clear();
    done.map_err(|error| match error {
        ImportError::Cancelled => Failure::Stopped,
        // These name their file themselves.
        error @ (ImportError::Read { .. }
        | ImportError::Write { .. }
        | ImportError::OutIsSource { .. }
        | ImportError::OutIsOther { .. }
        | ImportError::Empty { .. }
        | ImportError::NoRows { .. }
        | ImportError::Utf16 { .. }) => Failure::input(error),
        error => Failure::input(format!("{}: {error}", file.display())),
    })
}

fn imported(done: &ImportReport, out: &Path) -> String {
    const SHOWN: usize = 10;
    let status = &done.by_status;
    let mut text = format!(
        "{} imported to {}: {} active, {} inactive, {} pending, {} canceled.\ndigest {}",
        counted(done.rows_kept, "voter", "voters"),
        out.display(),
        grouped(status.active),
        grouped(status.inactive),
        grouped(status.pending),
        grouped(status.canceled),
        done.digest
    );
    if done.rows_refused > 0 {
        text.push_str(&format!("\n{} kept out:", counted(done.rows_refused, "row was", "rows were")));
        for refused in done.refused.iter().take(SHOWN) {
            text.push_str(&format!("\n  row {} (line {}): {}", refused.row, refused.line, refused.because));
        }
        if done.rows_refused > SHOWN as u64 {
            text.push_str("\n  --json lists more");
        }
    }
    for (reason, count) in &done.warnings_by_reason {
        text.push_str(&format!("\n{} left empty: {reason}", counted(*count, "field", "fields")));
    }
    text
}
