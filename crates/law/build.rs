//! Lists the files of law under `rules/`, so that each is built in without being named in code.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let rules = Path::new("../../rules");
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    gather(rules, &mut files)?;
    files.sort();
    let mut lists = [("PARTS", String::new()), ("HOLIDAYS", String::new()), ("PACKS", String::new())];
    for file in &files {
        let name = file.strip_prefix(rules).unwrap_or(file).with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        let list = match name.split('/').next() {
            Some("parts") => 0,
            Some("holidays") => 1,
            _ => 2,
        };
        // From the crate's folder and not from the root, so that a build folder may serve another checkout.
        let path = format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?})", format!("/../../rules/{name}.toml"));
        lists[list].1.push_str(&format!("    ({name:?}, include_str!({path})),\n"));
    }
    let code: String = lists
        .iter()
        .map(|(list, files)| format!("pub(crate) const {list}: &[(&str, &str)] = &[\n{files}];\n"))
        .collect();
    let out = env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    fs::write(out.join("files.rs"), code)
}

/// The `.toml` files in a folder and those below it. Cargo looks at each folder again when a file comes or goes.
fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
