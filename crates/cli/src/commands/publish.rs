//! `countersign publish`: the public record of a certified case, in a folder of its own.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use casework::{CaseFile, Place};
use clap::{Args, ValueEnum};
use domain::Phase;
use jiff::Timestamp;
use law::{certificate::Certificate, grouped};
use ledger::{InclusionProof, Leaf, SigningKey, hex, inclusion, sign_text};
use reports::record::{self, EventLog, FileEntry, LogFacts, Page, event_descriptions, page};
use sampling::{REDRAW_PY, draw};
use serde::Serialize;
use sha2::{Digest, Sha256};
use verifier::{
    VERIFY_PY, layout, sums_text,
    tables::{changes_csv, totals_csv, totals_json, write_lines},
};

use super::{certify::pack_of, key::read_key, ledger::signed};
use crate::{failure::Failure, output::report};

/// The log in the form of NIST SP 1500-101.
const EVENTS: &str = "events.json";

#[derive(Args)]
pub(crate) struct Publish {
    /// The certified case.
    case: Place,
    /// The file of the key that signs the log of this case; see `countersign key new`.
    #[arg(long)]
    key: PathBuf,
    /// The folder to make.
    #[arg(long)]
    out: PathBuf,
    /// What is published: every line with its disposition, or totals only.
    #[arg(long, value_enum, default_value = "lines")]
    level: Level,
}

/// How much of the case the record shows.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    /// Every line with its disposition, so that anybody can compute the result again.
    Lines,
    /// Totals only: the certificate can be held against the signed log, and not computed again.
    Totals,
}

#[derive(Serialize)]
struct Published {
    files: usize,
    events: u64,
    root: String,
    key: String,
}

impl Publish {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        let key = read_key(&self.key)?;
        let case = CaseFile::open(&self.case).await?;
        let done = self.publish(&case, &key).await;
        case.close().await;
        report(json, &done?, |done| {
            format!(
                "The record is in {}: {} files over {} events.\nThe key to check it with: {}",
                self.out.display(),
                done.files,
                grouped(done.events),
                done.key
            )
        })
    }

    async fn publish(&self, case: &CaseFile, key: &SigningKey) -> Result<Published, Failure> {
        if case.case().phase != Phase::Certified {
            return Err(Failure::input("no certificate stands, so there is no result to publish; certify first"));
        }
        let certificate = case.certificate_on_record(&pack_of(case)?).await?;
        let mut leaves = case.leaf_hashes().await?;
        if self.level == Level::Totals {
            // The certificate is shown to be the last event; a check of the outcome that followed it stays in the office's log.
            leaves.truncate(usize::try_from(certificate.events + 1).unwrap_or(usize::MAX));
        }
        let (checkpoint, note) = signed(&leaves, key)?;
        let mut draft = Draft::new(&self.out)?;
        draft.put(layout::CERTIFICATE, certificate.to_json().map_err(Failure::ours)?.as_bytes())?;
        draft.put("certificate.pdf", &reports::certificate_pdf(&certificate).map_err(Failure::ours)?)?;
        draft.put(layout::KEY, format!("{}\n", key.verifying().to_line()).as_bytes())?;
        draft.put(layout::TOTALS_JSON, totals_json(&certificate).map_err(Failure::ours)?.as_bytes())?;
        draft.put(layout::TOTALS_CSV, totals_csv(&certificate).as_bytes())?;
        draft.put(layout::VERIFY, VERIFY_PY.as_bytes())?;
        match self.level {
            Level::Lines => lines(case, &mut draft).await?,
            Level::Totals => {
                let proof = |index, path| InclusionProof { index, path, checkpoint: note.clone() }.to_text();
                totals_only(case, &certificate, &leaves, proof, &mut draft).await?;
            }
        }
        let public = key.verifying().to_line();
        let level = match self.level {
            Level::Lines => record::Level::Lines,
            Level::Totals => record::Level::Totals,
        };
        let entries = draft.entries();
        let html = page(&Page { certificate: &certificate, checkpoint: &note, key: &public, files: &entries, level });
        draft.put("index.html", html.as_bytes())?;
        let files = draft.finish(&note, key)?;
        Ok(Published { files, events: checkpoint.size, root: hex(&checkpoint.root), key: public })
    }
}

/// The log in its own form and in the common one, what every line came to, the sample to draw again, and what changed since a certificate that
/// was replaced.
async fn lines(case: &CaseFile, draft: &mut Draft) -> Result<(), Failure> {
    let opened = &case.case().opened;
    let facts = LogFacts {
        title: &opened.petition.title,
        jurisdiction: &opened.petition.jurisdiction,
        generated: last_recorded(case).await?,
        software: "countersign",
        version: env!("CARGO_PKG_VERSION"),
    };
    let mut log = draft.open(layout::LOG)?;
    let mut common = EventLog::new(draft.open(EVENTS)?, &facts).map_err(Failure::ours)?;
    case.leaves(|line| {
        log.write_all(line.as_bytes())?;
        log.write_all(b"\n")?;
        let leaf = Leaf::from_line(line).map_err(std::io::Error::other)?;
        common.add(&leaf).map_err(std::io::Error::other)
    })
    .await?;
    draft.close(layout::LOG, log)?;
    draft.close(EVENTS, common.finish().map_err(Failure::ours)?)?;
    draft.put("events-documentation.json", event_descriptions(&facts).map_err(Failure::ours)?.as_bytes())?;
    let mut rows = draft.open(layout::LINES)?;
    write_lines(&mut rows, case.case(), &case.examined()).map_err(Failure::ours)?;
    draft.close(layout::LINES, rows)?;
    if case.case().sample.as_ref().is_some_and(|sample| sample.drawn.is_some()) {
        draft.put(layout::MANIFEST, case.manifest()?.csv().as_bytes())?;
        draft.put(layout::SAMPLE, draw::csv(&case.drawn()?).as_bytes())?;
        draft.put(layout::REDRAW, REDRAW_PY.as_bytes())?;
    }
    if let Some(changed) = case.changed_lines().await? {
        draft.put(layout::CHANGES, changes_csv(&changed).as_bytes())?;
    }
    Ok(())
}

/// When the last event was recorded: a record is as old as what it shows, so that it is the same whenever it is written.
async fn last_recorded(case: &CaseFile) -> Result<Timestamp, Failure> {
    let last = case.open_event(case.case().seq).await?.ok_or_else(|| Failure::ours("the last event is missing"))?;
    let leaf = Leaf::from_line(&last.leaf).map_err(Failure::ours)?;
    leaf.at.parse().map_err(Failure::ours)
}

/// The leaf of the certificate and the proof that it is in the log.
async fn totals_only(
    case: &CaseFile,
    certificate: &Certificate,
    leaves: &[ledger::Hash],
    proof: impl Fn(u64, Vec<ledger::Hash>) -> String,
    draft: &mut Draft,
) -> Result<(), Failure> {
    let missing = || Failure::ours("the event of the certificate is not in the log");
    // The certificate rests on the events before its own.
    let opening = case.open_event(certificate.events + 1).await?.ok_or_else(missing)?;
    let path = inclusion(leaves, certificate.events).ok_or_else(missing)?;
    draft.put(layout::CERTIFIED_LEAF, format!("{}\n", opening.leaf).as_bytes())?;
    draft.put(layout::CERTIFIED_PROOF, proof(certificate.events, path).as_bytes())
}

/// What each file of a record is for.
const FILES: [(&str, &str); 16] = [
    (layout::CERTIFICATE, "the certificate, as data"),
    ("certificate.pdf", "the certificate, to sign and to print"),
    (layout::TOTALS_CSV, "its figures under names that do not change"),
    (layout::TOTALS_JSON, "the same figures, as data"),
    (layout::LINES, "what every line came to"),
    (layout::CHANGES, "lines that came to something else than in the certificate replaced"),
    (layout::LOG, "every event of the case, as it is hashed into the log"),
    (EVENTS, "the same events in the common form for logs of election systems"),
    ("events-documentation.json", "what the kinds of events mean, in that form"),
    (layout::MANIFEST, "the list of lines that was sealed before the seed was rolled"),
    (layout::SAMPLE, "the lines drawn, with their tickets"),
    (layout::REDRAW, "draws the sample again"),
    (layout::CERTIFIED_LEAF, "the event that records the certificate"),
    (layout::CERTIFIED_PROOF, "the proof that this event is in the log"),
    (layout::KEY, "the key to check the signatures with"),
    (layout::VERIFY, "checks the record, in Python alone"),
];

/// A record that is being written beside its place, so that no half record is ever seen.
struct Draft {
    dir: PathBuf,
    place: PathBuf,
    sums: BTreeMap<String, String>,
}

/// A file of a record, hashed as it is written.
struct Hashed {
    file: BufWriter<File>,
    hash: Sha256,
    path: PathBuf,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Draft {
    fn new(place: &Path) -> Result<Self, Failure> {
        if place.exists() {
            return Err(Failure::input(format!(
                "{} is there already; a record is published into a folder of its own, so name another with --out",
                place.display()
            )));
        }
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.draft", std::process::id()));
        let dir = place.with_file_name(name);
        std::fs::create_dir_all(&dir).map_err(|error| Failure::write(&dir, &error))?;
        Ok(Self { dir, place: place.to_owned(), sums: BTreeMap::new() })
    }

    fn open(&self, name: &str) -> Result<Hashed, Failure> {
        let path = self.dir.join(name);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| File::create(&path));
        let file = made.map_err(|error| Failure::write(&path, &error))?;
        Ok(Hashed { file: BufWriter::with_capacity(1 << 20, file), hash: Sha256::new(), path })
    }

    fn close(&mut self, name: &str, hashed: Hashed) -> Result<(), Failure> {
        let Hashed { file, hash, path } = hashed;
        let written = file.into_inner().map_err(std::io::IntoInnerError::into_error).and_then(|file| file.sync_all());
        written.map_err(|error| Failure::write(&path, &error))?;
        self.sums.insert(name.to_owned(), hex(&hash.finalize()));
        Ok(())
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let mut file = self.open(name)?;
        file.write_all(bytes).map_err(|error| Failure::write(&file.path, &error))?;
        self.close(name, file)
    }

    /// The files so far, in the order in which they are explained.
    fn entries(&self) -> Vec<FileEntry<'_>> {
        let entry = |&(name, what): &(&'static str, &'static str)| {
            let sha256 = self.sums.get(name)?;
            Some(FileEntry { name, what, sha256 })
        };
        FILES.iter().filter_map(entry).collect()
    }

    /// Signs the sums, adds the checkpoint, and puts the folder in its place.
    fn finish(mut self, checkpoint: &str, key: &SigningKey) -> Result<usize, Failure> {
        let sums: String = self.sums.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect();
        let signature = sign_text(&sums_text(key.verifying().name(), sums.as_bytes()), key).map_err(Failure::input)?;
        let files = self.sums.len() + 3;
        self.put(layout::SUMS, sums.as_bytes())?;
        self.put(layout::SUMS_SIGNATURE, signature.as_bytes())?;
        self.put(layout::CHECKPOINT, checkpoint.as_bytes())?;
        // The names of the files survive a power cut before the folder takes its own.
        let sample = self.dir.join("sample");
        for folder in [&sample, &self.dir].into_iter().filter(|folder| folder.is_dir()) {
            sync_folder(folder).map_err(|error| Failure::write(folder, &error))?;
        }
        let placed = std::fs::rename(&self.dir, &self.place).and_then(|()| sync_folder(&folder_of(&self.place)));
        placed.map_err(|error| Failure::write(&self.place, &error))?;
        Ok(files)
    }
}

fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The folder that a name stands in.
fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Nothing is there to remove once the record stands in its place.
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}
