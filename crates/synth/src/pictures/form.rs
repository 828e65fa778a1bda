//! The printed form: a letter-size page with seven lines and the circulator's declaration.

use super::{
    font::Font,
    paper::{Ink, Paper, Part, near},
    trace::{Point, Trace},
};
use crate::binding::LINES_PER_PAGE;

/// A letter-size page.
pub(crate) const WIDTH: usize = 1700;
pub(crate) const HEIGHT: usize = 2200;

/// Where the lines begin, and how high each is: the printed part above, the signature below.
const TOP: usize = 500;
const LINE: usize = 186;
const UPPER: usize = 88;
/// The columns: number, name and signature, address, zip, and the office's own.
const COLUMNS: [usize; 6] = [64, 132, 800, 1228, 1450, 1636];
/// What a strip shows above and below its line.
const MARGIN: usize = 12;
/// How a page may lie on the scanner: this many ways, each so much further turned, in pixels for a pixel.
pub(crate) const WAYS: usize = 7;
const TURN: f32 = 0.0022;

/// A place to write in: left, top, right, bottom.
pub(crate) type Field = [f32; 4];

/// The fields of one line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) name: Field,
    pub(crate) signature: Field,
    pub(crate) address: Field,
    pub(crate) city: Field,
    pub(crate) zip: Field,
}

/// The fields of the declaration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Declaration {
    pub(crate) name: Field,
    pub(crate) address: Field,
    pub(crate) from: Field,
    pub(crate) to: Field,
    pub(crate) executed: Field,
    pub(crate) signature: Field,
}

/// The fields of a line of a page, counted from 0.
pub(crate) fn fields(line: usize) -> Fields {
    let top = TOP + line * LINE;
    let (upper, lower) = ([top + 21, top + UPPER - 3], [top + UPPER + 10, top + LINE - 4]);
    let field = |column: usize, [top, bottom]: [usize; 2]| {
        [near(COLUMNS[column] + 14), near(top), near(COLUMNS[column + 1] - 8), near(bottom)]
    };
    let lower_print = [top + UPPER + 22, top + LINE - 7];
    Fields {
        name: field(1, upper),
        signature: field(1, lower),
        address: [near(COLUMNS[2] + 14), near(upper[0]), near(COLUMNS[4] - 8), near(upper[1])],
        city: field(2, lower_print),
        zip: field(3, lower_print),
    }
}

/// Where the declaration begins.
const DECLARED: usize = TOP + LINES_PER_PAGE * LINE + 34;

/// The fields of the circulator's declaration.
pub(crate) fn declaration() -> Declaration {
    let field = |left: usize, right: usize, row: usize| {
        let bottom = DECLARED + 92 + row * 66;
        [near(left), near(bottom - 50), near(right), near(bottom + 8)]
    };
    Declaration {
        name: field(150, 760, 0),
        address: field(1010, 1630, 0),
        from: field(640, 868, 1),
        to: field(930, 1200, 1),
        executed: field(250, 520, 2),
        signature: field(860, 1630, 2),
    }
}

/// What a strip shows: a line from edge to edge.
pub(crate) const fn strip(line: usize) -> Part {
    Part { left: 0, top: TOP + line * LINE - MARGIN, width: WIDTH, height: LINE + 2 * MARGIN }
}

/// What the picture of a signature shows.
pub(crate) const fn signature(line: usize) -> Part {
    let top = TOP + line * LINE + UPPER;
    Part { left: COLUMNS[1] - 4, top: top - 6, width: COLUMNS[2] - COLUMNS[1] + 8, height: LINE - UPPER + 12 }
}

/// Where a point of a page lies on the scanner.
pub(crate) fn lying(way: usize, [x, y]: Point) -> Point {
    let turn = (near(way) - near(WAYS / 2)) * TURN;
    [x - turn * (y - near(HEIGHT) / 2.0), y + turn * (x - near(WIDTH) / 2.0)]
}

/// The empty form.
pub(crate) fn form(font: &Font, way: usize) -> Paper {
    let mut paper = Paper::new(WIDTH, HEIGHT);
    let mut setter = Setter { font, light: Trace::default(), bold: Trace::default(), rules: Trace::default() };
    setter.head();
    (0..LINES_PER_PAGE).for_each(|line| setter.line(line));
    setter.frame();
    setter.foot();
    for (trace, dark) in [(setter.light, 205), (setter.bold, 230), (setter.rules, 190)] {
        paper.ink(&trace.placed(|point| lying(way, point)), Ink::printed(dark));
    }
    paper
}

/// The stamp with the number of section and page.
pub(crate) fn stamp(font: &Font, section: u64, page: usize, pages: usize) -> Trace {
    let mut trace = Trace::default();
    set(&mut trace, font, &format!("SECTION {section:05}"), [1240.0, 96.0], [24.0, 1.12, 0.9]);
    set(&mut trace, font, &format!("PAGE {page} OF {pages}"), [1240.0, 136.0], [19.0, 1.12, 0.9]);
    trace
}

/// Sets a text, its capitals so high, its letters so far apart and so much bolder.
fn set(trace: &mut Trace, font: &Font, text: &str, [x, y]: Point, [high, apart, bolder]: [f32; 3]) {
    let mut at = x;
    for glyph in text.chars().filter_map(|sign| font.glyph(sign)) {
        trace.letter(glyph, bolder, |[across, down]| [at + across * high, y + down * high]);
        at += glyph.advance * high * apart;
    }
}

const PREAMBLE: [&str; 5] = [
    "TO THE HONORABLE REGISTRAR OF VOTERS OF THE SYNTHETIC COUNTY: Pursuant to the Constitution and the Elections Code, we the undersigned",
    "registered and qualified electors of the Synthetic County respectfully state that we seek the recall and removal of A. N. Officer (synthetic),",
    "holding the office of District Attorney of Synthetic County, and demand an election of a successor to that office. The grounds for the recall",
    "are set forth in the notice of intention, which is printed on the first page of this section together with the answer of the officer sought",
    "to be recalled. Each of the undersigned states for himself or herself: I have personally signed this petition, and my residence is as given.",
];

struct Setter<'a> {
    font: &'a Font,
    light: Trace,
    bold: Trace,
    rules: Trace,
}

impl Setter<'_> {
    fn rule(&mut self, left: usize, top: usize, width: usize, height: usize) {
        let (left, top, right, bottom) = (near(left), near(top), near(left + width), near(top + height));
        self.rules.piece([[left, top], [right, top], [right, bottom], [left, bottom]]);
    }

    fn light(&mut self, text: &str, x: usize, y: usize, high: f32) {
        set(&mut self.light, self.font, text, [near(x), near(y)], [high, 1.03, 0.0]);
    }

    fn bold(&mut self, text: &str, x: usize, y: usize, high: f32) {
        set(&mut self.bold, self.font, text, [near(x), near(y)], [high, 1.05, 1.1]);
    }

    fn head(&mut self) {
        self.bold("PETITION FOR RECALL", 64, 110, 34.0);
        self.light("Synthetic County: every name and every hand on this page was made by a program.", 64, 148, 13.0);
        for (row, line) in PREAMBLE.into_iter().enumerate() {
            self.light(line, 64, 204 + row * 30, 14.0);
        }
        self.bold("All signers of this petition must be registered to vote in the Synthetic County.", 64, 384, 14.5);
        self.bold("Your address as registered. A post office box is no residence.", 1000, 384, 14.5);
        let (top, bottom) = (430, TOP);
        for (column, heads) in [
            (1, ["PRINT YOUR NAME ABOVE,", "SIGN AS REGISTERED TO VOTE BELOW"]),
            (2, ["RESIDENCE ADDRESS ONLY ABOVE,", "CITY AND ZIP BELOW"]),
            (4, ["THIS COLUMN FOR", "OFFICIAL USE"]),
        ] {
            for (row, head) in heads.into_iter().enumerate() {
                self.bold(head, COLUMNS[column] + 14, top + 28 + row * 26, 12.0);
            }
        }
        self.rule(COLUMNS[0], top, COLUMNS[5] - COLUMNS[0], 3);
        for column in [0, 1, 2, 4, 5] {
            self.rule(COLUMNS[column], top, 2, bottom - top);
        }
    }

    fn line(&mut self, line: usize) {
        let top = TOP + line * LINE;
        let middle = top + UPPER;
        let number = (line + 1).to_string();
        self.bold(&number, COLUMNS[0] + 22, top + LINE / 2 + 14, 26.0);
        for (label, column, y) in [
            ("PRINT NAME", 1, top),
            ("SIGNATURE", 1, middle),
            ("RESIDENCE ADDRESS", 2, top),
            ("CITY", 2, middle),
            ("ZIP", 3, middle),
        ] {
            self.light(label, COLUMNS[column] + 10, y + 17, 8.5);
        }
        self.rule(COLUMNS[0], top, COLUMNS[5] - COLUMNS[0], 3);
        self.rule(COLUMNS[1], middle, COLUMNS[4] - COLUMNS[1], 1);
        self.rule(COLUMNS[3], middle, 1, LINE - UPPER);
    }

    fn frame(&mut self) {
        let high = LINES_PER_PAGE * LINE;
        self.rule(COLUMNS[0], TOP + high, COLUMNS[5] - COLUMNS[0] + 2, 3);
        for column in [0, 1, 2, 4, 5] {
            self.rule(COLUMNS[column], TOP, 2, high);
        }
    }

    fn foot(&mut self) {
        self.bold("DECLARATION OF PERSON CIRCULATING SECTION OF RECALL PETITION", 64, DECLARED + 16, 15.0);
        let fields = declaration();
        let mut blank = |label: &str, x: usize, field: Field| {
            let bottom = super::paper::pixel(field[3]) - 8;
            self.light(label, x, bottom, 13.0);
            let left = super::paper::pixel(field[0]);
            self.rule(left, bottom + 4, super::paper::pixel(field[2]) - left, 1);
        };
        blank("I,", 110, fields.name);
        blank(", residing at", 790, fields.address);
        blank("circulated this section and saw the signatures being written between", 64, fields.from);
        blank("and", 882, fields.to);
        blank("Executed on", 110, fields.executed);
        blank("Signature of circulator", 600, fields.signature);
        self.light(". I declare under penalty of perjury that this is true.", 1206, DECLARED + 92 + 66, 11.0);
    }
}
