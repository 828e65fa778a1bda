//! The tree, its proofs, and how they are written.

use ct_merkle::{
    ConsistencyProof as TheirConsistency, InclusionProof as TheirInclusion, RootHash, mem_backed_tree::MemoryBackedTree,
};
use ledger::{
    Checkpoint, ConsistencyProof, Hash, InclusionProof, Tree, consistency, from_hex, hex, inclusion, leaf_hash,
    root_of, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// The definition of RFC 6962 word for word, from the whole list.
fn by_definition(leaves: &[Vec<u8>]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => Sha256::digest([&[0], leaf.as_slice()].concat()).into(),
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

fn hashes(leaves: &[Vec<u8>]) -> Vec<Hash> {
    leaves.iter().map(|leaf| leaf_hash(leaf)).collect()
}

fn some_leaves(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|number| number.to_string().into_bytes()).collect()
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
        let mut tree = Tree::default();
        leaves[..count].iter().for_each(|leaf| tree.push(leaf));
        assert_eq!((hex(&tree.root()).as_str(), tree.size()), (*expected, count as u64));
    }
}

/// Every tree of up to forty leaves, with every leaf and every older size, here and in a kept library.
#[test]
fn every_proof_of_a_small_tree_is_the_librarys() {
    for size in 1..40 {
        let leaves = some_leaves(size);
        let (ours, root) = (hashes(&leaves), root_of(&hashes(&leaves)));
        let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        for leaf in &leaves {
            theirs.push(leaf.clone());
        }
        assert_eq!(theirs.root().as_bytes().as_slice(), root);
        assert_eq!(by_definition(&leaves), root);
        for at in 0..size {
            let path = inclusion(&ours, at as u64).unwrap();
            let their_path: TheirInclusion<Sha256> = theirs.prove_inclusion(at);
            assert_eq!(path.concat(), their_path.as_bytes(), "leaf {at} of {size}");
            assert!(verify_inclusion(at as u64, size as u64, ours[at], &path, &root));
            let their_root = RootHash::<Sha256>::new(root.into(), size as u64);
            assert!(their_root.verify_inclusion(&leaves[at], at as u64, &their_path).is_ok());
        }
        assert_eq!(inclusion(&ours, size as u64), None);
        for old in 1..size {
            let path = consistency(&ours, old as u64).unwrap();
            let their_path: TheirConsistency<Sha256> = theirs.prove_consistency(size - old);
            assert_eq!(path.concat(), their_path.as_bytes(), "{old} of {size}");
            assert!(verify_consistency(old as u64, &root_of(&ours[..old]), size as u64, &root, &path));
        }
        assert_eq!(consistency(&ours, size as u64), Some(Vec::new()));
        assert!(verify_consistency(size as u64, &root, size as u64, &root, &[]));
        assert!(consistency(&ours, 0).is_none() && consistency(&ours, size as u64 + 1).is_none());
    }
}

/// In every tree of up to seventeen leaves no proof holds for another place, another leaf, another size or another root, longer or shorter.
#[test]
fn no_proof_holds_for_anything_else() {
    let leaves = hashes(&some_leaves(17));
    for size in 1..=leaves.len() {
        let root = root_of(&leaves[..size]);
        for at in 0..size {
            let path = inclusion(&leaves[..size], at as u64).unwrap();
            let holds = |at: usize, of: usize, leaf, path: &[Hash], root: &Hash| {
                verify_inclusion(at as u64, of as u64, leaf, path, root)
            };
            for other in 0..=size {
                assert!(other == at || !holds(other, size, leaves[at], &path, &root), "{at} as {other} of {size}");
                assert!(other == at || other == size || !holds(at, size, leaves[other], &path, &root));
            }
            assert!(!holds(at, size, leaves[at], &path, &leaves[0]) || size == 1);
            assert!(!holds(at, 0, leaves[at], &path, &root));
            let longer = [&path[..], &[root]].concat();
            assert!(!holds(at, size, leaves[at], &longer, &root));
            assert!(path.is_empty() || !holds(at, size, leaves[at], &path[1..], &root));
            assert!(path.is_empty() || !holds(at, size, leaves[at], &path[..path.len() - 1], &root));
        }
        for old in 1..size {
            let (path, old_root) = (consistency(&leaves[..size], old as u64).unwrap(), root_of(&leaves[..old]));
            let holds = |old: usize, old_root: &Hash, new: usize, path: &[Hash]| {
                verify_consistency(old as u64, old_root, new as u64, &root, path)
            };
            for other in 1..size {
                let other_root = root_of(&leaves[..other]);
                assert!(other == old || !holds(old, &other_root, size, &path), "{old} as {other} of {size}");
            }
            assert!(!holds(0, &old_root, size, &path) && !holds(size + 1, &old_root, size, &path));
            assert!(!holds(old, &leaves[16], size, &path) && !holds(size, &old_root, size, &path));
            assert!(!holds(old, &old_root, size, &[&path[..], &[root]].concat()));
            assert!(!holds(old, &old_root, size, &path[1..]) && !holds(old, &old_root, size, &path[..path.len() - 1]));
            assert!(!holds(old, &old_root, size, &[]));
        }
    }
}

fn checkpoint(leaves: &[Hash]) -> Checkpoint {
    Checkpoint { origin: "county.example/recall".to_owned(), size: leaves.len() as u64, root: root_of(leaves) }
}

#[test]
fn proofs_are_written_as_c2sp_says() {
    let leaves = hashes(&some_leaves(3));
    let now = checkpoint(&leaves);
    let proof = InclusionProof { index: 2, path: inclusion(&leaves, 2).unwrap(), checkpoint: now.to_text() };
    let text = proof.to_text();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex 2\n"), "{text}");
    assert!(text.contains("\n\ncounty.example/recall\n3\n"), "{text}");
    assert_eq!(InclusionProof::from_text(&text), Ok(proof.clone()));
    let extra = text.replacen("index", "extra aGVsbG8=\nindex", 1);
    assert_eq!(InclusionProof::from_text(&extra), Ok(proof.clone()));
    assert!(proof.holds(b"2", &now) && !proof.holds(b"1", &now));
    let grown = ConsistencyProof { old: 2, path: consistency(&leaves, 2).unwrap(), checkpoint: now.to_text() };
    assert!(grown.to_text().starts_with("old 2\n"));
    assert_eq!(ConsistencyProof::from_text(&grown.to_text()), Ok(grown.clone()));
    let before = checkpoint(&leaves[..2]);
    assert!(grown.holds(&before, &now));
    assert!(!grown.holds(&checkpoint(&leaves[..1]), &now));
    assert!(!grown.holds(&Checkpoint { origin: "other".to_owned(), ..before }, &now));
    for bad in [
        "",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v1\nindex 02\n\n",
        "c2sp.org/tlog-proof@v1\nindex 2\nAAAA\n\n",
        "c2sp.org/tlog-proof@v1\nindex x\n\n",
        "c2sp.org/tlog-proof@v1\nindex 2\n",
    ] {
        assert!(InclusionProof::from_text(bad).is_err(), "{bad}");
    }
    assert!(ConsistencyProof::from_text("new 2\n\n").is_err());
}

#[test]
fn a_checkpoint_has_one_spelling() {
    let now = checkpoint(&hashes(&some_leaves(3)));
    let text = now.to_text();
    assert_eq!(Checkpoint::from_text(&text), Ok(now));
    let line = |at: usize, with: &str| {
        let mut lines: Vec<_> = text.lines().collect();
        lines[at] = with;
        lines.join("\n") + "\n"
    };
    let bad = [
        text.trim_end().to_owned(),
        text.clone() + "more\n",
        line(0, ""),
        line(1, "03"),
        line(1, "+3"),
        line(1, "three"),
        line(1, "18446744073709551616"),
        line(2, "AAAA"),
        line(2, "not base64"),
        String::new(),
    ];
    for bad in bad {
        assert!(Checkpoint::from_text(&bad).is_err(), "{bad}");
    }
}

#[test]
fn hexadecimal_reads_back_and_nothing_else_does() {
    let hash: Hash = Sha256::digest(b"petition").into();
    assert_eq!(from_hex(&hex(&hash)), Some(hash));
    let good = "0123456789abcdef".repeat(4);
    assert_eq!(hex(&from_hex::<32>(&good).unwrap()), good);
    for bad in [&good[1..], &good[2..], &format!("{good}0"), &format!("{good}00"), &good.to_uppercase(), ""] {
        assert_eq!(from_hex::<32>(bad), None, "{bad}");
    }
    for bad in ["/", ":", "`", "g", " "] {
        assert_eq!(from_hex::<32>(&good.replacen('f', bad, 1)), None, "{bad}");
    }
}

proptest! {
    #[test]
    fn one_leaf_at_a_time_is_the_definition(leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..4), 0..80)) {
        prop_assert_eq!(root_of(&hashes(&leaves)), by_definition(&leaves));
    }

    #[test]
    fn no_text_makes_a_proof_panic(text in "(c2sp.org/tlog-proof@v1\n)?(extra a\n)?(index |old )?[0-9]{0,3}\n?([A-Za-z0-9+/=]{0,50}\n){0,4}") {
        let _ = InclusionProof::from_text(&text);
        let _ = ConsistencyProof::from_text(&text);
        let _ = Checkpoint::from_text(&text);
    }
}
