//! What a person corrected, field by field: the labelled examples of the learning loop.

use serde_json::Value;

use super::canonical::{canonical, strip};

/// Left out of the comparison: they follow from the rest.
const FOLLOWS: &[&str] = &["confidence", "derivation", "priority_reasons"];

/// One field that differs, with the whole field as it was and as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// JSON pointer in the corrected understanding; in the former one where the field was taken away.
    pub path: String,
    pub before: Value,
    pub after: Value,
}

/// Compares two understandings of one message. `before_ids` and `after_ids` say which request is which.
pub fn diff(before: &Value, after: &Value, before_ids: &[String], after_ids: &[String]) -> Vec<Change> {
    let mut changes = Vec::new();
    fields("/triage", at(before, "triage"), at(after, "triage"), &mut changes);
    let old = list(before, "requests");
    let new = list(after, "requests");
    for (i, (request, id)) in new.iter().zip(after_ids).enumerate() {
        let former = before_ids.iter().position(|other| other == id).and_then(|place| old.get(place));
        match former {
            Some(former) => one_request(&format!("/requests/{i}"), former, request, &mut changes),
            None => push(format!("/requests/{i}"), &Value::Null, request, &mut changes),
        }
    }
    for (i, (request, id)) in old.iter().zip(before_ids).enumerate() {
        if !after_ids.contains(id) {
            push(format!("/requests/{i}"), request, &Value::Null, &mut changes);
        }
    }
    changes
}

fn one_request(path: &str, before: &Value, after: &Value, changes: &mut Vec<Change>) {
    let without = |value: &Value| {
        let mut value = value.clone();
        if let Some(map) = value.as_object_mut() {
            map.remove("needs");
            map.remove("person");
        }
        value
    };
    fields(path, &without(before), &without(after), changes);
    fields(&format!("{path}/person"), at(before, "person"), at(after, "person"), changes);
    needs(&format!("{path}/needs"), list(before, "needs"), list(after, "needs"), changes);
}

/// Every key of either side whose values differ.
fn fields(path: &str, before: &Value, after: &Value, changes: &mut Vec<Change>) {
    let keys = |value: &Value| value.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let mut all = keys(before);
    all.extend(keys(after));
    all.sort();
    all.dedup();
    for key in all.iter().filter(|key| !FOLLOWS.contains(&key.as_str())) {
        let (old, new) = (at(before, key), at(after, key));
        if compared(old) != compared(new) {
            push(format!("{path}/{key}"), old, new, changes);
        }
    }
}

/// Items are the same where their words are; their order means nothing.
fn needs(path: &str, before: &[Value], after: &[Value], changes: &mut Vec<Change>) {
    let mut left: Vec<Option<(usize, &Value)>> = before.iter().enumerate().map(Some).collect();
    let mut open = Vec::new();
    let exact: Vec<String> = before.iter().map(compared).collect();
    let mut places: std::collections::HashMap<&str, Vec<usize>> = std::collections::HashMap::new();
    for (place, text) in exact.iter().enumerate().rev() {
        places.entry(text).or_default().push(place);
    }
    for (i, need) in after.iter().enumerate() {
        match places.get_mut(compared(need).as_str()).and_then(Vec::pop) {
            Some(place) => {
                if let Some(slot) = left.get_mut(place) {
                    *slot = None;
                }
            }
            None => open.push((i, need)),
        }
    }
    let mut left: Vec<_> = left.into_iter().flatten().collect();
    for (i, need) in open {
        let same = left.iter().position(|(_, old)| at(old, "text") == at(need, "text"));
        let former = same.map(|place| left.remove(place).1).unwrap_or(&Value::Null);
        push(format!("{path}/{i}"), former, need, changes);
    }
    for (i, need) in left {
        push(format!("{path}/{i}"), need, &Value::Null, changes);
    }
}

fn compared(value: &Value) -> String {
    let mut value = value.clone();
    strip(&mut value, FOLLOWS);
    canonical(&value)
}

fn push(path: String, before: &Value, after: &Value, changes: &mut Vec<Change>) {
    changes.push(Change { path, before: before.clone(), after: after.clone() });
}

fn at<'v>(value: &'v Value, key: &str) -> &'v Value {
    value.get(key).unwrap_or(&Value::Null)
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    at(value, key).as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(before: Value, after: Value, before_ids: &[&str], after_ids: &[&str]) -> Vec<String> {
        let ids = |ids: &[&str]| ids.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        diff(&before, &after, &ids(before_ids), &ids(after_ids)).into_iter().map(|change| change.path).collect()
    }

    #[test]
    fn names_the_fields_that_changed_and_no_others() {
        let before = json!({"triage": {"category": "access", "confidence": 0.4, "flags": []}, "requests": [
            {"kind": "access", "person": {"name": {"value": "Jane Row", "confidence": 0.5, "evidence": []}},
             "start_date": {"value": "2026-01-02", "confidence": 0.5, "evidence": []},
             "needs": [{"text": "a laptop", "action": "grant"}, {"text": "VPN", "action": "grant"}]}]});
        let after = json!({"triage": {"category": "onboarding", "confidence": 1.0, "flags": []}, "requests": [
            {"kind": "onboarding", "person": {"name": {"value": "Jane Roe", "confidence": 1.0, "evidence": []}},
             "start_date": {"value": "2026-01-02", "confidence": 1.0, "evidence": []},
             "needs": [{"text": "VPN", "action": "revoke"}, {"text": "a laptop", "action": "grant"}, {"text": "badge"}]}]});
        assert_eq!(
            paths(before, after, &["1"], &["1"]),
            [
                "/triage/category",
                "/requests/0/kind",
                "/requests/0/person/name",
                "/requests/0/needs/0",
                "/requests/0/needs/2"
            ]
        );
    }

    #[test]
    fn requests_are_compared_by_id_not_by_place() {
        let before = json!({"requests": [{"kind": "access"}, {"kind": "transfer"}]});
        let after = json!({"requests": [{"kind": "transfer"}, {"kind": "onboarding"}]});
        assert_eq!(paths(before, after, &["1", "2"], &["2", "3"]), ["/requests/1", "/requests/0"]);
    }
}
