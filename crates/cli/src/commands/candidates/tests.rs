//! The three forms of a file of candidates say the same.

use std::{io::BufWriter, path::Path, sync::atomic::AtomicBool};

use casework::files::{ReadOptions, read_lines};
use matching::{LineText, MatchContext, Model, match_lines};
use roll::{ImportOptions, Layout, NoProgress};

use super::*;

const ROLL: &str = "voter_id,first,last,house_number,street,street_type,city,zip,status
V1,ANA,LEE,5,ELM,ST,AZUSA,91702,A
V2,ANNA,LEE,5,ELM,ST,AZUSA,91702,A
\"V,3\",BOB,ROE,7,OAK,AVE,AZUSA,91702,C
";
const LINES: &str = "section,line,printed_name,address,city,zip
1,1,Ana Lee,5 Elm St,Azusa,91702
1,2,Bob Roe,7 Oak Ave,Azusa,91702
2,1,Zebulon Quixworth,999 Nowhere Blvd,Fargo,58102
";

/// The files of a small petition in the given formats.
fn written(formats: &[Format]) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("voters.csv"), ROLL).expect("the voter file");
    std::fs::write(at("lines.csv"), LINES).expect("the lines");
    let layout = Layout::preset("generic").expect("a preset");
    roll::import(&at("voters.csv"), &layout, &ImportOptions::default(), &at("roll"), &NoProgress).expect("imports");
    let snapshot = Snapshot::open(&at("roll")).expect("the snapshot");
    let lines = read_lines(&at("lines.csv"), &ReadOptions::default()).expect("the lines");
    let texts: Vec<_> = lines
        .iter()
        .map(|row| LineText {
            printed_name: &row.text.printed_name,
            address: &row.text.address,
            city: &row.text.city,
            zip: &row.text.zip,
        })
        .collect();
    let context = MatchContext::default();
    let stop = AtomicBool::new(false);
    let matches = match_lines(&snapshot, &texts, &Model::built_in(), &context, &|_| (), &stop).expect("matches");
    let found = Found { lines: &lines, matches: &matches, snapshot: &snapshot };
    let write = |format: &Format| {
        let mut file = BufWriter::new(Vec::new());
        found.write(*format, &mut file).expect("in memory");
        file.into_inner().expect("in memory")
    };
    formats.iter().map(write).collect()
}

fn rows(csv: &[u8]) -> Vec<Vec<String>> {
    let records = csv::Reader::from_reader(csv).into_records();
    records.map(|record| record.expect("a row").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn numbers_are_written_in_full() {
    assert_eq!(hundredths(-5), "-0.05");
    assert_eq!(hundredths(1234), "12.34");
    assert_eq!(millionths(1_000_000), "1.000000");
    assert_eq!(millionths(42), "0.000042");
}

#[test]
fn the_ending_of_the_file_says_the_format() {
    let of = |name: &str| Format::of(Path::new(name)).expect("a format");
    assert_eq!([of("a.csv"), of("a.txt"), of("/dev/stdout"), of("a.b/c")], [Format::Csv; 4]);
    assert_eq!([of("a.jsonl"), of("a.NDJSON")], [Format::Jsonl; 2]);
    #[cfg(feature = "parquet")]
    assert_eq!(of("a.parquet"), Format::Parquet);
    #[cfg(not(feature = "parquet"))]
    assert!(Format::of(Path::new("a.parquet")).is_err());
}

#[test]
fn json_lines_say_what_the_csv_file_says_and_why() {
    let files = written(&[Format::Csv, Format::Jsonl]);
    let csv = rows(&files[0]);
    let text = std::str::from_utf8(&files[1]).expect("UTF-8");
    let mut from_json = Vec::new();
    for line in text.lines() {
        let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let name = |value: &serde_json::Value| value.as_str().unwrap_or("").to_owned();
        let both = [object["section"].to_string(), object["line"].to_string()];
        let end = [name(&object["proposal"]), name(&object["reason"])];
        let candidates = object["candidates"].as_array().expect("a list");
        if candidates.is_empty() {
            from_json.push([both.to_vec(), vec![String::new(); 4], end.to_vec()].concat());
        }
        for candidate in candidates {
            let number = |value: &serde_json::Value| value.as_f64().expect("a number");
            let weight = number(&candidate["weight"]);
            let evidence = &candidate["evidence"];
            let fields = evidence["fields"].as_array().expect("a list");
            let sum = number(&evidence["prior"]) + fields.iter().map(|field| number(&field["bits"])).sum::<f64>();
            assert!((sum - weight).abs() < 0.001, "the evidence adds up to {sum}, not {weight}");
            assert!(fields.len() == 9 && fields.iter().all(|field| field["level"].is_string()));
            assert!(candidate["agreement"].is_string() && object["search"]["asked"].is_array());
            let middle = [
                candidate["rank"].to_string(),
                name(&candidate["voter_id"]),
                format!("{weight:.2}"),
                format!("{:.6}", number(&candidate["probability"])),
            ];
            from_json.push([both.to_vec(), middle.to_vec(), end.to_vec()].concat());
        }
    }
    assert_eq!(from_json, csv);
    assert!(csv.len() >= 4 && csv.iter().any(|row| row[3] == "V,3") && csv.iter().any(|row| row[3].is_empty()));
}

#[cfg(feature = "parquet")]
#[test]
fn a_parquet_file_has_the_rows_of_the_csv_file() {
    use ::parquet::{
        file::reader::{FileReader, SerializedFileReader},
        record::Field,
    };

    let files = written(&[Format::Csv, Format::Parquet]);
    let reader = SerializedFileReader::new(bytes::Bytes::from(files[1].clone())).expect("a Parquet file");
    let text = |(name, field): (&String, &Field)| match field {
        Field::Null => String::new(),
        Field::UInt(number) => number.to_string(),
        Field::Double(number) if name == "weight" => format!("{number:.2}"),
        Field::Double(number) => format!("{number:.6}"),
        Field::Str(text) => text.clone(),
        other => format!("{name} is {other:?}"),
    };
    let back: Vec<Vec<String>> = reader
        .get_row_iter(None)
        .expect("rows")
        .map(|row| row.expect("a row").get_column_iter().map(text).collect())
        .collect();
    assert_eq!(back, rows(&files[0]));
}
