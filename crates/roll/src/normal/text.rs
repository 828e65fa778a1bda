//! Folding of letters: accents, case and punctuation, the same for names and addresses.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Appends `text` to `out` in upper-case ASCII. Accents are dropped; apostrophes vanish (O'BRIEN is OBRIEN); a comma and
/// a number sign stand alone between spaces; hyphens and slashes stay; every other mark is a space.
pub(super) fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        text.chars().for_each(|letter| fold_ascii(letter, out));
        return;
    }
    for letter in text.chars() {
        match letter {
            // Written after a whole number without a space: 123½.
            '½' => out.push_str(" 1/2"),
            '¼' => out.push_str(" 1/4"),
            '¾' => out.push_str(" 3/4"),
            'Ø' | 'ø' => out.push('O'),
            'Æ' | 'æ' => out.push_str("AE"),
            'Œ' | 'œ' => out.push_str("OE"),
            'ß' => out.push_str("SS"),
            'Ł' | 'ł' => out.push('L'),
            'Đ' | 'đ' | 'Ð' | 'ð' => out.push('D'),
            'Þ' | 'þ' => out.push_str("TH"),
            '‐' | '‑' | '‒' | '–' | '—' => out.push('-'),
            '’' | '‘' | 'ʻ' | 'ʼ' | '´' => {}
            _ => letter
                .nfkd()
                .filter(|part| !is_combining_mark(*part))
                .for_each(|part| fold_ascii(if part.is_ascii() { part } else { ' ' }, out)),
        }
    }
}

fn fold_ascii(letter: char, out: &mut String) {
    match letter {
        'a'..='z' => out.push(letter.to_ascii_uppercase()),
        'A'..='Z' | '0'..='9' | '-' | '/' => out.push(letter),
        '\'' | '`' => {}
        ',' => out.push_str(" , "),
        '#' => out.push_str(" # "),
        _ => out.push(' '),
    }
}

/// The folded text as a new string.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    fold_into(text, &mut out);
    out
}

/// Only the letters and digits of `text`, folded and joined: `de la Cruz` is `DELACRUZ`. Borrows what is so already,
/// as most of a roll is.
pub(crate) fn joined(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = fold(text);
    out.retain(|letter| letter.is_ascii_alphanumeric());
    Cow::Owned(out)
}

/// Whether a text is one word of capital letters and digits.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_fold_to_upper_case_ascii() {
        assert_eq!(fold("José Peña-Núñez"), "JOSE PENA-NUNEZ");
        assert_eq!(fold("O’Brien"), "OBRIEN");
        assert_eq!(fold("123½ Main"), "123 1/2 MAIN");
        assert_eq!(fold("Apt.#5,Rear"), "APT  # 5 , REAR");
        assert_eq!(joined("Øystein de-la Cruz"), "OYSTEINDELACRUZ");
        assert_eq!(joined("李"), "");
    }
}
