//! Holds the numbers of an article or a table against a certificate: each is exact, rounded, contradicted or unrelated,
//! with the reason. Pure and in whole numbers; the same text and certificate give the same findings.

mod about;
mod aside;
mod beside;
mod claim;
mod cues;
mod exact;
mod figures;
mod judge;
mod numbers;
mod report;
mod sentences;
mod slips;
mod table;
mod text;
mod tokens;
mod words;

pub use domain::Category;
pub use exact::Ratio;
pub use figures::{About, Figure, Figures, FiguresError, UnknownFigure};
pub use report::{Counts, Finding, Report, Value, Verdict};
pub use table::{TableError, check_table};
pub use text::{Passage, from_html, from_plain};

use about::reference;
use aside::{Setting, surely};
use claim::{Question, Ruling, unrelated};
use cues::Topic;
use sentences::{Parsed, Sentence};

/// Judges every number of an article.
pub fn check_article(figures: &Figures, passages: &[Passage], file: &str) -> Vec<Finding> {
    let article: Vec<Parsed<'_>> = passages.iter().map(Parsed::new).collect();
    let setting = Setting::new(&article, figures);
    let mut findings = Vec::new();
    for parsed in &article {
        for (at, sentence) in parsed.sentences.iter().enumerate() {
            for index in 0..sentence.numbers.len() {
                findings.push(judge(figures, &setting, parsed, at, index, file));
            }
        }
    }
    findings
}

fn judge(figures: &Figures, setting: &Setting, parsed: &Parsed<'_>, at: usize, index: usize, file: &str) -> Finding {
    let sentence = &parsed.sentences[at];
    let number = &sentence.numbers[index];
    let ruling = match surely(parsed, sentence, index) {
        Some(why) => unrelated(None, format!("It is {why}.")),
        None => rule(figures, setting, parsed, at, index),
    };
    let text = &parsed.passage.text;
    let (first, last) = (&parsed.tokens[number.first], &parsed.tokens[number.end - 1]);
    Finding {
        text: excerpt(parsed, sentence, index),
        printed: text[first.start..last.end].to_owned(),
        value: number.value.into(),
        about: ruling.about,
        verdict: ruling.verdict,
        explanation: ruling.explanation,
        file: file.to_owned(),
        line: parsed.passage.line_at(first.start),
    }
}

fn rule(figures: &Figures, setting: &Setting, parsed: &Parsed<'_>, at: usize, index: usize) -> Ruling {
    let sentence = &parsed.sentences[at];
    let number = &sentence.numbers[index];
    let reference = reference(parsed, sentence, index);
    let clause = parsed.clause(sentence, index);
    let elsewhere = sentence.cues.iter().filter(|cue| cue.end <= clause.from || cue.start >= clause.to);
    let others: Vec<Figure> = elsewhere.filter_map(|cue| figure_of(cue.topic)).collect();
    let signatures = parsed.any(number.end, (number.end + 3).min(clause.to), &["signatures", "names", "signers"]);
    let likely = setting.likely(parsed, at, index);
    Question { figures, number, reference: &reference, likely, others: &others, signatures }.rule()
}

/// The figure that a topic names when it stands alone.
const fn figure_of(topic: Topic) -> Option<Figure> {
    Some(match topic {
        Topic::Raw => Figure::RawCount,
        Topic::Valid => Figure::Valid,
        Topic::Invalid => Figure::Invalid,
        Topic::Required => Figure::Required,
        Topic::Registered => Figure::RegisteredVoters,
        Topic::Category(category) => Figure::Category(category),
        Topic::Short | Topic::Surplus => Figure::Margin,
        Topic::Verified | Topic::Not | Topic::Purpose => return None,
    })
}

/// The number with a little of its sentence.
fn excerpt(parsed: &Parsed<'_>, sentence: &Sentence, index: usize) -> String {
    const AROUND: usize = 7;
    let number = &sentence.numbers[index];
    let from = number.from.saturating_sub(AROUND).max(sentence.from);
    let to = (number.end + AROUND).min(sentence.to);
    let text = &parsed.passage.text[parsed.tokens[from].start..parsed.tokens[to - 1].end];
    let before = if from > sentence.from { "\u{2026} " } else { "" };
    let after = if to < sentence.to { " \u{2026}" } else { "" };
    format!("{before}{text}{after}")
}
