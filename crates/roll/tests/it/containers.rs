//! Packed files, and files of another kind than the layout says.

use std::io::{Cursor, Write};

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use roll::{Layout, Snapshot};
use sha2::{Digest, Sha256};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{Desk, county};

/// Every voter with all that is known of them.
pub(crate) fn voters(snapshot: &Snapshot) -> Vec<String> {
    (0..snapshot.len()).map(|row| format!("{:?}", snapshot.voter(row))).collect()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

fn zip_of(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        if name.ends_with('/') {
            writer.add_directory(*name, SimpleFileOptions::default()).expect("in memory");
            continue;
        }
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).expect("in memory");
        writer.write_all(bytes).expect("in memory");
    }
    writer.finish().expect("in memory").into_inner()
}

fn zip(bytes: &[u8]) -> Vec<u8> {
    zip_of(&[("voters.csv", bytes)], CompressionMethod::Deflated)
}

fn imported(file: impl AsRef<[u8]>) -> Vec<String> {
    let desk = Desk::with(file);
    desk.import("generic").expect("imports");
    voters(&desk.open())
}

pub(crate) fn refused(file: impl AsRef<[u8]>, layout: &str) -> String {
    let desk = Desk::with(file);
    let error = desk.import(layout).expect_err("cannot be imported").to_string();
    assert_eq!(desk.left_behind(), [""; 0], "{error}");
    error
}

#[test]
fn packed_files_have_the_voters_of_the_plain_file_and_their_own_sum() {
    let plain = county(30_000);
    let expected = imported(&plain);
    let (half, rest) = plain.as_bytes().split_at(plain.len() / 2);
    for packed in [
        gzip(plain.as_bytes()),
        [gzip(half), gzip(rest)].concat(),
        zip(plain.as_bytes()),
        zip_of(&[("voters.csv", plain.as_bytes())], CompressionMethod::Stored),
        zip_of(
            &[("county/", b""), ("county/v.csv", plain.as_bytes()), ("__MACOSX/county/._v.csv", b"x")],
            CompressionMethod::Deflated,
        ),
    ] {
        let desk = Desk::with(&packed);
        let report = desk.import("generic").expect("imports");
        assert_eq!(voters(&desk.open()), expected);
        let sum: String = Sha256::digest(&packed).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(report.source_sha256, sum);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_delimiter_line_end_and_container_gives_the_same_voters(
        count in 1..400_u32,
        delimiter in prop::sample::select(vec![",", "\t", "|", ";"]),
        line_end in prop::sample::select(vec!["\n", "\r\n"]),
        quoted: bool,
        last_line_end: bool,
    ) {
        let plain = county(count);
        let field = |field: &str| if quoted { format!("\"{field}\"") } else { field.to_owned() };
        let lines = plain.lines().map(|line| line.split(',').map(field).collect::<Vec<_>>().join(delimiter));
        let mut text = lines.collect::<Vec<_>>().join(line_end);
        if last_line_end {
            text.push_str(line_end);
        }
        let expected = imported(&plain);
        prop_assert_eq!(&imported(&text), &expected);
        prop_assert_eq!(&imported(gzip(text.as_bytes())), &expected);
        prop_assert_eq!(&imported(zip(text.as_bytes())), &expected);
    }
}

#[test]
fn a_packed_file_cut_off_anywhere_is_refused() {
    let plain = county(12);
    for (packed, name) in [(gzip(plain.as_bytes()), "gzip"), (zip(plain.as_bytes()), "zip")] {
        for length in 0..packed.len() {
            let error = refused(&packed[..length], "generic");
            assert!(length < 4 || error.contains(name), "{length}: {error}");
        }
    }
}

#[test]
fn a_packed_file_with_any_byte_changed_has_the_same_voters_or_is_refused() {
    let plain = county(12);
    let expected = imported(&plain);
    for packed in [gzip(plain.as_bytes()), zip(plain.as_bytes())] {
        for at in 0..packed.len() {
            let mut changed = packed.clone();
            changed[at] ^= 0x41;
            let desk = Desk::with(&changed);
            if desk.import("generic").is_ok() {
                assert_eq!(voters(&desk.open()), expected, "byte {at}");
            }
        }
    }
}

#[test]
fn a_zip_file_needs_one_file_without_a_password() {
    let plain = county(3);
    let several: Vec<(String, &[u8])> = (0..7).map(|n| (format!("part{n}.csv"), plain.as_bytes())).collect();
    let several: Vec<(&str, &[u8])> = several.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let error = refused(zip_of(&several, CompressionMethod::Deflated), "generic");
    assert!(error.contains("7 files") && error.contains("part0.csv, part1.csv") && error.contains("..."), "{error}");
    assert!(error.contains("unpack it"), "{error}");
    let error = refused(zip_of(&[], CompressionMethod::Deflated), "generic");
    assert!(error.contains("0 files"), "{error}");
    // The flag for encryption is the lowest bit of the flags: byte 6 of the local header, byte 8 of the table's entry.
    let mut locked = zip(plain.as_bytes());
    locked[6] |= 1;
    let table = locked.windows(4).rposition(|four| four == b"PK\x01\x02").expect("a table of contents");
    locked[table + 8] |= 1;
    let error = refused(locked, "generic");
    assert!(error.contains("password") && error.contains("unpack it"), "{error}");
    let workbook = zip_of(&[("[Content_Types].xml", b"<x/>"), ("xl/sheet1.xml", b"<x/>")], CompressionMethod::Deflated);
    assert!(refused(workbook, "generic").contains("Office document: save the voters as CSV"));
}

#[test]
fn other_kinds_of_file_are_named() {
    let tar = [&[b'a'; 257][..], b"ustar\x0000", &[b'b'; 300]].concat();
    for (file, layout, says) in [
        (gzip(&gzip(b"x")), "generic", "packed twice: unpack it"),
        (gzip(&zip(b"x")), "generic", "packed twice: unpack it"),
        (gzip(&tar), "generic", "a tar archive: unpack it"),
        (gzip(b""), "generic", "the file is empty"),
        (b"BZh91AY&SY".to_vec(), "generic", "bzip2: unpack it"),
        (b"\x28\xb5\x2f\xfd\0\0".to_vec(), "generic", "zstd: unpack it"),
        (b"%PDF-1.7\n".to_vec(), "generic", "PDF"),
        (b"{\"@type\": \"VRI.VoterRecordResults\"}".to_vec(), "generic", "--layout nist-vri"),
        (county(2).into_bytes(), "nist-vri", "not a JSON document of NIST SP 1500-102"),
    ] {
        let error = refused(file, layout);
        assert!(error.contains(says), "{says}: {error}");
    }
    #[cfg(not(feature = "parquet"))]
    assert!(refused(b"PAR1....PAR1", "generic").contains("built without Parquet"));
}

#[test]
fn a_packed_latin1_file_is_decoded() {
    let text = b"voter_id,first,last,house_number,street,city,zip,status\n1,JOS\xc9,LEE,5,ELM ST,AZUSA,91702,A\n";
    let desk = Desk::with(gzip(text));
    let options = roll::ImportOptions { encoding: Some(roll::Encoding::Latin1), ..Default::default() };
    desk.import_as(&Layout::preset("generic").expect("a preset"), &options).expect("imports");
    assert_eq!(desk.open().voter(0).first, "JOS\u{c9}");
}
