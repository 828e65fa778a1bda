//! `countersign certify`: the invariants, the certificate as JSON and PDF, and its place on record.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use casework::{Act, CaseFile, CertifyInputs, Place, certificate_digest};
use clap::Args;
use domain::{Official, Phase};
use jiff::civil::Date;
use law::{RulePack, certificate::Certificate};
use roll::Snapshot;

use super::{By, open_roll};
use crate::{
    failure::Failure,
    output::{say, write_whole},
};

#[derive(Args)]
pub(crate) struct Certify {
    /// The case.
    case: Place,
    /// The roll that the case rests on.
    #[arg(long)]
    roll: PathBuf,
    /// The date on the certificate; needed to certify, not to write a standing certificate again.
    #[arg(long)]
    on: Option<Date>,
    /// Name of the official who certifies.
    #[arg(long, requires_all = ["title", "office"])]
    official: Option<String>,
    /// The official's title.
    #[arg(long, requires = "official")]
    title: Option<String>,
    /// The official's office.
    #[arg(long, requires = "official")]
    office: Option<String>,
    /// The folder for certificate.json and certificate.pdf.
    #[arg(long, default_value = ".")]
    out: PathBuf,
    #[command(flatten)]
    by: By,
}

impl Certify {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        let snapshot = open_roll(&self.roll)?;
        let mut case = CaseFile::open(&self.case).await?;
        let done = self.certify(&mut case, &snapshot).await;
        case.close().await;
        let certificate = done?;
        let text = certificate.to_json().map_err(Failure::ours)?;
        if json {
            return say(text.trim_end());
        }
        let [json, pdf] = documents(&self.out);
        say(&format!(
            "{}\nThe certificate is in {}, to be signed, and in {}.",
            reports::account(&certificate),
            pdf.display(),
            json.display()
        ))
    }

    async fn certify(&self, case: &mut CaseFile, snapshot: &Snapshot) -> Result<Certificate, Failure> {
        let pack = pack_of(case)?;
        if case.case().phase == Phase::Certified {
            if self.on.is_some_and(|on| case.case().certificates.last().is_some_and(|last| last.certified_on != on)) {
                let advice = "the case is certified already under another date; reopen it first, or leave out --on to write the certificate again";
                return Err(Failure::input(advice));
            }
            self.same_official(case)?;
            // Written again from the events: the same bytes, or an error that says so.
            let standing = case.standing_certificate(snapshot, &pack).await?;
            write_documents(
                &self.out,
                &standing.to_json().map_err(Failure::ours)?,
                &reports::certificate_pdf(&standing).map_err(Failure::ours)?,
            )?;
            return Ok(standing);
        }
        let certified_on = self
            .on
            .ok_or_else(|| Failure::input("name the date on the certificate with --on, as in --on 2022-08-15"))?;
        let official = self.official();
        certify(case, snapshot, &pack, &CertifyInputs { certified_on, official }, &self.by.act(), &self.out).await
    }

    fn official(&self) -> Option<Official> {
        self.official.clone().map(|name| Official {
            name,
            title: self.title.clone().unwrap_or_default(),
            office: self.office.clone().unwrap_or_default(),
        })
    }

    /// Refuses another official than the one who gave the certificate that stands: it is written again as it was given.
    fn same_official(&self, case: &CaseFile) -> Result<(), Failure> {
        let recorded = case.case().certificates.last().and_then(|last| last.official.as_ref());
        let asked = self.official();
        if asked.is_none() || asked.as_ref() == recorded {
            return Ok(());
        }
        let recorded = recorded.map_or_else(
            || "without naming an official".to_owned(),
            |Official { name, title, office }| format!("by {name}, {title}, {office}"),
        );
        Err(Failure::input(format!(
            "the case is certified already, {recorded}; reopen it first, or leave out --official to write the certificate again"
        )))
    }
}

/// The rule pack that a case was opened with, from the texts that the case keeps.
pub(super) fn pack_of(case: &CaseFile) -> Result<RulePack, Failure> {
    Ok(case.pack()?)
}

/// Checks, computes, typesets, records, and only then writes: a certificate that cannot be printed is not given.
pub(super) async fn certify(
    case: &mut CaseFile,
    snapshot: &Snapshot,
    pack: &RulePack,
    inputs: &CertifyInputs,
    act: &Act,
    out: &Path,
) -> Result<Certificate, Failure> {
    let certificate = case.prepare_certificate(snapshot, pack, inputs).await?;
    let json = certificate.to_json().map_err(Failure::ours)?;
    let pdf = reports::certificate_pdf(&certificate).map_err(Failure::ours)?;
    keep_other(out, &json)?;
    case.record_certificate(&certificate, inputs, act).await?;
    write_documents(out, &json, &pdf).map_err(|failure| {
        Failure::Input(format!(
            "the certificate is on record (SHA-256 {}), but {failure}; the same command writes it again",
            certificate_digest(&json)
        ))
    })?;
    Ok(certificate)
}

/// Refuses a folder that holds another certificate: one certificate never takes another's place unseen.
fn keep_other(out: &Path, json: &str) -> Result<(), Failure> {
    match std::fs::read(out.join("certificate.json")) {
        Ok(there) if there != json.as_bytes() => Err(Failure::input(format!(
            "{} holds another certificate already, which stays on record; name another folder with --out. Nothing was certified",
            out.display()
        ))),
        _ => Ok(()),
    }
}

fn write_documents(out: &Path, json: &str, pdf: &[u8]) -> Result<(), Failure> {
    std::fs::create_dir_all(out).map_err(|error| Failure::write(out, &error))?;
    let [json_file, pdf_file] = documents(out);
    write_whole(&json_file, |file| file.write_all(json.as_bytes()))?;
    write_whole(&pdf_file, |file| file.write_all(pdf))
}

/// Where the certificate is written, as JSON and as PDF.
fn documents(out: &Path) -> [PathBuf; 2] {
    ["certificate.json", "certificate.pdf"].map(|name| out.join(name))
}
