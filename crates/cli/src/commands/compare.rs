//! Holds the signatures on lines against those on file, so that contact sheets come in order. Nothing is decided by it.

use blobs::{BlobError, Blobs, Digest};
use casework::{CaseFile, Comparable, ComparedSignature, Likest};
use domain::SectionNo;
use jiff::Timestamp;
use law::counted;
use rayon::prelude::*;
use serde::Serialize;
use signatures::{METHOD, Signature};

use super::images::pool;
use crate::{failure::Failure, output::bar};

/// Lines whose comparisons are put on record together; what is on record stays after a stop.
const AT_ONCE: usize = 2000;
/// The most lines that are named.
const NAMED: usize = 20;

/// What came of it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Comparisons {
    /// Lines whose signature was held against those on file, by this run.
    pub(crate) compared: u64,
    /// Lines of this run that could not be compared; they come last on contact sheets.
    not_comparable: u64,
    /// The first of them, each with the reason.
    first_not_comparable: Vec<String>,
}

impl Comparisons {
    /// What came of it in words, after what came before; nothing where nothing was to compare.
    pub(crate) fn add_to(&self, text: &mut String) {
        if self.compared > 0 {
            let lines = counted(self.compared, "signature was", "signatures were");
            text.push_str(&format!(
                "\n{lines} held against those on file; contact sheets come in the order of how alike they look."
            ));
        }
        if self.not_comparable > 0 {
            let lines = counted(self.not_comparable, "signature", "signatures");
            text.push_str(&format!("\n{lines} could not be held against those on file, among them:"));
            self.first_not_comparable.iter().for_each(|line| text.push_str(&format!("\n  {line}")));
        }
    }

    fn add(&mut self, of: &Comparable, found: &Found) {
        match found {
            Found::Likest(_) => self.compared += 1,
            Found::Unread(why) | Found::NotThere(why) => {
                self.not_comparable += 1;
                if self.first_not_comparable.len() < NAMED {
                    self.first_not_comparable.push(format!("{}: {why}", of.line));
                }
            }
        }
    }
}

/// Compares what is to compare in a case, and puts it on record.
pub(crate) async fn compare(case: &CaseFile, store: &Blobs, quiet: bool) -> Result<Comparisons, Failure> {
    let bar = bar("Comparing signatures", quiet);
    let sections: Vec<_> = case.case().sections().map(|section| (section.no, section.lines().len())).collect();
    bar.set_length(sections.iter().map(|(_, lines)| *lines as u64).sum());
    let (mut all, pool) = (Comparisons::default(), pool()?);
    let mut left = sections.as_slice();
    while !left.is_empty() {
        let (next, lines) = first_of(left);
        left = &left[next.len()..];
        let wanted = case.to_compare(&next, METHOD).await?;
        let found = wanted.into_par_iter().map(|of| Ok((likest(store, &of)?, of)));
        let found = pool.install(|| found.collect::<Result<Vec<_>, Failure>>())?;
        let mut compared = Vec::with_capacity(found.len());
        for (found, of) in found {
            all.add(&of, &found);
            match found {
                Found::Likest(likest) => compared.push(ComparedSignature { of, likest: Some(likest) }),
                Found::Unread(_) => compared.push(ComparedSignature { of, likest: None }),
                // Once the image is there again it can be compared.
                Found::NotThere(_) => {}
            }
        }
        if !compared.is_empty() {
            case.keep_compared(&compared, METHOD, Timestamp::now()).await?;
        }
        bar.inc(lines as u64);
    }
    bar.finish_and_clear();
    Ok(all)
}

/// The first sections, until they have enough lines, and how many they have.
fn first_of(sections: &[(SectionNo, usize)]) -> (Vec<SectionNo>, usize) {
    let mut lines = 0;
    let few = sections.iter().take_while(|(_, more)| {
        let begun = lines;
        lines += more;
        begun < AT_ONCE
    });
    let few: Vec<_> = few.collect();
    (few.iter().map(|(section, _)| *section).collect(), few.iter().map(|(_, lines)| lines).sum())
}

/// What came of comparing one line.
enum Found {
    /// The reference signature that looks most like that on the line; of those that look equally like it the first.
    Likest(Likest),
    /// No two of the images can be compared, and why.
    Unread(String),
    /// An image is not in the store, or not as it was taken in.
    NotThere(String),
}

/// Holds the signature on a line against each of those on file, whose images come from the store.
fn likest(store: &Blobs, of: &Comparable) -> Result<Found, Failure> {
    let signature = match read(store, &of.signature)? {
        Ok(read) => read,
        Err(why) => return Ok(why),
    };
    let (mut best, mut not_read) = (None::<Likest>, String::new());
    for (reference, digest) in &of.references {
        match read(store, digest)? {
            Ok(on_file) => {
                let permille = signature.similarity(&on_file).permille();
                if best.is_none_or(|best| permille > best.permille) {
                    best = Some(Likest { reference: *reference, permille });
                }
            }
            Err(Found::Unread(why)) => not_read = format!("reference signature {reference}: {why}"),
            // What is left may not be the likest.
            Err(not_there) => return Ok(not_there),
        }
    }
    Ok(best.map_or(Found::Unread(not_read), Found::Likest))
}

/// An image as a signature, or why it is none.
fn read(store: &Blobs, digest: &str) -> Result<Result<Signature, Found>, Failure> {
    let digest: Digest = digest.parse().map_err(Failure::ours)?;
    match store.get(digest) {
        Ok(image) => Ok(Signature::read(&image).map_err(|error| Found::Unread(error.to_string()))),
        Err(error @ (BlobError::Missing { .. } | BlobError::Damaged { .. })) => {
            Ok(Err(Found::NotThere(error.to_string())))
        }
        Err(error) => Err(Failure::input(error)),
    }
}
