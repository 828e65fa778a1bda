//! The text of an article, from plain text or HTML, in passages whose every place knows its line in the file.

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// A paragraph, a heading, an item of a list or a row of a table, on one line.
#[derive(Debug, Clone, Default)]
pub struct Passage {
    /// The text: straight quotes, plain spaces, no soft hyphens.
    pub text: String,
    /// From which byte on the text stands on which line of the file.
    lines: Vec<(usize, usize)>,
}

impl Passage {
    /// The line of the file on which a byte of the text stands.
    pub fn line_at(&self, byte: usize) -> usize {
        let after = self.lines.partition_point(|(start, _)| *start <= byte);
        after.checked_sub(1).and_then(|at| self.lines.get(at)).map_or(1, |(_, line)| *line)
    }

    fn push(&mut self, letter: char, line: usize) {
        if self.lines.last().is_none_or(|(_, last)| *last != line) {
            self.lines.push((self.text.len(), line));
        }
        self.text.push(letter);
    }

    fn push_space(&mut self, line: usize) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.push(' ', line);
        }
    }

    fn push_text(&mut self, text: &str, line: usize) {
        for letter in text.chars() {
            match plain(letter) {
                Some(letter) if letter.is_whitespace() => self.push_space(line),
                Some(letter) => self.push(letter, line),
                None => {}
            }
        }
    }
}

/// A letter as it is read: quotes straight, spaces plain; nothing for soft hyphens and marks without width.
const fn plain(letter: char) -> Option<char> {
    Some(match letter {
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' => return None,
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{2BC}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{AB}' | '\u{BB}' => '"',
        '\u{2010}' | '\u{2011}' | '\u{2212}' => '-',
        '\u{2012}' | '\u{2014}' | '\u{2015}' => '\u{2013}',
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => ' ',
        other => other,
    })
}

/// The passages of a plain text. Lines of a wrapped paragraph are joined; lines of a list are kept apart.
pub fn from_plain(text: &str) -> Vec<Passage> {
    let lines: Vec<&str> = text.lines().collect();
    let mut passages = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let end = (at..lines.len()).find(|line| lines[*line].trim().is_empty()).unwrap_or(lines.len());
        let paragraph = &lines[at..end];
        let width = paragraph.iter().map(|line| line.chars().count()).max().unwrap_or(0);
        let mut passage = Passage::default();
        for (offset, line) in paragraph.iter().enumerate() {
            if offset > 0 && breaks(paragraph[offset - 1], line, width) {
                passages.push(std::mem::take(&mut passage));
            }
            // A number broken after its comma stays whole.
            if offset == 0 || !broken_number(&passage.text, line) {
                passage.push_space(at + offset + 1);
            }
            passage.push_text(line.trim(), at + offset + 1);
        }
        passages.push(passage);
        at = end + 1;
    }
    passages.retain(|passage| !passage.text.trim().is_empty());
    passages
}

/// Whether a line break separates two entries, and is not only where a paragraph was wrapped.
fn breaks(line: &str, next: &str, width: usize) -> bool {
    let next = next.trim_start();
    if broken_number(line.trim_end(), next) || next.starts_with(char::is_lowercase) {
        return false;
    }
    let item = next.starts_with(['-', '*', '\u{2022}', '\u{2013}']);
    let word = next.split_whitespace().next().unwrap_or_default().chars().count();
    let room = width.saturating_sub(line.trim_end().chars().count());
    item || width < 50 || room > word + width / 5
}

/// Whether a number goes on over the line: `566,` and `857`, or `566-` and `857`.
fn broken_number(line: &str, next: &str) -> bool {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let before = line.strip_suffix(',').map(|rest| rest.chars().rev().take_while(char::is_ascii_digit).count());
    before.is_some_and(|count| (1..=3).contains(&count)) && digits(next.trim_start()) == 3
}

/// Elements whose text is not read: programs, styles, and what stands around an article.
const SKIPPED: &[&[u8]] = &[
    b"script",
    b"style",
    b"nav",
    b"noscript",
    b"template",
    b"svg",
    b"iframe",
    b"head",
    b"form",
    b"button",
    b"select",
    b"footer",
    b"object",
    b"textarea",
];
/// Elements within a line of text; every other one begins a passage.
const INLINE: &[&[u8]] = &[
    b"a", b"abbr", b"b", b"bdi", b"bdo", b"big", b"cite", b"code", b"data", b"del", b"dfn", b"em", b"font", b"i",
    b"img", b"ins", b"kbd", b"mark", b"q", b"s", b"small", b"span", b"strong", b"sub", b"sup", b"time", b"tt", b"u",
    b"var", b"wbr",
];

/// The passages of a page: what a reader sees of the article, without programs, styles and navigation.
pub fn from_html(html: &str) -> Vec<Passage> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut lines = Lines { html: html.as_bytes(), byte: 0, line: 1 };
    let mut reading = Reading::default();
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => {
                let line = lines.at(tag.span.start);
                reading.open(&tag.name, tag.self_closing, line);
            }
            Token::EndTag(tag) => reading.close(&tag.name),
            Token::String(text) if reading.skipped.is_empty() => {
                let words = String::from_utf8_lossy(&text);
                let mut line = lines.at(text.span.start);
                for part in words.split_inclusive('\n') {
                    reading.passage.push_text(part, line);
                    line += usize::from(part.ends_with('\n'));
                }
            }
            _ => {}
        }
    }
    reading.end_passage();
    reading.passages
}

/// How far a page is read.
#[derive(Default)]
struct Reading {
    passages: Vec<Passage>,
    passage: Passage,
    /// The elements that are open and not read.
    skipped: Vec<Vec<u8>>,
    in_row: bool,
}

impl Reading {
    fn open(&mut self, name: &[u8], self_closing: bool, line: usize) {
        match name {
            // A head that is never closed ends where the body begins.
            b"body" => self.skipped.clear(),
            _ if SKIPPED.contains(&name) && !self_closing => self.skipped.push(name.to_vec()),
            b"tr" => {
                self.end_passage();
                self.in_row = true;
            }
            b"td" | b"th" if !self.passage.text.trim().is_empty() => self.passage.push_text(" | ", line),
            _ => self.edge(name),
        }
    }

    fn close(&mut self, name: &[u8]) {
        if let Some(at) = self.skipped.iter().rposition(|open| open == name) {
            self.skipped.truncate(at);
        } else if matches!(name, b"tr" | b"table") {
            self.end_passage();
            self.in_row = false;
        } else {
            self.edge(name);
        }
    }

    /// Ends the passage at the edge of an element that stands on lines of its own; a row of a table stays one passage.
    fn edge(&mut self, name: &[u8]) {
        if !self.in_row && !INLINE.contains(&name) {
            self.end_passage();
        }
    }

    fn end_passage(&mut self) {
        let passage = std::mem::take(&mut self.passage);
        if !passage.text.trim().is_empty() {
            self.passages.push(passage);
        }
    }
}

/// Counts lines up to a byte; places are asked for in rising order.
struct Lines<'a> {
    html: &'a [u8],
    byte: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, byte: usize) -> usize {
        if let Some(between) = self.html.get(self.byte..byte) {
            self.line += between.split(|letter| *letter == b'\n').count() - 1;
            self.byte = byte;
        }
        self.line
    }
}
