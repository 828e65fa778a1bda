//! Search for a person by a few words. A scan over all rows on all cores, without an index.

use rayon::prelude::*;
use zerocopy::byteorder::little_endian::U32;

use crate::date;
use crate::format::Row;
use crate::snapshot::Snapshot;

/// More words than anyone types; the rest is ignored.
const MOST_PIECES: usize = 32;

/// The rows that fit a query, ascending, at most `limit`. A row fits if each piece of the query (split at spaces) is,
/// without regard to case, the beginning of a word in the voter's name or present address, or of the voter identifier,
/// or is the year of birth. Words end at anything that is neither letter nor digit. An empty query fits nobody.
pub fn search(snapshot: &Snapshot, query: &str, limit: usize) -> Vec<u32> {
    let pieces: Vec<String> = query.split_whitespace().take(MOST_PIECES).map(str::to_lowercase).collect();
    if pieces.is_empty() {
        return Vec::new();
    }
    let all = u32::MAX >> (32 - pieces.len());
    // Each text is looked at once, however many voters share it.
    let in_text: Vec<u32> = (0..u32::try_from(snapshot.texts()).unwrap_or(u32::MAX))
        .into_par_iter()
        .map(|number| begun_in(snapshot.text(U32::new(number)), &pieces))
        .collect();
    let fits = |row: &Row| {
        let texts = row.name.iter().chain(&row.address);
        let mut found =
            texts.map(|number| in_text.get(number.get() as usize).copied().unwrap_or(0)).fold(0, |all, one| all | one);
        if found != all {
            let id = std::str::from_utf8(snapshot.id(row)).unwrap_or("").to_lowercase();
            let year = date::unpack(row.birth_date.get()).map(|date| date.year().to_string());
            for (at, piece) in pieces.iter().enumerate() {
                if id.starts_with(piece.as_str()) || year.as_ref() == Some(piece) {
                    found |= 1 << at;
                }
            }
        }
        found == all
    };
    (0..snapshot.len())
        .into_par_iter()
        .zip(snapshot.rows())
        .with_min_len(1 << 16)
        .fold(Vec::new, |mut found, (at, row)| {
            if found.len() < limit && fits(row) {
                found.push(at);
            }
            found
        })
        .reduce(Vec::new, |mut first, next| {
            first.extend(next.into_iter().take(limit.saturating_sub(first.len())));
            first
        })
}

/// A bit for each piece that begins a word of the text.
fn begun_in(text: &str, pieces: &[String]) -> u32 {
    let text = text.to_lowercase();
    let mut found = 0;
    for (at, piece) in pieces.iter().enumerate() {
        let begins = text.match_indices(piece.as_str()).any(|(start, _)| {
            text.get(..start).and_then(|before| before.chars().next_back()).is_none_or(|c| !c.is_alphanumeric())
        });
        if begins {
            found |= 1 << at;
        }
    }
    found
}
