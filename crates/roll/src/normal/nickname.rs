//! Names that one person uses for another: short forms, and the same name in English and Spanish.

use std::{collections::HashMap, sync::LazyLock};

/// One group a line: a formal name and the forms in use for it.
const TABLE: &str = concat!(include_str!("../../data/nicknames.csv"), include_str!("../../data/nicknames_english.csv"));

/// The groups of names, each as its line of the table.
static NAMES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect());

/// The groups that each name stands in.
static GROUPS: LazyLock<HashMap<&'static str, Vec<u16>>> = LazyLock::new(|| {
    let mut groups: HashMap<&str, Vec<u16>> = HashMap::new();
    for (line, group) in NAMES.iter().zip(0_u16..) {
        for name in line.split(',') {
            groups.entry(name).or_default().push(group);
        }
    }
    groups
});

/// The names that stand in one group with a folded given name, itself left out; a name may come twice.
pub fn nicknames(name: &str) -> impl Iterator<Item = &'static str> {
    let groups = GROUPS.get(name).map(Vec::as_slice).unwrap_or_default();
    groups.iter().flat_map(|group| NAMES[usize::from(*group)].split(',')).filter(move |other| *other != name)
}

/// Whether two folded given names can be the same person's by common usage: BOB and ROBERT, BOB and BOBBY, JUAN and JOHN.
/// A name is not its own nickname.
pub fn are_nicknames(left: &str, right: &str) -> bool {
    let (Some(left_groups), Some(right_groups)) = (GROUPS.get(left), GROUPS.get(right)) else { return false };
    left != right && left_groups.iter().any(|group| right_groups.contains(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_belong_to_their_names() {
        for (left, right) in
            [("BOB", "ROBERT"), ("BOB", "BOBBY"), ("JOHN", "JUAN"), ("JENN", "JENNIFER"), ("SUE", "SUSAN")]
        {
            assert!(are_nicknames(left, right) && are_nicknames(right, left), "{left} {right}");
        }
        assert!(nicknames("ROBERT").any(|name| name == "BOB") && nicknames("BOB").all(|name| name != "BOB"));
        assert!(!are_nicknames("ROBERT", "RICHARD"));
        assert!(!are_nicknames("ROBERT", "ROBERT"));
        assert!(!are_nicknames("XYZZY", "ROBERT"));
    }

    #[test]
    fn the_table_is_well_formed() {
        for line in NAMES.iter() {
            let names: Vec<_> = line.split(',').collect();
            assert!(names.len() > 1, "{line}");
            assert!(names.iter().all(|name| name.len() > 1 && name.bytes().all(|b| b.is_ascii_uppercase())), "{line}");
            assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), names.len(), "{line}");
        }
    }
}
