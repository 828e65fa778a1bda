//! A layout met with a file: which field of a row holds which of our fields.

use std::borrow::Cow;

use crate::error::ImportError;
use crate::layout::{Column, Field, Layout};
use crate::source::Batch;

/// For each of our fields the positions of its columns, from 0; none for a field that the file lacks.
#[derive(Debug)]
pub(crate) struct Columns {
    positions: Vec<Vec<usize>>,
    names: Vec<String>,
    districts: Vec<(String, Vec<usize>)>,
    /// How many fields every row has.
    pub(crate) width: usize,
}

impl Columns {
    /// Without a header: positions as the layout says.
    pub(crate) fn by_position(layout: &Layout, width: usize) -> Self {
        let mut columns = Self::none(width);
        let position = |source: &Column| match source {
            Column::Position(at) => Some(*at),
            Column::Name(_) => None,
        };
        for (field, sources) in &layout.columns {
            for at in sources.iter().filter_map(position) {
                columns.set(*field, at, &layout.column_name(at));
            }
        }
        columns.districts = layout
            .districts
            .iter()
            .map(|(kind, sources)| (kind.clone(), sources.iter().filter_map(position).collect()))
            .collect();
        columns
    }

    /// With a header: every column that the layout names and does not call optional must be there, once.
    pub(crate) fn by_header(layout: &Layout, header: &[&str]) -> Result<Self, ImportError> {
        let mut columns = Self::none(header.len());
        let mut missing = Vec::new();
        for (field, sources) in &layout.columns {
            for source in sources {
                match find(layout, source, header) {
                    Ok((at, name)) => columns.set(*field, at, &name),
                    Err(theirs) => missing.push((Some(*field), field.name(), theirs)),
                }
            }
        }
        for (kind, sources) in &layout.districts {
            let mut positions = Vec::new();
            for source in sources {
                match find(layout, source, header) {
                    Ok((at, _)) => positions.push(at),
                    Err(theirs) => missing.push((None, kind, theirs)),
                }
            }
            if !positions.is_empty() {
                columns.districts.push((kind.clone(), positions));
            }
        }
        let whole_address = columns.has(Field::AddressLine);
        missing.retain(|(field, _, _)| match field {
            None => !layout.districts_optional,
            Some(Field::HouseNumber | Field::Street) if whole_address => false,
            Some(field) => !layout.optional.contains(field),
        });
        if missing.is_empty() {
            return Ok(columns);
        }
        let missing = missing.into_iter().map(|(_, ours, theirs)| format!("{ours} ({theirs})")).collect();
        Err(ImportError::MissingColumns { layout: layout.name.clone(), missing, found: found(layout, header) })
    }

    fn none(width: usize) -> Self {
        Self {
            positions: vec![Vec::new(); Field::ALL.len()],
            names: vec![String::new(); Field::ALL.len()],
            districts: Vec::new(),
            width,
        }
    }

    fn set(&mut self, field: Field, at: usize, name: &str) {
        self.positions[field as usize].push(at);
        let names = &mut self.names[field as usize];
        if !names.is_empty() {
            names.push_str(" + ");
        }
        names.push_str(name);
    }

    /// Whether the file has the field.
    pub(crate) fn has(&self, field: Field) -> bool {
        !self.positions[field as usize].is_empty()
    }

    /// The file's own name for a field.
    pub(crate) fn name(&self, field: Field) -> &str {
        &self.names[field as usize]
    }

    /// The kinds of district that the file has, by name, with the positions of their columns.
    pub(crate) fn districts(&self) -> &[(String, Vec<usize>)] {
        &self.districts
    }

    /// A field of a row, trimmed; several columns are joined by a space.
    pub(crate) fn value<'a>(&self, batch: &'a Batch, text: &'a str, row: usize, field: Field) -> Cow<'a, str> {
        joined(batch, text, row, &self.positions[field as usize])
    }

    /// Whether nothing at all is written in a field of a row.
    pub(crate) fn is_blank(&self, batch: &Batch, row: usize, field: Field) -> bool {
        self.positions[field as usize].iter().all(|position| batch.is_blank(row, *position))
    }

    /// A row's district of the kind at this place of [`Columns::districts`], trimmed; several columns are joined.
    pub(crate) fn district<'a>(&self, batch: &'a Batch, text: &'a str, row: usize, kind: usize) -> Cow<'a, str> {
        joined(batch, text, row, self.districts.get(kind).map_or(&[], |(_, positions)| positions))
    }
}

/// The fields at these positions, trimmed and joined by a space, without those that are empty.
fn joined<'a>(batch: &'a Batch, text: &'a str, row: usize, positions: &[usize]) -> Cow<'a, str> {
    let at = |position: usize| trimmed(batch.field(text, row, position));
    match positions {
        [] => Cow::Borrowed(""),
        [one] => Cow::Borrowed(at(*one)),
        several => {
            let mut parts = several.iter().map(|position| at(*position)).filter(|part| !part.is_empty());
            match (parts.next(), parts.next()) {
                (None, _) => Cow::Borrowed(""),
                (Some(one), None) => Cow::Borrowed(one),
                (Some(one), Some(two)) => {
                    Cow::Owned(parts.fold(format!("{one} {two}"), |joined, part| joined + " " + part))
                }
            }
        }
    }
}

/// The text without the spaces around it; most fields have none.
fn trimmed(text: &str) -> &str {
    let plain = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if plain(bytes.first()) && plain(bytes.last()) { text } else { text.trim() }
}

/// Where a header has a column, and its name there; or what was looked for.
fn find(layout: &Layout, column: &Column, header: &[&str]) -> Result<(usize, String), String> {
    match column {
        Column::Position(at) if *at < header.len() => Ok((*at, layout.column_name(*at))),
        Column::Position(at) => Err(layout.column_name(*at)),
        Column::Name(names) => {
            let matches = |have: &str| names.iter().any(|name| name.eq_ignore_ascii_case(have));
            let mut found = header.iter().enumerate().filter(|(_, have)| matches(have.trim()));
            match (found.next(), found.next()) {
                (Some((at, name)), None) => Ok((at, name.trim().to_owned())),
                (Some((_, name)), Some(_)) => Err(format!("\"{}\", which is there twice", name.trim())),
                (None, _) => Err(names.join(" or ")),
            }
        }
    }
}

/// The columns for an error message. If the first line has no name that any layout knows, it may be a voter's row, and
/// is not repeated.
fn found(layout: &Layout, header: &[&str]) -> String {
    let known = |name: &&str| {
        layout.knows(name.trim())
            || Layout::presets().filter_map(Layout::preset).any(|preset| preset.knows(name.trim()))
    };
    if header.iter().any(known) {
        format!("its columns are {}", header.iter().map(|name| name.trim()).collect::<Vec<_>>().join(", "))
    } else {
        format!(
            "its first line has {} {}, none of them a column name that we know: if the file has no header, \
             choose a layout without one",
            header.len(),
            if header.len() == 1 { "field" } else { "fields" }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: [&str; 9] = ["ID", "first", "last", "house_number", "street", "zip", "city", "status", "SUP"];

    fn columns(mapping: &str) -> Result<Columns, ImportError> {
        Columns::by_header(&Layout::from_columns(mapping).expect("a mapping"), &HEADER)
    }

    #[test]
    fn districts_are_found_by_kind_and_missed_only_where_they_were_asked_for() {
        let found = columns("voter_id=ID,districts.supervisor=SUP,districts.both=SUP+zip").expect("fits");
        assert_eq!(found.districts(), [("both".to_owned(), vec![8, 5]), ("supervisor".to_owned(), vec![8])]);
        assert!(columns("voter_id=ID").expect("fits").districts().is_empty(), "city is the residence's");
        let error = columns("voter_id=ID,districts.school=SCHOOL").expect_err("is not there").to_string();
        assert!(error.contains("school (SCHOOL)"), "{error}");
    }

    #[test]
    fn districts_without_a_header_are_positions() {
        let layout = Layout::preset("us-fl").expect("a preset");
        let columns = Columns::by_position(&layout, 38);
        assert_eq!(columns.districts()[0], ("congressional".to_owned(), vec![29]));
        assert_eq!(columns.name(Field::VoterId), "column 2");
    }
}
