//! The certificate handed in, held against the one that the record comes to.

use domain::Event;
use law::certificate::Certificate;
use ledger::{Checkpoint, InclusionProof, Leaf, hex};
use sha2::{Digest, Sha256};

use crate::{
    Record,
    figures::first_difference,
    layout::{CERTIFICATE, CERTIFIED_LEAF, CERTIFIED_PROOF},
    report::Report,
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
        let same = (seen.size, seen.root) == (checkpoint.size, checkpoint.root);
        let found = if same { Ok("it is the checkpoint seen earlier".to_owned()) } else { Err(NO_GROWTH.to_owned()) };
        report.check("log-only-grew", "the two checkpoints", found)?;
    }
    let found = recorded_digest(record, checkpoint);
    let digest = report.check("certificate-in-tree", "certified.leaf, its proof and the checkpoint", found)?;
    let own = hex(&Sha256::digest(given));
    let found = if own == digest {
        Ok(format!("SHA-256 {digest}"))
    } else {
        let published = record.bytes(CERTIFICATE).unwrap_or_default();
        Err(format!("it is not the one on record: {}", first_difference(given, published)))
    };
    report.check("certificate-as-recorded", "the certificate handed in, and the log", found).map(|_| ())
}

/// Why an earlier checkpoint cannot be held against a record of totals.
const NO_GROWTH: &str = "a record of totals has no log, so it cannot show that the log only grew since the checkpoint seen earlier; ask the office \
     for the proof that `countersign ledger grown` writes";

/// The digest in the leaf that records the certificate, once the leaf is found to be the last of the log.
fn recorded_digest(record: &Record, checkpoint: &Checkpoint) -> Result<String, String> {
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
    let event =
        Event::from_public(leaf.kind, leaf.public.get(), None, None, |_| 0).map_err(|error| error.to_string())?;
    match event {
        Event::Certified(certified) => Ok(certified.certificate_digest),
        _ => Err(format!("{CERTIFIED_LEAF} records no certificate")),
    }
}
