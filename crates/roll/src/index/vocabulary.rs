//! A vocabulary: every different word of one kind on the roll, sorted and numbered, found exactly or with slips of the
//! pen. A fuzzy search goes through words, not voters, so what it costs hardly grows with the roll.

use rayon::prelude::*;

use super::fetch;

/// Longer words are found exactly, but not with slips.
const LONGEST: usize = 40;
/// Entries of a table that share a start, on average.
const SHARED: usize = 4;

/// The words of one kind. Word 0 is the empty one; numbers follow the order of the words.
#[derive(Debug, Clone, Copy, Default)]
pub struct Vocabulary<'a> {
    ends: &'a [u32],
    text: &'a str,
    exact: Table<'a>,
    /// Under each word and under what is left of it without one of its letters.
    slips: Table<'a>,
}

/// Numbers of words by hash.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Table<'a> {
    /// Hash in the upper half, number in the lower; ascending.
    pub(crate) entries: &'a [u64],
    /// Where the entries begin whose hashes begin with so many bits; one more at the end.
    pub(crate) starts: &'a [u32],
}

impl<'a> Table<'a> {
    fn bucket(&self, hash: u32) -> usize {
        let bits = self.starts.len().max(2).ilog2();
        usize::try_from(u64::from(hash) << bits >> 32).unwrap_or(usize::MAX)
    }

    fn start(&self, bucket: usize) -> usize {
        self.starts.get(bucket).map_or(0, |start| *start as usize)
    }

    fn numbers(&self, hash: u32) -> impl Iterator<Item = u32> + use<'a> {
        let bucket = self.bucket(hash);
        let entries = self.entries.get(self.start(bucket)..self.start(bucket.saturating_add(1))).unwrap_or(&[]);
        entries.iter().filter(move |entry| upper(**entry) == hash).map(|entry| lower(*entry))
    }
}

impl<'a> Vocabulary<'a> {
    pub(crate) fn new(ends: &'a [u32], text: &'a [u8], exact: Table<'a>, slips: Table<'a>) -> Self {
        // Words are ASCII; a damaged text is no text.
        Self { ends, text: std::str::from_utf8(text).unwrap_or(""), exact, slips }
    }

    /// How many words there are, the empty one counted.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The word of a number; empty for a number that is none.
    pub fn word(&self, number: u32) -> &'a str {
        let at = number as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.ends.get(at).and_then(|end| self.text.get(start..*end as usize)).unwrap_or("")
    }

    /// The number of a word, if the roll has it. The empty word is none.
    pub fn number(&self, word: &str) -> Option<u32> {
        if word.is_empty() {
            return None;
        }
        let hash = hash_of([word.as_bytes()]);
        self.exact.numbers(hash).find(|number| self.word(*number) == word)
    }

    /// Brings what tells the numbers of these words near the processor.
    pub fn fetch_ahead<'w>(&self, words: impl Iterator<Item = &'w str>) {
        let hashes: Vec<u32> = words.filter(|word| !word.is_empty()).map(|word| hash_of([word.as_bytes()])).collect();
        let exact = &self.exact;
        fetch(hashes.iter().map(|hash| Some(exact.start(exact.bucket(*hash)) as u64)));
        fetch(hashes.iter().map(|hash| exact.entries.get(exact.start(exact.bucket(*hash))).copied()));
        let numbers: Vec<u32> = hashes.iter().filter_map(|hash| exact.numbers(*hash).next()).collect();
        fetch(numbers.iter().map(|number| self.ends.get(*number as usize).copied().map(u64::from)));
        fetch(numbers.iter().map(|number| self.word(*number).bytes().next().map(u64::from)));
    }

    /// Appends the numbers of the words that may be one slip away from this one (or two that undo each other: a letter
    /// too many and one too few), each once, ascending, the word itself included. Only a comparison tells for sure.
    pub fn near(&self, word: &str, out: &mut Vec<u32>) {
        let from = out.len();
        each_variant(word.as_bytes(), &mut |hash| out.extend(self.slips.numbers(hash)));
        out[from..].sort_unstable();
        let mut kept = from;
        for at in from..out.len() {
            if kept == from || out[at] != out[kept - 1] {
                out[kept] = out[at];
                kept += 1;
            }
        }
        out.truncate(kept);
    }

    /// The numbers of the words that begin so.
    pub fn beginning(&self, prefix: &str) -> std::ops::Range<u32> {
        let count = u32::try_from(self.len()).unwrap_or(u32::MAX);
        let first_not = |before: &dyn Fn(&str) -> bool| {
            let (mut low, mut high) = (0, count);
            while low < high {
                let middle = low + (high - low) / 2;
                if before(self.word(middle)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            low
        };
        let start = first_not(&|word| word < prefix);
        start..first_not(&|word| word < prefix || word.starts_with(prefix)).max(start)
    }
}

/// The upper half of a pair of numbers.
pub(crate) fn upper(pair: u64) -> u32 {
    u32::try_from(pair >> 32).unwrap_or(0)
}

/// The lower half of a pair of numbers.
pub(crate) fn lower(pair: u64) -> u32 {
    u32::try_from(pair & 0xffff_ffff).unwrap_or(0)
}

/// FNV-1a over 64 bits with the finaliser of MurmurHash3, of which the upper half is taken: the same on every machine.
fn hash_of<const N: usize>(parts: [&[u8]; N]) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in parts.into_iter().flatten() {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    upper(hash ^ (hash >> 33))
}

/// The hash of a word and of each word that comes of it when one letter is left out.
fn each_variant(word: &[u8], found: &mut dyn FnMut(u32)) {
    found(hash_of([word]));
    if !(3..=LONGEST).contains(&word.len()) {
        return;
    }
    for at in 0..word.len() {
        // Leaving out either of two equal letters gives the same.
        if at == 0 || word[at] != word[at - 1] {
            found(hash_of([&word[..at], &word[at + 1..]]));
        }
    }
}

/// A vocabulary as it is written.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub(crate) ends: Vec<u32>,
    pub(crate) text: Vec<u8>,
    pub(crate) exact: WrittenTable,
    pub(crate) slips: WrittenTable,
}

/// A table as it is written.
#[derive(Debug, Default)]
pub(crate) struct WrittenTable {
    pub(crate) entries: Vec<u64>,
    pub(crate) starts: Vec<u32>,
}

/// The text of a vocabulary is larger than a snapshot can hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooManyWords;

impl Words {
    /// From words in any order, each as often as it likes.
    pub(crate) fn of(mut words: Vec<&str>, with_slips: bool) -> Result<Self, TooManyWords> {
        words.push("");
        words.par_sort_unstable();
        words.dedup();
        let (mut ends, mut text) = (Vec::with_capacity(words.len()), Vec::new());
        for word in &words {
            text.extend_from_slice(word.as_bytes());
            ends.push(u32::try_from(text.len()).map_err(|_| TooManyWords)?);
        }
        let exact = WrittenTable::of(&words, |word, found| found(hash_of([word])))?;
        let slips = if with_slips { WrittenTable::of(&words, each_variant)? } else { WrittenTable::default() };
        Ok(Self { ends, text, exact, slips })
    }

    pub(crate) fn view(&self) -> Vocabulary<'_> {
        Vocabulary::new(&self.ends, &self.text, self.exact.view(), self.slips.view())
    }
}

impl WrittenTable {
    fn of(words: &[&str], hashes: impl Fn(&[u8], &mut dyn FnMut(u32)) + Sync) -> Result<Self, TooManyWords> {
        let mut entries: Vec<u64> = words
            .par_iter()
            .enumerate()
            .with_min_len(1 << 12)
            .fold(Vec::new, |mut entries, (number, word)| {
                hashes(word.as_bytes(), &mut |hash| entries.push(u64::from(hash) << 32 | number as u64));
                entries
            })
            .reduce(Vec::new, |mut all, mut more| {
                all.append(&mut more);
                all
            });
        entries.par_sort_unstable();
        entries.dedup();
        let starts = starts(&entries)?;
        Ok(Self { entries, starts })
    }

    fn view(&self) -> Table<'_> {
        Table { entries: &self.entries, starts: &self.starts }
    }
}

/// Where the entries begin for each value of their leading bits: a power of two of them, and the end.
fn starts(entries: &[u64]) -> Result<Vec<u32>, TooManyWords> {
    let bits = (entries.len() / SHARED).max(2).ilog2();
    let mut starts = Vec::with_capacity((1 << bits) + 1);
    let mut at = 0;
    for bucket in 0..1_u64 << bits {
        while entries.get(at).is_some_and(|entry| entry >> (64 - bits) < bucket) {
            at += 1;
        }
        starts.push(u32::try_from(at).map_err(|_| TooManyWords)?);
    }
    starts.push(u32::try_from(entries.len()).map_err(|_| TooManyWords)?);
    Ok(starts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::normal::distance_at_most;

    #[test]
    fn words_are_found_by_number_and_beginning() {
        let words = Words::of(vec!["SMITH", "GARCIA", "SMITHERS", "GARCIA"], true).expect("fits");
        let words = words.view();
        assert_eq!((0..4).map(|number| words.word(number)).collect::<Vec<_>>(), ["", "GARCIA", "SMITH", "SMITHERS"]);
        assert_eq!([words.number("SMITH"), words.number("SMIT"), words.number("")], [Some(2), None, None]);
        assert_eq!([words.beginning("SMI"), words.beginning("SMITHE"), words.beginning("Z")], [2..4, 3..4, 4..4]);
        assert_eq!(words.beginning("").len(), 4);
        assert_eq!((words.word(9), Vocabulary::default().number("A")), ("", None));
    }

    proptest! {
        #[test]
        fn every_word_within_one_slip_is_near(all in prop::collection::vec("[ABC]{1,7}", 1..60), asked in "[ABC]{1,7}") {
            let words = Words::of(all.iter().map(String::as_str).collect(), true).expect("fits");
            let words = words.view();
            let mut near = Vec::new();
            words.near(&asked, &mut near);
            prop_assert!(near.is_sorted_by(|one, next| one < next));
            for word in &all {
                let number = words.number(word).expect("a word");
                let slip = word.len().min(asked.len()) >= 3 && distance_at_most(word, &asked, 1).is_some();
                if slip || *word == asked {
                    prop_assert!(near.contains(&number), "{word}");
                }
            }
        }
    }
}
