//! The list: its order, its root, what it refuses.

use proptest::prelude::*;
use sampling::manifest::{Manifest, ManifestError, Root, SealedManifest};

use crate::common::{Dice, line, lines};

/// By hand from the definition, with `sha256sum` and with Python.
const ROOT_OF_ONE: &str = "644de3815968a3f48ab055fe2ebbab6c0ab528a4a77600c157f0aa96fd0be8b1";
const ROOT_OF_FIVE: &str = "7283f31ffb6afc78533b43198ff7f11f4c7aca75e4a64fe6aadb34663b1d8eab";

#[test]
fn the_lines_are_sorted_as_numbers_and_have_the_root_of_the_definition() {
    let one = Manifest::new(vec![line(1, 1)]).unwrap();
    assert_eq!(one.root().to_string(), ROOT_OF_ONE);
    let five = Manifest::new(vec![line(2, 10), line(1, 1), line(10, 3), line(2, 1), line(1, 2)]).unwrap();
    let order: Vec<_> = five.lines().iter().map(ToString::to_string).collect();
    assert_eq!(order, ["1:1", "1:2", "2:1", "2:10", "10:3"]);
    assert_eq!(five.count(), 5);
    assert_eq!(five.root().to_string(), ROOT_OF_FIVE);
}

#[test]
fn an_empty_list_and_a_repeated_line_are_refused_by_name() {
    assert_eq!(Manifest::new(vec![]), Err(ManifestError::Empty));
    let repeated = Manifest::new(vec![line(3, 1), line(1, 2), line(3, 1)]).unwrap_err();
    assert_eq!(repeated, ManifestError::Repeated { line: line(3, 1) });
    insta::assert_snapshot!(repeated, @"line 3:1 stands in the list more than once; every line is countable once, so strike the repeat");
    insta::assert_snapshot!(ManifestError::Empty, @"the list has no lines; count the lines first");
}

#[test]
fn only_the_list_that_was_sealed_can_be_drawn_from() {
    let manifest = Manifest::new(lines(12)).unwrap();
    let sealed = SealedManifest::new(manifest.clone(), manifest.root()).unwrap();
    assert_eq!(sealed.manifest(), &manifest);
    let other = Manifest::new(lines(11)).unwrap();
    let refused = SealedManifest::new(other.clone(), manifest.root()).unwrap_err();
    assert_eq!(refused, ManifestError::NotAsSealed { found: other.root(), sealed: manifest.root() });
    insta::assert_snapshot!(refused, @"the list has the root c7b1e368db8729b8abe0f5b2d636cb4d01ce5365bcb3dc1a1f7ccedd27e6493d but 360ecbc487406e1c10737e54bc2c2d48f677d8c0ecc36e47fbe402a1d6c6de76 was sealed: lines came, went or changed since; draw from the sealed list, or seal anew and roll a new seed");
}

#[test]
fn a_root_reads_back_and_nothing_else_is_one() {
    let root: Root = ROOT_OF_FIVE.parse().unwrap();
    assert_eq!(root.to_string(), ROOT_OF_FIVE);
    assert_eq!(serde_json::to_value(root).unwrap(), ROOT_OF_FIVE);
    for bad in ["", &ROOT_OF_FIVE[1..], &ROOT_OF_FIVE.to_uppercase()] {
        let refused = bad.parse::<Root>().unwrap_err();
        assert_eq!(refused.to_string(), "not a root; write its 64 hexadecimal digits in lower case");
    }
}

proptest! {
    #[test]
    fn the_order_of_arrival_does_not_matter_and_every_line_does(count in 2..60_u32, chance in any::<u64>()) {
        let sorted = lines(count);
        let whole = Manifest::new(sorted.clone()).unwrap();
        let mut dice = Dice(chance);
        let mut shuffled = sorted.clone();
        dice.shuffle(&mut shuffled);
        prop_assert_eq!(&Manifest::new(shuffled).unwrap(), &whole);
        let mut without = sorted.clone();
        without.remove(dice.below(u64::from(count)) as usize);
        prop_assert_ne!(Manifest::new(without).unwrap().root(), whole.root());
        let mut renumbered = sorted;
        renumbered[dice.below(u64::from(count)) as usize] = line(1000, 1);
        prop_assert_ne!(Manifest::new(renumbered).unwrap().root(), whole.root());
    }
}
