//! What the pictures must be: the same every time, legible, and alike where one hand wrote.

use std::{collections::BTreeMap, path::Path};

use super::{
    Whose, draw,
    font::Fonts,
    form,
    hand::{Hand, Print},
    page::scan,
    paper::{Ink, Paper, near, pixel},
    printing::print,
    signature::{Signer, sign},
    studio::{Person, Studio},
};
use crate::{
    Plan,
    binding::{LINES_PER_PAGE, Section, bind},
    county::County,
    petition::all_signers,
    random::{Dice, Stream},
    scale::{Kind, Quotas},
    tables::Tables,
    write_county,
};

fn plan(scale: &str, seed: u64) -> Plan {
    Plan { scale: scale.parse().unwrap(), seed, pictures: true, ..Plan::default() }
}

/// Every picture by its name.
fn pictures(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for folder in ["pages", "strips", "signatures", "references"] {
        for entry in std::fs::read_dir(dir.join("images").join(folder)).unwrap().map(Result::unwrap) {
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            all.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    all
}

/// Writes and draws a county, and runs something on its sections.
fn on_sections(plan: Plan, run: impl FnOnce(&Studio<'_>, &[Section])) {
    let (tables, fonts) = (Tables::load().unwrap(), Fonts::load().unwrap());
    let quotas = Quotas::new(plan.scale, plan.lines);
    let county = County::new(&tables, plan.seed, quotas.registered);
    let (drafts, _) = all_signers(&county, &quotas, &|_, _, _| {}).unwrap();
    let rows: Vec<u64> = drafts.iter().filter_map(|draft| draft.voter).map(|(voter, _)| voter.row()).collect();
    let sections = bind(&county, drafts);
    run(&Studio::new(&county, &fonts, &rows), &sections);
}

#[test]
fn one_thread_and_many_draw_the_same_and_another_seed_something_else() {
    let drawn = |threads, seed| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let plan = plan("1:10000", seed);
        let done = pool.install(|| draw(dir.path(), &plan, None, &Whose::Households, &|_, _, _| {}).unwrap());
        let pictures = pictures(dir.path());
        assert_eq!(pictures.len() as u64, 2 * done.lines + done.pages + done.references);
        pictures
    };
    let (one, five) = (drawn(1, 4), drawn(5, 4));
    assert_eq!(one.keys().collect::<Vec<_>>(), five.keys().collect::<Vec<_>>());
    assert!(one.iter().all(|(name, picture)| five[name] == *picture));
    let other = drawn(3, 5);
    assert!(one.iter().all(|(name, picture)| other.get(name) != Some(picture)));
}

#[test]
fn every_file_that_is_named_is_drawn_and_drawn_anew() {
    let dir = tempfile::tempdir().unwrap();
    let plan = plan("1:10000", 1);
    write_county(dir.path(), &plan, &|_, _, _| {}).unwrap();
    // What an earlier and larger county left is gone; what is somebody else's stays.
    std::fs::create_dir_all(dir.path().join("images/pages")).unwrap();
    for name in ["999-9.png", "holiday.png"] {
        std::fs::write(dir.path().join("images/pages").join(name), "").unwrap();
    }
    let done = draw(dir.path(), &plan, None, &Whose::Everybody, &|_, _, _| {}).unwrap();
    let drawn = pictures(dir.path());
    assert!(!drawn.contains_key("pages/999-9.png") && drawn.contains_key("pages/holiday.png"));
    let column = |file: &str, name: &str| -> Vec<String> {
        let mut reader = csv::Reader::from_path(dir.path().join(file)).unwrap();
        let at = reader.headers().unwrap().iter().position(|header| header == name).unwrap();
        reader.records().map(|row| row.unwrap()[at].to_owned()).collect()
    };
    let signatures = column("petition.csv", "signature");
    assert_eq!((signatures.len() as u64, signatures.contains(&String::new())), (done.lines, false));
    for name in &signatures {
        assert!(drawn.contains_key(&format!("strips/{name}")) && drawn.contains_key(&format!("signatures/{name}")));
    }
    let references: Vec<String> = column("roll.csv", "signatures");
    let references: Vec<&str> = references.iter().flat_map(|names| names.split(';')).collect();
    assert_eq!(references.len() as u64, done.references);
    assert!(references.iter().all(|name| drawn.contains_key(&format!("references/{name}"))));

    let few = draw(dir.path(), &plan, std::num::NonZeroU64::new(8), &Whose::Households, &|_, _, _| {}).unwrap();
    assert_eq!(few.pages, 2, "eight lines stand on two pages");
    assert!((8..=14).contains(&few.lines) && few.references >= few.lines / 2 && few.references < done.references);
}

#[test]
fn pictures_are_read_back_as_they_were_drawn() {
    let mut paper = Paper::new(31, 5);
    paper.dust(&mut Dice::new(1, Stream::Page, 0), 20);
    let file = paper.png().unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    assert_eq!((info.width, info.height, info.bit_depth), (31, 5, png::BitDepth::Four));
    for y in 0..5 {
        for x in 0..31 {
            let nibble = bytes[y * 16 + x / 2] >> (4 * (1 - x % 2)) & 15;
            assert!((nibble * 17).abs_diff(paper.shade(x, y)) <= 9);
        }
    }
}

/// Every text of a petition with every font: no letter is missing, and none leaves its field.
#[test]
fn what_is_written_fits_its_field() {
    on_sections(plan("1:1000", 1), |studio, sections| {
        let mut dice = Dice::new(1, Stream::Line, 0);
        for (nth, draft) in sections.iter().flat_map(|section| &section.drafts).enumerate() {
            let fields = form::fields(nth % LINES_PER_PAGE);
            let written = &draft.written;
            for (text, field) in [
                (&written.name, fields.name),
                (&written.address, fields.address),
                (&written.city, fields.city),
                (&written.zip, fields.zip),
            ] {
                for font in &studio.fonts.prints {
                    assert!(text.chars().all(|sign| sign == '?' || font.glyph(sign).is_some()), "{text:?}");
                }
                let mut hand = Print::new(&mut dice, studio.fonts.prints.len());
                hand.jitter *= if draft.kind == Kind::Illegible { 4.0 } else { 1.0 };
                let trace = print(studio.fonts, &hand, text, field, &mut dice);
                let Some([left, top, right, bottom]) = trace.bounds() else {
                    assert!(text.is_empty(), "nothing was written of {text:?}");
                    continue;
                };
                let inside = left >= field[0] - 0.1 && top >= field[1] - 0.1;
                assert!(inside && right <= field[2] + 0.1 && bottom <= field[3] + 0.1, "{text:?}");
                assert!(bottom - top > 8.0 && right - left > 1.0, "{text:?} is too small to be read");
            }
        }
        for known in studio.known.values() {
            let signer = Signer::registered(&known.name);
            let hand = Hand::new(&mut dice, studio.fonts.scripts.len());
            let field = form::fields(0).signature;
            let [left, top, right, bottom] = sign(studio.fonts, &hand, &signer, field, &mut dice).bounds().unwrap();
            assert!(left >= field[0] - 0.1 && top >= field[1] - 0.1);
            assert!(right <= field[2] + 0.1 && bottom <= field[3] + 0.1);
        }
    });
}

/// A field has ink where the line has a text, and is as empty as the form where it has none.
#[test]
fn what_is_not_written_leaves_its_field_empty() {
    on_sections(plan("1:2000", 3), |studio, sections| {
        let (mut empty, mut unsigned) = (0, 0);
        for section in sections {
            let scanned = scan(studio, section, 0);
            let page = &scanned.page.1;
            for (nth, draft) in section.drafts.iter().take(LINES_PER_PAGE).enumerate() {
                let fields = form::fields(nth);
                let written = &draft.written;
                for (filled, field) in [
                    (!written.name.is_empty(), fields.name),
                    (!written.address.is_empty(), fields.address),
                    (!written.city.is_empty(), fields.city),
                    (!written.zip.is_empty(), fields.zip),
                    (draft.kind != Kind::NoSignature, fields.signature),
                ] {
                    // Away from the rules, which a turned page brings into the field.
                    let rows = pixel(field[1]) + 8..pixel(field[3]) - 14;
                    let columns = pixel(field[0])..pixel(field[2]) - 8;
                    let dark = rows.flat_map(|y| columns.clone().map(move |x| (x, y)));
                    let dark = dark.filter(|&(x, y)| page.shade(x, y) < 200).count();
                    assert_eq!(dark > 30, filled, "{dark} dark pixels, section {} line {}", section.number, nth + 1);
                    empty += usize::from(!filled);
                }
                unsigned += usize::from(draft.kind == Kind::NoSignature);
            }
        }
        assert!(empty > 3, "{empty} fields were empty, {unsigned} of them for a signature");
    });
}

/// What a signature looks like, wherever it stands and however large it is: how much ink is in each part of the box around it.
fn look(fonts: &Fonts, hand: &Hand, signer: &Signer, dice: &mut Dice) -> Vec<f32> {
    const ACROSS: usize = 24;
    const DOWN: usize = 8;
    let mut paper = Paper::new(620, 150);
    let trace = sign(fonts, hand, signer, [10.0, 10.0, 610.0, 140.0], dice);
    paper.ink(&trace, Ink { dark: 255, uneven: 0, grain: 0 });
    let [left, top, right, bottom] = trace.bounds().unwrap();
    let mut parts = vec![0.0; ACROSS * DOWN];
    for y in pixel(top)..pixel(bottom) {
        for x in pixel(left)..pixel(right) {
            let part = |at: usize, from: f32, to: f32, of: usize| {
                pixel((near(at) - from).max(0.0) / (to - from) * near(of)).min(of - 1)
            };
            let place = part(y, top, bottom, DOWN) * ACROSS + part(x, left, right, ACROSS);
            parts[place] += 255.0 - f32::from(paper.shade(x, y));
        }
    }
    let all: f32 = parts.iter().sum();
    for part in &mut parts {
        *part /= all;
    }
    parts
}

fn apart(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum()
}

#[test]
fn one_hand_signs_alike_and_another_does_not() {
    let tables = Tables::load().unwrap();
    let fonts = Fonts::load().unwrap();
    let county = County::new(&tables, 7, 2_000);
    let rows: Vec<u64> = (0..400).collect();
    let studio = Studio::new(&county, &fonts, &rows);
    let mut dice = Dice::new(7, Stream::Line, 0);
    let [mut same, mut years, mut forged, mut imitated, mut others] = [0.0; 5];
    let mut before: Option<Vec<f32>> = None;
    for (&row, known) in &studio.known {
        let signer = Signer::registered(&known.name);
        let own = studio.hand(Person::Voter(row));
        let mut looks = |hand: &Hand, apart| {
            let hand = hand.again(&mut dice, apart);
            look(&fonts, &hand, &signer, &mut dice)
        };
        let first = looks(&own, 1.0);
        same += apart(&first, &looks(&own, 1.0));
        years += apart(&first, &looks(&own, 1.8));
        let other = studio.hand(Person::Other(row));
        forged += apart(&first, &looks(&other, 1.0));
        let copy = own.imitated(&mut Dice::new(7, Stream::Line, row + 1));
        imitated += apart(&first, &looks(&copy, 1.0));
        if let Some(before) = before.replace(first.clone()) {
            others += apart(&first, &before);
        }
    }
    let figures = format!("same {same}, years {years}, imitated {imitated}, forged {forged}, others {others}");
    assert!(same < years && years < imitated && imitated < forged, "{figures}");
    assert!(same * 1.25 < imitated && same * 1.6 < forged && same * 1.6 < others, "{figures}");
    println!("{figures}");
}
