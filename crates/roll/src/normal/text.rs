//! Folding of letters: accents, case and punctuation, the same for names and addresses.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What an ASCII byte becomes: itself, its capital, a space, or [`DROPPED`] or [`APART`].
const FOLDED: [u8; 128] = folded_ascii();
/// Apostrophes vanish: O'BRIEN is OBRIEN.
const DROPPED: u8 = 0;
/// A comma and a number sign stand alone between spaces.
const APART: u8 = 1;

const fn folded_ascii() -> [u8; 128] {
    let mut table = [b' '; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'a'..=b'z' => byte - 32,
            b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'/' => byte,
            b'\'' | b'`' => DROPPED,
            b',' | b'#' => APART,
            _ => b' ',
        };
        byte += 1;
    }
    table
}

/// Appends `text` to `out` in upper-case ASCII. Accents are dropped; apostrophes vanish (O'BRIEN is OBRIEN); a comma and
/// a number sign stand alone between spaces; hyphens and slashes stay; every other mark is a space.
pub(super) fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        let mut bytes = std::mem::take(out).into_bytes();
        bytes.reserve(text.len() + 8);
        for byte in text.bytes() {
            match FOLDED[usize::from(byte & 127)] {
                DROPPED => {}
                APART => bytes.extend_from_slice(&[b' ', byte, b' ']),
                folded => bytes.push(folded),
            }
        }
        // ASCII is UTF-8.
        *out = String::from_utf8(bytes).unwrap_or_default();
        return;
    }
    for letter in text.chars() {
        match letter {
            // Written after a whole number without a space: 123½.
            '½' => out.push_str(" 1/2"),
            '¼' => out.push_str(" 1/4"),
            '¾' => out.push_str(" 3/4"),
            'Ø' | 'ø' | 'Ɵ' | 'ɵ' => out.push('O'),
            'Æ' | 'æ' => out.push_str("AE"),
            'Œ' | 'œ' => out.push_str("OE"),
            'ß' | 'ẞ' => out.push_str("SS"),
            'Ł' | 'ł' | 'Ƚ' | 'ƚ' => out.push('L'),
            'Đ' | 'đ' | 'Ð' | 'ð' | 'Ɖ' | 'ɖ' | 'Ɗ' | 'ɗ' => out.push('D'),
            'Þ' | 'þ' => out.push_str("TH"),
            'Ħ' | 'ħ' => out.push('H'),
            'Ŧ' | 'ŧ' => out.push('T'),
            'Ŋ' | 'ŋ' => out.push_str("NG"),
            'ı' | 'Ɨ' | 'ɨ' => out.push('I'),
            'ĸ' | 'Ƙ' | 'ƙ' => out.push('K'),
            'Ə' | 'ə' | 'Ɛ' | 'ɛ' => out.push('E'),
            'Ɓ' | 'ɓ' | 'Ƀ' | 'ƀ' => out.push('B'),
            'Ǥ' | 'ǥ' | 'Ɠ' | 'ɠ' => out.push('G'),
            'Ƶ' | 'ƶ' => out.push('Z'),
            'Ʉ' | 'ʉ' => out.push('U'),
            '‐' | '‑' | '‒' | '–' | '—' | '−' => out.push('-'),
            '’' | '‘' | '‛' | 'ʻ' | 'ʼ' | 'ʾ' | 'ʿ' | '՚' | '´' | '′' => {}
            _ => letter
                .nfkd()
                .filter(|part| !is_combining_mark(*part))
                .for_each(|part| fold_ascii(if part.is_ascii() { part as u8 } else { b' ' }, out)),
        }
    }
}

fn fold_ascii(byte: u8, out: &mut String) {
    match FOLDED[usize::from(byte & 127)] {
        DROPPED => {}
        APART => {
            out.push(' ');
            out.push(char::from(byte));
            out.push(' ');
        }
        folded => out.push(char::from(folded)),
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

/// The rows of an embedded table, cell by cell; comments and empty lines are left out.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| line.split(',').collect())
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

    /// Every letter of the alphabets in use in Los Angeles that are written in Latin script.
    #[test]
    fn alphabets_fold_letter_by_letter() {
        for (language, letters, plain) in [
            ("Spanish", "áéíóúüñÁÉÍÓÚÜÑ", "AEIOUUNAEIOUUN"),
            ("Vietnamese a", "àáảãạăằắẳẵặâầấẩẫậ", "AAAAAAAAAAAAAAAAA"),
            ("Vietnamese e", "èéẻẽẹêềếểễệ", "EEEEEEEEEEE"),
            ("Vietnamese o", "òóỏõọôồốổỗộơờớởỡợ", "OOOOOOOOOOOOOOOOO"),
            ("Vietnamese", "ùúủũụưừứửữựỳýỷỹỵìíỉĩịđĐ", "UUUUUUUUUUUYYYYYIIIIIDD"),
            ("Polish", "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "ACELNOSZZACELNOSZZ"),
            ("Turkish", "çğıİöşüÇĞÖŞÜ", "CGIIOSUCGOSU"),
            ("Czech", "áčďéěíňóřšťúůýž", "ACDEEINORSTUUYZ"),
            ("Romanian", "ăâîșțşţ", "AAISTST"),
            ("Hungarian", "őűÖÜ", "OUOU"),
            ("Nordic", "åäöøÅØ", "AAOOAO"),
            ("Portuguese", "ãõàâêôç", "AOAAEOC"),
            ("Pinyin", "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ", "AAAAEEEEIIIIOOOOUUUUUUUU"),
            ("Maltese, Sami", "ħŧŋ", "HTNG"),
            ("Full width", "ＡＢｃ", "ABC"),
        ] {
            assert_eq!(fold(letters), plain, "{language}");
        }
    }
}
