//! From the texts of a pack's files to one pack: each file is read and checked by itself, then they are joined.

use domain::LawText;
use toml::Spanned;

use crate::{
    Calendar, PackError,
    library::{FindPart, HOLIDAYS, fault, header, part, part_names, shown},
    schema::{PackFile, PackPart},
};

/// The texts of a pack: itself, its parts in the order in which it names them, its holidays.
pub(crate) struct Texts {
    pub(crate) pack: LawText,
    pub(crate) parts: Vec<LawText>,
}

impl Texts {
    /// The file that a table of the pack stands in: the pack itself, otherwise the part that has it.
    pub(crate) fn holder(&self, table: &str) -> &LawText {
        std::iter::once(&self.pack).chain(&self.parts).find(|text| header(text, table).is_some()).unwrap_or(&self.pack)
    }
}

/// Gathers the parts that a pack includes.
pub(crate) fn gather(pack: LawText, find: FindPart<'_>) -> Result<Texts, PackError> {
    let read = read(&pack)?;
    let mut parts = Vec::new();
    for name in read.include.iter().flat_map(Spanned::get_ref) {
        let Some(found) = part(name.get_ref(), find) else {
            let reason = format!("there is no part {:?}; there are: {}", name.get_ref(), part_names().join(", "));
            return Err(fault(&pack, Some(name.span()), reason));
        };
        if parts.contains(&found) {
            return Err(fault(&pack, Some(name.span()), format!("the part {:?} is included twice", name.get_ref())));
        }
        parts.push(found);
    }
    Ok(Texts { pack, parts })
}

/// Joins the files of a pack and checks the whole.
pub(crate) fn join(texts: &Texts) -> Result<PackFile, PackError> {
    let mut joined = read(&texts.pack)?;
    joined.check(&texts.pack)?;
    let mut parts = PackPart::default();
    for text in &texts.parts {
        let part = read(text)?;
        if let Some(id) = &part.id {
            return Err(fault(text, Some(id.span()), "a part has no id; only a pack has one"));
        }
        if let Some(include) = &part.include {
            return Err(fault(text, Some(include.span()), "a part includes no other; name both in the pack"));
        }
        part.check(text)?;
        parts.join(part).map_err(|table| {
            let reason = format!("the table {table} stands in another part of this pack too; leave it out of one");
            fault(text, header(text, table), reason)
        })?;
    }
    joined.complete(parts);
    let pack = &texts.pack;
    let whole = joined.whole().map_err(|missing| {
        fault(pack, None, format!("missing field `{missing}`: write it in the pack or include a part that has it"))
    })?;
    whole.check_whole(texts)?;
    Ok(whole)
}

/// Holiday files among which a pack's choice is looked up.
pub(crate) enum Holidays {
    /// The built-in ones, after one that was found for the pack.
    BuiltIn(Option<LawText>),
    /// The one that a case keeps, and no other.
    Kept(LawText),
}

/// The calendar that a pack names, with its text.
pub(crate) fn calendar(file: &PackFile, texts: &Texts, among: Holidays) -> Result<(Calendar, LawText), PackError> {
    let built_in = || HOLIDAYS.iter().map(|&(name, text)| LawText { name: name.to_owned(), text: text.to_owned() });
    let among: Vec<_> = match among {
        Holidays::BuiltIn(found) => found.into_iter().chain(built_in()).collect(),
        Holidays::Kept(kept) => vec![kept],
    };
    let mut known = Vec::new();
    for text in among {
        let calendar = Calendar::parse(&text.text, &shown(&text))?;
        if calendar.id() == file.calendar.holidays.get_ref() {
            return Ok((calendar.with_added(&file.calendar.added), text));
        }
        known.push(calendar.id().to_owned());
    }
    let chosen = &file.calendar.holidays;
    let reason = format!("there are no holidays {:?}; there are: {}", chosen.get_ref(), known.join(", "));
    Err(fault(texts.holder("calendar"), Some(chosen.span()), reason))
}

fn read(text: &LawText) -> Result<PackPart, PackError> {
    toml::from_str(&text.text).map_err(|error| PackError::from_toml(&shown(text), &text.text, &error))
}
