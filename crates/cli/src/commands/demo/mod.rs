//! `countersign demo`: the whole job on a synthetic county, through the same verbs that an office uses; then the same petition once more, for people to work on.

mod office;
mod work;

use std::{
    fmt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use casework::{Act, CaseFile, CertifyInputs, Place, files::ReadOptions};
use clap::Args;
use domain::Official;
use jiff::{civil::Date, tz::TimeZone};
use law::{certificate::Certificate, grouped};
use matching::Model;
use roll::{Layout, Snapshot};
use synth::{Plan, Scale};

use super::{
    By, Serve,
    case::read_facts,
    certify::{certify, pack_of},
    matches::search_case,
    packs::pack_for,
    roll::run_import,
    synth::write,
};
use work::Pictured;

use crate::{
    failure::Failure,
    output::{report, say, stop_flag},
};

/// A file that marks a folder as a demo's, so that the next demo may replace it.
const MARK: &str = ".countersign-demo";
const ROLL: &str = "roll";
/// The case that is certified, and the one that is left to work on.
const CASE: &str = "case.countersign";
const WORK: &str = "work.countersign";
/// The office's store of images, and its accounts.
const IMAGES: &str = "images";
const OFFICE: &str = "office.db";

#[derive(Args)]
pub(crate) struct Demo {
    /// The folder for the county, the cases and the certificate.
    #[arg(long, default_value = "demo")]
    dir: PathBuf,
    /// The size against the real county of 2022; 1:100 if not given.
    #[arg(long)]
    scale: Option<Scale>,
    /// Another seed makes another county; 1 if not given.
    #[arg(long)]
    seed: Option<u64>,
    /// Where the reviewers' decisions come from: "truth" for what the synthetic reviewers found, or a decisions file.
    #[arg(long, default_value = "truth")]
    decisions: Decisions,
    /// How many lines the case to work on has, with pictures of each: a number, all, or none for lines without pictures.
    #[arg(long, value_name = "N|all|none", default_value = "1000")]
    images: Pictured,
    /// Open the workstation on the demo's cases, with people of every role to sign in as, at this machine only. A demo that is in the folder already is taken
    /// as it is, unless its scale or seed is another.
    #[arg(long)]
    serve: bool,
    /// The port of the workstation.
    #[arg(long, requires = "serve", default_value_t = 8443)]
    port: u16,
}

/// Where the decisions come from.
#[derive(Clone)]
enum Decisions {
    Truth,
    File(PathBuf),
}

impl std::str::FromStr for Decisions {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text == "truth" { Self::Truth } else { Self::File(text.into()) })
    }
}

/// One step of the job, with what it did and how long it took.
struct Step {
    what: &'static str,
    result: String,
    took: Duration,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {:22} {:<44} {:>7.1} s", self.what, self.result, self.took.as_secs_f64())
    }
}

/// Tells each step as it ends.
struct Account {
    quiet: bool,
}

impl Account {
    fn tell(&self, what: &'static str, since: Instant, result: String) -> Result<(), Failure> {
        if self.quiet { Ok(()) } else { say(&Step { what, result, took: since.elapsed() }.to_string()) }
    }
}

impl Demo {
    /// Does the job; what is to be served then, if anything is.
    pub(crate) async fn run(&self, json: bool) -> Result<Option<Serve>, Failure> {
        if !(self.serve && self.is_there()) {
            Box::pin(self.make(json)).await?;
        }
        if self.serve { self.office().await.map(Some) } else { Ok(None) }
    }

    fn plan(&self) -> Plan {
        Plan {
            scale: self.scale.unwrap_or_default(),
            seed: self.seed.unwrap_or(1),
            lines: None,
            pictures: self.images != Pictured::No,
        }
    }

    /// Nobody real signed: the same run gives the same record.
    fn secret(&self, of: &str) -> [u8; 32] {
        ledger::leaf_hash(format!("countersign demo {}{of}", self.plan().seed).as_bytes())
    }

    /// What the mark of a whole demo says of it.
    fn whole(&self) -> String {
        let Plan { scale, seed, .. } = self.plan();
        format!("It is whole: scale {scale}, seed {seed}.")
    }

    /// Whether the demo that is asked for is in the folder, whole.
    fn is_there(&self) -> bool {
        let mark = std::fs::read_to_string(self.dir.join(MARK)).unwrap_or_default();
        let asked = self.scale.is_some() || self.seed.is_some();
        mark.lines().any(|line| if asked { line == self.whole() } else { line.starts_with("It is whole") })
    }

    async fn make(&self, json: bool) -> Result<(), Failure> {
        let began = Instant::now();
        prepare(&self.dir)?;
        let account = Account { quiet: json };
        if !json {
            let Plan { scale, seed, .. } = self.plan();
            say(&format!("A recall petition in a synthetic county, scale {scale}, seed {seed}:\n"))?;
        }
        let certificate = Box::pin(self.whole_job(&account, json)).await?;
        mark(&self.dir, &self.whole())?;
        report(json, &certificate, |certificate| {
            let mut text = format!("\n{}\n", reports::account(certificate));
            text.push_str(&further(&self.dir, &certificate.rule_pack.id));
            text.push_str(&format!("\nDone in {:.1} s.", began.elapsed().as_secs_f64()));
            text
        })
    }

    async fn whole_job(&self, account: &Account, quiet: bool) -> Result<Certificate, Failure> {
        let county = self.dir.join("county");
        let stop = stop_flag()?;

        let since = Instant::now();
        let made = write(&county, self.plan(), quiet)?;
        let result = format!("{} voters, {} lines", grouped(made.registered_voters), grouped(made.raw_count));
        account.tell("Synthetic county", since, result)?;

        let since = Instant::now();
        let roll = self.dir.join(ROLL);
        let layout = Layout::preset("generic").ok_or_else(|| Failure::ours("the generic layout is missing"))?;
        let imported = run_import(&county.join("roll.csv"), &layout, None, &roll, stop.clone(), quiet)?;
        account.tell("Roll imported, sealed", since, format!("{} voters", grouped(imported.rows_kept)))?;
        let snapshot = super::open_roll(&roll)?;

        let since = Instant::now();
        let facts = read_facts(&county.join("case.json"))?;
        let rules = pack_for(&facts)?;
        let filing = acting_on(facts.days.filed_on())?;
        let secret = self.secret("");
        let place = Place::File(self.dir.join(CASE));
        let mut case = CaseFile::new_case(&place, &facts, &rules, secret, &filing.act()).await?;
        account.tell("Case opened", since, case.case().opened.rule_pack.clone())?;

        let certifying = acting_on(made.certified_on)?.act();
        self.take_in(&mut case, &snapshot, &county, [&filing.act(), &certifying], account).await?;

        let since = Instant::now();
        let found = search_case(&mut case, &snapshot, &Model::built_in(), &filing, stop.clone(), quiet).await?;
        let result = format!("{} lines, {} with candidates", grouped(found.lines), grouped(found.with_candidates));
        account.tell("Signers looked up", since, result)?;

        let since = Instant::now();
        let file = match &self.decisions {
            Decisions::Truth => county.join("decisions.csv"),
            Decisions::File(file) => file.clone(),
        };
        let decided = case.decide(&file, &ReadOptions::default(), &snapshot, None, &certifying).await?;
        account.tell("Decisions taken in", since, format!("{} by people", grouped(decided.decisions)))?;

        let since = Instant::now();
        let official = Official {
            name: "R. E. Gistrar (synthetic)".to_owned(),
            title: "Registrar of Voters".to_owned(),
            office: facts.petition.jurisdiction.clone(),
        };
        let inputs = CertifyInputs { certified_on: made.certified_on, official: Some(official) };
        let law = pack_of(&case)?;
        let certificate = certify(&mut case, &snapshot, &law, &inputs, &certifying, &self.dir).await;
        let Ok(certificate) = certificate else {
            case.close().await;
            return certificate;
        };
        account.tell("Certified", since, format!("{} invariants hold", certificate.invariants.len()))?;
        let worked = self.work(&case, &snapshot, account, stop).await;
        case.close().await;
        worked.map(|()| certificate)
    }

    /// Sections, lines, raw count and withdrawals on the day of filing; void sections by the day of decision.
    async fn take_in(
        &self,
        case: &mut CaseFile,
        snapshot: &Snapshot,
        county: &Path,
        [act, decided]: [&Act; 2],
        account: &Account,
    ) -> Result<(), Failure> {
        let since = Instant::now();
        let options = ReadOptions::default();
        let sections = county.join("sections.csv");
        let received = case.receive(&county.join("petition.csv"), Some(&sections), &options, act).await?;
        let counted = case.count(act).await?;
        let result = format!(
            "{}, raw count {}",
            law::counted(received.sections, "section", "sections"),
            grouped(counted.raw_count)
        );
        account.tell("Petition received", since, result)?;

        let since = Instant::now();
        let withdrawn = case.withdraw(&county.join("withdrawals.csv"), &options, snapshot, act).await?;
        let void = case.void_sections(&county.join("section_decisions.csv"), &options, decided).await?;
        let result = format!(
            "{} accepted, {} refused; {} void",
            grouped(withdrawn.accepted),
            grouped(withdrawn.refused),
            law::counted(void.sections, "section", "sections")
        );
        account.tell("Withdrawals, defects", since, result)
    }
}

/// Five in the afternoon, UTC, so that the same demo has the same events whenever it is run.
fn acting_on(date: Date) -> Result<By, Failure> {
    let at = date.at(17, 0, 0, 0).to_zoned(TimeZone::UTC).map_err(Failure::ours)?;
    Ok(By { actor: Some("demo".to_owned()), at: Some(at.timestamp()) })
}

/// Makes the folder, or clears what an earlier demo left in it. A folder with anything else in it is left alone.
fn prepare(dir: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::write(dir, &error);
    let mark = dir.join(MARK);
    if dir.exists() {
        let empty = dir.read_dir().map_err(failed)?.next().is_none();
        if !empty && !mark.exists() {
            let advice = "is not empty and holds no demo; choose another folder with --dir";
            return Err(Failure::input(format!("{} {advice}", dir.display())));
        }
        let (certificates, beside) = (["certificate.json", "certificate.pdf"], ["", "-wal", "-shm"]);
        let databases = [CASE, WORK, OFFICE].into_iter().flat_map(|name| beside.map(|end| format!("{name}{end}")));
        for name in certificates.into_iter().chain([ROLL]).map(str::to_owned).chain(databases) {
            gone(std::fs::remove_file(dir.join(name))).map_err(failed)?;
        }
        for name in [IMAGES.to_owned(), format!("{OFFICE}.tls")] {
            gone(std::fs::remove_dir_all(dir.join(name))).map_err(failed)?;
        }
    }
    std::fs::create_dir_all(dir).map_err(failed)?;
    self::mark(dir, "It is not whole yet.")
}

/// Marks the folder as a demo's, and says how far it is.
fn mark(dir: &Path, state: &str) -> Result<(), Failure> {
    let text = format!("The files here were made by `countersign demo`; the next demo replaces them.\n{state}\n");
    std::fs::write(dir.join(MARK), text).map_err(|error| Failure::write(dir, &error))
}

/// What is not there need not be removed.
fn gone(removed: std::io::Result<()>) -> std::io::Result<()> {
    match removed {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

fn further(dir: &Path, rules: &str) -> String {
    let dir = dir.display();
    let (program, verify) = programs();
    format!(
        "\nLook further:\n\
         \x20 {program} demo --serve --dir {dir}     the workstation on this petition, with people to sign in as\n\
         \x20 {dir}/certificate.pdf, {dir}/certificate.json            the certificate\n\
         \x20 {program} case status {dir}/case.countersign      where the case stands\n\
         \x20 {program} case rebuild {dir}/case.countersign     the tables derived anew from the events\n\
         \x20 {program} certify {dir}/case.countersign --roll {dir}/roll --out {dir}   the same bytes again\n\
         \x20 {program} key new demo.example/recall --out {dir}/log.key     the key of the case's log\n\
         \x20 {program} publish {dir}/case.countersign --key {dir}/log.key --out {dir}/record     the public record\n\
         \x20 {verify} {dir}/record/certificate.json --record {dir}/record     what a stranger does with it\n\
         \x20 {program} roll search {dir}/roll MARIA GARCIA     find a voter\n\
         \x20 {program} match --roll {dir}/roll --lines {dir}/county/petition.csv --out {dir}/candidates.csv\n\
         \x20 {program} rules show {rules}     the law it rests on\n"
    )
}

/// This program as it was called, and the verifier beside it, so that what is printed can be typed as it stands.
fn programs() -> (String, String) {
    let program = std::env::args().next().unwrap_or_else(|| "countersign".to_owned());
    let beside = Path::new(&program).with_file_name("countersign-verify").display().to_string();
    (program, beside)
}
