//! `countersign demo`: the whole job on a synthetic county, through the same verbs that an office uses.

use std::{
    fmt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use casework::{Act, CaseFile, CertifyInputs, Place, files::ReadOptions};
use clap::Args;
use domain::Official;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use law::{certificate::Certificate, grouped};
use matching::Model;
use roll::{Layout, Snapshot};
use synth::{Plan, Scale};

use super::{
    By,
    case::read_facts,
    certify::{certify, pack_of},
    matches::search_case,
    packs::pack_for,
    roll::run_import,
    synth::write,
};
use crate::{
    failure::Failure,
    output::{report, say, stop_flag},
};

/// A file that marks a folder as a demo's, so that the next demo may replace it.
const MARK: &str = ".countersign-demo";

#[derive(Args)]
pub(crate) struct Demo {
    /// The folder for the county, the case and the certificate.
    #[arg(long, default_value = "demo")]
    dir: PathBuf,
    /// The size against the real county of 2022.
    #[arg(long, default_value = "1:100")]
    scale: Scale,
    /// Another seed makes another county.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the reviewers' decisions come from: "truth" for what the synthetic reviewers found, or a decisions file.
    #[arg(long, default_value = "truth")]
    decisions: Decisions,
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
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        let began = Instant::now();
        prepare(&self.dir)?;
        let account = Account { quiet: json };
        if !json {
            say(&format!("A recall petition in a synthetic county, scale {}, seed {}:\n", self.scale, self.seed))?;
        }
        let certificate = self.whole_job(&account, json).await?;
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
        let made = write(&county, Plan { scale: self.scale, seed: self.seed, lines: None, pictures: false }, quiet)?;
        let result = format!("{} voters, {} lines", grouped(made.registered_voters), grouped(made.raw_count));
        account.tell("Synthetic county", since, result)?;

        let since = Instant::now();
        let roll = self.dir.join("roll");
        let layout = Layout::preset("generic").ok_or_else(|| Failure::ours("the generic layout is missing"))?;
        let imported = run_import(&county.join("roll.csv"), &layout, None, &roll, stop.clone(), quiet)?;
        account.tell("Roll imported, sealed", since, format!("{} voters", grouped(imported.rows_kept)))?;
        let snapshot = super::open_roll(&roll)?;

        let since = Instant::now();
        let facts = read_facts(&county.join("case.json"))?;
        let rules = pack_for(&facts)?;
        let by = |date: Date| at_five(date).map(|at| By { actor: Some("demo".to_owned()), at: Some(at) });
        let filing = by(facts.days.filed_on())?;
        // Nobody real signed: the same run gives the same record.
        let secret = ledger::leaf_hash(format!("countersign demo {}", self.seed).as_bytes());
        let place = Place::File(self.dir.join("case.countersign"));
        let mut case = CaseFile::new_case(&place, &facts, &rules, secret, &filing.act()).await?;
        account.tell("Case opened", since, case.case().opened.rule_pack.clone())?;

        let certifying = by(made.certified_on)?.act();
        self.take_in(&mut case, &snapshot, &county, [&filing.act(), &certifying], account).await?;

        let since = Instant::now();
        let found = search_case(&mut case, &snapshot, &Model::built_in(), &filing, stop, quiet).await?;
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
        case.close().await;
        let certificate = certificate?;
        account.tell("Certified", since, format!("{} invariants hold", certificate.invariants.len()))?;
        Ok(certificate)
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
fn at_five(date: Date) -> Result<Timestamp, Failure> {
    let at = date.at(17, 0, 0, 0).to_zoned(TimeZone::UTC).map_err(Failure::ours)?;
    Ok(at.timestamp())
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
        for name in [
            "roll",
            "case.countersign",
            "case.countersign-wal",
            "case.countersign-shm",
            "certificate.json",
            "certificate.pdf",
        ] {
            match std::fs::remove_file(dir.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
                _ => {}
            }
        }
    }
    std::fs::create_dir_all(dir).map_err(failed)?;
    std::fs::write(&mark, "The files here were made by `countersign demo`; the next demo replaces them.\n")
        .map_err(failed)
}

fn further(dir: &Path, rules: &str) -> String {
    let dir = dir.display();
    format!(
        "\nLook further:\n\
         \x20 {dir}/certificate.pdf, {dir}/certificate.json            the certificate\n\
         \x20 countersign case status {dir}/case.countersign      where the case stands\n\
         \x20 countersign case rebuild {dir}/case.countersign     the tables derived anew from the events\n\
         \x20 countersign certify {dir}/case.countersign --roll {dir}/roll --out {dir}   the same bytes again\n\
         \x20 countersign key new demo.example/recall --out {dir}/log.key     the key of the case's log\n\
         \x20 countersign publish {dir}/case.countersign --key {dir}/log.key --out {dir}/record     the public record\n\
         \x20 countersign-verify {dir}/record/certificate.json --record {dir}/record     what a stranger does with it\n\
         \x20 countersign roll search {dir}/roll MARIA GARCIA     find a voter\n\
         \x20 countersign match --roll {dir}/roll --lines {dir}/county/petition.csv --out {dir}/candidates.csv\n\
         \x20 countersign rules show {rules}     the law it rests on\n"
    )
}
