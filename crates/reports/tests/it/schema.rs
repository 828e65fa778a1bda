//! The published schema describes certificates, and nothing else.

use domain::Milestone;
use jsonschema::Validator;
use law::certificate::Superseded;
use serde_json::Value;

use super::published;

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(include_str!("../../../../schemas/certificate.schema.json")).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn json(certificate: &law::certificate::Certificate) -> Value {
    serde_json::from_str(&certificate.to_json().unwrap()).unwrap()
}

#[test]
fn certificates_fit_with_and_without_what_is_optional() {
    let validator = validator();
    let mut certificate = published();
    assert!(validator.is_valid(&json(&certificate)));
    certificate.superseded = Some(Superseded { digest: "c".repeat(64), reason: "a box was found".to_owned() });
    certificate.dates = certificate.dates.clone().with(Milestone::ReportOfRegistration, certificate.dates.filed_on());
    assert!(validator.is_valid(&json(&certificate)));
    certificate.official = None;
    certificate.petition.officer = None;
    certificate.petition.office = None;
    certificate.clocks[0].done_on = None;
    certificate.clocks[0].met = None;
    let value = json(&certificate);
    let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// What a certificate by sample adds, field by field.
#[test]
fn a_certificate_by_sample_fits() {
    let validator = validator();
    let certificate = super::by_sample();
    let whole = json(&certificate);
    let errors: Vec<_> = validator.iter_errors(&whole).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let fields = whole["sample"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for field in fields {
        let mut value = whole.clone();
        value["sample"].as_object_mut().unwrap().remove(&field);
        assert!(!validator.is_valid(&value), "without {field}");
    }
}

#[test]
fn anything_else_is_refused() {
    let validator = validator();
    let changes: [(&str, Value); 9] = [
        ("/raw_count", (-1).into()),
        ("/valid_percent_of_examined", 72.65.into()),
        ("/verdict", "passed".into()),
        ("/certified_on", "15 August".into()),
        ("/certified_on", "2022-02-30".into()),
        ("/roll_digest", "abc".into()),
        ("/invalid_by_category/other", Value::Null),
        ("/invalid_by_reason/0/code", "L17".into()),
        ("/rules_cited/0/status", "maybe".into()),
    ];
    for (pointer, wrong) in changes {
        let mut value = json(&published());
        *value.pointer_mut(pointer).unwrap() = wrong;
        assert!(!validator.is_valid(&value), "{pointer}");
    }
}

/// Every object is closed and every field without which a certificate cannot be read back is required: leaving one out, or
/// adding one, is refused by the schema exactly where the program refuses it.
#[test]
fn the_schema_and_the_program_agree_on_the_fields() {
    let validator = validator();
    let whole = json(&published());
    let mut objects = Vec::new();
    find_objects(&whole, String::new(), &mut objects);
    assert!(objects.len() > 30);
    for pointer in objects {
        let keys: Vec<_> = whole.pointer(&pointer).unwrap().as_object().unwrap().keys().cloned().collect();
        for key in keys {
            let mut value = whole.clone();
            value.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove(&key);
            let read = serde_json::from_value::<law::certificate::Certificate>(value.clone()).is_ok();
            assert_eq!(validator.is_valid(&value), read, "without {pointer}/{key}");
        }
        let mut value = whole.clone();
        value.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().insert("extra".to_owned(), Value::Null);
        assert!(!validator.is_valid(&value), "with {pointer}/extra");
        assert!(serde_json::from_value::<law::certificate::Certificate>(value).is_err(), "with {pointer}/extra");
    }
}

fn find_objects(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, field)| find_objects(field, format!("{pointer}/{key}"), found));
            found.push(pointer);
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| find_objects(item, format!("{pointer}/{at}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
