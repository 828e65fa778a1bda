//! Where two certificates differ: the first figure, by its path.

use serde_json::Value;

/// The first figure in which a certificate handed in differs from the one computed, in words.
pub(crate) fn first_difference(given: &[u8], computed: &[u8]) -> String {
    let Ok(given) = serde_json::from_slice::<Value>(given) else {
        return "the certificate handed in is no JSON".to_owned();
    };
    let Ok(computed) = serde_json::from_slice::<Value>(computed) else {
        return "there is no certificate to hold it against".to_owned();
    };
    differ("", &given, &computed)
        .unwrap_or_else(|| "its figures are right, but it is not written byte for byte as certified".to_owned())
}

fn differ(path: &str, given: &Value, computed: &Value) -> Option<String> {
    match (given, computed) {
        (Value::Object(given), Value::Object(computed)) => {
            let names = computed.keys().chain(given.keys().filter(|name| !computed.contains_key(*name)));
            names.into_iter().find_map(|name| {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                match (given.get(name), computed.get(name)) {
                    (Some(given), Some(computed)) => differ(&path, given, computed),
                    (Some(_), None) => Some(format!("`{path}` stands in the certificate and not in the record")),
                    _ => Some(format!("`{path}` is missing from the certificate")),
                }
            })
        }
        (Value::Array(given), Value::Array(computed)) if given.len() == computed.len() => {
            let pairs = given.iter().zip(computed).enumerate();
            pairs.into_iter().find_map(|(at, (given, computed))| differ(&format!("{path}[{at}]"), given, computed))
        }
        _ if given == computed => None,
        _ => Some(format!("`{path}` is {given} in the certificate and {computed} by the record")),
    }
}
