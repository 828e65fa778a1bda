//! The snapshot file. All numbers are little-endian.
//!
//! | bytes | what |
//! |---|---|
//! | 0..16 | `countersign roll` |
//! | 16..20 | version of this format |
//! | 20..24, 24..28 | lengths of the two header texts |
//! | 28..32 | zero |
//! | 32..64 | SHA-256 of bytes 0..32 and both header texts |
//! | 64.. | header text `Content`, then header text `Derived`, both JSON; zeros up to [`HEADER_LEN`] |
//! | then | the parts, each from a multiple of 8, where the header texts say |
//!
//! Content: `rows` ([`Row`], 64 bytes a voter), `previous` ([`Previous`], 20 bytes), `history` ([`HistoryEntry`], 8
//! bytes), `ids` (voter identifiers, each followed by its signature file names), `text_ends` (u32 a text) and `text`
//! (every other text once, in the order of first use; text 0 is empty). The four parts of a street are one text, so are
//! postal code and city, so are the districts; U+001F stands between the parts.
//!
//! Derived: all that [`crate::index`] makes of the content, see there.
//!
//! The digest of a snapshot is the SHA-256 of the header text `Content`, which holds the SHA-256 of each content part:
//! it seals every voter, and stays the same when only the index is made in another way.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zerocopy::byteorder::little_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::record::StatusCounts;

#[cfg(target_endian = "big")]
compile_error!("snapshots are read in place and need a little-endian machine");

pub(crate) const MAGIC: &[u8; 16] = b"countersign roll";
pub(crate) const FORMAT_VERSION: u32 = 2;
pub(crate) const PRELUDE_LEN: usize = 64;
pub(crate) const HEADER_LEN: usize = 32 * 1024;

/// The parts of a file by name.
macro_rules! parts {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// A part of the file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Part { $($variant),* }

        impl Part {
            pub(crate) const ALL: &[Part] = &[$(Part::$variant),*];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Part::$variant => $name),* }
            }
        }
    };
}

parts! {
    Rows "rows", Previous "previous", History "history", Ids "ids", TextEnds "text_ends", Text "text",
    IdOrder "id_order", Forms "forms", PreviousPlaces "previous_places",
    NameEnds "name_ends", NameText "name_text", NameHashes "name_hashes", NameHashStarts "name_hash_starts",
    NameSlips "name_slips", NameSlipStarts "name_slip_starts", NameFacts "name_facts",
    StreetEnds "street_ends", StreetText "street_text", StreetHashes "street_hashes",
    StreetHashStarts "street_hash_starts", StreetSlips "street_slips", StreetSlipStarts "street_slip_starts",
    NumberEnds "number_ends", NumberText "number_text", NumberHashes "number_hashes",
    NumberHashStarts "number_hash_starts", NumbersBelow "numbers_below",
    PlaceEnds "place_ends", PlaceText "place_text", PlaceHashes "place_hashes", PlaceHashStarts "place_hash_starts",
    Localities "localities",
    StreetNumberStarts "street_number_starts", StreetNumber "street_number",
    SurnameGivenStarts "surname_given_starts", SurnameGiven "surname_given",
    SurnameNumberStarts "surname_number_starts", SurnameNumber "surname_number",
    SurnameStreetStarts "surname_street_starts", SurnameStreet "surname_street",
    GivenNumberStarts "given_number_starts", GivenNumber "given_number",
    GivenStreetStarts "given_street_starts", GivenStreet "given_street",
}

impl Part {
    /// The parts that the digest seals; the others follow from them.
    pub(crate) const CONTENT: [Part; 6] =
        [Part::Rows, Part::Previous, Part::History, Part::Ids, Part::TextEnds, Part::Text];
}

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
    /// House number, street (four parts), unit, locality (postal code and city).
    pub(crate) address: [U32; 4],
    pub(crate) birth_date: U32,
    pub(crate) registered_on: U32,
    pub(crate) canceled_on: U32,
    /// Number in `previous`, from 1; 0 for none.
    pub(crate) previous: U32,
    /// Number in `history`, from 1, of an entry that says how many follow; 0 for none.
    pub(crate) history: U32,
    /// The districts in the order of [`Content::districts`], as one text.
    pub(crate) districts: U32,
}

/// A previous address.
#[derive(Debug, Clone, Copy, Default, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct Previous {
    /// As in [`Row::address`].
    pub(crate) address: [U32; 4],
    pub(crate) moved_on: U32,
}

/// A status and the day from which it held; or, before the entries of a voter, their number and zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct HistoryEntry {
    pub(crate) since: U32,
    pub(crate) status: U32,
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
    /// Kinds of districts, in the order in which each voter's are kept.
    pub(crate) districts: Vec<String>,
    pub(crate) sections: Vec<Section>,
}

/// What can be made again from the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Derived {
    pub(crate) index_version: u32,
    /// Street types and directions by their number in a place; number 0 is none.
    pub(crate) marks: Vec<String>,
    pub(crate) sections: Vec<Section>,
}

/// Where a part lies in the file, and its sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Section {
    pub(crate) name: String,
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) sha256: String,
}

/// The header as it stands in the file, padded to [`HEADER_LEN`]; `None` if the texts do not fit.
pub(crate) fn header(content: &str, derived: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(HEADER_LEN);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(content.len()).ok()?.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(derived.len()).ok()?.to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    let sum = checksum(&bytes, content.as_bytes(), derived.as_bytes());
    bytes.extend_from_slice(&sum);
    bytes.extend_from_slice(content.as_bytes());
    bytes.extend_from_slice(derived.as_bytes());
    if bytes.len() > HEADER_LEN {
        return None;
    }
    bytes.resize(HEADER_LEN, 0);
    Some(bytes)
}

/// SHA-256 over the first 32 bytes and both header texts.
pub(crate) fn checksum(prelude: &[u8], content: &[u8], derived: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(prelude);
    hasher.update(content);
    hasher.update(derived);
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
