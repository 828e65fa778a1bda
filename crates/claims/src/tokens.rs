//! Words, numbers as printed, and marks: what a passage is made of.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters, with apostrophes within.
    Word,
    /// A number in digits, its groups joined.
    Digits,
    /// Digits and letters mixed, as in a case's number: never a figure.
    Code,
    /// Any other letter.
    Mark,
}

/// A token.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// The text in lower case; of digits without commas and spaces.
    pub(crate) text: String,
    /// The first byte in the passage.
    pub(crate) start: usize,
    /// The byte after the last.
    pub(crate) end: usize,
    /// Whether a hyphen joins it to the token before.
    pub(crate) hyphened: bool,
    /// Whether it begins with a capital letter.
    pub(crate) capital: bool,
}

impl Token {
    pub(crate) fn is(&self, text: &str) -> bool {
        self.text == text
    }

    /// Whether no space stands between it and the next token.
    pub(crate) const fn touches(&self, next: &Self) -> bool {
        self.end == next.start
    }
}

/// Takes a passage apart.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut rest = text;
    let mut hyphened = false;
    while let Some(first) = rest.chars().next() {
        let start = text.len() - rest.len();
        let before = text[..start].chars().next_back();
        let joins =
            first == '-' && before.is_some_and(char::is_alphanumeric) && rest[1..].starts_with(char::is_alphanumeric);
        if first.is_whitespace() || joins {
            hyphened = joins;
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let glued = before.is_some_and(char::is_alphanumeric);
        let (kind, length, value) = if first.is_ascii_digit() {
            let (length, value) = digits(rest);
            if glued { (Kind::Code, length, value) } else { (Kind::Digits, length, value) }
        } else if first.is_alphabetic() {
            let length = word(rest);
            (Kind::Word, length, rest[..length].to_lowercase())
        } else {
            (Kind::Mark, first.len_utf8(), first.to_string())
        };
        found.push(Token { kind, text: value, start, end: start + length, hyphened, capital: first.is_uppercase() });
        hyphened = false;
        rest = &rest[length..];
    }
    found
}

fn word(text: &str) -> usize {
    let inner = |(at, letter): (usize, char)| {
        letter.is_alphabetic() || (letter == '\'' && text[at + 1..].starts_with(char::is_alphabetic))
    };
    text.char_indices().find(|found| !inner(*found)).map_or(text.len(), |(at, _)| at)
}

/// A number's length in bytes and its digits without separators of thousands: `566,857`, `566 857`, `566857`, `5.7`.
fn digits(text: &str) -> (usize, String) {
    let run = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let first = run(0);
    let mut value = text[..first].to_owned();
    let mut length = first;
    let separator = text[length..].chars().next();
    if first <= 3 && !text.starts_with('0') && matches!(separator, Some(',' | ' ')) {
        while text[length..].chars().next() == separator && run(length + 1) == 3 {
            value.push_str(&text[length + 1..length + 4]);
            length += 4;
        }
    }
    if text[length..].starts_with('.') {
        let decimals = run(length + 1);
        if decimals > 0 {
            value.push_str(&text[length..=length + decimals]);
            length += decimals + 1;
        }
    }
    (length, value)
}
