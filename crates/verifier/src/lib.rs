//! Checks a published record from nothing but the record: signatures, the tree, the fold of its events, the sample drawn again, and the
//! certificate computed again. No store, no network.

mod certificates;
mod corrections;
mod figures;
pub mod layout;
mod record;
mod replay;
mod report;
pub mod tables;

pub use record::{Record, RecordError, sums_text};
pub use report::{Check, Report};

use ledger::{Checkpoint, VerifyingKey};

use crate::tables::Counted;

/// A second program that checks a record, Python 3.11 and its standard library, written from `docs/verify.md` and not from this crate.
pub const VERIFY_PY: &str = include_str!("../verify_record.py");

/// What the stranger knows beforehand.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The key of the log, from the office. Without it the record's own key is taken, and whose it is remains open.
    pub key: Option<VerifyingKey>,
    /// A checkpoint of the same log that was seen earlier: the log may only have grown since.
    pub seen: Option<Checkpoint>,
    /// Keys of witnesses, each of whom must have cosigned the checkpoint of the record.
    pub witnesses: Vec<VerifyingKey>,
}

/// Checks a certificate against the record. The report ends at the first falsehood.
pub fn verify(certificate: &[u8], record: &Record, known: &Known) -> Report {
    let mut report = Report::default();
    if checks(certificate, record, known, &mut report).is_none() {
        return report;
    }
    report.close(record);
    report
}

/// Every check in order; none once one fails.
fn checks(certificate: &[u8], record: &Record, known: &Known, report: &mut Report) -> Option<()> {
    let key =
        report.check("record-key", "record-key.txt, held against the key given", record.key(known.key.as_ref()))?;
    report.check("record-signed", "SHA256SUMS.sig and the key", record.check_signature(&key))?;
    report.check("files-whole", "SHA256SUMS", record.check_files())?;
    let checkpoint = report.check("checkpoint-signed", "checkpoint and the key", record.checkpoint(&key))?;
    for witness in &known.witnesses {
        report.check("witness-signed", "checkpoint and the key of the witness", record.witnessed(witness))?;
    }
    if let Some(seen) = known.seen.as_ref().filter(|seen| seen.origin != checkpoint.origin) {
        let other = format!(
            "the checkpoint seen earlier is of the log {}, and the record of {}",
            seen.origin, checkpoint.origin
        );
        return report.check("log-only-grew", "the two checkpoints", Err::<String, _>(other)).map(|_| ());
    }
    let Some(log) = record.log() else {
        return certificates::without_the_log(certificate, record, &checkpoint, known.seen.as_ref(), report);
    };
    report.check("log-in-tree", "log.jsonl and checkpoint", replay::check_tree(log, &checkpoint))?;
    if let Some(seen) = &known.seen {
        report.check("log-only-grew", "log.jsonl and the earlier checkpoint", replay::check_grown(log, seen))?;
    }
    let replayed = report.check("events-fold", "log.jsonl", replay::replay(log))?;
    for (name, rests_on, found) in replayed.checks {
        report.check(name, rests_on, found)?;
    }
    let standing = replayed.standing.as_ref();
    certificates::compare(certificate, record, standing.map(|standing| &standing.certificate), report)?;
    let (Some(standing), Some(case)) = (standing, &replayed.case) else { return None };
    let counted = Counted { case, settlement: &standing.settlement, replaced: standing.replaced.as_ref() };
    let found = tables::check(record, &standing.certificate, Some(&counted));
    report.check("tables-as-computed", "the certificate and the log", found).map(|_| ())
}
