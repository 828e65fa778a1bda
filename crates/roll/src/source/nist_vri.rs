//! Voter records as NIST SP 1500-102, Voter Records Interchange, has them in JSON.
//!
//! A file is one document or several, one after another. `VoterRecordResults` gives a row for each `VoterRecord`. A
//! `VoterRecordsRequest` of the type `registration` gives a row for its `Subject`, with the status `request`. Documents
//! of other types are refused, because they have no voter. Documents are read piece by piece: a voter, or an element
//! that is not read, has to fit into memory, a document has not.
//!
//! Each row has the columns of [`COLUMNS`]. What elements they come from is in [`voter`].

mod voter;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::error::Category;

use self::voter::{COLUMNS, Voter, VoterRecord};
use super::input::{CHUNK, Input};
use super::{BATCH_LIMIT, Batch, count_line_ends};
use crate::error::ImportError;

/// A voter with the images that may go with the record, or a single other element, is not longer.
const VALUE_LIMIT: usize = 16 * 1024 * 1024;

/// A file of documents, being read.
pub(crate) struct NistVri<'p> {
    pub(super) input: Input<'p>,
    text: Vec<u8>,
    /// What of `text` is read.
    at: usize,
    ended: bool,
    line: u64,
    /// Bytes of the line before `at`.
    column: u64,
    place: Place,
    document: Document,
    header_given: bool,
    row: u64,
}

/// Where the reader is. `first` is whether no element was read yet.
#[derive(Clone, Copy)]
enum Place {
    BetweenDocuments,
    InDocument { first: bool },
    InRecords { first: bool },
}

/// What was seen of a document.
#[derive(Default)]
struct Document {
    class: String,
    request_types: Vec<String>,
    subject: Option<Voter>,
    has_records: bool,
}

impl<'p> NistVri<'p> {
    pub(super) fn new(input: Input<'p>) -> Self {
        Self {
            input,
            text: Vec::new(),
            at: 0,
            ended: false,
            line: 1,
            column: 0,
            place: Place::BetweenDocuments,
            document: Document::default(),
            header_given: false,
            row: 0,
        }
    }

    /// Up to `most` rows, of which the first is the header; no rows at the end.
    pub(super) fn read_batch(&mut self, most: usize) -> Result<Batch, ImportError> {
        let mut batch = Batch::default();
        if !self.header_given && most > 0 {
            self.header_given = true;
            batch.begin_row(0, 1);
            for name in COLUMNS {
                batch.push_field(name.as_bytes());
            }
            self.fill()?;
            if self.text.starts_with(b"\xef\xbb\xbf") {
                self.at = 3;
            }
        }
        while batch.rows.len() < most && batch.data.len() < BATCH_LIMIT {
            let Some((line, record)) = self.next_voter()? else { break };
            self.row += 1;
            batch.begin_row(self.row, line);
            record.write(|field| batch.push_field(field.as_bytes()));
        }
        Ok(batch)
    }

    /// The next voter, and the line where the record begins.
    fn next_voter(&mut self) -> Result<Option<(u64, VoterRecord)>, ImportError> {
        loop {
            let next = self.skip_blanks()?;
            match (self.place, next) {
                (Place::BetweenDocuments, None) => return Ok(None),
                (Place::BetweenDocuments, Some(b'{')) => {
                    self.pass(1);
                    self.document = Document::default();
                    self.place = Place::InDocument { first: true };
                }
                (Place::BetweenDocuments, Some(_)) => return Err(self.fault("a document begins with {")),
                (_, None) => return Err(self.fault("the file ends within a document: it was cut off")),
                (Place::InDocument { .. }, Some(b'}')) => {
                    self.pass(1);
                    self.place = Place::BetweenDocuments;
                    if let Some(voter) = self.end_document()? {
                        return Ok(Some((self.line, VoterRecord::of_request(voter))));
                    }
                }
                (Place::InDocument { first }, Some(_)) => {
                    self.pass_comma(first)?;
                    self.place = Place::InDocument { first: false };
                    self.read_element()?;
                }
                (Place::InRecords { .. }, Some(b']')) => {
                    self.pass(1);
                    self.place = Place::InDocument { first: false };
                }
                (Place::InRecords { first }, Some(_)) => {
                    self.pass_comma(first)?;
                    self.place = Place::InRecords { first: false };
                    let line = self.line;
                    return Ok(Some((line, self.read_value()?)));
                }
            }
        }
    }

    /// Reads a name and what belongs to it, or, for the list of records, goes into it.
    fn read_element(&mut self) -> Result<(), ImportError> {
        let name: String = self.read_value()?;
        if self.skip_blanks()? != Some(b':') {
            return Err(self.fault("a : is missing after a name"));
        }
        self.pass(1);
        let next = self.skip_blanks()?;
        match name.as_str() {
            "@type" => self.document.class = self.read_value()?,
            "Type" => self.document.request_types = self.read_value()?,
            "Subject" => self.document.subject = Some(self.read_value()?),
            "VoterRecord" => {
                if next != Some(b'[') {
                    return Err(self.fault("VoterRecord is a list, which begins with ["));
                }
                self.pass(1);
                self.document.has_records = true;
                self.place = Place::InRecords { first: true };
            }
            _ => {
                self.read_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    /// Whether the document was one with voters; the voter of a request.
    fn end_document(&mut self) -> Result<Option<Voter>, ImportError> {
        let document = std::mem::take(&mut self.document);
        let class = document.class.rsplit('.').next().unwrap_or("");
        match class {
            "VoterRecordResults" | "VoterRecordsResult" | "VoterRecordsResults" if document.subject.is_none() => {
                Ok(None)
            }
            "VoterRecordsRequest" if !document.has_records => {
                if !document.request_types.iter().any(|kind| kind == "registration") {
                    return Err(self.fault("this VoterRecordsRequest is no registration, so its subject is no voter"));
                }
                document.subject.map(Some).ok_or_else(|| self.fault("this VoterRecordsRequest has no Subject"))
            }
            "RequestAcknowledgement" | "RequestRejection" | "RequestSuccess" => {
                Err(self.fault(&format!("a document of @type {class} has no voter in it; take it out")))
            }
            _ => Err(self.fault(
                "the document that ends here is neither VoterRecordResults with VoterRecord nor VoterRecordsRequest \
                 with Subject by its @type",
            )),
        }
    }

    fn pass_comma(&mut self, first: bool) -> Result<(), ImportError> {
        if first {
            return Ok(());
        }
        if self.text.get(self.at) != Some(&b',') {
            return Err(self.fault("a comma is missing"));
        }
        self.pass(1);
        self.skip_blanks()?;
        Ok(())
    }

    /// Reads one whole value.
    fn read_value<T: for<'de> Deserialize<'de>>(&mut self) -> Result<T, ImportError> {
        let mut scan = Scan::default();
        let length = loop {
            match scan.end(self.text.get(self.at..).unwrap_or(&[])) {
                Some(length) => break length,
                None if self.text.len() - self.at > VALUE_LIMIT => {
                    return Err(self.fault("an element here is longer than 16 MiB"));
                }
                None if self.ended => return Err(self.fault("the file ends within a document: it was cut off")),
                None => self.fill()?,
            }
        };
        let value = serde_json::from_slice(self.text.get(self.at..self.at + length).unwrap_or(&[]));
        let value = value.map_err(|error| {
            // Its own words may repeat what is written there about a person.
            let what = match error.classify() {
                Category::Data => "what is written here is not of the kind that NIST SP 1500-102 gives this element",
                Category::Io | Category::Syntax | Category::Eof => "this is not well-formed JSON",
            };
            let (line, column) = (error.line() as u64, error.column() as u64);
            match line {
                0 | 1 => fault_at(self.line, self.column + column.max(1), what),
                _ => fault_at(self.line + line - 1, column, what),
            }
        })?;
        self.pass(length);
        Ok(value)
    }

    /// Moves on to the next byte that is not blank, and gives it.
    fn skip_blanks(&mut self) -> Result<Option<u8>, ImportError> {
        loop {
            let rest = self.text.get(self.at..).unwrap_or(&[]);
            let blanks = rest.iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
            let next = rest.get(blanks).copied();
            self.pass(blanks);
            if next.is_some() || self.ended {
                return Ok(next);
            }
            self.fill()?;
        }
    }

    fn pass(&mut self, bytes: usize) {
        let passed = self.text.get(self.at..self.at + bytes).unwrap_or(&[]);
        self.line += count_line_ends(passed);
        self.column = match passed.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => (passed.len() - last - 1) as u64,
            None => self.column + passed.len() as u64,
        };
        self.at += bytes;
    }

    fn fill(&mut self) -> Result<(), ImportError> {
        if self.at >= CHUNK {
            self.text.drain(..self.at);
            self.at = 0;
        }
        self.ended = !self.input.more(&mut self.text)?;
        Ok(())
    }

    fn fault(&self, what: &str) -> ImportError {
        fault_at(self.line, self.column + 1, what)
    }
}

fn fault_at(line: u64, column: u64, what: &str) -> ImportError {
    ImportError::Json { line, column, what: what.to_owned() }
}

/// The search for the end of a value. It only counts brackets outside of strings; whether the value is well-formed is
/// seen when it is read.
#[derive(Default)]
struct Scan {
    looked_at: usize,
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Scan {
    /// The value's length, once `value` has all of it. `value` may grow between calls.
    fn end(&mut self, value: &[u8]) -> Option<usize> {
        while let Some(byte) = value.get(self.looked_at).copied() {
            let at = self.looked_at;
            self.looked_at += 1;
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_string = false;
                        if self.depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' | b':' if self.depth == 0 => return Some(at),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}
