//! The index from blocking keys to rows: collected in parts by leading bits, sorted part by part on all cores.

use rayon::prelude::*;
use zerocopy::IntoBytes;

use crate::error::ImportError;
use crate::format::{Index, bucket_bits, mix};
use crate::keys::KEYS_VERSION;
use crate::writer::Writer;

/// A key that more rows share tells nothing; its rows are not kept.
pub(crate) const MOST_ROWS: usize = 4096;
const PARTS: usize = 256;
/// How many parts are sorted between two writes.
const AT_ONCE: usize = 16;

/// Keys and rows as they come, in parts by the leading byte of the mixed key.
#[derive(Debug)]
pub(crate) struct KeyIndexBuilder {
    parts: Vec<Part>,
}

#[derive(Debug, Default)]
struct Part {
    keys: Vec<u64>,
    rows: Vec<u32>,
}

/// A part, sorted: each key once, how many rows it has, and the rows.
struct Sorted {
    keys: Vec<u64>,
    counts: Vec<u32>,
    rows: Vec<u32>,
    too_common: u64,
}

impl KeyIndexBuilder {
    pub(crate) fn new() -> Self {
        Self { parts: (0..PARTS).map(|_| Part::default()).collect() }
    }

    pub(crate) fn add(&mut self, keys: &[u64], row: u32) {
        for key in keys {
            let key = mix(*key);
            let part = &mut self.parts[usize::from(key.to_be_bytes()[0])];
            part.keys.push(key);
            part.rows.push(row);
        }
    }

    /// Sorts and writes the four key sections, and lists them after `sections`.
    pub(crate) fn write(
        self,
        writer: &mut Writer,
        mut sections: Vec<crate::format::Section>,
    ) -> Result<Index, ImportError> {
        let too_large = |_| ImportError::TooLarge { what: "entries in the index" };
        let mut keys: Vec<u64> = Vec::new();
        let mut starts: Vec<u32> = vec![0];
        let (mut postings, mut too_common) = (0_usize, 0);
        writer.begin("postings")?;
        let mut parts = self.parts.into_iter();
        loop {
            let sorted: Vec<Sorted> =
                parts.by_ref().take(AT_ONCE).collect::<Vec<_>>().into_par_iter().map(Part::sort).collect();
            if sorted.is_empty() {
                break;
            }
            for part in sorted {
                for count in part.counts {
                    postings += count as usize;
                    starts.push(u32::try_from(postings).map_err(too_large)?);
                }
                keys.extend_from_slice(&part.keys);
                writer.write(part.rows.as_bytes())?;
                too_common += part.too_common;
            }
        }
        sections.push(writer.end());
        sections.push(writer.section("keys", keys.as_bytes())?);
        sections.push(writer.section("key_starts", starts.as_bytes())?);
        let bits = bucket_bits(keys.len());
        let buckets = buckets(&keys, bits).map_err(too_large)?;
        sections.push(writer.section("key_buckets", buckets.as_bytes())?);
        Ok(Index {
            keys_version: KEYS_VERSION,
            keys: keys.len() as u64,
            postings: postings as u64,
            too_common,
            bucket_bits: bits,
            sections,
        })
    }
}

impl Part {
    fn sort(self) -> Sorted {
        let mut pairs: Vec<(u64, u32)> = self.keys.into_iter().zip(self.rows).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut sorted =
            Sorted { keys: Vec::new(), counts: Vec::new(), rows: Vec::with_capacity(pairs.len()), too_common: 0 };
        for group in pairs.chunk_by(|one, next| one.0 == next.0) {
            sorted.keys.push(group[0].0);
            if group.len() > MOST_ROWS {
                sorted.too_common += 1;
                sorted.counts.push(0);
            } else {
                sorted.counts.push(u32::try_from(group.len()).unwrap_or(0));
                sorted.rows.extend(group.iter().map(|(_, row)| row));
            }
        }
        sorted
    }
}

/// Where each bucket begins in the ascending `keys`, and their number at the end.
fn buckets(keys: &[u64], bits: u32) -> Result<Vec<u32>, std::num::TryFromIntError> {
    let mut starts = Vec::with_capacity((1 << bits) + 1);
    let mut at = 0;
    for bucket in 0..1_u64 << bits {
        while keys.get(at).is_some_and(|key| key >> (64 - bits) < bucket) {
            at += 1;
        }
        starts.push(u32::try_from(at)?);
    }
    starts.push(u32::try_from(keys.len())?);
    Ok(starts)
}
