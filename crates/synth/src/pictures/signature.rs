//! A signature: the name as its hand writes it, with strokes where no letters are.

use super::{
    font::Fonts,
    hand::{Flourish, Hand, Manner},
    paper::near,
    trace::{Point, Trace, wave},
};
use crate::{person::Name, random::Dice};

/// Who signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signer {
    first: String,
    middle: Option<char>,
    last: String,
}

impl Signer {
    /// A voter, by the name on the roll.
    pub(crate) fn registered(name: &Name) -> Self {
        Self { first: mixed(name.first), middle: name.middle.text().chars().next(), last: mixed(&name.last()) }
    }

    /// Somebody who is on no roll, by what they printed.
    pub(crate) fn printed(text: &str) -> Self {
        let mut words = text.split([' ', ',']).filter(|word| word.chars().any(char::is_alphabetic));
        let first = mixed(words.next().unwrap_or("X"));
        let last = words.next_back().map_or_else(|| first.clone(), mixed);
        Self { first, middle: words.next().and_then(|word| word.chars().next()), last }
    }

    /// The words that are written.
    fn words(&self, manner: Manner) -> Vec<String> {
        let initial = |word: &str| word.chars().next().map(String::from).unwrap_or_default();
        let middle = self.middle.map(|letter| format!("{}.", letter.to_ascii_uppercase()));
        let first = match manner {
            Manner::FirstLast | Manner::FirstInitialLast | Manner::FirstInitial => self.first.clone(),
            Manner::InitialLast | Manner::InitialsLast => format!("{}.", initial(&self.first)),
            Manner::Last => String::new(),
            Manner::Scribble | Manner::TwoScribbles => initial(&self.first),
        };
        let middle = match manner {
            Manner::FirstInitialLast | Manner::InitialsLast => middle.unwrap_or_default(),
            _ => String::new(),
        };
        let last = match manner {
            Manner::FirstInitial | Manner::TwoScribbles => initial(&self.last),
            Manner::Scribble => String::new(),
            _ => self.last.clone(),
        };
        [first, middle, last].into_iter().filter(|word| !word.is_empty()).collect()
    }
}

/// A name as people write it in letters: Garcia-Luna.
fn mixed(name: &str) -> String {
    let mut inside = false;
    let letters = name.chars().filter(|letter| letter.is_ascii_alphabetic() || "'- ".contains(*letter)).map(|letter| {
        let written = if inside { letter.to_ascii_lowercase() } else { letter.to_ascii_uppercase() };
        inside = letter.is_ascii_alphabetic();
        written
    });
    letters.collect()
}

/// Signs within a field (left, top, right, bottom), so that nothing leaves it.
pub(crate) fn sign(fonts: &Fonts, hand: &Hand, signer: &Signer, field: [f32; 4], dice: &mut Dice) -> Trace {
    let mut pen = Pen { fonts, hand, dice, trace: Trace::default(), at: 0.0 };
    pen.name(&signer.words(hand.manner));
    pen.flourish();
    let trace = pen.trace;
    let Some([left, top, right, bottom]) = trace.bounds() else { return trace };
    let (wide, high) = (field[2] - field[0], field[3] - field[1]);
    let scale = (wide / (right - left)).min(high / (bottom - top)).min(1.0);
    let (spare, above) = (wide - (right - left) * scale, high - (bottom - top) * scale);
    // People begin at the left, more or less, and stand on the rule, more or less.
    let x = field[0] + spare * dice.within(0.0, 0.45) - left * scale;
    let y = field[1] + above * dice.within(0.35, 0.9) - top * scale;
    trace.placed(|[across, down]| [x + across * scale, y + down * scale])
}

struct Pen<'a> {
    fonts: &'a Fonts,
    hand: &'a Hand,
    dice: &'a mut Dice,
    trace: Trace,
    /// How far the pen has come.
    at: f32,
}

impl Pen<'_> {
    /// Where a point of the straight line of writing comes to lie.
    fn bend(hand: &Hand, [x, y]: Point) -> Point {
        let [high, long, begins] = hand.swing;
        let shaken = hand.tremor * (wave(x * 1.3 + y * 0.7 + begins) + 0.6 * wave(x * 2.9 - y));
        let swung = y + high * wave(x / long + begins) + shaken;
        let along = x * hand.width - hand.slant * y + shaken * 0.5;
        [along * hand.size, (swung - hand.rise * along) * hand.size]
    }

    fn name(&mut self, words: &[String]) {
        let letters: usize = words.iter().map(String::len).sum();
        let mut written = 0;
        for (nth, word) in words.iter().enumerate() {
            if nth > 0 {
                self.at += 0.75 + self.hand.spacing + self.dice.about() * 0.08;
            }
            self.word(word, written, letters);
            written += word.len();
            let last = nth + 1 == words.len();
            let scribbled = match self.hand.manner {
                Manner::Scribble => last,
                Manner::TwoScribbles => true,
                _ => false,
            };
            if scribbled {
                self.scribble(nth);
            }
        }
    }

    fn word(&mut self, word: &str, before: usize, of: usize) {
        let Some(font) = self.fonts.scripts.get(self.hand.script) else { return };
        let count = word.chars().count();
        let kept = if count < 4 { count } else { super::paper::pixel(near(count) * self.hand.kept + 0.5).max(2) };
        let mut began = true;
        for (place, sign) in word.chars().enumerate() {
            if place >= kept {
                self.trail(count - place);
                return;
            }
            let Some(glyph) = font.glyph(sign) else { continue };
            let gone = near(before + place) / near(of.max(2) - 1);
            let mut scale = 1.0 + (self.hand.shrink - 1.0) * gone;
            if began && sign.is_ascii_uppercase() {
                scale *= self.hand.capital;
            }
            began = !sign.is_ascii_alphabetic();
            scale *= 1.0 + self.dice.about() * 0.03;
            let (from, down, turn) = (self.at, self.dice.about() * 0.03, self.dice.about() * 0.02);
            let hand = self.hand;
            self.trace.letter(glyph, hand.broader, |[x, y]| {
                Self::bend(hand, [from + (x - y * turn) * scale, (y + x * turn) * scale + down])
            });
            self.at += glyph.advance * scale + self.hand.spacing * 0.5;
        }
    }

    /// The stroke that stands for so many letters.
    fn trail(&mut self, letters: usize) {
        let [bows, high, long] = self.hand.trail;
        let bows = super::paper::pixel(bows + self.dice.about() * 0.2).min(letters);
        let step = long * near(letters) / near(2 * bows + 2);
        let mut points = vec![[self.at - 0.15, -0.1]];
        let mut x = self.at;
        for bow in 0..=2 * bows {
            x += step * (1.0 + self.dice.about() * 0.1);
            let left = 1.0 - near(bow) / near(2 * bows + 2);
            points.push([x, if bow % 2 == 0 { -high * left } else { -0.05 * left }]);
        }
        points.push([x + step + 0.4, -0.12 + self.dice.about() * 0.05]);
        self.at = x + step;
        self.stroke(&points, 0.4);
    }

    fn scribble(&mut self, nth: usize) {
        let points = &self.hand.scribble[if nth == 0 { 0..6 } else { 2..9 }];
        let begins = points[0][0];
        let (at, tall) = (self.at, 0.9);
        let way: Vec<Point> = points.iter().map(|&[x, y]| [at + (x - begins) * 0.9, y * tall - 0.35]).collect();
        self.at = way.iter().map(|point| point[0]).fold(at, f32::max);
        self.stroke(&way, 0.5);
    }

    /// A stroke of the pen, which grows thinner towards its end by the share said.
    fn stroke(&mut self, points: &[Point], thinner: f32) {
        let bent: Vec<Point> = points.iter().map(|&point| Self::bend(self.hand, point)).collect();
        let width = 1.0 + 0.055 * self.hand.size + self.hand.broader;
        self.trace.stroke(&bent, |at| width * (1.0 - thinner * at * at));
    }

    fn flourish(&mut self) {
        let end = self.at;
        let mut about = |by: f32| self.dice.about() * by;
        let points = match self.hand.flourish {
            Flourish::None => return,
            Flourish::Under => vec![
                [end - 0.2, 0.15],
                [end + 0.5 + about(0.1), 0.5],
                [end * 0.5, 0.75 + about(0.06)],
                [end * 0.06, 1.0 + about(0.08)],
                [end * 0.1, 1.15],
                [end * 0.6, 0.98 + about(0.05)],
                [end * 1.02 + about(0.3), 0.9],
            ],
            Flourish::Tail => vec![
                [end - 0.2, -0.1],
                [end + 0.8, -0.3 + about(0.08)],
                [end + 2.2 + about(0.2), -1.0 + about(0.1)],
                [end + 3.6 + about(0.3), -1.7 + about(0.2)],
            ],
            Flourish::Through => vec![
                [end * 0.1 + about(0.1), -0.25],
                [end * 0.5, -0.55 + about(0.06)],
                [end * 1.05 + about(0.2), -0.75 + about(0.1)],
            ],
            Flourish::Loop => vec![
                [0.9, -0.6 + about(0.05)],
                [-0.9 + about(0.1), -0.5],
                [-0.7, -2.4 + about(0.15)],
                [1.6, -3.1 + about(0.15)],
                [3.0 + about(0.1), -1.4],
                [1.2, 0.7 + about(0.08)],
                [-0.9 + about(0.15), 0.55],
            ],
            Flourish::Over => vec![
                [end - 0.1, -0.2],
                [end + 1.1 + about(0.1), -0.9],
                [end + 0.5, -2.2 + about(0.15)],
                [end * 0.6, -2.35 + about(0.1)],
                [end * 0.35 + about(0.3), -2.1],
            ],
        };
        self.stroke(&points, 0.6);
    }
}
