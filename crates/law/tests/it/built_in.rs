//! Every built-in pack and every file under `rules/`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use law::{Calendar, RulePack};

fn packs() -> Vec<RulePack> {
    RulePack::built_in().collect::<Result<_, _>>().unwrap()
}

/// The names of the `.toml` files in a folder and those below it.
fn files(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, names);
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            let name = path.strip_prefix(rules()).unwrap().with_extension("");
            names.insert(name.to_str().unwrap().replace('\\', "/"));
        }
    }
}

fn rules() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules"))
}

fn text_of(name: &str) -> String {
    fs::read_to_string(rules().join(format!("{name}.toml"))).unwrap()
}

#[test]
fn every_golden_example_comes_out() {
    for pack in packs() {
        let failures: Vec<_> = pack.check_golden().iter().map(ToString::to_string).collect();
        assert!(failures.is_empty(), "{}: {failures:#?}", pack.id());
    }
}

/// What a pack computes has at least one golden example.
#[test]
fn every_computed_part_has_a_golden_example() {
    for pack in packs() {
        let golden: Vec<toml::Table> = pack.files().iter().map(|file| file.text.parse().unwrap()).collect();
        let examples = |kind: &str| -> Vec<&toml::Value> {
            let tables = golden.iter().filter_map(|file| file.get("golden")?.get(kind)?.as_array());
            tables.flatten().collect()
        };
        let rules: BTreeSet<_> = pack.rules().into_iter().map(|rule| rule.key).collect();
        let mut missing = Vec::new();
        for (kind, computed) in [
            ("threshold", true),
            ("verdict", true),
            ("circulation", rules.contains("circulation")),
            ("sample_size", pack.has_sample()),
            ("projection", pack.has_sample()),
        ] {
            if computed && examples(kind).is_empty() {
                missing.push(kind.to_owned());
            }
            assert!(computed || examples(kind).is_empty(), "{}: {kind} of nothing", pack.id());
        }
        for kind in ["deadline", "retention"] {
            let dated: BTreeSet<_> = examples(kind).iter().map(|example| example["key"].as_str().unwrap()).collect();
            let of_kind = |key: &&String| {
                key.strip_prefix(kind).and_then(|key| key.strip_prefix('.')).is_some_and(|key| !dated.contains(key))
            };
            missing.extend(rules.iter().filter(of_kind).cloned());
        }
        assert!(missing.is_empty(), "{} has no golden example of {missing:?}", pack.id());
    }
}

#[test]
fn every_file_of_the_repository_is_built_in() {
    let mut names = BTreeSet::new();
    files(rules(), &mut names);
    let ids: BTreeSet<_> = packs().iter().map(|pack| pack.id().to_owned()).collect();
    let with =
        |folder: &str| -> BTreeSet<String> { names.iter().filter(|name| name.starts_with(folder)).cloned().collect() };
    let (parts, holidays) = (with("parts/"), with("holidays/"));
    let others: BTreeSet<_> = names.difference(&parts).filter(|name| !holidays.contains(*name)).cloned().collect();
    assert_eq!(ids, others, "a pack's identifier is the name of its file");
    assert!(ids.len() > 60 && parts.len() > 30 && holidays.len() > 5);
    for pack in packs() {
        for file in pack.files() {
            assert!(names.contains(&file.name), "{}", file.name);
            assert_eq!(file.text, text_of(&file.name), "{}", file.name);
        }
    }
    let used: BTreeSet<_> = packs().iter().flat_map(|pack| pack.files().to_vec()).map(|file| file.name).collect();
    assert_eq!(names.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "every file belongs to a pack");
}

#[test]
fn every_pack_comes_back_from_its_files() {
    for pack in packs() {
        let again = RulePack::from_files(pack.files()).unwrap();
        assert_eq!((again.digest(), &again), (pack.digest(), &pack));
        assert_eq!(RulePack::by_id(pack.id()).unwrap(), pack);
    }
    let digests: BTreeSet<_> = packs().iter().map(|pack| pack.digest().to_owned()).collect();
    assert_eq!(digests.len(), packs().len(), "no two packs have one digest");
}

#[test]
fn keys_are_distinct_and_every_rule_has_its_words() {
    for pack in packs() {
        let rules = pack.rules();
        let keys: BTreeSet<_> = rules.iter().map(|rule| &rule.key).collect();
        assert_eq!(keys.len(), rules.len(), "{}", pack.id());
        assert!(rules.iter().all(|rule| !rule.text.is_empty() && !rule.citation.is_empty()));
        for first in ["requirement", "base"] {
            assert!(keys.iter().any(|key| *key == first), "{}: {first}", pack.id());
        }
    }
}

/// No day of filing has two packs of one family, and the day of filing finds each pack.
#[test]
fn no_two_packs_of_a_family_overlap() {
    let packs = packs();
    let mut families: BTreeMap<&str, Vec<&RulePack>> = BTreeMap::new();
    for pack in &packs {
        families.entry(pack.family()).or_default().push(pack);
    }
    assert!(families.values().any(|family| family.len() > 1));
    for (family, members) in families {
        for (at, pack) in members.iter().enumerate() {
            let others = members.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| *other);
            assert_eq!(pack.check_beside(others), Ok(()));
            let (from, until) = pack.filing_dates();
            let day = from.or(until).unwrap_or_else(|| jiff::civil::date(2024, 1, 1));
            let covering: Vec<_> = members.iter().filter(|pack| pack.covers(day)).map(|pack| pack.id()).collect();
            assert_eq!(covering, [pack.id()], "{family}");
        }
        if members.len() > 1 {
            let day = members[0].filing_dates().0.or(members[0].filing_dates().1).unwrap();
            assert_eq!(RulePack::select(family, day).unwrap().id(), members[0].id());
        }
    }
}

#[test]
fn every_holiday_file_reads_and_is_called_as_its_file() {
    let mut names = BTreeSet::new();
    files(&rules().join("holidays"), &mut names);
    for name in names {
        let calendar = Calendar::parse(&text_of(&name), &name).unwrap();
        assert_eq!(format!("holidays/{}", calendar.id()), name);
        assert!(!calendar.version().is_empty() && !calendar.title().is_empty());
    }
}

/// Every anchor of a clock can be asked for, and a pack with a time to circulate says from which day.
#[test]
fn every_pack_names_its_anchors() {
    for pack in packs() {
        let anchors = pack.anchors();
        assert!(pack.circulation_from().is_none_or(|first| anchors.contains(&first)), "{}", pack.id());
        let clocks = pack.rules().iter().any(|rule| rule.key.starts_with("deadline.") || rule.key == "circulation");
        assert_eq!(anchors.is_empty(), !clocks, "{}", pack.id());
        assert!(!pack.title().is_empty() && !pack.jurisdiction().is_empty());
    }
}
