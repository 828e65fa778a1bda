//! Units within a building: what announces one, and its identifier.

use super::street::{UnitKind, Word, ordinal_digits};

pub(super) fn starts_with_digit(word: &str) -> bool {
    word.as_bytes().first().is_some_and(u8::is_ascii_digit)
}

pub(super) fn is_alphabetic(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

pub(super) fn is_identifier(word: &str) -> bool {
    word.len() == 1 || word.bytes().any(|byte| byte.is_ascii_digit()) && ordinal_digits(word).is_none()
}

/// Whether a unit begins at this word.
pub(super) fn announces_unit(words: &[Word<'_>], start: usize) -> bool {
    let word = words[start];
    let after = &words[start + 1..];
    let at_end = after.first().is_none_or(|next| next.text == ",");
    let identifier = || {
        let next = after.iter().find(|next| next.text != "#")?;
        (is_identifier(next.text) || starts_with_digit(next.text)).then_some(next)
    };
    match word.meaning.unit {
        _ if word.text == "#" => true,
        // The fifth floor.
        _ if ordinal_digits(word.text).is_some() => {
            matches!(after, [floor] if floor.meaning.unit.is_some_and(|unit| unit.short == "FL"))
                || matches!(after, [floor, comma, ..] if comma.text == "," && floor.meaning.unit.is_some_and(|unit| unit.short == "FL"))
        }
        Some(unit) => match unit.kind {
            UnitKind::Numbered if matches!(word.text, "NO" | "NUM" | "NBR" | "AP" | "FL") => {
                identifier().is_some_and(|next| starts_with_digit(next.text))
            }
            UnitKind::Numbered => {
                identifier().is_some() || at_end && matches!(unit.short, "APT" | "UNIT" | "STE") && word.text.len() > 2
            }
            UnitKind::Alone => at_end,
            UnitKind::Either | UnitKind::Prefix => at_end || identifier().is_some(),
        },
        None => glued_identifier(word.text).is_some(),
    }
}

/// The identifier in APT5 or UNIT12, a designator and digits without a space.
pub(super) fn glued_identifier(word: &str) -> Option<&str> {
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let (designator, identifier) = word.split_at(letters);
    let kind = (letters > 1 && starts_with_digit(identifier)).then(|| Word::of(designator).meaning.unit)??.kind;
    (kind == UnitKind::Numbered && !matches!(designator, "FL" | "UN")).then_some(identifier)
}

/// The identifiers among a unit's words, without designators; the designator itself where it stands alone (REAR).
pub(super) fn unit_identifier(words: &[Word<'_>]) -> String {
    let mut identifier = String::new();
    let mut alone = "";
    for (at, word) in words.iter().enumerate() {
        let letters = |text: &str, out: &mut String| out.extend(text.chars().filter(char::is_ascii_alphanumeric));
        match word.meaning.unit {
            Some(unit) if word.text.len() > 1 => match unit.kind {
                UnitKind::Prefix if at + 1 < words.len() => identifier.push_str(unit.short),
                UnitKind::Numbered => {}
                _ => alone = unit.short,
            },
            _ => match glued_identifier(word.text).or_else(|| ordinal_digits(word.text).filter(|_| words.len() > 1)) {
                Some(number) => letters(number, &mut identifier),
                None => letters(word.text, &mut identifier),
            },
        }
    }
    if identifier.is_empty() {
        alone.clone_into(&mut identifier);
    }
    let zeros = identifier.bytes().take_while(|byte| *byte == b'0').count();
    if zeros > 0 && zeros < identifier.len() {
        identifier.drain(..zeros);
    }
    identifier
}

/// Whether a number at the end, with no type before it, is a unit: KIRKLAND 5. HIGHWAY 5, AVENUE 26 and CALLE 7 are
/// names of streets.
pub(super) fn is_bare_unit(rest: &[Word<'_>], before: &Word<'_>, last: &str) -> bool {
    let named_by_number = ["CALLE", "CAMINO", "AVENIDA", "PASEO", "VIA", "ROUTE", "PIER", "LOT", "SECTOR"];
    starts_with_digit(last)
        && is_identifier(last)
        && before.text.len() > 2
        && is_alphabetic(before.text)
        && (before.meaning.street_type.is_none() || !rest.is_empty() && !before.is_type())
        && !named_by_number.contains(&before.text)
}
