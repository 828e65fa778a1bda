//! The names of the files of a public record.

/// The events of the case, one leaf a line, each ended by a line feed. Only where lines are published.
pub const LOG: &str = "log.jsonl";
/// The signed checkpoint over the log.
pub const CHECKPOINT: &str = "checkpoint";
/// The line of the key that checks the signatures.
pub const KEY: &str = "record-key.txt";
/// SHA-256 of every other file but the checkpoint, which bears its own signature, in the form of sha256sum.
pub const SUMS: &str = "SHA256SUMS";
/// The signed digest of the list of sums.
pub const SUMS_SIGNATURE: &str = "SHA256SUMS.sig";
/// The certificate.
pub const CERTIFICATE: &str = "certificate.json";
/// The leaf of the event that records the certificate, where lines are not published.
pub const CERTIFIED_LEAF: &str = "certified.leaf";
/// Its proof of inclusion.
pub const CERTIFIED_PROOF: &str = "certified.tlog-proof";
/// The figures of the certificate under names that do not change.
pub const TOTALS_JSON: &str = "totals.json";
/// The same figures as CSV.
pub const TOTALS_CSV: &str = "totals.csv";
/// What every line came to.
pub const LINES: &str = "lines.csv";
/// The lines that came to something else than in the certificate replaced.
pub const CHANGES: &str = "changes.csv";
/// The list of lines that was sealed before the seed was rolled.
pub const MANIFEST: &str = "sample/manifest.csv";
/// The lines drawn, with their tickets.
pub const SAMPLE: &str = "sample/sample.csv";
/// The program that draws them again.
pub const REDRAW: &str = "sample/redraw.py";
/// The second program that checks a record.
pub const VERIFY: &str = "verify_record.py";
