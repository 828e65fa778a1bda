//! The outlines of the fonts in `fonts/`, as far as letters, digits and signs of ASCII go.

use ttf_parser::{Face, OutlineBuilder};

use crate::SynthError;

/// The first sign that a font has, and how many follow it without a gap.
const FIRST: char = ' ';
const SIGNS: usize = 95;

/// A stretch of an outline; y grows downwards from the line that the letters stand on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stretch {
    Move([f32; 2]),
    Line([f32; 2]),
    Curve([f32; 2], [f32; 2]),
    Close,
}

/// A letter: its outline, and how far the next one stands from it.
#[derive(Debug, Default)]
pub(crate) struct Glyph {
    pub(crate) outline: Vec<Stretch>,
    pub(crate) advance: f32,
}

/// A font, in units of the height of its capitals (of its small letters, where it writes signatures).
#[derive(Debug)]
pub(crate) struct Font {
    glyphs: Vec<Glyph>,
}

/// Every font.
#[derive(Debug)]
pub(crate) struct Fonts {
    /// Written, for signatures. A small x is one unit high.
    pub(crate) scripts: Vec<Font>,
    /// Printed by hand. A capital H is one unit high.
    pub(crate) prints: Vec<Font>,
    /// The type of the form. A capital H is one unit high.
    pub(crate) form: Font,
}

/// One of the embedded files.
struct Source(&'static str, &'static [u8]);

macro_rules! sources {
    ($($name:literal),* $(,)?) => { [$(Source($name, include_bytes!(concat!("../../fonts/", $name)))),*] };
}

const SCRIPTS: [Source; 11] = sources![
    "script-01.ttf",
    "script-02.ttf",
    "script-03.ttf",
    "script-04.ttf",
    "script-05.ttf",
    "script-06.ttf",
    "script-07.ttf",
    "script-08.ttf",
    "script-09.ttf",
    "script-10.ttf",
    "script-11.ttf",
];

const PRINTS: [Source; 8] = sources![
    "print-01.ttf",
    "print-02.ttf",
    "print-03.ttf",
    "print-04.ttf",
    "print-05.ttf",
    "print-06.ttf",
    "print-07.ttf",
    "print-08.ttf",
];

const FORM: [Source; 1] = sources!["form.ttf"];

impl Fonts {
    /// Reads the embedded files.
    pub(crate) fn load() -> Result<Self, SynthError> {
        let read = |sources: &[Source], of: char| {
            let fonts =
                sources.iter().map(|Source(file, bytes)| Font::read(bytes, of).ok_or(SynthError::Font { file }));
            fonts.collect::<Result<Vec<_>, _>>()
        };
        let form = read(&FORM, 'H')?.pop().ok_or(SynthError::Font { file: FORM[0].0 })?;
        Ok(Self { scripts: read(&SCRIPTS, 'x')?, prints: read(&PRINTS, 'H')?, form })
    }
}

impl Font {
    /// A font in which the letter `of` is one unit high.
    fn read(bytes: &[u8], of: char) -> Option<Self> {
        let face = Face::parse(bytes, 0).ok()?;
        let height = face.glyph_bounding_box(face.glyph_index(of)?)?.y_max;
        let unit = (height > 0).then(|| 1.0 / f32::from(height))?;
        let glyphs = (FIRST..).take(SIGNS).map(|sign| {
            // A sign that the font lacks has no outline; a test sees to it that none is written.
            let Some(id) = face.glyph_index(sign) else { return Glyph::default() };
            let mut pen = Pen { unit, outline: Vec::new() };
            face.outline_glyph(id, &mut pen);
            Glyph { outline: pen.outline, advance: f32::from(face.glyph_hor_advance(id).unwrap_or(0)) * unit }
        });
        Some(Self { glyphs: glyphs.collect() })
    }

    /// The letter for a sign, if the font has it.
    pub(crate) fn glyph(&self, sign: char) -> Option<&Glyph> {
        let place = usize::try_from(u32::from(sign).checked_sub(u32::from(FIRST))?).ok()?;
        self.glyphs.get(place).filter(|glyph| sign == ' ' || !glyph.outline.is_empty())
    }

    /// How wide a text is, letter after letter.
    pub(crate) fn width(&self, text: &str) -> f32 {
        text.chars().filter_map(|sign| self.glyph(sign)).map(|glyph| glyph.advance).sum()
    }
}

/// Takes an outline down.
struct Pen {
    unit: f32,
    outline: Vec<Stretch>,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> [f32; 2] {
        [x * self.unit, -y * self.unit]
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.outline.push(Stretch::Move(self.at(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.outline.push(Stretch::Line(self.at(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.outline.push(Stretch::Curve(self.at(x1, y1), self.at(x, y)));
    }

    /// The embedded fonts have no cubic curves; one is drawn as a quadratic of nearly the same shape.
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.quad_to(f32::midpoint(x1, x2), f32::midpoint(y1, y2), x, y);
    }

    fn close(&mut self) {
        self.outline.push(Stretch::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_has_every_letter_and_digit() {
        let fonts = Fonts::load().unwrap();
        let written = ('A'..='Z').chain('a'..='z').chain("'-. ".chars());
        for (font, Source(file, _)) in fonts.scripts.iter().zip(&SCRIPTS) {
            assert!(written.clone().all(|sign| font.glyph(sign).is_some_and(|glyph| glyph.advance > 0.0)), "{file}");
        }
        let printed = written.chain('0'..='9').chain("#,/&()?".chars());
        for (font, Source(file, _)) in fonts.prints.iter().chain([&fonts.form]).zip(PRINTS.iter().chain(&FORM)) {
            assert!(printed.clone().all(|sign| font.glyph(sign).is_some_and(|glyph| glyph.advance > 0.0)), "{file}");
        }
        assert!(fonts.form.glyph('é').is_none() && fonts.form.glyph('\u{7f}').is_none());
    }
}
