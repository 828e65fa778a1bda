//! The tree of RFC 6962, section 2.1: its root while leaves come in, and the proofs that a leaf is in it or that it only grew.

use sha2::{Digest, Sha256};

use crate::Hash;

/// The hash of a leaf: SHA-256 over a zero byte and the leaf.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Sha256::new_with_prefix([0]).chain_update(leaf).finalize().into()
}

fn join(left: &Hash, right: &Hash) -> Hash {
    Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
}

/// A tree to which leaves are added one at a time.
///
/// Held are only the roots of the complete subtrees so far, largest first: one for each bit set in the number of leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    subtrees: Vec<Hash>,
    leaves: u64,
}

impl Tree {
    /// Puts a leaf behind the others.
    pub fn push(&mut self, leaf: &[u8]) {
        self.push_hash(leaf_hash(leaf));
    }

    /// Puts a leaf behind the others, by its hash.
    pub fn push_hash(&mut self, leaf: Hash) {
        let mut node = leaf;
        // Where the number of leaves so far ends in ones, as many pairs of equal subtrees become one.
        for _ in 0..self.leaves.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                node = join(&left, &node);
            }
        }
        self.subtrees.push(node);
        self.leaves += 1;
    }

    /// Number of leaves.
    pub const fn size(&self) -> u64 {
        self.leaves
    }

    /// The root over all leaves; of none, the hash of nothing.
    pub fn root(&self) -> Hash {
        let joined = self.subtrees.iter().rev().copied().reduce(|right, left| join(&left, &right));
        joined.unwrap_or_else(|| Sha256::digest([]).into())
    }
}

/// The root over leaves given by their hashes.
pub fn root_of(leaves: &[Hash]) -> Hash {
    let mut tree = Tree::default();
    for &leaf in leaves {
        tree.push_hash(leaf);
    }
    tree.root()
}

/// The largest power of two smaller than `size`, for trees of two leaves and more.
fn split(size: usize) -> usize {
    size.next_power_of_two() / 2
}

/// The audit path of RFC 6962, section 2.1.1, for the leaf at `index`, counted from zero; none where there is no such leaf.
pub fn inclusion(leaves: &[Hash], index: u64) -> Option<Vec<Hash>> {
    let mut at = usize::try_from(index).ok().filter(|&at| at < leaves.len())?;
    let (mut path, mut part) = (Vec::new(), leaves);
    while part.len() > 1 {
        let (left, right) = part.split_at(split(part.len()));
        let sibling = if at < left.len() {
            part = left;
            right
        } else {
            at -= left.len();
            part = right;
            left
        };
        path.push(root_of(sibling));
    }
    path.reverse();
    Some(path)
}

/// Whether the path shows that the leaf stands at `index`, counted from zero, in the tree of `size` leaves with this root.
pub fn verify_inclusion(index: u64, size: u64, leaf: Hash, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    // RFC 9162, section 2.1.3.2: `last` is the place of the last leaf, and both move up a level with each step.
    let (mut at, mut last, mut node) = (index, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            node = join(sibling, &node);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            node = join(&node, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && node == *root
}

/// The proof of RFC 6962, section 2.1.2, that the tree over all leaves begins with the tree over the first `old` of them; none where there
/// were none before, or more than there are.
pub fn consistency(leaves: &[Hash], old: u64) -> Option<Vec<Hash>> {
    let mut rest = usize::try_from(old).ok().filter(|&old| old > 0 && old <= leaves.len())?;
    let (mut path, mut part, mut whole) = (Vec::new(), leaves, true);
    while rest < part.len() {
        let (left, right) = part.split_at(split(part.len()));
        if rest <= left.len() {
            path.push(root_of(right));
            part = left;
        } else {
            path.push(root_of(left));
            rest -= left.len();
            part = right;
            whole = false;
        }
    }
    if !whole {
        path.push(root_of(part));
    }
    path.reverse();
    Some(path)
}

/// Whether the path shows that the tree of `new` leaves begins with the tree of `old` leaves. A tree is consistent with itself, by no path.
pub fn verify_consistency(old: u64, old_root: &Hash, new: u64, new_root: &Hash, path: &[Hash]) -> bool {
    if old == new {
        return path.is_empty() && old_root == new_root;
    }
    if old == 0 || old > new {
        return false;
    }
    // RFC 9162, section 2.1.4.2.
    let (mut at, mut last) = (old - 1, new - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let mut path = path.iter();
    let first = if old.is_power_of_two() { Some(old_root) } else { path.next() };
    let Some(&first) = first else { return false };
    let (mut of_old, mut of_new) = (first, first);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            of_old = join(sibling, &of_old);
            of_new = join(sibling, &of_new);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            of_new = join(&of_new, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && of_old == *old_root && of_new == *new_root
}
