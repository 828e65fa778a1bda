//! Tables of words, kept as text beside the code: `name: word, word`, where a line that begins with a space goes on.

/// A name and its words or phrases.
pub(crate) type Entry = (&'static str, Vec<&'static str>);

/// Reads a table; lines that begin with `#` are remarks.
pub(crate) fn table(text: &'static str) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let words = if line.starts_with(' ') {
            line
        } else {
            let Some((name, words)) = line.split_once(':') else { continue };
            found.push((name, Vec::new()));
            words
        };
        if let Some((_, list)) = found.last_mut() {
            list.extend(words.split(',').map(str::trim).filter(|word| !word.is_empty()));
        }
    }
    found
}
