//! `countersign publish`: the public record of a certified case, in a folder of its own.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use casework::CaseFile;
use clap::{Args, ValueEnum};
use domain::Phase;
use law::{certificate::Certificate, grouped};
use ledger::{InclusionProof, SigningKey, hex, inclusion, sign_text};
use sampling::{REDRAW_PY, draw};
use serde::Serialize;
use sha2::{Digest, Sha256};
use verifier::{layout, sums_text};

use super::{certify::pack_of, key::read_key, ledger::signed, sample::manifest_csv};
use crate::{failure::Failure, output::report};

#[derive(Args)]
pub(crate) struct Publish {
    /// The certified case.
    case: PathBuf,
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
        let leaves = case.leaf_hashes().await?;
        let (checkpoint, note) = signed(&leaves, key)?;
        let mut draft = Draft::new(&self.out)?;
        draft.put(layout::CERTIFICATE, certificate.to_json().map_err(Failure::ours)?.as_bytes())?;
        draft.put("certificate.pdf", &reports::certificate_pdf(&certificate).map_err(Failure::ours)?)?;
        draft.put(layout::KEY, format!("{}\n", key.verifying().to_line()).as_bytes())?;
        match self.level {
            Level::Lines => lines(case, &mut draft).await?,
            Level::Totals => {
                let proof = |index, path| InclusionProof { index, path, checkpoint: note.clone() }.to_text();
                totals_only(case, &certificate, &leaves, proof, &mut draft).await?;
            }
        }
        let files = draft.finish(&note, key)?;
        Ok(Published { files, events: checkpoint.size, root: hex(&checkpoint.root), key: key.verifying().to_line() })
    }
}

/// The log, the sample to draw again, and what changed since a certificate that was replaced.
async fn lines(case: &CaseFile, draft: &mut Draft) -> Result<(), Failure> {
    let mut log = draft.open(layout::LOG)?;
    case.leaves(|line| {
        log.write_all(line.as_bytes())?;
        log.write_all(b"\n")
    })
    .await?;
    draft.close(layout::LOG, log)?;
    if case.case().sample.as_ref().is_some_and(|sample| sample.drawn.is_some()) {
        draft.put("sample/manifest.csv", manifest_csv(&case.manifest()?).as_bytes())?;
        draft.put("sample/sample.csv", draw::csv(&case.drawn()?).as_bytes())?;
        draft.put("sample/redraw.py", REDRAW_PY.as_bytes())?;
    }
    if let Some(changed) = case.changed_lines().await? {
        let word = |found: Option<domain::Disposition>| match found {
            None => "",
            Some(domain::Disposition::Valid) => "valid",
            Some(domain::Disposition::Invalid(reason)) => reason.name(),
        };
        let mut text = "section,line,before,after\n".to_owned();
        for row in changed {
            let (before, after) = (word(row.before), word(row.after));
            text.push_str(&format!("{},{},{before},{after}\n", row.line.section, row.line.line));
        }
        draft.put("changes.csv", text.as_bytes())?;
    }
    Ok(())
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

    /// Signs the sums, adds the checkpoint, and puts the folder in its place.
    fn finish(mut self, checkpoint: &str, key: &SigningKey) -> Result<usize, Failure> {
        let sums: String = self.sums.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect();
        let signature = sign_text(&sums_text(key.verifying().name(), sums.as_bytes()), key).map_err(Failure::input)?;
        let files = self.sums.len() + 3;
        self.put(layout::SUMS, sums.as_bytes())?;
        self.put(layout::SUMS_SIGNATURE, signature.as_bytes())?;
        self.put(layout::CHECKPOINT, checkpoint.as_bytes())?;
        std::fs::rename(&self.dir, &self.place).map_err(|error| Failure::write(&self.place, &error))?;
        Ok(files)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Nothing is there to remove once the record stands in its place.
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}
