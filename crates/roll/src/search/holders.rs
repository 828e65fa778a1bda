//! Who holds what the snapshot's own orders do not lead to: middle names, house numbers and units, postal codes, years of
//! birth.

/// For a voter who holds nothing of a kind.
pub(super) const NONE: u32 = u32::MAX;

/// Rows by a number of some vocabulary.
#[derive(Debug)]
pub(super) struct Holders {
    /// Where the rows of each number begin; one more at the end.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Holders {
    /// `held` tells for each voter the numbers under which the row belongs; numbers from `count` on are passed over.
    pub(super) fn of<T, const N: usize>(voters: &[T], count: usize, held: impl Fn(&T) -> [u32; N]) -> Self {
        let mut starts = vec![0_u32; count + 1];
        let held = |voter| held(voter).into_iter().map(|number| number as usize).filter(|number| *number < count);
        for number in voters.iter().flat_map(&held) {
            starts[number + 1] += 1;
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut next = starts.clone();
        let mut rows = vec![0_u32; total as usize];
        for (row, voter) in (0_u32..).zip(voters) {
            for number in held(voter) {
                rows[next[number] as usize] = row;
                next[number] += 1;
            }
        }
        Self { starts, rows }
    }

    /// The rows of a number, ascending.
    pub(super) fn rows(&self, number: u32) -> &[u32] {
        let start = |at: usize| self.starts.get(at).map(|start| *start as usize);
        let range = start(number as usize).zip(start(number as usize + 1));
        range.and_then(|(from, to)| self.rows.get(from..to)).unwrap_or(&[])
    }
}

/// A set of rows.
pub(super) struct RowSet(Vec<u64>);

impl RowSet {
    pub(super) fn none(voters: u32) -> Self {
        Self(vec![0; (voters as usize).div_ceil(64)])
    }

    pub(super) fn add(&mut self, row: u32) {
        if let Some(bits) = self.0.get_mut(row as usize / 64) {
            *bits |= 1 << (row % 64);
        }
    }

    pub(super) fn has(&self, row: u32) -> bool {
        self.0.get(row as usize / 64).is_some_and(|bits| bits >> (row % 64) & 1 > 0)
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        numbers(&self.0)
    }
}

/// The numbers of the bits that are set.
pub(super) fn numbers(bits: &[u64]) -> impl Iterator<Item = u32> {
    (0_u32..).step_by(64).zip(bits).filter(|(_, bits)| **bits > 0).flat_map(|(from, bits)| {
        let mut rest = *bits;
        std::iter::from_fn(move || {
            let at = (rest > 0).then(|| rest.trailing_zeros())?;
            rest &= rest - 1;
            Some(from + at)
        })
    })
}
