//! Files of fixed width.

use roll::{ImportOptions, ImportReport, Layout, RefusedBecause};

use crate::Desk;
use crate::containers::{gzip, voters};

/// Characters of the columns below.
const WIDTHS: [usize; 8] = [6, 10, 12, 5, 14, 8, 5, 1];

fn layout(more: &str) -> Layout {
    let text = format!(
        "title = 'Ours'\nsource = 'test'\nform = 'fixed'\nrecord = 61\n{more}\nencoding = 'utf-8'\ndates = []\n\
         [columns]\nvoter_id = '1-6'\nfirst = '7-16'\nlast = '17-28'\nhouse_number = '29-33'\nstreet = '34-47'\n\
         city = '48-55'\nzip = '56-60'\nstatus = '61'\n[status]\nA = 'active'\nI = 'inactive'\n"
    );
    Layout::from_toml(&text, "ours.toml").expect("a layout")
}

fn line(fields: [&str; 8]) -> String {
    fields.iter().zip(WIDTHS).map(|(field, width)| format!("{field:width$}")).collect()
}

fn import(file: &str, more: &str) -> (Desk, ImportReport) {
    let desk = Desk::with(file);
    let report = desk.import_as(&layout(more), &ImportOptions::default()).expect("imports");
    (desk, report)
}

const ANA: [&str; 8] = ["1", "ANA", "LEE", "5", "ELM ST", "AZUSA", "91702", "A"];
const JOSE: [&str; 8] = ["2", "JOS\u{c9}", "MU\u{d1}OZ", "12", "ELM ST", "AZUSA", "91702", "I"];

#[test]
fn columns_are_characters_and_not_bytes() {
    for (text, more) in [
        (format!("{}\n{}\n", line(ANA), line(JOSE)), ""),
        (format!("\u{feff}{}\r\n\r\n{}", line(ANA), line(JOSE)), ""),
        (format!("ID    FIRST\n{}\n{}\n", line(ANA), line(JOSE)), "header = true"),
    ] {
        let (desk, report) = import(&text, more);
        assert_eq!((report.rows_read, report.rows_kept), (2, 2), "{:?}", report.refused);
        let snapshot = desk.open();
        let voter = snapshot.voter(1);
        let address = voter.address;
        let found =
            [voter.voter_id, voter.first, voter.last, address.house_number, address.street, address.city, address.zip];
        assert_eq!(found, [JOSE[0], JOSE[1], JOSE[2], JOSE[3], JOSE[4], JOSE[5], JOSE[6]]);
        assert_eq!(voter.status, roll::Status::Inactive);
    }
}

#[test]
fn a_packed_file_of_fixed_width_is_read_too() {
    let text: String =
        (0..9000).map(|n| line([&format!("{n}"), "ANA", "LEE", "5", "ELM ST", "AZUSA", "91702", "A"]) + "\n").collect();
    let (plain, _) = import(&text, "");
    let packed = Desk::with(gzip(text.as_bytes()));
    packed.import_as(&layout(""), &ImportOptions::default()).expect("imports");
    assert_eq!(voters(&packed.open()), voters(&plain.open()));
    assert_eq!(plain.open().len(), 9000);
}

#[test]
fn a_line_of_another_length_is_refused_by_row() {
    let (short, long) = (line(ANA)[..60].to_owned(), line(JOSE) + " ");
    let other = line(["3", "CAL", "LEE", "5", "ELM ST", "AZUSA", "91702", "A"]);
    let (_, report) = import(&format!("{short}\n{other}\n{long}\n"), "");
    let refused: Vec<_> = report.refused.iter().map(|one| (one.row, one.line, one.because.clone())).collect();
    let length = |found| RefusedBecause::RecordLength { expected: 61, found };
    assert_eq!(refused, [(1, 1, length(60)), (3, 3, length(62))]);
    assert_eq!(report.refused_by_reason["record_length"], 2);
    assert!(report.refused[0].because.to_string().contains("60 characters instead of 61"));
}

#[test]
fn a_trimmed_line_has_empty_fields_at_its_end_and_a_long_one_is_still_refused() {
    let layout_status = "trimmed = true\ndefault_status = 'active'";
    // Cut in the middle of the city, so that postal code and status are missing.
    let (_, report) =
        import(&format!("{}\n{}\n{} \n", line(ANA), &line(ANA).replacen('1', "4", 1)[..50], line(ANA)), layout_status);
    assert_eq!(report.rows_kept, 1);
    let refused: Vec<_> = report.refused.iter().map(|one| one.because.kind()).collect();
    assert_eq!(refused, ["unknown_status", "record_length"], "an empty status is none");
}

#[test]
fn messages_name_the_characters() {
    let bad = line(["9", "ANA", "LEE", "5", "ELM ST", "AZUSA", "91702", "Z"]);
    let (_, report) = import(&format!("{}\n{bad}\n", line(ANA)), "");
    assert_eq!(report.refused[0].column, "characters 61-61");
    let endless = Desk::with("x".repeat(100_000));
    let error = endless.import_as(&layout(""), &ImportOptions::default()).expect_err("has no lines").to_string();
    assert!(error.contains("line 1 does not end"), "{error}");
    let latin1 = Desk::with(
        [
            line(ANA).as_bytes(),
            b"\n",
            &line(JOSE).replace('\u{c9}', "\u{fffd}").replace('\u{fffd}', "E").into_bytes(),
            b"\xc9\n",
        ]
        .concat(),
    );
    let error = latin1.import_as(&layout(""), &ImportOptions::default()).expect_err("is not UTF-8").to_string();
    assert!(error.contains("row 2 (line 2) is not UTF-8"), "{error}");
}
