//! Names that one person uses for another: short forms, the same name in another language, and other spellings of it.

use std::sync::LazyLock;

use hashbrown::HashMap;

/// One group a line: a formal name and the forms in use for it; then the groups of spellings.
const TABLE: &str = concat!(include_str!("../../data/nicknames.csv"), include_str!("../../data/nicknames_english.csv"));
const SPELLINGS: &str = include_str!("../../data/name_spellings.csv");

/// The groups of names and who stands in them.
struct Names {
    /// Each group as its line of a table, spellings last.
    groups: Vec<&'static str>,
    /// The groups that each name stands in, ascending.
    of: HashMap<&'static str, Vec<u16>>,
    /// The number of the first group of spellings.
    spellings_from: u16,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let lines = |table: &'static str| table.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let spellings_from = u16::try_from(lines(TABLE).count()).unwrap_or(u16::MAX);
    let groups: Vec<&str> = lines(TABLE).chain(lines(SPELLINGS)).collect();
    let mut of: HashMap<&str, Vec<u16>> = HashMap::new();
    for (line, group) in groups.iter().zip(0_u16..) {
        for name in line.split(',') {
            of.entry(name).or_default().push(group);
        }
    }
    Names { groups, of, spellings_from }
});

impl Names {
    fn groups_of(&self, name: &str) -> &[u16] {
        self.of.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The first group that both stand in, from a group on.
    fn shared(&self, left: &str, right: &str, from: u16) -> bool {
        let (left, right) = (self.groups_of(left), self.groups_of(right));
        !right.is_empty() && left.iter().any(|group| *group >= from && right.contains(group))
    }
}

/// The names that stand in one group with a folded given name, itself left out; a name may come twice.
pub fn nicknames(name: &str) -> impl Iterator<Item = &'static str> {
    let names = &*NAMES;
    let groups = names.groups_of(name).iter();
    groups.flat_map(|group| names.groups[usize::from(*group)].split(',')).filter(move |other| *other != name)
}

/// Whether two folded given names can be the same person's by common usage: BOB and ROBERT, BOB and BOBBY, JUAN and JOHN,
/// KATHRYN and CATHERINE. A name is not its own nickname.
pub fn are_nicknames(left: &str, right: &str) -> bool {
    left != right && NAMES.shared(left, right, 0)
}

/// Whether two folded given names are one name spelled or transliterated in two ways: STEVEN and STEPHEN, MOHAMMED and
/// MUHAMMAD. Such names are among the [`nicknames`] too.
pub fn are_spellings(left: &str, right: &str) -> bool {
    left != right && NAMES.shared(left, right, NAMES.spellings_from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        assert!(NAMES.groups.len() < usize::from(u16::MAX));
        for line in &NAMES.groups {
            let names: Vec<_> = line.split(',').collect();
            assert!(names.len() > 1, "{line}");
            assert!(names.iter().all(|name| name.len() > 1 && name.bytes().all(|b| b.is_ascii_uppercase())), "{line}");
            assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), names.len(), "{line}");
        }
    }

    #[test]
    fn every_name_of_a_group_finds_every_other() {
        for line in &NAMES.groups {
            let (first, last) = (line.split(',').next().unwrap(), line.split(',').next_back().unwrap());
            assert!(are_nicknames(first, last) && are_nicknames(last, first), "{line}");
            assert!(nicknames(first).any(|name| name == last) && nicknames(first).all(|name| name != first), "{line}");
        }
    }
}
