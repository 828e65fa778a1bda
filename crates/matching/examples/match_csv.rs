//! Matches a keyed petition with a snapshot and writes the candidates as CSV: a development tool beside the program's own
//! `match` command. Usage: `match_csv ROLL LINES.csv OUT.csv`, the lines under `line_id,printed_name,address,city,zip`.

use std::{error::Error, sync::atomic::AtomicBool, time::Instant};

use matching::{LineText, MatchContext, Model, match_lines};
use roll::Snapshot;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [roll, petition, out] = arguments.as_slice() else {
        return Err("usage: match_csv ROLL LINES.csv OUT.csv".into());
    };
    let snapshot = Snapshot::open(roll.as_ref())?;
    let mut reader = csv::Reader::from_path(petition)?;
    let header = reader.headers()?.clone();
    let column = |name: &str| header.iter().position(|field| field == name).ok_or(format!("no column {name}"));
    let line_column = column("line_id").or_else(|_| column("line"))?;
    let section_column = column("section").ok();
    let columns = [column("printed_name")?, column("address")?, column("city")?, column("zip")?];
    let records = reader.records().collect::<Result<Vec<_>, _>>()?;
    let lines: Vec<LineText<'_>> = records
        .iter()
        .map(|record| {
            let [printed_name, address, city, zip] = columns.map(|column| record.get(column).unwrap_or_default());
            LineText { printed_name, address, city, zip }
        })
        .collect();
    let start = Instant::now();
    let model = Model::built_in();
    let stop = AtomicBool::new(false);
    let matches = match_lines(&snapshot, &lines, &model, &MatchContext::default(), &|_| {}, &stop)?;
    let looked_at: u64 = matches.iter().map(|found| u64::from(found.search.rows_looked_at)).sum();
    eprintln!("{} lines, {} voters looked at, {:.2?}", lines.len(), looked_at, start.elapsed());
    let mut writer = csv::Writer::from_path(out)?;
    writer.write_record([
        "section",
        "line",
        "rank",
        "voter_id",
        "weight",
        "probability",
        "proposal",
        "reason",
        "evidence",
    ])?;
    for (record, found) in records.iter().zip(&matches) {
        let section = section_column.and_then(|column| record.get(column)).unwrap_or("1");
        let line = record.get(line_column).unwrap_or_default();
        let proposal = found.proposal.name();
        let reason = found.proposal.reason().map_or("", domain::Reason::name);
        if found.candidates.is_empty() {
            writer.write_record([section, line, "1", "", "", "", proposal, reason, ""])?;
        }
        for (rank, candidate) in found.candidates.iter().enumerate() {
            let evidence: Vec<String> = candidate
                .evidence
                .fields()
                .iter()
                .map(|(field, item)| format!("{field}={}:{}", item.level.name(), item.centibits))
                .collect();
            let weight = f64::from(candidate.weight_centibits) / 100.0;
            let probability = f64::from(candidate.probability_ppm) / 1e6;
            writer.write_record([
                section,
                line,
                &(rank + 1).to_string(),
                snapshot.voter(candidate.row).voter_id,
                &format!("{weight:.2}"),
                &format!("{probability:.6}"),
                proposal,
                reason,
                &evidence.join(" "),
            ])?;
        }
    }
    writer.flush()?;
    Ok(())
}
