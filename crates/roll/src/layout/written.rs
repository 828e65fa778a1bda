//! A layout's file: what may stand in it, and what it means.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Column, Encoding, Form, Layout, LayoutError, Range, district_kind, field::field_named};
use crate::date::DateFormat;
use crate::format::sha256_hex;
use crate::record::Status;

/// A layout as its file says it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    title: String,
    source: String,
    #[serde(default)]
    form: WrittenForm,
    delimiter: Option<OneOrMore<char>>,
    header: Option<bool>,
    quoting: Option<bool>,
    record: Option<usize>,
    trimmed: Option<bool>,
    encoding: Encoding,
    fields: Option<usize>,
    dates: Vec<String>,
    default_status: Option<Status>,
    #[serde(default)]
    optional: Vec<String>,
    columns: BTreeMap<String, OneOrMore<WrittenColumn>>,
    #[serde(default)]
    districts: BTreeMap<String, OneOrMore<WrittenColumn>>,
    #[serde(default)]
    status: BTreeMap<String, Status>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WrittenForm {
    #[default]
    Delimited,
    Fixed,
    NistVri,
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
    pub(super) fn understand(self, text: &str, file: &str) -> Result<Layout, LayoutError> {
        let layout = self.layout(text, file).map_err(|what| LayoutError::Meaning { file: file.to_owned(), what })?;
        layout.check(file)?;
        Ok(layout)
    }

    fn layout(self, text: &str, file: &str) -> Result<Layout, String> {
        self.keys_fit_the_form()?;
        let mut form = self.form()?;
        let dates = self.dates.iter().map(|name| DateFormat::named(name).ok_or(name)).collect::<Result<_, _>>();
        let dates = dates.map_err(|name| {
            let known = DateFormat::NAMES.map(|(name, _)| name);
            format!("\"{name}\" is not a date format; the formats are {}", known.join(", "))
        })?;
        let (districts_optional, optional): (Vec<_>, Vec<_>) =
            self.optional.iter().partition(|name| *name == "districts");
        let optional = optional.into_iter().map(|name| field_named(name)).collect::<Result<_, _>>()?;
        let mut columns = BTreeMap::new();
        for (ours, theirs) in self.columns {
            columns.insert(field_named(&ours)?, read_columns(&ours, theirs, &mut form)?);
        }
        let mut districts = Vec::new();
        for (kind, theirs) in self.districts {
            districts.push((district_kind(&kind)?, read_columns(&kind, theirs, &mut form)?));
        }
        let headerless = match (&form, self.header, self.fields) {
            (Form::Fixed { ranges, .. }, _, _) => Some(ranges.len()),
            (Form::Delimited { .. }, Some(false), Some(fields)) => Some(fields),
            (Form::Delimited { .. }, Some(false), None) => {
                return Err("a layout without a header says how many fields a row has".to_owned());
            }
            (Form::Delimited { .. } | Form::NistVri, _, _) => None,
        };
        Ok(Layout {
            name: file.to_owned(),
            title: self.title,
            source: self.source,
            sha256: sha256_hex(text.as_bytes()),
            form,
            encoding: self.encoding,
            headerless,
            dates,
            optional,
            districts_optional: !districts_optional.is_empty(),
            columns,
            districts,
            statuses: self.status.into_iter().map(|(code, status)| (code.to_ascii_uppercase(), status)).collect(),
            default_status: self.default_status,
        })
    }

    /// A key that the form does not use would be believed to do something.
    fn keys_fit_the_form(&self) -> Result<(), String> {
        let delimited = self.form == WrittenForm::Delimited;
        let fixed = self.form == WrittenForm::Fixed;
        for (key, there, fits, forms) in [
            ("delimiter", self.delimiter.is_some(), delimited, "delimited"),
            ("quoting", self.quoting.is_some(), delimited, "delimited"),
            ("fields", self.fields.is_some(), delimited, "delimited"),
            ("record", self.record.is_some(), fixed, "fixed"),
            ("trimmed", self.trimmed.is_some(), fixed, "fixed"),
            ("header", self.header.is_some(), delimited || fixed, "delimited or fixed"),
        ] {
            if there && !fits {
                return Err(format!("{key} is for form = {forms}; leave it out"));
            }
        }
        Ok(())
    }

    fn form(&self) -> Result<Form, String> {
        match self.form {
            WrittenForm::Delimited => {
                let delimiters: Vec<u8> = match &self.delimiter {
                    None => Vec::new(),
                    Some(OneOrMore::One(one)) => ascii(*one).into_iter().collect(),
                    Some(OneOrMore::More(more)) => more.iter().filter_map(|one| ascii(*one)).collect(),
                };
                if delimiters.is_empty() {
                    return Err("delimiter must be one ASCII character, or a list of them".to_owned());
                }
                Ok(Form::Delimited { delimiters, quoting: self.quoting.unwrap_or(true) })
            }
            WrittenForm::Fixed => match self.record {
                Some(record) if record > 0 => Ok(Form::Fixed {
                    ranges: Vec::new(),
                    record,
                    trimmed: self.trimmed.unwrap_or(false),
                    header: self.header.unwrap_or(false),
                }),
                _ => Err("a layout of fixed width says with record how many characters a line has".to_owned()),
            },
            WrittenForm::NistVri => Ok(Form::NistVri),
        }
    }
}

fn ascii(delimiter: char) -> Option<u8> {
    u8::try_from(delimiter).ok().filter(u8::is_ascii)
}

fn read_columns(ours: &str, theirs: OneOrMore<WrittenColumn>, form: &mut Form) -> Result<Vec<Column>, String> {
    let column = |column| match (column, &mut *form) {
        (WrittenColumn::Position(_), Form::Fixed { .. }) => {
            Err(format!("{ours}: a range such as \"1-10\" says which characters a column of fixed width has"))
        }
        (WrittenColumn::Name(text), Form::Fixed { ranges, record, .. }) => {
            let range = read_range(&text, *record).ok_or_else(|| {
                format!("{ours}: \"{text}\" is not a range of characters from 1 to {record}, such as \"1-10\"")
            })?;
            let at = ranges.iter().position(|known| *known == range);
            Ok(Column::Position(at.unwrap_or_else(|| {
                ranges.push(range);
                ranges.len() - 1
            })))
        }
        (WrittenColumn::Position(at), _) => {
            at.checked_sub(1).map(Column::Position).ok_or_else(|| format!("{ours}: positions count from 1"))
        }
        (WrittenColumn::Name(names), _) => {
            Ok(Column::Name(names.split('|').map(|name| name.trim().to_owned()).collect()))
        }
    };
    theirs.into_vec().into_iter().map(column).collect()
}

/// `1-10` or `7`, as published layouts count: from 1, both ends in.
fn read_range(text: &str, record: usize) -> Option<Range> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to): (usize, usize) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    (1 <= from && from <= to && to <= record).then(|| from - 1..to)
}
