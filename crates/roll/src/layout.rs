//! Layouts: how a voter file is written, as data. Presets are TOML files under `layouts/`; an office with a file of
//! its own writes such a file or maps columns on the command line.
//!
//! A layout says `title`, `source`, `delimiter` (one or several to try, in order), `header`, `quoting`, `encoding`,
//! `fields` (how many, if there is no header), `dates`, `default_status` (if the file has no status), `optional` (our
//! fields whose columns a file may lack), and two tables. `[columns]` maps our fields to a column's name (`a|b` for
//! either name), to its position from 1, or to a list of those, joined by a space. `[status]` maps codes to `active`,
//! `inactive`, `pending`, `canceled`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::date::DateFormat;
use crate::format::sha256_hex;
use crate::record::Status;

/// Our fields, each with the name that layouts use.
macro_rules! fields {
    ($($variant:ident $name:literal),* $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Field { $($variant),* }

        impl Field {
            pub(crate) const ALL: &[Field] = &[$(Field::$variant),*];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Field::$variant => $name),* }
            }
        }
    };
}

fields! {
    VoterId "voter_id", First "first", Middle "middle", Last "last", Suffix "suffix", BirthDate "birth_date",
    HouseNumber "house_number", StreetPre "street_pre", Street "street", StreetType "street_type",
    StreetPost "street_post", Unit "unit", City "city", Zip "zip", AddressLine "address",
    PreviousHouseNumber "previous_house_number", PreviousStreetPre "previous_street_pre",
    PreviousStreet "previous_street", PreviousStreetType "previous_street_type",
    PreviousStreetPost "previous_street_post", PreviousUnit "previous_unit", PreviousCity "previous_city",
    PreviousZip "previous_zip", PreviousLine "previous_address", PreviousUntil "previous_until",
    Status "status", RegisteredOn "registered_on", CanceledOn "canceled_on", Signatures "signatures",
    Jurisdiction "jurisdiction",
}

impl Field {
    /// The parts of the residence address, in the order of [`crate::Address`].
    pub(crate) const ADDRESS: [Field; 8] = [
        Field::HouseNumber,
        Field::StreetPre,
        Field::Street,
        Field::StreetType,
        Field::StreetPost,
        Field::Unit,
        Field::City,
        Field::Zip,
    ];
    /// The parts of the previous address, in the same order.
    pub(crate) const PREVIOUS: [Field; 8] = [
        Field::PreviousHouseNumber,
        Field::PreviousStreetPre,
        Field::PreviousStreet,
        Field::PreviousStreetType,
        Field::PreviousStreetPost,
        Field::PreviousUnit,
        Field::PreviousCity,
        Field::PreviousZip,
    ];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }
}

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

/// How a voter file is written.
#[derive(Debug, Clone)]
pub struct Layout {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) source: String,
    pub(crate) sha256: String,
    pub(crate) delimiters: Vec<u8>,
    pub(crate) quoting: bool,
    pub(crate) encoding: Encoding,
    /// Number of fields in a row, for a file without a header.
    pub(crate) headerless: Option<usize>,
    pub(crate) dates: Vec<DateFormat>,
    pub(crate) optional: BTreeSet<Field>,
    pub(crate) columns: BTreeMap<Field, Vec<Column>>,
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

const PRESETS: [(&str, &str); 14] = [
    ("generic", include_str!("../layouts/generic.toml")),
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
    /// columns by a space. The file must have every column named here.
    pub fn from_columns(mapping: &str) -> Result<Self, LayoutError> {
        let file = "--columns";
        let meaning = |what: String| LayoutError::Meaning { file: file.to_owned(), what };
        let generic = PRESETS[0].1;
        let mut layout = Self::from_toml(generic, file)?;
        for pair in mapping.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (ours, theirs) =
                pair.split_once('=').ok_or_else(|| meaning(format!("\"{pair}\" is not of the form ours=theirs")))?;
            let field = field_named(ours.trim()).map_err(meaning)?;
            let columns = theirs.split('+').map(|name| Column::Name(vec![name.trim().to_owned()])).collect();
            layout.columns.insert(field, columns);
            layout.optional.remove(&field);
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

    /// Whether some layout in use here knows a column of this name.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.columns.values().flatten().any(|column| match column {
            Column::Position(_) => false,
            Column::Name(names) => names.iter().any(|known| known.eq_ignore_ascii_case(name)),
        })
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
        let by_position = self.columns.values().flatten().any(|column| match (column, self.headerless) {
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

fn field_named(name: &str) -> Result<Field, String> {
    Field::named(name).ok_or_else(|| {
        let known: Vec<_> = Field::ALL.iter().map(|field| field.name()).collect();
        format!("\"{name}\" is not a field of the roll; the fields are {}", known.join(", "))
    })
}

/// A layout as its file says it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: String,
    source: String,
    delimiter: OneOrMore<char>,
    #[serde(default = "yes")]
    header: bool,
    #[serde(default = "yes")]
    quoting: bool,
    encoding: Encoding,
    fields: Option<usize>,
    dates: Vec<String>,
    default_status: Option<Status>,
    #[serde(default)]
    optional: Vec<String>,
    columns: BTreeMap<String, OneOrMore<WrittenColumn>>,
    #[serde(default)]
    status: BTreeMap<String, Status>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

impl<T> OneOrMore<T> {
    fn into_vec(self) -> Vec<T> {
        match self {
            OneOrMore::One(one) => vec![one],
            OneOrMore::More(more) => more,
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenColumn {
    Position(usize),
    Name(String),
}

impl Written {
    fn understand(self, text: &str, file: &str) -> Result<Layout, LayoutError> {
        let meaning = |what: String| LayoutError::Meaning { file: file.to_owned(), what };
        let delimiters = self.delimiter.into_vec();
        let delimiters: Vec<u8> =
            delimiters.iter().filter(|c| c.is_ascii()).filter_map(|c| u8::try_from(*c).ok()).collect();
        if delimiters.is_empty() {
            return Err(meaning("delimiter must be one ASCII character, or a list of them".to_owned()));
        }
        let headerless = match (self.header, self.fields) {
            (true, _) => None,
            (false, Some(fields)) => Some(fields),
            (false, None) => {
                return Err(meaning("a layout without a header says how many fields a row has".to_owned()));
            }
        };
        let dates = self.dates.iter().map(|name| DateFormat::named(name).ok_or(name)).collect::<Result<_, _>>();
        let dates = dates.map_err(|name| {
            let known = DateFormat::NAMES.map(|(name, _)| name);
            meaning(format!("\"{name}\" is not a date format; the formats are {}", known.join(", ")))
        })?;
        let optional = self.optional.iter().map(|name| field_named(name)).collect::<Result<_, _>>().map_err(meaning)?;
        let mut columns = BTreeMap::new();
        for (ours, theirs) in self.columns {
            let field = field_named(&ours).map_err(meaning)?;
            let theirs = theirs.into_vec().into_iter().map(|column| match column {
                WrittenColumn::Position(0) => Err(meaning(format!("{ours}: positions count from 1"))),
                WrittenColumn::Position(at) => Ok(Column::Position(at - 1)),
                WrittenColumn::Name(names) => {
                    Ok(Column::Name(names.split('|').map(|name| name.trim().to_owned()).collect()))
                }
            });
            columns.insert(field, theirs.collect::<Result<_, _>>()?);
        }
        let layout = Layout {
            name: file.to_owned(),
            title: self.title,
            source: self.source,
            sha256: sha256_hex(text.as_bytes()),
            delimiters,
            quoting: self.quoting,
            encoding: self.encoding,
            headerless,
            dates,
            optional,
            columns,
            statuses: self.status.into_iter().map(|(code, status)| (code.to_ascii_uppercase(), status)).collect(),
            default_status: self.default_status,
        };
        layout.check(file)?;
        Ok(layout)
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
        ] {
            let error = Layout::from_toml(&text, "ours.toml").expect_err(says).to_string();
            assert!(error.contains(says) && error.starts_with("ours.toml"), "{error}");
        }
        let error = Layout::from_columns("voter_id:RegistrantID").expect_err("no equals sign").to_string();
        assert!(error.contains("ours=theirs"), "{error}");
    }
}
