//! Millions of changes to one public record, each of which the check must find: every byte flipped, every length cut, every entry of the log
//! dropped, doubled and swapped, older checkpoints, other keys, and an office that signs its own changes.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use ledger::{Checkpoint, SignatureKind, SigningKey, Tree, hex, sign, sign_text};
use sha2::{Digest, Sha256};
use verifier::{Known, Record, layout, sums_text, verify};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A public record at the level of lines.
    #[arg(long)]
    record: PathBuf,
    /// The file of the key that signed it.
    #[arg(long)]
    key: PathBuf,
    /// Of the bytes of the log, every how manieth is changed by an office that signs the change itself: such a record is read to its end.
    #[arg(long, default_value = "97")]
    insider_every: usize,
    /// Only kinds of change whose name holds this text.
    #[arg(long, default_value = "")]
    only: String,
}

/// A kind of change: how many there are, and the record after one of them.
struct Kind<'a> {
    name: &'static str,
    count: usize,
    change: Box<dyn Fn(usize) -> Option<Files> + Sync + 'a>,
}

type Files = BTreeMap<String, Vec<u8>>;

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let text = std::fs::read_to_string(&arguments.key).context("the key")?;
    let key = SigningKey::from_line(&text)?;
    let known = Known { key: Some(key.verifying()), ..Known::default() };
    let files = read_files(&arguments.record)?;
    let bytes: usize = files.values().map(Vec::len).sum();
    let certificate = files.get(layout::CERTIFICATE).context("the certificate")?.clone();
    let whole = verify(&certificate, &Record::from_files(files.clone()), &known);
    ensure!(whole.holds, "the record does not hold before anything is changed: {whole:#?}");
    let log = files.get(layout::LOG).context("the log")?;
    let lines: Vec<&[u8]> = log.split_inclusive(|&byte| byte == b'\n').collect();
    println!("A record of {} bytes, {} events.", bytes, lines.len());
    let other = SigningKey::from_seed(key.verifying().name(), SignatureKind::Log, &[9; 32])?;
    let kinds = kinds(&files, &lines, &key, &other, arguments.insider_every);
    let (mut made, mut missed) = (0, 0);
    for kind in kinds.iter().filter(|kind| kind.name.contains(&arguments.only)) {
        let (changed, unseen) = try_all(kind, &certificate, &known);
        made += changed;
        missed += unseen;
    }
    println!("{made} changes, {missed} of them not detected.");
    ensure!(missed == 0, "changes went undetected");
    Ok(())
}

/// Every file below a folder, by its name with forward slashes.
fn read_files(folder: &Path) -> Result<Files> {
    let (mut files, mut open) = (Files::new(), vec![(folder.to_owned(), String::new())]);
    while let Some((folder, under)) = open.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            let name = format!("{under}{}", path.file_name().unwrap_or_default().to_string_lossy());
            if path.is_dir() {
                open.push((path, name + "/"));
            } else {
                files.insert(name, std::fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

/// Tries every change of a kind, on all cores.
fn try_all(kind: &Kind<'_>, certificate: &[u8], known: &Known) -> (u64, u64) {
    let (since, next) = (Instant::now(), AtomicU64::new(0));
    let (made, missed) = (AtomicU64::new(0), AtomicU64::new(0));
    let work = || {
        loop {
            let at = usize::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap_or(usize::MAX);
            if at >= kind.count {
                return;
            }
            let Some(files) = (kind.change)(at) else { continue };
            made.fetch_add(1, Ordering::Relaxed);
            if verify(certificate, &Record::from_files(files), known).holds {
                missed.fetch_add(1, Ordering::Relaxed);
                eprintln!("{}: change {at} was not detected", kind.name);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let (made, missed) = (made.into_inner(), missed.into_inner());
    println!("  {:<58} {:>10} changes {:>4} missed {:>7.1?}", kind.name, made, missed, since.elapsed());
    (made, missed)
}

fn kinds<'a>(
    files: &'a Files,
    lines: &'a [&'a [u8]],
    key: &'a SigningKey,
    other: &'a SigningKey,
    insider_every: usize,
) -> Vec<Kind<'a>> {
    // Place of a byte in the whole record: the file and the place in it.
    let place = |at: usize| {
        let mut rest = at;
        files.iter().find_map(|(name, bytes)| {
            if rest < bytes.len() {
                return Some((name, rest));
            }
            rest -= bytes.len();
            None
        })
    };
    let total: usize = files.values().map(Vec::len).sum();
    let with = move |name: &str, bytes: Vec<u8>| {
        let mut changed = files.clone();
        changed.insert(name.to_owned(), bytes);
        changed
    };
    let relogged = move |lines: &[&[u8]]| with(layout::LOG, lines.concat());
    // The bit that is flipped depends on the place, so that every bit has its turn.
    let flipped = move |name: &str, at: usize| {
        let mut bytes = files[name].clone();
        bytes[at] ^= 1 << (at % 8);
        with(name, bytes)
    };
    let entries = |edit: fn(&mut Vec<&[u8]>, usize)| {
        move |at: usize| {
            let mut edited = lines.to_vec();
            edit(&mut edited, at);
            edited
        }
    };
    let dropped = entries(|lines, at| {
        lines.remove(at);
    });
    let doubled = entries(|lines, at| lines.insert(at, lines[at]));
    let swapped = entries(|lines, at| lines.swap(at, at + 1));
    let count = lines.len();
    vec![
        Kind {
            name: "every byte of every file flipped",
            count: total,
            change: Box::new(move |at| place(at).map(|(name, at)| flipped(name, at))),
        },
        Kind {
            name: "every file cut at every length",
            count: total,
            change: Box::new(move |at| place(at).map(|(name, at)| with(name, files[name][..at].to_vec()))),
        },
        Kind {
            name: "every entry of the log dropped",
            count,
            change: Box::new(move |at| Some(relogged(&dropped(at)))),
        },
        Kind {
            name: "every entry of the log doubled",
            count,
            change: Box::new(move |at| Some(relogged(&doubled(at)))),
        },
        Kind {
            name: "every entry of the log swapped with the next",
            count: count - 1,
            change: Box::new(move |at| Some(relogged(&swapped(at)))),
        },
        Kind {
            name: "every file missing",
            count: files.len(),
            change: Box::new(move |at| {
                let mut changed = files.clone();
                changed.remove(files.keys().nth(at)?);
                Some(changed)
            }),
        },
        Kind {
            name: "every older checkpoint, signed by the same key",
            count,
            change: Box::new(move |at| {
                Some(with(layout::CHECKPOINT, signed_checkpoint(&lines[..at], key).into_bytes()))
            }),
        },
        Kind {
            name: "every older log with its own checkpoint and sums",
            count,
            change: Box::new(move |at| Some(resigned(relogged(&lines[..at]), key))),
        },
        Kind {
            name: "an entry dropped, all signed again by another key",
            count,
            change: Box::new(move |at| Some(resigned(relogged(&dropped(at)), other))),
        },
        Kind {
            name: "an entry dropped, all signed again by the office",
            count,
            change: Box::new(move |at| Some(resigned(relogged(&dropped(at)), key))),
        },
        Kind {
            name: "an entry swapped with the next, all signed by the office",
            count: count - 1,
            change: Box::new(move |at| Some(resigned(relogged(&swapped(at)), key))),
        },
        Kind {
            name: "a byte of the log flipped, all signed again by the office",
            count: files[layout::LOG].len() / insider_every.max(1),
            change: Box::new(move |at| Some(resigned(flipped(layout::LOG, at * insider_every), key))),
        },
    ]
}

fn signed_checkpoint(lines: &[&[u8]], key: &SigningKey) -> String {
    let mut tree = Tree::default();
    for line in lines {
        tree.push(line.strip_suffix(b"\n").unwrap_or(line));
    }
    let checkpoint = Checkpoint { origin: key.verifying().name().to_owned(), size: tree.size(), root: tree.root() };
    sign(&checkpoint, key).unwrap_or_default()
}

/// The record with a checkpoint and sums that fit its files, signed by this key. The key that the record names stays the office's.
fn resigned(mut files: Files, key: &SigningKey) -> Files {
    let log = files.get(layout::LOG).map(Vec::as_slice).unwrap_or_default();
    let lines: Vec<&[u8]> = log.split_inclusive(|&byte| byte == b'\n').collect();
    let checkpoint = signed_checkpoint(&lines, key);
    let apart = [layout::SUMS, layout::SUMS_SIGNATURE, layout::CHECKPOINT];
    let listed = files.iter().filter(|(name, _)| !apart.contains(&name.as_str()));
    let sums: String = listed.map(|(name, bytes)| format!("{}  {name}\n", hex(&Sha256::digest(bytes)))).collect();
    let signature = sign_text(&sums_text(key.verifying().name(), sums.as_bytes()), key).unwrap_or_default();
    files.insert(layout::CHECKPOINT.to_owned(), checkpoint.into_bytes());
    files.insert(layout::SUMS.to_owned(), sums.into_bytes());
    files.insert(layout::SUMS_SIGNATURE.to_owned(), signature.into_bytes());
    files
}
