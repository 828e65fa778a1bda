//! A passage in sentences, each with its numbers, its cues and the edges of its clauses.

use crate::{
    cues::{Cue, cues},
    numbers::{Number, numbers},
    text::Passage,
    tokens::{Kind, Token, tokens},
};

/// Words that begin a clause. "because" and "whose" are not among them: the reason belongs to the number before it.
const JOINTS: &[&str] = &[
    "and",
    "but",
    "while",
    "whereas",
    "with",
    "against",
    "versus",
    "vs",
    "compared",
    "after",
    "before",
    "although",
    "though",
    "leaving",
    "which",
    "or",
    "yet",
    "when",
    "including",
];

/// The most tokens of a sentence.
const LONGEST: usize = 400;

/// A passage taken apart.
pub(crate) struct Parsed<'a> {
    pub(crate) passage: &'a Passage,
    pub(crate) tokens: Vec<Token>,
    pub(crate) sentences: Vec<Sentence>,
}

/// A sentence: a range of tokens with what stands in it.
pub(crate) struct Sentence {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) numbers: Vec<Number>,
    pub(crate) cues: Vec<Cue>,
}

/// The tokens about a number that no edge of a clause and no other number separates from it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clause {
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl<'a> Parsed<'a> {
    pub(crate) fn new(passage: &'a Passage) -> Self {
        let tokens = tokens(&passage.text);
        let mut all = numbers(&tokens).into_iter().peekable();
        let mut sentences = Vec::new();
        let mut from = 0;
        for to in 1..=tokens.len() {
            // What never ends is no sentence; it is cut, so that a page of figures is not read as one.
            if to < tokens.len() && to - from < LONGEST && !ends(&tokens, to - 1, &passage.text) {
                continue;
            }
            let mut numbers = Vec::new();
            while let Some(number) = all.next_if(|number| number.first < to) {
                numbers.push(number);
            }
            sentences.push(Sentence { from, to, numbers, cues: cues(&tokens, from, to) });
            from = to;
        }
        Self { passage, tokens, sentences }
    }

    pub(crate) fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    /// Whether some word of a range is among those given.
    pub(crate) fn any(&self, from: usize, to: usize, words: &[&str]) -> bool {
        (from..to.min(self.tokens.len())).any(|at| words.contains(&self.text(at)))
    }

    /// Whether a phrase, its words parted by spaces, begins somewhere in a range.
    pub(crate) fn says(&self, from: usize, to: usize, phrase: &str) -> bool {
        let words: Vec<&str> = phrase.split(' ').collect();
        (from..to).any(|at| {
            words.iter().enumerate().all(|(offset, word)| at + offset < to && self.text(at + offset) == *word)
        })
    }

    /// Whether a clause begins or ends at a token.
    pub(crate) fn edge(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return true };
        match token.kind {
            Kind::Mark => !matches!(token.text.as_str(), "\"" | "'" | "$" | "#" | "&" | "%" | "+" | "~"),
            Kind::Word => !token.hyphened && JOINTS.contains(&token.text.as_str()),
            _ => false,
        }
    }

    /// The clause of a number of a sentence.
    pub(crate) fn clause(&self, sentence: &Sentence, index: usize) -> Clause {
        let number = &sentence.numbers[index];
        let low = index.checked_sub(1).map_or(sentence.from, |before| sentence.numbers[before].end);
        let high = sentence.numbers.get(index + 1).map_or(sentence.to, |next| next.from.max(number.end));
        let from = (low..number.from).rev().find(|at| self.edge(*at)).map_or(low, |at| at + 1);
        // "32,187 with a different address": here the word opens no clause.
        let opens = |at: usize| !(self.text(at) == "with" && at <= number.end + 1);
        let to = (number.end..high).find(|at| self.edge(*at) && opens(*at)).unwrap_or(high);
        Clause { from: from.min(number.from), to }
    }
}

/// Whether a sentence ends with a token.
fn ends(tokens: &[Token], at: usize, text: &str) -> bool {
    const SHORT: &[&str] = &[
        "mr", "mrs", "ms", "dr", "st", "no", "nos", "sec", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept",
        "sep", "oct", "nov", "dec", "gov", "sen", "rep", "calif", "approx", "vs", "prop", "ave", "gen", "lt", "sgt",
        "atty",
    ];
    let token = &tokens[at];
    let closed = |token: &Token| matches!(token.text.as_str(), "\"" | "'" | ")");
    let (mark, quoted) =
        if closed(token) && at > 0 && tokens[at - 1].touches(token) { (at - 1, true) } else { (at, false) };
    if !matches!(tokens[mark].text.as_str(), "." | "!" | "?") {
        return false;
    }
    let Some(next) = tokens.get(at + 1) else { return true };
    // The closing quotation mark belongs to the sentence before it.
    if !quoted && closed(next) && token.touches(next) {
        return false;
    }
    if token.touches(next) || (next.kind == Kind::Word && !next.capital) {
        return false;
    }
    let before = mark.checked_sub(1).map(|before| &tokens[before]);
    let short = before.is_some_and(|before| {
        let letters = &text[before.start..before.end];
        before.touches(&tokens[mark])
            && (SHORT.contains(&before.text.as_str())
                || (letters.chars().count() == 1 && before.kind == Kind::Word && before.capital))
    });
    !(short && tokens[mark].is("."))
}
