//! What the fuzz targets share: a voter file of any bytes goes in, and a snapshot comes out or a refusal.

use std::{
    path::Path,
    sync::{OnceLock, atomic::AtomicBool},
};

use matching::{LineText, MatchContext, Model, match_lines};
use roll::{Encoding, ImportOptions, Layout, NoProgress, Snapshot, import, search};

/// A small voter file.
pub const VOTERS: &str = "voter_id,first,middle,last,suffix,house_number,street,street_type,unit,city,zip,status,previous_street\n\
    1,MARIA,ELENA,ORTEGA-LUNA,,2062,WILLOW,LN,APT 3,PASADENA,91104,A,OLD RD\n\
    2,JOHN,,HOLLOWAY,JR,17 1/2,CEDAR,ST,,PASADENA,91101,C,\n\
    3,JOHN,,HOLLOWAY,SR,17,CEDAR,ST,,PASADENA,91101,A,\n";

/// Imports the bytes; what comes out must be whole and readable, whatever went in.
pub fn import_bytes(bytes: &[u8], layout: &Layout, encoding: Option<Encoding>) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let (source, out) = (folder.path().join("voters"), folder.path().join("roll"));
    if std::fs::write(&source, bytes).is_err() {
        return;
    }
    let options = ImportOptions { encoding, ..ImportOptions::default() };
    match import(&source, layout, &options, &out, &NoProgress) {
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert!(!out.exists(), "a refused file left a snapshot");
        }
        Ok(report) => {
            assert_eq!(report.rows_read, report.rows_kept + report.rows_refused);
            let snapshot = Snapshot::open(&out).expect("what was imported opens");
            snapshot.verify().expect("what was imported is whole");
            assert_eq!(u64::from(snapshot.len()), report.rows_kept);
            read_all(&snapshot);
        }
    }
}

/// Reads and asks for everything in a snapshot, whole or not.
pub fn read_all(snapshot: &Snapshot) {
    let index = snapshot.index();
    let mut near = Vec::new();
    for row in (0..snapshot.len().min(50)).chain([u32::MAX]) {
        let voter = snapshot.voter(row);
        snapshot.by_id(voter.voter_id);
        snapshot.history(row).for_each(drop);
        snapshot.district(row, "jurisdiction");
        let form = index.form(row);
        index.names.near(index.names.word(form.given), &mut near);
        index.by_surname_given.rows(form.surname, form.given).iter().for_each(drop);
        index.by_street_number.all(form.place.street).iter().take(100).for_each(drop);
        let line = LineText {
            printed_name: &format!("{} {}", voter.first, voter.last),
            address: &format!("{} {}", voter.address.house_number, voter.address.street),
            city: voter.address.city,
            zip: voter.address.zip,
        };
        match_one(snapshot, &line);
    }
    search(snapshot, "maria 2062", 5);
}

/// Matches one line.
pub fn match_one(snapshot: &Snapshot, line: &LineText<'_>) {
    static MODEL: OnceLock<Model> = OnceLock::new();
    let model = MODEL.get_or_init(Model::built_in);
    let (context, stop) = (MatchContext::default(), AtomicBool::new(false));
    let found = match_lines(snapshot, &[*line], model, &context, &|_| {}, &stop).expect("nobody stops it");
    for candidate in &found[0].candidates {
        assert_eq!(candidate.evidence.total(), candidate.weight_centibits);
        assert!(candidate.probability_ppm <= 1_000_000);
    }
}

/// The bytes of a whole snapshot of [`VOTERS`].
pub fn whole_snapshot(out: &Path) -> Vec<u8> {
    let source = out.with_extension("csv");
    std::fs::write(&source, VOTERS).expect("a voter file");
    let layout = Layout::preset("generic").expect("a preset");
    import(&source, &layout, &ImportOptions::default(), out, &NoProgress).expect("imports");
    std::fs::read(out).expect("the snapshot")
}
