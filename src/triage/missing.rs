//! The fields that a kind of request needs and the message does not say.

use crate::contract::{Kind, Operation, Request};
use serde::Deserialize;

/// Needed fields by kind; a name with `|` is met by any of its fields.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Required {
    pub onboarding: Vec<String>,
    pub offboarding: Vec<String>,
    pub transfer: Vec<String>,
    pub access: Vec<String>,
}

impl Default for Required {
    fn default() -> Self {
        let list = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
        Self {
            onboarding: list(&[
                "person.name",
                "start_date",
                "employment_type",
                "job_title",
                "department",
                "manager",
                "location",
            ]),
            offboarding: list(&["person.name", "end_date|revoke_at"]),
            transfer: list(&["person.name", "start_date", "department|job_title|location|manager|person.new_name"]),
            access: list(&["person.name", "needs"]),
        }
    }
}

impl Required {
    /// Names of missing fields, each once, in the order of the lists. Only new requests need to be whole.
    pub fn missing(&self, requests: &[Request]) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for request in requests.iter().filter(|r| r.operation == Operation::Create) {
            let list = match request.kind {
                Kind::Onboarding => &self.onboarding,
                Kind::Offboarding => &self.offboarding,
                Kind::Transfer => &self.transfer,
                Kind::Access => &self.access,
            };
            for name in list {
                if !name.split('|').any(|n| says(request, n)) {
                    let first = name.split('|').next().unwrap_or(name).to_owned();
                    if !out.contains(&first) {
                        out.push(first);
                    }
                }
            }
        }
        out
    }
}

/// Whether a request says a field; an unknown field's name is never said, so that a typing error shows.
fn says(request: &Request, name: &str) -> bool {
    match name {
        "person.name" => request.person.name.is_some(),
        "person.new_name" => request.person.new_name.is_some(),
        "person.email" => request.person.email.is_some(),
        "person.phone" => request.person.phone.is_some(),
        "person.employee_number" => request.person.employee_number.is_some(),
        "employment_type" => request.employment_type.is_some(),
        "start_date" => request.start_date.is_some(),
        "end_date" => request.end_date.is_some(),
        "revoke_at" => request.revoke_at.is_some(),
        "job_title" => request.job_title.is_some(),
        "department" => request.department.is_some(),
        "manager" => request.manager.is_some(),
        "location" => request.location.is_some(),
        "work_mode" => request.work_mode.is_some(),
        "reason" => request.reason.is_some(),
        "needs" => !request.needs.is_empty(),
        _ => false,
    }
}
