//! The tables of a record that follow from its log and its certificate, as whoever publishes writes them and whoever checks writes them again.
//! The same case gives the same bytes everywhere: no clock, no locale, nothing about a person.

mod lines;
mod totals;

use std::io::{self, Write};

use domain::{Case, Changed, Disposition, Settlement, changed};
use law::certificate::Certificate;
use ledger::hex;
use sampling::{REDRAW_PY, draw};
use sha2::{Digest, Sha256};

pub use lines::{TableError, write_lines};
pub use totals::{TOTALS_FORMAT, totals_csv, totals_json};

use crate::{
    Record, VERIFY_PY,
    layout::{
        CERTIFICATE, CERTIFIED_LEAF, CERTIFIED_PROOF, CHANGES, CHECKPOINT, KEY, LINES, LOG, MANIFEST, REDRAW, SAMPLE,
        SUMS, SUMS_SIGNATURE, TOTALS_CSV, TOTALS_JSON, VERIFY,
    },
    replay::draw_again,
};

/// The lines that came to something else than in the certificate replaced, with the columns `section,line,before,after`: nothing, `valid` or the
/// primary reason.
pub fn changes_csv(changed: &[Changed]) -> String {
    let word = |found: Option<Disposition>| match found {
        None => "",
        Some(Disposition::Valid) => "valid",
        Some(Disposition::Invalid(reason)) => reason.name(),
    };
    let mut text = "section,line,before,after\n".to_owned();
    for Changed { line, before, after } in changed {
        text.push_str(&format!("{},{},{},{}\n", line.section, line.line, word(*before), word(*after)));
    }
    text
}

/// What the tables of lines follow from.
pub(crate) struct Counted<'a> {
    /// The case where its log ends.
    pub(crate) case: &'a Case,
    /// What the certificate rests on.
    pub(crate) settlement: &'a Settlement,
    /// What the certificate that it replaced rested on.
    pub(crate) replaced: Option<&'a Settlement>,
}

/// Whether every table of the record is the one that follows from the certificate, and from the log where there is one.
pub(crate) fn check(record: &Record, certificate: &Certificate, counted: Option<&Counted>) -> Result<String, String> {
    let totals = totals_json(certificate).map_err(|error| error.to_string())?;
    let mut wanted =
        vec![(TOTALS_JSON, digest(totals.as_bytes())), (TOTALS_CSV, digest(totals_csv(certificate).as_bytes()))];
    if let Some(counted) = counted {
        wanted.extend(of_lines(counted)?);
    }
    for &(name, ref sum) in &wanted {
        match record.sum(name) {
            Some(found) if found == sum => {}
            Some(_) => return Err(format!("{name} does not say what the certificate and the log come to")),
            None => return Err(format!("{name} is missing from the record")),
        }
    }
    let is_wanted = |name| wanted.iter().any(|(wanted, _)| *wanted == name);
    match [LINES, CHANGES, MANIFEST, SAMPLE].into_iter().find(|name| record.sum(name).is_some() && !is_wanted(*name)) {
        Some(name) => Err(format!("{name} stands in the record, and nothing in the log comes to it")),
        None => Ok(wanted.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ")),
    }
}

fn of_lines(counted: &Counted) -> Result<Vec<(&'static str, String)>, String> {
    let mut lines = Digesting(Sha256::new());
    write_lines(&mut lines, counted.case, counted.settlement).map_err(|error| error.to_string())?;
    let mut wanted = vec![(LINES, hex(&lines.0.finalize()))];
    if let Some(replaced) = counted.replaced {
        wanted.push((CHANGES, digest(changes_csv(&changed(replaced, counted.settlement)).as_bytes())));
    }
    if let Some((list, drawn)) = draw_again(counted.case).transpose()? {
        wanted.push((MANIFEST, digest(list.manifest().csv().as_bytes())));
        wanted.push((SAMPLE, digest(draw::csv(&drawn).as_bytes())));
    }
    Ok(wanted)
}

/// The files of the record of which no check computes the content.
pub(crate) fn unread(record: &Record) -> Vec<&str> {
    const COMPUTED: [&str; 14] = [
        CERTIFICATE,
        CERTIFIED_LEAF,
        CERTIFIED_PROOF,
        CHANGES,
        CHECKPOINT,
        KEY,
        LINES,
        LOG,
        MANIFEST,
        SAMPLE,
        SUMS,
        SUMS_SIGNATURE,
        TOTALS_CSV,
        TOTALS_JSON,
    ];
    let ours = |name: &str, text: &str| record.sum(name) == Some(digest(text.as_bytes()).as_str());
    let known = |name: &str| {
        COMPUTED.contains(&name)
            || (name == REDRAW && ours(name, REDRAW_PY))
            || (name == VERIFY && ours(name, VERIFY_PY))
    };
    record.names().filter(|name| !known(name)).collect()
}

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Takes in what is written and keeps its digest only.
struct Digesting(Sha256);

impl Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
