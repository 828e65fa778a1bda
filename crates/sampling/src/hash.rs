//! SHA-256 values: how they are printed, and the tree of RFC 6962 over a list.

use sha2::{Digest, Sha256};

/// The 32 bytes of a SHA-256.
pub(crate) type Hash = [u8; 32];

/// Lower-case hexadecimal digits, two a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of 64 lower-case hexadecimal digits; none for anything else.
pub(crate) fn from_hex(text: &str) -> Option<Hash> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, odd) = text.as_bytes().as_chunks::<2>();
    let bytes: Option<Vec<u8>> = pairs.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect();
    bytes?.try_into().ok().filter(|_| odd.is_empty())
}

/// The root of the tree of RFC 6962, section 2.1, while its leaves come in one at a time.
///
/// Held are only the roots of the complete subtrees so far, largest first: one for each bit set in the number of leaves.
#[derive(Default)]
pub(crate) struct Tree {
    subtrees: Vec<Hash>,
    leaves: u64,
}

impl Tree {
    /// Puts a leaf behind the others.
    pub(crate) fn push(&mut self, leaf: &[u8]) {
        let mut node: Hash = Sha256::new_with_prefix([0]).chain_update(leaf).finalize().into();
        // Where the number of leaves so far ends in ones, as many pairs of equal subtrees become one.
        for _ in 0..self.leaves.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                node = join(&left, &node);
            }
        }
        self.subtrees.push(node);
        self.leaves += 1;
    }

    /// The root over all leaves; of none, the hash of nothing.
    pub(crate) fn root(mut self) -> Hash {
        let Some(mut root) = self.subtrees.pop() else {
            return Sha256::digest([]).into();
        };
        while let Some(left) = self.subtrees.pop() {
            root = join(&left, &root);
        }
        root
    }
}

fn join(left: &Hash, right: &Hash) -> Hash {
    Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn root(leaves: &[&[u8]]) -> Hash {
        let mut tree = Tree::default();
        for leaf in leaves {
            tree.push(leaf);
        }
        tree.root()
    }

    /// The definition of RFC 6962 word for word, from the whole list.
    fn by_definition(leaves: &[&[u8]]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [leaf] => Sha256::digest([&[0], *leaf].concat()).into(),
            _ => {
                let mut split = 1;
                while split * 2 < leaves.len() {
                    split *= 2;
                }
                let (left, right) = (by_definition(&leaves[..split]), by_definition(&leaves[split..]));
                Sha256::digest([&[1], &left[..], &right[..]].concat()).into()
            }
        }
    }

    /// The leaves and roots that the test suite of Certificate Transparency has used since RFC 6962.
    #[test]
    fn the_roots_of_certificate_transparency_come_out() {
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        for (count, expected) in roots.iter().enumerate() {
            assert_eq!(hex(&root(&leaves[..count])), *expected, "{count} leaves");
        }
    }

    #[test]
    fn hexadecimal_reads_back_and_nothing_else_does() {
        let hash: Hash = Sha256::digest(b"petition").into();
        assert_eq!(from_hex(&hex(&hash)), Some(hash));
        let good = "0123456789abcdef".repeat(4);
        assert_eq!(hex(&from_hex(&good).unwrap()), good);
        for bad in [&good[1..], &good[2..], &format!("{good}0"), &format!("{good}00"), &good.to_uppercase(), ""] {
            assert_eq!(from_hex(bad), None, "{bad}");
        }
        for bad in ["/", ":", "`", "g", " "] {
            assert_eq!(from_hex(&good.replacen('f', bad, 1)), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn one_leaf_at_a_time_is_the_definition(leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..4), 0..80)) {
            let leaves: Vec<&[u8]> = leaves.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(root(&leaves), by_definition(&leaves));
        }
    }
}
