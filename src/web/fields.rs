//! The fields of a request as a page and a form know them: path, shape, choices, and where each stands as JSON.

use serde_json::Value;

use crate::contract::{Request, Span};

/// How a field is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Text,
    /// `YYYY-MM-DD`.
    Day,
    /// RFC 3339.
    Instant,
    /// One of [`choices`] of that name.
    Choice(&'static str),
}

/// One field of a request.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// As `missing` and corrections name it: `person.name`.
    pub path: &'static str,
    pub shape: Shape,
}

const fn spec(path: &'static str, shape: Shape) -> Spec {
    Spec { path, shape }
}

/// All fields but the needs, in the order of the page.
pub const SPECS: &[Spec] = &[
    spec("person.name", Shape::Text),
    spec("person.new_name", Shape::Text),
    spec("start_date", Shape::Day),
    spec("end_date", Shape::Day),
    spec("revoke_at", Shape::Instant),
    spec("job_title", Shape::Text),
    spec("department", Shape::Text),
    spec("manager", Shape::Text),
    spec("location", Shape::Text),
    spec("employment_type", Shape::Choice("employment_type")),
    spec("work_mode", Shape::Choice("work_mode")),
    spec("reason", Shape::Choice("reason")),
    spec("person.email", Shape::Text),
    spec("person.phone", Shape::Text),
    spec("person.employee_number", Shape::Text),
];

/// The names that the contract allows, by list.
pub const CHOICES: &[(&str, &[&str])] = &[
    ("kind", &["onboarding", "offboarding", "transfer", "access"]),
    ("operation", &["create", "amend", "cancel", "inquire"]),
    ("category", &["onboarding", "offboarding", "transfer", "access", "support", "hr_question", "other"]),
    ("employment_type", &["full_time", "part_time", "intern", "contractor", "temporary"]),
    ("work_mode", &["onsite", "remote", "hybrid"]),
    ("reason", &["resignation", "dismissal", "redundancy", "retirement", "contract_end", "other"]),
    ("action", &["grant", "revoke", "recover", "delegate", "retain"]),
    ("need_category", &["device", "software", "access", "facility", "other"]),
    (
        "flag",
        &[
            "unverified_sender",
            "unauthorized_requester",
            "suspected_fraud",
            "prompt_injection",
            "privileged_access",
            "outside_role_bundle",
            "conflict",
            "past_date",
            "duplicate",
            "needs_human",
        ],
    ),
];

/// The names of one list; empty for a list that is not there.
pub fn choices(list: &str) -> &'static [&'static str] {
    CHOICES.iter().find(|(name, _)| *name == list).map_or(&[], |(_, names)| names)
}

/// Where a field stands in a request's JSON.
pub fn pointer(path: &str) -> String {
    format!("/{}", path.replace('.', "/"))
}

/// The words behind a request's fields and needs, each with its key within the request: `start_date`, `n0`.
pub fn evidence(request: &Request) -> Vec<(String, Vec<Span>)> {
    let json = serde_json::to_value(request).unwrap_or(Value::Null);
    let mut out = Vec::new();
    for spec in SPECS {
        if let Some(field) = json.pointer(&pointer(spec.path)) {
            out.push((spec.path.to_owned(), spans(field)));
        }
    }
    for (i, need) in request.needs.iter().enumerate() {
        out.push((format!("n{i}"), need.evidence.clone()));
    }
    out
}

/// The evidence of a field's JSON.
pub fn spans(field: &Value) -> Vec<Span> {
    field.get("evidence").and_then(|spans| serde_json::from_value(spans.clone()).ok()).unwrap_or_default()
}

/// A name of the contract as JSON writes it.
pub fn name_of(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_those_of_the_contract() {
        use crate::contract::*;
        fn reads<T: serde::de::DeserializeOwned>(list: &str) {
            assert!(!choices(list).is_empty(), "{list}");
            for name in choices(list) {
                assert!(serde_json::from_value::<T>((*name).into()).is_ok(), "{list}: {name}");
            }
        }
        reads::<Kind>("kind");
        reads::<Operation>("operation");
        reads::<Category>("category");
        reads::<EmploymentType>("employment_type");
        reads::<WorkMode>("work_mode");
        reads::<Reason>("reason");
        reads::<Action>("action");
        reads::<NeedCategory>("need_category");
        reads::<Flag>("flag");
    }
}
