//! The certificate handed in, held against the one that the record comes to.

use domain::{Certified, Event};
use law::certificate::Certificate;
use ledger::{Checkpoint, InclusionProof, Leaf, hex, read_unverified};
use sha2::{Digest, Sha256};

use crate::{
    Record,
    figures::first_difference,
    layout::{CERTIFICATE, CERTIFIED_LEAF, CERTIFIED_PROOF},
    replay::event,
    report::{Found, Report},
    tables,
};

/// Whether the certificate handed in is the one that the log comes to; where it is not, the first figure that differs is named.
pub(crate) fn compare(
    given: &[u8],
    record: &Record,
    standing: Option<&Certificate>,
    report: &mut Report,
) -> Option<()> {
    let found = match standing {
        None => Err("no certificate stands: the case was reopened, or never certified".to_owned()),
        Some(standing) => standing.to_json().map_err(|error| error.to_string()).and_then(|json| {
            if record.bytes(CERTIFICATE) != Some(json.as_bytes()) {
                Err(format!("{CERTIFICATE} in the record is not the certificate that its log comes to"))
            } else if json.as_bytes() == given {
                Ok(format!("{} bytes, SHA-256 {}", given.len(), hex(&Sha256::digest(given))))
            } else {
                Err(first_difference(given, json.as_bytes()))
            }
        }),
    };
    report.check("certificate-as-computed", "the certificate handed in, and the log", found).map(|_| ())
}

/// Where only totals are published: whether the certificate handed in is the one that the signed log records.
pub(crate) fn without_the_log(
    given: &[u8],
    record: &Record,
    checkpoint: &Checkpoint,
    seen: Option<&Checkpoint>,
    report: &mut Report,
) -> Option<()> {
    if let Some(seen) = seen {
        let found = match (seen.size == checkpoint.size, seen.root == checkpoint.root) {
            (true, true) => Ok("it is the checkpoint seen earlier".to_owned()),
            (true, false) => {
                Err("the log had as many events when it was seen earlier, and others: it was rewritten".to_owned())
            }
            (false, _) => Err(NO_GROWTH.to_owned()),
        };
        report.check("log-only-grew", "the two checkpoints", found)?;
    }
    let found = recorded(record, checkpoint);
    let leaf = report.check("certificate-in-tree", "certified.leaf, its proof and the checkpoint", found)?;
    let found = as_recorded(given, record, &leaf);
    let certificate = report.check("certificate-as-recorded", "the certificate handed in, and the log", found)?;
    let found = tables::check(record, &certificate, None);
    report.check("tables-as-computed", "the certificate", found).map(|_| ())
}

/// The certificate handed in, once it is found to be the one on record and to say what its event says.
fn as_recorded(given: &[u8], record: &Record, leaf: &RecordedCertificate) -> Result<Certificate, String> {
    let published = record.bytes(CERTIFICATE).unwrap_or_default();
    let digest = &leaf.certified.certificate_digest;
    if hex(&Sha256::digest(given)) != *digest {
        return Err(format!("it is not the one on record: {}", first_difference(given, published)));
    }
    if published != given {
        return Err(format!("{CERTIFICATE} in the record is not the certificate on record"));
    }
    let text = std::str::from_utf8(given).map_err(|error| error.to_string())?;
    let certificate = Certificate::from_json(text).map_err(|error| error.to_string())?;
    if certificate.to_json().ok().as_deref() != Some(text) {
        return Err("it is not written as certificates are".to_owned());
    }
    let Certified { certified_on, verdict, valid, official, .. } = &leaf.certified;
    let stated = (certificate.verdict, certificate.valid, certificate.certified_on, &certificate.official);
    if stated != (*verdict, *valid, *certified_on, official) || certificate.events + 1 != leaf.seq {
        return Err(
            "the event of the certificate states another verdict, number, day, official or place in the log".to_owned()
        );
    }
    Ok(certificate)
}

/// A certificate as the log records it.
struct RecordedCertificate {
    seq: u64,
    certified: Certified,
}

impl Found for RecordedCertificate {
    fn words(&self) -> String {
        format!("SHA-256 {}", self.certified.certificate_digest)
    }
}

impl Found for Certificate {
    fn words(&self) -> String {
        format!(
            "{}: {} valid of {} examined, {} required",
            self.verdict.name(),
            self.valid,
            self.examined,
            self.required
        )
    }
}

/// Why an earlier checkpoint cannot be held against a record of totals.
const NO_GROWTH: &str = "a record of totals has no log, so it cannot show that the log only grew since the checkpoint seen earlier; ask the office \
     for the proof that `countersign ledger grown` writes";

/// The event that records the certificate, once its leaf is found to be the last of the log.
fn recorded(record: &Record, checkpoint: &Checkpoint) -> Result<RecordedCertificate, String> {
    let line = record.text(CERTIFIED_LEAF)?;
    let line = line.strip_suffix('\n').ok_or_else(|| format!("{CERTIFIED_LEAF} is not a whole line"))?;
    let proof = InclusionProof::from_text(record.text(CERTIFIED_PROOF)?).map_err(|error| error.to_string())?;
    let leaf = Leaf::from_line(line).map_err(|error| error.to_string())?;
    if leaf.seq != checkpoint.size {
        return Err(format!("{CERTIFIED_LEAF} is not the last event of the log, so what came after it is not shown"));
    }
    if leaf.seq.checked_sub(1) != Some(proof.index) || !proof.holds(line.as_bytes(), checkpoint) {
        return Err(format!("{CERTIFIED_PROOF} does not show that {CERTIFIED_LEAF} is in the log"));
    }
    if !read_unverified(&proof.checkpoint).is_ok_and(|proved| proved == *checkpoint) {
        return Err(format!("{CERTIFIED_PROOF} holds another checkpoint than the record"));
    }
    match event(line, leaf.seq, None)?.event {
        Event::Certified(certified) => Ok(RecordedCertificate { seq: leaf.seq, certified }),
        _ => Err(format!("{CERTIFIED_LEAF} records no certificate")),
    }
}
