//! Layouts: how a voter file is written, as data. Presets are TOML files under `layouts/`; an office with a file of
//! its own writes such a file or maps columns on the command line.
//!
//! A layout says `title`, `source`, `encoding`, `dates`, `default_status` (if the file has no status), `optional` (our
//! fields whose columns a file may lack; `districts` for all of them), and three tables. `[columns]` maps our fields to a
//! column's name (`a|b` for either name), to its position from 1, or to a list of those, joined by a space.
//! `[districts]` maps kinds of district, named freely in lower_snake_case, in the same way. `[status]` maps codes to
//! `active`, `inactive`, `pending`, `canceled`.
//!
//! `form` says how rows lie in the file:
//! - `delimited`, or nothing: `delimiter` (one or several to try, in order), `header`, `quoting`, and `fields` (how many,
//!   if there is no header).
//! - `fixed`: every line has `record` characters, and columns are ranges of them from 1, such as `"1-10"`. With `trimmed`
//!   a line may lack blanks at its end. With `header` the first line is passed over.
//! - `nist-vri`: JSON of NIST SP 1500-102; columns are the names that [`crate::source`] gives its elements.
//!
//! The file may be packed with gzip or zip, and a file with named columns may be Parquet; that is seen by its first bytes
//! and needs no layout of its own.

mod field;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub(crate) use self::field::Field;
use self::{field::field_named, written::Written};
use crate::date::DateFormat;
use crate::format::sha256_hex;
use crate::record::Status;

/// How a file's bytes stand for text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// ISO 8859-1, read as its superset Windows-1252, which is what such files hold in practice.
    #[serde(rename = "latin1")]
    Latin1,
    /// UTF-16; a byte-order mark decides the order of bytes, without one it is little-endian.
    #[serde(rename = "utf-16")]
    Utf16,
}

/// One column of a file: by position from 0, or by any of several names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Column {
    Position(usize),
    Name(Vec<String>),
}

/// The characters of a line that a fixed-width column has, from 0, without the last.
pub(crate) type Range = std::ops::Range<usize>;

/// How rows lie in a file.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    /// Fields between delimiters, in quotation marks where the layout says so.
    Delimited {
        /// ASCII, at least one, to be tried in order.
        delimiters: Vec<u8>,
        quoting: bool,
    },
    /// Fields by their place in the line.
    Fixed {
        /// Every range that a column names, once; a column's position points here.
        ranges: Vec<Range>,
        /// Characters in a line.
        record: usize,
        /// Whether a line may lack blanks at its end.
        trimmed: bool,
        /// Whether the first line is passed over.
        header: bool,
    },
    /// JSON of NIST SP 1500-102.
    NistVri,
}

/// How a voter file is written.
#[derive(Debug, Clone)]
pub struct Layout {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) source: String,
    pub(crate) sha256: String,
    pub(crate) form: Form,
    pub(crate) encoding: Encoding,
    /// Number of fields in a row, for a file without a header.
    pub(crate) headerless: Option<usize>,
    pub(crate) dates: Vec<DateFormat>,
    pub(crate) optional: BTreeSet<Field>,
    /// Whether a file may lack the columns of districts.
    pub(crate) districts_optional: bool,
    pub(crate) columns: BTreeMap<Field, Vec<Column>>,
    /// Kinds of district with their columns, by name.
    pub(crate) districts: Vec<(String, Vec<Column>)>,
    pub(crate) statuses: BTreeMap<String, Status>,
    pub(crate) default_status: Option<Status>,
}

/// What is wrong with a layout.
#[derive(Debug, Error)]
pub enum LayoutError {
    /// The text is not TOML or has a key that layouts lack.
    #[error("{file}: {source}")]
    Toml {
        /// The layout's file.
        file: String,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A value that means nothing.
    #[error("{file}: {what}")]
    Meaning {
        /// The layout's file, or `--columns`.
        file: String,
        /// The value, and what may stand there.
        what: String,
    },
}

const PRESETS: [(&str, &str); 15] = [
    ("generic", include_str!("../layouts/generic.toml")),
    ("nist-vri", include_str!("../layouts/nist-vri.toml")),
    ("us-co", include_str!("../layouts/us-co.toml")),
    ("us-de", include_str!("../layouts/us-de.toml")),
    ("us-fl", include_str!("../layouts/us-fl.toml")),
    ("us-mi", include_str!("../layouts/us-mi.toml")),
    ("us-nc", include_str!("../layouts/us-nc.toml")),
    ("us-nj", include_str!("../layouts/us-nj.toml")),
    ("us-ny", include_str!("../layouts/us-ny.toml")),
    ("us-oh", include_str!("../layouts/us-oh.toml")),
    ("us-ok", include_str!("../layouts/us-ok.toml")),
    ("us-pa", include_str!("../layouts/us-pa.toml")),
    ("us-ut", include_str!("../layouts/us-ut.toml")),
    ("us-vt", include_str!("../layouts/us-vt.toml")),
    ("us-wa", include_str!("../layouts/us-wa.toml")),
];

impl Layout {
    /// The names of the built-in layouts.
    pub fn presets() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|(name, _)| *name)
    }

    /// A built-in layout: `generic`, `us-nc`, ...
    pub fn preset(name: &str) -> Option<Self> {
        let (name, text) = PRESETS.iter().find(|(known, _)| *known == name)?;
        Self::from_toml(text, name).ok()
    }

    /// A layout from the text of a mapping file. `file_name` names it in messages and in the snapshot.
    pub fn from_toml(text: &str, file_name: &str) -> Result<Self, LayoutError> {
        let written: Written = toml::from_str(text)
            .map_err(|source| LayoutError::Toml { file: file_name.to_owned(), source: Box::new(source) })?;
        written.understand(text, file_name)
    }

    /// A layout from `ours=theirs,...`: the generic layout with these columns in place of its own. `a+b` joins two
    /// columns by a space; `districts.school=theirs` maps a kind of district. The file must have every column named
    /// here.
    pub fn from_columns(mapping: &str) -> Result<Self, LayoutError> {
        let file = "--columns";
        let meaning = |what: String| LayoutError::Meaning { file: file.to_owned(), what };
        let generic = PRESETS[0].1;
        let mut layout = Self::from_toml(generic, file)?;
        let mut districts = BTreeMap::new();
        for pair in mapping.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (ours, theirs) =
                pair.split_once('=').ok_or_else(|| meaning(format!("\"{pair}\" is not of the form ours=theirs")))?;
            let columns = theirs.split('+').map(|name| Column::Name(vec![name.trim().to_owned()])).collect();
            if let Some(kind) = ours.trim().strip_prefix("districts.") {
                districts.insert(district_kind(kind).map_err(meaning)?, columns);
                continue;
            }
            let field = field_named(ours.trim()).map_err(meaning)?;
            layout.columns.insert(field, columns);
            layout.optional.remove(&field);
        }
        if !districts.is_empty() {
            layout.districts = districts.into_iter().collect();
            layout.districts_optional = false;
        }
        layout.sha256 = sha256_hex(format!("{generic}\n{mapping}").as_bytes());
        layout.check(file)?;
        Ok(layout)
    }

    /// The name: of the preset, or of the file it came from.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the layout is for.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Where the layout is published.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The encoding that files of this layout usually have.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Whether a column is mapped to this name.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.mapped().any(|column| match column {
            Column::Position(_) => false,
            Column::Name(names) => names.iter().any(|known| known.eq_ignore_ascii_case(name)),
        })
    }

    /// Whether a column is mapped to this position, from 0.
    #[cfg(feature = "parquet")]
    pub(crate) fn knows_position(&self, at: usize) -> bool {
        self.mapped().any(|column| *column == Column::Position(at))
    }

    /// What to call the column at a position in messages.
    pub(crate) fn column_name(&self, at: usize) -> String {
        match &self.form {
            Form::Fixed { ranges, .. } => {
                ranges.get(at).map_or_else(String::new, |range| format!("characters {}-{}", range.start + 1, range.end))
            }
            Form::Delimited { .. } | Form::NistVri => format!("column {}", at + 1),
        }
    }

    fn mapped(&self) -> impl Iterator<Item = &Column> {
        self.columns.values().chain(self.districts.iter().map(|(_, columns)| columns)).flatten()
    }

    /// An import without an identifier, a name or a status could not be matched or counted.
    fn check(&self, file: &str) -> Result<(), LayoutError> {
        let fail = |what: &str| Err(LayoutError::Meaning { file: file.to_owned(), what: what.to_owned() });
        let has = |field| self.columns.contains_key(&field);
        if !has(Field::VoterId) {
            return fail("no column is mapped to voter_id");
        }
        if !has(Field::First) && !has(Field::Last) {
            return fail("no column is mapped to first or last");
        }
        if !has(Field::Status) && self.default_status.is_none() {
            return fail("map a column to status, or say default_status for a file that has none");
        }
        let by_position = self.mapped().any(|column| match (column, self.headerless) {
            (Column::Position(at), Some(fields)) => *at >= fields,
            (Column::Name(_), Some(_)) => true,
            (_, None) => false,
        });
        if by_position {
            return fail("without a header, columns are positions from 1 to the number of fields");
        }
        Ok(())
    }
}

/// A name for a kind of district: free, but in lower_snake_case, because files and statutes are to agree on it.
fn district_kind(name: &str) -> Result<String, String> {
    let name = name.trim();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(plain) {
        Ok(name.to_owned())
    } else {
        Err(format!("\"{name}\" is not a kind of district: use small letters, digits and _, such as state_senate"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_a_layout_with_a_source() {
        for name in Layout::presets() {
            let layout = Layout::preset(name).expect(name);
            assert!(!layout.title().is_empty() && !layout.source().is_empty(), "{name}");
        }
    }

    #[test]
    fn mistakes_in_a_mapping_are_named() {
        let minimal = |columns: &str, more: &str| {
            format!("title='t'\nsource='s'\ndelimiter=','\nencoding='utf-8'\ndates=[]\n{more}\n[columns]\n{columns}\n")
        };
        for (text, says) in [
            (minimal("voter_id='ID'\nlast='L'", ""), "status"),
            (minimal("last='L'", ""), "voter_id"),
            (minimal("voter_id='ID'", "default_status='active'"), "first or last"),
            (minimal("voter_id='ID'\nparty='P'", ""), "\"party\" is not a field of the roll"),
            (minimal("voter_id=0", ""), "count from 1"),
            (minimal("voter_id=3\nlast=9", "default_status='active'\nheader=false\nfields=8"), "positions from 1"),
            (minimal("voter_id=3", "header=false"), "how many fields"),
            (minimal("voter_id='ID'", "optional=['gender']"), "\"gender\" is not a field"),
            (minimal("voter_id='ID'", "default_status='dead'"), "unknown variant"),
            (
                minimal("voter_id='ID'\nlast='L'\n[districts]\nSchool='S'", "default_status='active'"),
                "kind of district",
            ),
            (minimal("voter_id='1-4'\nlast='5-9'", "form='fixed'\nrecord=9"), "delimiter is for form"),
        ] {
            let error = Layout::from_toml(&text, "ours.toml").expect_err(says).to_string();
            assert!(error.contains(says) && error.starts_with("ours.toml"), "{error}");
        }
        let fixed = |columns: &str, record: &str| {
            format!(
                "title='t'\nsource='s'\nform='fixed'\n{record}\nencoding='utf-8'\ndates=[]\ndefault_status='active'\n[columns]\n{columns}\n"
            )
        };
        for (text, says) in [
            (fixed("voter_id='1-4'\nlast='5-10'", "record=9"), "\"5-10\" is not a range of characters from 1 to 9"),
            (fixed("voter_id='4-1'\nlast='5-9'", "record=9"), "\"4-1\" is not a range"),
            (fixed("voter_id='0-1'\nlast='5-9'", "record=9"), "\"0-1\" is not a range"),
            (fixed("voter_id='ID'\nlast='5-9'", "record=9"), "\"ID\" is not a range"),
            (fixed("voter_id=1\nlast='5-9'", "record=9"), "voter_id: a range such as"),
            (fixed("voter_id='1-4'\nlast='5-9'", ""), "says with record how many characters"),
            (fixed("voter_id='1-4'\nlast='5-9'", "record=9\nfields=2"), "fields is for form"),
        ] {
            let error = Layout::from_toml(&text, "ours.toml").expect_err(says).to_string();
            assert!(error.contains(says) && error.starts_with("ours.toml"), "{error}");
        }
        let error = Layout::from_columns("voter_id:RegistrantID").expect_err("no equals sign").to_string();
        assert!(error.contains("ours=theirs"), "{error}");
    }
}
