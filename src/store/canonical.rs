//! Canonical JSON, and hashes over it: the same content gives the same hash, whoever wrote it down.

use serde::Serialize;
use serde_json::Value;

use super::{Digest, StoreError};
use crate::contract::{Request, Understanding};

/// Keys of a field that say how it was found, not what it is.
const HOW_FOUND: &[&str] = &["confidence", "evidence", "derivation", "ambiguous"];

/// JSON with sorted keys and no white space.
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            out.push('{');
            for (i, (key, value)) in entries.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// As JSON, by way of text: so a confidence of 0.9 stays 0.9, as it will when it is read back.
pub fn to_value(what: &impl Serialize) -> Result<Value, StoreError> {
    let text = serde_json::to_string(what).map_err(|e| StoreError::NotStorable(e.to_string()))?;
    serde_json::from_str(&text).map_err(|e| StoreError::NotStorable(e.to_string()))
}

/// An understanding as the text that is kept and hashed. One that would not read back is refused.
pub fn understanding(understanding: &Understanding) -> Result<(String, Digest), StoreError> {
    let text = canonical(&to_value(understanding)?);
    if let Err(why) = serde_json::from_str::<Understanding>(&text) {
        return Err(StoreError::NotStorable(why.to_string()));
    }
    let hash = Digest::of(&text);
    Ok((text, hash))
}

/// The hash of what a request asks for, leaving out how it was found and whether it was called new or a change:
/// two requests with the same hash need no second event.
pub fn values(request: &Request) -> Result<Digest, StoreError> {
    let mut value = to_value(request)?;
    if let Some(map) = value.as_object_mut() {
        map.remove("operation");
    }
    strip(&mut value, HOW_FOUND);
    Ok(Digest::of(canonical(&value)))
}

/// Removes these keys at every depth.
pub fn strip(value: &mut Value, keys: &[&str]) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !keys.contains(&key.as_str()));
            map.values_mut().for_each(|value| strip(value, keys));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| strip(item, keys)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_keys_does_not_matter() {
        let one: Value = serde_json::from_str(r#"{"b":[1,{"z":null,"a":"é\n"}],"a":0.9}"#).unwrap();
        let two: Value = serde_json::from_str(r#"{"a":0.9,"b":[1,{"a":"é\n","z":null}]}"#).unwrap();
        assert_eq!(canonical(&one), canonical(&two));
        assert_eq!(canonical(&one), r#"{"a":0.9,"b":[1,{"a":"é\n","z":null}]}"#);
    }

    #[test]
    fn a_confidence_keeps_its_digits() {
        assert_eq!(canonical(&to_value(&0.9f32).unwrap()), "0.9");
    }
}
