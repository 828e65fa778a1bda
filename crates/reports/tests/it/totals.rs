//! The figures as JSON and as CSV.

use jsonschema::Validator;
use law::certificate::Certificate;
use serde_json::Value;
use verifier::tables::{totals_csv, totals_json};

use super::{by_sample, published};

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(include_str!("../../../../schemas/totals.schema.json")).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn json(certificate: &Certificate) -> Value {
    serde_json::from_str(&totals_json(certificate).unwrap()).unwrap()
}

#[test]
fn the_figures_keep_their_names() {
    insta::assert_snapshot!("full_json", totals_json(&published()).unwrap());
    insta::assert_snapshot!("full_csv", totals_csv(&published()));
    insta::assert_snapshot!("sample_csv", totals_csv(&by_sample()));
}

#[test]
fn totals_fit_their_schema_and_nothing_else_does() {
    let validator = validator();
    let mut plain = published();
    plain.registered_voters = None;
    plain.margin = None;
    for certificate in [published(), by_sample(), plain] {
        let value = json(&certificate);
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let whole = json(&by_sample());
    for (pointer, wrong) in [
        ("/raw_count", Value::from(-1)),
        ("/margin", "-46,807".into()),
        ("/verdict", "passed".into()),
        ("/invalid_by_reason/duplicate", Value::Null),
        ("/sample/root", "abc".into()),
        ("/sample/seed", 12.into()),
    ] {
        let mut value = whole.clone();
        *value.pointer_mut(pointer).unwrap() = wrong;
        assert!(!validator.is_valid(&value), "{pointer}");
    }
    for object in ["", "/sample", "/invalid_by_category", "/invalid_by_reason"] {
        let mut value = whole.clone();
        value.pointer_mut(object).unwrap().as_object_mut().unwrap().insert("extra".to_owned(), 1.into());
        assert!(!validator.is_valid(&value), "{object}/extra");
    }
}

/// Whoever reads one file reads the other: each figure of the JSON is a row of the CSV and the other way round, but for the free texts.
#[test]
fn both_files_say_the_same() {
    for certificate in [published(), by_sample()] {
        let mut figures = Vec::new();
        flatten(&json(&certificate), "", &mut figures);
        figures.retain(|row| !row.starts_with("title,") && !row.starts_with("jurisdiction,"));
        figures.sort();
        let csv = totals_csv(&certificate);
        let mut rows: Vec<_> = csv.lines().skip(1).map(str::to_owned).collect();
        rows.sort();
        assert_eq!(figures, rows);
    }
}

fn flatten(value: &Value, name: &str, rows: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, field)| {
            flatten(field, &if name.is_empty() { key.clone() } else { format!("{name}.{key}") }, rows);
        }),
        Value::String(text) => rows.push(format!("{name},{text}")),
        other => rows.push(format!("{name},{other}")),
    }
}

#[test]
fn the_parts_add_up() {
    let certificate = published();
    let value = json(&certificate);
    for parts in ["invalid_by_category", "invalid_by_reason"] {
        let sum: u64 = value[parts].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
        assert_eq!(sum, certificate.invalid, "{parts}");
    }
}
