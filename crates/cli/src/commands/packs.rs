//! Finding a rule pack: a built-in one by its identifier, or a file handed in.

use std::path::Path;

use casework::CaseFacts;
use law::RulePack;

use crate::failure::Failure;

/// The pack that an argument names: an identifier, or the path of a `.toml` file. Parts and holidays of a file are looked for in
/// its folder and those above it, as `parts/...` and `holidays/...`, and then among the built-in ones.
pub(crate) fn load(asked: &str) -> Result<RulePack, Failure> {
    let path = Path::new(asked);
    if !is_file(asked) {
        return RulePack::by_id(asked).map_err(Failure::input);
    }
    let text = std::fs::read_to_string(path).map_err(|error| Failure::input(format!("{asked}: {error}")))?;
    let folder = path.canonicalize().ok().and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
    let beside = |name: &str| {
        folder.ancestors().find_map(|folder| std::fs::read_to_string(folder.join(name).with_extension("toml")).ok())
    };
    RulePack::read(&text, asked, &beside).map_err(Failure::input)
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
