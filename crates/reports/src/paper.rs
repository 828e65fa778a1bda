//! The certificate as a PDF: archival (PDF/A-3a), accessible (PDF/UA-1), and the same bytes on every machine. The
//! certificate's own JSON is attached, so that paper and data travel together.

use std::sync::LazyLock;

use law::certificate::Certificate;
use serde_json::Value;
use typst::{
    Library, LibraryExt, World, comemo,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_kit::fonts::{self, FontStore};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

const TEMPLATE: &str = include_str!("../templates/certificate.typ");

/// Longer words than this get places at which a line may break.
const LONGEST_WORD: usize = 24;

/// A place at which a line may break without a sign.
const BREAK: char = '\u{200b}';

static FONTS: LazyLock<FontStore> = LazyLock::new(|| {
    let mut store = FontStore::new();
    store.extend(fonts::embedded());
    store
});

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// Why there is no document. The certificate's JSON stands nevertheless.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The certificate cannot be written as JSON.
    #[error("the certificate cannot be written as data: {0}")]
    Json(#[from] serde_json::Error),
    /// The typesetter refuses.
    #[error("the certificate cannot be typeset: {0}; report this with the certificate's JSON, which is not affected")]
    Typeset(String),
}

/// The certificate as a PDF to print, sign and publish. The same certificate gives the same bytes in every process.
pub fn certificate_pdf(certificate: &Certificate) -> Result<Vec<u8>, ReportError> {
    let json = certificate.to_json()?;
    let office = Office::new(&json)?;
    let compiled = typst::compile::<PagedDocument>(&office);
    // The typesetter remembers its work; one document a case makes that memory a leak.
    comemo::evict(0);
    let document = compiled.output.map_err(|errors| typeset_error(&errors))?;
    let options = PdfOptions {
        ident: Smart::Custom(format!(
            "{} {} {}",
            certificate.format, certificate.events_digest, certificate.certified_on
        )),
        creator: Smart::Custom(Some("Countersign".to_owned())),
        timestamp: day(certificate.certified_on).map(Timestamp::new_utc),
        standards: PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
            .map_err(|error| ReportError::Typeset(error.message().to_string()))?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| typeset_error(&errors))
}

fn typeset_error(errors: &[SourceDiagnostic]) -> ReportError {
    let messages: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
    ReportError::Typeset(messages.join("; "))
}

/// Midnight of a day; none for years that a PDF cannot name.
fn day(date: jiff::civil::Date) -> Option<Datetime> {
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    Datetime::from_ymd_hms(i32::from(date.year()), month, day, 0, 0, 0)
}

/// All that the typesetter can see: the template, the data to print, and the certificate to attach. No file, no clock.
struct Office {
    template: Source,
    data: (FileId, Bytes),
    attachment: (FileId, Bytes),
}

impl Office {
    fn new(json: &str) -> Result<Self, ReportError> {
        let mut data: Value = serde_json::from_str(json)?;
        let replaced = make_printable(&mut data);
        if let Value::Object(fields) = &mut data {
            fields.insert("replaced".to_owned(), Value::Bool(replaced));
        }
        Ok(Self {
            template: Source::new(file("certificate.typ")?, TEMPLATE.to_owned()),
            data: (file("data.json")?, Bytes::new(serde_json::to_vec(&data)?)),
            attachment: (file("certificate.json")?, Bytes::new(json.as_bytes().to_vec())),
        })
    }
}

fn file(name: &str) -> Result<FileId, ReportError> {
    let path = VirtualPath::new(name).map_err(|error| ReportError::Typeset(format!("{name}: {error:?}")))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

impl World for Office {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        FONTS.book()
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::NotSource) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let known = [&self.data, &self.attachment].into_iter().find(|(known, _)| *known == id);
        known.map(|(_, bytes)| bytes.clone()).ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.font(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Makes every text fit for paper: characters that no embedded font has are written by their code point, control
/// characters become blanks, and long words may break. Says whether a character was replaced.
fn make_printable(value: &mut Value) -> bool {
    match value {
        Value::String(text) => {
            let (printable, replaced) = printable(text);
            *text = printable;
            replaced
        }
        Value::Array(values) => values.iter_mut().fold(false, |any, value| make_printable(value) | any),
        Value::Object(fields) => fields.values_mut().fold(false, |any, value| make_printable(value) | any),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn printable(text: &str) -> (String, bool) {
    let mut printed = String::with_capacity(text.len());
    let (mut run, mut replaced) = (0, false);
    for character in text.chars() {
        if character.is_control() || character.is_whitespace() {
            printed.push(' ');
            run = 0;
            continue;
        }
        if run == LONGEST_WORD {
            printed.push(BREAK);
            run = 0;
        }
        if has_glyph(character) {
            printed.push(character);
            run += 1;
        } else {
            printed.push_str(&format!("[U+{:04X}]{BREAK}", u32::from(character)));
            (run, replaced) = (0, true);
        }
    }
    (printed, replaced)
}

fn has_glyph(character: char) -> bool {
    let code = u32::from(character);
    let book = FONTS.book();
    (0..).map_while(|index| book.info(index)).any(|info| info.coverage.contains(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_made_fit_for_paper() {
        assert_eq!(printable("Señor “Ω” — Ж"), ("Señor “Ω” — Ж".to_owned(), false));
        assert_eq!(printable("中 x"), ("[U+4E2D]\u{200b} x".to_owned(), true));
        assert_eq!(printable("a\nb\u{7}c"), ("a b c".to_owned(), false));
        let (long, _) = printable(&"x".repeat(50));
        assert_eq!(long.split(BREAK).map(str::len).collect::<Vec<_>>(), [24, 24, 2]);
    }

    #[test]
    fn every_text_of_the_data_is_reached() {
        let mut data = serde_json::json!({ "a": ["ok", { "b": "文" }], "n": 1, "t": true, "z": null });
        assert!(make_printable(&mut data));
        assert_eq!(data["a"][1]["b"], "[U+6587]\u{200b}");
        assert!(!make_printable(&mut serde_json::json!(["ok", 1])));
    }
}
