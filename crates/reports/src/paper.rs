//! The certificate as a PDF: archival (PDF/A-3a), accessible (PDF/UA-1), and the same bytes on every machine. The
//! certificate's own JSON is attached, so that paper and data travel together.

use std::{fmt::Write as _, sync::LazyLock};

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
    let document = typeset(certificate)?;
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

fn typeset(certificate: &Certificate) -> Result<PagedDocument, ReportError> {
    let office = Office::new(&certificate.to_json()?)?;
    let compiled = typst::compile::<PagedDocument>(&office);
    // The typesetter remembers its work; one document a case makes that memory a leak.
    comemo::evict(0);
    compiled.output.map_err(|errors| typeset_error(&errors))
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
    let mut words = Vec::new();
    let mut replaced = false;
    for word in text.split(|character: char| character.is_control() || character.is_whitespace()) {
        let whole = is_digest(word);
        let mut printed = String::with_capacity(word.len());
        for (at, character) in word.chars().enumerate() {
            if at > 0 && at % LONGEST_WORD == 0 && !whole {
                printed.push(BREAK);
            }
            if has_glyph(character) {
                printed.push(character);
            } else {
                let _ = write!(printed, "[U+{:04X}]{BREAK}", u32::from(character));
                replaced = true;
            }
        }
        words.push(printed);
    }
    (words.join(" "), replaced)
}

/// A digest stays whole, so that it can be copied from the document and compared.
fn is_digest(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn has_glyph(character: char) -> bool {
    let code = u32::from(character);
    let book = FONTS.book();
    (0..).map_while(|index| book.info(index)).any(|info| info.coverage.contains(code))
}

#[cfg(test)]
mod tests {
    use typst::layout::{Frame, FrameItem};

    use super::*;

    fn published() -> Certificate {
        Certificate::from_json(include_str!("../tests/it/certificate.json")).unwrap()
    }

    /// What stands on each page, in order of layout, with one blank between words.
    fn pages(certificate: &Certificate) -> Vec<String> {
        fn collect(frame: &Frame, words: &mut String) {
            for (_, item) in frame.items() {
                match item {
                    FrameItem::Group(group) => collect(&group.frame, words),
                    FrameItem::Text(item) => {
                        words.push_str(&item.text);
                        words.push(' ');
                    }
                    _ => {}
                }
            }
        }
        let document = typeset(certificate).unwrap();
        let text = document.pages().iter().map(|page| {
            let mut words = String::new();
            collect(&page.frame, &mut words);
            words.replace(BREAK, "").split_whitespace().collect::<Vec<_>>().join(" ")
        });
        text.collect()
    }

    #[test]
    fn the_page_to_sign_has_every_figure_and_the_annex_every_ground() {
        let pages = pages(&published());
        for part in [
            "Petition to recall the Assessor",
            "A. N. Officer",
            "715,833 signatures in 1 section; that each signature was examined",
            "INSUFFICIENT",
            "46,807 fewer",
            "Not Registered 88,464 12.36 45.18",
            "Max Number of Times Signed (Duplicate) 43,593 6.09 22.27",
            "Not valid 195,783 27.35 100.00",
            "Valid 520,050 72.65",
            "Short by 46,807",
            "Dated August 15, 2022",
            "Registrar of Voters",
            "Page 1 of 4",
        ] {
            assert!(pages[0].contains(part), "{part} in {}", pages[0]);
        }
        let annex = pages[1..].join(" ");
        for part in [
            "10% of 5,668,569 = 566,856.9",
            "L15 Signed more often than permitted 43,593 6.09 Elections Code 18612; 2 CCR 20531 †",
            "Elections Code 11221(a)",
            "+ 160 calendar days = 2022-07-06",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "every-line-one-disposition",
        ] {
            assert!(annex.contains(part), "{part} in {annex}");
        }
        assert_eq!(pages.len(), 4);
    }

    #[test]
    fn texts_that_look_like_code_stay_text() {
        let mut certificate = published();
        let title = "#panic(\"x\") *bold* <b> $x$ \\ 'quoted' `raw` @ref // comment Señor";
        certificate.petition.title = title.to_owned();
        certificate.petition.officer = Some("]#eval(\"1\") \u{1b}[31m 中".to_owned());
        let pages = pages(&certificate);
        assert!(pages[0].contains(title), "{}", pages[0]);
        assert!(pages[0].contains("]#eval(\"1\") [31m [U+4E2D]"), "{}", pages[0]);
        assert!(pages[1].contains("lack are shown by their code points"), "{}", pages[1]);
    }

    #[test]
    fn an_open_result_stands_out_and_is_never_passed() {
        let mut certificate = published();
        certificate.verdict = domain::Verdict::EqualReview;
        certificate.margin = Some(0);
        let page = &pages(&certificate)[0];
        assert!(page.contains("COUNSEL DECIDES") && page.contains("Difference 0"), "{page}");
        assert!(!page.contains("INSUFFICIENT"), "{page}");
    }

    #[test]
    fn the_template_gives_no_warning() {
        let office = Office::new(&published().to_json().unwrap()).unwrap();
        let warnings = typst::compile::<PagedDocument>(&office).warnings;
        assert!(warnings.is_empty(), "{warnings:?}");
    }

    #[test]
    fn only_the_three_files_can_be_read() {
        let office = Office::new(&published().to_json().unwrap()).unwrap();
        assert!(office.file(office.data.0).is_ok());
        assert!(office.source(office.template.id()).is_ok());
        assert!(office.source(office.data.0).is_err());
        assert!(office.file(file("other.json").unwrap()).is_err());
        assert!(office.today(None).is_none());
    }

    #[test]
    fn text_is_made_fit_for_paper() {
        assert_eq!(printable("Señor “Ω” — Ж"), ("Señor “Ω” — Ж".to_owned(), false));
        assert_eq!(printable("中 x"), ("[U+4E2D]\u{200b} x".to_owned(), true));
        assert_eq!(printable("a\nb\u{7}c"), ("a b c".to_owned(), false));
        let (long, _) = printable(&"x".repeat(50));
        assert_eq!(long.split(BREAK).map(str::len).collect::<Vec<_>>(), [24, 24, 2]);
        assert_eq!(printable(&"a1".repeat(32)), ("a1".repeat(32), false), "a digest stays whole");
    }

    #[test]
    fn every_text_of_the_data_is_reached() {
        let mut data = serde_json::json!({ "a": ["ok", { "b": "文" }], "n": 1, "t": true, "z": null });
        assert!(make_printable(&mut data));
        assert_eq!(data["a"][1]["b"], "[U+6587]\u{200b}");
        assert!(!make_printable(&mut serde_json::json!(["ok", 1])));
    }
}
