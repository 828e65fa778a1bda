//! What is not compared, each for its reason, and files that mean harm.

use image::{GrayImage, ImageFormat, Luma};
use proptest::prelude::*;
use signatures::{Signature, Unread};

use crate::paper::{DESK, ONE, file, line, png};

fn refused(image: GrayImage) -> Unread {
    Signature::read(&png(image)).unwrap_err()
}

#[test]
fn what_is_not_compared() {
    assert_eq!(refused(DESK.blank()), Unread::Faint, "white paper");
    let mut faint = DESK;
    faint.ink = 30;
    assert_eq!(refused(faint.write(ONE)), Unread::Faint, "hardly darker than the paper");
    let mut dot = DESK.blank();
    line(&mut dot, (100.0, 60.0), (110.0, 64.0), 2.0, 220);
    assert_eq!(refused(dot), Unread::Empty, "a dot");
    let mut field = DESK.blank();
    crate::paper::print_field(&mut field);
    assert_eq!(refused(field), Unread::Empty, "a field that nobody signed");
    let mut negative = DESK.write(ONE);
    image::imageops::invert(&mut negative);
    assert_eq!(refused(negative), Unread::Filled, "white on black");
    assert_eq!(Signature::read(b"this is a text"), Err(Unread::NoImage));
    assert_eq!(Signature::read(&[]), Err(Unread::NoImage));
    for other in [&b"II*\0\x08\0\0\0\0\0"[..], b"MM\0*\0\0\0\x08\0\0", b"GIF89a\x01\0\x01\0", b"RIFF\x0c\0\0\0WEBPVP8 "]
    {
        assert_eq!(
            Signature::read(other),
            Err(Unread::NoImage),
            "no file of a form that browsers or offices do not have"
        );
    }
    assert_eq!(Signature::read(&file(DESK.write(ONE), ImageFormat::Png)[..300]), Err(Unread::NoImage), "cut off");
    assert_eq!(refused(GrayImage::from_pixel(4001, 4001, Luma([255]))), Unread::TooLarge);
    for (unread, words) in [
        (Unread::NoImage, "no PNG or JPEG"),
        (Unread::TooLarge, "more pixels"),
        (Unread::Faint, "stands out"),
        (Unread::Empty, "too little ink"),
        (Unread::Filled, "more ink"),
    ] {
        assert!(unread.to_string().contains(words), "{unread}");
    }
}

/// A file that claims to be larger than there is room for is refused before it is unpacked.
#[test]
fn a_file_that_claims_too_much() {
    let mut claims = file(DESK.write(ONE), ImageFormat::Png);
    // Width and height stand in the header, whose sum is not looked at before.
    claims[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    assert!(matches!(Signature::read(&claims), Err(Unread::TooLarge | Unread::NoImage)));
}

proptest! {
    /// Any picture of any shape is read or refused, and what is read is most like itself.
    #[test]
    fn any_picture(width in 1..90_u32, height in 1..90_u32, seed in any::<u64>(), share in 0..100_u64) {
        let mut state = seed | 1;
        let image = GrayImage::from_fn(width, height, |_, _| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            Luma([if (state >> 33) % 100 < share { 20 } else { 240 }])
        });
        if let Ok(signature) = Signature::read(&png(image)) {
            prop_assert_eq!(signature.similarity(&signature).permille(), 1000);
            let one = Signature::read(&png(DESK.write(ONE))).unwrap();
            prop_assert!(one.similarity(&signature).permille() <= 1000);
            prop_assert_eq!(one.similarity(&signature), signature.similarity(&one));
        }
    }

    /// A file with any of its bytes changed is read or refused.
    #[test]
    fn damaged_files(form in 0..2_usize, changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..20), cut in any::<usize>()) {
        let form = [ImageFormat::Png, ImageFormat::Jpeg][form];
        let mut bytes = file(DESK.write(ONE), form);
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        bytes.truncate(cut % (bytes.len() + 1));
        let _ = Signature::read(&bytes);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Signature::read(&bytes);
    }
}
