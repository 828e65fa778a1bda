//! What a command says: a short account or JSON on standard output, progress on a terminal's standard error.

use std::{
    fs::File,
    io::{BufWriter, IsTerminal, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::failure::Failure;

/// Prints a report: as JSON, or in words.
pub(crate) fn report<T: Serialize>(json: bool, value: &T, words: impl FnOnce(&T) -> String) -> Result<(), Failure> {
    let text = if json { serde_json::to_string_pretty(value).map_err(Failure::ours)? } else { words(value) };
    say(text.trim_end())
}

/// Prints a line; a reader that went away is no fault.
pub(crate) fn say(text: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::write(Path::new("standard output"), &error))
        }
        _ => Ok(()),
    }
}

/// A progress bar on a terminal; nothing in a pipe.
pub(crate) fn bar(what: &'static str, quiet: bool) -> ProgressBar {
    let shown = !quiet && std::io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(0), target);
    if let Ok(style) = ProgressStyle::with_template("{msg:28} {bar:32} {percent:>3}% {elapsed} (about {eta} left)") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}

/// Set when the user presses Ctrl-C; long work looks at it and ends in good order.
pub(crate) fn stop_flag() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&flag);
    ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::Relaxed) {
            // The second time the user means it. Whatever is stored is whole at any instant.
            std::process::exit(130);
        }
    })
    .map_err(Failure::ours)?;
    Ok(flag)
}

/// Writes a whole file under a draft name and then puts it in place, so that no half file is ever seen. What is no
/// regular file (a pipe, a device) is written directly.
pub(crate) fn write_whole(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let direct = std::fs::metadata(path).is_ok_and(|found| !found.is_file());
    let target = if direct { path.to_owned() } else { draft(path) };
    let written = File::create(&target).and_then(|file| {
        let mut writer = BufWriter::new(file);
        content(&mut writer)?;
        let file = writer.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        if direct { Ok(()) } else { file.sync_all().and_then(|()| std::fs::rename(&target, path)) }
    });
    written.map_err(|error| {
        if !direct {
            let _ = std::fs::remove_file(&target);
        }
        Failure::write(path, &error)
    })
}

fn draft(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    // Named after the process, so that two programs that write the same file do not write one draft.
    name.push(format!(".{}.draft", std::process::id()));
    path.with_file_name(name)
}
