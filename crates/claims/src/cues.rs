//! The words by which an article says which figure it speaks of.

use std::sync::LazyLock;

use domain::Category;

use crate::{
    tokens::{Kind, Token},
    words,
};

/// What a cue points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Submitted, turned in.
    Raw,
    /// Valid, good.
    Valid,
    /// "verified": found valid, or only looked at.
    Verified,
    /// Rejected, thrown out.
    Invalid,
    /// "did not", which takes up what was said of validity before.
    Not,
    /// Required, the threshold.
    Required,
    /// "to qualify": often the purpose of what was submitted.
    Purpose,
    /// Registered voters.
    Registered,
    /// A category of invalid signatures.
    Category(Category),
    /// So many short of the requirement.
    Short,
    /// So many more than the requirement.
    Surplus,
}

/// A cue among the tokens of a passage.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cue {
    pub(crate) topic: Topic,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The phrases of every topic, from the table of cues.
static PHRASES: LazyLock<Vec<(Topic, Vec<&'static str>)>> = LazyLock::new(|| {
    let table = words::table(include_str!("../data/cues.txt"));
    table.into_iter().filter_map(|(name, phrases)| Some((topic(name)?, phrases))).collect()
});

fn topic(name: &str) -> Option<Topic> {
    Some(match name {
        "raw_count" => Topic::Raw,
        "valid" => Topic::Valid,
        "verified" => Topic::Verified,
        "invalid" => Topic::Invalid,
        "required" => Topic::Required,
        "purpose" => Topic::Purpose,
        "registered_voters" => Topic::Registered,
        "short" => Topic::Short,
        "surplus" => Topic::Surplus,
        category => Topic::Category(Category::ALL.into_iter().find(|known| known.name() == category)?),
    })
}

/// The cues among some tokens of a passage, longest first where they overlap, in order.
pub(crate) fn cues(tokens: &[Token], from: usize, to: usize) -> Vec<Cue> {
    let mut found: Vec<Cue> = Vec::new();
    for start in from..to {
        if let Some(cue) = cue_at(tokens, start, to) {
            match found.last() {
                Some(last) if last.end > cue.start && last.end - last.start >= cue.end - cue.start => {}
                Some(last) if last.end > cue.start => {
                    found.pop();
                    found.push(cue);
                }
                _ => found.push(cue),
            }
        }
    }
    found
}

fn cue_at(tokens: &[Token], start: usize, to: usize) -> Option<Cue> {
    let listed = PHRASES.iter().flat_map(|(topic, phrases)| phrases.iter().map(|phrase| (*topic, *phrase)));
    let (topic, end) = listed
        .filter_map(|(topic, phrase)| matches(&tokens[start..to], phrase).map(|length| (topic, start + length)))
        .max_by_key(|(_, end)| *end)
        .or_else(|| beyond(tokens, start, to))
        .or_else(|| other(tokens, start, to))
        .or_else(|| ellipsis(tokens, start, to))
        .or_else(|| address(tokens, start, to))?;
    let topic = match topic {
        // "qualified for the ballot" is said of the petition, not of signatures.
        Topic::Valid
            if tokens[start].is("qualified")
                && tokens.get(end).is_some_and(|next| next.is("for") || next.is("with")) =>
        {
            return None;
        }
        Topic::Registered | Topic::Valid | Topic::Verified if negated(tokens, start) => match topic {
            Topic::Registered => Topic::Category(Category::NotRegistered),
            _ => Topic::Invalid,
        },
        // "registered" alone says nothing unless it is denied.
        Topic::Registered if end == start + 1 && !tokens[start].is("registration") => return None,
        Topic::Registered if tokens[start].is("registration") => return None,
        Topic::Category(Category::SignatureMismatch) if of_address(tokens, start, end) => {
            Topic::Category(Category::DifferentAddress)
        }
        other => other,
    };
    Some(Cue { topic, start, end })
}

/// The length of a phrase where the tokens begin with it.
fn matches(tokens: &[Token], phrase: &str) -> Option<usize> {
    let mut length = 0;
    for word in phrase.split(' ') {
        let token = tokens.get(length).filter(|token| token.kind == Kind::Word)?;
        let fits = word.strip_suffix('*').map_or_else(|| token.is(word), |stem| token.text.starts_with(stem));
        if !fits {
            return None;
        }
        length += 1;
    }
    Some(length)
}

/// Whether "not" or the like stands shortly before.
fn negated(tokens: &[Token], start: usize) -> bool {
    let before = tokens[..start].iter().rev().take(4).take_while(|token| token.kind == Kind::Word);
    before
        .into_iter()
        .any(|token| token.text.ends_with("n't") || matches!(token.text.as_str(), "not" | "never" | "non" | "cannot"))
}

/// "below the 566,857 needed", "above the threshold"; not "under the category".
fn beyond(tokens: &[Token], start: usize, to: usize) -> Option<(Topic, usize)> {
    let topic = match tokens[start].text.as_str() {
        "below" | "under" => Topic::Short,
        "above" | "over" | "beyond" => Topic::Surplus,
        _ => return None,
    };
    let next = tokens[..to].get(start + 2).filter(|_| tokens[start + 1].is("the"))?;
    let bar = [
        "required",
        "requirement",
        "threshold",
        "minimum",
        "number",
        "needed",
        "necessary",
        "legal",
        "bar",
        "mark",
        "total",
        "limit",
    ];
    (next.kind == Kind::Digits || bar.contains(&next.text.as_str())).then_some((topic, start + 2))
}

/// "other" as a category: at the end of its clause, or as a label.
fn other(tokens: &[Token], start: usize, to: usize) -> Option<(Topic, usize)> {
    let token = tokens.get(start).filter(|token| token.is("other"))?;
    let next = tokens[..to].get(start + 1);
    let alone = next.is_none_or(|next| next.kind != Kind::Word);
    let label =
        start == 0 || tokens[start - 1].kind == Kind::Mark || tokens[start - 1].is("as") || tokens[start - 1].is("of");
    (alone && label && !token.hyphened).then_some((Topic::Category(Category::Other), start + 1))
}

/// "520,050 proved valid and 195,783 did not": the words end their clause.
fn ellipsis(tokens: &[Token], start: usize, to: usize) -> Option<(Topic, usize)> {
    let text = |at: usize| tokens[..to].get(at).map_or("", |token| token.text.as_str());
    let end = match text(start) {
        "didn't" | "weren't" | "wasn't" => start + 1,
        "did" | "were" | "was" if text(start + 1) == "not" => start + 2,
        _ => return None,
    };
    let ends = tokens[..to].get(end).is_none_or(|next| next.kind == Kind::Mark || next.is("leaving"));
    ends.then_some((Topic::Not, end))
}

const OTHERNESS: &[&str] = &[
    "different",
    "wrong",
    "old",
    "other",
    "mismatched",
    "outdated",
    "former",
    "incorrect",
    "differed",
    "differs",
    "changed",
    "previous",
    "new",
    "differing",
    "updated",
];

/// "a different address", "an address other than the one on file", "had moved".
fn address(tokens: &[Token], start: usize, to: usize) -> Option<(Topic, usize)> {
    let text = |at: usize| tokens[..to].get(at).map_or("", |token| token.text.as_str());
    let is_address = |at: usize| text(at).starts_with("address");
    let topic = Topic::Category(Category::DifferentAddress);
    let label = start == 0 && text(start + 1) == ":";
    let said = start.checked_sub(1).is_some_and(|before| matches!(text(before), "had" | "have" | "who" | "-" | "*"));
    if text(start) == "moved" && (label || said) {
        return Some((topic, start + 1));
    }
    if OTHERNESS.contains(&text(start)) {
        return (start + 1..start + 3).find(|at| is_address(*at)).map(|at| (topic, at + 1));
    }
    if is_address(start) {
        let end = (start + 1..(start + 5).min(to)).take_while(|at| tokens[*at].kind == Kind::Word);
        return end
            .into_iter()
            .find(|at| {
                OTHERNESS.contains(&text(*at))
                    || text(*at) == "mismatch"
                    || text(*at) == "current" && negated(tokens, *at)
            })
            .map(|at| (topic, at + 1));
    }
    None
}

/// Whether a mismatch is one of addresses.
fn of_address(tokens: &[Token], start: usize, end: usize) -> bool {
    let before = tokens[..start].iter().rev().take(5).take_while(|token| token.kind == Kind::Word);
    let after = tokens[end..].iter().take(2).take_while(|token| token.kind == Kind::Word);
    before.chain(after).any(|token| token.text.starts_with("address"))
}
