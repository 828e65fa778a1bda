//! The files of law that are built in, and how the files of one pack are brought together.

use std::{ops::Range, path::Path};

use domain::LawText;

use crate::PackError;

/// Finds the text of a part that a pack includes; nothing where there is none. A built-in part needs no finder.
pub type FindPart<'a> = &'a dyn Fn(&str) -> Option<String>;

// `PACKS`, `PARTS` and `HOLIDAYS`: the name of each file under `rules/`, without its ending, and its text.
include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The text of a part: from the finder, otherwise a built-in one.
pub(crate) fn part(name: &str, find: FindPart<'_>) -> Option<LawText> {
    let built_in = || PARTS.iter().find(|(known, _)| *known == name).map(|&(_, text)| text.to_owned());
    find(name).or_else(built_in).map(|text| LawText { name: name.to_owned(), text })
}

/// The names of the built-in parts, for messages.
pub(crate) fn part_names() -> Vec<&'static str> {
    PARTS.iter().map(|&(name, _)| name).collect()
}

/// The name of a file in messages.
pub(crate) fn shown(text: &LawText) -> String {
    let handed_in = Path::new(&text.name).extension().is_some_and(|ending| ending == "toml");
    if handed_in { text.name.clone() } else { format!("rules/{}.toml", text.name) }
}

/// Where a table or a key of the whole file begins, as `[table]`, `[[table]]` or `key =`.
pub(crate) fn header(text: &LawText, table: &str) -> Option<Range<usize>> {
    let begins = |line: &str| {
        let rest = line.trim_start_matches('[').strip_prefix(table).map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with(if line.starts_with('[') { &[']', '.'][..] } else { &['='] }))
    };
    let mut at = 0;
    text.text.split_inclusive('\n').find_map(|line| {
        let from = at;
        at += line.len();
        begins(line).then_some(from..at)
    })
}

/// A fault at a place in a file.
pub(crate) fn fault(text: &LawText, span: Option<Range<usize>>, reason: impl Into<String>) -> PackError {
    PackError::at(&shown(text), &text.text, span, reason)
}
