//! Parquet files, written here by the crate's writer.

use std::sync::Arc;

use parquet::{
    basic::{Compression, GzipLevel, ZstdLevel},
    data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use proptest::prelude::*;
use roll::{ImportOptions, Layout, PartialDate};

use crate::Desk;
use crate::containers::{gzip, refused, voters};
use crate::county;

/// A CSV text as a Parquet file of text columns, in groups of so many rows; an empty field is a missing value.
fn parquet_of(csv: &str, group: usize, compression: Compression, dictionary: bool) -> Vec<u8> {
    let mut lines = csv.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let columns: String = header.iter().map(|name| format!("optional binary {name} (UTF8); ")).collect();
    let schema = Arc::new(parse_message_type(&format!("message roll {{ {columns} }}")).expect("a schema"));
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_dictionary_enabled(dictionary)
        .set_data_page_row_count_limit(500)
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties.into()).expect("a writer");
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    for rows in rows.chunks(group) {
        let mut group = writer.next_row_group().expect("a group");
        for at in 0..header.len() {
            let levels: Vec<i16> = rows.iter().map(|row| i16::from(!row[at].is_empty())).collect();
            let values: Vec<ByteArray> =
                rows.iter().map(|row| row[at]).filter(|text| !text.is_empty()).map(ByteArray::from).collect();
            let mut column = group.next_column().expect("a column").expect("one more");
            column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None).expect("in memory");
            column.close().expect("in memory");
        }
        group.close().expect("in memory");
    }
    writer.into_inner().expect("in memory")
}

/// Two voters with columns of many types.
fn typed() -> Vec<u8> {
    let schema = "message roll {
        required int64 voter_id; optional binary first (UTF8); required binary last (UTF8);
        optional int32 birth_date (DATE); optional double house_number; required binary street (STRING);
        required binary city (UTF8); required int32 zip (INTEGER(32,false)); required binary status (ENUM);
        optional int64 registered_on (TIMESTAMP(MICROS,true)); optional int64 canceled_on (TIMESTAMP(MILLIS,false));
        required boolean unit; required int32 congressional (DECIMAL(5,2)); repeated int32 votes;
    }";
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let mut writer =
        SerializedFileWriter::new(Vec::new(), schema, WriterProperties::builder().build().into()).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    macro_rules! column {
        ($kind:ty, $values:expr, $levels:expr) => {{
            let mut column = group.next_column().expect("a column").expect("one more");
            let levels: Option<&[i16]> = $levels;
            column.typed::<$kind>().write_batch(&$values, levels, None).expect("in memory");
            column.close().expect("in memory");
        }};
    }
    let text = |texts: &[&str]| texts.iter().map(|text| ByteArray::from(*text)).collect::<Vec<_>>();
    column!(Int64Type, [10_000_000_007, -3], None);
    column!(ByteArrayType, text(&["ANA"]), Some(&[1, 0]));
    column!(ByteArrayType, text(&["LEE", "ROE"]), None);
    column!(Int32Type, [-1], Some(&[1, 0]));
    column!(DoubleType, [123.0], Some(&[1, 0]));
    column!(ByteArrayType, text(&["ELM ST", "\"OAK\" AVE"]), None);
    column!(ByteArrayType, text(&["AZUSA", "AZUSA"]), None);
    column!(Int32Type, [91702, -1], None);
    column!(ByteArrayType, text(&["A", "A"]), None);
    column!(Int64Type, [1_262_304_000_000_000, 1_262_304_000_000_001], Some(&[1, 1]));
    column!(Int64Type, [1_262_304_000_000], Some(&[0, 1]));
    column!(BoolType, [true, false], None);
    column!(Int32Type, [1_250, 700], None);
    let mut column = group.next_column().expect("a column").expect("one more");
    column.typed::<Int32Type>().write_batch(&[1, 2, 3], Some(&[1, 1, 1]), Some(&[0, 1, 0])).expect("in memory");
    column.close().expect("in memory");
    group.close().expect("in memory");
    writer.into_inner().expect("in memory")
}

#[test]
fn numbers_dates_and_missing_values_become_the_text_of_a_csv_file() {
    let desk = Desk::with(typed());
    let report = desk.import("generic").expect("imports");
    let snapshot = desk.open();
    let (one, two) = (snapshot.voter(0), snapshot.voter(1));
    assert_eq!([one.voter_id, one.first, one.last, two.voter_id, two.first], ["10000000007", "ANA", "LEE", "-3", ""]);
    assert_eq!(one.birth_date, Some(PartialDate::Day(jiff::civil::date(1969, 12, 31))));
    assert_eq!(two.birth_date, None);
    assert_eq!([one.address.house_number, one.address.zip, one.address.unit], ["123", "91702", "true"]);
    assert_eq!([two.address.house_number, two.address.zip, two.address.street], ["", "4294967295", "\"OAK\" AVE"]);
    assert_eq!(one.registered_on, Some(jiff::civil::date(2010, 1, 1)));
    // A time of day is not dropped silently.
    assert_eq!((two.registered_on, report.warnings_by_reason["not_a_date"]), (None, 1));
    assert_eq!(two.canceled_on, Some(jiff::civil::date(2010, 1, 1)));
}

#[test]
fn a_list_is_refused_where_it_is_needed() {
    let desk = Desk::with(typed());
    let layout = Layout::from_columns("suffix=votes").expect("a mapping");
    let error = desk.import_as(&layout, &ImportOptions::default()).expect_err("a list").to_string();
    assert!(error.contains("column votes") && error.contains("a list"), "{error}");
    assert!(refused(gzip(&typed()), "generic").contains("unpack it first"));
    assert!(refused(typed(), "nist-vri").contains("layout with named columns"));
    let error = refused(parquet_of("voter_id,first\n1,ANA\n", 9, Compression::UNCOMPRESSED, true), "generic");
    assert!(error.contains("no column for") && error.contains("its columns are voter_id, first"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_parquet_file_has_the_voters_of_the_csv_file(
        count in 1..6000_u32,
        group in 1..9000_usize,
        dictionary: bool,
        compression in prop::sample::select(vec![
            Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(ZstdLevel::default()),
            Compression::GZIP(GzipLevel::default()), Compression::LZ4_RAW,
        ]),
    ) {
        let csv = county(count);
        let plain = Desk::with(&csv);
        plain.import("generic").expect("imports");
        let desk = Desk::with(parquet_of(&csv, group, compression, dictionary));
        let report = desk.import("generic").expect("imports");
        prop_assert_eq!(report.rows_read, u64::from(count));
        prop_assert_eq!(voters(&desk.open()), voters(&plain.open()));
    }
}

#[test]
fn a_parquet_file_cut_off_anywhere_is_refused() {
    let file = parquet_of(&county(9), 5, Compression::SNAPPY, true);
    for length in (0..file.len()).rev() {
        refused(&file[..length], "generic");
    }
}

#[test]
fn a_damaged_parquet_file_is_imported_or_refused_but_does_not_panic() {
    let file = parquet_of(&county(9), 5, Compression::SNAPPY, true);
    // Panics that are caught would fill the output with their traces.
    std::panic::set_hook(Box::new(|_| {}));
    let results: Vec<_> = (0..file.len())
        .step_by(3)
        .map(|at| {
            let mut changed = file.clone();
            changed[at] ^= [0x01, 0x80, 0xff][at % 2];
            std::panic::catch_unwind(|| Desk::with(changed).import("generic").is_ok())
        })
        .collect();
    let _ = std::panic::take_hook();
    assert!(results.iter().all(Result::is_ok));
    assert!(results.iter().any(|result| matches!(result, Ok(false))), "damage was never seen");
}
