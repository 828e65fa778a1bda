//! The numbers of a passage as printed: counts, percentages and parts, in digits or in words, with the words that
//! bound them ("nearly", "more than").

use crate::{
    exact::{DECIMALS, GREATEST, Ratio},
    tokens::{Kind, Token},
};

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Things.
    Count,
    /// Hundredths: the value is in percent.
    Percent,
    /// One part of so many: "a quarter", "one in four", "two-thirds". The value is in percent too.
    Part,
}

/// The bound that a word sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// No word.
    None,
    /// "about", "roughly".
    About,
    /// "more than", "over".
    Above,
    /// "nearly", "fewer than".
    Below,
    /// "at least".
    AtLeast,
    /// "at most", "up to".
    AtMost,
}

/// A number of a passage.
#[derive(Debug, Clone)]
pub(crate) struct Number {
    /// The first token of the number itself.
    pub(crate) first: usize,
    /// The token after its last, with "percent" or "million".
    pub(crate) end: usize,
    /// The first token of the words that bound it.
    pub(crate) from: usize,
    pub(crate) value: Ratio,
    /// The place of the last digit that says something: 10,000 of 520,000, one half of "a quarter".
    pub(crate) place: Ratio,
    pub(crate) measure: Measure,
    pub(crate) bound: Bound,
    /// Whether it is printed in words.
    pub(crate) spelled: bool,
}

/// The numbers of a passage, in order.
pub(crate) fn numbers(tokens: &[Token]) -> Vec<Number> {
    let mut found: Vec<Number> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let number = part(tokens, at).or_else(|| spelled(tokens, at)).or_else(|| in_digits(tokens, at));
        if let Some(mut number) = number {
            let before = found.last().map_or(0, |before| before.end);
            let (from, bound) = bound(tokens, number.first);
            // "455 more than the 9,421 needed": the words compare two numbers, and bound none.
            let compares = before > 0
                && tokens[before..from.max(before)]
                    .iter()
                    .all(|token| ["signatures", "valid", "names"].contains(&token.text.as_str()));
            if from < number.first
                && !(compares
                    && tokens[from..number.first]
                        .iter()
                        .any(|token| token.is("than") || token.is("over") || token.is("under")))
            {
                (number.from, number.bound) = (from, bound);
            }
            if tokens.get(number.end).is_some_and(|next| next.is("+")) {
                number.end += 1;
                number.bound = Bound::Above;
            }
            at = number.end;
            found.push(number);
        } else {
            at += 1;
        }
    }
    found
}

fn scale(word: &str) -> Option<u128> {
    Some(match word {
        "hundred" => 100,
        "thousand" | "k" => 1_000,
        "million" | "m" | "mn" | "mil" => 1_000_000,
        "billion" | "bn" => 1_000_000_000,
        _ => return None,
    })
}

fn unit_word(word: &str) -> Option<u128> {
    const WORDS: &[&str] = &[
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let in_list = |list: &[&str]| list.iter().position(|known| *known == word).and_then(|at| u128::try_from(at).ok());
    in_list(WORDS).or_else(|| in_list(TENS).map(|at| (at + 2) * 10))
}

/// A number without zeros at its end: how many zeros stood there, as a place.
fn place_of(mut number: u128) -> u128 {
    let mut place = 1;
    while number > 0 && number.is_multiple_of(10) {
        number /= 10;
        place *= 10;
    }
    place
}

fn count(first: usize, end: usize, value: Ratio, place: Ratio, spelled: bool) -> Option<Number> {
    (value.num / value.den <= GREATEST).then_some(Number {
        first,
        end,
        from: first,
        value,
        place,
        measure: Measure::Count,
        bound: Bound::None,
        spelled,
    })
}

/// Whether a token is the word after a number that makes it a percentage, and how many tokens that takes.
fn percent_sign(tokens: &[Token], at: usize) -> usize {
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.is(text));
    if is(at, "percent") || is(at, "pct") || is(at, "%") {
        // Points are a difference of two shares, which is no share.
        usize::from(!is(at + 1, "point") && !is(at + 1, "points"))
    } else if is(at, "per") && is(at + 1, "cent") {
        2
    } else {
        0
    }
}

fn as_percent(mut number: Number, tokens: &[Token]) -> Number {
    let sign = percent_sign(tokens, number.end);
    if sign > 0 {
        number.end += sign;
        number.measure = Measure::Percent;
        // Zeros of a percentage say something: 70 percent is not 7 tens.
        number.place = Ratio { num: 1, den: number.value.den };
    }
    number
}

fn in_digits(tokens: &[Token], at: usize) -> Option<Number> {
    let token = tokens.get(at).filter(|token| token.kind == Kind::Digits)?;
    let (whole, decimals) = token.text.split_once('.').unwrap_or((&token.text, ""));
    if whole.len() > 13 || decimals.len() > DECIMALS {
        return None;
    }
    let den = 10_u128.pow(u32::try_from(decimals.len()).ok()?);
    let num: u128 = format!("{whole}{decimals}").parse().ok()?;
    let scaled = tokens.get(at + 1).and_then(|next| {
        // A letter counts only when it touches: 715K.
        let letter = next.text.chars().count() < 3;
        scale(&next.text).filter(|_| !letter || token.touches(next))
    });
    let (times, end) = scaled.map_or((1, at + 1), |times| (times, at + 2));
    let value = Ratio { num: num * times, den };
    let place = if decimals.is_empty() { place_of(num) * times } else { times };
    Some(as_percent(count(at, end, value, Ratio { num: place, den }, false)?, tokens))
}

/// A number in words: "five hundred and twenty thousand", "forty-seven thousand", "half a million".
fn spelled(tokens: &[Token], at: usize) -> Option<Number> {
    let word = |at: usize| tokens.get(at).filter(|token| token.kind == Kind::Word).map(|token| token.text.as_str());
    if word(at) == Some("half") && matches!(word(at + 1), Some("a")) && word(at + 2) == Some("million") {
        return count(at, at + 3, Ratio::whole(500_000), Ratio::whole(100_000), true);
    }
    if word(at) == Some("a") && word(at + 1).is_some_and(|next| next.len() > 3 && scale(next).is_some()) {
        let value = scale(word(at + 1)?)?;
        return count(at, at + 2, Ratio::whole(value), Ratio::whole(value), true);
    }
    let (mut total, mut group, mut end) = (0_u128, 0_u128, at);
    while let Some(next) = word(end) {
        if let Some(unit) = unit_word(next) {
            // "twenty five" goes on, "three four" does not.
            let room =
                if unit < 10 { group.is_multiple_of(10) && group % 100 != 10 } else { group.is_multiple_of(100) };
            if end > at && !(room && (group > 0 || total > 0)) {
                break;
            }
            group += unit;
        } else if let Some(times) = scale(next).filter(|_| next.len() > 3 && group > 0) {
            if times == 100 {
                group *= 100;
            } else {
                total += group * times;
                group = 0;
            }
        } else if next == "and" && end > at && word(end + 1).is_some_and(|next| unit_word(next).is_some()) {
            // "five hundred and twenty", not "four and five".
            if group % 100 != 0 || (group == 0 && total == 0) {
                break;
            }
        } else {
            break;
        }
        if group > GREATEST || total > GREATEST {
            return None;
        }
        end += 1;
    }
    // "five and a half million".
    let and_a_half = word(end) == Some("and") && word(end + 1) == Some("a") && word(end + 2) == Some("half");
    if let Some(times) = word(end + 3).and_then(scale).filter(|times| and_a_half && end == at + 1 && *times > 100) {
        let half = times / 2;
        return count(at, end + 4, Ratio::whole(group * times + half), Ratio::whole(half), true);
    }
    let value = total + group;
    let lone_one = end == at + 1 && value == 1;
    if end == at || lone_one && percent_sign(tokens, end) == 0 {
        return None;
    }
    let number = count(at, end, Ratio::whole(value), Ratio::whole(place_of(value)), true)?;
    Some(as_percent(number, tokens))
}

/// A part: "a quarter of", "two-thirds", "one in four", "3 out of 10", "half of the".
fn part(tokens: &[Token], at: usize) -> Option<Number> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let small =
        |at: usize| unit_word(text(at)).or_else(|| text(at).parse().ok()).filter(|number| (1..=20).contains(number));
    let make = |num: u128, den: u128, end: usize| {
        Some(Number {
            first: at,
            end,
            from: at,
            value: Ratio { num: num * 100, den },
            place: Ratio { num: 100, den },
            measure: Measure::Part,
            bound: Bound::None,
            spelled: true,
        })
    };
    if let Some(num) = small(at) {
        let (after, between) =
            if text(at + 1) == "out" && text(at + 2) == "of" { (at + 3, true) } else { (at + 2, text(at + 1) == "in") };
        if let Some(den) = small(after).filter(|den| between && *den > num) {
            let followed = tokens.get(after + 1).is_none_or(|next| next.kind == Kind::Word || next.kind == Kind::Mark);
            if followed && scale(text(after + 1)).is_none() {
                return make(num, den, after + 1);
            }
        }
        if let Some(den) = part_word(text(at + 1)).filter(|den| *den > num) {
            return make(num, den, at + 2);
        }
    }
    let one = if matches!(text(at), "a" | "one") { at + 1 } else { at };
    let den = part_word(text(one)).or_else(|| (text(one) == "half").then_some(2))?;
    let of = text(one + 1) == "of" || (den == 2 && matches!(text(one + 1), "the" | "its" | "their"));
    of.then(|| make(1, den, one + 1)).flatten()
}

fn part_word(word: &str) -> Option<u128> {
    Some(match word {
        "half" | "halves" => 2,
        "third" | "thirds" => 3,
        "quarter" | "quarters" | "fourth" | "fourths" => 4,
        "fifth" | "fifths" => 5,
        "sixth" | "sixths" => 6,
        "seventh" | "sevenths" => 7,
        "eighth" | "eighths" => 8,
        "tenth" | "tenths" => 10,
        _ => return None,
    })
}

/// The words before a number that bound it, longest first.
const BOUNDS: &[(&[&str], Bound)] = &[
    (&["no", "more", "than"], Bound::AtMost),
    (&["no", "fewer", "than"], Bound::AtLeast),
    (&["no", "less", "than"], Bound::AtLeast),
    (&["not", "less", "than"], Bound::AtLeast),
    (&["somewhat", "more", "than"], Bound::Above),
    (&["a", "little", "over"], Bound::Above),
    (&["a", "little", "under"], Bound::Below),
    (&["a", "little", "more", "than"], Bound::Above),
    (&["a", "little", "less", "than"], Bound::Below),
    (&["just", "short", "of"], Bound::Below),
    (&["just", "shy", "of"], Bound::Below),
    (&["in", "excess", "of"], Bound::Above),
    (&["as", "many", "as"], Bound::AtMost),
    (&["a", "whopping"], Bound::None),
    (&["more", "than"], Bound::Above),
    (&["greater", "than"], Bound::Above),
    (&["better", "than"], Bound::Above),
    (&["upwards", "of"], Bound::Above),
    (&["upward", "of"], Bound::Above),
    (&["north", "of"], Bound::Above),
    (&["south", "of"], Bound::Below),
    (&["fewer", "than"], Bound::Below),
    (&["less", "than"], Bound::Below),
    (&["close", "to"], Bound::About),
    (&["not", "quite"], Bound::Below),
    (&["at", "least"], Bound::AtLeast),
    (&["at", "most"], Bound::AtMost),
    (&["up", "to"], Bound::AtMost),
    (&["in", "the", "neighborhood", "of"], Bound::About),
    (&["something", "like"], Bound::About),
    (&["or", "so"], Bound::About),
    (&["over"], Bound::Above),
    (&["exceeding"], Bound::Above),
    (&["topping"], Bound::Above),
    (&["nearly"], Bound::Below),
    (&["almost"], Bound::Below),
    (&["approaching"], Bound::Below),
    (&["nigh"], Bound::Below),
    (&["under"], Bound::Below),
    (&["about"], Bound::About),
    (&["around"], Bound::About),
    (&["approximately"], Bound::About),
    (&["approx"], Bound::About),
    (&["roughly"], Bound::About),
    (&["circa"], Bound::About),
    (&["some"], Bound::About),
    (&["maybe"], Bound::About),
    (&["perhaps"], Bound::About),
    (&["~"], Bound::About),
];

/// The bound that stands before the token at which a number begins, and where its words begin.
fn bound(tokens: &[Token], first: usize) -> (usize, Bound) {
    // "an estimated 47,000", "a total of 47,000": words that only lead over.
    let mut at = first;
    while at > 0
        && ["the", "a", "an", "only", "just", "."].contains(&tokens[at - 1].text.as_str())
        && tokens[at - 1].text != "."
    {
        at -= 1;
    }
    for at in [first, at] {
        for (words, bound) in BOUNDS.iter().copied() {
            let Some(start) = at.checked_sub(words.len()) else { continue };
            if !tokens[start..at].iter().zip(words).all(|(token, word)| token.is(word)) {
                continue;
            }
            let before = start.checked_sub(1).map_or("", |before| tokens[before].text.as_str());
            // "turned over 715,833": the word belongs to the verb. "fell just short of 567,000": it names the requirement.
            let verb =
                *words == ["over"] && matches!(before, "turned" | "handed" | "turn" | "hand" | "turning" | "handing");
            let fell = matches!(words, ["just", _, "of"])
                && matches!(before, "fell" | "fall" | "falling" | "came" | "was" | "were" | "is");
            if verb || fell {
                continue;
            }
            return (start, bound);
        }
    }
    (first, Bound::None)
}
