//! Numbers that are no claims about the certificate: dates, money, ages, votes, other petitions, hopes and estimates.

use std::sync::LazyLock;

use crate::{
    figures::Figures,
    numbers::{Measure, Number},
    sentences::{Parsed, Sentence},
    tokens::Kind,
    words,
};

/// The table of asides.
static WORDS: LazyLock<Vec<words::Entry>> = LazyLock::new(|| words::table(include_str!("../data/asides.txt")));

fn list(name: &str) -> &'static [&'static str] {
    WORDS.iter().find(|(known, _)| *known == name).map_or(&[], |(_, words)| words)
}

/// Why a number counts something else, if it plainly does.
pub(crate) fn surely(parsed: &Parsed<'_>, sentence: &Sentence, index: usize) -> Option<&'static str> {
    let number = &sentence.numbers[index];
    let text = |at: usize| parsed.text(at);
    let before = |back: usize| number.first.checked_sub(back).map_or("", text);
    let touches_before =
        number.first.checked_sub(1).is_some_and(|at| parsed.tokens[at].touches(&parsed.tokens[number.first]));
    let next = parsed.tokens.get(number.end);
    let touches_next = next.is_some_and(|next| parsed.tokens[number.end - 1].touches(next));
    let after = text(number.end);
    if matches!(before(1), "$" | "\u{a3}" | "\u{20ac}" | "\u{a5}")
        || matches!(after, "dollars" | "cents" | "bucks" | "euros")
    {
        return Some("an amount of money");
    }
    if matches!(after, "percentage" | "points" | "point" | "pct")
        || number.measure == Measure::Count && (after == "percent" || after == "%")
    {
        return Some("percentage points, a difference of two shares");
    }
    if touches_next && matches!(after, "st" | "nd" | "rd" | "th" | "s") {
        return Some("an ordinal or a decade");
    }
    let month = |word: &str, at: Option<usize>| {
        list("months").contains(&word)
            && (word != "may" && word != "march" || at.is_some_and(|at| parsed.tokens[at].capital))
    };
    let month_before = month(before(1), number.first.checked_sub(1))
        || before(1) == "." && month(before(2), number.first.checked_sub(2)) && number.value.num < 32;
    if (month_before || month(after, Some(number.end))) && number.value.num < 2200 && number.measure == Measure::Count {
        return Some("a date");
    }
    let digit = |at: usize| parsed.tokens.get(at).is_some_and(|token| matches!(token.kind, Kind::Digits | Kind::Code));
    if touches_before && matches!(before(1), "/" | ":") && number.value.num < 10_000
        || touches_before && matches!(before(1), "#" | "@")
        || touches_next
            && number.value.num < 10_000
            && matches!(after, "/" | ":")
            && (after == "/"
                || digit(number.end + 1) && parsed.tokens[number.end].touches(&parsed.tokens[number.end + 1]))
    {
        return Some("a date, a time or a running number");
    }
    if after == "a.m"
        || after == "p.m"
        || matches!(after, "a" | "p") && text(number.end + 1) == "." && text(number.end + 2) == "m"
    {
        return Some("a time of day");
    }
    if year(parsed, number).is_some() {
        return Some("a year");
    }
    let numbered = |word: &str| list("numbered").contains(&word);
    if numbered(before(1)) || before(1) == "." && numbered(before(2)) {
        return Some("the number of a section, a page or the like");
    }
    if number.measure == Measure::Count && number.value.as_whole().is_none() {
        return Some("not a whole number, so no count of signatures");
    }
    let joined_next = next.is_some_and(|next| next.hyphened);
    let small = number.value.num < 1000 * number.value.den;
    let joined_before = parsed.tokens[number.first].hyphened && !number.spelled;
    if (joined_next && next.is_some_and(|next| next.kind == Kind::Digits) || joined_before) && small {
        return Some("part of a telephone number, a score or a code");
    }
    if joined_next
        && !number.spelled
        && next.is_some_and(|next| next.kind == Kind::Digits && text(number.end).len() == 4 && small)
    {
        return Some("part of a telephone number");
    }
    let adjective = next.is_some_and(|next| {
        next.hyphened && next.kind == Kind::Word && !matches!(next.text.as_str(), "signature" | "name")
    });
    if adjective && number.measure == Measure::Count {
        return Some("part of a description, as in a three-week window");
    }
    if age(parsed, number) {
        return Some("an age");
    }
    if before(1) == "of"
        && matches!(before(2), "staff" | "board" | "panel" | "team" | "crew" | "council" | "group" | "population")
    {
        return Some("a number of people who have another part in it");
    }
    if unit_after(parsed, sentence, index) {
        return Some("a count of something other than signatures");
    }
    if voting(parsed, sentence, index) {
        return Some("votes cast");
    }
    if number.first == sentence.from
        && matches!(after, "." | ")")
        && number.value.num < 100
        && sentence.to - sentence.from <= 2
    {
        return Some("a running number");
    }
    // "sections 6253.5 and 7924.110", "June 7 and 8": goes on as the number before it.
    let earlier = index.checked_sub(1).map(|earlier| &sentence.numbers[earlier])?;
    let joined = (earlier.end..number.from)
        .all(|at| matches!(text(at), "and" | "," | "or" | "to" | "\u{2013}" | "through"))
        && earlier.end < number.from;
    if joined && number.value.num < 100_000 {
        let why = surely(parsed, sentence, index - 1);
        return why.filter(|why| why.contains("section") || why.contains("date") && number.value.num < 2200);
    }
    None
}

/// The year that a number names: four digits without a comma.
pub(crate) fn year(parsed: &Parsed<'_>, number: &Number) -> Option<u16> {
    let token = &parsed.tokens[number.first];
    let four = token.end - token.start == 4 && token.kind == Kind::Digits && number.end == number.first + 1;
    let counted = [
        "signatures",
        "names",
        "were",
        "valid",
        "invalid",
        "duplicates",
        "people",
        "voters",
        "signers",
        "of",
        "short",
        "registered",
    ];
    let year = u16::try_from(number.value.as_whole()?).ok()?;
    let led = number.first.checked_sub(1).is_some_and(|at| {
        matches!(parsed.text(at), "in" | "since" | "of" | "," | "until" | "by" | "from" | "november")
    });
    (four
        && (1900..=2100).contains(&year)
        && (led && parsed.text(number.end) != "signatures" || !counted.contains(&parsed.text(number.end))))
    .then_some(year)
}

fn age(parsed: &Parsed<'_>, number: &Number) -> bool {
    let text = |at: usize| parsed.text(at);
    let before = |back: usize| number.first.checked_sub(back).and_then(|at| parsed.tokens.get(at));
    let range = number.measure == Measure::Count && (10..=110).contains(&number.value.num);
    let set_in = before(1).is_some_and(|token| token.is(","))
        && matches!(text(number.end), "," | "." | "")
        && before(2).is_some_and(|token| {
            token.kind == Kind::Word && (token.capital || token.is("spokesman") || token.is("spokeswoman"))
        });
    range && (set_in || before(1).is_some_and(|token| token.is("aged") || token.is("age")))
}

/// Whether the noun after a number is none of signatures or people: "400 county workers".
fn unit_after(parsed: &Parsed<'_>, sentence: &Sentence, index: usize) -> bool {
    let number = &sentence.numbers[index];
    if number.measure == Measure::Part {
        return false;
    }
    for at in number.end..(number.end + 4).min(sentence.to) {
        let word = parsed.text(at);
        if list("units").contains(&word) {
            return true;
        }
        let stops = [
            "of",
            "signatures",
            "names",
            "voters",
            "people",
            "were",
            "was",
            "in",
            "to",
            "from",
            "who",
            "had",
            "that",
            "for",
        ];
        if parsed.edge(at) || stops.contains(&word) || sentence.cues.iter().any(|cue| cue.start <= at && at < cue.end) {
            return false;
        }
    }
    false
}

/// Whether a number is a result of voting.
fn voting(parsed: &Parsed<'_>, sentence: &Sentence, index: usize) -> bool {
    let number = &sentence.numbers[index];
    let vote = ["vote", "votes", "ballots", "voted"];
    let near = parsed.any(number.end, (number.end + 4).min(sentence.to), &vote)
        && !parsed.says(number.end, sentence.to, "to vote");
    let score = |one: usize| {
        let (Some(left), Some(right)) = (sentence.numbers.get(one), sentence.numbers.get(one + 1)) else {
            return false;
        };
        right.from == left.end + 1 && parsed.text(left.end) == "to"
    };
    let scored = score(index) || index.checked_sub(1).is_some_and(score);
    near || scored
        && parsed.any(sentence.from, sentence.to, &["vote", "votes", "failed", "passed", "won", "lost", "voters"])
}

/// What an article says of its own case: names and years.
#[derive(Debug, Default)]
pub(crate) struct Setting {
    names: Vec<String>,
    years: Vec<u16>,
}

impl Setting {
    /// Gathers the names at the article's head, and the years of its full dates where the certificate has none.
    pub(crate) fn new(article: &[Parsed<'_>], figures: &Figures) -> Self {
        const HEAD: usize = 120;
        let head = article.iter().flat_map(|parsed| &parsed.tokens).take(HEAD);
        let names = head
            .filter(|token| token.capital)
            .map(|token| token.text.clone())
            .chain(figures.names.iter().cloned())
            .collect();
        let mut years = figures.years.clone();
        if years.is_empty() {
            for parsed in article {
                for number in parsed.sentences.iter().flat_map(|sentence| &sentence.numbers) {
                    years.extend(year(parsed, number).filter(|_| full_date(parsed, number)));
                }
            }
        }
        Self { names, years }
    }

    fn knows(&self, name: &str) -> bool {
        let bare = name.strip_suffix("'s").unwrap_or(name);
        self.names.iter().any(|known| known == bare || known.strip_suffix("'s") == Some(bare))
    }

    /// Why a number probably speaks of something else than this petition's certificate.
    pub(crate) fn likely(&self, parsed: &Parsed<'_>, at: usize, index: usize) -> Option<&'static str> {
        let sentence = &parsed.sentences[at];
        let number = &sentence.numbers[index];
        if parsed.any(sentence.from, sentence.to, &["sample", "sampled", "sampling", "samples"]) {
            return Some("it is said of a sample, which the figures of the whole do not show");
        }
        // "80 percent, compared with 71 percent in 2019": what is compared stands before, and is of this petition.
        let sets_against = |at: usize| matches!(parsed.text(at), "compared" | "versus" | "unlike");
        let stands_before = (number.end..sentence.to).any(sets_against);
        if !stands_before && self.foreign(parsed, at) {
            return Some("it seems to speak of another petition, another time or another place");
        }
        hoped(parsed, sentence, index).or_else(|| {
            let another =
                parsed.any(number.from.saturating_sub(3), (number.end + 3).min(sentence.to), &["additional", "extra"]);
            another.then_some("it is said of a part that was added")
        })
    }

    /// Whether a sentence, or the one before that it takes up with "they" or "that", speaks of something else.
    fn foreign(&self, parsed: &Parsed<'_>, at: usize) -> bool {
        const BACK: usize = 3;
        for at in (at.saturating_sub(BACK)..=at).rev() {
            let sentence = &parsed.sentences[at];
            if self.other_year(parsed, sentence) || other_attempt(parsed, sentence) || self.other_name(parsed, sentence)
            {
                return true;
            }
            let opening = (sentence.from + 5).min(sentence.to);
            if !parsed.any(sentence.from, opening, &["they", "it", "there", "that", "those", "then", "its", "their"]) {
                return false;
            }
        }
        false
    }

    fn other_year(&self, parsed: &Parsed<'_>, sentence: &Sentence) -> bool {
        let years = sentence.numbers.iter().filter_map(|number| year(parsed, number).map(|year| (number, year)));
        years.into_iter().any(|(number, year)| {
            if self.years.is_empty() { !full_date(parsed, number) } else { !self.years.contains(&year) }
        })
    }

    /// "the recall of Chesa Boudin", "In San Francisco": a name that does not stand at the article's head.
    fn other_name(&self, parsed: &Parsed<'_>, sentence: &Sentence) -> bool {
        let strange = |at: usize| {
            let names: Vec<_> = parsed.tokens[at.min(sentence.to)..sentence.to]
                .iter()
                .take(5)
                .take_while(|token| token.kind == Kind::Word && token.capital)
                .collect();
            !names.is_empty()
                && !list("months").contains(&names[0].text.as_str())
                && !names[0].is("i")
                && names.iter().all(|token| !self.knows(&token.text))
        };
        (sentence.from..sentence.to).any(|at| match parsed.text(at) {
            "of" | "against" => {
                at.checked_sub(1)
                    .is_some_and(|before| matches!(parsed.text(before), "recall" | "petition" | "drive" | "effort"))
                    && strange(at + 1)
            }
            "recall" | "recalled" | "recalling" | "oust" | "ousted" | "remove" | "removing" => {
                !parsed.tokens[at].capital && strange(at + 1)
            }
            "in" | "across" => {
                (at == sentence.from
                    || matches!(parsed.text(at - 1), "voters" | "organizers" | "supporters" | "proponents"))
                    && strange(at + 1)
            }
            _ => false,
        })
    }
}

/// Whether a year stands in a full date: Aug. 15, 2022.
fn full_date(parsed: &Parsed<'_>, number: &Number) -> bool {
    let text = |back: usize| number.first.checked_sub(back).map_or("", |at| parsed.text(at));
    text(1) == "," && number.first.checked_sub(2).is_some_and(|at| parsed.tokens[at].kind == Kind::Digits)
        || list("months").contains(&text(1))
}

/// "an earlier attempt", "last year", "a similar measure", "nearby": another petition or another time.
fn other_attempt(parsed: &Parsed<'_>, sentence: &Sentence) -> bool {
    let (from, to) = (sentence.from, sentence.to);
    let elsewhere = list("elsewhere").iter().any(|phrase| parsed.says(from, to, phrase));
    elsewhere
        || (from..to).any(|at| {
            list("kinds").contains(&parsed.text(at))
                && parsed.text(at + 1) != "than"
                && (at + 1..(at + 4).min(to))
                    .take_while(|next| !parsed.edge(*next))
                    .any(|next| list("attempts").contains(&parsed.text(next)))
        })
}

/// Whether a number is a goal, a guess, an earlier state or a mere possibility.
fn hoped(parsed: &Parsed<'_>, sentence: &Sentence, index: usize) -> Option<&'static str> {
    let number = &sentence.numbers[index];
    let clause = parsed.clause(sentence, index);
    let mut low = index.checked_sub(1).map_or(sentence.from, |before| sentence.numbers[before].end);
    // The second number of a range goes on from the first.
    if index > 0 && (low..number.from).all(|at| matches!(parsed.text(at), "\u{2013}" | "to" | "or" | "and" | "between"))
    {
        let earlier = hoped(parsed, sentence, index - 1);
        if earlier.is_some() {
            return earlier;
        }
    }
    low = (low..number.from)
        .rev()
        .find(|at| matches!(parsed.text(*at), "but" | ";" | "instead"))
        .map_or(low, |at| at + 1);
    let word = |at: usize| parsed.text(at);
    if (low..clause.to).any(|at| list("hopes").iter().any(|stem| word(at).starts_with(stem))) {
        return Some("it is a goal, an expectation or an estimate, and not the certified figure");
    }
    let earlier = list("earlier");
    if earlier.iter().any(|phrase| parsed.says(low, clause.to, phrase)) {
        return Some("it is said of an earlier day, before the certified count");
    }
    if list("disputes").iter().any(|stem| (low..clause.to).any(|at| word(at).starts_with(stem))) {
        return Some("it is what one side alleges, and not the certified figure");
    }
    // "By late June, the campaign had collected": a day before the filing.
    let gathering = parsed.any(low, clause.to, &["collected", "gathered", "collecting", "gathering", "amassed"])
        && !parsed.any(low, clause.to, &["needed", "need", "required", "requires", "necessary"]);
    let month = (sentence.from..sentence.to).any(|at| {
        list("months").contains(&word(at))
            && parsed.any(at.saturating_sub(4).max(sentence.from), at, &["by", "in", "through", "until", "of"])
    });
    if gathering && month {
        return Some("it is said of an earlier day, before the certified count");
    }
    let modal = (clause.from..clause.to).any(|at| matches!(word(at), "would" | "could" | "might" | "if" | "perhaps"));
    let supposed =
        matches!(word(sentence.from), "if" | "suppose" | "had") || parsed.says(sentence.from, sentence.to, "even if");
    (modal || supposed).then_some("it is said of what might be or might have been")
}
