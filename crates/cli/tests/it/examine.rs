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
