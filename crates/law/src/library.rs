//! The files of law that are built in, and how the files of one pack are brought together.

use std::ops::Range;

use domain::LawText;

use crate::PackError;

/// Finds the text of a part that a pack includes; nothing where there is none. A built-in part needs no finder.
pub type FindPart<'a> = &'a dyn Fn(&str) -> Option<String>;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../rules/", $name, ".toml")))),*]
    };
}

/// The packs: the name of the file under `rules/`, without its ending, and its text.
pub(crate) const PACKS: [(&str, &str); 3] = files![
    "us/ca/county-recall-2022",
    "us/ca/county-recall",
    "synthetic/county-recall",
];

/// The parts that packs include.
const PARTS: [(&str, &str); 0] = files![];

/// The holiday files.
pub(crate) const HOLIDAYS: [(&str, &str); 1] = files!["holidays/us-ca"];

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
    if text.name.ends_with(".toml") { text.name.clone() } else { format!("rules/{}.toml", text.name) }
}

/// A fault at a place in a file.
pub(crate) fn fault(text: &LawText, span: Option<Range<usize>>, reason: impl Into<String>) -> PackError {
    PackError::at(&shown(text), &text.text, span, reason)
}
