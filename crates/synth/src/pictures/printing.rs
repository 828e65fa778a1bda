//! A field filled in by hand, in print.

use super::{
    font::Fonts,
    hand::Print,
    trace::{Point, Trace},
};
use crate::random::Dice;

/// Writes a text into a field (left, top, right, bottom): as its hand would, narrower where there is no room, and never beyond.
pub(crate) fn print(fonts: &Fonts, hand: &Print, text: &str, field: [f32; 4], dice: &mut Dice) -> Trace {
    let Some(font) = fonts.prints.get(hand.font) else { return Trace::default() };
    let (wide, high) = (field[2] - field[0], field[3] - field[1]);
    let size = hand.size * high;
    let nominal = (font.width(text) + hand.spacing * super::paper::near(text.len())) * hand.width * size;
    // Who sees the edge coming writes narrower, and then smaller.
    let tight = (wide * 0.94 / nominal.max(1.0)).min(1.0);
    let (width, size) = (hand.width * tight.max(0.72), size * (tight / 0.72).min(1.0));
    let mut trace = Trace::default();
    let mut at = 0.0;
    for sign in text.chars() {
        let (across, down, turn, scale) = (
            dice.about() * hand.jitter,
            dice.about() * hand.jitter,
            dice.about() * hand.jitter,
            1.0 + dice.about() * hand.jitter,
        );
        let bend = |[x, y]: Point| {
            let (x, y) = ((x - y * turn) * scale + across, (y + x * turn) * scale + down);
            let along = (at + x) * width - y * hand.slant;
            [along * size, (y - hand.rise * along) * size]
        };
        // What the keyer could not read.
        if sign == '?' {
            let points: Vec<Point> = (0..7).map(|_| bend([dice.within(0.0, 0.75), dice.within(-0.85, 0.1)])).collect();
            trace.stroke(&points, |_| 2.0 + hand.broader);
            at += 0.72 + hand.spacing;
        } else if let Some(glyph) = font.glyph(sign) {
            trace.letter(glyph, hand.broader, bend);
            at += glyph.advance + hand.spacing;
        }
    }
    let Some([left, top, right, bottom]) = trace.bounds() else { return trace };
    let scale = (wide / (right - left)).min(high / (bottom - top)).min(1.0);
    let (spare, above) = (wide - (right - left) * scale, high - (bottom - top) * scale);
    // By the line that the letters stand on, as far as the field allows.
    let line = high * dice.within(0.70, 0.80);
    let x = field[0] + (spare * dice.within(0.0, 0.12)).min(spare) - left * scale;
    let y = field[1] + (line + top * scale).clamp(0.0, above) - top * scale;
    trace.placed(|[across, down]| [x + across * scale, y + down * scale])
}
