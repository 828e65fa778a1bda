//! Signatures compared: what the number follows from and what it does not, what is not compared at all, and that no file does harm.

// The lints' exception for tests does not reach helper functions, which no test attribute marks.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]

mod paper;
mod refusals;

use image::{DynamicImage, GrayImage, ImageFormat, imageops};
use paper::{DESK, Desk, ONE, TWO, Way, dust, file, line, png, print_field, transparent};
use signatures::{METHOD, Signature};

fn read(image: GrayImage) -> Signature {
    Signature::read(&png(image)).unwrap()
}

/// How alike two images look, in thousandths, which is the same both ways.
fn alike(one: GrayImage, other: GrayImage) -> u16 {
    let (one, other) = (read(one), read(other));
    let alike = one.similarity(&other);
    assert_eq!(alike, other.similarity(&one));
    alike.permille()
}

fn written(way: Way, change: impl FnOnce(&mut Desk)) -> GrayImage {
    let mut desk = DESK;
    change(&mut desk);
    desk.write(way)
}

#[test]
fn the_same_image() {
    for way in [ONE, TWO] {
        assert_eq!(alike(DESK.write(way), DESK.write(way)), 1000);
    }
}

/// The very numbers: where they change, the way of comparing is another one and gets another name.
#[test]
fn golden_numbers() {
    assert_eq!(METHOD, "frames-1");
    let low = |desk: &mut Desk| desk.at = [60.0, 40.0, 240.0, 50.0];
    assert_eq!([alike(DESK.write(ONE), DESK.write(TWO)), alike(DESK.write(ONE), written(ONE, low))], [572, 962]);
}

/// What differs from one signing to the next, or from one scanner to the next, and says nothing of the hand.
#[test]
fn what_makes_no_difference() {
    let one = DESK.write(ONE);
    let mut smaller = DESK;
    smaller.at = [160.0, 44.0, 200.0, 54.0];
    let turned = imageops::resize(&one, 1000, 240, imageops::FilterType::Triangle);
    for (what, other, least) in [
        ("another place", written(ONE, |desk| desk.at[0] = 180.0), 960),
        ("a smaller hand", smaller.write(ONE), 900),
        ("a broader pen", written(ONE, |desk| desk.pen = 2.6), 900),
        ("a fainter pen", written(ONE, |desk| desk.ink = 90), 980),
        ("grey paper", written(ONE, |desk| desk.paper = 70), 980),
        ("more paper", written(ONE, |desk| (desk.width, desk.height) = (640, 200)), 960),
        ("twice as many dots an inch", turned, 950),
    ] {
        let alike = alike(one.clone(), other);
        assert!(alike >= least, "{what}: {alike}");
    }
}

/// The shape of the first one, stretched here and pressed together there.
const STRETCHED: Way = &[
    &[(0.0, 0.9), (0.1, 0.0), (0.17, 0.9), (0.04, 0.5), (0.19, 0.55)],
    &[(0.3, 0.5), (0.26, 0.9), (0.38, 0.85), (0.4, 0.45), (0.46, 0.9), (0.53, 0.5), (0.58, 0.9)],
    &[(0.62, 0.05), (0.61, 0.9), (0.72, 0.7), (0.67, 0.5), (0.78, 0.9), (1.0, 0.8)],
];

/// Another hand looks less alike than the same one does in any of these ways.
#[test]
fn another_hand() {
    let other = alike(DESK.write(ONE), DESK.write(TWO));
    let mirrored = alike(DESK.write(ONE), imageops::flip_horizontal(&DESK.write(ONE)));
    assert!(other < 750 && mirrored < 750, "{other}, {mirrored}");
    // Stretched, the same shape is still nearer than another hand.
    let again = alike(DESK.write(ONE), DESK.write(STRETCHED));
    assert!(again > 850, "{again}");
}

/// What is printed around the place to sign is no part of a signature, however dark it is beside the pen.
#[test]
fn what_is_printed_is_taken_off() {
    for ink in [220, 80] {
        for way in [ONE, TWO] {
            let plain = written(way, |desk| desk.ink = ink);
            let mut field = plain.clone();
            print_field(&mut field);
            let alike = alike(plain, field);
            assert!(alike >= 960, "{alike} with ink of {ink}");
        }
    }
}

/// Dust is no part of it either, with however many dots an inch it was scanned.
#[test]
fn dust_is_taken_off() {
    let plain = DESK.write(ONE);
    let fine = imageops::resize(&plain, 2000, 480, imageops::FilterType::Triangle);
    for (clean, across) in [(plain, 3.0), (fine, 12.0)] {
        let mut dusty = clean.clone();
        dust(&mut dusty, across);
        let alike = alike(clean, dusty);
        assert!(alike >= 980, "{alike} with dust of {across}");
    }
}

/// The part of a JPEG that says that it is to be turned to the right (Exif, orientation 6).
const TURNED: [u8; 36] = *b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";

/// A flourish under a name is no rule, though it is long: it is not as straight as print.
#[test]
fn a_flourish_stays() {
    let mut with = DESK.write(ONE);
    for (from, to) in [((50.0, 108.0), (200.0, 100.0)), ((200.0, 100.0), (380.0, 109.0))] {
        line(&mut with, from, to, 1.6, 220);
    }
    let alike = alike(DESK.write(ONE), with);
    assert!(alike < 900, "{alike}");
}

#[test]
fn files_of_every_form() {
    let image = DESK.write(ONE);
    let known = read(image.clone());
    for form in [ImageFormat::Png, ImageFormat::Jpeg] {
        let read = Signature::read(&file(image.clone(), form)).unwrap();
        assert!(known.similarity(&read).permille() >= 980, "{form:?}");
    }
    // A camera that was turned says so, and browsers turn the image back.
    let mut turned = file(imageops::rotate270(&image), ImageFormat::Jpeg);
    turned.splice(2..2, TURNED);
    assert!(known.similarity(&Signature::read(&turned).unwrap()).permille() >= 980);
    let colours = DynamicImage::ImageLuma8(image.clone()).into_rgb16();
    assert_eq!(Signature::read(&file(colours, ImageFormat::Png)).unwrap(), known);
    let clear = Signature::read(&file(transparent(&image), ImageFormat::Png)).unwrap();
    assert!(known.similarity(&clear).permille() >= 990, "what is transparent is paper");
}
