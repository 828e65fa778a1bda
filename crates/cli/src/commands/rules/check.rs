//! `countersign rules check`: packs are read, held against one another, and their golden examples computed again.

use std::process::ExitCode;

use law::RulePack;
use serde::Serialize;

use super::super::packs::{built_in, load};
use crate::{failure::Failure, output::report};

#[derive(Serialize)]
struct Checked {
    pack: String,
    failures: Vec<String>,
}

/// Checks the files named, or every built-in pack. A file takes the place of the built-in pack of its identifier.
pub(super) fn run(json: bool, files: &[String]) -> Result<ExitCode, Failure> {
    let mut checked = Vec::new();
    let mut handed_in = Vec::new();
    for file in files {
        match load(file) {
            Ok(pack) => handed_in.push(pack),
            Err(refused) => checked.push(Checked { pack: file.clone(), failures: vec![refused.to_string()] }),
        }
    }
    let mut others = built_in()?;
    others.retain(|pack| handed_in.iter().all(|handed| handed.id() != pack.id()));
    let asked = if files.is_empty() { std::mem::take(&mut others) } else { handed_in };
    for (at, pack) in asked.iter().enumerate() {
        let beside = pack.check_beside(asked[..at].iter().chain(&others));
        let failures = beside.err().map(|error| error.to_string()).into_iter().chain(golden(pack)).collect();
        checked.push(Checked { pack: pack.id().to_owned(), failures });
    }
    let failed = checked.iter().any(|pack| !pack.failures.is_empty());
    report(json, &checked, |checked| {
        let lines = checked.iter().map(|pack| match pack.failures.as_slice() {
            [] => format!("{}: every golden example holds", pack.pack),
            failures => format!("{}:\n  {}", pack.pack, failures.join("\n  ")),
        });
        lines.collect::<Vec<_>>().join("\n")
    })?;
    Ok(ExitCode::from(u8::from(failed)))
}

fn golden(pack: &RulePack) -> Vec<String> {
    pack.check_golden().iter().map(ToString::to_string).collect()
}
