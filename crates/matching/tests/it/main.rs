//! Lines against a small roll that is imported as a real one is.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests, outside test functions")]

mod properties;

mod estimate;

use std::{
    num::NonZeroUsize,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use jiff::civil::{Date, date};
use matching::{Asked, LineMatch, LineText, MatchContext, MatchError, Model, Proposal, match_lines};
use roll::{
    ImportOptions, Layout, NoProgress, Snapshot, import,
    normal::{AddressAgreement, Tolerance},
};

const HEADER: &str = "voter_id,first,middle,last,suffix,birth_date,house_number,street_pre,street,street_type,unit,city,zip,\
    status,registered_on,previous_house_number,previous_street_pre,previous_street,previous_street_type,previous_unit,\
    previous_city,previous_zip,previous_until\n";

/// The voters that the lines below are about, among a few hundred others.
const VOTERS: &str = "\
    maria,MARIA,ELENA,ORTEGA,,1970-01-01,2062,S,WILLOW,LN,APT 305,PASADENA,91104,A,2015-01-14,,,,,,,,\n\
    luis,LUIS,,ORTEGA,,1968-01-01,2062,S,WILLOW,LN,APT 305,PASADENA,91104,A,2015-01-14,,,,,,,,\n\
    john1,JOHN,,HOLLOWAY,SR,1940-01-01,17,,CEDAR,ST,,PASADENA,91101,A,2015-01-14,,,,,,,,\n\
    john2,JOHN,,HOLLOWAY,JR,1970-01-01,17,,CEDAR,ST,,PASADENA,91101,A,2015-01-14,,,,,,,,\n\
    porsha,PORSHA,B,FARMER,,1980-01-01,1739,,LOS TIERRA,BLVD,,PASADENA,91101,C,2015-01-14,,,,,,,,\n\
    pending,QUENTIN,,ADAMSKY,,1990-01-01,88,,DEL MAR,BLVD,,PASADENA,91101,P,2015-01-14,,,,,,,,\n\
    late,ROMEO,,PRADO,,1990-01-01,2127,,TROMBLEY,ST,,PASADENA,91106,A,2024-08-01,,,,,,,,\n\
    moved,PATSY,,VICNAIR,,1990-01-01,1826,,OLYMPIC,BLVD,,PASADENA,91103,A,2015-01-14,2644,,MURRAY,ST,,PASADENA,91103,2024-03-01\n\
    double,EMERSON,,LOPEZ-MIRANDA,,1990-01-01,1599,,VISTA BARBARA,DR,,PASADENA,91103,A,2015-01-14,,,,,,,,\n\
    other,MARIA,,DELGADO,,1990-01-01,501,,ORANGE,AVE,,PASADENA,91103,A,2015-01-14,,,,,,,,\n";

/// Others, so that names have a frequency and a voter is one of many.
fn crowd() -> String {
    let first = ["MARIA", "JOHN", "LUIS", "ANNA", "PETER", "GRACE", "OMAR", "HELEN", "VICTOR", "RUTH"];
    let last = ["SMITH", "GARCIA", "LEE", "NGUYEN", "BROWN", "KHAN", "WILSON", "ROSSI", "COHEN", "PARK", "TRAN"];
    let street = ["ELM", "OAK", "PINE", "LAUREL", "MAPLE", "ASH", "BIRCH"];
    let voters = (0..600).map(|at| {
        let (first, last, street) = (first[at % 10], last[at % 11], street[at % 7]);
        let number = 100 + at * 3;
        format!("c{at},{first},,{last},,1980-01-01,{number},,{street},ST,,PASADENA,91105,A,2010-01-01,,,,,,,,")
    });
    voters.collect::<Vec<_>>().join("\n")
}

fn snapshot() -> Snapshot {
    let folder = tempfile::tempdir().unwrap();
    let (csv, out) = (folder.path().join("roll.csv"), folder.path().join("roll"));
    std::fs::write(&csv, format!("{HEADER}{VOTERS}{}", crowd())).unwrap();
    import(&csv, &Layout::preset("generic").unwrap(), &ImportOptions::default(), &out, &NoProgress).unwrap();
    Snapshot::open(&out).unwrap()
}

fn line<'a>(printed_name: &'a str, address: &'a str, zip: &'a str) -> LineText<'a> {
    LineText { printed_name, address, city: "Pasadena", zip }
}

fn matched(lines: &[LineText<'_>], context: &MatchContext) -> (Snapshot, Vec<LineMatch>) {
    let snapshot = snapshot();
    let found = match_lines(&snapshot, lines, &Model::built_in(), context, &|_| {}, &AtomicBool::new(false)).unwrap();
    (snapshot, found)
}

/// The voter named first for a line, its probability in parts per million, and the proposal.
fn first(printed_name: &str, address: &str, zip: &str) -> (String, u32, Proposal) {
    let filed_on: Option<Date> = Some(date(2024, 7, 1));
    let context = MatchContext { filed_on, circulation_from: Some(date(2024, 2, 1)), ..MatchContext::default() };
    let (snapshot, found) = matched(&[line(printed_name, address, zip)], &context);
    let best = found[0].candidates.first();
    let voter_id = best.map_or(String::new(), |best| snapshot.voter(best.row).voter_id.to_owned());
    (voter_id, best.map_or(0, |best| best.probability_ppm), found[0].proposal)
}

#[test]
fn the_voter_is_found_through_the_slips_that_people_make() {
    for (name, address, zip, voter) in [
        ("Maria E. Ortega", "2062 South Willow Lane #305", "91104", "maria"),
        ("ORTEGA, MARIA", "2062 WILLOW", "", "maria"),
        ("Ortega Maria", "2062 S Willow Ln", "91104", "maria"),
        ("Maria Ortgea", "2062 S Wilow Ln", "91104", "maria"),
        ("Emerson Miranda", "1599 Vistabarbara Dr", "91103", "double"),
        ("EMERSON LOPEZ MIRANDA", "1599 VISTA BARBARA", "91013", "double"),
    ] {
        let (found, probability, proposal) = first(name, address, zip);
        assert_eq!(found, voter, "{name}, {address}");
        assert!(probability > 900_000, "{name}, {address}: {probability}");
        assert_eq!(proposal, Proposal::LikelyValid, "{name}, {address}");
    }
}

/// Among six hundred voters an address singles out less than in a county: the voter comes first, and a person has to look.
#[test]
fn a_wrong_house_number_still_names_the_voter_first() {
    let (voter, probability, proposal) = first("Maria Ortega", "2026 S Willow Ln", "91104");
    assert_eq!((voter.as_str(), proposal), ("maria", Proposal::Unsure));
    assert!(probability > 200_000, "{probability}");
}

/// The best name of one voter and the best address of another do not make a match.
#[test]
fn name_and_address_are_of_the_same_voter() {
    let (_, probability, proposal) = first("Maria Delgado", "2062 S Willow Ln Apt 305", "91104");
    assert_ne!(proposal, Proposal::LikelyValid);
    let (snapshot, found) =
        matched(&[line("Maria Delgado", "2062 S Willow Ln Apt 305", "91104")], &MatchContext::default());
    for candidate in &found[0].candidates {
        let voter = snapshot.voter(candidate.row);
        let evidence = candidate.evidence;
        let same_surname = evidence.surname.level == matching::Level::Same;
        let same_place = evidence.place.level == matching::Level::Same;
        assert_eq!(same_surname, voter.last == "DELGADO", "{}", voter.voter_id);
        assert_eq!(same_place, voter.address.street == "WILLOW", "{}", voter.voter_id);
        assert!(!(same_surname && same_place));
        assert_eq!(evidence.total(), candidate.weight_centibits);
    }
    assert!(probability < 990_000);
}

#[test]
fn a_relative_at_the_same_address_is_not_the_signer() {
    for name in ["Rosario Ortega", "Peter Ortega", "Carlos Ortega"] {
        let (_, probability, proposal) = first(name, "2062 S Willow Ln Apt 305", "91104");
        assert!(probability < 200_000, "{name}: {probability}");
        assert_eq!(proposal, Proposal::NotFound, "{name}");
    }
}

#[test]
fn father_and_son_are_told_apart_by_the_suffix_or_left_to_people() {
    assert_eq!(first("John Holloway Jr.", "17 Cedar St", "91101").0, "john2");
    assert!(first("John Holloway Jr.", "17 Cedar St", "91101").1 > 900_000);
    assert_eq!(first("Holloway Sr, John", "17 Cedar St", "91101").0, "john1");
    let (_, probability, proposal) = first("John Holloway", "17 Cedar St", "91101");
    assert!((450_000..=500_000).contains(&probability), "{probability}");
    assert_eq!(proposal, Proposal::Unsure);
}

#[test]
fn standing_and_address_lead_to_other_proposals() {
    for (name, address, voter, expected) in [
        ("Porsha Farmer", "1739 Los Tierra Blvd", "porsha", Proposal::Canceled),
        ("Quentin Adamsky", "88 Del Mar Blvd", "pending", Proposal::NotEligible),
        ("Romeo Prado", "2127 Trombley St", "late", Proposal::RegisteredLate),
        ("Patsy Vicnair", "1826 Olympic Blvd", "moved", Proposal::LikelyValid),
        ("Emerson Lopez-Miranda", "9 Sunset Ct", "double", Proposal::DifferentAddress),
        ("Emerson Lopez-Miranda", "PO Box 12", "double", Proposal::PoBoxOnly),
        ("Emerson Lopez-Miranda", "", "double", Proposal::NoAddress),
    ] {
        assert_eq!(
            first(name, address, ""),
            (voter.to_owned(), first(name, address, "").1, expected),
            "{name}, {address}"
        );
    }
}

#[test]
fn a_previous_address_stands_only_if_the_voter_moved_during_circulation() {
    let text = [line("Patsy Vicnair", "2644 Murray St", "91103")];
    for (from, expected) in [
        (Some(date(2024, 2, 1)), Proposal::LikelyValid),
        (Some(date(2024, 3, 2)), Proposal::DifferentAddress),
        (None, Proposal::DifferentAddress),
    ] {
        let context = MatchContext { circulation_from: from, ..MatchContext::default() };
        let (_, found) = matched(&text, &context);
        assert_eq!(found[0].candidates[0].address, AddressAgreement::Tolerated(Tolerance::PreviousAddress));
        assert!(found[0].candidates[0].evidence.previous_address);
        assert_eq!(found[0].proposal, expected, "{from:?}");
    }
}

#[test]
fn who_is_not_found_was_searched_for() {
    let (_, found) = matched(&[line("Zebulon Quartermain", "4 Nowhere Rd", "91105")], &MatchContext::default());
    assert_eq!(found[0].proposal, Proposal::NotFound);
    assert_eq!(
        found[0].search.asked.names().collect::<Vec<_>>(),
        ["house_street", "last_house", "first_house", "last_street", "first_street", "first_last", "similar_name"]
    );
    assert!(found[0].search.nobody_ppm > 990_000);
    // Others have the very name, so those of similar names are not asked for.
    let (_, found) = matched(&[line("Maria Garcia", "4 Nowhere Rd", "91105")], &MatchContext::default());
    assert_eq!(found[0].search.asked.names().last(), Some("first_last"));
    let foreign =
        LineText { printed_name: "Zebulon Quartermain", address: "4 Nowhere Rd", city: "Fresno", zip: "93650" };
    assert_eq!(matched(&[foreign], &MatchContext::default()).1[0].proposal, Proposal::OutOfJurisdiction);
    let empty = LineText { printed_name: "", address: "", city: "", zip: "" };
    let (_, found) = matched(&[empty], &MatchContext::default());
    assert!(found[0].candidates.is_empty() && found[0].search.asked == Asked::default());
    assert_eq!(found[0].proposal, Proposal::NotFound);
}

/// In a building with many residents only those of a similar surname are looked at, and in one with very many only those
/// of one of the names; the search says so.
#[test]
fn a_large_building_is_searched_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let (csv, out) = (folder.path().join("roll.csv"), folder.path().join("roll"));
    let letter = |at: usize| char::from(b'A' + u8::try_from(at % 26).unwrap());
    let residents = |residents: usize, street: &str| -> String {
        let resident = |at: usize| {
            let [a, b, c, d] = [at, at / 26, at / 676, at * 3 + 1].map(letter);
            let (first, last) = (format!("{a}{b}{c}{d}O"), format!("B{d}{a}L{c}{b}EZ"));
            format!(
                "{street}{at},{first},,{last},,1980-01-01,1,,{street},RD,APT {at},PASADENA,91105,A,2010-01-01,,,,,,,,\n"
            )
        };
        (0..residents).map(resident).collect()
    };
    let roll = format!("{HEADER}{}{}{VOTERS}{}", residents(400, "HOUSE"), residents(1100, "TOWER"), crowd());
    std::fs::write(&csv, roll).unwrap();
    import(&csv, &Layout::preset("generic").unwrap(), &ImportOptions::default(), &out, &NoProgress).unwrap();
    let roll = Snapshot::open(&out).unwrap();
    // Without so many letters at the beginning of the given name and at the end of the surname.
    let name = |id: &str, first: usize, last: usize| {
        let voter = roll.voter(roll.by_id(id).unwrap());
        format!("{} {}", &voter.first[first..], &voter.last[..voter.last.len() - last])
    };
    let [both_wrong, shortened, right] = [name("HOUSE333", 1, 1), name("HOUSE333", 1, 3), name("TOWER777", 0, 0)];
    let lines = [
        line(&both_wrong, "1 House Rd", "91105"),
        line("Wolfgang Quartermain", "1 House Rd", "91105"),
        line(&both_wrong, "1 Hose Rd", "91105"),
        line(&shortened, "1 House Rd", "91105"),
        line(&right, "1 Tower Rd", "91105"),
        line("Wolfgang Quartermain", "1 Tower Rd", "91105"),
    ];
    let (context, stop) = (MatchContext::default(), AtomicBool::new(false));
    let found = match_lines(&roll, &lines, &Model::built_in(), &context, &|_| {}, &stop).unwrap();
    let voters: Vec<Option<&str>> =
        found.iter().map(|found| Some(roll.voter_id(found.candidates.first()?.row))).collect();
    assert_eq!(voters, [Some("HOUSE333"), None, Some("HOUSE333"), Some("HOUSE333"), Some("TOWER777"), None]);
    for (line, found) in found.iter().enumerate() {
        assert!(found.search.rows_looked_at < 200, "line {line}: {:?}", found.search);
        assert_eq!(found.search.too_common, u32::from(line == 5));
    }
}

#[test]
fn the_result_is_the_same_for_any_number_of_threads_and_progress_adds_up() {
    let lines: Vec<LineText<'_>> = (0..1000)
        .map(|at| line(["Maria Ortega", "Jon Smith", "Ruth Kahn", "Peter Tran"][at % 4], "2062 Willow", "91104"))
        .collect();
    let snapshot = snapshot();
    let run = |threads| {
        let context = MatchContext { threads: NonZeroUsize::new(threads), ..MatchContext::default() };
        let done = AtomicU64::new(0);
        let progress = |more| _ = done.fetch_add(more, Ordering::Relaxed);
        let found = match_lines(&snapshot, &lines, &Model::built_in(), &context, &progress, &AtomicBool::new(false));
        assert_eq!(done.load(Ordering::Relaxed), 1000);
        found.unwrap()
    };
    let alone = run(1);
    assert_eq!(alone.len(), 1000);
    assert_eq!(alone, run(3));
    let stopped =
        match_lines(&snapshot, &lines, &Model::built_in(), &MatchContext::default(), &|_| {}, &AtomicBool::new(true));
    assert!(matches!(stopped, Err(MatchError::Cancelled)));
}
