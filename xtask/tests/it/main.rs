//! Holds ARCHITECTURE.md against the workspace, and the house rules that no compiler checks.

// The lints' exception for tests does not reach helper functions, which no test attribute marks.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    // Asked when the test runs: a build folder shared by several checkouts may hold a binary built in another one.
    Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).parent().unwrap().to_owned()
}

fn short(name: &str) -> String {
    name.strip_prefix("countersign-").unwrap_or(name).to_owned()
}

/// The graph of the workspace's own crates as cargo sees it.
fn graph_in_metadata() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let own: BTreeSet<_> = packages.iter().map(|package| package["name"].as_str().unwrap()).collect();
    let needs = |package: &serde_json::Value| {
        let all = package["dependencies"].as_array().unwrap().iter();
        all.map(|dependency| dependency["name"].as_str().unwrap())
            .filter(|name| own.contains(name))
            .map(short)
            .collect()
    };
    packages.iter().map(|package| (short(package["name"].as_str().unwrap()), needs(package))).collect()
}

/// The graph as ARCHITECTURE.md tells it.
fn graph_in_text(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let block = text.split("<!-- crate-graph -->").nth(1).unwrap().split("<!-- /crate-graph -->").next().unwrap();
    let lines = block.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let (name, needs) = line.trim().split_once(':').unwrap();
            (name.to_owned(), needs.split_whitespace().map(str::to_owned).collect())
        })
        .collect()
}

#[test]
fn the_crate_graph_is_as_described() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    assert_eq!(graph_in_text(&text), graph_in_metadata(), "mend ARCHITECTURE.md or the manifests");
}

#[test]
fn every_crate_has_its_chapter_and_stands_above_what_it_imports() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let graph = graph_in_metadata();
    for name in graph.keys() {
        assert!(text.contains(&format!("### `{name}`")), "{name} has no chapter");
    }
    let mut placed: BTreeSet<String> = BTreeSet::new();
    while placed.len() < graph.len() {
        let next: Vec<_> = graph
            .iter()
            .filter(|(name, needs)| !placed.contains(*name) && needs.is_subset(&placed))
            .map(|(name, _)| name.clone())
            .collect();
        assert!(!next.is_empty(), "the crates import each other in a circle");
        placed.extend(next);
    }
}

#[test]
fn the_invariants_in_the_text_are_those_in_the_code() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let code = std::fs::read_to_string(root().join("crates/domain/src/invariants.rs")).unwrap();
    let rows: BTreeSet<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(name, _)| name.to_owned())
        .collect();
    let names: BTreeSet<_> = code
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Self::")?.split_once(" => \"")?.1.strip_suffix("\","))
        .map(str::to_owned)
        .collect();
    assert_eq!(names.len(), 10);
    assert_eq!(rows, names);
}

fn files_below(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir()
            && !name.starts_with('.')
            && !matches!(name.as_str(), "target" | "demo" | "bench" | "tamper" | "node_modules")
        {
            files_below(&path, ending, found);
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

#[test]
fn rust_files_open_with_module_docs_and_keep_unsafe_in_one_place() {
    let mut files = Vec::new();
    files_below(&root(), ".rs", &mut files);
    assert!(files.len() > 50, "only {} Rust files found", files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//!"), "{} does not say what it is", file.display());
        let has_unsafe =
            text.lines().any(|line| line.contains(concat!("unsafe", " {")) || line.contains(concat!("unsafe", " fn")));
        assert!(!has_unsafe || file.ends_with("crates/roll/src/mmap.rs"), "{} has unsafe code", file.display());
    }
}
