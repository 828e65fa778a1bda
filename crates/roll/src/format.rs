//! The snapshot file. All numbers are little-endian.
//!
//! | bytes | what |
//! |---|---|
//! | 0..16 | `countersign roll` |
//! | 16..20 | version of this format |
//! | 20..24, 24..28 | lengths of the two header texts |
//! | 28..32 | zero |
//! | 32..64 | SHA-256 of bytes 0..32 and both header texts |
//! | 64.. | header text `Content`, then header text `Index`, both JSON; zeros up to [`HEADER_LEN`] |
//! | then | the sections, each from a multiple of 8, in the order of the header texts |
//!
//! Content sections: `rows` ([`Row`], 76 bytes a voter), `previous` ([`Previous`], 36 bytes), `ids` (voter identifiers,
//! each followed by its signature file names), `text_ends` (u32 a text) and `text` (every other text once, in the
//! order of first use; text 0 is empty). Index sections: `id_order` (u32 rows, sorted by identifier), `postings` (u32
//! rows), `keys` (u64, ascending, see [`mix`]), `key_starts` (u32 a key and one more, into `postings`), `key_buckets`
//! (u32, see [`bucket_bits`]).
//!
//! The digest of a snapshot is the SHA-256 of the header text `Content`, which holds the SHA-256 of each content
//! section: it seals every voter, and stays the same when only the index is made in another way.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zerocopy::byteorder::little_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::record::StatusCounts;

#[cfg(target_endian = "big")]
compile_error!("snapshots are read in place and need a little-endian machine");

pub(crate) const MAGIC: &[u8; 16] = b"countersign roll";
pub(crate) const FORMAT_VERSION: u32 = 1;
pub(crate) const PRELUDE_LEN: usize = 64;
pub(crate) const HEADER_LEN: usize = 16 * 1024;

/// One voter. Texts are numbers into the pool; dates are packed (see `date::pack`).
#[derive(Debug, Clone, Copy, Default, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct Row {
    /// Where the identifier begins in `ids`.
    pub(crate) id_at: U32,
    pub(crate) id_len: u8,
    pub(crate) status: u8,
    /// Length of the signature file names, right after the identifier.
    pub(crate) signatures_len: U16,
    /// First, middle, last, suffix.
    pub(crate) name: [U32; 4],
    /// In the order of `Address`.
    pub(crate) address: [U32; 8],
    pub(crate) birth_date: U32,
    pub(crate) registered_on: U32,
    pub(crate) canceled_on: U32,
    /// Number in `previous`, from 1; 0 for none.
    pub(crate) previous: U32,
    pub(crate) jurisdiction: U32,
}

/// A previous address.
#[derive(Debug, Clone, Copy, Default, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct Previous {
    pub(crate) address: [U32; 8],
    pub(crate) moved_on: U32,
}

/// What the digest seals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Content {
    pub(crate) layout: String,
    pub(crate) layout_sha256: String,
    pub(crate) source_sha256: String,
    pub(crate) rows_read: u64,
    pub(crate) rows_refused: u64,
    pub(crate) by_status: StatusCounts,
    pub(crate) sections: Vec<Section>,
}

/// What can be made again from the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Index {
    pub(crate) keys_version: u32,
    pub(crate) keys: u64,
    pub(crate) postings: u64,
    pub(crate) too_common: u64,
    pub(crate) bucket_bits: u32,
    pub(crate) sections: Vec<Section>,
}

/// A part of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Section {
    pub(crate) name: String,
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) sha256: String,
}

/// The header as it stands in the file, padded to [`HEADER_LEN`]; `None` if the texts do not fit.
pub(crate) fn header(content: &str, index: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(HEADER_LEN);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(content.len()).ok()?.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(index.len()).ok()?.to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    let sum = checksum(&bytes, content.as_bytes(), index.as_bytes());
    bytes.extend_from_slice(&sum);
    bytes.extend_from_slice(content.as_bytes());
    bytes.extend_from_slice(index.as_bytes());
    if bytes.len() > HEADER_LEN {
        return None;
    }
    bytes.resize(HEADER_LEN, 0);
    Some(bytes)
}

/// SHA-256 over the first 32 bytes and both header texts.
pub(crate) fn checksum(prelude: &[u8], content: &[u8], index: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(prelude);
    hasher.update(content);
    hasher.update(index);
    hasher.finalize().into()
}

/// SHA-256 in 64 hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
        text
    })
}

/// Spreads keys evenly over 64 bits, so that buckets by leading bits are even whatever the keys look like. One to
/// one (the finaliser of `MurmurHash3`), so equal means equal.
pub(crate) fn mix(key: u64) -> u64 {
    let key = (key ^ (key >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let key = (key ^ (key >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    key ^ (key >> 33)
}

/// How many leading bits of a mixed key choose its bucket, for about eight keys a bucket. `key_buckets` has a number
/// for each bucket and one more: where in `keys` the bucket begins.
pub(crate) fn bucket_bits(keys: usize) -> u32 {
    (keys / 8).max(2).ilog2().clamp(1, 28)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixing_is_the_published_finaliser() {
        assert_eq!([0, 1, u64::MAX].map(mix), [0, 0xb456_bcfc_34c2_cb2c, 0x64b5_720b_4b82_5f21]);
    }
}
