//! What it would take to turn an outcome, of a case and of a certificate alone.

use crate::harness::{Stage, county, office, shows};

#[test]
fn how_many_decisions_would_have_to_fall() {
    let office = county(Stage::Certified);
    let before = county(Stage::Decided);
    office.write("other.json", "{}");
    shows!([
        before.refuses("examine case --overturn"),
        office.refuses("examine case"),
        office.refuses("examine absent --overturn"),
        office.refuses("examine other.json --overturn"),
        office.succeeds("examine case --overturn"),
        office.succeeds("examine out/certificate.json --overturn --risk 0.1"),
    ]);
    let (case, file) = (office.json("examine case --overturn"), office.json("examine out/certificate.json --overturn"));
    assert_eq!((&case["must_fall"], &case["decisions"]), (&file["must_fall"], &file["decisions"]));
    let sum =
        |field: &str| case["reasons"].as_array().unwrap().iter().map(|row| row[field].as_u64().unwrap()).sum::<u64>();
    assert_eq!(case["decisions"], sum("rejections"));
    assert!(sum("nothing_else") <= sum("rejections"));
}

/// Where the petition passed, acceptances would have to fall.
#[test]
fn an_outcome_that_passed() {
    let office = office(Stage::Certified);
    let found = office.json("examine case --overturn");
    let status = office.status();
    let (valid, required) = (status["valid"].as_u64().unwrap(), status["required"].as_u64().unwrap());
    let (side, must_fall) =
        if valid >= required { ("accepted", valid - required + 1) } else { ("rejected", required - valid) };
    assert_eq!((&found["side"], &found["must_fall"]), (&side.into(), &must_fall.into()));
}

/// The proponents' examination of a petition that failed: opened in its window, closed early, opened again.
#[test]
fn the_room_of_a_failed_petition() {
    let office = county(Stage::Certified);
    let setting = r#"{"representatives":["p1"],"notice":"letter of 2022-08-20","terminals":["10.1.2.0/24"],"opens":"09:00:00","closes":"16:00:00","zone":"America/Los_Angeles"}"#;
    office.write("setting.json", setting);
    office.write("nobody.json", setting.replace(r#"["p1"]"#, "[]"));
    office.write("other.json", r#"{"representatives":["p1"]}"#);
    shows!([
        office.refuses("examine case --status --overturn"),
        office.succeeds("examine case --status"),
        office.refuses("examine case --close done"),
        office.refuses("examine case --open absent.json"),
        office.refuses("examine case --open other.json"),
        office.refuses("examine case --open nobody.json --at 2022-08-22T17:00:00Z"),
        office.refuses("examine case --open setting.json --at 2023-08-22T17:00:00Z"),
        office.succeeds("examine case --open setting.json --actor registrar --at 2022-08-22T17:00:00Z"),
        office.succeeds("examine case --close fire --actor registrar --at 2022-08-24T17:00:00Z"),
        office.succeeds("examine case --open setting.json --actor registrar --at 2022-08-25T17:00:00Z"),
    ]);
    assert_eq!(office.json("examine case --status")["began_on"], "2022-08-22");
}
