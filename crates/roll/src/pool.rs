//! The pool of texts: each different text once, numbered in the order of first use.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Between the parts of a text that is kept as one: the four parts of a street, postal code and city.
pub(crate) const SEPARATOR: char = '\u{1f}';

/// Texts of another pool that are looked for at once.
const TEXTS_AT_ONCE: usize = 16;

/// Texts under numbers; the empty text is number 0.
#[derive(Debug)]
pub(crate) struct Pool {
    bytes: String,
    ends: Vec<u32>,
    hashes: Vec<u64>,
    /// Part of the hash, and the number.
    numbers: HashTable<(u32, u32)>,
    hasher: DefaultHashBuilder,
    joined: String,
}

/// The texts of a pool no longer fit into 4 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PoolFull;

impl Pool {
    /// An empty pool. Pools that share a hasher can adopt each other's texts without hashing them again.
    pub(crate) fn new(hasher: &DefaultHashBuilder) -> Self {
        Self {
            bytes: String::new(),
            ends: vec![0],
            hashes: vec![0],
            numbers: HashTable::new(),
            hasher: hasher.clone(),
            joined: String::new(),
        }
    }

    /// The number of a text, new or known.
    pub(crate) fn number(&mut self, text: &str) -> Result<u32, PoolFull> {
        if text.is_empty() {
            return Ok(0);
        }
        let hash = self.hasher.hash_one(text);
        self.number_hashed(text, hash)
    }

    /// The number of several parts as one text, with [`SEPARATOR`] between them; 0 if all are empty.
    pub(crate) fn number_of_parts(&mut self, parts: &[&str]) -> Result<u32, PoolFull> {
        if parts.iter().all(|part| part.is_empty()) {
            return Ok(0);
        }
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                joined.push(SEPARATOR);
            }
            joined.push_str(part);
        }
        if joined.bytes().filter(|byte| char::from(*byte) == SEPARATOR).count() >= parts.len() {
            let clean = |part: &&str| part.replace(SEPARATOR, " ");
            joined = parts.iter().map(clean).collect::<Vec<_>>().join(&SEPARATOR.to_string());
        }
        let number = self.number(&joined);
        self.joined = joined;
        number
    }

    /// Takes in all texts of another pool with the same hasher, in their order: for each of its numbers ours.
    pub(crate) fn adopt(&mut self, other: &Self) -> Result<Vec<u32>, PoolFull> {
        let mut ours = Vec::with_capacity(other.ends.len());
        ours.push(0);
        // Step by step for many texts at once: then what each step needs of the memory comes together.
        for (from, hashes) in (1_u32..).step_by(TEXTS_AT_ONCE).zip(other.hashes[1..].chunks(TEXTS_AT_ONCE)) {
            let mut guesses = [0; TEXTS_AT_ONCE];
            for (guess, hash) in guesses.iter_mut().zip(hashes) {
                *guess = self.numbers.find(*hash, |(part, _)| *part == part_of(*hash)).map_or(0, |(_, number)| *number);
            }
            let theirs = guesses.map(|guess| text_at(&self.bytes, &self.ends, guess));
            let mut is_right = [false; TEXTS_AT_ONCE];
            for ((is_right, text), number) in is_right.iter_mut().zip(theirs).zip(from..) {
                *is_right = !text.is_empty() && text == other.text(number);
            }
            for (((number, hash), guess), is_right) in (from..).zip(hashes).zip(guesses).zip(is_right) {
                ours.push(if is_right { guess } else { self.number_hashed(other.text(number), *hash)? });
            }
        }
        Ok(ours)
    }

    fn number_hashed(&mut self, text: &str, hash: u64) -> Result<u32, PoolFull> {
        let (bytes, ends) = (&self.bytes, &self.ends);
        let same = |(part, number): &(u32, u32)| *part == part_of(hash) && text_at(bytes, ends, *number) == text;
        if let Some((_, number)) = self.numbers.find(hash, same) {
            return Ok(*number);
        }
        let number = u32::try_from(self.ends.len()).map_err(|_| PoolFull)?;
        let end = u32::try_from(self.bytes.len() + text.len()).map_err(|_| PoolFull)?;
        self.bytes.push_str(text);
        self.ends.push(end);
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.numbers.insert_unique(hash, (part_of(hash), number), |(_, number)| hashes[*number as usize]);
        Ok(number)
    }

    /// How many texts there are, the empty one counted.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a number.
    pub(crate) fn text(&self, number: u32) -> &str {
        text_at(&self.bytes, &self.ends, number)
    }

    /// Where each text ends, and all texts.
    pub(crate) fn into_parts(self) -> (Vec<u32>, Vec<u8>) {
        (self.ends, self.bytes.into_bytes())
    }
}

/// The part of a hash that a table does not go by anyway: it goes by the uppermost bits and the lowest.
fn part_of(hash: u64) -> u32 {
    u32::try_from(hash >> 25 & u64::from(u32::MAX)).unwrap_or(0)
}

fn text_at<'a>(bytes: &'a str, ends: &[u32], number: u32) -> &'a str {
    let at = number as usize;
    let start = at.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| *end as usize);
    ends.get(at).and_then(|end| bytes.get(start..*end as usize)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn adopted_texts_are_numbered_as_one_by_one(
            batches in prop::collection::vec(prop::collection::vec("[A-D]{0,3}", 0..80), 1..5),
        ) {
            let hasher = DefaultHashBuilder::default();
            let (mut adopting, mut plain) = (Pool::new(&hasher), Pool::new(&hasher));
            for batch in batches {
                let mut pool = Pool::new(&hasher);
                let within: Vec<u32> = batch.iter().map(|text| pool.number(text).expect("fits")).collect();
                let ours = adopting.adopt(&pool).expect("fits");
                for (text, within) in batch.iter().zip(within) {
                    let number = plain.number(text).expect("fits");
                    prop_assert_eq!((ours[within as usize], adopting.text(number)), (number, text.as_str()));
                }
            }
        }
    }

    #[test]
    fn equal_texts_share_a_number_and_order_is_first_use() {
        let hasher = DefaultHashBuilder::default();
        let mut pool = Pool::new(&hasher);
        let numbers: Vec<_> = ["B", "A", "", "B", "Ä"].map(|text| pool.number(text).expect("fits")).to_vec();
        assert_eq!(numbers, [1, 2, 0, 1, 3]);
        assert_eq!(pool.number_of_parts(&["", ""]), Ok(0));
        assert_eq!(pool.number_of_parts(&["W", "FIR\u{1f}ST"]), Ok(4));
        let mut whole = Pool::new(&hasher);
        whole.number("A").expect("fits");
        assert_eq!(whole.adopt(&pool), Ok(vec![0, 2, 1, 3, 4]));
        assert_eq!((1..5).map(|number| whole.text(number)).collect::<Vec<_>>(), ["A", "B", "Ä", "W\u{1f}FIR ST"]);
    }
}
