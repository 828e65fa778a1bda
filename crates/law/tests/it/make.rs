//! Packs for tests: built-in ones, one in a single file, and ones with a passage or a table changed.

use law::{PackError, RulePack};

pub(crate) fn old() -> RulePack {
    RulePack::by_id("us/ca/county-recall-2022").unwrap()
}

pub(crate) fn new() -> RulePack {
    RulePack::by_id("us/ca/county-recall").unwrap()
}

/// The old pack with its parts in one file, its golden examples last, so that every table can be changed there.
pub(crate) fn flat() -> String {
    let pack = old();
    let [first, parts @ .., _holidays] = pack.files() else { unreachable!("a pack has files") };
    let from = first.text.find("include = [").unwrap();
    let until = from + first.text[from..].find("]\n").unwrap() + 2;
    let golden = first.text.find("# Known results").unwrap();
    let mut text = first.text[..from].to_owned() + &first.text[until..golden];
    for part in parts {
        text.push_str(&part.text);
        text.push('\n');
    }
    text + &first.text[golden..]
}

/// A text with the first of a passage replaced; the passage must stand in it.
#[track_caller]
pub(crate) fn replaced(text: &str, passage: &str, replacement: &str) -> String {
    assert!(text.contains(passage), "{passage}");
    text.replacen(passage, replacement, 1)
}

/// A text with the body of a table replaced, up to the empty line after it; without a body the table is left out.
#[track_caller]
pub(crate) fn with_table(text: &str, header: &str, body: Option<&str>) -> String {
    let from = text.find(&format!("{header}\n")).unwrap();
    let until = text[from..].find("\n\n").map_or(text.len(), |length| from + length + 1);
    let table = body.map_or_else(String::new, |body| format!("{header}\n{}\n{body}", cited()));
    text[..from].to_owned() + &table + &text[until..]
}

/// The three keys of every rule.
pub(crate) const fn cited() -> &'static str {
    "text = \"t\"\ncitation = \"c\"\nstatus = \"open\""
}

/// A pack with one of its files changed.
pub(crate) fn with_file(pack: &RulePack, file: &str, passage: &str, replacement: &str) -> Result<RulePack, PackError> {
    let changed = pack.files().iter().find(|text| text.name == file).unwrap();
    let changed = replaced(&changed.text, passage, replacement);
    if pack.files()[0].name == file {
        return RulePack::parse(&changed, file);
    }
    RulePack::read(&pack.files()[0].text, pack.id(), &|name| (name == file).then(|| changed.clone()))
}

/// The line, from 1, of the first line that begins with `start`.
#[track_caller]
pub(crate) fn line(text: &str, start: &str) -> usize {
    text.lines().position(|line| line.starts_with(start)).unwrap() + 1
}

/// The line of a key in the first table with this header.
#[track_caller]
pub(crate) fn key_line(text: &str, header: &str, key: &str) -> usize {
    let from = line(text, header);
    from + text.lines().skip(from).position(|line| line.starts_with(key)).unwrap() + 1
}
