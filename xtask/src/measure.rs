//! What a program needs to run: wall time, processor time, greatest memory. GNU time measures each child by itself.

use std::{
    ffi::OsStr,
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

const TIME: &str = "/usr/bin/time";

/// What one run of a program needed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cost {
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Seconds of processor time, the system's work for it included.
    pub(crate) cpu: f64,
    /// The greatest resident memory in MB (10^6 bytes); pages of mapped files that were touched are in it.
    pub(crate) memory_mb: f64,
}

/// Whether children can be measured here; says what is needed if not.
pub(crate) fn ready() -> Result<()> {
    let version = Command::new(TIME).arg("--version").output();
    match version {
        Ok(output) if output.status.success() => Ok(()),
        _ => bail!("{TIME} is not GNU time; install it, for instance with: apt-get install time"),
    }
}

/// Runs a program to its end, its output and complaints written to `log`; gives what it needed. `log` names the file
/// to look into after a failure.
pub(crate) fn run<S: AsRef<OsStr>>(program: &Path, arguments: &[S], log: &Path) -> Result<Cost> {
    let figures = PathBuf::from(format!("{}.time", log.display()));
    let output = File::create(log).with_context(|| log.display().to_string())?;
    let complaints = output.try_clone()?;
    let began = Instant::now();
    let status = Command::new(TIME)
        .args(["--output".as_ref(), figures.as_os_str(), "--format=%U %S %M".as_ref()])
        .arg(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(complaints)
        .status()
        .with_context(|| format!("starting {TIME}"))?;
    let wall = began.elapsed().as_secs_f64();
    ensure!(status.success(), "{} failed ({status}); see {}", program.display(), log.display());
    let text = std::fs::read_to_string(&figures).with_context(|| figures.display().to_string())?;
    let (cpu, memory_mb) = read_figures(&text).with_context(|| format!("reading {}", figures.display()))?;
    Ok(Cost { wall, cpu, memory_mb })
}

/// How long it takes to read every record of a CSV file on one thread with the csv crate, and how many there are.
pub(crate) fn read_once(path: &Path) -> Result<(Duration, u64)> {
    let began = Instant::now();
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    let (mut record, mut rows) = (csv::ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record).with_context(|| path.display().to_string())? {
        rows += 1;
    }
    Ok((began.elapsed(), rows))
}

/// The last line of what GNU time wrote: seconds for the program, seconds for the system, kilobytes (of 1024 bytes).
fn read_figures(text: &str) -> Result<(f64, f64)> {
    let line = text.lines().last().unwrap_or_default();
    let figures: Vec<f64> = line.split(' ').map(str::parse).collect::<Result<_, _>>().context("figures of GNU time")?;
    let [user, system, kilobytes] = figures[..] else { bail!("GNU time wrote {line:?}") };
    Ok((user + system, kilobytes * 1024.0 / 1e6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_of_gnu_time_are_read() {
        assert_eq!(read_figures("1.50 0.25 1000000\n").unwrap(), (1.75, 1024.0));
        for text in ["", "1.5 x 3", "Command exited with non-zero status 1\n1 2"] {
            assert!(read_figures(text).is_err(), "{text:?}");
        }
    }
}
