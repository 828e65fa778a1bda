//! Files that do not fit: what is refused, with which words, and that the words hold nothing about a person.

use roll::{ImportOptions, Layout, RefusedBecause, WarnedBecause};

use crate::Desk;

const HEADER: &str = "voter_id,first,last,birth_date,house_number,street,city,zip,status,registered_on\n";

fn error_of(file: impl AsRef<[u8]>, layout: &str) -> String {
    let desk = Desk::with(file);
    let error = desk.import(layout).expect_err("does not fit").to_string();
    assert_eq!(desk.left_behind(), [""; 0], "{error}");
    error
}

#[test]
fn rows_are_refused_one_by_one_with_row_line_and_reason() {
    let desk = Desk::with(format!(
        "{HEADER}\
         1,ANA,LEE,,5,ELM ST,AZUSA,91702,A,2020-01-02\n\
         \n\
         ,BOB,LEE,,5,ELM ST,AZUSA,91702,A,\n\
         3,,,,5,ELM ST,AZUSA,91702,A,\n\
         4,CAL,LEE,,5,ELM ST,AZUSA,91702,ZZ,\n\
         5,DAN,LEE,5,ELM ST,AZUSA,91702,A,\n\
         1,EVE,LEE,,5,ELM ST,AZUSA,91702,A,\n\
         7,,LEE,,5,ELM ST,AZUSA,91702,a,12:00:00 AM\n\
         8,FAY,LEE,1990,5,ELM ST,AZUSA,91702,Inactive,1990\n\
         9,GUS,\"LEE\nROY\",,5,ELM ST,AZUSA,91702,A,\n\
         {},HAL,LEE,,5,ELM ST,AZUSA,91702,A,\n\
         11,IDA,LEE,,5,ELM ST,AZUSA,91702,SURNAME,\n",
        "9".repeat(256),
    ));
    let report = desk.import("generic").expect("imports");
    let refused: Vec<_> =
        report.refused.iter().map(|one| (one.row, one.line, one.column.as_str(), &one.because)).collect();
    let unknown = |code: &str| RefusedBecause::UnknownStatus { code: code.to_owned() };
    assert_eq!(
        refused,
        [
            (2, 4, "voter_id", &RefusedBecause::NoVoterId),
            (3, 5, "last", &RefusedBecause::NoName),
            (4, 6, "status", &unknown("\"ZZ\"")),
            (5, 7, "", &RefusedBecause::FieldCount { expected: 10, found: 9 }),
            (6, 8, "voter_id", &RefusedBecause::DuplicateVoterId { first_row: 1 }),
            (9, 11, "last", &RefusedBecause::LineBreak),
            (10, 13, "voter_id", &RefusedBecause::FieldTooLong),
            (11, 14, "status", &unknown("of 7 letters")),
        ]
    );
    let warned: Vec<_> = report.warnings.iter().map(|one| (one.row, one.column.as_str(), one.because)).collect();
    assert_eq!(
        warned,
        [(7, "registered_on", WarnedBecause::NotADate), (8, "registered_on", WarnedBecause::IncompleteDate)]
    );
    assert_eq!((report.rows_read, report.rows_kept, report.rows_refused), (11, 3, 8));
    assert_eq!(report.refused_by_reason["unknown_status"], 2);
    let snapshot = desk.open();
    assert_eq!((0..3).map(|row| snapshot.voter(row).voter_id).collect::<Vec<_>>(), ["1", "7", "8"]);
    assert_eq!(snapshot.by_id("1").map(|row| snapshot.voter(row).first), Some("ANA"), "the first of two is kept");
    let words = serde_json::to_string(&report).expect("a report")
        + &report.refused.iter().map(|one| one.because.to_string()).collect::<String>();
    for name in ["LEE", "ANA", "ELM", "SURNAME"] {
        assert!(!words.contains(name), "{name} is in the report");
    }
}

#[test]
fn only_the_first_refusals_are_listed_and_all_are_counted() {
    let row = |n| format!("{n},A,B,,5,ELM ST,AZUSA,91702,{},\n", if n == 0 { "A" } else { "X" });
    let desk = Desk::with(HEADER.to_owned() + &(0..50).map(row).collect::<Vec<_>>().concat());
    let options = ImportOptions { encoding: None, max_reported: 7 };
    let report = desk.import_as(&Layout::preset("generic").expect("a preset"), &options).expect("imports");
    assert_eq!(report.refused.iter().map(|one| one.row).collect::<Vec<_>>(), [2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(report.refused_by_reason["unknown_status"], 49);
}

#[test]
fn a_wrong_header_names_what_is_missing_what_is_there_and_the_way_out() {
    let error =
        error_of("RegistrantID,first,last_name,city,zip,status,house_number,street\n1,A,B,C,9,A,1,E\n", "generic");
    for word in ["voter_id", "RegistrantID", "--columns", "Nothing was imported", "generic"] {
        assert!(error.contains(word), "{word}: {error}");
    }
    assert!(!error.contains("no column for first"), "{error}");
    let error = error_of("voter_id,voter_id,first,last,city,zip,status,house_number,street\n", "generic");
    assert!(error.contains("twice"), "{error}");
}

#[test]
fn a_file_without_a_header_does_not_put_a_voter_into_the_message() {
    let error = error_of("8143586746,GROSS,ANTHONY,3784 JARED BROOKS,91702,A\n2,B,C,D,E,F\n", "generic");
    assert!(error.contains("6 fields") && error.contains("no header"), "{error}");
    assert!(!error.contains("GROSS") && !error.contains("JARED"), "{error}");
}

#[test]
fn empty_files_say_so() {
    assert!(error_of("", "generic").contains("the file is empty"));
    assert!(error_of("\n\n", "generic").contains("the file is empty"));
    assert!(error_of(HEADER, "generic").contains("no voter"));
    assert!(error_of(HEADER.trim_end(), "generic").contains("no voter"));
    let none = error_of(format!("{HEADER},A,B,,5,ELM ST,AZUSA,91702,A,\n"), "generic");
    assert!(none.contains("all 1 rows were refused") && none.contains("no voter id"), "{none}");
}

#[test]
fn wrong_encodings_are_recognised() {
    let text = format!("{HEADER}1,ANA,LEE,,5,ELM ST,AZUSA,91702,A,\n2,JOSE,MU\u{d1}OZ,,5,ELM ST,AZUSA,91702,A,\n");
    let latin1: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let error = error_of(latin1, "generic");
    assert!(error.contains("row 2 (line 3) is not UTF-8") && error.contains("--encoding latin1"), "{error}");
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&b"\xff\xfe"[..], &utf16].concat();
    for bytes in [utf16, marked] {
        let error = error_of(bytes, "generic");
        assert!(error.contains("this is UTF-16") && error.contains("--encoding utf-16"), "{error}");
    }
    // The two bytes of a letter on either side of a comma: UTF-8 only if the comma is left out.
    let split = [HEADER.as_bytes(), b"1,A\xc3,\xa9B,,5,ELM ST,AZUSA,91702,A,\n"].concat();
    assert!(error_of(split, "generic").contains("row 1 (line 2) is not UTF-8"));
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_found_with_its_line() {
    let row = |n: u32| format!("{n},A,B,,5,ELM ST,AZUSA,91702,A,\n");
    let open = "900,\"A,B,,5,ELM ST,AZUSA,91702,A,\n";
    let many: String = (1000..9000).map(row).collect();
    for file in [
        format!("{HEADER}{}{}{open}{}", row(1), row(2), row(3)),
        format!("{HEADER}{}{}{open}{many}", row(1), row(2)),
        format!("{HEADER}{}{}{}", row(1), row(2), open.trim_end()),
        format!("{HEADER}{}{}{open}{}4,\"A\",B,,5,ELM ST,AZUSA,91702,A,X,\n", row(1), row(2), row(3)),
    ] {
        let error = error_of(file, "generic");
        assert!(error.contains("quotation mark opened in line 4"), "{error}");
    }
    let far = error_of(format!("{HEADER}{open}{many}"), "generic");
    assert!(far.contains("line 2") && far.contains("65536 bytes"), "{far}");
    let last_field = error_of(format!("{HEADER}{}2,A,B,,5,ELM ST,AZUSA,91702,A,\"2020", row(1)), "generic");
    assert!(last_field.contains("line 3"), "{last_field}");
}

#[test]
fn a_row_over_several_lines_in_a_column_that_is_not_kept_is_kept_with_a_warning() {
    let header = HEADER.replace('\n', ",remarks\n");
    let desk =
        Desk::with(format!("{header}1,A,B,,5,ELM ST,AZUSA,91702,A,,\"two\nlines\"\n2,A,B,,5,ELM ST,AZUSA,91702,A,,\n"));
    let report = desk.import("generic").expect("imports");
    assert_eq!(report.rows_kept, 2);
    assert_eq!(report.warnings[0].because, WarnedBecause::SeveralLines);
}
