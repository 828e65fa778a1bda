//! `countersign claims` as a whole program: words, JSON, exit statuses and bad input.

use crate::harness::{Office, shows};

const CERTIFICATE: &str = r#"{
  "raw_count": 12418, "valid": 9876, "invalid": 2542, "registered_voters": 94210, "required": 9421, "margin": 455,
  "invalid_by_category": { "not_registered": 1103, "duplicate": 391 }
}"#;

fn desk() -> Office {
    let office = Office::empty();
    office.write("certificate.json", CERTIFICATE);
    office.write(
        "right.txt",
        "The levy is on the ballot.\n\nOf 12,418 signatures turned in, 9,876 were valid, 455 more than required.\nAbout 1,100 \
         signers were not registered.\nThe levy would raise $3.2 million.\n",
    );
    office.write(
        "wrong.html",
        "<html><body><p>The clerk rejected 2,452 signatures;\n<b>319</b> were duplicates.</body></html>",
    );
    office.write("table.tsv", "figure\tvalue\nvalid\t9,876\nrequired\t9,241\n");
    office.write("faults.csv", "figure,value\nvalid,many\nvotes,3\n");
    office.write("empty.json", "{}");
    office
}

#[test]
fn in_words_and_statuses() {
    let office = desk();
    let right = office.succeeds("claims certificate.json right.txt");
    let wrong = office.run("claims certificate.json right.txt wrong.html table.tsv");
    assert_eq!(wrong.status, Some(1));
    shows!([right, wrong]);
}

#[test]
fn as_json() {
    shows!([desk().run("claims --json certificate.json wrong.html")]);
}

#[test]
fn what_cannot_be_read() {
    let office = desk();
    shows!([
        office.refuses("claims certificate.json faults.csv"),
        office.refuses("claims empty.json right.txt"),
        office.refuses("claims right.txt right.txt"),
        office.refuses("claims certificate.json right.txt missing.txt"),
        office.refuses("claims certificate.json"),
    ]);
}
