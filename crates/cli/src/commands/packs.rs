//! Finding a rule pack: a built-in one by its identifier, or a file handed in.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use casework::CaseFacts;
use law::RulePack;

use crate::failure::Failure;

/// The pack that an argument names: an identifier, or the path of a `.toml` file. Parts and holidays of a file are looked for as
/// `parts/...` and `holidays/...` in its own folder, then in the folder named `rules` that it stands under, if there is one, and then
/// among the built-in ones.
pub(crate) fn load(asked: &str) -> Result<RulePack, Failure> {
    let path = Path::new(asked);
    if !is_file(asked) {
        return RulePack::by_id(asked).map_err(Failure::input);
    }
    let text = std::fs::read_to_string(path).map_err(|error| Failure::input(format!("{asked}: {error}")))?;
    let folders = folders_of_parts(path);
    // Where each part was found, by the name that a fault gives it.
    let found = RefCell::new(BTreeMap::new());
    let unreadable = RefCell::new(None);
    let beside = |name: &str| {
        folders.iter().find_map(|folder| {
            let file = folder.join(format!("{name}.toml"));
            match std::fs::read_to_string(&file) {
                Ok(text) => {
                    found.borrow_mut().insert(format!("rules/{name}.toml"), file);
                    Some(text)
                }
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => None,
                Err(error) => {
                    unreadable.borrow_mut().get_or_insert(format!("{}: {error}", file.display()));
                    None
                }
            }
        })
    };
    let read = RulePack::read(&text, asked, &beside);
    if let Some(fault) = unreadable.into_inner() {
        return Err(Failure::input(fault));
    }
    read.map_err(|mut fault| {
        if let Some(file) = found.borrow().get(&fault.file) {
            fault.file = file.display().to_string();
        }
        Failure::input(fault)
    })
}

/// The folders in which the parts of a pack's file are looked for: its own, and the nearest one named `rules` above it.
fn folders_of_parts(pack: &Path) -> Vec<PathBuf> {
    let own = pack.parent().unwrap_or(Path::new(""));
    let named_rules = |path: &Path| {
        let rules = path.ancestors().skip(1).find(|folder| folder.file_name().is_some_and(|name| name == "rules"));
        rules.map(Path::to_owned)
    };
    let rules = named_rules(pack).or_else(|| named_rules(&pack.canonicalize().ok()?));
    std::iter::once(own.to_owned()).chain(rules).collect()
}

/// Whether an argument names a file and not a built-in pack.
fn is_file(asked: &str) -> bool {
    Path::new(asked).extension().is_some_and(|ending| ending == "toml")
}

/// Every built-in pack.
pub(crate) fn built_in() -> Result<Vec<RulePack>, Failure> {
    RulePack::built_in().collect::<Result<_, _>>().map_err(Failure::ours)
}

/// The pack that the filing date chooses in the family that the facts name, or the pack that they name.
pub(crate) fn pack_for(facts: &CaseFacts) -> Result<RulePack, Failure> {
    let filed_on = facts.days.filed_on();
    RulePack::select(&facts.rules, filed_on).map_err(Failure::input).or_else(|no_family| match load(&facts.rules) {
        Ok(pack) if pack.family() != facts.rules => Ok(pack),
        Err(refused) if is_file(&facts.rules) => Err(refused),
        _ => Err(no_family),
    })
}
