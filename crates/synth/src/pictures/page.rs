//! A page of a section, filled in and scanned; what is shown of its lines is cut from it.

use super::{
    form::{self, Field},
    hand::Print,
    paper::{Ink, Paper},
    printing::print,
    signature::{Signer, sign},
    studio::{Person, Studio},
    trace::Trace,
};
use crate::{
    binding::{Defect, LINES_PER_PAGE, Section},
    calendar::Day,
    random::{Dice, Stream},
    scale::Kind,
    signers::Draft,
};

/// What is written with.
#[derive(Debug, Clone, Copy)]
struct PenKind {
    ink: Ink,
    broader: f32,
}

impl PenKind {
    fn new(dice: &mut Dice) -> Self {
        // Blue and black ballpoint, and now and then a felt pen or a hard one.
        let (dark, uneven, broader) = match dice.below(100) {
            0..45 => (dice.between(165, 200), 110, dice.within(-0.3, 0.5)),
            45..85 => (dice.between(200, 240), 90, dice.within(-0.2, 0.6)),
            85..93 => (dice.between(225, 250), 30, dice.within(0.8, 1.8)),
            _ => (dice.between(130, 165), 120, dice.within(-0.5, 0.0)),
        };
        let ink = Ink { dark: u8::try_from(dark).unwrap_or(200), uneven, grain: dice.index(1 << 16) };
        Self { ink, broader }
    }
}

/// The pages of a section with all that is cut from them.
pub(crate) struct Scanned {
    /// The page's number in the section, counted from 1, with the picture.
    pub(crate) page: (usize, Paper),
    /// Lines, counted from 1, with their strips and signatures.
    pub(crate) lines: Vec<(usize, Paper, Paper)>,
}

/// A page of a section, counted from 0.
pub(crate) fn scan(studio: &Studio<'_>, section: &Section, page: usize) -> Scanned {
    let pages = section.drafts.len().div_ceil(LINES_PER_PAGE);
    let seed = studio.seed;
    let mut dice = Dice::new(seed, Stream::Page, section.number << 8 | page as u64);
    let way = dice.index(form::WAYS);
    let mut sheet = Sheet { studio, paper: studio.form(way), way };
    let stamp = form::stamp(&studio.fonts.form, section.number, page + 1, pages);
    sheet.ink(stamp, Ink { dark: 190, uneven: 120, grain: dice.index(1 << 16) });
    let lent = PenKind::new(&mut Dice::new(seed, Stream::Pen, section.number));
    let first = page * LINES_PER_PAGE;
    let drafts = section.drafts.iter().enumerate().skip(first).take(LINES_PER_PAGE);
    for (nth, draft) in drafts.clone() {
        sheet.line(section.number, nth, draft, lent);
    }
    if page + 1 == pages {
        sheet.declaration(section, lent);
    }
    let specks = dice.below(60);
    sheet.paper.dust(&mut dice, specks);
    let lines = drafts.map(|(nth, _)| {
        let place = nth - first;
        (nth + 1, sheet.paper.part(form::strip(place)), sheet.paper.part(form::signature(place)))
    });
    let lines = lines.collect();
    Scanned { page: (page + 1, sheet.paper), lines }
}

struct Sheet<'a> {
    studio: &'a Studio<'a>,
    paper: Paper,
    /// How it lies on the scanner.
    way: usize,
}

impl Sheet<'_> {
    fn ink(&mut self, trace: Trace, ink: Ink) {
        let way = self.way;
        self.paper.ink(&trace.placed(|point| form::lying(way, point)), ink);
    }

    fn line(&mut self, section: u64, nth: usize, draft: &Draft, lent: PenKind) {
        let studio = self.studio;
        let seed = studio.seed;
        let number = section << 16 | nth as u64;
        let mut dice = Dice::new(seed, Stream::Line, number);
        let pen = if dice.chance(620) { lent } else { PenKind::new(&mut dice) };
        let known = draft.voter.and_then(|(voter, _)| studio.known.get(&voter.row()));
        let signer = draft.voter.map_or(Person::Other(number), |(voter, _)| Person::Voter(voter.row()));
        let (hand, printer) = if draft.kind == Kind::SignatureMismatch {
            let kin = known.and_then(|known| known.kin);
            studio.forged(&mut dice, signer, kin, number)
        } else {
            (studio.hand(signer), studio.print(signer))
        };
        let fields = form::fields(nth % LINES_PER_PAGE);
        let mut printer = printer.again(&mut dice);
        printer.broader = (printer.broader + pen.broader).max(0.0);
        if draft.kind == Kind::Illegible {
            printer.jitter *= 4.0;
        }
        let written = &draft.written;
        for (text, field) in [
            (&written.name, fields.name),
            (&written.address, fields.address),
            (&written.city, fields.city),
            (&written.zip, fields.zip),
        ] {
            self.print(&printer, text, field, pen.ink, &mut dice);
        }
        if draft.kind != Kind::NoSignature {
            let signer = known.map_or_else(|| Signer::printed(&written.name), |known| Signer::registered(&known.name));
            let mut hand = hand.again(&mut dice, 1.0);
            hand.broader = (hand.broader + pen.broader).max(0.0);
            self.ink(sign(studio.fonts, &hand, &signer, fields.signature, &mut dice), pen.ink);
        }
    }

    fn print(&mut self, printer: &Print, text: &str, field: Field, ink: Ink, dice: &mut Dice) {
        if !text.is_empty() {
            self.ink(print(self.studio.fonts, printer, text, field, dice), ink);
        }
    }

    /// What the circulator declares, as far as it was filled in.
    fn declaration(&mut self, section: &Section, pen: PenKind) {
        let studio = self.studio;
        let mut dice = Dice::new(studio.seed, Stream::Declaration, section.number);
        let circulator = &section.circulator;
        let person = Person::circulator(&circulator.name);
        let (hand, mut printer) = (studio.hand(person), studio.print(person));
        printer.broader = (printer.broader + pen.broader).max(0.0);
        let fields = form::declaration();
        let day = |day: Day| {
            let parts: Vec<&str> = day.iso().split('-').map(|part| part.trim_start_matches('0')).collect();
            format!("{}/{}/{}", parts[1], parts[2], parts[0])
        };
        for (text, field) in [
            (circulator.name.clone(), fields.name),
            (circulator.address.clone(), fields.address),
            (day(section.signed_from), fields.from),
            (day(section.signed_to), fields.to),
            (day(section.executed_on), fields.executed),
        ] {
            self.print(&printer, &text, field, pen.ink, &mut dice);
        }
        if section.void != Some(Defect::Unsigned) {
            let hand = hand.again(&mut dice, 1.0);
            let signed = sign(studio.fonts, &hand, &Signer::printed(&circulator.name), fields.signature, &mut dice);
            self.ink(signed, pen.ink);
        }
    }
}
