//! A county in the columns that the comparison scripts read: `roll.csv`, `petition.csv` and `truth.csv`, made from what
//! `countersign synth` writes. Our own program reads the same three files, so that all tools get the same bytes.

use std::{collections::HashMap, path::Path};

use anyhow::{Context, Result};
use csv::{ByteRecord, Reader, StringRecord, Writer};

/// Columns of the roll: the scripts' name, then ours.
const ROLL: [(&str, &str); 22] = [
    ("voter_id", "voter_id"),
    ("first", "first"),
    ("middle", "middle"),
    ("last", "last"),
    ("suffix", "suffix"),
    ("dob", "birth_date"),
    ("house_number", "house_number"),
    ("street_pre", "street_pre"),
    ("street", "street"),
    ("street_type", "street_type"),
    ("unit", "unit"),
    ("city", "city"),
    ("zip", "zip"),
    ("status", "status"),
    ("registration_date", "registered_on"),
    ("prev_house_number", "previous_house_number"),
    ("prev_street_pre", "previous_street_pre"),
    ("prev_street", "previous_street"),
    ("prev_street_type", "previous_street_type"),
    ("prev_unit", "previous_unit"),
    ("prev_city", "previous_city"),
    ("prev_zip", "previous_zip"),
];
/// Columns of the petition after `line_id`.
const LINES: [(&str, &str); 5] = [
    ("printed_name", "printed_name"),
    ("address", "address"),
    ("city", "city"),
    ("zip", "zip"),
    ("date", "date_signed"),
];
/// Columns of the truth after `line_id`.
const TRUTH: [(&str, &str); 3] = [("kind", "kind"), ("voter_id", "voter_id"), ("flags", "noise")];

/// What `countersign roll import --columns` is told.
pub(crate) fn roll_columns() -> String {
    mapping(&ROLL)
}

/// What `countersign match --columns` is told.
pub(crate) fn line_columns() -> String {
    format!("line=line_id,{}", mapping(&LINES[..4]))
}

fn mapping(columns: &[(&str, &str)]) -> String {
    columns.iter().map(|(theirs, ours)| format!("{ours}={theirs}")).collect::<Vec<_>>().join(",")
}

/// Writes the three files into `to` from a county that `countersign synth` wrote into `from`. Lines are numbered
/// through in the order of the petition; kinds and noise keep our names.
pub(crate) fn convert(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| to.display().to_string())?;
    select(&from.join("roll.csv"), &to.join("roll.csv"), &ROLL)?;
    let mut numbers = HashMap::new();
    let mut next = 0_u64;
    numbered(&from.join("petition.csv"), &to.join("petition.csv"), &LINES, |place| {
        next += 1;
        numbers.insert(place, next);
        Some(next)
    })?;
    numbered(&from.join("truth.csv"), &to.join("truth.csv"), &TRUTH, |place| numbers.get(&place).copied())
}

/// Copies some columns under other names.
fn select(from: &Path, to: &Path, columns: &[(&str, &str)]) -> Result<()> {
    let mut reader = Reader::from_path(from).with_context(|| from.display().to_string())?;
    let wanted = positions(reader.headers()?, columns).with_context(|| from.display().to_string())?;
    let mut writer = Writer::from_path(to).with_context(|| to.display().to_string())?;
    writer.write_record(columns.iter().map(|(theirs, _)| theirs))?;
    let mut row = ByteRecord::new();
    while reader.read_byte_record(&mut row).with_context(|| from.display().to_string())? {
        writer.write_record(wanted.iter().map(|&column| &row[column]))?;
    }
    Ok(writer.flush()?)
}

/// Copies some columns under other names, behind a number for each section and line.
fn numbered(
    from: &Path,
    to: &Path,
    columns: &[(&str, &str)],
    mut number: impl FnMut((String, String)) -> Option<u64>,
) -> Result<()> {
    let mut reader = Reader::from_path(from).with_context(|| from.display().to_string())?;
    let header = reader.headers()?.clone();
    let wanted = positions(&header, columns).with_context(|| from.display().to_string())?;
    let place = positions(&header, &[("", "section"), ("", "line")]).with_context(|| from.display().to_string())?;
    let mut writer = Writer::from_path(to).with_context(|| to.display().to_string())?;
    writer.write_record(std::iter::once(&"line_id").chain(columns.iter().map(|(theirs, _)| theirs)))?;
    for row in reader.records() {
        let row = row.with_context(|| from.display().to_string())?;
        let [section, line] = [place[0], place[1]].map(|column| row[column].to_owned());
        let number = number((section, line)).with_context(|| {
            format!(
                "{}, row {}: the petition has no such line",
                from.display(),
                row.position().map_or(0, csv::Position::line)
            )
        })?;
        let number = number.to_string();
        writer.write_record(std::iter::once(number.as_str()).chain(wanted.iter().map(|&column| &row[column])))?;
    }
    Ok(writer.flush()?)
}

fn positions(header: &StringRecord, columns: &[(&str, &str)]) -> Result<Vec<usize>> {
    let position = |name: &str| header.iter().position(|field| field == name);
    columns.iter().map(|(_, ours)| position(ours).with_context(|| format!("no column {ours}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_county_is_carried_over_line_by_line() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("ours"), dir.path().join("theirs"));
        std::fs::create_dir(&from).unwrap();
        let header: Vec<&str> = ROLL.iter().map(|(_, ours)| *ours).chain(["signatures"]).collect();
        let row = "7,ANA,,LUNA,,1980-02-03,12,,ELM,ST,APT 3,TOWN,90001,A,2001-02-03,,,,,,,,x";
        std::fs::write(from.join("roll.csv"), format!("{}\n{row}\n", header.join(","))).unwrap();
        let petition = "section,page,line,printed_name,address,city,zip,date_signed,signature\n\
            4,1,1,ANA LUNA,\"12 ELM, #3\",TOWN,90001,,s.png\n9,1,1,B,C,,,,\n";
        std::fs::write(from.join("petition.csv"), petition).unwrap();
        let truth = "section,line,kind,voter_id,noise\n9,1,not_registered,,relative\n4,1,valid,7,no_unit|comma\n";
        std::fs::write(from.join("truth.csv"), truth).unwrap();

        convert(&from, &to).unwrap();
        let read = |name| std::fs::read_to_string(to.join(name)).unwrap();
        assert!(read("roll.csv").starts_with("voter_id,first,middle,last,suffix,dob,house_number,"));
        assert!(
            read("roll.csv").ends_with("\n7,ANA,,LUNA,,1980-02-03,12,,ELM,ST,APT 3,TOWN,90001,A,2001-02-03,,,,,,,\n")
        );
        let lines = "line_id,printed_name,address,city,zip,date\n1,ANA LUNA,\"12 ELM, #3\",TOWN,90001,\n2,B,C,,,\n";
        assert_eq!(read("petition.csv"), lines);
        let truth = "line_id,kind,voter_id,flags\n2,not_registered,,relative\n1,valid,7,no_unit|comma\n";
        assert_eq!(read("truth.csv"), truth);

        std::fs::write(from.join("truth.csv"), "section,line,kind,voter_id,noise\n5,1,valid,7,\n").unwrap();
        assert!(convert(&from, &to).unwrap_err().to_string().contains("row 2"));
    }
}
