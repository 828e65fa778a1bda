//! The pool of texts: each different text once, numbered in the order of first use.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Texts under numbers; the empty text is number 0.
#[derive(Debug)]
pub(crate) struct Pool {
    bytes: String,
    ends: Vec<u32>,
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

/// The texts of a pool no longer fit into 4 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PoolFull;

impl Pool {
    pub(crate) fn new() -> Self {
        Self { bytes: String::new(), ends: vec![0], numbers: HashTable::new(), hasher: DefaultHashBuilder::default() }
    }

    /// The number of a text, new or known.
    pub(crate) fn number(&mut self, text: &str) -> Result<u32, PoolFull> {
        if text.is_empty() {
            return Ok(0);
        }
        let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
        let hash = hasher.hash_one(text);
        if let Some(number) = self.numbers.find(hash, |number| text_at(bytes, ends, *number) == text) {
            return Ok(*number);
        }
        let number = u32::try_from(self.ends.len()).map_err(|_| PoolFull)?;
        let end = u32::try_from(self.bytes.len() + text.len()).map_err(|_| PoolFull)?;
        self.bytes.push_str(text);
        self.ends.push(end);
        let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
        self.numbers.insert_unique(hash, number, |number| hasher.hash_one(text_at(bytes, ends, *number)));
        Ok(number)
    }

    /// All texts, in the order of their numbers.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|at| {
            let number = u32::try_from(at).unwrap_or(u32::MAX);
            text_at(&self.bytes, &self.ends, number)
        })
    }

    /// Where each text ends in [`Pool::bytes`].
    pub(crate) fn ends(&self) -> &[u32] {
        &self.ends
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.as_bytes()
    }
}

fn text_at<'a>(bytes: &'a str, ends: &[u32], number: u32) -> &'a str {
    let at = number as usize;
    let start = at.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |end| *end as usize);
    ends.get(at).and_then(|end| bytes.get(start..*end as usize)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_share_a_number_and_order_is_first_use() {
        let mut pool = Pool::new();
        let numbers: Vec<_> = ["B", "A", "", "B", "Ä"].map(|text| pool.number(text).expect("fits")).to_vec();
        assert_eq!(numbers, [1, 2, 0, 1, 3]);
        assert_eq!(pool.texts().collect::<Vec<_>>(), ["", "B", "A", "Ä"]);
    }
}
