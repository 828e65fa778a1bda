//! Voter records in JSON as NIST SP 1500-102 has them.

use roll::{Address, ImportError, PartialDate, Status};

use crate::Desk;
use crate::containers::{gzip, refused, voters};

/// A voter's record with every element that is read and some that are not.
fn record(id: u32, status: &str) -> String {
    format!(
        r#"{{"@type": "VRI.VoterRecord", "HavaIdRequired": false, "VoterStatus": {status},
  "District": [
    {{"@type": "VRI.ReportingUnit", "Type": "congressional", "Name": "13"}},
    {{"@type": "VRI.ReportingUnit", "Type": "school", "ExternalIdentifiers":
      [{{"@type": "VRI.ExternalIdentifier", "Type": "local-level", "Value": "SD-7"}}]}}],
  "Locality": [{{"@type": "VRI.ReportingUnit", "Type": "county", "Name": "MAHONING"}}],
  "Voter": {{"@type": "VRI.Voter", "DateOfBirth": "1993-11-12T00:00:00", "Gender": "x \" }} ] \\",
    "Party": {{"@type": "VRI.Party", "Name": "None"}},
    "VoterId": [
      {{"@type": "VRI.VoterId", "Type": "ssn4", "StringValue": "9999"}},
      {{"@type": "VRI.VoterId", "Type": "local-voter-registration-id", "StringValue": "L{id}"}},
      {{"@type": "VRI.VoterId", "Type": "state-voter-registration-id", "StringValue": "OH{id}"}}],
    "Name": {{"@type": "VRI.Name", "FirstName": "JOS\u00c9", "MiddleName": ["A", "B"], "LastName": "DOE", "Suffix": "JR"}},
    "ResidenceAddress": {{"@type": "addr.NumberedThoroughfareAddress_type",
      "CompleteAddressNumber": {{"AddressNumber": "3818", "AddressNumberSuffix": {{"Value": "1/2"}}}},
      "CompleteStreetName": {{"StreetNamePreDirectional": {{"Value": "N"}}, "StreetName": "BELMONT",
        "StreetNamePostType": {{"Value": "AVE"}}}},
      "CompleteSubaddress": {{"SubaddressElement": [{{"SubaddressType": "APT", "SubaddressIdentifier": "2B"}}]}},
      "CompletePlaceName1": {{"PlaceName": [{{"PlaceNameType": "County", "Value": "78"}},
        {{"PlaceNameType": "MunicipalJurisdiction", "Value": "YOUNGSTOWN"}}]}},
      "StateName": "OH", "ZipCode": "44505"}},
    "PreviousResidenceAddress": {{"@type": "addr.NumberedThoroughfareAddress_type",
      "CompleteAddressNumber": {{"AddressNumber": "12"}}, "CompleteStreetName": {{"StreetName": "OAK"}}, "ZipCode": "44460"}}}}}}"#
    )
}

fn results(records: &[String]) -> String {
    format!(
        "{{\"@type\": \"VRI.VoterRecordResults\", \"TransactionId\": \"t\",\n\"VoterRecord\": [{}]}}\n",
        records.join(",\n")
    )
}

const REQUEST: &str = r#"{"@type": "VRI.VoterRecordsRequest", "GeneratedDate": "2017-07-30", "RequestMethod": "unknown",
  "Subject": {"@type": "VRI.Voter", "Name": {"FirstName": "JANE", "LastName": "ROE"},
    "VoterId": [{"Type": "state-voter-registration-id", "StringValue": "OH77"}],
    "ResidenceAddress": {"@type": "addr.GeneralAddressClass_type", "GeneralAddress": "5 ELM ST", "ZipCode": "44505"}},
  "Type": ["registration"]}"#;

#[test]
fn every_element_lands_in_its_field() {
    let desk = Desk::with(results(&[record(1, "\"active\"")]) + REQUEST);
    let report = desk.import("nist-vri").expect("imports");
    assert_eq!((report.rows_read, report.rows_kept), (2, 2), "{:?} {:?}", report.refused, report.warnings);
    let snapshot = desk.open();
    let voter = snapshot.voter(0);
    assert_eq!(
        [voter.voter_id, voter.first, voter.middle, voter.last, voter.suffix, voter.jurisdiction],
        ["OH1", "JOS\u{c9}", "A B", "DOE", "JR", "MAHONING"]
    );
    assert_eq!(voter.birth_date, Some(PartialDate::Day(jiff::civil::date(1993, 11, 12))));
    let Address { house_number, street_pre, street, street_type, street_post, unit, city, zip } = voter.address;
    assert_eq!(
        [house_number, street_pre, street, street_type, street_post, unit, city, zip],
        ["3818 1/2", "N", "BELMONT", "AVE", "", "APT 2B", "YOUNGSTOWN", "44505"]
    );
    let previous = voter.previous.expect("a previous address");
    assert_eq!((previous.house_number, previous.street, previous.zip), ("12", "OAK", "44460"));
    assert_eq!(voter.status, Status::Active);
    let request = snapshot.voter(1);
    assert_eq!((request.voter_id, request.last, request.status), ("OH77", "ROE", Status::Pending));
    assert_eq!((request.address.house_number, request.address.street), ("5", "ELM ST"));
}

#[test]
fn each_status_is_known_and_another_refuses_its_row_alone() {
    let statuses = [
        "\"active\"",
        "\"inactive\"",
        "\"confirmation\"",
        "\"other\", \"OtherStatus\": \"Pending\"",
        "\"other\", \"OtherStatus\": \"moved\"",
        "null",
    ];
    let records: Vec<_> = (1..).zip(statuses).map(|(id, status)| record(id, status)).collect();
    let desk = Desk::with(results(&records));
    let report = desk.import("nist-vri").expect("imports");
    let by = report.by_status;
    assert_eq!((by.active, by.inactive, by.pending), (1, 2, 1));
    let refused: Vec<_> = report.refused.iter().map(|one| (one.row, one.column.as_str(), one.because.kind())).collect();
    assert_eq!(refused, [(5, "Status", "unknown_status"), (6, "Status", "unknown_status")]);
    // The first record begins in the second line.
    assert_eq!(report.refused[0].line, 2 + 4 * record(1, "null").lines().count() as u64);
}

#[test]
fn many_records_over_many_reads_in_any_container() {
    let records: Vec<_> = (0..3000).map(|id| record(id, "\"active\"")).collect();
    let plain = results(&records);
    assert!(plain.len() > 4 << 20);
    let desk = Desk::with(&plain);
    assert_eq!(desk.import("nist-vri").expect("imports").rows_kept, 3000);
    let packed = Desk::with(gzip(plain.as_bytes()));
    packed.import("nist-vri").expect("imports");
    assert_eq!(voters(&packed.open()), voters(&desk.open()));
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let text = results(&[record(1, "\"active\""), record(2, "\"active\"")]);
    let text = text.trim_end();
    for length in 0..text.len() {
        refused(&text.as_bytes()[..length], "nist-vri");
    }
}

#[test]
fn what_is_not_well_formed_is_refused_with_its_place_and_without_a_name() {
    let good = results(&[record(1, "\"active\""), record(2, "\"active\"")]);
    // The first record begins in line 2, and has so many lines; its name is in the thirteenth.
    let lines = record(1, "null").lines().count() as u64;
    for (from, to, line, says) in [
        ("\"VoterRecord\": [", "\"VoterRecord\" [", 2, "a : is missing"),
        ("\"VoterRecord\": [", "\"VoterRecord\": {", 2, "is a list"),
        ("\"TransactionId\"", "\"TransactionId", 1, "a : is missing"),
        ("},\n{", "}\n{", 2 + lines, "a comma is missing"),
        ("\"LastName\": \"DOE\"", "\"LastName\": \"DOE", 14, "not well-formed"),
        ("\"LastName\": \"DOE\"", "\"LastName\": [\"DOE\"]", 14, "not of the kind"),
        ("VoterRecordResults", "RequestRejection", 1 + 2 * lines, "has no voter"),
        ("VoterRecordResults", "Ballot", 1 + 2 * lines, "neither VoterRecordResults"),
    ] {
        let desk = Desk::with(good.replacen(from, to, 1));
        let error = desk.import("nist-vri").expect_err(says);
        assert!(error.to_string().contains(says) && !error.to_string().contains("DOE"), "{error}");
        assert!(matches!(error, ImportError::Json { line: found, .. } if found == line), "{to}: {error}");
    }
    let lookup = REQUEST.replace("\"registration\"", "\"lookup\"");
    assert!(refused(lookup, "nist-vri").contains("no registration"));
    let tail = refused(format!("{good}]"), "nist-vri");
    assert!(tail.contains("a document begins with {"), "{tail}");
}

#[test]
fn an_element_without_end_is_refused_before_it_fills_the_memory() {
    let image = "A".repeat(17 << 20);
    let error = refused(format!("{{\"@type\": \"{image}\"}}"), "nist-vri");
    assert!(error.contains("longer than 16 MiB"), "{error}");
}
