//! HTML that is written from top to bottom. Markup is ours and known when the program is built; every text is escaped.

use law::grouped;

/// A document as it grows.
#[derive(Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup. Only what stands in our source can be passed.
    pub(super) fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text between tags or in an attribute with quotation marks. Control characters become blanks, but for ends of lines.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                '\n' => self.0.push('\n'),
                control if control.is_control() => self.0.push(' '),
                other => self.0.push(other),
            }
        }
        self
    }

    /// A number with its thousands grouped.
    pub(super) fn number(&mut self, number: impl Into<i128>) -> &mut Self {
        self.text(&grouped(number))
    }

    /// A number as an attribute takes it, without groups.
    pub(super) fn plain(&mut self, number: u64) -> &mut Self {
        self.0.push_str(&number.to_string());
        self
    }

    /// A day, in words that a program reads too.
    pub(super) fn day(&mut self, day: jiff::civil::Date) -> &mut Self {
        self.markup("<time>").text(&day.to_string()).markup("</time>")
    }

    /// The whole.
    pub(super) fn finish(self) -> String {
        self.0
    }
}
