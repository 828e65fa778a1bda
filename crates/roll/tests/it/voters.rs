//! What is in the file is in the snapshot: every voter, under row, identifier, key and search.

use proptest::prelude::*;
use roll::{
    Encoding, ImportOptions, Layout, PartialDate, Searcher, Snapshot, Status,
    index::Rows,
    normal::{VoterAddress, VoterName},
    search,
};

use crate::{Desk, county};

/// The voters under each pair of what a voter has, looked up as a search does.
fn under_each_pair(snapshot: &Snapshot, row: u32) -> Vec<Rows<'_>> {
    let (index, voter) = (snapshot.index(), snapshot.voter(row));
    let (name, address) = (VoterName::of(&voter), VoterAddress::of(&voter).current);
    let given = index.names.number(&name.first_word).expect("a name of the roll");
    let surname = index.names.number(name.last.whole()).expect("a name of the roll");
    let street = index.streets.number(&address.street).expect("a street of the roll");
    let number = index.numbers.number(&address.number).expect("a number of the roll");
    vec![
        index.by_street_number.rows(street, number),
        index.by_surname_given.rows(surname, given),
        index.by_surname_number.rows(surname, number),
        index.by_surname_street.rows(surname, street),
        index.by_given_number.rows(given, number),
        index.by_given_street.rows(given, street),
    ]
}

#[test]
fn aliases_dates_and_previous_addresses_of_the_generic_layout() {
    let desk = Desk::with(
        "voter_id,first,middle,last,suffix,dob,house_number,street_pre,street,street_type,unit,city,zip,status,\
         registration_date,canceled_on,signatures,prev_house_number,prev_street,prev_city,prev_zip,previous_until,party\n\
         10,THOMAS,M,FORCIER,JR,1959-09-23,2062,S,AVENUE S,,APT 305,PASADENA,91104,A,2015-01-14,,a.png;b.png,\
         9,OLD RD,AZUSA,91702,2014-12-01,GREEN\n\
         11, ANA ,,DE LA CRUZ,,1970,7,,MAIN,ST,,PASADENA,91104,cancelled,,2021-02-03,,,,,,,GREEN\n",
    );
    let report = desk.import("generic").expect("imports");
    assert_eq!((report.rows_read, report.rows_kept, report.rows_refused), (2, 2, 0));
    let snapshot = desk.open();
    let first = snapshot.voter(0);
    assert_eq!(
        (first.voter_id, first.first, first.middle, first.last, first.suffix),
        ("10", "THOMAS", "M", "FORCIER", "JR")
    );
    assert_eq!(first.birth_date, Some(PartialDate::Day(jiff::civil::date(1959, 9, 23))));
    assert_eq!((first.address.street_pre, first.address.unit), ("S", "APT 305"));
    let previous = first.previous.expect("a previous address");
    assert_eq!(
        (previous.house_number, previous.street, previous.city, previous.zip),
        ("9", "OLD RD", "AZUSA", "91702")
    );
    assert_eq!(first.moved_on, Some(jiff::civil::date(2014, 12, 1)));
    assert_eq!(first.signatures, "a.png;b.png");
    assert_eq!((first.status, first.registered_on), (Status::Active, Some(jiff::civil::date(2015, 1, 14))));
    let second = snapshot.voter(1);
    assert_eq!((second.first, second.last, second.status), ("ANA", "DE LA CRUZ", Status::Canceled));
    assert_eq!(second.birth_date, Some(PartialDate::Year(1970)));
    assert_eq!((second.previous, second.registered_on), (None, None));
    assert_eq!(second.canceled_on, Some(jiff::civil::date(2021, 2, 3)));
    let sealed = std::fs::read(desk.out()).expect("the snapshot's bytes");
    assert!(!sealed.windows(5).any(|bytes| bytes == b"GREEN"), "a column outside the layout was kept");
}

#[test]
fn a_county_reads_back_by_row_identifier_key_and_search() {
    let file = county(40_000);
    let desk = Desk::with(&file);
    desk.import("generic").expect("imports");
    let snapshot = desk.open();
    assert_eq!(snapshot.len(), 40_000);
    for (row, line) in (0..).zip(file.lines().skip(1)) {
        let fields: Vec<&str> = line.split(',').collect();
        let voter = snapshot.voter(row);
        let address = voter.address;
        assert_eq!(
            [voter.voter_id, voter.first, voter.last, address.house_number, address.street, address.city, address.zip],
            [fields[0], fields[1], fields[2], fields[4], fields[5], fields[6], fields[7]],
        );
        assert_eq!(voter.previous.map_or("", |previous| previous.street), fields[9]);
        assert_eq!(voter.jurisdiction, fields[10]);
        assert_eq!(snapshot.by_id(fields[0]), Some(row));
        if row % 997 == 0 {
            for rows in under_each_pair(&snapshot, row) {
                assert!(rows.iter().any(|found| found == row), "row {row} is not under its pair");
                assert!(rows.iter().collect::<Vec<_>>().is_sorted());
                assert!(rows.len() < 40, "row {row}: {} voters share a pair", rows.len());
            }
        }
    }
    assert_eq!(snapshot.by_id("V99999999"), None);
    assert_eq!(snapshot.by_id(""), None);
    let statuses = snapshot.info().by_status;
    assert_eq!(snapshot.registered(), statuses.active);
    assert_eq!((statuses.active, statuses.total()), (20_001, 40_000));

    let expected: Vec<u32> = (0..40_000).filter(|n| matches!(n % 1009, 17 | 170..=179) && n % 101 < 10).collect();
    let searcher = Searcher::new(&snapshot);
    let mut found = searcher.find("9000 first17", 1000);
    let best = searcher.find("FIRST17 9000", 2);
    assert_eq!((&best.rows[..], best.more, found.more), (&found.rows[..2], true, false));
    assert!(best.rows.iter().all(|row| snapshot.voter(*row).first == "FIRST17"), "whole words come first");
    found.rows.sort_unstable();
    assert_eq!(found.rows, expected);
    assert_eq!(search(&snapshot, "irst17", 10), [0_u32; 0], "only beginnings of words");
    assert_eq!(search(&snapshot, "v0007919", 10), [1]);
    assert_eq!(search(&snapshot, "v0007919 1901", 10), [1]);
    assert_eq!(search(&snapshot, "v0007919 1902", 10), [0_u32; 0]);
    assert_eq!(search(&snapshot, " ", 10), [0_u32; 0]);
}

/// Double surnames, previous addresses and names in other spellings lead to the voter too.
#[test]
fn a_voter_stands_under_every_name_and_address() {
    let desk = Desk::with(
        "voter_id,first,last,house_number,street,street_type,zip,city,status,previous_house_number,previous_street\n\
         1,José Luis,García-López,12 1/2,North Elm,Street,90001,Azusa,A,9,OLD RD\n\
         2,ANA,OBRIEN,77,ELM,ST,90001,AZUSA,A,,\n",
    );
    desk.import("generic").expect("imports");
    let snapshot = desk.open();
    let index = snapshot.index();
    let name = |name: &str| index.names.number(name).expect("a name of the roll");
    let number = |number: &str| index.numbers.number(number).expect("a number of the roll");
    let street = |street: &str| index.streets.number(street).expect("a street of the roll");
    let rows = |rows: Rows<'_>| rows.iter().collect::<Vec<_>>();
    for surname in ["GARCIALOPEZ", "GARCIA", "LOPEZ"] {
        assert_eq!(rows(index.by_surname_given.rows(name(surname), name("JOSE"))), [0]);
        assert_eq!(rows(index.by_surname_number.rows(name(surname), number("12"))), [0]);
    }
    assert_eq!(rows(index.by_street_number.rows(street("OLD"), number("9"))), [0]);
    assert_eq!(rows(index.by_street_number.all(street("ELM"))), [0, 1]);
    let form = index.form(0);
    assert_eq!(index.names.word(form.given_whole), "JOSELUIS");
    assert_eq!(index.marks.get(usize::from(form.place.street_type)).map(String::as_str), Some("ST"));
    assert_eq!((form.has_halves(), index.form(1).has_halves()), (true, false));
    assert_eq!(index.name_facts(form.surname).as_surname, 1);
    let locality = index.localities[form.place.locality as usize];
    assert_eq!((index.places.word(locality.zip), index.places.word(locality.city)), ("90001", "AZUSA"));
    assert_eq!(locality.voters, 2);
}

/// Voters who are there twice are found however far apart they stand, and the report is in the order of the file.
#[test]
fn repeated_voters_are_refused_wherever_they_stand() {
    let mut file = county(70_000);
    let again: Vec<&str> = file.lines().skip(1).step_by(20_000).collect();
    let again = again.join("\n") + "\nV9999999,,,,,,,,A,,\n";
    file.push_str(&again);
    let desk = Desk::with(&file);
    let report = desk.import("generic").expect("imports");
    assert_eq!((report.rows_read, report.rows_kept, report.rows_refused), (70_005, 70_000, 5));
    let rows: Vec<(u64, u64)> = report.refused.iter().map(|refused| (refused.row, refused.line)).collect();
    assert_eq!(rows, (70_001..=70_005).map(|row| (row, row + 1)).collect::<Vec<_>>());
    assert!(report.refused[2].because.to_string().contains("row 40001"), "{}", report.refused[2].because);
    let plain = Desk::with(county(70_000));
    plain.import("generic").expect("imports");
    let (one, other) = (desk.open(), plain.open());
    one.verify().expect("whole");
    assert_eq!((one.len(), one.by_id("V0007919")), (70_000, other.by_id("V0007919")));
    let voters = |snapshot: &Snapshot| (0..70_000).map(|row| format!("{:?}", snapshot.voter(row))).collect::<Vec<_>>();
    assert!(voters(&one) == voters(&other));
}

#[test]
fn encodings_give_the_same_voters() {
    let text =
        "voter_id,first,last,house_number,street,city,zip,status\r\n1,JOSÉ,MUÑOZ,5,CALLE ÁLAMO,LA CAÑADA,91011,A\r\n";
    let latin1: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let little_endian: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let big_endian: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let layout = Layout::preset("generic").expect("a preset");
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), None),
        ([b"\xef\xbb\xbf", text.as_bytes()].concat(), Some(Encoding::Utf8)),
        (latin1, Some(Encoding::Latin1)),
        (little_endian, Some(Encoding::Utf16)),
        (big_endian, Some(Encoding::Utf16)),
    ] {
        let desk = Desk::with(bytes);
        desk.import_as(&layout, &ImportOptions { encoding, max_reported: 1 }).expect("imports");
        let snapshot = desk.open();
        let voter = snapshot.voter(0);
        assert_eq!(
            (voter.first, voter.last, voter.address.street, voter.address.city),
            ("JOSÉ", "MUÑOZ", "CALLE ÁLAMO", "LA CAÑADA"),
            "{encoding:?}"
        );
    }
}

#[test]
fn columns_are_mapped_and_joined() {
    let desk = Desk::with("Reg|Given|Family|No|Frac|Road|Town|Post|State\n1|ANA|LEE|12|1/2|ELM ST|AZUSA|91702|A\n");
    let layout = Layout::from_columns(
        "voter_id=Reg,first=given,last=FAMILY,house_number=No+Frac,street=Road,city=Town,zip=Post,status=State",
    );
    desk.import_as(&layout.expect("a mapping"), &ImportOptions::default()).expect("imports");
    let snapshot = desk.open();
    let address = snapshot.voter(0).address;
    assert_eq!((address.house_number, address.street, address.zip), ("12 1/2", "ELM ST", "91702"));
    assert_eq!(snapshot.info().layout, "--columns");
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Z]{1,8}",
        1 => "[A-Za-z0-9 ,;|'\"#./éñ-]{0,12}",
        1 => Just(String::new()),
    ]
}

fn quoted(field: &str) -> String {
    format!("\"{}\"", field.replace('"', "\"\""))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_quoted_text_comes_out_as_it_went_in(voters in prop::collection::vec((field(), field(), field(), field()), 1..20)) {
        let mut file = vec!["voter_id,first,last,house_number,street,city,zip,status\n".to_owned()];
        for (n, (first, last, street, city)) in voters.iter().enumerate() {
            let last = format!("x{last}");
            let [first, last, street, city] = [first, &last, street, city].map(|field| quoted(field));
            file.push(format!("{n},{first},{last},1,{street},{city},90001,A\n"));
        }
        let desk = Desk::with(file.concat());
        let report = desk.import("generic").expect("imports");
        prop_assert_eq!(report.rows_kept, voters.len() as u64);
        let snapshot = desk.open();
        for (row, (first, last, street, city)) in (0..).zip(&voters) {
            let voter = snapshot.voter(row);
            prop_assert_eq!(voter.first, first.trim());
            let last = format!("x{last}");
            prop_assert_eq!(voter.last, last.trim());
            prop_assert_eq!(voter.address.street, street.trim());
            prop_assert_eq!(voter.address.city, city.trim());
        }
    }
}
