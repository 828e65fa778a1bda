//! The figures of a certificate that an article may speak of, under the names that the certificate's file gives them.

use std::{collections::BTreeMap, fmt, str::FromStr};

use domain::Category;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use thiserror::Error;

use crate::exact::{GREATEST, Ratio, grouped};

/// A figure of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Every signature submitted.
    RawCount,
    /// Signatures that count.
    Valid,
    /// Signatures that do not.
    Invalid,
    /// Invalid signatures of one published category.
    Category(Category),
    /// Registered voters of the jurisdiction.
    RegisteredVoters,
    /// Valid signatures needed.
    Required,
    /// Valid signatures less those required; its sign is kept apart.
    Margin,
}

impl Figure {
    /// Every figure.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::RawCount, Self::Valid, Self::Invalid, Self::RegisteredVoters, Self::Required, Self::Margin]
            .into_iter()
            .chain(Category::ALL.into_iter().map(Self::Category))
    }

    /// What a person calls it.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::RawCount => "signatures submitted",
            Self::Valid => "valid signatures",
            Self::Invalid => "invalid signatures",
            Self::RegisteredVoters => "registered voters",
            Self::Required => "signatures required",
            Self::Margin => "the distance of the valid signatures from those required",
            Self::Category(category) => match category {
                Category::NotRegistered => "signers not registered",
                Category::Duplicate => "duplicates",
                Category::DifferentAddress => "signatures with a different address",
                Category::SignatureMismatch => "mismatching signatures",
                Category::Canceled => "signers whose registration was canceled",
                Category::OutOfJurisdiction => "signers from outside the jurisdiction",
                Category::Other => "signatures invalid for other reasons",
            },
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RawCount => f.write_str("raw_count"),
            Self::Valid => f.write_str("valid"),
            Self::Invalid => f.write_str("invalid"),
            Self::Category(category) => write!(f, "invalid_by_category.{}", category.name()),
            Self::RegisteredVoters => f.write_str("registered_voters"),
            Self::Required => f.write_str("required"),
            Self::Margin => f.write_str("margin"),
        }
    }
}

/// A name that is no figure's.
#[derive(Debug, Error)]
#[error("there is no figure {0:?}")]
pub struct UnknownFigure(String);

impl FromStr for Figure {
    type Err = UnknownFigure;

    /// Reads a figure's name; a category may stand without `invalid_by_category.` before it.
    fn from_str(name: &str) -> Result<Self, UnknownFigure> {
        let short = name.strip_prefix("invalid_by_category.").unwrap_or(name);
        Self::all()
            .find(|figure| match figure {
                Self::Category(category) => category.name() == short,
                other => other.to_string() == name,
            })
            .ok_or_else(|| UnknownFigure(name.to_owned()))
    }
}

/// What a number of an article speaks of: a count, or a share in percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// The figure itself.
    Count(Figure),
    /// The first figure in percent of the second.
    Share(Figure, Figure),
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(figure) => figure.fmt(f),
            Self::Share(part, whole) => write!(f, "{part}_percent_of_{whole}"),
        }
    }
}

impl Serialize for About {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a file gives no figures.
#[derive(Debug, Error)]
pub enum FiguresError {
    /// Not JSON, or a figure that is no number.
    #[error(
        "this is no certificate: {0}; hand in a certificate.json, or a JSON of figures such as {{\"raw_count\": 715833, \"valid\": 520050}}"
    )]
    Unreadable(#[from] serde_json::Error),
    /// No figure at all.
    #[error(
        "none of the figures of a certificate stands in it; give some of raw_count, valid, invalid, invalid_by_category, registered_voters, \
         required, margin"
    )]
    Empty,
    /// A figure beyond any petition.
    #[error("the figure {0} is greater than any petition could make it; correct it")]
    TooGreat(Figure),
}

/// The figures of one certificate, with those that follow from them.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    counts: BTreeMap<Figure, u128>,
    short: Option<bool>,
    verdict: Option<String>,
    /// Words of the petition's title, office and jurisdiction, in lower case.
    pub(crate) names: Vec<String>,
    /// Years in which the case was filed, certified and so on.
    pub(crate) years: Vec<u16>,
}

#[derive(Deserialize)]
struct File {
    raw_count: Option<u64>,
    valid: Option<u64>,
    invalid: Option<u64>,
    #[serde(default)]
    invalid_by_category: BTreeMap<String, u64>,
    registered_voters: Option<u64>,
    required: Option<u64>,
    margin: Option<i64>,
    verdict: Option<String>,
    #[serde(default)]
    basis: Option<String>,
    #[serde(default)]
    petition: Value,
    #[serde(default)]
    dates: Value,
    #[serde(default)]
    certified_on: Value,
}

impl Figures {
    /// Reads a certificate, or a plain JSON of figures.
    pub fn from_json(text: &str) -> Result<Self, FiguresError> {
        let file: File = serde_json::from_str(text)?;
        let mut figures = Self { verdict: file.verdict, ..Self::default() };
        let named = [
            (Figure::RawCount, file.raw_count),
            (Figure::Valid, file.valid),
            (Figure::Invalid, file.invalid),
            (Figure::RegisteredVoters, file.registered_voters),
            (Figure::Required, file.required),
            (Figure::Margin, file.margin.map(i64::unsigned_abs)),
        ];
        let categories = Category::ALL
            .into_iter()
            .map(|category| (Figure::Category(category), file.invalid_by_category.get(category.name()).copied()));
        for (figure, count) in named.into_iter().chain(categories) {
            let Some(count) = count.map(u128::from) else { continue };
            if count > GREATEST {
                return Err(FiguresError::TooGreat(figure));
            }
            figures.counts.insert(figure, count);
        }
        if figures.counts.is_empty() {
            return Err(FiguresError::Empty);
        }
        figures.short = file.margin.map(|margin| margin < 0);
        // Of a sample, valid and invalid are those of the sample: nothing follows from them for the whole.
        if file.basis.as_deref() != Some("sample") {
            figures.complete();
        }
        figures.names = words_of(&file.petition);
        figures.years = [&file.dates, &file.certified_on].into_iter().flat_map(years_of).collect();
        Ok(figures)
    }

    /// Adds what follows from the figures given: valid and invalid make the raw count, valid less required the margin.
    fn complete(&mut self) {
        let (raw, valid, invalid) =
            (self.count(Figure::RawCount), self.count(Figure::Valid), self.count(Figure::Invalid));
        let found = match (raw, valid, invalid) {
            (None, Some(valid), Some(invalid)) => Some((Figure::RawCount, valid + invalid)),
            (Some(raw), None, Some(invalid)) => raw.checked_sub(invalid).map(|valid| (Figure::Valid, valid)),
            (Some(raw), Some(valid), None) => raw.checked_sub(valid).map(|invalid| (Figure::Invalid, invalid)),
            _ => None,
        };
        self.counts.extend(found);
        if let (Some(valid), Some(required), None) =
            (self.count(Figure::Valid), self.count(Figure::Required), self.count(Figure::Margin))
        {
            self.counts.insert(Figure::Margin, valid.abs_diff(required));
            self.short = Some(valid < required);
        }
    }

    /// A figure, where the certificate has it or it follows; the margin without its sign.
    pub fn count(&self, figure: Figure) -> Option<u128> {
        self.counts.get(&figure).copied()
    }

    /// Whether the petition is short of the signatures required.
    pub const fn short(&self) -> Option<bool> {
        self.short
    }

    /// The certificate's verdict.
    pub fn verdict(&self) -> Option<&str> {
        self.verdict.as_deref()
    }

    /// What the certificate says of a subject: a count, or a share in percent.
    pub fn truth(&self, about: About) -> Option<Ratio> {
        match about {
            About::Count(figure) => self.count(figure).map(Ratio::whole),
            About::Share(part, whole) => Ratio::of(self.count(part)? * 100, self.count(whole)?),
        }
    }

    /// A subject with its figures: `valid signatures: 520,050`.
    pub fn told(&self, about: About) -> String {
        let number = |figure| self.count(figure).map_or_else(|| "unknown".to_owned(), grouped);
        match about {
            About::Count(Figure::Margin) => {
                let side = if self.short == Some(true) { "short of" } else { "above" };
                format!("the valid signatures are {} {side} those required", number(Figure::Margin))
            }
            About::Count(figure) => format!("{}: {}", figure.in_words(), number(figure)),
            About::Share(part, whole) => format!(
                "{} ({}) in percent of {} ({}): {}%",
                part.in_words(),
                number(part),
                whole.in_words(),
                number(whole),
                self.truth(about).map_or_else(|| "unknown".to_owned(), |share| share.decimal(2))
            ),
        }
    }
}

fn words_of(petition: &Value) -> Vec<String> {
    let texts = petition.as_object().into_iter().flat_map(|fields| fields.values()).filter_map(Value::as_str);
    let words = texts.flat_map(|text| text.split(|letter: char| !letter.is_alphanumeric()));
    words.filter(|word| word.chars().count() > 2).map(str::to_lowercase).collect()
}

fn years_of(dates: &Value) -> Vec<u16> {
    let texts: Vec<&str> = match dates {
        Value::String(text) => vec![text],
        Value::Object(fields) => fields.values().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    texts.iter().filter_map(|text| text.get(..4)?.parse().ok()).collect()
}
