//! What is taken for an image, and what is not, whatever its name says.

use blobs::{Form, MOST_BYTES, NoImage, Shape, look_at};
use proptest::prelude::*;

/// The beginning of a PNG of this size.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

/// The beginning of a JPEG of this size.
fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 16];
    bytes.extend(*b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    bytes.extend([0xff, 0xc0, 0, 11, 8]);
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend([1, 1, 0x11, 0]);
    bytes
}

/// The beginning of a TIFF of this size.
fn tiff(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"II\x2a\0\x08\0\0\0\x02\0".to_vec();
    for (tag, value) in [(0x100_u16, width), (0x101, height)] {
        bytes.extend(tag.to_le_bytes());
        bytes.extend([4, 0, 1, 0, 0, 0]);
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes
}

#[test]
fn images_by_their_first_bytes() {
    for (bytes, form) in [(png(3, 5), Form::Png), (jpeg(3, 5), Form::Jpeg), (tiff(3, 5), Form::Tiff)] {
        assert_eq!(look_at(&bytes), Ok(Shape { form, width: 3, height: 5 }));
        assert_eq!(Form::named(form.name()), Some(form));
        for length in 0..12 {
            assert_eq!(look_at(&bytes[..length]), Err(NoImage::Other), "{form:?} cut off after {length} bytes");
        }
        let cut = look_at(&bytes[..bytes.len() - 12]);
        assert!(matches!(cut, Err(NoImage::Damaged)), "{form:?}: {cut:?}");
    }
}

#[test]
fn what_is_no_image() {
    let script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    for bytes in
        [&b""[..], b"GIF89a\x01\0\x01\0\0\0\0\0", b"%PDF-1.7\n1 0 obj", b"BM0000000000000000", script, &[0; 100]]
    {
        assert_eq!(look_at(bytes), Err(NoImage::Other), "{bytes:?}");
    }
}

#[test]
fn what_is_too_large() {
    let mut long = png(3, 5);
    long.resize(MOST_BYTES, 0);
    assert!(look_at(&long).is_ok());
    long.push(0);
    assert_eq!(look_at(&long), Err(NoImage::TooLong(MOST_BYTES + 1)));
    assert!(look_at(&png(8000, 8000)).is_ok());
    for (width, height) in [(8000, 8001), (0, 5), (5, 0), (u32::MAX, u32::MAX)] {
        let refused = look_at(&png(width, height));
        assert!(matches!(refused, Err(NoImage::Pixels { .. })), "{width} by {height}: {refused:?}");
    }
    assert!(matches!(look_at(&tiff(100_000, 100_000)), Err(NoImage::Pixels { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// No bytes make it panic, and what it takes is within the limits.
    #[test]
    fn any_bytes(kind in 0..4, rest in proptest::collection::vec(any::<u8>(), 0..200), flips in proptest::collection::vec((0_usize..60, any::<u8>()), 0..6)) {
        let mut bytes = match kind {
            0 => png(30, 50),
            1 => jpeg(30, 50),
            2 => tiff(30, 50),
            _ => Vec::new(),
        };
        bytes.extend(rest);
        for (at, value) in flips {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        if let Ok(shape) = look_at(&bytes) {
            prop_assert!(u64::from(shape.width) * u64::from(shape.height) <= blobs::MOST_PIXELS);
        }
    }
}
