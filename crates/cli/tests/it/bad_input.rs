//! Files that cannot be taken in: nothing is, and the message says where and what to do.

use crate::harness::{DECISIONS_HEADER, LINES_HEADER, Office, Run, Stage, office, shows};

/// Every command that reads a table, on the same file.
fn offered(office: &Office, more: &str) -> Vec<Run> {
    ["roll import bad --out new", "intake receive case --lines bad", "match --roll roll --lines bad --out new"]
        .map(|words| office.refuses(format!("{words} {more}").trim()))
        .into()
}

fn decisions_offered(more: &str, content: impl AsRef<[u8]>) -> Run {
    let office = office(Stage::Searched);
    office.write("bad", content);
    office.refuses(format!("decide case bad --roll roll {more}").trim())
}

#[test]
fn empty_file() {
    let office = office(Stage::Opened);
    office.write("bad", "");
    let mut runs = offered(&office, "");
    runs.push(decisions_offered("", ""));
    office.write("bad", "\n\n");
    runs.extend(offered(&office, ""));
    office.write("bad", LINES_HEADER);
    runs.push(office.refuses("roll import bad --out new"));
    shows!(runs);
}

/// What the roll would replace is looked at first: the voter file is unharmed, and so is any file that is no roll.
#[test]
fn a_roll_in_another_files_place() {
    let office = office(Stage::Opened);
    shows!([
        office.refuses("roll import roll.csv --out roll.csv"),
        office.refuses("roll import roll.csv --out ./roll.csv"),
        office.refuses("roll import roll.csv --out lines.csv"),
        office.succeeds("roll import roll.csv --out roll"),
    ]);
}

#[test]
fn missing_file() {
    let office = office(Stage::Opened);
    let mut runs = offered(&office, "");
    for words in ["intake receive none --lines lines.csv", "case status none", "case rebuild none", "roll info none"] {
        runs.push(office.refuses(words));
    }
    runs.push(office.refuses("case new new --facts none"));
    runs.push(office.refuses("match --case case --roll none"));
    shows!(runs);
}

#[test]
fn latin1_without_saying_so() {
    let latin1 = b"voter_id,first,last,house_number,street,city,zip,status\n1,ANA,PE\xd1A,1,OAK,LAKEVIEW,90001,A\n";
    let office = office(Stage::Opened);
    office.write("bad", latin1);
    let mut runs = offered(&office, "");
    runs.push(decisions_offered("", b"section,line,disposition,reason,voter_id,reviewer,decided_at,note\n1,1,valid,,1001,R1,2022-07-07T15:00:00Z,pe\xf1a\n"));
    shows!(runs);
}

#[test]
fn utf16_without_saying_so() {
    let office = office(Stage::Opened);
    office.write("bad", utf16(&office.text("lines.csv"), true));
    let mut runs = offered(&office, "");
    office.write("bad", utf16(&office.text("lines.csv"), false));
    runs.extend(offered(&office, ""));
    runs.push(decisions_offered("", utf16(&office.text("decisions.csv"), true)));
    shows!(runs);
}

#[test]
fn utf8_called_utf16() {
    let office = office(Stage::Opened);
    office.write("bad", office.text("lines.csv"));
    shows!(offered(&office, "--encoding utf-16"));
}

/// Text as the bytes of some encoding.
type Encoded = fn(&str) -> Vec<u8>;

/// Whatever the encoding, the same lines, decisions and voters come in when it is named.
#[test]
fn encodings_that_are_named() {
    let plain = office(Stage::Files);
    let accented = |text: &str| text.replace("WEI", "ZO\u{c9}").replace("Wei", "Zo\u{e9}");
    let (roll, lines) = (accented(&plain.text("roll.csv")), accented(&plain.text("lines.csv")));
    let encodings: [(&str, Encoded); 5] = [
        ("utf-8", |text| text.as_bytes().to_vec()),
        ("utf-8", |text| format!("\u{feff}{text}").into_bytes()),
        ("latin1", latin1),
        ("utf-16", |text| utf16(text, true)),
        ("utf-16", |text| utf16(text, false)),
    ];
    let mut standing = Vec::new();
    for (name, encoded) in encodings {
        let office = office(Stage::Files);
        office.write("roll.csv", encoded(&roll));
        office.write("lines.csv", encoded(&lines));
        for file in ["sections.csv", "decisions.csv"] {
            office.write(file, encoded(&plain.text(file)));
        }
        office.succeeds(&format!("roll import roll.csv --out roll --encoding {name}"));
        assert!(office.succeeds("roll search roll zo\u{e9}").stdout.contains("ZO\u{c9}"), "{name}");
        office.acts("case new case --facts facts.json");
        office.acts(&format!("intake receive case --lines lines.csv --sections sections.csv --encoding {name}"));
        office.acts("intake count case");
        office.acts("match --case case --roll roll");
        office.acts(&format!("decide case decisions.csv --roll roll --encoding {name}"));
        office.acts("certify case --roll roll --on 2022-08-15 --out out");
        let mut status = office.status();
        // The roll's digest covers the voter file's, and so do those that rest on it.
        for digest in ["roll_digest", "events_digest", "certificate_digest"] {
            assert!(status.as_object_mut().unwrap().remove(digest).is_some());
        }
        standing.push((status, office.sql_text("SELECT group_concat(printed_name || address) FROM line")));
    }
    assert!(standing.iter().all(|office| *office == standing[0]), "{standing:?}");
    assert!(standing[0].1.contains("Zo\u{e9} Chen"), "{standing:?}");
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
}

fn utf16(text: &str, mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    mark.into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn quote_never_closed() {
    let office = office(Stage::Opened);
    let lines = office.text("lines.csv").replace("1,1,2,John", "1,1,2,\"John");
    office.write("bad", lines);
    let mut runs = vec![
        office.refuses("intake receive case --lines bad"),
        office.refuses("match --roll roll --lines bad --out new"),
    ];
    office.write("bad", office.text("roll.csv").replace("1006,", "1006,\""));
    runs.push(office.refuses("roll import bad --out new"));
    runs.push(decisions_offered(
        "",
        office.text("decisions.csv").replace("2022-07-07T15:02:00Z,", "2022-07-07T15:02:00Z,\"moved"),
    ));
    shows!(runs);
}

#[test]
fn wrong_header() {
    let office = office(Stage::Opened);
    office.write("bad", "box,sheet,no,name,street\n1,1,1,Maria Garcia,12 N Oak St\n");
    let mut runs = offered(&office, "");
    runs.push(office.refuses("intake receive case --lines bad --columns line=number,printed_name=name,address=street"));
    runs.push(
        office.refuses("intake receive case --lines bad --columns line=no,printed_name=name,address=street,town=box"),
    );
    runs.push(office.refuses("intake receive case --lines bad --columns line"));
    runs.push(office.refuses("roll import bad --out new --layout us-tx"));
    runs.push(office.refuses("roll import bad --out new --columns voter_id=no,last=name"));
    runs.push(decisions_offered("", "section,line,result,reviewer\n1,1,valid,R1\n"));
    shows!(runs);
}

/// The first line of a file without a header is about a person: it is not repeated.
#[test]
fn no_header() {
    let office = office(Stage::Opened);
    office.write("bad", office.text("lines.csv").replace(LINES_HEADER, ""));
    let mut runs = offered(&office, "");
    office.write("bad", office.text("roll.csv").split_once('\n').unwrap().1);
    runs.push(office.refuses("roll import bad --out new"));
    runs.push(office.refuses("intake withdraw case bad --roll roll"));
    runs.push(decisions_offered("", office.text("decisions.csv").replace(DECISIONS_HEADER, "")));
    shows!(runs);
}

/// Other names for the columns, one running number, and a section of its own.
#[test]
fn other_header_that_is_mapped() {
    let office = office(Stage::Opened);
    office.write("other", "no,name,street\n1,Maria Garcia,12 N Oak St\n2,John Parker,45 Elm Ave\n");
    shows!([
        office.acts("intake receive case --lines other --columns line=no,printed_name=name,address=street"),
        office.succeeds("case status case"),
    ]);
}

#[test]
fn rows_that_cannot_be_read() {
    let office = office(Stage::Opened);
    let good = "1,1,1,Maria Garcia,12 N Oak St,Lakeview,90001,,\n";
    let bad = format!(
        "{LINES_HEADER}{good}0,1,2,John,,,,,\n1,x,3,,,,,,\n1,1,-4,,,,,,\n1,1,4294967296,,,,,,\nMaria,1,1,,,,,,\n"
    );
    office.write("bad", bad);
    let mut runs = vec![office.refuses("intake receive case --lines bad")];
    office.write("bad", format!("{LINES_HEADER}{good}1,1,2,John Parker,45 Elm Ave, Apt 2,Lakeview,90001,,\n1,1\n"));
    runs.push(office.refuses("intake receive case --lines bad"));
    let row =
        |row: &str| format!("section,circulator,circulator_address,signed_from,signed_to,executed_on,lines\n{row}\n");
    for content in ["1,,,2022-3-1,2022-03-02,2022-03-03,3", "1,,,,,,many", "1,,,,,,3\n1,,,,,,3"] {
        office.write("bad", row(content));
        runs.push(office.refuses("intake receive case --lines lines.csv --sections bad"));
    }
    shows!(runs);
}

#[test]
fn duplicate_line_numbers() {
    let office = office(Stage::Opened);
    office.write("bad", office.text("lines.csv").replace("2,1,3,", "2,1,1,").replace("1,1,3,", "1,1,2,"));
    shows!([
        office.refuses("intake receive case --lines bad --sections sections.csv"),
        office.refuses("match --roll roll --lines bad --out new"),
    ]);
}

#[test]
fn lines_that_the_sections_do_not_have() {
    let office = office(Stage::Opened);
    office.write("bad", office.text("lines.csv").replace("2,1,3,", "2,1,4,").replace("1,1,3,", "3,1,3,"));
    shows!([office.refuses("intake receive case --lines bad --sections sections.csv")]);
}

#[test]
fn a_section_is_received_once() {
    let office = office(Stage::Received);
    shows!([
        office.refuses("intake receive case --lines lines.csv --sections sections.csv"),
        office.acts("intake count case"),
        office.refuses("intake receive case --lines lines.csv --sections sections.csv"),
        office.refuses("intake count case"),
    ]);
}

/// A declaration with faults is received all the same; a person weighs it.
#[test]
fn defects_of_declarations_are_told() {
    let office = office(Stage::Opened);
    let sections = office.text("sections.csv").replace("2022-03-03", "2022-03-01").replace("2022-04-05", "2022-01-05");
    office.write("sections.csv", sections);
    shows!([office.acts("intake receive case --lines lines.csv --sections sections.csv")]);
}

/// Without a file of sections every declaration is missing, and the intake says so.
#[test]
fn declarations_that_were_not_handed_in() {
    let office = office(Stage::Opened);
    shows!([office.acts("intake receive case --lines lines.csv")]);
}

#[test]
fn withdrawals_and_void_sections() {
    let office = office(Stage::Counted);
    let header = "voter_id,received_on,signature_compares";
    office.write("bad", format!("{header}\n9999,2022-07-01,yes\n1001,,yes\n1003,2022-07-01,perhaps\n"));
    let mut runs = vec![office.refuses("intake withdraw case bad --roll roll")];
    office.write("bad", format!("{header}\n9999,2022-07-01,yes\n1001,2022-07-01,yes\n1001,2022-07-01,yes\n"));
    runs.push(office.refuses("intake withdraw case bad --roll roll"));
    office.write("bad", "section,reason,reviewer,decided_at,note\n7,section_fatal,R1,2022-07-07T15:00:00Z,\n1,not_registered,R1,2022-07-07T15:00:00Z,\n");
    runs.push(office.refuses("intake void case bad"));
    office.write("bad", "section,reason,reviewer,decided_at,note\n7,section_fatal,R1,2022-07-07T15:00:00Z,\n1,section_fatal,R1,2022-07-07T15:00:00Z,\n1,section_fatal,R1,2022-07-07T15:00:00Z,\n");
    runs.push(office.refuses("intake void case bad"));
    shows!(runs);
}

#[test]
fn facts_that_are_no_facts() {
    let office = office(Stage::Files);
    let facts = office.text("facts.json");
    let faults = [
        String::new(),
        facts.replace("2022-07-06", "07/06/2022"),
        facts.replace("\"filed_on\"", "\"handed_in_on\""),
        facts.replace("synthetic/county-recall", "us/tx/county-recall"),
        facts.replace("2022-07-06", "1999-07-06"),
    ];
    shows!(faults.map(|fault| {
        office.write("bad.json", fault);
        office.refuses("case new case --facts bad.json")
    }));
}
